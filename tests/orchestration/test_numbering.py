"""Numbers that people named are followed into a ledger that gives others."""

from __future__ import annotations

import pytest

from assets.errors import OperatingError
from assets.ledger.decisions import NUMBERS
from orchestration.numbering import Numbering


def used(**numbers: int) -> dict[str, int]:
    """The highest numbers in use."""
    return dict.fromkeys(NUMBERS, 0) | numbers


def test_where_as_much_is_posted_numbers_stay_what_they_are() -> None:
    numbering = Numbering()
    numbering.follow(used(entry=5, document=2), used(entry=5, document=2))
    given = {"payment": "3/1", "document": "D2", "items": ["ALBA:FV-1"], "amount": "1.00"}
    assert numbering.arguments(given) == given
    assert not numbering.is_shifted


def test_what_comes_after_a_difference_is_found_under_its_new_number() -> None:
    numbering = Numbering()
    numbering.follow(used(entry=5, document=1), used(entry=5, document=1))
    numbering.follow(
        used(entry=8, document=1, correction=1, **{"import": 1}),
        used(entry=7, document=3, **{"import": 1}),
    )
    numbering.follow(
        used(entry=12, document=4, correction=3, **{"import": 3}),
        used(entry=11, document=6, correction=2, **{"import": 3}),
    )
    assert numbering.is_shifted
    assert numbering.arguments({"payment": "4/2", "payments": ["9/1", "12/3"], "like": "10/1"}) == {
        "payment": "4/2",
        "payments": ["8/1", "11/3"],
        "like": "9/1",
    }
    assert numbering.arguments({"document": "D1", "other": "D2"}) == {"document": "D1", "other": "D4"}
    assert numbering.arguments({"correction": 3}) == {"correction": 2}
    assert numbering.arguments({"import": "2"}) == {"import": "2"}
    assert numbering.arguments({"import": "RITCOGE.txt"}) == {"import": "RITCOGE.txt"}


@pytest.mark.parametrize("given", [{"payment": "6/1"}, {"payments": ["7/1"]}, {"correction": 1}])
def test_a_number_of_what_is_posted_otherwise_is_not_guessed(given: dict[str, object]) -> None:
    numbering = Numbering()
    numbering.follow(used(entry=5), used(entry=5))
    numbering.follow(used(entry=8, correction=1), used(entry=7))
    with pytest.raises(OperatingError, match="is of a transaction that posts something else now"):
        numbering.arguments(given)
