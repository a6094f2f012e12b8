"""Runs the jobs in this process: for the command line, and for tests that want real runs."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import dagster as dg

from orchestration.corrections import CORRECT_LEDGER_JOB
from orchestration.definitions import defs
from orchestration.deliveries import DELIVERIES_PER_RUN
from orchestration.imports import KEYS_PER_RUN
from orchestration.instance import CODE_LOCATION
from orchestration.jobs import (
    EXPORT_TO_TREASURY_JOB,
    IMPORT_SALES_JOB,
    IMPORT_TRACES_JOB,
    REGISTER_INVOICES_JOB,
    SYNC_SALES_INVOICES_JOB,
)
from orchestration.living import living
from orchestration.logs import SILENT
from orchestration.partitions import (
    INVOICE_DELIVERIES,
    SALES_FILES,
    TRACE_FILES,
    filled,
    range_tags,
    ranges,
)
from orchestration.resources import listen
from orchestration.stopping import stop_if_asked
from orchestration.sync_pipeline import KEYS_PER_SYNC
from orchestration.turns import pools_of, slots

REPOSITORY_TAG: Final = ".dagster/repository"
"""By this tag the UI finds the runs of a job. Dagster sets it on runs that it launches itself, from their
job origin. Runs of the command line get no origin: with one, Dagster would retry a run that was cut off, and
a correction is a person's to repeat.
"""


def run_import(
    instance: dg.DagsterInstance,
    keys: Sequence[str],
    done: Callable[[str], None] | None = None,
    tags: Mapping[str, str] | None = None,
) -> list[dg.ExecuteInProcessResult]:
    """Imports these trace files through Dagster, in as few runs as their neighbourhood allows.

    Keys that are no partitions yet become some. `done` is called with each key when its file is done. `tags`
    stand on every run, for instance to name who asked for it. The runs, events, checks and partitions are
    those of any other run; what became of the files is in the ledger.
    """
    listen(done)
    try:
        return _run(instance, IMPORT_TRACES_JOB.name, TRACE_FILES, keys, KEYS_PER_RUN, tags=tags or {})
    finally:
        listen(None)


def run_sales_import(
    instance: dg.DagsterInstance,
    keys: Sequence[str],
    done: Callable[[str], None] | None = None,
    tags: Mapping[str, str] | None = None,
) -> list[dg.ExecuteInProcessResult]:
    """Imports these files of sales invoices, as `run_import` does for traces."""
    listen(done)
    try:
        return _run(instance, IMPORT_SALES_JOB.name, SALES_FILES, keys, KEYS_PER_RUN, tags=tags or {})
    finally:
        listen(None)


def run_registration(
    instance: dg.DagsterInstance,
    keys: Sequence[str],
    done: Callable[[str], None] | None = None,
    *,
    read: Callable[[int], None] | None = None,
    documents: Sequence[int] | None = None,
    tags: Mapping[str, str] | None = None,
) -> list[dg.ExecuteInProcessResult]:
    """Registers the e-invoices of these deliveries, as `run_import` does for traces.

    `read` is called with the number of files read of the delivery under way. A run succeeds if these
    `documents` are registered; without them, if everything in its deliveries is. `tags` stand on every run,
    for instance to name who asked for it.
    """
    asked = {} if documents is None else {"documents": list(documents)}
    listen(done, read)
    try:
        return _run(
            instance,
            REGISTER_INVOICES_JOB.name,
            INVOICE_DELIVERIES,
            keys,
            DELIVERIES_PER_RUN,
            ops={"register_invoices": {"config": asked}},
            tags=tags or {},
        )
    finally:
        listen(None)


def run_correction(
    instance: dg.DagsterInstance, kind: str, arguments: Mapping[str, Any], requested_by: str, reason: str
) -> dg.ExecuteInProcessResult:
    """Corrects the ledger by a run that bears who asked for it, and why, as tags."""
    config = {
        "kind": kind,
        "arguments": json.dumps(arguments, ensure_ascii=False),
        "requested_by": requested_by,
        "reason": reason,
    }
    return _execute(
        instance,
        CORRECT_LEDGER_JOB.name,
        {"correct_ledger": {"config": config}},
        tags={"requested_by": requested_by, "reason": reason},
    )


def run_exports(
    instance: dg.DagsterInstance, assets: Sequence[str], form: str | None, since: dt.date | None
) -> dg.ExecuteInProcessResult:
    """Exports these assets to the treasury; `form` None stands for the setting, `since` for the registry."""
    config = {"form": form, "since": since and since.isoformat()}
    given = {name: value for name, value in config.items() if value is not None}
    return _execute(
        instance,
        EXPORT_TO_TREASURY_JOB.name,
        {"export_to_treasury": {"config": given}},
        assets=[dg.AssetKey(asset) for asset in assets],
    )


def run_sync(
    instance: dg.DagsterInstance,
    keys: Sequence[str],
    companies: Sequence[str] | None,
    only: Sequence[str],
    requested_by: str,
    sent: Callable[[int, int], None] | None = None,
) -> list[dg.ExecuteInProcessResult]:
    """Syncs the sales invoices of these files, as `run_import` imports traces; None and empty mean all.

    `sent` is called with how many of how many invoices of the present company are done.

    Files that lie between the keys are looked at as well: every run reads back what the programs hold, which
    costs calls, so that there should be one if possible.
    """
    known = list(dict.fromkeys([*instance.get_dynamic_partitions(str(SALES_FILES.name)), *keys]))
    config = {"companies": list(companies or ()), "only": list(only), "requested_by": requested_by}
    listen(None, sending_listener=sent)
    try:
        return _run(
            instance,
            SYNC_SALES_INVOICES_JOB.name,
            SALES_FILES,
            filled(known, keys, KEYS_PER_SYNC),
            KEYS_PER_SYNC,
            ops={"sync_sales_invoices": {"config": config}},
            tags={"requested_by": requested_by},
        )
    finally:
        listen(None)


def _run(
    instance: dg.DagsterInstance,
    job_name: str,
    partitions: dg.DynamicPartitionsDefinition,
    keys: Sequence[str],
    keys_per_run: int,
    *,
    ops: Mapping[str, Any] = MappingProxyType({}),
    tags: Mapping[str, str] = MappingProxyType({}),
) -> list[dg.ExecuteInProcessResult]:
    name = str(partitions.name)
    instance.add_dynamic_partitions(name, keys)
    return [
        _execute(
            instance,
            job_name,
            ops,
            tags={**tags, **(range_tags(group) if len(group) > 1 else {})},
            partition_key=group[0] if len(group) == 1 else None,
        )
        for group in ranges(instance.get_dynamic_partitions(name), keys, keys_per_run)
    ]


def _execute(
    instance: dg.DagsterInstance,
    job_name: str,
    ops: Mapping[str, Any],
    *,
    tags: Mapping[str, str] = MappingProxyType({}),
    partition_key: str | None = None,
    assets: Sequence[dg.AssetKey] | None = None,
) -> dg.ExecuteInProcessResult:
    """A run in this process, which the UI lists under its job; `ops` configures its operations."""
    run_id = str(uuid.uuid4())
    job = defs.resolve_job_def(job_name)
    with (
        living(Path(instance.root_directory), run_id) as of_process,
        slots(instance, run_id, pools_of(job)),
    ):
        result = job.execute_in_process(
            instance=instance,
            run_config={**SILENT, "ops": dict(ops)},
            tags={
                REPOSITORY_TAG: f"{defs.get_repository_def().name}@{CODE_LOCATION}",
                **of_process,
                **tags,
            },
            partition_key=partition_key,
            asset_selection=assets,
            raise_on_error=False,
            run_id=run_id,
        )
    # Dagster takes a signal for the end of the run; to the command it is the end of everything.
    stop_if_asked()
    return result


def failure_messages(results: Sequence[dg.ExecuteInProcessResult]) -> list[str]:
    """Why runs failed, in the words of the pipeline; one text per failed run."""
    messages = []
    for result in results:
        for event in result.all_events:
            if not event.is_step_failure:
                continue
            data = event.step_failure_data
            own = data.user_failure_data.description if data.user_failure_data else None
            error = data.error.cause or data.error if data.error else None
            messages.append(own or (error.message.strip() if error else "the run failed"))
    return messages
