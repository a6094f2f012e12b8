"""Ledgers with the tables of an earlier version.

What belongs here: keeping a ledger at the tables of then while something is done. What does not: the rows of
then (`tests.support.old_ledgers`), and expectations.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

import pytest

from assets.ledger import store


@contextmanager
def tables_of_version(version: int, folder: Path) -> Iterator[None]:
    """Ledgers are made with the tables of then, and not brought further; `folder` takes the steps."""
    steps = folder / "migrations"
    steps.mkdir(parents=True)
    made = Path(store.__file__).parent / "migrations"
    for step in sorted(made.iterdir())[:version]:
        (steps / step.name).write_bytes(step.read_bytes())
    files = resources.files
    (folder / "sql").symlink_to(str(files("assets.ledger").joinpath("sql")))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(
            resources, "files", lambda package: folder if package == "assets.ledger" else files(package)
        )
        yield
