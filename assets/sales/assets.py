"""The assets of the sales invoices, partitioned by file: the invoices, and their postings."""

from __future__ import annotations

from typing import Final

import dagster as dg

_DOCUMENT_COLUMNS: Final = dg.TableSchema(
    [
        dg.TableColumn("reference", "varchar", "our reference: unique for ever, constant, 18 characters"),
        dg.TableColumn("company_code", "varchar", "our company that issued it"),
        dg.TableColumn("is_credit_note", "boolean", "credit note or invoice"),
        dg.TableColumn("document_number", "varchar", "unique by company, kind and year"),
        dg.TableColumn("document_date", "date", "date of the document"),
        dg.TableColumn("due_date", "date", "when the last instalment is due"),
        dg.TableColumn("status", "varchar", "draft or booked"),
        dg.TableColumn("customer_code", "varchar", "the counterparty"),
        dg.TableColumn("net_amount", "decimal(18,4)", "positive for what the document is for"),
        dg.TableColumn("vat_amount", "decimal(18,4)", "positive for what the document is for"),
        dg.TableColumn("total_amount", "decimal(18,4)", "net_amount + vat_amount"),
        dg.TableColumn(
            "payable_rounding_amount", "decimal(18,4)", "what the total is rounded by when asked for"
        ),
        dg.TableColumn("changed_detail", "varchar", "what the source says now, if that differs"),
    ]
)

_POSTING_COLUMNS: Final = dg.TableSchema(
    [
        dg.TableColumn("entry_id", "bigint", "the journal entry"),
        dg.TableColumn("line_number", "integer", "line of the entry; (entry_id, line_number) is the key"),
        dg.TableColumn("account_code", "varchar", "customer, revenue or VAT"),
        dg.TableColumn("debit_amount", "decimal(18,4)", "in the company's currency, never negative"),
        dg.TableColumn("credit_amount", "decimal(18,4)", "in the company's currency, never negative"),
        dg.TableColumn("open_item_key", "varchar", "the item that the posting opens"),
        dg.TableColumn("source_line", "bigint", "line, element or document of the file"),
    ]
)

SPECS: Final = (
    dg.AssetSpec(
        "sales_documents",
        deps=["sales_inbox"],
        group_name="sales",
        skippable=True,
        kinds={"pandera", "arrow"},
        owners=["team:receivables"],
        metadata={"dagster/column_schema": _DOCUMENT_COLUMNS},
        description=(
            "The sales invoices of a file, read from CSV, JSON, UBL, CII or FatturaPA, and validated.\n\n"
            "Grain: one invoice for ever; tables `sales_invoice` and `sales_line`. Drafts are kept and not "
            "posted. Idempotent: company, kind, number and year are taken once."
        ),
    ),
    dg.AssetSpec(
        "sales_postings",
        deps=["sales_documents", "reference_data"],
        group_name="sales",
        skippable=True,
        kinds={"sql", "duckdb"},
        owners=["team:finance"],
        metadata={"dagster/column_schema": _POSTING_COLUMNS},
        description=(
            "Journal entries, postings and open items of booked sales invoices.\n\n"
            "Grain: one debit or credit; tables `journal_entry`, `posting` and `open_item`, one item an "
            "instalment. A file is green when every invoice in it that is no draft is in the ledger."
        ),
    ),
)
