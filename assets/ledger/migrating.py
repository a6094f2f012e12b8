"""Brings the tables of a ledger up to date, step by step: each once, and as it was written.

A step is a file `migrations/NNN_name.sql`, its statements in one transaction. The ledger records each step
that it has by name and SHA-256; what is not recorded is pending. Belongs here: which steps are pending, which
ledgers are refused, and carrying steps out. Does not: the steps, and opening the ledger
(`assets.ledger.store`).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Final

import duckdb

from assets.errors import OperatingError
from assets.statements import count_of, rows

_APPLIED: Final = "SELECT * EXCLUDE (version, applied_at) FROM ledger.schema_migration ORDER BY version"
_NAME: Final = re.compile(r"([0-9]{3})_[a-z0-9_]+\.sql")

_POSTINGS: Final = """
    SELECT CAST(coalesce(sum(estimated_size), 0) AS BIGINT) FROM duckdb_tables()
    WHERE database_name = 'ledger' AND table_name = 'posting'
"""
_MANY_POSTINGS: Final = 1_000_000
_POSTINGS_PER_SECOND: Final = 1_000_000
"""Measured on two cores: a table of ten million postings is made anew in ten seconds."""

_logger: Final = logging.getLogger("partita.ledger")
"""Without a handler of its own, so that a warning reaches whoever waits at a terminal."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its number, the name of its file, and its statements."""

    number: int
    name: str
    text: str

    @property
    def sha256(self) -> str:
        """The checksum of its statements, whatever ends the lines of the file."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def known_steps() -> tuple[Step, ...]:
    """The steps of this program, in their order.

    Raises OperatingError if a file is none, or a number is missing: the program is not whole.
    """
    folder = resources.files("assets.ledger").joinpath("migrations")
    found: list[Step] = []
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        if path.name.startswith(("__", ".")):
            continue
        named = _NAME.fullmatch(path.name)
        if named is None or int(named[1]) != len(found) + 1:
            raise OperatingError(
                f"this program is not whole: step {len(found) + 1:03d} of its migrations is missing, or "
                f"{path.name} is none of them. Install it anew; the ledger was left as it is"
            )
        found.append(Step(int(named[1]), path.name, path.read_text("utf-8")))
    return tuple(found)


def known_names() -> list[str]:
    """The names of the steps of this program, in their order."""
    folder = resources.files("assets.ledger").joinpath("migrations")
    return sorted(path.name for path in folder.iterdir() if _NAME.fullmatch(path.name))


def applied_steps(ledger: duckdb.DuckDBPyConnection) -> dict[str, str | None]:
    """The steps that the attached ledger has, in their order, with the checksum of each; without one where a
    Partita made it that recorded none. Empty if the ledger has no tables.
    """
    try:
        found = rows(ledger, _APPLIED)
    except duckdb.CatalogException:
        return {}
    # The column of checksums came with the first Partita that records them.
    return {str(name): str(rest[0]) if rest and rest[0] is not None else None for name, *rest in found}


def problem_of(applied: Sequence[str], known: Sequence[str]) -> str | None:
    """Why a program with these steps leaves a ledger with those alone; None if it need not."""
    foreign = [name for name in applied if name not in known]
    if len(applied) > len(known):
        return (
            f"the ledger has version {len(applied)}, this program knows {len(known)}: install the newer "
            "Partita"
        )
    if foreign:
        return (
            f"the ledger has the step {foreign[0]}, which is none of this program: install the one that "
            "wrote it"
        )
    missing = [name for name in known[: len(applied)] if name not in applied]
    if missing:
        return f"the ledger lacks the step {missing[0]}, but has {applied[-1]}: put it back from a backup"
    return None


def refusal_of(applied: Mapping[str, str | None], known: Sequence[Step]) -> str | None:
    """As `problem_of`, or which step made the ledger otherwise than it stands in this program."""
    for step in known:
        if applied.get(step.name) not in (None, step.sha256):
            return (
                f"the step {step.name} of this program is not the one that made the ledger: install the "
                "Partita that wrote it, or a newer one"
            )
    return problem_of([*applied], [step.name for step in known])


def migrate(workbench: duckdb.DuckDBPyConnection) -> int:
    """Carries out the pending steps on the attached ledger, each in a transaction of its own.

    Returns how many steps it has then.

    Raises:
        OperatingError: if the ledger has a step that this program does not know, or knows otherwise, or lacks
            one before the last; or the program is not whole. Nothing is changed then.
    """
    known = known_steps()
    applied = applied_steps(workbench)
    problem = refusal_of(applied, known)
    if problem is not None:
        raise OperatingError(f"{problem}. The ledger was left as it is")
    if applied and None in applied.values():
        _record_checksums(workbench, known, applied)
    pending = known[len(applied) :]
    if applied and pending:
        _say_how_long(workbench)
    for step in pending:
        _carry_out(workbench, step)
    return len(known)


def _say_how_long(workbench: duckdb.DuckDBPyConnection) -> None:
    """Steps may make tables anew: on a large ledger that is said before it begins."""
    count = count_of(workbench, _POSTINGS)
    if count >= _MANY_POSTINGS:
        _logger.warning(
            "The ledger is brought up to date once: about %s s for its %s postings, and as much disk again "
            "as it has.",
            max(1, count // _POSTINGS_PER_SECOND),
            f"{count:,}",
        )


def _record_checksums(
    workbench: duckdb.DuckDBPyConnection, known: Sequence[Step], applied: Mapping[str, str | None]
) -> None:
    """Steps from before checksums were recorded get those that they have now."""
    workbench.execute("BEGIN TRANSACTION")
    workbench.execute("ALTER TABLE ledger.schema_migration ADD COLUMN IF NOT EXISTS sha256 VARCHAR")
    for step in known:
        if step.name in applied and applied[step.name] is None:
            workbench.execute(
                "UPDATE ledger.schema_migration SET sha256 = ? WHERE step = ?", [step.sha256, step.name]
            )
    workbench.execute("COMMIT")


def _carry_out(workbench: duckdb.DuckDBPyConnection, step: Step) -> None:
    """Within a transaction. What a step finds in the ledger that must not be there is said in words.

    Raises OperatingError then; the ledger is as before the step.
    """
    workbench.execute("BEGIN TRANSACTION")
    if step.number == 1:
        workbench.execute(
            "CREATE TABLE ledger.schema_migration "
            "(version INTEGER PRIMARY KEY, step VARCHAR, applied_at TIMESTAMP, sha256 VARCHAR)"
        )
    for single in duckdb.extract_statements(step.text):
        try:
            workbench.execute(single).fetchall()
        except duckdb.InvalidInputException as error:
            workbench.execute("ROLLBACK")
            said = str(error).removeprefix("Invalid Input Error: ")
            raise OperatingError(f"{step.name}: {said}. The ledger was left as it is") from error
    workbench.execute(
        "INSERT INTO ledger.schema_migration (version, step, applied_at, sha256) VALUES (?, ?, ?, ?)",
        [step.number, step.name, dt.datetime.now(dt.UTC).replace(tzinfo=None), step.sha256],
    )
    workbench.execute("COMMIT")
