"""Checks of the exchange system's messages: what was refused (ERROR), what fits nothing (WARN)."""

from __future__ import annotations

from typing import Final

from assets.check_rules import finding_rule

CHECKS: Final = (
    finding_rule(
        "sales_invoices_pass_the_exchange",
        "exchange_messages",
        "ERROR",
        "No sales invoice stands rejected by the exchange system (NS) or refused by its customer (EC02).",
        "Sales invoices that were rejected or refused",
        "Correct it and send it again, or credit it. What was settled otherwise: `partita dismiss`.",
    ),
    finding_rule(
        "messages_fit_an_invoice",
        "exchange_messages",
        "WARN",
        "Every message of the exchange system is about an invoice that is in the ledger.",
        "Messages that fit no invoice",
        "Drop the invoice, or name the file in sdi_file_name; a message is matched when its invoice comes.",
    ),
)
