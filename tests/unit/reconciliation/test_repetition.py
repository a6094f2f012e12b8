"""Nothing is posted twice (D12), and a rerun posts what is missing and nothing else (D06)."""

from __future__ import annotations

import dataclasses
from datetime import date
from decimal import Decimal

import pytest

from samples.payments import CHARGES, Movement, leg, move, pay, trace
from tests.conftest import MakeHome
from tests.support.ledgers import (
    Found,
    LedgerHome,
    ReferenceData,
    account,
    expectations,
    found_field,
    import_bytes,
    items,
    ledger_state,
    open_item,
    postings,
)

ONE_ITEM = ReferenceData(items=(open_item("FV-1", "100.00"),))
FIRST = pay("-40.00", "FV-1", "A")
KEY = "ALBA|TES|2026|1|2026-10-01|40.00|1801001"


# --- D12: the same file -------------------------------------------------------------------------------------


def test_d12_the_same_file_again_changes_nothing(make_home: MakeHome) -> None:
    home = make_home(ONE_ITEM)
    first = import_bytes(home, "RITCOGE.txt", trace(FIRST))
    before = ledger_state(home)
    again = import_bytes(home, "RITCOGE.txt", trace(FIRST))
    assert ledger_state(home) == before
    assert dataclasses.replace(again.outcome, is_attempted=True) == first.outcome
    assert (again.outcome.is_attempted, again.outcome.is_closed) == (False, True)


def test_d12_the_same_content_under_another_name_is_rejected_and_names_the_first_import(
    trial_home: MakeHome,
) -> None:
    home = trial_home(ONE_ITEM)
    first = import_bytes(home, "RITCOGE_1.txt", trace(FIRST))
    before = ledger_state(home)
    again = import_bytes(home, "RITCOGE_2.txt", trace(FIRST))
    assert again.findings == [Found("file_already_imported", raw_value="RITCOGE_2.txt")]
    ((code, expected),) = expectations(home)
    assert code == "file_already_imported"
    assert f"; I1 {first.outcome.partition_key}, taken " in expected
    assert expected.endswith(" UTC, has the same content")
    assert ledger_state(home)._replace(findings=[]) == before
    assert (again.outcome.status, again.outcome.counts["posted_movement_count"]) == ("repeated", 0)
    assert again.outcome.counts["error_count"] == 0


def test_d12_other_content_under_the_same_name_is_another_file(trial_home: MakeHome) -> None:
    home = trial_home(ONE_ITEM)
    first = import_bytes(home, "RITCOGE.txt", trace(FIRST))
    second = import_bytes(home, "RITCOGE.txt", trace(pay("-60.00", "FV-1", entry=2)))
    assert (first.outcome.status, second.outcome.status) == ("posted", "posted")
    assert first.outcome.partition_key != second.outcome.partition_key
    assert items(home, "open_item_key", "residual", "status") == [("FV-1", "0.00", "closed")]


# --- D12: the same movement ---------------------------------------------------------------------------------


def test_d12_a_movement_of_an_earlier_file_is_left_out_and_the_others_are_posted(make_home: MakeHome) -> None:
    home = make_home(ONE_ITEM)
    first = import_bytes(home, "RITCOGE_1.txt", trace(FIRST))
    data = trace(pay("-5.00", entry=2), FIRST)
    second = import_bytes(home, "RITCOGE_2.txt", data)
    assert second.findings == [found_field(data, "movement_already_imported", 3, "entry", KEY)]
    ((_, expected),) = expectations(home)
    assert expected.startswith(
        f"a movement that was not imported before; entry 1 of I1 {first.outcome.partition_key}, imported "
    )
    assert items(home, "open_item_key", "settled", "residual") == [("FV-1", "40.00", "60.00")]
    assert [row for row in postings(home, "account_code", "credit") if row[0] == "1500001"] == [
        ("1500001", "40.00"),
        ("1500001", "5.00"),
    ]
    assert second.outcome.status == "posted"
    assert second.outcome.counts["repeated_movement_count"] == 1


def test_d12_of_a_movement_it_is_said_when_it_was_posted_and_not_when_its_file_was_tried_last(
    trial_home: MakeHome,
) -> None:
    home = trial_home(ONE_ITEM)
    import_bytes(home, "RITCOGE_1.txt", trace(FIRST))
    home.workbench.execute("UPDATE ledger.file_import SET imported_at = TIMESTAMP '2031-01-01 00:00:00'")
    ((posted_at,),) = home.rows("SELECT strftime(created_at, '%Y-%m-%d %H:%M') FROM ledger.journal_entry")
    import_bytes(home, "RITCOGE_2.txt", trace(FIRST, pay("-5.00", entry=2)))
    import_bytes(home, "RITCOGE_3.txt", trace(FIRST))
    expected = [said.partition(".txt, ")[2] for _, said in expectations(home)]
    assert expected == [f"imported {posted_at} UTC", f"taken {posted_at} UTC, has the same content"]


def test_d12_a_file_of_nothing_but_movements_already_imported_is_posted_without_entries(
    trial_home: MakeHome,
) -> None:
    home = trial_home(ONE_ITEM)
    import_bytes(home, "RITCOGE_1.txt", trace(FIRST))
    second = import_bytes(home, "RITCOGE_2.txt", trace(FIRST) + b"\r\n\x1a")
    assert second.codes == [("movement_already_imported", 1)]
    assert (second.outcome.status, second.outcome.counts["posted_movement_count"]) == ("posted", 0)


def test_d12_what_is_not_part_of_the_key_does_not_make_a_movement_new(trial_home: MakeHome) -> None:
    home = trial_home(ONE_ITEM)
    import_bytes(home, "RITCOGE_1.txt", trace(FIRST))
    changed = pay(
        "-40.00",
        "FV-1",
        "A",
        note="exported again",
        bank_note="exported again",
        treasury_posting_date=date(2026, 10, 30),
        value_date=date(2026, 10, 3),
        return_number=99,
    )
    assert import_bytes(home, "RITCOGE_2.txt", trace(changed)).codes == [("movement_already_imported", 1)]


def _other_first_account(lines: Movement) -> Movement:
    return (dataclasses.replace(lines[0], account="1801002"), *lines[1:])


def test_d12_every_part_of_the_key_tells_movements_apart(home: LedgerHome) -> None:
    base = pay("-40.00")
    import_bytes(home, "RITCOGE_1.txt", trace(base))
    others: list[Movement] = [
        pay("-40.00", company="BREZZA"),
        pay("-40.00", numerator="TBR"),
        pay("-40.00", numerator=""),
        pay("-40.00", year="2025"),
        pay("-40.00", year=""),
        pay("-40.00", entry=2),
        tuple(dataclasses.replace(line, entry=None) for line in base),
        pay("-40.00", operation_date=date(2026, 10, 2)),
        pay("-40.01"),
        pay("40.00", account="1500001", reason_code="ICLI"),
        _other_first_account(base),
    ]
    second = import_bytes(home, "RITCOGE_2.txt", trace(*others))
    assert second.findings == []
    assert second.outcome.counts["posted_movement_count"] == len(others)


@pytest.mark.parametrize(
    "other",
    [
        pay("-40.00", "FV-1", "S"),
        pay("-40.00", "", "A"),
        pay("-40.00", "FV-1", "A", account="1500002"),
        move(leg("-30.00", "FV-1", "A"), leg("-10.00", "FV-1", "A")),
        move(leg("-41.00", "FV-1", "A"), leg("1.00", account=CHARGES)),
    ],
    ids=["other flag", "no key", "other account", "two lines for one", "one line more"],
)
def test_d12_another_movement_with_the_key_of_an_imported_one_is_a_conflict(
    trial_home: MakeHome, other: Movement
) -> None:
    home = trial_home(ONE_ITEM)
    first = import_bytes(home, "RITCOGE_1.txt", trace(FIRST))
    before = ledger_state(home)
    data = trace(other)
    second = import_bytes(home, "RITCOGE_2.txt", data)
    assert second.findings == [found_field(data, "movement_key_conflict", 1, "entry", KEY)]
    ((_, expected),) = expectations(home)
    assert expected.startswith(f"a movement key of its own; entry 1 of I1 {first.outcome.partition_key}, ")
    assert expected.endswith(", has the same key but other lines")
    assert ledger_state(home)._replace(findings=[]) == before
    assert second.outcome.status == "failed"


def test_d12_a_key_that_stands_twice_in_one_file_is_posted_once(trial_home: MakeHome) -> None:
    home = trial_home(ONE_ITEM)
    data = trace(FIRST, pay("-5.00", entry=2), FIRST, FIRST)
    imported = import_bytes(home, "RITCOGE.txt", data)
    assert imported.findings == [
        found_field(data, "movement_twice_in_file", line, "entry", KEY) for line in (5, 7)
    ]
    identical = "a movement key of its own; line 1 has the same, and the movements are identical"
    assert expectations(home) == [("movement_twice_in_file", identical)] * 2
    assert items(home, "open_item_key", "settled") == [("FV-1", "40.00")]
    assert imported.outcome.status == "incomplete"


# --- Reruns -------------------------------------------------------------------------------------------------

BAD_ACCOUNT = trace(FIRST, pay("-5.00", entry=2, account="1500099"))
WITH_ACCOUNT = ONE_ITEM.replace(accounts=(*ONE_ITEM.accounts, account("1500099", "customer")))


def test_d06_a_rerun_posts_what_was_kept_out_and_nothing_twice(make_home: MakeHome) -> None:
    home = make_home(ONE_ITEM)
    first = import_bytes(home, "RITCOGE.txt", BAD_ACCOUNT)
    assert (first.codes, first.outcome.status) == ([("unknown_account", 4)], "incomplete")
    home.load_reference(WITH_ACCOUNT)
    second = import_bytes(home, "RITCOGE.txt", BAD_ACCOUNT)
    assert (second.findings, second.outcome.status) == ([], "posted")
    assert second.outcome.import_id == first.outcome.import_id
    assert postings(home, "account_code", "debit", "credit") == [
        ("1801001", "40.00", "0.00"),
        ("1500001", "0.00", "40.00"),
        ("1801001", "5.00", "0.00"),
        ("1500099", "0.00", "5.00"),
    ]
    assert items(home, "open_item_key", "settled") == [("FV-1", "40.00")]
    assert (second.outcome.counts["posted_movement_count"], second.outcome.counts["posting_count"]) == (2, 4)
    assert ledger_state(home).findings == []


def test_d06_a_rerun_without_a_cure_changes_nothing(trial_home: MakeHome) -> None:
    home = trial_home(ONE_ITEM)
    first = import_bytes(home, "RITCOGE.txt", BAD_ACCOUNT)
    before = ledger_state(home)
    second = import_bytes(home, "RITCOGE.txt", BAD_ACCOUNT)
    assert ledger_state(home) == before
    assert second.outcome == first.outcome


def test_d06_a_file_of_which_nothing_was_posted_is_posted_by_a_rerun(trial_home: MakeHome) -> None:
    home = trial_home(ONE_ITEM)
    data = trace(pay("-5.00", account="1500099"))
    assert import_bytes(home, "RITCOGE.txt", data).outcome.status == "failed"
    home.load_reference(WITH_ACCOUNT)
    assert import_bytes(home, "RITCOGE.txt", data).outcome.status == "posted"


def test_d06_a_rerun_does_not_judge_again_what_is_posted_already(trial_home: MakeHome) -> None:
    home = trial_home(ONE_ITEM)
    data = trace(move(leg("2.00", account=CHARGES), entry=1), pay("-5.00", entry=2, account="1500099"))
    assert import_bytes(home, "RITCOGE.txt", data).codes == [("unknown_account", 4)]
    # The account of the movement that is in the ledger since the first attempt was closed meanwhile.
    retired = [
        dict(row, is_active="false") if row["account_code"] == CHARGES else row
        for row in WITH_ACCOUNT.accounts
    ]
    home.load_reference(ONE_ITEM.replace(accounts=tuple(retired)))
    second = import_bytes(home, "RITCOGE.txt", data)
    assert (second.findings, second.outcome.status) == ([], "posted")


def test_d07_a_rerun_keeps_the_warning_of_a_payment_that_is_still_unlinked(trial_home: MakeHome) -> None:
    home = trial_home(ONE_ITEM)
    data = trace(pay("-7.00", "GONE", entry=1), pay("-5.00", entry=2, account="1500099"))
    warning = found_field(data, "open_item_not_found", 2, "open_item_key", "GONE")
    assert import_bytes(home, "RITCOGE.txt", data).findings == [
        warning,
        found_field(data, "unknown_account", 4, "account", "1500099"),
    ]
    home.load_reference(WITH_ACCOUNT)
    import_bytes(home, "RITCOGE.txt", data)
    assert ledger_state(home).findings == [("RITCOGE.txt", warning)]


def test_d12_a_movement_that_was_kept_out_before_may_come_in_another_file(trial_home: MakeHome) -> None:
    home = trial_home(ONE_ITEM)
    first, second = FIRST
    broken = trace((first, dataclasses.replace(second, amount=Decimal("-41.00"))))
    assert import_bytes(home, "RITCOGE_1.txt", broken).outcome.status == "failed"
    assert import_bytes(home, "RITCOGE_2.txt", trace(FIRST)).findings == []
    assert items(home, "open_item_key", "settled") == [("FV-1", "40.00")]
