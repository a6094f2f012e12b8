"""Changing a registration (F07): the reversal, the items that keep their keys, and what is refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.corrections.changing import change_registration
from assets.errors import OperatingError
from assets.invoices.deciding import BY_THE_RULES, PostingChoice, close_documents
from assets.invoices.model import CanonicalDocument
from assets.invoices.reports import explain_document
from assets.ledger.audit import Decider
from tests.support.corrections import correct
from tests.support.effort import examples
from tests.support.invoice_ledgers import DATA, NOW, deliver, document, statuses, switch
from tests.support.ledgers import LedgerHome, invoice_rule, ledger_state, period
from tests.support.whole_ledger import invariants_of

LATER: Final = NOW + dt.timedelta(days=1)
ANNA: Final = Decider("anna", LATER, "posted to the wrong account")
CONSULTANTS: Final = PostingChoice("7103001", "22")
TWO_INSTALMENTS: Final = [
    {"due_date": dt.date(2026, 11, 30), "amount": Decimal("61.00")},
    {"due_date": dt.date(2026, 12, 31), "amount": Decimal("61.00")},
]


@pytest.fixture
def home(trial_home: Callable[..., LedgerHome]) -> LedgerHome:
    """A home in which e-invoices register themselves."""
    return trial_home(DATA, switch)


def change(
    home: LedgerHome,
    choice: PostingChoice = CONSULTANTS,
    document_id: int = 1,
    decider: Decider = ANNA,
) -> list[str]:
    """Changes a registration and looks whether the ledger is right in between."""
    _, keys = change_registration(home.workbench, document_id, choice, decider)
    assert invariants_of(home.workbench) == {}
    return keys


def again(home: LedgerHome, documents: list[CanonicalDocument]) -> None:
    """The run of the delivery that follows a change."""
    deliver(home, "d1", documents, now=LATER)
    assert invariants_of(home.workbench) == {}


def postings(home: LedgerHome) -> list[tuple[object, ...]]:
    """Every posting: entry, line, import, account, debit, credit, amount in currency, item."""
    return home.rows(
        "SELECT entry_id, line_number, import_id, account_code, debit_amount, credit_amount, "
        "currency_amount, open_item_key IS NOT NULL FROM ledger.posting ORDER BY entry_id, line_number"
    )


def items(home: LedgerHome) -> list[tuple[object, ...]]:
    """Every item: id, key, side, original amount, status, and the entry that opened it."""
    return home.rows(
        "SELECT item_id, open_item_key, side, original_amount, status, opened_by_entry_id, opened_at "
        "FROM ledger.open_item ORDER BY item_id"
    )


def test_f07_the_entry_is_reversed_and_the_document_posted_anew_under_the_same_keys(
    home: LedgerHome,
) -> None:
    documents = [document(payment=TWO_INSTALMENTS)]
    deliver(home, "d1", documents)
    first = items(home)
    assert change(home) == ["d1"]
    assert items(home) == [(*row[:4], "withdrawn", *row[5:]) for row in first]
    assert statuses(home) == [("1/A", "to_register", None)]
    again(home, documents)
    hundred, vat, half = Decimal(100), Decimal(22), Decimal(61)
    assert postings(home) == [
        (1, 1, 1, "7101001", hundred, 0, hundred, False),
        (1, 2, 1, "1502001", vat, 0, vat, False),
        (1, 3, 1, "4000001", 0, half, -half, True),
        (1, 4, 1, "4000001", 0, half, -half, True),
        (2, 1, None, "7101001", 0, hundred, -hundred, False),
        (2, 2, None, "1502001", 0, vat, -vat, False),
        (2, 3, None, "4000001", half, 0, half, True),
        (2, 4, None, "4000001", half, 0, half, True),
        (3, 1, 1, "7103001", hundred, 0, hundred, False),
        (3, 2, 1, "1502001", vat, 0, vat, False),
        (3, 3, 1, "4000001", 0, half, -half, True),
        (3, 4, 1, "4000001", 0, half, -half, True),
    ]
    assert items(home) == [(*row[:4], "open", 3, LATER) for row in first]
    assert ledger_state(home).settlements == []
    assert statuses(home) == [("1/A", "registered", None)]
    assert home.rows(
        "SELECT entry_id, import_id, entry_kind, posting_date, reverses_entry_id FROM ledger.journal_entry "
        "ORDER BY entry_id"
    ) == [
        (1, 1, "invoice", NOW.date(), None),
        (2, None, "reversal", NOW.date(), 1),
        (3, 1, "invoice", NOW.date(), None),
    ]
    assert home.rows(
        "SELECT registration_id, registration_key IS NULL, entry_id, registered_by, requested_by, undone_at "
        "FROM ledger.registration ORDER BY registration_id"
    ) == [(1, True, 1, "automatic", None, LATER), (2, False, 3, "manual", "anna", None)]
    assert home.rows("SELECT status FROM ledger.delivery") == [("done",)]
    assert home.rows("SELECT status, posted_movement_count, posting_count FROM ledger.file_import") == [
        ("posted", 1, 8)
    ]


def test_f07_the_history_of_a_document_names_every_registration_that_was_undone(home: LedgerHome) -> None:
    documents = [document()]
    deliver(home, "d1", documents)
    change(home)
    again(home, documents)
    change(home, BY_THE_RULES, decider=Decider("bruno", LATER, "by the rules after all"))
    found = explain_document(home.workbench, 1)
    assert found["earlier_registrations"] == [
        {
            "registration_id": number,
            "entry_id": 2 * number - 1,
            "registered_at": at,
            "registered_by": how,
            "requested_by": asked,
            "undone_at": LATER,
            "reversed_by_entry_id": 2 * number,
            "undone_by": who,
            "undone_reason": why,
        }
        for number, at, how, asked, who, why in (
            (1, NOW, "automatic", None, "anna", "posted to the wrong account"),
            (2, LATER, "manual", "anna", "bruno", "by the rules after all"),
        )
    ]


def test_f07_a_document_that_cannot_be_registered_anew_is_to_register_with_its_reasons(
    home: LedgerHome,
) -> None:
    documents = [document(), document(document_number="2", position=2, company="BREZZA")]
    deliver(home, "d1", documents)
    home.load_reference(DATA.replace(invoice_rules=()))
    change(home, BY_THE_RULES)
    again(home, documents)
    assert statuses(home) == [("1/A", "to_register", "R06"), ("2", "registered", None)]
    assert [row[4] for row in items(home)] == ["withdrawn", "open"]
    assert home.rows("SELECT status FROM ledger.delivery") == [("open",)]
    assert home.rows("SELECT status, posted_movement_count FROM ledger.file_import") == [("incomplete", 1)]
    home.load_reference(DATA.replace(invoice_rules=(invoice_rule("STEEL", "7106001", vat_code="22"),)))
    again(home, documents)
    assert statuses(home) == [("1/A", "registered", None), ("2", "registered", None)]
    assert [row[4:6] for row in items(home)] == [("open", 4), ("open", 2)]


def test_f07_a_document_of_nothing_is_changed_like_any_other(home: LedgerHome) -> None:
    """Free goods: an entry without postings, reversed by one without postings."""
    documents = [document(lines=(("Sample", "0.00", "22", None),))]
    deliver(home, "d1", documents)
    assert statuses(home) == [("1/A", "registered", None)]
    change(home)
    again(home, documents)
    assert (postings(home), items(home)) == ([], [])
    assert home.rows("SELECT entry_kind FROM ledger.journal_entry ORDER BY entry_id") == [
        ("invoice",),
        ("reversal",),
        ("invoice",),
    ]


def everything(home: LedgerHome) -> list[Any]:
    """What a change could change."""
    tables = ("journal_entry", "registration", "document", "document_decision", "delivery", "file_import")
    return [
        ledger_state(home),
        *(home.rows(f"SELECT * FROM ledger.{table} ORDER BY ALL") for table in tables),
    ]


@pytest.mark.parametrize(
    ("number", "choice", "problem"),
    [
        (99, CONSULTANTS, "there is no document D99"),
        (3, CONSULTANTS, "D3 is not registered: it is refused"),
        (4, CONSULTANTS, "D4 is to register: use `partita register`"),
        (1, PostingChoice("9999"), "company ALBA has no active account 9999"),
        (1, PostingChoice("7103001", "ZZ"), "company ALBA has no VAT code ZZ"),
        (2, CONSULTANTS,
         "D2 is settled: ALBA:{key} by entry 3/1 on 2026-10-21 (C1). Undo that with `partita undo C1` "
         "or `partita reopen ALBA:{key}`"),
    ],
)  # fmt: skip
def test_f07_what_cannot_be_changed_is_refused_and_nothing_is_changed(
    home: LedgerHome, number: int, choice: PostingChoice, problem: str
) -> None:
    unknown = {"supplier": "S002"}
    deliver(
        home,
        "d1",
        [
            document(),
            document(document_number="2"),
            document(document_number="3", **unknown),
            document(document_number="4", **unknown),
        ],
    )
    close_documents(home.workbench, [3], "refuse", ANNA)
    ((key,),) = home.rows("SELECT open_item_key FROM ledger.open_item WHERE opened_by_entry_id = 2")
    correct(home, "settle", items=[f"ALBA:{key}"], account="1801001", date="2026-10-21", amount="1.00")
    before = everything(home)
    with pytest.raises(OperatingError) as error:
        change(home, choice, number)
    assert str(error.value) == f"{problem.format(key=key)}. Nothing was changed."
    assert everything(home) == before


def test_f07_an_entry_in_a_closed_period_is_not_reversed(home: LedgerHome) -> None:
    deliver(home, "d1", [document()])
    closed = tuple(
        period("2026-10", "2026-10-01", "2026-10-31", "closed", company=code) for code in ("ALBA", "BREZZA")
    )
    home.load_reference(DATA.replace(periods=closed))
    before = everything(home)
    with pytest.raises(OperatingError) as error:
        change(home)
    assert str(error.value) == (
        "nothing can be reversed on 2026-10-20: the accounting period 2026-10 of company ALBA is closed. "
        "Nothing was changed."
    )
    assert everything(home) == before


@settings(max_examples=examples(2, 100), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cents=st.lists(st.integers(1, 10**8), min_size=1, max_size=4),
    accounts=st.lists(st.sampled_from(["7101001", "7103001", "7106001"]), min_size=1, max_size=3),
)
def test_f07_however_often_it_is_changed_only_the_last_registration_counts(
    home: LedgerHome, cents: list[int], accounts: list[str]
) -> None:
    """Balances per account over all its entries are those of the last one; so are its items."""
    ((number,),) = home.rows("SELECT coalesce(max(document_id), 0) + 1 FROM ledger.document")
    lines = tuple(
        (f"Line {place}", str(Decimal(each).scaleb(-2)), "22", None) for place, each in enumerate(cents)
    )
    documents = [document(document_number=f"P{number}", lines=lines)]
    deliver(home, f"p{number}", documents)
    key = home.rows("SELECT item_id, open_item_key FROM ledger.open_item ORDER BY item_id DESC LIMIT 1")
    for account_code in accounts:
        change(home, PostingChoice(account_code, "22"), int(str(number)))
        deliver(home, f"p{number}", documents, now=LATER)
        assert invariants_of(home.workbench) == {}
    ((last,),) = home.rows("SELECT max(entry_id) FROM ledger.journal_entry")
    first = int(str(last)) - 2 * len(accounts)
    balances = "SELECT account_code, sum(currency_amount) AS balance FROM ledger.posting WHERE entry_id >= ? "
    grouped = "GROUP BY account_code HAVING balance <> 0 ORDER BY account_code"
    assert home.rows(balances + grouped, [first]) == home.rows(balances + grouped, [last])
    assert home.rows(
        "SELECT item_id, open_item_key, status, opened_by_entry_id FROM ledger.open_item "
        "ORDER BY item_id DESC LIMIT 1"
    ) == [(*key[0], "open", last)]
