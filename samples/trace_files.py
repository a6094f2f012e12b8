"""Writes trace files from the record layout, in the text form and in the JSON form.

What belongs here: turning typed lines into the bytes that a treasury program would export, and balanced
movements. What does not: reading traces. The writer takes nothing from the product but the layout CSV, so
that a mistake in the product's reader cannot hide behind the same mistake here.
"""

from __future__ import annotations

import csv
import dataclasses
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Final, Literal

_REPOSITORY: Final = Path(__file__).resolve().parents[1]
LAYOUT_PATH: Final = _REPOSITORY / "assets" / "traces" / "layouts" / "docfinance_trace.csv"

AMOUNT_DECIMALS: Final = 6
"""Decimals of `amount` and `amount_company_currency` in the text form."""

ORIGINAL_AMOUNT_DECIMALS: Final = 2
"""Decimals of `original_amount` in the text form."""

AmountView = Literal["ledger", "bank"]
FieldValue = str | int | Decimal | date | None


@dataclass(frozen=True, slots=True)
class LayoutField:
    """One row of the layout: `position` counts from 1, `length` in characters."""

    name: str
    position: int
    length: int
    kind: str
    json_name: str
    required: bool

    @property
    def start(self) -> int:
        """Zero-based index of the first character."""
        return self.position - 1

    @property
    def end(self) -> int:
        """Zero-based index after the last character."""
        return self.position - 1 + self.length


@cache
def layout() -> tuple[LayoutField, ...]:
    """The fields of a trace line in the order of their positions, the filler included."""
    with LAYOUT_PATH.open(encoding="utf-8", newline="") as stream:
        return tuple(
            LayoutField(
                name=row["field"],
                position=int(row["position"]),
                length=int(row["length"]),
                kind=row["kind"],
                json_name=row["json_name"],
                required=row["required"] == "yes",
            )
            for row in csv.DictReader(stream)
        )


def layout_field(name: str) -> LayoutField:
    """The field called `name`; KeyError if the layout has none."""
    for layout_row in layout():
        if layout_row.name == name:
            return layout_row
    raise KeyError(name)


@cache
def full_width() -> int:
    """Characters of a line that holds every field in full (1019)."""
    return layout()[-1].end


@cache
def minimal_width() -> int:
    """Characters up to the end of the last required field, the account (196)."""
    return max(layout_row.end for layout_row in layout() if layout_row.required)


@dataclass(frozen=True, slots=True)
class TraceLine:
    """One line of a trace: every field of the layout but the filler, in the order of the layout.

    Amounts carry the sign that is to stand in the file (ledger's view: + debit, - credit). `amount` is in
    `currency`, `amount_company_currency` in `company_currency` and the same as `amount` where it is None;
    `original_amount` is in the currency of the open item. Empty text, None and a None date are left blank.
    The defaults fit the sample company ALBA, so that a test names only what it is about.
    """

    company: str = "ALBA"
    numerator: str = "TES"
    year: str = "2026"
    entry: int | None = 1
    progressive: str = "000001"
    operation_date: date | None = date(2026, 10, 1)
    bank: str = "COLLINA"
    bank_account: str = "CC01"
    treasury_posting_date: date | None = date(2026, 10, 2)
    reason_code: str = "ICLI"
    currency: str = "EUR"
    amount: Decimal = Decimal("0.00")
    company_currency: str = "EUR"
    amount_company_currency: Decimal | None = None
    value_date: date | None = None
    note: str = ""
    document_type: str = ""
    reference_number: str = ""
    account: str = "1801001"
    section: str = ""
    cash_flow_item: str = ""
    open_item_key: str = ""
    due_date: date | None = None
    settlement_flag: str = ""
    return_year: str = "2026"
    return_number: int | None = 1
    operation_description: str = ""
    bill_flag: str = ""
    document_number: str = ""
    original_amount: Decimal | None = None
    on_behalf_company: str = ""
    on_behalf_account: str = ""
    payee_account: str = ""
    document_date: date | None = None
    bank_note: str = ""

    @property
    def company_amount(self) -> Decimal:
        """The amount in the ledger's currency with its sign: `amount` where no other is given."""
        return self.amount if self.amount_company_currency is None else self.amount_company_currency


@dataclass(frozen=True, slots=True)
class Leg:
    """A counterpart line of a movement, always from the ledger's view: + debit, - credit.

    `amount` is in the movement's currency, `amount_company_currency` in the ledger's (None: the same).
    `overrides` replaces any further field of the line, such as `{"document_number": "FV/401"}`.
    """

    account: str
    amount: Decimal
    open_item_key: str = ""
    settlement_flag: str = ""
    amount_company_currency: Decimal | None = None
    overrides: dict[str, FieldValue] = field(default_factory=dict)

    @property
    def company_amount(self) -> Decimal:
        """The amount in the ledger's currency with its sign: `amount` where no other is given."""
        return self.amount if self.amount_company_currency is None else self.amount_company_currency


def movement(
    *legs: Leg,
    account: str = "1801001",
    base: TraceLine | None = None,
    amount_view: AmountView = "ledger",
) -> tuple[TraceLine, ...]:
    """The lines of one balanced movement: first the bank or transit line on `account`, then one per leg.

    `base` gives the fields that all lines share (company, progressive, dates, reason, ...). The first line
    gets the amount that balances the legs and alone keeps the bank note; the legs alone keep the note.
    `amount_view="bank"` writes the legs with the sign of the bank line instead of the ledger's sign.
    """
    if not legs:
        raise ValueError("a movement needs at least one counterpart line")
    shared = base if base is not None else TraceLine()
    is_two_currencies = any(leg.amount_company_currency is not None for leg in legs)
    total = sum((leg.amount for leg in legs), Decimal(0))
    company_total = sum((leg.company_amount for leg in legs), Decimal(0))
    first = dataclasses.replace(
        shared,
        account=account,
        amount=-total,
        amount_company_currency=-company_total if is_two_currencies else None,
        note="",
    )
    is_bank_view = amount_view == "bank"
    lines = [first]
    for leg in legs:
        company_amount = -leg.company_amount if is_bank_view else leg.company_amount
        line = dataclasses.replace(
            shared,
            account=leg.account,
            amount=-leg.amount if is_bank_view else leg.amount,
            amount_company_currency=company_amount if is_two_currencies else None,
            open_item_key=leg.open_item_key,
            settlement_flag=leg.settlement_flag,
            bank_note="",
        )
        lines.append(dataclasses.replace(line, **leg.overrides))  # type: ignore[arg-type]
    return tuple(lines)


def renumbered(lines: Iterable[TraceLine], progressive: int) -> tuple[TraceLine, ...]:
    """The same lines as the movement number `progressive` of a file."""
    return tuple(dataclasses.replace(line, progressive=f"{progressive:06d}") for line in lines)


def render_amount(amount: Decimal, width: int, decimals: int) -> str:
    """Sign, zero-padded digits, comma, decimals: `width` characters; zero carries a plus.

    Raises ValueError where the amount has more decimals than the field or does not fit its digits.
    """
    scaled = amount.scaleb(decimals)
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{amount} has more than {decimals} decimals")
    digits = f"{abs(int(scaled)):0{width - 2}d}"
    if len(digits) > width - 2:
        raise ValueError(f"{amount} does not fit into {width} characters")
    sign = "-" if amount < 0 else "+"
    return f"{sign}{digits[:-decimals]},{digits[-decimals:]}"


def render_field(name: str, value: FieldValue, *, date_format: str = "%Y%m%d") -> str:
    """One field at its full width: text left aligned, whole numbers zero-padded, nothing as blanks.

    Raises ValueError where the value is longer than the field or would break the line.
    """
    layout_row = layout_field(name)
    if value is None:
        return " " * layout_row.length
    if isinstance(value, date):
        text = value.strftime(date_format)
    elif isinstance(value, Decimal):
        is_original = name == "original_amount"
        decimals = ORIGINAL_AMOUNT_DECIMALS if is_original else AMOUNT_DECIMALS
        text = render_amount(value, layout_row.length, decimals)
    elif isinstance(value, int):
        text = f"{value:0{layout_row.length}d}"
    else:
        text = value
    if len(text) > layout_row.length:
        raise ValueError(f"{name}: {text!r} is longer than {layout_row.length} characters")
    if "\n" in text or "\r" in text:
        raise ValueError(f"{name}: a line break cannot stand inside a field")
    return text.ljust(layout_row.length)


def render_line(line: TraceLine, *, date_format: str = "%Y%m%d") -> str:
    """The line at the full width of the layout (1019 characters), without a line end."""
    cells = []
    for layout_row in layout():
        if layout_row.kind == "filler":
            cells.append(" " * layout_row.length)
        else:
            value = _value(line, layout_row.name)
            cells.append(render_field(layout_row.name, value, date_format=date_format))
    return "".join(cells)


def with_raw(text: str, name: str, raw: str) -> str:
    """`text` (a rendered line) with the characters `raw` in place of the field `name`, to make bad lines.

    Raises ValueError unless `raw` has the field's exact width, so that the fields behind it stay in place.
    """
    layout_row = layout_field(name)
    if len(raw) != layout_row.length:
        raise ValueError(f"{name} has {layout_row.length} characters, {raw!r} has {len(raw)}")
    return text[: layout_row.start] + raw + text[layout_row.end :]


def render_text(
    lines: Iterable[TraceLine | str],
    *,
    width: Literal["full", "minimal"] = "full",
    newline: str = "\r\n",
    encoding: str = "cp1252",
    bom: bool = False,
    final_newline: bool = True,
    date_format: str = "%Y%m%d",
) -> bytes:
    """A trace in the text form.

    `width="full"` pads every line to 1019 characters; `"minimal"` cuts the blanks at the end of each line,
    never before the end of the account (196). Lines given as text are written as they are, so that a file
    can hold malformed ones. `bom` puts the UTF-8 byte order mark first and needs `encoding="utf-8"`.
    """
    if bom and encoding.lower().replace("_", "-") not in {"utf-8", "utf8"}:
        raise ValueError("a byte order mark belongs to UTF-8 only")
    rendered = []
    for line in lines:
        if isinstance(line, str):
            rendered.append(line)
            continue
        text = render_line(line, date_format=date_format)
        rendered.append(text.rstrip(" ").ljust(minimal_width()) if width == "minimal" else text)
    content = newline.join(rendered)
    if rendered and final_newline:
        content += newline
    return (b"\xef\xbb\xbf" if bom else b"") + content.encode(encoding)


def render_json(lines: Iterable[TraceLine], *, amounts: Literal["number", "string"] = "number") -> bytes:
    """A trace in the JSON form: UTF-8, an array with one object a line, optional fields left out when empty.

    Amounts keep the exact decimals of their Decimal, as JSON numbers or as strings.
    """
    objects = []
    for line in lines:
        members = []
        for layout_row in layout():
            if layout_row.kind == "filler":
                continue
            value = _value(line, layout_row.name)
            if value in (None, "") and not layout_row.required:
                continue
            members.append(f"    {json.dumps(layout_row.json_name)}: {_json_value(value, amounts)}")
        objects.append("  {\n" + ",\n".join(members) + "\n  }")
    return ("[\n" + ",\n".join(objects) + "\n]\n" if objects else "[]\n").encode("utf-8")


def _json_value(value: FieldValue, amounts: Literal["number", "string"]) -> str:
    if isinstance(value, Decimal):
        # The text is built by hand because json.dumps would take the amount through a float.
        number = format(value, "f")
        return number if amounts == "number" else json.dumps(number)
    if isinstance(value, date):
        return json.dumps(value.isoformat())
    return json.dumps(value, ensure_ascii=False)


def _value(line: TraceLine, name: str) -> FieldValue:
    if name == "amount_company_currency":
        return line.company_amount
    value: FieldValue = getattr(line, name)
    return value
