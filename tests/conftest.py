"""Fixtures that tests of every kind share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from assets.ledger.store import Ledger
from tests.support import effort, ledgers
from tests.support.ledgers import LedgerHome, Prepare, ReferenceData

MakeHome = Callable[..., LedgerHome]


def pytest_addoption(parser: pytest.Parser) -> None:
    """What `make check` and `make faults` add."""
    group = parser.getgroup("partita")
    group.addoption("--effort", choices=effort.EFFORTS, default="test", help="which make target this is")
    group.addoption("--seed", metavar="TEXT", default="", help="where the chance of check and faults begins")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Sets counts and seeds before any test is imported."""
    effort.configure(config.getoption("--effort"), config.getoption("--seed"))
    if config.getoption("--effort") != "test":
        config.option.hypothesis_seed = effort.seed_of_hypothesis()


def pytest_report_header(config: pytest.Config) -> str:
    """What somebody needs who wants to see the same again."""
    return _repeated_by(config)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, exitstatus: int, config: pytest.Config
) -> None:
    """The same once more, where people look when something failed."""
    if exitstatus != 0 and config.getoption("--effort") != "test":
        terminalreporter.write_line(f"the same chance again: {_repeated_by(config)}")


def _repeated_by(config: pytest.Config) -> str:
    seed = config.getoption("--seed")
    return f"make {config.getoption('--effort')}{f' SEED={seed}' if seed else ''}"


@pytest.fixture(scope="session")
def ledger_templates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Homes by their reference data and what happened in them, so that it happens once a session."""
    templates: dict[str, Path] = {}
    ledgers.fresh_ledger(tmp_path_factory.mktemp("tables") / "home", templates)
    return templates


@pytest.fixture
def fresh_ledger(tmp_path: Path, ledger_templates: dict[str, Path]) -> Ledger:
    """A ledger in which nothing is yet but its tables."""
    return ledgers.fresh_ledger(tmp_path / "fresh", ledger_templates)


@pytest.fixture
def make_home(tmp_path: Path, ledger_templates: dict[str, Path]) -> Iterator[MakeHome]:
    """Makes homes with reference data in force (the default ones unless others are given), in which what the
    second argument does has happened. They are gone with the test unless it fails.
    """
    homes: list[LedgerHome] = []

    def make(data: ReferenceData | None = None, prepare: Prepare | None = None) -> LedgerHome:
        root = tmp_path / "made" / f"home{len(homes)}"
        root.mkdir(parents=True)
        home = ledgers.make_home(root, data or ReferenceData(), ledger_templates, prepare)
        homes.append(home)
        return home

    yield make
    for home in homes:
        home.close()


@pytest.fixture(scope="session")
def shared_homes() -> Iterator[dict[str, LedgerHome]]:
    """Homes for trials by their reference data."""
    homes: dict[str, LedgerHome] = {}
    yield homes
    for home in homes.values():
        home.close()


@pytest.fixture
def trial_home(
    tmp_path_factory: pytest.TempPathFactory,
    shared_homes: dict[str, LedgerHome],
    ledger_templates: dict[str, Path],
) -> Iterator[MakeHome]:
    """As `make_home`, but everything happens in one transaction that is undone when the test ends.

    For tests that ask what an import does, and not how it is kept: making a home takes as long as an import.
    """
    with ExitStack() as trials:

        def make(data: ReferenceData | None = None, prepare: Prepare | None = None) -> LedgerHome:
            wanted = data or ReferenceData()
            key = f"{wanted.digest} {prepare}"
            home = shared_homes.get(key)
            if home is None:
                root = tmp_path_factory.mktemp("home")
                home = ledgers.make_home(root, wanted, ledger_templates, prepare)
                shared_homes[key] = home
            trials.enter_context(home.trial())
            return home

        yield make


@pytest.fixture
def home(trial_home: MakeHome) -> LedgerHome:
    """A home with the default reference data: two companies, October 2026 open, no open items."""
    return trial_home()
