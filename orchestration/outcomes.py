"""Says to Dagster what became of each partition, and what the checks of the ledger found."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final, TypeVar

import dagster as dg
import duckdb
from dagster._core.definitions.asset_checks.asset_check_evaluation import (
    AssetCheckEvaluationTargetMaterializationData,
)

from assets.check_rules import CheckRule
from assets.errors import OperatingError
from assets.exchange.assets import EXCHANGE_ASSET
from assets.findings import worded
from assets.ledger.imports import ImportOutcome, recorded_outcome
from assets.ledger.store import Ledger
from assets.money import format_amount
from assets.statements import frame, records, statement
from orchestration.freshness import changed_with, lasting
from orchestration.resources import ProgressResource

_Outcome = TypeVar("_Outcome")

MAX_TABLE_ROWS: Final = 20
"""Dagster's pages render tables of this size well; the command line shows all rows."""

REMEDY_COLUMNS: Final = ("remedy", "what_to_do")
"""Columns that say what to do. They stand first in a table: its end is beyond the edge of the screen."""

COUNT_METADATA: Final[dict[str, tuple[str, ...]]] = {
    "trace_lines": ("line_count",),
    "validated_trace_lines": ("line_count", "error_count", "warning_count"),
    "trace_movements": ("movement_count", "posted_movement_count", "repeated_movement_count"),
    "trace_settlements": ("linked_posting_count", "unlinked_posting_count"),
    "trace_postings": ("posting_count", "posted_movement_count"),
}
"""Per asset the counts of an import that its event carries; the first one is the partition's row count."""

SALES_COUNT_METADATA: Final[dict[str, tuple[str, ...]]] = {
    "sales_documents": ("movement_count", "line_count", "error_count", "warning_count"),
    "sales_postings": ("posted_movement_count", "repeated_movement_count", "posting_count"),
}
"""The same for the files of sales invoices."""


def materialization(asset_name: str, outcome: ImportOutcome) -> dg.AssetMaterialization:
    """The event that makes one partition of one asset green, with its counts and control totals."""
    names = (COUNT_METADATA | SALES_COUNT_METADATA)[asset_name]
    metadata: dict[str, dg.MetadataValue] = {
        name: dg.MetadataValue.int(outcome.counts[name]) for name in names
    }
    metadata["dagster/partition_row_count"] = dg.MetadataValue.int(outcome.counts[names[0]])
    metadata["status"] = dg.MetadataValue.text(outcome.status)
    metadata["import_id"] = dg.MetadataValue.int(outcome.import_id)
    metadata["import_number"] = dg.MetadataValue.text(outcome.import_number)
    if asset_name in ("trace_postings", "sales_postings"):
        metadata["debit_total"] = dg.MetadataValue.text(format_amount(outcome.debit_total))
        metadata["credit_total"] = dg.MetadataValue.text(format_amount(outcome.credit_total))
    return dg.AssetMaterialization(
        asset_name, partition=outcome.partition_key, metadata=metadata, tags=lasting(asset_name)
    )


def open_items_materialization(workbench: duckdb.DuckDBPyConnection) -> dg.AssetMaterialization:
    """The event of the open items, with how many there are and what is left of them by currency."""
    totals = records(workbench, "ledger", "open_item_totals")
    (now,) = records(workbench, "ledger", "open_item_version")
    rows = [row | {"residual_amount": _format_residual(row)} for row in totals[:MAX_TABLE_ROWS]]
    table = [dg.TableRecord({name: str(value) for name, value in row.items()}) for row in rows]
    count = sum(int(str(row["open_item_count"])) for row in totals)
    metadata: dict[str, dg.MetadataValue] = {"dagster/row_count": dg.MetadataValue.int(count)}
    if table:
        metadata["residuals"] = dg.MetadataValue.table(table)
    tags = lasting("open_items") | changed_with(now["version"])
    return dg.AssetMaterialization("open_items", metadata=metadata, tags=tags)


def messages_materialization(
    workbench: duckdb.DuckDBPyConnection, run_id: str
) -> list[dg.AssetMaterialization | dg.AssetCheckResult]:
    """The event of the exchange system's messages, if the run brought some, with how many there are."""
    totals = records(workbench, "exchange", "message_totals", {"run_id": run_id})
    if not any(row["new_count"] for row in totals):
        return []
    metadata: dict[str, dg.MetadataValue] = {
        "dagster/row_count": dg.MetadataValue.int(sum(row["message_count"] for row in totals)),
        "new_count": dg.MetadataValue.int(sum(row["new_count"] for row in totals)),
        "by_kind": dg.MetadataValue.table([dg.TableRecord(row) for row in totals]),
    }
    return [dg.AssetMaterialization(EXCHANGE_ASSET, metadata=metadata, tags=lasting(EXCHANGE_ASSET))]


def _format_residual(row: dict[str, object]) -> str:
    """What is left of the items of one company, currency and side, with the currency's decimals."""
    return format_amount(Decimal(str(row["residual_amount"])), str(row["currency_code"]))


def check_result(workbench: duckdb.DuckDBPyConnection, rule: CheckRule) -> dg.AssetCheckResult:
    """The check's outcome over the whole ledger: one sentence, and a table of at most 20 rows.

    `prepare_checks` comes before it.
    """
    failing = frame(workbench, rule.stage, rule.statement, rule.parameters)
    severity = dg.AssetCheckSeverity.ERROR if rule.severity == "ERROR" else dg.AssetCheckSeverity.WARN
    if not failing.num_rows:
        return passed(rule.asset_name, rule.name, severity)
    names = sorted(failing.column_names, key=lambda name: name not in REMEDY_COLUMNS)
    shown = failing.select(names).slice(0, MAX_TABLE_ROWS).to_pylist()
    if {"finding_code", "expected", "remedy"} <= set(names):
        shown = [worded(row) for row in shown]
    records = [dg.TableRecord({name: _cell(value) for name, value in row.items()}) for row in shown]
    columns = [dg.TableColumn(name, "string") for name in names]
    first = f" (the first {MAX_TABLE_ROWS} below)" if failing.num_rows > MAX_TABLE_ROWS else ""
    return dg.AssetCheckResult(
        asset_key=rule.asset_name,
        check_name=rule.name,
        passed=False,
        severity=severity,
        description=f"{rule.sentence}: {failing.num_rows}{first}. {rule.remedy}",
        metadata={
            "failing_rows": failing.num_rows,
            "what_to_do": rule.remedy,
            "rows": dg.MetadataValue.table(records, schema=dg.TableSchema(columns)),
        },
    )


def evaluation(
    result: dg.AssetCheckResult, target: AssetCheckEvaluationTargetMaterializationData | None = None
) -> dg.AssetCheckEvaluation:
    """The outcome of a check as an event that no step of the asset reports; `target` is what it is about."""
    assert result.asset_key is not None and result.check_name is not None, "every result names its check"
    return dg.AssetCheckEvaluation(
        asset_key=result.asset_key,
        check_name=result.check_name,
        passed=result.passed,
        metadata=result.metadata,
        severity=result.severity,
        description=result.description,
        target_materialization_data=target,
    )


def passed(asset_name: str, check_name: str, severity: dg.AssetCheckSeverity) -> dg.AssetCheckResult:
    """The outcome of a check that found nothing."""
    return dg.AssetCheckResult(
        asset_key=asset_name,
        check_name=check_name,
        passed=True,
        severity=severity,
        metadata={"failing_rows": 0},
    )


def _cell(value: object) -> str | int | None:
    """A value for Dagster's tables, which take no decimals and no dates."""
    if isinstance(value, Decimal):
        return format_amount(value)
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    if value is None or isinstance(value, int):
        return value
    return str(value)


def prepare_checks(workbench: duckdb.DuckDBPyConnection, rules: Iterable[CheckRule]) -> None:
    """Runs what the checks need, once for all that need the same."""
    for stage, macro in dict.fromkeys((rule.stage, rule.macro) for rule in rules if rule.macro is not None):
        workbench.execute(statement(stage, macro))


def check_results(
    workbench: duckdb.DuckDBPyConnection,
    rules: Mapping[dg.AssetCheckKey, CheckRule],
    selected: set[dg.AssetCheckKey],
) -> Iterator[dg.AssetCheckResult]:
    """The outcome of every selected check, in the order of the rules."""
    chosen = [rule for key, rule in rules.items() if key in selected]
    prepare_checks(workbench, chosen)
    for rule in chosen:
        yield check_result(workbench, rule)


def closed_outcomes(ledger: Ledger, outcomes: Sequence[ImportOutcome]) -> Iterator[ImportOutcome]:
    """Every file of which nothing is left to do, also those of earlier runs that these files superseded."""
    superseded = [key for outcome in outcomes for key in outcome.superseded_keys]
    yield from (outcome for outcome in outcomes if outcome.is_closed)
    if superseded:
        with ledger.reading() as workbench:
            for key in dict.fromkeys(superseded):
                outcome = recorded_outcome(workbench, key)
                if outcome is not None:
                    yield outcome


def teller(
    context: dg.AssetExecutionContext,
    progress: ProgressResource,
    count: int,
    sentence: Callable[[_Outcome], str],
) -> Callable[[str, _Outcome | OperatingError], None]:
    """Tells what became of each of `count` files or deliveries as soon as it is known: by an event of the
    run, so that its page shows how far it is, and to whoever listens.
    """
    numbers = itertools.count(1)

    def tell(key: str, result: _Outcome | OperatingError) -> None:
        place = f" ({next(numbers)} of {count})" if count > 1 else ""
        progress.done(key)
        if isinstance(result, OperatingError):
            context.log.error(f"{key}: {result}{place}")
        else:
            name = result.name if isinstance(result, ImportOutcome) else key
            context.log.info(f"{name}: {sentence(result)}{place}")

    return tell
