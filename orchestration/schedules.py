"""The schedules: what runs at a time of day, once somebody has switched it on: here, or for a company."""

from collections.abc import Iterator
from typing import Final

import dagster as dg

from orchestration.jobs import EXPORT_TO_TREASURY_JOB, SYNC_SALES_INVOICES_JOB, WRITE_JOURNAL_JOB
from orchestration.logs import TERMINAL
from orchestration.partitions import SALES_FILES, filled, range_tags, ranges
from orchestration.resources import HomeResource
from orchestration.sync_pipeline import KEYS_PER_SYNC
from orchestration.syncs import automatic_companies, keys_to_sync

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


@dg.schedule(
    name="automatic_sync_schedule",
    job=SYNC_SALES_INVOICES_JOB,
    cron_schedule="0 2 * * *",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description=(
        "Every night at two (UTC): syncs the booked sales invoices of the companies whose setting "
        "automatic_sync is true. No company has it unless somebody sets it."
    ),
)
def automatic_sync_schedule(
    context: dg.ScheduleEvaluationContext, home: HomeResource
) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """A run over the files of which something is due or to be read back; without a notification (T03)."""
    ledger = home.ledger()
    companies = automatic_companies(ledger)
    keys = keys_to_sync(ledger, companies) if companies else []
    if not keys:
        text = "nothing is due" if companies else "no company has automatic_sync = true in settings.csv"
        yield dg.SkipReason(f"{text}.")
        return
    config = {"companies": companies, "is_automatic": True}
    name = str(SALES_FILES.name)
    known = set(context.instance.get_dynamic_partitions(name))
    # A home whose records of runs were removed has files that are no partitions yet.
    context.instance.add_dynamic_partitions(name, [key for key in keys if key not in known])
    partitions = context.instance.get_dynamic_partitions(name)
    for group in ranges(partitions, filled(partitions, keys, KEYS_PER_SYNC), KEYS_PER_SYNC):
        yield dg.RunRequest(
            run_config={**TERMINAL, "ops": {"sync_sales_invoices": {"config": config}}},
            partition_key=group[0] if len(group) == 1 else None,
            tags=range_tags(group) if len(group) > 1 else {},
        )
