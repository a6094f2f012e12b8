"""Eight readers in a loop beside a writer, and the making of a copy. Runs in a child, which has children."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from assets.home import Home
from assets.ledger.store import Ledger

READERS: Final = 8
WRITES: Final = 20
_READ: Final = "SELECT account_code, sum(debit_amount - credit_amount) FROM ledger.posting GROUP BY ALL"
_WRITE: Final = "UPDATE ledger.company SET company_name = ?"


def compete(home: str, what: str) -> dict[str, Any]:
    """How long each write waited for the ledger, and the longest read of eight processes in a loop."""
    ledger = Ledger(Home(Path(home)).ledger)
    with tempfile.TemporaryDirectory() as folder:
        outputs = [Path(folder) / f"{number}" for number in range(READERS)]
        call = "import sys; from benchmarks.queueing_steps import read_on; read_on(*sys.argv[1:])"
        readers = [
            subprocess.Popen([sys.executable, "-c", call, home, what, str(output), str(os.getpid())])
            for output in outputs
        ]
        try:
            while not all(output.exists() and output.stat().st_size for output in outputs):
                time.sleep(0.05)
            waits = [_write(ledger, f"Name {number}") for number in range(WRITES)]
        finally:
            for reader in readers:
                reader.kill()
                reader.wait()
        lines = [line for output in outputs for line in output.read_text("ascii").splitlines(keepends=True)]
    reads = [float(json.loads(line)) for line in lines if line.endswith("\n")]
    return {"waits": waits, "longest_read": max(reads), "read_count": len(reads)}


def read_on(home: str, what: str, output: str, parent: str) -> None:
    """Reads until the parent ends; writes for how many seconds each read held the ledger, or its copy."""
    ledger = Ledger(Home(Path(home)).ledger, wait_to_read=600)
    with Path(output).open("w", buffering=1) as said:
        while os.getppid() == int(parent):
            if what == "copy":
                with ledger.reading_apart() as connection:
                    began = time.monotonic()
                    connection.execute(_READ).fetchall()
                    ended = time.monotonic()
            else:
                # A thread that holds the ledger may read it without waiting.
                with ledger.lock.reading(ledger.wait_to_read):
                    began = time.monotonic()
                    with ledger.reading() as connection:
                        connection.execute(_READ).fetchall()
                    ended = time.monotonic()
            said.write(f"{ended - began}\n")


def _write(ledger: Ledger, name: str) -> float:
    """Seconds from the question for the ledger to having it."""
    workbench = ledger.workbench()
    try:
        asked = time.monotonic()
        with ledger.transaction(workbench, "benchmark"):
            had = time.monotonic()
            workbench.execute(_WRITE, [name])
    finally:
        workbench.close()
    return had - asked


def copy(home: str) -> dict[str, float]:
    """Seconds until a reader of a copy may ask: the first after a change, and the next."""
    ledger = Ledger(Home(Path(home)).ledger)
    _write(ledger, "Name")
    seconds = {}
    for which in ("first", "second"):
        began = time.perf_counter()
        with ledger.reading_apart():
            seconds[which] = time.perf_counter() - began
    return seconds
