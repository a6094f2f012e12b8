"""Exact Online as a target: which of its records customers and invoices are, and what it holds of them.

Belongs here: the records and their fields. Does not: calls, tokens, limits and errors (`exact_api`).

An invoice is a sales entry, which bears our reference as `YourRef`; its registration number is `EntryNumber`.
Amounts of a credit note are negative there. An `EntryNumber` is free again once the last entry was deleted,
so that two invoices may come to bear the same one; `EntryID` stays unique.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from assets.sync.errors import Explanation, RefusedError, StoppedError, UnknownOutcomeError
from assets.sync.model import BookedInvoice, Customer, SalesInvoice, UsedCodes
from assets.sync.target import Capabilities, TargetSettings
from assets.sync.targets.calling import PATIENCE_SECONDS, Clock, SystemClock
from assets.sync.targets.exact_api import ExactApi
from assets.sync.targets.exact_values import Record, Value, date_of, decimal_of, padded

CUSTOMERS: Final = "crm/Accounts"
ENTRIES: Final = "salesentry/SalesEntries"
LEDGER_ACCOUNTS: Final = "financial/GLAccounts"
VAT_CODES: Final = "vat/VATCodes"
JOURNALS: Final = "financial/Journals"
PERIODS: Final = "financial/FinancialPeriods"

MAX_DESCRIPTION: Final = 60
"""Longer descriptions of entries and lines are cut."""

_CUSTOMER: Final = "C"
"""The status of an account that is a customer; prospects, suspects and suppliers have another one or none."""

_SALES_JOURNAL: Final = 20
_RETURN_JOURNAL: Final = 21
_CUSTOMER_FIELDS: Final = ("ID", "Code", "VATNumber", "Country", "Status")
_ENTRY_FIELDS: Final = (
    "EntryID",
    "EntryNumber",
    "YourRef",
    "Customer",
    "EntryDate",
    "DueDate",
    "AmountFC",
    "VATAmountFC",
)
_VAT_PREFIXES: Final = {"GR": "EL"}
"""Where a VAT number begins otherwise than with the country."""

_NO_SIGN_OF_A_NUMBER: Final = re.compile(r"[^A-Z0-9]")


class ExactTarget:
    """One division of Exact Online.

    Option `division`; secrets `client_id`, `client_secret` and `refresh_token`, the one with which the
    authorisation began. Keeps its tokens and the errors of the last hour in the settings' folder.

    Raises StoppedError if a setting or a secret is missing.
    """

    def __init__(
        self,
        settings: TargetSettings,
        clock: Clock | None = None,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self._api = ExactApi(settings, clock or SystemClock(), patience_seconds)
        self._account_ids: dict[str, str] = {}
        self._not_customers: dict[str, str] = {}

    @property
    def capabilities(self) -> Capabilities:
        """One call at a time: a second one could only wait for the same sixty calls a minute."""
        return Capabilities(concurrency=1, batch_size=20, settle_seconds=180, gives_number=True)

    def check_codes(self, codes: UsedCodes) -> list[Explanation]:
        """What the division lacks; `subject` is the code or the date.

        Whether a period is closed the program does not tell, only which there are.
        """
        active = self._active_accounts(codes.accounts)
        lacking = [
            Explanation("account_unknown", code, code) for code in sorted(codes.accounts - active.keys())
        ]
        lacking += self._lacking_vat_codes(codes.vat_codes) if codes.vat_codes else []
        lacking += self._lacking_journals(codes.journals) if codes.journals else []
        return lacking + self._lacking_periods(*codes.dates)

    def find_customers(self, customers: Sequence[Customer]) -> dict[str, str]:
        """By our code, else by the VAT number with or without its country: the account of the lowest code."""
        found = {}
        codes = sorted({padded(customer.customer_code) for customer in customers})
        by_code = self._api.records_of(CUSTOMERS, _CUSTOMER_FIELDS, "Code", codes)
        known = {_text(record, "Code"): record for record in by_code}
        unknown = [customer for customer in customers if customer.customer_code not in known]
        numbers = sorted({number for customer in unknown for number in _vat_numbers(customer)})
        by_number = self._api.records_of(CUSTOMERS, _CUSTOMER_FIELDS, "VATNumber", numbers)
        by_number.sort(key=lambda record: (padded(_text(record, "Code")), _text(record, "ID")))
        for customer in customers:
            fitting = [record for record in by_number if _is_same_party(record, customer)]
            record = known.get(customer.customer_code) or (fitting[0] if fitting else None)
            if record is None:
                continue
            customer_id = _text(record, "ID")
            if not customer_id:
                raise StoppedError(Explanation("answer_not_understood", "a customer without ID"))
            found[customer.customer_code] = customer_id
            if _text(record, "Status") != _CUSTOMER:
                self._not_customers[customer_id] = _text(record, "Code")
            else:
                self._not_customers.pop(customer_id, None)
        return found

    def create_customer(self, customer: Customer) -> str:
        """Makes an account with our code and the status of a customer; its ID."""
        code = customer.customer_code
        record: dict[str, Value] = {
            "Code": padded(code),
            "Name": customer.name,
            "Status": _CUSTOMER,
            "Country": customer.country_code,
        }
        if customer.vat_number:
            record["VATNumber"] = max(_vat_numbers(customer), key=len)
        given = {"AddressLine1": customer.address, "Postcode": customer.postal_code, "City": customer.city}
        made = self._api.make(CUSTOMERS, record | {name: text for name, text in given.items() if text}, code)
        customer_id = _text(made, "ID")
        if not customer_id or _text(made, "Code") != code:
            detail = "the customer that was made has no ID or another code"
            raise UnknownOutcomeError(Explanation("answer_not_understood", detail, code))
        return customer_id

    def create_invoice(self, invoice: SalesInvoice, customer_id: str) -> BookedInvoice:
        """Books one sales entry, in one call that is made once."""
        number = invoice.document_number
        if customer_id in self._not_customers:
            code = self._not_customers[customer_id]
            raise RefusedError(Explanation("customer_type_wrong", code, number))
        codes = {line.account_code for line in invoice.lines}
        accounts = self._active_accounts(codes)
        if codes - accounts.keys():
            detail = ", ".join(sorted(codes - accounts.keys()))
            raise RefusedError(Explanation("account_unknown", detail, number))
        made = self._api.make(ENTRIES, _entry(invoice, customer_id, accounts), number)
        try:
            return _booked(made, invoice)
        except ValueError as error:
            detail = f"{error} in the answer of {ENTRIES}"
            raise UnknownOutcomeError(Explanation("answer_not_understood", detail, number)) from error

    def find_invoices(self, invoices: Sequence[SalesInvoice]) -> list[BookedInvoice]:
        """The sales entries that bear these references, in the order of the documents."""
        references = [invoice.reference for invoice in invoices]
        # The program compares without regard to case; what only looks alike finds no invoice here.
        by_reference: dict[str, list[dict[str, Any]]] = {}
        for entry in self._api.records_of(ENTRIES, _ENTRY_FIELDS, "YourRef", references):
            by_reference.setdefault(_text(entry, "YourRef"), []).append(entry)
        try:
            return [
                _booked(entry, invoice)
                for invoice in invoices
                for entry in sorted(
                    by_reference.get(invoice.reference, []), key=lambda entry: str(entry.get("EntryID"))
                )
            ]
        except ValueError as error:
            detail = f"{error} in the answer of {ENTRIES}"
            raise StoppedError(Explanation("answer_not_understood", detail)) from error

    def close(self) -> None:
        """Lets the connection go."""
        self._api.close()

    def _active_accounts(self, codes: Iterable[str]) -> Mapping[str, str]:
        """The IDs of those of these ledger accounts that are there and not blocked; asked for once."""
        unknown = sorted(set(codes) - self._account_ids.keys())
        records = self._api.records_of(LEDGER_ACCOUNTS, ("ID", "Code", "IsBlocked"), "Code", unknown)
        self._account_ids |= {
            _text(record, "Code"): _text(record, "ID") for record in records if not _is_blocked(record)
        }
        return self._account_ids

    def _lacking_vat_codes(self, codes: Iterable[tuple[str, Decimal]]) -> list[Explanation]:
        records = self._api.records(VAT_CODES, ("Code", "Percentage", "IsBlocked"))
        # The program writes 22 % as 0.22.
        rates = {
            _text(record, "Code"): _decimal(record, "Percentage", VAT_CODES) * 100
            for record in records
            if not _is_blocked(record)
        }
        lacking = []
        for code, rate in sorted(codes):
            if code not in rates:
                lacking.append(Explanation("vat_code_missing", code, code))
            elif rates[code] != rate:
                detail = f"{code} has {_plain(rates[code])} % there and {_plain(rate)} % here"
                lacking.append(Explanation("vat_code_missing", detail, code))
        return lacking

    def _lacking_journals(self, journals: Iterable[tuple[str, bool]]) -> list[Explanation]:
        records = self._api.records(JOURNALS, ("Code", "Type"))
        types = {_text(record, "Code"): record.get("Type") for record in records}
        lacking = []
        for code, is_for_credit_notes in sorted(journals):
            allowed = (_SALES_JOURNAL, _RETURN_JOURNAL) if is_for_credit_notes else (_SALES_JOURNAL,)
            if code not in types:
                lacking.append(Explanation("journal_unknown", code, code))
            elif types[code] not in allowed:
                lacking.append(Explanation("journal_unknown", f"{code} is of type {types[code]}", code))
        return lacking

    def _lacking_periods(self, first: dt.date, last: dt.date) -> list[Explanation]:
        condition = f"EndDate ge datetime'{first}' and StartDate le datetime'{last}'"
        records = self._api.records(PERIODS, ("StartDate", "EndDate"), condition)
        try:
            periods = [(date_of(each.get("StartDate")), date_of(each.get("EndDate"))) for each in records]
        except ValueError as error:
            detail = f"{error} in the answer of {PERIODS}"
            raise StoppedError(Explanation("answer_not_understood", detail)) from error
        return [
            Explanation("period_closed", f"there is no period of {date}", str(date))
            for date in sorted({first, last})
            if not any(start and end and start <= date <= end for start, end in periods)
        ]


def _entry(invoice: SalesInvoice, customer_id: str, accounts: Mapping[str, str]) -> Record:
    sign = -1 if invoice.is_credit_note else 1
    lines: list[Record] = [
        {
            "AmountFC": sign * line.net_amount,
            "GLAccount": accounts[line.account_code],
            "VATCode": line.vat_code,
            "Description": line.description[:MAX_DESCRIPTION],
        }
        for line in invoice.lines
    ]
    return {
        "YourRef": invoice.reference,
        "Customer": customer_id,
        "Journal": invoice.journal_code,
        "EntryDate": invoice.document_date,
        "DueDate": invoice.due_date,
        "Currency": invoice.currency_code,
        "Description": invoice.document_number[:MAX_DESCRIPTION],
        "SalesEntryLines": lines,
    }


def _booked(entry: Mapping[str, Any], invoice: SalesInvoice) -> BookedInvoice:
    """An entry in the terms of the model. Raises ValueError if it is none, or of another invoice."""
    sign = -1 if invoice.is_credit_note else 1
    number = entry.get("EntryNumber")
    if isinstance(number, bool) or not isinstance(number, int) or number <= 0:
        raise ValueError("no EntryNumber")
    entry_id = _text(entry, "EntryID")
    if not entry_id or _text(entry, "YourRef") != invoice.reference:
        raise ValueError("no EntryID, or another YourRef,")
    total, vat = decimal_of(entry.get("AmountFC")), decimal_of(entry.get("VATAmountFC"))
    return BookedInvoice(
        invoice.reference,
        entry_id,
        str(number),
        customer_id=_text(entry, "Customer") or None,
        document_date=date_of(entry.get("EntryDate")),
        due_date=date_of(entry.get("DueDate")),
        net_amount=None if total is None or vat is None else sign * (total - vat),
        vat_amount=None if vat is None else sign * vat,
        total_amount=None if total is None else sign * total,
    )


def _vat_numbers(customer: Customer) -> set[str]:
    """The VAT number with and without its country; empty if there is none."""
    number = _NO_SIGN_OF_A_NUMBER.sub("", (customer.vat_number or "").upper())
    prefix = _VAT_PREFIXES.get(customer.country_code, customer.country_code)
    bare = number.removeprefix(prefix)
    return {bare, prefix + bare} if bare else set()


def _is_same_party(record: Mapping[str, Any], customer: Customer) -> bool:
    return (
        _text(record, "VATNumber") in _vat_numbers(customer)
        and _text(record, "Country") == customer.country_code
    )


def _is_blocked(record: Mapping[str, Any]) -> bool:
    return record.get("IsBlocked") is True


def _text(record: Mapping[str, Any], field: str) -> str:
    """A text of a record without the blanks that fill it; empty if there is none."""
    value = record.get(field)
    return value.strip() if isinstance(value, str) else ""


def _decimal(record: Mapping[str, Any], field: str, endpoint: str) -> Decimal:
    try:
        value = decimal_of(record.get(field))
    except ValueError:
        value = None
    if value is None:
        detail = f"no {field} in the answer of {endpoint}"
        raise StoppedError(Explanation("answer_not_understood", detail))
    return value


def _plain(rate: Decimal) -> str:
    return f"{rate.normalize():f}"
