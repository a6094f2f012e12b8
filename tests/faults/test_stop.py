"""Killed or stopped at any moment, a command leaves nothing that holds up the next one (D13)."""

from __future__ import annotations

import fcntl
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import dagster as dg
import psutil
import pytest

from assets.home import Home
from assets.ledger.store import Ledger
from orchestration.cli.exit_codes import ALL_WELL, SOMETHING_LEFT, STOPPED
from orchestration.instance import open_instance
from orchestration.living import living
from orchestration.stopping import SAID
from orchestration.storage import DATABASES, Storage
from samples.waiting import until
from tests.faults.test_kills import make_inbox, outcome
from tests.faults.test_same_moment import in_postings
from tests.support.commanders import Commander, commanders
from tests.support.effort import chance, times
from tests.support.whole_ledger import Row, broken_invariants

COMMANDS: Final = 3
SECONDS_TO_STOP: Final = 10.0
STOP_SIGNALS: Final = {signal.SIGTERM: "TERM", signal.SIGINT: "Ctrl-C", signal.SIGHUP: "a closed terminal"}


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
        assert commands[2].end() in (ALL_WELL, SOMETHING_LEFT), commands[2].said()
        commands[0].start(root, "process")
        assert commands[0].end() in (ALL_WELL, SOMETHING_LEFT)
        assert outcome_of(root) == expected
        assert broken_invariants(Ledger(root / "ledger")) == {}
        commands[0].start(root, "doctor")
        assert (commands[0].end(), "All is well" in commands[0].said()) == (ALL_WELL, True)
        shutil.rmtree(root)


def stopped_by(number: signal.Signals) -> str:
    """The last words of a command that was stopped."""
    return f"{SAID.format(STOP_SIGNALS[number])}\n"


@pytest.mark.check
@pytest.mark.parametrize("number", STOP_SIGNALS)
def test_o02_a_command_that_waits_for_a_slot_ends_when_it_is_told_to(
    commands: list[Commander], tmp_path: Path, number: signal.Signals
) -> None:
    """O02: it says so, and waits for nothing any more; whoever holds the slot keeps it."""
    root = make_inbox(tmp_path / "home")
    with open_instance(Home(root)) as instance, living(root / "dagster", "holder"):
        storage = instance.event_log_storage
        storage.initialize_concurrency_limit_to_default("ledger")
        assert storage.claim_concurrency_slot("ledger", "holder", "step").is_claimed
        commands[0].start(root, "process")
        until(lambda: "Waiting for" in commands[0].said(), 60, "the command waits")
        commands[0].signal(number)
        code = commands[0].end(SECONDS_TO_STOP)
        info = storage.get_concurrency_info("ledger")
    assert (code, commands[0].said()[-len(stopped_by(number)) :]) == (STOPPED, stopped_by(number))
    assert "Traceback" not in commands[0].said()
    assert [step.run_id for step in (*info.claimed_slots, *info.pending_steps)] == ["holder", "holder"]


@pytest.mark.check
@pytest.mark.parametrize("number", STOP_SIGNALS)
def test_o02_a_command_that_waits_for_the_ledger_ends_when_it_is_told_to(
    commands: list[Commander], tmp_path: Path, number: signal.Signals
) -> None:
    root = make_inbox(tmp_path / "home")
    lock_path = root / "ledger" / "partita.lock"

    def waits() -> bool:
        return str(lock_path) in {file.path for file in psutil.Process(commands[0].pid).open_files()}

    with lock_path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        commands[0].start(root, "process")
        until(waits, 60, "the command waits")
        commands[0].signal(number)
        assert commands[0].end(SECONDS_TO_STOP) == STOPPED
    assert commands[0].said() == stopped_by(number)


@pytest.mark.faults
def test_d13_a_command_that_is_stopped_at_any_moment_ends_soon_and_the_next_one_goes_on(
    commands: list[Commander],
    undisturbed: tuple[Path, tuple[dict[str, list[Row]], dict[str, list[str]]], float],
    tmp_path: Path,
) -> None:
    """D13: with a sentence as its last words, unless it had ended before."""
    template, expected, seconds = undisturbed
    moments = chance("commands that are stopped")
    command = commands[0]
    for number in range(times(40)):
        root = tmp_path / f"home{number}"
        shutil.copytree(template, root)
        command.start(root, "process")
        was_ended = command.is_ended(moments.uniform(0, seconds * 1.2))
        command.signal(signal.SIGTERM)
        code, said = command.end(SECONDS_TO_STOP), command.said()
        # In the first moment the command does not hear signals yet.
        is_early = (code, said) == (-signal.SIGTERM, "")
        is_stopped = (code, said.endswith(stopped_by(signal.SIGTERM))) == (STOPPED, True)
        assert was_ended or is_early or is_stopped or code == SOMETHING_LEFT, said
        assert "Traceback" not in said
        command.start(root, "process")
        assert command.end() in (ALL_WELL, SOMETHING_LEFT)
        assert outcome_of(root) == expected
        shutil.rmtree(root)


@pytest.mark.faults
def test_d13_a_disk_that_is_full_in_the_middle_of_a_run_holds_up_nobody_after_it(
    commands: list[Commander],
    undisturbed: tuple[Path, tuple[dict[str, list[Row]], dict[str, list[str]]], float],
    tmp_path: Path,
) -> None:
    """D13: no file may grow beyond a size; the last words are a sentence, and with room again all goes on."""
    template, expected, _ = undisturbed
    sizes = chance("full disks")
    command = commands[0]
    for number in range(times(20)):
        root = tmp_path / f"home{number}"
        shutil.copytree(template, root)
        with open_instance(Home(root)):
            pass
        command.start(root, f"--limit={sizes.randrange(100_000, 700_000)}", "process")
        code, said = command.end(), command.said()
        assert code in (ALL_WELL, SOMETHING_LEFT, STOPPED), said
        assert code != STOPPED or said.splitlines()[-1].startswith(("Error: ", "1 file", "5 files")), said
        command.start(root, "process")
        assert command.end() in (ALL_WELL, SOMETHING_LEFT), command.said()
        assert outcome_of(root) == expected
        with open_instance(Home(root)) as instance:
            info = instance.event_log_storage.get_concurrency_info("ledger")
            assert (info.claimed_slots, info.pending_steps) == ([], [])
            assert instance.get_runs_count(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED])) == 0
        shutil.rmtree(root)
