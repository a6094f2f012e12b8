"""Dagster's records: made once, looked at by the doctor, made anew from the ledger where they are broken."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest
import sqlalchemy

from assets.errors import OperatingError
from assets.home import HOME_VARIABLE, Home
from assets.ledger.store import Ledger
from orchestration.instance import only_daemon, open_instance
from orchestration.living import living
from orchestration.storage import DATABASES, REPAIR, Storage
from samples.payments import leg, move, pay, trace
from tests.orchestration.conftest import MakePipeline, Run

VERSIONS: Final = "SELECT version_num FROM alembic_version"
GOOD: Final = trace(pay("-100.00", "FT-1"))
BAD: Final = trace(move(leg("-20.00", account="1500099"), entry=2))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home that was never used."""
    home = Home(tmp_path / "home")
    monkeypatch.setenv(HOME_VARIABLE, str(home.root))
    monkeypatch.setenv("DAGSTER_HOME", str(home.dagster))
    home.create()
    return home


@pytest.fixture
def made(home: Home, dagster_template: Path) -> Home:
    """A home with records in which nothing is yet."""
    shutil.copytree(dagster_template, home.dagster, dirs_exist_ok=True)
    return home


def change(path: Path, statement: str) -> None:
    """Changes a database behind Dagster's back."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement)


def give_two_versions(folder: Path) -> None:
    """What two commands left that made the records at once."""
    change(folder / "schedules/schedules.db", "INSERT INTO alembic_version VALUES ('5771160a95ad')")


def take_version(folder: Path) -> None:
    """What a first start left that was cut off before it wrote the version."""
    change(folder / "history/runs.db", "DELETE FROM alembic_version")


def take_tables(folder: Path) -> None:
    """What a first start left that was cut off between two tables."""
    change(folder / "history/runs/index.db", "DROP TABLE pending_steps")


def cut_off(folder: Path) -> None:
    """What a disk left that lost the end of a file."""
    path = folder / "history/runs/index.db"
    os.truncate(path, path.stat().st_size // 2)


def overwrite(folder: Path) -> None:
    """What something else left that wrote over a file."""
    (folder / "history/runs.db").write_bytes(b"no database" * 1000)


def remove(folder: Path) -> None:
    """What somebody left who tidied up."""
    (folder / "history/runs.db").unlink()


BREAKING: Final[dict[str, Callable[[Path], None]]] = {
    "schedules/schedules.db was made by two commands at once and has two versions, "
    "29b539ebc72a and 5771160a95ad": give_two_versions,
    "history/runs.db is half-made": take_version,
    "history/runs/index.db is half-made": take_tables,
    "history/runs/index.db is damaged: database disk image is malformed": cut_off,
    "history/runs.db is damaged: file is not a database": overwrite,
    "history/runs.db is missing": remove,
}
"""What is said of broken records, and how they break."""


def versions(folder: Path) -> dict[str, int]:
    """How many versions each database says it has."""
    found = {}
    for name in DATABASES:
        with closing(sqlite3.connect(folder / name)) as connection:
            found[name] = len(connection.execute(VERSIONS).fetchall())
    return found


def test_d13_commands_at_once_on_a_fresh_home_make_the_records_once(home: Home) -> None:
    """D13: each finds them whole, and whoever came later waited for who made them."""

    def opened(number: int) -> int:
        with open_instance(home) as instance:
            return instance.get_runs_count() + number

    with ThreadPoolExecutor(4) as commands:
        assert list(commands.map(opened, range(4))) == [0, 1, 2, 3]
    assert versions(home.dagster) == dict.fromkeys(DATABASES, 1)
    assert sorted(path.name for path in home.dagster.iterdir()) == [
        "dagster.yaml",
        "history",
        "schedules",
        "storage.lock",
    ]


def test_the_tables_that_are_looked_for_are_those_that_dagster_makes(made: Home) -> None:
    for name, tables in DATABASES.items():
        with closing(sqlite3.connect(made.dagster / name)) as connection:
            found = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
        assert set(tables) - found == set()
    assert Storage(made.dagster).problem(thoroughly=True) is None


@pytest.mark.parametrize("said", BREAKING)
def test_d13_the_doctor_says_that_records_are_broken_and_what_to_do(made: Home, run: Run, said: str) -> None:
    """D13: a command that fails for ever, while the doctor says that all is well, helps nobody."""
    BREAKING[said](made.dagster)
    found = json.loads(run("doctor", "--json").stdout)
    (check,) = (each for each in found["checks"] if not each["is_fine"])
    assert check == {
        "check_name": "dagster records",
        "is_fine": False,
        "found": f"{made.dagster}/{said}",
        "remedy": REPAIR,
    }


@pytest.mark.parametrize("breaking", [give_two_versions, take_version, take_tables])
def test_d13_records_that_hold_nothing_are_made_anew_by_the_next_command(
    made: Home, breaking: Callable[[Path], None]
) -> None:
    """D13: so a first start that was cut off stops nobody; what it left is kept."""
    breaking(made.dagster)
    with open_instance(made) as instance:
        assert instance.get_runs_count() == 0
    assert versions(made.dagster) == dict.fromkeys(DATABASES, 1)
    (aside,) = made.dagster.glob("aside-*")
    assert sorted(path.name for path in aside.iterdir()) == ["history", "schedules"]


def test_d13_records_that_hold_something_are_left_to_a_person(made: Home) -> None:
    """D13: what ran is not set aside by a command that was asked for something else."""
    with open_instance(made) as instance:
        instance.add_dynamic_partitions("trace_files", ["A.txt"])
    take_version(made.dagster)
    with pytest.raises(OperatingError) as stopped:
        open_instance(made)
    assert str(stopped.value) == (
        f"Dagster's records are broken: {made.dagster}/history/runs.db is half-made. The ledger is not "
        f"touched. {REPAIR}"
    )
    assert list(made.dagster.glob("aside-*")) == []


def test_d13_a_folder_of_records_that_is_gone_is_put_there_again(made: Home) -> None:
    """D13: a kill between the two folders leaves one of them, whole."""
    with open_instance(made) as instance:
        instance.add_dynamic_partitions("trace_files", ["A.txt"])
    shutil.rmtree(made.dagster / "schedules")
    with open_instance(made) as instance:
        assert instance.get_dynamic_partitions("trace_files") == ["A.txt"]
    assert versions(made.dagster) == dict.fromkeys(DATABASES, 1)


def test_d13_repair_makes_broken_records_anew_from_the_ledger(
    make_pipeline: MakePipeline, run: Run, record_engines: dict[str, sqlalchemy.Engine]
) -> None:
    """D13: the files are known in their order, the posted ones are green, the broken records are kept."""
    pipeline = make_pipeline()
    keys = [pipeline.take_in(f"RITCOGE_{name}.txt", data) for name, data in (("B", BAD), ("A", GOOD))]
    pipeline.instance.add_dynamic_partitions("trace_files", sorted(keys))
    for engine in record_engines.values():
        engine.dispose()
    folder = pipeline.home.dagster
    give_two_versions(folder)

    repaired = json.loads(run("repair", "--json").stdout)

    (aside,) = folder.glob("aside-*")
    problem = f"{folder}/{next(iter(BREAKING))}"
    assert repaired == {
        "problem": problem,
        "kept_aside": str(aside),
        "added_count": 2,
        "green_count": 1,
        "removed_count": 0,
    }
    assert pipeline.state_of_files() == {keys[0]: "missing", keys[1]: "materialized"}
    again = json.loads(run("repair", "--json").stdout)
    assert again == {
        "problem": None,
        "kept_aside": None,
        "added_count": 0,
        "green_count": 0,
        "removed_count": 0,
    }


def test_d13_repair_removes_keys_that_a_lost_ledger_drew_for_files_it_never_imported(
    make_pipeline: MakePipeline, run: Run
) -> None:
    """D13: those of waiting and of imported files stay, and file keys from before as well."""
    pipeline = make_pipeline()
    waiting = "20261129.003-RITCOGE@3fa4c1.txt"
    with Ledger.of(pipeline.home).writing("draw") as workbench:
        workbench.execute(
            "INSERT INTO ledger.drawn_key (source_kind, partition_key, drawn_date, day_number, drawn_at) "
            "VALUES ('trace', ?, DATE '2026-11-29', 3, TIMESTAMP '2026-11-29 08:00:00')",
            [waiting],
        )
    known = [waiting, pipeline.take_in("RITCOGE_A.txt", GOOD), "RITCOGE@23d427f74e05.txt"]
    lost = ["20261129.007-RITCOGE@5fa4c1.txt", "20261128.001-RITCOGE@5fa4c1.txt"]
    pipeline.instance.add_dynamic_partitions("trace_files", [*known, *lost])
    assert run("repair").output.splitlines()[-1] == ("Removed: 2 partitions that this ledger does not know.")
    assert set(pipeline.instance.get_dynamic_partitions("trace_files")) == {*known}


def test_d13_repair_says_what_it_did_and_where_the_broken_records_are(made: Home, run: Run) -> None:
    take_version(made.dagster)
    said = run("repair").output.splitlines()
    (aside,) = made.dagster.glob("aside-*")
    assert said == [
        f"Broken: {made.dagster}/history/runs.db is half-made.",
        f"The broken records are kept in {aside}; new ones are in their place.",
        "Added from the ledger: 0 files and deliveries; 0 made green.",
    ]
    assert run("repair").output.splitlines() == ["Dagster's records are whole.", said[-1]]


def test_d13_repair_is_refused_while_partita_serves_the_home(made: Home, run: Run) -> None:
    """D13: the records are not taken from under a daemon."""
    take_version(made.dagster)
    with only_daemon(made):
        refused = run("repair")
    assert (refused.exit_code, refused.stderr) == (
        1,
        f"Error: another Partita serves {made.root} already: stop it first, or choose another PARTITA_HOME\n",
    )
    assert list(made.dagster.glob("aside-*")) == []


def test_d13_repair_is_refused_while_a_command_runs_something(made: Home, run: Run) -> None:
    """D13: a run that is under way would find its records gone."""
    take_version(made.dagster)
    with living(made.dagster, "a run"):
        refused = run("repair")
    assert (refused.exit_code, refused.stderr) == (
        1,
        "Error: a command runs something on this home just now: try again when it has ended. Nothing was "
        "changed.\n",
    )
    assert list(made.dagster.glob("aside-*")) == []
