"""Posts one prepared trace: everything it changes in the ledger, within one transaction.

Exactly once: the import is looked up by its key first, then by its content, then movement by movement by
the key of row D12, which is a primary key. Movements without such a key are counted
(`assets.ledger.asked_movements`). Doing it again changes nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import duckdb
import pyarrow as pa

from assets.detection.keys import file_key_of
from assets.findings import Finding, finding_codes, to_arrow
from assets.import_numbers import import_number, numbered
from assets.ledger.asked_movements import (
    answers_of,
    find_asked,
    record_asked,
    record_wording,
    wording_of,
)
from assets.ledger.audit import BY_ITSELF, PARTITA, Change, Decider, Requester, record_change
from assets.ledger.causes import follow_causes
from assets.ledger.left_out import LEFT_OUT, follow_left_out
from assets.reconciliation.settle import settle
from assets.reconciliation.special_cases import apply_posting_rules, special_needs
from assets.statements import count_of, records, rows, statement
from assets.traces.prepare import UNEXPECTED, PreparedTrace, apply_rules, judge
from assets.unexpected import guarding

CLOSED_STATUSES: Final = frozenset({"posted", "repeated", "superseded", "dismissed", "deleted"})
"""Nothing is left to do for an import with one of these; its partition is green."""

COUNTS: Final = (
    "line_count",
    "movement_count",
    "posted_movement_count",
    "repeated_movement_count",
    "posting_count",
    "linked_posting_count",
    "unlinked_posting_count",
    "error_count",
    "warning_count",
)


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What became of one file: its import record after this attempt.

    `is_attempted` is False where the ledger had nothing left to do. `superseded_keys` are the partition
    keys of earlier failed imports that this one made superfluous. Totals are in the companies' currencies.
    """

    partition_key: str
    source_file: str
    content_sha256: str
    import_id: int
    status: str
    is_attempted: bool
    counts: Mapping[str, int]
    debit_total: Decimal
    credit_total: Decimal
    superseded_keys: tuple[str, ...] = ()

    @property
    def import_number(self) -> str:
        """The number by which people name the import, `I12`."""
        return import_number(self.import_id)

    @property
    def name(self) -> str:
        """The number with the partition key: what messages call the file."""
        return numbered(self.import_id, self.partition_key)

    @property
    def is_closed(self) -> bool:
        """Whether nothing of the file is left to do."""
        return self.status in CLOSED_STATUSES


@dataclass(frozen=True, slots=True)
class Attempt:
    """Which run imports, when (UTC), under which reference data, and who asked for it."""

    run_id: str
    reference_version: int
    now: dt.datetime
    requester: Requester = BY_ITSELF


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """What identifies an import for ever, and the reader that took its file (None if none did)."""

    source_kind: str
    partition_key: str
    source_file: str
    content_sha256: str
    byte_count: int
    reader_name: str | None


def recorded_outcome(workbench: duckdb.DuckDBPyConnection, partition_key: str) -> ImportOutcome | None:
    """What the ledger says of this file so far; None if it was never imported."""
    found = records(workbench, "ledger", "import_by_key", {"partition_key": partition_key})
    if not found:
        return None
    row = found[0]
    return ImportOutcome(
        partition_key=row["partition_key"],
        source_file=row["source_file"],
        content_sha256=row["content_sha256"],
        import_id=row["import_id"],
        status=row["status"],
        is_attempted=False,
        counts={name: row[name] for name in COUNTS},
        debit_total=row["debit_total"],
        credit_total=row["credit_total"],
    )


_OPEN_OF_CODE: Final = (
    "SELECT count(*) FROM ledger.finding WHERE resolution IS NULL AND finding_code = $finding_code"
)


def post_trace(
    workbench: duckdb.DuckDBPyConnection,
    prepared: PreparedTrace,
    attempt: Attempt,
    corrects: Callable[[int], Collection[int]] = lambda import_id: (),
) -> ImportOutcome:
    """Within a transaction of the ledger: posts what may be posted and records the import and its findings.

    Grain: one file. Idempotent: an import with nothing left to do is returned as it stands. `corrects` says
    of which earlier imports this one, by its number, is the corrected form.

    Raises UnexpectedError if judging meets what nobody foresaw; `prepare.refuse` the file then, in another
    transaction.
    """
    recorded = recorded_outcome(workbench, prepared.source.partition_key)
    if recorded is not None and recorded.is_closed:
        return recorded
    import_id, number = next_attempt(workbench, recorded)
    parameters = {"import_id": import_id, "attempt": number, "now": attempt.now}
    by_file = {"file_key": file_key_of(prepared.source.partition_key, prepared.content_sha256)}
    wording = wording_of(workbench, prepared)
    repeats = _repeated(workbench, prepared, import_id, wording)
    record_wording(workbench, import_id, wording)
    status_before = recorded.status if recorded else None
    if repeats is not None:
        return _record(workbench, prepared, attempt, parameters, "repeated", repeats, status_before)
    posted = (
        rows(workbench, statement("ledger", "posted_before"), {"import_id": import_id}) if recorded else []
    )
    answers = answers_of(workbench, import_id) if recorded else []
    with guarding(prepared.source.name, UNEXPECTED):
        if posted or answers:
            names = [(str(company), str(progressive)) for company, progressive in posted]
            judge(workbench, prepared, names, answers)
        find_asked(workbench, import_id, corrects)
        workbench.execute(statement("ledger", "repeated_movement"), {"import_id": import_id})
        apply_rules(workbench, prepared, "ledger", ["check_repeated_movement", "check_asked_movement"])
    workbench.execute(statement("ledger", "posted_movement"), by_file)
    _post_movements(workbench, prepared, parameters)
    record_asked(workbench, parameters)
    totals = one_row(workbench, "import_totals", {"import_id": import_id})
    held = one_row(workbench, "movement_totals")
    if not prepared.collector.error_count:
        status = "posted"
    elif totals["posted_movement_count"] or held["repeated_count"]:
        status = "incomplete"
    else:
        status = "failed"
    status_before = recorded.status if recorded else None
    outcome = _record(workbench, prepared, attempt, parameters, status, None, status_before)
    # This file may have paid what an earlier one left open, or brought what an earlier one left out.
    if count_of(workbench, _OPEN_OF_CODE, {"finding_code": "full_settlement_leaves_residual"}):
        follow_causes(workbench, attempt.now, PARTITA, import_number(import_id))
    if count_of(workbench, _OPEN_OF_CODE, {"finding_code": LEFT_OUT}):
        follow_left_out(workbench, import_id, Decider(PARTITA, attempt.now, import_number(import_id)))
    return outcome


def next_attempt(workbench: duckdb.DuckDBPyConnection, recorded: ImportOutcome | None) -> tuple[int, int]:
    """The id of the import and the number of the attempt that begins now."""
    if recorded is None:
        return count_of(workbench, "SELECT coalesce(max(import_id), 0) + 1 FROM ledger.file_import"), 1
    query = "SELECT attempt + 1 FROM ledger.file_import WHERE import_id = $import_id"
    return recorded.import_id, count_of(workbench, query, {"import_id": recorded.import_id})


def same_content(workbench: duckdb.DuckDBPyConnection, file: ImportedFile) -> tuple[int, str] | None:
    """The first import of this content under another name that stands in the ledger, and what was expected
    instead; None if there is none (D12).
    """
    parameters = {
        "source_kind": file.source_kind,
        "content_sha256": file.content_sha256,
        "partition_key": file.partition_key,
    }
    found = records(workbench, "ledger", "import_by_content", parameters)
    if not found:
        return None
    first = found[0]
    return int(first["import_id"]), (
        f"a file that was not imported before; {numbered(first['import_id'], first['partition_key'])}, taken "
        f"{first['taken_at']:%Y-%m-%d %H:%M} UTC, has the same content"
    )


def _same_wording(
    workbench: duckdb.DuckDBPyConnection, import_id: int, wording: str | None
) -> tuple[int, str] | None:
    """As `same_content`, of a trace that says the same in another form, encoding, or with other line ends."""
    by_wording = {"wording_hash": wording, "import_id": import_id}
    found = records(workbench, "ledger", "import_by_wording", by_wording)
    if not found:
        return None
    first = found[0]
    return int(first["import_id"]), (
        f"a file that was not imported before; {numbered(first['import_id'], first['partition_key'])}, taken "
        f"{first['taken_at']:%Y-%m-%d %H:%M} UTC, says the same in another form"
    )


def _repeated(
    workbench: duckdb.DuckDBPyConnection, prepared: PreparedTrace, import_id: int, wording: str | None
) -> int | None:
    """The import that this one repeats, if it is a new one, or one that repeated another that was deleted."""
    is_settled = "SELECT count(*) FROM ledger.file_import WHERE import_id = $id AND repeats_import_id IS NULL"
    if count_of(workbench, is_settled, {"id": import_id}):
        return None
    repeated = same_content(workbench, _file(prepared)) or _same_wording(workbench, import_id, wording)
    if repeated is None:
        return None
    import_id, expected = repeated
    prepared.collector.reset()
    name = prepared.source.name
    prepared.collector.add(Finding(name, "file_already_imported", raw_value=name, expected=expected))
    return import_id


def _file(prepared: PreparedTrace) -> ImportedFile:
    return ImportedFile(
        "trace",
        prepared.source.partition_key,
        prepared.source.name,
        prepared.content_sha256,
        prepared.byte_count,
        prepared.reader.name if prepared.reader else None,
    )


def _post_movements(
    workbench: duckdb.DuckDBPyConnection, prepared: PreparedTrace, parameters: Mapping[str, object]
) -> None:
    """Settles and writes the movements of posted_movement, and what unlinked lines name, by which candidates
    are found later.
    """
    if not count_of(workbench, "SELECT count(*) FROM posted_movement"):
        return
    needs = special_needs(workbench)
    apply_posting_rules(workbench, needs)
    if needs.has_rules:
        _open_items(workbench, parameters, "forecast")
    settled = settle(workbench, needs)
    apply_rules(workbench, prepared, "reconciliation", settled.warning_rules)
    _describe_lines(workbench)
    by_import = {"import_id": parameters["import_id"]}
    workbench.execute(statement("ledger", "insert_journal_entry"), parameters)
    workbench.execute(statement("ledger", "insert_imported_movement"), by_import)
    workbench.execute(statement("ledger", "insert_unnumbered_movement"))
    workbench.execute(statement("ledger", "insert_posting"), by_import)
    workbench.execute(statement("ledger", "insert_settlement"), by_import | {"now": parameters["now"]})
    workbench.execute(statement("ledger", "update_open_item"))
    if settled.has_special_cases:
        _write_special_cases(workbench, parameters)
    if count_of(workbench, "SELECT count(*) FROM unlinked_line"):
        workbench.execute(statement("ledger", "insert_payment_document"))


def _open_items(
    workbench: duckdb.DuckDBPyConnection, parameters: Mapping[str, object], posting_rule: str
) -> None:
    """Writes the items that lines with this posting rule open."""
    opened = {"now": parameters["now"], "posting_rule": posting_rule}
    workbench.execute(statement("ledger", "insert_opened_item"), opened)


def _write_special_cases(workbench: duckdb.DuckDBPyConnection, parameters: Mapping[str, object]) -> None:
    """Writes items that are open again, postings that rules add, and which rule made or decided what."""
    made = "SELECT (SELECT count(*) FROM generated_posting) + (SELECT count(*) FROM rule_line)"
    if not count_of(workbench, made):
        return
    by_import = {"import_id": parameters["import_id"]}
    by_now = {"now": parameters["now"]}
    _open_items(workbench, parameters, "unpaid")
    workbench.execute(statement("ledger", "insert_reopened_item"))
    workbench.execute(statement("ledger", "numbered_posting"))
    workbench.execute(statement("ledger", "insert_generated_posting"), by_import)
    workbench.execute(statement("ledger", "insert_generated_settlement"), by_import | by_now)
    workbench.execute(statement("ledger", "settle_by_generated"))
    workbench.execute(statement("ledger", "insert_posting_rule_use"))


def _describe_lines(workbench: duckdb.DuckDBPyConnection) -> None:
    """Leaves line_description; empty, and at no cost, where no company has a note template."""
    templates = "SELECT count(*) FROM company_setting WHERE note_tokens IS NOT NULL"
    if count_of(workbench, templates):
        workbench.execute(statement("ledger", "line_description"))
    else:
        workbench.execute(
            "CREATE OR REPLACE TEMP TABLE line_description (line_number BIGINT, description VARCHAR)"
        )


def _record(
    workbench: duckdb.DuckDBPyConnection,
    prepared: PreparedTrace,
    attempt: Attempt,
    parameters: Mapping[str, object],
    status: str,
    repeats_import_id: int | None,
    status_before: str | None,
) -> ImportOutcome:
    """Writes the import, the attempt and its findings; findings of earlier attempts count as mended."""
    collector = prepared.collector
    held: dict[str, object] = {
        "line_count": prepared.lines.num_rows,
        "movement_count": 0,
        "repeated_count": 0,
    }
    if repeats_import_id is None:
        held = one_row(workbench, "movement_totals")
    held |= {"error_count": collector.error_count, "warning_count": collector.warning_count}
    lasting = [
        code.finding_code for code in finding_codes().values() if code.asset_name == "trace_settlements"
    ]
    outcome = record_import(
        workbench,
        _file(prepared),
        attempt,
        parameters,
        status,
        held,
        repeats_import_id,
        status_before=status_before,
        lasting_codes=lasting,
    )
    listed = to_arrow(collector.listed())
    if listed.num_rows:
        ordinals = pa.array(range(1, listed.num_rows + 1), type=pa.int32())
        workbench.register("found", listed.append_column("ordinal", ordinals))
        workbench.execute(statement("ledger", "insert_finding"), dict(parameters))
        workbench.unregister("found")
    return outcome


def record_import(
    workbench: duckdb.DuckDBPyConnection,
    file: ImportedFile,
    attempt: Attempt,
    parameters: Mapping[str, object],
    status: str,
    held: Mapping[str, object],
    repeats_import_id: int | None,
    *,
    status_before: str | None = None,
    lasting_codes: Sequence[str] = (),
) -> ImportOutcome:
    """Writes the import and the attempt, closes the findings of earlier attempts, and notes it in the log.

    `parameters` are `import_id`, `attempt` and `now`; `held` what the file holds: `line_count`,
    `movement_count`, `repeated_count`, `error_count` and `warning_count`. Findings of `lasting_codes` stay
    open and become part of this attempt. What was posted is asked of the ledger. `status_before` is that of
    an earlier attempt, if there was one.
    """
    totals = one_row(workbench, "import_totals", {"import_id": parameters["import_id"]})
    record = {
        "import_id": parameters["import_id"],
        "reader_name": file.reader_name,
        "status": status,
        "attempt": parameters["attempt"],
        "reference_version": attempt.reference_version,
        "run_id": attempt.run_id,
        "now": attempt.now,
        "line_count": held["line_count"],
        "movement_count": held["movement_count"],
        "posted_movement_count": totals["posted_movement_count"],
        "repeated_movement_count": held["repeated_count"],
        "posting_count": totals["posting_count"],
        "linked_posting_count": totals["linked_posting_count"],
        "unlinked_posting_count": totals["unlinked_posting_count"],
        "error_count": held["error_count"],
        "warning_count": held["warning_count"],
        "debit_total": totals["debit_total"],
        "credit_total": totals["credit_total"],
        "repeats_import_id": repeats_import_id,
    }
    if parameters["attempt"] == 1:
        identity = {
            "source_kind": file.source_kind,
            "partition_key": file.partition_key,
            "source_file": file.source_file,
            "content_sha256": file.content_sha256,
            "byte_count": file.byte_count,
        }
        workbench.execute(statement("ledger", "insert_import"), record | identity)
    else:
        workbench.execute(statement("ledger", "update_import"), record)
        by_attempt = {name: parameters[name] for name in ("import_id", "attempt")}
        workbench.execute(statement("ledger", "carry_findings"), by_attempt | {"codes": list(lasting_codes)})
        workbench.execute(statement("ledger", "resolve_earlier_attempt"), dict(parameters))
    attempted = ("import_id", "attempt", "run_id", "reference_version", "now", "status")
    counted = ("posted_movement_count", "error_count", "warning_count")
    workbench.execute(
        statement("ledger", "insert_attempt"), {name: record[name] for name in attempted + counted}
    )
    _log_attempt(workbench, file, attempt, record, status_before)
    return ImportOutcome(
        partition_key=file.partition_key,
        source_file=file.source_file,
        content_sha256=file.content_sha256,
        import_id=int(str(parameters["import_id"])),
        status=status,
        is_attempted=True,
        counts={name: int(str(record[name])) for name in COUNTS},
        debit_total=Decimal(str(record["debit_total"])),
        credit_total=Decimal(str(record["credit_total"])),
    )


def _log_attempt(
    workbench: duckdb.DuckDBPyConnection,
    file: ImportedFile,
    attempt: Attempt,
    record: Mapping[str, object],
    status_before: str | None,
) -> None:
    """Writes the attempt into the audit log, with the hash of the file, the control totals of its postings,
    and the status in which an earlier attempt left it.
    """
    totals = (
        "status",
        "posted_movement_count",
        "posting_count",
        "linked_posting_count",
        "unlinked_posting_count",
        "debit_total",
        "credit_total",
    )
    change = Change(
        "import",
        f"import {record['import_id']}/{record['attempt']}: {file.partition_key}",
        attempt.requester.at(attempt.now),
        run_id=attempt.run_id,
        reference_version=attempt.reference_version,
        before=None if status_before is None else {"status": status_before},
        after={"content_sha256": file.content_sha256} | {name: record[name] for name in totals},
    )
    record_change(workbench, change)


def one_row(
    workbench: duckdb.DuckDBPyConnection, name: str, parameters: Mapping[str, object] | None = None
) -> dict[str, object]:
    """The one row of a statement of the ledger."""
    found = records(workbench, "ledger", name, parameters)
    assert len(found) == 1, f"{name} returns one row"
    return found[0]
