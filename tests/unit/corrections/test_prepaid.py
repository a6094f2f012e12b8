"""What a document says was paid before (BT-113): the one advance that fits closes it, else it is held."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest

from assets.corrections.changing import change_registration
from assets.corrections.reports import corrections
from assets.errors import OperatingError
from assets.exports.exporting import ExportRequest, export
from assets.exports.remembered import drift
from assets.home import Home
from assets.invoices.deciding import PostingChoice
from assets.invoices.model import CanonicalDocument
from assets.ledger.audit import Decider
from samples.payments import Movement, pay, trace
from tests.support.corrections import correct, essence
from tests.support.exported_files import read_text
from tests.support.invoice_ledgers import DATA, NOW, deliver, document, switch
from tests.support.ledgers import LedgerHome, Row, import_bytes, open_item
from tests.support.registrations import d, document_value
from tests.support.whole_ledger import invariants_of

LATER: Final = NOW + dt.timedelta(days=1)
ANNA: Final = Decider("anna", LATER, "posted to the wrong account")
CONSULTANTS: Final = PostingChoice("7103001", "22")

MakeHome = Callable[..., LedgerHome]


def prepaid(number: str = "1/A", amount: str = "22.00", **fields: Any) -> CanonicalDocument:
    """An invoice of S001 over 122.00 of which so much was paid before."""
    due = Decimal("122.00") - Decimal(amount)
    return document(
        document_number=number,
        format="UBL",
        type_code="380",
        prepaid_amount=d(amount),
        payable_amount=due,
        **fields,
    )


def paid(amount: str, day: int = 10, entry: int = 1, account: str = "4000001") -> Movement:
    """A payment to a supplier in October that names no item."""
    return pay(amount, entry=entry, flag="", account=account, operation_date=dt.date(2026, 10, day))


def advance(key: str, amount: str, *, date: str = "2026-10-01", account: str = "4000001") -> Row:
    """An advance to a supplier among the opening items."""
    return open_item(key, amount, account=account, side="debit", document_date=date)


def ready(make: MakeHome, items: Sequence[Row] = (), payments: Sequence[Movement] = ()) -> LedgerHome:
    """A home in which e-invoices register themselves, with these advances."""
    home = make(DATA.replace(items=items))
    switch(home)
    if payments:
        imported = import_bytes(home, "RITCOGE.txt", trace(*payments))
        assert imported.outcome.status == "posted"
    return home


def found(home: LedgerHome) -> list[tuple[str, str, str, str]]:
    """Every item: what it is, what is left, its status, and why it is held."""
    rows = home.rows(
        "SELECT CASE WHEN origin = 'invoice' THEN document_number ELSE open_item_key END, "
        "original_amount - settled_amount, "
        "status, coalesce(hold_reason, '-') FROM ledger.open_item ORDER BY item_id"
    )
    return [(str(name), f"{left:.2f}", str(status), str(held)) for name, left, status, held in rows]


DUE: Final = ("1/A", "100.00", "open", "-")
HELD: Final = ("1/A", "22.00", "open", "paid_before")
CLOSED: Final = ("1/A", "0.00", "closed", "paid_before")


def test_d07_the_unlinked_payment_that_is_the_advance_is_linked(trial_home: MakeHome) -> None:
    home = ready(trial_home, payments=[paid("22.00")])
    deliver(home, "d1", [prepaid()])
    assert found(home) == [DUE, CLOSED]
    assert invariants_of(home.workbench) == {}
    ((rule, amount),) = home.rows("SELECT matching_rule, amount FROM ledger.settlement")
    assert (rule, amount) == ("linked by hand", Decimal(22))
    (made,) = corrections(home.workbench).dictionaries()
    assert (made["correction_kind"], made["requested_by"], made["reason"]) == (
        "link",
        "partita",
        "paid before, as the document says",
    )


def test_d08_the_open_item_that_is_the_advance_is_compensated(trial_home: MakeHome) -> None:
    home = ready(trial_home, [advance("ADV", "22.00")])
    deliver(home, "d1", [prepaid()])
    assert found(home) == [("ADV", "0.00", "closed", "-"), DUE, CLOSED]
    assert invariants_of(home.workbench) == {}


FITS: Final[dict[str, tuple[list[Row], list[Movement], list[str]]]] = {
    "exact_beside_larger_ones": ([advance("ADV", "50.00")], [paid("22.00")], ["50.00", "100.00", "0.00"]),
    "the_only_one_and_more_than_enough": ([advance("ADV", "50.00")], [], ["28.00", "100.00", "0.00"]),
    "the_only_payment_and_more_than_enough": ([], [paid("50.00")], ["100.00", "0.00"]),
    "two_exact_ones": ([advance("ADV", "22.00")], [paid("22.00")], ["22.00", "100.00", "22.00"]),
    "two_larger_ones": ([advance("ADV", "50.00")], [paid("60.00")], ["50.00", "100.00", "22.00"]),
    "a_larger_one_beside_a_smaller_one": (
        [advance("ADV", "50.00")],
        [paid("5.00")],
        ["50.00", "100.00", "22.00"],
    ),
    "less_than_was_paid_before": ([advance("ADV", "21.99")], [], ["21.99", "100.00", "22.00"]),
    "after_the_document": (
        [advance("ADV", "22.00", date="2026-10-16")],
        [paid("22.00", 16)],
        ["22.00", "100.00", "22.00"],
    ),
    "of_another_supplier": ([advance("ADV", "22.00", account="4000002")], [], ["22.00", "100.00", "22.00"]),
    "none": ([], [], ["100.00", "22.00"]),
}


@pytest.mark.parametrize("name", FITS)
def test_d08_an_advance_closes_only_where_exactly_one_fits(trial_home: MakeHome, name: str) -> None:
    advances, payments, left = FITS[name]
    home = ready(trial_home, advances, payments)
    deliver(home, "d1", [prepaid()])
    assert [residual for _, residual, _, _ in found(home)] == left
    assert document_value(home, "payable_amount", "1/A") == "100.00"
    assert invariants_of(home.workbench) == {}


def test_d08_a_credit_note_is_no_advance_and_two_documents_share_none(trial_home: MakeHome) -> None:
    home = ready(trial_home, payments=[paid("22.00")])
    credit = document(
        document_number="C/1",
        lines=[("Steel", "22.00", "0", "N4")],
        document_type="TD04",
        is_credit_note=True,
        reference=[{"kind": "invoice", "number": "9"}],
    )
    deliver(home, "d1", [credit])
    deliver(home, "d2", [prepaid("2/A"), prepaid("3/A")])
    assert found(home) == [
        ("C/1", "22.00", "open", "-"),
        *((number, *rest) for number in ("2/A", "3/A") for _, *rest in (DUE, HELD)),
    ]


def test_d08_the_advance_of_a_foreign_currency_is_left_to_a_person(trial_home: MakeHome) -> None:
    data = DATA.replace(
        items=[
            open_item("ADV", "22.00", account="4000001", side="debit", currency="USD", company_amount="20.00")
        ],
        exchange_rates=(
            {
                "currency_code": "USD",
                "rate_date": "2026-10-12",
                "exchange_rate": "1.1000",
                "company_currency_code": "EUR",
            },
        ),
    )
    home = trial_home(data)
    switch(home)
    deliver(home, "d1", [prepaid(currency_code="USD")])
    assert found(home) == [("ADV", "22.00", "open", "-"), DUE, HELD]


def test_d08_a_rerun_of_the_delivery_closes_nothing_twice(trial_home: MakeHome) -> None:
    home = ready(trial_home, payments=[paid("50.00")])
    content = [prepaid()]
    deliver(home, "d1", content)
    before = essence(home)
    deliver(home, "d1", content, now=LATER)
    assert essence(home) == before


def test_f07_a_document_whose_advance_closed_is_not_changed_before_that_is_undone(
    trial_home: MakeHome,
) -> None:
    home = ready(trial_home, payments=[paid("22.00")])
    deliver(home, "d1", [prepaid()])
    with pytest.raises(OperatingError, match=r"D1 is settled: .* Undo that with `partita undo C1`"):
        change_registration(home.workbench, 1, CONSULTANTS, ANNA)


def test_f07_a_document_that_is_changed_gets_its_advance_again(trial_home: MakeHome) -> None:
    home = ready(trial_home, payments=[paid("22.00")])
    content = [prepaid()]
    deliver(home, "d1", content)
    before = essence(home)
    correct(home, "undo", correction=1)
    assert found(home) == [DUE, HELD]
    change_registration(home.workbench, 1, CONSULTANTS, ANNA)
    assert invariants_of(home.workbench) == {}
    deliver(home, "d1", content, now=LATER)
    assert found(home) == [DUE, CLOSED]
    assert essence(home).items == before.items


def test_f07_a_registration_that_is_put_back_is_held_as_it_was(trial_home: MakeHome) -> None:
    home = ready(trial_home)
    content = [prepaid()]
    deliver(home, "d1", content)
    change_registration(home.workbench, 1, CONSULTANTS, ANNA)
    correct(home, "undo", correction=1)
    assert found(home) == [DUE, HELD]
    assert document_value(home, "payable_amount", "1/A") == "100.00"


# --- The treasury -------------------------------------------------------------------------------------------


def exported(home: LedgerHome, folder: Path) -> tuple[list[str], list[tuple[str, str, str]]]:
    """The amounts of an export, and what it left out."""
    request = ExportRequest("open_items", LATER, "test")
    done = export(home.workbench, Home(folder), request)
    lines = read_text("open_items", done.path.read_bytes())
    assert done.row_count == len(lines)
    held = [
        (str(row["document_number"]), f"{row['residual_amount']:.2f}", str(row["hold_reason"]))
        for row in done.held
    ]
    return [f"{line['amount']:.2f}" for line in lines], held


def test_e01_held_items_are_left_out_counted_and_listed(trial_home: MakeHome, tmp_path: Path) -> None:
    home = ready(trial_home)
    deliver(home, "d1", [prepaid(), document(document_number="2/A")])
    assert exported(home, tmp_path) == (["-100.00", "-122.00"], [("1/A", "22.00", "paid_before")])


def test_e04_an_item_that_is_held_after_it_was_exported_is_reported_once(
    trial_home: MakeHome, tmp_path: Path
) -> None:
    home = ready(trial_home)
    deliver(home, "d1", [document(document_number="2/A")])
    assert exported(home, tmp_path) == (["-122.00"], [])
    home.workbench.execute("UPDATE ledger.open_item SET hold_reason = 'iban'")
    ((rule, rows),) = [(each.rule.name, each.rows) for each in drift(home.workbench)]
    assert (rule, [row["what_happened"] for row in rows]) == ("exported_items_can_be_paid", ["held: iban"])
    assert exported(home, tmp_path) == ([], [("2/A", "122.00", "iban")])
    assert drift(home.workbench) == ()
