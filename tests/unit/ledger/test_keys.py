"""Every table has a key: held by the table, or looked at after every run (D13)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import duckdb
import pytest

from assets.errors import OperatingError
from assets.ledger.migrating import applied_steps, known_steps, migrate
from assets.ledger.store import Ledger
from assets.reference.schemas import REFERENCE_FILES
from assets.statements import rows, statement, statement_text
from tests.conftest import MakeHome
from tests.support.versions import tables_of_version

STEP: Final = "024_keys.sql"
BEFORE: Final = 23
TABLES: Final = sorted(
    re.findall(r"ALTER TABLE ledger\.(\w+)", next(step.text for step in known_steps() if step.name == STEP))
)
"""The tables that got their key by the step."""

OF_COLUMNS: Final = {"valid_from": "valid_from_date"}
"""How the ledger calls a column of a reference file that it calls otherwise."""


def keys(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """The primary key of each table of the ledger that has one."""
    query = (
        "SELECT table_name, constraint_column_names FROM duckdb_constraints() "
        "WHERE database_name = 'ledger' AND constraint_type = 'PRIMARY KEY'"
    )
    return dict(connection.execute(query).fetchall())


def fill(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """Puts one row into the table: zero, blank and false in every column that must not be null."""
    query = (
        "SELECT column_name, data_type FROM duckdb_columns() "
        "WHERE database_name = 'ledger' AND table_name = ? AND NOT is_nullable"
    )
    values = ", ".join(
        f"CAST('{'2026-11-30' if kind in ('DATE', 'TIMESTAMP') else 0}' AS {kind}) AS {name}"
        for name, kind in connection.execute(query, [table]).fetchall()
    )
    connection.execute(f"INSERT INTO ledger.{table} BY NAME SELECT {values}")


@pytest.fixture(scope="module")
def empty() -> duckdb.DuckDBPyConnection:
    """A connection with the empty ledger of today."""
    connection = duckdb.connect()
    connection.execute("ATTACH ':memory:' AS ledger")
    migrate(connection)
    return connection


@pytest.mark.parametrize("table", TABLES)
def test_d13_a_row_that_stands_there_already_is_refused(empty: duckdb.DuckDBPyConnection, table: str) -> None:
    fill(empty, table)
    with pytest.raises(duckdb.ConstraintException, match="violates primary key constraint"):
        fill(empty, table)


def test_d13_the_key_of_a_reference_file_is_that_of_its_table(empty: duckdb.DuckDBPyConnection) -> None:
    """With the version of the file before it; where a part may be blank, the check of keys looks at it."""
    looked_at = re.findall(
        r"FROM ledger\.(\w+)\s+GROUP BY ([\w, ]+)", statement_text("ledger", "check_keys_unique")
    )
    known = keys(empty) | {table: columns.strip().split(", ") for table, columns in looked_at}
    files = [file for file in REFERENCE_FILES if file.table != "open_item"]
    assert {file.table: known[file.table] for file in files} == {
        file.table: ["version", *(OF_COLUMNS.get(name, name) for name in file.key)] for file in files
    }


def test_d13_a_key_that_stands_twice_with_a_blank_is_found_by_the_check_of_keys(make_home: MakeHome) -> None:
    home = make_home()
    with home.transaction():
        home.workbench.execute(
            "INSERT INTO ledger.setting SELECT 1, company, 'iban_hold', value FROM (VALUES "
            "(NULL, 'true'), (NULL, 'false'), ('ALBA', 'true'), ('BREZZA', 'true')) AS t (company, value)"
        )
        home.workbench.execute(
            "INSERT INTO ledger.finding BY NAME SELECT 7 AS attempt, number AS ordinal, "
            "'companies.csv' AS source_file, 'x' AS finding_code, 'ERROR' AS severity, "
            "TIMESTAMP '2026-11-30' AS found_at FROM (VALUES (1), (2), (2)) AS t (number)"
        )
    with home.ledger.reading() as connection:
        found = rows(connection, statement("ledger", "check_keys_unique"))
    assert found == [("finding", "7/2", 2), ("setting", "1/iban_hold", 2)]


def test_d13_an_older_ledger_has_the_same_rows_and_the_keys(tmp_path: Path) -> None:
    with tables_of_version(BEFORE, tmp_path / "then"), Ledger(tmp_path / "ledger").writing("then") as then:
        for table in TABLES:
            fill(then, table)
        held = {table: then.execute(f"FROM ledger.{table}").fetchall() for table in TABLES}
    with Ledger(tmp_path / "ledger").writing("now") as now:
        assert {table: now.execute(f"FROM ledger.{table}").fetchall() for table in TABLES} == held
        assert set(TABLES) <= keys(now).keys()


def test_d13_an_older_ledger_with_a_row_that_stands_twice_names_it_and_stays_as_it_is(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger")
    with tables_of_version(BEFORE, tmp_path / "then"), ledger.writing("then") as then:
        for table in (*TABLES, *TABLES[-2:]):
            fill(then, table)
        held = {table: then.execute(f"FROM ledger.{table}").fetchall() for table in TABLES}
    with pytest.raises(OperatingError) as refused, ledger.writing("now"):
        pass
    assert str(refused.value) == (
        "024_keys.sql: rows stand twice in the ledger, which no Partita writes: sync code 0/0/0/0, treasury "
        "account 0/0/0. Go on with the version that you had, keep a copy of the home folder and report it. "
        "The ledger was left as it is"
    )
    with tables_of_version(BEFORE, tmp_path / "again"), ledger.writing("again") as again:
        assert {table: again.execute(f"FROM ledger.{table}").fetchall() for table in TABLES} == held
        assert len(applied_steps(again)) == BEFORE
