"""Reads e-invoices that we issued (UBL, CII, FatturaPA) into the same form as our own files.

The readers of purchase e-invoices do the reading; here their canonical documents become texts of our layout.
An e-invoice was issued, so its status is `sent`. Does not belong here: any format of e-invoices.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from assets.findings import finding_codes
from assets.invoices.model import CanonicalDocument, Record
from assets.invoices.readers import MESSAGE, read_documents
from assets.money import minor_digits, round_half_up
from assets.sales.layout import Level, sales_layout
from assets.sales.model import Found, Place, ReadSales, SourceInvoice, Values

_LENGTHS: Final = {
    (field.level, field.field_name): field.max_length for field in sales_layout() if field.max_length
}
_CUT: Final = frozenset({"customer_name", "customer_address", "customer_city", "description"})
"""Texts that an e-invoice may have longer than we keep them; nothing is looked up by them."""


def read(data: bytes, name: str) -> ReadSales:
    """The invoices of an e-invoice file, in whatever envelope; never raises for bad data."""
    documents = read_documents(data, name)
    found = ReadSales(documents.reader_name)
    positions = [document.position for document in documents.documents]
    for document in documents.documents:
        found.invoices.append(_invoice(document))
    for finding in documents.findings:
        code = _code(finding.finding_code, is_document=finding.line_number is not None)
        if code is None:
            continue
        number = finding.line_number
        position = positions.index(number) + 1 if number in positions else None
        if number is not None and position is None:
            # The document could not be read at all: it stands here so that the finding has something to stop.
            found.invoices.append(SourceInvoice(Place(number), {}, []))
            position = len(found.invoices)
        place = None if number is None else Place(number)
        found.found.append(
            Found(code, position, place, finding.field, finding.raw_value, finding.expected_text)
        )
    if documents.reader_name == MESSAGE:
        found.found.append(Found("sales_file_unreadable", expected="an invoice; this is a message about one"))
    return found


def _code(finding_code: str, *, is_document: bool) -> str | None:
    # A remark about a document keeps nothing out.
    if finding_codes()[finding_code].severity == "WARN":
        return None
    return "sales_value_invalid" if is_document else "sales_file_unreadable"


def _invoice(document: CanonicalDocument) -> SourceInvoice:
    header = document.header
    summary = document.records["vat_summary"]
    currency = header.get("currency_code")
    vat = sum((row["vat_amount"] for row in summary), Decimal(0)) if summary else None
    taxable = sum((row["taxable_amount"] for row in summary), Decimal(0)) if summary else None
    total = header.get("total_amount")
    if total is None and vat is not None and taxable is not None:
        total = taxable + vat
    values = {
        "kind": "credit_note" if header.get("is_credit_note") else "invoice",
        "status": "sent",
        "document_number": header.get("document_number"),
        "document_date": _text(header.get("document_date")),
        "currency_code": currency,
        "customer_vat_number": header.get("customer_vat_number"),
        "customer_tax_code": header.get("customer_tax_code"),
        "customer_name": header.get("customer_name"),
        "customer_country_code": header.get("customer_country_code"),
        "vat_amount": _text(vat),
        "total_amount": _text(total),
    }
    place = Place(document.position)
    lines = [_line(row, currency) for row in document.records["line"] if not row.get("is_subtotal")]
    lines += [_adjustment(row, summary, currency) for row in document.records["adjustment"]]
    payments = [_instalment(row, header) for row in document.records["payment"]]
    return SourceInvoice(
        place,
        _fitted("header", values),
        [(place, _fitted("line", line)) for line in lines],
        payments,
        header.get("supplier_vat_number"),
        header.get("supplier_tax_code"),
        _unhandled(document),
    )


def _line(row: Record, currency: str | None) -> Values:
    amount = row.get("amount")
    return {
        "description": row.get("description") or row.get("item_code") or "-",
        "net_amount": None if amount is None else _text(round_half_up(amount, minor_digits(currency))),
        "vat_rate": _text(row.get("vat_rate") if row.get("vat_rate") is not None else Decimal(0)),
        "vat_nature": row.get("vat_nature"),
    }


def _adjustment(row: Record, summary: Sequence[Record], currency: str | None) -> Values:
    """A discount or charge of the whole document, as a line at its own rate or the one of the document."""
    amount = round_half_up(row.get("amount") or Decimal(0), minor_digits(currency))
    known = summary if row.get("vat_rate") is None else [row]
    only = known[0] if len(known) == 1 else {}
    return {
        "description": "Discount" if row["kind"] == "discount" else "Charge",
        "net_amount": _text(-amount if row["kind"] == "discount" else amount),
        "vat_rate": _text(only.get("vat_rate") if only.get("vat_rate") is not None else Decimal(0)),
        "vat_nature": only.get("vat_nature"),
    }


def _instalment(row: Record, header: Record) -> Values:
    due = row.get("due_date")
    start = row.get("term_date") or header.get("document_date")
    days = row.get("term_days")
    if due is None and start is not None and days is not None:
        try:
            due = start + dt.timedelta(days=days)
        except OverflowError:
            # No date: the check of the layout says so.
            due = f"{start} + {days} days"
    return {"due_date": _text(due or start), "amount": _text(row.get("amount"))}


def _unhandled(document: CanonicalDocument) -> str | None:
    """What of the document has no posting here, in words; None where everything has."""
    records = document.records
    deferred = {str(row.get("exigibility")) for row in records["vat_summary"]}
    named = (
        ("withholding", bool(records["withholding"])),
        ("a welfare fund", bool(records["welfare_fund"])),
        ("split payment", "S" in deferred),
        ("deferred VAT", "D" in deferred),
        ("a prepaid amount", bool(document.header.get("prepaid_amount"))),
        (
            "a discount or charge of the document beside several VAT rates",
            len(records["vat_summary"]) != 1
            and any(row.get("vat_rate") is None for row in records["adjustment"]),
        ),
    )
    found = [name for name, stands_there in named if stands_there]
    return ", ".join(found) or None


def _text(value: object) -> str | None:
    if isinstance(value, Decimal):
        # Trailing zeros say nothing, and the layout counts decimals.
        whole, _, decimals = f"{value:f}".partition(".")
        decimals = decimals.rstrip("0")
        return f"{whole}.{decimals}" if decimals else whole
    return None if value is None else str(value)


def _fitted(level: Level, values: Values) -> Values:
    """The values with blanks as layout texts have them, and long texts cut that are only read by people."""
    fitted: dict[str, str | None] = {}
    for name, value in values.items():
        text = None if value is None else " ".join(value.split()) or None
        length = _LENGTHS.get((level, name))
        fitted[name] = text[:length] if text and length and name in _CUT else text
    return fitted
