"""Tryton 8.2: invoices are made as drafts and posted, over its REST interface, with a key of its user's.

Belongs here: what the outbox asks for, in Tryton's terms. Does not: HTTP (`tryton_client`), parties and codes
(`tryton_parties`, `tryton_codes`).

An invoice is one draft and one press of *Post*. The draft bears our reference, so that one that a crash left
behind is found and posted. The program computes the VAT itself: the draft is compared with the document
before it is posted. One that is another invoice, or that the program refuses to post, is removed again.
A credit note is a customer invoice with a negative quantity. No payment term is used: the due date is given.
The registration number is the invoice's number, which the program takes from the sequence of the fiscal year
when it posts; it refuses a document dated before the last one of the sequence, so that documents must come by
date, one at a time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from assets.sync.errors import CallError, Explanation, RefusedError, StoppedError, UnknownOutcomeError
from assets.sync.model import BookedInvoice, Customer, SalesInvoice, SalesLine, UsedCodes
from assets.sync.target import Capabilities, TargetSettings
from assets.sync.targets.calling import (
    PATIENCE_SECONDS,
    Caller,
    Clock,
    SystemClock,
    checked_url,
    option,
    secret,
)
from assets.sync.targets.tryton_client import TrytonClient
from assets.sync.targets.tryton_codes import TrytonCodes
from assets.sync.targets.tryton_parties import Party, TrytonParties, in_chunks
from assets.sync.targets.tryton_values import (
    Record,
    amount_of,
    amount_value,
    date_of,
    date_value,
    key_of,
    linked,
    made,
    optional_key,
    records_of,
    text_of,
)

_INVOICE: Final = "account.invoice"
_BOOKED_STATES: Final = ("posted", "paid")
_DRAFT_STATES: Final = ("draft", "validated")
_FIELDS: Final = (
    "reference",
    "number",
    "state",
    "party",
    "invoice_date",
    "lines_to_pay.maturity_date",
    "untaxed_amount",
    "tax_amount",
    "total_amount",
    "amount_to_pay",
)
_DRAFT_FIELDS: Final = (
    "party",
    "journal",
    "currency",
    "invoice_date",
    "payment_term_date",
    "untaxed_amount",
    "tax_amount",
    "lines.account",
    "lines.quantity",
    "lines.unit_price",
    "lines.taxes",
)

_Line = tuple[int, Decimal, tuple[int, ...]]
"""A line in the program's terms: its account, its amount with the program's sign, its taxes."""


@dataclass(frozen=True, slots=True)
class _Draft:
    """A draft as the program holds it, amounts with the program's sign."""

    key: int
    party: int
    journal: int | None
    currency: int
    document_date: dt.date | None
    due_date: dt.date | None
    net_amount: Decimal
    vat_amount: Decimal
    lines: list[_Line]

    def differences(self, invoice: SalesInvoice, values: dict[str, Any]) -> str:
        """In words, what is other than in the document and what was made of it; blank if nothing is."""
        sign = _sign(invoice)
        compared: list[tuple[str, object, object]] = [
            *((name, getattr(self, name), values[name]) for name in ("party", "journal", "currency")),
            ("document date", self.document_date, invoice.document_date),
            ("due date", self.due_date, invoice.due_date),
            ("net amount", sign * self.net_amount, invoice.net_amount),
            ("VAT", sign * self.vat_amount, invoice.vat_amount),
        ]
        found = [f"{name} {own} instead of {sent}" for name, own, sent in compared if own != sent]
        if not found and sorted(self.lines) != sorted(_sent_lines(values)):
            found = ["accounts or taxes of its lines"]
        return ", ".join(found)


class TrytonTarget:
    """A company of a Tryton database. Options: `database`, `company` (its id there). Secret: `key`."""

    def __init__(
        self,
        settings: TargetSettings,
        clock: Clock | None = None,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        """Raises StoppedError if an option or the key is missing; nothing is asked yet."""
        url, key = checked_url(settings), secret(settings, "key")
        company = option(settings, "company")
        if not company.isascii() or not company.isdigit():
            raise StoppedError(Explanation("settings_missing", "company in sync_options must be a number"))
        self._caller = Caller(url, clock or SystemClock(), patience_seconds, hidden=[key])
        self._client = TrytonClient(self._caller, url, option(settings, "database"), int(company), key)
        self._codes = TrytonCodes(self._client)
        self._parties = TrytonParties(self._client)
        self._patience = patience_seconds

    @property
    def capabilities(self) -> Capabilities:
        """One at a time, since numbers follow the dates; a call that was given up may go on for a while."""
        return Capabilities(
            concurrency=1, batch_size=20, settle_seconds=2 * self._patience, gives_number=True
        )

    def check_codes(self, codes: UsedCodes) -> list[Explanation]:
        """What the company lacks; of the periods, those of the first and the last date."""
        return self._codes.missing(codes)

    def find_customers(self, customers: Sequence[Customer]) -> dict[str, str]:
        """The keys of the parties with our codes, else with the VAT number or the tax code."""
        return {code: str(party.key) for code, party in self._parties.find(customers).items()}

    def create_customer(self, customer: Customer) -> str:
        """Makes a party with our code, an address and its identifiers, which the program checks."""
        return str(self._parties.create(customer, self._codes.country).key)

    def create_invoice(self, invoice: SalesInvoice, customer_id: str) -> BookedInvoice:
        """Makes a draft, or takes the one that is there, and posts it.

        Raises:
            RefusedError: also for a draft under our reference that somebody changed: it is left alone.
        """
        self._codes.check_period(invoice.document_date)
        values = self._values(invoice, self._party(customer_id))
        draft = self._left_draft(invoice, values) or self._new_draft(invoice, values)
        try:
            state, booked = self._client.press(
                _INVOICE,
                draft,
                "post",
                _FIELDS,
                lambda record: _read(record, _sign(invoice)),
                invoice.reference,
            )
        except RefusedError:
            self._remove(draft)
            raise
        if state not in _BOOKED_STATES or booked.reference != invoice.reference:
            detail = f"the invoice is {state} after it was posted"
            raise UnknownOutcomeError(Explanation("answer_not_understood", detail, invoice.reference))
        return booked

    def find_invoices(self, invoices: Sequence[SalesInvoice]) -> list[BookedInvoice]:
        """What is posted or paid; drafts and what was cancelled are left out."""
        signs = {invoice.reference: _sign(invoice) for invoice in invoices}
        found: list[BookedInvoice] = []
        for chunk in in_chunks(sorted(signs)):
            domain = [*self._own(chunk), ["state", "in", _BOOKED_STATES]]
            found += self._client.find(_INVOICE, domain, _FIELDS, lambda record: _read_one_of(record, signs))
        return found

    def close(self) -> None:
        """Lets the connections go."""
        self._caller.close()

    def _own(self, references: Sequence[str]) -> list[Any]:
        company = self._client.company_id
        return [["company", "=", company], ["type", "=", "out"], ["reference", "in", list(references)]]

    def _party(self, customer_id: str) -> Party:
        party = self._parties.by_key(int(customer_id))
        if party is None:
            detail = f"the party {customer_id} is not there any more or not active"
            raise RefusedError(Explanation("customer_type_wrong", detail, customer_id))
        return party

    def _values(self, invoice: SalesInvoice, party: Party) -> dict[str, Any]:
        sign, currency = _sign(invoice), self._codes.currency(invoice.currency_code)
        account = party.receivable_account or self._codes.receivable_account()
        if account is None:
            detail = f"no receivable account for the party {party.code}, and none by default"
            raise RefusedError(Explanation("customer_type_wrong", detail, party.code))
        return {
            "company": self._client.company_id,
            "type": "out",
            "reference": invoice.reference,
            "description": invoice.document_number,
            "party": party.key,
            "invoice_address": party.address,
            "account": account,
            "currency": currency,
            "journal": self._codes.journal(invoice.journal_code),
            "invoice_date": date_value(invoice.document_date),
            "payment_term_date": date_value(invoice.due_date),
            "lines": made([self._line(line, sign, currency) for line in invoice.lines]),
        }

    def _line(self, line: SalesLine, sign: int, currency: int) -> dict[str, Any]:
        return {
            "company": self._client.company_id,
            "currency": currency,
            "type": "line",
            "sequence": line.line_number,
            "account": self._codes.account(line.account_code),
            "description": line.description,
            "quantity": sign,
            "unit_price": amount_value(line.net_amount),
            "taxes": linked(self._codes.tax(line.vat_code, line.vat_rate)),
        }

    def _new_draft(self, invoice: SalesInvoice, values: dict[str, Any]) -> int:
        """Makes a draft; one that comes out as another invoice is removed again. Raises CallError."""
        draft = self._client.create(_INVOICE, values, _DRAFT_FIELDS, _read_draft, invoice.reference)
        differences = draft.differences(invoice, values)
        if differences:
            self._remove(draft.key)
            detail = f"it makes another invoice of it ({differences}); nothing was booked"
            raise RefusedError(Explanation("program_refused", detail, invoice.reference))
        return draft.key

    def _remove(self, draft: int) -> None:
        """Removes a draft that cannot be posted. If that fails it stays, and is found by the next attempt."""
        with suppress(CallError):
            self._client.delete(_INVOICE, draft)

    def _left_draft(self, invoice: SalesInvoice, values: dict[str, Any]) -> int | None:
        """The draft that an earlier call left; None if there is none."""
        domain = [*self._own([invoice.reference]), ["state", "in", _DRAFT_STATES]]
        drafts = self._client.find(_INVOICE, domain, _DRAFT_FIELDS, _read_draft)
        if not drafts:
            return None
        if len(drafts) > 1:
            detail = f"{len(drafts)} drafts with the reference {invoice.reference}"
            raise RefusedError(Explanation("found_twice", detail, invoice.reference))
        differences = drafts[0].differences(invoice, values)
        if differences:
            detail = f"the draft with the reference {invoice.reference} was changed ({differences})"
            raise RefusedError(Explanation("readback_differs", detail, invoice.reference))
        return drafts[0].key


def _sign(invoice: SalesInvoice) -> int:
    return -1 if invoice.is_credit_note else 1


def _read_one_of(record: Record, signs: dict[str, int]) -> BookedInvoice:
    return _read(record, signs[text_of(record, "reference")])[1]


def _read(record: Record, sign: int) -> tuple[str, BookedInvoice]:
    """The state of an invoice and what we keep of it; it is due when the last of what is to be paid is."""
    due_dates = [date_of(line, "maturity_date") for line in records_of(record, "lines_to_pay")]
    amounts: list[Decimal] = [
        sign * amount_of(record, name)
        for name in ("untaxed_amount", "tax_amount", "total_amount", "amount_to_pay")
    ]
    booked = BookedInvoice(
        text_of(record, "reference"),
        str(key_of(record)),
        text_of(record, "number") or None,
        str(key_of(record, "party")),
        date_of(record, "invoice_date"),
        max((date for date in due_dates if date is not None), default=None),
        *amounts,
    )
    return text_of(record, "state"), booked


def _sent_lines(values: dict[str, Any]) -> list[_Line]:
    ((_, lines),) = values["lines"]
    return [
        (
            line["account"],
            line["quantity"] * Decimal(line["unit_price"]["decimal"]),
            tuple(line["taxes"][0][1]),
        )
        for line in lines
    ]


def _read_line(record: Record) -> _Line:
    return (
        optional_key(record, "account") or 0,
        amount_of(record, "quantity") * amount_of(record, "unit_price"),
        tuple(record["taxes"]),
    )


def _read_draft(record: Record) -> _Draft:
    return _Draft(
        key_of(record),
        key_of(record, "party"),
        optional_key(record, "journal"),
        key_of(record, "currency"),
        date_of(record, "invoice_date"),
        date_of(record, "payment_term_date"),
        amount_of(record, "untaxed_amount"),
        amount_of(record, "tax_amount"),
        [_read_line(line) for line in records_of(record, "lines")],
    )
