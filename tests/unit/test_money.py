"""Money: exact, rounded in one place, shown so that what is shown adds up to what is stored."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assets.money import currency_digits, format_amount, minor_digits, round_half_up


@pytest.mark.parametrize(
    ("currency", "digits"),
    [
        ("EUR", 2),
        ("USD", 2),
        ("JPY", 0),
        ("ISK", 0),
        ("TND", 3),
        ("KWD", 3),
        ("CLF", 4),
        (None, 2),
        ("XXX", 2),
    ],
)
def test_d21_a_currency_has_the_decimals_of_iso_4217(currency: str | None, digits: int) -> None:
    assert minor_digits(currency) == digits


def test_d21_the_currencies_that_are_listed_are_those_without_two_decimals() -> None:
    listed = currency_digits()
    assert {code: minor_digits(code) for code in listed} == listed
    assert sorted(set(listed.values())) == [0, 3, 4]


@pytest.mark.parametrize(
    ("amount", "digits", "rounded"),
    [
        ("0.005", 2, "0.01"),
        ("-0.005", 2, "-0.01"),
        ("0.00499", 2, "0.00"),
        ("2.5", 0, "3"),
        ("-2.5", 0, "-3"),
        ("1.2345", 3, "1.235"),
        ("1.2345", 4, "1.2345"),
        ("99999999999999.9999", 2, "100000000000000.00"),
    ],
)
def test_halves_are_rounded_away_from_zero(amount: str, digits: int, rounded: str) -> None:
    assert str(round_half_up(Decimal(amount), digits)) == rounded


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("1250.5000", "EUR", "1250.50"),
        ("0.1250", "EUR", "0.125"),
        ("0.0001", "EUR", "0.0001"),
        ("-0.5000", "EUR", "-0.50"),
        ("0.0000", "EUR", "0.00"),
        ("1000.0000", "JPY", "1000"),
        ("1000.5000", "JPY", "1000.5"),
        ("1.5000", "TND", "1.500"),
        ("99999999999999.9999", "EUR", "99999999999999.9999"),
        ("100.0000", None, "100.00"),
    ],
)
def test_an_amount_is_shown_with_the_currencys_decimals_and_never_fewer_than_it_needs(
    amount: str, currency: str | None, text: str
) -> None:
    assert format_amount(Decimal(amount), currency) == text
    assert Decimal(text) == Decimal(amount)
