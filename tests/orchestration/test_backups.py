"""A backup makes the same home again, or none: whatever happened to it, and to nobody's damage."""

from __future__ import annotations

import json
import os
import shutil
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.errors import OperatingError
from assets.home import HOME_VARIABLE, Home
from assets.ledger.store import Ledger
from orchestration.backups import MANIFEST, back_up, restore
from orchestration.syncs import SalesSyncs, SyncRequest
from tests.orchestration.conftest import Run
from tests.support.effort import examples
from tests.support.ledgers import ReferenceData, import_bytes, make_home
from tests.support.payments import pay, trace
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
    folders = (home.inbox, home.processed, home.failed, home.reference)
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
    assert "written" in ended
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


def test_what_a_kill_left_of_a_backup_is_removed_after_a_day(home: Home, tmp_path: Path) -> None:
    old, young = tmp_path / ".partita-backup-old", tmp_path / ".partita-backup-young"
    for folder in (old, young):
        folder.mkdir()
    (tmp_path / ".partita-backup-older").touch()
    for path in (old, tmp_path / ".partita-backup-older"):
        os.utime(path, (0, 0))
    back_up(home, Ledger.of(home), tmp_path / "a.zip")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".partita-backup-young", "a.zip"]
