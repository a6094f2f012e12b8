"""The definition that syncs the booked sales invoices of files with the accounting programs.

A file is green when everything in it that is due is booked, otherwise failed, so that a rerun of what failed
sends only what was not booked. The pool is the sync's own: a program that answers slowly must not hold up the
ledger.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, NoReturn

import dagster as dg

from assets.errors import OperatingError
from assets.import_numbers import import_number
from assets.ledger.audit import PARTITA
from assets.ledger.store import Ledger
from assets.sync import checks as sync_checks
from assets.sync.assets import SYNC_OUTCOMES
from assets.sync.errors import sync_error_codes
from assets.sync.syncing import SyncOutcome
from assets.wording import counted
from orchestration.failing import RunFailedError, operating_errors_failing_the_run
from orchestration.freshness import lasting
from orchestration.imports import KEYS_PER_RUN, current_settings, records_of_keys
from orchestration.notifications import notify
from orchestration.outcomes import check_results
from orchestration.partitions import SALES_FILES, selected_keys
from orchestration.requesters import who_asks
from orchestration.resources import HomeResource, ProgressResource
from orchestration.sales_imports import SALES
from orchestration.syncs import SalesSyncs, SyncRequest, counts_of, totals_of_files

RULES_BY_KEY: Final = {
    dg.AssetCheckKey(dg.AssetKey(rule.asset_name), rule.name): rule for rule in sync_checks.CHECKS
}

EVENT: Final = "sales_invoices_synced"

KEYS_PER_SYNC: Final = 1000
"""Files in one run that a command or a night asks for: what a run costs is its calls, not its files."""


class SyncConfig(dg.Config):
    """Whose invoices: empty lists stand for all. An automatic sync sends no notification (T03)."""

    # The defaults are copied for every config (pydantic).
    companies: list[str] = []  # noqa: RUF012
    only: list[str] = []  # noqa: RUF012
    requested_by: str = PARTITA
    is_automatic: bool = False


@dg.multi_asset(
    name="sync_sales_invoices",
    specs=[SYNC_OUTCOMES.replace_attributes(partitions_def=SALES_FILES)],
    check_specs=[
        dg.AssetCheckSpec(rule.name, asset=rule.asset_name, description=rule.description)
        for rule in sync_checks.CHECKS
    ],
    can_subset=True,
    backfill_policy=dg.BackfillPolicy.multi_run(KEYS_PER_RUN),
    pool="sync",
)
def sync_pipeline(
    context: dg.AssetExecutionContext, config: SyncConfig, home: HomeResource, progress: ProgressResource
) -> Iterator[dg.AssetMaterialization | dg.AssetCheckResult]:
    """Syncs what is due of the selected files, then reports per file and per check."""
    keys = selected_keys(context)
    ledger = home.ledger()

    def told(company_code: str, done: int, count: int) -> None:
        progress.sent(done, count)
        context.log.info(f"{company_code}: {done} of {counted(count, 'invoice')} done")

    outcomes, failed = _sync(home, ledger, context.run, keys, config, told)
    totals = _totals_by_key(ledger, keys)
    numbers = _numbers_by_key(ledger, keys)
    for key, row in totals.items():
        if not row["due_count"]:
            yield _materialization(key, row, numbers.get(key))
    with ledger.reading() as workbench:
        yield from check_results(workbench, RULES_BY_KEY, set(context.selected_asset_check_keys))
    for outcome in outcomes:
        _log(context, outcome)
    if not config.is_automatic:
        notify(current_settings(ledger), message(outcomes), context.log.warning)
    is_left = any(row["due_count"] for row in totals.values())
    if config.companies or config.only:
        # What nobody asked for keeps its file from being green, and does not make this run a failure.
        is_left = any(each.rejected or each.unknown or each.waiting for each in outcomes)
    if is_left or failed:
        _fail(outcomes, failed)


def message(outcomes: Sequence[SyncOutcome]) -> dict[str, object]:
    """What is said of a manual sync (T02): counts, and each kind of error with whose it is and what to do.

    Which documents they are about stands in `partita invoices` only: no names or numbers leave the home.
    """
    counts = [counts_of(outcome) for outcome in outcomes]
    names = ("customer_count", "booked_count", "rejected_count", "unknown_count", "waiting_count")
    kinds = Counter(error.sync_error_code for outcome in outcomes for error in _errors(outcome))
    errors = [
        {
            "error_code": code,
            "error_count": count,
            "owner": kind.owner,
            "what": kind.what,
            "remedy": kind.remedy,
        }
        for code, count in sorted(kinds.items())
        for kind in [sync_error_codes()[code]]
    ]
    return (
        {"event": EVENT} | {name: sum(each[name] for each in counts) for name in names} | {"errors": errors}
    )


def _sync(
    home: HomeResource,
    ledger: Ledger,
    run: dg.DagsterRun,
    keys: list[str],
    config: SyncConfig,
    told: Callable[[str, int, int], None],
) -> tuple[list[SyncOutcome], list[OperatingError]]:
    request = SyncRequest(
        who_asks(config.requested_by, run.tags),
        tuple(keys),
        tuple(config.companies) or None,
        tuple(config.only) or None,
    )
    with operating_errors_failing_the_run(), SalesSyncs(home.home(ledger), ledger, run.run_id) as syncs:
        syncs.load_reference()
        return syncs.sync(request, told)


def _totals_by_key(ledger: Ledger, keys: Sequence[str]) -> dict[str, dict[str, int]]:
    """Per file: how many invoices are booked at the source, synced, and due; zeros where none is booked."""
    names = ("invoice_count", "synced_count", "due_count")
    totals = {key: dict.fromkeys(names, 0) for key in keys}
    for row in totals_of_files(ledger, keys):
        for name in names:
            totals[row["partition_key"]][name] += row[name]
    return totals


def _numbers_by_key(ledger: Ledger, keys: Sequence[str]) -> dict[str, str]:
    """Per file that was imported, the number of its import."""
    found = records_of_keys(ledger, "known_import", keys, source_kind=SALES.source_kind)
    return {row["partition_key"]: import_number(row["import_id"]) for row in found}


def _materialization(key: str, row: dict[str, int], number: str | None) -> dg.AssetMaterialization:
    metadata: dict[str, Any] = {name: dg.MetadataValue.int(count) for name, count in row.items()}
    if number is not None:
        metadata["import_number"] = dg.MetadataValue.text(number)
    metadata["dagster/partition_row_count"] = dg.MetadataValue.int(row["synced_count"])
    name = SYNC_OUTCOMES.key.to_user_string()
    return dg.AssetMaterialization(name, partition=key, metadata=metadata, tags=lasting(name))


def _log(context: dg.AssetExecutionContext, outcome: SyncOutcome) -> None:
    """Counts, and each kind of error once with its remedy: no names and no amounts leave the ledger."""
    context.log.info(f"{outcome.company_code}: {_summary(outcome)}")
    codes = {error.code for error in _errors(outcome)}
    for code in sorted(codes, key=lambda each: each.sync_error_code):
        context.log.warning(f"{outcome.company_code}: {code.what} ({code.owner}) {code.remedy}")


def _errors(outcome: SyncOutcome) -> list[Any]:
    news = [each.error for each in (*outcome.rejected, *outcome.unknown) if each.error is not None]
    return [*outcome.problems, *news, *outcome.drift.values()]


def _summary(outcome: SyncOutcome) -> str:
    counts = counts_of(outcome)
    return (
        f"{counts['customer_count']} customers and {counts['booked_count']} invoices synced to "
        f"{outcome.program}, {counts['rejected_count']} refused, {counts['unknown_count']} in doubt, "
        f"{counts['waiting_count']} not sent"
    )


def _fail(outcomes: Sequence[SyncOutcome], failed: Sequence[OperatingError]) -> NoReturn:
    """Ends the run as failed, without a retry: what is left needs a person, or the next sync."""
    incomplete = [outcome for outcome in outcomes if not outcome.is_complete]
    parts = [f"{problem.sentence} {problem.remedy}" for each in outcomes for problem in each.problems[:3]]
    parts += [str(error) for error in failed]
    parts += [f"{outcome.company_code}: {_summary(outcome)}." for outcome in incomplete]
    parts.append("`partita invoices --unsynced` says what is wrong with each invoice, and what to do.")
    raise RunFailedError(" ".join(parts))


ASSETS: Final = (sync_pipeline,)
