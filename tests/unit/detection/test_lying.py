"""What lies in an inbox for an hour and is taken by no look is named, with the reason and what to do."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest

from assets.detection.inbox import candidates
from assets.detection.kept import ListedFile, kept_files, waiting_files
from assets.detection.lying import left_lying, not_taken
from assets.errors import TransientError
from assets.home import Home
from assets.ledger.store import utc_now
from assets.settings import Settings, settings_from_rows

TRACE_MASKS = "no mask fits: file_masks is RITCOGE*.txt;RITCOGE*.json"
ADD = "Rename or remove it, or add a mask to {} in settings.csv."
SETTINGS = settings_from_rows([(None, "invoice_masks", "*.xml;*.zip"), (None, "sales_masks", "*.csv;*.json")])


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with its folders."""
    made = Home(tmp_path)
    made.create()
    return made


def seen(home: Home, settings: Settings = SETTINGS, *, minutes: int = 60) -> list[tuple[str, ...]]:
    """What is named so long after everything was dropped: inbox, file, reason, remedy."""
    now = utc_now() + dt.timedelta(minutes=minutes, seconds=5)
    lying = left_lying(home, settings, now)
    return [(each.asset_name, each.source_file, each.reason, each.remedy) for each in lying]


def test_d03_a_file_that_no_mask_fits_is_named_after_an_hour_in_every_inbox(home: Home) -> None:
    (home.inbox / "PAYMENTS.txt").write_bytes(b"x")
    (home.inbox / "RITCOGE.txt").write_bytes(b"x")
    (home.invoice_inbox / "invoice.docx").write_bytes(b"x")
    (home.invoice_inbox / "invoice.xml").write_bytes(b"x")
    (home.sales_inbox / "sales.xlsx").write_bytes(b"x")
    assert seen(home, minutes=58) == []
    assert seen(home) == [
        ("trace_inbox", "PAYMENTS.txt", TRACE_MASKS, ADD.format("file_masks")),
        (
            "invoice_inbox",
            "invoice.docx",
            "no mask fits: invoice_masks is *.xml;*.zip",
            ADD.format("invoice_masks"),
        ),
        ("sales_inbox", "sales.xlsx", "no mask fits: sales_masks is *.csv;*.json", ADD.format("sales_masks")),
    ]


def test_d03_a_name_that_is_no_text_is_named_at_once_and_its_file_is_never_taken(home: Home) -> None:
    """Bytes of another code page, as old programs write them: a run would stop at such a name."""
    (home.inbox / os.fsdecode(b"RITCOGE_citt\xe0.txt")).write_bytes(b"x")
    assert seen(home, minutes=0) == [
        (
            "trace_inbox",
            "RITCOGE_citt\\xe0.txt",
            "a name that is not UTF-8",
            f"Rename it in {home.inbox}, in plain letters.",
        )
    ]
    assert list(candidates(home.inbox, ["*"], 0)) == []


def test_d03_an_old_time_of_the_content_does_not_make_a_new_copy_old(home: Home) -> None:
    path = home.inbox / "PAYMENTS.txt"
    path.write_bytes(b"x")
    os.utime(path, (0, 0))
    assert seen(home, minutes=0) == []


def test_d03_a_file_in_the_wrong_inbox_is_sent_to_the_right_one(home: Home) -> None:
    (home.invoice_inbox / "RITCOGE_1.txt").write_bytes(b"x")
    assert [row[3] for row in seen(home)] == [
        f"If it holds traces, move it to {home.inbox}, whose masks it fits; if not, rename it as a mask "
        "says, or add a mask to invoice_masks in settings.csv."
    ]
    every = settings_from_rows([(None, "file_masks", "*.*"), (None, "invoice_masks", "*.xml")])
    assert [row[3] for row in seen(home, every)] == [ADD.format("invoice_masks")]


def test_d03_folders_links_and_transfers_that_broke_off_are_named_too(home: Home) -> None:
    (home.invoice_inbox / "2026").mkdir()
    (home.invoice_inbox / "2026" / "a.xml").write_bytes(b"x")
    (home.invoice_inbox / "empty").mkdir()
    (home.invoice_inbox / "a.xml.part").write_bytes(b"x")
    (home.invoice_inbox / "b.xml").symlink_to(home.root / "nothing.xml")
    assert [row[1:3] for row in seen(home)] == [
        ("2026", "a folder, into which no look goes"),
        ("a.xml.part", "a name that says that the file is still arriving"),
        ("b.xml", "a link, which is never followed"),
    ]


def test_d03_a_link_that_leads_nowhere_or_to_itself_is_named_and_stops_nothing_else(home: Home) -> None:
    """Its folder can be read: it is that one name that is left, and the files beside it go on."""
    (home.inbox / "RITCOGE_1.txt").write_bytes(b"x")
    (home.inbox / "RITCOGE_0.txt").symlink_to("RITCOGE_0.txt")
    (home.inbox / "RITCOGE_2.txt").symlink_to("nothing")
    (home.inbox / "RITCOGE_3.txt").symlink_to(home.inbox / "RITCOGE_1.txt" / "below a file")
    (home.inbox / "RITCOGE_4.txt").symlink_to(home.inbox / "RITCOGE_1.txt")
    (home.processed / "RITCOGE@000000000000.txt").symlink_to("RITCOGE@000000000000.txt")
    (home.processed / "RITCOGE@111111111111.txt").write_bytes(b"kept")
    links = [f"RITCOGE_{number}.txt" for number in (0, 2, 3, 4)]
    left = ("a link, which is never followed", "Drop the file itself.")
    assert seen(home) == [("trace_inbox", name, *left) for name in links]
    assert [each.source_file for each in not_taken(home, SETTINGS)] == links
    assert candidates_of(home) == ["RITCOGE_1.txt"]
    assert waiting_files(home) == [ListedFile("trace", home.inbox, "RITCOGE_1.txt", 1)]
    assert kept_files(home) == [ListedFile("trace", home.processed, "RITCOGE@111111111111.txt", 4)]


def candidates_of(home: Home) -> list[str]:
    """What a look takes from the inbox of traces."""
    return [path.name for path in candidates(home.inbox, SETTINGS.masks("file_masks"), 0)]


def test_d03_an_inbox_that_stands_within_another_one_by_a_link_is_no_link_that_somebody_dropped(
    home: Home,
) -> None:
    home.invoice_inbox.rmdir()
    (home.root / "elsewhere").mkdir()
    home.invoice_inbox.symlink_to(home.root / "elsewhere")
    assert (seen(home), not_taken(home, SETTINGS)) == ([], [])


def test_d03_what_nobody_put_there_is_not_named(home: Home) -> None:
    """D03: nor are the inboxes that lie within another one."""
    for name in (".DS_Store", "Thumbs.db", "desktop.ini", ".nfs0001"):
        (home.inbox / name).write_bytes(b"x")
    assert seen(home) == []


def test_d03_an_inbox_that_is_missing_holds_nothing_and_one_that_cannot_be_read_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path)
    assert seen(home) == []
    home.create()

    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("assets.detection.lying.os.scandir", refuse)
    with pytest.raises(TransientError, match="cannot be read: Permission denied"):
        seen(home)
