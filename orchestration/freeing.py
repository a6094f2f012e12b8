"""Frees what dead processes held or waited for: their runs, the slots of the pool, and claims on slots.

Belongs here: telling the dead from the living, and what is done about the dead. Does not: how a process shows
that it lives (`orchestration.living`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import dagster as dg

from orchestration.living import LOCK_TAG, clear_dead, is_carried_out, is_served

CUT_OFF: Final = (
    "The run was cut off: its process was stopped while it was under way. Nothing is lost: what it did not "
    "post is found again."
)

_ON_ITS_WAY: Final = [dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.STARTING]
_UNDER_WAY: Final = [
    *_ON_ITS_WAY,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


def free_what_the_dead_held(instance: dg.DagsterInstance, *, has_daemon: bool | None = None) -> int:
    """Marks runs of dead processes failed, and frees slots and claims that no living run has; how many runs.

    A run that is carried out has a lock; any other is on its way from the daemon to its process, and lives
    while a daemon serves the home. `has_daemon` says whether one does, for a caller that knows. What is alive
    is left alone, so that every command may call it at any time.
    """
    folder = Path(instance.root_directory)
    dead = 0
    for run in instance.get_runs(dg.RunsFilter(statuses=_UNDER_WAY)):
        if _lives(folder, run, has_daemon):
            continue
        # It may have ended between the question what is under way and the look whether its process lives.
        now = instance.get_run_by_id(run.run_id)
        if now is not None and now.status in _UNDER_WAY:
            instance.report_run_failed(now, CUT_OFF)
            dead += 1
    _free_slots(instance, folder)
    clear_dead(folder)
    return dead


def _lives(folder: Path, run: dg.DagsterRun, has_daemon: bool | None) -> bool:
    if run.tags.get(LOCK_TAG) == run.run_id:
        return is_carried_out(folder, run.run_id)
    if has_daemon is not None:
        return has_daemon
    # Who starts Dagster without Partita has a daemon that holds no lock: a run that is on its way to its
    # process is left alone, since it holds nothing yet.
    return run.status in _ON_ITS_WAY or is_served(folder)


def _free_slots(instance: dg.DagsterInstance, folder: Path) -> None:
    """Frees slots and claims of runs that have ended or are unknown, and gives free slots to who waits."""
    # Giving out slots belongs to the storages that have a database, as all do that are used.
    storage: Any = instance.event_log_storage
    for pool in storage.get_concurrency_keys():
        info = storage.get_concurrency_info(pool)
        for run_id in {each.run_id for each in (*info.claimed_slots, *info.pending_steps)}:
            if is_carried_out(folder, run_id):
                # A command claims its slot before its run begins.
                continue
            run = instance.get_run_by_id(run_id)
            if run is None or run.is_finished:
                storage.free_concurrency_slots_for_run(run_id)
        # A process that was killed after it gave back its slot, and before it gave it to the next, leaves
        # claims that nobody would ever be given.
        info = storage.get_concurrency_info(pool)
        assigned = sum(step.assigned_timestamp is not None for step in info.pending_steps)
        waiting = len(info.pending_steps) - assigned
        for _ in range(min(info.slot_count - assigned, waiting)):
            storage.assign_pending_steps([pool])
