"""A set of files replaces the earlier one together, and touches nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from assets.errors import TransientError
from assets.reports.files import FileSet

HEADER = "; ours\n"


def write(folder: Path, **contents: str) -> None:
    """Writes a set of files by their names without ending."""
    with FileSet(folder, HEADER, "*.txt") as files:
        for name, text in contents.items():
            with files.opened(f"{name}.txt") as out:
                out.write(text)


def content(folder: Path) -> dict[str, str]:
    """Everything in the folder."""
    return {path.name: path.read_text("utf-8") for path in sorted(folder.iterdir())}


def test_o08_a_set_takes_the_place_of_the_earlier_one_and_leaves_files_of_others(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    write(folder, a="1", b="2")
    (folder / "mine.txt").write_text("not ours", "utf-8")
    (folder / "b.md").write_text(HEADER, "utf-8")
    write(folder, b="3", c="4")
    assert content(folder) == {
        "b.md": HEADER,
        "b.txt": f"{HEADER}3",
        "c.txt": f"{HEADER}4",
        "mine.txt": "not ours",
    }


def test_o08_after_an_error_the_earlier_set_stands_as_it_was(tmp_path: Path) -> None:
    write(tmp_path, a="1")
    with pytest.raises(ZeroDivisionError), FileSet(tmp_path, HEADER, "*.txt") as files:
        with files.opened("a.txt") as out:
            out.write("2")
        raise ZeroDivisionError
    assert content(tmp_path) == {"a.txt": f"{HEADER}1"}


def test_o08_a_folder_that_cannot_be_made_is_an_operating_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(TransientError) as raised:
        write(tmp_path / "file", a="1")
    assert str(raised.value) == (
        f"cannot write to {tmp_path / 'file'}: File exists. The ledger was only read; check free space and "
        "permissions, then write the files again."
    )


def test_o08_a_name_that_is_taken_by_a_folder_leaves_no_half_files(tmp_path: Path) -> None:
    (tmp_path / "a.txt").mkdir()
    with pytest.raises(TransientError):
        write(tmp_path, a="1")
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]
