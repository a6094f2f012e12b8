"""Answers about movements as people give them, on the command line and in the UI, and what they then see."""

from __future__ import annotations

import json
from typing import Final

import dagster as dg
import pytest

from orchestration.corrections import CORRECT_LEDGER_JOB
from orchestration.definitions import defs
from samples.payments import pay
from tests.orchestration.conftest import Run
from tests.support.answers import charges
from tests.support.pipelines import Pipeline
from tests.support.whole_ledger import broken_invariants

pytestmark = pytest.mark.check


WHY: Final = ("--reason", "two on the statement", "--by", "anna")
POSTED: Final = """
    SELECT count(*) FROM ledger.journal_entry ANTI JOIN ledger.reversed_entry USING (entry_id)
    WHERE reverses_entry_id IS NULL
"""


def waiting(pipeline: Pipeline) -> str:
    """Two files of equal charges, of which the second waits; its key."""
    pipeline.drop("RITCOGE_1.txt", charges(2))
    pipeline.tick()
    key = pipeline.drop("RITCOGE_2.txt", charges(1))
    pipeline.tick()
    return key


def test_o02_the_check_shows_the_commands_that_answer(pipeline: Pipeline) -> None:
    pipeline.drop("RITCOGE_1.txt", charges(2))
    pipeline.tick()
    key = pipeline.drop("RITCOGE_2.txt", charges(1))
    (ran,) = pipeline.tick()
    check = ran.checks["trace_movements_are_posted"]
    assert (check.passed, check.severity, check.failing_rows) == (False, "ERROR", 1)
    (row,) = check.table
    assert (row["import_number"], row["partition_key"], row["line_number"], row["finding_code"]) == (
        "I2",
        key,
        1,
        "movement_may_be_repeated",
    )
    for command in ("same-movement", "another-movement"):
        assert f"`partita {command} I2:1 --reason ...`" in str(row["remedy"])
    assert pipeline.state_of_files()[key] == "failed"


def test_d12_a_preview_shows_the_entry_and_changes_nothing(pipeline: Pipeline, run: Run) -> None:
    key = waiting(pipeline)
    shown = run("another-movement", f"{key}:1", *WHY, "--dry-run")
    assert shown.exit_code == 0
    assert f"Movement I2 {key}:1 is another.\nI2 RITCOGE_2.txt is posted.\n" in shown.stdout
    assert "1 journal entry\n" in shown.stdout
    assert "2.50" in shown.stdout
    assert shown.stdout.endswith("Nothing was changed: without --dry-run it is done.\n")
    assert pipeline.ask(POSTED) == [(2,)]
    assert pipeline.ask("SELECT * FROM ledger.movement_answer") == []
    assert pipeline.folders()["failed"] == [key]


def test_d12_an_answer_says_what_is_open_and_a_deletion_what_is_nowhere(pipeline: Pipeline, run: Run) -> None:
    pipeline.drop("RITCOGE_1.txt", charges(2))
    pipeline.tick()
    pipeline.drop("RITCOGE_2.txt", charges(1, pay("-5.00", account="0000000")))
    pipeline.tick()

    answered = run("same-movement", "I2:1", *WHY)
    deleted = run("delete-import", "I1", *WHY)

    assert "\nI2 RITCOGE_2.txt is incomplete: `partita findings I2` says what is open.\n" in answered.stdout
    assert (
        "\nI2 RITCOGE_2.txt is incomplete: what it left out may be nowhere now, `partita rerun I2` posts "
        "that.\n"
    ) in deleted.stdout


def test_d12_an_answer_of_the_command_line_is_a_run_and_turns_file_and_check_green(
    pipeline: Pipeline, run: Run
) -> None:
    key = waiting(pipeline)
    answered = run("another-movement", "RITCOGE_2.txt:1", *WHY, "--json")
    assert answered.exit_code == 0
    answer = json.loads(answered.stdout)
    assert answer["movement_answers"] == [
        {
            "partition_key": key,
            "line_number": 1,
            "company_code": "ALBA",
            "answer": "another",
            "is_withdrawn": False,
            "import_number": "I2",
        }
    ]
    assert [(row["account_code"], row["debit_amount"]) for row in answer["postings"]] == [
        ("1801001", "0.00"),
        ("7501001", "2.50"),
    ]
    newest = pipeline.instance.get_runs()[0]
    assert (newest.job_name, newest.tags["requested_by"], newest.tags["reason"]) == (
        CORRECT_LEDGER_JOB.name, "anna", "two on the statement",
    )  # fmt: skip
    assert set(pipeline.state_of_files().values()) == {"materialized"}
    assert pipeline.folders()["failed"] == []
    assert is_green(pipeline)
    assert run("findings", "--json").stdout == "[]\n"
    shown = run("why", "3/1")
    assert "RITCOGE_2" in shown.stdout

    undone = run("undo", "C1", "--reason", "one on the statement")
    assert undone.exit_code == 0
    assert f"Movement I2 {key}:1 has no answer any more." in undone.stdout
    assert pipeline.ask(POSTED) == [(2,)]
    assert not is_green(pipeline)
    assert pipeline.folders()["failed"] == [key]
    assert broken_invariants(pipeline.ledger_home.ledger) == {}
    assert run("audit", "verify").exit_code == 0


def test_d12_the_job_in_the_ui_answers_as_well(pipeline: Pipeline) -> None:
    key = waiting(pipeline)
    config = {
        "kind": "same-movement",
        "arguments": json.dumps({"movements": [f"{key}:1"]}),
        "requested_by": "anna",
        "reason": "one on the statement",
    }
    result = defs.resolve_job_def(CORRECT_LEDGER_JOB.name).execute_in_process(
        instance=pipeline.instance, run_config={"ops": {"correct_ledger": {"config": config}}}
    )
    assert result.success
    assert pipeline.statuses()[key] == "posted"
    assert pipeline.ask(POSTED) == [(2,)]
    assert is_green(pipeline)


def test_d12_an_answer_that_is_refused_ends_with_1(pipeline: Pipeline, run: Run) -> None:
    waiting(pipeline)
    refused = run("same-movement", "RITCOGE_1.txt:1", *WHY)
    assert (refused.exit_code, refused.stderr) == (
        1,
        "Error: nothing waits for an answer at RITCOGE_1.txt:1: `partita findings` names what does. "
        "Nothing was changed.\n",
    )


def is_green(pipeline: Pipeline) -> bool:
    """Whether everything of the traces is posted, as the check says that was reported last."""
    key = dg.AssetCheckKey(dg.AssetKey("trace_movements"), "trace_movements_are_posted")
    record = pipeline.instance.event_log_storage.get_latest_asset_check_execution_by_key([key])[key]
    return record.status.value == "SUCCEEDED"
