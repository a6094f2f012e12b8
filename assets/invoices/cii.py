"""Reads CII (Cross Industry Invoice): Factur-X, ZUGFeRD from 2.0, XRechnung.

The profiles with few fields have no lines, and the smallest has no VAT breakdown either: such a document is
read as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml import etree

from assets.findings import Finding
from assets.invoices import european, values
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

ROOT: Final = "CrossIndustryInvoice"
NAMESPACE: Final = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
ZUGFERD_1_ROOT: Final = "CrossIndustryDocument"
"""Of the form before the European norm, whose elements mean other things and are not read."""
_VAT_SCHEME: Final = "VA"


def _date(field: str) -> Step:
    return group({"DateTimeString": value(field, values.compact_date)})


def _party(prefix: str) -> Step:
    def registration(element: etree._Element, record: Record, draft: Draft) -> None:
        del draft
        number = (element.text or "").strip()
        if number:
            is_vat = (element.get("schemeID") or _VAT_SCHEME).upper() == _VAT_SCHEME
            record[f"{prefix}_{'vat_number' if is_vat else 'tax_code'}"] = number

    address = {"CountryID": text(f"{prefix}_country_code")}
    if prefix == "supplier":
        address |= {
            "PostcodeCode": text("supplier_postal_code"),
            "LineOne": text("supplier_address"),
            "CityName": text("supplier_city"),
            "CountrySubDivisionName": text("supplier_province"),
        }
    return group(
        {
            "Name": text(f"{prefix}_name"),
            "SpecifiedLegalOrganization": group({"ID": text(f"{prefix}_registration")}),
            "PostalTradeAddress": group(address),
            "SpecifiedTaxRegistration": group({"ID": call(registration)}),
        }
    )


_LINE: Final = record(
    "line",
    {
        "AssociatedDocumentLineDocument": group({"LineID": value("line.line_number")}),
        "SpecifiedTradeProduct": group({"SellerAssignedID": text("item_code"), "Name": text("description")}),
        "SpecifiedLineTradeAgreement": group(
            {"NetPriceProductTradePrice": group({"ChargeAmount": value("line.unit_price")})}
        ),
        "SpecifiedLineTradeDelivery": group({"BilledQuantity": value("line.quantity")}),
        "SpecifiedLineTradeSettlement": group(
            {
                "ApplicableTradeTax": group(
                    {
                        "CategoryCode": text("vat_nature"),
                        "RateApplicablePercent": value("line.vat_rate"),
                    }
                ),
                "SpecifiedTradeSettlementLineMonetarySummation": group(
                    {"LineTotalAmount": value("line.amount")}
                ),
            }
        ),
    },
)


_EMBEDDED: Final = Plan(
    {"IssuerAssignedID": text("document_name"), "AttachmentBinaryObject": call(european.embedded)}
)


def _reference(kind: str) -> Step:
    return record(
        "reference",
        {
            "IssuerAssignedID": text("number"),
            "FormattedIssueDateTime": _date("reference.reference_date"),
        },
        kind=kind,
    )


_SETTLEMENT: Final = {
    "PayeeTradeParty": group({"Name": text("beneficiary")}),
    "InvoiceCurrencyCode": text("currency_code"),
    "SpecifiedTradeSettlementPaymentMeans": group(
        {
            "TypeCode": first("method_code"),
            "PayeePartyCreditorFinancialAccount": group({"IBANID": first("iban")}),
        }
    ),
    "ApplicableTradeTax": record(
        "vat_summary",
        {
            "CalculatedAmount": value("vat_summary.vat_amount"),
            "BasisAmount": value("vat_summary.taxable_amount"),
            "CategoryCode": text("vat_nature"),
            "RateApplicablePercent": value("vat_summary.vat_rate"),
            "ExemptionReason": text("legal_reference"),
        },
    ),
    "SpecifiedTradeAllowanceCharge": record(
        "adjustment",
        {
            "ChargeIndicator": group({"Indicator": call(european.read_kind)}),
            "CalculationPercent": value("adjustment.pct"),
            "ActualAmount": value("adjustment.amount"),
        },
    ),
    "SpecifiedTradePaymentTerms": record(
        "payment",
        {
            "DueDateDateTime": _date("payment.due_date"),
            "PartialPaymentAmount": value("payment.amount"),
        },
    ),
    "SpecifiedTradeSettlementHeaderMonetarySummation": group(
        {
            "RoundingAmount": value("document.payable_rounding_amount"),
            "GrandTotalAmount": value("document.total_amount"),
            "TotalPrepaidAmount": value("document.prepaid_amount"),
            "DuePayableAmount": value("document.payable_amount"),
        }
    ),
    "InvoiceReferencedDocument": _reference("invoice"),
}

_DOCUMENT: Final = Plan(
    {
        "ExchangedDocument": group(
            {
                "ID": text("document_number"),
                "TypeCode": text("type_code"),
                "IssueDateTime": _date("document.document_date"),
            }
        ),
        "SupplyChainTradeTransaction": group(
            {
                "IncludedSupplyChainTradeLineItem": _LINE,
                "ApplicableHeaderTradeAgreement": group(
                    {
                        "SellerTradeParty": _party("supplier"),
                        "BuyerTradeParty": _party("customer"),
                        "BuyerOrderReferencedDocument": _reference("order"),
                        "ContractReferencedDocument": _reference("contract"),
                        "AdditionalReferencedDocument": call(european.attachment_reader(_EMBEDDED)),
                    }
                ),
                "ApplicableHeaderTradeSettlement": group(_SETTLEMENT),
            }
        ),
    }
)


def read(root: etree._Element, name: str) -> Iterator[Draft | Finding]:
    """The file's one document, or the finding that says why it cannot be read."""

    def fill(draft: Draft) -> None:
        document: Record = {"format": "CII"}
        draft.records["document"].append(document)
        walk(root, _DOCUMENT, document, draft)
        for prefix in ("supplier", "customer"):
            registration = document.pop(f"{prefix}_registration", None)
            if registration is not None:
                document.setdefault(f"{prefix}_tax_code", registration)
        european.complete_document(document, is_credit_note=False)
        for row in (*draft.records["line"], *draft.records["vat_summary"]):
            european.complete_tax(row)
        european.complete_payments(document, draft)

    yield attempt(name, 1, fill)
