"""Exports to the treasury in one transaction of the ledger, and what the treasury knows that is no longer so.

No Dagster here: the command line's dry run and check use it as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb

from assets.check_rules import CheckRule
from assets.exports.checks import DRIFT_CHECKS
from assets.exports.exporting import Exported, ExportWish, export, try_export
from assets.home import Home
from assets.ledger.store import Ledger
from assets.statements import records
from orchestration.workbench import RunWorkbench


@dataclass(frozen=True, slots=True)
class Drift:
    """One kind of difference between what the treasury knows and the ledger: its rule, and a row an item."""

    rule: CheckRule
    rows: tuple[dict[str, Any], ...]


class TreasuryExports(RunWorkbench):
    """Exports to the treasury, each in one transaction of the ledger. Use it as a context."""

    def export(self, wish: ExportWish) -> tuple[Exported, tuple[Drift, ...]]:
        """Replaces the file of the export; with it what was no longer so of the open items exported before.

        Raises:
            ExportRefusedError: if something does not fit; the old file stands.
            TransientError: if the ledger is held for too long, or the file cannot be written.
        """
        workbench, _ = self._ready()
        with self.ledger.transaction(workbench, "export to the treasury"):
            before = drift(workbench) if wish.kind == "open_items" else ()
            return export(workbench, self.home, wish), before


def dry_run(home: Home, ledger: Ledger, wish: ExportWish) -> Exported:
    """What an export would come to with the reference data in force; nothing is written."""
    with ledger.reading() as workbench:
        return try_export(workbench, home, wish)


def drift(ledger: duckdb.DuckDBPyConnection) -> tuple[Drift, ...]:
    """Every kind of difference of which there is a row (E04); nothing before the first export."""
    found = [Drift(rule, tuple(records(ledger, "ledger", rule.statement))) for rule in DRIFT_CHECKS]
    return tuple(each for each in found if each.rows)
