"""Copies of the ledger for readers that last: as the ledger, made once, gone with the next change."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest

from assets.errors import OperatingError, TransientError
from assets.ledger.store import Ledger

ADD = "INSERT INTO ledger.company VALUES (1, ?, ?, 'EUR', 'IT', NULL, NULL)"
TABLES = "SELECT table_name FROM duckdb_tables() WHERE database_name = 'ledger' ORDER BY table_name"
COMPANIES = "SELECT company_code FROM ledger.company ORDER BY company_code"

KILLED = """
import os, signal, sys
from pathlib import Path
from assets.ledger.store import Ledger
ledger = Ledger(Path(sys.argv[1]))
with ledger.writing("test") as connection:
    connection.execute(sys.argv[2], ["BORA", "Bora"])
    connection.execute("COMMIT")
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def ledger(fresh_ledger: Ledger) -> Ledger:
    """A ledger with a company, for which nobody waits."""
    add(fresh_ledger, "ALBA")
    return Ledger(fresh_ledger.folder, wait_to_write=0, wait_to_read=0)


def add(ledger: Ledger, company: str) -> None:
    """Writes one company."""
    with ledger.writing("test") as connection:
        connection.execute(ADD, [company, company.title()])


def copies(ledger: Ledger) -> dict[str, int]:
    """The copies and what they would become, with their inodes."""
    folder = ledger.folder / "snapshots"
    if not folder.exists():
        return {}
    return {path.name: path.stat().st_ino for path in folder.iterdir() if path.name != ".making"}


def contents(connection: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    names = [name for (name,) in connection.execute(TABLES).fetchall()]
    return {name: connection.execute(f"FROM ledger.{name} ORDER BY ALL").fetchall() for name in names}


def companies(ledger: Ledger) -> list[str]:
    """What a reader that lasts finds."""
    with ledger.reading_apart() as connection:
        return [code for (code,) in connection.execute(COMPANIES).fetchall()]


def test_d13_a_copy_has_every_row_of_the_ledger(ledger: Ledger) -> None:
    """D13: so that a long report says what a short one says."""
    with ledger.reading() as connection:
        expected = contents(connection)
    with ledger.reading_apart() as connection:
        found = contents(connection)

    assert (found, len(expected) > 50) == (expected, True)


def test_d13_a_copy_is_made_only_if_the_ledger_changed(ledger: Ledger) -> None:
    """D13: the second reader takes that of the first, and a change makes it useless for ever."""
    answers = [companies(ledger)]
    first = copies(ledger)
    answers.append(companies(ledger))
    second = copies(ledger)
    add(ledger, "BORA")
    between = copies(ledger)
    answers.append(companies(ledger))
    third = copies(ledger)

    assert answers == [["ALBA"], ["ALBA"], ["ALBA", "BORA"]]
    assert (second, between, len(first), len(third)) == (first, {}, 1, 1)
    assert first.keys() != third.keys()


def test_d13_a_copy_is_made_anew_if_another_ledger_was_put_in_its_place(ledger: Ledger) -> None:
    """D13: whoever puts an older copy of the ledger back, sees that one."""
    shutil.copyfile(ledger.path, ledger.path.with_suffix(".old"))
    add(ledger, "BORA")
    assert companies(ledger) == ["ALBA", "BORA"]
    ledger.path.with_suffix(".old").rename(ledger.path)

    assert companies(ledger) == ["ALBA"]


def test_d13_a_writer_does_not_wait_for_who_reads_a_copy(ledger: Ledger) -> None:
    """D13: and who reads it sees the ledger as it was."""
    with ledger.reading_apart() as connection:
        add(ledger, "BORA")
        still = connection.execute(COMPANIES).fetchall()

    assert (still, companies(ledger)) == ([("ALBA",)], ["ALBA", "BORA"])


def test_d13_a_transaction_that_is_rolled_back_leaves_the_copy(ledger: Ledger) -> None:
    """D13: nothing changed."""
    companies(ledger)
    before = copies(ledger)
    with pytest.raises(ZeroDivisionError), ledger.writing("test") as connection:
        connection.execute(ADD, ["BORA", "Bora"])
        raise ZeroDivisionError

    assert (companies(ledger), copies(ledger)) == (["ALBA"], before)


def test_d13_copies_are_for_their_owner_only(ledger: Ledger) -> None:
    """D13: whatever the umask is."""
    umask = os.umask(0)
    try:
        companies(ledger)
    finally:
        os.umask(umask)
    folder = ledger.folder / "snapshots"

    assert [oct(path.stat().st_mode & 0o777) for path in (folder, *folder.glob("*.duckdb"))] == [
        "0o700",
        "0o600",
    ]


def test_d13_what_a_killed_maker_left_is_neither_read_nor_kept(ledger: Ledger) -> None:
    """D13: half a copy has another name than a whole one."""
    companies(ledger)
    (name,) = copies(ledger)
    add(ledger, "BORA")
    folder = ledger.folder / "snapshots"
    (folder / f"{name}.begun").write_bytes(b"half a copy")
    (folder / "0123456789abcdef0123.duckdb").write_bytes(b"of another ledger")

    assert companies(ledger) == ["ALBA", "BORA"]
    assert len(copies(ledger)) == 1


@pytest.mark.parametrize("size", [0, 1])
def test_d13_without_room_for_a_copy_the_ledger_itself_is_read(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    """D13: a report does not fill the disk, and is answered all the same."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=size))

    assert (companies(ledger), copies(ledger)) == (["ALBA"], {})


def test_d13_a_disk_that_takes_no_copy_is_no_reason_not_to_answer(ledger: Ledger) -> None:
    """D13: here the folder's name is taken by a file."""
    (ledger.folder / "snapshots").write_bytes(b"")
    with ledger.reading_apart() as connection:
        found = connection.execute(COMPANIES).fetchall()
    (ledger.folder / "snapshots").unlink()

    assert found == [("ALBA",)]


def test_d13_what_cannot_be_taken_away_stops_a_writer_and_no_reader(ledger: Ledger) -> None:
    """D13: a copy may hold what is purged just now; here it is a folder, which nobody made by accident."""
    companies(ledger)
    (copy,) = (ledger.folder / "snapshots").glob("*.duckdb")
    copy.unlink()
    (copy.parent / "copy.duckdb").mkdir()

    with pytest.raises(TransientError, match=r"copy\.duckdb, a copy of the ledger, cannot be removed: "):
        add(ledger, "BORA")
    assert companies(ledger) == ["ALBA"]


def test_d13_there_is_nothing_to_copy_before_anything_was_imported(tmp_path: Path) -> None:
    """D13: and looking does not make a ledger."""
    ledger = Ledger(tmp_path / "ledger")
    with pytest.raises(OperatingError, match="there is no ledger in"), ledger.reading_apart():
        pytest.fail("there was something to read")

    assert not ledger.folder.exists()


@pytest.mark.check
def test_d13_a_log_that_a_kill_left_is_part_of_the_copy(ledger: Ledger) -> None:
    """D13: what was committed, and not yet written into the file itself, is read."""
    done = subprocess.run([sys.executable, "-c", KILLED, str(ledger.folder), ADD], check=False)

    assert done.returncode == -signal.SIGKILL
    assert ledger.path.with_suffix(".duckdb.wal").exists()
    assert companies(ledger) == ["ALBA", "BORA"]
