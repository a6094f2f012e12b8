"""A thousand files dropped at once: under the sensor, and as one run per file."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks.harness import Bench, Figure, at_most
from benchmarks.homes import expect, settle
from benchmarks.serving import SECONDS_BETWEEN_LOOKS, Server, serving_partita

FILES: Final = 1_000
LINES_PER_FILE: Final = 100
SINGLE_RUNS: Final = 30
OPEN_ITEMS: Final = 300_000
MOST_OF_SINGLE_RUNS: Final = 0.1
PATIENCE: Final = 3600.0
PARTITIONS: Final = "trace_files"
JOB: Final = "import_traces_job"
UNTAKEN_STEM: Final = "SINGLE"
"""Files of this name fit no mask, so that the sensor leaves them alone; a run that names them finds them."""


def run(bench: Bench) -> list[Figure]:
    """The figures: both ways under the same daemon, in a fresh home each time."""
    count, singles = bench.size(FILES, 20), bench.size(SINGLE_RUNS, 3)
    dropped, single = [], []
    for number in bench.rounds(3):
        whole, each = _round(bench, count, singles)
        dropped.append(whole)
        single.append(each)
        bench.say(
            f"round {number + 1}: {count} files in {whole:.1f} s; one run per file {each:.2f} s a file,"
            f" {each * count:.0f} s for {count}"
        )
    # What the servers took of the processors cannot be told from what others took.
    bench.other_cpu.clear()
    return [
        Figure(
            "1,000 files dropped at once / one run per file",
            "x",
            tuple(whole / (each * count) for whole, each in zip(dropped, single, strict=True)),
            at_most(MOST_OF_SINGLE_RUNS),
        ),
        Figure("1,000 files of 100 lines, from drop to all posted and kept", "s", tuple(dropped)),
        Figure(
            f"one run per file, {SINGLE_RUNS} launched at once, per file",
            "s",
            tuple(single),
        ),
    ]


def _round(bench: Bench, count: int, singles: int) -> tuple[float, float]:
    """Seconds for the whole drop, and seconds per file of the single runs."""
    home = bench.folder / "backlog"
    bench.child("ledgers:make_home", home=str(home), postings=0, open_items=OPEN_ITEMS)
    # All files pay items of one load, so that no item is paid twice.
    staging = home / "staging"
    staging.mkdir()
    load = bench.child(
        "ledgers:make_load",
        path=str(staging / "RITCOGE.txt"),
        lines=(count + singles + 1) * LINES_PER_FILE,
        items=OPEN_ITEMS,
        files=count + singles + 1,
    ).result
    traces = sorted(staging.iterdir())
    settle(home)
    with serving_partita(home) as server:
        # The first file finds everything loaded for the first time; it is not measured.
        drop(home, traces[:1], PATIENCE)
        each = _single_runs(bench, server, home, traces[1 : singles + 1])
        whole = drop(home, traces[singles + 1 :], PATIENCE)
    expect(
        bench.child("ledgers:ledger_counts", home=str(home)).result,
        {
            "imports": len(traces),
            "entries": load["posted_movement_count"],
            "postings": load["line_count"],
            "linked": load["linked_line_count"],
        },
    )
    shutil.rmtree(home)
    return whole, each


def drop(home: Path, traces: Sequence[Path], patience: float) -> float:
    """Moves traces into the inbox at once; seconds until they are out of it: posted, committed and kept.

    Raises TimeoutError if it takes longer than `patience` seconds.
    """
    inbox = home / "inbox"
    started = time.perf_counter()
    for trace in traces:
        trace.rename(inbox / trace.name)
    while any(path.is_file() for path in inbox.iterdir()):
        if time.perf_counter() - started > patience:
            raise TimeoutError(f"the inbox was not empty after {patience:g} s")
        time.sleep(SECONDS_BETWEEN_LOOKS)
    return time.perf_counter() - started


def _single_runs(bench: Bench, server: Server, home: Path, traces: Sequence[Path]) -> float:
    """Launches one run per file, all at once as a backfill of single partitions does; seconds per file."""
    dropped = []
    for trace in traces:
        dropped.append(trace.rename(home / "inbox" / trace.name.replace("RITCOGE", UNTAKEN_STEM)))
    known: dict[str, Any] = bench.child(
        "ledgers:partition_keys", paths=[str(path) for path in dropped]
    ).result
    keys = known["partition_keys"]
    for key in keys:
        server.add_partition(PARTITIONS, key)
    started = time.perf_counter()
    server.wait_for([server.launch(JOB, key) for key in keys], PATIENCE)
    return (time.perf_counter() - started) / len(keys)
