"""A home in which files come and people decide, each act as the product does it, in a transaction of its own.

What belongs here: acts without Dagster, whose ledger, kept files and journal are those of a real home. What
does not: which acts there are in a history, and what is expected of them (the tests).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from assets.corrections.changing import change_registration
from assets.corrections.performing import perform
from assets.home import Home
from assets.invoices.deciding import (
    BY_THE_RULES,
    PostingChoice,
    choose_registration,
    close_documents,
    dismiss_file,
    switch_automatic,
)
from assets.ledger.audit import Decider, Requester
from assets.ledger.imports import ImportOutcome
from assets.ledger.store import Ledger, utc_now
from assets.statements import records
from orchestration.deliveries import DeliveryImports, gather
from orchestration.imports import TraceImports, current_settings, dismiss, keep_with_import
from orchestration.sales_imports import SalesImports
from orchestration.syncs import SalesSyncs, SyncRequest
from tests.support.drawing import key_drawn_for
from tests.support.ledgers import ReferenceData, replace_files, write_files


@dataclass(slots=True)
class Desk:
    """A home, and how many runs there were in it: each has a number of its own."""

    root: Path
    runs: int = 0

    @property
    def home(self) -> Home:
        """Its folders."""
        return Home(self.root)

    @property
    def ledger(self) -> Ledger:
        """Its ledger, as the product opens it."""
        return Ledger.of(self.home)

    def run_id(self) -> str:
        """The next run."""
        self.runs += 1
        return f"run-{self.runs}"

    def write_reference(self, data: ReferenceData) -> None:
        """Somebody edits the reference files; the next run brings them into force."""
        replace_files(self.home.reference, data.files())

    def load_reference(self) -> None:
        """A run that finds nothing to import."""
        with TraceImports(self.home, self.ledger, self.run_id()) as imports:
            imports.load_reference()

    def take_trace(self, name: str, data: bytes) -> ImportOutcome:
        """A trace arrives and is imported."""
        return self._take(TraceImports, self.home.inbox, name, data)

    def take_sales(self, name: str, data: bytes) -> ImportOutcome:
        """A file of sales invoices arrives and is imported."""
        return self._take(SalesImports, self.home.sales_inbox, name, data)

    def _take(
        self, kind: type[TraceImports] | type[SalesImports], folder: Path, name: str, data: bytes
    ) -> ImportOutcome:
        (folder / name).write_bytes(data)
        with kind(self.home, self.ledger, self.run_id()) as imports:
            return imports.import_key(key_drawn_for(self.home, self.ledger, imports.source, folder / name))

    def rerun_trace(self, key: str) -> ImportOutcome:
        """A failed trace is tried again."""
        with TraceImports(self.home, self.ledger, self.run_id()) as imports:
            return imports.import_key(key)

    def take_invoices(self, files: Mapping[str, bytes]) -> list[str]:
        """E-invoices arrive together, and their deliveries are registered; their keys."""
        for name, data in files.items():
            (self.home.invoice_inbox / name).write_bytes(data)
        found = gather(self.home, self.ledger, current_settings(self.ledger))
        for key in found.waiting:
            self.run_delivery(key)
        return list(found.waiting)

    def run_delivery(self, key: str) -> None:
        """The run of a delivery."""
        with DeliveryImports(self.home, self.ledger, self.run_id()) as imports:
            imports.import_delivery(key)

    def sync(self) -> None:
        """Every booked sales invoice is synced, each company with its program."""
        with SalesSyncs(self.home, self.ledger, self.run_id()) as syncs:
            assert syncs.sync(SyncRequest("anna"))[1] == []

    def switch(self, *companies: str, is_on: bool = True) -> None:
        """Automatic registration is switched."""
        self._decide(lambda workbench, who: switch_automatic(workbench, companies, who, is_on=is_on))

    def register(self, *documents: int, choice: PostingChoice = BY_THE_RULES) -> None:
        """A person lets documents be registered; their run comes at once."""
        keys = self._decide(lambda workbench, who: choose_registration(workbench, documents, who, choice))
        for key in keys:
            self.run_delivery(key)

    def refuse(self, *documents: int) -> None:
        """A person refuses documents."""
        self._decide(lambda workbench, who: close_documents(workbench, documents, "refuse", who))

    def dismiss(self, key: str, *, is_delivered: bool = False) -> None:
        """A person closes what is left of a file."""
        if is_delivered:
            self._decide(lambda workbench, who: dismiss_file(workbench, key, who))
        else:
            dismiss(self.home, self.ledger, key, Decider("anna", utc_now(), "as agreed"))

    def correct(self, kind: str, **arguments: Any) -> int:
        """A correction, as its run makes it; its number."""
        run_id = self.run_id()
        decider = Decider("anna", utc_now(), "as agreed")
        requester = Requester(decider.who, decider.reason)
        with TraceImports(self.home, self.ledger, run_id, requester) as imports:
            with self.ledger.transaction(imports.workbench, kind) as workbench:
                number = perform(workbench, kind, arguments, decider, run_id, imports.rerun)
                changed = records(workbench, "corrections", "difference_imports", {"correction_id": number})
            imports.keep_rerun()
        keep_with_import(self.home, changed)
        return number

    def change(self, document: int, choice: PostingChoice) -> int:
        """The registration of a document is changed, and the document registered anew; the correction."""
        number, keys = self._decide(
            lambda workbench, who: change_registration(workbench, document, choice, who)
        )
        for key in keys:
            self.run_delivery(key)
        return int(number)

    def _decide(self, action: Callable[[duckdb.DuckDBPyConnection, Decider], Any]) -> Any:
        with self.ledger.writing("test") as workbench:
            return action(workbench, Decider("anna", utc_now(), "as agreed"))

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query on the ledger."""
        with self.ledger.reading() as connection:
            return connection.execute(query).fetchall()


def open_desk(root: Path, data: ReferenceData) -> Desk:
    """A new home below `root` with these reference files, not yet in force."""
    desk = Desk(root)
    desk.home.create()
    write_files(desk.home.reference, data.files())
    return desk
