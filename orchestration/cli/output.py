"""Files that a command writes where somebody says.

Belongs here: which places are refused, and that a file is there as a whole or not at all. Does not: what
stands in a file.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from assets.errors import OperatingError
from assets.home import Home

force_option = click.option("--force", is_flag=True, help="Replace a file that is there already.")


def refuse_own_place(home: Home, path: Path) -> Path:
    """The path with its symbolic links resolved, unless it lies in the home and not in the export folder.

    Raises:
        OperatingError: if it does; there are the files that Partita keeps.
    """
    meant = path.resolve()
    outbox = home.outbox.resolve()
    # A folder of the home may itself be a link to a larger disk.
    own = {folder.resolve() for folder in (home.root, *home.folders)} - {outbox}
    if any(meant.is_relative_to(folder) for folder in own) and not meant.is_relative_to(outbox):
        raise OperatingError(
            f"{path} lies in the home, where Partita keeps its own files: choose another place, or one in "
            f"{home.outbox}. Nothing was written."
        )
    return meant


def refuse_existing(path: Path, *, is_replacing: bool) -> None:
    """Raises OperatingError if there is something of this name, unless it is a file to be replaced."""
    if path.exists() and not path.is_file():
        raise OperatingError(f"{path} is no file: choose another name. Nothing was written.")
    if path.exists() and not is_replacing:
        raise OperatingError(f"{path} exists already: choose another name, or --force. Nothing was written.")


@contextmanager
def new_file(home: Home, named: Path, *, is_replacing: bool) -> Iterator[Path]:
    """A file to write to; when that is done it takes the place of `named`, durably and as a whole.

    Raises:
        OperatingError: if the place is refused, or the file cannot be written.
    """
    path = refuse_own_place(home, named)
    refuse_existing(path, is_replacing=is_replacing)
    temporary = path.with_name(f".{path.name}.part")
    try:
        # A file of this name is what a killed command left, or a link that leads elsewhere.
        temporary.unlink(missing_ok=True)
        temporary.touch(exist_ok=False)
        try:
            yield temporary
            with temporary.open("rb") as stream:
                os.fsync(stream.fileno())
            refuse_existing(path, is_replacing=is_replacing)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise OperatingError(f"{named} cannot be written: {error.strerror}") from error
