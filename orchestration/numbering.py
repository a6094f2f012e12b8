"""Which number of a rebuilt ledger is which number of the one before it. No Dagster here.

Belongs here: following the numbers that the ledger gives, and putting the new ones into the arguments of a
correction. Does not: whether both ledgers posted the same (`orchestration.rebuilding`).

Where today's rules post as much as those of that day, numbers are the same. Where they do not, what comes
later has other numbers, and a person who named entry 12 meant the entry that has another number now.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from assets.errors import OperatingError
from assets.ledger.decisions import NUMBERS

_NAMED_IMPORT: Final = re.compile(r"(?P<letter>[Ii]?)(?P<digits>[0-9]{1,18})(?=[ :]|\Z)", re.ASCII)
_BY_NAME: Final = {"document": "document", "other": "document", "payment": "entry", "like": "entry"}


@dataclass(frozen=True, slots=True)
class _Span:
    """Numbers that one transaction gave: those of the ledger before, and of the one that is made."""

    first_before: int
    last_before: int
    first_now: int
    last_now: int

    @property
    def is_even(self) -> bool:
        """Whether as many were given."""
        return self.last_before - self.first_before == self.last_now - self.first_now


@dataclass(slots=True)
class Numbering:
    """The numbers of both ledgers so far. `is_shifted` says that they are no longer the same."""

    before: dict[str, int] = field(default_factory=lambda: dict.fromkeys(NUMBERS, 0))
    now: dict[str, int] = field(default_factory=lambda: dict.fromkeys(NUMBERS, 0))
    is_shifted: bool = False
    _uneven: dict[str, list[_Span]] = field(default_factory=lambda: {name: [] for name in NUMBERS})

    def follow(self, before: Mapping[str, Any], now: Mapping[str, Any]) -> None:
        """After a transaction: the highest numbers in use in either ledger."""
        for name in NUMBERS:
            span = _Span(self.before[name], before[name], self.now[name], now[name])
            if not span.is_even:
                self._uneven[name].append(span)
                self.is_shifted = True
            self.before[name], self.now[name] = before[name], now[name]

    def number(self, name: str, number: int) -> int:
        """The new number for an old one.

        Raises:
            OperatingError: if it cannot be told, since the same transaction gives more or fewer numbers now.
        """
        shift = 0
        for span in self._uneven[name]:
            if number <= span.first_before:
                break
            if number <= span.last_before:
                raise OperatingError(f"{name} {number} is of a transaction that posts something else now")
            shift = span.last_now - span.last_before
        return number + shift

    def arguments(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments of a correction with the new numbers.

        Raises:
            OperatingError: as `number`.
        """
        return {name: self._argument(name, value) for name, value in given.items()}

    def _argument(self, name: str, value: Any) -> Any:
        if name == "correction" and isinstance(value, int):
            return self.number("correction", value)
        if name == "import" and isinstance(value, str):
            return self._import(value)
        if name == "movements" and isinstance(value, list):
            return [self._import(each) if each[:1] in "Ii" else each for each in value]
        if name == "payments" and isinstance(value, list):
            return [self._payment(each) for each in value]
        kind = _BY_NAME.get(name)
        if kind == "entry" and isinstance(value, str):
            return self._payment(value)
        if kind == "document" and isinstance(value, str):
            return f"D{self.number('document', int(value[1:]))}"
        return value

    def _import(self, name: str) -> str:
        """`12`, `I12`, `I12 RITCOGE.txt` or `I12:4` with the new number; a file's name or key as it is."""
        found = _NAMED_IMPORT.match(name)
        if found is None:
            return name
        return f"{found['letter']}{self.number('import', int(found['digits']))}{name[found.end() :]}"

    def _payment(self, name: str) -> str:
        entry, _, line = name.partition("/")
        return f"{self.number('entry', int(entry))}/{line}"
