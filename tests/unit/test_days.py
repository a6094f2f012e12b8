"""Days are those of the zone of the books: between moments and days, in Python and in statements alike."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Final
from zoneinfo import available_timezones

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.days import day_of, start_of_day
from assets.findings import in_words
from assets.ledger.store import Ledger
from assets.settings import setting_problem

ROME: Final = "Europe/Rome"
ZONES: Final = (ROME, "UTC", "America/New_York", "America/Havana", "America/Santiago", "Asia/Kolkata",
                "Pacific/Apia", "Pacific/Chatham", "Africa/Cairo", "Asia/Beirut")  # fmt: skip
"""Zones on both sides of UTC, of half and quarter hours, and of clocks that change at midnight."""

MOMENTS: Final = st.datetimes(dt.datetime(2012, 1, 1), dt.datetime(2025, 12, 31))  # noqa: DTZ001


@pytest.fixture(scope="module")
def workbench(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """A workbench, as runs have it."""
    return Ledger(tmp_path_factory.mktemp("ledger")).workbench()


def in_statement(workbench: duckdb.DuckDBPyConnection, moment: dt.datetime, zone: str) -> dt.date:
    """What a statement says the day is."""
    ((day,),) = workbench.execute(
        "SELECT day_in($zone, $moment)", {"zone": zone, "moment": moment}
    ).fetchall()
    assert isinstance(day, dt.date)
    return day


@pytest.mark.parametrize(
    ("moment", "zone", "day"),
    [
        ("2026-10-31T22:59:59", ROME, "2026-10-31"),
        ("2026-10-31T23:00:00", ROME, "2026-11-01"),
        ("2026-10-31T23:16:00", ROME, "2026-11-01"),
        ("2026-07-31T21:59:59", ROME, "2026-07-31"),
        ("2026-07-31T22:00:00", ROME, "2026-08-01"),
        ("2026-10-31T23:16:00", "UTC", "2026-10-31"),
        ("2026-11-01T03:59:59", "America/New_York", "2026-10-31"),
    ],
)
def test_a_moment_falls_on_the_day_of_its_zone(
    workbench: duckdb.DuckDBPyConnection, moment: str, zone: str, day: str
) -> None:
    at = dt.datetime.fromisoformat(moment)
    assert (day_of(at, zone).isoformat(), in_statement(workbench, at, zone).isoformat()) == (day, day)


@pytest.mark.parametrize(
    ("day", "zone", "moment"),
    [
        ("2026-11-01", ROME, "2026-10-31T23:00:00"),
        ("2026-08-01", ROME, "2026-07-31T22:00:00"),
        # Clocks are put forward at midnight: the day begins at one.
        ("2024-04-26", "Africa/Cairo", "2024-04-25T22:00:00"),
    ],
)
def test_a_day_begins_at_its_first_moment(day: str, zone: str, moment: str) -> None:
    assert start_of_day(dt.date.fromisoformat(day), zone).isoformat() == moment


@given(MOMENTS, st.sampled_from(ZONES), st.integers(-1, 1))
def test_a_moment_is_before_a_day_exactly_if_its_own_day_is(
    moment: dt.datetime, zone: str, offset: int
) -> None:
    day = day_of(moment, zone) + dt.timedelta(days=offset)
    assert (moment < start_of_day(day, zone)) == (day_of(moment, zone) < day)


@given(MOMENTS, st.sampled_from(ZONES))
def test_statements_find_the_same_days(
    workbench: duckdb.DuckDBPyConnection, moment: dt.datetime, zone: str
) -> None:
    assert in_statement(workbench, moment, zone) == day_of(moment, zone)


def test_statements_know_every_zone_that_the_setting_may_name(workbench: duckdb.DuckDBPyConnection) -> None:
    allowed = [name for name in available_timezones() if setting_problem(None, "time_zone", name) is None]
    known = {name for (name,) in workbench.execute("SELECT name FROM pg_timezone_names()").fetchall()}
    assert (ROME in allowed, "UTC" in allowed, sorted(set(allowed) - known)) == (True, True, [])


@pytest.mark.parametrize(
    "name",
    ["Europe", "Europe/", "europe/rome", "Europe/Atlantis", "localtime", "+01:00", "", "../etc/localtime"],
)
def test_what_is_no_zone_is_refused(name: str) -> None:
    problem = setting_problem(None, "time_zone", name)
    assert in_words(problem, "none") == "a time zone such as Europe/Rome or UTC"


def test_all_companies_have_one_zone() -> None:
    problem = setting_problem("ALBA", "time_zone", "Europe/Rome")
    assert in_words(problem, "none") == "a blank company_code: time_zone holds for every company"


def test_nothing_asks_the_clock_of_the_machine_for_its_day() -> None:
    """A day is that of the setting: no local time, no session's zone, no date cut out of a moment."""
    root = Path(__file__).resolve().parents[2]
    wrong = ("date.today(", ".astimezone()", "localtime(", "current_date", "CAST(opened_at AS DATE)",
             "utc_now().date()", "received_at AS DATE")  # fmt: skip
    found = [
        f"{path.relative_to(root)}: {text}"
        for folder in ("assets", "orchestration")
        for path in (*(root / folder).rglob("*.py"), *(root / folder).rglob("*.sql"))
        for text in wrong
        if text.casefold() in path.read_text("utf-8").casefold()
    ]
    assert found == []
