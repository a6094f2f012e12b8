"""Extraction of e-invoices: from the bytes of a file to its records, beside parsing its XML alone."""

from __future__ import annotations

from typing import Final

from benchmarks.harness import Bench, Figure, Target, at_most
from benchmarks.homes import expect

FILES: Final = 400
SMALL, LARGE = 6_000, 32_000
KINDS: Final[tuple[tuple[str, str, int, bool, Target | None], ...]] = (
    ("a 6 kB FatturaPA", "FatturaPA", SMALL, True, at_most(2.6)),
    ("a 32 kB FatturaPA", "FatturaPA", LARGE, True, at_most(2.5)),
    ("32 kB without a blank", "FatturaPA", LARGE, False, None),
    ("a 6 kB UBL", "UBL", SMALL, True, at_most(2.75)),
    ("a 32 kB UBL", "UBL", LARGE, True, at_most(2.65)),
    ("a 6 kB CII", "CII", SMALL, True, at_most(2.8)),
    ("a 32 kB CII", "CII", LARGE, True, at_most(2.7)),
)
"""What is extracted: its format, its size, whether it is indented as most files are, and the target.

Those of UBL and CII are 1.1 times what their readers took before they filled the terms of EN 16931.
"""


def run(bench: Bench) -> list[Figure]:
    """The figures: seconds of both as ratios, and microseconds a file."""
    floors: dict[str, list[float]] = {name: [] for name, *_ in KINDS}
    readers: dict[str, list[float]] = {name: [] for name, *_ in KINDS}
    for number in bench.rounds(7):
        for name, form, size, is_indented, _ in KINDS:
            files = bench.size(FILES * SMALL // size, 20)
            step = bench.child(
                "extraction_steps:extract", form=form, size=size, files=files, is_indented=is_indented
            )
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
            for name, *_, target in KINDS
        ),
        *(Figure(f"lxml.etree.fromstring, {name}", "µs", tuple(floors[name])) for name, *_ in KINDS),
        *(Figure(f"extraction, {name}", "µs", tuple(readers[name])) for name, *_ in KINDS),
    ]
