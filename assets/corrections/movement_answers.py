"""Answers of people whether a movement of a trace is in the ledger already or another (D12).

Belongs here: taking an answer and taking it back. Does not: which movements are asked about, and posting
them: an answer is recorded, and then the file is imported once more as by any rerun (`assets.ledger`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, Literal

import duckdb

from assets.corrections.items import refuse_closed_periods
from assets.corrections.recording import Correction, named, refusal
from assets.corrections.undoing import take_back
from assets.errors import SourceFileChangedError
from assets.import_numbers import import_number, number_alone, numbered
from assets.ledger import findings
from assets.ledger.given import Given
from assets.ledger.imports import set_status
from assets.ledger.journal import free_movements, take_movements
from assets.statements import next_number, records, statement
from assets.traces.asked_movements import answer_movement, withdraw_answer

Answer = Literal["same", "another"]

_PLACE: Final = re.compile(r"(?P<file>.+):(?P<line>[0-9]{1,18})")


def answer_movements(correction: Correction, places: Iterable[str], answer: Answer) -> None:
    """Within a transaction: notes what a person says of movements that wait, and imports their files once
    more: `another` posts them, `same` leaves them out; either ends the findings.

    A place is FILE:LINE, as the finding names it; FILE alone means all movements of the file that wait.

    Raises:
        OperatingError: if nothing waits there, several files have that name, the kept file is missing, or an
            answer `same` cannot be, since no other file brings such a movement any more. Nothing is changed
            then.
    """
    at_places = [(place, _at(correction.workbench, place)) for place in places]
    _refuse_a_file_beside_its_line(at_places)
    found = {(row["import_id"], row["line_number"]): row for _, waiting in at_places for row in waiting}
    waiting = [row for _, row in sorted(found.items())]
    # One file after the other: a file that has its answers and was not imported yet must not meet another.
    for _, of_file in groupby(waiting, key=itemgetter("import_id")):
        rows = list(of_file)
        for row in rows:
            _insert(correction, row, answer)
        _import_again(correction, rows[0])
    _refuse_same_as_nothing(correction)


def _refuse_a_file_beside_its_line(at_places: Sequence[tuple[str, Sequence[Mapping[str, Any]]]]) -> None:
    """Raises OperatingError where a whole file is named beside a line of it, such as `I12 RITCOGE.txt:4`
    without quotes: one line is meant, and the file alone would answer for every movement that waits.
    """
    names: dict[int, str] = {}
    lines: dict[int, int] = {}
    for place, waiting in at_places:
        for row in waiting:
            if _PLACE.fullmatch(place):
                lines[row["import_id"]] = row["line_number"]
            else:
                names[row["import_id"]] = place
    for import_id in sorted(names.keys() & lines.keys()):
        number = import_number(import_id)
        raise refusal(
            f"{names[import_id]} alone means all movements of the file that wait; line {lines[import_id]} "
            f"of it is named as well: say {number}:{lines[import_id]} for that one, or {number} for all"
        )


def _insert(correction: Correction, row: Mapping[str, Any], answer: Answer) -> None:
    """Writes the answer about a movement that waits, and closes its finding."""
    ledger, decider = correction.workbench, correction.decider
    answer_id = next_number(ledger, "ledger.movement_answer", "answer_id")
    at_line = {name: row[name] for name in ("import_id", "line_number")}
    of_movement = {name: row[name] for name in ("company_code", "progressive")}
    given = {"answer_id": answer_id, "answer": answer, "correction_id": correction.correction_id}
    answer_movement(ledger, **at_line, **of_movement, **given, now=correction.now)
    asked = Given("corrections", "answered_finding", at_line)
    findings.close(ledger, asked, "answered", correction.now, decider.who, decider.reason)
    correction.effect("movement_answered", answer_id)


def answers_to_turn(ledger: duckdb.DuckDBPyConnection, correction_id: int) -> list[dict[str, Any]]:
    """The answers that a correction gave, withdrew or restored, by the columns of `movement_answer_to_turn`;
    of most corrections none.
    """
    return records(ledger, "corrections", "movement_answer_to_turn", {"correction_id": correction_id})


def turn_answers(correction: Correction, correction_id: int, turned: Sequence[Mapping[str, Any]]) -> None:
    """Within a transaction: takes back a correction about answers (`turned`, from `answers_to_turn`).

    What was posted by an answer is reversed, and the movement waits again; an answer that was taken back
    counts again.

    Raises:
        OperatingError: if the file was deleted, superseded or dismissed since, others settled what a movement
            brought, a period is closed, or it was answered or posted anew. Nothing is changed then.
    """
    for row in turned:
        if row["status"] not in ("posted", "incomplete", "failed"):
            raise refusal(
                f"line {row['line_number']} of {_file(row)} cannot be asked about: the file is "
                f"{row['status']}"
            )
    given = [row for row in turned if row["effect_kind"] != "movement_answer_withdrawn"]
    posted = [row["entry_id"] for row in given if row["answer"] == "another" and row["entry_id"] is not None]
    _refuse_changed(correction, posted)
    take_back(correction, correction_id)
    _take_out(correction, posted)
    for row in given:
        withdraw_answer(correction.workbench, row["answer_id"], correction.now)
        correction.effect("movement_answer_withdrawn", row["answer_id"])
    for entry_id in posted:
        by_entry = {"entry_id": entry_id}
        free_movements(correction.workbench, Given("corrections", "entry_to_free", by_entry))
        correction.workbench.execute(statement("corrections", "insert_withdrawn_movement"), by_entry)
        correction.effect("movement_withdrawn", entry_id)
    _restore(
        correction,
        correction_id,
        [row for row in turned if row["effect_kind"] == "movement_answer_withdrawn"],
    )
    correction.refresh_imports()
    # One after the other, as above.
    for row in {row["import_id"]: row for row in turned}.values():
        set_status(correction.workbench, row["import_id"], "incomplete")
        _import_again(correction, row)
    _refuse_same_as_nothing(correction)


def _restore(correction: Correction, correction_id: int, withdrawn: Sequence[Mapping[str, Any]]) -> None:
    """Answers that a correction withdrew count again, and so do the movements that it took out."""
    ledger = correction.workbench
    by_id = {"correction_id": correction_id}
    for row in withdrawn:
        newer = records(ledger, "corrections", "newer_answer", {"answer_id": row["answer_id"]})
        place = f"line {row['line_number']} of {_file(row)}"
        if newer:
            answered = f"C{newer[-1]['correction_id']}"
            raise refusal(f"{place} was answered anew by {answered} since: undo that first")
        if row["entry_id"] is not None:
            raise refusal(f"{place} was posted by entry {row['entry_id']} since: delete its import first")
        withdraw_answer(correction.workbench, row["answer_id"], None)
        correction.effect("movement_answer_restored", row["answer_id"])
    if not withdrawn:
        return
    for row in records(ledger, "corrections", "movement_to_restore", by_id):
        by_entry = {"entry_id": row["entry_id"]}
        take_movements(ledger, Given("corrections", "movement_of_entry", by_entry))
        ledger.execute(statement("corrections", "delete_withdrawn_movement"), by_entry)


def _take_out(correction: Correction, entry_ids: Sequence[int]) -> None:
    """Reverses those of the entries that count, undoes what they settled and withdraws what they opened."""
    ledger = correction.workbench
    correction.target(entry_ids)
    standing = _ids(ledger, "standing_target_entry", "entry_id")
    refuse_closed_periods(correction, standing)
    settlements = _ids(ledger, "settlement_of_entries", "settlement_id")
    items = _ids(ledger, "item_of_entries", "item_id")
    correction.reverse(standing)
    correction.undo_settlements(settlements)
    correction.withdraw(items)


def _ids(ledger: duckdb.DuckDBPyConnection, name: str, column: str) -> list[int]:
    return [row[column] for row in records(ledger, "corrections", name)]


def _refuse_changed(correction: Correction, entry_ids: Sequence[int]) -> None:
    """Raises OperatingError if one of the entries was reversed since, or others settled or linked what it
    brought.
    """
    ledger = correction.workbench
    correction.target(entry_ids)
    gone = sorted(set(entry_ids) - set(_ids(ledger, "standing_target_entry", "entry_id")))
    if gone:
        entries = named([f"entry {entry_id}" for entry_id in gone])
        raise refusal(
            f"{entries} was deleted since: `partita corrections` names what did it, undo that first"
        )
    found = records(ledger, "corrections", "settlement_by_others")
    if found:
        names = [
            f"{row['company_code']}:{row['open_item_key']} by entry {row['entry_id']}/{row['line_number']}"
            + (f" (correction C{row['correction_id']})" if row["correction_id"] else "")
            for row in found
        ]
        raise refusal(f"others settled or linked what the movement brought: {named(names)}. Undo that first")


def _import_again(correction: Correction, row: Mapping[str, Any]) -> None:
    """Imports the file of an import once more, and notes what it posted."""
    try:
        correction.rerun(row["partition_key"])
    except SourceFileChangedError as error:
        raise refusal(str(error).rstrip(".")) from error
    of_import = {"correction_id": correction.correction_id, "import_id": row["import_id"]}
    correction.workbench.execute(statement("corrections", "note_posted_movements"), of_import)
    correction.effect("import_rerun", row["import_id"])


def _refuse_same_as_nothing(correction: Correction) -> None:
    """Raises OperatingError if a file posted what this correction calls the same as another."""
    by_id = {"correction_id": correction.correction_id}
    wrong = records(correction.workbench, "corrections", "same_but_posted", by_id)
    if wrong:
        first = wrong[0]
        number = import_number(first["import_id"])
        lines = named([str(row["line_number"]) for row in wrong if row["import_id"] == first["import_id"]])
        raise refusal(
            "other files do not bring so many movements any more that are equal to line "
            f"{lines} of {_file(first)}: `partita rerun {number}` posts what is the same as nothing in the "
            "ledger"
        )


def _at(ledger: duckdb.DuckDBPyConnection, place: str) -> list[dict[str, Any]]:
    """The movements that wait at FILE:LINE or in FILE. Raises OperatingError if there is none."""
    found = _PLACE.fullmatch(place)
    file, line = (found["file"], int(found["line"])) if found else (place, None)
    file = number_alone(file)
    waiting = records(ledger, "corrections", "movement_question", {"file": file})
    at_line = [row for row in waiting if line in (None, row["line_number"])]
    files = list(dict.fromkeys(_file(row) for row in at_line))
    if len(files) > 1:
        raise refusal(f"several files are called {file}: name one of them by its number: {named(files)}")
    if at_line:
        return at_line
    if line is not None:
        answered = records(ledger, "corrections", "answer_of_line", {"file": file, "line_number": line})
        if answered:
            of_file, correction_id = _file(answered[0]), answered[0]["correction_id"]
            raise refusal(f"line {line} of {of_file} was answered by C{correction_id}: undo that first")
    if waiting:
        names = [f"{_file(row)}:{row['line_number']}" for row in waiting]
        raise refusal(f"nothing waits for an answer at {place}, but at {named(names)}")
    raise refusal(f"nothing waits for an answer at {place}: `partita findings` names what does")


def _file(row: Mapping[str, Any]) -> str:
    """What messages call the file of a movement."""
    return numbered(row["import_id"], row["partition_key"])
