"""Killed at any moment and started again, a sync brings every invoice to its program exactly once (T08)."""

from __future__ import annotations

import datetime as dt
import signal
import time
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest

from assets.home import Home
from assets.ledger.store import Ledger
from samples.programs.answering import SetClock, serving
from samples.programs.exact_server import ExactServer
from tests.faults.test_kills import Importer
from tests.support.effort import chance, times
from tests.support.sales_program import outbox_rows, sold

INVOICES: Final = 40
ENTRIES: Final = "salesentry/SalesEntries"


@pytest.fixture
def syncer() -> Iterator[Importer]:
    """Starts children that sync, and kills them."""
    made = Importer("sync")
    yield made
    made.close()


@pytest.fixture
def exact() -> Iterator[ExactServer]:
    """A division without limits, at the present moment."""
    program = ExactServer(SetClock(dt.datetime.now(dt.UTC)))
    program.minute_limit = program.day_limit = 1_000_000
    program.add("financial/GLAccounts", Code="5801001", IsBlocked=False)
    program.add("vat/VATCodes", Code="V22", Percentage=Decimal("0.22"), IsBlocked=False)
    program.add("financial/Journals", Code="VEN", Type=20)
    program.add("financial/Journals", Code="NCV", Type=21)
    with serving(program):
        yield program


@pytest.mark.faults
def test_t08_killed_at_any_moment_a_sync_sends_every_invoice_once(
    tmp_path: Path, syncer: Importer, exact: ExactServer
) -> None:
    moments = chance("kills of syncs")
    home = Home(tmp_path / "home")
    home.root.mkdir()
    (home.root / "exact.url").write_text(exact.url, "utf-8")
    ledger = Ledger(home.ledger)
    references = sold(ledger, *range(INVOICES))
    assert syncer.run(home.root, kill_after=0.01) == -signal.SIGKILL
    span = None
    kills = 1
    while kills < times(60):
        begun = time.monotonic()
        code = syncer.run(home.root, kill_after=moments.uniform(0.02, span or 2.0))
        if code == 0:
            # Everything is there: more invoices come, so that there is something to be killed again.
            span = max(0.2, time.monotonic() - begun)
            references += sold(ledger, *range(len(references), len(references) + INVOICES))
            continue
        assert code == -signal.SIGKILL
        kills += 1
        assert max(Counter(each["YourRef"] for each in exact.entries).values(), default=1) == 1
    assert syncer.run(home.root) == 0

    numbers = {each["YourRef"]: str(each["EntryNumber"]) for each in exact.entries}
    assert sorted(each["YourRef"] for each in exact.entries) == sorted(references)
    assert {str(row[0]): row[1:4] for row in outbox_rows(ledger)} == {
        f"FT {int(reference[-8:])}": ("booked", number, None) for reference, number in numbers.items()
    }
