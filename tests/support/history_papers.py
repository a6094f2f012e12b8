"""E-invoices in random histories: what may arrive, and a plain model of what becomes of each copy of it.

Belongs here: the papers, their instalments by keys that are worked out here, and the model. Does not: the
rules that act on them (`tests.support.histories`).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from assets.invoices.model import CanonicalDocument
from tests.support import invoice_ledgers
from tests.support.invoice_ledgers import document
from tests.support.ledgers import ReferenceData, account, reason, setting, vat_code

DEFERRED_ACCOUNT: Final = "1502002"
DEFERRED_AMOUNT: Final = Decimal(22)
ACCOUNTS: Final = {"S001": "4000001", "S002": "4000002"}


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that a supplier may send, any number of times. Without a rule it is not recognised."""

    number: str
    supplier: str
    amounts: tuple[str, ...]
    side: str = "credit"
    more: tuple[tuple[str, Any], ...] = ()

    @property
    def is_recognised(self) -> bool:
        """Whether a posting rule knows the supplier."""
        return self.supplier == "S001"

    def items(self, place: int) -> dict[str, tuple[str, str, str]]:
        """Account, side and amount of each instalment by its key, which follows from the paper and from which
        of its copies was registered: the first one (1), or one after it.
        """
        kind = "I" if self.side == "credit" else "C"
        name = f"ALBA|={self.supplier}|{self.number}|2026|{kind}" + (f"|{place}" if place > 1 else "")
        stem = f"FA2026-{hashlib.sha256(name.encode()).hexdigest()[:12].upper()}"
        return {
            f"{stem}-{number:02}": (ACCOUNTS[self.supplier], self.side, amount)
            for number, amount in enumerate(self.amounts, 1)
        }

    def document(self) -> CanonicalDocument:
        """The document itself."""
        total = sum(map(Decimal, self.amounts))
        return document(
            document_number=self.number,
            supplier=self.supplier,
            lines=(("Goods", str(total / Decimal("1.22")), "22", None),),
            payment=[
                {"due_date": dt.date(2026, 11, place), "amount": Decimal(amount)}
                for place, amount in enumerate(self.amounts, 1)
            ],
            **dict(self.more),
        )


PAPERS: Final = (
    Paper(
        "N1",
        "S001",
        ("72.00", "50.00"),
        more=(
            (
                "vat",
                (
                    {
                        "vat_rate": Decimal(22), "vat_nature": None, "exigibility": "D",
                        "taxable_amount": Decimal(100), "vat_amount": Decimal(22),
                    },
                ),
            ),
        ),
    ),
    Paper("N2", "S001", ("12.20",)),
    Paper(
        "C1",
        "S001",
        ("24.40",),
        "debit",
        (
            ("document_type", "TD04"),
            ("is_credit_note", True),
            ("reference", ({"kind": "invoice", "number": "N1", "reference_date": dt.date(2026, 10, 15)},)),
        ),
    ),
    Paper("F1", "S002", ("30.50",)),
)  # fmt: skip
"""Two instalments with VAT that is due on payment, one instalment, a credit note, and one document of which
the rules know nothing.
"""


def with_papers(data: ReferenceData) -> ReferenceData:
    """The reference data with what these documents need."""
    suppliers = [row for row in invoice_ledgers.SUPPLIERS if row["counterparty_code"] in ACCOUNTS]
    others = [row for row in data.counterparties if row["counterparty_code"] not in ACCOUNTS]
    return data.replace(
        companies=invoice_ledgers.COMPANIES,
        counterparties=(*others, *suppliers),
        accounts=(
            *data.accounts,
            *(
                account(code, company=company, name=name)
                for company in ("ALBA", "BREZZA")
                for code, name in (
                    ("1502001", "VAT on purchases"),
                    (DEFERRED_ACCOUNT, "Deferred VAT on purchases"),
                    ("7101001", "Purchases"),
                    ("7103001", "Consultants"),
                )
            ),
        ),
        reasons=(*data.reasons, reason("FTAC", "Purchase invoice")),
        settings=(*data.settings, setting("rounding_account", "7101001", company="ALBA")),
        vat_codes=(
            vat_code("22", account="1502001"),
            vat_code("22D", "22", "deferred", exigibility="D", account="1502001", second_account="1502002"),
        ),
        invoice_rules=invoice_ledgers.DATA.invoice_rules,
    )


@dataclass(slots=True)
class Copy:
    """One copy of a paper, in a delivery of its own: a document of the ledger, by its number. `place` counts
    the copies of a paper that were ever registered, in the order in which they first were; 0 was never.
    """

    paper: Paper
    delivery_key: str
    document_id: int
    status: str = "to_register"
    is_chosen: bool = False
    place: int = 0

    @property
    def items(self) -> dict[str, tuple[str, str, str]]:
        """The instalments of its registrations, which have the same keys each time."""
        return self.paper.items(self.place)


@dataclass(slots=True)
class Papers:
    """What has become of every copy, by plain rules: a paper is registered once, and one that was refused is
    refused for ever.
    """

    copies: list[Copy] = field(default_factory=list)

    def arrive(self, paper: Paper) -> Copy:
        """A further copy; what the run of its delivery makes of it is not known yet."""
        number = len(self.copies) + 1
        self.copies.append(Copy(paper, f"d{number}", number))
        return self.copies[-1]

    def count(self, paper: Paper) -> int:
        """How many copies of it arrived."""
        return sum(copy.paper == paper for copy in self.copies)

    def run(self, copy: Copy) -> None:
        """The run of the delivery of a copy that is to register."""
        others = {other.status for other in self.copies if other.paper == copy.paper and other is not copy}
        if others & {"registered", "refused"}:
            copy.status = "repeated"
        elif copy.paper.is_recognised or copy.is_chosen:
            self._register(copy)

    def _register(self, copy: Copy) -> None:
        copy.status = "registered"
        copy.place = copy.place or 1 + sum(
            other.paper == copy.paper and other.place > 0 for other in self.copies
        )

    def standing(self) -> dict[str, str]:
        """The amount of each instalment that stands in the ledger, by its key."""
        return {
            key: amount
            for copy in self.copies
            if copy.status == "registered"
            for key, (_, _, amount) in copy.items.items()
        }

    def statuses(self) -> dict[int, str]:
        """The status of each document."""
        return {copy.document_id: copy.status for copy in self.copies}

    def take_over(self, statuses: Iterable[tuple[int, str]]) -> None:
        """The statuses of the documents are these."""
        for document_id, status in sorted(statuses):
            copy = self.copies[document_id - 1]
            if status == "registered":
                self._register(copy)
            copy.status = status
