"""Reading alone: the text form's reader and pandera over a million lines, beside the floor."""

from __future__ import annotations

from typing import Final

from benchmarks.harness import Bench, Figure
from benchmarks.homes import expect, settle
from benchmarks.million import ERROR_SHARE, ITEMS, LINES

STEPS: Final = ("floor:floor", "reading_steps:read", "reading_steps:validate")


def run(bench: Bench) -> list[Figure]:
    """The figures: seconds of each step as multiples of the floor, and their peak memory."""
    lines = bench.size(LINES, 1000)
    trace = bench.folder / "RITCOGE_reading.txt"
    bench.child(
        "ledgers:make_load",
        path=str(trace),
        lines=lines,
        items=bench.size(ITEMS, 2000),
        error_share=ERROR_SHARE,
    )
    settle(trace.parent)
    seconds: dict[str, list[float]] = {step: [] for step in STEPS}
    peaks: dict[str, list[float]] = {step: [] for step in STEPS}
    for number in bench.rounds(5):
        for name in STEPS:
            step = bench.child(name, path=str(trace))
            if "lines" in step.result:
                expect(step.result, {"lines": lines})
            seconds[name].append(step.result["seconds"])
            peaks[name].append(step.peak_mb)
        described = ", ".join(f"{name.partition(':')[2]} {seconds[name][-1]:.2f} s" for name in STEPS)
        bench.say(f"round {number + 1}: {described}")
    trace.unlink()
    floor, reader, pandera = (tuple(seconds[name]) for name in STEPS)
    return [
        Figure(
            "text reader / read and split its bytes",
            "x",
            tuple(each / least for each, least in zip(reader, floor, strict=True)),
        ),
        Figure(
            "pandera / read and split its bytes",
            "x",
            tuple(each / least for each, least in zip(pandera, floor, strict=True)),
        ),
        Figure("peak memory of the reader, its lines kept", "MB", tuple(peaks[STEPS[1]])),
        Figure("floor: read the bytes, split them into lines", "s", floor),
        Figure("text reader", "s", reader),
        Figure("pandera", "s", pandera),
    ]
