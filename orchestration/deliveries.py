"""Imports deliveries of e-invoices: where their stages meet. No Dagster here, so that tests can call it.

A delivery is an archive, or single files gathered at one look; it is gathered in the ledger before anything
is read, so that every file belongs to one delivery for ever. One delivery is one transaction. Files are
moved after it: the next look moves what a crash left behind.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa

from assets.corrections.prepaid import close_prepaid
from assets.detection.drawn_keys import KnownFile, draw_for_delivery, known_dropped_files
from assets.detection.inbox import WaitingFile, candidates, identify, keep
from assets.detection.keys import bearer_of
from assets.errors import OperatingError, SourceFileChangedError
from assets.exchange.recording import note_messages
from assets.findings import Finding
from assets.home import Home
from assets.invoices.prepare import DroppedFile, PreparedDelivery, prepare_delivery
from assets.invoices.registering import (
    DeliveryOutcome,
    recorded_delivery,
    register_delivery,
    unexpected_parts,
)
from assets.ledger.imports import Attempt
from assets.ledger.store import Ledger, utc_now
from assets.reference.load import bring_into_force
from assets.settings import Settings
from assets.statements import records, rows, statement
from assets.unexpected import UnexpectedError
from orchestration.imports import rolled_back
from orchestration.workbench import RunWorkbench

FILES_PER_DELIVERY: Final = 500
"""Single files gathered into one delivery: enough to hide the start of a run, few enough to look at."""

DELIVERIES_PER_RUN: Final = 100


@dataclass(frozen=True, slots=True)
class FailedDelivery:
    """A delivery that could not be processed for now, and why; this attempt registered nothing of it."""

    delivery_key: str
    error: OperatingError


@dataclass(frozen=True, slots=True)
class InvoiceInbox:
    """What a look at the inbox of e-invoices found: deliveries that wait for their run, and files moved."""

    waiting: tuple[str, ...]
    tidied: int


def gather(home: Home, ledger: Ledger, settings: Settings) -> InvoiceInbox:
    """Gathers new files into deliveries, and moves files whose delivery was processed already.

    An archive is a delivery of its own. Single files wait until no other is arriving, or five hundred are
    there, so that what is dropped together is registered together.

    Raises:
        TransientError: if the inbox cannot be read or the ledger is held for too long.
    """
    everything, quiet = _dropped(home, settings)
    tidied = 0
    new: list[WaitingFile] = []
    known = _known_files(ledger, [file.file_key for file in quiet])
    for file in quiet:
        found = known.get(file.file_key)
        if found is None:
            new.append(file)
        elif found.status != "waiting":
            keep(file.path, home.processed_invoices, found.partition_key, file.content_sha256)
            tidied += 1
    _note(ledger, _groups(new, is_arriving=everything > len(quiet)), settings.get("time_zone"))
    return InvoiceInbox(tuple(waiting_deliveries(ledger)), tidied)


def new_deliveries(home: Home, ledger: Ledger, settings: Settings) -> list[list[WaitingFile]]:
    """Files that belong to no delivery yet, as `gather` would gather them; nothing is noted or moved."""
    _, quiet = _dropped(home, settings)
    known = _known_files(ledger, [file.file_key for file in quiet])
    return _groups([file for file in quiet if file.file_key not in known], is_arriving=False)


def _dropped(home: Home, settings: Settings) -> tuple[int, list[WaitingFile]]:
    """How many files lie in the inbox, and those of them that are no longer growing."""
    masks = settings.masks("invoice_masks")
    everything = sum(1 for _ in candidates(home.invoice_inbox, masks, 0.0))
    quiet = [
        known
        for path in candidates(home.invoice_inbox, masks, float(settings.get("quiet_seconds")))
        if (known := identify(path)) is not None
    ]
    return everything, quiet


def _known_files(ledger: Ledger, keys: Sequence[str]) -> dict[str, KnownFile]:
    if not keys or not ledger.exists():
        return {}
    with ledger.reading() as workbench:
        return known_dropped_files(workbench, keys)


def _groups(new: Sequence[WaitingFile], *, is_arriving: bool) -> list[list[WaitingFile]]:
    """The files of each delivery to be. Single files wait for others that arrive, five hundred at most.

    Of files with one key, such as one that was dropped again and that was kept before, one is enough: the
    others are moved by a later look.
    """
    new = list({file.file_key: file for file in new}.values())
    archives = [file for file in new if file.path.suffix.casefold() == ".zip"]
    singles = [file for file in new if file.path.suffix.casefold() != ".zip"]
    groups = [[file] for file in archives]
    for start in range(0, len(singles), FILES_PER_DELIVERY):
        group = singles[start : start + FILES_PER_DELIVERY]
        if len(group) == FILES_PER_DELIVERY or not is_arriving:
            groups.append(group)
    return groups


def _note(ledger: Ledger, groups: Sequence[Sequence[WaitingFile]], time_zone: str) -> None:
    """Writes new deliveries into the ledger."""
    if not groups:
        return
    now = utc_now()
    keys = [file.file_key for group in groups for file in group]
    with ledger.writing("gather e-invoices") as workbench:
        # Another look may have gathered some of them since this one asked what is known.
        known = known_dropped_files(workbench, keys)
        for group in groups:
            if unknown := [file for file in group if file.file_key not in known]:
                _insert_delivery(workbench, unknown, now, time_zone)


def _insert_delivery(
    workbench: duckdb.DuckDBPyConnection, group: Sequence[WaitingFile], now: dt.datetime, time_zone: str
) -> None:
    is_archive = group[0].path.suffix.casefold() == ".zip"
    key = draw_for_delivery(workbench, group[0] if is_archive else None, now, time_zone)
    frame = pa.table(
        {
            "file_key": [key] if is_archive else [file.file_key for file in group],
            "source_file": [file.dropped_name for file in group],
            "content_sha256": [file.content_sha256 for file in group],
            "byte_count": pa.array([file.byte_count for file in group], pa.int64()),
        }
    )
    workbench.register("gathered", frame)
    kind = "archive" if is_archive else "files"
    workbench.execute(
        statement("invoices", "insert_delivery"), {"delivery_key": key, "delivery_kind": kind, "now": now}
    )
    workbench.execute(statement("invoices", "insert_dropped_file"))
    workbench.unregister("gathered")


def waiting_deliveries(ledger: Ledger) -> list[str]:
    """The keys of deliveries that were gathered and never processed, oldest first."""
    return _delivery_keys(ledger, ["waiting"])


def open_deliveries(ledger: Ledger) -> list[str]:
    """The keys of deliveries that were processed and of which something is left to do, oldest first."""
    return _delivery_keys(ledger, ["open"])


def _delivery_keys(ledger: Ledger, statuses: list[str]) -> list[str]:
    if not ledger.exists():
        return []
    with ledger.reading() as workbench:
        return [
            str(key)
            for (key,) in rows(workbench, statement("invoices", "delivery_by_status"), {"statuses": statuses})
        ]


class DeliveryImports(RunWorkbench):
    """Registers the deliveries of one run. Use it as a context."""

    def import_delivery(
        self, delivery_key: str, progress: Callable[[int], None] = lambda count: None
    ) -> DeliveryOutcome:
        """Registers what can be registered of this delivery, in one transaction, and keeps its files after.

        Idempotent: documents with nothing left to do are not touched.

        Raises:
            OperatingError: if a file vanished or changed, the disk is full, or the ledger is held by
                somebody else for too long. Nothing of the delivery is registered then.
        """
        workbench, reference = self._ready()
        files, closed = self._known(delivery_key)
        prepared = prepare_delivery(delivery_key, files, closed, progress)
        attempt = Attempt(self.run_id, reference.version, self.moment or utc_now(), self.requester)
        try:
            outcome = self._register(prepared, attempt)
        except UnexpectedError as error:
            findings = unexpected_parts(
                workbench, prepared, attempt.now, lambda: rolled_back(self.ledger, workbench)
            )
            if not findings:
                raise error
            prepared = prepared.refusing(findings)
            outcome = self._register(prepared, attempt)
        self._keep(files, prepared)
        return outcome

    def _register(self, prepared: PreparedDelivery, attempt: Attempt) -> DeliveryOutcome:
        with self.ledger.transaction(self._workbench, f"register {prepared.delivery_key}"):
            return self._post(prepared, attempt)

    def _post(self, prepared: PreparedDelivery, attempt: Attempt) -> DeliveryOutcome:
        outcome = register_delivery(self._workbench, prepared, attempt)
        note_messages(self._workbench, prepared.messages, attempt.now)
        close_prepaid(self._workbench, prepared, attempt)
        return outcome

    def dry_run(
        self, groups: Sequence[Sequence[WaitingFile]]
    ) -> Iterator[tuple[DeliveryOutcome, duckdb.DuckDBPyConnection]]:
        """What processing the deliveries that wait, and these files, would do; nothing is changed in the end.

        All deliveries share one transaction, so that a document which two of them carry is seen, and what
        one of them teaches about a supplier; it is rolled back when the iteration ends. Parts that nobody
        foresaw end it too: then the deliveries before are tried again in another one, and those parts are
        refused in it. Ask the connection for the documents before the next delivery.
        """
        workbench = self._workbench
        refused: dict[str, dict[int, Finding]] = {}
        shown = 0
        while True:
            prepared: PreparedDelivery | None = None
            try:
                with self._gathered(groups) as (reference_version, waiting):
                    for number, key in enumerate(waiting):
                        files, closed = self._known_to(workbench, key)
                        prepared = prepare_delivery(key, files, closed)
                        if key in refused:
                            prepared = prepared.refusing(refused[key])
                        outcome = self._post(prepared, Attempt(self.run_id, reference_version, utc_now()))
                        if number == shown:
                            shown += 1
                            yield outcome, workbench
            except UnexpectedError as error:
                if prepared is None or prepared.delivery_key in refused:
                    raise
                findings = unexpected_parts(workbench, prepared, utc_now(), lambda: self._gathered(groups))
                if not findings:
                    raise error
                refused[prepared.delivery_key] = findings
            else:
                return

    @contextmanager
    def _gathered(self, groups: Sequence[Sequence[WaitingFile]]) -> Iterator[tuple[int, list[str]]]:
        """A transaction of which nothing remains, in which these files are gathered into deliveries.

        The version of the reference data in it, and the keys of the deliveries that wait.
        """
        with rolled_back(self.ledger, self._workbench):
            reference = bring_into_force(self._workbench, self.home.reference, utc_now())
            for group in groups:
                _insert_delivery(self._workbench, group, utc_now(), reference.settings.get("time_zone"))
            waiting = rows(
                self._workbench, statement("invoices", "delivery_by_status"), {"statuses": ["waiting"]}
            )
            yield reference.version, [str(key) for (key,) in waiting]

    def _known(self, delivery_key: str) -> tuple[list[DroppedFile], dict[str, bool]]:
        """The files of a delivery, where they stand now, and the parts of which nothing is left to do, each
        with whether it holds documents.
        """
        with self.ledger.reading() as workbench:
            return self._known_to(workbench, delivery_key)

    def _known_to(
        self, workbench: duckdb.DuckDBPyConnection, delivery_key: str
    ) -> tuple[list[DroppedFile], dict[str, bool]]:
        if recorded_delivery(workbench, delivery_key) is None:
            raise SourceFileChangedError(f"the ledger knows no delivery {delivery_key}")
        dropped = records(workbench, "invoices", "dropped_file_of_delivery", {"delivery_key": delivery_key})
        closed = {str(key): bool(has) for key, has in rows(workbench, statement("invoices", "closed_part"))}
        files = [
            DroppedFile(
                self._find(row["file_key"], row["source_file"], row["content_sha256"]),
                row["file_key"],
                row["source_file"],
                row["received_at"],
            )
            for row in dropped
        ]
        return files, closed

    def _find(self, file_key: str, name: str, content_sha256: str) -> Path:
        for folder in (self.home.processed_invoices, self.home.failed_invoices):
            if (folder / file_key).is_file():
                return folder / file_key
        inbox = self.home.invoice_inbox
        # The whole inbox is looked through only for a file that bears neither name.
        for path in chain((inbox / name, inbox / file_key), _moved_here(inbox, file_key)):
            known = identify(path)
            if known is not None and known.content_sha256 == content_sha256:
                return path
        raise SourceFileChangedError(
            f"{name} was removed from {self.home.invoice_inbox} or changed after it was found; it is found "
            "again under its new content. Drop the file as it was to have its delivery processed."
        )

    def _keep(self, files: Iterable[DroppedFile], prepared: PreparedDelivery) -> None:
        """Moves each file to where it is kept: failed/ if nothing in it could be read."""
        readable = set(
            prepared.parts.filter(pa.compute.is_valid(prepared.parts["reader_name"]))["file_key"].to_pylist()
        )
        unread = set(
            prepared.parts.filter(pa.compute.is_null(prepared.parts["file_number"]))["file_key"].to_pylist()
        )
        for file in files:
            folder = (
                self.home.processed_invoices
                if file.file_key in readable | unread
                else self.home.failed_invoices
            )
            known = identify(file.path)
            if known is not None:
                keep(file.path, folder, file.file_key, known.content_sha256)


def _moved_here(inbox: Path, file_key: str) -> Iterator[Path]:
    """Files in the inbox that were kept by another source under a key that was drawn there."""
    may_bear = bearer_of(file_key, "")
    for path in sorted(inbox.iterdir()) if inbox.is_dir() else ():
        if may_bear(path.name) and not path.is_symlink() and path.is_file():
            yield path


def import_deliveries(
    imports: DeliveryImports,
    keys: Iterable[str],
    report: Callable[[str, DeliveryOutcome | OperatingError], None] = lambda key, result: None,
    progress: Callable[[int], None] = lambda count: None,
) -> tuple[list[DeliveryOutcome], list[FailedDelivery]]:
    """Processes the deliveries one after the other; one that fails now does not stop the others.

    `report` is told what became of each delivery, `progress` how many files of the present one are read.
    """
    outcomes: list[DeliveryOutcome] = []
    failed: list[FailedDelivery] = []
    for key in keys:
        try:
            outcomes.append(imports.import_delivery(key, progress))
            report(key, outcomes[-1])
        except OperatingError as error:
            failed.append(FailedDelivery(key, error))
            report(key, error)
    return outcomes, failed
