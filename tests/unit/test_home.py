"""Where the home is, and who may look into it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from assets.errors import SettingsError
from assets.home import Home, default_root


@pytest.fixture
def open_umask() -> Iterator[None]:
    """New files and folders are everybody's unless the program says otherwise."""
    before = os.umask(0)
    yield
    os.umask(before)


def test_the_home_stands_beside_the_sample_in_a_folder_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "samples").mkdir()
    assert default_root(tmp_path) == tmp_path / "home"


@pytest.mark.parametrize("folder", ["ledger", "dagster", "processed", "failed"])
def test_a_home_that_an_earlier_partita_made_beside_the_sample_is_used_on(
    tmp_path: Path, folder: str
) -> None:
    (tmp_path / folder).mkdir()
    assert default_root(tmp_path) == tmp_path


def test_the_folders_of_a_new_home_are_their_owners_only_whatever_the_umask_is(
    tmp_path: Path, open_umask: None
) -> None:
    (tmp_path / "above").mkdir(mode=0o755)
    home = Home(tmp_path / "above" / "new" / "home")
    home.create()
    rights = {
        path.relative_to(tmp_path).as_posix(): oct(stat.S_IMODE(path.stat().st_mode))
        for path in tmp_path.rglob("*")
    }
    assert rights.pop("above") == "0o755"
    assert set(rights.values()) == {"0o700"}
    assert "above/new/home/inbox/invoices" in rights


def test_a_folder_that_is_there_keeps_its_rights(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox").chmod(0o770)
    Home(tmp_path).create()
    assert oct(stat.S_IMODE((tmp_path / "inbox").stat().st_mode)) == "0o770"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("inbox", "{} is a link that leads to itself: remove it"),
        ("outbox", "{} is a link that leads to itself: remove it"),
        ("processed", "cannot make the folder {}: File exists"),
    ],
)
def test_a_folder_that_is_a_link_to_itself_is_a_sentence(tmp_path: Path, name: str, sentence: str) -> None:
    (tmp_path / name).symlink_to(name)
    with pytest.raises(SettingsError) as refused:
        Home(tmp_path).create()
    assert str(refused.value) == sentence.format(tmp_path / name)
