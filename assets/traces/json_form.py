"""Reads the JSON form of the trace: an array of objects with the names of the layout.

Elements are decoded one after the other, so that every finding knows the bytes of its element. Numbers
become `Decimal` from their digits and never pass through a float.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import cache
from typing import BinaryIO, Final, NoReturn, Protocol

import numpy as np
import pyarrow as pa

from assets.findings import MAX_RAW_VALUE_CHARACTERS, Finding, said
from assets.layouts import LayoutField
from assets.money import AMOUNT_SCALE, AMOUNT_UNIT
from assets.traces.cells import FIRST_YEAR, LAST_YEAR, nothing
from assets.traces.collector import FindingCollector, too_many_short
from assets.traces.layout import line_schema, trace_layout
from assets.traces.text_form import UTF8_BOM

MAX_JSON_BYTES: Final = 256 * 1024 * 1024
"""The JSON form is read as a whole; a larger export is better sent in the text form."""

MAX_SHORT_ELEMENTS: Final = 1_000_000
"""Elements that are too short for the required names. A file with more of them is no trace, and is not read
any further."""

MAX_OBJECT_CHARACTERS: Final = 64 * 1024
"""More than any line of a trace needs; what is longer, with many names or nested, is not even decoded."""

_BATCH: Final = 10_000
_MOST_QUOTES: Final = 4_000
_MOST_DEPTH: Final = 2_000
"""Deeper than the decoder goes."""

_SPACE: Final = re.compile(r"[ \t\r\n]*")
_BETWEEN: Final = re.compile(r"[ \t\r\n]*([,\]]?)[ \t\r\n]*")
_FLAT: Final = re.compile(r'\{[^\[\]{}"]*+(?:"[^"\\]*+(?:\\.[^"\\]*+)*+"[^\[\]{}"]*+)*+\}')
_BRACKET: Final = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[\[\]{}]', re.DOTALL)
_DECIMAL_TEXT: Final = re.compile(r"[+-]?[0-9]{1,14}(\.[0-9]{1,6})?")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_ISO_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_LIMIT: Final = Decimal(10) ** 14


class _Large(str):
    """How an element begins that is larger than any line of a trace, and was not decoded."""

    __slots__ = ()


class _Report(Protocol):
    def __call__(self, code: str, field: str | None, raw: object, expected: str | None = None) -> None: ...


def claims(head: bytes, file_name: str) -> bool:
    """Whether the file's first character opens a JSON array or object."""
    del file_name
    return head.removeprefix(UTF8_BOM).lstrip()[:1] in (b"[", b"{")


def read(stream: BinaryIO, collector: FindingCollector) -> Iterator[pa.Table]:
    """Yields frames of lines (`line_schema`); `line_number` counts the elements of the array from 1.

    What is wrong with a value is a finding and leaves the value null. An error of syntax ends the reading:
    what stands before it is kept, so that its findings are shown, but the caller keeps the file out.
    """
    data = stream.read(MAX_JSON_BYTES + 1)
    if len(data) > MAX_JSON_BYTES:
        collector.add(
            Finding(collector.source_file, "file_too_large", raw_value=f"more than {MAX_JSON_BYTES} bytes")
        )
        return
    bom = len(UTF8_BOM) if data.startswith(UTF8_BOM) else 0
    try:
        text = data[bom:].decode("utf-8")
    except UnicodeDecodeError as error:
        place = (bom + error.start, bom + error.end)
        raw = data[place[0] : place[1]].hex(" ")
        collector.add(_syntax(collector.source_file, place, raw, said("json_in_utf_8")))
        return
    del data
    batch = _Batch(collector)
    for number, start, end, element in _elements(text, bom, collector):
        batch.add(number, start, end, element)
        if len(batch.numbers) == _BATCH:
            yield batch.table()
            batch = _Batch(collector)
    if batch.numbers:
        yield batch.table()


def locate(line: bytes, field: LayoutField, *, is_utf8: bool = True) -> tuple[int, int, str]:
    """The place of the whole element, and the field's value as JSON ("" where the name is left out)."""
    del is_utf8
    try:
        pairs = _decoder().decode(line.decode("utf-8"))
    except (ValueError, ArithmeticError, RecursionError):
        pairs = ()
    value = dict(pairs).get(field.json_name) if isinstance(pairs, tuple) else None
    return 0, len(line), "" if value is None else str(value)


@cache
def _decoder() -> json.JSONDecoder:
    def refuse(name: str) -> NoReturn:
        raise ValueError(f"{name} is not a number")

    return json.JSONDecoder(
        object_pairs_hook=tuple, parse_float=Decimal, parse_int=Decimal, parse_constant=refuse
    )


@cache
def _fields_by_json_name() -> dict[str, LayoutField]:
    return {field.json_name: field for field in trace_layout().fields}


@cache
def _right_spellings() -> dict[str, str]:
    return {name.casefold(): name for name in _fields_by_json_name()}


@cache
def _shortest_object() -> int:
    """Characters of the required names, each with a value of one digit, and the marks around them."""
    return sum(len(f'"{field.json_name}":0,') for field in trace_layout().fields if field.is_required) + 1


def _elements(text: str, bom: int, collector: FindingCollector) -> Iterator[tuple[int, int, int, object]]:
    """Number from 1, first byte, byte after the last, and value of each element of the array."""
    byte_at = _byte_counter(text, bom)

    def fail(index: int, why: str) -> None:
        start = byte_at(index)
        collector.add(_syntax(collector.source_file, (start, start + 1), text[index : index + 40], why))

    position = _skip(text, 0)
    if text[position : position + 1] != "[":
        fail(position, said("json_array_of_objects"))
        return
    position = _skip(text, position + 1)
    number = short = 0
    if text[position : position + 1] == "]":
        collector.add(Finding(collector.source_file, "file_empty", raw_value="[]"))
        return
    decode: Callable[[str, int], tuple[object, int]] = _decoder().scan_once  # type: ignore[attr-defined]
    between, shortest = _BETWEEN.match, _shortest_object()
    while True:
        number += 1
        end = _end_of_large(text, position)
        if end is None:
            try:
                element, end = decode(text, position)
            except StopIteration as error:
                fail(min(error.value, len(text)), said("json_value"))
                return
            except json.JSONDecodeError as error:
                fail(min(error.pos, len(text)), said("json_message", message=error.msg))
                return
            except (ValueError, ArithmeticError, RecursionError) as error:
                fail(
                    position, said("json_readable_value", error=type(error).__name__, message=str(error)[:80])
                )
                return
        else:
            element = _Large(text[position : position + 2 * MAX_RAW_VALUE_CHARACTERS])
        short += end - position < shortest
        if short > MAX_SHORT_ELEMENTS:
            collector.add(too_many_short(collector.source_file, MAX_SHORT_ELEMENTS))
            return
        yield number, byte_at(position), byte_at(end), element
        found = between(text, end)
        assert found is not None, "the pattern matches the empty text"
        mark = found[1]
        if mark == ",":
            position = found.end()
            continue
        if mark != "]":
            fail(found.start(1), said("json_comma_or_end"))
        elif found.end() < len(text):
            fail(found.end(), said("json_nothing_after"))
        return


def _byte_counter(text: str, bom: int) -> Callable[[int], int]:
    """The byte of the file at an index of its text; asked for in the order of the text."""
    if text.isascii():
        return lambda index: index + bom
    done, byte = 0, bom

    def byte_at(index: int) -> int:
        nonlocal done, byte
        byte += len(text[done:index].encode("utf-8"))
        done = index
        return byte

    return byte_at


def _end_of_large(text: str, position: int) -> int | None:
    """Where an object or array ends of which so much would have to be built that no line of a trace is it.

    None for every other value, also for one that is broken: decoding it says why.
    """
    flat = _FLAT.match(text, position)
    if flat is not None:
        end = flat.end()
        is_large = end - position > MAX_OBJECT_CHARACTERS and text.count('"', position, end) > _MOST_QUOTES
        return end if is_large else None
    if text[position : position + 1] not in ("{", "["):
        return None
    if len(text) - position <= MAX_OBJECT_CHARACTERS:
        return None
    depth = 0
    for found in _BRACKET.finditer(text, position):
        mark = text[found.end() - 1]
        if mark in "[{":
            depth += 1
        elif mark in "]}":
            depth -= 1
        if depth == 0:
            return found.end() if found.end() - position > MAX_OBJECT_CHARACTERS else None
        if depth > _MOST_DEPTH:
            return None
    return len(text)


def _skip(text: str, position: int) -> int:
    found = _SPACE.match(text, position)
    assert found is not None, "the pattern matches the empty text"
    return found.end()


def _syntax(source_file: str, place: tuple[int, int], raw: str, why: str) -> Finding:
    return Finding(
        source_file, "json_syntax", byte_start=place[0], byte_end=place[1], raw_value=raw, expected=why
    )


class _Batch:
    """Elements that become one frame: a list of values for each field that some of them have."""

    def __init__(self, collector: FindingCollector) -> None:
        self.numbers: list[int] = []
        self._collector = collector
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._rows: dict[str, list[int]] = {}
        self._values: dict[str, list[object]] = {}

    def add(self, number: int, start: int, end: int, element: object) -> None:
        """An element of the array, with its number and its bytes."""
        row = len(self.numbers)
        self.numbers.append(number)
        self._starts.append(start)
        self._ends.append(end)
        if element == ():
            return
        collector = self._collector

        def report(code: str, field: str | None, raw: object, expected: str | None = None) -> None:
            if not collector.room:
                collector.add_unlisted(code, number)
                return
            collector.add(
                Finding(
                    collector.source_file,
                    code,
                    line_number=number,
                    byte_start=start,
                    byte_end=end,
                    field=field,
                    # Half a surrogate pair can be written in JSON but in no file: it is shown as an escape.
                    raw_value=str(raw).encode("utf-8", "backslashreplace").decode(),
                    expected=expected,
                )
            )

        # The decoder hands objects over as tuples of pairs: so a repeated name is seen. Arrays are lists.
        if isinstance(element, _Large):
            most = said("json_object_at_most", count=MAX_OBJECT_CHARACTERS)
            report("json_not_an_object", None, element, most)
        elif not isinstance(element, tuple):
            report("json_not_an_object", None, element)
        else:
            self._read(row, element, report)

    def _read(self, row: int, element: Sequence[tuple[str, object]], report: _Report) -> None:
        fields = _fields_by_json_name()
        for name, value in element:
            field = fields.get(name)
            if field is None:
                right = _right_spellings().get(name.casefold())
                code = "json_unknown_name" if right is None else "json_name_in_wrong_case"
                report(code, None, name, right and said("name_spelled", name=right))
                continue
            rows = self._rows.setdefault(field.name, [])
            if rows and rows[-1] == row:
                report("json_name_repeated", field.name, value)
            else:
                rows.append(row)
                self._values.setdefault(field.name, []).append(_value(field, value, report))

    def table(self) -> pa.Table:
        """The frame of the elements (`line_schema`)."""
        count = len(self.numbers)
        columns = [pa.array(places, pa.int64()) for places in (self.numbers, self._starts, self._ends)]
        for field in trace_layout().fields:
            rows = self._rows.get(field.name, ())
            if not rows:
                columns.append(nothing(count, field.arrow_type))
                continue
            values = pa.array(self._values[field.name], field.arrow_type)
            if len(rows) < count:
                place = np.full(count, -1, dtype=np.int64)
                place[rows] = np.arange(len(rows))
                values = values.take(pa.array(place, mask=place < 0))
            columns.append(values)
        return pa.Table.from_arrays(columns, schema=line_schema())


def _value(field: LayoutField, value: object, report: _Report) -> object:
    """The value as the layout types it, or None with a finding."""
    if value is None or value == "":
        return None
    if field.kind == "decimal":
        return _amount(field, value, report)
    if field.kind == "integer":
        return _integer(field, value, report)
    if not isinstance(value, str):
        report("json_wrong_type", field.name, value, said("text_in_quotation_marks"))
        return None
    if not value.isascii() and _SURROGATE.search(value):
        report("invalid_character", field.name, value, said("characters_of_unicode"))
        return None
    if field.kind == "date":
        date = _iso_date(value)
        if date is None:
            report("invalid_date", field.name, value, said("iso_date"))
        return date
    if _CONTROL.search(value):
        report("control_character", field.name, value)
        return None
    if len(value) > field.length:
        report("text_too_long", field.name, value, _at_most(field.length))
        return None
    return value.strip(" ") or None


def _at_most(length: int) -> str:
    return said("at_most_one_character") if length == 1 else said("at_most_characters", count=length)


def _iso_date(value: str) -> dt.date | None:
    """The date of year, month and day; None for anything else, also for dates by week."""
    if not _ISO_DATE.fullmatch(value):
        return None
    try:
        date = dt.date.fromisoformat(value)
    except ValueError:
        return None
    return date if FIRST_YEAR <= date.year <= LAST_YEAR else None


def _amount(field: LayoutField, value: object, report: _Report) -> Decimal | None:
    if isinstance(value, Decimal):
        amount = value
    elif isinstance(value, str) and _DECIMAL_TEXT.fullmatch(value):
        amount = Decimal(value)
    else:
        report("invalid_amount", field.name, value, said("number_with_point"))
        return None
    # A number with a billion digits before the point is compared, but there is no arithmetic with it.
    if not amount.is_finite() or amount.copy_abs() >= _LIMIT:
        report("invalid_amount", field.name, value, said("at_most_14_digits"))
        return None
    if amount != amount.quantize(AMOUNT_UNIT):
        report("amount_too_precise", field.name, value, said("at_most_decimals", count=AMOUNT_SCALE))
        return None
    return amount.quantize(AMOUNT_UNIT)


def _integer(field: LayoutField, value: object, report: _Report) -> int | None:
    is_digits = isinstance(value, str) and value.isascii() and value.isdigit()
    is_whole = (
        isinstance(value, Decimal) and 0 <= value < 10**field.length and value == value.to_integral_value()
    )
    if not ((is_digits and len(str(value)) <= field.length) or is_whole):
        report("invalid_integer", field.name, value, said("whole_number", count=field.length))
        return None
    return int(value)  # type: ignore[call-overload, no-any-return]
