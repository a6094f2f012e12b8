"""The asset of the settlements, partitioned by file."""

from __future__ import annotations

from typing import Final

import dagster as dg

SPECS: Final = (
    dg.AssetSpec(
        "trace_settlements",
        deps=["trace_movements", "reference_data"],
        group_name="traces",
        skippable=True,
        kinds={"sql", "duckdb"},
        owners=["team:finance"],
        metadata={
            "dagster/column_schema": dg.TableSchema(
                [
                    dg.TableColumn("settlement_id", "bigint", "key"),
                    dg.TableColumn("item_id", "bigint", "the open item"),
                    dg.TableColumn("entry_id", "bigint", "the journal entry"),
                    dg.TableColumn("line_number", "integer", "the posting within the entry"),
                    dg.TableColumn("settlement_date", "date", "date of the entry"),
                    dg.TableColumn("amount", "decimal(18,4)", "in the currency of the item, above zero"),
                    dg.TableColumn("amount_company_currency", "decimal(18,4)", "the share of the item"),
                    dg.TableColumn("matching_rule", "varchar", "why line and item belong together"),
                ]
            )
        },
        description=(
            "Which line settles which open item, by company, account and key, and by how much.\n\n"
            "Grain: one posting line against one open item; table `settlement`. Never beyond the residual. "
            "A payment whose key leads nowhere is posted unlinked; `partita unlinked` proposes items."
        ),
    ),
)
