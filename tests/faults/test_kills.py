"""Killed at any moment and started again, an import ends as if nothing had happened (D13, O04)."""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

import pytest

from assets.home import Home
from assets.ledger.migrating import applied_steps, known_names
from assets.ledger.store import Ledger
from samples.payments import pay, trace
from tests.support.effort import chance, times
from tests.support.ledgers import ReferenceData, open_item, setting, write_files
from tests.support.whole_ledger import Row, broken_invariants, ledger_of_any_day, without_arrival

ROOT: Final = Path(__file__).resolve().parents[2]
FILES: Final = 5
PAYMENTS: Final = 8
SECONDS_TO_ANSWER: Final = 120


class Importer:
    """Starts children that import, and kills them (see `tests.faults.importer`)."""

    def __init__(self, kind: str = "traces") -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.importer", kind],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )

    def run(self, root: Path, kill_after: float | None = None) -> int:
        """The exit code of one import; -9 if it was killed before its end."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{root}\n")
        self._process.stdin.flush()
        child = self._answer("pid")
        if kill_after is not None:
            is_ended, _, _ = select.select([self._process.stdout], [], [], kill_after)
            if not is_ended:
                with suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
        return self._answer("end")

    def close(self) -> None:
        """Ends the program; it has no child then."""
        self._process.communicate(timeout=SECONDS_TO_ANSWER)

    def _answer(self, word: str) -> int:
        assert self._process.stdout is not None
        name, _, number = self._process.stdout.readline().strip().partition(" ")
        assert name == word, f"the importer says {name} {number} and not {word}"
        return int(number)


@pytest.fixture(scope="module")
def importer() -> Iterator[Importer]:
    importer = Importer()
    yield importer
    importer.close()


def make_inbox(root: Path) -> Path:
    """A home with reference data and files that bring payments, part payments, unknown keys and errors."""
    home = Home(root)
    home.create()
    keys = [f"FV-{number}" for number in range(FILES * PAYMENTS)]
    data = ReferenceData(
        items=tuple(open_item(key, "100.00") for key in keys), settings=(setting("quiet_seconds", "0"),)
    )
    write_files(home.reference, data.files())
    for file in range(FILES):
        payments = [
            pay(
                "-60.00" if number % 3 else "-100.00",
                "GONE" if number == 5 else keys[file * PAYMENTS + number],
                "A" if number % 3 else "S",
                entry=file * PAYMENTS + number + 1,
                **({"account": "1599999"} if number == 6 and file % 2 else {}),
            )
            for number in range(PAYMENTS)
        ]
        (home.inbox / f"RITCOGE_{file}.txt").write_bytes(trace(*payments))
    return root


def outcome(root: Path) -> tuple[dict[str, list[Row]], dict[str, list[str]]]:
    """The whole ledger, and which files stand where."""
    home = Home(root)
    folders = {
        folder.name: sorted(without_arrival(path.name) for path in folder.iterdir() if path.is_file())
        for folder in (home.inbox, home.processed, home.failed)
    }
    return ledger_of_any_day(Ledger(home.ledger)), folders


def check_kills(importer: Importer, tmp_path: Path, kills: int) -> None:
    """Imports once undisturbed, then kills imports at random moments and starts them again each time."""
    template = make_inbox(tmp_path / "template")
    undisturbed = tmp_path / "undisturbed"
    shutil.copytree(template, undisturbed)
    began = time.monotonic()
    assert importer.run(undisturbed) == 0
    seconds = time.monotonic() - began
    expected = outcome(undisturbed)
    assert expected[1]["inbox"] == []
    assert len(expected[1]["failed"]) == FILES // 2
    moments = chance("kills of imports")
    killed = 0
    root = tmp_path / "killed"
    while killed < kills:
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(template, root)
        # Several kills on the way to the end: what is left by one is where the next begins.
        while importer.run(root, kill_after=moments.uniform(0, seconds)) == -signal.SIGKILL:
            killed += 1
            if Ledger(Home(root).ledger).exists() and killed % 10 == 0:
                assert broken_invariants_if_made(root) == {}
        assert importer.run(root) == 0
        assert outcome(root) == expected
        assert broken_invariants(Ledger(Home(root).ledger)) == {}


def broken_invariants_if_made(root: Path) -> dict[str, list[Row]]:
    """As `broken_invariants`; a ledger of which not every table is made yet holds nothing and breaks none.

    Each migration is a transaction of its own, so that a kill may leave the first of them.
    """
    ledger = Ledger(Home(root).ledger)
    with ledger.reading() as connection:
        is_made = [*applied_steps(connection)] == known_names()
    return broken_invariants(ledger) if is_made else {}


@pytest.mark.faults
def test_d13_kills_leave_the_ledger_of_an_undisturbed_import(importer: Importer, tmp_path: Path) -> None:
    check_kills(importer, tmp_path, kills=times(100))
