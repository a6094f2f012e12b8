"""One trace from its bytes to movements on the workbench: read, validated, grouped, judged by the rules.

Nothing here needs the ledger, so nobody else waits while a large file is read.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import BinaryIO, Final

import duckdb
import numpy as np
import pyarrow as pa

from assets.errors import SourceFileChangedError
from assets.findings import Finding, finding_codes
from assets.layouts import LayoutField
from assets.money import currency_digits
from assets.statements import parsed, records, row_count, statement, statement_text
from assets.streams import HashingStream, opened, remember_digest
from assets.traces.collector import FindingCollector
from assets.traces.layout import line_schema, trace_layout
from assets.traces.readers import HEAD_BYTES, Reader, choose_reader
from assets.traces.schemas import FailedCheck, check_lines
from assets.unexpected import UnexpectedError, guarding

UNEXPECTED: Final = "file_unexpected_error"
"""The finding of a file in which reading or judging met what nobody foresaw."""

VALIDATED_TOGETHER: Final = 100_000
"""Lines per call of pandera: enough to hide its fixed cost, few enough for a bounded memory."""

VALIDATORS: Final = 2
"""Calls of pandera side by side: arrow does most of their work and lets other threads run meanwhile."""

LINE_RULES: Final = (
    "check_unknown_company",
    "check_unknown_account",
    "check_unknown_reason",
    "check_on_behalf_company",
    "check_company_currency",
    "check_amount_precision",
    "check_same_amounts",
)
MOVEMENT_RULES: Final = (
    "check_first_account",
    "check_dates",
    "check_balance",
    "check_period",
    "check_repeated_in_file",
)
ORPHAN_RULES: Final = ("check_orphan_line",)
"""For files with lines that lost their company or progressive: the neighbours of a line cost a sort."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A trace to import: where it stands, its key, and the name under which it was dropped."""

    path: Path
    partition_key: str
    name: str


@dataclass(frozen=True, slots=True)
class Answered:
    """Whether a movement of the file (`company`, `progressive`) is the `same` as one in the ledger, or
    `another`: by a person's answer, or by what Partita knew by itself.
    """

    company: str
    progressive: str
    answer: str
    is_by_itself: bool


_ANSWERED_SCHEMA: Final = pa.schema(
    [
        ("company", pa.string()),
        ("progressive", pa.string()),
        ("answer", pa.string()),
        ("is_by_itself", pa.bool_()),
    ]
)


@dataclass(slots=True)
class PreparedTrace:
    """A trace on the workbench (line, movement, entry_line, movement_state) and its findings so far.

    `read_findings` are those of reading and validating the lines, `collector` also those of the rules.
    """

    source: SourceFile
    content_sha256: str
    byte_count: int
    reader: Reader | None
    lines: pa.Table
    read_findings: FindingCollector
    collector: FindingCollector
    stream: BinaryIO

    def close(self) -> None:
        """Lets the file go. It is held open until then, so that its bytes can still be shown as evidence
        when another run has moved it meanwhile.
        """
        self.stream.close()

    @property
    def is_readable(self) -> bool:
        """Whether its lines could be read; if not, the findings about the whole file say why."""
        return self.collector.is_readable


def prepare_trace(
    workbench: duckdb.DuckDBPyConnection, source: SourceFile, expected_sha256_prefix: str | None
) -> PreparedTrace:
    """Reads the file and leaves its movements on the workbench, each marked if something keeps it out.

    The reference tables (`reference.load.bring_into_force`) must stand on the workbench.

    Raises:
        SourceFileChangedError: if the file vanished, or its content is not that of its key.
    """
    with opened(source.path) as stream:
        status = os.fstat(stream.fileno())
        head = stream.read(HEAD_BYTES)
        stream.seek(0)
        hashing = HashingStream(stream)
        reader, lines, collector = _read(head, hashing, source.name)
        content_hash = hashing.hexdigest()
        kept_open = os.fdopen(os.dup(stream.fileno()), "rb")
    if expected_sha256_prefix is not None and not content_hash.startswith(expected_sha256_prefix):
        kept_open.close()
        raise SourceFileChangedError(
            f"{source.path} changed while it was read: nothing of it was posted. It is found again under its "
            "new content."
        )
    remember_digest(source.path, status, content_hash)
    prepared = PreparedTrace(
        source, content_hash, hashing.byte_count, reader, lines, collector, collector, kept_open
    )
    try:
        with guarding(source.name, UNEXPECTED):
            if prepared.is_readable:
                _validate(prepared)
            judge(workbench, prepared)
    except UnexpectedError as error:
        refuse(workbench, prepared, error.finding)
    except BaseException:
        kept_open.close()
        raise
    return prepared


def _read(head: bytes, stream: HashingStream, name: str) -> tuple[Reader | None, pa.Table, FindingCollector]:
    """The reader that takes the file, the lines it finds, and what is wrong with them."""
    collector = FindingCollector(name)
    try:
        with guarding(name, UNEXPECTED):
            reader = choose_reader(head, name)
            if not isinstance(reader, Finding):
                tables = list(reader.read(stream, collector))  # type: ignore[arg-type]
                if not tables:
                    return reader, line_schema().empty_table(), collector
                return reader, pa.concat_tables(tables, promote_options="permissive"), collector
            collector.add(reader)
    except UnexpectedError as error:
        collector = FindingCollector(name)
        collector.add(error.finding)
    return None, line_schema().empty_table(), collector


def refuse(workbench: duckdb.DuckDBPyConnection, prepared: PreparedTrace, finding: Finding) -> None:
    """Takes back all that was read of the file: nothing of it stands on the workbench but the finding."""
    prepared.lines = line_schema().empty_table()
    prepared.read_findings = FindingCollector(prepared.source.name)
    prepared.read_findings.add(finding)
    judge(workbench, prepared)


def _validate(prepared: PreparedTrace) -> None:
    """Pandera over the lines. A field that could not be read has its finding and is not missing as well."""
    collector = prepared.collector
    unreadable: dict[str | None, list[int]] = {}
    cut_off: list[int] = []
    for finding in collector.findings:
        if finding.line_number is not None:
            unreadable.setdefault(finding.field, []).append(finding.line_number)
            if finding.finding_code in ("line_too_short", "json_not_an_object"):
                cut_off.append(finding.line_number)
    # What is not listed is counted: to make a finding of each would take most of the time of such a file.
    listed: list[Finding] = []
    room = collector.room
    for failed in _failed_checks(prepared.lines):
        known = np.array([*cut_off, *unreadable.get(failed.field, ())], dtype=np.int64)
        kept = failed.only(~np.isin(failed.line_numbers, known)) if len(known) else failed
        count = min(room - len(listed), len(kept.line_numbers))
        listed += [kept.finding(index, prepared.source.name) for index in range(count)]
        collector.reject(kept.finding_code, kept.line_numbers, count)
    collector.add_all(place(prepared, listed))


def _failed_checks(lines: pa.Table) -> Iterator[FailedCheck]:
    """What the checks of all lines find, in the order of the lines; of few parts at a time, so that no more
    is in memory than is worked on.
    """
    with ThreadPoolExecutor(VALIDATORS) as pool:
        pending: deque[Future[list[FailedCheck]]] = deque()
        for start in range(0, lines.num_rows, VALIDATED_TOGETHER):
            pending.append(pool.submit(check_lines, lines.slice(start, VALIDATED_TOGETHER)))
            if len(pending) > VALIDATORS:
                yield from pending.popleft().result()
        while pending:
            yield from pending.popleft().result()


def judge(
    workbench: duckdb.DuckDBPyConnection,
    prepared: PreparedTrace,
    posted: Sequence[tuple[str, str]] = (),
    answered: Sequence[Answered] = (),
) -> None:
    """Groups the lines to movements and applies the rules, each a statement that returns failing rows.

    `posted` names movements (company, progressive) that an earlier attempt brought to the ledger: they are
    not judged anew. `answered` are those of which is known whether they are others. Judging again replaces
    what was found before.
    """
    prepared.collector = prepared.read_findings.copy()
    _set_up(workbench)
    workbench.register("line", prepared.lines)
    rejected = pa.array(prepared.collector.rejected_lines(), type=pa.int64())
    workbench.register("rejected_line", pa.table({"line_number": rejected}))
    companies, progressives = [company for company, _ in posted], [progressive for _, progressive in posted]
    workbench.register(
        "movement_posted_before",
        pa.table(
            {
                "company": pa.array(companies, type=pa.string()),
                "progressive": pa.array(progressives, type=pa.string()),
            }
        ),
    )
    workbench.register(
        "movement_answered", pa.Table.from_pylist([asdict(each) for each in answered], _ANSWERED_SCHEMA)
    )
    for name in ("movement", "entry_line", "rule_finding"):
        workbench.execute(statement("traces", name))
    if prepared.is_readable:
        orphans = prepared.lines["company"].null_count + prepared.lines["progressive"].null_count
        rules = LINE_RULES + MOVEMENT_RULES + (ORPHAN_RULES if orphans else ())
        apply_rules(workbench, prepared, "traces", rules)
    workbench.execute(statement("traces", "movement_state"))
    if not prepared.is_readable:
        workbench.execute(statement("traces", "keep_all_out"))


def _set_up(workbench: duckdb.DuckDBPyConnection) -> None:
    """Puts onto the workbench what the statements of all stages use and no file changes."""
    workbench.execute(statement("traces", "without_codes"))
    digits = currency_digits()
    workbench.register(
        "currency_digits",
        pa.table({"currency_code": list(digits), "digits": pa.array(list(digits.values()), type=pa.int32())}),
    )
    errors = [code.finding_code for code in finding_codes().values() if code.severity == "ERROR"]
    workbench.register("error_code", pa.table({"finding_code": errors}))


def apply_rules(
    workbench: duckdb.DuckDBPyConnection, prepared: PreparedTrace, stage: str, rules: Sequence[str]
) -> None:
    """Adds what the rules (statements of `stage`) find to rule_finding, and to the findings with its place.

    All rules run as one statement: planning twelve costs more than running them on a small file.
    """
    union = "\nUNION ALL\n".join(f"({statement_text(stage, rule)})" for rule in rules)
    workbench.execute(parsed(f"CREATE OR REPLACE TEMP TABLE found_now AS {union}"))
    workbench.execute(statement("traces", "forget_posted_before"))
    if not row_count(workbench, "found_now"):
        return
    workbench.execute(statement("traces", "note_found"))
    collector = prepared.collector
    room = collector.room
    found = [
        Finding(prepared.source.name, **row)
        for row in records(workbench, "traces", "found_now", {"room": room})
    ]
    collector.add_all(place(prepared, found))
    for row in records(workbench, "traces", "found_beyond", {"room": room}):
        collector.count_unlisted(row["finding_code"], row["finding_count"])


def place(prepared: PreparedTrace, findings: Iterable[Finding]) -> list[Finding]:
    """The findings with the bytes of their field, and with the raw value as it stands in the file."""
    pending = list(findings)
    if not pending or prepared.reader is None:
        return pending
    numbers = prepared.lines["line_number"].to_numpy()
    starts = prepared.lines["byte_start"].to_numpy()
    ends = prepared.lines["byte_end"].to_numpy()
    layout = trace_layout()
    placed = []
    for finding in pending:
        row = int(np.searchsorted(numbers, finding.line_number or 0))
        start, end = int(starts[row]), int(ends[row])
        if finding.field is None:
            placed.append(replace(finding, byte_start=start, byte_end=end))
            continue
        prepared.stream.seek(start)
        line = prepared.stream.read(end - start)
        field = layout.field(finding.field)
        first, last, raw = prepared.reader.locate(line, field, is_utf8=prepared.collector.is_utf8)
        keeps_raw = finding.raw_value is not None and finding.finding_code in _COMPUTED_RAW_VALUES
        placed.append(
            replace(
                finding,
                byte_start=start + first,
                byte_end=start + last,
                raw_value=finding.raw_value if keeps_raw else _shown(raw, field),
            )
        )
    return placed


def _shown(raw: str, field: LayoutField) -> str:
    """Text without the blanks that fill its field; other kinds as they stand: a blank may be the fault."""
    return raw.strip(" ") if field.kind == "text" else raw


_COMPUTED_RAW_VALUES: Final = frozenset(
    {
        "movement_unbalanced",
        "movement_dates_differ",
        "movement_key_conflict",
        "movement_already_imported",
        "movement_may_be_repeated",
        "movement_twice_in_file",
    }
)
"""Findings about a movement as a whole: their value was computed, it does not stand in one field."""
