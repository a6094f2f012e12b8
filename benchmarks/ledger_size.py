"""What a large ledger costs: the same file on a small and a large one, and answers of the command line."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from benchmarks.harness import Bench, Figure, at_most
from benchmarks.homes import copy_of, expect, settle

LINES: Final = 10_000
OPEN_ITEMS: Final = 500_000
SMALL: Final = 100_000
ASKED: Final = 1_000_000
LARGE: Final = 10_000_000
MOST_TIMES_THE_SMALL_LEDGER: Final = 3.0
MOST_SECONDS_TO_ANSWER: Final = 1.0
MOST_SECONDS_TO_FIND: Final = 0.3
MOST_SECONDS_TO_NARROW: Final = 0.25
FOUND: Final = (
    ["find", "P000357142"],
    ["find", "0000357142"],
    ["find", "14540,47"],
    ["find", "2025-03-01"],
    ["find", "customer invented 58"],
    ["find", "no such thing"],
)
"""A number, a part of one, an amount, a day, a name, and what is not there."""

NARROWED: Final = (
    ["open-items", "--counterparty", "customer 58"],
    ["open-items", "--number", "357142", "--status", "all"],
    ["open-items", "--sort", "-residual"],
    ["postings", "--counterparty", "customer 58"],
    ["postings", "--amount", "14540,47"],
    ["postings", "--from", "2026-01-01", "--sort", "-date"],
)


def run(bench: Bench) -> list[Figure]:
    """The figures of importing, then those of asking."""
    return [*_importing(bench), *_asking(bench)]


def _make(bench: Bench, postings: int) -> tuple[Path, str]:
    home = bench.folder / f"ledger_of_{postings}"
    made = bench.child(
        "ledgers:make_home",
        home=str(home),
        postings=bench.size(postings, 1400),
        open_items=bench.size(OPEN_ITEMS, 40_000),
    ).result
    bench.say(f"{bench.size(postings, 1400):,} postings: ledger of {made['ledger_bytes'] / 1e6:,.0f} MB")
    return home, str(made["settled_key"])


def _importing(bench: Bench) -> list[Figure]:
    """Two files of 10,000 lines into each ledger: the first of a process, which warms it up, and the next."""
    homes = {postings: _make(bench, postings)[0] for postings in (SMALL, LARGE)}
    trace = bench.folder / "traces" / "RITCOGE.txt"
    trace.parent.mkdir()
    load = bench.child(
        "ledgers:make_load",
        path=str(trace),
        lines=2 * LINES,
        items=bench.size(OPEN_ITEMS, 40_000),
        files=2,
    ).result
    seconds: dict[int, list[list[float]]] = {postings: [] for postings in homes}
    peaks: dict[int, list[float]] = {postings: [] for postings in homes}
    for number in bench.rounds(5):
        for postings, home in homes.items():
            with copy_of(bench, home) as copy:
                for path in trace.parent.iterdir():
                    shutil.copyfile(path, copy / "inbox" / path.name)
                settle(copy / "inbox")
                step = bench.child(
                    "importing:import_files", home=str(copy), partition_keys=load["partition_keys"]
                )
            files = step.result["files"]
            posted = sum(file["counts"]["linked_posting_count"] for file in files)
            expect({"linked_line_count": posted}, {"linked_line_count": load["linked_line_count"]})
            seconds[postings].append([file["seconds"]["until_commit"] for file in files])
            peaks[postings].append(step.peak_mb)
        described = "; ".join(
            f"{postings:,}: {' and '.join(f'{each:.2f}' for each in found[-1])} s"
            for postings, found in seconds.items()
        )
        bench.say(f"round {number + 1}: {described}")
    for home in homes.values():
        shutil.rmtree(home)
    shutil.rmtree(trace.parent)
    small, large = seconds[SMALL], seconds[LARGE]
    target = at_most(MOST_TIMES_THE_SMALL_LEDGER)
    figures = []
    for place, which in enumerate(("first", "second")):
        ratios = tuple(big[place] / little[place] for big, little in zip(large, small, strict=True))
        name = f"10k lines on 10M postings / on 100k postings, {which} file of a process"
        figures.append(Figure(name, "x", ratios, target))
    figures.append(Figure("peak memory on 10M postings", "MB", tuple(peaks[LARGE])))
    for place, which in enumerate(("first", "second")):
        for postings, found in ((SMALL, small), (LARGE, large)):
            name = f"10k lines on {postings:,} postings, {which} file of a process"
            figures.append(Figure(name, "s", tuple(each[place] for each in found)))
    return figures


def _asking(bench: Bench) -> list[Figure]:
    """Whole commands, from the start of the interpreter to its end."""
    home, key = _make(bench, ASKED)
    settle(home)
    commands = {
        "partita open-items --limit 50 --json": ["open-items", "--limit", "50", "--json"],
        "partita status --json": ["status", "--json"],
        "partita postings --limit 50 --json": ["postings", "--limit", "50", "--json"],
        "partita why KEY": ["why", key],
        "partita findings --json": ["findings", "--json"],
        "partita unlinked --json": ["unlinked", "--json"],
        "partita doctor --json": ["doctor", "--json"],
        **{f"partita {' '.join(arguments)}": arguments for arguments in (*FOUND, *NARROWED)},
    }
    bounds = {
        **{f"partita {' '.join(arguments)}": MOST_SECONDS_TO_FIND for arguments in FOUND},
        **{f"partita {' '.join(arguments)}": MOST_SECONDS_TO_NARROW for arguments in NARROWED},
    }
    figures = []
    for name, arguments in commands.items():
        seconds = tuple(
            bench.command(arguments, {"PARTITA_HOME": str(home)}).seconds for _ in bench.rounds(7)
        )
        target = at_most(bounds.get(name, MOST_SECONDS_TO_ANSWER))
        figure = Figure(f"{name}, on 1M postings", "s", seconds, target)
        bench.say(f"{figure.name}: {figure.value:.2f} s")
        figures.append(figure)
    shutil.rmtree(home)
    return figures
