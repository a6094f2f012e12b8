"""Settling open items by hand (F09): entry, settlements and items as wholes, and what is refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.corrections.recording import Correction, Request
from assets.corrections.settling import CANCELLED, SettlementRequest, plan_settlement, settle_by_hand
from assets.errors import OperatingError
from assets.ledger.audit import Decider
from tests.support.effort import examples
from tests.support.invoice_ledgers import ACCOUNTS, DATA, NOW, deliver, document, switch
from tests.support.ledgers import (
    Item,
    LedgerHome,
    Posting,
    Settled,
    account,
    ledger_state,
    open_item,
    reason,
    setting,
)
from tests.support.whole_ledger import invariants_of

DAY: Final = dt.date(2026, 10, 21)
LATER: Final = NOW + dt.timedelta(days=1)
ANNA: Final = Decider("anna", LATER, "paid in cash")
BANK: Final = "1801001"
SUPPLIER: Final = "4000001"

ITEMS: Final = (
    open_item("TO-PAY", "100.00", account=SUPPLIER, side="credit", description="Old invoice"),
    open_item("OTHER", "30.00", account=SUPPLIER, side="credit"),
    open_item("NOTE", "40.00", account=SUPPLIER, side="debit", description="Credit note"),
    open_item("CHF", "100.00", account=SUPPLIER, side="credit", currency="CHF", company_amount="95.55"),
    open_item("CHF-NOTE", "40.00", account=SUPPLIER, side="debit", currency="CHF", company_amount="40.00"),
    open_item("ELSEWHERE", "40.00", account="4000002", side="debit"),
    open_item("JPY", "10000", account=SUPPLIER, side="credit", currency="JPY", company_amount="0.01"),
)
OPENING: Final = DATA.replace(items=ITEMS, accounts=(*ACCOUNTS, account("1801009", is_active=False)))


@pytest.fixture
def home(trial_home: Callable[..., LedgerHome]) -> LedgerHome:
    """A home with open items of two suppliers; October and November 2026 are open."""
    return trial_home(OPENING)


def settle(home: LedgerHome, key: str, **wanted: Any) -> int:
    """Settles an item of ALBA on 21 October 2026 against the bank, unless told otherwise; the entry."""
    if "other_key" in wanted:
        wanted = {"matching_rule": CANCELLED, "other_keys": (wanted.pop("other_key"),)} | wanted
    else:
        wanted = {"account_code": BANK} | wanted
    correction = Correction(home.workbench, Request("settle", f"ALBA:{key}", {}, ANNA))
    entry_id, _ = settle_by_hand(
        correction, SettlementRequest("ALBA", (key,), **{"posting_date": DAY} | wanted)
    )
    assert invariants_of(home.workbench) == {}
    return entry_id


def changed_items(home: LedgerHome) -> list[Item]:
    """The items of which something is settled."""
    return [item for item in ledger_state(home).items if item.settled != "0.00"]


def posting(
    line: int, account_code: str, debit: str, credit: str, key: str | None = None, **others: Any
) -> Posting:
    """A posting of an entry by hand as the ledger has it, in euros unless told otherwise."""
    return Posting(
        **{
            "company_code": "ALBA",
            "posting_date": "2026-10-21",
            "movement_key": None,
            "line_number": line,
            "account_code": account_code,
            "reason_code": "FTAC",
            "debit": debit,
            "credit": credit,
            "company_currency": "EUR",
            "currency": "EUR",
            "currency_amount": debit if credit == "0.00" else f"-{credit}",
            "description": "Old invoice",
            "open_item_key": key,
            "settlement_flag": None,
            "is_linked": key is not None,
            "linked": "0.00" if key is None else debit if credit == "0.00" else credit,
            "unlinked_reason": None,
        }
        | others
    )


def test_f09_an_item_to_pay_is_settled_as_a_whole_against_an_account(home: LedgerHome) -> None:
    assert settle(home, "TO-PAY") == 1
    state = ledger_state(home)
    assert state.postings == [
        posting(1, SUPPLIER, "100.00", "0.00", "TO-PAY"),
        posting(2, BANK, "0.00", "100.00"),
    ]
    assert state.settlements == [
        Settled("ALBA", "TO-PAY", None, 1, "2026-10-21", None, "100.00", "100.00")  # type: ignore[arg-type]
    ]
    assert changed_items(home) == [
        Item("ALBA", "TO-PAY", SUPPLIER, "credit", "EUR", "100.00", "100.00", "0.00", "100.00", "closed")
    ]
    assert home.rows("SELECT * FROM ledger.journal_entry") == [
        (1, None, None, "manual", "ALBA", DAY, "FTAC", None, None, None, None, LATER)
    ]
    assert home.rows("SELECT * FROM ledger.manual_entry") == [(1, 1, "settle", "anna", "paid in cash", LATER)]
    assert home.rows("SELECT import_id, matching_rule, created_at FROM ledger.settlement") == [
        (None, "by hand", LATER)
    ]


def test_f09_an_item_to_collect_is_settled_in_part_the_other_way_round(home: LedgerHome) -> None:
    settle(home, "NOTE", amount=Decimal("12.5"), description="Cash")
    assert ledger_state(home).postings == [
        posting(1, SUPPLIER, "0.00", "12.50", "NOTE", description="Cash"),
        posting(2, BANK, "12.50", "0.00", description="Cash"),
    ]
    assert changed_items(home) == [
        Item("ALBA", "NOTE", SUPPLIER, "debit", "EUR", "40.00", "12.50", "27.50", "12.50", "open")
    ]


def test_f09_an_item_in_another_currency_takes_its_share_and_in_the_end_all_of_it(home: LedgerHome) -> None:
    """95.55 EUR for 100 CHF: 33.33 CHF are 31.846815 EUR; the parts add up to 95.55 EUR to the cent."""
    for part in ("33.33", "33.33", None):
        settle(home, "CHF", amount=None if part is None else Decimal(part))
    state = ledger_state(home)
    assert [(row.amount, row.company_amount) for row in state.settlements] == [
        ("33.33", "31.84"),
        ("33.33", "31.85"),
        ("33.34", "31.86"),
    ]
    assert state.postings[:1] == [
        posting(
            1, SUPPLIER, "31.84", "0.00", "CHF", currency="CHF", currency_amount="33.33", description=None
        )
    ]
    assert sorted((row.debit, row.credit, row.currency) for row in state.postings) == [
        ("0.00", "31.84", "EUR"),
        ("0.00", "31.85", "EUR"),
        ("0.00", "31.86", "EUR"),
        ("31.84", "0.00", "CHF"),
        ("31.85", "0.00", "CHF"),
        ("31.86", "0.00", "CHF"),
    ]
    assert changed_items(home) == [
        Item("ALBA", "CHF", SUPPLIER, "credit", "CHF", "100.00", "100.00", "0.00", "95.55", "closed")
    ]


def test_f09_an_item_is_cancelled_by_a_credit_note_by_the_smaller_residual(home: LedgerHome) -> None:
    settle(home, "TO-PAY", other_key="NOTE")
    state = ledger_state(home)
    assert state.postings == [
        posting(1, SUPPLIER, "40.00", "0.00", "TO-PAY"),
        posting(2, SUPPLIER, "0.00", "40.00", "NOTE"),
    ]
    assert state.settlements == [
        Settled("ALBA", "NOTE", None, 2, "2026-10-21", None, "40.00", "40.00"),  # type: ignore[arg-type]
        Settled("ALBA", "TO-PAY", None, 1, "2026-10-21", None, "40.00", "40.00"),  # type: ignore[arg-type]
    ]
    assert changed_items(home) == [
        Item("ALBA", "NOTE", SUPPLIER, "debit", "EUR", "40.00", "40.00", "0.00", "40.00", "closed"),
        Item("ALBA", "TO-PAY", SUPPLIER, "credit", "EUR", "100.00", "40.00", "60.00", "40.00", "open"),
    ]
    assert home.rows("SELECT matching_rule FROM ledger.settlement") == [("cancelled by credit note",)] * 2


def test_f09_an_invoice_and_its_credit_note_that_registered_themselves_cancel_each_other(
    trial_home: Callable[..., LedgerHome],
) -> None:
    home = trial_home(DATA)
    switch(home)
    note = document(
        document_number="NC1",
        document_type="TD04",
        is_credit_note=True,
        reference=[{"kind": "invoice", "number": "1/A"}],
    )
    deliver(home, "d1", [document(), note])
    keys = {side: str(key) for side, key in home.rows("SELECT side, open_item_key FROM ledger.open_item")}
    settle(home, keys["credit"], other_key=keys["debit"], amount=Decimal(22))
    settle(home, keys["debit"], other_key=keys["credit"])
    assert [(item.side, item.settled, item.status) for item in sorted(ledger_state(home).items)] == [
        (side, "122.00", "closed") for side, _ in sorted(keys.items(), key=lambda pair: pair[1])
    ]


def test_f09_the_accounting_reason_is_a_setting_of_the_company(trial_home: Callable[..., LedgerHome]) -> None:
    home = trial_home(
        OPENING.replace(reasons=(*DATA.reasons, reason("MANO")), settings=(setting("manual_reason", "MANO"),))
    )
    settle(home, "TO-PAY")
    assert {row.reason_code for row in ledger_state(home).postings} == {"MANO"}


@pytest.mark.parametrize(
    ("key", "wanted", "problem"),
    [
        ("NONE", {}, "there is no open item ALBA:NONE"),
        ("PAID", {}, "there is no open item ALBA:PAID"),
        ("OTHER", {}, "the item ALBA:OTHER is closed"),
        ("TO-PAY", {"other_key": "OTHER"}, "the item ALBA:OTHER is closed"),
        ("TO-PAY", {"amount": Decimal(0)}, "the amount must be more than 0, and is 0"),
        ("TO-PAY", {"amount": Decimal(-1)}, "the amount must be more than 0, and is -1"),
        ("TO-PAY", {"amount": Decimal("0.001")}, "0.001 has more decimals than EUR"),
        (
            "TO-PAY",
            {"amount": Decimal("100.01")},
            "the amount 100.01 is more than the residual 100.00 EUR",
        ),
        (
            "TO-PAY",
            {"other_key": "NOTE", "amount": Decimal(41)},
            "the amount 41.00 is more than the residual 40.00 EUR",
        ),
        ("TO-PAY", {"account_code": "9999"}, "company ALBA has no active account 9999"),
        ("TO-PAY", {"account_code": "1801009"}, "company ALBA has no active account 1801009"),
        ("TO-PAY", {"account_code": SUPPLIER}, "4000001 is the account of the item itself"),
        (
            "TO-PAY",
            {"posting_date": dt.date(2026, 9, 30)},
            "the accounting period 2026-09 of company ALBA is closed",
        ),
        (
            "TO-PAY",
            {"posting_date": dt.date(2027, 1, 1)},
            "company ALBA has no accounting period for 2027-01-01",
        ),
        ("TO-PAY", {"other_key": "NONE"}, "there is no open item ALBA:NONE"),
        ("TO-PAY", {"other_key": "CHF"}, "TO-PAY and CHF are on the same side (credit)"),
        ("TO-PAY", {"other_key": "TO-PAY"}, "TO-PAY and TO-PAY are on the same side (credit)"),
        (
            "TO-PAY",
            {"other_key": "ELSEWHERE"},
            "TO-PAY is on account 4000001 and ELSEWHERE on 4000002, which are of no counterparty in common "
            "(chart_of_accounts.csv)",
        ),
        ("TO-PAY", {"other_key": "CHF-NOTE"}, "TO-PAY is in EUR and CHF-NOTE in CHF"),
        (
            "CHF",
            {"other_key": "CHF-NOTE"},
            "40.00 CHF are 38.22 EUR of one item and 40.00 of the other: settle each by --account",
        ),
        ("JPY", {"amount": Decimal(4999)}, "4999 JPY come to nothing in EUR"),
    ],
)
def test_f09_what_cannot_be_settled_is_refused_and_nothing_is_changed(
    home: LedgerHome, key: str, wanted: dict[str, Any], problem: str
) -> None:
    settle(home, "OTHER")
    before = ledger_state(home)
    with pytest.raises(OperatingError) as error:
        settle(home, key, **wanted)
    assert str(error.value) == f"{problem}. Nothing was changed."
    assert ledger_state(home) == before
    assert home.rows("SELECT count(*) FROM ledger.journal_entry") == [(1,)]


def test_f09_a_withdrawn_item_is_not_settled(home: LedgerHome) -> None:
    home.workbench.execute("UPDATE ledger.open_item SET status = 'withdrawn' WHERE open_item_key = 'TO-PAY'")
    with pytest.raises(OperatingError, match=r"the item ALBA:TO-PAY is withdrawn\. Nothing was changed\."):
        settle(home, "TO-PAY")


def test_f09_a_plan_changes_nothing(home: LedgerHome) -> None:
    before = ledger_state(home)
    planned = plan_settlement(home.workbench, SettlementRequest("ALBA", ("TO-PAY",), DAY, account_code=BANK))
    assert [(share.amount, share.residual_amount, share.status) for share in planned.shares] == [
        (Decimal(100), Decimal(0), "closed")
    ]
    assert ledger_state(home) == before


def test_f09_an_entry_without_a_file_and_without_a_person_is_a_mistake(home: LedgerHome) -> None:
    settle(home, "TO-PAY")
    home.workbench.execute("DELETE FROM ledger.correction_effect")
    assert list(invariants_of(home.workbench)) == ["check_imports_add_up"]


@settings(max_examples=examples(4, 300), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    original=st.integers(1, 1_000_000),
    company_original=st.integers(1_000_000, 10_000_000),
    parts=st.lists(st.integers(1, 300_000), min_size=1, max_size=6),
)
def test_f09_whatever_is_settled_entries_balance_and_all_shares_add_up(
    home: LedgerHome, original: int, company_original: int, parts: list[int]
) -> None:
    home.workbench.execute(
        "UPDATE ledger.open_item SET original_amount = ?, original_amount_company_currency = ?, "
        "settled_amount = 0, settled_amount_company_currency = 0, status = 'open' "
        "WHERE open_item_key = 'CHF'",
        [Decimal(original).scaleb(-2), Decimal(company_original).scaleb(-2)],
    )
    for table in ("settlement", "posting", "journal_entry", "correction", "correction_effect"):
        home.workbench.execute(f"DELETE FROM ledger.{table}")
    left = original
    for part in parts:
        if part < left:
            settle(home, "CHF", amount=Decimal(part).scaleb(-2))
            left -= part
    settle(home, "CHF")
    (item,) = changed_items(home)
    assert (item.residual, item.status, Decimal(item.settled_company)) == (
        "0.00",
        "closed",
        Decimal(company_original).scaleb(-2),
    )
