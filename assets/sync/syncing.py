"""Syncs the booked invoices of one company with its program, so that each gets there exactly once.

Belongs here: the order of steps, and what is made of each answer. Does not: how states are stored
(`assets.sync.outbox`), and how a program is spoken to (`assets.sync.targets`).

The order is what keeps an invoice from being sent twice: what an earlier sync left in doubt is looked up
first; a batch is noted as pending, durably, before the first call; what came of it is noted after. Whatever
dies in between leaves invoices pending, and the next sync looks those up. One sync of a company runs at a
time: the kernel drops its lock when it dies.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from stdnum.eu import vat as eu_vat

from assets.errors import TransientError
from assets.ledger.store import utc_now
from assets.locks import take
from assets.sync.comparing import drift
from assets.sync.errors import CallError, Explanation, RefusedError, StoppedError, UnknownOutcomeError
from assets.sync.model import BookedInvoice, Customer, UsedCodes
from assets.sync.outbox import Outbox, OutboxInvoice, Selection, StateChange
from assets.sync.target import Target

BATCH_SECONDS: Final = 2.0
LARGEST_BATCH: Final = 500
"""A batch that was sent in less than these seconds is followed by one of twice its size, up to this one."""

IN_DOUBT: Final = ("pending", "unknown")
"""States in which the program may have booked the invoice."""

_VAT_COUNTRIES: Final = frozenset(eu_vat.MEMBER_STATES) | {"gr"}


@dataclass(slots=True)
class SyncOutcome:
    """What a sync of one company came to. `again_at` (UTC): when the program can be asked again, if it said.

    `booked`, `rejected`, `unknown` are about single invoices, `problems` about the sync as a whole; `waiting`
    were due and not sent, since the sync stopped. `customers` were made in the program.
    """

    company_code: str
    program: str
    customers: list[Customer] = field(default_factory=list)
    booked: list[StateChange] = field(default_factory=list)
    rejected: list[StateChange] = field(default_factory=list)
    unknown: list[StateChange] = field(default_factory=list)
    waiting: list[OutboxInvoice] = field(default_factory=list)
    problems: list[Explanation] = field(default_factory=list)
    drift: dict[int, Explanation] = field(default_factory=dict)
    again_at: dt.datetime | None = None

    @property
    def is_complete(self) -> bool:
        """Whether everything that was due is booked."""
        return not (self.rejected or self.unknown or self.waiting or self.problems)


@contextmanager
def one_sync_of(folder: Path, company_code: str) -> Iterator[None]:
    """Holds the lock of a company's sync, which ends with the process at the latest.

    Raises:
        TransientError: if another sync of the company is running.
    """
    name = "".join(each if each.isalnum() else "_" for each in company_code)
    with (folder / f"sync-{name}.lock").open("a") as lock:
        if not take(lock):
            raise TransientError(
                f"another sync of {company_code} is running; nothing was sent by this one. Sync again when "
                "it has ended."
            )
        yield


def sync_with_ledger(outbox: Outbox, selection: Selection) -> SyncOutcome:
    """Numbers the invoices that are due by our own protocol; nothing leaves the ledger."""
    outcome = SyncOutcome(outbox.company_code, outbox.program)
    due = _with_own_program(outbox, outbox.due(selection), outcome)
    outcome.booked = outbox.number(due)
    outbox.note_problems(outcome.problems)
    return outcome


def sync_with_program(
    outbox: Outbox,
    selection: Selection,
    target_of: Callable[[], Target],
    readback_days: int,
    pause: Callable[[float], None] = time.sleep,
    told: Callable[[int, int], None] = lambda done, count: None,
) -> SyncOutcome:
    """Sends what is due to the program that `target_of` opens, and reads back what it holds.

    `told` is called after each batch with how many of how many that are due need nothing more in this sync.
    Never raises for what a program says or does: that stands in the outcome and in the ledger.

    Raises:
        OperatingError: if the ledger cannot be read or written. What was sent is looked up by the next sync.
    """
    outcome = SyncOutcome(outbox.company_code, outbox.program)
    due = _with_own_program(outbox, outbox.due(selection), outcome)
    try:
        target = target_of()
    except StoppedError as stopped:
        # Taken up all the same, so that what waits is seen to wait.
        outbox.note([StateChange(each, "reserved") for each in due if each.state is None])
        _stop(outcome, stopped, due)
        outbox.note_problems(outcome.problems)
        return outcome
    sync = _Sync(outbox, target, outcome, pause, told, len(due))
    try:
        sync.run(due)
        sync.read_back(readback_days)
    except StoppedError as stopped:
        _stop(outcome, stopped, sync.left)
    finally:
        target.close()
    outbox.note_problems(outcome.problems)
    return outcome


def _stop(outcome: SyncOutcome, stopped: StoppedError, left: Iterable[OutboxInvoice]) -> None:
    outcome.problems.append(stopped.explanation)
    outcome.again_at = stopped.again_at
    outcome.waiting += left


def _with_own_program(
    outbox: Outbox, due: Sequence[OutboxInvoice], outcome: SyncOutcome
) -> list[OutboxInvoice]:
    """Without those that may be in other books, which the company used when they were sent.

    They would not be found in the present ones, and would be sent there as well.
    """
    here = (outbox.program, outbox.address)
    # Of what was reserved before addresses were kept, only the program is known.
    elsewhere = [
        each
        for each in due
        if each.state in IN_DOUBT and (each.program, each.address or outbox.address) != here
    ]
    for each in elsewhere:
        place = f"{each.program} at {each.address}" if each.address else str(each.program)
        detail = (
            f"{each.document.document_number} was sent to {place}: set sync_target, sync_url and "
            "sync_options back to it and sync"
        )
        outcome.problems.append(Explanation("outcome_unknown", detail, each.document.document_number))
    outcome.waiting += elsewhere
    there = {each.invoice_id for each in elsewhere}
    return [each for each in due if each.invoice_id not in there]


@dataclass(slots=True)
class _Sync:
    """One sync of one company under way. `left` are the invoices that are still to be sent."""

    outbox: Outbox
    target: Target
    outcome: SyncOutcome
    pause: Callable[[float], None]
    told: Callable[[int, int], None]
    due_count: int
    left: list[OutboxInvoice] = field(default_factory=list)

    def run(self, due: Sequence[OutboxInvoice]) -> None:
        """Looks up what is in doubt, then sends what is surely not in the program."""
        self.left = list(due)
        self._settle([each for each in due if each.state in IN_DOUBT])
        if not self.left:
            return
        self.outbox.note([StateChange(each, "reserved") for each in self.left])
        self._note(self._lacking_codes(self.left))
        self._note(_wrong_customers(self.left))
        customer_ids = self._customers(self.left)
        ready = [each for each in self.left if each.document.customer.customer_code in customer_ids]
        with ThreadPoolExecutor(self.target.capabilities.concurrency) as pool:
            self._send_all(ready, customer_ids, pool)
        self._look_up_at_once()

    def read_back(self, days: int) -> None:
        """Compares what was booked in the last days with what the program holds (T05, T09)."""
        since = utc_now() - dt.timedelta(days=days)
        # What a person entered in the program does not bear our reference, by which it would be found.
        booked = [each for each in self.outbox.booked_since(since) if each.program_id is not None]
        if not booked:
            return
        differences = drift(booked, self.target.find_invoices([each.document for each in booked]))
        self.outbox.note_read_back(differences)
        self.outcome.drift = {key: each for key, each in differences.items() if each is not None}

    def _settle(self, in_doubt: list[OutboxInvoice]) -> None:
        """Books what the program shows of these; what it does not show in time was never booked."""
        if not in_doubt:
            return
        missing = self._found(in_doubt)
        remaining = max((self._unsettled_seconds(each) for each in missing), default=0.0)
        if remaining > 0:
            self.pause(remaining)
            self._found(missing)

    def _found(self, in_doubt: Sequence[OutboxInvoice]) -> list[OutboxInvoice]:
        """Notes those that the program shows as booked; the others."""
        found: dict[str, list[BookedInvoice]] = {}
        for each in self.target.find_invoices([each.document for each in in_doubt]):
            found.setdefault(each.reference, []).append(each)
        changes = [
            StateChange(each, "booked", found[each.document.reference][0])
            for each in in_doubt
            if each.document.reference in found
        ]
        self._note(changes)
        return [each for each in in_doubt if each.document.reference not in found]

    def _unsettled_seconds(self, invoice: OutboxInvoice) -> float:
        """How long the program may still be at work on a call of which we lost the answer."""
        settle = self.target.capabilities.settle_seconds
        if invoice.state == "pending" or invoice.pending_at is None:
            # The sync died in a batch, which is noted before its first call: its last one may have begun
            # long after, and only now is it certain that no other follows.
            return settle
        # A clock that was set back makes the call look as if it lay in the future.
        elapsed = max(0.0, (utc_now() - invoice.pending_at).total_seconds())
        return max(0.0, settle - elapsed)

    def _lacking_codes(self, invoices: Sequence[OutboxInvoice]) -> list[StateChange]:
        """The invoices that use a code which the program lacks; each lacking code is named once."""
        documents = [each.document for each in invoices]
        days = [each.document_date for each in documents]
        lacking = self.target.check_codes(
            UsedCodes(
                frozenset(line.account_code for each in documents for line in each.lines),
                frozenset((line.vat_code, line.vat_rate) for each in documents for line in each.lines),
                frozenset((each.journal_code, each.is_credit_note) for each in documents),
                (min(days), max(days)),
            )
        )
        by_code = {(each.sync_error_code, each.subject): each for each in lacking}
        changes = []
        for each in invoices:
            used = [("journal_unknown", each.document.journal_code)]
            for line in each.document.lines:
                used += [("account_unknown", line.account_code), ("vat_code_missing", line.vat_code)]
            error = next((by_code[code] for code in used if code in by_code), None)
            if error is not None:
                changes.append(StateChange(each, "rejected", error=error))
        return changes

    def _customers(self, invoices: Sequence[OutboxInvoice]) -> dict[str, str]:
        """The program's keys of the customers, by our code; those that it lacks are made first (T06)."""
        customers = {each.document.customer.customer_code: each.document.customer for each in invoices}
        if not customers:
            return {}
        known = self.target.find_customers(list(customers.values()))
        errors: dict[str, CallError] = {}
        made: dict[str, str] = {}
        try:
            for code, customer in customers.items():
                if code in known:
                    continue
                try:
                    made[code] = self.target.create_customer(customer)
                except (RefusedError, UnknownOutcomeError) as error:
                    # A customer whose answer was lost is looked up by the next sync; its invoices wait.
                    errors[code] = error
                    continue
                self.outcome.customers.append(customer)
        finally:
            # Also when the program stops in the midst of them.
            self.outbox.note_customers(made)
        self._note(
            [
                StateChange(each, "rejected", error=errors[each.document.customer.customer_code].explanation)
                for each in invoices
                if each.document.customer.customer_code in errors
            ]
        )
        return known | made

    def _send_all(
        self, ready: Sequence[OutboxInvoice], customer_ids: dict[str, str], pool: ThreadPoolExecutor
    ) -> None:
        """Sends batch by batch. What came of one and what the next one holds is noted in one transaction."""
        size = self.target.capabilities.batch_size
        waiting = list(ready)
        changes: list[StateChange] = []
        while waiting or changes:
            batch, waiting = waiting[:size], waiting[size:]
            pending = [
                StateChange(each, "pending", customer_id=customer_ids[each.document.customer.customer_code])
                for each in batch
            ]
            self._note([*changes, *pending])
            started = time.monotonic()
            changes, stopped = self._call(batch, customer_ids, pool)
            if stopped is not None:
                self._note(changes)
                raise stopped
            if time.monotonic() - started < BATCH_SECONDS:
                # A transaction costs as much for a thousand invoices as for one.
                size = min(2 * size, LARGEST_BATCH)

    def _call(
        self, batch: Sequence[OutboxInvoice], customer_ids: dict[str, str], pool: ThreadPoolExecutor
    ) -> tuple[list[StateChange], StoppedError | None]:
        """Makes the calls of a batch; what came of each, and why the rest was left."""
        stop = _Stop()

        def call(invoice: OutboxInvoice) -> StateChange:
            if stop.error is not None:
                return StateChange(invoice, "reserved")
            try:
                customer_id = customer_ids[invoice.document.customer.customer_code]
                return StateChange(
                    invoice, "booked", self.target.create_invoice(invoice.document, customer_id)
                )
            except RefusedError as error:
                return StateChange(invoice, "rejected", error=error.explanation)
            except UnknownOutcomeError as error:
                return StateChange(invoice, "unknown", error=error.explanation)
            except StoppedError as error:
                stop.by(error)
                return StateChange(invoice, "reserved")

        return list(pool.map(call, batch)), stop.error

    def _look_up_at_once(self) -> None:
        """Settles what the program shows already of the invoices whose answer was lost just now."""
        lost = [each.invoice for each in self.outcome.unknown]
        if not lost:
            return
        missing = {each.invoice_id for each in self._found(lost)}
        self.outcome.unknown = [each for each in self.outcome.unknown if each.invoice.invoice_id in missing]

    def _note(self, changes: Sequence[StateChange]) -> None:
        """Notes what happened, and takes what needs nothing more in this sync from those that are left."""
        self.outbox.note(changes)
        lists = {
            "booked": self.outcome.booked,
            "rejected": self.outcome.rejected,
            "unknown": self.outcome.unknown,
        }
        for each in changes:
            if each.state in lists:
                lists[each.state].append(each)
        done = {each.invoice.invoice_id for each in changes if each.state in lists}
        before, self.left = self.left, [each for each in self.left if each.invoice_id not in done]
        if len(self.left) < len(before):
            self.told(self.due_count - len(self.left), self.due_count)


@dataclass(slots=True)
class _Stop:
    """Tells the threads of a batch that no further call makes sense."""

    error: StoppedError | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def by(self, error: StoppedError) -> None:
        """The first error counts."""
        with self._lock:
            self.error = self.error or error


def _wrong_customers(invoices: Iterable[OutboxInvoice]) -> list[StateChange]:
    """The invoices whose customer has a VAT number that cannot be one of its country."""
    return [
        StateChange(each, "rejected", error=error)
        for each in invoices
        if (error := vat_number_problem(each.document.customer)) is not None
    ]


def vat_number_problem(customer: Customer) -> Explanation | None:
    """What is wrong with the VAT number of a customer in the EU; None if it has none or a right one."""
    country = customer.country_code.lower()
    if customer.vat_number is None or country not in _VAT_COUNTRIES:
        return None
    # Greek VAT numbers begin with EL, though the country is GR.
    prefix = {"gr": "EL"}.get(country, customer.country_code)
    number = customer.vat_number.upper().removeprefix(prefix)
    if eu_vat.is_valid(f"{prefix}{number}"):
        return None
    detail = f"{customer.vat_number} of {customer.name} ({customer.customer_code}) in {customer.country_code}"
    return Explanation("vat_number_invalid", detail, customer.customer_code)
