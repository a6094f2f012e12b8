"""Copies of prepared homes, traces in the file cache, and the check that an import did what it should."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from benchmarks.harness import Bench

_CHUNK: Final = 1024 * 1024


@contextmanager
def copy_of(bench: Bench, home: Path) -> Iterator[Path]:
    """A copy of a home, written to the disk and in the file cache, removed after use."""
    target = bench.folder / "copy"
    shutil.copytree(home, target)
    try:
        settle(target)
        yield target
    finally:
        shutil.rmtree(target)


def settle(folder: Path) -> None:
    """Has everything below a folder written to the disk, and reads it once, so that it is in the cache.

    Pages still to be written would be written by the first commit that is measured.
    """
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as stream:
                os.fsync(stream.fileno())
                while stream.read(_CHUNK):
                    pass


def expect(found: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    """Raises ValueError where the counts of imports are not what the generator promised.

    A benchmark of work that was not done would be worth nothing.
    """
    for name, count in expected.items():
        if found[name] != count:
            raise ValueError(f"{name} is {found[name]}, expected {count}")
