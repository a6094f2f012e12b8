"""A million lines against five million open items: the import, the floor, and a plain script."""

from __future__ import annotations

import shutil
from pathlib import Path
from statistics import median
from typing import Any, Final

from benchmarks.harness import Bench, Figure, Step, at_least, at_most
from benchmarks.homes import copy_of, expect, settle

LINES: Final = 1_000_000
ITEMS: Final = 5_000_000
ERROR_SHARE: Final = 0.01
SCRIPT_LINES: Final = 10_000
MOST_TIMES_THE_FLOOR: Final = 12.0
MOST_MEMORY_MB: Final = 1300.0
LEAST_TIMES_A_SCRIPT: Final = 15.0
PARTS: Final = ("find", "read", "validate", "judge", "post", "keep")


def run(bench: Bench) -> list[Figure]:
    """The figures, from imports into copies of one ledger, with the floor beside each of them."""
    lines, items = bench.size(LINES, 1000), bench.size(ITEMS, 2000)
    home = bench.folder / "million"
    made = bench.child("ledgers:make_home", home=str(home), postings=0, open_items=items).result
    bench.say(f"{items:,} open items, ledger of {made['ledger_bytes'] / 1e6:,.0f} MB")
    trace = bench.folder / "RITCOGE_million.txt"
    load = bench.child(
        "ledgers:make_load", path=str(trace), lines=lines, items=items, error_share=ERROR_SHARE
    ).result
    settle(trace.parent)
    imports, floors = [], []
    for number in bench.rounds(5):
        floors.append(bench.child("floor:floor", path=str(trace)).result["seconds"])
        imports.append(import_load(bench, home, trace, load))
        bench.say(f"round {number + 1}: {_described(imports[-1], floors[-1])}")
    seconds = [_seconds(step) for step in imports]
    whole = [each["until_commit"] for each in seconds]
    rates = [lines / each for each in whole]
    figures = [
        Figure(
            "import of 1M lines against 5M open items / read and split its bytes",
            "x",
            tuple(each / floor for each, floor in zip(whole, floors, strict=True)),
            at_most(MOST_TIMES_THE_FLOOR),
        ),
        Figure("peak memory", "MB", tuple(step.peak_mb for step in imports), at_most(MOST_MEMORY_MB)),
        *_script(bench, home, items, rates),
        Figure("import, parse to commit", "s", tuple(whole)),
        *(Figure(f"of it: {part}", "s", tuple(each[part] for each in seconds)) for part in PARTS[:-1]),
        Figure("keep the file, after the commit", "s", tuple(each["keep"] for each in seconds)),
        Figure("floor: read the bytes, split them into lines", "s", tuple(floors)),
        Figure("import", "lines/s", tuple(rates)),
    ]
    shutil.rmtree(home)
    trace.unlink()
    return figures


def import_load(bench: Bench, home: Path, trace: Path, load: dict[str, Any]) -> Step:
    """Imports one trace into a copy of a home, and checks that it posted what the generator promised."""
    with copy_of(bench, home) as copy:
        (key,) = load["partition_keys"]
        dropped = copy / "inbox" / trace.name
        shutil.copyfile(trace, dropped)
        settle(dropped.parent)
        step = bench.child("importing:import_files", home=str(copy), partition_keys=[key])
    expect(
        step.result["files"][0]["counts"],
        {
            "line_count": load["line_count"],
            "movement_count": load["movement_count"],
            "posted_movement_count": load["posted_movement_count"],
            "linked_posting_count": load["linked_line_count"],
        },
    )
    return step


def _seconds(step: Step) -> dict[str, float]:
    seconds: dict[str, float] = step.result["files"][0]["seconds"]
    return seconds


def _described(step: Step, floor: float) -> str:
    seconds = _seconds(step)
    parts = ", ".join(f"{part} {seconds[part]:.2f}" for part in PARTS)
    whole = seconds["until_commit"]
    return f"{whole:.2f} s, {whole / floor:.1f} times the floor ({parts}), peak {step.peak_mb:,.0f} MB"


def _script(bench: Bench, home: Path, items: int, rates: list[float]) -> list[Figure]:
    """The plain script on a slice, into tables of its own, beside the import of the million and the slice."""
    lines = min(SCRIPT_LINES, bench.size(LINES, 1000))
    trace = bench.folder / "RITCOGE_slice.txt"
    load = bench.child("ledgers:make_load", path=str(trace), lines=lines, items=items, seed=2).result
    tables = bench.folder / "script"
    tables.mkdir()
    bases = {kind: tables / f"ledger.{kind}" for kind in ("duckdb", "sqlite")}
    bench.child(
        "plain_script:make_tables",
        duckdb_path=str(bases["duckdb"]),
        sqlite_path=str(bases["sqlite"]),
        items=items,
    )
    chart = home / "reference" / "chart_of_accounts.csv"
    script: dict[str, list[float]] = {kind: [] for kind in bases}
    slices = []
    for number in bench.rounds(3):
        for kind in bases:
            with copy_of(bench, tables) as copy:
                done = bench.child(
                    "plain_script:run",
                    path=str(trace),
                    chart=str(chart),
                    database=str(copy / f"ledger.{kind}"),
                ).result
            expect(done, {"lines": load["line_count"], "linked": load["linked_line_count"]})
            script[kind].append(lines / done["seconds"])
        slices.append(lines / _seconds(import_load(bench, home, trace, load))["until_commit"])
        bench.say(
            f"slice, round {number + 1}: script {script['duckdb'][-1]:,.0f} lines/s into DuckDB, "
            f"{script['sqlite'][-1]:,.0f} into SQLite; import {slices[-1]:,.0f}"
        )
    shutil.rmtree(tables)
    trace.unlink()
    rate = median(rates)
    return [
        Figure(
            "import of 1M lines / plain script into DuckDB, lines per second",
            "x",
            tuple(rate / each for each in script["duckdb"]),
            at_least(LEAST_TIMES_A_SCRIPT),
        ),
        Figure(
            "import of 1M lines / plain script into SQLite, lines per second",
            "x",
            tuple(rate / each for each in script["sqlite"]),
        ),
        Figure(
            "import of a file of 10k lines / plain script into DuckDB, lines per second",
            "x",
            tuple(own / each for own, each in zip(slices, script["duckdb"], strict=True)),
        ),
        Figure("plain script into DuckDB", "lines/s", tuple(script["duckdb"])),
        Figure("plain script into SQLite", "lines/s", tuple(script["sqlite"])),
        Figure("import of a file of 10k lines", "lines/s", tuple(slices)),
    ]
