"""The commands by which people decide about e-invoices, with real files and real runs of Dagster."""

from __future__ import annotations

import json
from textwrap import dedent
from typing import Final

import click
import dagster as dg
import pytest

from orchestration.deliveries import DeliveryImports
from samples.invoice_files import archive, body, fatturapa, party
from tests.orchestration.conftest import MakePipeline, Run
from tests.orchestration.test_deliveries import (
    CUSTOMER,
    REFERENCE,
    STRANGER,
    SUPPLIER,
    documents,
    drop,
    gathered,
    process,
    xml,
)
from tests.orchestration.test_deliveries import (
    run as run_delivery,
)
from tests.support.pipelines import Pipeline

ALL_REGISTERED: Final = 0
STOPPED: Final = 1
SOME_NOT: Final = 2

NO_RULE: Final = party("09990159999", name="Trasporti Rondinella", tax_code="09990159999")
"""A supplier that is known and that no posting rule names."""

ASSETS: Final = (
    "delivered_documents",
    "validated_documents",
    "recognised_documents",
    "document_registrations",
    "invoice_postings",
)


@pytest.fixture
def pipeline(make_pipeline: MakePipeline) -> Pipeline:
    """A home with the reference data of e-invoices; automatic registration is off."""
    made = make_pipeline(REFERENCE)
    with DeliveryImports(made.home, made.ledger_home.ledger, "test") as imports:
        imports.load_reference()
    return made


def delivered(pipeline: Pipeline, **files: bytes) -> str:
    """Files that arrive together and are processed by a run; the key of their delivery."""
    for name, data in files.items():
        drop(pipeline, f"{name}.xml", data)
    (key,) = gathered(pipeline)
    run_delivery(pipeline, key)
    return key


def dated(number: str, date: str) -> bytes:
    """A file with one document of this date."""
    return fatturapa(body(number, date=date), supplier=SUPPLIER, customer=CUSTOMER).encode()


def green(pipeline: Pipeline) -> list[tuple[str, str]]:
    """Assets and partitions of which Dagster has an event that says that they are done."""
    return [
        (name, record.partition_key)
        for name in ASSETS
        for record in pipeline.instance.fetch_materializations(dg.AssetKey(name), limit=10).records
        if record.partition_key
    ]


def decisions(pipeline: Pipeline) -> list[tuple]:
    """Every decision, without its time."""
    return pipeline.ask(
        "SELECT document_id, decision, account_code, vat_code, is_remembered, decided_by, decided_reason "
        "FROM ledger.document_decision ORDER BY decided_at, document_id"
    )


def registrations(pipeline: Pipeline) -> list[tuple]:
    """Every registration: document, how, who asked, and the accounts and VAT codes of its parts."""
    return pipeline.ask(
        "SELECT document_id, registered_by, requested_by, account_code, vat_code, rule_kind "
        "FROM ledger.registration JOIN ledger.registration_part USING (registration_id) "
        "ORDER BY registration_id, ordinal"
    )


@pytest.mark.check
def test_f03_only_the_documents_that_are_chosen_are_registered(pipeline: Pipeline, run: Run) -> None:
    """F03, F05: by a run of Dagster that says who asked and why; the rest goes on waiting."""
    key = delivered(pipeline, IT01=xml("1"), IT02=xml("2"))

    result = run("register", "D1", "--by", "anna", "--reason", "arrived before the switch")

    assert (result.exit_code, result.stdout) == (
        ALL_REGISTERED,
        dedent(
            """\
            document  company  file         supplier                  number  date        payable  currency  status      entry  reasons  what to do
            D1        ALBA     I1 IT01.xml  Acciai Montevuoto S.p.A.  1       2026-10-05   122.00  EUR       registered      1

            All registered: 1 of 1.
            """  # noqa: E501
        ),
    )
    assert [row[2:] for row in documents(pipeline)] == [
        ("1", "registered", None),
        ("2", "to_register", "document_waits"),
    ]
    assert decisions(pipeline) == [(1, "register", None, None, False, "anna", "arrived before the switch")]
    assert registrations(pipeline) == [(1, "choice", "anna", "7101001", "22", "rule")]
    asked, _ = pipeline.instance.get_runs()
    assert (
        asked.job_name,
        asked.tags["requested_by"],
        asked.tags["reason"],
        asked.tags["dagster/partition"],
    ) == (
        "register_invoices_job",
        "anna",
        "arrived before the switch",
        key,
    )
    assert green(pipeline) == []


@pytest.mark.check
def test_f03_documents_are_chosen_by_their_dates_or_all_of_them(pipeline: Pipeline, run: Run) -> None:
    """F03: a backfill of some months; the delivery is green when nothing of it is left."""
    files = {f"IT{month:02}": dated(str(month), f"2026-{month:02}-15") for month in (7, 8, 9, 10)}
    key = delivered(pipeline, **files)

    some = run("register", "--from", "2026-08-01", "--to", "2026-09-30", "--by", "anna", "--json")
    left = [row[3] for row in documents(pipeline)]
    rest = run("register", "--all", "--by", "anna", "--json")

    assert [(row["document_number"], row["status"], row["entry_id"]) for row in json.loads(some.stdout)] == [
        ("8", "registered", 1),
        ("9", "registered", 2),
    ]
    assert left == ["to_register", "registered", "registered", "to_register"]
    assert [(row["document_number"], row["status"], row["entry_id"]) for row in json.loads(rest.stdout)] == [
        ("7", "registered", 3),
        ("10", "registered", 4),
    ]
    assert (some.exit_code, rest.exit_code) == (ALL_REGISTERED, ALL_REGISTERED)
    assert green(pipeline) == [(name, key) for name in ASSETS]
    again = run("register", "--company", "ALBA")
    assert (again.exit_code, again.stdout) == (
        ALL_REGISTERED,
        "Nothing to do: no such document is to register.\n",
    )


@pytest.mark.check
def test_f06_a_document_without_a_rule_is_registered_by_hand_and_remembered(
    pipeline: Pipeline, run: Run
) -> None:
    """F06, F11: with --remember the next document of the supplier needs nobody to say it again."""
    delivered(pipeline, IT01=xml("1", supplier=NO_RULE), IT02=xml("2", supplier=NO_RULE))

    chosen = ("--account", "7106001", "--vat-code", "22", "--remember", "--by", "anna")
    first = run("register", "D1", *chosen)
    second = run("register", "D2", "--by", "bruno")

    assert (first.exit_code, second.exit_code) == (ALL_REGISTERED, ALL_REGISTERED)
    assert decisions(pipeline) == [
        (1, "register", "7106001", "22", True, "anna", None),
        (2, "register", None, None, False, "bruno", None),
    ]
    assert registrations(pipeline) == [
        (1, "manual", "anna", "7106001", "22", "remembered"),
        (2, "choice", "bruno", "7106001", "22", "memory"),
    ]


@pytest.mark.check
def test_f06_what_is_not_recognised_stays_on_the_list_and_the_command_ends_with_2(
    pipeline: Pipeline, run: Run
) -> None:
    """F05, F06: both kinds in one table, each with its outcome."""
    delivered(pipeline, IT01=xml("1"), IT02=xml("2", supplier=STRANGER))

    result = run("register", "--all", "--by", "anna")

    assert (result.exit_code, result.stdout) == (
        SOME_NOT,
        dedent(
            """\
            document  company  file         supplier                     number  date        payable  currency  status       entry  reasons  what to do
            D1        ALBA     I1 IT01.xml  Acciai Montevuoto S.p.A.     1       2026-10-05   122.00  EUR       registered       1
            D2        ALBA     I2 IT02.xml  Bottoni Madreperlina S.r.l.  2       2026-10-05   122.00  EUR       to register         R03      Add the supplier to counterparties.csv and its account to chart_of_accounts.csv (`partita propose-supplier` writes the rows), then rerun.

            Some not registered: 1 of 2 are. Mend what the last column says, then register the others again.
            """  # noqa: E501
        ),
    )


@pytest.mark.check
def test_f06_a_supplier_is_proposed_accepted_and_its_document_registered(
    pipeline: Pipeline, run: Run
) -> None:
    """F06, R03: from the data of the document to an entry on the new account."""
    key = delivered(pipeline, IT01=xml("1", supplier=STRANGER))

    rows = (
        "counterparties.csv: S004,Bottoni Madreperlina S.r.l.,supplier,IT,09990229990,09990229990,\n"
        "chart_of_accounts.csv: ALBA,4000004,Bottoni Madreperlina S.r.l.,,supplier,S004,true\n"
    )
    assert run("propose-supplier", "D1").stdout == f"{rows}Nothing was written: --accept writes the rows.\n"
    assert run("propose-supplier", "D1", "--accept").stdout == (
        f"{rows}The rows are written. `partita rerun {key}` tries the document again.\n"
    )
    assert run("register", "D1", "--account", "7101001", "--by", "anna").exit_code == ALL_REGISTERED
    assert registrations(pipeline) == [(1, "manual", "anna", "7101001", "22", "manual")]
    known = run("propose-supplier", "D1")
    assert (known.exit_code, known.stderr) == (
        STOPPED,
        "Error: the supplier exists: S004 with account 4000004 of ALBA\n",
    )


def test_f06_an_account_that_the_company_lacks_is_refused_and_nothing_is_decided(
    pipeline: Pipeline, run: Run
) -> None:
    """F06: validated against the reference data in force, before anything runs."""
    delivered(pipeline, IT01=xml("1"))

    result = run("register", "D1", "--account", "9999", "--vat-code", "XX")

    assert (result.exit_code, result.stderr) == (
        STOPPED,
        "Error: company ALBA has no active account 9999; company ALBA has no VAT code XX. "
        "Nothing was changed.\n",
    )
    assert (decisions(pipeline), len(pipeline.instance.get_runs())) == ([], 1)


@pytest.mark.check
def test_f03_a_file_that_vanished_stops_the_work_with_1(pipeline: Pipeline, run: Run) -> None:
    """F03: the decision is kept, so that the next run of the delivery registers the document."""
    delivered(pipeline, IT01=xml("1"))
    (kept,) = pipeline.home.processed_invoices.iterdir()
    data = kept.read_bytes()
    kept.unlink()

    stopped = run("register", "D1", "--by", "anna", "--json")

    assert stopped.exit_code == STOPPED
    assert [row["status"] for row in json.loads(stopped.stdout)] == ["to_register"]
    assert "IT01.xml was removed from" in stopped.stderr
    kept.write_bytes(data)
    assert run("register", "D1", "--by", "anna").exit_code == ALL_REGISTERED


def test_f04_the_progress_of_a_registration_is_shown_as_n_of_m(
    pipeline: Pipeline, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F04: one step per delivery, of as many as are concerned."""
    for number in ("1", "2"):
        drop(pipeline, f"IT0{number}.xml", xml(number))
        process(pipeline, *gathered(pipeline))
    steps: list[object] = []

    class Bar:
        def __init__(self, *, length: int, label: str, show_pos: bool, file: object) -> None:
            steps.append((label, length, show_pos))

        def __enter__(self) -> Bar:
            return self

        def __exit__(self, *_: object) -> None:
            steps.append("end")

        def update(self, count: int) -> None:
            steps.append(count)

    monkeypatch.setattr(click, "progressbar", Bar)
    assert run("register", "--all").exit_code == ALL_REGISTERED
    assert steps == [("Registering", 2, True), 1, 1, "end"]


@pytest.mark.parametrize(("command", "status"), [("refuse", "refused"), ("handle", "handled")])
def test_f06_documents_that_are_closed_leave_the_list_and_their_delivery_becomes_green(
    pipeline: Pipeline, run: Run, command: str, status: str
) -> None:
    """F06: without a run; the delivery is green in Dagster once nothing of it is left."""
    key = delivered(pipeline, IT01=xml("1"), IT02=xml("2"))

    first = run(command, "D1", "--reason", "not ours", "--by", "anna")
    state = pipeline.ask("SELECT delivery_key, status FROM ledger.delivery")
    assert (first.exit_code, first.stdout, state, green(pipeline)) == (
        ALL_REGISTERED,
        f"D1 (1 of Acciai Montevuoto S.p.A.) is {status} by anna.\n",
        [(key, "open")],
        [],
    )
    second = run(command, "D2", "--reason", "not ours", "--by", "anna")

    assert second.stdout == f"D2 (2 of Acciai Montevuoto S.p.A.) is {status} by anna.\n"
    assert pipeline.ask("SELECT delivery_key, status FROM ledger.delivery") == [(key, "done")]
    assert green(pipeline) == [(name, key) for name in ASSETS]
    assert (len(pipeline.instance.get_runs()), decisions(pipeline)) == (
        1,
        [
            (1, command, None, None, False, "anna", "not ours"),
            (2, command, None, None, False, "anna", "not ours"),
        ],
    )
    assert run("documents", "--json").stdout == "[]\n"


@pytest.mark.check
def test_f06_a_file_that_cannot_be_read_is_dismissed_and_its_delivery_becomes_green(
    pipeline: Pipeline, run: Run
) -> None:
    """F06, R17: a file of which a document is to register is not dismissed as a whole."""
    key = delivered(pipeline, IT01=xml("1"), IT02=b"<p>503</p>")
    readable, unreadable = (
        name for (name,) in pipeline.ask("SELECT partition_key FROM ledger.file_import ORDER BY import_id")
    )

    kept = run("dismiss", "IT01.xml", "--reason", "no")
    assert (kept.exit_code, kept.stderr) == (
        STOPPED,
        f"Error: D1 of {readable} are to register: use `partita register`, `partita refuse` or "
        "`partita handle`. Nothing was changed.\n",
    )
    assert run("register", "D1").exit_code == ALL_REGISTERED
    assert green(pipeline) == []
    done = run("dismiss", "IT02.xml", "--reason", "an error page", "--by", "anna")

    assert (done.exit_code, done.stdout) == (
        ALL_REGISTERED,
        f"I2 {unreadable} is dismissed; its findings are closed. "
        "`partita why I2` shows who closed them and why.\n",
    )
    assert green(pipeline) == [(name, key) for name in ASSETS]


@pytest.mark.check
def test_f02_automatic_registration_is_on_for_what_arrives_afterwards(pipeline: Pipeline, run: Run) -> None:
    """F01, F02, F08: what came before waits; switched off again, new documents wait and old ones stay."""
    delivered(pipeline, IT01=xml("1"))
    assert run("automatic", "on", "ALBA", "--by", "anna").stderr == (
        "Automatic registration of ALBA is now on.\n"
    )
    delivered(pipeline, IT02=xml("2"))
    assert run("automatic", "off", "ALBA", "--by", "bruno").stderr == (
        "Automatic registration of ALBA is now off.\n"
    )
    delivered(pipeline, IT03=xml("3"))

    assert [row[2:] for row in documents(pipeline)] == [
        ("1", "to_register", "document_waits"),
        ("2", "registered", None),
        ("3", "to_register", "document_waits"),
    ]
    assert pipeline.ask(
        "SELECT company_code, is_on, switched_by FROM ledger.automatic_registration ORDER BY switched_at"
    ) == [("ALBA", True, "anna"), ("ALBA", False, "bruno")]


def test_o06_a_delivery_is_found_by_its_key_the_beginning_of_that_and_its_file(
    pipeline: Pipeline, run: Run
) -> None:
    drop(pipeline, "2026.zip", archive({"a/IT01.xml": xml("1")}))
    (key,) = gathered(pipeline)
    for text in (key, key[:12], "2026.zip"):
        (found,) = json.loads(run("find", text, "--json").stdout)
        assert (found["kind"], found["reference"], found["command"]) == (
            "delivery",
            key,
            f"partita documents --all --delivery {key}",
        )
    assert json.loads(run("find", key[:11], "--json").stdout) == []


@pytest.mark.check
def test_o06_a_document_and_its_entry_name_the_kept_file_also_within_an_archive(
    pipeline: Pipeline, run: Run
) -> None:
    """O06: the archive is what is kept, unchanged, under its key."""
    drop(pipeline, "2026.zip", archive({"a/IT01.xml": xml("1")}))
    (key,) = gathered(pipeline)
    run_delivery(pipeline, key)
    assert run("register", "D1").exit_code == ALL_REGISTERED

    names = ("kept_file", "kept_file_problem", "source_file")
    for asked in ("D1", "1", "IT01.xml"):
        found = json.loads(run("why", asked, "--json").stdout)
        assert [found[name] for name in names] == [
            f"processed/invoices/{key}",
            None,
            "2026.zip/a/IT01.xml",
        ]
    assert run("why", "2026.zip").stderr == (
        f"Error: {key} is a delivery of e-invoices: "
        f"`partita documents --all --delivery {key}` lists its documents\n"
    )
    (row,) = json.loads(run("documents", "--all", "--delivery", "2026.zip", "--json").stdout)
    assert (row["document_id"], row["delivery_key"]) == (1, key)
