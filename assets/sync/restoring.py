"""Puts back into a rebuilt ledger what syncs had left in the one before it, as its journal has it.

Belongs here: writing those rows, each once. Does not: asking a program anything: what was sent after the last
record of a sync is not known, so a rebuilt home sends nothing until a person has compared. Nor what reading
back found: the next sync finds that again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import duckdb
import pyarrow as pa

from assets.statements import statement

STATEMENTS: Final = {
    "sync_event": "restore_sync_event",
    "sync_outbox": "restore_sync_outbox",
    "protocol_number": "restore_protocol_number",
    "sync_customer": "restore_sync_customer",
    "sync_problem": "restore_sync_problem",
}
"""By table, in the order in which they are written."""


def restore_sync(
    workbench: duckdb.DuckDBPyConnection, left: Mapping[str, Any], invoice_id: Callable[[int], int]
) -> None:
    """Within a transaction: writes what a sync `left`, rows by table. Doing it again changes nothing.

    `invoice_id` says which number of an invoice of the ledger before is which number now.
    """
    for table, name in STATEMENTS.items():
        rows = [dict(row) for row in left.get(table) or ()]
        if not rows:
            continue
        for row in rows:
            if "invoice_id" in row:
                row["invoice_id"] = invoice_id(row["invoice_id"])
        workbench.register("restored", pa.Table.from_pylist(rows))
        workbench.execute(statement("sync", name))
        workbench.unregister("restored")
