"""Takes documents out of their envelopes: p7m in DER, BER, base64 or PEM, one in the other.

What belongs here: which bytes are the document. What does not: whether a signature holds; nobody's is looked
at, as the exchange system has done so before it delivered the file.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final

from asn1crypto import cms

from assets.invoices import limits
from assets.invoices.model import UnreadableDocumentError

_BLANKS: Final = b" \t\r\n"
_XML_STARTS: Final = (b"<", b"\xef\xbb\xbf<", b"\xff\xfe<", b"\xfe\xff\x00<", b"\x00<")
_PDF_START: Final = b"%PDF-"
_SEQUENCE: Final = b"\x30"
_PEM: Final = re.compile(rb"-----BEGIN [A-Z0-9 ]{1,40}-----([A-Za-z0-9+/=\s]*)-----END [A-Z0-9 ]{1,40}-----")
_NO_BASE64: Final = re.compile(rb"[^A-Za-z0-9+/=\s]")
_EXPECTED: Final = "a document, plain or in a p7m envelope in DER, BER, base64 or PEM"
_BROKEN_BYTES: Final = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OverflowError,
    RecursionError,
)
"""What the library raises for bytes that somebody broke on purpose."""

_BROKEN: Final = "a whole p7m envelope with a document in it"


def is_plain(data: bytes) -> bool:
    """Whether the bytes are XML or a PDF already, with blanks before it at most."""
    return data.lstrip(_BLANKS)[:8].startswith((*_XML_STARTS, _PDF_START))


def unwrap(data: bytes) -> bytes:
    """The bytes of the document (XML or PDF) in the envelopes, or the bytes as they are if there is none.

    Raises UnreadableDocumentError for what is no document, for broken envelopes and for too many of them.
    """
    original = data
    envelopes = text_layers = 0
    while not is_plain(data):
        head = data.lstrip(_BLANKS)
        if head[:1] == _SEQUENCE and not _is_base64(head):
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
    encoded = b"".join((pem[1] if pem else data.rstrip(b"\x00\x1a")).split()).rstrip(b"=")
    if not encoded or _NO_BASE64.search(encoded):
        return None
    try:
        return base64.b64decode(encoded + b"=" * (-len(encoded) % 4), validate=True)
    except binascii.Error:
        return None


def _content(data: bytes) -> bytes:
    """The signed content of a p7m in DER or BER."""
    try:
        info = cms.ContentInfo.load(data)
        kind = info["content_type"].native
        content = info["content"]["encap_content_info"]["content"].native if kind == "signed_data" else None
    # What the library raises for bytes that somebody broke on purpose.
    except (
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
        OverflowError,
        RecursionError,
    ) as error:
        raise UnreadableDocumentError(_BROKEN, str(error)) from error
    if not isinstance(content, bytes) or not content:
        raise UnreadableDocumentError(_BROKEN, "no document in it")
    return content


def _head(data: bytes) -> str:
    return data[:40].decode("ascii", "backslashreplace")
