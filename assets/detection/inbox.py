"""Finds the files that wait in the inbox, and keeps them for ever under their partition key.

The kept file in `processed/` or `failed/` is named by its key (`assets.detection.keys`). A kept file that is
moved into the inbox again, under that name and unchanged, is the file that it was: it has the same key and
the name under which it was dropped.
"""

from __future__ import annotations

import errno
import fnmatch
import os
import shutil
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from assets.detection.keys import bearer_of, dropped_name, file_key_of, is_key, key_in_inbox, split_key
from assets.errors import SourceFileChangedError, TransientError
from assets.home import Place
from assets.streams import digest, opened

IN_TRANSIT_SUFFIXES: Final = (".part", ".tmp", ".temp", ".filepart", ".crdownload", ".partial", "~")
SYSTEM_FILES: Final = frozenset({"thumbs.db", "ehthumbs.db", "desktop.ini"})
"""What Windows leaves in folders that people look into; never taken, and no sign of anything."""


@dataclass(frozen=True, slots=True)
class WaitingFile:
    """A file in the inbox that is complete, with its content's hash.

    `partition_key` is the key that its name brings, if it was kept before, or its file key, until a look has
    put there the one that the ledger has or draws.
    """

    path: Path
    file_key: str
    partition_key: str
    content_sha256: str
    byte_count: int

    @property
    def dropped_name(self) -> str:
        """The name under which the file was dropped first."""
        return dropped_name(self.path.name, self.partition_key)


def matches_masks(name: str, masks: Iterable[str]) -> bool:
    """Whether a file's name fits one of the masks, in any case (D03).

    As in DOS, `*.*` means every file, and a mask that ends with a dot names without an ending. Hidden files,
    those of the operating system, files that a transfer program still names as such, and names that are no
    text are never taken.
    """
    folded = name.casefold()
    if is_hidden(folded) or folded.endswith(IN_TRANSIT_SUFFIXES) or not is_text(name):
        return False
    names = {folded}
    if is_key(name):
        # A kept file that was moved into the inbox again fits what it fitted when it was dropped.
        names.add(dropped_name(name, name).casefold())
    return any(_fits(each, mask.casefold()) for each in names for mask in masks)


def is_text(name: str) -> bool:
    """Whether a file's name is UTF-8: another one can be neither shown nor written down as it is."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def shown_name(name: str) -> str:
    """A file's name as text; bytes that are no UTF-8 as `\\xe0`."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def is_hidden(name: str) -> bool:
    """Whether people do not see a file of this name, or did not put it there."""
    return name.startswith((".", "~$")) or name.casefold() in SYSTEM_FILES


def is_file_or_link(path: Path) -> bool:
    """Whether somebody dropped a file there, or a link that leads to no folder, such as one to itself."""
    with suppress(OSError):
        return path.is_file() or (path.is_symlink() and not path.is_dir())
    # It leads to where we may not look.
    return path.is_symlink()


def _fits(folded: str, mask: str) -> bool:
    if mask == "*.*":
        return True
    if mask.endswith("."):
        return "." not in folded and fnmatch.fnmatchcase(folded, mask[:-1])
    return fnmatch.fnmatchcase(folded, mask)


def candidates(inbox: Path, masks: Sequence[str], quiet_seconds: float) -> Iterator[Path]:
    """Files in the inbox that fit a mask and have been left alone for a while, by name.

    A file is left alone when neither its content nor its entry changed for `quiet_seconds`; a file that is
    still being written is found by a later look. The time of the entry cannot be set by whoever copies the
    file, so that a copy with an old modification time is not mistaken for an old file.
    """
    now = time.time()
    found = []
    try:
        with os.scandir(inbox) as entries:
            for entry in entries:
                with suppress(FileNotFoundError):
                    if entry.is_file(follow_symlinks=False) and matches_masks(entry.name, masks):
                        status = entry.stat(follow_symlinks=False)
                        if abs(now - max(status.st_mtime, status.st_ctime)) >= quiet_seconds:
                            found.append(entry.name)
    except OSError as error:
        raise TransientError(f"the inbox {inbox} cannot be read: {error.strerror}") from error
    for name in sorted(found):
        yield inbox / name


def identify(path: Path, mark: str = "") -> WaitingFile | None:
    """The file with its hash and keys; None if it vanished or cannot be read just now."""
    try:
        with opened(path) as stream:
            status = os.fstat(stream.fileno())
            content_hash = digest(path, status)
    except SourceFileChangedError:
        return None
    key = key_in_inbox(path.name, content_hash, mark)
    return WaitingFile(path, file_key_of(key, content_hash), key, content_hash, status.st_size)


def find(place: Place, key: str) -> Path:
    """Where the file with this key stands now: kept after a failed import, in the inbox, or processed.

    The only file of its name is not hashed here: whoever reads it compares the hash with the key.

    Raises:
        SourceFileChangedError: if it stands nowhere. Its place in the inbox may hold other content by now,
            which is another file with another key.
    """
    for folder in (place.failed, place.processed):
        if (folder / key).is_file():
            return folder / key
    _, content_hash, _ = split_key(key)
    if place.inbox.is_dir():
        may_bear = bearer_of(key, place.key_mark)
        # No link in an inbox is followed, be it put there since the file was found.
        named = [
            path
            for path in sorted(place.inbox.iterdir())
            if may_bear(path.name) and not path.is_symlink() and path.is_file()
        ]
        for path in named:
            if len(named) == 1 or (
                (known := identify(path)) and known.content_sha256.startswith(content_hash)
            ):
                return path
    raise SourceFileChangedError(
        f"{key} is neither in {place.inbox} nor in failed/ or processed/: the file was removed or changed "
        "after it was found. Changed content is found again under its own key."
    )


def keep(path: Path, folder: Path, key: str, content_sha256: str) -> Path:
    """Moves a file, whose import is committed, to `folder/key`, unchanged; doing it again does no harm.

    A file that was overwritten in the inbox after it was read is another file: it stays where it is.

    Raises:
        TransientError: if the move is refused; the next look at the inbox tries again.
    """
    target = folder / key
    if path == target:
        return target
    known = identify(path)
    if known is None or known.content_sha256 != content_sha256:
        return path
    try:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            path.replace(target)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            _copy_across(path, target)
    except FileNotFoundError:
        # Somebody else (a second run, a sensor's tick) moved it between our look and our move.
        return target
    except OSError as error:
        raise TransientError(
            f"{path} was imported but cannot be moved to {folder}: {error.strerror}. It is moved at the next "
            "look at the inbox; nothing is imported twice."
        ) from error
    return target


def is_dropped_again(path: Path, place: Place, key: str, content_sha256: str) -> bool:
    """Whether a file with this key is kept and the one at `path`, with that content, is a second one.

    Whoever moves the first one meanwhile cannot make two of it: the kept one is looked for first and the
    other one last, and a file that is copied to another file system bears a mark as long as both are there.
    """
    kept = [folder / key for folder in (place.processed, place.failed) if (folder / key).exists()]
    if not kept or any(_mark_of_copying(target).exists() for target in kept):
        return False
    known = identify(path, place.key_mark)
    return known is not None and known.content_sha256 == content_sha256


def _copy_across(path: Path, target: Path) -> None:
    """Copies to another file system under a temporary name first, so that no half file is ever kept."""
    mark = _mark_of_copying(target)
    mark.touch()
    temporary = target.with_name(f".{target.name}.part")
    shutil.copyfile(path, temporary)
    with temporary.open("rb") as stream:
        os.fsync(stream.fileno())
    temporary.replace(target)
    path.unlink()
    mark.unlink(missing_ok=True)


def _mark_of_copying(target: Path) -> Path:
    return target.with_name(f".{target.name}.copied")
