"""The job by which people correct the ledger: a run per correction, with who and why as its tags.

Belongs here: carrying out one correction as a run, and what Dagster is told of it. Does not: what a
correction is (`assets.corrections`).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import dagster as dg
import duckdb

from assets.corrections.arguments import shown
from assets.corrections.assets import CORRECTIONS
from assets.corrections.performing import KINDS, perform
from assets.corrections.reports import last_corrections
from assets.errors import OperatingError
from assets.home import Home
from assets.invoices.registering import recorded_delivery
from assets.ledger.audit import Decider, Requester
from assets.ledger.imports import ImportOutcome
from assets.ledger.store import Ledger, utc_now
from assets.statements import records
from orchestration.failing import RunFailedError, operating_errors_failing_the_run
from orchestration.freshness import lasting
from orchestration.imports import TraceImports, keep_with_import
from orchestration.invoice_pipeline import COUNTS_OF_ASSET, delivery_materialization
from orchestration.outcomes import (
    COUNT_METADATA,
    MAX_TABLE_ROWS,
    closed_outcomes,
    materialization,
    open_items_materialization,
)
from orchestration.reporting import report_done
from orchestration.requesters import tags_of, who_asks
from orchestration.resources import HomeResource


class CorrectionConfig(dg.Config):
    """What is corrected, who asks for it, and why.

    `kind` is one of the kinds of corrections, `arguments` what it takes as JSON (docs/command-line.md). Of a
    run that a session of the UI launched, the session's user asks, and `requested_by` says nothing.
    """

    kind: str
    arguments: str
    requested_by: str = ""
    reason: str


@dg.multi_asset(name="correct_ledger", specs=[CORRECTIONS], pool="ledger")
def correct_ledger(context: dg.AssetExecutionContext, home: HomeResource, config: CorrectionConfig) -> Any:
    """Carries out one correction in one transaction, then says what it changed."""
    who = who_asks(config.requested_by, context.run.tags)
    if not who:
        raise RunFailedError("requested_by says who asks for the correction")
    tags = tags_of(who, config.reason)
    if tags.items() - context.run.tags.items():
        context.instance.add_run_tags(context.run.run_id, tags)
    ledger = home.ledger()
    # The connections live in a function of their own: the traceback of a failed run outlives this frame.
    correction_id, documents, files = _perform(home.home(), ledger, config, who, context.run.run_id)
    context.log.info(f"C{correction_id}: {config.kind} by {who}: {config.reason}")
    with ledger.reading() as workbench:
        metadata = correction_metadata(workbench, correction_id)
        open_items = open_items_materialization(workbench)
    yield dg.MaterializeResult("corrections", metadata=metadata, tags=lasting("corrections"))
    yield open_items
    finished = (*_finished_deliveries(ledger, documents), *_finished_files(ledger, files))
    report_done(context.instance, ledger, finished)


def _perform(
    home: Home, ledger: Ledger, config: CorrectionConfig, who: str, run_id: str
) -> tuple[int, list[dict[str, Any]], list[ImportOutcome]]:
    """The number of the correction, the documents that it changed or answered about, and the files
    that it imported once more.
    """
    with operating_errors_failing_the_run():
        arguments = _arguments(config.arguments)
        decider = Decider(who, utc_now(), config.reason)
        requester = Requester(who, config.reason)
        with TraceImports(home, ledger, run_id, requester) as imports:
            with ledger.transaction(imports.workbench, f"correction: {config.kind}") as workbench:
                correction_id = perform(workbench, config.kind, arguments, decider, run_id, imports.rerun)
                by_id = {"correction_id": correction_id}
                imports_changed = records(workbench, "corrections", "difference_imports", by_id)
                documents = records(workbench, "corrections", "difference_documents", by_id)
                documents += records(workbench, "corrections", "difference_answers", by_id)
            files = imports.keep_rerun()
    keep_with_import(home, imports_changed)
    return correction_id, documents, files


def _finished_files(ledger: Ledger, outcomes: Sequence[ImportOutcome]) -> Iterator[dg.AssetMaterialization]:
    """The events that make files green of which nothing is left to do, since a question was answered."""
    for outcome in closed_outcomes(ledger, outcomes):
        yield from (materialization(name, outcome) for name in COUNT_METADATA)


def _finished_deliveries(
    ledger: Ledger, documents: list[dict[str, Any]]
) -> Iterator[dg.AssetMaterialization]:
    """The events that make deliveries green of which nothing is left to do, since documents of theirs are
    registered again.
    """
    keys = dict.fromkeys(key for row in documents for key in row["delivery_keys"])
    if not keys:
        return
    with ledger.reading() as workbench:
        outcomes = [recorded_delivery(workbench, key) for key in keys]
    for outcome in outcomes:
        if outcome is not None and outcome.is_closed:
            yield from (delivery_materialization(name, outcome) for name in COUNTS_OF_ASSET)


def _arguments(text: str) -> Mapping[str, Any]:
    try:
        arguments = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise OperatingError(f"the arguments are no JSON: {error}. Nothing was changed.") from error
    if not isinstance(arguments, dict):
        raise OperatingError(f"the arguments are a JSON object, and not {shown(text)}. Nothing was changed.")
    return arguments


def correction_metadata(workbench: duckdb.DuckDBPyConnection, correction_id: int) -> dict[str, Any]:
    """What an event of the asset says of a correction: what identifies it, its counts, and the last ones."""
    by_id = {"correction_id": correction_id}
    (made,) = records(workbench, "corrections", "correction", by_id)
    (counts,) = records(workbench, "corrections", "difference_counts", by_id)
    last = [dg.TableRecord(row) for row in last_corrections(workbench, MAX_TABLE_ROWS)]
    return {
        "correction": f"C{correction_id}",
        "kind": made["correction_kind"],
        "requested_by": made["requested_by"],
        "reason": made["reason"],
        **counts,
        "last_corrections": dg.MetadataValue.table(last),
    }


CORRECT_LEDGER_JOB: Final = dg.define_asset_job(
    "correct_ledger_job",
    selection=dg.AssetSelection.assets(correct_ledger),
    description=(
        "Corrects the ledger as a person asks for. kind: one of "
        + ", ".join(KINDS)
        + ". The command line starts it with the right arguments."
    ),
)
