"""Sales invoices: a CSV of thousands of them, from the drop until it is posted and kept."""

from __future__ import annotations

from typing import Final

from benchmarks.harness import Bench, Figure, at_least
from benchmarks.homes import expect

INVOICES: Final = 5_000


def run(bench: Bench) -> list[Figure]:
    """The figures: invoices a second of this process, and its memory."""
    rates: list[float] = []
    memory: list[float] = []
    count = bench.size(INVOICES, 50)
    for number in bench.rounds(5):
        home = bench.folder / f"sales{number}"
        step = bench.child("sales_steps:post_file", home=str(home), invoices=count)
        expect(step.result, {"booked": count, "unbalanced": 0})
        rates.append(count / step.result["seconds"])
        memory.append(step.peak_mb)
        bench.say(f"round {number + 1}: {count} sales invoices, {rates[-1]:,.0f} a second")
    return [
        Figure(
            f"sales invoices posted from one CSV of {INVOICES:,}", "invoices/s", tuple(rates), at_least(1_000)
        ),
        Figure("memory meanwhile", "MB", tuple(memory)),
    ]
