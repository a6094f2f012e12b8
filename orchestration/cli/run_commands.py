"""The commands that change the ledger: start, process, rerun, dismiss. Dagster is loaded when they run."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from assets.detection.lying import not_taken
from assets.errors import OperatingError
from assets.home import Home, home_from_environment
from assets.import_numbers import import_number, number_alone, numbered
from assets.ledger.store import Ledger, utc_now
from assets.money import format_amount
from assets.statements import count_of, records, statement_text
from assets.wording import counted
from orchestration.cli.exit_codes import ALL_WELL, SOMETHING_LEFT, STOPPED
from orchestration.cli.file_names import matching_keys, numbered_key, one_open_key
from orchestration.cli.names import in_command
from orchestration.cli.options import PlainText, by_option, json_option
from orchestration.cli.preparing import prepared
from orchestration.cli.render import Column, Page, show_array, visible

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

    from assets.ledger.imports import ImportOutcome
    from assets.settings import Settings

# The settings of a home switch telemetry off; this is for the moments before Dagster has read them.
os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "1")

_LONGEST_WAIT_FOR_QUIET: Final = 30.0
_MOST_NAMED: Final = 5
CLEAN: Final = frozenset({"posted", "repeated", "superseded", "all registered"})
_UNFINISHED: Final = "unfinished_import_number"
"""In the answer about a file: which import it repeats, if something of that is kept out."""


def _count_column(heading: str, name: str) -> Column:
    """A column of counts; blank for a file that was not imported."""
    return Column(heading, lambda row: str(row.get(name, "")), is_right_aligned=True)


_IMPORT: Final = Column("import", lambda row: str(row["import_number"] or ""))
"""Its number; blank for a file that was not imported."""

_OUTCOME_COLUMNS: Final = (
    _IMPORT,
    Column("file", "partition_key"),
    Column("status", "status"),
    _count_column("movements", "movement_count"),
    _count_column("posted", "posted_movement_count"),
    _count_column("linked", "linked_posting_count"),
    _count_column("unlinked", "unlinked_posting_count"),
    _count_column("errors", "error_count"),
    _count_column("warnings", "warning_count"),
)

_SALES_COLUMNS: Final = (
    _IMPORT,
    Column("file", "partition_key"),
    Column("status", "status"),
    _count_column("invoices", "movement_count"),
    _count_column("posted", "posted_movement_count"),
    _count_column("posted before", "repeated_movement_count"),
    _count_column("errors", "error_count"),
    _count_column("warnings", "warning_count"),
)


@click.command()
@click.option(
    "--port", type=click.IntRange(1, 65535), default=3000, show_default=True, help="Port of the UI."
)
@click.option(
    "--samples",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder with the sample company, for a home that was never used.",
)
def start(port: int, samples: Path | None) -> None:
    """Serve the Dagster UI on this machine and watch the inbox, until Ctrl-C or TERM."""
    from orchestration.start import serve

    raise SystemExit(serve(home_from_environment(), port, samples))


@click.command()
def address() -> None:
    """Show the address that opens the UI of this home, with its token, while it is served."""
    from orchestration.living import is_served
    from orchestration.serving.session import opening_address

    home = home_from_environment()
    if not is_served(home.dagster):
        raise OperatingError(f"{home.root} is not served just now: `make run` or `partita start` does")
    click.echo(opening_address(home))


@click.command()
@click.option("--dry-run", is_flag=True, help="Show what would be posted; post nothing.")
@json_option
def process(*, dry_run: bool, as_json: bool) -> None:
    """Import everything in the inboxes now, through Dagster, in this process.

    Ends with 0 if all of it is posted, with 2 if something is not or kept files and ledger do not fit, with 1
    if something stopped the work or reference files are refused.
    Invoices are registered and posted before traces are imported, so that a trace finds the items that they
    open.
    """
    from orchestration.cli.trying import try_all
    from orchestration.deliveries import gather
    from orchestration.imports import TRACES, current_settings, look, records_of_keys
    from orchestration.sales_imports import SALES

    home, ledger = prepared()
    settings = current_settings(ledger)
    _wait_for_quiet(home, settings)
    _say_what_is_left_alone(home, settings)
    if dry_run:
        try_all(home, ledger, settings, as_json=as_json)
    else:
        invoices = gather(home, ledger, settings)
        sales, traces = look(home, ledger, settings, source=SALES), look(home, ledger, settings)
        tidied = (each.tidied - len(each.again) - len(each.dismissed) for each in (sales, traces))
        _say_what_came_before(invoices.tidied + sum(tidied))
        for source, inbox in ((SALES, sales), (TRACES, traces)):
            kind = source.source_kind
            _say_what_was_dismissed(
                records_of_keys(ledger, "known_import", inbox.dismissed, source_kind=kind)
            )
        _run(home, ledger, invoices.waiting, sales.keys, traces.keys, {}, as_json=as_json, compares=True)


def _say_what_came_before(count: int) -> None:
    """Says that files left an inbox of which nothing is to be done: whoever dropped one looks for it."""
    if count:
        are = "1 file was" if count == 1 else f"{count:,} files were"
        click.echo(
            f"{are} in the ledger already, and moved to where {'it is' if count == 1 else 'they are'} kept.",
            err=True,
        )


def _say_what_was_dismissed(imports: Iterable[Mapping[str, Any]]) -> None:
    """Says that files were dropped again of which something is out of the ledger by a person's decision."""
    for row in imports:
        name = visible(numbered(row["import_id"], row["source_file"]))
        who, reason = visible(row["closed_by"]), visible(row["closed_reason"])
        click.echo(
            f"{name} was dismissed by {who} ({reason}): what is not in the ledger of it stays out. "
            f"`partita why {import_number(row['import_id'])}` shows it.",
            err=True,
        )


def _say_what_is_left_alone(home: Home, settings: Settings) -> None:
    """Names files in the inboxes that no look takes: whoever dropped them waits for nothing."""
    names: dict[tuple[str, str], list[str]] = {}
    for each in not_taken(home, settings):
        names.setdefault((each.reason, each.remedy), []).append(each.source_file)
    for (reason, remedy), alike in names.items():
        shown = ", ".join(visible(name) for name in alike[:_MOST_NAMED])
        more = f" and {len(alike) - _MOST_NAMED} more" if len(alike) > _MOST_NAMED else ""
        click.echo(f"Left alone: {shown}{more} ({reason}). {remedy}", err=True)


@click.command()
@click.option(
    "--failed",
    is_flag=True,
    help="All files that are not in the ledger as a whole, and all deliveries with documents to register.",
)
@click.option("--reason", type=PlainText(), help="Why; kept with the run.")
@by_option
@click.argument("files", nargs=-1)
@json_option
def rerun(files: tuple[str, ...], *, failed: bool, reason: str | None, who: str, as_json: bool) -> None:
    """Process failed files again, after the cause was mended. What is posted is not posted twice.

    FILES are numbers of imports (I12), names or keys of failed files, or keys of deliveries of e-invoices;
    --failed means all of them.
    """
    from orchestration.deliveries import open_deliveries
    from orchestration.imports import failed_keys
    from orchestration.requesters import tags_of
    from orchestration.sales_imports import SALES

    if failed == bool(files):
        raise click.UsageError("name the files, or say --failed for all of them")
    home, ledger = prepared()
    deliveries, sales, traces = open_deliveries(ledger), failed_keys(ledger, SALES), failed_keys(ledger)
    if not failed:
        wanted = {
            key for file in files for key in matching_keys(ledger, [*deliveries, *sales, *traces], file)
        }
        deliveries = [key for key in deliveries if key in wanted]
        sales = [key for key in sales if key in wanted]
        traces = [key for key in traces if key in wanted]
    tags = tags_of(who, reason)
    _run(home, ledger, deliveries, sales, traces, tags, as_json=as_json)


@click.command()
@click.argument("file")
@click.option(
    "--reason", type=PlainText(), required=True, help="Why nothing more is to be done; kept with the finding."
)
@by_option
def dismiss(file: str, reason: str, who: str) -> None:
    """Close the open findings of a file by a person's decision, and the file itself if it had failed.

    FILE is the number of an import (I12), a partition key, or a name if only one open file has it.
    """
    from assets.ledger.audit import Decider
    from orchestration.cli.invoice_decisions import dismiss_delivered, is_delivered
    from orchestration.imports import dismiss as dismiss_import

    home, ledger = prepared()
    key = one_open_key(ledger, file)
    name = numbered_key(ledger, key)
    if is_delivered(ledger, key):
        status = dismiss_delivered(home, ledger, key, who, reason)
    else:
        status = dismiss_import(home, ledger, key, Decider(who, utc_now(), reason))
        _report_green(home, ledger, key)
    click.echo(
        f"{visible(name)} is {status}; its findings are closed. "
        f"`partita why {in_command(number_alone(name))}` shows who closed them and why."
    )


def _wait_for_quiet(home: Home, settings: Settings) -> None:
    """Waits, within bounds, until the files in the inboxes are no longer being written."""
    from assets.detection.inbox import candidates

    quiet_seconds = float(settings.get("quiet_seconds"))
    watched = (
        (home.inbox, settings.masks()),
        (home.invoice_inbox, settings.masks("invoice_masks")),
        (home.sales_inbox, settings.masks("sales_masks")),
    )
    deadline = time.monotonic() + _LONGEST_WAIT_FOR_QUIET
    while time.monotonic() < deadline:
        present = [list(candidates(folder, masks, 0.0)) for folder, masks in watched]
        if present == [list(candidates(folder, masks, quiet_seconds)) for folder, masks in watched]:
            return
        time.sleep(0.1)


def answer_of(outcome: ImportOutcome, *, is_recorded: bool = True) -> dict[str, Any]:
    """What became of one file, for people and programs. What a dry run does has no number: it draws none."""
    return {
        "partition_key": outcome.partition_key,
        "source_file": outcome.source_file,
        "status": outcome.status,
        **outcome.counts,
        "debit_total": format_amount(outcome.debit_total),
        "credit_total": format_amount(outcome.credit_total),
        "import_number": outcome.import_number if is_recorded else None,
    }


def _run(
    home: Home,
    ledger: Ledger,
    deliveries: Sequence[str],
    sales: Sequence[str],
    keys: Sequence[str],
    tags: Mapping[str, str],
    *,
    as_json: bool,
    compares: bool = False,
) -> None:
    """Registers the deliveries and imports the files with progress bars, and shows what became of them."""
    from assets.ledger.imports import CLOSED_STATUSES
    from orchestration.cli.registering import ALL_REGISTERED, NOT_PROCESSED, register
    from orchestration.instance import open_instance
    from orchestration.process import failure_messages, run_import, run_sales_import

    registered: list[dict[str, Any]] = []
    messages: list[str] = []
    if deliveries or sales or keys:
        with open_instance(home) as instance:
            registered, messages = register(instance, ledger, deliveries, tags)
            for label, wanted, run in (
                ("Sales", sales, run_sales_import),
                ("Importing", keys, run_import),
            ):
                if wanted:
                    with click.progressbar(length=len(wanted), label=label, file=sys.stderr) as bar:
                        results = run(instance, wanted, partial(_advance, bar), tags)
                    messages += failure_messages(results)
    of_sales, of_traces = list(_outcomes(ledger, sales)), list(_outcomes(ledger, keys))
    answers = [*of_sales, *of_traces]
    if as_json:
        show_array([*registered, *answers])
    else:
        show_outcomes(registered, of_sales, of_traces)
        if registered or of_sales:
            _say_what_is_refused(ledger)
    statuses = {str(answer["status"]) for answer in [*registered, *answers]}
    is_stopped = bool(statuses & {"not imported", NOT_PROCESSED})
    if is_stopped:
        for message in messages:
            click.echo(message, err=True)
    fits = not compares or fits_its_home(home, ledger)
    if is_stopped or _is_reference_refused(ledger):
        raise SystemExit(STOPPED)
    is_done = fits and statuses <= CLOSED_STATUSES | {ALL_REGISTERED}
    is_done = is_done and not any(_UNFINISHED in answer for answer in answers)
    raise SystemExit(ALL_WELL if is_done else SOMETHING_LEFT)


def fits_its_home(home: Home, ledger: Ledger) -> bool:
    """Whether kept files and ledger fit; what differs is said, and stopped nothing."""
    from orchestration.comparing import compare_when_due, say_differences

    found = compare_when_due(home, ledger)
    say_differences(found)
    return not found


def _is_reference_refused(ledger: Ledger) -> bool:
    """Says that reference files are refused: what was posted followed the last good ones."""
    with ledger.reading() as connection:
        count = count_of(connection, statement_text("reference", "count_refused"))
    if count:
        click.echo(
            f"The reference data as they are now are refused ({counted(count, 'problem')}): what was posted "
            "followed the last good ones. `partita reference check` says what to mend.",
            err=True,
        )
    return count > 0


def _say_what_is_refused(ledger: Ledger) -> None:
    """Names sales invoices with an error by a message: its file is done, while the invoice is not."""
    from assets.exchange.reports import refused_count

    with ledger.reading() as connection:
        count = refused_count(connection)
    if count:
        stand = counted(count, "sales invoice stands", "sales invoices stand")
        click.echo(f"{stand} rejected or refused: `partita invoices` says which and what to do.")


def _outcomes(ledger: Ledger, keys: Sequence[str]) -> Iterator[dict[str, Any]]:
    """What the ledger says of each file."""
    from assets.ledger.imports import recorded_outcome

    with ledger.reading() as workbench:
        for key in keys:
            outcome = recorded_outcome(workbench, key)
            if outcome is None:
                yield {
                    "partition_key": key,
                    "source_file": key,
                    "status": "not imported",
                    "import_number": None,
                }
                continue
            repeated = records(workbench, "ledger", "unfinished_repeated", {"partition_key": key})
            unfinished = {_UNFINISHED: import_number(repeated[0]["import_id"])} if repeated else {}
            yield answer_of(outcome) | unfinished


def _advance(bar: ProgressBar[int], key: str) -> None:
    del key
    bar.update(1)


def show_outcomes(
    deliveries: Sequence[dict[str, Any]],
    sales: Sequence[dict[str, Any]],
    traces: Sequence[dict[str, Any]],
    *,
    is_tried: bool = False,
) -> None:
    """Tables of what became, or with `is_tried` would become, of deliveries and files, and what is to do."""
    from orchestration.cli.registering import advice
    from orchestration.cli.registering import show as show_deliveries

    answers = [*sales, *traces]
    if not deliveries and not answers:
        click.echo("Nothing to do: no file waits.")
        return
    page = Page()
    show_deliveries(page, deliveries)
    for heading, columns, rows in (
        ("Sales invoices", _SALES_COLUMNS, sales),
        ("Traces", _OUTCOME_COLUMNS, traces),
    ):
        if rows:
            if deliveries or sales:
                page.paragraph(heading)
            page.table(columns, rows)
    page.show()
    to_do = list(advice(deliveries, is_tried=is_tried))
    to_do += [
        f"{answer['import_number']} has the content of {answer[_UNFINISHED]}, of which something is not in "
        f"the ledger: `partita findings {answer[_UNFINISHED]}` says why and what to do."
        for answer in answers
        if _UNFINISHED in answer
    ]
    left = [answer for answer in answers if answer["status"] not in CLEAN]
    if left:
        where = "the findings below say" if is_tried else "`partita findings` says"
        to_do.append(
            f"{len(left):,} of {counted(len(answers), 'file')} to look after: {where} why and what to do."
        )
    done = f"Everything {'would be' if is_tried else 'is'} in the ledger."
    for sentence in [*(to_do or [done]), *_without_item(traces, is_tried=is_tried)]:
        click.echo(sentence)


def _without_item(traces: Sequence[dict[str, Any]], *, is_tried: bool) -> Iterator[str]:
    """What is posted and yet not done: payments that close nothing wait for a person."""
    count = sum(answer.get("unlinked_posting_count") or 0 for answer in traces)
    if count and is_tried:
        settle = counted(count, "payment would settle", "payments would settle")
        yield f"{settle} no open item, or not in full."
    elif count:
        settle = counted(count, "payment settles", "payments settle")
        yield f"{settle} no open item, or not in full: `partita unlinked` lists them with candidates."


def _report_green(home: Home, ledger: Ledger, key: str) -> None:
    """Tells Dagster what is left to do for this partition, if it runs in this home at all."""
    if not (home.dagster / "dagster.yaml").exists():
        return
    from assets.ledger.imports import recorded_outcome
    from orchestration.imports import known_imports
    from orchestration.instance import open_instance
    from orchestration.outcomes import COUNT_METADATA, SALES_COUNT_METADATA, materialization
    from orchestration.reporting import report_done
    from orchestration.sales_imports import SALES

    names = SALES_COUNT_METADATA if known_imports(ledger, SALES, [key]) else COUNT_METADATA
    with ledger.reading() as workbench:
        outcome = recorded_outcome(workbench, key)
    events = []
    if outcome is not None and outcome.is_closed:
        events = [materialization(name, outcome) for name in names]
    with open_instance(home) as instance:
        report_done(instance, ledger, events)


COMMANDS: Final[list[click.Command]] = [start, address, process, rerun, dismiss]
