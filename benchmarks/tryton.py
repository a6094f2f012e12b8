"""Sales invoices into a real Tryton, beside a bare client that makes the same calls by hand."""

from __future__ import annotations

from typing import Final

from benchmarks.harness import Bench, Figure, at_most

INVOICES: Final = 30
MOST_TIMES_THE_BARE_CLIENT: Final = 1.1


def run(bench: Bench) -> list[Figure]:
    """The figures: the time for an invoice by the target as a multiple of a bare client's, by turns."""
    count = bench.size(INVOICES, 3)
    seconds: dict[str, list[float]] = {"target": [], "bare": []}
    for number in bench.rounds(3):
        step = bench.child("tryton_steps:send", count=count)
        for name, found in seconds.items():
            found.append(step.result[name])
        described = ", ".join(f"{name} {found[-1]:.3f} s" for name, found in seconds.items())
        bench.say(f"round {number + 1}: {described} an invoice")
    ratios = tuple(own / bare for own, bare in zip(seconds["target"], seconds["bare"], strict=True))
    bound = at_most(MOST_TIMES_THE_BARE_CLIENT)
    return [
        Figure("an invoice into Tryton / a bare client", "x", ratios, bound),
        Figure("an invoice into Tryton", "s", tuple(seconds["target"])),
        Figure("an invoice by a bare client: make it, validate it, post it", "s", tuple(seconds["bare"])),
    ]
