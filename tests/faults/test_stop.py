"""Killed or stopped at any moment, a command leaves nothing that holds up the next one (D13)."""

from __future__ import annotations

import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from assets.ledger.store import Ledger
from orchestration.cli.exit_codes import ALL_WELL, SOMETHING_LEFT
from orchestration.storage import DATABASES, Storage
from tests.faults.test_kills import make_inbox, outcome
from tests.faults.test_same_moment import in_postings
from tests.support.commanders import Commander, commanders
from tests.support.effort import chance, times
from tests.support.whole_ledger import Row, broken_invariants

COMMANDS: Final = 3


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Commander]]:
    """Processes that run a command each."""
    with commanders(tmp_path_factory.mktemp("commands"), COMMANDS) as found:
        yield found


@pytest.mark.faults
def test_d13_first_commands_at_once_and_killed_ones_leave_records_that_are_whole(
    commands: list[Commander], tmp_path: Path
) -> None:
    """D13: some are killed while they make the records; the others find them, or make them."""
    moments = chance("kills of first starts")
    root = tmp_path / "warm"
    began = time.monotonic()
    commands[0].start(root)
    assert commands[0].end() == 0
    seconds = time.monotonic() - began
    for number in range(times(100)):
        root = tmp_path / f"home{number}"
        for command in commands:
            command.start(root)
        killed = commands[0].kill_after(moments.uniform(0, seconds * 2))
        assert killed in (0, -signal.SIGKILL)
        assert [command.end() for command in commands[1:]] == [0, 0]
        commands[0].start(root)
        assert commands[0].end() == 0
        storage = Storage(root / "dagster")
        assert (storage.is_complete(), storage.problem(thoroughly=True)) == (True, None)
        assert list(storage.folder.glob("aside-*")) == []
        assert [name for name in DATABASES if not (storage.folder / name).exists()] == []
        shutil.rmtree(root)


def outcome_of(root: Path) -> tuple[dict[str, list[Row]], dict[str, list[str]]]:
    """What is posted and which files stand where; attempts may be counted twice after a kill."""
    ledger, folders = outcome(root)
    return in_postings(ledger), folders


@pytest.fixture(scope="module")
def undisturbed(
    commands: list[Commander], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, tuple[dict[str, list[Row]], dict[str, list[str]]], float]:
    """A home with files to import, what importing them undisturbed comes to, and how long it takes."""
    folder = tmp_path_factory.mktemp("undisturbed")
    template, root = make_inbox(folder / "template"), folder / "home"
    shutil.copytree(template, root)
    began = time.monotonic()
    commands[0].start(root, "process")
    assert commands[0].end() == SOMETHING_LEFT
    return template, outcome_of(root), time.monotonic() - began


@pytest.mark.faults
def test_d13_after_kills_of_commands_at_once_the_others_and_the_next_one_go_on(
    commands: list[Commander],
    undisturbed: tuple[Path, tuple[dict[str, list[Row]], dict[str, list[str]]], float],
    tmp_path: Path,
) -> None:
    """D13: whether the killed one held the slot, waited for it, or made the records that all of them use."""
    template, expected, seconds = undisturbed
    moments = chance("kills of commands at once")
    for number in range(times(20)):
        root = tmp_path / f"home{number}"
        shutil.copytree(template, root)
        for command in commands:
            command.start(root, "process")
        for command in commands[:2]:
            command.kill_after(moments.uniform(0, seconds))
        assert commands[2].end() in (ALL_WELL, SOMETHING_LEFT)
        commands[0].start(root, "process")
        assert commands[0].end() in (ALL_WELL, SOMETHING_LEFT)
        assert outcome_of(root) == expected
        assert broken_invariants(Ledger(root / "ledger")) == {}
        commands[0].start(root, "doctor")
        assert (commands[0].end(), "All is well" in commands[0].said()) == (ALL_WELL, True)
        shutil.rmtree(root)
