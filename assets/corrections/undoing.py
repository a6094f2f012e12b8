"""Undoes corrections, whatever they were: every effect is taken back, in balances and items, by effects of
its own.

Belongs here: turning the effects of a correction, and reopening an item by undoing what settled it. Does not:
what the effects are (`assets.corrections.recording`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assets.corrections.answering import is_turned_last, turn_answer
from assets.corrections.ibans import iban_answers_to_turn, turn_iban_answers
from assets.corrections.items import item_of_key, refuse_closed_periods
from assets.corrections.recording import Correction, named, refusal
from assets.corrections.registrations import turn_registration
from assets.import_numbers import numbered
from assets.ledger import findings
from assets.ledger.given import Given
from assets.ledger.imports import delete_import, restore_import
from assets.ledger.journal import free_movements, take_movements
from assets.statements import records, statement
from assets.traces.left_out import follow_left_out


def correction_to_undo(correction_id: int, found: list[dict[str, Any]]) -> dict[str, Any]:
    """The correction, if it can be undone. Raises OperatingError if there is none, or it is undone
    already.
    """
    if not found:
        raise refusal(f"there is no correction C{correction_id}: `partita corrections` lists them")
    (row,) = found
    if row["undone_by_correction_id"] is not None:
        raise refusal(f"C{correction_id} is undone already, by C{row['undone_by_correction_id']}")
    return row


def undo(correction: Correction, correction_id: int) -> None:
    """Within a transaction: takes back a correction. `correction` is the one that undoes it.

    Raises:
        OperatingError: if it cannot be undone: because of what happened since, which is named. Nothing is
        changed then.
    """
    by_id = {"correction_id": correction_id}
    known = records(correction.workbench, "corrections", "correction", by_id)
    # This undo has a number already, and is none of those that can be meant.
    found = correction_to_undo(correction_id, [] if correction_id == correction.correction_id else known)
    documents = records(correction.workbench, "corrections", "registration_to_turn", by_id)
    answered = records(correction.workbench, "corrections", "answer_to_turn", by_id)
    if documents or answered:
        _turn_documents(correction, correction_id, documents, answered)
        _mark_undone(correction, correction_id)
        return
    ibans = iban_answers_to_turn(correction, correction_id)
    if ibans:
        turn_iban_answers(correction, ibans)
        _mark_undone(correction, correction_id)
        return
    if found["correction_kind"] == "change":
        # Of changes from before they could be undone, no more is known than their reversals.
        raise refusal(f"C{correction_id} changed a registration: change it again with `partita change`")
    take_back(correction, correction_id)
    correction.refresh_imports()


def _turn_documents(
    correction: Correction,
    correction_id: int,
    documents: list[dict[str, Any]],
    answered: list[dict[str, Any]],
) -> None:
    """Takes back what a correction did to registrations, and the answers that it gave or withdrew.

    What was answered to be the same as another document stood beside it before.
    """
    beside = {row["document_id"]: row["other_document_id"] for row in answered}
    for row in answered:
        if not is_turned_last(row):
            turn_answer(correction, row)
    for document in documents:
        turn_registration(correction, correction_id, document, beside.get(document["document_id"]))
    for row in answered:
        if is_turned_last(row):
            turn_answer(correction, row)


def take_back(correction: Correction, correction_id: int, deleting: int | None = None) -> None:
    """Turns every effect of a correction about payments and items: the same steps in the opposite order.

    `deleting` is the import that is deleted as a whole: the caller sees to what else stands of it.

    Raises:
        OperatingError: if something of it was turned since, or cannot come back, or a file that it restored
            posted something since.
    """
    ledger = correction.workbench
    correction.refuse_turned_since(correction_id)

    def effects(name: str, **parameters: object) -> list[int]:
        by_id = {"correction_id": correction_id} | parameters
        return [next(iter(row.values())) for row in records(ledger, "corrections", name, by_id)]

    imports = records(ledger, "corrections", "import_to_turn", {"correction_id": correction_id})
    for row in imports:
        if row["effect_kind"] == "import_deleted":
            _restore_import(correction, row)
    entries = effects("entry_to_turn")
    refuse_closed_periods(correction, entries)
    correction.reverse(entries)
    correction.refuse_taken_shares()
    other = records(ledger, "corrections", "other_life", {"correction_id": correction_id})
    if other:
        names = named([row["name"] for row in other])
        raise refusal(f"{names} was opened by something else since: delete that import first")
    # What was withdrawn is open again before it is settled again; what was made is unsettled before it goes.
    correction.reopen_withdrawn(effects("item_to_turn", effect_kind="item_withdrawn"))
    correction.undo_settlements(effects("settlement_to_turn", effect_kind="settlement_made"))
    correction.make_again(effects("settlement_to_turn", effect_kind="settlement_undone"))
    correction.withdraw(effects("item_to_turn", effect_kind="item_opened"))
    for row in imports:
        if row["effect_kind"] == "import_restored":
            if row["import_id"] != deleting:
                _refuse_posted_since(correction, row)
            mark_import_deleted(correction, row["import_id"])
    _mark_undone(correction, correction_id)


def _mark_undone(correction: Correction, correction_id: int) -> None:
    correction.workbench.execute(
        statement("corrections", "mark_correction_undone"),
        {"correction_id": correction_id, "undone_by_correction_id": correction.correction_id},
    )


def mark_import_deleted(correction: Correction, import_id: int) -> None:
    """The import counts as deleted: its movements and its file may come again. Its entries are reversed
    already.

    Raises:
        OperatingError: if a payment of it was made anew: with the file it would come a second time.
    """
    decider = correction.decider
    by_import = {"import_id": import_id}
    refuse_made_anew(records(correction.workbench, "corrections", "made_in_stead", by_import))
    ledger = correction.workbench
    free_movements(ledger, Given("corrections", "entry_of_import", by_import))
    delete_import(ledger, import_id, decider)
    still_open = Given("ledger", "open_finding", by_import)
    findings.close(ledger, still_open, "deleted", decider.now, decider.who, decider.reason)
    correction.effect("import_deleted", import_id)
    _follow_left_out(correction, import_id)


def _refuse_posted_since(correction: Correction, row: dict[str, Any]) -> None:
    """A file may have been rerun since it was restored: what it posted then would stand without it."""
    since = records(correction.workbench, "corrections", "standing_entry", {"import_id": row["import_id"]})
    if since:
        names = named([f"entry {each['entry_id']}" for each in since])
        raise refusal(
            f"{row['partition_key']} posted {names} since it was restored: `partita delete-import` deletes "
            "it with all that it posted"
        )


def _follow_left_out(correction: Correction, import_id: int) -> None:
    for other_id in follow_left_out(correction.workbench, import_id, correction.decider):
        correction.effect("import_reopened", other_id)


def refuse_made_anew(found: Sequence[Mapping[str, Any]]) -> None:
    """Raises OperatingError if there is any entry that stands in the stead of a payment (made_in_stead)."""
    if found:
        names = named(
            [
                f"{row['replaces_entry_id']}/{row['replaces_line_number']} by entry {row['entry_id']} "
                f"(correction C{row['correction_id']})"
                for row in found
            ]
        )
        raise refusal(
            f"payments of what is to be deleted were made anew: {names}. With --cascade that is undone too"
        )


def _restore_import(correction: Correction, row: dict[str, Any]) -> None:
    ledger = correction.workbench
    by_import = {"import_id": row["import_id"]}
    partition_key = row["partition_key"].rpartition("#")[0]
    found = records(ledger, "ledger", "import_by_key", {"partition_key": partition_key})
    if found:
        newer = numbered(found[0]["import_id"], partition_key)
        raise refusal(f"{newer} was imported since this one was deleted: delete that import first")
    again = records(ledger, "corrections", "content_again", by_import | {"partition_key": partition_key})
    if again:
        names = named([numbered(each["import_id"], each["source_file"]) for each in again])
        raise refusal(
            f"the same content was imported again since it was deleted: {names}. Delete that first, "
            "or dismiss it if nothing of it is posted"
        )
    taken = records(ledger, "corrections", "taken_movement", by_import)
    if taken:
        raise refusal(
            f"another import brought the same movements since: {named([each['name'] for each in taken])}"
        )
    restore_import(ledger, row["import_id"], partition_key)
    take_movements(ledger, Given("corrections", "movement_to_restore_with_import", by_import))
    findings.reopen(ledger, Given("corrections", "deleted_finding", by_import))
    correction.effect("import_restored", row["import_id"])
    _follow_left_out(correction, row["import_id"])


def refuse_redone(found: Sequence[Mapping[str, Any]]) -> None:
    """Raises OperatingError if an undo made one of the settlements again: undoing it may take back much
    more.
    """
    redone = sorted({row["correction_id"] for row in found if row["correction_kind"] == "undo"})
    if redone:
        names = named([f"C{correction_id}" for correction_id in redone])
        raise refusal(f"what settled it was done again by {names}: undo that by its number first")


def reopen(correction: Correction, company_code: str, key: str) -> None:
    """Within a transaction: undoes everything that settled an item, so that it is open as when it came.

    What a person did is undone as a whole correction; a payment that a trace brought becomes unlinked.

    Raises:
        OperatingError: if nothing settled it, or something cannot be undone. Nothing is changed then.
    """
    item = item_of_key(correction.workbench, company_code, key)
    by_item = {"item_id": item["item_id"]}
    found = records(correction.workbench, "corrections", "settlement_of_item", by_item)
    if not found:
        raise refusal(f"nothing is settled of {company_code}:{key}: it is {item['status']}")
    further = records(correction.workbench, "corrections", "further_postings", by_item)
    if further:
        names = named(list(dict.fromkeys(f"{row['entry_id']}/{row['line_number']}" for row in further)))
        raise refusal(
            f"the payments {names} of {company_code}:{key} made further postings (withholding, VAT or an "
            "exchange "
            "difference): delete their import with `partita delete-import`"
        )
    refuse_redone(found)
    # The payments of traces come first: a correction that opened the item itself withdraws it, and can do so
    # only when nothing of it is settled any more.
    correction.undo_settlements(row["settlement_id"] for row in found if row["correction_id"] is None)
    by_hand = {row["correction_id"] for row in found if row["correction_id"] is not None}
    for correction_id in sorted(by_hand, reverse=True):
        take_back(correction, correction_id)
    correction.refresh_imports()
