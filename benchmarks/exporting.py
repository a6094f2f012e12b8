"""The export of the open items to the treasury, beside writing the same bytes."""

from __future__ import annotations

import shutil
from typing import Final

from benchmarks.harness import Bench, Figure, at_most
from benchmarks.homes import copy_of, expect

OPEN_ITEMS: Final = 1_000_000
MOST_TIMES_THE_BYTES: Final = 3.0
EXPORTS: Final = ("first", "next")


def run(bench: Bench) -> list[Figure]:
    """The figures: both exports as multiples of the floor, by turns with it."""
    count = bench.size(OPEN_ITEMS, 20_000)
    home = bench.folder / "open_items"
    bench.child("ledgers:make_home", home=str(home), postings=0, open_items=count)
    seconds: dict[str, list[float]] = {name: [] for name in EXPORTS}
    floor: list[float] = []
    peaks: list[float] = []
    for number in bench.rounds(5):
        with copy_of(bench, home) as copy:
            step = bench.child("export_steps:export", home=str(copy), times=len(EXPORTS))
            for name, export in zip(EXPORTS, step.result["exports"], strict=True):
                expect(export, {"row_count": count})
                seconds[name].append(export["seconds"])
            peaks.append(step.peak_mb)
            path = step.result["path"]
            floor.append(bench.child("export_steps:write_again", path=path).result["seconds"])
        described = ", ".join(f"{name} {found[-1]:.2f} s" for name, found in seconds.items())
        bench.say(f"round {number + 1}: {described}, floor {floor[-1]:.2f} s")
    shutil.rmtree(home)
    ratios = {
        name: tuple(each / least for each, least in zip(found, floor, strict=True))
        for name, found in seconds.items()
    }
    return [
        Figure(f"{name} export of {OPEN_ITEMS:,} open items / write its bytes", "x", ratios[name], target)
        for name, target in (("next", at_most(MOST_TIMES_THE_BYTES)), ("first", None))
    ] + [
        Figure("peak memory of the export", "MB", tuple(peaks)),
        Figure("next export", "s", tuple(seconds["next"])),
        Figure("first export, which remembers every item", "s", tuple(seconds["first"])),
        Figure("floor: write the bytes, durable", "s", tuple(floor)),
    ]
