"""The settings of `settings.csv`: their names, what they may hold, and their values in force."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Final

from assets.days import is_time_zone
from assets.decimals import Mark, ambiguity
from assets.findings import said

_TEMPLATE_CODE: Final = re.compile(r"\(([^()]*)\)")
_KNOWN_TEMPLATE_CODES: Final = {"DF", *(str(number) for number in range(1, 12))}
_TOKEN_BASE: Final = 0xE000

_MASKS: Final = r"[^;/]+(;[^;/]+)*"
_MASKS_EXPECTED: Final = said("file_masks")
_SIGNED_MASKS: Final = "*.p7m;*.pk7;*.p7c;*.p7s;*."
"""How programs and portals call signed files, the last one names without an ending; the content decides."""

_INVOICE_MASKS: Final = f"*.xml;{_SIGNED_MASKS};*.zip;*.pdf"
_SALES_MASKS: Final = f"*.csv;*.json;*.xml;{_SIGNED_MASKS}"
_FOLDER: Final = r"[^/\\.][^\\]*"
_ANY_FOLDER: Final = r"([^\\\0]*[^\\\0/ ])?"
_SMALL_AMOUNT: Final = r"[0-9]{1,6}(\.[0-9]{1,4})?"
_ACCOUNT: Final = r"[^|]{0,16}"
_ACCOUNT_EXPECTED: Final = said("account_or_blank")
_TRUE_OR_FALSE: Final = said("either", one="true", other="false")
_JOURNAL_ROOT: Final = r"[^;:]{1,16}:(Assets|Liabilities|Equity|Income|Expenses)"
_FILE_NAME: Final = r"[A-Za-z0-9_][A-Za-z0-9_ -]{0,60}\.[A-Za-z0-9]{1,8}"
_FILE_NAME_EXPECTED: Final = said("export_file_name")
_OPTIONS: Final = r"([a-z_]+=[^;=]*(;[a-z_]+=[^;=]*)*)?"
_TIME_ZONE: Final = r"UTC|[A-Z][A-Za-z_]*(/[A-Za-z0-9_+-]+){1,2}"
_DECIMAL_MARK: Final = r"(point|comma)?"
_DECIMAL_MARK_EXPECTED: Final = said("decimal_mark")
_CASH_FLOW_ITEM: Final = r"[!-{}~]{1,6}"
_CASH_FLOW_ITEM_EXPECTED: Final = said("cash_flow_item")


@dataclass(frozen=True, slots=True)
class SettingRule:
    """A setting's default, the pattern of its values, what is expected of them (as something said,
    `assets.findings.said`), and whether a company may have its own.
    """

    default: str
    pattern: str
    expected: str
    is_per_company: bool


SETTING_RULES: Final[Mapping[str, SettingRule]] = {
    "file_masks": SettingRule("RITCOGE*.txt;RITCOGE*.json", _MASKS, _MASKS_EXPECTED, False),
    "inbox_folder": SettingRule("inbox", _FOLDER, said("folder_in_home"), False),
    "export_folder": SettingRule("outbox", _FOLDER, said("folder_in_home"), False),
    "time_zone": SettingRule("Europe/Rome", _TIME_ZONE, said("time_zone"), False),
    "quiet_seconds": SettingRule("2", r"[0-9]{1,3}(\.[0-9])?", said("seconds"), False),
    "note_template": SettingRule("", r".*", said("note_template"), True),
    "reason_by_description": SettingRule("false", r"true|false", _TRUE_OR_FALSE, True),
    "amount_view": SettingRule("ledger", r"ledger|bank", said("either", one="ledger", other="bank"), True),
    "residual_tolerance": SettingRule("0.00", _SMALL_AMOUNT, said("small_amount"), True),
    "exchange_gain_account": SettingRule("", _ACCOUNT, _ACCOUNT_EXPECTED, True),
    "exchange_loss_account": SettingRule("", _ACCOUNT, _ACCOUNT_EXPECTED, True),
    "invoice_inbox_folder": SettingRule("inbox/invoices", _FOLDER, said("folder_in_home"), False),
    "invoice_masks": SettingRule(_INVOICE_MASKS, _MASKS, _MASKS_EXPECTED, False),
    "invoice_tolerance": SettingRule("0.05", _SMALL_AMOUNT, said("small_amount"), True),
    "rounding_account": SettingRule("", _ACCOUNT, _ACCOUNT_EXPECTED, True),
    "stamp_duty_account": SettingRule("", _ACCOUNT, _ACCOUNT_EXPECTED, True),
    "accounting_date_basis": SettingRule(
        "received", r"document|received", said("either", one="document", other="received"), True
    ),
    "supplier_advance_account": SettingRule("", _ACCOUNT, _ACCOUNT_EXPECTED, True),
    "payment_days": SettingRule("30", r"[0-9]{1,3}", said("number_of_days", least=0, most=999), True),
    "end_of_month_terms": SettingRule(
        "months", r"months|days", said("either", one="months", other="days"), True
    ),
    "iban_hold": SettingRule("false", r"true|false", _TRUE_OR_FALSE, True),
    "supplier_memory": SettingRule("true", r"true|false", _TRUE_OR_FALSE, True),
    "invoice_reason": SettingRule("FTAC", r"[^|]{1,4}", said("short_reason"), True),
    "sales_inbox_folder": SettingRule("inbox/sales", _FOLDER, said("folder_in_home"), False),
    "sales_masks": SettingRule(_SALES_MASKS, _MASKS, _MASKS_EXPECTED, False),
    "sales_reason": SettingRule("FTVE", r"[^|]{1,4}", said("short_reason"), True),
    "sales_decimal_mark": SettingRule("", _DECIMAL_MARK, _DECIMAL_MARK_EXPECTED, True),
    "reference_decimal_mark": SettingRule("", _DECIMAL_MARK, _DECIMAL_MARK_EXPECTED, False),
    "manual_reason": SettingRule("", r"[^|]{0,4}", said("short_reason_or_blank"), True),
    "write_off_account": SettingRule("", _ACCOUNT, _ACCOUNT_EXPECTED, True),
    "transit_days": SettingRule("10", r"[0-9]{1,3}", said("number_of_days", least=0, most=999), True),
    "journal_roots": SettingRule(
        "",
        rf"({_JOURNAL_ROOT}(;{_JOURNAL_ROOT})*)?",
        said("journal_roots"),
        True,
    ),
    "retention_years": SettingRule("10", r"[0-9]{1,2}", said("number_of_years", least=0, most=99), False),
    "run_retention_days": SettingRule(
        "400", r"[1-9][0-9]{0,3}", said("number_of_days", least=1, most=9999), False
    ),
    "open_items_file": SettingRule("PARTITE.txt", _FILE_NAME, _FILE_NAME_EXPECTED, False),
    "registry_file": SettingRule("ANAGRAFICHE.txt", _FILE_NAME, _FILE_NAME_EXPECTED, False),
    "export_form": SettingRule("text", r"text|json", said("either", one="text", other="json"), False),
    "payment_type": SettingRule("BO", r"[!-{}~]{1,2}", said("payment_type"), True),
    "cash_flow_item_to_collect": SettingRule("INCASS", _CASH_FLOW_ITEM, _CASH_FLOW_ITEM_EXPECTED, True),
    "cash_flow_item_to_pay": SettingRule("PAGAM", _CASH_FLOW_ITEM, _CASH_FLOW_ITEM_EXPECTED, True),
    "ratings": SettingRule(
        "0=01;30=02;90=03",
        r"0=[!-:<>-{}~]{1,2}(;[0-9]{1,4}=[!-:<>-{}~]{1,2})*",
        said("ratings"),
        True,
    ),
    "delay_days": SettingRule("0", r"[0-9]{1,3}", said("number_of_days", least=0, most=999), True),
    "missing_text": SettingRule("-", r"[!-{}~]{1,2}", said("missing_text"), True),
    "sync_target": SettingRule("ledger", r"none|ledger|tryton|exact|yuki", said("sync_target"), True),
    "sync_url": SettingRule("", r"(https?://[^\s/?#@]+(/[^\s?#@]*)?)?", said("sync_url"), True),
    "sync_options": SettingRule("", _OPTIONS, said("sync_options"), True),
    "sync_start_date": SettingRule("", r"([0-9]{4}-[0-9]{2}-[0-9]{2})?", said("date_or_blank"), True),
    "sync_readback_days": SettingRule("90", r"[0-9]{1,4}", said("readback_days"), True),
    "automatic_sync": SettingRule("false", r"true|false", _TRUE_OR_FALSE, True),
    "sales_journal": SettingRule("VEN", r"[^|;]{1,16}", said("journal_code"), True),
    "credit_note_journal": SettingRule("NCV", r"[^|;]{1,16}", said("journal_code"), True),
    "backup_folder": SettingRule("", _ANY_FOLDER, said("backup_folder"), False),
    "backup_keep_days": SettingRule(
        "30", r"[1-9][0-9]{0,3}", said("number_of_days", least=1, most=9999), False
    ),
    "notification_command": SettingRule("", r".*", said("command_or_blank"), False),
    "notification_url": SettingRule("", r"(https?://[^\s/]+(/\S*)?)?", said("notification_url"), False),
}


def setting_problem(company_code: str | None, name: str, value: str) -> str | None:
    """What is said to be expected where this row of `settings.csv` is wrong; None where it is right."""
    rule = SETTING_RULES.get(name)
    if rule is None:
        return said("setting_names", names=", ".join(SETTING_RULES))
    if company_code is not None and not rule.is_per_company:
        return said("setting_of_all_companies", setting=name)
    if not re.fullmatch(rule.pattern, value):
        return rule.expected
    if name == "sync_start_date" and value and not _is_day(value):
        return rule.expected
    if name == "time_zone" and not is_time_zone(value):
        return rule.expected
    if name == "ratings" and not _is_ascending([days for days, _ in rating_steps(value)]):
        return rule.expected
    if rule.pattern == _SMALL_AMOUNT:
        return ambiguity(value)
    if name == "note_template":
        unknown = [code for code in _TEMPLATE_CODE.findall(value) if _is_code_like(code)]
        wrong = [code for code in unknown if code not in _KNOWN_TEMPLATE_CODES]
        if wrong:
            return said("note_template_codes", code=wrong[0])
    return None


def rating_steps(value: str) -> list[tuple[int, str]]:
    """The steps of the setting `ratings`: from so many days overdue, this rating."""
    parts = [step.partition("=") for step in value.split(";")]
    return [(int(days), rating) for days, _, rating in parts]


def option_values(value: str) -> dict[str, str]:
    """The options of the setting `sync_options`, by name."""
    pairs = [option.partition("=") for option in value.split(";") if option]
    return {name: text.strip() for name, _, text in pairs}


def _is_day(value: str) -> bool:
    try:
        dt.date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_ascending(numbers: list[int]) -> bool:
    return all(one < other for one, other in pairwise(numbers))


def _is_code_like(code: str) -> bool:
    return code.isdigit() or code.isupper()


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings in force, by name and company ("" for every company)."""

    values: Mapping[tuple[str, str], str]

    def get(self, name: str, company_code: str = "") -> str:
        """The company's own value, else the one for every company, else the default."""
        own = self.values.get((name, company_code))
        if own is not None:
            return own
        return self.values.get((name, ""), SETTING_RULES[name].default)

    def decimal_mark(self, file_kind: str, company_code: str = "") -> Mark:
        """How files of this kind write numbers, by the setting `<file_kind>_decimal_mark`."""
        mark = self.get(f"{file_kind}_decimal_mark", company_code)
        return "comma" if mark == "comma" else "point" if mark == "point" else ""

    def masks(self, name: str = "file_masks") -> tuple[str, ...]:
        """The file masks of this setting, in the order in which they are written."""
        return tuple(mask.strip() for mask in self.get(name).split(";") if mask.strip())

    def company_rows(self, company_codes: Iterable[str]) -> list[dict[str, object]]:
        """Per company: the settings that the statements of the stages use, templates as tokens."""
        rows: list[dict[str, object]] = []
        for code in company_codes:
            template = self.get("note_template", code)
            rows.append(
                {
                    "company_code": code,
                    "amount_view": self.get("amount_view", code),
                    "is_reason_by_description": self.get("reason_by_description", code) == "true",
                    "residual_tolerance": Decimal(self.get("residual_tolerance", code)),
                    "note_tokens": template_tokens(template) or None,
                    "has_file_text": "(DF)" in template,
                    "exchange_gain_account": self.get("exchange_gain_account", code) or None,
                    "exchange_loss_account": self.get("exchange_loss_account", code) or None,
                    "invoice_tolerance": Decimal(self.get("invoice_tolerance", code)),
                    "rounding_account": self.get("rounding_account", code) or None,
                    "stamp_duty_account": self.get("stamp_duty_account", code) or None,
                    "supplier_advance_account": self.get("supplier_advance_account", code) or None,
                    "accounting_date_basis": self.get("accounting_date_basis", code),
                    "time_zone": self.get("time_zone"),
                    "payment_days": int(self.get("payment_days", code)),
                    "is_month_counted": self.get("end_of_month_terms", code) == "months",
                    "is_iban_holding": self.get("iban_hold", code) == "true",
                    "is_memory_on": self.get("supplier_memory", code) == "true",
                    "invoice_reason": self.get("invoice_reason", code),
                    "sales_reason": self.get("sales_reason", code),
                }
            )
        return rows


def settings_from_rows(rows: Iterable[tuple[str | None, str, str | None]]) -> Settings:
    """The settings of the rows (company_code, setting_name, setting_value); a blank value is a value."""
    return Settings({(name, company or ""): value or "" for company, name, value in rows})


def template_tokens(template: str) -> str:
    """The note template with each code as one private character, so that replacing them is unambiguous.

    U+E001 to U+E00B stand for (1) to (11) and U+E00C for (DF). A value that is put in can never be taken
    for a code again, since the statements remove these characters from values.
    """

    def token(found: re.Match[str]) -> str:
        code = found.group(1)
        if code == "DF":
            return chr(_TOKEN_BASE + 12)
        return chr(_TOKEN_BASE + int(code)) if code in _KNOWN_TEMPLATE_CODES else found.group(0)

    return _TEMPLATE_CODE.sub(token, template)
