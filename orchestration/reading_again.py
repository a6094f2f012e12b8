"""Reads kept e-invoices again by the present rules: where their stages meet. No Dagster here.

Files are read before the ledger is held, some thousand documents at a time; each lot is judged in a
transaction that is rolled back. What is written, in a transaction of its own, is which registrations the
present rules agree with: these are not read again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from assets.invoices.prepare import DroppedFile, prepare_delivery
from assets.invoices.reading_again import Readings, note_agreeing, older_readings, read_again
from assets.ledger.store import utc_now
from assets.reference.load import bring_into_force
from assets.statements import rows, statement
from orchestration.imports import rolled_back
from orchestration.workbench import RunWorkbench

Row = dict[str, Any]

DOCUMENTS_PER_LOT: Final = 2_000
"""Documents that are judged together, unless an archive holds more: enough to hide a transaction's cost."""


@dataclass(frozen=True, slots=True)
class _KeptFile:
    """A kept file, and those of its documents that are to be read again."""

    file: DroppedFile
    documents: list[Row] = field(default_factory=list)


class ReadingAgain(RunWorkbench):
    """Reads registered documents again. Use it as a context."""

    def read(
        self,
        *,
        company: str | None = None,
        delivery: str | None = None,
        progress: Callable[[int, int], None] = lambda done, count: None,
    ) -> Readings:
        """What becomes of the registered documents that older rules read, of a company or a delivery if one
        is named; `progress` is told how many of how many are done.

        Raises:
            OperatingError: if a file vanishes meanwhile, or the ledger is held for too long. What was noted
                before stays noted.
        """
        with self.ledger.reading() as connection:
            wanted = older_readings(connection, company=company, delivery=delivery)
            closed = {
                str(key): bool(has) for key, has in rows(connection, statement("invoices", "closed_part"))
            }
        files, lost = self._kept_files(wanted)
        whole = Readings(unreadable=lost)
        count = len({row["document_id"] for row in wanted})
        for lot in _lots(files):
            self._read_lot(lot, closed, whole)
            progress(whole.document_count, count)
        for found in (whole.differing, whole.unreadable):
            found.sort(key=lambda row: row["document_id"])
        return whole

    def _kept_files(self, wanted: Sequence[Row]) -> tuple[list[_KeptFile], list[Row]]:
        """The files to read, each document in the first one that is still kept, and the documents of which
        there is none.
        """
        files: dict[str, _KeptFile] = {}
        paths: dict[str, Path | None] = {}
        found: set[int] = set()
        lost: dict[int, Row] = {}
        for row in wanted:
            key, number = row["file_key"], row["document_id"]
            if number in found:
                continue
            if key not in paths:
                paths[key] = self._path(key, row["byte_count"])
            path = paths[key]
            if path is None:
                lost[number] = row
                continue
            if key not in files:
                files[key] = _KeptFile(DroppedFile(path, key, row["source_file"], row["received_at"]))
            files[key].documents.append(row)
            found.add(number)
        problem = "the file is no longer kept, or was changed"
        return list(files.values()), [
            _unreadable(row, problem) for number, row in lost.items() if number not in found
        ]

    def _path(self, file_key: str, byte_count: int) -> Path | None:
        """Where a dropped file is kept as it was; None if it is not."""
        for folder in (self.home.processed_invoices, self.home.failed_invoices):
            path = folder / file_key
            if path.is_file() and path.stat().st_size == byte_count:
                return path
        return None

    def _read_lot(self, lot: Sequence[_KeptFile], closed: Mapping[str, bool], whole: Readings) -> None:
        documents = {row["document_id"]: row for kept in lot for row in kept.documents}
        wanted = {row["part_key"] for row in documents.values()}
        others = {key: has for key, has in closed.items() if key not in wanted}
        prepared = prepare_delivery("read again", [kept.file for kept in lot], others)
        now = utc_now()
        with rolled_back(self.ledger, self._workbench):
            # As for a change of a registration, changed reference files count; here they are rolled back.
            bring_into_force(self._workbench, self.home.reference, now)
            readings = read_again(self._workbench, prepared, now)
        if readings.agreeing:
            with self.ledger.writing("note by which rules e-invoices are read") as workbench:
                note_agreeing(workbench, list(readings.agreeing.values()))
        judged = readings.agreeing.keys() | {row["document_id"] for row in readings.differing}
        whole.agreeing |= readings.agreeing
        whole.differing += readings.differing
        whole.unreadable += [
            _unreadable(row, "its file does not hold it any more, so it was changed")
            for number, row in documents.items()
            if number not in judged
        ]


def _lots(files: Sequence[_KeptFile]) -> Iterator[list[_KeptFile]]:
    lot: list[_KeptFile] = []
    count = 0
    for kept in files:
        lot.append(kept)
        count += len(kept.documents)
        if count >= DOCUMENTS_PER_LOT:
            yield lot
            lot, count = [], 0
    if lot:
        yield lot


def _unreadable(row: Mapping[str, Any], problem: str) -> Row:
    names = ("document_id", "company_code", "supplier_name", "document_number", "source_file", "file_key")
    return {name: row[name] for name in names} | {"problem": problem}
