"""The command `find`, and `why` by what people know (O06)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from assets.home import HOME_VARIABLE, Home
from assets.ledger.store import Ledger
from samples.sales_files import csv_of, row
from tests.support import ledgers
from tests.support.corrections import correct
from tests.support.ledgers import LedgerHome
from tests.support.sales import DATA, import_sales
from tests.unit.cli.conftest import Run
from tests.unit.cli.small_ledger import at, insert

Answer = Callable[..., list[dict[str, object]]]
"""The fixture `answer`, for commands that answer with a list."""


@pytest.fixture
def sold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ledger_templates: dict[str, Path]
) -> Iterator[LedgerHome]:
    """A home with a draft and a booked sales invoice, which a program booked under a number of its own."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "sold"))
    home = ledgers.make_home(tmp_path / "sold", DATA, ledger_templates)
    import_sales(home, "sales.csv", csv_of(row(status="draft"), row(document_number="FV 2")))
    with home.transaction():
        insert(
            home.workbench,
            "sync_outbox",
            {
                "invoice_id": 2, "company_code": "ALBA", "program": "tryton", "state": "booked",
                "run_id": "run-1", "attempt_count": 1, "reserved_at": at(0), "registration_number": "2026/77",
            },
        )  # fmt: skip
    yield home
    home.close()


@pytest.mark.usefixtures("filled")
def test_o06_several_things_are_listed_with_the_command_that_shows_each(run: Run) -> None:
    result = run("find", "1250,50")
    assert (result.exit_code, result.output) == (
        0,
        dedent(
            """\
            what       found by  company  number  name           date         amount  currency  status  to go on
            open item  amount    01       1/2026  Società Rossi  2026-02-01  1250.50  EUR       closed  partita why 01:FT-1
            posting    amount    01               Bank           2026-03-01  1250.50  EUR       debit   partita why 1/1
            posting    amount    01               Società Rossi  2026-03-01  1250.50  EUR       credit  partita why 1/2
            """  # noqa: E501
        ),
    )


@pytest.mark.usefixtures("filled")
def test_o06_what_is_found_has_its_facts_and_its_command_in_json(answer: Answer) -> None:
    item = {
        "kind": "item",
        "reference": "01:FT-1",
        "matched_by": "amount",
        "company_code": "01",
        "name": "Società Rossi",
        "document_number": "1/2026",
        "date": "2026-02-01",
        "amount": "1250.50",
        "currency_code": "EUR",
        "status": "closed",
        "command": "partita why 01:FT-1",
    }
    bank = item | {
        "kind": "posting",
        "reference": "1/1",
        "name": "Bank",
        "document_number": None,
        "date": "2026-03-01",
        "status": "debit",
        "command": "partita why 1/1",
    }
    customer = {
        "reference": "1/2",
        "name": "Società Rossi",
        "status": "credit",
        "command": "partita why 1/2",
    }
    assert answer("find", "1.250,50") == [item, bank, bank | customer]


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("text", "commands"),
    [
        ("FT-2", ["partita why 01:FT-2"]),
        ("ft-2", ["partita why 01:FT-2"]),
        ("3/2026", ["partita why 01:FT-3"]),
        ("/2026", [f"partita why {key}" for key in ("02:FT-1", "01:FT-2", "01:FT-3", "01:4", "01:FT-1")]),
        ("59.99", ["partita why 01:FT-2"]),
        ("33,255", ["partita why 02:FT-1", "partita why 5/1", "partita why 5/2", "partita why 4/1",
                    "partita why 4/2"]),
        ("02/02/2026", ["partita why 01:FT-2"]),
        ("rossi societa", ["partita postings --company 01 --account 4000"]),
        ("ROSSI", ["partita postings --company 01 --account 4000"]),
        ("I2", ["partita why I2"]),
        ("itcoge2", ["partita why I2"]),
        ("ritcoge", ["partita why I4", "partita why I3", "partita why I2", "partita why I1"]),
        ("ri", []),
        ("4", ["partita why 4 --as posting", "partita why 01:4"]),
        ("I99", []),
        ("%%%", []),
    ],
)  # fmt: skip
def test_o06_things_are_found_by_what_people_know(answer: Answer, text: str, commands: list[str]) -> None:
    assert [row["command"] for row in answer("find", text)] == commands


@pytest.mark.usefixtures("filled")
def test_o06_postings_say_whether_their_entry_is_reversed(answer: Answer) -> None:
    found = {row["reference"]: row["status"] for row in answer("find", "33,255") if row["kind"] == "posting"}
    assert found == {
        "4/1": "debit, reversed",
        "4/2": "credit, reversed",
        "5/1": "credit, reversal",
        "5/2": "debit, reversal",
    }


@pytest.mark.usefixtures("invoices")
@pytest.mark.parametrize(
    ("text", "commands"),
    [
        ("acciai", ["partita why S001 --as counterparty"]),
        ("s001", ["partita why S001 --as counterparty"]),
        ("IT09990149990", ["partita why S001 --as counterparty"]),
        ("viteria", ["partita why D5 --as document"]),
        ("1/a", ["partita why D1 --as document"]),
        (
            "61,00",
            [
                "partita why D2 --as document",
                "partita why ALBA:FA2026-C602B1A090E0-02",
                "partita why ALBA:FA2026-C602B1A090E0-01",
                "partita why 1/3",
                "partita why 1/4",
            ],
        ),
        ("122", [f"partita why {name} --as document" for name in ("D1", "D3", "D5", "D4")]),
    ],
)
def test_o06_documents_invoices_and_counterparties_are_found_too(
    answer: Answer, text: str, commands: list[str]
) -> None:
    assert [row["command"] for row in answer("find", text)] == commands


def test_r13_documents_are_found_by_an_iban_in_them_and_by_the_numbers_of_an_unknown_supplier(
    invoices: LedgerHome, answer: Answer
) -> None:
    with invoices.ledger.transaction(invoices.workbench, "test") as ledger:
        ledger.execute(
            "UPDATE ledger.document SET payee_ibans = 'IT60X0542811101000000123456' WHERE document_id = 2"
        )
        ledger.execute(
            "INSERT INTO ledger.doubtful_iban "
            "VALUES (4, 4, 'DE89370400440532013000', 'DE89', 'x', 'x', false)"
        )

    def found(text: str) -> list[object]:
        return [(row["reference"], row["matched_by"]) for row in answer("find", text)]

    assert found("it60 x054 2811 1010 0000 0123 456") == [("D2", "IBAN")]
    assert found("DE89370400440532013000") == [("D4", "IBAN")]
    assert found("09990189996") == [("D5", "VAT number")]


def test_o06_one_thing_is_shown_at_once(filled: object, run: Run) -> None:
    assert run("find", "59,99").output == run("why", "01:FT-2").output
    assert run("why", "59,99").output == run("why", "01:FT-2").output


def test_o06_a_thing_that_is_known_by_part_of_its_number_is_shown_with_a_remark(
    filled: object, run: Run
) -> None:
    """Nobody takes it for the one that was asked for."""
    meant, asked = run("why", "01:FT-2"), run("why", "T-2")
    assert (asked.stdout, asked.stderr) == (
        meant.stdout,
        "Nothing has the number T-2; it is part of that of one thing:\n",
    )


@pytest.mark.usefixtures("invoices")
def test_o06_a_counterparty_is_shown_with_what_is_open(run: Run) -> None:
    assert run("why", "acciai montevuoto").output == dedent(
        """\
        Counterparty S001: Acciai Montevuoto S.p.A.
          kind        supplier
          country     IT
          VAT number  09990149990
          tax code    09990149990

        Accounts
        company  account  name               open items  side    residual  currency
        ALBA     4000001  Acciai Montevuoto           2  credit    122.00  EUR
        BREZZA   4000001  Acciai Montevuoto           0

        Next: `partita open-items --counterparty S001` lists what is open, `partita documents --all --counterparty S001` the e-invoices.
        """  # noqa: E501
    )


@pytest.mark.usefixtures("sold")
def test_t04_a_sales_invoice_is_shown_by_its_registration_number(run: Run) -> None:
    shown = run("why", "2026/77").output
    assert shown == dedent(
        """\
        Sales invoice FV 2 of Counterparty C001
          company              ALBA
          reference            FV20263C2785EFC0ED
          date                 2026-10-05
          customer             Counterparty C001
          currency             EUR
          total                122.00
          status               booked
          entry                1
          program              tryton
          state                booked
          registration number  2026/77

        Postings
        posting  account  name              debit  credit  currency  item
        1/1      1500001  Officine Dorica  122.00    0.00  EUR       FV20263C2785EFC0ED-01
        1/2      7001001  Account 7001001    0.00  100.00  EUR
        1/3      4502001  Account 4502001    0.00   22.00  EUR

        Open items
        item                        due         side   original  residual  currency  status
        ALBA:FV20263C2785EFC0ED-01  2026-10-05  debit    122.00    122.00  EUR       open

        Next: `partita why COMPANY:KEY` shows what settled an open item.
        """
    )
    assert run("find", "fv 2").output == shown, "its item and postings stand in the answer"
    assert run("why", "FV20263C2785EFC0ED", "--as", "invoice").output == shown


@pytest.mark.usefixtures("sold")
def test_o06_drafts_are_found_beside_what_is_booked(answer: Answer) -> None:
    found = [(row["command"], row["name"], row["status"]) for row in answer("find", "122,00")]
    assert found == [
        ("partita why FV2026E55FD9E6AA48 --as invoice", "Counterparty C001", "draft"),
        ("partita why FV20263C2785EFC0ED --as invoice", "Counterparty C001", "booked"),
    ]


@pytest.mark.usefixtures("filled")
def test_o06_what_several_things_could_be_is_an_error_of_why_with_the_commands(run: Run) -> None:
    result = run("why", "1250.50")
    assert (result.exit_code, result.stdout, result.stderr) == (
        64,
        "",
        "Error: 1250.50 could be 3 things; say which one:\n"
        "  partita why 01:FT-1  (open item, 1/2026, Società Rossi, 2026-02-01)\n"
        "  partita why 1/1  (posting, Bank, 2026-03-01)\n"
        "  partita why 1/2  (posting, Società Rossi, 2026-03-01)\n",
    )


@pytest.mark.usefixtures("filled")
def test_o06_what_is_quoted_back_is_quoted_for_a_shell_and_cut(run: Run) -> None:
    said = run("find", "x; rm \x1b[31m" + "y" * 200).output
    assert said == (
        "Nothing is found by 'x; rm \\x1b[31m" + "y" * 66 + "…': "
        "give a whole number or amount, or less of a name.\n"
        "Dates are 2026-03-01, 01/03/2026 or 1.3.26. A file is I12, its name, or three letters of it.\n"
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "MANY",
            "Of the open items these are 20, and there are more: "
            "`partita open-items --status all --number MANY` lists all of them.",
        ),
        (
            "7,5",
            "Of the open items these are 20, and there are more: "
            "`partita open-items --status all --amount 7,50` lists all of them.",
        ),
        (
            "03/04/2026",
            "Of the open items these are 20, and there are more: `partita open-items --status all "
            "--from 2026-04-03 --to 2026-04-03` lists all of them.",
        ),
    ],
)
def test_o06_where_there_are_too_many_the_command_that_lists_all_is_named(
    filled: Home, run: Run, text: str, sentence: str
) -> None:
    with Ledger(filled.ledger).writing("test") as ledger:
        ledger.execute(
            "INSERT INTO ledger.open_item BY NAME SELECT open_item.* REPLACE (100 + i AS item_id, "
            "'MANY-' || i AS open_item_key, 7.5 AS original_amount, 0 AS settled_amount, "
            "DATE '2026-04-03' AS due_date) "
            "FROM ledger.open_item, range(21) AS many(i) WHERE item_id = 3"
        )
    lines = run("find", text).output.splitlines()
    assert (len(lines), lines[-1]) == (1 + 20 + 2, sentence)
    command = sentence.partition("`partita ")[2].partition("`")[0]
    assert len(run(*command.split()).output.splitlines()) == 1 + 21 + 2


@pytest.mark.usefixtures("home")
def test_o06_before_anything_was_imported_nothing_is_found(run: Run) -> None:
    assert run("find", "1", "--json").stdout == "[]\n"
    assert run("find", "1").output.startswith("There is no ledger yet")


def test_d10_a_correction_is_shown_by_its_number_with_what_it_did(invoices: LedgerHome, run: Run) -> None:
    ((key,),) = invoices.rows("SELECT min(open_item_key) FROM ledger.open_item")
    correct(
        invoices,
        "settle",
        items=[f"ALBA:{key}"],
        account="1801001",
        date="2026-10-21",
        amount="21.00",
        reason="paid in cash",
    )
    shown = run("why", "C1").output
    assert shown == dedent(
        f"""\
        Correction C1
          kind          settle
          about         ALBA:{key}
          requested by  anna
          because       paid in cash
          made          2026-10-30T12:00:00Z
          run           run settle

        1 journal entry
        entry  line  date        account  debit  credit  currency  item                    description
            2     1  2026-10-21  4000001  21.00    0.00  EUR       {key}  Invoice 4 Acciai Montevuoto S.p.A.
            2     2  2026-10-21  1801001   0.00   21.00  EUR                               Invoice 4 Acciai Montevuoto S.p.A.

        Open items, as they stand now
        item                         account  residual now  currency  status now
        ALBA:{key}  4000001         40.00  EUR       open

        Next: `partita undo C1 --reason ...` undoes it.
        """  # noqa: E501
    )
    assert run("find", "c1").output == shown
    correct(invoices, "undo", correction=1)
    lines = run("why", "C1").output.splitlines()
    assert (lines[0], lines[-1]) == (
        "Correction C1: undone by C2",
        "Next: `partita why C2` shows what undid it.",
    )
    assert "  undoes        C1" in run("why", "C2").output.splitlines()
