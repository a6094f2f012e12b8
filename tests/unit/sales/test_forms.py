"""CSV, JSON, UBL, CII and FatturaPA become the same invoice."""

from __future__ import annotations

import pytest

from assets.sales.prepare import read_sales
from samples.invoice_files import (
    archive,
    body,
    cii,
    fatturapa,
    in_base64,
    indented,
    italian_vat_number,
    line,
    party,
    payment,
    payments,
    signed,
    summary,
    tag,
    ubl,
)
from samples.sales_files import COLUMNS, csv_of, row
from tests.conftest import MakeHome
from tests.support.ledgers import LedgerHome, account, company, counterparty, sales_rule, setting
from tests.support.sales import DATA, import_sales, invoice, invoices, json_of, plain

ALBA = party("09990019995", name="Albafinta Utensili S.r.l.")
DORICA = party("09990049992", name="Officine Dorica Finta S.r.l.")
ISSUED = fatturapa(body("7"), supplier=ALBA, customer=DORICA)

EUROPE = DATA.replace(
    companies=(
        {**company("ALBA"), "vat_number": "ESB12345674"},
        {**company("BREZZA"), "vat_number": "DE123456788"},
    ),
    counterparties=(
        {**counterparty("C001"), "vat_number": italian_vat_number(2002)},
        *(counterparty(code) for code in ("C002", "C004", "S001", "S002")),
    ),
    accounts=(
        *(each for each in DATA.accounts if each["counterparty_code"] != "C003"),
        account("1500009", "customer", company="BREZZA", counterparty="C001"),
    ),
    sales_rules=(
        sales_rule("ES", vat_rate="21"),
        sales_rule("DE", vat_rate="19"),
        sales_rule("EU", vat_code="EU", vat_account="", vat_nature="AE"),
    ),
)
"""Our companies issued the e-invoices of `samples.invoice_files`; their customer is C001."""

DETAILS = (
    "company_code",
    "is_credit_note",
    "document_number",
    "document_date",
    "due_date",
    "source_status",
    "customer_code",
    "net_amount",
    "vat_amount",
    "total_amount",
)


@pytest.mark.parametrize("wrap", [str.encode, lambda text: signed(text.encode())], ids=["plain", "signed"])
def test_f13_a_fatturapa_that_we_issued_is_a_sales_invoice(wrap, trial_home: MakeHome) -> None:  # type: ignore[no-untyped-def]
    """F13: also in an envelope; the company is known by its VAT number, and the document was sent."""
    home = trial_home(DATA)
    import_sales(home, "IT09990019995_1.xml.p7m", wrap(ISSUED))
    assert invoices(home, *DETAILS) == [
        ("ALBA", False, "7", "2026-10-05", "2026-11-30", "sent", "C001", "100.00", "22.00", "122.00")
    ]


def test_f12_a_lotto_of_invoices_books_the_good_ones(trial_home: MakeHome) -> None:
    """F12: a document that cannot be read stops no other."""
    home = trial_home(DATA)
    bodies = (body("7"), body("8", date="2026-13-01"), body("9", kind="TD04", paid=()))
    imported = import_sales(home, "lotto.xml", fatturapa(*bodies, supplier=ALBA, customer=DORICA).encode())
    assert [(found.finding_code, found.line_number, found.field) for found in imported.findings] == [
        ("sales_value_invalid", 2, "document.document_date")
    ]
    assert invoices(home, "document_number", "is_credit_note") == [("7", False), ("9", True)]


def test_ubl_and_cii_are_read_as_well(trial_home: MakeHome) -> None:
    home = trial_home(EUROPE)
    import_sales(home, "invoice.xml", ubl().encode())
    import_sales(home, "note.xml", ubl("CN-7", kind="381", is_credit_note=True).encode())
    import_sales(home, "reverse.xml", ubl("INV-8", category="AE", rate="0").encode())
    import_sales(home, "rechnung.xml", cii().encode())
    assert invoices(home, *DETAILS) == [
        ("ALBA", False, "INV-7", "2026-10-16", "2026-11-15", "sent", "C001", "200.00", "42.00", "242.00"),
        ("ALBA", False, "INV-8", "2026-10-16", "2026-11-15", "sent", "C001", "200.00", "0.00", "200.00"),
        ("ALBA", True, "CN-7", "2026-10-16", "2026-11-15", "sent", "C001", "200.00", "42.00", "242.00"),
        ("BREZZA", False, "RE-9", "2026-10-19", "2026-11-18", "sent", "C001", "300.00", "57.00", "357.00"),
    ]


def test_what_our_customer_wrote_for_us_is_a_sales_invoice(trial_home: MakeHome) -> None:
    """Self-billed invoices and credit notes (389, 261) have us as the seller."""
    home = trial_home(EUROPE)
    import_sales(home, "invoice.xml", ubl("SB-1", kind="389").encode())
    import_sales(home, "note.xml", ubl("SB-2", kind="261", is_credit_note=True).encode())
    assert invoices(home, "document_number", "is_credit_note", "total_amount") == [
        ("SB-1", False, "242.00"),
        ("SB-2", True, "242.00"),
    ]


def test_lines_that_are_sums_enter_no_sum_and_a_charge_has_its_own_rate(trial_home: MakeHome) -> None:
    """The freight stands beside the line at the rate of the document; the group is the sum of the line."""
    group = (
        "<ram:IncludedSupplyChainTradeLineItem><ram:AssociatedDocumentLineDocument><ram:LineID>G</ram:LineID>"
        "<ram:LineStatusReasonCode>GROUP</ram:LineStatusReasonCode></ram:AssociatedDocumentLineDocument>"
        "<ram:SpecifiedLineTradeSettlement><ram:SpecifiedTradeSettlementLineMonetarySummation>"
        "<ram:LineTotalAmount>280.00</ram:LineTotalAmount>"
        "</ram:SpecifiedTradeSettlementLineMonetarySummation></ram:SpecifiedLineTradeSettlement>"
        "</ram:IncludedSupplyChainTradeLineItem>"
    )
    freight = (
        "<ram:SpecifiedLogisticsServiceCharge><ram:AppliedAmount>20.00</ram:AppliedAmount>"
        "<ram:AppliedTradeTax><ram:CategoryCode>S</ram:CategoryCode>"
        "<ram:RateApplicablePercent>19.00</ram:RateApplicablePercent></ram:AppliedTradeTax>"
        "</ram:SpecifiedLogisticsServiceCharge>"
    )
    name = "<ram:IncludedSupplyChainTradeLineItem>"
    xml = cii(settlement=freight).replace(name, group + name, 1)
    xml = xml.replace(">300.00</ram:LineTotalAmount>", ">280.00</ram:LineTotalAmount>")
    home = trial_home(EUROPE)
    import_sales(home, "rechnung.xml", xml.encode())
    assert invoices(home, "document_number", "net_amount", "total_amount") == [("RE-9", "300.00", "357.00")]


def test_a_remark_about_an_e_invoice_keeps_nothing_out(trial_home: MakeHome) -> None:
    discount = (
        "<ram:SpecifiedTradePaymentTerms><ram:DueDateDateTime>"
        '<udt:DateTimeString format="102">20261029</udt:DateTimeString></ram:DueDateDateTime>'
        "<ram:ApplicableTradePaymentDiscountTerms><ram:CalculationPercent>2</ram:CalculationPercent>"
        "</ram:ApplicableTradePaymentDiscountTerms></ram:SpecifiedTradePaymentTerms>"
    )
    home = trial_home(EUROPE)
    imported = import_sales(home, "rechnung.xml", cii(settlement=discount).encode())
    assert (imported.findings, invoices(home, "document_number", "total_amount")) == (
        [],
        [("RE-9", "357.00")],
    )


def test_an_invoice_of_somebody_else_is_not_ours(trial_home: MakeHome) -> None:
    """What a supplier issued belongs into the other inbox."""
    imported = import_sales(trial_home(DATA), "a.xml", fatturapa().encode())
    assert [(found.finding_code, found.raw_value) for found in imported.findings] == [
        ("sales_company_unknown", italian_vat_number(1001))
    ]


@pytest.mark.parametrize(
    ("general", "records", "named"),
    [
        (
            tag("DatiRitenuta", "<TipoRitenuta>RT01</TipoRitenuta><ImportoRitenuta>20.00</ImportoRitenuta>"),
            {},
            "withholding",
        ),
        ("", {"summaries": (summary(exigibility="S"),)}, "split payment"),
        ("", {"summaries": (summary(exigibility="D"),)}, "deferred VAT"),
    ],
)
def test_what_has_no_posting_is_named_and_kept_out(
    general: str, records: dict[str, tuple[str, ...]], named: str, trial_home: MakeHome
) -> None:
    document = body("7", general=general, **records)  # type: ignore[arg-type]
    data = fatturapa(document, supplier=ALBA, customer=DORICA).encode()
    imported = import_sales(trial_home(DATA), "a.xml", data)
    assert [(found.finding_code, found.raw_value) for found in imported.findings] == [
        ("sales_not_handled", named)
    ]


def test_instalments_in_days_and_long_texts_of_e_invoices_are_understood(trial_home: MakeHome) -> None:
    home = trial_home(DATA)
    terms = "<DataRiferimentoTerminiPagamento>2026-10-10</DataRiferimentoTerminiPagamento>"
    terms += "<GiorniTerminiPagamento>60</GiorniTerminiPagamento>"
    document = body(
        "7",
        lines=(line(description="x" * 999 + "  y\n z"),),
        paid=(payments(payment(due=None, more=terms)),),
    )
    import_sales(home, "a.xml", fatturapa(document, supplier=ALBA, customer=DORICA).encode())
    assert invoices(home, "due_date") == [("2026-12-09",)]
    assert plain(home, "SELECT description FROM ledger.sales_line") == [("x" * 999 + " ",)]


@pytest.mark.parametrize("name", ["issued.xml.p7m", "issued.zip", "issued"])
def test_archives_are_no_invoices(name: str, trial_home: MakeHome) -> None:
    imported = import_sales(trial_home(DATA), name, archive({"a.xml": ISSUED.encode()}))
    assert [found.finding_code for found in imported.findings] == ["sales_file_unreadable"]


@pytest.mark.parametrize("name", ["a.xml.pk7", "a.P7C", "a.p7s", "a.XML.P7M.p7m", "a", "a.csv", "a.json"])
def test_f13_an_e_invoice_is_read_by_its_content_whatever_its_name(name: str, trial_home: MakeHome) -> None:
    home = trial_home(DATA)
    for number, wrap in enumerate((str, signed, in_base64), start=1):
        issued = fatturapa(body(str(number)), supplier=ALBA, customer=DORICA).encode()
        import_sales(home, f"{number}{name}", issued if wrap is str else wrap(signed(issued)))
    assert [found for (found,) in invoices(home, "document_number")] == ["1", "2", "3"]


@pytest.mark.parametrize(
    "spelled",
    [
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: data.rstrip(b"\n"),
        lambda data: data.replace(b",", b";"),
        lambda data: data.replace(b"Saws", b'"Saws"') + b"\n" + b"," * 24 + b"\n",
    ],
    ids=["byte order mark", "CRLF", "no final newline", "semicolons", "quotes and blank lines"],
)
def test_d28_a_csv_may_be_spelled_in_several_ways(spelled, trial_home: MakeHome) -> None:  # type: ignore[no-untyped-def]
    """D28: columns in any order besides."""
    home = trial_home(DATA)
    assert import_sales(home, "a.csv", spelled(csv_of(row()))).findings == []
    assert invoices(home, "document_number", "total_amount") == [("1", "122.00")]


def test_o06_a_row_of_a_csv_is_known_by_its_bytes(home_of_sales: LedgerHome) -> None:
    """O06: also where texts are longer than a byte a character, and rows of two invoices are mixed."""
    rows = (row(description="Säge"), row(document_number="2"), row(description="Füße"))
    data = csv_of(*rows)
    import_sales(home_of_sales, "a.csv", data)
    places = home_of_sales.rows(
        "SELECT DISTINCT source_line, byte_start, byte_end FROM ledger.posting ORDER BY source_line"
    )
    lines = data.split(b"\n")
    assert [(number, data[start:end]) for number, start, end in places] == [  # type: ignore[misc]
        (2, lines[1]),
        (3, lines[2]),
    ]
    assert plain(home_of_sales, "SELECT line_number, description FROM ledger.sales_line ORDER BY ALL") == [
        (1, "Saws"),
        (1, "Säge"),
        (2, "Füße"),
    ]


@pytest.fixture
def home_of_sales(trial_home: MakeHome) -> LedgerHome:
    """The data of `tests.support.sales` in force."""
    return trial_home(DATA)


def test_json_takes_numbers_as_they_are_written() -> None:
    """No amount ever becomes a binary fraction."""
    data = b'[{"lines": [{"net_amount": 0.1000000000000000055511151231257827, "vat_rate": 1e2}]}]'
    (read,) = read_sales(data, "a.json", lambda _: "").invoices
    assert dict(read.lines[0][1]) == {"net_amount": "0.1000000000000000055511151231257827", "vat_rate": "1e2"}


def test_the_columns_of_the_csv_are_those_of_the_json() -> None:
    (read,) = read_sales(json_of(invoice()), "a.json", lambda _: "").invoices
    assert {*read.header, *read.lines[0][1]} <= set(COLUMNS)


def test_an_indented_e_invoice_is_the_same_invoice(trial_home: MakeHome) -> None:
    """D12: another spelling of the same document is repeated."""
    home = trial_home(DATA)
    import_sales(home, "a.xml", ISSUED.encode())
    again = import_sales(home, "b.xml", indented(ISSUED).encode())
    assert again.outcome.counts["repeated_movement_count"] == 1


UBL_DUE = '<cbc:PayableAmount currencyID="EUR">242.00</cbc:PayableAmount>'
UBL_ROUNDING = '<cbc:PayableRoundingAmount currencyID="EUR">{}</cbc:PayableRoundingAmount>'
CII_TOTAL, CII_DUE = "<ram:GrandTotalAmount>", "<ram:DuePayableAmount>357.00<"


@pytest.mark.parametrize("rounding", ["0.02", "-0.40"])
def test_the_payable_rounding_of_ubl_and_cii_is_asked_for(rounding: str, trial_home: MakeHome) -> None:
    """BT-115 = BT-112 + BT-114: the item is the amount due, of invoices and of credit notes."""
    home = trial_home(EUROPE.replace(settings=(setting("rounding_account", "7501001"),)))
    due = {"0.02": ("242.02", "357.02"), "-0.40": ("241.60", "356.60")}[rounding]
    rounded = UBL_ROUNDING.format(rounding) + UBL_DUE.replace("242.00", due[0])
    assert UBL_DUE in ubl() and CII_DUE in cii()
    import_sales(home, "invoice.xml", ubl().replace(UBL_DUE, rounded).encode())
    note = ubl("CN-7", kind="381", is_credit_note=True).replace(UBL_DUE, rounded)
    import_sales(home, "note.xml", note.encode())
    invoice = cii().replace(CII_TOTAL, f"<ram:RoundingAmount>{rounding}</ram:RoundingAmount>{CII_TOTAL}")
    import_sales(home, "rechnung.xml", invoice.replace(CII_DUE, CII_DUE.replace("357.00", due[1])).encode())
    assert invoices(home, "document_number", "total_amount", "payable_rounding_amount", "instalments") == [
        ("INV-7", "242.00", rounding, f"2026-11-15 {due[0]}"),
        ("CN-7", "242.00", rounding, f"2026-11-15 {due[0]}"),
        ("RE-9", "357.00", rounding, f"2026-11-18 {due[1]}"),
    ]


def test_an_amount_due_that_the_total_does_not_come_to_is_refused(trial_home: MakeHome) -> None:
    """BR-CO-16: what the customer was asked is not guessed."""
    home = trial_home(EUROPE)
    data = ubl().replace(UBL_DUE, UBL_DUE.replace("242.00", "242.01")).encode()
    imported = import_sales(home, "invoice.xml", data)
    assert [(found.finding_code, found.field, found.raw_value) for found in imported.findings] == [
        ("sales_value_invalid", "payable_amount", "242.01")
    ]
    assert home.rows("SELECT expected FROM ledger.finding") == [
        ("242.00, the total with what it is rounded by",)
    ]


@pytest.mark.parametrize(("total", "paid"), [("-122.00", "-122.00"), ("122.00", "122.00"), (None, "-122.00")])
def test_the_amounts_of_a_credit_note_of_fatturapa_may_be_negative(
    total: str | None, paid: str, trial_home: MakeHome
) -> None:
    """It credits either way; a line that is charged again has the other sign."""
    home = trial_home(DATA)
    document = body(
        "7",
        kind="TD04",
        total=total,
        lines=(line(1, "-150.00"), line(2, "50.00")),
        summaries=(summary("-100.00", "-22.00"),),
        paid=(payments(payment(paid)),),
    )
    imported = import_sales(home, "a.xml", fatturapa(document, supplier=ALBA, customer=DORICA).encode())
    assert imported.findings == []
    assert invoices(home, *DETAILS) == [
        ("ALBA", True, "7", "2026-10-05", "2026-11-30", "sent", "C001", "100.00", "22.00", "122.00")
    ]
    assert plain(home, "SELECT net_amount FROM ledger.sales_line ORDER BY line_number") == [
        ("150.00",),
        ("-50.00",),
    ]


def test_a_negative_credit_note_of_ubl_is_refused_since_its_amounts_are_positive(
    trial_home: MakeHome,
) -> None:
    """Of UBL a negative one would be owed by the customer."""
    note = ubl("CN-7", kind="381", is_credit_note=True)
    for amount in ("200.00", "42.00", "242.00"):
        note = note.replace(f">{amount}<", f">-{amount}<")
    imported = import_sales(trial_home(EUROPE), "note.xml", note.encode())
    assert [(found.finding_code, found.raw_value) for found in imported.findings] == [
        ("sales_credit_note_negative", "-242.00")
    ]
