"""A slot of a pool is one process's, and a partition is there once, however closely two come (D13)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from dagster._utils.concurrency import ConcurrencySlotStatus

from assets.home import Home
from orchestration.event_log import SharedEventLog
from orchestration.instance import open_instance

POOL = "ledger"
CLAIMED = ConcurrencySlotStatus.CLAIMED


@contextmanager
def coming_before(beginning: str, other: Callable[[], None]) -> Iterator[None]:
    """Something that another process does just before the first statement that begins so."""
    waiting = [other]

    def come_between(connection: Any, cursor: Any, text: str, *rest: Any) -> None:
        if text.startswith(beginning) and waiting:
            waiting.pop()()

    sa.event.listen(sa.engine.Engine, "before_cursor_execute", come_between)
    try:
        yield
    finally:
        sa.event.remove(sa.engine.Engine, "before_cursor_execute", come_between)
    assert not waiting


@pytest.mark.parametrize(("is_ours", "holders"), [(True, ["second"]), (False, ["first", "second"])])
def test_d13_of_two_claims_at_the_same_moment_one_gets_the_slot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_ours: bool, holders: list[str]
) -> None:
    """D13: the second claims between the look of the first for a free slot and its claim. Dagster's own would
    give it to both; should that change, ours is needed no more.
    """
    if not is_ours:
        own = SqliteEventLogStorage._claim_concurrency_slot
        monkeypatch.setattr(SharedEventLog, "_claim_concurrency_slot", own)
    with open_instance(Home(tmp_path)) as instance:
        storage: Any = instance.event_log_storage
        storage.initialize_concurrency_limit_to_default(POOL)
        storages: dict[str, Any] = {"first": storage, "second": SharedEventLog(str(tmp_path / "dagster"))}
        claimed: list[str] = []

        def claim(run_id: str) -> None:
            if storages[run_id]._claim_concurrency_slot(POOL, run_id, "step") is CLAIMED:
                claimed.append(run_id)

        with coming_before("UPDATE concurrency_slots", lambda: claim("second")):
            claim("first")
        (slot,) = storage.get_concurrency_info(POOL).claimed_slots
        assert sorted(claimed) == holders
        assert slot.run_id == ("second" if is_ours else "first")
        storage.free_concurrency_slots_for_run(slot.run_id)
        claim("first")
        assert [each.run_id for each in storage.get_concurrency_info(POOL).claimed_slots] == ["first"]


@pytest.mark.parametrize("is_ours", [True, False])
def test_d13_of_two_that_add_a_partition_at_the_same_moment_neither_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_ours: bool
) -> None:
    """D13: the second adds it between the look of the first for it and its own adding. Dagster's own fails
    then; should that change, ours is needed no more.
    """
    if not is_ours:
        monkeypatch.setattr(
            SharedEventLog, "add_dynamic_partitions", SqliteEventLogStorage.add_dynamic_partitions
        )
    with open_instance(Home(tmp_path)) as instance:
        other = SharedEventLog(str(tmp_path / "dagster"))
        instance.add_dynamic_partitions("trace_files", ["A.txt"])

        def add() -> None:
            with coming_before(
                "INSERT INTO dynamic_partitions",
                lambda: other.add_dynamic_partitions("trace_files", ["C.txt"]),
            ):
                instance.add_dynamic_partitions("trace_files", ["B.txt", "C.txt", "A.txt", "B.txt"])

        if is_ours:
            add()
            assert instance.get_dynamic_partitions("trace_files") == ["A.txt", "C.txt", "B.txt"]
        else:
            with pytest.raises(sa.exc.IntegrityError):
                add()


def test_d13_adding_no_partitions_adds_none(tmp_path: Path) -> None:
    with open_instance(Home(tmp_path)) as instance:
        instance.add_dynamic_partitions("trace_files", [])
        assert instance.get_dynamic_partitions("trace_files") == []


def test_d13_the_event_log_lies_where_dagster_keeps_it(tmp_path: Path) -> None:
    with open_instance(Home(tmp_path)) as instance:
        assert type(instance.event_log_storage) is SharedEventLog
    assert (tmp_path / "dagster" / "history" / "runs" / "index.db").is_file()
