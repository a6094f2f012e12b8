"""Yuki as a target: the document that is sent, and how its outcome is read.

Belongs here: the fields of documents and items. Does not: calls, sessions and faults (`yuki_api`).

Yuki gives no number. A document is sent with our reference and `Process`, and what it became is read back
from the outstanding item of that reference. An answer with HTTP 200 may well refuse: the three totals and the
message tell. The customer travels with the document, which makes it there when it is new.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from lxml import etree

from assets.sync.errors import Explanation, RefusedError, StoppedError, UnknownOutcomeError
from assets.sync.model import BookedInvoice, Customer, SalesInvoice, SalesLine, UsedCodes
from assets.sync.target import Capabilities, TargetSettings
from assets.sync.targets.calling import PATIENCE_SECONDS, Clock, SystemClock
from assets.sync.targets.phrases import code_of
from assets.sync.targets.soap import element, every, first, text_of
from assets.sync.targets.yuki_api import PROGRAM, YukiApi

DOCUMENT_NAMESPACE: Final = "urn:xmlns:http://www.theyukicompany.com:salesinvoices"

MAX_LOOKUPS: Final = 500
"""Half of the calls that Yuki allows a day. Reading back many days must not leave nothing for sending."""

_TOTALS: Final = ("TotalSucceeded", "TotalFailed", "TotalSkipped")
_DECIMAL: Final = re.compile(r"-?[0-9]{1,14}(\.[0-9]{1,6})?")


class YukiTarget:
    """One administration of Yuki.

    Option `administration` (its ID), secret `access_key`. Keeps nothing between runs.

    Raises StoppedError if a setting or a secret is missing.
    """

    def __init__(
        self,
        settings: TargetSettings,
        clock: Clock | None = None,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self._api = YukiApi(settings, clock or SystemClock(), patience_seconds)

    @property
    def capabilities(self) -> Capabilities:
        """Two calls for each document of the thousand a day: one sends it, one reads it back."""
        return Capabilities(concurrency=1, batch_size=20, settle_seconds=180, gives_number=False)

    def check_codes(self, codes: UsedCodes) -> list[Explanation]:
        """Nothing: Yuki is not asked for its codes, and refuses a document with one that it does not have."""
        return []

    def find_customers(self, customers: Sequence[Customer]) -> dict[str, str]:
        """Our codes: whoever is not there is made with the first document, by the same code."""
        return {customer.customer_code: customer.customer_code for customer in customers}

    def create_customer(self, customer: Customer) -> str:
        """Our code, as `find_customers`; nothing is sent."""
        return customer.customer_code

    def create_invoice(self, invoice: SalesInvoice, customer_id: str) -> BookedInvoice:
        """Sends one document with its customer, once, and reads it back."""
        number = invoice.document_number
        answer = self._api.process_sales_invoices(_document(invoice, customer_id), number)
        try:
            succeeded, failed, skipped = (int(text_of(answer, name)) for name in _TOTALS)
        except ValueError as error:
            raise _not_understood("no totals in the answer", number) from error
        message = self._api.words(text_of(answer, "Message"))
        if sorted((succeeded, failed, skipped)) != [0, 0, 1]:
            raise _not_understood(f"{succeeded} succeeded, {failed} failed, {skipped} skipped of 1", number)
        if text_of(answer, "Reference") not in ("", invoice.reference):
            raise _not_understood("the answer is about another reference", number)
        if failed:
            raise RefusedError(Explanation(code_of(PROGRAM, message) or "program_refused", message, number))
        if succeeded and text_of(answer, "Processed").lower() == "false":
            detail = "it stands there as a draft" + (f": {message}" if message else "")
            raise RefusedError(Explanation("program_refused", detail, number))
        held = self._read_back(invoice)
        if held:
            return held[0]
        if skipped:
            raise RefusedError(Explanation("number_used", message, number))
        detail = "Yuki says that it was processed"
        raise UnknownOutcomeError(Explanation("outcome_unknown", detail, number))

    def find_invoices(self, invoices: Sequence[SalesInvoice]) -> list[BookedInvoice]:
        """The items that bear these references, one call for each; drafts are no items.

        Raises StoppedError, too, if that would take more than half of the calls of a day.
        """
        if len(invoices) > MAX_LOOKUPS:
            detail = f"{len(invoices)} documents to look up, {MAX_LOOKUPS} at most; lower sync_readback_days"
            raise StoppedError(Explanation("quota_used", detail))
        return [item for invoice in invoices for item in self._items(invoice)]

    def close(self) -> None:
        """Lets the connection go."""
        self._api.close()

    def _read_back(self, invoice: SalesInvoice) -> list[BookedInvoice]:
        """As `find_invoices`, for a document that was sent: that it cannot be read does not undo it."""
        try:
            return self._items(invoice)
        except StoppedError as error:
            subject = invoice.document_number
            detail = f"it was taken, and could not be read back ({error})"
            raise UnknownOutcomeError(Explanation("outcome_unknown", detail, subject)) from error

    def _items(self, invoice: SalesInvoice) -> list[BookedInvoice]:
        answer = self._api.check_outstanding_item(invoice.reference)
        try:
            return [
                _booked(item, invoice)
                for item in every(answer, "Item")
                if text_of(item, "Reference") == invoice.reference
            ]
        except ValueError as error:
            detail = f"{error} in the answer of CheckOutstandingItem"
            raise StoppedError(Explanation("answer_not_understood", detail)) from error


def _document(invoice: SalesInvoice, contact_code: str) -> etree._Element:
    """The document; of a credit note every price is negative."""
    sign = -1 if invoice.is_credit_note else 1
    fields = {
        "Reference": invoice.reference,
        "Subject": invoice.document_number,
        "PaymentMethod": "ElectronicTransfer",
        "Process": "true",
        "EmailToCustomer": "false",
        "Date": invoice.document_date.isoformat(),
        "DueDate": invoice.due_date.isoformat(),
        "Currency": invoice.currency_code,
    }
    lines = [_line(line, sign) for line in invoice.lines]
    document = element(
        "SalesInvoice",
        *_fields(fields),
        _contact(invoice.customer, contact_code),
        element("InvoiceLines", *lines),
    )
    root = etree.Element("SalesInvoices", nsmap={None: DOCUMENT_NAMESPACE})  # type: ignore[dict-item]
    root.append(document)
    for each in root.iter():
        each.tag = f"{{{DOCUMENT_NAMESPACE}}}{each.tag}"
    return root


def _contact(customer: Customer, contact_code: str) -> etree._Element:
    fields = {
        "ContactCode": contact_code,
        "FullName": customer.name,
        "CountryCode": customer.country_code,
        "City": customer.city,
        "Zipcode": customer.postal_code,
        "AddressLine_1": customer.address,
        "VATNumber": customer.vat_number,
        "ContactType": "Company" if customer.vat_number else "Person",
    }
    return element("Contact", *_fields(fields))


def _line(line: SalesLine, sign: int) -> etree._Element:
    product = {
        "Description": line.description,
        "SalesPrice": f"{sign * line.net_amount:f}",
        "VATPercentage": f"{line.vat_rate:f}",
        "VATIncluded": "false",
        "VATType": line.vat_code,
        "GLAccountCode": line.account_code,
    }
    return element(
        "InvoiceLine",
        element("Description", text=line.description),
        element("ProductQuantity", text="1"),
        element("Product", *_fields(product)),
    )


def _fields(values: dict[str, str | None] | dict[str, str]) -> list[etree._Element]:
    return [element(name, text=value) for name, value in values.items() if value]


def _booked(item: etree._Element, invoice: SalesInvoice) -> BookedInvoice:
    """An item in the terms of the model. Raises ValueError if an amount or a date is none."""
    sign = -1 if invoice.is_credit_note else 1
    original, still_open = _decimal(item, "OriginalAmount"), _decimal(item, "OpenAmount")
    return BookedInvoice(
        invoice.reference,
        item.get("ID") or invoice.reference,
        None,
        document_date=_date(item, "Date"),
        due_date=_date(item, "DueDate"),
        total_amount=None if original is None else sign * original,
        residual_amount=None if still_open is None else sign * still_open,
    )


def _decimal(item: etree._Element, name: str) -> Decimal | None:
    if first(item, name) is None:
        return None
    text = text_of(item, name)
    if not _DECIMAL.fullmatch(text):
        raise ValueError(f"no {name}")
    return Decimal(text)


def _date(item: etree._Element, name: str) -> dt.date | None:
    """The day; the time of day that may follow it says nothing."""
    text = text_of(item, name)
    return dt.date.fromisoformat(text[:10]) if text else None


def _not_understood(detail: str, subject: str) -> UnknownOutcomeError:
    return UnknownOutcomeError(Explanation("answer_not_understood", detail, subject))
