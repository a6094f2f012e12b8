"""Customers and sales invoices of the tests, as the outbox hands them to a target."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from assets.sync.model import Customer, SalesInvoice, SalesLine

DATE: Final = dt.date(2026, 10, 7)
DUE_DATE: Final = dt.date(2026, 11, 6)


def customer(code: str, **values: Any) -> Customer:
    """A customer in Italy, with an address."""
    return Customer(
        **{
            "customer_code": code,
            "name": f"Cliente {code} Finta S.r.l.",
            "country_code": "IT",
            "address": "Via Inventata 1",
            "postal_code": "10100",
            "city": "Torino",
            **values,
        }
    )


def line(
    number: int, net_amount: str, *, vat_code: str = "22", vat_rate: str = "22", account: str = "7001001"
):
    """A line of an invoice."""
    return SalesLine(number, f"Riga {number}", Decimal(net_amount), account, vat_code, Decimal(vat_rate))


def invoice(
    reference: str, of: Customer, lines: Sequence[SalesLine] | None = None, **values: Any
) -> SalesInvoice:
    """An invoice whose totals follow from its lines, one of 100.00 and 22 % if none are given."""
    lines = tuple(lines or [line(1, "100.00")])
    net_amount = sum((each.net_amount for each in lines), Decimal())
    bases: dict[Decimal, Decimal] = {}
    for each in lines:
        bases[each.vat_rate] = bases.get(each.vat_rate, Decimal()) + each.net_amount
    vat_amount = sum(
        ((base * rate / 100).quantize(Decimal("0.01"), ROUND_HALF_UP) for rate, base in bases.items()),
        Decimal(),
    )
    return SalesInvoice(
        **{
            "reference": reference,
            "is_credit_note": False,
            "document_number": f"2026/{reference}",
            "document_date": DATE,
            "due_date": DUE_DATE,
            "currency_code": "EUR",
            "journal_code": "VEN",
            "customer": of,
            "lines": lines,
            "net_amount": net_amount,
            "vat_amount": vat_amount,
            "total_amount": net_amount + vat_amount,
            **values,
        }
    )
