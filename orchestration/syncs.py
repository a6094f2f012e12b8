"""Syncs sales invoices: which companies, with which program. No Dagster here, so that tests can call it.

Belongs here: where settings, the outbox and the targets meet. Does not: the steps of a sync
(`assets.sync.syncing`) and how a run reports them (`orchestration.sync_pipeline`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from assets.errors import OperatingError
from assets.ledger.audit import Change, Decider, record_change
from assets.ledger.newest import behind
from assets.ledger.store import Ledger, utc_now
from assets.settings import Settings
from assets.sync.errors import Explanation
from assets.sync.outbox import Journals, Outbox, OutboxInvoice, Selection, StateChange
from assets.sync.programs import LEDGER, NONE, address_of, target_of
from assets.sync.reports import companies_with_program, file_totals, start_date
from assets.sync.syncing import SyncOutcome, one_sync_of, sync_with_ledger, sync_with_program
from orchestration.imports import current_settings
from orchestration.workbench import RunWorkbench

_EVER: Final = dt.datetime(1970, 1, 1)  # noqa: DTZ001


@dataclass(frozen=True, slots=True)
class SyncRequest:
    """Whose invoices are synced: of these files (None: of all), of these companies (None: of all that have a
    program), only these references or document numbers (None: all); and who asks for it.
    """

    requested_by: str
    keys: tuple[str, ...] | None = None
    companies: tuple[str, ...] | None = None
    only: tuple[str, ...] | None = None


_TWICE: Final = (
    "An invoice that was sent since would be sent and booked again, so nothing was sent. Close those that "
    "your program shows by `partita sync --entered`"
)


class SalesSyncs(RunWorkbench):
    """Syncs the invoices of one run, each company with its own program (T12). Use it as a context."""

    def sync(
        self, request: SyncRequest, told: Callable[[str, int, int], None] = lambda code, done, count: None
    ) -> tuple[list[SyncOutcome], list[OperatingError]]:
        """What the sync of each company came to, and why that of a company ended before its end.

        `told` is called with a company, and how many of how many of its invoices that are due are done.
        One company's trouble does not stop the next: neither another sync of it that is running, nor a
        ledger or a token that could not be written for now.

        Raises:
            OperatingError: if the ledger cannot be read, or is older than its home: what was sent since is
                not known to have been sent, and would be booked twice.
        """
        _, reference = self._ready()
        self._refuse_an_older_ledger()
        outcomes, failed = [], []
        for code in self._companies(request, reference.settings):
            try:
                self._ready()
                with one_sync_of(self.home.ledger, code):
                    outcome = self._sync(code, reference.settings, request, partial(told, code))
                self._record(outcome, request.requested_by)
            except OperatingError as error:
                failed.append(error)
                continue
            outcomes.append(outcome)
        return outcomes, failed

    def due(self, request: SyncRequest) -> list[tuple[str, str, list[OutboxInvoice]]]:
        """Per company its program and the invoices that a sync would send or look up; nothing is called."""
        _, reference = self._ready()
        settings = reference.settings
        found = []
        for code in self._companies(request, settings):
            outbox = self._outbox(code, settings)
            selection = Selection(request.keys, request.only, start_date(settings, code))
            found.append((code, outbox.program, outbox.due(selection)))
        return found

    def forget(self, company_code: str, which: str, decider: Decider) -> OutboxInvoice | None:
        """Has a booked invoice looked up anew by the next sync, and sent only if its program has it no more.

        `which` is its reference or number. None if the company's program holds no such invoice for us.
        """
        _, reference = self._ready()
        outbox = self._outbox(company_code, reference.settings)
        booked = [
            each
            for each in outbox.booked_since(_EVER)
            if which in (each.document.reference, each.document.document_number)
        ]
        if len(booked) != 1:
            return None
        (invoice,) = booked
        with one_sync_of(self.home.ledger, company_code):
            error = Explanation("outcome_unknown", f"to be looked up, {decider.who}: {decider.reason}")
            outbox.decide(
                StateChange(invoice, "unknown", error=error, customer_id=invoice.customer_id),
                Change(
                    "sync forget",
                    f"{company_code} {invoice.document.document_number}",
                    decider,
                    self.run_id,
                    before={"state": "booked", "registration_number": invoice.registration_number},
                    after={"state": "unknown"},
                ),
            )
        return invoice

    def enter(self, company_code: str, which: str, number: str, decider: Decider) -> OutboxInvoice | None:
        """Books an invoice that a person entered in the program under this number; no sync sends it again.

        `which` is its reference or number. None if none, or more than one, of this name is not synced yet.

        Raises:
            OperatingError: if the company has no program in which anything could be entered.
        """
        _, reference = self._ready()
        outbox = self._outbox(company_code, reference.settings)
        if outbox.program in (LEDGER, NONE):
            raise OperatingError(f"{company_code} has no program of its own: sync_target is {outbox.program}")
        with one_sync_of(self.home.ledger, company_code):
            due = outbox.due(Selection(only=(which,)))
            if len(due) != 1:
                return None
            (invoice,) = due
            outbox.decide(
                StateChange(invoice, "booked", entered_number=number),
                Change(
                    "sync enter",
                    f"{company_code} {invoice.document.document_number}",
                    decider,
                    self.run_id,
                    before={"state": invoice.state, "registration_number": None},
                    after={"state": "booked", "registration_number": number},
                ),
            )
        return invoice

    def _refuse_an_older_ledger(self) -> None:
        with self.ledger.reading() as connection:
            lacking = behind(connection, self.home.newest_change)
        if self.home.restored.exists():
            raise OperatingError(
                f"this home was restored from a backup, or its ledger rebuilt. {_TWICE}, then remove "
                f"{self.home.restored} (docs/bad-days.md)"
            )
        if lacking is not None:
            raise OperatingError(
                f"the ledger is older than its home: it lacks the change of {lacking.remembered.recorded_at} "
                f"UTC. {_TWICE}, then remove {self.home.newest_change} (docs/bad-days.md)"
            )

    def _companies(self, request: SyncRequest, settings: Settings) -> list[str]:
        with self.ledger.reading() as connection:
            codes = companies_with_program(connection, settings)
        return [code for code in codes if request.companies is None or code in request.companies]

    def _outbox(self, company_code: str, settings: Settings) -> Outbox:
        journals = Journals(
            settings.get("sales_journal", company_code), settings.get("credit_note_journal", company_code)
        )
        program = settings.get("sync_target", company_code)
        return Outbox(
            self.ledger,
            self._workbench,
            company_code,
            program,
            self.run_id,
            journals,
            "" if program == LEDGER else address_of(settings, company_code),
        )

    def _sync(
        self,
        company_code: str,
        settings: Settings,
        request: SyncRequest,
        told: Callable[[int, int], None],
    ) -> SyncOutcome:
        outbox = self._outbox(company_code, settings)
        selection = Selection(request.keys, request.only, start_date(settings, company_code))
        if outbox.program == LEDGER:
            return sync_with_ledger(outbox, selection)
        return sync_with_program(
            outbox,
            selection,
            lambda: target_of(self.home.root, settings, company_code),
            int(settings.get("sync_readback_days", company_code)),
            told=told,
        )

    def _record(self, outcome: SyncOutcome, requested_by: str) -> None:
        """Writes a sync that did something into the audit log."""
        counts = counts_of(outcome)
        if not any(counts.values()):
            return
        subject = f"{outcome.company_code} with {outcome.program}"
        change = Change("sync", subject, Decider(requested_by, utc_now()), self.run_id, after=dict(counts))
        with self.ledger.transaction(self._workbench, "record: sync"):
            record_change(self._workbench, change)


def counts_of(outcome: SyncOutcome) -> dict[str, int]:
    """How many customers were made, and invoices booked, refused, in doubt and left unsent; and problems."""
    return {
        "customer_count": len(outcome.customers),
        "booked_count": len(outcome.booked),
        "rejected_count": len(outcome.rejected),
        "unknown_count": len(outcome.unknown),
        "waiting_count": len(outcome.waiting),
        "problem_count": len(outcome.problems),
    }


def totals_of_files(ledger: Ledger, keys: Sequence[str] | None) -> list[dict[str, Any]]:
    """Per file (None: all) and company what is booked at the source, synced and due."""
    if not ledger.exists():
        return []
    settings = current_settings(ledger)
    with ledger.reading() as connection:
        return file_totals(connection, settings, keys)


def keys_to_sync(ledger: Ledger, companies: Sequence[str] | None = None) -> list[str]:
    """The files of which invoices of these companies (None: of all) are due, oldest first.

    If none is, the newest one of which a program holds something: a sync of it reads back what the programs
    hold (T05, T09).
    """
    rows = [
        row for row in totals_of_files(ledger, None) if companies is None or row["company_code"] in companies
    ]
    due = [row["partition_key"] for row in rows if row["due_count"]]
    if due or not rows:
        return list(dict.fromkeys(due))
    settings = current_settings(ledger)
    own = (LEDGER, NONE)
    held = [
        row["partition_key"]
        for row in rows
        if row["synced_count"] and settings.get("sync_target", row["company_code"]) not in own
    ]
    return held[-1:]


def automatic_companies(ledger: Ledger) -> list[str]:
    """The companies whose invoices are synced every night (T03)."""
    if not ledger.exists():
        return []
    settings = current_settings(ledger)
    with ledger.reading() as connection:
        codes = companies_with_program(connection, settings)
    return [code for code in codes if settings.get("automatic_sync", code) == "true"]
