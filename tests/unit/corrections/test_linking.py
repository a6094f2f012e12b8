"""Unlinked payments are linked, and items and payments set off against each other (D08); items are written
off and reopened.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

import pytest

from assets.errors import OperatingError
from samples.payments import CUSTOMER, SUPPLIER, leg, move, pay, trace
from tests.conftest import MakeHome
from tests.support.corrections import changed, correct, essence
from tests.support.ledgers import _ACCOUNTS as ACCOUNTS
from tests.support.ledgers import LedgerHome, ReferenceData, account, import_bytes, open_item, setting

OTHER_SUPPLIER: Final = "4000002"
DAY: Final = "2026-10-20"
DATA: Final = ReferenceData(
    items=(
        open_item("FA-1", "80.00", account=SUPPLIER, side="credit"),
        open_item("FA-2", "50.00", account=SUPPLIER, side="credit"),
        open_item("FA-3", "60.00", account=OTHER_SUPPLIER, side="credit"),
        open_item(
            "FA-USD", "100.00", account=SUPPLIER, side="credit", currency="USD", company_amount="92.00"
        ),
        open_item("NOTE", "30.00", account=SUPPLIER, side="debit"),
        open_item("FV-1", "40.00", account="1500099"),
        open_item("FV-2", "0.03"),
    ),
    accounts=(
        *ACCOUNTS,
        account("1500099", "customer", name="Acciai Montevuoto, as customer", counterparty="S001"),
    ),
    settings=(
        setting("residual_tolerance", "0.05", company="ALBA"),
        setting("write_off_account", "7501001", company="ALBA"),
    ),
)
FILE: Final = trace(
    pay("100.00", "GONE", "S", entry=1),
    move(leg("50.00", "GONE", account=SUPPLIER, company_amount="46.00"), entry=2, currency="USD"),
    pay("-7.00", "GONE", "S", entry=3, account=SUPPLIER, reason_code="ICLI"),
)


@pytest.fixture
def home(trial_home: MakeHome) -> LedgerHome:
    """A ledger with open items and three unlinked payments on a supplier's account: 100.00, 50.00 USD,
    -7.00.
    """
    return trial_home(DATA, import_payments)


def import_payments(home: LedgerHome) -> None:
    """Brings the unlinked payments."""
    import_bytes(home, "RITCOGE.txt", FILE)


def test_d08_a_payment_is_linked_to_the_items_in_the_order_in_which_they_are_named(home: LedgerHome) -> None:
    number = correct(home, "link", payment="1/2", items=["ALBA:FA-1", "ALBA:FA-2"])
    assert changed(home, number) == {
        "postings": [],
        "items": [("FA-1", "80.00", "0.00", "closed"), ("FA-2", "50.00", "30.00", "open")],
        "payments": [("1/2", "0.00", None)],
    }


def test_d08_a_part_of_a_payment_is_linked_and_the_rest_stays_unlinked(home: LedgerHome) -> None:
    number = correct(home, "link", payment="1/2", items=["ALBA:FA-1"], amount="30.00")
    assert changed(home, number) == {
        "postings": [],
        "items": [("FA-1", "80.00", "50.00", "open")],
        "payments": [("1/2", "70.00", "open_item_not_found")],
    }


def test_d08_a_payment_in_another_currency_is_linked_in_it_and_no_cent_is_left(home: LedgerHome) -> None:
    correct(home, "link", payment="2/2", items=["ALBA:FA-USD"], amount="33.33")
    number = correct(home, "link", payment="2/2", items=["ALBA:FA-USD"])
    assert changed(home, number)["items"] == [("FA-USD", "66.67", "50.00", "open")]
    assert changed(home, number)["payments"] == [("2/2", "0.00", None)]
    assert home.rows(
        "SELECT amount, amount_company_currency FROM ledger.settlement ORDER BY settlement_id"
    ) == [tuple(map(Decimal, pair)) for pair in (("33.3300", "30.6600"), ("16.6700", "15.3400"))]


def test_d08_undoing_a_link_leaves_balances_and_items_as_before(home: LedgerHome) -> None:
    before = essence(home)
    number = correct(home, "link", payment="1/2", items=["ALBA:FA-1", "ALBA:FA-2"])
    correct(home, "undo", correction=number)
    assert essence(home) == before


@pytest.mark.parametrize(
    ("kind", "arguments", "problem"),
    [
        ("link", {"payment": "1/2", "items": ["ALBA:NONE"]}, "there is no open item ALBA:NONE"),
        ("link", {"payment": "1/2", "items": ["ALBA:NOTE"]},
         "NOTE and the payment 1/2 are on the same side (debit)"),
        ("link", {"payment": "1/2", "items": ["ALBA:FA-3"]},
         "FA-3 is on account 4000002 and the payment 1/2 on 4000001: if both are of one counterparty, use "
         "`partita compensate`; if the payment is on the account of another party, `partita delete-payment "
         "1/2` and `partita create-payment ALBA:FA-3 --like 1/2` post it anew"),
        ("link", {"payment": "1/2", "items": ["ALBA:FA-1", "ALBA:FA-USD"]},
         "FA-USD is in USD, other items in EUR: link each by itself"),
        ("link", {"payment": "1/2", "items": ["ALBA:FA-USD"]},
         "FA-USD is in USD, in which the payment 1/2 has no amount"),
        ("link", {"payment": "1/2", "items": ["ALBA:FA-1"], "amount": "80.01"},
         "the amount 80.01 is more than what is open 80.00 EUR"),
        ("link", {"payment": "1/2", "items": ["ALBA:FA-1"], "amount": "0"},
         "the amount must be more than 0, and is 0"),
        ("link", {"payment": "1/1", "items": ["ALBA:FA-1"]},
         "the posting 1/1 is no unlinked payment: `partita unlinked` lists them"),
        ("link", {"payment": "1/2", "items": ["BREZZA:FA-1"]},
         "the payment is one of company ALBA, the items of BREZZA"),
        ("link", {"payment": "1/2"}, "link needs items, a list of texts"),
        ("link", {"payment": "1-2", "items": ["ALBA:FA-1"]},
         "'1-2' is no payment: they are named ENTRY/LINE, see `partita unlinked`"),
        ("link", {"payment": "1/2", "items": ["ALBA:FA-1"], "colour": "red"}, "link takes no colour"),
        ("compensate", {"items": ["ALBA:FA-1", "ALBA:NOTE"], "date": DAY},
         "debit comes to 30.00 and credit to 80.00 EUR, a difference of 50.00: say --partial if the larger "
         "side is to keep it"),
        ("compensate", {"items": ["ALBA:FA-1", "ALBA:FA-2"], "date": DAY},
         "nothing to set off: all of them are on one side"),
        ("compensate", {"items": ["ALBA:FA-3", "ALBA:NOTE"], "date": DAY, "partial": True},
         "FA-3 is on account 4000002 and NOTE on 4000001, which are of no counterparty in common "
         "(chart_of_accounts.csv)"),
        ("compensate", {"items": ["ALBA:FA-3"], "payments": ["1/2"], "date": DAY},
         "the payment 1/2 is on account 4000001 and FA-3 on 4000002, which are of no counterparty in common "
         "(chart_of_accounts.csv): if the payment is on the account of another party, `partita "
         "delete-payment 1/2` and `partita create-payment ALBA:FA-3 --like 1/2` post it anew"),
        ("compensate", {"items": ["ALBA:FA-1", "BREZZA:X"], "date": DAY},
         "the items are of several companies: ALBA, BREZZA"),
        ("compensate", {"items": ["ALBA:FA-1"], "date": "tomorrow"},
         "date of compensate is a date as YYYY-MM-DD, and is 'tomorrow'"),
        ("write-off", {"item": "ALBA:FA-1", "date": DAY},
         "80.00 EUR of ALBA:FA-1 are open, more than the tolerance of 0.05 (setting residual_tolerance): to "
         "waive so much, `partita settle ALBA:FA-1 --account CODE` takes it to an account of your choice"),
        ("reopen", {"item": "ALBA:FA-1"}, "nothing is settled of ALBA:FA-1: it is open"),
        ("settle", {"items": ["ALBA:FA-1"], "date": DAY},
         "settle needs either an account or the items of the other side"),
        ("settle", {"items": ["ALBA:FA-1"], "date": DAY, "account": "1801001", "amount": 12.5},
         'amount of settle is an amount in quotes such as "12.50", and is 12.5'),
        ("paint", {},
         "there is no correction 'paint': they are delete-import, delete-payment, link, settle, compensate, "
         "write-off, reopen, same-movement, another-movement, confirm-iban, undo, same, other, "
         "instead, in-addition"),
    ],
)  # fmt: skip
def test_d08_what_cannot_be_corrected_is_refused_and_nothing_is_changed(
    make_home: MakeHome, kind: str, arguments: dict[str, Any], problem: str
) -> None:
    home = make_home(DATA)
    import_bytes(home, "RITCOGE.txt", FILE)
    before = essence(home)
    with pytest.raises(OperatingError) as error:
        correct(home, kind, **arguments)
    assert str(error.value) == f"{problem}. Nothing was changed."
    assert essence(home) == before
    assert home.rows("SELECT * FROM ledger.correction") == []


def test_d08_a_payment_and_an_item_of_the_same_account_are_set_off_and_the_larger_keeps_its_rest(
    home: LedgerHome,
) -> None:
    number = correct(home, "compensate", items=["ALBA:FA-1"], payments=["1/2"], date=DAY, partial=True)
    assert changed(home, number) == {
        "postings": [(4, 1, SUPPLIER, "80.00", "0.00"), (4, 2, SUPPLIER, "0.00", "80.00")],
        "items": [("FA-1", "80.00", "0.00", "closed"), ("PAY-1-2", None, "20.00", "open")],
        "payments": [("1/2", "0.00", None)],
    }


def test_d08_several_items_and_payments_are_set_off_if_both_sides_come_to_the_same(home: LedgerHome) -> None:
    # Debit: the payment of 100.00 and the credit note of 30.00. Credit: two invoices of 80.00 and 50.00.
    number = correct(
        home, "compensate", items=["ALBA:FA-1", "ALBA:FA-2", "ALBA:NOTE"], payments=["1/2"], date=DAY
    )
    assert changed(home, number)["items"] == [
        ("FA-1", "80.00", "0.00", "closed"),
        ("FA-2", "50.00", "0.00", "closed"),
        ("NOTE", "30.00", "0.00", "closed"),
        ("PAY-1-2", None, "0.00", "closed"),
    ]


def test_d08_a_payment_is_set_off_against_its_refund(home: LedgerHome) -> None:
    number = correct(home, "compensate", payments=["1/2", "3/2"], date=DAY, partial=True)
    assert changed(home, number)["items"] == [
        ("PAY-1-2", None, "93.00", "open"),
        ("PAY-3-2", None, "0.00", "closed"),
    ]


def test_d08_customer_and_supplier_of_one_counterparty_are_set_off(home: LedgerHome) -> None:
    number = correct(home, "compensate", items=["ALBA:FA-1", "ALBA:FV-1"], date=DAY, partial=True)
    assert changed(home, number) == {
        "postings": [(4, 1, SUPPLIER, "40.00", "0.00"), (4, 2, "1500099", "0.00", "40.00")],
        "items": [("FA-1", "80.00", "40.00", "open"), ("FV-1", "40.00", "0.00", "closed")],
        "payments": [],
    }


def test_d08_a_compensation_is_undone_and_may_be_made_again(home: LedgerHome) -> None:
    before = essence(home)
    for _ in range(2):
        number = correct(home, "compensate", items=["ALBA:FA-1"], payments=["1/2"], date=DAY, partial=True)
        correct(home, "undo", correction=number)
        assert essence(home) == before
    assert home.rows(
        "SELECT open_item_key, status FROM ledger.open_item WHERE origin = 'payment' ORDER BY ALL"
    ) == [
        ("PAY-1-2", "withdrawn"),
        ("PAY-1-2-2", "withdrawn"),
    ]


def test_d08_a_compensation_whose_rest_was_settled_since_is_not_undone(make_home: MakeHome) -> None:
    home = make_home(DATA)
    import_bytes(home, "RITCOGE.txt", FILE)
    number = correct(home, "compensate", items=["ALBA:FA-1"], payments=["1/2"], date=DAY, partial=True)
    correct(home, "compensate", items=["ALBA:FA-2", "ALBA:PAY-1-2"], date=DAY, partial=True)
    before = essence(home)
    with pytest.raises(
        OperatingError, match=r"what is to be withdrawn is settled: ALBA:PAY-1-2 by entry 5/2 on .* \(C2\)"
    ):
        correct(home, "undo", correction=number)
    assert essence(home) == before


def test_d08_a_small_residual_is_written_off_to_its_account(home: LedgerHome) -> None:
    number = correct(home, "write-off", item="ALBA:FV-2", date=DAY)
    assert changed(home, number) == {
        "postings": [(4, 1, CUSTOMER, "0.00", "0.03"), (4, 2, "7501001", "0.03", "0.00")],
        "items": [("FV-2", "0.03", "0.00", "closed")],
        "payments": [],
    }
    assert home.rows("SELECT matching_rule FROM ledger.settlement") == [("written off",)]


def test_d08_an_item_is_reopened_whatever_had_settled_it(home: LedgerHome) -> None:
    before = essence(home)
    correct(home, "link", payment="1/2", items=["ALBA:FA-1"], amount="30.00")
    correct(home, "settle", items=["ALBA:FA-1"], account="1801001", date=DAY)
    number = correct(home, "reopen", item="ALBA:FA-1")
    assert essence(home) == before
    assert changed(home, number)["items"] == [("FA-1", "0.00", "80.00", "open")]
    correct(home, "undo", correction=number)
    assert changed(home, number + 1)["items"] == [("FA-1", "80.00", "0.00", "closed")]


def test_d08_a_reopened_items_trace_payment_becomes_unlinked(trial_home: MakeHome) -> None:
    home = trial_home(DATA)
    import_bytes(home, "RITCOGE.txt", trace(pay("80.00", "FA-1", "S")))
    number = correct(home, "reopen", item="ALBA:FA-1")
    assert changed(home, number) == {
        "postings": [],
        "items": [("FA-1", "0.00", "80.00", "open")],
        "payments": [("1/2", "80.00", "settlement_undone")],
    }
