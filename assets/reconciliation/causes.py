"""Warnings about payments live as long as their cause (D07, D14): until something links or settles them.

Belongs here: the one place that compares open warnings with what they are about. Does not: finding them
(`settle`), and what keeps movements out, which ends by a rerun.
"""

from __future__ import annotations

import datetime as dt

import duckdb

from assets.ledger import findings
from assets.ledger.given import Given
from assets.statements import row_count, statement


def follow_causes(
    workbench: duckdb.DuckDBPyConnection, now: dt.datetime, who: str, reason: str | None
) -> None:
    """Within a transaction, after it changed payments or items: warnings without a cause end, and those whose
    cause is there again are open again.
    """
    workbench.execute(statement("reconciliation", "caused_finding"))
    if row_count(workbench, "caused_finding"):
        ended, again = (
            Given("reconciliation", "caused_finding_to_turn", {"is_caused": is_caused})
            for is_caused in (False, True)
        )
        findings.close(workbench, ended, "ended", now, who, reason)
        findings.reopen(workbench, again)
