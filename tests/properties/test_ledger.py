"""What holds for any movements: forms agree, items add up, entries balance, nothing is posted twice."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samples.payments import Movement, leg, lines_of, move, trace
from samples.trace_files import Leg, render_json
from tests.support.effort import examples
from tests.support.ledgers import (
    LedgerHome,
    LedgerState,
    ReferenceData,
    import_bytes,
    ledger_state,
    make_home,
    open_item,
    setting,
)

CENT: Final = Decimal("0.01")
CUSTOMERS: Final = ("1500001", "1500002")
SUPPLIERS: Final = ("4000001", "4000002")
TRANSIT: Final = "1809001"
OTHERS: Final = ("7501001", TRANSIT, "1601001")


@dataclass(slots=True)
class ModelItem:
    """An open item as the model keeps it."""

    account: str
    side: str
    residual: Decimal
    was_closed: bool = False


OPENING: Final = {
    "FV-1": ("1500001", "debit", "100.00"),
    "FV-2": ("1500001", "debit", "0.01"),
    "FV-3": ("1500002", "debit", "250.50"),
    "FA-1": ("4000001", "credit", "80.00"),
    "FA-2": ("4000002", "credit", "1000000.00"),
}
REFERENCE: Final = ReferenceData(
    items=tuple(
        open_item(key, amount, account=account, side=side) for key, (account, side, amount) in OPENING.items()
    ),
    settings=(setting("note_template", "(3) (10) (DF)", company="ALBA"),),
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, ledger_templates: dict[str, Path]) -> Iterator[LedgerHome]:
    """One ledger for all examples: each works in a trial that is undone."""
    made = make_home(tmp_path_factory.mktemp("home"), REFERENCE, ledger_templates)
    yield made
    made.close()


# --- Movements ----------------------------------------------------------------------------------------------

AMOUNTS: Final = st.one_of(
    st.sampled_from([Decimal(amount) for amount in ("0.01", "40.00", "80.00", "100.00", "250.50", "0.00")]),
    st.integers(1, 40_000).map(lambda cents: cents * CENT),
)


@st.composite
def legs(draw: st.DrawFn) -> Leg:
    """A line that pays an item well or badly, or none at all."""
    key = draw(st.sampled_from([*OPENING, *OPENING, "", "GONE"]))
    account = draw(st.sampled_from(CUSTOMERS + SUPPLIERS + OTHERS))
    if key in OPENING and draw(st.integers(0, 5)):
        account = OPENING[key][0]
    amount = draw(AMOUNTS)
    is_credit = account in CUSTOMERS
    if draw(st.integers(0, 7)) == 0:
        is_credit = not is_credit
    flag = draw(st.sampled_from(["A", "S", ""])) if key else ""
    return leg(str(-amount if is_credit else amount), key, flag, account=account)


@st.composite
def movement_lists(draw: st.DrawFn, largest: int = 8) -> list[Movement]:
    """The movements of one file, each with its own number."""
    many = draw(st.lists(st.lists(legs(), min_size=1, max_size=3), min_size=1, max_size=largest))
    return [move(*of_one, entry=number, note=f"Nota {number}") for number, of_one in enumerate(many, start=1)]


def comparable(state: LedgerState) -> LedgerState:
    """The ledger without the places of its findings, which differ between the forms of a file."""
    return state._replace(
        findings=[
            (name, found._replace(byte_start=None, byte_end=None, raw_value=None))
            for name, found in state.findings
        ]
    )


# --- D33: text and JSON -------------------------------------------------------------------------------------


@settings(max_examples=examples(3, 300))
@given(movement_lists())
def test_d33_text_and_json_of_the_same_movements_make_the_same_ledger(
    home: LedgerHome, movements: list[Movement]
) -> None:
    states = []
    for data in (trace(*movements), render_json(lines_of(movements))):
        with home.trial():
            import_bytes(home, "RITCOGE.txt", data)
            states.append(comparable(ledger_state(home)))
    assert states[0] == states[1]
    assert states[0].postings != []


# --- D04, D07, D14: settlement against a model --------------------------------------------------------------


def settle(
    movements: Sequence[Movement], items: dict[str, ModelItem]
) -> list[tuple[str, str | None, Decimal, str | None]]:
    """What a person would do with the lines, one by one: account, key, amount linked, reason why not."""
    lines = []
    for each in items.values():
        each.was_closed = each.residual == 0
    for line in (line for movement in movements for line in movement):
        reason: str | None = None
        linked = Decimal(0)
        item: ModelItem | None = items.get(line.open_item_key)
        if line.amount != 0 and not line.open_item_key:
            reason = "no_open_item_key" if line.account in CUSTOMERS + SUPPLIERS else None
        elif line.account == TRANSIT and (item is None or item.account != line.account):
            reason = None
        elif line.amount != 0 and item is None:
            reason = "open_item_not_found"
        elif line.amount != 0 and item is not None:
            if item.account != line.account:
                reason = "open_item_on_other_account"
            elif item.was_closed:
                reason = "open_item_closed"
            elif (item.side == "debit") == (line.amount > 0):
                reason = "open_item_wrong_side"
            else:
                linked = min(abs(line.amount), item.residual)
                item.residual -= linked
                if linked < abs(line.amount):
                    reason = "payment_exceeds_residual" if linked else "open_item_closed"
        lines.append((line.account, line.open_item_key or None, linked, reason))
    return lines


def assert_ledger_holds(state: LedgerState) -> None:
    """Entries balance, residuals are what settlements leave, and never below zero."""
    balances: dict[str, Decimal] = {}
    for posting in state.postings:
        balance = Decimal(posting.debit) - Decimal(posting.credit)
        balances[posting.movement_key] = balances.get(posting.movement_key, Decimal(0)) + balance
    assert set(balances.values()) <= {Decimal(0)}
    for item in state.items:
        assert Decimal(item.residual) == Decimal(item.original) - Decimal(item.settled) >= 0
        assert (item.status == "closed") == (Decimal(item.residual) == 0)
    linked = sum(Decimal(posting.linked) for posting in state.postings)
    assert linked == sum(Decimal(settled.company_amount) for settled in state.settlements)


@settings(max_examples=examples(4, 300))
@given(movement_lists(), movement_lists(largest=4))
def test_d14_items_and_lines_are_settled_as_a_person_would_settle_them(
    home: LedgerHome, first: list[Movement], second: list[Movement]
) -> None:
    items = {
        key: ModelItem(account, side, Decimal(amount)) for key, (account, side, amount) in OPENING.items()
    }
    later = [move_to(movement, 100 + number) for number, movement in enumerate(second)]
    with home.trial():
        expected = []
        for name, movements in (("RITCOGE_1.txt", first), ("RITCOGE_2.txt", later)):
            imported = import_bytes(home, name, trace(*movements))
            assert imported.outcome.status == "posted"
            expected += settle(movements, items)
        state = ledger_state(home)
    assert_ledger_holds(state)
    assert sorted(
        (
            posting.account_code,
            posting.open_item_key or "",
            Decimal(posting.linked),
            posting.unlinked_reason or "",
        )
        for posting in state.postings
    ) == sorted((account, key or "", linked, reason or "") for account, key, linked, reason in expected)
    assert {item.open_item_key: Decimal(item.residual) for item in state.items} == {
        key: item.residual for key, item in items.items()
    }


def move_to(movement: Movement, entry: int) -> Movement:
    """The same movement with another number, so that it is another one for the ledger."""
    legs_again = [
        leg(str(line.amount), line.open_item_key, line.settlement_flag, account=line.account)
        for line in movement[1:]
    ]
    return move(*legs_again, entry=entry, note=movement[1].note)


# --- D12: order and repetition ------------------------------------------------------------------------------


@st.composite
def fitting_files(draw: st.DrawFn) -> list[list[Movement]]:
    """Three files whose payments fit the items in any order; the third repeats movements of the others."""
    movements = []
    left = {key: Decimal(amount) for key, (_, _, amount) in OPENING.items()}
    for entry in range(1, draw(st.integers(2, 6)) + 1):
        key = draw(st.sampled_from(sorted(left)))
        account, side, _ = OPENING[key]
        amount = min(draw(AMOUNTS), left[key])
        left[key] -= amount
        movements.append(
            move(leg(str(-amount if side == "debit" else amount), key, "A", account=account), entry=entry)
        )
    cut = draw(st.integers(1, len(movements) - 1))
    again = draw(st.lists(st.sampled_from(movements), min_size=1, unique=True))
    return [movements[:cut], movements[cut:], again]


@settings(max_examples=examples(2, 150))
@given(fitting_files(), st.randoms(use_true_random=False))
def test_d12_files_in_any_order_and_again_make_the_same_ledger(
    home: LedgerHome, files: list[list[Movement]], chance: random.Random
) -> None:
    named = [(f"RITCOGE_{number}.txt", trace(*movements)) for number, movements in enumerate(files, start=1)]
    shuffled = chance.sample(named, len(named))
    states = []
    for order in (named, [*shuffled, *chance.sample(named, len(named))]):
        with home.trial():
            outcomes = [import_bytes(home, name, data).outcome for name, data in order]
            assert {outcome.is_closed for outcome in outcomes} == {True}
            states.append(ledger_state(home)._replace(findings=[]))
    assert states[0] == states[1]
    assert_ledger_holds(states[0])
    assert len({posting.movement_key for posting in states[0].postings}) == len(files[0]) + len(files[1])
