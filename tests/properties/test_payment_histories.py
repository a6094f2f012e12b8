"""Random histories of a few payments: deleted, undone, dropped again, rerun and made anew in any order; each
stands once (D09, D10, D12).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest
from hypothesis import Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.support.effort import chance, examples, times
from tests.support.ledgers import make_home
from tests.support.payment_histories import DATA, PaymentHistory

STEPS: Final = 14


@pytest.fixture
def machine(tmp_path: Path, ledger_templates: dict[str, Path]) -> Iterator[Callable[[], PaymentHistory]]:
    """Makes machines that begin with the same ledger: each has a copy of one that is prepared."""
    home = make_home(tmp_path / "home", DATA, ledger_templates)
    prepared = shutil.copytree(home.ledger.folder, tmp_path / "prepared")

    def make() -> PaymentHistory:
        shutil.rmtree(home.ledger.folder)
        shutil.copytree(prepared, home.ledger.folder)
        history = PaymentHistory()
        history.home = home
        return history

    yield make
    home.close()


def test_d10_each_payment_stands_once_in_whatever_order_it_is_taken_out_and_put_back(
    machine: Callable[[], PaymentHistory],
) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(max_examples=examples(3, 40), stateful_step_count=STEPS, phases=[Phase.generate]),
    )


@pytest.mark.faults
@pytest.mark.parametrize("part", ["first", "second", "third", "fourth"])
def test_d10_each_payment_stands_once_in_very_many_histories(
    machine: Callable[[], PaymentHistory], part: str
) -> None:
    """Three hundred in full, longer than a test may take: four parts, each with chance of its own."""
    run_state_machine_as_test(
        seed(chance(part).getrandbits(64))(machine),
        settings=settings(
            max_examples=times(75),
            stateful_step_count=STEPS,
            print_blob=True,
            phases=[Phase.generate],
        ),
    )
