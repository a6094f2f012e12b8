"""Findings: one thing wrong in the data, as a value.

A finding is expected (bad data arrive every day), so it is collected and never raised. Its code, its
severity and what to do about it stand in `finding_codes.csv`; this module adds where it was found. Does
not belong here: operating errors (see `assets.errors`) and the rules that produce findings.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final, Literal

import pyarrow as pa

Severity = Literal["ERROR", "WARN"]

MAX_FINDINGS_PER_FILE: Final = 10_000
"""A file that is wrong from end to end says so in its first lines; the rest is counted, not listed."""

MAX_RAW_VALUE_CHARACTERS: Final = 200
"""Enough to recognise a value; a binary file must not fill the ledger with itself."""


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
        return self.expected or finding_code(self.finding_code).expected

    @property
    def remedy(self) -> str:
        """What a person can do about it."""
        return finding_code(self.finding_code).remedy


FINDING_SCHEMA: Final = pa.schema(
    [
        ("source_file", pa.string()),
        ("line_number", pa.int64()),
        ("byte_start", pa.int64()),
        ("byte_end", pa.int64()),
        ("field", pa.string()),
        ("finding_code", pa.string()),
        ("severity", pa.string()),
        ("raw_value", pa.string()),
        ("expected", pa.string()),
        ("remedy", pa.string()),
        ("company_code", pa.string()),
        ("progressive", pa.string()),
    ]
)
"""The columns of findings as a frame, one row a finding."""


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


def shorten(raw_value: str) -> str:
    """The raw value as evidence: unchanged up to 200 characters, then cut with a mark that says so."""
    if len(raw_value) <= MAX_RAW_VALUE_CHARACTERS:
        return raw_value
    return raw_value[:MAX_RAW_VALUE_CHARACTERS] + f"… ({len(raw_value)} characters)"


def to_arrow(findings: Iterable[Finding]) -> pa.Table:
    """The findings as a frame with the columns of `FINDING_SCHEMA`, in the order given."""
    rows = [
        {
            "source_file": f.source_file,
            "line_number": f.line_number,
            "byte_start": f.byte_start,
            "byte_end": f.byte_end,
            "field": f.field,
            "finding_code": f.finding_code,
            "severity": f.severity,
            "raw_value": None if f.raw_value is None else shorten(f.raw_value),
            "expected": f.expected_text,
            "remedy": f.remedy,
            "company_code": f.company_code,
            "progressive": f.progressive,
        }
        for f in findings
    ]
    return pa.Table.from_pylist(rows, schema=FINDING_SCHEMA)
