"""The reports over the small books: every figure worked out by hand from the table of `small_books`."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Final

import pytest

from assets.days import day_of
from assets.ledger.store import utc_now
from assets.reports import asking
from assets.reports.asking import Moment, Scope
from assets.reports.checks import CHECKS
from assets.statements import records, statement
from tests.support.ledgers import LedgerHome, amount_text
from tests.unit.reports.small_books import DATA, day

NOW: Final = day(31)
EVERYTHING: Final = Scope()


def on(number: int, known_at: dt.datetime = NOW) -> Moment:
    """A day of October 2026, as known at the moment."""
    return Moment(dt.date(2026, 10, number), known_at)


def residuals(home: LedgerHome, moment: Moment, scope: Scope = EVERYTHING) -> dict[str, str]:
    """What is left of each item, by company and key."""
    rows = asking.open_items_as_of(home.workbench, moment, scope).dictionaries()
    return {f"{row['company_code']}:{row['open_item_key']}": shown(row["residual_amount"]) for row in rows}


def shown(value: object) -> str:
    """Amounts as text with two decimals at least, everything else as it prints."""
    return amount_text(value) if isinstance(value, Decimal) else str(value)


LOADED: Final = {
    "ALBA:FV-1": "100.00",
    "ALBA:FV-4": "50.00",
    "ALBA:FV-3": "100.00",
    "ALBA:FA-1": "80.00",
    "ALBA:FA-2": "50.00",
    "BREZZA:FB-1": "60.00",
}
"""The opening items that are dated until 1 October."""

TODAY: Final = {
    "ALBA:FV-1": "60.00",
    "ALBA:FV-2": "200.00",
    "ALBA:FV-4": "50.00",
    "ALBA:INV": "130.00",
    "ALBA:FA-2": "50.00",
    "BREZZA:FB-1": "60.00",
}


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        # FA-2 has neither entry nor date of a document: it is valid from the day on which it was loaded.
        (Moment(dt.date(2026, 9, 30), NOW), {"ALBA:FV-1": "100.00", "ALBA:FV-4": "50.00",
                                             "ALBA:FV-3": "100.00", "ALBA:FA-1": "80.00"}),
        (on(1), LOADED),
        (on(4), LOADED),
        (on(5), {**LOADED, "ALBA:FV-1": "60.00", "ALBA:FA-1": None}),
        (on(12), {**LOADED, "ALBA:FV-1": "60.00", "ALBA:FV-2": "200.00", "ALBA:FV-3": None,
                  "ALBA:FA-1": None}),
        (on(31), TODAY),
    ],
)  # fmt: skip
def test_o07_items_are_as_they_were_valid_on_the_day(
    books: LedgerHome, moment: Moment, expected: dict[str, str | None]
) -> None:
    assert residuals(books, moment) == {key: left for key, left in expected.items() if left is not None}


@pytest.mark.parametrize(
    ("known_at", "changed"),
    [
        (day(1, 7), None),
        (day(1), {"ALBA:FV-1": "100.00", "ALBA:FV-3": "100.00", "ALBA:FA-1": "80.00", "ALBA:INV": None}),
        (day(6), {"ALBA:FV-3": "100.00", "ALBA:INV": None}),
        (day(13), {"ALBA:INV": None, "BREZZA:FB-1": "50.00"}),
        (day(15), {"ALBA:INV": "122.00", "BREZZA:FB-1": "50.00"}),
        (day(16), {"ALBA:INV": None, "BREZZA:FB-1": "50.00"}),
        (day(18), {"BREZZA:FB-1": "50.00"}),
        (day(20), {}),
    ],
)
def test_o07_items_are_as_the_ledger_knew_them_at_the_moment(
    books: LedgerHome, known_at: dt.datetime, changed: dict[str, str | None] | None
) -> None:
    """The day is the last of the month throughout; what was not known then makes the difference."""
    expected = {} if changed is None else {
        key: left for key, left in {**TODAY, **changed}.items() if left is not None
    }  # fmt: skip
    assert residuals(books, on(31, known_at)) == expected


def test_o07_an_item_is_shown_with_what_it_was_then(books: LedgerHome) -> None:
    moment = on(14, day(15))
    (row,) = [
        row
        for row in asking.open_items_as_of(books.workbench, moment, Scope(account="4000001")).dictionaries()
        if row["open_item_key"] == "INV"
    ]
    assert {name: shown(value) for name, value in row.items()} == {
        "company_code": "ALBA",
        "account_code": "4000001",
        "open_item_key": "INV",
        "document_number": "7",
        "document_date": "2026-10-13",
        "due_date": "2026-11-13",
        "currency_code": "EUR",
        "original_amount": "122.00",
        "settled_amount": "0.00",
        "residual_amount": "122.00",
        "side": "credit",
        "description": "Invoice 7",
        "origin": "invoice",
        "company_currency_code": "EUR",
        "residual_amount_company_currency": "122.00",
        "as_of_date": "2026-10-14",
        "known_at": "2026-10-15 08:00:00",
    }


@pytest.mark.parametrize(
    ("scope", "keys"),
    [
        (Scope(company="BREZZA"), ["BREZZA:FB-1"]),
        (Scope(account="1500002"), ["ALBA:FV-4"]),
        (Scope(limit=2), ["ALBA:FV-1", "ALBA:FV-2"]),
        (Scope(company="NONE"), []),
    ],
)
def test_o07_items_as_of_a_day_can_be_narrowed(books: LedgerHome, scope: Scope, keys: list[str]) -> None:
    assert list(residuals(books, on(31), scope)) == keys


def test_o07_an_opening_item_that_changed_went_and_came_back_is_shown_as_it_was_known(
    empty_books: LedgerHome,
) -> None:
    """FA-2 is valid from the day on which it first came, also in its later lives."""
    row = next(row for row in DATA.items if row["open_item_key"] == "FA-2")
    others = [row for row in DATA.items if row["open_item_key"] != "FA-2"]
    moments = [utc_now()]
    for amount in ("55.00", None, "60.00"):
        changed = [] if amount is None else [
            {**row, "original_amount": amount, "original_amount_company_currency": amount}
        ]  # fmt: skip
        assert empty_books.load_reference(DATA.replace(items=[*others, *changed])).findings == ()
        moments.append(utc_now())
    scope = Scope(account="4000002")
    today = day_of(utc_now(), "Europe/Rome")
    assert [residuals(empty_books, Moment(today, moment), scope) for moment in moments] == [
        {"ALBA:FA-2": "50.00"},
        {"ALBA:FA-2": "55.00"},
        {},
        {"ALBA:FA-2": "60.00"},
    ]


def set_zone(home: LedgerHome, zone: str) -> None:
    """The zone of the books, as if settings.csv had said so."""
    home.workbench.execute(
        "INSERT INTO ledger.setting SELECT max(version), NULL, 'time_zone', ? "
        "FROM ledger.reference_file WHERE file_name = 'settings.csv'",
        [zone],
    )


@pytest.mark.parametrize(("zone", "first"), [(None, 2), ("Europe/Rome", 2), ("UTC", 1)])
def test_o07_an_item_without_a_date_is_valid_from_the_day_on_which_it_came_in_the_zone_of_the_books(
    empty_books: LedgerHome, zone: str | None, first: int
) -> None:
    """FA-2 came at 22:30 UTC on the 1st, which is the 2nd in Italy."""
    empty_books.workbench.execute(
        "UPDATE ledger.open_item SET opened_at = ?", [day(1, 22).replace(minute=30)]
    )
    if zone is not None:
        set_zone(empty_books, zone)
    scope = Scope(account="4000002")
    assert [
        number for number in (1, 2, 3) if residuals(empty_books, on(number), scope) == {"ALBA:FA-2": "50.00"}
    ] == list(range(first, 4))


def test_o07_residuals_are_aged_by_their_due_dates(books: LedgerHome) -> None:
    """On 31 October: FV-1 is due since 31 days, FV-4 since 122; FB-1 since 11; FA-2 has no due date."""
    rows = list(asking.ageing(books.workbench, on(31), EVERYTHING).dictionaries())
    assert [tuple(shown(value) for value in row.values())[:-1] for row in rows] == [
        ("ALBA", "1500001", "debit", "EUR", "2", "200.00", "0.00", "60.00", "0.00", "0.00", "0.00", "260.00",
         "EUR", "260.00", "2026-10-31"),
        ("ALBA", "1500002", "debit", "USD", "1", "0.00", "0.00", "0.00", "0.00", "50.00", "0.00", "50.00",
         "EUR", "45.00", "2026-10-31"),
        ("ALBA", "4000001", "credit", "EUR", "1", "130.00", "0.00", "0.00", "0.00", "0.00", "0.00", "130.00",
         "EUR", "130.00", "2026-10-31"),
        ("ALBA", "4000002", "credit", "EUR", "1", "0.00", "0.00", "0.00", "0.00", "0.00", "50.00", "50.00",
         "EUR", "50.00", "2026-10-31"),
        ("BREZZA", "1500001", "debit", "EUR", "1", "0.00", "60.00", "0.00", "0.00", "0.00", "0.00", "60.00",
         "EUR", "60.00", "2026-10-31"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("as_of", "bucket"),
    [
        ("2026-09-30", "not_due_amount"),
        ("2026-10-01", "overdue_1_to_30_amount"),
        ("2026-10-30", "overdue_1_to_30_amount"),
        ("2026-10-31", "overdue_31_to_60_amount"),
        ("2026-11-29", "overdue_31_to_60_amount"),
        ("2026-11-30", "overdue_61_to_90_amount"),
        ("2026-12-29", "overdue_61_to_90_amount"),
        ("2026-12-30", "overdue_over_90_amount"),
    ],
)
def test_o07_an_amount_is_in_one_part_of_the_ageing_from_its_first_to_its_last_day(
    empty_books: LedgerHome, as_of: str, bucket: str
) -> None:
    """FV-1 is due on 30 September; FV-2, on the same account, is taken away."""
    empty_books.workbench.execute("DELETE FROM ledger.open_item WHERE open_item_key = 'FV-2'")
    moment = Moment(dt.date.fromisoformat(as_of), utc_now())
    (row,) = asking.ageing(empty_books.workbench, moment, Scope("ALBA", "1500001")).dictionaries()
    parts = {name: value for name, value in row.items() if name.endswith("_amount") and value}
    assert parts == {bucket: Decimal(100), "total_amount": Decimal(100)}


def test_o07_balances_equal_their_items_with_every_part_named(books: LedgerHome) -> None:
    """FV-3 was opened at 90.00 euros and paid with 95.00: -5.00 stay on the account."""
    rows = list(asking.subledger(books.workbench, EVERYTHING).dictionaries())
    left_out = ("account_name", "account_kind", "company_currency_code")
    assert [tuple(shown(row[name]) for name in row if name not in left_out) for row in rows] == [
        #                          balance    opening    items      exchange  unlinked  other   difference
        ("ALBA", "1500001",        "-65.00",  "300.00",  "260.00",  "0.00",   "-25.00", "0.00", "0.00"),
        ("ALBA", "1500002",        "-95.00",  "135.00",  "45.00",   "-5.00",  "0.00",   "0.00", "0.00"),
        ("ALBA", "1500011",        "0.00",    "0.00",    "0.00",    "0.00",   "0.00",   "0.00", "0.00"),
        ("ALBA", "4000001",        "-50.00",  "-80.00",  "-130.00", "0.00",   "0.00",   "0.00", "0.00"),
        ("ALBA", "4000002",        "0.00",    "-50.00",  "-50.00",  "0.00",   "0.00",   "0.00", "0.00"),
        ("BREZZA", "1500001",      "0.00",    "60.00",   "60.00",   "0.00",   "0.00",   "0.00", "0.00"),
        ("BREZZA", "1500101",      "0.00",    "0.00",    "0.00",    "0.00",   "0.00",   "0.00", "0.00"),
    ]  # fmt: skip


def failing(home: LedgerHome, name: str, **parameters: object) -> list[dict[str, object]]:
    """The rows of a check, as the run asks for them."""
    (rule,) = (rule for rule in CHECKS if rule.name == name)
    assert rule.macro is not None
    home.workbench.execute(statement(rule.stage, rule.macro))
    return records(home.workbench, rule.stage, rule.statement, {**rule.parameters, **parameters})


@pytest.mark.parametrize(
    ("spoiling", "account", "difference"),
    [
        ("UPDATE ledger.posting SET linked_amount = 39 WHERE open_item_key = 'FV-1'", "1500001", "1.00"),
        (
            "UPDATE ledger.open_item SET settled_amount_company_currency = 41 WHERE open_item_key = 'FV-1'",
            "1500001",
            "1.00",
        ),
        (
            "UPDATE ledger.open_item SET original_amount_company_currency = 131 WHERE open_item_key = 'INV'",
            "4000001",
            "1.00",
        ),
        (
            "DELETE FROM ledger.posting WHERE open_item_key = 'INV' AND debit_amount = 122",
            "4000001",
            "-122.00",
        ),
        ("DELETE FROM ledger.posting WHERE unlinked_reason IS NOT NULL", None, None),
    ],
)
def test_o07_a_difference_between_ledger_and_sub_ledger_is_found(
    own_books: LedgerHome, spoiling: str, account: str | None, difference: str | None
) -> None:
    """The last one takes a whole side of an entry away: `journal_entries_balance` is the check for that."""
    assert failing(own_books, "subledger_equals_ledger") == []
    own_books.workbench.execute(spoiling)
    found = failing(own_books, "subledger_equals_ledger")
    assert [(row["account_code"], shown(row["difference_amount"])) for row in found] == (
        [] if account is None else [(account, difference)]
    )


def book_line(home: LedgerHome, entry_id: int, line: int, **values: object) -> None:
    """Books a line on the account of the first customer of dollars, as one of an entry of ALBA in euros."""
    defaults = {
        "entry_id": entry_id,
        "line_number": line,
        "company_code": "ALBA",
        "account_code": "1500002",
        "posting_date": "2026-10-12",
        "accounting_reason_code": "ICLI",
        "company_currency_code": "EUR",
        "debit_amount": "0",
        "credit_amount": "0",
        "currency_code": "USD",
        "currency_amount": "0",
        "is_linked": False,
        "linked_amount": "0",
    }
    row = defaults | values
    home.workbench.execute(
        f"INSERT INTO ledger.posting ({', '.join(row)}) VALUES ({', '.join('?' for _ in row)})",
        list(row.values()),
    )


def parts_of(home: LedgerHome, account: str) -> list[str]:
    """The parts of an account of ALBA: balance, opening, items, exchange, unlinked, other, difference."""
    (row,) = asking.subledger(home.workbench, Scope("ALBA", account)).dictionaries()
    names = ("balance", "opening", "item", "exchange", "unlinked", "other", "difference")
    return [shown(row[f"{name}_amount"]) for name in names]


def test_d21_an_exchange_difference_that_is_booked_leaves_nothing_on_the_account(
    empty_books: LedgerHome,
) -> None:
    """FV-4 of 45.00 euros is paid with 43.00 and 2.00 go to losses; the settlement takes the item's 45.00."""
    book_line(
        empty_books, 1, 1, credit_amount="43.00", currency_amount="-50.00", open_item_key="FV-4",
        is_linked=True, linked_amount="43.00",
    )  # fmt: skip
    book_line(empty_books, 1, 2, credit_amount="2.00", open_item_key="FV-4")
    empty_books.workbench.execute(
        "UPDATE ledger.open_item SET settled_amount = 50, settled_amount_company_currency = 45, "
        "status = 'closed' WHERE open_item_key = 'FV-4'"
    )
    assert parts_of(empty_books, "1500002") == ["-45.00", "135.00", "90.00", "0.00", "0.00", "0.00", "0.00"]


@pytest.mark.parametrize(
    ("amount", "other", "difference"), [("30.00", "0.00", "0.00"), ("31.00", "30.00", "-31.00")]
)
def test_d16_an_item_that_a_trace_opened_has_a_key_of_its_own_and_the_amount_of_its_posting(
    empty_books: LedgerHome, amount: str, other: str, difference: str
) -> None:
    """The line names FV-3, and the item that it opened is called FV-3/U1."""
    book_line(
        empty_books, 1, 1, debit_amount="30.00", currency_code="EUR", currency_amount="30.00",
        open_item_key="FV-3",
    )  # fmt: skip
    empty_books.workbench.execute(
        "INSERT INTO ledger.open_item SELECT * REPLACE (100 AS item_id, 'FV-3/U1' AS open_item_key, "
        "CAST(? AS DECIMAL(18,4)) AS original_amount_company_currency, 'unpaid' AS origin, "
        "1 AS opened_by_entry_id) FROM ledger.open_item WHERE open_item_key = 'FV-3'",
        [amount],
    )
    parts = parts_of(empty_books, "1500002")
    assert parts[0] == "30.00"
    # An item of another amount explains no posting: the posting is then one of others, and the item too much.
    assert parts[5:] == [other, difference]


# --- Transit (D15) ------------------------------------------------------------------------------------------


def test_d15_a_payment_order_that_went_to_the_bank_leaves_nothing_in_transit(books: LedgerHome) -> None:
    assert asking.transit(books.workbench, EVERYTHING) == {"accounts": [], "amounts": []}


def book_transit(home: LedgerHome, *amounts: tuple[str, str]) -> None:
    """Books amounts (date, amount in euros) on the transit account, from entry 101 on."""
    for entry_id, (date, amount) in enumerate(amounts, 101):
        home.workbench.execute(
            "INSERT INTO ledger.posting VALUES (?, 1, NULL, NULL, NULL, NULL, 'ALBA', '1809001', ?, 'PFOR', "
            "'EUR', greatest(CAST(? AS DECIMAL(18,4)), 0), greatest(-CAST(? AS DECIMAL(18,4)), 0), 'EUR', ?, "
            "NULL, NULL, NULL, false, 0, NULL)",
            [entry_id, date, amount, amount, amount],
        )


@pytest.mark.parametrize(
    ("amounts", "left"),
    [
        # Pairs in the order of dates: of two debits of 50.00 the earlier one is answered.
        ([("2026-10-20", "50"), ("2026-10-21", "50"), ("2026-10-22", "-50")], [("2026-10-21", "50.00")]),
        # A sum answers its parts where the account comes to zero at the end of a day.
        (
            [("2026-10-20", "30"), ("2026-10-21", "20"), ("2026-10-22", "-50"), ("2026-10-23", "7")],
            [("2026-10-23", "7.00")],
        ),
        # An amount of before that day is no answer to one of after it.
        (
            [("2026-10-20", "60"), ("2026-10-20", "-40"), ("2026-10-21", "-20"), ("2026-10-22", "-60")],
            [("2026-10-22", "-60.00")],
        ),
        # What nothing answers stays open on both sides.
        (
            [("2026-10-20", "30"), ("2026-10-20", "30"), ("2026-10-21", "-55")],
            [("2026-10-20", "30.00"), ("2026-10-20", "30.00"), ("2026-10-21", "-55.00")],
        ),
        # Several lines of one entry are one amount: see the test below.
        ([("2026-10-20", "0.01")], [("2026-10-20", "0.01")]),
    ],
)
def test_d15_what_nothing_answers_stays_open_the_oldest_first(
    empty_books: LedgerHome, amounts: list[tuple[str, str]], left: list[tuple[str, str]]
) -> None:
    book_transit(empty_books, *amounts)
    found = asking.transit(empty_books.workbench, EVERYTHING)
    assert [(shown(row["posting_date"]), shown(row["balance_amount"])) for row in found["amounts"]] == left  # type: ignore[attr-defined]
    balances = records(empty_books.workbench, "reports", "report_status_transit")
    assert [row["balance_amount"] for row in found["accounts"]] == [row["balance_amount"] for row in balances]  # type: ignore[attr-defined]
    assert len(balances) == 1


def test_d15_the_lines_of_one_entry_are_one_amount_and_answered_by_their_sum(empty_books: LedgerHome) -> None:
    book_transit(empty_books, ("2026-10-20", "30"), ("2026-10-21", "-50"), ("2026-10-22", "7"))
    empty_books.workbench.execute(
        "INSERT INTO ledger.posting SELECT entry_id, 2, * EXCLUDE (entry_id, line_number) "
        "REPLACE (20 AS debit_amount, 20 AS currency_amount) FROM ledger.posting WHERE entry_id = 101"
    )
    found = asking.transit(empty_books.workbench, EVERYTHING)
    assert [row["entry_id"] for row in found["amounts"]] == [103]  # type: ignore[attr-defined]


def test_d15_an_entry_that_was_reversed_answers_nobody(empty_books: LedgerHome) -> None:
    """Entry 102 is reversed by 103: what stays open is 101, although 102 and 104 would make a pair."""
    book_transit(
        empty_books, ("2026-10-20", "50"), ("2026-10-21", "50"), ("2026-10-21", "-50"), ("2026-10-22", "1")
    )
    empty_books.workbench.execute("INSERT INTO ledger.reversed_entry VALUES (102, 103)")
    found = asking.transit(empty_books.workbench, EVERYTHING)
    assert [row["entry_id"] for row in found["amounts"]] == [101, 104]  # type: ignore[attr-defined]


def test_d15_transit_can_be_narrowed_and_the_balance_counts_all(empty_books: LedgerHome) -> None:
    book_transit(empty_books, ("2026-10-20", "50"), ("2026-10-21", "7"))
    found = asking.transit(empty_books.workbench, Scope("ALBA", "1809001", 1))
    assert [row["entry_id"] for row in found["amounts"]] == [101]  # type: ignore[attr-defined]
    assert [
        {name: shown(value) for name, value in row.items()}
        for row in found["accounts"]  # type: ignore[attr-defined]
    ] == [
        {
            "company_code": "ALBA",
            "account_code": "1809001",
            "account_name": "Payment orders in transit",
            "open_count": "2",
            "oldest_date": "2026-10-20",
            "balance_amount": "57.00",
            "company_currency_code": "EUR",
        }
    ]
    assert asking.transit(empty_books.workbench, Scope("BREZZA")) == {"accounts": [], "amounts": []}


@pytest.mark.parametrize(
    ("today", "setting", "is_red"),
    [
        ("2026-10-30", None, False),
        ("2026-10-31", None, True),
        ("2026-10-24", ("ALBA", "3"), True),
        ("2026-10-24", (None, "3"), True),
        ("2026-10-24", ("BREZZA", "3"), False),
        ("2026-10-23", ("ALBA", "3"), False),
    ],
)
def test_d15_transit_that_nobody_clears_is_warned_of_after_the_days_of_the_setting(
    empty_books: LedgerHome, today: str, setting: tuple[str | None, str] | None, is_red: bool
) -> None:
    book_transit(empty_books, ("2026-10-20", "50"))
    if setting is not None:
        empty_books.workbench.execute(
            "INSERT INTO ledger.setting SELECT max(version), ?, 'transit_days', ? "
            "FROM ledger.reference_file WHERE file_name = 'settings.csv'",
            setting,
        )
    found = failing(empty_books, "transit_accounts_are_cleared", today=today)
    assert [row["account_code"] for row in found] == (["1809001"] if is_red else [])


def test_d15_the_present_day_of_the_warning_is_that_of_the_zone_of_the_books(empty_books: LedgerHome) -> None:
    """Kiritimati and Midway are never on the same day: what is a day old here is not old there."""
    there = day_of(utc_now(), "Pacific/Kiritimati")
    book_transit(empty_books, (str(there - dt.timedelta(days=1)), "50"))
    empty_books.workbench.execute(
        "INSERT INTO ledger.setting SELECT max(version), NULL, 'transit_days', '0' "
        "FROM ledger.reference_file WHERE file_name = 'settings.csv'"
    )
    set_zone(empty_books, "Pacific/Midway")
    assert failing(empty_books, "transit_accounts_are_cleared") == []
    empty_books.workbench.execute(
        "UPDATE ledger.setting SET setting_value = 'Pacific/Kiritimati' WHERE setting_name = 'time_zone'"
    )
    assert [row["account_code"] for row in failing(empty_books, "transit_accounts_are_cleared")] == [
        "1809001"
    ]


def test_d15_an_account_that_is_zero_is_not_warned_of_however_old_its_amounts(
    empty_books: LedgerHome,
) -> None:
    """30.00 and 20.00 went to the bank with 50.00, while something else passed through: no zero between."""
    book_transit(
        empty_books, ("2026-10-20", "30"), ("2026-10-20", "1"), ("2026-10-21", "-50"), ("2026-10-22", "20"),
        ("2026-10-23", "-1"),
    )  # fmt: skip
    assert failing(empty_books, "transit_accounts_are_cleared", today="2027-10-31") == []
