"""Locks of the kernel on files: alone or shared, and nobody's after the file is closed."""

from __future__ import annotations

import time
from pathlib import Path

from assets.locks import is_held, take, take_by


def test_a_lock_is_had_alone_or_shared_and_ends_with_the_open_file(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    assert not is_held(path), "there is no file"
    with path.open("w") as first, path.open() as second, path.open() as third:
        assert (take(first), take(second), take(third, is_shared=True)) == (True, False, False)
        assert is_held(path)
        first.close()
        assert (take(second, is_shared=True), take(third, is_shared=True)) == (True, True)
        assert not is_held(path), "who shares it keeps out only who wants it alone"
        with path.open() as fourth:
            assert not take(fourth)
    assert not is_held(path)


def test_a_lock_is_waited_for_until_its_moment(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with path.open("w") as first, path.open() as second:
        assert take_by(time.monotonic(), first)
        assert not take_by(time.monotonic() + 0.05, second)
        first.close()
        assert take_by(time.monotonic() + 60, second)
