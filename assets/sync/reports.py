"""What people ask about sales invoices and their sync: lists, and what a sync came to.

Belongs here: questions to the ledger. Does not: how answers are shown (`orchestration.cli`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

import duckdb

from assets.ledger.asking import Report
from assets.ledger.listing import EVERYTHING, Asked, Listing, ask_list
from assets.settings import Settings
from assets.statements import records
from assets.sync.errors import Explanation
from assets.sync.programs import NONE

COUNTS: Final = ("customer_count", "booked_count", "rejected_count", "unknown_count", "waiting_count")


def explained(row: Mapping[str, Any], code: str, detail: str) -> dict[str, Any]:
    """The row with `owner`, `what` (with the detail) and `remedy` of the sync error under `code`."""
    if row[code] is None:
        return dict(row) | {"owner": None, "what": None, "remedy": None}
    error = Explanation(row[code], row[detail] or "")
    return dict(row) | {"owner": error.owner, "what": error.sentence, "remedy": error.remedy}


INVOICES: Final = Listing(
    stage="sync",
    statement="report_invoices",
    order=("-document_date", "company_code", "-document_number", "invoice_id"),
    filters=("company", "counterparty", "number", "amount", "date"),
    parties=("customer_code", "customer_name", "counterparty_name"),
    numbers=("document_number", "reference", "registration_number"),
    amounts=("total_amount",),
    day="document_date",
    hidden=("invoice_id", "customer_code", "counterparty_name"),
)


def invoices(
    connection: duckdb.DuckDBPyConnection, asked: Asked = EVERYTHING, *, is_unsynced: bool = False
) -> list[dict[str, Any]]:
    """Sales invoices, newest first, each with its registration number (T04), the file that was sent to the
    exchange system with its messages, and what is wrong with it by either.
    """
    return list(invoice_list(connection, asked, is_unsynced=is_unsynced).dictionaries())


def invoice_list(
    connection: duckdb.DuckDBPyConnection, asked: Asked = EVERYTHING, *, is_unsynced: bool = False
) -> Report:
    """The rows of `invoices` as a report."""
    found = ask_list(connection, INVOICES, asked, {"is_unsynced": is_unsynced})
    columns = (*found.columns, "owner", "what", "remedy")
    explained_rows = (_both(row) for row in found.dictionaries())
    return Report(columns, (tuple(row[name] for name in columns) for row in explained_rows))


def explain_invoice(connection: duckdb.DuckDBPyConnection, reference: str) -> dict[str, Any]:
    """A sales invoice as `invoices` has it, with its `entry_id` (null: a draft), `postings` and `items`."""
    (row,) = records(connection, "sync", "report_invoice_entry", {"reference": reference})
    (invoice,) = [
        each
        for each in invoices(connection, Asked(company=row["company_code"], number=reference))
        if each["reference"] == reference
    ]
    by_entry = {"entry_id": row["entry_id"]}
    return {
        **invoice,
        "entry_id": row["entry_id"],
        "postings": records(connection, "ledger", "report_entry_postings", by_entry | {"line_number": None}),
        "items": records(connection, "invoices", "report_document_items", by_entry),
    }


def _both(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row explained: what the exchange system says of the invoice comes before what the sync says."""
    synced = explained(row, "problem_code", "problem_detail")
    refused = explained(row, "refusal_code", "refusal_detail")
    if refused["what"] is None or synced["what"] is None:
        return synced if refused["what"] is None else refused
    return refused | {name: f"{refused[name]} {synced[name]}" for name in ("what", "remedy")}


def sync_counts(connection: duckdb.DuckDBPyConnection, run_ids: Sequence[str]) -> list[dict[str, Any]]:
    """Per company and program: customers made, invoices booked, refused, in doubt and left by these runs."""
    found = records(connection, "sync", "report_sync_counts", {"run_ids": list(run_ids)})
    return [row | {name: row[name] or 0 for name in COUNTS} for row in found]


def sync_errors(connection: duckdb.DuckDBPyConnection, run_ids: Sequence[str]) -> list[dict[str, Any]]:
    """Each error of these runs with whose it is to mend and how (T02, T11)."""
    found = records(connection, "sync", "report_sync_errors", {"run_ids": list(run_ids)})
    return [explained(row, "error_code", "error_detail") for row in found]


def drifted(connection: duckdb.DuckDBPyConnection, company_code: str | None) -> list[dict[str, Any]]:
    """The synced invoices that their program holds otherwise than sent (T05, T09), of one company or all."""
    found = records(connection, "sync", "check_drift")
    return [
        explained(row, "drift_code", "drift_detail")
        for row in found
        if company_code in (None, row["company_code"])
    ]


def file_totals(
    connection: duckdb.DuckDBPyConnection, settings: Settings, keys: Sequence[str] | None
) -> list[dict[str, Any]]:
    """Per file (None: all) and company: `invoice_count` booked at the source, `synced_count`, `due_count`.

    Nothing is due of a company without a program, and nothing that is older than its start date (T10).
    """
    codes = companies_with_program(connection, settings)
    return records(
        connection,
        "sync",
        "file_to_sync",
        {
            "keys": None if keys is None else list(keys),
            "company_codes": codes,
            "start_dates": [start_date(settings, code) for code in codes],
        },
    )


def companies_with_program(connection: duckdb.DuckDBPyConnection, settings: Settings) -> list[str]:
    """The companies whose invoices are synced, by their code."""
    codes = [row["company_code"] for row in records(connection, "sync", "company_in_force")]
    return [code for code in codes if settings.get("sync_target", code) != NONE]


def start_date(settings: Settings, company_code: str) -> dt.date | None:
    """The day from which documents of the company are synced; None for all."""
    text = settings.get("sync_start_date", company_code)
    return dt.date.fromisoformat(text) if text else None
