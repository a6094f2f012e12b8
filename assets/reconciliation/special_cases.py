"""What posting rules and the conditions of items make of payment lines (D15 to D21), as further postings.

Belongs here: which lines are no payments, what is withheld, which VAT becomes due, exchange differences,
items that are opened. Does not: writing to the ledger, and the payments themselves (`settle`). Each step that
is not needed costs one count of a small table.
"""

from __future__ import annotations

from typing import Final

import duckdb

from assets.statements import count_of, statement

_RULES: Final = "SELECT count(*) FROM posting_rule"
_WITHHOLDINGS: Final = "SELECT count(*) FROM item_withholding"
_DEFERRED: Final = """
    SELECT (SELECT count(*) FROM item_deferred_vat)
           + (SELECT count(*) FROM ledger.registration_part WHERE deferred_amount <> 0)
"""
_FOREIGN: Final = "SELECT count(*) FROM new_settlement WHERE is_foreign"


def apply_posting_rules(workbench: duckdb.DuckDBPyConnection) -> None:
    """Leaves rule_line; takes the lines about which a posting rule decides out of payment_line."""
    if not count_of(workbench, _RULES):
        _run(workbench, "no_rule_line")
        return
    _run(workbench, "rule_line", "leave_out_rule_lines")


def hold_withholding_back(workbench: duckdb.DuckDBPyConnection) -> None:
    """Makes the residuals of payment_line net of what is still to be withheld; leaves withheld_item."""
    if count_of(workbench, _WITHHOLDINGS):
        _run(workbench, "withheld_item", "hold_withholding_back")


def generate_postings(workbench: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """After the settlements are known: leaves generated_posting and opened_item.

    Returns the statements that say what deserves a look. Invariant: the postings of a line add up to zero.
    """
    warnings: list[str] = []
    _run(workbench, "generated_posting", "no_opened_item")
    if count_of(workbench, _FOREIGN):
        _run(workbench, "exchange_settlement", "take_exchange_share", "generate_exchange_difference")
        warnings.append("check_exchange_differences")
    if count_of(workbench, _WITHHOLDINGS):
        _run(workbench, "generate_withholding")
    if count_of(workbench, _DEFERRED):
        _run(workbench, "deferred_part", "generate_deferred_vat")
    if count_of(workbench, "SELECT count(*) FROM rule_line"):
        _run(workbench, "unpaid_line", "unlink_unpaid_line", "opened_item", "generate_unpaid")
        warnings.append("check_unpaid_lines")
    return tuple(warnings)


def _run(workbench: duckdb.DuckDBPyConnection, *names: str) -> None:
    for name in names:
        workbench.execute(statement("reconciliation", name))
