"""The backup of every night: where it is written, which older ones are removed, and how the last one ended.

Belongs here: the names of its files, their retention, and the note about the last one. Does not: what a
backup holds (`orchestration.backups`), and when it is written (`orchestration.schedules`). No Dagster here.
"""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import json
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

from assets.errors import OperatingError, TransientError
from assets.home import OWNER_ONLY, Home
from assets.ledger.store import Ledger, utc_now
from assets.settings import Settings
from assets.statements import records
from orchestration.backups import back_up, read_backup

_IDENTITY_DIGITS: Final = 8
_MOST_NAMES: Final = 100

OLDEST: Final = dt.timedelta(days=2)
"""A night may be missed, such as one in which the machine was off; two are too many."""

LEAST_KEPT: Final = 3
"""So many of the newest backups stay whatever their days: a clock may be years ahead for one night."""


@dataclass(frozen=True, slots=True)
class LastBackup:
    """How the nightly backup stands: the last one that was written (UTC, and its file; None before the first
    one), and why the last attempt failed (None if it did not).

    `mounted_at` is where the disk is mounted on which it was written, and `left_out` what of the home is not
    in it, each with the reason.
    """

    made_at: str | None = None
    file: str | None = None
    problem: str | None = None
    mounted_at: str | None = None
    left_out: tuple[str, ...] = ()


def backup_folder(home: Home, settings: Settings) -> Path | None:
    """Where nightly backups go, by the setting `backup_folder` from the home on; None for nowhere."""
    named = settings.get("backup_folder")
    return Path(os.path.normpath(home.root / named)) if named else None


def last_backup(home: Home) -> LastBackup:
    """What the note of the home says of the last nightly backup."""
    try:
        said = json.loads(home.last_backup.read_text("utf-8"))
        left_out = tuple(str(each) for each in said.get("left_out", ()))
        return LastBackup(said["made_at"], said["file"], said["problem"], said.get("mounted_at"), left_out)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return LastBackup()


def back_up_nightly(home: Home, ledger: Ledger, settings: Settings, day: dt.date) -> Path:
    """Writes the backup of this day (in the zone of the books), and removes those that are too old after it.

    A day that has one gets no other. The outcome is noted in the home. The name of a file has eight digits of
    the home's identity: several homes may share a folder. The whole identity stands in the backup itself: a
    file that lacks it, or has another one, is nobody's to replace or remove, whatever its name. Where one has
    the name of this day, the backup gets the next one.

    Raises:
        OperatingError: as `back_up`; or if no folder is set, or its disk is not mounted.
    """
    folder = backup_folder(home, settings)
    if folder is None:
        raise OperatingError("the setting backup_folder names no folder: nothing was backed up")
    before = last_backup(home)
    try:
        identity = _identity(home, ledger)
        _make(folder, before)
        name = _name(home, identity)
        target, is_there = _place(folder, name, day, identity)
        left_out = before.left_out
        if not is_there:
            left_out = back_up(home, ledger, target, nightly_of=identity).left_out
        moment = f"{utc_now():%Y-%m-%d %H:%M:%S}"
        before = LastBackup(moment, str(target), None, _mounted_at(folder), left_out)
        _note(home, before)
        oldest = day - dt.timedelta(days=int(settings.get("backup_keep_days")))
        _remove_older(folder, name, oldest, identity)
    except (OperatingError, OSError) as error:
        _note(home, replace(before, problem=str(error)))
        if isinstance(error, OSError):
            raise TransientError(f"{folder} cannot be written: {error.strerror}") from error
        raise
    return target


def backup_problem(home: Home, settings: Settings, now: dt.datetime) -> str | None:
    """Why nobody can rely on the nightly backup at this moment (UTC), in words; None if one can, or none is
    wanted.
    """
    if backup_folder(home, settings) is None:
        return None
    last = last_backup(home)
    if last.problem is not None:
        return f"the last one failed: {last.problem}"
    if last.made_at is None or last.file is None:
        begun = _begun_at(home)
        return "none was written yet" if begun is not None and now - begun > OLDEST else None
    if now - dt.datetime.fromisoformat(last.made_at) > OLDEST:
        return f"the last one is of {last.made_at} UTC"
    return None if Path(last.file).exists() else f"{last.file} is gone"


def _begun_at(home: Home) -> dt.datetime | None:
    """When the ledger was made."""
    with suppress(OSError):
        moment = Ledger.of(home).mark_path.stat().st_mtime
        return dt.datetime.fromtimestamp(moment, dt.UTC).replace(tzinfo=None)
    return None


def _make(folder: Path, before: LastBackup) -> None:
    """Makes the folder of backups where it is missing, but nothing above it, and not in the place of a disk:
    a backup on the disk of the home would be lost with it, and nobody would know.
    """
    if not folder.parent.is_dir():
        raise OperatingError(
            f"{folder.parent} is not there, so that {folder} (backup_folder) cannot be: mount its disk, or "
            "make the folder yourself. Nothing was backed up"
        )
    mounted_at = _mounted_at(folder)
    is_same = before.file is not None and Path(before.file).parent == folder
    if is_same and before.mounted_at not in (None, mounted_at):
        raise OperatingError(
            f"{folder} (backup_folder) is on the disk that is mounted at {mounted_at}, and the last backup "
            f"was written to one at {before.mounted_at}: mount that. If the backups are to be here from now "
            "on, remove partita.backup from the home. Nothing was backed up"
        )
    try:
        with suppress(FileExistsError):
            folder.mkdir()
            folder.chmod(OWNER_ONLY)
        if not folder.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
    except OSError as error:
        raise TransientError(f"the folder {folder} cannot be made: {error.strerror}") from error


def _mounted_at(folder: Path) -> str:
    """Where the disk is mounted on which a folder is, or on which it would be made."""
    place = Path(os.path.realpath(folder))
    return str(next(each for each in (place, *place.parents) if os.path.ismount(each)))


def _identity(home: Home, ledger: Ledger) -> str:
    """What tells this home from others: its place, and the first change of its ledger."""
    first_hash = None
    if ledger.exists():
        with ledger.reading() as connection:
            (found,) = records(connection, "ledger", "newest_change", {"record_number": 0})
        first_hash = found["first_hash"]
    return hashlib.sha256(f"{home.root.resolve()}\n{first_hash}".encode()).hexdigest()


def _name(home: Home, identity: str) -> str:
    """How the nightly backups of this home begin; those that people write are called otherwise."""
    return f"{home.root.name}-nightly-{identity[:_IDENTITY_DIGITS]}"


def _place(folder: Path, name: str, day: dt.date, identity: str) -> tuple[Path, bool]:
    """The file of this day, and whether this home's backup stands there; what has its name and is another's
    stays, whatever it is.
    """
    named = [
        folder / f"{name}-{day}{ending}.zip" for ending in ("", *(f"-{n}" for n in range(2, _MOST_NAMES)))
    ]
    for path in named:
        if not os.path.lexists(path):
            return path, False
        if _is_ours(path, identity):
            return path, True
    raise OperatingError(f"{named[0]} is there already, and so are {len(named) - 1} more names of that day")


def _is_ours(path: Path, identity: str) -> bool:
    """Whether a nightly backup of this home wrote the file; one that cannot be read is nobody's."""
    try:
        found = None if path.is_symlink() else read_backup(path)
    except OSError:
        return False
    return found is not None and found.nightly_of == identity


def _remove_older(folder: Path, name: str, oldest: dt.date, identity: str) -> None:
    """Removes this home's backups of days before `oldest`; whatever else lies in the folder stays."""
    try:
        for path in list(_too_many(folder, name, oldest, identity)):
            path.unlink()
    except OSError as error:
        raise TransientError(f"older backups in {folder} cannot be removed: {error.strerror}") from error


def _too_many(folder: Path, name: str, oldest: dt.date, identity: str) -> Iterator[Path]:
    """Newest first, after the newest ones that stay."""
    named = re.compile(rf"{re.escape(name)}-(\d{{4}}-\d\d-\d\d)(?:-(\d+))?\.zip")
    dated = []
    for path in folder.iterdir():
        if found := named.fullmatch(path.name):
            dated.append((found[1], int(found[2] or 1), path))
    kept = 0
    for day, _, path in sorted(dated, reverse=True):
        # A list of many files takes its time to read: none is read without need.
        if (kept >= LEAST_KEPT and day >= oldest.isoformat()) or not _is_ours(path, identity):
            continue
        kept += 1
        if kept > LEAST_KEPT:
            yield path


def _note(home: Home, last: LastBackup) -> None:
    written = home.last_backup.with_name(f".{home.last_backup.name}.part")
    # A full disk must not hide why the backup failed.
    with suppress(OSError):
        written.write_text(f"{json.dumps(asdict(last))}\n", "utf-8")
        written.replace(home.last_backup)
