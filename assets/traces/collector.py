"""Collects what a reader finds wrong, in bounded memory however bad the file is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
import numpy.typing as npt

from assets.findings import MAX_FINDINGS_PER_FILE, Finding, finding_code

_MARKED_TOGETHER: Final = 10_000


class FindingCollector:
    """Findings of one file, and the numbers of the lines that they keep out.

    Every rejected line is remembered (a byte for each line of the file), but only the first
    `MAX_FINDINGS_PER_FILE` findings become objects, and those about the whole file; `unlisted` counts the
    others. `is_readable` is False once an ERROR is about the whole file. `is_utf8` says how the reader
    decoded it; `short_line_count` are lines that are not empty and too short for the required fields.
    """

    def __init__(self, source_file: str, first_line: int = 0, most_listed: int | None = None) -> None:
        """`first_line` is the number of the first line of the part of a file that is read with this one."""
        self.source_file = source_file
        self.short_line_count = 0
        self._first_line = first_line
        self._most_listed = MAX_FINDINGS_PER_FILE if most_listed is None else most_listed
        self.findings: list[Finding] = []
        self.unlisted = 0
        self.is_readable = True
        self.is_utf8 = False
        self._unlisted_errors = 0
        self.error_count = 0
        self.warning_count = 0
        self._is_rejected = np.zeros(0, dtype=np.bool_)
        self._to_mark: list[int] = []

    def copy(self) -> FindingCollector:
        """A collector that goes on from here, while this one stays as it is."""
        other = FindingCollector(self.source_file, self._first_line, self._most_listed)
        other.short_line_count = self.short_line_count
        other.findings = list(self.findings)
        other.unlisted = self.unlisted
        other.is_readable = self.is_readable
        other.is_utf8 = self.is_utf8
        other.error_count = self.error_count
        other.warning_count = self.warning_count
        other._unlisted_errors = self._unlisted_errors
        self._mark_noted()
        other._is_rejected = self._is_rejected.copy()
        return other

    def reset(self) -> None:
        """Forgets everything: the file turned out to be one that was imported before."""
        self.findings.clear()
        self._is_rejected = np.zeros(0, dtype=np.bool_)
        self._to_mark = []
        self.unlisted = self._unlisted_errors = self.error_count = self.warning_count = 0

    @property
    def room(self) -> int:
        """How many more findings will be listed."""
        return max(0, self._most_listed - len(self.findings))

    def add(self, finding: Finding) -> None:
        """Takes one finding; if it is an ERROR about a line, the line is kept out."""
        is_of_file = finding_code(finding.finding_code).scope == "file"
        if finding.severity == "ERROR":
            if finding.line_number is not None:
                self._reject_line(finding.line_number)
            if is_of_file:
                self.is_readable = False
        if self.room or is_of_file:
            self.findings.append(finding)
            self._count(finding.finding_code, 1)
        else:
            self.count_unlisted(finding.finding_code, 1)

    def add_unlisted(self, code: str, line_number: int) -> None:
        """As `add` of a finding about a line, where there is no room for another one."""
        if finding_code(code).severity == "ERROR":
            self._reject_line(line_number)
        self.count_unlisted(code, 1)

    def add_all(self, findings: Iterable[Finding]) -> None:
        """Takes several findings, each as `add` does."""
        for finding in findings:
            self.add(finding)

    def extend(self, later: FindingCollector) -> None:
        """Takes all that was found in a later part of the file."""
        room = self.room
        listed: list[Finding] = []
        left_out: list[Finding] = []
        for place, finding in enumerate(later.findings):
            is_of_file = finding_code(finding.finding_code).scope == "file"
            (listed if place < room or is_of_file else left_out).append(finding)
        self.findings += listed
        self.unlisted += later.unlisted + len(left_out)
        self._unlisted_errors += later._unlisted_errors + sum(f.severity == "ERROR" for f in left_out)
        self.error_count += later.error_count
        self.warning_count += later.warning_count
        self.is_readable &= later.is_readable
        self.is_utf8 |= later.is_utf8
        self.short_line_count += later.short_line_count
        self._mark(later.rejected_lines())

    def reject(self, code: str, line_numbers: npt.NDArray[np.int64], listed: int) -> None:
        """Notes lines of which the caller added the first `listed` as findings, and counts the others."""
        if finding_code(code).severity == "ERROR" and len(line_numbers):
            self._mark(line_numbers)
        self.count_unlisted(code, len(line_numbers) - listed)

    def count_unlisted(self, code: str, count: int) -> None:
        """Counts findings of this code that are not listed."""
        self.unlisted += count
        if finding_code(code).severity == "ERROR":
            self._unlisted_errors += count
        self._count(code, count)

    def _count(self, code: str, count: int) -> None:
        if finding_code(code).severity == "ERROR":
            self.error_count += count
        else:
            self.warning_count += count

    def rejected_lines(self) -> npt.NDArray[np.int64]:
        """The numbers of all lines that an ERROR keeps out, ascending, each once."""
        self._mark_noted()
        return np.flatnonzero(self._is_rejected) + self._first_line

    def _reject_line(self, line_number: int) -> None:
        self._to_mark.append(line_number)
        if len(self._to_mark) >= _MARKED_TOGETHER:
            self._mark_noted()

    def _mark_noted(self) -> None:
        noted, self._to_mark = self._to_mark, []
        self._mark(np.array(noted, dtype=np.int64))

    def _mark(self, line_numbers: npt.NDArray[np.int64]) -> None:
        """Notes lines as rejected; where that is noted grows to twice its length, so that it rarely does."""
        if not len(line_numbers):
            return
        places = line_numbers - self._first_line
        last, known = int(places.max()), len(self._is_rejected)
        if last >= known:
            more = np.zeros(max(2 * known, last + 1) - known, dtype=np.bool_)
            self._is_rejected = np.concatenate((self._is_rejected, more))
        self._is_rejected[places] = True

    def listed(self) -> list[Finding]:
        """The findings in the order of lines; if some were left out, one that counts them comes first."""
        ordered = sorted(
            self.findings,
            key=lambda f: (f.line_number or 0, f.byte_start or 0, f.finding_code, f.field or ""),
        )
        if not self.unlisted:
            return ordered
        more = Finding(
            self.source_file,
            "too_many_findings" if self._unlisted_errors else "too_many_warnings",
            raw_value=f"{self.unlisted} more findings are not listed",
        )
        return [more, *ordered]


def too_many_short(source_file: str, most: int) -> Finding:
    """The finding that ends the reading of a file with more short lines than a trace could have."""
    raw_value = f"more than {most} lines that are too short"
    return Finding(source_file, "file_lines_too_short", raw_value=raw_value)
