"""What is said of a number of a CSV that is refused: its readings, and the notation that is declared."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assets.decimals import Cell, Mark, Number, ambiguity, read_numbers
from assets.findings import in_words

NO_COMMA = "with a decimal point: this file declares no decimal comma"


def in_one_notation(*cells: Cell) -> list[Number]:
    """The cells as they are read, what is expected in words."""
    numbers = read_numbers(cells)
    return [replace(each, expected=each.expected and in_words(each.expected, "")) for each in numbers]


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("1.500", "1.5 or 1500"),
        ("-1.500", "-1.5 or -1500"),
        ("+1.500", "1.5 or 1500"),
        ("1,500", "1.5 or 1500"),
        ("1.000", "1 or 1000"),
        ("12.500", "12.5 or 12500"),
        ("012.500", "12.5 or 12500"),
        ("00.500", "0.5 or 500"),
        ("999.999", "999.999 or 999999"),
    ],
)
def test_both_readings_of_a_number_are_named(text: str, readings: str) -> None:
    assert in_words(ambiguity(text), "") == f"a number with one reading, not {readings}"


@pytest.mark.parametrize("text", ["0.500", "-0.500", "0,500", "00.000", "1.50", "1234.500", "1.500.000", "x"])
def test_a_number_with_one_reading_or_none_is_not_ambiguous(text: str) -> None:
    """No thousands follow a single zero, and zero is zero."""
    assert ambiguity(text) is None


@pytest.mark.parametrize(
    ("text", "declared", "currency", "number"),
    [
        ("12.50", "", "EUR", Number("12.50")),
        ("1.000", "", "EUR", Number("1.000", "ambiguous", "a number with one reading, not 1 or 1000")),
        ("1.000", "point", "EUR", Number("1.000", "precision", "at most 2 decimals, as EUR has")),
        ("1.000", "point", None, Number("1.000")),
        ("1.000", "comma", "EUR", Number("1000")),
        ("1,000", "comma", "EUR", Number("1,000", "precision", "at most 2 decimals, as EUR has")),
        ("1,000", "point", None, Number("1,000", "ambiguous", "a number with one reading, not 1 or 1000")),
        ("100.0", "", "JPY", Number("100.0", "precision", "at most 0 decimals, as JPY has")),
        ("1234.00", "", "JPY", Number("1234.00", "precision", "at most 0 decimals, as JPY has")),
        ("1.234,56", "", "EUR", Number("1.234,56", "notation", f"1234.56, {NO_COMMA}")),
        ("1234,56", "", "EUR", Number("1234,56", "notation", f"1234.56, {NO_COMMA}")),
        ("1.234.567", "", None, Number("1.234.567", "notation", f"1234567, {NO_COMMA}")),
        (
            "22,5",
            "point",
            None,
            Number("22,5", "notation", "22.5, with a decimal point: this file declares one"),
        ),
        (
            "12.50",
            "comma",
            "EUR",
            Number("12.50", "notation", "12,50, with the decimal comma of this file"),
        ),
        (
            "1,234.56",
            "",
            "EUR",
            Number("1,234.56", "notation", "1234.56, without commas between thousands"),
        ),
        (
            "1,234.56",
            "comma",
            "EUR",
            Number("1,234.56", "notation", "1234,56, without commas between thousands"),
        ),
        ("1.234,56", "comma", "EUR", Number("1234.56")),
        ("-1.234,56", "comma", "EUR", Number("-1234.56")),
        ("1.23,4", "comma", "EUR", Number("1.23,4", "malformed")),
        ("12.34.567", "comma", "EUR", Number("12.34.567", "malformed")),
        ("1.2345,6", "comma", None, Number("1.2345,6", "malformed")),
        ("0.123.456", "comma", None, Number("0.123.456", "malformed")),
        ("1 234,56", "comma", None, Number("1 234,56", "malformed")),
        ("1.234,", "comma", None, Number("1.234,", "malformed")),
        (",5", "comma", None, Number(",5", "malformed")),
        ("1e3", "", None, Number("1e3", "malformed")),
        ("١٢", "", None, Number("١٢", "malformed")),
        ("--1", "", None, Number("--1", "malformed")),
    ],
)
def test_a_number_by_itself_is_read_or_refused(
    text: str, declared: Mark, currency: str | None, number: Number
) -> None:
    assert in_one_notation(Cell("net_amount", text, declared, currency)) == [number]


@pytest.mark.parametrize("proof", ["0.1250", "12.5", "0.500", "1234.500", "12.50", "1,234.56"])
def test_another_cell_of_the_column_with_a_decimal_point_decides(proof: str) -> None:
    assert read_numbers([Cell("unit_price", "1.500"), Cell("unit_price", proof)])[0] == Number("1.500")


@pytest.mark.parametrize("other", ["7", "2.500", "abc", "12.34.567"])
def test_a_cell_that_shows_no_notation_decides_nothing(other: str) -> None:
    assert read_numbers([Cell("unit_price", "1.500"), Cell("unit_price", other)])[0].problem == "ambiguous"


def test_a_cell_of_another_column_does_not_decide_but_may_contradict() -> None:
    """A file is written in one notation: what shows the other one leaves every doubtful number in doubt."""
    in_another_column = [Cell("unit_price", "1.500"), Cell("net_amount", "12.50")]
    assert read_numbers(in_another_column)[0].problem == "ambiguous"
    doubt = "a number with one reading, not 1.5 or 1500"
    decided = [Cell("unit_price", "1.500"), Cell("unit_price", "0.1250")]
    assert in_one_notation(*decided, Cell("net_amount", "12,50"))[0] == Number(
        "1.500", "ambiguous", f"{doubt}: 12,50 has a decimal comma"
    )
    declared = [Cell("unit_price", "1.500", "comma"), Cell("net_amount", "12.50", "comma")]
    assert in_one_notation(*declared)[0] == Number(
        "1.500", "ambiguous", f"{doubt}: 12.50 has a decimal point"
    )


def test_companies_with_other_declarations_do_not_contradict_each_other() -> None:
    cells = [Cell("unit_price", "1.500", "comma"), Cell("unit_price", "12.50", "point")]
    assert read_numbers(cells) == [Number("1500"), Number("12.50")]


def test_an_amount_of_a_currency_with_three_decimals_is_decided_as_a_price_is() -> None:
    dinars = [Cell("net_amount", text, "", "TND") for text in ("1.500", "1234.567")]
    assert read_numbers(dinars[:1])[0].problem == "ambiguous"
    assert read_numbers(dinars) == [Number("1.500"), Number("1234.567")]
