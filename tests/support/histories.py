"""Random histories of a ledger: what people and files do to it in any order, with a plain model of every
residual.

Belongs here: the rules of the machine and the model of payments. Does not: e-invoices
(`tests.support.history_papers`), and how many histories are tried (the tests that use it).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from typing import Any, Final, NamedTuple

import duckdb
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from assets.corrections.changing import change_registration
from assets.corrections.performing import perform
from assets.errors import OperatingError
from assets.invoices.deciding import PostingChoice, choose_registration, close_documents, switch_automatic
from assets.ledger.audit import Decider
from samples.payments import CUSTOMER, SUPPLIER, pay, trace
from tests.support.corrections import MOMENT, Essence, essence_of
from tests.support.history_papers import (
    DEFERRED_ACCOUNT,
    DEFERRED_AMOUNT,
    PAPERS,
    Copy,
    Paper,
    Papers,
    with_papers,
)
from tests.support.invoice_ledgers import BEFORE, deliver
from tests.support.ledgers import LedgerHome, ReferenceData, import_bytes, open_item, setting
from tests.support.whole_ledger import invariants_of

OPENING: Final = {
    "FV-1": (CUSTOMER, "debit", "100.00"),
    "FV-2": (CUSTOMER, "debit", "40.00"),
    "FA-1": (SUPPLIER, "credit", "80.00"),
    "FA-2": (SUPPLIER, "credit", "0.05"),
    "NOTE": (SUPPLIER, "debit", "30.00"),
}
MOST_COPIES: Final = 2
"""So often one e-invoice arrives in a history: more would only be repeated."""
ITEMS: Final = OPENING | {
    key: item
    for paper in PAPERS
    for place in range(1, MOST_COPIES + 1)
    for key, item in paper.items(place).items()
}
DATA: Final = with_papers(
    ReferenceData(
        items=tuple(
            open_item(key, amount, account=account, side=side)
            for key, (account, side, amount) in OPENING.items()
        ),
        settings=(
            setting("residual_tolerance", "0.05", company="ALBA"),
            setting("write_off_account", "7501001", company="ALBA"),
        ),
    )
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
    SELECT open_item_key, original_amount - settled_amount FROM ledger.open_item
    WHERE status <> 'withdrawn' AND origin IN ('opening', 'invoice')
"""
_STATUSES: Final = "SELECT document_id, status FROM ledger.document"
_CHOICES: Final = st.sampled_from([PostingChoice("7101001"), PostingChoice("7103001")])
_PAPERS: Final = st.sampled_from(PAPERS)
_AMOUNTS: Final = st.sampled_from(["0.05", "10.00", "30.00", "40.00", "80.00", "100.00", "120.00"])


def prepare(home: LedgerHome) -> None:
    """What stands before every history: e-invoices register themselves, and the first one did."""
    with home.ledger.transaction(home.workbench, "history"):
        switch_automatic(home.workbench, ["ALBA"], Decider("anna", BEFORE), is_on=True)
        deliver(home, "d1", [PAPERS[0].document()])


class UndoneError(Exception):
    """Rolls back what a step did: the process died before the commit."""


class Before(NamedTuple):
    """What was before the last correction: its number, the ledger, and the model."""

    number: int
    ledger: Essence
    taken: list[tuple[str, str, Decimal]]
    statuses: dict[int, str]


class History(RuleBasedStateMachine):
    """Imports, e-invoices, corrections of every kind, undos and crashes. `home` is set by the test, after
    `prepare`; each step is a transaction.

    The model is a list of what each step took of which item, and what became of each document: deleting an
    import or undoing a correction takes its part off the list. Where one step drags others along (a cascade,
    an undo of an undo) the model takes over what the ledger says; that nothing is lost then is what the
    invariants, and undoing the last step, are for.
    """

    home: LedgerHome

    def __init__(self) -> None:
        super().__init__()
        self.number = 0
        self.count = 0
        self.kinds: dict[int, str] = {}
        self.files: list[tuple[str, str, bytes]] = []
        self.changed: dict[int, Copy] = {}
        self.taken: list[tuple[str, str, Decimal]] = []
        self.papers = Papers()
        self.is_exact = True
        self.payment: tuple[str, Decimal, str] | None = None
        self.left: dict[str, Decimal] = {}
        self.statuses: dict[int, str] = {}
        self.now = Essence([], [], [])
        self.last: Before | None = None

    @initialize()
    def begin(self) -> None:
        """An empty history: the opening items and what `prepare` did."""
        self.papers.run(self.papers.arrive(PAPERS[0]))
        self.look()
        assert self.now.unlinked == []

    def look(self) -> None:
        """Sees the ledger as it is kept now; every check over it is green."""
        with self.home.ledger.transaction(self.home.workbench, "history"):
            self.see(self.home.workbench)

    def see(self, connection: duckdb.DuckDBPyConnection) -> None:
        """As `look`, over a connection to the ledger, such as that of a step before its commit."""
        assert invariants_of(connection) == {}
        self.now = essence_of(connection)
        waiting = {name: Decimal(amount) for _, name, amount in self.now.balances}.get(DEFERRED_ACCOUNT, 0)
        assert 0 <= waiting <= DEFERRED_AMOUNT, "no VAT becomes due twice"
        rows = connection.execute(_FIRST_UNLINKED).fetchall()
        self.payment = rows[0] if rows else None
        self.left = dict(connection.execute(_RESIDUALS).fetchall())
        self.statuses = dict(connection.execute(_STATUSES).fetchall())

    def keys(self, *more: str) -> st.SearchStrategy[str]:
        """Items that stand, one that does not any longer, and `more`."""
        gone = [key for key in ITEMS if key not in self.left][:1]
        return st.sampled_from([*self.left, *gone, *more])

    def residual(self, key: str) -> Decimal:
        """What is left of an item that stands, by the model."""
        taken = sum((amount for _, of_key, amount in self.taken if of_key == key), Decimal(0))
        return Decimal(ITEMS[key][2]) - taken

    def take(self, step: str, key: str, amount: Decimal) -> Decimal:
        """A step takes at most so much of an item; how much it is."""
        taken = min(amount, self.residual(key))
        self.taken.append((step, key, taken))
        return taken

    def untake(self, step: str) -> None:
        """Nothing of what a step took is taken any longer."""
        self.taken = [each for each in self.taken if each[0] != step]

    def attempt(self, kind: str, action: Callable[[duckdb.DuckDBPyConnection, Decider], int]) -> bool:
        """A correction in a transaction of its own; whether it was allowed. What is refused changes
        nothing.
        """
        before, taken, statuses = self.now, list(self.taken), self.papers.statuses()
        self.count += 1
        decider = Decider("anna", MOMENT + dt.timedelta(seconds=self.count), "as agreed")
        try:
            with self.home.ledger.transaction(self.home.workbench, "history"):
                number = action(self.home.workbench, decider)
                self.see(self.home.workbench)
        except OperatingError as error:
            assert str(error).endswith("Nothing was changed.")
            self.look()
            assert self.now == before
            return False
        self.last = Before(number, before, taken, statuses)
        self.kinds[number] = kind
        return True

    def do(self, kind: str, **arguments: Any) -> bool:
        """One of the corrections that the job carries out."""
        return self.attempt(kind, lambda workbench, decider: perform(workbench, kind, arguments, decider))

    @property
    def step(self) -> str:
        """The name of the last correction, in the model."""
        assert self.last is not None
        return f"C{self.last.number}"

    @rule(data=st.data(), amount=_AMOUNTS, flag=st.sampled_from(["A", "S"]))
    def import_payment(self, data: st.DataObject, amount: str, flag: str) -> None:
        """A trace with one payment; the model settles as much as is open."""
        key = data.draw(self.keys("GONE"))
        account, side, _ = ITEMS.get(key, (SUPPLIER, "credit", ""))
        self.number += 1
        signed = amount if side == "credit" else f"-{amount}"
        file = trace(pay(signed, key, flag, entry=self.number, account=account))
        with self.home.ledger.transaction(self.home.workbench, "history"):
            imported = import_bytes(self.home, f"RITCOGE_{self.number}.txt", file)
            was_standing = key in self.left
            self.see(self.home.workbench)
        assert imported.outcome.status == "posted"
        self.files.append((key, amount, file))
        if was_standing:
            self.take(f"import {self.number}", key, Decimal(amount))
        self.last = None

    @precondition(lambda self: self.files)
    @rule(data=st.data())
    def drop_again(self, data: st.DataObject) -> None:
        """A file comes once more: its payment does, if its import was deleted, and never a second time."""
        number = data.draw(st.integers(1, self.number))
        key, amount, file = self.files[number - 1]
        was_standing = key in self.left
        with self.home.ledger.transaction(self.home.workbench, "history"):
            imported = import_bytes(self.home, f"RITCOGE_{number}.txt", file)
            self.see(self.home.workbench)
        assert imported.outcome.status == "posted"
        if imported.outcome.is_attempted and was_standing:
            self.take(f"import {number}", key, Decimal(amount))
        self.last = None

    @rule(data=st.data(), amount=_AMOUNTS)
    def settle(self, data: st.DataObject, amount: str) -> None:
        """By hand, against the bank."""
        key = data.draw(self.keys())
        if self.do("settle", items=[f"ALBA:{key}"], account="1801001", date=DAY, amount=amount):
            assert self.take(self.step, key, Decimal(amount)) == Decimal(amount)

    @rule(data=st.data())
    def write_off(self, data: st.DataObject) -> None:
        """What is left of an item, if it is small."""
        key = data.draw(self.keys())
        if self.do("write-off", item=f"ALBA:{key}", date=DAY):
            assert self.take(self.step, key, Decimal(1000)) <= Decimal("0.05")

    @precondition(lambda self: self.payment is not None)
    @rule(data=st.data())
    def link(self, data: st.DataObject) -> None:
        """An unlinked payment to items of its account."""
        keys = data.draw(st.lists(self.keys(), min_size=1, max_size=2, unique=True))
        name, left, _ = self.payment or ("", Decimal(0), "")
        if self.do("link", payment=name, items=[f"ALBA:{key}" for key in keys]):
            for key in keys:
                left -= self.take(self.step, key, left)

    @rule(data=st.data(), with_payment=st.booleans())
    def compensate(self, data: st.DataObject, with_payment: bool) -> None:
        """Items, and perhaps a payment, against each other."""
        keys = data.draw(st.lists(self.keys(), min_size=1, max_size=3, unique=True))
        payment = self.payment if with_payment else None
        payments = {"payments": [payment[0]]} if payment else {}
        names = [f"ALBA:{key}" for key in keys]
        if not self.do("compensate", items=names, date=DAY, partial=True, **payments):
            return
        sums = {"debit": Decimal(0), "credit": Decimal(0)}
        for key in keys:
            sums[ITEMS[key][1]] += self.residual(key)
        if payment:
            sums[payment[2]] += payment[1]
        left = dict.fromkeys(sums, min(sums.values()))
        for key in keys:
            side = ITEMS[key][1]
            left[side] -= self.take(self.step, key, left[side])

    @rule(data=st.data())
    def reopen(self, data: st.DataObject) -> None:
        """Whatever settled an item is undone."""
        key = data.draw(self.keys())
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

    def run(self, copy: Copy) -> None:
        """The run of a delivery, as often as it may come: it registers what may be registered."""
        with self.home.ledger.transaction(self.home.workbench, "history"):
            deliver(self.home, copy.delivery_key, [copy.paper.document()])
            self.see(self.home.workbench)
        if copy.status == "to_register":
            self.papers.run(copy)

    @precondition(lambda self: len(self.papers.copies) < MOST_COPIES * len(PAPERS))
    @rule(data=st.data())
    def receive(self, data: st.DataObject) -> None:
        """An e-invoice arrives, or one that had arrived before comes again: it registers itself once."""
        papers = [paper for paper in PAPERS if self.papers.count(paper) < MOST_COPIES]
        self.run(self.papers.arrive(data.draw(st.sampled_from(papers))))
        self.last = None

    @precondition(lambda self: self.papers.copies)
    @rule(data=st.data(), choice=_CHOICES)
    def register(self, data: st.DataObject, choice: PostingChoice) -> None:
        """A person decides how a document is posted that is to register; the run comes at once."""
        copy = data.draw(st.sampled_from(self.papers.copies))
        if self.decide(
            lambda workbench, who: choose_registration(workbench, [copy.document_id], who, choice)
        ):
            copy.is_chosen = True
            self.run(copy)

    @precondition(lambda self: self.papers.copies)
    @rule(data=st.data())
    def refuse(self, data: st.DataObject) -> None:
        """A person refuses a document that is to register."""
        copy = data.draw(st.sampled_from(self.papers.copies))
        if self.decide(lambda workbench, who: close_documents(workbench, [copy.document_id], "refuse", who)):
            copy.status = "refused"

    def decide(self, action: Callable[[duckdb.DuckDBPyConnection, Decider], object]) -> bool:
        """A decision in a transaction of its own, which is no correction; whether it was allowed."""
        last = self.last

        def act(workbench: duckdb.DuckDBPyConnection, decider: Decider) -> int:
            action(workbench, decider)
            return 0

        is_allowed = self.attempt("decision", act)
        self.kinds.pop(0, None)
        self.last = None if is_allowed else last
        return is_allowed

    @precondition(lambda self: "registered" in self.statuses.values())
    @rule(data=st.data(), choice=_CHOICES, is_run=st.booleans())
    def change(self, data: st.DataObject, choice: PostingChoice, is_run: bool) -> None:
        """The registration of a document is changed; the run that registers it anew comes now, or later."""
        copy = data.draw(
            st.sampled_from([copy for copy in self.papers.copies if copy.status == "registered"])
        )

        def act(workbench: duckdb.DuckDBPyConnection, decider: Decider) -> int:
            return change_registration(workbench, copy.document_id, choice, decider)[0]

        if self.attempt("change", act):
            assert all(self.residual(key) == Decimal(item[2]) for key, item in copy.items.items())
            assert self.last is not None
            self.changed[self.last.number] = copy
            copy.status, copy.is_chosen = "to_register", True
            if is_run:
                self.run(copy)

    @precondition(lambda self: "to_register" in self.statuses.values())
    @rule(data=st.data())
    def rerun(self, data: st.DataObject) -> None:
        """A delivery of which something is left to do is run again."""
        self.run(
            data.draw(st.sampled_from([copy for copy in self.papers.copies if copy.status == "to_register"]))
        )
        self.last = None

    @precondition(lambda self: self.last is not None)
    @rule()
    def undo_the_last(self) -> None:
        """The last correction, since which nothing happened: everything is as before it."""
        assert self.last is not None
        number, before, taken, statuses = self.last
        assert self.do("undo", correction=number), (
            "nothing stands in the way of undoing what was done just now"
        )
        assert self.now == before
        self.taken = taken
        self.papers.take_over(statuses.items())

    @precondition(lambda self: self.kinds)
    @rule(data=st.data())
    def undo_any(self, data: st.DataObject) -> None:
        """Any correction so far, if it can still be undone."""
        number = data.draw(st.sampled_from(sorted(self.kinds)))
        if not self.do("undo", correction=number):
            return
        if self.kinds[number] == "change":
            self.changed[number].status = "registered"
        else:
            self.untake(f"C{number}")
            self.look_if_dragged(self.kinds[number] not in _ALONE)

    @rule(data=st.data(), paper=_PAPERS)
    def crash(self, data: st.DataObject, paper: Paper) -> None:
        """The process dies within a correction or a run: nothing of it remains."""
        before, key, is_run = self.now, data.draw(self.keys()), data.draw(st.booleans())
        arguments = {"items": [f"ALBA:{key}"], "account": "1801001", "date": DAY}
        with suppress(UndoneError), self.home.ledger.transaction(self.home.workbench, "crash"):
            if is_run:
                deliver(self.home, "crash", [paper.document()])
            else:
                with suppress(OperatingError):
                    perform(self.home.workbench, "settle", arguments, Decider("anna", MOMENT, "as agreed"))
            raise UndoneError
        self.look()
        assert self.now == before

    def look_if_dragged(self, is_dragging: bool = False) -> None:
        """Takes over what the ledger says if one step dragged others along, now or before."""
        self.is_exact &= not is_dragging
        if not self.is_exact:
            self.papers.take_over(self.statuses.items())
            self.taken = [("known", key, Decimal(ITEMS[key][2]) - left) for key, left in self.left.items()]

    @invariant()
    def the_model_agrees(self) -> None:
        """After each step residuals and documents are as the model has them."""
        if self.left:
            standing = [*OPENING, *self.papers.standing()]
            assert self.left == {key: self.residual(key) for key in standing}
            assert self.statuses == self.papers.statuses()
