"""Two imports at once, a full disk, folders that refuse, files in motion: a clear error, and nothing lost."""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import pytest

from assets.errors import SourceFileChangedError, TransientError
from assets.home import Home
from assets.ledger.store import Ledger
from assets.traces import prepare
from orchestration.imports import TraceImports, current_settings, import_keys, look
from tests.faults.importer import import_inbox
from tests.faults.test_kills import ROOT, Importer, broken_invariants_if_made, make_inbox, outcome
from tests.support.whole_ledger import Row, broken_invariants, whole_ledger

POSTED: Final = ("journal_entry", "posting", "settlement", "open_item", "imported_movement", "trace_line")
SPACE: Final = 600 * 1024
"""Bytes that a file may have on the full disk: enough for the tables, too few for the postings."""


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


def test_a_full_disk_is_named_and_the_import_goes_on_when_there_is_space(
    root: Path, expected: tuple[dict[str, list[Row]], dict[str, list[str]]]
) -> None:
    code = f"""
import resource, sys
from pathlib import Path
from tests.faults.importer import import_inbox
resource.setrlimit(resource.RLIMIT_FSIZE, ({SPACE}, resource.RLIM_INFINITY))
import_inbox(Path(sys.argv[1]))
"""
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[1] == resource.RLIM_INFINITY
    full = subprocess.run(
        [sys.executable, "-c", code, str(root)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert full.returncode == 1
    assert "TransientError: the ledger" in full.stderr
    assert "cannot be read or written" in full.stderr
    assert broken_invariants_if_made(root) == {}
    import_inbox(root)
    ledger, folders = outcome(root)
    assert (in_postings(ledger), folders) == (in_postings(expected[0]), expected[1])


def test_d13_a_folder_that_takes_no_file_is_named_and_the_next_look_moves_it(
    root: Path, expected: tuple[dict[str, list[Row]], dict[str, list[str]]]
) -> None:
    home = Home(root)
    home.create()
    shutil.rmtree(home.processed)
    home.processed.write_text("in the way", "utf-8")
    with TraceImports(home, Ledger(home.ledger), "run") as imports:
        imports.load_reference()
        keys = look(home, Ledger(home.ledger), current_settings(Ledger(home.ledger))).keys
        outcomes, failed = import_keys(imports, keys)
    assert [type(each.error) for each in failed] == [TransientError] * len(expected[1]["processed"])
    assert all("was imported but cannot be moved" in str(each.error) for each in failed)
    assert len(outcomes) == len(expected[1]["failed"])
    home.processed.unlink()
    import_inbox(root)
    ledger, folders = outcome(root)
    assert (in_postings(ledger), folders) == (in_postings(expected[0]), expected[1])


def test_a_ledger_folder_that_cannot_be_written_is_named(root: Path) -> None:
    home = Home(root)
    home.create()
    shutil.rmtree(home.ledger)
    home.ledger.write_text("in the way", "utf-8")
    with pytest.raises(TransientError, match=r"cannot open .*partita\.lock: .*must be writable"):
        TraceImports(Home(root), Ledger(home.ledger), "run").load_reference()


def test_d13_a_file_that_changes_while_it_is_read_is_not_posted_but_found_again(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, ledger = Home(root), Ledger(Home(root).ledger)
    home.create()
    for path in sorted(home.inbox.iterdir())[1:]:
        path.unlink()
    (path,) = home.inbox.iterdir()
    grown = path.read_bytes() + path.read_bytes().replace(b"FV-", b"XX-")
    choose = prepare.choose_reader

    def grow(head: bytes, name: str) -> object:
        path.write_bytes(grown)
        return choose(head, name)

    with TraceImports(home, ledger, "run") as imports:
        imports.load_reference()
        (key,) = look(home, ledger, current_settings(ledger)).keys
        monkeypatch.setattr(prepare, "choose_reader", grow)
        _, failed = import_keys(imports, [key])
        monkeypatch.undo()
    assert [type(each.error) for each in failed] == [SourceFileChangedError]
    assert "changed while it was read: nothing of it was posted" in str(failed[0].error)
    assert whole_ledger(ledger)["posting"] == []
    (again,) = look(home, ledger, current_settings(ledger)).keys
    assert again != key


def test_a_file_that_vanishes_before_it_is_read_is_named(root: Path) -> None:
    home, ledger = Home(root), Ledger(Home(root).ledger)
    home.create()
    with TraceImports(home, ledger, "run") as imports:
        imports.load_reference()
        keys = look(home, ledger, current_settings(ledger)).keys
        (home.inbox / "RITCOGE_0.txt").unlink()
        outcomes, failed = import_keys(imports, keys)
    assert [each.partition_key for each in failed] == keys[:1]
    assert "the file was removed or changed after it was found" in str(failed[0].error)
    assert len(outcomes) == len(keys) - 1
    assert broken_invariants(ledger) == {}
