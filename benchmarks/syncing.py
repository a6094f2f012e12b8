"""Five thousand sales invoices synced to a program that answers in 5 ms, and numbered by the ledger."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from benchmarks.harness import ROOT, Bench, Figure, Step, at_most
from benchmarks.homes import expect

INVOICES: Final = 5_000
CUSTOMERS: Final = 300
MOST_OWN_WORK: Final = 1.0


def run(bench: Bench) -> list[Figure]:
    """The figures: a ledger in which nothing was synced each time, both programs by turns."""
    count = bench.size(INVOICES, 60)
    exact, ledger, bare = [], [], []
    for number in bench.rounds(3):
        with _serving() as url:
            exact.append(_synced(bench, count, "exact", url))
            step = bench.child("sync_steps:post", url=url, calls=count)
            bare.append(1_000 * step.result["cpu_seconds"] / count)
        ledger.append(_synced(bench, count, "ledger", ""))
        bench.say(
            f"round {number + 1}: {count} invoices over HTTP {exact[-1].result['seconds']:.1f} s, work"
            f" {_work(exact[-1]):.2f} ms each, a bare call {bare[-1]:.2f} ms; by the ledger"
            f" {ledger[-1].result['seconds']:.2f} s"
        )
    return [
        Figure(
            "own work per invoice, without that of a bare HTTP client",
            "ms",
            tuple(_work(step) - each for step, each in zip(exact, bare, strict=True)),
            at_most(MOST_OWN_WORK),
        ),
        Figure("work per invoice over HTTP, all of it", "ms", tuple(_work(step) for step in exact)),
        Figure("bare HTTP client, per call", "ms", tuple(bare)),
        Figure("work per invoice numbered by the ledger", "ms", tuple(_work(step) for step in ledger)),
        Figure("5,000 invoices over HTTP", "s", tuple(step.result["seconds"] for step in exact)),
        Figure("5,000 invoices by the ledger", "s", tuple(step.result["seconds"] for step in ledger)),
        Figure("peak memory", "MB", tuple(step.peak_mb for step in exact)),
    ]


def _work(step: Step) -> float:
    return float(1_000 * step.result["cpu_seconds"] / step.result["booked"])


def _synced(bench: Bench, count: int, program: str, url: str) -> Step:
    folder = bench.folder / "ledger"
    bench.child("sync_steps:make_ledger", folder=str(folder), invoices=count, customers=CUSTOMERS)
    step = bench.child("sync_steps:sync", folder=str(folder), program=program, url=url)
    expect(step.result, {"booked": count, "problems": []})
    shutil.rmtree(folder)
    return step


@contextmanager
def _serving() -> Iterator[str]:
    """The address of a program that answers in 5 ms, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.sync_steps"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.stdin.close()
            process.wait()
