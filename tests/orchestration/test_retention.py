"""Old runs: what is deleted of them, and what is not."""

from __future__ import annotations

import datetime as dt
import sqlite3
from contextlib import closing
from pathlib import Path

import dagster as dg
import pytest

from orchestration.definitions import defs
from orchestration.partitions import TRACE_FILES
from orchestration.resources import HomeResource
from orchestration.retention import delete_old_runs
from tests.orchestration.test_runs import BAD, COLLECTION, PAYMENT, mend
from tests.support import ledgers
from tests.support.pipelines import JOB, Pipeline

LATER = dt.timedelta(hours=1)


def now() -> dt.datetime:
    """The moment."""
    return dt.datetime.now(dt.UTC)


def rows_of(pipeline: Pipeline, run_id: str) -> dict[str, int]:
    """How many rows Dagster's databases hold of a run, by table."""
    folder = pipeline.home.dagster / "history"
    found = {}
    for name, tables in {"runs.db": ["runs", "run_tags"], "runs/index.db": ["event_logs"]}.items():
        with closing(sqlite3.connect(folder / name)) as connection:
            for table in tables:
                query = f"SELECT count(*) FROM {table} WHERE run_id = ?"
                (found[table],) = connection.execute(query, [run_id]).fetchone()
    return found


def files_of(pipeline: Pipeline, run_id: str) -> list[Path]:
    """What of a run lies in Dagster's folder."""
    return sorted(pipeline.home.dagster.rglob(f"{run_id}*"))


def change_runs(pipeline: Pipeline, column: str, value: str) -> None:
    """Changes a column of the runs, as time or the daemon would."""
    with closing(sqlite3.connect(pipeline.home.dagster / "history" / "runs.db")) as connection, connection:
        connection.execute(f"UPDATE runs SET {column} = ?", [value])


def partitions(pipeline: Pipeline) -> list[str]:
    """The files that are partitions."""
    return [*pipeline.instance.get_dynamic_partitions(str(TRACE_FILES.name))]


@pytest.mark.check
def test_of_an_old_run_nothing_is_left_but_what_it_did(pipeline: Pipeline) -> None:
    """Its events, tags, database and output go; the ledger stays, and so do files that wait for a person."""
    good = pipeline.drop("RITCOGE_1.txt", COLLECTION)
    bad = pipeline.drop("RITCOGE_2.txt", BAD)
    (old,) = pipeline.tick()
    before = ledgers.ledger_state(pipeline.ledger_home)
    moment = now()
    new = pipeline.drop("RITCOGE_3.txt", PAYMENT)
    (young,) = pipeline.tick()
    posted = ledgers.ledger_state(pipeline.ledger_home)
    assert all(rows_of(pipeline, old.run_id).values()) and files_of(pipeline, old.run_id) != []

    deleted = delete_old_runs(pipeline.instance, pipeline.ledger_home.ledger, moment)

    assert deleted == 1
    assert rows_of(pipeline, old.run_id) == {"runs": 0, "run_tags": 0, "event_logs": 0}
    assert files_of(pipeline, old.run_id) == []
    assert all(rows_of(pipeline, young.run_id).values()) and files_of(pipeline, young.run_id) != []
    assert ledgers.ledger_state(pipeline.ledger_home) == posted != before
    assert (partitions(pipeline), pipeline.look().requests) == ([bad, new], []), f"{good} is done for good"
    mend(pipeline)
    assert pipeline.run(bad).is_success
    assert pipeline.state_of_files() == {bad: "materialized", new: "materialized"}


def test_a_file_that_a_younger_run_looked_at_again_stays_a_partition(pipeline: Pipeline) -> None:
    """Its newest event is there, and says that it is done."""
    key = pipeline.drop("RITCOGE.txt", COLLECTION)
    pipeline.tick()
    pipeline.instance.report_runless_asset_event(dg.AssetMaterialization("trace_postings", partition=key))

    assert delete_old_runs(pipeline.instance, pipeline.ledger_home.ledger, now() + LATER) == 1
    assert partitions(pipeline) == [key]


@pytest.mark.parametrize(
    "status",
    [status for status in dg.DagsterRunStatus if status.value not in ("SUCCESS", "FAILURE", "CANCELED")],
    ids=lambda status: status.value,
)
def test_a_run_that_has_not_ended_is_kept_however_old_it_is(
    pipeline: Pipeline, status: dg.DagsterRunStatus
) -> None:
    """A run that waits or works is nobody's to take away."""
    run = pipeline.instance.create_run_for_job(defs.resolve_job_def(JOB))
    change_runs(pipeline, "status", status.value)

    deleted = delete_old_runs(pipeline.instance, pipeline.ledger_home.ledger, now() + LATER)

    kept = pipeline.instance.get_runs_count(dg.RunsFilter(run_ids=[run.run_id]))
    assert (deleted, kept) == (0, 1)


def test_the_daemon_deletes_by_the_setting_and_says_how_many(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The default is 400 days: what ended today is kept."""
    ended = dg.DagsterRunStatus.SUCCESS
    run = pipeline.instance.create_run_for_job(defs.resolve_job_def(JOB), status=ended)
    assert tick(pipeline) == "0 runs that ended more than 400 days ago deleted."
    two_years_ago = (now() - dt.timedelta(days=730)).replace(tzinfo=None)
    change_runs(pipeline, "update_timestamp", two_years_ago.isoformat(sep=" "))

    assert tick(pipeline) == "1 run that ended more than 400 days ago deleted."
    assert pipeline.instance.get_run_by_id(run.run_id) is None


def tick(pipeline: Pipeline) -> str | None:
    """What a look of the sensor says."""
    sensor = defs.resolve_sensor_def("run_retention_sensor")
    context = dg.build_sensor_context(
        pipeline.instance, resources={"home": HomeResource()}, definitions=defs, sensor_name=sensor.name
    )
    return sensor.evaluate_tick(context).skip_message
