"""A ledger that an earlier Partita wrote says here what it said there (D13)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from assets.home import Home
from assets.ledger.audit import verify
from assets.ledger.store import Ledger
from tests.support.golden import GOLDEN
from tests.support.old_ledgers import VERSIONS, inserts_of, said_then, write_ledger_of
from tests.support.versions import tables_of_version
from tests.support.whole_ledger import invariants_of

Answer = Callable[..., Any]

LISTS: Final = {
    "open_items": ("open-items", "--status", "all"),
    "postings": ("postings",),
    "findings": ("findings", "--all"),
    "documents": ("documents", "--all"),
    "invoices": ("invoices",),
}
"""The commands that list, and how they list everything."""

CATALOGUE: Final = """
    SELECT table_name, column_name, data_type, is_nullable, column_default, column_index
    FROM duckdb_columns() WHERE database_name = 'ledger'
    UNION ALL
    SELECT table_name, constraint_text, constraint_type, NULL, NULL, NULL
    FROM duckdb_constraints() WHERE database_name = 'ledger'
    ORDER BY ALL
"""

versions = pytest.mark.parametrize("version", VERSIONS)


@pytest.fixture
def old(home: Home, tmp_path: Path) -> Callable[[int], Ledger]:
    """Makes the kept ledger of a version, and opens it once with today's program."""

    def make(version: int) -> Ledger:
        ledger = Ledger.of(home)
        write_ledger_of(version, home.ledger, tmp_path / "then")
        with ledger.writing("bring it up to date"):
            return ledger

    return make


@versions
def test_d13_an_old_ledger_lists_what_it_listed_then(
    old: Callable[[int], Ledger], answer: Answer, version: int
) -> None:
    old(version)
    then = said_then(version)
    now = {kind: answer(*LISTS[kind]) for kind in then}
    if "invoices" in now:
        now["invoices"] = now["invoices"]["invoices"]
    assert {
        kind: [{name: row[name] for name in then[kind][0]} for row in listed] for kind, listed in now.items()
    } == then


@versions
def test_d13_an_old_ledger_has_the_tables_of_a_new_one_and_adds_up(
    old: Callable[[int], Ledger], tmp_path: Path, version: int
) -> None:
    with Ledger(tmp_path / "new").writing("a new one") as connection:
        new = connection.execute(CATALOGUE).fetchall()
    with old(version).reading() as connection:
        assert connection.execute(CATALOGUE).fetchall() == new
        assert (invariants_of(connection), verify(connection)[2]) == ({}, [])


@versions
def test_a_kept_ledger_is_kept_as_it_is_written(tmp_path: Path, version: int) -> None:
    """So that the ledger of a new version is written by the same function, and none by hand."""
    write_ledger_of(version, tmp_path / "ledger", tmp_path / "then")
    with tables_of_version(version, tmp_path / "again"), Ledger(tmp_path / "ledger").reading() as connection:
        assert inserts_of(connection) == (GOLDEN / "ledgers" / f"{version:02d}.sql").read_text("utf-8")
