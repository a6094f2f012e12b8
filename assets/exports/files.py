"""Replaces a file as a whole: whoever reads it sees the old one or the new one, never a part."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import BinaryIO, Final

from assets.errors import TransientError

_BYTES_PER_SYNC: Final = 64 * 1024 * 1024


class Replacement:
    """A new content of a file, written beside it under a hidden name until it takes its place.

    A thread brings it onto the disk while more of it is made, so that little is left to wait for at the end.
    """

    def __init__(self, path: Path, stream: BinaryIO, partial: Path, disk: ThreadPoolExecutor) -> None:
        self.path = path
        self.byte_count = 0
        self._stream = stream
        self._partial = partial
        self._disk = disk
        self._sync: Future[None] | None = None
        self._synced_bytes = 0
        self._is_finished = False

    def write(self, data: bytes | memoryview) -> None:
        """Appends the bytes."""
        assert not self._is_finished, "nothing follows the end"
        with _translated(self.path):
            self._stream.write(data)
        self.byte_count += len(data)
        is_idle = self._sync is None or self._sync.done()
        if is_idle and self.byte_count - self._synced_bytes >= _BYTES_PER_SYNC:
            self._begin(os.fdatasync)

    def finish(self) -> None:
        """Begins to bring what is left onto the disk. The old file still stands."""
        self._begin(os.fsync)
        self._is_finished = True

    def take_place(self) -> None:
        """The new file stands where the old one stood, also after a power cut."""
        assert self._is_finished, "only a finished file takes a place"
        self._wait()
        with _translated(self.path), _held(self.path):
            self._partial.replace(self.path)
            folder = os.open(self.path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    def _begin(self, sync: Callable[[int], None]) -> None:
        self._wait()
        self._synced_bytes = self.byte_count
        self._sync = self._disk.submit(sync, self._stream.fileno())

    def _wait(self) -> None:
        """The disk says of each failure once: no answer may be missed."""
        with _translated(self.path):
            if self._sync is not None:
                self._sync.result()


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
        with stream, ThreadPoolExecutor(1) as disk:
            yield Replacement(path, stream, partial, disk)
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


@contextmanager
def _held(path: Path) -> Iterator[None]:
    """Lets the file go in a thread: to give back the space of a large one takes a tenth of a second."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        # There is none yet, or none that may be read: then it goes when it is replaced.
        yield
        return
    try:
        yield
    finally:
        Thread(target=os.close, args=(descriptor,)).start()


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise TransientError(
            f"{path} cannot be written: {error.strerror}. The file of the last export stands unchanged; "
            "check free space and permissions, then export again."
        ) from error
