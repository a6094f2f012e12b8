"""Fixtures: homes with a Dagster instance, in which ticks and runs are real."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import alembic.command
import dagster as dg
import pytest
import sqlalchemy
from alembic.config import Config
from alembic.script import ScriptDirectory
from click.testing import CliRunner, Result
from dagster._core.storage import sql as dagster_sql
from dagster._core.storage.event_log.sqlite import sqlite_event_log
from dagster._core.storage.runs.sqlite import sqlite_run_storage
from dagster._core.storage.schedules.sqlite import sqlite_schedule_storage

from assets.home import HOME_VARIABLE, Home
from orchestration.cli import main
from orchestration.instance import open_instance
from tests.support.ledgers import ReferenceData, open_item, setting
from tests.support.pipelines import Pipeline, open_pipeline

MakePipeline = Callable[..., Pipeline]
Run = Callable[..., Result]

AT_ONCE: Final = setting("quiet_seconds", "0")
"""Files are taken at the first look; what waiting for quiet means has a test of its own."""

DATA: Final = ReferenceData(
    items=(
        open_item("FT-1", "100.00"),
        open_item("FT-2", "250.00", account="1500002"),
        open_item("FP-1", "80.00", account="4000001", side="credit"),
    ),
    settings=(AT_ONCE,),
)


@pytest.fixture(scope="session")
def dagster_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Dagster home in which nothing ran yet."""
    home = Home(tmp_path_factory.mktemp("dagster-template"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAGSTER_HOME", str(home.dagster))
        with open_instance(home):
            return home.dagster


@pytest.fixture(scope="module")
def shared_pipeline(
    tmp_path_factory: pytest.TempPathFactory, ledger_templates: dict[str, Path], dagster_template: Path
) -> Iterator[Pipeline]:
    """A home for the tests of a file that only look at what one tick left behind."""
    root = tmp_path_factory.mktemp("shared") / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(HOME_VARIABLE, str(root))
        patch.setenv("DAGSTER_HOME", str(root / "dagster"))
        pipeline = open_pipeline(root, DATA, ledger_templates, dagster_template)
        yield pipeline
        pipeline.instance.dispose()
        pipeline.ledger_home.close()


@pytest.fixture
def make_pipeline(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    ledger_templates: dict[str, Path],
    dagster_template: Path,
) -> Iterator[MakePipeline]:
    """Makes the home that PARTITA_HOME names for the time of the test, with these reference data."""
    made: list[Pipeline] = []

    def make(data: ReferenceData = DATA) -> Pipeline:
        root = tmp_path / f"home{len(made) or ''}"
        monkeypatch.setenv(HOME_VARIABLE, str(root))
        monkeypatch.setenv("DAGSTER_HOME", str(root / "dagster"))
        made.append(open_pipeline(root, data, ledger_templates, dagster_template))
        return made[-1]

    yield make
    for each in made:
        each.instance.dispose()
        each.ledger_home.close()


@pytest.fixture
def pipeline(make_pipeline: MakePipeline) -> Pipeline:
    """A home with two companies and three open items, where nothing was imported yet."""
    return make_pipeline()


@pytest.fixture
def run() -> Run:
    """Runs a command in this process; an exception that no command foresees fails the test."""

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(main, list(arguments), prog_name="partita", catch_exceptions=False)

    return invoke


@pytest.fixture(scope="session")
def record_engines() -> Iterator[dict[str, sqlalchemy.Engine]]:
    """Dagster's records as it keeps them, without what it repeats for each: almost half the time of a run.

    They need not survive a power failure here. Each statement has an engine and a connection of its own
    there, which compile it and read the tables anew, and each run a database, for which all migrations are
    read anew.
    """

    def unsync(connection: sqlite3.Connection, record: object) -> None:
        del record
        connection.execute("PRAGMA synchronous = OFF")

    engines: dict[str, sqlalchemy.Engine] = {}

    def engine_of(url: str, **options: object) -> sqlalchemy.Engine:
        if url not in engines:
            engines[url] = sqlalchemy.create_engine(url, **options | {"poolclass": sqlalchemy.QueuePool})
        return engines[url]

    from_config = cache(lambda location, config: ScriptDirectory.from_config(config))

    class Migrations:
        @staticmethod
        def from_config(config: Config) -> ScriptDirectory:
            return from_config(config.get_main_option("script_location"), config)

    sqlalchemy.event.listen(sqlalchemy.Engine, "connect", unsync)
    with pytest.MonkeyPatch.context() as patch:
        for storage in (sqlite_run_storage, sqlite_event_log, sqlite_schedule_storage):
            patch.setattr(storage, "create_engine", engine_of)
        for user in (dagster_sql, alembic.command):
            patch.setattr(user, "ScriptDirectory", Migrations)
        yield engines
    sqlalchemy.event.remove(sqlalchemy.Engine, "connect", unsync)


@pytest.fixture(autouse=True)
def one_run_without_a_mark(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A run of Dagster takes as long as thirty tests: a story of several is for `make check`."""
    runs: list[str] = []
    execute = dg.JobDefinition.execute_in_process

    def counted(job: dg.JobDefinition, *arguments: Any, **more: Any) -> dg.ExecuteInProcessResult:
        runs.append(job.name)
        return execute(job, *arguments, **more)

    monkeypatch.setattr(dg.JobDefinition, "execute_in_process", counted)
    yield
    is_marked = any(request.node.get_closest_marker(name) for name in ("check", "faults"))
    assert is_marked or len(runs) < 2, f"{', '.join(runs)}: mark the test `check`, or leave runs out"


@pytest.fixture(autouse=True)
def quick_records(record_engines: dict[str, sqlalchemy.Engine]) -> Iterator[None]:
    """The files of a test are let go when it ends; those that others share are opened again."""
    yield
    for engine in record_engines.values():
        engine.dispose()
