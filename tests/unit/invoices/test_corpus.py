"""Each file of the golden corpus is read as a person has read it (F12, F13, R17)."""

from __future__ import annotations

import pytest

from assets.findings import finding_codes, said
from assets.invoices.model import FRAMES, frames
from assets.invoices.readers import read_documents
from assets.invoices.schemas import check_documents
from tests.support.golden import GOLDEN, assert_golden
from tests.support.invoice_corpus import corpus, encoded, encodings
from tests.unit.invoices.reading import described

FILES = corpus()
SAME_ENVELOPE = (".p7m", ".pk7", "_ending")


@pytest.mark.parametrize("name", FILES)
def test_f13_a_file_of_the_corpus_is_read_as_its_golden_file_says(name: str) -> None:
    assert_golden(f"invoices/{name}", described(read_documents(FILES[name], name)))


def test_every_golden_file_of_an_invoice_belongs_to_a_file_of_the_corpus() -> None:
    assert sorted(path.name for path in (GOLDEN / "invoices").iterdir()) == sorted(
        f"{name}.json" for name in FILES
    )


@pytest.mark.parametrize("name", encodings())
def test_f13_text_of_any_encoding_gives_the_same_document(name: str) -> None:
    plain = read_documents(encoded("", "utf-8"), name)
    assert plain.documents[0].records["line"][0]["description"] == "Caffè, perché no? 12 €"
    assert read_documents(FILES[name], name) == plain


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(SAME_ENVELOPE)])
def test_f13_every_envelope_holds_the_same_document(name: str) -> None:
    plain = read_documents(FILES["plain_xml.xml.p7m"], name)
    assert len(plain.documents) == 1
    assert read_documents(FILES[name], name) == plain


def test_f12_a_lotto_equals_its_documents_one_by_one() -> None:
    lotto = FILES["lotto.xml"].decode()
    start, end = "<FatturaElettronicaBody>", "</FatturaElettronicaBody>"
    before, *bodies = lotto.split(start)
    after = bodies[-1].split(end)[1]
    single = [before + start + each.split(end)[0] + end + after for each in bodies]
    read = [read_documents(each.encode(), "lotto.xml") for each in single]
    together = read_documents(lotto.encode(), "lotto.xml")
    assert [document.records for document in together.documents] == [
        document.records for each in read for document in each.documents
    ]
    assert [document.position for document in together.documents] == [1, 2, 3]


def test_the_documents_of_the_corpus_fit_the_frames_and_pass_the_schemas() -> None:
    documents = [
        (number, document)
        for number, name in enumerate(FILES, start=1)
        for document in read_documents(FILES[name], name).documents
    ]
    tables = frames(documents)
    assert {name: table.schema for name, table in tables.items()} == dict(FRAMES)
    assert tables["document"].num_rows == len(documents)
    without_currency = list(FILES).index("missing_values.xml") + 1
    assert check_documents(tables) == [
        (without_currency, 4, "document", None, "currency_code", "R17", "", said("required_value"))
    ]


def test_d11_the_corpus_produces_every_code_of_delivered_documents() -> None:
    produced = {
        finding.finding_code for name in FILES for finding in read_documents(FILES[name], name).findings
    }
    listed = {
        code.finding_code for code in finding_codes().values() if code.asset_name == "delivered_documents"
    }
    # An amount that nobody understands is found by the reader, with the code of amounts that do not agree.
    # What nobody foresaw has its test in tests/orchestration.
    assert produced == listed - {"delivered_file_unexpected_error"} | {"R09"}
