"""Fixtures: the small books, within a transaction that is undone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support import ledgers
from tests.support.ledgers import LedgerHome
from tests.unit.reports import small_books


@pytest.fixture(scope="module")
def books(
    tmp_path_factory: pytest.TempPathFactory, ledger_templates: dict[str, Path]
) -> Iterator[LedgerHome]:
    """A home with the small books, for all tests of a file that only read."""
    home = ledgers.make_home(tmp_path_factory.mktemp("books"), small_books.DATA, ledger_templates)
    with home.trial():
        small_books.build(home)
        yield home
    home.close()


@pytest.fixture
def own_books(trial_home: Callable[..., LedgerHome]) -> LedgerHome:
    """A home with the small books, for a test that changes them."""
    home = trial_home(small_books.DATA)
    small_books.build(home)
    return home


@pytest.fixture
def empty_books(trial_home: Callable[..., LedgerHome]) -> LedgerHome:
    """A home with the opening items of the small books and nothing else, for a test that changes them."""
    return trial_home(small_books.DATA)
