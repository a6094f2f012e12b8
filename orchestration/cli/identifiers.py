"""The command `add-identifier`: a supplier gets one more number by which e-invoices recognise him.

Belongs here: what the command takes and shows. Does not: what a number must be, and how the file is written
(`assets.reference.identifying`).
"""

from __future__ import annotations

import datetime as dt
from typing import Final

import click

from assets.ledger.store import utc_now
from orchestration.cli.names import Day
from orchestration.cli.options import PlainText, by_option
from orchestration.cli.preparing import prepared


@click.command("add-identifier")
@click.argument("counterparty", metavar="COUNTERPARTY", type=PlainText())
@click.argument("scheme", metavar="SCHEME", type=PlainText())
@click.argument("identifier", metavar="NUMBER", type=PlainText())
@click.option("--from", "first_day", type=Day(), help="For documents of this day or later.")
@click.option("--to", "last_day", type=Day(), help="For documents of this day or earlier.")
@click.option("--reason", type=PlainText(), help="Why; kept with the addition.")
@by_option
@click.option("--dry-run", is_flag=True, help="Show the row that would be written, and write nothing.")
def add_identifier(
    counterparty: str,
    scheme: str,
    identifier: str,
    first_day: dt.date | None,
    last_day: dt.date | None,
    *,
    reason: str | None,
    who: str,
    dry_run: bool,
) -> None:
    """Add a number to a counterparty (S001): VAT DE999999026, TAX IT09990149990, or 0088 7300010000001.

    SCHEME is VAT, TAX, or a code of ISO 6523. The row goes into counterparty_identifiers.csv; documents that
    wait for it are tried again by `partita rerun`.
    """
    from assets.ledger.audit import Decider
    from assets.reference.identifying import IDENTIFIERS_FILE, propose_identifier
    from assets.reference.log import accept_identifier

    home, ledger = prepared()
    days = [None if day is None else day.isoformat() for day in (first_day, last_day)]
    proposal = propose_identifier(home.reference, counterparty, scheme, identifier, *days)
    click.echo(f"{IDENTIFIERS_FILE}: {proposal.line}")
    if dry_run:
        click.echo("Nothing was written: without --dry-run it is.")
        return
    with ledger.writing("add a number to a counterparty") as workbench:
        accept_identifier(workbench, home.reference, proposal, Decider(who, utc_now(), reason))
    click.echo("The row is written. `partita rerun --failed` tries the documents again that wait for it.")


COMMANDS: Final[list[click.Command]] = [add_identifier]
