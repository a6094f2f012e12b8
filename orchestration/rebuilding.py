"""Makes the ledger of a home anew, of kept files, reference history and the journal of decisions.

Belongs here: in which order things are done once more, whether the outcome is the same, and how the new
ledger comes to its place. Does not: doing one thing once more (`orchestration.replaying`). No Dagster here.

Everything is made in a home of its own beside the one that is to have it. Each step's records of the audit
log are compared with the journal, and so is the hash of what it posted: by today's rules a file may be posted
in another way than it was. Without a difference the new ledger has the entries, items, settlements,
corrections and numbers of the old one.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from assets.detection.kept import kept_files, waiting_files
from assets.errors import OperatingError, SourceFileChangedError, TransientError
from assets.home import Home, make_folder
from assets.ledger.audit import PARTITA
from assets.ledger.decisions import BEFORE, Line, journal_lines, journal_problems, posted_since
from assets.ledger.newest import remembered
from assets.ledger.store import Ledger, utc_now
from assets.statements import records
from orchestration.building import building
from orchestration.replaying import Replay, Step, copy_file, link_or_copy

_COMPARED: Final = (
    "action",
    "subject",
    "requested_by",
    "reason",
    "reference_version",
    "state_before",
    "state_after",
)


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing in which the new ledger is not the old one: the number and subject of the change (None for
    the journal itself), and what differs.
    """

    record_number: int | None
    subject: str
    problem: str


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What was made: the home with the new ledger (None if it was not taken), how many changes were done
    once more, and in what the outcome differs.
    """

    root: Path | None
    change_count: int
    gaps: tuple[Gap, ...]


@dataclass(slots=True)
class _Making:
    """`has_reference` says that the reference data with which the journal begins could be brought."""

    replay: Replay
    gaps: list[Gap] = field(default_factory=list)
    has_reference: bool = False


def rebuild(
    home: Home,
    root: Path | None,
    *,
    accepts: bool = False,
    report: Callable[[int, int], None] = lambda done, count: None,
) -> Rebuilt:
    """Makes the ledger of `home` anew: in a new home `root`, or in its own where its ledger is gone (None).

    `home` has the folder names of its settings. `report` is told how many of how many changes are done. If
    something differs the new ledger is taken only with `accepts`, and else nothing remains of it.

    Raises:
        OperatingError: if there is a ledger where the new one is to stand, or no journal to make it of.
        TransientError: if the disk refuses the new home.
    """
    target = home.root if root is None else root
    # What is made for this home itself is made within it: what is beside it may be another disk.
    folder, name = (home.root, "rebuilding") if root is None else (target.parent, target.name)
    try:
        _refuse_taken(home, root)
        with building(folder, name) as begun:
            _refuse_taken(home, root)
            lines = _lines(home)
            making = _made(home, Home(begun), lines, report, link_or_copy if root is None else copy_file)
            if making.gaps and not accepts:
                return Rebuilt(None, len(lines), tuple(making.gaps))
            _take(making, home, root)
            return Rebuilt(target, len(lines), tuple(making.gaps))
    except OSError as error:
        raise TransientError(f"{target} cannot be rebuilt: {error.strerror or error}") from error


def _lines(home: Home) -> list[Line]:
    """Raises OperatingError if there are none, or they cannot be read."""
    try:
        lines = _each_once(journal_lines(home.decisions))
    except (OSError, ValueError) as error:
        raise OperatingError(
            f"the journal {home.decisions} cannot be read: {error}. Nothing was made"
        ) from error
    if not lines:
        left = sorted(path.name for path in home.root.glob(f"{BEFORE}*"))
        hint = f"; {left[-1]} may be it, of a rebuild that was cut off: rename it" if left else ""
        raise OperatingError(f"there is no journal of decisions in {home.decisions}: nothing was made{hint}")
    return lines


def _made(
    home: Home,
    new: Home,
    lines: Sequence[Line],
    report: Callable[[int, int], None],
    put: Callable[[Path, Path], None],
) -> _Making:
    new.create()
    making = _Making(Replay(home, new, put))
    problems = [*journal_problems(home.decisions, None)[1], *_end_problems(home, lines)]
    making.gaps += [Gap(None, "", problem) for problem in problems]
    _do_all(making, lines, report)
    return making


def _each_once(lines: Iterable[Line]) -> list[Line]:
    """The lines without those that stand there again: to do one twice would post it twice."""
    found: list[Line] = []
    for line in lines:
        if not found or line.number > found[-1].number:
            found.append(line)
    return found


def _end_problems(home: Home, lines: Sequence[Line]) -> Iterator[str]:
    """What the journal lacks of the ledger that was, as far as the mark beside that says which change was its
    newest.
    """
    mark = remembered(home.newest_change)
    if mark is None:
        return
    ledgers = f"change {mark.record_number} of {mark.recorded_at} UTC"
    last = lines[-1].number
    if last < mark.record_number:
        yield f"the journal ends with change {last}, and the ledger had {ledgers}: what came after is lost"
    elif mark.record_hash not in {line.record["record_hash"] for line in lines}:
        yield f"the journal has another change than the ledger, which had {ledgers}"


def _refuse_unfinished(making: _Making) -> None:
    """Raises an OperatingError if what was made cannot be taken, whatever is accepted: without any reference
    data, or with a ledger that is not whole in its file, as on a full disk.
    """
    if not making.has_reference:
        raise OperatingError(
            "the reference data with which the journal begins are not kept any more, and without them "
            "nothing can be made of it. Restore a backup (docs/bad-days.md)"
        )
    log = making.replay.ledger.path.with_suffix(".duckdb.wal")
    if log.exists():
        raise TransientError(
            f"{log.parent} could not be written to its end. Nothing was taken: make room, then run it again"
        )


def _refuse_taken(home: Home, root: Path | None) -> None:
    if root is None:
        if Ledger.of(home).path.exists():
            raise OperatingError(
                f"{home.root} has a ledger: nothing is rebuilt over it. Name a folder that is not there yet "
                "with --to, or move the ledger away first"
            )
        return
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise OperatingError(f"{root} is not empty: name a folder that is not there yet")
    if root.resolve().is_relative_to(home.root.resolve()):
        raise OperatingError(f"{root} lies in the home {home.root}: name a place beside it")


# --- Doing it once more -------------------------------------------------------------------------------------


def steps(lines: Sequence[Line]) -> Iterator[Step]:
    """The lines by what was done in one transaction.

    Files that a correction imported once more come before it and bear its run. What the program links or
    compensates of a delivery comes after it.
    """
    corrections = {
        line.record["run_id"]
        for line in lines
        if _is_correction(line) and line.record["requested_by"] != PARTITA and line.record["run_id"]
    }
    waiting: list[Line] = []
    step: Step | None = None
    for line in lines:
        is_part = line.record["requested_by"] == PARTITA and _is_correction(line)
        if is_part and step is not None:
            step = Step(step.line, step.before, (*step.after, line))
            continue
        if step is not None:
            yield step
            step = None
        if line.record["action"] == "import" and line.record["run_id"] in corrections:
            waiting.append(line)
            continue
        step = Step(line, tuple(waiting))
        waiting = []
    if step is not None:
        yield step


def _is_correction(line: Line) -> bool:
    return bool(line.details) and "correction_kind" in (line.details or {})


def _do_all(making: _Making, lines: Sequence[Line], report: Callable[[int, int], None]) -> None:
    done = 0
    for step in steps(lines):
        problem = _do(making, step)
        _compare(making, step, problem)
        done += len(step.lines)
        report(done, len(lines))


def _do(making: _Making, step: Step) -> str | None:
    """Does a step, and says what of it was not done.

    Raises:
        TransientError: if the disk refuses something: that is no difference between the ledgers.
    """
    changed = next((line for line in step.lines if not line.is_chained), None)
    if changed is not None:
        # What it says may be anything.
        return f"not done: line {changed.number} is not the one that was written"
    try:
        problem = making.replay.do(step)
    except SourceFileChangedError as error:
        return f"not done: {error}"
    except TransientError:
        raise
    except OperatingError as error:
        return f"not done: {error}"
    making.has_reference |= step.line.record["action"] == "reference"
    return problem


def _compare(making: _Making, step: Step, problem: str | None) -> None:
    """Notes in what the outcome of a step differs from the journal, and follows the numbers."""
    replay, numbering = making.replay, making.replay.numbering
    subject = f"{step.line.record['action']} {step.line.record['subject']}"
    posted = step.lines[-1].posted
    if not replay.ledger.exists():
        making.gaps.append(Gap(step.line.number, subject, problem or "nothing came of it"))
        return
    with replay.ledger.reading() as connection:
        made = records(connection, "ledger", "audit_records_after", {"record_number": replay.record_count})
        now = posted_since(connection, numbering.now)
    replay.record_count += len(made)
    if problem is None:
        is_same = posted is None or now["content_hash"] == posted["content_hash"]
        problem = _difference(step.lines, made, is_same=is_same, is_shifted=numbering.is_shifted)
    if problem is not None:
        making.gaps.append(Gap(step.line.number, subject, problem))
    if posted is not None:
        numbering.follow(posted, now)


def _difference(
    lines: Sequence[Line], made: Sequence[Mapping[str, Any]], *, is_same: bool, is_shifted: bool
) -> str | None:
    """What differs, in words; None if nothing does. Numbers that moved are no difference of their own."""
    if len(lines) != len(made):
        actions = ", ".join(str(row["action"]) for row in made) or "nothing"
        return f"today's rules make {actions} of it"
    names = ("action",) if is_shifted else _COMPARED
    for line, row in zip(lines, made, strict=True):
        for name in names:
            if row[name] != line.record[name]:
                return _said(name, line.record[name], row[name])
    return None if is_same else "today's rules post something else"


def _said(name: str, before: Any, now: Any) -> str:
    """Of a state only what differs."""
    if name.startswith("state_") and before and now:
        old, new = json.loads(before), json.loads(now)
        differing = [key for key in {**old, **new} if old.get(key) != new.get(key)]
        before = ", ".join(f"{key} {json.dumps(old.get(key))}" for key in differing)
        now = ", ".join(f"{key} {json.dumps(new.get(key))}" for key in differing)
        return f"it had {before}, and has {now} by today's rules"
    return f"its {name} was {before}, and is {now}"


# --- Taking it ----------------------------------------------------------------------------------------------


def _take(making: _Making, home: Home, root: Path | None) -> None:
    """Brings what was made to its place."""
    _refuse_unfinished(making)
    new = making.replay.home
    _note_restored(home, new)
    if root is None:
        _take_in_place(home, new)
        return
    _bring_the_rest(home, new)
    if root.exists():
        root.rmdir()
    new.root.rename(root.resolve())


def _note_restored(home: Home, new: Home) -> None:
    new.restored.write_text(
        f"The ledger was rebuilt on {utc_now():%Y-%m-%d %H:%M:%S} UTC from the files and the journal of "
        f"{home.root}. Remove this file when the accounting programs were compared (docs/bad-days.md).\n",
        "utf-8",
    )


def _bring_the_rest(home: Home, new: Home) -> None:
    """What is not in the ledger: files that wait or that it does not know, reference files not in force."""
    known = {(file.source_kind, file.file_name) for file in kept_files(new)}
    for file in [*waiting_files(home), *kept_files(home)]:
        path = file.folder / file.file_name
        target = new.root / path.relative_to(home.root)
        if (file.source_kind, file.file_name) not in known and path.is_file() and not target.exists():
            copy_file(path, target)
    shutil.copytree(home.reference, new.reference, dirs_exist_ok=True)


def _take_in_place(home: Home, new: Home) -> None:
    """Moves the ledger to its place, last of all; what belongs to it comes before it."""
    made = kept_files(new)
    for file in made:
        target = home.root / (file.folder / file.file_name).relative_to(new.root)
        if not target.exists():
            _move_kept(home, file.source_kind, file.file_name, file.folder / file.file_name, target)
    if _hashes(home) != _hashes(new):
        moment = f"{utc_now():%Y%m%dT%H%M%S}"
        home.decisions.rename(home.root / f"{BEFORE}{moment}")
        new.decisions.rename(home.decisions)
    new.restored.replace(home.restored)
    new.newest_change.replace(home.newest_change)
    before, after = Ledger.of(home).path, Ledger.of(new).path
    make_folder(before.parent)
    log = before.with_suffix(".duckdb.wal")
    if log.exists():
        # The log of the ledger that is gone must never be played into the new one.
        log.replace(log.with_name(f"{log.name}.before"))
    after.replace(before)
    home.contents_compared.unlink(missing_ok=True)


def _move_kept(home: Home, source_kind: str, name: str, made: Path, target: Path) -> None:
    """By today's rules a file may be processed that had failed, or the other way round."""
    make_folder(target.parent)
    for file in kept_files(home):
        if (file.source_kind, file.file_name) == (source_kind, name):
            (file.folder / file.file_name).replace(target)
            return
    link_or_copy(made, target)


def _hashes(home: Home) -> list[str]:
    return [line.record["record_hash"] for line in journal_lines(home.decisions)]
