"""The record layouts of the exports, read from `layouts/docfinance_*.csv`.

The layouts are data, as that of the trace. Positions count from 1, as in the treasury's handbook.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final, Literal

import pyarrow as pa

from assets.columns import AMOUNT_TYPE

FieldKind = Literal["text", "date", "decimal", "integer"]
LayoutName = Literal["open_items", "registry"]

_ARROW_TYPES: Final[dict[str, pa.DataType]] = {
    "text": pa.string(),
    "date": pa.date32(),
    "decimal": AMOUNT_TYPE,
    "integer": pa.int32(),
}


@dataclass(frozen=True, slots=True)
class ExportField:
    """One field of the record: `position` counts from 1, `length` in characters.

    `integer_digits` and `decimals` are those of a decimal. `on_misfit` says what becomes of a text that is
    too long or has characters that the receiver does not allow: `cut_end` keeps its first characters,
    `cut_start` its last ones, `refuse` keeps the whole export back.
    """

    name: str
    position: int
    length: int
    kind: FieldKind
    integer_digits: int
    decimals: int
    is_signed: bool
    json_name: str
    is_required: bool
    on_misfit: Literal["cut_end", "cut_start", "refuse"]
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
        """The type of the field's column in a frame of lines."""
        return _ARROW_TYPES[self.kind]


@dataclass(frozen=True, slots=True)
class ExportLayout:
    """All fields but the fillers, in the order of their positions; a line has exactly `width` characters."""

    name: LayoutName
    width: int
    fields: tuple[ExportField, ...]


@cache
def export_layout(name: LayoutName) -> ExportLayout:
    """The layout of the open items (535 characters) or of the registry (764).

    Raises:
        ValueError: if fields overlap, are out of order or have another length than their digits; the file
            ships with the package, so this is a mistake in the package and not in anybody's data.
    """
    file = f"docfinance_{name}.csv"
    text = resources.files("assets.exports").joinpath(f"layouts/{file}").read_text("utf-8")
    fields = []
    end = 0
    for row in csv.DictReader(text.splitlines(), strict=True):
        start, length = int(row["position"]) - 1, int(row["length"])
        if start != end:
            raise ValueError(f"{file}: {row['field']} does not begin where the field before ends")
        end = start + length
        if row["kind"] == "filler":
            continue
        field = ExportField(
            name=row["field"],
            position=start + 1,
            length=length,
            kind=row["kind"],  # type: ignore[arg-type]
            integer_digits=int(row["integer_digits"] or 0),
            decimals=int(row["decimals"] or 0),
            is_signed=row["is_signed"] == "yes",
            json_name=row["json_name"],
            is_required=row["required"] == "yes",
            on_misfit=row["on_misfit"],  # type: ignore[arg-type]
            meaning=row["meaning"],
        )
        if field.kind == "decimal" and length != field.is_signed + field.integer_digits + 1 + field.decimals:
            raise ValueError(f"{file}: {field.name} has another length than its digits")
        fields.append(field)
    return ExportLayout(name, end, tuple(fields))
