"""The commands that list: `findings`, `open-items`, `postings`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, cast

import click
import duckdb

from assets.home import Home, home_from_environment
from assets.import_numbers import import_id_of, numbered
from assets.ledger import asking
from assets.ledger.listing import Asked
from assets.reports import lists
from orchestration.cli.access import known_file, reading, say_nothing_yet
from orchestration.cli.narrowing import AskFor, Wanted, limited, narrowing_options, write_spreadsheet
from orchestration.cli.options import file_argument
from orchestration.cli.render import (
    TABLE_ROWS,
    Column,
    Page,
    amount_column,
    answer_buffer,
    write_array,
    write_report,
)

NARROWER: Final = "choose --company or --account"
"""How to ask for less of what has a company and an account."""

Advise = Callable[[Sequence[Mapping[str, object]]], str]
"""What to do next about the rows of a list; blank for nothing."""

Ask = Callable[[duckdb.DuckDBPyConnection, Home, int | None], asking.Report]


def source_place(row: Mapping[str, object]) -> str:
    """Import, file and line, `I3 RITCOGE.txt:12`; no number for what no import brought, and nothing for what
    no file brought.
    """
    file, line = named_file(row), row.get("source_line", row.get("line_number"))
    return "" if not file else file if line is None else f"{file}:{line}"


def named_file(row: Mapping[str, object], name: str = "source_file") -> str:
    """The number of the import with the name of its file, `I3 RITCOGE.txt`; blank where there is neither."""
    number, file = row.get("import_number"), row[name]
    if number is not None and file is not None:
        return numbered(import_id_of(str(number)), file)
    return " ".join(str(part) for part in (number, file) if part is not None)


FINDING_COLUMNS: Final = (
    Column("file:line", source_place, is_prose=True, sorts=("source_file", "line_number")),
    Column("severity", "severity"),
    Column("code", "finding_code"),
    Column("field", "field"),
    Column("value", "raw_value", is_prose=True),
    Column("expected", "expected", is_prose=True),
    Column("what to do", "remedy", is_prose=True),
)
RESOLUTION_COLUMN: Final = Column("resolution", "resolution")
FINDING_LIST: Final = (*FINDING_COLUMNS, RESOLUTION_COLUMN)
ITEM_COLUMNS: Final = (
    Column("company", "company_code"),
    Column("account", "account_code"),
    Column("key", "open_item_key"),
    Column("document", "document_number"),
    Column("due", "due_date"),
    Column("side", "side"),
    amount_column("original", "original_amount"),
    amount_column("settled", "settled_amount"),
    amount_column("residual", "residual_amount"),
    Column("currency", "currency_code"),
)
"""What every list of open items shows."""


def item_status(row: Mapping[str, object]) -> str:
    """The status of an item, and why it may not be paid although it is open."""
    held = row.get("hold_reason") if row["status"] == "open" else None
    return f"{row['status']}" if held is None else f"{row['status']}, held: {str(held).replace('_', ' ')}"


def party_name(row: Mapping[str, object]) -> str:
    """Whose an account is by name, else the name of the account."""
    return str(row["counterparty_name"] or row["account_name"] or "")


NAME_COLUMN: Final = Column("name", party_name, is_prose=True, sorts=("counterparty_name", "account_name"))
OPEN_ITEM_COLUMNS: Final = (*ITEM_COLUMNS, Column("status", item_status, sorts=("status",)), NAME_COLUMN)
POSTING_COLUMNS: Final = (
    Column(
        "posting",
        lambda row: f"{row['entry_id']}/{row['line_number']}",
        sorts=("entry_id", "line_number"),
    ),
    Column("kind", "entry_kind"),
    Column("company", "company_code"),
    Column("account", "account_code"),
    Column("date", "posting_date"),
    Column("reason", "accounting_reason_code"),
    amount_column("debit", "debit_amount"),
    amount_column("credit", "credit_amount"),
    Column("currency", "company_currency_code"),
    Column("description", "description", is_prose=True),
    Column("item", "open_item_key"),
    Column("linked", "is_linked"),
    Column("file:line", source_place, is_prose=True, sorts=("source_file", "source_line")),
    NAME_COLUMN,
)


@click.command()
@file_argument
@click.option("--all", "includes_resolved", is_flag=True, help="Resolved findings as well.")
@narrowing_options(lists.FINDINGS, FINDING_LIST)
def findings(file: str | None, *, includes_resolved: bool, wanted: Wanted) -> None:
    """What is wrong in the files, line by line, and what to do about it.

    FILE is the number of an import (I12), the name of a file or its partition key; without it, the findings
    of all files are listed.
    """

    def ask(connection: duckdb.DuckDBPyConnection, home: Home, asked: Asked) -> asking.Report:
        name = known_file(connection, home, file)
        return lists.findings(connection, asked, file=name, includes_resolved=includes_resolved)

    answer_list(
        ask,
        FINDING_LIST if includes_resolved else FINDING_COLUMNS,
        wanted,
        title="findings",
        nothing="No open findings: nothing in the files waits for a person.",
        advice=_how_to_mend,
        narrower="name a FILE",
        is_long=includes_resolved,
    )


def _how_to_mend(rows: Sequence[Mapping[str, object]]) -> str:
    """What to do about findings; nothing where each of them says that there is nothing to do."""
    if all(str(row["remedy"]).startswith("Nothing to do:") for row in rows):
        return ""
    if all(row["severity"] == "WARN" for row in rows):
        return "Do what the last column says; warnings need no rerun."
    return "Mend what the last column says, then `partita rerun --failed` or drop the corrected file."


@click.command("open-items")
@click.option(
    "--status",
    "item_status",
    type=click.Choice(["open", "closed", "withdrawn", "all"]),
    default="open",
    show_default=True,
    help="Only items of this status.",
)
@narrowing_options(lists.OPEN_ITEMS, OPEN_ITEM_COLUMNS)
def open_items(item_status: str, *, wanted: Wanted) -> None:
    """Open items: what is to be collected (debit) and to be paid (credit), and what is left of each."""
    chosen = None if item_status == "all" else cast("lists.ItemStatus", item_status)
    answer_list(
        lambda connection, _, asked: lists.open_items(connection, asked, item_status=chosen),
        OPEN_ITEM_COLUMNS,
        wanted,
        title="open items",
        nothing="No such open items.",
        advice="`partita why COMPANY:KEY` says what opened an item and what settled it.",
        narrower=NARROWER,
        is_long=True,
    )


@click.command()
@file_argument
@narrowing_options(lists.POSTINGS, POSTING_COLUMNS)
def postings(file: str | None, *, wanted: Wanted) -> None:
    """Postings: the debits and credits of the ledger, each with its place in its file.

    FILE is the number of an import (I12), the name of a file or its partition key; without it, the postings
    of all files are listed.
    """

    def ask(connection: duckdb.DuckDBPyConnection, home: Home, asked: Asked) -> asking.Report:
        return lists.postings(connection, asked, file=known_file(connection, home, file))

    answer_list(
        ask,
        POSTING_COLUMNS,
        wanted,
        title="postings",
        nothing="No such postings.",
        advice="`partita why ENTRY/LINE` shows the line of the file behind a posting.",
        narrower="name a FILE or choose --company or --account",
        is_long=True,
    )


def answer_list(
    ask: AskFor,
    columns: Sequence[Column],
    wanted: Wanted,
    *,
    title: str,
    nothing: str,
    advice: str | Advise,
    narrower: str,
    is_long: bool = False,
) -> None:
    """Asks what is wanted of a list, and shows or writes it; `title` is that of its sheet."""
    if wanted.is_spreadsheet:
        write_spreadsheet(ask, wanted, title, is_long=is_long)
        return
    show_list(
        lambda connection, home, rows: ask(connection, home, limited(wanted, rows)),
        columns,
        limit=wanted.asked.limit,
        as_json=wanted.as_json,
        nothing=nothing,
        advice=advice,
        narrower=narrower,
        is_long=is_long,
    )


def show_list(
    ask: Ask,
    columns: Sequence[Column],
    *,
    limit: int | None,
    as_json: bool,
    nothing: str,
    advice: str | Advise,
    narrower: str,
    is_long: bool = False,
) -> None:
    """Asks and shows the list: all of it in JSON, the first rows in a table, and what to do next.

    `nothing` is said of an empty list, `advice` below another one, `narrower` says how to ask for less. A
    list that is long in a large ledger is read from a copy where all of it is asked for.
    """
    if as_json:
        _answer_in_json(ask, limit, at_length=is_long and limit is None)
        return
    shown = limit or TABLE_ROWS
    rows: list[asking.Row] = []
    with reading() as (home, connection):
        if connection is not None:
            # One row more than is shown tells whether there are more, which costs less than counting them.
            rows = list(ask(connection, home, shown + 1).dictionaries())
    if connection is None:
        say_nothing_yet(home, as_json=False)
        return
    page = Page()
    if not rows:
        page.line(nothing)
    else:
        page.table(columns, rows[:shown])
        if len(rows) > shown:
            page.paragraph(f"These are the first {shown}: {narrower}, or raise --limit.")
        said = advice if isinstance(advice, str) else advice(rows)
        if said:
            page.paragraph(said)
    page.show()


def _answer_in_json(ask: Ask, limit: int | None, *, at_length: bool) -> None:
    with (
        answer_buffer(home_from_environment().ledger) as buffer,
        reading(at_length=at_length) as (home, connection),
    ):
        if connection is None:
            say_nothing_yet(home, as_json=True)
            write_array(buffer, [])
        else:
            write_report(buffer, ask(connection, home, limit))
