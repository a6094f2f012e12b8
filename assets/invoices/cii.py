"""Reads CII (Cross Industry Invoice): Factur-X, ZUGFeRD from 2.0, XRechnung.

The profiles with few fields have no lines, and the smallest has no VAT breakdown either: such a document is
read as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml import etree

from assets.findings import Finding
from assets.invoices import european, tax_totals, terms, values
from assets.invoices.model import Record
from assets.invoices.walking import (
    Draft,
    Plan,
    Step,
    attempt,
    call,
    first,
    group,
    passed,
    record,
    text,
    value,
    walk,
)

ROOT: Final = "CrossIndustryInvoice"
NAMESPACE: Final = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
ZUGFERD_1_ROOT: Final = "CrossIndustryDocument"
"""Of the form before the European norm, whose elements mean other things and are not read."""

_TERM_PATH: Final = "SpecifiedTradePaymentTerms/DueDateDateTime"


def _date(field: str) -> Step:
    return group({"DateTimeString": value(field, values.compact_date)})


def _registration(party: str) -> Step:
    """A number of the party: for VAT, or for something else."""

    def read(element: etree._Element, record: Record, draft: Draft) -> None:
        del record
        number = (element.text or "").strip()
        if number:
            european.register(draft, party, european.scheme_of(element), number)

    return group({"ID": call(read)})


def _identifiers(party: str) -> dict[str, Step]:
    return {
        "ID": european.identifier(party, "party"),
        "GlobalID": european.identifier(party, "party"),
        "SpecifiedLegalOrganization": group({"ID": european.identifier(party, "legal")}),
        "SpecifiedTaxRegistration": _registration(party),
    }


def _party(party: str) -> Step:
    address = {"CountryID": text(f"{party}_country_code")}
    if party == "supplier":
        address |= {
            "PostcodeCode": text("supplier_postal_code"),
            "LineOne": text("supplier_address"),
            "CityName": text("supplier_city"),
            "CountrySubDivisionName": text("supplier_province"),
        }
    return group({"Name": text(f"{party}_name"), "PostalTradeAddress": group(address), **_identifiers(party)})


_LINE: Final = record(
    "line",
    {
        "AssociatedDocumentLineDocument": group(
            {
                "LineID": text("line_id"),
                "ParentLineID": text("parent_line_id"),
                "LineStatusReasonCode": text("line_status"),
            }
        ),
        "SpecifiedTradeProduct": group({"SellerAssignedID": text("item_code"), "Name": text("description")}),
        "SpecifiedLineTradeAgreement": group(
            {"NetPriceProductTradePrice": group({"ChargeAmount": value("line.unit_price")})}
        ),
        "SpecifiedLineTradeDelivery": group({"BilledQuantity": value("line.quantity")}),
        "SpecifiedLineTradeSettlement": group(
            {
                "ApplicableTradeTax": group(
                    european.tax_category("line", "CategoryCode", "RateApplicablePercent")
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


_ADJUSTMENT_TAX: Final = european.tax_category("adjustment", "CategoryCode", "RateApplicablePercent")
_APPLIED_TAX: Final = Plan(_ADJUSTMENT_TAX)


def _applied_tax(element: etree._Element, record: Record, draft: Draft) -> None:
    """The VAT of a charge for logistics; of several different ones none can be named."""
    found: Record = {}
    walk(element, _APPLIED_TAX, found, draft)
    if "tax" not in record:
        record.update(found, tax=found)
    elif found != record["tax"]:
        record["vat_rate"] = record["vat_nature"] = None


_ADJUSTMENT: Final = record(
    "adjustment",
    {
        "ChargeIndicator": group({"Indicator": call(european.read_kind)}),
        "CalculationPercent": value("adjustment.pct"),
        "BasisAmount": value("adjustment.base_amount", values.quantity),
        "ActualAmount": value("adjustment.amount"),
        "Reason": text("description"),
        "CategoryTradeTax": group(_ADJUSTMENT_TAX),
        **passed("ID SequenceNumeric BasisQuantity ReasonCode UnitBasisAmount"),
    },
    is_strict=True,
)
_LOGISTICS: Final = record(
    "adjustment",
    {
        "Description": text("description"),
        "AppliedAmount": value("adjustment.amount"),
        "AppliedTradeTax": call(_applied_tax),
    },
    is_strict=True,
    kind="charge",
)


_DISCOUNT: Final = Plan(
    {
        "BasisDateTime": _date("payment_condition.basis_date"),
        "BasisPeriodMeasure": call(terms.period),
        "CalculationPercent": value("payment_condition.discount_pct"),
        "ActualDiscountAmount": value("payment_condition.discount_amount"),
    }
)


def _read_discount(element: etree._Element, record: Record, draft: Draft) -> None:
    found: Record = {}
    walk(element, _DISCOUNT, found, draft)
    record.setdefault("discounts", []).append(found)


_TERMS: Final = Plan(
    {
        "Description": call(terms.note),
        "DueDateDateTime": _date("payment.due_date"),
        "PartialPaymentAmount": value("payment.amount"),
        "ApplicableTradePaymentDiscountTerms": call(_read_discount),
        **passed("ID DirectDebitMandateID ApplicableTradePaymentPenaltyTerms PayeeTradeParty"),
    },
    is_strict=True,
)


def _read_terms(element: etree._Element, record: Record, draft: Draft) -> None:
    found: Record = {}
    walk(element, _TERMS, found, draft)
    record.setdefault("terms", []).append(found)


_TOTALS: Final = group(
    {
        "LineTotalAmount": value("document.line_total_amount", values.rounded_amount),
        "ChargeTotalAmount": value("document.charge_total_amount", values.rounded_amount),
        "AllowanceTotalAmount": value("document.allowance_total_amount", values.rounded_amount),
        "TaxBasisTotalAmount": tax_totals.stated("document.tax_exclusive_amount", values.rounded_amount),
        "TaxTotalAmount": tax_totals.stated("document.tax_total_amount", values.rounded_amount),
        "RoundingAmount": value("document.payable_rounding_amount"),
        "GrandTotalAmount": tax_totals.stated("document.total_amount", values.amount),
        "TotalPrepaidAmount": value("document.prepaid_amount"),
        "DuePayableAmount": tax_totals.in_currency("document.payable_amount"),
        **passed(
            "InformationAmount RetailValueExcludingTaxInformationAmount"
            " TotalDepositFeeInformationAmount ProductValueExcludingTobaccoTaxInformationAmount"
            " TotalRetailValueInformationAmount GrossLineTotalAmount NetLineTotalAmount"
            " NetIncludingTaxesLineTotalAmount TotalAllowanceChargeAmount TotalDiscountAmount"
        ),
    },
    is_strict=True,
)

_SETTLEMENT: Final = group(
    {
        "PayeeTradeParty": group({"Name": text("beneficiary"), **_identifiers("payee")}),
        "TaxCurrencyCode": text("accounting_currency_code"),
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
                "CalculatedAmount": tax_totals.in_currency("vat_summary.vat_amount"),
                "BasisAmount": value("vat_summary.taxable_amount"),
                "CategoryCode": text("vat_category"),
                "RateApplicablePercent": value("vat_summary.vat_rate"),
                "ExemptionReason": text("legal_reference"),
                **passed(
                    "TypeCode LineTotalBasisAmount AllowanceChargeBasisAmount ExemptionReasonCode"
                    " TaxPointDate DueDateTypeCode"
                ),
            },
            is_strict=True,
        ),
        "BillingSpecifiedPeriod": group(
            {
                "StartDateTime": _date("document.period_start_date"),
                "EndDateTime": _date("document.period_end_date"),
            }
        ),
        "SpecifiedTradeAllowanceCharge": _ADJUSTMENT,
        "SpecifiedLogisticsServiceCharge": _LOGISTICS,
        "SpecifiedTradePaymentTerms": call(_read_terms),
        "SpecifiedTradeSettlementHeaderMonetarySummation": _TOTALS,
        "SpecifiedAdvancePayment": call(european.prepayment("PaidAmount")),
        "InvoiceReferencedDocument": _reference("invoice"),
        **passed(
            "CreditorReferenceID CreditorReferenceTypeCode PaymentReference InvoiceIssuerReference"
            " InvoicerTradeParty InvoiceeTradeParty PayerTradeParty UltimatePayeeTradeParty"
            " TaxApplicableTradeCurrencyExchange InvoiceApplicableTradeCurrencyExchange"
            " PaymentApplicableTradeCurrencyExchange ReceivableSpecifiedTradeAccountingAccount"
            " PayableSpecifiedTradeAccountingAccount PurchaseSpecifiedTradeAccountingAccount"
            " SalesSpecifiedTradeAccountingAccount"
        ),
    },
    is_strict=True,
)

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
                "ApplicableHeaderTradeSettlement": _SETTLEMENT,
                **passed("ApplicableHeaderTradeDelivery"),
            },
            is_strict=True,
        ),
        **passed("ExchangedDocumentContext ValuationBreakdownStatement"),
    },
    is_strict=True,
)


def read(root: etree._Element, name: str) -> Iterator[Draft | Finding]:
    """The file's one document, or the finding that says why it cannot be read."""

    def fill(draft: Draft) -> None:
        document: Record = {"format": "CII"}
        draft.records["document"].append(document)
        walk(root, _DOCUMENT, document, draft)
        european.complete_document(document, is_credit_note=False)
        european.complete_parties(document, draft)
        european.complete_adjustments(document, draft)
        european.complete_lines(document, draft)
        tax_totals.choose_totals(document)
        tax_totals.complete_vat(document, draft)
        european.compare_prepaid(document, draft)
        terms.complete_payments(document, draft, (), (_TERM_PATH, _TERM_PATH), may_be_discounted=False)

    yield attempt(name, 1, fill)
