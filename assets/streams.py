"""Reading source files: hashed while they are read, and with errors in our own words."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from assets.errors import SourceFileChangedError

_READ_BYTES: Final = 1024 * 1024


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
