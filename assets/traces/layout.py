"""The record layout of the trace, read from `layouts/docfinance_trace.csv`.

The layout is data: a new field is a new row. Positions count from 1, as in the treasury's handbook.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final, Literal

import pyarrow as pa

from assets.columns import AMOUNT_TYPE

FieldKind = Literal["text", "date", "decimal", "integer", "filler"]

BANK_NOTE: Final = "bank_note"
"""The one field behind the filler; it is read to the line's real end."""

_ARROW_TYPES: Final[dict[str, pa.DataType]] = {
    "text": pa.string(),
    "date": pa.date32(),
    "decimal": AMOUNT_TYPE,
    "integer": pa.int64(),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the record: `position` counts from 1, `length` in characters."""

    name: str
    position: int
    length: int
    kind: FieldKind
    json_name: str
    is_required: bool
    meaning: str

    @property
    def start(self) -> int:
        """Offset of the first character, from 0."""
        return self.position - 1

    @property
    def end(self) -> int:
        """Offset after the last character, from 0."""
        return self.position - 1 + self.length

    @property
    def arrow_type(self) -> pa.DataType:
        """The type of the field's column in the frame of lines."""
        return _ARROW_TYPES[self.kind]


@dataclass(frozen=True, slots=True)
class Layout:
    """All fields but the filler, in the order of their positions."""

    fields: tuple[Field, ...]

    @property
    def width(self) -> int:
        """Characters of a line that has every field: 1019."""
        return self.fields[-1].end

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

    def field(self, name: str) -> Field:
        """The field of this name. Raises KeyError if the layout has none."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)


@cache
def trace_layout() -> Layout:
    """The trace's layout.

    Raises:
        ValueError: if fields overlap or are out of order; the file ships with the package, so this is a
            mistake in the package and not in anybody's data.
    """
    text = resources.files("assets.traces").joinpath("layouts/docfinance_trace.csv").read_text("utf-8")
    fields = []
    end = 0
    for row in csv.DictReader(text.splitlines(), strict=True):
        field = Field(
            name=row["field"],
            position=int(row["position"]),
            length=int(row["length"]),
            kind=row["kind"],  # type: ignore[arg-type]
            json_name=row["json_name"],
            is_required=row["required"] == "yes",
            meaning=row["meaning"],
        )
        if field.start != end:
            raise ValueError(f"docfinance_trace.csv: {field.name} does not begin where the field before ends")
        end = field.end
        if field.kind != "filler":
            fields.append(field)
    return Layout(tuple(fields))


@cache
def line_schema() -> pa.Schema:
    """The frame of lines: grain one line of a file; key `line_number`.

    `byte_start` and `byte_end` (exclusive) are the line's place in the file. The other columns are the
    layout's fields: text trimmed and null where blank, dates, whole numbers, and amounts as
    `decimal128(18, 4)` with the sign that stands in the file.
    """
    place = [("line_number", pa.int64()), ("byte_start", pa.int64()), ("byte_end", pa.int64())]
    return pa.schema(place + [(field.name, field.arrow_type) for field in trace_layout().fields])
