"""Deliveries of e-invoices from the drop to the ledger: files, sensor, runs, partitions, and the purge."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import dagster as dg
import pytest
from click.testing import CliRunner

from assets.days import day_of, start_of_day
from assets.detection.keys import place_in_days
from assets.errors import SourceFileChangedError
from assets.home import Home
from assets.invoices import purging
from assets.ledger.store import utc_now
from orchestration import deliveries
from orchestration.cli import main
from orchestration.definitions import defs
from orchestration.deliveries import DeliveryImports, gather, open_deliveries
from orchestration.imports import current_settings
from orchestration.partitions import INVOICE_DELIVERIES
from orchestration.resources import HomeResource
from samples.invoice_files import (
    archive,
    body,
    fatturapa,
    line,
    party,
    payment,
    payments,
    signed,
    summary,
)
from tests.orchestration.conftest import AT_ONCE, MakePipeline
from tests.support.invoice_ledgers import DATA, switch
from tests.support.ledgers import period, setting
from tests.support.pipelines import Pipeline, Ran, key_of, ran

# Documents are received when the test runs, so that the periods cover any day of these years.
REFERENCE = DATA.replace(
    settings=(*DATA.settings, AT_ONCE),
    periods=tuple(
        period(str(year), f"{year}-01-01", f"{year}-12-31", "open", company=company)
        for company in ("ALBA", "BREZZA")
        for year in range(2026, 2100)
    ),
)
SUPPLIER = party("09990149990", name="Acciai Montevuoto S.p.A.", tax_code="09990149990")
STRANGER = party("09990229990", name="Bottoni Madreperlina S.r.l.", tax_code="09990229990")
CUSTOMER = party("09990019995", name="Albafinta Utensili S.r.l.")


def xml(*numbers: str, supplier: str = SUPPLIER, customer: str = CUSTOMER) -> bytes:
    """A file with one document per number, each of 122.00 in one instalment."""
    return fatturapa(*(body(number) for number in numbers), supplier=supplier, customer=customer).encode()


def drop(pipeline: Pipeline, name: str, data: bytes) -> Path:
    """A file in the inbox of e-invoices."""
    path = pipeline.home.invoice_inbox / name
    path.write_bytes(data)
    return path


def gathered(pipeline: Pipeline) -> tuple[str, ...]:
    """A look at the inbox; the deliveries that wait."""
    ledger = pipeline.ledger_home.ledger
    return gather(pipeline.home, ledger, current_settings(ledger)).waiting


def process(pipeline: Pipeline, *keys: str) -> list[tuple[int, int, int]]:
    """Processes deliveries without Dagster; per delivery documents, registered, still to register."""
    with DeliveryImports(pipeline.home, pipeline.ledger_home.ledger, "test") as imports:
        counts = [imports.import_delivery(key).counts for key in keys]
    return [(each["document_count"], each["registered_count"], each["waiting_count"]) for each in counts]


def kept(folder: Path) -> list[str]:
    """The names of files in a folder, which may not be there yet."""
    return sorted(path.name for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []


def documents(pipeline: Pipeline) -> list[tuple]:
    """Every document: file, place, number, status, reasons."""
    return pipeline.ask(
        "SELECT source_file, position, document_number, document.status, reason_codes "
        "FROM ledger.document AS document JOIN ledger.file_import USING (import_id) ORDER BY document_id"
    )


def run(pipeline: Pipeline, *keys: str) -> Ran:
    """A run over one delivery, as the UI and the daemon launch it."""
    (key,) = keys
    pipeline.instance.add_dynamic_partitions(str(INVOICE_DELIVERIES.name), [key])
    result = defs.resolve_job_def("register_invoices_job").execute_in_process(
        instance=pipeline.instance, partition_key=key, raise_on_error=False
    )
    return ran(pipeline.instance, result)


def automatic_home(make_pipeline: MakePipeline) -> Pipeline:
    """A home with the reference data of e-invoices, automatic registration on."""
    made = make_pipeline(REFERENCE)
    with DeliveryImports(made.home, made.ledger_home.ledger, "test") as imports:
        imports.load_reference()
    switch(made.ledger_home)
    return made


@pytest.fixture
def pipeline(make_pipeline: MakePipeline) -> Pipeline:
    """The same."""
    return automatic_home(make_pipeline)


def test_f02_single_files_are_gathered_registered_and_kept_unchanged(pipeline: Pipeline) -> None:
    drop(pipeline, "IT01.xml", xml("1"))
    drop(pipeline, "IT02.xml.p7m", signed(xml("2")))
    (key,) = gathered(pipeline)
    assert process(pipeline, key) == [(2, 2, 0)]
    assert documents(pipeline) == [
        ("IT01.xml", 1, "1", "registered", None),
        ("IT02.xml.p7m", 1, "2", "registered", None),
    ]
    names = [key_of("IT01.xml", xml("1")), key_of("IT02.xml.p7m", signed(xml("2")))]
    assert (kept(pipeline.home.invoice_inbox), kept(pipeline.home.processed_invoices)) == ([], sorted(names))
    assert (pipeline.home.processed_invoices / names[0]).read_bytes() == xml("1")


def test_f02_a_file_that_lies_where_it_was_dropped_is_found_without_a_look_at_all_the_others(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With ten thousand files in the inbox that would be a hundred million names."""
    looked_at: list[str] = []
    monkeypatch.setattr("orchestration.deliveries.bearer_of", lambda key, mark: looked_at.append)
    drop(pipeline, "IT01.xml", xml("1"))
    assert process(pipeline, *gathered(pipeline)) == [(1, 1, 0)]
    assert looked_at == []


def test_f12_an_archive_is_one_delivery_and_a_bad_member_does_not_stop_the_others(pipeline: Pipeline) -> None:
    data = archive(
        {"a/IT01.xml": xml("1", "2"), "error.html": b"<!DOCTYPE html><p>503", "IT03.xml": xml("3")}
    )
    drop(pipeline, "2026.zip", data)
    drop(pipeline, "IT09.xml", xml("9"))
    archive_key, single_key = gathered(pipeline)
    day, number = place_in_days(archive_key) or (None, None)
    assert (number, f"{day:%Y%m%d}.002") == (1, single_key)
    assert archive_key == f"{day:%Y%m%d}.001-2026@{hashlib.sha256(data).hexdigest()[:6]}.zip"
    assert process(pipeline, archive_key, single_key) == [(3, 3, 0), (1, 1, 0)]
    assert documents(pipeline) == [
        ("2026.zip/a/IT01.xml", 1, "1", "registered", None),
        ("2026.zip/a/IT01.xml", 2, "2", "registered", None),
        ("2026.zip/IT03.xml", 1, "3", "registered", None),
        ("IT09.xml", 1, "9", "registered", None),
    ]
    assert pipeline.ask("SELECT source_file, finding_code FROM ledger.finding") == [
        ("2026.zip/error.html", "R17")
    ]
    assert open_deliveries(pipeline.ledger_home.ledger) == [archive_key]


def test_r17_a_file_in_which_nothing_can_be_read_is_kept_among_the_failed_ones(pipeline: Pipeline) -> None:
    page = b"<!DOCTYPE html><html><body>503 Service Unavailable</body></html>"
    drop(pipeline, "IT01.xml", page)
    assert process(pipeline, *gathered(pipeline)) == [(0, 0, 0)]
    assert kept(pipeline.home.failed_invoices) == [key_of("IT01.xml", page)]
    assert kept(pipeline.home.invoice_inbox) == []


def test_o04_the_same_file_again_and_the_same_document_in_an_envelope_register_nothing_twice(
    pipeline: Pipeline,
) -> None:
    drop(pipeline, "IT01.xml", xml("1"))
    process(pipeline, *gathered(pipeline))
    drop(pipeline, "IT01.xml", xml("1"))
    assert (gathered(pipeline), kept(pipeline.home.invoice_inbox)) == ((), [])
    drop(pipeline, "2026.zip", archive({"IT01.xml": xml("1"), "IT01.xml.p7m": signed(xml("1"))}))
    assert process(pipeline, *gathered(pipeline)) == [(2, 1, 0)]
    assert documents(pipeline) == [
        ("IT01.xml", 1, "1", "registered", None),
        ("2026.zip/IT01.xml.p7m", 1, "1", "repeated", None),
    ]
    assert pipeline.ask("SELECT count(*) FROM ledger.journal_entry") == [(1,)]


def test_f06_after_the_cause_is_removed_the_rerun_registers_the_rest_and_nothing_twice(
    pipeline: Pipeline,
) -> None:
    drop(pipeline, "2026.zip", archive({"IT01.xml": xml("1"), "IT02.xml": xml("2", supplier=STRANGER)}))
    (key,) = gathered(pipeline)
    assert process(pipeline, key) == [(2, 1, 1)]
    assert documents(pipeline) == [
        ("2026.zip/IT01.xml", 1, "1", "registered", None),
        ("2026.zip/IT02.xml", 1, "2", "to_register", "R03"),
    ]
    reference = pipeline.home.reference
    parties = reference / "counterparties.csv"
    parties.write_text(
        parties.read_text("utf-8")
        + "S999,Bottoni Madreperlina S.r.l.,supplier,IT,09990229990,09990229990,\n",
        "utf-8",
    )
    accounts = reference / "chart_of_accounts.csv"
    accounts.write_text(
        accounts.read_text("utf-8") + "ALBA,4000999,Bottoni Madreperlina,,supplier,S999,true\n", "utf-8"
    )
    rules = reference / "invoice_rules.csv"
    rules.write_text(rules.read_text("utf-8") + "BUTTONS,,S999,,,7101001,22\n", "utf-8")
    assert process(pipeline, key) == [(2, 2, 0)]
    assert process(pipeline, key) == [(2, 2, 0)]
    assert pipeline.ask("SELECT count(*) FROM ledger.journal_entry") == [(2,)]
    assert pipeline.ask("SELECT count(*) FROM ledger.finding WHERE resolution IS NULL") == [(0,)]


def test_f02_files_wait_while_another_one_is_still_arriving(make_pipeline: MakePipeline) -> None:
    pipeline = make_pipeline(REFERENCE.replace(settings=DATA.settings))
    with DeliveryImports(pipeline.home, pipeline.ledger_home.ledger, "test") as imports:
        imports.load_reference()
    path = drop(pipeline, "IT01.xml", xml("1"))
    assert gathered(pipeline) == ()
    assert path.exists()


def test_f02_a_file_that_changed_after_it_was_gathered_registers_nothing(pipeline: Pipeline) -> None:
    path = drop(pipeline, "IT01.xml", xml("1"))
    (key,) = gathered(pipeline)
    path.write_bytes(xml("2"))
    with pytest.raises(SourceFileChangedError, match="changed after it was found"):
        process(pipeline, key)
    assert documents(pipeline) == []


def test_f02_a_crash_between_the_commit_and_the_move_does_no_harm(pipeline: Pipeline) -> None:
    path = drop(pipeline, "IT01.xml", xml("1"))
    (key,) = gathered(pipeline)
    process(pipeline, key)
    (moved,) = pipeline.home.processed_invoices.iterdir()
    moved.replace(path)
    assert (gathered(pipeline), kept(pipeline.home.processed_invoices)) == ((), [moved.name])
    assert pipeline.ask("SELECT count(*) FROM ledger.journal_entry") == [(1,)]


def test_f05_a_run_reports_a_delivery_as_green_when_everything_in_it_is_registered(
    pipeline: Pipeline,
) -> None:
    drop(pipeline, "IT01.xml", xml("1"))
    (key,) = gathered(pipeline)
    done = run(pipeline, key)
    assert done.is_success
    assert {name: keys for name, keys in done.materialized.items() if name != "open_items"} == {
        "delivered_documents": [key],
        "validated_documents": [key],
        "recognised_documents": [key],
        "document_registrations": [key],
        "invoice_postings": [key],
    }


def test_f06_a_run_with_documents_left_fails_with_the_reasons_and_shows_them_in_a_check(
    pipeline: Pipeline,
) -> None:
    drop(pipeline, "IT01.xml", xml("1", supplier=STRANGER))
    (key,) = gathered(pipeline)
    left = run(pipeline, key)
    assert (left.is_success, left.materialized) == (False, {})
    assert left.failure is not None
    assert f"{key}: some not registered: 0 of 1 documents registered" in left.failure
    check = left.checks["documents_are_recognised"]
    assert (check.passed, check.severity) == (False, "ERROR")
    assert {row["finding_code"] for row in check.table} >= {"R03"}


def test_f02_the_sensor_makes_deliveries_partitions_and_asks_for_one_run(pipeline: Pipeline) -> None:
    drop(pipeline, "IT01.xml", xml("1"))
    drop(pipeline, "2026.zip", archive({"IT02.xml": xml("2")}))
    with dg.SensorEvaluationContext(
        instance_ref=pipeline.instance.get_ref(),
        last_tick_completion_time=None,
        last_run_key=None,
        cursor=None,
        log_key=None,
        repository_name=None,
        repository_def=defs.get_repository_def(),
        sensor_name="invoice_inbox_sensor",
        resources={"home": HomeResource()},
    ) as context:
        answer = defs.resolve_sensor_def("invoice_inbox_sensor").evaluate_tick(context)
    keys = pipeline.instance.get_dynamic_partitions(str(INVOICE_DELIVERIES.name))
    assert len(keys) == 2
    (request,) = answer.run_requests or []
    assert [
        request.tags["dagster/asset_partition_range_start"],
        request.tags["dagster/asset_partition_range_end"],
    ] == keys


# --- Purge --------------------------------------------------------------------------------------------------


def _purge(home: Home, pipeline: Pipeline, before: dt.date) -> purging.Purge:
    ledger = pipeline.ledger_home.ledger
    planned = purging.plan_purge(ledger, before)
    purging.purge(home, ledger, planned, "anna")
    return planned


def test_a_purge_removes_originals_and_names_and_keeps_postings_and_hashes(pipeline: Pipeline) -> None:
    drop(pipeline, "IT01.xml", xml("1"))
    process(pipeline, *gathered(pipeline))
    drop(pipeline, "IT02.xml", xml("2", supplier=STRANGER))
    (open_key,) = gathered(pipeline)
    process(pipeline, open_key)
    tomorrow = day_of(utc_now(), "Europe/Rome") + dt.timedelta(days=1)
    postings = pipeline.ask("SELECT * FROM ledger.posting ORDER BY ALL")
    planned = _purge(pipeline.home, pipeline, tomorrow)
    assert planned == purging.Purge(
        tomorrow, start_of_day(tomorrow, "Europe/Rome"), (key_of("IT01.xml", xml("1")),), 1, (open_key,)
    )
    assert kept(pipeline.home.processed_invoices) == [key_of("IT02.xml", xml("2", supplier=STRANGER))]
    assert pipeline.ask(
        "SELECT supplier_name IS NULL, supplier_address IS NULL, payee_ibans IS NULL, length(content_sha256) "
        "FROM ledger.document ORDER BY document_id"
    ) == [(True, True, True, 64), (False, False, False, 64)]
    assert pipeline.ask("SELECT * FROM ledger.posting ORDER BY ALL") == postings
    assert _purge(pipeline.home, pipeline, tomorrow) == planned
    assert pipeline.ask("SELECT count(*) FROM ledger.purge") == [(2,)]


def test_a_purge_takes_out_what_findings_quote_of_a_document(pipeline: Pipeline) -> None:
    drop(pipeline, "IT01.xml", xml("1", supplier=party("09990149990", name="Quite Another Name")))
    process(pipeline, *gathered(pipeline))
    found = "SELECT finding_code, raw_value, expected, remedy FROM ledger.finding"
    ((code, raw_value, expected, _),) = pipeline.ask(found)
    assert (code, raw_value) == ("R05", "Quite Another Name")
    assert expected == "a name like Acciai Montevuoto S.p.A., as in counterparties.csv for S001"
    _purge(pipeline.home, pipeline, day_of(utc_now(), "Europe/Rome") + dt.timedelta(days=1))
    assert pipeline.ask(found) == [("R05", None, None, None)]


def test_the_command_purges_only_what_may_be_purged_and_says_what_it_keeps(pipeline: Pipeline) -> None:
    drop(pipeline, "IT01.xml", xml("1"))
    process(pipeline, *gathered(pipeline))
    refused = CliRunner().invoke(main, ["purge", "--before", day_of(utc_now(), "Europe/Rome").isoformat()])
    assert (refused.exit_code, kept(pipeline.home.processed_invoices)) == (1, [key_of("IT01.xml", xml("1"))])
    assert "documents must be kept for 10 years (setting retention_years)" in refused.output
    settings = pipeline.home.reference / "settings.csv"
    settings.write_text(settings.read_text("utf-8") + ",retention_years,0\n", "utf-8")
    with DeliveryImports(pipeline.home, pipeline.ledger_home.ledger, "test") as imports:
        imports.load_reference()
    today = day_of(utc_now(), "Europe/Rome").isoformat()
    done = CliRunner().invoke(main, ["purge", "--before", today, "--by", "anna", "--json"])
    assert json.loads(done.output) == {
        "received_before": today,
        "is_dry_run": False,
        "files": [],
        "document_count": 0,
        "kept_back": [],
    }


@pytest.mark.parametrize(("zone", "is_purged"), [("Europe/Rome", False), ("UTC", True)])
def test_a_purge_goes_by_the_day_of_reception_in_the_zone_of_the_books(
    make_pipeline: MakePipeline, zone: str, is_purged: bool
) -> None:
    """Received at 22:30 UTC on 31 May 2026: on 1 June in Italy."""
    made = make_pipeline(REFERENCE.replace(settings=(*REFERENCE.settings, setting("time_zone", zone))))
    with DeliveryImports(made.home, made.ledger_home.ledger, "test") as imports:
        imports.load_reference()
    switch(made.ledger_home)
    drop(made, "IT01.xml", xml("1"))
    process(made, *gathered(made))
    with made.ledger_home.ledger.writing("test") as workbench:
        workbench.execute("UPDATE ledger.delivery SET received_at = TIMESTAMP '2026-05-31 22:30'")
    planned = purging.plan_purge(made.ledger_home.ledger, dt.date(2026, 6, 1))
    assert len(planned.file_keys) == is_purged


@pytest.mark.parametrize(("zone", "day"), [("Europe/Rome", "20261101"), ("UTC", "20261031")])
def test_a_delivery_is_named_by_its_day_in_the_zone_of_the_books(
    make_pipeline: MakePipeline, monkeypatch: pytest.MonkeyPatch, zone: str, day: str
) -> None:
    made = make_pipeline(REFERENCE.replace(settings=(*REFERENCE.settings, setting("time_zone", zone))))
    with DeliveryImports(made.home, made.ledger_home.ledger, "test") as imports:
        imports.load_reference()
    monkeypatch.setattr(deliveries, "utc_now", lambda: dt.datetime(2026, 10, 31, 23, 16))  # noqa: DTZ001
    drop(made, "IT01.xml", xml("1"))
    assert gathered(made) == (f"{day}.001",)


@pytest.mark.parametrize(
    ("before", "is_refused"), [(dt.date(2016, 11, 21), False), (dt.date(2016, 11, 22), True)]
)
def test_a_purge_within_the_years_of_retention_is_refused(before: dt.date, is_refused: bool) -> None:
    refusal = purging.earliest_refusal(before, 10, dt.date(2026, 11, 21))
    assert (refusal is not None) == is_refused


def test_f12_a_lotto_with_two_rates_and_instalments_becomes_items_of_its_documents(
    pipeline: Pipeline,
) -> None:
    lines: Sequence[str] = (line(1, "100.00"), line(2, "50.00", rate="10.00"))
    summaries = (summary("100.00", "22.00"), summary("50.00", "5.00", rate="10.00"))
    paid = (payments(payment("77.00", "2027-01-31"), payment("100.00", "2027-02-28")),)
    documents_of = (
        body("1"),
        body("2", total="177.00", lines=lines, summaries=summaries, paid=paid),
    )
    drop(pipeline, "IT01.xml", fatturapa(*documents_of, supplier=SUPPLIER, customer=CUSTOMER).encode())
    assert process(pipeline, *gathered(pipeline)) == [(2, 2, 0)]
    assert pipeline.ask(
        "SELECT document_number, side, CAST(original_amount AS VARCHAR), CAST(due_date AS VARCHAR) "
        "FROM ledger.open_item WHERE origin = 'invoice' ORDER BY item_id"
    ) == [
        ("1", "credit", "122.0000", "2026-11-30"),
        ("2", "credit", "77.0000", "2027-01-31"),
        ("2", "credit", "100.0000", "2027-02-28"),
    ]
