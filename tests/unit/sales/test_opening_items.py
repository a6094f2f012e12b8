"""The debt of a sales invoice that came in as an opening item does not come in a second time."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from samples.sales_files import csv_of, row
from tests.support.ledgers import LedgerHome, Row, expectations, items, open_item
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
