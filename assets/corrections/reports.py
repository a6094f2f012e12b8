"""What was corrected, for those who ask. Nothing here changes anything."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

import duckdb

from assets.ledger.asking import Report
from assets.ledger.listing import EVERYTHING, Asked, Listing, ask_list
from assets.money import format_amount
from assets.statements import records

CORRECTIONS: Final = Listing(
    stage="corrections",
    statement="report_corrections",
    order=("-correction_id",),
    filters=("company", "account", "counterparty", "number", "amount", "date"),
    numbers=("correction_number", "subject", "arguments"),
    moment="made_at",
    hidden=("correction_number",),
    parts="report_correction_parts",
    part_key="correction_id",
)


def corrections(ledger: duckdb.DuckDBPyConnection, asked: Asked = EVERYTHING) -> Report:
    """Every correction, newest first."""
    return ask_list(ledger, CORRECTIONS, asked)


def is_known(ledger: duckdb.DuckDBPyConnection, correction_id: int) -> bool:
    """Whether there is a correction of this number."""
    return bool(records(ledger, "corrections", "correction", {"correction_id": correction_id}))


def explain_correction(ledger: duckdb.DuckDBPyConnection, correction_id: int) -> dict[str, Any]:
    """What was asked for by a correction, by whom and why, and what undid it."""
    (record,) = records(ledger, "corrections", "correction", {"correction_id": correction_id})
    return {name: record[name] for name in _EXPLAINED}


_EXPLAINED: Final = (
    "correction_id",
    "correction_kind",
    "subject",
    "requested_by",
    "reason",
    "run_id",
    "made_at",
    "undoes_correction_id",
    "undone_by_correction_id",
)


def last_corrections(ledger: duckdb.DuckDBPyConnection, limit: int) -> list[dict[str, Any]]:
    """The last corrections, newest first, each with what it moved as text, such as `80.00 EUR`."""
    found = records(ledger, "corrections", "last_correction", {"limit": limit})
    return [
        {
            "correction": f"C{number}",
            "kind": row["correction_kind"],
            "about": row["subject"],
            "made_at": f"{row['made_at']:%Y-%m-%d %H:%M:%S} UTC",
            "requested_by": row["requested_by"],
            "reason": row["reason"],
            "amount": ", ".join(_amount(each) for each in (row, *others) if each["amount"] is not None),
        }
        for number, (row, *others) in groupby(found, key=itemgetter("correction_id"))
    ]


def _amount(row: Mapping[str, Any]) -> str:
    currency = row["company_currency_code"]
    return f"{format_amount(row['amount'], currency)} {currency}"


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
