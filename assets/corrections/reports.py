"""What was corrected, for those who ask. Nothing here changes anything."""

from __future__ import annotations

from typing import Any

import duckdb

from assets.statements import records


def corrections(ledger: duckdb.DuckDBPyConnection, limit: int | None = None) -> list[dict[str, Any]]:
    """Every correction, newest first; at most so many."""
    return records(ledger, "corrections", "report_corrections", {"limit": limit})


def correction_of_run(ledger: duckdb.DuckDBPyConnection, run_id: str) -> int:
    """The number of the correction that a run made."""
    (found,) = records(ledger, "corrections", "correction_of_run", {"run_id": run_id})
    return int(found["correction_id"])


def account_of_payment(
    ledger: duckdb.DuckDBPyConnection, entry_id: int, line_number: int
) -> dict[str, Any] | None:
    """The account against which a payment stands, and its date; None if there is no such posting."""
    by_line = {"entry_id": entry_id, "line_number": line_number}
    found = records(ledger, "corrections", "account_of_payment", by_line)
    return found[0] if found else None
