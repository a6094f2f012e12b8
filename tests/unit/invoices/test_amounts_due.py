"""R09, R12: what a document asks for is what is payable, in its currency's decimals, and the same money once.

Documents in the terms of EN 16931 and of FatturaPA; what does not close is kept out, and says why.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

import pytest

from tests.support.invoice_ledgers import deliver, document, switch
from tests.support.ledgers import LedgerHome, exchange_rate, make_home, vat_code, withholding_account
from tests.support.registrations import (
    FULL,
    Finding,
    Item,
    d,
    document_value,
    entry,
    findings,
    items,
    statuses,
)

Fields = Mapping[str, Any]

DATA: Final = FULL.replace(
    vat_codes=(
        *FULL.vat_codes,
        vat_code("27", "27", account="1502001"),
        vat_code("N2.2", "0", "outside", nature="N2.2", account=""),
        vat_code("O", "0", "outside", nature="O", account=""),
    ),
    withholding_accounts=(*FULL.withholding_accounts, withholding_account("RT03", "4501001")),
    exchange_rates=(
        *FULL.exchange_rates,
        exchange_rate("HUF", "2026-10-12", "400.0000"),
        exchange_rate("JPY", "2026-10-12", "160.0000"),
        exchange_rate("KWD", "2026-10-12", "0.3300"),
    ),
)
NET: Final = [("Consulting", "1000.00", "22", None)]
HABITS: Final = "with or without rounding, withholding, funds, discounts, stamp duty and split VAT"


def row(
    taxable: str, amount: str, rate: str = "22", nature: str | None = None, **more: object
) -> dict[str, Any]:
    """A row of a VAT summary."""
    return {
        "vat_rate": d(rate),
        "vat_nature": nature,
        "taxable_amount": d(taxable),
        "vat_amount": d(amount),
        **more,
    }


def paid(*amounts: str) -> list[dict[str, Any]]:
    """Payments of these amounts, a month apart."""
    return [
        {"amount": d(amount), "due_date": dt.date(2026, 11 + number // 2, 1 + 14 * (number % 2))}
        for number, amount in enumerate(amounts)
    ]


def ubl(**fields: Any) -> dict[str, Any]:
    """A document of EN 16931: 100.00 and 22.00 of VAT, unless it says otherwise."""
    return {"format": "UBL", "type_code": "381" if fields.get("is_credit_note") else "380", **fields}


def charge(
    amount: str, rate: str | None = "22", kind: str = "charge", nature: str | None = None
) -> dict[str, Any]:
    """A charge or an allowance of the whole document."""
    vat_rate = None if rate is None else d(rate)
    return {"kind": kind, "amount": d(amount), "vat_rate": vat_rate, "vat_nature": nature}


def per_cent(pct: str, kind: str = "discount") -> dict[str, Any]:
    """A discount of which only the percentage is said."""
    return {"kind": kind, "pct": d(pct)}


def withheld(kind: str, amount: str) -> dict[str, Any]:
    """A withholding."""
    return {"withholding_type": kind, "amount": d(amount)}


def fund(kind: str, amount: str, rate: str = "0", nature: str | None = "N2.2") -> dict[str, Any]:
    """A welfare fund."""
    return {"fund_type": kind, "amount": d(amount), "vat_rate": d(rate), "vat_nature": nature}


CREDIT: Final = {
    "is_credit_note": True,
    "document_type": "TD04",
    "reference": [{"kind": "invoice", "number": "1"}],
}
AGENT: Final = {"supplier": "S003", "lines": NET, "welfare_fund": [fund("TC07", "85.00")]}
TWICE: Final = AGENT | {"withholding": [withheld("RT01", "115.00"), withheld("RT04", "85.00")]}
WITH_ROW: Final = AGENT | {"vat": [row("1000.00", "220.00"), row("85.00", "0.00", "0", "N2.2")]}
SCREWS: Final = [("Screws", "3.33", "22", None)] * 30
REDUCED: Final = {"adjustment": [per_cent("10")]}


class Right(NamedTuple):
    """What becomes of a document: how its total is explained, what is payable, and the rounding posted."""

    convention: str
    payable: str
    rounding: str | None = None


PAYABLE: Final[dict[str, tuple[Fields, Right]]] = {
    # --- Withholding is not what makes the rest negative: the VAT that the customer pays himself is.
    "withholding_where_split_vat_is_above_the_total": (
        {
            "supplier": "S003",
            "lines": [("Consulting", "1000.00", "22", None), ("Return", "-1000.00", "10", None)],
            "vat": [row("1000.00", "220.00", exigibility="S"), row("-1000.00", "-100.00", "10")],
            "withholding": [withheld("RT01", "20.00")],
        },
        Right("base and VAT", "-120.00"),
    ),
    # --- EN 16931: the amount due (BT-115), the total (BT-112) less prepaid (BT-113) with rounding (BT-114).
    "amount_due": (ubl(payable_amount=d("122.00")), Right("base and VAT", "122.00")),
    "amount_due_missing": (
        ubl(prepaid_amount=d("22.00")),
        Right("base and VAT, less what was paid before", "100.00"),
    ),
    "rounded_down": (
        ubl(
            payable_rounding_amount=d("-0.40"),
            lines=[("Steel", "100.00", "22", None)],
            payable_amount=d("121.60"),
        ),
        Right("base and VAT, rounding of the amount due", "121.60", "-0.40"),
    ),
    "rounding_beyond_any_tolerance": (
        ubl(payable_rounding_amount=d("3.00"), payable_amount=d("125.00")),
        Right("base and VAT, rounding of the amount due", "125.00", "3.00"),
    ),
    "amount_due_within_the_tolerance": (
        ubl(payable_amount=d("122.03")),
        Right("base and VAT, within the tolerance", "122.03", "0.03"),
    ),
    "credit_note_with_rounding": (
        ubl(payable_rounding_amount=d("0.40"), payable_amount=d("122.40"), **CREDIT),
        Right("base and VAT, rounding of the amount due", "-122.40", "-0.40"),
    ),
    "paid_before_in_full": (
        ubl(prepaid_amount=d("122.00"), payable_amount=d("0.00"), payment=paid("0.00")),
        Right("base and VAT, less what was paid before", "0.00"),
    ),
    "more_than_all_paid_before": (
        ubl(prepaid_amount=d("150.00"), payable_amount=d("-28.00"), payment=paid("-28.00")),
        Right("base and VAT, less what was paid before", "-28.00"),
    ),
    "charge_of_the_document": (
        ubl(adjustment=[charge("15.00")], vat=[row("115.00", "25.30")]),
        Right("base and VAT", "140.30"),
    ),
    "allowance_and_charge_of_other_rates": (
        ubl(
            adjustment=[charge("15.00", "10"), charge("20.00", kind="discount")],
            vat=[row("80.00", "17.60"), row("15.00", "1.50", "10")],
        ),
        Right("base and VAT", "114.10"),
    ),
    "allowance_without_a_rate": (
        ubl(adjustment=[charge("20.00", None, "discount")], vat=[row("80.00", "17.60")]),
        Right("base and VAT", "97.60"),
    ),
    "a_category_without_a_rate": (
        ubl(
            lines=[("Steel", "100.00", "0", "O")],
            vat=[row("100.00", "0.00", "0", "O") | {"vat_rate": None}],
            total_amount=d("100.00"),
        ),
        Right("base and VAT", "100.00"),
    ),
    "totals_of_the_norm": (
        ubl(
            adjustment=[charge("15.00"), charge("5.00", kind="discount")],
            vat=[row("110.00", "24.20")],
            line_total_amount=d("100.00"),
            charge_total_amount=d("15.00"),
            allowance_total_amount=d("5.00"),
            tax_exclusive_amount=d("110.00"),
            tax_total_amount=d("24.20"),
            payable_amount=d("134.20"),
        ),
        Right("base and VAT", "134.20"),
    ),
    "vat_in_the_place_of_the_base": (
        ubl(line_total_amount=d("100.00"), tax_exclusive_amount=d("22.00"), tax_total_amount=d("22.00")),
        Right("base and VAT", "122.00"),
    ),
    "vat_rounded_by_line_and_charge": (
        ubl(lines=SCREWS, adjustment=[charge("3.33")], vat=[row("103.23", "22.63")]),
        Right("base and VAT, VAT rounded line by line", "125.86"),
    ),
    # --- Decimals of the currency.
    "sub_cent": (
        {
            "lines": [("Steel", "99.995", "22", None)],
            "vat": [row("99.995", "21.9989")],
            "total_amount": d("121.9939"),
        },
        Right("base and VAT, rounded to the currency's smallest amount", "121.99", "-0.01"),
    ),
    "sub_cent_of_several_rates": (
        {
            "lines": [("Steel", "10.005", "22", None), ("Steel", "10.005", "10", None)],
            "vat": [row("10.005", "2.2011"), row("10.005", "1.0005", "10")],
        },
        Right("base and VAT, rounded to the currency's smallest amount", "23.21", "-0.01"),
    ),
    "sub_cent_credit_note": (
        {"lines": [("Steel", "99.995", "22", None)], "vat": [row("99.995", "21.9989")], **CREDIT},
        Right("base and VAT, rounded to the currency's smallest amount", "-121.99", "0.01"),
    ),
    "whole_forints": (
        ubl(
            currency_code="HUF",
            lines=[("Steel", "1111.00", "27", None)],
            vat=[row("1111.00", "300.00", "27")],
            payable_amount=d("1411.00"),
        ),
        Right("base and VAT", "1411.00"),
    ),
    "amount_due_in_whole_forints": (
        ubl(
            currency_code="HUF",
            lines=[("Steel", "1111.00", "27", None)],
            vat=[row("1111.00", "299.97", "27")],
            payable_amount=d("1411.00"),
        ),
        Right("base and VAT, within the tolerance", "1411.00"),
    ),
    "total_in_whole_forints": (
        {
            "currency_code": "HUF",
            "lines": [("Steel", "1112.60", "27", None)],
            "vat": [row("1112.60", "300.40", "27")],
            "total_amount": d("1413.00"),
        },
        Right("base and VAT", "1413.00"),
    ),
    "payment_in_whole_forints": (
        {
            "currency_code": "HUF",
            "lines": [("Steel", "1112.60", "27", None)],
            "vat": [row("1112.60", "300.00", "27")],
            "total_amount": d("1412.60"),
            "payment": paid("1413.00"),
        },
        Right("base and VAT, rounded to a whole amount", "1413.00"),
    ),
    "yen": (
        {
            "currency_code": "JPY",
            "lines": [("Steel", "1005", "10", None)],
            "vat": [row("1005", "100", "10")],
        },
        Right("base and VAT", "1105.00"),
    ),
    "half_a_yen": (
        {
            "currency_code": "JPY",
            "lines": [("Steel", "1000.50", "0", "N4")],
            "vat": [row("1000.50", "0", "0", "N4")],
        },
        Right("base and VAT, rounded to the currency's smallest amount", "1001.00"),
    ),
    "dinars": (
        {
            "currency_code": "KWD",
            "lines": [("Steel", "10.123", "10", None)],
            "vat": [row("10.123", "1.012", "10")],
        },
        Right("base and VAT", "11.135"),
    ),
    # --- The same money counts once.
    "contribution_as_withholding_and_fund": (
        TWICE,
        Right("base and VAT, RT04 is the withheld fund", "1020.00"),
    ),
    "contribution_twice_in_a_net_total": (
        TWICE | {"total_amount": d("1020.00")},
        Right("base and VAT, less withholding, less withheld fund, RT04 is the withheld fund", "1020.00"),
    ),
    "contribution_as_withholding_alone": (
        {"supplier": "S003", "lines": NET, "withholding": [withheld("RT03", "85.00")]},
        Right("base and VAT", "1135.00"),
    ),
    "fund_charged_and_contribution_withheld": (
        {
            "supplier": "S003",
            "lines": NET,
            "vat": [row("1040.00", "228.80")],
            "welfare_fund": [fund("TC22", "40.00", "22", None)],
            "withholding": [withheld("RT03", "40.00")],
        },
        Right("base and VAT", "1228.80"),
    ),
    "row_of_the_fund": (
        WITH_ROW | {"total_amount": d("1220.00")},
        Right("base and VAT, row of the withheld fund left out", "1135.00"),
    ),
    "total_with_the_row_of_the_fund": (
        WITH_ROW | {"total_amount": d("1305.00")},
        Right("base and VAT, row of the withheld fund", "1135.00"),
    ),
    "total_less_the_fund": (
        WITH_ROW | {"total_amount": d("1135.00")},
        Right("base and VAT, less withheld fund, row of the withheld fund left out", "1135.00"),
    ),
    "row_of_the_fund_beside_lines_of_its_nature": (
        AGENT
        | {
            "lines": [*NET, ("Expenses", "50.00", "0", "N2.2")],
            "vat": [row("1000.00", "220.00"), row("135.00", "0.00", "0", "N2.2")],
            "total_amount": d("1270.00"),
        },
        Right("base and VAT, row of the withheld fund left out", "1185.00"),
    ),
    "discount_in_the_base_alone": (
        {
            "adjustment": [charge("10.00", None, "discount")],
            "vat": [row("90.00", "19.80")],
            "total_amount": d("109.80"),
        },
        Right("base and VAT", "109.80"),
    ),
    # --- Discounts in per cent alone.
    "per_cent_in_the_base": (
        REDUCED | {"vat": [row("90.00", "19.80")], "total_amount": d("109.80")},
        Right("base and VAT", "109.80"),
    ),
    "per_cent_on_base_and_vat": (
        REDUCED | {"total_amount": d("109.80")},
        Right("base and VAT, discount or charge of 10 % on base and VAT", "109.80"),
    ),
    "per_cent_on_the_base": (
        REDUCED | {"total_amount": d("112.00")},
        Right("base and VAT, discount or charge of 10 % on the base", "112.00"),
    ),
    "per_cent_in_the_prices": (
        REDUCED | {"lines": [("Steel", "90.00", "22", None)], "total_amount": d("109.80")},
        Right("base and VAT, discount or charge of 10 % in the prices", "109.80"),
    ),
    "per_cent_compounded": (
        {"adjustment": [per_cent("10"), per_cent("5")], "total_amount": d("104.31")},
        Right("base and VAT, discount or charge of 10 % and 5 % on base and VAT", "104.31"),
    ),
    "per_cent_compounded_in_the_base": (
        {
            "adjustment": [per_cent("10"), per_cent("5")],
            "vat": [row("85.50", "18.81")],
            "total_amount": d("104.31"),
        },
        Right("base and VAT", "104.31"),
    ),
    "per_cent_after_an_amount": (
        {"adjustment": [charge("20.00", None, "discount"), per_cent("10")], "vat": [row("72.00", "15.84")]},
        Right("base and VAT", "87.84"),
    ),
    "surcharge_in_per_cent": (
        {"adjustment": [per_cent("3", "charge")], "total_amount": d("125.66")},
        Right("base and VAT, discount or charge of 3 % on base and VAT", "125.66"),
    ),
    "per_cent_of_several_rates": (
        REDUCED
        | {
            "lines": [("Steel", "33.33", "22", None), ("Steel", "33.35", "10", None)],
            "total_amount": d("69.62"),
        },
        Right("base and VAT, discount or charge of 10 % on base and VAT", "69.62", "-0.01"),
    ),
    "per_cent_without_a_total_as_the_payments_say": (
        REDUCED | {"total_amount": None, "payment": paid("50.00", "59.80")},
        Right(
            "total missing: base and VAT, discount or charge of 10 % on base and VAT, as the payments say",
            "109.80",
        ),
    ),
    "discount_without_a_total_as_the_payments_say": (
        {"adjustment": [charge("10.00", None, "discount")], "total_amount": None, "payment": paid("112.00")},
        Right(
            "total missing: base and VAT, discount or charge of the document, as the payments say", "112.00"
        ),
    ),
    "per_cent_in_the_base_without_a_total": (
        REDUCED | {"vat": [row("90.00", "19.80")], "total_amount": None},
        Right("total missing: base and VAT", "109.80"),
    ),
    # --- VAT.
    "vat_rounded_by_line": (
        {"lines": SCREWS, "vat": [row("99.90", "21.90")]},
        Right("base and VAT, VAT rounded line by line", "121.80"),
    ),
    "lines_and_their_sum": (
        ubl(lines=[("Steel", "100.00", "22", None)]),
        Right("base and VAT", "122.00"),
    ),
}

REFUSED: Final[dict[str, tuple[Fields, list[Finding]]]] = {
    "amount_due_that_does_not_follow": (
        ubl(payable_amount=d("100.00")),
        [
            Finding(
                "R09",
                "document.payable_amount",
                "100.00",
                "122.00: the total 122.00 less 0.00 paid before, rounded by 0.00",
            )
        ],
    ),
    "prepaid_that_was_not_taken_off": (
        ubl(prepaid_amount=d("22.00"), payable_amount=d("122.00")),
        [
            Finding(
                "R09",
                "document.payable_amount",
                "122.00",
                "100.00: the total 122.00 less 22.00 paid before, rounded by 0.00",
            )
        ],
    ),
    "total_that_is_not_base_and_vat": (
        ubl(total_amount=d("120.00")),
        [Finding("R09", "document.total_amount", "120.00", "base 100.00 and VAT 22.00")],
    ),
    "charge_in_no_base": (
        ubl(adjustment=[charge("15.00")]),
        [
            Finding(
                "R09",
                "vat_summary.taxable_amount",
                "100.00",
                "a VAT summary that agrees with the lines, which add up to 100 (off by 15)",
            )
        ],
    ),
    "charge_in_the_base_of_another_rate": (
        ubl(adjustment=[charge("15.00", "10")], vat=[row("115.00", "25.30")]),
        [
            Finding(
                "R09",
                "vat_summary.taxable_amount",
                "115.00",
                "100, what lines, charges and allowances at 22 % add up to",
            )
        ],
    ),
    "allowance_without_an_amount": (
        ubl(
            adjustment=[{"kind": "discount", "pct": d("10"), "vat_rate": d("22")}],
            vat=[row("90.00", "19.80")],
        ),
        [
            Finding(
                "R09",
                "vat_summary.taxable_amount",
                "90.00",
                "a VAT summary that agrees with the lines, which add up to 100",
            )
        ],
    ),
    "totals_that_do_not_follow": (
        ubl(
            line_total_amount=d("90.00"),
            allowance_total_amount=d("7.00"),
            charge_total_amount=d("8.00"),
            tax_exclusive_amount=d("100.00"),
            tax_total_amount=d("21.00"),
        ),
        [
            Finding(
                "R09", "document.allowance_total_amount", "7.00", "0, what the allowances add up to (BT-107)"
            ),
            Finding("R09", "document.charge_total_amount", "8.00", "0, what the charges add up to (BT-108)"),
            Finding("R09", "document.line_total_amount", "90.00", "100, what the lines add up to (BT-106)"),
            Finding(
                "R09",
                "document.tax_exclusive_amount",
                "100.00",
                "91, lines less allowances and with charges (BT-109)",
            ),
            Finding("R09", "document.tax_total_amount", "21.00", "22, the VAT of the summary (BT-110)"),
        ],
    ),
    "prepaid_with_the_other_sign": (
        ubl(prepaid_amount=d("-22.00"), payable_amount=d("144.00")),
        [
            Finding(
                "R12",
                "document.prepaid_amount",
                "-22.00",
                "an amount with the sign of the total 122.00, of which it is a part",
            )
        ],
    ),
    "contribution_of_two_amounts": (
        AGENT | {"withholding": [withheld("RT04", "80.00")]},
        [
            Finding(
                "R12",
                "withholding.amount",
                "RT04",
                "the same amount as a withholding and as a fund, for it is the same money; "
                "the fund has 85.00",
            )
        ],
    ),
    "withholding_above_the_total": (
        {"supplier": "S003", "withholding": [withheld("RT01", "200.00")]},
        [
            Finding(
                "R12",
                "withholding.amount",
                "200.00",
                "at most 122.00 withheld, for there is no more to be paid",
            )
        ],
    ),
    "discount_in_the_base_and_once_more": (
        {
            "adjustment": [charge("10.00", None, "discount")],
            "vat": [row("90.00", "19.80")],
            "total_amount": d("99.80"),
        },
        [
            Finding(
                "R09",
                "document.total_amount",
                "99.80",
                f"base 90.00 and VAT 19.80, {HABITS}",
            )
        ],
    ),
    "per_cent_that_closes_nowhere": (
        REDUCED | {"total_amount": d("111.00")},
        [
            Finding(
                "R09",
                "document.total_amount",
                "111.00",
                f"base 100.00 and VAT 22.00, {HABITS}",
            )
        ],
    ),
    "per_cent_and_nothing_that_says_of_what": (
        REDUCED | {"total_amount": None},
        [
            Finding(
                "R09",
                "document.total_amount",
                None,
                f"base 100.00 and VAT 22.00, {HABITS}",
            )
        ],
    ),
    "vat_of_lines_that_are_not_the_base": (
        {"lines": [*SCREWS, ("Free", "0.20", "22", None)], "vat": [row("99.90", "21.90")]},
        [Finding("R09", "vat_summary.vat_amount", "21.90", "22 % of 99.90")],
    ),
    "vat_off_by_more_than_a_forint": (
        ubl(
            currency_code="HUF",
            lines=[("Steel", "1111.00", "27", None)],
            vat=[row("1111.00", "301.00", "27")],
        ),
        [Finding("R09", "vat_summary.vat_amount", "301.00", "27 % of 1111.00")],
    ),
}


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LedgerHome]:
    """A ledger to which all documents of this module came, as one delivery."""
    home = make_home(tmp_path_factory.mktemp("home"), DATA)
    with home.trial():
        switch(home)
        tables: tuple[Mapping[str, tuple[Fields, Any]], ...] = (PAYABLE, REFUSED, PAID)
        deliver(
            home,
            "d1",
            [
                document(**{"document_number": name} | dict(case[0]))
                for table in tables
                for name, case in table.items()
            ],
        )
        yield home
    home.close()


@pytest.mark.parametrize("name", PAYABLE)
def test_r09_what_the_document_asks_for_is_payable(judged: LedgerHome, name: str) -> None:
    _, right = PAYABLE[name]
    assert [each for each in findings(judged, name) if each.finding_code != "amounts_by_convention"] == []
    assert statuses(judged, name) == [(name, "registered")]
    assert document_value(judged, "total_convention", name) == right.convention
    assert document_value(judged, "payable_amount", name) == right.payable
    if document_value(judged, "currency_code", name) == "EUR":
        rounding = [amount for account, amount, kind in entry(judged, name) if kind == "rounding"]
        assert rounding == ([] if right.rounding is None else [right.rounding])


@pytest.mark.parametrize("name", REFUSED)
def test_r09_r12_what_does_not_close_is_kept_out_with_its_reason(judged: LedgerHome, name: str) -> None:
    assert findings(judged, name) == REFUSED[name][1]
    assert statuses(judged, name) == [(name, "to_register")]


# --- Instalments --------------------------------------------------------------------------------------------

RT01: Final = {"supplier": "S003", "lines": NET, "withholding": [withheld("RT01", "200.00")]}
SPLIT: Final = {"lines": NET, "vat": [row("1000.00", "220.00", exigibility="S")]}

PAID: Final[dict[str, tuple[Fields, list[tuple[str, str]]]]] = {
    "gross_instalments": (
        RT01 | {"payment": paid("1000.00", "220.00")},
        [("credit", "836.07"), ("credit", "183.93")],
    ),
    "gross_instalments_of_a_cent": (
        RT01 | {"payment": paid("0.01", "1219.98", "0.01")},
        [("credit", "0.01"), ("credit", "1019.98"), ("credit", "0.01")],
    ),
    "thirds_of_the_gross": (
        RT01 | {"payment": paid("406.67", "406.67", "406.66")},
        [("credit", "340.00"), ("credit", "340.00"), ("credit", "340.00")],
    ),
    "a_day_that_follows_from_days": (
        {
            "supplier": "S003",
            "lines": NET,
            "withholding": [withheld("RT01", "199.99")],
            "payment": [
                {"amount": d("610.00"), "due_date": dt.date(2026, 12, 1)},
                {"amount": d("610.00"), "term_days": 30},
            ],
        },
        [("credit", "510.01"), ("credit", "510.00")],
    ),
    "a_day_from_which_the_terms_run": (
        {"payment": [{"amount": d("122.00"), "term_date": dt.date(2026, 12, 20)}]},
        [("credit", "122.00")],
    ),
    "a_zero_with_a_day_from_which_the_terms_run": (
        {"payment": [{"amount": d("0.00"), "term_date": dt.date(2026, 12, 20)}]},
        [("credit", "122.00")],
    ),
    "before_the_split_vat": (
        SPLIT | {"payment": paid("610.00", "610.00")},
        [("credit", "500.00"), ("credit", "500.00")],
    ),
    "before_the_fund": (
        AGENT | {"payment": paid("1000.00", "220.00")},
        [("credit", "930.33"), ("credit", "204.67")],
    ),
    "credit_note_before_withholding": (
        RT01 | CREDIT | {"payment": paid("1000.00", "220.00")},
        [("debit", "836.07"), ("debit", "183.93")],
    ),
    "money_back_and_exact": ({"payment": paid("130.00", "-8.00")}, [("credit", "130.00"), ("debit", "8.00")]),
    "money_back_before_withholding": (
        RT01 | {"payment": paid("1342.00", "-122.00")},
        [("credit", "1122.00"), ("debit", "102.00")],
    ),
    "sub_cent_instalments": (
        {"payment": paid("40.6666", "40.6667", "40.6667")},
        [("credit", "40.66"), ("credit", "40.67"), ("credit", "40.67")],
    ),
    "a_zero_beside_instalments": (
        {"payment": paid("0.00", "100.00", "22.00")},
        [("credit", "100.00"), ("credit", "22.00")],
    ),
    "only_zeros": ({"payment": paid("0.00", "0.00")}, [("credit", "122.00")]),
    "tolerance_above_the_last": (
        {"payment": paid("122.03", "-0.01")},
        [("credit", "122.01"), ("debit", "0.01")],
    ),
    "paid_before_and_two_instalments": (
        ubl(prepaid_amount=d("22.00"), payable_amount=d("100.00"), payment=paid("40.00", "60.00")),
        [("credit", "40.00"), ("credit", "60.00"), ("credit", "22.00")],
    ),
    "whole_forints_before_what_was_paid": (
        ubl(
            currency_code="HUF",
            lines=[("Steel", "1000000.00", "27", None)],
            vat=[row("1000000.00", "270000.00", "27")],
            prepaid_amount=d("270000.00"),
            payable_amount=d("1000000.00"),
            payment=paid("423333.00", "423333.00", "423334.00"),
        ),
        [("credit", "333333.00"), ("credit", "333333.00"), ("credit", "333334.00"), ("credit", "270000.00")],
    ),
    "instalments_before_what_was_paid": (
        ubl(prepaid_amount=d("22.00"), payable_amount=d("100.00"), payment=paid("61.00", "61.00")),
        [("credit", "50.00"), ("credit", "50.00"), ("credit", "22.00")],
    ),
    "all_paid_before": (
        ubl(prepaid_amount=d("122.00"), payable_amount=d("0.00"), payment=paid("0.00")),
        [("credit", "122.00")],
    ),
    "more_paid_before_than_owed": (
        ubl(prepaid_amount=d("150.00"), payable_amount=d("-28.00"), payment=paid("-28.00")),
        [("debit", "28.00"), ("credit", "150.00")],
    ),
    "credit_note_paid_out_before": (
        ubl(prepaid_amount=d("22.00"), payable_amount=d("100.00"), **CREDIT),
        [("debit", "100.00"), ("debit", "22.00")],
    ),
}


@pytest.mark.parametrize("name", PAID)
def test_r12_instalments_come_to_what_is_payable(judged: LedgerHome, name: str) -> None:
    assert statuses(judged, name) == [(name, "registered")]
    found = judged.rows(
        "SELECT side, original_amount FROM ledger.open_item WHERE document_number = ? ORDER BY open_item_key",
        [name],
    )
    assert [(side, f"{amount:.2f}") for side, amount in found] == PAID[name][1]


def test_r12_the_earliest_instalment_is_the_first_whether_its_day_is_stated_or_follows_from_days(
    judged: LedgerHome,
) -> None:
    assert items(judged, "a_day_that_follows_from_days") == [
        Item("credit", "510.01", "2026-11-14"),
        Item("credit", "510.00", "2026-12-01"),
    ]


@pytest.mark.parametrize("name", [name for name in PAID if name.endswith("from_which_the_terms_run")])
def test_r12_the_days_of_the_supplier_run_from_the_day_that_the_payment_names(
    judged: LedgerHome, name: str
) -> None:
    assert items(judged, name) == [Item("credit", "122.00", "2027-02-28")]


def test_r12_a_payment_of_zero_says_when_all_is_due(judged: LedgerHome) -> None:
    """The first day that one of them names; without a day the supplier's terms hold."""
    assert items(judged, "only_zeros") == [Item("credit", "122.00", "2026-11-01")]
    assert findings(judged, "only_zeros") == [
        Finding(
            "amounts_by_convention",
            "payment.amount",
            "0",
            "an amount; the payment of zero counts as none, and its date for all that is payable",
        )
    ]
    assert [each.expected for each in findings(judged, "a_zero_beside_instalments")] == [
        "an amount; the payment of zero counts as none"
    ]


def test_f02_costs_of_charges_go_where_those_of_the_lines_go(judged: LedgerHome) -> None:
    assert entry(judged, "charge_of_the_document") == [
        ("7101001", "115.00", "cost"),
        ("1502001", "25.30", "VAT 22"),
        ("4000001", "-140.30", "item"),
    ]


def test_r09_a_discount_on_base_and_vat_leaves_the_vat_that_is_paid(judged: LedgerHome) -> None:
    assert entry(judged, "per_cent_on_base_and_vat") == [
        ("7101001", "90.00", "cost"),
        ("1502001", "19.80", "VAT 22"),
        ("4000001", "-109.80", "item"),
    ]
    assert entry(judged, "per_cent_on_the_base") == [
        ("7101001", "100.00", "cost"),
        ("1502001", "22.00", "VAT 22"),
        ("7101001", "-10.00", "discount or charge"),
        ("4000001", "-112.00", "item"),
    ]


def test_r09_the_vat_of_another_currency_enters_no_sum(judged: LedgerHome) -> None:
    fields = ubl(accounting_currency_code="USD", accounting_tax_total_amount=d("24.00"))
    summary = [row("100.00", "22.00", accounting_vat_amount=d("24.00"))]
    deliver(judged, "d2", [document(document_number="dollars", vat=summary, **fields)])
    assert document_value(judged, "payable_amount", "dollars") == "122.00"
    assert findings(judged, "dollars") == []


def test_r09_lines_that_are_the_sum_of_others_enter_no_sum(judged: LedgerHome) -> None:
    both = document(
        document_number="levels",
        lines=[("All", "100.00", "22", None), ("Bars", "100.00", "22", None)],
        vat=[row("100.00", "22.00")],
        format="CII",
        type_code="380",
    )
    both.records["line"][0]["is_subtotal"] = True
    deliver(judged, "d3", [both])
    assert statuses(judged, "levels") == [("levels", "registered")]
    assert entry(judged, "levels") == [
        ("7101001", "100.00", "cost"),
        ("1502001", "22.00", "VAT 22"),
        ("4000001", "-122.00", "item"),
    ]
