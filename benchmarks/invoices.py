"""Ten thousand e-invoices: in one archive from drop to registered, and as files beside one run per file.

Then ten times as many in one archive: what a document costs must not depend on how many there are.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from statistics import mean
from typing import Any, Final

from benchmarks.harness import Bench, Figure, Step, at_least, at_most
from benchmarks.homes import expect, settle

DOCUMENTS: Final = 10_000
SUPPLIERS: Final = 300
ERROR_SHARE: Final = 0.01
SEED: Final = 7
SINGLE_RUNS: Final = 30
LEAST_DOCUMENTS_A_SECOND: Final = 500.0
MOST_MEMORY: Final = 1_000.0
LEAST_OF_SINGLE_RUNS: Final = 100.0
GROWTH: Final = 10
MOST_GROWTH: Final = 1.2
"""Time per document at ten times the documents, as a multiple: linear growth is 1, the rest is noise."""


def run(bench: Bench) -> list[Figure]:
    """The figures: a fresh home each time, both ways by turns."""
    count, singles = bench.size(DOCUMENTS, 60), bench.size(SINGLE_RUNS, 3)
    archives, files, single, large = [], [], [], []
    for number in bench.rounds(3):
        archives.append(_dropped(bench, count, "invoices.zip"))
        files.append(_dropped(bench, count, None))
        single.append(_one_by_one(bench, singles))
        large.append(_dropped(bench, count * GROWTH, "invoices.zip"))
        bench.say(
            f"round {number + 1}: {count} documents in an archive {_seconds(archives[-1]):.1f} s, as files"
            f" {_seconds(files[-1]):.1f} s; single {single[-1]:.2f} s a file; {GROWTH} times as much"
            f" in an archive {_seconds(large[-1]):.1f} s, {large[-1].peak_mb:.0f} MB"
        )
    return [
        Figure(
            "10,000 documents in one archive, from drop to registered",
            "documents/s",
            tuple(count / _seconds(step) for step in archives),
            at_least(LEAST_DOCUMENTS_A_SECOND),
        ),
        Figure("peak memory", "MB", tuple(step.peak_mb for step in archives), at_most(MOST_MEMORY)),
        Figure(
            "time per document, 100,000 in one archive / 10,000 in one archive",
            "x",
            tuple(_seconds(ten) / (GROWTH * _seconds(one)) for ten, one in zip(large, archives, strict=True)),
            at_most(MOST_GROWTH),
        ),
        Figure("peak memory, 100,000 in one archive", "MB", tuple(step.peak_mb for step in large)),
        Figure(
            "100,000 documents in one archive, from drop to registered",
            "s",
            tuple(_seconds(step) for step in large),
        ),
        Figure(
            "one run per file / 10,000 single files dropped at once",
            "x",
            tuple(each * count / _seconds(step) for each, step in zip(single, files, strict=True)),
            at_least(LEAST_OF_SINGLE_RUNS),
        ),
        Figure(
            "10,000 single files, from drop to registered and kept",
            "s",
            tuple(_seconds(step) for step in files),
        ),
        Figure("of it: gather them into deliveries", "s", tuple(step.result["gather"] for step in files)),
        Figure("peak memory, single files", "MB", tuple(step.peak_mb for step in files)),
        Figure(f"one run per file, mean of {SINGLE_RUNS}", "s", tuple(single)),
    ]


def _seconds(step: Step) -> float:
    return float(step.result["seconds"])


def _dropped(bench: Bench, count: int, archive_name: str | None) -> Step:
    """A load dropped at once, and everything in it registered."""
    home, load = _home(bench, count, ERROR_SHARE, archive_name)
    step = bench.child("registering:register_drop", home=str(home))
    # One kind of error leaves a file that holds no document at all.
    unreadable = load["documents"] - step.result["documents"]
    expect(step.result, {"registered": load["registered"], "unbalanced": 0})
    if not 0 <= unreadable <= load["documents"] - load["registered"]:
        raise ValueError(f"{unreadable} documents were not read")
    shutil.rmtree(home)
    return step


def _one_by_one(bench: Bench, singles: int) -> float:
    """Seconds per file where each has a run of its own."""
    home, load = _home(bench, singles + 1, 0.0, None)
    step = bench.child("registering_runs:register_one_by_one", home=str(home), files=singles)
    expect(step.result, {"registered": load["registered"], "unbalanced": 0})
    shutil.rmtree(home)
    return float(mean(step.result["seconds"]))


def _home(
    bench: Bench, count: int, error_share: float, archive_name: str | None
) -> tuple[Path, dict[str, Any]]:
    home = bench.folder / "invoices"
    load = bench.child(
        "registering:make_home",
        home=str(home),
        documents=count,
        suppliers=SUPPLIERS,
        error_share=error_share,
        seed=SEED,
        archive_name=archive_name,
    ).result
    settle(home)
    return home, load
