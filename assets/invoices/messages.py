"""Reads the messages of the exchange system (SdI) about invoices that were sent or received.

The files come beside invoices, by whatever way invoices come, and are known by their root elements alone, of
the public administration's messages and of those between companies. Belongs here: what a message says. Does
not: which invoice it is about (`assets.exchange`). Source: the exchange system's technical specifications,
schemas of the messages, version 1.0 of both kinds.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
from lxml import etree

from assets.findings import shorten
from assets.invoices.xml_text import local_name

KINDS: Final[Mapping[str, str]] = {
    "NotificaScarto": "NS",
    "RicevutaScarto": "NS",
    "RicevutaConsegna": "RC",
    "NotificaMancataConsegna": "MC",
    "RicevutaImpossibilitaRecapito": "MC",
    "NotificaEsitoCommittente": "EC",
    "ScartoEsitoCommittente": "SE",
    "NotificaEsito": "NE",
    "NotificaDecorrenzaTermini": "DT",
    "AttestazioneTrasmissioneFattura": "AT",
    "MetadatiInvioFile": "MT",
    "FileMetadati": "MT",
}
"""By root element: NS rejected, RC delivered, MC not delivered, EC the customer's answer, SE its rejection,
NE that answer as the sender gets it, DT time is up, AT attestation, MT data of a received file."""

MESSAGE_SCHEMA: Final = pa.schema(
    [
        ("part_key", pa.string()),
        ("content_sha256", pa.string()),
        ("message_kind", pa.string()),
        ("sdi_identifier", pa.string()),
        ("sdi_file_name", pa.string()),
        ("outcome_code", pa.string()),
        ("document_number", pa.string()),
        ("document_year", pa.int32()),
        ("detail", pa.string()),
        ("happened_at", pa.timestamp("us")),
    ]
)
"""One row a message, in the order of the files; `part_key` is the partition key of its file."""

_MOST_ERRORS: Final = 50
_SIGNATURE: Final = "Signature"
_BETWEEN: Final = "\x1f"


@dataclass(frozen=True, slots=True)
class ExchangeMessage:
    """What a message says. `content_sha256` is that of its texts, in whatever envelope they come.

    `sdi_file_name` is the file that was sent, `outcome_code` EC01 (accepted) or EC02 (refused);
    `document_number` and `document_year` name one invoice of several in the file. `detail` are error codes
    and texts in their order. `happened_at` is when the exchange system received the file (UTC).
    """

    content_sha256: str
    message_kind: str
    sdi_identifier: str | None
    sdi_file_name: str | None
    outcome_code: str | None
    document_number: str | None
    document_year: int | None
    detail: str | None
    happened_at: dt.datetime | None


def read_message(root: etree._Element) -> ExchangeMessage:
    """The message; what it does not say is None, and nothing in it can keep it from being read."""
    kind = KINDS[local_name(root.tag)]
    answer = _child(root, "EsitoCommittente")
    answer = root if answer is None else answer
    about = _child(answer, "RiferimentoFattura")
    about = _child(root, "RiferimentoFattura") if about is None else about
    year = None if about is None else _text(about, "AnnoFattura")
    return ExchangeMessage(
        content_sha256=_digest(kind, root),
        message_kind=kind,
        sdi_identifier=_text(root, "IdentificativoSdI") or _text(answer, "IdentificativoSdI"),
        sdi_file_name=_text(root, "NomeFile"),
        outcome_code=_text(answer, "Esito"),
        document_number=None if about is None else _text(about, "NumeroFattura"),
        document_year=int(year) if year is not None and len(year) == 4 and year.isdecimal() else None,
        detail=_detail(root, answer),
        happened_at=_moment(_text(root, "DataOraRicezione")),
    )


def message_table(messages: Iterable[tuple[str, ExchangeMessage]]) -> pa.Table:
    """The messages, each with the key of its file, as a frame with the columns of `MESSAGE_SCHEMA`."""
    rows = list(messages)
    columns = [pa.array([key for key, _ in rows], pa.string())]
    for field in list(MESSAGE_SCHEMA)[1:]:
        columns.append(pa.array([getattr(message, field.name) for _, message in rows], field.type))
    return pa.Table.from_arrays(columns, schema=MESSAGE_SCHEMA)


def _child(element: etree._Element, name: str) -> etree._Element | None:
    """The first child of this name, in any case: programs differ in `IdentificativoSdI`."""
    folded = name.casefold()
    return next((child for child in element if local_name(child.tag).casefold() == folded), None)


def _text(element: etree._Element, name: str) -> str | None:
    child = _child(element, name)
    text = None if child is None else " ".join((child.text or "").split())
    return shorten(text) if text else None


def _detail(root: etree._Element, answer: etree._Element) -> str | None:
    """The errors, each with its code, text and advice; else what is described or noted."""
    errors = _child(root, "ListaErrori")
    found = []
    for error in () if errors is None else list(errors)[:_MOST_ERRORS]:
        parts = (_text(error, name) for name in ("Codice", "Descrizione", "Suggerimento"))
        found.append(" ".join(part for part in parts if part))
    if not found:
        elements = (answer,) if answer is root else (answer, root)
        texts = (_text(element, name) for element in elements for name in ("Scarto", "Descrizione", "Note"))
        found = [text for text in texts if text]
    return "; ".join(found) or None


def _moment(text: str | None) -> dt.datetime | None:
    """A time in UTC, without a zone; one that names none is taken as UTC, since only the order matters."""
    try:
        moment = dt.datetime.fromisoformat(text or "")
        return moment if moment.tzinfo is None else moment.astimezone(dt.UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None


def _digest(kind: str, root: etree._Element) -> str:
    texts = (f"{name}={' '.join((element.text or '').split())}" for name, element in _elements(root))
    return hashlib.sha256(_BETWEEN.join((kind, *texts)).encode()).hexdigest()


def _elements(element: etree._Element) -> Iterator[tuple[str, etree._Element]]:
    """The elements below, depth first, without signatures: these differ where the message does not."""
    for child in element:
        name = local_name(child.tag)
        if name != _SIGNATURE:
            yield name, child
            yield from _elements(child)
