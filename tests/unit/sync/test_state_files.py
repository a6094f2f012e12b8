"""The small files of targets: replaced as a whole, for their owner only, one user at a time."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from assets.errors import TransientError
from assets.sync.targets import state_files
from assets.sync.targets.state_files import StateFile


def test_what_was_written_last_is_read_and_what_was_not_written_leaves_nothing(tmp_path: Path) -> None:
    file = StateFile(tmp_path / "secrets" / "state.json")
    with file.locked():
        before = file.read()
        file.write({"number": 1})
        with pytest.raises(ZeroDivisionError), file.prepared():
            raise ZeroDivisionError
        file.write({"number": 2})
        after = file.read()

    assert (before, after) == (None, {"number": 2})
    assert sorted(path.name for path in file.path.parent.iterdir()) == ["state.json", "state.lock"]
    assert file.path.parent.stat().st_mode & 0o777 == 0o700


def test_what_a_killed_process_left_half_written_is_written_over(tmp_path: Path) -> None:
    file = StateFile(tmp_path / "state.json")
    (tmp_path / "state.partial").write_text('{"number": ', "utf-8")
    with file.locked():
        file.write({"number": 3})
        assert file.read() == {"number": 3}
    assert not (tmp_path / "state.partial").exists()


def test_a_link_in_the_place_of_a_state_file_is_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "elsewhere.json"
    target.write_text("{}", "utf-8")
    (tmp_path / "state.json").symlink_to(target)
    file = StateFile(tmp_path / "state.json")

    with file.locked(), pytest.raises(TransientError, match="cannot be read: Too many levels"):
        file.read()


def test_threads_take_turns_and_no_change_is_lost(tmp_path: Path) -> None:
    file = StateFile(tmp_path / "state.json")

    def count() -> None:
        for _ in range(20):
            with file.locked():
                kept = file.read() or {"number": 0}
                file.write({"number": kept["number"] + 1})

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with file.locked():
        assert file.read() == {"number": 80}


def test_a_holder_that_does_not_end_is_waited_for_only_so_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state_files, "_WAIT_SECONDS", 0)
    file = StateFile(tmp_path / "state.json")
    with file.locked(), pytest.raises(TransientError) as caught, file.locked():
        raise AssertionError("the lock was taken twice")

    assert str(caught.value) == f"{file.path} is held by another process; sync again when it ended"
