"""What a delivered file holds: itself, or the members of a ZIP archive, one after the other.

What belongs here: which bytes are one file, and the limits of archives. What does not: envelopes and formats.
Nothing is written to the disk, so a member's name is a name and no path; names that would lead elsewhere are
refused all the same, since other programs unpack the same archive.
"""

from __future__ import annotations

import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from assets.findings import Finding, said, shorten
from assets.invoices import companions, limits
from assets.invoices.walking import UNREADABLE
from assets.streams import opened

_ZIP_STARTS: Final = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_END_RECORD: Final = b"PK\x05\x06"
_END_RECORD_BYTES: Final = 22
_LONG_END_RECORD: Final = b"PK\x06\x06"
_LONG_END_RECORD_BYTES: Final = 56
_ENTRY: Final = b"PK\x01\x02"
_LARGEST_COMMENT: Final = 65_535
_LOCAL_HEADER_BYTES: Final = 30
_MAX_DIRECTORY_BYTES: Final = 64 * 1024 * 1024
_MANY: Final = 0xFFFF
_LARGE: Final = 0xFFFFFFFF
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED: Final = 0x1
_HEAD_BYTES: Final = 4096
_TOO_LARGE: Final = (limits.FILE_BYTES_SENTENCE, limits.COMPRESSION_RATIO_SENTENCE)
_NOT_WHOLE: Final = said("whole_member")
_BAD_ARCHIVE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class Member:
    """One file: its name (`archive.zip/folder/file.xml` for a member of an archive) and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One file of an archive that is no document."""

    name: str


def members(path: Path, name: str) -> Iterator[Member | LeftOut | Finding]:
    """The file, or the members of an archive in the archive's order; a finding R17 for each that is refused.

    What is surely no document (`companions`) is left out of an archive; a file alone is never.

    One member is in memory at a time. Raises SourceFileChangedError if the file cannot be read.
    """
    with opened(path) as stream:
        head = stream.read(4)
        stream.seek(0)
        if head.startswith(_ZIP_STARTS):
            yield from _archive(stream, name)
            return
        if name.lower().endswith(".zip"):
            yield _refused(name, said("zip_archive"), head.hex(" "))
            return
        data = stream.read(limits.MAX_FILE_BYTES + 1)
    if len(data) > limits.MAX_FILE_BYTES:
        yield _refused(name, limits.FILE_BYTES_SENTENCE, f"more than {limits.MAX_FILE_BYTES} bytes")
    else:
        yield Member(name, data)


def _archive(stream: BinaryIO, name: str) -> Iterator[Member | LeftOut | Finding]:
    has_too_many = _has_too_many(stream)
    stream.seek(0)
    if has_too_many:
        yield _refused(name, limits.ARCHIVE_MEMBERS_SENTENCE, f"more than {limits.MAX_ARCHIVE_MEMBERS} files")
        return
    try:
        archive = zipfile.ZipFile(stream)
    except _BAD_ARCHIVE as error:
        yield _refused(name, said("whole_zip_archive"), str(error))
        return
    with archive:
        infos = [info for info in archive.infolist() if not info.is_dir()]
        total = sum(info.file_size for info in infos)
        if total > limits.MAX_ARCHIVE_BYTES:
            yield _refused(name, limits.ARCHIVE_BYTES_SENTENCE, f"{total} bytes")
        elif not infos:
            yield _refused(name, said("archive_with_file"), "0 files")
        else:
            yield from _members_of(archive, infos, name)


def _has_too_many(stream: BinaryIO) -> bool:
    """Whether the archive's directory, of which the library would make objects, lists too many files."""
    size = stream.seek(0, 2)
    start = max(0, size - _END_RECORD_BYTES - _LARGEST_COMMENT)
    stream.seek(start)
    tail = stream.read()
    place = tail.rfind(_END_RECORD)
    if place < 0 or len(tail) < place + _END_RECORD_BYTES:
        return False
    count, directory = struct.unpack("<HL", tail[place + 10 : place + 16])
    long_record = tail.rfind(_LONG_END_RECORD, 0, place)
    if (count == _MANY or directory == _LARGE) and 0 <= long_record <= place - _LONG_END_RECORD_BYTES:
        directory = struct.unpack("<Q", tail[long_record + 40 : long_record + 48])[0]
        place = long_record
    if directory > _MAX_DIRECTORY_BYTES:
        return True
    stream.seek(max(0, start + place - directory))
    return stream.read(directory).count(_ENTRY) > limits.MAX_ARCHIVE_MEMBERS


def _members_of(
    archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo], name: str
) -> Iterator[Member | LeftOut | Finding]:
    """As `members`; the list is empty in the end."""
    overlapping = _overlapping(infos)
    seen: set[str] = set()
    # What the library holds of a member is let go of with it: of very many it takes as much as the findings.
    archive.filelist.clear()
    archive.NameToInfo.clear()
    infos.reverse()
    for number in range(len(infos)):
        info = infos.pop()
        member = f"{name}/{info.filename}"
        reason = _reason(info, is_overlapping=number in overlapping)
        if reason is None and info.filename in seen:
            reason = said("name_of_one_file"), info.filename
        seen.add(info.filename)
        if reason is not None:
            head = _head(archive, info) if reason[0] in _TOO_LARGE else None
            if head is not None and companions.is_companion(info.filename, head):
                yield LeftOut(member)
            else:
                yield _refused(member, *reason)
            continue
        try:
            with archive.open(info) as stream:
                data = stream.read(limits.MAX_FILE_BYTES + 1)
        except _BAD_ARCHIVE as error:
            yield _refused(member, _NOT_WHOLE, str(error))
            continue
        if len(data) != info.file_size:
            yield _refused(member, _NOT_WHOLE, f"{len(data)} for {info.file_size} bytes")
        elif companions.is_companion(info.filename, data) and (
            not data.startswith(_ZIP_STARTS) or companions.is_office_file(data)
        ):
            yield LeftOut(member)
        elif data.startswith(_ZIP_STARTS):
            yield _refused(member, said("no_archive_inside"), "ZIP")
        else:
            yield Member(member, data)


def _head(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes | None:
    """How a member begins that is too large to be read as a whole; None where even that cannot be read."""
    try:
        with archive.open(info) as stream:
            return stream.read(_HEAD_BYTES)
    except _BAD_ARCHIVE:
        return None


def _overlapping(infos: list[zipfile.ZipInfo]) -> set[int]:
    """Which members (by their place in the list) share bytes with another one, as no honest archive's do."""
    found = set()
    end = 0
    for number, info in sorted(enumerate(infos), key=lambda each: each[1].header_offset):
        if info.header_offset < end:
            found.add(number)
        end = max(end, info.header_offset + _LOCAL_HEADER_BYTES + info.compress_size)
    return found


def _reason(info: zipfile.ZipInfo, *, is_overlapping: bool) -> tuple[str, str] | None:
    """Why a member is not even opened: what was expected, and what stands there."""
    parts = info.filename.replace("\\", "/").split("/")
    if ".." in parts or parts[0] == "" or ":" in parts[0] or "\x00" in info.orig_filename:
        return said("name_within_archive"), info.filename
    if stat.S_ISLNK(info.external_attr >> 16):
        return said("no_link"), info.filename
    if info.flag_bits & _ENCRYPTED:
        return said("file_without_password"), info.filename
    if info.compress_type not in _METHODS:
        return said("stored_or_deflated"), f"method {info.compress_type}"
    if info.file_size > limits.MAX_FILE_BYTES:
        return limits.FILE_BYTES_SENTENCE, f"{info.file_size} bytes"
    if info.file_size > limits.MAX_COMPRESSION_RATIO * max(info.compress_size, 1):
        return limits.COMPRESSION_RATIO_SENTENCE, f"{info.compress_size} for {info.file_size} bytes"
    if is_overlapping:
        return said("file_with_own_bytes"), info.filename
    return None


def _refused(name: str, expected: str, raw_value: str) -> Finding:
    return Finding(name, UNREADABLE, raw_value=shorten(raw_value), expected=expected)
