"""The journal of decisions: it has what the ledger has, is mended by the next change, and shows what was done
to it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Final

import duckdb
import pytest
from click.testing import CliRunner

from assets.errors import LedgerLostError, OperatingError, TransientError
from assets.home import HOME_VARIABLE, Home
from assets.invoices.purging import plan_purge, purge
from assets.ledger import decisions
from assets.ledger.audit import log
from assets.ledger.decisions import (
    BEFORE,
    CONTENTS,
    journal_files,
    journal_lines,
    journal_problems,
    keep_contents,
)
from assets.ledger.store import Ledger
from orchestration.cli.main import main
from samples.payments import pay, trace
from tests.orchestration.test_deliveries import REFERENCE, xml
from tests.support.desks import Desk, open_desk
from tests.support.ledgers import ReferenceData, open_item, setting

DATA: Final = ReferenceData(items=(open_item("FV-1", "100.00"), open_item("FV-2", "40.00")))
DAY: Final = "2026-10-20"


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with reference data, an import and two corrections."""
    desk = open_desk(tmp_path_factory.mktemp("used") / "home", DATA)
    desk.load_reference()
    desk.take_trace("RITCOGE.txt", trace(pay("-100.00", "FV-1")))
    number = desk.correct("settle", items=["ALBA:FV-2"], account="1801001", date=DAY)
    desk.correct("undo", correction=number)
    return desk.root


@pytest.fixture
def desk(used: Path, tmp_path: Path) -> Desk:
    """A copy of it."""
    shutil.copytree(used, tmp_path / "home")
    return Desk(tmp_path / "home", 10)


def problems(desk: Desk) -> tuple[int, list[str]]:
    """What the ledger has beyond the journal, and what is wrong with the journal."""
    with desk.ledger.reading() as connection:
        return journal_problems(desk.home.decisions, connection)


def journal(desk: Desk) -> Path:
    """Its one file."""
    (path,) = journal_files(desk.home.decisions)
    return path


def test_o06_every_change_of_the_ledger_is_a_line_with_what_was_asked_for(desk: Desk) -> None:
    lines = list(journal_lines(desk.home.decisions))
    with desk.ledger.reading() as connection:
        found = [(row["record_number"], row["record_hash"]) for row in log(connection)]
    assert [(line.number, line.record["record_hash"]) for line in lines] == found
    asked = [(line.record["action"], line.details) for line in lines]
    hashed = asked[1][1]
    assert hashed is not None
    assert asked == [
        ("reference", {}),
        (
            "import",
            {
                "import_id": 1,
                "source_kind": "trace",
                "source_file": "RITCOGE.txt",
                "content_sha256": hashed["content_sha256"],
                "byte_count": hashed["byte_count"],
                "rules_version": None,
            },
        ),
        (
            "settle",
            {
                "correction_id": 1,
                "correction_kind": "settle",
                "arguments": json.dumps({"account": "1801001", "date": DAY, "items": ["ALBA:FV-2"]}),
            },
        ),
        ("undo", {"correction_id": 2, "correction_kind": "undo", "arguments": '{"correction": 1}'}),
    ]
    assert [line.posted is not None for line in lines] == [True] * 4
    assert problems(desk) == (0, [])


def test_the_journal_is_its_owners_only_and_names_its_month(desk: Desk) -> None:
    first = next(journal_lines(desk.home.decisions))
    assert journal(desk).name == f"{first.record['recorded_at'][:7]}.jsonl"
    rights = [
        stat.S_IMODE(path.stat().st_mode)
        for path in (desk.home.decisions, journal(desk), desk.home.decisions / CONTENTS)
    ]
    assert rights == [0o700, 0o600, 0o700]


def test_every_content_of_a_reference_file_that_took_effect_is_kept(desk: Desk) -> None:
    kept = desk.home.decisions / CONTENTS
    before = {path.read_bytes() for path in kept.iterdir()}
    assert before == {path.read_bytes() for path in desk.home.reference.iterdir()}
    desk.write_reference(DATA.replace(settings=(setting("note_template", "(3)"),)))
    desk.load_reference()
    after = {path.read_bytes() for path in kept.iterdir()}
    assert after == before | {path.read_bytes() for path in desk.home.reference.iterdir()}
    assert len(after) == len(before) + 1
    assert problems(desk) == (0, [])


def test_a_reference_file_that_changes_while_it_is_read_takes_no_effect(tmp_path: Path) -> None:
    (tmp_path / "companies.csv").write_text("other")
    with pytest.raises(TransientError, match="was changed while it was read: nothing took effect"):
        keep_contents(tmp_path / "decisions", {"companies.csv": "0" * 64}, tmp_path, is_new=True)
    assert list((tmp_path / "decisions").rglob("*.csv")) == []


def test_contents_that_took_effect_before_there_was_a_journal_are_kept_while_they_are_there(
    desk: Desk,
) -> None:
    kept = desk.home.decisions / CONTENTS
    whole = {path.name: path.read_bytes() for path in kept.iterdir()}
    shutil.rmtree(desk.home.decisions)
    companies = desk.home.reference / "companies.csv"
    is_in_force = hashlib.sha256(companies.read_bytes()).hexdigest()
    companies.write_text("not right, and so not in force")
    desk.load_reference()
    after = {path.name: path.read_bytes() for path in kept.iterdir()}
    assert whole.items() - after.items() == {(f"{is_in_force}.csv", whole[f"{is_in_force}.csv"])}


def test_what_a_kill_kept_out_of_the_journal_is_appended_by_the_next_change(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between the commit and the line: the ledger has the change, and the journal gets it next."""
    before = journal(desk).read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(decisions.Addition, "write", lambda addition: None)
        desk.correct("settle", items=["ALBA:FV-2"], account="1801001", date=DAY)
    assert journal(desk).read_bytes() == before
    assert problems(desk) == (1, [])
    desk.correct("undo", correction=3)
    assert journal(desk).read_bytes().startswith(before)
    assert problems(desk) == (0, [])
    assert [line.record["action"] for line in journal_lines(desk.home.decisions)][-2:] == ["settle", "undo"]


@pytest.mark.parametrize("cut", [1, 100, 2000])
def test_a_line_that_a_power_failure_cut_is_written_again(desk: Desk, cut: int) -> None:
    path = journal(desk)
    whole = path.read_bytes()
    os.truncate(path, len(whole) - cut)
    assert problems(desk)[0] >= 1
    desk.correct("settle", items=["ALBA:FV-2"], account="1801001", date=DAY)
    assert problems(desk) == (0, [])
    assert len(list(journal_lines(desk.home.decisions))) == 5


def test_a_journal_that_is_gone_is_begun_anew_with_all_that_the_ledger_holds(desk: Desk) -> None:
    """So begins that of a ledger that was made before there was one."""
    before = [(line.record, line.details) for line in journal_lines(desk.home.decisions)]
    journal(desk).unlink()
    assert problems(desk) == (4, [])
    desk.correct("settle", items=["ALBA:FV-2"], account="1801001", date=DAY)
    lines = list(journal_lines(desk.home.decisions))
    assert [(line.record, line.details) for line in lines[:-1]] == before
    assert [line.posted is not None for line in lines] == [False] * 4 + [True]
    assert problems(desk) == (0, [])


def edited(text: bytes) -> bytes:
    """Another reason in the third line."""
    lines = text.splitlines(keepends=True)
    return b"".join([*lines[:2], lines[2].replace(b"as agreed", b"as always"), *lines[3:]])


def without_third(text: bytes) -> bytes:
    """The third line is taken out."""
    lines = text.splitlines(keepends=True)
    return b"".join([*lines[:2], *lines[3:]])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (edited, ["line 3 is not the one that was written"]),
        (
            lambda text: text.replace(b"1801001", b"1801002", 1),
            ["line 3 is not the one that was written"],
        ),
        (
            without_third,
            ["lines 3 to 3 are missing", "line 4 is not the one that was written"],
        ),
    ],
)
def test_an_edited_journal_is_noticed(desk: Desk, change: Callable[[bytes], bytes], said: list[str]) -> None:
    path = journal(desk)
    path.write_bytes(change(path.read_bytes()))
    assert problems(desk) == (0, said)


def test_a_line_that_is_none_is_named_and_nothing_is_appended(desk: Desk) -> None:
    path = journal(desk)
    path.write_bytes(path.read_bytes() + b"rubbish\n")
    said = [f"line 5 of {path.name} was changed: it is none"]
    assert problems(desk) == (0, said)
    before = path.read_bytes()
    desk.correct("settle", items=["ALBA:FV-2"], account="1801001", date=DAY)
    assert path.read_bytes() == before


def test_a_line_with_another_record_is_named_too(desk: Desk) -> None:
    path = journal(desk)
    lines = [json.loads(text) for text in path.read_bytes().splitlines()]
    lines[3]["record"] = {"record_number": 4, "recorded_at": "2026-11-29"}
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    assert problems(desk) == (
        0,
        ["line 4 is not the one that was written", "change 4 is another one in the ledger"],
    )


def test_a_changed_content_of_a_reference_file_is_noticed(desk: Desk) -> None:
    kept = sorted((desk.home.decisions / CONTENTS).iterdir())[0]
    kept.write_bytes(b"other")
    assert problems(desk) == (0, [f"{CONTENTS}/{kept.name} is not what took effect"])


def test_changes_that_an_older_ledger_lacks_are_named_and_stay_in_the_journal(
    desk: Desk, tmp_path: Path
) -> None:
    older = shutil.copytree(desk.home.ledger, tmp_path / "older")
    desk.correct("settle", items=["ALBA:FV-2"], account="1801001", date=DAY)
    line = list(journal_lines(desk.home.decisions))[-1]
    shutil.rmtree(desk.home.ledger)
    older.rename(desk.home.ledger)
    before = journal(desk).read_bytes()
    said = [f"the ledger lacks change 5 ({line.record['recorded_at']} UTC)"]
    assert problems(desk) == (0, said)
    desk.correct("settle", items=["ALBA:FV-2"], account="1801001", date=DAY)
    assert problems(desk) == (0, ["change 5 is another one in the ledger"])
    assert journal(desk).read_bytes() == before


def test_a_purge_takes_the_names_of_files_out_of_the_journal_and_leaves_their_hashes(
    tmp_path: Path,
) -> None:
    desk = open_desk(tmp_path / "home", REFERENCE)
    desk.load_reference()
    desk.switch("ALBA")
    desk.take_invoices({"IT01_rossi.xml": xml("1")})
    before = list(journal_lines(desk.home.decisions))
    purge(desk.home, desk.ledger, plan_purge(desk.ledger, dt.date(2999, 1, 1)), "anna")
    after = list(journal_lines(desk.home.decisions))
    assert "IT01_rossi" not in journal(desk).read_text("ascii")
    assert [line.record["action"] for line in after] == ["reference", "switch-automatic", "register", "purge"]
    assert [line.line_hash for line in after[:3]] == [line.line_hash for line in before]
    assert [line.details is None for line in after] == [False, False, True, False]
    assert problems(desk) == (0, [])


def test_a_purge_leaves_no_name_in_a_journal_that_was_behind_or_begun_anew(tmp_path: Path) -> None:
    """What its own commit appends is purged with the rest."""
    desk = open_desk(tmp_path / "home", REFERENCE)
    desk.load_reference()
    desk.switch("ALBA")
    desk.take_invoices({"IT01_rossi.xml": xml("1")})
    journal(desk).unlink()
    purge(desk.home, desk.ledger, plan_purge(desk.ledger, dt.date(2999, 1, 1)), "anna")
    assert "IT01_rossi" not in journal(desk).read_text("ascii")
    assert problems(desk) == (0, [])


def test_a_purge_that_ends_before_its_commit_leaves_the_journal_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = open_desk(tmp_path / "home", REFERENCE)
    desk.load_reference()
    desk.switch("ALBA")
    desk.take_invoices({"IT01_rossi.xml": xml("1")})
    before = journal(desk).read_bytes()

    def refused(*arguments: object) -> None:
        raise TransientError("the disk is full")

    planned = plan_purge(desk.ledger, dt.date(2999, 1, 1))
    with monkeypatch.context() as patch, pytest.raises(TransientError):
        patch.setattr(decisions, "to_append", refused)
        purge(desk.home, desk.ledger, planned, "anna")
    assert journal(desk).read_bytes() == before
    purge(desk.home, desk.ledger, planned, "anna")
    assert "IT01_rossi" not in journal(desk).read_text("ascii")


@pytest.fixture
def delivered(tmp_path: Path) -> Desk:
    """A home with a registered e-invoice whose file bears a name."""
    desk = open_desk(tmp_path / "home", REFERENCE)
    desk.load_reference()
    desk.switch("ALBA")
    desk.take_invoices({"IT01_rossi.xml": xml("1")})
    return desk


def killed(*arguments: object) -> None:
    """Nothing comes after this."""
    raise KeyboardInterrupt


@pytest.mark.parametrize("moment", ["Addition.write", "end_purge"])
def test_a_purge_that_was_cut_off_after_its_commit_is_ended_by_the_next_change(
    delivered: Desk, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """Before or after its own line; doctor says so meanwhile, and no name is in the mark."""
    monkeypatch.setenv(HOME_VARIABLE, str(delivered.root))
    planned = plan_purge(delivered.ledger, dt.date(2999, 1, 1))
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(f"assets.ledger.decisions.{moment}", killed)
        purge(delivered.home, delivered.ledger, planned, "anna")
    assert "IT01_rossi" in journal(delivered).read_text("ascii")
    checks = json.loads(CliRunner().invoke(main, ["doctor", "--json"]).stdout)["checks"]
    (check,) = [each for each in checks if each["check_name"] == "journal of decisions"]
    assert check["found"] == "it is whole, but a purge was cut off before it had taken its names out"
    (mark,) = delivered.home.decisions.glob(".*")
    assert "rossi" not in mark.read_text("ascii")
    delivered.switch("ALBA", is_on=False)
    assert "IT01_rossi" not in journal(delivered).read_text("ascii")
    assert list(delivered.home.decisions.glob(".*")) == []
    assert problems(delivered) == (0, [])


def test_a_purge_that_was_cut_off_before_its_commit_takes_nothing_out_later(
    delivered: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned = plan_purge(delivered.ledger, dt.date(2999, 1, 1))
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(decisions, "to_append", killed)
        purge(delivered.home, delivered.ledger, planned, "anna")
    delivered.switch("ALBA", is_on=False)
    assert "IT01_rossi" in journal(delivered).read_text("ascii")
    assert list(delivered.home.decisions.glob(".*")) == []


def test_a_journal_that_is_begun_anew_after_a_purge_has_no_names_of_what_was_purged(delivered: Desk) -> None:
    purge(delivered.home, delivered.ledger, plan_purge(delivered.ledger, dt.date(2999, 1, 1)), "anna")
    delivered.take_invoices({"IT01_bianchi.xml": xml("2")})
    before = [line.details for line in journal_lines(delivered.home.decisions)]
    journal(delivered).unlink()
    delivered.switch("ALBA", is_on=False)
    after = [line.details for line in journal_lines(delivered.home.decisions)][: len(before)]
    assert after[2] is None
    assert after == before
    assert problems(delivered) == (0, [])


def test_a_purge_says_that_a_journal_cannot_be_cleaned_and_is_ended_once_it_can(delivered: Desk) -> None:
    path = journal(delivered)
    whole = path.read_bytes()
    path.write_bytes(b"rubbish\n" + whole)
    planned = plan_purge(delivered.ledger, dt.date(2999, 1, 1))
    with pytest.raises(OperatingError, match=r"cannot be purged: .* run the purge again"):
        purge(delivered.home, delivered.ledger, planned, "anna")
    path.write_bytes(whole)
    purge(delivered.home, delivered.ledger, planned, "anna")
    assert "IT01_rossi" not in path.read_text("ascii")
    assert problems(delivered) == (0, [])


def replaced(desk: Desk) -> Path:
    """The journal as a rebuild leaves it whose ledger came out otherwise and was accepted."""
    old = desk.root / f"{BEFORE}20261129T120000"
    shutil.copytree(desk.home.decisions, old)
    return old / journal(desk).name


def test_a_purge_takes_the_names_out_of_journals_that_a_rebuild_replaced(delivered: Desk) -> None:
    """What is younger stays, and so do hashes; half a line that a power failure left goes."""
    delivered.take_invoices({"IT01_bianchi.xml": xml("2")})
    old = replaced(delivered)
    whole = old.read_bytes()
    before = list(journal_lines(old.parent))
    old.write_bytes(whole + b'{"record": "IT01_rossi')
    everything = plan_purge(delivered.ledger, dt.date(2999, 1, 1))
    purge(delivered.home, delivered.ledger, plan_purge(delivered.ledger, dt.date(2000, 1, 1)), "anna")
    assert old.read_bytes() == whole, "nothing was received before 2000"
    purge(delivered.home, delivered.ledger, everything, "anna")
    after = list(journal_lines(old.parent))
    assert re.search("rossi|bianchi", old.read_text("ascii")) is None
    assert [line.line_hash for line in after] == [line.line_hash for line in before]
    assert [line.details is None for line in after] == [False, False, True, True]
    assert [path.name for path in old.parent.iterdir()] == [old.name, CONTENTS]


def put_into(desk: Desk, *statements: str) -> None:
    """Changes the ledger's tables, as nothing of Partita does."""
    with duckdb.connect(desk.ledger.path) as connection:
        for each in statements:
            connection.execute(each)


def test_a_purge_takes_out_what_only_a_replaced_journal_knows(delivered: Desk) -> None:
    """A delivery whose kept file was gone is not in the ledger that was accepted."""
    old = replaced(delivered)
    put_into(
        delivered,
        "UPDATE delivery SET delivery_key = 'another'",
        "UPDATE dropped_file SET file_key = 'another'",
        "UPDATE delivered_file SET file_key = 'another'",
    )
    assert b"rossi" in old.read_bytes()
    purge(delivered.home, delivered.ledger, plan_purge(delivered.ledger, dt.date(2999, 1, 1)), "anna")
    assert b"rossi" not in old.read_bytes()


def test_a_purge_leaves_in_a_replaced_journal_what_is_of_an_open_delivery(delivered: Desk) -> None:
    old = replaced(delivered)
    before = old.read_bytes()
    put_into(delivered, "UPDATE delivery SET status = 'waiting'")
    purge(delivered.home, delivered.ledger, plan_purge(delivered.ledger, dt.date(2999, 1, 1)), "anna")
    assert old.read_bytes() == before


def test_a_purge_names_a_replaced_journal_that_cannot_be_cleaned(delivered: Desk) -> None:
    old = replaced(delivered)
    old.write_bytes(b"rubbish\n" + old.read_bytes())
    planned = plan_purge(delivered.ledger, dt.date(2999, 1, 1))
    said = f"line 1 of {old.parent.name}/{old.name} was changed: it is none"
    with pytest.raises(OperatingError, match=rf"cannot be purged: {said}\. .* run the purge again"):
        purge(delivered.home, delivered.ledger, planned, "anna")
    assert b"rossi" not in journal(delivered).read_bytes()
    shutil.rmtree(old.parent)
    purge(delivered.home, delivered.ledger, planned, "anna")
    assert list(delivered.home.decisions.glob(".*")) == []


def test_o02_doctor_and_audit_verify_name_what_is_wrong_with_the_journal(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(desk.root))

    def said() -> list[tuple[object, ...]]:
        checks = json.loads(CliRunner().invoke(main, ["doctor", "--json"]).stdout)["checks"]
        (check,) = [each for each in checks if each["check_name"] == "journal of decisions"]
        verified = CliRunner().invoke(main, ["audit", "verify", "--json"])
        found = json.loads(verified.stdout)
        return [
            (check["is_fine"], check["found"]),
            (verified.exit_code, found["journal_problems"], found["journal_lacks"]),
        ]

    assert said() == [(True, "it is whole, and has every change of the ledger"), (0, [], 0)]
    path = journal(desk)
    whole = path.read_bytes()
    path.write_bytes(b"".join(whole.splitlines(keepends=True)[:-1]))
    assert said() == [(True, "it is whole, and lacks 1 change of the ledger"), (0, [], 1)]
    path.write_bytes(edited(whole))
    problem = "line 3 is not the one that was written"
    assert said() == [(False, problem), (2, [problem], 0)]


def test_where_a_journal_is_there_was_a_ledger(desk: Desk) -> None:
    for folder in (desk.home.ledger, desk.home.processed, desk.home.failed):
        shutil.rmtree(folder)
    with pytest.raises(LedgerLostError, match=rf"there was one: {journal(desk)} is still there"):
        desk.load_reference()


def test_lines_follow_each_other_although_a_clock_goes_back(
    desk: Desk,
) -> None:
    path = journal(desk)
    later = path.with_name("2999-01.jsonl")
    path.rename(later)
    desk.correct("settle", items=["ALBA:FV-2"], account="1801001", date=DAY)
    assert journal_files(desk.home.decisions) == [later]
    assert problems(desk) == (0, [])


def test_a_ledger_of_no_home_has_no_journal(tmp_path: Path) -> None:
    with Ledger(tmp_path / "ledger").writing("test"):
        pass
    assert list(tmp_path.rglob("*.jsonl")) == []
    assert journal_problems(Home(tmp_path).decisions, None) == (0, [])
