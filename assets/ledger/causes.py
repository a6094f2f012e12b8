"""Warnings live as long as their cause: about payments (D07, D14) until something links, settles or takes
them out, about IBANs (R13) until somebody answers.

Belongs here: the one place that compares open warnings with what they are about. Does not: finding them
(`assets.reconciliation`), and what keeps movements out, which ends by a rerun.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

import duckdb

from assets.statements import count_of, statement

_IBANS_OR_HELD: Final = """
    SELECT (SELECT count(*) FROM iban_doubt)
           + (SELECT count(*) FROM ledger.open_item WHERE hold_reason = 'iban')
"""


def follow_causes(
    workbench: duckdb.DuckDBPyConnection, now: dt.datetime, who: str, reason: str | None
) -> None:
    """Within a transaction, after it changed payments or items: warnings without a cause end, and those whose
    cause is there again are open again.
    """
    workbench.execute(statement("ledger", "caused_finding"))
    if count_of(workbench, "SELECT count(*) FROM caused_finding"):
        parameters = {"now": now, "who": who, "reason": reason}
        workbench.execute(statement("ledger", "follow_causes"), parameters)


def look_at_ibans(workbench: duckdb.DuckDBPyConnection) -> None:
    """Leaves the IBANs that deserve a look on the workbench, as `iban_doubt`."""
    workbench.execute(statement("invoices", "iban_answer_of"))
    workbench.execute(statement("ledger", "iban_doubt"))


def follow_ibans(
    workbench: duckdb.DuckDBPyConnection, now: dt.datetime, who: str, reason: str | None
) -> None:
    """Within a transaction, after it changed answers about IBANs or registrations: items are held, and
    warnings open, where an IBAN waits for an answer, and nowhere else.
    """
    look_at_ibans(workbench)
    if count_of(workbench, _IBANS_OR_HELD):
        workbench.execute(statement("ledger", "follow_iban_hold"))
        parameters = {"now": now, "who": who, "reason": reason}
        workbench.execute(statement("ledger", "follow_iban_finding"), parameters)
        workbench.execute(statement("ledger", "insert_iban_finding"), {"now": now})
