"""Every finding code of the sales invoices is produced by a file; the whole list of findings is compared."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest

from assets import findings as product
from samples.invoice_files import body, fatturapa, party, summary
from samples.sales_files import COLUMNS, csv_of, row
from tests.conftest import MakeHome
from tests.support.ledgers import Found, ReferenceData, account, open_item, sales_rule, setting
from tests.support.sales import DATA, found_row, import_sales, invoice, json_of

CODES: Final = Path(product.__file__).parent / "finding_codes.csv"
ALBA: Final = party("09990019995", name="Albafinta Utensili S.r.l.")
DORICA: Final = party("09990049992", name="Officine Dorica Finta S.r.l.")


@dataclass(frozen=True, slots=True)
class Case:
    """A file that produces a code. `expected` is the whole list of its findings."""

    data: bytes
    expected: Sequence[Found]
    status: str = "failed"
    name: str = "sales.csv"
    reference: ReferenceData = DATA
    earlier: Mapping[str, bytes] = field(default_factory=dict)


def in_row(code: str, name: str | None, raw: str | None, line: int = 2, **values: str) -> Case:
    """A case in which one value of a CSV of one row is wrong."""
    data = csv_of(row(**values))
    return Case(data, [found_row(data, code, line, name, raw)])


def with_rules(*rules: Mapping[str, str]) -> ReferenceData:
    """The data with these rules and no others."""
    return DATA.replace(sales_rules=rules)


def _unreadable() -> Case:
    return Case(b"\xff\xfe\x81", [Found("sales_file_unreadable", raw_value="ff")])


def _unknown_field() -> Case:
    data = csv_of(row()).replace(b",quantity,", b",amount,")
    return Case(data, [Found("sales_field_unknown", 1, field="amount", raw_value="amount")])


def _missing_field() -> Case:
    data = csv_of(row()).replace(b"company_code,", b"").replace(b"ALBA,", b"")
    return Case(data, [Found("sales_field_missing", 1, field="company_code")])


def _incomplete_row() -> Case:
    data = csv_of(row()) + b"ALBA,invoice\n"
    return Case(data, [found_row(data, "sales_row_incomplete", 3, None, "ALBA invoice")])


def _header_differs() -> Case:
    data = csv_of(row(), row(due_date="2026-11-30"))
    return Case(data, [found_row(data, "sales_header_differs", 3, "due_date", "2026-11-30")])


def _amount_differs() -> Case:
    data = csv_of(row(quantity="3", unit_price="30.00", net_amount="100.00"))
    return Case(data, [found_row(data, "sales_amount_differs", 2, "net_amount", "100.00")])


def _repeated_number() -> Case:
    data = json_of(invoice(), invoice(currency_code="USD"))
    return Case(
        data,
        [Found("sales_number_repeated", number, field="document_number", raw_value="1") for number in (1, 2)],
        name="sales.json",
    )


def _customer_is_ambiguous() -> Case:
    twice = [{**each, "vat_number": "09990049992"} for each in DATA.counterparties]
    data = csv_of(row(customer_code="", customer_vat_number="IT09990049992"))
    return Case(
        data,
        [found_row(data, "sales_customer_ambiguous", 2, "customer_vat_number", "IT09990049992")],
        reference=DATA.replace(counterparties=twice),
    )


def _no_account() -> Case:
    data = csv_of(row(customer_code="C004"))
    return Case(data, [found_row(data, "sales_customer_account_missing", 2, "customer_code", "C004")])


def _instalments() -> Case:
    data = json_of(
        invoice(
            instalments=[
                {"due_date": "2026-11-30", "amount": "61.00"},
                {"due_date": "2026-12-31", "amount": "60.00"},
            ]
        )
    )
    return Case(
        data,
        [Found("sales_instalments_differ", 1, field="instalments", raw_value="121.00")],
        name="sales.json",
    )


def _not_handled() -> Case:
    document = body("7", summaries=(summary(exigibility="S"),), paid=())
    return Case(
        fatturapa(document, supplier=ALBA, customer=DORICA).encode(),
        [Found("sales_not_handled", 1, field="document", raw_value="split payment")],
        name="sales.xml",
    )


def _unknown_reason() -> Case:
    data = csv_of(row())
    reference = DATA.replace(reasons=DATA.reasons[:3])
    return Case(
        data,
        [found_row(data, "sales_reason_unknown", 2, "setting.sales_reason", "FTVE")],
        reference=reference,
    )


def _ambiguous_rule() -> Case:
    data = csv_of(row())
    reference = with_rules(
        sales_rule("ONE", vat_rate="22"), sales_rule("TWO", account="7001002", vat_rate="22")
    )
    return Case(
        data, [found_row(data, "sales_rule_ambiguous", 2, "description", "Saws")], reference=reference
    )


def _no_vat_account() -> Case:
    data = csv_of(row())
    return Case(
        data,
        [found_row(data, "sales_vat_account_missing", 2, "vat_rate", "22 %")],
        reference=with_rules(sales_rule("ONE", vat_account="")),
    )


def _changed() -> Case:
    data = csv_of(row(net_amount="120.00", description="Files"))
    raw = (
        "total_amount 122.00 became 146.40; vat_amount 22.00 became 26.40; instalments 2026-10-05 122.00 "
        "became 2026-10-05 146.40; line 1: description Saws became Files, net_amount 100.00 became 120.00"
    )
    return Case(
        data,
        [found_row(data, "sales_invoice_changed", 2, "document_number", raw)],
        "posted",
        earlier={"before.csv": csv_of(row())},
    )


def _opening_item(code: str, number: str) -> Case:
    data = csv_of(row())
    item = open_item("V/1", "122.00", document_number=number, document_date="2026-10-05")
    return Case(
        data,
        [found_row(data, code, 2, "document_number", "1")],
        reference=DATA.replace(items=(item,)),
    )


CASES: Final[Mapping[str, Case]] = {
    "sales_opening_item_exists": _opening_item("sales_opening_item_exists", "1"),
    "sales_opening_item_similar": _opening_item("sales_opening_item_similar", "0-1"),
    "sales_file_unreadable": _unreadable(),
    "sales_field_unknown": _unknown_field(),
    "sales_field_missing": _missing_field(),
    "sales_row_incomplete": _incomplete_row(),
    "sales_value_missing": in_row("sales_value_missing", "description", None, description=""),
    "sales_value_invalid": in_row(
        "sales_value_invalid", "document_date", "5.10.2026", document_date="5.10.2026"
    ),
    "sales_number_ambiguous": in_row("sales_number_ambiguous", "net_amount", "1.000", net_amount="1.000"),
    "sales_notation_undeclared": in_row(
        "sales_notation_undeclared", "net_amount", "1.234,56", net_amount="1.234,56"
    ),
    "sales_header_differs": _header_differs(),
    "sales_amount_missing": in_row("sales_amount_missing", "net_amount", "", net_amount="", quantity="2"),
    "sales_amount_differs": _amount_differs(),
    "sales_number_repeated": _repeated_number(),
    "sales_file_repeated": Case(
        csv_of(row()),
        [Found("sales_file_repeated", raw_value="sales.csv")],
        "repeated",
        earlier={"before.csv": csv_of(row())},
    ),
    "sales_company_unknown": in_row("sales_company_unknown", "company_code", "NONE", company_code="NONE"),
    "sales_customer_unknown": in_row("sales_customer_unknown", "customer_code", "S001", customer_code="S001"),
    "sales_customer_ambiguous": _customer_is_ambiguous(),
    "sales_customer_account_missing": _no_account(),
    "sales_total_differs": in_row("sales_total_differs", "total_amount", "121.00", total_amount="121.00"),
    "sales_total_negative": in_row("sales_total_negative", "total_amount", "-122.00", net_amount="-100.00"),
    "sales_credit_note_negative": in_row(
        "sales_credit_note_negative", "total_amount", "-122.00", kind="credit_note", net_amount="-100.00"
    ),
    "sales_instalments_differ": _instalments(),
    "sales_not_handled": _not_handled(),
    "sales_period_closed": in_row(
        "sales_period_closed", "document_date", "2026-09-30", document_date="2026-09-30"
    ),
    "sales_exchange_rate_missing": in_row(
        "sales_exchange_rate_missing", "currency_code", "CHF", currency_code="CHF"
    ),
    "sales_reason_unknown": _unknown_reason(),
    "sales_rounding_account_missing": in_row(
        "sales_rounding_account_missing", "setting.rounding_account", "", payable_rounding_amount="0.02"
    ),
    "sales_rule_missing": in_row("sales_rule_missing", "description", "Saws", vat_rate="10"),
    "sales_rule_ambiguous": _ambiguous_rule(),
    "sales_account_unknown": in_row(
        "sales_account_unknown", "account_code", "7999999", account_code="7999999"
    ),
    "sales_vat_code_unknown": in_row("sales_vat_code_unknown", "vat_code", "99", vat_code="99"),
    "sales_vat_account_missing": _no_vat_account(),
    "sales_invoice_changed": _changed(),
}
"""One file a code; `sales_findings_not_listed` has a test of its own, and what nobody foresaw one in
tests/orchestration."""


def listed() -> list[str]:
    """The codes of the sales invoices."""
    with CODES.open(encoding="utf-8", newline="") as stream:
        return [
            each["finding_code"]
            for each in csv.DictReader(stream)
            if each["asset_name"] in ("sales_documents", "sales_postings")
        ]


def test_every_finding_code_of_sales_invoices_has_a_case_here() -> None:
    elsewhere = ("sales_findings_not_listed", "sales_file_unexpected_error")
    assert sorted([*CASES, *elsewhere]) == sorted(listed())


@pytest.mark.parametrize("code", CASES)
def test_t11_a_file_of_sales_invoices_produces_the_code_and_nothing_else(
    code: str, trial_home: MakeHome
) -> None:
    """T11: what is wrong with our data is named before anything is sent."""
    case = CASES[code]
    home = trial_home(case.reference)
    for name, data in case.earlier.items():
        assert import_sales(home, name, data).findings == []
    imported = import_sales(home, case.name, case.data)
    assert imported.findings == list(case.expected)
    assert imported.outcome.status == case.status


def test_what_is_wrong_from_end_to_end_says_so_ten_thousand_times_at_most(trial_home: MakeHome) -> None:
    """The rest is counted, and counts."""
    data = csv_of(*(row(document_number=str(number), vat_rate="x") for number in range(10_003)))
    imported = import_sales(trial_home(DATA), "sales.csv", data)
    assert imported.outcome.counts["error_count"] == 10_003
    assert (len(imported.findings), imported.findings[-1]) == (
        10_001,
        Found("sales_findings_not_listed", raw_value="3 more findings are not listed"),
    )


def test_two_accounts_of_one_customer_keep_its_invoices_out(trial_home: MakeHome) -> None:
    """Nothing is guessed: one of the two has to be made inactive."""
    reference = DATA.replace(accounts=(*DATA.accounts, account("1500011", "customer", counterparty="C001")))
    data = csv_of(row())
    imported = import_sales(trial_home(reference), "sales.csv", data)
    assert imported.findings == [
        found_row(data, "sales_customer_account_missing", 2, "customer_code", "C001")
    ]


@pytest.mark.parametrize(
    ("text", "raw", "expected"),
    [
        ("", "", "a file with at least one invoice"),
        ("[]", "[]", "a JSON array of invoices"),
        ('{"kind": "invoice"}', '{"kind": "invoice"}', "a JSON array of invoices"),
        ("[1,", "", "JSON that can be read to its end: Expecting value"),
        ("[NaN]", "NaN is no number", "JSON with numbers, texts, objects and arrays only"),
        (",".join(COLUMNS), "", "a file with at least one invoice"),
        ("<html></html>", "html", "FatturaPA, UBL or CII"),
    ],
)
def test_a_file_that_holds_no_invoice_says_what_was_expected(
    text: str, raw: str, expected: str, trial_home: MakeHome
) -> None:
    home = trial_home(DATA)
    imported = import_sales(home, "sales.csv", text.encode())
    assert [(found.finding_code, found.raw_value) for found in imported.findings] == [
        ("sales_file_unreadable", raw)
    ]
    assert home.rows("SELECT expected FROM ledger.finding") == [(expected,)]


def test_json_says_where_in_an_invoice_a_value_is_wrong(trial_home: MakeHome) -> None:
    """Names twice, unknown names, wrong types, and halves of characters."""
    data = (
        b'[{"company_code": "ALBA", "kind": "invoice", "kind": "invoice", "status": "sent",'
        b' "document_number": "1", "document_date": "2026-10-05", "currency_code": "EUR",'
        b' "customer_code": "\\ud800", "remark": "x", "lines": ['
        b'{"description": "Saws", "net_amount": true, "vat_rate": 22}, 5, {"description": "x"}]}, 7]'
    )
    imported = import_sales(trial_home(DATA), "sales.json", data)
    assert imported.findings == [
        Found("sales_field_unknown", 1, field="remark", raw_value="remark"),
        Found("sales_value_invalid", 1, field="customer_code", raw_value="?"),
        Found("sales_value_invalid", 1, field="kind", raw_value="invoice"),
        Found("sales_value_invalid", 1, field="lines[1].net_amount", raw_value="true"),
        Found("sales_value_invalid", 1, field="lines[2]", raw_value="5"),
        Found("sales_value_missing", 1, field="lines[3].vat_rate"),
        Found("sales_value_invalid", 2, raw_value="7"),
    ]


def test_amounts_have_no_more_decimals_than_their_currency(trial_home: MakeHome) -> None:
    """Zeros included in a CSV; in JSON they are harmless, since nobody writes thousands there."""
    data = csv_of(row(net_amount="100.0000", total_amount="122.0010"))
    home = trial_home(DATA)
    imported = import_sales(home, "sales.csv", data)
    assert imported.findings == [
        found_row(data, "sales_value_invalid", 2, "net_amount", "100.0000"),
        found_row(data, "sales_value_invalid", 2, "total_amount", "122.0010"),
    ]
    line = {"description": "Saws", "net_amount": "100.0000", "vat_rate": "22"}
    data = json_of(invoice(line, total_amount="122.0010"))
    imported = import_sales(home, "sales.json", data)
    assert imported.findings == [Found("sales_value_invalid", 1, field="total_amount", raw_value="122.001")]


def test_an_absurd_total_is_named_and_stops_no_other_invoice(trial_home: MakeHome) -> None:
    many = [row(document_number="2", net_amount="99999999999.00") for _ in range(20)]
    data = csv_of(*many, row())
    imported = import_sales(trial_home(DATA), "sales.csv", data)
    assert [(found.finding_code, found.line_number) for found in imported.findings] == [
        ("sales_total_differs", 2)
    ]
    assert imported.outcome.counts["posted_movement_count"] == 1


def test_the_tolerance_is_a_setting(trial_home: MakeHome) -> None:
    """122.10 for 122.00 is too much by default, and fine with a tolerance of 0.10."""
    data = csv_of(row(total_amount="122.10"))
    assert import_sales(trial_home(DATA), "sales.csv", data).outcome.status == "failed"
    generous = DATA.replace(settings=(setting("invoice_tolerance", "0.10"),))
    assert import_sales(trial_home(generous), "sales.csv", data).outcome.status == "posted"


@pytest.mark.parametrize(
    ("name", "data", "raw_value"),
    [
        ("sales.csv", csv_of(*[row()] * 4), "more than 3 lines"),
        ("sales.csv", b"kind\n" + b"x\n" * 4, None),
        ("sales.json", json_of(invoice(), invoice()), "4 objects with 20 values"),
    ],
    ids=["rows", "columns first", "objects"],
)
def test_t11_a_file_of_more_rows_than_people_have_is_refused_as_a_whole(
    name: str, data: bytes, raw_value: str | None, trial_home: MakeHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    for form in ("csv_form", "json_form"):
        monkeypatch.setattr(f"assets.sales.{form}.MAX_ROWS", 3)
    imported = import_sales(trial_home(DATA), name, data)
    assert imported.outcome.status == "failed"
    if raw_value is None:
        assert {found.finding_code for found in imported.findings} == {"sales_field_missing"}
    else:
        assert imported.findings == [Found("sales_file_unreadable", raw_value=raw_value)]


@pytest.mark.parametrize(
    ("data", "raw_value"),
    [
        (b"," * 999 + b",", "1001 columns"),
        (b"," * 2_000_000, "a row of more than 1048576 bytes"),
        (",".join(COLUMNS).encode() + b'\n"' + b"x\n" * 100_000, "field larger than field limit (131072)"),
        (",".join(COLUMNS).encode() + b"\n" + b'"a\n",' * 300_000, "a row of more than 1048576 bytes"),
    ],
    ids=["columns", "one line", "one cell", "one row"],
)
def test_t11_a_row_larger_than_any_is_refused_before_it_is_whole(
    data: bytes, raw_value: str, trial_home: MakeHome
) -> None:
    (found,) = import_sales(trial_home(DATA), "sales.csv", data).findings
    assert (found.finding_code, found.raw_value) == ("sales_file_unreadable", raw_value)


def test_t11_what_is_not_listed_keeps_its_invoice_out_all_the_same(
    trial_home: MakeHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assets.sales.model.MAX_FINDINGS_PER_FILE", 1)
    data = csv_of(
        *(row(document_number=str(number), vat_rate="x") for number in range(5)), row(document_number="9")
    )
    imported = import_sales(trial_home(DATA), "sales.csv", data)
    counts = imported.outcome.counts
    assert (imported.outcome.status, counts["posted_movement_count"], counts["error_count"]) == (
        "incomplete",
        1,
        5,
    )
    assert imported.findings == [
        found_row(data, "sales_value_invalid", 2, "vat_rate", "x"),
        Found("sales_findings_not_listed", raw_value="4 more findings are not listed"),
    ]
