"""One file of sales invoices from its bytes to frames: read, validated. No ledger is needed for it.

Belongs here: which reader takes a file, and the frames of what it holds. Does not: the forms themselves, and
what becomes of an invoice (`assets.sales.posting`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

import pyarrow as pa

from assets.errors import SourceFileChangedError
from assets.findings import Finding, said
from assets.invoices.envelopes import looks_like_document
from assets.invoices.messages import message_table
from assets.sales import csv_form, e_invoices, json_form
from assets.sales.csv_numbers import MarkOf, with_numbers
from assets.sales.layout import Level
from assets.sales.model import Found, FoundList, ReadSales, found_table, frames
from assets.sales.schemas import check_invoices
from assets.settings import Settings
from assets.streams import opened
from assets.unexpected import UnexpectedError, guarding

FILE_KIND: Final = "sales"
"""How settings call our own files: `sales_decimal_mark`."""

UNEXPECTED: Final = "sales_file_unexpected_error"
"""The finding of a file in which reading or judging met what nobody foresaw."""

MAX_FILE_BYTES: Final = 64 * 1024 * 1024
"""Half a million lines; the whole file is held in memory."""


_OF_E_INVOICES: Final = frozenset({".xml", ".p7m", ".pk7", ".p7c", ".p7s"})


@dataclass(frozen=True, slots=True)
class PreparedSales:
    """A file and the frames of its invoices (`model.schema_of`, `model.FOUND_SCHEMA`), and of the messages of
    the exchange system (`assets.invoices.messages.MESSAGE_SCHEMA`).
    """

    partition_key: str
    source_file: str
    content_sha256: str
    byte_count: int
    reader_name: str | None
    frames: Mapping[Level, pa.Table]
    found: pa.Table
    messages: pa.Table


def prepare_sales(
    path: Path, partition_key: str, name: str, expected_sha256_prefix: str | None, settings: Settings
) -> PreparedSales:
    """Reads and validates the file; bad data are findings. The settings say how a CSV writes numbers.

    Raises:
        SourceFileChangedError: if the file vanished, or its content is not that of its key.
    """
    with opened(path) as stream:
        data = stream.read(MAX_FILE_BYTES + 1)
        digest = hashlib.sha256(data)
        byte_count = len(data)
        while rest := stream.read(1024 * 1024):
            digest.update(rest)
            byte_count += len(rest)
    content_sha256 = digest.hexdigest()
    if expected_sha256_prefix is not None and not content_sha256.startswith(expected_sha256_prefix):
        raise SourceFileChangedError(
            f"{path} changed while it was read: nothing of it was posted. It is found again under its new "
            "content."
        )
    try:
        with guarding(name, UNEXPECTED):
            read = read_sales(data, name, partial(settings.decimal_mark, FILE_KIND))
            tables = frames(read.invoices)
            checked = _checked(read, tables)
            messages = message_table((partition_key, message) for message in read.messages)
            return PreparedSales(
                partition_key,
                name,
                content_sha256,
                byte_count,
                read.reader_name,
                tables,
                found_table(read.found, checked),
                messages,
            )
    except UnexpectedError as error:
        nothing = found_table()
        without = PreparedSales(
            partition_key, name, content_sha256, byte_count, None, frames(()), nothing, message_table(())
        )
        return refused(without, error.finding)


def refused(prepared: PreparedSales, finding: Finding) -> PreparedSales:
    """The file with this finding about it, and nothing else of what was read."""
    found = found_table(FoundList([Found(finding.finding_code, raw_value=finding.raw_value)]))
    return replace(
        prepared,
        reader_name=None,
        frames=frames(()),
        found=found,
        messages=message_table(()),
    )


def _checked(read: ReadSales, tables: Mapping[Level, pa.Table]) -> FoundList:
    """What validating finds. What could not be read is not missing as well: the value, its line, or the whole
    invoice. Nor is an invoice looked at again of which more is wrong than is listed.
    """
    unreadable = {(each.position, _line_of(each), each.field) for each in read.found}
    blank = {position for position, each in enumerate(read.invoices, start=1) if not each.header}
    known = blank | {position for position, _ in read.found.unlisted}
    return FoundList(
        each
        for each in check_invoices(tables)
        if each.position not in known
        and not {(each.position, _line_of(each), name) for name in (each.field, _part_of(each.field))}
        & unreadable
    )


def _line_of(found: Found) -> int | None:
    return found.place.line_number if found.place else None


def _part_of(field: str | None) -> str:
    """What a field belongs to: `lines[2]` for `lines[2].vat_rate`, blank for a field of the invoice."""
    return (field or "").rpartition(".")[0]


def read_sales(data: bytes, name: str, mark_of: MarkOf) -> ReadSales:
    """The invoices in the bytes of a file: e-invoices by what they are, our own forms by how they begin.

    `mark_of` says how a CSV of a company writes numbers.
    """
    if len(data) > MAX_FILE_BYTES:
        return _unreadable(
            said("sales_file_size", size=MAX_FILE_BYTES // 1024**2), f"more than {MAX_FILE_BYTES} bytes"
        )
    if not data.strip():
        return _unreadable(said("sales_file_with_invoice"), "")
    # A JSON or CSV never begins as an e-invoice or an envelope does, whatever its name.
    is_named_so = Path(name).suffix.casefold() in _OF_E_INVOICES
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if is_named_so or start == b"<" or looks_like_document(data):
        return e_invoices.read(data, name)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _unreadable(said("text_in_utf_8"), data[error.start : error.end].hex(" "))
    is_json = start in (b"[", b"{")
    read = json_form.read(text) if is_json else with_numbers(csv_form.read(data), mark_of)
    if not read.invoices and not read.found:
        return _unreadable(said("sales_file_with_invoice"), "")
    return read


def _unreadable(expected: str, raw_value: str) -> ReadSales:
    found = Found("sales_file_unreadable", raw_value=raw_value, expected=expected)
    return ReadSales(None, found=FoundList([found]))
