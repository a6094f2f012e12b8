"""A number of a CSV is read exactly or refused, never as another amount."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import example, given
from hypothesis import strategies as st

from assets.decimals import Cell, Mark, Number, read_numbers

DIGITS = frozenset("0123456789")
MARKS: tuple[Mark, ...] = ("", "point", "comma")

amounts = st.decimals(
    min_value=Decimal("-9999999999"), max_value=Decimal("9999999999"), allow_nan=False, places=None
).map(lambda number: number.quantize(Decimal("0.00000001")).normalize())
written_texts = st.text("0123456789.,+-", max_size=12) | st.from_regex(
    r"[+-]?[0-9]{1,4}([.,][0-9]{1,4}){0,3}", fullmatch=True
)


def with_point(number: Decimal) -> str:
    """The number as programs write it."""
    return f"{number:f}"


def with_comma(number: Decimal, *, has_thousands: bool) -> str:
    """The number as people write it in Italy, with or without points between thousands."""
    grouped = f"{number:,f}" if has_thousands else f"{number:f}"
    return grouped.replace(",", " ").replace(".", ",").replace(" ", ".")


@given(amounts)
def test_a_number_in_the_declared_notation_is_read_exactly(number: Decimal) -> None:
    texts = {
        "point": [with_point(number)],
        "comma": [with_comma(number, has_thousands=False), with_comma(number, has_thousands=True)],
    }
    cells = [Cell("price", text, mark) for mark in MARKS[1:] for text in texts[mark]]
    for cell in cells:
        (read,) = read_numbers([cell])
        assert (read.problem, Decimal(read.text)) == (None, number)


@given(amounts, amounts, st.booleans())
def test_a_number_in_a_notation_that_nobody_declared_is_itself_or_refused(
    number: Decimal, other: Decimal, has_thousands: bool
) -> None:
    """With a second number of the column beside it, whatever that shows."""
    for write in (with_point, lambda each: with_comma(each, has_thousands=has_thousands)):
        cells = [Cell("price", write(each)) for each in (number, other)]
        for each, read in zip((number, other), read_numbers(cells), strict=True):
            assert read.problem or Decimal(read.text) == each


def notations(text: str) -> dict[str, Decimal]:
    """Every number that a text may be, by notation: the slow reading, straight from the rule."""
    sign = -1 if text.startswith("-") else 1
    digits = text[1:] if text[:1] in ("+", "-") else text
    found = {}
    for name, decimal_sign, thousands_sign in (
        ("point", ".", ""),
        ("comma", ",", "."),
        ("english", ".", ","),
    ):
        whole, has_decimals, decimals = digits.partition(decimal_sign)
        groups = whole.split(thousands_sign) if thousands_sign else [whole]
        if not all(group and set(group) <= DIGITS for group in groups):
            continue
        if has_decimals and not (decimals and set(decimals) <= DIGITS):
            continue
        if len(groups) > 1:
            first, *rest = groups
            if len(first) > 3 or first.startswith("0") or any(len(group) != 3 for group in rest):
                continue
        elif name == "english":
            continue
        found[name] = sign * Decimal(f"{''.join(groups)}.{decimals or '0'}")
    return found


def has_two_readings(text: str) -> bool:
    """One to three digits, one separator, three digits; not a single zero before it, nor zeros only."""
    digits = text[1:] if text[:1] in ("+", "-") else text
    whole, separator, rest = digits.partition("." if "." in digits else ",")
    is_shaped = separator != "" and 1 <= len(whole) <= 3 and len(rest) == 3
    return is_shaped and set(whole + rest) <= DIGITS and whole != "0" and set(whole + rest) != {"0"}


def shows(text: str) -> str | None:
    """Which decimal sign the text has if it can have but one."""
    if has_two_readings(text) or not set(text) & {".", ","}:
        return None
    signs = {"comma" if name == "comma" else "point" for name in notations(text)}
    return signs.pop() if len(signs) == 1 else None


def slow(cells: list[Cell]) -> list[Decimal | None]:
    """What the rule says of each cell of a file: its number, or None where it is refused."""
    numbers: list[Decimal | None] = []
    for cell in cells:
        alike = [each for each in cells if each.declared == cell.declared]
        mark = cell.declared or "point"
        contradicted = any(shows(each.text) not in (None, mark) for each in alike)
        helped = any(shows(each.text) == "point" for each in alike if each.column == cell.column)
        number = notations(cell.text).get(mark)
        if has_two_readings(cell.text) and (contradicted or not (cell.declared or helped)):
            number = None
        if cell.currency_code is not None and number is not None:
            sign = "," if mark == "comma" else "."
            most = {"EUR": 2, "JPY": 0, "TND": 3}[cell.currency_code]
            number = None if len(cell.text.partition(sign)[2]) > most else number
        numbers.append(number)
    return numbers


@given(
    st.lists(
        st.builds(
            Cell,
            st.sampled_from(["price", "amount"]),
            written_texts,
            st.sampled_from(MARKS),
            st.sampled_from([None, "EUR", "JPY", "TND"]),
        ),
        max_size=5,
    )
)
@example([Cell("price", "1.500"), Cell("price", "0.1250")])
@example([Cell("price", "1.500"), Cell("amount", "12,50")])
@example([Cell("amount", "1.000", "comma"), Cell("amount", "12.50", "comma")])
@example([Cell("amount", "1.500", "", "TND"), Cell("amount", "1234.567", "", "TND")])
@example([Cell("amount", "1,234.56"), Cell("amount", "1.234")])
@example([Cell("amount", "00.000"), Cell("amount", "012.500"), Cell("amount", "0,500")])
def test_the_reader_and_the_slow_reading_of_the_rule_agree(cells: list[Cell]) -> None:
    read = read_numbers(cells)
    assert [None if each.problem else Decimal(each.text) for each in read] == slow(cells)
    assert [each.text for each in read if each.problem] == [
        cell.text for cell, each in zip(cells, read, strict=True) if each.problem
    ]


def test_every_cell_keeps_its_decimals_and_loses_its_signs_only() -> None:
    cells = [Cell("a", text, "comma") for text in ("+1.234,50", "-0,50", "7", "1.234.567")]
    assert read_numbers(cells) == [Number("1234.50"), Number("-0.50"), Number("7"), Number("1234567")]
