"""The command `kept`: which kept files do not fit the ledger, and what to do about each.

Belongs here: showing the differences. Does not: finding them (`assets.detection.comparing`), nor mending
them, which is left to whoever reads them: no file is moved or removed.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Final

import click

from assets.detection.comparing import differences, other_contents, taken_contents
from orchestration.cli.access import reading
from orchestration.cli.exit_codes import SOMETHING_LEFT
from orchestration.cli.options import json_option, limit_option
from orchestration.cli.render import TABLE_ROWS, Column, Page, show_array

_COLUMNS: Final = (
    Column("kept file", lambda row: str(row["file_name"] or ""), is_prose=True),
    Column("what is wrong", "found", is_prose=True),
    Column("what to do", "remedy", is_prose=True),
)


@click.command()
@click.option(
    "--contents",
    "with_contents",
    is_flag=True,
    help="Read every kept file as well; without, names and sizes.",
)
@limit_option
@json_option
def kept(*, with_contents: bool, limit: int | None, as_json: bool) -> None:
    """Kept files that the ledger does not know, that are gone or changed, and a ledger that is too old.

    Ends with 0 if home and ledger fit, with 2 if not.
    """
    with reading() as (home, connection):
        found = [] if connection is None else differences(connection, home)
        contents = {} if connection is None or not with_contents else taken_contents(connection)
    found += other_contents(home, contents)
    if as_json:
        show_array([asdict(each) for each in found[:limit]])
    else:
        page = Page()
        if found:
            shown = found[: limit or TABLE_ROWS]
            page.table(_COLUMNS, [asdict(each) for each in shown])
            if len(shown) < len(found):
                page.paragraph(f"{len(found) - len(shown):,} more: ask with --limit or --json.")
        else:
            read = "names, sizes and contents" if with_contents else "names and sizes"
            page.paragraph(f"Home and ledger fit: {read} of all kept files were compared.")
        page.show()
    if found:
        click.get_current_context().exit(SOMETHING_LEFT)
