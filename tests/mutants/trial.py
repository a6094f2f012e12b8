"""One trial: the product with one change, and the tests of its module.

Belongs here: a copy of the repository for each process, and whether the tests end with a failure. Does not:
which changes there are (`tests.mutants.changes`).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
SECONDS: Final = 240
"""A trial that takes longer hangs by its change, which somebody would notice."""

_LEFT_BEHIND: Final = (".git", ".venv*", ".tryton", "home", "__pycache__", ".*_cache")


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of the repository in which one change is tried at a time."""

    root: Path

    @classmethod
    def made(cls, root: Path) -> Copy:
        """A new one."""
        shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns(*_LEFT_BEHIND))
        return cls(root)

    def is_noticed(self, path: str, text: str, tests: tuple[str, ...]) -> bool:
        """Whether a test fails, or none ends, while this file has this text."""
        file = self.root / path
        before = file.read_text("utf-8")
        file.write_text(text, "utf-8")
        try:
            return self.fails(tests)
        finally:
            file.write_text(before, "utf-8")

    def fails(self, tests: tuple[str, ...]) -> bool:
        """Whether one of the tests fails, or they do not end."""
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-m",
                   "not check and not faults and not hypothesis", "--timeout", "60", *tests]  # fmt: skip
        environment = os.environ | {"PYTHONPATH": str(self.root), "PYTHONDONTWRITEBYTECODE": "1"}
        try:
            ended = subprocess.run(
                command, cwd=self.root, env=environment, timeout=SECONDS, check=False, capture_output=True
            )
        except subprocess.TimeoutExpired:
            return True
        return ended.returncode != 0
