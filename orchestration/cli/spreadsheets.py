"""Lists as CSV and as XLSX, for people who go on with them elsewhere.

Belongs here: how values stand in either, and that no text is taken for a formula. Does not: which rows
there are.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import IO, Any, Final

from assets.errors import OperatingError
from assets.ledger.asking import Report
from orchestration.cli.render import amount_of, to_json_value, visible

_FORMULA: Final = re.compile(r"[=+\-@\t\r]")
_UNFIT: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_DIGITS_OF_A_CELL: Final = 15
"""What a number in a spreadsheet holds exactly; an amount with more digits stands there as text."""

_MOST_ROWS: Final = 1_048_576
"""Rows of a sheet, with its headings."""


def harmless(text: str) -> str:
    """The text so that no spreadsheet takes it for a formula: an apostrophe before what would begin one."""
    return f"'{text}" if _FORMULA.match(text) else text


def write_csv(buffer: IO[bytes], report: Report) -> int:
    """Writes a list as CSV in UTF-8 with the names of the fields above; returns how many there are.

    Amounts are exact with a decimal point, dates and times as in JSON, what is missing is empty.
    """
    stream = io.TextIOWrapper(buffer, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(report.columns)
    count = 0
    for row in report.dictionaries():
        writer.writerow([_csv_value(row, name) for name in row])
        count += 1
    stream.detach()
    return count


def _csv_value(row: Mapping[str, object], name: str) -> str:
    value = row[name]
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return amount_of(row, name)
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value}" if isinstance(value, int) else harmless(f"{to_json_value(value)}")


def write_xlsx(buffer: IO[bytes], title: str, report: Report) -> int:
    """Writes a list as a workbook with one sheet, the names of the fields above; returns how many there are.

    Amounts are numbers with the decimals of their currency, dates are dates, times are in UTC; texts are
    texts.

    Raises:
        OperatingError: if a sheet cannot hold so many rows.
    """
    import openpyxl
    from openpyxl.cell import WriteOnlyCell

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"

    def cell(row: Mapping[str, object], name: str) -> Any:
        value = row[name]
        if value is None or isinstance(value, bool | int):
            return value
        if isinstance(value, Decimal):
            text = amount_of(row, name)
            if sum(letter.isdigit() for letter in text) > _DIGITS_OF_A_CELL:
                return _text_cell(WriteOnlyCell(sheet), text)
            made = WriteOnlyCell(sheet)
            made.value = value
            digits = len(text.partition(".")[2])
            made.number_format = f"0.{'0' * digits}" if digits else "0"
            return made
        if isinstance(value, dt.date):
            made = WriteOnlyCell(sheet)
            made.value = value
            made.number_format = "yyyy-mm-dd hh:mm:ss" if isinstance(value, dt.datetime) else "yyyy-mm-dd"
            return made
        return _text_cell(WriteOnlyCell(sheet), harmless(str(value)))

    sheet.append(list(report.columns))
    count = 0
    try:
        for count, row in enumerate(report.dictionaries(), 1):
            if count == _MOST_ROWS:
                raise OperatingError(
                    f"a sheet holds {_MOST_ROWS - 1:,} rows, and there are more: narrow the list, or "
                    "use --csv"
                )
            sheet.append([cell(row, name) for name in row])
    finally:
        sheet.close()
    book.save(buffer)
    return count


def _text_cell(cell: Any, text: str) -> Any:
    cell.value = _UNFIT.sub(lambda found: visible(found[0]), text)
    # openpyxl takes what begins with an equals sign for a formula.
    cell.data_type = "s"
    return cell
