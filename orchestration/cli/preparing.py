"""What every command that changes the ledger does first: folders, reference data in force, settings."""

from __future__ import annotations

import click

from assets.home import Home, home_from_environment
from assets.ledger.store import Ledger
from orchestration.cli.render import visible

_MAX_SHOWN: int = 10


def prepared() -> tuple[Home, Ledger]:
    """The home with its folders, and the ledger with the reference data as they are now in force.

    Raises:
        OperatingError: if the settings make no sense or there are no reference data at all.
    """
    from orchestration.imports import TraceImports
    from orchestration.resources import HomeResource

    home = home_from_environment()
    home.create()
    ledger = Ledger.of(home)
    with TraceImports(home, ledger, "command line") as imports:
        state = imports.load_reference()
    for finding in state.findings[:_MAX_SHOWN]:
        click.echo(f"{visible(finding.sentence)}; the last good reference data stay in force", err=True)
    return HomeResource(root=str(home.root)).home(), ledger
