"""The jobs that sensors, schedules and the command line start."""

from __future__ import annotations

from typing import Final

import dagster as dg

from orchestration.export_pipeline import export_pipeline
from orchestration.invoice_pipeline import invoice_pipeline
from orchestration.logs import TERMINAL
from orchestration.report_pipeline import report_pipeline
from orchestration.sales_pipeline import sales_pipeline
from orchestration.sync_pipeline import sync_pipeline
from orchestration.trace_pipeline import trace_pipeline

IMPORT_TRACES_JOB: Final = dg.define_asset_job(
    "import_traces_job",
    selection=dg.AssetSelection.assets(trace_pipeline),
    config=TERMINAL,
    description="Imports trace files: one partition per file, any number of neighbours in one run.",
)

IMPORT_SALES_JOB: Final = dg.define_asset_job(
    "import_sales_job",
    selection=dg.AssetSelection.assets(sales_pipeline),
    config=TERMINAL,
    description="Imports sales invoices: one partition per file, any number of neighbours in one run.",
)

REGISTER_INVOICES_JOB: Final = dg.define_asset_job(
    "register_invoices_job",
    selection=dg.AssetSelection.assets(invoice_pipeline),
    config=TERMINAL,
    description="Registers e-invoices: one partition per delivery, any number of neighbours in one run.",
)

WRITE_JOURNAL_JOB: Final = dg.define_asset_job(
    "write_journal_job",
    selection=dg.AssetSelection.assets(report_pipeline),
    config=TERMINAL,
    description="Writes the ledger as Beancount files; bean-check looks at them where it is installed.",
)

SYNC_SALES_INVOICES_JOB: Final = dg.define_asset_job(
    "sync_sales_invoices_job",
    selection=dg.AssetSelection.assets(sync_pipeline),
    config=TERMINAL,
    description=(
        "Sends booked sales invoices to the accounting programs, and fetches their registration numbers: one "
        "partition per file of sales invoices."
    ),
)

EXPORT_TO_TREASURY_JOB: Final = dg.define_asset_job(
    "export_to_treasury_job",
    selection=dg.AssetSelection.assets(export_pipeline),
    config=TERMINAL,
    description="Writes the open items and the accounts to the files that the treasury takes.",
)
