"""A second reader of the text form: strict, line by line, straight from the layout, as slow as it likes.

It shares nothing with the product but the layout CSV. Where the two disagree, one of them is wrong. It reads
fields; what a value may mean (known accounts, allowed flags) is no reader's business.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from samples.trace_files import LayoutField, full_width, layout
from tests.support.ledgers import Found

_MARK: Final = b"\xef\xbb\xbf"
_UNDEFINED: Final = b"\x81\x8d\x8f\x90\x9d"
_DIGITS: Final = frozenset("0123456789")
_SHORTEST: Final = max(row.end for row in layout() if row.required)
"""A shorter line has lost a part of its account, and what is left may be another account."""

Value = str | int | Decimal | date | None


class _BadFieldError(Exception):
    """A field that is not what the layout says; its arguments are the finding codes."""


@dataclass(slots=True)
class SlowReading:
    """What the file says: the values of each line by number, and everything that is wrong, line by line.

    `values` has no entry for a field that cannot be read, and none at all for a blank line.
    `unreadable` are lines whose characters cannot be known, so that nothing is said about their fields.
    """

    values: dict[int, dict[str, Value]] = field(default_factory=dict)
    findings: list[Found] = field(default_factory=list)
    unreadable: set[int] = field(default_factory=set)


def read_slowly(data: bytes) -> SlowReading:
    """Reads a file of the text form."""
    reading = SlowReading()
    start = len(_MARK) if data.startswith(_MARK) else 0
    is_utf8 = start > 0
    if not is_utf8 and any(byte >= 0x80 for byte in data):
        is_utf8 = _is_utf8(data)
        if is_utf8:
            reading.findings.append(Found("encoding_assumed", raw_value="UTF-8"))
    lines = data[start:].removesuffix(b"\x1a").split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    for number, line in enumerate(lines, start=1):
        raw = line.removesuffix(b"\r")
        _read_line(reading, number, start, raw, is_utf8=is_utf8, is_last=number == len(lines))
        start += len(line) + 1
    return reading


def _read_line(
    reading: SlowReading, number: int, start: int, raw: bytes, *, is_utf8: bool, is_last: bool
) -> None:
    end = start + len(raw)
    if is_utf8:
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            bad = raw[error.start : error.end].hex(" ")
            place = (start + error.start, start + error.end)
            reading.findings.append(Found("invalid_character", number, *place, None, bad))
            reading.unreadable.add(number)
            return
    else:
        # One character a byte: the five undefined bytes are told apart below.
        text = "".join(chr(byte) for byte in raw)
    if not text.strip(" "):
        if len(text) < _SHORTEST:
            if not is_last:
                reading.findings.append(Found("line_empty", number, start, end, None, _shown(raw, is_utf8)))
            return
    elif len(text) < _SHORTEST:
        reading.findings.append(Found("line_too_short", number, start, end, None, _shown(raw, is_utf8)))
    if len(text) > full_width():
        reading.findings.append(Found("line_too_long", number, start, end, None, _shown(raw, is_utf8)))
    values: dict[str, Value] = {}
    for row in layout():
        if row.kind == "filler":
            continue
        cell = text[row.start : row.end]
        try:
            values[row.name] = _value(row, cell.ljust(row.length), is_utf8=is_utf8)
        except _BadFieldError as error:
            first = start + _length(text[: row.start], is_utf8)
            shown = cell if is_utf8 else _shown(bytes(map(ord, cell)), is_utf8=False)
            end_of_cell = first + _length(cell, is_utf8)
            reading.findings.extend(
                Found(code, number, first, end_of_cell, row.name, shown) for code in error.args
            )
    reading.values[number] = values


def _shown(raw: bytes, is_utf8: bool) -> str:
    return raw.decode("utf-8" if is_utf8 else "cp1252", "replace")


def _length(text: str, is_utf8: bool) -> int:
    return len(text.encode()) if is_utf8 else len(text)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _value(row: LayoutField, cell: str, *, is_utf8: bool) -> Value:
    if row.kind == "text":
        return _text(cell, is_utf8=is_utf8)
    if cell == " " * row.length:
        return None
    if row.kind == "date":
        return _date(cell)
    if row.kind == "integer":
        return _integer(cell)
    return _amount(cell, (6,) if row.name != "original_amount" else (2, 3))


def _text(cell: str, *, is_utf8: bool) -> str | None:
    codes = []
    if not is_utf8 and any(ord(character) in _UNDEFINED for character in cell):
        codes.append("invalid_character")
    if any(ord(character) < 0x20 or ord(character) == 0x7F for character in cell):
        codes.append("control_character")
    if codes:
        raise _BadFieldError(*codes)
    return (cell if is_utf8 else bytes(map(ord, cell)).decode("cp1252")).strip(" ") or None


def _is_digits(text: str) -> bool:
    return bool(text) and all(character in _DIGITS for character in text)


def _date(cell: str) -> date | None:
    if cell == "00000000":
        return None
    if _is_digits(cell):
        for year, month, day in (
            (int(cell[:4]), int(cell[4:6]), int(cell[6:])),
            (int(cell[4:]), int(cell[2:4]), int(cell[:2])),
        ):
            is_month = 1900 <= year <= 2199 and 1 <= month <= 12
            if is_month and 1 <= day <= calendar.monthrange(year, month)[1]:
                return date(year, month, day)
    raise _BadFieldError("invalid_date")


def _integer(cell: str) -> int:
    digits = cell.strip(" ")
    if not _is_digits(digits):
        raise _BadFieldError("invalid_integer")
    return int(digits)


def _amount(cell: str, decimals: tuple[int, ...]) -> Decimal:
    for count in decimals:
        whole, comma, fraction = cell[1 : -count - 1], cell[-count - 1], cell[-count:]
        if cell[0] in "+-" and comma == "," and _is_digits(whole) and _is_digits(fraction):
            if fraction[4:].strip("0"):
                raise _BadFieldError("amount_too_precise")
            amount = Decimal(f"{whole}.{fraction}")
            return -amount if cell[0] == "-" else amount
    raise _BadFieldError("invalid_amount")
