"""The sample company: its traces of the second half of November 2026, each with a special case of payments.

Belongs here: D15 to D21, and what a person then corrects. The figures that become of them stand in
data/samples/README.md, and in a test.
"""

from __future__ import annotations

from datetime import date

from samples.movements import (
    BANK_CHARGES,
    ORDERS_IN_TRANSIT,
    UNPAID_IN_TRANSIT,
    Movement,
    books,
    numbered,
    operation,
    pays,
)
from samples.trace_files import FieldValue, Leg, render_text


def special_case_traces() -> dict[str, bytes]:
    """The trace files by name, in the order in which they would arrive."""
    files = {
        "RITCOGE_20261117.txt": _payment_orders(),
        "RITCOGE_20261119.txt": (_debited_order(),),
        "RITCOGE_20261120.txt": (_unpaid_receipt(),),
        "RITCOGE_20261123.txt": (_forecast_payment(),),
        "RITCOGE_20261124.txt": _fees(),
        "RITCOGE_20261125.txt": _deferred_vat(),
        "RITCOGE_20261126.txt": _dollars(),
        "RITCOGE_20261127.txt": _left_to_correct(),
    }
    return {
        name: render_text(numbered(number, *movements))
        for number, (name, movements) in enumerate(files.items(), start=18)
    }


def _payment_orders() -> tuple[Movement, Movement]:
    """D15: two orders; the bank carries out the first only."""
    return (
        operation(
            "BREZZA", 9, 17, "DISP", pays("BREZZA-FA-2026-0601-1"), pays("BREZZA-FA-2026-0605-1"),
            account=ORDERS_IN_TRANSIT, month=11, bill_flag="D", reference_number="OP00000031",
        ),
        operation(
            "BREZZA", 10, 17, "DISP", pays("BREZZA-FA-2026-0608-1"),
            account=ORDERS_IN_TRANSIT, month=11, bill_flag="D", reference_number="OP00000032",
        ),
    )  # fmt: skip


def _debited_order() -> Movement:
    """D15: the lines name the items again, which are closed already."""

    def passes(key: str, amount: str) -> Leg:
        return books(ORDERS_IN_TRANSIT, amount, open_item_key=key, settlement_flag="S")

    return operation(
        "BREZZA", 11, 19, "ADDE",
        passes("BREZZA-FA-2026-0601-1", "5795.00"), passes("BREZZA-FA-2026-0605-1", "8133.33"),
        month=11, reference_number="OP00000031",
    )  # fmt: skip


def _unpaid_receipt() -> Movement:
    """D16: the bank receipt of 6 October comes back; the treasury repeats the due date of the invoice."""
    item: dict[str, FieldValue] = {
        "open_item_key": "ALBA-FV-2026-0406-1",
        "settlement_flag": "S",
        "due_date": date(2026, 9, 26),
        "document_number": "FV/406",
        "document_date": date(2026, 8, 27),
    }
    return operation(
        "ALBA", 39, 20, "INSO",
        books(UNPAID_IN_TRANSIT, "4270.00", "Insoluto ft. FV/406", **item),
        books(BANK_CHARGES, "4.50", "Commissioni insoluto"),
        account="1801002", month=11,
    )  # fmt: skip


def _forecast_payment() -> Movement:
    """D17: transport that is paid before its invoice."""
    line = books(
        "4000002", "350.00", "Trasporti dicembre", open_item_key="PREV-2026-0001", settlement_flag="A",
        cash_flow_item="FOR", due_date=date(2026, 12, 15),
    )  # fmt: skip
    return operation("ALBA", 40, 23, "PREV", line, month=11)


def _fees() -> tuple[Movement, Movement]:
    """D18: a fee paid in full, net of what is withheld. D19: a part of another."""
    return (
        operation("ALBA", 41, 24, "PFOR", pays("ALBA-FA-2026-0307-1", "1068.80"), month=11),
        operation("BREZZA", 12, 24, "PFOR", pays("BREZZA-FA-2026-0609-1", "500.00", "A"), month=11),
    )


def _deferred_vat() -> tuple[Movement, Movement]:
    """D20: a purchase paid in full, and a part of a sale collected."""
    return (
        operation("BREZZA", 13, 25, "PFOR", pays("BREZZA-FA-2026-0603-1"), month=11),
        operation("BREZZA", 14, 25, "ICLI", pays("BREZZA-FV-2026-0203-1", "1000.00", "A"), month=11),
    )


def _dollars() -> tuple[Movement, Movement]:
    """D21: above the rate at which the invoice was booked, and in part below it."""
    gain = pays("BREZZA-FV-2026-0208-1", company_amount="4185.00")
    loss = pays("BREZZA-FV-2026-0210-1", "1000.00", "A", company_amount="905.00")
    return (
        operation("BREZZA", 15, 26, "IEST", gain, account="1801003", month=11, currency="USD"),
        operation("BREZZA", 16, 26, "IEST", loss, account="1801003", month=11, currency="USD"),
    )


def _left_to_correct() -> tuple[Movement, Movement]:
    """D14: bank charges abroad leave a small residual. D08: a payment on account that names no item."""
    return (
        operation("BREZZA", 17, 27, "IEST", pays("BREZZA-FV-2026-0206-1", "5297.50"), month=11),
        operation(
            "ALBA", 42, 27, "ACCF",
            books("4000008", "488.00", "Acconto Imballaggi Cartabella", cash_flow_item="FOR"), month=11,
        ),
    )  # fmt: skip
