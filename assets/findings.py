"""Findings: one thing wrong in the data, as a value.

A finding is expected (bad data arrive every day), so it is collected and never raised. Its code, its
severity and what to do about it stand in `finding_codes.csv`; this module adds where it was found. What it
says more specifically is kept as the code of a text and what goes into it (`said`), and becomes words where
people read it (`in_words`). Does not belong here: operating errors (see `assets.errors`) and the rules that
produce findings.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final, Literal

Severity = Literal["ERROR", "WARN"]

MAX_FINDINGS_PER_FILE: Final = 10_000
"""A file that is wrong from end to end says so in its first lines; the rest is counted, not listed."""

MAX_RAW_VALUE_CHARACTERS: Final = 200
"""Enough to recognise a value; a binary file must not fill the ledger with itself."""


_SAID: Final = '{"text":'
"""How something said begins. No text of an earlier version begins so."""

_PLACE: Final = re.compile(r"\{(\w+)\}")
_COMMAND_PLACE: Final = re.compile(r"\b(?:FILE|LINE)\b")


@dataclass(frozen=True, slots=True)
class FindingCode:
    """What is known of a finding code: one row of `finding_codes.csv`."""

    finding_code: str
    severity: Severity
    asset_name: str
    scope: str
    expected: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong in one place of one file.

    `line_number` counts from 1 (for CSV reference files, the header is line 1; for JSON, the elements of
    the array are counted). `byte_start` is the offset of the first byte concerned within the file and
    `byte_end` the offset after the last one. All four are None where the finding is about the whole file.
    `progressive` and `company_code` name the movement that the finding keeps out, where there is one.
    `expected` is what the rule says more specifically than the code (see `said`).
    """

    source_file: str
    finding_code: str
    line_number: int | None = None
    byte_start: int | None = None
    byte_end: int | None = None
    field: str | None = None
    raw_value: str | None = None
    expected: str | None = None
    company_code: str | None = None
    progressive: str | None = None

    @property
    def severity(self) -> Severity:
        """ERROR if the finding keeps something out of the ledger, else WARN."""
        return finding_code(self.finding_code).severity

    @property
    def place(self) -> str:
        """File, line and column in words: `companies.csv line 3, column vat_number`."""
        line = "" if self.line_number is None else f" line {self.line_number}"
        return f"{self.source_file}{line}{f', column {self.field}' if self.field else ''}"

    @property
    def sentence(self) -> str:
        """Where it is, what stands there and what was expected, for a message of one line."""
        if self.finding_code == "reference_file_missing":
            return f"{self.source_file} is missing"
        found = f"{shorten(self.raw_value)!r}, " if self.raw_value else ""
        return f"{self.place}: {found}expected {self.expected_text}"

    @property
    def expected_text(self) -> str:
        """What was expected, as specific as the rule could say it."""
        return in_words(self.expected, finding_code(self.finding_code).expected)

    @property
    def remedy(self) -> str:
        """What a person can do about it."""
        return finding_code(self.finding_code).remedy


@cache
def finding_codes() -> dict[str, FindingCode]:
    """Every finding code by name, in the order of the file.

    Raises:
        ValueError: if a code is listed twice or has a severity other than ERROR and WARN.
    """
    text = resources.files("assets").joinpath("finding_codes.csv").read_text("utf-8")
    codes: dict[str, FindingCode] = {}
    for row in csv.DictReader(text.splitlines(), strict=True):
        code = FindingCode(**row)  # type: ignore[arg-type]
        if code.finding_code in codes or code.severity not in ("ERROR", "WARN"):
            raise ValueError(f"finding_codes.csv: {code.finding_code} is repeated or has no severity")
        codes[code.finding_code] = code
    return codes


def finding_code(name: str) -> FindingCode:
    """The row of `finding_codes.csv` for this code. Raises KeyError for a code that is not listed."""
    return finding_codes()[name]


@cache
def finding_texts() -> dict[str, str]:
    """The words of each text that a finding says, by its code: rows of `finding_texts.csv`, in its order.

    Raises ValueError if a code is listed twice.
    """
    text = resources.files("assets").joinpath("finding_texts.csv").read_text("utf-8")
    rows = list(csv.DictReader(text.splitlines(), strict=True))
    texts = {row["text_code"]: row["words"] for row in rows}
    if len(texts) != len(rows):
        raise ValueError("finding_texts.csv: a code is repeated")
    return texts


def said(text_code: str, /, **parameters: object) -> str:
    """What a finding says, as it is kept: the code of a text and what goes into it, as JSON.

    The statements have a macro of that name, which makes the same.
    """
    plain = {name: None if value is None else str(value) for name, value in parameters.items()}
    return json.dumps({"text": text_code, "with": plain}, ensure_ascii=False, separators=(",", ":"))


def in_words(kept: str | None, otherwise: str) -> str:
    """What was said in words; `otherwise` where the rule said nothing of its own.

    What an earlier version kept is a text, and stays as it is; so does a text that this one does not know.
    What goes into a text may be something said as well, or a list of what is said.
    """
    if kept is None:
        return otherwise
    match _spoken(kept):
        case {"text": str(code), "with": dict() | None as parameters} if code in finding_texts():
            return _filled(finding_texts()[code], parameters or {})
    return kept


def _spoken(kept: str) -> object:
    """What stands in something said; None for a text, also for one of a file that only begins so."""
    if not kept.startswith(_SAID):
        return None
    try:
        return json.loads(kept)
    except (ValueError, RecursionError):
        return None


def _filled(words: str, parameters: Mapping[str, object]) -> str:
    def value(place: re.Match[str]) -> str:
        found = parameters.get(place[1])
        several = found if isinstance(found, list) else [found]
        return "; ".join(in_words(str(each), "") for each in several if each is not None)

    return _PLACE.sub(value, words)


def worded(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row about a finding with `expected` and `remedy` in words; one without a finding as it is.

    A command that the remedy of a code gives about the place (FILE:LINE) or the file (FILE) names the import
    by its number, where the row has `import_number`. What a rule says names its own places, and may quote a
    supplier who is called LINE. Of a code that an earlier version had, only what was kept is said.
    """
    if row["finding_code"] is None:
        return dict(row)
    code = finding_codes().get(row["finding_code"])
    expected, remedy = (code.expected, code.remedy) if code else ("", "")
    if row.get("import_number") is not None:
        line = row.get("line_number")
        place = {"FILE": row["import_number"], "LINE": "LINE" if line is None else str(line)}
        remedy = _COMMAND_PLACE.sub(lambda found: place[found[0]], remedy)
    return {**row, "expected": in_words(row["expected"], expected), "remedy": in_words(row["remedy"], remedy)}


def shorten(raw_value: str) -> str:
    """The raw value as evidence: unchanged up to 200 characters, then cut with a mark that says so."""
    if len(raw_value) <= MAX_RAW_VALUE_CHARACTERS:
        return raw_value
    return raw_value[:MAX_RAW_VALUE_CHARACTERS] + f"… ({len(raw_value)} characters)"
