"""Matches the lines of movements that are about to be posted against the ledger's open items."""

from __future__ import annotations

from typing import Final

import duckdb

from assets.reconciliation.special_cases import (
    apply_posting_rules,
    generate_postings,
    hold_withholding_back,
)
from assets.statements import statement

WARNING_RULES: Final = ("check_settlements",)
"""The statements that say what deserves a look, whatever the movements are."""


def settle(workbench: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """Within a transaction of the ledger: leaves new_settlement and unlinked_line on the workbench, and what
    the special cases add to the entries: generated_posting, opened_item and rule_line.

    Inputs on the workbench: line, entry_line, posted_movement, currency_digits, and the reference data.
    Returns the statements that say what deserves a look. Invariant: no item is settled beyond its residual,
    in whatever order the lines stand.
    """
    for name in ("share_of", "payment_line"):
        workbench.execute(statement("reconciliation", name))
    apply_posting_rules(workbench)
    hold_withholding_back(workbench)
    for name in ("matched_line", "settlement", "unlinked_line"):
        workbench.execute(statement("reconciliation", name))
    return WARNING_RULES + generate_postings(workbench)


def propose(workbench: duckdb.DuckDBPyConnection) -> None:
    """After the settlements are written: leaves new_candidate, the best three items per unlinked line."""
    workbench.execute(statement("reconciliation", "match_candidate"))
