"""The command `beancount`: the ledger as files that Beancount and Fava read (O08).

Belongs here: what the command takes and shows. Does not: what stands in the files
(`assets.reports.beancount`).
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from assets.errors import OperatingError
from assets.home import Home
from assets.reports.beancount import Span, write_journal
from assets.wording import counted
from orchestration.cli.access import reading, say_nothing_yet
from orchestration.cli.companies import company_option
from orchestration.cli.names import Day
from orchestration.cli.options import json_option
from orchestration.cli.output import force_option, refuse_own_place
from orchestration.cli.render import Page, show_object


@click.command()
@company_option
@click.option("--from", "from_date", type=Day(), metavar="DATE", help="From this day.")
@click.option("--to", "to_date", type=Day(), metavar="DATE", help="To this day.")
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Folder to write to; `beancount` in the home if left out.",
)
@force_option
@json_option
def beancount(
    company: str | None,
    from_date: dt.date | None,
    to_date: dt.date | None,
    output: Path | None,
    force: bool,
    as_json: bool,
) -> None:
    """Write the ledger as Beancount files: one per company and month, and main.beancount with all of them.

    What an earlier call wrote into the folder of the home is replaced, elsewhere with --force. The ledger is
    only read.
    """
    if from_date is not None and to_date is not None and from_date > to_date:
        raise click.UsageError("--from is later than --to")
    with reading(at_length=True) as (home, connection):
        if connection is None:
            say_nothing_yet(home, as_json=as_json)
            if as_json:
                show_object({})
            return
        folder = _folder(home, output, is_replacing=force)
        span = Span(company, from_date, to_date)
        written = write_journal(connection, folder, span)
    if as_json:
        show_object(
            {
                "folder": str(written.folder),
                "main_file": str(written.main_file),
                "files": [{"file_name": name} for name in written.file_names],
                "account_count": written.account_count,
                "opening_item_count": written.opening_count,
                "entry_count": written.entry_count,
            }
        )
        return
    page = Page()
    page.line(
        f"{counted(written.entry_count, 'journal entry', 'journal entries')} and "
        f"{counted(written.opening_count, 'opening item')} written to {written.folder} "
        f"({counted(len(written.file_names), 'file')})."
    )
    page.paragraph(f"`bean-check {written.main_file}` checks them, `fava {written.main_file}` shows them.")
    page.show()


def _folder(home: Home, output: Path | None, *, is_replacing: bool) -> Path:
    """The folder to write to: the home's own, or one outside of it that holds no journal yet."""
    if output is None or output.resolve() == home.journal.resolve():
        return home.journal
    folder = refuse_own_place(home, output)
    if not is_replacing and any(folder.glob("*.beancount")):
        raise OperatingError(
            f"{output} holds Beancount files already: choose another folder, or --force. Nothing was written."
        )
    return output
