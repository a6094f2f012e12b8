"""What the two syntaxes of the European norm EN 16931 (UBL and CII) have in common.

Document types, VAT categories and schemes of identifiers are the same code lists in both. What does not
belong here: element names (`assets.invoices.ubl`, `assets.invoices.cii`), payment terms
(`assets.invoices.terms`) and VAT in two currencies (`assets.invoices.tax_totals`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from lxml import etree

from assets.findings import said
from assets.invoices import values
from assets.invoices.document_types import EN16931, types_of
from assets.invoices.model import Record, UnreadableDocumentError
from assets.invoices.walking import (
    NOT_UNDERSTOOD,
    Conversion,
    Draft,
    Handler,
    Plan,
    Step,
    call,
    count_bytes,
    text,
    value,
    walk,
)
from assets.money import minor_digits, round_half_up

INVOICE: Final = "380"
CREDIT_NOTE: Final = "381"
STANDARD_CATEGORY: Final = "S"

_TYPES: Final = types_of(EN16931)

_VAT_SCHEMES: Final = frozenset({"VAT", "VA"})
"""How UBL (TaxScheme) and CII (UNTDID 1153) name numbers for VAT."""

_LIKE_A_VAT_NUMBER: Final = re.compile(r"[A-Za-z]{2}[^a-z]{0,3}[0-9][^a-z]{0,20}")
"""A number of which nobody says what it is: with a country before it, and digits, it is one for VAT."""

_ITALIAN_SCHEMES: Final[Mapping[str, str]] = {
    "0210": "tax_code",
    "9907": "tax_code",
    "IT:CF": "tax_code",
    "0211": "vat_number",
    "9906": "vat_number",
    "IT:IVA": "vat_number",
    "IT:VAT": "vat_number",
}
"""Schemes of ISO 6523 and of Peppol (also as they were written before) that name Italian numbers."""

_VAT_COLUMNS: Final[Mapping[str, str]] = {
    "supplier": "supplier_vat_number",
    "customer": "customer_vat_number",
}
_SCHEMES: Final = Conversion(lambda scheme: scheme.strip().upper() or None)
_PARTIES: Final = tuple((party, column, f"{party}_country_code") for party, column in _VAT_COLUMNS.items())
_DIGIT: Final = re.compile("[0-9]")

_SUBTOTAL_LINES: Final = frozenset({"GROUP", "INFORMATION"})
"""BT-X-8 of Factur-X and ZUGFeRD: a sum of other lines, or a line that is only said."""


def complete_document(document: Record, *, is_credit_note: bool, assumed_type: str | None = None) -> None:
    """Document type and kind from the type as it was written; `assumed_type` where none is.

    Codes that are not listed stay as they are.
    """
    type_code = document.get("type_code") or assumed_type
    if type_code is not None:
        known = _TYPES.get(type_code)
        document["document_type"] = type_code if known is None else known.document_type
        is_credit_note = is_credit_note or (known is not None and known.is_credit_note)
    document["is_credit_note"] = is_credit_note


def complete_parties(document: Record, draft: Draft) -> None:
    """VAT number and Italian tax code of supplier and customer, from the identifiers of those schemes alone.

    The country that a VAT number begins with counts more than that of the address.
    """
    italian: list[Record] = []
    for row in draft.records["identifier"]:
        if row["role"] == "vat":
            number = row["identifier"]
            column = _VAT_COLUMNS.get(row["party"])
            # What has no digit is a statement and no number.
            if column and column not in document and (number[-1].isdigit() or _DIGIT.search(number)):
                document[column] = number
        elif row["scheme_code"] in _ITALIAN_SCHEMES:
            italian.append(row)
    for row in italian:
        _take_italian(document, row)
    for party, column, country_column in _PARTIES:
        vat_number = document.get(column)
        if vat_number is not None:
            country = vat_number[:2]
            if country.isalpha() and country.isascii():
                document[country_column] = country
        values.spell_party(document, party)


def _take_italian(document: Record, row: Record) -> None:
    """An Italian number that stands with its own scheme counts where there is none of the tax scheme."""
    column = _ITALIAN_SCHEMES[row["scheme_code"]]
    number = row["identifier"]
    if row["party"] in _VAT_COLUMNS:
        is_bare = column == "vat_number" and number[0].isdigit()
        document.setdefault(f"{row['party']}_{column}", f"IT{number}" if is_bare else number)


def identifier(party: str, role: str) -> Step:
    """The element is a number of the party; its scheme is the attribute schemeID."""

    def read(element: etree._Element, record: Record, draft: Draft) -> None:
        del record
        number = (element.text or "").strip()
        if number:
            draft.identify(party, role, scheme_of(element), number)

    return call(read)


def scheme_of(element: etree._Element) -> str | None:
    """The scheme that stands at a number, in capitals."""
    scheme = element.get("schemeID")
    return scheme and _SCHEMES[scheme]


def register(draft: Draft, party: str, scheme: str | None, number: str) -> None:
    """Notes a tax registration: for VAT, or for something else.

    Without a scheme the number itself has to look like one for VAT.
    """
    if scheme is not None:
        is_vat = scheme in _VAT_SCHEMES
    else:
        is_vat = _LIKE_A_VAT_NUMBER.fullmatch(number) is not None
    draft.identify(party, "vat" if is_vat else "tax", scheme, number)


def complete_lines(document: Record, draft: Draft) -> None:
    """The nature is the category of the norm, which says nothing where VAT is due at the standard rate.

    Then the hierarchy, where there is one.
    """
    lines = draft.records["line"]
    has_levels = False
    for line in lines:
        if line.get("vat_nature") == STANDARD_CATEGORY:
            del line["vat_nature"]
        if "parent_line_id" in line or "line_status" in line:
            has_levels = True
    if has_levels:
        _settle_levels(document, lines)


def _settle_levels(document: Record, lines: list[Record]) -> None:
    """Marks the lines that enter no sum.

    Reason codes decide where there are any. Without them the lines that others name as their parent are sums
    of those, unless the sum of all lines (BT-106) says that the parents alone count, or every line.
    """
    states = [line.pop("line_status", None) for line in lines]
    if any(states):
        for line, state in zip(lines, states, strict=True):
            line["is_subtotal"] = (state or "").upper() in _SUBTOTAL_LINES
        return
    named = {line["parent_line_id"] for line in lines if line.get("parent_line_id")}
    sums = [line.get("line_id") in named for line in lines]
    details = [line.get("parent_line_id") is not None for line in lines]
    wanted = document.get("line_total_amount")

    def total(left_out: list[bool]) -> Decimal:
        return sum(
            (line.get("amount") or Decimal(0) for line, out in zip(lines, left_out, strict=True) if not out),
            Decimal(0),
        )

    readings = (sums, details, [False] * len(lines))
    chosen = next((reading for reading in readings if total(reading) == wanted), sums)
    for line, is_out in zip(lines, chosen, strict=True):
        line["is_subtotal"] = is_out


def complete_adjustments(document: Record, draft: Draft) -> None:
    """The amount of an allowance or charge of which only the percentage and its base are given."""
    for row in draft.records["adjustment"]:
        if row.get("vat_nature") == STANDARD_CATEGORY:
            del row["vat_nature"]
        row.pop("tax", None)
        base = row.pop("base_amount", None)
        if row.get("amount") is None and base is not None and row.get("pct") is not None:
            digits = minor_digits(document.get("currency_code"))
            row["amount"] = round_half_up(base * row["pct"] / 100, digits)


def compare_prepaid(document: Record, draft: Draft) -> None:
    """Payments before, listed one by one, must be the prepaid amount: else nobody knows what they change."""
    listed = document.pop("prepayments", None)
    if listed is None:
        return
    total = sum(listed, Decimal(0))
    if total != (document.get("prepaid_amount") or Decimal(0)):
        draft.remark(
            NOT_UNDERSTOOD,
            "document.prepaid_amount",
            f"{total:f}",
            said("payments_of_prepaid"),
        )


def prepayment(field: str) -> Handler:
    """A handler: the amount of one payment before, which `compare_prepaid` looks at."""
    plan = Plan({field: value("document.prepaid_amount")})

    def read(element: etree._Element, record: Record, draft: Draft) -> None:
        found: Record = {}
        walk(element, plan, found, draft)
        if found.get("prepaid_amount") is not None:
            record.setdefault("prepayments", []).append(found["prepaid_amount"])

    return read


def read_kind(element: etree._Element, record: Record, draft: Draft) -> None:
    """A handler: the indicator of charges says whether an adjustment is a charge or a discount."""
    del draft
    indicator = (element.text or "").strip()
    kind = {"true": "charge", "1": "charge", "false": "discount", "0": "discount"}.get(indicator.lower())
    if kind is None:
        raise UnreadableDocumentError(said("charge_indicator"), indicator, "adjustment.kind")
    record["kind"] = kind


def tax_category(frame: str, category: str, rate: str) -> dict[str, Step]:
    """Category and rate of VAT, by the names of their elements."""
    return {category: text("vat_nature"), rate: value(f"{frame}.vat_rate")}


def attachment_reader(plan: Plan) -> Handler:
    """The handler of a document that is embedded (one that is only named is no attachment).

    The plan fills the working column `document_name` and calls `embedded`.
    """

    def read_attachment(element: etree._Element, record: Record, draft: Draft) -> None:
        del record
        found: Record = {}
        walk(element, plan, found, draft)
        document_name = found.pop("document_name", None)
        if "byte_count" in found:
            found.setdefault("attachment_name", document_name)
            draft.add("attachment", **found)

    return read_attachment


def embedded(element: etree._Element, record: Record, draft: Draft) -> None:
    """A handler: size, name and format of an embedded file."""
    count_bytes(element, record, draft)
    for column, name in (("attachment_name", "filename"), ("attachment_format", "mimeCode")):
        written = (element.get(name) or "").strip()
        if written:
            record[column] = written
