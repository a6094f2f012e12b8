"""The commands that decide about e-invoices, as far as they need no run: lists, usage, what is refused.

Decisions with real files and runs: tests/orchestration/test_invoice_commands.py.
"""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent
from typing import Final

import pytest

from tests.support.ledgers import LedgerHome
from tests.unit.cli.conftest import Run

WHICH: Final = "name the documents, or choose with --company, --from, --to or --all"
HOW: Final = "--account and --vat-code are for documents that are named"


@pytest.mark.usefixtures("invoices")
def test_f01_automatic_lists_every_company_with_its_moment_and_what_waits(run: Run) -> None:
    assert run("automatic").output == dedent(
        """\
        company  name            automatic  since                 by    to register
        ALBA     Company ALBA    on         2026-10-20T08:00:00Z  anna            4
        BREZZA   Company BREZZA  off                                              0

        Documents that arrived before automatic registration was on wait: `partita documents` lists them, `partita register --company CODE` registers them.
        """  # noqa: E501
    )


@pytest.mark.usefixtures("invoices")
def test_f01_automatic_in_json_has_every_company(answer: Callable[..., object]) -> None:
    assert answer("automatic", "list") == [
        {
            "company_code": "ALBA",
            "company_name": "Company ALBA",
            "is_on": True,
            "switched_at": "2026-10-20T08:00:00Z",
            "switched_by": "anna",
            "waiting_count": 4,
        },
        {
            "company_code": "BREZZA",
            "company_name": "Company BREZZA",
            "is_on": False,
            "switched_at": None,
            "switched_by": None,
            "waiting_count": 0,
        },
    ]


@pytest.mark.usefixtures("invoices")
def test_f02_a_company_that_is_on_already_keeps_its_moment(run: Run) -> None:
    before = run("automatic", "--json").stdout
    again = run("automatic", "on", "ALBA", "--by", "bruno", "--json")
    assert (again.exit_code, again.stderr, again.stdout) == (
        0,
        "Automatic registration of ALBA was already on.\n",
        before,
    )


def test_f06_documents_are_closed_in_one_step_or_not_at_all(invoices: LedgerHome, run: Run) -> None:
    wrong = run("refuse", "D1", "D4", "--reason", "twice", "--by", "anna")
    assert (wrong.exit_code, wrong.stderr) == (
        1,
        "Error: D4 is registered already (entry 1). Nothing was changed.\n",
    )
    assert run("handle", "d1", "2", "D2", "--reason", "posted by hand", "--by", "anna").output == (
        "D1 (1/A of Acciai Montevuoto S.p.A.) is handled by anna.\n"
        "D2 (2 of Trasporti Rondinella) is handled by anna.\n"
    )
    assert invoices.rows("SELECT status, closed_reason FROM ledger.document ORDER BY document_id") == [
        ("handled", "posted by hand"),
        ("handled", "posted by hand"),
        ("to_register", None),
        ("registered", "automatic"),
        ("to_register", None),
    ]


@pytest.mark.usefixtures("invoices")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("register",), WHICH),
        (("register", "D1", "--all"), WHICH),
        (("register", "--all", "--account", "7"), HOW),
        (("register", "D1", "--remember"), "--remember goes with --account: it is what is remembered"),
        (
            ("refuse", "FT-1", "--reason", "x"),
            "Invalid value for 'DOCUMENT...': 'FT-1' is no document: they are named D12, see "
            "`partita documents`",
        ),
        (("refuse", "D1"), "Missing option '--reason'."),
        (("automatic", "on"), "name the companies after `on` or `off`, and none after `list`"),
        (("automatic", "list", "ALBA"), "name the companies after `on` or `off`, and none after `list`"),
    ],
)
def test_f06_a_command_that_is_called_wrongly_says_how_and_ends_with_2(
    run: Run, arguments: tuple[str, ...], message: str
) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (64, f"Error: {message}")


@pytest.mark.usefixtures("home")
def test_f06_before_anything_arrived_there_is_no_document_to_decide_about(run: Run) -> None:
    assert run("refuse", "D1", "--reason", "x").stderr == (
        "Error: no e-invoice has arrived yet: there is no ledger\n"
    )
    assert run("propose-supplier", "D1").stderr == (
        "Error: there is no document D1: `partita documents` lists them\n"
    )
    assert run("automatic", "--json").stdout == "[]\n"
