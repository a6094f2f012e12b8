"""Who may open the ledger just now: one process that writes, or many that read, in the order of their coming.

Whoever comes takes a ticket: a file with the next number, on which he holds a lock of the kernel's. A writer
waits for every ticket before his, a reader for those of writers only. So a stream of readers never keeps a
writer out for longer than the reads that began before he came, and no stream of writers keeps out a reader.
A dead process holds no lock, and so stands in nobody's way. What decides in the end is the lock on one side
file: tickets say whose turn it is, and who is waited for.

Belongs here: tickets, the lock, and the words for who holds it. Does not: what is done with the ledger.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import IO, Final

from assets.errors import LedgerLockedError, TransientError
from assets.home import make_folder
from assets.locks import is_held, take_by

_POLL_SECONDS: Final = 0.02
_LONGEST_SIGNATURE: Final = 10_000
_TICKET: Final = re.compile(r"[0-9]{12}\.(reader|writer)", re.ASCII)


class _Calling:
    """What this process calls itself."""

    command: str | None = None


class _Reads(threading.local):
    """How many reads of each ledger are in progress in this thread, by the path of its lock."""

    def __init__(self) -> None:
        self.in_progress: Counter[Path] = Counter()


_reads: Final = _Reads()


def call_this_process(command: str) -> None:
    """How others call this process while they wait for it, such as `partita postings`."""
    _Calling.command = command


@dataclass(frozen=True, slots=True)
class LedgerLock:
    """The lock of the ledger in one folder."""

    folder: Path

    @property
    def path(self) -> Path:
        """The side file whose lock decides who may open the database file."""
        return self.folder / "partita.lock"

    @property
    def queue(self) -> Path:
        """Where the tickets are; those of who was killed stay until the next writer comes."""
        return self.folder / "queue"

    @contextmanager
    def writing(self, wait: float, purpose: str) -> Iterator[None]:
        """Alone within the block, after whoever came before.

        Raises:
            LedgerLockedError: if others hold the ledger for longer than `wait` (seconds).
            TransientError: if the ledger's folder, or its disk, takes no ticket.
        """
        deadline = time.monotonic() + wait
        with self._opened() as lock, self._ticket("writer", deadline, wait, purpose) as before:
            _take(lock, before, deadline, wait)
            yield

    @contextmanager
    def reading(self, wait: float) -> Iterator[None]:
        """With other readers within the block, after the writers who came before.

        A thread that reads already reads on without a ticket: the writer who waits for its first read would
        else be waited for by its second.

        Raises:
            LedgerLockedError: if writers hold the ledger for longer than `wait` (seconds).
            TransientError: if the ledger's folder is not writable.
        """
        deadline = time.monotonic() + wait
        reads = _reads.in_progress
        with self._opened() as lock:
            if reads[self.path]:
                _take(lock, (), deadline, wait, is_shared=True)
                yield
                return
            with self._ticket("reader", deadline, wait, "") as before:
                _take(lock, before, deadline, wait, is_shared=True)
                reads[self.path] += 1
                try:
                    yield
                finally:
                    reads[self.path] -= 1

    def holder(self) -> str | None:
        """Who holds the ledger for writing just now, in words; None if nobody does."""
        if not is_held(self.path):
            return None
        return _named([ticket for ticket in self._tickets() if ticket.suffix == ".writer"])

    def _opened(self) -> IO[bytes]:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            return _open(self.path)
        except OSError as error:
            raise TransientError(
                f"cannot open {self.path}: {error.strerror}. The ledger's folder must be writable."
            ) from error

    @contextmanager
    def _ticket(self, kind: str, deadline: float, wait: float, purpose: str) -> Iterator[Sequence[Path]]:
        """A place in the queue, and the tickets before it; begins when none of those must be waited for."""
        try:
            drawn = self._draw(kind, deadline, wait, purpose)
        except OSError as error:
            if kind == "writer":
                raise TransientError(
                    f"the lock of the ledger cannot be written: {error.strerror}. Nothing was posted; check "
                    "free space and permissions, then run again."
                ) from error
            # A full disk is no reason not to read.
            drawn = None
        if drawn is None:
            yield self._tickets()
            return
        ticket, path, before = drawn
        with ticket:
            try:
                for other in before:
                    if kind == "writer" or other.suffix == ".writer":
                        _await(other, before, deadline, wait)
                yield before
            finally:
                path.unlink(missing_ok=True)

    def _draw(
        self, kind: str, deadline: float, wait: float, purpose: str
    ) -> tuple[IO[bytes], Path, list[Path]]:
        """A new ticket, locked and signed, its path, and the tickets before it."""
        make_folder(self.queue)
        with _open(self.queue / ".numbering") as numbering:
            _take(numbering, self._tickets(), deadline, wait)
            before = self._tickets()
            path = self.queue / f"{int(before[-1].stem) + 1 if before else 1:012}.{kind}"
            begun = path.with_suffix(".begun")
            ticket = begun.open("wb", 0)
            try:
                take_by(deadline, ticket)
                ticket.write(_signature(purpose))
                # Under its name it is locked from the first moment on: else others took it for a dead one's.
                begun.rename(path)
            except BaseException:
                ticket.close()
                begun.unlink(missing_ok=True)
                raise
        return ticket, path, before

    def _tickets(self) -> list[Path]:
        """All tickets, the first one first."""
        try:
            names = [entry.name for entry in os.scandir(self.queue)]
        except FileNotFoundError:
            return []
        return [self.queue / name for name in sorted(names) if _TICKET.fullmatch(name)]


def _take(
    lock: IO[bytes], before: Sequence[Path], deadline: float, wait: float, *, is_shared: bool = False
) -> None:
    """Takes a lock that others may hold who have these tickets, or none."""
    if not take_by(deadline, lock, is_shared=is_shared):
        raise _refusal(before, wait)


def _await(ticket: Path, before: Sequence[Path], deadline: float, wait: float) -> None:
    # Who drew it and lives holds its lock.
    while is_held(ticket):
        if time.monotonic() > deadline:
            raise _refusal(before, wait)
        time.sleep(_POLL_SECONDS)
    # Who was killed has left it.
    ticket.unlink(missing_ok=True)


def _open(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o644), "r+b", 0)


def _refusal(before: Sequence[Path], wait: float) -> LedgerLockedError:
    return LedgerLockedError(
        f"the ledger is held by {_named(before)}; waited {wait:g} s. Try again when it has finished."
    )


def _named(tickets: Sequence[Path]) -> str:
    """Who of these holds the ledger: the first if he writes, else the readers up to a writer."""
    alive = [ticket for ticket in tickets if is_held(ticket)]
    holding = list(takewhile(lambda ticket: ticket.suffix == ".reader", alive)) or alive[:1]
    if not holding:
        return "another process"
    more = f" and {len(holding) - 1} more" if len(holding) > 1 else ""
    return f"{_read_signature(holding[0])}{more}"


def _signature(purpose: str) -> bytes:
    since = dt.datetime.now(dt.UTC).replace(tzinfo=None).isoformat(timespec="seconds")
    command = _Calling.command or _program()
    return json.dumps({"pid": os.getpid(), "command": command, "purpose": purpose, "since": since}).encode()


def _program() -> str:
    """What was started, of a process that never said what it is."""
    started = Path(sys.argv[0])
    return started.parent.name if started.name == "__main__.py" else started.name


def _read_signature(ticket: Path) -> str:
    try:
        with ticket.open("rb") as drawn:
            signed = json.loads(drawn.read(_LONGEST_SIGNATURE))
        doing = ": ".join(part for part in (signed["command"], signed["purpose"]) if part)
        return f"process {signed['pid']} ({doing}, since {signed['since']} UTC)"
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return "another process"
