"""What people ask about messages of the exchange system."""

from __future__ import annotations

from typing import Any

import duckdb

from assets.statements import records


def messages_of_file(connection: duckdb.DuckDBPyConnection, import_id: int) -> list[dict[str, Any]]:
    """The messages that a file brought or, for a received e-invoice, that are about its documents."""
    return records(connection, "exchange", "report_messages", {"import_id": import_id})


def identifiers_of(messages: list[dict[str, Any]]) -> str | None:
    """The exchange system's numbers of the transmission in these messages; None if none names one."""
    found = dict.fromkeys(row["sdi_identifier"] for row in messages if row["sdi_identifier"])
    return ", ".join(found) or None


def refused_count(connection: duckdb.DuckDBPyConnection) -> int:
    """How many sales invoices stand rejected by the exchange system or refused by their customers."""
    return int(records(connection, "exchange", "refused_count")[0]["invoice_count"])
