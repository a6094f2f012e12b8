"""Imports files of sales invoices: where their stages meet. No Dagster here, so that tests can call it.

A file is one transaction, found, read, posted and kept as a trace is (`orchestration.imports`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import duckdb

from assets.detection.inbox import WaitingFile, dropped_name, split_key
from assets.exchange.recording import note_messages
from assets.ledger.lists import findings
from assets.ledger.posting import ImportOutcome
from assets.ledger.store import utc_now
from assets.reference.load import bring_into_force
from assets.sales.posting import SOURCE_KIND, post_sales
from assets.sales.prepare import PreparedSales, prepare_sales, refused
from assets.unexpected import UnexpectedError
from orchestration.imports import FileImports, FileSource, rolled_back

SALES: Final = FileSource(SOURCE_KIND, lambda home: home.sales, "sales_masks", "sales_file_repeated")


class SalesImports(FileImports):
    """Imports the files of sales invoices of one run. Use it as a context."""

    source = SALES

    def import_file(self, path: Path, partition_key: str) -> ImportOutcome:
        """Reads the file, then books its invoices in one transaction.

        Raises:
            OperatingError: as `import_key` does.
        """
        prepared = self._prepare(path, partition_key)
        workbench, _ = self._ready()
        purpose = f"import {partition_key}"
        try:
            with self.ledger.transaction(workbench, purpose):
                return self._post(workbench, prepared)
        except UnexpectedError as error:
            prepared = refused(prepared, error.finding)
        with self.ledger.transaction(workbench, purpose):
            return self._post(workbench, prepared)

    def dry_run(self, files: Iterable[WaitingFile]) -> Iterator[tuple[ImportOutcome, list[dict[str, Any]]]]:
        """What importing these files would do, one after the other, and what would be found wrong; in the
        end nothing was changed.

        All files share one transaction, so that an invoice which two of them carry is seen.
        """
        with rolled_back(self.ledger, self._workbench):
            self.reference = bring_into_force(self._workbench, self.home.reference, utc_now())
            for file in files:
                prepared = self._prepare(file.path, file.partition_key)
                outcome = self._post(self._workbench, prepared)
                found = findings(self._workbench, import_id=outcome.import_id)
                yield outcome, list(found.dictionaries())

    def _post(self, workbench: duckdb.DuckDBPyConnection, prepared: PreparedSales) -> ImportOutcome:
        """Books the invoices of the file, then looks at its messages and at those that waited for it."""
        attempt = self.attempt()
        outcome = post_sales(workbench, prepared, attempt)
        note_messages(workbench, prepared.messages, attempt.now)
        return outcome

    def _prepare(self, path: Path, partition_key: str) -> PreparedSales:
        _, expected_hash, _ = split_key(partition_key)
        _, reference = self._ready()
        name = dropped_name(path.name, partition_key)
        return prepare_sales(path, partition_key, name, expected_hash, reference.settings)
