"""Exports to the treasury in one transaction of the ledger.

No Dagster here: the command line's dry run uses it as well.
"""

from __future__ import annotations

from assets.exports.exporting import Exported, ExportRequest, export, try_export
from assets.home import Home
from assets.ledger.store import Ledger
from orchestration.workbench import RunWorkbench


class TreasuryExports(RunWorkbench):
    """Exports to the treasury, each in one transaction of the ledger. Use it as a context."""

    def export(self, request: ExportRequest) -> Exported:
        """Replaces the file of the export.

        Raises:
            ExportRefusedError: if something does not fit; the old file stands.
            TransientError: if the ledger is held for too long, or the file cannot be written.
        """
        workbench, _ = self._ready()
        with self.ledger.transaction(workbench, "export to the treasury"):
            return export(workbench, self.home, request)


def dry_run(home: Home, ledger: Ledger, request: ExportRequest) -> Exported:
    """What an export would come to with the reference data in force; nothing is written."""
    with ledger.reading() as workbench:
        return try_export(workbench, home, request)
