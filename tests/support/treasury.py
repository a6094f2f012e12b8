"""A treasury program in small: it takes the export of open items, pays some of them, and hands back its
trace.

Belongs here: what a treasury knows (the exported file alone) and how it writes down what it paid. Does not:
the ledger.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, Literal

from samples.payments import Movement, leg, move, trace
from tests.support.exported_files import Row, read_text

Way = Literal["full", "part", "order", "unpaid yet"]
"""How an item is paid: from the bank in full or in part, by a payment order that goes to the bank later, or
not.
"""

BANK: Final = "1801001"
TRANSIT: Final = "1809001"
_DAY: Final = dt.date(2026, 10, 15)


@dataclass(slots=True)
class Treasury:
    """Pays exported items. `entry` numbers its movements over all its traces."""

    items: list[Row]
    entry: int = 0
    ordered: list[Row] = field(default_factory=list)

    @classmethod
    def taking(cls, exported: bytes) -> Treasury:
        """A treasury that has read the exported file and nothing else."""
        return cls(read_text("open_items", exported))

    def pay(self, ways: Mapping[str, Way]) -> bytes:
        """The trace of one day: each item by its key is paid in its way; what is not named is not paid."""
        movements = []
        for item in self.items:
            way = ways.get(str(item["open_item_key"]), "unpaid yet")
            if way == "order":
                self.ordered.append(item)
            if way != "unpaid yet":
                movements.append(self._movement(item, way))
        return trace(*movements)

    def orders_reach_the_bank(self) -> bytes:
        """The trace of the day on which the bank has carried out the payment orders: transit goes to the
        bank.
        """
        movements = []
        for item in self.ordered:
            paid = str(-Decimal(str(item["amount"])))
            movements.append(self._move(paid, str(item["open_item_key"]), TRANSIT, BANK, item))
        self.ordered.clear()
        return trace(*movements)

    def _movement(self, item: Row, way: Way) -> Movement:
        amount = Decimal(str(item["amount"]))
        paid = (amount / 4).quantize(Decimal("0.01")) if way == "part" else amount
        flag = "A" if way == "part" else "S"
        account = TRANSIT if way == "order" else BANK
        return self._move(str(-paid), str(item["open_item_key"]), str(item["account"]), account, item, flag)

    def _move(
        self, amount: str, key: str, account: str, against: str, item: Row, flag: str = "S"
    ) -> Movement:
        self.entry += 1
        return move(
            leg(amount, key, flag, account=account),
            entry=self.entry,
            account=against,
            company=str(item["company"]),
            operation_date=_DAY,
            reason_code="ICLI" if Decimal(str(item["amount"])) > 0 else "PFOR",
            bill_flag="D" if TRANSIT in (account, against) else "",
        )
