"""R09, R12: a file of each kind whose amounts were once booked wrongly, with its outcome by hand."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from assets.invoices.readers import read_documents
from assets.ledger.store import Ledger, utc_now
from assets.reference.load import bring_into_force
from tests.support.invoice_ledgers import deliver, switch
from tests.support.ledgers import LedgerHome
from tests.support.registrations import (
    Finding,
    Item,
    document_value,
    entry,
    findings,
    items,
    statuses,
)

DOCUMENTS: Final = Path(__file__).resolve().parents[2] / "cases" / "documents"
REFERENCE: Final = Path(__file__).resolve().parents[3] / "data" / "samples" / "reference"
NOW: Final = dt.datetime(2026, 11, 20, 9, 0)  # noqa: DTZ001

Posting = tuple[str, str, str]
AGENT: Final[list[Posting]] = [
    ("7103002", "1000.00", "cost"),
    ("1502001", "220.00", "VAT 22"),
    ("4501001", "-115.00", "withholding RT02"),
    ("4503001", "-85.00", "fund TC07"),
    ("4000001", "-1020.00", "item"),
]


def from_germany(base: str, vat: str, *more: Posting) -> list[Posting]:
    """Goods from a supplier of the EU: VAT on both sides."""
    return [
        ("7101001", base, "cost"),
        ("1502001", vat, "VAT EU-K"),
        ("4502003", f"-{vat}", "VAT owed EU-K"),
        *more,
    ]


def steel(base: str, vat: str, *more: Posting) -> list[Posting]:
    """Steel at 22 %."""
    return [("7101001", base, "cost"), ("1502001", vat, "VAT 22"), *more]


class Case(NamedTuple):
    """What is right for a file: the number of its document, the convention, entry, items and findings."""

    number: str
    convention: str
    entry: list[Posting]
    items: list[Item]
    findings: Sequence[Finding] = ()


CASES: Final[dict[str, Case]] = {
    "instalments_before_withholding": Case(
        "B14/1",
        "base and VAT",
        [
            ("7103001", "1500.00", "cost"),
            ("1502001", "330.00", "VAT 22"),
            ("4501001", "-300.00", "withholding RT01"),
            ("4000004", "-1446.39", "item"),
            ("4000004", "-83.61", "item"),
        ],
        [Item("credit", "1446.39", "2026-12-31"), Item("credit", "83.61", "2027-01-31")],
    ),
    "enasarco_both_rows": Case(
        "F7",
        "base and VAT, less withholding, less withheld fund, RT04 is the withheld fund",
        AGENT,
        [Item("credit", "1020.00", "2026-12-31")],
    ),
    "tc07_row_in_the_summary": Case(
        "F8",
        "base and VAT, row of the withheld fund left out",
        AGENT,
        [Item("credit", "1020.00", "2026-12-01")],
    ),
    "sub_cent_fatturapa": Case(
        "B68/3",
        "base and VAT, rounded to the currency's smallest amount",
        steel("100.00", "22.00", ("7509001", "-0.01", "rounding"), ("4000001", "-121.99", "item")),
        [Item("credit", "121.99", "2026-12-31")],
    ),
    "sub_cent_ubl": Case(
        "B68-1",
        "base and VAT, rounded to the currency's smallest amount",
        from_germany("100.00", "22.00", ("4000007", "-100.00", "item")),
        [Item("credit", "100.00", "2026-12-05")],
    ),
    "payable_rounding_0_02": Case(
        "B41-1",
        "base and VAT, rounding of the amount due",
        from_germany("99.98", "22.00", ("7509001", "0.02", "rounding"), ("4000007", "-100.00", "item")),
        [Item("credit", "100.00", "2026-12-05")],
    ),
    "payable_rounding_0_40_ubl": Case(
        "B41-2",
        "base and VAT, rounding of the amount due",
        from_germany("99.60", "21.91", ("7509001", "0.40", "rounding"), ("4000007", "-100.00", "item")),
        [Item("credit", "100.00", "2026-12-05")],
    ),
    "payable_rounding_0_40_cii": Case(
        "B41-3",
        "base and VAT, rounding of the amount due",
        from_germany("99.60", "21.91", ("7509001", "0.40", "rounding"), ("4000007", "-100.00", "item")),
        [Item("credit", "100.00", "2026-12-05")],
    ),
    "prepaid": Case(
        "B17-1",
        "base and VAT, less what was paid before",
        from_germany("1000.00", "220.00", ("4000007", "-800.00", "item"), ("4000007", "-200.00", "item")),
        [Item("credit", "800.00", "2026-12-05"), Item("credit", "200.00", "2026-11-05")],
    ),
    "document_discount_in_per_cent": Case(
        "B06/1",
        "base and VAT, discount or charge of 10 % on base and VAT",
        steel("90.00", "19.80", ("4000001", "-109.80", "item")),
        [Item("credit", "109.80", "2026-12-31")],
        [
            Finding(
                "amounts_by_convention",
                "adjustment.pct",
                "10 %",
                "a VAT summary that is net of the discount; base and VAT were taken in proportion",
            )
        ],
    ),
    "vat_rounded_by_line_fatturapa": Case(
        "B36/1",
        "base and VAT, VAT rounded line by line",
        steel("99.90", "21.90", ("4000001", "-121.80", "item")),
        [Item("credit", "121.80", "2026-12-31")],
        [
            Finding(
                "amounts_by_convention",
                "vat_summary.vat_amount",
                "21.90",
                "22 % of 99.90; it is the VAT of 30 lines rounded one by one, where the exchange system "
                "allows a difference of 0.01",
            )
        ],
    ),
    "vat_rounded_by_line_ubl": Case(
        "B42-1",
        "base and VAT, VAT rounded line by line",
        steel("133.20", "29.20", ("4000001", "-162.40", "item")),
        [Item("credit", "162.40", "2026-12-05")],
    ),
    "payment_of_zero": Case(
        "F17",
        "base and VAT",
        [
            ("7103002", "1000.00", "cost"),
            ("1502001", "220.00", "VAT 22"),
            ("4000001", "-1220.00", "item"),
        ],
        [Item("credit", "1220.00", "2026-12-01")],
        [
            Finding(
                "amounts_by_convention",
                "payment.amount",
                "0",
                "an amount; the payment of zero counts as none, and its date for all that is payable",
            )
        ],
    ),
}


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LedgerHome]:
    """The sample company, which registers e-invoices by itself, after all files of this module arrived."""
    root = tmp_path_factory.mktemp("sample")
    shutil.copytree(REFERENCE, root / "reference")
    ledger = Ledger(root / "ledger")
    workbench = ledger.workbench()
    with ledger.transaction(workbench, "test"):
        state = bring_into_force(workbench, root / "reference", utc_now())
    home = LedgerHome(root, ledger, workbench, state)
    switch(home)
    read = [read_documents((DOCUMENTS / f"{name}.xml").read_bytes(), f"{name}.xml") for name in CASES]
    documents = [document for each in read for document in each.documents]
    deliver(home, "cases", documents, received_at=NOW, now=NOW)
    yield home
    home.close()


@pytest.mark.parametrize("name", CASES)
def test_r09_a_file_asks_for_what_a_person_reads_in_it(sample: LedgerHome, name: str) -> None:
    case = CASES[name]
    assert statuses(sample, case.number) == [(case.number, "registered")]
    assert document_value(sample, "total_convention", case.number) == case.convention
    assert entry(sample, case.number) == case.entry
    assert items(sample, case.number) == case.items
    assert findings(sample, case.number) == list(case.findings)


def test_e01_what_was_paid_before_is_held_and_the_rest_is_due(sample: LedgerHome) -> None:
    held = sample.rows(
        "SELECT document_number, original_amount, hold_reason FROM ledger.open_item "
        "WHERE hold_reason IS NOT NULL"
    )
    assert [(number, str(amount), reason) for number, amount, reason in held] == [
        ("B17-1", "200.0000", "paid_before")
    ]
    assert document_value(sample, "payable_amount", "B17-1") == "800.00"
