"""What EN 16931 has and FatturaPA has not: totals by their terms, levels of lines, two currencies (R09)."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.invoices.readers import read_documents
from samples.invoice_files import body, cii, fatturapa, leaf, leaves, line, summary, tag, ubl
from tests.support.golden import assert_golden
from tests.unit.invoices.reading import described

D = Decimal
CASES = Path(__file__).resolve().parents[2] / "cases" / "documents"
NAMES = (
    "credit_note_81",
    "discount_term_before_net_term",
    "discounted_amount_in_terms_ubl",
    "freight_charge_cii",
    "northern_ireland",
    "payable_rounding_0_02",
    "payable_rounding_0_40_cii",
    "payable_rounding_0_40_ubl",
    "prepaid",
    "self_billed_credit_note_261",
    "two_due_dates_ubl",
    "type_383_debit_note",
    "type_384_cii",
    "type_384_corrected_invoice",
    "ubl_without_type",
    "vat_in_a_second_currency",
)
SETTLEMENT = "SupplyChainTradeTransaction/ApplicableHeaderTradeSettlement"
TOTALS = (
    "line_total_amount",
    "allowance_total_amount",
    "charge_total_amount",
    "tax_exclusive_amount",
    "tax_total_amount",
    "accounting_tax_total_amount",
    "total_amount",
    "prepaid_amount",
    "payable_rounding_amount",
    "payable_amount",
)


@pytest.mark.parametrize("name", NAMES)
def test_a_case_is_read_as_its_golden_file_says(name: str) -> None:
    file = f"{name}.xml"
    assert_golden(f"cases/{file}", described(read_documents((CASES / file).read_bytes(), file)))


def read(xml: str) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]], list[tuple[str, str, str]]]:
    """Header, records and findings of the only document of a file."""
    outcome = read_documents(xml.encode(), "x.xml")
    (document,) = outcome.documents
    findings = [(each.finding_code, each.field or "", each.raw_value or "") for each in outcome.findings]
    return dict(document.header), {name: list(rows) for name, rows in document.records.items()}, findings


def euro(name: str, amount: str, currency: str = "EUR") -> str:
    """An amount of UBL."""
    return leaf(f"cbc:{name}", amount, currencyID=currency)


def with_totals(*amounts: str) -> str:
    """A UBL invoice with these totals instead of its own."""
    before, _, rest = ubl().partition("<cac:LegalMonetaryTotal>")
    return before + tag("cac:LegalMonetaryTotal", *amounts) + rest.partition("</cac:LegalMonetaryTotal>")[2]


def test_ubl_each_total_has_a_column_of_its_own() -> None:
    header, _, findings = read(
        with_totals(
            euro("LineExtensionAmount", "200.123456"),
            euro("TaxExclusiveAmount", "201.00"),
            euro("TaxInclusiveAmount", "243.00"),
            euro("AllowanceTotalAmount", "1.00"),
            euro("ChargeTotalAmount", "2.00"),
            euro("PrepaidAmount", "3.00"),
            euro("PayableRoundingAmount", "-0.20"),
            euro("PayableAmount", "239.80"),
            euro("PayableAlternativeAmount", "300.00", "USD"),
        )
    )
    assert {name: str(header[name]) for name in TOTALS if name in header} == {
        "line_total_amount": "200.1235",
        "allowance_total_amount": "1.00",
        "charge_total_amount": "2.00",
        "tax_exclusive_amount": "201.00",
        "tax_total_amount": "42.00",
        "total_amount": "243.00",
        "prepaid_amount": "3.00",
        "payable_rounding_amount": "-0.20",
        "payable_amount": "239.80",
    }
    assert "rounding_amount" not in header, "that is FatturaPA's Arrotondamento"
    assert findings == []


def test_ubl_an_amount_to_be_paid_in_another_currency_keeps_the_document_out() -> None:
    _, _, findings = read(
        with_totals(euro("TaxInclusiveAmount", "242.00"), euro("PayableAmount", "260.00", "USD"))
    )
    assert findings == [("R09", "document.payable_amount", "260.00 USD")]


def cii_totals(*amounts: str) -> str:
    """A CII invoice with these totals instead of its own."""
    name = "ram:SpecifiedTradeSettlementHeaderMonetarySummation"
    before, _, rest = cii().partition(f"<{name}>")
    return before + tag(name, *amounts) + rest.partition(f"</{name}>")[2]


def test_cii_each_total_has_a_column_of_its_own_and_the_second_vat_is_that_of_the_accounts() -> None:
    header, _, findings = read(
        cii_totals(
            *(
                leaf(f"ram:{name}", text)
                for name, text in (
                    ("LineTotalAmount", "300.00"),
                    ("ChargeTotalAmount", "2.00"),
                    ("AllowanceTotalAmount", "1.00"),
                    ("TaxBasisTotalAmount", "301.00"),
                )
            ),
            leaf("ram:TaxTotalAmount", "57.00", currencyID="EUR"),
            leaf("ram:TaxTotalAmount", "62.00", currencyID="USD"),
            leaf("ram:RoundingAmount", "0.20"),
            leaf("ram:GrandTotalAmount", "358.00", currencyID="EUR"),
            leaf("ram:GrandTotalAmount", "390.00", currencyID="USD"),
            leaf("ram:TotalPrepaidAmount", "58.00"),
            leaf("ram:DuePayableAmount", "300.20"),
        )
    )
    assert {name: str(header[name]) for name in TOTALS if name in header} == {
        "line_total_amount": "300.00",
        "allowance_total_amount": "1.00",
        "charge_total_amount": "2.00",
        "tax_exclusive_amount": "301.00",
        "tax_total_amount": "57.00",
        "accounting_tax_total_amount": "62.00",
        "total_amount": "358.00",
        "prepaid_amount": "58.00",
        "payable_rounding_amount": "0.20",
        "payable_amount": "300.20",
    }
    assert header["accounting_currency_code"] == "USD"
    assert findings == []


def tax_total(amount: str, currency: str, *rows: tuple[str, str, str]) -> str:
    """A TaxTotal of UBL with rows of taxable amount, VAT and rate."""
    return tag(
        "cac:TaxTotal",
        euro("TaxAmount", amount, currency),
        *(
            tag(
                "cac:TaxSubtotal",
                euro("TaxableAmount", taxable, currency),
                euro("TaxAmount", vat, currency),
                tag("cac:TaxCategory", leaf("cbc:ID", "S"), leaf("cbc:Percent", rate)),
            )
            for taxable, vat, rate in rows
        ),
    )


def with_vat(*totals: str, currency: str | None = None) -> str:
    """A UBL invoice with these TaxTotals instead of its own; `currency` is that of the accounts."""
    before, _, rest = ubl().partition("<cac:TaxTotal>")
    xml = before + "".join(totals) + rest.partition("</cac:TaxTotal>")[2]
    code = "<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>"
    return xml.replace(code, code + leaf("cbc:TaxCurrencyCode", currency))


OWN = tax_total("23.10", "EUR", ("100.00", "21.00", "21"), ("21.00", "2.10", "10"))


def vat_of(xml: str) -> tuple[list[tuple[str, str, str | None]], str | None, list[str]]:
    """Rows (number, VAT, VAT in the accounts' currency), the VAT in that currency, and finding codes."""
    header, records, findings = read(xml)
    rows = [
        (
            str(row["ordinal"]),
            str(row["vat_amount"]),
            str(row["accounting_vat_amount"]) if row.get("accounting_vat_amount") is not None else None,
        )
        for row in records["vat_summary"]
    ]
    amount = header.get("accounting_tax_total_amount")
    return rows, None if amount is None else str(amount), [code for code, _, _ in findings]


@pytest.mark.parametrize("is_first", [True, False], ids=["before", "behind"])
def test_ubl_vat_in_a_second_currency_is_beside_and_never_added(is_first: bool) -> None:
    second = tax_total("254.10", "SEK", ("1100.00", "231.00", "21"), ("231.00", "23.10", "10"))
    totals = (second, OWN) if is_first else (OWN, second)
    assert vat_of(with_vat(*totals, currency="SEK")) == (
        [("1", "21.00", "231.00"), ("2", "2.10", "23.10")],
        "254.10",
        [],
    )


@pytest.mark.parametrize(
    ("second", "rows", "amount"),
    [
        (tax_total("254.10", "SEK"), [None, None], "254.10"),
        (tax_total("9000", "HUF", ("40000", "8182", "21"), ("8182", "818", "10")), ["8182", "818"], "9000"),
        (tax_total("23.10", "EUR"), [None, None], None),
    ],
    ids=["without rows", "whole amounts", "the same once more"],
)
def test_ubl_a_second_total_that_agrees_leaves_no_remark(
    second: str, rows: list[str | None], amount: str | None
) -> None:
    assert vat_of(with_vat(OWN, second)) == (
        [("1", "21.00", rows[0]), ("2", "2.10", rows[1])],
        amount,
        [],
    )


@pytest.mark.parametrize(
    "second",
    [
        tax_total("254.10", "SEK", ("1100.00", "200.00", "21"), ("231.00", "54.10", "10")),
        tax_total("260.00", "SEK", ("1100.00", "231.00", "21"), ("231.00", "23.10", "10")),
        tax_total("254.10", "SEK", ("1331.00", "254.10", "25")),
    ],
    ids=["two exchange rates", "another sum", "another rate of VAT"],
)
def test_ubl_vat_in_a_second_currency_that_does_not_follow_is_a_remark(second: str) -> None:
    rows, _, codes = vat_of(with_vat(OWN, second))
    assert [row[:2] for row in rows] == [("1", "21.00"), ("2", "2.10")]
    assert codes == ["accounting_vat_differs"]


def test_ubl_vat_in_a_third_currency_is_left_out_with_a_remark() -> None:
    third = tax_total("25.00", "USD")
    assert vat_of(with_vat(OWN, third, tax_total("254.10", "SEK"), currency="SEK")) == (
        [("1", "21.00", None), ("2", "2.10", None)],
        "254.10",
        ["document_value_ignored"],
    )


@given(
    st.lists(
        st.tuples(st.integers(0, 10_000_000), st.sampled_from(["4", "10", "22"])),
        min_size=1,
        unique_by=lambda row: row[1],
    ),
    st.decimals("0.01", "500", places=4),
)
def test_vat_in_a_second_currency_at_one_rate_is_never_remarked_and_never_counted(
    own: list[tuple[int, str]], exchange_rate: Decimal
) -> None:
    cent = D("0.01")
    rows = [("1.00", str(D(cents) / 100), rate) for cents, rate in own]
    other = [("1.00", str((D(vat) * exchange_rate).quantize(cent)), rate) for _, vat, rate in rows]
    totals = [str(sum(D(vat) for _, vat, _ in each)) for each in (rows, other)]
    xml = with_vat(tax_total(totals[0], "EUR", *rows), tax_total(totals[1], "SEK", *other))
    read_rows, amount, codes = vat_of(xml)
    assert ([D(row[1]) for row in read_rows], codes) == ([D(vat) for _, vat, _ in rows], [])
    assert amount is not None
    assert D(amount) == D(totals[1])


def items(*lines: tuple[str, str | None, str | None, str]) -> str:
    """A CII invoice of lines (id, parent, reason code, amount) with the sum of lines 100.00."""
    content = "".join(
        tag(
            "ram:IncludedSupplyChainTradeLineItem",
            tag(
                "ram:AssociatedDocumentLineDocument",
                leaf("ram:LineID", number),
                leaf("ram:ParentLineID", parent),
                leaf("ram:LineStatusReasonCode", reason),
            ),
            tag(
                "ram:SpecifiedLineTradeSettlement",
                tag("ram:SpecifiedTradeSettlementLineMonetarySummation", leaf("ram:LineTotalAmount", amount)),
            ),
        )
        for number, parent, reason, amount in lines
    )
    name = "<ram:ApplicableHeaderTradeAgreement>"
    return (
        cii_totals(leaf("ram:LineTotalAmount", "100.00"), leaf("ram:DuePayableAmount", "357.00"))
        .replace(name, content + name)
        .replace(cii().split("<rsm:SupplyChainTradeTransaction>")[1].split(name)[0], "")
    )


@pytest.mark.parametrize(
    ("lines", "left_out"),
    [
        (
            [("1", None, "GROUP", "100.00"), ("1.1", "1", "DETAIL", "60.00"), ("1.2", "1", None, "40.00")],
            ["1"],
        ),
        ([("1", None, "DETAIL", "100.00"), ("1.1", "1", "INFORMATION", "60.00")], ["1.1"]),
        ([("A", None, None, "100.00"), ("A1", "A", None, "60.00"), ("A2", "A", None, "40.00")], ["A"]),
        ([("A", None, None, "100.00"), ("A1", "A", None, "60.00"), ("A2", "A", None, "50.00")], ["A1", "A2"]),
        ([("A", None, None, "70.00"), ("A1", "A", None, "10.00"), ("A2", "A", None, "20.00")], []),
        (
            [
                ("A", None, None, "90"),
                ("B", "A", None, "90"),
                ("C", "B", None, "90"),
                ("D", None, None, "10"),
            ],
            ["A", "B"],
        ),
        ([("1", None, None, "60.00"), ("1", None, None, "40.00")], []),
    ],
    ids=["group", "information", "sum", "details", "all count", "three levels", "no levels"],
)
def test_cii_a_line_that_is_the_sum_of_others_enters_no_sum(
    lines: list[tuple[str, str | None, str | None, str]], left_out: list[str]
) -> None:
    _, records, _ = read(items(*lines))
    rows = records["line"]
    assert [(row["line_number"], row["line_id"]) for row in rows] == [
        (number, name) for number, (name, _, _, _) in enumerate(lines, start=1)
    ]
    assert [row["line_id"] for row in rows if row["is_subtotal"]] == left_out
    assert sum(row["amount"] for row in rows if not row["is_subtotal"]) == D(100)


def test_ubl_lines_within_a_line_are_its_details() -> None:
    inner = tag("cac:SubInvoiceLine", leaf("cbc:ID", "1.1"), euro("LineExtensionAmount", "200.00"))
    _, records, _ = read(ubl().replace("<cac:Item>", f"{inner}<cac:Item>"))
    assert [(row["line_id"], str(row["amount"])) for row in records["line"]] == [("1", "200.00")]


def test_line_identifiers_are_texts_and_the_number_counts_the_lines() -> None:
    _, records, findings = read(
        fatturapa(body(lines=[line(7), line(7)], summaries=[summary("200.00", "44.00")]))
    )
    assert [(row["line_number"], row["line_id"]) for row in records["line"]] == [(1, "7"), (2, "7")]
    assert findings == []


def allowance(*parts: str, indicator: str = "false") -> str:
    """A discount or charge of a UBL document."""
    return tag("cac:AllowanceCharge", leaf("cbc:ChargeIndicator", indicator), *parts)


def adjustments(xml: str) -> list[dict[str, str]]:
    """The discounts and charges of the document."""
    _, records, _ = read(xml)
    return [
        {name: str(value) for name, value in row.items() if name != "ordinal"}
        for row in records["adjustment"]
    ]


def test_ubl_a_discount_has_its_vat_its_reason_and_the_amount_that_its_percentage_comes_to() -> None:
    category = tag("cac:TaxCategory", leaf("cbc:ID", "E"), leaf("cbc:Percent", "0"))
    standard = tag("cac:TaxCategory", leaf("cbc:ID", "S"), leaf("cbc:Percent", "21"))
    percent = leaves(**{"cbc:AllowanceChargeReason": "Treue", "cbc:MultiplierFactorNumeric": "2.5"})
    assert adjustments(
        ubl(
            allowance=allowance(percent, euro("BaseAmount", "200.20"), category)
            + allowance(
                percent, euro("Amount", "4.00"), euro("BaseAmount", "200.20"), standard, indicator="true"
            )
            + allowance(percent)
        )
    ) == [
        {
            "kind": "discount",
            "description": "Treue",
            "pct": "2.5",
            "vat_nature": "E",
            "vat_rate": "0",
            "amount": "5.01",
        },
        {"kind": "charge", "description": "Treue", "pct": "2.5", "amount": "4.00", "vat_rate": "21"},
        {"kind": "discount", "description": "Treue", "pct": "2.5"},
    ]


def test_cii_freight_is_a_charge_and_of_several_rates_none_is_named() -> None:
    def tax(category: str, rate: str) -> str:
        return tag(
            "ram:AppliedTradeTax",
            leaves(
                **{"ram:TypeCode": "VAT", "ram:CategoryCode": category, "ram:RateApplicablePercent": rate}
            ),
        )

    def freight(*taxes: str) -> str:
        return tag(
            "ram:SpecifiedLogisticsServiceCharge",
            leaf("ram:Description", "Fracht"),
            leaf("ram:AppliedAmount", "15.00"),
            *taxes,
        )

    reduced = tag(
        "ram:SpecifiedTradeAllowanceCharge",
        tag("ram:ChargeIndicator", leaf("udt:Indicator", "false")),
        leaves(**{"ram:CalculationPercent": "10", "ram:BasisAmount": "300.00", "ram:Reason": "Rabatt"}),
        tag("ram:CategoryTradeTax", leaves(**{"ram:CategoryCode": "S", "ram:RateApplicablePercent": "19"})),
    )
    assert adjustments(
        cii(settlement=freight(tax("S", "19")) + freight(tax("S", "19"), tax("S", "7")) + reduced)
    ) == [
        {"kind": "charge", "description": "Fracht", "amount": "15.00", "vat_rate": "19"},
        {
            "kind": "charge",
            "description": "Fracht",
            "amount": "15.00",
            "vat_rate": "None",
            "vat_nature": "None",
        },
        {"kind": "discount", "pct": "10", "description": "Rabatt", "vat_rate": "19", "amount": "30.00"},
    ]


def test_the_invoicing_period_is_that_of_the_document() -> None:
    period = tag("cac:InvoicePeriod", leaves(**{"cbc:StartDate": "2026-09-01", "cbc:EndDate": "2026-09-30"}))
    billing = tag(
        "ram:BillingSpecifiedPeriod",
        tag("ram:StartDateTime", leaf("udt:DateTimeString", "20260901", format="102")),
        tag("ram:EndDateTime", leaf("udt:DateTimeString", "20260930", format="102")),
    )
    for xml in (ubl(references=period), cii(settlement=billing)):
        header, _, _ = read(xml)
        assert (str(header["period_start_date"]), str(header["period_end_date"])) == (
            "2026-09-01",
            "2026-09-30",
        )


def prepaid(*amounts: str, total: str) -> str:
    """A UBL invoice with payments before, one by one, and their sum as the document states it."""
    listed = "".join(tag("cac:PrepaidPayment", euro("PaidAmount", amount)) for amount in amounts)
    return ubl(terms=listed).replace(euro("PrepaidAmount", "0.00"), euro("PrepaidAmount", total))


def test_payments_before_that_are_listed_are_the_prepaid_amount_or_a_finding() -> None:
    assert read(prepaid("50.00", "30.00", total="80.00"))[2] == []
    assert read(prepaid("0.00", total="0.00"))[2] == []
    assert read(prepaid("50.00", total="0.00"))[2] == [("R09", "document.prepaid_amount", "50.00")]
    advance = tag("ram:SpecifiedAdvancePayment", leaf("ram:PaidAmount", "20.00"))
    assert read(cii(settlement=advance))[2] == [("R09", "document.prepaid_amount", "20.00")]


def unknown_ubl(content: str, *, where: str = "<cac:TaxTotal>") -> str:
    """A UBL invoice with more in it."""
    return ubl().replace(where, content + where, 1)


@pytest.mark.parametrize(
    ("xml", "found"),
    [
        (
            unknown_ubl(tag("cac:WithholdingTaxTotal", euro("TaxAmount", "30.00"))),
            [("R09", "WithholdingTaxTotal/TaxAmount", "30.00 EUR")],
        ),
        (
            unknown_ubl(
                tag("ext:UBLExtensions", tag("x:Deep", tag("x:Er", leaf("x:Sum", "1,5", currencyID="EUR"))))
            ).replace("<Invoice ", '<Invoice xmlns:ext="urn:e" xmlns:x="urn:x" '),
            [("R09", "UBLExtensions/Deep/Er/Sum", "1,5 EUR")],
        ),
        (
            unknown_ubl(euro("WithholdingTaxTotalAmount", "3.00"), where="<cbc:PayableAmount"),
            [("R09", "LegalMonetaryTotal/WithholdingTaxTotalAmount", "3.00 EUR")],
        ),
        (
            cii(settlement=tag("ram:SpecifiedFinancialAdjustment", leaf("ram:ActualAmount", "4.00"))),
            [
                (
                    "R09",
                    f"{SETTLEMENT}/SpecifiedFinancialAdjustment/ActualAmount",
                    "4.00",
                )
            ],
        ),
        (
            fatturapa(body(general=leaf("ImportoIgnoto", "5.00"))),
            [("R09", "FatturaElettronicaBody/DatiGenerali/DatiGeneraliDocumento/ImportoIgnoto", "5.00")],
        ),
        (unknown_ubl(tag("cac:WithholdingTaxTotal", euro("TaxAmount", "0.00"))), []),
        (unknown_ubl(tag("cac:Delivery", tag("cac:Shipment", euro("InsuranceValueAmount", "900.00")))), []),
        (unknown_ubl(tag("cac:Unknown", leaf("cbc:Text", "12.00"))), []),
        (
            ubl().replace("<cac:Price>", f"{tag('cac:AllowanceCharge', euro('Amount', '9.00'))}<cac:Price>"),
            [],
        ),
        (
            cii_totals(leaf("ram:InformationAmount", "8.00"), leaf("ram:DuePayableAmount", "357.00")),
            [],
        ),
    ],
    ids=[
        "withholding",
        "extension",
        "total",
        "CII",
        "FatturaPA",
        "zero",
        "declared value",
        "no amount",
        "line",
        "information",
    ],
)
def test_r09_what_is_not_understood_and_carries_an_amount_is_a_finding(
    xml: str, found: list[tuple[str, str, str]]
) -> None:
    assert read(xml)[2] == found


def test_r09_a_file_full_of_unknown_amounts_is_said_in_twenty_findings() -> None:
    _, _, findings = read(unknown_ubl(tag("cac:Unknown", euro("Amount", "1.00")) * 200))
    assert findings == [("R09", "Unknown/Amount", "1.00 EUR")] * 20
