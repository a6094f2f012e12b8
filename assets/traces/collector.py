"""Collects what a reader finds wrong, in bounded memory however bad the file is."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from assets.findings import MAX_FINDINGS_PER_FILE, Finding, finding_code


class FindingCollector:
    """Findings of one file, and the numbers of the lines that they keep out.

    Every rejected line is remembered (eight bytes each), but only the first `MAX_FINDINGS_PER_FILE`
    findings become objects; `unlisted` counts the others. `is_readable` is False once an ERROR is about the
    whole file. `is_utf8` says how the reader decoded it.
    """

    def __init__(self, source_file: str) -> None:
        self.source_file = source_file
        self.findings: list[Finding] = []
        self.unlisted = 0
        self.is_readable = True
        self.is_utf8 = False
        self._unlisted_errors = 0
        self.error_count = 0
        self.warning_count = 0
        self._rejected: list[npt.NDArray[np.int64]] = []

    def copy(self) -> FindingCollector:
        """A collector that goes on from here, while this one stays as it is."""
        other = FindingCollector(self.source_file)
        other.findings = list(self.findings)
        other.unlisted = self.unlisted
        other.is_readable = self.is_readable
        other.is_utf8 = self.is_utf8
        other.error_count = self.error_count
        other.warning_count = self.warning_count
        other._unlisted_errors = self._unlisted_errors
        other._rejected = list(self._rejected)
        return other

    def reset(self) -> None:
        """Forgets everything: the file turned out to be one that was imported before."""
        self.findings.clear()
        self._rejected.clear()
        self.unlisted = self._unlisted_errors = self.error_count = self.warning_count = 0

    @property
    def room(self) -> int:
        """How many more findings will be listed."""
        return max(0, MAX_FINDINGS_PER_FILE - len(self.findings))

    def add(self, finding: Finding) -> None:
        """Takes one finding; if it is an ERROR about a line, the line is kept out."""
        if finding.severity == "ERROR":
            if finding.line_number is not None:
                self._rejected.append(np.array([finding.line_number], dtype=np.int64))
            if finding_code(finding.finding_code).scope == "file":
                self.is_readable = False
        if self.room:
            self.findings.append(finding)
            self._count(finding.finding_code, 1)
        else:
            self.count_unlisted(finding.finding_code, 1)

    def add_all(self, findings: Iterable[Finding]) -> None:
        """Takes several findings, each as `add` does."""
        for finding in findings:
            self.add(finding)

    def extend(self, later: FindingCollector) -> None:
        """Takes all that was found in a later part of the file."""
        listed = later.findings[: self.room]
        left_out = later.findings[len(listed) :]
        self.findings += listed
        self.unlisted += later.unlisted + len(left_out)
        self._unlisted_errors += later._unlisted_errors + sum(f.severity == "ERROR" for f in left_out)
        self.error_count += later.error_count
        self.warning_count += later.warning_count
        self.is_readable &= later.is_readable
        self.is_utf8 |= later.is_utf8
        self._rejected += later._rejected

    def reject(self, code: str, line_numbers: npt.NDArray[np.int64], listed: int) -> None:
        """Notes lines of which the caller added the first `listed` as findings, and counts the others."""
        if finding_code(code).severity == "ERROR":
            self._rejected.append(line_numbers)
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
        if not self._rejected:
            return np.empty(0, dtype=np.int64)
        return np.unique(np.concatenate(self._rejected))

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
