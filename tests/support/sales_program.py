"""An accounting program in memory, and invoices for it: for tests of the outbox.

What belongs here: a program that keeps what it books, numbers it per journal and year, and fails where a test
says so; it speaks the interface of targets and outlives the syncs that talk to it. What does not: HTTP (the
servers of the real programs have modules of their own).
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from assets.ledger.store import Ledger
from assets.sync.errors import Explanation, RefusedError, StoppedError, UnknownOutcomeError
from assets.sync.model import BookedInvoice, Customer, SalesInvoice, UsedCodes
from assets.sync.target import Capabilities

ITALIAN_VAT_NUMBER: Final = "01234560017"


class DiedError(BaseException):
    """Stands for the death of the process at this point: nothing catches it."""


@dataclass(slots=True)
class Program:
    """A program that keeps invoices. `faults` are what happens to the next calls of `create_invoice`.

    They are `refuse`, `stop`, `lose` (booked, and the answer lost), `late` (booked only when somebody lets
    it: `arrive`), `die before`, `die after`, or None. `accounts`, `journals`: what it knows (None: all).
    """

    faults: list[str | None] = field(default_factory=list)
    accounts: frozenset[str] | None = None
    journals: frozenset[str] | None = None
    refused_customers: frozenset[str] = frozenset()
    stopping_customers: frozenset[str] = frozenset()
    settle_seconds: float = 0.0
    batch_size: int = 3
    concurrency: int = 1
    customers: dict[str, str] = field(default_factory=dict)
    books: list[tuple[BookedInvoice, tuple[str, int]]] = field(default_factory=list)
    late: list[tuple[SalesInvoice, str]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    is_closed: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(self.concurrency, self.batch_size, self.settle_seconds, gives_number=True)

    def check_codes(self, codes: UsedCodes) -> list[Explanation]:
        lacking = [
            Explanation("account_unknown", code, code)
            for code in sorted(codes.accounts)
            if self.accounts is not None and code not in self.accounts
        ]
        return lacking + [
            Explanation("journal_unknown", code, code)
            for code, _ in sorted(codes.journals)
            if self.journals is not None and code not in self.journals
        ]

    def find_customers(self, customers: Sequence[Customer]) -> dict[str, str]:
        return {
            each.customer_code: self.customers[each.customer_code]
            for each in customers
            if each.customer_code in self.customers
        }

    def create_customer(self, customer: Customer) -> str:
        self.calls.append(f"customer {customer.customer_code}")
        if customer.customer_code in self.refused_customers:
            raise RefusedError(Explanation("customer_type_wrong", customer.name, customer.customer_code))
        if customer.customer_code in self.stopping_customers:
            raise StoppedError(Explanation("quota_used", "until tomorrow"))
        self.customers[customer.customer_code] = f"K{len(self.customers) + 1}"
        return self.customers[customer.customer_code]

    def create_invoice(self, invoice: SalesInvoice, customer_id: str) -> BookedInvoice:
        with self._lock:
            self.calls.append(f"invoice {invoice.document_number}")
            fault = self.faults.pop(0) if self.faults else None
            if fault == "die before":
                raise DiedError
            if fault == "refuse":
                raise RefusedError(Explanation("period_closed", f"{invoice.document_date:%Y-%m}"))
            if fault == "stop":
                raise StoppedError(Explanation("quota_used", "until tomorrow"))
            if fault == "late":
                self.late.append((invoice, customer_id))
                raise UnknownOutcomeError(Explanation("outcome_unknown", "no answer"))
            booked = self._book(invoice, customer_id)
            if fault == "die after":
                raise DiedError
            if fault == "lose":
                raise UnknownOutcomeError(Explanation("outcome_unknown", "no answer"))
            return booked

    def find_invoices(self, invoices: Sequence[SalesInvoice]) -> list[BookedInvoice]:
        wanted = {each.reference for each in invoices}
        return [book for book, _ in self.books if book.reference in wanted]

    def close(self) -> None:
        self.is_closed = True

    def arrive(self) -> None:
        """What was on its way gets booked."""
        for invoice, customer_id in self.late:
            self._book(invoice, customer_id)
        self.late.clear()

    def delete_last(self) -> None:
        """Somebody deletes the newest invoice there; its number is free again."""
        self.books.pop()

    def change(self, reference: str, **values: object) -> None:
        """Somebody changes an invoice there."""
        self.books = [
            (replace(book, **values) if book.reference == reference else book, series)  # type: ignore[arg-type]
            for book, series in self.books
        ]

    def numbers(self) -> dict[str, str | None]:
        """The registration number of each document, by our reference; fails if one stands twice."""
        numbers = {book.reference: book.registration_number for book, _ in self.books}
        assert len(numbers) == len(self.books), "an invoice stands in the program twice"
        return numbers

    def _book(self, invoice: SalesInvoice, customer_id: str) -> BookedInvoice:
        series = (invoice.journal_code, invoice.document_date.year)
        last = max(
            (int(str(book.registration_number)[-4:]) for book, own in self.books if own == series), default=0
        )
        number = f"{series[0]}{series[1]}{last + 1:04d}"
        booked = BookedInvoice(
            invoice.reference,
            f"P{len(self.calls)}",
            number,
            customer_id,
            invoice.document_date,
            invoice.due_date,
            invoice.net_amount,
            invoice.vat_amount,
            invoice.total_amount,
        )
        self.books.append((booked, series))
        return booked


def sold(ledger: Ledger, *numbers: int, partition_key: str = "sales.csv", **values: object) -> list[str]:
    """Sales invoices `FT number` of 100.00 and 22 % VAT in the ledger, as a file left them; their references.

    `values` replace columns of `ledger.sales_invoice`; `account_code` is that of their one line.
    """
    row = {
        "company_code": "ALBA",
        "customer_code": "C1",
        "document_date": dt.date(2026, 10, 5),
        "is_credit_note": False,
        "customer_vat_number": ITALIAN_VAT_NUMBER,
        "account_code": "5801001",
        "status": "booked",
    } | values
    company = str(row["company_code"])[:4].lower()
    references = [f"FV{row['document_date']:%Y}{company:0>4}{number:08d}" for number in numbers]
    workbench = ledger.workbench()
    with ledger.transaction(workbench, "test"):
        workbench.execute(_FILE, {"key": partition_key})
        for number, reference in zip(numbers, references, strict=True):
            named = {"key": partition_key, "reference": reference, "number": f"FT {number}"}
            account = row["account_code"]
            of_invoice = {name: value for name, value in row.items() if name != "account_code"}
            workbench.execute(_INVOICE, of_invoice | named)
            workbench.execute(_LINE, {"account": account})
    workbench.close()
    return references


_FILE: Final = """
INSERT INTO ledger.file_import BY NAME
SELECT coalesce(max(import_id), 0) + 1 AS import_id, 'sales' AS source_kind, $key AS partition_key,
       $key AS source_file, '' AS content_sha256, 0 AS byte_count, 'posted' AS status, 1 AS attempt,
       'run' AS run_id, TIMESTAMP '2026-10-06' AS imported_at, 0 AS line_count, 0 AS movement_count,
       0 AS posted_movement_count, 0 AS repeated_movement_count, 0 AS posting_count,
       0 AS linked_posting_count, 0 AS unlinked_posting_count, 0 AS error_count, 0 AS warning_count,
       0 AS debit_total, 0 AS credit_total
FROM ledger.file_import
HAVING count(*) FILTER (WHERE partition_key = $key) = 0
"""

_INVOICE: Final = """
INSERT INTO ledger.sales_invoice BY NAME
SELECT (SELECT coalesce(max(invoice_id), 0) + 1 FROM ledger.sales_invoice) AS invoice_id,
       $reference AS reference,
       (SELECT import_id FROM ledger.file_import WHERE partition_key = $key) AS import_id,
       1 AS position, $company_code AS company_code, $is_credit_note AS is_credit_note,
       $number AS document_number, $document_date AS document_date,
       $document_date + INTERVAL 30 DAY AS due_date, 'EUR' AS currency_code, $status AS status,
       $status AS source_status, $customer_code AS customer_code, '1500001' AS customer_account_code,
       'Cliente ' || $customer_code AS customer_name, 'IT' AS customer_country_code,
       $customer_vat_number AS customer_vat_number, 100 AS net_amount, 22 AS vat_amount, 122 AS total_amount,
       '' AS instalments, '' AS content_sha256, TIMESTAMP '2026-10-06' AS received_at
"""

_LINE: Final = """
INSERT INTO ledger.sales_line BY NAME
SELECT max(invoice_id) AS invoice_id, 1 AS line_number, 'Merce' AS description, 100 AS net_amount,
       22 AS vat_rate, $account AS account_code, 'V22' AS vat_code
FROM ledger.sales_invoice
"""


def outbox_rows(ledger: Ledger) -> list[tuple[object, ...]]:
    """The outbox: document, state, number, error, detail, drift, in the order of the documents."""
    with ledger.reading() as connection:
        return connection.execute(
            """
            SELECT invoice.document_number, outbox.state, outbox.registration_number, outbox.error_code,
                   outbox.error_detail, outbox.drift_code
            FROM ledger.sync_outbox AS outbox JOIN ledger.sales_invoice AS invoice USING (invoice_id)
            ORDER BY invoice.document_number
            """
        ).fetchall()
