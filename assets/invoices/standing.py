"""Where a document and its registration stand after a decision or a correction.

Belongs here: closing a document, and the ways back. Does not: judging and registering
(`assets.invoices.registering`), and who asked for it (`assets.invoices.deciding`, `assets.corrections`).
Everything happens within a transaction of the caller.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Literal

import duckdb

from assets.statements import statement

ClosedStatus = Literal["refused", "handled", "repeated"]


def close(
    workbench: duckdb.DuckDBPyConnection,
    document_ids: Sequence[int],
    status: ClosedStatus,
    now: dt.datetime,
    who: str,
    reason: str | None,
) -> None:
    """Nothing is left to do about these documents, and nothing of them is posted."""
    said = {"status": status, "now": now, "who": who, "reason": reason}
    workbench.execute(statement("invoices", "close_document"), {"document_ids": list(document_ids), **said})


def reopen(workbench: duckdb.DuckDBPyConnection, document_id: int) -> None:
    """The document is to register again."""
    workbench.execute(statement("invoices", "reopen_document"), {"document_id": document_id})


def refresh_reasons(workbench: duckdb.DuckDBPyConnection, document_id: int) -> None:
    """The document names the codes of its findings that are open."""
    workbench.execute(statement("invoices", "refresh_reasons"), {"document_id": document_id})


def undo_registration(
    workbench: duckdb.DuckDBPyConnection, registration_id: int, document_id: int, now: dt.datetime
) -> None:
    """The registration counts no longer, and its key is free; its document is to register."""
    by_id = {"registration_id": registration_id}
    workbench.execute(statement("invoices", "undo_registration"), {**by_id, "now": now})
    reopen(workbench, document_id)


def restore_registration(workbench: duckdb.DuckDBPyConnection, registration_id: int) -> None:
    """A registration that was undone counts again, and has its key; the caller made sure that it is free."""
    by_id = {"registration_id": registration_id}
    workbench.execute(statement("invoices", "restore_registration"), by_id)


def restore_document(workbench: duckdb.DuckDBPyConnection, registration_id: int) -> None:
    """The document of a registration is registered as it was; its findings are closed before."""
    by_id = {"registration_id": registration_id}
    workbench.execute(statement("invoices", "restore_document"), by_id)
