"""Turns cells of characters (one row a line, one column a position) into values, all rows at once.

Belongs here: what an amount, a date, a code is, character by character. Does not: where the cells come from
and what is reported about them (`assets.traces.text_form`).
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from assets.columns import AMOUNT_TYPE
from assets.money import AMOUNT_SCALE

BLANK: Final = 0x20
FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2199
"""Between these two years the orders of year and day in a date of eight digits cannot be confused."""

CP1252_UNDEFINED: Final = np.isin(np.arange(256), list(b"\x81\x8d\x8f\x90\x9d"))
"""By byte, whether cp1252 has no character for it."""

_UTF8_LENGTH: Final = np.array(
    [len(bytes([byte]).decode("cp1252", "replace").encode()) for byte in range(256)], dtype=np.int32
)

Bytes2D = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


def parse_date(raw: bytes) -> dt.date | None:
    """A date of eight digits, YYYYMMDD or DDMMYYYY; None if it is neither.

    The two orders cannot be confused: from 1900 to 2199 the century (19, 20, 21) stands where the other
    order has its month.
    """
    if len(raw) != 8 or not raw.isdigit():
        return None
    text = raw.decode("ascii")
    for year, month, day in ((text[:4], text[4:6], text[6:]), (text[4:], text[2:4], text[:2])):
        if FIRST_YEAR <= int(year) <= LAST_YEAR:
            try:
                return dt.date(int(year), int(month), int(day))
            except ValueError:
                continue
    return None


def parse_amounts(cells: Bytes2D, decimals: int) -> tuple[Ints, Mask, Mask]:
    """Units of the fourth decimal, whether the cell is readable, and whether decimals beyond are not zero."""
    width = cells.shape[1]
    comma = width - decimals - 1
    digit_columns = [*range(1, comma), *range(comma + 1, width)]
    digits = cells[:, digit_columns] - 48
    sign = cells[:, 0]
    readable = ((sign == 43) | (sign == 45)) & (cells[:, comma] == 44) & (digits <= 9).all(axis=1)
    value = np.zeros(len(cells), dtype=np.int64)
    kept = comma - 1 + min(decimals, AMOUNT_SCALE)
    for column in range(kept):
        value = value * 10 + digits[:, column]
    value *= 10 ** max(0, AMOUNT_SCALE - decimals)
    has_rest = (digits[:, kept:] != 0).any(axis=1)
    return np.where(sign == 45, -value, value), readable, has_rest


def decimal_array(units: Ints, is_null: Mask) -> pa.Array:
    """decimal128(18, 4) from units of the fourth decimal: little-endian 128 bits, sign extended."""
    words = np.empty((len(units), 2), dtype=np.int64)
    words[:, 0] = units
    words[:, 1] = units >> 63
    validity = pa.array(~is_null).buffers()[1] if is_null.any() else None
    return pa.Array.from_buffers(AMOUNT_TYPE, len(units), [validity, pa.py_buffer(words.tobytes())])


def nothing(count: int, kind: pa.DataType) -> pa.Array:
    """So many nulls, in zeros that all columns share: a hostile file has millions of lines with no value."""
    is_text = pa.types.is_string(kind)
    bits = 32 if is_text else kind.bit_width
    zeros = _zeros(((count + 1) * bits).bit_length())
    return pa.Array.from_buffers(kind, count, [zeros] * (3 if is_text else 2), null_count=count)


@cache
def _zeros(magnitude: int) -> pa.Buffer:
    """Zeros for so many bits as a number of this many binary digits can count."""
    return pa.py_buffer(bytes(2**magnitude // 8 + 1))


def dictionary(cells: Bytes2D) -> pa.DictionaryArray:
    """The distinct cells as fixed-width binary values, and for each row which of them it has."""
    width = cells.shape[1]
    array = pa.FixedSizeBinaryArray.from_buffers(pa.binary(width), len(cells), [None, pa.py_buffer(cells)])
    return array.dictionary_encode()


def as_strings(cells: Bytes2D) -> pa.Array:
    """The cells as full-width ASCII strings, without copying them."""
    count, width = cells.shape
    offsets = np.arange(0, (count + 1) * width, width, dtype=np.int32)
    return pa.StringArray.from_buffers(count, pa.py_buffer(offsets), pa.py_buffer(cells))


def from_cp1252(cells: Bytes2D) -> pa.Array:
    """The cells as full-width strings, decoded all at once; an undefined byte becomes U+FFFD."""
    data = cells.tobytes().decode("cp1252", "replace").encode("utf-8")
    ends = np.cumsum(_UTF8_LENGTH[cells].sum(axis=1, dtype=np.int32), dtype=np.int32)
    offsets = np.concatenate((np.zeros(1, dtype=np.int32), ends))
    return pa.StringArray.from_buffers(len(cells), pa.py_buffer(offsets), pa.py_buffer(data))


def trimmed(strings: pa.Array) -> pa.Array:
    """The strings without blanks around them, null where nothing is left."""
    text = pc.utf8_trim(strings, " ")
    return pc.if_else(pc.equal(pc.binary_length(text), 0), pa.scalar(None, pa.string()), text)
