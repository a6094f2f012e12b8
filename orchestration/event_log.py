"""Dagster's records of events, which several processes write at the same moment.

Dagster looks in one statement and writes in the next, which SQLite lets others come between. Of two processes
that claim a slot at the same moment each is told that it has it, and the first finds within its run that it
has it not: it waits in Dagster for the second to give it back, which one that was killed never does. Of two
that add the same partition the second fails. Here each of the two is one statement. Belongs here: those. Does
not: who claims, and what the dead held (`orchestration.turns`, `orchestration.freeing`).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import sqlalchemy as sa
from dagster._core.storage.event_log.schema import ConcurrencySlotsTable, DynamicPartitionsTable
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from dagster._serdes import ConfigurableClassData
from dagster._utils.concurrency import ConcurrencySlotStatus
from sqlalchemy.dialects.sqlite import insert


class SharedEventLog(SqliteEventLogStorage):
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

    def add_dynamic_partitions(self, partitions_def_name: str, partition_keys: Sequence[str]) -> None:
        """Adds the keys that are not there yet, whoever adds them at the same moment."""
        if not partition_keys:
            return
        self._check_partitions_table()
        added = [{"partitions_def_name": partitions_def_name, "partition": key} for key in partition_keys]
        with self.index_connection() as connection:
            connection.execute(insert(DynamicPartitionsTable).on_conflict_do_nothing(), added)
