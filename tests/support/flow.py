"""What the statements of the stages hand to each other: which tables each needs, makes and writes.

Belongs here: statements taken apart by a parser. Does not: what is right (tests/architecture).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Final

import sqlglot
from sqlglot import exp

from assets.statements import steps

ROOT: Final = Path(__file__).resolve().parents[2]
ASSETS: Final = ROOT / "assets"

STAGES: Final = (
    "ledger",
    "reference",
    "detection",
    "reconciliation",
    "traces",
    "invoices",
    "sales",
    "exchange",
    "corrections",
    "exports",
    "sync",
    "reports",
)
"""From the ground up: what stands on what. Search, on top of all, has no assets."""

FLOORS: Final = (*STAGES, "search")

_UNKNOWN_TO_THE_PARSER: Final = (
    (r"\bTHEN ERROR '[^']*'", "THEN DELETE"),
    (r"\b(UPDATE|INSERT) BY NAME", r"\1 *"),
    (r"\$(\w+)", r"'\1'"),
    (r"CREATE OR REPLACE TEMP MACRO \w+\([^)]*\) AS TABLE", ""),
    (r"CREATE OR REPLACE TEMP MACRO \w+\([^)]*\) AS", "SELECT"),
)

_PUT_BY_PYTHON: Final = re.compile(r'\.register\(\s*"(\w+)"|CREATE OR REPLACE TEMP TABLE (\w+)')


@dataclass(frozen=True)
class Block:
    """One statement: its stage, step and name, and its text with the comments above it."""

    stage: str
    step: str
    name: str
    text: str

    def __str__(self) -> str:
        return f"{self.stage}/{self.step}: {self.name}"

    @cached_property
    def head(self) -> str:
        """The comments above the statement, as one line."""
        lines = re.match(r"(?:--.*\n)*", self.text)
        return re.sub(r"\n?-- ?", " ", lines.group() if lines else "").strip()

    @cached_property
    def code(self) -> str:
        """The statement without comments."""
        return re.sub(r"('(?:[^']|'')*')|--[^\n]*", lambda found: found.group(1) or "", self.text).strip()

    @cached_property
    def macro(self) -> str | None:
        """The macro that the statement defines, if it does."""
        found = re.search(r"CREATE OR REPLACE TEMP MACRO (\w+)", self.code)
        return found.group(1) if found else None

    @cached_property
    def tree(self) -> exp.Expression:
        """The statement as the parser has it; a macro as the query that it is."""
        text = self.code
        for pattern, by in _UNKNOWN_TO_THE_PARSER:
            text = re.sub(pattern, by, text)
        return sqlglot.parse_one(text, dialect="duckdb")

    @cached_property
    def target(self) -> exp.Table | None:
        """The table that the statement makes or writes, if it does."""
        if isinstance(self.tree, exp.Create | exp.Insert | exp.Update | exp.Delete | exp.Merge):
            return self.tree.this.find(exp.Table)
        return None

    @cached_property
    def made(self) -> str | None:
        """The table of the workbench that the statement makes, fills or changes."""
        return self.target.name if self.target is not None and not self.target.db else None

    @cached_property
    def written(self) -> str | None:
        """The table of the ledger that the statement writes."""
        return self.target.name if self.target is not None and self.target.db == "ledger" else None

    def _reads(self) -> Iterator[exp.Table]:
        named = {cte.alias for cte in self.tree.find_all(exp.CTE)}
        for table in self.tree.find_all(exp.Table):
            if table is not self.target and table.name and (table.db or table.name not in named):
                yield table

    @cached_property
    def needs(self) -> frozenset[str]:
        """The tables of the workbench that the statement reads."""
        return frozenset(table.name for table in self._reads() if table.db != "ledger")

    @cached_property
    def asks(self) -> frozenset[str]:
        """The tables of the ledger that the statement reads."""
        return frozenset(table.name for table in self._reads() if table.db == "ledger")

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns of the table that the statement makes; none where they are not all named."""
        if not isinstance(self.tree, exp.Create) or self.tree.expression is None:
            return ()
        names = tuple(self.tree.expression.named_selects)
        return () if "*" in names else names


@cache
def blocks() -> tuple[Block, ...]:
    """Every statement of every stage."""
    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    return tuple(
        Block(folder.parent.name, step, name, text)
        for folder in sorted(ASSETS.glob("*/sql"))
        for step, named in steps(folder.parent.name).items()
        for name, text in named.items()
    )


@cache
def put_by_python() -> dict[str, frozenset[str]]:
    """The tables that Python puts on the workbench, with the stages in which it does."""
    found: dict[str, set[str]] = {}
    for path in ASSETS.rglob("*.py"):
        for match in _PUT_BY_PYTHON.finditer(path.read_text("utf-8")):
            found.setdefault(match.group(1) or match.group(2), set()).add(path.relative_to(ASSETS).parts[0])
    return {name: frozenset(stages) for name, stages in found.items()}
