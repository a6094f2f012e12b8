"""Reads the reference files, validates them as one set, and brings a changed set into force.

The set is taken as a whole: if one file is wrong then none of the changes takes effect, since files refer
to each other. The last good set stays in force in the ledger, and the findings say what to mend.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import duckdb
import pandas as pd
import pandera.pandas as pda
import pyarrow as pa

from assets.decimals import Mark
from assets.finding_frames import to_arrow
from assets.findings import Finding, said
from assets.ledger import findings as ledger_findings
from assets.ledger import journal
from assets.ledger.given import Given
from assets.reference.company_settings import company_setting_table
from assets.reference.csv_text import csv_rows, separator_of
from assets.reference.identifiers import identifier_problem, scheme_table
from assets.reference.numbers import FILE_KIND, company_currencies, declared_mark, with_numbers
from assets.reference.schemas import REFERENCE_FILES, ReferenceFile
from assets.settings import SETTING_RULES, Settings, setting_problem, settings_from_rows
from assets.statements import statement

CROSS_RULES: Final = (
    "check_unknown_codes",
    "check_periods",
    "check_opening_amounts",
    "check_invoice_accounts",
    "check_invoice_vat_codes",
    "check_invoice_values",
    "check_posting_rules",
    "check_item_conditions",
    "check_treasury_accounts",
    "check_identifiers",
)

_FOLDER_CLASHES: Final = (
    ("export_folder", "inbox_folder", said("exports_imported")),
    ("invoice_inbox_folder", "inbox_folder", said("traces_with_e_invoices")),
    ("invoice_inbox_folder", "export_folder", said("exports_imported")),
    ("sales_inbox_folder", "inbox_folder", said("traces_with_sales")),
    ("sales_inbox_folder", "invoice_inbox_folder", said("issued_with_received")),
    ("sales_inbox_folder", "export_folder", said("exports_imported")),
)
"""Two settings that must not name one folder, and what would happen, as something said."""

_FILE_CLASH: Final = ("open_items_file", "registry_file")
"""Two settings that must not name one file, whatever its suffix: the JSON form has a suffix of its own."""

ABSENT: Final = "absent"
"""Stands for the hash of an optional file that is missing; no hash of a content looks like it."""


@dataclass(frozen=True, slots=True)
class ReferenceFrames:
    """The files as frames (text columns and `line_number`), their hashes, and what is wrong with them.

    `decimal_mark` is how they write numbers; those of the frames have a decimal point.
    """

    frames: Mapping[str, pa.Table]
    hashes: Mapping[str, str]
    findings: tuple[Finding, ...]
    decimal_mark: Mark = ""


def read_reference(folder: Path, in_force: Mapping[str, str]) -> ReferenceFrames:
    """Reads and validates the files unless all are in force already (by content hash).

    `in_force` maps file names to the hashes of the versions in force. If nothing changed, the result has no
    frames and no findings. An optional file that is missing is an empty frame; its hash is `ABSENT`, and
    one that was never there counts as absent before.
    """
    contents: dict[str, bytes] = {}
    hashes: dict[str, str] = {}
    findings: list[Finding] = []
    for file in REFERENCE_FILES:
        try:
            contents[file.name] = (folder / file.name).read_bytes()
            hashes[file.name] = hashlib.sha256(contents[file.name]).hexdigest()
        except OSError as error:
            if not isinstance(error, FileNotFoundError):
                raw = error.strerror or str(error)
                findings.append(Finding(file.name, "reference_file_unreadable", raw_value=raw))
            elif file.is_optional:
                hashes[file.name] = ABSENT
            else:
                findings.append(Finding(file.name, "reference_file_missing"))
    if not findings and all(_is_in_force(file, hashes, in_force) for file in REFERENCE_FILES):
        return ReferenceFrames({}, hashes, ())
    tables: dict[str, pa.Table] = {}
    for file in REFERENCE_FILES:
        if file.name not in contents:
            if file.is_optional:
                tables[file.table] = _table(file, {name: [] for name in file.columns}, [])
            continue
        table, problems = _read(file, contents[file.name])
        findings += problems
        if table is not None:
            tables[file.table] = table
    mark = declared_mark(tables.get("setting"))
    currencies = company_currencies(tables.get("company"))
    frames: dict[str, pa.Table] = {}
    for file in REFERENCE_FILES:
        if file.table in tables:
            frames[file.table], problems = with_numbers(file, tables[file.table], mark, currencies)
            findings += [*problems, *_judged(file, tables[file.table], frames[file.table], problems)]
    if not findings:
        findings += _cross_findings(frames)
    return ReferenceFrames({} if findings else frames, hashes, tuple(findings), mark)


def written_settings(folder: Path) -> Settings:
    """The settings as settings.csv has them now, in force or not; the defaults if it is missing or wrong.

    For what has to be known when a program starts, when nobody can wait for the ledger.
    """
    (file,) = (each for each in REFERENCE_FILES if each.table == "setting")
    try:
        table, problems = _read(file, (folder / file.name).read_bytes())
    except OSError:
        return settings_from_rows(())
    if table is None or problems or any(_judged(file, table, table, [])):
        return settings_from_rows(())
    names = ("company_code", "setting_name", "setting_value")
    return settings_from_rows(zip(*(table[name].to_pylist() for name in names), strict=True))


def _is_in_force(file: ReferenceFile, hashes: Mapping[str, str], in_force: Mapping[str, str]) -> bool:
    """Whether the file stands in the ledger as it was read now."""
    return in_force.get(file.name, ABSENT) == hashes[file.name]


def _read(file: ReferenceFile, content: bytes) -> tuple[pa.Table | None, list[Finding]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raw = content[error.start : error.end].hex(" ")
        place = (error.start, error.end)
        return None, [
            Finding(
                file.name,
                "reference_file_unreadable",
                line_number=content[: error.start].count(b"\n") + 1,
                byte_start=place[0],
                byte_end=place[1],
                raw_value=raw,
            )
        ]
    try:
        rows = list(csv_rows(text, strict=True))
    except csv.Error as error:
        problem, line_number = error.args
        return None, [
            Finding(
                file.name, "reference_file_unreadable", line_number=int(line_number), raw_value=str(problem)
            )
        ]
    header, line_number = (rows[0].cells, rows[0].last) if rows else ([], 1)
    separator = separator_of(text)
    names = [name.strip() for name in header]
    raw_header = separator.join(header).strip()
    problems = [
        Finding(
            file.name, "reference_column_missing", line_number=line_number, field=name, raw_value=raw_header
        )
        for name in file.columns
        if name not in names
    ] + [
        Finding(
            file.name, "reference_column_unknown", line_number=line_number, field=name, raw_value=raw_header
        )
        for place, name in enumerate(names)
        if name not in file.columns or name in names[:place]
    ]
    for row in rows[1:]:
        if not problems and len(row.cells) != len(names):
            problems.append(
                Finding(
                    file.name,
                    "reference_value_invalid",
                    line_number=row.last,
                    raw_value=separator.join(row.cells),
                    expected=said("columns", count=len(names), found=len(row.cells)),
                )
            )
    if problems:
        return None, problems
    columns = {
        name: [row.cells[place].strip() or None for row in rows[1:]] for place, name in enumerate(names)
    }
    return _table(file, columns, [row.last for row in rows[1:]]), []


def _table(file: ReferenceFile, columns: Mapping[str, list[str | None]], line_numbers: list[int]) -> pa.Table:
    arrays = [pa.array(columns[name], type=pa.string()) for name in file.columns]
    arrays.append(pa.array(line_numbers, type=pa.int64()))
    return pa.table(arrays, names=[*file.columns, "line_number"])


def _judged(
    file: ReferenceFile, written: pa.Table, table: pa.Table, known: list[Finding]
) -> Iterator[Finding]:
    """What is wrong with a frame beside what is known; as it is written where its numbers were read."""
    frame = table.to_pandas(types_mapper=pd.ArrowDtype)
    places = {(finding.line_number, finding.field) for finding in known}
    wrong = [
        finding
        for finding in _schema_findings(file, frame, written)
        if (finding.line_number, finding.field) not in places
    ]
    yield from wrong
    yield from _repeated_rows(file, frame)
    if file.table == "setting":
        yield from _setting_findings(file, frame)
    if file.table == "counterparty_identifier" and not wrong:
        yield from _identifier_findings(file, frame)


def _schema_findings(file: ReferenceFile, frame: pd.DataFrame, written: pa.Table) -> list[Finding]:
    try:
        file.schema().validate(frame, lazy=True)
    except pda.errors.SchemaErrors as error:
        findings = []
        for row in error.failure_cases.to_dict("records"):
            assert row["index"] is not None, f"the frame itself is wrong: {row}"
            place, name = int(row["index"]), str(row["column"])
            is_missing = row["check"] == "not_nullable"
            findings.append(
                Finding(
                    file.name,
                    "reference_value_invalid",
                    line_number=written["line_number"][place].as_py(),
                    field=name,
                    raw_value="" if is_missing else written[name][place].as_py(),
                    expected=said("value") if is_missing else str(row["check"]),
                )
            )
        return findings
    return []


def _repeated_rows(file: ReferenceFile, frame: pd.DataFrame) -> list[Finding]:
    repeated = frame[frame.duplicated(list(file.key), keep="first")]
    return [
        Finding(
            file.name,
            "reference_row_repeated",
            line_number=int(row["line_number"]),
            field=" ".join(file.key),
            raw_value=" ".join("" if pd.isna(row[name]) else str(row[name]) for name in file.key),
        )
        for row in repeated.to_dict("records")
    ]


def _setting_findings(file: ReferenceFile, frame: pd.DataFrame) -> list[Finding]:
    findings = []
    for row in frame.to_dict("records"):
        if pd.isna(row["setting_name"]):
            continue
        company = None if pd.isna(row["company_code"]) else str(row["company_code"])
        value = "" if pd.isna(row["setting_value"]) else str(row["setting_value"])
        expected = setting_problem(company, str(row["setting_name"]), value)
        if expected is not None:
            field = "setting_name" if row["setting_name"] not in SETTING_RULES else "setting_value"
            raw = str(row["setting_name"]) if field == "setting_name" else value
            findings.append(
                Finding(
                    file.name,
                    "reference_value_invalid",
                    line_number=int(row["line_number"]),
                    field=field,
                    raw_value=raw,
                    expected=expected,
                )
            )
    return [*findings, *_folder_findings(file, frame)]


def _identifier_findings(file: ReferenceFile, frame: pd.DataFrame) -> list[Finding]:
    """Numbers that can be none of their scheme, such as a VAT number with wrong check digits."""
    findings = []
    for row in frame.to_dict("records"):
        problem = identifier_problem(str(row["scheme_code"]), str(row["identifier"]))
        if problem is not None:
            field, expected = problem
            findings.append(
                Finding(
                    file.name,
                    "reference_value_invalid",
                    line_number=int(row["line_number"]),
                    field=field,
                    raw_value=str(row[field]),
                    expected=expected,
                )
            )
    return findings


def _folder_findings(file: ReferenceFile, frame: pd.DataFrame) -> list[Finding]:
    """Each folder and each file has one purpose: what is exported must never be imported (D03)."""
    rows = {
        str(row["setting_name"]): row
        for row in frame.to_dict("records")
        if not pd.isna(row["setting_name"]) and not pd.isna(row["setting_value"])
    }

    def folder(name: str) -> str:
        value = str(rows[name]["setting_value"]) if name in rows else SETTING_RULES[name].default
        return value.rstrip("/")

    findings = []
    clashes: list[tuple[str, str, str | None]] = [
        clash for clash in _FOLDER_CLASHES if folder(clash[0]) == folder(clash[1])
    ]
    one, two = (folder(name).casefold().rpartition(".")[0] for name in _FILE_CLASH)
    if one == two:
        clashes.append((*_FILE_CLASH, None))
    for name, other, danger in clashes:
        # The two defaults differ, so that at least one of the two stands in the file.
        row, opposite = (rows[name], other) if name in rows else (rows[other], name)
        expected = (
            said("another_file", setting=opposite)
            if danger is None
            else said("another_folder", setting=opposite, danger=danger)
        )
        findings.append(
            Finding(
                file.name,
                "reference_value_invalid",
                line_number=int(row["line_number"]),
                field="setting_value",
                raw_value=str(row["setting_value"]),
                expected=expected,
            )
        )
    return findings


def _cross_findings(frames: Mapping[str, pa.Table]) -> list[Finding]:
    """Rules across the files; each statement returns its failing rows with file, line and field."""
    findings: list[Finding] = []
    with duckdb.connect(":memory:") as workbench:
        for table, frame in frames.items():
            workbench.register(table, frame)
        workbench.register("identifier_scheme", scheme_table())
        workbench.execute(statement("ledger", "said"))
        for rule in CROSS_RULES:
            for row in workbench.execute(statement("reference", rule)).fetchall():
                name, line_number, field, code, raw_value, expected = row
                findings.append(
                    Finding(
                        name,
                        code,
                        line_number=line_number,
                        field=field,
                        raw_value=raw_value,
                        expected=expected,
                    )
                )
    return findings


@dataclass(frozen=True, slots=True)
class ReferenceState:
    """What is in force: the version number of the newest file, whether it changed now, what was refused."""

    version: int
    is_changed: bool
    findings: tuple[Finding, ...]
    settings: Settings


def bring_into_force(
    workbench: duckdb.DuckDBPyConnection, folder: Path, now: dt.datetime, *, writes: bool = True
) -> ReferenceState:
    """Within a transaction of the ledger: takes a changed, good set into force; copies what is in force
    into the workbench (a table for each file but the open items, such as company, account or vat_code, and
    company_setting), where the stages join it.

    A row of opening_open_items.csv that is new opens an item; one that changed changes its item if nothing
    was settled yet; one that is gone withdraws it. `now` is a UTC timestamp.
    """
    rows = workbench.execute(statement("reference", "in_force")).fetchall()
    in_force = {name: content_hash for name, content_hash, _ in rows}
    version = max((number for _, _, number in rows), default=0)
    settings_before = workbench.execute(statement("ledger", "settings_in_force")).fetchall()
    mark_before = settings_from_rows(settings_before).decimal_mark(FILE_KIND)
    read = read_reference(folder, in_force)
    findings = list(read.findings)
    is_changed = bool(read.frames)
    if is_changed:
        findings += opening_findings(workbench, read)
        if findings:
            is_changed = False
        else:
            version += 1
            _write(workbench, read, in_force, version, now, is_mark_new=read.decimal_mark != mark_before)
    _record_findings(workbench, findings, now)
    settings = _copy_to_workbench(workbench)
    return ReferenceState(version, is_changed, tuple(findings), settings)


def judged_reference(folder: Path, ledger: duckdb.DuckDBPyConnection | None) -> ReferenceFrames:
    """The files as they are now, in force or not, with all that is wrong with them: in themselves, and then
    against the ledger, where one is attached to `ledger`, since they may take back what was settled since.
    """
    read = read_reference(folder, {})
    if read.findings or ledger is None:
        return read
    return replace(read, findings=tuple(opening_findings(ledger, read)))


def opening_findings(workbench: duckdb.DuckDBPyConnection, read: ReferenceFrames) -> list[Finding]:
    """Opening items that changed or went although something stands on them. The ledger is attached.

    `read` has frames and no findings of its own.
    """
    workbench.register("opening", read.frames["open_item"])
    rows = workbench.execute(statement("reference", "check_opening_settled")).fetchall()
    workbench.unregister("opening")
    return [
        Finding(
            "opening_open_items.csv",
            "opening_item_settled",
            line_number=line_number,
            field=field,
            raw_value=raw_value,
            expected=expected,
        )
        for line_number, field, raw_value, expected in rows
    ]


def _write(
    workbench: duckdb.DuckDBPyConnection,
    read: ReferenceFrames,
    in_force: Mapping[str, str],
    version: int,
    now: dt.datetime,
    *,
    is_mark_new: bool,
) -> None:
    for file in REFERENCE_FILES:
        # The same text with another decimal mark is another number.
        if _is_in_force(file, read.hashes, in_force) and not (is_mark_new and file.numbers):
            continue
        frame = read.frames[file.table]
        workbench.register("incoming", frame)
        if file.table == "open_item":
            journal.keep_lives(workbench, Given("reference", "ended_life"), now)
            journal.change_items(workbench, Given("reference", "item_to_change", {"now": now}))
            journal.withdraw_items(workbench, Given("reference", "item_to_withdraw"))
            journal.open_items(workbench, Given("reference", "item_to_open"), now)
        else:
            workbench.execute(statement("reference", f"load_{file.table}"), {"version": version})
        workbench.execute(
            statement("reference", "insert_reference_file"),
            {
                "name": file.name,
                "version": version,
                "hash": read.hashes[file.name],
                "count": frame.num_rows,
                "now": now,
            },
        )
        workbench.unregister("incoming")


def _record_findings(workbench: duckdb.DuckDBPyConnection, findings: list[Finding], now: dt.datetime) -> None:
    """Keeps the open findings of reference files equal to what was found now; earlier ones are mended."""
    workbench.register("found", to_arrow(findings))
    ledger_findings.close(workbench, Given("reference", "mended_finding"), "mended", now)
    ledger_findings.note(workbench, Given("reference", "finding_to_note", {"now": now}))
    workbench.unregister("found")


def settings_on(workbench: duckdb.DuckDBPyConnection) -> Settings:
    """The settings in force, of a workbench into which they were copied."""
    return settings_from_rows(workbench.execute(statement("reference", "setting_of_workbench")).fetchall())


def _copy_to_workbench(workbench: duckdb.DuckDBPyConnection) -> Settings:
    for file in REFERENCE_FILES:
        if file.table != "open_item":
            workbench.execute(statement("reference", f"copy_{file.table}"))
    settings = settings_on(workbench)
    codes = [code for (code,) in workbench.execute(statement("reference", "company_of_workbench")).fetchall()]
    workbench.register("company_setting_rows", company_setting_table(settings, codes))
    workbench.execute(statement("reference", "company_setting"))
    workbench.unregister("company_setting_rows")
    return settings
