"""F11: the account and VAT code of a supplier's last registrations, and how memory is switched off."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from assets.invoices.model import CanonicalDocument
from tests.conftest import MakeHome
from tests.support.invoice_ledgers import DATA, NOW, decide, deliver, document, switch
from tests.support.ledgers import (
    LedgerHome,
    ReferenceData,
    Row,
    invoice_rule,
    setting,
    supplier_term,
    vat_code,
)
from tests.support.registrations import document_id, entry, open_codes, registration_value, statuses

HOUR: Final = dt.timedelta(hours=1)
STAMP: Final = DATA.replace(
    vat_codes=(
        *DATA.vat_codes,
        vat_code("22P40", deductible_pct="40", account="1502001"),
        vat_code("22R", account="1502001"),
        vat_code("N1", "0", "outside", nature="N1", account=""),
    ),
    invoice_rules=(*DATA.invoice_rules, invoice_rule("STAMP", "7107001", line_text="imposta di bollo")),
)


def transport(number: str, **fields: Any) -> CanonicalDocument:
    """An invoice of a supplier for whom there is no rule."""
    return document(document_number=number, supplier="S002", **fields)


def by_hand(
    home: LedgerHome,
    *numbers: str,
    accounts: tuple[str, ...],
    vat_code: str = "22",
    is_remembered: bool = True,
) -> None:
    """A person registers documents that came before, in one delivery, each to its account."""
    content = [transport(number) for number in numbers]
    deliver(home, numbers[0], content)
    for number, account in zip(numbers, accounts, strict=True):
        decide(
            home,
            document_id(home, number),
            account_code=account,
            vat_code=vat_code,
            is_remembered=is_remembered,
        )
    deliver(home, numbers[0], content, now=NOW + HOUR)
    assert statuses(home, *numbers) == [(number, "registered") for number in numbers]


def remembered(home: LedgerHome, number: str) -> str | None:
    """The account on which the next invoice is registered by itself; None if it is not."""
    deliver(home, number, [transport(number)])
    ((_, status),) = statuses(home, number)
    return entry(home, number)[0][0] if status == "registered" else None


def test_f11_what_a_person_wants_remembered_serves_the_next_document(trial_home: MakeHome) -> None:
    """The evidence names the registration; what was remembered is remembered again."""
    home = trial_home(DATA)
    switch(home)
    by_hand(home, "1", accounts=("7106001",))
    assert remembered(home, "2") == "7106001"
    assert entry(home, "2") == [
        ("7106001", "100.00", "cost"),
        ("1502001", "22.00", "VAT 22"),
        ("4000002", "-122.00", "item"),
    ]
    assert [registration_value(home, "registered_by", number) for number in ("1", "2")] == [
        "manual",
        "automatic",
    ]
    assert registration_value(home, "evidence", "2") == (
        "Company by VAT number. Supplier by VAT number and tax code. "
        "Account 7106001 by memory last registrations 1, VAT code 22. "
        "Total: base and VAT. Lines: lines. Instalments: no payments: due by the terms"
    )
    assert remembered(home, "3") == "7106001"
    assert "by memory last registrations 1, 2, VAT" in str(registration_value(home, "evidence", "3"))


def test_f11_what_a_person_registers_without_remembering_is_no_memory(trial_home: MakeHome) -> None:
    home = trial_home(DATA)
    switch(home)
    by_hand(home, "1", accounts=("7106001",), is_remembered=False)
    assert remembered(home, "2") is None
    assert open_codes(home) == [("2", "R06")]


def test_f11_only_what_the_last_three_registrations_agree_on_is_remembered(trial_home: MakeHome) -> None:
    home = trial_home(DATA)
    by_hand(home, "1", "2", "3", accounts=("7103001", "7106001", "7106001"))
    switch(home)
    assert remembered(home, "4") is None
    assert open_codes(home) == [("4", "R06")]
    by_hand(home, "5", accounts=("7106001",))
    assert remembered(home, "6") == "7106001"


def test_f11_each_company_has_its_own_memory(trial_home: MakeHome) -> None:
    home = trial_home(DATA)
    switch(home)
    by_hand(home, "1", accounts=("7106001",))
    deliver(home, "2", [transport("2", company="BREZZA")])
    assert open_codes(home) == [("2", "R06")]


def _with(*settings: Row, terms: tuple[Row, ...] = ()) -> ReferenceData:
    return DATA.replace(settings=(*DATA.settings, *settings), supplier_terms=terms)


def test_f11_memory_can_be_switched_off_for_a_supplier_and_as_a_whole(trial_home: MakeHome) -> None:
    home = trial_home(DATA)
    switch(home)
    by_hand(home, "1", accounts=("7106001",))
    home.load_reference(_with(terms=(supplier_term("S002", uses_memory=False),)))
    assert remembered(home, "2") is None
    home.load_reference(_with(setting("supplier_memory", "false", company="ALBA")))
    assert remembered(home, "3") is None
    home.load_reference(_with(setting("supplier_memory", "false", company="BREZZA")))
    assert remembered(home, "4") == "7106001"
    assert open_codes(home) == [("2", "R06"), ("3", "R06")]


def test_f11_a_rule_comes_before_memory(trial_home: MakeHome) -> None:
    home = trial_home(DATA)
    switch(home)
    by_hand(home, "1", accounts=("7106001",))
    rule = invoice_rule("TRANSPORT", "7103001", counterparty="S002")
    home.load_reference(DATA.replace(invoice_rules=(*DATA.invoice_rules, rule)))
    assert remembered(home, "2") == "7103001"
    assert "7103001 by rule TRANSPORT" in str(registration_value(home, "evidence", "2"))


def test_f11_lines_that_a_rule_takes_by_their_text_do_not_disturb_memory(trial_home: MakeHome) -> None:
    """Stamp duty goes to its own account on every invoice; the account of the other lines is remembered."""
    home = trial_home(STAMP)
    switch(home)
    by_hand(home, "1", accounts=("7106001",))
    lines = [("Transport", "100.00", "22", None), ("Imposta di bollo", "2.00", "0", "N1")]
    for number in ("2", "3"):
        deliver(home, number, [transport(number, lines=lines)])
        assert open_codes(home) == []
        assert entry(home, number) == [
            ("7106001", "100.00", "cost"),
            ("7107001", "2.00", "cost"),
            ("1502001", "22.00", "VAT 22"),
            ("4000002", "-124.00", "item"),
        ]
    assert remembered(home, "4") == "7106001"


def test_f11_the_vat_code_is_remembered_where_several_fit(trial_home: MakeHome) -> None:
    """Also one of which only a part is deducted, which is never taken by itself."""
    home = trial_home(STAMP)
    switch(home)
    by_hand(home, "1", accounts=("7106001",), vat_code="22P40")
    deliver(home, "2", [transport("2")])
    assert entry(home, "2") == [
        ("7106001", "113.20", "cost"),
        ("1502001", "8.80", "VAT 22P40"),
        ("4000002", "-122.00", "item"),
    ]
