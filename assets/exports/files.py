"""Replaces a file as a whole: whoever reads it sees the old one or the new one, never a part."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from assets.errors import TransientError


class Replacement:
    """A new content of a file, written beside it under a hidden name until it takes its place."""

    def __init__(self, path: Path, stream: BinaryIO, partial: Path) -> None:
        self.path = path
        self.byte_count = 0
        self._stream = stream
        self._partial = partial

    def write(self, data: bytes | memoryview) -> None:
        """Appends the bytes."""
        with _translated(self.path):
            self._stream.write(data)
        self.byte_count += len(data)

    def finish(self) -> None:
        """Brings everything onto the disk. The old file still stands."""
        with _translated(self.path):
            self._stream.flush()
            os.fsync(self._stream.fileno())
            self._stream.close()

    def take_place(self) -> None:
        """The new file stands where the old one stood, also after a power cut."""
        assert self._stream.closed, "only a finished file takes a place"
        with _translated(self.path):
            self._partial.replace(self.path)
            folder = os.open(self.path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)


@contextmanager
def replacing(path: Path) -> Iterator[Replacement]:
    """A new content for the file; unless it takes its place, nothing of it remains.

    What a killed process left under the hidden name is overwritten: the ledger's lock lets one export at a
    time write.

    Raises:
        TransientError: if the folder cannot be written or the disk is full. The old file stands unchanged.
    """
    partial = path.with_name(f".{path.name}.partial")
    with _translated(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        # One block is written at a time: a buffer would only copy it once more.
        stream = partial.open("wb", buffering=0)
    try:
        with stream:
            yield Replacement(path, stream, partial)
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise TransientError(
            f"{path} cannot be written: {error.strerror}. The file of the last export stands unchanged; "
            "check free space and permissions, then export again."
        ) from error
