"""What a sales invoice becomes in the ledger: entry, items and lines, by rules and rates."""

from __future__ import annotations

import hashlib
from decimal import Decimal

import pytest

from assets.statements import statement
from samples.sales_files import csv_of, row
from tests.conftest import MakeHome
from tests.support.exported_files import run_export
from tests.support.ledgers import (
    Found,
    LedgerHome,
    counterparty,
    exchange_rate,
    import_bytes,
    sales_rule,
    setting,
)
from tests.support.sales import (
    DATA,
    ITEMS,
    POSTINGS,
    found_row,
    import_sales,
    invoice,
    invoices,
    json_of,
    plain,
)
from tests.support.treasury import Treasury
from tests.support.whole_ledger import invariants_of

ROUNDED = DATA.replace(settings=(setting("rounding_account", "7501001"),))
LINES = """
    SELECT line_number, description, net_amount, vat_rate, vat_nature, account_code, vat_code, rule_code
    FROM ledger.sales_line ORDER BY invoice_id, line_number
"""


@pytest.fixture
def home(trial_home: MakeHome) -> LedgerHome:
    """The data of `tests.support.sales` in force."""
    return trial_home(DATA)


def test_e05_an_invoice_is_owed_by_the_customer_and_opens_an_item_to_collect(home: LedgerHome) -> None:
    import_sales(
        home,
        "a.csv",
        csv_of(
            row(due_date="2026-11-30"),
            row(description="Files", net_amount="20.50") | {"due_date": "2026-11-30"},
        ),
    )
    assert plain(home, POSTINGS) == [
        ("1", "1500001", "147.01", "0.00", "EUR", "147.01"),
        ("1", "7001001", "0.00", "120.50", "EUR", "-120.50"),
        ("1", "4502001", "0.00", "26.51", "EUR", "-26.51"),
    ]
    assert plain(home, ITEMS) == [
        ("1", "-01", "1500001", "debit", "2026-11-30", "EUR", "147.01", "147.01"),
    ]
    assert plain(home, LINES) == [
        (1, "Saws", "100.00", "22.00", None, "7001001", "22", "SALES-22"),
        (2, "Files", "20.50", "22.00", None, "7001001", "22", "SALES-22"),
    ]


def test_t07_a_credit_note_is_turned_round_and_its_item_is_to_be_paid(home: LedgerHome) -> None:
    import_sales(home, "a.csv", csv_of(row(kind="credit_note")))
    assert plain(home, POSTINGS) == [
        ("1", "1500001", "0.00", "122.00", "EUR", "-122.00"),
        ("1", "7001001", "100.00", "0.00", "EUR", "100.00"),
        ("1", "4502001", "22.00", "0.00", "EUR", "22.00"),
    ]
    assert plain(home, ITEMS) == [
        ("1", "-01", "1500001", "credit", "2026-10-05", "EUR", "122.00", "122.00"),
    ]
    assert invoices(home, "is_credit_note", "net_amount", "vat_amount", "total_amount") == [
        (True, "100.00", "22.00", "122.00")
    ]


def test_every_instalment_has_its_own_item_and_the_last_takes_what_is_left(home: LedgerHome) -> None:
    due = [{"due_date": day, "amount": "40.66"} for day in ("2026-12-31", "2026-10-31", "2026-11-30")]
    import_sales(home, "a.json", json_of(invoice(instalments=due)))
    assert plain(home, ITEMS) == [
        ("1", "-01", "1500001", "debit", "2026-10-31", "EUR", "40.66", "40.66"),
        ("1", "-02", "1500001", "debit", "2026-11-30", "EUR", "40.66", "40.66"),
        ("1", "-03", "1500001", "debit", "2026-12-31", "EUR", "40.68", "40.68"),
    ]
    assert invoices(home, "due_date", "instalments") == [
        ("2026-12-31", "2026-10-31 40.66; 2026-11-30 40.66; 2026-12-31 40.68")
    ]


def test_d21_an_invoice_in_another_currency_is_kept_in_both(home: LedgerHome) -> None:
    """100 dollars and 22 of VAT at 1.25 dollars a euro; the item is in dollars."""
    import_sales(home, "a.csv", csv_of(row(currency_code="USD", net_amount="100.01")))
    assert plain(home, POSTINGS) == [
        ("1", "1500001", "97.61", "0.00", "USD", "122.01"),
        ("1", "7001001", "0.00", "80.01", "EUR", "-80.01"),
        ("1", "4502001", "0.00", "17.60", "EUR", "-17.60"),
    ]
    assert plain(home, ITEMS) == [
        ("1", "-01", "1500001", "debit", "2026-10-05", "USD", "122.01", "97.61"),
    ]


def test_a_price_times_a_quantity_is_rounded_half_up(home: LedgerHome) -> None:
    import_sales(home, "a.csv", csv_of(row(net_amount="", quantity="3.5", unit_price="0.33")))
    assert invoices(home, "net_amount", "vat_amount", "total_amount") == [("1.16", "0.26", "1.42")]


def test_vat_rounded_line_by_line_is_explained_and_taken_from_the_file(home: LedgerHome) -> None:
    """Four lines of 0.03 have VAT of 0.01 each, and 0.03 together."""
    lines = [row(net_amount="0.03", vat_amount="0.04", total_amount="0.16") for _ in range(4)]
    import_sales(home, "a.csv", csv_of(*lines))
    assert invoices(home, "net_amount", "vat_amount", "total_amount", "total_convention") == [
        ("0.12", "0.04", "0.16", "lines and VAT, VAT rounded otherwise")
    ]


def test_a_total_within_the_tolerance_goes_to_the_largest_line(home: LedgerHome) -> None:
    """So that lines, VAT and total always add up."""
    import_sales(
        home,
        "a.csv",
        csv_of(*(each | {"total_amount": "183.02"} for each in (row(), row(net_amount="50.00")))),
    )
    assert [line[2] for line in plain(home, LINES)] == ["100.02", "50.00"]
    assert invoices(home, "net_amount", "vat_amount", "total_amount", "total_convention") == [
        ("150.02", "33.00", "183.02", "lines and VAT, within the tolerance")
    ]


def test_discounts_are_lines_below_zero_and_free_goods_have_no_postings(home: LedgerHome) -> None:
    discount = row(description="Discount", net_amount="-10.00", account_code="7001002")
    gift = row(document_number="2", net_amount="0.00")
    imported = import_sales(home, "a.csv", csv_of(row(), discount, gift))
    assert plain(home, POSTINGS) == [
        ("1", "1500001", "109.80", "0.00", "EUR", "109.80"),
        ("1", "7001001", "0.00", "100.00", "EUR", "-100.00"),
        ("1", "7001002", "10.00", "0.00", "EUR", "10.00"),
        ("1", "4502001", "0.00", "19.80", "EUR", "-19.80"),
    ]
    assert (imported.outcome.status, imported.outcome.counts["posted_movement_count"]) == ("posted", 2)
    assert invariants_of(home.workbench) == {}


def test_the_most_specific_rule_wins_and_the_file_beats_all_rules(trial_home: MakeHome) -> None:
    """Text, then customer, then VAT nature, then rate, then company."""
    home = trial_home(
        DATA.replace(
            sales_rules=(
                sales_rule("ALL"),
                sales_rule("COMPANY", vat_code="22C", company="ALBA"),
                sales_rule("RATE", vat_code="22R", vat_rate="22"),
                sales_rule("CUSTOMER", vat_code="22K", counterparty="C002"),
                sales_rule("TEXT", vat_code="22T", line_text="BLADE"),
                sales_rule("NATURE", vat_code="N4", vat_nature="N4", vat_account=""),
            )
        )
    )
    data = csv_of(
        row(),
        row(vat_rate="10"),
        row(description="Saw blades"),
        row(vat_rate="0", vat_nature="N4"),
        row(account_code="7001002"),
        row(account_code="7001002", vat_code="22K"),
        row(document_number="2", customer_code="C002"),
        row(document_number="3", company_code="BREZZA", customer_code="C003", vat_rate="10"),
    )
    assert import_sales(home, "a.csv", data).findings == []
    assert [line[5:] for line in plain(home, LINES)] == [
        ("7001001", "22R", "RATE"),
        ("7001001", "22C", "COMPANY"),
        ("7001001", "22T", "TEXT"),
        ("7001001", "N4", "NATURE"),
        ("7001002", "22R", "RATE"),
        ("7001002", "22K", None),
        ("7001001", "22K", "CUSTOMER"),
        ("7001001", "22", "ALL"),
    ]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"customer_vat_number": "IT09990049992"}, "C001"),
        ({"customer_vat_number": "0999 0049 992"}, "C001"),
        ({"customer_vat_number": "DE 999999018"}, "C002"),
        ({"customer_vat_number": "999999018", "customer_country_code": "DE"}, "C002"),
        ({"customer_tax_code": "09990049992"}, "C001"),
    ],
)
def test_a_customer_is_known_by_vat_number_or_tax_code_too(
    values: dict[str, str], code: str, home: LedgerHome
) -> None:
    import_sales(home, "a.csv", csv_of(row(customer_code="", **values)))
    assert invoices(home, "customer_code") == [(code,)]


@pytest.mark.parametrize("kept", ["EL123456783", "123456783"])
@pytest.mark.parametrize(
    "values",
    [
        {"customer_vat_number": "EL123456783"},
        {"customer_vat_number": "EL123456783", "customer_country_code": "GR"},
        {"customer_vat_number": "123456783", "customer_country_code": "GR"},
    ],
)
def test_a_greek_customer_is_known_with_and_without_the_el_of_its_vat_number(
    trial_home: MakeHome, kept: str, values: dict[str, str]
) -> None:
    greek = {**counterparty("C001", "customer"), "vat_number": kept, "country_code": "GR"}
    home = trial_home(DATA.replace(counterparties=(greek, *DATA.counterparties[1:])))
    import_sales(home, "a.csv", csv_of(row(customer_code="", **values)))
    assert invoices(home, "customer_code") == [("C001",)]


def test_a_vat_number_of_another_country_is_another_customer(home: LedgerHome) -> None:
    values = {"customer_vat_number": "999999018", "customer_country_code": "FR"}
    imported = import_sales(home, "a.csv", csv_of(row(customer_code="", **values)))
    assert [found.finding_code for found in imported.findings] == ["sales_customer_unknown"]


def test_t06_the_customer_is_kept_as_the_file_has_it_else_as_the_registry_has_it(home: LedgerHome) -> None:
    """T06: what the sync needs to make a customer stands with the invoice."""
    address = {"customer_address": "Via Aurelia 1", "customer_postal_code": "70121", "customer_city": "Bari"}
    import_sales(home, "a.csv", csv_of(row(customer_name="Dorica", **address), row(document_number="2")))
    assert invoices(
        home,
        "customer_code",
        "customer_account_code",
        "customer_name",
        "customer_country_code",
        "customer_vat_number",
        "customer_tax_code",
        "customer_address",
        "customer_postal_code",
        "customer_city",
    ) == [
        ("C001", "1500001", "Dorica", "IT", "09990049992", "09990049992", "Via Aurelia 1", "70121", "Bari"),
        ("C001", "1500001", "Counterparty C001", "IT", "09990049992", "09990049992", None, None, None),
    ]


def test_e03_the_reference_follows_from_the_document_alone(make_home: MakeHome) -> None:
    """E03: another ledger, another form, another place in the file: the same reference and the same keys."""
    other = json_of(invoice(document_number="9"), invoice(document_number="X-1", customer_code="C002"))
    references = []
    for name, data in (("a.csv", csv_of(row(document_number="x-1"))), ("b.json", other)):
        home = make_home(DATA)
        import_sales(home, name, data)
        references.append(
            home.rows(
                "SELECT reference, open_item_key FROM ledger.sales_invoice JOIN ledger.open_item "
                "ON open_item_key = reference || '-01' WHERE upper(sales_invoice.document_number) = 'X-1'"
            )
        )
    reference = f"FV2026{hashlib.sha256(b'ALBA|I|X-1|2026').hexdigest()[:12].upper()}"
    assert references == [[(reference, f"{reference}-01")]] * 2


def test_the_largest_figures_of_the_layout_do_not_stop_a_file(home: LedgerHome) -> None:
    """Nine digits before the point and eight behind it, at 100 %."""
    large = "999999999.99999999"
    data = csv_of(
        row(net_amount="", quantity=large, unit_price=large),
        row(
            document_number="2",
            net_amount="99999999999.99",
            vat_rate="100",
            account_code="7001001",
            vat_code="22",
        ),
        row(document_number="3", net_amount="", quantity="8", unit_price="550.00"),
    )
    imported = import_sales(home, "a.csv", data)
    assert [(found.finding_code, found.line_number) for found in imported.findings] == [
        ("sales_amount_missing", 2),
        ("sales_vat_account_missing", 3),
    ]
    assert invoices(home, "document_number", "total_amount") == [("3", "5368.00")]


def test_e08_the_treasury_collects_what_it_was_told_and_the_items_are_closed(make_home: MakeHome) -> None:
    """E05, E08, O07: the export of the items, and a trace that pays them; ledger and sub-ledger agree."""
    home = make_home(DATA)
    note = row(document_number="2", kind="credit_note", net_amount="10.00")
    import_sales(home, "a.csv", csv_of(row(), note))
    treasury = Treasury.taking(run_export(home).path.read_bytes())
    assert [(item["amount"], item["document_number"]) for item in treasury.items] == [
        (Decimal("122.00"), "1"),
        (Decimal("-12.20"), "2"),
    ]
    ways = {str(item["open_item_key"]): "full" for item in treasury.items}
    imported = import_bytes(home, "RITCOGE.txt", treasury.pay(ways))  # type: ignore[arg-type]
    assert (imported.outcome.status, imported.findings) == ("posted", [])
    assert home.rows("SELECT DISTINCT status FROM ledger.open_item") == [("closed",)]
    with home.ledger.reading() as connection:
        connection.execute(statement("reports", "subledger"))
        assert connection.execute(statement("reports", "check_subledger")).fetchall() == []
        assert invariants_of(connection) == {}


@pytest.mark.parametrize(
    ("kind", "rounding", "due", "customer", "rounded"),
    [
        ("invoice", "0.40", "122.40", ("122.40", "0.00"), ("0.00", "0.40")),
        ("invoice", "-0.40", "121.60", ("121.60", "0.00"), ("0.40", "0.00")),
        ("credit_note", "0.40", "122.40", ("0.00", "122.40"), ("0.40", "0.00")),
        ("credit_note", "-0.40", "121.60", ("0.00", "121.60"), ("0.00", "0.40")),
    ],
)
def test_what_the_total_is_rounded_by_is_asked_for_and_goes_to_its_account(
    kind: str,
    rounding: str,
    due: str,
    customer: tuple[str, str],
    rounded: tuple[str, str],
    trial_home: MakeHome,
) -> None:
    """The total and its VAT stay as they are: BT-115 = BT-112 + BT-114."""
    home = trial_home(ROUNDED)
    data = csv_of(row(kind=kind, total_amount="122.00", payable_rounding_amount=rounding))
    assert import_sales(home, "a.csv", data).findings == []
    assert [line[1:4] for line in plain(home, POSTINGS) if line[1] in ("1500001", "7501001")] == [
        ("1500001", *customer),
        ("7501001", *rounded),
    ]
    assert [item[6:] for item in plain(home, ITEMS)] == [(due, due)]
    assert invoices(
        home, "net_amount", "vat_amount", "total_amount", "payable_rounding_amount", "instalments"
    ) == [("100.00", "22.00", "122.00", rounding, f"2026-10-05 {due}")]
    assert invariants_of(home.workbench) == {}


def test_instalments_add_up_to_what_is_asked_for_also_in_another_currency(trial_home: MakeHome) -> None:
    home = trial_home(ROUNDED.replace(exchange_rates=(exchange_rate("USD", "2026-10-05", "1.25"),)))
    due = [{"due_date": "2026-10-31", "amount": "61.00"}, {"due_date": "2026-11-30", "amount": "61.50"}]
    sale = invoice(currency_code="USD", payable_rounding_amount="0.50", instalments=due)
    wrong = invoice(document_number="2", instalments=due)
    assert import_sales(home, "a.json", json_of(sale, wrong)).findings == [
        Found("sales_instalments_differ", 2, field="instalments", raw_value="122.50")
    ]
    assert [item[1:2] + item[5:] for item in plain(home, ITEMS)] == [
        ("-01", "USD", "61.00", "48.80"),
        ("-02", "USD", "61.50", "49.20"),
    ]
    assert [line[1:4] for line in plain(home, POSTINGS)] == [
        ("1500001", "48.80", "0.00"),
        ("1500001", "49.20", "0.00"),
        ("7001001", "0.00", "80.00"),
        ("4502001", "0.00", "17.60"),
        ("7501001", "0.00", "0.40"),
    ]


def test_a_rounding_that_is_none_is_refused(trial_home: MakeHome) -> None:
    """The rounded total in its column would be asked for twice."""
    home = trial_home(ROUNDED)
    rows = (
        row(payable_rounding_amount="122.00"),
        row(document_number="2", payable_rounding_amount="0.001"),
        row(document_number="3", net_amount="0.10", payable_rounding_amount="-0.50"),
        row(document_number="4", payable_rounding_amount="1.00"),
    )
    data = csv_of(*rows)
    assert import_sales(home, "a.csv", data).findings == [
        found_row(data, "sales_value_invalid", 2, "payable_rounding_amount", "122.00"),
        found_row(data, "sales_value_invalid", 3, "payable_rounding_amount", "0.001"),
        found_row(data, "sales_total_negative", 4, "total_amount", "-0.38"),
    ]
    assert invoices(home, "document_number", "total_amount", "instalments") == [
        ("4", "122.00", "2026-10-05 123.00")
    ]


def test_another_rounding_of_a_booked_invoice_is_another_content(trial_home: MakeHome) -> None:
    """T05: the item would differ."""
    home = trial_home(ROUNDED)
    import_sales(home, "a.csv", csv_of(row(payable_rounding_amount="0.02")))
    again = import_sales(home, "b.csv", csv_of(row(payable_rounding_amount="0.03")))
    raw = "instalments 2026-10-05 122.02 became 2026-10-05 122.03"
    assert [(found.finding_code, found.raw_value) for found in again.findings] == [
        ("sales_invoice_changed", raw)
    ]
