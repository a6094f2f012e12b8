"""Reads e-invoices that we issued (UBL, CII, FatturaPA) into the same form as our own files.

The readers of purchase e-invoices do the reading; here their canonical documents become texts of our layout.
An e-invoice was issued, so its status is `sent`. Does not belong here: any format of e-invoices.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from assets.findings import finding_codes, said
from assets.invoices.model import CanonicalDocument, Record
from assets.invoices.readers import read_documents
from assets.money import format_amount, minor_digits, round_half_up
from assets.sales.layout import Level, sales_layout
from assets.sales.model import Found, Place, ReadSales, SourceInvoice, Values

E_INVOICE_READERS: Final = ("fatturapa", "ubl", "cii")
"""The readers of files that were sent as they are, so that the name of the file is the name that was sent."""

_LENGTHS: Final = {
    (field.level, field.field_name): field.max_length for field in sales_layout() if field.max_length
}
_EUROPEAN: Final = frozenset({"UBL", "CII"})
_CUT: Final = frozenset({"customer_name", "customer_address", "customer_city", "description"})
"""Texts that an e-invoice may have longer than we keep them; nothing is looked up by them."""

_SIGNED: Final = re.compile(r"(\.(p7m|pk7|p7c|p7s|p7b))+$", re.IGNORECASE)
_NO_NAME: Final = re.compile(r"[|\x00-\x1f]")


def read(data: bytes, name: str) -> ReadSales:
    """The invoices of an e-invoice file, in whatever envelope; never raises for bad data."""
    documents = read_documents(data, name)
    found = ReadSales(documents.reader_name, messages=documents.messages)
    positions = [document.position for document in documents.documents]
    for document in documents.documents:
        found.invoices.append(_invoice(document, name))
        found.found += _unexplained_payable(document, len(found.invoices))
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
        found.found.append(Found(code, position, place, finding.field, finding.raw_value, finding.expected))
    return found


def _code(finding_code: str, *, is_document: bool) -> str | None:
    # A remark about a document keeps nothing out.
    if finding_codes()[finding_code].severity == "WARN":
        return None
    return "sales_value_invalid" if is_document else "sales_file_unreadable"


def _invoice(document: CanonicalDocument, name: str) -> SourceInvoice:
    header = document.header
    summary = document.records["vat_summary"]
    currency = header.get("currency_code")
    vat = sum((row["vat_amount"] for row in summary), Decimal(0)) if summary else None
    taxable = sum((row["taxable_amount"] for row in summary), Decimal(0)) if summary else None
    total = header.get("total_amount")
    if total is None and vat is not None and taxable is not None:
        total = taxable + vat
    is_negative = _is_negative(header, taxable, vat)
    sign = -1 if is_negative else 1
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
        "sdi_file_name": _sent_name(name),
        "vat_amount": None if vat is None else _text(sign * vat),
        "total_amount": _text(_turned(total, is_negative=is_negative)),
        "payable_rounding_amount": _text(_payable_rounding(header)),
    }
    place = Place(document.position)
    lines = [_line(row, currency, sign) for row in document.records["line"] if not row.get("is_subtotal")]
    lines += [_adjustment(row, summary, currency, sign) for row in document.records["adjustment"]]
    payments = [_instalment(row, header, is_negative=is_negative) for row in document.records["payment"]]
    return SourceInvoice(
        place,
        _fitted("header", values),
        [(place, _fitted("line", line)) for line in lines],
        payments,
        header.get("supplier_vat_number"),
        header.get("supplier_tax_code"),
        _unhandled(document),
    )


def _is_negative(header: Record, taxable: Decimal | None, vat: Decimal | None) -> bool:
    """Whether the amounts of a credit note of FatturaPA are negative, as they may be; those of our layout are
    positive, and so are those of UBL and CII.
    """
    if not header.get("is_credit_note") or header.get("format") in _EUROPEAN:
        return False
    return (taxable or 0) + (vat or 0) < 0


def _turned(amount: Decimal | None, *, is_negative: bool) -> Decimal | None:
    """The amount of a total or an instalment; those of a negative credit note may have either sign."""
    return abs(amount) if is_negative and amount is not None else amount


def _payable_rounding(header: Record) -> Decimal | None:
    """What the total is rounded by when it is asked for (BT-114), which only UBL and CII have."""
    if header.get("format") not in _EUROPEAN:
        return None
    rounding: Decimal | None = header.get("payable_rounding_amount", header.get("rounding_amount"))
    return rounding


def _unexplained_payable(document: CanonicalDocument, position: int) -> list[Found]:
    """The amount due of UBL and CII where it is not the total as it was rounded (BR-CO-16); one that was paid
    in part before is not posted at all.
    """
    header = document.header
    total, payable = header.get("total_amount"), header.get("payable_amount")
    if header.get("format") not in _EUROPEAN or total is None or payable is None or _unhandled(document):
        return []
    asked = total + (_payable_rounding(header) or 0)
    if asked == payable:
        return []
    expected = said("total_as_rounded", amount=format_amount(asked, header.get("currency_code")))
    place = Place(document.position)
    return [Found("sales_value_invalid", position, place, "payable_amount", _text(payable), expected)]


def _sent_name(name: str) -> str | None:
    """The name of the file without the endings of its envelopes; None for one that our layout cannot have."""
    sent = _SIGNED.sub("", name)
    return None if _NO_NAME.search(sent) or len(sent) > _LENGTHS["header", "sdi_file_name"] else sent


def _line(row: Record, currency: str | None, sign: int) -> Values:
    amount = row.get("amount")
    net_amount = None if amount is None else round_half_up(sign * amount, minor_digits(currency))
    return {
        "description": row.get("description") or row.get("item_code") or "-",
        "net_amount": _text(net_amount),
        "vat_rate": _text(row.get("vat_rate") if row.get("vat_rate") is not None else Decimal(0)),
        "vat_nature": row.get("vat_nature"),
    }


def _adjustment(row: Record, summary: Sequence[Record], currency: str | None, sign: int) -> Values:
    """A discount or charge of the whole document, as a line at its own rate or the one of the document."""
    amount = round_half_up(sign * (row.get("amount") or Decimal(0)), minor_digits(currency))
    known = summary if row.get("vat_rate") is None else [row]
    only = known[0] if len(known) == 1 else {}
    return {
        "description": "Discount" if row["kind"] == "discount" else "Charge",
        "net_amount": _text(-amount if row["kind"] == "discount" else amount),
        "vat_rate": _text(only.get("vat_rate") if only.get("vat_rate") is not None else Decimal(0)),
        "vat_nature": only.get("vat_nature"),
    }


def _instalment(row: Record, header: Record, *, is_negative: bool) -> Values:
    due = row.get("due_date")
    start = row.get("term_date") or header.get("document_date")
    days = row.get("term_days")
    if due is None and start is not None and days is not None:
        try:
            due = start + dt.timedelta(days=days)
        except OverflowError:
            # No date: the check of the layout says so.
            due = f"{start} + {days} days"
    amount = _turned(row.get("amount"), is_negative=is_negative)
    return {"due_date": _text(due or start), "amount": _text(amount)}


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
