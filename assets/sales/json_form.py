"""Reads our own JSON of sales invoices: an array of objects with `lines` and, where needed, `instalments`.

Names are those of the layout, case sensitive. Numbers may be written as numbers or as texts; both have a
decimal point, are taken as they are written, and never become binary fractions. An amount whose text could
be one of thousands ("1.000" in EUR) is refused nevertheless: nobody writes thousandths of a euro, and a
program that writes for people puts signs between thousands. Does not belong here: what a value must be.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final, NoReturn

from assets.decimals import ambiguity
from assets.findings import said, shorten
from assets.money import minor_digits
from assets.sales.layout import Level, names_of, sales_layout
from assets.sales.model import (
    MAX_ROWS,
    Found,
    FoundList,
    Place,
    ReadSales,
    SourceInvoice,
    Values,
)

NAME: Final = "json"
_LISTS: Final[dict[str, Level]] = {"lines": "line", "instalments": "instalment"}
_AMOUNTS: Final = {(field.level, field.field_name) for field in sales_layout() if field.kind == "amount"}
_MAX_VALUES: Final = 10 * MAX_ROWS
_THOUSANDS: Final = 3
"""Digits between two signs of thousands."""


class _Number(str):
    """A number of the file, as it is written there: no text."""

    __slots__ = ()


class _Object(dict[str, Any]):
    """An object of the file, with the names that stand in it twice."""

    repeated: tuple[str, ...] = ()


def _object(pairs: Sequence[tuple[str, Any]]) -> _Object:
    made = _Object(pairs)
    if len(made) != len(pairs):
        counts = Counter(name for name, _ in pairs)
        made.repeated = tuple(name for name, count in counts.items() if count > 1)
    return made


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def read(text: str) -> ReadSales:
    """The invoices of a JSON text, each with the number of its element as its line."""
    # Counted before anything is built, since what is built takes fifty times the text.
    if text.count("{") > MAX_ROWS or text.count("[") > 2 * MAX_ROWS or text.count(",") > _MAX_VALUES:
        raw = f"{text.count('{')} objects with {text.count(',') + 1} values"
        return _unreadable(said("sales_file_values", count=f"{MAX_ROWS:,}"), raw, None)
    try:
        elements = json.loads(
            text, parse_float=_Number, parse_int=_Number, parse_constant=_no_number, object_pairs_hook=_object
        )
    except json.JSONDecodeError as error:
        place = Place(error.lineno)
        raw = _shown(text[error.pos : error.pos + 40])
        return _unreadable(said("json_to_its_end", message=error.msg), raw, place)
    except (ValueError, RecursionError) as error:
        return _unreadable(said("json_of_plain_values"), str(error), None)
    if not isinstance(elements, list) or not elements:
        return _unreadable(said("json_array_of_invoices"), _shown(text[:40]), None)
    found = ReadSales(NAME)
    for position, element in enumerate(elements, start=1):
        _read_invoice(element, position, found)
    return found


def _unreadable(expected: str, raw: str, place: Place | None) -> ReadSales:
    found = Found("sales_file_unreadable", None, place, None, raw, expected)
    return ReadSales(NAME, found=FoundList([found]))


def _read_invoice(element: Any, position: int, found: ReadSales) -> None:
    place = Place(position)
    if not isinstance(element, _Object):
        found.invoices.append(SourceInvoice(place, {}, []))
        found.found.append(_wrong(position, None, element, said("json_object_of_layout")))
        return
    currency = element.get("currency_code")
    digits = minor_digits(currency if isinstance(currency, str) else None)
    header = _values(element, "header", position, "", digits, found)
    lists: dict[str, list[Values]] = {}
    for name, level in _LISTS.items():
        rows = element.get(name) or []
        if not isinstance(rows, list):
            found.found.append(_wrong(position, name, rows, said("json_array")))
            rows = []
        lists[name] = []
        for number, row in enumerate(rows, start=1):
            if isinstance(row, _Object):
                lists[name].append(_values(row, level, position, f"{name}[{number}].", digits, found))
            else:
                # Its place is kept, so that those behind it keep their numbers.
                lists[name].append({})
                found.found.append(_wrong(position, f"{name}[{number}]", row, said("json_object")))
    found.invoices.append(
        SourceInvoice(place, header, [(place, values) for values in lists["lines"]], lists["instalments"])
    )


def _values(
    element: _Object, level: Level, position: int, prefix: str, digits: int, found: ReadSales
) -> Values:
    """The texts of one object. `digits` are the decimals of the invoice's currency."""
    known = names_of(level)
    lists = _LISTS if level == "header" else {}
    values: dict[str, str | None] = {}
    for name in element.repeated:
        found.found.append(_wrong(position, f"{prefix}{_shown(name)}", element[name], said("json_name_once")))
    for name, value in element.items():
        if name in lists:
            continue
        if name not in known:
            found.found.append(
                Found(
                    "sales_field_unknown", position, Place(position), f"{prefix}{_shown(name)}", _shown(name)
                )
            )
        elif value is None or (isinstance(value, str) and _is_text(value)):
            text = values[name] = (value or "").strip() or None
            if text and (level, name) in _AMOUNTS and digits < _THOUSANDS and not isinstance(value, _Number):
                found.found += _ambiguous(position, f"{prefix}{name}", text)
        else:
            found.found.append(_wrong(position, f"{prefix}{name}", value, said("json_text_or_number")))
    return values


def _ambiguous(position: int, field: str, text: str) -> list[Found]:
    expected = ambiguity(text)
    if expected is None:
        return []
    return [Found("sales_number_ambiguous", position, Place(position), field, text, expected)]


def _wrong(position: int, field: str | None, value: Any, expected: str) -> Found:
    raw = _shown(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
    return Found("sales_value_invalid", position, Place(position), field, raw, expected)


def _is_text(value: str) -> bool:
    """Whether the text can be written: JSON can name halves of characters."""
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _shown(value: str) -> str:
    return shorten(value.encode("utf-8", "replace").decode("utf-8"))
