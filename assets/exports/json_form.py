"""Writes fitted lines as JSON: an array of objects with the names of the layout, one object a line.

Dates are ISO 8601, amounts numbers with all decimals of their field, and optional names without a value are
left out. What the lines hold is the same as in the positional form.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from assets.money import AMOUNT_PRECISION
from assets.exports.fitting import FittedColumn, characters_of

HEAD: Final = b"["
TAIL: Final = b"\n]\n"


def json_block(columns: Sequence[FittedColumn], *, is_first: bool) -> bytes | memoryview:
    """The objects, separated from what stands before them; nothing for no lines."""
    parts = [_members(column) for column in columns]
    members = pc.binary_join_element_wise(*parts, ",", null_handling="skip")
    opening = pa.scalar("\n{")
    lines = pc.binary_join_element_wise(opening, members, pa.scalar("},"), "")
    text = characters_of(lines)
    # Between two objects there is a comma, behind the last one there is none.
    return text[:-1] if is_first else b"," + bytes(text[:-1])


def _members(column: FittedColumn) -> pa.Array:
    """`"name":value` by line; null where the line has no value."""
    values = column.values
    kind = column.field.kind
    if kind == "decimal":
        written = pc.cast(pc.cast(values, pa.decimal128(AMOUNT_PRECISION, column.field.decimals)), pa.string())
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
