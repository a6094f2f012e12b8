"""The external asset of the inbox: where the lineage of every trace begins."""

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
        "are no longer growing, and leaves all others alone."
    ),
)
