"""Files of sales invoices that came to wrong money once, over the sample company's reference data.

The files stand in tests/golden/sales; what is right for each was worked out by hand.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from assets.findings import worded
from assets.ledger.store import Ledger, utc_now
from assets.reference.load import bring_into_force
from tests.support.ledgers import Imported, LedgerHome, expectations
from tests.support.sales import import_sales, invoices, plain

ROOT: Final = Path(__file__).resolve().parents[3]
FINDINGS: Final = """
    SELECT line_number, field, finding_code, raw_value, expected FROM ledger.finding
    WHERE resolution IS NULL ORDER BY line_number, field
"""

POSTINGS: Final = """
    SELECT account_code, debit_amount, credit_amount, description FROM ledger.posting ORDER BY line_number
"""
ITEMS: Final = "SELECT due_date, original_amount, original_amount_company_currency FROM ledger.open_item"


@pytest.fixture(scope="module")
def shared_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LedgerHome]:
    """A home with the sample's reference data in force."""
    root = tmp_path_factory.mktemp("home")
    shutil.copytree(ROOT / "data" / "samples" / "reference", root / "reference")
    ledger = Ledger(root / "ledger")
    workbench = ledger.workbench()
    with ledger.transaction(workbench, "test"):
        state = bring_into_force(workbench, root / "reference", utc_now())
    assert state.findings == ()
    yield LedgerHome(root, ledger, workbench, state)
    workbench.close()


@pytest.fixture
def home(shared_home: LedgerHome) -> Iterator[LedgerHome]:
    """The home in a transaction that is undone after the test."""
    with shared_home.trial():
        yield shared_home


def drop(home: LedgerHome, name: str) -> Imported:
    """Imports a case, the first time or once more."""
    return import_sales(home, name, (ROOT / "tests" / "golden" / "sales" / name).read_bytes())


def declare(home: LedgerHome, row: str) -> None:
    """Adds a row to settings.csv and brings it into force."""
    settings = home.root / "reference" / "settings.csv"
    settings.write_text(settings.read_text("utf-8") + row + "\n", "utf-8")
    assert home.load_reference().findings == ()


def test_thousands_dots_and_decimal_commas_that_nothing_declares_are_refused(home: LedgerHome) -> None:
    """1.000 is not booked as 1.00, and the finding says which setting reads it as it is meant."""
    undeclared = "1234.56, with a decimal point: this file declares no decimal comma"
    assert drop(home, "thousands_dot_1.csv").outcome.status == "failed"
    assert plain(home, FINDINGS) == [
        (2, "unit_price", "sales_notation_undeclared", "1.234,56", undeclared),
        (
            3,
            "net_amount",
            "sales_number_ambiguous",
            "1.000",
            "a number with one reading, not 1 or 1000: 1.234,56 has a decimal comma",
        ),
        (4, "net_amount", "sales_notation_undeclared", "1234,56", undeclared),
    ]
    columns = ("finding_code", "expected", "remedy")
    asked = f"SELECT DISTINCT {', '.join(columns)} FROM ledger.finding WHERE field = 'unit_price'"
    remedies = [worded(dict(zip(columns, row, strict=True)))["remedy"] for row in home.rows(asked)]
    assert remedies == [
        "A CSV with decimal commas (Excel saves such files in Italian, with semicolons): add the row "
        "`,sales_decimal_mark,comma` to settings.csv and rerun the file. Else correct the number and "
        "drop the file again.",
    ]


def test_amounts_and_prices_with_two_readings_are_refused_and_both_are_named(home: LedgerHome) -> None:
    assert drop(home, "thousands_dot_2.csv").outcome.status == "failed"
    assert plain(home, FINDINGS) == [
        (line, field, "sales_number_ambiguous", raw, f"a number with one reading, not {readings}")
        for line, field, raw, readings in (
            (2, "net_amount", "1.234", "1.234 or 1234"),
            (3, "net_amount", "12.500", "12.5 or 12500"),
            (4, "unit_price", "1.500", "1.5 or 1500"),
        )
    ]


@pytest.mark.parametrize("row", [",sales_decimal_mark,comma", "ALBA,sales_decimal_mark,comma"])
def test_with_a_declared_decimal_comma_the_same_files_are_read_exactly(home: LedgerHome, row: str) -> None:
    """Rerun after the setting, as the finding said: for every company, or for this one."""
    for name in ("thousands_dot_1.csv", "thousands_dot_2.csv"):
        drop(home, name)
    declare(home, row)
    for name in ("thousands_dot_1.csv", "thousands_dot_2.csv"):
        imported = drop(home, name)
        assert (imported.outcome.status, imported.findings) == ("posted", [])
    assert invoices(home, "document_number", "net_amount", "total_amount") == [
        ("S01-1", "1234.56", "1506.16"),
        ("S01-2", "1000.00", "1220.00"),
        ("S01-3", "1234.56", "1506.16"),
        ("S01b-1", "1234.00", "1505.48"),
        ("S01b-2", "12500.00", "15250.00"),
        ("S01b-3", "1500.00", "1830.00"),
    ]


def test_a_negative_credit_note_is_told_that_its_amounts_are_positive(home: LedgerHome) -> None:
    """Not that it should be a credit note: it is one. Taken as it is meant, a mixed one would be guessed."""
    assert drop(home, "credit_note_negative.csv").outcome.status == "failed"
    code = "sales_credit_note_negative"
    expected = "a total above zero or zero, since the amounts of a credit note are positive"
    assert plain(home, FINDINGS) == [(line, "total_amount", code, "-122.00", None) for line in (2, 3)]
    assert expectations(home) == [(code, expected)] * 2


def test_the_customer_owes_what_he_is_asked_and_the_rounding_goes_to_its_account(home: LedgerHome) -> None:
    """BT-115 is 100.00: total 99.98 (BT-112) and 0.02 by which it is rounded (BT-114)."""
    imported = drop(home, "issued_with_payable_rounding.xml")
    assert (imported.outcome.status, imported.findings) == ("posted", [])
    text = "Invoice S11-1 of 2026-11-05 Officine Dorica Finta S.r.l."
    assert plain(home, POSTINGS) == [
        ("1500001", "100.00", "0.00", text),
        ("7001001", "0.00", "81.95", text),
        ("4502001", "0.00", "18.03", f"{text} - VAT"),
        ("7509001", "0.00", "0.02", f"{text} - rounding"),
    ]
    assert plain(home, f"{ITEMS} WHERE origin = 'sales'") == [("2026-12-05", "100.00", "100.00")]
    assert invoices(home, "total_amount", "payable_rounding_amount") == [("99.98", "0.02")]
