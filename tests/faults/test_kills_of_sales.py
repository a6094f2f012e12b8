"""Killed at any moment and started again, an import of sales invoices ends as if nothing happened (D13)."""

from __future__ import annotations

import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from assets.home import Home
from assets.ledger.store import Ledger
from samples.sales_files import csv_of, row
from tests.faults.test_kills import Importer
from tests.support.effort import chance, times
from tests.support.ledgers import setting, write_files
from tests.support.sales import DATA
from tests.support.whole_ledger import Row, broken_invariants, ledger_of_any_day, without_arrival

FILES: Final = 5


@pytest.fixture(scope="module")
def importer() -> Iterator[Importer]:
    importer = Importer("sales")
    yield importer
    importer.close()


def make_inbox(root: Path) -> Path:
    """A home with files of invoices: drafts, numbers that come twice, one that no rule fits."""
    home = Home(root)
    home.create()
    write_files(home.reference, DATA.replace(settings=(setting("quiet_seconds", "0"),)).files())
    for file in range(FILES):
        rows = [
            row(
                document_number=f"{file + number % 2}-{number}",
                status="draft" if number == 3 else "sent",
                vat_rate="10" if number == 5 and file == 2 else "22",
            )
            for number in range(8)
        ]
        (home.sales_inbox / f"{file}.csv").write_bytes(csv_of(*rows))
    return root


def outcome(root: Path) -> tuple[dict[str, list[Row]], dict[str, list[str]]]:
    """The whole ledger, and which files stand where."""
    place = Home(root).sales
    folders = {
        str(folder.relative_to(root)): sorted(without_arrival(path.name) for path in folder.iterdir())
        for folder in (place.inbox, place.processed, place.failed)
    }
    return ledger_of_any_day(Ledger(Home(root).ledger)), folders


def check_kills(importer: Importer, tmp_path: Path, kills: int) -> None:
    """Imports once undisturbed, then kills imports at random moments and starts them again each time."""
    template = make_inbox(tmp_path / "template")
    undisturbed = tmp_path / "undisturbed"
    shutil.copytree(template, undisturbed)
    began = time.monotonic()
    assert importer.run(undisturbed) == 0
    seconds = time.monotonic() - began
    expected = outcome(undisturbed)
    assert [len(names) for names in expected[1].values()] == [0, FILES - 1, 1]
    moments = chance("kills of sales")
    killed = 0
    root = tmp_path / "killed"
    while killed < kills:
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(template, root)
        while importer.run(root, kill_after=moments.uniform(0, seconds)) == -signal.SIGKILL:
            killed += 1
        assert importer.run(root) == 0
        assert outcome(root) == expected
        assert broken_invariants(Ledger(Home(root).ledger)) == {}


@pytest.mark.faults
def test_d13_kills_leave_the_sales_invoices_of_an_undisturbed_import(
    importer: Importer, tmp_path: Path
) -> None:
    check_kills(importer, tmp_path, kills=times(30))
