"""Backups that are killed at any moment, that run at once, and that may not read everything."""

from __future__ import annotations

import shutil
import signal
import time
from multiprocessing.context import ForkServerProcess
from multiprocessing.queues import SimpleQueue
from pathlib import Path
from typing import Final

import pytest

from assets.errors import OperatingError
from assets.home import Home
from assets.ledger.store import Ledger
from orchestration.backups import back_up, restore
from orchestration.building import building
from samples.payments import pay, trace
from tests.support.children import bind_to_permissions, children
from tests.support.desks import open_desk
from tests.support.effort import chance, times
from tests.support.ledgers import ReferenceData, open_item
from tests.support.whole_ledger import whole_ledger

pytestmark = pytest.mark.faults

REFERENCE: Final = ReferenceData(items=(open_item("FV-1", "100.00"),))
AT_ONCE: Final = 4


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home whose backup takes some tenths of a second."""
    desk = open_desk(tmp_path / "home", REFERENCE)
    desk.load_reference()
    desk.take_trace("RITCOGE_1.txt", trace(pay("-60.00", "FV-1")))
    noise = chance("content of a file that waits")
    (desk.home.invoice_inbox / "waits.zip").write_bytes(noise.randbytes(10_000_000))
    return desk.home


def write(root: Path, target: Path, answers: SimpleQueue[str]) -> None:
    """A backup in a process of its own, bound by the permissions of files even as root."""
    bind_to_permissions()
    home = Home(root)
    try:
        answers.put("; ".join(back_up(home, Ledger.of(home), target).left_out))
    except OperatingError as error:
        answers.put(f"{type(error).__name__}: {error}")


def started(home: Home, target: Path, answers: SimpleQueue[str]) -> ForkServerProcess:
    process = children().Process(target=write, args=(home.root, target, answers))
    process.start()
    return process


def is_the_home(backup: Path, home: Home, place: Path) -> bool:
    """Whether a restored home has its ledger and what waits."""
    restore(backup, place / "restored")
    restored = Home(place / "restored")
    waits = (home.invoice_inbox / "waits.zip").read_bytes()
    is_same = (restored.invoice_inbox / "waits.zip").read_bytes() == waits
    is_same &= whole_ledger(Ledger.of(restored)) == whole_ledger(Ledger.of(home))
    shutil.rmtree(restored.root)
    return is_same


def test_a_backup_that_is_killed_at_any_moment_is_whole_or_not_there_and_the_next_one_clears_up(
    home: Home, tmp_path: Path
) -> None:
    folder, answers = tmp_path / "backups", children().SimpleQueue()
    folder.mkdir()
    began = time.monotonic()
    started(home, folder / "undisturbed.zip", answers).join()
    seconds = time.monotonic() - began
    assert answers.get() == ""
    moments, left = chance("kills of backups"), 0
    for _ in range(times(100)):
        for path in folder.iterdir():
            path.unlink()
        process = started(home, folder / "killed.zip", answers)
        process.join(moments.uniform(0, seconds))
        process.kill()
        process.join()
        assert process.exitcode in (0, -signal.SIGKILL)
        left += any(path.suffix == ".begun" for path in folder.iterdir())
        if not answers.empty():
            answers.get()
        if (folder / "killed.zip").exists():
            assert is_the_home(folder / "killed.zip", home, tmp_path)
        (folder / "killed.zip").unlink(missing_ok=True)
        next_one = folder / moments.choice(["killed.zip", "next.zip"])
        back_up(home, Ledger.of(home), next_one)
        assert [path.name for path in folder.iterdir()] == [next_one.name]
        assert is_the_home(next_one, home, tmp_path)
    assert left, "some were killed while they wrote"


def test_of_many_backups_at_once_into_a_folder_each_name_gets_one_whole_one(
    home: Home, tmp_path: Path
) -> None:
    folder, answers = tmp_path / "backups", children().SimpleQueue()
    folder.mkdir()
    for _ in range(times(20)):
        names = ["a.zip", "b.zip"] * (AT_ONCE // 2)
        processes = [started(home, folder / name, answers) for name in names]
        for process in processes:
            process.join()
        said = sorted(answers.get() for _ in processes)
        assert said[:2] == ["", ""]
        assert all(
            each.startswith("OperatingError: ")
            and ("another backup is being written to" in each or "is there already" in each)
            for each in said[2:]
        ), said
        assert sorted(path.name for path in folder.iterdir()) == ["a.zip", "b.zip"]
        for path in folder.iterdir():
            assert is_the_home(path, home, tmp_path)
            path.unlink()


def test_a_backup_leaves_out_what_it_may_not_read_in_an_inbox_and_ends_where_it_is_the_homes_own(
    home: Home, tmp_path: Path
) -> None:
    answers: SimpleQueue[str] = children().SimpleQueue()
    (home.inbox / "closed").mkdir()
    (home.inbox / "closed.txt").write_text("closed")
    for path in (home.inbox / "closed", home.inbox / "closed.txt"):
        path.chmod(0)
    started(home, tmp_path / "a.zip", answers).join()
    assert answers.get() == (
        "inbox/closed (a folder that cannot be read); inbox/closed.txt (cannot be read: Permission denied)"
    )
    assert is_the_home(tmp_path / "a.zip", home, tmp_path)
    home.processed.chmod(0)
    started(home, tmp_path / "b.zip", answers).join()
    home.processed.chmod(0o700)
    said = f"{home.processed} cannot be read: Permission denied. Nothing was backed up"
    assert answers.get() == f"TransientError: {said}"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip", "home"]


def build(folder: Path, answers: SimpleQueue[str]) -> None:
    """A home that is made beside others, bound by the permissions of files."""
    bind_to_permissions()
    try:
        with building(folder, "new"):
            answers.put("made")
    except OperatingError as error:
        answers.put(str(error))


def test_what_a_kill_left_of_a_home_and_may_not_be_removed_is_named(tmp_path: Path) -> None:
    answers: SimpleQueue[str] = children().SimpleQueue()
    left = tmp_path / ".new.building" / "closed"
    left.mkdir(parents=True)
    (left / "file").touch()
    left.chmod(0o500)
    for _ in range(2):
        process = children().Process(target=build, args=(tmp_path, answers))
        process.start()
        process.join()
        assert answers.get() == (
            f"{left.parent} was left by a command that was cut off, and {left / 'file'} cannot be removed "
            f"(Permission denied). Remove {left.parent} yourself, then run it again. Nothing was made"
        )
    assert [path.name for path in tmp_path.iterdir()] == [".new.building"]
