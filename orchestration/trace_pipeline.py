"""The one definition that carries the traces from the inbox to the open items.

One operation for the whole chain: a file is posted in one transaction, so its lines, movements,
settlements and postings come into being together. Each file is a partition with its own outcome: after the
work, exactly the files of which nothing is left to do are reported as materialized, and the run ends as
failed if there are others, so that "failed and missing" in the UI names precisely those.
"""

from collections.abc import Iterator
from typing import Final

import dagster as dg

from assets.check_rules import CheckRule
from assets.detection.assets import TRACE_INBOX
from assets.exports import checks as export_checks
from assets.ledger import assets as ledger_assets
from assets.ledger import checks as ledger_checks
from assets.ledger.imports import ImportOutcome
from assets.ledger.store import Ledger
from assets.reconciliation import assets as reconciliation_assets
from assets.reconciliation import checks as reconciliation_checks
from assets.reference import assets as reference_assets
from assets.reference import checks as reference_checks
from assets.reference.load import ReferenceState
from assets.reports import checks as report_checks
from assets.traces import assets as trace_assets
from assets.traces import checks as trace_checks
from orchestration.failing import (
    fail_if_anything_is_left,
    observations,
    operating_errors_failing_the_run,
    reasons_of_files,
)
from orchestration.imports import KEYS_PER_RUN, Failed, TraceImports, import_keys
from orchestration.outcomes import (
    COUNT_METADATA,
    check_results,
    closed_outcomes,
    materialization,
    open_items_materialization,
    teller,
)
from orchestration.partitions import TRACE_FILES, selected_keys
from orchestration.requesters import requester_of
from orchestration.resources import HomeResource, ProgressResource

CHECK_RULES: Final[tuple[CheckRule, ...]] = (
    *reference_checks.CHECKS,
    *trace_checks.CHECKS,
    *reconciliation_checks.CHECKS,
    *ledger_checks.CHECKS,
    *report_checks.CHECKS,
    *export_checks.DRIFT_CHECKS,
)
RULES_BY_KEY: Final = {
    dg.AssetCheckKey(dg.AssetKey(rule.asset_name), rule.name): rule for rule in CHECK_RULES
}

_PARTITIONED: Final = tuple(COUNT_METADATA)

SPECS: Final = tuple(
    spec.replace_attributes(partitions_def=TRACE_FILES) if spec.key.to_user_string() in _PARTITIONED else spec
    for spec in (
        *reference_assets.SPECS,
        *trace_assets.SPECS,
        *reconciliation_assets.SPECS,
        *ledger_assets.SPECS,
    )
)


@dg.multi_asset(
    name="import_traces",
    specs=SPECS,
    check_specs=[
        dg.AssetCheckSpec(rule.name, asset=rule.asset_name, description=rule.description)
        for rule in CHECK_RULES
    ],
    can_subset=True,
    backfill_policy=dg.BackfillPolicy.multi_run(KEYS_PER_RUN),
    pool="ledger",
)
def trace_pipeline(
    context: dg.AssetExecutionContext, home: HomeResource, progress: ProgressResource
) -> Iterator[dg.AssetMaterialization | dg.AssetObservation | dg.AssetCheckResult]:
    """Imports the files of the selected partitions, then reports per file, per check and as a whole."""
    selected = {key.to_user_string() for key in context.selected_asset_keys}
    keys = selected_keys(context)
    ledger = home.ledger()
    # The connections live in functions of their own: the traceback of a failed run outlives this frame.
    reference, outcomes, failed = _import(context, home, ledger, keys, progress)
    if "reference_data" in selected and not reference.findings:
        yield dg.AssetMaterialization("reference_data", metadata={"version": reference.version})
    for outcome in closed_outcomes(ledger, outcomes):
        # The whole chain came into being, also where the run was started from the page of one asset.
        for name in _PARTITIONED:
            yield materialization(name, outcome)
    yield from _ledger_as_a_whole(ledger, selected, set(context.selected_asset_check_keys))
    left = [outcome.partition_key for outcome in outcomes if not outcome.is_closed]
    reasons = reasons_of_files(ledger, left, CHECK_RULES)
    yield from observations(_PARTITIONED, reasons)
    fail_if_anything_is_left(outcomes, failed, reasons)


def _import(
    context: dg.AssetExecutionContext,
    home: HomeResource,
    ledger: Ledger,
    keys: list[str],
    progress: ProgressResource,
) -> tuple[ReferenceState, list[ImportOutcome], list[Failed]]:
    """Brings the reference data into force and imports the files one after the other."""
    run = context.run
    with (
        operating_errors_failing_the_run(),
        TraceImports(home.home(), ledger, run.run_id, requester_of(run.tags)) as imports,
    ):
        reference = imports.load_reference()
        return reference, *import_keys(imports, keys, teller(context, progress, len(keys), _sentence))


def _ledger_as_a_whole(
    ledger: Ledger, selected: set[str], selected_checks: set[dg.AssetCheckKey]
) -> list[dg.AssetMaterialization | dg.AssetCheckResult]:
    """What is said of the ledger after the run: the open items, and every selected check."""
    with ledger.reading() as workbench:
        events: list[dg.AssetMaterialization | dg.AssetCheckResult] = []
        if "open_items" in selected:
            events.append(open_items_materialization(workbench))
        return [*events, *check_results(workbench, RULES_BY_KEY, selected_checks)]


def _sentence(outcome: ImportOutcome) -> str:
    counts = outcome.counts
    return (
        f"{outcome.status}; {counts['posted_movement_count']} of {counts['movement_count']} movements in the "
        f"ledger, {counts['linked_posting_count']} postings linked, "
        f"{counts['unlinked_posting_count']} unlinked, {counts['error_count']} errors"
    )


ASSETS: Final = (TRACE_INBOX, trace_pipeline)
