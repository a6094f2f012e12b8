"""Extraction of e-invoices: from the bytes of a FatturaPA to its records, beside parsing its XML alone."""

from __future__ import annotations

from typing import Final

from benchmarks.harness import Bench, Figure, Target, at_most
from benchmarks.homes import expect

FILES: Final = 400
SMALL, LARGE = 6_000, 32_000
KINDS: Final[tuple[tuple[str, int, bool, Target | None], ...]] = (
    ("a 6 kB FatturaPA", SMALL, True, at_most(3)),
    ("a 32 kB FatturaPA", LARGE, True, at_most(2.5)),
    ("32 kB without a blank", LARGE, False, None),
)
"""What is extracted: its size, whether it is indented as most files are, and the target."""


def run(bench: Bench) -> list[Figure]:
    """The figures: seconds of both as ratios, and microseconds a file."""
    floors: dict[str, list[float]] = {name: [] for name, *_ in KINDS}
    readers: dict[str, list[float]] = {name: [] for name, *_ in KINDS}
    for number in bench.rounds(7):
        for name, size, is_indented, _ in KINDS:
            files = bench.size(FILES * SMALL // size, 20)
            step = bench.child("extraction_steps:extract", size=size, files=files, is_indented=is_indented)
            expect(step.result, {"documents": files})
            floors[name].append(step.result["floor"] / files * 1_000_000)
            readers[name].append(step.result["reader"] / files * 1_000_000)
            bench.say(f"round {number + 1}: {name} {readers[name][-1] / floors[name][-1]:.2f} x")
    return [
        *(
            Figure(
                f"extraction of {name} / lxml.etree.fromstring",
                "x",
                tuple(reader / floor for reader, floor in zip(readers[name], floors[name], strict=True)),
                target,
            )
            for name, _, _, target in KINDS
        ),
        *(Figure(f"lxml.etree.fromstring, {name}", "µs", tuple(floors[name])) for name, *_ in KINDS),
        *(Figure(f"extraction, {name}", "µs", tuple(readers[name])) for name, *_ in KINDS),
    ]
