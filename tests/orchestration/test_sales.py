"""Files of sales invoices from the drop to the ledger: sensor, runs, partitions, and the command line."""

from __future__ import annotations

import json
from collections.abc import Mapping

import dagster as dg
import pytest
from click.testing import CliRunner, Result

from assets.errors import SourceFileChangedError
from assets.ledger.store import Ledger
from assets.settings import settings_from_rows
from orchestration.cli import main
from orchestration.definitions import defs
from orchestration.imports import current_settings, failed_keys, import_keys, look
from orchestration.instance import make_posted_files_green
from orchestration.partitions import SALES_FILES
from orchestration.resources import HomeResource
from orchestration.sales_imports import SALES, SalesImports
from samples.payments import pay, trace
from samples.sales_files import csv_of, row
from tests.orchestration.conftest import AT_ONCE, MakePipeline
from tests.support.drawing import key_drawn_for
from tests.support.ledgers import replace_files, sales_rule, setting
from tests.support.pipelines import Pipeline, Ran, Tick, ran
from tests.support.sales import DATA

REFERENCE = DATA.replace(settings=(AT_ONCE,))
SENSOR = "sales_inbox_sensor"
GOOD = csv_of(row())
BAD = csv_of(row(document_number="2"), row(document_number="3", vat_rate="10"))
"""One invoice that is posted, and one that no rule fits."""


def drop(pipeline: Pipeline, name: str, data: bytes) -> str:
    """Puts a file into the inbox; its partition key, which the next look would draw."""
    path = pipeline.home.sales_inbox / name
    path.write_bytes(data)
    return key_drawn_for(pipeline.home, pipeline.ledger_home.ledger, SALES, path)


def tick(pipeline: Pipeline, cursor: str | None = None) -> tuple[list[dg.RunRequest], str | None, str | None]:
    """One look of the sensor: runs asked for, why there are none, and its cursor."""
    with dg.SensorEvaluationContext(
        instance_ref=pipeline.instance.get_ref(),
        last_tick_completion_time=None,
        last_run_key=None,
        cursor=cursor,
        log_key=None,
        repository_name=None,
        repository_def=defs.get_repository_def(),
        sensor_name=SENSOR,
        resources={"home": HomeResource()},
    ) as context:
        answer = defs.resolve_sensor_def(SENSOR).evaluate_tick(context)
    return list(answer.run_requests or []), answer.skip_message, answer.cursor


def run(pipeline: Pipeline, request: dg.RunRequest) -> Ran:
    """The run that the sensor asked for."""
    result = defs.resolve_job_def("import_sales_job").execute_in_process(
        instance=pipeline.instance,
        tags=dict(request.tags),
        partition_key=request.partition_key,
        raise_on_error=False,
    )
    return ran(pipeline.instance, result)


def kept(pipeline: Pipeline) -> Mapping[str, list[str]]:
    """What lies in the inbox, among the processed and among the failed files."""
    place = pipeline.home.sales
    folders = {"inbox": place.inbox, "processed": place.processed, "failed": place.failed}
    return {
        name: sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
        for name, folder in folders.items()
    }


def command(*arguments: str) -> Result:
    """A command of the command line."""
    return CliRunner().invoke(main, list(arguments))


@pytest.fixture
def pipeline(make_pipeline: MakePipeline) -> Pipeline:
    """A home with rules for sales invoices, where nothing was imported yet."""
    return make_pipeline(REFERENCE)


def test_d01_files_are_taken_at_a_look_and_only_what_is_wrong_stays_red(pipeline: Pipeline) -> None:
    """D01, O02, T01: neighbours share a run; a draft makes nothing red."""
    good = drop(pipeline, "a.csv", GOOD)
    bad = drop(pipeline, "b.csv", BAD)
    draft = drop(pipeline, "c.csv", csv_of(row(document_number="4", status="draft", vat_rate="10")))
    requests, _, cursor = tick(pipeline)
    assert Tick(None, requests).ranges == [(good, draft)]
    done = run(pipeline, requests[0])
    assert (done.is_success, done.red_checks()) == (False, ["sales_invoices_are_posted"])
    assert done.materialized == {
        "sales_documents": [good, draft],
        "sales_postings": [good, draft],
        "open_items": [None],
    }
    assert done.failure is not None and bad in done.failure
    assert done.checks["sales_invoices_are_posted"].table[0]["finding_code"] == "sales_rule_missing"
    assert kept(pipeline) == {"inbox": [], "processed": [good, draft], "failed": [bad]}
    assert tick(pipeline, cursor)[1] == "no new sales invoices."


def test_the_counts_of_a_file_stand_with_its_partition(pipeline: Pipeline) -> None:
    key = drop(pipeline, "a.csv", GOOD)
    done = run(pipeline, tick(pipeline)[0][0])
    assert done.metadata["sales_postings", key] == {
        "posted_movement_count": 1,
        "repeated_movement_count": 0,
        "posting_count": 3,
        "dagster/partition_row_count": 1,
        "status": "posted",
        "import_id": 1,
        "import_number": "I1",
        "debit_total": "122.00",
        "credit_total": "122.00",
    }


def test_d13_a_file_that_a_crash_left_in_the_inbox_is_moved_at_the_next_look(pipeline: Pipeline) -> None:
    """D13: killed between the commit and the move."""
    key = drop(pipeline, "a.csv", GOOD)
    ledger = Ledger(pipeline.home.ledger)
    with SalesImports(pipeline.home, ledger, "killed") as unmoved:
        unmoved.load_reference()
        unmoved.import_key(key)
    (pipeline.home.sales.processed / key).rename(pipeline.home.sales_inbox / "a.csv")
    assert tick(pipeline)[1] == "no new sales invoices, 1 file moved to where it is kept."
    assert kept(pipeline) == {"inbox": [], "processed": [key], "failed": []}


@pytest.mark.check
def test_d12_the_same_file_again_is_a_remark_and_a_failed_one_another_attempt(pipeline: Pipeline) -> None:
    """D12: under its own name, and under another one."""
    good, bad = drop(pipeline, "a.csv", GOOD), drop(pipeline, "b.csv", BAD)
    for request in tick(pipeline)[0]:
        run(pipeline, request)
    drop(pipeline, "a.csv", GOOD)
    drop(pipeline, "b.csv", BAD)
    other = drop(pipeline, "c.csv", GOOD)
    requests, _, _ = tick(pipeline)
    assert [request.partition_key for request in requests] == [other, bad]
    again = [run(pipeline, request) for request in requests]
    assert again[0].red_checks() == ["sales_files_arrive_once", "sales_invoices_are_posted"]
    assert pipeline.attempts() == [
        (good, 1, "posted"),
        (bad, 1, "incomplete"),
        (bad, 2, "incomplete"),
        (other, 1, "repeated"),
    ]
    assert pipeline.ask(
        "SELECT source_file, finding_code FROM ledger.finding WHERE severity = 'WARN' ORDER BY ALL"
    ) == [("a.csv", "sales_file_repeated"), ("c.csv", "sales_file_repeated")]


def test_d13_a_file_that_vanished_or_changed_is_named_and_stops_no_other(pipeline: Pipeline) -> None:
    """D13: nothing of it is posted; its new content is found under its own key."""
    gone, changed, good = (
        drop(pipeline, name, csv_of(row(document_number=name))) for name in ("a.csv", "b.csv", "c.csv")
    )
    (pipeline.home.sales_inbox / "a.csv").unlink()
    (pipeline.home.sales_inbox / "b.csv").write_bytes(GOOD)
    with SalesImports(pipeline.home, Ledger(pipeline.home.ledger), "run") as run_of_sales:
        run_of_sales.load_reference()
        outcomes, failed = import_keys(run_of_sales, [gone, changed, good])
    assert [outcome.partition_key for outcome in outcomes] == [good]
    assert [(each.partition_key, type(each.error)) for each in failed] == [
        (gone, SourceFileChangedError),
        (changed, SourceFileChangedError),
    ]
    ledger = Ledger(pipeline.home.ledger)
    found = look(pipeline.home, ledger, current_settings(ledger), source=SALES)
    assert found.keys == [drop(pipeline, "b.csv", GOOD)]


@pytest.mark.check
def test_o03_a_rerun_of_what_failed_posts_the_rest_and_nothing_twice(pipeline: Pipeline) -> None:
    """O03: by the command line, once the rule is there; traces and sales invoices alike."""
    bad = drop(pipeline, "a.csv", BAD)
    pipeline.drop("RITCOGE.txt", trace(pay("-10.00", account="1599999")))
    assert command("process").exit_code == 2
    rules = (*REFERENCE.sales_rules, sales_rule("TEN", vat_rate="10"))
    replace_files(pipeline.home.reference, REFERENCE.replace(sales_rules=rules).files())
    result = command("rerun", "--failed", "--json")
    assert [(each["source_file"], each["status"]) for each in json.loads(result.stdout)] == [
        ("a.csv", "posted"),
        ("RITCOGE.txt", "failed"),
    ]
    assert pipeline.ask("SELECT document_number FROM ledger.sales_invoice ORDER BY 1") == [("2",), ("3",)]
    assert pipeline.ask("SELECT count(*) FROM ledger.posting") == [(6,)]
    states = pipeline.instance.get_status_by_partition(dg.AssetKey("sales_postings"), [bad], SALES_FILES)
    assert states is not None
    assert [state.value for state in states.values() if state] == ["MATERIALIZED"]


def test_o05_a_dry_run_says_what_would_be_posted_and_posts_nothing(pipeline: Pipeline) -> None:
    drop(pipeline, "a.csv", BAD)
    (answer,) = json.loads(command("process", "--dry-run", "--json").stdout)
    assert (answer["status"], answer["movement_count"], answer["posted_movement_count"]) == (
        "incomplete",
        2,
        1,
    )
    assert [(each["finding_code"], each["line_number"]) for each in answer["findings"]] == [
        ("sales_rule_missing", 3)
    ]
    assert kept(pipeline) == {"inbox": ["a.csv"], "processed": [], "failed": []}
    assert pipeline.ask("SELECT count(*) FROM ledger.file_import") == [(0,)]


def test_d03_a_file_that_no_mask_fits_is_left_alone_and_named(pipeline: Pipeline) -> None:
    """D03: nobody waits for a spreadsheet."""
    drop(pipeline, "sales.xlsx", GOOD)
    answer = command("process")
    masks = ";".join(settings_from_rows(()).masks("sales_masks"))
    assert answer.stderr == (
        f"Left alone: sales.xlsx (no mask fits: sales_masks is {masks}). "
        "Rename or remove it, or add a mask to sales_masks in settings.csv.\n"
    )
    assert kept(pipeline)["inbox"] == ["sales.xlsx"]


def test_o06_status_findings_and_why_know_the_files_of_sales_invoices(pipeline: Pipeline) -> None:
    """O06: from the item to the row of the CSV."""
    key = drop(pipeline, "a.csv", BAD)
    command("process")
    status = json.loads(command("status", "--json").stdout)
    assert status["sales_by_status"] == [{"status": "booked", "invoice_count": 1, "changed_count": 0}]
    assert [each["partition_key"] for each in status["last_imports"]] == [key]
    (finding,) = json.loads(command("findings", "a.csv", "--json").stdout)
    assert (finding["finding_code"], finding["line_number"]) == ("sales_rule_missing", 3)
    why = json.loads(command("why", "a.csv", "--json").stdout)
    assert (why["source_kind"], why["kept_file"]) == ("sales", f"failed/sales/{key}")
    ((item_key,),) = pipeline.ask("SELECT open_item_key FROM ledger.open_item")
    item = json.loads(command("why", item_key, "--json").stdout)
    assert (item["origin"], item["opened_by_partition_key"]) == ("sales", key)
    assert item["opened_by_source_line"] == 2
    posting = json.loads(command("why", "1/1", "--json").stdout)["postings"][0]
    assert posting["raw_line"] == BAD.decode().splitlines()[1]


@pytest.mark.check
def test_d10_a_file_of_sales_invoices_is_not_deleted_and_the_answer_says_why(pipeline: Pipeline) -> None:
    """D10: invoices that customers got are credited."""
    key = drop(pipeline, "a.csv", GOOD)
    command("process")
    answer = command("delete-import", "a.csv", "--reason", "wrong")
    assert answer.exit_code == 1
    assert f"I1 {key} is a file of sales invoices, which is not deleted" in answer.output
    assert pipeline.ask("SELECT status FROM ledger.file_import") == [("posted",)]


def test_a_failed_file_is_closed_by_a_person_and_kept_among_the_processed(pipeline: Pipeline) -> None:
    key = drop(pipeline, "a.csv", BAD)
    command("process")
    assert command("dismiss", "a.csv", "--reason", "posted by hand").exit_code == 0
    assert kept(pipeline) == {"inbox": [], "processed": [key], "failed": []}
    assert failed_keys(Ledger(pipeline.home.ledger), SALES) == []


@pytest.mark.check
def test_d12_a_corrected_file_makes_the_failed_one_green(pipeline: Pipeline) -> None:
    """D12: the earlier partition is done with the run of the later one."""
    bad = drop(pipeline, "a.csv", BAD)
    run(pipeline, tick(pipeline)[0][0])
    good = drop(pipeline, "b.csv", csv_of(row(document_number="3")))
    done = run(pipeline, tick(pipeline)[0][0])
    assert done.materialized["sales_postings"] == [good, bad]
    assert kept(pipeline) == {"inbox": [], "processed": [bad, good], "failed": []}


def test_a_posted_file_whose_run_was_cut_off_is_made_green_at_the_start(pipeline: Pipeline) -> None:
    key = drop(pipeline, "a.csv", GOOD)
    pipeline.instance.add_dynamic_partitions(str(SALES_FILES.name), [key])
    ledger = Ledger(pipeline.home.ledger)
    with SalesImports(pipeline.home, ledger, "killed") as cut_off:
        cut_off.load_reference()
        cut_off.import_key(key)
    assert [make_posted_files_green(pipeline.instance, ledger) for _ in range(2)] == [1, 0]


@pytest.mark.parametrize("folder", ["inbox", "inbox/invoices", "outbox"])
def test_d03_the_inbox_of_sales_invoices_is_no_other_folder(folder: str, make_pipeline: MakePipeline) -> None:
    """D03: what is exported must never be imported, and what came in must not be taken for what went out."""
    with pytest.raises(AssertionError, match="the reference data of a test are right"):
        make_pipeline(DATA.replace(settings=(setting("sales_inbox_folder", folder),)))
