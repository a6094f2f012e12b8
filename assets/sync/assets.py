"""The asset of the sync: what became of the booked sales invoices of each file in the accounting programs."""

from __future__ import annotations

from typing import Final

import dagster as dg

from assets.sync.checks import SYNC_ASSET

SYNC_OUTCOMES: Final = dg.AssetSpec(
    SYNC_ASSET,
    deps=["sales_postings"],
    group_name="sync",
    skippable=True,
    kinds={"python", "duckdb", "http"},
    owners=["team:finance"],
    metadata={
        "dagster/column_schema": dg.TableSchema(
            [
                dg.TableColumn("invoice_id", "bigint", "the sales invoice"),
                dg.TableColumn("program", "varchar", "the accounting program: ledger, tryton, exact or yuki"),
                dg.TableColumn("state", "varchar", "reserved, pending, booked, rejected or unknown"),
                dg.TableColumn("registration_number", "varchar", "the number under which it was booked"),
                dg.TableColumn("error_code", "varchar", "why it was not booked, by sync_errors.csv"),
                dg.TableColumn("drift_code", "varchar", "how the program's document differs from ours"),
            ]
        )
    },
    description=(
        "What became of the booked sales invoices of a file in the accounting program of their company.\n\n"
        "Grain: one booked invoice; tables `sync_outbox`, `sync_event`. An invoice is noted as pending "
        "before it is sent; what is in doubt is looked up by our reference and never just sent again. A file "
        "is green when everything in it that is due is booked; a rerun sends only what is not."
    ),
)
