"""Movements of the sample company: balanced lines that pay its open items or stand on other accounts.

Belongs here: what every trace of the sample is made of. Does not: which movements a file has.
"""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from samples.company import OPERATIONS, sample_items
from samples.trace_files import AmountView, FieldValue, Leg, TraceLine, movement, renumbered

Movement = tuple[TraceLine, ...]

# Alias of the bank and of its account in the treasury, by company and account of the movement's first line.
_BANK_ALIASES: Final = {
    ("ALBA", "1801001"): ("COLLINA", "CC01"),
    ("ALBA", "1801002"): ("VALLE", "CC01"),
    ("BREZZA", "1801001"): ("LAGUNA", "CC01"),
    ("BREZZA", "1801003"): ("LAGUNA", "VAL1"),
}

BANK_CHARGES: Final = "7501001"
ORDERS_IN_TRANSIT: Final = "1809001"
UNPAID_IN_TRANSIT: Final = "1809002"


def operation(
    company: str,
    entry: int,
    day: int,
    reason: str,
    *legs: Leg,
    account: str = "1801001",
    month: int = 10,
    view: AmountView | None = None,
    **fields: FieldValue,
) -> Movement:
    """One movement of October 2026, or of another month; its progressive is set when it is put into a file.

    The convention of the amounts is the company's own unless `view` names the other one.
    """
    operation_date = date(2026, month, day)
    bank, bank_account = _BANK_ALIASES.get((company, account), ("", ""))
    base = TraceLine(
        company=company,
        numerator="TES" if company == "ALBA" else "TBR",
        entry=entry,
        operation_date=operation_date,
        bank=bank,
        bank_account=bank_account,
        # The day after the operation, so that a posting dated by mistake with this date shows at once.
        treasury_posting_date=operation_date + timedelta(days=1),
        value_date=operation_date,
        reason_code=reason,
        operation_description=OPERATIONS.get(reason, ""),
    )
    base = dataclasses.replace(base, **fields)  # type: ignore[arg-type]
    own_view: AmountView = "bank" if company == "BREZZA" else "ledger"
    return movement(*legs, account=account, base=base, amount_view=view or own_view)


def pays(
    key: str,
    amount: str | None = None,
    flag: str = "S",
    *,
    company_amount: str | None = None,
    note: str = "",
    **fields: FieldValue,
) -> Leg:
    """The line that pays the sample item `key`: all of it, or `amount` (positive, in the item's currency).

    `company_amount` (positive, in EUR) is what a payment of an item in another currency comes to, where it
    is not the amount at which the item was booked.
    `fields` puts other values in place of the item's own, to make lines that name a wrong key or account.
    """
    item = sample_items()[key]
    sign = -1 if item.side == "debit" else 1
    paid = item.original_amount if amount is None else Decimal(amount)
    booked = item.original_amount_company_currency if company_amount is None else Decimal(company_amount)
    is_foreign = item.currency_code != "EUR"
    overrides: dict[str, FieldValue] = {
        "note": note or f"Ft. {item.document_number}",
        "cash_flow_item": "CLI" if item.side == "debit" else "FOR",
        "due_date": item.due_date,
        "document_number": item.document_number,
        "document_date": item.document_date,
        "original_amount": item.original_amount,
    }
    return Leg(
        account=item.account_code,
        amount=sign * paid,
        open_item_key=key,
        settlement_flag=flag,
        amount_company_currency=sign * booked if is_foreign else None,
        overrides=overrides | fields,
    )


def books(account: str, amount: str, note: str = "", **fields: FieldValue) -> Leg:
    """A line on any other account that settles no open item; `amount` with the ledger's sign."""
    return Leg(account=account, amount=Decimal(amount), overrides={"note": note, **fields})


def numbered(return_number: int, *movements: Movement) -> list[TraceLine]:
    """The movements in the order of the file, with their progressive and the number of the exported file."""
    lines: list[TraceLine] = []
    for progressive, lines_of_movement in enumerate(movements, start=1):
        for line in renumbered(lines_of_movement, progressive):
            lines.append(dataclasses.replace(line, return_number=return_number))
    return lines
