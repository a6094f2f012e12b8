"""Reads our own CSV of sales invoices: one row a line, the header's fields repeated in each.

UTF-8 with or without a byte order mark, commas or semicolons, one header row with names of the layout in any
order. Does not belong here: how its numbers are written (`assets.sales.csv_numbers`), and what a value must
be (`assets.sales.schemas`).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Final

from assets.findings import shorten
from assets.sales.layout import names_of, sales_layout
from assets.sales.model import Found, Place, ReadSales, SourceInvoice

NAME: Final = "csv"
_BOM: Final = b"\xef\xbb\xbf"

_HEADER: Final = names_of("header")
_LINE: Final = names_of("line")
_REQUIRED: Final = tuple(
    field.field_name for field in sales_layout() if field.is_required and field.level != "instalment"
)


class _Bytes:
    """The file's lines as text. `place` is after the last one handed out, `end` before its line end."""

    def __init__(self, data: bytes) -> None:
        self.place = len(_BOM) if data.startswith(_BOM) else 0
        self.end = self.place
        self._data = data[self.place :]

    def __iter__(self) -> Iterator[str]:
        for line in self._data.splitlines(keepends=True):
            self.place += len(line)
            self.end = self.place - (len(line) - len(line.rstrip(b"\r\n")))
            yield line.decode("utf-8")


def read(data: bytes) -> ReadSales:
    """The invoices of a CSV file in UTF-8; rows of one company, kind, number and year are one invoice.

    Findings about the file end the reading; a row that does not fit the header keeps the file out, since it
    is not known to which invoice it belongs.
    """
    lines = _Bytes(data)
    start = data[:4096].decode("utf-8", "ignore").split("\n", 1)[0]
    separator = ";" if start.count(";") > start.count(",") else ","
    reader = csv.reader(lines, delimiter=separator, strict=True)
    found = ReadSales(NAME)
    try:
        names = [name.strip() for name in next(reader, [])]
        found.found += _wrong_names(names)
        if found.found:
            return found
        _read_rows(reader, lines, names, found)
    except csv.Error as error:
        place = Place(reader.line_num)
        return ReadSales(NAME, found=[Found("sales_file_unreadable", None, place, raw_value=str(error))])
    return found


def _wrong_names(names: list[str]) -> list[Found]:
    place = Place(1)
    known = {*_HEADER, *_LINE}
    return [
        Found("sales_field_unknown", None, place, name, shorten(name))
        for position, name in enumerate(names)
        if name not in known or name in names[:position]
    ] + [Found("sales_field_missing", None, place, name) for name in _REQUIRED if name not in names]


def _read_rows(reader: Iterator[list[str]], lines: _Bytes, names: list[str], found: ReadSales) -> None:
    header_places = [(names.index(name), name) for name in _HEADER if name in names]
    line_places = [(names.index(name), name) for name in _LINE if name in names]
    identity = [names.index(name) for name in ("company_code", "kind", "document_number", "document_date")]
    positions: dict[tuple[str, ...], int] = {}
    first: list[list[str]] = []
    number = lines.place
    line_number = reader.line_num  # type: ignore[attr-defined]
    for cells in reader:
        place = Place(line_number + 1, number, lines.end)
        number, line_number = lines.place, reader.line_num  # type: ignore[attr-defined]
        if not any(cells) or not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(names):
            found.found.append(
                Found(
                    "sales_row_incomplete",
                    None,
                    place,
                    raw_value=shorten(" ".join(cells)),
                    expected=f"{len(names)} columns as in the first line, not {len(cells)}",
                )
            )
            continue
        row = [cell.strip() for cell in cells]
        company, kind, document, date = (row[index] for index in identity)
        key = (company, kind, document.upper(), date[:4])
        values = {name: row[index] or None for index, name in line_places}
        position = positions.setdefault(key, len(positions) + 1)
        if position > len(found.invoices):
            header = {name: row[index] or None for index, name in header_places}
            found.invoices.append(SourceInvoice(place, header, [(place, values)]))
            first.append(row)
            continue
        lines_of_invoice = found.invoices[position - 1].lines
        assert isinstance(lines_of_invoice, list), "made above"
        lines_of_invoice.append((place, values))
        found.found += [
            Found(
                "sales_header_differs",
                position,
                place,
                name,
                shorten(row[index]),
                f"{first[position - 1][index] or 'nothing'}, as in the first row of the invoice",
            )
            for index, name in header_places
            if row[index] != first[position - 1][index]
        ]
