"""A ledger of the version before identities: documents get one, keys of items stay, pairs are listed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest

from assets.corrections.changing import change_registration
from assets.invoices.deciding import BY_THE_RULES
from assets.invoices.model import CanonicalDocument
from assets.ledger.audit import Decider
from tests.support.corrections import correct
from tests.support.invoice_ledgers import NOW, deliver, document
from tests.support.ledgers import LedgerHome
from tests.support.old_ledgers import home_of_version_11
from tests.support.registrations import FULL
from tests.support.whole_ledger import invariants_of, registered_twice

LATER: Final = NOW + dt.timedelta(days=1)
HALVES: Final = [
    {"amount": Decimal("61.00"), "due_date": dt.date(2026, 11, 30)},
    {"amount": Decimal("61.00"), "due_date": dt.date(2026, 12, 31)},
]
GROUP: Final = {"supplier_vat_number": "09990189996", "supplier_name": "Counterparty G001"}


def as_of_then(made: CanonicalDocument) -> CanonicalDocument:
    """The document without the frames that there were not: its file is known by what it held."""
    left_out = ("identifier", "payment_condition", "other_date")
    return CanonicalDocument(
        made.position, {name: rows for name, rows in made.records.items() if name not in left_out}
    )


FIRST: Final = [
    as_of_then(document(document_number="1/A")),
    as_of_then(document(document_number="2/A", payment=HALVES)),
]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[LedgerHome]:
    """The ledger of then."""
    made = home_of_version_11(tmp_path, FULL)
    yield made
    made.close()


def documents(home: LedgerHome) -> list[tuple[object, ...]]:
    """Every document with its identity."""
    return home.rows("SELECT document_id, status, registration_key FROM ledger.document ORDER BY document_id")


def items(home: LedgerHome) -> list[tuple[object, ...]]:
    """Every item by its key."""
    return home.rows("SELECT item_id, open_item_key, status FROM ledger.open_item ORDER BY item_id")


def again(home: LedgerHome, key: str, *again: Any) -> list[tuple[object, ...]]:
    """The documents come once more, in other envelopes; what becomes of them."""
    ((last,),) = home.rows("SELECT max(document_id) FROM ledger.document")
    deliver(home, key, list(again), now=LATER)
    return home.rows(
        f"SELECT status, reason_codes, closed_reason FROM ledger.document WHERE document_id > {last} "
        "ORDER BY document_id"
    )


def test_r01_old_documents_get_the_new_identity_and_old_items_keep_their_keys(home: LedgerHome) -> None:
    assert documents(home) == [
        (1, "to_register", "ALBA|=S001|1/A|2026|I"),
        (2, "registered", "ALBA|=S001|2/A|2026|I"),
        (3, "registered", "ALBA|=G001|B48|2026|I"),
        (4, "registered", "ALBA|=G001|B48|2026|I"),
        (5, "registered", "ALBA|=S001|RE 77|2026|I"),
        (6, "registered", "ALBA|=S001|RE 77|2026|I"),
        (7, "registered", "ALBA|=G001|G1|2026|I"),
        (8, "to_register", "ALBA|=G002|G1|2026|I"),
        (9, "handled", "ALBA|VAT:IT09990189996|G2|2026|I"),
        (10, "registered", "ALBA|=S001|W1|2026|I"),
        (11, "to_register", "ALBA|=S002|W2|2026|I"),
        (12, "registered", "ALBA|=S001|W3|2026|I"),
        (13, "repeated", "ALBA|=S001|1/A|2026|I"),
    ]
    assert home.rows(
        "SELECT document_id, registration_key, undone_key FROM ledger.registration ORDER BY registration_id"
    ) == [
        (1, None, "ALBA|=S001|1/A|2026|I"),
        (2, None, "ALBA|=S001|2/A|2026|I"),
        (3, "ALBA|=G001|B48|2026|I", None),
        (4, "ALBA|=G001|B48|2026|I|2", None),
        (5, "ALBA|=S001|RE 77|2026|I", None),
        (6, "ALBA|=S001|RE 77|2026|I|2", None),
        (7, "ALBA|=G001|G1|2026|I", None),
        (10, "ALBA|=S001|W1|2026|I", None),
        (12, "ALBA|=S001|W3|2026|I", None),
        (2, "ALBA|=S001|2/A|2026|I", None),
    ]
    assert home.rows(
        "SELECT supplier_identifiers FROM ledger.document WHERE document_id IN (1, 4, 12) "
        "ORDER BY document_id"
    ) == [
        ("TAX:IT09990149990 VAT:IT09990149990",),
        ("TAX:IT09990199995",),
        ("VAT:IT09990149990",),
    ]
    mismatched = home.rows(
        "SELECT item.open_item_key FROM ledger.open_item AS item "
        "JOIN ledger.registration AS registration ON registration.entry_id = item.opened_by_entry_id "
        "JOIN ledger.document AS document USING (document_id) "
        "WHERE NOT starts_with(item.open_item_key, document.item_key_stem || '-')"
    )
    assert mismatched == []
    with home.ledger.reading() as connection:
        assert invariants_of(connection) == {}


def test_r01_a_registration_of_then_that_is_changed_keeps_the_keys_of_its_items(home: LedgerHome) -> None:
    """F07: also one whose run is still to come, as the first document's."""
    before = items(home)
    with home.ledger.transaction(home.workbench, "test"):
        change_registration(home.workbench, 2, BY_THE_RULES, Decider("anna", LATER, "other account"))
    deliver(home, "d1", FIRST, now=LATER)
    keys = [(number, key, "open") for number, key, _ in before]
    assert items(home) == keys
    with home.ledger.reading() as connection:
        assert invariants_of(connection) == {}


def test_r01_what_was_registered_then_is_repeated_in_another_form(home: LedgerHome) -> None:
    assert again(
        home,
        "n1",
        document(document_number="2/A ", payment=HALVES, transmission_code="2"),
        document(document_number="G1", **GROUP, supplier_tax_code="09990199995", transmission_code="2"),
        document(document_number="W3", format="CII", type_code="380", supplier_tax_code=None),
        document(
            document_number="W3", format="CII", type_code="380", lines=(("Steel", "90.00", "22", None),)
        ),
        document(document_number="g2", **GROUP, supplier_tax_code=None),
    ) == [
        ("repeated", None, "the same as document 2"),
        ("repeated", None, "the same as document 7"),
        ("repeated", None, "the same as document 12"),
        ("to_register", "R01", None),
        ("repeated", "R04", "the same as document 9"),
    ]


def test_r01_a_supplier_with_another_code_is_the_same_supplier(home: LedgerHome) -> None:
    """The registry was set up anew; a code that is nobody's any more is looked up by the numbers."""
    renamed = FULL.replace(
        **{
            name: [
                {column: "X001" if value == "S001" else value for column, value in row.items()}
                for row in getattr(FULL, name)
            ]
            for name in ("counterparties", "accounts", "invoice_rules", "supplier_terms")
        }
    )
    home.load_reference(renamed)
    assert again(home, "n1", document(document_number="2/a", payment=HALVES, transmission_code="2")) == [
        ("repeated", None, "the same as document 2")
    ]


def same_identity(home: LedgerHome) -> list[dict[str, Any]]:
    """What the check lists."""
    with home.ledger.reading() as connection:
        return registered_twice(connection)


def test_r01_two_registrations_that_are_one_invoice_are_listed_until_somebody_answers(
    home: LedgerHome,
) -> None:
    listed = same_identity(home)
    assert [(row["document"], row["first_document"], row["remedy"]) for row in listed] == [
        ("D6", "D5", "`partita same D6 D5 --reason ...`, `partita other D6 D5 --reason ...`"),
        ("D4", "D3", "`partita same D4 D3 --reason ...`, `partita other D4 D3 --reason ...`"),
    ]
    assert listed[1] | {"items": "", "remedy": ""} == {
        "document": "D4",
        "first_document": "D3",
        "company_code": "ALBA",
        "counterparty_code": "G001",
        "document_number": "B48",
        "first_number": "B48",
        "document_date": dt.date(2026, 10, 15),
        "payable_amount": Decimal("122.0000"),
        "currency_code": "EUR",
        "items": "",
        "remedy": "",
    }
    before = items(home)
    correct(home, "other", document="D6", other="D5")
    number = correct(home, "same", document="D4", other="D3")
    assert same_identity(home) == []
    assert [row for row in items(home) if row not in before] == [
        (row[0], row[1], "withdrawn") for row in before if row[1] in str(listed[1]["items"])
    ]
    correct(home, "undo", correction=number)
    assert items(home) == before
    assert [row["document"] for row in same_identity(home)] == ["D4"]
