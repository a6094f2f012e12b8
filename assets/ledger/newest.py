"""Remembers beside the ledger which change of it was the newest, so that an older copy is known as one.

Belongs here: the side file in the home with number and hash of the newest record of the audit log, and its
comparison with the ledger. Does not: the chain of the log (`assets.ledger.audit`), and what an administrator
does then (`assets.detection.comparing`).

The side file is written after each commit. A kill in between leaves it one change behind, which accuses
nobody; a record that it names was committed. It stands in the home and not in the ledger's folder, which may
be put back as a whole.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from assets.statements import records

_LONGEST_MARK = 10_000


@dataclass(frozen=True, slots=True)
class NewestChange:
    """A record of the audit log: its number, its hash and its moment (UTC); and the hash of the first one."""

    record_number: int
    record_hash: str
    recorded_at: str
    first_hash: str


@dataclass(frozen=True, slots=True)
class Behind:
    """A ledger that lacks a change which was made in its home. Without `newest` it has no change at all."""

    newest: NewestChange | None
    remembered: NewestChange


def remembered(path: Path) -> NewestChange | None:
    """What the side file says; None if there is none, or a power failure left nothing that can be read."""
    try:
        with path.open("rb") as stream:
            said = json.loads(stream.read(_LONGEST_MARK))
        return NewestChange(
            int(said["record_number"]),
            str(said["record_hash"]),
            str(said["recorded_at"]),
            str(said["first_hash"]),
        )
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None


def behind(ledger: duckdb.DuckDBPyConnection, path: Path) -> Behind | None:
    """How the ledger lacks the change that the side file names; None if it has it, or is another ledger.

    A ledger that was made anew has another first record, and is not older than the one before it.
    """
    mark = remembered(path)
    return None if mark is None else _judged(ledger, mark)[1]


def to_remember(ledger: duckdb.DuckDBPyConnection, path: Path) -> NewestChange | None:
    """Within a transaction: what the side file is to say after its commit; None if it stays as it is.

    It stays if nothing was recorded, and if the ledger is behind it: until a person has seen to that.
    """
    mark = remembered(path)
    newest, lacking = _judged(ledger, mark)
    return None if lacking is not None or newest == mark else newest


def remember(path: Path, newest: NewestChange) -> None:
    """Writes the side file, whole or not at all. A disk that refuses it leaves it as it was."""
    written = path.with_name(f".{path.name}.part")
    # The change is committed, and stays so whatever becomes of its mark.
    with suppress(OSError):
        written.write_text(f"{json.dumps(asdict(newest))}\n", "utf-8")
        written.replace(path)


def _judged(
    ledger: duckdb.DuckDBPyConnection, mark: NewestChange | None
) -> tuple[NewestChange | None, Behind | None]:
    asked = {"record_number": 0 if mark is None else mark.record_number}
    (found,) = records(ledger, "ledger", "newest_change", asked)
    newest = _newest(found)
    if mark is None or (newest is not None and newest.first_hash != mark.first_hash):
        return newest, None
    if found["remembered_hash"] == mark.record_hash:
        return newest, None
    return newest, Behind(newest, mark)


def _newest(found: dict[str, Any]) -> NewestChange | None:
    if found["record_number"] is None:
        return None
    moment = found["recorded_at"].isoformat(sep=" ", timespec="seconds")
    return NewestChange(found["record_number"], found["record_hash"], moment, found["first_hash"])
