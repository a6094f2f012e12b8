"""The record of a file: its import, its attempts, and what became of it, whatever the file brought.

Belongs here: writing and reading `file_import` and `import_attempt`, and their note in the audit log. Does
not: what a file means (the sources), or its findings.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import duckdb

from assets.findings import said
from assets.import_numbers import import_number, numbered
from assets.ledger import findings
from assets.ledger.audit import BY_ITSELF, Change, Decider, Requester, record_change
from assets.ledger.given import Given, write
from assets.statements import count_of, next_number, records, statement

CLOSED_STATUSES: Final = frozenset({"posted", "repeated", "superseded", "dismissed", "deleted"})
"""Nothing is left to do for an import with one of these; its partition is green."""

COUNTS: Final = (
    "line_count",
    "movement_count",
    "posted_movement_count",
    "repeated_movement_count",
    "posting_count",
    "linked_posting_count",
    "unlinked_posting_count",
    "error_count",
    "warning_count",
)


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What became of one file: its import record after this attempt.

    `is_attempted` is False where the ledger had nothing left to do. `superseded_keys` are the partition
    keys of earlier failed imports that this one made superfluous. Totals are in the companies' currencies.
    """

    partition_key: str
    source_file: str
    content_sha256: str
    import_id: int
    status: str
    is_attempted: bool
    counts: Mapping[str, int]
    debit_total: Decimal
    credit_total: Decimal
    superseded_keys: tuple[str, ...] = ()

    @property
    def import_number(self) -> str:
        """The number by which people name the import, `I12`."""
        return import_number(self.import_id)

    @property
    def name(self) -> str:
        """The number with the partition key: what messages call the file."""
        return numbered(self.import_id, self.partition_key)

    @property
    def is_closed(self) -> bool:
        """Whether nothing of the file is left to do."""
        return self.status in CLOSED_STATUSES


@dataclass(frozen=True, slots=True)
class Attempt:
    """Which run imports, when (UTC), under which reference data, and who asked for it."""

    run_id: str
    reference_version: int
    now: dt.datetime
    requester: Requester = BY_ITSELF


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """What identifies an import for ever, and the reader that took its file (None if none did)."""

    source_kind: str
    partition_key: str
    source_file: str
    content_sha256: str
    byte_count: int
    reader_name: str | None


def recorded_outcome(workbench: duckdb.DuckDBPyConnection, partition_key: str) -> ImportOutcome | None:
    """What the ledger says of this file so far; None if it was never imported."""
    found = records(workbench, "ledger", "import_by_key", {"partition_key": partition_key})
    if not found:
        return None
    row = found[0]
    return ImportOutcome(
        partition_key=row["partition_key"],
        source_file=row["source_file"],
        content_sha256=row["content_sha256"],
        import_id=row["import_id"],
        status=row["status"],
        is_attempted=False,
        counts={name: row[name] for name in COUNTS},
        debit_total=row["debit_total"],
        credit_total=row["credit_total"],
    )


def next_attempt(workbench: duckdb.DuckDBPyConnection, recorded: ImportOutcome | None) -> tuple[int, int]:
    """The id of the import and the number of the attempt that begins now."""
    if recorded is None:
        return next_number(workbench, "ledger.file_import", "import_id"), 1
    by_id = {"import_id": recorded.import_id}
    return recorded.import_id, count_of(workbench, statement("ledger", "next_attempt"), by_id)


def same_content(workbench: duckdb.DuckDBPyConnection, file: ImportedFile) -> tuple[int, str] | None:
    """The first import of this content under another name that stands in the ledger, and what a finding says
    of it; None if there is none (D12).
    """
    parameters = {
        "source_kind": file.source_kind,
        "content_sha256": file.content_sha256,
        "partition_key": file.partition_key,
    }
    found = records(workbench, "ledger", "import_by_content", parameters)
    if not found:
        return None
    first = found[0]
    return int(first["import_id"]), said(
        "content_not_imported",
        file=numbered(first["import_id"], first["partition_key"]),
        moment=f"{first['taken_at']:%Y-%m-%d %H:%M}",
    )


def record_import(
    workbench: duckdb.DuckDBPyConnection,
    file: ImportedFile,
    attempt: Attempt,
    parameters: Mapping[str, object],
    status: str,
    held: Mapping[str, object],
    repeats_import_id: int | None,
    *,
    status_before: str | None = None,
    lasting_codes: Sequence[str] = (),
) -> ImportOutcome:
    """Writes the import and the attempt, closes the findings of earlier attempts, and notes it in the log.

    `parameters` are `import_id`, `attempt` and `now`; `held` what the file holds: `line_count`,
    `movement_count`, `repeated_count`, `error_count` and `warning_count`. Findings of `lasting_codes` stay
    open and become part of this attempt. What was posted is asked of the ledger. `status_before` is that of
    an earlier attempt, if there was one.
    """
    totals = one_row(workbench, "ledger", "import_totals", {"import_id": parameters["import_id"]})
    record = {
        "import_id": parameters["import_id"],
        "reader_name": file.reader_name,
        "status": status,
        "attempt": parameters["attempt"],
        "reference_version": attempt.reference_version,
        "run_id": attempt.run_id,
        "now": attempt.now,
        "line_count": held["line_count"],
        "movement_count": held["movement_count"],
        "posted_movement_count": totals["posted_movement_count"],
        "repeated_movement_count": held["repeated_count"],
        "posting_count": totals["posting_count"],
        "linked_posting_count": totals["linked_posting_count"],
        "unlinked_posting_count": totals["unlinked_posting_count"],
        "error_count": held["error_count"],
        "warning_count": held["warning_count"],
        "debit_total": totals["debit_total"],
        "credit_total": totals["credit_total"],
        "repeats_import_id": repeats_import_id,
    }
    if parameters["attempt"] == 1:
        identity = {
            "source_kind": file.source_kind,
            "partition_key": file.partition_key,
            "source_file": file.source_file,
            "content_sha256": file.content_sha256,
            "byte_count": file.byte_count,
        }
        workbench.execute(statement("ledger", "insert_import"), record | identity)
    else:
        workbench.execute(statement("ledger", "update_import"), record)
        by_attempt = {name: parameters[name] for name in ("import_id", "attempt")}
        lasting = Given("ledger", "lasting_finding", by_attempt | {"codes": list(lasting_codes)})
        findings.carry(workbench, lasting)
        earlier = Given("ledger", "finding_of_earlier_attempt", by_attempt)
        findings.close(workbench, earlier, "mended", attempt.now, "rerun")
    attempted = ("import_id", "attempt", "run_id", "reference_version", "now", "status")
    counted = ("posted_movement_count", "error_count", "warning_count")
    workbench.execute(
        statement("ledger", "insert_attempt"), {name: record[name] for name in attempted + counted}
    )
    _log_attempt(workbench, file, attempt, record, status_before)
    return ImportOutcome(
        partition_key=file.partition_key,
        source_file=file.source_file,
        content_sha256=file.content_sha256,
        import_id=int(str(parameters["import_id"])),
        status=status,
        is_attempted=True,
        counts={name: int(str(record[name])) for name in COUNTS},
        debit_total=Decimal(str(record["debit_total"])),
        credit_total=Decimal(str(record["credit_total"])),
    )


def _log_attempt(
    workbench: duckdb.DuckDBPyConnection,
    file: ImportedFile,
    attempt: Attempt,
    record: Mapping[str, object],
    status_before: str | None,
) -> None:
    """Writes the attempt into the audit log, with the hash of the file, the control totals of its postings,
    and the status in which an earlier attempt left it.
    """
    totals = (
        "status",
        "posted_movement_count",
        "posting_count",
        "linked_posting_count",
        "unlinked_posting_count",
        "debit_total",
        "credit_total",
    )
    change = Change(
        "import",
        f"import {record['import_id']}/{record['attempt']}: {file.partition_key}",
        attempt.requester.at(attempt.now),
        run_id=attempt.run_id,
        reference_version=attempt.reference_version,
        before=None if status_before is None else {"status": status_before},
        after={"content_sha256": file.content_sha256} | {name: record[name] for name in totals},
    )
    record_change(workbench, change)


def one_row(
    workbench: duckdb.DuckDBPyConnection,
    stage: str,
    name: str,
    parameters: Mapping[str, object] | None = None,
) -> dict[str, object]:
    """The one row of a statement."""
    found = records(workbench, stage, name, parameters)
    assert len(found) == 1, f"{name} returns one row"
    return found[0]


# --- Many files, and what becomes of an import later --------------------------------------------------------


def begin_imports(workbench: duckdb.DuckDBPyConnection, given: Given, attempt: Attempt) -> None:
    """Files of a delivery that were never imported (`ImportedFile`, `import_id`) get their records."""
    write(workbench, "begin_imports", given, **_of_run(attempt))


def update_imports(
    workbench: duckdb.DuckDBPyConnection, given: Given, attempt: Attempt, rules_version: int
) -> None:
    """What an attempt made of files of a delivery: `status`, counts of documents, postings and findings, and
    the control totals. `rules_version` is that by which documents were read.
    """
    write(workbench, "update_imports", given, rules_version=rules_version, **_of_run(attempt))


def note_attempts(workbench: duckdb.DuckDBPyConnection, given: Given, attempt: Attempt) -> None:
    """The attempt at these imports (`import_id`), as it left them."""
    write(workbench, "note_attempts", given, **_of_run(attempt))


def restate_imports(workbench: duckdb.DuckDBPyConnection, given: Given) -> None:
    """Imports are in another status by now: `status`, `error_count`, `warning_count`, and `imported_at` where
    they were looked at again (else null).
    """
    write(workbench, "restate_imports", given)


def recount_imports(workbench: duckdb.DuckDBPyConnection, given: Given) -> None:
    """Imports have other `linked_posting_count` and `unlinked_posting_count` by now."""
    write(workbench, "recount_imports", given)


def recount_posted(workbench: duckdb.DuckDBPyConnection, given: Given) -> None:
    """Imports have another `posted_movement_count` by now."""
    write(workbench, "recount_posted", given)


def set_status(workbench: duckdb.DuckDBPyConnection, import_id: int, status: str) -> None:
    """An import that stands is in another status, which follows from a correction of another."""
    by_id = {"import_id": import_id, "status": status}
    workbench.execute(statement("ledger", "set_import_status"), by_id)


def close_superseded(
    workbench: duckdb.DuckDBPyConnection, import_id: int, by_import_id: int, now: dt.datetime
) -> None:
    """An import is superfluous since another one brought what it had not."""
    closed = {"old_import_id": import_id, "import_id": by_import_id, "now": now}
    workbench.execute(statement("ledger", "close_superseded"), closed)


def dismiss_import(workbench: duckdb.DuckDBPyConnection, import_id: int, decider: Decider) -> None:
    """A person decided that nothing more is to be done about an import that is not posted as a whole."""
    workbench.execute(statement("ledger", "dismiss_import"), {"import_id": import_id} | _closed(decider))


def delete_import(workbench: duckdb.DuckDBPyConnection, import_id: int, decider: Decider) -> None:
    """An import is deleted; it stays visible, under a key of its own."""
    workbench.execute(statement("ledger", "delete_import"), {"import_id": import_id} | _closed(decider))


def restore_import(workbench: duckdb.DuckDBPyConnection, import_id: int, partition_key: str) -> None:
    """A deleted import stands again, under the key that it had."""
    named = {"import_id": import_id, "partition_key": partition_key}
    workbench.execute(statement("ledger", "restore_import"), named)


def _of_run(attempt: Attempt) -> dict[str, object]:
    return {
        "now": attempt.now,
        "run_id": attempt.run_id,
        "reference_version": attempt.reference_version,
    }


def _closed(decider: Decider) -> dict[str, object]:
    return {"now": decider.now, "who": decider.who, "reason": decider.reason}
