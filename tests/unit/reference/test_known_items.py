"""Open items of another program in a home in use: what the ledger has already comes in no second time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

import pytest

from assets.errors import OperatingError
from assets.reference.foreign_tables import ForeignTable
from assets.reference.import_mappings import ImportMapping
from assets.reference.importing import Proposal, accept_import, propose_import
from tests.conftest import MakeHome
from tests.support.ledgers import LedgerHome, ReferenceData, open_item
from tests.unit.cli.small_ledger import insert

COLUMNS: Final = ("Partita", "Conto", "Importo", "Numero documento", "Data documento")
DATA: Final = ReferenceData(items=(open_item("FV-1", "100.00"),))
CUSTOMER: Final = "1500001"


@pytest.fixture
def home(make_home: MakeHome) -> Iterator[LedgerHome]:
    """A home in use, whose ledger has an item of an invoice of 2026 and one that was withdrawn."""
    home = make_home(DATA)
    with home.transaction():
        insert(home.workbench, "open_item", invoice_item(901, "ALBA-FV-2026-7", "FV 7"))
        insert(home.workbench, "open_item", invoice_item(902, "ALBA-FV-2026-8", "FV 8", status="withdrawn"))
    yield home
    home.close()


def invoice_item(number: int, key: str, document: str, **columns: Any) -> dict[str, Any]:
    """The open item of an invoice of a customer, as the ledger has it."""
    return {
        "item_id": number,
        "company_code": "ALBA",
        "account_code": CUSTOMER,
        "open_item_key": key,
        "side": "debit",
        "document_number": document,
        "document_date": dt.date(2026, 9, 14),
        "due_date": dt.date(2026, 10, 14),
        "currency_code": "EUR",
        "original_amount": Decimal("80.00"),
        "original_amount_company_currency": Decimal("80.00"),
        "settled_amount": Decimal(0),
        "settled_amount_company_currency": Decimal(0),
        "status": "open",
        "origin": "invoice",
        "opened_at": "2026-10-01 08:00:00",
    } | columns


def proposed(home: LedgerHome, *rows: tuple[str, ...], accepts: bool = False) -> Proposal:
    """What the rows would change in the reference data of the home."""
    folder = home.root / "reference"
    table = ForeignTable(COLUMNS, tuple(enumerate(rows, start=2)))
    with home.ledger.reading() as ledger:
        proposal = propose_import(
            folder, "open-items", table, ImportMapping(), company_code="ALBA", ledger=ledger
        )
        if accepts:
            accept_import(folder, "open-items", proposal, ledger)
    return proposal


def outcome(proposal: Proposal) -> tuple[list[str], int, tuple[tuple[str, str], ...]]:
    """The keys of new items, how many stay, and which are those of invoices."""
    (difference,) = proposal.differences
    return [row["open_item_key"] for row in difference.added], proposal.stays_count, proposal.registered


def test_items_that_the_ledger_has_under_their_key_stay_whatever_brought_them(home: LedgerHome) -> None:
    proposal = proposed(
        home,
        ("FV-1", CUSTOMER, "20.00", "", ""),
        ("ALBA-FV-2026-7", CUSTOMER, "20.00", "", ""),
        ("FV-2", CUSTOMER, "7.00", "", ""),
    )
    assert outcome(proposal) == (["FV-2"], 2, ())


@pytest.mark.parametrize("key", ["FV-1", "ALBA-FV-2026-7"])
def test_an_item_of_another_account_under_a_key_of_the_ledger_is_refused(home: LedgerHome, key: str) -> None:
    expected = rf"{key}', expected a key of its own: here it is that of an item of account {CUSTOMER}"
    with pytest.raises(OperatingError, match=expected):
        proposed(home, (key, "1500002", "20.00", "", ""))


def test_the_key_of_a_withdrawn_item_is_refused(home: LedgerHome) -> None:
    expected = "expected a key of its own: that of the ledger is withdrawn with the invoice it is of"
    with pytest.raises(OperatingError, match=expected):
        proposed(home, ("ALBA-FV-2026-8", CUSTOMER, "20.00", "", ""))


@pytest.mark.parametrize(
    ("number", "day"), [("FV 7", "14/09/2026"), (" fv  7 ", "2026-09-14"), ("FV 7", "")], ids=repr
)
def test_an_invoice_that_the_ledger_has_under_another_key_is_left_out(
    home: LedgerHome, number: str, day: str
) -> None:
    proposal = proposed(home, ("A/7", CUSTOMER, "20.00", number, day), ("A/9", CUSTOMER, "9.00", "FV 9", day))
    assert outcome(proposal) == (["A/9"], 0, (("A/7", "ALBA-FV-2026-7"),))


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(("A/7", CUSTOMER, "20.00", "FV 7", "14/09/2025"), id="another year"),
        pytest.param(("A/7", CUSTOMER, "-20.00", "FV 7", "14/09/2026"), id="a credit note"),
        pytest.param(("A/7", "1500002", "20.00", "FV 7", "14/09/2026"), id="another party"),
        pytest.param(("A/8", CUSTOMER, "20.00", "FV 8", "14/09/2026"), id="an invoice that was withdrawn"),
        pytest.param(("A/1", CUSTOMER, "20.00", "FV-1", ""), id="an item that was imported"),
    ],
)
def test_another_document_is_an_item_of_its_own(home: LedgerHome, row: tuple[str, ...]) -> None:
    assert outcome(proposed(home, row)) == ([row[0]], 0, ())


def test_what_the_ledger_would_refuse_is_not_written(home: LedgerHome) -> None:
    home.load_reference(DATA.replace(items=(*DATA.items, open_item("FV-2", "60.00"))))
    with home.transaction():
        home.workbench.execute(
            "UPDATE ledger.open_item SET settled_amount = 10, settled_amount_company_currency = 10 "
            "WHERE open_item_key = 'FV-1'"
        )
    path = home.root / "reference" / "opening_open_items.csv"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if "FV-1" not in line))
    before = path.read_bytes()
    with pytest.raises(
        OperatingError, match=r"would be wrong: .*the row of item FV-1: 10\.0000 of it is set"
    ):
        proposed(home, ("FV-3", CUSTOMER, "5.00", "", ""), accepts=True)
    assert path.read_bytes() == before
    assert outcome(proposed(home, ("FV-1", CUSTOMER, "100.00", "", ""), accepts=True)) == (["FV-1"], 0, ())
