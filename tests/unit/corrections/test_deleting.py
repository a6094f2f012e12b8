"""Imports and payments are deleted by reversals, stay visible, and may come again (D09, D10)."""

from __future__ import annotations

from typing import Final

import pytest

from assets.errors import OperatingError
from samples.payments import CHARGES, CUSTOMER, SUPPLIER, leg, move, pay, trace
from tests.conftest import MakeHome
from tests.support.corrections import changed, correct, essence
from tests.support.ledgers import LedgerHome, ReferenceData, import_bytes, open_item, period

ITEMS: Final = ReferenceData(
    items=(
        open_item("FV-1", "100.00"),
        open_item("FV-2", "50.00"),
        open_item("FA-1", "80.00", account=SUPPLIER, side="credit"),
    )
)
FILE: Final = trace(
    pay("-100.00", "FV-1", "S", entry=1),
    move(leg("-30.00", "FV-2", "A", account=CUSTOMER), leg("2.00", account=CHARGES), entry=2),
    pay("80.00", "GONE", "S", entry=3),
)


@pytest.fixture
def home(trial_home: MakeHome) -> LedgerHome:
    """A ledger with three open items."""
    return trial_home(ITEMS)


def imports(home: LedgerHome) -> list[tuple[object, ...]]:
    """Every import with what became of it."""
    return home.rows(
        "SELECT import_id, split_part(partition_key, '#', 2), status, linked_posting_count, "
        "unlinked_posting_count, "
        "closed_by, closed_reason FROM ledger.file_import ORDER BY import_id"
    )


def test_d10_a_deleted_import_is_reversed_its_items_are_open_and_it_stays_visible(home: LedgerHome) -> None:
    before = essence(home)
    import_bytes(home, "RITCOGE.txt", FILE)
    number = correct(home, "delete-import", **{"import": "RITCOGE.txt"}, reason="sent twice")
    assert essence(home) == before
    assert imports(home) == [(1, "1", "deleted", 0, 0, "anna", "sent twice")]
    assert changed(home, number) == {
        "postings": [
            (4, 1, "1801001", "0.00", "100.00"),
            (4, 2, CUSTOMER, "100.00", "0.00"),
            (5, 1, "1801001", "0.00", "28.00"),
            (5, 2, CUSTOMER, "30.00", "0.00"),
            (5, 3, CHARGES, "0.00", "2.00"),
            (6, 1, "1801001", "80.00", "0.00"),
            (6, 2, SUPPLIER, "0.00", "80.00"),
        ],
        "items": [("FV-1", "0.00", "100.00", "open"), ("FV-2", "20.00", "50.00", "open")],
        "payments": [],
    }
    assert home.rows(
        "SELECT entry_id, reverses_entry_id, entry_kind FROM ledger.journal_entry WHERE entry_id > 3"
    ) == [
        (4, 1, "reversal"),
        (5, 2, "reversal"),
        (6, 3, "reversal"),
    ]


@pytest.mark.parametrize("name", ["1", "I1", "i1 RITCOGE.txt"])
def test_d10_the_same_file_may_be_imported_again_and_the_deleted_import_stays(
    home: LedgerHome, name: str
) -> None:
    import_bytes(home, "RITCOGE.txt", FILE)
    after_first = essence(home)
    correct(home, "delete-import", **{"import": name})
    assert home.rows("SELECT subject FROM ledger.correction") == [("I1 RITCOGE.txt",)]
    again = import_bytes(home, "RITCOGE.txt", FILE)
    assert (again.outcome.import_id, again.outcome.status) == (2, "posted")
    assert essence(home) == after_first
    assert imports(home) == [
        (1, "1", "deleted", 0, 0, "anna", "as agreed"),
        (2, "", "posted", 2, 1, None, None),
    ]


def test_d10_undoing_the_deletion_leaves_the_ledger_as_before_it(home: LedgerHome) -> None:
    import_bytes(home, "RITCOGE.txt", FILE)
    before, listed = essence(home), imports(home)
    correct(home, "delete-import", **{"import": "RITCOGE.txt"})
    correct(home, "undo", correction=1)
    assert essence(home) == before
    assert imports(home) == listed
    assert import_bytes(home, "OTHER.txt", FILE).outcome.status == "repeated"


def test_d10_a_deletion_is_undone_and_done_again_as_often_as_one_likes(home: LedgerHome) -> None:
    before = essence(home)
    import_bytes(home, "RITCOGE.txt", FILE)
    imported = essence(home)
    number = correct(home, "delete-import", **{"import": "RITCOGE.txt"})
    for _ in range(3):
        number = correct(home, "undo", correction=number)
        assert essence(home) == imported
        number = correct(home, "undo", correction=number)
        assert essence(home) == before


def test_d10_movements_of_a_deleted_import_may_come_in_another_file(home: LedgerHome) -> None:
    import_bytes(home, "RITCOGE.txt", FILE)
    correct(home, "delete-import", **{"import": "RITCOGE.txt"})
    other = import_bytes(home, "OTHER.txt", trace(pay("-100.00", "FV-1", "S", entry=1)))
    assert (other.outcome.status, other.codes) == ("posted", [])


def refused(make_home: MakeHome, *steps: tuple[str, dict[str, object]], data: ReferenceData = ITEMS) -> str:
    """The refusal of the last step, which changed nothing; the steps before were done."""
    home = make_home(data)
    import_bytes(home, "RITCOGE.txt", FILE)
    for kind, arguments in steps[:-1]:
        correct(home, kind, **arguments)
    before = home.rows("SELECT count(*) FROM ledger.correction_effect"), essence(home)
    kind, arguments = steps[-1]
    with pytest.raises(OperatingError) as error:
        correct(home, kind, **arguments)
    assert (home.rows("SELECT count(*) FROM ledger.correction_effect"), essence(home)) == before
    text = str(error.value)
    assert text.endswith(". Nothing was changed.")
    return text.removesuffix(". Nothing was changed.")


DELETE: Final = ("delete-import", {"import": "RITCOGE.txt"})


def test_d10_what_others_did_with_an_import_forbids_its_deletion_and_is_named(make_home: MakeHome) -> None:
    link = ("link", {"payment": "3/2", "items": ["ALBA:FA-1"]})
    assert refused(make_home, link, DELETE) == (
        "others settled or linked what is to be deleted: ALBA:FA-1 by entry 3/2 (correction C1). "
        "With --cascade that is undone too"
    )


def test_d10_a_cascade_undoes_what_others_did_as_well(home: LedgerHome) -> None:
    before = essence(home)
    import_bytes(home, "RITCOGE.txt", FILE)
    correct(home, "compensate", items=["ALBA:FA-1"], payments=["3/2"], date="2026-10-20")
    compensated = essence(home)
    number = correct(home, "delete-import", **{"import": "RITCOGE.txt", "cascade": True})
    assert essence(home) == before
    assert home.rows("SELECT correction_id, undone_by_correction_id FROM ledger.correction") == [
        (1, 2),
        (2, None),
    ]
    correct(home, "undo", correction=number)
    assert essence(home) == compensated


@pytest.mark.parametrize(
    ("steps", "problem"),
    [
        ([("delete-import", {"import": "NONE.txt"})],
         "there is no import NONE.txt of a trace: `partita status` lists the last ones"),
        ([DELETE, DELETE], "nothing of I1 RITCOGE@"),
        ([("delete-payment", {"payment": "9/9"})], "there is no posting 9/9"),
        ([("delete-payment", {"payment": "1/2"})],
         "the posting 1/2 is no unlinked payment: `partita unlinked` lists them"),
        ([DELETE, ("link", {"payment": "3/2", "items": ["ALBA:FA-1"]})],
         "the payment 3/2 counts no longer: entry 6 reverses it"),
        ([("undo", {"correction": 7})], "there is no correction C7: `partita corrections` lists them"),
        ([DELETE, ("undo", {"correction": 1}), ("undo", {"correction": 1})], "C1 is undone already, by C2"),
    ],
)  # fmt: skip
def test_d10_what_cannot_be_deleted_or_undone_is_refused(
    make_home: MakeHome, steps: list[tuple[str, dict[str, object]]], problem: str
) -> None:
    assert refused(make_home, *steps).startswith(problem)


def test_d10_nothing_is_reversed_in_a_closed_period_but_on_a_day_that_is_named(make_home: MakeHome) -> None:
    home = make_home(ITEMS)
    before = essence(home)
    import_bytes(home, "RITCOGE.txt", FILE)
    closed = ITEMS.replace(
        periods=(
            period("2026-10", "2026-10-01", "2026-10-31", "closed"),
            period("2026-11", "2026-11-01", "2026-11-30"),
            period("2026-10", "2026-10-01", "2026-10-31", company="BREZZA"),
        )
    )
    assert home.load_reference(closed).findings == ()
    with pytest.raises(
        OperatingError, match="nothing can be reversed on 2026-10-01: the accounting period 2026-10"
    ):
        correct(home, "delete-import", **{"import": "RITCOGE.txt"})
    correct(home, "delete-import", **{"import": "RITCOGE.txt", "date": "2026-11-02"})
    assert essence(home) == before
    assert home.rows("SELECT DISTINCT posting_date::VARCHAR FROM ledger.posting WHERE entry_id > 3") == [
        ("2026-11-02",)
    ]


def test_d09_a_deleted_payment_is_made_anew_from_the_right_item(home: LedgerHome) -> None:
    import_bytes(home, "RITCOGE.txt", FILE)
    number = correct(home, "delete-payment", payment="3/2", reason="wrong key")
    assert changed(home, number) == {
        "postings": [(4, 1, "1801001", "80.00", "0.00"), (4, 2, SUPPLIER, "0.00", "80.00")],
        "items": [],
        "payments": [],
    }
    assert essence(home).unlinked == []
    number = correct(home, "settle", items=["ALBA:FA-1"], account="1801001", date="2026-10-01")
    assert changed(home, number) == {
        "postings": [(5, 1, SUPPLIER, "80.00", "0.00"), (5, 2, "1801001", "0.00", "80.00")],
        "items": [("FA-1", "80.00", "0.00", "closed")],
        "payments": [],
    }
    # The movement of the deleted payment does not come back with its file.
    assert (
        import_bytes(home, "AGAIN.txt", trace(pay("80.00", "GONE", "S", entry=3))).outcome.status == "posted"
    )
    assert essence(home).unlinked == []


def test_d09_a_payment_whose_entry_settles_something_else_goes_only_with_that(make_home: MakeHome) -> None:
    home = make_home(ITEMS)
    before = essence(home)
    import_bytes(home, "RITCOGE.txt", trace(move(leg("-100.00", "FV-1", "S"), leg("-5.00", "GONE"), entry=1)))
    with pytest.raises(
        OperatingError, match="entry 1 also settles ALBA:FV-1: with --cascade these are open again"
    ):
        correct(home, "delete-payment", payment="1/3")
    correct(home, "delete-payment", payment="1/3", cascade=True)
    assert essence(home) == before
