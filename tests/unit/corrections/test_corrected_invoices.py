"""A corrected invoice (384) whose original is owed waits for a person: instead, or in addition (R01, F06)."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import pytest

from assets.corrections.changing import change_registration
from assets.errors import OperatingError
from assets.invoices.deciding import PostingChoice, close_documents
from assets.ledger.audit import Decider
from samples.payments import pay, trace
from tests.conftest import MakeHome
from tests.support.corrections import correct, essence
from tests.support.invoice_ledgers import DATA, NOW, deliver, document, statuses, switch
from tests.support.ledgers import LedgerHome, import_bytes, invoice_rule
from tests.support.whole_ledger import invariants_of, registered_twice

LATER: Final = NOW + dt.timedelta(days=1)
LESS: Final = (("Steel bars", "90.00", "22", None),)
ORIGINAL: Final = document(document_number="RE 77", format="UBL", type_code="380")
INSTEAD: Final = {"document": "D2", "other": "D1"}


def corrected(number: str = "RE 77-K", **more: Any) -> Any:
    """A corrected invoice of 109.80 that names RE 77."""
    fields: dict[str, Any] = {"reference": [{"kind": "invoice", "number": "re  77"}], "lines": LESS}
    return document(document_number=number, format="UBL", type_code="384", **(fields | more))


def credit_note(**more: Any) -> Any:
    """A credit note of all of RE 77."""
    return document(
        document_number="CN 1",
        format="UBL",
        type_code="381",
        document_type="TD04",
        is_credit_note=True,
        reference=[{"kind": "invoice", "number": "RE 77"}],
        **more,
    )


def made(make: MakeHome, *second: Any) -> LedgerHome:
    """A ledger with the original registered; each other document came in a delivery of its own."""
    home = make(DATA)
    switch(home)
    for number, one in enumerate((ORIGINAL, *second), 1):
        deliver(home, f"d{number}", [one])
    return home


def owed(home: LedgerHome) -> list[tuple[object, ...]]:
    """Document number and amount of every item that is open."""
    return home.rows(
        "SELECT document_number, CAST(original_amount AS DECIMAL(18,2)) FROM ledger.open_item "
        "WHERE status = 'open' ORDER BY item_id"
    )


def amounts(home: LedgerHome) -> list[tuple[object, str]]:
    """The same as texts."""
    return [(number, str(amount)) for number, amount in owed(home)]


def asked(home: LedgerHome) -> list[tuple[object, ...]]:
    """The open findings that keep documents out, with what they expect and their remedy."""
    return home.rows(
        "SELECT finding_code, raw_value, expected, remedy FROM ledger.finding "
        "WHERE resolution IS NULL AND severity = 'ERROR'"
    )


@pytest.mark.parametrize("number", ["RE 77-K", "RE 77"])
def test_f06_a_corrected_invoice_waits_and_names_its_original(make_home: MakeHome, number: str) -> None:
    """Also where it has the number of the original: one question is asked, not two."""
    home = made(make_home, corrected(number))
    assert statuses(home)[1][1:] == ("to_register", "corrected_invoice")
    assert amounts(home) == [("RE 77", "122.00")]
    assert asked(home) == [
        (
            "corrected_invoice",
            "384",
            "an invoice that is not owed together with its correction; d1-1.xml (document D1) of 2026-10-15, "
            "122.00 EUR, "
            "has the number RE 77, which this one corrects",
            "`partita instead D2 D1 --reason ...` if it stands in the place of that one, "
            "`partita in-addition D2 D1 --reason ...` if both are owed.",
        )
    ]


@pytest.mark.parametrize("number", ["RE 77-K", "RE 77"])
def test_f06_instead_takes_the_original_out_and_can_be_undone(make_home: MakeHome, number: str) -> None:
    second = corrected(number)
    home = made(make_home, second)
    before = [essence(home), owed(home), asked(home)]
    answer = correct(home, "instead", **INSTEAD)
    assert (owed(home), asked(home)) == ([], [])
    assert home.rows(
        "SELECT status, closed_by, closed_reason FROM ledger.document WHERE document_id = 1"
    ) == [("handled", "anna", "D2 stands in its place")]
    deliver(home, "d2", [second], now=LATER)
    assert amounts(home) == [(number, "109.80")]
    deliver(home, "d3", [ORIGINAL], now=LATER)
    assert amounts(home) == [(number, "109.80")], "the original does not come again"

    undone = correct(home, "undo", correction=answer)
    assert [essence(home), owed(home), asked(home)] == before
    deliver(home, "d2", [second], now=LATER)
    assert amounts(home) == [("RE 77", "122.00")]
    correct(home, "undo", correction=undone)
    deliver(home, "d2", [second], now=LATER)
    assert amounts(home) == [(number, "109.80")]
    with home.ledger.reading() as connection:
        assert invariants_of(connection) == {}


@pytest.mark.parametrize("number", ["RE 77-K", "RE 77"])
def test_f06_in_addition_both_are_owed_and_it_can_be_undone(make_home: MakeHome, number: str) -> None:
    second = corrected(number)
    home = made(make_home, second)
    before = [essence(home), owed(home), asked(home)]
    answer = correct(home, "in-addition", **INSTEAD)
    deliver(home, "d2", [second], now=LATER)
    assert amounts(home) == [("RE 77", "122.00"), (number, "109.80")]
    correct(home, "undo", correction=answer)
    assert [essence(home), owed(home), asked(home)] == before


def test_f06_an_original_that_is_paid_is_not_taken_out(make_home: MakeHome) -> None:
    home = made(make_home, corrected())
    ((key,),) = home.rows("SELECT open_item_key FROM ledger.open_item WHERE status = 'open'")
    import_bytes(home, "A.txt", trace(pay("122.00", str(key), account="4000001")))
    with pytest.raises(OperatingError) as error:
        correct(home, "instead", **INSTEAD)
    assert "D1 is settled" in str(error.value)
    assert statuses(home)[1][1] == "to_register"


def test_f06_an_original_that_is_credited_in_full_asks_nothing(make_home: MakeHome) -> None:
    home = made(make_home, credit_note(), corrected())
    assert [row[1:] for row in statuses(home)] == [("registered", None)] * 3


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_f06_in_one_delivery_the_corrected_one_waits(make_home: MakeHome, order: tuple[int, int]) -> None:
    home = make_home(DATA)
    switch(home)
    both = (ORIGINAL, corrected())
    deliver(home, "d1", [both[place] for place in order])
    assert sorted(row[:2] for row in statuses(home)) == [("RE 77", "registered"), ("RE 77-K", "to_register")]


@pytest.mark.parametrize(
    "reference",
    [
        [],
        [{"kind": "invoice", "number": "RE 78"}],
        [{"kind": "invoice", "number": "RE 77", "reference_date": dt.date(2025, 10, 15)}],
    ],
)
def test_f06_a_corrected_invoice_of_another_or_no_original_registers(
    make_home: MakeHome, reference: list[dict[str, Any]]
) -> None:
    home = made(make_home, corrected(reference=reference))
    assert statuses(home)[1][1] == "registered"


def test_f06_an_original_that_comes_after_its_correction_waits(make_home: MakeHome) -> None:
    home = make_home(DATA)
    switch(home)
    deliver(home, "d1", [corrected()])
    deliver(home, "d2", [ORIGINAL])
    assert [row[1:] for row in statuses(home)] == [("registered", None), ("to_register", "corrected_invoice")]
    assert [row[3] for row in asked(home)] == [
        "`partita refuse D2 --reason ...` if the corrected one stands in its place, "
        "`partita in-addition D2 D1 --reason ...` if both are owed."
    ]
    correct(home, "in-addition", document="D2", other="D1")
    deliver(home, "d2", [ORIGINAL], now=LATER)
    assert amounts(home) == [("RE 77-K", "109.80"), ("RE 77", "122.00")]


@pytest.mark.parametrize("is_together", [True, False])
def test_f06_a_second_correction_of_one_invoice_waits_beside_the_first(
    make_home: MakeHome, is_together: bool
) -> None:
    """The original stands in the books no more, or never did: the two corrections would be owed together."""
    second = corrected("RE 77-L")
    home = made(make_home, corrected())
    correct(home, "instead", **INSTEAD)
    if is_together:
        home = make_home(DATA)
        switch(home)
        deliver(home, "d1", [corrected(), second])
        asked_of, other = "D2", "D1"
    else:
        deliver(home, "d2", [corrected()], now=LATER)
        deliver(home, "d3", [second], now=LATER)
        asked_of, other = "D3", "D2"
    assert amounts(home) == [("RE 77-K", "109.80")]
    assert [str(row[2]).partition("EUR")[2] for row in asked(home)] == [", corrects the same invoice"]
    correct(home, "instead", document=asked_of, other=other)
    deliver(
        home, "d1" if is_together else "d3", [corrected(), second] if is_together else [second], now=LATER
    )
    assert amounts(home) == [("RE 77-L", "109.80")]


def test_f06_a_correction_of_a_correction_waits_for_that(make_home: MakeHome) -> None:
    home = made(make_home, corrected())
    correct(home, "instead", **INSTEAD)
    deliver(home, "d2", [corrected()], now=LATER)
    again = corrected("RE 77-L", reference=[{"kind": "invoice", "number": "RE 77-K"}])
    deliver(home, "d3", [again], now=LATER)
    assert amounts(home) == [("RE 77-K", "109.80")]
    correct(home, "instead", document="D3", other="D2")
    deliver(home, "d3", [again], now=LATER)
    assert amounts(home) == [("RE 77-L", "109.80")]


@pytest.mark.parametrize(
    ("second", "problem"),
    [
        (
            {"reference": [], "supplier": "S002"},
            "D2 is of S002, D1 of S001: two suppliers have no invoice together",
        ),
        (
            {"reference": [{"kind": "invoice", "number": "RE 78"}]},
            "D2 is no correction of D1: `partita refuse D1` says that an invoice is not owed",
        ),
    ],
)
def test_f06_only_what_is_corrected_is_taken_out(
    make_home: MakeHome, second: dict[str, Any], problem: str
) -> None:
    """A slip of a digit must not take out another invoice; nor may the two be named in the wrong order."""
    home = made(make_home, corrected(**second), corrected("RE 77-L"))
    for arguments, refused in (
        (INSTEAD, problem),
        (
            {"document": "D1", "other": "D3"},
            "D1 is no correction of D3: `partita refuse D3` says that an invoice is not owed",
        ),
    ):
        with pytest.raises(OperatingError) as error:
            correct(home, "instead", **arguments)
        assert str(error.value) == f"{refused}. Nothing was changed."
    assert ("RE 77", "122.00") in amounts(home)


def test_f06_two_invoices_of_two_suppliers_are_not_the_same(make_home: MakeHome) -> None:
    home = made(make_home, document(document_number="RE 77", supplier="S002"))
    with pytest.raises(OperatingError) as error:
        correct(home, "same", **INSTEAD)
    assert str(error.value) == (
        "D2 is of S002, D1 of S001: two suppliers have no invoice together. Nothing was changed."
    )


def change(home: LedgerHome, document_id: int, key: str, one: Any) -> int:
    """Posts a registered document of that delivery to another account; the correction's number."""
    with home.transaction():
        number, keys = change_registration(
            home.workbench, document_id, PostingChoice("7103001", "22"), Decider("anna", LATER, "an account")
        )
    assert keys == [key]
    deliver(home, key, [one], now=LATER)
    return number


def test_f06_of_several_invoices_that_one_corrects_each_waits_that_comes_later(make_home: MakeHome) -> None:
    """Not only the first by number."""
    home = make_home(DATA)
    switch(home)
    named = [{"kind": "invoice", "number": number} for number in ("RE 78", "RE 77")]
    other = document(document_number="RE 78", format="UBL", type_code="380")
    for number, one in enumerate((corrected(reference=named), ORIGINAL, other), 1):
        deliver(home, f"d{number}", [one])
    assert statuses(home) == [
        ("RE 77-K", "registered", None),
        ("RE 77", "to_register", "corrected_invoice"),
        ("RE 78", "to_register", "corrected_invoice"),
    ]
    for original in ("D2", "D3"):
        correct(home, "instead", document="D1", other=original)
    assert [row[1] for row in statuses(home)] == ["registered", "handled", "handled"]


def test_f06_a_later_invoice_of_another_year_is_not_what_was_corrected(make_home: MakeHome) -> None:
    """Numbers begin again with a year."""
    home = make_home(DATA)
    switch(home)
    deliver(home, "d1", [corrected(document_date=dt.date(2025, 12, 20))])
    deliver(home, "d2", [ORIGINAL])
    assert statuses(home)[1] == ("RE 77", "registered", None)


def test_f06_a_supplier_whose_code_was_changed_is_the_same_one(make_home: MakeHome) -> None:
    home = made(make_home)
    renamed = {"counterparty_code": "S901"}
    home.load_reference(
        DATA.replace(
            counterparties=tuple(
                {**row, **renamed} if row["counterparty_code"] == "S001" else row
                for row in DATA.counterparties
            ),
            accounts=tuple(
                {**row, **renamed} if row["counterparty_code"] == "S001" else row for row in DATA.accounts
            ),
            invoice_rules=(invoice_rule("STEEL", "7101001", counterparty="S901", vat_code="22"),),
        )
    )
    deliver(home, "d2", [corrected()], now=LATER)
    assert statuses(home)[1] == ("RE 77-K", "to_register", "corrected_invoice")
    correct(home, "instead", **INSTEAD)
    deliver(home, "d2", [corrected()], now=LATER)
    assert amounts(home) == [("RE 77-K", "109.80")]


def test_f06_an_original_that_is_credited_in_full_stays_so_when_its_posting_is_changed(
    make_home: MakeHome,
) -> None:
    home = made(make_home, credit_note())
    change(home, 1, "d1", ORIGINAL)
    deliver(home, "d3", [corrected()], now=LATER)
    assert [row[1:] for row in statuses(home)] == [("registered", None)] * 3


@pytest.mark.parametrize(("answer", "document_id"), [("in-addition", 1), ("in-addition", 2), ("instead", 2)])
def test_f06_a_change_of_one_of_two_with_one_number_can_be_undone(
    make_home: MakeHome, answer: str, document_id: int
) -> None:
    """What was said of the two counts as well when a registration is put back."""
    second = corrected("RE 77")
    home = made(make_home, second)
    correct(home, answer, **INSTEAD)
    deliver(home, "d2", [second], now=LATER)
    before = essence(home)
    changed = change(home, document_id, f"d{document_id}", (ORIGINAL, second)[document_id - 1])
    correct(home, "undo", correction=changed)
    assert essence(home) == before


@pytest.mark.parametrize("later", ["same", "other", "in-addition"])
def test_f06_an_answer_does_not_come_back_beside_another_one(make_home: MakeHome, later: str) -> None:
    """Else `same` would close the correction and `instead` the original: nothing would be owed."""
    home = made(make_home, corrected())
    undone = correct(home, "undo", correction=correct(home, "instead", **INSTEAD))
    correct(home, later, **INSTEAD)
    before = [essence(home), statuses(home)]
    with pytest.raises(OperatingError) as error:
        correct(home, "undo", correction=undone)
    assert (
        str(error.value)
        == f"D2 and D1 have the answer `{later}` by C3: undo that first. Nothing was changed."
    )
    assert [essence(home), statuses(home)] == before


def test_f06_the_original_comes_back_when_its_correction_was_refused(make_home: MakeHome) -> None:
    """Else nothing would be owed for ever; and it cannot go again for the sake of what was refused."""
    home = made(make_home, corrected())
    before = owed(home)
    answer = correct(home, "instead", **INSTEAD)
    with home.transaction():
        close_documents(home.workbench, [2], "refuse", Decider("anna", LATER, "a mistake"))
    undone = correct(home, "undo", correction=answer)
    assert owed(home) == before
    assert [row[1] for row in statuses(home)] == ["registered", "refused"]
    with pytest.raises(OperatingError) as error:
        correct(home, "undo", correction=undone)
    assert str(error.value) == "D2 is refused: it stands in no other's place. Nothing was changed."
    assert owed(home) == before


def test_f06_what_repeats_a_correction_stands_in_no_place(make_home: MakeHome) -> None:
    home = made(make_home, corrected())
    correct(home, "in-addition", **INSTEAD)
    deliver(home, "d2", [corrected()], now=LATER)
    deliver(home, "d3", [corrected(transmission_code="2")], now=LATER)
    before = amounts(home)
    with pytest.raises(OperatingError) as error:
        correct(home, "instead", document="D3", other="D1")
    assert str(error.value) == "D3 is repeated: it stands in no other's place. Nothing was changed."
    assert amounts(home) == before


def test_f06_an_original_that_was_handled_elsewhere_is_asked_about(make_home: MakeHome) -> None:
    """It is owed, in other books: the correction belongs there as well, or here in addition."""
    home = make_home(DATA)
    switch(home)
    deliver(home, "d1", [document(document_number="RE 77", supplier="S002")])
    with home.transaction():
        close_documents(home.workbench, [1], "handle", Decider("anna", LATER, "old books"))
    deliver(home, "d2", [corrected(supplier="S002")])
    about = [row for row in asked(home) if row[0] == "corrected_invoice"]
    assert [(str(row[2]).partition("EUR, ")[2], row[3]) for row in about] == [
        (
            "has the number RE 77, which this one corrects, and was handled elsewhere",
            "`partita handle D2 --reason ...` if this one is handled there as well, "
            "`partita in-addition D2 D1 --reason ...` if both are owed.",
        )
    ]
    correct(home, "in-addition", **INSTEAD)
    assert [row[0] for row in asked(home)] == ["R06"]


def test_f06_what_is_credited_of_the_original_is_named(make_home: MakeHome) -> None:
    """The credit note stands also after `instead`: whoever answers must know of it."""
    home = made(make_home, credit_note(lines=LESS), corrected())
    assert [str(row[2]).partition("EUR, ")[2] for row in asked(home)] == [
        "has the number RE 77, which this one corrects, and is credited with 109.80"
    ]


def test_r01_a_correction_whose_original_lost_its_credit_note_is_listed(make_home: MakeHome) -> None:
    home = made(make_home, credit_note(), corrected())
    with home.transaction():
        change_registration(home.workbench, 2, PostingChoice("7103001"), Decider("anna", LATER, "cost"))
    with home.ledger.reading() as connection:
        listed = registered_twice(connection)
    assert [(row["document"], row["first_document"], row["remedy"]) for row in listed] == [
        ("D3", "D1", "`partita instead D3 D1 --reason ...`, `partita in-addition D3 D1 --reason ...`")
    ]
    correct(home, "in-addition", document="D3", other="D1")
    with home.ledger.reading() as connection:
        assert registered_twice(connection) == []
