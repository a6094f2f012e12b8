"""The command `documents --read-again`: what is booked already, beside what the present rules read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Final

import pytest

from assets.home import HOME_VARIABLE, Home
from tests.support.corrections import correct
from tests.support.kept_invoices import FILES, keep
from tests.support.ledgers import LedgerHome
from tests.support.old_ledgers import home_of_version_11
from tests.support.registrations import FULL
from tests.unit.cli.conftest import Run

ALL_WELL: Final = 0
SOMETHING_LEFT: Final = 2
CALLED_WRONGLY: Final = 64


@pytest.fixture
def old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LedgerHome]:
    """The ledger of version 11, with kept files for all documents but one; PARTITA_HOME names it."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    home = home_of_version_11(tmp_path, FULL)
    for number, data in FILES.items():
        keep(home, number, data)
    yield home
    home.close()


def test_documents_that_differ_are_listed_with_what_changes_them(old: LedgerHome, run: Run) -> None:
    key = "FA2026-0A59FD833738-01"
    correct(old, "settle", items=[f"ALBA:{key}"], account="1801001", date="2026-10-20", amount="50.00")
    found = run("documents", "--read-again")
    assert (found.exit_code, found.stdout) == (
        SOMETHING_LEFT,
        dedent(
            """\
            document  company  supplier                  number  field                               registered                   read now  currency
            D10       ALBA     Acciai Montevuoto S.p.A.  W1      kept out                                        supplier_numbers_disagree
            D10       ALBA     Acciai Montevuoto S.p.A.  W1      supplier                                  S001
            D12       ALBA     Acciai Montevuoto S.p.A.  W3      payable                                 122.00                     100.00  EUR
            D12       ALBA     Acciai Montevuoto S.p.A.  W3      amount of FA2026-0A59FD833738-01        122.00                     100.00  EUR
            D12       ALBA     Acciai Montevuoto S.p.A.  W3      due date of FA2026-0A59FD833738-01  2026-12-31                 2026-11-30
            D12       ALBA     Acciai Montevuoto S.p.A.  W3      amount of a new item                                                22.00  EUR
            D12       ALBA     Acciai Montevuoto S.p.A.  W3      due date of a new item                                         2026-10-15
            D12       ALBA     Acciai Montevuoto S.p.A.  W3      hold of a new item                                            paid_before

            What changes them:
              D10: `partita change D10 --reason ...`
              D12: `partita reopen ALBA:FA2026-0A59FD833738-01 --reason ...`, then `partita change D12 --reason ...` (FA2026-0A59FD833738-01 is settled with 50.00 EUR by 13/1)

            Not read, since the file is not there:
            document  company  supplier           number  kept as                problem
            D4        ALBA     Counterparty G001  B48     d2-2@432456929ee0.xml  the file is no longer kept, or was changed

            Read again: 8 registered documents, of which 5 agree, 2 differ and 1 cannot be read. Nothing was changed: a document that differs stays as it is booked until somebody changes it.
            """  # noqa: E501
        ),
    )


def test_the_answer_as_json_has_every_difference_and_every_command(old: LedgerHome, run: Run) -> None:
    found = run("documents", "--read-again", "--delivery", "d5", "--json")
    answer = json.loads(found.stdout_bytes)
    assert (found.exit_code, {name: answer[name] for name in answer if name != "differing"}) == (
        SOMETHING_LEFT,
        {"rules_version": 2, "document_count": 2, "agreeing_count": 0, "unreadable": []},
    )
    assert answer["differing"][0] == {
        "document_id": 10,
        "company_code": "ALBA",
        "counterparty_code": "S001",
        "supplier_name": "Acciai Montevuoto S.p.A.",
        "document_number": "W1",
        "document_date": "2026-10-15",
        "rules_version": 1,
        "differences": [
            {
                "field": "kept out",
                "registered": None,
                "read": "supplier_numbers_disagree",
                "currency_code": None,
            },
            {"field": "supplier", "registered": "S001", "read": None, "currency_code": None},
        ],
        "items": [],
        "commands": ["partita change D10 --reason ..."],
    }


def test_the_command_ends_well_if_all_agree_and_reads_nothing_then(old: LedgerHome, run: Run) -> None:
    first = run("documents", "--read-again", "--delivery", "d1")
    assert (first.exit_code, first.stdout) == (
        ALL_WELL,
        "Read again: 1 registered document, of which 1 agree, 0 differ and 0 cannot be read.\n",
    )
    again = run("documents", "--read-again", "--delivery", "d1")
    assert (again.exit_code, again.stdout) == (
        ALL_WELL,
        "Nothing to read: the present rules agree with every registered document.\n",
    )


def test_a_status_beside_it_makes_no_sense(old: LedgerHome, run: Run) -> None:
    for option in (("--all",), ("--status", "refused")):
        assert run("documents", "--read-again", *option).exit_code == CALLED_WRONGLY


def test_before_anything_was_imported_there_is_nothing_to_read(home: Home, run: Run) -> None:
    found = run("documents", "--read-again", "--json")
    assert (found.exit_code, json.loads(found.stdout_bytes)) == (
        ALL_WELL,
        {"rules_version": 2, "document_count": 0, "agreeing_count": 0, "differing": [], "unreadable": []},
    )
    assert "There is no ledger yet" in found.stderr
