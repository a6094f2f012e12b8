"""The sensor: which files a tick takes, which it leaves alone, and what it asks for again."""

from __future__ import annotations

import datetime as dt
import json
from types import SimpleNamespace

import dagster as dg
import pytest

from assets.detection import inbox, lying
from assets.detection.assets import INVOICE_INBOX, SALES_INBOX, TRACE_INBOX
from assets.ledger import locking
from orchestration import sensors
from orchestration.definitions import defs
from orchestration.inbox_checks import inbox_checks
from orchestration.resources import HomeResource
from samples.payments import pay, trace
from tests.orchestration.conftest import AT_ONCE, DATA, MakePipeline
from tests.support import ledgers
from tests.support.ledgers import Found, Item, Posting, Settled, setting
from tests.support.locks import HOLDER, held
from tests.support.pipelines import JOB, Pipeline

NOTHING_NEW = "nothing new in the inbox."
COLLECTION = trace(pay("-100.00", "FT-1", note="collection"))
MOVEMENT = "ALBA|TES|2026|1|2026-10-01|100.00|1801001"


def test_d01_a_tick_takes_the_file_posts_it_and_keeps_it_unchanged(pipeline: Pipeline) -> None:
    """D01, D04: no click; one import with its entry; the file stands among the processed ones."""
    key = pipeline.drop("RITCOGE.txt", COLLECTION)

    (ran,) = pipeline.tick()

    assert (ran.is_success, ran.green_files(), ran.red_checks()) == (True, [key], [])
    assert pipeline.folders() == {"inbox": [], "processed": [key], "failed": []}
    assert (pipeline.home.processed / key).read_bytes() == COLLECTION
    assert pipeline.statuses() == {key: "posted"}
    assert pipeline.state_of_files() == {key: "materialized"}
    assert pipeline.look() == (NOTHING_NEW, []), "a second look starts nothing"
    assert ledgers.ledger_state(pipeline.ledger_home) == ledgers.LedgerState(
        postings=[
            _posting(1, "1801001", debit="100.00"),
            _posting(2, "1500001", credit="100.00", key="FT-1"),
        ],
        items=[
            _item("FP-1", "4000001", "credit", "80.00"),
            Item("ALBA", "FT-1", "1500001", "debit", "EUR", "100.00", "100.00", "0.00", "100.00", "closed"),
            _item("FT-2", "1500002", "debit", "250.00"),
        ],
        settlements=[Settled("ALBA", "FT-1", MOVEMENT, 2, "2026-10-01", "S", "100.00", "100.00")],
        candidates=[],
        findings=[],
    )


def _posting(line: int, account: str, *, debit: str = "0.00", credit: str = "0.00", key: str = "") -> Posting:
    return Posting(
        company_code="ALBA",
        posting_date="2026-10-01",
        movement_key=MOVEMENT,
        line_number=line,
        account_code=account,
        reason_code="ICLI",
        debit=debit,
        credit=credit,
        company_currency="EUR",
        currency="EUR",
        currency_amount=debit if credit == "0.00" else f"-{credit}",
        description="collection" if key else None,
        open_item_key=key or None,
        settlement_flag="S" if key else None,
        is_linked=bool(key),
        linked=credit if key else "0.00",
        unlinked_reason=None,
    )


def _item(key: str, account: str, side: str, amount: str) -> Item:
    return Item("ALBA", key, account, side, "EUR", amount, "0.00", amount, "0.00", "open")


def test_d02_files_that_cannot_be_read_are_kept_among_the_failed_ones(pipeline: Pipeline) -> None:
    """D02, D11, D30: the import is marked failed; the reason names line, bytes, field and raw value."""
    no_trace = b"asset;value\r\nlathe;1200.00\r\n"
    dotted = COLLECTION.replace(b"-00000000000100,000000", b"-00000000000100.000000")
    keys = [pipeline.drop("RITCOGE_1.txt", no_trace), pipeline.drop("RITCOGE_2.txt", dotted)]

    (ran,) = pipeline.tick()

    assert (ran.is_success, ran.green_files()) == (False, [])
    assert pipeline.folders() == {"inbox": [], "processed": [], "failed": keys}
    assert [(pipeline.home.failed / key).read_bytes() for key in keys] == [no_trace, dotted]
    assert pipeline.statuses() == dict.fromkeys(keys, "failed")
    state = ledgers.ledger_state(pipeline.ledger_home)
    raw = "-00000000000100.000000"
    amounts = [
        ledgers.found_field(dotted, "invalid_amount", 2, field, raw)
        for field in ("amount", "amount_company_currency")
    ]
    assert (state.postings, state.findings) == (
        [],
        [
            ("RITCOGE_1.txt", Found("file_not_understood", 1, 0, 11, None, "asset;value")),
            *(("RITCOGE_2.txt", found) for found in amounts),
        ],
    )


@pytest.mark.parametrize(
    ("masks", "taken"),
    [
        ("RITCOGE.txt", ["RITCOGE.txt"]),
        ("ritcoge.TXT", ["RITCOGE.txt"]),
        ("RitCoge*.txt", ["RITCOGE.txt", "RITCOGE_20261001.TXT", "ritcoge-b.txt"]),
        ("RITCOGE*.txt;*.json", ["RITCOGE.txt", "RITCOGE_20261001.TXT", "movements.json", "ritcoge-b.txt"]),
        ("*.*", ["LEGGIMI", "RITCOGE.txt", "RITCOGE_20261001.TXT", "movements.json", "ritcoge-b.txt"]),
    ],
)
def test_d03_only_files_that_fit_a_mask_are_taken_in_any_case(
    make_pipeline: MakePipeline, masks: str, taken: list[str]
) -> None:
    """D03: hidden files and files under way are never taken, not even by `*.*`."""
    pipeline = make_pipeline(DATA.replace(settings=(AT_ONCE, setting("file_masks", masks))))
    names = ["LEGGIMI", "RITCOGE.txt", "RITCOGE_20261001.TXT", "movements.json", "ritcoge-b.txt"]
    keys = {
        name: pipeline.drop(name, b"content of " + name.encode())
        for name in [*names, ".RITCOGE.txt", "RITCOGE.txt.part", "RITCOGE.tmp"]
    }

    pipeline.look()

    assert pipeline.instance.get_dynamic_partitions("trace_files") == [keys[name] for name in taken]


def test_d03_a_folder_or_a_link_with_the_name_of_a_trace_is_left_alone(pipeline: Pipeline) -> None:
    """D03: only files are taken."""
    (pipeline.home.inbox / "RITCOGE_folder.txt").mkdir()
    (pipeline.home.inbox / "RITCOGE_link.txt").symlink_to("/etc/hostname")

    assert pipeline.look() == (NOTHING_NEW, [])


def test_d03_a_tick_fails_when_the_export_folder_leads_to_the_inbox(make_pipeline: MakePipeline) -> None:
    """D03: nothing is taken, so that exports are never imported."""
    pipeline = make_pipeline(DATA.replace(settings=(AT_ONCE, setting("export_folder", "out/../inbox"))))
    pipeline.drop("RITCOGE.txt", COLLECTION)

    with pytest.raises(dg.Failure, match="the export folder is an import folder"):
        pipeline.look()


def test_d01_a_file_that_was_written_a_moment_ago_is_left_until_it_is_quiet(
    make_pipeline: MakePipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """D01: a file that still grows is not read; the next look after two quiet seconds takes it."""
    pipeline = make_pipeline(DATA.replace(settings=()))
    key = pipeline.drop("RITCOGE.txt", COLLECTION)
    written = (pipeline.home.inbox / "RITCOGE.txt").stat().st_ctime
    asked = []
    for passed in (0.0, 1.9, 2.1):
        clock = SimpleNamespace(time=lambda passed=passed: written + passed)
        monkeypatch.setattr(inbox, "time", clock)
        asked.append(pipeline.look().ranges)

    assert asked == [[], [], [(key, key)]]


def test_o04_a_backlog_becomes_runs_over_at_most_a_hundred_neighbours(pipeline: Pipeline) -> None:
    """O04: 230 files are three runs, each over contiguous partitions in the order of the names."""
    keys = [pipeline.drop(f"RITCOGE_{number:03d}.txt", b"%d" % number) for number in range(230)]

    tick = pipeline.look()

    assert pipeline.instance.get_dynamic_partitions("trace_files") == keys
    assert tick.ranges == [(keys[0], keys[99]), (keys[100], keys[199]), (keys[200], keys[229])]
    assert len({request.run_key for request in tick.requests}) == 3
    assert pipeline.look() == ("230 files wait for their run.", [])


def test_o04_one_tick_asks_for_a_bounded_number_of_runs_and_the_next_for_the_rest(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """O04: the run queue is not flooded; nothing is forgotten."""
    monkeypatch.setattr(sensors, "KEYS_PER_RUN", 2)
    monkeypatch.setattr(sensors, "RUNS_PER_TICK", 2)
    keys = [pipeline.drop(f"RITCOGE_{number}.txt", b"%d" % number) for number in range(5)]

    assert [pipeline.look().ranges for _ in range(3)] == [
        [(keys[0], keys[1]), (keys[2], keys[3])],
        [(keys[4], keys[4])],
        [],
    ]


def _asked(key: str, ago: dt.timedelta, times: int) -> str:
    """A cursor that says when a file was last asked for, and how often."""
    return json.dumps({key: ((dt.datetime.now(dt.UTC) - ago).isoformat(), times)})


@pytest.mark.parametrize(
    ("ago", "times", "is_asked_again"),
    [
        (dt.timedelta(seconds=50), 1, False),
        (dt.timedelta(seconds=70), 1, True),
        (dt.timedelta(seconds=110), 2, False),
        (dt.timedelta(seconds=130), 2, True),
        (dt.timedelta(minutes=59), 9, False),
        (dt.timedelta(minutes=61), 9, True),
        (dt.timedelta(minutes=61), 5000, True),
    ],
)
def test_d13_a_file_whose_run_was_lost_is_asked_for_again_with_growing_patience(
    pipeline: Pipeline, ago: dt.timedelta, times: int, is_asked_again: bool
) -> None:
    """D13: no file waits for ever, and one that cannot be imported does not fill the list of runs."""
    key = pipeline.drop("RITCOGE.txt", COLLECTION)
    pipeline.cursor = _asked(key, ago, times)

    tick = pipeline.look()

    assert tick.ranges == ([(key, key)] if is_asked_again else [])
    assert json.loads(pipeline.cursor)[key][1] == times + is_asked_again


def test_d13_asking_again_uses_another_run_key_since_dagster_starts_each_only_once(
    pipeline: Pipeline,
) -> None:
    """D13: the daemon drops a request whose run key it has seen."""
    key = pipeline.drop("RITCOGE.txt", COLLECTION)
    pipeline.look()
    pipeline.cursor = _asked(key, dt.timedelta(minutes=5), 1)
    pipeline.look()

    assert len(set(pipeline.last_run_keys)) == 2


def test_d13_a_waiting_file_is_not_asked_for_again_while_a_run_is_under_way(pipeline: Pipeline) -> None:
    """D13: the file may be on its way; a new file is asked for all the same."""
    waiting = pipeline.drop("RITCOGE_1.txt", COLLECTION)
    new = pipeline.drop("RITCOGE_2.txt", trace(pay("80.00", "FP-1", entry=2)))
    pipeline.cursor = _asked(waiting, dt.timedelta(minutes=5), 1)
    job = defs.resolve_job_def(JOB)
    run = pipeline.instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED)

    while_busy = pipeline.look().ranges
    pipeline.instance.report_run_failed(run)

    assert (while_busy, pipeline.look().ranges) == ([(new, new)], [(waiting, waiting)])


def test_d13_a_tick_skips_and_names_who_holds_the_ledger(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """D13: a long import elsewhere is no failure of the sensor, and it does not wait for more than 5 s."""
    pipeline.drop("RITCOGE.txt", COLLECTION)
    waited = []

    def pass_time(seconds: float) -> None:
        waited.append(seconds)

    clock = SimpleNamespace(monotonic=lambda: sum(waited), sleep=pass_time)
    monkeypatch.setattr(locking, "time", clock)
    with held(pipeline.home.ledger):
        tick = pipeline.look()

    assert tick == (
        f"The next look tries again: the ledger is held by {HOLDER}; waited 5 s. Try again when it has "
        "finished.",
        [],
    )
    assert sum(waited) < 6


def _told(pipeline: Pipeline) -> list[tuple[bool, object]]:
    """What Dagster was told of the inbox of traces, oldest first: all is well, or what lies there."""
    key = dg.AssetCheckKey(dg.AssetKey("trace_inbox"), "files_fit_a_mask")
    history = pipeline.instance.event_log_storage.get_asset_check_execution_history(key, limit=10)
    told = [record.event.dagster_event.event_specific_data for record in reversed(history)]
    return [
        (
            each.passed,
            [row.data["source_file"] for row in each.metadata["rows"].records] if not each.passed else [],
        )
        for each in told
    ]


def test_d03_the_sensor_tells_once_what_lies_in_the_inbox_and_once_that_it_is_gone(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """D03: no event at a tick that finds what the one before found."""
    pipeline.drop("PAYMENTS.txt", COLLECTION)
    pipeline.look()
    assert _told(pipeline) == []
    monkeypatch.setattr(lying, "PATIENCE", dt.timedelta(0))
    pipeline.look()
    pipeline.look()
    assert _told(pipeline) == [(False, ["PAYMENTS.txt"])]
    key = pipeline.drop("RITCOGE.txt", COLLECTION)
    assert pipeline.look().ranges == [(key, key)]
    (pipeline.home.inbox / "PAYMENTS.txt").unlink()
    pipeline.look()
    pipeline.look()
    assert _told(pipeline) == [(False, ["PAYMENTS.txt"]), (True, [])]


def test_d03_the_check_of_an_inbox_may_be_run_by_hand(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lying, "PATIENCE", dt.timedelta(0))
    (pipeline.home.sales_inbox / "sales.xlsx").write_bytes(b"x")
    job = dg.define_asset_job("look", selection=dg.AssetSelection.checks(inbox_checks))
    made = dg.Definitions(
        assets=[TRACE_INBOX, INVOICE_INBOX, SALES_INBOX],
        asset_checks=[inbox_checks],
        jobs=[job],
        resources={"home": HomeResource()},
    )
    result = made.resolve_job_def("look").execute_in_process(instance=pipeline.instance)
    assert {
        each.asset_key.to_user_string(): (each.passed, each.severity.value)
        for each in result.get_asset_check_evaluations()
    } == {
        "trace_inbox": (True, "WARN"),
        "invoice_inbox": (True, "WARN"),
        "sales_inbox": (False, "WARN"),
    }
