"""From bytes to an element tree, safely: no DOCTYPE, no entities, no network, within the limits.

What belongs here: encodings, limits of XML, and which errors of a parser are forgiven. What does not: what
an element means (the readers).

The declared encoding is believed where the bytes allow it. A byte order mark wins over it; bytes that are
UTF-8 are UTF-8 whatever is declared; and what is declared (or taken) as UTF-8 and is not is windows-1252.
"""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from assets.findings import said
from assets.invoices import limits
from assets.invoices.model import UnreadableDocumentError

_UTF8_MARK: Final = b"\xef\xbb\xbf"
_UTF16: Final = {
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
    b"<\x00": "utf-16-le",
    b"\x00<": "utf-16-be",
}
_MARGIN: Final = b" \t\r\n\x00\x1a"
_DECLARED: Final = re.compile(rb"<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}[\"']([A-Za-z0-9._-]{1,40})")
_UTF8: Final = "utf-8"
_ENCODINGS: Final = {
    b"utf-8": (_UTF8, "windows-1252"),
    b"utf8": (_UTF8, "windows-1252"),
    b"us-ascii": (_UTF8, "windows-1252"),
    b"ascii": (_UTF8, "windows-1252"),
    b"utf-16": (_UTF8, "windows-1252"),
    b"utf-16le": (_UTF8, "windows-1252"),
    b"utf-16be": (_UTF8, "windows-1252"),
    b"windows-1252": (_UTF8, "windows-1252"),
    b"cp1252": (_UTF8, "windows-1252"),
    b"iso-8859-1": (_UTF8, "windows-1252"),
    b"latin1": (_UTF8, "windows-1252"),
    b"latin-1": (_UTF8, "windows-1252"),
    b"iso-8859-15": (_UTF8, "iso-8859-15"),
}
"""By declaration: what is tried, in this order. Windows-1252 has every character of latin-1 in its place."""

_LARGE: Final = 1024 * 1024
_SHORTEST_NAMES: Final = 54
_BYTES_OF_MANY_ATTRIBUTES: Final = 6 * limits.MAX_ATTRIBUTES - _SHORTEST_NAMES
"""The least that so many attributes of one element take: each a blank, its name, its mark and two quotes. So
many names (letters, the underscore, the colon) have one byte, others more. The next one stands behind them,
where FatturaPA has none, and most small documents end.
"""

_RESOURCES: Final = (
    ("Excessive depth", limits.DEPTH_SENTENCE),
    ("Text node too long", limits.TEXT_SENTENCE),
    ("Buffer size limit", limits.TEXT_SENTENCE),
)
_NOT_XML: Final = said("well_formed_xml")


def _parser(encoding: str, *, recover: bool = False) -> etree.XMLParser:
    return etree.XMLParser(
        encoding=encoding,
        recover=recover,
        huge_tree=False,
        load_dtd=False,
        no_network=True,
        resolve_entities=False,
        remove_comments=True,
        remove_pis=True,
        remove_blank_text=True,
        collect_ids=False,
    )


_PARSERS: Final = {encoding: _parser(encoding) for encoding in (_UTF8, "windows-1252", "iso-8859-15")}


def parse(data: bytes) -> etree._Element:
    """The root element; comments, processing instructions and blanks between elements are left out.

    Raises UnreadableDocumentError for whatever is not well-formed, has a DOCTYPE or goes beyond a limit.
    """
    if len(data) > limits.MAX_FILE_BYTES:
        raise UnreadableDocumentError(limits.FILE_BYTES_SENTENCE, f"{len(data)} bytes")
    if not data.startswith(b"<?xml") or not data.endswith((b">", b">\n")):
        data = _plain(data)
    # One character is found thirty times faster than a word, and most invoices have neither of these two.
    if b"!" in data and b"<!DOCTYPE" in data:
        raise UnreadableDocumentError(said("xml_without_doctype"), "<!DOCTYPE")
    if len(data) > _LARGE and data.count(b"<") > 2 * limits.MAX_ELEMENTS:
        raise UnreadableDocumentError(limits.ELEMENTS_SENTENCE)
    # Each attribute becomes a quarter of a kilobyte; its mark in a text counts too, where nobody has so many.
    if len(data) > _LARGE and data.count(b"=") > limits.MAX_ALL_ATTRIBUTES:
        raise UnreadableDocumentError(limits.ALL_ATTRIBUTES_SENTENCE)
    try:
        root = etree.fromstring(data, _PARSERS[_UTF8])
    except etree.XMLSyntaxError as error:
        root = _second_look(data, error)
    if data.find(b"=", _BYTES_OF_MANY_ATTRIBUTES) > 0 and data.count(b"=") > limits.MAX_ATTRIBUTES:
        _check_attributes(root)
    return root


def local_name(tag: str) -> str:
    """The name of an element without its namespace."""
    return tag.rpartition("}")[2]


def _plain(data: bytes) -> bytes:
    """The same text in an encoding that extends ASCII, without a mark before it and blanks around it."""
    encoding = _UTF16.get(data[:2])
    if encoding:
        try:
            data = data.decode(encoding).encode(_UTF8)
        except UnicodeError as error:
            raise UnreadableDocumentError(said("utf_16_throughout"), str(error)) from error
    return data.removeprefix(_UTF8_MARK).strip(_MARGIN).removeprefix(_UTF8_MARK)


def _second_look(data: bytes, error: etree.XMLSyntaxError) -> etree._Element:
    """The root of XML that is not well-formed UTF-8: in another encoding, or with invalid namespaces."""
    for words, sentence in _RESOURCES:
        if words in str(error):
            raise UnreadableDocumentError(sentence, str(error)) from error
    encoding = _UTF8
    if not _is_utf8(data):
        declared = _DECLARED.match(data)
        name = declared[1].lower() if declared else b"utf-8"
        if name not in _ENCODINGS:
            raise UnreadableDocumentError(said("text_encoding"), name.decode())
        encoding = _ENCODINGS[name][1]
        try:
            return etree.fromstring(data, _PARSERS[encoding])
        except etree.XMLSyntaxError as again:
            error = again
    root = _with_invalid_namespaces(data, encoding)
    if root is None:
        head = data[:1024].lower()
        is_page = b"<!doctype html" in head or b"<html" in head
        raise UnreadableDocumentError(said("no_web_page") if is_page else _NOT_XML, str(error))
    return root


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode(_UTF8)
    except UnicodeDecodeError:
        return False
    return True


def _with_invalid_namespaces(data: bytes, encoding: str) -> etree._Element | None:
    """The root if nothing but the URI of a namespace is wrong, which the exchange system lets pass.

    A parser that recovers would accept truncated files too; its log tells the two apart.
    """
    parser = _parser(encoding, recover=True)
    root = etree.fromstring(data, parser)
    is_forgiven = all(
        entry.domain == etree.ErrorDomains.NAMESPACE and entry.type == etree.ErrorTypes.WAR_NS_URI
        for entry in parser.error_log
    )
    return root if is_forgiven and len(parser.error_log) else None


def _check_attributes(root: etree._Element) -> None:
    for element in root.iter():
        if len(element.attrib) > limits.MAX_ATTRIBUTES:
            raise UnreadableDocumentError(limits.ATTRIBUTES_SENTENCE, f"{len(element.attrib)} attributes")
