"""Texts become values as the formats write them, or are refused; nothing is guessed (R17)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from assets.invoices import values
from assets.invoices.readers import read_documents
from samples.invoice_files import body, fatturapa, summary


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2014-12-18", date(2014, 12, 18)),
        (" 2014-12-18\n", date(2014, 12, 18)),
        ("2014-12-18+01:00", date(2014, 12, 18)),
        ("2014-12-18Z", date(2014, 12, 18)),
        ("2014-12-18T23:59:59", date(2014, 12, 18)),
        ("2014-12-18T23:59:59.123-05:00", date(2014, 12, 18)),
        ("2024-02-29", date(2024, 2, 29)),
        ("1900-01-01", date(1900, 1, 1)),
        ("2199-12-31", date(2199, 12, 31)),
        ("0001-01-01", None),
        ("0001-01-01T00:00:00", None),
        ("1899-12-31", None),
        ("2200-01-01", None),
        ("2023-02-29", None),
        ("2014-W51-4", None),
        ("20141218", None),
        ("18/12/2014", None),
        ("2014-12-18 10:00", None),
        ("2014-12-18x", None),
        ("٢٠١٤-١٢-١٨", None),
        ("", None),
    ],
)
def test_r17_a_date_is_a_day_whatever_stands_behind_it(text: str, expected: date | None) -> None:
    assert _or_none(values.date, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20141218", date(2014, 12, 18)),
        ("2014-12-18", date(2014, 12, 18)),
        (" 20141218 ", date(2014, 12, 18)),
        ("141218", None),
        ("00010101", None),
    ],
)
def test_r17_a_date_of_cii_has_no_hyphens(text: str, expected: date | None) -> None:
    assert _or_none(values.compact_date, text) == expected


def _or_none(convert: Callable[[str], object], text: str) -> object:
    try:
        return convert(text)
    except ValueError:
        return None


GOOD_AMOUNTS = {
    "1.00": "1",
    " 1.00 ": "1",
    "+1.00": "1",
    "-1.00": "-1",
    "1": "1",
    "1.": "1",
    ".50": "0.5",
    "-.5": "-0.5",
    "0.00": "0",
    "1.2345": "1.2345",
    "1.23450000": "1.2345",
    "00000000000000000001.5": "1.5",
    "99999999999999.9999": "99999999999999.9999",
    "123456.78": "123456.78",
}
BAD_AMOUNTS = [
    "1,00",
    "1.234,56",
    "1 000.00",
    "1_000.00",
    "1e3",
    "NaN",
    "Infinity",
    "0x10",
    "1.00 EUR",
    "--1",
    "1-",
    ".",
    "-",
    "1.2.3",
    "1.23451",
    "100000000000000.00",
    "١.٠٠",
    "1.0\u0660",
    "²",
]


def read_amount(text: str) -> object:
    """The taxable amount of a document in which it is written so; a list of findings if it cannot be read."""
    read = read_documents(fatturapa(body(summaries=[summary(text)])).encode(), "fattura.xml")
    if read.documents:
        return read.documents[0].records["vat_summary"][0]["taxable_amount"]
    return [(each.finding_code, each.line_number, each.field, each.raw_value) for each in read.findings]


@pytest.mark.parametrize("text", GOOD_AMOUNTS)
def test_r17_an_amount_is_read_exactly(text: str) -> None:
    assert read_amount(text) == Decimal(GOOD_AMOUNTS[text])


@pytest.mark.parametrize("text", BAD_AMOUNTS)
def test_r17_what_is_no_amount_keeps_the_document_out(text: str) -> None:
    assert read_amount(text) == [("R17", 1, "vat_summary.taxable_amount", text)]


@pytest.mark.parametrize(
    ("text", "expected"), [("12", 12), (" 3 ", 3), ("007", 7), ("3.0", None), ("-1", None)]
)
def test_r17_a_whole_number_has_digits_only(text: str, expected: int | None) -> None:
    assert _or_none(values.whole, text) == expected


@pytest.mark.parametrize("text", ["1234567890", "²", "٣", "", "1_0"])
def test_r17_what_is_no_whole_number_is_refused(text: str) -> None:
    assert _or_none(values.whole, text) is None


def test_r17_a_rounding_of_eight_decimals_is_rounded_to_four() -> None:
    assert values.rounded_amount("0.00345678") == Decimal("0.0035")
    assert values.rounded_amount("-0.00005") == Decimal("-0.0001")
    assert _or_none(values.rounded_amount, "0.003456789") is None


@pytest.mark.parametrize(
    ("country", "written", "expected"),
    [
        ("IT", "09990010010", "09990010010"),
        ("IT", "IT09990010010", "09990010010"),
        ("IT", "it 0999.001.0010", "09990010010"),
        ("IT", "ITIT09990010010", "09990010010"),
        ("GB", "GB GB 123 4567 82", "123456782"),
        ("GB", "GB+GB123456782", "123456782"),
        ("GB", "XI123456782", "123456782"),
        ("CH", "CHE-114.993.395 IVA", "114993395"),
        ("CH", "CHE114993395", "114993395"),
        ("CH", "CHCHE-114.993.395 MWST", "114993395"),
        ("CH", "114.993.395", "114993395"),
        ("GR", "EL094259216", "094259216"),
        ("EL", "GR094259216", "094259216"),
        ("ES", "ESB12345674", "B12345674"),
        ("AT", "ATU13585627", "U13585627"),
        ("FR", "FR40303265045", "40303265045"),
        ("RO", "RO18547290", "18547290"),
        ("RO", "RO1234", "1234"),
        (None, "09990010010", "09990010010"),
        ("OO", "99999999999", "99999999999"),
        ("IT", "0000000000x", "0000000000X"),
        ("IT", "...", None),
        ("IT", "IT", None),
    ],
)
def test_r03_a_vat_number_has_one_spelling(country: str | None, written: str, expected: str | None) -> None:
    assert values.vat_number(country, written) == expected


def test_r03_one_spelling_is_its_own_spelling() -> None:
    for country, written in (
        ("IT", "ITIT09990010010"),
        ("CH", "CHE-114.993.395 IVA"),
        ("GB", "GBGB123456782"),
    ):
        once = values.vat_number(country, written)
        assert once is not None
        assert values.vat_number(country, once) == once


def test_r03_a_tax_code_has_one_spelling() -> None:
    assert values.tax_code(" xxxxxx80a01 f205x ") == "XXXXXX80A01F205X"
    assert values.tax_code(" - ") is None
