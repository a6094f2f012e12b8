"""Keeps the messages of the exchange system and draws what follows from them, within an import's transaction.

Messages and invoices come in any order: after every import all messages that fit nothing yet are looked at
again. A message is known by what it says, a match and a finding by what they are about, so that doing it
again changes nothing.
"""

from __future__ import annotations

import datetime as dt

import duckdb
import pyarrow as pa

from assets.findings import finding_codes
from assets.ledger import findings as ledger_findings
from assets.ledger.given import Given
from assets.statements import row_count, statement


def note_messages(workbench: duckdb.DuckDBPyConnection, messages: pa.Table, now: dt.datetime) -> None:
    """Within a transaction: keeps new messages (`messages.MESSAGE_SCHEMA`) of files whose import is written,
    matches all that can be matched now, and opens and ends the findings that follow.
    """
    workbench.execute(statement("sales", "sent_file_key"))
    if messages.num_rows:
        workbench.register("message_found", messages)
        workbench.execute(statement("exchange", "insert_message"), {"now": now})
        workbench.unregister("message_found")
    if not row_count(workbench, "ledger.exchange_message"):
        return
    codes = finding_codes().values()
    workbench.register(
        "finding_severity",
        pa.table({name: [getattr(code, name) for code in codes] for name in ("finding_code", "severity")}),
    )
    workbench.execute(statement("exchange", "message_key"))
    for name in ("insert_sales_match", "insert_received_match"):
        workbench.execute(statement("exchange", name), {"now": now})
    workbench.execute(statement("exchange", "message_finding"))
    ledger_findings.note(workbench, Given("exchange", "finding_to_note", {"now": now}))
    ledger_findings.close(workbench, Given("exchange", "ended_finding"), "mended", now)
