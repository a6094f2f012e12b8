"""Tables as other programs export them, CSV or XLSX: a header and rows of text, read exactly or refused.

Belongs here: encodings, separators, and what a cell of a spreadsheet is as text. Does not: what the columns
mean (`assets.reference.importing`).
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Final

import openpyxl
from openpyxl.cell import Cell, MergedCell
from openpyxl.utils.exceptions import InvalidFileException

from assets.errors import OperatingError
from assets.wording import counted

MAX_BYTES: Final = 100 * 1024 * 1024
"""Master data of a company are smaller; a spreadsheet is unpacked in memory."""

MAX_ROWS: Final = 1_000_000

_SEPARATORS: Final = ";,\t|"
_ENCODINGS: Final = ("utf-8-sig", "cp1252")
_ZEROS: Final = re.compile(r"0+")


class SpreadsheetNumber(str):
    """A number of a spreadsheet as text, with a decimal point whatever the notation of its text cells is."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class ForeignTable:
    """A table of another program: its column names, and its rows with the number of each in the file."""

    columns: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    is_spreadsheet: bool = False


def read_table(path: Path, sheet: str | None = None) -> ForeignTable:
    """The table in a CSV file (UTF-8 or Windows-1252; `;`, `,`, tab or `|`) or an XLSX file.

    The first row with two filled cells is the header. Rows without a filled cell are left out. `sheet` names
    the sheet of a spreadsheet with several.

    Raises:
        OperatingError: if the file cannot be read as a table, a column has no name or that of another one,
            a row has more cells than the header, or a cell holds an error instead of a value.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise OperatingError(f"{path.name} has more than {MAX_BYTES:,} bytes: split it")
        content = path.read_bytes()
    except OSError as error:
        raise OperatingError(f"cannot read {path}: {error.strerror}") from error
    is_spreadsheet = content.startswith(b"PK\x03\x04")
    rows = _spreadsheet_rows(path.name, content, sheet) if is_spreadsheet else _csv_rows(path.name, content)
    return replace(_table(path.name, rows), is_spreadsheet=is_spreadsheet)


def _table(name: str, rows: Iterable[tuple[int, Sequence[str]]]) -> ForeignTable:
    filled = iter([(number, cells) for number, cells in rows if any(cells)])
    header: list[str] = []
    for _, cells in filled:
        if sum(map(bool, cells)) > 1:
            header = list(cells)
            break
    while header and not header[-1]:
        header.pop()
    if not header:
        raise OperatingError(f"{name} has no header line with at least two names of columns")
    folded = [each.casefold() for each in header]
    for place, each in enumerate(folded):
        if not each or each in folded[:place]:
            what = f"the name {header[place]} twice" if each else "a column without a name"
            raise OperatingError(f"{name} has {what}: every column needs a name of its own")
    table = []
    for number, cells in filled:
        if any(cells[len(header) :]):
            raise OperatingError(
                f"{name} row {number} has {counted(len(cells), 'cell')}, its header {len(header)}"
            )
        padded = (*cells, *("" for _ in range(len(header) - len(cells))))[: len(header)]
        table.append((number, padded))
        if len(table) > MAX_ROWS:
            raise OperatingError(f"{name} has more than {MAX_ROWS:,} rows: split it")
    return ForeignTable(tuple(header), tuple(table))


def _csv_rows(name: str, content: bytes) -> Iterator[tuple[int, list[str]]]:
    text = None
    for encoding in _ENCODINGS:
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    if text is None or "\0" in text:
        raise OperatingError(f"{name} is neither an XLSX file nor text in UTF-8 or Windows-1252")
    lines = text.splitlines()
    counts = {each: max((line.count(each) for line in lines[:20]), default=0) for each in _SEPARATORS}
    separator = max(counts, key=lambda each: counts[each])
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for cells in reader:
            yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error as error:
        raise OperatingError(f"{name} line {reader.line_num}: {error}") from error


def _spreadsheet_rows(name: str, content: bytes, sheet: str | None) -> Iterator[tuple[int, list[str]]]:
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, SyntaxError) as error:
        raise OperatingError(f"{name} is no XLSX file that can be read: {error}") from error
    names = book.sheetnames
    if sheet is None and len(names) > 1:
        raise OperatingError(f"{name} has several sheets ({', '.join(names)}): name one by --sheet")
    if sheet is not None and sheet not in names:
        raise OperatingError(f"{name} has no sheet {sheet}, but {', '.join(names)}")
    try:
        for number, row in enumerate(book[sheet or names[0]].iter_rows(), start=1):
            yield number, [_text(name, number, cell) for cell in row]
    finally:
        book.close()


def _text(name: str, number: int, cell: Cell | MergedCell) -> str:
    """A cell as text: days as ISO 8601, numbers with all their digits and a decimal point."""
    value = cell.value
    if value is None:
        return ""
    if getattr(cell, "data_type", None) == "e":
        raise OperatingError(f"{name} row {number} holds {value} instead of a value: mend its formula")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, int | float):
        return _digits(value, str(getattr(cell, "number_format", "")))
    return str(value).strip()


def _digits(value: float, number_format: str) -> str:
    """A number as it is meant: a spreadsheet keeps 15 digits, and a format of zeros pads a code."""
    text = str(value) if isinstance(value, int) else format(Decimal(f"{value:.15g}"), "f")
    return SpreadsheetNumber(text.zfill(len(number_format)) if _ZEROS.fullmatch(number_format) else text)
