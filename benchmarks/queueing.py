"""Writers beside readers in a loop: how long they wait, and what a copy of the ledger costs.

Belongs here: the figures. Does not: what the readers and the writer do (`benchmarks.queueing_steps`).
"""

from __future__ import annotations

import shutil
from typing import Final

from benchmarks.harness import Bench, Figure, at_most
from benchmarks.homes import settle

POSTINGS: Final = 1_000_000
OPEN_ITEMS: Final = 500_000
MOST_TIMES_THE_LONGEST_READ: Final = 1.0
MOST_SECONDS_TO_COPY: Final = 1.0
MOST_SECONDS_TO_ANSWER: Final = 0.25
COMMANDS: Final = {
    "open-items --limit 50 --json": ("open-items", "--limit", "50", "--json"),
    "status --json": ("status", "--json"),
    "postings --limit 50 --json": ("postings", "--limit", "50", "--json"),
    "findings --json": ("findings", "--json"),
}


def run(bench: Bench) -> list[Figure]:
    """Waits of a writer beside eight readers, the cost of a copy, and of the short commands beside it."""
    home = bench.folder / "ledger"
    bench.child(
        "ledgers:make_home",
        home=str(home),
        postings=bench.size(POSTINGS, 1400),
        open_items=bench.size(OPEN_ITEMS, 40_000),
    )
    settle(home)
    shares: dict[str, list[float]] = {"ledger": [], "copy": []}
    waits: dict[str, list[float]] = {"ledger": [], "copy": []}
    reads: list[float] = []
    for number in bench.rounds(3):
        for what, found in shares.items():
            result = bench.child("queueing_steps:compete", home=str(home), what=what).result
            longest = max(result["waits"])
            found.append(longest / result["longest_read"])
            waits[what].append(longest)
            if what == "ledger":
                reads.append(result["longest_read"])
            bench.say(
                f"round {number + 1}, readers of the {what}: {len(result['waits'])} writes waited "
                f"{longest:.2f} s at most, {result['read_count']} reads took {result['longest_read']:.2f} s "
                "at most"
            )
    copying: dict[str, list[float]] = {"first": [], "second": []}
    for _ in bench.rounds(5):
        result = bench.child("queueing_steps:copy", home=str(home)).result
        for which, samples in copying.items():
            samples.append(result[which])
    figures = [
        Figure(
            "longest wait of a writer beside 8 readers of the ledger / their longest read",
            "x",
            tuple(shares["ledger"]),
            at_most(MOST_TIMES_THE_LONGEST_READ),
        ),
        Figure(
            "first reader of a copy, on 1M postings",
            "s",
            tuple(copying["first"]),
            at_most(MOST_SECONDS_TO_COPY),
        ),
    ]
    for name, arguments in COMMANDS.items():
        seconds = tuple(
            bench.command(arguments, {"PARTITA_HOME": str(home)}).seconds for _ in bench.rounds(7)
        )
        figures.append(
            Figure(f"partita {name}, on 1M postings", "s", seconds, at_most(MOST_SECONDS_TO_ANSWER))
        )
    shutil.rmtree(home)
    return [
        *figures,
        Figure("longest wait of a writer beside 8 readers of the ledger", "s", tuple(waits["ledger"])),
        Figure("longest read of those", "s", tuple(reads)),
        Figure("longest wait of a writer beside 8 readers of a copy", "s", tuple(waits["copy"])),
        Figure("next reader of a copy", "s", tuple(copying["second"])),
    ]
