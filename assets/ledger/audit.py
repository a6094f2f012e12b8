"""The audit log: who changed what, when and why, each record chained to the one before by its hash.

Belongs here: writing a record within the transaction of the change, and finding out whether a record was
changed, taken out or put in. Does not: what a change is (whoever makes it says so).

The hash of a record is the SHA-256 of its fields as canonical JSON (a list, in the order of the table, times
in ISO 8601) with the hash of the record before as its last element. Taking records from the end does not
break the chain, so the number and hash of the newest record are worth keeping elsewhere; `verify` takes them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import duckdb

from assets.statements import records, statement

FIRST_HASH: Final = "0" * 64
"""Stands before the first record."""

PARTITA: Final = "partita"
"""Who decides where no person did: the program itself, by a file that came."""

COLUMNS: Final = (
    "record_number",
    "recorded_at",
    "action",
    "subject",
    "requested_by",
    "reason",
    "run_id",
    "reference_version",
    "state_before",
    "state_after",
)


@dataclass(frozen=True, slots=True)
class Decider:
    """Who decides, when (UTC), and why."""

    who: str
    now: dt.datetime
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Requester:
    """Who asked for a run, and why; the program itself where a file came and nobody did."""

    who: str = PARTITA
    reason: str | None = None

    def at(self, now: dt.datetime) -> Decider:
        """As the one who decides at a moment (UTC)."""
        return Decider(self.who, now, self.reason)


BY_ITSELF: Final = Requester()


@dataclass(frozen=True, slots=True)
class Change:
    """One change of the ledger. `before` and `after` are what it changed, as JSON can have it."""

    action: str
    subject: str
    decider: Decider
    run_id: str | None = None
    reference_version: int | None = None
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Break:
    """Where the log is not what was written: the record's number, and what is wrong with it."""

    record_number: int
    problem: str


def record_change(workbench: duckdb.DuckDBPyConnection, change: Change) -> int:
    """Within the transaction that makes the change: appends it to the log; the record's number."""
    found = records(workbench, "ledger", "newest_audit_record")
    number, previous = (found[0]["record_number"], found[0]["record_hash"]) if found else (0, FIRST_HASH)
    version = change.reference_version
    if version is None:
        version = records(workbench, "ledger", "newest_reference_version")[0]["version"]
    record = {
        "record_number": number + 1,
        "recorded_at": change.decider.now,
        "action": change.action,
        "subject": change.subject,
        "requested_by": change.decider.who,
        "reason": change.decider.reason,
        "run_id": change.run_id,
        "reference_version": version,
        "state_before": _text(change.before),
        "state_after": _text(change.after),
    }
    workbench.execute(
        statement("ledger", "insert_audit_record"),
        record | {"previous_hash": previous, "record_hash": record_hash(record, previous)},
    )
    return number + 1


def record_hash(record: Mapping[str, Any], previous_hash: str) -> str:
    """The hash of a record (with the columns of `COLUMNS`) that follows one with this hash."""
    fields = [plain(record[name]) for name in COLUMNS]
    text = json.dumps([*fields, previous_hash], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def log(ledger: duckdb.DuckDBPyConnection, limit: int | None = None) -> list[dict[str, Any]]:
    """The newest records of the log (all columns), in their order; all of them without a limit."""
    return records(ledger, "ledger", "audit_log", {"limit": limit})


def verify(
    ledger: duckdb.DuckDBPyConnection, head: tuple[int, str] | None = None
) -> tuple[int, str, list[Break]]:
    """Number and hash of the newest record, and every break of the log.

    `head` is a number and hash that somebody kept: the log must still have that record.
    """
    breaks: list[Break] = []
    number, previous = 0, FIRST_HASH
    for record in log(ledger):
        expected, number = number + 1, record["record_number"]
        if number != expected:
            breaks.append(Break(number, f"records {expected} to {number - 1} are missing before it"))
        if record["previous_hash"] != previous:
            breaks.append(Break(number, "it does not follow the record before it"))
        if record_hash(record, record["previous_hash"]) != record["record_hash"]:
            breaks.append(Break(number, "it was changed after it was written"))
        previous = record["record_hash"]
        if head is not None and number == head[0] and previous != head[1]:
            breaks.append(Break(number, "its hash is not the one that was kept"))
    if head is not None and number < head[0]:
        breaks.append(Break(head[0], f"it is missing: the log ends with {number}"))
    breaks += [
        Break(0, f"{row['subject']} is not in the log")
        for row in records(ledger, "ledger", "check_audit_log_complete")
    ]
    return number, previous, breaks


def _text(state: Mapping[str, Any] | None) -> str | None:
    if state is None:
        return None
    return json.dumps(plain(state), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def plain(value: object) -> object:
    """The value as JSON has it: amounts and times as text, so that nothing becomes a float."""
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(each) for each in value]
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dt.date):
        return value.isoformat()
    return value
