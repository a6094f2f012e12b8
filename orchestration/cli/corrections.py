"""The commands by which people correct the ledger, `settle` and `change`: entries that say who and why.

Belongs here: what a command takes, runs and shows. Does not: what may be corrected, and how it is written
(`assets.ledger.settling`, `assets.ledger.changing`). Dagster is loaded when a command runs.
"""

from __future__ import annotations

import datetime as dt
import getpass
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import click
import duckdb

from assets.errors import OperatingError
from assets.home import Home
from assets.ledger.document_reports import identify_documents
from assets.ledger.store import utc_now
from orchestration.cli.access import reading
from orchestration.cli.invoice_decisions import DocumentNumber, end_with, run_deliveries
from orchestration.cli.options import PlainText, json_option
from orchestration.cli.preparing import prepared
from orchestration.cli.render import Column, Page, amount_column, cell, show_object
from orchestration.cli.why_document import explain_document

if TYPE_CHECKING:
    from assets.ledger.settling import PlannedSettlement, Wish

_POSTINGS: Final = (
    Column("line", "line_number", is_right_aligned=True),
    Column("account", "account_code"),
    amount_column("debit", "debit_amount"),
    amount_column("credit", "credit_amount"),
    Column("currency", "company_currency_code"),
    Column("item", "open_item_key"),
    Column("description", "description", is_prose=True),
)
_ITEMS: Final = (
    Column("item", "open_item_key"),
    amount_column("settled", "amount"),
    amount_column("residual", "residual_amount"),
    Column("currency", "currency_code"),
    Column("status", "status"),
)


class ItemName(click.ParamType[tuple[str, str]]):
    """An open item as COMPANY:KEY."""

    name = "item"

    def convert(
        self, value: str | tuple[str, str], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        """Company and key; a usage error for anything else."""
        if isinstance(value, tuple):
            return value
        company, _, key = PlainText().convert(value, param, ctx).partition(":")
        if not company or not key:
            self.fail(f"{value!a} is no open item: they are named COMPANY:KEY", param, ctx)
        return company, key


class Amount(click.ParamType[Decimal]):
    """An amount with a decimal point, such as 12.50."""

    name = "amount"

    def convert(
        self, value: str | Decimal, param: click.Parameter | None, ctx: click.Context | None
    ) -> Decimal:
        """The exact amount; a usage error for anything else."""
        if isinstance(value, Decimal):
            return value
        if not re.fullmatch(r"-?[0-9]{1,14}(\.[0-9]{1,4})?", value, re.ASCII):
            self.fail(f"{value!a} is no amount such as 12.50", param, ctx)
        return Decimal(value)


@click.command()
@click.argument("item", metavar="ITEM", type=ItemName())
@click.option("--account", type=PlainText(), metavar="CODE", help="The other side of the entry.")
@click.option(
    "--credit-note", type=PlainText(), metavar="KEY", help="Instead: the open item of the other side."
)
@click.option(
    "--date",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    required=True,
    help="Date of the entry (YYYY-MM-DD).",
)
@click.option("--amount", type=Amount(), help="Settle so much; as much as possible if left out.")
@click.option("--description", type=PlainText(), help="Text of the postings; that of the item if left out.")
@click.option("--reason", type=PlainText(), required=True, help="Why; kept with the entry.")
@click.option("--by", "who", type=PlainText(), help="Who asks for it; the user of this machine if left out.")
@click.option("--dry-run", is_flag=True, help="Show the entry, and change nothing.")
@json_option
def settle(
    item: tuple[str, str],
    account: str | None,
    credit_note: str | None,
    day: dt.datetime,
    amount: Decimal | None,
    description: str | None,
    reason: str,
    who: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Settle an open item (COMPANY:KEY) by hand, wholly or in part, by a journal entry.

    The other side of the entry is an account, or an open item of the other side such as a credit note's.
    """
    from assets.ledger.settling import Wish

    if (account is None) == (credit_note is None):
        raise click.UsageError("name either the --account or the --credit-note against which it is settled")
    if not reason.strip():
        raise click.UsageError("--reason says why the item is settled by hand")
    company_code, key = item
    wish = Wish(company_code, key, day.date(), account, credit_note, amount, description)
    with reading() as (_, connection):
        if connection is None:
            raise OperatingError("there is no ledger yet, and no open item")
    entry_id, planned = (None, _plan(wish)) if dry_run else _settle(wish, who or getpass.getuser(), reason)
    answer = _answer(planned, entry_id)
    if as_json:
        show_object(answer)
    else:
        _show(planned, answer)


def _plan(wish: Wish) -> PlannedSettlement:
    """What the wish would come to, under the reference data in force."""
    from assets.ledger.settling import plan_settlement

    with reading() as (_, connection):
        assert connection is not None, "there was a ledger a moment ago"
        return plan_settlement(connection, wish)


def _settle(wish: Wish, who: str, reason: str) -> tuple[int, PlannedSettlement]:
    from assets.ledger.deciding import Decider
    from assets.ledger.settling import settle_by_hand

    _, ledger = prepared()
    workbench = ledger.workbench()
    try:
        with ledger.transaction(workbench, "settle an open item by hand"):
            return settle_by_hand(workbench, wish, Decider(who, utc_now(), reason))
    finally:
        workbench.close()


def _answer(planned: PlannedSettlement, entry_id: int | None) -> dict[str, Any]:
    return {
        "is_dry_run": entry_id is None,
        "entry_id": entry_id,
        "company_code": planned.wish.company_code,
        "posting_date": planned.wish.posting_date,
        "accounting_reason_code": planned.accounting_reason_code,
        "matching_rule": planned.matching_rule,
        "postings": planned.postings(),
        "items": [
            {
                "open_item_key": share.open_item_key,
                "currency_code": share.currency_code,
                "amount": share.amount,
                "company_currency_code": planned.company_currency_code,
                "amount_company_currency": share.company_amount,
                "residual_amount": share.residual_amount,
                "status": share.status,
            }
            for share in planned.shares
        ],
    }


def _show(planned: PlannedSettlement, answer: dict[str, Any]) -> None:
    page = Page()
    entry = "A journal entry" if answer["is_dry_run"] else f"Journal entry {answer['entry_id']}"
    page.line(
        f"{entry} of company {answer['company_code']} on {cell(answer, 'posting_date')}: "
        f"{planned.matching_rule}"
    )
    page.table(_POSTINGS, answer["postings"])
    page.paragraph("Would be settled" if answer["is_dry_run"] else "Settled")
    page.table(_ITEMS, answer["items"])
    if answer["is_dry_run"]:
        page.paragraph("Nothing was changed: without --dry-run the entry is made.")
    else:
        page.paragraph(f"Next: `partita why {answer['entry_id']}` shows the entry.")
    page.show()


@click.command()
@click.argument("document_named", metavar="DOCUMENT", type=DocumentNumber())
@click.option("--account", type=PlainText(), metavar="CODE", help="Post the cost to this account.")
@click.option("--vat-code", type=PlainText(), metavar="CODE", help="Use this VAT code.")
@click.option(
    "--reason", type=PlainText(), required=True, help="Why; kept with the reversal and the decision."
)
@click.option("--by", "who", type=PlainText(), help="Who asks for it; the user of this machine if left out.")
@json_option
def change(
    document_named: int,
    account: str | None,
    vat_code: str | None,
    reason: str,
    who: str | None,
    as_json: bool,
) -> None:
    """Change how a registered e-invoice (D12) is posted: its entry is reversed, and it is registered anew.

    The posting rules decide unless an account or a VAT code is given. Ends with 0 if it is registered anew,
    with 2 if it is not and so is to register, with 1 if something stopped the work.
    """
    from assets.ledger.changing import change_registration
    from assets.ledger.deciding import Decider, PostingChoice

    if not reason.strip():
        raise click.UsageError("--reason says why the registration is changed")
    with reading() as (home, connection):
        if connection is None:
            raise OperatingError("no e-invoice has arrived yet: there is no ledger")
        _refuse_lost_file(connection, home, document_named)
    home, ledger = prepared()
    decider = Decider(who or getpass.getuser(), utc_now(), reason)
    workbench = ledger.workbench()
    try:
        with ledger.transaction(workbench, "change a registration"):
            choice = PostingChoice(account, vat_code)
            keys = change_registration(workbench, document_named, decider, choice)
    finally:
        workbench.close()
    problems = run_deliveries(home, ledger, keys, decider)
    end_with(ledger, [document_named], problems, as_json=as_json)


def _refuse_lost_file(connection: duckdb.DuckDBPyConnection, home: Home, document_id: int) -> None:
    """What cannot be read again cannot be registered anew: its entry is not reversed either."""
    if not identify_documents(connection, f"D{document_id}"):
        return
    record = explain_document(connection, home, document_id)
    if record["kept_file"] is None:
        raise OperatingError(
            f"D{document_id} cannot be registered anew: {record['kept_file_problem']}. Nothing was changed."
        )


COMMANDS: Final[list[click.Command]] = [settle, change]
