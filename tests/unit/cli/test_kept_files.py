"""Reading the line of a kept file as evidence (O06)."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.cli.kept_files import MAX_LINE_BYTES, read_line


@pytest.mark.parametrize(
    ("content", "place", "line"),
    [
        ("Società €\r\nsecond".encode("cp1252"), (0, 11), "Società €"),
        ("Società €\nsecond".encode(), (0, 13), "Società €"),
        (b"\xef\xbb\xbf" + "Società\r\n".encode(), (0, 13), "Società"),
        (b"\xef\xbb\xbfa\n" + "è\n".encode(), (5, 7), "è"),
        (b"\xef\xbb\xbfa\n\xe8\n", (5, 6), "\\xe8"),
        (b"undefined \x81 byte", (0, 16), "undefined \\x81 byte"),
        (b"short", (3, 99), "rt"),
        (b"x" * (MAX_LINE_BYTES + 5), (0, MAX_LINE_BYTES + 5), "x" * MAX_LINE_BYTES),
    ],
)
def test_d28_the_raw_line_is_read_in_the_encoding_of_its_file(
    tmp_path: Path, content: bytes, place: tuple[int, int], line: str
) -> None:
    file = tmp_path / "kept"
    file.write_bytes(content)
    assert read_line(file, *place) == line
