"""What payment terms of EN 16931 mean: instalments, conditions (what may be paid less, until when), due date.

The due date is the net one. A day until which a discount may be taken is a condition and never a due date,
and the amount that is left then is no instalment. Where a document states several due dates the order of the
reader decides; the others are shown. What does not belong here: element names.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from typing import Final

from lxml import etree

from assets.findings import said, shorten
from assets.invoices.model import Record
from assets.invoices.walking import Draft
from assets.money import minor_digits, round_half_up

NO_NET_DATE: Final = "net_due_date_missing"

_SKONTO: Final = re.compile(
    r"#SKONTO#TAGE=([0-9]{1,3})#PROZENT=([0-9]{1,2}(?:\.[0-9]{1,4})?)#"
    r"(?:BASISBETRAG=-?[0-9]{1,14}(?:\.[0-9]{1,4})?#)?",
    re.IGNORECASE,
)
"""How XRechnung writes cash discounts into the text of the terms (BT-20)."""

_WHOLE: Final = re.compile(r"[0-9]{1,4}(?:\.0{1,2})?")
_DAY: Final = "DAY"
_PLAIN_TERMS: Final = frozenset({"note", "due_date"})
_HUNDRED: Final = Decimal(100)
_MOST_DISCOUNTS: Final = 20
_MOST_DAYS: Final = 3_660

StatedDate = tuple[str, dt.date]
"""A due date and the path of its element."""


@dataclass(slots=True)
class _Read:
    """What was made of the terms so far: net terms, conditions, due dates, and dates that are only shown."""

    net: list[Record] = field(default_factory=list)
    conditions: list[Record] = field(default_factory=list)
    dates: list[StatedDate] = field(default_factory=list)
    shown: list[StatedDate] = field(default_factory=list)


def note(element: etree._Element, record: Record, draft: Draft) -> None:
    """A handler: one of the texts of the terms."""
    del draft
    content = element.text or ""
    record["note"] = f"{record['note']}\n{content}" if "note" in record else content


def period(element: etree._Element, record: Record, draft: Draft) -> None:
    """A handler: the length of a period, and its unit."""
    del draft
    record["period"] = (element.text or "", element.get("unitCode"))


def complete_payments(
    document: Record,
    draft: Draft,
    dates: Sequence[tuple[str, dt.date | None]],
    paths: tuple[str, str],
    *,
    may_be_discounted: bool,
) -> None:
    """Fills the payments, the conditions and the other dates.

    The working column `terms` has one record a set of terms: `note`, `due_date`, `instalment_date`, `amount`,
    `payment_pct`, `discounts` (each with `discount_pct`, `discount_amount`, `discount_date`, `basis_date` and
    `period`, a number and its unit as they are written). `dates` are due dates that stand elsewhere, in their
    order; they count before those of the terms, whose elements are `paths` (of `due_date` and of
    `instalment_date`). With `may_be_discounted` a single amount below the payable one is what is left after a
    discount. Means, account and payee stand once in the document; the instalments share them.
    """
    shared: Record = {}
    for column in ("method_code", "iban", "beneficiary"):
        if column in document:
            shared[column] = document.pop(column)
    stated: list[StatedDate] = [(name, day) for name, day in dates if day is not None]
    shown: list[StatedDate] = []
    payable = document.get("payable_amount")
    instalments: list[Record] = []
    terms = document.pop("terms", ())
    if len(terms) == 1 and terms[0].keys() <= _PLAIN_TERMS and "#" not in terms[0].get("note", ""):
        # What most documents have: a text and a date.
        if terms[0].get("due_date") is not None:
            stated.append((paths[0], terms[0]["due_date"]))
    elif terms:
        read = _Read()
        for each in terms:
            _read_terms(each, document.get("document_date"), payable, paths, read)
        instalments = _instalments(
            read, payable, paths, document.get("currency_code"), may_be_discounted=may_be_discounted
        )
        stated += sorted(read.dates, key=lambda each: each[1], reverse=True)
        shown = read.shown
        for condition in read.conditions:
            draft.add("payment_condition", **condition)
    if not instalments and payable is not None:
        instalments = [{"amount": payable}]
    due_date = stated[0][1] if stated else None
    used = set()
    payments = draft.records["payment"]
    for number, each in enumerate(instalments, start=1):
        day = each.get("due_date") or due_date
        payment: Record = {"ordinal": number, **shared}
        if day is not None:
            used.add(day)
            payment["due_date"] = day
        payment["amount"] = each["amount"]
        payments.append(payment)
    if len(stated) > 1 or shown or (stated and due_date not in used):
        for name, day in dict.fromkeys([*stated, *shown]):
            if day not in used:
                draft.add("other_date", field=name, date=day)
    conditions = draft.records["payment_condition"]
    if conditions and instalments and not used:
        days = [str(each["discount_date"]) for each in conditions if each.get("discount_date") is not None]
        draft.remark(NO_NET_DATE, "payment.due_date", ", ".join(days), said("net_due_date"))


def _dates_of(terms: Record, paths: tuple[str, str]) -> list[StatedDate]:
    """The due dates of one set of terms."""
    columns = zip(paths, ("due_date", "instalment_date"), strict=True)
    return [(name, terms[column]) for name, column in columns if terms.get(column) is not None]


def _read_terms(
    terms: Record, day: dt.date | None, payable: Decimal | None, paths: tuple[str, str], read: _Read
) -> None:
    """Takes one set of terms for a condition if there is a discount in it, else for net terms."""
    discounts = _discounts(terms)
    if not discounts:
        read.net.append(terms)
        return
    own_days = [each["discount_date"] for each in discounts if _place(each, day)]
    for name, due_date in _dates_of(terms, paths):
        if len(own_days) < len(discounts):
            # A discount without a day of its own: the date of its terms is that day.
            for each in discounts:
                if each["discount_date"] is None:
                    each["discount_date"] = due_date
            if all(each["discount_date"] != due_date for each in discounts):
                read.shown.append((name, due_date))
        elif due_date not in own_days:
            read.dates.append((name, due_date))
    amount = terms.get("amount")
    if amount and payable is not None and abs(amount) < abs(payable):
        is_left = abs(amount) * 2 >= abs(payable)
        discounts[0].setdefault("discounted_amount" if is_left else "discount_amount", amount)
    for each in discounts:
        read.conditions.append({**each, "description": _description(terms)})


def _discounts(terms: Record) -> list[Record]:
    """The discounts of one set of terms: those that are structured, and those written as XRechnung does."""
    found = [dict(each) for each in terms.get("discounts", ()) if _is_discount(each)]
    for match in islice(_SKONTO.finditer(terms.get("note") or ""), _MOST_DISCOUNTS):
        days, pct = int(match[1]), Decimal(match[2])
        if not pct:
            continue
        same = next((each for each in found if each.get("discount_pct") == pct), None)
        if same is None:
            found.append({"discount_days": days, "discount_pct": pct})
        elif same.get("discount_date") is None:
            same.setdefault("discount_days", days)
    return found


def _place(discount: Record, day: dt.date | None) -> bool:
    """Sets until when the discount may be taken; whether it says so itself, and not by the date of its terms.

    A period counts from its own basis, else from the date of the document.
    """
    basis = discount.pop("basis_date", None)
    length = discount.pop("period", None)
    start = basis or day
    if length is not None and "discount_days" not in discount:
        measure, unit = length
        days = days_of(measure, unit, start)
        if days is not None:
            discount["discount_days"] = days
    days = discount.get("discount_days")
    if discount.get("discount_date") is None and start is not None and days is not None:
        discount["discount_date"] = start + dt.timedelta(days=days)
    elif discount.get("discount_date") is None:
        discount["discount_date"] = basis if basis is not None and basis != day else None
        return basis is not None
    return discount["discount_date"] is not None


def _is_discount(each: Record) -> bool:
    if each.get("discount_pct") or each.get("discount_amount"):
        return True
    is_nothing = each.get("discount_pct") is not None or each.get("discount_amount") is not None
    return not is_nothing and (each.get("discount_date") or each.get("period")) is not None


def _instalments(
    read: _Read,
    payable: Decimal | None,
    paths: tuple[str, str],
    currency: str | None,
    *,
    may_be_discounted: bool,
) -> list[Record]:
    """The instalments that net terms name; none where there is one debt with one due date.

    An amount of zero says nothing. Beside one that is the payable amount, or alone where the format writes
    it so, a smaller one is what is left after a discount (no discount takes more than half).
    """
    named = [each for each in read.net if each.get("amount")]
    if payable is not None and abs(sum((each["amount"] for each in named), Decimal(0))) != abs(payable):
        smaller = [each for each in named if abs(payable) > abs(each["amount"]) >= abs(payable) / 2]
        whole = [each for each in named if abs(each["amount"]) == abs(payable)]
        is_alone = may_be_discounted and len(named) == 1
        if smaller and (is_alone or (len(whole) == 1 and len(smaller) == len(named) - 1)):
            for each in smaller:
                read.conditions.append(_discounted(each))
                read.shown += _dates_of(each, paths)[1:]
            ids = set(map(id, smaller))
            read.net = [each for each in read.net if id(each) not in ids]
            named = whole
    if not named and payable is not None and len(read.net) > 1:
        named = _shares(read.net, payable, currency)
    if len(named) > 1:
        ids = set(map(id, named))
        for each in read.net:
            (read.shown if id(each) in ids else read.dates).extend(_dates_of(each, paths))
        return [
            {"amount": each["amount"], "due_date": each.get("instalment_date") or each.get("due_date")}
            for each in named
        ]
    for each in read.net:
        read.dates += _dates_of(each, paths)
    return [{"amount": each["amount"]} for each in named]


def _discounted(terms: Record) -> Record:
    return {
        "discount_date": terms.get("due_date") or terms.get("instalment_date"),
        "discounted_amount": terms["amount"],
        "description": _description(terms),
    }


def _shares(terms: Sequence[Record], payable: Decimal, currency: str | None) -> list[Record]:
    """The terms with the amounts that their percentages of the whole come to; the last takes what is left."""
    parts = [each.get("payment_pct") or Decimal(0) for each in terms]
    if sum(parts, Decimal(0)) != _HUNDRED or not all(parts):
        return []
    digits = minor_digits(currency)
    amounts = [round_half_up(payable * part / _HUNDRED, digits) for part in parts[:-1]]
    amounts.append(payable - sum(amounts, Decimal(0)))
    for each, amount in zip(terms, amounts, strict=True):
        each["amount"] = amount
    return list(terms)


def _description(terms: Record) -> str | None:
    words = " ".join((terms.get("note") or "").split())
    return shorten(words) if words else None


def days_of(measure: str, unit: str | None, start: dt.date | None) -> int | None:
    """A period of days, weeks or months (UNECE Rec. 20) in days; None for one that nobody can mean."""
    text = measure.strip()
    number = int(text.removesuffix(".00").removesuffix(".0")) if _WHOLE.fullmatch(text) else None
    kind = (unit or _DAY).strip().upper()
    if number is None:
        return None
    if kind == "WEE":
        number *= 7
    elif kind == "MON":
        if start is None or number > _MOST_DAYS // 31:
            return None
        number = (_months_later(start, number) - start).days
    elif kind != _DAY:
        return None
    return number if number <= _MOST_DAYS else None


def _months_later(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))
