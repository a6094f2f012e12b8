"""Copies of the ledger for readers that last, who would else hold off a writer until their end.

A copy is made while nobody writes, and only if the ledger changed since the last one; whoever reads it needs
no lock. Each commit takes the copies away, so that what was purged stands in none; who has one open reads it
to its end.

Belongs here: the files. Does not: opening them (`assets.ledger.store`).
"""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from assets.errors import TransientError
from assets.home import make_folder
from assets.locks import take_by

_LOCK: Final = ".making"
_BOOT: Final = Path("/proc/sys/kernel/random/boot_id")
_ROOM: Final = 3
"""A copy is made where the disk has so many times its size: a report must not fill it."""


@dataclass(frozen=True, slots=True)
class Snapshots:
    """The copies of one ledger; there is at most one that is not being made."""

    folder: Path

    def of(self, ledger: Path, wait: float) -> Path | None:
        """The copy of the database file as it stands, made if there is none; None where none can be had.

        That is where the disk has no room for it, or another process is making it for longer than `wait`
        (seconds). The caller holds the ledger's lock for reading until the copy is open: meanwhile nobody
        takes it away. Other connections of this process may read the ledger: its file is closed here, which
        drops the database's own lock, and not that by which writers are held off.
        """
        log = _log(ledger)
        copy = self.folder / f"{_identity(ledger, log)}{ledger.suffix}"
        try:
            make_folder(self.folder)
            with (self.folder / _LOCK).open("wb") as making:
                if not take_by(time.monotonic() + wait, making):
                    return None
                if not copy.exists():
                    self._make(copy, ledger, log)
        except (OSError, TransientError):
            return None
        return copy if copy.exists() else None

    def _make(self, copy: Path, ledger: Path, log: Path) -> None:
        self.forget()
        if shutil.disk_usage(self.folder).free < _ROOM * ledger.stat().st_size:
            return
        try:
            if log.exists():
                _copy(log, _log(copy))
            _copy(ledger, copy)
        except BaseException:
            self.forget()
            raise

    def forget(self) -> None:
        """Takes away every copy, and what a killed maker left. Nobody may be making or opening one.

        Raises:
            TransientError: if one cannot be taken away: it may hold what is to be purged.
        """
        try:
            paths = [path for path in self.folder.iterdir() if path.name != _LOCK]
        except (FileNotFoundError, NotADirectoryError):
            return
        for path in paths:
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise TransientError(
                    f"{path}, a copy of the ledger, cannot be removed: {error.strerror}. Nothing was posted; "
                    "remove it, then run again."
                ) from error


def _identity(*files: Path) -> str:
    """Twenty digits that are others after any change of these files, of which nobody writes one meanwhile.

    After a start of the machine they are others too: a power failure may leave a copy that is not whole.
    """
    said = [_BOOT.read_text("ascii") if _BOOT.exists() else ""]
    for path in files:
        if path.exists():
            found = path.stat()
            said.append(f"{found.st_ino} {found.st_size} {found.st_mtime_ns} {found.st_ctime_ns}")
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:20]


def _log(database: Path) -> Path:
    """The log beside a database file, which is there after a kill only."""
    return database.with_name(f"{database.name}.wal")


def _copy(source: Path, target: Path) -> None:
    """Copies a file for its owner only; it has its name when it is whole."""
    begun = target.with_name(f"{target.name}.begun")
    os.close(os.open(begun, os.O_WRONLY | os.O_CREAT, 0o600))
    shutil.copyfile(source, begun)
    begun.rename(target)
