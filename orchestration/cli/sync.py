"""The commands `sync` and `invoices`: sales invoices on their way to the accounting programs (T01-T12)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import click

from assets.errors import OperatingError
from assets.sync.reports import INVOICES
from assets.wording import counted
from orchestration.cli.access import reading, say_nothing_yet
from orchestration.cli.companies import company_option
from orchestration.cli.exit_codes import SOMETHING_LEFT
from orchestration.cli.narrowing import Wanted, limited, narrowing_options, write_spreadsheet
from orchestration.cli.options import PlainText, by_option, json_option
from orchestration.cli.preparing import prepared
from orchestration.cli.progress import counting
from orchestration.cli.render import TABLE_ROWS, Column, Page, amount_column, show_object

if TYPE_CHECKING:
    from assets.home import Home
    from assets.ledger.store import Ledger

_COUNT_COLUMNS: Final = (
    Column("company", "company_code"),
    Column("program", "program"),
    Column("customers made", "customer_count", is_right_aligned=True),
    Column("invoices synced", "booked_count", is_right_aligned=True),
    Column("refused", "rejected_count", is_right_aligned=True),
    Column("in doubt", "unknown_count", is_right_aligned=True),
    Column("not sent", "waiting_count", is_right_aligned=True),
)
_ERROR_COLUMNS: Final = (
    Column("company", "company_code"),
    Column("document", "document_number"),
    Column("what is wrong", "what", is_prose=True),
    Column("whose to mend", "owner"),
    Column("what to do", "remedy", is_prose=True),
)
_DUE_COLUMNS: Final = (
    Column("company", "company_code"),
    Column("program", "program"),
    Column("document", "document_number"),
    Column("date", "document_date"),
    Column("customer", "customer_name", is_prose=True),
    Column("currency", "currency_code"),
    amount_column("total", "total_amount"),
    Column("journal", "journal_code"),
    Column("accounts", "account_codes"),
    Column("VAT codes", "vat_codes"),
    Column("state", "state"),
)


def _kind(row: Mapping[str, object]) -> str:
    return "credit note" if row["is_credit_note"] else "invoice"


_INVOICE_COLUMNS: Final = (
    Column("company", "company_code"),
    Column("document", "document_number"),
    Column("kind", _kind, sorts=("is_credit_note",)),
    Column("date", "document_date"),
    Column("customer", "customer_name", is_prose=True),
    Column("currency", "currency_code"),
    amount_column("total", "total_amount"),
    Column("status", "status"),
    Column("program", "program"),
    Column("registration number", "registration_number"),
    Column("exchange system", "exchange_messages", is_prose=True),
    Column("what is wrong", "what", is_prose=True, sorts=()),
    Column("what to do", "remedy", is_prose=True, sorts=()),
)


@click.command()
@click.option("--unsynced", "is_unsynced", is_flag=True, help="Only booked ones that no program has yet.")
@narrowing_options(INVOICES, _INVOICE_COLUMNS)
def invoices(*, is_unsynced: bool, wanted: Wanted) -> None:
    """Sales invoices, newest first, with the number under which the accounting program booked each.

    No registration number: not synced. Drafts are never sent.
    """
    from assets.sync import reports

    if wanted.is_spreadsheet:
        write_spreadsheet(
            lambda ledger, _, asked: reports.invoice_list(ledger, asked, is_unsynced=is_unsynced),
            wanted,
            "sales invoices",
        )
        return
    with reading() as (home, connection):
        if connection is None:
            say_nothing_yet(home, as_json=wanted.as_json)
            rows: list[dict[str, Any]] = []
        else:
            rows = reports.invoices(connection, limited(wanted, None), is_unsynced=is_unsynced)
    limit = wanted.asked.limit
    shown = rows if limit is None and wanted.as_json else rows[: limit or TABLE_ROWS]
    if wanted.as_json:
        show_object({"invoice_count": len(rows), "invoices": shown})
        return
    if connection is None:
        return
    page = Page()
    if not rows:
        page.paragraph("Every booked invoice is synced." if is_unsynced else "There are no sales invoices.")
    else:
        page.table(_INVOICE_COLUMNS, shown)
        if len(shown) < len(rows):
            page.paragraph(f"{len(rows) - len(shown):,} more: choose --company, --limit or --json.")
    page.show()


@click.command()
@company_option
@click.option(
    "--only",
    multiple=True,
    type=PlainText(),
    metavar="NUMBER",
    help="Only this document: its number or our reference. May be given several times.",
)
@click.option("--dry-run", is_flag=True, help="Show what is due and with which codes; send nothing.")
@click.option(
    "--forget",
    type=PlainText(),
    metavar="NUMBER",
    help="Look this synced document up anew at the next sync, and send it if the program has it no more.",
)
@click.option(
    "--entered",
    type=(PlainText(), PlainText()),
    metavar="NUMBER REGISTRATION",
    help="This document was entered in the program by hand, under this registration number: never send it.",
)
@click.option("--reason", type=PlainText(), help="Why, with --forget and --entered; kept in the audit log.")
@by_option
@json_option
def sync(
    company: str | None,
    only: tuple[str, ...],
    *,
    dry_run: bool,
    forget: str | None,
    entered: tuple[str, str] | None,
    reason: str | None,
    who: str,
    as_json: bool,
) -> None:
    """Send booked sales invoices to the accounting programs, and fetch their registration numbers.

    Each invoice is sent once, whatever happens: one of which the answer was lost is looked up, not sent
    again. Ends with 0 if all that is due is booked, with 2 if something is not.
    """
    home, ledger = prepared()
    if forget is not None or entered is not None:
        if company is None or not reason or (forget and entered):
            raise click.UsageError("--forget or --entered, one of them, needs --company and --reason")
        _decide(home, ledger, company, forget, entered, reason, who)
        return
    if dry_run:
        _dry_run(home, ledger, company, only, as_json=as_json)
        return
    counts, errors, drift, failures = _run(home, ledger, company, only, who)
    is_left = bool(errors) or any(row["waiting_count"] for row in counts)
    if as_json:
        is_complete = not is_left and not failures
        show_object({"is_complete": is_complete, "programs": counts, "errors": errors, "drift": drift})
    elif counts or not failures:
        _show(counts, errors, drift, only)
    if is_left:
        raise SystemExit(SOMETHING_LEFT)
    if failures:
        raise OperatingError(" ".join(failures))


def _run(
    home: Home, ledger: Ledger, company: str | None, only: Sequence[str], who: str
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]], list[str]]:
    """What the runs did, what went wrong with it, what programs hold otherwise, and why runs failed."""
    from assets.sync.reports import drifted, sync_counts, sync_errors
    from orchestration.instance import open_instance
    from orchestration.process import failure_messages, run_sync
    from orchestration.syncs import keys_to_sync

    companies = None if company is None else [company]
    keys = keys_to_sync(ledger, companies)
    with open_instance(home) as instance, counting("Syncing") as sent:
        results = run_sync(instance, keys, companies, only, who, sent)
    run_ids = [result.run_id for result in results]
    with ledger.reading() as connection:
        counts, errors = sync_counts(connection, run_ids), sync_errors(connection, run_ids)
        drift = drifted(connection, company)
    return counts, errors, drift, failure_messages([result for result in results if not result.success])


def _show(
    counts: Sequence[Mapping[str, Any]],
    errors: Sequence[Mapping[str, Any]],
    drift: Sequence[Mapping[str, Any]],
    only: Sequence[str],
) -> None:
    page = Page()
    if not counts and not errors:
        page.paragraph(
            "Nothing to send: none of the named documents is booked, due and not synced. "
            "`partita invoices` says where each stands."
            if only
            else "Nothing to send: every booked invoice since the start date of its company is synced. "
            "`partita invoices` lists them."
        )
        _show_drift(page, drift)
        page.show()
        return
    customers = sum(row["customer_count"] for row in counts)
    booked = sum(row["booked_count"] for row in counts)
    page.paragraph(f"Synced: {counted(customers, 'customer')} and {counted(booked, 'invoice')}.")
    page.table(_COUNT_COLUMNS, counts)
    if errors:
        page.paragraph(f"Not synced, or not as it should be: {counted(len(errors), 'error')}.")
        page.table(_ERROR_COLUMNS, errors[:TABLE_ROWS])
        if len(errors) > TABLE_ROWS:
            page.paragraph("More: `partita invoices --unsynced`.")
    _show_drift(page, drift)
    page.show()


def _show_drift(page: Page, drift: Sequence[Mapping[str, Any]]) -> None:
    """What programs hold otherwise than it was sent is no failure of a sync, but somebody has to know."""
    if not drift:
        return
    page.paragraph(f"Synced, and held otherwise by the program: {counted(len(drift), 'invoice')}.")
    page.table(_ERROR_COLUMNS, drift[:TABLE_ROWS])
    if len(drift) > TABLE_ROWS:
        page.paragraph("More: `partita invoices`.")


def _dry_run(home: Home, ledger: Ledger, company: str | None, only: Sequence[str], *, as_json: bool) -> None:
    from orchestration.syncs import SalesSyncs, SyncRequest

    request = SyncRequest("dry run", None, None if company is None else (company,), tuple(only) or None)
    with SalesSyncs(home, ledger, "dry run") as syncs:
        due = syncs.due(request)
    rows = [
        {
            "company_code": code,
            "program": program,
            "reference": each.document.reference,
            "document_number": each.document.document_number,
            "document_date": each.document.document_date,
            "customer_name": each.document.customer.name,
            "currency_code": each.document.currency_code,
            "total_amount": each.document.total_amount,
            "journal_code": each.document.journal_code,
            "account_codes": ", ".join(sorted({line.account_code for line in each.document.lines})),
            "vat_codes": ", ".join(sorted({line.vat_code for line in each.document.lines})),
            "state": each.state,
        }
        for code, program, invoices in due
        for each in invoices
    ]
    if as_json:
        show_object({"is_dry_run": True, "due": rows})
        return
    page = Page()
    page.table(_DUE_COLUMNS, rows)
    page.paragraph(f"This was a dry run: {counted(len(rows), 'invoice')} would be sent.")
    page.show()


def _decide(
    home: Home,
    ledger: Ledger,
    company: str,
    forget: str | None,
    entered: tuple[str, str] | None,
    reason: str,
    who: str,
) -> None:
    """What a person knows of one document that no program told."""
    from assets.ledger.audit import Decider
    from assets.ledger.store import utc_now
    from orchestration.syncs import SalesSyncs

    decider = Decider(who, utc_now(), reason)
    with SalesSyncs(home, ledger, "command line") as syncs:
        if entered is not None:
            which, number = entered
            invoice, kind = syncs.enter(company, which, number, decider), "unsynced invoice"
            said = f"is synced as {number}, by hand: no sync sends it or compares it."
        else:
            assert forget is not None
            which, kind = forget, "synced invoice"
            invoice = syncs.forget(company, which, decider)
            said = "is looked up by the next sync, and sent only if the program has it no more."
    if invoice is None:
        raise OperatingError(
            f"{company} has no {kind} {which} in its present program, or more than one; "
            "`partita invoices` lists them"
        )
    click.echo(f"{invoice.document.document_number} {said}")


COMMANDS: Final[list[click.Command]] = [sync]
