"""Which line settles which item and by how much (D04, D07, D14, D21), and what stays unlinked."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest

from samples.payments import CHARGES, CUSTOMER, SUPPLIER, leg, move, pay, trace
from tests.conftest import MakeHome
from tests.support.corrections import correct
from tests.support.ledgers import (
    Candidate,
    Item,
    LedgerHome,
    LedgerState,
    Posting,
    ReferenceData,
    Row,
    Settled,
    account,
    company,
    expectations,
    found_field,
    import_bytes,
    items,
    ledger_state,
    open_item,
    period,
    postings,
    setting,
)

ITEMS = ReferenceData(
    items=(
        open_item("FV-1", "100.00"),
        open_item("FV-2", "50.00", account="1500002"),
        open_item("FA-1", "80.00", account=SUPPLIER, side="credit"),
        open_item("FV-USD", "100.00", currency="USD", company_amount="92.00"),
    )
)
ITEM_COLUMNS = ("open_item_key", "settled", "residual", "status")
UNTOUCHED = [
    ("FA-1", "0.00", "80.00", "open"),
    ("FV-1", "0.00", "100.00", "open"),
    ("FV-2", "0.00", "50.00", "open"),
    ("FV-USD", "0.00", "100.00", "open"),
]
LINE_COLUMNS = ("account_code", "debit", "credit", "is_linked", "linked", "unlinked_reason")
SETTLED_COLUMNS = ("open_item_key", "line_number", "settlement_flag", "amount", "company_amount")


def touched(*changed: tuple[str, str, str, str]) -> list[tuple[str, str, str, str]]:
    """The four items with those that were settled."""
    by_key = {row[0]: row for row in changed}
    return [by_key.get(row[0], row) for row in UNTOUCHED]


def settled(state: LedgerState) -> list[tuple[object, ...]]:
    """Every settlement without its company and movement."""
    return [tuple(getattr(row, name) for name in SETTLED_COLUMNS) for row in state.settlements]


# --- D04: a full payment ------------------------------------------------------------------------------------


def test_d04_a_full_settlement_closes_the_item_and_links_the_line_from_both_sides(
    trial_home: MakeHome,
) -> None:
    home = trial_home(ReferenceData(items=(open_item("FV-1", "100.00"),)))
    imported = import_bytes(
        home,
        "RITCOGE.txt",
        trace(pay("-100.00", "FV-1", note="Ft. 1", treasury_posting_date=date(2026, 9, 1))),
    )
    key = "ALBA|TES|2026|1|2026-10-01|100.00|1801001"
    entry = ("ALBA", "2026-10-01", key)
    assert ledger_state(home) == LedgerState(
        postings=[
            Posting(
                *entry, 1, "1801001", "ICLI", "100.00", "0.00", "EUR", "EUR", "100.00", None, None, None,
                False, "0.00", None,
            ),
            Posting(
                *entry, 2, "1500001", "ICLI", "0.00", "100.00", "EUR", "EUR", "-100.00", "Ft. 1", "FV-1", "S",
                True, "100.00", None,
            ),
        ],
        items=[
            Item("ALBA", "FV-1", "1500001", "debit", "EUR", "100.00", "100.00", "0.00", "100.00", "closed"),
        ],
        settlements=[Settled("ALBA", "FV-1", key, 2, "2026-10-01", "S", "100.00", "100.00")],
        candidates=[],
        findings=[],
    )  # fmt: skip
    assert (imported.outcome.status, imported.outcome.counts) == (
        "posted",
        {
            "line_count": 2,
            "movement_count": 1,
            "posted_movement_count": 1,
            "repeated_movement_count": 0,
            "posting_count": 2,
            "linked_posting_count": 1,
            "unlinked_posting_count": 0,
            "error_count": 0,
            "warning_count": 0,
        },
    )


def test_d04_a_debit_on_the_suppliers_account_pays_a_suppliers_item(trial_home: MakeHome) -> None:
    home = trial_home(ITEMS)
    data = trace(move(leg("80.00", "FA-1", "S", account=SUPPLIER), leg("1.50", account=CHARGES)))
    assert import_bytes(home, "RITCOGE.txt", data).findings == []
    assert postings(home, *LINE_COLUMNS) == [
        ("1801001", "0.00", "81.50", False, "0.00", None),
        ("4000001", "80.00", "0.00", True, "80.00", None),
        ("7501001", "1.50", "0.00", False, "0.00", None),
    ]
    assert items(home, *ITEM_COLUMNS) == touched(("FA-1", "80.00", "0.00", "closed"))


def test_d04_one_collection_closes_items_of_several_customers(trial_home: MakeHome) -> None:
    home = trial_home(ITEMS)
    data = trace(move(leg("-100.00", "FV-1", "S"), leg("-50.00", "FV-2", "S", account="1500002")))
    assert import_bytes(home, "RITCOGE.txt", data).findings == []
    assert items(home, *ITEM_COLUMNS) == touched(
        ("FV-1", "100.00", "0.00", "closed"), ("FV-2", "50.00", "0.00", "closed")
    )


# --- D14: flags and parts -----------------------------------------------------------------------------------


def test_d14_a_part_payment_leaves_the_residual_and_a_later_file_closes_it(trial_home: MakeHome) -> None:
    home = trial_home(ITEMS)
    first = import_bytes(home, "RITCOGE_1.txt", trace(pay("-60.01", "FV-1", "A")))
    assert items(home, *ITEM_COLUMNS) == touched(("FV-1", "60.01", "39.99", "open"))
    second = import_bytes(home, "RITCOGE_2.txt", trace(pay("-39.99", "FV-1", "S", entry=2)))
    assert items(home, *ITEM_COLUMNS) == touched(("FV-1", "100.00", "0.00", "closed"))
    assert (first.findings, second.findings) == ([], [])
    assert settled(ledger_state(home)) == [
        ("FV-1", 2, "A", "60.01", "60.01"),
        ("FV-1", 2, "S", "39.99", "39.99"),
    ]


@pytest.mark.parametrize("flag", ["A", ""])
def test_d14_a_payment_of_the_whole_residual_closes_the_item_whatever_its_flag(
    trial_home: MakeHome, flag: str
) -> None:
    home = trial_home(ITEMS)
    assert import_bytes(home, "RITCOGE.txt", trace(pay("-100.00", "FV-1", flag))).findings == []
    assert items(home, *ITEM_COLUMNS) == touched(("FV-1", "100.00", "0.00", "closed"))


def test_d14_several_lines_of_a_file_settle_one_item_in_their_order(trial_home: MakeHome) -> None:
    home = trial_home(ITEMS)
    data = trace(
        move(leg("-20.00", "FV-1", "A"), leg("-30.00", "FV-1", "A"), entry=1),
        move(leg("-50.00", "FV-1", "S"), entry=2),
    )
    assert import_bytes(home, "RITCOGE.txt", data).findings == []
    assert settled(ledger_state(home)) == [
        ("FV-1", 2, "A", "20.00", "20.00"),
        ("FV-1", 3, "A", "30.00", "30.00"),
        ("FV-1", 2, "S", "50.00", "50.00"),
    ]
    assert items(home, *ITEM_COLUMNS) == touched(("FV-1", "100.00", "0.00", "closed"))


def test_d14_lines_beyond_the_residual_are_never_applied_silently(trial_home: MakeHome) -> None:
    home = trial_home(ITEMS)
    data = trace(*(pay(amount, "FV-1", "A", entry=entry) for entry, amount in enumerate(
        ("-60.00", "-60.00", "-10.00", "-5.00"), start=1
    )))  # fmt: skip
    imported = import_bytes(home, "RITCOGE.txt", data)
    assert imported.codes == [
        ("payment_exceeds_residual", 4),
        ("open_item_closed", 6),
        ("open_item_closed", 8),
    ]
    assert expectations(home)[0] == (
        "payment_exceeds_residual",
        "at most the residual 40.00; 20.00 stays unlinked",
    )
    assert [row for row in postings(home, *LINE_COLUMNS) if row[0] == CUSTOMER] == [
        ("1500001", "0.00", "60.00", True, "60.00", None),
        ("1500001", "0.00", "60.00", True, "40.00", "payment_exceeds_residual"),
        ("1500001", "0.00", "10.00", False, "0.00", "open_item_closed"),
        ("1500001", "0.00", "5.00", False, "0.00", "open_item_closed"),
    ]
    assert items(home, *ITEM_COLUMNS) == touched(("FV-1", "100.00", "0.00", "closed"))
    assert imported.outcome.status == "posted"
    assert (
        imported.outcome.counts["linked_posting_count"],
        imported.outcome.counts["unlinked_posting_count"],
    ) == (
        2,
        3,
    )


def test_d14_a_full_settlement_that_leaves_a_residual_is_a_warning_with_the_difference(
    trial_home: MakeHome,
) -> None:
    home = trial_home(ITEMS)
    imported = import_bytes(
        home,
        "RITCOGE.txt",
        trace(pay("-99.50", "FV-1", "S"), pay("-49.00", "FV-2", "A", entry=2, account="1500002")),
    )
    assert imported.codes == [("full_settlement_leaves_residual", 2)]
    assert expectations(home) == [("full_settlement_leaves_residual", "a payment of 100.00; 0.50 stays open")]
    assert items(home, *ITEM_COLUMNS) == touched(
        ("FV-1", "99.50", "0.50", "open"), ("FV-2", "49.00", "1.00", "open")
    )


def test_d14_a_residual_within_the_tolerance_says_so_and_stays_open(trial_home: MakeHome) -> None:
    home = trial_home(ITEMS.replace(settings=(setting("residual_tolerance", "0.05", company="ALBA"),)))
    import_bytes(
        home, "RITCOGE.txt", trace(pay("-99.95", "FV-1"), pay("-49.94", "FV-2", entry=2, account="1500002"))
    )
    assert expectations(home) == [
        (
            "full_settlement_leaves_residual",
            "a payment of 100.00; 0.05 stays open, within the tolerance of 0.05: "
            "`partita write-off ALBA:FV-1`",
        ),
        ("full_settlement_leaves_residual", "a payment of 50.00; 0.06 stays open"),
    ]
    assert items(home, *ITEM_COLUMNS) == touched(
        ("FV-1", "99.95", "0.05", "open"), ("FV-2", "49.94", "0.06", "open")
    )


# --- D07: what cannot be linked -----------------------------------------------------------------------------


def test_d07_payments_that_cannot_be_linked_are_posted_and_the_items_stay_open(trial_home: MakeHome) -> None:
    home = trial_home(ITEMS)
    data = trace(
        pay("-100.00", "FV-9", entry=1),
        pay("-50.00", "FV-2", entry=2),
        pay("100.00", "FV-1", entry=3, account=CUSTOMER),
        pay("-80.00", "FA-1", entry=4, account=SUPPLIER),
        move(leg("-100.00", "FV-USD", "S", company_amount="-118.00"), entry=5, currency="GBP"),
        pay("-100.00", "FV-1", entry=6, company="BREZZA"),
        pay("-7.00", "", "", entry=7),
        pay("8.00", "", "", entry=8),
    )
    imported = import_bytes(home, "RITCOGE.txt", data)
    assert imported.codes == [
        ("open_item_not_found", 2),
        ("open_item_on_other_account", 4),
        ("open_item_wrong_side", 6),
        ("open_item_wrong_side", 8),
        ("open_item_currency_differs", 10),
        ("open_item_not_found", 12),
    ]
    assert expectations(home) == [
        ("open_item_not_found", "the key of an open item of the company"),
        ("open_item_on_other_account", "account 1500002, on which the item stands"),
        ("open_item_wrong_side", "a credit (-), since the item is a debit"),
        ("open_item_wrong_side", "a debit (+), since the item is a credit"),
        ("open_item_currency_differs", "an amount in USD, the currency of the open item"),
        ("open_item_not_found", "the key of an open item of the company"),
    ]
    assert [row for row in postings(home, *LINE_COLUMNS) if row[0] != "1801001"] == [
        ("1500001", "0.00", "100.00", False, "0.00", "open_item_not_found"),
        ("1500001", "0.00", "50.00", False, "0.00", "open_item_on_other_account"),
        ("1500001", "100.00", "0.00", False, "0.00", "open_item_wrong_side"),
        ("4000001", "0.00", "80.00", False, "0.00", "open_item_wrong_side"),
        ("1500001", "0.00", "118.00", False, "0.00", "open_item_currency_differs"),
        ("1500001", "0.00", "7.00", False, "0.00", "no_open_item_key"),
        ("4000001", "8.00", "0.00", False, "0.00", "no_open_item_key"),
        ("1500001", "0.00", "100.00", False, "0.00", "open_item_not_found"),
    ]
    assert items(home, *ITEM_COLUMNS) == UNTOUCHED
    assert ledger_state(home).settlements == []
    assert imported.outcome.status == "posted"
    assert imported.outcome.counts["unlinked_posting_count"] == 8


def test_d07_an_item_that_an_earlier_file_closed_is_not_paid_twice(trial_home: MakeHome) -> None:
    home = trial_home(ITEMS)
    import_bytes(home, "RITCOGE_1.txt", trace(pay("-100.00", "FV-1")))
    second = import_bytes(home, "RITCOGE_2.txt", trace(pay("-100.00", "FV-1", entry=2)))
    assert second.codes == [("open_item_closed", 2)]
    assert items(home, *ITEM_COLUMNS) == touched(("FV-1", "100.00", "0.00", "closed"))


def test_d07_an_item_that_was_withdrawn_from_the_opening_items_is_not_found(trial_home: MakeHome) -> None:
    home = trial_home(ITEMS)
    home.load_reference(ITEMS.replace(items=ITEMS.items[1:]))
    imported = import_bytes(home, "RITCOGE.txt", trace(pay("-100.00", "FV-1")))
    assert imported.codes == [("open_item_not_found", 2)]
    assert items(home, *ITEM_COLUMNS) == touched(("FV-1", "0.00", "100.00", "withdrawn"))


def test_d07_lines_on_other_accounts_without_a_key_wait_for_nothing(trial_home: MakeHome) -> None:
    home = trial_home(ITEMS)
    data = trace(move(leg("2.50", account=CHARGES), leg("10.00", account="1801002")))
    assert import_bytes(home, "RITCOGE.txt", data).findings == []
    assert [row[-1] for row in postings(home, *LINE_COLUMNS)] == [None, None, None]


def test_d07_an_exchange_difference_that_names_an_item_settles_nothing_and_is_not_silent(
    trial_home: MakeHome,
) -> None:
    # Nothing in USD, something in EUR: the line has a key and no amount for it.
    home = trial_home(ITEMS)
    data = trace(move(leg("0.00", "FV-USD", "S", company_amount="-3.00"), currency="USD"))
    assert import_bytes(home, "RITCOGE.txt", data).codes == [("open_item_currency_differs", 2)]
    assert [row for row in postings(home, *LINE_COLUMNS) if row[0] == CUSTOMER] == [
        ("1500001", "0.00", "3.00", False, "0.00", "open_item_currency_differs")
    ]
    assert items(home, *ITEM_COLUMNS) == UNTOUCHED


# --- D07: candidates ----------------------------------------------------------------------------------------


def candidates(trial_home: MakeHome, payment: bytes, *rows: Row) -> list[tuple[object, ...]]:
    """Key, score and explanation of what is proposed for the payment, best first."""
    home = trial_home(ReferenceData(items=rows))
    import_bytes(home, "RITCOGE.txt", payment)
    return [(row.open_item_key, row.score, row.explanation) for row in ledger_state(home).candidates]


def test_d07_the_best_candidates_come_first_each_with_its_reasons(trial_home: MakeHome) -> None:
    payment = trace(
        pay("-100.00", "GONE", document_number="FV/401", due_date=date(2026, 10, 31), reason_code="ICLI")
    )
    found = candidates(
        trial_home,
        payment,
        open_item("SAME", "100.00", document_number="FV/401", due_date="2026-10-31"),
        open_item("NEAR", "100.50", document_number="FV/402", due_date="2026-10-21"),
        open_item("ELSEWHERE", "100.00", account="1500002", due_date="2026-10-30"),
        open_item("WORSE", "700.00", due_date="2026-06-01"),
    )
    assert found == [
        (
            "SAME",
            100,
            "same amount; due 2026-10-31 (0 days apart); same account; same document number",
        ),
        (
            "NEAR",
            73,
            "amount differs by 0.50; due 2026-10-21 (10 days apart); same account; similar document number",
        ),
        ("ELSEWHERE", 60, "same amount; due 2026-10-30 (1 days apart); account 1500002"),
    ]


def test_d07_an_item_of_the_same_counterparty_on_another_account_is_a_candidate(trial_home: MakeHome) -> None:
    found = candidates(
        trial_home,
        trace(pay("-100.00", "GONE")),
        open_item("OTHER-ACCOUNT", "100.00", account="1500011"),
        open_item("OTHER-PARTY", "100.00", account="1500002"),
    )
    assert found == [
        ("OTHER-ACCOUNT", 60, "same amount; no due date; same counterparty"),
        ("OTHER-PARTY", 40, "same amount; no due date; account 1500002"),
    ]


def test_d07_no_candidate_is_on_the_wrong_side_closed_withdrawn_or_of_another_company(
    trial_home: MakeHome,
) -> None:
    rows = (
        open_item("WRONG-SIDE", "100.00", side="credit"),
        open_item("OTHER-COMPANY", "100.00", company="BREZZA"),
        open_item("CLOSED", "100.00"),
        open_item("WITHDRAWN", "100.00"),
    )
    home = trial_home(ReferenceData(items=rows))
    home.load_reference(ReferenceData(items=rows[:3]))
    data = trace(pay("-100.00", "CLOSED", entry=1), pay("-100.00", "GONE", entry=2))
    assert import_bytes(home, "RITCOGE.txt", data).codes == [("open_item_not_found", 4)]
    assert ledger_state(home).candidates == []


def test_d07_three_candidates_at_most_and_equal_ones_in_the_order_of_their_opening(
    trial_home: MakeHome,
) -> None:
    found = candidates(
        trial_home, trace(pay("-100.00", "GONE")), *(open_item(f"K{number}", "100.00") for number in range(5))
    )
    assert [key for key, _, _ in found] == ["K0", "K1", "K2"]


def test_d07_the_item_whose_account_differs_is_itself_a_candidate(trial_home: MakeHome) -> None:
    found = candidates(
        trial_home,
        trace(pay("-100.00", "MINE")),
        open_item("MINE", "300.00", account="1500002", document_number="FV/1"),
    )
    assert found == [("MINE", 10, "amount differs by 200.00; no due date; account 1500002")]


def test_d14_what_a_payment_leaves_over_looks_for_an_item_of_its_own_size(trial_home: MakeHome) -> None:
    # 150.00 pay FV-1 in full; the 50.00 that stay unlinked are FV-3 to the cent.
    found = candidates(
        trial_home,
        trace(pay("-150.00", "FV-1", "A")),
        open_item("FV-1", "100.00"),
        open_item("FV-2", "150.00", account="1500002"),
        open_item("FV-3", "50.00"),
    )
    assert [key for key, _, _ in found][:1] == ["FV-3"]
    assert found[0][2] == "same amount; no due date; same account"


def test_d07_candidates_are_the_items_that_are_open_when_somebody_looks(trial_home: MakeHome) -> None:
    first = ReferenceData(items=(open_item("FV-1", "100.00"), open_item("FV-2", "900.00")))
    home = trial_home(first)
    import_bytes(home, "A.txt", trace(pay("-100.00", "GONE", entry=1, document_number="FV/7")))

    def proposed() -> list[tuple[str, int]]:
        found = ledger_state(home).candidates
        return [(row.open_item_key, row.score) for row in found if row.movement_key.split("|")[3] == "1"]

    assert proposed() == [("FV-1", 65), ("FV-2", 35)]
    import_bytes(home, "B.txt", trace(pay("-100.00", "FV-1", entry=2)))
    assert proposed() == [("FV-2", 35)]
    home.load_reference(
        first.replace(items=(*first.items, open_item("FV-7", "100.00", document_number="FV/7")))
    )
    assert proposed() == [("FV-7", 80), ("FV-2", 35)]
    correct(home, "delete-import", **{"import": "B.txt"})
    assert proposed() == [("FV-7", 80), ("FV-1", 65), ("FV-2", 35)]


def test_d07_candidates_are_for_what_is_left_of_a_payment_and_for_one_that_is_let_go(
    trial_home: MakeHome,
) -> None:
    items = (open_item("FV-1", "70.00"), open_item("FV-2", "30.00"), open_item("FV-3", "100.00"))
    home = trial_home(ReferenceData(items=items))
    import_bytes(home, "A.txt", trace(pay("-100.00", "GONE", entry=1), pay("-30.00", "FV-2", entry=2)))
    correct(home, "link", payment="1/2", items=["ALBA:FV-1"])
    correct(home, "reopen", item="ALBA:FV-2")
    assert [(row.movement_key.split("|")[3], row.open_item_key, row.explanation) for row in best(home)] == [
        ("1", "FV-2", "same amount; no due date; same account"),
        ("2", "FV-2", "same amount; no due date; same account"),
    ]


@pytest.mark.parametrize(
    ("linked", "found"),
    [
        ([("FV-USD", "40.00")], ("SIXTY", "same amount; no due date; same account")),
        # 18.00 of 90.00 EUR are a fifth of 100.00 USD: what is left is known in EUR only.
        ([("FV-EUR", "18.00")], ("SEVENTY-TWO", "same amount; no due date; same account")),
    ],
)
def test_d21_what_is_left_of_a_payment_in_another_currency_is_looked_for_in_the_currency_that_is_known(
    trial_home: MakeHome, linked: list[tuple[str, str]], found: tuple[str, str]
) -> None:
    items = (
        open_item("FV-USD", "40.00", currency="USD", company_amount="36.00"),
        open_item("FV-EUR", "18.00"),
        open_item("SIXTY", "60.00", currency="USD", company_amount="54.00"),
        open_item("SEVENTY-TWO", "72.00"),
    )
    home = trial_home(ReferenceData(items=items))
    payment = move(leg("-100.00", "GONE", company_amount="-90.00"), currency="USD", reason_code="ICLI")
    import_bytes(home, "A.txt", trace(payment))
    for key, amount in linked:
        correct(home, "link", payment="1/2", items=[f"ALBA:{key}"], amount=amount)
    assert [(row.open_item_key, row.explanation) for row in best(home)] == [found]


def best(home: LedgerHome) -> list[Candidate]:
    """The best candidate of each payment."""
    return [row for row in ledger_state(home).candidates if row.rank == 1]


# --- D21: currencies ----------------------------------------------------------------------------------------


def test_d21_an_item_in_another_currency_is_settled_in_its_currency_and_in_that_of_the_ledger(
    trial_home: MakeHome,
) -> None:
    home = trial_home(ITEMS)
    data = trace(
        move(
            leg("-40.00", "FV-USD", "A", company_amount="-36.00"),
            leg("0.00", account="7503001", company_amount="0.40"),
            currency="USD",
        )
    )
    # The share of the item is 36.80, and the company has no accounts for the difference.
    assert import_bytes(home, "RITCOGE.txt", data).codes == [("exchange_difference_not_booked", 2)]
    assert postings(home, "account_code", "debit", "credit", "currency", "currency_amount", "linked") == [
        ("1801001", "35.60", "0.00", "USD", "40.00", "0.00"),
        ("1500001", "0.00", "36.00", "USD", "-40.00", "36.00"),
        ("7503001", "0.40", "0.00", "USD", "0.00", "0.00"),
    ]
    assert settled(ledger_state(home)) == [("FV-USD", 2, "A", "40.00", "36.00")]
    assert items(home, *ITEM_COLUMNS) == touched(("FV-USD", "40.00", "60.00", "open"))


def test_d21_the_share_of_a_payment_that_is_too_large_is_rounded_half_up_to_the_cent(
    trial_home: MakeHome,
) -> None:
    home = trial_home(ITEMS)
    # 138.01 EUR for 150.00 USD: the 100.00 USD that fit are 92.00666… EUR.
    data = trace(move(leg("-150.00", "FV-USD", "S", company_amount="-138.01"), currency="USD"))
    assert import_bytes(home, "RITCOGE.txt", data).codes == [
        ("payment_exceeds_residual", 2),
        ("exchange_difference_not_booked", 2),
    ]
    assert settled(ledger_state(home)) == [("FV-USD", 2, "S", "100.00", "92.01")]
    assert [row for row in postings(home, *LINE_COLUMNS) if row[0] == CUSTOMER] == [
        ("1500001", "0.00", "138.01", True, "92.01", "payment_exceeds_residual")
    ]


def test_d21_an_item_in_the_ledgers_currency_is_paid_by_the_ledgers_amount_of_a_foreign_payment(
    trial_home: MakeHome,
) -> None:
    home = trial_home(ITEMS)
    data = trace(move(leg("-108.70", "FV-1", "S", company_amount="-100.00"), currency="USD"))
    assert import_bytes(home, "RITCOGE.txt", data).findings == []
    assert settled(ledger_state(home)) == [("FV-1", 2, "S", "100.00", "100.00")]
    assert items(home, *ITEM_COLUMNS) == touched(("FV-1", "100.00", "0.00", "closed"))


def test_d21_a_share_in_a_currency_without_cents_is_a_whole_number(trial_home: MakeHome) -> None:
    home = trial_home(
        ReferenceData(
            companies=(company("KAZE", "JPY"),),
            accounts=(
                account("1801001", "bank", company="KAZE"),
                account(CUSTOMER, "customer", company="KAZE"),
            ),
            periods=(period("2026-10", "2026-10-01", "2026-10-31", company="KAZE"),),
            items=(open_item("FV-USD", "100.00", company="KAZE", currency="USD", company_amount="15000"),),
        )
    )
    # 20001 JPY for 130.00 USD: the 100.00 USD that fit are 15385.38… JPY.
    data = trace(
        move(
            leg("-130.00", "FV-USD", "S", company_amount="-20001"),
            company="KAZE",
            currency="USD",
            company_currency="JPY",
        )
    )
    assert import_bytes(home, "RITCOGE.txt", data).codes == [
        ("payment_exceeds_residual", 2),
        ("exchange_difference_not_booked", 2),
    ]
    assert settled(ledger_state(home)) == [("FV-USD", 2, "S", "100.00", "15385.00")]


def test_d21_a_line_whose_two_amounts_have_opposite_signs_is_kept_out(trial_home: MakeHome) -> None:
    # 40.00 USD that debit the customer and 36.00 EUR that credit it: one of the two signs is wrong.
    home = trial_home(ITEMS)
    data = trace(
        move(leg("40.00", "FV-USD", "A", company_amount="-36.00"), currency="USD"),
        move(leg("0.00", company_amount="-0.40", account=CHARGES), currency="USD", entry=2),
    )
    imported = import_bytes(home, "RITCOGE.txt", data)
    assert imported.findings == [
        found_field(data, "movement_currencies_differ", 1, "amount", "-00000000000040,000000"),
        found_field(data, "movement_currencies_differ", 2, "amount", "+00000000000040,000000"),
    ]
    assert [row[0] for row in postings(home, "account_code")] == ["1801001", CHARGES]


def test_d21_the_share_of_a_large_payment_in_a_small_currency_is_exact(trial_home: MakeHome) -> None:
    home = trial_home(
        ReferenceData(
            companies=(company("KAZE", "JPY"),),
            accounts=(
                account("1801001", "bank", company="KAZE"),
                account(CUSTOMER, "customer", company="KAZE"),
            ),
            periods=(period("2026-10", "2026-10-01", "2026-10-31", company="KAZE"),),
            items=(
                open_item(
                    "FV-USD", "100000000.00", company="KAZE", currency="USD", company_amount="15000000000"
                ),
            ),
        )
    )
    # Twenty thousand million JPY for 130 million USD: the 100 million that fit are 15384615384.6… JPY.
    data = trace(
        move(
            leg("-130000000.00", "FV-USD", "S", company_amount="-20000000000"),
            company="KAZE",
            currency="USD",
            company_currency="JPY",
        )
    )
    assert import_bytes(home, "RITCOGE.txt", data).codes == [
        ("payment_exceeds_residual", 2),
        ("exchange_difference_not_booked", 2),
    ]
    assert settled(ledger_state(home)) == [("FV-USD", 2, "S", "100000000.00", "15384615385.00")]


@pytest.mark.parametrize("amount", ["1000000000000.00", "50000000000000.00", "99999999999999.99"])
def test_the_largest_amounts_of_the_layout_are_settled_exactly(trial_home: MakeHome, amount: str) -> None:
    home = trial_home(ReferenceData(items=(open_item("FV-1", amount),)))
    assert import_bytes(home, "RITCOGE.txt", trace(pay(f"-{amount}", "FV-1"))).findings == []
    assert items(home, *ITEM_COLUMNS) == [("FV-1", amount, "0.00", "closed")]


def test_d07_an_unlinked_payment_is_compared_with_very_large_items(trial_home: MakeHome) -> None:
    found = candidates(
        trial_home,
        trace(pay("-10.00", "GONE")),
        open_item("LARGE", "2000000000000.00"),
        open_item("SMALL", "10.00"),
    )
    assert found == [
        ("SMALL", 65, "same amount; no due date; same account"),
        ("LARGE", 35, "amount differs by 1999999999990.00; no due date; same account"),
    ]


def test_d34_a_movement_of_very_large_amounts_that_does_not_balance_is_kept_out(trial_home: MakeHome) -> None:
    home = trial_home(ITEMS)
    first, second = pay("-99999999999999.99")
    data = trace((first, dataclasses.replace(second, amount=-second.amount)))
    assert import_bytes(home, "RITCOGE.txt", data).codes == [("movement_unbalanced", 1)]
    assert ledger_state(home).postings == []
