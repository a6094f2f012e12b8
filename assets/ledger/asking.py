"""How the ledger is asked: the answer to a statement as rows by column name, block by block.

Belongs here: what an answer is, and the questions that every stage has. Does not: opening the ledger
(`assets.ledger.store`), lists that people narrow (`assets.ledger.listing`), showing the answer. A row is a
dictionary by column name; amounts are Decimal, times are UTC. Nothing here loads a frame library, so that a
command answers at once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Final, Literal

import duckdb

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
    rows = rows_of(ledger, "ledger", "report_folder_settings")
    return {str(row["setting_name"]): str(row["setting_value"] or "") for row in rows}


def settings_in_force(ledger: duckdb.DuckDBPyConnection) -> Settings:
    """All settings in force, of every company; the defaults where there are none."""
    return settings_from_rows(ask(ledger, "ledger", "settings_in_force", {}).rows)  # type: ignore[arg-type]


def ask(ledger: duckdb.DuckDBPyConnection, stage: str, name: str, parameters: Mapping[str, Value]) -> Report:
    """The answer to one statement of a stage, which may be long."""
    return run(ledger, statement(stage, name), parameters)


def run(ledger: duckdb.DuckDBPyConnection, question: Query, parameters: Mapping[str, Value]) -> Report:
    """The answer to a statement, which may be long."""
    # A connection holds one result at a time: a report is read to its end before the next question is asked.
    ledger.execute(question, dict(parameters))
    columns = _columns(ledger)
    return Report(columns, _blocks(ledger, columns))


def _blocks(ledger: duckdb.DuckDBPyConnection, columns: tuple[str, ...]) -> Iterator[tuple[Value, ...]]:
    while True:
        assert _columns(ledger) == columns, "another question was asked before this report was read"
        block = ledger.fetchmany(_BLOCK_ROWS)
        if not block:
            return
        yield from block


def _columns(ledger: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    return tuple(column[0] for column in ledger.description or ())


def rows_of(ledger: duckdb.DuckDBPyConnection, stage: str, name: str, **parameters: Value) -> list[Row]:
    """The rows of a statement that returns few."""
    return list(ask(ledger, stage, name, parameters).dictionaries())


def row_of(ledger: duckdb.DuckDBPyConnection, stage: str, name: str, **parameters: Value) -> Row:
    """The one row of a statement."""
    rows = rows_of(ledger, stage, name, **parameters)
    assert len(rows) == 1, f"{name} returns exactly one row"
    return rows[0]
