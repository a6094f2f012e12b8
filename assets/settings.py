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

_TEMPLATE_CODE: Final = re.compile(r"\(([^()]*)\)")
_KNOWN_TEMPLATE_CODES: Final = {"DF", *(str(number) for number in range(1, 12))}
_TOKEN_BASE: Final = 0xE000

_MASKS: Final = r"[^;/]+(;[^;/]+)*"
_MASKS_EXPECTED: Final = "file masks separated by semicolons"
_SIGNED_MASKS: Final = "*.p7m;*.pk7;*.p7c;*.p7s;*."
"""How programs and portals call signed files, the last one names without an ending; the content decides."""

_INVOICE_MASKS: Final = f"*.xml;{_SIGNED_MASKS};*.zip;*.pdf"
_SALES_MASKS: Final = f"*.csv;*.json;*.xml;{_SIGNED_MASKS}"
_FOLDER: Final = r"[^/\\.][^\\]*"
_ANY_FOLDER: Final = r"([^\\\0]*[^\\\0/ ])?"
_SMALL_AMOUNT: Final = r"[0-9]{1,6}(\.[0-9]{1,4})?"
_ACCOUNT: Final = r"[^|]{0,16}"
_JOURNAL_ROOT: Final = r"[^;:]{1,16}:(Assets|Liabilities|Equity|Income|Expenses)"
_FILE_NAME: Final = r"[A-Za-z0-9_][A-Za-z0-9_ -]{0,60}\.[A-Za-z0-9]{1,8}"
_FILE_NAME_EXPECTED: Final = "the name of a file such as PARTITE.txt, without a folder or accents"
_OPTIONS: Final = r"([a-z_]+=[^;=]*(;[a-z_]+=[^;=]*)*)?"
_TIME_ZONE: Final = r"UTC|[A-Z][A-Za-z_]*(/[A-Za-z0-9_+-]+){1,2}"
_DECIMAL_MARK: Final = r"(point|comma)?"
_DECIMAL_MARK_EXPECTED: Final = "point (1234.56), comma (1.234,56 or 1234,56), or blank"
_CASH_FLOW_ITEM: Final = r"[!-{}~]{1,6}"
_CASH_FLOW_ITEM_EXPECTED: Final = "a code of up to 6 characters without blanks or accents"


@dataclass(frozen=True, slots=True)
class SettingRule:
    """A setting's default, the pattern of its values, and whether a company may have its own."""

    default: str
    pattern: str
    expected: str
    is_per_company: bool


SETTING_RULES: Final[Mapping[str, SettingRule]] = {
    "file_masks": SettingRule("RITCOGE*.txt;RITCOGE*.json", _MASKS, _MASKS_EXPECTED, False),
    "inbox_folder": SettingRule("inbox", _FOLDER, "a folder within the home", False),
    "export_folder": SettingRule("outbox", _FOLDER, "a folder within the home", False),
    "time_zone": SettingRule("Europe/Rome", _TIME_ZONE, "a time zone such as Europe/Rome or UTC", False),
    "quiet_seconds": SettingRule("2", r"[0-9]{1,3}(\.[0-9])?", "seconds such as 2", False),
    "note_template": SettingRule("", r".*", "text with the codes (1) to (11) and (DF)", True),
    "reason_by_description": SettingRule("false", r"true|false", "true or false", True),
    "amount_view": SettingRule("ledger", r"ledger|bank", "ledger or bank", True),
    "residual_tolerance": SettingRule("0.00", _SMALL_AMOUNT, "an amount such as 0.05", True),
    "exchange_gain_account": SettingRule("", _ACCOUNT, "an account code, or blank", True),
    "exchange_loss_account": SettingRule("", _ACCOUNT, "an account code, or blank", True),
    "invoice_inbox_folder": SettingRule("inbox/invoices", _FOLDER, "a folder within the home", False),
    "invoice_masks": SettingRule(_INVOICE_MASKS, _MASKS, _MASKS_EXPECTED, False),
    "invoice_tolerance": SettingRule("0.05", _SMALL_AMOUNT, "an amount such as 0.05", True),
    "rounding_account": SettingRule("", _ACCOUNT, "an account code, or blank", True),
    "stamp_duty_account": SettingRule("", _ACCOUNT, "an account code, or blank", True),
    "accounting_date_basis": SettingRule("received", r"document|received", "document or received", True),
    "supplier_advance_account": SettingRule("", _ACCOUNT, "an account code, or blank", True),
    "payment_days": SettingRule("30", r"[0-9]{1,3}", "a number of days from 0 to 999", True),
    "end_of_month_terms": SettingRule("months", r"months|days", "months or days", True),
    "iban_hold": SettingRule("false", r"true|false", "true or false", True),
    "supplier_memory": SettingRule("true", r"true|false", "true or false", True),
    "invoice_reason": SettingRule("FTAC", r"[^|]{1,4}", "an accounting reason of up to 4 characters", True),
    "sales_inbox_folder": SettingRule("inbox/sales", _FOLDER, "a folder within the home", False),
    "sales_masks": SettingRule(_SALES_MASKS, _MASKS, _MASKS_EXPECTED, False),
    "sales_reason": SettingRule("FTVE", r"[^|]{1,4}", "an accounting reason of up to 4 characters", True),
    "sales_decimal_mark": SettingRule("", _DECIMAL_MARK, _DECIMAL_MARK_EXPECTED, True),
    "reference_decimal_mark": SettingRule("", _DECIMAL_MARK, _DECIMAL_MARK_EXPECTED, False),
    "manual_reason": SettingRule(
        "", r"[^|]{0,4}", "an accounting reason of up to 4 characters, or blank", True
    ),
    "write_off_account": SettingRule("", _ACCOUNT, "an account code, or blank", True),
    "transit_days": SettingRule("10", r"[0-9]{1,3}", "a number of days from 0 to 999", True),
    "journal_roots": SettingRule(
        "",
        rf"({_JOURNAL_ROOT}(;{_JOURNAL_ROOT})*)?",
        "beginnings of account codes with their kind, such as 45:Liabilities;7:Expenses, or blank",
        True,
    ),
    "retention_years": SettingRule("10", r"[0-9]{1,2}", "a number of years from 0 to 99", False),
    "run_retention_days": SettingRule("400", r"[1-9][0-9]{0,3}", "a number of days from 1 to 9999", False),
    "open_items_file": SettingRule("PARTITE.txt", _FILE_NAME, _FILE_NAME_EXPECTED, False),
    "registry_file": SettingRule("ANAGRAFICHE.txt", _FILE_NAME, _FILE_NAME_EXPECTED, False),
    "export_form": SettingRule("text", r"text|json", "text or json", False),
    "payment_type": SettingRule("BO", r"[!-{}~]{1,2}", "a code of up to 2 characters such as BO", True),
    "cash_flow_item_to_collect": SettingRule("INCASS", _CASH_FLOW_ITEM, _CASH_FLOW_ITEM_EXPECTED, True),
    "cash_flow_item_to_pay": SettingRule("PAGAM", _CASH_FLOW_ITEM, _CASH_FLOW_ITEM_EXPECTED, True),
    "ratings": SettingRule(
        "0=01;30=02;90=03",
        r"0=[!-:<>-{}~]{1,2}(;[0-9]{1,4}=[!-:<>-{}~]{1,2})*",
        "ratings by days overdue such as 0=01;30=02;90=03, the days ascending from 0",
        True,
    ),
    "delay_days": SettingRule("0", r"[0-9]{1,3}", "a number of days from 0 to 999", True),
    "missing_text": SettingRule("-", r"[!-{}~]{1,2}", "one or two characters such as -", True),
    "sync_target": SettingRule(
        "ledger", r"none|ledger|tryton|exact|yuki", "none, ledger, tryton, exact or yuki", True
    ),
    "sync_url": SettingRule(
        "", r"(https?://[^\s/?#@]+(/[^\s?#@]*)?)?", "an address such as https://books.example, or blank", True
    ),
    "sync_options": SettingRule("", _OPTIONS, "options as name=value;name=value, or blank", True),
    "sync_start_date": SettingRule(
        "", r"([0-9]{4}-[0-9]{2}-[0-9]{2})?", "a date as YYYY-MM-DD, or blank", True
    ),
    "sync_readback_days": SettingRule("90", r"[0-9]{1,4}", "a number of days such as 90", True),
    "automatic_sync": SettingRule("false", r"true|false", "true or false", True),
    "sales_journal": SettingRule("VEN", r"[^|;]{1,16}", "a journal code", True),
    "credit_note_journal": SettingRule("NCV", r"[^|;]{1,16}", "a journal code", True),
    "backup_folder": SettingRule("", _ANY_FOLDER, "a folder outside the home, or blank", False),
    "backup_keep_days": SettingRule("30", r"[1-9][0-9]{0,3}", "a number of days from 1 to 9999", False),
    "notification_command": SettingRule("", r".*", "a command, or blank", False),
    "notification_url": SettingRule(
        "", r"(https?://[^\s/]+(/\S*)?)?", "an address that begins with https:// or http://, or blank", False
    ),
}


def setting_problem(company_code: str | None, name: str, value: str) -> str | None:
    """What is expected where this row of `settings.csv` is wrong; None where it is right."""
    rule = SETTING_RULES.get(name)
    if rule is None:
        return "one of " + ", ".join(SETTING_RULES)
    if company_code is not None and not rule.is_per_company:
        return f"a blank company_code: {name} holds for every company"
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
            return f"the codes (1) to (11) and (DF); ({wrong[0]}) is none of them"
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
