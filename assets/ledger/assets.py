"""The assets of the ledger: postings by file, and the open items as they stand."""

from __future__ import annotations

from typing import Final

import dagster as dg

_POSTING_COLUMNS: Final = dg.TableSchema(
    [
        dg.TableColumn("entry_id", "bigint", "the journal entry"),
        dg.TableColumn("line_number", "integer", "line of the entry; (entry_id, line_number) is the key"),
        dg.TableColumn("company_code", "varchar", "company that owns the entry"),
        dg.TableColumn("account_code", "varchar", "account"),
        dg.TableColumn("posting_date", "date", "operation date of the movement"),
        dg.TableColumn("accounting_reason_code", "varchar", "accounting reason (causale)"),
        dg.TableColumn("debit_amount", "decimal(18,4)", "in the company's currency, never negative"),
        dg.TableColumn("credit_amount", "decimal(18,4)", "in the company's currency, never negative"),
        dg.TableColumn("currency_code", "varchar", "currency of the movement"),
        dg.TableColumn("currency_amount", "decimal(18,4)", "in that currency, + debit, - credit"),
        dg.TableColumn("description", "varchar", "by the company's note template"),
        dg.TableColumn("open_item_key", "varchar", "the key that the file names"),
        dg.TableColumn("is_linked", "boolean", "whether it settles an open item"),
        dg.TableColumn("source_line", "bigint", "line of the source file"),
    ]
)

_REGISTRATION_COLUMNS: Final = dg.TableSchema(
    [
        dg.TableColumn("registration_id", "bigint", "the registration"),
        dg.TableColumn("registration_key", "varchar", "company, supplier, number, year: taken once"),
        dg.TableColumn("document_id", "bigint", "the document"),
        dg.TableColumn("entry_id", "bigint", "its journal entry"),
        dg.TableColumn("accounting_date", "date", "by document or by reception, as the settings say"),
        dg.TableColumn("registered_by", "varchar", "automatic, choice or manual"),
        dg.TableColumn("evidence", "varchar", "how company, supplier, account and amounts were recognised"),
    ]
)

_OPEN_ITEM_COLUMNS: Final = dg.TableSchema(
    [
        dg.TableColumn("company_code", "varchar", "with open_item_key the key"),
        dg.TableColumn("account_code", "varchar", "account of the customer or supplier"),
        dg.TableColumn(
            "open_item_key", "varchar", "unique for ever, constant in time, at most 26 characters"
        ),
        dg.TableColumn("side", "varchar", "debit = to collect, credit = to pay"),
        dg.TableColumn("currency_code", "varchar", "currency of the amounts"),
        dg.TableColumn("original_amount", "decimal(18,4)", "never negative"),
        dg.TableColumn("settled_amount", "decimal(18,4)", "what settlements took away"),
        dg.TableColumn(
            "residual_amount", "decimal(18,4)", "original_amount - settled_amount, never negative"
        ),
        dg.TableColumn("status", "varchar", "open, closed or withdrawn"),
    ]
)

SPECS: Final = (
    dg.AssetSpec(
        "trace_postings",
        deps=["trace_settlements"],
        group_name="traces",
        skippable=True,
        kinds={"sql", "duckdb"},
        owners=["team:finance"],
        metadata={"dagster/column_schema": _POSTING_COLUMNS},
        description=(
            "Journal entries and postings of a trace.\n\n"
            "Grain: one debit or credit; tables `journal_entry` and `posting`. Idempotent: one transaction "
            "per file, and a movement key that the ledger takes once. Every posting names its file, line and "
            "bytes."
        ),
    ),
    dg.AssetSpec(
        "open_items",
        deps=["trace_postings", "invoice_postings", "sales_postings", "reference_data"],
        group_name="ledger",
        skippable=True,
        kinds={"sql", "duckdb"},
        owners=["team:finance"],
        metadata={"dagster/column_schema": _OPEN_ITEM_COLUMNS},
        description=(
            "The open items (partite) with their residuals, as they stand after all imports.\n\n"
            "Grain: one open item for ever; table `open_item`. Not partitioned: a file may settle any "
            "item, also "
            "one that an e-invoice or a sales invoice opened."
        ),
    ),
)

INVOICE_SPECS: Final = (
    dg.AssetSpec(
        "document_registrations",
        deps=["recognised_documents"],
        group_name="invoices",
        skippable=True,
        kinds={"sql", "duckdb"},
        owners=["team:payables"],
        metadata={"dagster/column_schema": _REGISTRATION_COLUMNS},
        description=(
            "The documents that stand in the ledger, with who or what registered them and on which "
            "evidence.\n\n"
            "Grain: one registration; tables `registration` and `registration_part`. Idempotent: "
            "supplier, number "
            "and year are taken once."
        ),
    ),
    dg.AssetSpec(
        "invoice_postings",
        deps=["document_registrations"],
        group_name="invoices",
        skippable=True,
        kinds={"sql", "duckdb"},
        owners=["team:finance"],
        metadata={"dagster/column_schema": _POSTING_COLUMNS},
        description=(
            "Journal entries, postings and open items of registered documents.\n\n"
            "Grain: one debit or credit; tables `journal_entry`, `posting` and `open_item`, one item an "
            "instalment."
        ),
    ),
)
