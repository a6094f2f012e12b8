"""Messages of the exchange system from the drop to the pages and commands, whatever inbox they came by."""

from __future__ import annotations

import json
from typing import Any, Final

import dagster as dg
import pytest
from click.testing import Result

from orchestration.deliveries import DeliveryImports, open_deliveries
from samples.invoice_files import archive, signed
from samples.sales_files import csv_of, row
from tests.orchestration.conftest import MakePipeline, Run
from tests.orchestration.test_deliveries import REFERENCE, documents, gathered, kept, xml
from tests.orchestration.test_deliveries import drop as drop_invoice
from tests.orchestration.test_deliveries import run as run_delivery
from tests.orchestration.test_sales import drop as drop_sales
from tests.orchestration.test_sales import run as run_sales
from tests.orchestration.test_sales import tick
from tests.support.exchange import SENT, message
from tests.support.invoice_ledgers import switch
from tests.support.ledgers import ReferenceData, account, counterparty, reason, sales_rule
from tests.support.pipelines import Pipeline
from tests.support.whole_ledger import whole_ledger

pytestmark = pytest.mark.check


BOTH: Final[ReferenceData] = REFERENCE.replace(
    accounts=(
        *REFERENCE.accounts,
        account("1500001", "customer", counterparty="C001"),
        account("7001001"),
        account("4502001"),
    ),
    counterparties=(*REFERENCE.counterparties, counterparty("C001", "customer")),
    reasons=(*REFERENCE.reasons, reason("FTVE", "Sales invoice")),
    sales_rules=(sales_rule("SALES-22", company="ALBA", vat_rate="22"),),
)
"""Companies that receive and issue e-invoices."""

ISSUED = csv_of(row(sdi_file_name=SENT))
REJECTED = "sales_rejected_by_exchange"
FINDINGS = """
    SELECT finding_code, source_file, raw_value, coalesce(resolution, 'open') FROM ledger.finding
    ORDER BY found_at, ordinal
"""
SAID = "NS 111 00311 CodiceDestinatario non valido"


@pytest.fixture
def pipeline(make_pipeline: MakePipeline) -> Pipeline:
    """A home with the reference data of both, automatic registration on."""
    made = make_pipeline(BOTH)
    switch(made.ledger_home)
    return made


def answer(result: Result) -> Any:
    """What a command says as JSON."""
    return json.loads(result.stdout)


def told(pipeline: Pipeline, check_name: str) -> list[bool]:
    """Whether a check of the messages passed, each time that it was told to Dagster, oldest first."""
    key = dg.AssetCheckKey(dg.AssetKey("exchange_messages"), check_name)
    history = pipeline.instance.event_log_storage.get_asset_check_execution_history(key, limit=10)
    return [record.event.dagster_event.event_specific_data.passed for record in reversed(history)]  # type: ignore[union-attr]


@pytest.mark.parametrize("wrap", ["single", "signed", "archive", "sales"])
def test_a_rejection_is_an_error_on_the_invoice_whatever_way_the_message_comes(
    pipeline: Pipeline, run: Run, wrap: str
) -> None:
    name = "IT09990019995_00001_NS_001.xml"
    drop_sales(pipeline, "a.csv", ISSUED)
    if wrap == "sales":
        drop_sales(pipeline, name, message("NS"))
    elif wrap == "archive":
        drop_invoice(pipeline, "2026.zip", archive({f"m/{name}": message("NS"), "IT01.xml": xml("1")}))
    else:
        drop_invoice(pipeline, name, signed(message("NS")) if wrap == "signed" else message("NS"))
    result = run("process")
    assert (result.exit_code, "Not recognised" in result.stdout) == (0, False)
    file = f"2026.zip/m/{name}" if wrap == "archive" else name
    assert [each for each in pipeline.ask(FINDINGS) if each[3] == "open"] == [(REJECTED, file, SAID, "open")]
    assert open_deliveries(pipeline.ledger_home.ledger) == []
    (found,) = answer(run("findings", "--json"))
    assert (found["company_code"], found["progressive"]) == ("ALBA", "1")
    assert "send it again within five days with the same number and date" in found["remedy"]


def test_the_runs_of_both_inboxes_report_messages_and_their_checks(pipeline: Pipeline) -> None:
    drop_sales(pipeline, "a.csv", ISSUED)
    drop_sales(pipeline, "b.xml", message("RC", "other.xml", "5"))
    (request,), *_ = tick(pipeline)
    first = run_sales(pipeline, request)
    assert (first.is_success, first.red_checks()) == (True, ["messages_fit_an_invoice"])
    assert first.materialized["exchange_messages"] == [None]
    by_kind = first.metadata["exchange_messages", None]["by_kind"]
    assert [record.data for record in by_kind.records] == [  # type: ignore[attr-defined]
        {"message_kind": "RC", "message_count": 1, "new_count": 1}
    ]
    drop_invoice(pipeline, "c.xml", message("NS"))
    (key,) = gathered(pipeline)
    second = run_delivery(pipeline, key)
    assert (second.is_success, second.materialized["exchange_messages"]) == (True, [None])
    assert second.metadata["delivered_documents", key]["message_count"] == 1
    assert told(pipeline, "sales_invoices_pass_the_exchange") == [True, False]
    assert told(pipeline, "messages_fit_an_invoice") == [False, False]
    drop_invoice(pipeline, "d.xml", message("RC", identifier="112"))
    run_delivery(pipeline, *gathered(pipeline))
    assert told(pipeline, "sales_invoices_pass_the_exchange")[-1]


def test_a_run_without_messages_says_nothing_of_them(pipeline: Pipeline) -> None:
    drop_sales(pipeline, "a.csv", ISSUED)
    (request,), *_ = tick(pipeline)
    assert "exchange_messages" not in run_sales(pipeline, request).materialized
    drop_invoice(pipeline, "IT01.xml", xml("1"))
    assert "exchange_messages" not in run_delivery(pipeline, *gathered(pipeline)).materialized
    assert told(pipeline, "messages_fit_an_invoice") == [True]


@pytest.mark.parametrize("comes_first", ["invoice", "message", "together"])
def test_data_of_a_received_file_give_its_document_the_identifier(
    pipeline: Pipeline, run: Run, comes_first: str
) -> None:
    invoice, data = (
        ("IT01_7.xml.p7m", signed(xml("1"))),
        ("IT01_7_MT_001.xml", message("MT", "it01_7.xml", "77")),
    )
    if comes_first == "together":
        drop_invoice(pipeline, "2026.zip", archive([invoice, data]))
    else:
        for name, content in (invoice, data) if comes_first == "invoice" else (data, invoice):
            drop_invoice(pipeline, name, content)
            assert run("process").exit_code == 0
    done = run("process")
    assert done.exit_code == 0, done.output
    assert [each[3] for each in documents(pipeline)] == ["registered"]
    assert [each[3] for each in pipeline.ask(FINDINGS) if each[3] == "open"] == []
    shown = answer(run("why", "D1", "--json"))
    prefix = "2026.zip/" if comes_first == "together" else ""
    ((number,),) = pipeline.ask("SELECT 'I' || import_id FROM ledger.exchange_message")
    assert (shown["sdi_identifier"], shown["messages"]) == (
        "77",
        [
            {
                "message_kind": "MT",
                "outcome_code": None,
                "sdi_identifier": "77",
                "sdi_file_name": "it01_7.xml",
                "detail": None,
                "happened_at": None,
                "source_file": f"{prefix}IT01_7_MT_001.xml",
                "is_about": "D1",
                "import_number": number,
            }
        ],
    )
    lines = [line.split() for line in run("why", "D1").stdout.splitlines()]
    assert ["exchange", "identifier", "77"] in lines
    of_message = run("why", "IT01_7_MT_001.xml").stdout
    assert "Messages of the exchange system" in of_message and "D1" in of_message


def test_what_the_exchange_system_said_stands_beside_the_invoice_and_names_the_program_that_has_it(
    pipeline: Pipeline, run: Run
) -> None:
    drop_sales(pipeline, "a.csv", csv_of(row(sdi_file_name=SENT), row(document_number="2")))
    done = run("process")
    assert done.exit_code == 0, done.output
    assert run("sync").exit_code == 0
    drop_sales(pipeline, "b.xml", message("NS"))
    result = run("process")
    assert result.exit_code == 0
    assert result.stdout.endswith(
        "1 sales invoice stands rejected or refused: `partita invoices` says which and what to do.\n"
    )
    first, second = sorted(
        answer(run("invoices", "--json"))["invoices"], key=lambda each: each["document_number"]
    )
    names = ("sdi_file_name", "sdi_identifier", "exchange_messages", "refusal_code", "refusal_detail", "what")
    assert [second[name] for name in names] == [None] * 6
    detail = f"{SAID}; booked in ledger as {first['registration_number']}"
    assert [first[name] for name in names] == [
        SENT,
        "111",
        "NS",
        "rejected_by_exchange",
        detail,
        f"The exchange system rejected the invoice or its customer refused it: {detail}",
    ]
    assert "taken back there" in first["remedy"]
    drop_sales(pipeline, "d.csv", csv_of(row(document_number="1", net_amount="90.00")))
    run("process")
    (both,) = [
        each for each in answer(run("invoices", "--json"))["invoices"] if each["document_number"] == "1"
    ]
    assert "rejected the invoice" in both["what"] and "changed at its source" in both["what"]
    drop_sales(pipeline, "e.xml", message("RC", identifier="112"))
    run("process")
    (accepted,) = [
        each for each in answer(run("invoices", "--json"))["invoices"] if each["document_number"] == "1"
    ]
    assert (accepted["exchange_messages"], accepted["refusal_code"]) == ("NS, RC", None)
    assert "NS, RC" in run("invoices").stdout


def test_a_person_closes_an_error_of_a_message_for_good(pipeline: Pipeline, run: Run) -> None:
    drop_sales(pipeline, "a.csv", ISSUED)
    done = run("process")
    assert done.exit_code == 0, done.output
    drop_invoice(pipeline, "b.xml", message("NS"))
    drop_sales(pipeline, "c.xml", message("RC", "other.xml", "5"))
    done = run("process")
    assert done.exit_code == 0, done.output
    for name in ("b.xml", "c.xml"):
        assert run("dismiss", name, "--reason", "issued on paper").exit_code == 0
    assert {each[3] for each in pipeline.ask(FINDINGS)} == {"dismissed"}
    drop_sales(pipeline, "d.csv", csv_of(row(document_number="2")))
    drop_invoice(pipeline, "e.xml", message("NS"))
    done = run("process")
    assert done.exit_code == 0, done.output
    assert {each[3] for each in pipeline.ask(FINDINGS)} == {"dismissed"}


def test_a_dry_run_keeps_no_message_and_the_same_message_dropped_again_is_nothing(
    pipeline: Pipeline, run: Run
) -> None:
    drop_sales(pipeline, "a.csv", ISSUED)
    drop_sales(pipeline, "b.xml", message("NS"))
    drop_invoice(pipeline, "c.xml", message("MT", "it01_7.xml", "77"))
    preview = run("process", "--dry-run")
    assert preview.exit_code == 0
    assert SAID in preview.stdout
    assert pipeline.ask("SELECT count(*) FROM ledger.exchange_message") == [(0,)]
    done = run("process")
    assert done.exit_code == 0, done.output
    before = whole_ledger(pipeline.ledger_home.ledger)
    drop_sales(pipeline, "b.xml", message("NS"))
    drop_invoice(pipeline, "c.xml", message("MT", "it01_7.xml", "77"))
    done = run("process")
    assert done.exit_code == 0, done.output
    assert whole_ledger(pipeline.ledger_home.ledger) == before
    assert kept(pipeline.home.sales_inbox) == kept(pipeline.home.invoice_inbox) == []


def test_a_crash_between_import_and_move_changes_nothing(pipeline: Pipeline, run: Run) -> None:
    drop_sales(pipeline, "a.csv", ISSUED)
    key = drop_sales(pipeline, "b.xml", message("NS"))
    done = run("process")
    assert done.exit_code == 0, done.output
    drop_invoice(pipeline, "2026.zip", archive({"c.xml": message("RC", identifier="112")}))
    done = run("process")
    assert done.exit_code == 0, done.output
    before = whole_ledger(pipeline.ledger_home.ledger)
    assert [(each[0], each[3]) for each in pipeline.ask(FINDINGS)] == [(REJECTED, "mended")]
    (pipeline.home.sales.processed / key).replace(pipeline.home.sales_inbox / "b.xml")
    (kept_archive,) = pipeline.home.processed_invoices.glob("*-2026@*.zip")
    kept_archive.replace(pipeline.home.invoice_inbox / "2026.zip")
    done = run("process")
    assert done.exit_code == 0, done.output
    assert whole_ledger(pipeline.ledger_home.ledger) == before
    assert kept(pipeline.home.sales_inbox) == kept(pipeline.home.invoice_inbox) == []


def test_a_delivery_that_is_processed_again_keeps_what_follows_from_its_messages(pipeline: Pipeline) -> None:
    members = {"c.xml": message("NS"), "IT01.xml": b"<broken"}
    drop_invoice(pipeline, "2026.zip", archive(members))
    (delivery,) = gathered(pipeline)
    for _ in range(3):
        with DeliveryImports(pipeline.home, pipeline.ledger_home.ledger, "test") as deliveries:
            deliveries.import_delivery(delivery)
        codes = [(each[0], each[3]) for each in pipeline.ask(FINDINGS) if each[3] == "open"]
        assert sorted(codes) == [("R17", "open"), ("exchange_message_unmatched", "open")]


def test_messages_that_an_earlier_version_passed_over_are_read_when_their_delivery_is_processed_again(
    pipeline: Pipeline,
) -> None:
    drop_sales(pipeline, "a.csv", ISSUED)
    drop_invoice(pipeline, "2026.zip", archive({"c.xml": message("NS")}))
    (delivery,) = gathered(pipeline)
    ledger = pipeline.ledger_home.ledger
    with DeliveryImports(pipeline.home, ledger, "test") as deliveries:
        deliveries.import_delivery(delivery)
    with ledger.writing("make it a ledger of an earlier version") as workbench:
        workbench.execute("UPDATE ledger.file_import SET reader_name = 'message'")
        for table in ("exchange_message", "exchange_match", "finding"):
            workbench.execute(f"DELETE FROM ledger.{table}")
    with DeliveryImports(pipeline.home, ledger, "test") as deliveries:
        deliveries.import_delivery(delivery)
    assert [each[0] for each in pipeline.ask(FINDINGS)] == ["exchange_message_unmatched"]
