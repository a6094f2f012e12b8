"""What a file left out because another had brought it is said once it is nowhere, whatever was deleted and
restored meanwhile (D09, D12).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest

from tests.conftest import MakeHome
from tests.support.answers import Desk, Waiting, charge
from tests.support.ledgers import ReferenceData, open_item, setting
from tests.support.payments import pay, trace

FIRST: Final = pay("-100.00", "FV-1", "S", entry=1)
SECOND: Final = pay("-60.00", "FV-2", "S", entry=2)
THIRD: Final = pay("-40.00", "FV-3", "S", entry=3)
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
