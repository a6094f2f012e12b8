"""Whether an IBAN of an e-invoice is the supplier's is asked (R13); items may be held until then (E01)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, Final

import pytest

from assets.corrections.changing import change_registration
from assets.corrections.performing import difference_of
from assets.errors import OperatingError
from assets.exports.remembered import held_items
from assets.invoices.deciding import PostingChoice
from assets.invoices.model import CanonicalDocument
from assets.ledger.audit import Decider
from assets.settings import SETTING_RULES
from tests.conftest import MakeHome
from tests.support.corrections import correct
from tests.support.invoice_ledgers import DATA, NOW, deliver, document, switch
from tests.support.ledgers import LedgerHome, setting

REGISTRY: Final = "IT37K9999999999000000000021"
NEW: Final = "IT14L9999999999000000000022"
OTHERS: Final = "IT88M9999999999000000000023"
WRONG: Final = "IT00A9999999999000000000001"
WITH_IBANS: Final = DATA.replace(
    counterparties=tuple(
        row | {"iban": {"S001": REGISTRY, "S002": OTHERS}.get(row["counterparty_code"], "")}
        for row in DATA.counterparties
    )
)
HOLDING: Final = WITH_IBANS.replace(settings=(*DATA.settings, setting("iban_hold", "true")))
REMEDY: Final = (
    "Ask the supplier by a way that you know. `partita confirm-iban D1 --reason ...` if the IBAN is theirs; "
    "with `--known-account` if you pay to another account that you know."
)

WITHOUT_CONFIRMING: Final = (
    "Ask the supplier by a way that you know. `partita confirm-iban D1 --known-account --reason ...` if you "
    "pay to an account that you know."
)


def invoice(number: str, *ibans: str, **more: Any) -> CanonicalDocument:
    """An invoice of S001 of 122.00 to be paid to these accounts, in equal parts."""
    share = Decimal("122.00") / len(ibans)
    payment = [
        {"amount": share, "due_date": dt.date(2026, 11, day), "iban": each}
        for day, each in enumerate(ibans, 1)
    ]
    return document(document_number=number, payment=payment, **more)


def made(make: MakeHome, *documents: CanonicalDocument, holding: bool = True) -> LedgerHome:
    """A ledger with these documents registered, each of a delivery of its own."""
    home = make(HOLDING if holding else WITH_IBANS)
    switch(home)
    for number, one in enumerate(documents, 1):
        deliver(home, f"d{number}", [one])
    return home


def doubts(home: LedgerHome) -> list[tuple[object, ...]]:
    """Document, IBAN and state of every finding about one."""
    return home.rows(
        "SELECT 'D' || document_id, raw_value, coalesce(resolution, 'open') FROM ledger.finding "
        "WHERE finding_code = 'R13' ORDER BY ALL"
    )


def items(home: LedgerHome) -> list[tuple[object, ...]]:
    """Number of the document and why it is held, of every open item."""
    return home.rows(
        "SELECT document_number, coalesce(hold_reason, '-') FROM ledger.open_item WHERE status = 'open' "
        "ORDER BY item_id"
    )


def asked(home: LedgerHome) -> list[tuple[object, ...]]:
    """What is expected of every IBAN that is asked about, and the remedy."""
    return home.rows(
        "SELECT expected, remedy FROM ledger.finding WHERE finding_code = 'R13' AND resolution IS NULL"
    )


def ibans(home: LedgerHome, correction_id: int) -> list[tuple[object, ...]]:
    """What a correction says of IBANs: document, IBAN, whether confirmed, given; items payable, held."""
    return [
        tuple(
            row[name]
            for name in (
                "document_id",
                "iban",
                "is_confirmed",
                "is_given",
                "payable_item_count",
                "held_item_count",
            )
        )
        for row in difference_of(home.workbench, correction_id)["ibans"]
    ]


@pytest.mark.parametrize(
    ("iban", "expected"),
    [
        (NEW, f"the IBAN of S001 in counterparties.csv, {REGISTRY}"),
        (OTHERS, "an IBAN of S001; it is that of S002 Trasporti Rondinella"),
        (WRONG, "an IBAN whose check sum is right"),
    ],
)
def test_r13_an_iban_that_is_not_the_suppliers_is_a_warning_and_holds_nothing_by_itself(
    trial_home: MakeHome, iban: str, expected: str
) -> None:
    home = made(trial_home, invoice("1/A", iban), holding=False)
    remedy = REMEDY if iban != WRONG else WITHOUT_CONFIRMING
    assert asked(home) == [(expected, remedy)]
    assert items(home) == [("1/A", "-")]


@pytest.mark.parametrize("iban", [REGISTRY, "it37 k999 9999 9990 0000 0000 021"])
def test_r13_the_iban_of_the_registry_is_the_suppliers_however_it_is_written(
    trial_home: MakeHome, iban: str
) -> None:
    home = made(trial_home, invoice("1/A", iban))
    assert (doubts(home), items(home)) == ([], [("1/A", "-")])


def test_r13_an_iban_of_a_supplier_of_whom_none_is_known_is_taken_as_it_is(trial_home: MakeHome) -> None:
    home = trial_home(DATA.replace(settings=HOLDING.settings))
    switch(home)
    deliver(home, "d1", [invoice("1/A", NEW)])
    assert (doubts(home), items(home)) == ([], [("1/A", "-")])


def test_e01_with_the_setting_all_items_of_the_document_are_held_and_listed_with_the_command(
    trial_home: MakeHome,
) -> None:
    home = made(trial_home, invoice("1/A", REGISTRY, NEW), invoice("2/A", REGISTRY))
    assert items(home) == [("1/A", "iban"), ("1/A", "iban"), ("2/A", "-")]
    assert [(row["hold_reason"], row["what_to_do"]) for row in held_items(home.workbench)] == [
        ("iban", "`partita confirm-iban D1 --reason ...`"),
        ("iban", "`partita confirm-iban D1 --reason ...`"),
    ]


def test_r13_confirming_an_iban_releases_every_document_of_the_supplier_and_the_next_one_is_not_asked(
    trial_home: MakeHome,
) -> None:
    home = made(trial_home, invoice("1/A", NEW), invoice("2/A", NEW), invoice("3/A", OTHERS))
    number = correct(home, "confirm-iban", document="D1")
    assert ibans(home, number) == [(1, NEW, True, True, 2, 0)]
    deliver(home, "d4", [invoice("4/A", NEW.lower())], now=NOW + dt.timedelta(hours=1))
    assert doubts(home) == [("D1", NEW, "answered"), ("D2", NEW, "answered"), ("D3", OTHERS, "open")]
    assert items(home) == [("1/A", "-"), ("2/A", "-"), ("3/A", "iban"), ("4/A", "-")]


def test_r13_the_answer_that_is_undone_holds_also_what_came_since_and_undoing_that_gives_it_again(
    trial_home: MakeHome,
) -> None:
    home = made(trial_home, invoice("1/A", NEW))
    number = correct(home, "confirm-iban", document="D1", iban=NEW.lower())
    deliver(home, "d2", [invoice("2/A", NEW)], now=NOW + dt.timedelta(hours=1))
    undone = correct(home, "undo", correction=number)
    assert ibans(home, undone) == [(1, NEW, True, False, 0, 2)]
    assert doubts(home) == [("D1", NEW, "open"), ("D2", NEW, "open")]
    assert items(home) == [("1/A", "iban"), ("2/A", "iban")]
    correct(home, "undo", correction=undone)
    assert doubts(home) == [("D1", NEW, "answered"), ("D2", NEW, "answered")]
    assert items(home) == [("1/A", "-"), ("2/A", "-")]


def test_r13_a_document_that_is_paid_elsewhere_is_released_alone(trial_home: MakeHome) -> None:
    home = made(trial_home, invoice("1/A", WRONG), invoice("2/A", WRONG))
    number = correct(home, "confirm-iban", document="D1", known_account=True)
    assert ibans(home, number) == [(1, WRONG, False, True, 1, 0)]
    assert doubts(home) == [("D1", WRONG, "answered"), ("D2", WRONG, "open")]
    assert items(home) == [("1/A", "-"), ("2/A", "iban")]


def test_r13_of_two_ibans_both_are_answered_before_anything_is_paid(trial_home: MakeHome) -> None:
    home = made(trial_home, invoice("1/A", NEW, OTHERS))
    correct(home, "confirm-iban", document="D1", iban=NEW)
    assert items(home) == [("1/A", "iban"), ("1/A", "iban")]
    correct(home, "confirm-iban", document="D1")
    assert items(home) == [("1/A", "-"), ("1/A", "-")]


def test_r13_a_registration_that_is_undone_and_put_back_is_held_as_its_ibans_are_answered_now(
    trial_home: MakeHome,
) -> None:
    home = made(trial_home, invoice("1/A", REGISTRY), invoice("1/A-bis", NEW))
    same = correct(home, "same", document="D2", other="D1")
    assert items(home) == [("1/A", "-")]
    deliver(home, "d3", [invoice("3/A", NEW)], now=NOW + dt.timedelta(hours=1))
    confirmed = correct(home, "confirm-iban", document="D3")
    correct(home, "undo", correction=same)
    assert items(home) == [("1/A", "-"), ("1/A-bis", "-"), ("3/A", "-")]
    correct(home, "undo", correction=confirmed)
    assert items(home) == [("1/A", "-"), ("1/A-bis", "iban"), ("3/A", "iban")]


def test_r13_what_was_held_is_free_when_the_document_is_asked_about_no_more(trial_home: MakeHome) -> None:
    """A change judges the document anew; undoing that brings the items back as they were held before."""
    home = made(trial_home, invoice("1/A", NEW))
    home.load_reference(
        HOLDING.replace(
            counterparties=tuple(
                {**row, "iban": NEW} if row["counterparty_code"] == "S001" else row
                for row in HOLDING.counterparties
            )
        )
    )
    with home.transaction():
        choice, decider = PostingChoice("7103001", "22"), Decider("anna", NOW, "another account")
        number, _ = change_registration(home.workbench, 1, choice, decider)
    deliver(home, "d1", [invoice("1/A", NEW)], now=NOW + dt.timedelta(hours=1))
    assert items(home) == [("1/A", "-")]
    correct(home, "undo", correction=number)
    assert items(home) == [("1/A", "-")]


def test_r13_an_iban_that_is_confirmed_for_one_supplier_is_not_that_of_another(trial_home: MakeHome) -> None:
    """The document turns out to be of somebody else: it waits again."""
    home = made(trial_home, invoice("1/A", NEW))
    correct(home, "confirm-iban", document="D1")
    numbers = {row["counterparty_code"]: row["vat_number"] for row in HOLDING.counterparties}
    swapped = {"S001": numbers["S002"], "S002": numbers["S001"]}
    home.load_reference(
        HOLDING.replace(
            counterparties=tuple(
                {
                    **row,
                    **{
                        name: swapped.get(row["counterparty_code"], row[name])
                        for name in ("vat_number", "tax_code")
                    },
                }
                for row in HOLDING.counterparties
            )
        )
    )
    with home.transaction():
        choice, decider = PostingChoice("7103001", "22"), Decider("anna", NOW, "another supplier")
        number, _ = change_registration(home.workbench, 1, choice, decider)
    deliver(home, "d1", [invoice("1/A", NEW)], now=NOW + dt.timedelta(hours=1))
    assert (asked(home)[0][0], items(home)) == (
        f"the IBAN of S002 in counterparties.csv, {OTHERS}",
        [("1/A", "iban")],
    )
    correct(home, "undo", correction=number)
    assert items(home) == [("1/A", "-")]


@pytest.mark.parametrize("texts", [("X" * 201 + "A", "X" * 201 + "B"), ("X " * 150,)])
def test_r13_ibans_without_end_are_asked_about_and_answered_as_any_other(
    trial_home: MakeHome, texts: tuple[str, ...]
) -> None:
    """What is kept of each is the same."""
    home = made(trial_home, invoice("1/A", *texts))
    assert items(home) == [("1/A", "iban")] * len(texts)
    correct(home, "confirm-iban", document="D1", known_account=True)
    assert items(home) == [("1/A", "-")] * len(texts)
    assert doubts(home) == [("D1", texts[0][:200], "answered")]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"document": "D9"}, "there is no document D9"),
        ({"document": "D2"}, "no IBAN of D2 waits for an answer"),
        ({"document": "D1", "iban": OTHERS}, f"{OTHERS} of D1 waits for no answer, but {NEW}"),
        (
            {"document": "D3"},
            f"{WRONG} is no IBAN, since its check sum is wrong: --known-account says that D3 is paid to "
            "another account",
        ),
        ({"document": "D4"}, "no IBAN of D4 waits for an answer: answered by C1"),
        ({"document": "D4", "iban": OTHERS}, f"{OTHERS} was answered by C1: undo that first"),
        ({"document": "D5"}, "D5 is repeated: nothing of it is paid"),
        (
            {"document": "D1", "known_account": "yes"},
            "known_account of confirm-iban is true or false, and is 'yes'",
        ),
    ],
)  # fmt: skip
def test_r13_what_cannot_be_confirmed_is_refused(
    trial_home: MakeHome, arguments: dict[str, Any], problem: str
) -> None:
    home = made(
        trial_home,
        invoice("1/A", NEW),
        invoice("2/A", REGISTRY),
        invoice("3/A", WRONG),
        invoice("4/A", OTHERS),
        invoice("1/A", NEW),
    )
    correct(home, "confirm-iban", document="D4")
    before = (doubts(home), items(home))
    with pytest.raises(OperatingError) as error:
        correct(home, "confirm-iban", **arguments)
    assert str(error.value) == f"{problem}. Nothing was changed."
    assert (doubts(home), items(home)) == before


def test_e01_nothing_is_held_unless_the_setting_says_so() -> None:
    assert SETTING_RULES["iban_hold"].default == "false"


@pytest.mark.parametrize("is_together", [True, False])
def test_r13_an_iban_that_stands_only_in_a_repetition_is_asked_about_the_first(
    trial_home: MakeHome, is_together: bool
) -> None:
    """A supplier who corrects his account sends the invoice again, and so does whoever pretends to be him."""
    home = trial_home(HOLDING)
    switch(home)
    twice = [invoice("1/A", REGISTRY), invoice("1/A", NEW, position=2 if is_together else 1)]
    for number, part in enumerate([twice] if is_together else [[each] for each in twice], 1):
        deliver(home, f"d{number}", part)
    file = "d1-1.xml" if is_together else "d2-1.xml"
    assert asked(home) == [
        (
            f"the IBAN of S001 in counterparties.csv, {REGISTRY}; it stands in {file}, which repeats the "
            "invoice",
            REMEDY,
        )
    ]
    assert (doubts(home), items(home)) == ([("D1", NEW, "open")], [("1/A", "iban")])
    correct(home, "confirm-iban", document="D1", known_account=True)
    assert (doubts(home), items(home)) == ([("D1", NEW, "answered")], [("1/A", "-")])
