"""Sentences are right for one and for many."""

from __future__ import annotations

import datetime as dt

import pytest

from assets.wording import counted, spoken_date


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("file",), ["0 files", "1 file", "2 files", "1,000 files"]),
        (
            ("delivery waits", "deliveries wait"),
            ["0 deliveries wait", "1 delivery waits", "2 deliveries wait", "1,000 deliveries wait"],
        ),
    ],
)
def test_o02_a_number_has_the_words_that_go_with_it(words: tuple[str, ...], expected: list[str]) -> None:
    assert [counted(number, *words) for number in (0, 1, 2, 1000)] == expected


def test_a_date_in_a_sentence_has_the_name_of_its_month() -> None:
    assert spoken_date(dt.date(2026, 11, 5)) == "5 November 2026"
