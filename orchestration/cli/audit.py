"""The commands `audit list`, `verify` and `export`: who changed what, when and why, and whether the log is
whole.

Belongs here: what is shown of the log. Does not: what is written into it (`assets.ledger.audit`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import click

from assets.ledger.asking import Report
from assets.ledger.audit import log, verify
from assets.ledger.decisions import JOURNAL_REMEDY, journal_problems
from assets.ledger.store import unreadable_tables
from assets.wording import counted
from orchestration.cli.access import reading, say_nothing_yet
from orchestration.cli.exit_codes import SOMETHING_LEFT
from orchestration.cli.options import PlainText, json_option, limit_option
from orchestration.cli.output import force_option, new_file
from orchestration.cli.render import TABLE_ROWS, Column, Page, show_array, show_object
from orchestration.cli.spreadsheets import write_csv

_RECORDS: Final = (
    Column("record", "record_number", is_right_aligned=True),
    Column("at", "recorded_at"),
    Column("by", "requested_by"),
    Column("action", "action"),
    Column("about", "subject", is_prose=True),
    Column("reason", "reason", is_prose=True),
)


class Head(click.ParamType[tuple[int, str]]):
    """The newest record as it was noted elsewhere: NUMBER:HASH."""

    name = "head"

    def convert(
        self, value: str | tuple[int, str], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, str]:
        """Number and hash; a usage error for anything else."""
        if isinstance(value, tuple):
            return value
        number, _, record_hash = value.partition(":")
        if not (number.isascii() and number.isdigit() and len(number) <= 18 and len(record_hash) == 64):
            self.fail(f"{value!a} is no NUMBER:HASH as `partita audit verify` shows it", param, ctx)
        return int(number), record_hash


@click.group()
def audit() -> None:
    """The audit log: every change of the ledger with who, when, why and what; chained by hashes."""


@audit.command("list")
@limit_option
@json_option
def list_records(limit: int | None, as_json: bool) -> None:
    """The newest records of the log, in their order."""
    found: list[dict[str, Any]] = []
    with reading() as (home, connection):
        if connection is None:
            say_nothing_yet(home, as_json=as_json)
        else:
            found = log(connection, limit if limit or as_json else TABLE_ROWS)
    if as_json:
        show_array(found)
    elif found:
        page = Page()
        page.table(_RECORDS, found)
        page.show()


@audit.command("verify")
@click.option(
    "--head",
    type=Head(),
    metavar="NUMBER:HASH",
    help="The newest record as you noted it: it must still be there.",
)
@json_option
def verify_log(head: tuple[int, str] | None, as_json: bool) -> None:
    """Whether a record was changed, taken out or put in, and whether every block of the ledger can be read.

    The journal of decisions is compared with the log. Ends with 0 if all of them are whole, else with 2.
    """
    with reading() as (home, connection):
        if connection is None:
            say_nothing_yet(home, as_json=as_json)
            return
        number, record_hash, breaks = verify(connection, head)
        unreadable = unreadable_tables(connection)
        lacking, of_journal = journal_problems(home.decisions, connection)
    if as_json:
        problems = [{"record_number": each.record_number, "problem": each.problem} for each in breaks]
        show_object(
            {
                "record_count": number,
                "head": f"{number}:{record_hash}",
                "problems": problems,
                "unreadable_tables": unreadable,
                "journal_problems": of_journal,
                "journal_lacks": lacking,
            }
        )
    else:
        page = Page()
        for each in breaks:
            page.line(f"Record {each.record_number}: {each.problem}.")
        for table, problem in unreadable.items():
            page.line(f"Not all of the table {table} can be read: {problem}.")
        for problem in of_journal:
            page.line(f"The journal of decisions: {problem}.")
        if lacking:
            page.line(f"The journal of decisions lacks {counted(lacking, 'change')}: the next appends them.")
        if of_journal:
            page.paragraph(JOURNAL_REMEDY)
        if not breaks:
            page.line(f"The log is whole: {counted(number, 'record')}.")
        page.paragraph(f"Note its head elsewhere, and verify with it: {number}:{record_hash}")
        page.show()
    if breaks or unreadable or of_journal:
        raise SystemExit(SOMETHING_LEFT)


@audit.command("export")
@click.option(
    "--output",
    type=PlainText(),
    metavar="FILE",
    required=True,
    help="The CSV file to write.",
)
@force_option
def export_log(output: str, *, force: bool) -> None:
    """Write the whole log as CSV, with its hashes."""
    with reading(at_length=True) as (home, connection):
        if connection is None:
            say_nothing_yet(home, as_json=False)
            return
        found = log(connection)
    columns = tuple(found[0]) if found else ("record_number",)
    with new_file(home, Path(output), is_replacing=force) as path, path.open("wb") as stream:
        count = write_csv(stream, Report(columns, (tuple(row.values()) for row in found)))
    click.echo(f"{counted(count, 'record')} in {output}.")


COMMANDS: Final[list[click.Command]] = [audit]
