"""The frames of documents are validated as a whole list of what is wrong, by column (R17)."""

from __future__ import annotations

import pytest

from assets.invoices.model import FRAMES, frames
from assets.invoices.readers import read_documents
from assets.invoices.schemas import check_documents, schema_of
from samples.invoice_files import body, fatturapa, leaves, line, party, summary, tag

WITHHOLDING = tag(
    "DatiRitenuta", leaves(TipoRitenuta="RT01", ImportoRitenuta="20.00", AliquotaRitenuta="200.00")
)


def failed(xml: str) -> list[tuple[object, ...]]:
    """What the schemas say about a file that can be read, without the sentences."""
    read = read_documents(xml.encode(), "fattura.xml")
    assert read.findings == ()
    return [each[:-1] for each in check_documents(frames((7, document) for document in read.documents))]


def test_a_good_document_passes_every_schema() -> None:
    assert failed(fatturapa()) == []


def test_no_documents_make_empty_frames_that_pass() -> None:
    tables = frames([])
    assert {name: (table.num_rows, table.schema) for name, table in tables.items()} == {
        name: (0, schema) for name, schema in FRAMES.items()
    }
    assert check_documents(tables) == []


def test_r17_every_bad_value_of_several_documents_is_listed_in_order() -> None:
    first = body(
        kind="FATTURA DI UN ALTRO TIPO",
        currency="euro",
        summaries=[summary(), summary(exigibility="X", rate="122.00")],
    )
    second = body(lines=[line(4, rate="-1.00")], general=WITHHOLDING)
    assert failed(fatturapa(first, second, supplier=party(country="Italia"))) == [
        (7, 1, "document", None, "currency_code", "R17", "euro"),
        (7, 1, "document", None, "document_type", "R17", "FATTURA DI UN ALTRO TIPO"),
        (7, 1, "document", None, "supplier_country_code", "document_value_ignored", "ITALIA"),
        (7, 2, "document", None, "supplier_country_code", "document_value_ignored", "ITALIA"),
        (7, 2, "line", 1, "vat_rate", "R17", "-1.0000"),
        (7, 1, "vat_summary", 2, "exigibility", "R17", "X"),
        (7, 1, "vat_summary", 2, "vat_rate", "R17", "122.0000"),
        (7, 2, "withholding", 1, "rate", "document_value_ignored", "200.0000"),
    ]


def test_r17_a_document_number_on_two_lines_is_refused() -> None:
    assert failed(fatturapa(body("FT\n1"))) == [(7, 1, "document", None, "document_number", "R17", "FT\n1")]


def test_r17_a_missing_currency_is_refused() -> None:
    assert failed(fatturapa(body(currency=" "))) == [(7, 1, "document", None, "currency_code", "R17", "")]


@pytest.mark.parametrize("name", FRAMES)
def test_every_frame_has_a_schema_with_its_columns(name: str) -> None:
    assert list(schema_of(name).columns) == FRAMES[name].names
