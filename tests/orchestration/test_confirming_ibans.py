"""An IBAN to confirm as a run shows it, and confirming it by a command that is a run itself (R13, E01)."""

from __future__ import annotations

import json
from typing import Final

import pytest

from orchestration.deliveries import DeliveryImports
from samples.invoice_files import body, fatturapa, payment, payments
from tests.orchestration.conftest import MakePipeline, Run
from tests.orchestration.test_answers import deliver
from tests.orchestration.test_correct_ledger import is_green
from tests.orchestration.test_deliveries import CUSTOMER, REFERENCE, SUPPLIER
from tests.support.ledgers import setting
from tests.support.pipelines import Pipeline

pytestmark = pytest.mark.check

REGISTRY: Final = "IT37K9999999999000000000021"
NEW: Final = "IT14L9999999999000000000022"
WHY: Final = ("--reason", "phoned", "--by", "anna")
WARNED: Final = ("recognised_documents", "supplier_data_agree")


@pytest.fixture
def pipeline(make_pipeline: MakePipeline, run: Run) -> Pipeline:
    """A home that holds items until IBANs are confirmed; one document came with a new IBAN."""
    made = make_pipeline(
        REFERENCE.replace(
            counterparties=tuple(row | {"iban": REGISTRY} for row in REFERENCE.counterparties),
            settings=(*REFERENCE.settings, setting("iban_hold", "true")),
        )
    )
    with DeliveryImports(made.home, made.ledger_home.ledger, "test") as imports:
        imports.load_reference()
    assert run("automatic", "on", "ALBA", "--by", "anna").exit_code == 0
    paid = body("FT 7/2026", paid=[payments(payment(iban=NEW))])
    deliver(made, "IT01", fatturapa(paid, supplier=SUPPLIER, customer=CUSTOMER).encode())
    return made


def held(pipeline: Pipeline) -> list[tuple[object, ...]]:
    """Why each open item is held."""
    return pipeline.ask("SELECT coalesce(hold_reason, '-') FROM ledger.open_item")


def warnings(pipeline: Pipeline) -> list[str]:
    """What the newest run warns of."""
    (newest, *_) = pipeline.instance.get_runs()
    return [
        event.user_message
        for event in pipeline.instance.all_logs(newest.run_id)
        if event.dagster_event is None and event.level == 30
    ]


def test_r13_the_run_names_the_document_and_the_command_and_the_items_are_held(pipeline: Pipeline) -> None:
    assert [line.partition(": ")[2] for line in warnings(pipeline)] == [
        f"D1 (FT 7/2026) has the IBAN {NEW}, expected the IBAN of S001 in counterparties.csv, {REGISTRY}: "
        "its open items are held. Ask the supplier by a way that you know. `partita confirm-iban D1 "
        "--reason ...` if the IBAN is theirs; with `--known-account` if you pay to another account that you "
        "know."
    ]
    assert (held(pipeline), is_green(pipeline, *WARNED)) == ([("iban",)], False)


def test_r13_confirming_is_previewed_done_and_undone_and_the_check_turns_with_it(
    pipeline: Pipeline, run: Run
) -> None:
    shown = run("confirm-iban", "D1", *WHY, "--dry-run")
    sentence = f"{NEW} is an IBAN of S001 (1 document: 1 open item may be paid, 0 held)."
    assert (shown.exit_code, shown.stdout.splitlines()[:3]) == (
        0,
        [
            "A correction (confirm-iban) by anna: phoned",
            sentence,
            f"Expected was the IBAN of S001 in counterparties.csv, {REGISTRY}. The treasury is given the "
            f"IBAN of counterparties.csv, {REGISTRY}: if another one is to be paid, enter it there before "
            "you export.",
        ],
    )
    assert held(pipeline) == [("iban",)]
    done = run("confirm-iban", "D1", *WHY)
    assert (done.exit_code, done.stdout.splitlines()[1]) == (0, sentence)
    assert (held(pipeline), is_green(pipeline, *WARNED)) == ([("-",)], True)
    undone = run("undo", "C1", *WHY)
    assert undone.stdout.splitlines()[1] == (
        f"{NEW} is an IBAN of S001: that counts no longer (1 document: 0 open items may be paid, 1 held)."
    )
    assert (held(pipeline), is_green(pipeline, *WARNED)) == ([("iban",)], False)
    elsewhere = run("confirm-iban", "D1", NEW, "--known-account", *WHY, "--json")
    (row,) = json.loads(elsewhere.stdout)["ibans"]
    assert (row["document_id"], row["iban"], row["is_confirmed"], row["is_given"]) == (1, NEW, False, True)
    assert held(pipeline) == [("-",)]


def test_r13_an_iban_that_is_entered_in_the_registry_is_confirmed_by_that(pipeline: Pipeline) -> None:
    file = pipeline.home.reference / "counterparties.csv"
    file.write_text(file.read_text("utf-8").replace(REGISTRY, NEW, 1), "utf-8")
    with DeliveryImports(pipeline.home, pipeline.ledger_home.ledger, "test") as imports:
        imports.load_reference()
    assert held(pipeline) == [("-",)]
    findings = pipeline.ask("SELECT resolution, resolved_by, resolved_reason FROM ledger.finding")
    assert findings == [("answered", "partita", "version 2 of the reference data")]


def test_e01_the_export_lists_what_is_held_with_the_command(pipeline: Pipeline, run: Run) -> None:
    exported = json.loads(run("export", "open-items", "--json").stdout)["exports"][0]
    assert [(row["hold_reason"], row["what_to_do"]) for row in exported["held_items"]] == [
        ("iban", "`partita confirm-iban D1 --reason ...`")
    ]


def test_e04_what_is_held_after_it_was_exported_turns_the_check_of_the_treasury(
    pipeline: Pipeline, run: Run
) -> None:
    assert run("confirm-iban", "D1", *WHY).exit_code == 0
    assert run("export", "open-items").exit_code == 0
    assert run("undo", "C1", *WHY).exit_code == 0
    assert is_green(pipeline, "open_items", "exported_items_can_be_paid") is False
    assert run("export", "open-items").exit_code == 0
    deliver(pipeline, "IT02", fatturapa(body("FT 8/2026"), supplier=SUPPLIER, customer=CUSTOMER).encode())
    assert is_green(pipeline, "open_items", "exported_items_can_be_paid") is True
