"""Tables of other programs: every encoding, separator and kind of cell becomes the text that was meant."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import Final

import openpyxl
import pytest

from assets.errors import OperatingError
from assets.reference.foreign_tables import ForeignTable, read_table

ROWS: Final = (("Conto", "Descrizione"), ("4000001", "Società à responsabilité"), ("", ""), ("2", ""))
READ: Final = ForeignTable(
    ("Conto", "Descrizione"), ((2, ("4000001", "Società à responsabilité")), (4, ("2", "")))
)


def table(folder: Path, content: bytes, name: str = "a.csv", sheet: str | None = None) -> ForeignTable:
    """The table in a file of this content."""
    (folder / name).write_bytes(content)
    return read_table(folder / name, sheet)


def spreadsheet(
    *sheets: tuple[str, list[tuple[object, ...]]], formats: dict[str, str] | None = None
) -> bytes:
    """An XLSX file with these sheets; `formats` are those of cells of the first one."""
    book = openpyxl.Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    for place, form in (formats or {}).items():
        book.worksheets[0][place].number_format = form
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_csv_is_read_whatever_its_encoding_separator_and_line_ends(
    tmp_path: Path, encoding: str, separator: str, line_end: str
) -> None:
    text = "".join(f"{separator.join(row)}{line_end}" for row in ROWS)
    assert table(tmp_path, text.encode(encoding)) == READ


def test_a_spreadsheet_is_read_like_a_csv(tmp_path: Path) -> None:
    read = table(tmp_path, spreadsheet(("Conti", [*ROWS])), "a.xlsx")
    assert (read.columns, read.rows, read.is_spreadsheet) == (READ.columns, READ.rows, True)


def test_cells_of_a_spreadsheet_are_the_text_that_was_meant(tmp_path: Path) -> None:
    header = ("code", "padded", "amount", "sum", "day", "moment", "flag", "none", "text")
    row = (
        1500001.0,
        42,
        1234.5,
        0.1 + 0.2,
        dt.date(2026, 10, 31),
        dt.datetime.combine(dt.date(2026, 10, 31), dt.time(8, 30)),
        True,
        None,
        " 1.234,50 ",
    )
    read = table(tmp_path, spreadsheet(("S", [header, row]), formats={"B2": "00000"}), "a.xlsx")
    assert read.rows == (
        (2, ("1500001", "00042", "1234.5", "0.3", "2026-10-31", "2026-10-31", "true", "", "1.234,50")),
    )


def test_a_large_amount_of_a_spreadsheet_keeps_every_digit(tmp_path: Path) -> None:
    read = table(tmp_path, spreadsheet(("S", [("a", "b"), (9999999999999.99, 1234567890123456)])), "a.xlsx")
    assert read.rows == ((2, ("9999999999999.99", "1234567890123456")),)


def test_titles_above_the_header_are_passed_over(tmp_path: Path) -> None:
    assert table(tmp_path, b"Piano dei conti\n\nConto;Nome\n1;x\n").rows == ((4, ("1", "x")),)


def test_a_sheet_is_named_where_there_are_several(tmp_path: Path) -> None:
    content = spreadsheet(("One", [("a", "b"), (1, 2)]), ("Two", [("a", "b"), (3, 4)]))
    assert table(tmp_path, content, sheet="Two").rows == ((2, ("3", "4")),)
    with pytest.raises(OperatingError, match=r"several sheets \(One, Two\): name one by --sheet"):
        table(tmp_path, content)
    with pytest.raises(OperatingError, match="has no sheet Three, but One, Two"):
        table(tmp_path, content, sheet="Three")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "has no header line"),
        (b"one\ntwo\n", "has no header line"),
        (b"a;A\n1;2\n", "the name A twice"),
        (b"a;;b\n1;2;3\n", "a column without a name"),
        (b"a;b\n1;2;3\n", "row 2 has 3 cells, its header 2"),
        (b'a;b\n1;"2\n', "line 2: unexpected end of data"),
        (b"a;b\n\x00;2\n", "neither an XLSX file nor text"),
        (b"PK\x03\x04nothing", "is no XLSX file that can be read"),
    ],
)
def test_what_is_no_table_is_refused_in_words(tmp_path: Path, content: bytes, sentence: str) -> None:
    with pytest.raises(OperatingError, match=sentence):
        table(tmp_path, content)


def test_a_cell_with_an_error_is_refused(tmp_path: Path) -> None:
    content = spreadsheet(("S", [("a", "b"), ("#N/A", 1)]))
    with pytest.raises(OperatingError, match=r"row 2 holds #N/A instead of a value"):
        table(tmp_path, content)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(OperatingError, match=r"cannot read .*a\.csv: No such file or directory"):
        read_table(tmp_path / "a.csv")
