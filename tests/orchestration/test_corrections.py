"""The command that changes a registration (F07), with real files and real runs of Dagster."""

from __future__ import annotations

import json
from typing import Final

import dagster as dg
import pytest

from orchestration.deliveries import open_deliveries
from tests.orchestration.conftest import MakePipeline, Run
from tests.orchestration.test_correct_ledger import is_green
from tests.orchestration.test_deliveries import (
    STRANGER,
    automatic_home,
    documents,
    drop,
    gathered,
    process,
    xml,
)
from tests.orchestration.test_invoice_commands import ASSETS, decisions, delivered, green, registrations
from tests.support.pipelines import Pipeline
from tests.support.whole_ledger import broken_invariants, whole_ledger

REGISTERED: Final = 0
STOPPED: Final = 1
NOT_REGISTERED: Final = 2
WHY: Final = ("--reason", "wrong account", "--by", "anna")


@pytest.fixture
def pipeline(make_pipeline: MakePipeline) -> Pipeline:
    """A home with the reference data of e-invoices, in which one document registered itself."""
    made = automatic_home(make_pipeline)
    delivered(made, IT01=xml("1"))
    return made


@pytest.fixture
def taken_in(make_pipeline: MakePipeline) -> Pipeline:
    """The same, registered without a run."""
    made = automatic_home(make_pipeline)
    drop(made, "IT01.xml", xml("1"))
    process(made, *gathered(made))
    return made


def items(pipeline: Pipeline) -> list[tuple]:
    """Every open item: id, key, status, and the entry that opened it."""
    return pipeline.ask("SELECT item_id, open_item_key, status, opened_by_entry_id FROM ledger.open_item")


def test_f07_a_registration_is_changed_by_a_reversal_and_a_run(taken_in: Pipeline, run: Run) -> None:
    pipeline = taken_in
    ((item_id, key, *_),) = items(pipeline)

    result = run("change", "D1", "--account", "7106001", "--vat-code", "22", *WHY, "--json")

    assert (result.exit_code, [(row["status"], row["entry_id"]) for row in json.loads(result.stdout)]) == (
        REGISTERED,
        [("registered", 3)],
    )
    assert items(pipeline) == [(item_id, key, "open", 3)]
    assert registrations(pipeline) == [
        (1, "automatic", None, "7101001", "22", "rule"),
        (1, "manual", "anna", "7106001", "22", "manual"),
    ]
    assert decisions(pipeline) == [(1, "register", "7106001", "22", False, "anna", "wrong account")]
    newest = pipeline.instance.get_runs()[0]
    assert (newest.job_name, newest.tags["requested_by"], newest.tags["reason"]) == (
        "register_invoices_job",
        "anna",
        "wrong account",
    )
    event = pipeline.instance.get_latest_materialization_event(dg.AssetKey("corrections"))
    assert event is not None and event.asset_materialization is not None
    told = {name: entry.value for name, entry in event.asset_materialization.metadata.items()}
    assert (told["correction"], told["kind"], told["requested_by"]) == ("C1", "change", "anna")
    assert broken_invariants(pipeline.ledger_home.ledger) == {}


@pytest.mark.check
def test_f07_the_run_of_a_change_is_green_although_other_documents_of_the_delivery_wait(
    pipeline: Pipeline, run: Run
) -> None:
    """F07, O03: the delivery is not done by that, and the check goes on saying why."""
    key = delivered(pipeline, IT02=xml("2"), IT03=xml("3", supplier=STRANGER))

    changed = run("change", "D2", "--account", "7106001", "--vat-code", "22", *WHY)
    refused = run("register", "D3", *WHY)

    assert (changed.exit_code, refused.exit_code) == (REGISTERED, NOT_REGISTERED)
    assert [
        (found.tags["dagster/partition"], found.tags.get("requested_by"), found.status.value)
        for found in reversed(pipeline.instance.get_runs())
    ][1:] == [(key, None, "FAILURE"), (key, "anna", "SUCCESS"), (key, "anna", "FAILURE")]
    assert open_deliveries(pipeline.ledger_home.ledger) == [key]
    assert key not in pipeline.instance.get_materialized_partitions(dg.AssetKey("invoice_postings"))


@pytest.mark.usefixtures("taken_in")
def test_f07_why_shows_the_registration_that_was_undone_and_its_reversal(run: Run) -> None:
    run("change", "D1", "--account", "7106001", "--vat-code", "22", *WHY)

    _, _, earlier = run("why", "D1").stdout.partition("Registrations that were undone\n")
    heading, row = earlier.splitlines()[:2]
    assert heading.split() == [
        "registered", "how", "by", "entry", "undone", "undone", "by", "reversed", "by", "because",
    ]  # fmt: skip
    assert [row.split()[place] for place in (1, 2, 4)] == ["automatic", "1", "anna"]
    assert row.endswith("2  wrong account")
    reversal = json.loads(run("why", "2", "--json").stdout)
    names = ("entry_kind", "reverses_entry_id", "requested_by", "requested_reason", "document_id")
    assert [reversal[name] for name in names] == ["reversal", 1, "anna", "wrong account", 1]


@pytest.mark.check
def test_f07_a_document_that_is_not_registered_anew_is_to_register_and_the_command_ends_with_2(
    pipeline: Pipeline, run: Run
) -> None:
    ((item_id, key, *_),) = items(pipeline)
    path = pipeline.home.reference / "invoice_rules.csv"
    path.unlink()

    result = run("change", "D1", *WHY)

    assert result.exit_code == NOT_REGISTERED
    assert "R06" in result.stdout
    assert result.stdout.endswith(
        "Some not registered: 0 of 1 are. Mend what the last column says, then register the others again.\n"
    )
    assert [row[2:] for row in documents(pipeline)] == [("1", "to_register", "R06")]
    assert items(pipeline) == [(item_id, key, "withdrawn", 1)]
    assert broken_invariants(pipeline.ledger_home.ledger) == {}
    mended = run("register", "D1", "--account", "7106001", "--vat-code", "22", "--by", "anna")
    assert (mended.exit_code, items(pipeline)) == (REGISTERED, [(item_id, key, "open", 3)])
    assert broken_invariants(pipeline.ledger_home.ledger) == {}


@pytest.mark.check
def test_f07_a_change_is_undone_and_its_delivery_and_checks_are_green_at_once(
    pipeline: Pipeline, run: Run
) -> None:
    before = items(pipeline)
    (pipeline.home.reference / "invoice_rules.csv").unlink()
    changed = run("change", "D1", *WHY)
    assert changed.stderr.endswith("`partita undo C1 --reason ...` undoes the change.\n")
    ((delivery_key,),) = pipeline.ask("SELECT delivery_key FROM ledger.delivery")
    assert green(pipeline) == [(name, delivery_key) for name in ASSETS]
    assert is_green(pipeline, "recognised_documents", "documents_are_recognised") is False

    undone = run("undo", "C1", *WHY)

    assert (undone.exit_code, undone.stdout.splitlines()[1]) == (0, "Document D1 is registered by entry 1.")
    assert items(pipeline) == before
    assert green(pipeline) == [(name, delivery_key) for name in ASSETS for _ in range(2)]
    assert is_green(pipeline, "recognised_documents", "documents_are_recognised") is True
    assert broken_invariants(pipeline.ledger_home.ledger) == {}


@pytest.mark.check
def test_f07_what_is_settled_or_no_longer_kept_is_refused_and_nothing_is_changed(
    pipeline: Pipeline, run: Run
) -> None:
    ((_, key, *_),) = items(pipeline)
    (kept,) = pipeline.home.processed_invoices.iterdir()
    data = kept.read_bytes()
    kept.unlink()
    before = whole_ledger(pipeline.ledger_home.ledger)
    lost = run("change", "D1", "--account", "7106001", *WHY)
    assert (lost.exit_code, whole_ledger(pipeline.ledger_home.ledger)) == (STOPPED, before)
    assert lost.stderr.startswith("Error: D1 cannot be registered anew: ")
    kept.write_bytes(data)

    ((day,),) = pipeline.ask("SELECT posting_date FROM ledger.journal_entry")
    paid = run("settle", f"ALBA:{key}", "--account", "1801001", "--date", f"{day}", *WHY, "--amount", "1")
    before = whole_ledger(pipeline.ledger_home.ledger)
    settled = run("change", "D1", "--account", "7106001", *WHY)

    assert (paid.exit_code, settled.exit_code, settled.stderr) == (
        0,
        STOPPED,
        f"Error: D1 is settled: ALBA:{key} by entry 2/1 on {day} (C1). Undo that with `partita undo C1` or "
        f"`partita reopen ALBA:{key}`. Nothing was changed.\n",
    )
    assert whole_ledger(pipeline.ledger_home.ledger) == before
    assert [run.job_name for run in pipeline.instance.get_runs()] == [
        "correct_ledger_job",
        "register_invoices_job",
    ]
