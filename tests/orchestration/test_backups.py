"""A backup makes the same home again, or none: whatever happened to it, and to nobody's damage."""

from __future__ import annotations

import errno
import json
import os
import shutil
import stat
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import BinaryIO, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.errors import OperatingError, TransientError
from assets.home import HOME_VARIABLE, Home
from assets.ledger.decisions import CONTENTS
from assets.ledger.store import Ledger
from orchestration import backups
from orchestration.backups import MANIFEST, back_up, read_backup, restore
from orchestration.begun import begun_archive, give_name
from orchestration.syncs import SalesSyncs, SyncRequest
from samples.payments import pay, trace
from tests.orchestration.conftest import Run
from tests.support.effort import examples
from tests.support.ledgers import ReferenceData, import_bytes, make_home
from tests.support.pipelines import key_of

TRACE: Final = trace(pay("-500.00", "FT-2"))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, ledger_templates: dict[str, Path]) -> Iterator[Home]:
    """A home with an import, its kept file, and one that waits."""
    root = tmp_path_factory.mktemp("backed-up") / "home"
    made = make_home(root, ReferenceData(), ledger_templates)
    import_bytes(made, "RITCOGE.txt", TRACE)
    made.close()
    home = Home(root)
    home.create()
    for path in home.inbox.iterdir():
        if path.is_file():
            path.rename(home.processed / key_of("RITCOGE.txt", TRACE))
    (home.invoice_inbox / "waits.xml").write_bytes(b"<waits/>")
    (home.dagster / "records.db").write_bytes(b"of Dagster")
    home.newest_change.write_text("a change after the copy of the ledger")
    (root / "secrets").mkdir()
    (root / "secrets" / "exact.json").write_bytes(b"nobody's business")
    yield home


@pytest.fixture(scope="module")
def backup(home: Home, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of it."""
    path = tmp_path_factory.mktemp("backups") / "monday.zip"
    back_up(home, Ledger.of(home), path)
    return path


def contents(home: Home) -> dict[str, bytes]:
    """Every file of a home that a backup is to hold, the ledger's file as it stands."""
    folders = (home.inbox, home.processed, home.failed, home.reference, home.decisions / CONTENTS)
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return {
        path.relative_to(home.root).as_posix(): path.read_bytes() for path in [*files, Ledger.of(home).path]
    }


def test_a_restored_home_is_the_one_that_was_backed_up_and_its_owners_only(
    home: Home, backup: Path, tmp_path: Path
) -> None:
    restore(backup, tmp_path / "new")
    new = Home(tmp_path / "new")
    assert contents(new) == contents(home)
    assert len(contents(new)) >= 10
    assert not (new.root / "secrets").exists()
    assert not new.newest_change.exists()
    assert list(new.dagster.iterdir()) == []
    rights = {oct(stat.S_IMODE(path.stat().st_mode)) for path in new.root.rglob("*") if path.is_dir()}
    assert rights == {"0o700"}
    assert oct(stat.S_IMODE(backup.stat().st_mode)) == "0o600"


def test_a_restored_home_sends_no_sales_invoice_until_a_person_has_compared(
    backup: Path, tmp_path: Path
) -> None:
    restore(backup, tmp_path / "new")
    new = Home(tmp_path / "new")
    with SalesSyncs(new, Ledger.of(new), "test") as syncs:
        with pytest.raises(OperatingError, match="restored from a backup, or its ledger rebuilt"):
            syncs.sync(SyncRequest("anna", (), None, None))
        new.restored.unlink()
        assert syncs.sync(SyncRequest("anna", (), None, None))[1] == []


def test_a_backup_replaces_nothing_and_lies_in_no_home(home: Home, backup: Path, tmp_path: Path) -> None:
    before = backup.read_bytes()
    with pytest.raises(OperatingError, match="is there already: a backup never replaces a file"):
        back_up(home, Ledger.of(home), backup)
    with pytest.raises(OperatingError, match=r"lies in the home .*: name a place on another disk"):
        back_up(home, Ledger.of(home), home.processed / "a.zip")
    assert backup.read_bytes() == before
    assert [path.name for path in backup.parent.iterdir()] == ["monday.zip"]
    back_up(home, Ledger.of(home), tmp_path / "a.zip")
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


def test_a_name_that_the_disk_refuses_is_a_sentence(home: Home, tmp_path: Path) -> None:
    with pytest.raises(OperatingError, match="cannot be written: File name too long"):
        back_up(home, Ledger.of(home), tmp_path / f"{'a' * 300}.zip")
    assert list(tmp_path.iterdir()) == []


def test_of_two_backups_at_once_to_one_name_one_is_whole_and_the_other_refused(
    home: Home, tmp_path: Path
) -> None:
    ended: list[str] = []

    def write() -> None:
        try:
            back_up(home, Ledger.of(home), tmp_path / "a.zip")
            ended.append("written")
        except OperatingError:
            ended.append("refused")

    threads = [Thread(target=write) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ended) == ["refused", "written"]
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]
    restore(tmp_path / "a.zip", tmp_path / "new")


def test_a_home_without_a_ledger_has_nothing_to_back_up(tmp_path: Path) -> None:
    empty = Home(tmp_path / "home")
    empty.create()
    with pytest.raises(OperatingError, match=r"there is no ledger in .* yet"):
        back_up(empty, Ledger.of(empty), tmp_path / "a.zip")
    assert not (tmp_path / "a.zip").exists()


def test_nothing_is_restored_over_anything(backup: Path, tmp_path: Path) -> None:
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "mine").write_text("mine")
    with pytest.raises(OperatingError, match="is not empty: name a folder that is not there yet"):
        restore(backup, tmp_path / "used")
    assert [path.name for path in (tmp_path / "used").iterdir()] == ["mine"]
    (tmp_path / "empty").mkdir()
    restore(backup, tmp_path / "empty")
    assert Ledger.of(Home(tmp_path / "empty")).exists()


def rewritten(backup: Path, target: Path, changes: dict[str, bytes | None]) -> Path:
    """The backup with other contents of some entries; None leaves one out."""
    with zipfile.ZipFile(backup) as old, zipfile.ZipFile(target, "w") as new:
        for name in {*old.namelist(), *changes}:
            content = changes[name] if name in changes else old.read(name)
            if content is not None:
                new.writestr(name, content)
    return target


def manifest_of(backup: Path) -> dict[str, dict[str, dict[str, object]]]:
    """The list of a backup."""
    with zipfile.ZipFile(backup) as archive:
        return json.loads(archive.read(MANIFEST))


@pytest.mark.parametrize("name", ["dagster/session.token", "secrets/exact.json", "partita.restored"])
def test_a_backup_brings_no_secret_into_the_home(backup: Path, tmp_path: Path, name: str) -> None:
    manifest = manifest_of(backup)
    manifest["files"][name] = {"byte_count": 1, "content_sha256": "0"}
    evil = rewritten(backup, tmp_path / "evil.zip", {MANIFEST: json.dumps(manifest).encode(), name: b"x"})
    with pytest.raises(OperatingError, match=r"which no backup has\. Nothing was restored"):
        restore(evil, tmp_path / "new")


@pytest.mark.parametrize("name", ["../outside", "/outside", "inbox/../../outside", "..\\outside"])
def test_a_backup_writes_nothing_outside_the_home(backup: Path, tmp_path: Path, name: str) -> None:
    manifest = manifest_of(backup)
    manifest["files"][name] = {"byte_count": 1, "content_sha256": "0"}
    evil = rewritten(backup, tmp_path / "evil.zip", {MANIFEST: json.dumps(manifest).encode(), name: b"x"})
    with pytest.raises(OperatingError, match="names a place outside the home"):
        restore(evil, tmp_path / "deep" / "new")
    assert not list(tmp_path.rglob("outside"))
    assert not (tmp_path / "deep" / "new").exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({MANIFEST: None}, "is no backup of Partita"),
        ({MANIFEST: b"[]"}, "is no backup of Partita"),
        ({MANIFEST: b'{"format": "another", "files": {}}'}, "is a backup of another Partita"),
        ({"reference/companies.csv": None}, "lacks 1 file"),
        ({"reference/companies.csv": b"other"}, "is not what was backed up"),
        ({"ledger/partita.duckdb": b"other"}, "is not what was backed up"),
    ],
)
def test_what_is_no_whole_backup_makes_no_home(
    backup: Path, tmp_path: Path, changes: dict[str, bytes | None], sentence: str
) -> None:
    wrong = rewritten(backup, tmp_path / "wrong.zip", changes)
    with pytest.raises(OperatingError, match=sentence):
        restore(wrong, tmp_path / "new")
    assert [path.name for path in tmp_path.iterdir()] == ["wrong.zip"]


@settings(max_examples=examples(20, 300), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_damaged_backup_makes_the_same_home_or_none(
    home: Home, backup: Path, tmp_path: Path, data: st.DataObject
) -> None:
    """One byte that changed on the disk, or an end that is missing."""
    content = bytearray(backup.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    if data.draw(st.booleans()):
        content[place] ^= data.draw(st.integers(1, 255))
    else:
        del content[place:]
    damaged, new = tmp_path / "damaged.zip", Home(tmp_path / "new")
    damaged.write_bytes(content)
    shutil.rmtree(new.root, ignore_errors=True)
    try:
        restore(damaged, new.root)
    except OperatingError:
        assert not new.root.exists()
    else:
        assert contents(new) == contents(home)


def test_the_commands_say_what_they_did_and_what_comes_next(
    home: Home, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(home.root))
    made = run("backup", str(tmp_path / "a.zip"))
    assert made.exit_code == 0
    assert "read back whole" in made.stdout
    assert run("backup", str(tmp_path / "a.zip")).exit_code == 1
    restored = run("restore", str(tmp_path / "a.zip"), "--to", str(tmp_path / "new"))
    assert restored.exit_code == 0
    assert f"1. export {HOME_VARIABLE}={tmp_path / 'new'}" in restored.stdout
    monkeypatch.delenv(HOME_VARIABLE)
    monkeypatch.setattr("assets.home.DATA", tmp_path / "data")
    default = run("restore", str(tmp_path / "a.zip"), "--to", str(tmp_path / "data" / "home"))
    assert "\n1. `partita repair` makes" in default.stdout, "the default home needs no name"
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "new"))
    assert json.loads(run("status", "--json").stdout)["entry_count"] == 1


def test_a_backup_holds_what_a_folder_of_the_home_has_on_another_disk(home: Home, tmp_path: Path) -> None:
    """Kept e-invoices may lie elsewhere, by a link; one to a folder above it is not followed for ever."""
    lying = tmp_path / "elsewhere"
    lying.mkdir()
    (lying / "a.xml").write_bytes(b"<a/>")
    (lying / "up").symlink_to(home.processed)
    (home.processed / "linked").symlink_to(lying)
    back_up(home, Ledger.of(home), tmp_path / "a.zip")
    restore(tmp_path / "a.zip", tmp_path / "new")
    assert (Home(tmp_path / "new").processed / "linked" / "a.xml").read_bytes() == b"<a/>"


def test_what_an_earlier_partita_left_of_a_backup_is_removed_after_a_day(home: Home, tmp_path: Path) -> None:
    """It held no lock, so that nobody can know whether it lives."""
    old, young = tmp_path / ".partita-backup-old", tmp_path / ".partita-backup-young"
    for folder in (old, young):
        folder.mkdir()
    (tmp_path / ".partita-backup-older").touch()
    for path in (old, tmp_path / ".partita-backup-older"):
        os.utime(path, (0, 0))
    back_up(home, Ledger.of(home), tmp_path / "a.zip")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".partita-backup-young", "a.zip"]


def left_by_a_kill(target: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """What a backup to this target leaves when nothing of its end is done any more."""
    with monkeypatch.context() as patch:
        patch.setattr("orchestration.begun.Path.unlink", lambda *_, **__: None)
        patch.setattr("orchestration.begun.shutil.rmtree", lambda *_, **__: None)
        with pytest.raises(KeyboardInterrupt), begun_archive(target) as begun:
            (begun.folder / "partita.duckdb").write_bytes(b"half a copy")
            begun.stream.write(b"half an archive")
            raise KeyboardInterrupt
    left = sorted(target.parent.glob(".partita-backup-*"))
    assert [path.suffix for path in left] == [".begun", ".folder"]
    return left


@pytest.mark.parametrize("name", ["a.zip", "b.zip"])
def test_what_a_kill_left_of_a_backup_is_removed_by_the_next_one_whatever_its_name(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    left_by_a_kill(tmp_path / "a.zip", monkeypatch)
    back_up(home, Ledger.of(home), tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_backup_leaves_alone_what_another_one_is_writing_and_its_name_is_taken(
    home: Home, tmp_path: Path
) -> None:
    other, taken = tmp_path / "b.zip", "another backup is being written to .*: wait for its end"
    with begun_archive(other) as begun:
        begun.stream.write(b"half an archive")
        begun.stream.flush()
        (begun.folder / "copy").write_bytes(b"half a copy")
        os.utime(begun.path, (0, 0))
        with pytest.raises(OperatingError, match=taken):
            back_up(home, Ledger.of(home), other)
        back_up(home, Ledger.of(home), tmp_path / "a.zip")
        assert begun.path.read_bytes() == b"half an archive"
        assert (begun.folder / "copy").read_bytes() == b"half a copy"
        names = [begun.path.name, begun.folder.name, "a.zip"]
        assert sorted(path.name for path in tmp_path.iterdir()) == names
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]
    back_up(home, Ledger.of(home), other)


def test_a_kill_after_a_backup_got_its_name_costs_the_backup_nothing(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its begun name is one more of the same file then: the next one takes the name, and not the content."""
    back_up(home, Ledger.of(home), tmp_path / "a.zip")
    before = (tmp_path / "a.zip").read_bytes()
    begun, folder = left_by_a_kill(tmp_path / "a.zip", monkeypatch)
    begun.unlink()
    os.link(tmp_path / "a.zip", begun)
    with pytest.raises(OperatingError, match="is there already"):
        back_up(home, Ledger.of(home), tmp_path / "a.zip")
    (tmp_path / "a.zip").rename(tmp_path / "kept.zip")
    back_up(home, Ledger.of(home), tmp_path / "a.zip")
    assert (tmp_path / "kept.zip").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip", "kept.zip"]
    assert not folder.exists()


@pytest.mark.parametrize("has_links", [True, False])
def test_a_file_that_came_while_a_backup_was_written_is_not_replaced(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_links: bool
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EOPNOTSUPP, "Operation not supported")

    if not has_links:
        monkeypatch.setattr("orchestration.begun.os.link", refuse)
    back_up(home, Ledger.of(home), tmp_path / "a.zip")
    target = tmp_path / "b.zip"
    with pytest.raises(OperatingError, match="is there already"), begun_archive(target) as begun:
        target.write_text("mine")
        give_name(begun, target)
    assert target.read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip", "b.zip"]


def test_a_disk_without_locks_has_backups_too(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who is at work cannot be known there: what is younger than a day is left alone."""
    begun, folder = left_by_a_kill(tmp_path / "b.zip", monkeypatch)
    monkeypatch.setattr("orchestration.begun._is_locked", lambda _: None)
    back_up(home, Ledger.of(home), tmp_path / "a.zip")
    assert sorted(path.name for path in tmp_path.iterdir()) == [begun.name, folder.name, "a.zip"]
    os.utime(begun, (0, 0))
    back_up(home, Ledger.of(home), tmp_path / "b.zip")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip", "b.zip"]


def test_what_a_kill_left_of_a_backup_and_nobody_can_remove_is_named(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, _ = left_by_a_kill(tmp_path / "a.zip", monkeypatch)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    with monkeypatch.context() as patch, pytest.raises(OperatingError) as refused:
        patch.setattr("orchestration.begun.shutil.rmtree", refuse)
        back_up(home, Ledger.of(home), tmp_path / "a.zip")
    assert str(refused.value) == (
        f"{begun} was left by a backup that was cut off, and cannot be removed (Permission denied): "
        "remove it yourself. Nothing was backed up"
    )


@pytest.fixture
def linked(home: Home, tmp_path: Path) -> Home:
    """A copy of the home whose folders stand on other disks, by links."""
    shutil.copytree(home.root, tmp_path / "home", ignore=shutil.ignore_patterns("linked"))
    copy = Home(tmp_path / "home")
    disk = tmp_path / "disk"
    disk.mkdir()
    (copy.decisions / CONTENTS).mkdir(parents=True)
    (copy.decisions / CONTENTS / "a.csv").write_bytes(b"in force once")
    for folder in (copy.inbox, copy.processed, copy.failed, copy.reference, copy.ledger, copy.decisions):
        folder.rename(disk / folder.name)
        folder.symlink_to(disk / folder.name)
    (copy.reference / "companies.csv").rename(disk / "companies.csv")
    (copy.reference / "companies.csv").symlink_to(disk / "companies.csv")
    return copy


def test_a_home_whose_folders_are_links_is_backed_up_with_what_they_lead_to(
    linked: Home, tmp_path: Path
) -> None:
    before = contents(linked)
    assert back_up(linked, Ledger.of(linked), tmp_path / "a.zip").left_out == ()
    restore(tmp_path / "a.zip", tmp_path / "new")
    assert contents(Home(tmp_path / "new")) == before
    named = {"inbox/invoices/waits.xml", "reference/companies.csv", "decisions/reference/a.csv"}
    assert named <= before.keys()
    assert not any(path.is_symlink() for path in (tmp_path / "new").rglob("*"))


def test_no_link_among_files_that_others_drop_is_followed_and_each_is_named(
    linked: Home, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever may drop files could else read in the backup what only the owner of the home may read."""
    secret = tmp_path / "secrets"
    secret.mkdir()
    (secret / "key").write_bytes(b"nobody's business")
    before = contents(linked)
    for name, leads_to in (("7", secret / "key"), ("8", "RITCOGE_8.txt"), ("9", "nothing")):
        (linked.inbox / f"RITCOGE_{name}.txt").symlink_to(leads_to)
    (linked.inbox / "folder").symlink_to(secret)
    (linked.inbox / "sorted").mkdir()
    (linked.inbox / "sorted" / "key").symlink_to(secret / "key")
    (linked.processed / "key@000000000000.txt").symlink_to(secret / "key")
    (linked.inbox / "back\\slash.txt").write_bytes(b"x")
    (linked.inbox / os.fsdecode(b"RITCOGE_citt\xe0.txt")).write_bytes(b"x")
    os.mkfifo(linked.inbox / "pipe.txt")
    shutil.rmtree(linked.sales_inbox)
    linked.sales_inbox.symlink_to(secret)
    link = "a link, which is not followed"
    said = [
        f"inbox/RITCOGE_7.txt ({link})",
        f"inbox/RITCOGE_8.txt ({link})",
        f"inbox/RITCOGE_9.txt ({link})",
        "inbox/RITCOGE_citt\\xe0.txt (a name that is not UTF-8)",
        "inbox/back\\slash.txt (a backslash in its name)",
        f"inbox/folder ({link})",
        f"inbox/sales ({link})",
        f"inbox/sorted/key ({link})",
        f"processed/key@000000000000.txt ({link})",
    ]
    monkeypatch.setenv(HOME_VARIABLE, str(linked.root))
    made = run("backup", str(tmp_path / "a.zip"))
    assert made.exit_code == 0
    assert sorted(made.stdout.splitlines()[1:]) == sorted(f"Not in it: {each}" for each in said)
    found = read_backup(tmp_path / "a.zip")
    assert found is not None
    assert sorted(found.left_out) == sorted(said)
    restored = run("restore", str(tmp_path / "a.zip"), "--to", str(tmp_path / "new"))
    named = [line for line in restored.stdout.splitlines() if line.startswith("Not in the backup: ")]
    assert sorted(named) == sorted(f"Not in the backup: {each}" for each in said)
    assert contents(Home(tmp_path / "new")) == before


@pytest.mark.parametrize("swapped", ["file", "folder"])
def test_a_link_that_takes_the_place_of_a_file_while_a_backup_is_written_is_not_followed(
    linked: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, swapped: str
) -> None:
    secret, in_inbox = tmp_path / "secrets", linked.inbox / "sorted"
    for folder in (secret, in_inbox):
        folder.mkdir()
        (folder / "key").write_bytes(folder.name.encode())
    look = backups._reason_to_leave_out

    def swap(found: backups._Found, name: str) -> str | None:
        reason = look(found, name)
        if name == "inbox/sorted/key":
            place = in_inbox if swapped == "folder" else in_inbox / "key"
            place.rename(tmp_path / "aside")
            place.symlink_to(secret if swapped == "folder" else secret / "key")
        return reason

    monkeypatch.setattr(backups, "_reason_to_leave_out", swap)
    made = back_up(linked, Ledger.of(linked), tmp_path / "a.zip")
    assert "inbox/sorted/key (cannot be read: " in "".join(made.left_out)
    assert "inbox/sorted/key" not in made.files


def test_a_folder_of_the_home_that_cannot_be_read_is_named_and_one_in_an_inbox_is_left_out(
    linked: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (linked.inbox / "sorted").mkdir()
    scan = os.scandir

    def refusing(name: str) -> Callable[[str], object]:
        def refuse(path: str | int) -> object:
            if not isinstance(path, int) and Path(path).name == name:
                raise PermissionError(errno.EACCES, "Permission denied", path)
            return scan(path)

        return refuse

    with monkeypatch.context() as patch:
        patch.setattr("os.scandir", refusing("sorted"))
        made = back_up(linked, Ledger.of(linked), tmp_path / "a.zip")
    assert made.left_out == ("inbox/sorted (a folder that cannot be read)",)
    with monkeypatch.context() as patch, pytest.raises(TransientError) as refused:
        patch.setattr("os.scandir", refusing("processed"))
        back_up(linked, Ledger.of(linked), tmp_path / "b.zip")
    assert str(refused.value) == (
        f"{linked.processed} cannot be read: Permission denied. Nothing was backed up"
    )


def test_a_file_that_cannot_be_read_stops_a_backup_only_if_it_is_one_of_the_homes_own(
    linked: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (kept,) = linked.processed.iterdir()
    waiting = linked.invoice_inbox / "waits.xml"
    opened = backups._opened

    def refusing(path: Path) -> Callable[[backups._Found], BinaryIO]:
        def refuse(found: backups._Found) -> BinaryIO:
            if found.path == path:
                raise PermissionError(errno.EACCES, "Permission denied")
            return opened(found)

        return refuse

    with monkeypatch.context() as patch:
        patch.setattr(backups, "_opened", refusing(waiting))
        made = back_up(linked, Ledger.of(linked), tmp_path / "a.zip")
    assert made.left_out == ("inbox/invoices/waits.xml (cannot be read: Permission denied)",)
    with monkeypatch.context() as patch, pytest.raises(TransientError) as refused:
        patch.setattr(backups, "_opened", refusing(kept))
        back_up(linked, Ledger.of(linked), tmp_path / "b.zip")
    assert str(refused.value) == f"{kept} cannot be read: Permission denied. Nothing was backed up"
