"""The look that finds a file first draws its partition key, and nothing that money depends on follows from it
(D12, O04).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
from pathlib import Path
from typing import Final

import pytest

from assets.days import day_of
from assets.detection.keys import dropped_name, place_in_days
from assets.errors import SourceFileChangedError
from assets.ledger.store import Ledger, utc_now
from orchestration import imports
from orchestration.deliveries import DeliveryImports, InvoiceInbox, gather
from orchestration.imports import TRACES, FileSource, Inbox, TraceImports, current_settings, look
from orchestration.rebuilding import rebuild
from orchestration.sales_imports import SALES
from samples.invoice_files import archive, body, fatturapa, party
from samples.payments import pay, trace
from samples.sales_files import csv_of, row
from tests.orchestration.conftest import AT_ONCE, MakePipeline, Run
from tests.support.answers import charge, charges
from tests.support.desks import Desk
from tests.support.ledgers import account, open_item, setting, write_files
from tests.support.lived_homes import DATA as LIVED
from tests.support.pipelines import Pipeline, key_of
from tests.support.versions import tables_of_version
from tests.support.whole_ledger import broken_invariants, whole_ledger

BEFORE_KEYS_WERE_DRAWN: Final = 21
DATA: Final = LIVED.replace(items=(open_item("FT-1", "9000.00"),))
PAYMENT: Final = trace(pay("-10.00", "FT-1", "A"))
OTHER: Final = trace(pay("-20.00", "FT-1", "A", entry=2))
WRONG: Final = trace(pay("-30.00", account="1599999", entry=3))
SALES_FILE: Final = csv_of(row())
INVOICE: Final = fatturapa(body("1"), supplier=party("09990149990"), customer=party("09990019995")).encode()


def six(data: bytes) -> str:
    """The digits of the content in a drawn key."""
    return hashlib.sha256(data).hexdigest()[:6]


def looked(pipeline: Pipeline, source: FileSource = TRACES) -> Inbox:
    """What a look finds now."""
    ledger = pipeline.ledger_home.ledger
    return look(pipeline.home, ledger, current_settings(ledger), source=source)


def today(pipeline: Pipeline) -> str:
    """The day in the zone of the books."""
    day = day_of(utc_now(), current_settings(pipeline.ledger_home.ledger).get("time_zone"))
    return f"{day:%Y%m%d}"


def imported(pipeline: Pipeline, *keys: str) -> list[str]:
    """Imports these files as one run does; what became of each."""
    with TraceImports(pipeline.home, pipeline.ledger_home.ledger, "run") as run:
        run.load_reference()
        return [run.import_key(key).status for key in keys]


def test_o04_a_look_draws_the_keys_of_all_inboxes_from_one_counter(pipeline: Pipeline) -> None:
    """Two names and two contents of one name, by name; an archive and a single e-invoice; sales invoices."""
    home, ledger, day = pipeline.home, pipeline.ledger_home.ledger, today(pipeline)
    (home.inbox / "RITCOGE_B.txt").write_bytes(OTHER)
    (home.inbox / "RITCOGE.txt").write_bytes(PAYMENT)
    assert looked(pipeline).keys == [
        f"{day}.001-RITCOGE@{six(PAYMENT)}.txt",
        f"{day}.002-RITCOGE_B@{six(OTHER)}.txt",
    ]
    zipped = archive({"IT01.xml": INVOICE})
    (home.invoice_inbox / "2026.zip").write_bytes(zipped)
    (home.invoice_inbox / "IT02.xml").write_bytes(INVOICE)
    (home.sales_inbox / "fatture.csv").write_bytes(SALES_FILE)
    (home.inbox / "RITCOGE.txt").write_bytes(OTHER)
    assert gather(home, ledger, current_settings(ledger)).waiting == (
        f"{day}.003-2026@{six(zipped)}.zip",
        f"{day}.004",
    )
    assert looked(pipeline, SALES).keys == [f"{day}.005-fatture@s{six(SALES_FILE)}.csv"]
    assert looked(pipeline).keys == [
        f"{day}.006-RITCOGE@{six(OTHER)}.txt",
        f"{day}.002-RITCOGE_B@{six(OTHER)}.txt",
    ]


def test_o04_the_key_names_the_partition_the_kept_file_and_the_import(pipeline: Pipeline) -> None:
    (pipeline.home.inbox / "RITCOGE.txt").write_bytes(PAYMENT)
    key = f"{today(pipeline)}.001-RITCOGE@{six(PAYMENT)}.txt"
    (ran,) = pipeline.tick()
    assert (ran.is_success, ran.green_files()) == (True, [key])
    assert pipeline.folders() == {"inbox": [], "processed": [key], "failed": []}
    assert pipeline.ask("SELECT partition_key, source_file, status FROM ledger.file_import") == [
        (key, "RITCOGE.txt", "posted")
    ]


def test_d12_the_same_content_again_is_the_file_that_it_was(pipeline: Pipeline) -> None:
    """A remark, one partition, and nothing is posted again; other content of the name is another file."""
    path = pipeline.home.inbox / "RITCOGE.txt"
    path.write_bytes(PAYMENT)
    (key,) = looked(pipeline).keys
    assert imported(pipeline, key) == ["posted"]
    path.write_bytes(PAYMENT)
    assert looked(pipeline) == Inbox((), (), 1)
    assert pipeline.ask("SELECT finding_code FROM ledger.finding") == [("file_already_imported",)]
    path.write_bytes(OTHER)
    (other,) = looked(pipeline).keys
    assert imported(pipeline, other) == ["posted"]
    assert pipeline.folders() == {"inbox": [], "processed": [key, other], "failed": []}
    assert [dropped_name(each, each) for each in (key, other)] == ["RITCOGE.txt"] * 2


def test_f02_an_archive_is_kept_under_the_key_of_its_delivery_and_known_when_it_comes_again(
    pipeline: Pipeline,
) -> None:
    """As is one that was gathered before keys were drawn, under its file key."""
    home, ledger = pipeline.home, pipeline.ledger_home.ledger
    data = archive({"IT01.xml": INVOICE})
    (home.invoice_inbox / "2026.zip").write_bytes(data)
    (key,) = gather(home, ledger, current_settings(ledger)).waiting
    assert gather(home, ledger, current_settings(ledger)) == InvoiceInbox((key,), 0)
    with DeliveryImports(home, ledger, "run") as run:
        run.load_reference()
        run.import_delivery(key)
    with ledger.writing("a delivery of an earlier Partita") as workbench:
        old = key_of("October.zip", data)
        workbench.execute(
            "INSERT INTO ledger.delivery SELECT 2, $1, * EXCLUDE (delivery_id, delivery_key) "
            "FROM ledger.delivery",
            [old],
        )
        workbench.execute(
            "INSERT INTO ledger.dropped_file SELECT $1, 2, 'October.zip', * EXCLUDE (file_key, "
            "delivery_id, source_file) FROM ledger.dropped_file",
            [old],
        )
    for name in ("2026.zip", "October.zip"):
        (home.invoice_inbox / name).write_bytes(data)
    assert gather(home, ledger, current_settings(ledger)) == InvoiceInbox((), 2)
    assert sorted(path.name for path in home.processed_invoices.iterdir()) == [key, old]
    assert pipeline.ask("SELECT partition_key FROM ledger.drawn_key") == [(key,)]


def test_f02_an_e_invoice_that_was_kept_as_a_trace_is_registered_when_it_is_moved_to_its_inbox(
    pipeline: Pipeline,
) -> None:
    """Dropped into the wrong inbox it failed; its name is the one under which it was dropped."""
    home, ledger = pipeline.home, pipeline.ledger_home.ledger
    (home.inbox / "RITCOGE.xml.txt").write_bytes(INVOICE)
    (key,) = looked(pipeline).keys
    assert imported(pipeline, key) == ["failed"]
    (home.failed / key).rename(home.invoice_inbox / key.replace(".xml@", "@").replace(".txt", ".xml"))
    (delivery,) = gather(home, ledger, current_settings(ledger)).waiting
    with DeliveryImports(home, ledger, "run") as run:
        run.load_reference()
        run.import_delivery(delivery)
    assert pipeline.ask("SELECT source_file FROM ledger.dropped_file") == [("RITCOGE.xml",)]
    assert [path.name for path in home.processed_invoices.iterdir()] == [key_of("RITCOGE.xml", INVOICE)]


def test_d12_a_file_that_lies_there_twice_is_imported_once_and_stops_no_other(pipeline: Pipeline) -> None:
    """As it was kept and as it was dropped again, where the ledger lacks it; and by two names of one key."""
    inbox, day = pipeline.home.inbox, today(pipeline)
    kept = f"{day}.007-RITCOGE@{six(PAYMENT)}.txt"
    for name in ("RITCOGE.txt", kept):
        (inbox / name).write_bytes(PAYMENT)
    for name in ("RITCOGE 2.txt", "RITCOGE_2.txt"):
        (inbox / name).write_bytes(OTHER)

    keys = looked(pipeline).keys

    assert keys == [kept, f"{day}.008-RITCOGE_2@{six(OTHER)}.txt"]
    assert imported(pipeline, *keys) == ["posted", "posted"]
    assert (looked(pipeline).keys, [path for path in inbox.iterdir() if path.is_file()]) == ([], [])


def test_d12_a_failed_file_that_is_dropped_again_is_tried_again_under_its_key(pipeline: Pipeline) -> None:
    path = pipeline.home.inbox / "RITCOGE.txt"
    path.write_bytes(WRONG)
    (key,) = looked(pipeline).keys
    assert imported(pipeline, key) == ["failed"]
    path.write_bytes(WRONG)
    assert looked(pipeline).again == (key,)


def test_d13_a_look_that_was_killed_after_it_drew_leaves_a_file_that_waits_under_its_key(
    pipeline: Pipeline,
) -> None:
    """Killed before: nothing happened. A number whose file was taken away stays unused."""
    home = pipeline.home
    (home.inbox / "RITCOGE.txt").write_bytes(PAYMENT)
    (home.inbox / "RITCOGE_B.txt").write_bytes(WRONG)
    first = looked(pipeline).keys
    (home.inbox / "RITCOGE_B.txt").unlink()
    (home.inbox / "RITCOGE_C.txt").write_bytes(OTHER)
    day = today(pipeline)
    assert looked(pipeline).keys == [first[0], f"{day}.003-RITCOGE_C@{six(OTHER)}.txt"]


def test_o04_a_look_that_finds_no_new_file_writes_nothing(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And one with many new files draws all keys in one transaction."""
    for number in range(20):
        (pipeline.home.inbox / f"RITCOGE_{number:02d}.txt").write_bytes(OTHER)
    writing = Ledger.writing
    purposes: list[str] = []

    def noted(ledger: Ledger, purpose: str) -> object:
        purposes.append(purpose)
        return writing(ledger, purpose)

    monkeypatch.setattr(Ledger, "writing", noted)
    keys = looked(pipeline).keys
    assert [place[1] for key in keys if (place := place_in_days(key))] == list(range(1, 21))
    assert purposes == ["draw keys of files"]
    assert looked(pipeline).keys == keys
    assert purposes == ["draw keys of files"]


@pytest.mark.parametrize("source", [TRACES, SALES], ids=["traces", "sales"])
def test_d12_two_looks_at_once_draw_one_key_for_one_file(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch, source: FileSource
) -> None:
    """The second look draws while the first one has asked what is known, and has drawn nothing."""
    name, data = ("RITCOGE.txt", PAYMENT) if source is TRACES else ("fatture.csv", SALES_FILE)
    (source.place(pipeline.home).inbox / name).write_bytes(data)
    others: list[Inbox] = []
    ask = imports.asked_files

    def ask_then_look(*arguments: object) -> object:
        answer = ask(*arguments)  # type: ignore[arg-type]
        monkeypatch.setattr(imports, "asked_files", ask)
        others.append(looked(pipeline, source))
        return answer

    monkeypatch.setattr(imports, "asked_files", ask_then_look)
    first = looked(pipeline, source)
    assert others == [first]
    assert len(first.keys) == 1
    assert pipeline.ask("SELECT partition_key FROM ledger.drawn_key") == [(first.keys[0],)]


def test_o03_the_day_and_number_that_a_box_shows_name_the_file(pipeline: Pipeline, run: Run) -> None:
    day = today(pipeline)
    (pipeline.home.inbox / "RITCOGE.txt").write_bytes(PAYMENT)
    (pipeline.home.inbox / "RITCOGE_2.txt").write_bytes(WRONG)
    assert imported(pipeline, *looked(pipeline).keys) == ["posted", "failed"]

    assert json.loads(run("why", f"{day}.001", "--json").stdout)["partition_key"] == (
        f"{day}.001-RITCOGE@{six(PAYMENT)}.txt"
    )
    (finding,) = json.loads(run("findings", f"{day}.002", "--json").stdout)
    assert (finding["import_number"], finding["finding_code"]) == ("I2", "unknown_account")
    assert "I1" in run("find", f"{day}.001").stdout
    assert "I2" in run("find", "002-ritc").stdout
    assert run("dismiss", f"{day}.002", "--reason", "known").exit_code == 0
    assert run("delete-import", f"{day}.001", "--reason", "known").exit_code == 0


def test_o05_a_dry_run_draws_no_key(pipeline: Pipeline, run: Run) -> None:
    """New files have their file key in it, and those that have a partition key that one."""
    (pipeline.home.inbox / "RITCOGE.txt").write_bytes(WRONG)
    (key,) = looked(pipeline).keys
    assert imported(pipeline, key) == ["failed"]
    (pipeline.home.inbox / "RITCOGE.txt").write_bytes(WRONG)
    (pipeline.home.inbox / "RITCOGE_B.txt").write_bytes(OTHER)
    result = run("process", "--dry-run", "--json")
    shown = [each["partition_key"] for each in json.loads(result.stdout)]
    assert shown == [key, key_of("RITCOGE_B.txt", OTHER)]
    assert pipeline.ask("SELECT partition_key FROM ledger.drawn_key") == [(key,)]


@pytest.mark.parametrize("name", ["RITCOGÈ (copia).txt", "取引明細.txt", f"{'R' * 240}.txt", "a..b...c.txt"])
def test_d03_odd_names_are_taken_posted_and_kept(make_pipeline: MakePipeline, name: str) -> None:
    """Other scripts, blanks, dots, and nearly as long as a file system takes."""
    pipeline = make_pipeline(DATA.replace(settings=(AT_ONCE, setting("file_masks", "*.*"))))
    (pipeline.home.inbox / name).write_bytes(PAYMENT)
    (key,) = looked(pipeline).keys
    pipeline.instance.add_dynamic_partitions("trace_files", [key])
    assert imported(pipeline, key) == ["posted"]
    assert pipeline.folders() == {"inbox": [], "processed": [key], "failed": []}
    assert pipeline.ask("SELECT source_file FROM ledger.file_import") == [(name,)]


def test_d12_what_changed_since_it_was_found_is_not_imported_though_its_hash_begins_alike(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Six digits are shown; the whole hash is compared."""
    (pipeline.home.inbox / "RITCOGE.txt").write_bytes(PAYMENT)
    (key,) = looked(pipeline).keys
    monkeypatch.setattr(imports, "split_key", lambda key: ("", "", ""))
    (pipeline.home.inbox / "RITCOGE.txt").write_bytes(OTHER)
    with pytest.raises(SourceFileChangedError, match="the file is not the one with the key"):
        imported(pipeline, key)
    assert pipeline.ask("SELECT count(*) FROM ledger.posting") == [(0,)]


# --- Keys of movements: nothing is posted twice -------------------------------------------------------------

MOVEMENTS: Final = "SELECT movement_key FROM ledger.imported_movement ORDER BY ALL"


def test_d12_keys_of_movements_follow_from_name_and_content_alone(pipeline: Pipeline) -> None:
    """The same whichever key was drawn, on whichever day, as in the ledger of an earlier Partita."""
    data = charges(2)
    (pipeline.home.inbox / "RITCOGE.txt").write_bytes(data)
    (key,) = looked(pipeline).keys
    assert imported(pipeline, key) == ["posted"]
    assert [str(key).rpartition("|")[2] for (key,) in pipeline.ask(MOVEMENTS)] == [
        f"{key_of('RITCOGE.txt', data)}:1",
        f"{key_of('RITCOGE.txt', data)}:3",
    ]


OLD_FILES: Final = {
    "RITCOGE.txt": PAYMENT,
    "RITCOGE_1.txt": charges(2),
    "RITCOGE_2.txt": charges(1, charge("9.00")),
    "RITCOGE_3.txt": WRONG,
}
"""Posted, posted without numbers, in part with a question whether one is another, and failed."""

OLD_KEYS: Final = [key_of(name, data) for name, data in OLD_FILES.items()]
OLD_STATUSES: Final = list(zip(OLD_KEYS, ("posted", "posted", "incomplete", "failed"), strict=True))
STATUSES: Final = "SELECT partition_key, status FROM ledger.file_import ORDER BY import_id"
POSTED: Final = "SELECT * FROM ledger.posting ORDER BY ALL"
ACCOUNT: Final = account("1599999")


@pytest.fixture
def old(tmp_path: Path) -> Desk:
    """A home that an earlier Partita used: every file in it has its file key."""
    desk = Desk(tmp_path / "old")
    write_files(desk.home.reference, DATA.files())
    desk.home.create()
    with tables_of_version(BEFORE_KEYS_WERE_DRAWN, tmp_path / "steps"):
        with TraceImports(desk.home, desk.ledger, "old") as run:
            run.load_reference()
            for name, data in OLD_FILES.items():
                (desk.home.inbox / name).write_bytes(data)
                run.import_key(key_of(name, data))
        with desk.ledger.writing("deliveries of then") as workbench:
            workbench.execute(
                "INSERT INTO ledger.delivery VALUES "
                "(1, '2026-10-01.001', 'files', 'done', TIMESTAMP '2026-10-01 08:00', NULL, NULL), "
                "(2, 'October@0123456789ab.zip', 'archive', 'done', TIMESTAMP '2026-10-01 09:00', NULL, "
                "NULL), (3, '2026-10-01.002', 'files', 'done', TIMESTAMP '2026-10-01 10:00', NULL, NULL)"
            )
    assert desk.ask("SELECT max(version) FROM ledger.schema_migration") == [(BEFORE_KEYS_WERE_DRAWN,)]
    assert desk.ask(STATUSES) == OLD_STATUSES
    return desk


def looked_at(desk: Desk) -> Inbox:
    """What a look at the traces of this home finds now."""
    return look(desk.home, desk.ledger, current_settings(desk.ledger))


def run_over(desk: Desk, *keys: str) -> list[tuple[str, str]]:
    """A run over these partitions: key and status of each."""
    with TraceImports(desk.home, desk.ledger, desk.run_id()) as run:
        run.load_reference()
        outcomes = [run.import_key(key) for key in keys]
    return [(outcome.partition_key, outcome.status) for outcome in outcomes]


def test_d12_the_keys_of_an_older_ledger_stay_and_its_deliveries_have_their_numbers(old: Desk) -> None:
    postings = old.ask(POSTED)
    old.load_reference()
    assert old.ask(STATUSES) == OLD_STATUSES
    assert old.ask("SELECT * EXCLUDE (drawn_at) FROM ledger.drawn_key ORDER BY ALL") == [
        ("2026-10-01.001", "invoice", dt.date(2026, 10, 1), 1, None, None),
        ("2026-10-01.002", "invoice", dt.date(2026, 10, 1), 2, None, None),
    ]
    assert old.ask(POSTED) == postings
    assert broken_invariants(old.ledger) == {}


def test_d12_every_file_of_an_older_ledger_that_comes_again_is_known_and_nothing_is_posted_twice(
    old: Desk,
) -> None:
    """The first look is what brings the tables up to date."""
    postings, keys = old.ask(POSTED), old.ask(MOVEMENTS)
    for name, data in OLD_FILES.items():
        (old.home.inbox / name).write_bytes(data)
    found = looked_at(old)
    assert (found.new, found.again, found.tidied) == ((), tuple(OLD_KEYS[2:]), 4)
    assert run_over(old, *OLD_KEYS) == OLD_STATUSES
    assert (old.ask(POSTED), old.ask(MOVEMENTS), old.ask(STATUSES)) == (postings, keys, OLD_STATUSES)
    assert broken_invariants(old.ledger) == {}


def test_d12_movements_of_an_older_ledger_in_a_new_file_are_known(old: Desk) -> None:
    """The same content under another name is repeated; with one more movement that one alone is posted."""
    keys = old.ask(MOVEMENTS)
    (old.home.inbox / "RITCOGE_9.txt").write_bytes(OLD_FILES["RITCOGE_1.txt"])
    more = trace(pay("-10.00", "FT-1", "A"), pay("-20.00", "FT-1", "A", entry=2))
    (old.home.inbox / "RITCOGE.txt").write_bytes(more)
    new, repeated = looked_at(old).keys
    assert run_over(old, new, repeated) == [(new, "posted"), (repeated, "repeated")]
    assert len(old.ask(MOVEMENTS)) == len(keys) + 1
    assert broken_invariants(old.ledger) == {}


def test_o03_old_partitions_are_rerun_under_their_keys(old: Desk) -> None:
    """A failed one, after its cause was mended; and a deleted one, which comes again as what it was."""
    old.write_reference(DATA.replace(accounts=(*DATA.accounts, ACCOUNT)))
    assert run_over(old, OLD_KEYS[3]) == [(OLD_KEYS[3], "posted")]
    keys = old.ask(MOVEMENTS)
    old.correct("delete-import", **{"import": OLD_KEYS[1]})
    (old.home.inbox / "RITCOGE_1.txt").write_bytes(OLD_FILES["RITCOGE_1.txt"])
    found = looked_at(old)
    assert (found.keys, found.deletions) == ([OLD_KEYS[1]], {OLD_KEYS[1]: 1})
    assert run_over(old, *found.keys) == [(OLD_KEYS[1], "posted")]
    assert old.ask(MOVEMENTS) == keys
    assert broken_invariants(old.ledger) == {}


@pytest.mark.parametrize("is_old_first", [True, False], ids=["the old one first", "the new one first"])
def test_d12_a_run_that_an_earlier_partita_asked_for_and_one_of_a_look_post_a_file_once(
    old: Desk, is_old_first: bool
) -> None:
    """It had added the partition, and no run had come before this Partita's first look; both end green."""
    data = charges(1, pay("-7.00", "FT-1", "A", entry=7))
    (old.home.inbox / "RITCOGE_7.txt").write_bytes(data)
    (drawn,) = looked_at(old).keys
    asked = key_of("RITCOGE_7.txt", data)
    keys = [asked, drawn] if is_old_first else [drawn, asked]
    before = old.ask("SELECT count(*) FROM ledger.journal_entry WHERE movement_key LIKE '%|7|%'")
    first, second = run_over(old, *keys)
    assert [first, second] == [(keys[0], first[1]), (keys[1], first[1])]
    after = old.ask("SELECT count(*) FROM ledger.journal_entry WHERE movement_key LIKE '%|7|%'")
    assert (before, after) == ([(0,)], [(1,)])
    (old.home.inbox / "RITCOGE_7.txt").write_bytes(data)
    assert looked_at(old).new == ()
    assert broken_invariants(old.ledger) == {}


# --- A ledger that is made anew -----------------------------------------------------------------------------


def test_d13_a_rebuilt_ledger_has_the_keys_that_were_drawn(old: Desk, tmp_path: Path) -> None:
    """With files from before keys were drawn, of every inbox, and one whose import was deleted."""
    with old.ledger.writing("test") as workbench:
        workbench.execute("DELETE FROM ledger.delivery")
        workbench.execute("DELETE FROM ledger.drawn_key")
    old.take_trace("RITCOGE_4.txt", OTHER)
    deleted = old.take_trace("RITCOGE_5.txt", charges(3))
    old.correct("delete-import", **{"import": deleted.partition_key})
    old.take_invoices({"2026.zip": archive({"IT01.xml": INVOICE})})
    old.take_invoices({"IT02.xml": INVOICE})
    old.take_sales("fatture.csv", SALES_FILE)
    made = rebuild(old.home, tmp_path / "new")
    assert made.gaps == ()
    new = Desk(tmp_path / "new")
    assert whole_ledger(new.ledger) == whole_ledger(old.ledger)
    numbers = [number for (number,) in new.ask("SELECT day_number FROM ledger.drawn_key ORDER BY 1")]
    assert numbers == [1, 2, 3, 4, 5]
    (new.home.inbox / "RITCOGE_6.txt").write_bytes(trace(pay("-1.00", "FT-1", "A", entry=9)))
    (key,) = looked_at(new).keys
    assert key[8:12] == ".006"


def test_d13_a_file_kept_before_keys_were_drawn_comes_again_under_its_key(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where an older ledger lacks it; no look writes anything for it."""
    key = key_of("RITCOGE.txt", PAYMENT)
    (pipeline.home.inbox / key).write_bytes(PAYMENT)
    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "writing", None)
        assert looked(pipeline).keys == [key]
    assert imported(pipeline, key) == ["posted"]
    assert pipeline.ask("SELECT partition_key, source_file FROM ledger.file_import") == [(key, "RITCOGE.txt")]


def test_d13_kept_files_that_an_older_ledger_lacks_come_again_under_their_keys(
    pipeline: Pipeline, tmp_path: Path
) -> None:
    """The ledger was put back from a copy, and took another file since: that one has its number."""
    path = pipeline.home.inbox / "RITCOGE.txt"
    path.write_bytes(PAYMENT)
    copy = shutil.copy2(pipeline.ledger_home.ledger.path, tmp_path / "copy.duckdb")
    lost = looked(pipeline).keys[0]
    (pipeline.home.inbox / "RITCOGE_B.txt").write_bytes(OTHER)
    kept = looked(pipeline).keys[1]
    assert imported(pipeline, lost, kept) == ["posted", "posted"]
    shutil.copy2(copy, pipeline.ledger_home.ledger.path)
    (pipeline.home.inbox / "RITCOGE_C.txt").write_bytes(WRONG)
    looked(pipeline)
    for key in (lost, kept):
        (pipeline.home.processed / key).rename(pipeline.home.inbox / key)
    day = today(pipeline)
    again = looked(pipeline).keys
    assert sorted(again) == sorted(
        [f"{day}.003-RITCOGE@{six(PAYMENT)}.txt", kept, f"{day}.001-RITCOGE_C@{six(WRONG)}.txt"]
    )
    assert imported(pipeline, *again[:2]) == ["posted", "posted"]
    assert pipeline.ask("SELECT source_file FROM ledger.file_import ORDER BY ALL") == [
        ("RITCOGE.txt",),
        ("RITCOGE_B.txt",),
    ]
