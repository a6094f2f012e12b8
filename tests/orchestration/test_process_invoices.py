"""`process`, `rerun`, `status` and `start` with e-invoices: progress, the outcome, the two lists."""

from __future__ import annotations

import json
import shlex
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import dagster as dg
import pytest
from click.testing import Result

from assets.home import Home
from orchestration import start
from orchestration.deliveries import DeliveryImports, gather
from orchestration.imports import current_settings
from orchestration.invoice_pipeline import COUNTS_OF_ASSET
from samples.invoice_files import archive
from samples.waiting import free_port
from tests.orchestration.conftest import MakePipeline, Run
from tests.orchestration.test_commands import ALL_POSTED, SOME_FINDINGS, STOPPED, prepare
from tests.orchestration.test_deliveries import REFERENCE, STRANGER, drop, xml
from tests.orchestration.test_runs import UNREADABLE
from tests.support import ledgers
from tests.support.invoice_ledgers import switch
from tests.support.ledgers import account, counterparty, invoice_rule, setting
from tests.support.pipelines import Pipeline, key_of
from tests.support.whole_ledger import whole_ledger

__all__ = ["prepare"]

REPOSITORY: Final = Path(__file__).resolve().parents[2]
ARCHIVE: Final = archive({"a.xml": xml("1"), "b.xml": xml("2")})
KNOWN_STRANGER: Final = REFERENCE.replace(
    counterparties=(
        *REFERENCE.counterparties,
        counterparty("S103", "supplier") | {"vat_number": "09990229990", "tax_code": "09990229990"},
    ),
    accounts=(*REFERENCE.accounts, account("4000103", "supplier", company="ALBA", counterparty="S103")),
    invoice_rules=(
        *REFERENCE.invoice_rules,
        invoice_rule("BUTTONS", "7101001", counterparty="S103", vat_code="22"),
    ),
)


@pytest.fixture
def pipeline(make_pipeline: MakePipeline) -> Pipeline:
    """A home in which e-invoices of one supplier register themselves."""
    made = make_pipeline(REFERENCE)
    switch(made.ledger_home)
    return made


def answers(result: Result) -> list[dict[str, Any]]:
    """The JSON answer."""
    found: list[dict[str, Any]] = json.loads(result.stdout)
    return found


def states(pipeline: Pipeline) -> dict[str, str]:
    """The state of each delivery's partition, as the UI counts them; the same for every asset."""
    name = "invoice_deliveries"
    keys = pipeline.instance.get_dynamic_partitions(name)
    found = [
        {
            key: "green"
            if key in pipeline.instance.get_materialized_partitions(dg.AssetKey(asset))
            else "red"
            for key in keys
        }
        for asset in COUNTS_OF_ASSET
    ]
    assert all(each == found[0] for each in found)
    return found[0]


def test_f05_process_registers_what_waits_and_lists_what_is_recognised_and_what_is_not(
    pipeline: Pipeline, run: Run
) -> None:
    """F05: an archive is one delivery, single files are another; each has its outcome."""
    drop(pipeline, "october.zip", ARCHIVE)
    drop(pipeline, "c.xml", xml("3"))
    drop(pipeline, "d.xml", xml("4", supplier=STRANGER))

    result = run("process", "--json")

    done, some = answers(result)
    (name,) = [path.name for path in pipeline.home.processed_invoices.glob("*-october@*")]
    assert name.partition("-october@")[2] == f"{key_of('', ARCHIVE)[1:7]}.zip"
    assert (result.exit_code, done["partition_key"], done["status"], some["status"]) == (
        SOME_FINDINGS,
        name,
        "all registered",
        "some not registered",
    )
    assert [(row["document_number"], row["payable_amount"]) for row in done["recognised"]] == [
        ("1", "122.00"),
        ("2", "122.00"),
    ]
    assert done["not_recognised"] == []
    (recognised,) = some["recognised"]
    assert {name: recognised[name] for name in ("account_codes", "vat_codes", "rule_kinds")} == {
        "account_codes": "7101001",
        "vat_codes": "22",
        "rule_kinds": "rule",
    }
    (wrong,) = some["not_recognised"]
    assert (wrong["source_file"], wrong["document_number"], wrong["finding_code"]) == ("d.xml", "4", "R03")
    assert wrong["remedy"].startswith("Add the supplier to counterparties.csv")
    assert states(pipeline) == {done["partition_key"]: "green", some["partition_key"]: "red"}
    assert {each.job_name for each in pipeline.instance.get_runs()} == {"register_invoices_job"}
    assert list(pipeline.home.invoice_inbox.iterdir()) == []


def test_f05_for_people_the_outcome_stands_above_the_lists(pipeline: Pipeline, run: Run) -> None:
    drop(pipeline, "c.xml", xml("3"))
    drop(pipeline, "d.xml", xml("4", supplier=STRANGER))

    result = run("process")

    lines = result.stdout.splitlines()
    headings = [line for line in lines if line in ("Recognised", "Not recognised")]
    assert lines[0].endswith(
        ": some not registered: 1 of 2 documents registered, 1 to register, something left to do in 1 file."
    )
    assert headings == ["Recognised", "Not recognised"]
    assert lines[-1] == (
        "1 document is to be registered: mend the cause, then `partita rerun --failed`; or "
        "`partita register`, `refuse` or `handle`."
    )


def test_f05_when_everything_is_registered_process_ends_with_0(pipeline: Pipeline, run: Run) -> None:
    drop(pipeline, "october.zip", ARCHIVE)

    result = run("process")

    assert result.exit_code == ALL_POSTED
    assert "all registered: 2 of 2 documents registered." in result.stdout
    assert result.stdout.endswith("Everything is in the ledger.\n")


def test_f01_documents_wait_where_automatic_registration_is_off(
    make_pipeline: MakePipeline, run: Run
) -> None:
    pipeline = make_pipeline(REFERENCE)
    drop(pipeline, "c.xml", xml("3"))

    result = run("process", "--json")

    ((answer),) = answers(result)
    assert (result.exit_code, [row["finding_code"] for row in answer["not_recognised"]]) == (
        SOME_FINDINGS,
        ["document_waits"],
    )
    assert pipeline.ask("SELECT count(*) FROM ledger.posting") == [(0,)]


def test_o05_a_dry_run_shows_accounts_and_amounts_and_not_even_gathers_the_delivery(
    pipeline: Pipeline, run: Run
) -> None:
    """O05: the second delivery knows what the first would register."""
    drop(pipeline, "october.zip", ARCHIVE)
    drop(pipeline, "again.xml", xml("1"))
    before = whole_ledger(pipeline.ledger_home.ledger)

    result = run("process", "--dry-run", "--json")

    first, second = answers(result)
    assert (result.exit_code, first["status"], second["status"]) == (
        ALL_POSTED,
        "all registered",
        "all registered",
    )
    assert [(row["payable_amount"], row["account_codes"]) for row in first["recognised"]] == [
        ("122.00", "7101001"),
        ("122.00", "7101001"),
    ]
    assert (second["registered_count"], second["repeated_count"]) == (0, 1)
    assert whole_ledger(pipeline.ledger_home.ledger) == before
    assert sorted(path.name for path in pipeline.home.invoice_inbox.iterdir()) == ["again.xml", "october.zip"]
    assert pipeline.instance.get_runs() == []
    assert run("process", "--dry-run").stdout.splitlines()[-1] == (
        "This was a dry run: nothing was posted, and the files stay in the inbox."
    )


def test_o05_a_dry_run_shows_deliveries_that_were_gathered_and_wait(pipeline: Pipeline, run: Run) -> None:
    drop(pipeline, "c.xml", xml("3"))
    ledger = pipeline.ledger_home.ledger
    (key,) = gather(pipeline.home, ledger, current_settings(ledger)).waiting

    (answer,) = answers(run("process", "--dry-run", "--json"))

    assert (answer["partition_key"], answer["registered_count"]) == (key, 1)
    assert pipeline.ask("SELECT status FROM ledger.delivery") == [("waiting",)]


@pytest.mark.check
@pytest.mark.parametrize("named", ["--failed", "key"])
def test_f06_rerun_registers_what_is_recognised_after_the_cause_was_mended(
    pipeline: Pipeline, run: Run, named: str
) -> None:
    drop(pipeline, "d.xml", xml("4", supplier=STRANGER))
    ((before),) = answers(run("process", "--json"))
    ledgers.write_files(pipeline.home.reference, KNOWN_STRANGER.files())

    result = run("rerun", named if named == "--failed" else before["partition_key"], "--json")

    ((after),) = answers(result)
    assert (before["status"], after["status"], result.exit_code) == (
        "some not registered",
        "all registered",
        ALL_POSTED,
    )
    assert states(pipeline) == {before["partition_key"]: "green"}
    assert run("rerun", "--failed").stdout == "Nothing to do: no file waits.\n"


@pytest.mark.check
def test_f06_a_rerun_lists_what_it_registers_and_what_is_left_and_not_what_was_done_before(
    pipeline: Pipeline, run: Run
) -> None:
    drop(pipeline, "a.xml", xml("1"))
    drop(pipeline, "b.xml", xml("2", supplier=STRANGER))
    drop(pipeline, "c.xml", b"no invoice")
    run("process")

    unmended = run("rerun", "--failed")
    ledgers.write_files(pipeline.home.reference, KNOWN_STRANGER.files())
    mended = run("rerun", "--failed")

    words = {"Recognised", "Not", "D1", "D2"}
    listed = [
        [line.split()[0] for line in result.stdout.splitlines() if words.intersection(line.split()[:1])]
        for result in (unmended, mended)
    ]
    assert listed == [["Not", "D2"], ["Recognised", "D2", "Not"]]
    assert mended.stdout.splitlines()[-1] == (
        "Something cannot be read in 1 file: drop again what is mended, or `partita dismiss` it."
    )


def test_d13_a_delivery_whose_file_vanished_waits_and_process_ends_with_1(
    pipeline: Pipeline, run: Run
) -> None:
    path = drop(pipeline, "c.xml", xml("3"))
    ledger = pipeline.ledger_home.ledger
    gather(pipeline.home, ledger, current_settings(ledger))
    path.unlink()

    result = run("process", "--json")

    ((answer),) = answers(result)
    assert (result.exit_code, answer["status"]) == (STOPPED, "not processed")
    assert "c.xml was removed from" in result.stderr


@pytest.mark.check
def test_f05_status_counts_documents_by_state_and_reason(pipeline: Pipeline, run: Run) -> None:
    drop(pipeline, "october.zip", ARCHIVE)
    drop(pipeline, "c.xml", xml("1"))
    drop(pipeline, "d.xml", xml("4", "5", supplier=STRANGER))
    drop(pipeline, "e.xml", b"no invoice")
    pipeline.drop("RITCOGE.txt", UNREADABLE)
    run("process")

    found = json.loads(run("status", "--json").stdout)

    names = ("imports_by_status", "deliveries_by_status", "documents_by_status")
    assert {name: found[name] for name in names} == {
        "imports_by_status": [
            {"status": "failed", "import_count": 1, "source_kind": "trace"},
            {"status": "failed", "import_count": 2, "source_kind": "invoice"},
            {"status": "posted", "import_count": 3, "source_kind": "invoice"},
        ],
        "deliveries_by_status": [
            {"status": "done", "delivery_count": 1},
            {"status": "open", "delivery_count": 1},
        ],
        "documents_by_status": [
            {"status": "registered", "document_count": 2},
            {"status": "repeated", "document_count": 1},
            {"status": "to_register", "document_count": 2},
        ],
    }
    assert found["reasons_to_register"] == [
        {"finding_code": "R03", "document_count": 2},
        {"finding_code": "R17", "document_count": 1},
    ]
    shown = run("status").stdout
    assert ["to", "register", "2"] in [line.split() for line in shown.splitlines()]
    assert [line for line in shown.splitlines() if line.endswith((" by status", "e-invoices", "traces"))] == [
        "Traces by status",
        "Last traces",
        "Deliveries of e-invoices",
        "Files of e-invoices by status",
        "Last files of e-invoices",
    ]


@pytest.mark.check
def test_f01_a_run_that_leaves_documents_to_register_notifies_with_counts_only(
    make_pipeline: MakePipeline, run: Run, tmp_path: Path
) -> None:
    """F01: not where everything is registered; a command that fails stops nothing."""
    code = "import sys; open(sys.argv[1], 'a').write(sys.stdin.read()); sys.exit(1)"
    command = shlex.join([sys.executable, "-c", code, str(tmp_path / "notes")])
    data = REFERENCE.replace(settings=(*REFERENCE.settings, setting("notification_command", command)))
    pipeline = make_pipeline(data)
    switch(pipeline.ledger_home)
    drop(pipeline, "c.xml", xml("3"))

    assert run("process").exit_code == ALL_POSTED
    assert not (tmp_path / "notes").exists()
    drop(pipeline, "d.xml", xml("4", supplier=STRANGER))
    assert run("process").exit_code == SOME_FINDINGS
    assert json.loads((tmp_path / "notes").read_text("utf-8")) == {
        "event": "documents_to_register",
        "delivery_count": 1,
        "document_count": 1,
        "registered_count": 0,
        "to_register_count": 1,
        "open_file_count": 1,
    }


def test_d13_a_start_makes_deliveries_green_that_are_done_although_their_run_was_cut_off(
    pipeline: Pipeline, prepare: Callable[[], Result]
) -> None:
    drop(pipeline, "october.zip", ARCHIVE)
    drop(pipeline, "d.xml", xml("4", supplier=STRANGER))
    ledger = pipeline.ledger_home.ledger
    keys = gather(pipeline.home, ledger, current_settings(ledger)).waiting
    pipeline.instance.add_dynamic_partitions("invoice_deliveries", list(keys))
    with DeliveryImports(pipeline.home, ledger, "cut off") as imports:
        for key in keys:
            imports.import_delivery(key)

    assert prepare().exit_code == 0

    assert states(pipeline) == {keys[0]: "green", keys[1]: "red"}


def test_f02_a_new_home_gets_the_sample_e_invoices_with_automatic_registration_on(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F02: only a home that gets the samples is switched on."""
    monkeypatch.setenv("PARTITA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "home" / "dagster"))
    monkeypatch.setattr(start, "_watch", lambda *arguments, **options: 0)
    home = Home(tmp_path / "home")
    port = str(free_port())

    first = run("start", "--port", port, "--samples", str(REPOSITORY / "data" / "samples"))

    names = sorted(path.name for path in (REPOSITORY / "data" / "samples" / "invoices").iterdir())
    assert first.exit_code == 0
    assert sorted(path.name for path in home.invoice_inbox.iterdir()) == names
    assert len(names) == 21
    assert switched(home) == [("ALBA", True, "samples"), ("BREZZA", True, "samples")]
    shutil.rmtree(home.invoice_inbox)
    run("start", "--port", port, "--samples", str(REPOSITORY / "data" / "samples"))
    assert list(home.invoice_inbox.iterdir()) == []
    assert len(switched(home)) == 2


def switched(home: Home) -> list[tuple]:
    """Every switch of automatic registration in this home."""
    with start.Ledger(home.ledger).reading() as connection:
        return connection.execute(
            "SELECT company_code, is_on, switched_by FROM ledger.automatic_registration ORDER BY company_code"
        ).fetchall()
