"""What people answer about two e-invoices: the same, or another one; it can be undone (R01, D10)."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import pytest

from assets.corrections.performing import difference_of
from assets.errors import OperatingError
from assets.invoices.deciding import close_documents
from assets.ledger.audit import Decider
from samples.payments import pay, trace
from tests.conftest import MakeHome
from tests.support.corrections import correct, essence
from tests.support.invoice_ledgers import DATA, NOW, deliver, document, statuses, switch
from tests.support.ledgers import LedgerHome, import_bytes, open_item
from tests.support.whole_ledger import invariants_of

HALF: Final = (("Steel bars", "50.00", "22", None),)
LATER: Final = NOW + dt.timedelta(days=1)
FIRST: Final = document(document_number="RE 77")
SIMILAR: Final = document(document_number="RE-077")
OTHER_AMOUNTS: Final = document(document_number="re 77", lines=HALF)
AGAIN: Final = document(document_number="RE  77", transmission_code="2")


def made(make: MakeHome, *second: Any) -> LedgerHome:
    """A ledger with the first document registered; each other one came in a delivery of its own."""
    home = make(DATA)
    switch(home)
    deliver(home, "d1", [FIRST])
    for number, one in enumerate(second, 2):
        deliver(home, f"d{number}", [one])
    return home


def state(home: LedgerHome) -> list[Any]:
    """What must be as before: balances and items, documents, registrations, open findings, deliveries."""
    return [
        essence(home),
        home.rows(
            "SELECT * EXCLUDE (opened_at) FROM ledger.open_item WHERE status <> 'withdrawn' ORDER BY item_id"
        ),
        home.rows("SELECT * FROM ledger.document ORDER BY document_id"),
        home.rows("SELECT * FROM ledger.registration WHERE undone_at IS NULL ORDER BY registration_id"),
        home.rows("SELECT * FROM ledger.finding WHERE resolution IS NULL ORDER BY ALL"),
        home.rows("SELECT delivery_key, status FROM ledger.delivery ORDER BY delivery_id"),
        home.rows("SELECT status, error_count, warning_count FROM ledger.file_import ORDER BY import_id"),
    ]


def keys(home: LedgerHome) -> list[tuple[object, ...]]:
    """Document number, stem of the key, and what is open, of every item that stands."""
    return home.rows(
        "SELECT document_number, open_item_key, CAST(original_amount AS VARCHAR) FROM ledger.open_item "
        "WHERE status = 'open' ORDER BY item_id"
    )


def refused(home: LedgerHome, kind: str, **arguments: Any) -> str:
    """Why a correction is refused; nothing is changed by it."""
    before = state(home)
    with pytest.raises(OperatingError) as error:
        correct(home, kind, **arguments)
    assert state(home) == before
    return str(error.value).removesuffix(". Nothing was changed.")


@pytest.mark.parametrize("second", [SIMILAR, OTHER_AMOUNTS])
def test_r01_the_same_invoice_is_closed_and_nothing_is_posted(make_home: MakeHome, second: Any) -> None:
    home = made(make_home, second)
    before, items = state(home), keys(home)
    number = correct(home, "same", document="D2", other="D1")
    assert statuses(home)[1][1:] == ("repeated", None)
    assert keys(home) == items
    assert state(home)[4:] == [
        [],
        [("d1", "done"), ("d2", "done")],
        [("posted", 0, 0), ("posted", 0, 0)],
    ]
    assert home.rows("SELECT closed_by, closed_reason FROM ledger.document WHERE document_id = 2") == [
        ("anna", "the same as document 1")
    ]
    undone = correct(home, "undo", correction=number)
    assert state(home) == before
    correct(home, "undo", correction=undone)
    assert statuses(home)[1][1:] == ("repeated", None)
    assert state(home)[4] == []


@pytest.mark.parametrize("second", [SIMILAR, OTHER_AMOUNTS])
def test_r01_another_invoice_is_registered_with_a_key_of_its_own(make_home: MakeHome, second: Any) -> None:
    home = made(make_home, second)
    before = state(home)
    number = correct(home, "other", document="D2", other="D1")
    assert (statuses(home)[1][1:], state(home)[4]) == (("to_register", None), [])
    deliver(home, "d2", [second], now=LATER)
    assert statuses(home)[1][1:] == ("registered", None)
    found = keys(home)
    assert len({key for _, key, _ in found}) == len(found) == 2

    undone = correct(home, "undo", correction=number)
    assert [essence(home), state(home)[1]] == before[:2]
    assert (statuses(home)[1][1], len(state(home)[4])) == ("to_register", 1)
    deliver(home, "d2", [second], now=LATER)
    assert (statuses(home)[1][1], len(state(home)[4])) == ("to_register", 1)
    correct(home, "undo", correction=undone)
    deliver(home, "d2", [second], now=LATER)
    assert keys(home) == found
    with home.ledger.reading() as connection:
        assert invariants_of(connection) == {}


def test_r01_what_was_repeated_by_itself_can_be_another_invoice(make_home: MakeHome) -> None:
    """The supplier sent two invoices of one number and amount, say."""
    home = made(make_home, AGAIN)
    before = state(home)
    assert statuses(home)[1][1] == "repeated"
    number = correct(home, "other", document="D2", other="D1")
    assert state(home)[5] == [("d1", "done"), ("d2", "open")]
    deliver(home, "d2", [AGAIN], now=LATER)
    assert [status for _, status, _ in statuses(home)] == ["registered", "registered"]
    assert len({key for _, key, _ in keys(home)}) == 2
    # A third one is the same as the first: it is never compared with nothing.
    deliver(home, "d3", [document(document_number="RE 77", transmission_code="3")], now=LATER)
    assert statuses(home)[2][1] == "repeated"
    correct(home, "undo", correction=number)
    assert state(home)[:2] == before[:2]
    assert [status for _, status, _ in statuses(home)] == ["registered", "repeated", "repeated"]


def test_r01_an_answer_holds_for_both_and_each_pair_is_asked_alone(make_home: MakeHome) -> None:
    home = made(make_home, OTHER_AMOUNTS)
    correct(home, "other", document="D2", other="D1")
    deliver(home, "d2", [OTHER_AMOUNTS], now=LATER)
    third = document(document_number="RE77", lines=(("Steel bars", "70.00", "22", None),))
    deliver(home, "d3", [third], now=LATER)
    assert statuses(home)[2] == ("RE77", "registered", "similar_number")
    # The content of the second again, in another envelope, is the second again.
    deliver(home, "d4", [document(document_number="RE 77", lines=HALF, transmission_code="9")], now=LATER)
    assert statuses(home)[3][1] == "repeated"
    assert home.rows("SELECT closed_reason FROM ledger.document WHERE document_id = 4") == [
        ("the same as document 2",)
    ]
    # And other amounts under the number ask again, first about the first.
    fourth = document(document_number="RE 77", lines=(("Steel bars", "80.00", "22", None),))
    deliver(home, "d5", [fourth], now=LATER)
    assert statuses(home)[4][1:] == ("to_register", "R01")
    correct(home, "other", document="D5", other="D1")
    deliver(home, "d5", [fourth], now=LATER)
    assert home.rows(
        "SELECT remedy FROM ledger.finding WHERE finding_code = 'R01' AND resolution IS NULL"
    ) == [
        (
            "`partita same D5 D2 --reason ...` if it is the same invoice, "
            "`partita other D5 D2 --reason ...` if it is another one.",
        )
    ]


def test_r01_a_registration_that_is_the_same_as_another_is_taken_out(make_home: MakeHome) -> None:
    """Two that were registered, since the numbers differ by more than their spelling."""
    home = made(make_home, document(document_number="77", lines=HALF))
    before = state(home)
    number = correct(home, "same", document="D2", other="D1", reason="a reminder")
    assert [status for _, status, _ in statuses(home)] == ["registered", "repeated"]
    assert [row[0] for row in keys(home)] == ["RE 77"]
    correct(home, "undo", correction=number)
    assert state(home) == before


def test_r01_what_has_the_number_of_a_document_that_is_the_same_as_another_is_compared_with_that(
    make_home: MakeHome,
) -> None:
    """RE-077 was said to be RE 77: another RE-077 is that invoice, with its amounts or with others."""
    home = made(make_home, SIMILAR)
    number = correct(home, "same", document="D2", other="D1")
    items = keys(home)
    deliver(home, "d3", [document(document_number="RE-077", transmission_code="3")])
    deliver(home, "d4", [document(document_number="RE-077", lines=HALF)])
    assert [each[1:] for each in statuses(home)] == [
        ("registered", None),
        ("repeated", None),
        ("repeated", None),
        ("to_register", "R01"),
    ]
    assert home.rows("SELECT expected FROM ledger.finding WHERE resolution IS NULL") == [
        (
            "a document that was not registered before; d1-1.xml (document D1) of 2026-10-15, 122.00 EUR, "
            "has the number RE 77 and the same supplier; one with this number was said to be the same",
        )
    ]
    assert home.rows("SELECT closed_reason FROM ledger.document WHERE document_id = 3") == [
        ("the same as document 1",)
    ]
    assert keys(home) == items

    correct(home, "other", document="D4", other="D1")
    deliver(home, "d4", [document(document_number="RE-077", lines=HALF)], now=LATER)
    assert statuses(home)[3][1] == "registered"
    correct(home, "undo", correction=number)
    assert statuses(home)[1][1:] == ("to_register", "similar_document")


def test_r01_what_is_the_same_as_the_same_is_the_first(make_home: MakeHome) -> None:
    """D3 is D2, and D2 is D1: what has the number of D3 is compared with D1."""
    home = made(make_home, document(document_number="77"), document(document_number="077"))
    assert statuses(home)[2][1:] == ("to_register", "similar_document")
    correct(home, "same", document="D3", other="D2")
    correct(home, "same", document="D2", other="D1")
    deliver(home, "d4", [document(document_number="077", lines=HALF)])
    assert statuses(home)[3][1:] == ("to_register", "R01")
    assert home.rows("SELECT other_document_id FROM ledger.document_question WHERE document_id = 4") == [(1,)]


def test_r01_an_undo_brings_no_debt_back_beside_the_opening_item_that_took_its_place(
    make_home: MakeHome,
) -> None:
    home = made(make_home, document(document_number="78"))
    number = correct(home, "same", document="D2", other="D1")
    item = open_item(
        "K78", "122.00", account="4000001", side="credit", document_number=" 78 ", document_date="2026-10-15"
    )
    home.load_reference(DATA.replace(items=(item,)))
    assert refused(home, "undo", correction=number) == (
        "the opening item K78 is in the books since, with the number and year of D2: take its row out of "
        "opening_open_items.csv and run `partita process` first"
    )
    home.load_reference(DATA)
    correct(home, "undo", correction=number)
    assert [row[0] for row in keys(home)] == ["RE 77", "78"]


def test_r01_what_is_paid_is_not_taken_out_by_an_answer(make_home: MakeHome) -> None:
    home = made(make_home, document(document_number="77", lines=HALF))
    key = str(keys(home)[1][1])
    import_bytes(home, "RITCOGE.txt", trace(pay("61.00", key, account="4000001")))
    assert refused(home, "same", document="D2", other="D1").startswith(f"D2 is settled: ALBA:{key} by entry")


def test_r01_answers_that_make_no_sense_change_nothing(make_home: MakeHome) -> None:
    home = made(make_home, SIMILAR, AGAIN, document(document_number="5", company="BREZZA"))
    assert (
        refused(home, "same", document="D2", other="D2") == "D2 is one document: name another one beside it"
    )
    assert refused(home, "same", document="D9", other="D1") == "there is no document D9"
    assert refused(home, "same", document="2", other="D1") == (
        "'2' is no document: they are named D12, see `partita documents`"
    )
    assert refused(home, "other", document="D2") == "other needs other, a text"
    assert refused(home, "same", document="D3", other="D1") == (
        "D3 is closed already, as one that repeats another document"
    )
    assert refused(home, "same", document="D2", other="D3") == (
        "D3 is a document that repeats another one: name that one"
    )
    assert refused(home, "same", document="D2", other="D4") == "D2 is addressed to ALBA, D4 to BREZZA"
    correct(home, "other", document="D2", other="D1")
    assert refused(home, "same", document="D1", other="D2") == (
        "D2 and D1 have the answer `other` by C1: undo that first"
    )
    with home.ledger.transaction(home.workbench, "test"):
        close_documents(home.workbench, [2], "refuse", Decider("bruno", NOW, "not owed"))
    assert refused(home, "same", document="D2", other="D1") == (
        "D2 was refused by bruno: nothing is asked about it"
    )
    assert refused(home, "undo", correction=1) == "D2 was refused since, by bruno"


def test_r01_an_answer_is_recorded_with_who_and_why(make_home: MakeHome) -> None:
    home = made(make_home, SIMILAR)
    number = correct(home, "same", document="D2", other="D1", who="bruno", reason="sent by mail as well")
    assert home.rows(
        "SELECT action, subject, requested_by, reason, "
        "json_extract_string(state_before, '$.answers[0].answer'), "
        "json_extract_string(state_after, '$.answers[0].answer') FROM ledger.audit_record "
        "ORDER BY record_number DESC LIMIT 1"
    ) == [("same", f"C{number}: D2; D1", "bruno", "sent by mail as well", None, "same")]
    with home.ledger.reading() as connection:
        difference = difference_of(connection, number)
    assert difference["answers"] == [
        {
            "document_id": 2,
            "document_number": "RE-077",
            "other_document_id": 1,
            "question": "same_invoice",
            "answer": "same",
            "is_given": True,
            "status_before": "to_register",
            "status": "repeated",
            "delivery_keys": ["d2"],
        }
    ]
