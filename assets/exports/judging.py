"""Judges the values of a field of an export: what they become so that they fit, and which never can.

Belongs here: characters, lengths, ranges and what is required, value by value. Does not: amounts, and which
line has which value (`fitting`). A value is looked at character by character only where it has a character
that the receiver does not allow.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from assets.exports.characters import IS_ALLOWED_BYTE, replaced
from assets.layouts import LayoutField
from assets.wording import counted

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Judged:
    """The values of a field, fitted, and what was found of each on the way (None, or nothing: of none).

    `values` are null where empty. `misfits` has, for each thing that is asked of a value, by value whether it
    does not hold, and what is expected.
    """

    values: pa.Array
    replaced_characters: Ints | None = None
    is_cut: Flags | None = None
    misfits: tuple[tuple[Flags, str], ...] = ()


def judge(field: LayoutField, values: pa.Array) -> Judged:
    """The values of a text, a date or a whole number, fitted, and what was found of each."""
    assert values.type == field.arrow_type, f"{field.name} is {values.type}"
    asked = [(values.is_null(), "a value")] if field.is_required and values.null_count else []
    if field.kind == "text":
        return _judge_text(field, values, asked)
    if field.kind == "integer":
        largest = 10**field.length
        is_wrong = pc.or_(pc.less(values, 0), pc.greater_equal(values, largest))
        asked.append((is_wrong, f"a whole number below {largest}"))
    else:
        assert field.kind == "date", "amounts are a line's own"
        is_wrong = pc.or_(pc.less(pc.year(values), 1900), pc.greater(pc.year(values), 2199))
        asked.append((is_wrong, "a date from 1900 to 2199"))
    return Judged(values, misfits=_misfits(asked))


def _judge_text(field: LayoutField, values: pa.Array, asked: list[tuple[pa.Array, str]]) -> Judged:
    before = values
    replaced_characters = is_cut = None
    if not _has_allowed_characters(values):
        values, replaced_characters = _replace(values)
    values = pc.utf8_trim(values, " ")
    is_long = pc.greater(pc.utf8_length(values), field.length)
    if field.on_misfit == "refuse":
        differs = pc.or_(pc.not_equal(values, before), is_long)
        asked.append((differs, f"at most {counted(field.length, 'character')} that the receiver allows"))
    elif pc.any(is_long).as_py():
        is_cut = flags(is_long)
        # The last characters of a document number tell it from others, the first ones of a name do.
        start = -field.length if field.on_misfit == "cut_start" else 0
        stop = None if start else field.length
        cut = pc.utf8_trim(pc.utf8_slice_codeunits(values, start, stop), " ")
        values = pc.if_else(is_long, cut, values)
    is_empty = pc.equal(pc.binary_length(values), 0)
    if pc.any(is_empty).as_py():
        if field.is_required:
            asked.append((is_empty, "a value"))
        values = pc.if_else(is_empty, pa.scalar(None, pa.string()), values)
    return Judged(values, replaced_characters, is_cut, _misfits(asked))


def _replace(values: pa.Array) -> tuple[pa.Array, Ints]:
    """The values in allowed characters, and by value how many were replaced."""
    # This is the one place where Python looks at values one by one.
    results = [(None, 0) if value is None else replaced(value) for value in values.to_pylist()]
    counts = np.array([count for _, count in results], dtype=np.int64)
    return pa.array([text for text, _ in results], type=pa.string()), counts


def _misfits(asked: list[tuple[pa.Array, str]]) -> tuple[tuple[Flags, str], ...]:
    return tuple((flags(is_misfit), expected) for is_misfit, expected in asked if pc.any(is_misfit).as_py())


def flags(is_so: pa.Array) -> Flags:
    """By value whether something is so of it; of no value nothing is."""
    flags: Flags = pc.fill_null(is_so, False).to_numpy(zero_copy_only=False)
    return flags


def characters_of(values: pa.Array) -> memoryview:
    """The bytes of all strings, one after the other (UTF-8)."""
    offsets, data = values.buffers()[1:3]
    if data is None or not len(values):
        return memoryview(b"")
    bounds = np.frombuffer(offsets, dtype=np.int32)
    return memoryview(data)[int(bounds[values.offset]) : int(bounds[values.offset + len(values)])]


def _has_allowed_characters(values: pa.Array) -> bool:
    raw = characters_of(values)
    codes = np.frombuffer(raw, dtype=np.uint8)
    if not len(codes) or (codes.min() >= 0x20 and codes.max() < 0x7F):
        return True
    if codes.max() >= 0x80:
        try:
            codes = np.frombuffer(str(raw, "utf-8").encode("cp1252"), dtype=np.uint8)
        except UnicodeEncodeError:
            return False
    return bool(IS_ALLOWED_BYTE[codes].all())
