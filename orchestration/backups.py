"""A backup of a home in one file, and a home restored from one. No Dagster here.

A backup has the ledger and its journal of decisions as they stood at one moment, every kept and waiting file,
and the reference data. Files
that came while it was made may be in it although its ledger does not know them: a restored home says so, as
any home does (`assets.ledger.comparing`). What is not in it: Dagster's records, which `partita repair` makes
anew, exports, which are written again, and the secrets of accounting programs.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import struct
import tempfile
import time
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

from assets.errors import OperatingError, TransientError
from assets.home import OWNER_ONLY, Home
from assets.ledger.decisions import CONTENTS
from assets.ledger.store import Ledger, unreadable_tables, utc_now
from assets.wording import counted
from orchestration.building import building

MANIFEST: Final = "backup.json"
_BEGUN: Final = ".partita-backup-"
_LONGEST_BACKUP: Final = 24 * 60 * 60.0
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


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds: when it was made (UTC), and each file by its place in the home with its size."""

    made_at: str
    files: Mapping[str, int]

    @property
    def byte_count(self) -> int:
        """The size of all files together."""
        return sum(self.files.values())


def back_up(home: Home, ledger: Ledger, target: Path) -> Backup:
    """Writes a backup; the ledger is held from writers for no longer than its file takes to copy.

    The backup appears under its name when it is whole, and is read back before.

    Raises:
        OperatingError: if the target is there already, or there is no ledger yet.
        LedgerLockedError: if a writer holds the ledger for too long.
        TransientError: if a file cannot be read, or the disk refuses the backup.
    """
    if target.resolve().is_relative_to(home.root.resolve()):
        raise OperatingError(f"{target} lies in the home {home.root}: name a place on another disk")
    begun: Path | None = None
    try:
        _refuse_taken(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        _remove_left(target.parent)
        # A name of its own, so that two backups at once do not write into one file.
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=_BEGUN)
        begun = Path(name)
        with (
            tempfile.TemporaryDirectory(dir=target.parent, prefix=_BEGUN) as folder,
            os.fdopen(descriptor, "wb") as stream,
        ):
            archive = zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
            backup = _write(home, ledger, Path(folder), archive)
            stream.flush()
            os.fsync(stream.fileno())
        _read_back(begun)
        _refuse_taken(target)
        begun.rename(target)
    except OSError as error:
        raise TransientError(f"the backup {target} cannot be written: {error.strerror or error}") from error
    finally:
        if begun is not None:
            begun.unlink(missing_ok=True)
    return backup


def is_backup(path: Path) -> bool:
    """Whether a backup stands there, as its list says; raises nothing but OSError."""
    try:
        with zipfile.ZipFile(path) as archive:
            _manifest(path, archive)
    except (*_NOT_WHOLE, OperatingError, FileNotFoundError, IsADirectoryError):
        return False
    return True


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


def _refuse_taken(target: Path) -> None:
    if target.exists():
        raise OperatingError(f"{target} is there already: a backup never replaces a file")


def _write(home: Home, ledger: Ledger, folder: Path, archive: zipfile.ZipFile) -> Backup:
    """Fills the archive: the copy of the ledger first, so that every file it knows is there when we list."""
    entries: dict[str, dict[str, object]] = {}
    with archive:
        for path, copy in ledger.copy_files(folder).items():
            name = path.relative_to(home.root).as_posix()
            entries[name] = _add(archive, name, copy)
            copy.unlink()
        for path in _files(home):
            name = path.relative_to(home.root).as_posix()
            # A file that moves from the inbox to where it is kept is listed there too, or by the next look.
            with suppress(FileNotFoundError):
                entries[name] = _add(archive, name, path)
        for path in _moved(home, entries):
            name = path.relative_to(home.root).as_posix()
            with suppress(FileNotFoundError):
                entries[name] = _add(archive, name, path)
        made_at = f"{utc_now():%Y-%m-%d %H:%M:%S}"
        manifest = {"format": FORMAT, "made_at": made_at, "files": entries}
        archive.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False))
    return Backup(made_at, {name: int(str(entry["byte_count"])) for name, entry in entries.items()})


def _moved(home: Home, entries: Mapping[str, object]) -> list[Path]:
    """Files that were kept while the first list was written: they were in an inbox before."""
    return [path for path in _files(home) if path.relative_to(home.root).as_posix() not in entries]


def _add(archive: zipfile.ZipFile, name: str, path: Path) -> dict[str, object]:
    """Puts a file into the archive; its size and its SHA-256 as it was read."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as stream, archive.open(name, "w", force_zip64=True) as entry:
        while block := stream.read(_BLOCK):
            digest.update(block)
            size += len(block)
            entry.write(block)
    return {"byte_count": size, "content_sha256": digest.hexdigest()}


def _files(home: Home) -> Iterator[Path]:
    """What a backup holds besides the ledger and its journal of decisions: inboxes, kept files, reference
    data with all that took effect of it, and the ledger's mark.

    Which change was the newest is left out: it may have moved on since the ledger was copied.
    """
    folders = (
        home.inbox,
        home.invoice_inbox,
        home.sales_inbox,
        home.failed,
        home.processed,
        home.reference,
        home.decisions / CONTENTS,
    )
    seen = set()
    for folder in folders:
        for path in _within(folder):
            if path not in seen and path.is_file() and not path.is_symlink():
                seen.add(path)
                yield path
    mark = Ledger.of(home).mark_path
    if mark.is_file():
        yield mark


def _within(folder: Path) -> Iterator[Path]:
    """What lies in a folder and those below it, also where these are links to another disk."""
    walked: set[str] = set()
    for name, folders, files in os.walk(folder, followlinks=True):
        place = os.path.realpath(name)
        if place in walked:
            # A link to a folder above it would be followed for ever.
            folders.clear()
            continue
        walked.add(place)
        folders.sort()
        yield from (Path(name, file) for file in sorted(files))


def _remove_left(folder: Path) -> None:
    """Removes what a kill left of a backup: no living one takes a day."""
    oldest = time.time() - _LONGEST_BACKUP
    for path in folder.glob(f"{_BEGUN}*"):
        if path.stat().st_mtime < oldest:
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


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
        return Backup(
            manifest["made_at"], {name: entry["byte_count"] for name, entry in manifest["files"].items()}
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
