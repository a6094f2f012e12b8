"""The ledger as plain rows: every table and every column but those that say when and by which run.

What belongs here: comparing two ledgers that came about in different ways, and the rules that hold in each.
What does not: what a ledger should contain (see `tests.support.ledgers`).
"""

from __future__ import annotations

import re
from typing import Any, Final

import duckdb

from assets.ledger.store import Ledger
from assets.statements import records, statement, steps

Row = tuple[object, ...]

_TIME_IN_TEXT: Final = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d")
_ARRIVAL: Final = re.compile(r"\d{8}\.\d{3,6}")
_COLUMNS: Final = """
    SELECT table_name, list(column_name ORDER BY column_index)
    FROM duckdb_columns()
    WHERE database_name = 'ledger' AND data_type <> 'TIMESTAMP'
      AND column_name NOT IN ('run_id', 'previous_hash', 'record_hash')
    GROUP BY table_name
    ORDER BY table_name
"""

INVARIANTS: Final = (
    "check_entries_balance",
    "check_imports_add_up",
    "check_keys_unique",
    "check_links",
    "check_movements_stand_once",
    "check_residuals",
)
"""The statements whose rows are mistakes of Partita, whatever the files say."""


def whole_ledger(ledger: Ledger) -> dict[str, list[Row]]:
    """All rows by table, sorted; without times, runs, and times within texts."""
    with ledger.reading() as connection:
        return {
            table: sorted((_plain(row) for row in _rows(connection, table, columns)), key=repr)
            for table, columns in connection.execute(_COLUMNS).fetchall()
        }


def ledger_of_any_day(ledger: Ledger) -> dict[str, list[Row]]:
    """As `whole_ledger`, to be compared with a ledger of yesterday: without what was drawn as keys."""
    return {
        table: sorted((tuple(_without(value) for value in row) for row in rows), key=repr)
        for table, rows in whole_ledger(ledger).items()
        if table != "drawn_key"
    }


def _without(value: object) -> object:
    return without_arrival(value) if isinstance(value, str) else value


def without_arrival(text: str) -> str:
    """A text without the days and numbers with which partition keys begin: the next day has others."""
    return _ARRIVAL.sub("...", text)


def broken_invariants(ledger: Ledger) -> dict[str, list[Row]]:
    """The rows of the check statements that must never return any."""
    with ledger.reading() as connection:
        return invariants_of(connection)


def invariants_of(connection: duckdb.DuckDBPyConnection) -> dict[str, list[Row]]:
    """As `broken_invariants`, over a connection that reads."""
    assert set(INVARIANTS) <= _check_names(), "the statements are still called so"
    return {
        name: rows
        for name in INVARIANTS
        if (rows := connection.execute(statement("ledger", name)).fetchall())
    }


def registered_twice(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """The rows of the check that no invoice is registered twice without an answer."""
    connection.execute(statement("invoices", "credited_document"))
    return records(connection, "invoices", "check_registered_once")


def _check_names() -> set[str]:
    return {name for blocks in steps("ledger").values() for name in blocks if name.startswith("check_")}


def _rows(connection: duckdb.DuckDBPyConnection, table: str, columns: list[str]) -> list[Row]:
    # The names come from the database itself; a name cannot be a parameter.
    return connection.execute(f"SELECT {', '.join(columns)} FROM ledger.{table}").fetchall()


def _plain(row: Row) -> Row:
    return tuple(_TIME_IN_TEXT.sub("...", value) if isinstance(value, str) else value for value in row)
