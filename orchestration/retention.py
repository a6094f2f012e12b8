"""Deletes what Dagster recorded of old runs: the run with its tags, its events, its database, its output.

The ledger is not touched: what a run did stands there, in the audit log and in the history of attempts. A
file or delivery of which nothing is left to do, and of which Dagster has no event any more, is no partition
either: it would count as missing, and "failed and missing" would run it again.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import dagster as dg
import duckdb
from dagster._core.storage.runs.schema import RunTagsTable

from assets.invoices.registering import DeliveryOutcome, recorded_delivery
from assets.ledger.imports import ImportOutcome, recorded_outcome
from assets.ledger.store import Ledger
from orchestration.partitions import INVOICE_DELIVERIES, SALES_FILES, TRACE_FILES

SECONDS_AT_ONCE: Final = 20.0
"""How long one call goes on: a look of a sensor must end within a minute."""

_RUNS_AT_ONCE: Final = 1000

_ENDED: Final = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]

_Recorded = Callable[[duckdb.DuckDBPyConnection, str], ImportOutcome | DeliveryOutcome | None]

_ASSETS: Final[Mapping[str, tuple[tuple[str, ...], _Recorded]]] = MappingProxyType(
    {
        str(TRACE_FILES.name): (("trace_postings",), recorded_outcome),
        str(SALES_FILES.name): (("sales_postings", "sync_outcomes"), recorded_outcome),
        str(INVOICE_DELIVERIES.name): (("invoice_postings",), recorded_delivery),
    }
)
"""By partitions: the assets whose events keep a partition known, and where what became of it is recorded."""


def delete_old_runs(
    instance: dg.DagsterInstance,
    ledger: Ledger,
    before: dt.datetime,
    seconds: float = SECONDS_AT_ONCE,
) -> int:
    """Deletes runs that ended before a moment, oldest first, as many as there is time for; how many.

    A run that is queued or under way is left alone, however old it is. After a kill the next call goes on.
    """
    deadline = time.monotonic() + seconds
    filters = dg.RunsFilter(statuses=_ENDED, updated_before=before)
    deleted = 0
    touched: dict[str, set[str]] = {name: set() for name in _ASSETS}
    for record in instance.get_run_records(filters, limit=_RUNS_AT_ONCE, ascending=True):
        if deleted and time.monotonic() > deadline:
            break
        run_id = record.dagster_run.run_id
        for asset_name, key in _materialized(instance, run_id):
            for name, (asset_names, _) in _ASSETS.items():
                if asset_name in asset_names:
                    touched[name].add(key)
        _delete(instance, run_id)
        deleted += 1
    for name, keys in touched.items():
        _forget(instance, ledger, name, keys)
    return deleted


def _materialized(instance: dg.DagsterInstance, run_id: str) -> Iterable[tuple[str, str]]:
    """Asset and partition of each event of the run that made one green."""
    for entry in instance.all_logs(run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION):
        made = entry.asset_materialization
        if made is not None and made.partition is not None:
            yield made.asset_key.to_user_string(), made.partition


def _delete(instance: dg.DagsterInstance, run_id: str) -> None:
    """Removes everything of one run; the run itself last, so that what a kill leaves is found again."""
    events: Any = instance.event_log_storage
    events.delete_events(run_id)
    database = Path(events.path_for_shard(run_id))
    for path in database.parent.glob(f"{database.name}*"):
        path.unlink(missing_ok=True)
    instance.compute_log_manager.delete_logs(prefix=[run_id])
    runs: Any = instance.run_storage
    with runs.connect() as connection:
        # Dagster leaves the tags behind: SQLite heeds references to a run only where it is told to.
        connection.execute(RunTagsTable.delete().where(RunTagsTable.c.run_id == run_id))
    runs.delete_run(run_id)


def _forget(instance: dg.DagsterInstance, ledger: Ledger, name: str, keys: set[str]) -> None:
    """Removes those of the keys from the partitions of which no event and nothing to do is left."""
    if not keys:
        return
    asset_names, recorded = _ASSETS[name]
    assets = [dg.AssetKey(asset_name) for asset_name in asset_names]
    storage = instance.event_log_storage
    known = {key for asset in assets for key in storage.get_materialized_partitions(asset)}
    with ledger.reading() as workbench:
        outcomes = {key: recorded(workbench, key) for key in sorted(keys - known)}
    for key, outcome in outcomes.items():
        if outcome is not None and outcome.is_closed:
            instance.delete_dynamic_partition(name, key)
