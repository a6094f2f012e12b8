"""Begins a home: its folders, and reference files to fill in. What is there already stays as it is."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from assets.errors import OperatingError, TransientError
from assets.home import Home
from assets.ledger.store import Ledger

_OWNER_ONLY_FILE: Final = 0o600


@dataclass(frozen=True, slots=True)
class Begun:
    """The names of the reference files that were written, and of those that somebody had written."""

    written: tuple[str, ...]
    kept: tuple[str, ...]


def to_write(home: Home, files: Mapping[str, bytes], blank: Mapping[str, bytes]) -> dict[str, bytes]:
    """Those of the files that the home lacks, or has as they were made (`blank`)."""
    return {
        name: content
        for name, content in files.items()
        if (held := _content(home.reference / name)) is None or (held == blank[name] != content)
    }


def begin(home: Home, files: Mapping[str, bytes], blank: Mapping[str, bytes]) -> Begun:
    """Makes the folders of a home and writes the reference files that `to_write` names, for their owner only.

    Raises:
        OperatingError: if the home has a ledger: an empty file would withdraw from it what the lost one said.
        LedgerLostError: if there was a ledger and it is gone.
        TransientError: if a file cannot be written; calling it again goes on.
    """
    new = to_write(home, files, blank)
    lost = [name for name in new if not (home.reference / name).exists()]
    if lost and Ledger.of(home).exists():
        raise OperatingError(
            f"{home.root} has a ledger already, with the reference data that were in force; nothing was "
            f"written. Put {', '.join(lost)} back from a copy, or do without the optional ones: an empty "
            "file would withdraw what stands in the ledger"
        )
    home.create()
    for name, content in new.items():
        _write(home.reference / name, content)
    return Begun(tuple(new), tuple(name for name in files if name not in new and files[name] != blank[name]))


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise OperatingError(f"{path} cannot be read: {error.strerror}") from error


def _write(path: Path, content: bytes) -> None:
    """Writes a new file whole: under another name first, so that a cut off one is never taken for it."""
    begun = path.with_name(f".{path.name}.begun")
    try:
        begun.unlink(missing_ok=True)
        with os.fdopen(
            os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY_FILE), "wb"
        ) as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        begun.chmod(_OWNER_ONLY_FILE)
        begun.rename(path)
    except OSError as error:
        raise TransientError(f"{path} cannot be written: {error.strerror}") from error
