"""What the ledger remembers of exports: each with its totals and texts, and what the treasury knows by them.

Belongs here: reading it, and what of it is no longer so. Does not: remembering an export (`exporting`).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import duckdb

from assets.check_rules import CheckRule
from assets.exports.checks import CHANGED_ITEM, DRIFT_CHECKS
from assets.exports.layout import LayoutName
from assets.statements import records, statement


@dataclass(frozen=True, slots=True)
class Drift:
    """One kind of difference between what the treasury knows and the ledger: its rule, and a row an item."""

    rule: CheckRule
    rows: tuple[dict[str, Any], ...]


def drift(ledger: duckdb.DuckDBPyConnection) -> tuple[Drift, ...]:
    """Every kind of difference of which there is a row (E04); nothing before the first export.

    Leaves the temporary table `changed_item` of the statement of that name behind.
    """
    ledger.execute(statement("exports", CHANGED_ITEM))
    found = [Drift(rule, tuple(records(ledger, rule.stage, rule.statement))) for rule in DRIFT_CHECKS]
    return tuple(each for each in found if each.rows)


def exports_of_run(ledger: duckdb.DuckDBPyConnection, run_id: str) -> list[dict[str, Any]]:
    """What a run exported, each with its lists `control_totals` and `texts`, as the ledger remembers it.

    `held_items` are those that are held now, where open items were exported.
    """
    return [
        {
            **row,
            "control_totals": records(
                ledger, "exports", "report_export_total", {"export_id": row["export_id"]}
            ),
            "texts": records(ledger, "exports", "report_export_text", {"export_id": row["export_id"]}),
            "held_items": held_items(ledger) if row["export_kind"] == "open_items" else [],
        }
        for row in records(ledger, "exports", "report_export", {"run_id": run_id})
    ]


def held_items(ledger: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """The open items that may not be paid and are left out of the export (E01), each with its reason."""
    return records(ledger, "exports", "held_item")


def last_exported_at(ledger: duckdb.DuckDBPyConnection, kind: LayoutName) -> dt.datetime | None:
    """When an export of this kind last replaced its file, in UTC; None if it never did."""
    (row,) = records(ledger, "exports", "last_export", {"export_kind": kind})
    exported_at: dt.datetime | None = row["exported_at"]
    return exported_at
