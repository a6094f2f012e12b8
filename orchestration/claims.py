"""Dagster's records of events, in which a slot of a pool is claimed by one process at a time.

Dagster's own claim looks for a free slot and takes it in two statements, which SQLite lets others come
between: of two processes that claim a slot at the same moment each is told that it has it, and the first
finds within its run that it has it not. It then waits in Dagster for the second to give it back, which one
that was killed never does. Belongs here: the claim. Does not: who claims, and what the dead held
(`orchestration.turns`, `orchestration.freeing`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self

import sqlalchemy as sa
from dagster._core.storage.event_log.schema import ConcurrencySlotsTable
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from dagster._serdes import ConfigurableClassData
from dagster._utils.concurrency import ConcurrencySlotStatus


class ClaimingEventLog(SqliteEventLogStorage):
    """The event log in the folder of a Dagster home (`base_dir`), where Dagster keeps it too."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__(str(Path(base_dir) / "history" / "runs"), inst_data)

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Any) -> Self:
        """As Dagster makes it of its settings."""
        return cls(inst_data=inst_data, **config_value)

    def _claim_concurrency_slot(
        self, concurrency_key: str, run_id: str, step_key: str
    ) -> ConcurrencySlotStatus:
        slots = ConcurrencySlotsTable.c
        is_free = sa.and_(
            slots.concurrency_key == concurrency_key, slots.step_key.is_(None), slots.deleted == sa.false()
        )
        free = sa.select(slots.id).where(is_free).limit(1).scalar_subquery()
        claim = (
            ConcurrencySlotsTable.update()
            .values(run_id=run_id, step_key=step_key)
            .where(slots.id == free, is_free)
        )
        with self.index_connection() as connection:
            is_claimed = connection.execute(claim).rowcount == 1
        return ConcurrencySlotStatus.CLAIMED if is_claimed else ConcurrencySlotStatus.BLOCKED
