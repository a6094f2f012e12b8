"""Reads the numbers of the reference files, in the notation that a setting declares.

What is read becomes texts with a decimal point, which the schemas judge; what is refused stands as it was
written. The rule is that of every CSV (`assets.decimals`). settings.csv says how the other files are written,
so its own few amounts always have a decimal point (`assets.settings`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pyarrow as pa

from assets.decimals import Cell, Mark, Number, read_numbers
from assets.findings import Finding
from assets.reference.schemas import CURRENCY_OF_ROW, ReferenceFile
from assets.settings import settings_from_rows

FILE_KIND: Final = "reference"
"""How settings call the reference files: `reference_decimal_mark`."""

_CODES: Final = {"ambiguous": "reference_number_ambiguous", "notation": "reference_notation_undeclared"}


def declared_mark(settings: pa.Table | None) -> Mark:
    """What a frame of settings.csv declares for the reference files; nothing where it could not be read."""
    if settings is None:
        return ""
    names = ("company_code", "setting_name", "setting_value")
    rows = zip(*(settings[name].to_pylist() for name in names), strict=True)
    return settings_from_rows(row for row in rows if row[1] is not None).decimal_mark(FILE_KIND)


def company_currencies(companies: pa.Table | None) -> dict[str, str]:
    """The currency of each company, by a frame of companies.csv."""
    if companies is None:
        return {}
    rows = zip(companies["company_code"].to_pylist(), companies["currency_code"].to_pylist(), strict=True)
    return {company: currency for company, currency in rows if company and currency}


def with_numbers(
    file: ReferenceFile, table: pa.Table, mark: Mark, currencies: Mapping[str, str]
) -> tuple[pa.Table, list[Finding]]:
    """The frame with its numbers read, and what is wrong with those that were not.

    `currencies` are those of the companies. What is no number in any notation is left to the schema.
    """
    cells: list[Cell] = []
    for name, currency_of in file.numbers.items():
        owners = table[currency_of].to_pylist() if currency_of else [None] * table.num_rows
        for text, owner in zip(table[name].to_pylist(), owners, strict=True):
            currency = owner if currency_of == CURRENCY_OF_ROW else currencies.get(owner or "")
            cells.append(Cell(name, text or "", mark, currency))
    numbers = read_numbers(cells)
    findings: list[Finding] = []
    for place, name in enumerate(file.numbers):
        read = numbers[place * table.num_rows : (place + 1) * table.num_rows]
        findings += _findings(file, name, read, table["line_number"].to_pylist())
        column = pa.array([number.text or None for number in read], pa.string())
        table = table.set_column(table.schema.get_field_index(name), name, column)
    return table, findings


def _findings(file: ReferenceFile, name: str, read: list[Number], lines: list[int]) -> list[Finding]:
    return [
        Finding(
            file.name,
            _CODES.get(number.problem, "reference_value_invalid"),
            line_number=line,
            field=name,
            raw_value=number.text,
            expected=number.expected,
        )
        for number, line in zip(read, lines, strict=True)
        if number.problem not in (None, "malformed")
    ]
