"""The ledger stands on the ground: it knows no source, its journal has one writer, its tables have keys."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Final

import duckdb
import pytest

from assets.ledger.migrating import migrate
from tests.support.flow import ROOT, blocks

JOURNAL: Final = frozenset(
    {
        "journal_entry",
        "posting",
        "open_item",
        "item_life",
        "settlement",
        "reversed_entry",
        "imported_movement",
        "posting_rule_use",
    }
)
"""The tables that `assets/ledger/journal.py` writes, and nobody else."""

WRITERS: Final = {
    **dict.fromkeys(JOURNAL, "journal"),
    "finding": "findings",
    "file_import": "imports",
    "import_attempt": "imports",
}
"""Which module of the ledger alone writes a table."""

LOGS: Final = {
    "automatic_registration",
    "document_decision",
    "item_life",
    "purge",
    "sync_customer",
    "sync_event",
    "sync_problem",
}
"""What happened at a moment: two may happen at the same."""

_WRITTEN: Final = re.compile(r"\b(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM|MERGE INTO)\s+ledger\.(\w+)")


def test_entries_items_settlements_findings_and_imports_have_one_writer() -> None:
    writing = {
        str(block): block.written
        for block in blocks()
        if block.written in WRITERS and block.stage != "ledger"
    }
    assert writing == {}


@pytest.mark.parametrize("writer", sorted(set(WRITERS.values())))
def test_every_statement_that_writes_such_a_table_is_one_of_its_writer(writer: str) -> None:
    own = (ROOT / "assets" / "ledger" / f"{writer}.py").read_text("utf-8")
    others = {
        str(block)
        for block in blocks()
        if WRITERS.get(block.written or "") == writer
        and (block.step != writer or f'"{block.name}"' not in own)
    }
    assert others == set()


def test_no_table_is_written_by_two_stages() -> None:
    stages: dict[str, set[str]] = defaultdict(set)
    for block in blocks():
        if block.written is not None:
            stages[block.written].add(block.stage)
    assert {table: names for table, names in stages.items() if len(names) > 1} == {}


def test_nothing_in_python_writes_such_a_table() -> None:
    writing = {
        str(path.relative_to(ROOT))
        for folder in ("assets", "orchestration")
        for path in (ROOT / folder).rglob("*.py")
        if set(_WRITTEN.findall(path.read_text("utf-8"))) & WRITERS.keys()
    }
    assert writing == set()


def test_statements_of_the_ledger_read_nothing_that_a_source_left() -> None:
    """`given` are the rows that a caller brings."""
    own = {"given"} | {block.made for block in blocks() if block.stage == "ledger"}
    foreign = {
        str(block): tables for block in blocks() if block.stage == "ledger" and (tables := block.needs - own)
    }
    assert foreign == {}


def test_every_table_but_a_log_holds_its_key_or_is_looked_at_by_the_check_of_keys() -> None:
    """Which of the two, and why, says migrations/024_keys.sql."""
    with duckdb.connect() as connection:
        connection.execute("ATTACH ':memory:' AS ledger")
        migrate(connection)
        tables = names(connection, "SELECT table_name FROM duckdb_tables()")
        own = names(
            connection, "SELECT table_name FROM duckdb_constraints() WHERE constraint_type = 'PRIMARY KEY'"
        )
    (check,) = (block for block in blocks() if block.name == "check_keys_unique")
    assert {"neither": tables - own - check.asks, "both": own & check.asks} == {
        "neither": LOGS,
        "both": set(),
    }


def names(connection: duckdb.DuckDBPyConnection, query: str) -> set[str]:
    """The names that a query of the catalogue has."""
    return {str(name) for (name,) in connection.execute(query).fetchall()}
