"""A set of files in one folder that replaces an earlier one.

Belongs here: temporary files, the moment of replacement, and removing what an earlier set left behind. Does
not: what stands in the files.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from assets.errors import TransientError


class FileSet:
    """Files that are written beside the old ones and take their places together, the last one last.

    Each begins with `header`. Files of the folder that fit `pattern`, begin with the header and belong to the
    set no longer are removed at the end; a file that somebody else made is never touched unless its name is
    one of the set. After an exception nothing was replaced.

    Raises:
        TransientError: if a file cannot be written, replaced or removed.
    """

    def __init__(self, folder: Path, header: str, pattern: str) -> None:
        """A set without files as yet."""
        self._folder = folder
        self._header = header
        self._pattern = pattern
        self._names: list[str] = []

    @property
    def names(self) -> list[str]:
        """The names of the files so far, in the order in which they were opened."""
        return list(self._names)

    def __enter__(self) -> Self:
        """Makes the folder."""
        with self._translated():
            self._folder.mkdir(parents=True, exist_ok=True)
        return self

    @contextmanager
    def opened(self, name: str) -> Iterator[IO[str]]:
        """A new file of the set to write UTF-8 text to; its header stands in it already."""
        assert name not in self._names, f"{name} is written once"
        self._names.append(name)
        with self._translated(), self._temporary(name).open("w", encoding="utf-8", newline="\n") as stream:
            stream.write(self._header)
            yield stream
            stream.flush()
            os.fsync(stream.fileno())

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Puts the files in their places; after an exception, takes them away again."""
        if kind is not None:
            self._discard()
            return
        try:
            with self._translated():
                for name in self._names:
                    self._temporary(name).replace(self._folder / name)
                for path in sorted(self._folder.glob(self._pattern)):
                    if path.name not in self._names and self._is_ours(path):
                        path.unlink()
        except TransientError:
            self._discard()
            raise

    def _temporary(self, name: str) -> Path:
        return self._folder / f".{name}.{os.getpid()}.tmp"

    def _discard(self) -> None:
        # Whoever cannot write to the folder may not be able to remove from it either; the error says so.
        with suppress(OSError):
            for name in self._names:
                self._temporary(name).unlink(missing_ok=True)

    def _is_ours(self, path: Path) -> bool:
        with path.open("rb") as stream:
            return stream.read(len(self._header.encode())) == self._header.encode()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise TransientError(
                f"cannot write to {self._folder}: {error.strerror}. The ledger was only read; check free "
                "space and permissions, then write the files again."
            ) from error
