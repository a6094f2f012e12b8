"""The optional files for purchase e-invoices: what is refused, what comes into force, what if they lack."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from assets.ledger.store import Ledger, utc_now
from assets.reference.load import ABSENT, bring_into_force, read_reference
from tests.conftest import MakeHome
from tests.support.ledgers import (
    OPTIONAL_COLUMNS,
    LedgerHome,
    ReferenceData,
    account,
    counterparty,
    csv_bytes,
    exchange_rate,
    invoice_rule,
    ledger_state,
    reason,
    setting,
    supplier_term,
    vat_code,
    welfare_fund,
    withholding_account,
    write_files,
)
from tests.support.refused import DEFAULT, Refused, findings, invalid, refused

FULL = ReferenceData(
    vat_codes=(
        vat_code("22"),
        vat_code("22P40", deductible_pct="40"),
        vat_code("22D", "22.00", "deferred", exigibility="D", second_account="1601001", company="ALBA"),
        vat_code("22S", "22", "split_payment", exigibility="S", second_account="7501001"),
        vat_code("N63", "22", "reverse_charge", nature="N6.3", second_account="7501001"),
        vat_code("N4", "0", "outside", nature="N4", deductible_pct="0", account=""),
    ),
    invoice_rules=(
        invoice_rule("ACCIAI", counterparty="S001", document_type="TD01", line_text="lamiera", vat_code="22"),
        invoice_rule("OTHERS", "1601001", company="ALBA", vat_code="22D"),
    ),
    withholding_accounts=(
        withholding_account("RT01"),
        withholding_account("RT02", "1601001", company="ALBA"),
    ),
    welfare_funds=(welfare_fund("TC04"), welfare_fund("TC07", "7501001", is_withheld=True)),
    supplier_terms=(
        supplier_term("S001", "60", is_end_of_month=True),
        supplier_term("S002", "0", uses_memory=False),
    ),
    exchange_rates=(
        exchange_rate("USD", "2026-10-01", "1.0870"),
        exchange_rate("USD", "2026-10-01", "0.9", company_currency="CHF"),
        exchange_rate("JPY", "2026-10-01", "160.123456"),
    ),
)
"""Every optional file with rows that are right for the default companies and accounts."""

MIXED = "traces and e-invoices would be mixed up"
IMPORTED = "exports would be imported (D03)"
TABLES = (
    "vat_code",
    "invoice_rule",
    "withholding_account",
    "welfare_fund_account",
    "supplier_term",
    "exchange_rate",
)
NAMES = tuple(name for name in OPTIONAL_COLUMNS if name != "sales_rules.csv")[: len(TABLES)]


def counts(home: LedgerHome) -> list[int]:
    """How many rows of each optional file stand on the workbench."""
    return [
        int(str(home.workbench.execute(f"SELECT count(*) FROM temp.{table}").fetchall()[0][0]))
        for table in TABLES
    ]


def versions(home: LedgerHome) -> list[tuple[object, ...]]:
    """The versions of the optional files that came into force: file, version, rows, whether it was absent."""
    query = f"""
        SELECT file_name, version, row_count, content_sha256 = '{ABSENT}' FROM ledger.reference_file
        WHERE file_name IN {NAMES} ORDER BY version, file_name
    """
    return home.rows(query)


def changed(**files: object) -> ReferenceData:
    """The full data with other rows in the files named."""
    return FULL.replace(**files)  # type: ignore[arg-type]


# --- What comes into force ----------------------------------------------------------------------------------


def test_f11_every_row_stands_on_the_workbench_as_the_registration_needs_it(trial_home: MakeHome) -> None:
    home = trial_home(FULL)
    rows = {table: home.workbench.execute(f"FROM temp.{table} ORDER BY ALL").fetchall() for table in TABLES}
    hundred = Decimal(100)
    assert {table: {tuple(row) for row in found} for table, found in rows.items()} == {
        "vat_code": {
            (None, "22", "VAT 22", Decimal(22), None, "I", "normal", hundred, "7501001", None),
            (None, "22P40", "VAT 22P40", Decimal(22), None, "I", "normal", Decimal(40), "7501001", None),
            ("ALBA", "22D", "VAT 22D", Decimal(22), None, "D", "deferred", hundred, "7501001", "1601001"),
            (None, "22S", "VAT 22S", Decimal(22), None, "S", "split_payment", hundred, "7501001", "7501001"),
            (
                None,
                "N63",
                "VAT N63",
                Decimal(22),
                "N6.3",
                "I",
                "reverse_charge",
                hundred,
                "7501001",
                "7501001",
            ),
            (None, "N4", "VAT N4", Decimal(0), "N4", "I", "outside", Decimal(0), None, None),
        },
        "invoice_rule": {
            ("ACCIAI", None, "S001", "TD01", "lamiera", "7501001", "22"),
            ("OTHERS", "ALBA", None, None, None, "1601001", "22D"),
        },
        "withholding_account": {(None, "RT01", "7501001"), ("ALBA", "RT02", "1601001")},
        "welfare_fund_account": {(None, "TC04", None, False), (None, "TC07", "7501001", True)},
        "supplier_term": {("S001", 60, True, True), ("S002", 0, False, False)},
        "exchange_rate": {
            ("USD", dt.date(2026, 10, 1), Decimal("1.087"), "EUR"),
            ("USD", dt.date(2026, 10, 1), Decimal("0.9"), "CHF"),
            ("JPY", dt.date(2026, 10, 1), Decimal("160.123456"), "EUR"),
        },
    }


def test_f10_f11_the_settings_of_invoices_stand_on_the_workbench_per_company(trial_home: MakeHome) -> None:
    home = trial_home(
        ReferenceData(
            settings=(
                setting("rounding_account", "7501001"),
                setting("stamp_duty_account", "1601001", company="ALBA"),
                setting("accounting_date_basis", "document", company="ALBA"),
                setting("supplier_memory", "false", company="BREZZA"),
                setting("payment_days", "0", company="BREZZA"),
                setting("invoice_tolerance", "1", company="BREZZA"),
                setting("invoice_reason", "PFOR", company="BREZZA"),
            )
        )
    )
    query = """
        SELECT company_code, invoice_tolerance, rounding_account, stamp_duty_account, accounting_date_basis,
               payment_days, is_memory_on, invoice_reason
        FROM company_setting ORDER BY company_code
    """
    assert home.workbench.execute(query).fetchall() == [
        ("ALBA", Decimal("0.05"), "7501001", "1601001", "document", 30, True, "FTAC"),
        ("BREZZA", Decimal(1), "7501001", None, "received", 0, False, "PFOR"),
    ]


# --- Files that are missing ---------------------------------------------------------------------------------


def test_a_home_without_e_invoices_needs_none_of_the_files(trial_home: MakeHome) -> None:
    home = trial_home()
    assert sorted(path.name for path in (home.root / "reference").iterdir() if path.name in NAMES) == []
    assert (counts(home), versions(home)) == ([0] * 6, [])
    state = home.load_reference()
    assert (state.version, state.is_changed, state.findings, versions(home)) == (1, False, (), [])


def test_a_file_that_appears_and_one_that_goes_are_changes_once(trial_home: MakeHome) -> None:
    home = trial_home()
    seen = []
    for data in (None, FULL, None, changed(invoice_rules=(), exchange_rates=()), None, DEFAULT, None, FULL):
        state = home.load_reference(data)
        seen.append((state.version, state.is_changed, state.findings, counts(home)))
    full, some, none = [6, 2, 2, 2, 2, 3], [6, 0, 2, 2, 2, 0], [0] * 6
    assert seen == [
        (1, False, (), none),
        (2, True, (), full),
        (2, False, (), full),
        (3, True, (), some),
        (3, False, (), some),
        (4, True, (), none),
        (4, False, (), none),
        (5, True, (), full),
    ]
    rows = dict(zip(NAMES, full, strict=True))
    went = ["exchange_rates.csv", "invoice_rules.csv"]
    assert versions(home) == [
        *((name, 2, rows[name], False) for name in sorted(NAMES)),
        *((name, 3, 0, True) for name in went),
        *((name, 4, 0, True) for name in sorted(NAMES) if name not in went),
        *((name, 5, rows[name], False) for name in sorted(NAMES)),
    ]


def test_a_file_with_its_header_alone_says_the_same_as_none(tmp_path: Path) -> None:
    headers = {name: csv_bytes(columns, []) for name, columns in OPTIONAL_COLUMNS.items()}
    write_files(tmp_path / "headers", DEFAULT.files() | headers)
    write_files(tmp_path / "none", DEFAULT.files())
    with_headers = read_reference(tmp_path / "headers", {})
    without = read_reference(tmp_path / "none", {})
    assert (with_headers.findings, without.findings) == ((), ())
    assert {table: frame.to_pylist() for table, frame in with_headers.frames.items()} == {
        table: frame.to_pylist() for table, frame in without.frames.items()
    }
    assert {with_headers.frames[table].schema for table in TABLES} == {
        without.frames[table].schema for table in TABLES
    }


def test_a_file_without_a_header_is_not_a_missing_one(tmp_path: Path) -> None:
    assert {
        (found.file, found.line, found.code)
        for found in refused(tmp_path, changes={"welfare_funds.csv": b""})
    } == {("welfare_funds.csv", 1, "reference_column_missing")}


def test_an_optional_file_that_cannot_be_read_is_not_a_missing_one(tmp_path: Path) -> None:
    write_files(tmp_path, DEFAULT.files())
    (tmp_path / "vat_codes.csv").mkdir()
    read = read_reference(tmp_path, {})
    assert [(f.source_file, f.finding_code, f.raw_value) for f in read.findings] == [
        ("vat_codes.csv", "reference_file_unreadable", "Is a directory")
    ]
    assert read.frames == {}


def test_a_wrong_optional_file_keeps_the_whole_change_out(trial_home: MakeHome) -> None:
    home = trial_home(FULL)
    state = home.load_reference(changed(vat_codes=(vat_code("22", "22%"),), exchange_rates=()))
    assert (state.version, state.is_changed, counts(home)) == (1, False, [6, 2, 2, 2, 2, 3])
    assert [
        (name, found.line_number, found.field, found.raw_value) for name, found in ledger_state(home).findings
    ] == [("vat_codes.csv", 2, "vat_rate", "22%")]
    mended = home.load_reference(FULL)
    assert (mended.version, mended.is_changed, ledger_state(home).findings) == (1, False, [])


def test_a_ledger_from_before_the_files_takes_them(tmp_path: Path) -> None:
    """The tables are added to a ledger that has none of them, and the files are a change like any other."""
    ledger = Ledger(tmp_path / "ledger")
    workbench = ledger.workbench()
    for data in (DEFAULT, FULL):
        write_files(tmp_path / "reference", data.files())
        with ledger.transaction(workbench, "test"):
            state = bring_into_force(workbench, tmp_path / "reference", utc_now())
    assert (state.version, state.is_changed, state.findings) == (2, True, ())
    workbench.close()


# --- Values -------------------------------------------------------------------------------------------------


def test_r07_every_wrong_value_of_a_vat_code_is_named_with_what_it_may_be(tmp_path: Path) -> None:
    data = ReferenceData(
        vat_codes=(
            vat_code("C" * 17),
            vat_code("A", "100.1"),
            vat_code("B", "22.00001"),
            vat_code("D", "-22"),
            vat_code("E", nature="N8"),
            vat_code("F", nature="4"),
            vat_code("G", exigibility="X"),
            vat_code("H", treatment="exempt"),
            vat_code("J", deductible_pct="101"),
            vat_code("K", deductible_pct=""),
            {**vat_code("L"), "vat_code_name": ""},
            vat_code("M", account="1|2"),
            vat_code("N", treatment=""),
            vat_code("P", nature="S"),
        )
    )
    percentage = "a percentage from 0 to 100 such as 22.00"
    nature = "a VAT nature of FatturaPA such as N4 or N6.3, or a category of EN 16931 such as AE or K"
    treatments = "normal or reverse_charge or split_payment or deferred or outside"
    code = "at most 16 characters, no |"
    assert findings(tmp_path, data) == [
        (Refused("vat_codes.csv", line, column, "reference_value_invalid", raw), expected)
        for line, column, raw, expected in (
            (2, "vat_code", "C" * 17, code),
            (3, "vat_rate", "100.1", percentage),
            (4, "vat_rate", "22.00001", percentage),
            (5, "vat_rate", "-22", percentage),
            (6, "vat_nature", "N8", nature),
            (7, "vat_nature", "4", nature),
            (8, "exigibility", "X", "I or D or S"),
            (9, "treatment", "exempt", treatments),
            (10, "deductible_pct", "101", percentage),
            (11, "deductible_pct", "", "a value"),
            (12, "vat_code_name", "", "a value"),
            (13, "vat_account_code", "1|2", code),
            (14, "treatment", "", "a value"),
            (15, "vat_nature", "S", nature),
        )
    ]


@pytest.mark.parametrize("nature", ["N1", "N2.2", "N3.5", "N5", "N6.9", "N7", "AE", "E", "G", "K", "O", "Z"])
def test_r07_the_natures_and_categories_of_every_format_are_taken(tmp_path: Path, nature: str) -> None:
    code = vat_code("A", "0", "outside", nature=nature, account="")
    assert refused(tmp_path, ReferenceData(vat_codes=(code,))) == []


def test_f11_r10_r11_r15_every_wrong_value_of_the_other_files_is_named(tmp_path: Path) -> None:
    data = ReferenceData(
        invoice_rules=(
            invoice_rule(""),
            invoice_rule("A", document_type="TD001"),
            invoice_rule("B", document_type="td01"),
            invoice_rule("C", line_text="x" * 81),
            invoice_rule("D", ""),
        ),
        withholding_accounts=(
            withholding_account("RT07"),
            withholding_account(""),
            withholding_account("RT01", ""),
        ),
        welfare_funds=(
            welfare_fund("TC00"),
            welfare_fund("TC23"),
            {**welfare_fund("TC04"), "is_withheld": "yes"},
        ),
        supplier_terms=(
            supplier_term("S001", "1000"),
            supplier_term("S002", "-1"),
            supplier_term("C001", "30.5"),
            {**supplier_term("C002"), "is_end_of_month": "", "uses_memory": "1"},
            supplier_term(""),
        ),
        exchange_rates=(
            exchange_rate("usd", "2026-10-01", "1"),
            exchange_rate("USD", "2026-10-32", "1"),
            exchange_rate("USD", "2026-10-03", "0.000"),
            exchange_rate("USD", "2026-10-04", "1.1234567"),
            exchange_rate("USD", "2026-10-05", "-1"),
            exchange_rate("USD", "2026-10-06", "1", company_currency="euro"),
        ),
    )
    assert refused(tmp_path, data) == [
        *invalid(
            "exchange_rates.csv",
            (2, "currency_code", "usd"),
            (3, "rate_date", "2026-10-32"),
            (4, "exchange_rate", "0.000"),
            (5, "exchange_rate", "1.1234567"),
            (6, "exchange_rate", "-1"),
            (7, "company_currency_code", "euro"),
        ),
        *invalid(
            "invoice_rules.csv",
            (2, "rule_code", ""),
            (3, "document_type", "TD001"),
            (4, "document_type", "td01"),
            (5, "line_text", "x" * 81),
            (6, "account_code", ""),
        ),
        *invalid(
            "supplier_terms.csv",
            (2, "payment_days", "1000"),
            (3, "payment_days", "-1"),
            (4, "payment_days", "30.5"),
            (5, "is_end_of_month", ""),
            (5, "uses_memory", "1"),
            (6, "counterparty_code", ""),
        ),
        *invalid(
            "welfare_funds.csv", (2, "fund_type", "TC00"), (3, "fund_type", "TC23"), (4, "is_withheld", "yes")
        ),
        *invalid(
            "withholding_accounts.csv",
            (2, "withholding_type", "RT07"),
            (3, "withholding_type", ""),
            (4, "account_code", ""),
        ),
    ]


@pytest.mark.parametrize(
    "document_type", ["TD01", "TD28", "393", "381"], ids=["first", "last", "factoring", "credit note of UBL"]
)
def test_f11_a_rule_may_name_a_type_of_any_format(tmp_path: Path, document_type: str) -> None:
    rule = invoice_rule("A", document_type=document_type)
    assert refused(tmp_path, ReferenceData(invoice_rules=(rule,))) == []


def test_every_repeated_row_is_named_the_first_one_stands(tmp_path: Path) -> None:
    data = ReferenceData(
        vat_codes=(vat_code("22"), vat_code("22", company="ALBA"), vat_code("22", "10")),
        invoice_rules=(invoice_rule("A"), invoice_rule("A", "1601001", company="ALBA")),
        withholding_accounts=(
            withholding_account("RT01"),
            withholding_account("RT01", company="ALBA"),
            withholding_account("RT01", "1601001", company="ALBA"),
        ),
        welfare_funds=(welfare_fund("TC04"), welfare_fund("TC04"), welfare_fund("TC04", company="BREZZA")),
        supplier_terms=(supplier_term("S001"), supplier_term("S001", "60")),
        exchange_rates=(
            exchange_rate("USD", "2026-10-01", "1.1"),
            exchange_rate("USD", "2026-10-01", "1.2"),
            exchange_rate("USD", "2026-10-02", "1.1"),
        ),
    )
    assert refused(tmp_path, data) == [
        Refused(file, line, column, "reference_row_repeated", raw)
        for file, line, column, raw in (
            (
                "exchange_rates.csv",
                3,
                "currency_code rate_date company_currency_code",
                "USD 2026-10-01 EUR",
            ),
            ("invoice_rules.csv", 3, "rule_code", "A"),
            ("supplier_terms.csv", 3, "counterparty_code", "S001"),
            ("vat_codes.csv", 4, "company_code vat_code", " 22"),
            ("welfare_funds.csv", 3, "company_code fund_type", " TC04"),
            ("withholding_accounts.csv", 4, "company_code withholding_type", "ALBA RT01"),
        )
    ]


# --- Rules across columns and files -------------------------------------------------------------------------


def test_r16_a_treatment_without_what_it_needs_is_named(tmp_path: Path) -> None:
    data = ReferenceData(
        vat_codes=(
            vat_code("D", treatment="deferred", exigibility="D"),
            vat_code("S", treatment="split_payment", exigibility="S"),
            vat_code("R", treatment="reverse_charge", nature="N6.1"),
            vat_code("S1", treatment="split_payment", second_account="7501001"),
            vat_code("S2", exigibility="S"),
            vat_code("A", account=""),
            vat_code("A1", account="", deductible_pct="0.00"),
            vat_code("D1", treatment="deferred", exigibility="I", second_account="7501001"),
        )
    )
    assert findings(tmp_path, data) == [
        (Refused("vat_codes.csv", line, column, "reference_value_invalid", raw), expected)
        for line, column, raw, expected in (
            (2, "second_account_code", "", "the account where VAT waits until the invoice is paid"),
            (3, "second_account_code", "", "the account of the VAT owed to the treasury under split payment"),
            (4, "second_account_code", "", "the account of the VAT owed under reverse charge"),
            (5, "exigibility", "", "S, since the treatment is split_payment"),
            (6, "exigibility", "S", "I or D; S needs the treatment split_payment"),
            (
                7,
                "vat_account_code",
                "",
                "the account of deductible VAT, unless the treatment is outside or deductible_pct is 0",
            ),
        )
    ]


def test_r07_a_rate_that_does_not_fit_its_nature_is_named(tmp_path: Path) -> None:
    data = ReferenceData(
        vat_codes=(
            vat_code("A", "0", "outside"),
            vat_code("B", "22", "outside", nature="N4"),
            vat_code("C", "22", nature="N4"),
            vat_code("D", "0.00", "reverse_charge", nature="N6.3", second_account="7501001"),
            vat_code("E", "0", "normal"),
            vat_code("F", "0", "normal", nature="N3.5"),
            vat_code("G", "22", "reverse_charge", second_account="7501001"),
        )
    )
    none = "0, since a document that names a VAT nature carries no VAT"
    assert findings(tmp_path, data) == [
        (Refused("vat_codes.csv", line, column, "reference_value_invalid", raw), expected)
        for line, column, raw, expected in (
            (2, "vat_nature", "", "a VAT nature such as N4, since the treatment is outside"),
            (3, "vat_rate", "22", none),
            (4, "vat_rate", "22", none),
            (5, "vat_rate", "0.00", "the rate above 0 at which VAT is charged on both sides"),
        )
    ]


def test_r11_r15_a_fund_without_account_and_a_rate_between_one_currency_are_named(tmp_path: Path) -> None:
    data = ReferenceData(
        welfare_funds=(
            welfare_fund("TC04"),
            welfare_fund("TC07", is_withheld=True),
            welfare_fund("TC07", "7501001", company="ALBA"),
        ),
        exchange_rates=(
            exchange_rate("EUR", "2026-10-01", "1"),
            exchange_rate("EUR", "2026-10-01", "0.92", company_currency="USD"),
        ),
    )
    assert findings(tmp_path, data) == [
        (Refused(file, line, column, "reference_value_invalid", raw), expected)
        for file, line, column, raw, expected in (
            ("exchange_rates.csv", 2, "currency_code", "EUR", "another currency than company_currency_code"),
            (
                "welfare_funds.csv",
                3,
                "account_code",
                "",
                "the account of what is owed to the fund, since is_withheld is true",
            ),
            (
                "welfare_funds.csv",
                4,
                "is_withheld",
                "false",
                "true for TC07: the fund of agents is withheld from them",
            ),
        )
    ]


def test_every_account_of_the_files_stands_in_the_chart_of_each_company_that_it_is_for(
    tmp_path: Path,
) -> None:
    # Both companies have 7501001; only ALBA has 1601001, and its 1801009 is inactive.
    data = ReferenceData(
        vat_codes=(
            vat_code("A", account="1601001"),
            vat_code("B", account="1601001", company="ALBA"),
            vat_code("C", account="1601001", company="BREZZA"),
            vat_code("D", treatment="deferred", account="9", second_account="1601001"),
        ),
        invoice_rules=(invoice_rule("A", "1601001"), invoice_rule("B", "1801009", company="ALBA")),
        withholding_accounts=(withholding_account("RT01", "1601001"), withholding_account("RT02")),
        welfare_funds=(welfare_fund("TC07", "1601001", is_withheld=True), welfare_fund("TC04")),
        settings=(
            setting("rounding_account", "1601001"),
            setting("rounding_account", "1601001", company="ALBA"),
            setting("stamp_duty_account", "9", company="BREZZA"),
            setting("stamp_duty_account", ""),
        ),
    )
    both, alba, brezza = ("an active account of " + names for names in ("ALBA, BREZZA", "ALBA", "BREZZA"))
    assert findings(tmp_path, data) == [
        (
            Refused(file, line, column, "reference_code_unknown", raw),
            f"{expected} in chart_of_accounts.csv",
        )
        for file, line, column, raw, expected in (
            ("invoice_rules.csv", 2, "account_code", "1601001", brezza),
            ("invoice_rules.csv", 3, "account_code", "1801009", alba),
            ("settings.csv", 2, "setting_value", "1601001", brezza),
            ("settings.csv", 4, "setting_value", "9", brezza),
            ("vat_codes.csv", 2, "vat_account_code", "1601001", brezza),
            ("vat_codes.csv", 4, "vat_account_code", "1601001", brezza),
            ("vat_codes.csv", 5, "second_account_code", "1601001", brezza),
            ("vat_codes.csv", 5, "vat_account_code", "9", both),
            ("welfare_funds.csv", 2, "account_code", "1601001", brezza),
            ("withholding_accounts.csv", 2, "account_code", "1601001", brezza),
        )
    ]


def test_f11_every_code_that_no_other_file_defines_is_named(tmp_path: Path) -> None:
    data = ReferenceData(
        vat_codes=(
            vat_code("22", company="ALBA"),
            vat_code("10", "10", company="ALBA"),
            vat_code("10", "10", company="BREZZA"),
            vat_code("4", "4"),
            vat_code("5", "5", company="NOBODY"),
        ),
        invoice_rules=(
            invoice_rule("A", vat_code="22"),
            invoice_rule("B", vat_code="22", company="ALBA"),
            invoice_rule("C", vat_code="10"),
            invoice_rule("D", vat_code="4", company="BREZZA"),
            invoice_rule("E", vat_code="99"),
            invoice_rule("F", counterparty="S999"),
            invoice_rule("G", company="NOBODY"),
        ),
        withholding_accounts=(withholding_account("RT01", company="NOBODY"),),
        welfare_funds=(welfare_fund("TC04", company="NOBODY"),),
        supplier_terms=(supplier_term("S999"),),
        settings=(setting("invoice_reason", "FTAC"), setting("invoice_reason", "ICLI", company="ALBA")),
    )
    company_code = "a company_code of companies.csv, or blank"
    counterparty_code = "a counterparty_code of counterparties.csv"
    assert findings(tmp_path, data) == [
        (Refused(file, line, column, "reference_code_unknown", raw), expected)
        for file, line, column, raw, expected in (
            ("invoice_rules.csv", 2, "vat_code", "22", "a vat_code in vat_codes.csv for BREZZA"),
            ("invoice_rules.csv", 6, "vat_code", "99", "a vat_code in vat_codes.csv for ALBA, BREZZA"),
            ("invoice_rules.csv", 7, "counterparty_code", "S999", counterparty_code),
            ("invoice_rules.csv", 8, "company_code", "NOBODY", company_code),
            ("settings.csv", 2, "setting_value", "FTAC", "a code of accounting_reasons.csv for ALBA, BREZZA"),
            ("supplier_terms.csv", 2, "counterparty_code", "S999", counterparty_code),
            ("vat_codes.csv", 6, "company_code", "NOBODY", company_code),
            ("welfare_funds.csv", 2, "company_code", "NOBODY", company_code),
            ("withholding_accounts.csv", 2, "company_code", "NOBODY", company_code),
        )
    ]


def test_the_reason_of_invoices_may_belong_to_one_company(tmp_path: Path) -> None:
    data = ReferenceData(
        reasons=(reason("FTAC", company="ALBA"),),
        settings=(
            setting("invoice_reason", "FTAC", company="ALBA"),
            setting("invoice_reason", "FTAC", company="BREZZA"),
        ),
    )
    assert findings(tmp_path, data) == [
        (
            Refused("settings.csv", 3, "setting_value", "reference_code_unknown", "FTAC"),
            "a code of accounting_reasons.csv for BREZZA",
        )
    ]


def test_f09_the_reason_of_entries_by_hand_is_one_that_every_company_has(tmp_path: Path) -> None:
    data = ReferenceData(
        reasons=(reason("MANO", company="ALBA"),),
        settings=(setting("manual_reason", "MANO"), setting("manual_reason", "", company="BREZZA")),
    )
    assert findings(tmp_path, data) == [
        (
            Refused("settings.csv", 2, "setting_value", "reference_code_unknown", "MANO"),
            "a code of accounting_reasons.csv for BREZZA",
        )
    ]


def test_a_supplier_may_have_terms_whatever_its_accounts_are(tmp_path: Path) -> None:
    data = ReferenceData(
        accounts=(account("1"),), counterparties=(counterparty("S9"),), supplier_terms=(supplier_term("S9"),)
    )
    assert refused(tmp_path, data) == []


@pytest.mark.parametrize(
    ("settings", "line", "raw", "expected"),
    [
        ([("invoice_inbox_folder", "inbox")], 2, "inbox", f"inbox_folder, or {MIXED}"),
        (
            [("quiet_seconds", "2"), ("invoice_inbox_folder", "outbox/")],
            3,
            "outbox/",
            f"export_folder, or {IMPORTED}",
        ),
        (
            [("export_folder", "inbox/invoices")],
            2,
            "inbox/invoices",
            f"invoice_inbox_folder, or {IMPORTED}",
        ),
        ([("inbox_folder", "outbox")], 2, "outbox", f"export_folder, or {IMPORTED}"),
    ],
    ids=["invoices in the inbox", "invoices in the outbox", "exports among invoices", "exports in the inbox"],
)
def test_d03_every_folder_has_one_purpose(
    tmp_path: Path, settings: list[tuple[str, str]], line: int, raw: str, expected: str
) -> None:
    data = ReferenceData(settings=[setting(name, value) for name, value in settings])
    assert findings(tmp_path, data) == [
        (
            Refused("settings.csv", line, "setting_value", "reference_value_invalid", raw),
            f"another folder than {expected}",
        )
    ]
