"""The settings that the stages join per company, as a table.

Belongs here: its columns and their types. Does not: names and values of settings
(`assets.settings`).
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

import pyarrow as pa

from assets.columns import AMOUNT_TYPE
from assets.settings import Settings

_SCHEMA: Final = pa.schema(
    [
        ("company_code", pa.string()),
        ("amount_view", pa.string()),
        ("is_reason_by_description", pa.bool_()),
        ("residual_tolerance", AMOUNT_TYPE),
        ("note_tokens", pa.string()),
        ("has_file_text", pa.bool_()),
        ("exchange_gain_account", pa.string()),
        ("exchange_loss_account", pa.string()),
        ("invoice_tolerance", AMOUNT_TYPE),
        ("rounding_account", pa.string()),
        ("stamp_duty_account", pa.string()),
        ("supplier_advance_account", pa.string()),
        ("accounting_date_basis", pa.string()),
        ("time_zone", pa.string()),
        ("payment_days", pa.int32()),
        ("is_month_counted", pa.bool_()),
        ("is_iban_holding", pa.bool_()),
        ("is_memory_on", pa.bool_()),
        ("invoice_reason", pa.string()),
        ("sales_reason", pa.string()),
    ]
)


def company_setting_table(settings: Settings, company_codes: Iterable[str]) -> pa.Table:
    """Grain: one company. Columns: those of `Settings.company_rows`; tolerances in the company's currency,
    with four decimals.
    """
    rows = settings.company_rows(company_codes)
    for row in rows:
        for name in ("residual_tolerance", "invoice_tolerance"):
            row[name] = Decimal(str(row[name])).quantize(Decimal("0.0001"))
    return pa.Table.from_pylist(rows, schema=_SCHEMA)
