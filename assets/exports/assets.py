"""The assets of the exports: the two files that the treasury takes."""

from __future__ import annotations

from typing import Final

import dagster as dg

from assets.exports.layout import export_layout
from assets.layouts import Layout


def _columns(layout: Layout) -> dg.TableSchema:
    return dg.TableSchema(
        [
            dg.TableColumn(
                field.name, field.kind, f"{field.meaning} (position {field.position}, {field.length})"
            )
            for field in layout.fields
        ]
    )


SPECS: Final = (
    dg.AssetSpec(
        "open_items_export",
        deps=["open_items", "corrections", "reference_data"],
        group_name="exports",
        skippable=True,
        kinds={"file", "duckdb"},
        owners=["team:treasury"],
        metadata={"dagster/column_schema": _columns(export_layout("open_items"))},
        description=(
            "The open items as the treasury takes them, in the export folder.\n\n"
            "Grain: one open item with a residual; always all of all companies. The file is replaced as a "
            "whole, and only if every value fits the layout and the totals are those of the ledger. The "
            "ledger remembers what was exported, so that a key which would lead nowhere is reported at once."
        ),
    ),
    dg.AssetSpec(
        "registry_export",
        deps=["reference_data"],
        group_name="exports",
        skippable=True,
        kinds={"file", "duckdb"},
        owners=["team:treasury"],
        metadata={"dagster/column_schema": _columns(export_layout("registry"))},
        description=(
            "Customers, suppliers and other accounts as the treasury takes them, in the export folder.\n\n"
            "Grain: one account of a company, unique or nothing is written; all accounts, or those that read "
            "otherwise than at a date."
        ),
    ),
)
