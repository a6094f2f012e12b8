"""Random histories of imports, corrections, undos and crashes (D08 to D10): a model agrees after every
step.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest
from hypothesis import Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.support.effort import chance, times
from tests.support.histories import DATA, History, prepare
from tests.support.ledgers import make_home

STEPS: Final = 12


@pytest.fixture
def machine(tmp_path: Path, ledger_templates: dict[str, Path]) -> Iterator[Callable[[], History]]:
    """Makes machines that begin with the same ledger: each has a copy of one that is prepared.

    The home is the same for all of them: reading its reference data again would take as long as some steps.
    """
    home = make_home(tmp_path / "home", DATA, ledger_templates)
    prepare(home)
    prepared = shutil.copytree(home.ledger.folder, tmp_path / "prepared")

    def make() -> History:
        shutil.rmtree(home.ledger.folder)
        shutil.copytree(prepared, home.ledger.folder)
        history = History()
        history.home = home
        return history

    yield make
    home.close()


def run_histories(machine: Callable[[], History], number: int) -> None:
    """So many histories of twelve steps."""
    run_state_machine_as_test(
        machine, settings=settings(max_examples=number, stateful_step_count=STEPS, phases=[Phase.generate])
    )


def test_d10_histories_keep_every_invariant_and_agree_with_the_model(machine: Callable[[], History]) -> None:
    run_histories(machine, 2)


@pytest.mark.faults
@pytest.mark.parametrize("half", ["one half", "the other half"])
def test_d10_very_many_histories_keep_every_invariant_and_agree_with_the_model(
    machine: Callable[[], History], half: str
) -> None:
    """Five hundred in full, by far the longest test: two halves, so that each has a core of its own."""
    run_histories(seed(chance(half).getrandbits(64))(machine), times(250))
