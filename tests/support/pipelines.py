"""A home with its Dagster instance: sensor ticks and runs in this process, and what they left behind.

What belongs here: doing what the daemon does (a tick, the runs it asks for) and reading Dagster's records.
What does not: expectations, and reading the ledger (`tests.support.ledgers`).
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

import dagster as dg
from dagster._core.storage.partition_status_cache import get_and_update_asset_status_cache_value

from assets.home import Home
from orchestration.definitions import defs
from orchestration.imports import TRACES, TraceImports, import_keys
from orchestration.instance import open_instance
from orchestration.partitions import TRACE_FILES
from orchestration.resources import HomeResource
from tests.support import ledgers
from tests.support.drawing import key_drawn_for
from tests.support.ledgers import LedgerHome, ReferenceData, spoken

SENSOR: Final = "trace_inbox_sensor"
JOB: Final = "import_traces_job"
RANGE_START: Final = "dagster/asset_partition_range_start"
RANGE_END: Final = "dagster/asset_partition_range_end"

PARTITIONED: Final = (
    "trace_lines",
    "validated_trace_lines",
    "trace_movements",
    "trace_settlements",
    "trace_postings",
)
"""The assets of which every file is a partition."""


def key_of(name: str, data: bytes) -> str:
    """The file key of a file: its name, twelve digits of its content's SHA-256, its ending."""
    path = Path(name)
    return f"{path.stem}@{hashlib.sha256(data).hexdigest()[:12]}{path.suffix}"


class Tick(NamedTuple):
    """What one look of the sensor came to: runs asked for, or why there are none."""

    skip: str | None
    requests: Sequence[dg.RunRequest]

    @property
    def ranges(self) -> list[tuple[str, str]]:
        """First and last partition of each run asked for."""
        return [
            (request.partition_key, request.partition_key)
            if request.partition_key
            else (request.tags[RANGE_START], request.tags[RANGE_END])
            for request in self.requests
        ]


class Check(NamedTuple):
    """One evaluation of an asset check, as the pages show it."""

    passed: bool
    severity: str
    sentence: str | None
    failing_rows: object
    table: list[dict[str, object]]


class Ran(NamedTuple):
    """What a run left in Dagster's records."""

    run_id: str
    is_success: bool
    checks: Mapping[str, Check]
    materialized: Mapping[str, list[str | None]]
    metadata: Mapping[tuple[str, str | None], Mapping[str, object]]
    failure: str | None

    def green_files(self) -> list[str | None]:
        """The partitions that the run reported as done; the same for every asset of a file."""
        done = {name: self.materialized.get(name, []) for name in PARTITIONED}
        first = done[PARTITIONED[0]]
        assert done == dict.fromkeys(PARTITIONED, first), "a file is done for all assets or for none"
        return first

    def red_checks(self) -> list[str]:
        """The names of the checks that failed, in the order in which they were made."""
        return [name for name, check in self.checks.items() if not check.passed]


@dataclass(slots=True)
class Pipeline:
    """A home, the ledger in it, and Dagster's records of it. `cursor` is what the sensor remembers."""

    ledger_home: LedgerHome
    instance: dg.DagsterInstance
    cursor: str | None = None
    last_run_keys: list[str | None] = field(default_factory=list)

    @property
    def home(self) -> Home:
        """The folders."""
        return Home(self.ledger_home.root)

    def drop(self, name: str, data: bytes) -> str:
        """Puts a file into the inbox; its partition key, which the next look would draw."""
        path = self.home.inbox / name
        path.write_bytes(data)
        return key_drawn_for(self.home, self.ledger_home.ledger, TRACES, path)

    def look(self) -> Tick:
        """One tick of the sensor, as the daemon makes it; no run is started."""
        with dg.SensorEvaluationContext(
            instance_ref=self.instance.get_ref(),
            last_tick_completion_time=None,
            last_run_key=None,
            cursor=self.cursor,
            log_key=None,
            repository_name=None,
            repository_def=defs.get_repository_def(),
            sensor_name=SENSOR,
            resources={"home": HomeResource()},
        ) as context:
            answer = defs.resolve_sensor_def(SENSOR).evaluate_tick(context)
        self.cursor = answer.cursor
        requests = list(answer.run_requests or [])
        self.last_run_keys += [request.run_key for request in requests]
        return Tick(answer.skip_message, requests)

    def run(self, *keys: str) -> Ran:
        """A run over these neighbouring partitions, as the UI and the daemon launch it."""
        tags = {RANGE_START: keys[0], RANGE_END: keys[-1]} if len(keys) > 1 else {}
        return self._run(tags, keys[0] if len(keys) == 1 else None)

    def run_asset(self, asset_name: str, key: str) -> Ran:
        """A run over one asset of a file, as "Materialize" on the page of the asset launches it."""
        return self._run({}, key, [dg.AssetKey(asset_name)])

    def _run(
        self,
        tags: Mapping[str, str],
        partition_key: str | None,
        selection: Sequence[dg.AssetKey] | None = None,
    ) -> Ran:
        result = defs.resolve_job_def(JOB).execute_in_process(
            instance=self.instance,
            tags=dict(tags),
            partition_key=partition_key,
            asset_selection=selection,
            raise_on_error=False,
        )
        return ran(self.instance, result)

    def tick(self) -> list[Ran]:
        """A look of the sensor and the runs that it asks for, one after the other."""
        return [self._run(request.tags, request.partition_key) for request in self.look().requests]

    def take_in(self, name: str, data: bytes) -> str:
        """Drops a trace and imports it as a run does, but without one; its partition key."""
        key = self.drop(name, data)
        with TraceImports(self.home, self.ledger_home.ledger, "without a run") as imports:
            outcomes, failed = import_keys(imports, [key])
        assert ([each.partition_key for each in outcomes], failed) == ([key], [])
        return key

    def states(self) -> dict[str, dict[str, str]]:
        """Per partitioned asset the state of each partition, as the UI counts them."""
        return {name: self._states(name) for name in PARTITIONED}

    def state_of_files(self) -> dict[str, str]:
        """The state of each partition, which is the same for every asset."""
        states = self.states()
        first = states[PARTITIONED[0]]
        assert states == dict.fromkeys(PARTITIONED, first), "a file has one state for all its assets"
        return first

    def _states(self, asset_name: str) -> dict[str, str]:
        cached = get_and_update_asset_status_cache_value(self.instance, dg.AssetKey(asset_name), TRACE_FILES)
        assert cached is not None, f"{asset_name} has partitions"
        done = cached.deserialize_materialized_partition_subsets(TRACE_FILES).get_partition_keys()
        failed = cached.deserialize_failed_partition_subsets(TRACE_FILES).get_partition_keys()
        return {
            key: "failed" if key in failed else "materialized" if key in done else "missing"
            for key in self.instance.get_dynamic_partitions(str(TRACE_FILES.name))
        }

    def folders(self) -> dict[str, list[str]]:
        """What lies in the inbox, among the processed and among the failed files."""
        folders = (self.home.inbox, self.home.processed, self.home.failed)
        return {
            folder.name: sorted(path.name for path in folder.iterdir() if path.is_file())
            if folder.is_dir()
            else []
            for folder in folders
        }

    def attempts(self) -> list[tuple[str, int, str]]:
        """Every attempt at every file, in order: partition key, number, what came of it."""
        return self.ask(
            "SELECT partition_key, made.attempt, made.status FROM ledger.import_attempt AS made "
            "JOIN ledger.file_import USING (import_id) ORDER BY made.import_id, made.attempt"
        )

    def statuses(self) -> dict[str, str]:
        """The status of every import."""
        return dict(self.ask("SELECT partition_key, status FROM ledger.file_import ORDER BY import_id"))

    def ask(self, query: str) -> list[tuple]:
        """The rows of a query on the ledger, what is said in words."""
        with self.ledger_home.ledger.reading() as connection:
            return spoken(connection.execute(query).fetchall())


def ran(instance: dg.DagsterInstance, result: dg.ExecuteInProcessResult) -> Ran:
    """What a run in this process left in Dagster's records."""
    materialized: dict[str, list[str | None]] = {}
    metadata: dict[tuple[str, str | None], Mapping[str, object]] = {}
    for event in result.get_asset_materialization_events():
        made = event.materialization
        name = made.asset_key.to_user_string()
        materialized.setdefault(name, []).append(made.partition)
        metadata[name, made.partition] = {label: entry.value for label, entry in made.metadata.items()}
    failure = None
    for event in result.get_step_failure_events():
        details = event.step_failure_data.user_failure_data
        failure = None if details is None else details.description
    checks = {each.check_name: _check(each) for each in result.get_asset_check_evaluations()}
    return Ran(result.run_id, result.success, checks, materialized, metadata, failure)


def _check(evaluation: dg.AssetCheckEvaluation) -> Check:
    rows = evaluation.metadata.get("rows")
    table = [] if rows is None else [dict(record.data) for record in rows.records]
    failing = evaluation.metadata["failing_rows"].value
    return Check(evaluation.passed, evaluation.severity.value, evaluation.description, failing, table)


def open_pipeline(
    root: Path,
    data: ReferenceData,
    ledger_templates: dict[str, Path] | None = None,
    dagster_template: Path | None = None,
) -> Pipeline:
    """A home below `root` with these reference data in force. PARTITA_HOME and DAGSTER_HOME name it.

    `dagster_template` is a Dagster home without any run to start from: making one takes a second.
    """
    ledger_home = ledgers.make_home(root, data, ledger_templates)
    home = Home(root)
    if dagster_template is not None:
        shutil.copytree(dagster_template, home.dagster)
    home.create()
    return Pipeline(ledger_home, open_instance(home))
