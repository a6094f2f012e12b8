"""Corrections on a ledger of a million open items: deleting a large import, and the small ones."""

from __future__ import annotations

import shutil
from typing import Final

from benchmarks.harness import Bench, Figure, at_most
from benchmarks.homes import copy_of, expect, settle

LINES: Final = 100_000
ITEMS: Final = 1_000_000
ERROR_SHARE: Final = 0.01
BANK: Final = "1801001"
MOST_TIMES_THE_IMPORT: Final = 2.0
MOST_SECONDS: Final = 1.0
SMALL_ONES: Final = ("settle", "link", "compensate", "undo")


def run(bench: Bench) -> list[Figure]:
    """The figures: the deletion beside the import that it takes back, and seconds of the others."""
    lines, items = bench.size(LINES, 1000), bench.size(ITEMS, 2000)
    home = bench.folder / "correcting"
    bench.child("ledgers:make_home", home=str(home), postings=0, open_items=items)
    trace = bench.folder / "RITCOGE_correcting.txt"
    load = bench.child(
        "ledgers:make_load", path=str(trace), lines=lines, items=items, error_share=ERROR_SHARE
    ).result
    (key,) = load["partition_keys"]
    seconds: dict[str, list[float]] = {}
    for number in bench.rounds(5):
        with copy_of(bench, home) as copy:
            shutil.copyfile(trace, copy / "inbox" / trace.name)
            settle(copy / "inbox")
            step = bench.child(
                "correcting_steps:correct", home=str(copy), partition_key=key, account_code=BANK
            )
        expect(step.result["counts"], {"line_count": load["line_count"]})
        for name, taken in step.result["seconds"].items():
            seconds.setdefault(name, []).append(taken)
        bench.say(
            f"round {number + 1}: " + ", ".join(f"{name} {each[-1]:.2f} s" for name, each in seconds.items())
        )
    shutil.rmtree(home)
    trace.unlink()
    ratios = tuple(
        deleted / imported for deleted, imported in zip(seconds["delete"], seconds["import"], strict=True)
    )
    return [
        Figure("delete an import of 100k lines / import it", "x", ratios, at_most(MOST_TIMES_THE_IMPORT)),
        *(
            Figure(f"{name}, on 1M open items", "s", tuple(seconds[name]), at_most(MOST_SECONDS))
            for name in SMALL_ONES
        ),
        Figure("import 100k lines against 1M open items", "s", tuple(seconds["import"])),
        Figure("delete that import", "s", tuple(seconds["delete"])),
    ]
