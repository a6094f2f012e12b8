"""XML made to harm is refused within a second, in bounded memory, with a finding that says why (R17)."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import islice, product
from pathlib import Path
from string import ascii_letters

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.invoices import fatturapa as reader
from assets.invoices import limits, walking
from assets.invoices.readers import read_documents
from samples.invoice_files import body, fatturapa, line, signed
from tests.unit.invoices.reading import refusal_of, within_a_second

DOCTYPE = "XML without a DOCTYPE"
WELL_FORMED = "well-formed XML"
INVOICE = fatturapa()
ROOT = Path(__file__).resolve().parents[3]

ENTITIES = "".join(
    f'<!ENTITY e{number} "{f"&e{number - 1};" * 10 if number else "ha" * 100}">' for number in range(12)
)


def with_doctype(declarations: str, *, text: str = "") -> bytes:
    """A good invoice behind a DOCTYPE; the text stands where the number of the document was."""
    declared = INVOICE.replace("\n", f"\n<!DOCTYPE x {declarations}>\n", 1)
    return (declared.replace("FT-1", text) if text else declared).encode()


def inside(text: str) -> bytes:
    """A good invoice in which this stands for the description of its line."""
    return INVOICE.replace("Manutenzione", text).encode()


def shortest_names(count: int) -> Iterator[bytes]:
    """So many names of attributes, of which none is shorter and no two are the same."""
    first = ascii_letters + "_"
    yield from (name.encode() for name in islice((*first, *map("".join, product(first, first))), count))


SHORT_TEXT = "XML in which no text has more than 10000000 characters"

ATTACKS: dict[str, tuple[Callable[[], bytes], str]] = {
    "external entity": (
        lambda: with_doctype('[<!ENTITY x SYSTEM "file:///etc/passwd">]', text="&x;"),
        DOCTYPE,
    ),
    "parameter entity": (
        lambda: with_doctype('[<!ENTITY % x SYSTEM "http://192.0.2.1/x.dtd"> %x;]'),
        DOCTYPE,
    ),
    "external DTD": (lambda: with_doctype('SYSTEM "http://192.0.2.1/x.dtd"'), DOCTYPE),
    "entity bomb": (lambda: with_doctype(f"[{ENTITIES}]", text="&e11;"), DOCTYPE),
    "internal entity": (lambda: with_doctype('[<!ENTITY x "FT-2">]', text="&x;"), DOCTYPE),
    "DOCTYPE in UTF-16": (
        lambda: with_doctype('[<!ENTITY x "FT-2">]', text="&x;").decode().encode("utf-16"),
        DOCTYPE,
    ),
    "DOCTYPE in an envelope": (lambda: signed(with_doctype('[<!ENTITY x "FT-2">]', text="&x;")), DOCTYPE),
    "DOCTYPE in UTF-7": (
        lambda: b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE x+AD4-' + INVOICE[39:].encode(),
        WELL_FORMED,
    ),
    "DOCTYPE of a web page": (lambda: b"<!DOCTYPE html><html><body>503</body></html>", DOCTYPE),
    "web page in lower case": (
        lambda: b"<!doctype html><html><body>503</body></html>",
        "an invoice and not a web page",
    ),
    "undeclared entity": (lambda: inside("&x;"), WELL_FORMED),
    "deep nesting": (
        lambda: inside("<a>" * 100_000 + "</a>" * 100_000),
        "XML of at most 256 elements one in the other",
    ),
    "huge text": (lambda: inside("x" * 11_000_000), SHORT_TEXT),
    "huge attribute": (lambda: inside(f'<a b="{"x" * 11_000_000}"/>'), SHORT_TEXT),
    "100,000 attributes": (
        lambda: inside("<a " + " ".join(f'a{n}="1"' for n in range(100_000)) + "/>"),
        "XML in which no element has more than 1000 attributes",
    ),
    "the shortest attributes that are too many": (
        lambda: b"<a" + b"".join(b' %s=""' % name for name in shortest_names(1_001)) + b"/>",
        "XML in which no element has more than 1000 attributes",
    ),
    "very many elements": (lambda: inside("<a/>" * 1_100_000), "XML of at most 500000 elements"),
    "huge file": (lambda: b"<a>" + b" " * limits.MAX_FILE_BYTES + b"</a>", "a file of at most 24 MiB"),
    "truncated": (lambda: INVOICE.encode()[:-40], WELL_FORMED),
    "truncated with an invalid namespace": (
        lambda: INVOICE.replace("/v1.2", "/v1.2 [").encode()[:-40],
        WELL_FORMED,
    ),
    "undefined prefix": (lambda: b"<p:FatturaElettronica/>", WELL_FORMED),
    "two roots": (lambda: (INVOICE + "<a/>").encode(), WELL_FORMED),
    "other encoding": (
        lambda: '<?xml version="1.0" encoding="koi8-r"?><a>привет</a>'.encode("koi8-r"),
        "text in UTF-8, UTF-16, windows-1252 or latin-1",
    ),
    "broken UTF-16": (lambda: b"\xff\xfe<\x00a\xd8\xd8", "text in UTF-16 throughout"),
    "no invoice": (lambda: b"<Cespiti/>", "FatturaPA, UBL or CII"),
    "no body": (lambda: b"<FatturaElettronica/>", "an invoice with a FatturaElettronicaBody"),
    "too many attributes in all": (
        lambda: b"<a>" + b'<b c="" d="" e="" f=""/>' * (limits.MAX_ALL_ATTRIBUTES // 4 + 1) + b"</a>",
        "XML with at most 500000 attributes",
    ),
    "too many bodies": (
        lambda: fatturapa("<FatturaElettronicaBody/>" * (limits.MAX_DOCUMENTS_PER_FILE + 1)).encode(),
        "a file of at most 10000 documents",
    ),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_r17_xml_made_to_harm_is_refused_within_a_second(name: str) -> None:
    make, sentence = ATTACKS[name]
    data = make()
    assert within_a_second(lambda: refusal_of(data)) == sentence


def test_r17_a_document_with_too_many_lines_is_refused_and_the_next_one_read() -> None:
    many = body("FT-1", lines=[line(1)] * (limits.MAX_LINES_PER_DOCUMENT + 1))
    read = read_documents(fatturapa(many, body("FT-2")).encode(), "lotto.xml")
    assert [document.header["document_number"] for document in read.documents] == ["FT-2"]
    assert [(finding.line_number, finding.expected_text) for finding in read.findings] == [
        (1, "a document of at most 20000 lines")
    ]


def test_r17_numbers_of_millions_of_digits_are_refused_within_a_second() -> None:
    for digits in (
        "0" * 5_000_000 + "x",
        "1" * 5_000_000,
        "0." + "0" * 5_000_000 + "1",
        " " * 5_000_000 + "1,0",
    ):
        data = INVOICE.replace("<Imposta>22.00", f"<Imposta>{digits}").encode()
        read = within_a_second(lambda data=data: read_documents(data, "fattura.xml"))
        (finding,) = read.findings
        assert (finding.finding_code, finding.field, read.documents) == ("R17", "vat_summary.vat_amount", ())
        assert finding.raw_value is not None
        assert len(finding.raw_value) < 300


def test_r17_ever_new_names_of_elements_do_not_fill_the_memory() -> None:
    names = "".join(f"<n{number}/>" for number in range(10_000))
    data = INVOICE.replace("<DatiBeniServizi>", f"{names}<DatiBeniServizi>").encode()
    assert len(read_documents(data, "fattura.xml").documents) == 1
    assert len(reader._BODY) <= walking._MOST_SPELLINGS


def test_r17_all_attacks_together_stay_within_bounded_memory() -> None:
    """In a process of their own, so that its peak is theirs; the largest file allowed is 24 MiB."""
    code = (
        "import resource\n"
        "from assets.invoices.readers import read_documents\n"
        "from tests.unit.invoices.test_xml_attacks import ATTACKS\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "for make, _ in ATTACKS.values():\n"
        "    read_documents(make(), 'fattura.xml')\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(ran.stdout) < 300 * 1024


@given(st.integers(0, len(INVOICE) - 1), st.binary(max_size=8))
def test_r17_a_spoiled_invoice_is_read_or_refused_and_never_an_error(place: int, spoiled: bytes) -> None:
    data = INVOICE.encode()
    read = read_documents(data[:place] + spoiled + data[place + len(spoiled) :], "fattura.xml")
    codes = {finding.finding_code for finding in read.findings}
    assert codes <= {"R17", "document_value_ignored"}
    assert bool(read.documents) == ("R17" not in codes)
