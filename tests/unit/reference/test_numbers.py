"""Numbers of the reference files: the decimals of a currency, what has two readings, and a declared comma."""

from __future__ import annotations

from pathlib import Path

import pytest

from assets.findings import in_words
from assets.reference.load import read_reference
from assets.settings import setting_problem
from tests.conftest import MakeHome
from tests.support.ledgers import (
    ReferenceData,
    company,
    exchange_rate,
    item_deferred_vat,
    item_withholding,
    open_item,
    replace_files,
    sales_rule,
    setting,
    vat_code,
    write_files,
)
from tests.support.refused import Refused, findings

COMMA = setting("reference_decimal_mark", "comma")
AMBIGUOUS, NOTATION, INVALID = (
    "reference_number_ambiguous",
    "reference_notation_undeclared",
    "reference_value_invalid",
)
RATES = """
    SELECT CAST(exchange_rate AS VARCHAR) FROM ledger.exchange_rate
    WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'exchange_rates.csv')
    ORDER BY rate_date
"""


def two(readings: str) -> str:
    """What is expected instead of a number with two readings."""
    return f"a number with one reading, not {readings}"


def test_amounts_have_the_decimals_of_their_currency_zeros_included(tmp_path: Path) -> None:
    """Of the item's currency and of its company's; 1.000 could be a thousand."""
    data = ReferenceData(
        companies=(company("ALBA"), company("BREZZA", "JPY")),
        items=(
            open_item("K2", "1.000"),
            open_item("K3", "12.5000", company_amount="12.50"),
            open_item("K4", "12.500", company_amount="12.50", currency="TND"),
            open_item("K5", "1.00", company_amount="100.0", company="BREZZA", account="1500001"),
        ),
        item_withholdings=(item_withholding("K3", "1.200"),),
        item_deferred_vats=(item_deferred_vat("K3", "1.2000", "1601001", "7501001"),),
    )
    found = findings(tmp_path, data)
    assert found == [
        (Refused("item_deferred_vat.csv", 2, "deferred_amount", INVALID, "1.2000"), at_most(2, "EUR")),
        (Refused("item_withholding.csv", 2, "withholding_amount", AMBIGUOUS, "1.200"), two("1.2 or 1200")),
        (Refused(OPENING, 2, "original_amount", AMBIGUOUS, "1.000"), two("1 or 1000")),
        (Refused(OPENING, 2, "original_amount_company_currency", AMBIGUOUS, "1.000"), two("1 or 1000")),
        (Refused(OPENING, 3, "original_amount", INVALID, "12.5000"), at_most(2, "EUR")),
        (Refused(OPENING, 5, "original_amount_company_currency", INVALID, "100.0"), at_most(0, "JPY")),
    ]


OPENING = "opening_open_items.csv"


def at_most(digits: int, currency: str) -> str:
    """What is expected of an amount that is too precise."""
    return f"at most {digits} decimals, as {currency} has"


def test_rates_and_percentages_with_two_readings_are_refused_unless_their_column_decides(
    tmp_path: Path,
) -> None:
    data = ReferenceData(
        vat_codes=(vat_code("22", "22.000"), vat_code("10", "10")),
        sales_rules=(
            sales_rule("A", "7501001", vat_account="", vat_rate="22.000"),
            sales_rule("B", "7501001", vat_account="", vat_rate="0.5"),
        ),
        exchange_rates=(exchange_rate("USD", "2026-10-05", "1.085"),),
    )
    assert findings(tmp_path / "doubtful", data) == [
        (
            Refused("exchange_rates.csv", 2, "exchange_rate", AMBIGUOUS, "1.085"),
            two("1.085 or 1085"),
        ),
        (Refused("vat_codes.csv", 2, "vat_rate", AMBIGUOUS, "22.000"), two("22 or 22000")),
    ]
    sure = data.replace(
        vat_codes=(vat_code("22", "22.000"), vat_code("10", "10.0")),
        exchange_rates=(*data.exchange_rates, exchange_rate("CHF", "2026-10-05", "0.941")),
    )
    assert findings(tmp_path / "sure", sure) == []


def test_what_is_written_with_a_decimal_comma_needs_the_setting_and_is_then_read_exactly(
    tmp_path: Path,
) -> None:
    written = ReferenceData(
        items=(
            open_item("K2", "1.234,56"),
            open_item("K3", "1.000"),
            open_item("K4", "1234,5"),
            open_item("K5", "7"),
        ),
        vat_codes=(vat_code("22", "22,00", deductible_pct="40,5"),),
        exchange_rates=(
            exchange_rate("USD", "2026-10-05", "1,087"),
            exchange_rate("JPY", "2026-10-05", "1.163,4"),
        ),
    )
    refused = {each.code for each, _ in findings(tmp_path / "undeclared", written)}
    assert refused == {AMBIGUOUS, NOTATION}
    write_files(tmp_path / "declared", written.replace(settings=(COMMA,)).files())
    read = read_reference(tmp_path / "declared", {})
    assert read.findings == ()
    frames = {
        (table, column): read.frames[table][column].to_pylist()
        for table, column in (
            ("open_item", "original_amount"),
            ("open_item", "original_amount_company_currency"),
            ("vat_code", "vat_rate"),
            ("vat_code", "deductible_pct"),
            ("exchange_rate", "exchange_rate"),
        )
    }
    assert frames == {
        ("open_item", "original_amount"): ["1234.56", "1000", "1234.5", "7"],
        ("open_item", "original_amount_company_currency"): ["1234.56", "1000", "1234.5", "7"],
        ("vat_code", "vat_rate"): ["22.00"],
        ("vat_code", "deductible_pct"): ["40.5"],
        ("exchange_rate", "exchange_rate"): ["1.087", "1163.4"],
    }


def test_with_a_declared_comma_a_point_in_a_wrong_place_is_refused_as_it_is_written(tmp_path: Path) -> None:
    data = ReferenceData(
        items=(
            open_item("K2", "1.23,4", company_amount="1"),
            open_item("K3", "12.34.567", company_amount="1"),
            open_item("K4", "123.456.789.012.345", company_amount="1"),
            open_item("K5", "0,00", company_amount="1"),
        ),
        settings=(COMMA,),
    )
    amount, above_zero = "an amount such as 1250.50", "an amount above zero"
    assert findings(tmp_path, data) == [
        (Refused(OPENING, line, "original_amount", INVALID, raw), expected)
        for line, raw, expected in (
            (2, "1.23,4", amount),
            (3, "12.34.567", amount),
            (4, "123.456.789.012.345", amount),
            (5, "0,00", above_zero),
        )
    ]


def test_a_file_that_contradicts_the_declared_comma_is_refused_whole(tmp_path: Path) -> None:
    data = ReferenceData(
        exchange_rates=(
            exchange_rate("USD", "2026-10-05", "1.085"),
            exchange_rate("CHF", "2026-10-05", "0.9412"),
        ),
        settings=(COMMA,),
    )
    assert findings(tmp_path, data) == [
        (
            Refused("exchange_rates.csv", 2, "exchange_rate", AMBIGUOUS, "1.085"),
            two("1.085 or 1085: 0.9412 has a decimal point"),
        ),
        (
            Refused("exchange_rates.csv", 3, "exchange_rate", NOTATION, "0.9412"),
            "0,9412, with the decimal comma of this file",
        ),
    ]


def test_another_declaration_reads_files_anew_that_did_not_change(trial_home: MakeHome) -> None:
    """The same text is another number: what is in force is never a number that no file says any more."""
    data = ReferenceData(
        exchange_rates=(exchange_rate("JPY", "2026-10-05", "1.163"),),
        settings=(setting("reference_decimal_mark", "point"),),
    )
    home = trial_home(data)
    assert home.rows(RATES) == [("1.163000",)]
    comma = data.replace(settings=(COMMA,))
    replace_files(home.root / "reference", comma.files())
    state = home.load_reference()
    assert (state.findings, state.is_changed) == ((), True)
    assert home.rows(RATES) == [("1163.000000",)]
    assert not home.load_reference().is_changed


def wanted(company_code: str | None, name: str, value: str) -> str | None:
    """What is expected of a row of settings.csv, in words; None where it is right."""
    problem = setting_problem(company_code, name, value)
    return None if problem is None else in_words(problem, "")


def test_a_tolerance_with_two_readings_is_refused_since_settings_have_a_decimal_point() -> None:
    values = ("1.000", "0.005", "1.00", "1,00")
    assert [wanted(None, "invoice_tolerance", value) for value in values] == [
        two("1 or 1000"),
        None,
        None,
        "an amount such as 0.05",
    ]


@pytest.mark.parametrize("name", ["sales_decimal_mark", "reference_decimal_mark"])
def test_a_decimal_mark_is_a_point_a_comma_or_not_declared(name: str) -> None:
    expected = "point (1234.56), comma (1.234,56 or 1234,56), or blank"
    values = ("", "point", "comma", ",", "Comma", "virgola")
    assert [wanted(None, name, value) for value in values] == [None, None, None, *[expected] * 3]


def test_only_sales_files_are_declared_by_company() -> None:
    expected = "a blank company_code: reference_decimal_mark holds for every company"
    assert wanted("ALBA", "reference_decimal_mark", "comma") == expected
    assert wanted("ALBA", "sales_decimal_mark", "comma") is None
