"""Checks of purchase e-invoices: what keeps a document out (ERROR), and what deserves a look (WARN)."""

from __future__ import annotations

from typing import Final

from assets.check_rules import CheckRule, finding_rule
from assets.invoices.rules import READING_RULES
from assets.settings import SETTING_RULES

_RERUN: Final = (
    "Mend the cause and rerun the failed deliveries, or decide with `partita register`, `refuse` or `handle`."
)

CHECKS: Final = (
    finding_rule(
        "documents_are_readable",
        "delivered_documents",
        "ERROR",
        "Every delivered file is an e-invoice that can be read (R17, F13).",
        "Files and documents that cannot be read",
        "Ask the supplier for the document, or download it again; close the file with `partita dismiss`.",
    ),
    finding_rule(
        "document_values_are_readable",
        "delivered_documents",
        "WARN",
        "Every optional value of every document can be read, and a net due date stands beside each discount.",
        "Optional values that were left out, and remarks about others",
        "Nothing is kept out. Close a remark that you have read with `partita dismiss`.",
    ),
    finding_rule(
        "document_amounts_agree",
        "validated_documents",
        "ERROR",
        "Lines, VAT summary, total and instalments of every document agree (R09, R12).",
        "Documents whose amounts do not agree",
        _RERUN,
    ),
    finding_rule(
        "document_amounts_are_plain",
        "validated_documents",
        "WARN",
        "No amount of a document needs a convention that deserves a look, such as VAT rounded line by line.",
        "Amounts that were taken by such a convention",
        "Nothing is kept out. Close a remark that you have read with `partita dismiss`.",
    ),
    finding_rule(
        "documents_are_recognised",
        "recognised_documents",
        "ERROR",
        "Every document has a company, a supplier, a posting rule and VAT codes (R01 to R18, F06).",
        "Reasons why documents are not recognised",
        _RERUN,
    ),
    finding_rule(
        "supplier_data_agree",
        "recognised_documents",
        "WARN",
        "Suppliers' data and bank accounts are those of the registry (R05, R13).",
        "Differences from the registry",
        "No document is kept out; an IBAN may hold open items. Each row names the command.",
    ),
    finding_rule(
        "documents_do_not_wait",
        "document_registrations",
        "WARN",
        "No recognised document waits for somebody to register it (F01, F03).",
        "Documents that wait",
        "Register them with `partita register`, or switch automatic registration on for what comes next.",
    ),
    CheckRule(
        "invoices_are_registered_once",
        "document_registrations",
        "WARN",
        "check_registered_once",
        "No two registrations are one invoice, and none corrects another one without an answer (R01).",
        "Registrations that may be one invoice with an earlier one",
        "Both are posted. Compare the two, and answer with the command in the row.",
        stage="invoices",
        macro="credited_document",
    ),
    CheckRule(
        "documents_are_read_by_present_rules",
        "document_registrations",
        "WARN",
        "check_older_rules",
        "Every registered document is known to say by the present rules of reading what is booked.",
        "Registered documents that older rules read",
        "`partita documents --read-again` reads them again and lists those that say something else.",
        {"rules_version": READING_RULES, "default_zone": SETTING_RULES["time_zone"].default},
        stage="invoices",
    ),
)
