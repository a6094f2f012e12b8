"""Reading again what real files and real runs booked: archives, the check in Dagster, and the change."""

from __future__ import annotations

import json

import dagster as dg
import pytest

from orchestration.reading_again import ReadingAgain
from samples.invoice_files import archive
from tests.orchestration.conftest import MakePipeline, Run
from tests.orchestration.test_deliveries import automatic_home, drop, gathered, process, xml
from tests.orchestration.test_deliveries import run as run_delivery
from tests.support.pipelines import Pipeline

CHECK = dg.AssetCheckKey(dg.AssetKey("document_registrations"), "documents_are_read_by_present_rules")


@pytest.fixture
def pipeline(make_pipeline: MakePipeline) -> Pipeline:
    """A home with the reference data of e-invoices, automatic registration on."""
    return automatic_home(make_pipeline)


def age(pipeline: Pipeline, number: str | None = None) -> None:
    """As if older rules had read everything, and another due date in the document of this number."""
    with pipeline.ledger_home.transaction():
        workbench = pipeline.ledger_home.workbench
        workbench.execute("UPDATE ledger.registration SET rules_version = 1")
        workbench.execute("UPDATE ledger.file_import SET rules_version = 1")
        workbench.execute(
            "UPDATE ledger.open_item SET due_date = '2026-11-01' WHERE document_number = ?", [number]
        )


def rules(pipeline: Pipeline) -> list[tuple]:
    """Number, rules of its import and of its registration, of each document that is registered."""
    return pipeline.ask(
        "SELECT document_number, import.rules_version, registration.rules_version "
        "FROM ledger.registration AS registration JOIN ledger.document USING (document_id) "
        "JOIN ledger.file_import AS import USING (import_id) WHERE undone_at IS NULL ORDER BY document_id"
    )


def test_an_import_records_the_rules_that_read_it(pipeline: Pipeline) -> None:
    drop(pipeline, "IT01.xml", xml("1"))
    drop(pipeline, "IT02.xml", b"<html>")
    process(pipeline, *gathered(pipeline))
    assert pipeline.ask("SELECT source_file, rules_version FROM ledger.file_import ORDER BY source_file") == [
        ("IT01.xml", 2),
        ("IT02.xml", None),
    ]
    assert rules(pipeline) == [("1", 2, 2)]


def test_of_an_archive_only_the_document_that_differs_is_listed(pipeline: Pipeline) -> None:
    """A member may hold several; an archive that comes again has no file of its own to read."""
    data = archive({"IT01.xml": xml("1", "2"), "IT03.xml": xml("3"), "bad.xml": b"<html>"})
    drop(pipeline, "2026.zip", data)
    process(pipeline, *gathered(pipeline))
    drop(pipeline, "again.zip", archive({"IT03.xml": xml("3")}))
    process(pipeline, *gathered(pipeline))
    age(pipeline, "2")
    with ReadingAgain(pipeline.home, pipeline.ledger_home.ledger, "test") as again:
        found = again.read()
    assert ([row["document_id"] for row in found.differing], found.unreadable) == ([2], [])
    assert rules(pipeline) == [("1", 1, 2), ("2", 1, 1), ("3", 1, 2)]


def test_a_file_that_came_twice_is_read_where_it_is_still_kept(pipeline: Pipeline) -> None:
    drop(pipeline, "2026.zip", archive({"IT03.xml": xml("3")}))
    process(pipeline, *gathered(pipeline))
    drop(pipeline, "again.zip", archive({"IT03.xml": xml("3"), "IT04.xml": xml("4")}))
    process(pipeline, *gathered(pipeline))
    age(pipeline)
    (first,) = pipeline.home.processed_invoices.glob("*-2026@*")
    first.unlink()
    with ReadingAgain(pipeline.home, pipeline.ledger_home.ledger, "test") as again:
        found = again.read()
    assert (list(found.agreeing), found.differing, found.unreadable) == ([1, 2], [], [])


@pytest.mark.check
def test_f07_the_check_ends_when_all_is_read_again_and_what_differs_is_changed(
    pipeline: Pipeline, run: Run
) -> None:
    """F07: the check is reported where it stands, without a run."""

    def failing() -> list[str]:
        record = pipeline.instance.event_log_storage.get_latest_asset_check_execution_by_key([CHECK])[CHECK]
        evaluation = record.event.dagster_event.asset_check_evaluation_data
        rows = evaluation.metadata.get("rows")
        return [] if rows is None else [str(row.data["document"]) for row in rows.records]

    drop(pipeline, "IT01.xml", xml("1"))
    drop(pipeline, "IT02.xml", xml("2"))
    (key,) = gathered(pipeline)
    assert run_delivery(pipeline, key).checks[CHECK.name].passed
    age(pipeline, "2")
    run_delivery(pipeline, key)
    assert failing() == ["D1", "D2"]

    found = run("documents", "--read-again", "--json")
    assert found.exit_code == 2
    (different,) = json.loads(found.stdout_bytes)["differing"]
    (command,) = different["commands"]
    assert (command, failing()) == ("partita change D2 --reason ...", ["D2"])

    assert run(*command.removeprefix("partita ").split()).exit_code == 0
    assert pipeline.ask(
        "SELECT document_number, CAST(due_date AS VARCHAR), status FROM ledger.open_item ORDER BY item_id"
    ) == [("1", "2026-11-30", "open"), ("2", "2026-11-30", "open")]
    assert (run("documents", "--read-again").exit_code, failing()) == (0, [])


@pytest.mark.check
def test_f07_a_change_may_be_remembered_as_a_registration_is(pipeline: Pipeline, run: Run) -> None:
    """F11: it goes with an account, which is what is remembered."""
    drop(pipeline, "IT01.xml", xml("1"))
    process(pipeline, *gathered(pipeline))
    chosen = ("--vat-code", "22", "--remember", "--reason", "consultants")
    assert run("change", "D1", *chosen).exit_code == 64
    assert run("change", "D1", "--account", "7103001", *chosen).exit_code == 0
    assert pipeline.ask(
        "SELECT account_code, rule_kind FROM ledger.registration_part "
        "JOIN ledger.registration USING (registration_id) WHERE undone_at IS NULL"
    ) == [("7103001", "remembered")]
