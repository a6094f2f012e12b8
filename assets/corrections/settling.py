"""Settles open items by hand (F09, D09): against an account, against items of the other side, or written off.

Belongs here: what a person may settle, the entry that it makes, and writing it within a transaction of the
ledger. Does not: linking a payment that is there already (`assets.corrections.linking`).
"""

from __future__ import annotations

import datetime as dt
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

import duckdb

from assets.corrections.items import (
    company_amount_of,
    open_item,
    refuse_account,
    refuse_amount,
    refuse_period,
)
from assets.corrections.recording import Correction, NewEntry, refusal
from assets.ledger.asking import settings_in_force
from assets.money import format_amount
from assets.statements import records

BY_HAND: Final = "by hand"
CANCELLED: Final = "cancelled by credit note"
COMPENSATED: Final = "compensated"
WRITTEN_OFF: Final = "written off"
WITHHELD: Final = "withholding"


@dataclass(frozen=True, slots=True)
class SettlementRequest:
    """What a person wants settled. Of `account_code` and `other_keys` (items of the other side) one is set.

    `amount` is in the currency of the items; None stands for as much as possible. Several items are settled
    in the order in which they are named. `withholding` is for one item and in its currency: where it is owed,
    and how much of what is settled goes there.
    """

    company_code: str
    keys: tuple[str, ...]
    posting_date: dt.date
    account_code: str | None = None
    other_keys: tuple[str, ...] = ()
    amount: Decimal | None = None
    description: str | None = None
    matching_rule: str = BY_HAND
    withholding: tuple[str, Decimal] | None = None


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
    matching_rule: str


@dataclass(frozen=True, slots=True)
class PlannedSettlement:
    """The entry that a request comes to: one posting per share, and one on the account if there is one."""

    request: SettlementRequest
    company_currency_code: str
    accounting_reason_code: str
    description: str | None
    shares: tuple[Share, ...]

    def postings(self) -> list[dict[str, Any]]:
        """The lines of the entry, by the names of the parameters of `line_to_post`."""
        lines = [
            self._line(
                share.account_code, share.side == "credit", share.company_amount,
                share.currency_code, share.amount, share.open_item_key,
            )
            for share in self.shares
        ]  # fmt: skip
        if self.request.account_code is not None:
            # What the items have on the credit side is debited to them, and the account credited.
            withheld_account, withheld = self.request.withholding or ("", Decimal(0))
            signed = (
                share.company_amount if share.side == "credit" else -share.company_amount
                for share in self.shares
            )
            left = sum(signed, Decimal(0))
            others = [(self.request.account_code, left - withheld)]
            if withheld:
                # Nothing is written off where all that is left is to be withheld.
                others = [*([others[0]] if left > withheld else []), (withheld_account, withheld)]
            lines += [
                self._line(account, amount < 0, abs(amount), self.company_currency_code, abs(amount), None)
                for account, amount in others
            ]
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


def plan_settlement(ledger: duckdb.DuckDBPyConnection, request: SettlementRequest) -> PlannedSettlement:
    """What the request comes to, as the ledger stands. Nothing is changed.

    Raises:
        OperatingError: if something forbids it: an item, the amount, the account or the accounting period.
    """
    assert (request.account_code is None) != (not request.other_keys), "an account, or other items"
    items = [open_item(ledger, request.company_code, key) for key in dict.fromkeys(request.keys)]
    others = [open_item(ledger, request.company_code, key) for key in dict.fromkeys(request.other_keys)]
    if request.account_code is None:
        _refuse_sides(items, others)
    else:
        _refuse_own_account(request.account_code, items)
        refuse_account(ledger, request.company_code, request.account_code)
    _refuse_currencies([*items, *others])
    refuse_period(ledger, request.company_code, request.posting_date)
    amount = _amount(request, [side for side in (items, others) if side])
    shares = [*_shares(items, amount, request.matching_rule), *_shares(others, amount, request.matching_rule)]
    if request.withholding is not None:
        (whole,) = shares
        shares = _apart(whole, request.withholding[1])
    if request.account_code is None:
        _refuse_difference(shares, items[0])
    settings = settings_in_force(ledger)
    return PlannedSettlement(
        request,
        items[0]["company_currency_code"],
        settings.get("manual_reason", request.company_code)
        or settings.get("invoice_reason", request.company_code),
        items[0]["description"] if request.description is None else request.description,
        tuple(shares),
    )


def settle_by_hand(correction: Correction, request: SettlementRequest) -> tuple[int, PlannedSettlement]:
    """Within a transaction: writes what the request comes to; the number of the entry, and what it is.

    Raises:
        OperatingError: as `plan_settlement`. Nothing is changed then.
    """
    planned = plan_settlement(correction.workbench, request)
    entry = NewEntry(
        request.company_code, request.posting_date, planned.accounting_reason_code, planned.postings()
    )
    entry_id = correction.post(entry)
    for line_number, share in enumerate(planned.shares, 1):
        correction.settle(
            share.item_id, entry_id, line_number, share.amount, share.company_amount,
            request.posting_date, share.matching_rule,
        )  # fmt: skip
        if share.matching_rule == WITHHELD:
            correction.note_withholding(entry_id, share.item_id, line_number, len(entry.lines))
    return entry_id, planned


def write_off_request(
    ledger: duckdb.DuckDBPyConnection, company_code: str, key: str, posting_date: dt.date
) -> SettlementRequest:
    """The request that writes off what is left of an item, against the account of the settings.

    What is still to be withheld of the item is no part of that rest: it is withheld by the same entry, since
    nothing will be paid any more with which it could be (D18, D19). A larger rest that a person waives by
    `settle` takes nothing along.

    Raises:
        OperatingError: if more is left than the tolerance of the company, or no account is set for it.
    """
    item = open_item(ledger, company_code, key)
    settings = settings_in_force(ledger)
    account_code = settings.get("write_off_account", company_code)
    if not account_code:
        raise refusal(
            f"company {company_code} has no account for write-offs: set write_off_account in settings.csv"
        )
    tolerance = Decimal(settings.get("residual_tolerance", company_code) or "0")
    due = records(ledger, "corrections", "withholding_due", {"item_id": item["item_id"]})
    withholding = (due[0]["account_code"], due[0]["amount"]) if due else None
    left = item["original_amount_company_currency"] - item["settled_amount_company_currency"]
    net = left - withholding[1] if withholding else left
    if net > tolerance:
        currency = item["company_currency_code"]
        beside = (
            f" beside the {format_amount(withholding[1], currency)} to be withheld" if withholding else ""
        )
        command = f"`partita settle {shlex.quote(f'{company_code}:{key}')} --account CODE`"
        raise refusal(
            f"{format_amount(net, currency)} {currency} of {company_code}:{key} are open{beside}, more than "
            f"the tolerance of {format_amount(tolerance, currency)} (setting residual_tolerance): "
            f"to waive so much, {command} takes it to an account of your choice"
        )
    return SettlementRequest(
        company_code, (key,), posting_date, account_code, matching_rule=WRITTEN_OFF, withholding=withholding
    )


def _refuse_currencies(items: Sequence[Mapping[str, Any]]) -> None:
    first = items[0]
    for other in items[1:]:
        if other["currency_code"] != first["currency_code"]:
            raise refusal(
                f"{first['open_item_key']} is in {first['currency_code']} and {other['open_item_key']} in "
                f"{other['currency_code']}"
            )


def _refuse_sides(items: Sequence[Mapping[str, Any]], others: Sequence[Mapping[str, Any]]) -> None:
    for one in items:
        for other in others:
            name, other_name = one["open_item_key"], other["open_item_key"]
            if one["account_code"] != other["account_code"] and not same_counterparty(one, other):
                raise refusal(
                    f"{name} is on account {one['account_code']} and {other_name} on "
                    f"{other['account_code']}, which are of no counterparty in common (chart_of_accounts.csv)"
                )
            if one["side"] == other["side"]:
                raise refusal(f"{name} and {other_name} are on the same side ({one['side']})")


def same_counterparty(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether the accounts of two items are of one counterparty."""
    return one["counterparty_code"] is not None and one["counterparty_code"] == other["counterparty_code"]


def _refuse_own_account(account_code: str, items: Sequence[Mapping[str, Any]]) -> None:
    if any(item["account_code"] == account_code for item in items):
        raise refusal(f"{account_code} is the account of the item itself")


def _refuse_difference(shares: Sequence[Share], item: Mapping[str, Any]) -> None:
    """Both sides must come to the same in the company's currency: there is no account for a difference."""
    sums = {
        side: sum((share.company_amount for share in shares if share.side == side), Decimal(0))
        for side in ("debit", "credit")
    }
    if sums["debit"] == sums["credit"]:
        return
    company_currency, currency = item["company_currency_code"], item["currency_code"]
    amount = sum((share.amount for share in shares if share.side == item["side"]), Decimal(0))
    other_side = "debit" if item["side"] == "credit" else "credit"
    one, other = (format_amount(sums[side], company_currency) for side in (item["side"], other_side))
    raise refusal(
        f"{format_amount(amount, currency)} {currency} are {one} {company_currency} of one item and "
        f"{other} of the "
        "other: settle each by --account"
    )


def _amount(request: SettlementRequest, sides: Sequence[Sequence[Mapping[str, Any]]]) -> Decimal | None:
    """How much of each side is settled, in the currency of the items; None for all of every item."""
    if len(sides) == 1 and request.amount is None:
        return None
    smallest = min(sum((item["residual_amount"] for item in side), Decimal(0)) for side in sides)
    if request.amount is None:
        return smallest
    refuse_amount(request.amount, smallest, sides[0][0]["currency_code"], "the residual")
    return request.amount


def _apart(whole: Share, withheld: Decimal) -> list[Share]:
    """What is withheld of an item, and the rest of the share, each as a settlement of its own."""
    rest = whole.amount - withheld
    parts = [
        replace(whole, amount=rest, company_amount=rest, residual_amount=withheld, status="open"),
        replace(whole, amount=withheld, company_amount=withheld, matching_rule=WITHHELD),
    ]
    return [part for part in parts if part.amount]


def _shares(items: Sequence[Mapping[str, Any]], amount: Decimal | None, matching_rule: str) -> list[Share]:
    """So much of the items, in their order."""
    shares = []
    for item in items:
        part = item["residual_amount"] if amount is None else min(item["residual_amount"], amount)
        if amount is not None:
            amount -= part
        if part > 0:
            shares.append(_share(item, part, matching_rule))
    return shares


def _share(item: Mapping[str, Any], amount: Decimal, matching_rule: str) -> Share:
    company_amount = company_amount_of(item, amount)
    if company_amount <= 0:
        raise refusal(
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
        matching_rule=matching_rule,
    )
