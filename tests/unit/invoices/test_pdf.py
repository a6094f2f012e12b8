"""A PDF is read if it carries an invoice as XML, and refused with a reason if not (R17)."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfWriter

from assets.invoices import limits
from assets.invoices.readers import read_documents
from samples.invoice_files import (
    body,
    cii,
    fatturapa,
    in_base64,
    in_pdf,
    pdf_with,
    signed,
    summary,
    ubl,
)
from tests.unit.invoices.reading import Refused, refusal_of, refused

XML = cii().encode()
WHOLE = in_pdf(XML)
OLD = b'<a:CrossIndustryDocument xmlns:a="urn:ferd:CrossIndustryDocument:invoice:1p0"/>'
PICTURE = pdf_with()
NONE = "a PDF that carries an invoice as XML (Factur-X, ZUGFeRD from 2.0)"
ZUGFERD_1 = "ZUGFeRD from 2.0 or Factur-X: this is ZUGFeRD 1, so ask the supplier for the newer form"
WITHOUT_VALUE = "a value, for without it the document cannot be judged"


def encrypted() -> bytes:
    """A PDF with a password."""
    writer = PdfWriter()
    writer.add_blank_page(width=200, height=200)
    writer.encrypt("secret", algorithm="RC4-128")
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    "name",
    ["factur-x.xml", "ZUGFeRD-invoice.xml", "xrechnung.xml", "Factur-X.xml", "terms.txt", "x", "é.XML"],
)
def test_an_invoice_in_a_pdf_is_the_same_as_beside_it(name: str) -> None:
    """Its content says what it is, whatever its name."""
    assert read_documents(in_pdf(XML, name), "a.pdf") == read_documents(XML, "a.pdf")


@pytest.mark.parametrize(
    "content", [ubl("INV-1").encode(), fatturapa().encode(), signed(XML), in_base64(signed(XML))]
)
def test_an_invoice_of_any_format_and_envelope_is_found_in_a_pdf(content: bytes) -> None:
    assert read_documents(in_pdf(content, "a.bin"), "a.pdf") == read_documents(content, "a.pdf")


def test_an_invoice_that_is_only_an_associated_file_is_found_too() -> None:
    assert read_documents(pdf_with(("a.xml", XML), are_listed=False), "a.pdf") == read_documents(XML, "a.pdf")


def test_of_several_files_in_a_pdf_the_invoice_wins() -> None:
    others = (
        ("a.txt", b"Terms of delivery"),
        ("b.xml", b"<TimeSheet/>"),
        ("c.xml", b"<broken"),
        ("d.xml", OLD),
        ("e.pdf", in_pdf(cii("RE-OTHER").encode())),
        ("f.xml", b"<RicevutaConsegna/>"),
    )
    data = pdf_with(*others, ("z.xml", XML), ("zz.xml", XML))
    assert read_documents(data, "a.pdf") == read_documents(XML, "a.pdf")


def test_two_different_invoices_in_a_pdf_are_two_documents_each_with_its_findings() -> None:
    """One after the other, as if they stood in a lotto; what cannot be read of one stops no other."""
    lotto = fatturapa(body("1"), body("2", summaries=[summary("")]), body("3")).encode()
    data = pdf_with(("1.xml", lotto), ("2.xml", XML), ("3.xml", cii("RE-9", kind=None).encode()))
    read = read_documents(data, "a.pdf")
    assert [(each.position, each.header["document_number"]) for each in read.documents] == [
        (1, "1"),
        (3, "3"),
        (4, "RE-9"),
    ]
    assert [refused(finding) for finding in read.findings] == [
        Refused(WITHOUT_VALUE, 2, "vat_summary.taxable_amount"),
        Refused(WITHOUT_VALUE, 5, "document.document_type"),
    ]


def test_f13_a_signed_pdf_is_taken_out_of_its_envelope() -> None:
    assert read_documents(signed(WHOLE), "a.pdf") == read_documents(XML, "a.pdf")
    assert read_documents(in_base64(signed(WHOLE)), "a.pdf") == read_documents(XML, "a.pdf")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (in_pdf(b"Terms of delivery", "factur-x.xml"), NONE),
        (in_pdf(in_pdf(XML), "inner.pdf"), NONE),
        (in_pdf(b"<RicevutaConsegna/>"), NONE),
        (in_pdf(OLD, "ZUGFeRD-invoice.xml"), ZUGFERD_1),
        (pdf_with(("a.xml", b"<TimeSheet/>"), ("b.xml", OLD)), ZUGFERD_1),
        (
            pdf_with(*((f"{number}.txt", b"x") for number in range(101))),
            "a PDF with at most 100 attached files",
        ),
        (PICTURE[:-30], "a whole PDF"),
        (encrypted(), "a PDF without a password"),
        (b"%PDF-1.7\n", "a whole PDF"),
        (b"%PDF-1.7\n" + b"1 0 obj << /A " * 10_000, "a whole PDF"),
        (b"%PDF-1.7\n" + b"1 0 obj << >> endobj " * 100_001 + b"%%EOF", "a PDF of at most 100000 objects"),
        (in_pdf(b"<!DOCTYPE x><x/>"), "XML without a DOCTYPE"),
        (in_pdf(b"<x/>"), "FatturaPA, UBL or CII"),
        (in_pdf(b"<a>" + b" " * limits.MAX_FILE_BYTES), "a file of at most 24 MiB"),
    ],
)
def test_r17_a_pdf_without_an_invoice_is_refused_within_a_second(data: bytes, sentence: str) -> None:
    assert refusal_of(data) == sentence


@given(st.integers(9, len(WHOLE) - 1), st.binary(max_size=20))
def test_r17_a_spoiled_pdf_is_read_or_refused_and_never_an_error(place: int, spoiled: bytes) -> None:
    read = read_documents(WHOLE[:place] + spoiled + WHOLE[place + len(spoiled) :], "a.pdf")
    assert bool(read.documents) != any(finding.severity == "ERROR" for finding in read.findings)


def test_r17_a_pdf_without_files_is_a_whole_picture_and_a_broken_one_is_not() -> None:
    """What lies beside an invoice as its copy must be whole: a broken PDF may have carried anything."""
    for data, is_companion in (
        (PICTURE, True),
        (signed(PICTURE), True),
        (in_pdf(b"Terms of delivery"), True),
        (PICTURE[:-30], False),
        (encrypted(), False),
        (in_pdf(b"<TimeSheet/>"), False),
        (in_pdf(OLD), False),
    ):
        assert read_documents(data, "a.pdf").is_companion == is_companion
