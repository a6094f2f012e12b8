"""The external assets of the inboxes: where the lineage of every trace and every invoice begins."""

from __future__ import annotations

from typing import Final

import dagster as dg

TRACE_INBOX: Final = dg.AssetSpec(
    "trace_inbox",
    group_name="traces",
    kinds={"file"},
    owners=["team:treasury"],
    description=(
        "The folder into which the treasury program drops its traces (usual name `RITCOGE.txt`).\n\n"
        "Outside of Partita: the sensor `trace_inbox_sensor` looks into it, takes files that fit a mask and "
        "are no longer growing. Others lie there: after an hour the check `files_fit_a_mask` names them."
    ),
)

SALES_INBOX: Final = dg.AssetSpec(
    "sales_inbox",
    group_name="sales",
    kinds={"file"},
    owners=["team:receivables"],
    description=(
        "The folder into which our invoicing drops what we issued: CSV, JSON, UBL, CII or FatturaPA.\n\n"
        "Outside of Partita: the sensor `sales_inbox_sensor` looks into it, takes files that fit a mask and "
        "are no longer growing. Others lie there: after an hour the check `files_fit_a_mask` names them."
    ),
)

INVOICE_INBOX: Final = dg.AssetSpec(
    "invoice_inbox",
    group_name="invoices",
    kinds={"file"},
    owners=["team:payables"],
    description=(
        "The folder into which e-invoices of suppliers are dropped: XML, signed XML, PDF, or archives of "
        "them.\n\n"
        "Outside of Partita: the sensor `invoice_inbox_sensor` looks into it, makes an archive a "
        "delivery of its own, "
        "and gathers single files into deliveries of at most 500. Files that fit no mask lie there: after an "
        "hour the check `files_fit_a_mask` names them."
    ),
)
