"""The questions that people ask the ledger, as plain functions over the statements `sql/report_*.sql`.

Belongs here: choosing the statement, its parameters, and nesting what belongs together. Does not: opening
the ledger (`assets.ledger.store`), showing the answer, or reading the kept files. A row is a dictionary by
column name; amounts are Decimal, times are UTC. Nothing here loads a frame library, so that a command
answers at once.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Final, Literal

import duckdb

from assets.import_numbers import import_number
from assets.settings import Settings, settings_from_rows
from assets.statements import Query, statement

Value = str | int | bool | Decimal | dt.date | dt.datetime | None
Row = dict[str, Value]
Answer = dict[str, object]
"""A row that holds lists of rows as well."""

SubjectKind = Literal["file", "posting", "item", "document"]

AMOUNT_CURRENCIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "debit_amount": "company_currency_code",
        "credit_amount": "company_currency_code",
        "linked_amount": "company_currency_code",
        "taxable_amount": "company_currency_code",
        "vat_amount": "company_currency_code",
        "deductible_amount": "company_currency_code",
        "deferred_amount": "company_currency_code",
        "unlinked_amount": "company_currency_code",
        "balance_amount": "company_currency_code",
        "debit_total": "company_currency_code",
        "credit_total": "company_currency_code",
        "amount_company_currency": "company_currency_code",
        "currency_amount": "currency_code",
        "original_amount": "currency_code",
        "settled_amount": "currency_code",
        "residual_amount": "currency_code",
        "candidate_residual_amount": "candidate_currency_code",
        "residual_total": "currency_code",
        "total_amount": "currency_code",
        "payable_amount": "currency_code",
        "discount_amount": "currency_code",
        "discounted_amount": "currency_code",
        "residual_before": "currency_code",
        "residual_after": "currency_code",
        "amount": "currency_code",
        "residual_amount_company_currency": "company_currency_code",
        "total_amount_company_currency": "company_currency_code",
        "opening_amount": "company_currency_code",
        "item_amount": "company_currency_code",
        "exchange_amount": "company_currency_code",
        "other_amount": "company_currency_code",
        "difference_amount": "company_currency_code",
        "not_due_amount": "currency_code",
        "overdue_1_to_30_amount": "currency_code",
        "overdue_31_to_60_amount": "currency_code",
        "overdue_61_to_90_amount": "currency_code",
        "overdue_over_90_amount": "currency_code",
        "without_due_date_amount": "currency_code",
        "paid_amount": "currency_code",
        "exported_residual_amount": "currency_code",
    }
)
"""Which column of the same row names the currency of an amount. The totals of a file may add up several
companies; such a row has no currency, and its amounts are shown with two decimals or as many as they need."""

_BLOCK_ROWS: Final = 5_000
_POSTING_REFERENCE: Final = re.compile(r"([0-9]{1,18})(?:/([0-9]{1,9}))?")


@dataclass(frozen=True, slots=True)
class Report:
    """A list that may be long: its columns, and its rows, fetched block by block.

    It is read to its end while the ledger is open, and before the next question is asked.
    """

    columns: tuple[str, ...]
    rows: Iterator[tuple[Value, ...]]

    def dictionaries(self) -> Iterator[Row]:
        """The rows by column name."""
        return (dict(zip(self.columns, row, strict=True)) for row in self.rows)


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing that a text could mean: a file, a posting (or a whole entry), an open item or a document.

    `reference` is what names it without doubt, `description` tells it from others of the same name.
    `number` is the import_id, the entry_id, the item_id or the document_id.
    """

    kind: SubjectKind
    reference: str
    description: str
    number: int
    line_number: int | None = None


def folder_settings(ledger: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The settings in force that hold for every company, such as `inbox_folder`, by name."""
    rows = _rows(ledger, "report_folder_settings")
    return {str(row["setting_name"]): str(row["setting_value"] or "") for row in rows}


def settings_in_force(ledger: duckdb.DuckDBPyConnection) -> Settings:
    """All settings in force, of every company; the defaults where there are none."""
    return settings_from_rows(_report(ledger, "settings_in_force").rows)  # type: ignore[arg-type]


def companies(ledger: duckdb.DuckDBPyConnection) -> list[str]:
    """The codes of all companies that the reference data ever named, in their order."""
    return [str(row["company_code"]) for row in _rows(ledger, "report_companies")]


def status(ledger: duckdb.DuckDBPyConnection, *, last_imports: int) -> Answer:
    """Counts over the whole ledger, totals per currency, transit balances and the newest imports."""
    return {
        **_one(ledger, "report_status_counts"),
        "ledger_totals": _rows(ledger, "report_status_ledger_totals"),
        "open_item_totals": _rows(ledger, "report_status_open_item_totals"),
        "transit_balances": _rows(ledger, "report_status_transit"),
        "imports_by_status": _rows(ledger, "report_status_imports"),
        "last_imports": _rows(ledger, "report_status_last_imports", limit=last_imports),
        "deliveries_by_status": _rows(ledger, "report_status_deliveries"),
        "documents_by_status": _rows(ledger, "report_status_documents"),
        "reasons_to_register": _rows(ledger, "report_status_reasons"),
        "sales_by_status": _rows(ledger, "report_status_sales"),
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


def delivery_documents(ledger: duckdb.DuckDBPyConnection, delivery_key: str) -> list[Row]:
    """The e-invoices of a delivery, with what became of each, in the order in which they were read."""
    return _rows(ledger, "report_delivery_documents", delivery_key=delivery_key)


def delivery_findings(ledger: duckdb.DuckDBPyConnection, delivery_key: str) -> list[Row]:
    """What keeps e-invoices of a delivery from being registered, and what of its files cannot be read."""
    return _rows(ledger, "report_delivery_findings", delivery_key=delivery_key)


def left_out_files(ledger: duckdb.DuckDBPyConnection, delivery_key: str) -> list[str]:
    """The members of a delivery's archive that are no documents and were left out, by name."""
    return [str(row["source_file"]) for row in _rows(ledger, "report_left_out", delivery_key=delivery_key)]


def is_known_file(ledger: duckdb.DuckDBPyConnection, file: str) -> bool:
    """Whether a trace or reference file of this name (or number, or partition key) was ever seen."""
    return bool(_one(ledger, "report_known_file", file=file)["is_known"])


def identify(ledger: duckdb.DuckDBPyConnection, what: str) -> list[Subject]:
    """Everything that the text could mean, files first, then entries, then open items."""
    return [*_files(ledger, what), *_entries(ledger, what), *_items(ledger, what)]


def explain_entry(ledger: duckdb.DuckDBPyConnection, entry_id: int, line_number: int | None = None) -> Answer:
    """Where an entry comes from, with its postings (or the one of that line) and what each settles."""
    record = _one(ledger, "report_entry", entry_id=entry_id)
    settlements = _rows(ledger, "report_settlements", item_id=None, entry_id=entry_id)
    lines = _rows(ledger, "report_entry_postings", entry_id=entry_id, line_number=line_number)
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
        **_one(ledger, "report_item", item_id=item_id),
        "settlements": _rows(ledger, "report_settlements", item_id=item_id, entry_id=None),
    }


def manual_entry(ledger: duckdb.DuckDBPyConnection, entry_id: int) -> Row:
    """Who asked for an entry, why and when; nothing for entries that a file brought."""
    found = _rows(ledger, "report_manual_entry", entry_id=entry_id)
    return found[0] if found else {}


def _files(ledger: duckdb.DuckDBPyConnection, what: str) -> list[Subject]:
    rows = _rows(ledger, "report_what_imports", what=what)
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
    rows = _rows(ledger, "report_what_postings", entry_id=int(reference[1]), line_number=line_number)
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
    rows = _rows(
        ledger,
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
    return _rows(ledger, "report_reference_files", reference_version=reference_version)


def _number(value: Value) -> int:
    assert isinstance(value, int), "identifiers are whole numbers"
    return value


def ask(ledger: duckdb.DuckDBPyConnection, stage: str, name: str, parameters: Mapping[str, Value]) -> Report:
    """The answer to one statement of a stage, which may be long."""
    return run(ledger, statement(stage, name), parameters)


def run(ledger: duckdb.DuckDBPyConnection, question: Query, parameters: Mapping[str, Value]) -> Report:
    """The answer to a statement, which may be long."""
    # A connection holds one result at a time: a report is read to its end before the next question is asked.
    ledger.execute(question, dict(parameters))
    columns = _columns(ledger)
    return Report(columns, _blocks(ledger, columns))


def _report(ledger: duckdb.DuckDBPyConnection, name: str, **parameters: Value) -> Report:
    return ask(ledger, "ledger", name, parameters)


def _blocks(ledger: duckdb.DuckDBPyConnection, columns: tuple[str, ...]) -> Iterator[tuple[Value, ...]]:
    while True:
        assert _columns(ledger) == columns, "another question was asked before this report was read"
        block = ledger.fetchmany(_BLOCK_ROWS)
        if not block:
            return
        yield from block


def _columns(ledger: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    return tuple(column[0] for column in ledger.description or ())


def _rows(ledger: duckdb.DuckDBPyConnection, name: str, **parameters: Value) -> list[Row]:
    return list(_report(ledger, name, **parameters).dictionaries())


def _one(ledger: duckdb.DuckDBPyConnection, name: str, **parameters: Value) -> Row:
    rows = _rows(ledger, name, **parameters)
    assert len(rows) == 1, f"{name} returns exactly one row"
    return rows[0]
