"""Reference files that are refused: each finding with its file, line and column; one stops the whole set."""

from __future__ import annotations

from pathlib import Path

import pytest

from assets.reference.load import read_reference
from tests.support.ledgers import (
    COLUMNS,
    OPTIONAL_COLUMNS,
    ReferenceData,
    Row,
    account,
    company,
    counterparty,
    csv_bytes,
    invoice_rule,
    open_item,
    period,
    reason,
    reason_description,
    setting,
    write_files,
)
from tests.support.refused import DEFAULT, Refused, findings, invalid, refused


def test_the_default_reference_data_of_the_tests_are_right(tmp_path: Path) -> None:
    assert refused(tmp_path) == []


# --- Values -------------------------------------------------------------------------------------------------


def test_every_wrong_value_of_the_master_data_is_named_with_file_line_and_column(tmp_path: Path) -> None:
    data = ReferenceData(
        companies=(
            company("ALBA"),
            company("ALBA_TOO_LONG"),
            company("A|B"),
            company("CIEL", "eur"),
            dict(company("DELTA"), country_code="ITA"),
            dict(company("ECHO"), company_name=""),
            dict(company("FOX"), vat_number="9" * 29),
        ),
        accounts=(
            account("1", "cash"),
            dict(account("2"), is_active="yes"),
            account("3" * 17),
            account("4", name="x" * 81),
            account("", ""),
        ),
        reasons=(reason("ICLI2"), dict(reason("A"), accounting_reason_name="")),
        reason_descriptions=(reason_description("x" * 41, "ICLI"), reason_description("", "ICLI")),
        counterparties=(counterparty("C1", "partner"), dict(counterparty("C2"), iban="I" * 35)),
        periods=(
            period("P1", "2026-02-30", "2026-02-28"),
            period("P2", "01/01/2026", "2026-1-31", "half"),
            period("P3", "20260101", ""),
        ),
    )
    assert refused(tmp_path, data) == [
        *invalid(
            "accounting_periods.csv",
            (2, "start_date", "2026-02-30"),
            (3, "end_date", "2026-1-31"),
            (3, "period_status", "half"),
            (3, "start_date", "01/01/2026"),
            (4, "end_date", ""),
            (4, "start_date", "20260101"),
        ),
        *invalid(
            "accounting_reasons.csv",
            (2, "accounting_reason_code", "ICLI2"),
            (3, "accounting_reason_name", ""),
        ),
        *invalid(
            "chart_of_accounts.csv",
            (2, "account_kind", "cash"),
            (3, "is_active", "yes"),
            (4, "account_code", "3" * 17),
            (5, "account_name", "x" * 81),
            (6, "account_code", ""),
            (6, "account_kind", ""),
        ),
        *invalid(
            "companies.csv",
            (3, "company_code", "ALBA_TOO_LONG"),
            (4, "company_code", "A|B"),
            (5, "currency_code", "eur"),
            (6, "country_code", "ITA"),
            (7, "company_name", ""),
            (8, "vat_number", "9" * 29),
        ),
        *invalid("counterparties.csv", (2, "counterparty_kind", "partner"), (3, "iban", "I" * 35)),
        *invalid(
            "reason_descriptions.csv",
            (2, "operation_description", "x" * 41),
            (3, "operation_description", ""),
        ),
    ]


def test_every_wrong_value_of_the_opening_items_is_named_with_line_and_column(tmp_path: Path) -> None:
    def item(number: int, **changes: str) -> Row:
        return {**open_item(f"K{number}", "1.00"), **changes}

    data = ReferenceData(
        items=(
            item(2, open_item_key="K" * 27),
            item(3, original_amount="-1.00", original_amount_company_currency="0.00"),
            item(4, original_amount="1,0,0", original_amount_company_currency="1.00001"),
            item(5, original_amount="1e3", original_amount_company_currency=""),
            item(6, original_amount="100000000000000.00"),
            item(7, side="left", currency_code="EURO"),
            item(8, due_date="soon", document_date="2026-13-01"),
            item(9, description="x" * 81, document_number="x" * 41),
        )
    )
    assert refused(tmp_path, data) == invalid(
        "opening_open_items.csv",
        (2, "open_item_key", "K" * 27),
        (3, "original_amount", "-1.00"),
        (3, "original_amount_company_currency", "0.00"),
        (4, "original_amount", "1,0,0"),
        (4, "original_amount_company_currency", "1.00001"),
        (5, "original_amount", "1e3"),
        (5, "original_amount_company_currency", ""),
        (6, "original_amount", "100000000000000.00"),
        (7, "currency_code", "EURO"),
        (7, "side", "left"),
        (8, "document_date", "2026-13-01"),
        (8, "due_date", "soon"),
        (9, "description", "x" * 81),
        (9, "document_number", "x" * 41),
    )


def test_every_wrong_setting_is_named_with_what_it_may_be(tmp_path: Path) -> None:
    data = ReferenceData(
        settings=(
            setting("no_such_setting", "1"),
            setting("amount_view", "banca"),
            setting("reason_by_description", "yes"),
            setting("residual_tolerance", "0,05"),
            setting("quiet_seconds", "-1"),
            setting("file_masks", "in/*.txt"),
            setting("inbox_folder", "../elsewhere"),
            setting("export_folder", "/absolute"),
            setting("note_template", "(12)"),
            setting("note_template", "(3) (FD)", company="ALBA"),
            setting("quiet_seconds", "2", company="ALBA"),
            setting("invoice_tolerance", "5%"),
            setting("rounding_account", "7" * 17),
            setting("stamp_duty_account", "7|1"),
            setting("accounting_date_basis", "today"),
            setting("payment_days", "30 days"),
            setting("supplier_memory", ""),
            setting("invoice_reason", "FTACQ"),
            setting("invoice_masks", "*.xml;"),
            setting("invoice_inbox_folder", "../invoices"),
            setting("notification_url", "mailto:clerk"),
            setting("notification_command", "notify", company="ALBA"),
        )
    )
    found = findings(tmp_path, data)
    assert [each for each, _ in found] == invalid(
        "settings.csv",
        (2, "setting_name", "no_such_setting"),
        (3, "setting_value", "banca"),
        (4, "setting_value", "yes"),
        (5, "setting_value", "0,05"),
        (6, "setting_value", "-1"),
        (7, "setting_value", "in/*.txt"),
        (8, "setting_value", "../elsewhere"),
        (9, "setting_value", "/absolute"),
        (10, "setting_value", "(12)"),
        (11, "setting_value", "(3) (FD)"),
        (12, "setting_value", "2"),
        (13, "setting_value", "5%"),
        (14, "setting_value", "7" * 17),
        (15, "setting_value", "7|1"),
        (16, "setting_value", "today"),
        (17, "setting_value", "30 days"),
        (18, "setting_value", ""),
        (19, "setting_value", "FTACQ"),
        (20, "setting_value", "*.xml;"),
        (21, "setting_value", "../invoices"),
        (22, "setting_value", "mailto:clerk"),
        (23, "setting_value", "notify"),
    )
    assert [expected for _, expected in found][1:] == [
        "ledger or bank",
        "true or false",
        "an amount such as 0.05",
        "seconds such as 2",
        "file masks separated by semicolons",
        "a folder within the home",
        "a folder within the home",
        "the codes (1) to (11) and (DF); (12) is none of them",
        "the codes (1) to (11) and (DF); (FD) is none of them",
        "a blank company_code: quiet_seconds holds for every company",
        "an amount such as 0.05",
        "an account code, or blank",
        "an account code, or blank",
        "document or received",
        "a number of days from 0 to 999",
        "true or false",
        "an accounting reason of up to 4 characters",
        "file masks separated by semicolons",
        "a folder within the home",
        "an address that begins with https:// or http://, or blank",
        "a blank company_code: notification_command holds for every company",
    ]


def test_a_date_in_iso_weeks_is_refused_since_the_ledger_cannot_take_it(tmp_path: Path) -> None:
    # Ten characters that Python reads as a date: the first day of the fortieth week.
    item = open_item("K", "1.00", due_date="2026-W40-1")
    assert refused(tmp_path, ReferenceData(items=(item,))) == invalid(
        "opening_open_items.csv", (2, "due_date", "2026-W40-1")
    )


# --- Rows and codes -----------------------------------------------------------------------------------------


def test_every_repeated_row_is_named_the_first_one_stands(tmp_path: Path) -> None:
    data = ReferenceData(
        companies=(company("ALBA"), company("ALBA", "USD")),
        accounts=(account("1"), account("1", "bank")),
        reasons=(reason("ICLI"), reason("ICLI"), reason("ICLI", company="ALBA")),
        reason_descriptions=(reason_description("B", "ICLI"), reason_description("B", "ICLI")),
        counterparties=(counterparty("C"), counterparty("C"), counterparty("C")),
        periods=(period("P", "2026-01-01", "2026-01-31"), period("P", "2026-02-01", "2026-02-28")),
        items=(open_item("K", "1.00", account="1"), open_item("K", "2.00", account="1")),
        settings=(setting("quiet_seconds", "1"), setting("quiet_seconds", "2")),
    )
    assert refused(tmp_path, data) == [
        Refused(file, line, column, "reference_row_repeated", raw)
        for file, line, column, raw in (
            ("accounting_periods.csv", 3, "company_code period_code", "ALBA P"),
            ("accounting_reasons.csv", 3, "company_code accounting_reason_code", " ICLI"),
            ("chart_of_accounts.csv", 3, "company_code account_code", "ALBA 1"),
            ("companies.csv", 3, "company_code", "ALBA"),
            ("counterparties.csv", 3, "counterparty_code", "C"),
            ("counterparties.csv", 4, "counterparty_code", "C"),
            ("opening_open_items.csv", 3, "company_code open_item_key", "ALBA K"),
            ("reason_descriptions.csv", 3, "company_code operation_description", " B"),
            ("settings.csv", 3, "company_code setting_name", " quiet_seconds"),
        )
    ]


def test_every_code_that_no_other_file_defines_is_named(tmp_path: Path) -> None:
    data = ReferenceData(
        companies=(company("ALBA"),),
        accounts=(account("1", company="NOBODY"), account("2", counterparty="C9"), account("3")),
        reasons=(reason("ICLI"), reason("PFOR", company="NOBODY")),
        reason_descriptions=(
            reason_description("A", "XXXX"),
            reason_description("B", "ICLI", company="NOBODY"),
        ),
        periods=(period("P", "2026-01-01", "2026-01-31", company="NOBODY"),),
        items=(open_item("K1", "1.00", account="9"), open_item("K2", "1.00", account="3", company="NOBODY")),
        settings=(setting("amount_view", "bank", company="NOBODY"),),
    )
    assert refused(tmp_path, data) == [
        Refused(file, line, column, "reference_code_unknown", raw)
        for file, line, column, raw in (
            ("accounting_periods.csv", 2, "company_code", "NOBODY"),
            ("accounting_reasons.csv", 3, "company_code", "NOBODY"),
            ("chart_of_accounts.csv", 2, "company_code", "NOBODY"),
            ("chart_of_accounts.csv", 3, "counterparty_code", "C9"),
            ("opening_open_items.csv", 2, "account_code", "ALBA 9"),
            ("opening_open_items.csv", 3, "account_code", "NOBODY 3"),
            ("reason_descriptions.csv", 2, "accounting_reason_code", "XXXX"),
            ("reason_descriptions.csv", 3, "company_code", "NOBODY"),
            ("settings.csv", 2, "company_code", "NOBODY"),
        )
    ]


def test_periods_that_overlap_or_run_backwards_are_named(tmp_path: Path) -> None:
    data = ReferenceData(
        periods=(
            period("2026-01", "2026-01-01", "2026-01-31"),
            period("2026-02", "2026-01-31", "2026-02-28"),
            period("2026-01", "2026-01-15", "2026-02-15", company="BREZZA"),
            period("2026-03", "2026-03-31", "2026-03-01"),
            period("2026-04", "2026-04-01", "2026-04-01"),
        )
    )
    found = findings(tmp_path, data)
    assert [each for each, _ in found] == invalid(
        "accounting_periods.csv", (3, "start_date", "2026-01-31"), (5, "end_date", "2026-03-01")
    )
    assert [expected for _, expected in found] == [
        "a date after the end of period 2026-01",
        "a date not before start_date",
    ]


def test_an_item_in_the_companys_currency_has_one_amount(tmp_path: Path) -> None:
    data = ReferenceData(
        items=(
            open_item("K1", "1.00", company_amount="1.01"),
            open_item("K2", "1.00", company_amount="1.0"),
            open_item("K3", "1.00", company_amount="0.92", currency="USD"),
        )
    )
    assert refused(tmp_path, data) == invalid(
        "opening_open_items.csv", (2, "original_amount_company_currency", "1.01")
    )


# --- Files --------------------------------------------------------------------------------------------------


def test_a_file_that_is_not_utf8_is_named_with_line_and_bytes(tmp_path: Path) -> None:
    content = csv_bytes(COLUMNS["companies.csv"], [company("ALBA")]) + "BREZZA,Metà,EUR,IT,,\n".encode(
        "cp1252"
    )
    write_files(tmp_path, DEFAULT.files() | {"companies.csv": content})
    place = content.index(b"\xe0")
    read = read_reference(tmp_path, {})
    assert [
        (f.source_file, f.finding_code, f.line_number, f.byte_start, f.byte_end, f.raw_value)
        for f in read.findings
    ] == [("companies.csv", "reference_file_unreadable", 3, place, place + 1, "e0")]


def test_files_that_are_missing_are_named(tmp_path: Path) -> None:
    assert [(found.file, found.code) for found in refused_without_files(tmp_path)] == [
        (name, "reference_file_missing") for name in sorted(COLUMNS)
    ]


def refused_without_files(folder: Path) -> list[Refused]:
    """The findings where the folder does not even exist."""
    found = read_reference(folder / "nowhere", {}).findings
    return sorted(Refused(f.source_file, f.line_number, f.field, f.finding_code, f.raw_value) for f in found)


SETTINGS_HEADER = "company_code,setting_name,setting_value"


@pytest.mark.parametrize(
    ("content", "line", "column", "code", "raw"),
    [
        ("company_code,setting_name\n", 1, "setting_value", "reference_column_missing", None),
        (f"{SETTINGS_HEADER},x\n", 1, "x", "reference_column_unknown", None),
        (f"{SETTINGS_HEADER},setting_value\n,a,b,c\n", 1, "setting_value", "reference_column_unknown", None),
        (f"{SETTINGS_HEADER}\n,a\n", 2, None, "reference_value_invalid", ",a"),
        (f"{SETTINGS_HEADER}\n\n,a,b,c\n", 3, None, "reference_value_invalid", ",a,b,c"),
        (f'{SETTINGS_HEADER}\n,"a,b\n', 2, None, "reference_file_unreadable", "unexpected end of data"),
        (f'{SETTINGS_HEADER}\n,"a"b,c\n', 2, None, "reference_file_unreadable", "',' expected after '\"'"),
    ],
    ids=[
        "column missing",
        "column unknown",
        "column repeated",
        "cell missing",
        "cell too many",
        "quote that is not closed",
        "text behind a quote",
    ],
)
def test_a_file_of_the_wrong_shape_is_named_with_its_line(
    tmp_path: Path, content: str, line: int, column: str | None, code: str, raw: str | None
) -> None:
    header = content.split("\n", 1)[0]
    assert refused(tmp_path, changes={"settings.csv": content.encode()}) == [
        Refused("settings.csv", line, column, code, header if raw is None else raw)
    ]


def test_an_empty_file_lacks_its_columns(tmp_path: Path) -> None:
    found = refused(tmp_path, changes={"settings.csv": b""})
    assert {(each.file, each.line, each.code) for each in found} >= {
        ("settings.csv", 1, "reference_column_missing")
    }
    assert [each.column for each in found if each.code == "reference_column_missing"] == [
        "company_code",
        "setting_name",
        "setting_value",
    ]


def test_a_set_with_a_wrong_file_says_nothing_yet_about_codes_between_files(tmp_path: Path) -> None:
    # What a broken file would define is not known, so that its codes are not called unknown elsewhere.
    data = ReferenceData(accounts=(account("1", "cash", counterparty="C9"),))
    assert refused(tmp_path, data) == invalid("chart_of_accounts.csv", (2, "account_kind", "cash"))


# --- Files that are right -----------------------------------------------------------------------------------


def semicolons(data: ReferenceData) -> dict[str, bytes]:
    """The files as a spreadsheet in Italian writes them: semicolons, a byte order mark, CRLF."""
    rows = {
        "companies.csv": data.companies,
        "chart_of_accounts.csv": data.accounts,
        "accounting_reasons.csv": data.reasons,
        "reason_descriptions.csv": data.reason_descriptions,
        "counterparties.csv": data.counterparties,
        "accounting_periods.csv": data.periods,
        "opening_open_items.csv": data.items,
        "settings.csv": data.settings,
        "invoice_rules.csv": data.invoice_rules,
    }
    columns = {**COLUMNS, **OPTIONAL_COLUMNS}
    return {
        name: b"\xef\xbb\xbf" + csv_bytes(columns[name], of_file, separator=";").replace(b"\n", b"\r\n")
        for name, of_file in rows.items()
    }


def test_semicolons_a_byte_order_mark_and_crlf_say_the_same(tmp_path: Path) -> None:
    data = ReferenceData(
        items=(open_item("K1", "1.00", description='Fattura "bis"; già, saldo'),),
        settings=(setting("file_masks", "A*.txt;B*.txt"), setting("note_template", "(3), (DF)")),
        invoice_rules=(invoice_rule("R1", line_text='canone; "fibra", luglio'),),
    )
    write_files(tmp_path / "plain", data.files())
    write_files(tmp_path / "other", semicolons(data))
    plain, other = read_reference(tmp_path / "plain", {}), read_reference(tmp_path / "other", {})
    assert (plain.findings, other.findings) == ((), ())
    assert {table: frame.to_pylist() for table, frame in other.frames.items()} == {
        table: frame.to_pylist() for table, frame in plain.frames.items()
    }
    assert plain.hashes != other.hashes


def test_blanks_around_cells_blank_lines_and_other_orders_of_columns_are_forgiven(tmp_path: Path) -> None:
    content = b"setting_value , company_code,setting_name\n\n bank ,ALBA, amount_view \n,,\n"
    write_files(tmp_path, DEFAULT.files() | {"settings.csv": content})
    read = read_reference(tmp_path, {})
    assert read.findings == ()
    assert read.frames["setting"].to_pylist() == [
        {"company_code": "ALBA", "setting_name": "amount_view", "setting_value": "bank", "line_number": 3}
    ]


def test_files_in_force_already_are_not_read_again(tmp_path: Path) -> None:
    write_files(tmp_path, DEFAULT.files())
    hashes = read_reference(tmp_path, {}).hashes
    again = read_reference(tmp_path, hashes)
    assert (dict(again.frames), again.findings, again.hashes) == ({}, (), hashes)
