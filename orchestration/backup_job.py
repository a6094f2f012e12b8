"""The job that writes the backup of a night, as the daemon runs it.

Belongs here: what Dagster is told of it. Does not: where it goes and which older ones are removed
(`orchestration.nightly`).
"""

from typing import Final

import dagster as dg

from assets.days import day_of
from assets.ledger.store import utc_now
from orchestration.failing import operating_errors_failing_the_run
from orchestration.imports import current_settings
from orchestration.logs import TERMINAL, terminal_logger
from orchestration.nightly import back_up_nightly, last_backup
from orchestration.resources import HomeResource

PATIENCE_SECONDS: Final = 600.0
"""A long import holds the ledger for minutes; the backup of the night waits for its end."""


@dg.op(
    name="back_up_home", description="Writes the backup of this night, and removes those that are too old."
)
def back_up_home(context: dg.OpExecutionContext, home: HomeResource) -> None:
    """One backup a day, in the folder that the setting backup_folder names."""
    with operating_errors_failing_the_run():
        ledger = home.ledger(PATIENCE_SECONDS)
        settings = current_settings(ledger)
        day = day_of(utc_now(), settings.get("time_zone"))
        written = back_up_nightly(home.home(ledger), ledger, settings, day)
        left_out = last_backup(home.home(ledger)).left_out
    context.log.info(f"{written} was written and read back.")
    for each in left_out:
        context.log.warning(f"Not in it: {each}")


@dg.job(
    name="back_up_job",
    logger_defs={"console": terminal_logger},
    config=TERMINAL,
    description="Writes ledger, files and journal of decisions into one file, as `partita backup` does.",
)
def back_up_job() -> None:
    """The backup of a night."""
    back_up_home()
