"""Two imports of the same files at the same moment, and a reader meanwhile (O04)."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import pytest

from assets.home import Home
from assets.ledger.store import Ledger
from tests.faults.importer import import_inbox
from tests.faults.test_kills import Importer, broken_invariants_if_made, make_inbox, outcome
from tests.support.whole_ledger import Row

POSTED: Final = ("journal_entry", "posting", "settlement", "open_item", "imported_movement")


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, list[Row]], dict[str, list[str]]]:
    """What an import that nobody disturbs leaves."""
    root = make_inbox(tmp_path_factory.mktemp("undisturbed"))
    import_inbox(root)
    return outcome(root)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A home with files to import."""
    return make_inbox(tmp_path / "home")


@pytest.fixture
def two_importers() -> Iterator[list[Importer]]:
    importers = [Importer(), Importer()]
    yield importers
    for importer in importers:
        importer.close()


def in_postings(ledger: dict[str, list[Row]]) -> dict[str, list[Row]]:
    """What is posted; attempts may be counted twice where two runs try the same failed file."""
    ignored = {"journal_entry": 2}
    return {
        table: [
            tuple(v for place, v in enumerate(row) if place != ignored.get(table)) for row in ledger[table]
        ]
        for table in POSTED
    }


@pytest.mark.faults
def test_o04_two_imports_at_once_post_every_movement_once(
    two_importers: list[Importer], root: Path, expected: tuple[dict[str, list[Row]], dict[str, list[str]]]
) -> None:
    with ThreadPoolExecutor(2) as threads:
        running = [threads.submit(importer.run, root) for importer in two_importers]
        while not all(run.done() for run in running):
            # A reader meanwhile waits its turn and never sees half an import.
            if Ledger(Home(root).ledger).exists():
                assert broken_invariants_if_made(root) == {}
        assert [run.result() for run in running] == [0, 0]
    ledger, folders = outcome(root)
    assert in_postings(ledger) == in_postings(expected[0])
    assert folders == expected[1]
