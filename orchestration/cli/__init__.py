"""The command line `partita`: questions to the ledger, and the commands that change it.

The commands that only ask load neither Dagster nor a frame library, so that they answer at once.
"""

from orchestration.cli.main import main

__all__ = ["main"]
