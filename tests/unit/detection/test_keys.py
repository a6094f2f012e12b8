"""How keys of files are written: what follows from name and content, and what is drawn (D12)."""

from __future__ import annotations

import datetime as dt
import os
import re
from typing import Final

import pytest
from dagster._core.definitions.partitions.utils.base import INVALID_PARTITION_SUBSTRINGS
from hypothesis import example, given
from hypothesis import strategies as st

from assets.detection.keys import (
    bearer_of,
    drawn_key,
    drawn_part,
    dropped_name,
    file_key,
    file_key_of,
    is_key,
    key_in_inbox,
    place_in_days,
    place_of,
    split_key,
)
from assets.home import Home

DAY: Final = dt.date(2026, 11, 29)
CONTENT: Final = "3fa4c1d29b0e" + "5" * 52
KEY: Final = "20261129.003-RITCOGE@3fa4c1.txt"
LONGEST_FILE_NAME: Final = 255
"""Bytes, on every file system that Linux mounts; while a file is copied its name has seven more."""

NAMES: Final = st.text(
    st.characters(exclude_characters="/\x00", exclude_categories=["Cs"]), min_size=1, max_size=255
).filter(lambda name: name not in (".", ".."))
HASHES: Final = st.binary(min_size=32, max_size=32).map(bytes.hex)
PLACES: Final = st.tuples(
    st.dates(min_value=dt.date(1000, 1, 1)), st.integers(min_value=1, max_value=999_999)
)
MARKS: Final = st.sampled_from(["", "s"])


@pytest.mark.parametrize(
    ("name", "mark", "number", "key"),
    [
        ("RITCOGE.txt", "", 3, KEY),
        ("RITCOGE", "", 1000, "20261129.1000-RITCOGE@3fa4c1"),
        ("rit coge (1).TXT", "", 12, "20261129.012-rit_coge_1_@3fa4c1.TXT"),
        ("fatture.csv", "s", 4, "20261129.004-fatture@s3fa4c1.csv"),
        ("Metà.txt", "", 5, "20261129.005-Met_@3fa4c1.txt"),
        ("取引.txt", "", 6, "20261129.006-_@3fa4c1.txt"),
        ("a..b.txt", "", 7, "20261129.007-a__b@3fa4c1.txt"),
        (".txt", "", 8, "20261129.008-.txt@3fa4c1"),
        (f"{'n' * 300}.txt", "", 9, f"20261129.009-{'n' * 100}@3fa4c1.txt"),
    ],
)
def test_d12_a_drawn_key_is_the_day_a_number_the_name_six_digits_of_the_hash_and_the_ending(
    name: str, mark: str, number: int, key: str
) -> None:
    assert drawn_key(DAY, number, file_key(name, CONTENT, mark)) == key


@given(NAMES, HASHES, PLACES, MARKS)
@example("n" * 255, "0" * 64, (dt.date(9999, 12, 31), 999_999), "s")
@example("." * 9, "0" * 64, (DAY, 1), "")
@example("a@b", "0" * 64, (DAY, 1), "")
@example("20261129.003-RITCOGE@3fa4c1.txt", CONTENT, (DAY, 4), "")
def test_d12_any_name_makes_a_key_that_dagster_and_every_file_system_take_and_that_is_read_back(
    name: str, content: str, place: tuple[dt.date, int], mark: str
) -> None:
    of_file = file_key(name, content, mark)
    key = drawn_key(*place, of_file)
    assert re.fullmatch(r"[A-Za-z0-9_.@-]+", key), "of plain characters"
    assert [each for each in INVALID_PARTITION_SUBSTRINGS if each in key] == []
    assert len(os.fsencode(f".{key}#123456789012.part")) <= LONGEST_FILE_NAME
    assert (place_in_days(key), file_key_of(key, content)) == (place, of_file)
    stem, digits, suffix = split_key(key)
    assert (f"{stem}@{mark}{content[:12]}{suffix}", digits) == (of_file, content[:6])


@given(NAMES, HASHES, PLACES, MARKS)
def test_d13_a_kept_file_in_the_inbox_brings_its_key_if_it_is_unchanged(
    name: str, content: str, place: tuple[dt.date, int], mark: str
) -> None:
    of_file = file_key(name, content, mark)
    key = drawn_key(*place, of_file)
    assert key_in_inbox(key, content, mark) == key
    changed = f"{'1' if content[0] == '0' else '0'}{content[1:]}"
    assert key_in_inbox(key, changed, mark) == file_key(key, changed, mark)
    other_mark = "" if mark else "s"
    assert key_in_inbox(key, content, other_mark) == file_key(key, content, other_mark)
    assert dropped_name(key, key) == dropped_name(of_file, of_file) == dropped_name(key, of_file)
    assert bearer_of(key, mark)(key)
    assert bearer_of(key, mark)(of_file)
    assert bearer_of(key, mark)(name)
    assert not bearer_of(key, other_mark)(name)


@pytest.mark.parametrize(
    "name",
    [
        "RITCOGE.txt",
        "20261129.003-RITCOGE.txt",
        "20261129.03-RITCOGE@3fa4c1.txt",
        "20261129.1000000-RITCOGE@3fa4c1.txt",
        "20260230.003-RITCOGE@3fa4c1.txt",
        "2026-1129.003-RITCOGE@3fa4c1.txt",
        "20261129.003-RITCOGE@3FA4C1.txt",
        "20261129.003-RITCOGE@3fa4c1d.txt",
        "20261129.003-RITCOGE@3fa4c1.txt#3",
        "٢٠٢٦-11-29.003-RITCOGE@3fa4c1.txt",
        "20261129.003",
    ],
)
def test_d12_what_only_looks_like_a_drawn_key_is_any_name(name: str) -> None:
    """The last one is the key of a delivery of single files, and no file is kept under it."""
    assert not is_key(name)
    assert key_in_inbox(name, CONTENT) == file_key(name, CONTENT)
    assert dropped_name(name, KEY) == name


@pytest.mark.parametrize("name", ["20261129.003-RIT@COGE@3fa4c1.txt", "20261129.0003-RITCOGE@3fa4c1.txt"])
def test_d12_a_name_that_no_look_could_have_drawn_brings_no_key(name: str) -> None:
    """Drawn keys have one @, since the @ of a name became another character, and no zero too many."""
    assert key_in_inbox(name, CONTENT) == file_key(name, CONTENT)


def test_d12_keys_whose_day_was_written_with_hyphens_stay_as_they_were() -> None:
    old, of_file = "2026-11-29.003-RITCOGE@3fa4c1.txt", file_key("RITCOGE.txt", CONTENT)
    assert (place_in_days(old), drawn_part(old)) == ((DAY, 3), "2026-11-29.003")
    assert (drawn_part(KEY), drawn_part(of_file)) == ("20261129.003", "")
    assert key_in_inbox(old, CONTENT) == old
    assert (file_key_of(old, CONTENT), dropped_name(old, KEY)) == (of_file, "RITCOGE.txt")
    assert place_in_days("2026-11-29.003") == (DAY, 3)


def test_d12_a_box_that_shows_thirteen_characters_tells_the_files_of_a_day_apart() -> None:
    """So many are shown in Dagster's list of partitions, 1366 pixels wide, before it cuts the middle out."""
    of_file = file_key("RITCOGE.txt", CONTENT)
    assert len({drawn_key(DAY, number, of_file)[:13] for number in range(1, 1000)}) == 999


def test_d12_keys_from_before_they_were_drawn_are_their_own_file_keys() -> None:
    old = file_key("RITCOGE.txt", CONTENT)
    assert (old, file_key_of(old, CONTENT), place_in_days(old)) == ("RITCOGE@3fa4c1d29b0e.txt", old, None)
    assert (is_key(old), is_key(KEY)) == (True, True)


def test_t01_the_mark_in_a_key_says_of_which_source_a_file_is(tmp_path: object) -> None:
    home = Home(tmp_path)  # type: ignore[arg-type]
    marked = KEY.replace("@", "@s")
    assert [place_of(home, key) for key in (KEY, f"{KEY}#3", marked, f"{marked}#3")] == [
        home.traces,
        home.traces,
        home.sales,
        home.sales,
    ]
