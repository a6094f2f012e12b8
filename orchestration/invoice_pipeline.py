"""The one definition that carries e-invoices from the inbox to the open items.

One operation for the whole chain, as for the traces: a delivery is one transaction and one partition. It
is green when every document in it is registered, repeated, refused or handled; otherwise it is failed, so
that "failed and missing" names precisely the deliveries of which something is left to do. A run that a person
started for some documents succeeds with these: a delivery of which others are left then counts as missing.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import dagster as dg

from assets.check_rules import CheckRule
from assets.detection.assets import INVOICE_INBOX
from assets.exchange import checks as exchange_checks
from assets.exports import checks as export_checks
from assets.findings import worded
from assets.invoices import assets as invoice_assets
from assets.invoices import checks as invoice_checks
from assets.invoices.iban_doubts import look_at_ibans
from assets.invoices.registering import DeliveryOutcome
from assets.invoices.reports import left_out_files
from assets.ledger.store import Ledger
from assets.statements import records, row_count
from assets.wording import counted
from orchestration.deliveries import DELIVERIES_PER_RUN, DeliveryImports, FailedDelivery, import_deliveries
from orchestration.failing import (
    MAX_REASONS,
    Reason,
    RunFailedError,
    observations,
    operating_errors_failing_the_run,
    reasons_of_deliveries,
)
from orchestration.freshness import lasting
from orchestration.imports import current_settings
from orchestration.notifications import message, notify
from orchestration.outcomes import (
    MAX_TABLE_ROWS,
    check_result,
    check_results,
    evaluation,
    messages_materialization,
    open_items_materialization,
    prepare_checks,
    teller,
)
from orchestration.partitions import INVOICE_DELIVERIES, selected_keys
from orchestration.requesters import requester_of
from orchestration.resources import HomeResource, ProgressResource

CHECK_RULES: Final[tuple[CheckRule, ...]] = invoice_checks.CHECKS
RULES_BY_KEY: Final = {
    dg.AssetCheckKey(dg.AssetKey(rule.asset_name), rule.name): rule for rule in CHECK_RULES
}

SPECS: Final = tuple(
    spec.replace_attributes(partitions_def=INVOICE_DELIVERIES) for spec in invoice_assets.SPECS
)

COUNTS_OF_ASSET: Final[Mapping[str, tuple[str, ...]]] = {
    "delivered_documents": ("document_count", "file_count", "message_count", "left_out_count"),
    "validated_documents": ("document_count",),
    "recognised_documents": ("document_count", "registered_count", "repeated_count", "decided_count"),
    "document_registrations": ("registered_count", "decided_count"),
    "invoice_postings": ("registered_count",),
}
"""Per asset the counts of a delivery that its event carries; the first one is the partition's row count."""


FILES_PER_EVENT: Final = 100
"""Files of a delivery between two events that say how far its run is."""


class RegistrationConfig(dg.Config):
    """What the run is judged by: the documents of these numbers; None for everything in its deliveries."""

    documents: list[int] | None = None


@dg.multi_asset(
    name="register_invoices",
    specs=SPECS,
    check_specs=[
        dg.AssetCheckSpec(rule.name, asset=rule.asset_name, description=rule.description)
        for rule in CHECK_RULES
    ],
    can_subset=True,
    backfill_policy=dg.BackfillPolicy.multi_run(DELIVERIES_PER_RUN),
    pool="ledger",
)
def invoice_pipeline(
    context: dg.AssetExecutionContext,
    home: HomeResource,
    progress: ProgressResource,
    config: RegistrationConfig,
) -> Iterator[dg.AssetMaterialization | dg.AssetObservation | dg.AssetCheckResult]:
    """Registers the documents of the selected deliveries, then reports per delivery and per check."""
    keys = selected_keys(context)
    ledger = home.ledger()
    outcomes, failed = _import(context, home, ledger, keys, progress)
    left_out = _left_out(ledger, outcomes)
    for outcome in outcomes:
        if outcome.is_closed:
            for name in COUNTS_OF_ASSET:
                yield delivery_materialization(name, outcome, left_out.get(outcome.delivery_key, ()))
    yield from _ledger_as_a_whole(ledger, context, outcomes)
    _log(context, outcomes, left_out, _ibans_to_confirm(ledger, outcomes))
    if not all(outcome.is_closed for outcome in outcomes):
        notify(current_settings(ledger), message(outcomes), context.log.warning)
    if config.documents is not None:
        left = _asked_documents_left(ledger, config.documents, keys)
    else:
        left = [
            f"{outcome.delivery_key}: {_summary(outcome)}." for outcome in outcomes if not outcome.is_closed
        ]
    is_open = [outcome.delivery_key for outcome in outcomes if not outcome.is_closed]
    reasons = reasons_of_deliveries(ledger, is_open, CHECK_RULES)
    yield from observations(COUNTS_OF_ASSET, reasons)
    _fail_if_anything_is_left(left, failed, reasons)


def _import(
    context: dg.AssetExecutionContext,
    home: HomeResource,
    ledger: Ledger,
    keys: list[str],
    progress: ProgressResource,
) -> tuple[list[DeliveryOutcome], list[FailedDelivery]]:
    run = context.run

    def read(count: int) -> None:
        progress.read(count)
        if count % FILES_PER_EVENT == 0:
            context.log.info(f"{counted(count, 'file')} of the delivery read.")

    with (
        operating_errors_failing_the_run(),
        DeliveryImports(home.home(), ledger, run.run_id, requester_of(run.tags)) as imports,
    ):
        imports.load_reference()
        return import_deliveries(imports, keys, teller(context, progress, len(keys), _summary), read)


def _ledger_as_a_whole(
    ledger: Ledger, context: dg.AssetExecutionContext, outcomes: list[DeliveryOutcome]
) -> list[dg.AssetMaterialization | dg.AssetCheckResult]:
    """Every selected check, the open items if documents were registered, and the messages if some came.

    The checks of the messages belong to another definition: what they say is reported where messages came, or
    documents for which some may have waited.
    """
    with ledger.reading() as workbench:
        events: list[dg.AssetMaterialization | dg.AssetCheckResult] = []
        if any(outcome.counts["registered_count"] for outcome in outcomes):
            events.append(open_items_materialization(workbench))
        # A change takes items back that the treasury knows, and an IBAN may hold them.
        prepare_checks(workbench, export_checks.DRIFT_CHECKS)
        for rule in export_checks.DRIFT_CHECKS:
            context.instance.report_runless_asset_event(evaluation(check_result(workbench, rule)))
        events += messages_materialization(workbench, context.run.run_id)
        if row_count(workbench, "ledger.exchange_message"):
            for rule in exchange_checks.CHECKS:
                context.instance.report_runless_asset_event(evaluation(check_result(workbench, rule)))
        selected = set(context.selected_asset_check_keys)
        return [*events, *check_results(workbench, RULES_BY_KEY, selected)]


def _left_out(ledger: Ledger, outcomes: list[DeliveryOutcome]) -> dict[str, list[str]]:
    """By delivery: the files of its archive that are no documents."""
    keys = [outcome.delivery_key for outcome in outcomes if outcome.counts["left_out_count"]]
    if not keys:
        return {}
    with ledger.reading() as workbench:
        return {key: left_out_files(workbench, key) for key in keys}


def _ibans_to_confirm(ledger: Ledger, outcomes: list[DeliveryOutcome]) -> dict[str, list[str]]:
    """By delivery: a sentence for each IBAN that waits for an answer (R13)."""
    sentences: dict[str, list[str]] = {}
    with ledger.reading() as workbench:
        look_at_ibans(workbench)
        keys = {"delivery_keys": [outcome.delivery_key for outcome in outcomes]}
        for found in records(workbench, "invoices", "iban_to_confirm", keys):
            row = worded(found | {"finding_code": "R13"})
            held = "its open items are held" if row["is_holding"] else "nothing is held"
            sentences.setdefault(row["delivery_key"], []).append(
                f"D{row['document_id']} ({row['document_number']}) has the IBAN {row['iban']}, expected "
                f"{row['expected']}: {held}. {row['remedy']}"
            )
    return sentences


def delivery_materialization(
    asset_name: str, outcome: DeliveryOutcome, left_out: Sequence[str] = ()
) -> dg.AssetMaterialization:
    """The event that makes one delivery of one asset green, with its counts and what of it was left out."""
    names = COUNTS_OF_ASSET[asset_name]
    metadata: dict[str, dg.MetadataValue] = {
        name: dg.MetadataValue.int(outcome.counts[name]) for name in names
    }
    metadata["dagster/partition_row_count"] = dg.MetadataValue.int(outcome.counts[names[0]])
    if left_out and "left_out_count" in names:
        rows = [dg.TableRecord({"source_file": name}) for name in left_out[:MAX_TABLE_ROWS]]
        metadata["left_out"] = dg.MetadataValue.table(rows)
    return dg.AssetMaterialization(
        asset_name, partition=outcome.delivery_key, metadata=metadata, tags=lasting(asset_name)
    )


def _log(
    context: dg.AssetExecutionContext,
    outcomes: list[DeliveryOutcome],
    left_out: Mapping[str, Sequence[str]],
    ibans: Mapping[str, Sequence[str]],
) -> None:
    for outcome in outcomes:
        for sentence in ibans.get(outcome.delivery_key, ())[:MAX_TABLE_ROWS]:
            context.log.warning(f"{outcome.delivery_key}: {sentence}")
        names = left_out.get(outcome.delivery_key, ())
        if names:
            context.log.info(f"{outcome.delivery_key}: left out: {', '.join(names[:MAX_TABLE_ROWS])}")


def _summary(outcome: DeliveryOutcome) -> str:
    """The outcome as row F05 wants it: all registered, or some not."""
    counts = outcome.counts
    verdict = "all registered" if outcome.is_closed else "some not registered"
    others = "".join(
        f", {counts[name]} {words}"
        for name, words in (("message_count", "messages"), ("left_out_count", "files left out"))
        if counts[name]
    )
    return (
        f"{verdict}: {counts['registered_count']} of {counts['document_count']} documents registered, "
        f"{counts['repeated_count']} repeated, {counts['decided_count']} refused or handled, "
        f"{counts['waiting_count']} to register{others}"
    )


def _asked_documents_left(ledger: Ledger, document_ids: list[int], keys: list[str]) -> list[str]:
    """Those of the documents in these deliveries that are still to register, each as a sentence."""
    asked = {"document_ids": document_ids, "delivery_keys": keys}
    with ledger.reading() as workbench:
        left = records(workbench, "invoices", "asked_document_left", asked)
    return [f"D{row['document_id']} is still to register." for row in left]


def _fail_if_anything_is_left(
    left: list[str], failed: list[FailedDelivery], reasons: Sequence[Reason]
) -> None:
    """Ends the run as failed, without a retry: what is left needs a person, or the next tick."""
    lines = left[:10]
    lines += [f"{each.delivery_key} could not be processed now: {each.error}" for each in failed[:5]]
    if not lines:
        return
    lines = [reason.text for reason in reasons[:MAX_REASONS]] + lines
    lines.append("Mend the cause and rerun the failed deliveries.")
    raise RunFailedError("\n".join(lines))


ASSETS: Final = (INVOICE_INBOX, invoice_pipeline)
