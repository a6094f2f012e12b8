"""What the treasury knows and is no longer so (E04): reported at once, before a payment names it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

import pytest

from assets.exports.remembered import drift
from assets.ledger.store import utc_now
from samples.payments import pay, trace
from tests.support.corrections import correct
from tests.support.exported_files import run_export
from tests.support.ledgers import LedgerHome, ReferenceData, import_bytes, open_item, reason, setting

MakeHome = Callable[..., LedgerHome]

BASE: Final = ReferenceData()
ITEMS: Final = tuple(open_item(f"FT-{number}", "100.00") for number in range(1, 4))
DATA: Final = BASE.replace(
    items=ITEMS, reasons=(*BASE.reasons, reason("MANU")), settings=(setting("manual_reason", "MANU"),)
)
ERROR: Final = "exported_items_can_be_paid"
WARN: Final = "exported_items_keep_their_amounts"


@pytest.fixture
def home(trial_home: MakeHome) -> LedgerHome:
    """A home with three open items that the treasury knows since a moment ago."""
    home = trial_home(DATA, export_once)
    assert alarms(home) == []
    return home


def export_once(home: LedgerHome) -> None:
    """Tells the treasury of the items."""
    run_export(home, now=utc_now())


def alarms(home: LedgerHome) -> list[tuple[str, str, str]]:
    """Check, key and what happened, of each difference."""
    return [
        (each.rule.name, row["open_item_key"], row["what_happened"])
        for each in drift(home.workbench)
        for row in each.rows
    ]


def settle(home: LedgerHome, key: str, amount: str | None = None) -> None:
    """Settles an item by hand, against the bank."""
    part = {} if amount is None else {"amount": amount}
    correct(home, "settle", items=[f"ALBA:{key}"], account="1801001", date="2026-10-21", **part)


def test_e04_what_a_trace_closed_or_reduced_is_no_alarm(home: LedgerHome) -> None:
    """E04: the treasury paid it, and knows."""
    import_bytes(home, "RITCOGE.txt", trace(pay("-100.00", "FT-1"), pay("-30.00", "FT-2", "A", entry=2)))
    assert alarms(home) == []


def test_e04_what_was_settled_by_hand_is_a_warning(home: LedgerHome) -> None:
    """E04: the treasury would pay it again, or too much of it."""
    settle(home, "FT-1")
    settle(home, "FT-2", "40.00")
    assert alarms(home) == [(WARN, "FT-1", "closed otherwise"), (WARN, "FT-2", "amount changed")]
    (found,) = drift(home.workbench)
    assert found.rows[1] == {
        "company_code": "ALBA",
        "open_item_key": "FT-2",
        "what_happened": "amount changed",
        "account_code": "1500001",
        "currency_code": "EUR",
        "exported_residual_amount": Decimal("100.00"),
        "paid_amount": Decimal(0),
        "residual_amount": Decimal("60.00"),
    }


def test_e04_what_a_trace_paid_is_told_from_what_was_settled_by_hand(home: LedgerHome) -> None:
    """E04: 30 by the treasury and 70 by hand; the treasury knows of 30."""
    import_bytes(home, "RITCOGE.txt", trace(pay("-30.00", "FT-1", "A")))
    settle(home, "FT-1", "70.00")
    ((found,),) = ([*each.rows] for each in drift(home.workbench))
    assert (found["what_happened"], found["paid_amount"]) == ("closed otherwise", Decimal("30.00"))


@pytest.mark.parametrize(
    ("changes", "check", "what"),
    [
        ({"account_code": "1500002"}, ERROR, "account changed"),
        ({"side": "credit"}, ERROR, "side changed"),
        ({"currency_code": "USD"}, ERROR, "currency changed"),
        (
            {"original_amount": "90.00", "original_amount_company_currency": "90.00"},
            WARN,
            "amount changed",
        ),
        (None, ERROR, "withdrawn"),
    ],
)
def test_e04_a_key_that_would_lead_nowhere_is_an_error_and_another_amount_a_warning(
    home: LedgerHome, changes: dict[str, str] | None, check: str, what: str
) -> None:
    """E04, D07: a payment that names the key would end unlinked."""
    changed: list[Any] = [] if changes is None else [ITEMS[1] | changes]
    home.load_reference(DATA.replace(items=(ITEMS[0], *changed, ITEMS[2])))
    assert alarms(home) == [(check, "FT-2", what)]


def test_e04_an_item_of_which_the_ledger_knows_nothing_any_more_is_an_error(home: LedgerHome) -> None:
    """E04: its row may be gone as a whole, when a registration or an import was undone."""
    home.workbench.execute("DELETE FROM ledger.open_item WHERE open_item_key = 'FT-3'")
    assert alarms(home) == [(ERROR, "FT-3", "withdrawn")]


def test_e04_the_next_export_tells_the_treasury_and_ends_the_alarm(home: LedgerHome) -> None:
    """E04: what is remembered is the set of the last export, and nothing else."""
    settle(home, "FT-1")
    home.load_reference(
        DATA.replace(items=(ITEMS[0], ITEMS[1] | {"account_code": "1500002"}, open_item("FT-4", "1.00")))
    )
    assert [what for _, _, what in alarms(home)] == ["account changed", "withdrawn", "closed otherwise"]
    run_export(home, now=utc_now())
    assert alarms(home) == []
    assert home.rows("SELECT open_item_key, account_code FROM ledger.exported_item ORDER BY 1") == [
        ("FT-2", "1500002"),
        ("FT-4", "1500001"),
    ]


def test_e04_of_the_items_only_those_that_changed_are_remembered_anew(home: LedgerHome) -> None:
    """E04: an item that a trace paid in part; and nothing where nothing changed."""
    remembered = "SELECT open_item_key, residual_amount FROM ledger.exported_item ORDER BY 1"
    changed = "SELECT open_item_key, residual_amount, paid_amount FROM changed_item ORDER BY 1"
    import_bytes(home, "RITCOGE.txt", trace(pay("-30.00", "FT-2", "A")))
    run_export(home, now=utc_now())
    assert home.rows(changed) == [("FT-2", Decimal(70), Decimal(30))]
    assert home.rows(remembered) == [("FT-1", Decimal(100)), ("FT-2", Decimal(70)), ("FT-3", Decimal(100))]
    run_export(home, now=utc_now())
    assert (home.rows(changed), alarms(home)) == ([], [])
