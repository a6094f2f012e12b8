"""A ledger that is made anew of kept files and the journal of decisions is the one that was lost."""

from __future__ import annotations

import datetime as dt
import errno
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from assets.errors import LedgerLostError, OperatingError, TransientError
from assets.home import HOME_VARIABLE, Home
from assets.ledger.audit import Decider, log
from assets.ledger.decisions import (
    CONTENTS,
    contents_lacking,
    journal_files,
    journal_lines,
    journal_problems,
)
from assets.ledger.store import Ledger, utc_now
from assets.sync import outbox, restoring
from orchestration import rebuilding, syncs
from orchestration.backups import back_up, restore
from orchestration.building import building
from orchestration.comparing import compare
from orchestration.deliveries import gather
from orchestration.imports import current_settings
from orchestration.rebuilding import Gap, rebuild
from orchestration.replaying import Replay, Step
from orchestration.syncs import SalesSyncs, SyncRequest
from samples.payments import pay, trace
from samples.sales_files import csv_of, row
from tests.orchestration.conftest import Run
from tests.orchestration.test_deliveries import xml
from tests.support.desks import Desk, open_desk
from tests.support.ledgers import ReferenceData, open_item
from tests.support.lived_homes import DATA, live
from tests.support.whole_ledger import Row, broken_invariants, whole_ledger

SMALL: Final = ReferenceData(items=(open_item("FV-1", "100.00"), open_item("FV-2", "40.00")))
DAY: Final = "2026-10-20"


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with two imports, one of them failed, and two corrections; a third file waits."""
    desk = open_desk(tmp_path_factory.mktemp("used") / "home", SMALL)
    desk.load_reference()
    desk.take_trace("RITCOGE_1.txt", trace(pay("-60.00", "FV-1", "A")))
    desk.take_trace("RITCOGE_2.txt", b"not a trace\r\n")
    number = desk.correct("settle", items=["ALBA:FV-2"], account="1801001", date=DAY)
    desk.correct("undo", correction=number)
    (desk.home.inbox / "RITCOGE_3.txt").write_bytes(trace(pay("-40.00", "FV-2", entry=2)))
    return desk.root


@pytest.fixture
def desk(used: Path, tmp_path: Path) -> Desk:
    """A copy of it."""
    shutil.copytree(used, tmp_path / "home")
    return Desk(tmp_path / "home", 20)


def everything(home: Home) -> dict[str, list[Row]]:
    """The whole ledger, and the hashes of its log, which cover every moment, person and run."""
    ledger = Ledger.of(home)
    assert broken_invariants(ledger) == {}
    with ledger.reading() as connection:
        hashes = [(row["record_number"], row["record_hash"]) for row in log(connection)]
        assert journal_problems(home.decisions, connection) == (0, [])
    return whole_ledger(ledger) | {"log": hashes}


def files(home: Home, *folders: str) -> dict[str, bytes]:
    """What lies in these folders of a home."""
    return {
        path.relative_to(home.root).as_posix(): path.read_bytes()
        for folder in folders
        for path in sorted((home.root / folder).rglob("*"))
        if path.is_file()
    }


FOLDERS: Final = ("inbox", "processed", "failed", "reference")


def lose(home: Home) -> None:
    """The ledger's file is gone."""
    Ledger.of(home).path.unlink()


@pytest.mark.check
def test_a_new_home_of_the_journal_and_the_kept_files_has_the_ledger_of_the_old_one(tmp_path: Path) -> None:
    """Traces, e-invoices, sales invoices, reference versions, and decisions of every kind."""
    desk = open_desk(tmp_path / "home", DATA)
    live(desk)
    made = rebuild(desk.home, tmp_path / "new")
    assert (made.root, made.gaps) == (tmp_path / "new", ())
    new = Home(tmp_path / "new")
    assert everything(new) == everything(desk.home)
    assert files(new, *FOLDERS) == files(desk.home, *FOLDERS)
    assert compare(new, Ledger.of(new), reads_contents=True) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "new"]


def test_a_lost_ledger_is_made_anew_in_its_home(desk: Desk) -> None:
    before, kept = everything(desk.home), files(desk.home, *FOLDERS, "decisions")
    lose(desk.home)
    with pytest.raises(LedgerLostError):
        desk.load_reference()
    made = rebuild(desk.home, None)
    assert (made.root, made.change_count, made.gaps) == (desk.root, 5, ())
    assert everything(desk.home) == before
    assert files(desk.home, *FOLDERS, "decisions") == kept
    assert compare(desk.home, desk.ledger, reads_contents=True) == []
    assert [path.name for path in desk.root.parent.iterdir()] == ["home"]
    desk.correct("settle", items=["ALBA:FV-2"], account="1801001", date=DAY)
    everything(desk.home)


def test_a_rebuilt_ledger_can_be_rebuilt_once_more(desk: Desk, tmp_path: Path) -> None:
    rebuild(desk.home, tmp_path / "second")
    rebuild(Home(tmp_path / "second"), tmp_path / "third")
    assert everything(Home(tmp_path / "third")) == everything(desk.home)


def test_a_journal_that_was_begun_late_rebuilds_the_ledger_too(desk: Desk, tmp_path: Path) -> None:
    """As in a home that was made before there was a journal: all of it is one transaction then."""
    (path,) = journal_files(desk.home.decisions)
    path.unlink()
    desk.correct("settle", items=["ALBA:FV-2"], account="1801001", date=DAY)
    made = rebuild(desk.home, tmp_path / "new")
    assert made.gaps == ()
    assert everything(Home(tmp_path / "new")) == everything(desk.home)


def test_nothing_is_rebuilt_over_a_ledger_or_over_anything_else(desk: Desk, tmp_path: Path) -> None:
    before = files(desk.home, ".")
    with pytest.raises(OperatingError, match="has a ledger: nothing is rebuilt over it"):
        rebuild(desk.home, None)
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "mine").write_text("mine")
    with pytest.raises(OperatingError, match="is not empty: name a folder that is not there yet"):
        rebuild(desk.home, tmp_path / "taken")
    with pytest.raises(OperatingError, match="lies in the home"):
        rebuild(desk.home, desk.root / "new")
    assert files(desk.home, ".") == before
    assert [path.name for path in (tmp_path / "taken").iterdir()] == ["mine"]


def test_without_a_journal_nothing_is_rebuilt(desk: Desk, tmp_path: Path) -> None:
    shutil.rmtree(desk.home.decisions)
    with pytest.raises(OperatingError, match=r"there is no journal of decisions in .*: nothing was made"):
        rebuild(desk.home, tmp_path / "new")
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


def gone(home: Home) -> str:
    """A kept file is gone."""
    (path,) = home.processed.glob("*RITCOGE_1@*")
    path.unlink()
    return f"not done: the kept file {path.name} (trace) is gone"


def changed(home: Home) -> str:
    """A kept file is another one."""
    (path,) = home.processed.glob("*RITCOGE_1@*")
    path.write_bytes(b"another")
    return f"not done: the kept file {path} is not the one that was imported"


@pytest.mark.parametrize("damage", [gone, changed])
def test_a_kept_file_that_is_gone_or_changed_is_named_and_the_ledger_taken_only_if_accepted(
    desk: Desk, tmp_path: Path, damage: Callable[[Home], str]
) -> None:
    lose(desk.home)
    said = damage(desk.home)
    made = rebuild(desk.home, None)
    assert made.root is None
    first = made.gaps[0]
    assert (first.record_number, first.problem) == (2, said)
    assert not Ledger.of(desk.home).path.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["home"]
    taken = rebuild(desk.home, None, accepts=True)
    assert taken.root == desk.root
    everything(desk.home)
    # What people decided is done, although the numbers of corrections and imports moved.
    assert desk.ask("SELECT correction_kind FROM ledger.correction ORDER BY correction_id") == [
        ("settle",),
        ("undo",),
    ]
    assert desk.ask("SELECT settled_amount FROM ledger.open_item WHERE open_item_key = 'FV-1'") == [(0,)]
    assert len(list(desk.root.glob("decisions-before-*"))) == 1


def test_a_reference_version_that_is_not_kept_is_named(desk: Desk, tmp_path: Path) -> None:
    for path in (desk.home.decisions / CONTENTS).iterdir():
        path.unlink()
    assert rebuild(desk.home, tmp_path / "new").gaps == (), "the present files are those of that version"
    (desk.home.reference / "companies.csv").write_text("other")
    shutil.rmtree(tmp_path / "new")
    gaps = rebuild(desk.home, tmp_path / "new").gaps
    assert (gaps[0].record_number, gaps[0].problem) == (
        1,
        "not done: companies.csv as it took effect is not kept any more",
    )


def test_what_todays_rules_post_otherwise_is_listed(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen without the old ledger, by the hash of what an import posted."""
    found = rebuilding.posted_since

    def otherwise(*arguments: object) -> dict[str, object]:
        return found(*arguments) | {"content_hash": "0"}

    with monkeypatch.context() as patch:
        patch.setattr(rebuilding, "posted_since", otherwise)
        gaps = rebuild(desk.home, tmp_path / "new").gaps
    assert [(gap.record_number, gap.problem) for gap in gaps] == [
        (number, "today's rules post something else") for number in range(1, 6)
    ]


def test_an_edited_journal_is_named_and_not_followed_unseen(desk: Desk, tmp_path: Path) -> None:
    (path,) = journal_files(desk.home.decisions)
    path.write_bytes(path.read_bytes().replace(b"ALBA:FV-2", b"ALBA:FV-1"))
    made = rebuild(desk.home, tmp_path / "new")
    assert made.root is None
    assert (made.gaps[0].record_number, made.gaps[0].problem) == (
        None,
        "line 4 is not the one that was written",
    )


def test_the_end_of_a_journal_that_is_missing_is_named_and_nothing_taken(desk: Desk) -> None:
    """The mark beside the ledger says which change was its newest: it stays until somebody accepts less."""
    (path,) = journal_files(desk.home.decisions)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-1]))
    mark = desk.home.newest_change.read_bytes()
    lose(desk.home)
    made = rebuild(desk.home, None)
    said = json.loads(mark)["recorded_at"]
    problem = (
        f"the journal ends with change 4, and the ledger had change 5 of {said} UTC: what came after is lost"
    )
    assert (made.root, made.gaps) == (None, (Gap(None, "", problem),))
    assert desk.home.newest_change.read_bytes() == mark


def test_a_journal_of_another_ledger_is_named(desk: Desk, tmp_path: Path) -> None:
    mark = json.loads(desk.home.newest_change.read_bytes())
    desk.home.newest_change.write_text(json.dumps(mark | {"record_hash": "0" * 64}))
    (gap,) = rebuild(desk.home, tmp_path / "new").gaps
    assert gap.problem == (
        f"the journal has another change than the ledger, which had change 5 of {mark['recorded_at']} UTC"
    )


def test_a_line_that_is_there_twice_is_done_once(desk: Desk) -> None:
    before = everything(desk.home)
    (path,) = journal_files(desk.home.decisions)
    path.write_bytes(path.read_bytes() + b"".join(path.read_bytes().splitlines(keepends=True)[1:]))
    lose(desk.home)
    made = rebuild(desk.home, None)
    assert [gap.problem for gap in made.gaps] == [f"line {number} is there twice" for number in range(2, 6)]
    assert rebuild(desk.home, None, accepts=True).root == desk.root
    assert everything(desk.home) == before


def test_a_line_that_was_changed_is_not_done(desk: Desk, tmp_path: Path) -> None:
    """Whatever it says now: nobody decided that."""
    (path,) = journal_files(desk.home.decisions)
    path.write_bytes(path.read_bytes().replace(b'"correction_kind":"settle"', b'"x":"y"'))
    gaps = rebuild(desk.home, tmp_path / "new").gaps
    assert [(gap.record_number, gap.problem) for gap in gaps[:2]] == [
        (None, "line 4 is not the one that was written"),
        (4, "not done: line 4 is not the one that was written"),
    ]


def test_a_correction_that_names_an_import_by_its_number_follows_the_number(tmp_path: Path) -> None:
    """Where an import before it cannot be done any more, I3 is another one than it was."""
    desk = open_desk(tmp_path / "home", SMALL)
    desk.load_reference()
    for number, amount in enumerate(("-10.00", "-20.00", "-5.00"), start=1):
        desk.take_trace(f"RITCOGE_{number}.txt", trace(pay(amount, "FV-1", entry=number)))
    desk.correct("delete-import", **{"import": "I2"})
    gone(desk.home)
    lose(desk.home)
    assert rebuild(desk.home, None, accepts=True).root == desk.root
    assert desk.ask("SELECT source_file, status FROM ledger.file_import ORDER BY import_id") == [
        ("RITCOGE_2.txt", "deleted"),
        ("RITCOGE_3.txt", "posted"),
    ]
    assert desk.ask("SELECT settled_amount FROM ledger.open_item WHERE open_item_key = 'FV-1'") == [(5,)]


def test_a_disk_that_is_full_meanwhile_is_no_difference(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was not written can be made once there is room: nothing is taken, whatever was accepted."""

    def refused(self: Replay, step: Step) -> None:
        raise TransientError("the disk is full")

    lose(desk.home)
    with monkeypatch.context() as patch, pytest.raises(TransientError, match="the disk is full"):
        patch.setattr(Replay, "do", refused)
        rebuild(desk.home, None, accepts=True)
    assert (Ledger.of(desk.home).path.exists(), [path.name for path in tmp_path.iterdir()]) == (
        False,
        ["home"],
    )
    assert rebuild(desk.home, None).gaps == ()


def test_without_the_reference_data_of_its_beginning_nothing_is_taken_of_a_journal(desk: Desk) -> None:
    """An empty ledger would say that nothing is open."""
    for path in (desk.home.decisions / CONTENTS).iterdir():
        path.unlink()
    (desk.home.reference / "companies.csv").write_text("other")
    lose(desk.home)
    with pytest.raises(OperatingError, match="the reference data with which the journal begins are not kept"):
        rebuild(desk.home, None, accepts=True)
    assert contents_lacking(desk.home.decisions) == len(list(desk.home.reference.glob("*.csv")))


def test_two_rebuilds_or_restores_at_once_make_one_home_and_the_second_says_why(
    desk: Desk, tmp_path: Path
) -> None:
    back_up(desk.home, desk.ledger, tmp_path / "a.zip")
    new = tmp_path / "new"
    with building(tmp_path, "new"):
        for make in (lambda: rebuild(desk.home, new), lambda: restore(tmp_path / "a.zip", new)):
            with pytest.raises(OperatingError, match=r"another process is at work in .*: wait for its end"):
                make()
    assert not new.exists()
    assert rebuild(desk.home, new).gaps == ()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip", "home", "new"]


@pytest.mark.parametrize("left", ["a folder of another user", "a link"])
def test_what_a_kill_left_and_nobody_can_remove_is_named_and_nothing_is_made_among_it(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, left: str
) -> None:
    back_up(desk.home, desk.ledger, tmp_path / "a.zip")
    made, new = tmp_path / ".new.building", tmp_path / "new"
    if left == "a link":
        (tmp_path / "elsewhere").mkdir()
        (tmp_path / "elsewhere" / "mine").write_text("mine")
        made.symlink_to(tmp_path / "elsewhere")
        stuck, reason = made, "Cannot call rmtree on a symbolic link"
    else:
        made.mkdir()
        stuck, reason = made / "stuck", "Permission denied"
        stuck.write_text("left")
    remove = os.unlink

    def refuse(path: str, *, dir_fd: int | None = None) -> None:
        if path == "stuck":
            raise PermissionError(errno.EACCES, "Permission denied", path)
        remove(path, dir_fd=dir_fd)

    monkeypatch.setattr("os.unlink", refuse)
    before = files(Home(tmp_path), ".")
    for make in (lambda: rebuild(desk.home, new), lambda: restore(tmp_path / "a.zip", new)):
        with pytest.raises(OperatingError) as refused:
            make()
        assert str(refused.value) == (
            f"{made} was left by a command that was cut off, and {stuck} cannot be removed ({reason}). "
            f"Remove {made} yourself, then run it again. Nothing was made"
        )
    assert files(Home(tmp_path), ".") == before


def test_a_lock_that_another_user_left_is_named(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = os.open

    def refuse(path: Path, *arguments: int, **options: int) -> int:
        if Path(path).name == ".new.lock":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return found(path, *arguments, **options)

    monkeypatch.setattr("os.open", refuse)
    with pytest.raises(OperatingError) as refused:
        rebuild(desk.home, tmp_path / "new")
    assert str(refused.value) == (
        f"{tmp_path / '.new.lock'} cannot be written (Permission denied): let this user write there, or "
        "remove the file if a command that was cut off left it. Nothing was made"
    )


def test_a_rebuilt_home_holds_nothing_that_a_link_in_an_inbox_leads_to(desk: Desk, tmp_path: Path) -> None:
    """Whoever may drop files could else read, in the new home, what only its owner may read."""
    (tmp_path / "secret").write_text("nobody's business")
    for name in ("RITCOGE_8.txt", "RITCOGE_9.txt"):
        (desk.home.inbox / name).symlink_to(tmp_path / "secret" if name.endswith("8.txt") else name)
    assert rebuild(desk.home, tmp_path / "new").gaps == ()
    assert files(Home(tmp_path / "new"), "inbox") == {
        "inbox/RITCOGE_3.txt": (desk.home.inbox / "RITCOGE_3.txt").read_bytes()
    }


def test_a_ledger_is_made_anew_in_a_home_on_a_disk_of_its_own(desk: Desk, tmp_path: Path) -> None:
    """What is beside a home may be another disk, to which nothing can be renamed."""
    (tmp_path / "name").mkdir()
    (tmp_path / "name" / "home").symlink_to(desk.root)
    before = everything(desk.home)
    lose(desk.home)
    home = Home(tmp_path / "name" / "home")
    assert rebuild(home, None).root == home.root
    assert everything(home) == before
    assert [path.name for path in (tmp_path / "name").iterdir()] == ["home"]


def test_a_journal_that_a_kill_left_under_its_old_name_is_pointed_out(desk: Desk) -> None:
    desk.home.decisions.rename(desk.root / "decisions-before-20261129T120000")
    lose(desk.home)
    with pytest.raises(OperatingError, match=r"nothing was made; decisions-before-20261129T120000 may be it"):
        rebuild(desk.home, None)


def test_a_rebuilt_home_sends_no_sales_invoice_until_a_person_has_compared(
    desk: Desk, tmp_path: Path
) -> None:
    rebuild(desk.home, tmp_path / "new")
    new = Home(tmp_path / "new")
    with (
        SalesSyncs(new, Ledger.of(new), "test") as syncs,
        pytest.raises(OperatingError, match="was restored from a backup, or its ledger rebuilt"),
    ):
        syncs.sync(SyncRequest("anna", (), None, None))


def test_a_backup_holds_the_journal_that_fits_its_ledger(desk: Desk, tmp_path: Path) -> None:
    back_up(desk.home, desk.ledger, tmp_path / "a.zip")
    restore(tmp_path / "a.zip", tmp_path / "new")
    new = Home(tmp_path / "new")
    assert files(new, "decisions") == files(desk.home, "decisions")
    assert len(files(new, "decisions")) > 5
    assert everything(new) == everything(desk.home)


def test_the_command_says_what_it_made_and_what_comes_next(
    desk: Desk, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(desk.root))
    made = run("rebuild", "--to", str(tmp_path / "new"))
    assert made.exit_code == 0
    assert f"{tmp_path / 'new'}: the ledger was made anew, 5 changes done once more." in made.stdout
    assert f"1. export {HOME_VARIABLE}={tmp_path / 'new'}" in made.stdout
    assert run("rebuild").exit_code == 1
    gone(desk.home)
    lose(desk.home)
    refused = run("rebuild", "--json")
    assert refused.exit_code == 2
    answer = json.loads(refused.stdout)
    assert (answer["home"], answer["change_count"]) == (None, 5)
    assert answer["differences"][0]["record_number"] == 2
    assert run("rebuild", "--accept").exit_code == 2
    assert len(list(journal_lines(desk.home.decisions))) == 4


def test_a_delivery_of_which_a_file_is_gone_has_its_other_documents(tmp_path: Path) -> None:
    """Five hundred e-invoices come together: one that is gone takes no other with it."""
    desk = open_desk(tmp_path / "home", DATA)
    desk.load_reference()
    desk.switch("ALBA")
    desk.take_invoices({"IT01.xml": xml("1"), "IT02.xml": xml("2")})
    (path,) = desk.home.processed_invoices.glob("IT02*")
    path.unlink()
    lose(desk.home)
    made = rebuild(desk.home, None, accepts=True)
    assert [gap.problem for gap in made.gaps] == [f"done without {path.name}: it is gone"]
    documents = "SELECT document_number, status FROM ledger.document"
    deliveries = "SELECT status FROM ledger.delivery"
    assert (desk.ask(documents), desk.ask(deliveries)) == ([("1", "registered")], [("done",)])
    assert list(desk.home.invoice_inbox.iterdir()) == []


def test_what_a_sync_left_is_in_the_rebuilt_ledger_whatever_the_clock_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clock that was set back between two syncs: numbers of our own must never be given again."""
    desk = open_desk(tmp_path / "home", DATA)
    desk.load_reference()
    desk.take_sales("a.csv", csv_of(row()))
    desk.sync()
    desk.take_sales("b.csv", csv_of(row(document_number="2")))

    def back() -> dt.datetime:
        return utc_now() - dt.timedelta(minutes=5)

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "utc_now", back)
        patch.setattr(syncs, "utc_now", back)
        desk.sync()
    desk.take_sales("c.csv", csv_of(row(document_number="3")))
    desk.sync()
    numbers = desk.ask(
        "SELECT document_number, registration_number FROM ledger.sync_outbox JOIN ledger.sales_invoice USING "
        "(invoice_id) ORDER BY ALL"
    )
    assert len({number for _, number in numbers}) == 3
    assert rebuild(desk.home, tmp_path / "new").gaps == ()
    assert everything(Home(tmp_path / "new")) == everything(desk.home)


@pytest.mark.parametrize("table", ["protocol_number", "sync_event", "sync_outbox"])
def test_what_a_sync_left_and_a_rebuild_lacks_is_named_with_that_sync(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, table: str
) -> None:
    """Registration numbers and states are in the hash of what was posted."""
    desk = open_desk(tmp_path / "home", DATA)
    desk.load_reference()
    desk.take_sales("a.csv", csv_of(row()))
    desk.sync()
    desk.take_sales("b.csv", csv_of(row(document_number="2")))
    others = {name: file for name, file in restoring.STATEMENTS.items() if name != table}
    monkeypatch.setattr(restoring, "STATEMENTS", others)
    made = rebuild(desk.home, tmp_path / "new")
    assert [(gap.subject, gap.problem) for gap in made.gaps] == [
        ("sync ALBA with ledger", "today's rules post something else")
    ]


def test_what_a_person_says_of_a_synced_invoice_is_kept_with_its_record_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of it is said in the same run: a state without a record would be in no line of the journal."""
    desk = open_desk(tmp_path / "home", DATA)
    desk.load_reference()
    desk.take_sales("a.csv", csv_of(row(), row(document_number="2"), row(document_number="3")))
    desk.sync()

    def forget(number: str) -> None:
        with SalesSyncs(desk.home, desk.ledger, "command line") as said:
            said.load_reference()
            said.forget("ALBA", number, Decider("anna", utc_now(), "deleted there"))

    def refused(*arguments: object) -> None:
        raise TransientError("the disk is full")

    forget("1")
    forget("2")
    with monkeypatch.context() as patch, pytest.raises(TransientError):
        patch.setattr(outbox, "record_change", refused)
        forget("3")
    states = "SELECT state FROM ledger.sync_outbox ORDER BY invoice_id"
    assert desk.ask(states) == [("unknown",), ("unknown",), ("booked",)]
    assert rebuild(desk.home, tmp_path / "new").gaps == ()
    assert everything(Home(tmp_path / "new")) == everything(desk.home)


def test_a_difference_that_a_program_showed_is_left_to_the_next_sync(tmp_path: Path) -> None:
    """It comes and goes without a record: one that was mended since must not come back."""
    desk = open_desk(tmp_path / "home", DATA)
    desk.load_reference()
    desk.take_sales("a.csv", csv_of(row()))
    desk.sync()
    with desk.ledger.writing("test") as workbench:
        workbench.execute("UPDATE ledger.sync_outbox SET drift_code = 'readback_differs', drift_detail = '1'")
    for path in journal_files(desk.home.decisions):
        path.unlink()
    desk.take_sales("b.csv", csv_of(row(document_number="2")))
    desk.sync()
    assert rebuild(desk.home, tmp_path / "new").gaps == ()
    found = "SELECT registration_number, drift_code FROM ledger.sync_outbox ORDER BY ALL"
    ((first, _), (second, _)) = desk.ask(found)
    assert Desk(tmp_path / "new", 20).ask(found) == [(first, None), (second, None)]


def test_a_delivery_after_a_rebuild_has_a_number_of_its_own(tmp_path: Path) -> None:
    """One that only waited is gathered anew, after the others of its day."""
    desk = open_desk(tmp_path / "home", DATA)
    desk.load_reference()
    for name in ("1", "2"):
        (desk.home.invoice_inbox / f"IT0{name}.xml").write_bytes(xml(name))
        newest = gather(desk.home, desk.ledger, current_settings(desk.ledger)).waiting[-1]
    desk.run_delivery(newest)
    rebuild(desk.home, tmp_path / "new")
    new = Desk(tmp_path / "new", 20)
    gather(new.home, new.ledger, current_settings(new.ledger))
    keys = new.ask("SELECT delivery_key FROM ledger.delivery ORDER BY delivery_id")
    assert [key[-4:] for (key,) in keys] == [".002", ".003"]


def test_deliveries_of_a_day_are_counted_beyond_999(tmp_path: Path) -> None:
    desk = open_desk(tmp_path / "home", DATA)
    desk.load_reference()
    keys = []
    for name in ("1", "2", "3"):
        (desk.home.invoice_inbox / f"IT0{name}.xml").write_bytes(xml(name))
        keys.append(gather(desk.home, desk.ledger, current_settings(desk.ledger)).waiting[-1])
        with desk.ledger.writing("test") as workbench:
            workbench.execute(
                "UPDATE ledger.delivery SET delivery_key = replace(delivery_key, '.001', '.999') "
                "WHERE delivery_key LIKE '%.001'"
            )
            workbench.execute("UPDATE ledger.drawn_key SET day_number = 999 WHERE day_number = 1")
    assert [key[8:] for key in keys] == [".001", ".1000", ".1001"]
