"""What holds for any e-invoices: entries balance, items are what is payable, parts add up, nothing twice."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.invoices.model import CanonicalDocument
from tests.support.effort import examples, times
from tests.support.invoice_ledgers import NOW, deliver, document, switch
from tests.support.ledgers import LedgerHome, make_home
from tests.support.registrations import FULL, balances, open_codes, open_items, statuses, unbalanced
from tests.support.whole_ledger import invariants_of

Delivered = list[tuple[CanonicalDocument, Decimal]]
"""Documents, each with what is payable for it."""

CENT: Final = Decimal("0.01")
RATES: Final = (("22", None), ("10", None), ("0", "N4"), ("0", "N6.1"), ("0", "N1"))
TEXTS: Final = ("Steel bars", "Noleggio auto", "Imposta di bollo", "Bolts", "Bars and NOLEGGIO AUTOCARRI")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, ledger_templates: dict[str, Path]) -> Iterator[LedgerHome]:
    """One ledger for all examples: each works in a trial that is undone."""
    made = make_home(tmp_path_factory.mktemp("home"), FULL, ledger_templates)
    yield made
    made.close()


# --- Documents ----------------------------------------------------------------------------------------------

PRICES: Final = st.one_of(
    st.integers(1, 900_000).map(lambda cents: cents * CENT),
    st.integers(1, 10**10).map(lambda units: Decimal(units).scaleb(-8)),
    st.sampled_from([Decimal(text) for text in ("0.01", "0.005", "33.33", "66.67", "99999999.99")]),
)


def cents(amount: Decimal) -> Decimal:
    """The amount rounded to cents, half away from zero."""
    return amount.quantize(CENT, ROUND_HALF_UP)


@st.composite
def amounts_of(draw: st.DrawFn) -> tuple[list[tuple[str, str, str, str | None]], list[dict[str, Any]]]:
    """Lines of some rates, and the summary that they come to; exigibility is one for a rate."""
    lines, summary = [], []
    for rate, nature in draw(st.lists(st.sampled_from(RATES), min_size=1, max_size=3, unique=True)):
        prices = draw(st.lists(PRICES, min_size=1, max_size=4))
        is_less = draw(st.booleans())
        signed = [-price / 2 if is_less and number else price for number, price in enumerate(prices)]
        exact = [price.quantize(Decimal("1e-8")) for price in signed]
        lines += [(draw(st.sampled_from(TEXTS)), str(price), rate, nature) for price in exact]
        taxable = cents(sum(exact, Decimal(0)))
        # The rate that may be due otherwise has codes for it.
        exigibility = draw(st.sampled_from(["I", "S", "D", None])) if rate == "22" else None
        summary.append(
            {
                "vat_rate": Decimal(rate),
                "vat_nature": nature,
                "taxable_amount": taxable,
                "vat_amount": cents(taxable * Decimal(rate) / 100),
                "exigibility": exigibility,
            }
        )
    return lines, summary


@st.composite
def documents(draw: st.DrawFn, number: str) -> tuple[CanonicalDocument, Decimal]:
    """A document that can be registered, and what is payable for it (negative for a credit)."""
    lines, summary = draw(amounts_of())
    base = sum((row["taxable_amount"] + row["vat_amount"] for row in summary), Decimal(0))
    split = sum((row["vat_amount"] for row in summary if row["exigibility"] == "S"), Decimal(0))
    taxable = sum((row["taxable_amount"] for row in summary), Decimal(0))
    fields: dict[str, Any] = {"document_number": number, "lines": lines, "vat": summary}
    rounding = draw(st.sampled_from([Decimal(0), CENT, -CENT * 3]))
    if rounding:
        fields |= {"rounding_amount": rounding, "total_amount": base + rounding}
    payable = base + rounding - split
    if taxable > 1 and draw(st.booleans()):
        withheld, fund = cents(taxable / 5), cents(taxable / 25)
        # More than is to be paid is never withheld (R12).
        if (payable - withheld - fund) * (payable or base) >= 0:
            fields["withholding"] = [{"withholding_type": "RT01", "amount": withheld}]
            fields["welfare_fund"] = [{"fund_type": "TC07", "amount": fund}]
            payable -= withheld + fund
    if draw(st.booleans()):
        fields["payment"] = draw(payments(payable))
    if draw(st.integers(0, 3)) == 0:
        fields |= {
            "document_type": "TD04",
            "is_credit_note": True,
            "reference": [{"kind": "invoice", "number": "1/A"}],
        }
        payable = -payable if base > 0 else payable
    fields["supplier"] = draw(st.sampled_from(["S001", "S003"]))
    fields["currency_code"] = draw(st.sampled_from(["EUR", "EUR", "USD"]))
    return document(**fields), payable


@st.composite
def payments(draw: st.DrawFn, payable: Decimal) -> list[dict[str, Any]]:
    """Instalments that add up to what is payable, with dates, days or nothing."""
    shares = draw(st.lists(st.integers(1, 9), min_size=1, max_size=4))
    amounts = [cents(payable * share / sum(shares)) for share in shares[1:]]
    amounts.append(payable - sum(amounts, Decimal(0)))
    day = dt.date(2026, 11, 1)
    dates = st.sampled_from([{"due_date": day}, {"term_days": 30}, {"term_date": day, "term_days": 5}, {}])
    return [{"amount": amount} | draw(dates) for amount in amounts]


@st.composite
def deliveries(draw: st.DrawFn, most: int = 12) -> Delivered:
    """The documents of one delivery, each with its own number, and what is payable for each."""
    count = draw(st.integers(1, most))
    return [draw(documents(f"N{number}")) for number in range(1, count + 1)]


# --- What holds ---------------------------------------------------------------------------------------------

_PAYABLE: Final = """
    SELECT document.document_number, document.payable_amount,
           CAST(coalesce(sum(CASE side WHEN 'credit' THEN original_amount ELSE -original_amount END), 0)
                AS DECIMAL(18,4)),
           CAST(coalesce(sum(CASE side WHEN 'credit' THEN original_amount_company_currency
                             ELSE -original_amount_company_currency END), 0) AS DECIMAL(18,4)),
           (SELECT CAST(coalesce(-sum(debit_amount - credit_amount), 0) AS DECIMAL(18,4)) FROM ledger.posting
            WHERE posting.entry_id = registration.entry_id AND open_item_key IS NOT NULL)
    FROM ledger.registration AS registration
    JOIN ledger.document AS document USING (document_id)
    LEFT JOIN ledger.open_item AS item ON item.opened_by_entry_id = registration.entry_id
    GROUP BY document.document_number, document.payable_amount, registration.entry_id
"""
_PARTS: Final = """
    SELECT document.document_number, part.vat_rate, part.vat_nature, sum(part.taxable_amount)
    FROM ledger.registration_part AS part
    JOIN ledger.registration USING (registration_id) JOIN ledger.document AS document USING (document_id)
    WHERE document.currency_code = 'EUR' GROUP BY ALL
"""


def check_that_everything_adds_up(home: LedgerHome, delivered: Delivered) -> None:
    """Registers the documents and compares items, parts and entries with what the documents say."""
    with home.trial():
        switch(home)
        deliver(home, "d1", [each for each, _ in delivered])
        assert open_codes(home) == sorted(
            (each.header["document_number"], "amounts_by_convention")
            for each, payable in delivered
            if payable and any(row["amount"] == 0 for row in each.records["payment"])
        )
        assert {status for _, status in statuses(home)} == {"registered"}
        assert unbalanced(home) == []
        assert invariants_of(home.workbench) == {}

        payable = {each.header["document_number"]: amount for each, amount in delivered}
        for number, stored, opened, opened_company, posted in home.rows(_PAYABLE):
            assert (stored, opened) == (payable[number], payable[number])
            assert opened_company == posted

        parts = {tuple(row[:3]): row[3] for row in home.rows(_PARTS)}
        for each, _ in delivered:
            if each.header["currency_code"] == "EUR":
                for key, taxable in taxables(each).items():
                    assert parts.pop(key) == taxable
        assert parts == {}


def taxables(each: CanonicalDocument) -> dict[tuple[str, Decimal, str | None], Decimal]:
    """The summary of a document, from the buyer's view: a credit note is negative."""
    base = sum((row["taxable_amount"] + row["vat_amount"] for row in each.records["vat_summary"]), Decimal(0))
    sign = -1 if each.header["is_credit_note"] and base > 0 else 1
    return {
        (each.header["document_number"], row["vat_rate"], row["vat_nature"]): row["taxable_amount"] * sign
        for row in each.records["vat_summary"]
    }


def check_that_nothing_is_registered_twice(home: LedgerHome, delivered: Delivered) -> None:
    """The same delivery again, and the same documents in other files."""
    content = [each for each, _ in delivered]
    with home.trial():
        switch(home)
        first = deliver(home, "d1", content)
        before = [balances(home), open_items(home), statuses(home)]
        assert deliver(home, "d1", content, now=NOW + dt.timedelta(hours=1)) == first
        assert [balances(home), open_items(home), statuses(home)] == before
        other = deliver(home, "d2", content)
        assert other.counts["repeated_count"] == len(content)
        assert [balances(home), open_items(home)] == before[:2]


def check_that_order_does_not_matter(home: LedgerHome, delivered: Delivered, chance: random.Random) -> None:
    """The documents in one delivery, and shuffled in two."""
    content = [each for each, _ in delivered]
    shuffled = chance.sample(content, len(content))
    cut = chance.randint(0, len(content))
    states = []
    for parts in ([content], [shuffled[:cut], shuffled[cut:]]):
        with home.trial():
            switch(home)
            for number, part in enumerate(parts, 1):
                if part:
                    deliver(home, f"d{number}", part)
            states.append((balances(home), open_items(home)))
    assert states[0] == states[1]


@settings(max_examples=examples(4, 120))
@given(deliveries())
def test_f02_items_are_what_is_payable_and_parts_add_up_to_the_cent(
    home: LedgerHome, delivered: Delivered
) -> None:
    check_that_everything_adds_up(home, delivered)


@settings(max_examples=examples(2, 30))
@given(deliveries())
def test_f02_registering_twice_changes_nothing_in_the_ledger(home: LedgerHome, delivered: Delivered) -> None:
    check_that_nothing_is_registered_twice(home, delivered)


@settings(max_examples=examples(2, 30))
@given(deliveries(), st.randoms(use_true_random=False))
def test_f02_the_order_of_files_does_not_matter(
    home: LedgerHome, delivered: Delivered, chance: random.Random
) -> None:
    check_that_order_does_not_matter(home, delivered, chance)


@pytest.mark.faults
@settings(max_examples=times(120))
@given(deliveries(most=25))
def test_f02_items_and_parts_of_very_many_documents_add_up(home: LedgerHome, delivered: Delivered) -> None:
    check_that_everything_adds_up(home, delivered)


@pytest.mark.faults
@settings(max_examples=times(30))
@given(deliveries(most=25), st.randoms(use_true_random=False))
def test_f02_very_many_documents_make_one_ledger_in_any_order_and_again(
    home: LedgerHome, delivered: Delivered, chance: random.Random
) -> None:
    check_that_order_does_not_matter(home, delivered, chance)
    check_that_nothing_is_registered_twice(home, delivered)
