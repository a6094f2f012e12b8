"""Which reader takes a file (D02): one, or a finding that says why none does. Nothing is guessed."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assets.findings import Finding
from assets.traces.readers import HEAD_BYTES, READERS, Reader, choose_reader, reader_named
from samples.trace_files import TraceLine, render_json, render_line, render_text, with_raw
from tests.support.ledgers import Found, as_found

LINE = TraceLine(amount=Decimal("-10.00"))
TEXT = render_text([LINE])
JSON = render_json([LINE])


def chosen(head: bytes) -> str | list[Found]:
    """The name of the reader that takes the file, or the finding."""
    choice = choose_reader(head[:HEAD_BYTES], "RITCOGE.txt")
    return choice.name if isinstance(choice, Reader) else as_found([choice])


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (TEXT, "text"),
        (b"\xef\xbb\xbf" + TEXT, "text"),
        (b"\r\n\r\n" + TEXT, "text"),
        (render_line(LINE)[:196].encode(), "text"),
        (with_raw(render_line(LINE), "operation_date", "20261032").encode(), "text"),
        (with_raw(render_line(LINE), "operation_date", "5.10.26 ").encode(), "text"),
        (with_raw(render_line(LINE), "amount", "+00000000001250.500000").encode(), "text"),
        (with_raw(render_line(LINE), "amount", "letters and no amount ").encode(), "text"),
        (render_line(LINE)[:150].encode(), "text"),
        (b"no trace at all\r\n" * 900 + TEXT, "text"),
        (JSON, "json"),
        (b"\xef\xbb\xbf" + JSON, "json"),
        (b" \t\r\n[]", "json"),
        (b"{}", "json"),
        (b"[not JSON", "json"),
    ],
)
def test_d02_the_form_is_known_by_the_content_and_not_by_the_name(head: bytes, name: str) -> None:
    assert chosen(head) == name


@pytest.mark.parametrize("head", [b"", b" ", b"\r\n\r\n", b"\x1a", b" \t\r\n\x1a", b"\x00\x00\x00"])
def test_d02_a_file_with_nothing_in_it_is_a_finding(head: bytes) -> None:
    assert chosen(head) == [Found("file_empty", raw_value=f"{len(head)} bytes")]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_d02_a_file_in_utf16_is_a_finding(encoding: str) -> None:
    mark = b"\xff\xfe" if encoding == "utf-16-le" else b"\xfe\xff"
    assert chosen(mark + TEXT.decode("cp1252").encode(encoding)) == [
        Found("file_encoding_not_supported", None, 0, 2, None, "UTF-16")
    ]


def test_d02_a_file_in_utf16_without_a_mark_is_binary_data() -> None:
    assert chosen(TEXT.decode("cp1252").encode("utf-16-le")) == [
        Found("file_not_text", None, 1, 2, None, "a zero byte")
    ]


@pytest.mark.parametrize(("head", "place"), [(b"\x89PNG\r\n\x1a\n\x00\x00", 8), (TEXT + b"\x00", 1021)])
def test_d02_a_file_with_a_zero_byte_at_its_start_is_binary_data(head: bytes, place: int) -> None:
    assert chosen(head) == [Found("file_not_text", None, place, place + 1, None, "a zero byte")]


@pytest.mark.parametrize(
    ("head", "line"),
    [
        (b"Cespite;Descrizione\r\nM-014;Tornio\r\n", "Cespite;Descrizione"),
        (b"%PDF-1.7\n%\xe2\xe3", "%PDF-1.7"),
        ("Metà\n".encode("cp1252"), "Metà"),
        (b"<xml/>", "<xml/>"),
        (b"2026-10-01", "2026-10-01"),
    ],
)
def test_d02_a_file_that_no_reader_understands_shows_its_first_line(head: bytes, line: str) -> None:
    assert chosen(head) == [Found("file_not_understood", 1, 0, len(line.encode("cp1252")), None, line)]


def test_d02_a_file_that_two_readers_claim_is_a_finding_and_no_guess() -> None:
    text = with_raw(render_line(LINE), "company", "[ALBA]    ")
    assert chosen(text.encode()) == [Found("file_claimed_twice", raw_value="text and json")]


@pytest.mark.parametrize("begin", ["[{", " [ {", "\ufeff[\n{", "{"])
def test_d02_json_whose_digits_stand_where_a_line_of_text_has_its_date_is_json(begin: str) -> None:
    before_date = 34
    json_line = f'{begin}"x": "'.ljust(before_date) + '20261120", "y": 1}]'
    assert chosen(json_line.encode()) == "json"


def test_d02_readers_are_asked_for_the_first_bytes_and_the_name() -> None:
    asked: list[tuple[bytes, str]] = []

    def claims(head: bytes, name: str) -> bool:
        asked.append((head, name))
        return False

    silent = Reader("silent", claims, READERS[0].read, READERS[0].locate)
    choice = choose_reader(b"anything", "RITCOGE.dat", (silent,))
    assert isinstance(choice, Finding)
    assert (choice.finding_code, asked) == ("file_not_understood", [(b"anything", "RITCOGE.dat")])


def test_a_reader_is_found_again_by_the_name_kept_with_its_import() -> None:
    assert [reader_named(name).name for name in ("text", "json")] == ["text", "json"]
    with pytest.raises(KeyError):
        reader_named("xml")
