"""Reads the numbers of CSV files, which are written in two notations: 1234.56, and 1.234,56 or 1234,56.

`1.500` is one and a half or fifteen hundred, and nothing in the cell says which. So a file's notation is
declared (a setting for each kind of file), else it is the decimal point, and what could be read in another
way is refused with both readings. Read exactly or refused: never another amount. Belongs here: the rule, for
every kind of CSV. Does not: which columns hold numbers, and where the declaration comes from.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from assets.findings import said
from assets.money import minor_digits

Mark = Literal["", "point", "comma"]
"""What is declared to stand before the decimals; blank where nothing is declared."""

Problem = Literal["ambiguous", "notation", "precision", "malformed"]

# A decimal point has no signs between thousands; with a decimal comma there may be points, each in its place.
_POINT: Final = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_COMMA: Final = re.compile(r"[+-]?(?:[0-9]+|[1-9][0-9]{0,2}(?:\.[0-9]{3})+)(?:,[0-9]+)?")
_THOUSANDS_COMMAS: Final = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?")
# One to three digits, one separator, three digits. But no thousands follow a single 0, and zero is zero.
_TWO_READINGS: Final = re.compile(r"[+-]?(?!0[.,]|0+[.,]000)[0-9]{1,3}[.,][0-9]{3}")


class Cell(NamedTuple):
    """A cell with a number, as its file has it.

    `declared` is how the cell's file writes numbers. `currency_code` is that of an amount, whose decimals are
    counted; None for a quantity, a price or a rate, and where the currency is not known.
    """

    column: str
    text: str
    declared: Mark = ""
    currency_code: str | None = None


@dataclass(frozen=True, slots=True)
class Number:
    """A cell as it was read: digits with a point before the decimals, all decimals kept.

    Where there is a problem, the text is that of the cell. `expected` is what would have been read, as
    something said (`assets.findings.said`); None for what is no number in any notation (`malformed`).
    """

    text: str
    problem: Problem | None = None
    expected: str | None = None


def ambiguity(text: str) -> str | None:
    """What is said to be expected instead of a text that says two numbers; None for any other text."""
    if not _TWO_READINGS.fullmatch(text):
        return None
    one, other = _readings(text)
    return said("one_reading", one=one, other=other)


def _readings(text: str) -> tuple[str, str]:
    """The two numbers that a text says: with decimals, and with signs between thousands."""
    whole, _, rest = _plain(text).replace(",", ".").partition(".")
    decimals = rest.rstrip("0")
    fraction = f"{_without_zeros(whole)}.{decimals}" if decimals else _without_zeros(whole)
    return fraction, _without_zeros(whole + rest)


def read_numbers(cells: Sequence[Cell]) -> list[Number]:
    """The cells of one file in their order, each read or with what is wrong with it.

    An ambiguous one is read if the notation is declared, or if another cell of its column has a decimal
    point; not where any cell of the file shows that it is written in another notation than that.
    """
    by_column: dict[tuple[Mark, str], set[Mark]] = {}
    by_file: dict[Mark, dict[Mark, str]] = {}
    distinct = dict.fromkeys(cells)
    for cell in distinct:
        shown = _shown_by(cell.text)
        if shown:
            by_column.setdefault((cell.declared, cell.column), set()).add(shown)
            by_file.setdefault(cell.declared, {}).setdefault(shown, cell.text)
    nothing: dict[Mark, str] = {}
    numbers = {
        cell: _read(
            cell,
            is_decided=bool(cell.declared) or "point" in by_column.get((cell.declared, cell.column), ()),
            shown=by_file.get(cell.declared, nothing),
        )
        for cell in distinct
    }
    return [numbers[cell] for cell in cells]


def _read(cell: Cell, *, is_decided: bool, shown: Mapping[Mark, str]) -> Number:
    mark: Mark = cell.declared or "point"
    other: Mark = "comma" if mark == "point" else "point"
    two_readings = ambiguity(cell.text)
    if two_readings and (not is_decided or other in shown):
        return Number(cell.text, "ambiguous", _one_reading(cell.text, other, shown))
    text = _in_notation(cell.text, mark)
    if text is None and two_readings:
        return Number(cell.text, "ambiguous", two_readings)
    if text is None:
        return _in_other_notation(cell, other)
    digits = minor_digits(cell.currency_code)
    if cell.currency_code is None or len(text.partition(".")[2]) <= digits:
        return Number(text)
    if two_readings and not cell.declared:
        return Number(cell.text, "ambiguous", two_readings)
    expected = said("decimals_as_currency", digits=digits, currency=cell.currency_code)
    return Number(cell.text, "precision", expected)


def _one_reading(text: str, other: Mark, shown: Mapping[Mark, str]) -> str:
    """One of two readings is expected, and what shows that the file is in the other notation, if it is."""
    one, thousands = _readings(text)
    if other not in shown:
        return said("one_reading", one=one, other=thousands)
    if other == "point":
        return said("one_reading_beside_point", one=one, other=thousands, shown=shown[other])
    return said("one_reading_beside_comma", one=one, other=thousands, shown=shown[other])


def _in_other_notation(cell: Cell, other: Mark) -> Number:
    text = _in_notation(cell.text, other)
    is_by_thousands = text is None and _THOUSANDS_COMMAS.fullmatch(cell.text)
    if is_by_thousands:
        text = _plain(cell.text).replace(",", "")
    if text is None:
        return Number(cell.text, "malformed")
    number = text if other == "comma" else text.replace(".", ",")
    if is_by_thousands:
        expected = said("number_without_commas", number=number)
    elif other == "point":
        expected = said("number_with_comma_of_file", number=number)
    elif cell.declared:
        expected = said("number_with_declared_point", number=number)
    else:
        expected = said("number_with_point_of_file", number=number)
    return Number(cell.text, "notation", expected)


def _in_notation(text: str, mark: Mark) -> str | None:
    if mark == "point":
        return _plain(text) if _POINT.fullmatch(text) else None
    return _plain(text).replace(".", "").replace(",", ".") if _COMMA.fullmatch(text) else None


def _shown_by(text: str) -> Mark:
    """The notation that this number alone can have; blank for one that shows none."""
    if ("." not in text and "," not in text) or _TWO_READINGS.fullmatch(text):
        return ""
    if _POINT.fullmatch(text) or _THOUSANDS_COMMAS.fullmatch(text):
        return "point"
    return "comma" if _COMMA.fullmatch(text) else ""


def _plain(text: str) -> str:
    return text.removeprefix("+")


def _without_zeros(whole: str) -> str:
    sign = "-" if whole.startswith("-") else ""
    return sign + (whole.removeprefix("-").lstrip("0") or "0")
