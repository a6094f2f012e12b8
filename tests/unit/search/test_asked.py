"""What a person typed, in every way that it could mean."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from assets.search.asked import Asked, read_amounts, read_asked, read_day


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("1250,50", ["1250.50"]),
        ("1250.50", ["1250.50"]),
        ("1.250,50", ["1250.50"]),
        ("1,250.50", ["1250.50"]),
        ("1 250,50", ["1250.50"]),
        ("1’250.50", ["1250.50"]),
        ("1.250.000", ["1250000"]),
        ("1.250", ["1.250", "1250"]),
        ("2026", ["2026"]),
        ("-5,00", ["5.00"]),
        ("EUR 12,5", ["12.5"]),
        ("12,5 €", ["12.5"]),
        ("12345678901234.1234", ["12345678901234.1234"]),
        ("123456789012345", []),
        ("1,250,50", []),
        ("1.2.3", []),
        ("5,", []),
        ("0000357142", []),
        ("0,5", ["0.5"]),
        ("0,00", ["0"]),
        ("٥", []),
        ("FT-1", []),
    ],
)
def test_o06_an_amount_has_a_comma_or_a_point_and_is_exact(text: str, amounts: list[str]) -> None:
    assert read_amounts(text) == tuple(Decimal(amount) for amount in amounts)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-03-01", dt.date(2026, 3, 1)),
        ("01/03/2026", dt.date(2026, 3, 1)),
        ("1.3.2026", dt.date(2026, 3, 1)),
        ("1-3-2026", dt.date(2026, 3, 1)),
        ("19.10.26", dt.date(2026, 10, 19)),
        ("1/3/99", dt.date(2099, 3, 1)),
        ("1/3/026", None),
        ("26-10-19", dt.date(2019, 10, 26)),
        ("31/02/2026", None),
        ("03/31/2026", None),
        ("1.3/2026", None),
        ("2026", None),
    ],
)
def test_o06_the_day_comes_before_the_month(text: str, day: dt.date | None) -> None:
    assert read_day(text) == day


def test_o06_a_text_is_read_in_every_way_that_it_could_mean() -> None:
    assert [read_asked(text) for text in ("  Rossi   & figli ", "I12", "0,00", "it60 x054")] == [
        Asked("Rossi & figli", "%Rossi & figli%", (), None, "Rossi & figli", "ROSSIFIGLI"),
        Asked("I12", "%I12%", (), None, None, None),
        Asked("0,00", "%0,00%", (), None, None, None),
        Asked("it60 x054", "%it60 x054%", (), None, "it60 x054", "IT60X054"),
    ]
    assert read_asked("1%").pattern is None
    assert read_asked("1%2").pattern == "%1_2%"
