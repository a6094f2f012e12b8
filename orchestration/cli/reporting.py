"""The commands `report open-items`, `report ageing`, `report subledger` and `report transit`.

Belongs here: what each takes and how its answer is shown. Does not: what a report says (`assets.reports`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, cast

import click
import duckdb

from assets.days import day_of
from assets.home import Home
from assets.ledger.asking import Answer, Report, Row, settings_in_force
from assets.ledger.store import utc_now
from assets.reports import asking
from assets.reports.asking import Moment, Scope
from orchestration.cli.access import reading, say_nothing_yet
from orchestration.cli.companies import scope_options
from orchestration.cli.lists import ITEM_COLUMNS, NARROWER, show_list
from orchestration.cli.names import Day
from orchestration.cli.options import together
from orchestration.cli.render import TABLE_ROWS, Column, Page, amount_column, show_object

EMPTY_TRANSIT: Final[Mapping[str, object]] = {"accounts": [], "amounts": []}

AGEING_COLUMNS: Final = (
    Column("company", "company_code"),
    Column("account", "account_code"),
    Column("side", "side"),
    Column("items", "item_count", is_right_aligned=True),
    amount_column("not due", "not_due_amount"),
    amount_column("1-30", "overdue_1_to_30_amount"),
    amount_column("31-60", "overdue_31_to_60_amount"),
    amount_column("61-90", "overdue_61_to_90_amount"),
    amount_column("over 90", "overdue_over_90_amount"),
    amount_column("no due date", "without_due_date_amount"),
    amount_column("total", "total_amount"),
    Column("currency", "currency_code"),
    amount_column("total in books", "total_amount_company_currency"),
    Column("books in", "company_currency_code"),
)
SUBLEDGER_COLUMNS: Final = (
    Column("company", "company_code"),
    Column("account", "account_code"),
    Column("name", "account_name", is_prose=True),
    amount_column("balance", "balance_amount"),
    amount_column("opening items", "opening_amount"),
    amount_column("open items", "item_amount"),
    amount_column("exchange", "exchange_amount"),
    amount_column("unlinked", "unlinked_amount"),
    amount_column("other", "other_amount"),
    amount_column("difference", "difference_amount"),
    Column("currency", "company_currency_code"),
)
TRANSIT_ACCOUNT_COLUMNS: Final = (
    Column("company", "company_code"),
    Column("account", "account_code"),
    Column("name", "account_name", is_prose=True),
    Column("open", "open_count", is_right_aligned=True),
    Column("oldest", "oldest_date"),
    amount_column("balance", "balance_amount"),
    Column("currency", "company_currency_code"),
)
TRANSIT_AMOUNT_COLUMNS: Final = (
    Column("company", "company_code"),
    Column("account", "account_code"),
    Column("date", "posting_date"),
    Column("entry", "entry_id", is_right_aligned=True),
    amount_column("amount", "balance_amount"),
    Column("currency", "company_currency_code"),
    amount_column("in currency", "currency_amount"),
    Column("currency", "currency_code"),
    Column("description", "description", is_prose=True),
)


class KnownAt(click.ParamType[dt.datetime]):
    """A UTC time to the second, as answers show it: 2026-03-01T08:10:00Z."""

    name = "time"

    def convert(
        self, value: str | dt.datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> dt.datetime:
        """The last moment of that second, so that what came within it is known; a usage error otherwise."""
        if isinstance(value, dt.datetime):
            return value
        try:
            second = dt.datetime.strptime(value.removesuffix("Z"), "%Y-%m-%dT%H:%M:%S")  # noqa: DTZ007
        except ValueError:
            self.fail(f"{value!a} is no time such as 2026-03-01T08:10:00Z (UTC)", param, ctx)
        return second.replace(microsecond=999_999)


_moment_options: Final = together(
    click.option(
        "--as-of",
        type=Day(),
        metavar="DATE",
        help="As it was valid at the end of this day; today if left out.",
    ),
    click.option(
        "--known-at",
        type=KnownAt(),
        metavar="TIME",
        help="As the ledger knew it at this UTC time (2026-03-01T08:10:00Z); now if left out.",
    ),
)


@click.group()
def report() -> None:
    """Reports over the whole ledger: open items and their age as of a day, sub-ledger, transit."""


@report.command("open-items")
@_moment_options
@scope_options
def open_items(as_of: dt.date | None, known_at: dt.datetime | None, **asked: Any) -> None:
    """Items that were open on a day, with what was settled by then, as they were known at a moment."""
    _list(
        lambda ledger, scope: asking.open_items_as_of(ledger, _moment(ledger, as_of, known_at), scope),
        ITEM_COLUMNS,
        nothing="No item was open then.",
        advice="`partita why COMPANY:KEY` says what opened an item and what settled it.",
        is_long=True,
        **asked,
    )


@report.command()
@_moment_options
@scope_options
def ageing(as_of: dt.date | None, known_at: dt.datetime | None, **asked: Any) -> None:
    """How many days the residuals were overdue on a day, per account, side and currency."""
    _list(
        lambda ledger, scope: asking.ageing(ledger, _moment(ledger, as_of, known_at), scope),
        AGEING_COLUMNS,
        nothing="No item was open then.",
        advice="`partita report open-items --as-of DATE` lists the items.",
        **asked,
    )


@report.command()
@scope_options
def subledger(**asked: Any) -> None:
    """The balance of each account with open items against those items: the difference must be zero."""
    _list(
        asking.subledger,
        SUBLEDGER_COLUMNS,
        nothing="No account has open items.",
        advice="Balance + opening items = open items + exchange + unlinked + other, in the company's "
        "currency; accounts with a difference come first.",
        **asked,
    )


@report.command()
@scope_options
def transit(company: str | None, account: str | None, limit: int | None, as_json: bool) -> None:
    """What stays open on transit accounts, the oldest first, with the balance of each account."""
    shown = limit or TABLE_ROWS
    found: Answer = dict(EMPTY_TRANSIT)
    with reading() as (home, connection):
        if connection is not None:
            found = asking.transit(connection, Scope(company, account, limit if as_json else shown + 1))
    if connection is None:
        say_nothing_yet(home, as_json=as_json)
    if as_json:
        show_object(found)
    elif connection is not None:
        _show_transit(found, shown)


def _moment(ledger: duckdb.DuckDBPyConnection, as_of: dt.date | None, known_at: dt.datetime | None) -> Moment:
    """The day that is asked for, else today in the time zone of the books; the moment, else now."""
    now = utc_now()
    day = as_of or day_of(now, settings_in_force(ledger).get("time_zone"))
    return Moment(day, known_at or now)


def _list(
    question: Callable[[duckdb.DuckDBPyConnection, Scope], Report],
    columns: Sequence[Column],
    *,
    company: str | None,
    account: str | None,
    limit: int | None,
    as_json: bool,
    nothing: str,
    advice: str,
    is_long: bool = False,
) -> None:
    """Asks a question that has a scope, and shows the list."""

    def ask(connection: duckdb.DuckDBPyConnection, _: Home, rows: int | None) -> Report:
        return question(connection, Scope(company, account, rows))

    show_list(
        ask,
        columns,
        limit=limit,
        as_json=as_json,
        nothing=nothing,
        advice=advice,
        narrower=NARROWER,
        is_long=is_long,
    )


def _show_transit(found: Answer, shown: int) -> None:
    accounts = cast("Sequence[Row]", found["accounts"])
    amounts = cast("Sequence[Row]", found["amounts"])
    page = Page()
    if not accounts:
        page.line("Every transit account is cleared.")
    else:
        page.table(TRANSIT_ACCOUNT_COLUMNS, accounts)
        page.paragraph("Open amounts (+ debit, - credit)")
        page.table(TRANSIT_AMOUNT_COLUMNS, amounts[:shown])
        if len(amounts) > shown:
            page.paragraph(f"These are the first {shown}: {NARROWER}, or raise --limit.")
        page.paragraph("`partita why ENTRY` shows where an amount comes from.")
    page.show()
