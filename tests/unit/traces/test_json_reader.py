"""The JSON form (D33): what it accepts, what it refuses, and that bad input never stops the program."""

from __future__ import annotations

import dataclasses
import json
from datetime import date
from decimal import Decimal
from typing import Literal

import pytest

from assets.traces import json_form
from samples.trace_files import TraceLine, layout, render_json, render_text
from tests.support.ledgers import Found
from tests.support.readings import Reading, read_json, read_text

FULL = TraceLine(
    entry=17,
    progressive="000003",
    reason_code="ICLI",
    currency="USD",
    amount=Decimal("-1250.5"),
    amount_company_currency=Decimal("-1150.4567"),
    value_date=date(2026, 10, 7),
    note="Metà € Łódź 東京 𝄞",
    document_type="RB",
    reference_number="OP00000017",
    account="1500001",
    section="SEZ1",
    cash_flow_item="CLI",
    open_item_key="ALBA-FV-2026-0401-1",
    due_date=date(2026, 10, 31),
    settlement_flag="S",
    return_number=42,
    operation_description="BONIFICO DA CLIENTE",
    bill_flag="D",
    document_number="FV/401",
    original_amount=Decimal("6100.25"),
    on_behalf_company="BREZZA",
    on_behalf_account="4000102",
    payee_account="1801002",
    document_date=date(2026, 8, 5),
    bank_note="B" * 570,
)

GOOD = (
    '{"company":"ALBA","progressive":"000001","operationDate":"2026-10-01","cgReasonCode":"ICLI",'
    '"currencyCode":"EUR","amount":-10.00,"amountLCY":-10.00,"chartOfAccounts":"1500001"}'
)


def element(**members: object) -> bytes:
    """An array with one good object that has these members more or changed; they are written as JSON."""
    merged = json.loads(GOOD, parse_float=str) | members
    return ("[" + json.dumps(merged, ensure_ascii=False) + "]").encode()


def with_raw_member(name: str, raw: str) -> bytes:
    """An array with one good object in which the member `name` is written as the text `raw`."""
    members = json.loads(GOOD, parse_float=str)
    members.pop(name, None)
    inner = json.dumps(members)[1:-1]
    return f'[{{{inner}, "{name}": {raw}}}]'.encode()


def field_of(json_name: str) -> str:
    """The layout's name of a field by its name in JSON."""
    return next(row.name for row in layout() if row.json_name == json_name)


def whole_element(data: bytes) -> tuple[int, int]:
    """The bytes of the only element of an array without blanks."""
    return 1, len(data) - 1


# --- What is read -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("amounts", ["number", "string"])
def test_d33_every_field_is_read_exactly(amounts: Literal["number", "string"]) -> None:
    reading = read_json(render_json([FULL], amounts=amounts))
    expected = dataclasses.asdict(FULL)
    assert [{name: row[name] for name in expected} for row in reading.rows] == [expected]
    assert reading.findings == []


def test_d33_the_json_form_reads_as_the_text_form() -> None:
    lines = [
        dataclasses.replace(FULL, note="Metà €", entry=entry, amount=Decimal(amount))
        for entry, amount in enumerate(["0", "-0.01", "99999999999999.9999", "-12.3400"])
    ]
    names = list(dataclasses.asdict(FULL))
    text = read_text(render_text(lines))
    from_json = read_json(render_json(lines))
    assert [[row[name] for name in names] for row in from_json.rows] == [
        [row[name] for name in names] for row in text.rows
    ]
    assert (text.findings, from_json.findings) == ([], [])


def test_d33_an_element_knows_its_bytes_and_its_number() -> None:
    data = f'[ {{"company": "à"}},\r\n\t{{}} , {GOOD}\n]\n'.encode()
    reading = read_json(data)
    starts = [data.index(b"{"), data.index(b"{}"), data.index(b'{"company":"ALBA"')]
    ends = [data.index(b"}") + 1, data.index(b"{}") + 2, data.rindex(b"}") + 1]
    assert [(row["line_number"], row["byte_start"], row["byte_end"]) for row in reading.rows] == [
        (number, start, end) for number, start, end in zip((1, 2, 3), starts, ends, strict=True)
    ]


def test_d33_a_byte_order_mark_moves_the_bytes_and_nothing_else() -> None:
    plain = read_json(element(note="x"))
    marked = read_json(b"\xef\xbb\xbf" + element(note="x"))
    assert [row["byte_start"] for row in marked.rows] == [4]
    assert [dict(row, byte_start=0, byte_end=0) for row in marked.rows] == [
        dict(row, byte_start=0, byte_end=0) for row in plain.rows
    ]


@pytest.mark.parametrize("raw", ["null", '""'])
@pytest.mark.parametrize("name", ["comment", "dueDate", "originalAmount", "cgRetNo"])
def test_d33_an_empty_optional_value_is_as_good_as_none(name: str, raw: str) -> None:
    reading = read_json(with_raw_member(name, raw))
    assert reading.column(field_of(name)) == [None]
    assert reading.findings == []


@pytest.mark.parametrize(
    ("raw", "amount"),
    [
        ("1250.5", "1250.5"),
        ("-0.1", "-0.1"),
        ("0.30000000000000004e0", None),
        ("1e3", "1000"),
        ("12.50E+1", "125"),
        ("99999999999999.9999", "99999999999999.9999"),
        ('"1250.50"', "1250.5"),
        ('"+1250.50"', "1250.5"),
        ('"-1250.500000"', "-1250.5"),
        ("1250.500000000", "1250.5"),
    ],
)
def test_d33_an_amount_never_passes_through_a_float(raw: str, amount: str | None) -> None:
    reading = read_json(with_raw_member("amount", raw))
    assert reading.column("amount") == [None if amount is None else Decimal(amount)]
    assert [found.finding_code for found in reading.findings] == (
        ["amount_too_precise"] if amount is None else []
    )


# --- What is refused within an element ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "raw", "code", "shown"),
    [
        ("company", "12", "json_wrong_type", "12"),
        ("comment", "true", "json_wrong_type", "True"),
        ("comment", "1.50", "json_wrong_type", "1.50"),
        ("operationDate", "20261001", "json_wrong_type", "20261001"),
        ("operationDate", '"20261001"', "invalid_date", "20261001"),
        ("operationDate", '"2026-10-01T00:00:00"', "invalid_date", "2026-10-01T00:00:00"),
        ("operationDate", '"2026-02-30"', "invalid_date", "2026-02-30"),
        ("operationDate", '"01/10/2026"', "invalid_date", "01/10/2026"),
        ("operationDate", '"00000000"', "invalid_date", "00000000"),
        ("amount", '"1.250,50"', "invalid_amount", "1.250,50"),
        ("amount", '"1250,50"', "invalid_amount", "1250,50"),
        ("amount", '" 1250.50"', "invalid_amount", " 1250.50"),
        ("amount", '"1e3"', "invalid_amount", "1e3"),
        ("amount", '"NaN"', "invalid_amount", "NaN"),
        ("amount", '"١٢"', "invalid_amount", "١٢"),
        ("amount", "true", "invalid_amount", "True"),
        ("amount", "100000000000000", "invalid_amount", "100000000000000"),
        ("amount", "-1E+14", "invalid_amount", "-1E+14"),
        ("amount", "1E+999999", "invalid_amount", "1E+999999"),
        ("amount", "0.00001", "amount_too_precise", "0.00001"),
        ("amount", "1E-999999", "amount_too_precise", "1E-999999"),
        ("entry", "-1", "invalid_integer", "-1"),
        ("entry", "1.5", "invalid_integer", "1.5"),
        ("entry", "12345678901", "invalid_integer", "12345678901"),
        ("entry", '"12 "', "invalid_integer", "12 "),
        ("entry", '"²"', "invalid_integer", "²"),
        ("entry", "true", "invalid_integer", "True"),
        ("comment", '"Ft.\\t401"', "control_character", "Ft.\t401"),
        ("comment", '"Ft.\\u007f401"', "control_character", "Ft.\x7f401"),
        ("comment", '"' + "x" * 41 + '"', "text_too_long", "x" * 41),
        ("cgKey", '"' + "K" * 27 + '"', "text_too_long", "K" * 27),
        ("cbiNotes", '"' + "x" * 571 + '"', "text_too_long", "x" * 571),
    ],
)
def test_d33_a_value_that_is_not_as_the_layout_says_is_a_finding(
    name: str, raw: str, code: str, shown: str
) -> None:
    data = with_raw_member(name, raw)
    reading = read_json(data)
    assert reading.findings == [Found(code, 1, *whole_element(data), field_of(name), shown)]
    assert reading.column(field_of(name)) == [None]
    assert reading.rejected == [1]


@pytest.mark.parametrize(
    ("name", "raw", "code"),
    [
        ("entry", "1E+99", "invalid_integer"),
        ("entry", "1E+99999", "invalid_integer"),
        ("amount", "1E+99999999999999999999", "invalid_amount"),
        ("amount", "1E-99999999999999999999", "amount_too_precise"),
    ],
)
def test_d33_a_number_with_a_huge_exponent_is_a_finding_and_no_crash(name: str, raw: str, code: str) -> None:
    data = with_raw_member(name, raw)
    assert [(found.finding_code, found.line_number, found.field) for found in read_json(data).findings] in (
        [(code, 1, field_of(name))],
        # The number may also be refused before its name is known.
        [("json_syntax", None, None)],
    )


@pytest.mark.parametrize("name", ["comment", "company", "\\ud83d"])
def test_d33_half_a_surrogate_pair_is_a_finding_and_no_crash(name: str) -> None:
    data = f'[{GOOD[:-1]}, "{name}": "\\ud83d"}}]'.replace('"company":"ALBA",', "").encode()
    codes = [found.finding_code for found in as_kept(read_json(data))]
    assert codes in (["invalid_character"], ["json_unknown_name"], ["json_syntax"])


def as_kept(reading: Reading) -> list[Found]:
    """The findings once their texts went through UTF-8, as they do on their way into the ledger."""
    return [found._replace(raw_value=(found.raw_value or "").encode().decode()) for found in reading.findings]


def test_d33_a_name_in_the_wrong_case_is_named_with_the_right_one() -> None:
    data = element(Comment="Ft.")
    assert read_json(data).findings == [
        Found("json_name_in_wrong_case", 1, *whole_element(data), None, "Comment")
    ]


def test_d33_an_unknown_name_is_a_warning_and_its_value_is_not_read() -> None:
    data = element(commentary="Ft.")
    reading = read_json(data)
    assert reading.findings == [Found("json_unknown_name", 1, *whole_element(data), None, "commentary")]
    assert reading.rejected == []


def test_d33_a_repeated_name_is_a_finding_whichever_value_was_meant() -> None:
    data = b"[" + GOOD[:-1].encode() + b',"amount":-20.00}]'
    reading = read_json(data)
    assert reading.findings == [Found("json_name_repeated", 1, *whole_element(data), "amount", "-20.00")]
    assert reading.rejected == [1]


@pytest.mark.parametrize("raw", ["5", "-1.50", '"text"', "null", "true", "[1]", "[[]]"])
def test_d33_an_element_that_is_not_an_object_is_a_finding(raw: str) -> None:
    data = f"[{raw},{GOOD}]".encode()
    reading = read_json(data)
    assert [found[:5] for found in reading.findings] == [("json_not_an_object", 1, 1, 1 + len(raw), None)]
    assert reading.rejected == [1]
    assert reading.column("account") == [None, "1500001"]


def test_d33_an_empty_array_within_the_array_is_not_an_object() -> None:
    assert [found.finding_code for found in read_json(f"[[],{GOOD}]".encode()).findings] == [
        "json_not_an_object"
    ]


# --- What is refused as a whole -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "start"),
    [
        (b"[", 1),
        (b"[,]", 1),
        (b"[ {} , ]", 7),
        (b'[{"company": "ALBA"', 19),
        (b'[{"company": ALBA}]', 13),
        (b"[{'company': 'ALBA'}]", 2),
        (b"[{} {}]", 4),
        (b"[{}] x", 5),
        (b"[{}]]", 4),
        (b'{"company": "ALBA"}', 0),
        (b'[{"amount": NaN}]', 1),
        (b'[{"amount": -Infinity}]', 1),
        (b'[{"amount": +1}]', 12),
        (b'[{"amount": .5}]', 12),
        (b'[{"amount": 01}]', 13),
        (b"[{}", 3),
        ('[{"comment": "à"}, oops]'.encode(), 20),
    ],
)
def test_d33_what_is_not_json_is_named_with_its_byte(data: bytes, start: int) -> None:
    found = read_json(data).findings
    assert [(f.finding_code, f.line_number, f.byte_start, f.byte_end) for f in found] == [
        ("json_syntax", None, start, start + 1)
    ]


@pytest.mark.parametrize(
    ("data", "start", "end", "raw"),
    [
        (b'[{"comment": "Met\xe0"}]', 17, 18, "e0"),
        (b'\xef\xbb\xbf[{"comment": "\xff"}]', 17, 18, "ff"),
    ],
)
def test_d33_json_that_is_not_utf8_is_named_with_its_bytes(
    data: bytes, start: int, end: int, raw: str
) -> None:
    assert read_json(data).findings == [Found("json_syntax", None, start, end, None, raw)]


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_d33_an_element_nested_too_deeply_is_a_finding_and_no_crash(opening: bytes) -> None:
    data = b"[" + opening * 100_000
    assert [(found.finding_code, found.byte_start) for found in read_json(data).findings] == [
        ("json_syntax", 1)
    ]


def test_d33_digits_without_end_are_a_finding_and_no_crash() -> None:
    reading = read_json(with_raw_member("amount", "9" * 10_000))
    assert [(found.finding_code, found.field) for found in reading.findings] == [("invalid_amount", "amount")]


@pytest.mark.parametrize("data", [b"[]", b"[ ]", b"\xef\xbb\xbf[\r\n]\r\n"])
def test_d33_an_array_without_elements_is_an_empty_file(data: bytes) -> None:
    assert read_json(data).findings == [Found("file_empty", raw_value="[]")]


def test_d33_a_file_beyond_the_limit_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_form, "MAX_JSON_BYTES", len(element()) - 1)
    reading = read_json(element())
    assert reading.findings == [Found("file_too_large", raw_value=f"more than {len(element()) - 1} bytes")]
    assert reading.rows == []


def test_d33_a_file_of_exactly_the_limit_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_form, "MAX_JSON_BYTES", len(element()))
    reading = read_json(element())
    assert (reading.findings, len(reading.rows)) == ([], 1)


def test_d33_what_stands_before_an_error_of_syntax_is_still_shown_to_be_mended() -> None:
    data = f"[{GOOD.replace('-10.00', 'true')}, {GOOD}".encode()
    codes = [(found.finding_code, found.line_number) for found in read_json(data).findings]
    assert codes == [
        ("json_syntax", None),
        ("invalid_amount", 1),
        ("invalid_amount", 1),
    ]


# --- What was made to take time or memory -------------------------------------------------------------------


@pytest.mark.parametrize("raw", ["1e999999999", "-1E+400", "9" * 2_000_000])
def test_d33_a_number_of_any_size_is_an_invalid_amount_in_its_place(raw: str) -> None:
    data = with_raw_member("amount", raw)
    (found,) = read_json(data).findings
    assert (found.finding_code, found.line_number, found.field) == ("invalid_amount", 1, "amount")


@pytest.mark.parametrize(
    "large",
    [
        '{"comment":[' + ",".join(["1"] * 40_000) + "]}",
        "[" + ",".join(["{}"] * 30_000) + "]",
        "{" + ",".join(f'"k{number}":1' for number in range(10_000)) + "}",
    ],
    ids=["list", "objects", "names"],
)
def test_d33_an_element_larger_than_any_line_is_not_looked_into_and_the_next_is_read(large: str) -> None:
    data = f"[{large},{GOOD}]".encode()
    reading = read_json(data)
    assert reading.column("company") == [None, "ALBA"]
    assert reading.findings == [Found("json_not_an_object", 1, 1, 1 + len(large), None, large[:400])]
    assert reading.rejected == [1]


def test_d33_a_long_text_is_a_finding_of_its_field_however_long_it_is() -> None:
    data = with_raw_member("comment", '"' + "x" * 1_000_000 + '"')
    (found,) = read_json(data).findings
    assert (found.finding_code, found.field) == ("text_too_long", "note")


def test_d33_more_elements_without_the_required_names_than_any_trace_has_end_the_reading(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(json_form, "MAX_SHORT_ELEMENTS", 2)
    reading = read_json(f"[{{}},{GOOD},1,{{}},{GOOD}]".encode())
    raw_value = "more than 2 lines that are too short"
    assert Found("file_lines_too_short", raw_value=raw_value) in reading.findings
    assert reading.column("company") == [None, "ALBA", None]
