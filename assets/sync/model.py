"""What is sent to an accounting program, and what it holds: plain values, the same for every program.

Belongs here: invoices and customers as a target takes them, with the codes of the program already in them.
Does not: how a program writes them (`assets.sync.targets`), and where they come from (`assets.sync.outbox`).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer as our books know it. `customer_code` is ours and at most 16 characters."""

    customer_code: str
    name: str
    country_code: str
    vat_number: str | None = None
    tax_code: str | None = None
    address: str | None = None
    postal_code: str | None = None
    city: str | None = None


@dataclass(frozen=True, slots=True)
class SalesLine:
    """One line of an invoice: what is sold net of VAT, by an account of the program and one of its VAT codes.

    `net_amount` is in the invoice's currency. A positive amount is for what the document is for: on a credit
    note it is what is credited. `vat_rate` is a percentage, 22 % as 22.
    """

    line_number: int
    description: str
    net_amount: Decimal
    account_code: str
    vat_code: str
    vat_rate: Decimal


@dataclass(frozen=True, slots=True)
class SalesInvoice:
    """A booked sales invoice or credit note, ready to be sent. Amounts have the sign of `SalesLine`.

    `reference` is ours: at most 18 letters and digits, unique for ever, constant; what a program books must
    bear it, since it is by the reference that an unknown outcome is settled. `net_amount` is the sum of the
    lines, `total_amount` = `net_amount` + `vat_amount`. `journal_code` is the program's.
    """

    reference: str
    is_credit_note: bool
    document_number: str
    document_date: dt.date
    due_date: dt.date
    currency_code: str
    journal_code: str
    customer: Customer
    lines: tuple[SalesLine, ...]
    net_amount: Decimal
    vat_amount: Decimal
    total_amount: Decimal


@dataclass(frozen=True, slots=True)
class BookedInvoice:
    """An invoice as the program holds it. What a program does not tell is None and is not compared.

    `program_id` is the program's own key, `registration_number` the number under which it booked the document
    (None where the program gives none). Amounts have the sign of `SalesLine`. `customer_id` is the program's
    key of the customer.
    """

    reference: str
    program_id: str
    registration_number: str | None
    customer_id: str | None = None
    document_date: dt.date | None = None
    due_date: dt.date | None = None
    net_amount: Decimal | None = None
    vat_amount: Decimal | None = None
    total_amount: Decimal | None = None
    residual_amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class UsedCodes:
    """The program's codes that the invoices of one sync use: what must be there before anything is sent.

    `accounts` are revenue accounts, `vat_codes` pair a code with its rate in per cent, `journals` pair a code
    with whether it takes credit notes. `dates` are the first and the last document date.
    """

    accounts: frozenset[str]
    vat_codes: frozenset[tuple[str, Decimal]]
    journals: frozenset[tuple[str, bool]]
    dates: tuple[dt.date, dt.date]
