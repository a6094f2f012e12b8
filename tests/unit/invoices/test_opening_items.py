"""The debt of an e-invoice that came in as an opening item does not come in a second time (R01)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.invoice_ledgers import DATA, decide, deliver, document, statuses
from tests.support.ledgers import LedgerHome, Row, items, open_item

TrialHome = Callable[..., LedgerHome]


def opening(key: str = "A/81", amount: str = "122.00", **columns: Any) -> Row:
    """What is open of an invoice of S001 with the number and year of the document, by the list of another
    program.
    """
    return open_item(
        key,
        amount,
        **{"account": "4000001", "side": "credit", "document_number": "1/A", "document_date": "2026-10-15"}
        | columns,
    )


def home_with(trial_home: TrialHome, *rows: Row) -> LedgerHome:
    """A home with these opening items, in which what is recognised is registered."""
    return trial_home(DATA.replace(items=rows))


def outcome(home: LedgerHome) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """What became of each document, and the open items of suppliers."""
    return statuses(home), items(home, "open_item_key", "residual")


@pytest.mark.parametrize(
    ("number", "day"),
    [("1/A", "2026-10-15"), (" 1/a ", "2026-03-01"), ("1/A", "")],
    ids=["the same", "as they wrote it, another day of the year", "without a date"],
)
def test_an_invoice_whose_debt_is_there_waits_and_names_the_item(
    trial_home: TrialHome, number: str, day: str
) -> None:
    home = home_with(trial_home, opening(document_number=number, document_date=day))
    deliver(home, "D", [document()])
    assert outcome(home) == ([("1/A", "to_register", "opening_item_exists")], [("A/81", "122.00")])
    ((expected, remedy),) = home.rows("SELECT expected, remedy FROM ledger.finding WHERE severity = 'ERROR'")
    shown = day or "?"
    assert expected == (
        f"a debt that is not in the ledger yet; the open item A/81 of {shown}, 122.00 EUR has the number 1/A "
        "of this supplier"
    )
    assert str(remedy).startswith(
        "`partita handle D1 --reason ...` if that item stays; or take its row out of"
    )


def test_without_the_row_of_the_item_the_invoice_is_registered(trial_home: TrialHome) -> None:
    home = home_with(trial_home, opening())
    deliver(home, "D", [document()])
    home.load_reference(DATA)
    decide(home, 1)
    deliver(home, "D", [document()])
    ((number, status, _),) = statuses(home)
    assert (number, status) == ("1/A", "registered")
    assert [residual for key, residual in items(home, "open_item_key", "residual") if key != "A/81"] == [
        "122.00"
    ]


def test_a_paid_item_is_the_same_debt(trial_home: TrialHome) -> None:
    home = home_with(trial_home, opening())
    with home.transaction():
        home.workbench.execute(
            "UPDATE ledger.open_item SET settled_amount = 122, settled_amount_company_currency = 122, "
            "status = 'closed'"
        )
    deliver(home, "D", [document()])
    assert statuses(home) == [("1/A", "to_register", "opening_item_exists")]


def test_a_similar_number_of_the_same_day_and_amount_is_a_remark(trial_home: TrialHome) -> None:
    home = home_with(trial_home, opening(document_number="01-A"))
    deliver(home, "D", [document()])
    ((status, reasons),) = home.rows("SELECT status, reason_codes FROM ledger.document")
    codes = home.rows("SELECT finding_code FROM ledger.finding WHERE severity = 'WARN' ORDER BY 1")
    assert (status, ("opening_item_similar",) in codes) == ("to_register", True)
    assert "opening_item_exists" not in str(reasons)


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(opening(document_date="2025-10-15"), id="another year"),
        pytest.param(opening(account="4000002"), id="another supplier"),
        pytest.param(opening(side="debit"), id="a credit note"),
        pytest.param(opening(document_number="2/A"), id="another number"),
        pytest.param(opening(document_number=""), id="no number"),
        pytest.param(opening("A/81", "50.00", document_number="1-A"), id="a similar number, another amount"),
    ],
)
def test_another_debt_keeps_no_invoice_out(trial_home: TrialHome, row: Row) -> None:
    home = home_with(trial_home, row)
    deliver(home, "D", [document()])
    found = home.rows("SELECT finding_code FROM ledger.finding WHERE finding_code LIKE 'opening%'")
    assert found == []


def test_a_credit_note_is_compared_with_what_stands_on_the_other_side(trial_home: TrialHome) -> None:
    home = home_with(trial_home, opening(side="debit"))
    note = document(
        document_type="TD04", type_code="TD04", is_credit_note=True, document_date=dt.date(2026, 10, 15)
    )
    deliver(home, "D", [note])
    ((_, status, reasons),) = statuses(home)
    assert (status, "opening_item_exists" in str(reasons)) == ("to_register", True)
