"""Imports files: where the stages meet. No Dagster here, so that tests and tools can call it directly.

One file is one transaction. Reading and judging happen before it, so that the ledger is held for the
posting only; moving the file happens after it, so that a crash in between loses nothing: the next look at
the inbox moves it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, Final

import duckdb

from assets.detection.drawn_keys import KnownFile, brings_file_key, draw, hold, known_files, other_keys
from assets.detection.inbox import WaitingFile, candidates, find, identify, is_dropped_again, keep
from assets.detection.keys import dropped_name, place_of, split_key
from assets.errors import OperatingError, SourceFileChangedError
from assets.findings import Finding
from assets.home import Home, Place
from assets.invoices.deciding import record_dismissal
from assets.ledger import findings
from assets.ledger.asking import settings_in_force
from assets.ledger.audit import BY_ITSELF, Decider, Requester
from assets.ledger.given import Given
from assets.ledger.imports import CLOSED_STATUSES, Attempt, ImportOutcome, dismiss_import, recorded_outcome
from assets.ledger.store import Ledger, utc_now
from assets.settings import Settings, settings_from_rows
from assets.statements import records, rows, statement
from assets.traces.posting import post_trace
from assets.traces.prepare import PreparedTrace, SourceFile, prepare_trace, refuse
from assets.traces.supersede import corrected_imports, supersede
from assets.unexpected import UnexpectedError
from orchestration.workbench import RunWorkbench

Rows = list[dict[str, Any]]

KEYS_PER_RUN: Final = 100
"""Files in one run: a hundred hide the start of a run, and one transaction each keeps them independent."""


@dataclass(frozen=True, slots=True)
class FileSource:
    """A source of which every file is an import of its own: what the ledger calls it, where its files stand,
    the setting with its masks, and the remark on a file that was dropped twice.
    """

    source_kind: str
    place: Callable[[Home], Place]
    masks_setting: str
    repeated_code: str


TRACES: Final = FileSource("trace", lambda home: home.traces, "file_masks", "file_already_imported")


@dataclass(frozen=True, slots=True)
class Failed:
    """A file that could not be imported for now, and why; nothing of it was posted by this attempt."""

    partition_key: str
    error: OperatingError


class FileImports(RunWorkbench, ABC):
    """Imports the files of one run, of one source. Use it as a context."""

    source: ClassVar[FileSource]

    @property
    def place(self) -> Place:
        """Where the files of this source stand."""
        return self.source.place(self.home)

    @abstractmethod
    def import_file(self, path: Path, partition_key: str) -> ImportOutcome:
        """Reads the file, and imports it in one transaction; each source has its own way."""

    @abstractmethod
    def try_file(self, path: Path, partition_key: str, refused: Finding | None) -> tuple[ImportOutcome, Rows]:
        """Within a transaction of the ledger on this workbench: imports the file, and keeps nothing.

        `refused` is what was unexpected about it when it was tried before. Returns its findings as well.
        """

    def import_key(self, partition_key: str) -> ImportOutcome:
        """Imports the file with this key, in one transaction, and keeps it in processed/ or failed/ after.

        Idempotent: a file with nothing left to do is returned as recorded.

        Raises:
            OperatingError: if the file vanished or changed, the disk is full, or the ledger is held by
                somebody else for too long. Nothing of the file is posted then.
        """
        try:
            path = find(self.place, partition_key)
            outcome = self.import_file(path, partition_key)
        except SourceFileChangedError:
            deleted = self._deleted(partition_key)
            if deleted is not None:
                # Its file is imported again when somebody drops it again, and not by a backfill over
                # everything.
                return deleted
            # Another run may have imported and moved the file between our look and our reading.
            recorded = self._recorded(partition_key)
            if recorded is None:
                raise
            return recorded
        self._keep(outcome, path)
        return outcome

    def _recorded(self, partition_key: str) -> ImportOutcome | None:
        """What the ledger says of the file, if it stands where it is kept after an import, under this key or
        the other one that it has.
        """
        with self.ledger.reading() as workbench:
            for key in (partition_key, *other_keys(workbench, self.source.source_kind, partition_key)):
                kept = (self.place.processed / key, self.place.failed / key)
                recorded = recorded_outcome(workbench, key) if any(path.exists() for path in kept) else None
                if recorded is not None:
                    return replace(recorded, partition_key=partition_key)
        return None

    def _deleted(self, partition_key: str) -> ImportOutcome | None:
        """The import of this file, under this key or the other one that it has, that a person deleted last;
        None if there is none.
        """
        with self.ledger.reading() as workbench:
            for key in (partition_key, *other_keys(workbench, self.source.source_kind, partition_key)):
                parameters = {"source_kind": self.source.source_kind, "partition_key": key}
                found = records(workbench, "ledger", "deleted_import", parameters)
                deleted = recorded_outcome(workbench, found[0]["partition_key"]) if found else None
                if deleted is not None:
                    return replace(deleted, partition_key=partition_key)
        return None

    def hold(self, partition_key: str, content_sha256: str) -> None:
        """Within a transaction of the ledger: makes sure that the key is that of this content.

        Raises:
            SourceFileChangedError: if it is not.
        """
        now = self.moment or utc_now()
        hold(self._workbench, self.source.source_kind, partition_key, content_sha256, now)

    def attempt(self) -> Attempt:
        """This run's attempt, now."""
        assert self.reference is not None, "the reference data are loaded before the first file"
        return Attempt(self.run_id, self.reference.version, self.moment or utc_now(), self.requester)

    def _keep(self, outcome: ImportOutcome, path: Path) -> None:
        keep_imported(self.place, outcome.partition_key, outcome.content_sha256, path, outcome.is_closed)
        for key in outcome.superseded_keys:
            left = self.place.failed / key
            known = identify(left)
            if known is not None:
                keep(left, self.place.processed, key, known.content_sha256)


class TraceImports(FileImports):
    """Imports the traces of one run. Use it as a context."""

    source = TRACES

    def __init__(self, home: Home, ledger: Ledger, run_id: str, requester: Requester = BY_ITSELF) -> None:
        super().__init__(home, ledger, run_id, requester)
        self._rerun: list[tuple[ImportOutcome, Path]] = []

    def import_file(self, path: Path, partition_key: str) -> ImportOutcome:
        """Reads the trace, then posts it in one transaction.

        Raises:
            OperatingError: as `import_key` does.
        """
        purpose = f"import {partition_key}"
        with closing(self._prepare(path, partition_key)) as prepared:
            try:
                with self.ledger.transaction(self._workbench, purpose):
                    return self._post(prepared)
            except UnexpectedError as error:
                refuse(self._workbench, prepared, error.finding)
            with self.ledger.transaction(self._workbench, purpose):
                return self._post(prepared)

    def try_file(self, path: Path, partition_key: str, refused: Finding | None) -> tuple[ImportOutcome, Rows]:
        """As its base class says; the findings are those that judging the file collected."""
        with closing(self._prepare(path, partition_key)) as prepared:
            if refused is not None:
                refuse(self._workbench, prepared, refused)
            outcome = self._post(prepared)
            findings = [
                {
                    "line_number": finding.line_number,
                    "field": finding.field,
                    "finding_code": finding.finding_code,
                    "severity": finding.severity,
                    "raw_value": finding.raw_value,
                    "expected": finding.expected_text,
                    "remedy": finding.remedy,
                }
                for finding in prepared.collector.listed()
            ]
        return outcome, findings

    def rerun(self, partition_key: str) -> ImportOutcome:
        """Within a transaction of the ledger on this workbench: imports a kept file of which something is
        left once more. `keep_rerun` comes after the commit.

        Raises:
            OperatingError: if the file vanished or changed.
        """
        if self.reference is None:
            self.reference = self._bring_reference()
        path = find(self.place, partition_key)
        with closing(self._prepare(path, partition_key)) as prepared:
            outcome = self._post(prepared)
        self._rerun.append((outcome, path))
        return outcome

    def keep_rerun(self) -> list[ImportOutcome]:
        """After the commit: keeps the files that `rerun` imported where they belong; their outcomes."""
        done, self._rerun = self._rerun, []
        for outcome, path in done:
            self._keep(outcome, path)
        return [outcome for outcome, _ in done]

    def _prepare(self, path: Path, partition_key: str) -> PreparedTrace:
        workbench, _ = self._ready()
        _, expected_hash, _ = split_key(partition_key)
        kept_name = dropped_name(path.name, partition_key)
        source = SourceFile(path, partition_key, kept_name)
        return prepare_trace(workbench, source, expected_hash)

    def _post(self, prepared: PreparedTrace) -> ImportOutcome:
        attempt = self.attempt()
        self.hold(prepared.source.partition_key, prepared.content_sha256)

        def corrects(import_id: int) -> list[int]:
            source = prepared.source
            return corrected_imports(self._workbench, import_id, source.name, source.path, self.home.failed)

        outcome = post_trace(self._workbench, prepared, attempt, corrects)
        if not outcome.is_attempted or outcome.status == "repeated":
            return outcome
        superseded = supersede(
            self._workbench,
            outcome.import_id,
            outcome.partition_key,
            outcome.source_file,
            prepared.source.path,
            self.home.failed,
            attempt.now,
        )
        return replace(outcome, superseded_keys=superseded)


def keep_imported(place: Place, partition_key: str, content_sha256: str, path: Path, is_closed: bool) -> Path:
    """Moves a file whose import is committed to where it is kept: processed/ if nothing is left to do."""
    return keep(path, place.processed if is_closed else place.failed, partition_key, content_sha256)


def keep_with_import(home: Home, imports: Sequence[Mapping[str, Any]]) -> None:
    """Names the kept file of a deleted import as the import is named, so that the file may come again; or
    back.

    After a crash before this, the file stands under its first name, where whoever looks for it finds it as
    well.
    """
    for row in imports:
        key = row["partition_key"].partition("#")[0]
        deleted_key = f"{key}#{row['import_id']}"
        old, new = (key, deleted_key) if row["status"] == "deleted" else (deleted_key, key)
        for folder in (home.processed, home.failed):
            with suppress(FileNotFoundError):
                (folder / old).rename(folder / new)


@contextmanager
def rolled_back(ledger: Ledger, workbench: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """A transaction of the ledger of which nothing remains."""

    class _Undone(Exception):  # noqa: N818
        """Not an error: the way out of a transaction that is not to be committed."""

    try:
        with ledger.transaction(workbench, "dry run"):
            yield
            raise _Undone
    except _Undone:
        return


def current_settings(ledger: Ledger) -> Settings:
    """The settings in force; the defaults where there is no ledger yet."""
    if not ledger.exists():
        return settings_from_rows(())
    with ledger.reading() as workbench:
        return settings_in_force(workbench)


@dataclass(frozen=True, slots=True)
class Inbox:
    """What a look at the inbox found.

    `new` files were never imported, or their import was deleted: as often as `deletions` says by key.
    `again` are the keys of failed files that somebody dropped once more, unchanged: after mending the
    reference data, that asks for another attempt. `tidied` files were only moved to where they are kept;
    `dismissed` are the keys of those of them that were dropped again and that a person had dismissed.
    """

    new: tuple[WaitingFile, ...]
    again: tuple[str, ...]
    tidied: int
    deletions: Mapping[str, int] = field(default_factory=dict)
    dismissed: tuple[str, ...] = ()

    @property
    def keys(self) -> list[str]:
        """The keys of all files to import now."""
        return [*(file.partition_key for file in self.new), *self.again]


def look(
    home: Home,
    ledger: Ledger,
    settings: Settings,
    *,
    only_looks: bool = False,
    source: FileSource = TRACES,
) -> Inbox:
    """Finds the files to import, draws the keys of those that have none, and moves those whose import is
    committed already (a crash, a second drop).

    With `only_looks` nothing is moved, noted or drawn: new files have their file key. Failed files that were
    dropped once more count as new.

    Raises:
        TransientError: if the inbox cannot be read or the ledger is held for too long.
    """
    quiet = float(settings.get("quiet_seconds"))
    place = source.place(home)
    waiting = [
        known
        for path in candidates(place.inbox, settings.masks(source.masks_setting), quiet)
        if (known := identify(path, place.key_mark)) is not None
    ]
    keyed = _keys_of(ledger, source, waiting, settings.get("time_zone"), draws=not only_looks)
    # A file may lie there twice, as it was dropped and as it was kept: one is imported, and the next look
    # moves the other as one that was dropped again.
    new: dict[str, WaitingFile] = {}
    again: dict[str, None] = {}
    dismissed: dict[str, None] = {}
    tidied = 0
    for each in waiting:
        has = keyed.get(each.file_key, KnownFile(each.partition_key, None))
        file, status = replace(each, partition_key=has.partition_key), has.status
        if status is None:
            new.setdefault(file.partition_key, file)
            continue
        is_closed = status in CLOSED_STATUSES
        if only_looks:
            if not is_closed:
                new.setdefault(file.partition_key, file)
            continue
        if not _is_dropped_again(place, file):
            # A crash left it here, or it was imported a moment ago and is about to be moved.
            keep_imported(place, file.partition_key, file.content_sha256, file.path, is_closed)
        elif _keep_second(ledger, source, place, file):
            again[file.partition_key] = None
        elif status == "dismissed":
            dismissed[file.partition_key] = None
        tidied += 1
    deletions = _deletions(ledger, source, list(new))
    return Inbox(tuple(new.values()), tuple(again), tidied, deletions, tuple(dismissed))


def _keys_of(
    ledger: Ledger, source: FileSource, waiting: Sequence[WaitingFile], time_zone: str, *, draws: bool
) -> dict[str, KnownFile]:
    """The partition keys of the files, by their file keys. The ledger is written to only if one is drawn."""
    known = asked_files(ledger, source, waiting)
    if not draws or all(file.file_key in known or brings_file_key(file) for file in waiting):
        return known
    with ledger.writing("draw keys of files") as workbench:
        return draw(workbench, source.source_kind, waiting, utc_now(), time_zone)


def asked_files(ledger: Ledger, source: FileSource, waiting: Sequence[WaitingFile]) -> dict[str, KnownFile]:
    """Those of the files that have a partition key, by their file keys."""
    if not waiting or not ledger.exists():
        return {}
    with ledger.reading() as workbench:
        return known_files(workbench, source.source_kind, [file.file_key for file in waiting])


def known_imports(ledger: Ledger, source: FileSource, keys: Sequence[str]) -> dict[str, str]:
    """The status of those keys of the source that the ledger knows."""
    found = records_of_keys(ledger, "known_import", keys, source_kind=source.source_kind)
    return {row["partition_key"]: row["status"] for row in found}


def _deletions(ledger: Ledger, source: FileSource, keys: Sequence[str]) -> dict[str, int]:
    """How often the imports of those keys were deleted."""
    found = records_of_keys(ledger, "deletions_of_file", keys, source_kind=source.source_kind)
    return {row["partition_key"]: row["deletion_count"] for row in found}


def records_of_keys(ledger: Ledger, name: str, keys: Sequence[str], **others: str) -> list[dict[str, Any]]:
    """What a statement about `$keys` says; nothing without keys or where there is no ledger yet.

    `others` are its other parameters.
    """
    if not keys or not ledger.exists():
        return []
    with ledger.reading() as workbench:
        return records(workbench, "ledger", name, {"keys": list(keys), **others})


def failed_keys(ledger: Ledger, source: FileSource = TRACES) -> list[str]:
    """The keys of imports of the source that are not closed, oldest first."""
    if not ledger.exists():
        return []
    by_kind = {"source_kind": source.source_kind}
    with ledger.reading() as workbench:
        return [str(key) for key, *_ in rows(workbench, statement("ledger", "failed_import"), by_kind)]


def keys_with_open_findings(ledger: Ledger) -> list[str]:
    """The keys of imports that have open findings, oldest first."""
    if not ledger.exists():
        return []
    with ledger.reading() as workbench:
        return [str(key) for (key,) in rows(workbench, statement("ledger", "import_with_findings"))]


def _is_dropped_again(place: Place, file: WaitingFile) -> bool:
    return is_dropped_again(file.path, place, file.partition_key, file.content_sha256)


def _keep_second(ledger: Ledger, source: FileSource, place: Place, file: WaitingFile) -> bool:
    """Keeps a file that was dropped again, and notes it with its import; whether the import is open, so that
    it is to be tried again.

    It is judged and moved while the ledger is held: of two looks at once one alone keeps and notes it.
    """
    by_key = {"source_kind": source.source_kind, "keys": [file.partition_key]}
    with ledger.writing("keep a file dropped twice") as workbench:
        found = records(workbench, "ledger", "known_import", by_key)
        if not found or not _is_dropped_again(place, file):
            # Another look has kept it, or its import was deleted, so that the next look finds it as new.
            return False
        is_closed = found[0]["status"] in CLOSED_STATUSES
        if is_closed:
            said = {
                "partition_key": file.partition_key,
                "now": utc_now(),
                "finding_code": source.repeated_code,
            }
            findings.note(workbench, Given("ledger", "repeated_drop", said))
        keep_imported(place, file.partition_key, file.content_sha256, file.path, is_closed)
        return not is_closed


def dismiss(home: Home, ledger: Ledger, partition_key: str, decider: Decider) -> str:
    """Closes the open findings of an import, and the import itself, by a person's decision; its new status.

    Raises:
        OperatingError: if the ledger does not know the key.
    """
    with ledger.writing(f"dismiss {partition_key}") as workbench:
        recorded = recorded_outcome(workbench, partition_key)
        if recorded is None:
            raise OperatingError(f"the ledger knows no file {partition_key}")
        by_id = {"import_id": recorded.import_id}
        still_open = Given("ledger", "open_finding", by_id)
        findings.close(workbench, still_open, "dismissed", decider.now, decider.who, decider.reason)
        dismiss_import(workbench, recorded.import_id, decider)
        after = recorded_outcome(workbench, partition_key)
        assert after is not None, "the import was just read"
        file = {
            "import_id": recorded.import_id,
            "partition_key": partition_key,
            "status": recorded.status,
        }
        record_dismissal(workbench, file, after.status, decider)
    place = place_of(home, partition_key)
    left = place.failed / partition_key
    if after.is_closed and left.exists():
        keep(left, place.processed, partition_key, after.content_sha256)
    return after.status


def import_keys(
    imports: FileImports,
    keys: Iterable[str],
    report: Callable[[str, ImportOutcome | OperatingError], None] = lambda key, result: None,
) -> tuple[list[ImportOutcome], list[Failed]]:
    """Imports the files one after the other; one that cannot be imported now does not stop the others.

    `report` is told of each file what became of it, as soon as it is known.
    """
    outcomes: list[ImportOutcome] = []
    failed: list[Failed] = []
    for key in keys:
        try:
            outcomes.append(imports.import_key(key))
            report(key, outcomes[-1])
        except OperatingError as error:
            failed.append(Failed(key, error))
            report(key, error)
    return outcomes, failed
