"""Sales invoices in the CSV form, as docs/sales-invoices.md describes it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Final

Row = Mapping[str, str]

COLUMNS: Final = (
    "company_code",
    "kind",
    "status",
    "document_number",
    "document_date",
    "due_date",
    "currency_code",
    "customer_code",
    "customer_vat_number",
    "customer_tax_code",
    "customer_name",
    "customer_country_code",
    "customer_address",
    "customer_postal_code",
    "customer_city",
    "sdi_file_name",
    "vat_amount",
    "total_amount",
    "payable_rounding_amount",
    "description",
    "quantity",
    "unit_price",
    "net_amount",
    "vat_rate",
    "vat_nature",
    "account_code",
    "vat_code",
)
"""The columns as docs/sales-invoices.md promises them; not taken from the product."""


def row(**values: str) -> Row:
    """A row of a CSV: one line of 100.00 at 22 % of an invoice to C001, unless told otherwise."""
    return {
        "company_code": "ALBA",
        "kind": "invoice",
        "status": "sent",
        "document_number": "1",
        "document_date": "2026-10-05",
        "currency_code": "EUR",
        "customer_code": "C001",
        "description": "Saws",
        "net_amount": "100.00",
        "vat_rate": "22",
        **values,
    }


def csv_of(*rows: Row) -> bytes:
    """A CSV file with these rows and every column."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode()
