"""Customers and sales invoices with the codes of the company that the tests' Tryton has."""

from __future__ import annotations

from typing import Any

from assets.sync.model import Customer, SalesInvoice, SalesLine
from samples.programs import sent_invoices


def customer(code: str, **values: Any) -> Customer:
    """A customer in Italy, with an address and no number."""
    own = {
        "country_code": "IT",
        "address": "Via Inventata 1",
        "postal_code": "10100",
        "city": "Torino",
    }
    return Customer(code, f"Cliente {code} Finta S.r.l.", **(own | values))


def line(net: str, account_code: str = "7001001", vat_code: str = "22", vat_rate: str = "22") -> SalesLine:
    """One line; its number is set by `invoice`."""
    return sent_invoices.line(net, account_code, vat_code, vat_rate)


def invoice(reference: str, buyer: Customer, *lines: SalesLine, **changes: Any) -> SalesInvoice:
    """An invoice over these lines (one of 100.00 at 22 % unless others are given).

    All are of one day unless it is said: the program numbers documents in the order of their dates.
    """
    own = {"customer": buyer, "journal_code": "VEN", "document_number": f"2026/{reference}"}
    return sent_invoices.invoice(reference, *(lines or (line("100.00"),)), **(own | changes))
