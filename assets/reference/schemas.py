"""What each reference file must look like (pandera); a failed check names the line and the column.

Values are validated as the text that stands in the file, so that what is refused is shown as it was
written; the statements `load_…` then cast text that is known to fit. Blank cells are null. What a check says
is something said (`assets.findings.said`).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import pandas as pd
import pandera.pandas as pda
import pyarrow as pa

from assets.findings import said

TEXT: Final = pd.ArrowDtype(pa.string())

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def is_date(values: pd.Series) -> pd.Series:
    """Which of the texts are days as YYYY-MM-DD."""

    def one(value: str) -> bool:
        try:
            return bool(_DAY.fullmatch(value) and dt.date.fromisoformat(value))
        except ValueError:
            return False

    good = {value: one(value) for value in values.unique()}
    return values.map(good).astype("bool[pyarrow]")


def one_of(values: Sequence[str]) -> str:
    """What is expected of a choice, as something said: `a or b or c`."""
    first, *others = values
    return said("either", one=first, other=one_of(others)) if others else first


def _code(length: int) -> pda.Check:
    return pda.Check.str_matches(
        rf"^[^|\x00-\x1f]{{1,{length}}}$", error=said("code_without_bar", count=length)
    )


def _text(length: int) -> pda.Check:
    return pda.Check.str_matches(
        rf"^[^\x00-\x1f]{{1,{length}}}$", error=said("at_most_characters", count=length)
    )


def _treasury_code(length: int) -> pda.Check:
    return pda.Check.str_matches(
        rf"^[!-{{}}~]{{1,{length}}}$",
        error=said("treasury_code", count=length),
    )


def _one_of(*values: str) -> pda.Check:
    return pda.Check.isin(values, error=one_of(values))


_CURRENCY: Final = pda.Check.str_matches(r"^[A-Z]{3}$", error=said("currency_code"))
_COUNTRY: Final = pda.Check.str_matches(r"^[A-Z]{2}$", error=said("country_code"))
_DATE: Final = pda.Check(is_date, error=said("date"))
# Two patterns, since the regular expressions of Arrow cannot look ahead.
_AMOUNT: Final = pda.Check.str_matches(r"^[0-9]{1,14}(\.[0-9]{1,4})?$", error=said("amount"))
_NOT_ZERO: Final = pda.Check.str_matches(r"^[0.]*[1-9]|^[^0-9]", error=said("amount_above_zero"))
_PERCENTAGE: Final = pda.Check.str_matches(
    r"^(100(\.0{1,4})?|[0-9]{1,2}(\.[0-9]{1,4})?)$", error=said("percentage")
)
_EXCHANGE_RATE: Final = pda.Check.str_matches(r"^[0-9]{1,9}(\.[0-9]{1,6})?$", error=said("exchange_rate"))
_RATE_NOT_ZERO: Final = pda.Check.str_matches(r"^[0.]*[1-9]|^[^0-9]", error=said("exchange_rate_above_zero"))
_DAYS: Final = pda.Check.str_matches(r"^[0-9]{1,3}$", error=said("number_of_days", least=0, most=999))
VAT_NATURE: Final = r"^(N[1-7](\.[1-9])?|AE|B|E|G|K|L|M|O|Z)$"
"""A nature of FatturaPA, or a category of EN 16931."""

_VAT_NATURE: Final = pda.Check.str_matches(
    VAT_NATURE,
    error=said("vat_nature"),
)
_DOCUMENT_TYPE: Final = pda.Check.str_matches(r"^[A-Z0-9]{1,4}$", error=said("document_type"))
_WITHHOLDING_TYPE: Final = pda.Check.str_matches(r"^RT0[1-6]$", error=said("withholding_type"))
_FUND_TYPE: Final = pda.Check.str_matches(r"^TC(0[1-9]|1[0-9]|2[0-2])$", error=said("fund_type"))

CURRENCY_OF_ROW: Final = "currency_code"
CURRENCY_OF_COMPANY: Final = "company_code"


@dataclass(frozen=True, slots=True)
class ReferenceFile:
    """One file: its table in the ledger, its columns in order, and the columns that make a row unique.

    An optional file may be missing, which says the same as one without rows. `numbers` are the columns that
    hold decimals, each with the column that says an amount's currency: CURRENCY_OF_ROW itself,
    CURRENCY_OF_COMPANY by companies.csv; a rate or a percentage has none.
    """

    name: str
    table: str
    columns: Mapping[str, tuple[bool, tuple[pda.Check, ...]]]
    key: tuple[str, ...]
    is_optional: bool = False
    numbers: Mapping[str, str | None] = field(default_factory=dict)

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
        numbers={"original_amount": CURRENCY_OF_ROW, "original_amount_company_currency": CURRENCY_OF_COMPANY},
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
    ReferenceFile(
        "sales_rules.csv",
        "sales_rule",
        {
            "rule_code": _required(_code(16)),
            "company_code": _optional(_code(10)),
            "counterparty_code": _optional(_code(16)),
            "line_text": _optional(_text(80)),
            "vat_rate": _optional(_PERCENTAGE),
            "vat_nature": _optional(_VAT_NATURE),
            "account_code": _required(_code(16)),
            "vat_code": _required(_code(16)),
            "vat_account_code": _optional(_code(16)),
        },
        ("rule_code",),
        is_optional=True,
        numbers={"vat_rate": None},
    ),
    ReferenceFile(
        "vat_codes.csv",
        "vat_code",
        {
            "company_code": _optional(_code(10)),
            "vat_code": _required(_code(16)),
            "vat_code_name": _required(_text(80)),
            "vat_rate": _required(_PERCENTAGE),
            "vat_nature": _optional(_VAT_NATURE),
            "exigibility": _optional(_one_of("I", "D", "S")),
            "treatment": _required(
                _one_of("normal", "reverse_charge", "split_payment", "deferred", "outside")
            ),
            "deductible_pct": _required(_PERCENTAGE),
            "vat_account_code": _optional(_code(16)),
            "second_account_code": _optional(_code(16)),
        },
        ("company_code", "vat_code"),
        is_optional=True,
        numbers={"vat_rate": None, "deductible_pct": None},
    ),
    ReferenceFile(
        "invoice_rules.csv",
        "invoice_rule",
        {
            "rule_code": _required(_code(16)),
            "company_code": _optional(_code(10)),
            "counterparty_code": _optional(_code(16)),
            "document_type": _optional(_DOCUMENT_TYPE),
            "line_text": _optional(_text(80)),
            "account_code": _required(_code(16)),
            "vat_code": _optional(_code(16)),
        },
        ("rule_code",),
        is_optional=True,
    ),
    ReferenceFile(
        "withholding_accounts.csv",
        "withholding_account",
        {
            "company_code": _optional(_code(10)),
            "withholding_type": _required(_WITHHOLDING_TYPE),
            "account_code": _required(_code(16)),
        },
        ("company_code", "withholding_type"),
        is_optional=True,
    ),
    ReferenceFile(
        "welfare_funds.csv",
        "welfare_fund_account",
        {
            "company_code": _optional(_code(10)),
            "fund_type": _required(_FUND_TYPE),
            "account_code": _optional(_code(16)),
            "is_withheld": _required(_one_of("true", "false")),
        },
        ("company_code", "fund_type"),
        is_optional=True,
    ),
    ReferenceFile(
        "supplier_terms.csv",
        "supplier_term",
        {
            "counterparty_code": _required(_code(16)),
            "payment_days": _required(_DAYS),
            "is_end_of_month": _required(_one_of("true", "false")),
            "uses_memory": _required(_one_of("true", "false")),
        },
        ("counterparty_code",),
        is_optional=True,
    ),
    ReferenceFile(
        "exchange_rates.csv",
        "exchange_rate",
        {
            "currency_code": _required(_CURRENCY),
            "rate_date": _required(_DATE),
            "exchange_rate": _required(_EXCHANGE_RATE, _RATE_NOT_ZERO),
            "company_currency_code": _required(_CURRENCY),
        },
        ("currency_code", "rate_date", "company_currency_code"),
        is_optional=True,
        numbers={"exchange_rate": None},
    ),
    ReferenceFile(
        "counterparty_identifiers.csv",
        "counterparty_identifier",
        {
            "counterparty_code": _required(_code(16)),
            "scheme_code": _required(_code(8)),
            "identifier": _required(_text(40)),
            "valid_from": _optional(_DATE),
            "valid_to": _optional(_DATE),
        },
        ("counterparty_code", "scheme_code", "identifier", "valid_from"),
        is_optional=True,
    ),
    ReferenceFile(
        "posting_rules.csv",
        "posting_rule",
        {
            "company_code": _optional(_code(10)),
            "accounting_reason_code": _required(_code(4)),
            "posting_rule": _required(_one_of("payment_order", "unpaid", "forecast")),
            "account_code": _optional(_code(16)),
            "due_days": _optional(_DAYS),
        },
        ("company_code", "accounting_reason_code"),
        is_optional=True,
    ),
    ReferenceFile(
        "item_withholding.csv",
        "item_withholding",
        {
            "company_code": _required(_code(10)),
            "open_item_key": _required(_code(26)),
            "withholding_amount": _required(_AMOUNT, _NOT_ZERO),
            "account_code": _required(_code(16)),
        },
        ("company_code", "open_item_key"),
        is_optional=True,
        numbers={"withholding_amount": CURRENCY_OF_COMPANY},
    ),
    ReferenceFile(
        "item_deferred_vat.csv",
        "item_deferred_vat",
        {
            "company_code": _required(_code(10)),
            "open_item_key": _required(_code(26)),
            "deferred_amount": _required(_AMOUNT, _NOT_ZERO),
            "deferred_account_code": _required(_code(16)),
            "vat_account_code": _required(_code(16)),
        },
        ("company_code", "open_item_key", "deferred_account_code", "vat_account_code"),
        is_optional=True,
        numbers={"deferred_amount": CURRENCY_OF_COMPANY},
    ),
    ReferenceFile(
        "treasury_accounts.csv",
        "treasury_account",
        {
            "company_code": _required(_code(10)),
            "account_code": _required(_code(16)),
            "payment_type": _optional(_treasury_code(2)),
            "cash_flow_item": _optional(_treasury_code(6)),
            "rating": _optional(_treasury_code(2)),
            "delay_days": _optional(_DAYS),
            "nickname": _optional(_text(6)),
            "address": _optional(_text(40)),
            "postcode": _optional(_text(9)),
            "city": _optional(_text(40)),
            "province": _optional(_text(2)),
        },
        ("company_code", "account_code"),
        is_optional=True,
    ),
    ReferenceFile(
        "sync_codes.csv",
        "sync_code",
        {
            "company_code": _required(_code(10)),
            "code_kind": _required(_one_of("account", "vat_code", "journal")),
            "our_code": _required(_code(16)),
            "program_code": _required(_text(40)),
        },
        ("company_code", "code_kind", "our_code"),
        is_optional=True,
    ),
)


def file_named(name: str) -> ReferenceFile:
    """The reference file of this name. Raises StopIteration for a name that none has."""
    return next(file for file in REFERENCE_FILES if file.name == name)
