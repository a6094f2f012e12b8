"""The assets of the ledger: the open items as they stand, and what a posting is for those who make some."""

from __future__ import annotations

from typing import Final

import dagster as dg

POSTING_COLUMNS: Final = dg.TableSchema(
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
