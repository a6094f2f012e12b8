"""Fixtures: a home with the small ledger, an empty home, and a way to run commands."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assets.home import HOME_VARIABLE, Home
from orchestration.cli import main
from tests.support import invoice_ledgers, ledgers
from tests.support.ledgers import LedgerHome
from tests.unit.cli import small_invoices, small_ledger

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in this process; an exception that no command foresees fails the test."""

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(main, list(arguments), prog_name="partita", catch_exceptions=False)

    return invoke


@pytest.fixture
def answer(run: Run) -> Callable[..., object]:
    """The JSON answer of a command that ends well."""

    def ask(*arguments: str) -> object:
        result = run(*arguments, "--json")
        assert (result.exit_code, result.stderr) == (0, ""), result.output
        return json.loads(result.stdout_bytes)

    return ask


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home in which nothing was imported yet."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    home = Home(tmp_path / "home")
    home.create()
    return home


@pytest.fixture
def filled(home: Home, small_home: Path) -> Home:
    """A home with the small ledger."""
    shutil.copytree(small_home, home.root, dirs_exist_ok=True)
    return home


@pytest.fixture(scope="session")
def small_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small ledger and its files, to be copied."""
    root = tmp_path_factory.mktemp("small") / "home"
    small_ledger.build(Home(root))
    return root


@pytest.fixture
def invoices(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ledger_templates: dict[str, Path]
) -> Iterator[LedgerHome]:
    """A home with the small ledger of e-invoices, which PARTITA_HOME names."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "invoices"))
    data = invoice_ledgers.DATA
    home = ledgers.make_home(tmp_path / "invoices", data, ledger_templates, small_invoices.build)
    yield home
    home.close()
