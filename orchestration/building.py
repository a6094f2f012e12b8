"""A folder in which a home is made, until it is whole: hidden, for one process, and gone whatever happens.

Belongs here: the folder, and that no two make the same home at once. Does not: what is made in it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assets.errors import OperatingError
from assets.home import make_folder
from assets.locks import take


@contextmanager
def building(folder: Path, name: str) -> Iterator[Path]:
    """A new empty folder `.NAME.building` within `folder`; in the end it is taken away if it is still there.

    What a dead process left of it is taken away before. Whatever leads to the folder is followed, so that
    what is made can be renamed to a place beside it.

    Raises:
        OperatingError: if another process is making the same, or what a dead one left cannot be taken away.
        OSError: if the disk refuses it.
    """
    folder = folder.resolve()
    make_folder(folder)
    made = folder / f".{name}.building"
    with _alone(folder / f".{name}.lock", made):
        _remove_left(made)
        make_folder(made)
        try:
            yield made
        finally:
            shutil.rmtree(made, ignore_errors=True)


def _remove_left(made: Path) -> None:
    """Takes away what a dead process left; nothing is made among what stays of it."""
    refused: list[tuple[str, str]] = []

    def note(_function: object, path: str, raised: tuple[type[BaseException], BaseException, object]) -> None:
        error = raised[1]
        assert isinstance(error, OSError), "only the disk refuses"
        refused.append((path, error.strerror or str(error)))

    if os.path.lexists(made):
        shutil.rmtree(made, onerror=note)
    if refused and os.path.lexists(made):
        path, reason = refused[0]
        raise OperatingError(
            f"{made} was left by a command that was cut off, and {path} cannot be removed ({reason}). "
            f"Remove {made} yourself, then run it again. Nothing was made"
        )


def _is_still(descriptor: int, path: Path) -> bool:
    """Whether the open file is the one of that name: its last holder takes it away for another one."""
    try:
        return os.fstat(descriptor).st_ino == path.stat().st_ino
    except FileNotFoundError:
        return False


@contextmanager
def _alone(path: Path, made: Path) -> Iterator[None]:
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    except PermissionError as error:
        raise OperatingError(
            f"{path} cannot be written ({error.strerror}): let this user write there, or remove the file if "
            "a command that was cut off left it. Nothing was made"
        ) from error
    try:
        if not take(descriptor) or not _is_still(descriptor, path):
            raise OperatingError(f"another process is at work in {made}: wait for its end")
        try:
            yield
        finally:
            path.unlink(missing_ok=True)
    finally:
        os.close(descriptor)
