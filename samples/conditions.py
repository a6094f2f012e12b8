"""The sample company's reference data for special cases of payments: rules, withholding, deferred VAT."""

from __future__ import annotations

from pathlib import Path
from typing import Final

POSTING_RULES_CSV: Final = """\
company_code,accounting_reason_code,posting_rule,account_code,due_days
,INSO,unpaid,1809002,30
,PREV,forecast,,30
"""

# Fees of 1000.00 and 1200.00, of which a fifth is withheld.
ITEM_WITHHOLDING_CSV: Final = """\
company_code,open_item_key,withholding_amount,account_code
ALBA,ALBA-FA-2026-0307-1,200.00,4501001
BREZZA,BREZZA-FA-2026-0609-1,240.00,4501001
"""

# 22 % of 1100.00 and of 2600.00.
ITEM_DEFERRED_VAT_CSV: Final = """\
company_code,open_item_key,deferred_amount,deferred_account_code,vat_account_code
BREZZA,BREZZA-FA-2026-0603-1,242.00,1502002,1502001
BREZZA,BREZZA-FV-2026-0203-1,572.00,4502002,4502001
"""

PAYMENT_SETTINGS: Final = """\
,write_off_account,7509001
,manual_reason,MANU
,exchange_gain_account,7403001
,exchange_loss_account,7503001
"""
"""Rows of settings.csv."""


def write_payment_conditions(folder: Path) -> None:
    """Writes the optional reference CSVs of special cases into `folder`."""
    for name, text in (
        ("posting_rules.csv", POSTING_RULES_CSV),
        ("item_withholding.csv", ITEM_WITHHOLDING_CSV),
        ("item_deferred_vat.csv", ITEM_DEFERRED_VAT_CSV),
    ):
        (folder / name).write_bytes(text.encode("utf-8"))
