"""Links payments that were posted but not linked (D07, D08): to open items, or against items of the other
side.

Belongs here: which item takes how much of which payment. Does not: entries that settle items without a
payment (`assets.corrections.settling`).
"""

from __future__ import annotations

import datetime as dt
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import duckdb

from assets.corrections.items import (
    Payment,
    open_item,
    refuse_amount,
    share_of,
    unlinked_payment,
)
from assets.corrections.recording import Correction, refusal
from assets.corrections.settling import COMPENSATED, SettlementRequest, same_counterparty, settle_by_hand
from assets.money import format_amount

LINKED: Final = "linked by hand"

PaymentName = tuple[int, int]
"""Entry and line."""


@dataclass(frozen=True, slots=True)
class Link:
    """So much of a payment settles an item, in the item's currency and in the company's."""

    item_id: int
    open_item_key: str
    amount: Decimal
    company_amount: Decimal


def plan_links(
    ledger: duckdb.DuckDBPyConnection, payment: Payment, keys: Sequence[str], amount: Decimal | None
) -> list[Link]:
    """Which item takes how much of a payment, in the order of the items; at most what is open of each.

    `amount` is in the items' currency; None stands for as much as possible.

    Raises:
        OperatingError: if an item is not open, or on another account, on the same side, or in a currency
            that the payment does not have; or if the amount is more than the payment or the items have.
    """
    items = [open_item(ledger, payment.company_code, key) for key in dict.fromkeys(keys)]
    currency_code = items[0]["currency_code"]
    for item in items:
        _refuse(payment, item, currency_code)
    whole = payment.amount_in(currency_code)
    assert whole is not None, "the currency was looked at"
    most = min(whole, sum((item["residual_amount"] for item in items), Decimal(0)))
    if amount is not None:
        refuse_amount(amount, most, currency_code, "what is open")
    left = most if amount is None else amount
    # The shares in the company's currency add up to that of the whole part, so that no cent is left over.
    links: list[Link] = []
    taken = taken_company = Decimal(0)
    for item in items:
        part = min(left, item["residual_amount"])
        if part <= 0:
            continue
        taken, left = taken + part, left - part
        company_so_far = share_of(payment.company_amount, taken, whole, payment.company_currency_code)
        links.append(Link(item["item_id"], item["open_item_key"], part, company_so_far - taken_company))
        taken_company = company_so_far
    return links


def _refuse(payment: Payment, item: dict[str, object], currency_code: object) -> None:
    key = item["open_item_key"]
    if item["account_code"] != payment.account_code:
        raise refusal(
            f"{key} is on account {item['account_code']} and the payment {payment.name} "
            f"on {payment.account_code}: if both are of one counterparty, use `partita compensate`; "
            f"{_posted_anew(payment, str(key))}"
        )
    if item["side"] == payment.side:
        raise refusal(f"{key} and the payment {payment.name} are on the same side ({payment.side})")
    if item["currency_code"] != currency_code:
        raise refusal(
            f"{key} is in {item['currency_code']}, other items in {currency_code}: link each by itself"
        )
    if payment.amount_in(str(currency_code)) is None:
        raise refusal(f"{key} is in {currency_code}, in which the payment {payment.name} has no amount")


def _posted_anew(payment: Payment, key: str) -> str:
    """What to do about a payment that the trace has on the account of another party."""
    item = shlex.quote(f"{payment.company_code}:{key}")
    return (
        f"if the payment is on the account of another party, `partita delete-payment {payment.name}` and "
        f"`partita create-payment {item} --like {payment.name}` post it anew"
    )


def link(
    correction: Correction, payment_name: PaymentName, keys: Sequence[str], amount: Decimal | None = None
) -> list[Link]:
    """Within a transaction: an unlinked payment settles these items; what is left of it stays unlinked.

    Raises:
        OperatingError: as `plan_links`, or if the posting is no unlinked payment. Nothing is changed then.
    """
    payment = unlinked_payment(correction.workbench, *payment_name)
    links = plan_links(correction.workbench, payment, keys, amount)
    for each in links:
        correction.settle(
            each.item_id, payment.entry_id, payment.line_number, each.amount, each.company_amount,
            payment.posting_date, LINKED,
        )  # fmt: skip
        correction.link_posting(payment.entry_id, payment.line_number, each.company_amount)
    return links


def _refuse_other_party(
    payment: Payment, made: Mapping[str, Any], items: Sequence[Mapping[str, Any]]
) -> None:
    for item in items:
        if item["account_code"] != made["account_code"] and not same_counterparty(item, made):
            raise refusal(
                f"the payment {payment.name} is on account {made['account_code']} and "
                f"{item['open_item_key']} on {item['account_code']}, which are of no counterparty in common "
                f"(chart_of_accounts.csv): {_posted_anew(payment, item['open_item_key'])}"
            )


@dataclass(frozen=True, slots=True)
class Compensation:
    """Items and unlinked payments of one counterparty that are set off against each other.

    `amount` is in their currency and says how much of each side, in the order named; None stands for all,
    and then both sides must come to the same.
    """

    company_code: str
    keys: tuple[str, ...]
    payments: tuple[PaymentName, ...]
    posting_date: dt.date
    is_partial: bool = False
    amount: Decimal | None = None
    description: str | None = None


def compensate(correction: Correction, request: Compensation) -> int:
    """Within a transaction: sets items and payments off by one entry; its number.

    Payments become open items first (payments on account), so that the larger side keeps its residual.

    Raises:
        OperatingError: if one is not open, they are not of one counterparty and currency, all on one side,
            or come to different amounts and the compensation is not in part. Nothing is changed then.
    """
    ledger = correction.workbench
    named = [open_item(ledger, request.company_code, key) for key in dict.fromkeys(request.keys)]
    items = named.copy()
    for name in dict.fromkeys(request.payments):
        payment = unlinked_payment(ledger, *name)
        if payment.company_code != request.company_code:
            raise refusal(f"the payment {payment.name} is one of company {payment.company_code}")
        key = correction.open_from_payment(
            request.company_code, *name, payment.amount, payment.company_amount
        )
        made = open_item(ledger, request.company_code, key)
        _refuse_other_party(payment, made, named)
        items.append(made)
    sides = {side: [item for item in items if item["side"] == side] for side in ("debit", "credit")}
    if not sides["debit"] or not sides["credit"]:
        raise refusal("nothing to set off: all of them are on one side")
    sums = {side: sum((item["residual_amount"] for item in each), Decimal(0)) for side, each in sides.items()}
    if sums["debit"] != sums["credit"] and not request.is_partial:
        currency = items[0]["currency_code"]
        debit, credit, difference = (
            format_amount(each, currency)
            for each in (sums["debit"], sums["credit"], abs(sums["debit"] - sums["credit"]))
        )
        raise refusal(
            f"debit comes to {debit} and credit to {credit} {currency}, a difference of {difference}: say "
            "--partial if "
            "the larger side is to keep it"
        )
    entry_id, _ = settle_by_hand(
        correction,
        SettlementRequest(
            request.company_code,
            tuple(item["open_item_key"] for item in sides["credit"]),
            request.posting_date,
            other_keys=tuple(item["open_item_key"] for item in sides["debit"]),
            amount=request.amount,
            description=request.description,
            matching_rule=COMPENSATED,
        ),
    )
    return entry_id
