"""A Dagster project with one job that does nothing: what a run costs before any work."""

import dagster as dg


@dg.op
def nothing() -> None:
    """Does nothing."""


@dg.job(executor_def=dg.in_process_executor)
def empty_job() -> None:
    """One operation that does nothing, in the run's own process, as Partita's job runs."""
    nothing()


defs = dg.Definitions(jobs=[empty_job])
