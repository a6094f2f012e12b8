"""What a person typed, read in every way that it could mean: a number, an amount, a day, a name, an IBAN.

Belongs here: the forms of amounts and days as people write them. Does not: asking the ledger
(`assets.search.finding`).
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

_PLAIN: Final = re.compile(r"(0|[1-9][0-9]{0,13})(?:[.,]([0-9]{1,4}))?", re.ASCII)
_GROUPED: Final = re.compile(
    r"([0-9]{1,3}(?:(?P<group>[., '’])[0-9]{3})(?:(?P=group)[0-9]{3}){0,2})"
    r"(?:(?!(?P=group))[.,]([0-9]{1,4}))?",
    re.ASCII,
)
_AROUND: Final = re.compile(r"^[+-]?\s*(?:[A-Z]{3}|€)?\s*|\s*(?:[A-Z]{3}|€)?\s*[+-]?$", re.IGNORECASE)
_DAYS: Final = (
    re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})", re.ASCII),
    re.compile(
        r"(?P<day>[0-9]{1,2})(?P<mark>[./-])(?P<month>[0-9]{1,2})(?P=mark)(?P<year>[0-9]{4}|[0-9]{2})",
        re.ASCII,
    ),
)
_CENTURY: Final = 2000

_LEAST_IDENTIFIER: Final = 5
"""Characters of the shortest number that is looked up as an IBAN, VAT number or tax code."""

_LEAST_PART: Final = 3
"""Characters of the shortest text that is looked for within numbers, not only as a whole one."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A text, and what it could be. What it cannot be is None or empty.

    `amounts` are without sign; there are two where a mark could divide thousands or decimals (`1.250`).
    `name` is the text if something of it could be a part of a name. `identifier` is its letters and digits
    in capitals, as an IBAN, a VAT number or a tax code has them. `pattern` finds it within a number, and
    more than that: `_` and `%` in it stand for any character.
    """

    text: str
    pattern: str | None
    amounts: tuple[Decimal, ...]
    day: dt.date | None
    name: str | None
    identifier: str | None


def read_asked(text: str) -> Asked:
    """Every meaning of a text, blanks around it and within it set straight."""
    text = " ".join(text.split())
    identifier = "".join(letter for letter in text.upper() if letter.isalnum())
    return Asked(
        text=text,
        pattern=f"%{text.replace('%', '_')}%" if len(text) >= _LEAST_PART else None,
        # Nothing is left of every item that is closed: by zero too much would be found.
        amounts=tuple(amount for amount in read_amounts(text) if amount),
        day=read_day(text),
        name=text if sum(letter.isalpha() for letter in text) > 1 else None,
        identifier=identifier if len(identifier) >= _LEAST_IDENTIFIER else None,
    )


def read_amounts(text: str) -> tuple[Decimal, ...]:
    """The amounts that a text could be, exact and without sign: decimals follow a comma or a point.

    `1.250,50` and `1,250.50` are one amount; `1.250` may be two. A currency before or behind it is left out.
    """
    bare = _AROUND.sub("", text)
    found = []
    if plain := _PLAIN.fullmatch(bare):
        found.append(Decimal(f"{plain[1]}.{plain[2] or 0}"))
    if grouped := _GROUPED.fullmatch(bare):
        whole = "".join(digit for digit in grouped[1] if digit.isdigit())
        found.append(Decimal(f"{whole}.{grouped[3] or 0}"))
    return tuple(found)


def read_day(text: str) -> dt.date | None:
    """The day as `2026-03-01`, `01/03/2026`, `1.3.2026` or `01-03-26` (the day comes first); else None.

    A year of two digits is one of this century.
    """
    for form in _DAYS:
        match = form.fullmatch(text)
        if match:
            year = int(match["year"])
            try:
                return dt.date(
                    year if len(match["year"]) > 2 else _CENTURY + year,
                    int(match["month"]),
                    int(match["day"]),
                )
            except ValueError:
                return None
    return None
