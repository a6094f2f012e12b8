"""What `make mutants` changes: one thing at a time, and all else stays as it was written."""

from __future__ import annotations

import pytest

from tests.mutants.__main__ import mutants
from tests.mutants.changes import python_changes, sql_changes

SQL = """-- Grain: one item; a = b.
SELECT item.a - item.b AS rest, max(item.c) AS c
FROM item
LEFT JOIN other ON other.a = item.a
SEMI JOIN third USING (a)
WHERE item.day BETWEEN $first AND $last AND (item.a > 0 AND item.name <> 'x AND y') AND item.b <= 1
GROUP BY ALL
"""


def test_changes_of_a_statement_are_comparisons_signs_joins_conditions_and_extremes() -> None:
    assert [change.shown(SQL) for change in sql_changes(SQL)] == [
        "line 2: sign: '-' becomes '+'",
        "line 2: extreme: 'max' becomes 'min'",
        "line 4: kind of join: 'LEFT' becomes ''",
        "line 4: comparison: '=' becomes '<>'",
        "line 5: kind of join: 'SEMI' becomes 'ANTI'",
        "line 6: dropped condition: \"AND (item.a > 0 AND item.name <> 'x AND y')\" becomes ''",
        "line 6: comparison: '>' becomes '>='",
        "line 6: dropped condition: \"AND item.name <> 'x AND y'\" becomes ''",
        "line 6: comparison: '<>' becomes '='",
        "line 6: dropped condition: 'AND item.b <= 1' becomes ''",
        "line 6: comparison: '<=' becomes '<'",
    ]


def test_what_an_update_sets_is_no_comparison() -> None:
    text = "UPDATE item SET a = 1, b = c WHERE id = 2 AND a = 1"
    assert [change.of(text) for change in sql_changes(text)] == [
        "UPDATE item SET a = 1, b = c WHERE id <> 2 AND a = 1",
        "UPDATE item SET a = 1, b = c WHERE id = 2 ",
        "UPDATE item SET a = 1, b = c WHERE id = 2 AND a <> 1",
    ]


def test_changes_of_python_are_comparisons_signs_conditions_extremes_and_left_out_calls() -> None:
    text = """def rest(à, b):
    if à > b and b is not None:
        note("è", à)
    return min(à - b, 0)
"""
    assert [change.of(text) for change in python_changes(text)] == [
        text.replace("à > b and b is not None", "(not (à > b and b is not None))"),
        text.replace("à > b", "à >= b"),
        text.replace(" and ", " or "),
        text.replace("is not", "is"),
        text.replace('note("è", à)', "pass"),
        text.replace("min", "max"),
        text.replace("à - b", "à + b"),
    ]


@pytest.mark.parametrize("suffix", [".sql", ".py"])
def test_there_is_enough_to_draw_from(suffix: str) -> None:
    every = mutants(suffix)
    assert len(every) > 150
    assert len({(mutant.path, mutant.change) for mutant in every}) == len(every)


def test_a_change_after_which_it_is_no_statement_is_none() -> None:
    text = "MERGE INTO kept USING news USING (id) WHEN MATCHED AND a = 1 THEN DELETE WHEN MATCHED THEN UPDATE"
    assert [change.what for change in sql_changes(text)] == ["comparison"]
    text = "SELECT a IS DISTINCT FROM b AND c IS NOT DISTINCT FROM d AND e"
    assert [change.of(text) for change in sql_changes(text)] == [
        "SELECT a IS DISTINCT FROM b AND e",
        "SELECT a IS DISTINCT FROM b AND c IS NOT DISTINCT FROM d ",
    ]
