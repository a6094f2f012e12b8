"""Record layouts in fixed positions, read from the files `layouts/*.csv` of the stages.

Layouts are data: a new field is a new row. Positions count from 1, as in the treasury's handbook. Belongs
here: what a field is, and reading a file of them. Does not: what a stage does with its fields.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib import resources
from typing import Final, Literal

import pyarrow as pa

from assets.columns import AMOUNT_TYPE

FieldKind = Literal["text", "date", "decimal", "integer"]

_ARROW_TYPES: Final[dict[str, pa.DataType]] = {
    "text": pa.string(),
    "date": pa.date32(),
    "decimal": AMOUNT_TYPE,
    "integer": pa.int64(),
}


@dataclass(frozen=True, slots=True)
class LayoutField:
    """One field of a record: `position` counts from 1, `length` in characters.

    For what is written: `integer_digits` and `decimals` are those of a decimal, and `on_misfit` says what
    becomes of a text that is too long or has characters that the receiver does not allow: `cut_end` keeps
    its first characters, `cut_start` its last ones, `refuse` keeps the whole export back.
    """

    name: str
    position: int
    length: int
    kind: FieldKind
    json_name: str
    is_required: bool
    meaning: str
    integer_digits: int = 0
    decimals: int = 0
    is_signed: bool = False
    on_misfit: Literal["cut_end", "cut_start", "refuse"] = "refuse"

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
class Layout:
    """All fields but the fillers, in the order of their positions; `width` characters with the fillers."""

    width: int
    fields: tuple[LayoutField, ...]

    def field(self, name: str) -> LayoutField:
        """The field of this name. Raises KeyError if the layout has none."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)


def read_layout(stage: str, file: str) -> Layout:
    """The layout in `assets/<stage>/layouts/<file>`.

    Raises:
        ValueError: if fields overlap, are out of order or have another length than their digits; the file
            ships with the package, so this is a mistake in the package and not in anybody's data.
    """
    text = resources.files(f"assets.{stage}").joinpath(f"layouts/{file}").read_text("utf-8")
    fields = []
    end = 0
    for row in csv.DictReader(text.splitlines(), strict=True):
        start, length = int(row["position"]) - 1, int(row["length"])
        if start != end:
            raise ValueError(f"{file}: {row['field']} does not begin where the field before ends")
        end = start + length
        if row["kind"] == "filler":
            continue
        field = _field(row)
        digits = field.is_signed + field.integer_digits + 1 + field.decimals
        if field.integer_digits and length != digits:
            raise ValueError(f"{file}: {field.name} has another length than its digits")
        fields.append(field)
    return Layout(end, tuple(fields))


def _field(row: dict[str, str]) -> LayoutField:
    return LayoutField(
        name=row["field"],
        position=int(row["position"]),
        length=int(row["length"]),
        kind=row["kind"],  # type: ignore[arg-type]
        json_name=row["json_name"],
        is_required=row["required"] == "yes",
        meaning=row["meaning"],
        # A layout that is only read has none of these columns.
        integer_digits=int(row.get("integer_digits") or 0),
        decimals=int(row.get("decimals") or 0),
        is_signed=row.get("is_signed") == "yes",
        on_misfit=row.get("on_misfit", "refuse"),  # type: ignore[arg-type]
    )
