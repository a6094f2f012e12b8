"""Numbers of a CSV of sales invoices in either notation, declared or not; and what JSON makes of them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from samples.sales_files import COLUMNS, csv_of, row
from tests.conftest import MakeHome
from tests.support.ledgers import Found, setting
from tests.support.sales import DATA, found_row, import_sales, invoice, invoices, json_of

COMMA = DATA.replace(settings=(setting("sales_decimal_mark", "comma"),))
ONE_COMPANY = DATA.replace(settings=(setting("sales_decimal_mark", "comma", company="BREZZA"),))


def excel(*rows: Mapping[str, str]) -> bytes:
    """A CSV as Excel set to Italian saves it: a byte order mark, semicolons, CRLF."""
    lines = [";".join(COLUMNS), *(";".join(each.get(name, "") for name in COLUMNS) for each in rows)]
    return ("\ufeff" + "\r\n".join(lines) + "\r\n").encode()


def test_a_csv_of_excel_in_italian_is_read_exactly_once_the_comma_is_declared(trial_home: MakeHome) -> None:
    home = trial_home(COMMA)
    rows = (
        row(net_amount="1.234,56", vat_rate="22,00", vat_amount="271,60", total_amount="1.506,16"),
        row(document_number="2", net_amount="", quantity="2,500", unit_price="1.000"),
        row(document_number="3", net_amount="", quantity="-1", unit_price="-12,5"),
    )
    assert import_sales(home, "vendite.csv", excel(*rows)).findings == []
    assert invoices(home, "document_number", "net_amount", "vat_amount", "total_amount") == [
        ("1", "1234.56", "271.60", "1506.16"),
        ("2", "2500.00", "550.00", "3050.00"),
        ("3", "12.50", "2.75", "15.25"),
    ]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1.23,4", "an amount such as 1250.50"),
        ("12.34.567", "an amount such as 1250.50"),
        ("1.234,567", "at most 2 decimals, as EUR has"),
        ("12.345.678.901.234", "an amount such as 1250.50"),
    ],
)
def test_with_a_declared_comma_what_is_not_in_its_place_is_refused(
    written: str, expected: str, trial_home: MakeHome
) -> None:
    """Shown as it was written; the readers of the next stage never see it."""
    home = trial_home(COMMA)
    data = csv_of(row(net_amount="100", description="fine"), row(document_number="2", net_amount=written))
    imported = import_sales(home, "sales.csv", data)
    assert imported.findings == [found_row(data, "sales_value_invalid", 3, "net_amount", written)]
    assert home.rows("SELECT expected FROM ledger.finding") == [(expected,)]
    assert invoices(home, "document_number") == [("1",)]


def test_a_file_that_contradicts_its_declaration_books_no_number_with_two_readings(
    trial_home: MakeHome,
) -> None:
    """Somebody declared a comma, and this program writes points: 1.500 is not taken for fifteen hundred."""
    home = trial_home(COMMA)
    rows = (
        row(net_amount="", quantity="1.500", unit_price="2"),
        row(document_number="2", net_amount="12.50"),
        row(document_number="3", net_amount="7"),
    )
    data = csv_of(*rows)
    assert import_sales(home, "sales.csv", data).findings == [
        found_row(data, "sales_number_ambiguous", 2, "quantity", "1.500"),
        found_row(data, "sales_notation_undeclared", 3, "net_amount", "12.50"),
    ]
    assert invoices(home, "document_number", "total_amount") == [("3", "8.54")]


def test_each_company_declares_its_own_files(trial_home: MakeHome) -> None:
    home = trial_home(ONE_COMPANY)
    rows = (
        row(net_amount="12.50"),
        row(company_code="BREZZA", net_amount="1.250", customer_code="C002", document_number="2"),
    )
    import_sales(home, "sales.csv", csv_of(*rows))
    assert home.rows("SELECT line_number, finding_code FROM ledger.finding") == [
        (3, "sales_customer_account_missing")
    ]
    data = csv_of(row(net_amount="1,5", document_number="3", status="draft"))
    assert [found.finding_code for found in import_sales(home, "draft.csv", data).findings] == [
        "sales_notation_undeclared"
    ]


def test_another_price_of_the_column_shows_that_a_price_has_a_decimal_point(trial_home: MakeHome) -> None:
    home = trial_home(DATA)
    rows = (
        row(net_amount="", quantity="1000", unit_price="1.085"),
        row(document_number="2", net_amount="", quantity="100", unit_price="0.1250"),
    )
    assert import_sales(home, "sales.csv", csv_of(*rows)).findings == []
    assert invoices(home, "document_number", "net_amount") == [("1", "1085.00"), ("2", "12.50")]


def test_every_number_of_an_invoice_that_is_wrong_is_named(trial_home: MakeHome) -> None:
    """Of several lines each one, so that one correction is enough."""
    rows = (
        row(net_amount="1.000", vat_rate="22,5"),
        row(net_amount="x"),
        row(net_amount="9" * 12),
        row(net_amount="", quantity="0.000000001", unit_price="1"),
    )
    data = csv_of(*rows)
    assert import_sales(trial_home(DATA), "sales.csv", data).findings == [
        found_row(data, "sales_notation_undeclared", 2, "vat_rate", "22,5"),
        found_row(data, "sales_number_ambiguous", 2, "net_amount", "1.000"),
        found_row(data, "sales_value_invalid", 3, "net_amount", "x"),
        found_row(data, "sales_value_invalid", 4, "net_amount", "9" * 12),
        found_row(data, "sales_value_invalid", 5, "quantity", "0.000000001"),
    ]


def test_a_leading_plus_is_read_and_changes_nothing(trial_home: MakeHome) -> None:
    home = trial_home(DATA)
    assert import_sales(home, "sales.csv", csv_of(row(net_amount="+12.50"))).findings == []
    assert invoices(home, "net_amount") == [("12.50",)]


@pytest.mark.parametrize("settings", [(), (setting("sales_decimal_mark", "comma"),)])
def test_json_has_a_decimal_point_whatever_is_declared_for_csv(
    settings: tuple[Mapping[str, str], ...], trial_home: MakeHome
) -> None:
    """Its numbers are numbers: zeros beyond the currency's decimals change nothing."""
    home = trial_home(DATA.replace(settings=settings))
    line = {"description": "Saws", "quantity": "1.500", "unit_price": 1.085, "vat_rate": "22.000"}
    other = {"description": "Files", "net_amount": 1.0, "vat_rate": 22}
    data = json_of(invoice(line, other)).replace(b'"net_amount": 1.0', b'"net_amount": 1.000')
    assert import_sales(home, "sales.json", data).findings == []
    assert invoices(home, "net_amount") == [("2.63",)]


def test_an_amount_of_json_that_is_a_text_with_two_readings_is_refused(trial_home: MakeHome) -> None:
    """A program that writes amounts for people wrote it: 1.000 was a thousand."""
    line = {"description": "Saws", "net_amount": "1.000", "vat_rate": 22}
    dinars = {"description": "Saws", "net_amount": "1.500", "vat_rate": 22}
    data = json_of(
        invoice(line, total_amount="1.220"),
        invoice(dinars, document_number="2", currency_code="TND", status="draft"),
    )
    assert import_sales(trial_home(DATA), "sales.json", data).findings == [
        Found("sales_number_ambiguous", 1, field="lines[1].net_amount", raw_value="1.000"),
        Found("sales_number_ambiguous", 1, field="total_amount", raw_value="1.220"),
    ]
