"""Small files that a target keeps between runs: a token, a session, the errors of the last hour.

Belongs here: reading and replacing them as a whole, 0600, under a lock. Does not: what stands in them.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from assets.errors import TransientError
from assets.locks import take_by
from assets.sync.errors import Explanation, StoppedError

_WAIT_SECONDS: Final = 150
"""Longer than whoever holds the lock waits for the program, with its attempts."""

_MAX_BYTES: Final = 64 * 1024
_OWNER_ONLY: Final = 0o600


class StateFile:
    """One JSON object in a file that only its owner may read.

    It is replaced as a whole, so that it can be read at any time; what depends on what was read is written
    under `locked`, after another reading.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read: tuple[tuple[int, ...], dict[str, Any]] | None = None

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Nobody else, thread or process, uses the file meanwhile; the lock ends with a killed process.

        Raises TransientError if another one holds it for longer than a call can take.
        """
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = os.open(self.path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _OWNER_ONLY)
        except OSError as error:
            raise self._unwritable(error) from error
        try:
            if not take_by(time.monotonic() + _WAIT_SECONDS, lock):
                raise TransientError(f"{self.path} is held by another process; sync again when it ended")
            yield
        finally:
            os.close(lock)

    def read(self) -> Mapping[str, Any] | None:
        """What was written last; None if nothing was. The file is opened only if it was replaced meanwhile.

        Raises:
            StoppedError: if others than the owner may read the file or write to it.
            TransientError: if it cannot be read.
            ValueError: if it holds no JSON object: somebody else wrote it.
        """
        try:
            if self._read is not None and self._read[0] == _identity(self.path.lstat()):
                return self._read[1]
            descriptor = os.open(self.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise TransientError(f"{self.path} cannot be read: {error.strerror}") from error
        with os.fdopen(descriptor, "rb") as stream:
            status = os.fstat(descriptor)
            if status.st_mode & 0o077 or status.st_uid != os.geteuid():
                detail = f"{self.path} may be read by others: chmod 600 and the right owner"
                raise StoppedError(Explanation("secret_missing", detail))
            value = json.loads(stream.read(_MAX_BYTES), parse_float=Decimal)
        if not isinstance(value, dict):
            raise ValueError("no JSON object")
        self._read = _identity(status), value
        return value

    def write(self, value: dict[str, Any]) -> None:
        """Replaces the file, also if the power is cut after it returned. Raises TransientError."""
        with self.prepared() as new:
            new.write(value)

    @contextmanager
    def prepared(self) -> Iterator[PreparedState]:
        """Room for a new content, taken on the disk before anything depends on it.

        Unless something is written the old content stands. Raises TransientError if there is no room.
        """
        partial = self.path.with_suffix(".partial")
        try:
            partial.unlink(missing_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
            descriptor = os.open(partial, flags, _OWNER_ONLY)
            try:
                os.posix_fallocate(descriptor, 0, _MAX_BYTES)
                yield PreparedState(self.path, partial, descriptor)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise self._unwritable(error) from error
        finally:
            with suppress(OSError):
                partial.unlink(missing_ok=True)

    def _unwritable(self, error: OSError) -> TransientError:
        return TransientError(
            f"{self.path} cannot be written: {error.strerror}. Check free space and permissions; sync again."
        )


class PreparedState:
    """The room for a new content of a state file."""

    def __init__(self, path: Path, partial: Path, descriptor: int) -> None:
        self._path, self._partial, self._descriptor = path, partial, descriptor

    def write(self, value: dict[str, Any]) -> None:
        """The new content takes its place, on the disk. Raises OSError."""
        data = json.dumps(value).encode()
        assert len(data) <= _MAX_BYTES, "a state file is small"
        os.pwrite(self._descriptor, data, 0)
        os.ftruncate(self._descriptor, len(data))
        os.fsync(self._descriptor)
        self._partial.replace(self._path)
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _identity(status: os.stat_result) -> tuple[int, ...]:
    """What a replaced file, or one that others may read now, has otherwise."""
    return status.st_ino, status.st_ctime_ns, status.st_size
