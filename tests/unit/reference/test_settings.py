"""The settings: a company's own value, else the one for all, else the default; templates as tokens."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assets.settings import SETTING_RULES, setting_problem, settings_from_rows, template_tokens


def test_a_companys_own_value_stands_before_the_one_for_all_and_that_before_the_default() -> None:
    settings = settings_from_rows(
        [(None, "amount_view", "bank"), ("ALBA", "amount_view", "ledger"), ("ALBA", "note_template", None)]
    )
    assert [settings.get("amount_view", code) for code in ("ALBA", "BREZZA", "")] == [
        "ledger",
        "bank",
        "bank",
    ]
    assert settings.get("note_template", "ALBA") == ""
    assert settings.get("quiet_seconds") == "2"


def test_the_defaults_are_those_that_the_documentation_promises() -> None:
    assert {name: rule.default for name, rule in SETTING_RULES.items()} == {
        "file_masks": "RITCOGE*.txt;RITCOGE*.json",
        "inbox_folder": "inbox",
        "export_folder": "outbox",
        "time_zone": "Europe/Rome",
        "quiet_seconds": "2",
        "note_template": "",
        "reason_by_description": "false",
        "amount_view": "ledger",
        "residual_tolerance": "0.00",
        "exchange_gain_account": "",
        "exchange_loss_account": "",
        "invoice_inbox_folder": "inbox/invoices",
        "invoice_masks": "*.xml;*.p7m;*.pk7;*.p7c;*.p7s;*.;*.zip;*.pdf",
        "invoice_tolerance": "0.05",
        "rounding_account": "",
        "stamp_duty_account": "",
        "supplier_advance_account": "",
        "accounting_date_basis": "received",
        "payment_days": "30",
        "end_of_month_terms": "months",
        "iban_hold": "false",
        "supplier_memory": "true",
        "invoice_reason": "FTAC",
        "sales_inbox_folder": "inbox/sales",
        "sales_masks": "*.csv;*.json;*.xml;*.p7m;*.pk7;*.p7c;*.p7s;*.",
        "sales_reason": "FTVE",
        "sales_decimal_mark": "",
        "reference_decimal_mark": "",
        "sync_target": "ledger",
        "sync_url": "",
        "sync_options": "",
        "sync_start_date": "",
        "sync_readback_days": "90",
        "automatic_sync": "false",
        "sales_journal": "VEN",
        "credit_note_journal": "NCV",
        "manual_reason": "",
        "write_off_account": "",
        "transit_days": "10",
        "journal_roots": "",
        "retention_years": "10",
        "run_retention_days": "400",
        "open_items_file": "PARTITE.txt",
        "registry_file": "ANAGRAFICHE.txt",
        "export_form": "text",
        "payment_type": "BO",
        "cash_flow_item_to_collect": "INCASS",
        "cash_flow_item_to_pay": "PAGAM",
        "ratings": "0=01;30=02;90=03",
        "delay_days": "0",
        "missing_text": "-",
        "backup_folder": "",
        "backup_keep_days": "30",
        "notification_command": "",
        "notification_url": "",
    }


@pytest.mark.parametrize("name", SETTING_RULES)
def test_every_default_is_a_value_that_may_be_set(name: str) -> None:
    assert setting_problem(None, name, SETTING_RULES[name].default) is None


def test_d03_masks_are_separated_by_semicolons_and_trimmed() -> None:
    settings = settings_from_rows([(None, "file_masks", "RITCOGE.txt; RitCoge*.txt ;*.*")])
    assert settings.masks() == ("RITCOGE.txt", "RitCoge*.txt", "*.*")


def test_the_masks_of_the_invoices_are_a_setting_of_their_own() -> None:
    settings = settings_from_rows([(None, "invoice_masks", "IT*.xml; *.zip")])
    assert settings.masks("invoice_masks") == ("IT*.xml", "*.zip")
    assert settings.masks() == ("RITCOGE*.txt", "RITCOGE*.json")


def test_f10_f11_what_the_registration_of_invoices_gets_per_company() -> None:
    """F10, F11: the basis of the accounting date, terms, memory, tolerance and accounts."""
    settings = settings_from_rows(
        [
            (None, "rounding_account", "7509001"),
            (None, "stamp_duty_account", "7108001"),
            (None, "supplier_memory", "false"),
            ("ALBA", "supplier_memory", "true"),
            ("ALBA", "accounting_date_basis", "document"),
            ("ALBA", "payment_days", "60"),
            ("ALBA", "end_of_month_terms", "days"),
            ("ALBA", "iban_hold", "true"),
            ("BREZZA", "supplier_advance_account", "1301001"),
            ("BREZZA", "rounding_account", None),
            ("BREZZA", "invoice_tolerance", "0.5"),
            ("BREZZA", "invoice_reason", "FTA"),
        ]
    )
    names = (
        "company_code",
        "invoice_tolerance",
        "rounding_account",
        "stamp_duty_account",
        "supplier_advance_account",
        "accounting_date_basis",
        "payment_days",
        "is_month_counted",
        "is_iban_holding",
        "is_memory_on",
        "invoice_reason",
    )
    assert [tuple(row[name] for name in names) for row in settings.company_rows(["ALBA", "BREZZA"])] == [
        ("ALBA", Decimal("0.05"), "7509001", "7108001", None, "document", 60, False, True, True, "FTAC"),
        ("BREZZA", Decimal("0.5"), None, "7108001", "1301001", "received", 30, True, False, False, "FTA"),
    ]
    assert [
        tuple(row[name] for name in names[1:]) for row in settings_from_rows([]).company_rows(["CIEL"])
    ] == [(Decimal("0.05"), None, None, None, "received", 30, True, False, True, "FTAC")]


@pytest.mark.parametrize(
    "url", ["", "https://hooks.example.com/partita?key=1", "http://localhost:8080", "https://example.com/"]
)
def test_an_address_for_notifications_is_taken(url: str) -> None:
    assert setting_problem(None, "notification_url", url) is None


def test_what_the_stages_get_per_company() -> None:
    settings = settings_from_rows(
        [
            (None, "note_template", "(3) (DF)"),
            ("BREZZA", "note_template", "FT. (3)"),
            ("CIEL", "note_template", ""),
            ("BREZZA", "reason_by_description", "true"),
            ("BREZZA", "residual_tolerance", "0.05"),
        ]
    )
    rows = settings.company_rows(["ALBA", "BREZZA", "CIEL"])
    assert [
        (
            row["company_code"],
            row["amount_view"],
            row["is_reason_by_description"],
            row["residual_tolerance"],
            row["note_tokens"],
            row["has_file_text"],
        )
        for row in rows
    ] == [
        ("ALBA", "ledger", False, Decimal("0.00"), "\ue003 \ue00c", True),
        ("BREZZA", "ledger", True, Decimal("0.05"), "FT. \ue003", False),
        ("CIEL", "ledger", False, Decimal("0.00"), None, False),
    ]


@pytest.mark.parametrize(
    ("template", "tokens"),
    [
        ("", ""),
        ("(1)(11)", "\ue001\ue00b"),
        ("(10)", "\ue00a"),
        ("((1))", "(\ue001)"),
        ("(1 2)", "(1 2)"),
        ("(saldo) (DF)", "(saldo) \ue00c"),
    ],
)
def test_d25_a_code_of_the_template_becomes_one_character(template: str, tokens: str) -> None:
    assert template_tokens(template) == tokens


@pytest.mark.parametrize("template", ["(12)", "(0)", "(DD)", "(1) (13)"])
def test_d25_a_template_with_a_code_that_does_not_exist_is_refused(template: str) -> None:
    assert setting_problem("ALBA", "note_template", template) is not None


@pytest.mark.parametrize(
    "template", ["(1) (2)", "saldo (vedi nota)", "FT. (3) del (4) - (DF)", "()", "(", ")"]
)
def test_d25_a_template_with_brackets_that_are_no_code_is_taken(template: str) -> None:
    assert setting_problem("ALBA", "note_template", template) is None
