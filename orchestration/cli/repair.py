"""The command `repair`: Dagster's records are made anew from the ledger.

Belongs here: what is said about it. Does not: how it is done (`orchestration.repairing`). Dagster is loaded
when the command runs.
"""

from __future__ import annotations

from typing import Final

import click

from assets.home import home_from_environment
from assets.ledger.store import Ledger
from assets.wording import counted
from orchestration.cli.options import json_option
from orchestration.cli.render import show_object


@click.command()
@json_option
def repair(*, as_json: bool) -> None:
    """Make Dagster's records anew where they are broken, and add to them what the ledger knows.

    What is broken is kept aside, and the ledger is not changed. Partita must not be serving the home.
    """
    from orchestration.repairing import repair as make_anew

    home = home_from_environment()
    repaired = make_anew(home, Ledger.of(home))
    if as_json:
        show_object(
            {
                "problem": repaired.problem,
                "kept_aside": None if repaired.aside is None else str(repaired.aside),
                "added_count": repaired.told_count,
                "green_count": repaired.green_count,
                "removed_count": repaired.removed_count,
            }
        )
        return
    if repaired.aside is None:
        click.echo("Dagster's records are whole.")
    else:
        click.echo(f"Broken: {repaired.problem}.")
        click.echo(f"The broken records are kept in {repaired.aside}; new ones are in their place.")
    click.echo(
        f"Added from the ledger: {counted(repaired.told_count, 'file or delivery', 'files and deliveries')}; "
        f"{repaired.green_count:,} made green."
    )
    if repaired.removed_count:
        partitions = counted(repaired.removed_count, "partition")
        click.echo(f"Removed: {partitions} that this ledger does not know.")


COMMANDS: Final = (repair,)
