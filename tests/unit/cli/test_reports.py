"""The questions to the ledger, as functions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from assets.home import Home
from assets.ledger.listing import Asked
from assets.ledger.store import Ledger
from assets.reports import lists, questions


def test_o06_answers_hold_decimals_and_dates_and_no_floats(filled: Home) -> None:
    with Ledger(filled.ledger).reading() as ledger:
        (item,) = lists.open_items(ledger, Asked(company="02")).dictionaries()
    amounts = [item[name] for name in ("original_amount", "settled_amount", "residual_amount")]
    assert amounts == [Decimal("33.255"), Decimal(0), Decimal("33.255")]
    assert [type(value) for value in (*amounts, item["due_date"])] == [Decimal, Decimal, Decimal, date]


def test_o06_a_report_that_is_not_read_before_the_next_question_is_a_mistake_that_is_noticed(
    filled: Home,
) -> None:
    with Ledger(filled.ledger).reading() as ledger:
        report = lists.open_items(ledger)
        assert questions.is_known_file(ledger, "companies.csv")
        with pytest.raises(AssertionError, match="another question was asked"):
            next(report.rows)


def test_o06_identify_lists_files_then_entries_then_items(filled: Home) -> None:
    with Ledger(filled.ledger).reading() as ledger:
        found = {
            what: [
                (subject.kind, subject.reference, subject.number, subject.line_number) for subject in subjects
            ]
            for what in ("4", "4/2", "01:4", "02:4", "RitCoge2.TXT")
            if (subjects := questions.identify(ledger, what))
        }
    assert {what: [entry[:1] + entry[2:] for entry in entries] for what, entries in found.items()} == {
        "4": [("posting", 4, None), ("item", 4, None)],
        "4/2": [("posting", 4, 2)],
        "01:4": [("item", 4, None)],
        "RitCoge2.TXT": [("file", 2, None)],
    }
