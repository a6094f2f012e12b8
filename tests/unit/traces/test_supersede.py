"""Which failed imports a later file makes superfluous, and which it must never close."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from assets.home import Home
from orchestration.imports import TraceImports
from samples.payments import Movement, pay, trace
from tests.conftest import MakeHome
from tests.support.ledgers import LedgerHome, ReferenceData, open_item
from tests.support.pipelines import key_of

UNKNOWN = "1599999"
DATA = ReferenceData(items=(open_item("FT-1", "9000.00"),))

Import = Callable[[str, bytes], None]


@pytest.fixture
def home(make_home: MakeHome) -> LedgerHome:
    """A home whose inbox is empty."""
    home = make_home(DATA)
    Home(home.root).create()
    return home


@pytest.fixture
def drop(home: LedgerHome) -> Import:
    """Drops a file and imports it, as a run does."""

    def imported(name: str, content: bytes) -> None:
        (home.root / "inbox" / name).write_bytes(content)
        with TraceImports(Home(home.root), home.ledger, "test") as imports:
            imports.import_key(key_of(name, content))

    return imported


def statuses(home: LedgerHome) -> list[tuple[str, str]]:
    """Name and status of every import, the first one first."""
    with home.ledger.reading() as connection:
        query = "SELECT source_file, status FROM ledger.file_import ORDER BY import_id"
        return connection.execute(query).fetchall()


def in_failed(home: LedgerHome) -> int:
    """How many files wait for a person."""
    return len(list((home.root / "failed").iterdir()))


def good(entry: int, amount: str = "-10.00") -> Movement:
    """A movement that can be posted."""
    return pay(amount, "FT-1", "A", entry=entry)


def bad(entry: int, amount: str = "-10.00") -> Movement:
    """The same movement on an account that nobody knows."""
    return pay(amount, "FT-1", "A", entry=entry, account=UNKNOWN)


def test_o03_the_corrected_file_of_the_same_name_closes_the_failed_one(
    home: LedgerHome, drop: Import
) -> None:
    """O03: what was good is there unchanged, what was wrong is there corrected."""
    drop("RITCOGE.txt", trace(good(1), bad(2)))
    drop("RITCOGE.txt", trace(good(1), good(2)))

    assert (statuses(home), in_failed(home)) == (
        [("RITCOGE.txt", "superseded"), ("RITCOGE.txt", "posted")],
        0,
    )


def test_o03_the_file_of_the_next_day_has_the_same_name_and_closes_nothing(
    home: LedgerHome, drop: Import
) -> None:
    """O03, D01: treasury programs use one name for ever; yesterday's movement is still kept out."""
    drop("RITCOGE.txt", trace(good(1), bad(2)))
    drop("RITCOGE.txt", trace(good(3), good(4)))

    assert statuses(home) == [("RITCOGE.txt", "incomplete"), ("RITCOGE.txt", "posted")]
    assert in_failed(home) == 1


def test_o03_a_file_without_the_movement_that_was_wrong_closes_nothing(
    home: LedgerHome, drop: Import
) -> None:
    """O03: leaving a movement out is no correction; it would be lost."""
    drop("RITCOGE.txt", trace(good(1), bad(2)))
    drop("RITCOGE.txt", trace(good(1), good(3), good(4)))

    assert statuses(home) == [("RITCOGE.txt", "incomplete"), ("RITCOGE.txt", "posted")]


def test_o03_a_file_that_corrects_one_movement_of_two_leaves_the_other_open(
    home: LedgerHome, drop: Import
) -> None:
    """O03: also where the corrections come one by one, and under another name."""
    drop("RITCOGE.txt", trace(good(1), bad(2), bad(3)))
    drop("RITCOGE_2.txt", trace(good(2)))
    between = statuses(home)
    drop("RITCOGE_3.txt", trace(good(3)))

    assert between == [("RITCOGE.txt", "incomplete"), ("RITCOGE_2.txt", "posted")]
    assert statuses(home) == [
        ("RITCOGE.txt", "superseded"),
        ("RITCOGE_2.txt", "posted"),
        ("RITCOGE_3.txt", "posted"),
    ]
    assert in_failed(home) == 0


def test_o03_a_movement_of_another_company_corrects_nothing(home: LedgerHome, drop: Import) -> None:
    """O03, D32: numbers are given per company."""
    drop("RITCOGE.txt", trace(bad(2)))
    drop("RITCOGE_2.txt", trace(pay("-10.00", entry=2, company="BREZZA", account="1500101")))

    assert statuses(home) == [("RITCOGE.txt", "failed"), ("RITCOGE_2.txt", "posted")]


def test_o03_a_correction_that_is_still_wrong_replaces_the_file_before_it(
    home: LedgerHome, drop: Import
) -> None:
    """O03: people see the newest form only; the last one closes all."""
    drop("RITCOGE.txt", trace(good(1), bad(2), bad(3)))
    drop("RITCOGE.txt", trace(good(1), good(2), bad(3)))
    between = statuses(home)
    drop("RITCOGE.txt", trace(good(1), good(2), good(3)))

    assert between == [("RITCOGE.txt", "superseded"), ("RITCOGE.txt", "incomplete")]
    assert statuses(home) == [
        ("RITCOGE.txt", "superseded"),
        ("RITCOGE.txt", "superseded"),
        ("RITCOGE.txt", "posted"),
    ]
    assert in_failed(home) == 0


def test_o03_a_file_whose_line_was_cut_off_is_closed_by_the_whole_one(home: LedgerHome, drop: Import) -> None:
    """O03, D30: the cut line names no movement; everything else of the file is there again, and more."""
    lines = trace(good(1), good(2)).splitlines(keepends=True)
    drop("RITCOGE.txt", b"".join(lines[:3]) + lines[3][:100] + b"\r\n")
    drop("RITCOGE.txt", b"".join(lines))

    assert (statuses(home), in_failed(home)) == (
        [("RITCOGE.txt", "superseded"), ("RITCOGE.txt", "posted")],
        0,
    )


def test_o03_a_file_of_which_every_line_was_wrong_is_not_compared_line_by_line(
    home: LedgerHome, drop: Import
) -> None:
    """O03: nothing of it could be recognised in another file; a person decides."""
    cut = trace(good(1))[:150]
    drop("RITCOGE.txt", cut)
    drop("RITCOGE.txt", trace(good(2), good(3)))

    assert statuses(home) == [("RITCOGE.txt", "failed"), ("RITCOGE.txt", "posted")]


def test_o03_a_file_in_the_wrong_encoding_is_closed_by_the_same_in_the_right_one(
    home: LedgerHome, drop: Import
) -> None:
    """O03, D28: nothing of the first could be read, all of its lines are in the second."""
    content = trace(good(1), good(2))
    drop("RITCOGE.txt", b"\xff\xfe" + content.decode("ascii").encode("utf-16-le"))
    drop("RITCOGE.txt", content)

    assert (statuses(home), in_failed(home)) == (
        [("RITCOGE.txt", "superseded"), ("RITCOGE.txt", "posted")],
        0,
    )


def test_o03_half_of_an_unreadable_file_is_not_its_corrected_form(home: LedgerHome, drop: Import) -> None:
    """O03: the movements of the other half would be lost without a word."""
    content = trace(good(1), good(2), good(3), good(4))
    drop("RITCOGE.txt", b"\xff\xfe" + content.decode("ascii").encode("utf-16-le"))
    drop("RITCOGE.txt", trace(good(1), good(2)))

    assert statuses(home) == [("RITCOGE.txt", "failed"), ("RITCOGE.txt", "posted")]
    assert in_failed(home) == 1


def test_o03_a_failed_file_whose_kept_copy_is_gone_is_closed_by_its_movements_only(
    home: LedgerHome, drop: Import
) -> None:
    """O03: without the copy nothing is concluded from the name; the movement tells all the same."""
    drop("RITCOGE.txt", trace(good(1), bad(2)))
    for kept in (home.root / "failed").iterdir():
        kept.unlink()
    drop("RITCOGE.txt", trace(good(1), good(3)))
    between = statuses(home)
    drop("RITCOGE.txt", trace(good(2)))

    assert between == [("RITCOGE.txt", "incomplete"), ("RITCOGE.txt", "posted")]
    assert statuses(home) == [
        ("RITCOGE.txt", "superseded"),
        ("RITCOGE.txt", "posted"),
        ("RITCOGE.txt", "posted"),
    ]


def test_o03_a_repeated_file_closes_nothing(home: LedgerHome, drop: Import) -> None:
    """O03, D12: the same content under another name is no correction of anything."""
    drop("RITCOGE.txt", trace(good(1), bad(2)))
    drop("RITCOGE_2.txt", trace(good(1), bad(2)))

    assert statuses(home) == [("RITCOGE.txt", "incomplete"), ("RITCOGE_2.txt", "repeated")]


def test_o03_the_finding_that_a_correction_mended_names_the_file_that_did_it(
    home: LedgerHome, drop: Import
) -> None:
    """O03, O06: the history can be followed."""
    drop("RITCOGE.txt", trace(bad(2)))
    drop("RITCOGE_2.txt", trace(good(2)))

    with home.ledger.reading() as connection:
        query = "SELECT finding_code, resolution, resolved_by FROM ledger.finding ORDER BY import_id, ordinal"
        resolved = connection.execute(query).fetchall()
    assert resolved == [("unknown_account", "superseded", key_of("RITCOGE_2.txt", trace(good(2))))]
