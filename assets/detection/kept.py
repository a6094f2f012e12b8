"""Lists the files of a home that are kept, and those that wait, so that the ledger can be asked about them.

Belongs here: which folders hold the files of which source, and what lies there, by name and size. Does not:
what the ledger knows of them (`assets.detection.comparing`). Nothing is written.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from assets.detection.inbox import is_hidden, shown_name
from assets.errors import TransientError
from assets.home import Home


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where the files of a source stand: what the ledger calls it, its inbox, and its folders of kept files.

    Failed files come first: a file that moves while we look goes from the inbox to the failed ones and from
    there to the processed ones, so that it is seen at least once.
    """

    source_kind: str
    inbox: Callable[[Home], Path]
    folders: Callable[[Home], tuple[Path, Path]]


SHELVES: Final = (
    Shelf("trace", lambda home: home.inbox, lambda home: (home.failed, home.processed)),
    Shelf(
        "invoice",
        lambda home: home.invoice_inbox,
        lambda home: (home.failed_invoices, home.processed_invoices),
    ),
    Shelf("sales", lambda home: home.sales_inbox, lambda home: (home.sales.failed, home.sales.processed)),
)


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A file of a source, by its folder, its name and its size."""

    source_kind: str
    folder: Path
    file_name: str
    byte_count: int


def shelf_of(source_kind: str) -> Shelf:
    """Where the files of a source stand."""
    (shelf,) = (each for each in SHELVES if each.source_kind == source_kind)
    return shelf


def waiting_files(home: Home) -> list[ListedFile]:
    """What lies in the inboxes. To be listed before the kept files: what moves meanwhile is then seen.

    A link is none, wherever it leads: no look follows one, and `assets.detection.lying` names it.

    Raises:
        TransientError: if a folder cannot be read.
    """
    return [
        file for shelf in SHELVES for file in _listed(shelf.source_kind, shelf.inbox(home), follows=False)
    ]


def kept_files(home: Home) -> list[ListedFile]:
    """Every kept file; hidden ones and those of the operating system are none, nor are folders.

    Raises:
        TransientError: if a folder cannot be read.
    """
    return [
        file
        for shelf in SHELVES
        for folder in shelf.folders(home)
        for file in _listed(shelf.source_kind, folder, follows=True)
    ]


def _listed(source_kind: str, folder: Path, *, follows: bool) -> Iterator[ListedFile]:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if is_hidden(entry.name):
                    continue
                # What is moved or removed while we look is seen where it stands then, or by the next look.
                with suppress(FileNotFoundError):
                    if _is_file(entry, follows=follows):
                        name = shown_name(entry.name)
                        yield ListedFile(source_kind, folder, name, entry.stat().st_size)
    except (FileNotFoundError, NotADirectoryError):
        # Some folders come into being with their first file; one that was removed holds none.
        return
    except OSError as error:
        raise TransientError(f"the folder {folder} cannot be read: {error.strerror}") from error


def _is_file(entry: os.DirEntry[str], *, follows: bool) -> bool:
    """Whether a file stands there; a link that leads to none, such as one to itself, is not the folder's."""
    if not entry.is_symlink():
        return entry.is_file()
    with suppress(OSError):
        return follows and entry.is_file()
    return False
