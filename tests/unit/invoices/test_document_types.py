"""What becomes of each type of document, and of what it says about its payment (R08, R16, F11, O06)."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, cast

import pytest

from assets.findings import finding_code, in_words
from assets.invoices import reports as document_reports
from assets.invoices.document_types import TREATMENTS, document_types, types_of
from assets.invoices.model import CanonicalDocument
from assets.invoices.readers import read_documents
from orchestration.cli.why_document import condition_text
from tests.conftest import MakeHome
from tests.support.invoice_ledgers import ACCOUNTS, DATA, SUPPLIERS, decide, deliver, document, switch
from tests.support.ledgers import (
    LedgerHome,
    ReferenceData,
    account,
    invoice_rule,
    make_home,
    setting,
    supplier_term,
    vat_code,
)
from tests.support.registrations import (
    Finding,
    Item,
    d,
    document_id,
    document_value,
    entry,
    findings,
    items,
    statuses,
)

CASES: Final = Path(__file__).resolve().parents[2] / "cases" / "documents"
NOW: Final = dt.datetime(2026, 11, 10, 8, 0)  # noqa: DTZ001
CODE: Final = re.compile(r"[EF](TD)?[0-9]+")
MARKED: Final = "Mark the document as handled elsewhere (`partita handle`)."

STEELS: Final = tuple(
    {
        **SUPPLIERS[0],
        "counterparty_code": code,
        "counterparty_name": name,
        "country_code": code[:2],
        "vat_number": number,
        "tax_code": "",
    }
    for code, name, number in (
        ("DE1", "Stahlhandel Nirgendwo GmbH", "999999026"),
        ("GB1", "Nowhere Metals Ltd", "999999973"),
    )
)
EUROPE: Final[ReferenceData] = DATA.replace(
    counterparties=(*SUPPLIERS, *STEELS),
    accounts=(
        *ACCOUNTS,
        account("1301001", name="Advances to suppliers"),
        account("4000010", "supplier", counterparty="DE1"),
        account("4000011", "supplier", counterparty="GB1"),
    ),
    vat_codes=(
        *DATA.vat_codes,
        vat_code("K", "22", "reverse_charge", nature="K", account="1502001", second_account="4502003"),
    ),
    invoice_rules=(
        *DATA.invoice_rules,
        *(
            invoice_rule(row["counterparty_code"], "7101001", counterparty=row["counterparty_code"])
            for row in STEELS
        ),
        invoice_rule("INVOICE", "7101001", document_type="TD01"),
        invoice_rule("FACTORED", "7106001", document_type="393"),
    ),
    settings=(*DATA.settings, setting("supplier_advance_account", "1301001", company="ALBA")),
)
"""DATA with a supplier in Germany and one in Northern Ireland, and ALBA's account for advances."""


def case(name: str) -> CanonicalDocument:
    """The document of a case."""
    (found,) = read_documents((CASES / f"{name}.xml").read_bytes(), f"{name}.xml").documents
    return found


def european(code: str | None, number: str, **more: Any) -> CanonicalDocument:
    """An invoice of S001 in UBL with this type, as the reader fills it."""
    known = types_of("en16931").get(code or "380")
    header = {
        "format": "UBL",
        "type_code": code,
        "document_type": known.document_type if known else code,
        "is_credit_note": bool(known and known.is_credit_note),
        "document_number": number,
        "payable_amount": d("122.00"),
        "reference": [{"kind": "invoice", "number": f"invoice before {number}"}],
    }
    return document(**(header | more))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LedgerHome]:
    """A ledger to which the cases came, and every type of both code lists."""
    made = make_home(tmp_path_factory.mktemp("home"), EUROPE)
    with made.trial():
        switch(made)
        names = sorted(path.stem for path in CASES.glob("*.xml") if path.stem in NAMES)
        deliver(made, "cases", [case(name) for name in names], received_at=NOW, now=NOW)
        every = [european(code, f"E{code}") for code in types_of("en16931")]
        every += [
            document(
                document_number=f"F{code}",
                document_type=code,
                type_code=code,
                is_credit_note=row.is_credit_note,
                reference=[{"kind": "invoice", "number": "77"}],
            )
            for code, row in types_of("fatturapa").items()
        ]
        every += [
            european(None, "without a type"),
            european("999", "unknown"),
            european("204", "nothing to pay", payable_amount=d("0.00")),
            european("751", "no VAT", vat=[]),
            european("389", "sale", supplier_vat_number="09990029994", supplier_tax_code="09990029994"),
            european("386", "advance of BREZZA", company="BREZZA"),
        ]
        deliver(made, "types", every)
        yield made
    made.close()


NAMES: Final = (
    "credit_note_81",
    "discount_term_before_net_term",
    "discounted_amount_in_terms_ubl",
    "freight_charge_cii",
    "northern_ireland",
    "self_billed_credit_note_261",
    "two_due_dates_ubl",
    "type_383_debit_note",
    "type_384_cii",
    "type_384_corrected_invoice",
    "ubl_without_type",
    "vat_in_a_second_currency",
)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("B29-CN81", [Item("debit", "60.00", "2026-12-05")]),
        ("B43-1", [Item("credit", "200.00", "2026-12-05")]),
        ("U5", [Item("credit", "122.00", "2026-12-01")]),
        ("B26-1", [Item("credit", "115.00", "2026-12-05")]),
        ("B66-1", [Item("credit", "92.00", "2026-12-05")]),
        ("U4", [Item("credit", "122.00", "2026-12-01")]),
        ("U6E", [Item("credit", "122.00", "2026-12-01")]),
        ("C6D", [Item("credit", "100.00", "2026-12-01")]),
        ("B29-384", [Item("credit", "63.00", "2026-12-05")]),
        ("U6G", [Item("credit", "122.00", "2026-12-01")]),
        ("B25-1", [Item("credit", "122.00", "2026-12-05")]),
    ],
)
def test_a_case_is_owed_and_due_as_it_says(home: LedgerHome, number: str, expected: list[Item]) -> None:
    assert findings(home, number) == []
    assert items(home, number) == expected


def test_r08_a_self_billed_credit_note_is_our_own_document_come_back(home: LedgerHome) -> None:
    assert findings(home, "B29-261") == [
        Finding(
            "R08",
            "document.document_type",
            "261",
            "a document of a supplier; 261 (self-billed credit note) is what the buyer writes:"
            " our own document come back",
        )
    ]
    assert items(home, "B29-261") == []


def test_a_supplier_of_northern_ireland_is_found_by_his_british_number(home: LedgerHome) -> None:
    assert document_value(home, "counterparty_code", "B66-1") == "GB1"


def remedies(home: LedgerHome, number: str) -> list[tuple[str, str]]:
    """Code and remedy of each open finding of a document."""
    found = home.rows(
        """
        SELECT finding.finding_code, finding.remedy
        FROM ledger.finding AS finding
        JOIN ledger.document AS document ON document.document_id = finding.document_id
        WHERE document.document_number = ? AND finding.resolution IS NULL ORDER BY ALL
        """,
        [number],
    )
    return [
        (code, in_words(remedy, finding_code(code).remedy))
        for code, remedy in cast("list[tuple[str, str | None]]", found)
    ]


def test_every_type_is_registered_or_says_why_not(home: LedgerHome) -> None:
    registered = {number for number, status in statuses(home) if status == "registered"}
    expected = {
        f"{'E' if row.syntax == 'en16931' else 'F'}{row.type_code}"
        for row in document_types()
        if row.treatment in ("register", "advance", "corrected", "vat", "payable")
    }
    assert {str(number) for number in registered if CODE.fullmatch(str(number))} == expected
    refused = {
        str(number): findings(home, str(number))
        for number, status in statuses(home)
        if status != "registered" and CODE.fullmatch(str(number))
    }
    assert {number: [found.finding_code for found in each] for number, each in refused.items()} == {
        number: ["R08"] for number in refused
    }
    assert all(found.raw_value == number[1:] for number, each in refused.items() for found in each)


@pytest.mark.parametrize(
    ("number", "raw_value", "expected", "remedy"),
    [
        (
            "unknown",
            "999",
            "a document type that is registered (docs/e-invoices.md lists them)",
            "If it is an invoice or a credit note then post it yourself and mark it as handled"
            " (`partita handle`); otherwise refuse it (`partita refuse`).",
        ),
        (
            "nothing to pay",
            "204",
            "a payable amount; 204 (payment valuation) without one asks for nothing",
            "Wait for the invoice; then mark this document as handled (`partita handle`).",
        ),
        (
            "E325",
            "325",
            "an invoice; 325 (proforma invoice) only announces one",
            "Wait for the invoice; then mark this document as handled (`partita handle`).",
        ),
        (
            "sale",
            "389",
            "a document of a supplier; 389 (self-billed invoice) is what our customer wrote for us,"
            " BREZZA is the seller",
            "It is a sales invoice: drop the file into the inbox of sales invoices,"
            " then mark this document as handled (`partita handle`).",
        ),
        (
            "FTD29",
            "TD29",
            "a document of a supplier; TD29 (the buyer's report of an invoice that is missing or wrong)"
            " is what the buyer tells the authority",
            MARKED,
        ),
        (
            "FTD20",
            "TD20",
            "a document of a supplier; TD20 is one that the buyer or the seller made for himself",
            MARKED,
        ),
    ],
)
def test_r08_a_type_that_is_not_registered_says_what_it_is_and_what_to_do(
    home: LedgerHome, number: str, raw_value: str, expected: str, remedy: str
) -> None:
    found = [each for each in findings(home, number) if each.finding_code == "R08"]
    assert found == [Finding("R08", "document.document_type", raw_value, expected)]
    assert ("R08", remedy) in remedies(home, number)


def test_r08_information_for_accounting_without_vat_only_informs(home: LedgerHome) -> None:
    assert [found.finding_code for found in findings(home, "no VAT")] == ["R08", "R09", "R09"]


def test_a_document_of_ubl_without_a_type_is_the_usual_invoice(home: LedgerHome) -> None:
    assert ("without a type", "registered") in statuses(home)


def test_an_advance_goes_to_the_account_for_advances_and_is_no_memory(home: LedgerHome) -> None:
    assert entry(home, "E386") == [
        ("1301001", "100.00", "cost"),
        ("1502001", "22.00", "VAT 22"),
        ("4000001", "-122.00", "item"),
    ]
    parts = home.rows(
        "SELECT DISTINCT rule_kind, rule_code FROM ledger.registration_part WHERE account_code = '1301001'"
    )
    assert parts == [("setting", "supplier_advance_account")]


def test_r16_an_advance_without_that_account_waits(home: LedgerHome) -> None:
    assert findings(home, "advance of BREZZA") == [
        Finding(
            "R16",
            "setting.supplier_advance_account",
            "386",
            "an account for advances in the setting supplier_advance_account; 386 is a prepayment invoice",
        )
    ]


def test_an_advance_may_be_registered_by_hand_on_any_account(make_home: MakeHome) -> None:
    home = make_home(DATA)
    switch(home, is_on=False)
    deliver(home, "d1", [european("386", "1")])
    decide(home, document_id(home, "1"), account_code="7101001")
    deliver(home, "d1", [european("386", "1")])
    assert statuses(home) == [("1", "registered")]


def test_a_rule_may_name_the_type_as_the_format_has_it(home: LedgerHome) -> None:
    accounts = {number: entry(home, number)[0][0] for number in ("E393", "E380")}
    assert accounts == {"E393": "7106001", "E380": "7101001"}


def explained(home: LedgerHome, number: str) -> dict[str, Any]:
    """What `why` knows of a document."""
    found = document_id(home, number)
    with home.transaction():
        return dict(document_reports.explain_document(home.workbench, found))


def test_o06_conditions_and_other_dates_are_kept_and_shown(home: LedgerHome) -> None:
    conditions = {number: explained(home, number)["conditions"] for number in ("B43-1", "U5", "U4")}
    assert {number: [condition_text(row) for row in rows] for number, rows in conditions.items()} == {
        "B43-1": ["3 % until 15 November 2026"],
        "U5": ["2 %, 119.56 EUR are enough until 13 October 2026"],
        "U4": [],
    }
    assert [(row["field"], row["other_date"]) for row in explained(home, "U4")["other_dates"]] == [
        ("PaymentMeans/PaymentDueDate", dt.date(2026, 11, 5))
    ]


def test_o06_the_payee_of_a_factored_invoice_is_kept_with_numbers_and_account(make_home: MakeHome) -> None:
    home = make_home(EUROPE)
    factored = european(
        "393", "1", payment=[{"amount": d("122.00"), "beneficiary": "Factoring S.p.A.", "iban": "IT60X"}]
    )
    factored.records["identifier"].append(
        {
            "ordinal": 1,
            "party": "payee",
            "role": "party",
            "scheme_code": "0088",
            "identifier": "4000000000001",
        }
    )
    deliver(home, "d1", [factored])
    answer = explained(home, "1")
    assert [answer[name] for name in ("type_code", "payee_name", "payee_identifiers", "payee_ibans")] == [
        "393",
        "Factoring S.p.A.",
        "0088 4000000000001",
        "IT60X",
    ]


@pytest.mark.parametrize(
    ("terms", "day", "due"),
    [
        ("30 months", "2026-01-31", "2026-02-28"),
        ("30 days", "2026-01-31", "2026-03-31"),
        ("60 months", "2025-12-31", "2026-02-28"),
        ("0 months", "2026-02-10", "2026-02-28"),
        ("45 months", "2026-01-31", "2026-03-31"),
        ("90 months", "2026-08-31", "2026-11-30"),
    ],
)
def test_f11_thirty_days_to_the_end_of_the_month_are_a_month_unless_days_are_counted(
    make_home: MakeHome, terms: str, day: str, due: str
) -> None:
    days, reading = terms.split()
    home = make_home(
        DATA.replace(
            supplier_terms=[supplier_term("S001", days, is_end_of_month=True)],
            settings=[*DATA.settings, setting("end_of_month_terms", reading)],
        )
    )
    switch(home)
    deliver(home, "d1", [document(document_date=dt.date.fromisoformat(day))])
    assert items(home, "1/A") == [Item("credit", "122.00", due)]


def test_the_lists_of_types_say_each_code_once_with_a_known_treatment() -> None:
    rows = document_types()
    assert {row.treatment for row in rows} == set(TREATMENTS)
    assert all(dataclasses.astuple(row) for row in rows)
    assert {row.type_code for row in rows if row.syntax == "fatturapa"} >= {
        f"TD{number:02d}" for number in range(1, 10)
    }
