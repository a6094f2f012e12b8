"""What a message of the exchange system says, in both kinds of schemas and whatever envelope (F13)."""

from __future__ import annotations

import datetime as dt

import pytest

from assets.invoices.messages import KINDS, ExchangeMessage
from assets.invoices.readers import MESSAGE, read_documents
from samples.invoice_files import in_base64, leaf, leaves, signed, signed_in_chunks, tag
from tests.support.exchange import PRIVATE, SENT, message

TEN = dt.datetime(2026, 10, 6, 8, 0)  # noqa: DTZ001


def read(data: bytes, name: str = "a.xml") -> ExchangeMessage:
    """The one message of a file, which holds nothing else."""
    found = read_documents(data, name)
    assert (found.reader_name, found.documents, found.findings) == (MESSAGE, (), ())
    (only,) = found.messages
    return only


def said(data: bytes) -> dict[str, object]:
    """What a message says, without what tells it apart."""
    one = read(data)
    return {
        name: getattr(one, name)
        for name in ExchangeMessage.__dataclass_fields__
        if name != "content_sha256" and getattr(one, name) is not None
    }


def test_a_rejection_says_what_was_sent_and_every_error() -> None:
    errors = (("00311", "CodiceDestinatario non valido"), ("00404", "Fattura  duplicata\n"))
    assert said(message("NS", "IT09990019995_00001.xml.p7m", errors=errors)) == {
        "message_kind": "NS",
        "sdi_identifier": "111",
        "sdi_file_name": "IT09990019995_00001.xml.p7m",
        "detail": "00311 CodiceDestinatario non valido; 00404 Fattura duplicata",
        "happened_at": TEN,
    }


def test_an_answer_of_the_customer_says_which_invoice_and_whether_it_is_refused() -> None:
    answered = {
        "sdi_identifier": "111",
        "outcome_code": "EC02",
        "document_number": "7/A",
        "document_year": 2026,
        "detail": "Ordine mancante",
    }
    parts = {"outcome": "EC02", "number": "7/A", "description": "Ordine mancante"}
    assert said(message("EC", **parts)) == {"message_kind": "EC", **answered}  # type: ignore[arg-type]
    assert said(message("NE", **parts)) == {"message_kind": "NE", "sdi_file_name": SENT, **answered}  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["RC", "MC", "DT", "AT"])
def test_a_receipt_says_when_the_file_was_received(kind: str) -> None:
    assert said(message(kind)) == {
        "message_kind": kind,
        "sdi_identifier": "111",
        "sdi_file_name": SENT,
        "happened_at": TEN,
    }


def test_data_of_a_received_file_say_its_identifier() -> None:
    expected = {"message_kind": "MT", "sdi_identifier": "111", "sdi_file_name": SENT}
    assert said(message("MT")) == expected


@pytest.mark.parametrize("root", KINDS)
@pytest.mark.parametrize("namespace", [PRIVATE, "urn:of:a:later:version"])
def test_the_root_says_which_message_it_is_in_every_namespace(root: str, namespace: str) -> None:
    kinds = {"RicevutaScarto": "NS", "RicevutaImpossibilitaRecapito": "MC", "FileMetadati": "MT"}
    one = read(message("RC", root=root, namespace=namespace))
    assert (one.message_kind, one.sdi_identifier) == (KINDS[root], "111")
    assert KINDS[root] == kinds.get(root, KINDS[root])


def test_the_archive_that_a_file_was_sent_in_is_not_taken_for_the_file() -> None:
    archive = tag("RiferimentoArchivio", leaves(IdentificativoSdI="99", NomeFile="IT01_00009.zip"))
    data = message("NS").replace(b"<ListaErrori>", archive.encode() + b"<ListaErrori>")
    data = data.replace(b"<IdentificativoSdI>111", b"<X/><IdentificativoSdI>111", 1)
    one = read(data)
    assert (one.sdi_identifier, one.sdi_file_name) == ("111", SENT)


def test_the_same_message_is_the_same_in_every_envelope_and_spelling_and_another_is_another() -> None:
    data = message("RC")
    signature = tag(
        "ds:Signature", leaf("ds:SignatureValue", "abc"), **{"xmlns:ds": "urn:signature"}
    ).encode()
    same = [
        signed(data),
        in_base64(signed_in_chunks(data)),
        data.replace(b"m:Ric", b"ns2:Ric").replace(b"xmlns:m", b"xmlns:ns2"),
        data.replace(b"</m:", signature + b"</m:"),
        data.replace(b"><", b">\n  <"),
    ]
    assert {read(each).content_sha256 for each in [data, *same]} == {read(data).content_sha256}
    others = [message("MC"), message("RC", identifier="112"), message("RC", message_id="9002")]
    assert len({read(each).content_sha256 for each in [data, *others]}) == 4


@pytest.mark.parametrize(
    "data",
    [
        b"<RicevutaConsegna/>",
        b"<NotificaScarto><ListaErrori/><DataOraRicezione>oggi</DataOraRicezione></NotificaScarto>",
        b"<NotificaEsito><EsitoCommittente><RiferimentoFattura><AnnoFattura>0</AnnoFattura></RiferimentoFattura>"
        b"</EsitoCommittente><DataOraRicezione>0001-01-01T00:00:00+02:00</DataOraRicezione></NotificaEsito>",
    ],
)
def test_a_message_that_says_little_is_a_message_all_the_same(data: bytes) -> None:
    assert list(said(data)) == ["message_kind"]
