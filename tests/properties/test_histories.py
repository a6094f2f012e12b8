"""Random histories of imports, corrections, undos and crashes (D08 to D10): a model agrees after every
step.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.support.histories import DATA, History, prepare
from tests.support.ledgers import LedgerHome, make_home

STEPS: Final = 12


@pytest.fixture
def machine(tmp_path: Path, ledger_templates: dict[str, Path]) -> Callable[[], History]:
    """Makes machines, each with a ledger of its own: a copy of one that is prepared."""
    first = make_home(tmp_path / "first", DATA, ledger_templates)
    prepare(first)
    first.close()
    prepared = {DATA.digest: first.root / "ledger"}
    made: list[LedgerHome] = []

    def make() -> History:
        for old in made:
            old.close()
        number = len(made)
        made.append(make_home(tmp_path / f"home{number}", DATA, prepared))
        history = History()
        history.home = made[-1]
        return history

    return make


def test_d10_histories_keep_every_invariant_and_agree_with_the_model(machine: Callable[[], History]) -> None:
    run_state_machine_as_test(
        machine, settings=settings(max_examples=4, stateful_step_count=STEPS, phases=[Phase.generate])
    )


@pytest.mark.faults
def test_d10_five_hundred_histories_keep_every_invariant_and_agree_with_the_model(
    machine: Callable[[], History],
) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=500,
            stateful_step_count=STEPS,
            derandomize=False,
            print_blob=True,
            phases=[Phase.generate],
        ),
    )
