"""What is in an envelope comes out, in every form; a broken one is refused within a second (F13, R17)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from asn1crypto import cms
from hypothesis import given
from hypothesis import strategies as st

from assets.findings import in_words
from assets.invoices import limits
from assets.invoices.envelopes import looks_like_document, unwrap
from assets.invoices.model import UnreadableDocumentError
from assets.invoices.readers import read_documents
from samples.invoice_files import (
    definite,
    detached_signature,
    in_base64,
    in_pem,
    indefinite,
    signed,
    signed_in_chunks,
)
from tests.unit.invoices.reading import refusal_of, within_a_second

CONTENT = b"<FatturaElettronica>" + bytes(range(32, 127)) * 40 + b"</FatturaElettronica>"
FORMS = {
    "DER": signed,
    "BER": signed_in_chunks,
    "base64": lambda data: in_base64(signed(data)),
    "base64 on one line": lambda data: in_base64(signed(data), wrapped=False),
    "base64 without padding": lambda data: in_base64(signed(data), padded=False),
    "base64 twice": lambda data: in_base64(in_base64(signed_in_chunks(data)), padded=False),
    "PEM": lambda data: in_pem(signed(data)),
    "PEM of a certificate's kind": lambda data: in_pem(signed(data), "CMS"),
    "p7m in p7m": lambda data: signed(signed_in_chunks(data)),
    "three envelopes": lambda data: signed(in_base64(signed(in_pem(signed_in_chunks(data))))),
    "blanks before and after": lambda data: b"\r\n" + signed(data) + b"\n",
    "none": lambda data: data,
}
NO_DOCUMENT = "a document, plain or in a p7m envelope in DER, BER, base64 or PEM"
BROKEN = "a whole p7m envelope with a document in it"
SIGNATURE = "a signed file with the document in it, and not the signature alone"
ENVELOPES = "a document in at most 3 signed envelopes, one in the other"
TEXT_LAYERS = "an envelope written as base64 at most 2 times over"
PARTS = "an envelope of at most 50000 parts"
WHOLE = signed(CONTENT)
SIGNED_DATA = WHOLE[4:15]


@pytest.mark.parametrize("form", FORMS)
def test_f13_what_is_in_an_envelope_comes_out_byte_by_byte(form: str) -> None:
    assert unwrap(FORMS[form](CONTENT)) == CONTENT


@pytest.mark.parametrize("size", [1, 127, 128, 255, 256, 999, 1000, 1001, 65_536, 70_000])
@pytest.mark.parametrize("form", FORMS)
def test_f13_content_of_every_length_comes_out_whole(form: str, size: int) -> None:
    content = b"<" + b"x" * (size - 1)
    assert unwrap(FORMS[form](content)) == content


WRAPPED = signed_in_chunks(b"").partition(b"\x24\x80")[0]
"""What stands before the content of a p7m in BER."""


def nested(count: int) -> bytes:
    """So many envelopes, one in the other."""
    data = CONTENT
    for _ in range(count):
        data = signed(data)
    return data


ATTACKS = {
    "truncated DER": (WHOLE[:-200], BROKEN),
    "truncated BER": (signed_in_chunks(CONTENT)[:-900], BROKEN),
    "length beyond the end": (b"\x30\x84\x7f\xff\xff\xff" + WHOLE[4:], BROKEN),
    "length of 126 bytes": (b"\x30\xfe" + b"\xff" * 126 + WHOLE[4:], BROKEN),
    "four envelopes": (nested(limits.MAX_ENVELOPES + 1), ENVELOPES),
    "a hundred envelopes": (nested(100), ENVELOPES),
    "base64 three times": (in_base64(in_base64(in_base64(WHOLE))), TEXT_LAYERS),
    "endless sequences": (b"\x30\x80" * 500_000, BROKEN),
    "endless constructed strings": (
        WRAPPED + b"\x24\x80" * 1_000_000,
        PARTS,
    ),
    "another content type": (WHOLE.replace(SIGNED_DATA[-2:], b"\x07\x03", 1), BROKEN),
    "no content": (signed(b""), BROKEN),
    "bytes of anything": (bytes(range(256)) * 10, NO_DOCUMENT),
    "nothing": (b"", NO_DOCUMENT),
    "blanks": (b" \r\n", NO_DOCUMENT),
    "plain text": (b"Gentile cliente, in allegato la fattura.", NO_DOCUMENT),
    "PEM without end": (in_pem(WHOLE)[:-20], NO_DOCUMENT),
    "long PEM without end": (b"-----BEGIN PKCS7-----" + b"A" * 5_000_000, NO_DOCUMENT),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_r17_a_broken_envelope_is_refused_within_a_second(name: str) -> None:
    data, sentence = ATTACKS[name]
    assert within_a_second(lambda: refusal_of(data)) == sentence


def test_r17_an_envelope_of_millions_of_parts_is_refused_within_a_second() -> None:
    chunks = b"\x04\x01<" * 5_000_000
    algorithms = indefinite(0x31, b"\x05\x00" * 5_000_000)
    in_front = WRAPPED.replace(definite(0x31, b""), algorithms)
    for data in (
        WRAPPED + indefinite(0x24, chunks),
        WRAPPED + definite(0x24, chunks),
        in_front + definite(0x04, CONTENT),
    ):
        assert refusal_of(data) == PARTS


@given(st.binary(max_size=5_000), st.integers(1, 2_000))
def test_f13_the_content_is_what_a_library_of_asn1_finds(content: bytes, size: int) -> None:
    for data in (signed(b"<" + content), signed_in_chunks(b"<" + content, size)):
        info = cms.ContentInfo.load(data)
        assert unwrap(data) == info["content"]["encap_content_info"]["content"].native


def test_f13_the_largest_content_in_usual_chunks_comes_out_within_a_second() -> None:
    content = b"<" + b"x" * (limits.MAX_FILE_BYTES - 1_000_000)
    data = signed_in_chunks(content)
    assert within_a_second(lambda: unwrap(data)) == content


@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 255))
def test_r17_a_changed_byte_changes_the_content_or_is_refused_and_never_an_error(
    place: int, byte: int
) -> None:
    spoiled = WHOLE[:place] + bytes([byte]) + WHOLE[place + 1 :]
    try:
        assert isinstance(unwrap(spoiled), bytes)
    except UnreadableDocumentError as error:
        assert in_words(error.expected, "") in (NO_DOCUMENT, BROKEN, SIGNATURE, TEXT_LAYERS, ENVELOPES)


@given(st.integers(0, len(WHOLE)))
def test_r17_a_truncated_envelope_is_never_read_as_a_shorter_document(length: int) -> None:
    try:
        assert unwrap(WHOLE[:length]) == CONTENT
    except UnreadableDocumentError as error:
        assert in_words(error.expected, "") in (NO_DOCUMENT, BROKEN)


@pytest.mark.parametrize("form", [lambda data: data, in_base64, in_pem])
@pytest.mark.parametrize("chunked", [False, True])
def test_r17_a_signature_without_its_document_says_so(form: Callable[[bytes], bytes], chunked: bool) -> None:
    """It has certificates and no document, and must not be taken for a broken envelope, or read."""
    data = form(detached_signature(chunked))
    assert refusal_of(data) == SIGNATURE
    assert read_documents(data, "a.p7s").is_companion


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("length", [100, 1_000, 10_000])
def test_r17_what_begins_as_a_document_looks_like_one_however_it_ends(form: str, length: int) -> None:
    assert looks_like_document(FORMS[form](CONTENT)[:length])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" \r\n",
        b"Numero;Data\r\n1;2026-10-05\r\n",
        b"0001;2026-10-05;122,00\r\n",
        b"invoices",
        b"aW52b2ljZXM=",
        b"PK\x03\x04" + bytes(100),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe0",
        b"\x00\x05\x16\x07" + bytes(100),
    ],
)
def test_r17_lists_pictures_and_files_of_programs_do_not_look_like_documents(data: bytes) -> None:
    assert not looks_like_document(data)
