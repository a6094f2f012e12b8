"""F02: what a document posts, by every treatment of VAT and money; each figure was worked out by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import pytest

from tests.support.invoice_ledgers import deliver, document, switch
from tests.support.ledgers import LedgerHome, make_home
from tests.support.registrations import (
    DUE,
    FULL,
    Item,
    d,
    document_value,
    entry,
    items,
    registration_value,
    statuses,
    unbalanced,
)
from tests.support.whole_ledger import invariants_of

Postings = list[tuple[str, str, str]]
NET: Final = ("Consulting", "1000.00", "22", None)
RT01: Final = {"withholding_type": "RT01", "amount": d("200.00"), "rate": d("20"), "reason_code": "A"}


@dataclass(frozen=True, slots=True)
class Case:
    """A document (what is not named is a plain invoice of 100.00 and VAT 22 %), its entry and its items."""

    document: Mapping[str, Any]
    entry: Postings
    items: list[Item] = field(default_factory=list)


def vat(rate: str, taxable: str, amount: str, **more: object) -> dict[str, Any]:
    """A row of a VAT summary."""
    return {"vat_rate": d(rate), "taxable_amount": d(taxable), "vat_amount": d(amount), **more}


def fund(fund_type: str, amount: str, *, is_withheld: bool = False) -> dict[str, Any]:
    """A welfare fund; `is_withheld` says that withholding is due on it, and not that it is held back."""
    return {"fund_type": fund_type, "amount": d(amount), "is_withheld": is_withheld}


PLAIN: Final[Postings] = [("7101001", "100.00", "cost"), ("1502001", "22.00", "VAT 22")]
INVOICE_1A: Final = [{"kind": "invoice", "number": "1/A"}]

TREATMENTS: Final[dict[str, Case]] = {
    "normal": Case({}, [*PLAIN, ("4000001", "-122.00", "item")], [Item("credit", "122.00", DUE)]),
    "partly_deductible": Case(
        {"lines": [("NOLEGGIO AUTO di ottobre", "100.00", "22", None)]},
        # 40 % of 22.00 is deducted; 13.20 goes with the cost.
        [("7106001", "113.20", "cost"), ("1502001", "8.80", "VAT 22P40"), ("4000001", "-122.00", "item")],
        [Item("credit", "122.00", DUE)],
    ),
    "deferred": Case(
        {"vat": [vat("22", "100.00", "22.00", exigibility="D")]},
        [("7101001", "100.00", "cost"), ("1502002", "22.00", "VAT 22D"), ("4000001", "-122.00", "item")],
        [Item("credit", "122.00", DUE)],
    ),
    "split_payment": Case(
        {"vat": [vat("22", "100.00", "22.00", exigibility="S")]},
        [
            *PLAIN[:1],
            ("1502001", "22.00", "VAT 22S"),
            ("4502001", "-22.00", "VAT owed 22S"),
            ("4000001", "-100.00", "item"),
        ],
        [Item("credit", "100.00", DUE)],
    ),
    "reverse_charge": Case(
        {"lines": [("Scrap", "500.00", "0", "N6.1")]},
        [
            ("7101001", "500.00", "cost"),
            ("1502001", "110.00", "VAT N6.1"),
            ("4502003", "-110.00", "VAT owed N6.1"),
            ("4000001", "-500.00", "item"),
        ],
        [Item("credit", "500.00", DUE)],
    ),
    "outside": Case(
        {"lines": [("Training", "80.00", "0", "N4")]},
        [("7101001", "80.00", "cost"), ("4000001", "-80.00", "item")],
        [Item("credit", "80.00", DUE)],
    ),
    "withholding": Case(
        {"supplier": "S003", "lines": [NET], "withholding": [RT01]},
        [
            ("7103001", "1000.00", "cost"),
            ("1502001", "220.00", "VAT 22"),
            ("4501001", "-200.00", "withholding RT01"),
            ("4000003", "-1020.00", "item"),
        ],
        [Item("credit", "1020.00", "2026-11-14")],
    ),
    "fund_with_the_cost": Case(
        {
            "supplier": "S003",
            "lines": [NET],
            "vat": [vat("22", "1040.00", "228.80")],
            "welfare_fund": [fund("TC01", "40.00")],
            "withholding": [RT01],
        },
        [
            ("7103001", "1040.00", "cost"),
            ("1502001", "228.80", "VAT 22"),
            ("4501001", "-200.00", "withholding RT01"),
            ("4000003", "-1068.80", "item"),
        ],
        [Item("credit", "1068.80", "2026-11-14")],
    ),
    "fund_on_its_own_account": Case(
        {
            "supplier": "S003",
            "lines": [NET],
            "vat": [vat("22", "1040.00", "228.80")],
            "welfare_fund": [fund("TC22", "40.00", is_withheld=True)],
            "withholding": [RT01 | {"amount": d("208.00")}],
        },
        [
            ("7103001", "1040.00", "cost"),
            ("1502001", "228.80", "VAT 22"),
            ("4501001", "-208.00", "withholding RT01"),
            ("7103001", "-40.00", "fund TC22"),
            ("7103002", "40.00", "fund TC22"),
            ("4000003", "-1060.80", "item"),
        ],
        [Item("credit", "1060.80", "2026-11-14")],
    ),
    "fund_of_agents": Case(
        {
            "supplier": "S003",
            "lines": [NET],
            "welfare_fund": [fund("TC07", "85.00")],
            "withholding": [RT01 | {"amount": d("115.00")}],
        },
        [
            ("7103001", "1000.00", "cost"),
            ("1502001", "220.00", "VAT 22"),
            ("4501001", "-115.00", "withholding RT01"),
            ("4503001", "-85.00", "fund TC07"),
            ("4000003", "-1020.00", "item"),
        ],
        [Item("credit", "1020.00", "2026-11-14")],
    ),
    "rounding": Case(
        {"rounding_amount": d("-0.01"), "total_amount": d("121.99")},
        [*PLAIN, ("7509001", "-0.01", "rounding"), ("4000001", "-121.99", "item")],
        [Item("credit", "121.99", DUE)],
    ),
    "tolerance": Case(
        {"total_amount": d("122.05")},
        [*PLAIN, ("7509001", "0.05", "rounding"), ("4000001", "-122.05", "item")],
        [Item("credit", "122.05", DUE)],
    ),
    "tolerance_without_an_account": Case(
        {"total_amount": d("122.05"), "company": "BREZZA"},
        [*PLAIN[:1], PLAIN[1], ("7101001", "0.05", "rounding"), ("4000001", "-122.05", "item")],
        [Item("credit", "122.05", DUE)],
    ),
    "stamp_duty": Case(
        {"lines": [("Training", "80.00", "0", "N4")], "stamp_duty_amount": d("2"), "total_amount": d("82")},
        [("7101001", "80.00", "cost"), ("7107001", "2.00", "stamp duty"), ("4000001", "-82.00", "item")],
        [Item("credit", "82.00", DUE)],
    ),
    "stamp_duty_that_is_not_charged": Case(
        {"lines": [("Training", "80.00", "0", "N4")], "stamp_duty_amount": d("2")},
        [("7101001", "80.00", "cost"), ("4000001", "-80.00", "item")],
        [Item("credit", "80.00", DUE)],
    ),
    "stamp_duty_as_a_line": Case(
        {
            "lines": [("Training", "80.00", "0", "N4"), ("Imposta di bollo", "2.00", "0", "N1")],
            "stamp_duty_amount": d("2"),
        },
        [("7101001", "80.00", "cost"), ("7107001", "2.00", "cost"), ("4000001", "-82.00", "item")],
        [Item("credit", "82.00", DUE)],
    ),
    "document_discount": Case(
        {"adjustment": [{"kind": "discount", "amount": d("10.00")}], "total_amount": d("112.00")},
        [*PLAIN, ("7101001", "-10.00", "discount or charge"), ("4000001", "-112.00", "item")],
        [Item("credit", "112.00", DUE)],
    ),
    "mixed_accounts": Case(
        {
            "lines": [
                ("Steel", "33.33", "22", None),
                ("Noleggio auto", "33.33", "22", None),
                ("Imposta di bollo", "2.00", "0", "N1"),
            ],
            # 22 % of 66.66 is 14.67: halves would be 7.335, so the largest (else first) share takes the rest.
            "vat": [vat("22", "66.66", "14.67"), vat("0", "2.00", "0.00", vat_nature="N1")],
        },
        [
            ("7101001", "33.33", "cost"),
            # 40 % of 7.34 is 2.94, the other 4.40 goes with the 33.33.
            ("7106001", "37.73", "cost"),
            ("7107001", "2.00", "cost"),
            ("1502001", "7.33", "VAT 22"),
            ("1502001", "2.94", "VAT 22P40"),
            ("4000001", "-83.33", "item"),
        ],
        [Item("credit", "83.33", DUE)],
    ),
    "several_rates": Case(
        {"lines": [("Steel", "100.00", "22", None), ("Coal", "50.00", "10", None)]},
        [
            ("7101001", "150.00", "cost"),
            ("1502001", "5.00", "VAT 10"),
            ("1502001", "22.00", "VAT 22"),
            ("4000001", "-177.00", "item"),
        ],
        [Item("credit", "177.00", DUE)],
    ),
    "vat_at_once_and_deferred_at_one_rate": Case(
        {
            "lines": [("Steel", "150.00", "22", None)],
            "vat": [
                vat("22", "100.00", "22.00", exigibility="I"),
                vat("22", "50.00", "11.00", exigibility="S"),
            ],
        },
        [
            ("7101001", "150.00", "cost"),
            ("1502001", "22.00", "VAT 22"),
            ("1502001", "11.00", "VAT 22S"),
            ("4502001", "-11.00", "VAT owed 22S"),
            ("4000001", "-172.00", "item"),
        ],
        [Item("credit", "172.00", DUE)],
    ),
    "foreign_currency": Case(
        {
            "currency_code": "USD",
            "payment": [
                {"amount": d("61.01"), "due_date": dt.date(2026, 11, 1)},
                {"amount": d("60.99"), "due_date": dt.date(2026, 12, 1)},
            ],
        },
        # 1.0895 dollars for a euro on 12 October: 91.785 and 20.193; of 111.98 the first part is 56.00.
        [
            ("7101001", "91.79", "cost"),
            ("1502001", "20.19", "VAT 22"),
            ("4000001", "-56.00", "item"),
            ("4000001", "-55.98", "item"),
        ],
        [
            Item("credit", "61.01", "2026-11-01", "USD", "56.00"),
            Item("credit", "60.99", "2026-12-01", "USD", "55.98"),
        ],
    ),
    "credit_note": Case(
        {"document_type": "TD04", "is_credit_note": True, "reference": INVOICE_1A},
        [("7101001", "-100.00", "cost"), ("1502001", "-22.00", "VAT 22"), ("4000001", "122.00", "item")],
        [Item("debit", "122.00", DUE)],
    ),
    "credit_note_with_negative_amounts": Case(
        {
            "document_type": "TD04",
            "is_credit_note": True,
            "reference": INVOICE_1A,
            "lines": [("Steel", "-100.00", "22", None)],
        },
        [("7101001", "-100.00", "cost"), ("1502001", "-22.00", "VAT 22"), ("4000001", "122.00", "item")],
        [Item("debit", "122.00", DUE)],
    ),
    "credit_note_with_withholding": Case(
        {
            "supplier": "S003",
            "document_type": "TD04",
            "is_credit_note": True,
            "reference": INVOICE_1A,
            "lines": [NET],
            "withholding": [RT01],
        },
        [
            ("7103001", "-1000.00", "cost"),
            ("1502001", "-220.00", "VAT 22"),
            ("4501001", "200.00", "withholding RT01"),
            ("4000003", "1020.00", "item"),
        ],
        [Item("debit", "1020.00", "2026-11-14")],
    ),
    "credit_note_under_reverse_charge": Case(
        {
            "document_type": "TD04",
            "is_credit_note": True,
            "reference": INVOICE_1A,
            "lines": [("Scrap", "500.00", "0", "N6.1")],
        },
        [
            ("7101001", "-500.00", "cost"),
            ("1502001", "-110.00", "VAT N6.1"),
            ("4502003", "110.00", "VAT owed N6.1"),
            ("4000001", "500.00", "item"),
        ],
        [Item("debit", "500.00", DUE)],
    ),
    "invoice_with_negative_amounts": Case(
        {"lines": [("Steel, returned", "-100.00", "22", None)]},
        [("7101001", "-100.00", "cost"), ("1502001", "-22.00", "VAT 22"), ("4000001", "122.00", "item")],
        [Item("debit", "122.00", DUE)],
    ),
    "free_goods": Case(
        {"lines": [("Steel", "100.00", "22", None), ("Discount", "-100.00", "22", None)]},
        [],
    ),
}


def terms(**fields: object) -> dict[str, Any]:
    """A payment with an amount."""
    return {"amount": d("122.00"), **fields}


INSTALMENTS: Final[dict[str, tuple[Mapping[str, Any], list[Item]]]] = {
    "dates": (
        {
            "payment": [
                {"amount": d("100.00"), "due_date": dt.date(2026, 12, 1)},
                {"amount": d("22.00"), "due_date": dt.date(2026, 11, 1)},
            ]
        },
        [Item("credit", "22.00", "2026-11-01"), Item("credit", "100.00", "2026-12-01")],
    ),
    "date_and_days": (
        {"payment": [terms(term_date=dt.date(2026, 10, 31), term_days=45)]},
        [Item("credit", "122.00", "2026-12-15")],
    ),
    "days_only": ({"payment": [terms(term_days=10)]}, [Item("credit", "122.00", "2026-10-25")]),
    "amount_only": ({"payment": [terms()]}, [Item("credit", "122.00", DUE)]),
    "no_payment": ({"payment": []}, [Item("credit", "122.00", DUE)]),
    "terms_at_sight": (
        {
            "supplier_vat_number": "09990189996",
            "supplier_tax_code": "09990199995",
            "supplier_name": "Counterparty G001",
        },
        [Item("credit", "122.00", "2026-10-15")],
    ),
    "terms_of_the_company": ({"supplier": "S003"}, [Item("credit", "122.00", "2026-11-14")]),
    "before_withholding": (
        {
            "supplier": "S003",
            "lines": [NET],
            "withholding": [RT01],
            "payment": [
                {"amount": d("610.00"), "due_date": dt.date(2026, 11, 1)},
                {"amount": d("610.00"), "due_date": dt.date(2026, 12, 1)},
            ],
        },
        [Item("credit", "510.00", "2026-11-01"), Item("credit", "510.00", "2026-12-01")],
    ),
    "one_paid_back": (
        {
            "payment": [
                {"amount": d("130.00"), "due_date": dt.date(2026, 11, 1)},
                {"amount": d("-8.00"), "due_date": dt.date(2026, 12, 1)},
            ]
        },
        [Item("credit", "130.00", "2026-11-01"), Item("debit", "8.00", "2026-12-01")],
    ),
    "credit_note_with_negative_payment": (
        {
            "document_type": "TD04",
            "is_credit_note": True,
            "reference": INVOICE_1A,
            "payment": [{"amount": d("-122.00"), "due_date": dt.date(2026, 11, 1)}],
        },
        [Item("debit", "122.00", "2026-11-01")],
    ),
}


@pytest.fixture(scope="module")
def registered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LedgerHome]:
    """A ledger in which all documents of this module were registered, as one delivery."""
    home = make_home(tmp_path_factory.mktemp("home"), FULL)
    with home.trial():
        switch(home)
        fields = {name: case.document for name, case in TREATMENTS.items()}
        fields |= {name: of_one for name, (of_one, _) in INSTALMENTS.items()}
        deliver(home, "d1", [document(document_number=name, **given) for name, given in fields.items()])
        yield home
    home.close()


@pytest.mark.parametrize("name", TREATMENTS)
def test_f02_a_document_posts_what_was_worked_out_by_hand(registered: LedgerHome, name: str) -> None:
    case = TREATMENTS[name]
    assert statuses(registered, name) == [(name, "registered")]
    assert entry(registered, name) == case.entry
    assert items(registered, name) == case.items


@pytest.mark.parametrize("name", INSTALMENTS)
def test_f02_every_instalment_is_an_open_item_with_its_due_date(registered: LedgerHome, name: str) -> None:
    assert statuses(registered, name) == [(name, "registered")]
    assert items(registered, name) == INSTALMENTS[name][1]


def test_f02_entries_balance_and_their_file_adds_up(registered: LedgerHome) -> None:
    assert unbalanced(registered) == []
    assert invariants_of(registered.workbench) == {}
    ((wrong,),) = registered.rows(
        "SELECT count(*) FROM ledger.document WHERE status = 'registered' AND payable_amount <> "
        "(SELECT coalesce(sum(CASE side WHEN 'credit' THEN original_amount ELSE -original_amount END), 0) "
        " FROM ledger.open_item JOIN ledger.registration ON entry_id = opened_by_entry_id "
        " WHERE registration.document_id = document.document_id)"
    )
    assert wrong == 0


def test_f02_a_posting_says_when_what_and_of_whom(registered: LedgerHome) -> None:
    rows = registered.rows(
        """
        SELECT posting.company_code, CAST(posting.posting_date AS VARCHAR), posting.accounting_reason_code,
               posting.company_currency_code, posting.currency_code, CAST(posting.currency_amount AS VARCHAR),
               posting.description, posting.source_line, posting.is_linked, entry.entry_kind
        FROM ledger.posting AS posting JOIN ledger.journal_entry AS entry USING (entry_id)
        WHERE contains(posting.description, 'foreign_currency') ORDER BY posting.line_number
        """
    )
    what = "Invoice foreign_currency of 2026-10-15 Acciai Montevuoto S.p.A."
    day = ("ALBA", "2026-10-20", "FTAC", "EUR")
    assert rows == [
        (*day, "EUR", "91.7900", what, 1, False, "invoice"),
        (*day, "EUR", "20.1900", f"{what} - VAT 22", 1, False, "invoice"),
        (*day, "USD", "-61.0100", what, 1, True, "invoice"),
        (*day, "USD", "-60.9900", what, 1, True, "invoice"),
    ]


def test_e03_the_key_of_an_item_follows_from_the_document_alone(registered: LedgerHome) -> None:
    """It fits the treasury's 26 characters, and a ledger that is built anew has the same."""
    rows = registered.rows(
        "SELECT open_item_key, description FROM ledger.open_item WHERE document_number = 'dates' ORDER BY ALL"
    )
    assert rows == [
        ("FA2026-1BC2488CE081-01", "Invoice dates Acciai Montevuoto S.p.A."),
        ("FA2026-1BC2488CE081-02", "Invoice dates Acciai Montevuoto S.p.A."),
    ]


def test_f06_the_registration_says_how_everything_was_recognised(registered: LedgerHome) -> None:
    assert registration_value(registered, "evidence", "mixed_accounts") == (
        "Company by VAT number. Supplier by VAT number and tax code. "
        "Account 7101001 by rule STEEL, VAT code 22; 7106001 by rule CARS, VAT code 22P40; "
        "7107001 by rule STAMP, VAT code N1. Total: base and VAT. Lines: lines. "
        "Instalments: no payments: due by the terms"
    )


def test_f02_the_parts_of_a_registration_are_what_memory_is_made_of(registered: LedgerHome) -> None:
    rows = registered.rows(
        """
        SELECT part.account_code, part.vat_code, part.rule_kind, part.rule_code,
               CAST(part.taxable_amount AS VARCHAR), CAST(part.vat_amount AS VARCHAR),
               CAST(part.deductible_amount AS VARCHAR), CAST(part.deferred_amount AS VARCHAR)
        FROM ledger.registration_part AS part JOIN ledger.registration USING (registration_id)
        JOIN ledger.document AS document USING (document_id)
        WHERE document.document_number IN ('partly_deductible', 'deferred', 'reverse_charge')
        ORDER BY part.registration_id, part.ordinal
        """
    )
    assert rows == [
        ("7106001", "22P40", "rule", "CARS", "100.0000", "22.0000", "8.8000", "0.0000"),
        ("7101001", "22D", "rule", "STEEL", "100.0000", "22.0000", "22.0000", "22.0000"),
        ("7101001", "N6.1", "rule", "STEEL", "500.0000", "110.0000", "110.0000", "0.0000"),
    ]


def test_f02_the_payable_amount_is_negative_for_a_credit_note(registered: LedgerHome) -> None:
    names = ("normal", "withholding", "split_payment", "credit_note", "credit_note_with_negative_amounts")
    assert [document_value(registered, "payable_amount", name) for name in names] == [
        "122.00",
        "1020.00",
        "100.00",
        "-122.00",
        "-122.00",
    ]
