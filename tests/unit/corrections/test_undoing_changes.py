"""Undoing the change of a registration (F07, D10): balances, items, keys and documents are as before it; what
happened since stands in the way and is named.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal
from typing import Any, Final

import pytest

from assets.corrections.changing import change_registration
from assets.errors import OperatingError
from assets.invoices.deciding import BY_THE_RULES, PostingChoice, close_documents
from assets.invoices.model import CanonicalDocument
from assets.invoices.reports import explain_document
from assets.ledger.audit import Decider
from samples.payments import pay, trace
from tests.conftest import MakeHome
from tests.support.corrections import correct, essence
from tests.support.invoice_ledgers import ACCOUNTS, DATA, NOW, deliver, document, statuses, switch
from tests.support.ledgers import LedgerHome, account, import_bytes, period
from tests.support.whole_ledger import invariants_of

LATER: Final = NOW + dt.timedelta(days=1)
ANNA: Final = Decider("anna", LATER, "posted to the wrong account")
CONSULTANTS: Final = PostingChoice("7103001", "22")
TWO_INSTALMENTS: Final = [
    {"due_date": dt.date(2026, 11, 30), "amount": Decimal("61.00")},
    {"due_date": dt.date(2026, 12, 31), "amount": Decimal("61.00")},
]
DOCUMENTS: Final = [document(payment=TWO_INSTALMENTS), document(document_number="2", company="BREZZA")]


@pytest.fixture
def home(make_home: MakeHome) -> LedgerHome:
    """A ledger whose steps are transactions; two documents registered themselves, the first in two parts."""
    return make_home(DATA, register_documents)


def register_documents(home: LedgerHome) -> None:
    """Switches automatic registration on and delivers the two documents."""
    switch(home)
    deliver(home, "d1", DOCUMENTS)


def change(home: LedgerHome, choice: PostingChoice = CONSULTANTS, *, anew: bool = True) -> int:
    """Changes the registration of the first document; without `anew` the run that follows is still to come.

    Each change is decided later than the one before: the newest decision holds.
    """
    ((count,),) = home.rows("SELECT count(*) FROM ledger.correction")
    decider = dataclasses.replace(ANNA, now=LATER + dt.timedelta(minutes=int(str(count))))
    with home.ledger.transaction(home.workbench, "test"):
        number, keys = change_registration(home.workbench, 1, choice, decider)
    assert keys == ["d1"]
    if anew:
        again(home)
    return number


def again(home: LedgerHome, documents: list[CanonicalDocument] = DOCUMENTS) -> None:
    """The run of the delivery."""
    deliver(home, "d1", documents, now=LATER)
    with home.ledger.reading() as connection:
        assert invariants_of(connection) == {}


def state(home: LedgerHome) -> list[Any]:
    """What must be as before: balances and items, keys and what opened them, documents, and their import."""
    return [
        essence(home),
        home.rows(
            "SELECT * EXCLUDE (opened_at) FROM ledger.open_item WHERE status <> 'withdrawn' ORDER BY item_id"
        ),
        home.rows("SELECT * FROM ledger.document ORDER BY document_id"),
        home.rows("SELECT * FROM ledger.registration WHERE undone_at IS NULL ORDER BY registration_id"),
        home.rows(
            "SELECT status, posted_movement_count, error_count FROM ledger.file_import ORDER BY import_id"
        ),
        home.rows("SELECT delivery_key, status FROM ledger.delivery ORDER BY delivery_id"),
    ]


def refused(home: LedgerHome, kind: str, **arguments: Any) -> str:
    """Why a correction is refused; nothing is changed by it."""
    before = state(home)
    with pytest.raises(OperatingError) as error:
        correct(home, kind, **arguments)
    assert state(home) == before
    return str(error.value).removesuffix(". Nothing was changed.")


def key(home: LedgerHome, number: int = 1) -> str:
    """The key of an instalment of the first document."""
    query = "SELECT open_item_key FROM ledger.open_item WHERE company_code = 'ALBA' ORDER BY open_item_key"
    return f"ALBA:{home.rows(query)[number - 1][0]}"


@pytest.mark.parametrize("anew", [True, False])
def test_f07_undoing_a_change_leaves_balances_items_and_documents_as_before(
    home: LedgerHome, anew: bool
) -> None:
    before = state(home)
    number = change(home, anew=anew)
    assert state(home) != before
    correct(home, "undo", correction=number)
    assert state(home) == before


def test_f07_a_document_that_could_not_be_registered_anew_is_registered_as_before(home: LedgerHome) -> None:
    before = state(home)
    home.load_reference(DATA.replace(invoice_rules=()))
    number = change(home, BY_THE_RULES)
    assert statuses(home) == [("1/A", "to_register", "R06"), ("2", "registered", None)]
    correct(home, "undo", correction=number, who="bruno", reason="it was right")
    assert state(home) == before
    assert home.rows("SELECT finding_code, resolution, resolved_by, resolved_reason FROM ledger.finding") == [
        ("R06", "mended", "bruno", "it was right")
    ]


def test_f07_items_that_moved_to_another_account_are_where_they_were(home: LedgerHome) -> None:
    """The supplier's account in the chart of accounts changed between the two registrations."""
    before = state(home)
    moved = [
        account("4000009", "supplier", name="Acciai Montevuoto", counterparty="S001"),
        *(row | {"counterparty_code": ""} if row["account_code"] == "4000001" else row for row in ACCOUNTS),
    ]
    home.load_reference(DATA.replace(accounts=moved))
    number = change(home)
    assert [item[2] for item in essence(home).items] == ["4000009", "4000009", "4000001"]
    correct(home, "undo", correction=number)
    assert state(home) == before


def test_f07_the_undo_of_a_change_is_undone_and_done_again(home: LedgerHome) -> None:
    before = state(home)
    number = change(home)
    changed = state(home)
    for _ in range(2):
        number = correct(home, "undo", correction=number)
        assert state(home) == before
        number = correct(home, "undo", correction=number)
        assert state(home) == changed


def test_f07_a_change_without_a_registration_is_done_again_and_registered_by_the_next_run(
    home: LedgerHome,
) -> None:
    before = state(home)
    change(home, anew=False)
    waiting = state(home)
    correct(home, "undo", correction=1)
    correct(home, "undo", correction=2)
    assert state(home) == waiting
    again(home)
    assert statuses(home) == [("1/A", "registered", None), ("2", "registered", None)]
    correct(home, "undo", correction=3)
    assert state(home) == before


def test_f07_changes_are_undone_from_the_last_to_the_first(home: LedgerHome) -> None:
    states = [state(home)]
    for code in ("7103001", "7106001"):
        change(home, PostingChoice(code, "22"))
        states.append(state(home))
    assert refused(home, "undo", correction=1) == (
        "the registration of D1 was changed otherwise by C2 since: undo that first"
    )
    correct(home, "undo", correction=2)
    assert state(home) == states[1]
    correct(home, "undo", correction=1)
    assert state(home) == states[0]


def test_f07_an_undo_is_undone_after_a_later_change_was_undone(home: LedgerHome) -> None:
    change(home)
    changed = state(home)
    correct(home, "undo", correction=1)
    change(home, PostingChoice("7106001", "22"))
    assert refused(home, "undo", correction=2) == (
        "the registration of D1 was changed otherwise by C3 since: undo that first"
    )
    correct(home, "undo", correction=3)
    correct(home, "undo", correction=2)
    assert state(home) == changed


def test_f07_a_restored_registration_is_changed_like_any_other(home: LedgerHome) -> None:
    before = state(home)
    change(home)
    correct(home, "undo", correction=1)
    number = change(home, PostingChoice("7106001", "22"))
    assert ("ALBA", "7106001", "100.00") in essence(home).balances
    correct(home, "undo", correction=number)
    assert state(home) == before


def test_f07_what_was_settled_by_hand_since_is_named(home: LedgerHome) -> None:
    change(home)
    number = correct(home, "settle", items=[key(home)], account="1801001", date="2026-10-21", amount="1.00")
    assert refused(home, "undo", correction=1) == (
        f"D1 is settled: {key(home)} by entry 5/1 on 2026-10-21 (C2). Undo that with "
        f"`partita undo C2` or `partita reopen {key(home)}`"
    )
    correct(home, "undo", correction=number)
    correct(home, "undo", correction=1)


def test_f07_what_a_trace_settled_since_is_named(home: LedgerHome) -> None:
    change(home)
    name = key(home, 2)
    data = trace(pay("61.00", name.removeprefix("ALBA:"), "S", account="4000001"))
    assert import_bytes(home, "B.txt", data).outcome.status == "posted"
    assert refused(home, "undo", correction=1) == (
        f"D1 is settled: {name} by entry 5/2 on 2026-10-01 (I3 B.txt). Undo that with "
        f"`partita delete-import I3` or `partita reopen {name}`"
    )
    correct(home, "delete-import", **{"import": "3"})
    correct(home, "undo", correction=1)


def test_f07_a_document_that_was_refused_since_stays_refused(home: LedgerHome) -> None:
    change(home, anew=False)
    with home.ledger.transaction(home.workbench, "test"):
        close_documents(home.workbench, [1], "refuse", ANNA)
    assert refused(home, "undo", correction=1) == "D1 is refused since 2026-10-21, by anna"


def test_f07_a_document_that_another_replaced_since_is_not_registered_beside_it(home: LedgerHome) -> None:
    change(home, anew=False)
    deliver(home, "d2", [document(lines=(("Copper", "50.00", "22", None),))], now=LATER)
    assert statuses(home)[2] == ("1/A", "registered", None)
    assert refused(home, "undo", correction=1) == (
        "D3 is in the books since, with the supplier, number and year of D1"
    )


def test_f07_nothing_is_reversed_in_a_closed_period(home: LedgerHome) -> None:
    change(home)
    closed = tuple(
        period("2026-10", "2026-10-01", "2026-10-31", "closed", company=code) for code in ("ALBA", "BREZZA")
    )
    home.load_reference(DATA.replace(periods=closed))
    assert refused(home, "undo", correction=1) == (
        "nothing can be reversed on 2026-10-20: the accounting period 2026-10 of company ALBA is closed"
    )


def test_f07_the_history_of_a_document_shows_the_registration_in_force(home: LedgerHome) -> None:
    change(home)
    correct(home, "undo", correction=1, who="bruno", reason="was right")
    with home.ledger.reading() as connection:
        found = explain_document(connection, 1)
    assert found["registration_id"] == 1
    assert [
        (
            row["registration_id"],
            row["entry_id"],
            row["reversed_by_entry_id"],
            row["undone_by"],
            row["undone_reason"],
        )
        for row in found["earlier_registrations"]
    ] == [(3, 4, 5, "bruno", "was right")]


def test_f07_a_change_from_before_changes_could_be_undone_is_changed_again(home: LedgerHome) -> None:
    change(home)
    with home.ledger.transaction(home.workbench, "test"):
        home.workbench.execute("DELETE FROM ledger.correction_effect WHERE effect_kind LIKE 'registration%'")
    assert refused(home, "undo", correction=1) == (
        "C1 changed a registration: change it again with `partita change`"
    )
