"""F11: which of several posting rules holds, and that a company's own rows come before the common ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import pytest

from tests.support.invoice_ledgers import DATA, deliver, document, switch
from tests.support.ledgers import (
    LedgerHome,
    invoice_rule,
    make_home,
    vat_code,
    welfare_fund,
    withholding_account,
)
from tests.support.registrations import d, entry, open_codes, registration_value

RULES: Final = DATA.replace(
    invoice_rules=(
        invoice_rule("ANY", "7509001"),
        invoice_rule("COMPANY", "7107001", company="BREZZA"),
        invoice_rule("SUPPLIER", "7101001", counterparty="S001"),
        invoice_rule("TYPE", "7106001", document_type="TD24"),
        invoice_rule("TEXT", "7103001", line_text="trasporto"),
        invoice_rule("TEXT-OF-SUPPLIER", "7106001", counterparty="S001", line_text="TRASPORTO SPECIALE"),
        invoice_rule("SAME-TEXT-AGAIN", "7103001", line_text="porto"),
    ),
    vat_codes=(
        *DATA.vat_codes,
        vat_code("22", company="BREZZA", account="1502002"),
        vat_code("5", "5", deductible_pct="0", account=""),
        vat_code("6", "6", deductible_pct="0", account=""),
    ),
    withholding_accounts=(
        withholding_account("RT01", "4501001"),
        withholding_account("RT01", "4502003", company="BREZZA"),
    ),
    welfare_funds=(welfare_fund("TC01"), welfare_fund("TC01", "7103001", company="BREZZA")),
)


def carriage(text: str) -> list[tuple[str, str, str, None]]:
    """The only line of an invoice."""
    return [(text, "10.00", "22", None)]


HOLDING: Final[dict[str, tuple[Mapping[str, Any], str, str]]] = {
    "any": ({"supplier": "S002"}, "7509001", "ANY"),
    "company": ({"supplier": "S002", "company": "BREZZA"}, "7107001", "COMPANY"),
    "supplier": ({"company": "BREZZA"}, "7101001", "SUPPLIER"),
    "document_type": ({"document_type": "TD24"}, "7106001", "TYPE"),
    "text": (
        {"document_type": "TD24", "lines": carriage("Spese di TRASPORTO")},
        "7103001",
        "SAME-TEXT-AGAIN",
    ),
    "text_of_a_supplier": ({"lines": carriage("Trasporto speciale")}, "7106001", "TEXT-OF-SUPPLIER"),
}


@pytest.fixture(scope="module")
def registered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LedgerHome]:
    """A ledger in which the documents of this module were registered, as one delivery."""
    home = make_home(tmp_path_factory.mktemp("home"), RULES)
    with home.trial():
        switch(home)
        withheld = [{"withholding_type": "RT01", "amount": d("20.00")}]
        fund = [{"fund_type": "TC01", "amount": d("4.00")}]
        summary = [{"vat_rate": d("22"), "taxable_amount": d("104.00"), "vat_amount": d("22.88")}]
        cases = {name: fields for name, (fields, _, _) in HOLDING.items()}
        for company in ("ALBA", "BREZZA"):
            cases[company] = {
                "company": company,
                "withholding": withheld,
                "welfare_fund": fund,
                "vat": summary,
            }
        cases["not deductible"] = {"lines": [("Meals", "10.00", "5", None)]}
        deliver(home, "d1", [document(document_number=name, **fields) for name, fields in cases.items()])
        yield home
    home.close()


@pytest.mark.parametrize("name", HOLDING)
def test_f11_the_most_specific_rule_holds_and_is_named(registered: LedgerHome, name: str) -> None:
    """Text before type of document, supplier and company, in this order; equal ones may say the same."""
    _, account, rule = HOLDING[name]
    assert entry(registered, name)[0][0] == account
    assert f"Account {account} by rule {rule}, VAT code 22." in str(
        registration_value(registered, "evidence", name)
    )


def test_f11_a_company_s_own_rows_come_before_those_for_every_company(registered: LedgerHome) -> None:
    assert [entry(registered, "ALBA"), entry(registered, "BREZZA")] == [
        [
            ("7101001", "104.00", "cost"),
            ("1502001", "22.88", "VAT 22"),
            ("4501001", "-20.00", "withholding RT01"),
            ("4000001", "-106.88", "item"),
        ],
        [
            ("7101001", "104.00", "cost"),
            ("1502002", "22.88", "VAT 22"),
            ("4502003", "-20.00", "withholding RT01"),
            ("7101001", "-4.00", "fund TC01"),
            ("7103001", "4.00", "fund TC01"),
            ("4000001", "-106.88", "item"),
        ],
    ]


def test_r07_a_vat_code_that_is_not_deducted_in_full_must_be_named(registered: LedgerHome) -> None:
    assert open_codes(registered) == [("not deductible", "R07")]
