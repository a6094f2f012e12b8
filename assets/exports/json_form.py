"""Writes fitted lines as JSON: an array of objects with the names of the layout, one object a line.

Dates are ISO 8601, amounts numbers with all decimals of their field, and optional names without a value are
left out. What the lines hold is the same as in the positional form.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from assets.exports.fitting import FittedColumn
from assets.exports.judging import characters_of
from assets.money import AMOUNT_PRECISION


class JsonWriter:
    """Turns blocks of fitted lines into bytes; `head` and `tail` stand around the lines of all blocks."""

    head: Final = b"["
    tail: Final = b"\n]\n"

    def block(
        self, columns: Sequence[FittedColumn], line_count: int, *, is_first: bool
    ) -> bytes | memoryview:
        """The objects of so many lines, with a comma before each but the very first of all blocks."""
        members = pc.binary_join_element_wise(*map(_members, columns), ",", null_handling="skip")
        lines = characters_of(pc.binary_join_element_wise(pa.scalar(",\n{"), members, pa.scalar("}"), ""))
        assert len(members) == line_count, "every column has a value for every line"
        return lines[len(b",") :] if is_first else lines


def _members(column: FittedColumn) -> pa.Array:
    """`"name":value` by line; null where the line has no value."""
    values = column.values
    kind = column.field.kind
    if kind == "decimal":
        written = pc.cast(
            pc.cast(values, pa.decimal128(AMOUNT_PRECISION, column.field.decimals)), pa.string()
        )
    elif kind == "integer":
        written = pc.cast(values, pa.string())
    else:
        text = pc.strftime(values, "%Y-%m-%d") if kind == "date" else _escaped(values)
        written = pc.binary_join_element_wise(pa.scalar('"'), text, pa.scalar('"'), "")
    members = pc.binary_join_element_wise(pa.scalar(f'"{column.field.json_name}":'), written, "")
    if column.rows is None:
        return members
    return members.take(pa.array(column.rows))


def _escaped(text: pa.Array) -> pa.Array:
    """Of the characters that are allowed these two mean something in JSON."""
    return pc.replace_substring(pc.replace_substring(text, "\\", "\\\\"), '"', '\\"')
