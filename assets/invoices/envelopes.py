"""Takes documents out of their envelopes: p7m in DER, BER, base64 or PEM, one in the other.

What belongs here: which bytes are the document. What does not: whether a signature holds; nobody's is looked
at, as the exchange system has done so before it delivered the file.

The few levels around the content are read here and not by a library of ASN.1: that puts the chunks of a BER
file together in quadratic time (twenty seconds for the largest) and recurses as deep as the file says.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final

from assets.findings import said
from assets.invoices import limits
from assets.invoices.model import NoDocumentError, UnreadableDocumentError

_BLANKS: Final = b" \t\r\n"
_ALL_BLANKS: Final = b" \t\r\n\v\f"
_XML_STARTS: Final = (b"<", b"\xef\xbb\xbf<", b"\xff\xfe<", b"\xfe\xff\x00<", b"\x00<")
_PDF_START: Final = b"%PDF-"
_INTEGER, _STRING, _IDENTIFIER, _SEQUENCE, _SET, _CONTEXT = 0x02, 0x04, 0x06, 0x30, 0x31, 0xA0
_CHUNKED_STRING: Final = 0x24
_END: Final = 0x00
_INDEFINITE: Final = 0x80
_SIGNED_DATA: Final = bytes.fromhex("2a864886f70d010702")
_MOST_LENGTH_BYTES: Final = 8
_PEM: Final = re.compile(rb"-----BEGIN [A-Z0-9 ]{1,40}-----([A-Za-z0-9+/=\s]*)-----END [A-Z0-9 ]{1,40}-----")
_NO_BASE64: Final = re.compile(rb"[^A-Za-z0-9+/=\s]")
_EXPECTED: Final = said("document_or_envelope")
_BROKEN: Final = said("whole_envelope")
_SIGNATURE_ALONE: Final = said("document_with_signature")
_HEAD_BYTES: Final = 4096
_HEAD_OF_ENVELOPE: Final = 64
"""Within so many bytes of an envelope stands what kind of data it holds."""


def is_plain(data: bytes) -> bool:
    """Whether the bytes are XML or a PDF already, with blanks before it at most."""
    return data.lstrip(_BLANKS)[:8].startswith((*_XML_STARTS, _PDF_START))


def looks_like_document(data: bytes) -> bool:
    """Whether bytes begin as a document or an envelope does, be it whole or not; the end is not looked at."""
    head = data[:_HEAD_BYTES]
    for _ in range(limits.MAX_TEXT_LAYERS + 1):
        head = head.lstrip(_BLANKS)
        if is_plain(head) or head.startswith(b"-----BEGIN "):
            return True
        if head[:1] == b"\x30" and _SIGNED_DATA in head[:_HEAD_OF_ENVELOPE]:
            return True
        encoded = b"".join(head.split())
        if not encoded or _NO_BASE64.search(encoded):
            return False
        encoded = encoded.rstrip(b"=")
        try:
            head = base64.b64decode(encoded[: len(encoded) // 4 * 4], validate=True)
        except binascii.Error:
            return False
    return False


def unwrap(data: bytes) -> bytes:
    """The bytes of the document (XML or PDF) in the envelopes, or the bytes as they are if there is none.

    Raises UnreadableDocumentError for what is no document, for broken envelopes and for too many of them;
    NoDocumentError for a signature without the document that it is about.
    """
    original = data
    envelopes = text_layers = 0
    while not is_plain(data):
        head = data.lstrip(_BLANKS)
        if head[:1] == b"\x30" and not _is_base64(head):
            envelopes += 1
            if envelopes > limits.MAX_ENVELOPES:
                raise UnreadableDocumentError(limits.ENVELOPES_SENTENCE)
            text_layers = 0
            data = _content(head)
        else:
            text_layers += 1
            if text_layers > limits.MAX_TEXT_LAYERS:
                raise UnreadableDocumentError(limits.TEXT_LAYERS_SENTENCE)
            decoded = _decoded(head)
            if decoded is None:
                raise UnreadableDocumentError(_EXPECTED, _head(original))
            data = decoded
    return data


def _is_base64(data: bytes) -> bool:
    return _NO_BASE64.search(data, 0, 4096) is None


def _decoded(data: bytes) -> bytes | None:
    """What base64 text (PEM or bare, with or without padding) stands for; None if it is none."""
    pem = _PEM.search(data) if data.startswith(b"-----BEGIN ") else None
    # Left out and not split at: an envelope with a line end behind every letter has millions of pieces.
    encoded = (pem[1] if pem else data.rstrip(b"\x00\x1a")).translate(None, _ALL_BLANKS).rstrip(b"=")
    if not encoded or _NO_BASE64.search(encoded):
        return None
    try:
        return base64.b64decode(encoded + b"=" * (-len(encoded) % 4), validate=True)
    except binascii.Error:
        return None


def _content(data: bytes) -> bytes:
    """The signed content of a p7m in DER or BER."""
    values = _Values(data)
    values.enter(_SEQUENCE)
    if values.take(_IDENTIFIER) != _SIGNED_DATA:
        raise UnreadableDocumentError(_BROKEN, "no signed data")
    values.enter(_CONTEXT)
    values.enter(_SEQUENCE)
    values.take(_INTEGER)
    values.take(_SET)
    values.enter(_SEQUENCE)
    values.take(_IDENTIFIER)
    if values.is_at_end():
        raise NoDocumentError(_SIGNATURE_ALONE)
    values.enter(_CONTEXT)
    content = values.take_string()
    if not content:
        raise UnreadableDocumentError(_BROKEN, "no document in it")
    return content


class _Values:
    """A place in ASN.1 values (DER or BER), which goes forward only and never beyond the value around it."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0
        self._end = len(data)
        self._parts = 0

    def enter(self, tag: int) -> None:
        """Goes into a value of this tag."""
        length = self._header(tag)
        if length is not None:
            self._end = self._position + length

    def is_at_end(self) -> bool:
        """Whether nothing more stands in the value around."""
        mark = self._data[self._position : self._position + 2]
        return self._position == self._end or mark == b"\x00\x00"

    def take(self, tag: int) -> bytes:
        """The content of a value of this tag, and goes on behind it."""
        length = self._header(tag)
        start = self._position
        if length is not None:
            self._position += length
            return self._data[start : self._position]
        depth = 1
        while depth:
            found, length = self._next()
            if found == _END:
                depth -= 1
            elif length is None:
                depth += 1
            else:
                self._position += length
        return self._data[start : self._position - 2]

    def take_string(self) -> bytes:
        """The content of a string, in one piece or in chunks."""
        tag, length = self._next()
        if tag == _STRING and length is not None:
            return self._data[self._position : self._position + length]
        if tag != _CHUNKED_STRING:
            raise UnreadableDocumentError(_BROKEN, "no string in it")
        end = None if length is None else self._position + length
        depth = 1
        chunks = []
        while depth and self._position != end:
            tag, length = self._next()
            if tag == _STRING and length is not None:
                chunks.append(self._data[self._position : self._position + length])
                self._position += length
            elif tag == _CHUNKED_STRING and length is None and end is None:
                depth += 1
            elif tag == _END and length == 0 and end is None:
                depth -= 1
            else:
                raise UnreadableDocumentError(_BROKEN, "a chunk that is no string")
        return b"".join(chunks)

    def _header(self, tag: int) -> int | None:
        found, length = self._next()
        if found != tag:
            raise UnreadableDocumentError(_BROKEN, f"{found:02x} instead of {tag:02x}")
        return length

    def _next(self) -> tuple[int, int | None]:
        """Tag and length of the value here (None if it ends with a mark); goes to its content."""
        self._parts += 1
        if self._parts > limits.MAX_ENVELOPE_PARTS:
            raise UnreadableDocumentError(limits.ENVELOPE_PARTS_SENTENCE)
        head = self._data[self._position : self._position + 2]
        if len(head) < 2:
            raise UnreadableDocumentError(_BROKEN, "an end too soon")
        tag, length = head
        self._position += 2
        if length == _INDEFINITE:
            return tag, None
        if length > _INDEFINITE:
            digits = length - _INDEFINITE
            if digits > _MOST_LENGTH_BYTES:
                raise UnreadableDocumentError(_BROKEN, f"a length of {digits} bytes")
            length = int.from_bytes(self._data[self._position : self._position + digits], "big")
            self._position += digits
        if self._position + length > self._end:
            raise UnreadableDocumentError(_BROKEN, "an end too soon")
        return tag, length


def _head(data: bytes) -> str:
    return data[:40].decode("ascii", "backslashreplace")
