"""Compares what a program holds with what it was sent, and says in words what differs.

Belongs here: the comparison of one invoice, and of the registration numbers of all. Does not: asking the
program (`assets.sync.targets`) and remembering the answer (`assets.sync.outbox`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final

from assets.money import format_amount
from assets.sync.errors import Explanation
from assets.sync.model import BookedInvoice
from assets.sync.outbox import OutboxInvoice

_COMPARED: Final = ("net_amount", "vat_amount", "total_amount", "document_date", "due_date")
"""What a program may tell of an invoice that was sent to it under the same name."""


def drift(invoices: Iterable[OutboxInvoice], found: Iterable[BookedInvoice]) -> dict[int, Explanation | None]:
    """What differs, per invoice by its id; None where the program holds it as it was sent.

    An invoice that is gone while another one bears its registration number is named with the other (T09).
    """
    by_reference: dict[str, list[BookedInvoice]] = {}
    for each in found:
        by_reference.setdefault(each.reference, []).append(each)
    sent = list(invoices)
    differences = {
        each.invoice_id: _difference(each, by_reference.get(each.document.reference, [])) for each in sent
    }
    return differences | _repeated(sent, by_reference)


def _repeated(
    sent: Sequence[OutboxInvoice], by_reference: Mapping[str, list[BookedInvoice]]
) -> dict[int, Explanation | None]:
    """Of the invoices that are gone: those of which another document bears the number now.

    Programs number per journal and year; a number of another journal or year is no second use of it.
    """
    bearers: dict[tuple[str, str, int], list[str]] = {}
    for each in sent:
        for book in by_reference.get(each.document.reference, []):
            if book.registration_number:
                key = (book.registration_number, *_series(each))
                bearers.setdefault(key, []).append(each.document.document_number)
    repeated: dict[int, Explanation | None] = {}
    for gone in sent:
        number = gone.registration_number
        if number is None or gone.document.reference in by_reference:
            continue
        others = bearers.get((number, *_series(gone)))
        if others:
            named = f"{gone.document.document_number}, which is gone, and to {', '.join(sorted(others))}"
            repeated[gone.invoice_id] = Explanation("number_repeated", f"{number} was given to {named}")
    return repeated


def _series(invoice: OutboxInvoice) -> tuple[str, int]:
    return invoice.document.journal_code, invoice.document.document_date.year


def _difference(invoice: OutboxInvoice, held: Sequence[BookedInvoice]) -> Explanation | None:
    number = invoice.document.document_number
    if not held:
        known = f", registered as {invoice.registration_number}" if invoice.registration_number else ""
        return Explanation("gone_from_program", f"{number}{known}", number)
    if len(held) > 1:
        numbers = ", ".join(sorted(each.registration_number or each.program_id for each in held))
        return Explanation("found_twice", f"{number} as {numbers}", number)
    (book,) = held
    differences = [
        f"{name.removesuffix('_amount').replace('_', ' ')} {_shown(theirs, invoice)} instead of "
        f"{_shown(getattr(invoice.document, name), invoice)}"
        for name in _COMPARED
        if (theirs := getattr(book, name)) is not None and theirs != getattr(invoice.document, name)
    ]
    if _differ(book.registration_number, invoice.registration_number):
        differences.append(f"number {book.registration_number} instead of {invoice.registration_number}")
    if _differ(book.customer_id, invoice.customer_id):
        differences.append(f"customer {book.customer_id} instead of {invoice.customer_id}")
    if not differences:
        return None
    return Explanation("readback_differs", f"{number}: {', '.join(differences)}", number)


def _differ(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one != other


def _shown(value: object, invoice: OutboxInvoice) -> str:
    if isinstance(value, Decimal):
        return format_amount(value, invoice.document.currency_code)
    return str(value)
