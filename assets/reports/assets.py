"""The asset of the ledger as Beancount files, unpartitioned."""

from __future__ import annotations

from typing import Final

import dagster as dg

SPECS: Final = (
    dg.AssetSpec(
        "journal_export",
        deps=["trace_postings", "invoice_postings", "sales_postings", "open_items", "corrections"],
        group_name="reports",
        kinds={"file"},
        owners=["team:finance"],
        description=(
            "The ledger as Beancount files: a second opinion, which `bean-check` gives and Fava shows "
            "(O08).\n\n"
            "Grain: one file per company and month, and `main.beancount` with all of them, in the folder "
            "`beancount` of the home. Idempotent: the whole set is written anew and replaces the last one. "
            "Run `write_journal_job`, or switch its schedule on."
        ),
    ),
)

BEANCOUNT_CHECK: Final = "beancount_is_accepted"
BEANCOUNT_CHECK_DESCRIPTION: Final = (
    "`bean-check` accepts the files, where that program is installed; elsewhere they are written only."
)
