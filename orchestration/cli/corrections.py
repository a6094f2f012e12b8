"""The commands by which people correct the ledger: each is one correction, run through Dagster, that says
who and why.

Belongs here: what a command takes and runs. Does not: the page that shows what a correction changed
(`orchestration.cli.corrected`), what may be corrected, and how it is written (`assets.corrections`). Dagster
is loaded when a command runs.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import click

from assets.corrections import reports
from assets.errors import OperatingError
from assets.invoices.questions import REPEATS, Answer, answers
from assets.ledger.store import Ledger, utc_now
from orchestration.cli.access import reading
from orchestration.cli.corrected import show_correction
from orchestration.cli.items import ItemName
from orchestration.cli.names import CORRECTION, DOCUMENT, Amount, Day, PaymentName, is_payment_name
from orchestration.cli.options import Decorator, PlainText, by_option, json_option, together
from orchestration.cli.preparing import prepared
from orchestration.cli.render import UnwrittenAnswerError, show_object

_who_and_why: Final = together(
    click.option("--reason", type=PlainText(), required=True, help="Why; kept with the correction."),
    by_option,
    click.option("--dry-run", is_flag=True, help="Show exactly what would change, and change nothing."),
    json_option,
)
"""The options that every correction has."""

_items_argument = click.argument("items", metavar="ITEM...", type=ItemName(), nargs=-1, required=True)
_payment_argument = click.argument("payment", metavar="ENTRY/LINE", type=PaymentName())
_movements_argument = click.argument(
    "movements", metavar="FILE[:LINE]...", type=PlainText(), nargs=-1, required=True
)
_cascade_option = click.option(
    "--cascade", is_flag=True, help="Also undo what others settled or linked meanwhile."
)
_amount_option = click.option(
    "--amount", type=Amount(), help="So much, in the items' currency; as much as possible if left out."
)
_description_option = click.option(
    "--description", type=PlainText(), help="Text of the postings; that of the first item if left out."
)


def _date_option(text: str, *, is_required: bool) -> Decorator:
    return click.option("--date", "day", type=Day(), required=is_required, help=f"{text}.")


@click.command()
@_items_argument
@click.option("--account", type=PlainText(), metavar="CODE", help="The other side of the entry.")
@click.option(
    "--credit-note",
    "credit_notes",
    type=PlainText(),
    metavar="KEY",
    multiple=True,
    help="Instead: an open item of the other side.",
)
@_date_option("Date of the entry", is_required=True)
@_amount_option
@_description_option
@_who_and_why
def settle(
    items: tuple[str, ...],
    account: str | None,
    credit_notes: tuple[str, ...],
    day: dt.date,
    amount: Decimal | None,
    description: str | None,
    **common: Any,
) -> None:
    """Settle open items (COMPANY:KEY) by hand, wholly or in part, by a journal entry.

    The other side of the entry is an account, or open items of the other side such as a credit note's.
    """
    if (account is None) == (not credit_notes):
        raise click.UsageError("name either the --account or the --credit-note against which it is settled")
    arguments = {"items": items, "account": account, "credit_notes": credit_notes or None}
    arguments |= {"date": _day(day), "amount": _text(amount), "description": description}
    _correct("settle", arguments, **common)


@click.command("create-payment")
@_items_argument
@click.option(
    "--account", type=PlainText(), metavar="CODE", help="The bank or transit account of the payment."
)
@click.option(
    "--like",
    "payment",
    type=PaymentName(),
    metavar="ENTRY/LINE",
    help="In the stead of this deleted payment, with its account and date.",
)
@_date_option("Date of the payment", is_required=False)
@_amount_option
@_description_option
@_who_and_why
def create_payment(
    items: tuple[str, ...],
    account: str | None,
    payment: str | None,
    day: dt.date | None,
    amount: Decimal | None,
    description: str | None,
    **common: Any,
) -> None:
    """Make a payment from open items (COMPANY:KEY): an entry between them and a bank, which closes them.

    With --like it stands in the stead of a payment that was deleted because its key was wrong: on its account
    and date, for no more than it had, and never beside it.
    """
    date = _day(day)
    if payment is not None:
        entry, _, line = payment.partition("/")
        with reading() as (_, connection):
            found = (
                None if connection is None else reports.account_of_payment(connection, int(entry), int(line))
            )
        if found is None:
            raise OperatingError(f"there is no payment {payment}. Nothing was changed.")
        account, date = account or found["account_code"], date or str(found["posting_date"])
    if account is None or date is None:
        raise click.UsageError("name --account and --date, or with --like a payment that has them")
    arguments = {"items": items, "account": account, "date": date, "like": payment}
    _correct("settle", arguments | {"amount": _text(amount), "description": description}, **common)


@click.command()
@_payment_argument
@_items_argument
@_amount_option
@_who_and_why
def link(payment: str, items: tuple[str, ...], amount: Decimal | None, **common: Any) -> None:
    """Link an unlinked payment (ENTRY/LINE) to open items (COMPANY:KEY) of its account: it settles them.

    What is left of the payment stays unlinked; what is left of an item stays open.
    """
    _correct("link", {"payment": payment, "items": items, "amount": _text(amount)}, **common)


@click.command()
@click.argument("names", metavar="ITEM|ENTRY/LINE...", type=PlainText(), nargs=-1, required=True)
@_date_option("Date of the entry", is_required=True)
@click.option("--partial", is_flag=True, help="The larger side keeps what is left of it.")
@_amount_option
@_description_option
@_who_and_why
def compensate(
    names: tuple[str, ...],
    day: dt.date,
    partial: bool,
    amount: Decimal | None,
    description: str | None,
    **common: Any,
) -> None:
    """Set off open items (COMPANY:KEY) and unlinked payments (ENTRY/LINE) of one counterparty against each
    other.

    Both sides must come to the same, unless --partial lets the larger one keep its residual.
    """
    payments = [name for name in names if is_payment_name(name)]
    items = [ItemName().convert(name, None, None) for name in names if name not in payments]
    arguments = {
        "items": items or None,
        "payments": payments or None,
        "date": _day(day),
        "partial": partial or amount is not None,
        "amount": _text(amount),
        "description": description,
    }
    _correct("compensate", arguments, **common)


@click.command("write-off")
@click.argument("item", metavar="ITEM", type=ItemName())
@_date_option("Date of the entry", is_required=True)
@_who_and_why
def write_off(item: str, day: dt.date, **common: Any) -> None:
    """Write off what is left of an open item (COMPANY:KEY), if it is within the tolerance of its company."""
    _correct("write-off", {"item": item, "date": _day(day)}, **common)


@click.command()
@click.argument("item", metavar="ITEM", type=ItemName())
@_who_and_why
def reopen(item: str, **common: Any) -> None:
    """Open an item (COMPANY:KEY) again: whatever settled it is undone, and a trace's payment becomes
    unlinked.
    """
    _correct("reopen", {"item": item}, **common)


@click.command("delete-import")
@click.argument("file", metavar="FILE|IMPORT", type=PlainText())
@_cascade_option
@_date_option("Date of the reversals; that of each entry if left out", is_required=False)
@_who_and_why
def delete_import(file: str, cascade: bool, day: dt.date | None, **common: Any) -> None:
    """Delete the import (I12) of a trace: its entries are reversed, its items open again; the file may come
    again.
    """
    _correct("delete-import", {"import": file, "cascade": cascade or None, "date": _day(day)}, **common)


@click.command("delete-payment")
@_payment_argument
@_cascade_option
@_date_option("Date of the reversal; that of the entry if left out", is_required=False)
@_who_and_why
def delete_payment(payment: str, cascade: bool, day: dt.date | None, **common: Any) -> None:
    """Delete an unlinked payment (ENTRY/LINE): its entry is reversed."""
    _correct("delete-payment", {"payment": payment, "cascade": cascade or None, "date": _day(day)}, **common)


@click.command("same-movement")
@_movements_argument
@_who_and_why
def same_movement(movements: tuple[str, ...], **common: Any) -> None:
    """Answer that movements which wait are in the ledger already: they are not posted, and their findings
    end.

    FILE:LINE is the place that the finding names, such as I12:4; FILE alone means all movements of the file
    that wait.
    """
    _correct("same-movement", {"movements": movements}, **common)


@click.command("another-movement")
@_movements_argument
@_who_and_why
def another_movement(movements: tuple[str, ...], **common: Any) -> None:
    """Answer that movements which wait are others than those in the ledger: they are posted.

    FILE:LINE is the place that the finding names, such as I12:4; FILE alone means all movements of the file
    that wait.
    """
    _correct("another-movement", {"movements": movements}, **common)


@click.command("confirm-iban")
@click.argument("document", metavar="DOCUMENT", type=DOCUMENT)
@click.argument("iban", metavar="[IBAN]", type=PlainText(), required=False)
@click.option(
    "--known-account", is_flag=True, help="This document is paid to another account, which you know."
)
@_who_and_why
def confirm_iban(document: int, iban: str | None, known_account: bool, **common: Any) -> None:
    """Confirm that an IBAN of an e-invoice (D12) is the supplier's: items that it held may be paid.

    It counts for every document of the supplier. Without IBAN: all of the document that wait.
    """
    arguments = {"document": f"D{document}", "iban": iban, "known_account": known_account or None}
    _correct("confirm-iban", arguments, **common)


@click.command()
@click.argument("correction", metavar="CORRECTION", type=CORRECTION)
@_who_and_why
def undo(correction: int, **common: Any) -> None:
    """Undo a correction (C5), whatever it was: balances and items are as before it."""
    _correct("undo", {"correction": correction}, **common)


def _day(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:f}"


def _correct(
    kind: str, arguments: Mapping[str, Any], *, reason: str, who: str, dry_run: bool, as_json: bool
) -> None:
    """Carries out a correction, or shows what it would change; ends with 1 if it is refused."""
    _show_answer(_carry_out(kind, arguments, reason, who, is_dry_run=dry_run), as_json=as_json)


def _carry_out(
    kind: str, arguments: Mapping[str, Any], reason: str, who: str, *, is_dry_run: bool
) -> dict[str, Any]:
    if not reason.strip():
        raise click.UsageError("--reason says why the ledger is corrected")
    with reading() as (_, connection):
        if connection is None:
            raise OperatingError("there is no ledger yet, and nothing to correct")
    given = {name: value for name, value in arguments.items() if value is not None}
    difference = (_try if is_dry_run else _run)(kind, given, who, reason)
    return {
        "is_dry_run": is_dry_run,
        "correction_kind": kind,
        "requested_by": who,
        "reason": reason,
        **difference,
    }


def _show_answer(answer: Mapping[str, Any], *, as_json: bool) -> None:
    try:
        if as_json:
            show_object(answer)
        else:
            show_correction(answer)
    except (BrokenPipeError, UnwrittenAnswerError) as error:
        if answer["correction_id"] is None:
            raise
        # Whoever takes an error for a correction that was not made makes it twice.
        raise OperatingError(
            f"C{answer['correction_id']} is made; only the answer could not be written. Do not make it "
            "again: "
            f"`partita why C{answer['correction_id']}` shows it"
        ) from error


def _try(kind: str, arguments: Mapping[str, Any], who: str, reason: str) -> dict[str, Any]:
    """What the correction would change: it is carried out, and its transaction rolled back."""
    from assets.corrections.performing import difference_of, perform
    from assets.home import home_from_environment
    from assets.ledger.audit import Decider
    from assets.reference.load import bring_into_force
    from orchestration.imports import TraceImports, rolled_back

    home = home_from_environment()
    ledger = Ledger.of(home)
    with TraceImports(home, ledger, "dry run") as imports, rolled_back(ledger, imports.workbench):
        # As for the correction itself, changed reference files come into force first; here they are rolled
        # back too.
        bring_into_force(imports.workbench, home.reference, utc_now())
        decider = Decider(who, utc_now(), reason)
        correction_id = perform(imports.workbench, kind, arguments, decider, rerun=imports.rerun)
        return {"correction_id": None, **difference_of(imports.workbench, correction_id)}


def _run(kind: str, arguments: Mapping[str, Any], who: str, reason: str) -> dict[str, Any]:
    """Carries out the correction as a run of Dagster; what it changed."""
    from assets.corrections.performing import difference_of
    from orchestration.instance import open_instance
    from orchestration.process import failure_messages, run_correction

    home, ledger = prepared()
    with open_instance(home) as instance:
        result = run_correction(instance, kind, arguments, who, reason)
    if not result.success:
        raise OperatingError(" ".join(failure_messages([result])))
    with ledger.reading() as connection:
        correction_id = reports.correction_of_run(connection, result.run_id)
        return {"correction_id": correction_id, **difference_of(connection, correction_id)}


def _answer_command(answer: Answer) -> click.Command:
    """The command that gives this answer; whatever may be registered then is registered by a run."""

    @_who_and_why
    def give(document: int, other: int, *, reason: str, who: str, dry_run: bool, as_json: bool) -> None:
        arguments = {"document": f"D{document}", "other": f"D{other}"}
        given = _carry_out(answer.answer, arguments, reason, who, is_dry_run=dry_run)
        (row,) = given["answers"]
        if dry_run or answer.outcome == REPEATS or row["status"] != "to_register":
            _show_answer(given, as_json=as_json)
            return
        from assets.ledger.audit import Decider
        from orchestration.cli.invoice_decisions import registered_by_a_run

        if not as_json:
            show_correction(given)
        decider = Decider(who, utc_now(), reason)
        code, after = registered_by_a_run(row["delivery_keys"][:1], document, decider, is_shown=not as_json)
        if as_json:
            show_object({**given, "document_after": after})
        raise SystemExit(code)

    arguments = (
        click.argument("document", metavar="DOCUMENT", type=DOCUMENT),
        click.argument("other", metavar="OTHER", type=DOCUMENT),
    )
    return click.command(answer.answer, help=answer.help)(together(*arguments)(give))


COMMANDS: Final[list[click.Command]] = [
    settle,
    create_payment,
    link,
    compensate,
    write_off,
    reopen,
    delete_import,
    delete_payment,
    same_movement,
    another_movement,
    confirm_iban,
    undo,
    *(_answer_command(answer) for answer in answers().values()),
]
