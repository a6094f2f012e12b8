"""The backup of every night: written by the daemon, kept for some days, and missed by nobody in silence."""

from __future__ import annotations

import datetime as dt
import errno
import json
import os
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import dagster as dg
import pytest

from assets.errors import OperatingError
from assets.home import HOME_VARIABLE, Home
from assets.ledger.store import Ledger, utc_now
from assets.settings import settings_from_rows
from orchestration.backups import MANIFEST, back_up, restore
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


def a_file(path: Path, desk: Desk) -> None:
    """Not even an archive."""
    path.write_text("mine")


def a_folder(path: Path, desk: Desk) -> None:
    """One with something in it."""
    path.mkdir()
    (path / "mine").write_text("mine")


def a_link(path: Path, desk: Desk) -> None:
    """To nowhere."""
    path.symlink_to("nothing")


def one_by_hand(path: Path, desk: Desk) -> None:
    """`partita backup` under that name."""
    back_up(desk.home, desk.ledger, path)


def one_of_another_home(path: Path, desk: Desk) -> None:
    """A nightly one that was renamed."""
    back_up(desk.home, desk.ledger, path, nightly_of="0" * 64)


def one_of_an_earlier_version(path: Path, desk: Desk) -> None:
    """Which did not say whose it is."""
    back_up(desk.home, desk.ledger, path.with_suffix(".new"))
    with zipfile.ZipFile(path.with_suffix(".new")) as new, zipfile.ZipFile(path, "w") as old:
        for name in new.namelist():
            content = new.read(name)
            if name == MANIFEST:
                said = json.loads(content)
                content = json.dumps({each: said[each] for each in ("format", "made_at", "files")}).encode()
            old.writestr(name, content)
    path.with_suffix(".new").unlink()


NOT_OURS: Final = [a_file, a_folder, a_link, one_by_hand, one_of_another_home, one_of_an_earlier_version]


@pytest.mark.parametrize("put", NOT_OURS)
def test_what_no_night_of_this_home_wrote_is_neither_its_backup_nor_removed(
    desk: Desk, put: Callable[[Path, Desk], None]
) -> None:
    """Whatever its name: that of tonight, which gets the next one, and that of a day that is long over."""
    folder = desk.root.parent / "backups"
    named = back_up_nightly(desk.home, desk.ledger, SETTINGS, MONDAY).name.removesuffix("2026-11-30.zip")
    theirs = [f"{named}2020-01-01.zip", f"{named}2026-12-01.zip"]
    for name in theirs:
        put(folder / name, desk)
    before = entries(folder, theirs)
    tuesday = back_up_nightly(desk.home, desk.ledger, SETTINGS, MONDAY + DAY)
    assert tuesday.name == f"{named}2026-12-01-2.zip"
    assert back_up_nightly(desk.home, desk.ledger, SETTINGS, MONDAY + DAY) == tuesday
    for day in range(20, 26):
        back_up_nightly(desk.home, desk.ledger, SETTINGS, MONDAY + day * DAY)
    assert names(desk) == sorted([*theirs, *(f"{named}2026-12-{day}.zip" for day in (23, 24, 25))])
    assert entries(folder, theirs) == before
    assert backup_problem(desk.home, SETTINGS, utc_now()) is None


def entries(folder: Path, names: list[str]) -> list[tuple[str, int, bytes | None]]:
    """These, each with what it is."""
    paths = [folder / name for name in names]
    return [(path.name, path.lstat().st_ino, path.read_bytes() if path.is_file() else None) for path in paths]


def test_a_hundred_names_of_a_day_that_others_took_are_a_sentence(desk: Desk) -> None:
    made = back_up_nightly(desk.home, desk.ledger, SETTINGS, MONDAY)
    for ending in ("", *(f"-{number}" for number in range(2, 101))):
        (made.parent / f"{made.name.removesuffix('.zip')}{ending}.zip").write_text("mine")
    with pytest.raises(OperatingError, match="is there already, and so are 98 more names of that day"):
        back_up_nightly(desk.home, desk.ledger, SETTINGS, MONDAY)
    assert backup_problem(desk.home, SETTINGS, utc_now()) is not None


def test_a_folder_whose_disk_is_not_mounted_gets_no_backup_on_the_disk_of_the_home(desk: Desk) -> None:
    """Of what is not there only the last folder is made: the ones above it are where disks are mounted."""
    settings = settings_from_rows([(None, "backup_folder", "../mnt/disk/backups")])
    before = sorted(desk.root.parent.rglob("*"))
    with pytest.raises(OperatingError) as refused:
        back_up_nightly(desk.home, desk.ledger, settings, MONDAY)
    mount = desk.root.parent / "mnt" / "disk"
    said = (
        f"{mount} is not there, so that {mount / 'backups'} (backup_folder) cannot be: mount its disk, or "
        "make the folder yourself. Nothing was backed up"
    )
    assert str(refused.value) == said
    assert sorted(desk.root.parent.rglob("*")) == sorted([*before, desk.home.last_backup])
    assert backup_problem(desk.home, settings, utc_now()) == f"the last one failed: {said}"
    mount.mkdir(parents=True)
    assert back_up_nightly(desk.home, desk.ledger, settings, MONDAY).parent == mount / "backups"


@pytest.mark.parametrize("named", ["mnt", "mnt/backups"])
def test_a_folder_that_is_on_another_disk_than_last_night_is_not_mounted(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    """The folder at which a disk is mounted is there without the disk too."""
    settings = settings_from_rows([(None, "backup_folder", f"../{named}")])
    mount, folder = desk.root.parent / "mnt", desk.root.parent / named
    mount.mkdir()
    found, mounted = os.path.ismount, {mount}
    monkeypatch.setattr("os.path.ismount", lambda path: Path(path) in mounted or found(path))
    made = back_up_nightly(desk.home, desk.ledger, settings, MONDAY)
    assert last_backup(desk.home) == LastBackup(last_backup(desk.home).made_at, str(made), None, str(mount))
    disk = shutil.move(mount, desk.root.parent / "disk")
    mount.mkdir()
    mounted.clear()
    with pytest.raises(OperatingError) as refused:
        back_up_nightly(desk.home, desk.ledger, settings, MONDAY + DAY)
    above = next(str(each) for each in folder.parents if found(each))
    said = (
        f"{folder} (backup_folder) is on the disk that is mounted at {above}, and the last backup was "
        f"written to one at {mount}: mount that. If the backups are to be here from now on, remove "
        "partita.backup from the home. Nothing was backed up"
    )
    assert str(refused.value) == said
    assert list(mount.iterdir()) == []
    assert last_backup(desk.home).file == str(made)
    assert last_backup(desk.home).problem == said
    with pytest.raises(OperatingError, match="the last backup was written to one at"):
        back_up_nightly(desk.home, desk.ledger, settings, MONDAY + DAY)
    mount.rmdir()
    shutil.move(disk, mount)
    mounted.add(mount)
    assert back_up_nightly(desk.home, desk.ledger, settings, MONDAY + DAY).parent == folder
    mounted.clear()
    desk.home.last_backup.unlink()
    assert back_up_nightly(desk.home, desk.ledger, settings, MONDAY + 2 * DAY).parent == folder


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


def test_an_old_backup_that_cannot_be_removed_is_noted_beside_the_new_one(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in range(3):
        back_up_nightly(desk.home, desk.ledger, SETTINGS, MONDAY + day * DAY)
    before = names(desk)
    remove = Path.unlink

    def refuse(path: Path, *, missing_ok: bool = False) -> None:
        if path.suffix == ".zip":
            raise PermissionError(errno.EACCES, "Permission denied")
        remove(path, missing_ok=missing_ok)

    with monkeypatch.context() as patch, pytest.raises(OperatingError) as refused:
        patch.setattr(Path, "unlink", refuse)
        back_up_nightly(desk.home, desk.ledger, SETTINGS, MONDAY + 9 * DAY)
    folder = desk.root.parent / "backups"
    said = f"older backups in {folder} cannot be removed: Permission denied"
    assert str(refused.value) == said
    (made,) = set(names(desk)) - set(before)
    last = last_backup(desk.home)
    assert (last.file, last.problem) == (str(folder / made), said)
    back_up_nightly(desk.home, desk.ledger, SETTINGS, MONDAY + 9 * DAY)
    assert names(desk) == [*before[1:], made]


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
    (desk.home.inbox / "RITCOGE_9.txt").symlink_to(desk.root.parent / "elsewhere")
    made = back_up_nightly(desk.home, desk.ledger, current_settings(desk.ledger), MONDAY + DAY)
    left_out = "inbox/RITCOGE_9.txt (a link, which is not followed)"
    assert said() == (True, f"{made}, {last_backup(desk.home).made_at} UTC; not in it: {left_out}")
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
