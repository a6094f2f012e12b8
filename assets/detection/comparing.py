"""Compares the files of a home with what the ledger knows of them, and the ledger with its newest change.

Belongs here: what is a difference, how it is said, and what to do about it. Does not: when it is looked for
(`orchestration.comparing`), and mending it, which is a person's to do. Nothing is written, moved or removed.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import duckdb

from assets.detection.kept import ListedFile, kept_files, shelf_of, waiting_files
from assets.detection.keys import is_key
from assets.home import Home
from assets.ledger.newest import Behind, NewestChange, behind
from assets.statements import records, rows, statement

AS_IT_WAS: Final = "Keep it aside, and put the file back as it was, from your copy of the home."

Contents = Mapping[tuple[str, str], tuple[int, str]]
"""Size and SHA-256 of each file that the ledger took, by its source and the name under which it is kept."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in which the home and the ledger differ, and what to do about it.

    `difference_code`: older_ledger | unknown_file | unknown_deletion | foreign_file | missing_file |
    other_size | other_content | unreadable_file. `file_name` is the kept file within the home; None for
    older_ledger.
    """

    difference_code: str
    file_name: str | None
    found: str
    remedy: str


def differences(ledger: duckdb.DuckDBPyConnection, home: Home) -> list[Difference]:
    """What differs by name and size, and whether the ledger is older than its home; the latter first.

    `home` has the folder names of the settings in force.

    Raises:
        TransientError: if a folder cannot be read.
    """
    older = behind(ledger, home.newest_change)
    found = _by_name_and_size(ledger, home)
    if found:
        # A file that is moved while we look (nothing is committed meanwhile) may have been seen nowhere.
        again = {tuple(row.values()) for row in _by_name_and_size(ledger, home)}
        found = [row for row in found if tuple(row.values()) in again]
    explained = (_EXPLAINED[row["difference_code"]](home, row) for row in found)
    return [*([] if older is None else [_older(home, older)]), *explained]


def taken_contents(ledger: duckdb.DuckDBPyConnection) -> Contents:
    """What `other_contents` compares with; a file of a deleted import goes by its first name as well."""
    contents: dict[tuple[str, str], tuple[int, str]] = {}
    for kind, key, byte_count, content_hash in rows(ledger, statement("detection", "taken_file")):
        assert isinstance(byte_count, int), "the size is a whole number"
        for name in (str(key), str(key).partition("#")[0]):
            contents[str(kind), name] = (byte_count, str(content_hash))
    return contents


def other_contents(home: Home, contents: Contents) -> list[Difference]:
    """Reads every kept file that the ledger knows by name and size: those whose content is another one.

    The ledger need not be held meanwhile. A file that is moved before it is read is left to the next time.

    Raises:
        TransientError: if a folder cannot be read.
    """
    found = []
    for file in kept_files(home):
        taken = contents.get((file.source_kind, file.file_name))
        if taken is None or taken[0] != file.byte_count:
            continue
        name = _shown(home, file.folder / file.file_name)
        try:
            with (file.folder / file.file_name).open("rb") as stream:
                content_hash = hashlib.file_digest(stream, "sha256").hexdigest()
        except FileNotFoundError:
            continue
        except OSError as error:
            remedy = f"Let this user read it; if the disk is damaged: {AS_IT_WAS[0].lower()}{AS_IT_WAS[1:]}"
            found.append(Difference("unreadable_file", name, f"cannot be read: {error.strerror}", remedy))
            continue
        if content_hash != taken[1]:
            what = "has the size of the file that was imported, and another content"
            found.append(Difference("other_content", name, what, AS_IT_WAS))
    return found


def _by_name_and_size(ledger: duckdb.DuckDBPyConnection, home: Home) -> list[dict[str, Any]]:
    waiting = waiting_files(home)
    kept = kept_files(home)
    parameters = {
        **_columns("waiting", waiting),
        **_columns("kept", kept),
        "kept_folders": [str(file.folder) for file in kept],
    }
    return records(ledger, "detection", "kept_difference", parameters)


def _columns(name: str, files: Sequence[ListedFile]) -> dict[str, list[Any]]:
    return {
        f"{name}_kinds": [file.source_kind for file in files],
        f"{name}_names": [file.file_name for file in files],
        f"{name}_sizes": [file.byte_count for file in files],
    }


def _unknown(home: Home, row: Mapping[str, Any]) -> Difference:
    file_name = row["file_name"]
    name = _shown(home, Path(row["folder_name"]) / file_name)
    inbox = shelf_of(row["source_kind"]).inbox(home)
    first, mark, _ = file_name.partition("#")
    if not is_key(first):
        return Difference(
            "foreign_file",
            name,
            "is not named as kept files are, and the ledger does not know it",
            f"Move it out of {row['folder_name']}; if it is to be imported, into {inbox}.",
        )
    if not mark:
        return Difference(
            "unknown_file",
            name,
            "is not known to the ledger, which is older than this file",
            f"Move it into {inbox} and run `partita process`.",
        )
    if row["is_standing"]:
        what = "is the file of an import that was deleted, and that stands in the ledger"
        remedy = f"Delete it again: `partita delete-import {first}`."
        return Difference("unknown_deletion", name, what, remedy)
    what = "is the file of an import that was deleted, of which the ledger knows nothing"
    remedy = "Move it out of the home, and not into an inbox: nothing of it is to be posted."
    return Difference("unknown_deletion", name, what, remedy)


def _resized(home: Home, row: Mapping[str, Any]) -> Difference:
    name = _shown(home, Path(row["folder_name"]) / row["file_name"])
    what = f"has {row['byte_count']:,} bytes; the file that was imported had {row['taken_byte_count']:,}"
    return Difference("other_size", name, what, AS_IT_WAS)


def _missing(home: Home, row: Mapping[str, Any]) -> Difference:
    inbox, failed, processed = _places(home, row["source_kind"])
    folder = failed if row["status"] in ("failed", "incomplete") else processed
    name = f"{folder}{os.sep}{row['file_name']}"
    if row["status"] == "deleted":
        # Dropped into the inbox it would be imported anew, which the deletion allows on purpose.
        return Difference(
            "missing_file",
            name,
            "is gone; its import was deleted",
            "Put it back from your copy of the home, and not into an inbox.",
        )
    again = f"drop {row['source_file']} into {inbox} once more, as it was"
    if row["status"] == "waiting":
        what = "is gone before its delivery was processed"
        return Difference("missing_file", name, what, f"{again[0].upper()}{again[1:]}.")
    return Difference(
        "missing_file",
        name,
        "is gone; what it brought is in the ledger",
        f"Put it back from your copy of the home, or {again}: it is kept again, and not posted twice.",
    )


@cache
def _places(home: Home, source_kind: str) -> tuple[str, str, str]:
    """The inbox of a source, and its folders of failed and of processed files as they are shown.
    Of a home that lost all its files they are asked for with each.
    """
    shelf = shelf_of(source_kind)
    failed, processed = shelf.folders(home)
    return str(shelf.inbox(home)), _shown(home, failed), _shown(home, processed)


_EXPLAINED: Final = {"unknown_file": _unknown, "other_size": _resized, "missing_file": _missing}


def _older(home: Home, found: Behind) -> Difference:
    newest = found.newest
    end = "has no change" if newest is None else f"ends with change {_named(newest)}"
    return Difference(
        "older_ledger",
        None,
        f"the ledger {end} and lacks change {_named(found.remembered)}, which was made in this home: it "
        "was put back from an older copy",
        "Move the files that the ledger does not know into their inboxes, run `partita process`, and make "
        f"the corrections and decisions of that time again; then remove {home.newest_change}.",
    )


def _named(change: NewestChange) -> str:
    return f"{change.record_number:,} ({change.recorded_at} UTC)"


def _shown(home: Home, path: Path) -> str:
    return str(path.relative_to(home.root)) if path.is_relative_to(home.root) else str(path)
