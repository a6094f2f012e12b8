"""The fast reader against a slow and strict one: the same on good lines, and never kinder on spoiled ones."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from samples.trace_files import TraceLine, render_text
from tests.properties.strategies import spoiled_lines, trace_lines
from tests.support.effort import examples, times
from tests.support.ledgers import Found
from tests.support.readings import read_text
from tests.support.slow_reader import read_slowly

LINE_ENDS = st.sampled_from(["\r\n", "\n"])
SLOW_TO_BUILD = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
# Shrinking a file of many lines takes minutes and shows no more than the line at which the readers differ.
WITHOUT_SHRINKING = [Phase.explicit, Phase.generate]


def order(found: Found) -> tuple[object, ...]:
    """A total order of findings."""
    return tuple((value is not None, str(value)) for value in found)


def assert_readers_agree(data: bytes) -> None:
    """The product reads every field as the slow reader does, and refuses exactly what that one refuses."""
    fast, slow = read_text(data), read_slowly(data)
    of_unreadable = [found for found in fast.findings if found.line_number in slow.unreadable]
    others = [found for found in fast.findings if found.line_number not in slow.unreadable]
    wanted = [found for found in slow.findings if found.line_number not in slow.unreadable]
    assert sorted(others, key=order) == sorted(wanted, key=order)
    assert [found for found in slow.findings if found.line_number in slow.unreadable] == [
        found for found in of_unreadable if found.finding_code == "invalid_character" and not found.field
    ]
    refused = {found.line_number for found in slow.findings if found.finding_code != "line_empty"} - {None}
    assert set(fast.rejected) == refused
    values = {
        row["line_number"]: {
            name: value
            for name, value in row.items()
            if name not in ("line_number", "byte_start", "byte_end")
        }
        for row in fast.rows
        if row["line_number"] not in slow.unreadable
    }
    # Where the slow reader refuses a field, the product has none.
    assert values == {
        number: {name: known.get(name) for name in values.get(number, known)}
        for number, known in slow.values.items()
    }


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


@settings(max_examples=examples(15, 1_000), suppress_health_check=SLOW_TO_BUILD)
@given(st.lists(trace_lines(), min_size=1, max_size=4), LINE_ENDS, st.booleans(), st.booleans())
def test_d28_good_lines_are_read_as_they_were_written(
    lines: Sequence[TraceLine], newline: str, final_newline: bool, is_minimal: bool
) -> None:
    data = render_text(
        lines, newline=newline, final_newline=final_newline, width="minimal" if is_minimal else "full"
    )
    assert_readers_agree(data)
    # Bytes of code page 1252 that make letters of UTF-8 too are these (D28): another text than was written.
    assume(data.isascii() or not _is_utf8(data))
    reading = read_text(data)
    written = [
        {name: None if value == "" else value for name, value in dataclasses.asdict(line).items()}
        for line in lines
    ]
    for line in written:
        line["amount_company_currency"] = (
            line["amount"] if line["amount_company_currency"] is None else line["amount_company_currency"]
        )
    assert [{name: row[name] for name in written[0]} for row in reading.rows] == written


@settings(max_examples=examples(10, 500), suppress_health_check=SLOW_TO_BUILD)
@given(st.lists(trace_lines(), min_size=1, max_size=3), st.text(max_size=40), LINE_ENDS, st.booleans())
def test_d28_utf8_is_read_alike(lines: Sequence[TraceLine], note: str, newline: str, has_mark: bool) -> None:
    clean = "".join(character for character in note if character.isprintable()).strip(" ")
    marked = [*lines, TraceLine(note=clean, bank_note=clean * 3)]
    assert_readers_agree(render_text(marked, newline=newline, encoding="utf-8", bom=has_mark))


@settings(max_examples=examples(10, 500), suppress_health_check=SLOW_TO_BUILD, phases=WITHOUT_SHRINKING)
@given(st.lists(spoiled_lines(), min_size=15, max_size=15), LINE_ENDS)
def test_d30_spoiled_lines_are_never_read_more_kindly_than_the_layout_allows(
    lines: Sequence[bytes], newline: str
) -> None:
    assert_readers_agree(newline.encode().join(lines))


@settings(max_examples=examples(5, 500), suppress_health_check=SLOW_TO_BUILD, phases=WITHOUT_SHRINKING)
@given(st.lists(spoiled_lines(), min_size=3, max_size=3))
def test_d30_spoiled_lines_of_a_file_in_utf8_are_never_read_more_kindly(lines: Sequence[bytes]) -> None:
    assert_readers_agree(b"\xef\xbb\xbf" + b"\n".join(lines))


@pytest.mark.faults
@settings(max_examples=times(200), suppress_health_check=SLOW_TO_BUILD, phases=WITHOUT_SHRINKING)
@given(st.lists(spoiled_lines(), min_size=50, max_size=50), LINE_ENDS)
def test_d30_very_many_spoiled_lines_are_never_read_more_kindly(lines: Sequence[bytes], newline: str) -> None:
    assert_readers_agree(newline.encode().join(lines))
