"""`partita report` and `partita beancount` over the small ledger: answers, tables, and wrong calls."""

from __future__ import annotations

import json
from collections.abc import Callable
from textwrap import dedent

import pytest
from click.testing import Result

from assets.days import day_of
from assets.home import Home
from assets.ledger.store import utc_now

Run = Callable[..., Result]
Answer = Callable[..., list[dict[str, object]]]


@pytest.mark.usefixtures("filled")
def test_o07_items_as_of_a_day_are_shown_with_what_was_left_then(run: Run) -> None:
    assert run("report", "open-items", "--as-of", "2026-03-01").output == dedent(
        """\
        company  account  key   document  due         side   original  settled  residual  currency
        01       4000     FT-2  2/2026    2026-02-02  debit     99.99    40.00     59.99  EUR
        01       4000     FT-3  3/2026                debit   100.005     0.00   100.005  EUR
        02       4000     FT-1  5/2026    2026-02-05  debit    33.255     0.00    33.255  USD

        `partita why COMPANY:KEY` says what opened an item and what settled it.
        """
    )


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("known_at", "residuals"),
    [
        ("2026-03-01T07:59:59Z", {}),
        ("2026-03-01T08:00:00Z", {"FT-1": "1250.50", "FT-2": "99.99", "02": "33.255"}),
        ("2026-03-01T08:10:00", {"FT-2": "99.99", "02": "33.255"}),
        ("2026-03-01T08:20:00Z", {"FT-2": "59.99", "FT-3": "100.005", "02": "33.255"}),
        ("2026-03-01T08:30:00Z", {"FT-2": "59.99", "FT-3": "100.005"}),
        ("2026-03-01T08:35:00Z", {"FT-2": "59.99", "FT-3": "100.005", "02": "33.255"}),
    ],
)
def test_o07_items_are_shown_as_they_were_known_at_a_moment(
    answer: Answer, known_at: str, residuals: dict[str, str]
) -> None:
    """The whole second counts, as answers show times without their fractions."""
    rows = answer("report", "open-items", "--as-of", "2026-03-01", "--known-at", known_at)
    assert {
        str(row["open_item_key"] if row["company_code"] == "01" else "02"): row["residual_amount"]
        for row in rows
    } == residuals
    assert {row["known_at"] for row in rows} <= {known_at.removesuffix("Z") + "Z"}


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("report", ["open-items", "ageing"])
def test_o07_without_a_day_it_is_today_in_the_time_zone_of_the_books(answer: Answer, report: str) -> None:
    before = day_of(utc_now(), "Europe/Rome")
    rows = answer("report", report)
    after = day_of(utc_now(), "Europe/Rome")
    assert rows
    assert {row["as_of_date"] for row in rows} <= {before.isoformat(), after.isoformat()}


@pytest.mark.usefixtures("filled")
def test_o07_the_age_of_residuals_is_shown_in_both_currencies(run: Run, answer: Answer) -> None:
    assert run("report", "ageing", "--as-of", "2026-03-05").output == dedent(
        """\
        company  account  side   items  not due    1-30  31-60  61-90  over 90  no due date    total  currency  total in books  books in
        01       4000     debit      2     0.00    0.00  59.99   0.00     0.00      100.005  159.995  EUR              159.995
        02       4000     debit      1     0.00  33.255   0.00   0.00     0.00         0.00   33.255  USD               33.255

        `partita report open-items --as-of DATE` lists the items.
        """  # noqa: E501
    )


@pytest.mark.usefixtures("filled")
def test_o07_the_sub_ledger_shows_each_part_and_the_difference(answer: Answer) -> None:
    """FT-3 has no posting in this ledger, as if somebody had lost it."""
    (found,) = answer("report", "subledger", "--company", "01")
    assert found == {
        "company_code": "01",
        "account_code": "4000",
        "account_name": "Società Rossi",
        "account_kind": "customer",
        "company_currency_code": "EUR",
        "balance_amount": "-1390.49",
        "opening_amount": "1350.49",
        "item_amount": "159.995",
        "exchange_amount": "0.00",
        "unlinked_amount": "-99.99",
        "other_amount": "0.00",
        "difference_amount": "-100.005",
    }


@pytest.mark.usefixtures("filled")
def test_d15_transit_shows_accounts_and_the_amounts_that_nothing_answers(run: Run, answer: Answer) -> None:
    assert run("report", "transit").output == dedent(
        """\
        company  account  name                  open  oldest      balance  currency
        01       1900     Bills for collection     1  2026-03-01    40.00  EUR

        Open amounts (+ debit, - credit)
        company  account  date        entry  amount  currency  in currency  currency  description
        01       1900     2026-03-01      3   40.00  EUR             40.00  EUR

        `partita why ENTRY` shows where an amount comes from.
        """
    )
    assert run("report", "transit", "--company", "02").output == "Every transit account is cleared.\n"
    assert answer("report", "transit", "--company", "02") == {"accounts": [], "amounts": []}


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("day", ["01/03/2026", "1.3.26", "1-3-2026"])
def test_o07_the_day_of_a_report_is_written_as_people_write_it(answer: Answer, day: str) -> None:
    known = ("--known-at", "2026-03-01T09:00:00Z")
    assert answer("report", "ageing", "--as-of", day, *known) == answer(
        "report", "ageing", "--as-of", "2026-03-01", *known
    )


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    "arguments",
    [
        ("write-off", "01:FT-1", "--reason", "x", "--date", "31/02/2026"),
        ("settle", "01:FT-1", "--account", "1000", "--reason", "x", "--date", "31/02/2026"),
        ("beancount", "--from", "31/02/2026"),
        ("register", "--from", "31/02/2026"),
        ("export", "--since", "31/02/2026"),
        ("purge", "--before", "31/02/2026"),
        ("add-identifier", "S001", "VAT", "1", "--from", "31/02/2026"),
    ],
)
def test_o06_every_command_refuses_a_day_that_there_is_not_in_the_same_words(
    run: Run, arguments: tuple[str, ...]
) -> None:
    result = run(*arguments)
    problem = result.stderr.partition("': ")[2]
    assert (result.exit_code, problem) == (64, "'31/02/2026' is no date such as 2026-03-01 or 01/03/2026\n")


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("arguments", "empty"),
    [
        (("report", "open-items", "--as-of", "2026-03-01"), []),
        (("report", "ageing", "--as-of", "2026-03-01"), []),
        (("report", "subledger"), []),
        (("report", "transit"), {"accounts": [], "amounts": []}),
        (("beancount",), {}),
    ],
)
def test_o07_before_there_is_a_ledger_there_is_nothing_to_report(
    run: Run, arguments: tuple[str, ...], empty: object
) -> None:
    result = run(*arguments, "--json")
    assert (result.exit_code, json.loads(result.stdout)) == (0, empty)
    assert result.stderr.startswith("There is no ledger yet")
    assert run(*arguments).output.startswith("There is no ledger yet")


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("report", "open-items", "--as-of", "today"), "Invalid value for '--as-of': "),
        (("report", "ageing", "--as-of", "1.13.2026"), "Invalid value for '--as-of': "),
        (
            ("report", "ageing", "--as-of", "2026-03-01", "--known-at", "2026-03-01"),
            "'2026-03-01' is no time such as 2026-03-01T08:10:00Z (UTC)",
        ),
        (("beancount", "--from", "2026-03-02", "--to", "2026-03-01"), "--from is later than --to"),
    ],
)
def test_o07_a_wrong_day_or_time_is_a_usage_error(run: Run, arguments: tuple[str, ...], message: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 64
    assert message in result.stderr


def test_o08_the_journal_is_written_into_the_home_and_says_how_to_look_at_it(filled: Home, run: Run) -> None:
    main_file = filled.root / "beancount" / "main.beancount"
    assert run("beancount").output == dedent(
        f"""\
        5 journal entries and 3 opening items written to {main_file.parent} (7 files).

        `bean-check {main_file}` checks them, `fava {main_file}` shows them.
        """
    )
    assert main_file.is_file()


@pytest.mark.parametrize("name", ["inbox", "processed/invoices", "ledger", "."])
def test_o08_the_journal_is_not_written_into_a_folder_of_partita(filled: Home, run: Run, name: str) -> None:
    result = run("beancount", "--output", str(filled.root / name))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        f"Error: {filled.root / name} lies in the home, where Partita keeps its own files: choose another "
        f"place, or one in {filled.outbox}. Nothing was written.\n"
    )


def test_o08_the_journal_of_a_span_is_written_where_one_says(filled: Home, run: Run, answer: Answer) -> None:
    folder = filled.outbox / "elsewhere"
    assert answer("beancount", "--company", "01", "--to", "2026-02-28", "--output", str(folder)) == {
        "folder": str(folder),
        "main_file": str(folder / "main.beancount"),
        "files": [
            {"file_name": name}
            for name in ("01-accounts.beancount", "01-opening.beancount", "main.beancount")
        ],
        "account_count": 3,
        "opening_item_count": 2,
        "entry_count": 0,
    }
    assert run("beancount", "--output", str(folder)).stderr == (
        f"Error: {folder} holds Beancount files already: choose another folder, or --force. Nothing was "
        "written.\n"
    )
    assert run("beancount", "--output", str(folder), "--force").exit_code == 0
