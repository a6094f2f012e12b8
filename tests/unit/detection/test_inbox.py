"""Which files are taken (D03), what they are called for ever (D12), and how they are kept (D01, D02, D13)."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.detection.inbox import candidates, find, identify, keep, matches_masks
from assets.detection.keys import file_key, split_key
from assets.errors import SettingsError, SourceFileChangedError, TransientError
from assets.home import Home
from assets.settings import settings_from_rows

DEFAULT_MASKS = ("RITCOGE*.txt", "RITCOGE*.json")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with its folders."""
    made = Home(tmp_path)
    made.create()
    return made


def dropped(home: Home, name: str, content: bytes = b"content") -> Path:
    """A file in the inbox."""
    path = home.inbox / name
    path.write_bytes(content)
    return path


def key_of(name: str, content: bytes = b"content") -> str:
    """The key that a file must have, built here from the rule."""
    stem, _, suffix = name.rpartition(".")
    return f"{stem}@{hashlib.sha256(content).hexdigest()[:12]}.{suffix}"


# --- D03: masks ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "masks"),
    [
        ("RITCOGE.txt", ("RITCOGE.txt",)),
        ("ritcoge.TXT", ("RITCOGE.txt",)),
        ("RitCoge_20261001.txt", ("RitCoge*.txt",)),
        ("RITCOGE.txt", ("ritcoge*.TXT",)),
        ("RITCOGE.json", DEFAULT_MASKS),
        ("anything.csv", ("*.*",)),
        ("no-ending", ("*.*",)),
        ("RITCOGE 1.txt", DEFAULT_MASKS),
        ("ritcogè.txt", ("RITCOGÈ.TXT",)),
        ("RITCOGE7.txt", ("RITCOGE?.txt",)),
        ("IT09990019995_00001", ("*.",)),
        ("IT09990019995_00001", ("it*.",)),
    ],
)
def test_d03_a_name_fits_a_mask_in_any_case(name: str, masks: tuple[str, ...]) -> None:
    assert matches_masks(name, masks)


@pytest.mark.parametrize(
    ("name", "masks"),
    [
        ("OTHER.txt", DEFAULT_MASKS),
        ("RITCOGE.txt.bak", DEFAULT_MASKS),
        ("xRITCOGE.txt", DEFAULT_MASKS),
        ("RITCOGE.csv", DEFAULT_MASKS),
        ("RITCOGE.txt", ()),
        ("RITCOGE12.txt", ("RITCOGE?.txt",)),
        ("no-ending", ("*.txt",)),
        ("an.ending", ("*.",)),
        ("XX09990019995_00001", ("it*.",)),
    ],
)
def test_d03_other_names_are_left_alone(name: str, masks: tuple[str, ...]) -> None:
    assert not matches_masks(name, masks)


@pytest.mark.parametrize(
    "name",
    [
        ".RITCOGE.txt",
        "RITCOGE.txt.part",
        "RITCOGE.txt.PART",
        "RITCOGE.txt.tmp",
        "RITCOGE.txt.temp",
        "RITCOGE.txt.filepart",
        "RITCOGE.txt.crdownload",
        "RITCOGE.txt.partial",
        "RITCOGE.txt~",
    ],
)
def test_d03_a_file_that_is_still_on_its_way_is_never_taken(name: str) -> None:
    assert not matches_masks(name, ("*.*",))


@pytest.mark.parametrize("name", ["Thumbs.db", "THUMBS.DB", "desktop.ini", "~$list.xlsx", ".DS_Store"])
def test_d03_what_the_operating_system_leaves_in_a_folder_is_never_taken(name: str) -> None:
    assert not matches_masks(name, ("*.*",))


@pytest.mark.parametrize("setting", ["invoice_masks", "sales_masks"])
@pytest.mark.parametrize("name", ["a.xml", "a.XML.P7M", "a.xml.pk7", "a.xml.p7m.p7m", "a.p7c", "a.p7s", "a"])
def test_f13_the_masks_know_the_names_of_signed_files(setting: str, name: str) -> None:
    assert matches_masks(name, settings_from_rows(()).masks(setting))


def test_d03_an_export_folder_equal_to_the_import_folder_is_refused(tmp_path: Path) -> None:
    for outbox in ("inbox", "./inbox", "outbox/../inbox"):
        with pytest.raises(SettingsError, match="the export folder is an import folder"):
            Home(tmp_path, outbox_name=outbox).create()


def test_d03_traces_and_invoices_in_one_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="traces and e-invoices have the same import folder"):
        Home(tmp_path, invoice_inbox_name="inbox").create()


@pytest.mark.parametrize("name", ["inbox", "inbox/invoices"])
def test_d03_what_we_issued_and_what_we_received_in_one_folder_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError, match="sales invoices have the import folder of other files"):
        Home(tmp_path, sales_inbox_name=name).create()


def test_d03_exports_into_the_inbox_of_sales_invoices_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="the export folder is an import folder"):
        Home(tmp_path, sales_inbox_name="outbox").create()


@pytest.mark.parametrize("name", ["../elsewhere", "/elsewhere"])
def test_d03_a_folder_outside_the_home_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError, match="lies outside the home"):
        Home(tmp_path / "home", inbox_name=name).create()


# --- Looking ------------------------------------------------------------------------------------------------


def test_d01_the_files_that_wait_are_those_that_fit_by_name(home: Home) -> None:
    for name in ("RITCOGE_2.txt", "ritcoge_1.TXT", "RITCOGE_1.json", "other.txt", ".RITCOGE.txt"):
        dropped(home, name)
    (home.inbox / "RITCOGE_folder.txt").mkdir()
    (home.inbox / "RITCOGE_link.txt").symlink_to(home.inbox / "other.txt")
    assert [path.name for path in candidates(home.inbox, DEFAULT_MASKS, 0)] == [
        "RITCOGE_1.json",
        "RITCOGE_2.txt",
        "ritcoge_1.TXT",
    ]


def test_d01_a_file_that_changed_a_moment_ago_is_left_for_a_later_look(home: Home) -> None:
    path = dropped(home, "RITCOGE.txt")
    # Whoever copies a file may set its modification time; the time of the entry tells when it came.
    os.utime(path, (1, 1))
    assert list(candidates(home.inbox, DEFAULT_MASKS, 3600)) == []
    assert list(candidates(home.inbox, DEFAULT_MASKS, 0)) == [path]


def test_an_inbox_that_cannot_be_read_is_an_error_that_may_pass(tmp_path: Path) -> None:
    with pytest.raises(TransientError, match="cannot be read"):
        list(candidates(tmp_path / "nowhere", DEFAULT_MASKS, 0))


def test_d12_a_file_is_known_by_its_name_and_its_content(home: Home) -> None:
    path = dropped(home, "RITCOGE.txt", b"one")
    waiting = identify(path)
    assert waiting is not None
    assert (waiting.partition_key, waiting.content_sha256, waiting.byte_count) == (
        key_of("RITCOGE.txt", b"one"),
        hashlib.sha256(b"one").hexdigest(),
        3,
    )
    path.write_bytes(b"two!")
    changed = identify(path)
    assert changed is not None
    assert (changed.partition_key, changed.byte_count) == (key_of("RITCOGE.txt", b"two!"), 4)


def test_a_file_that_vanished_is_not_known(home: Home) -> None:
    assert identify(home.inbox / "RITCOGE.txt") is None


# --- Partition keys -----------------------------------------------------------------------------------------

NAMES = st.text(
    st.characters(exclude_characters="/\x00", exclude_categories=["Cs"]), min_size=1, max_size=200
).filter(lambda name: name not in (".", ".."))
HASHES = st.binary(min_size=32, max_size=32).map(bytes.hex)


@given(NAMES, HASHES)
def test_d12_a_key_is_a_safe_name_that_ends_with_the_hash_and_the_ending(name: str, content: str) -> None:
    key = file_key(name, content)
    found = re.fullmatch(r"([A-Za-z0-9_.\-]{1,100})@([0-9a-f]{12})(\.[A-Za-z0-9_\-]{1,19})?", key)
    assert found is not None
    assert found[2] == content[:12]
    assert ".." not in key


@given(NAMES, HASHES, HASHES)
def test_d12_the_same_name_and_content_have_one_key_and_other_content_another(
    name: str, content: str, other: str
) -> None:
    assert file_key(name, content) == file_key(name, content)
    assert (file_key(name, content) == file_key(name, other)) == (content[:12] == other[:12])


@given(NAMES, HASHES)
def test_d12_the_hash_in_a_key_can_be_read_back(name: str, content: str) -> None:
    key = file_key(name, content)
    stem, digits, suffix = split_key(key)
    assert (digits, f"{stem}@{digits}{suffix}") == (content[:12], key)
    assert file_key(name, digits) == key


@pytest.mark.parametrize("key", ["RITCOGE.txt", "RITCOGE@0123.txt", "RITCOGE@0123456789AB.txt", ""])
def test_d12_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="is no partition key"):
        split_key(key)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("RITCOGE.txt", "RITCOGE@0123456789ab.txt"),
        ("RITCOGE", "RITCOGE@0123456789ab"),
        ("rit coge (1).TXT", "rit_coge_1_@0123456789ab.TXT"),
        ("Metà.txt", "Met_@0123456789ab.txt"),
        ("a..b.txt", "a__b@0123456789ab.txt"),
        ("RITCOGE@0123456789ab.txt", "RITCOGE_0123456789ab@0123456789ab.txt"),
    ],
)
def test_d12_what_a_key_looks_like(name: str, key: str) -> None:
    assert file_key(name, "0123456789ab" + "f" * 52) == key


# --- Finding and keeping ------------------------------------------------------------------------------------


def kept(folder: Path) -> dict[str, bytes]:
    """Every file in a folder, hidden ones as well."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


def test_d13_a_file_that_is_kept_leaves_the_inbox_unchanged_under_its_key(home: Home) -> None:
    path = dropped(home, "RITCOGE.txt", b"\xe0 \x81\r\n")
    waiting = identify(path)
    assert waiting is not None
    target = keep(path, home.processed, waiting.partition_key, waiting.content_sha256)
    assert target == home.processed / key_of("RITCOGE.txt", b"\xe0 \x81\r\n")
    assert (kept(home.inbox), kept(home.processed)) == ({}, {target.name: b"\xe0 \x81\r\n"})


def test_d13_keeping_a_file_again_does_no_harm(home: Home) -> None:
    path = dropped(home, "RITCOGE.txt")
    key, digest = key_of("RITCOGE.txt"), hashlib.sha256(b"content").hexdigest()
    target = keep(path, home.processed, key, digest)
    keep(path, home.processed, key, digest)
    assert keep(target, home.processed, key, digest) == target
    assert (kept(home.inbox), kept(home.processed)) == ({}, {key: b"content"})


def test_d13_the_same_file_dropped_again_is_kept_once(home: Home) -> None:
    key, digest = key_of("RITCOGE.txt"), hashlib.sha256(b"content").hexdigest()
    for _ in range(2):
        keep(dropped(home, "RITCOGE.txt"), home.processed, key, digest)
    assert (kept(home.inbox), kept(home.processed)) == ({}, {key: b"content"})


def test_d13_a_file_that_was_overwritten_meanwhile_is_another_file_and_stays(home: Home) -> None:
    path = dropped(home, "RITCOGE.txt", b"imported")
    waiting = identify(path)
    assert waiting is not None
    path.write_bytes(b"newer")
    assert keep(path, home.processed, waiting.partition_key, waiting.content_sha256) == path
    assert (kept(home.inbox), kept(home.processed)) == ({"RITCOGE.txt": b"newer"}, {})


def test_d02_a_failed_file_moves_on_to_the_processed_ones_when_it_is_mended(home: Home) -> None:
    key, digest = key_of("RITCOGE.txt"), hashlib.sha256(b"content").hexdigest()
    failed = keep(dropped(home, "RITCOGE.txt"), home.failed, key, digest)
    target = keep(failed, home.processed, key, digest)
    assert target == home.processed / key
    assert (kept(home.inbox), kept(home.failed), kept(home.processed)) == ({}, {}, {key: b"content"})


def test_d13_a_folder_that_takes_nothing_is_an_error_that_may_pass_and_the_file_stays(home: Home) -> None:
    path = dropped(home, "RITCOGE.txt")
    home.processed.rmdir()
    home.processed.write_bytes(b"a file stands where the folder should be")
    with pytest.raises(TransientError, match="was imported but cannot be moved"):
        keep(path, home.processed, key_of("RITCOGE.txt"), hashlib.sha256(b"content").hexdigest())
    assert kept(home.inbox) == {"RITCOGE.txt": b"content"}


def test_d13_a_target_on_another_file_system_gets_a_whole_copy(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = dropped(home, "RITCOGE.txt")
    key = key_of("RITCOGE.txt")
    replace = Path.replace

    def refuse_across(self: Path, target: Path) -> Path:
        if self.parent != target.parent:
            raise OSError(18, "Invalid cross-device link")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refuse_across)
    keep(path, home.processed, key, hashlib.sha256(b"content").hexdigest())
    assert (kept(home.inbox), kept(home.processed)) == ({}, {key: b"content"})


@pytest.mark.parametrize("folder", ["inbox", "failed", "processed"])
def test_d13_a_file_is_found_wherever_it_stands_now(home: Home, folder: str) -> None:
    key = key_of("RITCOGE.txt")
    dropped(home, "RITCOGE.txt", b"other content of the same name")
    if folder == "inbox":
        path = dropped(home, "RITCOGE.txt")
    else:
        path = home.root / folder / key
        path.write_bytes(b"content")
    dropped(home, "RITCOGE_other.txt")
    assert find(home.traces, key) == path


def test_d13_of_files_whose_names_make_one_key_the_one_with_its_content_is_found(home: Home) -> None:
    key = key_of("RIT_COGE.txt")
    dropped(home, "RIT COGE.txt", b"other content")
    path = dropped(home, "RIT_COGE.txt")
    assert find(home.traces, key) == path


def test_d13_of_files_whose_names_make_one_key_none_is_taken_for_it_if_both_changed(home: Home) -> None:
    key = key_of("RIT_COGE.txt")
    dropped(home, "RIT COGE.txt", b"other content")
    dropped(home, "RIT_COGE.txt", b"changed in the meantime")
    with pytest.raises(SourceFileChangedError, match="removed or changed after it was found"):
        find(home.traces, key)


def test_d13_a_kept_file_in_the_inbox_is_the_file_that_was_dropped(home: Home) -> None:
    """Name and key are those of before, though only its dropped name fits the mask."""
    key = key_of("RITCOGE.txt")
    path = dropped(home, key)
    known = identify(path)
    assert known is not None
    assert (known.partition_key, known.dropped_name) == (key, "RITCOGE.txt")
    assert list(candidates(home.inbox, ("RITCOGE.txt",), 0.0)) == [path]
    assert find(home.traces, key) == path


@pytest.mark.parametrize(
    ("name", "mark"),
    [
        (f"RITCOGE@{'0' * 12}.txt", ""),
        (f"{key_of('RITCOGE.txt')}#3", ""),
        (key_of("RITCOGE.txt"), "s"),
        (key_of("RITCOGE.txt").replace("@", "@s"), ""),
    ],
)
def test_d13_a_name_that_is_no_key_of_its_content_and_place_is_any_name(
    home: Home, name: str, mark: str
) -> None:
    """Other content, the file of a deleted import, a trace among sales invoices, and one of those here."""
    known = identify(dropped(home, name), mark)
    assert known is not None
    assert known.partition_key == file_key(name, known.content_sha256, mark) != name
    assert known.dropped_name == name


def test_d13_a_file_that_is_nowhere_is_not_found(home: Home) -> None:
    with pytest.raises(SourceFileChangedError, match=re.escape(key_of("RITCOGE.txt"))):
        find(home.traces, key_of("RITCOGE.txt"))


def test_d13_a_link_that_took_the_place_of_a_file_is_not_found(home: Home) -> None:
    """Whatever it leads to, such as the same content elsewhere."""
    path = dropped(home, "RITCOGE.txt")
    path.rename(home.root / "RITCOGE.txt")
    path.symlink_to(home.root / "RITCOGE.txt")
    with pytest.raises(SourceFileChangedError, match="removed or changed after it was found"):
        find(home.traces, key_of("RITCOGE.txt"))
