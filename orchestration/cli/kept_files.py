"""Reads the line of a file behind a posting, as evidence.

A file of which everything is posted is kept in `processed/`, another one in `failed/`, both under their
partition key; one that a crash kept from being moved is still in the inbox under its own name. E-invoices
have folders of their own, where archives are kept whole. Only a file whose size (in the inbox, whose content)
is that of the import is evidence.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from assets.detection.keys import place_of
from assets.home import Home

MAX_LINE_BYTES: Final = 64 * 1024
"""No line of a trace is longer; a place beyond that would be a mistake, and is not shown in full."""

_UTF8_BOM: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class KeptFile:
    """Where the bytes of an import stand; without a path, `problem` says why there are none."""

    path: Path | None
    problem: str | None = None


def find_kept_file(
    home: Home, *, partition_key: str, source_file: str, byte_count: int, content_sha256: str
) -> KeptFile:
    """The file of this import among the processed ones, the failed ones, and in its inbox."""
    place = place_of(home, partition_key)
    return _find(
        (place.processed, place.failed), place.inbox, partition_key, source_file, byte_count, content_sha256
    )


def find_kept_invoice(
    home: Home, *, file_key: str, source_file: str, byte_count: int, content_sha256: str
) -> KeptFile:
    """The same for a dropped file of e-invoices, which may be an archive; it is kept under its file key."""
    folders = (home.processed_invoices, home.failed_invoices)
    return _find(folders, home.invoice_inbox, file_key, source_file, byte_count, content_sha256)


def _find(
    folders: tuple[Path, Path],
    inbox: Path,
    partition_key: str,
    source_file: str,
    byte_count: int,
    content_sha256: str,
) -> KeptFile:
    changed: Path | None = None
    # The file of a deleted import bears the import's own name; before that was done, its first one.
    names = dict.fromkeys((partition_key, partition_key.partition("#")[0]))
    for path in [folder / name for name in names for folder in folders]:
        if path.is_file():
            if path.stat().st_size == byte_count:
                return KeptFile(path)
            changed = path
    waiting = inbox / Path(source_file).name
    # Another file may have been dropped under the same name since; the content decides.
    if waiting.is_file() and waiting.stat().st_size == byte_count and _sha256(waiting) == content_sha256:
        return KeptFile(waiting)
    if changed is not None:
        return KeptFile(None, f"{changed} was changed since the import: its size differs")
    return KeptFile(None, f"{partition_key} is neither in {folders[0]} nor in {folders[1]}")


def read_line(path: Path, byte_start: int, byte_end: int) -> str:
    """The bytes from `byte_start` to before `byte_end` as text, without the line end.

    Raises:
        OSError: if the file cannot be read.
    """
    with path.open("rb") as stream:
        is_marked = stream.read(len(_UTF8_BOM)) == _UTF8_BOM
        stream.seek(byte_start)
        line = stream.read(min(byte_end - byte_start, MAX_LINE_BYTES)).rstrip(b"\r\n")
    return _decode(line.removeprefix(_UTF8_BOM), is_marked=is_marked)


def _decode(line: bytes, *, is_marked: bool) -> str:
    if is_marked:
        return line.decode("utf-8", "backslashreplace")
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", "backslashreplace")


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
