"""What holds for any documents that may be one invoice: identity is an equivalence, each is owed once (R01).

The oracle knows the rule alone: company, supplier, number, year, invoice or credit note. Documents differ in
how their supplier and their number are written, in format, transmission, date and amount.
"""

from __future__ import annotations

import datetime as dt
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.invoices.model import CanonicalDocument
from tests.support.corrections import correct, essence
from tests.support.effort import examples, times
from tests.support.invoice_ledgers import NOW, deliver, document, switch
from tests.support.ledgers import LedgerHome, make_home
from tests.support.registrations import FULL, unbalanced
from tests.support.whole_ledger import invariants_of, registered_twice

LATER: Final = NOW + dt.timedelta(hours=1)
GROUP: Final = "09990189996"
WAYS: Final[dict[str, Sequence[dict[str, Any]]]] = {
    "S001": ({}, {"supplier_tax_code": None}, {"supplier_vat_number": None}),
    "G001": tuple(
        {
            "supplier_vat_number": number,
            "supplier_tax_code": "09990199995",
            "supplier_name": "Counterparty G001",
        }
        for number in (GROUP, None)
    ),
    "G002": tuple(
        {
            "supplier_vat_number": number,
            "supplier_tax_code": "09990209992",
            "supplier_name": "Counterparty G002",
        }
        for number in (GROUP, None)
    ),
}
"""By supplier: the ways in which a document may name him."""

NUMBERS: Final = ("RE 7", " re  7", "Re 7", "RE7", "RE-7", "RE 07", "RE 8", "0RE 8", "7/1", "07/001", "71")
"""The first three are one number; some of the others are similar to it or to each other."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A document as it was sent, and what the oracle needs to know of it."""

    made: CanonicalDocument
    supplier: str
    company: str
    number: str
    date: dt.date
    amount: str
    is_credit_note: bool

    @property
    def identity(self) -> tuple[object, ...]:
        """What makes two documents one invoice."""
        written = " ".join(self.number.split()).upper()
        return (self.company, self.supplier, written, self.date.year, self.is_credit_note)

    @property
    def content(self) -> tuple[object, ...]:
        """What a repetition shares besides."""
        return (*self.identity, self.date, self.amount)

    @property
    def alike(self) -> set[tuple[object, ...]]:
        """Documents that share one of these with another identity are similar, of one date and amount."""
        written = " ".join(self.number.split()).upper()
        plain = re.sub("[^0-9A-Z]", "", written).lstrip("0")
        by_group = re.sub("[^0-9A-Z]", "", re.sub("(?<![0-9])0+(?=[0-9])", "", written))
        rest = (self.company, self.supplier, self.is_credit_note, self.date, self.amount)
        return {("plain", plain, *rest), ("by group", by_group, *rest)}


_TYPE_CODES: Final = {
    (True, False): "TD01",
    (True, True): "TD04",
    (False, False): "380",
    (False, True): "381",
}
"""How FatturaPA, and how UBL and CII, name invoices and credit notes."""


@st.composite
def sent(draw: st.DrawFn) -> Sent:
    """A document of few suppliers, numbers, days and amounts, so that many are one invoice."""
    supplier = draw(st.sampled_from(sorted(WAYS)))
    company = draw(st.sampled_from(["ALBA", "ALBA", "ALBA", "BREZZA"])) if supplier == "S001" else "ALBA"
    number = draw(st.sampled_from(NUMBERS))
    date = draw(st.sampled_from([dt.date(2026, 10, 15), dt.date(2026, 10, 15), dt.date(2026, 10, 16)]))
    amount = draw(st.sampled_from(["100.00", "100.00", "50.00"]))
    is_credit_note = draw(st.integers(0, 5)) == 0
    credit: dict[str, Any] = (
        {"document_type": "TD04", "is_credit_note": True, "reference": [{"kind": "invoice", "number": "1"}]}
        if is_credit_note
        else {}
    )
    form = draw(st.sampled_from(["FPR12", "UBL", "CII"]))
    made = document(
        supplier="S001",
        company=company,
        document_number=number,
        document_date=date,
        format=form,
        type_code=_TYPE_CODES[form == "FPR12", is_credit_note],
        transmission_code=draw(st.sampled_from(["1", "2", "3"])),
        lines=(("Steel bars", amount, "22", None),),
        **(draw(st.sampled_from(WAYS[supplier])) | credit),
    )
    return Sent(made, supplier, company, number, date, amount, is_credit_note)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, ledger_templates: dict[str, Path]) -> Iterator[LedgerHome]:
    """One ledger for all examples: each works in a trial that is undone."""
    made = make_home(tmp_path_factory.mktemp("home"), FULL, ledger_templates)
    yield made
    made.close()


def deliver_all(home: LedgerHome, parts: Sequence[Sequence[Sent]], now: dt.datetime = NOW) -> None:
    """Each part is a delivery; a delivery that is there already runs again."""
    for number, part in enumerate(parts, 1):
        if part:
            deliver(home, f"d{number}", [each.made for each in part], now=now)


def judged(home: LedgerHome, parts: Sequence[Sequence[Sent]]) -> dict[int, tuple[Sent, str, str | None]]:
    """Every document by its number, with what was sent, its status and its reasons.

    The same file in one delivery is read once; a file of a delivery is named after its place.
    """
    by_file = {
        f"d{number}-{place}.xml": each
        for number, part in enumerate(parts, 1)
        for place, each in enumerate(part, 1)
    }
    rows = home.rows(
        "SELECT document_id, source_file, document.status, reason_codes FROM ledger.document AS document "
        "JOIN ledger.file_import USING (import_id)"
    )
    return {int(str(row[0])): (by_file[str(row[1])], str(row[2]), row[3]) for row in rows}  # type: ignore[misc]


def statuses(home: LedgerHome, parts: Sequence[Sequence[Sent]]) -> dict[int, str]:
    """The status of every document by its number."""
    return {number: status for number, (_, status, _) in judged(home, parts).items()}


def answered_other(home: LedgerHome) -> set[frozenset[int]]:
    """Pairs of which somebody said that they are two."""
    rows = home.rows(
        "SELECT document_id, other_document_id FROM ledger.document_answer "
        "WHERE answer = 'other' AND undone_at IS NULL"
    )
    return {frozenset(int(str(number)) for number in row) for row in rows}


def check_what_holds(home: LedgerHome, parts: Sequence[Sequence[Sent]]) -> None:
    """Identity is that of the oracle, and nothing is owed twice without an answer."""
    found = judged(home, parts)
    assert len(found) == sum(map(len, parts))
    by_key: dict[object, set[tuple[object, ...]]] = defaultdict(set)
    by_identity: dict[object, set[object]] = defaultdict(set)
    for number, key in home.rows("SELECT document_id, registration_key FROM ledger.document"):
        by_key[key].add(found[int(str(number))][0].identity)
        by_identity[found[int(str(number))][0].identity].add(key)
    assert {len(group) for group in [*by_key.values(), *by_identity.values()]} <= {1}

    registered = {number: each for number, (each, status, _) in found.items() if status == "registered"}
    two = answered_other(home)
    for number, each in registered.items():
        for other_number, other in registered.items():
            if number < other_number and frozenset((number, other_number)) not in two:
                assert each.identity != other.identity
                assert not each.alike & other.alike
    for number, (each, status, reasons) in found.items():
        others = [other for key, (other, _, _) in found.items() if key != number]
        if status == "repeated":
            assert each.content in {other.content for other in others} or home.rows(
                f"SELECT 1 FROM ledger.document_answer WHERE document_id = {number} AND undone_at IS NULL"
            )
        elif status == "to_register" and reasons is not None and "R01" in str(reasons):
            assert each.identity in {other.identity for other in others}
        elif status == "to_register" and reasons is not None:
            assert "similar_document" in str(reasons)
            assert any(each.alike & other.alike and each.identity != other.identity for other in others)
    keys = home.rows("SELECT open_item_key FROM ledger.open_item WHERE status <> 'withdrawn'")
    assert len(set(keys)) == len(keys) == len(registered)
    assert unbalanced(home) == []
    assert invariants_of(home.workbench) == {}


def shuffled(documents: Sequence[Sent], chance: random.Random) -> list[list[Sent]]:
    """The documents in any order, in up to three deliveries."""
    mixed = chance.sample(documents, len(documents))
    cuts = sorted(chance.randint(0, len(mixed)) for _ in range(2))
    return [mixed[: cuts[0]], mixed[cuts[0] : cuts[1]], mixed[cuts[1] :]]


def check_that_each_is_owed_once(home: LedgerHome, documents: Sequence[Sent], chance: random.Random) -> None:
    """In any order and any deliveries, and again; what is no question is registered.

    A document that waits may ask about another one when it is looked at again: one that came later and has
    its very number. It waits all the same.
    """
    parts = shuffled(documents, chance)
    with home.trial():
        switch(home)
        deliver_all(home, parts)
        check_what_holds(home, parts)
        before = (essence(home), statuses(home, parts))
        deliver_all(home, parts, LATER)
        check_what_holds(home, parts)
        assert (essence(home), statuses(home, parts)) == before


def check_that_answers_end_every_question(
    home: LedgerHome, documents: Sequence[Sent], chance: random.Random
) -> None:
    """Whatever people answer, each question ends; and undoing all of it leads back to where it began."""
    parts = shuffled(documents, chance)
    with home.trial():
        switch(home)
        deliver_all(home, parts)
        before = essence(home)
        corrections: list[int] = []
        while asked := open_questions(home):
            question = chance.choice(asked)
            names = {"document": f"D{question[0]}", "other": f"D{question[1]}"}
            corrections.append(correct(home, chance.choice(["same", "other"]), **names))
            deliver_all(home, parts, LATER)
            check_what_holds(home, parts)
            assert len(corrections) <= len(documents) ** 2
        assert {status for _, status, _ in judged(home, parts).values()} <= {"registered", "repeated"}
        for number in reversed(corrections):
            correct(home, "undo", correction=number)
        assert essence(home) == before
        deliver_all(home, parts, LATER)
        check_what_holds(home, parts)
        assert registered_twice(home.workbench) == []


def open_questions(home: LedgerHome) -> list[tuple[object, ...]]:
    """Documents that wait for an answer, each with the other one."""
    return home.rows(
        "SELECT asked.document_id, asked.other_document_id FROM ledger.document_question AS asked "
        "JOIN ledger.document AS document USING (document_id) WHERE document.status = 'to_register' "
        "ORDER BY ALL"
    )


DOCUMENTS: Final = st.lists(sent(), min_size=2, max_size=9)
CHANCE: Final = st.randoms(use_true_random=False)


@settings(max_examples=examples(4, 100))
@given(DOCUMENTS, CHANCE)
def test_r01_each_invoice_is_owed_once_in_any_order_and_form(
    home: LedgerHome, documents: list[Sent], chance: random.Random
) -> None:
    check_that_each_is_owed_once(home, documents, chance)


@settings(max_examples=examples(2, 40))
@given(DOCUMENTS, CHANCE)
def test_r01_answers_end_every_question_and_can_be_undone(
    home: LedgerHome, documents: list[Sent], chance: random.Random
) -> None:
    check_that_answers_end_every_question(home, documents, chance)


@pytest.mark.faults
@settings(max_examples=times(100))
@given(st.lists(sent(), min_size=2, max_size=25), CHANCE)
def test_r01_each_of_very_many_invoices_is_owed_once(
    home: LedgerHome, documents: list[Sent], chance: random.Random
) -> None:
    check_that_each_is_owed_once(home, documents, chance)


@pytest.mark.faults
@settings(max_examples=times(40))
@given(st.lists(sent(), min_size=2, max_size=14), CHANCE)
def test_r01_answers_about_very_many_documents_end_every_question(
    home: LedgerHome, documents: list[Sent], chance: random.Random
) -> None:
    check_that_answers_end_every_question(home, documents, chance)
