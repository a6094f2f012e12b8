"""The schedules: what runs at a time of day. All are off until somebody switches them on."""

from __future__ import annotations

from typing import Final

import dagster as dg

from orchestration.jobs import EXPORT_TO_TREASURY_JOB, WRITE_JOURNAL_JOB

DAILY_EXPORT_SCHEDULE: Final = dg.ScheduleDefinition(
    name="daily_export_schedule",
    job=EXPORT_TO_TREASURY_JOB,
    cron_schedule="0 6 * * *",
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description="Exports to the treasury every day at six in the morning (UTC), once it is switched on.",
)

WRITE_JOURNAL_SCHEDULE: Final = dg.ScheduleDefinition(
    name="write_journal_schedule",
    job=WRITE_JOURNAL_JOB,
    cron_schedule="30 5 * * *",
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description="Every morning, once somebody has switched it on.",
)
