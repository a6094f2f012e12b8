"""An archive that is being written: under a hidden name, for one process, and under its own when it is whole.

Belongs here: the file and the folder in which it is begun, who is at work in them, what a kill left of them,
and how a whole one gets its name. Does not: what is written (`orchestration.backups`).

Whoever writes holds a lock on the begun file, which the system lets go when the process ends, however it
ends. A begun file without one is left of a dead process.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from assets.errors import OperatingError
from assets.home import OWNER_ONLY
from assets.locks import take

_PREFIX: Final = ".partita-backup-"
_ENDING: Final = ".begun"
_NAME_DIGITS: Final = 12
_TRIES: Final = 100
_LONGEST_BACKUP: Final = 24 * 60 * 60.0
"""What has no lock, since its disk has none or an earlier Partita wrote it, is dead after a day."""

_OWNER_ONLY_FILE: Final = 0o600


@dataclass(frozen=True, slots=True)
class Begun:
    """A file that is open for writing, and a folder beside it for what is copied on the way."""

    path: Path
    folder: Path
    stream: BinaryIO


@contextmanager
def begun_archive(target: Path) -> Iterator[Begun]:
    """What is to become `target`; in the end both are gone, unless `give_name` was called before.

    What dead processes left in the same folder is removed before, and what living ones write is left alone.

    Raises:
        OperatingError: if another process is writing the same, or what a dead one left cannot be removed.
        OSError: if the disk refuses it.
    """
    _remove_left(target.parent)
    mark = hashlib.sha256(os.fsencode(target.name)).hexdigest()[:_NAME_DIGITS]
    path = target.parent / f"{_PREFIX}{mark}{_ENDING}"
    with os.fdopen(_created(path, target), "w+b") as stream:
        folder = _folder_of(path)
        try:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(OWNER_ONLY)
            yield Begun(path, folder, stream)
        finally:
            if _is_still(stream.fileno(), path):
                shutil.rmtree(folder, ignore_errors=True)
                path.unlink(missing_ok=True)


def give_name(begun: Begun, target: Path) -> None:
    """Brings what was written to its name, and replaces nothing.

    Raises:
        OperatingError: if something has that name by now.
        OSError: if the disk refuses it.
    """
    try:
        os.link(begun.path, target)
    except FileExistsError:
        refuse_taken(target)
    except OSError:
        # Some disks give a file one name only.
        refuse_taken(target)
        shutil.rmtree(begun.folder, ignore_errors=True)
        begun.path.rename(target)


def refuse_taken(target: Path) -> None:
    """Raises an OperatingError if something has the name, be it a link to nowhere."""
    if target.exists() or target.is_symlink():
        raise OperatingError(f"{target} is there already: a backup never replaces a file")


def _folder_of(path: Path) -> Path:
    return path.with_suffix(".folder")


def _created(path: Path, target: Path) -> int:
    """A new file with our lock on it. Another process may take it for a dead one's before it has the lock."""
    for _ in range(_TRIES):
        try:
            is_free = _remove_dead(path)
        except OSError as error:
            raise OperatingError(
                f"{path} was left by a backup that was cut off, and cannot be removed ({error.strerror}): "
                "remove it yourself. Nothing was backed up"
            ) from error
        if not is_free:
            break
        with suppress(FileExistsError):
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, _OWNER_ONLY_FILE)
            if _is_locked(descriptor) is not False and _is_still(descriptor, path):
                return descriptor
            os.close(descriptor)
    raise OperatingError(f"another backup is being written to {target}: wait for its end")


def _remove_dead(path: Path) -> bool:
    """Removes a begun file that nobody is writing, and its folder; False if somebody is.

    It is never written over: a kill may have left it as a second name of a whole backup.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return True
    try:
        is_locked = _is_locked(descriptor)
        if is_locked is False or (is_locked is None and not _is_old(path)):
            return False
        if _is_still(descriptor, path):
            folder = _folder_of(path)
            if folder.exists():
                shutil.rmtree(folder)
            path.unlink(missing_ok=True)
        return True
    finally:
        os.close(descriptor)


def _is_locked(descriptor: int) -> bool | None:
    """Whether the lock is ours now; None if the disk has no locks."""
    try:
        return take(descriptor)
    except OSError:
        return None


def _is_still(descriptor: int, path: Path) -> bool:
    """Whether the open file is the one of that name."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.lstat())
    except FileNotFoundError:
        return False


def _is_old(path: Path) -> bool:
    return path.lstat().st_mtime < time.time() - _LONGEST_BACKUP


def _remove_left(folder: Path) -> None:
    """Removes what dead processes left of backups; what cannot be removed is in nobody's way."""
    for path in folder.glob(f"{_PREFIX}*"):
        with suppress(OSError):
            if path.suffix == _ENDING:
                _remove_dead(path)
            elif not path.with_suffix(_ENDING).exists() and _is_old(path):
                # An earlier Partita named a file and a folder so, each by chance.
                shutil.rmtree(path) if path.is_dir() else path.unlink()
