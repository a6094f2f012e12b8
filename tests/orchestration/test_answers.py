"""Answers about two e-invoices as runs of Dagster: preview, run, checks, undo; added numbers (R01, R05)."""

from __future__ import annotations

import json
from typing import Final

import pytest

from orchestration.deliveries import DeliveryImports
from samples.invoice_files import body, fatturapa, party
from tests.orchestration.conftest import MakePipeline, Run
from tests.orchestration.test_correct_ledger import is_green
from tests.orchestration.test_deliveries import CUSTOMER, REFERENCE, SUPPLIER, documents, drop, gathered
from tests.orchestration.test_deliveries import run as run_delivery
from tests.support.pipelines import Pipeline
from tests.support.whole_ledger import broken_invariants

pytestmark = pytest.mark.check


WHY: Final = ("--reason", "looked at both", "--by", "anna")
RECOGNISED: Final = ("recognised_documents", "documents_are_recognised")


@pytest.fixture
def pipeline(make_pipeline: MakePipeline, run: Run) -> Pipeline:
    """A home in which e-invoices register themselves; two with similar numbers came, the second waits."""
    made = make_pipeline(REFERENCE)
    with DeliveryImports(made.home, made.ledger_home.ledger, "test") as imports:
        imports.load_reference()
    assert run("automatic", "on", "ALBA", "--by", "anna").exit_code == 0
    for name, number in (("IT01", "FT 7/2026"), ("IT02", "FT 007/2026")):
        deliver(made, name, fatturapa(body(number), supplier=SUPPLIER, customer=CUSTOMER).encode())
    return made


def deliver(pipeline: Pipeline, name: str, data: bytes) -> str:
    """A file that arrives and is processed by a run; the key of its delivery."""
    drop(pipeline, f"{name}.xml", data)
    (key,) = gathered(pipeline)
    run_delivery(pipeline, key)
    return key


def states(pipeline: Pipeline) -> list[tuple[object, ...]]:
    """Number, status and reasons of every document."""
    return [row[2:] for row in documents(pipeline)]


WAITING: Final = [("FT 7/2026", "registered", None), ("FT 007/2026", "to_register", "similar_document")]


def test_r01_a_preview_shows_what_an_answer_would_do_and_changes_nothing(
    pipeline: Pipeline, run: Run
) -> None:
    for name, sentence in (
        ("same", "Document D2 is the same invoice as D1: repeated."),
        ("other", "Document D2 is another invoice than D1: to register."),
    ):
        shown = run(name, "D2", "D1", *WHY, "--dry-run")
        assert (shown.exit_code, shown.stdout.splitlines()[:2]) == (
            0,
            [f"A correction ({name}) by anna: looked at both", sentence],
        )
    assert states(pipeline) == WAITING


def test_r01_the_same_invoice_is_closed_by_a_run_and_its_delivery_is_green(
    pipeline: Pipeline, run: Run
) -> None:
    assert is_green(pipeline, *RECOGNISED) is False
    answer = run("same", "D2", "D1", *WHY, "--json")
    assert (answer.exit_code, json.loads(answer.stdout)["entry_count"]) == (0, 0)
    newest = pipeline.instance.get_runs()[0]
    assert (newest.job_name, newest.tags["requested_by"], newest.tags["reason"]) == (
        "correct_ledger_job",
        "anna",
        "looked at both",
    )
    assert states(pipeline) == [WAITING[0], ("FT 007/2026", "repeated", None)]
    assert is_green(pipeline, *RECOGNISED) is True
    assert pipeline.ask("SELECT status FROM ledger.delivery") == [("done",), ("done",)]
    shown = json.loads(run("why", "D1", "--json").stdout)
    assert [(row["answer"], row["document_id"], row["reason"]) for row in shown["answers"]] == [
        ("same", 2, "looked at both")
    ]

    undone = run("undo", "C1", *WHY)
    assert undone.stdout.splitlines()[1] == (
        "Document D2 is asked about again (is the same invoice as D1): to register."
    )
    assert (states(pipeline), is_green(pipeline, *RECOGNISED)) == (WAITING, False)
    assert broken_invariants(pipeline.ledger_home.ledger) == {}


def test_r01_another_invoice_is_registered_at_once_and_undoing_takes_it_out(
    pipeline: Pipeline, run: Run
) -> None:
    result = run("other", "D2", "D1", *WHY)
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, "All registered: 1 of 1.")
    assert states(pipeline) == [WAITING[0], ("FT 007/2026", "registered", None)]
    assert is_green(pipeline, *RECOGNISED) is True
    assert [run_.job_name for run_ in pipeline.instance.get_runs()[:2]] == [
        "register_invoices_job",
        "correct_ledger_job",
    ]
    assert run("undo", "C1", *WHY).exit_code == 0
    assert states(pipeline)[1][1] == "to_register"
    answer = run("other", "D2", "D1", *WHY, "--json")
    after = json.loads(answer.stdout)
    assert (after["document_after"]["status"], after["answers"][0]["answer"]) == ("registered", "other")
    assert broken_invariants(pipeline.ledger_home.ledger) == {}


def test_r01_an_answer_that_makes_no_sense_ends_with_1(pipeline: Pipeline, run: Run) -> None:
    refused = run("same", "D2", "D9", *WHY)
    assert (refused.exit_code, refused.stderr) == (
        1,
        "Error: there is no document D9. Nothing was changed.\n",
    )
    assert states(pipeline) == WAITING


def test_f06_a_number_that_is_added_lets_the_document_register(pipeline: Pipeline, run: Run) -> None:
    """The finding names the command; the audit log has who, and not the number."""
    other = party("09990149990", name="Acciai Montevuoto S.p.A.", tax_code="09990919996")
    key = deliver(pipeline, "IT03", fatturapa(body("8"), supplier=other, customer=CUSTOMER).encode())
    assert states(pipeline)[2] == ("8", "to_register", "supplier_numbers_disagree")
    ((remedy,),) = pipeline.ask("SELECT remedy FROM ledger.finding WHERE document_id = 3")
    command = str(remedy).split("`")[1].split()[1:]
    assert command == ["add-identifier", "S001", "TAX", "IT09990919996"]

    preview = run(*command, "--dry-run")
    assert preview.stdout == (
        "counterparty_identifiers.csv: S001,TAX,IT09990919996,,\n"
        "Nothing was written: without --dry-run it is.\n"
    )
    assert run(*command, "--reason", "merged company", "--by", "anna").exit_code == 0
    assert run(*command).stderr == "Error: S001 Acciai Montevuoto S.p.A. has TAX IT09990919996 already\n"
    assert run("rerun", key).exit_code == 0
    assert states(pipeline)[2] == ("8", "registered", None)
    logged = pipeline.ask(
        "SELECT subject, requested_by, reason, state_after FROM ledger.audit_record "
        "WHERE action = 'add-identifier'"
    )
    assert [row[:3] for row in logged] == [("S001", "anna", "merged company")]
    assert "09990919996" not in str(logged)
