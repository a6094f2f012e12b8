"""Compares home and ledger at every start and every `process`, and says what differs. No Dagster here.

Belongs here: when names and sizes are compared, when contents are read as well, and how people are told.
Does not: what a difference is (`assets.detection.comparing`). Whatever differs stops nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import click

from assets.detection.comparing import Difference, differences, other_contents, taken_contents
from assets.home import Home
from assets.ledger.store import Ledger, utc_now
from assets.wording import counted

CONTENTS_EVERY: Final = dt.timedelta(days=7)
"""Reading all kept files takes a second or two per gigabyte: too long for every start."""

_MOST_NAMED: Final = 5


def compare(home: Home, ledger: Ledger, *, reads_contents: bool) -> list[Difference]:
    """How home and ledger differ; nothing where there is no ledger yet. Contents are read without its lock.

    Raises:
        LedgerLockedError: if a writer holds the ledger for longer than we wait.
        TransientError: if a folder cannot be read.
    """
    if not ledger.exists():
        return []
    with ledger.reading() as connection:
        found = differences(connection, home)
        contents = taken_contents(connection) if reads_contents else {}
    return [*found, *other_contents(home, contents)]


def compare_when_due(home: Home, ledger: Ledger, now: dt.datetime | None = None) -> list[Difference]:
    """As `compare`, with contents if they were not found whole within a week before `now` (UTC).

    The moment is noted if every content is as it was; until then each comparison reads them all.

    Raises:
        TransientError: as `compare`.
    """
    now = now or utc_now()
    is_due = _is_due(home.contents_compared, now)
    found = compare(home, ledger, reads_contents=is_due)
    is_whole = not {each.difference_code for each in found} & {"other_content", "unreadable_file"}
    if is_due and is_whole and ledger.exists():
        _note(home.contents_compared, now)
    return found


def say_differences(found: Sequence[Difference]) -> None:
    """Tells people on the error stream, the first few in words."""
    if not found:
        return
    differ = counted(len(found), "difference")
    click.echo(f"Home and ledger do not fit: {differ}. `partita kept` lists all and what to do.", err=True)
    for each in found[:_MOST_NAMED]:
        click.echo(f"  {sentence(each)} {each.remedy}", err=True)
    if len(found) > _MOST_NAMED:
        click.echo(f"  and {len(found) - _MOST_NAMED:,} more", err=True)


def sentence(difference: Difference) -> str:
    """What differs, in a sentence."""
    if difference.file_name is None:
        return f"{difference.found[0].upper()}{difference.found[1:]}."
    return f"{difference.file_name} {difference.found}."


def _is_due(path: Path, now: dt.datetime) -> bool:
    """Whether the moment noted is not within the week before now; one that cannot be read is none."""
    try:
        noted = dt.datetime.fromisoformat(path.read_text("utf-8").strip())
    except (OSError, ValueError):
        return True
    return noted.tzinfo is not None or not now - CONTENTS_EVERY <= noted <= now


def _note(path: Path, now: dt.datetime) -> None:
    # Without the note everything is read once more the next time.
    with suppress(OSError):
        path.write_text(f"{now.isoformat(timespec='seconds')}\n", "utf-8")
