"""Random histories of a few payments that files bring again and again and that people take out and put back.

Belongs here: the acts by which one movement could come to stand twice, or nowhere, in whatever order (D09,
D10, D12), and what must hold after each. Does not: everything else that people do to a ledger
(`tests.support.histories`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import duckdb
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from assets.corrections.performing import perform
from assets.errors import OperatingError
from assets.ledger.audit import Decider
from samples.payments import CHARGES, SUPPLIER, Movement, leg, move, pay, trace
from tests.support.corrections import MOMENT, Essence, essence_of
from tests.support.ledgers import LedgerHome, ReferenceData, import_bytes, open_item
from tests.support.whole_ledger import invariants_of

BANK: Final = "1801001"
DATA: Final = ReferenceData(
    items=(
        open_item("FV-1", "100.00"),
        open_item("FA-1", "80.00", account=SUPPLIER, side="credit"),
        open_item("FA-2", "30.00", account=SUPPLIER, side="credit"),
    )
)


def _without_numbers(amount: str, key: str, account: str) -> Movement:
    """A movement without numerator and entry: it has no key."""
    return move(leg(amount, key, account=account), entry=None, numerator="", reason_code="PFOR")


MOVEMENTS: Final[Mapping[str, Movement]] = MappingProxyType(
    {
        "80.00": pay("80.00", "GONE", entry=1),
        "100.00": pay("-100.00", "FV-1", entry=2),
        "30.00": pay("30.00", "GONE", entry=3),
        "15.00": _without_numbers("15.00", "GONE", SUPPLIER),
        "2.50": _without_numbers("2.50", "", CHARGES),
    }
)
"""By what each moves of the bank account: no two move the same, so that the amount tells which it is."""

FILES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "A": ("80.00", "100.00"),
        "B": ("30.00", "80.00"),
        "C": ("15.00", "2.50"),
        "D": ("80.00", "15.00"),
    }
)
"""The movements of each file, as amounts: what several files bring is one payment all the same."""

CONTENTS: Final = {name: trace(*(MOVEMENTS[amount] for amount in held)) for name, held in FILES.items()}


class Entry(NamedTuple):
    """One entry that a file brought: what it moves of the bank account, whether it counts, whether its import
    is deleted.
    """

    entry_id: int
    amount: Decimal
    is_counting: bool
    is_deleted: bool


_ENTRIES: Final = """
    SELECT entry.entry_id, posting.debit_amount + posting.credit_amount, reversed.entry_id IS NULL,
           import.status = 'deleted'
    FROM ledger.journal_entry AS entry
    JOIN ledger.posting AS posting ON posting.entry_id = entry.entry_id AND posting.line_number = 1
    JOIN ledger.file_import AS import ON import.import_id = entry.import_id
    LEFT JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = entry.entry_id
    WHERE entry.entry_kind = 'trace'
    ORDER BY entry.entry_id
"""
_PAYMENTS: Final = """
    SELECT posting.entry_id || '/' || posting.line_number,
           posting.unlinked_reason IS NOT NULL AND reversed.entry_id IS NULL
    FROM ledger.posting AS posting
    JOIN ledger.journal_entry AS entry USING (entry_id)
    LEFT JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = posting.entry_id
    WHERE entry.entry_kind = 'trace' AND posting.account_code = ?
    ORDER BY posting.entry_id
"""
_MADE_BY_HAND: Final = """
    SELECT posting.debit_amount + posting.credit_amount
    FROM ledger.manual_entry AS made
    JOIN ledger.journal_entry AS entry ON entry.entry_id = made.entry_id AND entry.entry_kind = 'manual'
    JOIN ledger.posting AS posting ON posting.entry_id = made.entry_id AND posting.account_code = ?
    ANTI JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = made.entry_id
    WHERE made.correction_id = ?
"""
_DONE: Final = """
    SELECT source_file[1], any_value(status)
    FROM ledger.file_import
    WHERE status IN ('posted', 'repeated', 'incomplete')
    GROUP BY source_file[1]
    HAVING bool_and(status <> 'incomplete')
"""
_IMPORTS: Final = "SELECT import_id FROM ledger.file_import WHERE status IN ('posted', 'incomplete')"


class PaymentHistory(RuleBasedStateMachine):
    """Files dropped, payments and imports deleted, payments made anew, links, undos and undos of undos.

    `home` is set by the test. Each step is a transaction; what is refused changes nothing.
    """

    home: LedgerHome

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        self.corrections: list[int] = []
        self.made: dict[int, Decimal] = {}
        self.entries: list[Entry] = []
        self.payments: list[tuple[str, bool]] = []
        self.imports: list[int] = []
        self.dropped: set[str] = set()
        self.now = Essence([], [], [])
        self.refused = ""
        self.last: tuple[int, Essence] | None = None

    @initialize()
    def begin(self) -> None:
        """Nothing but the opening items."""
        self.look()

    def look(self) -> None:
        """Sees the ledger as it is kept now."""
        with self.home.ledger.transaction(self.home.workbench, "history"):
            self.see(self.home.workbench)

    def see(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Every check over the ledger is green; no payment stands twice, neither as files brought it nor as
        people made it anew; and what files brought is there, unless one with that content says what is left.
        """
        assert invariants_of(connection) == {}
        self.now = essence_of(connection)
        self.entries = [Entry(*row) for row in connection.execute(_ENTRIES).fetchall()]
        self.payments = connection.execute(_PAYMENTS, [SUPPLIER]).fetchall()
        self.imports = [row[0] for row in connection.execute(_IMPORTS).fetchall()]
        moved: dict[Decimal, Decimal] = {}
        for entry in self.entries:
            if entry.is_counting:
                assert not entry.is_deleted, "what counts belongs to an import that stands"
                moved[entry.amount] = moved.get(entry.amount, Decimal(0)) + entry.amount
        for correction_id, amount in self.made.items():
            for (by_hand,) in connection.execute(_MADE_BY_HAND, [BANK, correction_id]).fetchall():
                moved[amount] = moved.get(amount, Decimal(0)) + by_hand
        assert {amount: total for amount, total in moved.items() if total > amount} == {}
        there = {entry.amount for entry in self.entries if not entry.is_deleted}
        for name, status in connection.execute(_DONE).fetchall():
            assert {Decimal(amount) for amount in FILES[name]} <= there, f"{name} is {status}"

    def do(self, kind: str, **arguments: Any) -> bool:
        """A correction in a transaction of its own; whether it was allowed."""
        before = self.now
        self.count += 1
        decider = Decider("anna", MOMENT + dt.timedelta(seconds=self.count), "as agreed")
        made = dict(self.made)
        try:
            with self.home.ledger.transaction(self.home.workbench, "history"):
                number = perform(self.home.workbench, kind, arguments, decider)
                if "like" in arguments:
                    self.made[number] = self.amount_of(arguments["like"])
                self.see(self.home.workbench)
        except OperatingError as error:
            self.refused = str(error)
            assert self.refused.endswith("Nothing was changed.")
            self.made = made
            self.look()
            assert self.now == before
            return False
        self.corrections.append(number)
        self.last = number, before
        return True

    def amount_of(self, payment: str) -> Decimal:
        """What the entry of a payment moves."""
        number = int(payment.partition("/")[0])
        return next(entry.amount for entry in self.entries if entry.entry_id == number)

    @rule(name=st.sampled_from(sorted(FILES)), is_renamed=st.booleans())
    def drop(self, name: str, is_renamed: bool) -> None:
        """A file is dropped, perhaps once more, perhaps under another name; one of which something is left to
        do is rerun by that.
        """
        with self.home.ledger.transaction(self.home.workbench, "history"):
            imported = import_bytes(self.home, f"{name}{'-again' if is_renamed else ''}.txt", CONTENTS[name])
            self.see(self.home.workbench)
        assert imported.outcome.status in ("posted", "repeated", "incomplete")
        self.dropped.add(name)
        self.last = None

    @precondition(lambda self: self.imports)
    @rule(data=st.data(), cascade=st.booleans())
    def delete_import(self, data: st.DataObject, cascade: bool) -> None:
        """One of the imports that stand."""
        number = data.draw(st.sampled_from(self.imports))
        self.do("delete-import", **{"import": str(number), "cascade": cascade})

    @precondition(lambda self: any(is_unlinked for _, is_unlinked in self.payments))
    @rule(data=st.data())
    def delete_payment(self, data: st.DataObject) -> None:
        """One of the unlinked payments, with what is linked of it; nothing else stands in the way."""
        name = data.draw(st.sampled_from([name for name, is_unlinked in self.payments if is_unlinked]))
        # An undo of an undo may hold much more than one link: it is undone by its number.
        assert self.do("delete-payment", payment=name, cascade=True) or "done again by" in self.refused

    @precondition(lambda self: self.payments)
    @rule(data=st.data(), key=st.sampled_from(["FA-1", "FA-2"]), amount=st.sampled_from([None, "10.00"]))
    def create_payment(self, data: st.DataObject, key: str, amount: str | None) -> None:
        """A payment is made anew from an item, like one that was deleted, or like one that still stands."""
        name = data.draw(st.sampled_from([name for name, _ in self.payments]))
        part = {} if amount is None else {"amount": amount}
        self.do("settle", items=[f"ALBA:{key}"], account=BANK, date="2026-10-01", like=name, **part)

    @precondition(lambda self: any(is_unlinked for _, is_unlinked in self.payments))
    @rule(data=st.data(), key=st.sampled_from(["FA-1", "FA-2"]))
    def link(self, data: st.DataObject, key: str) -> None:
        """An unlinked payment settles an item."""
        name = data.draw(st.sampled_from([name for name, is_unlinked in self.payments if is_unlinked]))
        self.do("link", payment=name, items=[f"ALBA:{key}"])

    @precondition(lambda self: self.corrections)
    @rule(data=st.data())
    def undo_any(self, data: st.DataObject) -> None:
        """Any correction so far, undos among them, if it can still be undone."""
        self.do("undo", correction=data.draw(st.sampled_from(self.corrections)))

    @precondition(lambda self: self.last is not None)
    @rule()
    def undo_the_last(self) -> None:
        """The last correction, since which nothing happened: everything is as before it."""
        assert self.last is not None
        number, before = self.last
        assert self.do("undo", correction=number), "nothing stands in the way"
        assert self.now == before

    def teardown(self) -> None:
        """In the end every file is dropped once more: no payment is lost, but what a person took out."""
        if not self.dropped:
            return
        for name in sorted(self.dropped):
            self.drop(name, is_renamed=False)
        for name in sorted(self.dropped):
            self.drop(name, is_renamed=True)
        there = {entry.amount for entry in self.entries if not entry.is_deleted}
        assert {Decimal(amount) for name in self.dropped for amount in FILES[name]} <= there
