"""What posting rules and the conditions of items make of payment lines (D15 to D21), as further postings.

Belongs here: which lines are no payments, what is withheld, which VAT becomes due, exchange differences,
items that are opened. Does not: writing to the ledger, and the payments themselves (`settle`). A file without
any of this costs two counts of small tables.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from assets.statements import count_of, records, statement


@dataclass(frozen=True, slots=True)
class SpecialNeeds:
    """Which special cases the lines of a file could be, by the reference data and registrations in force."""

    has_rules: bool
    has_withholding: bool
    has_deferred_vat: bool


def special_needs(workbench: duckdb.DuckDBPyConnection) -> SpecialNeeds:
    """What to look for, within a transaction of the ledger."""
    (found,) = records(workbench, "reconciliation", "special_needs")
    return SpecialNeeds(**found)


def apply_posting_rules(workbench: duckdb.DuckDBPyConnection, needs: SpecialNeeds) -> None:
    """Before anything of a file is matched: leaves rule_line, the lines about which a posting rule decides,
    and opened_item, the items that lines open of which only the treasury knew. They are to be written at
    once, so that later lines of the file find them.
    """
    if needs.has_rules:
        _run(workbench, "rule_line", "forecast_item")
    else:
        _run(workbench, "no_rule_line", "no_opened_item")


def judge_lines(workbench: duckdb.DuckDBPyConnection, needs: SpecialNeeds) -> None:
    """Before payments are matched: takes the lines about which a posting rule decides out of payment_line,
    and makes its residuals net of what is still to be withheld.
    """
    if needs.has_rules:
        _run(workbench, "leave_out_rule_lines")
    if needs.has_withholding:
        _run(workbench, "withheld_item", "hold_withholding_back")


def add_postings(workbench: duckdb.DuckDBPyConnection, needs: SpecialNeeds) -> tuple[bool, tuple[str, ...]]:
    """After new_settlement is known: leaves generated_posting, and in opened_item the items that are open
    again, if any is needed.

    Returns whether generated_posting is there, and the statements that say what deserves a look. Invariant:
    the postings of a line add up to zero.
    """
    is_foreign = count_of(workbench, statement("reconciliation", "count_foreign_settlements")) > 0
    if not (is_foreign or needs.has_rules or needs.has_withholding or needs.has_deferred_vat):
        return False, ()
    warnings: list[str] = []
    _run(workbench, "generated_posting")
    if is_foreign:
        _run(workbench, "exchange_settlement", "take_exchange_share", "generate_exchange_difference")
        warnings.append("check_exchange_differences")
    if needs.has_withholding:
        _run(workbench, "generate_withholding")
    if needs.has_deferred_vat:
        _run(workbench, "deferred_vat", "deferred_member", "generate_deferred_vat")
    if needs.has_rules:
        _run(workbench, "unpaid_line", "unlink_unpaid_line", "unpaid_item", "generate_unpaid")
        warnings.append("check_unpaid_lines")
    return True, tuple(warnings)


def _run(workbench: duckdb.DuckDBPyConnection, *names: str) -> None:
    for name in names:
        workbench.execute(statement("reconciliation", name))
