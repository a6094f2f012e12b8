"""What dead processes held or waited for is freed by the next command, and what lives is left alone (D13)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import dagster as dg
import pytest

from assets.home import Home
from orchestration.freeing import CUT_OFF, free_what_the_dead_held
from orchestration.instance import only_daemon, open_instance
from orchestration.living import LOCK_TAG, is_carried_out, living
from samples.payments import pay, trace
from tests.orchestration.conftest import MakePipeline, Run

POOL: Final = "ledger"
STEP: Final = "import_traces"
FAILURE: Final = dg.DagsterRunStatus.FAILURE
STARTED: Final = dg.DagsterRunStatus.STARTED


@pytest.fixture
def instance(make_pipeline: MakePipeline) -> dg.DagsterInstance:
    """Dagster's records of a home where nothing ran yet."""
    instance = make_pipeline().instance
    instance.event_log_storage.initialize_concurrency_limit_to_default(POOL)
    return instance


@pytest.fixture
def alive(instance: dg.DagsterInstance) -> Iterator[ExitStack]:
    """Locks of runs, as processes hold them that carry out runs."""
    with ExitStack() as locks:
        yield locks


def folder(instance: dg.DagsterInstance) -> Path:
    """Where the locks are."""
    return Path(instance.root_directory)


def began(
    instance: dg.DagsterInstance,
    alive: ExitStack | None = None,
    status: dg.DagsterRunStatus = STARTED,
    tags: Mapping[str, str] | None = None,
) -> str:
    """A run that a command began: its process is alive if there is where to hold its lock."""
    run_id = str(uuid.uuid4())
    found = {LOCK_TAG: run_id} if tags is None else tags
    if alive is not None:
        found = alive.enter_context(living(folder(instance), run_id))
    instance.run_storage.add_run(
        dg.DagsterRun(job_name="import_traces_job", run_id=run_id, status=status, tags=dict(found))
    )
    return run_id


def claim(instance: dg.DagsterInstance, run_id: str, priority: int = 0) -> bool:
    """Whether the run holds the slot of the pool now; else it waits for it, before those of less priority."""
    return instance.event_log_storage.claim_concurrency_slot(POOL, run_id, STEP, priority).is_claimed


def statuses(instance: dg.DagsterInstance, *run_ids: str) -> list[dg.DagsterRunStatus]:
    """What Dagster says of these runs."""
    runs = [instance.get_run_by_id(run_id) for run_id in run_ids]
    return [run.status for run in runs if run is not None]


def holders(instance: dg.DagsterInstance) -> tuple[list[str], list[str]]:
    """Who holds the pool, and who waits for it or was given it."""
    info = instance.event_log_storage.get_concurrency_info(POOL)
    waiting = [step.run_id for step in info.pending_steps]
    return [slot.run_id for slot in info.claimed_slots], sorted(waiting)


def test_d13_a_run_of_a_dead_process_is_failed_and_its_slot_is_freed(instance: dg.DagsterInstance) -> None:
    dead = began(instance)
    assert claim(instance, dead)
    assert free_what_the_dead_held(instance) == 1
    assert statuses(instance, dead) == [FAILURE]
    assert holders(instance) == ([], [])
    said = [event.message for event in instance.all_logs(dead) if event.dagster_event_type is not None]
    assert [CUT_OFF in message for message in said] == [True]


def test_d13_a_run_of_a_living_process_is_left_alone(instance: dg.DagsterInstance, alive: ExitStack) -> None:
    lives = began(instance, alive)
    assert claim(instance, lives)
    assert free_what_the_dead_held(instance) == 0
    assert statuses(instance, lives) == [STARTED]
    assert holders(instance) == ([lives], [lives])


def test_d13_a_claim_of_a_dead_process_holds_up_no_living_one(
    instance: dg.DagsterInstance, alive: ExitStack
) -> None:
    """D13: the dead one waited first, and would have been given the slot that nobody takes then."""
    holds, dead, waits = began(instance, alive), began(instance), began(instance, alive)
    assert [claim(instance, run_id) for run_id in (holds, dead, waits)] == [True, False, False]
    free_what_the_dead_held(instance)
    assert holders(instance) == ([holds], sorted([holds, waits]))
    instance.event_log_storage.free_concurrency_slot_for_step(holds, STEP)
    assert claim(instance, waits)


def test_d13_a_slot_that_was_given_to_a_dead_process_goes_to_the_next(
    instance: dg.DagsterInstance, alive: ExitStack
) -> None:
    """D13: the waiting one was given the slot and was killed before it took it."""
    holds, dead, waits = began(instance, alive), began(instance), began(instance, alive)
    assert [claim(instance, holds), claim(instance, dead, 1), claim(instance, waits)] == [True, False, False]
    instance.event_log_storage.free_concurrency_slot_for_step(holds, STEP)
    assert not claim(instance, waits)
    free_what_the_dead_held(instance)
    assert claim(instance, waits)


def test_d13_a_slot_that_was_given_back_and_to_nobody_goes_to_who_waits(
    instance: dg.DagsterInstance, alive: ExitStack
) -> None:
    """D13: whoever held it was killed after it gave it back, and before it passed it on."""
    holds, waits = began(instance, alive), began(instance, alive)
    assert [claim(instance, run_id) for run_id in (holds, waits)] == [True, False]
    instance.event_log_storage._free_concurrency_slots(holds)
    instance.event_log_storage._remove_pending_steps(holds)
    assert not claim(instance, waits)
    free_what_the_dead_held(instance)
    assert claim(instance, waits)


def test_d13_slots_of_runs_that_ended_or_were_deleted_are_freed(instance: dg.DagsterInstance) -> None:
    ended = began(instance, status=dg.DagsterRunStatus.SUCCESS)
    assert claim(instance, ended)
    assert not claim(instance, str(uuid.uuid4()))
    assert free_what_the_dead_held(instance) == 0
    assert (statuses(instance, ended), holders(instance)) == ([dg.DagsterRunStatus.SUCCESS], ([], []))


def test_d13_runs_of_the_daemon_live_while_it_serves_the_home(
    instance: dg.DagsterInstance, make_pipeline: MakePipeline
) -> None:
    """D13: a launched run has no lock before its process begins."""
    home = Home(folder(instance).parent)
    kinds = [
        dg.DagsterRunStatus.NOT_STARTED,
        dg.DagsterRunStatus.STARTING,
        STARTED,
    ]
    launched = [began(instance, status=status, tags={}) for status in kinds]
    with only_daemon(home):
        assert free_what_the_dead_held(instance) == 0
        assert statuses(instance, *launched) == kinds
    assert free_what_the_dead_held(instance) == 1
    assert statuses(instance, *launched) == [*kinds[:2], FAILURE]
    assert free_what_the_dead_held(instance, has_daemon=False) == 2
    assert statuses(instance, *launched) == [FAILURE] * 3


def test_d13_a_run_that_has_the_tags_of_another_is_not_taken_for_it(instance: dg.DagsterInstance) -> None:
    """D13: whoever runs a command's run again in the UI launches one with its tags."""
    dead = began(instance)
    again = began(instance, tags={LOCK_TAG: dead})
    with only_daemon(Home(folder(instance).parent)):
        assert free_what_the_dead_held(instance) == 1
    assert statuses(instance, dead, again) == [FAILURE, STARTED]


def test_d13_what_a_killed_process_left_of_its_lock_is_cleared(instance: dg.DagsterInstance) -> None:
    left = folder(instance) / "processes" / str(uuid.uuid4())
    left.parent.mkdir()
    left.touch()
    free_what_the_dead_held(instance)
    assert list(left.parent.iterdir()) == []


def test_d13_the_run_of_a_command_says_which_process_carries_it_out(
    make_pipeline: MakePipeline, run: Run
) -> None:
    """D13: and holds a lock until it has ended; a run that was cut off before does not hold it up."""
    pipeline = make_pipeline()
    pipeline.instance.event_log_storage.initialize_concurrency_limit_to_default(POOL)
    dead = began(pipeline.instance)
    assert claim(pipeline.instance, dead)
    pipeline.drop("RITCOGE.txt", trace(pay("-100.00", "FT-1")))

    assert run("process").exit_code == 0

    newest, oldest = pipeline.instance.get_runs()
    assert (oldest.run_id, oldest.status, newest.status) == (dead, FAILURE, dg.DagsterRunStatus.SUCCESS)
    assert newest.tags[LOCK_TAG] == newest.run_id
    assert not is_carried_out(folder(pipeline.instance), newest.run_id)
    assert holders(pipeline.instance) == ([], [])
    with open_instance(pipeline.home) as again:
        assert statuses(again, newest.run_id) == [dg.DagsterRunStatus.SUCCESS]
