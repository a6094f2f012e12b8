"""Movements that no number tells apart: which of them are in the ledger already, and which a person is asked
about (D12).

Belongs here: what becomes of such movements of one file, within the transaction that posts it. Does not: the
whether an answer of a person may be given (`assets.corrections.movement_answers`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping

import duckdb
import pyarrow as pa

from assets.statements import count_of, records, row_count, statement
from assets.traces.prepare import Answered, PreparedTrace
from assets.traces.wording import wording_hash


def answers_of(workbench: duckdb.DuckDBPyConnection, import_id: int) -> list[Answered]:
    """The answers in force about movements of this import."""
    found = records(workbench, "traces", "answered_movement", {"import_id": import_id})
    return [
        Answered(row["company_code"], row["progressive"], row["answer"], row["is_by_itself"]) for row in found
    ]


def wording_of(workbench: duckdb.DuckDBPyConnection, prepared: PreparedTrace) -> str | None:
    """The hash of what the file says; None where no movement of it is without a number, so that nobody asks,
    or where a field of it cannot be read.
    """
    if not prepared.is_readable or prepared.read_findings.error_count:
        return None
    if not count_of(workbench, statement("traces", "count_unnumbered_movements")):
        return None
    return wording_hash(prepared.lines)


def find_asked(
    workbench: duckdb.DuckDBPyConnection, import_id: int, corrects: Callable[[int], Collection[int]]
) -> None:
    """Leaves asked_movement: the movements of the file that their key does not tell from others, each with
    what becomes of it. `corrects` says of which imports the file, by its import, is the corrected form.
    """
    if not count_of(workbench, statement("traces", "count_undecided_movements")):
        workbench.execute(statement("traces", "no_asked_movement"))
        return
    ids = pa.array(sorted(corrects(import_id)), type=pa.int64())
    workbench.register("corrected_import", pa.table({"import_id": ids}))
    workbench.execute(statement("traces", "asked_movement"), {"import_id": import_id})
    workbench.unregister("corrected_import")


def record_wording(workbench: duckdb.DuckDBPyConnection, import_id: int, wording: str | None) -> None:
    """Writes what `wording_of` says, for the files that come after this one."""
    if wording is not None:
        by_import = {"import_id": import_id, "wording_hash": wording}
        workbench.execute(statement("traces", "insert_trace_wording"), by_import)


def record_asked(workbench: duckdb.DuckDBPyConnection, parameters: Mapping[str, object]) -> None:
    """Writes what is known of the movements of asked_movement, for a rerun and for the files that come after
    this one. `parameters` are `import_id` and `now`, and may be more.
    """
    if row_count(workbench, "asked_movement"):
        by_import = {"import_id": parameters["import_id"]}
        workbench.execute(statement("traces", "note_equality"), by_import)
        workbench.execute(statement("traces", "insert_known_answer"), by_import | {"now": parameters["now"]})


def answer_movement(workbench: duckdb.DuckDBPyConnection, **answer: object) -> None:
    """Writes the answer of a person about a movement of a file: `answer_id`, `import_id`, `company_code`,
    `progressive`, `line_number`, `answer` (same or another), `correction_id`, `now`.
    """
    workbench.execute(statement("traces", "insert_movement_answer"), answer)


def withdraw_answer(
    workbench: duckdb.DuckDBPyConnection, answer_id: int, withdrawn_at: dt.datetime | None
) -> None:
    """The answer counts no longer since this moment (UTC); with None it counts again."""
    of_answer = {"answer_id": answer_id, "withdrawn_at": withdrawn_at}
    workbench.execute(statement("traces", "set_answer_withdrawn"), of_answer)
