"""Checks of the reference data."""

from __future__ import annotations

from typing import Final

from assets.check_rules import finding_rule

CHECKS: Final = (
    finding_rule(
        "reference_files_are_valid",
        "reference_data",
        "ERROR",
        "Every reference file fits docs/reference-data.md, and the files fit each other.",
        "Places in the reference files that are wrong, so that the last good data stay in force",
        "Correct the CSV files in reference/ and materialize reference_data, or import the next file.",
    ),
)
