"""Every payment stands once, in whatever order it is taken out and comes back: by an undo, by its file
dropped again, by another file, by a rerun, or made anew by a person (D09, D10, D12).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest

from assets.errors import OperatingError
from samples.payments import CHARGES, SUPPLIER, leg, move, pay, trace
from tests.conftest import MakeHome
from tests.support.corrections import changed, correct, essence
from tests.support.ledgers import LedgerHome, ReferenceData, import_bytes, open_item
from tests.support.whole_ledger import broken_invariants, invariants_of

BANK: Final = "1801001"
DAY: Final = "2026-10-01"
DATA: Final = ReferenceData(
    items=(
        open_item("FV-1", "100.00"),
        open_item("FA-1", "80.00", account=SUPPLIER, side="credit"),
        open_item("FA-2", "500.00", account=SUPPLIER, side="credit"),
        open_item(
            "FA-USD", "100.00", account=SUPPLIER, side="credit", currency="USD", company_amount="90.00"
        ),
        open_item(
            "FA-CHF", "100.00", account=SUPPLIER, side="credit", currency="CHF", company_amount="95.00"
        ),
    )
)
UNLINKED: Final = pay("80.00", "GONE", entry=1)
LINKED: Final = pay("-100.00", "FV-1", entry=2)
NUMBERLESS: Final = move(leg("2.50", account=CHARGES), entry=None, numerator="")
FILE: Final = trace(UNLINKED, LINKED)


@pytest.fixture
def home(make_home: MakeHome) -> LedgerHome:
    """A ledger whose steps are transactions, so that what is refused changes nothing."""
    return make_home(DATA)


def drop(home: LedgerHome, name: str, data: bytes = FILE) -> str:
    """Drops a file; what became of it."""
    return import_bytes(home, f"{name}.txt", data).outcome.status


def try_to(home: LedgerHome, kind: str, **arguments: Any) -> str | None:
    """A correction; why it was refused, or None."""
    before = essence(home)
    try:
        correct(home, kind, **arguments)
    except OperatingError as error:
        assert essence(home) == before
        return str(error).removesuffix(". Nothing was changed.")
    return None


def refused(home: LedgerHome, kind: str, **arguments: Any) -> str:
    """Why a correction is refused."""
    why = try_to(home, kind, **arguments)
    assert why is not None
    return why


def bank_lines(home: LedgerHome) -> list[tuple[str, str]]:
    """What moves the bank account, by the entries that count: kind of the entry, and amount."""
    query = """
        SELECT entry.entry_kind, CAST(posting.debit_amount - posting.credit_amount AS DECIMAL(18,2))::VARCHAR
        FROM ledger.posting AS posting
        JOIN ledger.journal_entry AS entry USING (entry_id)
        ANTI JOIN ledger.reversed_entry USING (entry_id)
        WHERE entry.entry_kind <> 'reversal' AND posting.account_code = '1801001' ORDER BY ALL
    """
    return [(str(kind), str(amount)) for kind, amount in home.rows(query)]


# --- deleted, undone and dropped again, in every order ------------------------------------------------------


def test_d10_a_payment_deleted_with_its_import_does_not_come_back_alone(home: LedgerHome) -> None:
    """delete-payment, delete-import, undo C1, drop again."""
    drop(home, "F")
    correct(home, "delete-payment", payment="1/2")
    correct(home, "delete-import", **{"import": "F.txt"})
    assert refused(home, "undo", correction=1) == (
        "entry 1 is of I1 F.txt, which C2 deleted since: undo that first, or drop the file again"
    )
    assert drop(home, "F") == "posted"
    assert bank_lines(home) == [("trace", "-80.00"), ("trace", "100.00")]


def test_d10_what_was_made_anew_does_not_come_back_without_the_import_of_its_payment(
    home: LedgerHome,
) -> None:
    """delete-payment, made anew, that undone, delete-import, undo of the undo, drop again."""
    drop(home, "F")
    correct(home, "delete-payment", payment="1/2")
    correct(home, "settle", items=["ALBA:FA-2"], account=BANK, date=DAY, like="1/2")
    correct(home, "undo", correction=2)
    correct(home, "delete-import", **{"import": "F.txt"})
    assert refused(home, "undo", correction=3) == (
        "entry 4 stands for a payment of I1 F.txt, which C4 deleted since: undo that first, or drop the file "
        "again"
    )
    assert drop(home, "F") == "posted"
    assert refused(home, "undo", correction=3).startswith("entry 4 stands for a payment of I1 F.txt")
    assert bank_lines(home) == BOTH


def test_d10_what_the_file_brought_again_is_named_by_the_undos_that_would_bring_it_too(
    home: LedgerHome,
) -> None:
    """delete-payment, delete-import, drop again, undo C2, undo C1."""
    drop(home, "F")
    correct(home, "delete-payment", payment="1/2")
    correct(home, "delete-import", **{"import": "F.txt"})
    drop(home, "F")
    assert refused(home, "undo", correction=2).endswith(
        "was imported since this one was deleted: delete that import first"
    )
    assert refused(home, "undo", correction=1) == (
        "another import brought the same movements since: entry 1 by entry 5 of I2 F.txt. Delete I2 first"
    )
    correct(home, "delete-import", **{"import": "2"})
    assert bank_lines(home) == []
    correct(home, "undo", correction=2)
    assert bank_lines(home) == [("trace", "100.00")]
    correct(home, "undo", correction=1)
    assert bank_lines(home) == [("trace", "-80.00"), ("trace", "100.00")]
    assert drop(home, "AGAIN") == "repeated"


BOTH: Final = [("trace", "-80.00"), ("trace", "100.00")]
ONE: Final = [("trace", "100.00")]


@pytest.mark.parametrize("name", ["F", "OTHER"])
@pytest.mark.parametrize(
    ("steps", "not_allowed", "left"),
    [
        (("drop", "undo C1", "undo C2"), {"undo C1", "undo C2"}, BOTH),
        (("drop", "undo C2", "undo C1"), {"undo C1", "undo C2"}, BOTH),
        (("undo C1", "drop", "undo C2"), {"undo C1", "undo C2"}, BOTH),
        # A person took the first payment out and left it out: its file does not bring it back.
        (("undo C1", "undo C2", "drop"), {"undo C1"}, ONE),
        (("undo C2", "drop", "undo C1"), set(), BOTH),
        (("undo C2", "undo C1", "drop"), set(), BOTH),
    ],
)
def test_d10_each_payment_stands_once_in_every_order(
    home: LedgerHome,
    name: str,
    steps: tuple[str, ...],
    not_allowed: set[str],
    left: list[tuple[str, str]],
) -> None:
    """After delete-payment (C1) and delete-import (C2)."""
    drop(home, "F")
    correct(home, "delete-payment", payment="1/2")
    correct(home, "delete-import", **{"import": "F.txt"})
    stopped = set()
    for step in steps:
        if step == "drop":
            drop(home, name)
        elif try_to(home, "undo", correction=int(step[-1])) is not None:
            stopped.add(step)
        lines = bank_lines(home)
        assert len(set(lines)) == len(lines)
    assert (stopped, bank_lines(home)) == (not_allowed, left)
    assert broken_invariants(home.ledger) == {}


def test_d10_an_undo_of_a_number_that_is_not_there_yet_undoes_nothing(home: LedgerHome) -> None:
    """The undo itself would have this number."""
    drop(home, "F")
    assert (
        refused(home, "undo", correction=1) == "there is no correction C1: `partita corrections` lists them"
    )
    correct(home, "delete-payment", payment="1/2")
    assert (
        refused(home, "undo", correction=2) == "there is no correction C2: `partita corrections` lists them"
    )
    correct(home, "undo", correction=1)


def test_d10_an_undo_of_an_undo_asks_as_well(home: LedgerHome) -> None:
    drop(home, "F")
    correct(home, "delete-import", **{"import": "F.txt"})
    correct(home, "undo", correction=1)
    correct(home, "undo", correction=2)
    drop(home, "OTHER")
    assert refused(home, "undo", correction=3).startswith(
        "the same content was imported again since it was deleted: I2 OTHER.txt"
    )
    correct(home, "delete-import", **{"import": "2"})
    correct(home, "undo", correction=3)
    assert bank_lines(home) == BOTH


def test_d10_an_undo_that_something_else_has_done_since_is_refused_and_not_half_done(
    home: LedgerHome,
) -> None:
    """The import is restored by C2 and deleted by C3: undoing C2 would delete it twice, and hide its name."""
    drop(home, "N", trace(NUMBERLESS))
    correct(home, "delete-import", **{"import": "1"})
    correct(home, "undo", correction=1)
    correct(home, "delete-import", **{"import": "1"})
    assert refused(home, "undo", correction=2) == (
        "changed again since: I1 by C3, entry 1 by C3. Undo that first"
    )
    correct(home, "undo", correction=3)
    assert drop(home, "N", trace(NUMBERLESS)) == "posted"
    assert bank_lines(home) == [("trace", "-2.50")]


def test_d10_a_single_payment_is_not_turned_while_its_import_is_deleted(home: LedgerHome) -> None:
    drop(home, "F")
    correct(home, "delete-payment", payment="1/2")
    correct(home, "undo", correction=1)
    correct(home, "delete-import", **{"import": "1"})
    assert refused(home, "undo", correction=2) == "changed again since: entry 1 by C3. Undo that first"
    correct(home, "undo", correction=3)
    correct(home, "undo", correction=2)
    assert bank_lines(home) == ONE


def test_d12_another_file_with_one_of_the_movements_forbids_the_undo_and_is_named(home: LedgerHome) -> None:
    drop(home, "F")
    correct(home, "delete-import", **{"import": "F.txt"})
    drop(home, "G", trace(LINKED))
    assert refused(home, "undo", correction=1) == ("another import brought the same movements since: entry 5")
    assert drop(home, "F") == "posted"
    assert bank_lines(home) == BOTH


def test_d12_a_movement_without_numbers_in_another_file_is_taken_for_the_one_that_was_deleted(
    home: LedgerHome,
) -> None:
    drop(home, "N", trace(NUMBERLESS))
    correct(home, "delete-import", **{"import": "1"})
    drop(home, "M", trace(NUMBERLESS, LINKED))
    assert try_to(home, "undo", correction=1) is not None
    assert bank_lines(home) == [("trace", "-2.50"), ("trace", "100.00")]
    correct(home, "delete-import", **{"import": "2"})
    correct(home, "undo", correction=1)
    assert try_to(home, "undo", correction=2) is not None
    assert bank_lines(home) == [("trace", "-2.50")]


def test_d12_a_rerun_brings_only_what_does_not_stand(home: LedgerHome) -> None:
    """G left out what F had brought; F goes, so G is rerun; then F cannot come back as it was."""
    both = trace(UNLINKED, pay("500.00", "FA-2", entry=3))
    drop(home, "F")
    assert drop(home, "G", both) == "posted"
    correct(home, "delete-import", **{"import": "F.txt"})
    assert drop(home, "G", both) == "posted"
    assert bank_lines(home) == [("trace", "-500.00"), ("trace", "-80.00")]
    assert try_to(home, "undo", correction=1) is not None
    correct(home, "delete-payment", payment="6/2")
    assert try_to(home, "undo", correction=1) is not None
    assert drop(home, "F") == "posted"
    assert bank_lines(home) == [("trace", "-500.00"), ("trace", "100.00")]


def test_f09_in_a_ledger_without_any_trace_entries_come_back_as_well(home: LedgerHome) -> None:
    """No entry has a key there: the question is asked all the same, and answered."""
    correct(home, "settle", items=["ALBA:FA-1"], account=BANK, date=DAY)
    settled = essence(home)
    correct(home, "undo", correction=1)
    correct(home, "undo", correction=2)
    assert essence(home) == settled
    assert broken_invariants(home.ledger) == {}


# --- made anew ----------------------------------------------------------------------------------------------


@pytest.fixture
def deleted(home: LedgerHome) -> LedgerHome:
    """The first payment is deleted, by C1."""
    drop(home, "F")
    correct(home, "delete-payment", payment="1/2")
    return home


def make(home: LedgerHome, key: str = "FA-1", *, like: str | None = "1/2", **more: Any) -> int:
    """Makes a payment from an item as the command create-payment does."""
    named = {} if like is None else {"like": like}
    return correct(home, "settle", items=[f"ALBA:{key}"], account=BANK, date=DAY, **named, **more)


@pytest.mark.parametrize("like", ["1/2", None])
def test_d09_a_payment_and_the_one_in_its_stead_never_stand_together(
    deleted: LedgerHome, like: str | None
) -> None:
    """Also where the deleted payment was not named: day, accounts and amount tell."""
    make(deleted, like=like)
    stands = [("manual", "-80.00"), ("trace", "100.00")]
    assert bank_lines(deleted) == stands
    assert refused(deleted, "undo", correction=1) == (
        "entry 1 cannot count again, since its payment stands otherwise: entry 4 (C2). "
        "Undo or delete that first"
    )
    assert refused(deleted, "delete-import", **{"import": "F.txt"}) == (
        "payments of what is to be deleted were made anew: 1/2 by entry 4 (correction C2). With --cascade "
        "that is undone too"
    )
    assert drop(deleted, "OTHER") == "repeated"
    assert bank_lines(deleted) == stands
    correct(deleted, "undo", correction=2)
    correct(deleted, "undo", correction=1)
    assert bank_lines(deleted) == BOTH
    assert refused(deleted, "undo", correction=3) == (
        "entry 4 cannot count again, since its payment stands otherwise: entry 1. Undo or delete that first"
    )


def test_d09_a_cascade_takes_what_was_made_anew_along_and_its_undo_brings_it_back(
    deleted: LedgerHome,
) -> None:
    make(deleted)
    before = essence(deleted)
    number = correct(deleted, "delete-import", **{"import": "F.txt", "cascade": True})
    assert bank_lines(deleted) == []
    correct(deleted, "undo", correction=number)
    assert essence(deleted) == before
    correct(deleted, "delete-import", **{"import": "F.txt", "cascade": True})
    assert drop(deleted, "F") == "posted"
    assert bank_lines(deleted) == BOTH


def test_d09_a_payment_is_made_anew_in_parts_and_never_for_more_than_it_had(deleted: LedgerHome) -> None:
    make(deleted, "FA-2", amount="30.00")
    why = refused(deleted, "settle", items=["ALBA:FA-2"], account=BANK, date=DAY, like="1/2", amount="50.01")
    assert why == "the amount 50.01 is more than what is left of the payment 1/2 50.00 EUR"
    # Without an amount it is what is left of the payment, not all of an item of 470.00.
    number = make(deleted, "FA-2")
    assert changed(deleted, number)["items"] == [("FA-2", "470.00", "420.00", "open")]
    why = refused(deleted, "settle", items=["ALBA:FA-1"], account=BANK, date=DAY, like="1/2")
    assert why == "the payment 1/2 was made anew already, by entry 4, 5"
    correct(deleted, "undo", correction=3)
    make(deleted, "FA-1")
    assert refused(deleted, "undo", correction=4).startswith("entry 5 cannot count again")
    assert bank_lines(deleted) == [("manual", "-30.00"), ("manual", "-50.00"), ("trace", "100.00")]


@pytest.mark.parametrize(
    ("wanted", "problem"),
    [
        ({"like": "9/9"}, "there is no payment 9/9 of a trace"),
        ({"like": "2/2"}, "the payment 2/2 counts: link it with `partita link`, or take it out first with "
                          "`partita delete-payment 2/2`"),
        ({"like": "1/1"}, "the posting 1/1 is no payment of an item: it is on account 1801001. Name the line "
                          "on the account of the customer or supplier"),
        ({"account": SUPPLIER}, f"account {SUPPLIER} is that of a supplier: a payment is made anew against a "
                                "bank or transit account"),
        ({"items": ["ALBA:FV-OPEN"]}, "there is no open item ALBA:FV-OPEN"),
        ({"items": ["ALBA:FA-1"], "account": None, "credit_notes": ["FA-2"]},
         "a payment is made anew against an account, not against items of the other side"),
        ({"items": ["ALBA:FA-CHF"]}, "95.00 EUR are more than the 80.00 that the payment 1/2 has"),
    ],
)  # fmt: skip
def test_d09_what_cannot_be_made_anew_is_refused(
    deleted: LedgerHome, wanted: dict[str, Any], problem: str
) -> None:
    arguments = {"items": ["ALBA:FA-1"], "account": BANK, "date": DAY, "like": "1/2"} | wanted
    given = {name: value for name, value in arguments.items() if value is not None}
    assert refused(deleted, "settle", **given) == problem


def test_d09_an_item_on_the_side_of_the_payment_is_not_paid_by_it(home: LedgerHome) -> None:
    drop(home, "F", trace(pay("-80.00", "GONE", entry=1)))
    correct(home, "delete-payment", payment="1/2")
    assert refused(home, "settle", items=["ALBA:FA-1"], account=BANK, date=DAY, like="1/2") == (
        "FA-1 and the payment 1/2 are on the same side (credit)"
    )


def test_d21_a_payment_in_another_currency_is_made_anew_in_it(home: LedgerHome) -> None:
    payment = move(
        leg("60.00", "GONE", account=SUPPLIER, company_amount="54.00"), currency="USD", reason_code="PFOR"
    )
    drop(home, "F", trace(payment))
    correct(home, "delete-payment", payment="1/2")
    number = make(home, "FA-USD")
    assert changed(home, number)["items"] == [("FA-USD", "100.00", "40.00", "open")]
    assert bank_lines(home) == [("manual", "-54.00")]


def test_d09_a_payment_of_a_deleted_import_is_not_made_anew(home: LedgerHome) -> None:
    drop(home, "F")
    correct(home, "delete-import", **{"import": "F.txt"})
    assert refused(home, "settle", items=["ALBA:FA-1"], account=BANK, date=DAY, like="1/2") == (
        "the payment 1/2 is of I1 F.txt, which is deleted: drop the file again, or name --account "
        "and --date of another payment"
    )


# --- the check over the ledger ------------------------------------------------------------------------------

REVERSAL_GONE: Final = "DELETE FROM ledger.reversed_entry WHERE entry_id = 1"


@pytest.mark.parametrize(
    ("steps", "spoil", "found"),
    [
        (lambda home: (correct(home, "delete-import", **{"import": "1"}), drop(home, "OTHER")), REVERSAL_GONE,
         [("counts although its import is deleted", "1"), ("its key is not known", "1"),
          ("one movement", "1, 5")]),
        (lambda home: (correct(home, "delete-import", **{"import": "1"}),
                       drop(home, "N", trace(NUMBERLESS)),
                       correct(home, "delete-import", **{"import": "2"}),
                       drop(home, "M", trace(NUMBERLESS))),
         "DELETE FROM ledger.reversed_entry WHERE entry_id = 5",
         [("counts although its import is deleted", "5"), ("one line of a file", "5, 7")]),
        (lambda home: (correct(home, "delete-payment", payment="1/2"), make(home)), REVERSAL_GONE,
         [("a payment and one in its stead", "1, 4")]),
        (lambda home: (correct(home, "delete-payment", payment="1/2"), make(home)),
         "UPDATE ledger.payment_in_stead SET company_amount = 80.01",
         [("a payment and one in its stead", "1, 4")]),
        (lambda home: (correct(home, "delete-payment", payment="1/2"), make(home),
                       correct(home, "undo", correction=2),
                       correct(home, "delete-import", **{"import": "1"})),
         "DELETE FROM ledger.reversed_entry WHERE entry_id = 4",
         [("in the stead of one whose import is deleted", "4")]),
        (lambda home: None, "DELETE FROM ledger.imported_movement WHERE entry_id = 2",
         [("its key is not known", "2")]),
    ],
)  # fmt: skip
def test_d10_whatever_stands_twice_is_found_by_the_check(
    trial_home: MakeHome, steps: Callable[[LedgerHome], object], spoil: str, found: list[tuple[str, str]]
) -> None:
    home = trial_home(DATA)
    drop(home, "F")
    steps(home)
    home.workbench.execute(spoil)
    rows = invariants_of(home.workbench)["check_movements_stand_once"]
    assert [row[2:] for row in rows] == found


def test_d12_movements_without_numbers_that_look_alike_are_two_where_they_are_two_lines(
    trial_home: MakeHome,
) -> None:
    """The same charge in two files, both let in: the check has nothing against it."""
    home = trial_home(DATA)
    drop(home, "N", trace(NUMBERLESS))
    home.workbench.execute("DELETE FROM ledger.imported_movement")
    drop(home, "M", trace(LINKED, NUMBERLESS))
    assert invariants_of(home.workbench) == {}
    assert len(bank_lines(home)) == 3


def test_d10_a_payment_that_was_linked_since_is_not_taken_out_by_the_undo_of_an_undo(
    home: LedgerHome,
) -> None:
    """The item would be settled by a payment that does not count."""
    drop(home, "a")
    correct(home, "delete-payment", payment="1/2")
    back = correct(home, "undo", correction=1)
    linked = correct(home, "link", payment="1/2", items=["ALBA:FA-1"])
    assert (
        try_to(home, "undo", correction=back)
        == f"linked since: ALBA:FA-1 by 1/2 (C{linked}). Undo that first"
    )
    assert broken_invariants(home.ledger) == {}
    correct(home, "undo", correction=linked)
    correct(home, "undo", correction=back)
    assert broken_invariants(home.ledger) == {}
    assert home.rows(
        "SELECT open_item_key, settled_amount FROM ledger.open_item WHERE settled_amount > 0"
    ) == [("FV-1", 100)]


def test_a_link_of_a_payment_that_does_not_count_is_found_by_the_check(trial_home: MakeHome) -> None:
    """In a ledger of a version that let it come so far."""
    home = trial_home(DATA)
    drop(home, "a")
    correct(home, "link", payment="1/2", items=["ALBA:FA-1"])
    home.workbench.execute("INSERT INTO ledger.reversed_entry VALUES (1, 3)")
    rows = invariants_of(home.workbench)["check_links"]
    assert [row[:2] for row in rows] == [(1, 2)]
