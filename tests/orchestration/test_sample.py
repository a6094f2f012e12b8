"""The sample company enters a home that was never used, and no other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from assets.errors import LedgerLostError
from assets.home import DATA, Home
from assets.ledger.store import Ledger
from orchestration.imports import TraceImports
from orchestration.sample import copy_sample, finish_sample

SAMPLE: Final = DATA / "samples"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with its folders and nothing in them."""
    made = Home(tmp_path)
    made.create()
    return made


def files(home: Home) -> set[str]:
    """Every file of the home but those of the ledger's folder."""
    return {
        path.relative_to(home.root).as_posix()
        for path in home.root.rglob("*")
        if path.is_file() and home.ledger not in path.parents
    }


def own_reference(home: Home) -> None:
    (home.reference / "companies.csv").write_text("company_code\n")


def own_trace(home: Home) -> None:
    (home.inbox / "anything").write_text("x")


def own_invoice(home: Home) -> None:
    (home.invoice_inbox / "a.xml").write_text("x")


def own_sales(home: Home) -> None:
    (home.sales_inbox / "a.csv").write_text("x")


def own_ledger(home: Home) -> None:
    with Ledger.of(home).writing("test"):
        pass


@pytest.mark.parametrize("own", [own_reference, own_trace, own_invoice, own_sales, own_ledger])
def test_a_home_with_anything_of_its_own_stays_as_it_is(home: Home, own: Callable[[Home], None]) -> None:
    own(home)
    before = files(home)
    assert not copy_sample(home, SAMPLE)
    assert files(home) == before


def test_a_home_whose_ledger_is_lost_gets_no_sample_instead(home: Home) -> None:
    own_ledger(home)
    Ledger.of(home).path.unlink()
    with pytest.raises(LedgerLostError):
        copy_sample(home, SAMPLE)
    assert files(home) == set()


def test_a_new_home_gets_reference_data_traces_and_e_invoices_of_the_sample(home: Home) -> None:
    assert copy_sample(home, SAMPLE)
    expected = {f"reference/{path.name}" for path in (SAMPLE / "reference").iterdir()}
    expected |= {f"inbox/{path.name}" for path in SAMPLE.glob("RITCOGE*")}
    expected |= {f"inbox/invoices/{path.name}" for path in (SAMPLE / "invoices").iterdir()}
    assert files(home) - {".sample-begun"} == expected


def test_a_sample_that_was_cut_off_is_completed_and_switched_on_once(home: Home) -> None:
    assert copy_sample(home, SAMPLE)
    (home.reference / "counterparties.csv").unlink()
    (home.inbox / "RITCOGE_20261001.txt").unlink()
    assert copy_sample(home, SAMPLE)
    with TraceImports(home, Ledger.of(home), "test") as imports:
        assert imports.load_reference().findings == ()
    finish_sample(home)
    assert not copy_sample(home, SAMPLE)
    with Ledger.of(home).reading() as connection:
        switched = connection.execute(
            "SELECT company_code, is_on FROM ledger.automatic_registration ORDER BY company_code"
        ).fetchall()
    assert switched == [("ALBA", True), ("BREZZA", True)]


def test_a_sample_that_was_cut_off_does_not_go_on_where_somebody_wrote_other_reference_data(
    home: Home,
) -> None:
    assert copy_sample(home, SAMPLE)
    own_reference(home)
    before = files(home)
    assert not copy_sample(home, SAMPLE)
    assert files(home) == before
