"""Movements that no number tells apart (D12): counted within a file, asked about against other files, and
what the answer of a person does.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

import duckdb
import pytest

from assets.ledger import store
from samples.payments import CHARGES, Movement, leg, lines_of, move, pay, trace
from samples.trace_files import render_json
from tests.conftest import MakeHome
from tests.support.answers import Desk, Waiting, charge, charges
from tests.support.ledgers import ReferenceData, account, open_item, period, setting

AT_ONCE: Final = (setting("quiet_seconds", "0"), setting("file_masks", "*.*"))
DATA: Final = ReferenceData(items=(open_item("FV-1", "1000.00"),), settings=AT_ONCE)
UNKNOWN: Final = "1500099"
WITH_UNKNOWN: Final = DATA.replace(accounts=(*DATA.accounts, account(UNKNOWN, "customer")))
ASKED: Final = "movement_may_be_repeated"
TWICE: Final = "movement_twice_in_file"
NUMBERED: Final = pay("-40.00", "FV-1", "A")


@pytest.fixture
def desk(make_home: MakeHome) -> Iterator[Desk]:
    """A home with an empty inbox."""
    desk = Desk(make_home(DATA))
    yield desk
    desk.close()


def after(desk: Desk) -> tuple[list[tuple[str, int]], list[Waiting], list[tuple[str, str]]]:
    """What stands in the ledger, what waits, and the status of each file."""
    return desk.posted(), desk.waiting(), desk.statuses()


def asked(*places: str) -> list[Waiting]:
    """What waits because other files brought equal movements."""
    return [Waiting(place, ASKED) for place in places]


# --- The rule -----------------------------------------------------------------------------------------------


def test_d12_equal_movements_of_one_file_are_so_many_movements(desk: Desk) -> None:
    desk.drop("a.txt", charges(2))
    assert after(desk) == ([("a.txt", 1), ("a.txt", 3)], [], [("a.txt", "posted")])


def test_d12_what_another_file_brought_is_neither_posted_nor_dropped_but_waits(desk: Desk) -> None:
    desk.drop("a.txt", charges(2))
    desk.drop("b.txt", charges(1))
    assert after(desk) == (
        [("a.txt", 1), ("a.txt", 3)],
        asked("b.txt:1"),
        [("a.txt", "posted"), ("b.txt", "failed")],
    )
    assert desk.folders() == (1, 1)


def test_d12_the_finding_names_what_is_equal_and_the_commands_that_answer(desk: Desk) -> None:
    first = desk.drop("a.txt", charges(2))
    desk.drop("b.txt", charges(1))
    (found,) = desk.findings()
    expected, remedy = found["expected"], found["remedy"]
    assert found["raw_value"] == "ALBA||2026||2026-10-01|-2.50|1801001"
    before = "an answer whether it is another movement; other files brought 2 that are equal: entry 1 of "
    assert expected.startswith(f"{before}I1 {first}, imported ")
    assert f"; entry 2 of I1 {first}, imported " in expected
    assert "`partita same-movement I2:1 --reason ...` if it is one of those" in remedy
    assert "`partita another-movement I2:1 --reason ...` if it is to be posted as well" in remedy


def test_d12_those_beyond_what_other_files_brought_are_posted(desk: Desk) -> None:
    """Of three equal movements that stand in one file, two may be known: one is surely new."""
    desk.drop("a.txt", charges(1))
    desk.another(f"{desk.drop('b.txt', charges(1, NUMBERED))}:1")
    desk.drop("c.txt", charges(3))
    assert after(desk) == (
        [("a.txt", 1), ("b.txt", 3), ("b.txt", 1), ("c.txt", 5)],
        asked("c.txt:1", "c.txt:3"),
        [("a.txt", "posted"), ("b.txt", "posted"), ("c.txt", "incomplete")],
    )


def test_d12_what_only_waits_was_not_brought(desk: Desk) -> None:
    """Three stand in one file, one in the ledger: two are surely missing there, whatever waits elsewhere."""
    desk.drop("a.txt", charges(1))
    desk.drop("b.txt", charges(1, NUMBERED))
    desk.drop("c.txt", charges(3))
    assert desk.posted() == [("a.txt", 1), ("b.txt", 3), ("c.txt", 3), ("c.txt", 5)]
    assert desk.waiting() == asked("b.txt:1", "c.txt:1")


@pytest.mark.parametrize(
    "other",
    [
        charge("2.51"),
        charge(operation_date=date(2026, 10, 2)),
        charge(company="BREZZA"),
        charge(account="1801002"),
        move(leg("2.50", account="1601001"), entry=None, numerator=""),
        move(leg("2.50", "FV-1", "A"), entry=None, numerator=""),
        charge(numerator="TES"),
        tuple(replace(line, entry=7) for line in charge()),
    ],
    ids=["amount", "day", "company", "bank", "counterpart", "item", "numerator", "number"],
)
def test_d12_movements_that_differ_ask_nothing(desk: Desk, other: Movement) -> None:
    desk.drop("a.txt", charges(1))
    desk.drop("b.txt", trace(other))
    assert (len(desk.posted()), desk.waiting()) == (2, [])


@pytest.mark.parametrize(
    "equal",
    [
        charge(note="exported again", value_date=date(2026, 10, 3), return_number=9),
        charge(year="2025"),
        tuple(replace(line, entry=0) for line in charge()),
        charge(reason_code="PFOR"),
    ],
    ids=["note", "year", "zero for no number", "reason"],
)
def test_d12_what_makes_no_other_movement_is_asked_about(desk: Desk, equal: Movement) -> None:
    desk.drop("a.txt", charges(1))
    desk.drop("b.txt", trace(equal))
    assert (desk.posted(), desk.waiting()) == ([("a.txt", 1)], asked("b.txt:1"))


def test_d12_the_order_of_the_lines_behind_the_first_makes_no_other_movement(desk: Desk) -> None:
    legs = (leg("2.50", account=CHARGES), leg("1.00", account="1601001"))
    for name, order in (("a.txt", legs), ("b.txt", legs[::-1])):
        desk.drop(name, trace(move(*order, entry=None, numerator="")))
    assert (desk.posted(), desk.waiting()) == ([("a.txt", 1)], asked("b.txt:1"))


# --- The same content again ---------------------------------------------------------------------------------


def test_d12_the_same_content_again_is_repeated_and_nobody_is_asked(desk: Desk) -> None:
    desk.drop("a.txt", charges(2))
    desk.drop("b.txt", charges(1))
    before = desk.posted(), desk.waiting()
    desk.drop("a.txt", charges(2))
    desk.drop("c.txt", charges(2))
    desk.drop("d.txt", charges(1))
    assert (desk.posted(), desk.waiting()) == before
    assert desk.statuses() == [
        ("a.txt", "posted"),
        ("b.txt", "failed"),
        ("c.txt", "repeated"),
        ("d.txt", "repeated"),
    ]


@pytest.mark.parametrize(
    "other",
    [
        render_json(lines_of([charge(note="Commissioni à"), charge(), NUMBERED])),
        trace(charge(note="Commissioni à"), charge(), NUMBERED).replace(b"\r\n", b"\n"),
        trace(charge(note="Commissioni à"), charge(), NUMBERED).decode("cp1252").encode("utf-8-sig"),
        trace(charge(note="Commissioni à"), charge(), NUMBERED) + b"\r\n\x1a",
    ],
    ids=["JSON", "line ends", "UTF-8", "an empty line at the end"],
)
def test_d12_d33_the_same_file_in_another_form_is_repeated(desk: Desk, other: bytes) -> None:
    first = desk.drop("a.txt", trace(charge(note="Commissioni à"), charge(), NUMBERED))
    desk.drop("b.txt", other)
    assert after(desk) == (
        [("a.txt", 1), ("a.txt", 3), ("a.txt", 5)],
        [],
        [("a.txt", "posted"), ("b.txt", "repeated")],
    )
    ((expected,),) = desk.rows("SELECT expected FROM ledger.finding")
    assert expected.startswith(f"a file that was not imported before; I1 {first}, taken ")
    assert expected.endswith(" UTC, says the same in another form")


def test_d12_d33_the_json_form_of_some_of_the_day_is_another_file(desk: Desk) -> None:
    desk.drop("a.txt", charges(2))
    desk.drop("b.json", render_json(lines_of([charge()])))
    assert desk.waiting() == asked("b.json:1")
    desk.drop("c.txt", charges(1))
    assert desk.statuses()[-1] == ("c.txt", "repeated")


def test_d12_a_file_that_cannot_be_read_does_not_make_its_good_form_repeated(desk: Desk) -> None:
    """What cannot be read is empty: two files that say the same only there are not the same."""
    bad = trace(charge(), charge(value_date=date(2026, 10, 3))).replace(b"20261003", b"2026-10-")
    desk.drop("a.txt", bad)
    desk.drop("b.txt", charges(2))
    assert desk.statuses() == [("a.txt", "incomplete"), ("b.txt", "incomplete")]
    assert desk.waiting()[-1:] == asked("b.txt:1")


# --- Answers ------------------------------------------------------------------------------------------------


def test_d12_another_posts_the_movement_and_ends_the_finding(desk: Desk) -> None:
    desk.drop("a.txt", charges(2))
    key = desk.drop("b.txt", charges(1))
    desk.another(f"{key}:1")
    assert after(desk) == (
        [("a.txt", 1), ("a.txt", 3), ("b.txt", 1)],
        [],
        [("a.txt", "posted"), ("b.txt", "posted")],
    )
    assert desk.folders() == (2, 0)
    assert desk.rows("SELECT resolution, resolved_by, resolved_reason FROM ledger.finding") == [
        ("answered", "anna", "bank statement")
    ]


def test_d12_same_leaves_the_ledger_and_ends_the_finding(desk: Desk) -> None:
    desk.drop("a.txt", charges(2))
    desk.drop("b.txt", charges(1))
    desk.same("b.txt:1")
    assert after(desk) == (
        [("a.txt", 1), ("a.txt", 3)],
        [],
        [("a.txt", "posted"), ("b.txt", "posted")],
    )
    assert desk.folders() == (2, 0)
    assert desk.rows(
        "SELECT movement_count, posted_movement_count, repeated_movement_count FROM ledger.file_import"
    ) == [(2, 2, 0), (1, 0, 1)]


def test_d12_an_answered_file_that_comes_again_asks_nothing(desk: Desk) -> None:
    desk.drop("a.txt", charges(2))
    key = desk.drop("b.txt", charges(1))
    desk.another(key)
    before = desk.posted()
    desk.drop("b.txt", charges(1))
    desk.drop("c.txt", charges(1))
    desk.rerun(key)
    assert (desk.posted(), desk.waiting()) == (before, [])


@pytest.mark.parametrize("order", [(1, 3), (3, 1)])
def test_d12_answers_come_in_any_order_and_each_ends_its_own_finding(
    desk: Desk, order: tuple[int, int]
) -> None:
    desk.drop("a.txt", charges(2))
    desk.drop("b.txt", charges(3))
    assert desk.waiting() == asked("b.txt:1", "b.txt:3")
    same, another = order
    desk.same(f"b.txt:{same}")
    assert desk.waiting() == asked(f"b.txt:{another}")
    desk.another(f"b.txt:{another}")
    assert after(desk) == (
        [("a.txt", 1), ("a.txt", 3), ("b.txt", 5), ("b.txt", another)],
        [],
        [("a.txt", "posted"), ("b.txt", "posted")],
    )


def test_d12_several_movements_are_answered_at_once_by_their_places_or_by_their_file(desk: Desk) -> None:
    desk.drop("a.txt", charges(3))
    desk.drop("b.txt", charges(2))
    desk.drop("c.txt", charges(1, NUMBERED))
    desk.another("b.txt", "c.txt:1")
    assert desk.waiting() == []
    assert desk.posted()[3:] == [("c.txt", 3), ("b.txt", 1), ("b.txt", 3), ("c.txt", 1)]
    desk.undo(1)
    assert desk.posted()[3:] == [("c.txt", 3)]
    assert desk.waiting() == asked("b.txt:1", "b.txt:3", "c.txt:1")


def test_d12_a_rerun_without_an_answer_asks_the_same(desk: Desk) -> None:
    desk.drop("a.txt", charges(2))
    key = desk.drop("b.txt", charges(3))
    before = after(desk)
    desk.rerun(key)
    assert after(desk) == before


def test_d12_an_answer_settles_what_the_movement_names(desk: Desk) -> None:
    payment = replace_number(NUMBERED)
    desk.drop("a.txt", trace(payment))
    desk.drop("b.txt", trace(payment, charge()))
    settled = "SELECT settled_amount FROM ledger.open_item"
    assert (desk.waiting(), desk.rows(settled)) == (asked("b.txt:1"), [(40,)])
    number = desk.another("b.txt:1")
    assert desk.rows(settled) == [(80,)]
    desk.undo(number)
    assert (desk.waiting(), desk.rows(settled)) == (asked("b.txt:1"), [(40,)])


def replace_number(movement: Movement) -> Movement:
    """The same movement without numerator and entry."""
    return tuple(replace(line, numerator="", entry=None) for line in movement)


def test_d12_an_answered_movement_that_something_else_keeps_out_is_posted_by_a_rerun(desk: Desk) -> None:
    desk.drop("a.txt", charges(1))
    key = desk.drop("b.txt", charges(1, charge("9.99")))
    closed = period("2026-10", "2026-10-01", "2026-10-31", "closed")
    desk.load_reference(DATA.replace(periods=(closed,)))
    desk.another("b.txt:1")
    assert desk.waiting() == [Waiting("b.txt:1", "period_closed")]
    desk.load_reference(DATA)
    desk.rerun(key)
    assert after(desk) == (
        [("a.txt", 1), ("b.txt", 3), ("b.txt", 1)],
        [],
        [("a.txt", "posted"), ("b.txt", "posted")],
    )


# --- Refusals -----------------------------------------------------------------------------------------------


def test_d12_what_cannot_be_answered_is_refused_and_nothing_is_changed(desk: Desk) -> None:
    desk.drop("a.txt", charges(2))
    key = desk.drop("b.txt", charges(1))
    other = desk.drop("b.txt", charges(1, NUMBERED))
    number = desk.another(f"{other}:1")
    before = after(desk), desk.rows("SELECT count(*) FROM ledger.correction")
    assert [
        desk.refusal("another-movement", movements=[place]) for place in ("a.txt:1", "x.txt", f"{key}:3")
    ] == [
        "nothing waits for an answer at a.txt:1: `partita findings` names what does. Nothing was changed.",
        "nothing waits for an answer at x.txt: `partita findings` names what does. Nothing was changed.",
        f"nothing waits for an answer at {key}:3, but at I2 {key}:1. Nothing was changed.",
    ]
    assert desk.refusal("same-movement", movements=[f"{other}:1"]) == (
        f"line 1 of I3 {other} was answered by C{number}: undo that first. Nothing was changed."
    )
    assert (after(desk), desk.rows("SELECT count(*) FROM ledger.correction")) == before


def test_d12_a_name_that_two_files_have_is_refused(desk: Desk) -> None:
    desk.drop("a.txt", charges(2))
    keys = [desk.drop("b.txt", charges(1)), desk.drop("b.txt", charges(1, NUMBERED))]
    assert desk.refusal("same-movement", movements=["b.txt:1"]) == (
        f"several files are called b.txt: name one of them by its number: I2 {keys[0]}, I3 {keys[1]}. "
        "Nothing was changed."
    )


def test_d12_files_of_one_name_are_told_apart_by_the_number_of_their_imports(desk: Desk) -> None:
    """As the finding has it, and as lists show it, in quotes."""
    desk.drop("b.txt", charges(2))
    desk.drop("b.txt", charges(1, NUMBERED))
    desk.drop("b.txt", charges(1, move(leg("-1.00"), leg("1.00", account="7501001"), entry=9)))
    desk.same("i2:1")
    desk.same("I3 b.txt:1")
    assert desk.waiting() == []


def test_d12_a_number_and_a_line_that_lost_their_quotes_do_not_answer_for_the_whole_file(desk: Desk) -> None:
    desk.drop("a.txt", charges(2))
    desk.drop("b.txt", charges(2, NUMBERED))
    before = after(desk)
    assert desk.refusal("same-movement", movements=["I2", "b.txt:1"]) == (
        "I2 alone means all movements of the file that wait; line 1 of it is named as well: say I2:1 for "
        "that one, or I2 for all. Nothing was changed."
    )
    assert after(desk) == before


def test_d12_an_answer_about_a_file_that_is_gone_changes_nothing(desk: Desk) -> None:
    desk.drop("a.txt", charges(2))
    key = desk.drop("b.txt", charges(1))
    (desk.home.failed / key).unlink()
    refusal = desk.refusal("another-movement", movements=["b.txt:1"])
    assert refusal is not None and refusal.startswith(f"{key} is neither in ")
    assert (desk.waiting(), desk.rows("FROM ledger.movement_answer")) == (asked("b.txt:1"), [])


# --- Undoing ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["same-movement", "another-movement"])
def test_d12_an_answer_that_is_undone_is_asked_for_again_and_may_be_the_other_one(
    desk: Desk, kind: str
) -> None:
    desk.drop("a.txt", charges(2))
    desk.drop("b.txt", charges(1))
    waiting = after(desk)
    number = desk.correct(kind, movements=["b.txt:1"])
    answered = after(desk)
    undoing = desk.undo(number)
    assert after(desk) == waiting
    assert desk.folders() == (1, 1)
    assert desk.rows("SELECT posted_movement_count FROM ledger.file_import") == [(2,), (0,)]
    desk.undo(undoing)
    assert after(desk) == answered
    desk.undo(undoing + 1)
    assert after(desk) == waiting
    desk.another("b.txt:1")
    assert desk.posted() == [("a.txt", 1), ("a.txt", 3), ("b.txt", 1)]
    assert desk.rows("SELECT posted_movement_count FROM ledger.file_import") == [(2,), (1,)]
    assert desk.waiting() == []


def test_d12_an_answer_does_not_come_back_once_there_is_a_newer_one(desk: Desk) -> None:
    desk.drop("a.txt", charges(2))
    desk.drop("b.txt", charges(1))
    undoing = desk.undo(desk.another("b.txt:1"))
    newer = desk.same("b.txt:1")
    before = after(desk)
    refusal = desk.refusal("undo", correction=undoing)
    assert refusal is not None
    assert refusal.endswith(f" was answered anew by C{newer} since: undo that first. Nothing was changed.")
    assert after(desk) == before


def test_d12_an_answer_about_a_file_that_was_deleted_since_is_not_undone(desk: Desk) -> None:
    desk.drop("a.txt", charges(2))
    key = desk.drop("b.txt", charges(1))
    number = desk.another("b.txt:1")
    deletion = desk.correct("delete-import", **{"import": "b.txt"})
    assert desk.posted() == [("a.txt", 1), ("a.txt", 3)]
    assert desk.refusal("undo", correction=number) == (
        f"line 1 of I2 {key} cannot be asked about: the file is deleted. Nothing was changed."
    )
    desk.undo(deletion)
    assert desk.posted() == [("a.txt", 1), ("a.txt", 3), ("b.txt", 1)]
    desk.undo(number)
    assert (desk.posted(), desk.waiting()) == ([("a.txt", 1), ("a.txt", 3)], asked("b.txt:1"))


def test_d12_a_deletion_is_undone_without_what_an_undone_answer_had_posted(desk: Desk) -> None:
    desk.drop("a.txt", charges(2))
    desk.drop("b.txt", charges(1, NUMBERED))
    desk.undo(desk.another("b.txt:1"))
    before = after(desk)
    deletion = desk.correct("delete-import", **{"import": "b.txt"})
    assert desk.posted() == [("a.txt", 1), ("a.txt", 3)]
    desk.undo(deletion)
    assert after(desk) == before
    desk.another("b.txt:1")
    assert sorted(desk.posted()) == [("a.txt", 1), ("a.txt", 3), ("b.txt", 1), ("b.txt", 3)]


def test_d12_d09_an_answer_whose_payment_was_deleted_since_is_not_undone(desk: Desk) -> None:
    """D09: undoing the deletion after it would bring the payment back a second time."""
    payment = tuple(replace(line, numerator="", entry=None) for line in pay("-7.00", "GONE"))
    desk.drop("a.txt", trace(payment))
    desk.drop("b.txt", trace(payment, NUMBERED))
    number = desk.another("b.txt:1")
    (entry,) = [row[0] for row in desk.rows("SELECT max(entry_id) FROM ledger.journal_entry")]
    desk.correct("delete-payment", payment=f"{entry}/2")
    assert desk.refusal("undo", correction=number) == (
        f"entry {entry} was deleted since: `partita corrections` names what did it, undo that first. "
        "Nothing was changed."
    )


def test_d12_d08_an_answer_is_not_undone_while_a_person_linked_what_it_posted(desk: Desk) -> None:
    payment = tuple(replace(line, numerator="", entry=None) for line in pay("-7.00", "GONE"))
    desk.drop("a.txt", trace(payment))
    desk.drop("b.txt", trace(payment, NUMBERED))
    number = desk.another("b.txt:1")
    (entry,) = [row[0] for row in desk.rows("SELECT max(entry_id) FROM ledger.journal_entry")]
    link = desk.correct("link", payment=f"{entry}/2", items=["ALBA:FV-1"])
    assert desk.refusal("undo", correction=number) == (
        f"others settled or linked what the movement brought: ALBA:FV-1 by entry {entry}/2 (correction "
        f"C{link}). Undo that first. Nothing was changed."
    )


# --- Deleting, and correcting files -------------------------------------------------------------------------


def test_d10_d12_a_rerun_posts_what_waited_for_a_file_that_was_deleted(desk: Desk) -> None:
    desk.drop("a.txt", charges(2))
    key = desk.drop("b.txt", charges(1))
    desk.correct("delete-import", **{"import": "a.txt"})
    assert after(desk) == ([], asked("b.txt:1"), [("a.txt", "deleted"), ("b.txt", "failed")])
    assert desk.refusal("same-movement", movements=["b.txt:1"]) == (
        "other files do not bring so many movements any more that are equal to line 1 of "
        f"I2 {key}: `partita rerun I2` posts what is the same as nothing in the ledger. Nothing was changed."
    )
    desk.rerun(key)
    assert after(desk) == ([("b.txt", 1)], [], [("a.txt", "deleted"), ("b.txt", "posted")])


def test_d10_d12_what_was_the_same_as_a_deleted_movement_is_posted_by_a_rerun_and_stands_once(
    desk: Desk,
) -> None:
    desk.drop("a.txt", charges(1))
    key = desk.drop("b.txt", charges(1, NUMBERED))
    desk.same("b.txt:1")
    deletion = desk.correct("delete-import", **{"import": "a.txt"})
    assert desk.statuses() == [("a.txt", "deleted"), ("b.txt", "incomplete")]
    (found,) = desk.findings()
    assert [(found["finding_code"], found["expected"], found["remedy"])] == [
        (
            "movements_left_out",
            "movements that are in the ledger by another file; I1 a.txt, which brought them, was deleted",
            "The file whose movements this one repeats was deleted: `partita rerun I2` posts what is "
            "nowhere now, or `partita dismiss I2` if nothing of it happened.",
        )
    ]
    desk.undo(deletion)
    assert (desk.findings(), desk.statuses()) == ([], [("a.txt", "posted"), ("b.txt", "posted")])
    deletion = desk.correct("delete-import", **{"import": "a.txt"})
    desk.rerun(key)
    assert desk.findings() == []
    assert after(desk) == (
        [("b.txt", 3), ("b.txt", 1)],
        [],
        [("a.txt", "deleted"), ("b.txt", "posted")],
    )
    assert desk.refusal("undo", correction=deletion) == (
        "another import brought the same movements since: entry 6. Nothing was changed."
    )
    desk.drop("a.txt", charges(1))
    assert (desk.posted(), desk.waiting()) == ([("b.txt", 3), ("b.txt", 1)], asked("a.txt:1"))


def test_d10_d12_a_file_that_is_to_be_rerun_is_not_closed_by_the_next_file(desk: Desk) -> None:
    """What it had left out is nowhere any more; without errors of its own it is not mended by others."""
    desk.drop("a.txt", trace(NUMBERED))
    key = desk.drop("b.txt", trace(NUMBERED, charge()))
    desk.correct("delete-import", **{"import": "a.txt"})
    desk.drop("c.txt", trace(pay("-3.00", entry=3)))
    assert desk.statuses() == [("a.txt", "deleted"), ("b.txt", "incomplete"), ("c.txt", "posted")]
    desk.rerun(key)
    assert desk.posted() == [("b.txt", 3), ("c.txt", 1), ("b.txt", 1)]


def test_d10_d12_a_deletion_leaves_those_alone_that_are_the_same_as_others(desk: Desk) -> None:
    desk.drop("a.txt", charges(1))
    desk.another(desk.drop("b.txt", charges(1, NUMBERED)))
    desk.same(desk.drop("c.txt", charges(1, charge("9.99"))))
    desk.correct("delete-import", **{"import": "a.txt"})
    assert desk.statuses() == [("a.txt", "deleted"), ("b.txt", "posted"), ("c.txt", "posted")]


def test_d10_d12_a_deletion_and_its_undoing_change_nothing_that_was_answered(desk: Desk) -> None:
    desk.drop("a.txt", charges(1))
    desk.same(desk.drop("b.txt", charges(1, NUMBERED)))
    before = after(desk)
    desk.undo(desk.correct("delete-import", **{"import": "a.txt"}))
    assert after(desk) == before


def test_d10_d12_a_deleted_file_that_comes_again_asks_anew(desk: Desk) -> None:
    desk.drop("a.txt", charges(2))
    desk.another(desk.drop("b.txt", charges(1)))
    desk.correct("delete-import", **{"import": "b.txt"})
    desk.drop("b.txt", charges(1))
    assert (desk.posted(), desk.waiting()) == ([("a.txt", 1), ("a.txt", 3)], asked("b.txt:1"))
    desk.another("b.txt:1")
    assert desk.posted() == [("a.txt", 1), ("a.txt", 3), ("b.txt", 1)]


def test_o03_d12_a_corrected_file_knows_what_the_failed_one_had_brought(desk: Desk) -> None:
    """O03: what was good in it is there unchanged, and was posted by the first file."""
    wrong = pay("-10.00", account=UNKNOWN, entry=2)
    desk.drop("a.txt", charges(2, wrong))
    desk.drop("a.txt", charges(2, pay("-10.00", entry=2)))
    assert after(desk) == (
        [("a.txt", 1), ("a.txt", 3), ("a.txt", 5)],
        [],
        [("a.txt", "superseded"), ("a.txt", "posted")],
    )
    assert desk.remarks()[-2:] == [("a.txt", "movement_already_imported")] * 2


def test_o03_d12_a_corrected_file_asks_what_the_failed_one_asked_unless_it_was_answered(desk: Desk) -> None:
    desk.drop("a.txt", charges(2))
    wrong = pay("-10.00", account=UNKNOWN, entry=2)
    desk.drop("b.txt", charges(3, wrong))
    desk.same("b.txt:1")
    right = pay("-10.00", account="1500001", entry=2)
    key = desk.drop("b.txt", charges(3, right))
    assert after(desk) == (
        [("a.txt", 1), ("a.txt", 3), ("b.txt", 5), ("b.txt", 7)],
        asked("b.txt:5"),
        [("a.txt", "posted"), ("b.txt", "superseded"), ("b.txt", "incomplete")],
    )
    desk.rerun(key)
    assert desk.waiting() == asked("b.txt:5")
    desk.same("b.txt:5")
    assert desk.statuses()[-1] == ("b.txt", "posted")
    assert len(desk.posted()) == 4


def test_o03_d12_a_question_is_no_fault_that_the_next_file_of_that_name_corrects(desk: Desk) -> None:
    """O03, D01: treasury programs use one name for ever; what waits is not lost because more of it comes."""
    desk.drop("a.txt", charges(1))
    first = desk.drop("RITCOGE.txt", charges(1, NUMBERED))
    desk.drop("RITCOGE.txt", charges(2, NUMBERED))
    assert desk.posted() == [("a.txt", 1), ("RITCOGE.txt", 3), ("RITCOGE.txt", 3)]
    assert desk.waiting() == asked("RITCOGE.txt:1", "RITCOGE.txt:1")
    desk.another(f"{first}:1")
    assert len(desk.posted()) == 4


# --- A movement with a key, twice in one file ---------------------------------------------------------------


def test_d12_a_numbered_movement_twice_in_a_file_says_that_it_is_identical(desk: Desk) -> None:
    desk.drop("a.txt", trace(NUMBERED, NUMBERED))
    assert after(desk) == ([("a.txt", 1)], [Waiting("a.txt:3", TWICE)], [("a.txt", "incomplete")])
    (found,) = desk.findings()
    assert (
        found["expected"] == "a movement key of its own; line 1 has the same, and the movements are identical"
    )
    assert "`partita same-movement I1:3 --reason ...` if it happened once" in found["remedy"]


def test_d12_a_numbered_movement_twice_in_a_file_may_have_happened_once(desk: Desk) -> None:
    desk.drop("a.txt", trace(NUMBERED, NUMBERED))
    number = desk.same("a.txt:3")
    assert after(desk) == ([("a.txt", 1)], [], [("a.txt", "posted")])
    desk.undo(number)
    assert after(desk) == ([("a.txt", 1)], [Waiting("a.txt:3", TWICE)], [("a.txt", "incomplete")])


def test_d12_a_numbered_movement_twice_in_a_file_may_have_happened_twice(desk: Desk) -> None:
    desk.drop("a.txt", trace(NUMBERED, NUMBERED, NUMBERED))
    number = desk.another("a.txt:3")
    assert after(desk) == (
        [("a.txt", 1), ("a.txt", 3)],
        [Waiting("a.txt:5", TWICE)],
        [("a.txt", "incomplete")],
    )
    assert desk.rows("SELECT settled_amount FROM ledger.open_item") == [(80,)]
    desk.drop("b.txt", trace(charge(), NUMBERED))
    assert desk.remarks() == [("b.txt", "movement_already_imported")]
    desk.undo(number)
    assert desk.posted() == [("a.txt", 1), ("b.txt", 1)]
    assert desk.waiting() == [Waiting("a.txt:3", TWICE), Waiting("a.txt:5", TWICE)]
    desk.same("a.txt")
    assert desk.waiting() == []


def test_d12_another_movement_of_that_number_with_other_lines_is_a_conflict(desk: Desk) -> None:
    desk.drop("a.txt", trace(NUMBERED, pay("-40.00", "FV-1", "S")))
    assert desk.waiting() == [Waiting("a.txt:3", "movement_key_conflict")]
    ((expected,),) = desk.rows("SELECT expected FROM ledger.finding")
    assert expected == "a movement key of its own; line 1 has the same but other lines"
    assert desk.refusal("another-movement", movements=["a.txt:3"]) is not None


def test_o03_d12_a_file_of_the_same_number_does_not_answer(desk: Desk) -> None:
    """O03: a number that comes again on another day mends a fault; that a movement stands twice is none."""
    desk.drop("a.txt", trace(NUMBERED, NUMBERED))
    desk.drop("b.txt", trace(pay("-40.00", "FV-1", "A", operation_date=date(2026, 10, 2))))
    assert desk.waiting() == [Waiting("a.txt:3", TWICE)]


# --- Ledgers of the version before --------------------------------------------------------------------------

STEP: Final = "012_movement_answers.sql"
AS_BEFORE: Final = (
    # The version before knew one key for all such movements of a day and amount, and refused the second.
    "DELETE FROM ledger.imported_movement WHERE entry_id = 2",
    "DELETE FROM ledger.posting WHERE entry_id = 2",
    "DELETE FROM ledger.journal_entry WHERE entry_id = 2",
    "UPDATE ledger.imported_movement SET movement_key = 'ALBA||2026||2026-10-01|-2.50|1801001'",
    "UPDATE ledger.journal_entry SET movement_key = 'ALBA||2026||2026-10-01|-2.50|1801001'",
    "UPDATE ledger.file_import SET status = 'incomplete', posted_movement_count = 1, posting_count = 2, "
    "error_count = 1, debit_total = 2.5, credit_total = 2.5",
    "INSERT INTO ledger.finding BY NAME SELECT 1 AS import_id, 1 AS attempt, 1 AS ordinal, "
    "'a.txt' AS source_file, 3 AS line_number, 'movement_key_conflict' AS finding_code, "
    "'ERROR' AS severity, now() AS found_at",
    "DROP TABLE ledger.unnumbered_movement",
    "DROP TABLE ledger.trace_wording",
    "DROP TABLE ledger.movement_answer",
    "DROP TABLE ledger.withdrawn_movement",
)


def test_d12_a_ledger_of_the_version_before_goes_on(desk: Desk) -> None:
    """What the version before refused as a conflict is posted by a rerun; what it had posted is counted."""
    desk.drop("a.txt", charges(2))
    with desk.ledger_home.ledger.writing("make it old") as workbench:
        step = Path(store.__file__).parent / "migrations" / STEP
        for statement in (*AS_BEFORE, *duckdb.extract_statements(step.read_text("utf-8"))):
            workbench.execute(statement)
    (path,) = desk.home.processed.iterdir()
    path.rename(desk.home.failed / path.name)
    desk.drop("b.txt", charges(2))
    desk.drop("c.txt", charges(1))
    assert (desk.posted(), desk.waiting()[1:]) == ([("a.txt", 1)], asked("c.txt:1"))
    desk.drop("a.txt", charges(2))
    assert after(desk) == (
        [("a.txt", 1), ("a.txt", 3)],
        asked("c.txt:1"),
        [("a.txt", "posted"), ("b.txt", "repeated"), ("c.txt", "failed")],
    )
    deletion = desk.correct("delete-import", **{"import": "a.txt"})
    assert desk.posted() == []
    desk.undo(deletion)
    assert desk.posted() == [("a.txt", 1), ("a.txt", 3)]


# --- The records --------------------------------------------------------------------------------------------


def test_o06_an_answer_stands_in_the_audit_log_with_what_it_posted(desk: Desk) -> None:
    desk.drop("a.txt", charges(1))
    key = desk.drop("b.txt", charges(1, NUMBERED))
    desk.another(f"{key}:1")
    ((subject, who, reason, state),) = desk.rows(
        "SELECT subject, requested_by, reason, state_after FROM ledger.audit_record "
        "WHERE action = 'another-movement'"
    )
    assert (subject, who, reason) == (f"C1: {key}:1", "anna", "bank statement")
    noted = json.loads(state)
    assert noted["movement_answers"] == [
        {
            "partition_key": key,
            "line_number": 1,
            "company_code": "ALBA",
            "answer": "another",
            "is_withdrawn": False,
            "import_number": "I2",
        }
    ]
    assert [
        (row["account_code"], row["debit_amount"], row["credit_amount"]) for row in noted["postings"]
    ] == [
        ("1801001", "0.0000", "2.5000"),
        ("7501001", "2.5000", "0.0000"),
    ]
