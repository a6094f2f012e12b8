"""The commands by which people decide about e-invoices, such as `register`, `refuse` and `automatic`.

Belongs here: what a command takes, runs and shows. Does not: how a decision is checked and written
(`assets.invoices.deciding`). Dagster is loaded when a command runs.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal, Never

import click

from assets.errors import OperatingError
from assets.home import Home
from assets.invoices.reports import (
    DocumentSelection,
    automatic_registration,
    delivered_file,
    documents,
    explain_document,
)
from assets.ledger.listing import EVERYTHING, Asked
from assets.ledger.store import Ledger, utc_now
from orchestration.cli.access import reading, say_nothing_yet
from orchestration.cli.companies import CompanyCode
from orchestration.cli.exit_codes import ALL_WELL, SOMETHING_LEFT, STOPPED
from orchestration.cli.invoices import STATUS_COLUMNS, document_name
from orchestration.cli.names import DOCUMENT, Day, in_command
from orchestration.cli.options import PlainText, by_option, json_option
from orchestration.cli.preparing import prepared
from orchestration.cli.render import TABLE_ROWS, Column, Page, show_array

if TYPE_CHECKING:
    from assets.invoices.deciding import PostingChoice
    from assets.ledger.audit import Decider

_AUTOMATIC: Final = (
    Column("company", "company_code"),
    Column("name", "company_name", is_prose=True),
    Column("automatic", lambda row: "on" if row["is_on"] else "off"),
    Column("since", "switched_at"),
    Column("by", "switched_by"),
    Column("to register", "waiting_count", is_right_aligned=True),
)


_documents_argument = click.argument(
    "documents_named", metavar="DOCUMENT...", type=DOCUMENT, nargs=-1, required=True
)
_reason_option = click.option(
    "--reason", type=PlainText(), required=True, help="Why it is not registered; kept with the document."
)


@click.command()
@click.argument("documents_named", metavar="[DOCUMENT]...", type=DOCUMENT, nargs=-1)
@click.option("--company", type=CompanyCode(), metavar="CODE", help="All documents to register of a company.")
@click.option("--from", "from_day", type=Day(), help="Dated on this day or later.")
@click.option("--to", "to_day", type=Day(), help="Dated on this day or earlier.")
@click.option("--all", "is_all", is_flag=True, help="All documents to register.")
@click.option("--account", type=PlainText(), metavar="CODE", help="Post the cost to this account.")
@click.option("--vat-code", type=PlainText(), metavar="CODE", help="Use this VAT code.")
@click.option("--remember", is_flag=True, help="Post later documents of the supplier in the same way.")
@click.option("--reason", type=PlainText(), help="Why; kept with the decision and the run.")
@by_option
@json_option
def register(
    documents_named: tuple[int, ...],
    company: str | None,
    from_day: dt.date | None,
    to_day: dt.date | None,
    is_all: bool,
    account: str | None,
    vat_code: str | None,
    remember: bool,
    reason: str | None,
    who: str,
    as_json: bool,
) -> None:
    """Register e-invoices that wait: those named, or all of a company or of a span of document dates.

    The posting rules decide unless an account or a VAT code is given. Ends with 0 if all of them are
    registered, with 2 if some are not, with 1 if something stopped the work.
    """
    from assets.invoices.deciding import PostingChoice
    from assets.ledger.audit import Decider

    has_filter = is_all or company is not None or from_day is not None or to_day is not None
    if has_filter == bool(documents_named):
        raise click.UsageError("name the documents, or choose with --company, --from, --to or --all")
    if has_filter and (account is not None or vat_code is not None):
        raise click.UsageError("--account and --vat-code are for documents that are named")
    if remember and account is None:
        raise click.UsageError("--remember goes with --account: it is what is remembered")
    home, ledger = prepared()
    asked = Asked(
        company=company,
        first_date=from_day,
        last_date=to_day,
    )
    named = list(dict.fromkeys(documents_named))
    chosen = named or [row["document_id"] for row in _rows_of(ledger, DocumentSelection(), asked)]
    decider = Decider(who, utc_now(), reason)
    choice = PostingChoice(account, vat_code, remember)
    problems = _register(home, ledger, chosen, decider, choice) if chosen else []
    end_with(ledger, chosen, problems, as_json=as_json)


def end_with(ledger: Ledger, chosen: Sequence[int], problems: Sequence[str], *, as_json: bool) -> Never:
    """Shows what became of the documents, and ends the command with the code that says so."""
    answers = _rows_of(ledger, DocumentSelection(status=None, document_ids=chosen)) if chosen else []
    _show_registered(answers, as_json=as_json)
    raise SystemExit(_exit_code(answers, problems))


def _exit_code(answers: Sequence[Mapping[str, Any]], problems: Sequence[str]) -> int:
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        return STOPPED
    return ALL_WELL if all(row["status"] != "to_register" for row in answers) else SOMETHING_LEFT


def registered_by_a_run(
    keys: Sequence[str], document_id: int, decider: Decider, *, is_shown: bool
) -> tuple[int, Mapping[str, Any]]:
    """Runs the deliveries of a document that a person answered about, and shows what became of it.

    Returns the code with which the command ends, and the document.
    """
    home, ledger = prepared()
    problems = run_deliveries(home, ledger, keys, [document_id], decider)
    found = _rows_of(ledger, DocumentSelection(status=None, document_ids=[document_id]))
    if is_shown:
        _show_registered(found, as_json=False)
    return _exit_code(found, problems), found[0]


def _register(
    home: Home, ledger: Ledger, document_ids: Sequence[int], decider: Decider, choice: PostingChoice
) -> list[str]:
    """Writes the decision, and runs the deliveries concerned; why deliveries could not be processed now."""
    from assets.invoices.deciding import choose_registration

    with ledger.writing("decide about e-invoices") as workbench:
        keys = choose_registration(workbench, document_ids, decider, choice)
    return run_deliveries(home, ledger, keys, document_ids, decider)


def run_deliveries(
    home: Home, ledger: Ledger, keys: Sequence[str], document_ids: Sequence[int], decider: Decider
) -> list[str]:
    """Runs the deliveries of these documents through Dagster; why some could not be processed now."""
    from orchestration.instance import open_instance
    from orchestration.process import failure_messages, run_registration
    from orchestration.requesters import tags_of

    tags = tags_of(decider.who, decider.reason)
    bar = click.progressbar(length=len(keys), label="Registering", show_pos=True, file=sys.stderr)
    with open_instance(home) as instance, bar:
        results = run_registration(
            instance, keys, lambda key: bar.update(1), documents=document_ids, tags=tags
        )
    # A delivery that could not be processed now keeps the run of an earlier attempt.
    ran = {result.run_id for result in results}
    runs = _runs_of(ledger, keys)
    return failure_messages(results) if any(runs[key] not in ran for key in keys) else []


def _runs_of(ledger: Ledger, keys: Sequence[str]) -> dict[str, str | None]:
    """The run that processed each delivery last."""
    from assets.statements import records

    with ledger.reading() as connection:
        found = records(connection, "invoices", "run_of_delivery", {"delivery_keys": list(keys)})
    return {row["delivery_key"]: row["run_id"] for row in found}


def _rows_of(ledger: Ledger, selection: DocumentSelection, asked: Asked = EVERYTHING) -> list[dict[str, Any]]:
    if not ledger.exists():
        return []
    with ledger.reading() as connection:
        return list(documents(connection, selection, asked).dictionaries())


def _show_registered(answers: Sequence[Mapping[str, Any]], *, as_json: bool) -> None:
    if as_json:
        show_array(answers)
        return
    if not answers:
        click.echo("Nothing to do: no such document is to register.")
        return
    page = Page()
    left = [row for row in answers if row["status"] == "to_register"]
    # What needs a person comes first where not everything can be shown.
    shown = answers if len(answers) <= TABLE_ROWS else (left or answers)[:TABLE_ROWS]
    page.table(STATUS_COLUMNS, shown)
    if len(shown) < len(answers):
        page.paragraph(f"These are {len(shown)} of {len(answers):,}: `partita documents --all` lists them.")
    done = f"{len(answers) - len(left):,} of {len(answers):,}"
    if left:
        page.paragraph(
            f"Some not registered: {done} are. Mend what the last column says, then register the others "
            "again."
        )
    else:
        page.paragraph(f"All registered: {done}.")
    page.show()


@click.command()
@_documents_argument
@_reason_option
@by_option
def refuse(documents_named: tuple[int, ...], reason: str, who: str) -> None:
    """Close e-invoices that are not owed: nothing is posted, and they leave the list of those to register."""
    _close(documents_named, "refuse", reason, who)


@click.command()
@_documents_argument
@_reason_option
@by_option
def handle(documents_named: tuple[int, ...], reason: str, who: str) -> None:
    """Close e-invoices that are handled elsewhere, such as posted by hand: nothing is posted here."""
    _close(documents_named, "handle", reason, who)


def _close(
    documents_named: Sequence[int], closing: Literal["refuse", "handle"], reason: str, who: str
) -> None:
    from assets.invoices.deciding import close_documents
    from assets.ledger.audit import Decider

    with reading() as (home, connection):
        if connection is None:
            raise OperatingError("no e-invoice has arrived yet: there is no ledger")
    ledger = Ledger.of(home)
    chosen = list(dict.fromkeys(documents_named))
    with ledger.writing(f"{closing} e-invoices") as workbench:
        decider = Decider(who, utc_now(), reason)
        keys = close_documents(workbench, chosen, closing, decider)
    _report_green(home, ledger, keys)
    answers = _rows_of(ledger, DocumentSelection(status=None, document_ids=chosen))
    for row in answers:
        click.echo(
            f"{document_name(row)} ({row['document_number'] or 'without a number'} of "
            f"{row['supplier_name'] or 'nobody'}) is {row['status']} by {row['closed_by']}."
        )


def is_delivered(ledger: Ledger, partition_key: str) -> bool:
    """Whether this is a file of e-invoices."""
    with ledger.reading() as connection:
        return delivered_file(connection, partition_key) is not None


def dismiss_delivered(home: Home, ledger: Ledger, partition_key: str, who: str, reason: str) -> str:
    """Closes the findings of a file of e-invoices, such as one that cannot be read; its new status.

    Raises:
        OperatingError: if documents of it are to register. Nothing is changed then.
    """
    from assets.invoices.deciding import dismiss_file
    from assets.ledger.audit import Decider

    with ledger.writing(f"dismiss {partition_key}") as workbench:
        status, keys = dismiss_file(workbench, partition_key, Decider(who, utc_now(), reason))
    _report_green(home, ledger, keys)
    return status


def _report_green(home: Home, ledger: Ledger, keys: Sequence[str]) -> None:
    """Tells Dagster what is left to do of these deliveries, if it runs in this home at all."""
    if not (home.dagster / "dagster.yaml").exists():
        return
    from assets.invoices.registering import recorded_delivery

    with ledger.reading() as connection:
        outcomes = [recorded_delivery(connection, key) for key in keys]
    closed = [outcome for outcome in outcomes if outcome is not None and outcome.is_closed]
    from orchestration.instance import open_instance
    from orchestration.invoice_pipeline import COUNTS_OF_ASSET, delivery_materialization
    from orchestration.reporting import report_done

    events = [delivery_materialization(name, outcome) for outcome in closed for name in COUNTS_OF_ASSET]
    with open_instance(home) as instance:
        report_done(instance, ledger, events)


@click.command()
@click.argument("action", type=click.Choice(["list", "on", "off"]), default="list")
@click.argument("companies", metavar="[COMPANY]...", type=PlainText(), nargs=-1)
@by_option
@json_option
def automatic(action: str, companies: tuple[str, ...], who: str, as_json: bool) -> None:
    """Show for which companies e-invoices register themselves, and switch that on or off.

    Documents that arrived before the switch was made wait until somebody registers them.
    """
    if (action == "list") == bool(companies):
        raise click.UsageError("name the companies after `on` or `off`, and none after `list`")
    if action != "list":
        _switch(companies, who, is_on=action == "on")
    with reading() as (home, connection):
        found = [] if connection is None else automatic_registration(connection)
    if connection is None:
        say_nothing_yet(home, as_json=as_json)
    if as_json:
        show_array(found)
    elif connection is not None:
        page = Page()
        page.table(_AUTOMATIC, found)
        page.paragraph(
            "Documents that arrived before automatic registration was on wait: `partita documents` lists "
            "them, `partita register --company CODE` registers them."
        )
        page.show()


def _switch(companies: Sequence[str], who: str, *, is_on: bool) -> None:
    from assets.invoices.deciding import switch_automatic
    from assets.ledger.audit import Decider

    _, ledger = prepared()
    with ledger.writing("switch automatic registration") as workbench:
        switched = switch_automatic(workbench, companies, Decider(who, utc_now()), is_on=is_on)
    for code in dict.fromkeys(companies):
        state = "on" if is_on else "off"
        verb = "is now" if code in switched else "was already"
        click.echo(f"Automatic registration of {code} {verb} {state}.", err=True)


@click.command("propose-supplier")
@click.argument("document_named", metavar="DOCUMENT", type=DOCUMENT)
@click.option(
    "--account",
    type=PlainText(),
    metavar="CODE",
    help="Account of the supplier: a new one, or one that is nobody's; if left out, the one of the same "
    "name, or else the next free one.",
)
@click.option("--new", "is_new", is_flag=True, help="Another supplier, although there are the same names.")
@click.option("--accept", is_flag=True, help="Write the rows into the reference files.")
@click.option("--reason", type=PlainText(), help="Why; kept with the acceptance.")
@by_option
def propose_supplier(
    document_named: int,
    account: str | None,
    *,
    is_new: bool,
    accept: bool,
    reason: str | None,
    who: str,
) -> None:
    """Show the rows that make the supplier of a document known, and write them with --accept.

    An account that bears his name and is nobody's becomes his, so that what was posted on it meets his
    invoices.
    """
    from assets.ledger.audit import Decider
    from assets.reference.log import accept_proposal
    from assets.reference.proposing import propose

    with reading() as (home, connection):
        selection = DocumentSelection(status=None, document_ids=[document_named])
        if connection is None or not list(documents(connection, selection).rows):
            raise OperatingError(f"there is no document D{document_named}: `partita documents` lists them")
        record = explain_document(connection, document_named)
    proposal = propose(home.reference, record, account, is_new=is_new)
    for name, lines in proposal.lines.items():
        for line in lines.split("\n"):
            click.echo(f"{name}: {line}")
    if proposal.known_account is not None:
        click.echo(f"Its row is completed, since {proposal.known_account}; --new proposes a new one.")
    if not accept:
        click.echo("Nothing was written: --accept writes the rows.")
        return
    ledger = Ledger.of(home)
    with ledger.writing("accept a supplier") as workbench:
        decider = Decider(who, utc_now(), reason)
        accept_proposal(workbench, home.reference, proposal, document_named, decider)
    key = in_command(str(record["delivery_key"]))
    click.echo(f"The rows are written. `partita rerun {key}` tries the document again.")


COMMANDS: Final[list[click.Command]] = [register, refuse, handle, automatic, propose_supplier]
