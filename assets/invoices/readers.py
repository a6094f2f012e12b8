"""Which reader takes a file, and what it makes of it: every format ends in canonical documents.

A reader takes the root elements that it names; the bytes decide and never the name of the file. What belongs
here: the choice and the outcome. What does not: any format.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from lxml import etree

from assets.findings import Finding, said
from assets.invoices import cii, envelopes, fatturapa, pdf, ubl
from assets.invoices.messages import KINDS, ExchangeMessage, read_message
from assets.invoices.model import CanonicalDocument, NoDocumentError, UnreadableDocumentError
from assets.invoices.walking import Draft, refusal
from assets.invoices.xml_text import parse

MESSAGE: Final = "exchange_message"
"""The reader of the messages of the exchange system, which are no documents."""


@dataclass(frozen=True, slots=True)
class Reader:
    """One format: its root elements by their local names, and its documents or findings in their order.

    A root has the namespace in which it alone is of the format; None where any will do, since the exchange
    system takes FatturaPA in every namespace and in none.
    """

    name: str
    roots: Mapping[str, str | None]
    read: Callable[[etree._Element, str], Iterator[Draft | Finding]]

    def claims(self, root_name: str, namespace: str) -> bool:
        """Whether the file is of this format."""
        return root_name in self.roots and self.roots[root_name] in (None, namespace)


@dataclass(frozen=True, slots=True)
class ReadFile:
    """What became of a file: its reader (None if it cannot be read), its documents, what is wrong with it.

    A finding about one document has the document's position as its line number; one about the file has none.
    `is_companion`: it is whole and known to be no document, such as the picture of one (NoDocumentError).
    """

    reader_name: str | None
    documents: tuple[CanonicalDocument, ...] = ()
    findings: tuple[Finding, ...] = ()
    is_companion: bool = False
    messages: tuple[ExchangeMessage, ...] = ()


def _nothing(root: etree._Element, name: str) -> Iterator[Draft | Finding]:
    del root, name
    return iter(())


READERS: Final = (
    Reader("fatturapa", dict.fromkeys((fatturapa.ORDINARY, fatturapa.SIMPLIFIED)), fatturapa.read),
    Reader("ubl", ubl.NAMESPACES, ubl.read),
    Reader("cii", {cii.ROOT: cii.NAMESPACE}, cii.read),
    Reader(MESSAGE, dict.fromkeys(KINDS), _nothing),
)

_COMPANIONS: Final = frozenset(
    {
        "http://www.w3.org/1999/XSL/Transform",
        "http://www.w3.org/2001/XMLSchema",
        "http://www.w3.org/2000/svg",
    }
)
"""Namespaces of what people pack beside invoices: style sheets, schemas, pictures."""

_METADATA: Final = re.compile(r"_metadato\.xml(\.p7m)?", re.IGNORECASE)
"""How the tax authority's drawer calls what it says about an invoice, beside it in a download."""

_KNOWN: Final[dict[str, Reader]] = {}
"""Readers by the tags of roots that were seen, which are spelled in a few ways."""

_MOST_KNOWN: Final = 100

_ANY: Final = said("invoice_format")
_IN_PDF: Final = said("pdf_with_invoice")
_NO_ZUGFERD_1: Final = said("newer_zugferd")


def read_documents(data: bytes, name: str) -> ReadFile:
    """The documents in the bytes of a file, whatever envelope they are in; never raises for bad data."""
    try:
        if not data.startswith(b"<"):
            data = envelopes.unwrap(data)
            if data.lstrip().startswith(pdf.START):
                return _read_pdf(data, name)
        root = parse(data)
        reader = _reader_of(root, name)
        if reader.name == MESSAGE:
            return ReadFile(MESSAGE, messages=(read_message(root),))
        return _read(reader, root, name)
    except UnreadableDocumentError as error:
        return ReadFile(None, (), (refusal(name, error),), isinstance(error, NoDocumentError))


def _read(reader: Reader, root: etree._Element, name: str, already: int = 0) -> ReadFile:
    """The documents of one XML; `already` documents of the same file stand before them."""
    documents: list[CanonicalDocument] = []
    findings: list[Finding] = []
    for outcome in reader.read(root, name):
        if isinstance(outcome, Finding):
            findings.append(_moved(outcome, already))
            continue
        if outcome.findings:
            findings += [_moved(finding, already) for finding in outcome.findings]
        documents.append(CanonicalDocument(already + outcome.position, outcome.records))
    return ReadFile(reader.name, tuple(documents), tuple(findings))


def _moved(finding: Finding, already: int) -> Finding:
    """The finding at the place of its document in the whole file."""
    if finding.line_number is None:
        return finding
    return replace(finding, line_number=already + finding.line_number)


def _read_pdf(data: bytes, name: str) -> ReadFile:
    """The documents of every invoice that is attached to a PDF, each once, whatever the names of the files.

    Raises UnreadableDocumentError if there is none: for what is attached instead, else NoDocumentError.
    """
    found: list[ReadFile] = []
    problems: list[UnreadableDocumentError] = []
    known: set[bytes] = set()
    places = 0
    for attached in _attached_documents(data):
        try:
            if isinstance(attached, UnreadableDocumentError):
                raise attached
            digest = hashlib.sha256(attached).digest()
            root = parse(attached)
            reader = _reader_of(root, name)
        except NoDocumentError:
            continue
        except UnreadableDocumentError as error:
            problems.append(error)
            continue
        if reader.name != MESSAGE and digest not in known:
            known.add(digest)
            found.append(_read(reader, root, name, places))
            numbers = [finding.line_number or 0 for finding in found[-1].findings]
            places = max([places, *(document.position for document in found[-1].documents), *numbers])
    if not found:
        of_old_form = (problem for problem in problems if problem.expected == _NO_ZUGFERD_1)
        nothing = NoDocumentError(_IN_PDF, "no such file is attached")
        raise next(of_old_form, problems[0] if problems else nothing)
    return ReadFile(
        found[0].reader_name,
        tuple(document for read in found for document in read.documents),
        tuple(finding for read in found for finding in read.findings),
    )


def _attached_documents(data: bytes) -> Iterator[bytes | UnreadableDocumentError]:
    """The attached files of a PDF that may be documents, out of their envelopes, and what is wrong."""
    try:
        for content in pdf.attached_files(data):
            if not envelopes.looks_like_document(content):
                continue
            try:
                content = envelopes.unwrap(content)
            except UnreadableDocumentError as error:
                yield error
                continue
            if not content.lstrip().startswith(pdf.START):
                yield content
    except UnreadableDocumentError as error:
        yield error


def _reader_of(root: etree._Element, name: str) -> Reader:
    """The format of a root element. Raises UnreadableDocumentError with what it is instead."""
    known = _KNOWN.get(root.tag)
    if known is not None:
        return known
    before, _, root_name = root.tag.rpartition("}")
    namespace = before[1:].strip()
    for reader in READERS:
        if reader.claims(root_name, namespace):
            if len(_KNOWN) < _MOST_KNOWN:
                _KNOWN[root.tag] = reader
            return reader
    found = f"{root_name} of the namespace {namespace}" if namespace else root_name
    if root_name == cii.ZUGFERD_1_ROOT:
        raise UnreadableDocumentError(_NO_ZUGFERD_1, found)
    for reader in READERS:
        if root_name in reader.roots:
            expected = said(
                "root_of_namespace",
                root=root_name,
                format=reader.name.upper(),
                namespace=reader.roots[root_name],
            )
            raise UnreadableDocumentError(expected, found if namespace else f"{root_name} of no namespace")
    is_companion = namespace in _COMPANIONS or _METADATA.search(name) is not None
    raise (NoDocumentError if is_companion else UnreadableDocumentError)(_ANY, found)
