"""The steps of the benchmark of the sync: invoices in a ledger, a program that answers in 5 ms, the sync.

What belongs here: the stopwatch around the product's own functions. What does not: the product's logic, and
how the program behaves (`samples.programs.exact_server`).
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import time
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import httpx

from assets.ledger.store import Ledger
from assets.sync.outbox import Journals, Outbox, Selection
from assets.sync.syncing import SyncOutcome, sync_with_ledger, sync_with_program
from assets.sync.target import TargetSettings
from assets.sync.targets.exact import ExactTarget
from samples.programs import exact_server
from samples.programs.answering import Call, Reply, SetClock, serving
from samples.programs.exact_server import ExactServer

ANSWER_SECONDS: Final = 0.005
_UNLIMITED: Final = 100_000_000
_BODY_BYTES: Final = 900


def make_ledger(folder: str, invoices: int, customers: int) -> dict[str, Any]:
    """A ledger with so many booked invoices of three lines each, of which nothing was synced."""
    ledger = Ledger(Path(folder))
    workbench = ledger.workbench()
    with ledger.transaction(workbench, "benchmark"):
        for query in _MAKE:
            workbench.execute(query, {"invoices": invoices, "customers": customers} if "$" in query else {})
    workbench.close()
    return {}


def sync(folder: str, program: str, url: str) -> dict[str, Any]:
    """Syncs everything; wall time and the processor time of this process, and how many were booked."""
    ledger = Ledger(Path(folder))
    outbox = Outbox(ledger, ledger.workbench(), "BENCH", program, "run", Journals("VEN", "NCV"))
    started, worked = time.perf_counter(), time.process_time()
    outcome = _sync(outbox, url, Path(folder))
    return {
        "seconds": time.perf_counter() - started,
        "cpu_seconds": time.process_time() - worked,
        "booked": len(outcome.booked),
        "problems": [each.sentence for each in outcome.problems],
    }


def post(url: str, calls: int) -> dict[str, Any]:
    """So many bodies of the size of an invoice posted by a bare client, one after the other."""
    body = b"x" * _BODY_BYTES
    with httpx.Client() as client:
        worked = time.process_time()
        for _ in range(calls):
            client.post(f"{url}/nowhere", content=body).read()
    return {"cpu_seconds": time.process_time() - worked}


def _sync(outbox: Outbox, url: str, folder: Path) -> SyncOutcome:
    if outbox.program == "ledger":
        return sync_with_ledger(outbox, Selection())
    secrets = {
        "client_id": exact_server.CLIENT_ID,
        "client_secret": exact_server.CLIENT_SECRET,
        "refresh_token": exact_server.FIRST_REFRESH_TOKEN,
    }
    settings = TargetSettings("BENCH", url, {"division": exact_server.DIVISION}, secrets, folder / "secrets")
    return sync_with_program(outbox, Selection(), lambda: ExactTarget(settings), 90)


class _SlowServer(ExactServer):
    """A division without limits that takes its time for every answer."""

    def answer(self, call: Call) -> Reply:
        time.sleep(ANSWER_SECONDS)
        self.served_at.clear()
        return super().answer(call)


def serve() -> None:
    """Serves the program until standard input ends; its address is said first."""
    program = _SlowServer(SetClock(dt.datetime.now(dt.UTC)))
    program.minute_limit = program.day_limit = _UNLIMITED
    program.add("financial/GLAccounts", Code="5801001", IsBlocked=False)
    program.add("vat/VATCodes", Code="V22", Percentage=Decimal("0.22"), IsBlocked=False)
    program.add("financial/Journals", Code="VEN", Type=20)
    with serving(program):
        sys.stdout.write(json.dumps(program.url) + "\n")
        sys.stdout.flush()
        sys.stdin.read()


_MAKE: Final = (
    """
    INSERT INTO ledger.file_import BY NAME
    SELECT 1 AS import_id, 'sales' AS source_kind, 'sales.csv' AS partition_key, 'sales.csv' AS source_file,
           '' AS content_sha256, 0 AS byte_count, 'posted' AS status, 1 AS attempt, 'run' AS run_id,
           TIMESTAMP '2026-10-06' AS imported_at, 0 AS line_count, 0 AS movement_count,
           0 AS posted_movement_count, 0 AS repeated_movement_count, 0 AS posting_count,
           0 AS linked_posting_count, 0 AS unlinked_posting_count, 0 AS error_count, 0 AS warning_count,
           0 AS debit_total, 0 AS credit_total
    """,
    """
    INSERT INTO ledger.sales_invoice BY NAME
    SELECT number AS invoice_id, 'FV2026' || lpad(CAST(number AS VARCHAR), 12, '0') AS reference,
           1 AS import_id, number AS position, 'BENCH' AS company_code, false AS is_credit_note,
           'FT ' || number AS document_number,
           DATE '2026-01-01' + CAST(number % 300 AS INTEGER) AS document_date,
           DATE '2026-02-01' + CAST(number % 300 AS INTEGER) AS due_date, 'EUR' AS currency_code,
           'booked' AS status, 'booked' AS source_status, 'C' || number % $customers AS customer_code,
           '1500001' AS customer_account_code, 'Cliente ' || number % $customers AS customer_name,
           'IT' AS customer_country_code, 300 AS net_amount, 66 AS vat_amount, 366 AS total_amount,
           '' AS instalments, '' AS content_sha256, TIMESTAMP '2026-10-06' AS received_at
    FROM range(1, $invoices + 1) AS made(number)
    """,
    """
    INSERT INTO ledger.sales_line BY NAME
    SELECT invoice_id, line_number, 'Fornitura ' || line_number AS description, 100 AS net_amount,
           22 AS vat_rate, '5801001' AS account_code, 'V22' AS vat_code
    FROM ledger.sales_invoice, range(1, 4) AS made(line_number)
    """,
)


if __name__ == "__main__":
    serve()
