"""The one place where the parts meet: what Dagster loads."""

import warnings
from collections.abc import Mapping

import dagster as dg

from orchestration.backup_job import back_up_job
from orchestration.corrections import CORRECT_LEDGER_JOB, correct_ledger
from orchestration.executing import living_executor
from orchestration.export_pipeline import ASSETS as EXPORT_ASSETS
from orchestration.inbox_checks import inbox_checks
from orchestration.invoice_pipeline import ASSETS as INVOICE_ASSETS
from orchestration.jobs import (
    EXPORT_TO_TREASURY_JOB,
    IMPORT_SALES_JOB,
    IMPORT_TRACES_JOB,
    REGISTER_INVOICES_JOB,
    SYNC_SALES_INVOICES_JOB,
    WRITE_JOURNAL_JOB,
)
from orchestration.logs import terminal_logger
from orchestration.report_pipeline import ASSETS as REPORT_ASSETS
from orchestration.resources import HomeResource, ProgressResource
from orchestration.sales_pipeline import ASSETS as SALES_ASSETS
from orchestration.schedules import build_schedules
from orchestration.sensors import (
    invoice_inbox_sensor,
    run_retention_sensor,
    sales_inbox_sensor,
    trace_inbox_sensor,
)
from orchestration.sync_pipeline import ASSETS as SYNC_ASSETS
from orchestration.trace_pipeline import ASSETS as TRACE_ASSETS


def build_defs(*, resource_overrides: Mapping[str, object] | None = None) -> dg.Definitions:
    """All definitions, with other resources where a test or a tool names them.

    Schedules go by the time zone that settings.csv names when the definitions are loaded.

    Runs execute in one process: a launched run of the default executor costs seventeen times as much.
    """
    resources = {"home": HomeResource(), "progress": ProgressResource()} | dict(resource_overrides or {})
    home = resources["home"]
    assert isinstance(home, HomeResource), "whatever stands in for the home is one"
    with warnings.catch_warnings():
        # Source links are a beta feature; whoever runs Partita need not be told at every start.
        warnings.simplefilter("ignore", dg.BetaWarning)
        assets = dg.with_source_code_references(
            [
                *TRACE_ASSETS,
                *INVOICE_ASSETS,
                *SALES_ASSETS,
                correct_ledger,
                *EXPORT_ASSETS,
                *REPORT_ASSETS,
                *SYNC_ASSETS,
            ]
        )
    return dg.Definitions(
        assets=assets,
        asset_checks=[inbox_checks],
        jobs=[
            IMPORT_TRACES_JOB,
            REGISTER_INVOICES_JOB,
            IMPORT_SALES_JOB,
            CORRECT_LEDGER_JOB,
            EXPORT_TO_TREASURY_JOB,
            WRITE_JOURNAL_JOB,
            SYNC_SALES_INVOICES_JOB,
            back_up_job,
        ],
        sensors=[trace_inbox_sensor, invoice_inbox_sensor, sales_inbox_sensor, run_retention_sensor],
        schedules=build_schedules(home.written_time_zone()),
        resources=resources,
        executor=living_executor,
        loggers={"console": terminal_logger},
    )


defs = build_defs()
