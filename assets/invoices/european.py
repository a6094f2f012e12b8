"""What the two syntaxes of the European norm EN 16931 (UBL and CII) have in common.

Document types and VAT categories are the same code lists in both. What does not belong here: element names
(`assets.invoices.ubl`, `assets.invoices.cii`).
"""

from __future__ import annotations

from typing import Final

from lxml import etree

from assets.invoices import values
from assets.invoices.model import Record, UnreadableDocumentError
from assets.invoices.walking import Draft, Handler, Plan, count_bytes, walk

_DOCUMENT_TYPES: Final = {"380": "TD01", "381": "TD04", "386": "TD02", "389": "TD20"}
CREDIT_NOTE: Final = "381"
INVOICE: Final = "380"
_STANDARD_CATEGORY: Final = "S"


def complete_document(document: Record, *, is_credit_note: bool) -> None:
    """Document type, parties and currency from the columns as they were written.

    A document of UBL without a type is the usual invoice or credit note. Codes without an Italian
    counterpart stay as they are.
    """
    type_code = document.get("type_code")
    if type_code is None and document["format"] == "UBL":
        type_code = CREDIT_NOTE if is_credit_note else INVOICE
    if type_code is not None:
        document["document_type"] = _DOCUMENT_TYPES.get(type_code, type_code)
    document["is_credit_note"] = is_credit_note or type_code == CREDIT_NOTE
    for prefix in ("supplier", "customer"):
        complete_party(document, prefix)


def complete_party(document: Record, prefix: str) -> None:
    """The country that a VAT number begins with counts more than that of the address."""
    number = document.get(f"{prefix}_vat_number")
    if number is not None:
        country = number[:2].upper()
        if country.isascii() and country.isalpha():
            document[f"{prefix}_country_code"] = "GR" if country == "EL" else country
    values.spell_party(document, prefix)


def complete_tax(record: Record) -> None:
    """The nature is the category of the norm, which says nothing where VAT is due at the standard rate."""
    if record.get("vat_nature") == _STANDARD_CATEGORY:
        del record["vat_nature"]


def read_kind(element: etree._Element, record: Record, draft: Draft) -> None:
    """A handler: the indicator of charges says whether an adjustment is a charge or a discount."""
    del draft
    indicator = (element.text or "").strip()
    kind = {"true": "charge", "1": "charge", "false": "discount", "0": "discount"}.get(indicator.lower())
    if kind is None:
        raise UnreadableDocumentError(
            "true for a charge or false for a discount", indicator, "adjustment.kind"
        )
    record["kind"] = kind


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


def complete_payments(document: Record, draft: Draft) -> None:
    """Instalments where the terms name amounts, else one payment of what is payable.

    Due date, means and account stand once in the document; the instalments share them.
    """
    shared: Record = {
        column: document.pop(column)
        for column in ("due_date", "method_code", "iban", "beneficiary")
        if column in document
    }
    instalments = [payment for payment in draft.records["payment"] if payment.get("amount") is not None]
    payable = document.get("payable_amount")
    if not instalments and payable is not None:
        terms = draft.records["payment"]
        due_date = next((each["due_date"] for each in terms if each.get("due_date") is not None), None)
        instalments = [{"amount": payable} | ({"due_date": due_date} if due_date else {})]
    draft.records["payment"][:] = [
        {"ordinal": number, **shared, **{k: v for k, v in payment.items() if k != "ordinal"}}
        for number, payment in enumerate(instalments, start=1)
    ]
