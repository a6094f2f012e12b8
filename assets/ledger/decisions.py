"""The journal of decisions: what a new ledger needs beside the kept files, in files beside the ledger.

Belongs here: the files `decisions/YYYY-MM.jsonl` of the home, what a line of them says, how it is chained and
verified. Does not: making a ledger of it (`orchestration.rebuilding`).

A line is one record of the audit log with the details that the ledger has of it: the arguments of a
correction, the files of a delivery, where a file of an import is kept. It is made from the ledger, within the
transaction of the change, and appended and flushed to the disk after its commit. A kill in between leaves the
journal behind the ledger, and the next transaction appends what it lacks: so a ledger that was made before
there was a journal has all of its changes in it after the next one. A journal that is ahead of its ledger, or
another one's, gets no line until a person has seen to it.

A line's hash covers its record, the hash of its details and the hash of the line before: details that a purge
removes leave their hash, and the chain stays whole. A purge marks the journal before its commit and cleans it
after; where it was cut off in between, the next change of the ledger cleans it. The last line of each
transaction says in `posted` which numbers are in use after it, and the hash of what was posted since the
`posted` before it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb

from assets.errors import TransientError
from assets.home import make_folder
from assets.ledger.audit import COLUMNS, FIRST_HASH, plain, record_hash
from assets.settings import SETTING_RULES
from assets.statements import records

NUMBERS: Final = ("entry", "item", "settlement", "document", "correction", "import", "invoice")
"""What the ledger numbers, as `posted` names it."""

CONTENTS: Final = "reference"
"""The folder within the journal's with each content of a reference file that took effect, by its hash."""

JOURNAL_REMEDY: Final = (
    "Put the folder `decisions` back from your copy of the home. Without one move its files `YYYY-MM.jsonl` "
    "out of the home, and leave `decisions/reference` there: the next change of the ledger writes them anew, "
    "with all that the ledger holds (docs/bad-days.md)."
)

BEFORE: Final = "decisions-before-"
"""How the folder of a journal is called, beside that of the journal that took its place."""

_PURGING: Final = ".purging"
"""The mark in the folder of a journal of which a purge has still to clean; no names stand in it."""

_MONTH: Final = re.compile(r"[0-9]{4}-[0-9]{2}\.jsonl")
_OWNER_ONLY_FILE: Final = 0o600
_TAIL: Final = 64 * 1024
_DIGITS: Final = 64
"""Of the hash of a content; a file that was absent has none."""

_IMPORT: Final = re.compile(r"import ([0-9]+)(?:/[0-9]+)?: ")
_CORRECTION: Final = re.compile(r"C([0-9]+): ")
_DELIVERY: Final = "delivery "


@dataclass(frozen=True, slots=True)
class Line:
    """One line: a record of the audit log as JSON has it, and the details of it (None if they were purged).

    `posted` is None but in the last line of a transaction.
    """

    record: Mapping[str, Any]
    details: Mapping[str, Any] | None
    details_sha256: str
    posted: Mapping[str, Any] | None
    previous_hash: str
    line_hash: str

    @property
    def number(self) -> int:
        """The number of the record."""
        return int(self.record["record_number"])

    @property
    def is_chained(self) -> bool:
        """Whether record, details and hash are those that were written."""
        if any(name not in self.record for name in (*COLUMNS, "previous_hash", "record_hash")):
            return False
        is_whole = self.details is None or _sha256(self.details) == self.details_sha256
        of_record = record_hash(self.record, self.record["previous_hash"])
        of_line = _line_hash(self.record, self.details_sha256, self.posted, self.previous_hash)
        return is_whole and of_record == self.record["record_hash"] and self.line_hash == of_line

    def text(self) -> str:
        """As it stands in the file."""
        return _json(
            {
                "record": self.record,
                "details": self.details,
                "details_sha256": self.details_sha256,
                "posted": self.posted,
                "previous_hash": self.previous_hash,
                "line_hash": self.line_hash,
            }
        )


@dataclass(frozen=True, slots=True)
class Addition:
    """Lines that a transaction adds to the journal when it is committed, with the place where they go."""

    folder: Path
    whole_bytes: Mapping[str, int]
    """By file name, how much of the last files is whole: what a power failure left of a transaction goes."""
    lines: Sequence[Line]

    def write(self) -> None:
        """Appends the lines and flushes them to the disk. A disk that refuses leaves them to the next one."""
        # The change is committed, and stays so whatever becomes of its line: the ledger has it.
        with suppress(OSError):
            make_folder(self.folder)
            last = ""
            for name, byte_count in self.whole_bytes.items():
                if byte_count:
                    last = max(last, name)
                    os.truncate(self.folder / name, byte_count)
                else:
                    (self.folder / name).unlink()
            texts: dict[str, list[str]] = {}
            for line in self.lines:
                # A clock that went back opens no earlier month: the order of lines is that of the files.
                last = max(last, f"{line.record['recorded_at'][:7]}.jsonl")
                texts.setdefault(last, []).append(f"{line.text()}\n")
            for name, of_file in texts.items():
                _append(self.folder / name, "".join(of_file).encode("ascii"))
            _flush_folder(self.folder)


@dataclass(frozen=True, slots=True)
class _End:
    """Where the journal ends: the last line of its last whole transaction, how many bytes of the last files
    are whole, and the number of the last line, which a power failure may have left without the rest of its
    transaction.
    """

    line: Line | None
    whole_bytes: Mapping[str, int]
    newest_number: int


def to_append(ledger: duckdb.DuckDBPyConnection, folder: Path) -> Addition | None:
    """Within a transaction: what is to be appended after its commit; None if the journal has all of it, or
    is not the one of this ledger.
    """
    try:
        end = _end(folder)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        # A journal that cannot be read is no reason to stop the work: `doctor` says so.
        return None
    number = 0 if end.line is None else end.line.number
    (found,) = records(ledger, "ledger", "newest_change", {"record_number": number})
    newest = found["record_number"] or 0
    if newest <= number or newest < end.newest_number:
        return None
    if end.line is not None and found["remembered_hash"] != end.line.record["record_hash"]:
        return None
    lines = _lines_after(ledger, end.line)
    return Addition(folder, end.whole_bytes, lines)


def _lines_after(ledger: duckdb.DuckDBPyConnection, last: Line | None) -> list[Line]:
    number, previous = (0, FIRST_HASH) if last is None else (last.number, last.line_hash)
    before = dict.fromkeys(NUMBERS, 0) if last is None or last.posted is None else last.posted
    found = records(ledger, "ledger", "audit_records_after", {"record_number": number})
    lines = []
    for row in found:
        found_details = _details(ledger, row)
        is_purged = found_details.pop("is_purged", False)
        details = _json_of(found_details)
        record = {name: plain(row[name]) for name in (*COLUMNS, "previous_hash", "record_hash")}
        posted = posted_since(ledger, before) if row is found[-1] else None
        details_hash = _sha256(details)
        line_hash = _line_hash(record, details_hash, posted, previous)
        shown = None if is_purged else details
        lines.append(Line(record, shown, details_hash, posted, previous, line_hash))
        previous = line_hash
    return lines


def posted_since(ledger: duckdb.DuckDBPyConnection, before: Mapping[str, Any]) -> dict[str, Any]:
    """The numbers in use, and the hash of what has higher ones than `before`, as they stand now; after a sync
    also of what that left.
    """
    parameters = {name: before[name] for name in ("entry", "item", "settlement", "document")}
    (found,) = records(ledger, "ledger", "posted_since", parameters)
    sync_record = found.pop("sync_record")
    if sync_record is None:
        return found
    (left,) = records(ledger, "ledger", "posted_sync", {"record_number": sync_record})
    return found | {"content_hash": f"{found['content_hash']} {left['content_hash']}"}


def _details(ledger: duckdb.DuckDBPyConnection, row: Mapping[str, Any]) -> dict[str, Any]:
    """What the ledger knows of a change beside its record; nothing where the record says all."""
    subject = str(row["subject"])
    if found := _CORRECTION.match(subject):
        parameters: dict[str, object] = {"correction_id": int(found[1])}
        name = "decided_correction"
    elif found := _IMPORT.match(subject):
        parameters, name = {"import_id": int(found[1])}, "decided_import"
    elif row["action"] == "register" and subject.startswith(_DELIVERY):
        zone = SETTING_RULES["time_zone"].default
        parameters = {"delivery_key": subject.removeprefix(_DELIVERY), "default_zone": zone}
        name = "decided_delivery"
    elif row["action"] == "switch-automatic":
        companies = records(ledger, "ledger", "decided_switch", {"switched_at": row["recorded_at"]})
        return {"companies": companies}
    elif str(row["action"]).startswith("sync"):
        parameters, name = {"record_number": row["record_number"]}, "decided_sync"
    else:
        return {}
    of_change = records(ledger, "ledger", name, parameters)
    return of_change[0] if of_change else {}


# --- Reading ------------------------------------------------------------------------------------------------


def journal_files(folder: Path) -> list[Path]:
    """The files of a journal, oldest first."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if _MONTH.fullmatch(path.name))


def journal_lines(folder: Path) -> Iterator[Line]:
    """The lines of a journal in their order, as they are written; what a power failure left of one is none.

    Raises:
        OSError: if a file cannot be read.
        ValueError: if a line is none; its file and number are in the message.
    """
    for path in journal_files(folder):
        with path.open("rb") as stream:
            for place, text in enumerate(stream, start=1):
                if not text.endswith(b"\n"):
                    continue
                try:
                    yield _parsed(text)
                except (ValueError, KeyError, TypeError, RecursionError) as error:
                    raise ValueError(f"line {place} of {path.name} was changed: it is none") from error


def journal_problems(folder: Path, ledger: duckdb.DuckDBPyConnection | None) -> tuple[int, list[str]]:
    """How many changes of the ledger are not in the journal yet, and what is wrong with it, in sentences.

    Without a ledger only the chain and the contents of reference files are looked at.
    """
    hashes = {} if ledger is None else {row["record_number"]: row["record_hash"] for row in _audit(ledger)}
    number, previous, wrong = 0, FIRST_HASH, []
    try:
        for line in journal_lines(folder):
            if line.number <= number:
                wrong.append(f"line {line.number} is there twice")
                continue
            if line.number != number + 1:
                wrong.append(f"lines {number + 1} to {line.number - 1} are missing")
            if line.previous_hash != previous or not line.is_chained:
                wrong.append(f"line {line.number} is not the one that was written")
            number, previous = line.number, line.line_hash
            if ledger is None:
                continue
            if number not in hashes:
                wrong.append(f"the ledger lacks change {number} ({line.record['recorded_at']} UTC)")
            elif hashes[number] != line.record.get("record_hash"):
                wrong.append(f"change {number} is another one in the ledger")
    except (OSError, ValueError) as error:
        wrong.append(str(error))
        return 0, wrong
    wrong += [f"{name} is not what took effect" for name in _other_contents(folder)]
    return max(0, len(hashes) - number), wrong


def contents_lacking(folder: Path) -> int:
    """How many contents of reference files that once took effect the journal does not keep: without them no
    ledger can be made of it. Its lines must be whole.
    """
    taken: set[str] = set()
    for line in journal_lines(folder):
        if line.record["action"] == "reference":
            files = json.loads(line.record["state_after"])["files"].values()
            taken.update(str(file["content_sha256"]) for file in files)
    kept = folder / CONTENTS
    return sum(not (kept / f"{each}.csv").exists() for each in taken if len(each) == _DIGITS)


def _audit(ledger: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    return records(ledger, "ledger", "audit_records_after", {"record_number": 0})


def _other_contents(folder: Path) -> Iterator[str]:
    kept = folder / CONTENTS
    for path in sorted(kept.iterdir()) if kept.is_dir() else ():
        if not path.name.startswith(".") and _digest(path) != path.stem:
            yield f"{CONTENTS}/{path.name}"


def _end(folder: Path) -> _End:
    """Reads no more of the last files than it needs."""
    newest_number = 0
    whole_bytes: dict[str, int] = {}
    for path in reversed(journal_files(folder)):
        size, length = path.stat().st_size, 0
        while length < size:
            length = min(size, max(_TAIL, 2 * length))
            with path.open("rb") as stream:
                stream.seek(size - length)
                texts = stream.read(length).splitlines(keepends=True)
            end = size
            # The first of them may be the end of a longer line.
            for text in reversed(texts if length == size else texts[1:]):
                if text.endswith(b"\n"):
                    line = _parsed(text)
                    newest_number = max(newest_number, line.number)
                    if line.posted is not None:
                        return _End(line, whole_bytes | {path.name: end}, newest_number)
                end -= len(text)
        whole_bytes[path.name] = 0
    return _End(None, whole_bytes, newest_number)


def _parsed(text: bytes) -> Line:
    said = json.loads(text)
    line = Line(
        said["record"],
        said["details"],
        said["details_sha256"],
        said["posted"],
        said["previous_hash"],
        said["line_hash"],
    )
    if not isinstance(line.number, int) or not isinstance(line.record["recorded_at"], str):
        raise ValueError("it is no line of a journal")
    return line


# --- Writing ------------------------------------------------------------------------------------------------


def keep_contents(folder: Path, files: Mapping[str, str], reference: Path, *, is_new: bool) -> None:
    """Within the transaction that brings reference files into force: keeps their contents in the journal.

    `files` are the names and the hashes in force. Those that take effect now (`is_new`) must be there; of
    those that took effect before there was a journal, what was changed since cannot be kept any more.

    Raises:
        TransientError: if a file was changed meanwhile, or the disk refuses: nothing takes effect then.
    """
    kept = folder / CONTENTS
    for name, content_hash in files.items():
        target = kept / f"{content_hash}.csv"
        if target.exists():
            continue
        try:
            content = (reference / name).read_bytes()
            if hashlib.sha256(content).hexdigest() != content_hash:
                if not is_new:
                    continue
                raise TransientError(
                    f"{name} was changed while it was read: nothing took effect; run it again"
                )
            make_folder(kept)
            written = kept / f".{content_hash}.part"
            written.unlink(missing_ok=True)
            _append(written, content)
            written.replace(target)
            _flush_folder(kept)
        except FileNotFoundError:
            if is_new:
                raise TransientError(
                    f"{name} was removed while it was read: nothing took effect; run it again"
                ) from None
        except OSError as error:
            raise TransientError(
                f"{name} cannot be kept in {kept}: {error.strerror}. Nothing took effect; check free space "
                "and permissions, then run it again"
            ) from error


def begin_purge(folder: Path, kept_from: dt.datetime, purged_at: dt.datetime) -> None:
    """Within the transaction of a purge: marks the journal, so that it is cleaned whatever comes in between.

    Raises:
        OSError: if the disk refuses.
    """
    make_folder(folder)
    written = folder / f"{_PURGING}.part"
    written.unlink(missing_ok=True)
    said = {"kept_from": kept_from.isoformat(), "purged_at": purged_at.isoformat()}
    _append(written, _json(said).encode("ascii"))
    written.replace(folder / _PURGING)
    _flush_folder(folder)


def is_purging(folder: Path) -> bool:
    """Whether a purge has still to clean the journal."""
    return (folder / _PURGING).exists()


def end_purge(ledger: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """After a commit: cleans the journal, and those that it took the place of, of what a purge removed, if
    one is under way. A purge that was not committed removed nothing.

    Raises:
        OSError: if a file cannot be read or written.
        ValueError: if a line was changed; its file and number are in the message.
    """
    if not is_purging(folder):
        return
    said = json.loads((folder / _PURGING).read_bytes())
    purged_at, kept_from = (dt.datetime.fromisoformat(said[name]) for name in ("purged_at", "kept_from"))
    if records(ledger, "ledger", "known_purge", {"purged_at": purged_at}):
        found = records(ledger, "ledger", "purgeable_file", {"kept_from": kept_from})
        purged = {str(row["file_key"]) for row in found}
        _purge_details(folder, lambda line: _is_of(line, purged))
        left = records(ledger, "ledger", "unpurgeable_delivery", {"kept_from": kept_from})
        open_ones = {str(row["delivery_key"]) for row in left}
        for old in sorted(folder.parent.glob(f"{BEFORE}*")):
            _purge_details(
                old,
                lambda line: _is_of(line, purged) or _was_received(line, kept_from, open_ones),
                is_old=True,
            )
    (folder / _PURGING).unlink()


def _purge_details(folder: Path, is_purged: Callable[[Line], bool], *, is_old: bool = False) -> None:
    """Takes out of a journal what it says of delivered files that are purged; hashes stay.

    Half a line at the end of an old journal goes: nobody can know what it names, and nobody completes it.
    """
    for path in journal_files(folder):
        before = path.read_bytes().splitlines(keepends=True)
        after = []
        for place, text in enumerate(before, start=1):
            if not text.endswith(b"\n"):
                after += [] if is_old else [text]
                continue
            try:
                after.append(_without_details(text) if is_purged(_parsed(text)) else text)
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
                raise ValueError(
                    f"line {place} of {folder.name}/{path.name} was changed: it is none"
                ) from error
        if after != before:
            written = path.with_name(f".{path.name}.part")
            written.unlink(missing_ok=True)
            _append(written, b"".join(after))
            written.replace(path)
            _flush_folder(folder)


def _is_of(line: Line, file_keys: set[str]) -> bool:
    """Whether all that a line names are these files."""
    files = (line.details or {}).get("files")
    return bool(files) and all(file["file_key"] in file_keys for file in files or ())


def _was_received(line: Line, kept_from: dt.datetime, open_ones: set[str]) -> bool:
    """Whether a line is of a delivery that is old enough and of which nothing is left to do: the present
    ledger may know nothing of it.
    """
    details = line.details or {}
    if not details.get("files") or details.get("delivery_key") in open_ones:
        return False
    moment = details.get("received_at") or line.record["recorded_at"]
    return dt.datetime.fromisoformat(str(moment)) < kept_from


def _without_details(text: bytes) -> bytes:
    return f"{_json(json.loads(text) | {'details': None})}\n".encode("ascii")


def _append(path: Path, data: bytes) -> None:
    """Writes at the end of a file, and flushes it to the disk."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, _OWNER_ONLY_FILE)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _flush_folder(folder: Path) -> None:
    """A new name is on the disk when its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _line_hash(
    record: Mapping[str, Any], details_sha256: str, posted: Mapping[str, Any] | None, previous_hash: str
) -> str:
    return _sha256([record["record_hash"], details_sha256, posted, previous_hash])


def _sha256(value: object) -> str:
    return hashlib.sha256(_json(value).encode("ascii")).hexdigest()


def _json(value: object) -> str:
    return json.dumps(plain(value), separators=(",", ":"))


def _json_of(value: Mapping[str, Any]) -> dict[str, Any]:
    """As it is when it is read again, so that its hash is the same."""
    made: dict[str, Any] = json.loads(_json(value))
    return made


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
