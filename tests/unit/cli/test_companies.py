"""The option `--company`: it names a company that there is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.ledgers import LedgerHome
from tests.unit.cli.conftest import Run

USAGE = "Usage: partita {command} [OPTIONS]{more}\nTry 'partita {command} --help' for help.\n\n"
REFUSED = "Error: Invalid value for '--company': no company {named!r}; there are 01, 02\n"


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("command", "more"),
    [
        (("open-items",), ""),
        (("open-items", "--json"), ""),
        (("findings",), " [FILE]"),
        (("postings",), " [FILE]"),
        (("unlinked",), ""),
        (("documents",), ""),
        (("invoices",), ""),
        (("report", "subledger"), ""),
        (("report", "transit"), ""),
        (("beancount",), ""),
        (("register",), " [DOCUMENT]..."),
        (("sync", "--dry-run"), ""),
    ],
)
def test_an_unknown_company_is_refused_with_those_that_there_are(
    run: Run, command: tuple[str, ...], more: str
) -> None:
    result = run(*command, "--company", "03")
    named = " ".join(part for part in command if not part.startswith("--"))
    assert (result.exit_code, result.stdout, result.stderr) == (
        64,
        "",
        USAGE.format(command=named, more=more) + REFUSED.format(named="03"),
    )


def test_a_company_is_found_whatever_letters_are_small(
    invoices: LedgerHome, answer: Callable[..., object]
) -> None:
    assert answer("documents", "--all", "--company", "alba") == answer(
        "documents", "--all", "--company", "ALBA"
    )
    assert answer("documents", "--all", "--company", "alba") != []


@pytest.mark.usefixtures("home")
def test_before_there_is_a_ledger_any_company_is_taken(run: Run) -> None:
    assert run("open-items", "--company", "ALBA").exit_code == 0
