"""The commands `backup` and `restore`.

Belongs here: what they take and say. Does not: what a backup holds (`orchestration.backups`).
"""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import Final

import click

from assets.home import HOME_VARIABLE, Home, home_from_environment
from assets.ledger.store import Ledger
from assets.wording import counted
from orchestration.cli.render import Page, visible


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write a backup of the home into FILE: ledger, files, reference data. Partita may go on meanwhile."""
    from orchestration.backups import back_up

    home = with_written_folders(home_from_environment())
    made = back_up(home, Ledger.of(home), file)
    click.echo(
        f"{file}: {counted(len(made.files), 'file')}, {made.byte_count:,} bytes, as of {made.made_at} UTC, "
        "read back whole. `partita restore` makes a home of it. Keep it on another disk."
    )
    for each in made.left_out:
        click.echo(f"Not in it: {visible(each)}")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--to", "root", type=click.Path(path_type=Path), required=True, help="A folder that is not there yet."
)
def restore(file: Path, root: Path) -> None:
    """Make a home of a backup. The home that PARTITA_HOME names is left alone."""
    from orchestration.backups import restore as make_home

    root = root.absolute()
    made = make_home(file, root)
    page = Page()
    files = counted(len(made.files), "file")
    page.line(f"{root}: {files} as of {made.made_at} UTC; every content was compared.")
    for each in made.left_out:
        page.line(f"Not in the backup: {visible(each)}")
    show_next_steps(
        page,
        root,
        "Sales invoices that were sent since are not known to have been sent: until you have compared "
        f"your accounting programs and removed {root / 'partita.restored'}, no sync sends anything.",
    )
    page.show()


def show_next_steps(page: Page, root: Path, of_syncs: str) -> None:
    """What to do with a home that was made just now; it is named where it is not the default one."""
    is_default = HOME_VARIABLE not in os.environ and root == home_from_environment().root
    steps = [
        *([] if is_default else [f"export {HOME_VARIABLE}={shlex.quote(str(root))}"]),
        "`partita repair` makes Dagster's records; `partita doctor` says whether all is well.",
        of_syncs,
    ]
    page.paragraph("Next:")
    for number, step in enumerate(steps, 1):
        page.line(f"{number}. {step}")


def with_written_folders(home: Home) -> Home:
    """The home with the names of its folders as settings.csv has them; the ledger may be an old one."""
    from assets.reference.load import written_settings

    settings = written_settings(home.reference)
    return Home(
        home.root,
        settings.get("inbox_folder"),
        settings.get("export_folder"),
        settings.get("invoice_inbox_folder"),
        settings.get("sales_inbox_folder"),
    )


COMMANDS: Final[list[click.Command]] = [backup, restore]
