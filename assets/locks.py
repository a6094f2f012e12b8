"""Locks of the kernel on files, by which processes keep out of each other's way.

Belongs here: taking one, and asking whether somebody has it. A lock ends with the open file, and so with the
process at the latest. Does not: what a lock stands for, and what is said of whoever is in the way.
"""

from __future__ import annotations

import fcntl
import time
from pathlib import Path
from typing import IO, Any, Final

_POLL_SECONDS: Final = 0.02


def take(lock: IO[Any] | int, *, is_shared: bool = False) -> bool:
    """Takes the lock of an open file, alone or with others who share it; False if that cannot be now."""
    kind = fcntl.LOCK_SH if is_shared else fcntl.LOCK_EX
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def take_by(deadline: float, lock: IO[Any] | int, *, is_shared: bool = False) -> bool:
    """As `take`, tried until this moment of the monotonic clock."""
    while not take(lock, is_shared=is_shared):
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_SECONDS)
    return True


def is_held(path: Path) -> bool:
    """Whether a process holds the lock of this file alone; False without the file."""
    try:
        lock = path.open("rb")
    except FileNotFoundError:
        return False
    with lock:
        return not take(lock, is_shared=True)
