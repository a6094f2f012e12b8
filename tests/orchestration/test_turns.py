"""A command waits for its slot before its run begins: not behind the dead, and not for ever (D13)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import dagster as dg
import pytest

from assets.errors import TransientError
from orchestration.definitions import defs
from orchestration.living import living
from orchestration.turns import pools_of, slots
from samples.waiting import until
from tests.orchestration.conftest import MakePipeline

POOLS: Final = {"import_traces": "ledger"}


@pytest.fixture
def instance(make_pipeline: MakePipeline) -> dg.DagsterInstance:
    """Dagster's records of a home where nothing ran yet."""
    return make_pipeline().instance


@pytest.fixture
def holder(instance: dg.DagsterInstance) -> Iterator[ExitStack]:
    """A run in a living process that holds the slot, until this is closed or the test ends."""
    with ExitStack() as held:
        run_id = str(uuid.uuid4())
        tags = held.enter_context(living(Path(instance.root_directory), run_id))
        instance.run_storage.add_run(
            dg.DagsterRun("import_traces_job", run_id, status=dg.DagsterRunStatus.STARTED, tags=dict(tags))
        )
        instance.event_log_storage.initialize_concurrency_limit_to_default("ledger")
        assert instance.event_log_storage.claim_concurrency_slot("ledger", run_id, "step").is_claimed
        yield held


def claims(instance: dg.DagsterInstance) -> tuple[int, int]:
    """How many hold the slot, and how many claims there are in all."""
    info = instance.event_log_storage.get_concurrency_info("ledger")
    return len(info.claimed_slots), len(info.pending_steps)


def take(instance: dg.DagsterInstance, seconds: float) -> tuple[int, int]:
    """The claims while a command has its slot, for which it waits so long at most."""
    run_id = str(uuid.uuid4())
    with living(Path(instance.root_directory), run_id), slots(instance, run_id, POOLS, seconds):
        return claims(instance)


def test_every_step_that_writes_has_the_pool_of_what_it_writes() -> None:
    found = {job.name: pools_of(defs.resolve_job_def(job.name)) for job in defs.jobs or ()}
    assert found == {
        "import_traces_job": {"import_traces": "ledger"},
        "register_invoices_job": {"register_invoices": "ledger"},
        "import_sales_job": {"import_sales": "ledger"},
        "correct_ledger_job": {"correct_ledger": "ledger"},
        "sync_sales_invoices_job": {"sync_sales_invoices": "sync"},
        "export_to_treasury_job": {},
        "write_journal_job": {},
        "back_up_job": {},
    }


def test_d13_a_slot_is_held_for_the_block_and_no_longer(instance: dg.DagsterInstance) -> None:
    assert take(instance, 0.0) == (1, 1)
    assert claims(instance) == (0, 0)


def test_d13_a_command_that_waited_for_too_long_ends_and_waits_no_more(
    instance: dg.DagsterInstance, holder: ExitStack
) -> None:
    """D13: the message names the process that is at work; its slot is left to it."""
    with pytest.raises(TransientError) as waited:
        take(instance, 0.1)
    said = str(waited.value)
    assert said.startswith("a run of import_traces_job in process ")
    assert said.endswith(" is at work for longer than 0.1 s. Nothing was begun; try again when it has ended.")
    assert claims(instance) == (1, 1)


@pytest.mark.check
def test_d13_a_command_that_waits_goes_on_when_the_holder_dies(
    instance: dg.DagsterInstance, holder: ExitStack, capsys: pytest.CaptureFixture[str]
) -> None:
    """D13: nobody else need come by to free the slot."""
    with ThreadPoolExecutor(1) as others:
        waiting = others.submit(take, instance, 60.0)
        until(lambda: claims(instance) == (1, 2), 30, "the command waits")
        said = until(lambda: capsys.readouterr().err, 30, "it says so")
        holder.close()
        assert waiting.result(30) == (1, 1)
    assert said.startswith("Waiting for a run of import_traces_job in process ")
    assert claims(instance) == (0, 0)
