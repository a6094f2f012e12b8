"""Matches the lines of movements that are about to be posted against the ledger's open items."""

from __future__ import annotations

from typing import Final

import duckdb

from assets.statements import statement

WARNING_RULES: Final = ("check_settlements",)
"""The statements that say what deserves a look, to be applied after `settle`."""


def settle(workbench: duckdb.DuckDBPyConnection) -> None:
    """Within a transaction of the ledger: leaves new_settlement and unlinked_line on the workbench.

    Inputs on the workbench: line, entry_line, posted_movement, account, company_setting, currency_digits.
    Invariant: no item is settled beyond its residual, in whatever order the lines stand.
    """
    for name in ("payment_line", "matched_line", "settlement", "unlinked_line"):
        workbench.execute(statement("reconciliation", name))


def propose(workbench: duckdb.DuckDBPyConnection) -> None:
    """After the settlements are written: leaves new_candidate, the best three items per unlinked line."""
    workbench.execute(statement("reconciliation", "match_candidate"))
