"""The command `documents`: e-invoices that are to register, registered or closed (F01, F05, F06).

Belongs here: lists of documents, for reading. Does not: decisions about them (`invoice_decisions`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast

import click
import duckdb

from assets.errors import OperatingError
from assets.home import Home
from assets.invoices import reports as document_reports
from assets.ledger import asking
from assets.ledger.listing import Asked
from orchestration.cli.access import reading
from orchestration.cli.lists import answer_list, named_file
from orchestration.cli.names import quoted
from orchestration.cli.narrowing import Wanted, narrowing_options
from orchestration.cli.options import PlainText
from orchestration.cli.render import Column, amount_column


def document_name(row: Mapping[str, object]) -> str:
    """The name by which commands take a document, `D12`."""
    return f"D{row['document_id']}"


def _place(row: Mapping[str, object]) -> str:
    """The file, with the document's place in it where it holds several."""
    file, position = named_file(row), row["position"]
    return f"{file}" if position == 1 else f"{file}:{position}"


def _status(row: Mapping[str, object]) -> str:
    return str(row["status"]).replace("_", " ")


_WHICH: Final = (
    Column("document", document_name, sorts=("document_id",)),
    Column("company", "company_code"),
    Column("file", _place, is_prose=True, sorts=("source_file", "position")),
    Column("supplier", "supplier_name", is_prose=True),
    Column("number", "document_number"),
    Column("date", "document_date"),
    amount_column("payable", "payable_amount"),
    Column("currency", "currency_code"),
)
TO_REGISTER_COLUMNS: Final = (
    *_WHICH,
    Column("reasons", "reason_codes"),
    Column("what to do", "remedy", is_prose=True),
)
STATUS_COLUMNS: Final = (
    *_WHICH,
    Column("status", _status, sorts=("status",)),
    Column("entry", "entry_id", is_right_aligned=True),
    Column("reasons", "reason_codes"),
    Column("what to do", "remedy", is_prose=True),
)

_ADVICE: Final = "`partita why D12` explains a document"
_HOW_TO_CLOSE: Final = (
    "; register it with `partita register`, or close it with `partita refuse` or `partita handle`."
)


@click.command()
@click.option(
    "--status",
    "document_status",
    type=click.Choice(["to_register", "registered", "refused", "handled", "repeated"]),
    default="to_register",
    show_default=True,
    help="Only documents of this status.",
)
@click.option(
    "--delivery", type=PlainText(), metavar="KEY", help="Only this delivery: its key, or a file of it."
)
@click.option("--all", "is_all", is_flag=True, help="Documents of every status.")
@click.option(
    "--read-again",
    "is_read_again",
    is_flag=True,
    help="Instead: registered documents that the present rules of reading would book otherwise.",
)
@narrowing_options(document_reports.DOCUMENTS, STATUS_COLUMNS)
def documents(
    document_status: str, delivery: str | None, *, is_all: bool, is_read_again: bool, wanted: Wanted
) -> None:
    """E-invoices of suppliers: those to register, why they are not registered, and what to do about each.

    A document is named D and its number, such as D12: `partita why D12` explains it, `partita register D12`
    registers it. With --read-again the command ends with 2 if a document differs or cannot be read.
    """
    if is_read_again:
        from orchestration.cli.reading_again import show_read_again

        if is_all or document_status != "to_register":
            raise click.UsageError("--read-again is about registered documents: it takes no other status")
        if wanted != Wanted.plain(wanted.asked.company, wanted.asked.limit, as_json=wanted.as_json):
            raise click.UsageError("--read-again takes --company, --delivery, --limit and --json only")
        show_read_again(wanted.asked.company, delivery, wanted.asked.limit, as_json=wanted.as_json)
    status = None if is_all else cast("document_reports.DocumentStatus", document_status)

    def ask(connection: duckdb.DuckDBPyConnection, _: Home, asked: Asked) -> asking.Report:
        selection = document_reports.DocumentSelection(
            status, None if delivery is None else known_delivery(connection, delivery)
        )
        return document_reports.documents(connection, selection, asked)

    answer_list(
        ask,
        TO_REGISTER_COLUMNS if status == "to_register" else STATUS_COLUMNS,
        wanted,
        title="e-invoices",
        nothing="No document is to register." if status == "to_register" else "No such documents.",
        advice=_ADVICE + _HOW_TO_CLOSE if status == "to_register" else _ADVICE + ".",
        narrower="choose --company or --delivery",
        is_long=is_all,
    )
    if not (wanted.as_json or wanted.is_spreadsheet):
        _say_outcome(wanted.asked.company, delivery)


def known_delivery(connection: duckdb.DuckDBPyConnection, what: str) -> str:
    """The key of the delivery that the text names: its key, or the name of one of its files.

    Raises:
        OperatingError: if no delivery is meant, or several are.
    """
    found = document_reports.deliveries_named(connection, what)
    if not found:
        raise OperatingError(f"no delivery {quoted(what)} ever arrived; `partita status` lists the last ones")
    if len(found) > 1 and what not in found:
        raise OperatingError(f"{quoted(what)} may be any of {', '.join(found)}: name the delivery by its key")
    return what if what in found else found[0]


def _say_outcome(company: str | None, delivery: str | None) -> None:
    """What has become of all documents chosen, as the outcome of a run says it (F05)."""
    with reading() as (_, connection):
        if connection is None:
            return
        key = None if delivery is None else known_delivery(connection, delivery)
        counts = document_reports.document_counts(connection, company=company, delivery=key)
    # Whose documents stand in a file that cannot be read, nobody knows.
    unreadable = counts["unreadable_file_count"] if company is None else 0
    if counts["document_count"] or unreadable:
        is_complete = not counts["waiting_count"] and not unreadable
        verdict = "All registered" if is_complete else "Some not registered"
        click.echo(
            f"{verdict}: {counts['registered_count']:,} of {counts['document_count']:,} documents "
            f"registered, {counts['repeated_count']:,} repeated, "
            f"{counts['decided_count']:,} refused or handled, {counts['waiting_count']:,} to register."
        )
    if unreadable:
        click.echo(f"Files that cannot be read: {unreadable:,}; `partita findings` says why.")
