"""Waiting for a slot of a pool before a run begins, where it can be stopped and says whom it waits for.

Dagster's own waiting, within a run, takes a processor, hears no signal, and goes on for ever behind a process
that was killed. A run whose slot is claimed already does not wait there.

Belongs here: the claim of a command's run. Does not: what the dead held (`orchestration.freeing`).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import click
import dagster as dg

from assets.errors import TransientError
from orchestration.freeing import free_what_the_dead_held
from orchestration.living import PROCESS_TAG

SECONDS_TO_WAIT: Final = 7200.0
"""As long as Dagster lets a run of the daemon take."""

_POLL_SECONDS: Final = 0.2
_SECONDS_BETWEEN_FREES: Final = 2.0
_SECONDS_OF_SILENCE: Final = 3.0


@contextmanager
def slots(
    instance: dg.DagsterInstance,
    run_id: str,
    pools: Mapping[str, str],
    seconds_to_wait: float = SECONDS_TO_WAIT,
) -> Iterator[None]:
    """Claims a slot for each step of a run that begins within the block; `pools` by the keys of the steps.

    The process must be known to be alive (`orchestration.living`), or others free what it claims.

    Raises:
        TransientError: if others hold the slots for longer than `seconds_to_wait`.
    """
    storage = instance.event_log_storage
    try:
        for step_key, pool in pools.items():
            if pool not in storage.get_concurrency_keys():
                storage.initialize_concurrency_limit_to_default(pool)
            _wait(instance, run_id, step_key, pool, seconds_to_wait)
        yield
    finally:
        # Nothing is left to free after a run that came to its end.
        if pools:
            storage.free_concurrency_slots_for_run(run_id)


def pools_of(job: dg.JobDefinition) -> dict[str, str]:
    """The pool of each step of a job that has one, by the step's key."""
    found: dict[str, Any] = {node.name: getattr(node.definition, "pool", None) for node in job.graph.nodes}
    return {name: str(pool) for name, pool in found.items() if pool is not None}


def _wait(
    instance: dg.DagsterInstance, run_id: str, step_key: str, pool: str, seconds_to_wait: float
) -> None:
    storage = instance.event_log_storage
    began = freed = time.monotonic()
    is_said = False
    while not storage.claim_concurrency_slot(pool, run_id, step_key).is_claimed:
        now = time.monotonic()
        if now - began > seconds_to_wait:
            raise TransientError(
                f"{_holder(instance, pool)} is at work for longer than {seconds_to_wait:g} s. Nothing was "
                "begun; try again when it has ended."
            )
        if now - began > _SECONDS_OF_SILENCE and not is_said:
            click.echo(f"Waiting for {_holder(instance, pool)}, which is at work.", err=True)
            is_said = True
        if now - freed > _SECONDS_BETWEEN_FREES:
            free_what_the_dead_held(instance)
            freed = now
        time.sleep(_POLL_SECONDS)


def _holder(instance: dg.DagsterInstance, pool: str) -> str:
    """Who holds the slot of a pool, in words."""
    for slot in instance.event_log_storage.get_concurrency_info(pool).claimed_slots:
        run = instance.get_run_by_id(slot.run_id)
        if run is not None:
            process = run.tags.get(PROCESS_TAG)
            return f"a run of {run.job_name}" + (f" in process {process}" if process else "")
    return "another run"
