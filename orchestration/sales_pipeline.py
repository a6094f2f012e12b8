"""The one definition that carries sales invoices from the inbox to the open items.

One operation for the whole chain, as for the traces: a file is one transaction and one partition. It is green
when every invoice in it that is no draft is in the ledger; otherwise it is failed, so that "failed and
missing" names precisely the files of which something is left to do.
"""

from collections.abc import Iterator
from typing import Final

import dagster as dg

from assets.check_rules import CheckRule
from assets.detection.assets import SALES_INBOX
from assets.exchange import assets as exchange_assets
from assets.exchange import checks as exchange_checks
from assets.ledger.imports import ImportOutcome
from assets.ledger.store import Ledger
from assets.sales import assets as sales_assets
from assets.sales import checks as sales_checks
from orchestration.failing import (
    fail_if_anything_is_left,
    observations,
    operating_errors_failing_the_run,
    reasons_of_files,
)
from orchestration.imports import KEYS_PER_RUN, Failed, import_keys
from orchestration.outcomes import (
    SALES_COUNT_METADATA,
    check_results,
    closed_outcomes,
    materialization,
    messages_materialization,
    open_items_materialization,
    teller,
)
from orchestration.partitions import SALES_FILES, selected_keys
from orchestration.requesters import requester_of
from orchestration.resources import HomeResource, ProgressResource
from orchestration.sales_imports import SalesImports

CHECK_RULES: Final[tuple[CheckRule, ...]] = (*sales_checks.CHECKS, *exchange_checks.CHECKS)
RULES_BY_KEY: Final = {
    dg.AssetCheckKey(dg.AssetKey(rule.asset_name), rule.name): rule for rule in CHECK_RULES
}

SPECS: Final = (
    *(spec.replace_attributes(partitions_def=SALES_FILES) for spec in sales_assets.SPECS),
    *exchange_assets.SPECS,
)


@dg.multi_asset(
    name="import_sales",
    specs=SPECS,
    check_specs=[
        dg.AssetCheckSpec(rule.name, asset=rule.asset_name, description=rule.description)
        for rule in CHECK_RULES
    ],
    can_subset=True,
    backfill_policy=dg.BackfillPolicy.multi_run(KEYS_PER_RUN),
    pool="ledger",
)
def sales_pipeline(
    context: dg.AssetExecutionContext, home: HomeResource, progress: ProgressResource
) -> Iterator[dg.AssetMaterialization | dg.AssetObservation | dg.AssetCheckResult]:
    """Imports the files of the selected partitions, then reports per file and per check."""
    keys = selected_keys(context)
    ledger = home.ledger()
    outcomes, failed = _import(context, home, ledger, keys, progress)
    for outcome in closed_outcomes(ledger, outcomes):
        for name in SALES_COUNT_METADATA:
            yield materialization(name, outcome)
    yield from _ledger_as_a_whole(ledger, context, outcomes)
    left = [outcome.partition_key for outcome in outcomes if not outcome.is_closed]
    reasons = reasons_of_files(ledger, left, CHECK_RULES)
    yield from observations(SALES_COUNT_METADATA, reasons)
    fail_if_anything_is_left(outcomes, failed, reasons)


def _import(
    context: dg.AssetExecutionContext,
    home: HomeResource,
    ledger: Ledger,
    keys: list[str],
    progress: ProgressResource,
) -> tuple[list[ImportOutcome], list[Failed]]:
    run = context.run
    with (
        operating_errors_failing_the_run(),
        SalesImports(home.home(), ledger, run.run_id, requester_of(run.tags)) as imports,
    ):
        imports.load_reference()
        return import_keys(imports, keys, teller(context, progress, len(keys), _sentence))


def _sentence(outcome: ImportOutcome) -> str:
    return (
        f"{outcome.status}; {outcome.counts['posted_movement_count']} of {outcome.counts['movement_count']} "
        f"sales invoices posted, {outcome.counts['error_count']} errors"
    )


def _ledger_as_a_whole(
    ledger: Ledger, context: dg.AssetExecutionContext, outcomes: list[ImportOutcome]
) -> list[dg.AssetMaterialization | dg.AssetCheckResult]:
    """Every selected check, the open items if invoices were posted, and the messages if some came."""
    with ledger.reading() as workbench:
        events: list[dg.AssetMaterialization | dg.AssetCheckResult] = []
        if any(outcome.counts["posted_movement_count"] for outcome in outcomes):
            events.append(open_items_materialization(workbench))
        events += messages_materialization(workbench, context.run.run_id)
        selected = set(context.selected_asset_check_keys)
        return [*events, *check_results(workbench, RULES_BY_KEY, selected)]


ASSETS: Final = (SALES_INBOX, sales_pipeline)
