"""A slot of a pool is one process's, however closely two of them claim it (D13)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from dagster._utils.concurrency import ConcurrencySlotStatus

from assets.home import Home
from orchestration.claims import ClaimingEventLog
from orchestration.instance import open_instance

POOL = "ledger"
CLAIMED = ConcurrencySlotStatus.CLAIMED


@pytest.mark.parametrize(("is_ours", "holders"), [(True, ["second"]), (False, ["first", "second"])])
def test_d13_of_two_claims_at_the_same_moment_one_gets_the_slot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_ours: bool, holders: list[str]
) -> None:
    """D13: the second claims between the look of the first for a free slot and its claim. Dagster's own would
    give it to both; should that change, ours is needed no more.
    """
    if not is_ours:
        own = SqliteEventLogStorage._claim_concurrency_slot
        monkeypatch.setattr(ClaimingEventLog, "_claim_concurrency_slot", own)
    with open_instance(Home(tmp_path)) as instance:
        storage: Any = instance.event_log_storage
        storage.initialize_concurrency_limit_to_default(POOL)
        storages: dict[str, Any] = {"first": storage, "second": ClaimingEventLog(str(tmp_path / "dagster"))}
        claimed: list[str] = []

        def claim(run_id: str) -> None:
            if storages[run_id]._claim_concurrency_slot(POOL, run_id, "step") is CLAIMED:
                claimed.append(run_id)

        def come_between(connection: Any, cursor: Any, text: str, *rest: Any) -> None:
            if text.startswith("UPDATE concurrency_slots") and waiting:
                claim(waiting.pop())

        waiting = ["second"]
        sa.event.listen(sa.engine.Engine, "before_cursor_execute", come_between)
        try:
            claim("first")
        finally:
            sa.event.remove(sa.engine.Engine, "before_cursor_execute", come_between)
        (slot,) = storage.get_concurrency_info(POOL).claimed_slots
        assert sorted(claimed) == holders
        assert slot.run_id == ("second" if is_ours else "first")
        storage.free_concurrency_slots_for_run(slot.run_id)
        claim("first")
        assert [each.run_id for each in storage.get_concurrency_info(POOL).claimed_slots] == ["first"]


def test_d13_the_event_log_lies_where_dagster_keeps_it(tmp_path: Path) -> None:
    with open_instance(Home(tmp_path)) as instance:
        assert type(instance.event_log_storage) is ClaimingEventLog
    assert (tmp_path / "dagster" / "history" / "runs" / "index.db").is_file()
