"""The text of a reference file: its header line and its rows, each with the lines on which it stands.

Belongs here: what is a comment, what separates columns. Does not: which columns a file has
(`assets.reference.schemas`), and what is written into it (`assets.reference.csv_files`).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Final, NamedTuple

COMMENT_MARK: Final = "#"
"""A line that begins with it says something to people. A value that begins a row so is put into quotes."""


class CsvRow(NamedTuple):
    """A row with something in it, as written. It stands on the lines after `before` up to `last`, from 1."""

    cells: list[str]
    before: int
    last: int


class _Lines:
    """The lines of a text with their ends. A comment is a blank line, unless it stands within a value."""

    def __init__(self, text: str) -> None:
        self._lines = io.StringIO(text, newline="")
        self.is_within_row = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        if not self.is_within_row and line.startswith(COMMENT_MARK):
            return "\n"
        self.is_within_row = True
        return line


def separator_of(text: str) -> str:
    """What stands between the columns: comma, or semicolon where the header has more of these."""
    header = next(_lines_with_text(text), "")
    return ";" if header.count(";") > header.count(",") else ","


def line_end_of(text: str) -> str:
    """How the lines of a text end, by its first one."""
    return "\r\n" if text.split("\n", 1)[0].endswith("\r") else "\n"


def csv_rows(text: str, *, strict: bool) -> Iterator[CsvRow]:
    """The rows of a text, the header first. Comments and rows of blank cells are left out.

    Raises:
        csv.Error: if a row cannot be read. With `strict`, quotation marks must be right as well; its
            `args` end with the number of the line.
    """
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=separator_of(text), strict=strict)
    before = 0
    while True:
        lines.is_within_row = False
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise csv.Error(*error.args, reader.line_num) from error
        if any(cell.strip() for cell in cells):
            yield CsvRow(cells, before, reader.line_num)
        before = reader.line_num


def _lines_with_text(text: str) -> Iterator[str]:
    return (line for line in io.StringIO(text) if line.strip() and not line.startswith(COMMENT_MARK))
