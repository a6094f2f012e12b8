"""Which runs of commands are being carried out: the process of each holds a lock on a file for it.

The system lets go of a lock when a process ends, however it ends. So nothing depends on numbers of processes,
which are used again and which a container counts anew, nor on the name of the machine. Dagster is not loaded.

Belongs here: taking, asking for and clearing these locks. Does not: what is freed of a dead process
(`orchestration.freeing`).
"""

from __future__ import annotations

import datetime as dt
import os
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from assets.errors import TransientError
from assets.locks import is_held, take_by

LOCK_TAG: Final = ".dagster/partita_lock"
"""The tag of a run that is carried out: the name of its lock, which is the number of the run. Tags may be
copied to another run, which then has another number. Its beginning hides it in the pages."""
PROCESS_TAG: Final = "dagster/partita_process"
"""The tag of such a run that says to people which process carries it out. Its beginning keeps it out of the
list of runs, which shows all other tags."""

_SECONDS_TO_WAIT: Final = 10

_STARTED_AT: Final = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")


@contextmanager
def living(dagster_folder: Path, run_id: str) -> Iterator[Mapping[str, str]]:
    """This process carries out the run within the block; the tags of the run.

    Raises:
        TransientError: if the file of the lock cannot be made.
    """
    path = _folder(dagster_folder) / run_id
    begun = path.with_suffix(".begun")
    try:
        begun.parent.mkdir(parents=True, exist_ok=True)
        lock = begun.open("w")
    except OSError as error:
        raise TransientError(f"cannot make {begun}: {error.strerror}. Nothing was begun.") from error
    with lock:
        # Under its name the file is locked from the first moment on: else another command would clear it.
        # Who asks whether anything is carried out looks at every file, for a moment.
        if not take_by(time.monotonic() + _SECONDS_TO_WAIT, lock):
            raise TransientError(f"{begun} is held by another process. Nothing was begun.")
        begun.rename(path)
        try:
            yield {
                LOCK_TAG: run_id,
                PROCESS_TAG: f"{os.getpid()} on {socket.gethostname()}, since {_STARTED_AT}",
            }
        finally:
            path.unlink(missing_ok=True)


def is_carried_out(dagster_folder: Path, run_id: str) -> bool:
    """Whether a process carries out this run just now, which is the run of a command."""
    return is_held(_folder(dagster_folder) / run_id)


def is_anything_carried_out(dagster_folder: Path) -> bool:
    """Whether some process carries out a run just now."""
    folder = _folder(dagster_folder)
    return folder.exists() and any(is_held(path) for path in folder.iterdir())


def is_served(dagster_folder: Path) -> bool:
    """Whether a daemon serves the home."""
    return is_held(daemon_lock(dagster_folder))


def daemon_lock(dagster_folder: Path) -> Path:
    """The file whose lock the one daemon of a home holds."""
    return dagster_folder / "daemon.lock"


def clear_dead(dagster_folder: Path) -> None:
    """Removes the files that processes left which were killed."""
    with suppress(FileNotFoundError):
        for path in _folder(dagster_folder).iterdir():
            if path.suffix != ".begun" and not is_held(path):
                path.unlink(missing_ok=True)


def _folder(dagster_folder: Path) -> Path:
    return dagster_folder / "processes"
