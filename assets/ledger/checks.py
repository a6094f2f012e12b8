"""Checks of the ledger itself: a failure is a mistake in Partita, not in anybody's data.

But for a debt that stands twice, which is from before it was looked for.
"""

from __future__ import annotations

from typing import Final

from assets.check_rules import CheckRule

_REPORT: Final = "This is a mistake in Partita: keep a copy of the home folder and report it."

CHECKS: Final = (
    CheckRule(
        "journal_entries_balance",
        "trace_postings",
        "ERROR",
        "check_entries_balance",
        "Debits equal credits in every journal entry.",
        "Journal entries that do not balance",
        _REPORT,
    ),
    CheckRule(
        "imports_add_up",
        "trace_postings",
        "ERROR",
        "check_imports_add_up",
        "The counts and totals of every import equal its postings, and every posting has a source.",
        "Imports that differ from their postings",
        _REPORT,
    ),
    CheckRule(
        "links_are_exact",
        "trace_postings",
        "ERROR",
        "check_links",
        "What a posting has linked is what its settlements add up to, and never more than its amount.",
        "Postings that differ from their settlements",
        _REPORT,
    ),
    CheckRule(
        "movements_stand_once",
        "trace_postings",
        "ERROR",
        "check_movements_stand_once",
        "No movement of a trace counts twice, by two files or beside a payment that people made anew.",
        "Movements that count more than once, or although they were taken out",
        "Take one of the entries out (`partita delete-payment`, `delete-import`, or `undo` of what made it). "
        + _REPORT,
    ),
    CheckRule(
        "keys_are_unique",
        "trace_postings",
        "ERROR",
        "check_keys_unique",
        "No row of a table has the key of another one, where the table does not hold that itself.",
        "Rows whose key stands twice",
        _REPORT,
    ),
    CheckRule(
        "residuals_are_exact",
        "open_items",
        "ERROR",
        "check_residuals",
        "Residual = original amount - settlements, never negative, and zero where an item is closed.",
        "Open items that differ from their settlements",
        _REPORT,
    ),
    CheckRule(
        "debts_stand_once",
        "open_items",
        "WARN",
        "check_debts_stand_once",
        "No invoice stands beside the opening item of the same document.",
        "Opening items whose invoice was posted as well",
        "If the two are one debt, take the row of the opening item out of opening_open_items.csv. What is "
        "paid of it is moved before: `partita reopen` it, then `partita link` the payment to the other item.",
    ),
)
