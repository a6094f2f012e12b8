"""An invoice reaches its program exactly once, and its number comes back (T01-T12)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from assets.errors import TransientError
from assets.ledger.listing import Asked
from assets.ledger.store import Ledger
from assets.statements import records
from assets.sync.errors import Explanation, StoppedError
from assets.sync.outbox import Journals, Outbox, Selection, StateChange
from assets.sync.reports import invoices
from assets.sync.syncing import SyncOutcome, one_sync_of, sync_with_ledger, sync_with_program
from tests.support.sales_program import DiedError, Program, outbox_rows, sold

Sync = Callable[..., SyncOutcome]


@pytest.fixture
def ledger(fresh_ledger: Ledger) -> Ledger:
    return fresh_ledger


def synced(
    ledger: Ledger,
    program: Program,
    selection: Selection | None = None,
    pauses: list[float] | None = None,
    address: str = "http://books",
    steps: list[tuple[int, int]] | None = None,
) -> SyncOutcome:
    """A sync of ALBA with this program, as a run does it."""
    workbench = ledger.workbench()
    try:
        outbox = Outbox(ledger, workbench, "ALBA", "tryton", "run", Journals("VEN", "NCV"), address)
        pause = (lambda seconds: None) if pauses is None else pauses.append
        told = (lambda done, count: None) if steps is None else lambda *step: steps.append(step)
        return sync_with_program(outbox, selection or Selection(), lambda: program, 90, pause, told)
    finally:
        workbench.close()


def numbered(ledger: Ledger, selection: Selection | None = None) -> SyncOutcome:
    """A sync of ALBA with the ledger itself."""
    workbench = ledger.workbench()
    try:
        return sync_with_ledger(
            Outbox(ledger, workbench, "ALBA", "ledger", "run", Journals("VEN", "NCV")),
            selection or Selection(),
        )
    finally:
        workbench.close()


def test_a_customer_is_made_first_then_its_invoices_and_the_numbers_come_back(ledger: Ledger) -> None:
    """T02, T04, T06."""
    sold(ledger, 1, 2)
    sold(ledger, 3, customer_code="C2")
    program = Program()
    outcome = synced(ledger, program)
    assert [each.customer_code for each in outcome.customers] == ["C1", "C2"]
    assert outcome.is_complete
    assert program.calls == ["customer C1", "customer C2", "invoice FT 1", "invoice FT 2", "invoice FT 3"]
    assert outbox_rows(ledger) == [
        ("FT 1", "booked", "VEN20260001", None, None, None),
        ("FT 2", "booked", "VEN20260002", None, None, None),
        ("FT 3", "booked", "VEN20260003", None, None, None),
    ]
    assert program.is_closed


def test_how_far_a_sync_is_is_told_after_each_batch_refused_and_lost_ones_among_them(ledger: Ledger) -> None:
    sold(ledger, 1, 2, 3, 4)
    steps: list[tuple[int, int]] = []

    synced(ledger, Program(["refuse", None, "lose"], batch_size=2), steps=steps)

    assert steps == [(2, 4), (4, 4)]


def test_a_second_sync_sends_nothing(ledger: Ledger) -> None:
    sold(ledger, 1)
    program = Program()
    synced(ledger, program)
    outcome = synced(ledger, program)
    assert program.calls == ["customer C1", "invoice FT 1"]
    assert (outcome.booked, outcome.problems, outcome.drift) == ([], [], {})


def test_a_draft_is_never_sent(ledger: Ledger) -> None:
    """T01."""
    sold(ledger, 1, status="draft")
    program = Program()
    synced(ledger, program)
    assert (program.calls, outbox_rows(ledger)) == ([], [])


def test_a_credit_note_goes_to_its_own_journal(ledger: Ledger) -> None:
    """T07."""
    sold(ledger, 1)
    sold(ledger, 2, is_credit_note=True)
    synced(ledger, Program())
    assert [row[:3] for row in outbox_rows(ledger)] == [
        ("FT 1", "booked", "VEN20260001"),
        ("FT 2", "booked", "NCV20260001"),
    ]


def test_documents_before_the_start_date_are_not_sent(ledger: Ledger) -> None:
    """T10."""
    sold(ledger, 1, document_date=dt.date(2026, 9, 30))
    sold(ledger, 2, document_date=dt.date(2026, 10, 1))
    program = Program()
    synced(ledger, program, Selection(start_date=dt.date(2026, 10, 1)))
    assert program.calls == ["customer C1", "invoice FT 2"]


def test_only_the_documents_that_are_named_are_sent(ledger: Ledger) -> None:
    sold(ledger, 1)
    (reference,) = sold(ledger, 2)
    sold(ledger, 3)
    program = Program()
    synced(ledger, program, Selection(only=(reference, "FT 3")))
    assert program.calls == ["customer C1", "invoice FT 2", "invoice FT 3"]


def test_only_the_files_that_are_named_are_sent(ledger: Ledger) -> None:
    sold(ledger, 1, partition_key="a.csv")
    sold(ledger, 2, partition_key="b.csv")
    program = Program()
    synced(ledger, program, Selection(keys=("b.csv",)))
    assert program.calls == ["customer C1", "invoice FT 2"]


def test_a_refusal_keeps_its_invoice_out_and_the_others_go_on(ledger: Ledger) -> None:
    """T11: the error says whose it is to mend."""
    sold(ledger, 1, 2, 3)
    outcome = synced(ledger, Program(faults=[None, "refuse"]))
    assert outbox_rows(ledger) == [
        ("FT 1", "booked", "VEN20260001", None, None, None),
        ("FT 2", "rejected", None, "period_closed", "2026-10", None),
        ("FT 3", "booked", "VEN20260002", None, None, None),
    ]
    (rejected,) = outcome.rejected
    assert rejected.error is not None
    assert (rejected.error.owner, rejected.error.sentence, rejected.error.remedy) == (
        "program",
        "The period or the year of the document is closed or missing in the program: 2026-10",
        "Open the period in the program and sync again; or have the document dated anew.",
    )


def test_what_was_refused_is_sent_again_by_the_next_sync(ledger: Ledger) -> None:
    sold(ledger, 1)
    program = Program(faults=["refuse"])
    synced(ledger, program)
    synced(ledger, program)
    assert outbox_rows(ledger) == [("FT 1", "booked", "VEN20260001", None, None, None)]


def test_an_account_that_the_program_lacks_keeps_its_invoices_back_before_anything_is_sent(
    ledger: Ledger,
) -> None:
    """T11."""
    sold(ledger, 1, account_code="5899999")
    sold(ledger, 2)
    program = Program(accounts=frozenset({"5801001"}))
    synced(ledger, program)
    assert outbox_rows(ledger) == [
        ("FT 1", "rejected", None, "account_unknown", "5899999", None),
        ("FT 2", "booked", "VEN20260001", None, None, None),
    ]


def test_a_journal_that_the_program_lacks_is_named(ledger: Ledger) -> None:
    sold(ledger, 1, is_credit_note=True)
    synced(ledger, Program(journals=frozenset({"VEN"})))
    assert outbox_rows(ledger) == [("FT 1", "rejected", None, "journal_unknown", "NCV", None)]


def test_a_wrong_vat_number_is_found_before_the_program_is_asked(ledger: Ledger) -> None:
    """T11."""
    sold(ledger, 1, customer_vat_number="01234560018")
    program = Program()
    synced(ledger, program)
    assert program.calls == []
    assert outbox_rows(ledger) == [
        ("FT 1", "rejected", None, "vat_number_invalid", "01234560018 of Cliente C1 (C1) in IT", None)
    ]


def test_a_customer_that_the_program_refuses_keeps_its_invoices_back(ledger: Ledger) -> None:
    sold(ledger, 1)
    sold(ledger, 2, customer_code="C2")
    outcome = synced(ledger, Program(refused_customers=frozenset({"C1"})))
    assert [each.customer_code for each in outcome.customers] == ["C2"]
    assert outbox_rows(ledger) == [
        ("FT 1", "rejected", None, "customer_type_wrong", "Cliente C1", None),
        ("FT 2", "booked", "VEN20260001", None, None, None),
    ]


def test_customers_that_were_made_before_the_program_stopped_are_remembered(ledger: Ledger) -> None:
    """T02, T06: they count as made by this sync, and the next one does not make them again."""
    sold(ledger, 1)
    sold(ledger, 2, customer_code="C2")
    program = Program(stopping_customers=frozenset({"C2"}))
    synced(ledger, program)
    program.stopping_customers = frozenset()
    synced(ledger, program)
    with ledger.reading() as connection:
        made = connection.execute(
            "SELECT customer_code, customer_id FROM ledger.sync_customer ORDER BY ALL"
        ).fetchall()
    assert made == [("C1", "K1"), ("C2", "K2")]
    assert program.calls == ["customer C1", "customer C2", "customer C2", "invoice FT 1", "invoice FT 2"]


def test_a_lost_answer_is_settled_by_reading_back(ledger: Ledger) -> None:
    """T08."""
    sold(ledger, 1)
    program = Program(faults=["lose"])
    synced(ledger, program)
    assert program.calls == ["customer C1", "invoice FT 1"]
    assert outbox_rows(ledger) == [("FT 1", "booked", "VEN20260001", None, None, None)]


def test_what_is_booked_late_is_not_sent_again(ledger: Ledger) -> None:
    """T08: the program shows the document only some time after the answer was lost."""
    sold(ledger, 1)
    program = Program(faults=["late"], settle_seconds=30)
    synced(ledger, program)
    assert outbox_rows(ledger) == [("FT 1", "unknown", None, "outcome_unknown", "no answer", None)]
    program.arrive()
    synced(ledger, program)
    assert program.calls == ["customer C1", "invoice FT 1"]
    assert outbox_rows(ledger) == [("FT 1", "booked", "VEN20260001", None, None, None)]


def test_the_next_sync_waits_until_the_program_must_show_it(ledger: Ledger) -> None:
    sold(ledger, 1)
    program = Program(faults=["late"], settle_seconds=30)
    synced(ledger, program)
    pauses: list[float] = []
    synced(ledger, program, pauses=pauses)
    assert len(pauses) == 1
    assert 0 < pauses[0] <= 30
    # It never came: after the wait it was sent once more.
    assert program.calls == ["customer C1", "invoice FT 1", "invoice FT 1"]


def test_a_clock_set_back_makes_the_wait_no_longer(ledger: Ledger) -> None:
    sold(ledger, 1)
    program = Program(faults=["late"], settle_seconds=30)
    synced(ledger, program)
    workbench = ledger.workbench()
    with ledger.transaction(workbench, "test"):
        workbench.execute("UPDATE ledger.sync_outbox SET pending_at = pending_at + INTERVAL 1 DAY")
    workbench.close()
    pauses: list[float] = []
    synced(ledger, program, pauses=pauses)
    assert pauses == [30]


def test_after_a_death_in_the_last_call_of_a_long_batch_the_whole_wait_is_kept(ledger: Ledger) -> None:
    """T08: the batch was noted an hour before the call in which the sync died; the program books it late."""
    references = sold(ledger, 1)
    program = Program(faults=["die before"], settle_seconds=30)
    with pytest.raises(DiedError):
        synced(ledger, program)
    _make_older(ledger)
    pauses: list[float] = []
    synced(ledger, program, pauses=pauses)
    assert (pauses, sorted(program.numbers())) == ([30], references)


def test_the_wait_for_a_lost_answer_counts_from_the_end_of_its_batch(ledger: Ledger) -> None:
    """T08: a batch may take far longer than the wait; what was lost in it late may still be under way."""
    sold(ledger, 1)
    program = Program(faults=["late"])
    synced(ledger, program)
    with ledger.reading() as connection:
        assert connection.execute(
            """
            SELECT outbox.state, outbox.pending_at = event.happened_at
            FROM ledger.sync_outbox AS outbox JOIN ledger.sync_event AS event USING (invoice_id, state)
            """
        ).fetchall() == [("unknown", True)]


def _make_older(ledger: Ledger) -> None:
    """The batch was noted an hour ago."""
    workbench = ledger.workbench()
    with ledger.transaction(workbench, "test"):
        workbench.execute("UPDATE ledger.sync_outbox SET pending_at = pending_at - INTERVAL 1 HOUR")
    workbench.close()


@pytest.mark.parametrize("fault", ["die before", "die after"])
@pytest.mark.parametrize("which", [0, 1, 3])
def test_a_sync_that_died_in_a_call_is_made_good_by_the_next(ledger: Ledger, fault: str, which: int) -> None:
    """T08: every invoice is in the program exactly once, with its number."""
    references = sold(ledger, *range(5))
    program = Program(faults=[*[None] * which, fault], batch_size=2)
    with pytest.raises(DiedError):
        synced(ledger, program)
    synced(ledger, program)
    assert sorted(program.numbers()) == references
    assert [(row[1], row[2]) for row in outbox_rows(ledger)] == [
        ("booked", program.numbers()[reference]) for reference in references
    ]


def test_no_quota_leaves_the_rest_unsent_and_says_so(ledger: Ledger) -> None:
    sold(ledger, 1, 2, 3, 4, 5)
    program = Program(faults=[None, "stop"], batch_size=3)
    outcome = synced(ledger, program)
    assert [each.sync_error_code for each in outcome.problems] == ["quota_used"]
    assert len(outcome.waiting) == 4
    assert [row[:2] for row in outbox_rows(ledger)] == [
        ("FT 1", "booked"),
        ("FT 2", "reserved"),
        ("FT 3", "reserved"),
        ("FT 4", "reserved"),
        ("FT 5", "reserved"),
    ]
    synced(ledger, program)
    assert program.calls == ["customer C1", *(f"invoice FT {number}" for number in (1, 2, 2, 3, 4, 5))]


def test_a_program_that_cannot_be_opened_is_a_problem_of_the_sync(ledger: Ledger) -> None:
    sold(ledger, 1)
    workbench = ledger.workbench()
    outbox = Outbox(ledger, workbench, "ALBA", "tryton", "run", Journals("VEN", "NCV"))

    def closed() -> Program:
        raise StoppedError(Explanation("secret_missing", "key"))

    outcome = sync_with_program(outbox, Selection(), closed, 90)
    workbench.close()
    assert [each.sentence for each in outcome.problems] == [
        "There is no secret for the program of the company or others may read its file: key"
    ]
    assert (len(outcome.waiting), outbox_rows(ledger)) == (1, [("FT 1", "reserved", None, None, None, None)])
    with ledger.reading() as connection:
        shown = invoices(connection, Asked(company="ALBA"), is_unsynced=True)
        not_synced = records(connection, "sync", "check_not_synced")
    assert [(row["problem_code"], row["what"]) for row in shown] == [
        ("secret_missing", outcome.problems[0].sentence)
    ]
    assert [(row["state"], row["error_code"], row["error_detail"]) for row in not_synced] == [
        ("reserved", "secret_missing", "key")
    ]


def test_what_may_be_in_another_program_waits_for_it(ledger: Ledger) -> None:
    sold(ledger, 1)
    synced(ledger, Program(faults=["late"]))
    outcome = numbered(ledger)
    assert [each.detail for each in outcome.problems] == [
        "FT 1 was sent to tryton at http://books: set sync_target, sync_url and sync_options back to it "
        "and sync"
    ]
    assert outcome.booked == []


def test_what_may_be_in_other_books_of_the_same_program_is_not_sent_to_the_present_ones(
    ledger: Ledger,
) -> None:
    """T08: the division or the address was changed while an answer was outstanding."""
    sold(ledger, 1)
    old, new = Program(faults=["late"]), Program()
    synced(ledger, old)
    old.arrive()
    outcome = synced(ledger, new, address="http://other")
    assert (new.calls, len(outcome.waiting)) == ([], 1)
    synced(ledger, old)
    assert outbox_rows(ledger) == [("FT 1", "booked", "VEN20260001", None, None, None)]


def test_t08_what_was_in_doubt_before_addresses_were_kept_is_looked_up_in_its_program(ledger: Ledger) -> None:
    """T08: a ledger that an earlier Partita wrote knows the program only."""
    sold(ledger, 1)
    program = Program(faults=["late"])
    synced(ledger, program)
    program.arrive()
    with ledger.writing("test") as workbench:
        workbench.execute("UPDATE ledger.sync_outbox SET address = NULL")
    outcome = synced(ledger, program)
    assert ([each.state for each in outcome.booked], outcome.waiting) == (["booked"], [])
    assert outbox_rows(ledger) == [("FT 1", "booked", "VEN20260001", None, None, None)]


def test_changed_values_in_the_program_are_named(ledger: Ledger) -> None:
    """T05 at the other end: the program's document no longer says what it was sent."""
    (reference,) = sold(ledger, 1)
    program = Program()
    synced(ledger, program)
    program.change(reference, total_amount=Decimal("120.00"), due_date=dt.date(2026, 12, 1))
    outcome = synced(ledger, program)
    assert [each.sentence for each in outcome.drift.values()] == [
        "The program holds other values than it was sent: FT 1: total 120.00 instead of 122.00, "
        "due date 2026-12-01 instead of 2026-11-04"
    ]
    program.change(reference, total_amount=Decimal("122.00"), due_date=dt.date(2026, 11, 4))
    assert synced(ledger, program).drift == {}


def test_what_a_person_entered_is_neither_sent_nor_looked_for(ledger: Ledger) -> None:
    """It does not bear our reference, so that the program would seem to have lost it."""
    sold(ledger, 1)
    program = Program(faults=["refuse"])
    synced(ledger, program)
    workbench = ledger.workbench()
    outbox = Outbox(ledger, workbench, "ALBA", "tryton", "run", Journals("VEN", "NCV"), "http://books")
    outbox.note([StateChange(each, "booked", entered_number="77") for each in outbox.due(Selection())])
    workbench.close()
    calls = list(program.calls)
    outcome = synced(ledger, program)
    assert (outcome.booked, outcome.drift, program.calls) == ([], {}, calls)
    assert outbox_rows(ledger) == [("FT 1", "booked", "77", None, None, None)]


def test_a_document_deleted_in_the_program_is_named(ledger: Ledger) -> None:
    sold(ledger, 1)
    program = Program()
    synced(ledger, program)
    program.delete_last()
    outcome = synced(ledger, program)
    assert [each.sentence for each in outcome.drift.values()] == [
        "The program no longer holds a document that it had booked: FT 1, registered as VEN20260001"
    ]


def test_a_number_used_again_after_a_deletion_is_named_with_both_documents(ledger: Ledger) -> None:
    """T09."""
    sold(ledger, 1)
    program = Program()
    synced(ledger, program)
    program.delete_last()
    sold(ledger, 2)
    outcome = synced(ledger, program)
    assert [each.sentence for each in outcome.drift.values()] == [
        "The program gave one registration number to two invoices: VEN20260001 was given to FT 1, which is "
        "gone, and to FT 2"
    ]


def test_a_document_that_stands_twice_in_the_program_is_named(ledger: Ledger) -> None:
    sold(ledger, 1)
    program = Program()
    synced(ledger, program)
    program.books.append(program.books[0])
    outcome = synced(ledger, program)
    assert [each.sentence for each in outcome.drift.values()] == [
        "The program holds two documents with our reference: FT 1 as VEN20260001, VEN20260001"
    ]


def test_calls_at_once_book_everything_once(ledger: Ledger) -> None:
    references = sold(ledger, *range(30))
    program = Program(concurrency=8, batch_size=12, faults=[None, "lose", "refuse", None, "late", "lose"])
    synced(ledger, program)
    program.arrive()
    synced(ledger, program)
    assert sorted(program.numbers()) == references
    assert {row[0]: row[2] for row in outbox_rows(ledger)} == {
        f"FT {int(reference[-8:])}": number for reference, number in program.numbers().items()
    }


def test_only_one_sync_of_a_company_runs_at_a_time(tmp_path: Path) -> None:
    with (
        one_sync_of(tmp_path, "ALBA"),
        one_sync_of(tmp_path, "BORA"),
        pytest.raises(TransientError) as refused,
        one_sync_of(tmp_path, "ALBA"),
    ):
        pass
    assert str(refused.value) == (
        "another sync of ALBA is running; nothing was sent by this one. Sync again when it has ended."
    )


def test_the_ledger_numbers_by_journal_and_year_without_gaps(ledger: Ledger) -> None:
    """The embedded program: the registration number is our own protocol number."""
    sold(ledger, 1, document_date=dt.date(2026, 12, 30))
    sold(ledger, 2, document_date=dt.date(2026, 12, 31))
    sold(ledger, 3, document_date=dt.date(2027, 1, 2))
    sold(ledger, 4, document_date=dt.date(2026, 12, 31), is_credit_note=True)
    assert numbered(ledger).is_complete
    sold(ledger, 5, document_date=dt.date(2026, 12, 29))
    numbered(ledger)
    numbered(ledger)
    assert [row[:3] for row in outbox_rows(ledger)] == [
        ("FT 1", "booked", "VEN 2026/1"),
        ("FT 2", "booked", "VEN 2026/2"),
        ("FT 3", "booked", "VEN 2027/1"),
        ("FT 4", "booked", "NCV 2026/1"),
        ("FT 5", "booked", "VEN 2026/3"),
    ]
