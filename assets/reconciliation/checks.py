"""Checks of the reconciliation: payments that were posted but not linked, and residuals that surprise."""

from __future__ import annotations

from typing import Final

from assets.check_rules import CheckRule

CHECKS: Final = (
    CheckRule(
        "payments_are_linked",
        "trace_settlements",
        "WARN",
        "check_unlinked_payments",
        "Every payment on a customer or supplier, or with a key, settles an open item (D07).",
        "Payments that are posted but not linked to an open item",
        "See `partita unlinked` for the best candidates of each.",
        stage="reconciliation",
    ),
    CheckRule(
        "full_settlements_close_their_item",
        "trace_settlements",
        "WARN",
        "check_open_findings",
        "Every line with flag S covers the residual of its item (D14).",
        "Full settlements that left a residual",
        "Ask whether it was a part payment; the item stays open with the difference.",
        {"codes": ["full_settlement_leaves_residual"]},
    ),
)
