"""Checks that compare the ledger with itself: account against open items, and transit that nobody clears."""

from __future__ import annotations

from typing import Final

from assets.check_rules import CheckRule
from assets.settings import SETTING_RULES

CHECKS: Final = (
    CheckRule(
        "subledger_equals_ledger",
        "open_items",
        "ERROR",
        "check_subledger",
        "The balance of every account with open items equals its items and unlinked payments (O07).",
        "Accounts whose balance differs from their open items",
        "This is a mistake in Partita: keep a copy of the home folder and report it. "
        "`partita report subledger` shows the parts of each account.",
        stage="reports",
        macro="subledger",
    ),
    CheckRule(
        "transit_accounts_are_cleared",
        "open_items",
        "WARN",
        "check_transit",
        "No transit account holds an amount for longer than the setting transit_days (D15).",
        "Transit accounts that are not zero for too long",
        "`partita report transit` lists the open amounts: ask the bank or the treasury where they went.",
        {
            "default_days": int(SETTING_RULES["transit_days"].default),
            "default_zone": SETTING_RULES["time_zone"].default,
            "today": None,
        },
        stage="reports",
        macro="transit_open",
    ),
)
