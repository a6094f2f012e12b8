"""What holds for reports over any ledger: at the end they are the table, and balances equal their items."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings

from assets.reports import asking
from assets.reports.asking import Moment, Scope
from assets.reports.beancount import Span, write_journal
from samples.payments import Movement, trace
from tests.properties.test_invoices import Delivered, deliveries
from tests.properties.test_ledger import REFERENCE, move_to, movement_lists
from tests.support import ledgers
from tests.support.effort import examples
from tests.support.invoice_ledgers import deliver, switch
from tests.support.ledgers import LedgerHome, import_bytes
from tests.support.registrations import FULL

LATEST: Final = Moment(dt.date(9999, 12, 31), dt.datetime(9999, 12, 31))  # noqa: DTZ001
EVERYTHING: Final = Scope()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, ledger_templates: dict[str, Path]) -> Iterator[LedgerHome]:
    """One ledger for all examples of traces: each works in a trial that is undone."""
    made = ledgers.make_home(tmp_path_factory.mktemp("home"), REFERENCE, ledger_templates)
    yield made
    made.close()


@pytest.fixture(scope="module")
def invoice_home(
    tmp_path_factory: pytest.TempPathFactory, ledger_templates: dict[str, Path]
) -> Iterator[LedgerHome]:
    """The same for e-invoices."""
    made = ledgers.make_home(tmp_path_factory.mktemp("home"), FULL, ledger_templates)
    yield made
    made.close()


def assert_reports_hold(home: LedgerHome) -> None:
    """After everything, all of it known: the open items; ageing adds up to them; balances equal them."""
    names = "company_code, open_item_key, settled_amount, residual_amount"
    found = [
        tuple(row[name] for name in names.split(", "))
        for row in asking.open_items_as_of(home.workbench, LATEST, EVERYTHING).dictionaries()
    ]
    assert sorted(found) == home.rows(
        "SELECT company_code, open_item_key, settled_amount, original_amount - settled_amount "
        "FROM ledger.open_item WHERE status = 'open' ORDER BY ALL"
    )
    aged = list(asking.ageing(home.workbench, LATEST, EVERYTHING).dictionaries())
    parts = [
        name for name in (aged[0] if aged else {}) if name.endswith("_amount") and name != "total_amount"
    ]
    assert all(sum(row[name] for name in parts) == row["total_amount"] for row in aged)  # type: ignore[misc]
    assert sum(row["total_amount"] for row in aged) == sum(row[3] for row in found)  # type: ignore[misc]
    accounts = list(asking.subledger(home.workbench, EVERYTHING).dictionaries())
    assert accounts
    assert [row for row in accounts if row["difference_amount"]] == []


@settings(max_examples=examples(2, 100))
@given(movement_lists(), movement_lists(largest=4))
def test_o07_after_any_payments_reports_agree_with_the_ledger(
    home: LedgerHome, first: list[Movement], second: list[Movement]
) -> None:
    later = [move_to(movement, 100 + number) for number, movement in enumerate(second)]
    with home.trial():
        for name, movements in (("RITCOGE_1.txt", first), ("RITCOGE_2.txt", later)):
            import_bytes(home, name, trace(*movements))
        assert_reports_hold(home)


@settings(max_examples=examples(2, 100))
@given(deliveries(most=6))
def test_o07_after_any_registrations_reports_agree_with_the_ledger(
    invoice_home: LedgerHome, delivered: Delivered
) -> None:
    with invoice_home.trial():
        switch(invoice_home)
        deliver(invoice_home, "d1", [each for each, _ in delivered])
        assert_reports_hold(invoice_home)


@settings(max_examples=examples(2, 100))
@given(movement_lists())
def test_o08_the_journal_has_every_entry_once(
    home: LedgerHome, tmp_path_factory: pytest.TempPathFactory, movements: list[Movement]
) -> None:
    folder = tmp_path_factory.mktemp("journal")
    with home.trial():
        import_bytes(home, "RITCOGE.txt", trace(*movements))
        written = write_journal(home.workbench, folder, Span())
    texts = [(folder / name).read_text("utf-8").splitlines() for name in written.file_names]
    numbers = [line for lines in texts for line in lines if line.startswith("  entry_id: ")]
    assert numbers == [f"  entry_id: {number}" for number in range(1, len(movements) + 1)]
