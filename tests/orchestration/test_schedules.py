"""The schedules go by the clock of the zone of the books."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import pytest
from dagster._utils.schedules import schedule_execution_time_iterator

from assets.home import Home
from orchestration.definitions import build_defs
from orchestration.resources import HomeResource

NAMES: Final = (
    "daily_export_schedule",
    "write_journal_schedule",
    "automatic_sync_schedule",
    "nightly_backup_schedule",
)


def zones(root: Path, settings: str | None) -> set[str]:
    """The time zones of all schedules, loaded while settings.csv looks so (None: there is none)."""
    reference = Home(root).reference
    reference.mkdir(parents=True)
    if settings is not None:
        (reference / "settings.csv").write_text(settings, "utf-8")
    defs = build_defs(resource_overrides={"home": HomeResource(root=str(root))})
    return {str(defs.resolve_schedule_def(name).execution_timezone) for name in NAMES}


HEADER: Final = "company_code,setting_name,setting_value\n"


@pytest.mark.parametrize(
    ("settings", "zone"),
    [
        (None, "Europe/Rome"),
        (HEADER, "Europe/Rome"),
        (f"{HEADER},time_zone,Asia/Tokyo\n", "Asia/Tokyo"),
        (f"{HEADER},time_zone,UTC\n,quiet_seconds,0\n", "UTC"),
        # What would be refused does not count, nor does it keep Partita from starting.
        (f"{HEADER},time_zone,Mars/Olympus\n", "Europe/Rome"),
        (f"{HEADER},time_zone,Asia/Tokyo\n,quiet_seconds,soon\n", "Europe/Rome"),
        ("a,b\n1,2\n", "Europe/Rome"),
    ],
)
def test_schedules_have_the_zone_that_the_settings_name_at_the_start(
    tmp_path: Path, settings: str | None, zone: str
) -> None:
    assert zones(tmp_path, settings) == {zone}


def nights(tmp_path: Path, start: dt.datetime) -> Iterator[str]:
    """When the nightly sync comes from this moment on, by the clock of Italy."""
    defs = build_defs(resource_overrides={"home": HomeResource(root=str(tmp_path))})
    schedule = defs.resolve_schedule_def("automatic_sync_schedule")
    assert isinstance(schedule.cron_schedule, str)
    times = schedule_execution_time_iterator(
        start.timestamp(), schedule.cron_schedule, schedule.execution_timezone
    )
    for at in times:
        yield f"{at.astimezone(ZoneInfo('Europe/Rome')):%d %H:%M}"


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        # Clocks are put forward from two to three, and back from three to two.
        (dt.datetime(2026, 3, 28, tzinfo=dt.UTC), ["28 02:00", "29 03:00", "30 02:00"]),
        (dt.datetime(2026, 10, 24, tzinfo=dt.UTC), ["24 02:00", "25 02:00", "26 02:00"]),
    ],
)
def test_t03_the_nightly_sync_comes_once_a_night_when_clocks_change(
    tmp_path: Path, start: dt.datetime, expected: list[str]
) -> None:
    assert list(islice(nights(tmp_path, start), 3)) == expected
