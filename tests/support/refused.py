"""What the reading of a set of reference files finds, as lists to compare."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from assets.reference.load import read_reference
from tests.support.ledgers import ReferenceData, write_files

DEFAULT: Final = ReferenceData()


class Refused(NamedTuple):
    """One finding of a reference file: where, and what stands there."""

    file: str
    line: int | None
    column: str | None
    code: str
    raw: str | None


def findings(
    folder: Path, data: ReferenceData = DEFAULT, changes: Mapping[str, bytes] | None = None
) -> list[tuple[Refused, str]]:
    """The findings of a set of files and what they expect, in the order of file, line and column."""
    write_files(folder, data.files() | dict(changes or {}))
    read = read_reference(folder, {})
    found = [
        (
            Refused(f.source_file, f.line_number, f.field, f.finding_code, f.raw_value),
            f.expected_text,
        )
        for f in read.findings
    ]
    assert (len(read.frames) == 0) == bool(found), "a set with findings has no frames, any other has all"
    return sorted(found, key=lambda each: [str(value).zfill(4) for value in each[0]])


def refused(
    folder: Path, data: ReferenceData = DEFAULT, changes: Mapping[str, bytes] | None = None
) -> list[Refused]:
    """The findings of a set of files without what they expect."""
    return [found for found, _ in findings(folder, data, changes)]


def invalid(file: str, *rows: tuple[int, str, str]) -> list[Refused]:
    """Findings about values of one file."""
    return [Refused(file, line, column, "reference_value_invalid", raw) for line, column, raw in rows]
