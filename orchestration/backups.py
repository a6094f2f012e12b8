"""A backup of a home in one file, and a home restored from one. No Dagster here.

A backup has the ledger and its journal of decisions as they stood at one moment, every kept and waiting file,
and the reference data. Files that came while it was made may be in it although its ledger does not know them:
a restored home says so, as any home does (`assets.detection.comparing`). Not in it are Dagster's records,
which `partita repair` makes anew, exports, which are written again, and the secrets of accounting programs.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, Final

from assets.detection.inbox import is_text, shown_name
from assets.errors import OperatingError, TransientError
from assets.home import OWNER_ONLY, Home
from assets.ledger.decisions import CONTENTS
from assets.ledger.store import Ledger, unreadable_tables, utc_now
from assets.wording import counted
from orchestration.begun import begun_archive, give_name, refuse_taken
from orchestration.building import building

MANIFEST: Final = "backup.json"
FORMAT: Final = "partita backup 1"
RESTORED: Final = Home(Path()).restored.name

_NOT_WHOLE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
"""What the library raises for an archive that was cut off or changed: an encryption or a method, say."""

_BLOCK: Final = 1024 * 1024
_LARGEST_MANIFEST: Final = 256 * 1024 * 1024
_OWNER_ONLY_FILE: Final = 0o600
_READING: Final = os.O_RDONLY | os.O_NONBLOCK
"""A pipe that somebody dropped would be waited for without it."""


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds: when it was made (UTC), and each file by its place in the home with its size.

    `left_out` are things of the home that are not in it, each with the reason, such as a link among the files
    that people drop. `nightly_of` is the identity of the home whose nightly backup it is; None if a person
    had it written.
    """

    made_at: str
    files: Mapping[str, int]
    left_out: tuple[str, ...] = ()
    nightly_of: str | None = None

    @property
    def byte_count(self) -> int:
        """The size of all files together."""
        return sum(self.files.values())


def back_up(home: Home, ledger: Ledger, target: Path, *, nightly_of: str | None = None) -> Backup:
    """Writes a backup; the ledger is held from writers for no longer than its file takes to copy.

    The backup appears under its name when it is whole, and is read back before.

    Raises:
        OperatingError: if the target is there already or being written, or there is no ledger yet.
        LedgerLockedError: if a writer holds the ledger for too long.
        TransientError: if a file cannot be read, or the disk refuses the backup.
    """
    if Path(os.path.realpath(target)).is_relative_to(os.path.realpath(home.root)):
        raise OperatingError(f"{target} lies in the home {home.root}: name a place on another disk")
    try:
        refuse_taken(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        with begun_archive(target) as begun:
            archive = zipfile.ZipFile(begun.stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
            backup = _write(home, ledger, begun.folder, archive, nightly_of)
            begun.stream.flush()
            os.fsync(begun.stream.fileno())
            _read_back(begun.path)
            give_name(begun, target)
    except OSError as error:
        raise TransientError(f"the backup {target} cannot be written: {error.strerror or error}") from error
    return backup


def read_backup(path: Path) -> Backup | None:
    """What the backup that stands there says of itself; None if it is none. Raises nothing but OSError."""
    if not path.is_file():
        return None
    try:
        with zipfile.ZipFile(path) as archive:
            return _said(_manifest(path, archive))
    except (*_NOT_WHOLE, KeyError, TypeError, AttributeError, OperatingError, FileNotFoundError):
        return None


def restore(source: Path, root: Path) -> Backup:
    """Makes a home of a backup, in a folder that is not there yet or empty.

    Every content is compared with the backup's list, and the ledger is read whole, before the home appears
    under its name. It says that it was restored, so that nothing is sent from it unseen.

    Raises:
        OperatingError: if the folder has something in it, or the file is no backup or not whole.
        TransientError: if the disk refuses the home.
    """
    try:
        _refuse_in_use(root)
        with building(root.parent, root.name) as begun:
            _refuse_in_use(root)
            backup = _extract(source, begun)
            home = Home(begun)
            _refuse_damaged(home)
            home.restored.write_text(
                f"Restored on {utc_now():%Y-%m-%d %H:%M:%S} UTC from a backup of {backup.made_at} UTC. "
                "Remove this file when the accounting programs were compared (docs/bad-days.md).\n",
                "utf-8",
            )
            home.create()
            if root.exists():
                root.rmdir()
            begun.rename(root.resolve())
    except _NOT_WHOLE as error:
        raise OperatingError(f"{source} is no backup, or not whole: {error}. Nothing was restored") from error
    except OSError as error:
        raise TransientError(f"{root} cannot be restored: {error.strerror or error}") from error
    return backup


def _refuse_in_use(root: Path) -> None:
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise OperatingError(f"{root} is not empty: name a folder that is not there yet")


# --- Writing ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Found:
    """A file of the home. Below the folder `within` no link is followed to it (None: any is). `is_dropped`
    says that it lies in an inbox, where anything may lie.
    """

    path: Path
    within: Path | None
    is_dropped: bool = False


@dataclass(slots=True)
class _Writing:
    """An archive under way: what is in it, and what is left out and why, by the place in the home."""

    archive: zipfile.ZipFile
    entries: dict[str, dict[str, object]] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, stream: BinaryIO) -> None:
        """Puts a file into the archive, and notes its size and its SHA-256 as it was read."""
        digest, size = hashlib.sha256(), 0
        with self.archive.open(name, "w", force_zip64=True) as entry:
            while block := stream.read(_BLOCK):
                digest.update(block)
                size += len(block)
                entry.write(block)
        self.entries[name] = {"byte_count": size, "content_sha256": digest.hexdigest()}


def _write(
    home: Home, ledger: Ledger, folder: Path, archive: zipfile.ZipFile, nightly_of: str | None
) -> Backup:
    """Fills the archive: the copy of the ledger first, so that every file it knows is there when we list."""
    writing = _Writing(archive)
    with archive:
        for path, copy in ledger.copy_files(folder).items():
            with copy.open("rb") as stream:
                writing.add(path.relative_to(home.root).as_posix(), stream)
            copy.unlink()
        # A file that moves from the inbox to where it is kept is listed there too, or by the second look.
        for _ in range(2):
            for found in _files(home):
                name = found.path.relative_to(home.root).as_posix()
                if name not in writing.entries and name not in writing.left_out:
                    _take(writing, found, name)
        backup = Backup(
            f"{utc_now():%Y-%m-%d %H:%M:%S}",
            {name: int(str(entry["byte_count"])) for name, entry in writing.entries.items()},
            tuple(f"{shown_name(name)} ({reason})" for name, reason in sorted(writing.left_out.items())),
            nightly_of,
        )
        manifest = {
            "format": FORMAT,
            "made_at": backup.made_at,
            "nightly_of": backup.nightly_of,
            "left_out": backup.left_out,
            "files": writing.entries,
        }
        archive.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False))
    return backup


def _take(writing: _Writing, found: _Found, name: str) -> None:
    """Puts a file into the archive, or notes why it is left out; one that is gone by now is neither.

    Raises:
        TransientError: if a file of the home's own cannot be read.
    """
    try:
        reason = _reason_to_leave_out(found, name)
        if reason is not None:
            writing.left_out[name] = reason
            return
        stream = _opened(found)
    except FileNotFoundError:
        return
    except OSError as error:
        if not found.is_dropped:
            raise TransientError(
                f"{found.path} cannot be read: {error.strerror}. Nothing was backed up"
            ) from error
        writing.left_out[name] = f"cannot be read: {error.strerror}"
        return
    with stream:
        if stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            writing.add(name, stream)


def _reason_to_leave_out(found: _Found, name: str) -> str | None:
    """Why something is not to be in a backup; None if it is. Raises OSError."""
    if not is_text(name):
        return "a name that is not UTF-8"
    if "\\" in name:
        return "a backslash in its name"
    if found.path.is_symlink() and (found.within is not None or not found.path.exists()):
        return "a link, which is not followed"
    if found.path.is_dir():
        return "a folder that cannot be read"
    return None


def _opened(found: _Found) -> BinaryIO:
    """The file for reading. Whoever drops files may put a link in the place of one, or of its folder, after
    we looked: so each step below `within` is taken from the open folder above it.

    Raises OSError if there is a link by now, or it cannot be read.
    """
    if found.within is None:
        return os.fdopen(os.open(found.path, _READING), "rb")
    *folders, name = found.path.relative_to(found.within).parts
    place = os.open(found.within, _READING | os.O_DIRECTORY)
    try:
        for each in folders:
            below = os.open(each, _READING | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=place)
            os.close(place)
            place = below
        return os.fdopen(os.open(name, _READING | os.O_NOFOLLOW, dir_fd=place), "rb")
    finally:
        os.close(place)


def _files(home: Home) -> Iterator[_Found]:
    """What a backup holds besides the ledger and its journal of decisions: inboxes, kept files, reference
    data with all that took effect of it, and the ledger's mark.

    Which change was the newest is left out: it may have moved on since the ledger was copied. The home's own
    folders may be links to other disks, those below them too, and so may reference files. What others drop
    may be a link to anything, and whoever has the backup would read what it leads to.
    """
    inboxes = (home.inbox, home.invoice_inbox, home.sales_inbox)
    for inbox in inboxes:
        yield from _dropped(inbox, inboxes)
    for folder in (home.failed, home.processed):
        yield from (_Found(path, path.parent) for path in _within(folder))
    for folder in (home.reference, home.decisions / CONTENTS):
        yield from (_Found(path, None) for path in _within(folder))
    yield _Found(Ledger.of(home).mark_path, None)


def _dropped(inbox: Path, inboxes: Sequence[Path]) -> Iterator[_Found]:
    """What lies in an inbox. One within another one is no way out of that: who drops files there could put a
    link in its place.
    """
    outer = [each for each in inboxes if each != inbox and inbox.is_relative_to(each)]
    real = Path(os.path.realpath(inbox))
    if outer and not any(real.is_relative_to(os.path.realpath(each)) for each in outer):
        yield _Found(inbox, inbox.parent, is_dropped=True)
        return
    refused: list[OSError] = []
    for place, folders, files in os.walk(inbox, onerror=refused.append):
        below = [Path(place, name) for name in sorted(folders)]
        links = [path for path in below if path.is_symlink()]
        # An inbox of the home's own is walked for itself.
        links = [path for path in links if not any(each.is_relative_to(path) for each in inboxes)]
        for path in [*links, *(Path(place, name) for name in sorted(files))]:
            yield _Found(path, inbox, is_dropped=True)
    for error in refused:
        if not isinstance(error, FileNotFoundError):
            yield _Found(Path(error.filename), inbox, is_dropped=True)


def _within(folder: Path) -> Iterator[Path]:
    """What lies in a folder of the home's own and those below it, also where these are links to another disk.

    Raises OSError if one of them cannot be read: a backup without it would be none.
    """
    walked: set[str] = set()
    for name, folders, files in os.walk(folder, onerror=_refuse, followlinks=True):
        place = os.path.realpath(name)
        if place in walked:
            # A link to a folder above it would be followed for ever.
            folders.clear()
            continue
        walked.add(place)
        folders.sort()
        yield from (Path(name, file) for file in sorted(files))


def _refuse(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise TransientError(
            f"{error.filename} cannot be read: {error.strerror}. Nothing was backed up"
        ) from error


def _read_back(path: Path) -> None:
    """Reads every block of a backup that was just written."""
    try:
        with zipfile.ZipFile(path) as archive:
            damaged = archive.testzip()
    except _NOT_WHOLE as error:
        damaged = str(error)
    if damaged is not None:
        raise TransientError(f"the backup cannot be read back ({damaged}): its disk may be damaged")


# --- Restoring ----------------------------------------------------------------------------------------------


def _extract(source: Path, root: Path) -> Backup:
    with zipfile.ZipFile(source) as archive:
        manifest = _manifest(source, archive)
        for name, entry in manifest["files"].items():
            target = root / _safe(source, name)
            target.parent.mkdir(parents=True, exist_ok=True)
            digest = hashlib.sha256()
            descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY_FILE)
            with archive.open(name) as stream, os.fdopen(descriptor, "wb") as written:
                while block := stream.read(_BLOCK):
                    digest.update(block)
                    written.write(block)
            if digest.hexdigest() != entry["content_sha256"]:
                raise OperatingError(f"{name} in {source} is not what was backed up. Nothing was restored")
        for folder in (path for path in root.rglob("*") if path.is_dir()):
            folder.chmod(OWNER_ONLY)
        return _said(manifest)


def _said(manifest: Mapping[str, Any]) -> Backup:
    """What a manifest says; one of an earlier Partita says neither what was left out nor whose it is."""
    return Backup(
        str(manifest["made_at"]),
        {name: int(entry["byte_count"]) for name, entry in manifest["files"].items()},
        tuple(str(each) for each in manifest.get("left_out") or ()),
        manifest.get("nightly_of"),
    )


def _manifest(source: Path, archive: zipfile.ZipFile) -> dict[str, Any]:
    """The list of a backup. Raises OperatingError if the file is none, or lacks something of the list."""
    try:
        if archive.getinfo(MANIFEST).file_size > _LARGEST_MANIFEST:
            raise OperatingError(f"{source} is no backup of Partita")
        manifest = json.loads(archive.read(MANIFEST))
        if manifest["format"] != FORMAT:
            raise OperatingError(f"{source} is a backup of another Partita ({manifest['format']})")
        lacking = manifest["files"].keys() - set(archive.namelist())
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise OperatingError(f"{source} is no backup of Partita. Nothing was restored") from error
    if lacking:
        raise OperatingError(f"{source} lacks {counted(len(lacking), 'file')}. Nothing was restored")
    return dict(manifest)


def _safe(source: Path, name: str) -> str:
    """A place within the home, whoever wrote the archive."""
    path = PurePosixPath(name)
    if path.parts[:1] in (("dagster",), ("secrets",)) or name == RESTORED:
        raise OperatingError(f"{source} holds {name!a}, which no backup has. Nothing was restored")
    if path.is_absolute() or ".." in path.parts or "\\" in name or not path.parts:
        raise OperatingError(f"{source} names a place outside the home ({name!a}). Nothing was restored")
    return name


def _refuse_damaged(home: Home) -> None:
    with Ledger.of(home).reading() as connection:
        problems = unreadable_tables(connection)
    if problems:
        raise OperatingError(f"the ledger of the backup cannot be read whole: {', '.join(problems)}")
