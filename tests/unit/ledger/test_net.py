"""What must never be is refused by the tables, and found in an older ledger before they are made anew."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import duckdb
import pytest

from assets.errors import OperatingError
from assets.ledger import migrating
from assets.ledger.migrating import Step, known_steps, migrate
from assets.ledger.store import Ledger
from assets.statements import rows, statement
from samples.payments import pay, trace
from tests.conftest import MakeHome
from tests.support.ledgers import LedgerHome, ReferenceData, account, import_bytes, open_item

NET: Final = "023_checks.sql"
DATA: Final = ReferenceData(
    accounts=(
        *ReferenceData().accounts,
        account("1500901", "customer", counterparty="C001"),
        account("4000901", "supplier", counterparty="C001"),
    ),
    items=(open_item("FV-1", "100.00"), open_item("FV-2", "60.00")),
)


@pytest.fixture
def home(make_home: MakeHome) -> Iterator[LedgerHome]:
    """A home with a payment of a part of an item, and one of all of another."""
    home = make_home(DATA)
    import_bytes(home, "RITCOGE.txt", trace(pay("-40.00", "FV-1", "A"), pay("-60.00", "FV-2", "S", entry=2)))
    yield home
    home.close()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ledger.posting SET debit_amount = -5",
        "UPDATE ledger.posting SET debit_amount = 1, credit_amount = 1, linked_amount = 0",
        "UPDATE ledger.posting SET linked_amount = debit_amount + credit_amount + 1",
        "UPDATE ledger.posting SET linked_amount = -1",
        "UPDATE ledger.open_item SET settled_amount = original_amount + 1",
        "UPDATE ledger.open_item SET settled_amount = -1",
        "UPDATE ledger.open_item SET original_amount = -1, settled_amount = -1",
        "UPDATE ledger.open_item SET status = 'closed' WHERE open_item_key = 'FV-1'",
        "UPDATE ledger.open_item SET status = 'paid'",
        "UPDATE ledger.open_item SET side = 'left'",
        "UPDATE ledger.open_item SET origin = 'somewhere'",
        "UPDATE ledger.settlement SET amount = -1",
        "UPDATE ledger.settlement SET amount_company_currency = -1",
        "UPDATE ledger.file_import SET status = 'done'",
        "UPDATE ledger.file_import SET source_kind = 'bank'",
    ],
)
def test_what_must_never_be_is_refused_by_the_table(home: LedgerHome, change: str) -> None:
    with pytest.raises(duckdb.ConstraintException, match="CHECK constraint failed"), home.transaction():
        home.workbench.execute(change)


def test_a_number_that_stands_twice_is_found_by_the_check_of_keys(home: LedgerHome) -> None:
    assert rows_of_check(home) == []
    with home.transaction():
        home.workbench.execute(
            "INSERT INTO ledger.posting SELECT * FROM ledger.posting WHERE entry_id = 1 AND line_number = 2"
        )
        home.workbench.execute("INSERT INTO ledger.settlement FROM ledger.settlement WHERE item_id = 1")
    assert rows_of_check(home) == [("posting", "1/2", 2), ("settlement", "2", 2)]


def test_an_opening_item_beside_the_item_of_its_invoice_is_found(home: LedgerHome) -> None:
    item = (
        "INSERT INTO ledger.open_item BY NAME SELECT * REPLACE ($id AS item_id, $key AS open_item_key, "
        "$account AS account_code, $origin AS origin, DATE '2026-05-01' AS document_date, "
        "' fv\u00a0  1 ' AS document_number) FROM ledger.open_item WHERE open_item_key = 'FV-1'"
    )
    with home.transaction():
        home.workbench.execute("UPDATE ledger.open_item SET document_number = 'FV 1' WHERE item_id = 1")
        for number, (key, account_code, origin) in enumerate(
            (
                ("its account", "1500001", "invoice"),
                ("another account of its party", "1500901", "sales"),
                ("its party as supplier", "4000901", "invoice"),
                ("another party", "1500002", "invoice"),
                ("no invoice", "1500001", "trace"),
            ),
            start=8,
        ):
            named = {"id": number, "key": key, "account": account_code, "origin": origin}
            home.workbench.execute(item, named)
    with home.ledger.reading() as connection:
        found = rows(connection, statement("ledger", "check_debts_stand_once"))
    assert [(row[3], row[6]) for row in found] == [
        ("FV-1", "another account of its party"),
        ("FV-1", "its account"),
    ]


def rows_of_check(home: LedgerHome) -> list[tuple[object, ...]]:
    """What the check of keys finds."""
    with home.ledger.reading() as connection:
        return rows(connection, statement("ledger", "check_keys_unique"))


@pytest.fixture
def before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[duckdb.DuckDBPyConnection]:
    """The empty ledger of the version before the net."""
    steps = [step for step in known_steps() if step.name < NET]
    with ExitStack() as open_ledger:
        with monkeypatch.context() as older:
            older.setattr(migrating, "known_steps", lambda: tuple(steps))
            connection = open_ledger.enter_context(Ledger(tmp_path / "ledger").writing("make it"))
        yield connection


def test_an_older_ledger_has_the_same_rows_behind_the_net(before: duckdb.DuckDBPyConnection) -> None:
    posting = (
        "INSERT INTO ledger.posting BY NAME SELECT 1 AS entry_id, 1 AS line_number, 'ALBA' AS company_code, "
        "'1' AS account_code, DATE '2026-01-01' AS posting_date, 'X' AS accounting_reason_code, "
        "'EUR' AS company_currency_code, 5 AS debit_amount, $credit AS credit_amount, "
        "'EUR' AS currency_code, 5 AS currency_amount, false AS is_linked, 0 AS linked_amount"
    )
    before.execute(posting, {"credit": 0})
    held = before.execute("FROM ledger.posting").fetchall()
    (net,) = (step for step in known_steps() if step.name == NET)
    carry_out(before, net)
    assert before.execute("FROM ledger.posting").fetchall() == held
    with pytest.raises(duckdb.ConstraintException):
        before.execute(posting, {"credit": 7})


def carry_out(connection: duckdb.DuckDBPyConnection, step: Step) -> None:
    """Carries a step out as `migrate` does."""
    connection.execute("COMMIT")
    migrating._carry_out(connection, step)
    connection.execute("BEGIN TRANSACTION")


def test_an_older_ledger_with_a_wrong_row_names_it_and_stays_as_it_is(
    before: duckdb.DuckDBPyConnection,
) -> None:
    before.execute(
        "INSERT INTO ledger.open_item BY NAME SELECT 1 AS item_id, 'ALBA' AS company_code, "
        "'1' AS account_code, 'FV-1' AS open_item_key, 'debit' AS side, 'EUR' AS currency_code, "
        "10 AS original_amount, 10 AS original_amount_company_currency, 20 AS settled_amount, "
        "20 AS settled_amount_company_currency, 'open' AS status, 'opening' AS origin, "
        "TIMESTAMP '2026-01-01' AS opened_at"
    )
    (net,) = (step for step in known_steps() if step.name == NET)
    with pytest.raises(OperatingError) as refused:
        carry_out(before, net)
    before.execute("BEGIN TRANSACTION")
    assert str(refused.value) == (
        "023_checks.sql: rows stand in the ledger that no Partita writes: open item ALBA:FV-1 (debit "
        "10.0000, settled 20.0000, open). Go on with the version that you had, keep a copy of the home "
        "folder and report it. The ledger was left as it is"
    )
    assert before.execute("SELECT settled_amount FROM ledger.open_item").fetchall() != []


def test_a_large_ledger_says_how_long_it_takes_before_it_begins(
    before: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(migrating, "_MANY_POSTINGS", 0)
    before.execute("COMMIT")
    migrate(before)
    before.execute("BEGIN TRANSACTION")
    assert caplog.messages == [
        "The ledger is brought up to date once: about 1 s for its 0 postings, and as much disk again as it "
        "has."
    ]
