"""The commands that change the ledger: start, process, rerun, dismiss. Dagster is loaded when they run."""

from __future__ import annotations

import getpass
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from assets.errors import OperatingError
from assets.home import Home, home_from_environment
from assets.ledger.store import Ledger
from assets.money import format_amount
from orchestration.cli.options import json_option
from orchestration.cli.render import Column, Page

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

    from assets.detection.inbox import WaitingFile
    from assets.reference.settings import Settings

ALL_POSTED: Final = 0
SOMETHING_STOPPED: Final = 1
SOME_FINDINGS: Final = 2
_LONGEST_WAIT_FOR_QUIET: Final = 30.0


def _count_column(heading: str, name: str) -> Column:
    """A column of counts; blank for a file that was not imported."""
    return Column(heading, lambda row: str(row.get(name, "")), is_right_aligned=True)


_OUTCOME_COLUMNS: Final = (
    Column("file", "partition_key"),
    Column("status", "status"),
    _count_column("movements", "movement_count"),
    _count_column("posted", "posted_movement_count"),
    _count_column("linked", "linked_posting_count"),
    _count_column("unlinked", "unlinked_posting_count"),
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
@click.option("--dry-run", is_flag=True, help="Show what would be posted; post nothing.")
@json_option
def process(*, dry_run: bool, as_json: bool) -> None:
    """Import everything in the inbox now, through Dagster, in this process.

    Ends with 0 if all of it is posted, with 2 if something is not, with 1 if something stopped the work.
    """
    from orchestration.imports import current_settings, look

    home, ledger = _prepared()
    settings = current_settings(ledger)
    _wait_for_quiet(home, settings)
    inbox = look(home, ledger, settings, only_looks=dry_run)
    if dry_run:
        _dry_run(home, ledger, inbox.new, as_json=as_json)
    else:
        _run(home, ledger, inbox.keys, as_json=as_json)


@click.command()
@click.option("--failed", is_flag=True, help="All files that are not in the ledger as a whole.")
@click.argument("files", nargs=-1)
@json_option
def rerun(files: tuple[str, ...], *, failed: bool, as_json: bool) -> None:
    """Process failed files again, after the cause was mended. What is posted is not posted twice.

    FILES are names or partition keys of failed files; --failed means all of them.
    """
    from orchestration.imports import failed_keys

    if failed == bool(files):
        raise click.UsageError("name the files, or say --failed for all of them")
    home, ledger = _prepared()
    open_keys = failed_keys(ledger)
    keys = open_keys if failed else [key for file in files for key in _matching(open_keys, file)]
    _run(home, ledger, list(dict.fromkeys(keys)), as_json=as_json)


@click.command()
@click.argument("file")
@click.option("--reason", required=True, help="Why nothing more is to be done; kept with the finding.")
@click.option("--by", "who", default=None, help="Who decides; the user of this machine if left out.")
def dismiss(file: str, reason: str, who: str | None) -> None:
    """Close the open findings of a file by a person's decision, and the file itself if it had failed.

    FILE is a partition key, or a name if only one open file has it.
    """
    from orchestration.imports import dismiss as dismiss_import

    home, ledger = _prepared()
    key = _one_key(ledger, file)
    status = dismiss_import(home, ledger, key, who or getpass.getuser(), reason)
    _report_green(home, ledger, key)
    click.echo(
        f"{key} is {status}; its findings are closed. `partita why {key}` shows who closed them and why."
    )


def _prepared() -> tuple[Home, Ledger]:
    """The home with its folders, and the ledger with the reference data as they are now in force.

    Raises:
        OperatingError: if the settings make no sense or there are no reference data at all.
    """
    from orchestration.imports import TraceImports
    from orchestration.resources import HomeResource

    home = home_from_environment()
    home.create()
    ledger = Ledger(home.ledger)
    with TraceImports(home, ledger, "command line") as imports:
        state = imports.load_reference()
    for finding in state.findings[:10]:
        click.echo(
            f"{finding.source_file}:{finding.line_number or 1} {finding.field or ''}: expected "
            f"{finding.expected_text}; the last good reference data stay in force",
            err=True,
        )
    return HomeResource(root=str(home.root)).home(), ledger


def _wait_for_quiet(home: Home, settings: Settings) -> None:
    """Waits, within bounds, until the files in the inbox are no longer being written."""
    from assets.detection.inbox import candidates

    quiet_seconds = float(settings.get("quiet_seconds"))
    deadline = time.monotonic() + _LONGEST_WAIT_FOR_QUIET
    while time.monotonic() < deadline:
        present = list(candidates(home.inbox, settings.masks(), 0.0))
        if present == list(candidates(home.inbox, settings.masks(), quiet_seconds)):
            return
        time.sleep(0.1)


def _dry_run(home: Home, ledger: Ledger, files: Sequence[WaitingFile], *, as_json: bool) -> None:
    from orchestration.imports import TraceImports

    answers: list[dict[str, Any]] = []
    with TraceImports(home, ledger, "dry run") as imports:
        for outcome, prepared in imports.dry_run(files):
            answers.append(
                {
                    "partition_key": outcome.partition_key,
                    "source_file": outcome.source_file,
                    "status": outcome.status,
                    **outcome.counts,
                    "debit_total": format_amount(outcome.debit_total),
                    "credit_total": format_amount(outcome.credit_total),
                    "findings": [
                        {
                            "line_number": finding.line_number,
                            "field": finding.field,
                            "finding_code": finding.finding_code,
                            "severity": finding.severity,
                            "raw_value": finding.raw_value,
                            "expected": finding.expected_text,
                        }
                        for finding in prepared.collector.listed()
                    ],
                }
            )
    if as_json:
        click.echo(json.dumps(answers, ensure_ascii=False, indent=1))
    else:
        _show(answers)
        for answer in answers:
            for finding in answer["findings"]:
                where = f"line {finding['line_number']}" if finding["line_number"] else "file"
                click.echo(
                    f"{answer['source_file']} {where} {finding['field'] or ''}: {finding['finding_code']}: "
                    f"{finding['raw_value']!r}, expected {finding['expected']}"
                )
        click.echo("This was a dry run: nothing was posted, and the files stay in the inbox.")
    is_clean = all(answer["status"] in ("posted", "repeated") for answer in answers)
    raise SystemExit(ALL_POSTED if is_clean else SOME_FINDINGS)


def _run(home: Home, ledger: Ledger, keys: Sequence[str], *, as_json: bool) -> None:
    """Imports the files with a progress bar and shows what became of them."""
    from assets.ledger.posting import CLOSED_STATUSES, recorded_outcome
    from orchestration.instance import open_instance
    from orchestration.process import failure_messages, run_import

    messages: list[str] = []
    if keys:
        bar = click.progressbar(length=len(keys), label="Importing", file=sys.stderr)
        with open_instance(home) as instance, bar:
            results = run_import(instance, keys, lambda key: _advance(bar, key))
        messages = failure_messages(results)
    answers: list[dict[str, Any]] = []
    with ledger.reading() as workbench:
        for key in keys:
            outcome = recorded_outcome(workbench, key)
            answers.append(
                {"partition_key": key, "source_file": key, "status": "not imported"}
                if outcome is None
                else {
                    "partition_key": key,
                    "source_file": outcome.source_file,
                    "status": outcome.status,
                    **outcome.counts,
                    "debit_total": format_amount(outcome.debit_total),
                    "credit_total": format_amount(outcome.credit_total),
                }
            )
    if as_json:
        click.echo(json.dumps(answers, ensure_ascii=False, indent=1))
    else:
        _show(answers)
    statuses = {str(answer["status"]) for answer in answers}
    if "not imported" in statuses:
        for message in messages:
            click.echo(message, err=True)
        raise SystemExit(SOMETHING_STOPPED)
    raise SystemExit(ALL_POSTED if statuses <= CLOSED_STATUSES else SOME_FINDINGS)


def _advance(bar: ProgressBar[int], key: str) -> None:
    del key
    bar.update(1)


def _show(answers: Sequence[dict[str, Any]]) -> None:
    if not answers:
        click.echo("Nothing to do: no file waits.")
        return
    page = Page()
    page.table(_OUTCOME_COLUMNS, answers)
    page.show()
    left = [answer for answer in answers if answer["status"] not in ("posted", "repeated", "superseded")]
    if left:
        click.echo(
            f"{len(left)} of {len(answers)} files need attention: `partita findings` says why and what to do."
        )
    else:
        click.echo("Everything is in the ledger.")


def _matching(keys: Sequence[str], file: str) -> list[str]:
    wanted = Path(file).name.casefold()
    found = [key for key in keys if wanted in (key.casefold(), _name_of(key).casefold())]
    if not found:
        raise OperatingError(f"no failed file is named {file}: `partita status` lists them")
    return found


def _name_of(key: str) -> str:
    from assets.detection.inbox import split_key

    stem, _, suffix = split_key(key)
    return f"{stem}{suffix}"


def _one_key(ledger: Ledger, file: str) -> str:
    from orchestration.imports import keys_with_open_findings

    found = _matching(keys_with_open_findings(ledger), file)
    if len(found) > 1:
        raise OperatingError(f"{file} may be any of {', '.join(found)}: name the partition key")
    return found[0]


def _report_green(home: Home, ledger: Ledger, key: str) -> None:
    """Tells Dagster that nothing is left to do for this partition, if it runs in this home at all."""
    if not (home.dagster / "dagster.yaml").exists():
        return
    from assets.ledger.posting import recorded_outcome
    from orchestration.instance import open_instance
    from orchestration.outcomes import COUNT_METADATA, materialization

    with ledger.reading() as workbench:
        outcome = recorded_outcome(workbench, key)
    if outcome is None or not outcome.is_closed:
        return
    with open_instance(home) as instance:
        for name in COUNT_METADATA:
            instance.report_runless_asset_event(materialization(name, outcome))


COMMANDS: Final[list[click.Command]] = [start, process, rerun, dismiss]

os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "1")
