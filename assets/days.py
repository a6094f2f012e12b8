"""Days of the books: moments are kept in UTC, and a day is that of the setting `time_zone`.

Belongs here: the two ways between a moment and a day. Does not: which zone holds
(`assets.settings`). Statements do the same with the macro `day_in(time_zone, moment)`, which every
workbench has.
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo


def day_of(moment: dt.datetime, time_zone: str) -> dt.date:
    """The day on which a moment (UTC, without a time zone) falls in this zone."""
    return moment.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(time_zone)).date()


def start_of_day(day: dt.date, time_zone: str) -> dt.datetime:
    """The first moment of a day in this zone, in UTC and without a time zone, as the ledger holds moments.

    Where clocks are put forward at midnight, that is the moment at which they are.
    """
    local = dt.datetime.combine(day, dt.time.min, ZoneInfo(time_zone))
    return local.astimezone(dt.UTC).replace(tzinfo=None)


def is_time_zone(name: str) -> bool:
    """Whether this is the name of a time zone, such as Europe/Rome."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        # A name that nobody knows, one that is no name, and one of a folder of names, such as Europe.
        return False
    return True
