"""The ledger stands on the ground: it knows no source, and its journal has one writer."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest
import sqlglot
from sqlglot import exp

ROOT: Final = Path(__file__).resolve().parents[2]
STATEMENTS: Final = sorted((ROOT / "assets").glob("*/sql/*.sql"))
JOURNAL: Final = frozenset(
    {
        "journal_entry",
        "posting",
        "open_item",
        "item_life",
        "settlement",
        "reversed_entry",
        "imported_movement",
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

_WRITTEN: Final = re.compile(r"\b(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM|MERGE INTO)\s+ledger\.(\w+)")


def stage_of(path: Path) -> str:
    """The stage whose statement this is."""
    return path.parts[-3]


def written(path: Path) -> set[str]:
    """The tables of the ledger that a statement writes."""
    return set(_WRITTEN.findall(re.sub(r"--.*", "", path.read_text("utf-8"))))


def made(path: Path) -> set[str]:
    """The temporary tables and macros that a statement makes."""
    text = re.sub(r"--.*", "", path.read_text("utf-8"))
    return set(re.findall(r"CREATE OR REPLACE TEMP (?:TABLE|VIEW|MACRO) (\w+)", text))


def read(path: Path) -> set[str]:
    """The tables outside of the ledger that a statement reads, without its own common table expressions."""
    text = re.sub(r"\$(\w+)", r"'\1'", path.read_text("utf-8"))
    # What DuckDB raises where a row must not be there is unknown to the parser, and reads no table.
    text = re.sub(r"WHEN MATCHED THEN ERROR '[^']*'", "", text)
    tree = sqlglot.parse_one(text, dialect="duckdb")
    named = {cte.alias for cte in tree.find_all(exp.CTE)}
    tables = {table.name for table in tree.find_all(exp.Table) if table.db != "ledger" and table.name}
    return tables - named - made(path)


def test_entries_items_settlements_findings_and_imports_have_one_writer() -> None:
    writing = {
        f"{stage_of(path)}/{path.stem}": tables
        for path in STATEMENTS
        if (tables := written(path) & WRITERS.keys()) and stage_of(path) != "ledger"
    }
    assert writing == {}


@pytest.mark.parametrize("writer", sorted(set(WRITERS.values())))
def test_every_statement_that_writes_such_a_table_is_one_of_its_writer(writer: str) -> None:
    own = (ROOT / "assets" / "ledger" / f"{writer}.py").read_text("utf-8")
    tables = {table for table, module in WRITERS.items() if module == writer}
    others = {
        path.stem
        for path in STATEMENTS
        if stage_of(path) == "ledger" and written(path) & tables and f'"{path.stem}"' not in own
    }
    assert others == set()


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
    own = {"given"}.union(*(made(path) for path in STATEMENTS if stage_of(path) == "ledger"))
    foreign = {
        path.stem: tables
        for path in STATEMENTS
        if stage_of(path) == "ledger" and (tables := read(path) - own)
    }
    assert foreign == {}
