"""The special cases of payments (D15 to D21), each with its figures worked out by hand.

docs/posting-rules.md has the same examples.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Final

import pytest

from assets.errors import OperatingError
from assets.reports import questions
from samples.payments import CHARGES, CUSTOMER, SUPPLIER, Movement, leg, move, pay, trace
from tests.conftest import MakeHome
from tests.support.corrections import correct, essence
from tests.support.invoice_ledgers import ACCOUNTS, DATA, SUPPLIERS, deliver, document, switch
from tests.support.ledgers import (
    Imported,
    LedgerHome,
    account,
    expectations,
    import_bytes,
    item_deferred_vat,
    item_withholding,
    items,
    ledger_state,
    open_item,
    posting_rule,
    postings,
    reason,
    setting,
)
from tests.support.whole_ledger import invariants_of

BANK: Final = "1801001"
TRANSIT: Final = "1809001"
UNPAID: Final = "1809002"
GAINS: Final = "8503001"
LOSSES: Final = "7503001"
WITHHELD: Final = "4501001"
VAT: Final = "1502001"
WAITING_VAT: Final = "1502002"
VAT_OWED: Final = "4502001"
WAITING_SALES_VAT: Final = "4502002"
DAY: Final = dt.date(2026, 10, 25)

OPENING: Final = DATA.replace(
    accounts=(
        *(row for row in ACCOUNTS if row["company_code"] == "ALBA"),
        *(account(code, company="BREZZA") for code in ("7107001", "7509001", "7101001", VAT, WAITING_VAT)),
        *(account(code, company="BREZZA") for code in (WITHHELD, "4502003", UNPAID, GAINS, LOSSES)),
        account(CUSTOMER, "customer", name="Officine Dorica"),
        account(TRANSIT, "transit", name="Payment orders in transit"),
        account(UNPAID, "transit", name="Unpaid items in transit"),
        *(account(code) for code in (GAINS, LOSSES, VAT_OWED, WAITING_SALES_VAT, CHARGES)),
    ),
    counterparties=SUPPLIERS,
    reasons=(*DATA.reasons, *(reason(code) for code in ("ICLI", "INSO", "PORD", "PREV"))),
    items=(
        open_item("FV-1", "100.00", due_date="2026-09-30", document_number="1/26"),
        open_item("A-KEY-OF-TWENTY-SIX-SIGNS!", "70.00"),
        open_item("FA-1", "100.00", account=SUPPLIER, side="credit"),
        open_item("FV-USD", "100.00", currency="USD", company_amount="92.00"),
        open_item(
            "FA-USD", "100.00", account=SUPPLIER, side="credit", currency="USD", company_amount="92.00"
        ),
        open_item("FEE", "1220.00", account="4000003", side="credit"),
        open_item("FEE-2", "400.00", account="4000003", side="credit"),
        open_item("SALE", "122.00"),
    ),
    settings=(
        *DATA.settings,
        setting("exchange_gain_account", GAINS),
        setting("exchange_loss_account", LOSSES),
    ),
    posting_rules=(
        posting_rule("INSO", "unpaid", account=UNPAID, due_days="30"),
        posting_rule("PORD", "payment_order"),
        posting_rule("PREV", "forecast", due_days="10"),
    ),
    item_withholdings=(
        item_withholding("FEE", "200.00", WITHHELD),
        item_withholding("FEE-2", "100.00", WITHHELD),
    ),
    item_deferred_vats=(
        item_deferred_vat("FEE", "220.00", WAITING_VAT, VAT),
        item_deferred_vat("SALE", "22.00", WAITING_SALES_VAT, VAT_OWED),
    ),
)


@pytest.fixture
def home(trial_home: MakeHome) -> LedgerHome:
    """Rules for three reasons, and items with withholding, deferred VAT and in dollars."""
    return trial_home(OPENING)


def bring(home: LedgerHome, name: str, *movements: Movement) -> Imported:
    """Imports the movements; what holds in every ledger holds afterwards."""
    imported = import_bytes(home, name, trace(*movements))
    assert imported.outcome.status == "posted"
    assert invariants_of(home.workbench) == {}
    return imported


def entry_of(home: LedgerHome, number: int) -> list[tuple[str, str]]:
    """Account and amount (+ debit) of each posting of the movement of this number, in order."""
    rows = home.rows(
        """
        SELECT posting.account_code, posting.debit_amount - posting.credit_amount
        FROM ledger.posting AS posting JOIN ledger.journal_entry AS entry USING (entry_id)
        WHERE entry.entry_kind = 'trace' AND split_part(entry.movement_key, '|', 4) = ?
        ORDER BY posting.line_number
        """,
        [str(number)],
    )
    return [(str(code), f"{amount:.2f}") for code, amount in rows]


def item(home: LedgerHome, key: str) -> tuple[object, ...]:
    """What is settled of an item, in both currencies, the residual, and its status."""
    columns = ("open_item_key", "settled", "settled_company", "residual", "status")
    (row,) = (row for row in items(home, *columns) if row[0] == key)
    return row[1:]


def balance(home: LedgerHome, account_code: str) -> str:
    """What stands on an account, + debit."""
    query = "SELECT coalesce(sum(debit_amount - credit_amount), 0) FROM ledger.posting WHERE account_code = ?"
    ((amount,),) = home.rows(query, [account_code])
    return f"{amount:.2f}"


def rule_uses(home: LedgerHome) -> list[tuple[object, ...]]:
    """Rule, whether it made the posting, posting and the line that caused it, item, account, amount."""
    return [
        (*row[:-1], f"{row[-1]:.2f}")
        for row in home.rows(
            """
            SELECT made.posting_rule, made.is_generated, made.line_number, made.source_line_number,
                   item.open_item_key, made.account_code, made.amount
            FROM ledger.posting_rule_use AS made LEFT JOIN ledger.open_item AS item USING (item_id)
            ORDER BY made.entry_id, made.line_number
            """
        )
    ]


# --- D21: exchange differences ------------------------------------------------------------------------------


def dollars(amount: str, company_amount: str, key: str, flag: str, entry: int) -> Movement:
    """A movement in dollars on the item of this key."""
    account_code = CUSTOMER if key == "FV-USD" else SUPPLIER
    line = leg(amount, key, flag, account=account_code, company_amount=company_amount)
    return move(line, entry=entry, currency="USD", reason_code="ICLI")


def test_d21_a_collection_below_the_rate_of_the_item_books_the_loss_as_its_own_posting(
    home: LedgerHome,
) -> None:
    # 40 of 100 USD are 40 % of 92.00 EUR, which is 36.80; 36.00 came in.
    assert bring(home, "RITCOGE_1.txt", dollars("-40.00", "-36.00", "FV-USD", "A", 1)).findings == []
    assert entry_of(home, 1) == [(BANK, "36.00"), (CUSTOMER, "-36.00"), (CUSTOMER, "-0.80"), (LOSSES, "0.80")]
    assert item(home, "FV-USD") == ("40.00", "36.80", "60.00", "open")
    # The other 60 USD are 55.20, the rest; 56.00 came in.
    assert bring(home, "RITCOGE_2.txt", dollars("-60.00", "-56.00", "FV-USD", "S", 2)).findings == []
    assert entry_of(home, 2) == [(BANK, "56.00"), (CUSTOMER, "-56.00"), (CUSTOMER, "0.80"), (GAINS, "-0.80")]
    assert item(home, "FV-USD") == ("100.00", "92.00", "0.00", "closed")
    assert balance(home, CUSTOMER) == "-92.00", "the item as a whole"
    assert postings(home, "account_code", "currency", "currency_amount", "linked", "description")[2:4] == [
        (CUSTOMER, "USD", "0.00", "0.00", "Exchange difference FV-USD"),
        (LOSSES, "EUR", "0.80", "0.00", "Exchange difference FV-USD"),
    ]


def test_d21_a_payment_below_the_rate_of_the_item_is_a_gain(home: LedgerHome) -> None:
    assert bring(home, "RITCOGE_1.txt", dollars("100.00", "90.50", "FA-USD", "S", 1)).findings == []
    assert entry_of(home, 1) == [(BANK, "-90.50"), (SUPPLIER, "90.50"), (SUPPLIER, "1.50"), (GAINS, "-1.50")]
    assert item(home, "FA-USD") == ("100.00", "92.00", "0.00", "closed")


def test_d21_thirds_of_an_item_add_up_to_its_amount_in_the_ledgers_currency(home: LedgerHome) -> None:
    # 33.33 USD are 30.6636 EUR, 66.66 are 61.3272: 30.66, 30.67 and the rest, 30.67.
    bring(
        home,
        "RITCOGE_1.txt",
        dollars("-33.33", "-30.00", "FV-USD", "A", 1),
        dollars("-33.33", "-30.00", "FV-USD", "A", 2),
        dollars("-33.34", "-30.00", "FV-USD", "S", 3),
    )
    assert [entry_of(home, number)[3] for number in (1, 2, 3)] == [
        (LOSSES, "0.66"), (LOSSES, "0.67"), (LOSSES, "0.67"),
    ]  # fmt: skip
    assert item(home, "FV-USD") == ("100.00", "92.00", "0.00", "closed")


def test_d21_a_payment_at_the_rate_of_the_item_makes_no_posting(home: LedgerHome) -> None:
    bring(home, "RITCOGE_1.txt", dollars("-100.00", "-92.00", "FV-USD", "S", 1))
    assert entry_of(home, 1) == [(BANK, "92.00"), (CUSTOMER, "-92.00")]
    assert rule_uses(home) == []


def test_d21_a_payment_that_is_too_large_books_the_difference_of_what_fits(home: LedgerHome) -> None:
    # 138.01 EUR for 150 USD: the 100 USD that fit are 92.01, the item is 92.00.
    imported = bring(home, "RITCOGE_1.txt", dollars("-150.00", "-138.01", "FV-USD", "S", 1))
    assert imported.codes == [("payment_exceeds_residual", 2)]
    assert entry_of(home, 1)[2:] == [(CUSTOMER, "0.01"), (GAINS, "-0.01")]
    assert item(home, "FV-USD") == ("100.00", "92.00", "0.00", "closed")


def test_d21_without_accounts_a_warning_names_the_difference_of_each_payment(trial_home: MakeHome) -> None:
    home = trial_home(OPENING.replace(settings=(setting("exchange_gain_account", GAINS),)))
    first = bring(home, "RITCOGE_1.txt", dollars("-40.00", "-36.00", "FV-USD", "A", 1))
    second = bring(home, "RITCOGE_2.txt", dollars("-60.00", "-55.20", "FV-USD", "S", 2))
    assert (first.codes, second.codes) == ([("exchange_difference_not_booked", 2)], [])
    assert expectations(home) == [
        (
            "exchange_difference_not_booked",
            "accounts for exchange differences of ALBA; the item's share is 36.80 EUR, the difference 0.80",
        )
    ]
    assert item(home, "FV-USD") == ("100.00", "91.20", "0.00", "closed")


# --- D20: deferred VAT --------------------------------------------------------------------------------------


def invoice(home: LedgerHome) -> list[str]:
    """An invoice of 100.00 and 22.00 VAT due on payment, in two instalments; the keys of its items."""
    switch(home)
    instalments = [
        {"due_date": dt.date(2026, 11, 15), "amount": Decimal("61.00")},
        {"due_date": dt.date(2026, 12, 15), "amount": Decimal("61.00")},
    ]
    summary = [
        {
            "vat_rate": Decimal(22),
            "vat_nature": None,
            "taxable_amount": Decimal(100),
            "vat_amount": Decimal(22),
            "exigibility": "D",
        }
    ]
    deliver(home, "A", [document(vat=summary, payment=instalments, company="ALBA")])
    assert invariants_of(home.workbench) == {}
    query = "SELECT open_item_key FROM ledger.open_item WHERE origin = 'invoice' ORDER BY open_item_key"
    return [str(key) for (key,) in home.rows(query)]


@pytest.fixture
def invoice_home(trial_home: MakeHome) -> LedgerHome:
    """As `home`, with deferred VAT as the code of the supplier."""
    rules = ({**DATA.invoice_rules[0], "vat_code": "22D"},)
    return trial_home(OPENING.replace(invoice_rules=rules))


def test_d20_the_vat_of_each_instalment_becomes_due_when_it_is_paid(invoice_home: LedgerHome) -> None:
    home = invoice_home
    first, second = invoice(home)
    assert balance(home, WAITING_VAT) == "22.00"
    bring(home, "RITCOGE_1.txt", pay("61.00", first, entry=1, operation_date=DAY))
    assert entry_of(home, 1) == [
        (BANK, "-61.00"),
        (SUPPLIER, "61.00"),
        (VAT, "11.00"),
        (WAITING_VAT, "-11.00"),
    ]
    bring(home, "RITCOGE_2.txt", pay("61.00", second, entry=2, operation_date=DAY))
    assert entry_of(home, 2)[2:] == [(VAT, "11.00"), (WAITING_VAT, "-11.00")]
    assert (balance(home, VAT), balance(home, WAITING_VAT)) == ("22.00", "0.00")
    assert rule_uses(home) == [
        ("deferred_vat", True, 3, 2, first, VAT, "11.00"),
        ("deferred_vat", True, 4, 2, first, WAITING_VAT, "-11.00"),
        ("deferred_vat", True, 3, 2, second, VAT, "11.00"),
        ("deferred_vat", True, 4, 2, second, WAITING_VAT, "-11.00"),
    ]


def test_d20_part_payments_of_one_file_take_their_share_and_the_last_takes_the_rest(
    invoice_home: LedgerHome,
) -> None:
    home = invoice_home
    first, second = invoice(home)
    # 20.00 of 122.00 are 3.6065… of 22.00, 41.00 are 7.3934…, 20.00 again, and the last 41.00 take the rest.
    bring(
        home,
        "RITCOGE_1.txt",
        pay("20.00", first, "A", entry=1, operation_date=DAY),
        pay("41.00", first, "S", entry=2, operation_date=DAY),
        pay("20.00", second, "A", entry=3, operation_date=DAY),
        pay("41.00", second, "S", entry=4, operation_date=DAY),
    )
    assert [entry_of(home, number)[2] for number in (1, 2, 3, 4)] == [
        (VAT, "3.61"), (VAT, "7.39"), (VAT, "3.61"), (VAT, "7.39"),
    ]  # fmt: skip
    assert balance(home, WAITING_VAT) == "0.00"


def test_d20_the_vat_of_an_opening_sale_becomes_due_with_its_collection(home: LedgerHome) -> None:
    bring(home, "RITCOGE_1.txt", pay("-61.00", "SALE", "A", entry=1))
    assert entry_of(home, 1)[2:] == [(VAT_OWED, "-11.00"), (WAITING_SALES_VAT, "11.00")]


def test_d20_what_a_reversed_entry_made_due_becomes_due_again(home: LedgerHome) -> None:
    bring(home, "RITCOGE_1.txt", pay("-61.00", "SALE", "A", entry=1))
    correct(home, "delete-import", **{"import": "1"})
    import_bytes(home, "RITCOGE_2.txt", trace(pay("-122.00", "SALE", "S", entry=2)))
    assert entry_of(home, 2)[2:] == [(VAT_OWED, "-22.00"), (WAITING_SALES_VAT, "22.00")]
    assert balance(home, WAITING_SALES_VAT) == "22.00"


def descriptions(home: LedgerHome) -> list[object]:
    """The descriptions of the postings that rules made for the last movement of a trace."""
    return [
        text
        for (text,) in home.rows(
            "SELECT description FROM ledger.posting "
            "JOIN ledger.posting_rule_use USING (entry_id, line_number) "
            "WHERE entry_id = (SELECT max(entry_id) FROM ledger.posting_rule_use) ORDER BY line_number"
        )
    ]


def test_d20_the_last_payment_takes_the_vat_of_what_was_settled_by_hand_before_and_says_so(
    invoice_home: LedgerHome,
) -> None:
    home = invoice_home
    first, second = invoice(home)
    correct(home, "settle", items=[f"ALBA:{first}"], account=BANK, date="2026-10-25")
    assert balance(home, WAITING_VAT) == "22.00"
    # 30.50 of 122.00 are a quarter of 22.00, as the other 30.50; 11.00 are the share of the 61.00 by hand.
    bring(home, "RITCOGE_1.txt", pay("30.50", second, "A", entry=1, operation_date=DAY))
    assert entry_of(home, 1)[2:] == [(VAT, "5.50"), (WAITING_VAT, "-5.50")]
    assert descriptions(home) == [f"Deferred VAT due {second}"] * 2
    bring(home, "RITCOGE_2.txt", pay("30.50", second, "S", entry=2, operation_date=DAY))
    assert entry_of(home, 2)[2:] == [(VAT, "16.50"), (WAITING_VAT, "-16.50")]
    assert descriptions(home) == [f"Deferred VAT due {second}, 11.00 of it for what was settled by hand"] * 2
    assert (balance(home, VAT), balance(home, WAITING_VAT)) == ("22.00", "0.00")


def test_d20_vat_that_became_due_with_the_last_payment_is_not_due_again_when_the_hand_settlement_is_undone(
    invoice_home: LedgerHome,
) -> None:
    home = invoice_home
    first, second = invoice(home)
    number = correct(home, "settle", items=[f"ALBA:{first}"], account=BANK, date="2026-10-25")
    bring(home, "RITCOGE_1.txt", pay("61.00", second, "S", entry=1, operation_date=DAY))
    assert balance(home, WAITING_VAT) == "0.00"
    correct(home, "undo", correction=number)
    bring(home, "RITCOGE_2.txt", pay("20.00", first, "A", entry=2, operation_date=DAY))
    bring(home, "RITCOGE_3.txt", pay("41.00", first, "S", entry=3, operation_date=DAY))
    assert [entry_of(home, number)[2:] for number in (2, 3)] == [[], []]
    assert (balance(home, VAT), balance(home, WAITING_VAT)) == ("22.00", "0.00")


def test_d20_what_is_settled_by_hand_after_the_last_payment_leaves_its_vat_waiting(
    invoice_home: LedgerHome,
) -> None:
    home = invoice_home
    first, second = invoice(home)
    bring(home, "RITCOGE_1.txt", pay("61.00", first, "S", entry=1, operation_date=DAY))
    correct(home, "settle", items=[f"ALBA:{second}"], account=BANK, date="2026-10-25")
    assert (balance(home, VAT), balance(home, WAITING_VAT)) == ("11.00", "11.00")


def test_d20_thirds_with_one_of_them_by_hand_add_up_to_the_cent(home: LedgerHome) -> None:
    # 40.00 of 122.00 are 7.2131… of 22.00; the last 42.00 (7.5737…) take what is left of it.
    bring(home, "RITCOGE_1.txt", pay("-40.00", "SALE", "A", entry=1))
    correct(home, "settle", items=["ALBA:SALE"], account=BANK, date="2026-10-25", amount="40.00")
    bring(home, "RITCOGE_2.txt", pay("-42.00", "SALE", "S", entry=2))
    assert [entry_of(home, number)[2] for number in (1, 2)] == [(VAT_OWED, "-7.21"), (VAT_OWED, "-14.79")]
    # 7.21 is the share of the 40.00 by hand; the cent that rounding left belongs to the payment.
    assert descriptions(home) == ["Deferred VAT due SALE, 7.21 of it for what was settled by hand"] * 2


# --- D18, D19: withholding ----------------------------------------------------------------------------------

FEES: Final = "4000003"


def test_d18_an_item_paid_in_full_net_of_the_withholding_is_closed(home: LedgerHome) -> None:
    # 1000.00 and 22 % VAT, of which 200.00 are withheld: 1020.00 are paid, and all the VAT becomes due.
    assert bring(home, "RITCOGE_1.txt", pay("1020.00", "FEE", "S", account=FEES)).findings == []
    assert entry_of(home, 1) == [
        (BANK, "-1020.00"), (FEES, "1020.00"),
        (FEES, "200.00"), (WITHHELD, "-200.00"),
        (VAT, "220.00"), (WAITING_VAT, "-220.00"),
    ]  # fmt: skip
    assert item(home, "FEE") == ("1220.00", "1220.00", "0.00", "closed")
    assert postings(home, "is_linked", "linked", "open_item_key", "description")[1:4] == [
        (True, "1020.00", "FEE", None),
        (True, "200.00", "FEE", "Withholding FEE"),
        (False, "0.00", None, "Withholding FEE"),
    ]


def test_d19_part_payments_withhold_in_proportion_and_the_last_takes_the_rest(home: LedgerHome) -> None:
    # 300.00 net, 100.00 withheld: a third of it with every 100.00, 33.33, 33.33 and 33.34.
    for number, flag in ((1, "A"), (2, "A"), (3, "S")):
        imported = bring(
            home, f"RITCOGE_{number}.txt", pay("100.00", "FEE-2", flag, account=FEES, entry=number)
        )
        assert imported.findings == []
    assert [entry_of(home, number)[2:] for number in (1, 2, 3)] == [
        [(FEES, "33.33"), (WITHHELD, "-33.33")],
        [(FEES, "33.33"), (WITHHELD, "-33.33")],
        [(FEES, "33.34"), (WITHHELD, "-33.34")],
    ]
    assert item(home, "FEE-2") == ("400.00", "400.00", "0.00", "closed")


def test_d19_half_of_an_invoice_with_deferred_vat_withholds_half_and_makes_half_of_the_vat_due(
    home: LedgerHome,
) -> None:
    bring(home, "RITCOGE_1.txt", pay("510.00", "FEE", "A", account=FEES))
    assert entry_of(home, 1)[2:] == [
        (FEES, "100.00"), (WITHHELD, "-100.00"), (VAT, "110.00"), (WAITING_VAT, "-110.00"),
    ]  # fmt: skip
    assert item(home, "FEE") == ("610.00", "610.00", "610.00", "open")


def test_d19_the_last_payment_withholds_also_for_what_was_settled_by_hand_and_says_so(
    home: LedgerHome,
) -> None:
    # 1220.00 gross, 1020.00 net: after 610.00 by hand 410.00 are owed, and 200.00 to be withheld.
    correct(home, "settle", items=["ALBA:FEE"], account=BANK, date="2026-10-25", amount="610.00")
    assert bring(home, "RITCOGE_1.txt", pay("410.00", "FEE", "S", account=FEES)).findings == []
    # 80.39 of 200.00 are the share of 410.00 of 1020.00. All of the VAT becomes due: half of it for the hand.
    assert entry_of(home, 1)[1:] == [
        (FEES, "410.00"), (FEES, "200.00"), (WITHHELD, "-200.00"), (VAT, "220.00"), (WAITING_VAT, "-220.00"),
    ]  # fmt: skip
    assert descriptions(home) == [
        *["Withholding FEE, 119.61 of it for what was settled by hand"] * 2,
        *["Deferred VAT due FEE, 110.00 of it for what was settled by hand"] * 2,
    ]
    assert item(home, "FEE") == ("1220.00", "1220.00", "0.00", "closed")


def test_d19_where_people_settled_more_than_the_net_amount_nothing_is_left_to_be_paid(
    home: LedgerHome,
) -> None:
    correct(home, "settle", items=["ALBA:FEE"], account=BANK, date="2026-10-25", amount="1120.00")
    imported = bring(home, "RITCOGE_1.txt", pay("50.00", "FEE", "A", account=FEES))
    assert imported.codes == [("open_item_closed", 2)]
    assert expectations(home)[0][1] == "nothing to be paid: the 100.00 that are open are to be withheld"
    # What is to be withheld is booked by hand: no more than what is open.
    correct(home, "settle", items=["ALBA:FEE"], account=WITHHELD, date="2026-10-25")
    assert item(home, "FEE") == ("1220.00", "1220.00", "0.00", "closed")


def test_d14_what_is_to_be_withheld_is_never_paid_to_the_supplier_silently(home: LedgerHome) -> None:
    imported = bring(home, "RITCOGE_1.txt", pay("1220.00", "FEE", "S", account=FEES))
    assert imported.codes == [("payment_exceeds_residual", 2)]
    assert expectations(home)[0][1] == "at most the residual 1020.00; 200.00 stays unlinked"
    assert item(home, "FEE") == ("1220.00", "1220.00", "0.00", "closed")


def test_d14_a_full_settlement_below_the_net_amount_is_named(home: LedgerHome) -> None:
    imported = bring(home, "RITCOGE_1.txt", pay("1000.00", "FEE", "S", account=FEES))
    assert imported.codes == [("full_settlement_leaves_residual", 2)]
    assert expectations(home)[0][1] == "a payment of 1020.00; 20.00 stays open"


# --- D17: forecast items ------------------------------------------------------------------------------------

OPENED: Final = """
    SELECT open_item_key, account_code, side, document_number, CAST(document_date AS VARCHAR),
           CAST(due_date AS VARCHAR), original_amount, original_amount_company_currency, status, origin
    FROM ledger.open_item WHERE opened_by_entry_id IS NOT NULL AND origin <> 'invoice' ORDER BY item_id
"""


def test_d17_an_item_that_only_the_treasury_knows_is_opened_by_its_line(home: LedgerHome) -> None:
    line = leg(
        "250.00", "PREV-1", "A", account=SUPPLIER,
        document_number="77", document_date=dt.date(2026, 9, 1), due_date=dt.date(2026, 10, 31),
    )  # fmt: skip
    assert bring(home, "RITCOGE_1.txt", move(line, reason_code="PREV")).findings == []
    assert home.rows(OPENED) == [
        (
            "PREV-1",
            SUPPLIER,
            "debit",
            "77",
            "2026-09-01",
            "2026-10-31",
            Decimal(250),
            Decimal(250),
            "open",
            "trace",
        )
    ]
    assert postings(home, "account_code", "debit", "is_linked", "unlinked_reason")[1:] == [
        (SUPPLIER, "250.00", False, None)
    ]
    assert rule_uses(home) == [("forecast", False, 2, 2, "PREV-1", SUPPLIER, "250.00")]
    # Later the ledger learns of it: the other side settles the item as any other.
    assert (
        bring(home, "RITCOGE_2.txt", pay("-250.00", "PREV-1", "S", account=SUPPLIER, entry=2)).findings == []
    )
    assert item(home, "PREV-1") == ("250.00", "250.00", "0.00", "closed")


def test_d17_a_line_without_a_key_opens_an_item_whose_key_follows_from_the_movement(home: LedgerHome) -> None:
    assert bring(home, "RITCOGE_1.txt", move(leg("-80.00"), reason_code="PREV")).findings == []
    ((key, *rest),) = home.rows(OPENED)
    assert (len(str(key)), str(key)[:3]) == (23, "TR-")
    assert rest == [CUSTOMER, "credit", None, None, "2026-10-11", Decimal(80), Decimal(80), "open", "trace"]


def test_d17_of_two_lines_with_one_key_the_first_opens_the_item(home: LedgerHome) -> None:
    lines = (leg("10.00", "PREV-1", account=SUPPLIER), leg("20.00", "PREV-1", account=SUPPLIER))
    imported = bring(home, "RITCOGE_1.txt", move(*lines, reason_code="PREV"))
    assert imported.codes == [("open_item_wrong_side", 3)]
    assert [row[6] for row in home.rows(OPENED)] == [Decimal(10)]


def test_d17_a_later_movement_of_the_same_file_settles_the_item(home: LedgerHome) -> None:
    imported = bring(
        home, "RITCOGE_1.txt",
        move(leg("250.00", "PREV-1", account=SUPPLIER), reason_code="PREV", entry=1),
        pay("-100.00", "PREV-1", "A", account=SUPPLIER, entry=2),
        pay("-150.00", "PREV-1", "S", account=SUPPLIER, entry=3),
    )  # fmt: skip
    assert imported.findings == []
    assert item(home, "PREV-1") == ("250.00", "250.00", "0.00", "closed")
    assert [row[1:2] + row[6:] for row in ledger_state(home).settlements] == [
        ("PREV-1", "100.00", "100.00"),
        ("PREV-1", "150.00", "150.00"),
    ]
    correct(home, "delete-import", **{"import": "RITCOGE_1.txt"})
    assert item(home, "PREV-1") == ("0.00", "0.00", "250.00", "withdrawn")


def test_d17_a_line_before_the_one_that_opens_the_item_does_not_settle_it(home: LedgerHome) -> None:
    imported = bring(
        home, "RITCOGE_1.txt",
        pay("-100.00", "PREV-1", "A", account=SUPPLIER, entry=1),
        move(leg("250.00", "PREV-1", account=SUPPLIER), reason_code="PREV", entry=2),
    )  # fmt: skip
    assert imported.codes == [("open_item_not_found", 2)]
    assert expectations(home) == [("open_item_not_found", "a line after line 4, which opens the item")]
    assert item(home, "PREV-1") == ("0.00", "0.00", "250.00", "open")


def test_d17_an_item_in_another_currency_is_settled_within_its_file_with_its_exchange_difference(
    home: LedgerHome,
) -> None:
    imported = bring(
        home, "RITCOGE_1.txt",
        move(leg("-100.00", "P-USD", company_amount="-92.00"), currency="USD", reason_code="PREV", entry=1),
        move(leg("100.00", "P-USD", "S", company_amount="95.00"), currency="USD", entry=2),
    )  # fmt: skip
    assert imported.findings == []
    assert home.rows(
        "SELECT settled_amount, settled_amount_company_currency, status FROM ledger.open_item "
        "WHERE open_item_key = 'P-USD'"
    ) == [(Decimal(100), Decimal(92), "closed")]
    assert entry_of(home, 2)[2:] == [(CUSTOMER, "-3.00"), ("7503001", "3.00")]


def test_d17_the_key_of_an_item_that_is_there_is_a_payment_whatever_the_reason(home: LedgerHome) -> None:
    bring(home, "RITCOGE_1.txt", move(leg("-100.00", "FV-1", "S"), reason_code="PREV"))
    assert item(home, "FV-1") == ("100.00", "100.00", "0.00", "closed")
    assert home.rows(OPENED) == []


# --- D16: unpaid items --------------------------------------------------------------------------------------


def test_d16_an_unpaid_item_is_open_again_with_its_amount_and_a_new_due_date(home: LedgerHome) -> None:
    bring(home, "RITCOGE_1.txt", pay("-100.00", "FV-1", "S", entry=1))
    back = move(
        leg("100.00", "FV-1", "S", account=UNPAID, due_date=dt.date(2026, 9, 30)),
        leg("5.00", account=CHARGES),
        entry=2, reason_code="INSO",
    )  # fmt: skip
    assert bring(home, "RITCOGE_2.txt", back).findings == []
    assert entry_of(home, 2) == [
        (BANK, "-105.00"), (UNPAID, "100.00"), (CHARGES, "5.00"), (CUSTOMER, "100.00"), (UNPAID, "-100.00"),
    ]  # fmt: skip
    # Thirty days from 1 October: the due date of the line is that of the first item.
    assert home.rows(OPENED) == [
        (
            "FV-1/U1",
            CUSTOMER,
            "debit",
            "1/26",
            None,
            "2026-10-31",
            Decimal(100),
            Decimal(100),
            "open",
            "unpaid",
        )
    ]
    assert item(home, "FV-1") == ("100.00", "100.00", "0.00", "closed")
    assert (balance(home, UNPAID), balance(home, CUSTOMER)) == ("0.00", "0.00")
    assert rule_uses(home) == [
        ("unpaid", False, 2, 2, "FV-1/U1", UNPAID, "100.00"),
        ("unpaid", True, 4, 2, "FV-1/U1", CUSTOMER, "100.00"),
        ("unpaid", True, 5, 2, "FV-1/U1", UNPAID, "-100.00"),
    ]
    bring(home, "RITCOGE_3.txt", pay("-100.00", "FV-1/U1", "S", entry=3))
    assert item(home, "FV-1/U1") == ("100.00", "100.00", "0.00", "closed")


def test_d16_a_line_on_the_items_own_account_opens_it_again_without_further_postings(
    home: LedgerHome,
) -> None:
    key = "A-KEY-OF-TWENTY-SIX-SIGNS!"
    bring(
        home,
        "RITCOGE_1.txt",
        pay("-70.00", key, "S", entry=1),
        move(leg("30.00", key, due_date=dt.date(2026, 12, 24)), entry=2, reason_code="INSO"),
        move(leg("40.00", key), entry=3, reason_code="INSO"),
    )
    assert entry_of(home, 2) == [(BANK, "-30.00"), (CUSTOMER, "30.00")]
    opened = home.rows(OPENED)
    assert [row[5:8] for row in opened] == [
        ("2026-12-24", Decimal(30), Decimal(30)),
        ("2026-10-31", Decimal(40), Decimal(40)),
    ]
    assert [str(row[0])[:15] + str(row[0])[-3:] for row in opened] == [
        "A-KEY-OF-TWENT-/U1",
        "A-KEY-OF-TWENT-/U2",
    ]
    assert {len(str(row[0])) for row in opened} == {26}


def test_d16_a_payment_that_came_back_unpaid_is_deleted_after_what_brought_it_back(home: LedgerHome) -> None:
    before = essence(home)
    bring(home, "RITCOGE_1.txt", pay("-100.00", "FV-1", "S", entry=1))
    paid = essence(home)
    back = move(leg("100.00", "FV-1", "S", account=UNPAID), entry=2, reason_code="INSO")
    bring(home, "RITCOGE_2.txt", back)
    came_back = essence(home)
    correct(home, "delete-import", **{"import": "2"})
    assert essence(home) == paid
    correct(home, "undo", correction=1)
    assert essence(home) == came_back
    correct(home, "undo", correction=2)
    correct(home, "delete-import", **{"import": "1"})
    assert essence(home) == before
    bring(home, "RITCOGE_1.txt", pay("-100.00", "FV-1", "S", entry=1))
    bring(home, "RITCOGE_2.txt", back)
    assert essence(home).balances == came_back.balances
    with pytest.raises(OperatingError, match="ALBA:FV-1 as FV-1/U2 came back unpaid"):
        correct(home, "delete-import", **{"import": "3"})


def test_d16_more_than_was_paid_is_never_opened_again(home: LedgerHome) -> None:
    bring(home, "RITCOGE_1.txt", pay("-60.00", "FV-1", "A", entry=1))
    back = move(leg("60.01", "FV-1", account=UNPAID), entry=2, reason_code="INSO")
    assert bring(home, "RITCOGE_2.txt", back).codes == [("unpaid_exceeds_settled", 2)]
    assert expectations(home) == [
        (
            "unpaid_exceeds_settled",
            "at most 60.00, what is paid of the item and not open again; rule unpaid of reason INSO",
        )
    ]
    assert home.rows(OPENED) == []
    assert balance(home, UNPAID) == "60.01"


def test_d16_a_reason_without_the_rule_warns_as_before(home: LedgerHome) -> None:
    bring(home, "RITCOGE_1.txt", pay("-100.00", "FV-1", "S", entry=1))
    back = move(leg("100.00", "FV-1"), entry=2, reason_code="ICLI")
    assert bring(home, "RITCOGE_2.txt", back).codes == [("open_item_closed", 2)]


# --- D15: payment orders ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("reason_code", "key"), [("PFOR", ""), ("PFOR", "FA-1"), ("PORD", "FA-1")])
def test_d15_a_payment_order_closes_the_item_once_and_transit_ends_at_zero(
    home: LedgerHome, reason_code: str, key: str
) -> None:
    order = move(
        leg("100.00", "FA-1", "S", account=SUPPLIER), account=TRANSIT, bill_flag="D", reason_code="PFOR"
    )
    assert bring(home, "RITCOGE_1.txt", order).findings == []
    assert item(home, "FA-1") == ("100.00", "100.00", "0.00", "closed")
    assert balance(home, TRANSIT) == "-100.00"
    bank = move(
        leg("100.00", key, "S" if key else "", account=TRANSIT),
        entry=2,
        bill_flag="D",
        reason_code=reason_code,
    )
    second = bring(home, "RITCOGE_2.txt", bank)
    assert (second.findings, second.outcome.counts["unlinked_posting_count"]) == ([], 0)
    assert item(home, "FA-1") == ("100.00", "100.00", "0.00", "closed")
    assert (balance(home, TRANSIT), balance(home, BANK)) == ("0.00", "-100.00")


def test_d15_the_rule_lets_money_pass_through_an_account_of_another_kind(home: LedgerHome) -> None:
    bank = move(leg("100.00", "FA-1", "S", account=CHARGES), reason_code="PORD")
    assert bring(home, "RITCOGE_1.txt", bank).findings == []
    assert rule_uses(home) == [("payment_order", False, 2, 2, "FA-1", CHARGES, "100.00")]
    without = move(leg("100.00", "FA-1", "S", account=CHARGES), reason_code="PFOR", entry=2)
    assert bring(home, "RITCOGE_2.txt", without).codes == [("open_item_on_other_account", 2)]


def test_d15_a_second_movement_on_the_suppliers_account_is_named_as_a_second_payment(
    home: LedgerHome,
) -> None:
    bring(home, "RITCOGE_1.txt", pay("100.00", "FA-1", "S", entry=1))
    assert bring(home, "RITCOGE_2.txt", pay("100.00", "FA-1", "S", entry=2, reason_code="PORD")).codes == [
        ("open_item_closed", 2)
    ]


# --- D12: repetition ----------------------------------------------------------------------------------------


def test_d12_movements_with_generated_postings_are_known_again(home: LedgerHome) -> None:
    movements = (
        pay("1020.00", "FEE", "S", account=FEES, entry=1),
        dollars("-40.00", "-36.00", "FV-USD", "A", 2),
        move(leg("250.00", "PREV-1", account=SUPPLIER), entry=3, reason_code="PREV"),
    )
    bring(home, "RITCOGE_1.txt", *movements)
    before = items(home, "open_item_key", "settled", "status")
    again = import_bytes(home, "RITCOGE_2.txt", trace(*movements, pay("-1.00", "FV-1", "A", entry=4)))
    assert again.codes == [("movement_already_imported", number) for number in (1, 3, 5)]
    assert [row for row in items(home, "open_item_key", "settled", "status") if row[0] != "FV-1"] == [
        row for row in before if row[0] != "FV-1"
    ]


def test_common_rules_stand_behind_those_of_the_company(trial_home: MakeHome) -> None:
    rules = (posting_rule("PREV", "forecast"), posting_rule("PREV", "payment_order", company="ALBA"))
    home = trial_home(OPENING.replace(posting_rules=rules))
    assert bring(
        home, "RITCOGE_1.txt", move(leg("80.00", "X", account=SUPPLIER), reason_code="PREV")
    ).codes == [("open_item_not_found", 2)]


# --- D32: several companies ---------------------------------------------------------------------------------


def test_d32_rules_and_conditions_of_one_company_leave_the_ledger_of_another_alone(
    trial_home: MakeHome,
) -> None:
    brezza = (
        account(BANK, "bank", company="BREZZA"),
        account(FEES, "supplier", company="BREZZA"),
    )
    fee = open_item("FEE", "1220.00", account=FEES, side="credit", company="BREZZA")
    rules = (posting_rule("PREV", "forecast", company="ALBA"),)
    home = trial_home(
        OPENING.replace(
            accounts=(*OPENING.accounts, *brezza), items=(*OPENING.items, fee), posting_rules=rules
        )
    )
    paid = bring(
        home,
        "RITCOGE_1.txt",
        pay("1020.00", "FEE", "S", account=FEES, entry=1, on_behalf_company="BREZZA"),
        pay("1020.00", "FEE", "A", account=FEES, entry=2, company="BREZZA"),
        move(leg("5.00", "X", account=FEES), entry=3, company="BREZZA", reason_code="PREV"),
    )
    assert paid.codes == [("open_item_not_found", 6)]
    assert len(entry_of(home, 1)) == 6
    assert entry_of(home, 2) == [(BANK, "-1020.00"), (FEES, "1020.00")]
    assert [row for row in items(home, "company_code", "open_item_key", "residual") if row[1] == "FEE"] == [
        ("ALBA", "FEE", "0.00"),
        ("BREZZA", "FEE", "200.00"),
    ]
    companies = (
        "SELECT DISTINCT company_code FROM ledger.posting_rule_use JOIN ledger.posting USING (entry_id)"
    )
    assert home.rows(companies) == [("ALBA",)]


# --- O06: where it comes from -------------------------------------------------------------------------------


def test_o06_an_entry_says_which_rule_made_or_decided_each_posting(home: LedgerHome) -> None:
    bring(home, "RITCOGE_1.txt", pay("-100.00", "FV-1", "S", entry=1))
    bring(home, "RITCOGE_2.txt", move(leg("100.00", "FV-1", account=UNPAID), entry=2, reason_code="INSO"))
    lines = questions.explain_entry(home.workbench, 2)["postings"]
    assert isinstance(lines, list)
    assert [(line["posting_rule"], line["is_generated"], line["source_line"]) for line in lines] == [
        (None, False, 1),
        ("unpaid", False, 2),
        ("unpaid", True, 2),
        ("unpaid", True, 2),
    ]
    query = "SELECT item_id FROM ledger.open_item WHERE open_item_key = 'FV-1/U1'"
    ((item_id,),) = home.rows(query)
    opened = questions.explain_item(home.workbench, int(str(item_id)))
    assert (opened["origin"], opened["opened_by_file"], opened["opened_by_source_line"]) == (
        "unpaid",
        "RITCOGE_2.txt",
        1,
    )
    assert opened["reopens_open_item_key"] == "FV-1"
