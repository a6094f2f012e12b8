"""Money: the one scale, the one rounding function, and how amounts are shown.

Every amount is exact: `Decimal` in Python, `decimal128(18, 4)` in Arrow and pandas, `DECIMAL(18,4)` in
the ledger. Four decimals hold every currency of ISO 4217, and eighteen digits are the fourteen integer
digits of the trace layout plus those four, so that nothing a trace can say is too large. Never float.
Does not belong here: which account or rule an amount goes to, and the type of a frame's column
(`assets.columns`: this module loads no pyarrow, so that the command line starts at once).
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

AMOUNT_PRECISION = 18
AMOUNT_SCALE = 4
AMOUNT_UNIT = Decimal(1).scaleb(-AMOUNT_SCALE)

# ISO 4217, 2024 amendment 177: the currencies whose minor unit is not the hundredth part.
_MINOR_DIGITS = {
    **dict.fromkeys(
        [
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "UYI",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ],
        0,
    ),
    **dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3),
    **dict.fromkeys(["CLF", "UYW"], 4),
}

WHOLE_IN_PRACTICE = frozenset({"COP", "HUF", "IDR", "IRR", "LAK", "LBP", "MGA", "MMK", "TWD"})
"""Currencies that have hundredths by ISO 4217, or fifths, and in which nobody pays less than one."""


def minor_digits(currency_code: str | None) -> int:
    """Decimals of the currency's minor unit: 2 for EUR, 0 for JPY, 3 for TND (ISO 4217)."""
    return _MINOR_DIGITS.get(currency_code or "", 2)


def currency_digits() -> dict[str, int]:
    """The currencies whose minor unit is not the hundredth part, with their decimals."""
    return dict(_MINOR_DIGITS)


def round_half_up(amount: Decimal, digits: int) -> Decimal:
    """The amount rounded to `digits` decimals, halves away from zero (commercial rounding)."""
    return amount.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def format_amount(amount: Decimal, currency_code: str | None = None) -> str:
    """The exact amount as text with at least the currency's decimals and never fewer than it needs.

    `Decimal("1250.5000")` in EUR gives "1250.50", `Decimal("0.1250")` gives "0.125": what is shown can
    always be added up to what is stored.
    """
    whole, _, decimals = f"{amount:f}".partition(".")
    decimals = decimals.rstrip("0").ljust(minor_digits(currency_code), "0")
    return f"{whole}.{decimals}" if decimals else whole
