"""Kept files and ledger are compared, and each step of docs/bad-days.md mends what it says (D13)."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from assets.detection.comparing import Difference
from assets.home import Home
from assets.invoices import purging
from assets.ledger.newest import remembered
from assets.ledger.store import Ledger, utc_now
from orchestration import start
from orchestration.comparing import CONTENTS_EVERY, compare, compare_when_due
from orchestration.deliveries import DeliveryImports, gather
from orchestration.imports import current_settings, import_keys, look
from orchestration.sales_imports import SALES, SalesImports
from samples.payments import pay, trace
from samples.waiting import free_port
from tests.orchestration.conftest import MakePipeline, Run
from tests.orchestration.test_deliveries import REFERENCE as OF_INVOICES
from tests.orchestration.test_deliveries import xml
from tests.orchestration.test_runs import COLLECTION, HALF_GOOD, PAYMENT, UNREADABLE
from tests.orchestration.test_sales import GOOD as SALES_FILE
from tests.orchestration.test_sales import REFERENCE as OF_SALES
from tests.support.answers import Desk
from tests.support.corrections import essence
from tests.support.ledgers import LedgerHome
from tests.support.pipelines import Pipeline, key_of
from tests.support.whole_ledger import whole_ledger

ALL_WELL: Final = 0
SOMETHING_LEFT: Final = 2

KEPT_AGAIN: Final = (
    "Put it back from your copy of the home, or drop {} into {} once more, as it was: it is kept again, and "
    "not posted twice."
)
AS_IT_WAS: Final = "Keep it aside, and put the file back as it was, from your copy of the home."
GONE: Final = "is gone; what it brought is in the ledger"
UNKNOWN: Final = "is not known to the ledger, which is older than this file"
CHANGED: Final = "has the size of the file that was imported, and another content"


@pytest.fixture
def desk(pipeline: Pipeline) -> Iterator[Desk]:
    """A home without runs, whose newest change is remembered as commands do it."""
    desk = desk_of(pipeline)
    yield desk
    desk.close()


def desk_of(pipeline: Pipeline) -> Desk:
    """A desk at which whoever works remembers the newest change."""
    ledger = Ledger.of(pipeline.home)
    return Desk(dataclasses.replace(pipeline.ledger_home, ledger=ledger))


def kept(run: Run, *options: str) -> list[dict[str, Any]]:
    """What `partita kept` finds; it ends as that says."""
    result = run("kept", "--json", *options)
    found = json.loads(result.stdout)
    assert (result.exit_code, result.stderr) == (SOMETHING_LEFT if found else ALL_WELL, "")
    return found


def named(found: list[dict[str, Any]]) -> list[tuple[str, str | None]]:
    """Code and file of each difference."""
    return [(each["difference_code"], each["file_name"]) for each in found]


def files_of(home: Home) -> dict[str, bytes]:
    """Every file of the home that people or files brought, by its place."""
    folders = (home.inbox, home.processed, home.failed)
    return {
        str(path.relative_to(home.root)): path.read_bytes()
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def copied(ledger: Ledger, folder: Path) -> Callable[[], None]:
    """Copies the ledger's file; what comes back puts the copy in its place."""
    copy = folder / "copy.duckdb"
    shutil.copy2(ledger.path, copy)
    return lambda: Path(shutil.copy2(copy, ledger.path)).touch()


def test_d13_kept_files_that_fit_the_ledger_are_said_to_fit(desk: Desk, run: Run) -> None:
    """Posted, in part, repeated, replaced by a corrected file, deleted, deleted and come again."""
    desk.drop("RITCOGE_1.txt", COLLECTION)
    desk.drop("RITCOGE_2.txt", HALF_GOOD)
    desk.drop("RITCOGE_3.txt", COLLECTION)
    desk.drop("RITCOGE_4.txt", UNREADABLE)
    payment = desk.drop("RITCOGE_5.txt", PAYMENT)
    desk.correct("delete-import", **{"import": payment})
    desk.drop("RITCOGE_5.txt", PAYMENT)
    desk.correct("delete-import", **{"import": payment})
    (desk.home.processed / ".gitkeep").write_bytes(b"")
    (desk.home.processed / "by year").mkdir()

    assert kept(run, "--contents") == []
    assert run("kept").output == "Home and ledger fit: names and sizes of all kept files were compared.\n"
    assert json.loads(run("status", "--json").stdout)["home_difference_count"] == 0


def test_d13_before_anything_was_imported_nothing_differs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.setenv("PARTITA_HOME", str(tmp_path / "none"))
    assert kept(run, "--contents") == []


def test_d13_what_a_kill_left_half_done_is_no_difference(desk: Desk, run: Run) -> None:
    """Killed between a commit and the move, and between a deletion and the renaming."""
    first = desk.drop("RITCOGE_1.txt", COLLECTION)
    (desk.home.processed / first).rename(desk.home.inbox / "RITCOGE_1.txt")
    payment = desk.drop("RITCOGE_2.txt", PAYMENT)
    (number,) = (
        row[0]
        for row in desk.rows(f"SELECT import_id FROM ledger.file_import WHERE partition_key = '{payment}'")
    )
    desk.correct("delete-import", **{"import": payment})
    (desk.home.processed / f"{payment}#{number}").rename(desk.home.processed / payment)

    assert kept(run, "--contents") == []


def test_d13_each_kept_file_that_does_not_fit_is_named_with_what_to_do(
    desk: Desk, run: Run, tmp_path: Path
) -> None:
    """Nothing is moved or removed, and a put-back copy mends what it is for."""
    home = desk.home
    gone = desk.drop("RITCOGE_1.txt", COLLECTION)
    short = desk.drop("RITCOGE_2.txt", HALF_GOOD)
    changed = desk.drop("RITCOGE_3.txt", PAYMENT)
    failed = desk.drop("RITCOGE_4.txt", UNREADABLE)
    deleted = desk.drop("RITCOGE_5.txt", trace(pay("-50.00", "FT-2", "A", account="1500002", entry=9)))
    desk.correct("delete-import", **{"import": deleted})
    (deleted_file,) = home.processed.glob(f"{deleted}#*")
    unknown = key_of("RITCOGE_9.txt", b"unknown")
    copy = shutil.copytree(home.root, tmp_path / "copy")
    (home.processed / gone).unlink()
    (home.failed / short).write_bytes(b"short")
    (home.processed / changed).write_bytes(PAYMENT.replace(b"80", b"81"))
    (home.failed / failed).unlink()
    deleted_file.unlink()
    (home.processed / unknown).write_bytes(b"unknown")
    (home.processed / "letter.pdf").write_bytes(b"letter")
    (home.processed / os.fsdecode(b"citt\xe0.txt")).write_bytes(b"x")
    before = files_of(home)

    found = kept(run, "--contents")

    move_out = f"Move it out of {home.processed}; if it is to be imported, into {home.inbox}."
    foreign = "is not named as kept files are, and the ledger does not know it"
    short_of = f"has 5 bytes; the file that was imported had {len(HALF_GOOD):,}"
    assert [tuple(each.values()) for each in found] == [
        ("missing_file", f"processed/{gone}", GONE, KEPT_AGAIN.format("RITCOGE_1.txt", home.inbox)),
        ("missing_file", f"failed/{failed}", GONE, KEPT_AGAIN.format("RITCOGE_4.txt", home.inbox)),
        (
            "missing_file",
            f"processed/{deleted_file.name}",
            "is gone; its import was deleted",
            "Put it back from your copy of the home, and not into an inbox.",
        ),
        ("other_size", f"failed/{short}", short_of, AS_IT_WAS),
        (
            "unknown_file",
            f"processed/{unknown}",
            UNKNOWN,
            f"Move it into {home.inbox} and run `partita process`.",
        ),
        ("foreign_file", "processed/citt\\xe0.txt", foreign, move_out),
        ("foreign_file", "processed/letter.pdf", foreign, move_out),
        ("other_content", f"processed/{changed}", CHANGED, AS_IT_WAS),
    ]
    assert files_of(home) == before

    for name in ("letter.pdf", unknown, os.fsdecode(b"citt\xe0.txt")):
        (home.processed / name).rename(tmp_path / name)
    for path in (home.processed / changed, home.failed / short):
        path.rename(tmp_path / path.name)
    for path in (home.processed / changed, home.failed / short, deleted_file):
        shutil.copy2(copy / path.relative_to(home.root), path)
    (home.inbox / "RITCOGE_1.txt").write_bytes(COLLECTION)
    (home.inbox / "RITCOGE_4.txt").write_bytes(UNREADABLE)
    ledger = whole_ledger(desk.ledger_home.ledger)

    assert run("process").exit_code == ALL_WELL
    assert kept(run, "--contents") == []
    assert whole_ledger(desk.ledger_home.ledger) == ledger
    assert files_of(home).keys() == {str((copy / name).relative_to(copy)) for name in files_of(Home(copy))}


def test_d13_without_a_copy_the_same_file_is_dropped_again_after_the_changed_one_is_out_of_the_way(
    desk: Desk, run: Run, tmp_path: Path
) -> None:
    key = desk.drop("RITCOGE_1.txt", COLLECTION)
    (desk.home.processed / key).write_bytes(COLLECTION[:-2])
    assert named(kept(run)) == [("other_size", f"processed/{key}")]

    (desk.home.processed / key).rename(tmp_path / key)
    (desk.home.inbox / "RITCOGE_1.txt").write_bytes(COLLECTION)

    assert run("process").exit_code == ALL_WELL
    assert files_of(desk.home) == {f"processed/{key}": COLLECTION}
    assert kept(run, "--contents") == []


def test_d13_a_kept_file_that_cannot_be_read_is_named(desk: Desk, run: Run) -> None:
    """The memory of a process reads as a bad block of a disk does, for an administrator as well."""
    key = desk.drop("RITCOGE_1.txt", b"")
    (desk.home.failed / key).unlink()
    (desk.home.failed / key).symlink_to("/proc/self/mem")
    remedy = f"Let this user read it; if the disk is damaged: k{AS_IT_WAS[1:]}"
    assert [tuple(each.values()) for each in kept(run, "--contents")] == [
        ("unreadable_file", f"failed/{key}", "cannot be read: Input/output error", remedy)
    ]


# --- A ledger that is older than its home -------------------------------------------------------------------


def test_d13_o03_an_older_ledger_is_known_and_made_whole_by_the_kept_files(
    pipeline: Pipeline, run: Run, tmp_path: Path
) -> None:
    """The steps of docs/bad-days.md: move what is named, process, remove the mark."""
    desk = desk_of(pipeline)
    first = desk.drop("RITCOGE_1.txt", COLLECTION)
    put_back = copied(desk.ledger_home.ledger, tmp_path)
    second = desk.drop("RITCOGE_2.txt", HALF_GOOD)
    third = desk.drop("RITCOGE_3.txt", PAYMENT)
    desk.close()
    whole = essence(pipeline.ledger_home)
    files = files_of(pipeline.home)
    put_back()

    nothing_new = run("process")
    found = kept(run)

    assert named(found) == [
        ("older_ledger", None),
        ("unknown_file", f"failed/{second}"),
        ("unknown_file", f"processed/{third}"),
    ]
    assert nothing_new.exit_code == SOMETHING_LEFT
    assert nothing_new.stdout == "Nothing to do: no file waits.\n"
    mark = pipeline.home.newest_change
    older = (
        rf"  The ledger ends with change \d+ \(.{{19}} UTC\) and lacks change \d+ \(.{{19}} UTC\), which was "
        r"made in this home: it was put back from an older copy\. Move the files that the ledger does not "
        r"know into their inboxes, run `partita process`, and make the corrections and decisions of that "
        rf"time again; then remove {re.escape(str(mark))}\."
    )
    to_do = f"Move it into {pipeline.home.inbox} and run `partita process`."
    said = nothing_new.stderr.splitlines()
    assert said[0] == "Home and ledger do not fit: 3 differences. `partita kept` lists all and what to do."
    assert re.fullmatch(older, said[1])
    assert said[2:] == [f"  failed/{second} {UNKNOWN}. {to_do}", f"  processed/{third} {UNKNOWN}. {to_do}"]
    status = run("status").output.splitlines()
    assert "  home and ledger     3 differences: `partita kept` says which and what to do" in status

    for each in found[1:]:
        path = pipeline.home.root / each["file_name"]
        path.rename(pipeline.home.inbox / path.name)
    # A file that is moved without need is kept again.
    (pipeline.home.processed / first).rename(pipeline.home.inbox / first)
    processed = run("process")

    assert processed.exit_code == SOMETHING_LEFT
    assert named(kept(run)) == [("older_ledger", None)]
    mark.unlink()
    assert kept(run, "--contents") == []
    assert essence(pipeline.ledger_home) == whole
    assert files_of(pipeline.home) == files
    assert pipeline.ask("SELECT partition_key, source_file, status FROM ledger.file_import ORDER BY 1") == [
        (first, "RITCOGE_1.txt", "posted"),
        (second, "RITCOGE_2.txt", "incomplete"),
        (third, "RITCOGE_3.txt", "posted"),
    ]
    with Ledger.of(pipeline.home).writing("test"):
        pass
    assert remembered(mark) is not None


def test_d13_an_older_ledger_that_lacks_corrections_only_is_known_by_its_newest_change(
    desk: Desk, run: Run, tmp_path: Path
) -> None:
    """No kept file shows a correction. What is done since does not hide that one is lacking."""
    desk.drop("RITCOGE_1.txt", trace(pay("-100.00", "NOWHERE")))
    put_back = copied(desk.ledger_home.ledger, tmp_path)
    ((entry, line),) = desk.rows(
        "SELECT entry_id, line_number FROM ledger.posting WHERE unlinked_reason IS NOT NULL"
    )
    desk.correct("delete-payment", payment=f"{entry}/{line}")
    put_back()
    assert named(kept(run)) == [("older_ledger", None)]

    for number in range(3):
        desk.drop(
            f"RITCOGE_2{number}.txt", trace(pay("-1.00", "FT-2", "A", account="1500002", entry=20 + number))
        )

    assert named(kept(run)) == [("older_ledger", None)]
    desk.home.newest_change.unlink()
    assert kept(run) == []


def test_d13_a_copy_of_the_whole_home_is_no_older_than_itself(
    desk: Desk, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.drop("RITCOGE_1.txt", COLLECTION)
    copy = shutil.copytree(desk.home.root, tmp_path / "copy")
    desk.drop("RITCOGE_2.txt", PAYMENT)
    monkeypatch.setenv("PARTITA_HOME", str(copy))
    assert kept(run, "--contents") == []


def test_d13_a_ledger_that_was_begun_anew_is_not_older(desk: Desk, run: Run, tmp_path: Path) -> None:
    """The folders were moved away as the message of a lost ledger says; the mark of the old one goes on."""
    desk.drop("RITCOGE_1.txt", COLLECTION)
    for folder in (desk.home.ledger, desk.home.processed, desk.home.failed, desk.home.decisions):
        folder.rename(tmp_path / folder.name)

    (desk.home.inbox / "RITCOGE_2.txt").write_bytes(PAYMENT)
    desk.home.create()
    again = Desk(dataclasses.replace(desk.ledger_home))
    again.drop("RITCOGE_2.txt", PAYMENT)

    assert kept(run, "--contents") == []
    again.close()


def test_d13_a_mark_that_a_power_failure_emptied_accuses_nobody_and_is_written_anew(
    desk: Desk, run: Run
) -> None:
    desk.drop("RITCOGE_1.txt", COLLECTION)
    said = desk.home.newest_change.read_bytes()
    for left in (b"", b"\0" * 100, b"{", b"[1]", b'{"record_number": null}'):
        desk.home.newest_change.write_bytes(left)
        assert kept(run) == []
    with desk.ledger_home.ledger.writing("test"):
        pass
    assert desk.home.newest_change.read_bytes() == said


def test_d13_deletions_that_an_older_ledger_lacks_are_made_again_or_left(
    desk: Desk, run: Run, tmp_path: Path
) -> None:
    """One that the ledger has is deleted again; of one that it never had nothing is to be posted."""
    first = desk.drop("RITCOGE_1.txt", COLLECTION)
    put_back = copied(desk.ledger_home.ledger, tmp_path)
    desk.correct("delete-import", **{"import": first})
    second = desk.drop("RITCOGE_2.txt", PAYMENT)
    desk.correct("delete-import", **{"import": second})
    whole = essence(desk.ledger_home)
    put_back()
    desk.home.newest_change.unlink()

    found = kept(run)

    standing = "is the file of an import that was deleted, and that stands in the ledger"
    nothing = "is the file of an import that was deleted, of which the ledger knows nothing"
    out = "Move it out of the home, and not into an inbox: nothing of it is to be posted."
    assert [tuple(each.values()) for each in found] == [
        (
            "unknown_deletion",
            f"processed/{first}#1",
            standing,
            f"Delete it again: `partita delete-import {first}`.",
        ),
        ("unknown_deletion", f"processed/{second}#2", nothing, out),
    ]
    desk.correct("delete-import", **{"import": first})
    (desk.home.processed / f"{second}#2").rename(tmp_path / "aside")
    assert kept(run, "--contents") == []
    assert essence(desk.ledger_home) == whole


def test_d13_a_file_that_was_deleted_and_came_again_is_not_to_be_deleted_again(
    desk: Desk, run: Run, tmp_path: Path
) -> None:
    """The older ledger has its import, which stands again: another deletion would take back what is right."""
    key = desk.drop("RITCOGE_1.txt", COLLECTION)
    put_back = copied(desk.ledger_home.ledger, tmp_path)
    desk.correct("delete-import", **{"import": key})
    desk.drop("RITCOGE_1.txt", COLLECTION)
    put_back()
    desk.home.newest_change.unlink()

    (found,) = kept(run)

    assert (found["difference_code"], found["file_name"]) == ("unknown_deletion", f"processed/{key}#1")
    assert found["remedy"].startswith("Move it out of the home")


# --- E-invoices and sales invoices --------------------------------------------------------------------------


def deliver(pipeline: Pipeline) -> tuple[str, ...]:
    """Gathers what waits and processes it, as commands do it; the keys of the deliveries."""
    ledger = Ledger.of(pipeline.home)
    keys = gather(pipeline.home, ledger, current_settings(ledger)).waiting
    with DeliveryImports(pipeline.home, ledger, "test") as imports:
        for key in keys:
            imports.import_delivery(key)
    return keys


def test_d13_e_invoices_that_an_older_ledger_lacks_come_again_under_their_own_names(
    make_pipeline: MakePipeline, run: Run, tmp_path: Path
) -> None:
    """A single file and one in which nothing can be read; the name of a file says whose message fits it."""
    pipeline = make_pipeline(OF_INVOICES)
    home, ledger = pipeline.home, Ledger.of(pipeline.home)
    (home.invoice_inbox / "IT01.xml").write_bytes(xml("1"))
    deliver(pipeline)
    put_back = copied(ledger, tmp_path)
    (home.invoice_inbox / "IT02.xml").write_bytes(xml("2"))
    (home.invoice_inbox / "IT03.zip").write_bytes(b"no archive")
    deliver(pipeline)
    names = "SELECT file.file_key, file.source_file FROM ledger.dropped_file AS file ORDER BY 1"
    documents = (
        "SELECT source_file, document_number, document.status FROM ledger.document "
        "JOIN ledger.file_import USING (import_id) ORDER BY ALL"
    )
    whole = pipeline.ask(names), pipeline.ask(documents), files_of(home)
    put_back()

    found = kept(run)
    assert named(found) == [
        ("older_ledger", None),
        ("unknown_file", f"failed/invoices/{whole[0][0][0]}"),
        ("unknown_file", f"processed/invoices/{key_of('IT02.xml', xml('2'))}"),
    ]
    for each in found[1:]:
        path = home.root / each["file_name"]
        path.rename(home.invoice_inbox / path.name)
    # The same file came from elsewhere as well.
    (home.invoice_inbox / "IT02.xml").write_bytes(xml("2"))
    deliver(pipeline)
    deliver(pipeline)

    home.newest_change.unlink()
    assert (pipeline.ask(names), pipeline.ask(documents), files_of(home)) == whole
    assert kept(run, "--contents") == []


def test_d13_e_invoices_that_wait_are_not_missed_and_one_that_is_gone_is(
    make_pipeline: MakePipeline, run: Run
) -> None:
    """Gathered into deliveries whose files lie in the inbox; then one is taken away, and dropped again."""
    pipeline = make_pipeline(OF_INVOICES)
    home, ledger = pipeline.home, Ledger.of(pipeline.home)
    for name, content in (("IT01.xml", xml("1")), ("IT02.xml", xml("2"))):
        (home.invoice_inbox / name).write_bytes(content)
    gather(home, ledger, current_settings(ledger))
    assert kept(run, "--contents") == []
    (home.invoice_inbox / "IT02.xml").unlink()
    key = key_of("IT02.xml", xml("2"))
    assert [tuple(each.values()) for each in kept(run)] == [
        (
            "missing_file",
            f"processed/invoices/{key}",
            "is gone before its delivery was processed",
            f"Drop IT02.xml into {home.invoice_inbox} once more, as it was.",
        )
    ]
    (home.invoice_inbox / "IT02.xml").write_bytes(xml("2"))
    deliver(pipeline)
    assert kept(run, "--contents") == []
    (home.processed_invoices / key).unlink()
    (found,) = kept(run)
    assert (found["found"], found["remedy"]) == (GONE, KEPT_AGAIN.format("IT02.xml", home.invoice_inbox))
    (home.invoice_inbox / "IT02.xml").write_bytes(xml("2"))
    assert (deliver(pipeline), kept(run, "--contents")) == ((), [])


def test_d13_files_that_were_purged_are_not_missed(make_pipeline: MakePipeline, run: Run) -> None:
    """Of two files one was received long ago; the other is missed when it is gone."""
    pipeline = make_pipeline(OF_INVOICES)
    home, ledger = pipeline.home, Ledger.of(pipeline.home)
    (home.invoice_inbox / "IT01.xml").write_bytes(xml("1"))
    deliver(pipeline)
    with ledger.writing("test") as workbench:
        workbench.execute("UPDATE ledger.delivery SET received_at = TIMESTAMP '2009-03-01', status = 'done'")
    (home.invoice_inbox / "IT02.xml").write_bytes(xml("2"))
    deliver(pipeline)
    purging.purge(home, ledger, purging.plan_purge(ledger, dt.date(2010, 1, 1)), "anna")

    assert kept(run, "--contents") == []
    (home.processed_invoices / key_of("IT02.xml", xml("2"))).unlink()
    assert named(kept(run)) == [("missing_file", f"processed/invoices/{key_of('IT02.xml', xml('2'))}")]


def test_d13_sales_invoices_that_an_older_ledger_lacks_come_again(
    make_pipeline: MakePipeline, run: Run, tmp_path: Path
) -> None:
    pipeline = make_pipeline(OF_SALES)
    home, ledger = pipeline.home, Ledger.of(pipeline.home)
    put_back = copied(ledger, tmp_path)
    (home.sales_inbox / "sales.csv").write_bytes(SALES_FILE)

    def post() -> list[tuple[object, ...]]:
        with SalesImports(home, ledger, "test") as imports:
            imports.load_reference()
            import_keys(imports, look(home, ledger, current_settings(ledger), source=SALES).keys)
        return pipeline.ask("SELECT partition_key, source_file, status FROM ledger.file_import")

    whole = post(), files_of(home)
    put_back()
    ((key, _, _),) = whole[0]
    found = kept(run)
    assert named(found) == [("older_ledger", None), ("unknown_file", f"processed/sales/{key}")]
    assert found[1]["remedy"] == f"Move it into {home.sales_inbox} and run `partita process`."
    (home.sales.processed / key).rename(home.sales_inbox / key)

    assert (post(), files_of(home)) == whole
    home.newest_change.unlink()
    assert kept(run, "--contents") == []
    (home.sales.processed / key).unlink()
    assert named(kept(run)) == [("missing_file", f"processed/sales/{key}")]


# --- Who says it, and when ----------------------------------------------------------------------------------


def test_d13_o03_a_missing_file_stops_nothing_and_process_ends_with_2(pipeline: Pipeline, run: Run) -> None:
    desk = desk_of(pipeline)
    gone = desk.drop("RITCOGE_1.txt", COLLECTION)
    desk.close()
    (pipeline.home.processed / gone).unlink()
    good = pipeline.drop("RITCOGE_2.txt", PAYMENT)

    result = run("process")

    assert pipeline.statuses() == {gone: "posted", good: "posted"}
    assert (result.exit_code, result.stdout.endswith("Everything is in the ledger.\n")) == (
        SOMETHING_LEFT,
        True,
    )
    remedy = KEPT_AGAIN.format("RITCOGE_1.txt", pipeline.home.inbox)
    assert result.stderr.splitlines()[-2:] == [
        "Home and ledger do not fit: 1 difference. `partita kept` lists all and what to do.",
        f"  processed/{gone} {GONE}. {remedy}",
    ]


def test_d13_o05_a_dry_run_says_it_too(desk: Desk, run: Run) -> None:
    gone = desk.drop("RITCOGE_1.txt", COLLECTION)
    (desk.home.processed / gone).unlink()

    result = run("process", "--dry-run", "--json")

    assert (result.exit_code, json.loads(result.stdout)) == (SOMETHING_LEFT, [])
    assert f"  processed/{gone} {GONE}. " in result.stderr


def test_d13_a_start_says_it_and_starts(desk: Desk, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many are counted, and the first five are named."""
    monkeypatch.setattr(start, "_watch", lambda *arguments, **options: 0)
    for number in range(7):
        (desk.home.failed / key_of(f"RITCOGE_{number}.txt", b"x")).write_bytes(b"x")
    desk.drop("RITCOGE_8.txt", COLLECTION)

    result = run("start", "--port", str(free_port()))

    said = result.stderr.splitlines()
    assert (result.exit_code, len(said)) == (0, 7)
    assert said[0] == "Home and ledger do not fit: 7 differences. `partita kept` lists all and what to do."
    assert said[-1] == "  and 2 more"


def test_d13_o02_the_doctor_reads_every_kept_file(desk: Desk, run: Run) -> None:
    key = desk.drop("RITCOGE_1.txt", COLLECTION)
    (desk.home.processed / key).write_bytes(COLLECTION.replace(b"100", b"900"))
    assert kept(run) == []

    result = run("doctor", "--json")

    checks = {check["check_name"]: check for check in json.loads(result.stdout)["checks"]}
    assert result.exit_code == SOMETHING_LEFT
    assert checks["kept files"] == {
        "check_name": "kept files",
        "is_fine": False,
        "found": f"1: processed/{key} {CHANGED}.",
        "remedy": AS_IT_WAS,
    }
    assert checks["age of the ledger"]["is_fine"] is True
    assert not desk.home.contents_compared.exists(), "the doctor changes nothing"


def test_d13_contents_are_read_once_a_week_and_each_time_while_one_differs(desk: Desk) -> None:
    home, ledger = desk.home, Ledger.of(desk.home)
    key = desk.drop("RITCOGE_1.txt", COLLECTION)
    path = home.processed / key
    changed = [Difference("other_content", f"processed/{key}", CHANGED, AS_IT_WAS)]
    now = utc_now()
    second = dt.timedelta(seconds=1)

    assert compare_when_due(home, ledger, now) == []
    path.write_bytes(COLLECTION.replace(b"100", b"900"))
    assert compare_when_due(home, ledger, now + CONTENTS_EVERY - second) == []
    assert compare_when_due(home, ledger, now + CONTENTS_EVERY + second) == changed
    assert compare_when_due(home, ledger, now + CONTENTS_EVERY + 2 * second) == changed
    path.write_bytes(COLLECTION)
    assert compare_when_due(home, ledger, now + CONTENTS_EVERY + 3 * second) == []
    path.write_bytes(COLLECTION.replace(b"100", b"900"))
    assert compare_when_due(home, ledger, now + CONTENTS_EVERY + 4 * second) == []
    # A clock that was set back, and a note that nobody can read.
    assert compare_when_due(home, ledger, now) == changed
    home.contents_compared.write_text("yesterday")
    assert compare_when_due(home, ledger, now + CONTENTS_EVERY + 4 * second) == changed


@pytest.fixture
def large(make_home: Callable[..., LedgerHome]) -> Home:
    """A home whose ledger took ten thousand files, all of which are kept."""
    made = make_home()
    home = Home(made.root)
    home.create()
    with made.ledger.writing("test") as workbench:
        workbench.execute(
            "INSERT INTO ledger.file_import (import_id, source_kind, partition_key, source_file, "
            "content_sha256, byte_count, status, attempt, run_id, imported_at, line_count, movement_count, "
            "posted_movement_count, repeated_movement_count, posting_count, linked_posting_count, "
            "unlinked_posting_count, error_count, warning_count, debit_total, credit_total) "
            "SELECT number, 'trace', 'R' || number || '@' || lpad(CAST(number AS VARCHAR), 12, '0') || "
            "'.txt', 'R' || number || '.txt', '', 0, 'posted', 1, 'test', TIMESTAMP '2026-01-01', 0, 0, 0, "
            "0, 0, 0, 0, 0, 0, 0, 0 FROM range(10000) AS made (number)"
        )
    for number in range(10_000):
        (home.processed / f"R{number}@{number:012d}.txt").touch()
    return home


def test_d13_ten_thousand_kept_files_are_compared_as_a_whole(large: Home) -> None:
    """One statement over all of them; of the one that is gone the name is said."""
    ledger = Ledger(large.ledger)
    assert compare(large, ledger, reads_contents=False) == []
    (large.processed / "R7@000000000007.txt").unlink()
    (found,) = compare(large, ledger, reads_contents=False)
    assert (found.difference_code, found.file_name) == ("missing_file", "processed/R7@000000000007.txt")
