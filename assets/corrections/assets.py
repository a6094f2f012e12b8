"""The asset of the corrections; not partitioned: one materialization per correction."""

from __future__ import annotations

from typing import Final

import dagster as dg

CORRECTIONS: Final = dg.AssetSpec(
    "corrections",
    deps=["trace_postings", "invoice_postings", "sales_postings"],
    group_name="corrections",
    kinds={"python", "duckdb"},
    owners=["team:finance"],
    metadata={
        "dagster/column_schema": dg.TableSchema(
            [
                dg.TableColumn("correction_id", "bigint", "key"),
                dg.TableColumn("correction_kind", "varchar", "what was done"),
                dg.TableColumn("subject", "varchar", "what it is about"),
                dg.TableColumn("requested_by", "varchar", "who asked for it"),
                dg.TableColumn("reason", "varchar", "why"),
                dg.TableColumn("made_at", "timestamp", "when, in UTC"),
                dg.TableColumn("undone_by_correction_id", "bigint", "the correction that undid it"),
            ]
        )
    },
    description=(
        "What people corrected: imports and payments deleted, payments linked, items settled, compensated, "
        "written off or reopened, questions about movements answered, and all of that undone.\n\n"
        "Grain: one correction; tables `correction`, `correction_effect`. Every one is made of new entries "
        "and settlements; nothing is edited. The newest materialization shows the last ones.\n\n"
        "People correct on the command line: `partita link`, `compensate`, `settle`, `create-payment`, "
        "`write-off`, `reopen`, `delete-payment`, `delete-import`, `same-movement`, `another-movement`, "
        "`change`; `partita undo` undoes one. "
        "`partita corrections` lists all of them, `partita unlinked` the payments to look at."
    ),
)
