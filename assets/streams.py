"""Reading source files: hashed while they are read, and with errors in our own words."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from assets.errors import SourceFileChangedError

_READ_BYTES: Final = 1024 * 1024
_MOST_REMEMBERED: Final = 100_000

_digests: dict[tuple[Path, int, int, int, int], str] = {}


class HashingStream:
    """A stream that hashes what is read through it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._digest = hashlib.sha256()
        self.byte_count = 0

    def read(self, size: int = -1) -> bytes:
        """As a binary stream's `read`."""
        data = self._stream.read(size)
        self._digest.update(data)
        self.byte_count += len(data)
        return data

    def hexdigest(self) -> str:
        """SHA-256 of all bytes, after the rest of the stream has been read through as well."""
        while self.read(_READ_BYTES):
            pass
        return self._digest.hexdigest()


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The file for reading; whatever the operating system refuses is said in our own words."""
    try:
        stream = path.open("rb")
    except OSError as error:
        raise SourceFileChangedError(f"{path} cannot be read: {error.strerror}") from error
    with stream:
        try:
            yield stream
        except OSError as error:
            raise SourceFileChangedError(f"{path} cannot be read any further: {error.strerror}") from error


def digest(path: Path, status: os.stat_result) -> str:
    """SHA-256 of the file; one that did not change since it was last hashed or read is not read again.

    Raises SourceFileChangedError if it cannot be read.
    """
    known = _digests.get(_identity(path, status))
    if known is None:
        with opened(path) as stream:
            known = HashingStream(stream).hexdigest()
        remember_digest(path, status, known)
    return known


def remember_digest(path: Path, status: os.stat_result, content_sha256: str) -> None:
    """Keeps the hash of a file that was read as a whole; `status` is from before the reading began."""
    if len(_digests) >= _MOST_REMEMBERED:
        _digests.clear()
    _digests[_identity(path, status)] = content_sha256


def _identity(path: Path, status: os.stat_result) -> tuple[Path, int, int, int, int]:
    # The time of the entry changes with every write, whatever modification time somebody sets.
    return path, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns
