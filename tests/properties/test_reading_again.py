"""Whatever the present rules registered, they read again as it is booked: the list is empty."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings

from assets.invoices.prepare import DroppedFile, PreparedDelivery, prepare_delivery
from assets.invoices.reading_again import Readings, read_again
from tests.properties.test_document_totals import DOCUMENTS, NOW, register
from tests.properties.test_invoices import Delivered, deliveries
from tests.support.effort import chance, examples, times
from tests.support.invoice_ledgers import NOW as RECEIVED
from tests.support.invoice_ledgers import _delivery, deliver, switch
from tests.support.ledgers import LedgerHome, make_home
from tests.support.made_documents import made
from tests.support.registrations import FULL

LATER: Final = NOW + dt.timedelta(days=30)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, ledger_templates: dict[str, Path]) -> Iterator[LedgerHome]:
    """A company with a supplier of whom files come."""
    opened = make_home(tmp_path_factory.mktemp("home"), DOCUMENTS, ledger_templates)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def full_home(
    tmp_path_factory: pytest.TempPathFactory, ledger_templates: dict[str, Path]
) -> Iterator[LedgerHome]:
    """Two companies with every treatment of VAT, funds of every kind and rates of exchange."""
    opened = make_home(tmp_path_factory.mktemp("full"), FULL, ledger_templates)
    yield opened
    opened.close()


def read_as_by_older_rules(home: LedgerHome, prepared: PreparedDelivery) -> tuple[Readings, int]:
    """What reading again says if all that is registered was read by older rules, and how much that is."""
    home.workbench.execute("UPDATE ledger.registration SET rules_version = 1")
    ((count,),) = home.rows("SELECT count(*) FROM ledger.registration")
    assert isinstance(count, int)
    return read_again(home.workbench, prepared, LATER), count


def check_files(home: LedgerHome, folder: Path, drawn: random.Random, count: int) -> None:
    """Makes so many files by chance, registers them, and reads them again."""
    documents = {f"N{place}": made(drawn, f"N{place}") for place in range(count)}
    with home.trial():
        register(home, folder, documents)
        file = DroppedFile(folder / "documents.zip", "documents.zip", "documents.zip", NOW)
        found, registered = read_as_by_older_rules(home, prepare_delivery("again", [file], {}))
        assert (found.differing, found.unreadable, len(found.agreeing)) == ([], [], registered)
        assert registered > count // 3, "most of them add up"


def check_documents(home: LedgerHome, delivered: Delivered) -> None:
    """Registers the documents and reads them again."""
    content = [each for each, _ in delivered]
    with home.trial():
        switch(home)
        deliver(home, "d1", content)
        found, registered = read_as_by_older_rules(home, _delivery("d1", content, RECEIVED, set(), ()))
        assert (found.differing, found.unreadable, len(found.agreeing)) == ([], [], registered)
        assert registered == len(content)


def test_files_of_three_formats_are_read_again_as_they_are_booked(home: LedgerHome, tmp_path: Path) -> None:
    check_files(home, tmp_path, random.Random(1), 200)


@pytest.mark.faults
def test_many_files_by_chance_are_read_again_as_they_are_booked(home: LedgerHome, tmp_path: Path) -> None:
    for part in range(times(20)):
        folder = tmp_path / str(part)
        folder.mkdir()
        check_files(home, folder, chance(f"read again {part}"), 500)


@settings(max_examples=examples(4, 120))
@given(deliveries())
def test_any_documents_are_read_again_as_they_are_booked(full_home: LedgerHome, delivered: Delivered) -> None:
    check_documents(full_home, delivered)
