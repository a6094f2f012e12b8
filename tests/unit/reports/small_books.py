"""Two companies with a few items, payments and corrections, small enough to be added up by hand.

What belongs here: what happened, when it was dated and when the ledger came to know it. What does not:
expectations.

| moment | what the ledger came to know |
|---|---|
| 1 October | the opening items (DATA) |
| 6 October | dated 5 October: 40.00 on FV-1; order to pay FA-1 by transit; 25.00 without a key |
| 13 October | dated 12 October: transit to the bank; FV-3, opened at 90.00, paid with 95.00; 10.00 on FB-1 |
| 15 October | dated 14 October: an invoice of 122.00 registered (key INV) |
| 16 October | that registration reversed, the item withdrawn |
| 18 October | registered again with 130.00, dated 14 October |
| 20 October | the settlement of 10.00 on FB-1 undone, with its entry |
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from samples.payments import leg, move, pay, trace
from tests.support.ledgers import LedgerHome, ReferenceData, import_bytes, open_item

DATA: Final = ReferenceData(
    items=(
        open_item("FV-1", "100.00", document_date="2026-09-01", due_date="2026-09-30"),
        open_item("FV-2", "200.00", document_date="2026-10-10", due_date="2026-11-15"),
        open_item(
            "FV-3", "100.00", account="1500002", currency="USD", company_amount="90.00",
            document_date="2026-08-01", due_date="2026-08-31",
        ),
        open_item(
            "FV-4", "50.00", account="1500002", currency="USD", company_amount="45.00",
            document_date="2026-06-01", due_date="2026-07-01",
        ),
        open_item(
            "FA-1", "80.00", account="4000001", side="credit",
            document_date="2026-07-01", due_date="2026-08-10",
        ),
        open_item("FA-2", "50.00", account="4000002", side="credit"),
        open_item("FB-1", "60.00", company="BREZZA", document_date="2026-10-01", due_date="2026-10-20"),
    ),
)  # fmt: skip


def day(number: int, hour: int = 8) -> dt.datetime:
    """A moment of October 2026, in UTC."""
    return dt.datetime(2026, 10, number, hour)  # noqa: DTZ001


def build(home: LedgerHome) -> None:
    """Makes everything of the table happen, within a trial of the home."""
    ledger = home.workbench
    ledger.execute("UPDATE ledger.open_item SET opened_at = ?", [day(1)])
    _import(
        home, 6, "RITCOGE_05.txt",
        pay("-40.00", "FV-1", "A", operation_date=dt.date(2026, 10, 5)),
        move(
            leg("80.00", "FA-1", "S", account="4000001"), entry=2, account="1809001", reason_code="PFOR",
            operation_date=dt.date(2026, 10, 5),
        ),
        pay("-25.00", entry=3, flag="", operation_date=dt.date(2026, 10, 5)),
    )  # fmt: skip
    _import(
        home, 13, "RITCOGE_12.txt",
        move(
            leg("80.00", account="1809001"), entry=4, reason_code="PFOR",
            operation_date=dt.date(2026, 10, 12),
        ),
        move(
            leg("-100.00", "FV-3", "S", account="1500002", company_amount="-95.00"), entry=5, currency="USD",
            operation_date=dt.date(2026, 10, 12),
        ),
        move(
            leg("-10.00", "FB-1", "A"), entry=6, company="BREZZA", operation_date=dt.date(2026, 10, 12),
        ),
    )  # fmt: skip
    _invoice(home, 15, "122.00", item_id=8)
    _reverse(home, 16, _entry_count(home))
    ledger.execute(
        "INSERT INTO ledger.item_life SELECT item_id, opened_at, ?, opened_by_entry_id, account_code, side, "
        "document_number, document_date, due_date, currency_code, original_amount, "
        "original_amount_company_currency, hold_reason FROM ledger.open_item WHERE item_id = 8",
        [day(16)],
    )
    ledger.execute("DELETE FROM ledger.open_item WHERE item_id = 8")
    _invoice(home, 18, "130.00", item_id=8)
    _undo_settlement(home, 20)


def _import(home: LedgerHome, known_on: int, name: str, *movements: object) -> None:
    """Imports a file; the ledger came to know it on that day."""
    ledger = home.workbench
    imported = import_bytes(home, name, trace(*movements))  # type: ignore[arg-type]
    assert imported.outcome.status == "posted", imported.findings
    number = imported.outcome.import_id
    ledger.execute("UPDATE ledger.settlement SET created_at = ? WHERE import_id = ?", [day(known_on), number])
    ledger.execute(
        "UPDATE ledger.journal_entry SET created_at = ? WHERE import_id = ?", [day(known_on), number]
    )


def _entry_count(home: LedgerHome) -> int:
    ((count,),) = home.rows("SELECT max(entry_id) FROM ledger.journal_entry")
    assert isinstance(count, int)
    return count


def _invoice(home: LedgerHome, known_on: int, amount: str, item_id: int) -> None:
    """An invoice of 14 October as a registration writes it: cost against the supplier, and an item."""
    ledger, entry_id = home.workbench, _entry_count(home) + 1
    ledger.execute(
        "INSERT INTO ledger.journal_entry VALUES (?, NULL, NULL, 'invoice', 'ALBA', DATE '2026-10-14', "
        "'PFOR', NULL, NULL, NULL, NULL, ?)",
        [entry_id, day(known_on)],
    )
    for line, account_code, debit, credit, key in (
        (1, "7501001", amount, "0", None),
        (2, "4000001", "0", amount, "INV"),
    ):
        ledger.execute(
            "INSERT INTO ledger.posting VALUES (?, ?, NULL, NULL, NULL, NULL, 'ALBA', ?, DATE '2026-10-14', "
            "'PFOR', 'EUR', CAST(? AS DECIMAL(18,4)), CAST(? AS DECIMAL(18,4)), 'EUR', "
            "CAST(? AS DECIMAL(18,4)) - CAST(? AS DECIMAL(18,4)), 'Invoice \"7\"', ?, NULL, ?, 0, NULL)",
            [entry_id, line, account_code, debit, credit, debit, credit, key, key is not None],
        )
    ledger.execute(
        "INSERT INTO ledger.open_item VALUES (?, 'ALBA', '4000001', 'INV', 'credit', '7', DATE '2026-10-13', "
        "DATE '2026-11-13', 'EUR', CAST(? AS DECIMAL(18,4)), CAST(? AS DECIMAL(18,4)), 0, 0, 'open', "
        "'Invoice 7', 'invoice', ?, ?, NULL)",
        [item_id, amount, amount, entry_id, day(known_on)],
    )


def _reverse(home: LedgerHome, known_on: int, entry_id: int) -> int:
    """Reverses an entry on its own date."""
    ledger, reversal_id = home.workbench, _entry_count(home) + 1
    ledger.execute(
        "INSERT INTO ledger.journal_entry SELECT ?, NULL, NULL, 'reversal', company_code, posting_date, "
        "accounting_reason_code, NULL, NULL, NULL, entry_id, ? FROM ledger.journal_entry WHERE entry_id = ?",
        [reversal_id, day(known_on), entry_id],
    )
    ledger.execute(
        "INSERT INTO ledger.posting SELECT ?, line_number, NULL, NULL, NULL, NULL, company_code, "
        "account_code, posting_date, accounting_reason_code, company_currency_code, credit_amount, "
        "debit_amount, currency_code, -currency_amount, description, open_item_key, NULL, is_linked, "
        "linked_amount, NULL "
        "FROM ledger.posting WHERE entry_id = ?",
        [reversal_id, entry_id],
    )
    ledger.execute("INSERT INTO ledger.reversed_entry VALUES (?, ?)", [entry_id, reversal_id])
    return reversal_id


def _undo_settlement(home: LedgerHome, known_on: int) -> None:
    """Undoes what was settled on FB-1, with the entry that did it."""
    ledger = home.workbench
    ((entry_id, item_id),) = home.rows(
        "SELECT settlement.entry_id, item_id FROM ledger.settlement AS settlement "
        "JOIN ledger.open_item USING (item_id) WHERE open_item_key = 'FB-1'"
    )
    assert isinstance(entry_id, int)
    reversal_id = _reverse(home, known_on, entry_id)
    ledger.execute(
        "UPDATE ledger.settlement SET undone_at = ?, undone_by_entry_id = ? WHERE item_id = ?",
        [day(known_on), reversal_id, item_id],
    )
    ledger.execute(
        "UPDATE ledger.open_item SET settled_amount = 0, settled_amount_company_currency = 0 "
        "WHERE item_id = ?",
        [item_id],
    )
