"""The command `rebuild`.

Belongs here: what it takes and says. Does not: how a ledger is made anew (`orchestration.rebuilding`).
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from assets.home import home_from_environment
from assets.wording import counted
from orchestration.cli.backups import show_next_steps, with_written_folders
from orchestration.cli.exit_codes import SOMETHING_LEFT
from orchestration.cli.options import json_option
from orchestration.cli.progress import counting
from orchestration.cli.render import TABLE_ROWS, Page, show_object

if TYPE_CHECKING:
    from orchestration.rebuilding import Rebuilt


@click.command()
@click.option(
    "--to",
    "root",
    type=click.Path(path_type=Path),
    help="A new home, in a folder that is not there yet. Without it: the home itself, whose ledger is gone.",
)
@click.option("--accept", is_flag=True, help="Take the new ledger although it differs from the old one.")
@json_option
def rebuild(root: Path | None, accept: bool, as_json: bool) -> None:
    """Make the ledger anew, of kept files, reference history and the journal of decisions.

    Ends with 0 if the new ledger is the old one, with 2 if something differs: then nothing is taken without
    --accept. A ledger that is there is never replaced.
    """
    from orchestration.rebuilding import rebuild as make_anew

    home = with_written_folders(home_from_environment())
    with counting("Rebuilding") as report:
        rebuilt = make_anew(home, None if root is None else root.absolute(), accepts=accept, report=report)
    if as_json:
        show_object(
            {
                "home": None if rebuilt.root is None else str(rebuilt.root),
                "change_count": rebuilt.change_count,
                "differences": [asdict(gap) for gap in rebuilt.gaps],
            }
        )
    else:
        _show(rebuilt)
    if rebuilt.gaps:
        raise SystemExit(SOMETHING_LEFT)


def _show(rebuilt: Rebuilt) -> None:
    page = Page()
    for gap in rebuilt.gaps[:TABLE_ROWS]:
        which = "The journal" if gap.record_number is None else f"Change {gap.record_number}, {gap.subject}"
        page.line(f"{which}: {gap.problem}.")
    if len(rebuilt.gaps) > TABLE_ROWS:
        page.line(f"And {len(rebuilt.gaps) - TABLE_ROWS:,} more: --json lists all.")
    changes = counted(rebuilt.change_count, "change")
    if rebuilt.root is None:
        page.paragraph(
            f"Of {changes} {len(rebuilt.gaps):,} came out otherwise, so nothing was made. Mend what can be "
            "mended, such as a file that is gone, or take the ledger as it would be with --accept."
        )
        page.show()
        return
    page.paragraph(f"{rebuilt.root}: the ledger was made anew, {changes} done once more.")
    show_next_steps(
        page,
        rebuilt.root,
        "What was sent since the last record of a sync is not known to have been sent: until you have "
        f"compared your accounting programs and removed {rebuilt.root / 'partita.restored'}, no sync sends "
        "anything. Export to the treasury anew.",
    )
    page.show()


COMMANDS: Final[list[click.Command]] = [rebuild]
