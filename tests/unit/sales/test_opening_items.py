"""The debt of a sales invoice that came in as an opening item does not come in a second time."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from samples.sales_files import csv_of, row
from tests.support.ledgers import LedgerHome, Row, account, expectations, items, open_item
from tests.support.sales import DATA, import_sales, invoices

TrialHome = Callable[..., LedgerHome]
CODE = "sales_opening_item_exists"


@pytest.mark.parametrize("day", ["2026-10-05", "2026-02-01", ""])
def test_an_invoice_whose_debt_is_there_is_not_booked_and_names_the_item(
    trial_home: TrialHome, day: str
) -> None:
    item = open_item("V/1", "122.00", document_number="1", document_date=day)
    home = trial_home(DATA.replace(items=(item,)))
    imported = import_sales(home, "fatture.csv", csv_of(row()))
    assert [code for code, _ in imported.codes] == [CODE]
    assert expectations(home) == [
        (
            CODE,
            f"an invoice that is not in the ledger yet; the open item V/1 of {day or '?'}, 122.00 EUR, has "
            "its number or its key",
        )
    ]
    assert items(home, "open_item_key", "residual") == [("V/1", "122.00")]


def test_an_item_under_the_key_of_the_invoice_keeps_it_out(trial_home: TrialHome) -> None:
    home = trial_home(DATA)
    import_sales(home, "fatture.csv", csv_of(row()))
    ((key,),) = items(home, "open_item_key")
    other = trial_home(DATA.replace(items=(open_item(str(key), "9.00", account="1500001"),)))
    assert [code for code, _ in import_sales(other, "f.csv", csv_of(row())).codes] == [CODE]


@pytest.mark.parametrize(
    "item",
    [
        pytest.param(open_item("V/1", "122.00", document_number="1", document_date="2025-10-05"), id="year"),
        pytest.param(open_item("V/1", "122.00", document_number="2"), id="another number"),
        pytest.param(open_item("V/1", "122.00", document_number="1", side="credit"), id="a credit note"),
        pytest.param(open_item("V/1", "122.00", document_number="1", account="1500002"), id="customer"),
    ],
)
def test_another_debt_keeps_no_invoice_out(trial_home: TrialHome, item: Row) -> None:
    home = trial_home(DATA.replace(items=(item,)))
    assert import_sales(home, "fatture.csv", csv_of(row())).findings == []
    assert invoices(home, "status") == [("booked",)]


def test_a_similar_number_of_the_same_day_keeps_it_out_until_its_row_says_that_it_is_another(
    trial_home: TrialHome,
) -> None:
    """Whoever kept the books before wrote the number in another way."""
    item = open_item("V/1", "50.00", document_number="00-1", document_date="2026-10-05")
    home = trial_home(DATA.replace(items=(item,)))
    data = csv_of(row())
    assert [code for code, _ in import_sales(home, "f.csv", data).codes] == ["sales_opening_item_similar"]
    assert expectations(home) == [
        (
            "sales_opening_item_similar",
            "an invoice that is not in the ledger yet; the open item V/1 of 2026-10-05, 50.00 EUR, has a "
            "similar number and its day",
        )
    ]
    home.load_reference(DATA.replace(items=({**item, "document_number": "81"},)))
    import_sales(home, "f.csv", data)
    assert invoices(home, "status") == [("booked",)]


def test_all_instalments_are_named_with_what_is_open_of_them(trial_home: TrialHome) -> None:
    rows = tuple(open_item(f"V/{number}", "61.00", document_number="1") for number in (1, 2))
    home = trial_home(DATA.replace(items=rows))
    with home.transaction():
        home.workbench.execute(
            "UPDATE ledger.open_item SET settled_amount = 1, settled_amount_company_currency = 1 "
            "WHERE open_item_key = 'V/2'"
        )
    import_sales(home, "f.csv", csv_of(row()))
    assert expectations(home) == [
        (
            CODE,
            "an invoice that is not in the ledger yet; the open items V/1 of ?, 61.00 EUR; V/2 of ?, 61.00 "
            "EUR (60.00 open), have its number or its key",
        )
    ]


def test_what_the_customer_is_owed_as_a_supplier_is_another_debt(trial_home: TrialHome) -> None:
    """A party that is both has accounts of both kinds; the numbers of its invoices to us are its own."""
    as_supplier = account("4000009", "supplier", company="ALBA", counterparty="C001")
    data = DATA.replace(accounts=(*DATA.accounts, as_supplier))
    item = open_item("F/1", "9.00", account="4000009", document_number="1", document_date="2026-10-05")
    home = trial_home(data.replace(items=(item,)))
    import_sales(home, "f.csv", csv_of(row()))
    assert invoices(home, "status") == [("booked",)]
