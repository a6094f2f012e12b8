"""The readers of traces, and the choice between them.

Every reader answers "is it mine?" from the first bytes. A file that none takes goes to `failed/` with the
reason; a file that two take is an error, because guessing would post one reading of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Final, Protocol

import pyarrow as pa

from assets.findings import Finding
from assets.layouts import LayoutField
from assets.traces import json_form, text_form
from assets.traces.collector import FindingCollector

HEAD_BYTES: Final = text_form.HEAD_BYTES
_UTF16_BOMS: Final = (b"\xff\xfe", b"\xfe\xff")


class Locate(Protocol):
    """Finds a field in the bytes of a line: first byte, byte after the last, raw characters."""

    def __call__(self, line: bytes, field: LayoutField, *, is_utf8: bool) -> tuple[int, int, str]:
        """`is_utf8` says how the file was decoded."""


@dataclass(frozen=True, slots=True)
class Reader:
    """One form of the trace: whether a file has it, its lines, and where a field stands in a line."""

    name: str
    claims: Callable[[bytes, str], bool]
    read: Callable[[BinaryIO, FindingCollector], Iterator[pa.Table]]
    locate: Locate


READERS: Final = (
    Reader("text", text_form.claims, text_form.read, text_form.locate),
    Reader("json", json_form.claims, json_form.read, json_form.locate),
)


def reader_named(name: str) -> Reader:
    """The reader that read a file, by the name kept with its import. Raises KeyError if there is none."""
    return {reader.name: reader for reader in READERS}[name]


def choose_reader(head: bytes, file_name: str, readers: Sequence[Reader] = READERS) -> Reader | Finding:
    """The one reader that takes the file with these first bytes, or the finding that says why none does."""
    if not head.strip(b" \t\r\n\x1a\x00"):
        return Finding(file_name, "file_empty", raw_value=f"{len(head)} bytes")
    if head.startswith(_UTF16_BOMS):
        return Finding(file_name, "file_encoding_not_supported", byte_start=0, byte_end=2, raw_value="UTF-16")
    if b"\x00" in head:
        place = head.index(b"\x00")
        return Finding(
            file_name, "file_not_text", byte_start=place, byte_end=place + 1, raw_value="a zero byte"
        )
    claiming = [reader for reader in readers if reader.claims(head, file_name)]
    if len(claiming) == 1:
        return claiming[0]
    if claiming:
        names = " and ".join(reader.name for reader in claiming)
        return Finding(file_name, "file_claimed_twice", raw_value=names)
    line = head.split(b"\n", 1)[0].rstrip(b"\r")
    return Finding(
        file_name,
        "file_not_understood",
        line_number=1,
        byte_start=0,
        byte_end=len(line),
        raw_value=line.decode("cp1252", "replace"),
    )
