"""The options by which every list is narrowed, sorted and written elsewhere, made from its declaration.

Belongs here: the options, what they are together, and writing a list into a file. Does not: what the ledger
makes of them (`assets.ledger.listing`), and which lists there are.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import wraps
from pathlib import Path
from typing import Any, Final

import click
import duckdb

from assets.home import Home, home_from_environment
from assets.ledger.asking import Report
from assets.ledger.listing import Asked, Filter, Listing
from assets.wording import counted
from orchestration.cli.access import reading, say_nothing_yet
from orchestration.cli.companies import company_option
from orchestration.cli.names import AmountRange, Day, quoted
from orchestration.cli.options import (
    Decorator,
    PlainText,
    account_option,
    json_option,
    limit_option,
    together,
)
from orchestration.cli.output import force_option, new_file
from orchestration.cli.render import Column, answer_buffer, visible
from orchestration.cli.spreadsheets import write_csv, write_xlsx

AskFor = Callable[[duckdb.DuckDBPyConnection, Home, Asked], Report]
"""A question to the ledger that takes what is asked of a list."""

_FILTERS: Final[dict[Filter, Decorator]] = {
    "company": company_option,
    "account": account_option,
    "counterparty": click.option(
        "--counterparty", type=PlainText(), metavar="TEXT", help="Only this one: a code, or words of a name."
    ),
    "number": click.option(
        "--number", type=PlainText(), metavar="TEXT", help="Only numbers and keys with this in them."
    ),
    "amount": click.option(
        "--amount", type=AmountRange(), metavar="AMOUNT", help="Only this amount (1250,50), or 100..200."
    ),
    "date": together(
        click.option("--from", "first_date", type=Day(), metavar="DATE", help="Only of this day or later."),
        click.option("--to", "last_date", type=Day(), metavar="DATE", help="Only of this day or earlier."),
    ),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of a list, and in which form: a table, JSON, CSV (`-`: to standard output) or XLSX."""

    asked: Asked
    as_json: bool
    csv_file: str | None
    xlsx_file: str | None
    is_replacing: bool

    @classmethod
    def plain(cls, company: str | None, limit: int | None, *, as_json: bool) -> Wanted:
        """A list of a company as a table or JSON, with no other filter."""
        return cls(Asked(company=company, limit=limit), as_json, None, None, is_replacing=False)

    @property
    def is_spreadsheet(self) -> bool:
        """Whether the list is to be written as CSV or XLSX."""
        return self.csv_file is not None or self.xlsx_file is not None


class SortColumn(click.ParamType[tuple[str, ...]]):
    """A column of a list as its heading or its field names it, with a minus before it for descending."""

    name = "column"

    def __init__(self, columns: Sequence[Column]) -> None:
        """`columns` are those that the list shows."""
        self._names = [column.name for column in columns if column.sorted_by]
        self._fields = {
            name: column.sorted_by for column in columns for name in (column.name, *column.sorted_by[:1])
        }

    def convert(
        self, value: str | tuple[str, ...], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        """The fields to sort by; a usage error, with the columns that there are, for anything else."""
        if isinstance(value, tuple):
            return value
        minus = "-" if value.startswith("-") else ""
        fields = self._fields.get(value.removeprefix("-").lower(), ())
        if not fields:
            self.fail(f"{quoted(value)} is no column: there are {', '.join(self._names)}", param, ctx)
        return tuple(f"{minus}{field}" for field in fields)


def narrowing_options(listing: Listing, columns: Sequence[Column]) -> Decorator:
    """All options of a list; the command gets them together as `wanted`."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(command)
        def narrowed(**options: Any) -> Any:
            return command(wanted=_taken(options), **options)

        return together(
            *(_FILTERS[each] for each in listing.filters),
            click.option(
                "--sort",
                multiple=True,
                type=SortColumn(columns),
                metavar="COLUMN",
                help="Sort by this column, -COLUMN descending. May be given several times.",
            ),
            limit_option,
            json_option,
            click.option(
                "--csv", "csv_file", type=PlainText(), metavar="FILE", help="Write CSV (- shows it)."
            ),
            click.option("--xlsx", "xlsx_file", type=PlainText(), metavar="FILE", help="Write a workbook."),
            force_option,
        )(narrowed)

    return decorate


def _taken(options: dict[str, Any]) -> Wanted:
    """What the options say, taken out of them."""
    least, most = options.pop("amount", None) or (None, None)
    first, last = (options.pop(name, None) for name in ("first_date", "last_date"))
    if isinstance(first, dt.date) and isinstance(last, dt.date) and first > last:
        raise click.UsageError("--from is later than --to")
    as_json, csv_file, xlsx_file = (options.pop(name) for name in ("as_json", "csv_file", "xlsx_file"))
    if as_json + (csv_file is not None) + (xlsx_file is not None) > 1:
        raise click.UsageError("--json, --csv and --xlsx are different forms: choose one")
    asked = Asked(
        **{name: options.pop(name, None) for name in ("company", "account", "counterparty", "number")},
        least_amount=least,
        most_amount=most,
        first_date=first,
        last_date=last,
        sort=tuple(field for fields in options.pop("sort") for field in fields),
        limit=options.pop("limit"),
    )
    return Wanted(asked, as_json, csv_file, xlsx_file, options.pop("force"))


def write_spreadsheet(ask: AskFor, wanted: Wanted, title: str, *, is_long: bool = False) -> None:
    """Writes the list as CSV or XLSX, all of it unless --limit says otherwise, and says how long it is.

    A list that is long in a large ledger is read from a copy where all of it is asked for.
    """
    at_length = is_long and wanted.asked.limit is None
    if wanted.csv_file == "-":
        with (
            answer_buffer(home_from_environment().ledger) as buffer,
            reading(at_length=at_length) as (home, connection),
        ):
            if connection is None:
                say_nothing_yet(home, as_json=True)
            else:
                write_csv(buffer, ask(connection, home, wanted.asked))
        return
    named = Path(str(wanted.csv_file or wanted.xlsx_file))
    with reading(at_length=at_length) as (home, connection):
        if connection is None:
            say_nothing_yet(home, as_json=True)
            return
        with new_file(home, named, is_replacing=wanted.is_replacing) as path:
            report = ask(connection, home, wanted.asked)
            with path.open("wb") as stream:
                is_csv = wanted.csv_file is not None
                count = write_csv(stream, report) if is_csv else write_xlsx(stream, title, report)
    click.echo(f"{counted(count, 'row')} in {visible(str(named))}.")


def limited(wanted: Wanted, rows: int | None) -> Asked:
    """What is asked, with at most so many rows."""
    return replace(wanted.asked, limit=rows)
