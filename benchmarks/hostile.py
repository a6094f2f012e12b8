"""Files that were made to take time or memory, against the bounds of docs/bad-days.md. Linux only.

Belongs here: the figures. Does not: the files (`benchmarks.hostile_files`), nor what is done with them
(`benchmarks.hostile_steps`).
"""

from __future__ import annotations

import shutil
from typing import Final

from benchmarks.harness import Bench, Figure, at_most

SMALL: Final = 5_700_000
LARGE: Final = 20_000_000
MOST_SECONDS: Final = 10.0
MOST_MEGABYTES: Final = 250.0


def run(bench: Bench) -> list[Figure]:
    """The slowest of the files below 6 MB and the hungriest of 20 MB, then each kind."""
    # Loading what makes the files is nothing that this process needs to hold.
    kinds = bench.child("hostile_files:kinds").result["kinds"]
    seconds: dict[str, list[float]] = {kind: [] for kind in kinds}
    peaks: dict[str, list[float]] = {kind: [] for kind in kinds}
    for number in bench.rounds(1):
        for kind in kinds:
            for size in (SMALL, LARGE):
                path = bench.folder / "hostile"
                made = bench.child(
                    "hostile_files:write", path=str(path), kind=kind, size=bench.size(size, 10_000)
                )
                home = bench.folder / "home"
                result = bench.child(
                    "hostile_steps:take_in",
                    home=str(home),
                    path=str(path),
                    source=made.result["source"],
                    name=made.result["name"],
                ).result
                shutil.rmtree(home)
                path.unlink()
                if size == SMALL:
                    seconds[kind].append(result["seconds"])
                else:
                    peaks[kind].append(result["peak_mb"])
                bench.say(
                    f"round {number + 1}, {kind}, {made.result['byte_count'] / 1e6:.1f} MB: "
                    f"{result['seconds']:.2f} s, of the processors {result['processor_seconds']:.2f} s, "
                    f"{result['peak_mb']:.0f} MB ({result['said']})"
                )
    slowest = tuple(max(each) for each in zip(*seconds.values(), strict=True))
    hungriest = tuple(max(each) for each in zip(*peaks.values(), strict=True))
    return [
        Figure("the slowest of all kinds, below 6 MB", "s", slowest, at_most(MOST_SECONDS)),
        Figure("the most memory of all kinds, 20 MB", "MB", hungriest, at_most(MOST_MEGABYTES)),
        *(Figure(f"{kind}, below 6 MB", "s", tuple(seconds[kind])) for kind in kinds),
        *(Figure(f"{kind}, 20 MB", "MB", tuple(peaks[kind])) for kind in kinds),
    ]
