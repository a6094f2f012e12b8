"""The asset of the exchange system's messages."""

from __future__ import annotations

from typing import Final

import dagster as dg

EXCHANGE_ASSET: Final = "exchange_messages"

_COLUMNS: Final = dg.TableSchema(
    [
        dg.TableColumn("exchange_message_id", "bigint", "the message, for ever"),
        dg.TableColumn("message_kind", "varchar", "NS, RC, MC, EC, SE, NE, DT, AT or MT"),
        dg.TableColumn("sdi_identifier", "varchar", "the exchange system's number of the transmission"),
        dg.TableColumn("sdi_file_name", "varchar", "the file that was sent, as the message names it"),
        dg.TableColumn("outcome_code", "varchar", "EC01 accepted or EC02 refused by the customer"),
        dg.TableColumn("detail", "varchar", "error codes and texts, as the message has them"),
        dg.TableColumn("happened_at", "timestamp", "when the exchange system received the file (UTC)"),
    ]
)

SPECS: Final = (
    dg.AssetSpec(
        EXCHANGE_ASSET,
        deps=["delivered_documents", "sales_documents"],
        group_name="sales",
        skippable=True,
        kinds={"xml", "duckdb"},
        owners=["team:receivables"],
        metadata={"dagster/column_schema": _COLUMNS},
        description=(
            "The messages of the exchange system about invoices that were sent or received, whatever inbox "
            "they came by, matched by the name of the file sent and by its identifier.\n\n"
            "Grain: one message for ever; tables `exchange_message` and `exchange_match`. Idempotent: a "
            "message is known by what it says. One that fits nothing yet is matched when its invoice comes."
        ),
    ),
)
