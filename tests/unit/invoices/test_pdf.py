"""A PDF is read if it carries an invoice as XML, and refused with a reason if not (R17)."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfWriter

from assets.invoices import limits
from assets.invoices.readers import read_documents
from tests.support.invoice_files import cii, in_base64, in_pdf, signed
from tests.unit.invoices.reading import refusal_of

XML = cii().encode()
WHOLE = in_pdf(XML)
NONE = "a PDF that carries an invoice as XML (Factur-X, ZUGFeRD from 2.0)"


def encrypted() -> bytes:
    """A PDF with a password."""
    writer = PdfWriter()
    writer.add_blank_page(width=200, height=200)
    writer.encrypt("secret", algorithm="RC4-128")
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


@pytest.mark.parametrize("name", ["factur-x.xml", "ZUGFeRD-invoice.xml", "xrechnung.xml", "Factur-X.xml"])
def test_an_invoice_in_a_pdf_is_the_same_as_beside_it(name: str) -> None:
    assert read_documents(in_pdf(XML, name), "a.pdf") == read_documents(XML, "a.pdf")


def test_f13_a_signed_pdf_is_taken_out_of_its_envelope() -> None:
    assert read_documents(signed(WHOLE), "a.pdf") == read_documents(XML, "a.pdf")
    assert read_documents(in_base64(signed(WHOLE)), "a.pdf") == read_documents(XML, "a.pdf")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (in_pdf(XML, "terms.xml"), NONE),
        (encrypted(), "a PDF without a password"),
        (b"%PDF-1.7\n", "a whole PDF"),
        (b"%PDF-1.7\n" + b"1 0 obj << /A " * 10_000, "a whole PDF"),
        (in_pdf(b"<!DOCTYPE x><x/>"), "XML without a DOCTYPE"),
        (in_pdf(b"<x/>"), "FatturaPA, UBL or CII"),
        (in_pdf(b"<a>" + b" " * limits.MAX_FILE_BYTES), limits.FILE_BYTES_SENTENCE),
    ],
)
def test_r17_a_pdf_without_an_invoice_is_refused_within_a_second(data: bytes, sentence: str) -> None:
    assert refusal_of(data) == sentence


@given(st.integers(9, len(WHOLE) - 1), st.binary(max_size=20))
def test_r17_a_spoiled_pdf_is_read_or_refused_and_never_an_error(place: int, spoiled: bytes) -> None:
    read = read_documents(WHOLE[:place] + spoiled + WHOLE[place + len(spoiled) :], "a.pdf")
    assert (read.reader_name is None) == (not read.documents)
