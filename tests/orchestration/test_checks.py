"""The asset checks: a sentence, a severity and a short table, over the whole ledger and not over one run."""

from __future__ import annotations

from typing import Final

import pytest

from samples.payments import leg, move, pay, trace
from tests.orchestration.conftest import DATA
from tests.support import ledgers
from tests.support.ledgers import open_item
from tests.support.pipelines import Check, Pipeline, Ran

ALL_CHECKS: Final = {
    "reference_files_are_valid": "ERROR",
    "trace_files_are_readable": "ERROR",
    "trace_files_arrive_once": "WARN",
    "trace_lines_are_valid": "ERROR",
    "trace_lines_are_complete": "WARN",
    "trace_movements_are_posted": "ERROR",
    "trace_movements_arrive_once": "WARN",
    "payments_are_linked": "WARN",
    "full_settlements_close_their_item": "WARN",
    "journal_entries_balance": "ERROR",
    "imports_add_up": "ERROR",
    "debts_stand_once": "WARN",
    "keys_are_unique": "ERROR",
    "links_are_exact": "ERROR",
    "movements_stand_once": "ERROR",
    "residuals_are_exact": "ERROR",
    "subledger_equals_ledger": "ERROR",
    "transit_accounts_are_cleared": "WARN",
    "exported_items_can_be_paid": "ERROR",
    "exported_items_keep_their_amounts": "WARN",
}


def test_o02_every_check_says_how_grave_a_failure_is_and_is_green_over_good_data(pipeline: Pipeline) -> None:
    """O02: a green check has no table and no sentence to read."""
    pipeline.drop("RITCOGE.txt", trace(pay("-100.00", "FT-1")))

    (ran,) = pipeline.tick()

    assert ran.checks == {name: Check(True, severity, None, 0, []) for name, severity in ALL_CHECKS.items()}


@pytest.fixture(scope="module")
def trouble(shared_pipeline: Pipeline) -> Ran:
    """A run over eight files, seven of them with a trouble of their own."""
    good = pay("-40.00", "FT-1", "A")
    lines = trace(good).splitlines(keepends=True)
    unknown = [move(leg("-10.00", account="1500099"), entry=100 + number) for number in range(25)]
    for number, content in enumerate(
        (
            trace(good),
            b"asset;value\r\n",
            trace(good),
            trace(pay("-1.00", entry=4)).replace(b"+0000", b" 0000"),
            lines[0] + b"\r\n" + lines[1],
            trace(*unknown),
            trace(pay("-1234.50", "FT-9", entry=7)),
            trace(pay("-30.00", "FT-1", "S", entry=8)),
        ),
        start=1,
    ):
        shared_pipeline.drop(f"RITCOGE_{number}.txt", content)
    (ran,) = shared_pipeline.tick()
    return ran


def test_o02_each_kind_of_trouble_shows_in_the_check_of_its_own_stage(trouble: Ran) -> None:
    """O02, D02, D06, D07, D12, D14, D30: one check per question, and the file named in it."""
    named = {
        name: {row["source_file"] for row in trouble.checks[name].table} for name in trouble.red_checks()
    }
    assert named == {
        "trace_files_are_readable": {"RITCOGE_2.txt"},
        "trace_files_arrive_once": {"RITCOGE_3.txt"},
        "trace_lines_are_valid": {"RITCOGE_4.txt"},
        "trace_lines_are_complete": {"RITCOGE_5.txt"},
        "trace_movements_are_posted": {"RITCOGE_6.txt"},
        "trace_movements_arrive_once": {"RITCOGE_5.txt"},
        "payments_are_linked": {"RITCOGE_7.txt"},
        "full_settlements_close_their_item": {"RITCOGE_8.txt"},
    }


def test_o02_a_red_check_names_file_line_field_value_and_remedy(trouble: Ran) -> None:
    """O02, D02, D11: one sentence with the count and what to do, and a table with one row per place."""
    check = trouble.checks["trace_lines_are_valid"]
    remedy = "Correct the file and drop it again: the corrected file replaces the failed one."
    assert check._replace(table=check.table[:1]) == Check(
        passed=False,
        severity="ERROR",
        sentence=f"Fields that cannot be read or are missing: 2. {remedy}",
        failing_rows=2,
        table=[
            {
                "import_number": "I4",
                "source_file": "RITCOGE_4.txt",
                "line_number": 1,
                "field": "amount",
                "finding_code": "invalid_amount",
                "raw_value": " 00000000000001,000000",
                "expected": check.table[0]["expected"],
                "remedy": "Correct the amount and drop the file again.",
                "partition_key": check.table[0]["partition_key"],
            }
        ],
    )


def test_o02_a_table_shows_twenty_rows_and_the_sentence_counts_all(trouble: Ran) -> None:
    """O02: Dagster's pages render short tables well; the command line shows all rows."""
    check = trouble.checks["trace_movements_are_posted"]
    assert (check.failing_rows, [row["line_number"] for row in check.table]) == (25, list(range(2, 41, 2)))
    assert check.sentence == (
        "Reasons that keep movements out of the ledger: 25 (the first 20 below). Mend the reference data in "
        "reference/ and rerun the failed partitions, or drop a corrected file. What waits for an answer "
        "names the command that gives it."
    )


def test_o02_amounts_and_dates_of_a_table_are_text_for_people(trouble: Ran) -> None:
    """O02, D07: Dagster's tables take no decimals; the text has the decimals that people expect."""
    (row,) = trouble.checks["payments_are_linked"].table
    assert row == {
        "import_number": "I7",
        "source_file": "RITCOGE_7.txt",
        "line_number": 2,
        "company_code": "ALBA",
        "account_code": "1500001",
        "posting_date": "2026-10-01",
        "currency_code": "EUR",
        "unlinked_amount": "1234.50",
        "open_item_key": "FT-9",
        "unlinked_reason": "open_item_not_found",
        "entry_id": row["entry_id"],
    }


@pytest.mark.check
def test_o02_a_check_stays_red_until_everything_is_mended_whatever_the_next_run_is_about(
    pipeline: Pipeline,
) -> None:
    """O02: checks look at the ledger; a later run over a good file does not paint them green."""
    pipeline.drop("RITCOGE_1.txt", trace(move(leg("-10.00", account="1500099"))))
    (first,) = pipeline.tick()
    pipeline.drop("RITCOGE_2.txt", trace(pay("-100.00", "FT-1", entry=2)))

    (second,) = pipeline.tick()

    assert (first.is_success, second.is_success) == (False, True)
    assert second.checks["trace_movements_are_posted"] == first.checks["trace_movements_are_posted"]


def test_o02_wrong_reference_data_show_in_their_check_and_the_last_good_set_stays(pipeline: Pipeline) -> None:
    """O02: the import goes on with what was in force; the check names file, line and column."""
    spoiled = DATA.replace(items=[*DATA.items, open_item("FT-3", "1,50")])
    ledgers.write_files(pipeline.home.reference, spoiled.files())
    key = pipeline.drop("RITCOGE.txt", trace(pay("-100.00", "FT-1")))

    (ran,) = pipeline.tick()

    assert (ran.is_success, ran.green_files()) == (True, [key])
    assert ran.red_checks() == ["reference_files_are_valid"]
    shown = ("source_file", "line_number", "field", "raw_value", "partition_key")
    assert [[row[name] for name in shown] for row in ran.checks["reference_files_are_valid"].table] == [
        ["opening_open_items.csv", 5, "original_amount", "1,50", None],
        ["opening_open_items.csv", 5, "original_amount_company_currency", "1,50", None],
    ]
