"""The questions that people ask about e-invoices, as plain functions over the statements `report_…`.

Beside `assets.reports.questions`, and under the same rules: nothing here opens the ledger, shows an answer or
loads a frame library.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import duckdb

from assets.findings import worded
from assets.ledger.asking import Answer, Report, Row, Subject, rows_of
from assets.ledger.findings import worded_report
from assets.ledger.listing import EVERYTHING, Asked, Listing, ask_list
from assets.statements import records

_DOCUMENT_NAME: Final = re.compile(r"[Dd]([0-9]{1,18})")

DocumentStatus = Literal["to_register", "registered", "refused", "handled", "repeated"]


@dataclass(frozen=True, slots=True)
class DocumentSelection:
    """Which documents are meant, beside what is asked of every list; None restricts nothing."""

    status: DocumentStatus | None = "to_register"
    delivery: str | None = None
    document_ids: Sequence[int] | None = None


DOCUMENTS: Final = Listing(
    stage="invoices",
    statement="report_documents",
    order=("document_id",),
    filters=("company", "counterparty", "number", "amount", "date"),
    parties=("counterparty_code", "supplier_name", "counterparty_name"),
    numbers=("document_number",),
    amounts=("total_amount", "payable_amount"),
    day="document_date",
)


def documents(
    ledger: duckdb.DuckDBPyConnection, selection: DocumentSelection, asked: Asked = EVERYTHING
) -> Report:
    """The documents in the order of their numbers, each with its first reason and remedy."""
    parameters: dict[str, Any] = {
        "status": selection.status,
        "delivery": selection.delivery,
        "document_ids": None if selection.document_ids is None else list(selection.document_ids),
    }
    return worded_report(ask_list(ledger, DOCUMENTS, asked, parameters), hidden=("finding_code",))


def document_counts(
    ledger: duckdb.DuckDBPyConnection, *, company: str | None = None, delivery: str | None = None
) -> Row:
    """How many documents are in each state, and how many files hold something unreadable (F05)."""
    (counts,) = records(
        ledger, "invoices", "report_document_counts", {"company": company, "delivery": delivery}
    )
    return counts


def identify_documents(ledger: duckdb.DuckDBPyConnection, what: str) -> list[Subject]:
    """The document that the text names as `D12`, if there is one."""
    name = _DOCUMENT_NAME.fullmatch(what)
    if name is None:
        return []
    return [
        Subject(
            "document",
            f"D{row['document_id']}",
            f"document {row['document_number'] or 'without a number'} of {row['supplier_name'] or 'nobody'}, "
            f"{row['status'].replace('_', ' ')}",
            row["document_id"],
        )
        for row in records(ledger, "invoices", "report_what_documents", {"document_id": int(name[1])})
    ]


def deliveries_named(ledger: duckdb.DuckDBPyConnection, what: str) -> list[str]:
    """The keys of the deliveries that a text could mean, the newest first."""
    return [
        row["delivery_key"] for row in records(ledger, "invoices", "report_what_deliveries", {"what": what})
    ]


def explain_document(ledger: duckdb.DuckDBPyConnection, document_id: int) -> Answer:
    """Where a document came from, how it was recognised, what it came to, and what keeps it out."""
    by_id = {"document_id": document_id}
    (record,) = records(ledger, "invoices", "report_document", by_id)
    by_entry = {"entry_id": record["entry_id"]}
    return {
        **record,
        "parts": records(
            ledger, "invoices", "report_document_parts", {"registration_id": record["registration_id"]}
        ),
        "postings": records(ledger, "ledger", "report_entry_postings", by_entry | {"line_number": None}),
        "items": records(ledger, "invoices", "report_document_items", by_entry),
        "conditions": records(ledger, "invoices", "report_document_conditions", by_id),
        "other_dates": records(ledger, "invoices", "report_document_other_dates", by_id),
        "findings": [worded(row) for row in records(ledger, "invoices", "report_document_findings", by_id)],
        "decisions": records(ledger, "invoices", "report_document_decisions", by_id),
        "answers": records(ledger, "invoices", "report_document_answers", by_id),
        "earlier_registrations": records(ledger, "invoices", "report_earlier_registrations", by_id),
    }


def document_of_entry(ledger: duckdb.DuckDBPyConnection, entry_id: int) -> Row | None:
    """The document behind an entry (or behind the entry that it reverses); None if there is none."""
    found = records(ledger, "invoices", "report_document_of_entry", {"entry_id": entry_id})
    return found[0] if found else None


def documents_of_import(
    ledger: duckdb.DuckDBPyConnection, import_id: int, *, limit: int | None = None
) -> list[Row]:
    """The documents of a delivered file, in their order."""
    return records(ledger, "invoices", "report_import_documents", {"import_id": import_id, "limit": limit})


def delivered_file(ledger: duckdb.DuckDBPyConnection, partition_key: str) -> Row | None:
    """The dropped file in which a delivered file stands, with its delivery; None for files of other kinds."""
    found = records(ledger, "invoices", "report_delivered_file", {"partition_key": partition_key})
    return found[0] if found else None


def automatic_registration(ledger: duckdb.DuckDBPyConnection) -> list[Row]:
    """Every company, whether its e-invoices register themselves, since when, and how many wait (F01)."""
    return records(ledger, "invoices", "report_automatic_registration")


def delivery_documents(ledger: duckdb.DuckDBPyConnection, delivery_key: str) -> list[Row]:
    """The e-invoices of a delivery, with what became of each, in the order in which they were read."""
    return rows_of(ledger, "invoices", "report_delivery_documents", delivery_key=delivery_key)


def delivery_findings(ledger: duckdb.DuckDBPyConnection, delivery_key: str) -> list[Row]:
    """What keeps e-invoices of a delivery from being registered, and what of its files cannot be read."""
    found = rows_of(ledger, "invoices", "report_delivery_findings", delivery_key=delivery_key)
    return [worded(row) for row in found]


def left_out_files(ledger: duckdb.DuckDBPyConnection, delivery_key: str) -> list[str]:
    """The members of a delivery's archive that are no documents and were left out, by name."""
    return [
        str(row["source_file"])
        for row in rows_of(ledger, "invoices", "report_left_out", delivery_key=delivery_key)
    ]
