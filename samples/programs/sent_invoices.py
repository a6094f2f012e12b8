"""Sales invoices and customers as targets take them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from assets.sync.model import Customer, SalesInvoice, SalesLine

DORICA: Final = Customer(
    "C001",
    "Officine Dorica Finta S.r.l.",
    "IT",
    vat_number="09990049992",
    tax_code="09990049992",
    address="Via del Molo 1",
    postal_code="60121",
    city="Ancona",
)


def line(net: str, account_code: str = "8000", vat_code: str = "22", vat_rate: str = "22") -> SalesLine:
    """One line; its number is set by `invoice`."""
    return SalesLine(1, "Gears & shafts", Decimal(net), account_code, vat_code, Decimal(vat_rate))


def invoice(reference: str = "PA00000000000001", *lines: SalesLine, **changes: Any) -> SalesInvoice:
    """An invoice of 7 October 2026 over these lines (one of 100.10 at 22 % unless others are given)."""
    given = lines or (line("100.10"),)
    net = sum((each.net_amount for each in given), Decimal(0))
    vat = sum(
        ((each.net_amount * each.vat_rate / 100).quantize(Decimal("0.01")) for each in given), Decimal(0)
    )
    made = SalesInvoice(
        reference,
        is_credit_note=False,
        document_number="2026/17",
        document_date=dt.date(2026, 10, 7),
        due_date=dt.date(2026, 11, 6),
        currency_code="EUR",
        journal_code="70",
        customer=DORICA,
        lines=tuple(replace(each, line_number=number) for number, each in enumerate(given, start=1)),
        net_amount=net,
        vat_amount=vat,
        total_amount=net + vat,
    )
    return replace(made, **changes)


def credit_note(reference: str = "PA00000000000002", *lines: SalesLine, **changes: Any) -> SalesInvoice:
    """A credit note in the journal of its own."""
    return invoice(
        reference,
        *lines,
        **{"is_credit_note": True, "journal_code": "71", "document_number": "2026/18"} | changes,
    )
