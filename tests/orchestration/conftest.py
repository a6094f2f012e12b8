"""Fixtures: homes with a Dagster instance, in which ticks and runs are real."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest
import sqlalchemy
from click.testing import CliRunner, Result

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


@pytest.fixture(scope="session", autouse=True)
def unsynced_records() -> Iterator[None]:
    """Dagster's records need not survive a power failure here; syncing them takes most of the time."""

    def unsync(connection: sqlite3.Connection, record: object) -> None:
        del record
        connection.execute("PRAGMA synchronous = OFF")

    sqlalchemy.event.listen(sqlalchemy.Engine, "connect", unsync)
    yield
    sqlalchemy.event.remove(sqlalchemy.Engine, "connect", unsync)
