"""Runs the product's readers over bytes, without a ledger, and shows what they read as plain values."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import BinaryIO, NamedTuple

import pyarrow as pa

from assets.traces import json_form, text_form
from assets.traces.collector import FindingCollector
from tests.support.ledgers import Found, as_found

Value = object


class Reading(NamedTuple):
    """The rows that a reader gave, the findings in the order of lines, and the lines that these keep out."""

    rows: list[dict[str, Value]]
    findings: list[Found]
    rejected: list[int]

    def column(self, name: str) -> list[Value]:
        """One field of every row."""
        return [row[name] for row in self.rows]


def read_text(data: bytes) -> Reading:
    """What the text reader makes of a file with these bytes."""
    return _read(text_form.read, data)


def read_json(data: bytes) -> Reading:
    """What the JSON reader makes of a file with these bytes."""
    return _read(json_form.read, data)


def _read(reader: Callable[[BinaryIO, FindingCollector], Iterator[pa.Table]], data: bytes) -> Reading:
    collector = FindingCollector("RITCOGE.txt")
    rows = [row for table in reader(io.BytesIO(data), collector) for row in table.to_pylist()]
    return Reading(rows, as_found(collector.listed()), collector.rejected_lines().tolist())
