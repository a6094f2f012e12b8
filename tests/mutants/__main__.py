"""`make mutants`: how many small faults in the heart of the product its tests notice.

The heart is what writes money: the journal, which payment settles which item, and the posting of each
source. So many faults of its statements and of its Python are drawn by chance (SEED repeats them), each is
tried against the tests of its module alone, and those that no test noticed are listed. Ends with 1 if fewer
are noticed than wanted.
"""

from __future__ import annotations

import random
import re
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
from typing import Final

import click

from tests.mutants.changes import Change, python_changes, sql_changes
from tests.mutants.trial import ROOT, Copy

_BLOCK: Final = re.compile(r"^-- name: \w+\n", re.MULTILINE)

HEART: Final[dict[tuple[str, ...], tuple[str, ...]]] = {
    ("assets/ledger/journal.py", "assets/ledger/sql/journal.sql"): (
        "tests/unit/reconciliation/test_settling.py",
        "tests/unit/corrections/test_settling.py",
        "tests/unit/corrections/test_deleting.py",
        "tests/unit/corrections/test_prepaid.py",
        "tests/unit/reference/test_in_force.py",
        "tests/unit/invoices/test_automatic_registration.py",
    ),
    ("assets/reconciliation/*.py", "assets/reconciliation/sql/*.sql"): ("tests/unit/reconciliation",),
    ("assets/traces/posting.py", "assets/traces/sql/posting.sql", "assets/traces/sql/repeated.sql"): (
        "tests/unit/reconciliation",
        "tests/unit/corrections/test_answering_movements.py",
        "tests/unit/corrections/test_left_out.py",
    ),
    (
        "assets/invoices/registering.py",
        "assets/invoices/sql/registering.sql",
        "assets/invoices/sql/amounts.sql",
    ): ("tests/unit/invoices",),
    ("assets/sales/posting.py", "assets/sales/sql/posting.sql", "assets/sales/sql/changes.sql"): (
        "tests/unit/sales",
    ),
}
"""What is changed, and the tests that should notice."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of one file, with the tests that should notice."""

    path: str
    change: Change
    tests: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.path} {self.change.shown((ROOT / self.path).read_text('utf-8'))}"


def mutants(suffix: str) -> list[Mutant]:
    """Every change of the files with this suffix."""
    return [
        Mutant(str(path.relative_to(ROOT)), change, tests)
        for patterns, tests in HEART.items()
        for pattern in patterns
        for path in sorted(ROOT.glob(pattern))
        if path.suffix == suffix
        for change in _changes(path)
    ]


def _changes(path: Path) -> list[Change]:
    text = path.read_text("utf-8")
    if path.suffix == ".py":
        return python_changes(text)
    starts = [match.end() for match in _BLOCK.finditer(text)]
    ends = [*[match.start() for match in _BLOCK.finditer(text)][1:], len(text)]
    return [
        Change(change.what, start + change.start, start + change.end, change.text)
        for start, end in zip(starts, ends, strict=True)
        for change in sql_changes(text[start:end])
    ]


def drawn(count: int, seed: str) -> list[Mutant]:
    """So many of SQL and so many of Python, by chance."""
    chance = random.Random(seed)
    found = []
    for suffix in (".sql", ".py"):
        every = mutants(suffix)
        found += chance.sample(every, min(count, len(every)))
    return found


def unnoticed(wanted: Sequence[Mutant], workers: int, deadline: float) -> tuple[list[Mutant], int]:
    """Those that no test noticed, and how many were tried before the deadline (of the monotonic clock)."""
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copies: Queue[Copy] = Queue()
        for number in range(workers):
            copies.put(Copy.made(Path(folder) / f"copy{number}"))

        def tried(mutant: Mutant) -> bool | None:
            """Whether it is noticed; None if there is no time left."""
            if time.monotonic() > deadline:
                return None
            copy = copies.get()
            try:
                text = mutant.change.of((ROOT / mutant.path).read_text("utf-8"))
                is_noticed = copy.is_noticed(mutant.path, text, mutant.tests)
            finally:
                copies.put(copy)
            click.echo(f"{'noticed' if is_noticed else 'NOT NOTICED'}  {mutant}")
            return is_noticed

        with ThreadPoolExecutor(workers) as threads:
            outcomes = list(threads.map(tried, wanted))
    alive = [mutant for mutant, outcome in zip(wanted, outcomes, strict=True) if outcome is False]
    return alive, sum(outcome is not None for outcome in outcomes)


@click.command(help=__doc__)
@click.option("--count", default=150, show_default=True, help="So many of SQL, and so many of Python.")
@click.option("--seed", default="partita", show_default=True, help="What chance begins with.")
@click.option("--minutes", default=60, show_default=True, help="After these nothing more is tried.")
@click.option("--workers", default=2, show_default=True, help="So many are tried at a time.")
@click.option("--wanted", default=90, show_default=True, help="Per cent that must be noticed.")
def main(count: int, seed: str, minutes: int, workers: int, wanted: int) -> None:
    """See the module."""
    alive, tried = unnoticed(drawn(count, seed), workers, time.monotonic() + 60 * minutes)
    click.echo(f"\n{tried - len(alive)} of {tried} noticed, seed {seed}.")
    for mutant in alive:
        click.echo(f"  {mutant}")
    if tried == 0 or (tried - len(alive)) * 100 < wanted * tried:
        sys.exit(1)


if __name__ == "__main__":
    main()
