"""A disk without room and folders without permission: a clear error, nothing lost, and work goes on after."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from assets.errors import SettingsError, TransientError
from assets.home import Home
from assets.ledger.store import Ledger
from orchestration.imports import Failed, TraceImports, import_keys, look
from samples.payments import pay, trace
from tests.conftest import MakeHome
from tests.support import ledgers
from tests.support.children import AT_ONCE, children, import_inbox, import_without_privileges
from tests.support.ledgers import LedgerHome, ReferenceData, open_item
from tests.support.whole_ledger import broken_invariants

pytestmark = pytest.mark.check

DATA = ReferenceData(items=(open_item("FT-1", "9000.00"),))
LARGE = trace(*(pay("-1.00", "FT-1", "A", entry=number) for number in range(1, 1500)))
SMALL = trace(pay("-5.00", "FT-1", "A", entry=5001))
SMALL_TOO = trace(pay("-6.00", "FT-1", "A", entry=5002))
FILES = {"RITCOGE_1.txt": LARGE, "RITCOGE_2.txt": SMALL, "RITCOGE_3.txt": SMALL_TOO}


@contextmanager
def files_limited_to(byte_count: int) -> Iterator[None]:
    """No file may become larger than this: as a full disk, for whatever is written in the block."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (byte_count, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def names_in(folder: Path) -> list[str]:
    """The files in a folder, by name."""
    return sorted(path.name for path in folder.iterdir() if path.is_file())


@pytest.fixture
def undisturbed(make_home: MakeHome) -> ledgers.LedgerState:
    """The ledger after the same files were imported with enough room."""
    prepared = make_home(DATA)
    ledgers.write_files(prepared.root / "inbox", FILES)
    import_inbox(prepared.root)
    return ledgers.ledger_state(prepared)


@pytest.fixture
def waiting(make_home: MakeHome) -> LedgerHome:
    """A home with a large file and two small ones in its inbox, which a look has seen."""
    prepared = make_home(DATA)
    ledgers.write_files(prepared.root / "inbox", FILES)
    Home(prepared.root).create()
    assert len(keys_of(prepared)) == len(FILES)
    return prepared


def keys_of(home: LedgerHome) -> list[str]:
    """The partition keys of the files that wait."""
    return look(Home(home.root), home.ledger, AT_ONCE).keys


@pytest.mark.parametrize("room", ["for no commit of the large file", "for no change of the ledger's file"])
def test_d13_a_full_disk_is_a_clear_error_and_nothing_is_lost(
    waiting: LedgerHome, undisturbed: ledgers.LedgerState, room: str
) -> None:
    """D13: the errors say that trying again helps; with room again, everything is there once.

    With room for no commit, the log of the ledger cannot be written. With room for no change of the file,
    the log is, and so the file is imported, but the ledger's file cannot take it over.
    """
    keys, size = keys_of(waiting), waiting.ledger.path.stat().st_size
    with files_limited_to(300_000 if room == "for no commit of the large file" else size):
        failed = _import(waiting)
    imported = set(_statuses(waiting.ledger))
    again = _import(waiting)

    assert [type(each.error) for each in failed] == [TransientError] * len(failed)
    assert failed, "the files that could not be imported are named"
    assert {each.partition_key for each in failed} >= set(keys) - imported
    assert [str(each.error) for each in failed if str(waiting.ledger.path) not in str(each.error)] == []
    said_to_be_posted = {
        each.partition_key
        for each in failed
        if f"has committed this, which need not be done again: import {each.partition_key}."
        in str(each.error)
    }
    said_not_to_be = {each.partition_key for each in failed if "Nothing was posted" in str(each.error)}
    assert (said_to_be_posted - imported, said_not_to_be & imported) == (set(), set())
    assert said_to_be_posted, "some file was committed, and only the checkpoint after it failed"
    assert (again, _statuses(waiting.ledger)) == ([], dict.fromkeys(keys, "posted"))
    assert ledgers.ledger_state(waiting) == undisturbed
    assert broken_invariants(waiting.ledger) == {}
    assert names_in(waiting.root / "processed") == sorted(keys)


def _import(home: LedgerHome) -> list[Failed]:
    """What a run over the inbox could not import."""
    folders = Home(home.root)
    keys = look(folders, home.ledger, AT_ONCE).keys
    with TraceImports(folders, home.ledger, "test") as imports:
        _, failed = import_keys(imports, keys)
    return failed


def _statuses(ledger: Ledger) -> dict[str, str]:
    with ledger.reading() as connection:
        return dict(connection.execute("SELECT partition_key, status FROM ledger.file_import").fetchall())


def test_d13_a_full_disk_while_the_ledger_is_made_leaves_nothing_in_the_way(tmp_path: Path) -> None:
    """D13: the first start on a full disk; with room again, the next one makes the ledger."""
    ledgers.write_files(tmp_path / "reference", DATA.files())
    ledgers.write_files(tmp_path / "inbox", FILES)
    with files_limited_to(4096), pytest.raises(TransientError, match=r"partita\.duckdb"):
        import_inbox(tmp_path)

    outcomes, failed = import_inbox(tmp_path)

    assert (outcomes, failed) == ([(name, "posted") for name in FILES], [])


@pytest.mark.parametrize("folder", ["ledger", "processed", "outbox", "dagster"])
def test_d13_a_file_where_a_folder_belongs_is_named(tmp_path: Path, folder: str) -> None:
    """D13: nothing is started, and the message says which folder cannot be made."""
    (tmp_path / folder).write_bytes(b"")

    with pytest.raises(SettingsError, match=f"cannot make the folder {tmp_path / folder}: "):
        Home(tmp_path).create()


def _import_bound_by_permissions(root: Path) -> object:
    """The answer of a child process that imports the inbox and may not write what it has no right to."""
    context = children()
    answers = context.SimpleQueue()
    child = context.Process(target=import_without_privileges, args=(root, answers))
    child.start()
    child.join(60)
    assert child.exitcode == 0
    return answers.get()


@contextmanager
def read_only(*paths: Path) -> Iterator[None]:
    """Takes the right to write away from everybody."""
    modes = {path: path.stat().st_mode for path in paths}
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        yield
    finally:
        for path, mode in modes.items():
            path.chmod(mode)


def test_d13_a_ledger_that_may_not_be_written_is_a_clear_error(waiting: LedgerHome) -> None:
    """D13: the error names the file and says what to check; nothing is posted, and no file is moved."""
    ledger = waiting.ledger
    with read_only(ledger.folder, ledger.path, ledger.lock.path):
        answer = _import_bound_by_permissions(waiting.root)

    assert isinstance(answer, str)
    assert answer.startswith("TransientError: ")
    assert str(ledger.folder) in answer
    assert "must be writable" in answer or "check free space and permissions" in answer
    assert _statuses(ledger) == {}
    assert names_in(waiting.root / "inbox") == sorted(FILES)


def test_d13_a_processed_folder_that_may_not_be_written_delays_the_move_only(waiting: LedgerHome) -> None:
    """D13: the files are posted, the error says so, and the next look moves them."""
    keys = keys_of(waiting)
    with read_only(waiting.root / "processed"):
        answer = _import_bound_by_permissions(waiting.root)
    between = _statuses(waiting.ledger)
    again = import_inbox(waiting.root)

    assert isinstance(answer, tuple)
    imported, failed = answer
    assert (imported, [key for key, _, _ in failed]) == ([], keys)
    for _, kind, message in failed:
        assert kind == "TransientError"
        assert "was imported but cannot be moved" in message
        assert "nothing is imported twice" in message
    assert between == dict.fromkeys(keys, "posted")
    assert again == ([], [])
    assert names_in(waiting.root / "processed") == sorted(keys)


def test_d13_an_inbox_that_may_not_be_read_is_a_clear_error(waiting: LedgerHome) -> None:
    """D13: the error names the folder; nothing is taken for gone."""
    inbox = waiting.root / "inbox"
    mode = inbox.stat().st_mode
    inbox.chmod(0o000)
    try:
        answer = _import_bound_by_permissions(waiting.root)
    finally:
        inbox.chmod(mode)

    assert answer == f"SettingsError: cannot make the folder {inbox}/invoices: Permission denied"
