"""Settles open items by hand (F09): against an account, or against an item of the other side.

Belongs here: what a person may settle, the entry that it makes, and writing it within a transaction of the
ledger. Does not: settlements that a trace brings (`assets.reconciliation`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import duckdb

from assets.errors import OperatingError
from assets.ledger.deciding import Decider
from assets.money import format_amount, minor_digits, round_half_up
from assets.reference.settings import settings_from_rows
from assets.statements import count_of, records, rows, statement

BY_HAND: Final = "by hand"
CANCELLED: Final = "cancelled by credit note"

_NOTHING_CHANGED: Final = "Nothing was changed."


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants settled. One of `account_code` and `other_key` (the item of the other side) is set.

    `amount` is in the currency of the item; None stands for as much as possible.
    """

    company_code: str
    open_item_key: str
    posting_date: dt.date
    account_code: str | None = None
    other_key: str | None = None
    amount: Decimal | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """So much of one item is settled; `residual_amount` and `status` are as they are afterwards."""

    item_id: int
    open_item_key: str
    account_code: str
    side: str
    currency_code: str
    amount: Decimal
    company_amount: Decimal
    residual_amount: Decimal
    status: str


@dataclass(frozen=True, slots=True)
class PlannedSettlement:
    """The entry that a wish comes to: one posting per share, and one on the account if there is one."""

    wish: Wish
    company_currency_code: str
    accounting_reason_code: str
    description: str | None
    shares: tuple[Share, ...]

    @property
    def matching_rule(self) -> str:
        """How the settlements are marked."""
        return BY_HAND if self.wish.other_key is None else CANCELLED

    def postings(self) -> list[dict[str, Any]]:
        """The lines of the entry, by the names of the parameters of `insert_posting_by_hand`."""
        lines = [
            self._line(
                share.account_code, share.side == "credit", share.company_amount,
                share.currency_code, share.amount, share.open_item_key,
            )
            for share in self.shares
        ]  # fmt: skip
        if self.wish.account_code is not None:
            (share,) = self.shares
            company_amount = share.company_amount
            lines.append(
                self._line(
                    self.wish.account_code, share.side == "debit", company_amount,
                    self.company_currency_code, company_amount, None,
                )
            )  # fmt: skip
        return [{"line_number": number, **line} for number, line in enumerate(lines, 1)]

    def _line(
        self,
        account_code: str,
        is_debit: bool,
        company_amount: Decimal,
        currency_code: str,
        amount: Decimal,
        open_item_key: str | None,
    ) -> dict[str, Any]:
        return {
            "account_code": account_code,
            "company_currency_code": self.company_currency_code,
            "debit_amount": company_amount if is_debit else Decimal(0),
            "credit_amount": Decimal(0) if is_debit else company_amount,
            "currency_code": currency_code,
            "currency_amount": amount if is_debit else -amount,
            "description": self.description,
            "open_item_key": open_item_key,
        }


def plan_settlement(ledger: duckdb.DuckDBPyConnection, wish: Wish) -> PlannedSettlement:
    """What the wish comes to, as the ledger stands. Nothing is changed.

    Raises:
        OperatingError: if something forbids it: the item, the amount, the account or the accounting period.
    """
    assert (wish.account_code is None) != (wish.other_key is None), "an account, or another item"
    item = _open_item(ledger, wish.company_code, wish.open_item_key)
    items = [item]
    if wish.other_key is not None:
        items.append(_counterpart(ledger, item, wish.other_key))
    else:
        _refuse_account(ledger, item, str(wish.account_code))
    _refuse_period(ledger, wish.company_code, wish.posting_date)
    amount = _amount(wish, items)
    shares = tuple(_share(each, amount) for each in items)
    company_amounts = [share.company_amount for share in shares]
    if len(set(company_amounts)) > 1:
        one, other = (format_amount(each, item["company_currency_code"]) for each in company_amounts)
        raise _refusal(
            f"{format_amount(amount, item['currency_code'])} {item['currency_code']} are {one} "
            f"{item['company_currency_code']} of one item and {other} of the other: settle each by --account"
        )
    settings = settings_from_rows(rows(ledger, statement("ledger", "settings_in_force")))  # type: ignore[arg-type]
    return PlannedSettlement(
        wish,
        item["company_currency_code"],
        settings.get("manual_reason", wish.company_code) or settings.get("invoice_reason", wish.company_code),
        item["description"] if wish.description is None else wish.description,
        shares,
    )


def settle_by_hand(
    workbench: duckdb.DuckDBPyConnection, wish: Wish, decider: Decider
) -> tuple[int, PlannedSettlement]:
    """Within a transaction: writes what the wish comes to; the number of the entry, and what it is.

    Raises:
        OperatingError: as `plan_settlement`. Nothing is changed then.
    """
    assert decider.reason, "whoever settles by hand says why"
    planned = plan_settlement(workbench, wish)
    entry_id = count_of(workbench, "SELECT coalesce(max(entry_id), 0) + 1 FROM ledger.journal_entry")
    of_entry = {
        "entry_id": entry_id,
        "company_code": wish.company_code,
        "posting_date": wish.posting_date,
        "accounting_reason_code": planned.accounting_reason_code,
    }
    workbench.execute(statement("ledger", "insert_entry_by_hand"), of_entry | {"now": decider.now})
    workbench.execute(
        statement("ledger", "note_entry_by_hand"),
        {"entry_id": entry_id, "who": decider.who, "reason": decider.reason, "now": decider.now},
    )
    for line in planned.postings():
        workbench.execute(statement("ledger", "insert_posting_by_hand"), of_entry | line)
    for line_number, share in enumerate(planned.shares, 1):
        settled = {
            "item_id": share.item_id,
            "amount": share.amount,
            "company_amount": share.company_amount,
        }
        workbench.execute(
            statement("ledger", "insert_settlement_by_hand"),
            settled
            | {
                "entry_id": entry_id,
                "line_number": line_number,
                "posting_date": wish.posting_date,
                "matching_rule": planned.matching_rule,
                "now": decider.now,
            },
        )
        workbench.execute(statement("ledger", "settle_item"), settled)
    return entry_id, planned


def _refusal(problem: str) -> OperatingError:
    return OperatingError(f"{problem}. {_NOTHING_CHANGED}")


def _open_item(ledger: duckdb.DuckDBPyConnection, company_code: str, key: str) -> dict[str, Any]:
    found = records(ledger, "ledger", "item_to_settle", {"company_code": company_code, "open_item_key": key})
    if not found:
        raise _refusal(f"there is no open item {company_code}:{key}")
    (item,) = found
    if item["status"] != "open":
        raise _refusal(f"the item {company_code}:{key} is {item['status']}")
    return item


def _counterpart(
    ledger: duckdb.DuckDBPyConnection, item: Mapping[str, Any], other_key: str
) -> dict[str, Any]:
    other = _open_item(ledger, item["company_code"], other_key)
    name, other_name = item["open_item_key"], other["open_item_key"]
    if other["account_code"] != item["account_code"]:
        raise _refusal(
            f"{name} is on account {item['account_code']} and {other_name} on {other['account_code']}"
        )
    if other["side"] == item["side"]:
        raise _refusal(f"{name} and {other_name} are on the same side ({item['side']})")
    if other["currency_code"] != item["currency_code"]:
        raise _refusal(f"{name} is in {item['currency_code']} and {other_name} in {other['currency_code']}")
    return other


def _refuse_account(ledger: duckdb.DuckDBPyConnection, item: Mapping[str, Any], account_code: str) -> None:
    company_code = item["company_code"]
    if account_code == item["account_code"]:
        raise _refusal(f"{account_code} is the account of the item itself")
    by_code = {"company_code": company_code, "account_code": account_code}
    if not records(ledger, "ledger", "active_account", by_code):
        raise _refusal(f"company {company_code} has no active account {account_code}")


def _refuse_period(ledger: duckdb.DuckDBPyConnection, company_code: str, date: dt.date) -> None:
    problem = period_problem(ledger, company_code, date)
    if problem is not None:
        raise _refusal(problem)


def period_problem(ledger: duckdb.DuckDBPyConnection, company_code: str, date: dt.date) -> str | None:
    """Why nothing can be posted on this date; None if it can."""
    by_date = {"company_code": company_code, "posting_date": date}
    found = records(ledger, "ledger", "period_of_date", by_date)
    if not found:
        return f"company {company_code} has no accounting period for {date}"
    closed = [row["period_code"] for row in found if row["period_status"] == "closed"]
    return f"the accounting period {closed[0]} of company {company_code} is closed" if closed else None


def _amount(wish: Wish, items: list[dict[str, Any]]) -> Decimal:
    """How much is settled, in the currency of the items."""
    smallest: Decimal = min(item["residual_amount"] for item in items)
    currency = items[0]["currency_code"]
    if wish.amount is None or wish.amount == smallest:
        return smallest
    if wish.amount <= 0:
        raise _refusal(f"the amount must be more than 0, and is {wish.amount}")
    if wish.amount > smallest:
        raise _refusal(
            f"the amount {format_amount(wish.amount, currency)} is more than the residual "
            f"{format_amount(smallest, currency)} {currency}"
        )
    if wish.amount != round_half_up(wish.amount, minor_digits(currency)):
        raise _refusal(f"{wish.amount} has more decimals than {currency}")
    return wish.amount


def _share(item: Mapping[str, Any], amount: Decimal) -> Share:
    company_amount = _company_amount(item, item["settled_amount"] + amount) - _company_amount(
        item, item["settled_amount"]
    )
    if company_amount <= 0:
        raise _refusal(
            f"{format_amount(amount, item['currency_code'])} {item['currency_code']} come to nothing in "
            f"{item['company_currency_code']}"
        )
    residual = item["residual_amount"] - amount
    return Share(
        item_id=item["item_id"],
        open_item_key=item["open_item_key"],
        account_code=item["account_code"],
        side=item["side"],
        currency_code=item["currency_code"],
        amount=amount,
        company_amount=company_amount,
        residual_amount=residual,
        status="open" if residual else "closed",
    )


def _company_amount(item: Mapping[str, Any], settled: Decimal) -> Decimal:
    """What so much of an item is in the company's currency: in proportion, exact, rounded half up.

    A settlement takes the difference of before and after, so that all of them add up to the original amount.
    """
    original, company_original = item["original_amount"], item["original_amount_company_currency"]
    if original == company_original:
        return settled
    if settled == original:
        return Decimal(company_original)
    digits = minor_digits(item["company_currency_code"])
    share = Fraction(company_original) * Fraction(settled) / Fraction(original) * 10**digits
    return Decimal(int(share + Fraction(1, 2))).scaleb(-digits)
