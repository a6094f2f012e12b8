"""Short ways to write the movements that most tests need: collections, payments, and files of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from samples.trace_files import (
    AmountView,
    FieldValue,
    Leg,
    TraceLine,
    movement,
    render_text,
    renumbered,
)

Movement = tuple[TraceLine, ...]

CUSTOMER: Final = "1500001"
SUPPLIER: Final = "4000001"
CHARGES: Final = "7501001"


def leg(
    amount: str,
    key: str = "",
    flag: str = "",
    *,
    account: str = CUSTOMER,
    company_amount: str | None = None,
    **fields: FieldValue,
) -> Leg:
    """A counterpart line from the ledger's view (+ debit, - credit); `fields` are further fields of it."""
    return Leg(
        account,
        Decimal(amount),
        key,
        flag,
        None if company_amount is None else Decimal(company_amount),
        fields,
    )


def move(
    *legs: Leg,
    entry: int | None = 1,
    account: str = "1801001",
    view: AmountView = "ledger",
    **fields: FieldValue,
) -> Movement:
    """A balanced movement of the company ALBA on 1 October 2026; `fields` are shared by all its lines."""
    base = dataclasses.replace(TraceLine(entry=entry), **fields)  # type: ignore[arg-type]
    return movement(*legs, account=account, base=base, amount_view=view)


def pay(amount: str, key: str = "", flag: str = "S", *, entry: int = 1, **fields: FieldValue) -> Movement:
    """A collection (amount below zero) or a payment, one bank line and one line that names the key."""
    account = str(fields.pop("account", CUSTOMER if amount.startswith("-") else SUPPLIER))
    reason = str(fields.pop("reason_code", "ICLI" if amount.startswith("-") else "PFOR"))
    return move(leg(amount, key, flag, account=account), entry=entry, reason_code=reason, **fields)  # type: ignore[arg-type]


def lines_of(movements: Iterable[Movement]) -> list[TraceLine]:
    """The lines of a file of these movements, numbered from 1 in its order."""
    return [line for number, lines in enumerate(movements, start=1) for line in renumbered(lines, number)]


def trace(*movements: Movement) -> bytes:
    """A file of these movements in the text form."""
    return render_text(lines_of(movements))
