"""Values as the formats write them: decimals, dates, whole numbers, VAT numbers.

What belongs here: from a text to a value, or ValueError. What does not: which element holds which value (the
readers) and whether a value makes sense (`assets.invoices.schemas`).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

import pyarrow as pa

from assets.columns import AMOUNT_TYPE
from assets.findings import said
from assets.invoices.model import QUANTITY_TYPE, RATE_TYPE
from assets.money import AMOUNT_SCALE, round_half_up

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2199
"""Programs write 0001-01-01 where they have no date."""

_DATE: Final = re.compile(
    r"\s*+([0-9]{4}-[0-9]{2}-[0-9]{2})(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?)?(Z|[+-][0-9]{2}:[0-9]{2})?\s*"
)
_WHOLE: Final = re.compile(r"\s*+[0-9]{1,9}\s*")
_MAX_CHARACTERS: Final = 64
_NO_LETTER_OR_DIGIT: Final = re.compile(r"[^0-9A-Z]+")
_SWISS: Final = re.compile(r"(?:CHE?)*(.+?)(?:IVA|MWST|TVA|TPV)?")
_PREFIXES: Final = {
    "GR": ("EL", "GR"),
    "EL": ("EL", "GR"),
    "GB": ("GB", "XI"),
    "XI": ("GB", "XI"),
}
_ONE_COUNTRY: Final = {"EL": "GR", "XI": "GB"}
"""Prefixes of VAT numbers that stand for the country of another code: Greece, and Northern Ireland."""

_SHORTEST_REPEATED: Final = 8
"""A number may itself begin with the letters of its country; they are no repetition if less would be left."""


Matches = Callable[[str], object]


def _decimal_pattern(whole: int, decimals: int) -> Matches:
    # Zeros beyond the digits that fit say nothing, and some programs write them. What is taken is never given
    # back, so that a text of millions of digits costs one look.
    return re.compile(
        rf"\s*+[+-]?(?=\.?[0-9])0*+[0-9]{{0,{whole}}}+(?:\.[0-9]{{0,{decimals}}}+0*+)?\s*"
    ).fullmatch


_is_amount: Final = _decimal_pattern(14, 4)
_is_quantity: Final = _decimal_pattern(20, 8)
_is_rate: Final = _decimal_pattern(5, 4)


def amount(text: str) -> Decimal:
    """An amount of at most four decimals (zeros beyond them are ignored)."""
    if not _is_amount(text):
        raise ValueError(text)
    return Decimal(text)


def quantity(text: str) -> Decimal:
    """A quantity, price or line's amount of at most eight decimals."""
    if not _is_quantity(text):
        raise ValueError(text)
    return Decimal(text)


def rate(text: str) -> Decimal:
    """A rate of at most four decimals."""
    if not _is_rate(text):
        raise ValueError(text)
    return Decimal(text)


def rounded_amount(text: str) -> Decimal:
    """An amount that the format allows eight decimals, rounded to the four that amounts have here."""
    if _is_amount(text):
        return Decimal(text)
    if not _is_quantity(text):
        raise ValueError(text)
    return round_half_up(Decimal(text.strip()), AMOUNT_SCALE)


def date(text: str) -> dt.date:
    """A date, whatever time of day or time zone stands behind it."""
    if len(text) != 10 or text[4] != "-" or text[7] != "-":
        found = _DATE.fullmatch(text) if len(text) <= _MAX_CHARACTERS else None
        if found is None:
            raise ValueError(text)
        text = found[1]
    day = dt.date.fromisoformat(text)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(text)
    return day


def compact_date(text: str) -> dt.date:
    """A date as CII writes it, YYYYMMDD; also with hyphens."""
    plain = text.strip()
    if len(plain) == 8 and plain.isascii() and plain.isdigit():
        plain = f"{plain[:4]}-{plain[4:6]}-{plain[6:]}"
    return date(plain)


def whole(text: str) -> int:
    """A whole number of at most nine digits."""
    if not _WHOLE.fullmatch(text):
        raise ValueError(text)
    return int(text)


def flag(text: str) -> bool:
    """Whether it is SI."""
    return text.strip().upper() == "SI"


EXPECTED: Final[dict[Callable[[str], Any], str]] = {
    amount: said("amount_of_four_decimals"),
    quantity: said("number_of_eight_decimals"),
    rate: said("rate_as_written"),
    rounded_amount: said("amount_of_eight_decimals"),
    date: said("date_with_hyphens", first=FIRST_YEAR, last=LAST_YEAR),
    compact_date: said("date_without_hyphens", first=FIRST_YEAR, last=LAST_YEAR),
    whole: said("whole_of_nine_digits"),
    flag: said("si_or_nothing"),
}
"""What each of the functions takes, as the finding says it (`said`)."""

CONVERSIONS: Final[dict[pa.DataType, Callable[[str], Any]]] = {
    AMOUNT_TYPE: amount,
    QUANTITY_TYPE: quantity,
    RATE_TYPE: rate,
    pa.date32(): date,
    pa.int32(): whole,
    pa.bool_(): flag,
}
"""How the values of a column are written, by its type."""


def vat_number(country_code: str | None, number: str) -> str | None:
    """The VAT number in one spelling: capitals and digits, without the country before and words behind it.

    `GB GB 123 4567 89` becomes 123456789, `CHE-114.993.395 IVA` becomes 114993395. Spelling only: a number
    with a wrong check digit stays as it is.
    """
    spelled = number.upper()
    if not (spelled.isascii() and spelled.isalnum()):
        spelled = _NO_LETTER_OR_DIGIT.sub("", spelled)
    country = country_code or ""
    if country == "CH" and (found := _SWISS.fullmatch(spelled)):
        return found[1]
    for prefix in _PREFIXES.get(country, (country,)):
        if prefix and spelled.startswith(prefix):
            spelled = spelled[len(prefix) :]
            while spelled.startswith(prefix) and len(spelled) - len(prefix) >= _SHORTEST_REPEATED:
                spelled = spelled[len(prefix) :]
    return spelled or None


def tax_code(text: str) -> str | None:
    """The tax code in one spelling: capitals and digits."""
    return _NO_LETTER_OR_DIGIT.sub("", text.upper()) or None


_PARTY_COLUMNS: Final = {
    party: (f"{party}_country_code", f"{party}_vat_number", f"{party}_tax_code")
    for party in ("supplier", "customer")
}


def spell_party(header: dict[str, Any], party: str) -> None:
    """Brings country, VAT number and tax code of a party (`supplier` or `customer`) into one spelling.

    The country is that of ISO 3166 for every prefix; with which prefix the supplier's VAT number is written
    (EL, XI) stays as `supplier_vat_prefix`.
    """
    country_column, number_column, code_column = _PARTY_COLUMNS[party]
    written = country = header.get(country_column)
    if written is not None:
        written = written.upper()
        header[country_column] = country = _ONE_COUNTRY.get(written, written)
    number = header.get(number_column)
    if number is not None:
        prefix = written
        plain = number[2:] if number[:2] == country else number
        if plain.isdigit() and plain.isascii():
            # Most are written so, with their country or without it.
            if plain is not number:
                prefix = country
        else:
            plain = vat_number(country, number)
            prefix = _written_prefix(country, number) or written
        header[number_column] = plain
        if party == "supplier":
            header["supplier_vat_prefix"] = prefix
    code = header.get(code_column)
    if code is not None:
        header[code_column] = tax_code(code)


def _written_prefix(country: str | None, number: str) -> str | None:
    """The prefix with which the number begins, where its country has several."""
    if country not in _PREFIXES:
        return None
    spelled = _NO_LETTER_OR_DIGIT.sub("", number.upper())
    return next((prefix for prefix in _PREFIXES[country] if spelled.startswith(prefix)), None)
