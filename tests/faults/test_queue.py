"""Readers in a loop, in processes of their own, against who writes; and readers that are killed (D13)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from assets.ledger.locking import LedgerLock
from assets.ledger.store import Ledger
from samples.waiting import until
from tests.support.effort import chance

READERS: Final = 8
WRITES: Final = 10
SECONDS: Final = 60.0
LOOP: Final = """
import json, os, sys, time
from pathlib import Path
from assets.ledger.store import Ledger
ledger = Ledger(Path(sys.argv[1]), wait_to_read=60)
ask = ledger.reading if sys.argv[3] == "ledger" else ledger.reading_apart
with open(sys.argv[2], "w", buffering=1) as said:
    while os.getppid() == int(sys.argv[4]):
        with ask() as connection:
            began = time.monotonic()
            connection.execute("SELECT count(*) FROM range(1000) a, range(1000) b").fetchone()
            companies, = connection.execute("SELECT count(*) FROM ledger.company").fetchone()
            ended = time.monotonic()
        said.write(json.dumps([began, ended, companies]) + "\\n")
"""
ADD: Final = "INSERT INTO ledger.company VALUES (1, ?, 'Name', 'EUR', 'IT', NULL, NULL)"


class Reader:
    """A process that reads again and again, until it is ended."""

    def __init__(self, ledger: Ledger, output: Path, what: str) -> None:
        self.output = output
        arguments = [str(ledger.folder), str(output), what, str(os.getpid())]
        self.process = subprocess.Popen([sys.executable, "-c", LOOP, *arguments])

    def reads(self) -> list[tuple[float, float, int]]:
        """When each read began and ended, and how many companies it found."""
        if not self.output.exists():
            return []
        lines = self.output.read_text("utf-8").splitlines(keepends=True)
        return [tuple(json.loads(line)) for line in lines if line.endswith("\n")]


@contextmanager
def readers(ledger: Ledger, folder: Path, what: str) -> Iterator[list[Reader]]:
    """So many of them, each of which has read at least once."""
    found = [Reader(ledger, folder / f"reader-{number}.txt", what) for number in range(READERS)]
    try:
        for reader in found:
            until(lambda reader=reader: reader.reads(), SECONDS, "every reader reads")  # type: ignore[misc]
        yield found
    finally:
        for reader in found:
            reader.process.kill()
            reader.process.wait()


def write(ledger: Ledger, company: str) -> tuple[float, float]:
    """Writes one company; when we had our place in the queue and when we had the ledger."""
    workbench = ledger.workbench()
    queued: list[float] = []
    draw = LedgerLock._draw

    def noting(lock: LedgerLock, *asked: Any) -> Any:
        drawn = draw(lock, *asked)
        queued.append(time.monotonic())
        return drawn

    with pytest.MonkeyPatch.context() as watched:
        # Until its ticket is drawn a writer is in no queue, however long the machine keeps it from that.
        watched.setattr(LedgerLock, "_draw", noting)
        with ledger.transaction(workbench, "test"):
            had = time.monotonic()
            workbench.execute(ADD, [company])
    workbench.close()
    return queued[0], had


@pytest.mark.check
@pytest.mark.parametrize("what", ["ledger", "copy"])
def test_d13_eight_readers_in_a_loop_let_every_writer_in_after_the_reads_that_were_begun(
    fresh_ledger: Ledger, tmp_path: Path, what: str
) -> None:
    """D13: nobody begins a read while the writer waits but who came before him; all see what he wrote."""
    with readers(fresh_ledger, tmp_path, what) as reading:
        waits = [write(fresh_ledger, f"C{number}") for number in range(WRITES)]
        for reader in reading:
            until(lambda reader=reader: reader.reads()[-1][2] == WRITES, SECONDS, "what was written is read")  # type: ignore[misc]
        histories = [reader.reads() for reader in reading]

    # Each may have come just before us, and begin now. Who reads a copy begins after he let the ledger go.
    begun = [
        sum(asked < began < had for began, _, _ in history) for history in histories for asked, had in waits
    ]
    longest = max(ended - began for history in histories for began, ended, _ in history)
    assert [number for number in begun if number > 1] == []
    assert [had - asked for asked, had in waits if had - asked > longest + 1.0] == []
    assert all(
        counts == sorted(counts) for counts in ([read[2] for read in history] for history in histories)
    )


@pytest.mark.faults
def test_d13_readers_that_are_killed_hold_up_nobody(fresh_ledger: Ledger, tmp_path: Path) -> None:
    """D13: whether they waited, read, or made a copy; the next who comes finds a ledger and a copy."""
    moments = chance("kills of readers")
    patient = Ledger(fresh_ledger.folder, wait_to_write=SECONDS, wait_to_read=SECONDS)
    for round_number in range(3):
        folder = tmp_path / str(round_number)
        folder.mkdir()
        with readers(patient, folder, moments.choice(["ledger", "copy"])) as reading:
            for number, reader in enumerate(reading):
                write(patient, f"C{round_number}{number}")
                reader.process.kill()
        write(patient, f"L{round_number}")
        with patient.reading() as one, patient.reading_apart() as other:
            counted = "SELECT count(*) FROM ledger.company"
            assert one.execute(counted).fetchall() == other.execute(counted).fetchall()
        assert [path.name for path in patient.lock.queue.iterdir()] == [".numbering"]
