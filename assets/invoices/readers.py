"""Which reader takes a file, and what it makes of it: every format ends in canonical documents.

A reader takes the root elements that it names; the bytes decide and never the name of the file. What belongs
here: the choice and the outcome. What does not: any format.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree

from assets.findings import Finding
from assets.invoices import cii, envelopes, fatturapa, pdf, ubl
from assets.invoices.model import CanonicalDocument, UnreadableDocumentError
from assets.invoices.walking import Draft, refusal
from assets.invoices.xml_text import local_name, parse

MESSAGE: Final = "message"
"""The reader of what comes along with invoices and is none; it yields no document and no finding."""


@dataclass(frozen=True, slots=True)
class Reader:
    """One format: the local names of its root elements, and its documents or findings in their order."""

    name: str
    roots: frozenset[str]
    read: Callable[[etree._Element, str], Iterator[Draft | Finding]]

    def claims(self, root: etree._Element) -> bool:
        """Whether the file is of this format."""
        return local_name(root.tag) in self.roots


@dataclass(frozen=True, slots=True)
class ReadFile:
    """What became of a file: its reader (None if it cannot be read), its documents, what is wrong with it.

    A finding about one document has the document's position as its line number; one about the file has none.
    """

    reader_name: str | None
    documents: tuple[CanonicalDocument, ...]
    findings: tuple[Finding, ...]


def _nothing(root: etree._Element, name: str) -> Iterator[Draft | Finding]:
    del root, name
    return iter(())


READERS: Final = (
    Reader("fatturapa", frozenset({fatturapa.ORDINARY, fatturapa.SIMPLIFIED}), fatturapa.read),
    Reader("ubl", frozenset({ubl.INVOICE, ubl.CREDIT_NOTE}), ubl.read),
    Reader("cii", frozenset({cii.ROOT}), cii.read),
    Reader(
        MESSAGE,
        frozenset(
            {
                "AttestazioneTrasmissioneFattura",
                "FileMetadati",
                "MetadatiInvioFile",
                "NotificaDecorrenzaTermini",
                "NotificaEsito",
                "NotificaEsitoCommittente",
                "NotificaMancataConsegna",
                "NotificaScarto",
                "RicevutaConsegna",
                "RicevutaImpossibilitaRecapito",
                "RicevutaScarto",
                "ScartoEsitoCommittente",
            }
        ),
        _nothing,
    ),
)


def read_documents(data: bytes, name: str) -> ReadFile:
    """The documents in the bytes of a file, whatever envelope they are in; never raises for bad data."""
    try:
        if not data.startswith(b"<"):
            data = envelopes.unwrap(data)
            if data.lstrip().startswith(pdf.START):
                data = pdf.invoice_xml(data)
        root = parse(data)
        reader = _reader_of(root)
        documents: list[CanonicalDocument] = []
        findings: list[Finding] = []
        for outcome in reader.read(root, name):
            if isinstance(outcome, Finding):
                findings.append(outcome)
            else:
                documents.append(CanonicalDocument(outcome.position, outcome.records))
                findings += outcome.findings
    except UnreadableDocumentError as error:
        return ReadFile(None, (), (refusal(name, error),))
    return ReadFile(reader.name, tuple(documents), tuple(findings))


def _reader_of(root: etree._Element) -> Reader:
    for reader in READERS:
        if reader.claims(root):
            return reader
    raise UnreadableDocumentError("FatturaPA, UBL or CII", local_name(root.tag))
