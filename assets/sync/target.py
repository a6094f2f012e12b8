"""The one interface of accounting programs, and what a target needs to speak to its program.

Belongs here: what every program must be able to do, said so that the outbox can rely on it. Does not: any
program (`assets.sync.targets`), and when something is sent (`assets.sync.outbox`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from assets.sync.errors import Explanation
from assets.sync.model import BookedInvoice, Customer, SalesInvoice, UsedCodes


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a program can do. `concurrency`: calls at once at most. `batch_size`: documents that are noted as
    pending together. `settle_seconds`: how long after a call was begun the program may still show nothing of
    a document that it books. `gives_number`: whether a registration number comes back.
    """

    concurrency: int
    batch_size: int
    settle_seconds: float
    gives_number: bool


@dataclass(frozen=True, slots=True)
class TargetSettings:
    """What a target is made of. `url` is the address of the program; `options` are settings that only this
    program needs, by name; `secrets` come from the environment or from a file of the owner only, and are
    never written anywhere; `state_folder` is where a target may keep a token that changes, 0600, under a
    lock.
    """

    company_code: str
    url: str
    options: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    state_folder: Path = Path()


class Target(Protocol):
    """An accounting program. Methods raise `StoppedError` where no call makes sense now.

    `create_invoice` may be called from `capabilities.concurrency` threads at once, the others from one.
    """

    @property
    def capabilities(self) -> Capabilities:
        """What this program can do."""

    def check_codes(self, codes: UsedCodes) -> list[Explanation]:
        """What the program lacks of these codes: accounts, VAT codes, journals, periods where it tells."""

    def find_customers(self, customers: Sequence[Customer]) -> dict[str, str]:
        """The program's keys of those customers that it knows, by our `customer_code`.

        A customer is known by our code, else by its VAT number or tax code where the program can be asked.
        Raises nothing for one that is unknown.
        """

    def create_customer(self, customer: Customer) -> str:
        """Makes a customer that `find_customers` will find afterwards by our code; its key.

        Raises RefusedError or UnknownOutcomeError. Never called again for a customer that is found.
        """

    def create_invoice(self, invoice: SalesInvoice, customer_id: str) -> BookedInvoice:
        """Books one document, bearing our reference; what the program says of it.

        Called only for a reference of which `find_invoices` would find nothing booked. Where a program needs
        several steps, what an earlier call left half done is found by the reference and finished.
        Raises RefusedError or UnknownOutcomeError. Never tries again by itself once anything was sent that
        may have booked.
        """

    def find_invoices(self, invoices: Sequence[SalesInvoice]) -> list[BookedInvoice]:
        """What the program has booked under the references of these documents: none, one, or (wrongly) more.

        Reading only; may be tried again. A draft that is not booked yet is left out.
        """

    def close(self) -> None:
        """Lets connections go."""
