"""The special cases of payments (D15 to D21) and the corrections that the sample company shows.

All figures were worked out by hand, and stand in data/samples/README.md as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import pytest

from assets.reports.asking import Scope, transit
from tests.support.corrections import changed, correct, essence
from tests.support.ledgers import LedgerHome, amount_text
from tests.support.sample_month import SAMPLES, Month, import_month
from tests.support.whole_ledger import invariants_of

README: Final = (SAMPLES / "README.md").read_text("utf-8")
FILES: Final = tuple(f"RITCOGE_202611{day}.txt" for day in (17, 19, 20, 23, 24, 25, 26, 27))


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Month]:
    """All traces of the sample, imported once."""
    month = import_month(tmp_path_factory.mktemp("month"))
    yield month
    month.home.close()


@pytest.fixture
def home(month: Month) -> Iterator[LedgerHome]:
    """The ledger after all traces; what is corrected in it is undone when the test ends."""
    with month.home.trial():
        yield month.home


POSTINGS: Final = """
    SELECT posting.company_code, split_part(entry.movement_key, '|', 4), posting.line_number,
           CAST(posting.posting_date AS VARCHAR), posting.accounting_reason_code, posting.account_code,
           posting.debit_amount - posting.credit_amount, posting.currency_amount, posting.currency_code,
           posting.open_item_key, posting.settlement_flag, posting.linked_amount, posting.unlinked_reason,
           posting.source_line, made.posting_rule, made.is_generated
    FROM ledger.posting AS posting
    JOIN ledger.journal_entry AS entry USING (entry_id)
    LEFT JOIN ledger.posting_rule_use AS made
           ON made.entry_id = posting.entry_id AND made.line_number = posting.line_number
    WHERE posting.import_id = ?
    ORDER BY posting.entry_id, posting.line_number
"""


def entries(month: Month, name: str) -> list[str]:
    """Every posting of a file: movement and line, date, reason, account, amount (+ debit) in EUR, and what
    there is of an amount in another currency, key, flag, settled amount, reason why it is unlinked, line of
    the file, and rule.
    """
    lines = []
    for (
        company, entry, number, day, reason, account, amount, in_currency, currency,
        key, flag, linked, unlinked, source, rule, is_generated,
    ) in month.home.rows(POSTINGS, [month.outcomes[name].import_id]):  # fmt: skip
        parts = [f"{company} {entry}/{number} {day} {reason} {account} {amount_text(amount)}"]
        if currency != "EUR" or in_currency != amount:
            parts.append(f"= {amount_text(in_currency)} {currency}")
        parts += [str(value) for value in (key, flag) if value]
        if linked:
            parts.append(f"settles {amount_text(linked)}")
        if unlinked:
            parts.append(str(unlinked))
        parts.append(f"< line {source}")
        if rule:
            parts.append(f"{'by' if is_generated else 'judged by'} {rule}")
        lines.append(" ".join(parts))
    return lines


def item(home: LedgerHome, key: str) -> tuple[str, ...]:
    """Side, original amount, currency, account, due date, settled amount in both currencies, and status."""
    query = """
        SELECT side, original_amount, currency_code, account_code, CAST(due_date AS VARCHAR), settled_amount,
               settled_amount_company_currency, status
        FROM ledger.open_item WHERE open_item_key = ?
    """
    ((side, original, currency, account, due, settled, settled_company, status),) = home.rows(query, [key])
    amounts = [amount_text(amount) for amount in (original, settled, settled_company)]
    return (str(side), amounts[0], str(currency), str(account), str(due), amounts[1], amounts[2], str(status))


def test_d15_a_payment_order_closes_its_items_against_the_transit_account(month: Month) -> None:
    assert entries(month, "RITCOGE_20261117.txt") == [
        "BREZZA 9/1 2026-11-17 DISP 1809001 -13928.33 < line 1",
        "BREZZA 9/2 2026-11-17 DISP 4000101 5795.00 BREZZA-FA-2026-0601-1 S settles 5795.00 < line 2",
        "BREZZA 9/3 2026-11-17 DISP 4000104 8133.33 BREZZA-FA-2026-0605-1 S settles 8133.33 < line 3",
        "BREZZA 10/1 2026-11-17 DISP 1809001 -1749.30 < line 4",
        "BREZZA 10/2 2026-11-17 DISP 4000107 1749.30 BREZZA-FA-2026-0608-1 S settles 1749.30 < line 5",
    ]


def test_d15_the_bank_takes_the_money_from_transit_and_closes_nothing_again(month: Month) -> None:
    assert entries(month, "RITCOGE_20261119.txt") == [
        "BREZZA 11/1 2026-11-19 ADDE 1801001 -13928.33 < line 1",
        "BREZZA 11/2 2026-11-19 ADDE 1809001 5795.00 BREZZA-FA-2026-0601-1 S < line 2",
        "BREZZA 11/3 2026-11-19 ADDE 1809001 8133.33 BREZZA-FA-2026-0605-1 S < line 3",
    ]
    assert [item(month.home, f"BREZZA-FA-2026-{number}-1") for number in ("0601", "0605", "0608")] == [
        ("credit", "5795.00", "EUR", "4000101", "2026-09-11", "5795.00", "5795.00", "closed"),
        ("credit", "8133.33", "EUR", "4000104", "2026-09-23", "8133.33", "8133.33", "closed"),
        ("credit", "1749.30", "EUR", "4000107", "2026-11-11", "1749.30", "1749.30", "closed"),
    ]


def test_d15_the_report_of_transit_amounts_shows_what_waits_for_the_bank(home: LedgerHome) -> None:
    """D15, D16: the unpaid item of 9 October that named no item, and the order of which the bank said
    nothing.
    """
    found = transit(home.workbench, Scope())
    shown = ("company_code", "account_code", "posting_date", "balance_amount")
    assert [tuple(str(row[name]) for name in shown) for row in found["amounts"]] == [
        ("ALBA", "1809002", "2026-10-09", "1830.0000"),
        ("BREZZA", "1809001", "2026-11-17", "-1749.3000"),
    ]


def test_d16_an_unpaid_item_is_open_again_with_a_new_due_date_and_the_expense_apart(month: Month) -> None:
    """D16: 30 days after 20 November, by the rule."""
    key = "ALBA-FV-2026-0406-1"
    assert entries(month, "RITCOGE_20261120.txt") == [
        "ALBA 39/1 2026-11-20 INSO 1801002 -4274.50 < line 1",
        "ALBA 39/2 2026-11-20 INSO 1809002 4270.00 ALBA-FV-2026-0406-1 S < line 2 judged by unpaid",
        "ALBA 39/3 2026-11-20 INSO 7501001 4.50 < line 3",
        "ALBA 39/4 2026-11-20 INSO 1500003 4270.00 ALBA-FV-2026-0406-1/U1 < line 2 by unpaid",
        "ALBA 39/5 2026-11-20 INSO 1809002 -4270.00 < line 2 by unpaid",
    ]
    assert [item(month.home, each) for each in (key, f"{key}/U1")] == [
        ("debit", "4270.00", "EUR", "1500003", "2026-09-26", "4270.00", "4270.00", "closed"),
        ("debit", "4270.00", "EUR", "1500003", "2026-12-20", "0.00", "0.00", "open"),
    ]


def test_d17_an_item_that_only_the_treasury_knows_is_opened(month: Month) -> None:
    assert entries(month, "RITCOGE_20261123.txt") == [
        "ALBA 40/1 2026-11-23 PREV 1801001 -350.00 < line 1",
        "ALBA 40/2 2026-11-23 PREV 4000002 350.00 PREV-2026-0001 A < line 2 judged by forecast",
    ]
    assert item(month.home, "PREV-2026-0001") == (
        "debit", "350.00", "EUR", "4000002", "2026-12-15", "0.00", "0.00", "open",
    )  # fmt: skip


def test_d18_d19_what_is_withheld_is_booked_in_full_or_in_proportion(month: Month) -> None:
    """D18: 1268.80 less 200.00. D19: 240.00 x 500.00 / 1224.00 = 98.0392…, and 1464.00 - 598.04 = 865.96 are
    left.
    """
    assert entries(month, "RITCOGE_20261124.txt") == [
        "ALBA 41/1 2026-11-24 PFOR 1801001 -1068.80 < line 1",
        "ALBA 41/2 2026-11-24 PFOR 4000004 1068.80 ALBA-FA-2026-0307-1 S settles 1068.80 < line 2",
        "ALBA 41/3 2026-11-24 PFOR 4000004 200.00 ALBA-FA-2026-0307-1 settles 200.00 < line 2 by withholding",
        "ALBA 41/4 2026-11-24 PFOR 4501001 -200.00 < line 2 by withholding",
        "BREZZA 12/1 2026-11-24 PFOR 1801001 -500.00 < line 3",
        "BREZZA 12/2 2026-11-24 PFOR 4000108 500.00 BREZZA-FA-2026-0609-1 A settles 500.00 < line 4",
        "BREZZA 12/3 2026-11-24 PFOR 4000108 98.04 BREZZA-FA-2026-0609-1 settles 98.04 "
        "< line 4 by withholding",
        "BREZZA 12/4 2026-11-24 PFOR 4501001 -98.04 < line 4 by withholding",
    ]
    assert [item(month.home, key) for key in ("ALBA-FA-2026-0307-1", "BREZZA-FA-2026-0609-1")] == [
        ("credit", "1268.80", "EUR", "4000004", "2026-11-17", "1268.80", "1268.80", "closed"),
        ("credit", "1464.00", "EUR", "4000108", "2026-12-04", "598.04", "598.04", "open"),
    ]


def test_d20_the_deferred_vat_of_the_paid_share_becomes_due(month: Month) -> None:
    """D20: all of 242.00; and 572.00 x 1000.00 / 3172.00 = 180.3278…"""
    assert entries(month, "RITCOGE_20261125.txt") == [
        "BREZZA 13/1 2026-11-25 PFOR 1801001 -1342.00 < line 1",
        "BREZZA 13/2 2026-11-25 PFOR 4000102 1342.00 BREZZA-FA-2026-0603-1 S settles 1342.00 < line 2",
        "BREZZA 13/3 2026-11-25 PFOR 1502001 242.00 < line 2 by deferred_vat",
        "BREZZA 13/4 2026-11-25 PFOR 1502002 -242.00 < line 2 by deferred_vat",
        "BREZZA 14/1 2026-11-25 ICLI 1801001 1000.00 < line 3",
        "BREZZA 14/2 2026-11-25 ICLI 1500102 -1000.00 BREZZA-FV-2026-0203-1 A settles 1000.00 < line 4",
        "BREZZA 14/3 2026-11-25 ICLI 4502001 -180.33 < line 4 by deferred_vat",
        "BREZZA 14/4 2026-11-25 ICLI 4502002 180.33 < line 4 by deferred_vat",
    ]
    assert [item(month.home, key) for key in ("BREZZA-FA-2026-0603-1", "BREZZA-FV-2026-0203-1")] == [
        ("credit", "1342.00", "EUR", "4000102", "2026-11-25", "1342.00", "1342.00", "closed"),
        ("debit", "3172.00", "EUR", "1500102", "2026-11-15", "1000.00", "1000.00", "open"),
    ]


def test_d21_gain_and_loss_on_dollars_are_postings_of_their_own(month: Month) -> None:
    """D21: 4185.00 for an item of 4140.00; 905.00 for 1000 of 2750 dollars, which are 920.00 of 2530.00."""
    assert entries(month, "RITCOGE_20261126.txt") == [
        "BREZZA 15/1 2026-11-26 IEST 1801003 4185.00 = 4500.00 USD < line 1",
        "BREZZA 15/2 2026-11-26 IEST 1500106 -4185.00 = -4500.00 USD BREZZA-FV-2026-0208-1 S settles 4185.00 "
        "< line 2",
        "BREZZA 15/3 2026-11-26 IEST 1500106 45.00 = 0.00 USD BREZZA-FV-2026-0208-1 "
        "< line 2 by exchange_difference",
        "BREZZA 15/4 2026-11-26 IEST 7403001 -45.00 < line 2 by exchange_difference",
        "BREZZA 16/1 2026-11-26 IEST 1801003 905.00 = 1000.00 USD < line 3",
        "BREZZA 16/2 2026-11-26 IEST 1500108 -905.00 = -1000.00 USD BREZZA-FV-2026-0210-1 A settles 905.00 "
        "< line 4",
        "BREZZA 16/3 2026-11-26 IEST 1500108 -15.00 = 0.00 USD BREZZA-FV-2026-0210-1 "
        "< line 4 by exchange_difference",
        "BREZZA 16/4 2026-11-26 IEST 7503001 15.00 < line 4 by exchange_difference",
    ]
    assert [item(month.home, key) for key in ("BREZZA-FV-2026-0208-1", "BREZZA-FV-2026-0210-1")] == [
        ("debit", "4500.00", "USD", "1500106", "2026-11-17", "4500.00", "4140.00", "closed"),
        ("debit", "2750.00", "USD", "1500108", "2026-11-30", "1000.00", "920.00", "open"),
    ]


def test_d14_the_last_file_leaves_a_small_residual_and_a_payment_on_account(month: Month) -> None:
    assert entries(month, "RITCOGE_20261127.txt") == [
        "BREZZA 17/1 2026-11-27 IEST 1801001 5297.50 < line 1",
        "BREZZA 17/2 2026-11-27 IEST 1500105 -5297.50 BREZZA-FV-2026-0206-1 S settles 5297.50 < line 2",
        "ALBA 42/1 2026-11-27 ACCF 1801001 -488.00 < line 3",
        "ALBA 42/2 2026-11-27 ACCF 4000008 488.00 no_open_item_key < line 4",
    ]
    assert item(month.home, "BREZZA-FV-2026-0206-1") == (
        "debit", "5300.00", "EUR", "1500105", "2026-11-08", "5297.50", "5297.50", "open",
    )  # fmt: skip


def test_the_ledger_of_the_sample_is_whole(home: LedgerHome) -> None:
    assert invariants_of(home.workbench) == {}


@pytest.mark.parametrize("name", FILES)
def test_the_readme_shows_every_posting_of_a_special_case(month: Month, name: str) -> None:
    (row,) = re.findall(rf"^\| `{re.escape(name)}` \|.*$", README, flags=re.MULTILINE)
    shown = re.findall(r"`(\d{7})` ([+-])([\d,]+\.\d\d)", row)
    assert [f"{account} {sign}{amount.replace(',', '')}" for account, sign, amount in shown] == [
        f"{account} {amount:+.2f}"
        for _, _, _, _, _, account, amount, *_ in month.home.rows(POSTINGS, [month.outcomes[name].import_id])
    ]


def unlinked_on(home: LedgerHome, account: str) -> str:
    """The unlinked payment on an account, as entry and line."""
    query = """
        SELECT entry_id || '/' || line_number FROM ledger.posting
        WHERE account_code = ? AND unlinked_reason IS NOT NULL
    """
    ((name,),) = home.rows(query, [account])
    return str(name)


LINK: Final = ("link", {"payment": "1500008", "items": ["ALBA:ALBA-FV-2026-0414-1"]})
DELETE_PAYMENT: Final = ("delete-payment", {"payment": "4000003"})
COMPENSATE: Final = (
    "compensate",
    {
        "items": ["ALBA:ALBA-FA-2026-0313-1", "ALBA:ALBA-FA-2026-0314-1", "ALBA:ALBA-FV-2026-0416-1"],
        "payments": ["4000008"],
        "date": "2026-11-30",
    },
)
CREDIT_NOTE: Final = (
    "compensate",
    {
        "items": ["ALBA:ALBA-FV-2026-0410-2", "ALBA:ALBA-NC-2026-0021-1"],
        "partial": True,
        "date": "2026-11-30",
    },
)
SETTLE: Final = ("settle", {"items": ["ALBA:PREV-2026-0001"], "account": "1801001", "date": "2026-11-30"})
WRITE_OFF: Final = ("write-off", {"item": "BREZZA:BREZZA-FV-2026-0206-1", "date": "2026-11-30"})
REOPEN: Final = ("reopen", {"item": "ALBA:ALBA-FV-2026-0402-1"})
DELETE_IMPORT: Final = ("delete-import", {"import": "RITCOGE_20261124.txt"})


def carry_out(home: LedgerHome, kind: str, arguments: dict[str, Any]) -> int:
    """The correction; payments are named by their accounts, since numbers follow the order of the imports."""
    given = dict(arguments)
    if "payment" in given:
        given["payment"] = unlinked_on(home, given["payment"])
    if "payments" in given:
        given["payments"] = [unlinked_on(home, account) for account in given["payments"]]
    return correct(home, kind, **given)


@pytest.mark.parametrize(
    ("correction", "postings", "items"),
    [
        pytest.param(LINK, [], [("ALBA-FV-2026-0414-1", "4980.50", "0.00", "closed")], id="D08 link"),
        pytest.param(
            DELETE_PAYMENT,
            [("1801001", "2196.70", "0.00"), ("4000003", "0.00", "2196.70")],
            [],
            id="D09 delete-payment",
        ),
        pytest.param(
            COMPENSATE,
            [
                ("4000008", "1098.00", "0.00"),
                ("4000008", "366.00", "0.00"),
                ("1500009", "0.00", "976.00"),
                ("4000008", "0.00", "488.00"),
            ],
            [
                ("ALBA-FA-2026-0313-1", "1098.00", "0.00", "closed"),
                ("ALBA-FA-2026-0314-1", "366.00", "0.00", "closed"),
                ("ALBA-FV-2026-0416-1", "976.00", "0.00", "closed"),
                ("PAY-47-2", None, "0.00", "closed"),
            ],
            id="D08 compensate",
        ),
        pytest.param(
            CREDIT_NOTE,
            [("1500005", "610.00", "0.00"), ("1500005", "0.00", "610.00")],
            [
                ("ALBA-FV-2026-0410-2", "6100.00", "5490.00", "open"),
                ("ALBA-NC-2026-0021-1", "610.00", "0.00", "closed"),
            ],
            id="D08 credit note",
        ),
        pytest.param(
            SETTLE,
            [("4000002", "0.00", "350.00"), ("1801001", "350.00", "0.00")],
            [("PREV-2026-0001", "350.00", "0.00", "closed")],
            id="F09 settle",
        ),
        pytest.param(
            WRITE_OFF,
            [("1500105", "0.00", "2.50"), ("7509001", "2.50", "0.00")],
            [("BREZZA-FV-2026-0206-1", "2.50", "0.00", "closed")],
            id="D14 write-off",
        ),
        pytest.param(REOPEN, [], [("ALBA-FV-2026-0402-1", "0.00", "3660.00", "open")], id="D08 reopen"),
        pytest.param(
            DELETE_IMPORT,
            [
                ("1801001", "1068.80", "0.00"),
                ("4000004", "0.00", "1068.80"),
                ("4000004", "0.00", "200.00"),
                ("4501001", "200.00", "0.00"),
                ("1801001", "500.00", "0.00"),
                ("4000108", "0.00", "500.00"),
                ("4000108", "0.00", "98.04"),
                ("4501001", "98.04", "0.00"),
            ],
            [
                ("ALBA-FA-2026-0307-1", "0.00", "1268.80", "open"),
                ("BREZZA-FA-2026-0609-1", "865.96", "1464.00", "open"),
            ],
            id="D10 delete-import",
        ),
    ],
)
def test_d08_each_correction_can_be_tried_on_the_sample_and_undone(
    home: LedgerHome,
    correction: tuple[str, dict[str, Any]],
    postings: list[tuple[str, ...]],
    items: list[tuple[str | None, ...]],
) -> None:
    """D08, D09, D10, D14, F09: those of the README of the project."""
    before = essence(home)
    number = carry_out(home, *correction)
    difference = changed(home, number)
    assert [row[2:] for row in difference["postings"]] == postings
    assert difference["items"] == items
    correct(home, "undo", correction=number)
    assert essence(home) == before
