"""Somebody else who holds the ledger, without a process of his own."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from assets.ledger.locking import LedgerLock

SIGNATURE: Final = json.dumps(
    {"pid": 4711, "command": "partita process", "purpose": "import A.txt", "since": "2026-03-01T08:00:00"}
).encode()
HOLDER: Final = "process 4711 (partita process: import A.txt, since 2026-03-01T08:00:00 UTC)"
"""How messages name who signed so."""


@contextmanager
def held(folder: Path, signature: bytes = SIGNATURE) -> Iterator[None]:
    """A writer, who came first and signed so, holds the ledger in this folder."""
    lock = LedgerLock(folder)
    lock.queue.mkdir(parents=True, exist_ok=True)
    ticket = lock.queue / "000000000001.writer"
    ticket.write_bytes(signature)
    with lock.path.open("wb") as main, ticket.open("rb") as drawn:
        for file in (main, drawn):
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
        ticket.unlink()
