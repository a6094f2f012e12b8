"""The definition that writes the ledger as Beancount files and lets bean-check look at them."""

from collections.abc import Iterator
from typing import Final

import dagster as dg

from assets.reports.assets import BEANCOUNT_CHECK, BEANCOUNT_CHECK_DESCRIPTION, SPECS
from assets.reports.bean_check import Verdict, ask_bean_check
from assets.reports.beancount import Span, Written, write_journal
from orchestration.failing import operating_errors_failing_the_run
from orchestration.resources import HomeResource

_LONGEST_MESSAGE: Final = 4_000
"""Characters of what bean-check says that a check shows; its first sentences name the place."""


@dg.multi_asset(
    name="write_journal",
    specs=SPECS,
    check_specs=[
        dg.AssetCheckSpec(BEANCOUNT_CHECK, asset="journal_export", description=BEANCOUNT_CHECK_DESCRIPTION)
    ],
)
def report_pipeline(home: HomeResource) -> Iterator[dg.MaterializeResult]:  # type: ignore[type-arg]
    """Writes the files and reports them with bean-check's verdict."""
    written = _write(home)
    verdict = ask_bean_check(written.main_file)
    yield dg.MaterializeResult(
        asset_key="journal_export",
        metadata={
            "folder": dg.MetadataValue.path(str(written.folder)),
            "file_count": len(written.file_names),
            "entry_count": written.entry_count,
            "opening_item_count": written.opening_count,
            "dagster/row_count": written.entry_count,
        },
        check_results=[_check_result(verdict)],
    )


def _write(home: HomeResource) -> Written:
    with operating_errors_failing_the_run(), home.ledger().reading_apart() as workbench:
        return write_journal(workbench, home.home().journal, Span())


def _check_result(verdict: Verdict) -> dg.AssetCheckResult:
    """What was never asked is no failure: the message says that it was not."""
    return dg.AssetCheckResult(
        check_name=BEANCOUNT_CHECK,
        passed=verdict.is_accepted is not False,
        severity=dg.AssetCheckSeverity.ERROR,
        description=verdict.message[:_LONGEST_MESSAGE],
        metadata={"was_run": verdict.is_accepted is not None},
    )


ASSETS: Final = (report_pipeline,)
