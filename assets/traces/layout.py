"""The record layout of the trace, `layouts/docfinance_trace.csv`, and the frame of its lines."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import pyarrow as pa

from assets.layouts import Layout, read_layout

BANK_NOTE: Final = "bank_note"
"""The one field behind the filler; it is read to the line's real end."""


@dataclass(frozen=True, slots=True)
class TraceLayout(Layout):
    """The layout of a line, which has 1019 characters if it has every field."""

    @property
    def fixed_width(self) -> int:
        """Characters before the bank note, where every field has its fixed place: 449."""
        return self.field(BANK_NOTE).start

    @property
    def shortest_width(self) -> int:
        """Characters up to the end of the last required field: 196.

        A shorter line may have lost a part of it, and what is left of an account may be another account.
        """
        return max(field.end for field in self.fields if field.is_required)


@cache
def trace_layout() -> TraceLayout:
    """The trace's layout."""
    layout = read_layout("traces", "docfinance_trace.csv")
    return TraceLayout(layout.width, layout.fields)


@cache
def line_schema() -> pa.Schema:
    """The frame of lines: grain one line of a file; key `line_number`.

    `byte_start` and `byte_end` (exclusive) are the line's place in the file. The other columns are the
    layout's fields: text trimmed and null where blank, dates, whole numbers, and amounts as
    `decimal128(18, 4)` with the sign that stands in the file.
    """
    place = [("line_number", pa.int64()), ("byte_start", pa.int64()), ("byte_end", pa.int64())]
    return pa.schema(place + [(field.name, field.arrow_type) for field in trace_layout().fields])
