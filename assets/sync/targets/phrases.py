"""What programs say in the language of their user, and which sync error that is.

Belongs here: the table `phrases.csv` and the look-up in it. Does not: where in an answer the words stand.
A row says: these words, in this order, in a message of this program. The first row that fits counts; words
that fit none are a refusal in the program's own words.
"""

from __future__ import annotations

import csv
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

_GAP: Final = "…"


@dataclass(frozen=True, slots=True)
class Phrase:
    """One row: the words between the gaps, in lower case, and what they mean."""

    program: str
    language_code: str
    words: tuple[str, ...]
    sync_error_code: str

    def fits(self, message: str) -> bool:
        """Whether the words stand in this folded message, in this order."""
        position = 0
        for words in self.words:
            found = message.find(words, position)
            if found < 0:
                return False
            position = found + len(words)
        return True


@cache
def phrases(program: str) -> tuple[Phrase, ...]:
    """The rows of a program, in the order of the file."""
    text = resources.files("assets.sync.targets").joinpath("phrases.csv").read_text("utf-8")
    return tuple(
        Phrase(
            row["program"],
            row["language_code"],
            tuple(words.strip() for words in _folded(row["phrase"]).split(_GAP)),
            row["sync_error_code"],
        )
        for row in csv.DictReader(text.splitlines(), strict=True)
        if row["program"] == program
    )


def code_of(program: str, message: str) -> str | None:
    """The sync error that a message of a program means; None if no row fits."""
    folded = _folded(message)
    return next((phrase.sync_error_code for phrase in phrases(program) if phrase.fits(folded)), None)


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).replace("’", "'").casefold().split())
