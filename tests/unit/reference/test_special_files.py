"""The optional files for special cases of payments: what is refused, and what comes into force."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from tests.conftest import MakeHome
from tests.support.ledgers import (
    ReferenceData,
    item_deferred_vat,
    item_withholding,
    open_item,
    posting_rule,
    setting,
)
from tests.support.refused import Refused, findings

CHARGES = "7501001"
ITEMS = (
    open_item("FA-1", "100.00", account="4000001", side="credit"),
    open_item("FV-1", "100.00"),
    open_item("FA-USD", "100.00", account="4000001", side="credit", currency="USD", company_amount="92.00"),
)
FULL = ReferenceData(
    items=ITEMS,
    posting_rules=(
        posting_rule("ICLI", "unpaid", account="1809001", company="ALBA", due_days="15"),
        posting_rule("PFOR", "payment_order"),
        posting_rule("SPEB", "forecast", due_days="30"),
        posting_rule("SPEB", "unpaid", company="BREZZA"),
    ),
    item_withholdings=(item_withholding("FA-1", "16.40"),),
    item_deferred_vats=(item_deferred_vat("FV-1", "18.03", "1601001", CHARGES),),
)


def test_what_is_in_force_stands_on_the_workbench_and_in_the_ledger_with_its_version(
    trial_home: MakeHome,
) -> None:
    home = trial_home(FULL)
    rules = [
        ("ALBA", "ICLI", "unpaid", "1809001", 15),
        ("BREZZA", "SPEB", "unpaid", None, 0),
        (None, "PFOR", "payment_order", None, 0),
        (None, "SPEB", "forecast", None, 30),
    ]
    order = "ORDER BY company_code NULLS LAST, accounting_reason_code"
    assert home.workbench.execute(f"SELECT * FROM temp.posting_rule {order}").fetchall() == rules
    assert home.rows(f"SELECT * FROM ledger.posting_rule {order}") == [(1, *row) for row in rules]
    assert home.rows("SELECT * FROM ledger.item_withholding") == [
        (1, "ALBA", "FA-1", Decimal("16.40"), CHARGES)
    ]
    assert home.rows("SELECT * FROM ledger.item_deferred_vat") == [
        (1, "ALBA", "FV-1", Decimal("18.03"), "1601001", CHARGES)
    ]
    home.load_reference(FULL.replace(posting_rules=()))
    assert home.workbench.execute("SELECT * FROM temp.posting_rule").fetchall() == []


def test_rules_of_unknown_reasons_and_with_accounts_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    data = ReferenceData(
        posting_rules=(
            posting_rule("XXXX", "unpaid", company="ALBA"),
            posting_rule("ICLI", "unpaid", account="1500001"),
            posting_rule("PFOR", "payment_order", account="1809001", company="ALBA", due_days="3"),
            posting_rule("SPEB", "unpaid", account="1809001"),
            posting_rule("SPEB", "forecast", company="NOBODY"),
        ),
        settings=(setting("exchange_gain_account", "9", company="ALBA"),),
    )
    file, unknown, invalid = "posting_rules.csv", "reference_code_unknown", "reference_value_invalid"
    through = (
        "an account that is neither of a bank nor of a customer or supplier: unpaid items pass through it"
    )
    assert findings(tmp_path, data) == [
        (Refused(*place, raw), expected)
        for place, raw, expected in (
            (
                (file, 2, "accounting_reason_code", unknown),
                "XXXX",
                "a code of accounting_reasons.csv for ALBA",
            ),
            ((file, 3, "account_code", invalid), "1500001", through),
            ((file, 4, "account_code", invalid), "1809001", "nothing: only the rule unpaid has an account"),
            ((file, 4, "due_days", invalid), "3", "nothing: only the rules unpaid and forecast have days"),
            (
                (file, 5, "account_code", unknown),
                "1809001",
                "an active account of BREZZA in chart_of_accounts.csv",
            ),
            (
                (file, 6, "company_code", unknown),
                "NOBODY",
                "a company_code of companies.csv, or blank",
            ),
            (
                ("settings.csv", 2, "setting_value", unknown),
                "9",
                "an active account of ALBA in chart_of_accounts.csv",
            ),
        )
    ]


def test_conditions_of_items_that_do_not_fit_their_item_are_refused(tmp_path: Path) -> None:
    data = ReferenceData(
        items=ITEMS,
        item_withholdings=(
            item_withholding("GONE", "1.00"),
            item_withholding("FA-USD", "1.00"),
            item_withholding("FV-1", "1.00"),
            item_withholding("FA-1", "100.00"),
        ),
        item_deferred_vats=(
            item_deferred_vat("FA-1", "50.00", "1601001", CHARGES),
            item_deferred_vat("FA-1", "50.01", "7503001", CHARGES),
        ),
    )
    unknown, invalid = "reference_code_unknown", "reference_value_invalid"
    vat, withheld = "item_deferred_vat.csv", "item_withholding.csv"
    too_much = "less than the original_amount 100.0000 of the item"
    assert sorted(findings(tmp_path, data)) == [
        (Refused(vat, 2, "deferred_amount", invalid, "50.00"), too_much),
        (Refused(vat, 3, "deferred_amount", invalid, "50.01"), too_much),
        (Refused(withheld, 2, "open_item_key", unknown, "ALBA GONE"), "an item of opening_open_items.csv"),
        (
            Refused(withheld, 3, "open_item_key", invalid, "FA-USD"),
            "an item in EUR, the currency of the company",
        ),
        (
            Refused(withheld, 4, "open_item_key", invalid, "FV-1"),
            "an item of the side credit: what is withheld from us is no debt of ours",
        ),
        (Refused(withheld, 5, "withholding_amount", invalid, "100.00"), too_much),
    ]
