"""Archives hold more than documents: what is none is counted and left out, what might be one is not (F12)."""

from __future__ import annotations

import json

import pytest

from assets.invoices import companions
from orchestration.deliveries import open_deliveries
from samples.invoice_files import archive, detached_signature, in_pdf, pdf_with
from tests.orchestration.conftest import MakePipeline, Run
from tests.orchestration.test_deliveries import (
    REFERENCE,
    documents,
    drop,
    gathered,
    kept,
    process,
    xml,
)
from tests.orchestration.test_deliveries import run as run_delivery
from tests.support.invoice_ledgers import switch
from tests.support.pipelines import Pipeline

pytestmark = pytest.mark.check


PICTURE = pdf_with()
LIST = b"Numero;Data\r\n1;2026-10-05\r\n"
METADATA = b'<m:Metadati xmlns:m="urn:example:drawer"><Numero>1</Numero></m:Metadati>'
STYLE = b'<x:stylesheet version="1.0" xmlns:x="http://www.w3.org/1999/XSL/Transform"/>'
NO_DOCUMENTS = {
    "Thumbs.db": b"\xd0\xcf\x11\xe0",
    "__MACOSX/._IT01.xml": b"\x00\x05\x16\x07",
    "list.csv": LIST,
    "IT01.pdf": PICTURE,
    "IT01.xml.p7s": detached_signature(),
    "IT01_metaDato.xml": METADATA,
    "style.xsl": STYLE,
}
FINDINGS = (
    "SELECT source_file, finding_code, expected FROM ledger.finding WHERE resolution IS NULL ORDER BY 1"
)
LEFT_OUT = "SELECT source_file FROM ledger.left_out_file ORDER BY 1"
NO_PDF = "a PDF that carries an invoice as XML (Factur-X, ZUGFeRD from 2.0)"
NO_XML = "FatturaPA, UBL or CII"
NO_DOCUMENT = "an archive with at least one e-invoice, or a message of the exchange system"


def findings(pipeline: Pipeline) -> list[tuple[str, str]]:
    """What is wrong with members of the archive (blank: the archive itself), and what was expected."""
    found = pipeline.ask(FINDINGS)
    return [(name.removeprefix("2026.zip").removeprefix("/"), text) for name, _, text in found]


@pytest.fixture
def pipeline(make_pipeline: MakePipeline) -> Pipeline:
    """A home with the reference data of e-invoices, automatic registration on."""
    made = make_pipeline(REFERENCE)
    switch(made.ledger_home)
    return made


def test_f12_what_is_no_document_is_counted_named_and_left_out(pipeline: Pipeline) -> None:
    drop(pipeline, "2026.zip", archive({**NO_DOCUMENTS, "IT01.xml": xml("1")}))
    (key,) = gathered(pipeline)
    done = run_delivery(pipeline, key)
    assert (done.is_success, pipeline.ask(FINDINGS)) == (True, [])
    assert documents(pipeline) == [("2026.zip/IT01.xml", 1, "1", "registered", None)]
    names = sorted(f"2026.zip/{name}" for name in NO_DOCUMENTS)
    assert [name for (name,) in pipeline.ask(LEFT_OUT)] == names
    metadata = done.metadata["delivered_documents", key]
    assert (metadata["document_count"], metadata["left_out_count"]) == (1, 7)
    assert [record.data["source_file"] for record in metadata["left_out"].records] == names  # type: ignore[attr-defined]
    assert kept(pipeline.home.processed_invoices) == [key]


def test_f12_the_outcome_of_a_delivery_names_what_was_left_out(pipeline: Pipeline, run: Run) -> None:
    drop(pipeline, "2026.zip", archive({"IT01.xml": xml("1"), "Thumbs.db": b"", "IT01.pdf": PICTURE}))
    result = run("process")
    assert result.exit_code == 0
    assert "all registered: 1 of 1 documents registered, 2 files left out." in result.stdout
    assert "Left out, since no documents: 2026.zip/IT01.pdf, 2026.zip/Thumbs.db" in result.stdout
    drop(pipeline, "2027.zip", archive({"IT02.xml": xml("2"), "list\x1b[2J.csv": LIST}))
    (answer,) = json.loads(run("process", "--json").stdout)
    assert (answer["left_out_count"], answer["left_out"]) == (1, ["2027.zip/list\x1b[2J.csv"])


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"IT01.xml": xml("1"), "IT02.xml": b"<FatturaElettronica"}, [("IT02.xml", "well-formed XML")]),
        ({"IT01.xml": xml("1"), "IT02.pdf": PICTURE[:-30]}, [("IT02.pdf", "a whole PDF")]),
        ({"IT01.xml": xml("1"), "IT02.xml": METADATA}, [("IT02.xml", NO_XML)]),
        ({"IT01.xml": xml("1"), "IT02.xml.txt": b"x"}, None),
        ({"a.pdf": PICTURE, "b.pdf": PICTURE + b"\n"}, [("a.pdf", NO_PDF), ("b.pdf", NO_PDF)]),
        ({"IT02.xml": b"", "a.pdf": PICTURE}, [("IT02.xml", None), ("a.pdf", NO_PDF)]),
        ({"IT01_metaDato.xml": METADATA}, [("IT01_metaDato.xml", NO_XML)]),
        ({"Thumbs.db": b"", "list.csv": LIST}, [("", NO_DOCUMENT)]),
    ],
)
def test_r17_what_may_have_been_an_invoice_is_a_finding(
    pipeline: Pipeline, members: dict[str, bytes], expected: list[tuple[str, str | None]] | None
) -> None:
    """R17: nothing is lost silently; a picture stands for an invoice only where one can be read beside it."""
    drop(pipeline, "2026.zip", archive(members))
    (key,) = gathered(pipeline)
    process(pipeline, key)
    no_file = "a document, plain or in a p7m envelope in DER, BER, base64 or PEM"
    wanted = [("IT02.xml.txt", no_file)] if expected is None else expected
    assert findings(pipeline) == [(name, text or no_file) for name, text in wanted]
    assert open_deliveries(pipeline.ledger_home.ledger) == [key]
    before = (findings(pipeline), pipeline.ask(LEFT_OUT))
    process(pipeline, key)
    assert (findings(pipeline), pipeline.ask(LEFT_OUT)) == before


def test_r17_a_picture_alone_is_a_finding_also_after_it_was_left_out_of_an_archive(
    pipeline: Pipeline,
) -> None:
    drop(pipeline, "2026.zip", archive({"IT01.xml": xml("1"), "IT01.pdf": PICTURE}))
    process(pipeline, *gathered(pipeline))
    drop(pipeline, "IT01.pdf", PICTURE)
    process(pipeline, *gathered(pipeline))
    assert pipeline.ask(FINDINGS) == [("IT01.pdf", "R17", NO_PDF)]
    drop(pipeline, "2027.zip", archive({"IT02.xml": xml("2"), "IT01.pdf": PICTURE}))
    process(pipeline, *gathered(pipeline))
    assert pipeline.ask(FINDINGS) == [("IT01.pdf", "R17", NO_PDF)]


def test_f12_a_picture_is_left_out_as_well_where_its_invoice_came_before(pipeline: Pipeline) -> None:
    drop(pipeline, "IT01.xml", xml("1"))
    process(pipeline, *gathered(pipeline))
    drop(pipeline, "2026.zip", archive({"a/IT01.xml": xml("1"), "a/IT01.pdf": PICTURE}))
    process(pipeline, *gathered(pipeline))
    assert (pipeline.ask(FINDINGS), pipeline.ask(LEFT_OUT)) == ([], [("2026.zip/a/IT01.pdf",)])


def test_f12_an_invoice_under_any_name_in_an_archive_is_read(pipeline: Pipeline) -> None:
    members = {
        "list.txt": xml("1"),
        "__MACOSX/._a": xml("2"),
        "no-ending": xml("3"),
        "x.pdf": in_pdf(xml("4")),
    }
    drop(pipeline, "2026.zip", archive(members))
    assert process(pipeline, *gathered(pipeline)) == [(4, 4, 0)]


def test_f12_what_an_earlier_version_refused_is_mended_by_a_rerun(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(pipeline, "2026.zip", archive({"IT01.xml": xml("1"), "Thumbs.db": b"\xd0\xcf\x11\xe0"}))
    (key,) = gathered(pipeline)
    with monkeypatch.context() as patch:
        patch.setattr(companions, "is_companion", lambda name, data: False)
        process(pipeline, key)
    assert [name for name, *_ in pipeline.ask(FINDINGS)] == ["2026.zip/Thumbs.db"]
    process(pipeline, key)
    assert (pipeline.ask(FINDINGS), pipeline.ask(LEFT_OUT)) == ([], [("2026.zip/Thumbs.db",)])
    assert pipeline.ask("SELECT status FROM ledger.file_import") == [("posted",), ("posted",)]
    assert open_deliveries(pipeline.ledger_home.ledger) == []


def test_r17_what_cannot_be_unpacked_stays_closed_once_somebody_closed_it(
    pipeline: Pipeline, run: Run
) -> None:
    members = {"IT01.xml": b"<", "inner.zip": archive({"a.xml": xml("1")})}
    drop(pipeline, "2026.zip", archive(members))
    (key,) = gathered(pipeline)
    process(pipeline, key)
    (inner,) = [
        name for (name,) in pipeline.ask("SELECT partition_key FROM ledger.file_import") if "inner" in name
    ]
    assert run("dismiss", inner, "--reason", "unpacked by hand").exit_code == 0
    process(pipeline, key)
    assert [name for name, *_ in pipeline.ask(FINDINGS)] == ["2026.zip/IT01.xml"]
