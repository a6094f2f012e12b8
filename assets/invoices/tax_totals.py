"""VAT of an EN 16931 document in its own currency, and in that of the accounts (BT-6) beside it.

The VAT breakdown is in the document's currency; a second total in another currency says the same VAT once
more. It is kept and compared, and never added. What does not belong here: element names.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Final

from lxml import etree

from assets.findings import said
from assets.invoices import values
from assets.invoices.european import STANDARD_CATEGORY
from assets.invoices.model import Record
from assets.invoices.walking import (
    IGNORED_VALUE,
    NOT_UNDERSTOOD,
    Draft,
    Handler,
    Plan,
    Step,
    call,
    value,
    walk,
)
from assets.money import minor_digits

DIFFERS: Final = "accounting_vat_differs"

Total = tuple[str | None, Decimal | None, bool]
"""A total of VAT: its currency as it stands there, its amount, whether it has rows."""

Rate = tuple[str | None, Decimal | None]
"""Category and rate of VAT."""


def in_currency(field: str, convert: Callable[[str], Decimal] = values.amount) -> Step:
    """An amount; the currency that stands at it goes to the working column `currency`."""
    _, column, conversion, _ = value(field, convert)

    def read(element: etree._Element, record: Record, draft: Draft) -> None:
        content = element.text
        if not content:
            return
        try:
            record[column] = conversion[content]
        except ValueError:
            if not content.isspace():
                draft.ignore(record, field, content)
        currency = element.get("currencyID")
        if currency:
            record["currency"] = currency

    return call(read)


def stated(field: str, convert: Callable[[str], Decimal]) -> Step:
    """A total that may stand there twice, in the document's currency and in another one (`choose_totals`)."""
    _, column, conversion, _ = value(field, convert)

    def read(element: etree._Element, record: Record, draft: Draft) -> None:
        content = element.text
        if not content:
            return
        try:
            amount = conversion[content]
        except ValueError:
            if not content.isspace():
                draft.ignore(record, field, content)
            return
        found = column, element.get("currencyID"), amount
        if "stated" in record:
            record["stated"].append(found)
        else:
            record["stated"] = [found]

    return call(read)


def choose_totals(document: Record) -> None:
    """Leaves the totals of the document's currency; those of VAT are looked at by `complete_vat`."""
    own = document.get("currency_code")
    for column, currency, amount in document.pop("stated", ()):
        if column == "tax_total_amount":
            document.setdefault("tax_totals", []).append((currency, amount, False))
        elif _is_own(currency, own):
            document[column] = amount


def tax_total(plan: Plan) -> Handler:
    """The handler of one total of VAT with its rows: fills `currency` and `tax_total_amount`, adds the rows.

    A row without a currency of its own has that of the total.
    """

    def read(element: etree._Element, record: Record, draft: Draft) -> None:
        rows = draft.records["vat_summary"]
        before = len(rows)
        total: Record = {}
        walk(element, plan, total, draft)
        currency = total.get("currency")
        if currency:
            for row in rows[before:]:
                if "currency" not in row:
                    row["currency"] = currency
        found = currency, total.get("tax_total_amount"), len(rows) > before
        if "tax_totals" in record:
            record["tax_totals"].append(found)
        else:
            record["tax_totals"] = [found]

    return read


def complete_vat(document: Record, draft: Draft) -> None:
    """Leaves the VAT of the document's currency in the breakdown, and that of another one beside it.

    An amount without a currency is in the document's. Of several totals of one currency those with rows
    count.
    """
    own = document.get("currency_code")
    asked = document.pop("currency", None)
    if not _is_own(asked, own):
        draft.remark(
            NOT_UNDERSTOOD,
            "document.payable_amount",
            f"{document.get('payable_amount')} {asked}",
            said("payable_in_currency", currency=own),
        )
    totals = document.pop("tax_totals", [])
    rows = draft.records["vat_summary"]
    others: list[tuple[str, Record]] = []
    for row in rows:
        category = row.get("vat_category")
        if category is not None and category != STANDARD_CATEGORY:
            row["vat_nature"] = category
        currency = row.pop("currency", None)
        if not _is_own(currency, own):
            others.append((currency.strip(), row))
    own_totals = [total for total in totals if _is_own(total[0], own)]
    amount = own_totals[0][1] if len(own_totals) == 1 else _total(own_totals)
    if amount is not None:
        document["tax_total_amount"] = amount
    if others:
        elsewhere = {id(row) for _, row in others}
        rows[:] = [row for row in rows if id(row) not in elsewhere]
        for number, row in enumerate(rows, start=1):
            row["ordinal"] = number
    if others or len(own_totals) < len(totals):
        _note_other_currency(document, draft, [each for each in totals if not _is_own(each[0], own)], others)


def _is_own(currency: str | None, own: str | None) -> bool:
    return currency is None or currency == own or own is None or currency.strip().upper() == own


def _total(totals: Sequence[Total]) -> Decimal | None:
    """What totals of one currency come to: those with rows count; several without are one said again."""
    with_rows = [amount for _, amount, has_rows in totals if has_rows and amount is not None]
    if with_rows:
        return sum(with_rows, Decimal(0))
    without = {amount for _, amount, _ in totals if amount is not None}
    return without.pop() if len(without) == 1 else None


def _note_other_currency(
    document: Record, draft: Draft, totals: Sequence[Total], others: Sequence[tuple[str, Record]]
) -> None:
    """VAT in the currency of the accounts (BT-6); in any other one it is left out with a remark."""
    named = [
        *(currency.strip() for currency, _, _ in totals if currency),
        *(currency for currency, _ in others),
    ]
    wanted = document.get("accounting_currency_code")
    accounting = wanted if wanted in named else named[0]
    document["accounting_currency_code"] = accounting
    total = _total([each for each in totals if (each[0] or "").strip() == accounting])
    if total is not None:
        document["accounting_tax_total_amount"] = total
    left_out = [currency for currency in dict.fromkeys(named) if currency != accounting]
    if left_out:
        draft.remark(
            IGNORED_VALUE,
            "document.accounting_tax_total_amount",
            ", ".join(left_out),
            said("vat_in_currencies", currency=document.get("currency_code"), accounting=accounting),
        )
    rows = [row for currency, row in others if currency == accounting]
    if rows:
        _compare(document, draft, rows, accounting)


def _compare(document: Record, draft: Draft, rows: Sequence[Record], accounting: str) -> None:
    """Puts the VAT of each rate beside that of the document's currency: one exchange rate leads to all."""
    own = document.get("currency_code")
    own_rows: dict[Rate, list[Record]] = {}
    for row in draft.records["vat_summary"]:
        own_rows.setdefault(_rate_of(row), []).append(row)
    sums: dict[Rate, Decimal] = {}
    for row in rows:
        sums[_rate_of(row)] = sums.get(_rate_of(row), Decimal(0)) + (row.get("vat_amount") or Decimal(0))
    pairs = []
    for rate, amount in sums.items():
        beside = own_rows.get(rate, [])
        if len(beside) == 1:
            beside[0]["accounting_vat_amount"] = amount
        pairs.append((sum((row.get("vat_amount") or Decimal(0) for row in beside), Decimal(0)), amount))
    total = document.get("accounting_tax_total_amount")
    if not sums.keys() <= own_rows.keys() or not _is_one_rate(pairs, own, accounting, total):
        draft.remark(
            DIFFERS,
            "vat_summary.accounting_vat_amount",
            ", ".join(f"{row.get('vat_amount')} {accounting}" for row in rows),
            said("vat_at_one_rate", currency=own, accounting=accounting),
        )


def _rate_of(row: Record) -> Rate:
    return row.get("vat_category"), row.get("vat_rate")


def _is_one_rate(
    pairs: Sequence[tuple[Decimal, Decimal]], own: str | None, accounting: str, total: Decimal | None
) -> bool:
    """Whether amounts in two currencies are the same within what rounding explains."""
    own_total = sum((amount for amount, _ in pairs), Decimal(0))
    other_total = sum((amount for _, amount in pairs), Decimal(0))
    own_unit = _unit([amount for amount, _ in pairs], own)
    other_unit = _unit([amount for _, amount in pairs], accounting)
    if own_total == 0:
        return other_total == 0
    slack = len(pairs) * (other_unit * abs(own_total) + own_unit * abs(other_total))
    return (total is None or abs(total - other_total) <= len(pairs) * other_unit) and all(
        abs(other * own_total - amount * other_total) <= slack for amount, other in pairs
    )


def _unit(amounts: Sequence[Decimal], currency: str | None) -> Decimal:
    """The smallest amount that stands there: whole ones where nobody writes the decimals of a currency."""
    if all(amount == amount.to_integral_value() for amount in amounts):
        return Decimal(1)
    return Decimal(1).scaleb(-minor_digits(currency))
