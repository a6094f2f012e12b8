"""Whatever texts and amounts stand in an export: lines have their length and read back equal (E01, E06)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Final

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.exports.characters import ALLOWED, replaced
from assets.exports.fitting import Fitting, Lines
from assets.exports.json_form import JsonWriter
from assets.exports.layout import LayoutName, export_layout
from assets.exports.text_form import TextWriter
from assets.layouts import LayoutField
from tests.support.effort import examples
from tests.support.exported_files import read_json, read_text

_TEXTS: Final = st.text(st.characters(exclude_categories=["Cs"]), max_size=90)
_ALLOWED_TEXTS: Final = sorted(ALLOWED)


def _values(field: LayoutField) -> st.SearchStrategy[Any]:
    if field.kind == "date":
        values: st.SearchStrategy[Any] = st.dates(date(1900, 1, 1), date(2199, 12, 31))
    elif field.kind == "integer":
        values = st.integers(0, 10**field.length - 1)
    elif field.kind == "decimal":
        largest = 10 ** (field.integer_digits + field.decimals) - 1
        units = st.integers(-largest if field.is_signed else 1, largest)
        return units.map(lambda number: Decimal(number).scaleb(-field.decimals))
    elif field.on_misfit == "refuse":
        allowed = st.text(_ALLOWED_TEXTS, min_size=1, max_size=field.length)
        values = allowed.filter(lambda text: text == text.strip(" "))
    else:
        values = _TEXTS
        if field.is_required:
            return values.map(lambda text: f"x{text}")
    return values if field.is_required else st.none() | values


def _expected(field: LayoutField, value: Any) -> Any:
    """What a reader sees of a value, worked out value by value."""
    if field.kind != "text" or value is None:
        return value
    text = replaced(value)[0].strip(" ")
    if len(text) > field.length:
        cut = text[-field.length :] if field.on_misfit == "cut_start" else text[: field.length]
        text = cut.strip(" ")
    return text or None


@pytest.mark.parametrize("name", ["open_items", "registry"])
@settings(max_examples=examples(15, 500))
@given(data=st.data())
def test_e06_any_line_has_the_exact_length_and_reads_back_equal_in_both_forms(
    name: LayoutName, data: st.DataObject
) -> None:
    """E01, E02, E06, E07: in several blocks, since writers keep something from one block to the next."""
    layout = export_layout(name)
    line = st.fixed_dictionaries({field.name: _values(field) for field in layout.fields if field.json_name})
    blocks = data.draw(st.lists(st.lists(line, min_size=1, max_size=4), max_size=3))
    schema = pa.schema([(field.name, field.arrow_type) for field in layout.fields if field.json_name])
    fitting = Fitting(layout)
    text, json_form = TextWriter(layout), JsonWriter()
    in_text, in_json = bytearray(text.head), bytearray(json_form.head)
    for number, lines in enumerate(blocks):
        columns = fitting.fit(Lines(pa.RecordBatch.from_pylist(lines, schema=schema)))
        in_text += text.block(columns, len(lines), is_first=number == 0)
        in_json += json_form.block(columns, len(lines), is_first=number == 0)
    assert fitting.problems == []
    expected = [
        {
            field.name: _expected(field, each[field.name]) if field.json_name else None
            for field in layout.fields
        }
        for lines in blocks
        for each in lines
    ]
    assert read_text(name, bytes(in_text + text.tail)) == expected
    assert read_json(name, bytes(in_json + json_form.tail)) == expected


@given(text=_TEXTS)
def test_e07_replacing_ends_in_allowed_characters_and_changes_nothing_that_is_allowed(text: str) -> None:
    """E07: replacing twice is replacing once."""
    once, count = replaced(text)
    assert set(once) <= ALLOWED
    assert replaced(once) == (once, 0)
    assert count or len(once) <= len(text)
