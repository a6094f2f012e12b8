"""Stands in for the module of the commands that change the ledger."""

from __future__ import annotations

import click


@click.command("process")
def process() -> None:
    """Imports nothing."""
    click.echo("processed")


COMMANDS = [process]
