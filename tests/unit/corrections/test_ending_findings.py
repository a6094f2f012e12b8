"""A warning about a payment ends with its cause, and is there again with it (D07, D14, O02)."""

from __future__ import annotations

from typing import Final

import pytest

from samples.payments import SUPPLIER, leg, move, pay, trace
from tests.conftest import MakeHome
from tests.support.corrections import correct
from tests.support.ledgers import LedgerHome, ReferenceData, account, import_bytes, open_item, setting

BANK: Final = "1801001"
DAY: Final = "2026-10-20"
DATA: Final = ReferenceData().replace(
    items=(
        open_item("FA-1", "80.00", account=SUPPLIER, side="credit"),
        open_item("FA-2", "30.00", account=SUPPLIER, side="credit"),
        open_item("NC-1", "50.00", account=SUPPLIER, side="debit"),
    ),
    settings=(setting("residual_tolerance", "5.00"), setting("write_off_account", "7501001")),
)

_OPEN: Final = """
    SELECT finding_code FROM ledger.finding WHERE resolution IS NULL ORDER BY finding_code
"""
_OPEN_NOW: Final = """
    SELECT finding_code FROM ledger.finding JOIN ledger.file_import USING (import_id, attempt)
    WHERE resolution IS NULL ORDER BY finding_code
"""
_ENDED: Final = (
    "SELECT finding_code, resolved_by, resolved_reason FROM ledger.finding WHERE resolution = 'ended'"
)


def rows(home: LedgerHome, query: str) -> list[tuple[object, ...]]:
    """The rows of the ledger as it is kept."""
    with home.ledger.reading() as connection:
        return connection.execute(query).fetchall()


def warned(home: LedgerHome, amount: str, key: str, code: str) -> LedgerHome:
    """A payment of FILE A, with the warning that it brings."""
    import_bytes(home, "A.txt", trace(pay(amount, key, entry=1)))
    assert rows(home, _OPEN) == [(code,)]
    return home


@pytest.fixture
def home(make_home: MakeHome) -> LedgerHome:
    """A ledger of three items."""
    return make_home(DATA)


def check_that_it_ends_and_comes_back(home: LedgerHome, code: str, kind: str, **arguments: object) -> None:
    """The correction ends the warning; its undo opens it; the undo of that ends it again."""
    number = correct(home, kind, **arguments)
    assert rows(home, _OPEN) == []
    assert rows(home, _ENDED) == [(code, "anna", f"C{number}")]
    back = correct(home, "undo", correction=number)
    assert rows(home, _OPEN) == [(code,)]
    correct(home, "undo", correction=back)
    assert rows(home, _OPEN) == []


def test_d07_linking_a_payment_ends_its_warning(home: LedgerHome) -> None:
    warned(home, "80.00", "GONE", "open_item_not_found")
    arguments = {"payment": "1/2", "items": ["ALBA:FA-1"]}
    check_that_it_ends_and_comes_back(home, "open_item_not_found", "link", **arguments)


def test_d09_deleting_a_payment_ends_its_warning(home: LedgerHome) -> None:
    warned(home, "80.00", "GONE", "open_item_not_found")
    check_that_it_ends_and_comes_back(home, "open_item_not_found", "delete-payment", payment="1/2")


def test_d08_setting_a_payment_off_ends_its_warning(home: LedgerHome) -> None:
    warned(home, "30.00", "GONE", "open_item_not_found")
    arguments = {"items": ["ALBA:FA-2"], "payments": ["1/2"], "date": DAY}
    check_that_it_ends_and_comes_back(home, "open_item_not_found", "compensate", **arguments)


def test_d08_a_part_that_stays_unlinked_keeps_the_warning(home: LedgerHome) -> None:
    warned(home, "80.00", "GONE", "open_item_not_found")
    correct(home, "link", payment="1/2", items=["ALBA:FA-2"])
    assert rows(home, _OPEN) == [("open_item_not_found",)]


def test_d14_the_rest_of_a_payment_that_was_too_large_finds_its_item(home: LedgerHome) -> None:
    warned(home, "110.00", "FA-1", "payment_exceeds_residual")
    arguments = {"payment": "1/2", "items": ["ALBA:FA-2"]}
    check_that_it_ends_and_comes_back(home, "payment_exceeds_residual", "link", **arguments)


def test_d14_a_residual_that_is_written_off_ends_its_warning(home: LedgerHome) -> None:
    warned(home, "78.00", "FA-1", "full_settlement_leaves_residual")
    arguments = {"item": "ALBA:FA-1", "date": DAY}
    check_that_it_ends_and_comes_back(home, "full_settlement_leaves_residual", "write-off", **arguments)


def test_f09_a_residual_that_is_settled_by_hand_ends_its_warning(home: LedgerHome) -> None:
    warned(home, "60.00", "FA-1", "full_settlement_leaves_residual")
    arguments = {"items": ["ALBA:FA-1"], "account": BANK, "date": DAY}
    check_that_it_ends_and_comes_back(home, "full_settlement_leaves_residual", "settle", **arguments)


def test_d14_a_payment_that_is_let_go_leaves_no_residual_but_is_unlinked(home: LedgerHome) -> None:
    warned(home, "60.00", "FA-1", "full_settlement_leaves_residual")
    arguments = {"item": "ALBA:FA-1"}
    check_that_it_ends_and_comes_back(home, "full_settlement_leaves_residual", "reopen", **arguments)


def test_d10_a_deleted_import_takes_its_warnings_along_and_brings_back_those_with_a_cause(
    home: LedgerHome,
) -> None:
    warned(home, "80.00", "GONE", "open_item_not_found")
    correct(home, "link", payment="1/2", items=["ALBA:FA-1"])
    correct(home, "delete-import", **{"import": "1", "cascade": True})
    assert rows(home, _OPEN) == []
    correct(home, "undo", correction=2)
    assert rows(home, _OPEN) == []
    correct(home, "undo", correction=3)
    assert rows(home, _OPEN) == []


def test_o03_a_warning_that_ended_comes_back_also_after_a_rerun(home: LedgerHome) -> None:
    """The rerun is a new attempt of the import, which takes the warnings of the payments along."""
    data = trace(pay("80.00", "GONE", entry=1), pay("9.00", "FA-2", "A", entry=2, account="4000009"))
    assert import_bytes(home, "A.txt", data).outcome.status == "incomplete"
    correct(home, "link", payment="1/2", items=["ALBA:FA-1"])
    new = account("4000009", "supplier", name="New")
    home.load_reference(DATA.replace(accounts=(*DATA.accounts, new)))
    assert import_bytes(home, "A.txt", data).outcome.status == "posted"
    assert rows(home, _OPEN) == [("open_item_on_other_account",)]
    correct(home, "undo", correction=1)
    assert rows(home, _OPEN_NOW) == [("open_item_not_found",), ("open_item_on_other_account",)]


def test_d21_a_difference_of_a_payment_that_is_let_go_is_none(make_home: MakeHome) -> None:
    item = open_item(
        "FA-USD", "100.00", account=SUPPLIER, side="credit", currency="USD", company_amount="90.00"
    )
    home = make_home(DATA.replace(items=(item,)))
    payment = move(
        leg("100.00", "FA-USD", "S", account=SUPPLIER, company_amount="95.00"), currency="USD",
        reason_code="PFOR",
    )  # fmt: skip
    import_bytes(home, "A.txt", trace(payment))
    assert rows(home, _OPEN) == [("exchange_difference_not_booked",)]
    arguments = {"item": "ALBA:FA-USD"}
    check_that_it_ends_and_comes_back(home, "exchange_difference_not_booked", "reopen", **arguments)


def test_d14_a_later_trace_that_pays_the_residual_ends_the_warning_of_the_first(home: LedgerHome) -> None:
    warned(home, "60.00", "FA-1", "full_settlement_leaves_residual")
    import_bytes(home, "B.txt", trace(pay("20.00", "FA-1", entry=2)))
    assert rows(home, _OPEN) == []
    assert rows(home, _ENDED) == [("full_settlement_leaves_residual", "partita", "I2")]
    correct(home, "delete-import", **{"import": "2"})
    assert rows(home, _OPEN) == [("full_settlement_leaves_residual",)]
