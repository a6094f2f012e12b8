"""How long one file takes from its drop until it is posted, beside a Dagster run that does nothing."""

from __future__ import annotations

import shutil
import time
from random import Random
from statistics import median
from typing import Final

from benchmarks.backlog import drop
from benchmarks.harness import Bench, Figure
from benchmarks.homes import expect, settle
from benchmarks.serving import serving_nothing, serving_partita

LINES_PER_FILE: Final = 100
OPEN_ITEMS: Final = 50_000
SECONDS_BETWEEN_LOOKS_OF_THE_SENSOR: Final = 5.0
PATIENCE: Final = 300.0
EMPTY_JOB: Final = "empty_job"


def run(bench: Bench) -> list[Figure]:
    """The figures: seconds from drop to posted, and from the launch of an empty run to its success."""
    posted = _posted(bench)
    empty = _empty_runs(bench)
    # What the servers took of the processors cannot be told from what others took.
    bench.other_cpu.clear()
    middle = median(empty)
    ratios = tuple(each / middle for each in posted)
    return [
        Figure("one file, drop to posted / an empty Dagster run", "x", ratios),
        Figure("one file of 100 lines, from drop to posted and kept", "s", posted),
        Figure("an empty Dagster run, from launch to success", "s", empty),
    ]


def _posted(bench: Bench) -> tuple[float, ...]:
    home = bench.folder / "latency"
    bench.child("ledgers:make_home", home=str(home), postings=0, open_items=OPEN_ITEMS)
    staging = home / "staging"
    staging.mkdir()
    rounds = bench.rounds(7)
    # The first file finds everything loaded for the first time; it is not measured.
    count = len(rounds) + 1
    load = bench.child(
        "ledgers:make_load",
        path=str(staging / "RITCOGE.txt"),
        lines=count * LINES_PER_FILE,
        items=OPEN_ITEMS,
        files=count,
    ).result
    settle(home)
    traces = sorted(staging.iterdir())
    rng = Random(1)
    seconds = []
    with serving_partita(home) as server:
        for trace in traces:
            seconds.append(drop(home, [trace], PATIENCE))
            bench.say(f"{trace.name}: {seconds[-1]:.1f} s")
            server.wait_until_idle(PATIENCE)
            # A person drops a file at any moment between two looks of the sensor.
            time.sleep(rng.uniform(0, SECONDS_BETWEEN_LOOKS_OF_THE_SENSOR))
    expect(
        bench.child("ledgers:ledger_counts", home=str(home)).result,
        {"imports": count, "postings": load["line_count"], "linked": load["linked_line_count"]},
    )
    shutil.rmtree(home)
    return tuple(seconds[1:])


def _empty_runs(bench: Bench) -> tuple[float, ...]:
    seconds = []
    with serving_nothing(bench.folder / "empty") as server:
        for _ in range(len(bench.rounds(7)) + 1):
            started = time.perf_counter()
            server.wait_for([server.launch(EMPTY_JOB)], PATIENCE)
            seconds.append(time.perf_counter() - started)
            bench.say(f"empty run: {seconds[-1]:.1f} s")
    shutil.rmtree(bench.folder / "empty")
    return tuple(seconds[1:])
