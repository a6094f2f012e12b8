"""One delivery from its files to frames of documents: unpacked, read, validated. No ledger is needed for it.

Belongs here: which parts of a delivery are read, and what is remembered of each. Does not: the formats
(`assets.invoices.readers`) and what becomes of a document (`assets.ledger.registering`).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
from stdnum import iban

from assets.detection.inbox import partition_key
from assets.findings import Finding
from assets.invoices.containers import members
from assets.invoices.model import CanonicalDocument, frames
from assets.invoices.readers import read_documents
from assets.invoices.schemas import check_documents
from assets.reference.identifiers import right_tax_codes


@dataclass(frozen=True, slots=True)
class DroppedFile:
    """A file of a delivery: where it stands, the key under which it is kept, its name when it was dropped."""

    path: Path
    file_key: str
    name: str
    received_at: dt.datetime


@dataclass(frozen=True, slots=True)
class DeliveredPart:
    """What is read as one file: a dropped file, or a member of an archive. `part_key` names its content.

    `file_number` is None where the ledger has nothing left to do for it, so that it was not read.
    """

    file_number: int | None
    part_key: str
    file_key: str
    source_file: str
    member_name: str | None
    content_sha256: str
    byte_count: int
    reader_name: str | None
    received_at: dt.datetime


PART_SCHEMA = pa.schema(
    [
        ("file_number", pa.int64()),
        ("part_key", pa.string()),
        ("file_key", pa.string()),
        ("source_file", pa.string()),
        ("member_name", pa.string()),
        ("content_sha256", pa.string()),
        ("byte_count", pa.int64()),
        ("reader_name", pa.string()),
        ("received_at", pa.timestamp("us")),
    ]
)

FOUND_SCHEMA = pa.schema(
    [
        ("file_number", pa.int64()),
        ("position", pa.int32()),
        ("field", pa.string()),
        ("finding_code", pa.string()),
        ("raw_value", pa.string()),
        ("expected", pa.string()),
    ]
)
"""Findings by their place. `position` is null where a whole file is meant."""


@dataclass(frozen=True, slots=True)
class PreparedDelivery:
    """The parts of a delivery, and the frames of their documents (`model.FRAMES`).

    `hashes` (file_number, position, content_sha256) tell documents apart by what they say, however they
    were wrapped. `right_tax_codes` are the Italian tax codes with a right check digit. `reader_findings` are
    about documents, `part_findings` about what could not be read.
    """

    delivery_key: str
    parts: pa.Table
    frames: Mapping[str, pa.Table]
    hashes: pa.Table
    wrong_ibans: pa.Table
    right_tax_codes: pa.Table
    reader_findings: pa.Table
    part_findings: pa.Table


def prepare_delivery(
    delivery_key: str,
    files: Iterable[DroppedFile],
    is_closed: Callable[[str], bool],
    progress: Callable[[int], None] = lambda count: None,
) -> PreparedDelivery:
    """Reads every part of the files, except those of which `is_closed` (by part key) says that they are done.

    `progress` is told how many parts are done. Order: files as they come, members as the archive lists them.

    Raises:
        SourceFileChangedError: if a file vanished.
    """
    parts: dict[str, DeliveredPart] = {}
    documents: list[tuple[int, CanonicalDocument]] = []
    findings: list[tuple[int, Finding]] = []
    for file in files:
        for member in members(file.path, file.name):
            number = len(parts) + 1
            if isinstance(member, Finding):
                # A member that cannot be unpacked has no content of its own; its name stands for it.
                name_hash = hashlib.sha256(f"{file.file_key}/{member.source_file}".encode()).hexdigest()
                part = _part(number, file, member.source_file, name_hash, 0, None)
                parts.setdefault(part.part_key, part)
                findings.append((number, member))
                continue
            content_hash = hashlib.sha256(member.data).hexdigest()
            key = partition_key(Path(member.name).name, content_hash)
            if key in parts:
                continue
            if is_closed(key):
                parts[key] = _part(None, file, member.name, content_hash, len(member.data), None)
                continue
            read = read_documents(member.data, member.name)
            parts[key] = _part(number, file, member.name, content_hash, len(member.data), read.reader_name)
            documents += [(number, document) for document in read.documents]
            findings += [(number, finding) for finding in read.findings]
            progress(len(parts))
    return _prepared(delivery_key, list(parts.values()), documents, findings)


def _part(
    number: int | None, file: DroppedFile, name: str, content_hash: str, byte_count: int, reader: str | None
) -> DeliveredPart:
    return DeliveredPart(
        number,
        partition_key(Path(name).name, content_hash),
        file.file_key,
        name,
        None if name == file.name else name.removeprefix(f"{file.name}/"),
        content_hash,
        byte_count,
        reader,
        file.received_at,
    )


def _prepared(
    delivery_key: str,
    parts: list[DeliveredPart],
    documents: list[tuple[int, CanonicalDocument]],
    findings: list[tuple[int, Finding]],
) -> PreparedDelivery:
    tables = frames(documents)
    present = {(number, document.position) for number, document in documents}
    about_documents: list[dict[str, object]] = []
    about_parts: list[dict[str, object]] = []
    for number, finding in findings:
        row: dict[str, object] = {
            "file_number": number,
            "position": finding.line_number,
            "field": finding.field,
            "finding_code": finding.finding_code,
            "raw_value": finding.raw_value,
            "expected": finding.expected,
        }
        (about_documents if (number, finding.line_number) in present else about_parts).append(row)
    for failed in check_documents(tables):
        number, position, frame, _, field, code, raw_value, expected = failed
        about_documents.append(
            {
                "file_number": number,
                "position": position,
                "field": f"{frame}.{field}",
                "finding_code": code,
                "raw_value": raw_value,
                "expected": expected,
            }
        )
    ibans = {str(value) for value in tables["payment"]["iban"].unique().to_pylist() if value}
    return PreparedDelivery(
        delivery_key,
        pa.Table.from_pylist(
            [{name: getattr(part, name) for name in PART_SCHEMA.names} for part in parts], PART_SCHEMA
        ),
        tables,
        _hashes(documents),
        pa.table(
            {"iban": pa.array(sorted(value for value in ibans if not iban.is_valid(value)), pa.string())}
        ),
        pa.table({"tax_code": pa.array(right_tax_codes(_tax_codes(tables)), pa.string())}),
        pa.Table.from_pylist(about_documents, FOUND_SCHEMA),
        pa.Table.from_pylist(about_parts, FOUND_SCHEMA),
    )


def _tax_codes(tables: Mapping[str, pa.Table]) -> set[str | None]:
    """Every text that may be a tax code, each once."""
    header = tables["document"]
    columns = [header["supplier_tax_code"], header["customer_tax_code"], tables["identifier"]["identifier"]]
    return {value for column in columns for value in column.unique().to_pylist()}


def _hashes(documents: list[tuple[int, CanonicalDocument]]) -> pa.Table:
    rows = [
        (
            number,
            document.position,
            hashlib.sha256(
                json.dumps(dict(document.records), default=str, sort_keys=True).encode()
            ).hexdigest(),
        )
        for number, document in documents
    ]
    return pa.table(
        {
            "file_number": pa.array([row[0] for row in rows], pa.int64()),
            "position": pa.array([row[1] for row in rows], pa.int32()),
            "content_sha256": pa.array([row[2] for row in rows], pa.string()),
        }
    )
