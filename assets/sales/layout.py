"""The layout of our own form of sales invoices, from `sales_layout.csv`: the fields and what they may hold.

Belongs here: the fields by level (a header, a line, an instalment). Does not: how CSV and JSON write them.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final, Literal

Level = Literal["header", "line", "instalment"]

LEVELS: Final[tuple[Level, ...]] = ("header", "line", "instalment")
KINDS: Final = ("text", "choice", "date", "currency", "country", "amount", "quantity", "rate", "nature")


@dataclass(frozen=True, slots=True)
class SalesField:
    """One field. `max_length` holds for texts, `choices` for a choice; names are unique within a level."""

    field_name: str
    level: Level
    kind: str
    max_length: int | None
    is_required: bool
    choices: tuple[str, ...]
    meaning: str


@cache
def sales_layout() -> tuple[SalesField, ...]:
    """Every field, in the order of the file. Raises ValueError for a row that makes no sense."""
    text = resources.files("assets.sales").joinpath("sales_layout.csv").read_text("utf-8")
    fields = []
    for row in csv.DictReader(text.splitlines(), strict=True):
        if row["level"] not in LEVELS or row["kind"] not in KINDS:
            raise ValueError(f"sales_layout.csv: {row['field_name']} has no level or no kind")
        fields.append(
            SalesField(
                row["field_name"],
                row["level"],
                row["kind"],
                int(row["max_length"]) if row["max_length"] else None,
                row["is_required"] == "true",
                tuple(row["choices"].split("|")) if row["choices"] else (),
                row["meaning"],
            )
        )
    return tuple(fields)


@cache
def names_of(level: Level) -> tuple[str, ...]:
    """The names of the fields of one level, in the order of the layout."""
    return tuple(field.field_name for field in sales_layout() if field.level == level)
