"""Words around numbers and dates, so that sentences for people are right for one and for many."""

from __future__ import annotations

import datetime as dt


def counted(count: int, one: str, many: str | None = None) -> str:
    """The number with the words that go with it: `1 file`, `2,000 files`.

    `many` is what goes with every number but 1; without it, `one` gets an s.
    """
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def spoken_date(day: dt.date) -> str:
    """The date as a sentence has it: `15 November 2026`."""
    return f"{day.day} {day:%B %Y}"
