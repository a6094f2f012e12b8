"""Open items, payments, accounts and periods as corrections look at them, and what forbids a correction.

Belongs here: reading one of them by its name, and the refusals that several corrections share. Does not: any
change.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import duckdb

from assets.corrections.recording import Correction, refusal
from assets.money import minor_digits, round_half_up
from assets.statements import records


@dataclass(frozen=True, slots=True)
class Payment:
    """What is unlinked of one posting: in its own currency and in that of the company, both above zero."""

    entry_id: int
    line_number: int
    company_code: str
    account_code: str
    posting_date: dt.date
    side: str
    currency_code: str
    company_currency_code: str
    amount: Decimal
    company_amount: Decimal
    description: str | None

    @property
    def name(self) -> str:
        """As people name it: entry and line."""
        return f"{self.entry_id}/{self.line_number}"

    def amount_in(self, currency_code: str) -> Decimal | None:
        """What is unlinked in this currency; None if the payment has no amount in it."""
        if currency_code == self.currency_code:
            return self.amount
        return self.company_amount if currency_code == self.company_currency_code else None


def open_item(ledger: duckdb.DuckDBPyConnection, company_code: str, key: str) -> dict[str, Any]:
    """The open item of this key (columns of `item_to_settle`). Raises OperatingError if there is none."""
    item = item_of_key(ledger, company_code, key)
    if item["status"] != "open":
        raise refusal(f"the item {company_code}:{key} is {item['status']}")
    return item


def item_of_key(ledger: duckdb.DuckDBPyConnection, company_code: str, key: str) -> dict[str, Any]:
    """The item of this key, whatever its status. Raises OperatingError if there is none."""
    by_key = {"company_code": company_code, "open_item_key": key}
    found = records(ledger, "corrections", "item_to_settle", by_key)
    if not found:
        raise refusal(f"there is no open item {company_code}:{key}")
    (item,) = found
    return item


def unlinked_payment(ledger: duckdb.DuckDBPyConnection, entry_id: int, line_number: int) -> Payment:
    """What is unlinked of a posting. Raises OperatingError if it is no unlinked payment."""
    by_line = {"entry_id": entry_id, "line_number": line_number}
    found = records(ledger, "corrections", "payment", by_line)
    name = f"{entry_id}/{line_number}"
    if not found:
        raise refusal(f"there is no posting {name}")
    (row,) = found
    if row["reversal_entry_id"] is not None:
        raise refusal(f"the payment {name} counts no longer: entry {row['reversal_entry_id']} reverses it")
    if row["unlinked_reason"] is None or row["unlinked_company_amount"] <= 0:
        raise refusal(f"the posting {name} is no unlinked payment: `partita unlinked` lists them")
    return Payment(
        entry_id=entry_id,
        line_number=line_number,
        company_code=row["company_code"],
        account_code=row["account_code"],
        posting_date=row["posting_date"],
        side=row["side"],
        currency_code=row["currency_code"],
        company_currency_code=row["company_currency_code"],
        # What settled an item in another currency is taken off in proportion.
        amount=share_of(
            row["currency_amount"],
            row["unlinked_company_amount"],
            row["company_amount"],
            row["currency_code"],
        )
        if row["has_other_currency"]
        else row["unlinked_amount"],
        company_amount=row["unlinked_company_amount"],
        description=row["description"],
    )


def refuse_account(ledger: duckdb.DuckDBPyConnection, company_code: str, account_code: str) -> None:
    """Raises OperatingError unless the account is active."""
    by_code = {"company_code": company_code, "account_code": account_code}
    if not records(ledger, "reference", "active_account", by_code):
        raise refusal(f"company {company_code} has no active account {account_code}")


def refuse_period(ledger: duckdb.DuckDBPyConnection, company_code: str, date: dt.date) -> None:
    """Raises OperatingError if nothing can be posted on this date."""
    problem = period_problem(ledger, company_code, date)
    if problem is not None:
        raise refusal(problem)


def period_problem(ledger: duckdb.DuckDBPyConnection, company_code: str, date: dt.date) -> str | None:
    """Why nothing can be posted on this date; None if it can."""
    by_date = {"company_code": company_code, "posting_date": date}
    found = records(ledger, "corrections", "period_of_date", by_date)
    if not found:
        return f"company {company_code} has no accounting period for {date}"
    closed = [row["period_code"] for row in found if row["period_status"] == "closed"]
    return f"the accounting period {closed[0]} of company {company_code} is closed" if closed else None


def refuse_closed_periods(correction: Correction, entry_ids: Iterable[int]) -> None:
    """Raises OperatingError if one of the entries cannot be reversed on its own date.

    Leaves the entries as `target`.
    """
    correction.target(entry_ids)
    for row in records(correction.workbench, "corrections", "period_of_entries"):
        problem = period_problem(correction.workbench, row["company_code"], row["posting_date"])
        if problem is not None:
            raise refusal(f"nothing can be reversed on {row['posting_date']}: {problem}")


def refuse_amount(amount: Decimal, most: Decimal, currency_code: str, what: str) -> None:
    """Raises OperatingError unless 0 < amount <= most, with the decimals of the currency at most."""
    if amount <= 0:
        raise refusal(f"the amount must be more than 0, and is {amount}")
    if amount > most:
        raise refusal(
            f"the amount {amount:.{minor_digits(currency_code)}f} is more than {what} "
            f"{most:.{minor_digits(currency_code)}f} {currency_code}"
        )
    if amount != round_half_up(amount, minor_digits(currency_code)):
        raise refusal(f"{amount} has more decimals than {currency_code}")


def share_of(whole: Decimal, part: Decimal, total: Decimal, currency_code: str) -> Decimal:
    """`whole` x `part` / `total`, exact and then rounded half up to the currency; all of it for all."""
    if part == total:
        return whole
    digits = minor_digits(currency_code)
    exact = Fraction(whole) * Fraction(part) / Fraction(total) * 10**digits
    return Decimal(int(exact + Fraction(1, 2))).scaleb(-digits)


def company_amount_of(item: Mapping[str, Any], amount: Decimal) -> Decimal:
    """What so much more of an item is in the company's currency.

    What is settled after it in proportion, less what is settled so far: so all settlements add up to the
    original amount when the item closes, in whatever order some of them were undone.
    """
    settled = item["settled_amount"] + amount
    original, company_original = item["original_amount"], item["original_amount_company_currency"]
    if original == company_original:
        return amount
    after = share_of(Decimal(company_original), settled, original, item["company_currency_code"])
    return after - Decimal(item["settled_amount_company_currency"])
