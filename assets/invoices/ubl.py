"""Reads UBL 2.1 and Peppol BIS 3: the root elements Invoice and CreditNote.

Amounts keep their signs: a credit note of UBL has positive amounts. Several means of payment are alternatives
and not instalments, so a document has one payment unless its terms name several amounts.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml import etree

from assets.findings import Finding
from assets.invoices import european
from assets.invoices.model import Record
from assets.invoices.walking import (
    Draft,
    Plan,
    Step,
    attempt,
    call,
    first,
    group,
    record,
    text,
    value,
    walk,
)
from assets.invoices.xml_text import local_name

INVOICE: Final = "Invoice"
CREDIT_NOTE: Final = "CreditNote"
NAMESPACES: Final = {
    root: f"urn:oasis:names:specification:ubl:schema:xsd:{root}-2" for root in (INVOICE, CREDIT_NOTE)
}
"""By root element; many other formats have an element of these names."""

_LINES: Final = ("InvoiceLine", "CreditNoteLine")


def _tax_scheme(prefix: str) -> Step:
    """A number of the party: for VAT, or for something else."""
    plan = Plan({"CompanyID": text("number"), "TaxScheme": group({"ID": text("scheme")})})

    def read_scheme(element: etree._Element, record: Record, draft: Draft) -> None:
        found: Record = {}
        walk(element, plan, found, draft)
        column = "vat_number" if found.get("scheme", "VAT").upper() == "VAT" else "tax_code"
        if "number" in found:
            record.setdefault(f"{prefix}_{column}", found["number"])

    return call(read_scheme)


def _party(prefix: str) -> Step:
    address = {"Country": group({"IdentificationCode": text(f"{prefix}_country_code")})}
    if prefix == "supplier":
        address |= {
            "StreetName": text("supplier_address"),
            "PostalZone": text("supplier_postal_code"),
            "CityName": text("supplier_city"),
            "CountrySubentity": text("supplier_province"),
        }
    return group(
        {
            "Party": group(
                {
                    "PartyName": group({"Name": text(f"{prefix}_trade_name")}),
                    "PostalAddress": group(address),
                    "PartyTaxScheme": _tax_scheme(prefix),
                    "PartyLegalEntity": group(
                        {
                            "RegistrationName": text(f"{prefix}_name"),
                            "CompanyID": first(f"{prefix}_tax_code"),
                        }
                    ),
                }
            )
        }
    )


def _tax_category(frame: str) -> Step:
    return group({"ID": text("vat_nature"), "Percent": value(f"{frame}.vat_rate")})


_LINE: Final = record(
    "line",
    {
        "ID": value("line.line_number"),
        "InvoicedQuantity": value("line.quantity"),
        "CreditedQuantity": value("line.quantity"),
        "LineExtensionAmount": value("line.amount"),
        "Item": group(
            {
                "Description": text("long_description"),
                "Name": text("description"),
                "SellersItemIdentification": group({"ID": text("item_code")}),
                "ClassifiedTaxCategory": _tax_category("line"),
            }
        ),
        "Price": group({"PriceAmount": value("line.unit_price")}),
    },
)


_EMBEDDED: Final = Plan(
    {
        "ID": text("document_name"),
        "Attachment": group({"EmbeddedDocumentBinaryObject": call(european.embedded)}),
    }
)


def _reference(kind: str) -> Step:
    return record(
        "reference", {"ID": text("number"), "IssueDate": value("reference.reference_date")}, kind=kind
    )


_DOCUMENT: Final = Plan(
    {
        "ID": text("document_number"),
        "IssueDate": value("document.document_date"),
        "DueDate": value("payment.due_date"),
        "InvoiceTypeCode": text("type_code"),
        "CreditNoteTypeCode": text("type_code"),
        "DocumentCurrencyCode": text("currency_code"),
        "OrderReference": _reference("order"),
        "ContractDocumentReference": _reference("contract"),
        "BillingReference": group({"InvoiceDocumentReference": _reference("invoice")}),
        "AdditionalDocumentReference": call(european.attachment_reader(_EMBEDDED)),
        "AccountingSupplierParty": _party("supplier"),
        "AccountingCustomerParty": _party("customer"),
        "PayeeParty": group({"PartyName": group({"Name": text("beneficiary")})}),
        "PaymentMeans": group(
            {
                "PaymentMeansCode": first("method_code"),
                "PaymentDueDate": value("payment.due_date"),
                "PayeeFinancialAccount": group({"ID": first("iban")}),
            }
        ),
        "PaymentTerms": record(
            "payment",
            {"PaymentDueDate": value("payment.due_date"), "Amount": value("payment.amount")},
        ),
        "AllowanceCharge": record(
            "adjustment",
            {
                "ChargeIndicator": call(european.read_kind),
                "MultiplierFactorNumeric": value("adjustment.pct"),
                "Amount": value("adjustment.amount"),
            },
        ),
        "TaxTotal": group(
            {
                "TaxSubtotal": record(
                    "vat_summary",
                    {
                        "TaxableAmount": value("vat_summary.taxable_amount"),
                        "TaxAmount": value("vat_summary.vat_amount"),
                        "TaxCategory": group(
                            {
                                "ID": text("vat_nature"),
                                "Percent": value("vat_summary.vat_rate"),
                                "TaxExemptionReason": text("legal_reference"),
                            }
                        ),
                    },
                )
            }
        ),
        "LegalMonetaryTotal": group(
            {
                "TaxInclusiveAmount": value("document.total_amount"),
                "PrepaidAmount": value("document.prepaid_amount"),
                "PayableRoundingAmount": value("document.payable_rounding_amount"),
                "PayableAmount": value("document.payable_amount"),
            }
        ),
        **dict.fromkeys(_LINES, _LINE),
    }
)


def read(root: etree._Element, name: str) -> Iterator[Draft | Finding]:
    """The file's one document, or the finding that says why it cannot be read."""

    def fill(draft: Draft) -> None:
        document: Record = {"format": "UBL"}
        draft.records["document"].append(document)
        walk(root, _DOCUMENT, document, draft)
        for prefix in ("supplier", "customer"):
            trade_name = document.pop(f"{prefix}_trade_name", None)
            if trade_name is not None:
                document.setdefault(f"{prefix}_name", trade_name)
        european.complete_document(document, is_credit_note=local_name(root.tag) == CREDIT_NOTE)
        for line in draft.records["line"]:
            description = line.pop("long_description", None)
            if description is not None:
                line.setdefault("description", description)
        for row in (*draft.records["line"], *draft.records["vat_summary"]):
            european.complete_tax(row)
        european.complete_payments(document, draft)

    yield attempt(name, 1, fill)
