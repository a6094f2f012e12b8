"""What holds for the amounts of any e-invoice: items are what it asks for, the same money counts once.

What is payable is worked out here from how a document was made up, not from the document.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.invoices.model import CanonicalDocument
from assets.money import WHOLE_IN_PRACTICE, minor_digits
from tests.support.effort import examples, times
from tests.support.invoice_ledgers import deliver, document, switch
from tests.support.ledgers import LedgerHome, exchange_rate, make_home, vat_code
from tests.support.registrations import FULL, open_codes, statuses, unbalanced
from tests.support.whole_ledger import invariants_of

REMARK: Final = "amounts_by_convention"
DATA: Final = FULL.replace(
    vat_codes=(*FULL.vat_codes, vat_code("N2.2", "0", "outside", nature="N2.2", account="")),
    exchange_rates=(
        *FULL.exchange_rates,
        exchange_rate("JPY", "2026-10-12", "160.0000"),
        exchange_rate("KWD", "2026-10-12", "0.3300"),
        exchange_rate("HUF", "2026-10-12", "400.0000"),
    ),
)


@dataclass(slots=True)
class Made:
    """A document with what is payable for it, what was paid before, and its instalments as stated."""

    document: CanonicalDocument
    payable: Decimal
    prepaid: Decimal = Decimal(0)
    stated: list[Decimal] = field(default_factory=list)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, ledger_templates: dict[str, Path]) -> Iterator[LedgerHome]:
    """One ledger for all examples: each works in a trial that is undone."""
    made = make_home(tmp_path_factory.mktemp("home"), DATA, ledger_templates)
    yield made
    made.close()


_LEAST: Final = {"JPY": 10_000, "HUF": 1_000_000}
"""Of these currencies less is nothing in euros."""

# --- Documents ----------------------------------------------------------------------------------------------


def rounded(amount: Decimal, digits: int = 2) -> Decimal:
    """The amount in so many decimals, half away from zero."""
    return amount.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def row(taxable: Decimal, rate: str, digits: int, nature: str | None = None) -> dict[str, Any]:
    """A row of a VAT summary."""
    vat = rounded(taxable * Decimal(rate) / 100, digits)
    return {"vat_rate": Decimal(rate), "vat_nature": nature, "taxable_amount": taxable, "vat_amount": vat}


def prices(digits: int, least: int = 1) -> st.SearchStrategy[Decimal]:
    """Amounts above nothing with so many decimals."""
    return st.integers(least, 1_000 * least).map(lambda units: Decimal(units).scaleb(-digits))


@st.composite
def shares(draw: st.DrawFn, whole: Decimal, digits: int) -> list[dict[str, Any]]:
    """Payments of one sign, or with one that is money back, that add up to the amount exactly."""
    parts = draw(st.lists(st.integers(0, 9), min_size=1, max_size=4))
    amounts = [rounded(whole * part / (sum(parts) + 1), digits) for part in parts]
    if draw(st.integers(0, 5)) == 0:
        amounts[0] = -amounts[0]
    amounts.append(whole - sum(amounts, Decimal(0)))
    days = draw(st.lists(st.integers(1, 28), min_size=len(amounts), max_size=len(amounts)))
    rows = [
        {"amount": amount, "due_date": dt.date(2026, 11, day)}
        for amount, day in zip(amounts, days, strict=True)
    ]
    if draw(st.booleans()):
        rows.insert(0, {"amount": Decimal(0), "due_date": dt.date(2026, 11, 1)})
    return rows


def stated_of(payments: list[dict[str, Any]]) -> list[Decimal]:
    """The instalments in the order of their numbers: by date, then as they stand."""
    return [each["amount"] for each in sorted(payments, key=lambda each: each["due_date"]) if each["amount"]]


@st.composite
def italian(draw: st.DrawFn, number: str) -> Made:
    """FatturaPA: withholding, the agents' fund in one place or several, split VAT, discounts in per cent."""
    net = [draw(prices(2, 1_000)) for _ in range(draw(st.integers(1, 3)))]
    base = sum(net, Decimal(0))
    fields: dict[str, Any] = {
        "document_number": number,
        "supplier": "S003",
        "lines": [("Steel", str(price), "22", None) for price in net],
    }
    summary = [row(base, "22", 2)]
    total = base + summary[0]["vat_amount"]
    split = Decimal(0)
    kept_back = Decimal(0)
    discount = draw(st.sampled_from(["none", "none", "in the base", "on all"]))
    if discount == "in the base":
        fields["adjustment"] = [{"kind": "discount", "pct": Decimal(10)}]
        base = rounded(base * 9 / 10)
        summary = [row(base, "22", 2)]
        total = base + summary[0]["vat_amount"]
    elif discount == "on all":
        fields["adjustment"] = [{"kind": "discount", "pct": Decimal(10)}]
        total = rounded(total * 9 / 10)
    elif draw(st.booleans()):
        summary[0]["exigibility"] = "S"
        split = summary[0]["vat_amount"]
    withholding = []
    if draw(st.booleans()):
        kept_back += rounded(base / 5)
        withholding.append({"withholding_type": "RT01", "amount": rounded(base / 5)})
    if draw(st.booleans()):
        contribution = rounded(base * 17 / 200)
        kept_back += contribution
        fields["welfare_fund"] = [
            {"fund_type": "TC07", "amount": contribution, "vat_rate": Decimal(0), "vat_nature": "N2.2"}
        ]
        if draw(st.booleans()):
            withholding.append({"withholding_type": "RT04", "amount": contribution})
        if draw(st.booleans()):
            summary.append(row(contribution, "0", 2, "N2.2"))
    fields |= {"withholding": withholding, "vat": summary}
    payable = total - split - kept_back
    fields["total_amount"] = draw(st.sampled_from([total, total, total - kept_back]))
    payments: list[dict[str, Any]] = []
    if draw(st.booleans()):
        before = draw(st.sampled_from([payable, payable + kept_back, payable + kept_back + split]))
        payments = draw(shares(before, 2))
        fields["payment"] = payments
    if draw(st.integers(0, 3)) == 0:
        fields |= {
            "document_type": "TD04",
            "is_credit_note": True,
            "reference": [{"kind": "invoice", "number": "1"}],
        }
        payable = -payable
    return Made(document(**fields), payable, stated=stated_of(payments))


@st.composite
def european(draw: st.DrawFn, number: str) -> Made:
    """EN 16931: charges and allowances by rate, prepaid amounts, rounding of the amount due, any currency."""
    currency = draw(st.sampled_from(["EUR", "EUR", "EUR", "USD", "JPY", "KWD", "HUF"]))
    digits = minor_digits(currency)
    lines, adjustments, summary = [], [], []
    for rate in draw(st.lists(st.sampled_from(["22", "10"]), min_size=1, max_size=2, unique=True)):
        net = [draw(prices(digits, _LEAST.get(currency, 100))) for _ in range(draw(st.integers(1, 3)))]
        lines += [("Steel", str(price), rate, None) for price in net]
        base = sum(net, Decimal(0))
        for kind in draw(st.lists(st.sampled_from(["charge", "discount"]), max_size=2)):
            amount = rounded(base / draw(st.integers(3, 9)), digits)
            adjustments.append({"kind": kind, "amount": amount, "vat_rate": Decimal(rate)})
            base += amount if kind == "charge" else -amount
        summary.append(row(base, rate, digits))
    total = sum((each["taxable_amount"] + each["vat_amount"] for each in summary), Decimal(0))
    roundings = ("0", "0.40", "-0.02") if currency == "EUR" else ("0",)
    rounding = Decimal(draw(st.sampled_from(roundings)))
    prepaid = rounded(total * draw(st.integers(0, 6)) / 5, digits)
    payable = total + rounding - prepaid
    fields: dict[str, Any] = {
        "format": "UBL",
        "type_code": "380",
        "document_number": number,
        "currency_code": currency,
        "lines": lines,
        "adjustment": adjustments,
        "vat": summary,
        "total_amount": total,
        "prepaid_amount": prepaid or None,
        "payable_rounding_amount": rounding or None,
        "payable_amount": payable,
    }
    payments: list[dict[str, Any]] = []
    if payable > 0 and draw(st.booleans()):
        payments = draw(shares(draw(st.sampled_from([payable, payable + prepaid])), digits))
        fields["payment"] = payments
    return Made(document(**fields), payable, prepaid, stated_of(payments))


@st.composite
def of_many_decimals(draw: st.DrawFn, number: str) -> Made:
    """Amounts with four decimals, of one rate or two: what is payable is the exact total, rounded once."""
    net = {rate: draw(prices(4, 100)) for rate in draw(st.sampled_from([["22"], ["22", "10"]]))}
    summary = [row(price, rate, 4) for rate, price in net.items()]
    total = sum((each["taxable_amount"] + each["vat_amount"] for each in summary), Decimal(0))
    made = document(
        document_number=number,
        **draw(st.sampled_from([{}, {"format": "UBL", "type_code": "380"}])),
        lines=[("Steel", str(price), rate, None) for rate, price in net.items()],
        vat=summary,
        total_amount=total,
        payable_amount=total,
    )
    return Made(made, rounded(total))


@st.composite
def deliveries(draw: st.DrawFn, most: int = 10) -> list[Made]:
    """The documents of one delivery, each with its own number."""
    kinds = (italian, european, of_many_decimals)
    return [draw(draw(st.sampled_from(kinds))(f"N{n}")) for n in range(1, draw(st.integers(1, most)) + 1)]


# --- What holds ---------------------------------------------------------------------------------------------

_ITEMS: Final = """
    SELECT CASE side WHEN 'credit' THEN original_amount ELSE -original_amount END, hold_reason
    FROM ledger.open_item WHERE document_number = ? ORDER BY open_item_key
"""
_ACCOUNTS: Final = """
    SELECT sum(posting.debit_amount - posting.credit_amount)
    FROM ledger.posting AS posting JOIN ledger.registration USING (entry_id)
    JOIN ledger.document AS document USING (document_id)
    WHERE document.document_number = ? AND posting.account_code = '7509001'
"""


def check_that_items_are_what_is_asked_for(home: LedgerHome, delivered: list[Made]) -> None:
    """Registers the documents and compares the items of each with what it was made up to ask for."""
    with home.trial():
        switch(home)
        deliver(home, "d1", [made.document for made in delivered])
        assert [found for found in open_codes(home) if found[1] != REMARK] == []
        assert {status for _, status in statuses(home)} == {"registered"}
        assert unbalanced(home) == []
        assert invariants_of(home.workbench) == {}
        for made in delivered:
            header = made.document.header
            found = home.rows(_ITEMS, [header["document_number"]])
            due = [Decimal(str(amount)) for amount, held in found if held is None]
            held = [Decimal(str(amount)) for amount, held in found if held is not None]
            assert sum(due, Decimal(0)) == made.payable
            assert sum(held, Decimal(0)) == made.prepaid
            digits = minor_digits(header["currency_code"])
            assert [amount for amount in (*due, *held) if amount != rounded(amount, digits)] == []
            check_shares(made, due)
            ((rounding,),) = home.rows(_ACCOUNTS, [header["document_number"]])
            if header["currency_code"] == "EUR" and not header.get("payable_rounding_amount"):
                assert abs(Decimal(str(rounding or 0))) <= Decimal("0.05")


def digits_in_practice(made: Made) -> int:
    """The decimals of what is paid: none where nobody pays hundredths and the document states none."""
    header = made.document.header
    stated = [header["total_amount"], header.get("payable_amount") or Decimal(0)]
    stated += [row["vat_amount"] for row in made.document.records["vat_summary"]]
    is_whole = all(amount == amount.to_integral_value() for amount in stated)
    if is_whole and header["currency_code"] in WHOLE_IN_PRACTICE:
        return 0
    return minor_digits(header["currency_code"])


def check_shares(made: Made, due: list[Decimal]) -> None:
    """Each instalment has the sign of what was stated and no more than that; equal ones differ by a cent."""
    if not made.stated or not made.payable:
        return
    sign = 1 if made.payable > 0 else -1
    smallest = Decimal(1).scaleb(-digits_in_practice(made))
    whole = sum(made.stated, Decimal(0))
    expected = [each * abs(made.payable) / whole for each in made.stated]
    shown = [each for each in due if each]
    assert len(shown) <= len(expected)
    if len(shown) == len(expected):
        assert [
            (amount, share)
            for amount, share in zip(shown, expected, strict=True)
            if abs(amount * sign - share) >= smallest
        ] == []


@settings(max_examples=examples(5, 80))
@given(deliveries())
def test_f02_items_are_what_the_document_asks_for_and_the_same_money_counts_once(
    home: LedgerHome, delivered: list[Made]
) -> None:
    check_that_items_are_what_is_asked_for(home, delivered)


@pytest.mark.faults
@settings(max_examples=times(60))
@given(deliveries(most=25))
def test_f02_items_of_very_many_documents_are_what_they_ask_for(
    home: LedgerHome, delivered: list[Made]
) -> None:
    check_that_items_are_what_is_asked_for(home, delivered)
