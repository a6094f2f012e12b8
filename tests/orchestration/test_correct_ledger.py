"""Corrections as runs of Dagster, from the command line: their tags, what stands in the UI, and where files
are kept.
"""

from __future__ import annotations

import json
from typing import Final

import dagster as dg
import pytest

from assets.corrections.reports import last_corrections
from orchestration.definitions import defs
from samples.payments import pay, trace
from tests.orchestration.conftest import Run
from tests.orchestration.test_runs import COLLECTION
from tests.support.pipelines import Pipeline
from tests.support.whole_ledger import broken_invariants

WHY: Final = ("--reason", "wrong file", "--by", "anna")
UNLINKED: Final = trace(pay("80.00", "GONE", entry=2))


def is_green(pipeline: Pipeline, asset_name: str, check_name: str) -> bool | None:
    """Whether the check's last evaluation passed; None if there was none."""
    key = dg.AssetCheckKey(dg.AssetKey(asset_name), check_name)
    record = pipeline.instance.event_log_storage.get_latest_asset_check_execution_by_key([key]).get(key)
    return None if record is None or record.event is None else record.status.value == "SUCCEEDED"


@pytest.mark.check
def test_d10_a_deleted_import_comes_again_when_its_file_is_dropped_and_not_by_a_backfill(
    pipeline: Pipeline, run: Run
) -> None:
    key = pipeline.drop("RITCOGE.txt", COLLECTION)
    pipeline.tick()
    pipeline.tick()

    deleted = run("delete-import", key, *WHY, "--json")

    assert deleted.exit_code == 0
    answer = json.loads(deleted.stdout)
    assert [(row["import_id"], row["status"]) for row in answer["imports"]] == [(1, "deleted")]
    newest = pipeline.instance.get_runs()[0]
    assert (newest.job_name, newest.tags["requested_by"], newest.tags["reason"]) == (
        "correct_ledger_job", "anna", "wrong file",
    )  # fmt: skip
    assert pipeline.folders() == {"inbox": [], "processed": [f"{key}#1"], "failed": []}
    pipeline.run(key)
    assert pipeline.statuses() == {f"{key}#1": "deleted"}
    assert pipeline.state_of_files() == {key: "materialized"}
    pipeline.drop("RITCOGE.txt", COLLECTION)
    pipeline.tick()
    assert pipeline.statuses() == {f"{key}#1": "deleted", key: "posted"}
    assert len(set(pipeline.last_run_keys)) == 2
    assert pipeline.folders() == {"inbox": [], "processed": [key, f"{key}#1"], "failed": []}
    assert broken_invariants(pipeline.ledger_home.ledger) == {}
    shown = json.loads(run("why", "1/2", "--json").stdout)
    assert (shown["import_status"], shown["reversed_by_entry_id"]) == ("deleted", 2)
    assert shown["kept_file"].endswith(f"{key}#1")


@pytest.mark.check
def test_o01_runs_of_the_command_line_stand_under_their_jobs(pipeline: Pipeline, run: Run) -> None:
    """O01: the page of a job asks for its runs by the name of the job and this tag."""
    pipeline.drop("RITCOGE.txt", UNLINKED)
    for command in (["process"], ["link", "1/2", "ALBA:FP-1", *WHY], ["export"]):
        run(*command)
    listed = {
        job.name: [
            found.status.value
            for found in pipeline.instance.get_runs(
                dg.RunsFilter(
                    job_name=job.name,
                    tags={".dagster/repository": "__repository__@orchestration.definitions"},
                )
            )
        ]
        for job in defs.resolve_all_job_defs()
    }
    assert listed == {
        "__ASSET_JOB": [],
        "back_up_job": [],
        "correct_ledger_job": ["SUCCESS"],
        "export_to_treasury_job": ["SUCCESS"],
        "import_sales_job": [],
        "import_traces_job": ["SUCCESS"],
        "register_invoices_job": [],
        "sync_sales_invoices_job": [],
        "write_journal_job": [],
    }


@pytest.mark.check
def test_d10_undoing_a_deletion_brings_the_kept_file_back(pipeline: Pipeline, run: Run) -> None:
    key = pipeline.drop("RITCOGE.txt", COLLECTION)
    pipeline.tick()
    run("delete-import", "RITCOGE.txt", *WHY)
    assert run("undo", "C1", *WHY).exit_code == 0
    assert pipeline.folders() == {"inbox": [], "processed": [key], "failed": []}
    assert pipeline.statuses() == {key: "posted"}


@pytest.mark.check
def test_d08_linking_a_payment_turns_its_check_green_at_once(pipeline: Pipeline, run: Run) -> None:
    pipeline.drop("RITCOGE.txt", UNLINKED)
    pipeline.tick()
    assert is_green(pipeline, "trace_settlements", "payments_are_linked") is False

    linked = run("link", "1/2", "ALBA:FP-1", *WHY)

    assert linked.exit_code == 0
    assert linked.stdout.endswith("`partita undo C1 --reason ...` undoes it.\n")
    assert is_green(pipeline, "trace_settlements", "payments_are_linked") is True
    event = pipeline.instance.get_latest_materialization_event(dg.AssetKey("corrections"))
    assert event is not None and event.asset_materialization is not None
    shown = {name: entry.value for name, entry in event.asset_materialization.metadata.items()}
    assert (shown["correction"], shown["kind"], shown["requested_by"]) == ("C1", "link", "anna")


@pytest.mark.check
def test_o01_the_newest_event_of_corrections_shows_the_last_ones(pipeline: Pipeline, run: Run) -> None:
    """O01: nobody has to leave the page of the asset to see who corrected what."""
    pipeline.drop("RITCOGE.txt", UNLINKED)
    pipeline.tick()
    run("link", "1/2", "ALBA:FP-1", *WHY)
    run("undo", "C1", *WHY)

    event = pipeline.instance.get_latest_materialization_event(dg.AssetKey("corrections"))
    assert event is not None and event.asset_materialization is not None
    table = event.asset_materialization.metadata["last_corrections"]
    assert isinstance(table, dg.TableMetadataValue)
    with pipeline.ledger_home.ledger.reading() as connection:
        expected = last_corrections(connection, 20)
    assert [record.data for record in table.records] == expected
    assert [row["correction"] for row in expected] == ["C2", "C1"]


@pytest.mark.check
def test_d09_a_payment_is_deleted_and_made_anew_from_its_item(pipeline: Pipeline, run: Run) -> None:
    pipeline.drop("RITCOGE.txt", UNLINKED)
    pipeline.tick()
    assert run("delete-payment", "1/2", *WHY).exit_code == 0
    made = run("create-payment", "ALBA:FP-1", "--like", "1/2", *WHY, "--json")
    assert made.exit_code == 0
    assert [
        (row["posting_date"], row["account_code"], row["debit_amount"], row["credit_amount"])
        for row in json.loads(made.stdout)["postings"]
    ] == [("2026-10-01", "4000001", "80.00", "0.00"), ("2026-10-01", "1801001", "0.00", "80.00")]
    assert run("unlinked").stdout.startswith("No unlinked payments")


def test_d08_a_correction_that_is_refused_ends_with_1_and_its_run_failed(
    pipeline: Pipeline, run: Run
) -> None:
    pipeline.take_in("RITCOGE.txt", UNLINKED)
    refused = run("link", "1/2", "ALBA:FT-1", *WHY)
    assert (refused.exit_code, refused.stderr) == (
        1,
        "Error: FT-1 is on account 1500001 and the payment 1/2 on 4000001: if both are of one counterparty, "
        "use `partita compensate`; if the payment is on the account of another party, `partita "
        "delete-payment 1/2` and `partita create-payment ALBA:FT-1 --like 1/2` post it anew. Nothing was "
        "changed.\n",
    )
    assert pipeline.instance.get_runs()[0].status is dg.DagsterRunStatus.FAILURE
    assert pipeline.ask("SELECT * FROM ledger.correction") == []
