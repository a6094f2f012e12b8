"""Closes what a document says was paid before by the supplier's advance, where exactly one fits (BT-113).

Belongs here: which advance that is, and the correction that closes it, which can be undone as any other. Does
not: the item that stands for the part paid before (`assets.invoices.registering` opens it, held).
"""

from __future__ import annotations

from typing import Any, Final

import duckdb

from assets.corrections.performing import perform
from assets.invoices.prepare import PreparedDelivery
from assets.ledger.audit import PARTITA, Decider
from assets.ledger.imports import Attempt
from assets.statements import records

REASON: Final = "paid before, as the document says"


def close_prepaid(
    workbench: duckdb.DuckDBPyConnection, prepared: PreparedDelivery, attempt: Attempt
) -> list[int]:
    """Within the transaction that registered the delivery: closes the items that it opened as paid before.

    An unlinked payment is linked, an open item compensated; the numbers of these corrections. Where none or
    several advances fit, the item stays open and held.
    """
    prepaid = prepared.frames["document"]["prepaid_amount"]
    if prepaid.null_count == len(prepaid):
        return []
    decider = Decider(PARTITA, attempt.now, REASON)
    made = []
    for row in records(workbench, "corrections", "prepaid_advance", {"now": attempt.now}):
        name = f"{row['company_code']}:{row['open_item_key']}"
        arguments: dict[str, Any] = {"amount": f"{row['amount']:f}"}
        if row["payment"] is not None:
            kind = "link"
            arguments |= {"payment": row["payment"], "items": [name]}
        else:
            kind = "compensate"
            other = f"{row['company_code']}:{row['other_key']}"
            arguments |= {"items": [name, other], "date": row["posting_date"].isoformat(), "partial": True}
        made.append(perform(workbench, kind, arguments, decider, attempt.run_id))
    return made
