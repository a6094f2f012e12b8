"""The questions that people ask of the whole ledger, as functions over the statements `report_…`.

Belongs here: choosing the statement, its parameters, and nesting what belongs together. Does not: opening
the ledger (`assets.ledger.store`), showing the answer, or reading the kept files.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import duckdb

from assets.import_numbers import import_number
from assets.ledger.asking import Answer, Row, Subject, Value, row_of, rows_of

_POSTING_REFERENCE: Final = re.compile(r"([0-9]{1,18})(?:/([0-9]{1,9}))?")


def companies(ledger: duckdb.DuckDBPyConnection) -> list[str]:
    """The codes of all companies that the reference data ever named, in their order."""
    return [str(row["company_code"]) for row in rows_of(ledger, "reports", "report_companies")]


def status(ledger: duckdb.DuckDBPyConnection, *, last_imports: int) -> Answer:
    """Counts over the whole ledger, totals per currency, transit balances and the newest imports."""
    return {
        **row_of(ledger, "reports", "report_status_counts"),
        "ledger_totals": rows_of(ledger, "reports", "report_status_ledger_totals"),
        "open_item_totals": rows_of(ledger, "reports", "report_status_open_item_totals"),
        "transit_balances": rows_of(ledger, "reports", "report_status_transit"),
        "imports_by_status": rows_of(ledger, "reports", "report_status_imports"),
        "last_imports": rows_of(ledger, "reports", "report_status_last_imports", limit=last_imports),
        "deliveries_by_status": rows_of(ledger, "reports", "report_status_deliveries"),
        "documents_by_status": rows_of(ledger, "reports", "report_status_documents"),
        "reasons_to_register": rows_of(ledger, "reports", "report_status_reasons"),
        "sales_by_status": rows_of(ledger, "reports", "report_status_sales"),
    }


EMPTY_STATUS: Final[Mapping[str, object]] = MappingProxyType(
    {
        "entry_count": 0,
        "posting_count": 0,
        "open_item_count": 0,
        "closed_item_count": 0,
        "withdrawn_item_count": 0,
        "unlinked_payment_count": 0,
        "open_error_count": 0,
        "open_warning_count": 0,
        "reference_version": None,
        "ledger_totals": [],
        "open_item_totals": [],
        "transit_balances": [],
        "imports_by_status": [],
        "last_imports": [],
        "deliveries_by_status": [],
        "documents_by_status": [],
        "reasons_to_register": [],
        "sales_by_status": [],
    }
)
"""The status before there is a ledger: the same names, nothing in them."""


def is_known_file(ledger: duckdb.DuckDBPyConnection, file: str) -> bool:
    """Whether a trace or reference file of this name (or number, or partition key) was ever seen."""
    return bool(row_of(ledger, "reports", "report_known_file", file=file)["is_known"])


def identify(ledger: duckdb.DuckDBPyConnection, what: str) -> list[Subject]:
    """Everything that the text could mean, files first, then entries, then open items."""
    return [*_files(ledger, what), *_entries(ledger, what), *_items(ledger, what)]


def explain_entry(ledger: duckdb.DuckDBPyConnection, entry_id: int, line_number: int | None = None) -> Answer:
    """Where an entry comes from, with its postings (or the one of that line) and what each settles."""
    record = row_of(ledger, "reports", "report_entry", entry_id=entry_id)
    settlements = rows_of(ledger, "reports", "report_settlements", item_id=None, entry_id=entry_id)
    lines = rows_of(ledger, "ledger", "report_entry_postings", entry_id=entry_id, line_number=line_number)
    return {
        **record,
        "reference_files": reference_files(ledger, record["reference_version"]),
        "postings": [
            {**line, "settlements": [s for s in settlements if s["line_number"] == line["line_number"]]}
            for line in lines
        ],
    }


def explain_item(ledger: duckdb.DuckDBPyConnection, item_id: int) -> Answer:
    """What opened an item and everything that settled it, undone settlements included."""
    return {
        **row_of(ledger, "reports", "report_item", item_id=item_id),
        "settlements": rows_of(ledger, "reports", "report_settlements", item_id=item_id, entry_id=None),
    }


def manual_entry(ledger: duckdb.DuckDBPyConnection, entry_id: int) -> Row:
    """Who asked for an entry, why and when; nothing for entries that a file brought."""
    found = rows_of(ledger, "reports", "report_manual_entry", entry_id=entry_id)
    return found[0] if found else {}


def _files(ledger: duckdb.DuckDBPyConnection, what: str) -> list[Subject]:
    rows = rows_of(ledger, "reports", "report_what_imports", what=what)
    # Two files may differ in nothing but the case of their names; the exact partition key then decides.
    exact = [row for row in rows if row["partition_key"] == what]
    # Of a file that was corrected or imported again, the import that stands is meant; the others have keys
    # of their own.
    standing = [row for row in rows if row["status"] not in ("superseded", "deleted", "repeated")]
    chosen = exact or (standing if len(standing) == 1 else rows)
    return [
        Subject(
            "file",
            import_number(_number(row["import_id"])),
            f"{row['source_file']}, {row['status']}, imported {row['imported_at']:%Y-%m-%d %H:%M} UTC",
            _number(row["import_id"]),
        )
        for row in chosen
    ]


def _entries(ledger: duckdb.DuckDBPyConnection, what: str) -> list[Subject]:
    reference = _POSTING_REFERENCE.fullmatch(what)
    if reference is None:
        return []
    line_number = None if reference[2] is None else int(reference[2])
    rows = rows_of(
        ledger, "reports", "report_what_postings", entry_id=int(reference[1]), line_number=line_number
    )
    return [
        Subject(
            "posting",
            f"{row['entry_id']}" if line_number is None else f"{row['entry_id']}/{line_number}",
            f"journal entry of company {row['company_code']} on {row['posting_date']}",
            _number(row["entry_id"]),
            line_number,
        )
        for row in rows
    ]


def items_of_key(ledger: duckdb.DuckDBPyConnection, key: str) -> list[str]:
    """The open items of this key in every company, as COMPANY:KEY."""
    return [subject.reference for subject in _items(ledger, key)]


def _items(ledger: duckdb.DuckDBPyConnection, what: str) -> list[Subject]:
    company, colon, key = what.partition(":")
    rows = rows_of(
        ledger,
        "reports",
        "report_what_items",
        what=what,
        company=company if colon else None,
        company_key=key if colon else None,
    )
    return [
        Subject(
            "item",
            f"{row['company_code']}:{row['open_item_key']}",
            f"open item on account {row['account_code']}, {row['status']}",
            _number(row["item_id"]),
        )
        for row in rows
    ]


def reference_files(ledger: duckdb.DuckDBPyConnection, reference_version: Value) -> list[Row]:
    """The reference files as they were in a version of the set."""
    return rows_of(ledger, "reports", "report_reference_files", reference_version=reference_version)


def _number(value: Value) -> int:
    assert isinstance(value, int), "identifiers are whole numbers"
    return value
