"""Reads UBL 2.1 and Peppol BIS 3: the root elements Invoice and CreditNote.

Amounts keep their signs: a credit note of UBL has positive amounts. Several means of payment are alternatives
and not instalments, so a document has one payment unless its terms name several amounts. Lines within a line
(SubInvoiceLine) are its details and are not read.
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
from assets.invoices.xml_text import local_name

INVOICE: Final = "Invoice"
CREDIT_NOTE: Final = "CreditNote"
NAMESPACES: Final = {
    root: f"urn:oasis:names:specification:ubl:schema:xsd:{root}-2" for root in (INVOICE, CREDIT_NOTE)
}
"""By root element; many other formats have an element of these names."""

_LINES: Final = ("InvoiceLine", "CreditNoteLine")

_TERM_PATHS: Final = ("PaymentTerms/PaymentDueDate", "PaymentTerms/InstallmentDueDate")
_DUE_DATE: Final = "DueDate"
_MEANS_DATE: Final = "PaymentMeans/PaymentDueDate"


_TAX_SCHEME: Final = Plan({"CompanyID": text("number"), "TaxScheme": group({"ID": text("scheme")})})


def _tax_scheme(party: str) -> Step:
    """A number of the party: for VAT, or for something else."""

    def read_scheme(element: etree._Element, record: Record, draft: Draft) -> None:
        del record
        found: Record = {}
        walk(element, _TAX_SCHEME, found, draft)
        number = found.get("number")
        if number is not None:
            scheme = found.get("scheme")
            european.register(draft, party, scheme and scheme.upper(), number)

    return call(read_scheme)


def _party(party: str) -> Step:
    address = {"Country": group({"IdentificationCode": text(f"{party}_country_code")})}
    if party == "supplier":
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
                    "PartyIdentification": group({"ID": european.identifier(party, "party")}),
                    "PartyName": group({"Name": first(f"{party}_name")}),
                    "PostalAddress": group(address),
                    "PartyTaxScheme": _tax_scheme(party),
                    "PartyLegalEntity": group(
                        {
                            "RegistrationName": text(f"{party}_name"),
                            "CompanyID": european.identifier(party, "legal"),
                        }
                    ),
                }
            )
        }
    )


_PAYEE: Final = group(
    {
        "PartyIdentification": group({"ID": european.identifier("payee", "party")}),
        "PartyName": group({"Name": text("beneficiary")}),
        "PartyTaxScheme": _tax_scheme("payee"),
        "PartyLegalEntity": group(
            {"RegistrationName": first("beneficiary"), "CompanyID": european.identifier("payee", "legal")}
        ),
    }
)

_LINE: Final = record(
    "line",
    {
        "ID": text("line_id"),
        "InvoicedQuantity": value("line.quantity"),
        "CreditedQuantity": value("line.quantity"),
        "LineExtensionAmount": value("line.amount"),
        "Item": group(
            {
                "Description": first("description"),
                "Name": text("description"),
                "SellersItemIdentification": group({"ID": text("item_code")}),
                "ClassifiedTaxCategory": group(european.tax_category("line", "ID", "Percent")),
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


_TERMS: Final = Plan(
    {
        "Note": call(terms.note),
        "SettlementDiscountPercent": value("payment_condition.discount_pct"),
        "SettlementDiscountAmount": value("payment_condition.discount_amount"),
        "SettlementPeriod": group(
            {
                "StartDate": value("payment_condition.basis_date", values.date),
                "EndDate": value("payment_condition.discount_date"),
                "DurationMeasure": call(terms.period),
            }
        ),
        "PaymentPercent": value("payment.payment_pct", values.rate),
        "Amount": value("payment.amount"),
        "PaymentDueDate": value("payment.due_date"),
        "InstallmentDueDate": value("payment.instalment_date", values.date),
        **passed(
            "ID PaymentMeansID PrepaidPaymentReferenceID ReferenceEventCode PenaltySurchargePercent"
            " PenaltyAmount PaymentTermsDetailsURI InvoicingPartyReference PenaltyPeriod ExchangeRate"
            " ValidityPeriod"
        ),
    },
    is_strict=True,
)
_DISCOUNT: Final = ("discount_pct", "discount_amount", "discount_date", "basis_date", "period")


def _read_terms(element: etree._Element, record: Record, draft: Draft) -> None:
    found: Record = {}
    walk(element, _TERMS, found, draft)
    discount = {column: found.pop(column) for column in _DISCOUNT if column in found}
    if discount:
        found["discounts"] = [discount]
    record.setdefault("terms", []).append(found)


def _means_date(element: etree._Element, record: Record, draft: Draft) -> None:
    """A due date that belongs to a means of payment; there may be several means."""
    content = element.text
    if not content or content.isspace():
        return
    try:
        record.setdefault("means_dates", []).append(values.date(content))
    except ValueError:
        draft.ignore({}, "payment.due_date", content)


_TAX_TOTAL: Final = Plan(
    {
        "TaxAmount": tax_totals.in_currency("document.tax_total_amount", values.rounded_amount),
        "TaxSubtotal": record(
            "vat_summary",
            {
                "TaxableAmount": value("vat_summary.taxable_amount"),
                "TaxAmount": tax_totals.in_currency("vat_summary.vat_amount"),
                "Percent": value("vat_summary.vat_rate"),
                "TaxCategory": group(
                    {
                        "ID": text("vat_category"),
                        "Percent": value("vat_summary.vat_rate"),
                        "TaxExemptionReason": text("legal_reference"),
                    }
                ),
                **passed(
                    "CalculationSequenceNumeric TransactionCurrencyTaxAmount BaseUnitMeasure"
                    " PerUnitAmount TierRange TierRatePercent"
                ),
            },
            is_strict=True,
        ),
        **passed("RoundingAmount TaxEvidenceIndicator TaxIncludedIndicator"),
    },
    is_strict=True,
)

_ADJUSTMENT: Final = record(
    "adjustment",
    {
        "ChargeIndicator": call(european.read_kind),
        "AllowanceChargeReason": text("description"),
        "MultiplierFactorNumeric": value("adjustment.pct"),
        "Amount": value("adjustment.amount"),
        "BaseAmount": value("adjustment.base_amount", values.quantity),
        "TaxCategory": group(european.tax_category("adjustment", "ID", "Percent")),
        **passed(
            "ID UUID AllowanceChargeReasonCode PrepaidIndicator SequenceNumeric PerUnitAmount"
            " AccountingCostCode AccountingCost TaxTotal PaymentMeans"
        ),
    },
    is_strict=True,
)

_TOTALS: Final = group(
    {
        "LineExtensionAmount": value("document.line_total_amount", values.rounded_amount),
        "TaxExclusiveAmount": value("document.tax_exclusive_amount", values.rounded_amount),
        "TaxInclusiveAmount": value("document.total_amount"),
        "AllowanceTotalAmount": value("document.allowance_total_amount", values.rounded_amount),
        "ChargeTotalAmount": value("document.charge_total_amount", values.rounded_amount),
        "PrepaidAmount": value("document.prepaid_amount"),
        "PayableRoundingAmount": value("document.payable_rounding_amount"),
        "PayableAmount": tax_totals.in_currency("document.payable_amount"),
        **passed("PayableAlternativeAmount"),
    },
    is_strict=True,
)

_DOCUMENT: Final = Plan(
    {
        "ID": text("document_number"),
        "IssueDate": value("document.document_date"),
        _DUE_DATE: value("payment.due_date"),
        "InvoiceTypeCode": text("type_code"),
        "CreditNoteTypeCode": text("type_code"),
        "DocumentCurrencyCode": text("currency_code"),
        "TaxCurrencyCode": text("accounting_currency_code"),
        "InvoicePeriod": group(
            {"StartDate": value("document.period_start_date"), "EndDate": value("document.period_end_date")}
        ),
        "OrderReference": _reference("order"),
        "ContractDocumentReference": _reference("contract"),
        "BillingReference": group({"InvoiceDocumentReference": _reference("invoice")}),
        "AdditionalDocumentReference": call(european.attachment_reader(_EMBEDDED)),
        "AccountingSupplierParty": _party("supplier"),
        "AccountingCustomerParty": _party("customer"),
        "PayeeParty": _PAYEE,
        "PaymentMeans": group(
            {
                "PaymentMeansCode": first("method_code"),
                "PaymentDueDate": call(_means_date),
                "PayeeFinancialAccount": group({"ID": first("iban")}),
            }
        ),
        "PaymentTerms": call(_read_terms),
        "PrepaidPayment": call(european.prepayment("PaidAmount")),
        "AllowanceCharge": _ADJUSTMENT,
        "TaxTotal": call(tax_totals.tax_total(_TAX_TOTAL)),
        "LegalMonetaryTotal": _TOTALS,
        **dict.fromkeys(_LINES, _LINE),
        **passed(
            "UBLVersionID CustomizationID ProfileID ProfileExecutionID CopyIndicator UUID IssueTime"
            " Note TaxPointDate PricingCurrencyCode PaymentCurrencyCode PaymentAlternativeCurrencyCode"
            " AccountingCostCode AccountingCost LineCountNumeric BuyerReference DiscrepancyResponse"
            " DespatchDocumentReference ReceiptDocumentReference StatementDocumentReference"
            " OriginatorDocumentReference ProjectReference Signature BuyerCustomerParty"
            " SellerSupplierParty TaxRepresentativeParty Delivery DeliveryTerms TaxExchangeRate"
            " PricingExchangeRate PaymentExchangeRate PaymentAlternativeExchangeRate"
        ),
    },
    is_strict=True,
)


def read(root: etree._Element, name: str) -> Iterator[Draft | Finding]:
    """The file's one document, or the finding that says why it cannot be read."""
    is_credit_note = local_name(root.tag) == CREDIT_NOTE

    def fill(draft: Draft) -> None:
        document: Record = {"format": "UBL"}
        draft.records["document"].append(document)
        walk(root, _DOCUMENT, document, draft)
        european.complete_document(
            document,
            is_credit_note=is_credit_note,
            assumed_type=european.CREDIT_NOTE if is_credit_note else european.INVOICE,
        )
        european.complete_parties(document, draft)
        european.complete_adjustments(document, draft)
        european.complete_lines(document, draft)
        tax_totals.complete_vat(document, draft)
        european.compare_prepaid(document, draft)
        due_date = (_DUE_DATE, document.pop("due_date", None))
        means_dates = [(_MEANS_DATE, day) for day in document.pop("means_dates", ())]
        dates = [*means_dates, due_date] if is_credit_note else [due_date, *means_dates]
        terms.complete_payments(document, draft, dates, _TERM_PATHS, may_be_discounted=True)

    yield attempt(name, 1, fill)
