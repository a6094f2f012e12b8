"""What people decide about e-invoices, as functions: what is written, and what is refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Final

import pytest

from assets.errors import OperatingError
from assets.findings import Finding
from assets.invoices.deciding import (
    Closing,
    PostingChoice,
    choose_registration,
    close_documents,
    dismiss_file,
    switch_automatic,
)
from assets.ledger.audit import Decider
from assets.statements import rows, statement
from tests.support.invoice_ledgers import ACCOUNTS, DATA, NOW, deliver, document, statuses, switch
from tests.support.ledgers import LedgerHome, account, vat_code

LATER: Final = NOW + dt.timedelta(days=1)
ANNA: Final = Decider("anna", LATER, "because")

CHECKS: Final = ("check_imports_add_up", "check_entries_balance", "check_residuals")


@pytest.fixture
def home(trial_home: Callable[..., LedgerHome]) -> LedgerHome:
    """A home with the reference data of e-invoices; automatic registration is off."""
    return trial_home(DATA)


def files(home: LedgerHome) -> list[tuple[object, ...]]:
    """Every delivered file: its name, status, and how many errors and warnings are open."""
    return home.rows(
        "SELECT source_file, status, error_count, warning_count FROM ledger.file_import ORDER BY import_id"
    )


def deliveries(home: LedgerHome) -> list[tuple[object, ...]]:
    """Every delivery with its status."""
    return home.rows("SELECT delivery_key, status FROM ledger.delivery ORDER BY delivery_id")


def closings(home: LedgerHome) -> list[tuple[object, ...]]:
    """Every document: its status, when, by whom and why it was closed."""
    return home.rows(
        "SELECT status, closed_at, closed_by, closed_reason FROM ledger.document ORDER BY document_id"
    )


def findings(home: LedgerHome) -> list[tuple[object, ...]]:
    """Every finding: its document, its code, and how it was resolved."""
    return home.rows(
        "SELECT document_id, finding_code, resolution, resolved_at, resolved_by, resolved_reason "
        "FROM ledger.finding ORDER BY import_id, attempt, ordinal"
    )


def decided(home: LedgerHome) -> list[tuple[object, ...]]:
    """Every decision with all its columns."""
    return home.rows("SELECT * FROM ledger.document_decision ORDER BY decided_at, document_id")


@pytest.mark.parametrize(("closing", "status"), [("refuse", "refused"), ("handle", "handled")])
def test_f06_a_closed_document_keeps_who_when_and_why_and_its_findings_are_dismissed(
    home: LedgerHome, closing: Closing, status: str
) -> None:
    deliver(home, "d1", [document()])
    assert close_documents(home.workbench, [1], closing, ANNA) == ["d1"]
    assert closings(home) == [(status, LATER, "anna", "because")]
    assert findings(home) == [(1, "document_waits", "dismissed", LATER, "anna", "because")]
    assert decided(home) == [(1, closing, None, None, False, "anna", "because", LATER)]
    assert (files(home), deliveries(home)) == ([("d1-1.xml", "posted", 0, 0)], [("d1", "done")])
    assert [rows(home.workbench, statement("ledger", check)) for check in CHECKS] == [[], [], []]


def test_f12_closing_one_document_of_a_file_leaves_the_others_to_register(home: LedgerHome) -> None:
    several = [document(), document(document_number="2", supplier="S002", position=2)]
    deliver(home, "d1", several)
    close_documents(home.workbench, [1], "refuse", ANNA)
    assert (files(home), deliveries(home)) == ([("d1-1.xml", "incomplete", 1, 0)], [("d1", "open")])
    close_documents(home.workbench, [2], "handle", ANNA)
    assert (files(home), deliveries(home)) == ([("d1-1.xml", "posted", 0, 0)], [("d1", "done")])


def test_f06_a_delivery_with_an_unreadable_file_stays_open(home: LedgerHome) -> None:
    deliver(home, "d1", [document()], unreadable=[Finding("d1-2.xml", "R17", expected="an e-invoice")])
    close_documents(home.workbench, [1], "refuse", ANNA)
    assert (files(home), deliveries(home)) == (
        [("d1-1.xml", "posted", 0, 0), ("d1-2.xml", "failed", 1, 0)],
        [("d1", "open")],
    )


def test_f06_an_unreadable_file_is_dismissed_and_its_delivery_becomes_done(home: LedgerHome) -> None:
    unreadable = [Finding("d1-2.xml", "R17", expected="an e-invoice")]
    deliver(home, "d1", [document()], unreadable=unreadable)
    read, unread = (str(key) for (key,) in home.rows("SELECT partition_key FROM ledger.file_import"))
    with pytest.raises(OperatingError) as error:
        dismiss_file(home.workbench, read, ANNA)
    assert str(error.value) == (
        f"D1 of {read} are to register: use `partita register`, `partita refuse` or `partita handle`. "
        "Nothing was changed."
    )
    close_documents(home.workbench, [1], "refuse", ANNA)
    assert dismiss_file(home.workbench, unread, ANNA) == ("dismissed", ["d1"])
    assert deliveries(home) == [("d1", "done")]
    assert findings(home)[1] == (None, "R17", "dismissed", LATER, "anna", "because")
    deliver(home, "d1", [document()], unreadable=unreadable, now=LATER)
    assert deliveries(home) == [("d1", "done")]


def test_f06_a_closed_document_stays_closed_when_its_delivery_runs_again(home: LedgerHome) -> None:
    both = [document(), document(document_number="2")]
    deliver(home, "d1", both)
    close_documents(home.workbench, [1], "refuse", ANNA)
    switch(home)
    deliver(home, "d1", both, now=LATER)
    assert statuses(home) == [("1/A", "refused", "document_waits"), ("2", "registered", None)]
    assert deliveries(home) == [("d1", "done")]
    assert [rows(home.workbench, statement("ledger", check)) for check in CHECKS] == [[], [], []]


def test_f06_closed_and_unknown_documents_are_errors_that_change_nothing(home: LedgerHome) -> None:
    switch(home, "BREZZA")
    deliver(
        home,
        "d1",
        [document(), document(document_number="2"), document(document_number="3", company="BREZZA")],
    )
    deliver(home, "d2", [document(document_number="3", company="BREZZA")])
    close_documents(home.workbench, [1], "refuse", ANNA)
    before = (closings(home), findings(home), decided(home), files(home), deliveries(home))
    for decide in (
        lambda: close_documents(home.workbench, [1, 2, 3, 4, 99], "handle", ANNA),
        lambda: choose_registration(home.workbench, [1, 2, 3, 4, 99], ANNA),
    ):
        with pytest.raises(OperatingError) as error:
            decide()
        assert str(error.value) == (
            "there is no document D99; D1 was refused by anna on 2026-10-21; D3 is registered already "
            "(entry 1); D4 repeats another document. Nothing was changed."
        )
    assert (closings(home), findings(home), decided(home), files(home), deliveries(home)) == before


def test_f06_of_many_problems_the_first_ones_are_named(home: LedgerHome) -> None:
    with pytest.raises(OperatingError) as error:
        close_documents(home.workbench, range(1, 13), "refuse", ANNA)
    first = "; ".join(f"there is no document D{number}" for number in range(1, 11))
    assert str(error.value) == f"{first}; and 2 more. Nothing was changed."


def test_f03_a_choice_names_the_deliveries_to_run_and_the_newest_holds(home: LedgerHome) -> None:
    first = [document(), document(document_number="2")]
    deliver(home, "d1", first)
    deliver(home, "d2", [document(document_number="3")])
    chosen = PostingChoice("7103001", "22", is_remembered=True)
    assert choose_registration(home.workbench, [3, 1], ANNA, chosen) == ["d1", "d2"]
    assert choose_registration(home.workbench, [1], Decider("bruno", LATER + dt.timedelta(1))) == ["d1"]
    assert decided(home) == [
        (1, "register", "7103001", "22", True, "anna", "because", LATER),
        (3, "register", "7103001", "22", True, "anna", "because", LATER),
        (1, "register", None, None, False, "bruno", None, LATER + dt.timedelta(1)),
    ]
    deliver(home, "d1", first, now=LATER)
    assert home.rows("SELECT document_id, registered_by, requested_by FROM ledger.registration") == [
        (1, "choice", "bruno")
    ]


@pytest.mark.parametrize(
    ("choice", "problem"),
    [
        (PostingChoice("9999"), "company ALBA has no active account 9999"),
        (PostingChoice("1801009"), "company ALBA has no active account 1801009"),
        (PostingChoice("7101001", "ZZ"), "company ALBA has no VAT code ZZ"),
        (PostingChoice(vat_code="B22"), "company ALBA has no VAT code B22"),
    ],
)
def test_f06_an_account_or_vat_code_that_a_company_may_not_use_is_refused(
    trial_home: Callable[..., LedgerHome], choice: PostingChoice, problem: str
) -> None:
    closed = account("1801009", is_active=False)
    own = vat_code("B22", company="BREZZA", account="1502001")
    home = trial_home(DATA.replace(accounts=(*ACCOUNTS, closed), vat_codes=(*DATA.vat_codes, own)))
    deliver(home, "d1", [document(), document(company="BREZZA", document_number="2")])
    with pytest.raises(OperatingError) as error:
        choose_registration(home.workbench, [1], ANNA, choice)
    assert (str(error.value), decided(home)) == (f"{problem}. Nothing was changed.", [])
    assert choose_registration(home.workbench, [2], ANNA, PostingChoice("7101001", "B22")) == ["d1"]


def test_f06_a_document_of_no_company_can_wait_for_its_company_but_not_take_an_account(
    home: LedgerHome,
) -> None:
    deliver(home, "d1", [document(customer_vat_number="09990249998")])
    with pytest.raises(OperatingError, match="D1 is addressed to none of our companies"):
        choose_registration(home.workbench, [1], ANNA, PostingChoice("7101001"))
    assert choose_registration(home.workbench, [1], ANNA) == ["d1"]


def test_f08_switches_are_kept_one_after_the_other_and_an_idle_one_changes_no_moment(
    home: LedgerHome,
) -> None:
    assert switch_automatic(home.workbench, ["ALBA", "ALBA"], ANNA, is_on=True) == ["ALBA"]
    assert switch_automatic(home.workbench, ["ALBA"], Decider("bruno", LATER), is_on=True) == []
    assert switch_automatic(home.workbench, ["BREZZA"], ANNA, is_on=False) == []
    off = Decider("bruno", LATER + dt.timedelta(1))
    assert switch_automatic(home.workbench, ["BREZZA", "ALBA"], off, is_on=False) == ["ALBA"]
    assert home.rows("SELECT * FROM ledger.automatic_registration ORDER BY switched_at") == [
        ("ALBA", True, LATER, "anna"),
        ("ALBA", False, LATER + dt.timedelta(1), "bruno"),
    ]


def test_f01_an_unknown_company_is_not_switched(home: LedgerHome) -> None:
    with pytest.raises(OperatingError) as error:
        switch_automatic(home.workbench, ["ALBA", "X"], ANNA, is_on=True)
    assert str(error.value) == "companies.csv has no company X; it has ALBA, BREZZA. Nothing was switched."
    assert home.rows("SELECT * FROM ledger.automatic_registration") == []
