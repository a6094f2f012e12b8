"""What can go wrong with a call to an accounting program, by what it means for the outbox.

Belongs here: the explanations of `sync_errors.csv` and the three exceptions by which a target says what
became of a call. Does not: how a program words its errors (`assets.sync.targets`).
"""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final, Literal

Owner = Literal["data", "settings", "program"]
"""Whose it is to mend: our documents and parties, our settings and mappings, or the accounting program."""

OWNERS: Final[tuple[Owner, ...]] = ("data", "settings", "program")

MAX_DETAIL_CHARACTERS: Final = 300


@dataclass(frozen=True, slots=True)
class SyncErrorCode:
    """One row of `sync_errors.csv`: what is wrong in general, whose it is, and what to do."""

    sync_error_code: str
    owner: Owner
    what: str
    remedy: str


@cache
def sync_error_codes() -> dict[str, SyncErrorCode]:
    """Every sync error by its code, in the order of the file. Raises ValueError for a wrong row."""
    text = resources.files("assets.sync").joinpath("sync_errors.csv").read_text("utf-8")
    codes: dict[str, SyncErrorCode] = {}
    for row in csv.DictReader(text.splitlines(), strict=True):
        code = SyncErrorCode(**row)  # type: ignore[arg-type]
        if code.sync_error_code in codes or code.owner not in OWNERS:
            raise ValueError(f"sync_errors.csv: {code.sync_error_code} is repeated or has no owner")
        codes[code.sync_error_code] = code
    return codes


@dataclass(frozen=True, slots=True)
class Explanation:
    """One thing wrong, explained: a code, and in `detail` what it is about.

    That is a code, a date, or the program's own words, never a secret. `subject` names the document or the
    code that it is about.
    """

    sync_error_code: str
    detail: str
    subject: str | None = None

    def __post_init__(self) -> None:
        assert self.sync_error_code in sync_error_codes(), f"{self.sync_error_code} stands in sync_errors.csv"
        if len(self.detail) > MAX_DETAIL_CHARACTERS:
            object.__setattr__(self, "detail", f"{self.detail[:MAX_DETAIL_CHARACTERS]}…")

    @property
    def code(self) -> SyncErrorCode:
        """The row of `sync_errors.csv`."""
        return sync_error_codes()[self.sync_error_code]

    @property
    def owner(self) -> Owner:
        """Whose it is to mend."""
        return self.code.owner

    @property
    def sentence(self) -> str:
        """What is wrong and what it is about: `The program has no such ledger account …: 4000`."""
        return f"{self.code.what.removesuffix('.')}: {self.detail}" if self.detail else self.code.what

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return self.code.remedy


class CallError(Exception):
    """A call to a program did not end well; the kind says what became of the document."""

    def __init__(self, explanation: Explanation) -> None:
        super().__init__(explanation.sentence)
        self.explanation = explanation


class RefusedError(CallError):
    """The program refused: nothing was booked, and sending it unchanged would be refused again."""


class UnknownOutcomeError(CallError):
    """It is not known whether the program booked it: the answer was lost, cut off or made no sense.

    Only for calls that book or make something. Whoever catches it reads back and never sends again at once.
    """


class StoppedError(CallError):
    """Nothing was booked by this call, and no other call makes sense now: not reachable, no quota, no login.

    `again_at` (UTC) is when it makes sense again, if the program said so.
    """

    def __init__(self, explanation: Explanation, again_at: dt.datetime | None = None) -> None:
        super().__init__(explanation)
        self.again_at = again_at
