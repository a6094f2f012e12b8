"""Values as Tryton writes them in JSON, and the readings of a record that refuse what they do not expect.

Belongs here: amounts, dates and lists in both directions. Does not: what a model's fields mean.
A reading raises KeyError, TypeError or ValueError; the client says what that means for a call.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

Record = Mapping[str, Any]
"""A record of a model: its fields by name. A dotted field holds the record that it leads to, or None."""


def amount_value(amount: Decimal) -> dict[str, str]:
    """An amount, with every digit that it has."""
    return {"__class__": "Decimal", "decimal": f"{amount:f}"}


def date_value(date: dt.date) -> dict[str, str | int]:
    """A date."""
    return {"__class__": "date", "year": date.year, "month": date.month, "day": date.day}


def made(records: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Records that are made together with the one in whose field they stand."""
    return [["create", list(records)]]


def linked(*keys: int) -> list[Any]:
    """Records that are there already."""
    return [["add", list(keys)]]


def decoded(body: bytes) -> Any:
    """An answer with amounts and dates as such. Raises ValueError, KeyError or TypeError if it is none."""
    return json.loads(body, parse_float=Decimal, object_hook=_decoded)


def _decoded(value: dict[str, Any]) -> Any:
    match value.get("__class__"):
        case "Decimal":
            try:
                return Decimal(value["decimal"])
            except ArithmeticError as error:
                raise ValueError("no amount") from error
        case "date":
            return dt.date(value["year"], value["month"], value["day"])
    return value


def key_of(record: Record, name: str = "id") -> int:
    """A record's key, its own or that of another one in a field."""
    key = optional_key(record, name)
    if key is None:
        raise ValueError(f"{name} is blank")
    return key


def optional_key(record: Record, name: str) -> int | None:
    """The key of another record in a field that may be blank."""
    value = record[name]
    if value is not None and type(value) is not int:
        raise TypeError(f"{name} is no key")
    return value


def text_of(record: Record, name: str) -> str:
    """A text; blank if there is none."""
    value = record[name]
    if value is None:
        return ""
    if not isinstance(value, str):
        raise TypeError(f"{name} is no text")
    return value


def is_true(record: Record, name: str) -> bool:
    """A truth; blank is false, and a database that knows only numbers says 1 and 0."""
    value = record[name]
    if value not in (None, False, True, 0, 1):
        raise TypeError(f"{name} is no truth")
    return bool(value)


def amount_of(record: Record, name: str) -> Decimal:
    """An amount."""
    value = record[name]
    if not isinstance(value, Decimal) or not value.is_finite():
        raise TypeError(f"{name} is no amount")
    return value


def date_of(record: Record, name: str) -> dt.date | None:
    """A date, or None if there is none."""
    value = record[name]
    if value is not None and not isinstance(value, dt.date):
        raise TypeError(f"{name} is no date")
    return value


def records_of(record: Record, name: str) -> list[Record]:
    """The records in a dotted field that leads to many."""
    value = record[name]
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise TypeError(f"{name} is no list of records")
    return value
