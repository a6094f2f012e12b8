"""Checks of the traces: what keeps something out of the ledger (ERROR), and what deserves a look (WARN)."""

from __future__ import annotations

from typing import Final

from assets.check_rules import finding_rule

CHECKS: Final = (
    finding_rule(
        "trace_files_are_readable",
        "trace_lines",
        "ERROR",
        "Every file that was dropped is a trace that can be read (D02, D11).",
        "Files that cannot be read",
        "Correct the file in failed/ and drop it again, or close it with `partita dismiss`.",
    ),
    finding_rule(
        "trace_files_arrive_once",
        "trace_lines",
        "WARN",
        "No file was dropped twice, and no encoding had to be assumed (D12, D28).",
        "Remarks about whole files",
        "Nothing is kept out. Close a remark that you have read with `partita dismiss`.",
    ),
    finding_rule(
        "trace_lines_are_valid",
        "validated_trace_lines",
        "ERROR",
        "Every field of every line is what the layout says (D30, D11).",
        "Fields that cannot be read or are missing",
        "Correct the file and drop it again: the corrected file replaces the failed one.",
    ),
    finding_rule(
        "trace_lines_are_complete",
        "validated_trace_lines",
        "WARN",
        "No line is empty and no name is unknown.",
        "Remarks about lines",
        "Nothing is kept out. Close a remark that you have read with `partita dismiss`.",
    ),
    finding_rule(
        "trace_movements_are_posted",
        "trace_movements",
        "ERROR",
        "Every movement balances, has known accounts and reasons, in an open period (D05, D06, D34, D35).",
        "Reasons that keep movements out of the ledger",
        "Mend the reference data in reference/ and rerun the failed partitions, or drop a corrected file. "
        "What waits for an answer names the command that gives it.",
    ),
    finding_rule(
        "trace_movements_arrive_once",
        "trace_movements",
        "WARN",
        "No movement arrived a second time (D12).",
        "Movements that were in the ledger before, or name an unknown company",
        "Nothing is kept out. Close a remark that you have read with `partita dismiss`.",
    ),
)
