"""Runs over files: the exact outcome of each partition, reruns, corrections, and files that come twice."""

from __future__ import annotations

from typing import Final, NamedTuple

import pytest

from assets.traces import readers
from orchestration import imports
from orchestration.imports import TraceImports
from samples.payments import leg, move, pay, trace
from tests.orchestration.conftest import DATA
from tests.support import ledgers
from tests.support.ledgers import Found, ReferenceData, account
from tests.support.pipelines import PARTITIONED, Pipeline, Ran

COLLECTION: Final = trace(pay("-100.00", "FT-1"))
PAYMENT: Final = trace(pay("80.00", "FP-1", entry=2))
NEW_ACCOUNT: Final = "1500099"
HALF_GOOD: Final = trace(
    pay("-50.00", "FT-2", "A", account="1500002", entry=3),
    move(leg("-10.00", account=NEW_ACCOUNT), entry=4),
)
BAD: Final = trace(move(leg("-20.00", account=NEW_ACCOUNT), entry=5))
UNREADABLE: Final = b"asset;value\r\n"


def mended() -> ReferenceData:
    """The reference data with the account that two files name."""
    return DATA.replace(accounts=[*DATA.accounts, account(NEW_ACCOUNT)])


def mend(pipeline: Pipeline) -> None:
    """A person adds the account to chart_of_accounts.csv."""
    ledgers.write_files(pipeline.home.reference, mended().files())


def entries(pipeline: Pipeline) -> list[tuple[object, ...]]:
    """Number of the movement and date of every journal entry, with the attempt that made it."""
    return pipeline.ask(
        "SELECT movement_key, import_id, attempt FROM ledger.journal_entry ORDER BY import_id, movement_key"
    )


class First(NamedTuple):
    """The run over four files, and their keys."""

    ran: Ran
    good: str
    half: str
    unreadable: str
    unlinked: str


@pytest.fixture(scope="module")
def first(shared_pipeline: Pipeline) -> First:
    """A tick that finds four files: two that are posted, one in part, one that is no trace."""
    keys = [
        shared_pipeline.drop("RITCOGE_1.txt", COLLECTION),
        shared_pipeline.drop("RITCOGE_2.txt", HALF_GOOD),
        shared_pipeline.drop("RITCOGE_3.txt", UNREADABLE),
        shared_pipeline.drop(
            "RITCOGE_4.txt", trace(pay("30.00", "FP-1", "A", entry=7), pay("-30.00", "FT-9", entry=8))
        ),
    ]
    (run,) = shared_pipeline.tick()
    return First(run, *keys)


def test_o03_exactly_the_bad_files_are_failed_on_every_asset(shared_pipeline: Pipeline, first: First) -> None:
    """O02, O03: "failed and missing" in the UI names precisely the files of which something is left."""
    assert (first.ran.is_success, first.ran.green_files()) == (False, [first.good, first.unlinked])
    expected = {
        first.good: "materialized",
        first.half: "failed",
        first.unreadable: "failed",
        first.unlinked: "materialized",
    }
    assert shared_pipeline.states() == dict.fromkeys(PARTITIONED, expected)
    assert shared_pipeline.statuses() == {
        first.good: "posted",
        first.half: "incomplete",
        first.unreadable: "failed",
        first.unlinked: "posted",
    }
    assert shared_pipeline.folders() == {
        "inbox": [],
        "processed": [first.good, first.unlinked],
        "failed": [first.half, first.unreadable],
    }


def test_o02_a_run_with_bad_files_does_not_call_the_reference_data_failed(first: First) -> None:
    """O02: nothing is wrong with them; only the files that are named have failed."""
    made = first.ran.materialized
    assert (made.get("reference_data"), made.get("open_items")) == ([None], [None])


@pytest.mark.check
def test_o03_after_mending_only_the_failed_partitions_are_processed_again(pipeline: Pipeline) -> None:
    """O03: the rest of the movements gets posted, nothing twice; partition and check are green again."""
    good = pipeline.drop("RITCOGE_1.txt", COLLECTION)
    half = pipeline.drop("RITCOGE_2.txt", HALF_GOOD)
    bad = pipeline.drop("RITCOGE_3.txt", BAD)
    (first,) = pipeline.tick()
    mend(pipeline)

    again = pipeline.run(half, bad)

    assert first.red_checks() == ["trace_movements_are_posted"]
    assert (again.is_success, again.green_files(), again.red_checks()) == (True, [half, bad], [])
    assert pipeline.state_of_files() == {good: "materialized", half: "materialized", bad: "materialized"}
    assert pipeline.attempts() == [
        (good, 1, "posted"),
        (half, 1, "incomplete"),
        (half, 2, "posted"),
        (bad, 1, "failed"),
        (bad, 2, "posted"),
    ]
    assert entries(pipeline) == [
        ("ALBA|TES|2026|1|2026-10-01|100.00|1801001", 1, 1),
        ("ALBA|TES|2026|3|2026-10-01|50.00|1801001", 2, 1),
        ("ALBA|TES|2026|4|2026-10-01|10.00|1801001", 2, 2),
        ("ALBA|TES|2026|5|2026-10-01|20.00|1801001", 3, 2),
    ]
    assert pipeline.folders() == {"inbox": [], "processed": [good, half, bad], "failed": []}


@pytest.mark.check
def test_o03_a_rerun_before_anything_was_mended_changes_nothing_in_the_ledger(pipeline: Pipeline) -> None:
    """O03: the failed file may be rerun at any time; the good partition stays green."""
    good = pipeline.drop("RITCOGE_1.txt", COLLECTION)
    half = pipeline.drop("RITCOGE_2.txt", HALF_GOOD)
    pipeline.tick()
    before = ledgers.ledger_state(pipeline.ledger_home)

    again = pipeline.run(good, half)

    assert (again.is_success, again.green_files()) == (False, [good])
    assert pipeline.state_of_files() == {good: "materialized", half: "failed"}
    assert ledgers.ledger_state(pipeline.ledger_home) == before
    assert pipeline.attempts() == [(good, 1, "posted"), (half, 1, "incomplete"), (half, 2, "incomplete")]


@pytest.mark.check
def test_o04_a_backfill_over_everything_posts_nothing_twice(pipeline: Pipeline) -> None:
    """O04: launched from the UI over a range of partitions, among them processed and failed ones."""
    keys = [
        pipeline.drop("RITCOGE_1.txt", COLLECTION),
        pipeline.drop("RITCOGE_2.txt", BAD),
        pipeline.drop("RITCOGE_3.txt", PAYMENT),
    ]
    pipeline.tick()
    before = ledgers.ledger_state(pipeline.ledger_home)

    ran = pipeline.run(*keys)

    assert (ran.is_success, ran.green_files()) == (False, [keys[0], keys[2]])
    assert ledgers.ledger_state(pipeline.ledger_home) == before
    assert list(pipeline.state_of_files().values()) == ["materialized", "failed", "materialized"]


@pytest.mark.check
def test_o03_rerunning_a_file_from_the_page_of_one_asset_makes_it_green_for_all(pipeline: Pipeline) -> None:
    """O03: the file is imported as a whole, so that no other asset may go on calling it failed."""
    key = pipeline.drop("RITCOGE.txt", HALF_GOOD)
    pipeline.tick()
    mend(pipeline)

    ran = pipeline.run_asset("trace_postings", key)

    assert ran.is_success
    assert pipeline.state_of_files() == {key: "materialized"}


@pytest.mark.check
def test_o03_a_corrected_file_of_the_same_name_replaces_the_failed_one(pipeline: Pipeline) -> None:
    """O03, D11: the old import is superseded, its partition green, its file kept; the check is green."""
    wrong = trace(pay("-100.00", "FT-1"), pay("-50.00", "FT-2", "A", account=NEW_ACCOUNT, entry=3))
    right = trace(pay("-100.00", "FT-1"), pay("-50.00", "FT-2", "A", account="1500002", entry=3))
    old = pipeline.drop("RITCOGE.txt", wrong)
    (first,) = pipeline.tick()
    new = pipeline.drop("RITCOGE.txt", right)

    (second,) = pipeline.tick()

    assert (first.red_checks(), second.red_checks()) == (
        ["trace_movements_are_posted"],
        ["trace_movements_arrive_once"],
    )
    assert (second.is_success, second.green_files()) == (True, [new, old])
    assert pipeline.statuses() == {old: "superseded", new: "posted"}
    assert pipeline.state_of_files() == {old: "materialized", new: "materialized"}
    assert pipeline.folders() == {"inbox": [], "processed": sorted([old, new]), "failed": []}
    assert (pipeline.home.processed / old).read_bytes() == wrong
    assert entries(pipeline) == [
        ("ALBA|TES|2026|1|2026-10-01|100.00|1801001", 1, 1),
        ("ALBA|TES|2026|3|2026-10-01|50.00|1801001", 2, 1),
    ]


def test_d13_a_file_posted_but_not_moved_is_moved_by_the_next_tick(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """D13: a crash between the commit and the move does no harm."""
    key = pipeline.drop("RITCOGE.txt", COLLECTION)

    def crash(*arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(imports, "keep", crash)
        with TraceImports(pipeline.home, pipeline.ledger_home.ledger, "crashed") as begun:
            begun.load_reference()
            with pytest.raises(KeyboardInterrupt):
                begun.import_key(key)
    left = pipeline.folders()
    tick = pipeline.look()

    assert left == {"inbox": ["RITCOGE.txt"], "processed": [], "failed": []}
    assert tick == ("nothing new in the inbox, 1 file moved to where it is kept.", [])
    assert pipeline.folders() == {"inbox": [], "processed": [key], "failed": []}
    assert pipeline.attempts() == [(key, 1, "posted")]
    assert ledgers.ledger_state(pipeline.ledger_home).findings == []


def test_d13_a_failed_file_that_was_not_moved_goes_to_the_failed_ones(pipeline: Pipeline) -> None:
    """D13, D02: the same after a failed import."""
    key = pipeline.drop("RITCOGE.txt", UNREADABLE)
    pipeline.tick()
    (pipeline.home.failed / key).rename(pipeline.home.inbox / "RITCOGE.txt")

    pipeline.look()

    assert pipeline.folders() == {"inbox": [], "processed": [], "failed": [key]}


def test_d12_the_same_file_dropped_again_is_recognised_and_noted(pipeline: Pipeline) -> None:
    """D12: nothing is posted; a remark names the first import; the file is kept once."""
    key = pipeline.drop("RITCOGE.txt", COLLECTION)
    pipeline.tick()
    before = ledgers.ledger_state(pipeline.ledger_home)
    pipeline.drop("RITCOGE.txt", COLLECTION)

    tick = pipeline.look()

    assert tick == ("nothing new in the inbox, 1 file moved to where it is kept.", [])
    assert pipeline.folders() == {"inbox": [], "processed": [key], "failed": []}
    after = ledgers.ledger_state(pipeline.ledger_home)
    remark = Found("file_already_imported", raw_value="RITCOGE.txt")
    assert after == before._replace(findings=[("RITCOGE.txt", remark)])
    ((_, expected),) = ledgers.expectations(pipeline.ledger_home)
    assert expected.endswith("UTC as I1")


@pytest.mark.check
def test_o03_a_failed_file_dropped_again_is_tried_again(pipeline: Pipeline) -> None:
    """O03, D12: it is no repetition, since nothing of it is in the ledger; after mending it is posted."""
    key = pipeline.drop("RITCOGE.txt", BAD)
    pipeline.tick()
    pipeline.drop("RITCOGE.txt", BAD)
    (unmended,) = pipeline.tick()
    codes = [found.finding_code for _, found in ledgers.ledger_state(pipeline.ledger_home).findings]
    mend(pipeline)
    pipeline.drop("RITCOGE.txt", BAD)

    (mended,) = pipeline.tick()

    assert (unmended.is_success, unmended.red_checks(), codes) == (
        False,
        ["trace_movements_are_posted"],
        ["unknown_account"],
    )
    assert (mended.is_success, mended.green_files(), mended.red_checks()) == (True, [key], [])
    assert pipeline.attempts() == [(key, 1, "failed"), (key, 2, "failed"), (key, 3, "posted")]
    assert pipeline.folders() == {"inbox": [], "processed": [key], "failed": []}
    assert len(set(pipeline.last_run_keys)) == 3


@pytest.mark.check
def test_d12_the_same_content_under_another_name_is_repeated(pipeline: Pipeline) -> None:
    """D12: rejected as imported already, naming the first import; its partition is green."""
    first = pipeline.drop("RITCOGE_1.txt", COLLECTION)
    pipeline.tick()
    before = ledgers.ledger_state(pipeline.ledger_home)
    second = pipeline.drop("RITCOGE_2.txt", COLLECTION)

    (ran,) = pipeline.tick()

    assert (ran.is_success, ran.green_files()) == (True, [second])
    assert ran.red_checks() == ["trace_files_arrive_once"]
    assert pipeline.statuses() == {first: "posted", second: "repeated"}
    after = ledgers.ledger_state(pipeline.ledger_home)
    remark = Found("file_already_imported", raw_value="RITCOGE_2.txt")
    assert after == before._replace(findings=[("RITCOGE_2.txt", remark)])
    ((_, expected),) = ledgers.expectations(pipeline.ledger_home)
    assert expected.startswith(f"a file that was not imported before; I1 {first}, taken ")


def test_d12_the_same_content_twice_in_one_drop_is_posted_once(pipeline: Pipeline) -> None:
    """D12: also within one run."""
    first = pipeline.drop("RITCOGE_1.txt", COLLECTION)
    second = pipeline.drop("RITCOGE_2.txt", COLLECTION)

    (ran,) = pipeline.tick()

    assert (ran.is_success, ran.green_files()) == (True, [first, second])
    assert pipeline.statuses() == {first: "posted", second: "repeated"}
    assert [key for key, *_ in entries(pipeline)] == ["ALBA|TES|2026|1|2026-10-01|100.00|1801001"]


def test_d02_a_file_that_two_readers_claim_is_never_guessed_at(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """D02: posting one of two readings would be a guess; the file goes to the failed ones, both named."""
    text, _ = readers.READERS
    twin = readers.Reader("twin", text.claims, text.read, text.locate)
    monkeypatch.setattr(
        "assets.traces.prepare.choose_reader",
        lambda head, name: readers.choose_reader(head, name, (text, twin)),
    )
    key = pipeline.drop("RITCOGE.txt", COLLECTION)

    (ran,) = pipeline.tick()

    assert ran.red_checks() == ["trace_files_are_readable"]
    assert pipeline.folders() == {"inbox": [], "processed": [], "failed": [key]}
    state = ledgers.ledger_state(pipeline.ledger_home)
    claimed = Found("file_claimed_twice", raw_value="text and twin")
    assert (state.postings, state.findings) == ([], [("RITCOGE.txt", claimed)])


def test_d13_a_file_that_vanished_before_its_run_is_named_and_stops_no_other(pipeline: Pipeline) -> None:
    """D13: the run fails for that partition only and says where the file was looked for."""
    gone = pipeline.drop("RITCOGE_1.txt", PAYMENT)
    good = pipeline.drop("RITCOGE_2.txt", COLLECTION)
    pipeline.look()
    (pipeline.home.inbox / "RITCOGE_1.txt").unlink()

    ran = pipeline.run(gone, good)

    assert (ran.is_success, ran.green_files()) == (False, [good])
    assert pipeline.state_of_files() == {gone: "failed", good: "materialized"}
    assert ran.failure == (
        f"1 file could not be imported now: {gone}: {gone} is neither in {pipeline.home.inbox} nor in "
        "failed/ or processed/: the file was removed or changed after it was found. Changed content is found "
        "again under its own key."
    )


def test_o01_each_file_carries_its_counts_and_control_totals(first: First) -> None:
    """O01: the events of a file say what came of it, without opening the ledger."""
    common = {"status": "posted", "import_id": 4, "import_number": "I4"}
    assert {name: first.ran.metadata[name, first.unlinked] for name in PARTITIONED} == {
        "trace_lines": {"line_count": 4, "dagster/partition_row_count": 4, **common},
        "validated_trace_lines": {
            "line_count": 4,
            "error_count": 0,
            "warning_count": 1,
            "dagster/partition_row_count": 4,
            **common,
        },
        "trace_movements": {
            "movement_count": 2,
            "posted_movement_count": 2,
            "repeated_movement_count": 0,
            "dagster/partition_row_count": 2,
            **common,
        },
        "trace_settlements": {
            "linked_posting_count": 1,
            "unlinked_posting_count": 1,
            "dagster/partition_row_count": 1,
            **common,
        },
        "trace_postings": {
            "posting_count": 4,
            "posted_movement_count": 2,
            "dagster/partition_row_count": 4,
            "debit_total": "60.00",
            "credit_total": "60.00",
            **common,
        },
    }


def test_o07_the_open_items_asset_carries_what_is_left_per_company_currency_and_side(first: First) -> None:
    """O07: how many items are open and their residuals, as formatted text."""
    made = first.ran.metadata["open_items", None]
    assert made["dagster/row_count"] == 2
    assert [dict(record.data) for record in made["residuals"].records] == [
        {
            "company_code": "ALBA",
            "currency_code": "EUR",
            "side": "credit",
            "open_item_count": "1",
            "residual_amount": "50.00",
        },
        {
            "company_code": "ALBA",
            "currency_code": "EUR",
            "side": "debit",
            "open_item_count": "1",
            "residual_amount": "200.00",
        },
    ]


def test_o07_two_readers_of_the_ledger_do_not_wait_for_each_other(
    shared_pipeline: Pipeline, first: First
) -> None:
    """O07: reports are read while other reports are read; only a writer is waited for."""
    query = "SELECT partition_key FROM ledger.file_import ORDER BY import_id"
    ledger = shared_pipeline.ledger_home.ledger
    with ledger.reading() as one, ledger.reading() as other:
        answers = [connection.execute(query).fetchall() for connection in (one, other, one)]

    assert answers == [[(key,) for key in first[1:]]] * 3


@pytest.mark.check
def test_d01_the_kept_file_is_found_for_a_rerun_wherever_it_stands(pipeline: Pipeline) -> None:
    """D13: a key is found among the failed, the processed and the waiting files; the name dropped stays."""
    key = pipeline.drop("RITCOGE.txt", HALF_GOOD)
    pipeline.tick()
    (pipeline.home.failed / key).rename(pipeline.home.processed / key)
    mend(pipeline)

    again = pipeline.run(key)

    assert (again.is_success, again.green_files()) == (True, [key])
    assert pipeline.ask("SELECT source_file, status FROM ledger.file_import") == [("RITCOGE.txt", "posted")]
