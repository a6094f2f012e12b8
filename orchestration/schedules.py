"""The schedules: what runs at a time of day, once somebody has switched it on: here, or for a company."""

from collections.abc import Iterator

import dagster as dg

from orchestration.backup_job import back_up_job
from orchestration.imports import current_settings
from orchestration.jobs import EXPORT_TO_TREASURY_JOB, SYNC_SALES_INVOICES_JOB, WRITE_JOURNAL_JOB
from orchestration.logs import TERMINAL
from orchestration.partitions import SALES_FILES, filled, range_tags, ranges
from orchestration.resources import HomeResource
from orchestration.sync_pipeline import KEYS_PER_SYNC
from orchestration.syncs import automatic_companies, keys_to_sync


def build_schedules(time_zone: str) -> list[dg.ScheduleDefinition]:
    """The schedules, by the clock of this time zone.

    Where clocks are put forward over two in the morning the sync comes when they are; where they are put
    back it comes once.
    """
    return [
        dg.ScheduleDefinition(
            name="daily_export_schedule",
            job=EXPORT_TO_TREASURY_JOB,
            cron_schedule="0 6 * * *",
            execution_timezone=time_zone,
            default_status=dg.DefaultScheduleStatus.STOPPED,
            description=f"Exports to the treasury every day at six ({time_zone}), once it is switched on.",
        ),
        dg.ScheduleDefinition(
            name="write_journal_schedule",
            job=WRITE_JOURNAL_JOB,
            cron_schedule="30 5 * * *",
            execution_timezone=time_zone,
            default_status=dg.DefaultScheduleStatus.STOPPED,
            description=f"Every morning at half past five ({time_zone}), once somebody has switched it on.",
        ),
        dg.schedule(
            name="automatic_sync_schedule",
            job=SYNC_SALES_INVOICES_JOB,
            cron_schedule="0 2 * * *",
            execution_timezone=time_zone,
            default_status=dg.DefaultScheduleStatus.RUNNING,
            description=(
                f"Every night at two ({time_zone}): syncs the booked sales invoices of the companies whose "
                "setting automatic_sync is true. No company has it unless somebody sets it."
            ),
        )(_due_syncs),
        dg.schedule(
            name="nightly_backup_schedule",
            job=back_up_job,
            cron_schedule="0 3 * * *",
            execution_timezone=time_zone,
            default_status=dg.DefaultScheduleStatus.RUNNING,
            description=(
                f"Every night at three ({time_zone}): a backup into the folder that the setting "
                "backup_folder names."
            ),
        )(_due_backup),
    ]


def _due_backup(home: HomeResource) -> dg.RunRequest | dg.SkipReason:
    """A run, if a folder is set and there is something to back up."""
    ledger = home.ledger()
    if not ledger.exists():
        return dg.SkipReason("there is no ledger yet.")
    if not current_settings(ledger).get("backup_folder"):
        return dg.SkipReason("settings.csv has no backup_folder.")
    return dg.RunRequest(run_config=TERMINAL)


def _due_syncs(
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
    # A home whose records of runs were removed has files that are no partitions yet.
    context.instance.add_dynamic_partitions(name, keys)
    partitions = context.instance.get_dynamic_partitions(name)
    for group in ranges(partitions, filled(partitions, keys, KEYS_PER_SYNC), KEYS_PER_SYNC):
        yield dg.RunRequest(
            run_config={**TERMINAL, "ops": {"sync_sales_invoices": {"config": config}}},
            partition_key=group[0] if len(group) == 1 else None,
            tags=range_tags(group) if len(group) > 1 else {},
        )
