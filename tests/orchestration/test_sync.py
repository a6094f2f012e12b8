"""Sync through Dagster: the commands, the runs and their partitions, the schedule, the notification."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Final

import dagster as dg
import pytest
from click.testing import CliRunner, Result
from dagster._core.storage.partition_status_cache import get_and_update_asset_status_cache_value

from assets.sync.syncing import one_sync_of
from orchestration.cli import main
from orchestration.definitions import defs
from orchestration.partitions import SALES_FILES, filled
from orchestration.process import run_sync
from orchestration.resources import HomeResource
from tests.orchestration.conftest import DATA, MakePipeline
from tests.support.ledgers import Row, replace_files, setting
from tests.support.pipelines import Pipeline, ran
from tests.support.sales_program import Program, sold

Run = Callable[..., Result]

SOMETHING_LEFT: Final = 2
CALLED_WRONGLY: Final = 64
JOB: Final = "sync_sales_invoices_job"


@pytest.fixture
def run() -> Run:
    """Runs a command in this process; an exception that no command foresees fails the test."""

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(main, list(arguments), prog_name="partita", catch_exceptions=False)

    return invoke


def file_states(pipeline: Pipeline) -> dict[str, str]:
    """The state of each file of sales invoices in the pages of `sync_outcomes`."""
    cached = get_and_update_asset_status_cache_value(
        pipeline.instance, dg.AssetKey("sync_outcomes"), SALES_FILES
    )
    assert cached is not None
    done = cached.deserialize_materialized_partition_subsets(SALES_FILES).get_partition_keys()
    failed = cached.deserialize_failed_partition_subsets(SALES_FILES).get_partition_keys()
    return {
        key: "failed" if key in failed else "materialized" if key in done else "missing"
        for key in pipeline.instance.get_dynamic_partitions(str(SALES_FILES.name))
    }


def numbers(run: Run) -> dict[str, str | None]:
    """What the column of registration numbers shows, by document."""
    answer = json.loads(run("invoices", "--json").stdout)
    return {row["document_number"]: row["registration_number"] for row in answer["invoices"]}


def test_t04_a_manual_sync_brings_numbers_and_a_second_one_has_nothing_to_send(
    pipeline: Pipeline, run: Run
) -> None:
    """T01, T02, T04: the embedded program numbers what is booked."""
    sold(pipeline.ledger_home.ledger, 1, 2)
    sold(pipeline.ledger_home.ledger, 3, status="draft")
    assert numbers(run) == {"FT 1": None, "FT 2": None, "FT 3": None}

    result = run("sync", "--by", "anna", "--json")

    assert (result.exit_code, json.loads(result.stdout)) == (
        0,
        {
            "is_complete": True,
            "programs": [
                {"company_code": "ALBA", "program": "ledger", "customer_count": 0, "booked_count": 2,
                 "rejected_count": 0, "unknown_count": 0, "waiting_count": 0}
            ],
            "errors": [],
            "drift": [],
        },
    )  # fmt: skip
    assert numbers(run) == {"FT 1": "VEN 2026/1", "FT 2": "VEN 2026/2", "FT 3": None}
    (dagster_run,) = pipeline.instance.get_runs()
    assert (dagster_run.job_name, dagster_run.status, dagster_run.tags["requested_by"]) == (
        JOB,
        dg.DagsterRunStatus.SUCCESS,
        "anna",
    )
    assert file_states(pipeline) == {"sales.csv": "materialized"}
    event = pipeline.instance.get_latest_materialization_event(dg.AssetKey("sync_outcomes"))
    assert event is not None and event.asset_materialization is not None
    assert event.asset_materialization.metadata["import_number"].value == "I1"
    assert pipeline.ask(
        "SELECT action, subject, requested_by FROM ledger.audit_record WHERE action = 'sync'"
    ) == [("sync", "ALBA with ledger", "anna")]
    assert run("sync").stdout == (
        "Nothing to send: every booked invoice since the start date of its company is synced. "
        "`partita invoices` lists them.\n"
    )


@pytest.mark.check
def test_t04_a_ledger_that_is_older_than_its_home_sends_nothing_until_a_person_has_seen_to_it(
    pipeline: Pipeline, run: Run
) -> None:
    """T04: what was sent since the copy is not known to have been sent, and would be booked twice."""
    sold(pipeline.ledger_home.ledger, 1)
    path = pipeline.ledger_home.ledger.path
    copy = path.read_bytes()
    assert run("sync").exit_code == 0
    path.write_bytes(copy)

    refused = run("sync")

    assert (refused.exit_code, numbers(run)) == (1, {"FT 1": None})
    assert "the ledger is older than its home" in refused.stdout + refused.stderr
    (pipeline.ledger_home.root / "partita.newest").unlink()
    assert run("sync").exit_code == 0
    assert numbers(run) == {"FT 1": "VEN 2026/1"}


@pytest.fixture
def half_wrong(make_pipeline: MakePipeline) -> Pipeline:
    """An invoice of ALBA, and one of BREZZA, whose program lacks a setting."""
    wrong = setting("sync_target", "tryton", company="BREZZA")
    made = make_pipeline(DATA.replace(settings=(*DATA.settings, wrong)))
    sold(made.ledger_home.ledger, 1)
    sold(made.ledger_home.ledger, 2, company_code="BREZZA", partition_key="brezza.csv")
    return made


def test_t12_each_company_has_its_program_and_the_trouble_of_one_does_not_stop_the_other(
    half_wrong: Pipeline, run: Run
) -> None:
    """T11, T12: the error says whose it is."""
    result = run("sync", "--json")

    answer = json.loads(result.stdout)
    assert (result.exit_code, answer["errors"]) == (
        SOMETHING_LEFT,
        [
            {
                "company_code": "BREZZA",
                "program": "tryton",
                "document_number": None,
                "error_code": "settings_missing",
                "error_detail": "sync_url of BREZZA",
                "owner": "settings",
                "what": "A setting that the program needs is blank: sync_url of BREZZA",
                "remedy": "Fill in the setting that is named in settings.csv and sync again.",
            }
        ],
    )
    assert file_states(half_wrong) == {"sales.csv": "materialized", "brezza.csv": "failed"}
    assert numbers(run) == {"FT 1": "VEN 2026/1", "FT 2": None}


@pytest.mark.check
def test_t12_after_mending_only_what_was_not_booked_is_sent(half_wrong: Pipeline, run: Run) -> None:
    assert run("sync").exit_code == SOMETHING_LEFT
    replace_files(half_wrong.home.reference, DATA.replace(settings=DATA.settings).files())
    assert run("sync").exit_code == 0
    assert file_states(half_wrong) == {"sales.csv": "materialized", "brezza.csv": "materialized"}
    assert numbers(run) == {"FT 1": "VEN 2026/1", "FT 2": "VEN 2026/1"}


@pytest.mark.check
def test_t12_while_another_sync_of_a_company_runs_the_others_are_synced_and_nobody_says_that_all_is_well(
    make_pipeline: MakePipeline, run: Run
) -> None:
    """The one that is held comes before the other."""
    pipeline = make_pipeline()
    sold(pipeline.ledger_home.ledger, 1)
    sold(pipeline.ledger_home.ledger, 2, company_code="BREZZA", partition_key="brezza.csv")
    said = "another sync of {} is running; nothing was sent by this one. Sync again when it has ended."

    with one_sync_of(pipeline.home.ledger, "ALBA"):
        first = run("sync", "--json")
    with one_sync_of(pipeline.home.ledger, "ALBA"):
        second = run("sync")

    row = {"customer_count": 0, "rejected_count": 0, "unknown_count": 0, "waiting_count": 0}
    assert json.loads(first.stdout) == {
        "is_complete": False,
        "programs": [{"company_code": "BREZZA", "program": "ledger", "booked_count": 1, **row}],
        "errors": [],
        "drift": [],
    }
    listed = " `partita invoices --unsynced` says what is wrong with each invoice, and what to do.\n"
    stopped = f"Error: {said.format('ALBA')}{listed}"
    assert (first.exit_code, first.stderr) == (1, stopped)
    assert (second.exit_code, second.stdout, second.stderr) == (1, "", stopped)
    assert numbers(run) == {"FT 1": None, "FT 2": "VEN 2026/1"}
    assert file_states(pipeline) == {"sales.csv": "failed", "brezza.csv": "materialized"}
    assert run("sync").exit_code == 0
    assert file_states(pipeline) == {"sales.csv": "materialized", "brezza.csv": "materialized"}


def test_files_that_are_no_neighbours_are_synced_by_one_run_with_those_between_them(
    pipeline: Pipeline, run: Run
) -> None:
    """Each run reads back from every program: one with a thousand calls a day has none to spare."""
    for number, status in enumerate(("booked", "draft", "booked", "draft"), start=1):
        sold(pipeline.ledger_home.ledger, number, status=status, partition_key=f"{number}.csv")
    pipeline.instance.add_dynamic_partitions(
        str(SALES_FILES.name), [f"{number}.csv" for number in range(1, 5)]
    )
    assert run("sync").exit_code == 0
    assert pipeline.instance.get_runs_count() == 1
    assert list(file_states(pipeline).values()) == ["materialized"] * 3 + ["missing"]


def test_between_files_that_are_too_far_apart_for_one_run_nothing_is_looked_at() -> None:
    known = [str(number) for number in range(12)]
    assert filled(known, ["9", "0", "2", "11"], 4) == ["0", "1", "2", "9", "10", "11"]


def test_a_sync_tells_the_page_of_its_run_and_who_listens_how_far_it_is(
    make_pipeline: MakePipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = setting("sync_target", "tryton", company="ALBA")
    pipeline = make_pipeline(DATA.replace(settings=(*DATA.settings, program)))
    sold(pipeline.ledger_home.ledger, 1, 2, 3)
    monkeypatch.setattr("orchestration.syncs.target_of", lambda *_: Program(batch_size=2))
    heard: list[tuple[int, int]] = []

    (result,) = run_sync(pipeline.instance, ["sales.csv"], None, [], "anna", lambda *step: heard.append(step))

    said = [each.user_message for each in pipeline.instance.all_logs(result.run_id)]
    steps = [each for each in said if each.startswith("ALBA: ") and each.endswith(" done")]
    assert steps == ["ALBA: 2 of 3 invoices done", "ALBA: 3 of 3 invoices done"]
    assert heard == [(2, 3), (3, 3)]


@pytest.mark.check
def test_a_sync_of_named_documents_succeeds_with_them_and_leaves_their_file_as_it_is(
    pipeline: Pipeline, run: Run
) -> None:
    sold(pipeline.ledger_home.ledger, 1, 2)
    assert run("sync", "--only", "FT 2").exit_code == 0
    assert numbers(run) == {"FT 1": None, "FT 2": "VEN 2026/1"}
    assert [each.status for each in pipeline.instance.get_runs()] == [dg.DagsterRunStatus.SUCCESS]
    assert file_states(pipeline) == {"sales.csv": "missing"}
    assert run("sync", "--only", "FT 2").stdout == (
        "Nothing to send: none of the named documents is booked, due and not synced. "
        "`partita invoices` says where each stands.\n"
    )
    assert run("sync").exit_code == 0
    assert file_states(pipeline) == {"sales.csv": "materialized"}


def test_t10_documents_before_the_start_date_leave_their_file_green_and_unsent(
    make_pipeline: MakePipeline, run: Run
) -> None:
    start = setting("sync_start_date", "2026-11-01", company="ALBA")
    pipeline = make_pipeline(DATA.replace(settings=(*DATA.settings, start)))
    sold(pipeline.ledger_home.ledger, 1)
    run("sync")
    assert numbers(run) == {"FT 1": None}


def test_a_dry_run_of_the_sync_shows_what_is_due_and_sends_nothing(pipeline: Pipeline, run: Run) -> None:
    (reference,) = sold(pipeline.ledger_home.ledger, 1)
    answer = json.loads(run("sync", "--dry-run", "--json").stdout)
    assert answer == {
        "is_dry_run": True,
        "due": [
            {
                "company_code": "ALBA",
                "program": "ledger",
                "reference": reference,
                "document_number": "FT 1",
                "document_date": "2026-10-05",
                "customer_name": "Cliente C1",
                "currency_code": "EUR",
                "total_amount": "122.00",
                "journal_code": "VEN",
                "account_codes": "5801001",
                "vat_codes": "V22",
                "state": None,
            }
        ],
    }
    assert (numbers(run), pipeline.instance.get_runs_count()) == ({"FT 1": None}, 0)


def test_codes_are_those_of_the_program(make_pipeline: MakePipeline, run: Run) -> None:
    pipeline = make_pipeline()
    (pipeline.home.reference / "sync_codes.csv").write_text(
        "company_code,code_kind,our_code,program_code\n"
        "ALBA,account,5801001,8000\nALBA,vat_code,V22,2\nALBA,journal,VEN,70\n",
        "utf-8",
    )
    sold(pipeline.ledger_home.ledger, 1)
    (due,) = json.loads(run("sync", "--dry-run", "--json").stdout)["due"]
    assert (due["journal_code"], due["account_codes"], due["vat_codes"]) == ("70", "8000", "2")


@pytest.mark.check
def test_a_document_is_forgotten_only_with_a_reason_and_by_name(pipeline: Pipeline, run: Run) -> None:
    """T09: what was forgotten is looked up; the ledger still has its number."""
    sold(pipeline.ledger_home.ledger, 1)
    run("sync")
    assert run("sync", "--forget", "FT 1").exit_code == CALLED_WRONGLY
    unknown = run("sync", "--company", "ALBA", "--forget", "FT 9", "--reason", "deleted there")
    assert (unknown.exit_code, unknown.stderr) == (
        1,
        "Error: ALBA has no synced invoice FT 9 in its present program, or more than one; "
        "`partita invoices` lists them\n",
    )
    forgotten = run("sync", "--company", "ALBA", "--forget", "FT 1", "--reason", "deleted there")
    assert forgotten.stdout == (
        "FT 1 is looked up by the next sync, and sent only if the program has it no more.\n"
    )
    run("sync")
    assert numbers(run) == {"FT 1": "VEN 2026/1"}


def test_t11_a_refused_document_that_was_entered_by_hand_is_closed_with_its_number(
    make_pipeline: MakePipeline, run: Run
) -> None:
    """T04, T11: it is synced under that number, the log says who knew it, and forgetting it is the undo."""
    program = setting("sync_target", "tryton", company="ALBA")
    pipeline = make_pipeline(DATA.replace(settings=(*DATA.settings, program)))
    sold(pipeline.ledger_home.ledger, 1, 2)
    assert run("sync").exit_code == SOMETHING_LEFT
    assert run("sync", "--company", "ALBA", "--entered", "FT 2", "77").exit_code == CALLED_WRONGLY
    why = ("--company", "ALBA", "--by", "anna", "--reason", "entered by hand")
    both = run("sync", *why, "--entered", "FT 2", "77", "--forget", "FT 1")
    unknown = run("sync", *why, "--entered", "FT 9", "77")
    entered = run("sync", *why, "--entered", "FT 2", "77")
    again = run("sync", *why, "--entered", "FT 2", "78")

    assert (both.exit_code, unknown.exit_code, again.exit_code) == (CALLED_WRONGLY, 1, 1)
    assert again.stderr == (
        "Error: ALBA has no unsynced invoice FT 2 in its present program, or more than one; "
        "`partita invoices` lists them\n"
    )
    assert entered.stdout == "FT 2 is synced as 77, by hand: no sync sends it or compares it.\n"
    assert numbers(run) == {"FT 1": None, "FT 2": "77"}
    record = "SELECT subject, requested_by, reason, state_after FROM ledger.audit_record WHERE action = {}"
    after = '{"registration_number":"77","state":"booked"}'
    assert pipeline.ask(record.format("'sync enter'")) == [("ALBA FT 2", "anna", "entered by hand", after)]

    run("sync", "--company", "ALBA", "--forget", "FT 2", "--reason", "it was another one")
    (due,) = json.loads(run("sync", "--dry-run", "--only", "FT 2", "--json").stdout)["due"]
    assert (due["document_number"], due["state"]) == ("FT 2", "unknown")


def test_t05_what_a_program_holds_otherwise_stands_in_what_a_sync_says(pipeline: Pipeline, run: Run) -> None:
    """T05: it is no failure of the sync, whose own work is done."""
    ledger = pipeline.ledger_home.ledger
    sold(ledger, 1)
    run("sync")
    with ledger.writing("test") as workbench:
        workbench.execute(
            "UPDATE ledger.sync_outbox SET drift_code = 'gone_from_program', drift_detail = 'FT 1'"
        )
    shown, said = run("sync", "--json"), run("sync")

    (drift,) = json.loads(shown.stdout)["drift"]
    assert (drift["document_number"], drift["owner"], drift["what"]) == (
        "FT 1",
        "program",
        "The program no longer holds a document that it had booked: FT 1",
    )
    assert (shown.exit_code, said.exit_code) == (0, 0)
    assert "Synced, and held otherwise by the program: 1 invoice." in said.stdout


def test_nothing_is_entered_by_hand_where_the_ledger_gives_the_numbers(pipeline: Pipeline, run: Run) -> None:
    sold(pipeline.ledger_home.ledger, 1)
    run("process")
    refused = run("sync", "--company", "ALBA", "--entered", "FT 1", "77", "--reason", "why")
    assert (refused.exit_code, refused.stderr) == (
        1,
        "Error: ALBA has no program of its own: sync_target is ledger\n",
    )


def asked(pipeline: Pipeline) -> tuple[str | None, list[tuple[str | None, object]]]:
    """What the nightly schedule asks for: why nothing, or partition and configuration of each run."""
    with dg.build_schedule_context(
        instance=pipeline.instance,
        resources={"home": HomeResource()},
        repository_def=defs.get_repository_def(),
    ) as context:
        answer = defs.resolve_schedule_def("automatic_sync_schedule").evaluate_tick(context)
    requests = list(answer.run_requests or [])
    return answer.skip_message, [
        (request.partition_key, request.run_config["ops"]["sync_sales_invoices"]["config"])
        for request in requests
    ]


@pytest.mark.check
def test_t11_invoices_that_wait_keep_the_check_red_until_they_are_not_to_be_sent_any_more(
    make_pipeline: MakePipeline, run: Run
) -> None:
    """T10: a start date ends it, and so does a company that has no program."""
    wrong = setting("sync_target", "tryton", company="ALBA")
    pipeline = make_pipeline(DATA.replace(settings=(*DATA.settings, wrong)))
    sold(pipeline.ledger_home.ledger, 1)

    def red_checks(*settings: Row) -> list[str]:
        replace_files(pipeline.home.reference, DATA.replace(settings=(*DATA.settings, *settings)).files())
        pipeline.instance.add_dynamic_partitions(str(SALES_FILES.name), ["sales.csv"])
        result = defs.resolve_job_def(JOB).execute_in_process(
            instance=pipeline.instance, partition_key="sales.csv", raise_on_error=False
        )
        return ran(pipeline.instance, result).red_checks()

    assert red_checks(wrong) == ["every_invoice_is_synced"]
    (shown,) = json.loads(run("invoices", "--unsynced", "--json").stdout)["invoices"]
    assert shown["what"] == "A setting that the program needs is blank: sync_url of ALBA"
    assert red_checks(wrong, setting("sync_start_date", "2026-11-01", company="ALBA")) == []
    assert red_checks(wrong, setting("sync_start_date", "2026-11-01")) == []
    assert red_checks(wrong, setting("sync_start_date", "2026-10-05")) == ["every_invoice_is_synced"]
    assert red_checks(setting("sync_target", "none")) == []


def test_t03_the_night_syncs_files_of_which_the_records_of_runs_know_nothing(
    make_pipeline: MakePipeline, run: Run
) -> None:
    """T03: its records were removed, or another installation made them."""
    wanted = setting("automatic_sync", "true", company="ALBA")
    pipeline = make_pipeline(DATA.replace(settings=(*DATA.settings, wanted)))
    sold(pipeline.ledger_home.ledger, 1)
    run("process")
    assert asked(pipeline) == (None, [("sales.csv", {"companies": ["ALBA"], "is_automatic": True})])


@pytest.mark.check
def test_t05_where_nothing_is_due_a_sync_still_reads_back_what_the_program_holds(
    make_pipeline: MakePipeline, run: Run
) -> None:
    """T05, T09: what was deleted in the program is found though no new invoice comes."""
    wanted = setting("automatic_sync", "true", company="ALBA")
    pipeline = make_pipeline(DATA.replace(settings=(*DATA.settings, wanted)))
    ledger = pipeline.ledger_home.ledger
    sold(ledger, 1, partition_key="a.csv")
    sold(ledger, 2, partition_key="b.csv")
    run("sync")
    assert asked(pipeline) == ("nothing is due.", [])

    workbench = ledger.workbench()
    with ledger.transaction(workbench, "test"):
        workbench.execute("UPDATE ledger.sync_outbox SET program = 'tryton'")
    workbench.close()
    program = setting("sync_target", "tryton", company="ALBA")
    replace_files(pipeline.home.reference, DATA.replace(settings=(*DATA.settings, wanted, program)).files())
    run("process")
    assert asked(pipeline) == (None, [("b.csv", {"companies": ["ALBA"], "is_automatic": True})])
    result = run("sync", "--json")
    assert (result.exit_code, [each["what"] for each in json.loads(result.stdout)["errors"]]) == (
        SOMETHING_LEFT,
        ["A setting that the program needs is blank: sync_url of ALBA"],
    )


def test_t03_the_night_syncs_companies_that_want_it_and_nothing_else(
    make_pipeline: MakePipeline, run: Run
) -> None:
    """T03: a run over the files of which something is due, for the companies that were switched on."""
    pipeline = make_pipeline()
    sold(pipeline.ledger_home.ledger, 1)
    pipeline.instance.add_dynamic_partitions(str(SALES_FILES.name), ["sales.csv"])
    run("process")
    assert asked(pipeline) == ("no company has automatic_sync = true in settings.csv.", [])
    wanted = setting("automatic_sync", "true", company="ALBA")
    replace_files(pipeline.home.reference, DATA.replace(settings=(*DATA.settings, wanted)).files())
    run("process")
    assert asked(pipeline) == (
        None,
        [("sales.csv", {"companies": ["ALBA"], "is_automatic": True})],
    )
    run("sync")
    assert asked(pipeline) == ("nothing is due.", [])


@pytest.mark.parametrize("is_automatic", [False, True])
def test_t02_a_manual_sync_is_told_of_and_an_automatic_one_is_not(
    make_pipeline: MakePipeline, is_automatic: bool
) -> None:
    pipeline = make_pipeline()
    told = pipeline.home.root / "told.json"
    command = setting("notification_command", f"tee {told}")
    replace_files(pipeline.home.reference, DATA.replace(settings=(*DATA.settings, command)).files())
    sold(pipeline.ledger_home.ledger, 1)
    pipeline.instance.add_dynamic_partitions(str(SALES_FILES.name), ["sales.csv"])
    result = defs.resolve_job_def(JOB).execute_in_process(
        instance=pipeline.instance,
        partition_key="sales.csv",
        run_config={"ops": {"sync_sales_invoices": {"config": {"is_automatic": is_automatic}}}},
        raise_on_error=False,
    )
    made = ran(pipeline.instance, result)
    assert (made.is_success, made.red_checks()) == (True, [])
    expected = {
        "event": "sales_invoices_synced",
        "customer_count": 0,
        "booked_count": 1,
        "rejected_count": 0,
        "unknown_count": 0,
        "waiting_count": 0,
        "errors": [],
    }
    assert (json.loads(told.read_text()) if told.exists() else None) == (None if is_automatic else expected)


def test_t02_t11_what_is_told_names_each_kind_of_error_whose_it_is_and_what_to_do(
    make_pipeline: MakePipeline, run: Run
) -> None:
    """T02, T11: no document, customer or amount leaves the home."""
    pipeline = make_pipeline()
    told = pipeline.home.root / "told.json"
    settings = (
        setting("notification_command", f"tee {told}"),
        setting("sync_target", "tryton", company="ALBA"),
    )
    replace_files(pipeline.home.reference, DATA.replace(settings=(*DATA.settings, *settings)).files())
    sold(pipeline.ledger_home.ledger, 1, 2)
    assert run("sync").exit_code == SOMETHING_LEFT
    assert json.loads(told.read_text()) == {
        "event": "sales_invoices_synced",
        "customer_count": 0,
        "booked_count": 0,
        "rejected_count": 0,
        "unknown_count": 0,
        "waiting_count": 2,
        "errors": [
            {
                "error_code": "settings_missing",
                "error_count": 1,
                "owner": "settings",
                "what": "A setting that the program needs is blank.",
                "remedy": "Fill in the setting that is named in settings.csv and sync again.",
            }
        ],
    }
