"""The arguments of a correction as JSON has them, read by their types.

Belongs here: turning each argument into a value, or a refusal that says what it should have been. Does not:
which arguments a kind takes (`assets.corrections.performing`).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from assets.corrections.recording import refusal

Arguments = Mapping[str, Any]

LONGEST_TEXT: Final = 1_000
_LONGEST_SHOWN: Final = 80
_LARGEST_NUMBER: Final = 2**63 - 1
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_AMOUNT: Final = re.compile(r"-?[0-9]{1,14}(\.[0-9]{1,4})?")


def is_plain(text: str) -> bool:
    """Whether a text may go into the ledger: not too long, in characters that UTF-8 has, none of them NUL."""
    return (
        len(text) <= LONGEST_TEXT
        and "\0" not in text
        and not any("\ud800" <= each <= "\udfff" for each in text)
    )


def shown(value: object) -> str:
    """A value within a sentence: as it stands, cut where it is long."""
    text = ascii(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."


class ArgumentReader:
    """The arguments of one correction, each read once. What is missing or wrong raises OperatingError."""

    def __init__(self, kind: str, arguments: Arguments) -> None:
        self._kind = kind
        self._left = dict(arguments)

    def _take(self, name: str, expected: str, *, is_required: bool) -> Any:
        value = self._left.pop(name, None)
        if value is None and is_required:
            raise refusal(f"{self._kind} needs {name}, {expected}")
        return value

    def text(self, name: str) -> str:
        """A text that must be there."""
        return self._plain(name, self._take(name, "a text", is_required=True))

    def optional_text(self, name: str) -> str | None:
        """A text, or None."""
        value = self._take(name, "a text", is_required=False)
        return None if value is None else self._plain(name, value)

    def texts(self, name: str, *, is_required: bool = True) -> tuple[str, ...]:
        """A list of texts; empty if it may be left out and is."""
        value = self._take(name, "a list of texts", is_required=is_required)
        if value is None:
            return ()
        if not isinstance(value, list | tuple) or (is_required and not value):
            raise refusal(f"{name} of {self._kind} is a list of texts, and is {shown(value)}")
        return tuple(self._plain(name, each) for each in value)

    def _plain(self, name: str, value: object) -> str:
        if not isinstance(value, str) or not is_plain(value):
            raise refusal(
                f"{name} of {self._kind} is a text of at most {LONGEST_TEXT} characters, and is "
                f"{shown(value)}"
            )
        return value

    def date(self, name: str) -> dt.date:
        """A date that must be there."""
        date = self.optional_date(name)
        if date is None:
            raise refusal(f"{self._kind} needs {name}, a date as YYYY-MM-DD")
        return date

    def optional_date(self, name: str) -> dt.date | None:
        """A date as YYYY-MM-DD, or None."""
        value = self._take(name, "a date as YYYY-MM-DD", is_required=False)
        if value is None:
            return None
        try:
            if isinstance(value, str) and _DATE.fullmatch(value):
                return dt.date.fromisoformat(value)
        except ValueError:
            # The pattern lets the 31st of February pass; the sentence is the same for whatever is no date.
            pass
        raise refusal(f"{name} of {self._kind} is a date as YYYY-MM-DD, and is {shown(value)}")

    def amount(self, name: str) -> Decimal | None:
        """An exact amount as text, or None."""
        value = self._take(name, "an amount", is_required=False)
        if value is None:
            return None
        if not isinstance(value, str) or not _AMOUNT.fullmatch(value):
            raise refusal(
                f'{name} of {self._kind} is an amount in quotes such as "12.50", and is {shown(value)}'
            )
        return Decimal(value)

    def flag(self, name: str) -> bool:
        """True, or False where it is left out."""
        value = self._take(name, "true or false", is_required=False)
        if value is not None and not isinstance(value, bool):
            raise refusal(f"{name} of {self._kind} is true or false, and is {shown(value)}")
        return bool(value)

    def number(self, name: str) -> int:
        """A whole number that must be there."""
        value = self._take(name, "a whole number", is_required=True)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= _LARGEST_NUMBER:
            raise refusal(f"{name} of {self._kind} is the number of a correction, and is {shown(value)}")
        return value

    def document(self, name: str) -> int:
        """A document as D12; its number."""
        text = self.text(name)
        digits = text[1:]
        if text[:1] != "D" or not (digits.isascii() and digits.isdigit() and len(digits) <= 18):
            raise refusal(f"{shown(text)} is no document: they are named D12, see `partita documents`")
        return int(digits)

    def item(self, name: str) -> tuple[str, str]:
        """An open item as COMPANY:KEY."""
        return _item(self.text(name))

    def items(self, name: str, *, is_required: bool = True) -> tuple[str | None, tuple[str, ...]]:
        """Open items of one company; the company (None where there are none) and their keys."""
        pairs = [_item(each) for each in self.texts(name, is_required=is_required)]
        companies = sorted({company for company, _ in pairs})
        if len(companies) > 1:
            raise refusal(f"the items are of several companies: {', '.join(companies)}")
        return (companies[0] if companies else None), tuple(key for _, key in pairs)

    def payment(self, name: str) -> tuple[int, int]:
        """A posting as ENTRY/LINE."""
        return _payment(self.text(name))

    def optional_payment(self, name: str) -> tuple[int, int] | None:
        """A posting as ENTRY/LINE, or None."""
        text = self.optional_text(name)
        return None if text is None else _payment(text)

    def payments(self, name: str) -> tuple[tuple[int, int], ...]:
        """Postings as ENTRY/LINE; may be left out."""
        return tuple(_payment(each) for each in self.texts(name, is_required=False))

    def refuse_others(self) -> None:
        """Raises OperatingError for arguments that the kind does not take."""
        if self._left:
            raise refusal(f"{self._kind} takes no {', '.join(sorted(self._left))}")


def _item(name: str) -> tuple[str, str]:
    company_code, _, key = name.partition(":")
    if not company_code or not key:
        raise refusal(f"{shown(name)} is no open item: they are named COMPANY:KEY")
    return company_code, key


def _payment(name: str) -> tuple[int, int]:
    entry, _, line = name.partition("/")
    if not all(part.isascii() and part.isdigit() and len(part) <= 18 for part in (entry, line)):
        raise refusal(f"{shown(name)} is no payment: they are named ENTRY/LINE, see `partita unlinked`")
    return int(entry), int(line)
