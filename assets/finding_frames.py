"""Findings as a frame, for the statements that keep them.

Apart from the findings themselves, since commands that only read do without Arrow.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import pyarrow as pa

from assets.findings import Finding, shorten

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
        ("company_code", pa.string()),
        ("progressive", pa.string()),
    ]
)
"""The columns of findings as a frame, one row a finding."""


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
            "expected": f.expected,
            "company_code": f.company_code,
            "progressive": f.progressive,
        }
        for f in findings
    ]
    return pa.Table.from_pylist(rows, schema=FINDING_SCHEMA)
