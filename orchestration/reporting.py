"""Tells Dagster what was done to the ledger by no run of a partition: by a command, or by a run cut off.

Belongs here: events that belong to no run, and the checks after them. Does not: what they say
(`orchestration.outcomes`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import dagster as dg
from dagster._core.definitions.asset_checks.asset_check_evaluation import (
    AssetCheckEvaluationTargetMaterializationData,
)

from assets.check_rules import CheckRule
from assets.exports import checks as export_checks
from assets.invoices import checks as invoice_checks
from assets.ledger import checks as ledger_checks
from assets.ledger.store import Ledger
from assets.reconciliation import checks as reconciliation_checks
from assets.sales import checks as sales_checks
from assets.traces import checks as trace_checks
from orchestration.outcomes import check_result, evaluation, prepare_checks

CHECK_RULES: Final[tuple[CheckRule, ...]] = (
    *trace_checks.CHECKS,
    *invoice_checks.CHECKS,
    *sales_checks.CHECKS,
    *reconciliation_checks.CHECKS,
    *ledger_checks.CHECKS,
    *export_checks.DRIFT_CHECKS,
)
"""What a decision or a correction may turn green or red."""


def report_done(
    instance: dg.DagsterInstance, ledger: Ledger, events: Sequence[dg.AssetMaterialization]
) -> None:
    """Reports these events, then what every check says now.

    A check that is not of the last event of its asset is shown as not evaluated, whatever it found.
    """
    for event in events:
        instance.report_runless_asset_event(event)
    with ledger.reading() as workbench:
        prepare_checks(workbench, CHECK_RULES)
        results = [check_result(workbench, rule) for rule in CHECK_RULES]
    targets = {rule.asset_name: _last_event(instance, rule.asset_name) for rule in CHECK_RULES}
    for result in results:
        assert result.asset_key is not None, "every result names its asset"
        event_of = evaluation(result, targets[result.asset_key.to_user_string()])
        instance.report_runless_asset_event(event_of)


def _last_event(
    instance: dg.DagsterInstance, asset_name: str
) -> AssetCheckEvaluationTargetMaterializationData | None:
    """What a check of this asset is about. Without it Dagster compares times, one in whole seconds."""
    found = instance.fetch_materializations(dg.AssetKey(asset_name), limit=1).records
    if not found:
        return None
    return AssetCheckEvaluationTargetMaterializationData(
        storage_id=found[0].storage_id, run_id=found[0].run_id, timestamp=found[0].timestamp
    )
