"""`partita purge`: removes originals and personal data of e-invoices whose retention has ended."""

from __future__ import annotations

import datetime as dt
from typing import Final

import click

from assets.errors import OperatingError
from assets.wording import counted
from orchestration.cli.access import reading, say_nothing_yet
from orchestration.cli.names import Day, in_command, quoted
from orchestration.cli.options import by_option, json_option
from orchestration.cli.render import show_object


@click.command("purge")
@click.option(
    "--before",
    required=True,
    type=Day(),
    help="Documents received before this date.",
)
@by_option
@click.option("--dry-run", is_flag=True, help="Show what would be removed, and remove nothing.")
@json_option
def purge(before: dt.date, who: str, dry_run: bool, as_json: bool) -> None:
    """Remove kept e-invoices, and names and addresses in the ledger, whose retention has ended.

    Postings, registrations, amounts and hashes stay. Deliveries of which something is left to do are kept.
    """
    from assets.days import day_of
    from assets.invoices import purging
    from assets.ledger.store import Ledger, utc_now
    from orchestration.imports import current_settings

    with reading() as (home, connection):
        if connection is None:
            say_nothing_yet(home, as_json=as_json)
            return
    ledger = Ledger.of(home)
    settings = current_settings(ledger)
    today = day_of(utc_now(), settings.get("time_zone"))
    refusal = purging.earliest_refusal(before, int(settings.get("retention_years")), today)
    if refusal is not None:
        raise OperatingError(refusal)
    planned = purging.plan_purge(ledger, before)
    if not dry_run:
        purging.purge(home, ledger, planned, who)
    if as_json:
        answer = {
            "received_before": before.isoformat(),
            "is_dry_run": dry_run,
            "files": list(planned.file_keys),
            "document_count": planned.document_count,
            "kept_back": list(planned.kept_back),
        }
        show_object(answer)
        return
    verb = "Would be removed" if dry_run else "Removed"
    click.echo(
        f"{verb}: {counted(len(planned.file_keys), 'file')}, and names and addresses of "
        f"{counted(planned.document_count, 'document')}."
    )
    for key in planned.kept_back:
        click.echo(
            f"{quoted(key)} is kept: something of it is left to do "
            f"(`partita documents --delivery {in_command(key)}`)."
        )


COMMANDS: Final = (purge,)
