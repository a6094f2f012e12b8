"""The command `status`: where the ledger stands, and what waits for a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from typing import Final, cast

import click

from assets.detection.comparing import differences
from assets.ledger import asking
from assets.reports import questions
from assets.wording import counted
from orchestration.cli.access import (
    NOTHING_YET,
    files_left_lying,
    files_not_taken,
    inbox_files,
    invoice_inbox_files,
    reading,
    sales_inbox_files,
)
from orchestration.cli.options import ROWS, json_option
from orchestration.cli.render import Column, Page, amount_column, show_object

LAST_IMPORTS: Final = 10

_TOTALS: Final = (
    Column("currency", "company_currency_code"),
    Column("postings", "posting_count", is_right_aligned=True),
    amount_column("debit", "debit_total"),
    amount_column("credit", "credit_total"),
)
_OPEN: Final = (
    Column("currency", "currency_code"),
    Column("side", lambda row: "to collect (debit)" if row["side"] == "debit" else "to pay (credit)"),
    Column("items", "open_item_count", is_right_aligned=True),
    amount_column("residual", "residual_total"),
)
_TRANSIT: Final = (
    Column("company", "company_code"),
    Column("account", "account_code"),
    Column("name", "account_name", is_prose=True),
    amount_column("balance", "balance_amount"),
    Column("currency", "company_currency_code"),
)
_BY_STATUS: Final = (
    Column("status", "status"),
    Column("files", "import_count", is_right_aligned=True),
)
_DELIVERIES: Final = (
    Column("status", "status"),
    Column("deliveries", "delivery_count", is_right_aligned=True),
)
_DOCUMENTS: Final = (
    Column("status", lambda row: str(row["status"]).replace("_", " ")),
    Column("documents", "document_count", is_right_aligned=True),
)
_SALES: Final = (
    Column("status", "status"),
    Column("invoices", "invoice_count", is_right_aligned=True),
    Column("changed since", "changed_count", is_right_aligned=True),
)
_LYING: Final = (
    Column("inbox", "asset_name"),
    Column("file", "source_file", is_prose=True),
    Column("since", "lying_since_at"),
    Column("why", "reason", is_prose=True),
    Column("what to do", "remedy", is_prose=True),
)
_REASONS: Final = (
    Column("reason", "finding_code"),
    Column("documents", "document_count", is_right_aligned=True),
)


def _last_columns(parts: str) -> tuple[Column, ...]:
    """What a list of files shows; `parts` is what a file of this kind is made of."""
    return (
        Column("imported", "imported_at"),
        Column("import", "import_number"),
        Column("partition key", "partition_key", is_prose=True),
        Column("status", "status"),
        Column("attempt", "attempt", is_right_aligned=True),
        Column(
            f"{parts} posted",
            lambda row: f"{row['posted_movement_count']} of {row['movement_count']}",
            is_right_aligned=True,
        ),
        Column("errors", "error_count", is_right_aligned=True),
        Column("warnings", "warning_count", is_right_aligned=True),
    )


@click.command()
@click.option(
    "--limit",
    type=ROWS,
    default=LAST_IMPORTS,
    show_default=True,
    metavar="ROWS",
    help="So many of the last files of each kind.",
)
@json_option
def status(limit: int, as_json: bool) -> None:
    """Where the ledger stands: totals, imports, open errors, unlinked payments, files that wait."""
    with reading() as (home, connection):
        found: asking.Answer = dict(questions.EMPTY_STATUS)
        if connection is not None:
            found = questions.status(connection, last_imports=limit)
        lying = files_left_lying(home, connection)
        left_alone = Counter(each.asset_name for each in files_not_taken(home, connection))
        different = 0 if connection is None else len(differences(connection, home))
    waiting = len(inbox_files(home))
    waiting_invoices = len(invoice_inbox_files(home))
    waiting_sales = len(sales_inbox_files(home))
    if as_json:
        if connection is None:
            click.echo(NOTHING_YET.format(inbox=home.inbox), err=True)
        show_object(
            {
                "home": str(home.root),
                "inbox_file_count": waiting,
                **found,
                "invoice_inbox_file_count": waiting_invoices,
                "sales_inbox_file_count": waiting_sales,
                "left_lying": [asdict(each) for each in lying],
                "home_difference_count": different,
            }
        )
        return
    page = Page()
    page.facts(
        [
            ("home", str(home.root)),
            ("files in the inbox", _lying_there(waiting, left_alone["trace_inbox"])),
            (
                "files in the inbox of e-invoices",
                _lying_there(waiting_invoices, left_alone["invoice_inbox"]) if waiting_invoices else "",
            ),
            (
                "files in the inbox of sales invoices",
                _lying_there(waiting_sales, left_alone["sales_inbox"]) if waiting_sales else "",
            ),
            ("home and ledger", _differing(different)),
        ]
    )
    if lying:
        page.paragraph("Left lying in the inboxes for an hour and more: nothing takes them")
        page.table(_LYING, [asdict(each) for each in lying])
    if connection is None:
        page.paragraph(NOTHING_YET.format(inbox=home.inbox))
    else:
        _describe(page, found)
        waiting_count = waiting + waiting_invoices + waiting_sales - left_alone.total()
        page.paragraph(_advice(found, waiting_count, left_alone.total()))
    page.show()


def _lying_there(count: int, left_alone_count: int) -> str:
    """How many files lie in an inbox, and how many of them no look takes."""
    if not left_alone_count:
        return f"{count:,}"
    fit = counted(left_alone_count, "fits no mask", "fit no mask")
    return f"{count:,}, of which {fit}: `partita process` says what to do"


def _differing(count: int) -> str:
    """How much there is in which the kept files and the ledger do not fit; nothing if they do."""
    return f"{counted(count, 'difference')}: `partita kept` says which and what to do" if count else ""


def _describe(page: Page, found: asking.Answer) -> None:
    page.facts(
        (label, f"{found[name]:,}" if found[name] is not None else "none")
        for label, name in (
            ("journal entries", "entry_count"),
            ("postings", "posting_count"),
            ("open items", "open_item_count"),
            ("closed items", "closed_item_count"),
            ("withdrawn items", "withdrawn_item_count"),
            ("unlinked payments", "unlinked_payment_count"),
            ("open errors", "open_error_count"),
            ("open warnings", "open_warning_count"),
            ("reference version", "reference_version"),
        )
    )
    for heading, name, kind, columns in (
        ("Ledger totals", "ledger_totals", None, _TOTALS),
        ("Open items", "open_item_totals", None, _OPEN),
        ("Transit accounts that are not zero", "transit_balances", None, _TRANSIT),
        ("Traces by status", "imports_by_status", "trace", _BY_STATUS),
        ("Last traces", "last_imports", "trace", _last_columns("movements")),
        ("Deliveries of e-invoices", "deliveries_by_status", None, _DELIVERIES),
        ("E-invoices", "documents_by_status", None, _DOCUMENTS),
        ("E-invoices to register, by reason", "reasons_to_register", None, _REASONS),
        ("Files of e-invoices by status", "imports_by_status", "invoice", _BY_STATUS),
        ("Last files of e-invoices", "last_imports", "invoice", _last_columns("documents")),
        ("Sales invoices", "sales_by_status", None, _SALES),
        ("Files of sales invoices by status", "imports_by_status", "sales", _BY_STATUS),
        ("Last files of sales invoices", "last_imports", "sales", _last_columns("invoices")),
    ):
        found_rows = cast("list[Mapping[str, object]]", found[name])
        rows = [row for row in found_rows if kind is None or row["source_kind"] == kind]
        if rows:
            page.paragraph(heading)
            page.table(columns, rows)


def _advice(found: asking.Answer, waiting: int, left_alone_count: int) -> str:
    if found["open_error_count"]:
        return (
            "Next: `partita findings` says what keeps movements and documents out of the ledger and how to "
            "mend it."
        )
    if waiting:
        return "Next: `partita process` imports the files that wait in the inbox."
    if found["unlinked_payment_count"]:
        return "Next: `partita unlinked` lists the payments that settle no item, with candidates."
    if found["open_warning_count"]:
        return "Next: `partita findings` lists the warnings."
    if left_alone_count:
        return "Next: `partita process` says what to do about the files that fit no mask."
    return "Nothing waits for a person."
