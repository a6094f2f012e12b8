"""The command `corrections`: what was corrected, by whom and why (D10).

Belongs here: the list, for reading. Does not: the commands that correct (`orchestration.cli.corrections`).
"""

from __future__ import annotations

from typing import Final

import click

from assets.corrections import reports
from assets.ledger.listing import Asked
from orchestration.cli.lists import answer_list
from orchestration.cli.narrowing import Wanted, narrowing_options
from orchestration.cli.render import Column

_CORRECTIONS: Final = (
    Column("correction", lambda row: f"C{row['correction_id']}", sorts=("correction_id",)),
    Column("kind", "correction_kind"),
    Column("about", "subject", is_prose=True),
    Column("by", "requested_by"),
    Column("made", "made_at"),
    Column("reason", "reason", is_prose=True),
    Column(
        "undone by",
        lambda row: f"C{row['undone_by_correction_id']}" if row["undone_by_correction_id"] else "",
        sorts=("undone_by_correction_id",),
    ),
)


@click.command()
@narrowing_options(reports.CORRECTIONS, _CORRECTIONS)
def corrections(*, wanted: Wanted) -> None:
    """List the corrections, newest first: what, by whom, why, and what was undone."""
    is_whole = wanted.asked == Asked(sort=wanted.asked.sort, limit=wanted.asked.limit)
    answer_list(
        lambda connection, _, asked: reports.corrections(connection, asked),
        _CORRECTIONS,
        wanted,
        title="corrections",
        nothing="No correction yet." if is_whole else "No such correction.",
        advice="`partita undo C5` undoes a correction, with --dry-run to see what it would change.",
        narrower="choose --company, --account or --from",
    )
