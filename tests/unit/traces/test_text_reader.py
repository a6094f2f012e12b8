"""The text form: encodings and line ends (D28), short lines (D27), blank fields (D29), bad fields (D30)."""

from __future__ import annotations

import dataclasses
from datetime import date
from decimal import Decimal

import pytest

from assets.traces import text_form
from samples.trace_files import TraceLine, layout_field, render_line, render_text, with_raw
from tests.support.ledgers import Found, found_field, found_line, line_span
from tests.support.readings import read_text

FULL = TraceLine(
    company="ALBA",
    numerator="TES",
    year="2026",
    entry=17,
    progressive="000003",
    operation_date=date(2026, 10, 5),
    bank="COLLINA",
    bank_account="CC01",
    treasury_posting_date=date(2026, 10, 6),
    reason_code="ICLI",
    currency="USD",
    amount=Decimal("-1250.5"),
    company_currency="EUR",
    amount_company_currency=Decimal("-1150.4567"),
    value_date=date(2026, 10, 7),
    note="Ft. FV/401",
    document_type="RB",
    reference_number="OP00000017",
    account="1500001",
    section="SEZ1",
    cash_flow_item="CLI",
    open_item_key="ALBA-FV-2026-0401-1",
    due_date=date(2026, 10, 31),
    settlement_flag="S",
    return_year="2026",
    return_number=42,
    operation_description="BONIFICO DA CLIENTE",
    bill_flag="D",
    document_number="FV/401",
    original_amount=Decimal("6100.25"),
    on_behalf_company="BREZZA",
    on_behalf_account="4000102",
    payee_account="1801002",
    document_date=date(2026, 8, 5),
    bank_note="BONIFICO OFFICINE DORICA",
)


def whole(line: TraceLine) -> dict[str, object]:
    """The fields of a line as the reader gives them: blank text is null, amounts have the ledger's scale."""
    return {name: value if value != "" else None for name, value in dataclasses.asdict(line).items()}


def fields(row: dict[str, object]) -> dict[str, object]:
    """A row without its place in the file."""
    return {name: row[name] for name in row if name not in ("line_number", "byte_start", "byte_end")}


def line_with(name: str, raw: str) -> str:
    """A good line with these raw characters in one field."""
    return with_raw(render_line(FULL), name, raw)


# --- Good lines ---------------------------------------------------------------------------------------------


def test_d28_every_field_of_a_full_line_is_read_with_its_place() -> None:
    data = render_text([FULL])
    reading = read_text(data)
    assert [fields(row) for row in reading.rows] == [whole(FULL)]
    assert [(row["line_number"], row["byte_start"], row["byte_end"]) for row in reading.rows] == [
        (1, 0, 1019)
    ]
    assert reading.findings == []


@pytest.mark.parametrize(
    ("data", "places"),
    [
        (render_text([FULL, FULL]), [(1, 0, 1019), (2, 1021, 2040)]),
        (render_text([FULL, FULL], newline="\n"), [(1, 0, 1019), (2, 1020, 2039)]),
        (render_text([FULL, FULL], final_newline=False), [(1, 0, 1019), (2, 1021, 2040)]),
        (render_text([FULL, FULL], newline="\n", final_newline=False), [(1, 0, 1019), (2, 1020, 2039)]),
        (render_text([FULL]) + render_text([FULL], newline="\n"), [(1, 0, 1019), (2, 1021, 2040)]),
        (render_text([FULL, FULL]) + b"\x1a", [(1, 0, 1019), (2, 1021, 2040)]),
        (render_text([FULL, FULL], final_newline=False) + b"\x1a", [(1, 0, 1019), (2, 1021, 2040)]),
        (
            render_text([FULL, FULL], encoding="utf-8", bom=True),
            [(1, 3, 1022), (2, 1024, 2043)],
        ),
    ],
    ids=[
        "CRLF",
        "LF",
        "CRLF without a final one",
        "LF without a final one",
        "CRLF and LF mixed",
        "Ctrl-Z behind the last line end",
        "Ctrl-Z behind the last character",
        "byte order mark",
    ],
)
def test_d28_line_ends_and_marks_do_not_change_what_is_read(
    data: bytes, places: list[tuple[int, int, int]]
) -> None:
    reading = read_text(data)
    assert [fields(row) for row in reading.rows] == [whole(FULL), whole(FULL)]
    assert [(row["line_number"], row["byte_start"], row["byte_end"]) for row in reading.rows] == places
    assert reading.findings == []


@pytest.mark.parametrize(
    ("note", "encoding", "findings"),
    [
        ("Metà € 5 – più", "cp1252", []),
        ("Metà € 5 – più", "utf-8-sig", []),
        ("Metà € 5 – più", "utf-8", [Found("encoding_assumed", raw_value="UTF-8")]),
        ("Łódź, 東京 ✓ 𝄞", "utf-8-sig", []),
        ("Łódź, 東京 ✓ 𝄞", "utf-8", [Found("encoding_assumed", raw_value="UTF-8")]),
    ],
    ids=[
        "cp1252",
        "UTF-8 with a mark",
        "UTF-8 without a mark",
        "beyond cp1252 with a mark",
        "beyond cp1252 without a mark",
    ],
)
def test_d28_text_is_correct_in_every_encoding(note: str, encoding: str, findings: list[Found]) -> None:
    line = dataclasses.replace(FULL, note=note, bank_note=f"{note} {note}", operation_description=note)
    reading = read_text("\r\n".join(render_line(each) for each in (FULL, line, FULL)).encode(encoding))
    assert [fields(row) for row in reading.rows] == [whole(FULL), whole(line), whole(FULL)]
    assert reading.findings == findings


def test_d28_a_file_whose_lines_are_partly_valid_utf8_is_read_as_cp1252() -> None:
    # "Â°" in cp1252 are the bytes of "°" in UTF-8; the byte of "à" before a blank is not UTF-8 at all.
    lines = [dataclasses.replace(FULL, note="Metà prezzo"), dataclasses.replace(FULL, note="NÂ° 5")]
    reading = read_text(render_text(lines))
    assert reading.column("note") == ["Metà prezzo", "NÂ° 5"]
    assert reading.findings == []


def test_d28_the_encoding_holds_for_all_blocks_of_a_long_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_form, "BLOCK_BYTES", 1500)
    lines = [dataclasses.replace(FULL, note=f"Riga {number} à €") for number in range(1, 8)]
    reading = read_text(render_text(lines, encoding="utf-8", bom=True, newline="\n"))
    assert reading.column("note") == [f"Riga {number} à €" for number in range(1, 8)]
    assert reading.column("line_number") == [1, 2, 3, 4, 5, 6, 7]
    # Three bytes of the mark; each line has three bytes more than characters and a line feed.
    assert reading.column("byte_start") == [3 + 1023 * number for number in range(7)]
    assert reading.findings == []


def _long_file() -> bytes:
    bad_amount, bad_date = line_with("amount", "?" * 22), line_with("due_date", "20261332")
    full, short = render_line(FULL), render_line(FULL)[:100]
    lines = [full, bad_amount, short, full, full, bad_date, bad_amount, full, "", bad_date, short, full]
    return "\r\n".join(lines).encode("cp1252")


def test_d30_a_long_file_reads_the_same_in_many_blocks_as_in_one(monkeypatch: pytest.MonkeyPatch) -> None:
    in_one = read_text(_long_file())
    assert in_one.rejected == [2, 3, 6, 7, 10, 11]
    monkeypatch.setattr(text_form, "BLOCK_BYTES", 1500)
    assert read_text(_long_file()) == in_one


def test_d30_findings_of_many_blocks_are_counted_beyond_those_that_are_listed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(text_form, "BLOCK_BYTES", 1500)
    data = _long_file()
    everything = len(read_text(data).findings)
    monkeypatch.setattr("assets.traces.collector.MAX_FINDINGS_PER_FILE", 2)
    reading = read_text(data)
    assert reading.findings == [
        Found("too_many_findings", raw_value=f"{everything - 2} more findings are not listed"),
        found_field(data, "invalid_amount", 2, "amount", "?" * 22),
        Found("line_too_short", 3, *line_span(data, 3), None, render_line(FULL)[:100]),
    ]
    assert reading.rejected == [2, 3, 6, 7, 10, 11]


def test_d27_a_bank_note_of_570_characters_is_read_to_its_end() -> None:
    note = "x" * 568 + "àZ"
    reading = read_text(render_text([dataclasses.replace(FULL, bank_note=note)]))
    assert reading.column("bank_note") == [note]
    assert reading.findings == []


def test_d27_a_line_ends_within_its_bank_note_where_the_note_ends() -> None:
    line = dataclasses.replace(FULL, bank_note="BONIFICO")
    reading = read_text(render_text([line, FULL], width="minimal"))
    assert [fields(row) for row in reading.rows] == [whole(line), whole(FULL)]
    assert line_span(render_text([line, FULL], width="minimal"), 1) == (0, 449 + len("BONIFICO"))
    assert reading.findings == []


@pytest.mark.parametrize("width", [196, 243, 370, 371, 449, 450])
def test_d27_what_a_short_line_does_not_have_is_empty(width: int) -> None:
    cut = render_line(FULL)[:width]
    reading = read_text(cut.encode("cp1252"))
    expected = whole(FULL)
    for name in expected:
        place = layout_field(name)
        if place.end > width:
            expected[name] = "B" if name == "bank_note" and width == 450 else None
    assert [fields(row) for row in reading.rows] == [expected]
    assert reading.findings == []


def test_d27_lines_of_different_lengths_stand_side_by_side() -> None:
    short = dataclasses.replace(
        TraceLine(amount=Decimal("10")), return_year="", return_number=None, company="ALBA"
    )
    data = "\n".join([render_line(FULL), render_line(short)[:196], render_line(FULL)[:243]]).encode("cp1252")
    reading = read_text(data)
    assert reading.column("account") == ["1500001", "1801001", "1500001"]
    assert reading.column("open_item_key") == ["ALBA-FV-2026-0401-1", None, "ALBA-FV-2026-0401-1"]
    assert reading.column("bank_note") == ["BONIFICO OFFICINE DORICA", None, None]
    assert reading.findings == []


def test_the_filler_is_not_read() -> None:
    text = render_line(FULL)
    text = text[:370] + "\x07" * 40 + "#" * 39 + text[449:]
    reading = read_text(text.encode("cp1252"))
    assert [fields(row) for row in reading.rows] == [whole(FULL)]
    assert reading.findings == []


@pytest.mark.parametrize("blank", [" " * 8, "0" * 8])
def test_d29_a_blank_date_is_empty(blank: str) -> None:
    line = line_with("value_date", blank)
    line = with_raw(with_raw(line, "due_date", blank), "document_date", blank)
    reading = read_text(line.encode("cp1252"))
    assert [(row["value_date"], row["due_date"], row["document_date"]) for row in reading.rows] == [
        (None, None, None)
    ]
    assert reading.findings == []


@pytest.mark.parametrize(
    ("raw", "day"),
    [
        ("20261005", date(2026, 10, 5)),
        ("05102026", date(2026, 10, 5)),
        ("20122020", date(2020, 12, 20)),
        ("19000101", date(1900, 1, 1)),
        ("21991231", date(2199, 12, 31)),
        ("20240229", date(2024, 2, 29)),
    ],
)
def test_d29_a_date_is_read_in_either_order(raw: str, day: date) -> None:
    reading = read_text(line_with("operation_date", raw).encode("cp1252"))
    assert reading.column("operation_date") == [day]
    assert reading.findings == []


@pytest.mark.parametrize(
    ("field", "raw", "amount"),
    [
        ("amount", "+00000000000000,000000", Decimal(0)),
        ("amount", "-00000000000000,000000", Decimal(0)),
        ("amount", "-00000000001250,500000", Decimal("-1250.5")),
        ("amount", "+99999999999999,999900", Decimal("99999999999999.9999")),
        ("amount_company_currency", "-99999999999999,999900", Decimal("-99999999999999.9999")),
        ("amount_company_currency", "+00000000000000,000100", Decimal("0.0001")),
        ("original_amount", "+000000006100,25", Decimal("6100.25")),
        ("original_amount", "-999999999999,99", Decimal("-999999999999.99")),
        ("original_amount", "+00000006100,257", Decimal("6100.257")),
        ("original_amount", " " * 16, None),
    ],
)
def test_d30_an_amount_is_exact_to_the_last_digit(field: str, raw: str, amount: Decimal | None) -> None:
    reading = read_text(line_with(field, raw).encode("cp1252"))
    assert reading.column(field) == [amount]
    assert reading.findings == []


@pytest.mark.parametrize(
    ("field", "raw", "number"),
    [
        ("entry", "0000000000", 0),
        ("entry", "9999999999", 9_999_999_999),
        ("entry", "      0017", 17),
        ("entry", "17        ", 17),
        ("entry", "   17     ", 17),
        ("entry", " " * 10, None),
        ("return_number", "0042", 42),
    ],
)
def test_a_whole_number_may_have_blanks_around_it(field: str, raw: str, number: int | None) -> None:
    reading = read_text(line_with(field, raw).encode("cp1252"))
    assert reading.column(field) == [number]
    assert reading.findings == []


# --- Bad fields ---------------------------------------------------------------------------------------------

_BAD_AMOUNTS = [
    " 00000000001250,500000",
    "000000000001250,500000",
    "+0000000000125O,500000",
    "+00000000001250.500000",
    "+00000000001250;500000",
    "+00000000001250,50000 ",
    "+          1250,500000",
    "+0000000001.250,500000",
    "++0000000001250,500000",
    "-0000000000125,0500000",
    "+000000000012500,50000",
    "+00000000001250,5000-0",
    " " * 21 + "0",
    "+" + " " * 21,
    "+00000000001250,50000²",
]


@pytest.mark.parametrize("field", ["amount", "amount_company_currency"])
@pytest.mark.parametrize("raw", _BAD_AMOUNTS)
def test_d30_an_amount_that_is_not_exactly_sign_digits_comma_decimals_is_a_finding(
    field: str, raw: str
) -> None:
    data = render_text([FULL, line_with(field, raw), FULL])
    reading = read_text(data)
    assert reading.findings == [found_field(data, "invalid_amount", 2, field, raw)]
    assert [row[field] is None for row in reading.rows] == [False, True, False]
    assert reading.rejected == [2]


def test_d30_the_place_of_a_bad_field_counts_bytes_of_the_file() -> None:
    data = render_text([FULL, line_with("amount", "+00000000001250.500000")])
    # The second line begins at byte 1021, the amount at position 72: bytes 1092 to 1113.
    assert read_text(data).findings == [
        Found("invalid_amount", 2, 1092, 1114, "amount", "+00000000001250.500000")
    ]
    assert data[1092:1114] == b"+00000000001250.500000"


@pytest.mark.parametrize(
    "raw",
    [
        "+000000006100.25",
        " 000000006100,25",
        "+0000006100,2500",
        "+0000000061O,025",
        "+000000006100,2 ",
        "+0000000000006,1",
    ],
)
def test_d30_a_bad_original_amount_is_a_finding(raw: str) -> None:
    data = render_text([line_with("original_amount", raw)])
    assert read_text(data).findings == [found_field(data, "invalid_amount", 1, "original_amount", raw)]


@pytest.mark.parametrize("raw", ["+00000000001250,500010", "-00000000000000,000001"])
def test_an_amount_with_more_decimals_than_the_ledger_has_is_a_finding(raw: str) -> None:
    data = render_text([line_with("amount", raw)])
    reading = read_text(data)
    assert reading.findings == [found_field(data, "amount_too_precise", 1, "amount", raw)]
    assert reading.column("amount") == [None]


@pytest.mark.parametrize(
    "raw",
    [
        "20261032",
        "20260230",
        "20250229",
        "20261301",
        "2026-10-",
        "2026105 ",
        " 2026105",
        "       0",
        "18991231",
        "22000101",
        "00000001",
        "99999999",
        "2O261005",
        "2026100\xb2",
    ],
)
def test_d29_any_other_date_is_a_finding(raw: str) -> None:
    data = render_text([FULL, line_with("due_date", raw)])
    reading = read_text(data)
    assert reading.findings == [found_field(data, "invalid_date", 2, "due_date", raw)]
    assert reading.column("due_date") == [date(2026, 10, 31), None]


@pytest.mark.parametrize(
    "raw", ["00000000-1", "12 34     ", "0x00000001", "1.00000000", "+000000017", "²         "]
)
def test_a_whole_number_with_anything_but_digits_is_a_finding(raw: str) -> None:
    data = render_text([line_with("entry", raw)])
    reading = read_text(data)
    assert reading.findings == [found_field(data, "invalid_integer", 1, "entry", raw)]
    assert reading.column("entry") == [None]


@pytest.mark.parametrize("byte", [b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d"])
@pytest.mark.parametrize("field", ["note", "bank_note", "operation_description", "open_item_key"])
def test_d28_a_byte_that_cp1252_does_not_define_is_a_finding(field: str, byte: bytes) -> None:
    data = bytearray(render_text([FULL, FULL]))
    place = layout_field(field)
    data[1021 + place.start + 2] = byte[0]
    raw = bytes(data[1021 + place.start : 1021 + place.end]).decode("cp1252", "replace")
    reading = read_text(bytes(data))
    assert reading.findings == [
        Found("invalid_character", 2, 1021 + place.start, 1021 + place.end, field, raw)
    ]
    assert reading.rows[1][field] is None
    assert reading.rejected == [2]


@pytest.mark.parametrize("character", ["\x00", "\x01", "\t", "\x0b", "\r", "\x1a", "\x1b", "\x1f", "\x7f"])
@pytest.mark.parametrize("field", ["note", "account", "company", "bank_note"])
def test_d30_a_control_character_in_a_text_is_a_finding(field: str, character: str) -> None:
    data = bytearray(render_text([FULL, FULL, FULL]))
    place = layout_field(field)
    data[1021 + place.start + 1] = ord(character)
    raw = bytes(data[1021 + place.start : 1021 + place.end]).decode("cp1252")
    reading = read_text(bytes(data))
    assert reading.findings == [
        Found("control_character", 2, 1021 + place.start, 1021 + place.end, field, raw)
    ]
    assert [row[field] is None for row in reading.rows] == [False, True, False]


def test_d30_every_bad_field_of_a_line_is_named() -> None:
    text = line_with("operation_date", "20261032")
    text = with_raw(text, "amount", "+00000000001250.500000")
    text = with_raw(text, "entry", "17      17")
    text = with_raw(text, "note", "Ft.\tFV/401" + " " * 30)
    data = render_text([FULL, text])
    assert read_text(data).findings == [
        found_field(data, "invalid_integer", 2, "entry", "17      17"),
        found_field(data, "invalid_date", 2, "operation_date", "20261032"),
        found_field(data, "invalid_amount", 2, "amount", "+00000000001250.500000"),
        found_field(data, "control_character", 2, "note", "Ft.\tFV/401" + " " * 30),
    ]


def test_d30_positions_count_characters_and_places_count_bytes_in_utf8() -> None:
    line = dataclasses.replace(FULL, note="à€ Łódź", operation_description="東京")
    bad = with_raw(render_line(line), "document_date", "20261301")
    data = b"\xef\xbb\xbf" + "\n".join([render_line(FULL), bad]).encode()
    start = data.index(b"20261301")
    reading = read_text(data)
    assert reading.findings == [Found("invalid_date", 2, start, start + 8, "document_date", "20261301")]
    assert reading.rejected == [2]


# --- Bad lines ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [1, 34, 180])
def test_d30_a_line_too_short_for_its_mandatory_fields_is_a_finding(width: int) -> None:
    data = render_text([FULL, render_line(FULL)[:width], FULL])
    reading = read_text(data)
    assert reading.findings == [found_line(data, "line_too_short", 2)]
    assert reading.rejected == [2]


def test_d30_a_line_that_is_cut_off_within_a_field_reports_the_field() -> None:
    data = render_line(FULL)[: layout_field("original_amount").start + 10].encode("cp1252")
    assert read_text(data).findings == [
        found_field(data, "invalid_amount", 1, "original_amount", "+000000006")
    ]


def test_d30_a_line_longer_than_the_layout_is_a_finding() -> None:
    data = render_text([FULL, render_line(FULL) + "x", FULL])
    reading = read_text(data)
    assert reading.findings == [Found("line_too_long", 2, 1021, 1021 + 1020, None, render_line(FULL) + "x")]
    assert reading.rejected == [2]


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("line_too_short", "Metà € 5"),
        ("line_too_long", render_line(dataclasses.replace(FULL, bank_note="Metà € 5")) + "€"),
    ],
)
def test_d28_a_bad_line_is_shown_in_the_encoding_of_the_file(code: str, line: str) -> None:
    data = render_text([FULL, line])
    assert read_text(data).findings == [Found(code, 2, 1021, 1021 + len(line), None, line)]


def test_d30_two_lines_that_ran_together_are_one_finding() -> None:
    data = render_text([FULL, render_line(FULL) * 2])
    assert read_text(data).findings == [
        Found("line_too_long", 2, 1021, 1021 + 2038, None, render_line(FULL) * 2)
    ]


def test_d28_blank_lines_are_a_warning_and_the_others_are_read() -> None:
    data = render_text([FULL, "", FULL, "    ", FULL])
    reading = read_text(data)
    assert reading.findings == [
        found_line(data, "line_empty", 2),
        found_line(data, "line_empty", 4),
    ]
    assert reading.column("line_number") == [1, 3, 5]
    assert reading.rejected == []


def test_d28_a_blank_last_line_is_nothing() -> None:
    reading = read_text(render_text([FULL, ""]))
    assert reading.column("line_number") == [1]
    assert reading.findings == []


def test_d28_a_line_that_is_not_utf8_in_a_file_with_a_mark_is_a_finding() -> None:
    line = dataclasses.replace(FULL, note="Metà")
    data = bytearray(render_text([FULL, line, FULL], encoding="utf-8", bom=True))
    place = bytes(data).index("à".encode())
    data[place : place + 2] = b"\xe0"
    reading = read_text(bytes(data))
    assert reading.findings == [Found("invalid_character", 2, place, place + 1, None, "e0")]
    assert reading.rejected == [2]


def test_d30_a_bad_field_behind_a_character_that_is_not_utf8_is_named_with_its_own_bytes() -> None:
    line = with_raw(render_line(dataclasses.replace(FULL, note="Metà")), "due_date", "20261032")
    data = bytearray(render_text([FULL, line], encoding="utf-8", bom=True))
    place = bytes(data).index("à".encode())
    data[place : place + 2] = b"\xe0"
    start = bytes(data).index(b"20261032")
    assert read_text(bytes(data)).findings == [
        Found("invalid_character", 2, place, place + 1, None, "e0"),
        Found("invalid_date", 2, start, start + 8, "due_date", "20261032"),
    ]


def test_d30_only_so_many_findings_are_listed_and_the_others_are_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("assets.traces.collector.MAX_FINDINGS_PER_FILE", 3)
    data = render_text([line_with("amount", "?" * 22)] * 5)
    reading = read_text(data)
    assert reading.findings == [
        Found("too_many_findings", raw_value="2 more findings are not listed"),
        *(found_field(data, "invalid_amount", number, "amount", "?" * 22) for number in (1, 2, 3)),
    ]
    assert reading.rejected == [1, 2, 3, 4, 5]
