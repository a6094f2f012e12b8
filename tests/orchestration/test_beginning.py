"""A home of one's own: made by `partita init`, filled from another program, and never changed by it again."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from assets.home import DATA, HOME_VARIABLE, Home
from assets.ledger.store import Ledger
from assets.reference.schemas import REFERENCE_FILES
from tests.orchestration.conftest import Run
from tests.orchestration.test_readme import not_said, steps

PAGE: Final = DATA.parent / "docs" / "beginning.md"
OURS: Final = ("init", "--company", "MIA", "--name", "La mia azienda S.r.l.")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home that PARTITA_HOME names and that does not exist yet."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    return Home(tmp_path / "home")


def contents(home: Home) -> dict[str, bytes]:
    """The reference files of the home."""
    return {path.name: path.read_bytes() for path in home.reference.glob("*.csv")}


def test_a_home_is_its_owners_only_and_has_every_reference_file(home: Home, run: Run) -> None:
    before = os.umask(0)
    try:
        result = run("init")
    finally:
        os.umask(before)
    assert result.exit_code == 0
    assert set(contents(home)) == {file.name for file in REFERENCE_FILES}
    rights = {oct(stat.S_IMODE(path.stat().st_mode)) for path in home.root.rglob("*") if path.is_dir()}
    assert rights | {oct(stat.S_IMODE(home.root.stat().st_mode))} == {"0o700"}
    assert {oct(stat.S_IMODE(path.stat().st_mode)) for path in home.reference.iterdir()} == {"0o600"}


def test_a_company_may_be_named_after_the_templates_were_made(home: Home, run: Run) -> None:
    run("init")
    assert run(*OURS, "--chart", "italian").exit_code == 0
    assert b"\nMIA,La mia azienda S.r.l.,EUR,IT,,\n" in contents(home)["companies.csv"]
    assert b"\nMIA,4000000," in contents(home)["chart_of_accounts.csv"]


def test_what_somebody_has_written_stays(home: Home, run: Run) -> None:
    run("init")
    (home.reference / "accounting_reasons.csv").write_text("ours")
    assert run(*OURS, "--chart", "italian").exit_code == 1
    (home.reference / "accounting_reasons.csv").write_text(
        "company_code,accounting_reason_code,accounting_reason_name\n,PFOR,Ours\n"
    )
    before = contents(home)
    result = run(*OURS)
    assert "written into them: accounting_reasons.csv" not in result.stdout
    assert contents(home)["accounting_reasons.csv"] == before["accounting_reasons.csv"]
    written = contents(home)
    refused = run("init", "--company", "B", "--name", "Another")
    assert (refused.exit_code, contents(home)) == (1, written)
    assert "names companies already: add B there" in refused.stderr


def test_a_mistyped_vat_number_begins_no_home(home: Home, run: Run) -> None:
    """With it no e-invoice would find the company."""
    result = run("init", "--company", "MIA", "--name", "X", "--vat-number", "09990019959")
    assert (result.exit_code, home.root.exists()) == (64, False)
    assert "'09990019959' has wrong check digits" in result.stderr


def test_a_company_that_companies_csv_would_refuse_leaves_no_trace(home: Home, run: Run) -> None:
    result = run("init", "--company", "LONGER_THAN_10", "--name", "X")
    assert result.exit_code == 1
    assert "column company_code: 'LONGER_THAN_10', expected at most 10 characters" in result.stderr
    assert not home.root.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("init", "--company", "A"),
        ("init", "--name", "A"),
        ("init", "--chart", "italian"),
        ("init", "--sample", "--company", "A", "--name", "B"),
    ],
)
def test_what_does_not_go_together_is_a_wrong_call(home: Home, run: Run, arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 64
    assert not home.root.exists()


def test_a_home_with_a_ledger_gets_no_empty_file_in_place_of_a_lost_one(home: Home, run: Run) -> None:
    run(*OURS, "--chart", "italian")
    with Ledger.of(home).writing("test"):
        pass
    (home.reference / "counterparties.csv").unlink()
    result = run("init")
    assert (result.exit_code, "counterparties.csv" in contents(home)) == (1, False)
    assert "Put counterparties.csv back from a copy" in result.stderr


def test_the_sample_is_made_in_an_empty_home_and_in_no_other(home: Home, run: Run) -> None:
    assert run("init", "--sample").exit_code == 0
    assert contents(home) == {
        path.name: path.read_bytes() for path in (DATA / "samples" / "reference").iterdir()
    }
    assert len(list(home.inbox.glob("RITCOGE*"))) == 26
    again = run("init", "--sample")
    assert again.exit_code == 1
    assert "was used before" in again.stderr


def test_files_that_would_be_refused_are_named_and_end_with_1(home: Home, run: Run) -> None:
    run(*OURS, "--chart", "italian")
    assert run("reference", "check").stdout.startswith("All is well.")
    with (home.reference / "chart_of_accounts.csv").open("a") as stream:
        stream.write("OTHER,1,Cash,,cash,,true\n")
    (home.reference / "counterparties.csv").unlink()
    result = run("reference", "check")
    line = len((home.reference / "chart_of_accounts.csv").read_text().splitlines())
    assert result.exit_code == 1
    assert "counterparties.csv is missing" in result.stdout
    wrong = f"chart_of_accounts.csv line {line}, column account_kind: 'cash', expected bank or transit"
    assert wrong in result.stdout


def test_process_says_which_reference_data_are_refused_and_ends_with_1(home: Home, run: Run) -> None:
    run(*OURS, "--chart", "italian")
    assert run("process").exit_code == 0
    (home.reference / "companies.csv").unlink()
    result = run("process")
    assert result.exit_code == 1
    assert "companies.csv is missing; the last good reference data stay in force" in result.stderr


def test_a_corrected_file_changes_what_is_accepted_and_not_in_force(
    home: Home, run: Run, tmp_path: Path
) -> None:
    run(*OURS, "--chart", "italian")
    with (home.reference / "chart_of_accounts.csv").open("a") as chart:
        chart.write("MIA,4000001,Acciai,,supplier,,true\n")
    with Ledger.of(home).writing("test"):
        pass
    path = tmp_path / "partite.csv"
    taken = ("reference", "import", "open-items", str(path), "--decimal-mark", "comma")
    path.write_text("Partita;Conto;Importo\n2026/1187;4000001;7.320,00\n")
    assert run(*taken, "--accept").exit_code == 0
    path.write_text("Partita;Conto;Importo\n2026/1187;4000001;732,00\n")
    shown = run(*taken).stdout
    assert "0 new, 1 changed, 0 the same" in shown
    assert "  ~ MIA 2026/1187: original_amount '7320.00' -> '732.00'; " in shown
    assert "stays" not in shown
    assert run(*taken, "--accept").exit_code == 0
    assert contents(home)["opening_open_items.csv"].endswith(
        b"\nMIA,4000001,2026/1187,,,,EUR,credit,732.00,732.00,\n"
    )


@pytest.mark.check
def test_a_check_in_a_home_in_use_names_items_that_are_settled_and_would_change(home: Home, run: Run) -> None:
    exports = DATA / "samples" / "exports"
    run(*OURS, "--chart", "italian")
    run(
        "reference",
        "import",
        "counterparties",
        str(exports / "anagrafiche.csv"),
        "--with-accounts",
        "--accept",
    )
    items = ("reference", "import", "open-items", str(exports / "partite.csv"), "--decimal-mark", "comma")
    taken = run(*items, "--accept")
    assert (
        taken.exit_code,
        taken.stdout.count("What is new comes to debit 6222.00, credit 8174.00 EUR.\n"),
    ) == (
        0,
        1,
    )
    shutil.copyfile(exports / "RITCOGE_MIA.json", home.inbox / "RITCOGE_MIA.json")
    assert run("process").exit_code == 0
    assert "4 items are here and stay: nothing of them is written." in run(*items).stdout
    path = home.reference / "opening_open_items.csv"
    path.write_text(path.read_text().replace("7320.00", "1000.00"))
    result = run("reference", "check")
    assert result.exit_code == 1
    assert (
        "'2026/1187', expected account 4000001, credit EUR 7320.0000 as when it was opened" in result.stdout
    )


@pytest.mark.check
def test_the_page_on_beginning_does_what_it_says(tmp_path: Path) -> None:
    shutil.copytree(DATA / "samples" / "exports", tmp_path / "data" / "samples" / "exports")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {name: value for name, value in os.environ.items() if name != HOME_VARIABLE}
    wrong = []
    for step in steps(PAGE.read_text("utf-8")):
        said = ""
        for command in step.commands:
            if command.startswith("export "):
                environment[HOME_VARIABLE] = str(tmp_path / "my-company")
                continue
            done = subprocess.run(
                ["bash", "-c", command],
                cwd=tmp_path,
                env=environment | {"PATH": path},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
            said += f"\n{done.stdout}"
            if done.returncode:
                wrong.append((command, done.returncode, done.stderr))
        if missing := not_said(step.shown, said):
            wrong.append((step.commands[-1], missing, said))
    assert wrong == []
