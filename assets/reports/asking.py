"""The reports over the whole ledger, as plain functions over the statements `report_…`.

Belongs here: choosing the statement and its parameters. Does not: opening the ledger, or showing the answer.
Rows are as in `assets.ledger.asking`: amounts are Decimal, times are UTC. Each report makes its table macro
first, in the connection's own catalog, so that the ledger is only read.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import duckdb

from assets.ledger.asking import Answer, Report, ask, settings_in_force
from assets.statements import statement


@dataclass(frozen=True, slots=True)
class Scope:
    """Of which company and account (None: all), and at most how many rows (None: all)."""

    company: str | None = None
    account: str | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """The two axes of time: valid on the day `as_of`, as it was known at the UTC time `known_at`."""

    as_of: dt.date
    known_at: dt.datetime


def open_items_as_of(ledger: duckdb.DuckDBPyConnection, moment: Moment, scope: Scope) -> Report:
    """The items that were open then, with what was settled and left at that point (O07)."""
    return _of_moment(ledger, "report_open_items_as_of", moment, scope)


def ageing(ledger: duckdb.DuckDBPyConnection, moment: Moment, scope: Scope) -> Report:
    """For how long the residuals of the items open then were overdue, per account, side and currency."""
    return _of_moment(ledger, "report_ageing", moment, scope)


def subledger(ledger: duckdb.DuckDBPyConnection, scope: Scope) -> Report:
    """Balance of each account with items against those items, differences first (O07).

    Amounts are in the company's currency, + debit, - credit.
    """
    ledger.execute(statement("reports", "subledger"))
    return ask(
        ledger,
        "reports",
        "report_subledger",
        {"company": scope.company, "account": scope.account, "limit": scope.limit},
    )


def transit(ledger: duckdb.DuckDBPyConnection, scope: Scope) -> Answer:
    """What stays open on transit accounts (D15): `accounts` with their balances, and the open `amounts`.

    `scope.limit` holds for the amounts; the balances are of everything.
    """
    ledger.execute(statement("reports", "transit_open"))
    wanted = {"company": scope.company, "account": scope.account}
    accounts = list(ask(ledger, "reports", "report_transit_totals", wanted).dictionaries())
    amounts = ask(ledger, "reports", "report_transit", wanted | {"limit": scope.limit})
    return {"accounts": accounts, "amounts": list(amounts.dictionaries())}


def _of_moment(ledger: duckdb.DuckDBPyConnection, name: str, moment: Moment, scope: Scope) -> Report:
    ledger.execute(statement("reports", "open_items_as_of"))
    return ask(
        ledger,
        "reports",
        name,
        {
            "as_of": moment.as_of,
            "known_at": moment.known_at,
            "time_zone": settings_in_force(ledger).get("time_zone"),
            "company": scope.company,
            "account": scope.account,
            "limit": scope.limit,
        },
    )
