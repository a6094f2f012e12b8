"""Imports files of sales invoices: where their stages meet. No Dagster here, so that tests can call it.

A file is one transaction, found, read, posted and kept as a trace is (`orchestration.imports`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import duckdb

from assets.detection.keys import dropped_name, split_key
from assets.exchange.recording import note_messages
from assets.findings import Finding
from assets.ledger.imports import ImportOutcome
from assets.reports.lists import findings
from assets.sales.posting import SOURCE_KIND, post_sales
from assets.sales.prepare import PreparedSales, prepare_sales, refused
from assets.unexpected import UnexpectedError
from orchestration.imports import FileImports, FileSource, Rows

SALES: Final = FileSource(SOURCE_KIND, lambda home: home.sales, "sales_masks", "sales_file_repeated")

_FINDING_NAMES: Final = (
    "line_number",
    "field",
    "finding_code",
    "severity",
    "raw_value",
    "expected",
    "remedy",
)


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

    def try_file(
        self, path: Path, partition_key: str, refused_for: Finding | None
    ) -> tuple[ImportOutcome, Rows]:
        """As its base class says; the findings are those that the ledger would keep."""
        prepared = self._prepare(path, partition_key)
        if refused_for is not None:
            prepared = refused(prepared, refused_for)
        outcome = self._post(self._workbench, prepared)
        found = findings(self._workbench, import_id=outcome.import_id).dictionaries()
        return outcome, [{name: row[name] for name in _FINDING_NAMES} for row in found]

    def _post(self, workbench: duckdb.DuckDBPyConnection, prepared: PreparedSales) -> ImportOutcome:
        """Books the invoices of the file, then looks at its messages and at those that waited for it."""
        attempt = self.attempt()
        self.hold(prepared.partition_key, prepared.content_sha256)
        outcome = post_sales(workbench, prepared, attempt)
        note_messages(workbench, prepared.messages, attempt.now)
        return outcome

    def _prepare(self, path: Path, partition_key: str) -> PreparedSales:
        _, expected_hash, _ = split_key(partition_key)
        _, reference = self._ready()
        name = dropped_name(path.name, partition_key)
        return prepare_sales(path, partition_key, name, expected_hash, reference.settings)
