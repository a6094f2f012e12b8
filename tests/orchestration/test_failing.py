"""What a run says in Dagster's pages: how far it is, and if it failed why, in a sentence, and where to go."""

from __future__ import annotations

from typing import Final

import dagster as dg
import pytest

from assets.findings import finding_code
from orchestration.partitions import FILES_TAG, range_tags
from samples.payments import pay, trace
from tests.orchestration.test_runs import COLLECTION, HALF_GOOD, NEW_ACCOUNT, UNREADABLE, First
from tests.support.pipelines import PARTITIONED, Pipeline, Ran


@pytest.fixture(scope="module")
def first(shared_pipeline: Pipeline) -> First:
    """A tick that finds four files: two that are posted, one in part, one that is no trace."""
    keys = [
        shared_pipeline.drop("RITCOGE_1.txt", COLLECTION),
        shared_pipeline.drop("RITCOGE_2.txt", HALF_GOOD),
        shared_pipeline.drop("RITCOGE_3.txt", UNREADABLE),
        shared_pipeline.drop("RITCOGE_4.txt", trace(pay("-30.00", "FT-9", entry=8))),
    ]
    (run,) = shared_pipeline.tick()
    return First(run, *keys)


def failure_of(pipeline: Pipeline, ran: Ran) -> list[tuple[str, str, list[str]]]:
    """What the list of a run's events shows of its failures: kind, message of the error, its stack."""
    found = []
    for entry in pipeline.instance.all_logs(ran.run_id):
        event = entry.dagster_event
        if event is not None and (event.is_step_failure or event.is_job_failure):
            data = event.step_failure_data if event.is_step_failure else event.job_failure_data
            error = (
                data.error if event.is_step_failure else data.first_step_failure_event.step_failure_data.error
            )
            found.append((event.event_type_value, error.message, [*error.stack]))
    return found


NEW_ACCOUNT_SENTENCE: Final = (
    f"RITCOGE_2.txt line 4, column account: '{NEW_ACCOUNT}', expected an account of the company in "
    "chart_of_accounts.csv"
)
NO_TRACE_SENTENCE: Final = (
    "RITCOGE_3.txt line 1: 'asset;value', expected a treasury trace: lines of 196 to 1019 characters or a "
    "JSON array of objects"
)


def test_o02_a_failed_run_says_what_is_wrong_and_where_to_go_and_shows_no_stack(
    shared_pipeline: Pipeline, first: First
) -> None:
    """O02: its first line is the sentence of the first finding."""
    add = finding_code("unknown_account").remedy
    check = finding_code("file_not_understood").remedy
    sentences = (
        f"{NEW_ACCOUNT_SENTENCE}. {add} See `partita findings I2` or the asset check "
        "trace_movements_are_posted.\n"
        f"{NO_TRACE_SENTENCE}. {check} See `partita findings I3` or the asset check "
        "trace_files_are_readable.\n"
        f"2 of 4 files not in the ledger as a whole: I2 {first.half}, I3 {first.unreadable}. "
        "Mend the cause and rerun the failed partitions."
    )
    assert first.ran.failure == sentences
    shown = (f"{sentences}\n", [])
    assert failure_of(shared_pipeline, first.ran) == [("STEP_FAILURE", *shown), ("PIPELINE_FAILURE", *shown)]


def test_o02_the_page_of_a_red_partition_says_why(shared_pipeline: Pipeline, first: First) -> None:
    """O02: under its events, on every asset, since people look at any; green ones have none."""
    seen = {
        name: {
            record.asset_observation.partition: (
                record.asset_observation.description,
                {key: value.value for key, value in record.asset_observation.metadata.items()},
            )
            for record in shared_pipeline.instance.fetch_observations(dg.AssetKey(name), limit=10).records
        }
        for name in PARTITIONED
    }
    half = {
        "what_to_do": finding_code("unknown_account").remedy,
        "see": "partita findings I2",
        "asset_check": "trace_movements_are_posted",
        "open_errors": 1,
    }
    unreadable = {
        "what_to_do": finding_code("file_not_understood").remedy,
        "see": "partita findings I3",
        "asset_check": "trace_files_are_readable",
        "open_errors": 1,
    }
    expected = {first.half: (NEW_ACCOUNT_SENTENCE, half), first.unreadable: (NO_TRACE_SENTENCE, unreadable)}
    assert seen == dict.fromkeys(PARTITIONED, expected)


def test_o01_a_run_says_of_each_file_what_became_of_it_and_how_far_it_is(
    shared_pipeline: Pipeline, first: First
) -> None:
    """O01: as soon as the file is done, before any of the events that end the run."""
    entries = shared_pipeline.instance.all_logs(first.ran.run_id)
    first_event = next(
        index
        for index, entry in enumerate(entries)
        if entry.dagster_event is not None and entry.dagster_event.is_step_materialization
    )
    told = [entry.user_message for entry in entries[:first_event] if entry.dagster_event is None]
    counts = "movements in the ledger, {} postings linked, {} unlinked, {} errors ({} of 4)"
    assert told == [
        f"I1 {first.good}: posted; 1 of 1 {counts.format(1, 0, 0, 1)}",
        f"I2 {first.half}: incomplete; 1 of 2 {counts.format(1, 0, 1, 2)}",
        f"I3 {first.unreadable}: failed; 0 of 0 {counts.format(0, 0, 1, 3)}",
        f"I4 {first.unlinked}: posted; 1 of 1 {counts.format(0, 1, 0, 4)}",
    ]


def test_o01_a_run_over_several_files_names_them_in_the_list_of_runs(
    shared_pipeline: Pipeline, first: First
) -> None:
    """O01: by the names that people know, also where the run was launched in the pages."""
    run = shared_pipeline.instance.get_run_by_id(first.ran.run_id)
    assert run is not None
    assert run.tags[FILES_TAG] == "RITCOGE_1.txt, RITCOGE_2.txt, RITCOGE_3.txt and 1 more"
    assert range_tags(["RITCOGE_1@3fa4c1d29b0e.txt", "20261129.001"])[FILES_TAG] == (
        "RITCOGE_1.txt, 20261129.001"
    )
