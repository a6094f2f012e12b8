"""What each reference file must look like (pandera); a failed check names the line and the column.

Values are validated as the text that stands in the file, so that what is refused is shown as it was
written; the statements `load_*.sql` then cast text that is known to fit. Blank cells are null.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd
import pandera.pandas as pda
import pyarrow as pa

TEXT: Final = pd.ArrowDtype(pa.string())


_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _is_date(values: pd.Series) -> pd.Series:
    def one(value: str) -> bool:
        try:
            return bool(_DAY.fullmatch(value) and dt.date.fromisoformat(value))
        except ValueError:
            return False

    good = {value: one(value) for value in values.unique()}
    return values.map(good).astype("bool[pyarrow]")


def _code(length: int) -> pda.Check:
    return pda.Check.str_matches(
        rf"^[^|\x00-\x1f]{{1,{length}}}$", error=f"at most {length} characters, no |"
    )


def _text(length: int) -> pda.Check:
    return pda.Check.str_matches(rf"^[^\x00-\x1f]{{1,{length}}}$", error=f"at most {length} characters")


def _one_of(*values: str) -> pda.Check:
    return pda.Check.isin(values, error=" or ".join(values))


_CURRENCY: Final = pda.Check.str_matches(r"^[A-Z]{3}$", error="a currency code of ISO 4217 such as EUR")
_COUNTRY: Final = pda.Check.str_matches(r"^[A-Z]{2}$", error="a country code of ISO 3166 such as IT")
_DATE: Final = pda.Check(_is_date, error="a date as YYYY-MM-DD")
# Two patterns, since the regular expressions of Arrow cannot look ahead.
_AMOUNT: Final = pda.Check.str_matches(r"^[0-9]{1,14}(\.[0-9]{1,4})?$", error="an amount such as 1250.50")
_NOT_ZERO: Final = pda.Check.str_matches(r"^[0.]*[1-9]|^[^0-9]", error="an amount above zero")


@dataclass(frozen=True, slots=True)
class ReferenceFile:
    """One file: its table in the ledger, its columns in order, and the columns that make a row unique."""

    name: str
    table: str
    columns: Mapping[str, tuple[bool, tuple[pda.Check, ...]]]
    key: tuple[str, ...]

    def schema(self) -> pda.DataFrameSchema:
        """Text columns plus `line_number` (the header is line 1); strict, nothing coerced."""
        columns = {
            name: pda.Column(TEXT, list(checks), nullable=not is_required)
            for name, (is_required, checks) in self.columns.items()
        }
        columns["line_number"] = pda.Column(pd.ArrowDtype(pa.int64()))
        return pda.DataFrameSchema(columns, strict=True, coerce=False)


def _required(*checks: pda.Check) -> tuple[bool, tuple[pda.Check, ...]]:
    return True, checks


def _optional(*checks: pda.Check) -> tuple[bool, tuple[pda.Check, ...]]:
    return False, checks


REFERENCE_FILES: Final = (
    ReferenceFile(
        "companies.csv",
        "company",
        {
            "company_code": _required(_code(10)),
            "company_name": _required(_text(80)),
            "currency_code": _required(_CURRENCY),
            "country_code": _required(_COUNTRY),
            "vat_number": _optional(_text(28)),
            "tax_code": _optional(_text(28)),
        },
        ("company_code",),
    ),
    ReferenceFile(
        "chart_of_accounts.csv",
        "account",
        {
            "company_code": _required(_code(10)),
            "account_code": _required(_code(16)),
            "account_name": _required(_text(80)),
            "account_second_name": _optional(_text(80)),
            "account_kind": _required(_one_of("bank", "transit", "customer", "supplier", "other")),
            "counterparty_code": _optional(_code(16)),
            "is_active": _required(_one_of("true", "false")),
        },
        ("company_code", "account_code"),
    ),
    ReferenceFile(
        "accounting_reasons.csv",
        "accounting_reason",
        {
            "company_code": _optional(_code(10)),
            "accounting_reason_code": _required(_code(4)),
            "accounting_reason_name": _required(_text(80)),
        },
        ("company_code", "accounting_reason_code"),
    ),
    ReferenceFile(
        "reason_descriptions.csv",
        "reason_description",
        {
            "company_code": _optional(_code(10)),
            "operation_description": _required(_text(40)),
            "accounting_reason_code": _required(_code(4)),
        },
        ("company_code", "operation_description"),
    ),
    ReferenceFile(
        "counterparties.csv",
        "counterparty",
        {
            "counterparty_code": _required(_code(16)),
            "counterparty_name": _required(_text(80)),
            "counterparty_kind": _required(_one_of("customer", "supplier", "both")),
            "country_code": _required(_COUNTRY),
            "vat_number": _optional(_text(28)),
            "tax_code": _optional(_text(28)),
            "iban": _optional(_text(34)),
        },
        ("counterparty_code",),
    ),
    ReferenceFile(
        "accounting_periods.csv",
        "accounting_period",
        {
            "company_code": _required(_code(10)),
            "period_code": _required(_code(10)),
            "start_date": _required(_DATE),
            "end_date": _required(_DATE),
            "period_status": _required(_one_of("open", "closed")),
        },
        ("company_code", "period_code"),
    ),
    ReferenceFile(
        "opening_open_items.csv",
        "open_item",
        {
            "company_code": _required(_code(10)),
            "account_code": _required(_code(16)),
            "open_item_key": _required(_code(26)),
            "document_number": _optional(_text(40)),
            "document_date": _optional(_DATE),
            "due_date": _optional(_DATE),
            "currency_code": _required(_CURRENCY),
            "side": _required(_one_of("debit", "credit")),
            "original_amount": _required(_AMOUNT, _NOT_ZERO),
            "original_amount_company_currency": _required(_AMOUNT, _NOT_ZERO),
            "description": _optional(_text(80)),
        },
        ("company_code", "open_item_key"),
    ),
    ReferenceFile(
        "settings.csv",
        "setting",
        {
            "company_code": _optional(_code(10)),
            "setting_name": _required(_text(40)),
            "setting_value": _optional(_text(400)),
        },
        ("company_code", "setting_name"),
    ),
)
