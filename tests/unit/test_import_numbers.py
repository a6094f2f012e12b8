"""How the numbers of imports are written and read."""

from __future__ import annotations

import pytest

from assets.import_numbers import import_id_of, import_number, number_alone, numbered
from assets.ledger.store import Ledger


def test_an_import_is_named_by_its_number_before_its_file() -> None:
    assert (import_number(12), numbered(12, "RITCOGE.txt")) == ("I12", "I12 RITCOGE.txt")
    assert numbered(12, "RITCOGE@0123456789ab.txt#12") == "I12 RITCOGE@0123456789ab.txt", "it was deleted"
    assert numbered(None, "companies.csv") == "companies.csv", "no import brought it"


@pytest.mark.parametrize(
    ("text", "import_id"),
    [
        ("I12", 12),
        ("i12", 12),
        ("12", None),
        ("I", None),
        ("I12x", None),
        ("I12.txt", None),
        ("I١", None),
        ("I" + "9" * 19, None),
        (import_number(7), 7),
    ],
)
def test_a_number_is_read_in_any_case_and_nothing_else_is_one(text: str, import_id: int | None) -> None:
    assert import_id_of(text) == import_id


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("I12 RITCOGE.txt", "I12"),
        ("i12 RITCOGE 1.txt:4", "i12"),
        ("I12", "I12"),
        ("RITCOGE 1.txt", "RITCOGE 1.txt"),
        ("I12x RITCOGE.txt", "I12x RITCOGE.txt"),
        ("I12 ", "I12 "),
    ],
)
def test_what_lists_show_of_an_import_stands_for_its_number(text: str, alone: str) -> None:
    assert number_alone(text) == alone


@pytest.mark.parametrize(
    ("name", "is_named"),
    [
        ("I3", True),
        ("i3", True),
        ("I33", False),
        ("3", False),
        ("ritcoge.TXT", True),
        ("A.zip/RITCOGE.txt", True),
        ("COGE.txt", False),
        ("RITCOGE@0123456789AB.txt", True),
    ],
)
def test_statements_know_an_import_by_number_key_or_name(
    fresh_ledger: Ledger, name: str, is_named: bool
) -> None:
    with fresh_ledger.reading() as connection:
        (found,) = connection.execute(
            "SELECT names_import($name, 3, 'RITCOGE@0123456789ab.txt', 'a.zip/RITCOGE.txt')", {"name": name}
        ).fetchall()
    assert found == (is_named,)
