"""Homes with the sample company's reference data into which single e-invoices are dropped, one delivery each.

What belongs here: dropping real files, registering them as a run does, and asking the ledger. What does not:
the files and what should become of them.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from assets.home import Home
from assets.invoices.deciding import switch_automatic
from assets.ledger.audit import Decider
from assets.ledger.store import Ledger
from orchestration import deliveries
from orchestration.deliveries import DeliveryImports, gather
from orchestration.imports import current_settings
from tests.support.ledgers import spoken

REFERENCE: Final = Path(__file__).resolve().parents[2] / "data" / "samples" / "reference"
NOW: Final = dt.datetime(2026, 11, 20, 9, 0)  # noqa: DTZ001
"""When files arrive: October and November 2026 are open in the sample company's books."""


class CaseHome(NamedTuple):
    """A home in which e-invoices register themselves."""

    home: Home
    ledger: Ledger

    def drop(self, *paths: Path) -> None:
        """Drops the files and registers each by a delivery of its own, in this order."""
        for path in paths:
            shutil.copyfile(path, self.home.invoice_inbox / path.name)
            self.register()

    def register(self, *keys: str) -> None:
        """Processes these deliveries, or those that wait."""
        with DeliveryImports(self.home, self.ledger, "test") as imports:
            imports.load_reference()
            waiting = gather(self.home, self.ledger, current_settings(self.ledger)).waiting
            for key in keys or waiting:
                imports.import_delivery(key)

    def ask(self, query: str) -> list[tuple]:
        """The rows of a query on the ledger, what is said in words."""
        with self.ledger.reading() as connection:
            return spoken(connection.execute(query).fetchall())

    def documents(self) -> list[tuple]:
        """Every document by its number: status, supplier and reasons."""
        return self.ask(
            "SELECT document_number, status, counterparty_code, reason_codes FROM ledger.document "
            "ORDER BY document_id"
        )

    def items(self) -> list[tuple]:
        """Every open item: its account, document, due date and what is to pay, as text."""
        return self.ask(
            "SELECT account_code, document_number, CAST(due_date AS VARCHAR), side, "
            "CAST(CAST(original_amount - settled_amount AS DECIMAL(18,2)) AS VARCHAR) "
            "FROM ledger.open_item WHERE status = 'open' AND origin = 'invoice' ORDER BY item_id"
        )


@contextmanager
def case_home(root: Path, more: Mapping[str, str]) -> Iterator[CaseHome]:
    """A home with the sample's reference data and more rows by file name; automatic registration is on."""
    home = Home(root)
    shutil.copytree(REFERENCE, home.reference)
    home.create()
    settings = home.reference / "settings.csv"
    settings.write_text(settings.read_text("utf-8").replace("quiet_seconds,2", "quiet_seconds,0"), "utf-8")
    for name, rows in more.items():
        with (home.reference / name).open("a", encoding="utf-8") as stream:
            stream.write(rows)
    made = CaseHome(home, Ledger(home.ledger))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(deliveries, "utc_now", lambda: NOW)
        with DeliveryImports(home, made.ledger, "test") as imports:
            imports.load_reference()
        workbench = made.ledger.workbench()
        with made.ledger.transaction(workbench, "test"):
            switch_automatic(workbench, ("ALBA", "BREZZA"), Decider("anna", NOW), is_on=True)
        workbench.close()
        yield made
