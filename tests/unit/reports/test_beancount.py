"""The small books as Beancount files: as wholes, and accepted by bean-check."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from textwrap import dedent

import pytest

from assets.errors import OperatingError
from assets.reports import bean_check
from assets.reports.bean_check import Verdict, ask_bean_check
from assets.reports.beancount import HEADER, Span, Written, write_journal
from tests.support.ledgers import LedgerHome

ACCEPTED = Verdict(True, "bean-check accepts the files.")


def write(home: LedgerHome, folder: Path, span: Span | None = None) -> Written:
    """Writes the files as they stand in the trial."""
    return write_journal(home.workbench, folder, span or Span())


def written_text(folder: Path, name: str) -> str:
    """A file without its header."""
    return (folder / name).read_text("utf-8").removeprefix(HEADER)


def test_o08_there_is_a_file_per_company_and_month_and_one_that_includes_them(
    books: LedgerHome, tmp_path: Path
) -> None:
    written = write(books, tmp_path)
    assert written == Written(
        tmp_path,
        (
            "ALBA-accounts.beancount",
            "BREZZA-accounts.beancount",
            "ALBA-opening.beancount",
            "BREZZA-opening.beancount",
            "ALBA-2026-10.beancount",
            "BREZZA-2026-10.beancount",
            "main.beancount",
        ),
        account_count=16,
        opening_count=7,
        entry_count=10,
    )
    assert written_text(tmp_path, "main.beancount") == dedent(
        """\
        option "title" "Partita"
        option "operating_currency" "EUR"
        option "inferred_tolerance_default" "*:0.00001"

        include "ALBA-accounts.beancount"
        include "BREZZA-accounts.beancount"
        include "ALBA-opening.beancount"
        include "BREZZA-opening.beancount"
        include "ALBA-2026-10.beancount"
        include "BREZZA-2026-10.beancount"
        """
    )
    assert ask_bean_check(written.main_file) == ACCEPTED
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(written.file_names), "and no cache"


def test_o08_accounts_are_opened_on_the_first_day_with_their_codes_and_names(
    books: LedgerHome, tmp_path: Path
) -> None:
    write(books, tmp_path)
    assert written_text(tmp_path, "BREZZA-accounts.beancount") == dedent(
        """\

        2026-10-01 open Equity:Opening:BREZZA
          company_code: "BREZZA"
          company_name: "Company BREZZA"
        2026-10-01 open Assets:BREZZA:Customers:1500001-Tessitura-Vendramella
          company_code: "BREZZA"
          account_code: "1500001"
          account_name: "Tessitura Vendramella"
        2026-10-01 open Assets:BREZZA:Customers:1500101-Confezioni-Astrolina
          company_code: "BREZZA"
          account_code: "1500101"
          account_name: "Confezioni Astrolina"
        2026-10-01 open Assets:BREZZA:Bank:1801001-Credito-Laguna
          company_code: "BREZZA"
          account_code: "1801001"
          account_name: "Credito Laguna"
        2026-10-01 open Expenses:BREZZA:Other:7501001-Bank-charges
          company_code: "BREZZA"
          account_code: "7501001"
          account_name: "Bank charges"
        """
    )


def test_o08_opening_items_stand_against_equity_each_with_its_link(books: LedgerHome, tmp_path: Path) -> None:
    write(books, tmp_path)
    shown = written_text(tmp_path, "ALBA-opening.beancount").split("\n\n")
    assert len(shown) == 6
    assert shown[0] == dedent(
        """\

        2026-06-01 * "FV-4" #opening ^ALBA.FV-4
          open_item_key: "FV-4"
          due_date: 2026-07-01
          Assets:ALBA:Customers:1500002-Carpenteria-Lupinella  50.00 USD @@ 45.00 EUR
          Equity:Opening:ALBA  -45.00 EUR"""
    )


def test_o08_an_entry_is_a_transaction_with_payee_links_import_and_source(
    books: LedgerHome, tmp_path: Path
) -> None:
    write(books, tmp_path)
    assert written_text(tmp_path, "BREZZA-2026-10.beancount") == dedent(
        """\

        2026-10-12 * "Counterparty C003" "Customer collection" #trace #import-2 ^BREZZA.FB-1 ^entry-6
          entry_id: 6
          accounting_reason_code: "ICLI"
          accounting_reason_name: "Customer collection"
          source_file: "RITCOGE_12.txt"
          source_line: 5
          Assets:BREZZA:Bank:1801001-Credito-Laguna  10.00 EUR
            source_line: 5
          Assets:BREZZA:Customers:1500001-Tessitura-Vendramella  -10.00 EUR
            source_line: 6

        2026-10-12 * "Counterparty C003" "Customer collection" #reversal ^BREZZA.FB-1 ^entry-6
          entry_id: 10
          reverses_entry_id: 6
          accounting_reason_code: "ICLI"
          accounting_reason_name: "Customer collection"
          Assets:BREZZA:Bank:1801001-Credito-Laguna  -10.00 EUR
          Assets:BREZZA:Customers:1500001-Tessitura-Vendramella  10.00 EUR
        """
    )


def test_o08_unlinked_payments_are_flagged_and_other_currencies_have_their_total(
    books: LedgerHome, tmp_path: Path
) -> None:
    write(books, tmp_path)
    entries = written_text(tmp_path, "ALBA-2026-10.beancount").split("\n\n")
    flags = [(entry.split()[0], entry.split()[1]) for entry in entries]
    assert [flag for _, flag in flags] == ["*", "*", "!", "*", "*", "*", "*", "*"]
    assert '    unlinked_reason: "no_open_item_key"' in entries[2].splitlines()
    assert [line for line in entries[4].splitlines() if "USD" in line] == [
        "  Assets:ALBA:Bank:1801001-Banca-Collina  100.00 USD @@ 95.00 EUR",
        "  Assets:ALBA:Customers:1500002-Carpenteria-Lupinella  -100.00 USD @@ 95.00 EUR",
    ]
    assert entries[5].splitlines()[0] == (
        '2026-10-14 * "Counterparty S001" "Invoice \\"7\\"" #invoice ^ALBA.INV ^entry-7'
    )


@pytest.mark.parametrize(("zone", "day"), [(None, "2026-10-02"), ("UTC", "2026-10-01")])
def test_o08_an_opening_item_without_a_date_stands_on_the_day_it_came_in_the_zone_of_the_books(
    empty_books: LedgerHome, tmp_path: Path, zone: str | None, day: str
) -> None:
    """FA-2 came at 22:30 UTC on the 1st, which is the 2nd in Italy; until then nothing is carried forward."""
    ledger = empty_books.workbench
    ledger.execute("UPDATE ledger.open_item SET opened_at = TIMESTAMP '2026-10-01 22:30'")
    ledger.execute("DELETE FROM ledger.open_item WHERE open_item_key <> 'FA-2'")
    if zone is not None:
        ledger.execute(
            "INSERT INTO ledger.setting SELECT max(version), NULL, 'time_zone', ? "
            "FROM ledger.reference_file WHERE file_name = 'settings.csv'",
            [zone],
        )
    write(empty_books, tmp_path, Span("ALBA", dt.date(2026, 10, 2)))
    text = written_text(tmp_path, "ALBA-opening.beancount")
    assert ('"FA-2"' in text, "carried forward" in text) == (day == "2026-10-02", day == "2026-10-01")
    accounts = written_text(tmp_path, "ALBA-accounts.beancount")
    assert f"{day} open Equity:Opening:ALBA" in accounts


def test_o08_from_a_day_on_what_came_before_is_carried_forward(books: LedgerHome, tmp_path: Path) -> None:
    """FV-3's account stands at 0 dollars and -5.00 euros, with FV-4 at 50 dollars and 45.00 euros."""
    written = write(books, tmp_path, Span("ALBA", dt.date(2026, 10, 13)))
    assert (written.opening_count, written.entry_count) == (0, 3)
    assert written_text(tmp_path, "ALBA-opening.beancount") == dedent(
        """\

        2026-10-13 * "Balances carried forward" #opening
          Assets:ALBA:Customers:1500001-Officine-Dorica  235.00 EUR
          Assets:ALBA:Customers:1500002-Carpenteria-Lupinella  50.00 USD @@ 40.00 EUR
          Assets:ALBA:Bank:1801001-Banca-Collina  -15.00 EUR
          Assets:ALBA:Bank:1801001-Banca-Collina  100.00 USD @@ 95.00 EUR
          Liabilities:ALBA:Suppliers:4000002-Trasporti-Rondinella  -50.00 EUR
          Equity:Opening:ALBA  -305.00 EUR
        """
    )
    assert ask_bean_check(written.main_file) == ACCEPTED


def book(
    home: LedgerHome, entry_id: int, line: int, account: str, currency: str, amount: str, euros: str
) -> None:
    """Books an amount and its euros (+ debit, - credit) on 5 October, as a line of an entry of ALBA."""
    home.workbench.execute(
        "INSERT INTO ledger.posting VALUES (?, ?, NULL, NULL, NULL, NULL, 'ALBA', ?, DATE '2026-10-05', "
        "'ICLI', 'EUR', greatest(CAST(? AS DECIMAL(18,4)), 0), greatest(-CAST(? AS DECIMAL(18,4)), 0), ?, ?, "
        "NULL, NULL, NULL, false, 0, NULL)",
        [entry_id, line, account, euros, euros, currency, amount],
    )


def test_o08_amounts_on_different_sides_in_two_currencies_have_a_line_each(
    own_books: LedgerHome, tmp_path: Path
) -> None:
    """A price is never negative: 1 dollar stands at -0.50 euros, and 3 dollars at nothing."""
    own_books.workbench.execute("DELETE FROM ledger.open_item WHERE open_item_key = 'FV-4'")
    for line, (account, currency, amount, euros) in enumerate(
        (
            ("1500002", "USD", "1.00", "4.50"),
            ("1809001", "USD", "3.00", "0"),
            ("1801001", "EUR", "-4.50", "-4.50"),
        ),
        1,
    ):
        book(own_books, 201, line, account, currency, amount, euros)
    written = write(own_books, tmp_path, Span("ALBA", dt.date(2026, 10, 13)))
    lines = written_text(tmp_path, "ALBA-opening.beancount").splitlines()
    assert [line for line in lines if "1500002" in line or "1809001" in line] == [
        "  Assets:ALBA:Customers:1500002-Carpenteria-Lupinella  1.00 USD @@ 0.00 EUR",
        "  Assets:ALBA:Customers:1500002-Carpenteria-Lupinella  -0.50 EUR",
        "  Assets:ALBA:Transit:1809001-Payment-orders-in-transit  3.00 USD @@ 0.00 EUR",
    ]
    assert ask_bean_check(written.main_file) == ACCEPTED


def test_o08_an_entry_without_postings_and_prices_that_never_end_are_accepted(
    own_books: LedgerHome, tmp_path: Path
) -> None:
    """Free goods have an entry without postings; 3 dollars for 1 euro have no finite price."""
    book(own_books, 301, 1, "1500002", "USD", "3", "1")
    book(own_books, 301, 2, "1500002", "USD", "-7", "-1")
    own_books.workbench.execute(
        "INSERT INTO ledger.journal_entry SELECT unnest([301, 302]), * EXCLUDE (entry_id) "
        "FROM ledger.journal_entry WHERE entry_id = 1"
    )
    written = write(own_books, tmp_path, Span(to_date=dt.date(2026, 10, 5)))
    assert written.entry_count == 5
    assert written_text(tmp_path, "ALBA-2026-10.beancount").split("\n\n")[-1].splitlines()[0] == (
        '2026-10-05 * "Customer collection" #trace #import-1'
    )
    assert ask_bean_check(written.main_file) == ACCEPTED


def test_o08_an_account_that_the_chart_no_longer_has_is_opened_all_the_same(
    own_books: LedgerHome, tmp_path: Path
) -> None:
    own_books.workbench.execute("DELETE FROM ledger.account WHERE account_code = '1801001'")
    written = write(own_books, tmp_path)
    assert "2026-06-01 open Expenses:ALBA:Other:1801001" in written_text(tmp_path, "ALBA-accounts.beancount")
    assert ask_bean_check(written.main_file) == ACCEPTED


def test_o08_a_company_without_anything_is_refused_and_nothing_is_written(
    books: LedgerHome, tmp_path: Path
) -> None:
    with pytest.raises(OperatingError) as raised:
        write(books, tmp_path / "new", Span("NONE"))
    assert str(raised.value) == (
        "company NONE has no journal entries and no opening items. Nothing was changed."
    )
    assert not (tmp_path / "new").exists()


# --- bean-check ---------------------------------------------------------------------------------------------


def test_o08_an_entry_that_does_not_balance_is_not_accepted(own_books: LedgerHome, tmp_path: Path) -> None:
    own_books.workbench.execute(
        "UPDATE ledger.posting SET credit_amount = credit_amount + 0.01 WHERE open_item_key = 'FV-1'"
    )
    verdict = ask_bean_check(write(own_books, tmp_path).main_file)
    assert verdict.is_accepted is False
    assert "ALBA-2026-10.beancount:3: " in verdict.message
    assert "does not balance" in verdict.message


def test_o08_where_bean_check_is_not_installed_the_answer_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bean_check, "PROGRAM", "bean-check-that-nobody-has")
    assert ask_bean_check(tmp_path / "main.beancount") == Verdict(
        None, "bean-check-that-nobody-has is not installed here: the files were written and not checked."
    )


@pytest.mark.parametrize(
    ("script", "verdict"),
    [
        ("exec sleep 60", Verdict(False, "slow-check did not finish within 1 seconds.")),
        ("exit 3", Verdict(False, "slow-check ended with 3 and said nothing.")),
        ("echo fine; echo not quite >&2", Verdict(True, "fine\nnot quite")),
    ],
)
def test_o08_a_program_that_takes_too_long_or_says_nothing_has_a_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, verdict: Verdict
) -> None:
    program = tmp_path / "slow-check"
    program.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(bean_check, "PROGRAM", program.name)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert ask_bean_check(tmp_path / "main.beancount", seconds=1) == verdict
