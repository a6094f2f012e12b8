"""Writes fitted lines in the positional form: exactly as many characters a line as the layout has.

A block of lines is a matrix of characters of code page 1252 (one row a line, one column a position), which
holds every character that is allowed in one byte; as a whole it then becomes UTF-8. Empty fields are blank.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from assets.exports.fitting import FittedColumn, Ints, characters_of
from assets.layouts import Layout

_BLANK: Final = 0x20
_LINE_FEED: Final = 0x0A
_FOUR_DIGITS: Final[npt.NDArray[np.uint8]] = np.array(
    [list(b"%04d" % number) for number in range(10_000)], dtype=np.uint8
)
_GROUPS: Final = 4

Cells = npt.NDArray[np.uint8]


class TextWriter:
    """Turns blocks of fitted lines into bytes. One block at a time: they share their memory.

    `head` (the mark with which UTF-8 begins) and `tail` stand around the lines of all blocks.
    """

    head: Final = b"\xef\xbb\xbf"
    tail: Final = b""

    def __init__(self, layout: Layout) -> None:
        self._width = layout.width
        self._memory = np.empty((0, layout.width + 1), dtype=np.uint8)

    def block(
        self, columns: Sequence[FittedColumn], line_count: int, *, is_first: bool
    ) -> bytes | memoryview:
        """The lines with their line feeds, as UTF-8; to be used before the next block is asked for."""
        del is_first
        if len(self._memory) < line_count:
            # Fresh memory for each block would cost more than everything that is written into it.
            self._memory = np.empty((line_count, self._width + 1), dtype=np.uint8)
        matrix = self._memory[:line_count]
        matrix[:] = _BLANK
        matrix[:, self._width] = _LINE_FEED
        for column in columns:
            _put(matrix, column)
        return _utf8(matrix.reshape(-1))


def _put(matrix: Cells, column: FittedColumn) -> None:
    field = column.field
    place = slice(field.start, field.end)
    if column.units is not None:
        is_constant = column.units.min() == column.units.max()
        matrix[:, place] = _decimals(column, column.units[:1] if is_constant else column.units)
        return
    cells = _cells(pc.fill_null(_as_text(column), ""), field.length)
    if column.rows is None:
        matrix[:, place] = cells
    elif len(cells) == 1:
        matrix[:, place] = cells[0]
    else:
        matrix[:, place] = cells[column.rows]


def _as_text(column: FittedColumn) -> pa.Array:
    if column.field.kind == "date":
        return pc.strftime(column.values, "%Y%m%d")
    if column.field.kind == "integer":
        return pc.utf8_lpad(pc.cast(column.values, pa.string()), column.field.length, "0")
    return column.values


def _cells(strings: pa.Array, length: int) -> Cells:
    """The strings padded with blanks, one row each, in code page 1252."""
    raw: bytes | memoryview = characters_of(pc.utf8_rpad(strings, length, " "))
    if len(raw) != len(strings) * length:
        raw = str(raw, "utf-8").encode("cp1252")
    return np.frombuffer(raw, dtype=np.uint8).reshape(len(strings), length)


def _decimals(column: FittedColumn, units: Ints) -> Cells:
    """Sign (if the field has one), whole digits with leading zeros, a comma, decimals."""
    field = column.field
    digits = np.empty((len(units), 4 * _GROUPS), dtype=np.uint8)
    left = np.abs(units)
    for group in reversed(range(_GROUPS)):
        higher = left // 10_000
        digits[:, 4 * group : 4 * group + 4] = _FOUR_DIGITS[left - higher * 10_000]
        left = higher
    cells = np.empty((len(units), field.length), dtype=np.uint8)
    comma = field.length - field.decimals - 1
    first = comma - field.integer_digits
    cells[:, :first] = np.where(units < 0, ord("-"), ord("+"))[:, np.newaxis]
    cells[:, first:comma] = digits[:, 4 * _GROUPS - field.decimals - field.integer_digits : -field.decimals]
    cells[:, comma] = ord(",")
    cells[:, comma + 1 :] = digits[:, -field.decimals :]
    return cells


def _utf8(codes: Cells) -> bytes | memoryview:
    if codes.max(initial=0) < 0x80:
        return codes.data
    # Latin-1 is decoded four times as fast; the two differ in the codes from 80 to 9F only.
    is_latin = not ((codes >= 0x80) & (codes < 0xA0)).any()
    return codes.tobytes().decode("latin-1" if is_latin else "cp1252").encode("utf-8")
