"""Whole syncs with Exact Online and Yuki: whatever is lost on the way, each invoice gets there once (T08)."""

from __future__ import annotations

import datetime as dt
import shutil
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest

from assets.ledger.store import Ledger
from assets.sync.outbox import Journals, Outbox, Selection
from assets.sync.syncing import SyncOutcome, sync_with_program
from assets.sync.target import Target, TargetSettings
from assets.sync.targets.exact import ExactTarget
from assets.sync.targets.yuki import YukiTarget
from samples.programs import exact_server, yuki_server
from samples.programs.answering import BOOKS, BOOKS_NOTHING, SLOW, Fault, SetClock, serving
from samples.programs.exact_server import ExactServer
from samples.programs.yuki_server import YukiServer
from tests.support.ledgers import fresh_ledger
from tests.support.sales_program import outbox_rows, sold

START: Final = dt.datetime(2026, 10, 7, 9, 0, tzinfo=dt.UTC)
FAULTS: Final[tuple[Fault, ...]] = (*BOOKS_NOTHING, *BOOKS)
ENTRIES: Final = "salesentry/SalesEntries"
PROCESS: Final = "ProcessSalesInvoices"


@pytest.fixture
def ledger(tmp_path: Path, sold_ledger: Path) -> Ledger:
    """Two invoices and a credit note of a customer that no program knows."""
    return Ledger(shutil.copytree(sold_ledger, tmp_path / "ledger"))


@pytest.fixture(scope="module")
def sold_ledger(tmp_path_factory: pytest.TempPathFactory, ledger_templates: dict[str, Path]) -> Path:
    """The folder of such a ledger, to be copied."""
    made = fresh_ledger(tmp_path_factory.mktemp("sold"), ledger_templates)
    sold(made, 1, 2)
    sold(made, 3, is_credit_note=True)
    return made.folder


@pytest.fixture
def exact() -> Iterator[ExactServer]:
    """A division with the codes of those invoices."""
    program = ExactServer(SetClock(START))
    program.add("financial/GLAccounts", Code="5801001", IsBlocked=False)
    program.add("vat/VATCodes", Code="V22", Percentage=Decimal("0.22"), IsBlocked=False)
    program.add("financial/Journals", Code="VEN", Type=20)
    program.add("financial/Journals", Code="NCV", Type=21)
    with serving(program):
        yield program


@pytest.fixture
def yuki() -> Iterator[YukiServer]:
    """An administration with the codes of those invoices."""
    program = YukiServer(SetClock(START))
    program.accounts, program.vat_types = {"5801001"}, {"V22": Decimal(22)}
    with serving(program):
        yield program


def exact_target(server: ExactServer, folder: Path, patience: float) -> Target:
    """A target of that division."""
    secrets = {
        "client_id": exact_server.CLIENT_ID,
        "client_secret": exact_server.CLIENT_SECRET,
        "refresh_token": exact_server.FIRST_REFRESH_TOKEN,
    }
    options = {"division": exact_server.DIVISION}
    return ExactTarget(TargetSettings("ALBA", server.url, options, secrets, folder), server.clock, patience)


def yuki_target(server: YukiServer, folder: Path, patience: float) -> Target:
    """A target of that administration."""
    options, secrets = {"administration": yuki_server.ADMINISTRATION}, {"access_key": yuki_server.ACCESS_KEY}
    return YukiTarget(TargetSettings("ALBA", server.url, options, secrets, folder), server.clock, patience)


def synced(ledger: Ledger, program: str, target: Target, pauses: list[float]) -> SyncOutcome:
    """A sync of ALBA, as a run does it."""
    workbench = ledger.workbench()
    try:
        outbox = Outbox(ledger, workbench, "ALBA", program, "run", Journals("VEN", "NCV"))
        return sync_with_program(outbox, Selection(), lambda: target, 90, pauses.append)
    finally:
        workbench.close()


def test_t02_t06_t07_a_sync_makes_the_customer_then_its_invoices_and_brings_the_numbers(
    ledger: Ledger, exact: ExactServer, tmp_path: Path
) -> None:
    outcomes = [synced(ledger, "exact", exact_target(exact, tmp_path / "secrets", 30), []) for _ in range(2)]

    assert [(len(each.customers), len(each.booked), each.is_complete, each.drift) for each in outcomes] == [
        (1, 3, True, {}),
        (0, 0, True, {}),
    ]
    assert outbox_rows(ledger) == [
        ("FT 1", "booked", "26730001", None, None, None),
        ("FT 2", "booked", "26730002", None, None, None),
        ("FT 3", "booked", "26740001", None, None, None),
    ]
    assert [(each["Journal"], each["AmountFC"]) for each in exact.entries] == [
        ("VEN", Decimal("122.00")),
        ("VEN", Decimal("122.00")),
        ("NCV", Decimal("-122.00")),
    ]


@pytest.mark.parametrize("fault", FAULTS)
def test_t08_exact_holds_each_invoice_once_wherever_an_answer_was_lost(
    ledger: Ledger, exact: ExactServer, tmp_path: Path, fault: Fault
) -> None:
    """The time in which the lost call may still be at work is waited out before anything is sent again."""
    exact.faults.append((ENTRIES, fault))
    pauses: list[float] = []
    first = synced(
        ledger, "exact", exact_target(exact, tmp_path / "secrets", 1 if fault in SLOW else 30), pauses
    )
    second = synced(ledger, "exact", exact_target(exact, tmp_path / "secrets", 30), pauses)

    assert Counter(each["YourRef"] for each in exact.entries) == {
        f"FV2026alba{number:08}": 1 for number in (1, 2, 3)
    }
    assert [row[1] for row in outbox_rows(ledger)] == ["booked"] * 3
    assert (len(first.booked), len(second.booked), second.is_complete, second.drift) == (
        (3, 0, True, {}) if fault in BOOKS else (2, 1, True, {})
    )
    assert [170 < seconds <= 180 for seconds in pauses] == ([] if fault in BOOKS else [True])


@pytest.mark.parametrize("fault", FAULTS)
def test_t08_yuki_holds_each_invoice_once_wherever_an_answer_was_lost(
    ledger: Ledger, yuki: YukiServer, tmp_path: Path, fault: Fault
) -> None:
    yuki.faults.append((PROCESS, fault))
    pauses: list[float] = []
    first = synced(ledger, "yuki", yuki_target(yuki, tmp_path, 1 if fault in SLOW else 30), pauses)
    second = synced(ledger, "yuki", yuki_target(yuki, tmp_path, 30), pauses)

    assert Counter((each.reference, each.original) for each in yuki.items) == {
        ("FV2026alba00000001", Decimal("122.00")): 1,
        ("FV2026alba00000002", Decimal("122.00")): 1,
        ("FV2026alba00000003", Decimal("-122.00")): 1,
    }
    assert [row[1] for row in outbox_rows(ledger)] == ["booked"] * 3
    assert (len(first.booked), len(second.booked), second.is_complete, second.drift) == (
        (3, 0, True, {}) if fault in BOOKS else (2, 1, True, {})
    )


def test_t11_a_code_that_the_division_lacks_keeps_out_what_uses_it_and_nothing_else(
    ledger: Ledger, exact: ExactServer, tmp_path: Path
) -> None:
    sold(ledger, 4, account_code="9999")
    synced(ledger, "exact", exact_target(exact, tmp_path / "secrets", 30), [])

    assert outbox_rows(ledger) == [
        ("FT 1", "booked", "26730001", None, None, None),
        ("FT 2", "booked", "26730002", None, None, None),
        ("FT 3", "booked", "26740001", None, None, None),
        ("FT 4", "rejected", None, "account_unknown", "9999", None),
    ]


def test_t09_a_number_that_exact_gave_again_is_named_with_both_documents(
    ledger: Ledger, exact: ExactServer, tmp_path: Path
) -> None:
    synced(ledger, "exact", exact_target(exact, tmp_path / "secrets", 30), [])
    exact.records[ENTRIES] = [each for each in exact.entries if each["EntryNumber"] != 26_730_002]
    sold(ledger, 5)
    outcome = synced(ledger, "exact", exact_target(exact, tmp_path / "secrets", 30), [])

    assert [each.sentence for each in outcome.drift.values()] == [
        "The program gave one registration number to two invoices: "
        "26730002 was given to FT 2, which is gone, and to FT 5"
    ]
