"""Which open items of another program the ledger has already, from an invoice or a trace.

Belongs here: the question to the ledger. Does not: what follows for the row
(`assets.reference.opening_items`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import duckdb
import pyarrow as pa

from assets.reference.books import Rows
from assets.statements import records

_COLUMNS: Final = ("company_code", "open_item_key", "account_code", "document_number", "document_date")


@dataclass(frozen=True, slots=True)
class KnownItem:
    """An item of the ledger that a row may be; `is_by_key` is false where only its document is the row's."""

    row_number: int
    is_by_key: bool
    open_item_key: str
    account_code: str
    side: str
    origin: str
    status: str


def known_items(ledger: duckdb.DuckDBPyConnection, rows: Rows) -> list[KnownItem]:
    """The items of the attached ledger that these rows may be; rows of which nothing is known have none."""
    arrays = [pa.array([number for number, _ in rows], pa.int64())]
    arrays += [pa.array([str(row.get(name) or "") for _, row in rows], pa.string()) for name in _COLUMNS]
    ledger.register("given", pa.table(arrays, names=["row_number", *_COLUMNS]))
    found = records(ledger, "reference", "known_item")
    ledger.unregister("given")
    return [KnownItem(**row) for row in found]
