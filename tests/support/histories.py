"""Random histories of a ledger: what people and files do to it in any order, with a plain model of every
residual.

Belongs here: the rules of the machine and the model. Does not: how many histories are tried (the tests that
use it).
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from decimal import Decimal
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from assets.corrections.performing import perform
from assets.errors import OperatingError
from assets.ledger.audit import Decider
from tests.support.corrections import MOMENT, Essence, correct, essence_of
from tests.support.ledgers import LedgerHome, ReferenceData, import_bytes, open_item, setting
from tests.support.payments import CUSTOMER, SUPPLIER, pay, trace
from tests.support.whole_ledger import invariants_of

OPENING: Final = {
    "FV-1": (CUSTOMER, "debit", "100.00"),
    "FV-2": (CUSTOMER, "debit", "40.00"),
    "FA-1": (SUPPLIER, "credit", "80.00"),
    "FA-2": (SUPPLIER, "credit", "0.05"),
    "NOTE": (SUPPLIER, "debit", "30.00"),
}
DATA: Final = ReferenceData(
    items=tuple(
        open_item(key, amount, account=account, side=side) for key, (account, side, amount) in OPENING.items()
    ),
    settings=(
        setting("residual_tolerance", "0.05", company="ALBA"),
        setting("write_off_account", "7501001", company="ALBA"),
    ),
)
DAY: Final = "2026-10-20"
_ALONE: Final = ("settle", "write-off", "link", "compensate", "delete-payment")
"""Corrections of which the undo takes back just what they took."""

_FIRST_UNLINKED: Final = """
    SELECT entry_id || '/' || line_number, debit_amount + credit_amount - linked_amount,
           CASE WHEN debit_amount > 0 THEN 'debit' ELSE 'credit' END
    FROM ledger.posting
    ANTI JOIN ledger.reversed_entry USING (entry_id)
    WHERE unlinked_reason IS NOT NULL ORDER BY ALL LIMIT 1
"""
_RESIDUALS: Final = """
    SELECT open_item_key, original_amount - settled_amount FROM ledger.open_item WHERE origin = 'opening'
"""
_KEYS: Final = st.sampled_from(list(OPENING))
_AMOUNTS: Final = st.sampled_from(["0.05", "10.00", "30.00", "40.00", "80.00", "100.00", "120.00"])


class UndoneError(Exception):
    """Rolls back what a step did: the process died before the commit."""


class History(RuleBasedStateMachine):
    """Imports, corrections of every kind, undos and crashes. `home` is set by the test; each step is a
    transaction.

    The model is a list of what each step took of which opening item: deleting an import or undoing a
    correction takes its part off the list. Where one step drags others along (a cascade, an undo of an undo)
    the model takes over what the ledger says; that nothing is lost then is what the invariants, and undoing
    the last step, are for.
    """

    home: LedgerHome

    def __init__(self) -> None:
        super().__init__()
        self.number = 0
        self.kinds: dict[int, str] = {}
        self.taken: list[tuple[str, str, Decimal]] = []
        self.is_exact = True
        self.payment: tuple[str, Decimal, str] | None = None
        self.left: dict[str, Decimal] = {}
        self.now = Essence([], [], [])
        self.last: tuple[int, Essence, list[tuple[str, str, Decimal]]] | None = None

    @initialize()
    def begin(self) -> None:
        """An empty history: the opening items alone."""
        self.look()
        assert self.now.unlinked == []

    def look(self) -> None:
        """Sees the ledger as it is now; every check over it is green."""
        with self.home.ledger.reading() as connection:
            assert invariants_of(connection) == {}
            self.now = essence_of(connection)
            rows = connection.execute(_FIRST_UNLINKED).fetchall()
            self.left = dict(connection.execute(_RESIDUALS).fetchall())
        self.payment = rows[0] if rows else None

    def residual(self, key: str) -> Decimal:
        """What is left of an opening item by the model."""
        taken = sum((amount for _, of_key, amount in self.taken if of_key == key), Decimal(0))
        return Decimal(OPENING[key][2]) - taken

    def take(self, step: str, key: str, amount: Decimal) -> Decimal:
        """A step takes at most so much of an item; how much it is."""
        taken = min(amount, self.residual(key))
        self.taken.append((step, key, taken))
        return taken

    def untake(self, step: str) -> None:
        """Nothing of what a step took is taken any longer."""
        self.taken = [each for each in self.taken if each[0] != step]

    def do(self, kind: str, **arguments: Any) -> bool:
        """A correction in a transaction of its own; whether it was allowed. What is refused changes
        nothing.
        """
        before, taken = self.now, list(self.taken)
        decider = Decider("anna", MOMENT, "as agreed")
        try:
            with self.home.ledger.transaction(self.home.workbench, "history"):
                number = perform(self.home.workbench, kind, arguments, decider)
        except OperatingError as error:
            assert str(error).endswith("Nothing was changed.")
            self.look()
            assert self.now == before
            return False
        self.look()
        self.last = (number, before, taken)
        self.kinds[number] = kind
        return True

    @property
    def step(self) -> str:
        """The name of the last correction, in the model."""
        assert self.last is not None
        return f"C{self.last[0]}"

    @rule(key=st.sampled_from([*OPENING, "GONE"]), amount=_AMOUNTS, flag=st.sampled_from(["A", "S"]))
    def import_payment(self, key: str, amount: str, flag: str) -> None:
        """A trace with one payment; the model settles as much as is open."""
        account, side, _ = OPENING.get(key, (SUPPLIER, "credit", ""))
        self.number += 1
        signed = amount if side == "credit" else f"-{amount}"
        data = trace(pay(signed, key, flag, entry=self.number, account=account))
        assert import_bytes(self.home, f"RITCOGE_{self.number}.txt", data).outcome.status == "posted"
        self.look()
        if key in OPENING:
            self.take(f"import {self.number}", key, Decimal(amount))
        self.last = None

    @rule(key=_KEYS, amount=_AMOUNTS)
    def settle(self, key: str, amount: str) -> None:
        """By hand, against the bank."""
        if self.do("settle", items=[f"ALBA:{key}"], account="1801001", date=DAY, amount=amount):
            assert self.take(self.step, key, Decimal(amount)) == Decimal(amount)

    @rule(key=_KEYS)
    def write_off(self, key: str) -> None:
        """What is left of an item, if it is small."""
        if self.do("write-off", item=f"ALBA:{key}", date=DAY):
            assert self.take(self.step, key, Decimal(1000)) <= Decimal("0.05")

    @precondition(lambda self: self.payment is not None)
    @rule(keys=st.lists(_KEYS, min_size=1, max_size=2, unique=True))
    def link(self, keys: Sequence[str]) -> None:
        """An unlinked payment to items of its account."""
        name, left, _ = self.payment or ("", Decimal(0), "")
        if self.do("link", payment=name, items=[f"ALBA:{key}" for key in keys]):
            for key in keys:
                left -= self.take(self.step, key, left)

    @rule(keys=st.lists(_KEYS, min_size=1, max_size=3, unique=True), with_payment=st.booleans())
    def compensate(self, keys: Sequence[str], with_payment: bool) -> None:
        """Items, and perhaps a payment, against each other."""
        payment = self.payment if with_payment else None
        payments = {"payments": [payment[0]]} if payment else {}
        names = [f"ALBA:{key}" for key in keys]
        if not self.do("compensate", items=names, date=DAY, partial=True, **payments):
            return
        sums = {"debit": Decimal(0), "credit": Decimal(0)}
        for key in keys:
            sums[OPENING[key][1]] += self.residual(key)
        if payment:
            sums[payment[2]] += payment[1]
        left = dict.fromkeys(sums, min(sums.values()))
        for key in keys:
            side = OPENING[key][1]
            left[side] -= self.take(self.step, key, left[side])

    @rule(key=_KEYS)
    def reopen(self, key: str) -> None:
        """Whatever settled an item is undone."""
        if self.do("reopen", item=f"ALBA:{key}"):
            steps = {step for step, of_key, _ in self.taken if of_key == key and step.startswith("C")}
            self.taken = [each for each in self.taken if each[0] not in steps and each[1] != key]
            self.look_if_dragged()

    @precondition(lambda self: self.number > 0)
    @rule(data=st.data(), cascade=st.booleans())
    def delete_import(self, data: st.DataObject, cascade: bool) -> None:
        """One of the imports so far, alone or with what others did with it."""
        number = data.draw(st.integers(1, self.number))
        if self.do("delete-import", **{"import": f"RITCOGE_{number}.txt", "cascade": cascade}):
            self.untake(f"import {number}")
            self.look_if_dragged(cascade)

    @precondition(lambda self: self.payment is not None)
    @rule()
    def delete_payment(self) -> None:
        """The first unlinked payment."""
        name, *_ = self.payment or ("",)
        self.do("delete-payment", payment=name)

    @precondition(lambda self: self.last is not None)
    @rule()
    def undo_the_last(self) -> None:
        """The last correction, since which nothing happened: everything is as before it."""
        assert self.last is not None
        number, before, taken = self.last
        assert self.do("undo", correction=number), (
            "nothing stands in the way of undoing what was done just now"
        )
        assert self.now == before
        self.taken = taken

    @precondition(lambda self: self.kinds)
    @rule(data=st.data())
    def undo_any(self, data: st.DataObject) -> None:
        """Any correction so far, if it can still be undone."""
        number = data.draw(st.sampled_from(sorted(self.kinds)))
        if self.do("undo", correction=number):
            self.untake(f"C{number}")
            self.look_if_dragged(self.kinds[number] not in _ALONE)

    @rule(key=_KEYS)
    def crash(self, key: str) -> None:
        """The process dies within a correction: nothing of it remains."""
        before = self.now
        with suppress(UndoneError), self.home.ledger.transaction(self.home.workbench, "crash"):
            with suppress(OperatingError):
                correct(self.home, "settle", items=[f"ALBA:{key}"], account="1801001", date=DAY)
            raise UndoneError
        self.look()
        assert self.now == before

    def look_if_dragged(self, is_dragging: bool = False) -> None:
        """Takes over what the ledger says if one step dragged others along, now or before."""
        self.is_exact &= not is_dragging
        if not self.is_exact:
            self.taken = [("known", key, Decimal(OPENING[key][2]) - self.left[key]) for key in OPENING]

    @invariant()
    def the_model_agrees(self) -> None:
        """After each step the residuals are as the model has them."""
        if self.left:
            assert self.left == {key: self.residual(key) for key in OPENING}
