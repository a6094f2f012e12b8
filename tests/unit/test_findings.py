"""What a finding says is kept as a code and what goes into it, and becomes words where people read it."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.findings import finding_code, in_words, said, worded
from assets.statements import statement


@pytest.mark.parametrize(
    ("kept", "words"),
    [
        (None, "the key of an open item"),
        (said("account_of_item", account="1500002"), "account 1500002, on which the item stands"),
        (said("credit_since_debit"), "a credit (-), since the item is a debit"),
        (said("json_message", message=said("year_of_four_digits")), "a year of four digits"),
        (said("json_message", message=None), ""),
        (said("json_message", message="{message} {"), "{message} {"),
        ("account 7, as an earlier version wrote it", "account 7, as an earlier version wrote it"),
        (said("a_text_of_a_later_version", of="x"), said("a_text_of_a_later_version", of="x")),
        (said("json_message", message='{"text":"of a file'), '{"text":"of a file'),
        (said("json_message", message='{"text":["of"],"with":{}}'), '{"text":["of"],"with":{}}'),
        (said("json_message", message='{"text":"currency_code"}'), '{"text":"currency_code"}'),
        (said("json_message", message='{"text":' * 9999), '{"text":' * 9999),
    ],
)
def test_what_is_said_has_words(kept: str | None, words: str) -> None:
    assert in_words(kept, "the key of an open item") == words


@given(st.dictionaries(st.sampled_from(["a", "b", "c"]), st.text() | st.integers(), min_size=1))
def test_statements_say_what_python_says(parameters: dict[str, str | int]) -> None:
    names = ", ".join(f"'{name}': ${name}" for name in parameters)
    with duckdb.connect() as workbench:
        workbench.execute(statement("ledger", "said"))
        asked = workbench.execute(f"SELECT said('account_of_item', {{{names}}})", parameters)
        ((kept,),) = asked.fetchall()
    assert {name: str(value) for name, value in json.loads(kept)["with"].items()} == {
        name: str(value) for name, value in parameters.items()
    }
    assert in_words(kept, "") == in_words(said("account_of_item", **parameters), "")


def test_several_that_are_said_stand_beside_each_other() -> None:
    asked = "SELECT said('json_message', {'message': [said('account_of_item', {'account': 7}), 'EUR', NULL]})"
    with duckdb.connect() as workbench:
        workbench.execute(statement("ledger", "said"))
        ((kept,),) = workbench.execute(asked).fetchall()
    assert in_words(kept, "") == "account 7, on which the item stands; EUR"


def test_a_statement_says_days_and_whole_numbers_as_people_write_them() -> None:
    asked = (
        "SELECT said('at_most_paid', {'paid': $paid, 'reason': $with}), said_value(said('x', {'y': 7}), 'y')"
    )
    with duckdb.connect() as workbench:
        for name in ("said", "said_value"):
            workbench.execute(statement("ledger", name))
        ((kept, value),) = workbench.execute(asked, {"paid": dt.date(2026, 11, 3), "with": 12}).fetchall()
        ((of_text,),) = workbench.execute("SELECT said_value('entry 7 of I3', 'entry')").fetchall()
    words = "at most 2026-11-03, what is paid of the item and not open again; rule unpaid of reason 12"
    assert (in_words(kept, ""), value, of_text) == (words, "7", None)


def test_a_row_says_what_the_code_says_where_the_rule_says_nothing() -> None:
    code = finding_code("open_item_closed")
    row = {"finding_code": "open_item_closed", "expected": None, "remedy": None, "amount": Decimal("1.00")}
    assert worded(row) == row | {"expected": code.expected, "remedy": code.remedy}
    assert worded(row | {"expected": said("currency_code"), "remedy": "Ask."}) == row | {
        "expected": "a currency code of ISO 4217 such as EUR",
        "remedy": "Ask.",
    }


@pytest.mark.parametrize(
    ("import_number", "line_number", "place"),
    [("I12", 4, "I12:4"), ("I12", None, "I12:LINE"), (None, 4, "FILE:LINE")],
)
def test_a_command_about_a_place_names_import_and_line(
    import_number: str | None, line_number: int | None, place: str
) -> None:
    row = {"finding_code": "movement_twice_in_file", "expected": None, "remedy": None}
    found = worded(row | {"import_number": import_number, "line_number": line_number})
    assert f"`partita same-movement {place} --reason ...`" in found["remedy"]


def test_a_supplier_who_is_called_line_stays_in_the_command_that_names_him() -> None:
    named = said("add_number", supplier="LINE", number="IT09990149990")
    row = {"finding_code": "R05", "expected": None, "remedy": named, "import_number": "I12", "line_number": 4}
    assert worded(row)["remedy"] == in_words(named, "")


def test_a_code_that_is_none_any_more_says_what_was_kept() -> None:
    row = {"finding_code": "of_before", "expected": "a number", "remedy": None, "import_number": "I12"}
    assert worded(row) == row | {"remedy": ""}


def test_a_row_without_a_finding_stays_as_it_is() -> None:
    row = {"document_id": 1, "finding_code": None, "expected": None, "remedy": None}
    assert worded(row) == row
