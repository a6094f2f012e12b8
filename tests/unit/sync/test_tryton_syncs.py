"""Whole syncs with a real Tryton: customers, invoices and numbers, once wherever an answer was lost."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

import pytest

from assets.ledger.store import Ledger
from assets.sync.outbox import Journals, Outbox, Selection
from assets.sync.syncing import SyncOutcome, sync_with_program
from assets.sync.target import Target
from samples.programs.answering import Fault
from samples.programs.tryton import TrytonServer
from samples.programs.tryton_line import TrytonLine
from tests.support.sales_program import outbox_rows, sold
from tests.unit.sync.conftest import MakeTryton

pytestmark = pytest.mark.check

DAY: Final = dt.date(2026, 10, 7)
"""The day of all tests on the shared Tryton, which numbers in the order of dates."""


@pytest.fixture
def ledger(fresh_ledger: Ledger) -> Ledger:
    """A ledger without invoices."""
    return fresh_ledger


def synced(ledger: Ledger, target: Target) -> SyncOutcome:
    """A sync of ALBA, as a run does it, without waiting for what a lost call may still do."""
    workbench = ledger.workbench()
    try:
        outbox = Outbox(ledger, workbench, "ALBA", "tryton", "run", Journals("VEN", "NCV"))
        return sync_with_program(outbox, Selection(), lambda: target, 90, lambda seconds: None)
    finally:
        workbench.close()


def test_t04_t06_t07_a_sync_makes_the_customer_then_its_invoices_and_brings_the_numbers(
    ledger: Ledger, make_tryton: MakeTryton, tryton_server: TrytonServer
) -> None:
    """T05, T09 as well: what was deleted or changed in the program since is named by the next sync."""
    sold(ledger, 101, 102, customer_code="WHOLE1", document_date=DAY)
    sold(ledger, 103, customer_code="WHOLE1", document_date=DAY, is_credit_note=True)

    outcomes = [synced(ledger, make_tryton()) for _ in range(2)]

    assert [(len(each.customers), len(each.booked), each.is_complete, each.drift) for each in outcomes] == [
        (1, 3, True, {}),
        (0, 0, True, {}),
    ]
    rows = outbox_rows(ledger)
    assert [row[:2] for row in rows] == [(f"FT {number}", "booked") for number in (101, 102, 103)]
    patterns = (r"FT2026/\d+", r"FT2026/\d+", r"NC2026/\d+")
    for row, pattern in zip(rows, patterns, strict=True):
        assert re.fullmatch(pattern, str(row[2]))

    rest = tryton_server.rest
    changed = rest.the_id("account.invoice", [["reference", "=", "FV2026alba00000102"]])
    rest.change("account.invoice", changed, reference="by hand")
    drift = synced(ledger, make_tryton()).drift

    assert [each.sync_error_code for each in drift.values()] == ["gone_from_program"]


@pytest.mark.parametrize(
    ("number", "fault", "first_booked"),
    [(111, "closes_after_it_booked", 1), (112, "closes_before_it_books", 0)],
    ids=["booked", "left as a draft"],
)
def test_t08_an_invoice_whose_answer_was_lost_is_in_the_program_once(
    number: int,
    fault: Fault,
    first_booked: int,
    ledger: Ledger,
    make_tryton: MakeTryton,
    tryton_server: TrytonServer,
    tryton_line: TrytonLine,
) -> None:
    (reference,) = sold(ledger, number, customer_code=f"WHOLE{number}", document_date=DAY)
    tryton_line.faults.append(("/post", fault))

    outcomes = [synced(ledger, make_tryton(url=tryton_line.url)) for _ in range(2)]

    assert [(len(each.booked), each.is_complete) for each in outcomes] == [
        (first_booked, bool(first_booked)),
        (1 - first_booked, True),
    ]
    found = tryton_server.rest.find("account.invoice", [["reference", "=", reference]], "state")
    assert [each["state"] for each in found] == ["posted"]
