"""Checks of the sales invoices: what keeps one out of the ledger (ERROR), and what deserves a look (WARN)."""

from __future__ import annotations

from typing import Final

from assets.check_rules import finding_rule

CHECKS: Final = (
    finding_rule(
        "sales_files_are_valid",
        "sales_documents",
        "ERROR",
        "Every file of sales invoices can be read, and every value in it is what the layout says.",
        "Values of sales invoices that cannot be read, are missing or do not agree",
        "Correct the file and drop it again: what it books mends the earlier file.",
    ),
    finding_rule(
        "sales_files_arrive_once",
        "sales_documents",
        "WARN",
        "No file of sales invoices was dropped twice.",
        "Files of sales invoices that came before",
        "Nothing is kept out. Close a remark that you have read with `partita dismiss`.",
    ),
    finding_rule(
        "sales_invoices_are_posted",
        "sales_postings",
        "ERROR",
        "Every sales invoice that is no draft is posted: its customer, rules, amounts and period are known.",
        "Reasons that keep sales invoices out of the ledger",
        "Mend the reference data in reference/ and rerun the failed partitions, or drop a corrected file.",
    ),
    finding_rule(
        "sales_invoices_keep_their_content",
        "sales_postings",
        "WARN",
        "No sales invoice came again with other content after it was booked (T05).",
        "Booked sales invoices that changed at their source",
        "Nothing was changed. If the new content is right, credit the invoice. Then `partita dismiss`.",
    ),
)
