"""How Exact Online writes values: records as JSON without floats, dates, codes and texts in filters.

Belongs here: single values, both ways. Does not: which field of which record they are (`exact`).
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

CUSTOMER_CODE_WIDTH: Final = 18
"""The codes of accounts (customers) are right-aligned in so many characters, in answers and in filters."""

_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_DATE: Final = re.compile(r"/Date\((-?[0-9]{1,15})([+-][0-9]{4})?\)/")

Value = str | int | bool | Decimal | dt.date | list["Record"]
Record = Mapping[str, Value]


def json_text(value: Value | Record) -> str:
    """A record as JSON. Decimals are written as numbers, digit by digit, and dates as midnight."""
    # The most frequent kinds first: asking whether something is a mapping takes longest.
    if isinstance(value, str | int):
        return json.dumps(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dt.date):
        return f'"{value.isoformat()}T00:00:00"'
    if isinstance(value, list):
        return "[" + ", ".join(map(json_text, value)) + "]"
    return "{" + ", ".join(f"{json.dumps(name)}: {json_text(each)}" for name, each in value.items()) + "}"


def date_of(value: Any) -> dt.date | None:
    """The day of `/Date(milliseconds since 1970)/`; None for null. Raises ValueError for all else."""
    if value is None:
        return None
    match = _DATE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError("no date")
    return (_EPOCH + dt.timedelta(milliseconds=int(match[1]))).date()


def decimal_of(value: Any) -> Decimal | None:
    """A number of an answer; None for null. Raises ValueError for all else."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError("no number")
    return Decimal(value)


def padded(customer_code: str) -> str:
    """The code of a customer with its leading blanks."""
    return customer_code.rjust(CUSTOMER_CODE_WIDTH)


def quoted(text: str) -> str:
    """A text in a filter; an apostrophe is doubled."""
    return "'" + text.replace("'", "''") + "'"


def any_of(field: str, texts: Iterable[str]) -> str:
    """The filter of those records whose field is one of these texts."""
    return " or ".join(f"{field} eq {quoted(text)}" for text in texts)
