"""The backup of every night: where it is written, which older ones are removed, and how the last one ended.

Belongs here: the names of its files, their retention, and the note about the last one. Does not: what a
backup holds (`orchestration.backups`), and when it is written (`orchestration.schedules`). No Dagster here.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from assets.errors import OperatingError, TransientError
from assets.home import Home, make_folder
from assets.ledger.store import Ledger, utc_now
from assets.reference.settings import Settings
from assets.statements import records
from orchestration.backups import back_up, is_backup

_IDENTITY_DIGITS: Final = 8

OLDEST: Final = dt.timedelta(days=2)
"""A night may be missed, such as one in which the machine was off; two are too many."""

LEAST_KEPT: Final = 3
"""So many of the newest backups stay whatever their days: a clock may be years ahead for one night."""


@dataclass(frozen=True, slots=True)
class LastBackup:
    """How the nightly backup stands: the last one that was written (UTC, and its file; None before the first
    one), and why the last attempt failed (None if it did not).
    """

    made_at: str | None = None
    file: str | None = None
    problem: str | None = None


def backup_folder(home: Home, settings: Settings) -> Path | None:
    """Where nightly backups go, by the setting `backup_folder` from the home on; None for nowhere."""
    named = settings.get("backup_folder")
    return Path(os.path.normpath(home.root / named)) if named else None


def last_backup(home: Home) -> LastBackup:
    """What the note of the home says of the last nightly backup."""
    try:
        said = json.loads(home.last_backup.read_text("utf-8"))
        return LastBackup(said["made_at"], said["file"], said["problem"])
    except (OSError, ValueError, TypeError, KeyError):
        return LastBackup()


def back_up_nightly(home: Home, ledger: Ledger, settings: Settings, day: dt.date) -> Path:
    """Writes the backup of this day (in the zone of the books), and removes those that are too old after it.

    A day that has one gets no other. The outcome is noted in the home. The name of a file has eight digits of
    the place of its home and of the first change of its ledger: several homes may share a folder.

    Raises:
        OperatingError: as `back_up`; or if no folder is set.
    """
    folder = backup_folder(home, settings)
    if folder is None:
        raise OperatingError("the setting backup_folder names no folder: nothing was backed up")
    target = folder
    before = last_backup(home)
    try:
        name = _name(home, ledger)
        target = folder / f"{name}-{day}.zip"
        if not is_backup(target):
            _make(folder)
            back_up(home, ledger, target)
        _note(home, LastBackup(f"{utc_now():%Y-%m-%d %H:%M:%S}", str(target)))
        _remove_older(folder, name, day - dt.timedelta(days=int(settings.get("backup_keep_days"))))
    except (OperatingError, OSError) as error:
        _note(home, LastBackup(before.made_at, before.file, str(error)))
        if isinstance(error, OSError):
            raise TransientError(f"{target} cannot be written: {error.strerror}") from error
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


def _make(folder: Path) -> None:
    try:
        make_folder(folder)
    except OSError as error:
        raise TransientError(f"the folder {folder} cannot be made: {error.strerror}") from error


def _name(home: Home, ledger: Ledger) -> str:
    """How the nightly backups of this home begin; those that people write are called otherwise."""
    first_hash = None
    if ledger.exists():
        with ledger.reading() as connection:
            (found,) = records(connection, "ledger", "newest_change", {"record_number": 0})
        first_hash = found["first_hash"]
    identity = hashlib.sha256(f"{home.root.resolve()}\n{first_hash}".encode()).hexdigest()
    return f"{home.root.name}-nightly-{identity[:_IDENTITY_DIGITS]}"


def _remove_older(folder: Path, name: str, oldest: dt.date) -> None:
    """Removes this home's backups of days before `oldest`; whatever else lies in the folder stays."""
    named = re.compile(rf"{re.escape(name)}-(\d{{4}}-\d\d-\d\d)\.zip")
    try:
        written = sorted(path for path in folder.iterdir() if named.fullmatch(path.name) and path.is_file())
        for path in written[:-LEAST_KEPT]:
            found = named.fullmatch(path.name)
            if found and found[1] < oldest.isoformat():
                path.unlink()
    except OSError as error:
        raise TransientError(f"older backups in {folder} cannot be removed: {error.strerror}") from error


def _note(home: Home, last: LastBackup) -> None:
    written = home.last_backup.with_name(f".{home.last_backup.name}.part")
    # A full disk must not hide why the backup failed.
    with suppress(OSError):
        written.write_text(f"{json.dumps(asdict(last))}\n", "utf-8")
        written.replace(home.last_backup)
