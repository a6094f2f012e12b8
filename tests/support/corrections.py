"""Correcting a ledger in tests, and what of a ledger must be the same after a correction was undone."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, Final, NamedTuple

import duckdb

from assets.corrections.performing import difference_of, perform
from assets.ledger.audit import Decider
from tests.support.ledgers import LedgerHome, amount_text
from tests.support.whole_ledger import invariants_of

MOMENT: Final = dt.datetime.fromisoformat("2026-10-30T12:00:00")


def correct(
    home: LedgerHome, kind: str, *, who: str = "anna", reason: str = "as agreed", **arguments: Any
) -> int:
    """Carries out a correction in the trial, or in a transaction of its own; its number. Invariants must
    hold after.
    """
    decider = Decider(who, MOMENT, reason)
    if home.is_in_trial:
        number = perform(home.workbench, kind, arguments, decider, f"run {kind}")
        assert invariants_of(home.workbench) == {}
        return number
    with home.ledger.transaction(home.workbench, "test"):
        number = perform(home.workbench, kind, arguments, decider, f"run {kind}")
        assert invariants_of(home.workbench) == {}
    return number


def changed(home: LedgerHome, correction_id: int) -> dict[str, Any]:
    """What a correction changed: items and payments by name, with amounts as text."""
    if home.is_in_trial:
        difference = difference_of(home.workbench, correction_id)
    else:
        with home.ledger.reading() as connection:
            difference = difference_of(connection, correction_id)
    return {
        "postings": [
            (
                row["entry_id"],
                row["line_number"],
                row["account_code"],
                _text(row["debit_amount"]),
                _text(row["credit_amount"]),
            )
            for row in difference["postings"]
        ],
        "items": [
            (
                row["open_item_key"],
                _text(row["residual_before"]),
                _text(row["residual_after"]),
                row["status_after"],
            )
            for row in difference["items"]
        ],
        "payments": [
            (f"{row['entry_id']}/{row['line_number']}", _text(row["unlinked_amount"]), row["unlinked_reason"])
            for row in difference["payments"]
        ],
    }


class Essence(NamedTuple):
    """What a ledger comes to: balances by company and account, open items, and unlinked payments with their
    amounts.
    """

    balances: list[tuple[str, str, str]]
    items: list[tuple[str, ...]]
    unlinked: list[tuple[str, str]]


def essence(home: LedgerHome) -> Essence:
    """Balances, items and unlinked payments; whatever cancels itself out leaves no trace in it."""
    if home.is_in_trial:
        return essence_of(home.workbench)
    with home.ledger.reading() as connection:
        return essence_of(connection)


def essence_of(connection: duckdb.DuckDBPyConnection) -> Essence:
    """As `essence`, over a connection that reads."""
    balances, items, unlinked = (
        [tuple(_text(value) for value in row) for row in connection.execute(query).fetchall()]
        for query in _ESSENCE
    )
    return Essence(balances, items, unlinked)


_ESSENCE: Final = (
    """
    SELECT company_code, account_code, sum(debit_amount) - sum(credit_amount) AS balance
    FROM ledger.posting
    GROUP BY ALL HAVING balance <> 0 ORDER BY ALL
    """,
    """
    SELECT company_code, open_item_key, account_code, side, CAST(due_date AS VARCHAR), original_amount,
           settled_amount, settled_amount_company_currency, status
    FROM ledger.open_item
    WHERE status <> 'withdrawn' ORDER BY ALL
    """,
    """
    SELECT entry.movement_key || '/' || line_number, debit_amount + credit_amount - linked_amount
    FROM ledger.posting
    JOIN ledger.journal_entry AS entry USING (entry_id)
    ANTI JOIN ledger.reversed_entry USING (entry_id)
    WHERE unlinked_reason IS NOT NULL ORDER BY ALL
    """,
)


def _text(value: object) -> Any:
    return amount_text(value) if isinstance(value, Decimal) else value
