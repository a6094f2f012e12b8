"""Dagster's records in the folder `dagster` of a home: whether they are whole, and putting them there.

Belongs here: the files themselves. Does not: what stands in them (`orchestration.instance`). Dagster is not
loaded, so that `partita doctor` can look at them.
"""

from __future__ import annotations

import datetime as dt
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from assets.errors import OperatingError, TransientError
from assets.locks import take_by

DATABASES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "history/runs.db": ("runs", "run_tags", "snapshots", "kvs", "instance_info"),
        "history/runs/index.db": (
            "event_logs",
            "asset_keys",
            "dynamic_partitions",
            "concurrency_slots",
            "pending_steps",
        ),
        "schedules/schedules.db": ("jobs", "instigators", "job_ticks"),
    }
)
"""Dagster's databases, and tables without which nothing goes on. What is in none of these is half-made too if
it lacks the number of its version, which Dagster writes last."""

FOLDERS: Final = ("history", "schedules")
REPAIR: Final = "Run `partita repair`: it keeps them aside and makes them anew from the ledger."

_VERSIONS: Final = "SELECT version_num FROM alembic_version"
_TABLES: Final = "SELECT name FROM sqlite_master WHERE type = 'table'"
_SECONDS_TO_WAIT: Final = 60.0
_SECONDS_FOR_DATABASE: Final = 5.0
_POLL_SECONDS: Final = 0.05


@dataclass(frozen=True, slots=True)
class Storage:
    """Dagster's databases of one home."""

    folder: Path
    seconds_to_wait: float = _SECONDS_TO_WAIT

    def is_begun(self) -> bool:
        """Whether anything of them is there."""
        return any((self.folder / name).exists() for name in FOLDERS)

    def is_complete(self) -> bool:
        """Whether every one of them is there; whether they are whole is another question."""
        return all((self.folder / name).exists() for name in DATABASES)

    def problem(self, *, thoroughly: bool = False) -> str | None:
        """What is wrong with them, in words; None if nothing is, or if there are none yet.

        `thoroughly` reads every page, which takes as long as copying them.
        """
        if not self.is_begun():
            return None
        for name, tables in DATABASES.items():
            path = self.folder / name
            if not path.exists():
                if (self.folder / name.partition("/")[0]).exists():
                    return f"{path} is missing"
                # A whole folder that is missing is put there by the next command.
                continue
            try:
                wrong = _look(path, tables, thoroughly=thoroughly)
            except sqlite3.OperationalError as error:
                if "locked" in str(error):
                    # Whoever writes there just now, it is a database.
                    continue
                return f"{path} cannot be read: {error}"
            except sqlite3.DatabaseError as error:
                return f"{path} is damaged: {error}"
            if wrong is not None:
                return f"{path} {wrong}"
        return None

    def holds_nothing(self) -> bool:
        """Whether nothing would be lost with them: a first start that was cut off leaves such ones."""
        for name, tables in DATABASES.items():
            path = self.folder / name
            if not path.exists():
                continue
            try:
                with closing(_connect(path)) as connection:
                    made = {row[0] for row in connection.execute(_TABLES)}
                    for table in made.intersection(tables) - {"instance_info", "kvs"}:
                        if connection.execute(f'SELECT 1 FROM "{table}" LIMIT 1').fetchone():
                            return False
            except sqlite3.DatabaseError:
                return False
        return True

    @contextmanager
    def held(self) -> Iterator[None]:
        """Holds the folder, so that only one process makes, moves or clears what is in it.

        Raises:
            TransientError: if another process holds it for longer than `seconds_to_wait`, or the folder
                cannot be written.
        """
        path = self.folder / "storage.lock"
        try:
            lock = path.open("ab")
        except OSError as error:
            raise TransientError(f"cannot open {path}: {error.strerror}. It must be writable.") from error
        with lock:
            if not take_by(time.monotonic() + self.seconds_to_wait, lock):
                raise TransientError(
                    f"another command has been making Dagster's records in {self.folder} for "
                    f"{self.seconds_to_wait:g} s. Try again when it has finished."
                )
            yield

    def put_there(self, make: Callable[[Path], None]) -> None:
        """Has them made in a folder of their own, and puts them under their names when they are whole.

        Call it while the folder is held. What a kill leaves of it is cleared by the next call.
        """
        begun = self.folder / "storage.begun"
        shutil.rmtree(begun, ignore_errors=True)
        begun.mkdir()
        make(begun)
        for name in FOLDERS:
            if not (self.folder / name).exists():
                (begun / name).rename(self.folder / name)
        shutil.rmtree(begun, ignore_errors=True)

    def keep_aside(self) -> Path:
        """Moves them into a folder beside, where a person can look at them; which.

        Call it while the folder is held.
        """
        moment = dt.datetime.now(dt.UTC).strftime("%Y%m%dT%H%M%S%f")
        aside = self.folder / f"aside-{moment}"
        aside.mkdir()
        for name in FOLDERS:
            if (self.folder / name).exists():
                (self.folder / name).rename(aside / name)
        return aside


def refuse_broken(storage: Storage) -> None:
    """Raises OperatingError if Dagster's records are broken: every run would fail over them, for ever."""
    problem = storage.problem()
    if problem is not None:
        raise OperatingError(f"Dagster's records are broken: {problem}. The ledger is not touched. {REPAIR}")


def _connect(path: Path) -> sqlite3.Connection:
    # Not to be created: a database that is not there would be there after the look.
    return sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, timeout=_SECONDS_FOR_DATABASE)


def _look(path: Path, tables: tuple[str, ...], *, thoroughly: bool) -> str | None:
    """What is wrong with one database, as the end of a sentence about it; None if nothing is."""
    with closing(_connect(path)) as connection:
        made = {str(row[0]) for row in connection.execute(_TABLES)}
        if not made.issuperset((*tables, "alembic_version")):
            return "is half-made"
        versions = sorted(str(row[0]) for row in connection.execute(_VERSIONS))
        if not versions:
            return "is half-made"
        if len(versions) > 1:
            return f"was made by two commands at once and has two versions, {' and '.join(versions)}"
        if thoroughly:
            (answer,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            if answer != "ok":
                return f"is damaged: {answer}"
    return None
