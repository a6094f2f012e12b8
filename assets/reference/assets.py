"""The asset of the reference data. Loaded at the start of every import; materialize it to check the files."""

from __future__ import annotations

from typing import Final

import dagster as dg

REFERENCE_DATA: Final = dg.AssetSpec(
    "reference_data",
    group_name="reference",
    skippable=True,
    kinds={"csv", "pandera", "duckdb"},
    owners=["team:finance"],
    description=(
        "Companies, chart of accounts, accounting reasons, counterparties, accounting periods, opening open "
        "items and settings, as people edit them in `reference/`; for purchase e-invoices also VAT codes, "
        "posting rules, accounts, terms and exchange rates.\n\n"
        "Grain: one version of the set. A changed file takes effect at the next import; if one file is wrong "
        "the whole change is refused and the last good set stays in force. Materialize this asset to have "
        "the files checked at once."
    ),
)

SPECS: Final = (REFERENCE_DATA,)
