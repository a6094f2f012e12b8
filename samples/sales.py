"""The sample company's sales invoices of November 2026, in forms that Partita reads, each with something to
show.

What belongs here: the files, and a load of the same kind. What does not: the XML of the e-invoices
(`samples.invoices`) and the rules by which they are posted (`samples.invoicing`).
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from samples.invoices import Invoice, Item, invoice_file, parties, ubl_invoice

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
    "customer_name",
    "description",
    "quantity",
    "unit_price",
    "net_amount",
    "vat_rate",
    "vat_nature",
)

Row = dict[str, str]

_ALBA_IBAN: Final = "IT84Z9999999999000000000101"


def _row(kind: str, number: str, day: str, **values: str) -> Row:
    first = {"company_code": "ALBA", "kind": kind, "status": "sent", "document_number": number}
    return first | {"document_date": day, "currency_code": "EUR", "vat_rate": "22"} | values


def _alba() -> list[Row]:
    """Six invoices: 2026/1104 is a draft, the customer of 2026/1105 is unknown, no rule fits 10 % VAT."""
    dorica: Row = {"customer_code": "C001", "due_date": "2026-12-31"}
    return [
        _row(
            "invoice",
            "2026/1101",
            "2026-11-03",
            description="Seghetti alternativi",
            quantity="12",
            unit_price="84.50",
            **dorica,
        ),
        _row(
            "invoice",
            "2026/1101",
            "2026-11-03",
            description="Lame di ricambio",
            quantity="60",
            unit_price="3.15",
            **dorica,
        ),
        _row(
            "invoice",
            "2026/1102",
            "2026-11-05",
            customer_code="C007",
            due_date="2027-01-05",
            description="Fräser HSS 8 mm",
            net_amount="2480.00",
            vat_rate="0",
            vat_nature="N3.2",
        ),
        _row(
            "credit_note",
            "NC/2026/11",
            "2026-11-10",
            customer_code="C001",
            description="Reso di un seghetto",
            net_amount="84.50",
        ),
        _row(
            "invoice",
            "2026/1104",
            "2026-11-12",
            status="draft",
            customer_code="C003",
            description="Trapani a colonna",
            net_amount="1900.00",
        ),
        _row(
            "invoice",
            "2026/1105",
            "2026-11-13",
            status="booked",
            customer_vat_number="09990999991",
            customer_name="Falegnameria Nuvoletta",
            description="Scalpelli",
            net_amount="310.00",
        ),
        _row(
            "invoice",
            "2026/1106",
            "2026-11-16",
            customer_code="C002",
            description="Manuali di sicurezza",
            net_amount="120.00",
            vat_rate="10",
        ),
    ]


def _brezza() -> list[dict[str, Any]]:
    """Two instalments; and an export in US dollars."""
    return [
        {
            "company_code": "BREZZA",
            "kind": "invoice",
            "status": "sent",
            "document_number": "V-311",
            "document_date": "2026-11-04",
            "currency_code": "EUR",
            "customer_code": "C101",
            "total_amount": "5368.00",
            "instalments": [
                {"due_date": "2026-12-04", "amount": "2684.00"},
                {"due_date": "2027-01-04", "amount": "2684.00"},
            ],
            "lines": [
                {
                    "description": "Tessuto di lino, pezze da 50 m",
                    "quantity": 8,
                    "unit_price": "550.00",
                    "vat_rate": 22,
                }
            ],
        },
        {
            "company_code": "BREZZA",
            "kind": "invoice",
            "status": "booked",
            "document_number": "V-312",
            "document_date": "2026-11-11",
            "due_date": "2026-12-11",
            "currency_code": "USD",
            "customer_code": "C106",
            "customer_address": "12 Nowhere Road",
            "customer_city": "Nowhere Springs",
            "lines": [
                {
                    "description": "Linen cloth, rolls of 50 m",
                    "net_amount": "4320.00",
                    "vat_rate": 0,
                    "vat_nature": "N3.1",
                }
            ],
        },
    ]


def _csv(rows: Sequence[Row]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def sample_sales() -> dict[str, bytes]:
    """The files by name."""
    known = parties()
    alba = known["ALBA"] | {"iban": _ALBA_IBAN}
    fabric = Invoice("V-313", "2026-11-17", (Item("Tessuto di canapa", "750.00"),), due=("2027-01-16",))
    return {
        "vendite_ALBA_202611.csv": _csv(_alba()),
        "vendite_BREZZA_202611.json": (json.dumps(_brezza(), indent=1, ensure_ascii=False).encode() + b"\n"),
        "peppol_ALBA_2026-1120.xml": ubl_invoice(
            alba, known["C008"], "2026/1120", "2026-11-18", "Fraises au carbure", "1264.00"
        ),
        "IT09990029994_V0313.xml": invoice_file(known["BREZZA"], known["C102"], fabric),
    }


def sales_load(invoices: int) -> bytes:
    """A CSV of so many invoices of November 2026, three lines each, to the customers of ALBA."""
    rows = []
    for number in range(invoices):
        header: Row = {"customer_code": f"C{number % 6 + 1:03d}", "due_date": "2027-01-31"}
        rows += [
            _row(
                "credit_note" if number % 20 == 0 else "invoice",
                f"L{number:06d}",
                f"2026-11-{number % 30 + 1:02d}",
                description=f"Attrezzo {number * 3 + line}",
                quantity=str(line + 1),
                unit_price=f"{number % 97 + 1}.{line + 10}",
                **header,
            )
            for line in range(3)
        ]
    return _csv(rows)


def write_sample_sales(folder: Path) -> list[Path]:
    """Writes the files into the folder; returns them."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, content in sample_sales().items():
        (folder / name).write_bytes(content)
        paths.append(folder / name)
    return paths
