"""Payments that a person makes anew from open items after the trace's own was deleted (D09).

Belongs here: which deleted payment a new one stands for, and how much of it is left to be made anew, so that
no payment stands twice. Does not: the entry that settles the items (`assets.corrections.settling`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from assets.corrections.items import open_item, refuse_amount, share_of
from assets.corrections.recording import Correction, refusal
from assets.corrections.settling import PlannedSettlement, SettlementRequest, settle_by_hand
from assets.import_numbers import numbered
from assets.money import format_amount
from assets.statements import records

PaymentName = tuple[int, int]
"""Entry and line."""


def make_anew(correction: Correction, request: SettlementRequest, like: PaymentName) -> int:
    """Within a transaction: settles items against an account by an entry that stands for a deleted payment;
    the entry's number. Without an amount it is as much as items and payment have.

    Raises:
        OperatingError: if that is no payment, or it counts, its import is deleted, it was made anew already;
            if the account is a customer's or supplier's, the items are on its side, or the amount is more
            than what is left of it; else as `settle_by_hand`.
    """
    payment = _payment(correction, request, like)
    left = payment["company_amount"] - payment["made_company_amount"]
    if left <= 0:
        entries = ", ".join(map(str, payment["made_entry_ids"]))
        raise refusal(f"the payment {_name(like)} was made anew already, by entry {entries}")
    request = _within(correction, request, payment, left, like)
    entry_id, planned = settle_by_hand(correction, request)
    made = company_amount_of_account(planned)
    if made > left:
        currency = payment["company_currency_code"]
        raise refusal(
            f"{format_amount(made, currency)} {currency} are more than the {format_amount(left, currency)} "
            f"that the payment {_name(like)} has"
        )
    correction.stand_in_stead(entry_id, like, made)
    return entry_id


def settle_and_recognise(correction: Correction, request: SettlementRequest) -> int:
    """Within a transaction: settles items by hand; the entry's number. An entry that is like a deleted
    payment in day, accounts and amount stands in its stead, whether or not that payment was named.

    Raises:
        OperatingError: as `settle_by_hand`.
    """
    entry_id, planned = settle_by_hand(correction, request)
    accounts = {share.account_code for share in planned.shares}
    sides = {share.side for share in planned.shares}
    if request.account_code is None or len(accounts) > 1 or len(sides) > 1:
        return entry_id
    made = company_amount_of_account(planned)
    like = {
        "company_code": request.company_code,
        "posting_date": request.posting_date,
        "account_code": accounts.pop(),
        "other_account_code": request.account_code,
        "is_debit": sides.pop() == "credit",
        "company_amount": made,
    }
    for row in records(correction.workbench, "corrections", "deleted_payment_like", like):
        correction.stand_in_stead(entry_id, (row["entry_id"], row["line_number"]), made)
    return entry_id


def company_amount_of_account(planned: PlannedSettlement) -> Decimal:
    """What a settlement moves on the account against which it is made, without its sign, in the company's
    currency.
    """
    signed = (
        share.company_amount if share.side == "credit" else -share.company_amount for share in planned.shares
    )
    return abs(sum(signed, Decimal(0)))


def _payment(correction: Correction, request: SettlementRequest, like: PaymentName) -> Mapping[str, Any]:
    """The payment that is to be made anew. Raises OperatingError if it cannot be."""
    by_line = {"entry_id": like[0], "line_number": like[1], "account_code": request.account_code}
    found = records(correction.workbench, "corrections", "payment_to_make_anew", by_line)
    if not found:
        raise refusal(f"there is no payment {_name(like)} of a trace")
    (payment,) = found
    if not payment["is_payment"]:
        raise refusal(
            f"the posting {_name(like)} is no payment of an item: it is on account "
            f"{payment['account_code']}. Name the line on the account of the customer or supplier"
        )
    if payment["against_kind"] in ("customer", "supplier"):
        raise refusal(
            f"account {request.account_code} is that of a {payment['against_kind']}: a payment is made anew "
            "against a bank or transit account"
        )
    if payment["company_code"] != request.company_code:
        raise refusal(f"the payment {_name(like)} is one of company {payment['company_code']}")
    if payment["is_in_force"]:
        raise refusal(
            f"the payment {_name(like)} counts: link it with `partita link`, or take it out first with "
            f"`partita delete-payment {_name(like)}`"
        )
    if payment["is_import_deleted"]:
        raise refusal(
            f"the payment {_name(like)} is of {numbered(payment['import_id'], payment['source_file'])}, "
            "which is deleted: drop the file again, or name --account and --date of another payment"
        )
    return payment


def _within(
    correction: Correction,
    request: SettlementRequest,
    payment: Mapping[str, Any],
    left: Decimal,
    like: PaymentName,
) -> SettlementRequest:
    """The request, for no more than what is left of the payment, where it has an amount in their currency."""
    items = [
        open_item(correction.workbench, request.company_code, key) for key in dict.fromkeys(request.keys)
    ]
    for item in items:
        if item["side"] == payment["side"]:
            raise refusal(
                f"{item['open_item_key']} and the payment {_name(like)} are on the same side ({item['side']})"
            )
    currency = items[0]["currency_code"]
    if currency == payment["company_currency_code"]:
        most = left
    elif currency == payment["currency_code"]:
        most = share_of(payment["currency_amount"], left, payment["company_amount"], currency)
    else:
        return request
    if request.amount is not None:
        refuse_amount(request.amount, most, currency, f"what is left of the payment {_name(like)}")
        return request
    residual = sum((item["residual_amount"] for item in items), Decimal(0))
    return request if residual <= most else replace(request, amount=most)


def _name(like: PaymentName) -> str:
    return f"{like[0]}/{like[1]}"
