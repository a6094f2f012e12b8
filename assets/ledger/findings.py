"""The one writer of findings: noted, closed with who and why, open again, carried to a later attempt.

Belongs here: what may be done to the table `finding`, and its rows in words. Does not: what is wrong with
what (the stages), and what a finding says (`assets.findings`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Literal

import duckdb

from assets.findings import worded
from assets.ledger.asking import Report
from assets.ledger.given import Given, write

Resolution = Literal["mended", "superseded", "dismissed", "deleted", "answered", "ended"]
"""Why nothing is left to do: the cause is gone by another attempt, by another file, by a person's decision,
by a deletion, by an answer, or by itself.
"""


def note(workbench: duckdb.DuckDBPyConnection, given: Given) -> None:
    """Writes findings: `import_id` (null: of reference files), `attempt`, `ordinal`, the place,
    `finding_code`, `severity`, `raw_value`, `expected` and `remedy` (both as something said, where the rule
    says more than the code), what it is about or keeps out (`movement_reference` of a trace, `document_id`,
    `sales_key` with the `transmission_key` of a message), and `found_at`. What a row does not name is null.
    """
    write(workbench, "write_findings", given)


def close(
    workbench: duckdb.DuckDBPyConnection,
    given: Given,
    resolution: Resolution,
    now: dt.datetime,
    who: str | None = None,
    reason: str | None = None,
) -> None:
    """Nothing is left to do about findings (`finding_row`, the rowid)."""
    said = {"resolution": resolution, "now": now, "who": who, "reason": reason}
    write(workbench, "close_findings", given, **said)


def reopen(workbench: duckdb.DuckDBPyConnection, given: Given) -> None:
    """Findings (`finding_row`) are open again, as if nobody had closed them."""
    write(workbench, "reopen_findings", given)


def carry(workbench: duckdb.DuckDBPyConnection, given: Given) -> None:
    """Findings (`finding_row`) belong to a later attempt (`attempt`) under another number (`ordinal`)."""
    write(workbench, "carry_findings", given)


def blank(workbench: duckdb.DuckDBPyConnection, given: Given) -> None:
    """What findings (`finding_row`) quote of a document is taken out: a purge."""
    write(workbench, "blank_findings", given)


def worded_report(report: Report, hidden: Collection[str] = ()) -> Report:
    """A list with the columns of `assets.findings.worded` in words, and without the `hidden` ones."""
    columns = tuple(name for name in report.columns if name not in hidden)
    rows = map(worded, report.dictionaries())
    return Report(columns, (tuple(row[name] for name in columns) for row in rows))
