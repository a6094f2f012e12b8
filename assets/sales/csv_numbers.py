"""Reads the numbers of a CSV of sales invoices, in the notation that is declared for its company's files.

What is read becomes the texts of our layout; what is refused stands as it was written, with a finding. The
rule is that of every CSV (`assets.decimals`). Does not belong here: numbers of other forms. Those of JSON
have a decimal point, and e-invoices have readers of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final, NamedTuple

from assets.decimals import Cell, Mark, Number, read_numbers
from assets.findings import shorten
from assets.sales.layout import LEVELS, Level, sales_layout
from assets.sales.model import Found, FoundList, Place, ReadSales, SourceInvoice, Values
from assets.sales.schemas import number_problem

MarkOf = Callable[[str], Mark]
"""What is declared for the files of a company, by its code."""

_KINDS: Final[Mapping[Level, Mapping[str, str]]] = {
    level: {
        field.field_name: field.kind
        for field in sales_layout()
        if field.level == level and field.kind in ("amount", "quantity", "rate")
    }
    for level in LEVELS
}

_CODES: Final = {"ambiguous": "sales_number_ambiguous", "notation": "sales_notation_undeclared"}


class _Part(NamedTuple):
    """The header of an invoice, or one of its lines. `position` counts the invoices of the file from 1."""

    position: int
    level: Level
    place: Place
    values: Values

    def numbers(self) -> list[tuple[str, str, str]]:
        """Name, kind and text of each number that is there."""
        kinds = _KINDS[self.level].items()
        return [(name, kind, text) for name, kind in kinds if (text := self.values.get(name)) is not None]


def with_numbers(read: ReadSales, mark_of: MarkOf) -> ReadSales:
    """The invoices with their numbers read, and what is wrong with those that could not be."""
    cells = [
        Cell(name, text, mark_of(invoice.header.get("company_code") or ""), _currency(invoice, kind))
        for position, invoice in enumerate(read.invoices, start=1)
        for part in _parts(position, invoice)
        for name, kind, text in part.numbers()
    ]
    numbers = iter(read_numbers(cells))
    found = read.found
    invoices = []
    for position, invoice in enumerate(read.invoices, start=1):
        header, *lines = [(part.place, _filled(part, numbers, found)) for part in _parts(position, invoice)]
        invoices.append(replace(invoice, header=header[1], lines=lines))
    return ReadSales(read.reader_name, invoices, found)


def _parts(position: int, invoice: SourceInvoice) -> list[_Part]:
    lines = [_Part(position, "line", place, values) for place, values in invoice.lines]
    return [_Part(position, "header", invoice.place, invoice.header), *lines]


def _currency(invoice: SourceInvoice, kind: str) -> str | None:
    return invoice.header.get("currency_code") if kind == "amount" else None


def _filled(part: _Part, numbers: Iterator[Number], found: FoundList) -> Values:
    values = dict(part.values)
    for name, kind, text in part.numbers():
        number = next(numbers)
        expected = number.expected or number_problem(kind, number.text)
        if number.problem is None and expected is None:
            values[name] = number.text
            continue
        code = _CODES.get(number.problem or "", "sales_value_invalid")
        found.append(Found(code, part.position, part.place, name, shorten(text), expected))
    return values
