"""Killed at any moment, a command leaves nothing behind that holds up the next one (D13)."""

from __future__ import annotations

import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from orchestration.storage import DATABASES, Storage
from tests.support.commanders import Commander, commanders
from tests.support.effort import chance, times

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
