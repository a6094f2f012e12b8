"""The commands that correct the ledger, as far as they need no run: what is shown, how they are called."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent
from typing import Final

import pytest

from tests.support.ledgers import LedgerHome, ledger_state
from tests.unit.cli.conftest import Run

Answer = Callable[..., dict[str, object]]

WHY: Final = ("--date", "2026-10-21", "--reason", "paid in cash", "--by", "anna")
EITHER: Final = "name either the --account or the --credit-note against which it is settled"


@pytest.fixture
def key(invoices: LedgerHome) -> str:
    """The key of the first instalment of D4: 61.00 EUR to pay."""
    (found,) = invoices.rows("SELECT min(open_item_key) FROM ledger.open_item")
    return str(found[0])


def test_f09_an_item_is_settled_by_an_entry_that_says_who_and_why(run: Run, key: str) -> None:
    settled = run(
        "settle", f"ALBA:{key}", "--account", "1801001", *WHY, "--amount", "21", "--description", "x"
    )
    assert (settled.exit_code, settled.output) == (
        0,
        dedent(
            f"""\
            Journal entry 2 of company ALBA on 2026-10-21: by hand
            line  account  debit  credit  currency  item                    description
               1  4000001  21.00    0.00  EUR       {key}  x
               2  1801001   0.00   21.00  EUR                               x

            Settled
            item                    settled  residual  currency  status
            {key}    21.00     40.00  EUR       open

            Next: `partita why 2` shows the entry.
            """
        ),
    )
    shown = run("why", "2/2").output
    assert [line.split() for line in shown.splitlines() if "request" in line or "because" in line] == [
        ["requested", "by", "anna"],
        ["because", "paid", "in", "cash"],
    ]
    (table,) = run("why", f"ALBA:{key}").output.split("Settled by hand\n")[1:]
    assert [line.split("  ")[0] for line in table.splitlines()[:2]] == ["posting", "2/1"]
    assert table.splitlines()[1].endswith("Z  anna  paid in cash")


def test_f09_why_names_who_when_and_why_in_json(run: Run, answer: Answer, key: str) -> None:
    run("settle", f"ALBA:{key}", "--account", "1801001", *WHY)
    entry = answer("why", "2")
    assert [entry[name] for name in ("entry_kind", "requested_by", "requested_reason", "partition_key")] == [
        "manual",
        "anna",
        "paid in cash",
        None,
    ]
    assert entry["requested_at"] == entry["created_at"]
    settlement = answer("why", f"ALBA:{key}")["settlements"][0]  # type: ignore[index]
    names = ("requested_by", "requested_reason", "matching_rule", "entry_id", "amount")
    assert [settlement[name] for name in names] == ["anna", "paid in cash", "by hand", 2, "61.00"]


def test_f09_a_dry_run_shows_the_entry_and_changes_nothing(
    invoices: LedgerHome, answer: Answer, key: str
) -> None:
    before = ledger_state(invoices)
    assert answer("settle", f"ALBA:{key}", "--account", "1801001", *WHY, "--dry-run") == {
        "is_dry_run": True,
        "entry_id": None,
        "company_code": "ALBA",
        "posting_date": "2026-10-21",
        "accounting_reason_code": "FTAC",
        "matching_rule": "by hand",
        "postings": [
            {
                "line_number": 1,
                "account_code": "4000001",
                "company_currency_code": "EUR",
                "debit_amount": "61.00",
                "credit_amount": "0.00",
                "currency_code": "EUR",
                "currency_amount": "61.00",
                "description": "Invoice 4 Acciai Montevuoto S.p.A.",
                "open_item_key": key,
            },
            {
                "line_number": 2,
                "account_code": "1801001",
                "company_currency_code": "EUR",
                "debit_amount": "0.00",
                "credit_amount": "61.00",
                "currency_code": "EUR",
                "currency_amount": "-61.00",
                "description": "Invoice 4 Acciai Montevuoto S.p.A.",
                "open_item_key": None,
            },
        ],
        "items": [
            {
                "open_item_key": key,
                "currency_code": "EUR",
                "amount": "61.00",
                "company_currency_code": "EUR",
                "amount_company_currency": "61.00",
                "residual_amount": "0.00",
                "status": "closed",
            }
        ],
    }
    assert ledger_state(invoices) == before


def test_f09_what_cannot_be_settled_is_said_and_nothing_is_changed(
    invoices: LedgerHome, run: Run, key: str
) -> None:
    before = ledger_state(invoices)
    for is_dry in ((), ("--dry-run",)):
        result = run("settle", f"ALBA:{key}", "--account", "1801001", *WHY, "--amount", "61.01", *is_dry)
        assert (result.exit_code, result.stderr) == (
            1,
            "Error: the amount 61.01 is more than the residual 61.00 EUR. Nothing was changed.\n",
        )
    assert ledger_state(invoices) == before


@pytest.mark.usefixtures("invoices")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("settle", "ALBA:X", *WHY), EITHER),
        (("settle", "ALBA:X", *WHY, "--account", "1", "--credit-note", "Y"), EITHER),
        (("settle", "ALBA:X", "--account", "1", "--date", "2026-10-21"), "Missing option '--reason'."),
        (("settle", "ALBA:X", "--account", "1", "--reason", "x"), "Missing option '--date'."),
        (
            ("settle", "ALBA:X", "--account", "1", "--date", "2026-10-21", "--reason", " "),
            "--reason says why the item is settled by hand",
        ),
        (
            ("settle", "X", "--account", "1", *WHY),
            "Invalid value for 'ITEM': 'X' is no open item: they are named COMPANY:KEY",
        ),
        (
            ("settle", "ALBA:X", "--account", "1", *WHY, "--amount", "1,5"),
            "Invalid value for '--amount': '1,5' is no amount such as 12.50",
        ),
        (("change", "D4"), "Missing option '--reason'."),
        (("change", "D4", "--reason", ""), "--reason says why the registration is changed"),
        (
            ("change", "FT-1", "--reason", "x"),
            "Invalid value for 'DOCUMENT': 'FT-1' is no document: they are named D12, see "
            "`partita documents`",
        ),
    ],
)
def test_f07_f09_a_correction_that_is_called_wrongly_says_how_and_ends_with_2(
    run: Run, arguments: tuple[str, ...], message: str
) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (2, f"Error: {message}")


@pytest.mark.usefixtures("home")
def test_f07_f09_before_anything_was_imported_there_is_nothing_to_correct(run: Run) -> None:
    assert run("settle", "ALBA:X", "--account", "1", *WHY).stderr == (
        "Error: there is no ledger yet, and no open item\n"
    )
    assert run("change", "D1", "--reason", "x").stderr == (
        "Error: no e-invoice has arrived yet: there is no ledger\n"
    )
