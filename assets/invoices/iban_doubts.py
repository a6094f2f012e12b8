"""Warnings about IBANs, and items that are held for one, live until somebody answers (R13).

Belongs here: the one place that compares them with the answers. Does not: the answers
(`assets.corrections.ibans`).
"""

from __future__ import annotations

import datetime as dt

import duckdb

from assets.ledger import findings as ledger_findings
from assets.ledger.given import Given
from assets.ledger.journal import hold_items
from assets.statements import count_of, statement


def look_at_ibans(workbench: duckdb.DuckDBPyConnection) -> None:
    """Leaves the IBANs that deserve a look on the workbench, as `iban_doubt`."""
    workbench.execute(statement("invoices", "iban_answer_of"))
    workbench.execute(statement("invoices", "iban_doubt"))


def follow_ibans(
    workbench: duckdb.DuckDBPyConnection, now: dt.datetime, who: str, reason: str | None
) -> None:
    """Within a transaction, after it changed answers about IBANs or registrations: items are held, and
    warnings open, where an IBAN waits for an answer, and nowhere else.
    """
    look_at_ibans(workbench)
    if count_of(workbench, statement("invoices", "count_doubts_and_held")):
        hold_items(workbench, Given("invoices", "item_to_hold"))
        answered, asked = (
            Given("invoices", "iban_finding_to_turn", {"is_open": is_open}) for is_open in (False, True)
        )
        ledger_findings.close(workbench, answered, "answered", now, who, reason)
        ledger_findings.reopen(workbench, asked)
        ledger_findings.note(workbench, Given("invoices", "iban_finding_to_note", {"now": now}))
