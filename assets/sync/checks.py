"""Checks of the sync: red until every booked invoice that was taken up is in its program as it was sent."""

from __future__ import annotations

from typing import Final

from assets.check_rules import CheckRule

SYNC_ASSET: Final = "sync_outcomes"

CHECKS: Final = (
    CheckRule(
        "every_invoice_is_synced",
        SYNC_ASSET,
        "ERROR",
        "check_not_synced",
        "Every booked sales invoice that a sync took up is in the accounting program.",
        "Booked sales invoices that are not in the accounting program",
        "`partita invoices --unsynced` says for each what is wrong, whose it is to mend, and how.",
        stage="sync",
    ),
    CheckRule(
        "programs_hold_what_was_sent",
        SYNC_ASSET,
        "ERROR",
        "check_drift",
        "What the accounting program holds is what it was sent (T05, T09).",
        "Synced invoices that the accounting program holds otherwise, or no more",
        "Compare the values in the program; `partita invoices` names them.",
        stage="sync",
    ),
    CheckRule(
        "registration_numbers_stand_once",
        SYNC_ASSET,
        "ERROR",
        "check_numbers",
        "A registration number of a journal and year belongs to one invoice (T09).",
        "Registration numbers that two invoices have",
        "A document was deleted in the program and its number used again: book the deleted one anew there, "
        "or have Partita look it up and send it with `partita sync --forget`.",
        stage="sync",
    ),
    CheckRule(
        "own_numbers_have_no_gaps",
        SYNC_ASSET,
        "ERROR",
        "check_protocol",
        "Registration numbers of our own have no gaps within a journal and year.",
        "Journals and years with a gap",
        "This is a mistake in Partita: keep a copy of the home folder and report it.",
        stage="sync",
    ),
    CheckRule(
        "programs_hold_what_was_accepted",
        SYNC_ASSET,
        "ERROR",
        "check_rejected",
        "No accounting program holds an invoice that the exchange system rejected or the customer refused.",
        "Synced invoices that stand rejected or refused",
        "Take the document back in the program, or send the invoice again as corrected, under its number.",
        stage="sync",
    ),
    CheckRule(
        "sources_did_not_change",
        SYNC_ASSET,
        "WARN",
        "check_changed_at_source",
        "No invoice was changed at its source after it had been synced (T05).",
        "Invoices that were changed at their source after they had been synced",
        "The change is not sent: correct the document in the program by hand, or cancel it by a credit note.",
        stage="sync",
    ),
)
