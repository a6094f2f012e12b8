"""Reads our own CSV of sales invoices: one row a line, the header's fields repeated in each.

UTF-8 with or without a byte order mark, commas or semicolons, one header row with names of the layout in any
order. Does not belong here: how its numbers are written (`assets.sales.csv_numbers`), and what a value must
be (`assets.sales.schemas`).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Final

from assets.findings import said, shorten
from assets.sales.layout import names_of, sales_layout
from assets.sales.model import (
    AT_MOST_ROWS,
    MAX_ROWS,
    Found,
    FoundList,
    Place,
    ReadSales,
    SourceInvoice,
)

NAME: Final = "csv"
_BOM: Final = b"\xef\xbb\xbf"

_HEADER: Final = names_of("header")
_LINE: Final = names_of("line")
_REQUIRED: Final = tuple(
    field.field_name for field in sales_layout() if field.is_required and field.level != "instalment"
)


_MAX_COLUMNS: Final = 1_000
_WINDOW: Final = 64 * 1024
MAX_ROW_BYTES: Final = 1024 * 1024
"""Eight cells of the largest size that the library reads; more in one row, over several lines, is refused."""


class _Bytes:
    """The file's lines as text. `place` is after the last one handed out, `end` before its line end;
    `row_start` is where the row began to which it belongs.
    """

    def __init__(self, data: bytes) -> None:
        self.place = len(_BOM) if data.startswith(_BOM) else 0
        self.end = self.row_start = self.place
        self._data = data

    def __iter__(self) -> Iterator[str]:
        for line in self._lines():
            self.place += len(line)
            self.end = self.place - (len(line) - len(line.rstrip(b"\r\n")))
            if self.end - self.row_start > MAX_ROW_BYTES:
                raise csv.Error(f"a row of more than {MAX_ROW_BYTES} bytes")
            yield line.decode("utf-8")

    def _lines(self) -> Iterator[bytes]:
        """The lines, some at a time: all at once would take fifty times their bytes where they are short."""
        start, size = self.place, _WINDOW
        while start < len(self._data):
            window = self._data[start : start + size]
            if start + size < len(self._data):
                # A carriage return at the very end may belong to the line feed that follows.
                window = window[: max(window.rfind(b"\n"), window.rfind(b"\r", 0, -1)) + 1]
            if not window:
                size *= 2
                continue
            yield from window.splitlines(keepends=True)
            start, size = start + len(window), _WINDOW


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
        if len(names) > _MAX_COLUMNS:
            return _unreadable(Place(1), f"{len(names)} columns", said("at_most_columns", count=_MAX_COLUMNS))
        found.found += _wrong_names(names)
        if found.found:
            return found
        lines.row_start = lines.place
        if _read_rows(reader, lines, names, found) > MAX_ROWS:
            return _unreadable(None, f"more than {MAX_ROWS} lines", AT_MOST_ROWS)
    except csv.Error as error:
        return _unreadable(Place(reader.line_num), str(error), None)
    return found


def _unreadable(place: Place | None, raw_value: str, expected: str | None) -> ReadSales:
    found = Found("sales_file_unreadable", None, place, None, raw_value, expected)
    return ReadSales(NAME, found=FoundList([found]))


def _wrong_names(names: list[str]) -> list[Found]:
    place = Place(1)
    known = {*_HEADER, *_LINE}
    return [
        Found("sales_field_unknown", None, place, name, shorten(name))
        for position, name in enumerate(names)
        if name not in known or name in names[:position]
    ] + [Found("sales_field_missing", None, place, name) for name in _REQUIRED if name not in names]


def _read_rows(reader: Iterator[list[str]], lines: _Bytes, names: list[str], found: ReadSales) -> int:
    """Reads the rows, and no more of them than a file may have; how many there are that are not blank."""
    header_places = [(names.index(name), name) for name in _HEADER if name in names]
    line_places = [(names.index(name), name) for name in _LINE if name in names]
    identity = [names.index(name) for name in ("company_code", "kind", "document_number", "document_date")]
    positions: dict[tuple[str, ...], int] = {}
    first: list[list[str]] = []
    number = lines.place
    line_number = reader.line_num  # type: ignore[attr-defined]
    row_count = 0
    for cells in reader:
        start, first_line = number, line_number + 1
        number, line_number = lines.place, reader.line_num  # type: ignore[attr-defined]
        lines.row_start = number
        if not any(cells) or not any(cell.strip() for cell in cells):
            continue
        row_count += 1
        if row_count > MAX_ROWS:
            break
        place = Place(first_line, start, lines.end)
        if len(cells) != len(names):
            found.found.append(
                Found(
                    "sales_row_incomplete",
                    None,
                    place,
                    raw_value=shorten(" ".join(cells)),
                    expected=said("columns_of_first_line", count=len(names), found=len(cells)),
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
                _as_in_first(first[position - 1][index]),
            )
            for index, name in header_places
            if row[index] != first[position - 1][index]
        ]
    return row_count


def _as_in_first(value: str) -> str:
    return said("value_of_first_row", value=value) if value else said("nothing_in_first_row")
