"""The commands that change the ledger: `process`, `rerun`, `dismiss` and the start that is refused."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
from collections.abc import Callable
from contextlib import closing
from typing import Final

import dagster as dg
import pytest
from click.testing import Result
from dagster._core.loader import LoadingContextForTest

from assets.errors import SourceFileChangedError
from assets.findings import finding_code
from assets.settings import settings_from_rows
from orchestration import start
from orchestration.definitions import defs
from samples.payments import pay, trace
from samples.waiting import free_port
from tests.orchestration.conftest import AT_ONCE, DATA, MakePipeline, Run
from tests.orchestration.test_runs import BAD, COLLECTION, HALF_GOOD, PAYMENT, UNREADABLE, mend
from tests.support import ledgers
from tests.support.ledgers import setting
from tests.support.pipelines import JOB, PARTITIONED, Pipeline
from tests.support.whole_ledger import whole_ledger

ALL_POSTED: Final = 0
STOPPED: Final = 1
SOME_FINDINGS: Final = 2
CALLED_WRONGLY: Final = 64


def outcomes(result: Result) -> list[tuple[str, str, int]]:
    """Partition key, status and posted movements of each file in a JSON answer."""
    answer = json.loads(result.stdout)
    return [(row["partition_key"], row["status"], row.get("posted_movement_count", 0)) for row in answer]


def test_o03_process_imports_what_waits_and_ends_with_0_if_all_of_it_is_posted(
    pipeline: Pipeline, run: Run
) -> None:
    """O03: the runs, partitions and checks are those of the daemon; people see a table."""
    keys = [pipeline.drop("RITCOGE_1.txt", COLLECTION), pipeline.drop("RITCOGE_2.txt", PAYMENT)]

    result = run("process")

    assert result.exit_code == ALL_POSTED
    lines = [line.split() for line in result.stdout.splitlines()]
    assert [line for line in lines if "@" in "".join(line[1:2])] == [
        ["I1", keys[0], "posted", "1", "1", "1", "0", "0", "0"],
        ["I2", keys[1], "posted", "1", "1", "1", "0", "0", "0"],
    ]
    assert result.stdout.endswith("Everything is in the ledger.\n")
    assert pipeline.folders() == {"inbox": [], "processed": keys, "failed": []}
    assert pipeline.state_of_files() == dict.fromkeys(keys, "materialized")
    assert [run.job_name for run in pipeline.instance.get_runs()] == ["import_traces_job"]


def test_d03_files_that_no_mask_fits_are_named_and_left_alone(pipeline: Pipeline, run: Run) -> None:
    pipeline.drop("PAYMENTS.txt", COLLECTION)
    masks = ";".join(settings_from_rows(()).masks())

    result = run("process")

    assert (result.exit_code, result.stdout, result.stderr) == (
        ALL_POSTED,
        "Nothing to do: no file waits.\n",
        f"Left alone: PAYMENTS.txt (no mask fits: file_masks is {masks}). "
        "Rename or remove it, or add a mask to file_masks in settings.csv.\n",
    )
    assert pipeline.folders()["inbox"] == ["PAYMENTS.txt"]


def test_d03_a_name_that_is_no_text_stops_no_other_file(pipeline: Pipeline, run: Run) -> None:
    """One in each inbox, among good files: they are named, left where they are, and the others go on."""
    key = pipeline.drop("RITCOGE_1.txt", COLLECTION)
    home = pipeline.home
    for folder, name in (
        (home.inbox, b"RITCOGE_citt\xe0.txt"),
        (home.invoice_inbox, b"\xff\xfe.xml"),
        (home.sales_inbox, b"\xe8.csv"),
    ):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / os.fsdecode(name)).write_bytes(b"x")

    result = run("process")

    assert result.exit_code == ALL_POSTED
    assert result.stderr == (
        "".join(
            f"Left alone: {name} (a name that is not UTF-8). Rename it in {folder}, in plain letters.\n"
            for name, folder in (
                ("RITCOGE_citt\\xe0.txt", home.inbox),
                ("\\xff\\xfe.xml", home.invoice_inbox),
                ("\\xe8.csv", home.sales_inbox),
            )
        )
        + "Importing\n"
    )
    assert pipeline.state_of_files() == {key: "materialized"}


def test_o03_process_ends_with_2_if_something_is_kept_out(pipeline: Pipeline, run: Run) -> None:
    """O03, D06: scripts see it; the good file is posted all the same."""
    good = pipeline.drop("RITCOGE_1.txt", COLLECTION)
    half = pipeline.drop("RITCOGE_2.txt", HALF_GOOD)

    result = run("process", "--json")

    assert (result.exit_code, outcomes(result)) == (
        SOME_FINDINGS,
        [(good, "posted", 1), (half, "incomplete", 1)],
    )
    assert pipeline.state_of_files() == {good: "materialized", half: "failed"}


def test_o03_process_with_an_empty_inbox_says_so(pipeline: Pipeline, run: Run) -> None:
    """O03: nothing to do is no error."""
    result = run("process")

    assert (result.exit_code, result.stdout) == (ALL_POSTED, "Nothing to do: no file waits.\n")
    assert pipeline.folders() == {"inbox": [], "processed": [], "failed": []}


def test_o03_process_ends_with_1_if_a_file_could_not_be_imported_now(
    pipeline: Pipeline, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """O03: the file stays where it is, the others are imported, and the reason is told."""
    gone = pipeline.drop("RITCOGE_1.txt", COLLECTION)
    good = pipeline.drop("RITCOGE_2.txt", PAYMENT)
    find = start.TraceImports.import_key

    def vanish(imports: start.TraceImports, key: str) -> object:
        if key == gone:
            raise SourceFileChangedError("the share is gone")
        return find(imports, key)

    monkeypatch.setattr(start.TraceImports, "import_key", vanish)

    result = run("process", "--json")

    assert (result.exit_code, outcomes(result)) == (STOPPED, [(gone, "not imported", 0), (good, "posted", 1)])
    assert "the share is gone" in result.stderr
    assert pipeline.folders() == {"inbox": ["RITCOGE_1.txt"], "processed": [good], "failed": []}


def test_o03_process_without_reference_data_ends_with_1_and_names_what_is_missing(
    make_pipeline: MakePipeline, run: Run
) -> None:
    """O03: nothing can be judged without them."""
    pipeline = make_pipeline()
    pipeline.ledger_home.close()
    shutil.rmtree(pipeline.home.ledger)
    (pipeline.home.reference / "companies.csv").unlink()
    pipeline.drop("RITCOGE.txt", COLLECTION)

    result = run("process")

    assert result.exit_code == STOPPED
    assert "there are no reference data in force" in result.stderr
    assert "companies.csv" in result.stderr
    assert pipeline.folders()["inbox"] == ["RITCOGE.txt"]


def test_o05_a_dry_run_says_what_would_be_posted_and_changes_nothing(pipeline: Pipeline, run: Run) -> None:
    """O05: the whole ledger is as before, the files stay, Dagster knows of no run and no partition."""
    good = pipeline.drop("RITCOGE_1.txt", COLLECTION)
    half = pipeline.drop("RITCOGE_2.txt", HALF_GOOD)
    before = whole_ledger(pipeline.ledger_home.ledger)

    result = run("process", "--dry-run", "--json")

    assert (result.exit_code, outcomes(result)) == (
        SOME_FINDINGS,
        [(good, "posted", 1), (half, "incomplete", 1)],
    )
    assert whole_ledger(pipeline.ledger_home.ledger) == before
    assert pipeline.folders() == {
        "inbox": ["RITCOGE_1.txt", "RITCOGE_2.txt"],
        "processed": [],
        "failed": [],
    }
    assert (pipeline.instance.get_runs(), pipeline.instance.get_dynamic_partitions("trace_files")) == ([], [])


def test_o05_a_dry_run_names_each_finding_with_its_line_and_field(pipeline: Pipeline, run: Run) -> None:
    """O05, D11: what would be kept out, and why."""
    pipeline.drop("RITCOGE.txt", BAD)

    result = run("process", "--dry-run")

    assert result.exit_code == SOME_FINDINGS
    assert (
        "RITCOGE.txt line 2 account: unknown_account: '1500099', expected an account of the company in "
        f"chart_of_accounts.csv. {finding_code('unknown_account').remedy}\n"
        "This was a dry run: nothing was posted, and the files stay in the inbox.\n"
    ) in result.stdout


def test_o05_a_dry_run_sees_a_movement_that_two_waiting_files_carry(pipeline: Pipeline, run: Run) -> None:
    """O05, D12: the files are judged one after the other, as an import would."""
    first = pipeline.drop("RITCOGE_1.txt", COLLECTION)
    second = pipeline.drop("RITCOGE_2.txt", COLLECTION + trace(pay("-5.00", entry=9)).replace(b"001", b"002"))

    result = run("process", "--dry-run", "--json")

    answer = json.loads(result.stdout)
    counts = [(row["partition_key"], row["repeated_movement_count"]) for row in answer]
    assert (result.exit_code, counts) == (ALL_POSTED, [(first, 0), (second, 1)])


def test_d12_who_drops_a_file_a_second_time_is_told_where_it_went(pipeline: Pipeline, run: Run) -> None:
    pipeline.drop("RITCOGE.txt", COLLECTION)
    pipeline.tick()
    pipeline.drop("RITCOGE.txt", COLLECTION)

    result = run("process")

    assert (result.exit_code, result.stdout) == (ALL_POSTED, "Nothing to do: no file waits.\n")
    assert result.stderr == "1 file was in the ledger already, and moved to where it is kept.\n"


def test_d12_who_drops_a_dismissed_file_again_is_told_who_dismissed_it_and_why(
    pipeline: Pipeline, run: Run
) -> None:
    key = pipeline.drop("RITCOGE.txt", HALF_GOOD)
    pipeline.tick()
    run("dismiss", key, "--reason", "paid in cash", "--by", "anna")
    pipeline.drop("RITCOGE.txt", HALF_GOOD)

    result = run("process")

    assert (result.exit_code, result.stdout) == (ALL_POSTED, "Nothing to do: no file waits.\n")
    assert result.stderr == (
        "I1 RITCOGE.txt was dismissed by anna (paid in cash): what is not in the ledger of it stays out. "
        "`partita why I1` shows it.\n"
    )
    assert pipeline.statuses() == {key: "dismissed"}


def test_d12_a_file_that_repeats_one_of_which_something_is_kept_out_is_not_called_done(
    pipeline: Pipeline, run: Run
) -> None:
    first, second = (pipeline.drop(name, BAD) for name in ("RITCOGE_1.txt", "RITCOGE_2.txt"))

    result = run("process")

    assert result.exit_code == SOME_FINDINGS
    assert pipeline.statuses() == {first: "failed", second: "repeated"}
    assert (
        "\nI2 has the content of I1, of which something is not in the ledger: `partita findings I1` says why "
        "and what to do.\n"
    ) in result.stdout


@pytest.mark.check
def test_o03_rerun_failed_processes_only_the_failed_files_again(pipeline: Pipeline, run: Run) -> None:
    """O03: from the command line as from the UI."""
    good = pipeline.drop("RITCOGE_1.txt", COLLECTION)
    half = pipeline.drop("RITCOGE_2.txt", HALF_GOOD)
    bad = pipeline.drop("RITCOGE_3.txt", BAD)
    pipeline.tick()
    unmended = run("rerun", "--failed", "--json")
    mend(pipeline)

    mended = run("rerun", "--failed", "--json")

    assert (unmended.exit_code, outcomes(unmended)) == (
        SOME_FINDINGS,
        [(half, "incomplete", 1), (bad, "failed", 0)],
    )
    assert (mended.exit_code, outcomes(mended)) == (ALL_POSTED, [(half, "posted", 2), (bad, "posted", 1)])
    assert pipeline.attempts() == [
        (good, 1, "posted"),
        (half, 1, "incomplete"),
        (half, 2, "incomplete"),
        (half, 3, "posted"),
        (bad, 1, "failed"),
        (bad, 2, "failed"),
        (bad, 3, "posted"),
    ]
    assert pipeline.state_of_files() == dict.fromkeys([good, half, bad], "materialized")


@pytest.mark.check
def test_o03_rerun_takes_the_name_or_the_key_of_a_failed_file(pipeline: Pipeline, run: Run) -> None:
    """O03: names in any case, with or without a folder."""
    half = pipeline.drop("RITCOGE_2.txt", HALF_GOOD)
    bad = pipeline.drop("RITCOGE_3.txt", BAD)
    pipeline.tick()
    mend(pipeline)

    result = run("rerun", "failed/ritcoge_2.TXT", bad, "--json")

    assert (result.exit_code, outcomes(result)) == (ALL_POSTED, [(half, "posted", 2), (bad, "posted", 1)])


@pytest.mark.parametrize(
    ("arguments", "exit_code", "message"),
    [
        (["rerun"], CALLED_WRONGLY, "name the files, or say --failed for all of them"),
        (["rerun", "--failed", "A.txt"], CALLED_WRONGLY, "name the files, or say --failed for all of them"),
        (["rerun", "RITCOGE.txt"], 1, "no failed file is named RITCOGE.txt: `partita findings` lists them"),
        (["dismiss", "RITCOGE.txt"], CALLED_WRONGLY, "Missing option '--reason'"),
        (["process", "--port", "1"], CALLED_WRONGLY, "No such option"),
        (["start", "--port", "0"], CALLED_WRONGLY, "0 is not in the range"),
    ],
)
@pytest.mark.usefixtures("pipeline")
def test_o03_a_command_called_wrongly_says_how_it_is_called(
    run: Run, arguments: list[str], exit_code: int, message: str
) -> None:
    """O03: 64 for a wrong call, 1 for a call that cannot be fulfilled."""
    result = run(*arguments)

    assert (result.exit_code, result.stdout) == (exit_code, "")
    assert message in result.stderr


@pytest.mark.check
def test_o03_dismiss_closes_a_failed_file_by_a_persons_decision(pipeline: Pipeline, run: Run) -> None:
    """O03: who and why are kept; partition and check are green; the file is kept among the processed."""
    key = pipeline.drop("RITCOGE.txt", UNREADABLE)
    pipeline.tick()

    result = run("dismiss", "RITCOGE.txt", "--reason", "not a trace", "--by", "rossi")

    assert result.exit_code == 0
    assert result.stdout.startswith(f"I1 {key} is dismissed; its findings are closed.")
    assert pipeline.folders() == {"inbox": [], "processed": [key], "failed": []}
    assert pipeline.state_of_files() == {key: "materialized"}
    closed = "SELECT status, closed_by, closed_reason FROM ledger.file_import"
    resolved = "SELECT resolution, resolved_by, resolved_reason FROM ledger.finding"
    assert (pipeline.ask(closed), pipeline.ask(resolved)) == (
        [("dismissed", "rossi", "not a trace")],
        [("dismissed", "rossi", "not a trace")],
    )
    pipeline.drop("RITCOGE_2.txt", COLLECTION)
    assert pipeline.tick()[0].red_checks() == []


def test_o02_after_a_dismissal_the_checks_say_what_is_left(pipeline: Pipeline, run: Run) -> None:
    """O02: what Dagster shows of a check that is older than the last event of its asset is nothing."""
    pipeline.drop("RITCOGE_1.txt", UNREADABLE)
    left = pipeline.drop("RITCOGE_2.txt", UNREADABLE + b"1;2\r\n")
    pipeline.tick()

    assert run("dismiss", "I1", "--reason", "not a trace").exit_code == 0

    key = dg.AssetCheckKey(dg.AssetKey("trace_lines"), "trace_files_are_readable")
    record = pipeline.instance.event_log_storage.get_latest_asset_check_execution_by_key([key])[key]
    is_shown = asyncio.run(record.targets_latest_materialization(LoadingContextForTest(pipeline.instance)))
    evaluation = record.evaluation
    assert evaluation is not None
    assert (is_shown, evaluation.passed, evaluation.metadata["failing_rows"].value) == (True, False, 1)
    assert pipeline.state_of_files()[left] == "failed"


def test_o03_dismissing_a_remark_leaves_the_posted_import_as_it_is(pipeline: Pipeline, run: Run) -> None:
    """O03, D12: a posted file with a warning stays posted."""
    pipeline.drop("RITCOGE_1.txt", COLLECTION)
    second = pipeline.drop("RITCOGE_2.txt", COLLECTION)
    pipeline.tick()

    result = run("dismiss", second, "--reason", "known")

    assert (result.exit_code, pipeline.statuses()[second]) == (0, "repeated")
    assert ledgers.ledger_state(pipeline.ledger_home).findings == []


@pytest.mark.check
def test_o03_dismiss_asks_for_the_key_where_a_name_may_be_two_files(pipeline: Pipeline, run: Run) -> None:
    """O03: nothing is guessed."""
    keys = []
    for content in (UNREADABLE, b"another;list\r\n"):
        keys.append(pipeline.drop("RITCOGE.txt", content))
        pipeline.tick()

    result = run("dismiss", "RITCOGE.txt", "--reason", "not a trace")

    assert result.exit_code == STOPPED
    assert f"RITCOGE.txt may be any of I1 {keys[0]}, I2 {keys[1]}: name it by its number" in result.stderr
    assert list(pipeline.statuses().values()) == ["failed", "failed"]


@pytest.mark.parametrize("folder", ["inbox", "inbox/", "out/../inbox"])
def test_d03_a_start_with_the_inbox_as_export_folder_is_refused(
    pipeline: Pipeline, run: Run, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    """D03: refused before anything is started, naming the setting."""
    monkeypatch.setattr(start, "_watch", lambda *arguments, **options: pytest.fail("it was started"))
    data = DATA.replace(settings=(AT_ONCE, setting("export_folder", folder)))
    ledgers.write_files(pipeline.home.reference, data.files())

    result = run("start", "--port", "1")

    assert result.exit_code == STOPPED
    assert "D03" in result.stderr or "the export folder is an import folder" in result.stderr


@pytest.mark.usefixtures("pipeline")
def test_d13_a_start_on_a_port_that_is_taken_is_refused(run: Run) -> None:
    """D13: before anything is started; the message says which other port may do."""
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        result = run("start", "--port", str(port))

    assert result.exit_code == STOPPED
    assert f"port {port} is taken" in result.stderr


@pytest.fixture
def prepare(run: Run, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Result]:
    """`partita start` up to the moment when it would start Dagster."""
    monkeypatch.setattr(start, "_watch", lambda *arguments, **options: 0)
    return lambda: run("start", "--port", str(free_port()))


def test_d13_a_start_marks_the_runs_failed_that_a_crash_cut_off(
    pipeline: Pipeline, prepare: Callable[[], Result]
) -> None:
    """D13: otherwise they would be under way for ever and keep their place in the queue."""
    job = defs.resolve_job_def(JOB)
    runs = {
        status: pipeline.instance.create_run_for_job(job, status=status).run_id
        for status in (
            dg.DagsterRunStatus.STARTING,
            dg.DagsterRunStatus.STARTED,
            dg.DagsterRunStatus.CANCELING,
            dg.DagsterRunStatus.NOT_STARTED,
            dg.DagsterRunStatus.SUCCESS,
        )
    }

    result = prepare()

    assert result.exit_code == 0
    assert "4 runs were cut off when Partita was last stopped; the files are found again." in result.stdout
    after = {status: pipeline.instance.get_run_by_id(run_id) for status, run_id in runs.items()}
    assert {before.value: run.status.value for before, run in after.items() if run is not None} == {
        "STARTING": "FAILURE",
        "STARTED": "FAILURE",
        "CANCELING": "FAILURE",
        "NOT_STARTED": "FAILURE",
        "SUCCESS": "SUCCESS",
    }


def test_d13_a_start_reports_what_a_run_posted_before_it_was_cut_off(
    pipeline: Pipeline, prepare: Callable[[], Result]
) -> None:
    """D13, O03: a run tells at its end which files are done; one that was stopped before never told.

    "Failed and missing" has to name what is not in the ledger, and nothing else.
    """
    done = pipeline.drop("RITCOGE_1.txt", COLLECTION)
    half = pipeline.drop("RITCOGE_2.txt", HALF_GOOD)
    waiting = pipeline.drop("RITCOGE_3.txt", PAYMENT)
    pipeline.look()
    with start.TraceImports(pipeline.home, pipeline.ledger_home.ledger, "cut off") as imports:
        imports.load_reference()
        imports.import_key(done)
        imports.import_key(half)

    result = prepare()

    assert result.exit_code == 0
    assert set(green_partitions(pipeline)) == {done}
    assert waiting in pipeline.instance.get_dynamic_partitions("trace_files")


def green_partitions(pipeline: Pipeline) -> list[str]:
    """The partitions that are materialized for every asset of a file."""
    made = [pipeline.instance.get_materialized_partitions(dg.AssetKey(name)) for name in PARTITIONED]
    assert all(partitions == made[0] for partitions in made), "a file is done for all assets or for none"
    return sorted(made[0])
