"""What the tests of the readers share: outcomes as plain values, and the time and memory of an attack."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from assets.findings import Finding
from assets.invoices.readers import ReadFile, read_documents

Outcome = TypeVar("Outcome")

SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Refused:
    """A finding about a file or a document: what is compared."""

    expected: str
    position: int | None = None
    field: str | None = None
    raw_value: str | None = None


def described(read: ReadFile) -> dict[str, object]:
    """The outcome as JSON has it: frames without records are left out, decimals and dates are texts."""
    return {
        "reader": read.reader_name,
        "documents": [
            {
                frame: [{name: _plain(value) for name, value in row.items()} for row in rows]
                for frame, rows in document.records.items()
                if rows
            }
            for document in read.documents
        ],
        "positions": [document.position for document in read.documents],
        "findings": [
            {
                "finding_code": finding.finding_code,
                "position": finding.line_number,
                "field": finding.field,
                "raw_value": finding.raw_value,
                "expected": None if finding.expected is None else finding.expected_text,
            }
            for finding in read.findings
        ],
    }


def _plain(value: object) -> object:
    return str(value) if isinstance(value, (Decimal, date)) else value


def refused(finding: Finding, *, with_raw_value: bool = False) -> Refused:
    """The finding, which is an R17, as a plain value."""
    assert finding.finding_code == "R17"
    raw_value = finding.raw_value if with_raw_value else None
    return Refused(finding.expected_text, finding.line_number, finding.field, raw_value)


def refusal_of(data: bytes) -> str:
    """The sentence with which a file is refused as a whole, within a second of work."""
    read = within_a_second(lambda: read_documents(data, "fattura.xml"))
    assert (read.reader_name, read.documents) == (None, ())
    (finding,) = read.findings
    assert (finding.finding_code, finding.source_file, finding.line_number) == ("R17", "fattura.xml", None)
    return finding.expected_text


def within_a_second(work: Callable[[], Outcome]) -> Outcome:
    """The work's outcome; it took less than a second of this process's time, whoever else is at work."""
    started = time.process_time()
    outcome = work()
    assert time.process_time() - started < SECONDS
    return outcome
