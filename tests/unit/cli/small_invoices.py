"""A ledger of two deliveries of e-invoices, small enough to be compared as a whole.

Automatic registration of ALBA was switched on between them.

- d1, the day before: D1 waits; its second file holds D2, whose supplier has no posting rule, and the credit
  note D3, which names no invoice.
- d2, afterwards: D4 registered itself with two instalments; the supplier of D5 is unknown; a third file
  cannot be read.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Final

from assets.findings import Finding
from tests.support.invoice_ledgers import NOW, deliver, document, switch
from tests.support.ledgers import LedgerHome

DAY_BEFORE: Final = NOW - dt.timedelta(days=1)


def build(home: LedgerHome) -> None:
    """Registers the two deliveries."""
    deliver(
        home,
        "d1",
        [
            document(),
            document(document_number="2", supplier="S002", lines=(("Viaggio", "50.00", "22", None),)),
            document(document_number="3", position=2, document_type="TD04", is_credit_note=True),
        ],
        received_at=DAY_BEFORE,
        now=DAY_BEFORE,
    )
    switch(home, "ALBA", at=NOW)
    deliver(
        home,
        "d2",
        [
            document(
                document_number="4",
                payment=[
                    {"due_date": dt.date(2026, 11, 30), "amount": Decimal("61.00")},
                    {"due_date": dt.date(2026, 12, 31), "amount": Decimal("61.00")},
                ],
            ),
            document(
                document_number="5",
                supplier_vat_number="09990189996",
                supplier_tax_code="09990189996",
                supplier_name="Viteria Sassoforato S.r.l.",
            ),
        ],
        unreadable=[Finding("d2-3.xml", "R17", raw_value="<html>", expected="an e-invoice")],
    )
