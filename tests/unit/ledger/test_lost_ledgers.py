"""A ledger that is lost, damaged or none of ours is named and left; none is made in its place (D13)."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import duckdb
import pytest

from assets.errors import LedgerLostError, OperatingError
from assets.home import Home
from assets.ledger.store import Ledger, is_usable, unreadable_tables

COMPANIES: Final = "SELECT company_code FROM ledger.company ORDER BY ALL"
OF_BEFORE: Final = {"storage_compatibility_version": "v1.5.0"}
FIRST_BLOCK: Final = 3 * 4096
BLOCK: Final = 262_144
Damage = Callable[[Path], object]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with its folders and no ledger."""
    home = Home(tmp_path / "home")
    home.create()
    return home


@pytest.fixture
def ledger(home: Home) -> Ledger:
    """The ledger of that home, with a company and enough else for several blocks."""
    ledger = Ledger.of(home)
    with ledger.writing("test") as connection:
        connection.execute(
            "INSERT INTO ledger.company (version, company_code, company_name, currency_code, "
            "country_code) "
            "VALUES (1, 'ALBA', 'Albafinta S.p.A.', 'EUR', 'IT')"
        )
        connection.execute(
            "INSERT INTO ledger.account BY NAME SELECT 'ALBA' AS company_code, "
            "CAST(1000000 + number AS VARCHAR) AS account_code, "
            "md5(CAST(number AS VARCHAR)) AS account_name, "
            "'other' AS account_kind, true AS is_active, 1 AS version "
            "FROM range(40000) AS made (number)"
        )
    return ledger


@pytest.fixture
def workbench(ledger: Ledger) -> Iterator[duckdb.DuckDBPyConnection]:
    """A workbench of it."""
    workbench = ledger.workbench()
    yield workbench
    workbench.close()


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of the ledger's folder but the lock, with its bytes."""
    return {
        path.name: path.read_bytes()
        for path in sorted(folder.iterdir())
        if path.is_file() and path.suffix != ".lock"
    }


def refused(ledger: Ledger, workbench: duckdb.DuckDBPyConnection) -> list[str]:
    """Why the ledger cannot be read, and why it cannot be written."""
    with pytest.raises(LedgerLostError) as read, ledger.reading():
        pytest.fail("the ledger was read")
    with pytest.raises(LedgerLostError) as written, ledger.transaction(workbench, "test"):
        pytest.fail("the transaction began")
    return [str(read.value), str(written.value)]


def _written(content: bytes) -> Damage:
    return lambda path: path.write_bytes(content)


def _flipped(place: int) -> Damage:
    def flip(path: Path) -> None:
        data = bytearray(path.read_bytes())
        data[place] ^= 0xFF
        path.write_bytes(data)

    return flip


def _of_sqlite(path: Path) -> None:
    path.unlink()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE address (name)")
    connection.commit()
    connection.close()


def _of_others(path: Path) -> None:
    path.unlink()
    with duckdb.connect(path, config=OF_BEFORE) as connection:
        connection.execute("CREATE TABLE address (name VARCHAR)")


def _without_tables(path: Path) -> None:
    path.unlink()
    duckdb.connect(path, config=OF_BEFORE).close()


DAMAGED: Final = "is damaged, or it is no ledger of Partita"
OTHERS: Final = "is a database, but no ledger of Partita"

DAMAGES: Final[dict[str, tuple[Damage, str]]] = {
    "a text": (_written(b"not a database, but dear to somebody\n" * 1000), DAMAGED),
    "nothing": (_written(b""), DAMAGED),
    "zeros": (_written(b"\0" * 4096), DAMAGED),
    "one header": (lambda path: os.truncate(path, 4096), DAMAGED),
    "the headers": (lambda path: os.truncate(path, 3 * 4096), DAMAGED),
    "half of it": (lambda path: os.truncate(path, path.stat().st_size // 2), DAMAGED),
    "another first header": (_flipped(0), DAMAGED),
    "another magic word": (_flipped(8), DAMAGED),
    "another second header": (_flipped(4100), DAMAGED),
    "another third header": (_flipped(8200), DAMAGED),
    "a file of SQLite": (_of_sqlite, DAMAGED),
    "another's database": (_of_others, OTHERS),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_d13_a_damaged_or_foreign_ledger_is_named_and_left_as_it_is(
    ledger: Ledger, workbench: duckdb.DuckDBPyConnection, name: str
) -> None:
    damage, said = DAMAGES[name]
    damage(ledger.path)
    before = contents(ledger.folder)

    why = refused(ledger, workbench)

    assert [each.startswith(f"the ledger {ledger.path} {said}") for each in why] == [True, True] or (
        why == [f"{ledger.path} {said}. It was left as it is"] * 2
    )
    assert contents(ledger.folder) == before


def test_d13_a_ledger_that_is_gone_is_not_made_anew(
    ledger: Ledger, workbench: duckdb.DuckDBPyConnection
) -> None:
    ledger.path.unlink()
    before = contents(ledger.folder)

    why = refused(ledger, workbench)

    said = (
        f"the ledger {ledger.path} is gone, but there was one: {ledger.mark_path} is still there. No new one "
        "is made in its place. `partita rebuild` makes it anew of the journal of decisions. Or put the "
        "ledger back from a copy, or name the right home (PARTITA_HOME). To begin anew without it, move "
        f"{ledger.folder}, {ledger.kept[0]}, {ledger.kept[1]}, {ledger.decisions_folder} away first"
    )
    assert why == [said, said]
    assert contents(ledger.folder) == before
    assert is_usable(workbench)


def test_d13_a_ledger_that_is_put_back_from_a_copy_is_the_ledger_again(
    home: Home, ledger: Ledger, workbench: duckdb.DuckDBPyConnection
) -> None:
    copy = shutil.copytree(home.root, home.root.parent / "copy")
    ledger.path.unlink()
    refused(ledger, workbench)

    shutil.copy2(copy / "ledger" / "partita.duckdb", ledger.path)

    with ledger.transaction(workbench, "test"):
        assert workbench.execute(COMPANIES).fetchall() == [("ALBA",)]


def test_d13_what_is_moved_out_of_the_home_makes_room_for_a_new_ledger(home: Home, ledger: Ledger) -> None:
    (home.processed / "a.txt").write_bytes(b"kept")
    for folder in (home.ledger, home.processed, home.failed):
        folder.rename(home.root.parent / folder.name)

    with ledger.writing("test") as connection:
        assert connection.execute(COMPANIES).fetchall() == []


@pytest.mark.parametrize(
    "place", ["processed/a.txt", "failed/a.txt", "processed/invoices/2026-10-01/001/a.xml"]
)
def test_d13_where_files_are_kept_no_ledger_is_made(home: Home, place: str) -> None:
    kept = home.root / place
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_bytes(b"kept")

    with pytest.raises(LedgerLostError, match=f"is gone, but there was one: {kept} is still there"):
        Ledger.of(home).exists()
    with (
        pytest.raises(LedgerLostError, match=f"is gone, but there was one: {kept} is still there"),
        Ledger.of(home).writing("test"),
    ):
        pytest.fail("the transaction began")

    assert contents(home.ledger) == {}


def test_d13_a_log_without_its_ledger_is_kept(home: Home) -> None:
    log = home.ledger / "partita.duckdb.wal"
    log.write_bytes(b"what was committed last")

    with (
        pytest.raises(LedgerLostError, match=f"there was one: {log} is still there"),
        Ledger.of(home).writing("test"),
    ):
        pytest.fail("the transaction began")

    assert contents(home.ledger) == {log.name: b"what was committed last"}


def test_d13_an_empty_database_in_the_place_of_a_ledger_gets_no_tables(
    ledger: Ledger, workbench: duckdb.DuckDBPyConnection
) -> None:
    _without_tables(ledger.path)
    before = contents(ledger.folder)

    with (
        pytest.raises(LedgerLostError, match="is empty, but there was one"),
        ledger.transaction(workbench, "test"),
    ):
        pytest.fail("the transaction began")

    assert contents(ledger.folder) == before
    assert is_usable(workbench)


def test_d13_a_ledger_that_was_cut_off_while_it_was_made_is_made_anew(home: Home) -> None:
    """A full disk or a crash at the very first start: nothing was ever committed to such a file."""
    for name in ("partita.begun", "partita.begun.wal"):
        (home.ledger / name).write_bytes(b"\0" * 4096)
    ledger = Ledger.of(home)

    with ledger.writing("test"):
        pass

    assert sorted(contents(home.ledger)) == ["partita.duckdb", "partita.made"]
    with ledger.reading() as connection:
        assert connection.execute(COMPANIES).fetchall() == []


def test_d13_a_ledger_of_before_gets_its_mark(ledger: Ledger, workbench: duckdb.DuckDBPyConnection) -> None:
    ledger.mark_path.unlink()

    with ledger.transaction(workbench, "test"):
        assert workbench.execute(COMPANIES).fetchall() == [("ALBA",)]

    assert ledger.mark_path.exists()


def test_d13_files_that_nobody_sees_are_no_kept_files(home: Home) -> None:
    (home.processed / ".gitkeep").write_bytes(b"")

    assert not Ledger.of(home).exists()


def test_d13_every_block_is_read_and_the_damaged_table_is_named(ledger: Ledger) -> None:
    with ledger.reading() as connection:
        assert unreadable_tables(connection) == {}
    _damage_a_block(ledger)

    with ledger.reading() as connection:
        problems = unreadable_tables(connection)

    assert list(problems) == ["account"]
    assert problems["account"].startswith("Corrupt database file: computed checksum")


def test_d13_a_damaged_block_that_a_question_meets_is_named(ledger: Ledger) -> None:
    _damage_a_block(ledger)

    with pytest.raises(OperatingError, match=DAMAGED), ledger.reading() as connection:
        connection.execute("SELECT max(account_name), max(account_code) FROM ledger.account").fetchall()


def _damage_a_block(ledger: Ledger) -> None:
    """Flips a byte of the first block that is read with the accounts and not when the file is opened."""
    for place in range(FIRST_BLOCK + 100, ledger.path.stat().st_size, BLOCK):
        _flipped(place)(ledger.path)
        try:
            with ledger.reading() as connection:
                if "account" in unreadable_tables(connection):
                    return
        except LedgerLostError:
            pass
        _flipped(place)(ledger.path)
    pytest.fail("no block of the accounts was found")


class MadeMeanwhile(tuple[Path, ...]):
    """Folders that are looked through while another command makes the ledger and imports a file."""

    def __iter__(self) -> Iterator[Path]:
        (folder,) = super().__iter__()
        with Ledger(folder.parent / "ledger").writing("made meanwhile"):
            pass
        folder.mkdir(exist_ok=True)
        (folder / "RITCOGE.txt").touch()
        yield folder


def test_d13_a_ledger_that_another_command_makes_during_the_look_is_not_lost(tmp_path: Path) -> None:
    """D13: two first commands at once; the second looked for the ledger just before it was there."""
    ledger = Ledger(tmp_path / "ledger", kept=MadeMeanwhile([tmp_path / "processed"]))
    assert ledger.exists()
