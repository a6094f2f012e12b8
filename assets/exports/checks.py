"""Checks of what the treasury knows: its keys must lead to the open items, with the amounts it knows."""

from __future__ import annotations

from typing import Final

from assets.check_rules import CheckRule

CHANGED_ITEM: Final = "changed_item"
"""The statement that compares all exported items with the open items, once for whoever asks what changed."""

DRIFT_CHECKS: Final = (
    CheckRule(
        "exported_items_can_be_paid",
        "open_items",
        "ERROR",
        "check_exported_items_gone",
        "Every open item that the treasury knows from the last export stands in the ledger, on its account, "
        "and is not held.",
        "Open items that the treasury knows by a key that would lead nowhere (payments would end unlinked), "
        "or that are held since",
        "Export again (`partita export`) and have the treasury take the new file before it pays; if a "
        "payment is on its way, expect it in `partita unlinked`.",
        stage="exports",
        macro=CHANGED_ITEM,
    ),
    CheckRule(
        "exported_items_keep_their_amounts",
        "open_items",
        "WARN",
        "check_exported_items_differ",
        "What is left of every exported open item is what was exported less what traces have settled since.",
        "Open items of which another amount is left than the treasury knows",
        "Export again (`partita export`) and have the treasury take the new file before it pays.",
        stage="exports",
        macro=CHANGED_ITEM,
    ),
)
"""Looked at after every import of traces, and by `partita export --check`."""

LAYOUT_CHECKS: Final = {
    "open_items_export": ("open_items_fit_the_layout", "open_item_texts_are_kept"),
    "registry_export": ("registry_fits_the_layout", "registry_texts_are_kept"),
}
"""By asset: the check that every value fits (ERROR), and the one that no text was replaced or cut (WARN)."""
