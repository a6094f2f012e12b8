"""R09, R12: totals, lines and payments agree by conventions of real documents, named; nothing is guessed.

What is posted comes from the VAT summary; the convention says how the other figures follow from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import pytest

from tests.support.invoice_ledgers import deliver, document, switch
from tests.support.ledgers import LedgerHome, make_home
from tests.support.registrations import FULL, d, document_value, items, registration_value, statuses

Fields = Mapping[str, Any]

NET: Final = [("Consulting", "1000.00", "22", None)]
WITHHELD: Final = {
    "supplier": "S003",
    "lines": NET,
    "withholding": [{"withholding_type": "RT01", "amount": d("200.00")}],
}
AGENT: Final = {
    "supplier": "S003",
    "lines": NET,
    "welfare_fund": [{"fund_type": "TC07", "amount": d("85.00")}],
}


def vat(taxable: str, amount: str, **more: object) -> dict[str, Any]:
    """A row of a VAT summary at 22 %."""
    return {"vat_rate": d("22"), "taxable_amount": d(taxable), "vat_amount": d(amount), **more}


def paid(*amounts: str) -> list[dict[str, Any]]:
    """Payments of these amounts."""
    return [{"amount": d(amount)} for amount in amounts]


SPLIT: Final = {"vat": [vat("100.00", "22.00", exigibility="S")]}
DISCOUNT: Final = [{"kind": "discount", "amount": d("10.00")}]

TOTALS: Final[dict[str, tuple[Fields, str, str]]] = {
    "base_and_vat": ({}, "base and VAT", "122.00"),
    "missing": ({"total_amount": None}, "total missing: base and VAT", "122.00"),
    "missing_and_withheld": (
        {**WITHHELD, "total_amount": None},
        "total missing: base and VAT",
        "1020.00",
    ),
    "rounding": (
        {"rounding_amount": d("0.01"), "total_amount": d("122.01")},
        "base and VAT, rounding",
        "122.01",
    ),
    "rounding_that_is_no_part_of_the_total": (
        {"rounding_amount": d("0.01"), "total_amount": d("122.00")},
        "base and VAT",
        "122.00",
    ),
    "rounding_of_the_summary": (
        {"vat": [vat("100.00", "22.00", rounding_amount=d("0.02"))], "total_amount": d("122.02")},
        "base and VAT, rounding of the summary",
        "122.02",
    ),
    "rounding_inside_of_the_base": (
        {"vat": [vat("100.02", "22.00", rounding_amount=d("0.02"))], "total_amount": d("122.02")},
        "base and VAT",
        "122.02",
    ),
    "discount": (
        {"adjustment": DISCOUNT, "total_amount": d("112.00")},
        "base and VAT, discount or charge of the document",
        "112.00",
    ),
    "charge": (
        {"adjustment": [{"kind": "charge", "amount": d("5.00")}], "total_amount": d("127.00")},
        "base and VAT, discount or charge of the document",
        "127.00",
    ),
    "discount_inside_of_the_base": (
        {"adjustment": DISCOUNT, "vat": [vat("90.00", "19.80")], "total_amount": d("109.80")},
        "base and VAT",
        "109.80",
    ),
    "stamp_duty": (
        {"stamp_duty_amount": d("2.00"), "total_amount": d("124.00")},
        "base and VAT, stamp duty",
        "124.00",
    ),
    "less_withholding": (
        {**WITHHELD, "total_amount": d("1020.00")},
        "base and VAT, less withholding",
        "1020.00",
    ),
    "before_withholding": ({**WITHHELD, "total_amount": d("1220.00")}, "base and VAT", "1020.00"),
    "less_withheld_fund": (
        {**AGENT, "total_amount": d("1135.00")},
        "base and VAT, less withheld fund",
        "1135.00",
    ),
    "before_withheld_fund": ({**AGENT, "total_amount": d("1220.00")}, "base and VAT", "1135.00"),
    "less_split_vat": (
        {**SPLIT, "total_amount": d("100.00")},
        "base and VAT, less split VAT",
        "100.00",
    ),
    "with_split_vat": ({**SPLIT, "total_amount": d("122.00")}, "base and VAT", "100.00"),
    "tolerance": ({"total_amount": d("121.95")}, "base and VAT, within the tolerance", "121.95"),
    "several_names": (
        {
            **WITHHELD,
            "stamp_duty_amount": d("2.00"),
            "rounding_amount": d("-0.50"),
            "total_amount": d("1021.50"),
        },
        "base and VAT, rounding, stamp duty, less withholding",
        "1021.50",
    ),
    "exact_beats_tolerance": (
        {"rounding_amount": d("0.03"), "stamp_duty_amount": d("0.02"), "total_amount": d("122.05")},
        "base and VAT, rounding, stamp duty",
        "122.05",
    ),
    "credit_note": (
        {
            "document_type": "TD04",
            "is_credit_note": True,
            "reference": [{"kind": "invoice", "number": "1"}],
            "stamp_duty_amount": d("2.00"),
            "total_amount": d("124.00"),
        },
        "base and VAT, stamp duty",
        "-124.00",
    ),
    "negative_invoice": (
        {
            "lines": [("Steel", "-100.00", "22", None)],
            "rounding_amount": d("-0.01"),
            "total_amount": d("-122.01"),
        },
        "base and VAT, rounding",
        "-122.01",
    ),
}

LINES: Final[dict[str, tuple[Fields, str]]] = {
    "lines_alone": ({}, "lines"),
    "a_cent_off_for_each": (
        {"lines": [("Screws", "0.334", "22", None)] * 30, "vat": [vat("10.00", "2.20")]},
        "lines",
    ),
    "lines_and_fund": (
        {
            "supplier": "S003",
            "lines": NET,
            "vat": [vat("1040.00", "228.80")],
            "welfare_fund": [{"fund_type": "TC01", "amount": d("40.00")}],
        },
        "lines, welfare fund",
    ),
    "lines_and_ancillary_costs": (
        {"vat": [vat("108.00", "23.76", ancillary_amount=d("8.00"))]},
        "lines, ancillary costs",
    ),
    "lines_and_discount": (
        {"adjustment": DISCOUNT, "vat": [vat("90.00", "19.80")]},
        "lines, discount or charge of the document",
    ),
    "lines_and_rounding_of_the_summary": (
        {"vat": [vat("100.20", "22.04", rounding_amount=d("0.20"))]},
        "lines, rounding of the summary",
    ),
    "lines_and_stamp_duty": (
        {
            "lines": [("Training", "80.00", "0", "N4")],
            "vat": [vat("82.00", "0.00") | {"vat_rate": d("0"), "vat_nature": "N4"}],
            "stamp_duty_amount": d("2.00"),
        },
        "lines, stamp duty",
    ),
}

PAYMENTS: Final[dict[str, tuple[Fields, str, list[str]]]] = {
    "no_payments": ({}, "no payments: due by the terms", ["122.00"]),
    "payments_agree": ({"payment": paid("100.00", "22.00")}, "payments agree", ["100.00", "22.00"]),
    "net_of_withholding": ({**WITHHELD, "payment": paid("1020.00")}, "payments agree", ["1020.00"]),
    "before_withholding_is_taken": (
        {**WITHHELD, "payment": paid("610.00", "610.00")},
        "payments before withholding",
        ["510.00", "510.00"],
    ),
    "before_the_fund_is_taken": (
        {**AGENT, "payment": paid("1220.00")},
        "payments before withholding",
        ["1135.00"],
    ),
    "with_the_split_vat": ({**SPLIT, "payment": paid("122.00")}, "payments with the split VAT", ["100.00"]),
    "payments_within_the_tolerance": (
        {"payment": paid("61.00", "60.97")},
        "payments within the tolerance",
        ["61.00", "61.00"],
    ),
}


@pytest.fixture(scope="module")
def registered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LedgerHome]:
    """A ledger in which all documents of this module were registered, as one delivery."""
    home = make_home(tmp_path_factory.mktemp("home"), FULL)
    with home.trial():
        switch(home)
        tables = (TOTALS, LINES, PAYMENTS)
        deliver(
            home,
            "d1",
            [document(document_number=name, **case[0]) for table in tables for name, case in table.items()],
        )
        yield home
    home.close()


def evidence(home: LedgerHome, what: str, name: str) -> str:
    """What the registration says of its lines or its instalments."""
    found = re.search(rf"{what}: ([^.]*)", str(registration_value(home, "evidence", name)))
    assert found is not None
    return found[1]


@pytest.mark.parametrize("name", TOTALS)
def test_r09_a_total_is_explained_by_a_named_convention(registered: LedgerHome, name: str) -> None:
    _, convention, payable = TOTALS[name]
    assert statuses(registered, name) == [(name, "registered")]
    assert document_value(registered, "total_convention", name) == convention
    assert document_value(registered, "payable_amount", name) == payable
    assert evidence(registered, "Total", name) == convention


@pytest.mark.parametrize("name", LINES)
def test_r09_lines_agree_with_the_summary_by_a_named_convention(registered: LedgerHome, name: str) -> None:
    assert statuses(registered, name) == [(name, "registered")]
    assert evidence(registered, "Lines", name) == LINES[name][1]


@pytest.mark.parametrize("name", PAYMENTS)
def test_r12_payments_agree_with_what_is_payable_by_a_named_convention(
    registered: LedgerHome, name: str
) -> None:
    _, convention, amounts = PAYMENTS[name]
    assert statuses(registered, name) == [(name, "registered")]
    assert evidence(registered, "Instalments", name) == convention
    assert [item.amount for item in items(registered, name)] == amounts
