"""Does once more what a line of the journal of decisions says, at its moment. No Dagster here.

Belongs here: which function of the product does what each kind of change is, and where its files are. Does
not: the order of the lines, and whether the outcome is the same (`orchestration.rebuilding`).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import duckdb

from assets.corrections.changing import change_registration
from assets.corrections.performing import KINDS, perform
from assets.detection.drawn_keys import DELIVERY as DELIVERY_KIND
from assets.detection.drawn_keys import hold
from assets.detection.inbox import identify
from assets.detection.kept import kept_files, shelf_of
from assets.errors import OperatingError, SourceFileChangedError
from assets.home import Home, make_folder
from assets.invoices.deciding import (
    BY_THE_RULES,
    PostingChoice,
    choose_registration,
    close_documents,
    dismiss_file,
    switch_automatic,
)
from assets.ledger.audit import Change, Decider, Requester, record_change
from assets.ledger.decisions import CONTENTS, Line
from assets.ledger.imports import recorded_outcome
from assets.ledger.store import Ledger
from assets.reference.load import ABSENT
from assets.statements import records, statement
from assets.sync.restoring import restore_sync
from orchestration.deliveries import DeliveryImports
from orchestration.imports import TraceImports, dismiss, keep_with_import
from orchestration.numbering import Numbering
from orchestration.sales_imports import SALES, SalesImports
from orchestration.workbench import RunWorkbench

Run = TypeVar("Run", bound=RunWorkbench)

DELIVERY: Final = "delivery "
_DOCUMENT: Final = re.compile(r"D([0-9]+)")
_WITHOUT_EFFECT: Final = frozenset({"accept-supplier", "add-identifier", "purge"})
"""Changes of which only their record is in the ledger: what they did to reference files took effect with the
next version of these, and what was purged cannot be read again.
"""


class KeptFiles:
    """The files of a home that came in once, by the names under which they are kept."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._found: dict[tuple[str, str], list[Path]] = {}
        for file in kept_files(home):
            key = file.file_name.partition("#")[0]
            self._found.setdefault((file.source_kind, key), []).append(file.folder / file.file_name)

    def find(self, source_kind: str, key: str, content_sha256: str) -> Path:
        """The file with this key and content: kept, or still in its inbox.

        Raises:
            SourceFileChangedError: if it is gone, or has another content.
        """
        kept = self._found.get((source_kind, key), [])
        for path in kept:
            if _digest(path) == content_sha256:
                return path
        inbox = shelf_of(source_kind).inbox(self._home)
        for path in sorted(inbox.iterdir()) if inbox.is_dir() else ():
            # Nobody follows a link in an inbox, wherever it leads.
            found = identify(path) if not path.is_symlink() and path.is_file() else None
            if found is not None and found.content_sha256 == content_sha256:
                return path
        if kept:
            raise SourceFileChangedError(f"the kept file {kept[0]} is not the one that was imported")
        raise SourceFileChangedError(f"the kept file {key} ({source_kind}) is gone")


@dataclass(frozen=True, slots=True)
class Step:
    """One act: its own line, and the lines of what was done with it in the same transaction."""

    line: Line
    before: tuple[Line, ...] = ()
    after: tuple[Line, ...] = ()

    @property
    def lines(self) -> tuple[Line, ...]:
        """All of them in their order."""
        return (*self.before, self.line, *self.after)


class Replay:
    """Makes a ledger in a new home, step by step, of the files and the journal of another one."""

    def __init__(self, source: Home, home: Home, put: Callable[[Path, Path], None]) -> None:
        self.home = home
        self.ledger = Ledger.of(home)
        self.numbering = Numbering()
        self.record_count = 0
        self._source = source
        self._kept = KeptFiles(source)
        self._put = put

    def do(self, step: Step) -> str | None:
        """Does it once more; returns what of it could not be done.

        Raises:
            OperatingError: if nothing of it can be done.
        """
        line = step.line
        action, subject = str(line.record["action"]), str(line.record["subject"])
        if action == "reference":
            self._reference(line)
        elif action == "import":
            self._import(line)
        elif action == "register" and subject.startswith(DELIVERY):
            return self._delivery(line)
        elif action == "dismiss":
            self._dismiss(line)
        elif action == "switch-automatic":
            companies = subject.split(", ")
            is_on = bool(_state(line, "state_after")["is_on"])
            self._decide(line, lambda it, who: switch_automatic(it, companies, who, is_on=is_on))
        elif action in ("register", "refuse", "handle"):
            self._documents(line, action)
        elif action == "change":
            self._change(line)
        elif action in KINDS:
            self._correct(step)
        elif action.startswith("sync"):
            self._sync(line)
        elif action in _WITHOUT_EFFECT:
            self._decide(line, lambda it, who: record_change(it, _change_of(line, who)))
        else:
            raise OperatingError(f"this program knows no {action}")
        return None

    # --- Files ----------------------------------------------------------------------------------------------

    def _reference(self, line: Line) -> None:
        files = _state(line, "state_after")["files"]
        for name, file in files.items():
            target = self.home.reference / name
            target.unlink(missing_ok=True)
            if file["content_sha256"] != ABSENT:
                copy_file(self._content(name, file["content_sha256"]), target)
        with self._at(RunWorkbench, line) as run:
            run.load_reference()

    def _content(self, name: str, content_hash: str) -> Path:
        """Where this content of a reference file is kept; it may be the present one."""
        kept = (self._source.decisions / CONTENTS / f"{content_hash}.csv", self._source.reference / name)
        for path in kept:
            if path.is_file() and _digest(path) == content_hash:
                return path
        raise SourceFileChangedError(f"{name} as it took effect is not kept any more")

    def _import(self, line: Line) -> None:
        details = _details(line)
        kind = SalesImports if details["source_kind"] == SALES.source_kind else TraceImports
        key = str(line.record["subject"]).partition(": ")[2]
        with self._at(kind, line) as imports:
            place = imports.place
            if not any((folder / key).exists() for folder in (place.processed, place.failed)):
                path = self._kept.find(details["source_kind"], key, details["content_sha256"])
                self._put(path, place.inbox / details["source_file"])
            imports.import_key(key)

    def _delivery(self, line: Line) -> str | None:
        """With the files that are there; of those that are gone nothing can be registered."""
        delivery = _details(line)
        there, gone = self._files_of(delivery)
        with self.ledger.writing("gather e-invoices") as workbench:
            by_key = {"delivery_key": delivery["delivery_key"]}
            is_new = not records(workbench, "invoices", "delivery_totals", by_key)
            if is_new:
                of_delivery = {name: delivery[name] for name in _DELIVERY_COLUMNS}
                workbench.execute(statement("invoices", "insert_delivery_again"), of_delivery)
                self._hold_delivery(workbench, delivery)
                for file, path in there:
                    of_file = {"delivery_id": delivery["delivery_id"], **file}
                    workbench.execute(statement("invoices", "insert_dropped_file_again"), of_file)
                    self._put(path, self.home.invoice_inbox / file["file_key"])
        with self._at(DeliveryImports, line) as imports:
            imports.import_delivery(delivery["delivery_key"])
        return f"done without {', '.join(gone)}: it is gone" if gone and is_new else None

    @staticmethod
    def _hold_delivery(workbench: duckdb.DuckDBPyConnection, delivery: Mapping[str, Any]) -> None:
        """So that no later delivery gets its number."""
        is_archive = delivery["delivery_kind"] == "archive"
        content = delivery["files"][0]["content_sha256"] if is_archive else None
        received_at = dt.datetime.fromisoformat(str(delivery["received_at"]))
        hold(workbench, DELIVERY_KIND, delivery["delivery_key"], content, received_at)

    def _files_of(
        self, delivery: Mapping[str, Any]
    ) -> tuple[list[tuple[Mapping[str, Any], Path]], list[str]]:
        """The files of a delivery with where they are, and the keys of those that are gone.

        Raises:
            SourceFileChangedError: if all of them are.
        """
        there, gone = [], []
        for file in delivery["files"]:
            try:
                path = self._kept.find("invoice", file["file_key"], file["content_sha256"])
                there.append((file, path))
            except SourceFileChangedError:
                gone.append(file["file_key"])
        if not there:
            raise SourceFileChangedError(f"{', '.join(gone)}: it is gone")
        return there, gone

    # --- Decisions ------------------------------------------------------------------------------------------

    def _dismiss(self, line: Line) -> None:
        key = str(line.record["subject"]).partition(": ")[2]
        with self.ledger.reading() as connection:
            if recorded_outcome(connection, key) is None:
                raise OperatingError(f"the ledger knows no file {key}")
        if _details(line)["source_kind"] == "invoice":
            self._decide(line, lambda it, who: dismiss_file(it, key, who))
        else:
            dismiss(self.home, self.ledger, key, _decider(line))

    def _documents(self, line: Line, action: str) -> None:
        after = _state(line, "state_after")
        numbers = [self._document(each["document"]) for each in after["documents"]]
        if action == "register":
            choice = PostingChoice(**after["choice"]) if "choice" in after else BY_THE_RULES
            self._decide(line, lambda it, who: choose_registration(it, numbers, who, choice))
        elif action == "refuse":
            self._decide(line, lambda it, who: close_documents(it, numbers, "refuse", who))
        else:
            self._decide(line, lambda it, who: close_documents(it, numbers, "handle", who))

    def _document(self, name: str) -> int:
        found = _DOCUMENT.fullmatch(name)
        assert found is not None, "documents are named D12"
        return self.numbering.number("document", int(found[1]))

    def _sync(self, line: Line) -> None:
        """Nothing is sent: what it left in the ledger is written."""

        def restored(workbench: duckdb.DuckDBPyConnection, decider: Decider) -> None:
            restore_sync(
                workbench, line.details or {}, lambda number: self.numbering.number("invoice", number)
            )
            record_change(workbench, _change_of(line, decider))

        self._decide(line, restored)

    def _change(self, line: Line) -> None:
        arguments = dict(json.loads(_details(line)["arguments"]))
        number = self._document(arguments.pop("document"))
        run_id = line.record["run_id"]
        choice = PostingChoice(**arguments)
        self._decide(line, lambda it, who: change_registration(it, number, choice, who, run_id))

    def _correct(self, step: Step) -> None:
        line = step.line
        details = _details(line)
        arguments = self.numbering.arguments(json.loads(details["arguments"]))
        run_id = line.record["run_id"]
        reruns = iter(step.before)
        with self._at(TraceImports, line) as imports:
            imports.load_reference()

            def rerun(key: str) -> object:
                again = next(reruns, line)
                imports.moment, imports.requester = _moment(again), _requester(again)
                return imports.rerun(key)

            with self.ledger.transaction(imports.workbench, f"correction: {line.record['action']}") as it:
                number = perform(it, details["correction_kind"], arguments, _decider(line), run_id, rerun)
                changed = records(it, "corrections", "difference_imports", {"correction_id": number})
            imports.keep_rerun()
        keep_with_import(self.home, changed)

    def _decide(self, line: Line, action: Callable[[duckdb.DuckDBPyConnection, Decider], object]) -> None:
        with self.ledger.writing(str(line.record["action"])) as workbench:
            action(workbench, _decider(line))

    def _at(self, kind: type[Run], line: Line) -> Run:
        run = kind(self.home, self.ledger, line.record["run_id"] or "", _requester(line))
        run.moment = _moment(line)
        return run


_DELIVERY_COLUMNS: Final = ("delivery_id", "delivery_key", "delivery_kind", "received_at")


def _change_of(line: Line, decider: Decider) -> Change:
    record = line.record
    return Change(
        record["action"],
        record["subject"],
        decider,
        record["run_id"],
        record["reference_version"],
        _state(line, "state_before") if record["state_before"] else None,
        _state(line, "state_after") if record["state_after"] else None,
    )


def _details(line: Line) -> Mapping[str, Any]:
    if not line.details:
        raise OperatingError("what it was about was purged")
    return line.details


def _state(line: Line, name: str) -> dict[str, Any]:
    state: dict[str, Any] = json.loads(line.record[name])
    return state


def _moment(line: Line) -> dt.datetime:
    return dt.datetime.fromisoformat(line.record["recorded_at"])


def _decider(line: Line) -> Decider:
    return Decider(line.record["requested_by"], _moment(line), line.record["reason"])


def _requester(line: Line) -> Requester:
    return Requester(line.record["requested_by"], line.record["reason"])


def _digest(path: Path) -> str | None:
    with suppress(OSError), path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
    return None


def copy_file(source: Path, target: Path) -> None:
    """A copy, in a folder that is made if need be."""
    make_folder(target.parent)
    shutil.copyfile(source, target)


def link_or_copy(source: Path, target: Path) -> None:
    """The same file under a second name, or a copy of it where the disk has no such names."""
    make_folder(target.parent)
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
