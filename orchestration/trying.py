"""What importing files would do, before it is done (O05). No Dagster here.

Belongs here: trying files in transactions of which nothing remains. Does not: how a source reads and posts
its files (`orchestration.imports`), nor how the answer is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from assets.detection.inbox import WaitingFile
from assets.findings import Finding
from assets.ledger.imports import ImportOutcome
from assets.ledger.store import utc_now
from assets.reference.load import bring_into_force
from assets.statements import records
from assets.unexpected import UnexpectedError
from orchestration.imports import FileImports, Rows, rolled_back

MOST_SHOWN: Final = 10_000
"""Postings and items of one file that are held: the memory of a million of them is better spent."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What importing a file would do: its outcome, its findings, and the first rows of the difference.

    That is its postings (grain: a debit or credit; the numbers of the entries are the next ones) and the
    items that it would open or settle, with residual and status before and after.
    """

    outcome: ImportOutcome
    findings: Rows
    postings: Rows
    items: Rows


def dry_run(imports: FileImports, files: Sequence[WaitingFile]) -> Iterator[Tried]:
    """What importing these files would do, one after the other; in the end nothing was changed.

    All files share one transaction, so that what two of them carry is seen; it is rolled back when the
    iteration ends. A file that nobody foresaw ends it too: then the files before it are tried again in
    another one, and this file is refused in it, as by an import.
    """
    refused: dict[str, Finding] = {}
    shown = 0
    while True:
        key = ""
        try:
            with rolled_back(imports.ledger, imports.workbench):
                imports.reference = bring_into_force(imports.workbench, imports.home.reference, utc_now())
                for number, file in enumerate(files):
                    key = file.partition_key
                    outcome, findings = imports.try_file(file.path, key, refused.get(key))
                    if number == shown:
                        shown += 1
                        yield _with_difference(imports, outcome, findings)
        except UnexpectedError as error:
            if key in refused:
                raise
            refused[key] = error.finding
        else:
            return


def _with_difference(imports: FileImports, outcome: ImportOutcome, findings: Rows) -> Tried:
    if not outcome.is_attempted:
        return Tried(outcome, findings, [], [])
    of_attempt = {"import_id": outcome.import_id, "limit": MOST_SHOWN}
    return Tried(
        outcome,
        findings,
        records(imports.workbench, "ledger", "attempt_postings", of_attempt),
        records(imports.workbench, "ledger", "attempt_items", of_attempt),
    )
