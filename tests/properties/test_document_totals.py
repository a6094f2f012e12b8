"""What documents ask for, read twice: by the product, and slowly by the formulas (F02, R09, R12)."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest

from assets.invoices.prepare import DroppedFile, prepare_delivery
from assets.invoices.registering import register_delivery
from assets.ledger.imports import Attempt
from samples.invoice_files import archive
from tests.support.effort import chance, times
from tests.support.invoice_ledgers import BEFORE, DATA, switch
from tests.support.ledgers import (
    LedgerHome,
    invoice_rule,
    make_home,
    setting,
    supplier_term,
    vat_code,
    welfare_fund,
    withholding_account,
)
from tests.support.made_documents import made
from tests.support.slow_documents import REFUSED, Asked, asked
from tests.support.whole_ledger import invariants_of

NOW: Final = dt.datetime(2026, 11, 20, 8, 0)  # noqa: DTZ001
TERM_DAYS: Final = 33
"""The supplier's terms, where the document says no date."""

DOCUMENTS: Final = DATA.replace(
    invoice_rules=(invoice_rule("STEEL", "7101001", counterparty="S001"),),
    settings=(*DATA.settings, setting("invoice_tolerance", "0.05")),
    supplier_terms=(supplier_term("S001", str(TERM_DAYS)),),
    vat_codes=(
        vat_code("22", account="1502001"),
        vat_code("10", "10", account="1502001"),
        vat_code("22S", "22", "split_payment", exigibility="S", account="1502001", second_account="4502003"),
        vat_code("10S", "10", "split_payment", exigibility="S", account="1502001", second_account="4502003"),
        *(vat_code(nature, "0", "outside", nature=nature, account="") for nature in ("N4", "E")),
        *(
            vat_code(
                nature, "22", "reverse_charge", nature=nature, account="1502001", second_account="4502003"
            )
            for nature in ("N6.1", "K")
        ),
    ),
    withholding_accounts=tuple(withholding_account(kind, "4501001") for kind in ("RT01", "RT02", "RT04")),
    welfare_funds=(welfare_fund("TC07", "4501001", is_withheld=True),),
)

_OWED: Final = """
    SELECT document.document_number, document.document_date, document.status, document.reason_codes,
           item.due_date,
           CASE item.side WHEN 'credit' THEN item.original_amount ELSE -item.original_amount END AS amount,
           item.hold_reason
    FROM ledger.document AS document
    LEFT JOIN ledger.registration AS registration USING (document_id)
    LEFT JOIN ledger.open_item AS item ON item.opened_by_entry_id = registration.entry_id
    ORDER BY document.document_id, item.due_date, amount
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, ledger_templates: dict[str, Path]) -> Iterator[LedgerHome]:
    """A company with a supplier of whom all documents come."""
    opened = make_home(tmp_path_factory.mktemp("home"), DOCUMENTS, ledger_templates)
    yield opened
    opened.close()


def register(home: LedgerHome, folder: Path, documents: dict[str, bytes]) -> None:
    """The documents as an archive that was dropped, registered by a run."""
    path = folder / "documents.zip"
    path.write_bytes(archive({f"{number}.xml": data for number, data in documents.items()}))
    switch(home, at=BEFORE)
    home.workbench.execute(
        "INSERT INTO ledger.delivery VALUES (1, 'documents.zip', 'archive', 'waiting', ?, NULL, NULL)", [NOW]
    )
    prepared = prepare_delivery(
        "documents.zip", [DroppedFile(path, "documents.zip", "documents.zip", NOW)], {}
    )
    register_delivery(home.workbench, prepared, Attempt("test", home.reference.version, NOW))


def owed(home: LedgerHome) -> dict[str, tuple[Asked, str]]:
    """What the ledger says is owed for each document, and the reasons why not."""
    rows = home.rows(_OWED)
    found: dict[str, tuple[Asked, str]] = {}
    for number in dict.fromkeys(str(row[0]) for row in rows):
        of_document = [row for row in rows if row[0] == number]
        items = [(str(row[4]), row[5]) for row in of_document if row[5] is not None and row[6] is None]
        paid = sum((row[5] for row in of_document if row[6] == "paid_before"), Decimal(0))
        is_registered = of_document[0][2] == "registered"
        found[number] = (
            Asked(tuple(sorted(items)), paid) if is_registered else REFUSED,
            str(of_document[0][3]),
        )
    return found


def expected(data: bytes, day: dt.date) -> Asked:
    """What the slow reading says, with the supplier's terms where the document has no date."""
    slow = asked(data)
    if slow.instalments is None:
        return slow
    terms = (day + dt.timedelta(days=TERM_DAYS)).isoformat()
    return Asked(tuple(sorted((due or terms, amount) for due, amount in slow.instalments)), slow.paid_before)


def compare(home: LedgerHome, folder: Path, drawn: random.Random, count: int) -> None:
    """Makes so many documents by chance, and compares all that differ at once."""
    documents = {f"N{place}": made(drawn, f"N{place}") for place in range(count)}
    with home.trial():
        register(home, folder, documents)
        days = {
            str(number): day
            for number, day in home.rows("SELECT document_number, document_date FROM ledger.document")
        }
        by_product = owed(home)
        by_formulas = {number: expected(data, days[number]) for number, data in documents.items()}
        different = {
            number: (by_formulas[number], *by_product[number], documents[number].decode())
            for number in documents
            if by_product[number][0] != by_formulas[number]
        }
        assert different == {}
        assert REFUSED in by_formulas.values(), "some of them do not add up"
        assert invariants_of(home.workbench) == {}


def test_documents_of_three_formats_ask_for_what_the_formulas_say(home: LedgerHome, tmp_path: Path) -> None:
    compare(home, tmp_path, random.Random(1), 200)


@pytest.mark.faults
def test_ten_thousand_documents_ask_for_what_the_formulas_say(home: LedgerHome, tmp_path: Path) -> None:
    for part in range(times(20)):
        folder = tmp_path / str(part)
        folder.mkdir()
        compare(home, folder, chance(f"documents {part}"), 500)
