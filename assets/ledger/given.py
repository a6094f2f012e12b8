"""What a stage gives to be written: the rows of its own statement, with the columns that the writer names.

Belongs here: how such rows become part of the statement that writes them. Does not: who writes what
(`assets.ledger.journal`, `.findings`, `.imports`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import duckdb

from assets.statements import parsed, statement_text


@dataclass(frozen=True, slots=True)
class Given:
    """The rows of the statement of a stage that has this name, with its parameters."""

    stage: str
    name: str
    parameters: Mapping[str, object] = field(default_factory=dict)


def write(workbench: duckdb.DuckDBPyConnection, name: str, given: Given, **parameters: object) -> None:
    """Executes a statement of the ledger over the rows, which it calls `given`.

    The statement that gives the rows is part of the one that writes them: a million rows are never held.
    """
    rows, text = statement_text(given.stage, given.name), statement_text("ledger", name)
    workbench.execute(parsed(f"WITH given AS (\n{rows}\n)\n{text}"), {**given.parameters, **parameters})
