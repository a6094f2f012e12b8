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

from assets.exports.fitting import FittedColumn, Rows, Shared
from assets.exports.judging import Ints, characters_of
from assets.layouts import Layout

_BLANK: Final = 0x20
_LINE_FEED: Final = 0x0A
_FOUR_DIGITS: Final[npt.NDArray[np.uint32]] = np.frombuffer(
    b"".join(b"%04d" % number for number in range(10_000)), dtype=np.uint32
)
"""By number the four characters of it, which are moved as one."""
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
        self._shared: Shared | None = None
        self._groups = self._memory

    def block(
        self, columns: Sequence[FittedColumn], line_count: int, *, is_first: bool
    ) -> bytes | memoryview:
        """The lines with their line feeds, as UTF-8; to be used before the next block is asked for."""
        del is_first
        if len(self._memory) < line_count:
            # Fresh memory for each block would cost more than everything that is written into it.
            self._memory = np.empty((line_count, self._width + 1), dtype=np.uint8)
        matrix = self._memory[:line_count]
        shared = [column for column in columns if column.shared is not None]
        if shared:
            self._copy_groups(matrix, shared)
        else:
            _clear(matrix)
        for column in columns:
            if column.shared is None:
                _put(matrix, column, column.rows)
        return _utf8(matrix.reshape(-1))

    def _copy_groups(self, matrix: Cells, columns: Sequence[FittedColumn]) -> None:
        """Each line begins as a copy of what it has in common with others, which is laid out once."""
        if self._shared is not columns[0].shared:
            self._shared = columns[0].shared
            self._groups = np.empty((len(columns[0].values), self._width + 1), dtype=np.uint8)
            _clear(self._groups)
            for column in columns:
                _put(self._groups, column, None)
        rows = columns[0].rows
        assert rows is not None, "lines say which group they belong to"
        # Told to raise for a group that is not there, numpy would fill a copy first.
        self._groups.take(rows, axis=0, out=matrix, mode="clip")


def _clear(matrix: Cells) -> None:
    matrix[:] = _BLANK
    matrix[:, -1] = _LINE_FEED


def _put(matrix: Cells, column: FittedColumn, rows: Rows | None) -> None:
    """Writes the values into the place of their field; `rows` says which of them each line has."""
    field = column.field
    if column.units is not None:
        is_constant = column.units.min() == column.units.max()
        cells = _decimals(column, column.units[:1] if is_constant else column.units)
    else:
        cells = _cells(pc.fill_null(_as_text(column), ""), field.length)
    values = _as_one(cells)
    if rows is not None and len(values) > 1:
        values = values[rows]
    _as_one(matrix[:, field.start : field.end])[:] = values


def _as_one(cells: Cells) -> npt.NDArray[np.void]:
    """The characters of each row as one value: numpy moves them at once and not one by one."""
    return cells.view(np.dtype((np.void, cells.shape[1])))[:, 0]


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
    groups = np.empty((len(units), _GROUPS), dtype=np.uint32)
    left = np.abs(units)
    for group in reversed(range(_GROUPS)):
        higher = left // 10_000
        groups[:, group] = _FOUR_DIGITS[left - higher * 10_000]
        left = higher
    digits = groups.view(np.uint8)
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
