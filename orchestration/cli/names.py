"""How people name things of the ledger on the command line, and what they get that names nothing.

Belongs here: the form of names and amounts, and how names are quoted back. Does not: whether there is such
a thing.
"""

from __future__ import annotations

import datetime as dt
import re
import shlex
from decimal import Decimal
from typing import Any, Final

import click

from assets.search.asked import read_amounts, read_day
from orchestration.cli.render import visible

_LONGEST_NAME: Final = 80


def quoted(name: str) -> str:
    """A name as a sentence quotes it back: as a shell would take it, and cut where it is very long."""
    shown = visible(name)
    return shlex.quote(shown if len(shown) <= _LONGEST_NAME else f"{shown[:_LONGEST_NAME]}…")


def in_command(name: str) -> str:
    """A name as it stands in a command that somebody copies: whole, and quoted where a shell needs it."""
    return shlex.quote(name)


class Numbered(click.ParamType[int]):
    """A number with its letter, as in D12 or C5; the letter may be left out."""

    def __init__(self, name: str, example: str) -> None:
        """`example` is such a name; the command with the plural of `name` lists them."""
        self.name = name
        self._letter = example[0]
        self._problem = f"no {name}: they are named {example}, see `partita {name}s`"

    def convert(self, value: str | int, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number alone; a usage error for anything else."""
        text = str(value)
        digits = text[1:] if text[:1].upper() == self._letter else text
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 18):
            self.fail(f"{value!a} is {self._problem}", param, ctx)
        return int(digits)


DOCUMENT: Final = Numbered("document", "D12")
CORRECTION: Final = Numbered("correction", "C5")


def is_payment_name(text: str) -> bool:
    """Whether a text has the form ENTRY/LINE."""
    return bool(re.fullmatch(r"[0-9]{1,18}/[0-9]{1,9}", text, re.ASCII))


class PaymentName(click.ParamType[str]):
    """A payment as ENTRY/LINE."""

    name = "payment"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name; a usage error for anything else."""
        if not is_payment_name(value):
            self.fail(
                f"{value!a} is no payment: they are named ENTRY/LINE, see `partita unlinked`", param, ctx
            )
        return value


class Day(click.ParamType[dt.date]):
    """A day, as 2026-03-01 or 01/03/2026."""

    name = "date"

    def convert(
        self, value: str | dt.date, param: click.Parameter | None, ctx: click.Context | None
    ) -> dt.date:
        """The day; a usage error for anything else."""
        day = value if isinstance(value, dt.date) else read_day(value.strip())
        if day is None:
            self.fail(f"{value!a} is no date such as 2026-03-01 or 01/03/2026", param, ctx)
        return day


Range = tuple[Decimal | None, Decimal | None]
"""The least and the most amount, both included; None for no bound."""


class AmountRange(click.ParamType[Range]):
    """An amount (1250,50), or from one to another (100..200, 100.., ..200), without sign."""

    name = "amount"

    def convert(self, value: str | Range, param: click.Parameter | None, ctx: click.Context | None) -> Range:
        """The bounds, exact; a usage error for anything else, also for what could be two amounts."""
        if isinstance(value, tuple):
            return value
        least, dots, most = value.partition("..")
        bounds = [
            _one_amount(self, text, param, ctx) if text.strip() else None
            for text in ((least, most) if dots else (least, least))
        ]
        if bounds == [None, None] or (None not in bounds and bounds[0] > bounds[1]):  # type: ignore[operator]
            self.fail(f"{value!a} is no amount such as 1250,50, and no range such as 100..200", param, ctx)
        return bounds[0], bounds[1]


def _one_amount(
    kind: click.ParamType[Any], text: str, param: click.Parameter | None, ctx: click.Context | None
) -> Decimal:
    """The one amount that a text can be, without sign; a usage error for anything else."""
    found = read_amounts(text.strip())
    if not found:
        kind.fail(f"{text!a} is no amount such as 1250,50", param, ctx)
    if len(found) > 1:
        meant = " or ".join(with_comma(amount) for amount in found)
        kind.fail(f"{text!a} could be two amounts: write {meant}", param, ctx)
    return found[0]


def with_comma(amount: Decimal) -> str:
    """An amount as people write it, with two decimals or four: with three it could have two meanings."""
    return f"{amount:.4f}".removesuffix("00").replace(".", ",")


class Amount(click.ParamType[Decimal]):
    """An amount, with decimals behind a comma or a point (1250,50)."""

    name = "amount"

    def convert(
        self, value: str | Decimal, param: click.Parameter | None, ctx: click.Context | None
    ) -> Decimal:
        """The exact amount; a usage error for anything else, also for what could be two amounts."""
        if isinstance(value, Decimal):
            return value
        amount = _one_amount(self, value, param, ctx)
        return -amount if value.strip().startswith("-") else amount
