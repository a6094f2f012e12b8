"""What comes into force, what stays, and what happens to the opening items in the ledger."""

from __future__ import annotations

import dataclasses
from contextlib import closing
from pathlib import Path

import pytest

from assets.ledger.store import Ledger, utc_now
from assets.reference.load import bring_into_force
from samples.payments import pay, trace
from tests.conftest import MakeHome
from tests.support.ledgers import (
    Found,
    LedgerHome,
    ReferenceData,
    Row,
    account,
    company,
    expectations,
    import_bytes,
    items,
    ledger_state,
    open_item,
    setting,
    write_files,
)

ITEM_COLUMNS = ("open_item_key", "account_code", "original", "settled", "status")
NAME = "opening_open_items.csv"
K1, K2 = open_item("K1", "100.00"), open_item("K2", "50.00", account="1500002")
TWO = ReferenceData(items=(K1, K2))
BROKEN_COMPANY = dataclasses.replace(TWO, companies=(*TWO.companies, company("CIEL", "euro")))


def changed(row: Row, **values: str) -> Row:
    """The row with other values."""
    return {**row, **values}


def of_file(home: LedgerHome) -> list[tuple[str, Found]]:
    """The open findings about reference files."""
    return ledger_state(home).findings


# --- Versions -----------------------------------------------------------------------------------------------


def test_the_last_good_set_stays_in_force_until_what_is_wrong_is_mended(make_home: MakeHome) -> None:
    home = make_home(TWO)
    added = (*TWO.accounts, account("1500099", "customer"))
    state = home.load_reference(dataclasses.replace(BROKEN_COMPANY, accounts=added))
    assert (state.version, state.is_changed) == (1, False)
    wrong = ("companies.csv", Found("reference_value_invalid", 4, None, None, "currency_code", "euro"))
    assert of_file(home) == [wrong]
    # The account is right and waits for the company all the same.
    first = import_bytes(home, "RITCOGE_1.txt", trace(pay("-1.00", account="1500099")))
    assert first.codes == [("unknown_account", 2)]
    mended = home.load_reference(dataclasses.replace(TWO, accounts=added))
    assert (mended.version, mended.is_changed, mended.findings) == (2, True, ())
    second = import_bytes(home, "RITCOGE_1.txt", trace(pay("-1.00", account="1500099")))
    assert (second.codes, of_file(home)) == ([], [])


def test_findings_that_are_found_again_stand_once_and_go_when_the_old_files_are_restored(
    trial_home: MakeHome,
) -> None:
    home = trial_home(TWO)
    home.load_reference(BROKEN_COMPANY)
    home.load_reference()
    home.load_reference(dataclasses.replace(BROKEN_COMPANY, settings=(setting("amount_view", "x"),)))
    assert [(name, found.line_number) for name, found in of_file(home)] == [
        ("companies.csv", 4),
        ("settings.csv", 2),
    ]
    restored = home.load_reference(TWO)
    assert (restored.version, restored.is_changed, of_file(home)) == (1, False, [])


def test_only_changed_files_get_a_new_version(trial_home: MakeHome) -> None:
    home = trial_home(TWO)
    assert not home.load_reference(TWO).is_changed
    home.load_reference(dataclasses.replace(TWO, settings=(setting("amount_view", "bank"),)))
    query = "SELECT file_name FROM ledger.reference_file WHERE version = 2 ORDER BY file_name"
    assert home.rows(query) == [("settings.csv",)]


def test_d36_a_changed_setting_holds_for_the_next_file(trial_home: MakeHome) -> None:
    home = trial_home(TWO)
    home.load_reference(dataclasses.replace(TWO, settings=(setting("amount_view", "bank", company="ALBA"),)))
    assert home.reference.settings.get("amount_view", "ALBA") == "bank"
    assert import_bytes(home, "RITCOGE.txt", trace(pay("-1.00", view="bank"))).findings == []


def test_a_first_set_that_is_wrong_leaves_nothing_in_force(tmp_path: Path) -> None:
    write_files(tmp_path / "reference", BROKEN_COMPANY.files())
    ledger = Ledger(tmp_path / "ledger")
    with closing(ledger.workbench()) as workbench:
        with ledger.transaction(workbench, "test"):
            state = bring_into_force(workbench, tmp_path / "reference", utc_now())
        assert (state.version, state.is_changed) == (0, False)
        assert workbench.execute("SELECT count(*) FROM company").fetchall() == [(0,)]
    with ledger.reading() as connection:
        assert connection.execute("SELECT count(*) FROM ledger.open_item").fetchall() == [(0,)]
        assert connection.execute("SELECT finding_code, line_number FROM ledger.finding").fetchall() == [
            ("reference_value_invalid", 4)
        ]


def test_without_reference_data_nothing_can_be_posted(trial_home: MakeHome) -> None:
    home = trial_home(ReferenceData(companies=(), accounts=(), reasons=(), counterparties=(), periods=()))
    imported = import_bytes(home, "RITCOGE.txt", trace(pay("-1.00")))
    assert imported.codes == [("unknown_company", 1), ("unknown_company", 2)]
    assert ledger_state(home).postings == []


# --- Opening items ------------------------------------------------------------------------------------------


def test_an_unsettled_opening_item_follows_its_row(trial_home: MakeHome) -> None:
    home = trial_home(TWO)
    row = changed(
        K1,
        account_code="1500002",
        side="credit",
        currency_code="USD",
        original_amount="70.00",
        original_amount_company_currency="64.40",
    )
    assert home.load_reference(dataclasses.replace(TWO, items=(row, K2))).findings == ()
    state = ledger_state(home)
    assert [tuple(item)[1:] for item in state.items] == [
        ("K1", "1500002", "credit", "USD", "70.00", "0.00", "70.00", "0.00", "open"),
        ("K2", "1500002", "debit", "EUR", "50.00", "0.00", "50.00", "0.00", "open"),
    ]


def test_an_unsettled_opening_item_is_withdrawn_with_its_row_and_comes_back_with_it(
    trial_home: MakeHome,
) -> None:
    home = trial_home(TWO)
    home.load_reference(dataclasses.replace(TWO, items=(K2,)))
    assert items(home, "open_item_key", "status") == [("K1", "withdrawn"), ("K2", "open")]
    smaller = changed(K1, original_amount="90.00", original_amount_company_currency="90.00")
    home.load_reference(dataclasses.replace(TWO, items=(K2, smaller)))
    assert items(home, *ITEM_COLUMNS) == [
        ("K1", "1500001", "90.00", "0.00", "open"),
        ("K2", "1500002", "50.00", "0.00", "open"),
    ]


@pytest.mark.parametrize(
    "values",
    [
        {"original_amount": "101.00", "original_amount_company_currency": "101.00"},
        {"account_code": "1500002"},
        {"side": "credit"},
        {"currency_code": "USD"},
    ],
    ids=["amount", "account", "side", "currency"],
)
def test_a_settled_opening_item_may_not_change(trial_home: MakeHome, values: dict[str, str]) -> None:
    home = trial_home(TWO)
    import_bytes(home, "RITCOGE.txt", trace(pay("-40.00", "K1", "A")))
    before = ledger_state(home)
    state = home.load_reference(dataclasses.replace(TWO, items=(K2, changed(K1, **values))))
    assert (state.is_changed, state.version) == (False, 1)
    assert of_file(home) == [(NAME, Found("opening_item_settled", 3, None, None, "open_item_key", "K1"))]
    assert expectations(home) == [
        (
            "opening_item_settled",
            "account 1500001, debit EUR 100.0000 as when it was opened; 40.0000 is settled",
        )
    ]
    assert ledger_state(home)._replace(findings=[]) == before


def test_a_settled_opening_item_may_not_go(make_home: MakeHome) -> None:
    home = make_home(TWO)
    import_bytes(home, "RITCOGE.txt", trace(pay("-40.00", "K1", "A")))
    home.load_reference(dataclasses.replace(TWO, items=()))
    assert of_file(home) == [(NAME, Found("opening_item_settled", None, None, None, "open_item_key", "K1"))]
    # K2 had nothing settled and could go, but the set is taken as a whole.
    assert items(home, "open_item_key", "status") == [("K1", "open"), ("K2", "open")]


def test_a_closed_opening_item_may_go_from_the_file_and_stays_in_the_ledger(trial_home: MakeHome) -> None:
    home = trial_home(TWO)
    import_bytes(home, "RITCOGE.txt", trace(pay("-100.00", "K1")))
    assert home.load_reference(dataclasses.replace(TWO, items=(K2,))).findings == ()
    assert items(home, *ITEM_COLUMNS) == [
        ("K1", "1500001", "100.00", "100.00", "closed"),
        ("K2", "1500002", "50.00", "0.00", "open"),
    ]


def test_what_does_not_bear_on_the_money_of_a_settled_item_may_change(trial_home: MakeHome) -> None:
    home = trial_home(TWO)
    import_bytes(home, "RITCOGE.txt", trace(pay("-40.00", "K1", "A")))
    row = changed(K1, due_date="2026-12-31", document_number="FV/1", description="New text")
    assert home.load_reference(dataclasses.replace(TWO, items=(row, K2))).findings == ()
    query = """
        SELECT CAST(due_date AS VARCHAR), document_number, description, status FROM ledger.open_item
        WHERE open_item_key = 'K1'
    """
    assert home.rows(query) == [("2026-12-31", "FV/1", "New text", "open")]


def test_a_new_opening_item_can_be_paid_at_once(trial_home: MakeHome) -> None:
    home = trial_home(TWO)
    home.load_reference(dataclasses.replace(TWO, items=(K1, K2, open_item("K3", "30.00"))))
    assert import_bytes(home, "RITCOGE.txt", trace(pay("-30.00", "K3"))).findings == []
    assert items(home, *ITEM_COLUMNS)[2] == ("K3", "1500001", "30.00", "30.00", "closed")
