"""Small traces that went wrong once, over the reference data of the sample company; outcomes by hand."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from assets.ledger.store import Ledger, utc_now
from assets.reference.load import bring_into_force
from tests.support.answers import Desk, Waiting
from tests.support.ledgers import LedgerHome

ROOT: Final = Path(__file__).resolve().parents[2]
CASES: Final = ROOT / "tests" / "golden" / "cases" / "traces"
CHARGE: Final = [
    ("ALBA", "2026-11-10", "1801001", "SPEB", "0.00", "2.50"),
    ("ALBA", "2026-11-10", "7501001", "SPEB", "2.50", "0.00"),
]
POSTINGS: Final = """
    SELECT company_code, CAST(posting_date AS VARCHAR), account_code, accounting_reason_code,
           CAST(debit_amount AS DECIMAL(18,2)), CAST(credit_amount AS DECIMAL(18,2))
    FROM ledger.posting ORDER BY ALL
"""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A home of the sample company; files need not lie still before they are taken."""
    shutil.copytree(ROOT / "data" / "samples" / "reference", tmp_path / "reference")
    settings = tmp_path / "reference" / "settings.csv"
    settings.write_text(settings.read_text("utf-8").replace(",quiet_seconds,2", ",quiet_seconds,0"), "utf-8")
    ledger = Ledger(tmp_path / "ledger")
    workbench = ledger.workbench()
    with ledger.transaction(workbench, "test"):
        state = bring_into_force(workbench, tmp_path / "reference", utc_now())
    workbench.close()
    desk = Desk(LedgerHome(tmp_path, ledger, workbench, state))
    yield desk
    desk.close()


def drop(desk: Desk, letter: str) -> str:
    """Drops one of the cases; its partition key."""
    name = f"RITCOGE_T07{letter}.txt"
    return desk.drop(name, (CASES / name).read_bytes())


def sorted_postings(desk: Desk) -> list[tuple[object, ...]]:
    """Every posting of the ledger."""
    return [tuple(map(str, row)) for row in desk.rows(POSTINGS)]


def test_d12_two_charges_of_one_day_without_a_number_are_both_posted(desk: Desk) -> None:
    drop(desk, "a")
    assert sorted_postings(desk) == sorted(CHARGE * 2)
    assert (desk.waiting(), desk.statuses()) == ([], [("RITCOGE_T07a.txt", "posted")])


def test_d12_one_that_another_file_brings_is_neither_posted_nor_dropped(desk: Desk) -> None:
    drop(desk, "a")
    drop(desk, "b")
    assert sorted_postings(desk) == sorted(CHARGE * 2)
    assert desk.waiting() == [Waiting("RITCOGE_T07b.txt:1", "movement_may_be_repeated")]


def test_d12_answered_as_another_charge_there_are_three(desk: Desk) -> None:
    drop(desk, "a")
    desk.another(f"{drop(desk, 'b')}:1")
    assert sorted_postings(desk) == sorted(CHARGE * 3)
    assert (desk.waiting(), desk.statuses()[1]) == ([], ("RITCOGE_T07b.txt", "posted"))


def test_d12_answered_as_the_same_there_are_two(desk: Desk) -> None:
    drop(desk, "a")
    desk.same(f"{drop(desk, 'b')}:1")
    assert sorted_postings(desk) == sorted(CHARGE * 2)
    assert (desk.waiting(), desk.statuses()[1]) == ([], ("RITCOGE_T07b.txt", "posted"))


def test_d12_the_file_of_two_dropped_again_does_nothing_and_asks_nothing(desk: Desk) -> None:
    drop(desk, "a")
    drop(desk, "b")
    drop(desk, "a")
    desk.drop("RITCOGE_again.txt", (CASES / "RITCOGE_T07a.txt").read_bytes())
    assert sorted_postings(desk) == sorted(CHARGE * 2)
    assert desk.waiting() == [Waiting("RITCOGE_T07b.txt:1", "movement_may_be_repeated")]
    assert desk.statuses()[2:] == [("RITCOGE_again.txt", "repeated")]


def test_d12_the_file_of_one_first_leaves_one_of_two_to_ask_about(desk: Desk) -> None:
    """Of two that stand in one file, one is surely not the one that the first file brought."""
    drop(desk, "b")
    drop(desk, "a")
    assert sorted_postings(desk) == sorted(CHARGE * 2)
    assert desk.waiting() == [Waiting("RITCOGE_T07a.txt:1", "movement_may_be_repeated")]


def test_d12_two_charges_with_numbers_are_posted_beside_them(desk: Desk) -> None:
    drop(desk, "a")
    drop(desk, "c")
    assert sorted_postings(desk) == sorted(CHARGE * 4)
    assert desk.waiting() == []
