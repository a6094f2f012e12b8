"""The debt of an e-invoice that came in as an opening item does not come in a second time (R01)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.invoice_ledgers import DATA, decide, deliver, document, statuses
from tests.support.ledgers import LedgerHome, Row, account, items, open_item

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
    assert remedy == (
        "`partita handle D1 --reason ...` if that item stays; or take its row out of opening_open_items.csv, "
        "run `partita process`, then `partita rerun` this delivery: the e-invoice brings items of its own. "
        "If it is another debt then its row is to say so: correct its document_number or document_date, run "
        "`partita process`, and rerun."
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


@pytest.mark.parametrize("amount", ["122.00", "50.00"], ids=["all of it", "what is still open"])
def test_a_similar_number_of_the_same_day_waits_until_its_row_says_that_it_is_another(
    trial_home: TrialHome, amount: str
) -> None:
    home = home_with(trial_home, opening("A/81", amount, document_number="01-A"))
    deliver(home, "D", [document()])
    assert statuses(home) == [("1/A", "to_register", "opening_item_similar")]
    assert said(home) == [
        f"a debt that is not in the ledger yet; the open item A/81 of 2026-10-15, {amount} EUR has the "
        "number 01-A of this supplier"
    ]
    home.load_reference(DATA.replace(items=(opening("A/81", amount, document_number="81"),)))
    decide(home, 1)
    deliver(home, "D", [document()])
    assert [row[:2] for row in statuses(home)] == [("1/A", "registered")]


def said(home: LedgerHome) -> list[str]:
    """What the open findings say that is expected."""
    query = (
        "SELECT expected FROM ledger.finding WHERE severity = 'ERROR' AND resolution IS NULL ORDER BY ordinal"
    )
    return [str(expected) for (expected,) in home.rows(query)]


def pay(home: LedgerHome, key: str, amount: str) -> None:
    """So much of an item is settled, as by a trace."""
    with home.transaction():
        home.workbench.execute(
            "UPDATE ledger.open_item SET settled_amount = $paid, settled_amount_company_currency = $paid, "
            "status = CASE WHEN original_amount = $paid THEN 'closed' ELSE 'open' END WHERE open_item_key "
            "= $key",
            {"key": key, "paid": amount},
        )


def test_all_instalments_are_named_and_no_row_is_to_go_once_something_is_paid(trial_home: TrialHome) -> None:
    """Without its other row, the rest of the debt would be in the ledger no more."""
    rows = (opening("A/1", "60.00"), opening("A/2", "40.00"), opening("A/3", "22.00"))
    home = home_with(trial_home, *rows)
    pay(home, "A/1", "60.00")
    pay(home, "A/2", "15.00")
    deliver(home, "D", [document()])
    assert said(home) == [
        "a debt that is not in the ledger yet; the open items A/1 of 2026-10-15, 60.00 EUR (paid); A/2 "
        "of 2026-10-15, 40.00 EUR (25.00 open); A/3 of 2026-10-15, 22.00 EUR have the number 1/A of "
        "this supplier"
    ]
    remedies = home.rows("SELECT remedy FROM ledger.finding WHERE finding_code = 'opening_item_exists'")
    assert remedies == [
        (
            "`partita handle D1 --reason ...`: what is there stays, since something of it is settled. If it "
            "is another debt then its row is to say so: correct its document_number or document_date, run "
            "`partita process`, and rerun.",
        )
    ]


def test_a_corrected_invoice_whose_original_is_an_opening_item_waits(trial_home: TrialHome) -> None:
    """Both would be owed."""
    home = home_with(trial_home, opening("A/81", "150.00", document_number="0/A", document_date="2026-09-30"))
    correction = document(format="UBL", type_code="384", reference=[{"kind": "invoice", "number": "0/a"}])
    deliver(home, "D", [correction])
    assert statuses(home) == [("1/A", "to_register", "opening_item_corrected")]
    assert said(home) == [
        "a debt that is not in the ledger yet; the open item A/81 of 2026-09-30, 150.00 EUR has the number "
        "0/A, which this one corrects"
    ]


def test_what_the_supplier_owes_as_a_customer_is_another_debt(trial_home: TrialHome) -> None:
    """A party that is both has accounts of both kinds; the numbers of our invoices to it are ours."""
    as_customer = account("1500009", "customer", company="ALBA", counterparty="S001")
    data = DATA.replace(accounts=(*DATA.accounts, as_customer))
    home = trial_home(data.replace(items=(opening("N/1", account="1500009"),)))
    deliver(home, "D", [document()])
    decide(home, 1)
    deliver(home, "D", [document()])
    assert [row[:2] for row in statuses(home)] == [("1/A", "registered")]


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(opening(document_date="2025-10-15"), id="another year"),
        pytest.param(opening(account="4000002"), id="another supplier"),
        pytest.param(opening(side="debit"), id="a credit note"),
        pytest.param(opening(document_number="2/A"), id="another number"),
        pytest.param(opening(document_number=""), id="no number"),
        pytest.param(opening("A/81", "122.01", document_number="1-A"), id="a similar number, more"),
        pytest.param(
            opening(document_number="1-A", document_date="2026-10-14"), id="a similar number, another day"
        ),
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
