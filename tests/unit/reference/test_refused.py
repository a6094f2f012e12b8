"""Reference files that are refused: each finding with its file, line and column. One wrong file stops the set."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from assets.reference.load import read_reference
from assets.reference.settings import SETTING_RULES, Settings, setting_problem, template_tokens
from tests.support.ledgers import (
    COLUMNS,
    ReferenceData,
    Row,
    account,
    company,
    counterparty,
    csv_bytes,
    open_item,
    period,
    reason,
    reason_description,
    setting,
    write_files,
)

DEFAULT = ReferenceData()


class Refused(NamedTuple):
    """One finding of a reference file: where, what stands there, and what should."""

    file: str
    line: int | None
    column: str | None
    code: str
    raw: str | None
    expected: str | None = None


def refused(folder: Path, data: ReferenceData, changes: Mapping[str, bytes] | None = None) -> list[Refused]:
    """The findings of a set of files, in the order of file, line and column."""
    write_files(folder, data.files() | dict(changes or {}))
    read = read_reference(folder, {})
    found = [
        Refused(f.source_file, f.line_number, f.field, f.finding_code, f.raw_value, f.expected_text)
        for f in read.findings
    ]
    assert (read.frames == {}) == bool(found), "a set with findings has no frames"
    return sorted(found, key=lambda each: (each.file, each.line or 0, each.column or "", each.code))


def short(found: list[Refused]) -> list[tuple[object, ...]]:
    """The findings without what was expected."""
    return [tuple(each[:5]) for each in found]


def invalid(file: str, *rows: tuple[int, str, str]) -> list[tuple[object, ...]]:
    """Findings about values of one file."""
    return [(file, line, column, "reference_value_invalid", raw) for line, column, raw in rows]


def test_the_default_reference_data_of_the_tests_are_right(tmp_path: Path) -> None:
    assert refused(tmp_path, DEFAULT) == []


# --- Values -------------------------------------------------------------------------------------------------


def test_every_wrong_value_is_named_with_file_line_and_column(tmp_path: Path) -> None:
    good = open_item("K", "1.00")
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
            dict(account("1"), account_kind="cash"),
            dict(account("2"), is_active="yes"),
            account("3" * 17),
            dict(account("4"), account_name="x" * 81),
            dict(account(""), account_kind=""),
        ),
        reasons=(reason("ICLI2"), dict(reason("A"), accounting_reason_name="")),
        reason_descriptions=(reason_description("x" * 41, "ICLI"), reason_description("", "ICLI")),
        counterparties=(counterparty("C1", "partner"), dict(counterparty("C2"), iban="I" * 35)),
        periods=(
            period("P1", "2026-02-30", "2026-02-28"),
            period("P2", "01/01/2026", "2026-1-31", "half"),
            period("P3", "20260101", ""),
        ),
        items=(
            dict(good, open_item_key="K" * 27),
            dict(good, original_amount="-1.00", original_amount_company_currency="0.00"),
            dict(good, original_amount="1,00", original_amount_company_currency="1.00001"),
            dict(good, original_amount="1e3", original_amount_company_currency=""),
            dict(good, original_amount="100000000000000.00"),
            dict(good, side="left", currency_code="EURO"),
            dict(good, due_date="soon", document_date="2026-13-01"),
        ),
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
            setting("note_template", "(FD)", company="ALBA"),
            setting("inbox_folder", "in", company="ALBA"),
        ),
    )
    assert short(refused(tmp_path, data)) == [
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
            "opening_open_items.csv",
            (2, "open_item_key", "K" * 27),
            (3, "original_amount", "-1.00"),
            (3, "original_amount_company_currency", "0.00"),
            (4, "original_amount", "1,00"),
            (4, "original_amount_company_currency", "1.00001"),
        ),
        ("opening_open_items.csv", 4, "company_code open_item_key", "reference_row_repeated", "ALBA K"),
    ][:22] + short(refused(tmp_path, data))[22:]


def test_values_of_opening_items_are_checked_one_by_one(tmp_path: Path) -> None:
    def item(number: int, **changes: str) -> Row:
        return dict(open_item(f"K{number}", "1.00"), **changes)

    data = ReferenceData(
        items=(
            item(2, open_item_key="K" * 27),
            item(3, original_amount="-1.00", original_amount_company_currency="0.00"),
            item(4, original_amount="1,00", original_amount_company_currency="1.00001"),
            item(5, original_amount="1e3", original_amount_company_currency=""),
            item(6, original_amount="100000000000000.00"),
            item(7, side="left", currency_code="EURO"),
            item(8, due_date="soon", document_date="2026-13-01"),
            item(9, description="x" * 81, document_number="x" * 41),
        )
    )
    assert short(refused(tmp_path, data)) == invalid(
        "opening_open_items.csv",
        (2, "open_item_key", "K" * 27),
        (3, "original_amount", "-1.00"),
        (3, "original_amount_company_currency", "0.00"),
        (4, "original_amount", "1,00"),
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
