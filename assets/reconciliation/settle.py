"""Matches the lines of movements that are about to be posted against the ledger's open items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import duckdb

from assets.reconciliation.special_cases import SpecialNeeds, add_postings, judge_lines
from assets.statements import statement

INPUTS: Final = ("line", "entry_line", "posted_movement", "currency_digits")
"""The tables that a caller lays out on the workbench for this stage, beside the reference data."""

WARNING_RULES: Final = ("check_settlements", "check_worthless")
"""The statements that say what deserves a look, whatever the movements are."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What `settle` came to: the statements that say what deserves a look, and whether special cases left
    generated_posting on the workbench.
    """

    warning_rules: tuple[str, ...]
    has_special_cases: bool


def settle(workbench: duckdb.DuckDBPyConnection, needs: SpecialNeeds) -> Settled:
    """Within a transaction of the ledger: leaves new_settlement and unlinked_line on the workbench, and what
    the special cases add to the entries.

    Inputs on the workbench: `INPUTS`, rule_line, opened_item, and the reference data.
    Invariant: no item is settled beyond its residual, in whatever order the lines stand.
    """
    for name in ("share_of", "payment_line"):
        workbench.execute(statement("reconciliation", name))
    judge_lines(workbench, needs)
    for name in ("matched_line", "settlement", "unlinked_line"):
        workbench.execute(statement("reconciliation", name))
    has_special_cases, warning_rules = add_postings(workbench, needs)
    return Settled(WARNING_RULES + warning_rules, has_special_cases)
