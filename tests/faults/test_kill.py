"""kill -9 at any moment of an import: run again, and everything is as if nothing had happened."""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from assets.ledger.store import Ledger
from assets.reference.load import bring_into_force
from tests.faults.homes import FILES, Left, copy_home, left_in, new_home
from tests.support.children import children, import_inbox
from tests.support.whole_ledger import broken_invariants

SEED: Final = 20261001


class Undisturbed(NamedTuple):
    """Two homes to start from, what an undisturbed import leaves, and how long it takes from either."""

    without_ledger: Path
    with_ledger: Path
    left: Left
    seconds: dict[Path, float]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    """Imports everything in a child, once without and once with the reference data in force before."""
    folder = tmp_path_factory.mktemp("kill")
    without_ledger = new_home(folder / "new")
    with_ledger = copy_home(without_ledger, folder / "prepared")
    ledger = Ledger(with_ledger / "ledger")
    workbench = ledger.workbench()
    with ledger.transaction(workbench, "test"):
        bring_into_force(workbench, with_ledger / "reference", "2026-10-01")
    workbench.close()
    seconds = {}
    for home in (without_ledger, without_ledger, with_ledger):
        root = copy_home(home, folder / "undisturbed")
        started = time.perf_counter()
        child = children().Process(target=import_inbox, args=(root,))
        child.start()
        child.join(60)
        seconds[home] = time.perf_counter() - started
        assert child.exitcode == 0
    return Undisturbed(without_ledger, with_ledger, left_in(folder / "undisturbed"), seconds)


def test_d13_the_undisturbed_import_has_something_of_every_kind(undisturbed: Undisturbed) -> None:
    """D13: so that killing it at any moment hits something of every kind."""
    imports = undisturbed.left.ledger["file_import"]
    assert len(imports) == len(FILES)
    statuses = {
        value for row in imports for value in row if value in ("posted", "incomplete", "failed", "repeated")
    }
    assert statuses == {"posted", "incomplete", "failed", "repeated"}
    filled = {name for name, rows in undisturbed.left.ledger.items() if rows}
    assert {"posting", "settlement", "match_candidate", "finding", "trace_line"} <= filled
    assert {folder: len(files) for folder, files in undisturbed.left.files.items()} == {
        "inbox": 0,
        "processed": 6,
        "failed": 2,
    }


def test_d13_killed_at_five_moments_and_run_again_nothing_is_lost_or_doubled(
    undisturbed: Undisturbed, tmp_path: Path
) -> None:
    """D13, D12: the whole ledger equals that of an undisturbed run."""
    assert _differences(undisturbed, tmp_path, 5) == []


@pytest.mark.faults
def test_d13_killed_at_a_hundred_moments_and_run_again_nothing_is_lost_or_doubled(
    undisturbed: Undisturbed, tmp_path: Path
) -> None:
    """D13, D12: the same, at full count."""
    assert _differences(undisturbed, tmp_path, 100) == []


def _differences(undisturbed: Undisturbed, folder: Path, kills: int) -> list[tuple[int, float, str]]:
    """Kills so many imports, each at a moment of its own, and tells what was different after a second run.

    Every fourth starts without a ledger, so that making its tables and loading the reference data are cut
    off as well.
    """
    moments = random.Random(SEED)
    differences = []
    killed = 0
    for number in range(kills):
        home = undisturbed.with_ledger if number % 4 else undisturbed.without_ledger
        root = copy_home(home, folder / "home")
        moment = moments.uniform(0.02, undisturbed.seconds[home])
        child = children().Process(target=import_inbox, args=(root,))
        child.start()
        child.join(moment)
        child.kill()
        child.join(60)
        killed += child.exitcode != 0
        import_inbox(root)
        left = left_in(root)
        what = [name for name, rows in left.ledger.items() if rows != undisturbed.left.ledger[name]]
        what += [] if left.files == undisturbed.left.files else ["files"]
        what += broken_invariants(Ledger(root / "ledger"))
        differences += [(number, moment, name) for name in what]
    assert 2 * killed > kills, "most kills came before the end"
    return differences
