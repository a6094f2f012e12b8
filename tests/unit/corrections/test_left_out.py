"""What a file left out because another had brought it is said once it is nowhere, whatever was deleted and
restored meanwhile (D09, D12).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest

from assets.traces import prepare
from samples.payments import Movement, lines_of, pay, trace
from samples.trace_files import render_json
from tests.conftest import MakeHome
from tests.support.answers import Desk, Waiting, charge, charges
from tests.support.ledgers import ReferenceData, open_item, setting

FIRST: Final = pay("-100.00", "FV-1", "S", entry=1)
SECOND: Final = pay("-60.00", "FV-2", "S", entry=2)
THIRD: Final = pay("-40.00", "FV-3", "S", entry=3)
WRONG: Final = pay("-60.00", "FV-2", "S", entry=2, account="0000000")
DATA: Final = ReferenceData(
    items=(open_item("FV-1", "100.00"), open_item("FV-2", "60.00"), open_item("FV-3", "40.00")),
    settings=(setting("quiet_seconds", "0"), setting("file_masks", "*.*")),
)
LEFT_OUT: Final = "movements_left_out"


@pytest.fixture
def desk(make_home: MakeHome) -> Iterator[Desk]:
    """A home with an empty inbox."""
    desk = Desk(make_home(DATA))
    yield desk
    desk.close()


def delete(desk: Desk, name: str) -> int:
    """Deletes the import of a file; the number of the correction."""
    return desk.correct("delete-import", **{"import": name})


def after(desk: Desk) -> tuple[list[tuple[str, str]], list[Waiting]]:
    """The status of each file, and what keeps movements out."""
    return desk.statuses(), desk.waiting()


def says_so(*names: str) -> list[Waiting]:
    """What is said of files that left something out which is nowhere."""
    return [Waiting(name, LEFT_OUT) for name in names]


def test_d12_a_repeated_file_that_is_deleted_and_restored_repeats_again(desk: Desk) -> None:
    desk.drop("a.txt", trace(FIRST))
    desk.drop("b.txt", trace(FIRST))
    first = delete(desk, "a.txt")
    second = delete(desk, "b.txt")
    assert after(desk) == ([("a.txt", "deleted"), ("b.txt", "deleted")], [])
    desk.undo(second)
    assert after(desk) == ([("a.txt", "deleted"), ("b.txt", "incomplete")], says_so("b.txt"))
    desk.undo(first)
    assert after(desk) == ([("a.txt", "posted"), ("b.txt", "repeated")], [])


def test_d12_a_file_restored_after_what_it_had_left_out_was_deleted_is_dropped_again_and_posts_it(
    desk: Desk,
) -> None:
    desk.drop("a.txt", trace(FIRST))
    desk.drop("b.txt", trace(FIRST, SECOND))
    restored = delete(desk, "b.txt")
    delete(desk, "a.txt")
    desk.undo(restored)
    assert after(desk) == ([("a.txt", "deleted"), ("b.txt", "incomplete")], says_so("b.txt"))
    desk.drop("b.txt", trace(FIRST, SECOND))
    assert after(desk) == ([("a.txt", "deleted"), ("b.txt", "posted")], [])
    assert desk.posted() == [("b.txt", 3), ("b.txt", 1)]


def test_d12_of_two_deleted_files_the_return_of_one_leaves_the_other_to_be_said(desk: Desk) -> None:
    desk.drop("a.txt", trace(FIRST))
    desk.drop("b.txt", trace(SECOND))
    desk.drop("c.txt", trace(FIRST, SECOND, THIRD))
    first = delete(desk, "a.txt")
    second = delete(desk, "b.txt")
    gone = [("a.txt", "deleted"), ("b.txt", "deleted"), ("c.txt", "incomplete")]
    assert after(desk) == (gone, says_so("c.txt"))
    desk.undo(first)
    assert after(desk) == ([("a.txt", "posted"), *gone[1:]], says_so("c.txt"))
    back = desk.undo(second)
    there = [("a.txt", "posted"), ("b.txt", "posted"), ("c.txt", "posted")]
    assert after(desk) == (there, [])
    desk.undo(back)
    assert after(desk) == ([there[0], *gone[1:]], says_so("c.txt"))


def test_d12_a_file_with_an_error_of_its_own_says_too_what_is_nowhere(desk: Desk) -> None:
    desk.drop("a.txt", trace(FIRST))
    desk.drop("b.txt", trace(FIRST, SECOND, charge("2.50", account="0000000")))
    wrong = Waiting("b.txt:5", "unknown_account")
    assert after(desk) == ([("a.txt", "posted"), ("b.txt", "incomplete")], [wrong])
    deletion = delete(desk, "a.txt")
    assert after(desk) == ([("a.txt", "deleted"), ("b.txt", "incomplete")], [wrong, *says_so("b.txt")])
    desk.undo(deletion)
    assert after(desk) == ([("a.txt", "posted"), ("b.txt", "incomplete")], [wrong])


def test_d12_what_another_file_brings_again_is_left_out_no_more(desk: Desk) -> None:
    desk.drop("a.txt", trace(FIRST))
    desk.drop("b.txt", trace(FIRST, SECOND))
    delete(desk, "a.txt")
    assert after(desk) == ([("a.txt", "deleted"), ("b.txt", "incomplete")], says_so("b.txt"))
    desk.drop("c.txt", trace(FIRST, THIRD))
    assert after(desk) == ([("a.txt", "deleted"), ("b.txt", "posted"), ("c.txt", "posted")], [])
    delete(desk, "c.txt")
    assert after(desk) == (
        [("a.txt", "deleted"), ("b.txt", "incomplete"), ("c.txt", "deleted")],
        says_so("b.txt"),
    )


def test_d10_what_a_restored_file_posted_since_is_not_left_behind_by_undoing_the_restoration(
    desk: Desk,
) -> None:
    desk.drop("d.txt", trace(FIRST))
    key = desk.drop("c.txt", trace(FIRST))
    delete(desk, "d.txt")
    back = desk.undo(delete(desk, "c.txt"))
    desk.rerun(key)
    assert desk.posted() == [("c.txt", 1)]

    assert desk.refusal("undo", correction=back) == (
        f"{key} posted entry 3 since it was restored: `partita delete-import` deletes it with all that it "
        "posted. Nothing was changed."
    )
    delete(desk, "c.txt")

    assert (desk.posted(), desk.waiting()) == ([], [])
    desk.drop("c.txt", trace(FIRST))
    assert desk.posted() == [("c.txt", 1)]


def test_d12_what_a_rerun_posted_is_left_out_no_more_whatever_was_answered(desk: Desk) -> None:
    desk.drop("a.txt", trace(charge(), charge("9.99")))
    second = desk.drop("b.txt", charges(1, FIRST))
    desk.same("b.txt:1")
    third = desk.drop("c.txt", trace(charge("9.99"), SECOND))
    desk.same("c.txt:1")
    delete(desk, "a.txt")
    assert after(desk) == (
        [("a.txt", "deleted"), ("b.txt", "incomplete"), ("c.txt", "incomplete")],
        says_so("b.txt", "c.txt"),
    )

    desk.rerun(second)
    desk.rerun(third)

    assert after(desk) == ([("a.txt", "deleted"), ("b.txt", "posted"), ("c.txt", "posted")], [])


def test_d12_a_repeated_content_is_somewhere_once_other_files_brought_all_its_movements(desk: Desk) -> None:
    desk.drop("a.txt", trace(FIRST, SECOND))
    desk.drop("b.txt", trace(FIRST, SECOND))
    deletion = delete(desk, "a.txt")
    gone = [("a.txt", "deleted"), ("b.txt", "incomplete")]
    assert after(desk) == (gone, says_so("b.txt"))

    desk.drop("c.txt", trace(FIRST, THIRD))
    assert after(desk) == ([*gone, ("c.txt", "posted")], says_so("b.txt"))
    desk.drop("d.txt", trace(SECOND))

    there = [("a.txt", "deleted"), ("b.txt", "repeated"), ("c.txt", "posted"), ("d.txt", "posted")]
    assert after(desk) == (there, [])
    assert desk.refusal("undo", correction=deletion) is not None
    delete(desk, "c.txt")
    assert after(desk) == ([*gone, ("c.txt", "deleted"), ("d.txt", "posted")], says_so("b.txt"))


def test_d12_what_a_deleted_file_had_left_out_itself_belongs_to_the_content_that_repeats_it(
    desk: Desk,
) -> None:
    desk.drop("a.txt", trace(FIRST))
    desk.drop("b.txt", trace(FIRST, SECOND))
    desk.drop("c.txt", trace(FIRST, SECOND))
    delete(desk, "b.txt")
    desk.drop("d.txt", trace(SECOND))
    there = [("a.txt", "posted"), ("b.txt", "deleted"), ("c.txt", "repeated"), ("d.txt", "posted")]
    assert after(desk) == (there, [])

    delete(desk, "a.txt")

    gone = [("a.txt", "deleted"), ("b.txt", "deleted"), ("c.txt", "incomplete"), ("d.txt", "posted")]
    assert after(desk) == (gone, says_so("c.txt"))


@pytest.mark.parametrize("movements", [(FIRST,), (charge(), FIRST)], ids=["numbered", "one without a number"])
def test_d12_the_json_form_of_a_repeated_content_holds_it(
    desk: Desk, movements: tuple[Movement, ...]
) -> None:
    desk.drop("a.txt", trace(*movements))
    desk.drop("b.txt", trace(*movements))
    delete(desk, "a.txt")
    assert desk.waiting() == says_so("b.txt")

    desk.drop("a.json", render_json(lines_of(movements)))

    assert after(desk) == ([("a.txt", "deleted"), ("b.txt", "repeated"), ("a.json", "posted")], [])
    delete(desk, "a.json")
    gone = [("a.txt", "deleted"), ("b.txt", "incomplete"), ("a.json", "deleted")]
    assert after(desk) == (gone, says_so("b.txt"))


def test_d12_a_content_that_its_last_attempt_could_not_read_is_nowhere(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How many movements it has is not known then."""
    key = desk.drop("a.txt", trace(FIRST, WRONG))
    desk.drop("b.txt", trace(FIRST, WRONG))
    with monkeypatch.context() as broken:
        broken.setattr(prepare, "_validate", lambda *_: 1 // 0)
        desk.rerun(key)

    delete(desk, "a.txt")

    assert (desk.posted(), after(desk)) == (
        [],
        ([("a.txt", "deleted"), ("b.txt", "incomplete")], says_so("b.txt")),
    )


def test_d12_another_payment_under_the_same_key_is_not_what_was_left_out(desk: Desk) -> None:
    other = pay("-100.00", entry=1, account="1500002")
    desk.drop("a.txt", trace(FIRST))
    whole = desk.drop("b.txt", trace(FIRST))
    single = desk.drop("c.txt", trace(FIRST, SECOND))
    delete(desk, "a.txt")
    desk.drop("d.txt", trace(other))
    gone = [("a.txt", "deleted"), ("b.txt", "incomplete"), ("c.txt", "incomplete"), ("d.txt", "posted")]
    assert after(desk) == (gone, says_so("b.txt", "c.txt"))

    desk.rerun(whole)
    desk.rerun(single)

    assert after(desk) == (
        [gone[0], ("b.txt", "failed"), ("c.txt", "incomplete"), gone[3]],
        [Waiting("b.txt:1", "movement_key_conflict"), Waiting("c.txt:1", "movement_key_conflict")],
    )


@pytest.mark.parametrize("name", ["a.txt", "b.txt"], ids=["the corrected form", "another file"])
def test_d12_what_a_deleted_file_had_mended_is_to_be_mended_again(desk: Desk, name: str) -> None:
    key = desk.drop("a.txt", trace(FIRST, WRONG))
    corrected = trace(FIRST, SECOND) if name == "a.txt" else trace(SECOND)
    desk.drop(name, corrected)
    there = [("a.txt", "superseded"), (name, "posted")]
    assert after(desk) == (there, [])

    deletion = delete(desk, "I2")

    gone = [("a.txt", "incomplete"), (name, "deleted")]
    assert after(desk) == (gone, says_so("a.txt"))
    back = desk.undo(deletion)
    assert after(desk) == (there, [])
    desk.undo(back)
    desk.drop("c.txt", trace(SECOND, THIRD))
    assert after(desk) == ([there[0], gone[1], ("c.txt", "posted")], [])
    delete(desk, "c.txt")
    assert after(desk) == ([*gone, ("c.txt", "deleted")], says_so("a.txt"))

    desk.rerun(key)

    assert desk.waiting() == [Waiting("a.txt:4", "unknown_account")]
    desk.drop(name, corrected)
    assert after(desk)[0][0] == ("a.txt", "superseded")
    assert sorted(desk.posted()) == [("a.txt", 1), (name, 3 if name == "a.txt" else 1)]


def test_d12_what_one_of_two_files_mended_is_said_though_the_other_mended_the_rest(desk: Desk) -> None:
    also_wrong = pay("-40.00", "FV-3", "S", entry=3, account="0000000")
    desk.drop("a.txt", trace(FIRST, WRONG, also_wrong))
    desk.drop("b.txt", trace(SECOND))
    desk.drop("c.txt", trace(THIRD))
    assert desk.statuses()[0] == ("a.txt", "superseded")

    delete(desk, "b.txt")

    assert after(desk) == (
        [("a.txt", "incomplete"), ("b.txt", "deleted"), ("c.txt", "posted")],
        says_so("a.txt"),
    )


def test_d12_a_charge_without_a_number_that_another_file_brings_may_be_another_one(desk: Desk) -> None:
    desk.drop("a.txt", charges(1))
    key = desk.drop("b.txt", charges(1))
    delete(desk, "a.txt")
    desk.drop("c.txt", charges(1, FIRST))
    assert desk.waiting() == says_so("b.txt")

    desk.rerun(key)

    assert desk.waiting() == [Waiting("b.txt:1", "movement_may_be_repeated")]


def test_d12_a_rerun_posts_what_other_files_only_repeat(desk: Desk) -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        key = desk.drop(name, trace(FIRST))
    delete(desk, "a.txt")
    assert desk.waiting() == says_so("b.txt", "c.txt")

    desk.rerun(key)

    assert desk.posted() == [("c.txt", 1)]
    assert after(desk) == ([("a.txt", "deleted"), ("b.txt", "repeated"), ("c.txt", "posted")], [])
    delete(desk, "c.txt")
    assert after(desk) == (
        [("a.txt", "deleted"), ("b.txt", "incomplete"), ("c.txt", "deleted")],
        says_so("b.txt"),
    )


def test_d10_d12_a_deleted_file_that_is_dropped_again_is_posted_though_another_repeated_it(
    desk: Desk,
) -> None:
    desk.drop("a.txt", trace(FIRST))
    desk.drop("b.txt", trace(FIRST))
    delete(desk, "a.txt")

    desk.drop("a.txt", trace(FIRST))

    assert desk.posted() == [("a.txt", 1)]
    assert after(desk) == ([("a.txt", "deleted"), ("b.txt", "repeated"), ("a.txt", "posted")], [])


def test_d10_d12_a_file_dropped_again_is_deleted_and_restored_though_another_repeated_the_first(
    desk: Desk,
) -> None:
    desk.drop("a.txt", trace(FIRST))
    second = desk.drop("b.txt", trace(FIRST))
    delete(desk, "a.txt")
    desk.drop("a.txt", trace(FIRST))
    there = ([("a.txt", "deleted"), ("b.txt", "repeated"), ("a.txt", "posted")], [])
    assert after(desk) == there

    desk.undo(delete(desk, "I3"))

    assert after(desk) == there
    desk.rerun(second)
    assert (desk.posted(), after(desk)) == ([("a.txt", 1)], there)


def test_d12_deletions_are_undone_in_any_order(desk: Desk) -> None:
    desk.drop("a.txt", trace(FIRST))
    desk.drop("b.txt", trace(FIRST))
    first = delete(desk, "a.txt")
    second = delete(desk, "b.txt")
    desk.undo(first)
    desk.undo(second)
    assert after(desk) == ([("a.txt", "posted"), ("b.txt", "repeated")], [])


def test_d12_a_superseded_file_says_what_it_had_left_out_and_the_other_does_not_hold(desk: Desk) -> None:
    wrong = pay("-60.00", "FV-2", "S", entry=2, account="0000000")
    desk.drop("a.txt", trace(FIRST))
    desk.drop("b.txt", trace(FIRST, wrong))
    desk.drop("c.txt", trace(SECOND))
    there = [("a.txt", "posted"), ("b.txt", "superseded"), ("c.txt", "posted")]
    assert after(desk) == (there, [])

    deletion = delete(desk, "a.txt")

    assert after(desk) == (
        [("a.txt", "deleted"), ("b.txt", "incomplete"), ("c.txt", "posted")],
        says_so("b.txt"),
    )
    desk.undo(deletion)
    assert after(desk) == (there, [])


def test_d12_a_movement_said_to_be_another_later_is_not_what_same_meant(desk: Desk) -> None:
    desk.drop("a.txt", charges(1))
    key = desk.drop("c.txt", charges(1, FIRST))
    desk.same("c.txt:1")
    desk.drop("b.txt", charges(1, SECOND))
    desk.another("b.txt:1")

    delete(desk, "a.txt")

    assert after(desk) == (
        [("a.txt", "deleted"), ("c.txt", "incomplete"), ("b.txt", "posted")],
        says_so("c.txt"),
    )
    desk.rerun(key)
    asked = [Waiting("c.txt:1", "movement_may_be_repeated")]
    assert desk.waiting() == asked
    answer = desk.same("c.txt:1")
    assert after(desk) == ([("a.txt", "deleted"), ("c.txt", "posted"), ("b.txt", "posted")], [])
    desk.undo(answer)
    assert desk.waiting() == asked
    desk.another("c.txt:1")
    assert desk.waiting() == []
    assert sorted(desk.posted()) == [("b.txt", 1), ("b.txt", 3), ("c.txt", 1), ("c.txt", 3)]


DISMISSED: Final = (
    "SELECT closed_at, closed_by, closed_reason FROM ledger.file_import WHERE source_file = 'b.txt'"
)


def test_d12_a_dismissed_file_says_what_is_nowhere_by_a_later_deletion(desk: Desk) -> None:
    desk.drop("a.txt", trace(FIRST))
    key = desk.drop("b.txt", trace(FIRST, THIRD, WRONG))
    desk.dismiss(key)
    there = ([("a.txt", "posted"), ("b.txt", "dismissed")], [])
    decided = desk.rows(DISMISSED)
    assert after(desk) == there

    deletion = delete(desk, "a.txt")

    gone = [("a.txt", "deleted"), ("b.txt", "incomplete")]
    assert after(desk) == (gone, says_so("b.txt"))
    desk.undo(deletion)
    assert (after(desk), desk.rows(DISMISSED)) == (there, decided)
    delete(desk, "a.txt")
    desk.rerun(key)
    # What was dismissed is wrong still, and the new attempt says so.
    assert after(desk) == (gone, [Waiting("b.txt:6", "unknown_account")])
    assert (sorted(desk.posted()), desk.rows(DISMISSED)) == (
        [("b.txt", 1), ("b.txt", 3)],
        [(None, None, None)],
    )


def test_d12_what_was_nowhere_when_its_file_was_dismissed_is_said_no_more(desk: Desk) -> None:
    desk.drop("a.txt", trace(FIRST))
    key = desk.drop("b.txt", trace(FIRST, SECOND))
    deletion = delete(desk, "a.txt")
    assert desk.waiting() == says_so("b.txt")
    desk.dismiss(key)
    gone = [("a.txt", "deleted"), ("b.txt", "dismissed")]
    assert after(desk) == (gone, [])

    desk.undo(deletion)
    assert after(desk) == ([("a.txt", "posted"), gone[1]], [])
    delete(desk, "a.txt")
    assert after(desk) == ([gone[0], ("b.txt", "incomplete")], says_so("b.txt"))
    desk.dismiss(key)
    desk.drop("c.txt", trace(FIRST))
    assert after(desk) == ([*gone, ("c.txt", "posted")], [])
    delete(desk, "c.txt")
    # The deletion is a new fact, which nobody has dismissed.
    assert after(desk) == ([gone[0], ("b.txt", "incomplete"), ("c.txt", "deleted")], says_so("b.txt"))


def test_d12_a_deletion_of_something_else_leaves_a_dismissal_alone(desk: Desk) -> None:
    desk.drop("a.txt", trace(FIRST))
    desk.drop("c.txt", trace(THIRD))
    key = desk.drop("b.txt", trace(FIRST, SECOND))
    delete(desk, "a.txt")
    desk.dismiss(key)

    desk.undo(delete(desk, "c.txt"))

    assert after(desk) == ([("a.txt", "deleted"), ("c.txt", "posted"), ("b.txt", "dismissed")], [])


def test_d12_what_mended_a_dismissed_file_and_is_deleted_later_is_nowhere(desk: Desk) -> None:
    wrong = pay("-40.00", "FV-3", "S", entry=3, account="0000000")
    key = desk.drop("b.txt", trace(FIRST, WRONG, wrong))
    desk.drop("a.txt", trace(SECOND))
    desk.dismiss(key)
    there = [("b.txt", "dismissed"), ("a.txt", "posted")]
    assert after(desk) == (there, [])

    deletion = delete(desk, "a.txt")

    assert after(desk) == ([("b.txt", "incomplete"), ("a.txt", "deleted")], says_so("b.txt"))
    desk.undo(deletion)
    assert after(desk) == (there, [])


def test_d12_a_content_that_another_file_brought_again_is_nowhere_when_that_is_deleted_too(
    desk: Desk,
) -> None:
    desk.drop("a.txt", trace(charge()))
    key = desk.drop("b.txt", trace(charge()))
    delete(desk, "a.txt")
    desk.dismiss(key)
    desk.drop("c.txt", trace(charge()))
    assert desk.statuses() == [("a.txt", "deleted"), ("b.txt", "dismissed"), ("c.txt", "posted")]

    delete(desk, "c.txt")

    gone = [("a.txt", "deleted"), ("b.txt", "incomplete"), ("c.txt", "deleted")]
    assert after(desk) == (gone, says_so("b.txt"))


def test_d10_a_dismissed_file_is_deleted_with_what_it_posted_and_is_dismissed_again_by_an_undo(
    desk: Desk,
) -> None:
    key = desk.drop("b.txt", trace(FIRST, WRONG))
    desk.dismiss(key)
    decided = desk.rows(DISMISSED)

    deletion = delete(desk, "b.txt")

    assert (after(desk), desk.posted()) == (([("b.txt", "deleted")], []), [])
    desk.undo(deletion)
    assert (after(desk), desk.posted(), desk.rows(DISMISSED)) == (
        ([("b.txt", "dismissed")], []),
        [("b.txt", 1)],
        decided,
    )


def test_d10_a_dismissed_file_of_which_nothing_is_posted_is_not_deleted(desk: Desk) -> None:
    key = desk.drop("b.txt", trace(WRONG))
    desk.dismiss(key)

    assert desk.refusal("delete-import", **{"import": "I1"}) == (
        f"nothing of I1 {key} is posted: it is dismissed. Nothing was changed."
    )


def test_d10_a_replaced_file_names_the_one_that_is_to_be_deleted_first(desk: Desk) -> None:
    key = desk.drop("b.txt", trace(FIRST, WRONG))
    desk.drop("c.txt", trace(SECOND))

    assert desk.refusal("delete-import", **{"import": "b.txt"}) == (
        f"I1 {key} was replaced by I2 c.txt: delete that first; then this one is incomplete, and can be "
        "deleted. Nothing was changed."
    )
    delete(desk, "I2")
    delete(desk, "I1")
    assert (after(desk), desk.posted()) == (([("b.txt", "deleted"), ("c.txt", "deleted")], []), [])
