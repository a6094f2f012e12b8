"""What happened since stands in the way of a correction or its undo, or is taken along exactly; never half
of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

import pytest

from assets.errors import OperatingError
from samples.payments import CUSTOMER, SUPPLIER, Movement, leg, move, pay, trace
from tests.conftest import MakeHome
from tests.support.corrections import changed, correct, essence
from tests.support.ledgers import _ACCOUNTS as ACCOUNTS
from tests.support.ledgers import (
    LedgerHome,
    ReferenceData,
    account,
    import_bytes,
    item_deferred_vat,
    item_withholding,
    open_item,
    posting_rule,
    reason,
)

BANK: Final = "1801001"
UNPAID: Final = "1809002"
DAY: Final = "2026-10-20"
BASE: Final = ReferenceData()
DATA: Final = BASE.replace(
    items=(
        open_item("FV-1", "100.00"),
        open_item("FV-USD", "100.00", currency="USD", company_amount="92.00"),
        open_item("FA-1", "80.00", account=SUPPLIER, side="credit"),
        open_item("SALE", "122.00"),
        open_item("FEE", "400.00", account=SUPPLIER, side="credit"),
    ),
    accounts=(
        *ACCOUNTS,
        account(UNPAID, "transit", name="Unpaid items in transit"),
        account("4502001", name="VAT owed"),
        account("4502002", name="VAT that waits"),
    ),
    reasons=(*BASE.reasons, reason("INSO", "Unpaid"), reason("PREV", "Forecast")),
    posting_rules=(
        posting_rule("INSO", "unpaid", company="ALBA", account=UNPAID),
        posting_rule("PREV", "forecast"),
    ),
    item_withholdings=(item_withholding("FEE", "100.00"),),
    item_deferred_vats=(item_deferred_vat("SALE", "22.00", "4502002", "4502001"),),
)


@pytest.fixture
def home(make_home: MakeHome) -> LedgerHome:
    """A ledger whose steps are transactions, so that what is refused changes nothing."""
    return make_home(DATA)


def bring(home: LedgerHome, name: str, *movements: Movement) -> None:
    """Imports a trace of these movements."""
    assert import_bytes(home, f"{name}.txt", trace(*movements)).outcome.status == "posted"


def refused(home: LedgerHome, kind: str, **arguments: Any) -> str:
    """Why a correction is refused; nothing is changed by it."""
    before = essence(home)
    with pytest.raises(OperatingError) as error:
        correct(home, kind, **arguments)
    assert essence(home) == before
    return str(error.value).removesuffix(". Nothing was changed.")


def delete(name: str, **more: Any) -> dict[str, Any]:
    """The arguments that delete an import."""
    return {"import": f"{name}.txt"} | more


def test_d10_what_an_undo_did_again_is_undone_by_its_number_and_not_by_halves(home: LedgerHome) -> None:
    bring(home, "A", move(leg("250.00", "PREV-1", account=SUPPLIER), reason_code="PREV"))
    correct(home, "settle", items=["ALBA:PREV-1"], account=BANK, date=DAY)
    correct(home, "undo", correction=1)
    correct(home, "undo", correction=2)
    again = "what settled it was done again by C3: undo that by its number first"
    assert refused(home, "delete-import", **delete("A", cascade=True)) == again
    assert refused(home, "reopen", item="ALBA:PREV-1") == again
    correct(home, "undo", correction=3)
    correct(home, "delete-import", **delete("A"))
    assert essence(home).balances == []


def test_d10_an_item_that_was_withdrawn_again_since_is_not_withdrawn_twice(home: LedgerHome) -> None:
    bring(home, "A", move(leg("250.00", "PREV-1", account=SUPPLIER), reason_code="PREV"))
    correct(home, "delete-import", **delete("A"))
    correct(home, "undo", correction=1)
    correct(home, "delete-import", **delete("A"))
    assert refused(home, "undo", correction=2) == (
        "changed again since: I1 by C3, entry 1 by C3. Undo that first"
    )
    correct(home, "undo", correction=3)
    correct(home, "undo", correction=2)
    assert essence(home).balances == []


def test_d10_a_cascade_is_undone_and_done_again_exactly(home: LedgerHome) -> None:
    before = essence(home)
    bring(home, "A", pay("80.00", "GONE", "S"))
    correct(home, "compensate", items=["ALBA:FA-1"], payments=["1/2"], date=DAY)
    done = essence(home)
    for _ in range(2):
        number = correct(home, "delete-import", **delete("A", cascade=True))
        assert essence(home) == before
        correct(home, "undo", correction=number)
        assert essence(home) == done


@pytest.mark.parametrize(
    ("settle", "undo"),
    [
        (
            lambda home: bring(home, "A", pay("-100.00", "FV-1", "S", entry=1)),
            ("reopen", {"item": "ALBA:FV-1"}),
        ),
        (
            lambda home: correct(home, "settle", items=["ALBA:FV-1"], account=BANK, date=DAY),
            ("undo", {"correction": 1}),
        ),
    ],
)
def test_d16_a_debt_that_came_back_unpaid_never_stands_twice(
    home: LedgerHome, settle: Callable[[LedgerHome], None], undo: tuple[str, dict[str, Any]]
) -> None:
    settle(home)
    bring(home, "B", move(leg("100.00", "FV-1", "S", account=UNPAID), entry=2, reason_code="INSO"))
    kind, arguments = undo
    assert refused(home, kind, **arguments) == (
        "ALBA:FV-1 as FV-1/U1 came back unpaid: delete the import that brought it back first"
    )


@pytest.mark.parametrize(
    ("key", "part", "rest", "by_hand"),
    [("SALE", "-61.00", "-61.00", "61.00"), ("FEE", "150.00", "150.00", "150.00")],
)
def test_d20_nobody_else_may_have_taken_the_vat_or_the_withholding_that_comes_back(
    home: LedgerHome, key: str, part: str, rest: str, by_hand: str
) -> None:
    bring(home, "A", pay(part, key, "A", entry=1))
    correct(home, "delete-import", **delete("A"))
    correct(home, "settle", items=[f"ALBA:{key}"], account=BANK, date=DAY, amount=by_hand)
    bring(home, "B", pay(rest, key, "S", entry=2))
    correct(home, "undo", correction=2)
    assert refused(home, "undo", correction=1) == (
        "entry 4 has taken a share of the same withholding or VAT since: delete its import first"
    )


def test_d08_a_compensation_whose_payment_a_trace_paid_since_names_it_and_is_undone_by_reopening(
    home: LedgerHome,
) -> None:
    bring(home, "A", pay("120.00", "GONE", "S", entry=1))
    before = essence(home)
    correct(home, "compensate", items=["ALBA:FA-1"], payments=["1/2"], date=DAY, partial=True)
    bring(home, "B", pay("-40.00", "PAY-1-2", "S", entry=2, account=SUPPLIER))
    assert refused(home, "undo", correction=1) == (
        "what is to be withdrawn is settled: ALBA:PAY-1-2 by entry 3/2 on 2026-10-01 (I2 B.txt). "
        "Undo that with `partita delete-import I2` or `partita reopen ALBA:PAY-1-2`"
    )
    correct(home, "reopen", item="ALBA:PAY-1-2")
    assert essence(home).items == before.items
    assert [amount for _, amount in essence(home).unlinked] == ["120.00", "40.00"]
    correct(home, "delete-import", **delete("B"))
    assert essence(home) == before


def test_d21_a_payment_that_made_further_postings_goes_with_its_import_only(home: LedgerHome) -> None:
    settings = "7503001"
    home.load_reference(
        DATA.replace(
            settings=(
                {"company_code": "ALBA", "setting_name": "exchange_gain_account", "setting_value": settings},
                {"company_code": "ALBA", "setting_name": "exchange_loss_account", "setting_value": settings},
            )
        )
    )
    bring(
        home, "A",
        move(
            leg("-100.00", "P-USD", company_amount="-92.00"), entry=1, currency="USD", reason_code="PREV",
        ),
    )  # fmt: skip
    bring(
        home, "B",
        move(
            leg("100.00", "P-USD", "S", company_amount="95.00"), entry=2, currency="USD", reason_code="PFOR",
        ),
    )  # fmt: skip
    assert refused(home, "delete-import", **delete("A", cascade=True)).startswith(
        "the payments 2/2 made further postings"
    )


def test_d17_an_item_that_another_import_opened_since_is_not_restored(home: LedgerHome) -> None:
    bring(home, "A", move(leg("250.00", "PREV-1", account=SUPPLIER), reason_code="PREV", entry=1))
    correct(home, "delete-import", **delete("A"))
    bring(home, "B", move(leg("-99.00", "PREV-1", account=CUSTOMER), reason_code="PREV", entry=7))
    correct(home, "delete-import", **delete("B"))
    assert refused(home, "undo", correction=1) == (
        "ALBA:PREV-1 was opened by something else since: delete that import first"
    )


def test_d08_a_payment_linked_across_currencies_is_not_spent_twice(home: LedgerHome) -> None:
    bring(
        home, "A",
        move(
            leg("-100.00", "GONE", "S", company_amount="-92.00"), currency="USD", entry=1, reason_code="ICLI",
        ),
    )  # fmt: skip
    correct(home, "link", payment="1/2", items=["ALBA:FV-1"], amount="69.00")
    number = correct(home, "link", payment="1/2", items=["ALBA:FV-USD"])
    # 23.00 of 92.00 EUR are left, a quarter of 100.00 USD.
    assert changed(home, number)["items"] == [("FV-USD", "100.00", "75.00", "open")]
    assert changed(home, number)["payments"] == [("1/2", "0.00", None)]


def test_f09_a_closed_item_in_another_currency_has_all_of_its_company_amount(home: LedgerHome) -> None:
    def settle(amount: str | None) -> None:
        part = {} if amount is None else {"amount": amount}
        correct(home, "settle", items=["ALBA:FV-USD"], account=BANK, date=DAY, **part)

    for amount in ("33.33", "33.33", "33.34"):
        settle(amount)
    correct(home, "undo", correction=2)
    settle("11.11")
    settle(None)
    query = (
        "SELECT settled_amount, settled_amount_company_currency FROM ledger.open_item "
        "WHERE open_item_key = 'FV-USD'"
    )
    assert home.rows(query) == [(Decimal("100.0000"), Decimal("92.0000"))]


def test_d12_what_another_file_left_out_is_to_be_rerun_when_the_first_is_deleted(home: LedgerHome) -> None:
    first, second = pay("-100.00", "FV-1", "S", entry=1), pay("80.00", "FA-1", "S", entry=2)
    bring(home, "A", first)
    bring(home, "B", first, second)
    assert import_bytes(home, "C.txt", trace(first)).outcome.status == "repeated"
    statuses = "SELECT source_file, status FROM ledger.file_import ORDER BY import_id"
    correct(home, "delete-import", **delete("A"))
    assert home.rows(statuses) == [("A.txt", "deleted"), ("B.txt", "incomplete"), ("C.txt", "incomplete")]
    correct(home, "undo", correction=1)
    assert home.rows(statuses) == [("A.txt", "posted"), ("B.txt", "posted"), ("C.txt", "repeated")]
    correct(home, "delete-import", **delete("A"))
    assert import_bytes(home, "B.txt", trace(first, second)).outcome.status == "posted"
    assert essence(home).unlinked == []


def test_d09_the_counts_of_an_import_follow_an_undo(home: LedgerHome) -> None:
    bring(home, "A", pay("80.00", "GONE", "S"))
    counts = "SELECT linked_posting_count, unlinked_posting_count FROM ledger.file_import"
    before = home.rows(counts)
    correct(home, "delete-payment", payment="1/2")
    assert home.rows(counts) == [(0, 0)]
    correct(home, "undo", correction=1)
    assert home.rows(counts) == before == [(0, 1)]


def test_d08_a_payment_on_account_takes_a_key_that_nobody_has(home: LedgerHome) -> None:
    bring(home, "A", pay("80.00", "GONE", "S", entry=1))
    bring(home, "B", move(leg("5.00", "PAY-1-2", account=SUPPLIER), reason_code="PREV", entry=2))
    number = correct(home, "compensate", items=["ALBA:FA-1"], payments=["1/2"], date=DAY)
    assert [item for item, *_ in changed(home, number)["items"]] == ["FA-1", "PAY-1-2-2"]


@pytest.mark.parametrize(
    ("kind", "arguments", "problem"),
    [
        ("undo", {"correction": 10**50}, "correction of undo is the number of a correction, and is 1000"),
        ("undo", {"correction": True}, "correction of undo is the number of a correction, and is True"),
        ("reopen", {"item": "ALBA:\ud800"},
         "'ALBA:\\ud800' is no name of anything in the ledger"),
        ("settle", {"items": ["ALBA:FV-1"], "account": BANK, "date": DAY, "amount": True},
         'amount of settle is an amount in quotes such as "12.50", and is True'),
        ("settle", {"items": ["ALBA:FV-1"], "account": BANK, "date": DAY, "amount": "1_0"},
         'amount of settle is an amount in quotes such as "12.50", and is \'1_0\''),
        ("settle", {"items": ["ALBA:FV-1"], "account": BANK, "date": 20261020},
         "date of settle is a date as YYYY-MM-DD, and is 20261020"),
        ("settle", {"items": ["ALBA:FV-1"], "account": BANK, "date": "2026-02-31"},
         "date of settle is a date as YYYY-MM-DD, and is '2026-02-31'"),
        ("settle", {"items": ["ALBA:FV-1"], "account": BANK, "date": DAY, "description": ["a"]},
         "description of settle is a text of at most 1000 characters, and is ['a']"),
    ],
)  # fmt: skip
def test_d08_malformed_arguments_are_refused_with_a_sentence(
    home: LedgerHome, kind: str, arguments: dict[str, Any], problem: str
) -> None:
    assert refused(home, kind, **arguments).startswith(problem)


def test_d10_a_reversal_is_never_dated_before_what_it_reverses(home: LedgerHome) -> None:
    bring(home, "A", pay("-100.00", "FV-1", "S", operation_date=dt.date(2026, 10, 25)))
    assert refused(home, "delete-import", **delete("A", date="2026-10-02")) == (
        "--date 2026-10-02 is before 2026-10-25, the date of an entry that is to be reversed"
    )
