"""The backup of every night: written by the daemon, kept for some days, and missed by nobody in silence."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import shutil
from pathlib import Path
from typing import Final

import dagster as dg
import pytest

from assets.errors import OperatingError
from assets.home import HOME_VARIABLE, Home
from assets.ledger.store import Ledger, utc_now
from assets.reference.settings import settings_from_rows
from orchestration.backups import restore
from orchestration.definitions import defs
from orchestration.imports import current_settings
from orchestration.nightly import LEAST_KEPT, LastBackup, back_up_nightly, backup_problem, last_backup
from orchestration.resources import HomeResource
from tests.orchestration.conftest import DATA, MakePipeline, Run
from tests.support.desks import Desk, open_desk
from tests.support.ledgers import ReferenceData, setting
from tests.support.whole_ledger import whole_ledger

FOLDER: Final = "../backups"
SETTINGS: Final = settings_from_rows([(None, "backup_folder", FOLDER), (None, "backup_keep_days", "2")])
MONDAY: Final = dt.date(2026, 11, 30)
DAY: Final = dt.timedelta(days=1)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A home with a ledger in which the reference data are in force."""
    desk = open_desk(tmp_path / "home", ReferenceData(settings=(setting("backup_folder", FOLDER),)))
    desk.load_reference()
    return desk


def names(desk: Desk) -> list[str]:
    """What lies in the folder of backups."""
    return sorted(path.name for path in (desk.root.parent / "backups").iterdir())


def test_a_backup_is_written_once_a_day_and_kept_for_the_days_that_the_setting_says(desk: Desk) -> None:
    for day in range(4):
        made = back_up_nightly(desk.home, desk.ledger, SETTINGS, MONDAY + day * DAY)
    (desk.root.parent / "backups" / "of-somebody-else.zip").write_text("mine")
    before = made.read_bytes()
    assert back_up_nightly(desk.home, desk.ledger, SETTINGS, MONDAY + 3 * DAY) == made
    assert made.read_bytes() == before
    named = made.name.removesuffix("2026-12-03.zip")
    assert re.fullmatch(r"home-nightly-[0-9a-f]{8}-", named)
    assert names(desk) == [
        f"{named}2026-12-01.zip",
        f"{named}2026-12-02.zip",
        f"{named}2026-12-03.zip",
        "of-somebody-else.zip",
    ]
    assert last_backup(desk.home).file == str(made)
    restore(made, desk.root.parent / "new")
    assert whole_ledger(Ledger.of(Home(desk.root.parent / "new"))) == whole_ledger(desk.ledger)


def test_homes_of_one_name_share_a_folder_and_none_takes_or_removes_what_is_not_its_own(
    desk: Desk, tmp_path: Path
) -> None:
    """A copy of a home is another one: its place differs. What people put there stays, whatever its name."""
    shutil.copytree(desk.root, tmp_path / "other" / "home")
    other = Desk(tmp_path / "other" / "home", 20)
    of_other = settings_from_rows([(None, "backup_folder", "../../backups"), (None, "backup_keep_days", "1")])
    (tmp_path / "backups").mkdir()
    (tmp_path / "backups" / "home-2020-01-01.zip").write_text("mine")
    made = back_up_nightly(desk.home, desk.ledger, SETTINGS, MONDAY)
    before = made.read_bytes()
    for day in range(20, 26):
        back_up_nightly(other.home, other.ledger, of_other, MONDAY + day * DAY)
    assert made.read_bytes() == before
    assert len(names(desk)) == 2 + LEAST_KEPT
    assert "home-2020-01-01.zip" in names(desk)


def test_a_clock_that_is_years_ahead_for_a_night_takes_no_more_than_the_oldest_backups(desk: Desk) -> None:
    for day in range(4):
        back_up_nightly(desk.home, desk.ledger, SETTINGS, MONDAY + day * DAY)
    back_up_nightly(desk.home, desk.ledger, SETTINGS, dt.date(2031, 1, 1))
    assert [name[-14:] for name in names(desk)] == ["2026-12-02.zip", "2026-12-03.zip", "2031-01-01.zip"]


@pytest.mark.parametrize("is_folder", [True, False])
def test_what_is_no_backup_and_has_its_name_is_no_backup_of_the_night(desk: Desk, is_folder: bool) -> None:
    made = back_up_nightly(desk.home, desk.ledger, SETTINGS, MONDAY)
    made.unlink()
    if is_folder:
        made.mkdir()
    else:
        made.touch()
    with pytest.raises(OperatingError, match="is there already"):
        back_up_nightly(desk.home, desk.ledger, SETTINGS, MONDAY)
    assert backup_problem(desk.home, SETTINGS, utc_now()) is not None


def test_a_backup_that_fails_is_noted_and_removes_nothing(desk: Desk) -> None:
    made = back_up_nightly(desk.home, desk.ledger, SETTINGS, MONDAY)
    before = last_backup(desk.home)
    shutil.rmtree(desk.home.ledger)
    with pytest.raises(OperatingError, match="is gone, but there was one"):
        back_up_nightly(desk.home, desk.ledger, SETTINGS, MONDAY + 5 * DAY)
    assert names(desk) == [made.name]
    last = last_backup(desk.home)
    assert (last.made_at, last.file) == (before.made_at, before.file)
    assert last.problem is not None
    problem = backup_problem(desk.home, SETTINGS, utc_now())
    assert problem == f"the last one failed: {last.problem}"


def test_without_a_folder_nothing_is_written_and_nothing_is_missed(desk: Desk) -> None:
    none = settings_from_rows([])
    with pytest.raises(OperatingError, match="the setting backup_folder names no folder"):
        back_up_nightly(desk.home, desk.ledger, none, MONDAY)
    assert backup_problem(desk.home, none, utc_now() + 9 * DAY) is None


def test_a_backup_that_is_older_than_two_days_or_gone_is_a_problem(desk: Desk) -> None:
    now = utc_now()
    assert backup_problem(desk.home, SETTINGS, now) is None, "the first night is still to come"
    assert backup_problem(desk.home, SETTINGS, now + 3 * DAY) == "none was written yet"
    made = back_up_nightly(desk.home, desk.ledger, SETTINGS, MONDAY)
    at = last_backup(desk.home).made_at
    assert backup_problem(desk.home, SETTINGS, now + DAY) is None
    assert backup_problem(desk.home, SETTINGS, now + 3 * DAY) == f"the last one is of {at} UTC"
    made.unlink()
    assert backup_problem(desk.home, SETTINGS, now) == f"{made} is gone"


def test_a_note_that_cannot_be_read_says_nothing(desk: Desk) -> None:
    desk.home.last_backup.write_text("rubbish")
    assert last_backup(desk.home) == LastBackup()


def test_the_doctor_names_a_backup_that_failed_or_is_too_old(
    desk: Desk, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(desk.root))

    def said() -> tuple[bool, str]:
        checks = json.loads(run("doctor", "--json").stdout)["checks"]
        (check,) = [each for each in checks if each["check_name"] == "nightly backup"]
        return check["is_fine"], check["found"]

    folder = desk.root.parent / "backups"
    assert said() == (True, "the first one comes at night")
    made = back_up_nightly(desk.home, desk.ledger, current_settings(desk.ledger), MONDAY)
    assert said() == (True, f"{made}, {last_backup(desk.home).made_at} UTC")
    for last, problem in (
        (LastBackup("2026-01-01 03:00:00", str(made)), "the last one is of 2026-01-01 03:00:00 UTC"),
        (LastBackup(None, None, "no room"), "the last one failed: no room"),
    ):
        text = {"made_at": last.made_at, "file": last.file, "problem": last.problem}
        desk.home.last_backup.write_text(json.dumps(text))
        assert said() == (False, f"{problem} (backup_folder: {folder})")


def asked(instance: dg.DagsterInstance) -> str:
    """What the schedule asks for: a run, or why there is none."""
    with dg.build_schedule_context(instance=instance, resources={"home": HomeResource()}) as context:
        answer = defs.resolve_schedule_def("nightly_backup_schedule").evaluate_tick(context)
    return answer.skip_message or f"{len(answer.run_requests or [])} run"


def test_the_daemon_writes_it_every_night_where_a_folder_is_set(
    make_pipeline: MakePipeline, tmp_path: Path
) -> None:
    pipeline = make_pipeline(DATA)
    assert asked(pipeline.instance) == "settings.csv has no backup_folder."
    folder = os.path.relpath(tmp_path / "elsewhere", pipeline.home.root)
    pipeline.ledger_home.load_reference(
        DATA.replace(settings=(*DATA.settings, setting("backup_folder", folder)))
    )
    assert asked(pipeline.instance) == "1 run"
    result = defs.resolve_job_def("back_up_job").execute_in_process(
        instance=pipeline.instance, raise_on_error=False
    )
    assert result.success
    (made,) = (tmp_path / "elsewhere").iterdir()
    assert made.name.startswith(f"{pipeline.home.root.name}-")
    schedule = defs.resolve_schedule_def("nightly_backup_schedule")
    assert schedule.default_status is dg.DefaultScheduleStatus.RUNNING


def test_a_home_that_init_makes_has_it_on(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    assert run("init", "--company", "MIA", "--name", "Mia", "--chart", "italian").exit_code == 0
    settings = (tmp_path / "home" / "reference" / "settings.csv").read_text("utf-8")
    assert "\n,backup_folder,../partita-backups\n" in settings
    assert run("reference", "check").exit_code == 0
