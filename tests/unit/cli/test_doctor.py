"""The command `doctor`."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Callable
from contextlib import closing
from importlib import metadata
from typing import Any, Final, NamedTuple

import duckdb
import pytest

from assets.detection import lying
from assets.home import Home
from assets.ledger.migrating import known_names
from assets.ledger.store import Ledger
from orchestration.cli import doctor
from tests.support.locks import HOLDER, held
from tests.unit.cli.conftest import Run
from tests.unit.cli.small_ledger import insert


class _Usage(NamedTuple):
    total: int
    used: int
    free: int


Answer = Callable[..., dict[str, Any]]


def wrong(run: Run) -> list[dict[str, object]]:
    """The checks that failed, from a doctor that ends with 1."""
    result = run("doctor", "--json")
    found = json.loads(result.stdout)
    assert (result.exit_code, found["is_healthy"]) == (2, False)
    return [check for check in found["checks"] if not check["is_fine"]]


@pytest.mark.usefixtures("filled")
def test_o02_a_sound_installation_is_fine_in_every_check(answer: Answer) -> None:
    found = answer("doctor")
    assert found["is_healthy"] is True
    assert [(check["check_name"], check["is_fine"]) for check in found["checks"]] == [
        (name, True)
        for name in (
            "python",
            "dagster",
            "duckdb",
            "pandas",
            "pandera",
            "pyarrow",
            "home",
            "inbox",
            "inbox of e-invoices",
            "inbox of sales invoices",
            "outbox",
            "processed",
            "failed",
            "reference",
            "ledger folder",
            "dagster folder",
            "free disk space",
            "ledger",
            "ledger lock",
            "ledger tables",
            "ledger contents",
            "reference data",
            "journal of decisions",
            "dagster records",
            "files in the inbox",
            "e-invoices in the inbox",
            "sales invoices in the inbox",
            "files left lying",
            "nightly backup",
            "age of the ledger",
            "kept files",
        )
    ]
    assert found["checks"][2]["found"] == metadata.version("duckdb")


@pytest.mark.parametrize(
    ("content", "problems", "first"),
    [("company_code\nALBA\n", 12, "chart_of_accounts.csv"), (None, 8, "companies.csv")],
    ids=["wrong", "all gone"],
)
def test_the_doctor_names_reference_data_that_would_be_refused(
    filled: Home, run: Run, content: str | None, problems: int, first: str
) -> None:
    for path in filled.reference.glob("*.csv"):
        path.unlink()
    if content is not None:
        (filled.reference / "companies.csv").write_text(content)
    (check,) = wrong(run)
    assert check == {
        "check_name": "reference data",
        "is_fine": False,
        "found": f"{problems} problems, and no change of them takes effect: {first} is missing",
        "remedy": "`partita reference check` names all of them.",
    }


def test_f05_the_doctor_says_where_e_invoices_wait_and_are_kept(filled: Home, answer: Answer) -> None:
    """F05: the folders of processed ones are there from the first of them on."""
    filled.processed_invoices.mkdir()
    (filled.invoice_inbox / "IT01_1.xml").write_bytes(b"waiting")
    checks = {check["check_name"]: check for check in answer("doctor")["checks"]}
    assert "failed e-invoices" not in checks
    assert checks["processed e-invoices"]["found"] == str(filled.processed_invoices)
    assert checks["e-invoices in the inbox"] == {
        "check_name": "e-invoices in the inbox",
        "is_fine": True,
        "found": "1 waiting",
        "remedy": "`partita process` registers them; the sensor does so while Dagster runs.",
    }


def test_d03_the_doctor_names_what_lies_in_an_inbox_and_fits_no_mask(
    filled: Home, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lying, "PATIENCE", dt.timedelta(0))
    for number in range(6):
        (filled.inbox / f"PAYMENTS_{number}.txt").write_bytes(b"x")
    (check,) = wrong(run)
    reason = "(no mask fits: file_masks is RITCOGE*.txt)"
    shown = "; ".join(f"PAYMENTS_{number}.txt in trace_inbox {reason}" for number in range(5))
    assert check == {
        "check_name": "files left lying",
        "is_fine": False,
        "found": f"6: {shown}; and 1 more",
        "remedy": "Rename or remove it, or add a mask to file_masks in settings.csv.",
    }


def test_d03_what_fits_no_mask_is_not_counted_as_waiting(filled: Home, run: Run) -> None:
    for name in ("PAYMENTS.txt", "RITCOGE9.txt"):
        (filled.inbox / name).write_bytes(b"x")
    checks = json.loads(run("doctor", "--json").stdout)["checks"]
    (check,) = [check for check in checks if check["check_name"] == "files in the inbox"]
    assert check == {
        "check_name": "files in the inbox",
        "is_fine": True,
        "found": "1 waiting, 1 more fits no mask",
        "remedy": "`partita process` imports them; the sensor does so while Dagster runs. "
        "`partita process` says what to do about what fits no mask.",
    }
    assert "  files in the inbox  2, of which 1 fits no mask: `partita process` says what to do\n" in (
        run("status").output
    )


@pytest.mark.usefixtures("home")
def test_o02_before_anything_was_imported_all_is_well_too(run: Run) -> None:
    result = run("doctor")
    assert result.exit_code == 0
    assert result.output.endswith("\n\nAll is well. `partita status` says where the ledger stands.\n")


def test_o02_d13_a_ledger_that_is_gone_is_wrong_and_not_nothing_yet(filled: Home, run: Run) -> None:
    path = filled.ledger / "partita.duckdb"
    path.unlink()
    (check,) = wrong(run)
    assert check["found"].startswith(f"the ledger {path} is gone, but there was one: ")
    assert check | {"found": ""} == {
        "check_name": "ledger",
        "is_fine": False,
        "found": "",
        "remedy": "Do what the message says; nothing was changed.",
    }
    for command in ("status", "open-items", "process"):
        result = run(command)
        assert (result.exit_code, result.stderr.splitlines()[-1]) == (1, f"Error: {check['found']}")
    assert not path.exists()


def test_o02_d13_a_damaged_table_is_named(filled: Home, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    said = (
        "Corrupt database file: computed checksum 1 does not match stored checksum 2 in block at location 3"
    )
    monkeypatch.setattr(doctor, "unreadable_tables", lambda connection: {"posting": said})
    assert wrong(run) == [
        {
            "check_name": "ledger contents",
            "is_fine": False,
            "found": f"damaged in posting: {said}",
            "remedy": "Stop whatever writes into it, keep the file aside, and put a copy of the ledger in "
            "its place.",
        }
    ]


def test_o02_a_missing_folder_is_named_with_the_command_that_makes_it(filled: Home, run: Run) -> None:
    shutil.rmtree(filled.outbox)
    remedy = f"Make it: mkdir -p {filled.outbox} (or set PARTITA_HOME to the right home)."
    assert wrong(run) == [
        {
            "check_name": "outbox",
            "is_fine": False,
            "found": f"{filled.outbox} is missing",
            "remedy": remedy,
        }
    ]
    lines = run("doctor").output.splitlines()
    assert f"WRONG  outbox                       {filled.outbox} is missing" in lines
    assert f"                                    To do: {remedy}" in lines
    assert lines[-1] == "1 of 31 checks failed: do what stands below them, then ask again."


@pytest.mark.parametrize("folder", ["inbox", "inbox/invoices"])
def test_d03_the_doctor_finds_an_export_folder_that_is_an_inbox(filled: Home, run: Run, folder: str) -> None:
    ledger = Ledger(filled.ledger)
    workbench = ledger.workbench()
    with ledger.transaction(workbench, "test") as connection:
        row = {"version": 1, "setting_name": "export_folder", "setting_value": folder}
        insert(connection, "setting", row)
    workbench.close()
    assert [check["remedy"] for check in wrong(run)] == [
        "Exports would be imported: change inbox_folder or export_folder in settings.csv."
    ]


@pytest.mark.usefixtures("filled")
def test_o02_a_package_that_is_not_installed_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "PACKAGES", ("duckdb", "no-such-package"))
    assert wrong(run) == [
        {
            "check_name": "no-such-package",
            "is_fine": False,
            "found": "not installed",
            "remedy": "Install Partita's dependencies (`pip install no-such-package`).",
        }
    ]


def test_o02_too_little_disk_space_is_named(filled: Home, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: _Usage(10**9, 10**9, 5 * 1024**2))
    assert wrong(run) == [
        {
            "check_name": "free disk space",
            "is_fine": False,
            "found": "5 MiB",
            "remedy": f"Free at least 1 GiB on the disk of {filled.root}.",
        }
    ]


def test_o02_whoever_writes_to_the_ledger_is_named_and_does_not_keep_the_doctor_waiting(
    filled: Home, answer: Answer
) -> None:
    with held(filled.ledger):
        checks = {check["check_name"]: check for check in answer("doctor")["checks"]}
    assert checks["ledger lock"] == {
        "check_name": "ledger lock",
        "is_fine": True,
        "found": f"held by {HOLDER}",
        "remedy": "It ends by itself with that process; questions wait until then.",
    }


VERSION: Final = len(known_names())
RECORD: Final = "INSERT INTO ledger.schema_migration VALUES (999, '999_future.sql', '2027-01-01', 'f')"


@pytest.mark.parametrize(
    ("change", "advice"),
    [
        (
            RECORD,
            f"the ledger has version {VERSION + 1}, this program knows {VERSION}: install the newer Partita",
        ),
        (
            "UPDATE ledger.schema_migration SET step = '004_other.sql' WHERE version = 4",
            "the ledger has the step 004_other.sql, which is none of this program: install the one that "
            "wrote it",
        ),
        (
            "DELETE FROM ledger.schema_migration WHERE version = 4",
            f"the ledger lacks the step 004_purge.sql, but has {known_names()[-1]}: put it back from a "
            "backup",
        ),
    ],
)
def test_o02_a_ledger_with_other_steps_is_refused_with_what_to_do(
    filled: Home, run: Run, change: str, advice: str
) -> None:
    alter(filled, change)
    assert [check["remedy"] for check in wrong(run)] == [f"{advice[0].upper()}{advice[1:]}."]
    result = run("postings")
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", f"Error: {advice}\n")


def test_o02_a_ledger_of_an_older_version_says_what_brings_it_up_to_date(filled: Home, run: Run) -> None:
    alter(filled, f"DELETE FROM ledger.schema_migration WHERE version = {VERSION}")
    assert [check["remedy"] for check in wrong(run)] == [
        "Run `partita process` once: it brings the ledger up to date."
    ]
    result = run("postings")
    assert (result.exit_code, result.stdout, result.stderr) == (
        1,
        "",
        f"Error: the ledger has version {VERSION - 1}, this program knows {VERSION}: run `partita process` "
        "once, "
        "it brings the ledger up to date\n",
    )


def test_o02_a_step_that_was_edited_since_it_made_the_ledger_is_named(filled: Home, run: Run) -> None:
    alter(filled, "UPDATE ledger.schema_migration SET sha256 = 'f' WHERE version = 4")
    assert [check["remedy"] for check in wrong(run)] == [
        "The step 004_purge.sql of this program is not the one that made the ledger: install the Partita "
        "that "
        "wrote it, or a newer one."
    ]


def alter(home: Home, change: str) -> None:
    """A change in the ledger's file, past the program."""
    with closing(duckdb.connect()) as connection:
        connection.execute(f"ATTACH '{home.ledger / 'partita.duckdb'}' AS ledger")
        connection.execute(change)
