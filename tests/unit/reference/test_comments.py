"""Lines that begin with # in reference files say something to people, and nothing to the ledger."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.reference.csv_files import CsvFile, read_csv_file
from assets.reference.csv_text import csv_rows
from assets.reference.load import read_reference
from tests.support.ledgers import write_files
from tests.support.refused import DEFAULT, Refused, refused

COMPANIES: Final = DEFAULT.files()["companies.csv"]
HEADER: Final = COMPANIES.split(b"\n", 1)[0].decode()
NAMES: Final = '# The companies; a quotation mark " alone, and commas, semicolons;;; do no harm\n'
CELLS: Final = st.text(st.sampled_from('ab#",;\n '), max_size=4)


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("places", [(0,), (1,), (2,), (0, 1, 1, 2)])
def test_a_file_with_comments_says_the_same_as_without(
    tmp_path: Path, places: tuple[int, ...], line_end: str
) -> None:
    lines = COMPANIES.decode().splitlines(keepends=True)
    for place in sorted(places, reverse=True):
        lines.insert(place, NAMES)
    text = "".join(lines).replace("\n", line_end)
    write_files(tmp_path / "plain", DEFAULT.files())
    write_files(tmp_path / "with", DEFAULT.files() | {"companies.csv": text.encode()})
    with_comments, plain = read_reference(tmp_path / "with", {}), read_reference(tmp_path / "plain", {})
    assert with_comments.findings == plain.findings == ()
    table = with_comments.frames["company"].drop_columns("line_number")
    assert table == plain.frames["company"].drop_columns("line_number")


def test_a_wrong_row_after_comments_is_named_with_its_line_in_the_file(tmp_path: Path) -> None:
    text = f"# One\n{HEADER}\n\n# Two\nALBA,Albafinta,euro,IT,,\n"
    assert refused(tmp_path, changes={"companies.csv": text.encode()}) == [
        Refused("companies.csv", 5, "currency_code", "reference_value_invalid", "euro")
    ]


def test_a_wrong_header_after_comments_is_named_with_its_line_in_the_file(tmp_path: Path) -> None:
    text = f"# One\n# Two\n{HEADER},remark\n"
    assert refused(tmp_path, changes={"companies.csv": text.encode()}) == [
        Refused("companies.csv", 3, "remark", "reference_column_unknown", f"{HEADER},remark")
    ]


def test_a_file_of_comments_alone_has_no_header(tmp_path: Path) -> None:
    found = refused(tmp_path, changes={"settings.csv": b"# company_code,setting_name,setting_value\n"})
    assert {(each.file, each.line, each.code) for each in found} == {
        ("settings.csv", 1, "reference_column_missing")
    }


def test_a_comment_within_a_value_in_quotation_marks_is_part_of_it() -> None:
    text = 'code,name\n1,"first\n# second"\n# third\n'
    assert [row.cells for row in csv_rows(text, strict=True)] == [["code", "name"], ["1", "first\n# second"]]


def test_comments_stay_where_they_are_when_a_row_is_replaced_or_added(tmp_path: Path) -> None:
    path = tmp_path / "settings.csv"
    path.write_text("# Ours\nname,value\n# The first\na,1\n# The second\nb,2\n")
    file = read_csv_file(path)
    row = file.rows[0]
    assert file.with_row(row, file.line({**row, "value": "3"})).decode() == (
        "# Ours\nname,value\n# The first\na,3\n# The second\nb,2\n"
    )
    assert file.with_lines([file.line({"name": "c", "value": "4"})]).decode().endswith("b,2\nc,4\n")


@given(st.lists(st.tuples(CELLS, CELLS), max_size=5))
def test_a_row_that_is_written_is_read_as_it_was_also_if_it_begins_like_a_comment(
    rows: list[tuple[str, str]],
) -> None:
    file = CsvFile(b"", ("first", "second"), (), (), ",", "\n")
    lines = [file.line({"first": first, "second": second}) for first, second in rows]
    text = "first,second\n" + "".join(f"{line}\n# A comment, between\n" for line in lines)
    filled = [[first, second] for first, second in rows if first.strip() or second.strip()]
    assert [row.cells for row in csv_rows(text, strict=True)][1:] == filled
