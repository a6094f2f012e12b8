"""One delivery from its files to frames of documents: unpacked, read, validated. No ledger is needed for it.

Belongs here: which parts of a delivery are read, and what is remembered of each. Does not: the formats
(`assets.invoices.readers`) and what becomes of a document (`assets.invoices.registering`).
"""

from __future__ import annotations

import datetime as dt
import gc
import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
from stdnum import iban

from assets.detection.keys import file_key
from assets.errors import OperatingError
from assets.findings import Finding, said
from assets.invoices import limits
from assets.invoices.containers import LeftOut, members
from assets.invoices.messages import ExchangeMessage, message_table
from assets.invoices.model import CanonicalDocument, frames
from assets.invoices.readers import MESSAGE, ReadFile, read_documents
from assets.invoices.schemas import check_documents
from assets.invoices.walking import UNREADABLE
from assets.reference.identifiers import right_tax_codes
from assets.unexpected import UnexpectedError, guarding


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


LEFT_OUT_SCHEMA = pa.schema(
    [("file_key", pa.string()), ("source_file", pa.string()), ("member_name", pa.string())]
)

UNEXPECTED: Final = "delivered_file_unexpected_error"
"""The finding of a part in which reading or judging met what nobody foresaw."""

_FoundRow = tuple[int, int | None, str | None, str, str | None, str | None]
"""A finding with the columns of `FOUND_SCHEMA`."""

_NO_DOCUMENT: Final = said("archive_with_invoice")


@dataclass(frozen=True, slots=True)
class PreparedDelivery:
    """The parts of a delivery, and the frames of their documents (`model.FRAMES`).

    `hashes` (file_number, position, content_sha256) tell documents apart by what they say, however they
    were wrapped. `right_tax_codes` are the Italian tax codes with a right check digit. `reader_findings` are
    about documents, `part_findings` about what could not be read; `left_out` are the members of archives that
    are no documents (`LEFT_OUT_SCHEMA`), `messages` those of the exchange system (`messages.MESSAGE_SCHEMA`).
    """

    delivery_key: str
    parts: pa.Table
    frames: Mapping[str, pa.Table]
    hashes: pa.Table
    wrong_ibans: pa.Table
    right_tax_codes: pa.Table
    reader_findings: pa.Table
    part_findings: pa.Table
    left_out: pa.Table
    messages: pa.Table

    def only(self, file_numbers: Collection[int]) -> PreparedDelivery:
        """The delivery as if these parts alone had been in it."""
        numbers = pa.array(sorted(file_numbers), pa.int64())

        def of_them(table: pa.Table) -> pa.Table:
            return table.filter(pc.is_in(table["file_number"], value_set=numbers))

        return replace(
            self,
            parts=of_them(self.parts),
            frames={name: of_them(frame) for name, frame in self.frames.items()},
            hashes=of_them(self.hashes),
            reader_findings=of_them(self.reader_findings),
            part_findings=of_them(self.part_findings),
        )

    def refusing(self, findings: Mapping[int, Finding]) -> PreparedDelivery:
        """The delivery with a finding about each of these parts, by number, and nothing else of them."""
        numbers = self.parts["file_number"].to_pylist()
        kept = self.only([number for number in numbers if number is not None and number not in findings])
        names = [
            None if number in findings else reader
            for number, reader in zip(numbers, self.parts["reader_name"].to_pylist(), strict=True)
        ]
        column = self.parts.schema.get_field_index("reader_name")
        keys = zip(numbers, self.parts["part_key"].to_pylist(), strict=True)
        refused = pa.array([key for number, key in keys if number in findings], pa.string())
        rows = [_found_row(number, finding) for number, finding in findings.items()]
        return replace(
            kept,
            parts=self.parts.set_column(column, "reader_name", pa.array(names, pa.string())),
            part_findings=pa.concat_tables([kept.part_findings, _found_table(rows)]),
            messages=self.messages.filter(pc.invert(pc.is_in(self.messages["part_key"], value_set=refused))),
        )


def prepare_delivery(
    delivery_key: str,
    files: Iterable[DroppedFile],
    closed: Mapping[str, bool],
    progress: Callable[[int], None] = lambda count: None,
) -> PreparedDelivery:
    """Reads every part of the files, except those that are `closed`: part keys of which nothing is left to
    do, each with whether it holds documents.

    `progress` is told how many parts are done. Order: files as they come, members as the archive lists them.

    Raises:
        SourceFileChangedError: if a file vanished.
    """
    with _without_collection():
        return _prepare(delivery_key, files, _Reading(closed, progress))


def _prepare(delivery_key: str, files: Iterable[DroppedFile], reading: _Reading) -> PreparedDelivery:
    for file in files:
        reading.read(file)
    return reading.prepared(delivery_key)


@contextmanager
def _without_collection() -> Iterator[None]:
    """Looks for no cycles meanwhile. Records have none, and to look again and again through all that is read
    takes a sixth of the time.
    """
    is_collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if is_collecting:
            gc.enable()


@dataclass(frozen=True, slots=True)
class _Companion:
    """A member of an archive that is whole and no document: what becomes of it depends on the others."""

    name: str
    content_sha256: str
    byte_count: int
    read: ReadFile


class _ManyRefusedError(OperatingError):
    """More members of an archive are refused than anybody would look at."""


class _Reading:
    """A delivery while its files are read, one after the other."""

    def __init__(self, closed: Mapping[str, bool], progress: Callable[[int], None]) -> None:
        self._closed = closed
        self._progress = progress
        self._parts: dict[str, DeliveredPart] = {}
        self._documents: list[tuple[int, CanonicalDocument]] = []
        self._findings: list[tuple[int, Finding]] = []
        self._messages: list[tuple[str, ExchangeMessage]] = []
        self._left_out: dict[str, tuple[str, str, str]] = {}
        self._refused_count = 0

    def read(self, file: DroppedFile) -> None:
        """Reads a file, or the members of an archive, up to where something is met that nobody foresaw.

        An archive of which very many members are refused is refused as a whole: nothing else is kept of it.
        """
        before = len(self._parts), [len(each) for each in self._gathered()]
        self._refused_count = 0
        try:
            with guarding(file.name, UNEXPECTED):
                self._read(file)
            return
        except UnexpectedError as error:
            finding = error.finding
        except _ManyRefusedError:
            self._forget(*before)
            found = f"more than {limits.MAX_REFUSED_MEMBERS} files that are no e-invoices"
            expected = limits.REFUSED_MEMBERS_SENTENCE
            finding = Finding(file.name, UNREADABLE, raw_value=found, expected=expected)
        self._refused_count = 0
        self._refuse(file, finding)

    def _gathered(self) -> tuple[list[Any], ...]:
        return self._documents, self._findings, self._messages

    def _forget(self, part_count: int, counts: Sequence[int]) -> None:
        """Leaves the first parts, and these numbers of what else was gathered."""
        for key in list(self._parts)[part_count:]:
            del self._parts[key]
        for gathered, count in zip(self._gathered(), counts, strict=True):
            del gathered[count:]

    def _read(self, file: DroppedFile) -> None:
        companions: list[_Companion] = []
        left_out: list[str] = []
        is_empty, has_invoice = True, False
        for member in members(file.path, file.name):
            if isinstance(member, LeftOut):
                left_out.append(member.name)
                continue
            if isinstance(member, Finding):
                self._refuse(file, member)
                is_empty = False
                continue
            content_hash = hashlib.sha256(member.data).hexdigest()
            key = file_key(member.name, content_hash)
            if key in self._parts:
                is_empty = False
                continue
            if key in self._closed:
                self._add(None, file, member.name, content_hash, len(member.data))
                is_empty, has_invoice = False, has_invoice or self._closed[key]
                continue
            read = _documents(member.data, member.name)
            if read.is_companion and member.name != file.name:
                companions.append(_Companion(member.name, content_hash, len(member.data), read))
                continue
            self._add(read, file, member.name, content_hash, len(member.data))
            is_empty, has_invoice = False, has_invoice or read.reader_name not in (None, MESSAGE)
        for each in companions:
            if has_invoice:
                left_out.append(each.name)
            else:
                self._add(each.read, file, each.name, each.content_sha256, each.byte_count)
                is_empty = False
        if is_empty and left_out:
            found = f"{len(left_out)} files, of which none is a document"
            self._refuse(file, Finding(file.name, UNREADABLE, raw_value=found, expected=_NO_DOCUMENT))
        for name in left_out:
            self._left_out[name] = (file.file_key, name, name.removeprefix(f"{file.name}/"))

    def _add(
        self, read: ReadFile | None, file: DroppedFile, name: str, content_hash: str, byte_count: int
    ) -> None:
        """A part with what was read of it; None for one of which nothing is left to do."""
        number = None if read is None else len(self._parts) + 1
        reader_name = None if read is None else read.reader_name
        part = _part(number, file, name, content_hash, byte_count, reader_name)
        self._parts[part.part_key] = part
        if read is not None and number is not None:
            self._documents += [(number, document) for document in read.documents]
            self._findings += [(number, finding) for finding in read.findings]
            self._messages += [(part.part_key, message) for message in read.messages]
            self._progress(len(self._parts))
            self._refused_count += reader_name is None
            if self._refused_count > limits.MAX_REFUSED_MEMBERS:
                raise _ManyRefusedError

    def _refuse(self, file: DroppedFile, finding: Finding) -> None:
        """A part without content of its own, since it cannot be unpacked: its name stands for that."""
        name_hash = hashlib.sha256(f"{file.file_key}/{finding.source_file}".encode()).hexdigest()
        key = file_key(finding.source_file, name_hash)
        if key in self._parts:
            return
        if key in self._closed:
            self._add(None, file, finding.source_file, name_hash, 0)
        else:
            self._add(ReadFile(None, (), (finding,)), file, finding.source_file, name_hash, 0)

    def prepared(self, delivery_key: str) -> PreparedDelivery:
        """What was read so far, as frames; a part of which none can be made is refused."""
        try:
            with guarding(delivery_key, UNEXPECTED):
                return self._as_frames(delivery_key)
        except UnexpectedError:
            for part in self._parts.values():
                if part.file_number is not None:
                    self._refuse_if_spoiled(part, part.file_number)
        with guarding(delivery_key, UNEXPECTED):
            return self._as_frames(delivery_key)

    def _as_frames(self, delivery_key: str) -> PreparedDelivery:
        left_out = sorted(self._left_out.values())
        parts = list(self._parts.values())
        return _prepared(delivery_key, parts, self._documents, self._findings, left_out, self._messages)

    def _refuse_if_spoiled(self, part: DeliveredPart, number: int) -> None:
        documents = [each for each in self._documents if each[0] == number]
        findings = [each for each in self._findings if each[0] == number]
        messages = [each for each in self._messages if each[0] == part.part_key]
        try:
            with guarding(part.source_file, UNEXPECTED):
                _prepared(part.file_key, [part], documents, findings, (), messages)
        except UnexpectedError as error:
            self._parts[part.part_key] = replace(part, reader_name=None)
            self._documents = [each for each in self._documents if each[0] != number]
            self._findings = [each for each in self._findings if each[0] != number]
            self._findings.append((number, error.finding))
            self._messages = [each for each in self._messages if each[0] != part.part_key]


def _documents(data: bytes, name: str) -> ReadFile:
    """What becomes of the bytes of one part."""
    try:
        with guarding(name, UNEXPECTED):
            return read_documents(data, name)
    except UnexpectedError as error:
        return ReadFile(None, (), (error.finding,))


def _part(
    number: int | None, file: DroppedFile, name: str, content_hash: str, byte_count: int, reader: str | None
) -> DeliveredPart:
    return DeliveredPart(
        number,
        file_key(name, content_hash),
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
    left_out: Sequence[tuple[str, str, str]] = (),
    messages: Sequence[tuple[str, ExchangeMessage]] = (),
) -> PreparedDelivery:
    tables = frames(documents)
    present = {(number, document.position) for number, document in documents}
    about_documents: list[_FoundRow] = []
    about_parts: list[_FoundRow] = []
    for number, finding in findings:
        is_about_document = (number, finding.line_number) in present
        (about_documents if is_about_document else about_parts).append(_found_row(number, finding))
    for failed in check_documents(tables):
        number, position, frame, _, field, code, raw_value, expected = failed
        about_documents.append((number, position, f"{frame}.{field}", code, raw_value, expected))
    ibans = {str(value) for value in tables["payment"]["iban"].unique().to_pylist() if value}
    return PreparedDelivery(
        delivery_key,
        pa.table(
            [pa.array([getattr(part, each.name) for part in parts], each.type) for each in PART_SCHEMA],
            schema=PART_SCHEMA,
        ),
        tables,
        _hashes(documents),
        pa.table(
            {"iban": pa.array(sorted(value for value in ibans if not iban.is_valid(value)), pa.string())}
        ),
        pa.table({"tax_code": pa.array(right_tax_codes(_tax_codes(tables)), pa.string())}),
        _found_table(about_documents),
        _found_table(about_parts),
        pa.table(
            [pa.array([row[index] for row in left_out], pa.string()) for index in range(3)],
            schema=LEFT_OUT_SCHEMA,
        ),
        message_table(messages),
    )


def _found_row(number: int, finding: Finding) -> _FoundRow:
    place = number, finding.line_number, finding.field
    return *place, finding.finding_code, finding.raw_value, finding.expected


def _found_table(rows: Sequence[_FoundRow]) -> pa.Table:
    columns = [pa.array([row[index] for row in rows], each.type) for index, each in enumerate(FOUND_SCHEMA)]
    return pa.table(columns, schema=FOUND_SCHEMA)


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
