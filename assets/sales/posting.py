"""Posts one prepared file of sales invoices: everything it changes in the ledger, within one transaction.

Exactly once: a file by its key and its content, an invoice by its reference (company, kind, number, year),
which is unique in the ledger. What is booked never changes: other content that comes later is a finding.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import duckdb
import pyarrow as pa

from assets.findings import finding_codes
from assets.ledger import findings as ledger_findings
from assets.ledger import journal
from assets.ledger.given import Given
from assets.ledger.imports import (
    Attempt,
    ImportedFile,
    ImportOutcome,
    close_superseded,
    next_attempt,
    record_import,
    recorded_outcome,
    same_content,
)
from assets.money import currency_digits
from assets.sales.e_invoices import E_INVOICE_READERS
from assets.sales.prepare import UNEXPECTED, PreparedSales
from assets.statements import parsed, records, row_count, statement, statement_text
from assets.unexpected import guarding

SOURCE_KIND: Final = "sales"

_MACROS: Final = (
    ("invoices", "units_of"),
    ("invoices", "amount_of"),
    ("invoices", "round_units"),
    ("invoices", "identity_number_of"),
    ("invoices", "number_key_of"),
    ("invoices", "digit_key_of"),
    ("sales", "sent_file_key"),
)

_RECOGNITION: Final = (
    "sale",
    "customer",
    "sale_party",
    "sale_row",
    "sale_row_rule",
    "sale_vat",
    "sale_total",
    "sale_due",
    "sale_line",
    "sale_content",
    "sale_rate",
    "sale_first",
)

_RULES: Final = ("check_parties", "check_amounts", "check_setup", "check_repeated", "check_opening")

_FRAMES: Final = {"header": "sales_header", "line": "sales_row", "instalment": "sales_due"}


def post_sales(
    workbench: duckdb.DuckDBPyConnection, prepared: PreparedSales, attempt: Attempt
) -> ImportOutcome:
    """Within a transaction of the ledger: books what may be booked, keeps drafts, and records the import.

    Grain: one file. Idempotent: a file with nothing left to do is returned as it stands, and an invoice that
    the ledger has is not booked again. The reference tables must stand on the workbench.

    Raises UnexpectedError if judging meets what nobody foresaw; book `prepare.refused` then, in another
    transaction.
    """
    recorded = recorded_outcome(workbench, prepared.partition_key)
    if recorded is not None and recorded.is_closed:
        return recorded
    import_id, number = next_attempt(workbench, recorded)
    parameters = {"import_id": import_id, "attempt": number, "now": attempt.now}
    file = ImportedFile(
        SOURCE_KIND,
        prepared.partition_key,
        prepared.source_file,
        prepared.content_sha256,
        prepared.byte_count,
        prepared.reader_name,
    )
    is_new = recorded is None and not prepared.messages.num_rows
    repeated = same_content(workbench, file) if is_new else None
    if repeated is not None:
        return _record_repeated(workbench, prepared, file, attempt, parameters, repeated)
    with guarding(prepared.source_file, UNEXPECTED):
        _recognise(workbench, prepared)
        _apply_rules(workbench, import_id)
    _write(workbench, attempt, parameters)
    held = records(workbench, "sales", "sale_totals", {"import_id": import_id})[0]
    status = "posted" if not held["error_count"] else "incomplete" if held["done_count"] else "failed"
    status_before = recorded.status if recorded else None
    outcome = record_import(
        workbench, file, attempt, parameters, status, held, None, status_before=status_before
    )
    found = Given("sales", "finding_to_note", parameters | {"source_file": prepared.source_file})
    ledger_findings.note(workbench, found)
    superseded = _supersede(workbench, outcome, attempt.now)
    return replace(outcome, superseded_keys=superseded)


def _recognise(workbench: duckdb.DuckDBPyConnection, prepared: PreparedSales) -> None:
    """Leaves the tables `sale…`: each invoice with its company, customer, accounts, amounts and content."""
    for stage, macro in _MACROS:
        workbench.execute(statement(stage, macro))
    for level, name in _FRAMES.items():
        workbench.register(name, prepared.frames[level])  # type: ignore[index]
    workbench.register("sales_found", prepared.found)
    digits = currency_digits()
    workbench.register(
        "currency_digits",
        pa.table({"currency_code": list(digits), "digits": pa.array(list(digits.values()), pa.int32())}),
    )
    codes = finding_codes().values()
    workbench.register(
        "finding_severity",
        pa.table({name: [getattr(code, name) for code in codes] for name in ("finding_code", "severity")}),
    )
    for name in _RECOGNITION:
        workbench.execute(statement("sales", name))


def _apply_rules(workbench: duckdb.DuckDBPyConnection, import_id: int) -> None:
    """Leaves sale_finding and sale_state: what is wrong with each invoice, and what becomes of it.

    What was wrong with one that another file booked since is not found again.
    """
    workbench.execute(statement("sales", "sale_mended"), {"import_id": import_id})
    union = "\nUNION ALL\n".join(f"({statement_text('sales', rule)})" for rule in _RULES)
    workbench.execute(parsed(f"CREATE OR REPLACE TEMP TABLE found_in_sales AS {union}"))
    workbench.execute(statement("sales", "sale_finding"))
    workbench.execute(statement("sales", "sale_state"), {"import_id": import_id})
    workbench.execute(statement("sales", "sale_change"))
    if row_count(workbench, "sale_change"):
        workbench.execute(statement("sales", "insert_changed"))
        workbench.execute(statement("sales", "sale_finding"))


def _write(workbench: duckdb.DuckDBPyConnection, attempt: Attempt, parameters: Mapping[str, object]) -> None:
    """Writes invoices, lines, entries, postings and items; and what differs from what was booked."""
    now = {"now": attempt.now}
    by_import = {"import_id": parameters["import_id"]}
    for name in ("sale_entry", "sale_posting", "sale_receivable"):
        workbench.execute(statement("sales", name))
    if row_count(workbench, "sale_entry"):
        workbench.execute(statement("sales", "keep_invoice"), by_import | now)
        workbench.execute(statement("sales", "keep_line"))
        workbench.execute(statement("sales", "drop_line"))
        journal.post_entries(workbench, Given("sales", "entry_to_post", parameters))
        journal.post_lines(workbench, Given("sales", "line_to_post", by_import))
        journal.open_items(workbench, Given("sales", "item_to_open"), attempt.now)
    workbench.execute(statement("sales", "note_transmission"), by_import | now)
    workbench.execute(statement("sales", "note_change"), by_import | now)
    if parameters["attempt"] == 1:
        # A file that is only rerun says nothing new about what was booked.
        workbench.execute(statement("sales", "forget_change"))


def _supersede(
    workbench: duckdb.DuckDBPyConnection, outcome: ImportOutcome, now: dt.datetime
) -> tuple[str, ...]:
    """Closes earlier files of which everything that was kept out is booked now; their keys."""
    import_id = outcome.import_id
    by_import = {"import_id": import_id}
    mended = [Given("sales", "finding_of_booked_invoice", by_import)]
    if outcome.status == "posted":
        by_name = by_import | {"source_file": outcome.source_file}
        mended.append(Given("sales", "finding_of_corrected_date", by_name))
    for given in mended:
        ledger_findings.close(workbench, given, "superseded", now, outcome.partition_key)
    closed = records(workbench, "ledger", "superseded_import", by_import | {"source_kind": SOURCE_KIND})
    for old in closed:
        close_superseded(workbench, old["import_id"], import_id, now)
    return tuple(str(old["partition_key"]) for old in closed)


def _record_repeated(
    workbench: duckdb.DuckDBPyConnection,
    prepared: PreparedSales,
    file: ImportedFile,
    attempt: Attempt,
    parameters: Mapping[str, object],
    repeated: tuple[int, str],
) -> ImportOutcome:
    """Records a file whose content came before under another name, with a remark and nothing else."""
    repeats_import_id, expected = repeated
    held = {
        "line_count": prepared.frames["line"].num_rows,
        "movement_count": 0,
        "repeated_count": 0,
        "error_count": 0,
        "warning_count": 1,
    }
    outcome = record_import(workbench, file, attempt, parameters, "repeated", held, repeats_import_id)
    _note_sent_again(workbench, prepared, repeats_import_id, parameters)
    remark = {**parameters, "source_file": prepared.source_file, "expected": expected}
    ledger_findings.note(workbench, Given("sales", "repeated_finding_to_note", remark))
    return outcome


def _note_sent_again(
    workbench: duckdb.DuckDBPyConnection,
    prepared: PreparedSales,
    repeats_import_id: int,
    parameters: Mapping[str, object],
) -> None:
    """An e-invoice with the content of another file was sent once more: its messages will name this file."""
    names = prepared.frames["header"]["sdi_file_name"].unique().drop_null().to_pylist()
    if prepared.reader_name not in E_INVOICE_READERS or not names:
        return
    workbench.execute(statement("sales", "sent_file_key"))
    workbench.execute(
        statement("sales", "note_sent_again"),
        {
            "import_id": parameters["import_id"],
            "repeats_import_id": repeats_import_id,
            "sdi_file_name": names[0],
            "now": parameters["now"],
        },
    )
