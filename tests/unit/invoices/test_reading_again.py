"""What is booked already, beside what the present rules read in the same files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest

from assets.corrections.changing import change_registration
from assets.home import Home
from assets.invoices.checks import CHECKS
from assets.invoices.deciding import BY_THE_RULES
from assets.invoices.reading_again import Readings
from assets.invoices.rules import READING_RULES
from assets.ledger.audit import Decider
from assets.ledger.store import utc_now
from assets.statements import records
from orchestration import reading_again
from orchestration.deliveries import DeliveryImports
from orchestration.reading_again import ReadingAgain
from tests.support.corrections import correct
from tests.support.kept_invoices import FILES, keep
from tests.support.ledgers import LedgerHome
from tests.support.old_ledgers import home_of_version_11
from tests.support.registrations import FULL
from tests.support.whole_ledger import invariants_of, whole_ledger

ANNA: Final = Decider("anna", dt.datetime.fromisoformat("2026-10-25T08:00:00"), "read anew")
W3: Final = "FA2026-0A59FD833738-01"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[LedgerHome]:
    """The ledger of version 11, with kept files for all documents but one."""
    made = home_of_version_11(tmp_path, FULL)
    for number, data in FILES.items():
        keep(made, number, data)
    yield made
    made.close()


def read_again(home: LedgerHome, **choice: str) -> Readings:
    """Reads what older rules read, as the command does."""
    with ReadingAgain(Home(home.root), home.ledger, "test") as again:
        return again.read(**choice)


def difference(
    field: str, registered: str | None, read: str | None, currency: str | None = None
) -> dict[str, object]:
    """One field that differs."""
    return {"field": field, "registered": registered, "read": read, "currency_code": currency}


STRANGE: Final[dict[str, Any]] = {
    "document_id": 10,
    "company_code": "ALBA",
    "counterparty_code": "S001",
    "supplier_name": "Acciai Montevuoto S.p.A.",
    "document_number": "W1",
    "document_date": dt.date(2026, 10, 15),
    "rules_version": 1,
    "differences": [
        difference("kept out", None, "supplier_numbers_disagree"),
        difference("supplier", "S001", None),
    ],
    "items": [],
    "commands": ["partita change D10 --reason ..."],
}
"""What keeps it out now was a remark then."""

ADVANCE: Final[dict[str, Any]] = STRANGE | {
    "document_id": 12,
    "document_number": "W3",
    "differences": [
        difference("payable", "122.00", "100.00", "EUR"),
        difference(f"amount of {W3}", "122.00", "100.00", "EUR"),
        difference(f"due date of {W3}", "2026-12-31", "2026-11-30"),
        difference("amount of a new item", None, "22.00", "EUR"),
        difference("due date of a new item", None, "2026-10-15"),
        difference("hold of a new item", None, "paid_before"),
    ],
    "commands": ["partita change D12 --reason ..."],
}
"""What was paid before was not looked at then, nor the due date of the payment."""

LOST: Final = {
    "document_id": 4,
    "company_code": "ALBA",
    "supplier_name": "Counterparty G001",
    "document_number": "B48",
    "source_file": "d2-2.xml",
    "file_key": "d2-2@432456929ee0.xml",
    "problem": "the file is no longer kept, or was changed",
}


def listed(home: LedgerHome) -> list[tuple[object, ...]]:
    """Document and version of what the check says."""
    (rule,) = (each for each in CHECKS if each.name == "documents_are_read_by_present_rules")
    with home.ledger.reading() as connection:
        found = records(connection, rule.stage, rule.statement, rule.parameters)
    return [(row["document"], row["rules_version"]) for row in found]


def test_r01_each_document_that_would_be_booked_otherwise_is_listed_old_beside_new(home: LedgerHome) -> None:
    """R01: two that are one by the new identity are no difference; a check of their own lists them."""
    found = read_again(home)
    assert (found.differing, found.unreadable) == ([STRANGE, ADVANCE], [LOST])
    assert list(found.agreeing) == [2, 3, 5, 6, 7]


def test_nothing_changes_by_itself_but_the_rules_that_are_known_to_agree(home: LedgerHome) -> None:
    def rules(ledger: dict[str, list[tuple[object, ...]]]) -> list[tuple[object, object]]:
        return sorted((row[2], row[-1]) for row in ledger.pop("registration"))

    before = whole_ledger(home.ledger)
    read_again(home)
    after = whole_ledger(home.ledger)
    assert [row[:-1] for row in before["registration"]] == [row[:-1] for row in after["registration"]]
    assert rules(before) == [(number, 1) for number in (1, 2, 2, 3, 4, 5, 6, 7, 10, 12)]
    assert rules(after) == [
        (1, 1), (2, 1), (2, 2), (3, 2), (4, 1), (5, 2), (6, 2), (7, 2), (10, 1), (12, 1)
    ]  # fmt: skip
    assert before == after
    assert {path.name for path in Home(home.root).processed_invoices.iterdir()} == {
        str(key) for (key,) in home.rows("SELECT file_key FROM ledger.dropped_file")
        if (Home(home.root).processed_invoices / str(key)).exists()
    }  # fmt: skip


def test_what_agrees_is_read_once_and_what_differs_until_somebody_changes_it(home: LedgerHome) -> None:
    assert listed(home) == [(f"D{number}", 1) for number in (2, 3, 4, 5, 6, 7, 10, 12)]
    read_again(home)
    assert listed(home) == [("D4", 1), ("D10", 1), ("D12", 1)]
    found = read_again(home)
    assert (found.agreeing, found.differing, found.unreadable) == ({}, [STRANGE, ADVANCE], [LOST])


def change(home: LedgerHome, document_id: int) -> None:
    """What `partita change` does: the correction, and the run of the delivery."""
    with home.ledger.transaction(home.workbench, "test"):
        _, keys = change_registration(home.workbench, document_id, BY_THE_RULES, ANNA)
    with DeliveryImports(Home(home.root), home.ledger, "test") as imports:
        for key in keys:
            imports.import_delivery(key)
    with home.ledger.reading() as connection:
        assert invariants_of(connection) == {}


def test_f07_the_command_that_is_named_books_what_the_present_rules_read(home: LedgerHome) -> None:
    change(home, 12)
    assert home.rows(
        "SELECT status, document_type, type_code, total_amount, payable_amount, supplier_tax_code "
        "FROM ledger.document WHERE document_id = 12"
    ) == [("registered", "TD01", "380", Decimal(122), Decimal(100), None)]
    assert home.rows(
        "SELECT open_item_key, original_amount, due_date, hold_reason, status FROM ledger.open_item "
        "WHERE starts_with(open_item_key, ?) ORDER BY open_item_key",
        [W3[:-3]],
    ) == [
        (W3, Decimal(100), dt.date(2026, 11, 30), None, "open"),
        (f"{W3[:-1]}2", Decimal(22), dt.date(2026, 10, 15), "paid_before", "open"),
    ]
    assert home.rows(
        "SELECT rules_version, undone_at IS NULL FROM ledger.registration WHERE document_id = 12 "
        "ORDER BY registration_id"
    ) == [(1, False), (READING_RULES, True)]
    assert [row["document_id"] for row in read_again(home).differing] == [10]


def test_f07_what_would_be_kept_out_is_to_register_after_the_command(home: LedgerHome) -> None:
    change(home, 10)
    assert home.rows("SELECT status, reason_codes FROM ledger.document WHERE document_id = 10") == [
        ("to_register", "supplier_numbers_disagree")
    ]
    assert [row["document_id"] for row in read_again(home).differing] == [12]


def test_f07_undoing_the_command_brings_back_what_older_rules_read(home: LedgerHome) -> None:
    read_again(home)
    change(home, 12)
    assert listed(home) == [("D4", 1), ("D10", 1)]
    ((number,),) = home.rows("SELECT max(correction_id) FROM ledger.correction")
    correct(home, "undo", correction=number)
    assert listed(home) == [("D4", 1), ("D10", 1), ("D12", 1)]
    assert read_again(home).differing == [STRANGE, ADVANCE]


def test_what_is_settled_or_exported_is_named_with_the_command_that_comes_first(home: LedgerHome) -> None:
    correct(home, "settle", items=[f"ALBA:{W3}"], account="1801001", date="2026-10-20", amount="50.00")
    with home.ledger.transaction(home.workbench, "test"):
        home.workbench.execute(
            "INSERT INTO ledger.exported_item "
            "SELECT company_code, open_item_key, account_code, side, currency_code, original_amount "
            "FROM ledger.open_item WHERE open_item_key = ?",
            [W3],
        )
    ((entry,),) = home.rows("SELECT entry_id FROM ledger.settlement")
    ((line,),) = home.rows("SELECT line_number FROM ledger.settlement")
    (found,) = read_again(home, delivery="d5").differing[1:]
    assert found == ADVANCE | {
        "items": [
            {
                "company_code": "ALBA",
                "open_item_key": W3,
                "currency_code": "EUR",
                "settled_amount": Decimal(50),
                "settled_by": f"{entry}/{line}",
                "is_exported": True,
            }
        ],
        "commands": [f"partita reopen ALBA:{W3} --reason ...", "partita change D12 --reason ..."],
    }
    correct(home, "reopen", item=f"ALBA:{W3}")
    change(home, 12)
    assert [row["document_id"] for row in read_again(home).differing] == [10]


def test_the_command_keeps_the_account_that_a_person_chose(home: LedgerHome) -> None:
    keep(home, 2, FILES[2].replace(b"2026-11-30", b"2026-11-25"))
    (found,) = read_again(home, delivery="d1").differing
    assert found["differences"] == [
        difference("due date of FA2026-CF5498A43C62-01", "2026-11-30", "2026-11-25")
    ]
    command = "partita change D2 --account 7103001 --vat-code 22 {}--reason ..."
    assert found["commands"] == [command.format("")]
    with home.ledger.transaction(home.workbench, "test"):
        home.workbench.execute("UPDATE ledger.document_decision SET is_remembered = true")
    (found,) = read_again(home, delivery="d1").differing
    assert found["commands"] == [command.format("--remember ")]


def test_instalments_in_another_order_are_no_difference(home: LedgerHome) -> None:
    first, second = b"2026-11-30", b"2026-12-31"
    swapped = FILES[2].replace(first, b"later").replace(second, first).replace(b"later", second)
    keep(home, 2, swapped)
    assert list(read_again(home, delivery="d1").agreeing) == [2]


def test_a_file_in_which_nothing_can_be_read_any_more_would_be_kept_out(home: LedgerHome) -> None:
    keep(home, 7, b"<html>")
    found = {row["document_id"]: row["differences"] for row in read_again(home, delivery="d4").differing}
    assert found == {7: [difference("kept out", None, "R17")]}


def test_a_kept_file_that_was_changed_is_named_as_not_readable(home: LedgerHome) -> None:
    """By its size, or else by its content."""
    path = keep(home, 7, FILES[7])
    path.write_bytes(FILES[7] + b"\n")
    (lost,) = read_again(home, delivery="d4").unreadable
    assert (lost["document_id"], lost["problem"]) == (7, "the file is no longer kept, or was changed")
    path.write_bytes(FILES[7].replace(b"G1", b"G9"))
    (lost,) = read_again(home, delivery="d4").unreadable
    assert lost["problem"] == "its file does not hold it any more, so it was changed"


def test_files_that_are_read_in_several_lots_say_the_same(
    home: LedgerHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_again, "DOCUMENTS_PER_LOT", 1)
    found = read_again(home, company="ALBA")
    assert (list(found.agreeing), found.differing) == ([2, 3, 5, 6, 7], [STRANGE, ADVANCE])
    assert read_again(home, company="BREZZA") == Readings()


def test_the_check_ends_with_what_was_purged(home: LedgerHome) -> None:
    """A delivery of which something is left to do is not purged."""
    with home.ledger.transaction(home.workbench, "test"):
        home.workbench.execute("INSERT INTO ledger.purge VALUES ('2026-10-21', ?, 'anna')", [utc_now()])
    assert listed(home) == [("D2", 1), ("D7", 1), ("D10", 1), ("D12", 1)]
