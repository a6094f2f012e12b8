"""Deletes imports of traces and unlinked payments (D09, D10): their entries are reversed, and they stay
visible.

Belongs here: what may be deleted, and what goes with it. Does not: moving the kept file, which is done after
the commit (`orchestration.corrections`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

import duckdb

from assets.corrections.items import period_problem, unlinked_payment
from assets.corrections.linking import PaymentName
from assets.corrections.recording import Correction, named, refusal
from assets.corrections.undoing import mark_import_deleted, refuse_made_anew, refuse_redone, take_back
from assets.import_numbers import import_id_of, number_alone, numbered
from assets.statements import count_of, records, statement

DELETABLE: Final = ("posted", "incomplete", "dismissed")
"""A dismissed import only where something of it is posted: what is not is nowhere by a person's decision."""


def import_to_delete(ledger: duckdb.DuckDBPyConnection, name: str) -> dict[str, Any]:
    """The import of this number (`I12`, or 12), partition key or file name that stands in the ledger.

    Raises:
        OperatingError: if there is none, several fit, nothing of it is posted, another file replaced it, or
            it is no trace.
    """
    found, standing = _imports_named(ledger, name)
    if len(standing) > 1:
        keys = named([numbered(row["import_id"], row["partition_key"]) for row in standing])
        raise refusal(f"several imports are called {name}: name one of them by its number: {keys}")
    if standing:
        return standing[0]
    if not found:
        raise refusal(
            f"there is no import {name} of a trace: `partita status` lists the last ones. The document of an "
            "e-invoice is refused or changed, not its file deleted"
        )
    last = found[-1]
    if last["source_kind"] == "sales":
        raise refusal(
            f"{numbered(last['import_id'], last['partition_key'])} is a file of sales invoices, which is not "
            "deleted: what is booked is corrected by a credit note, as its customer gets it"
        )
    known = numbered(last["import_id"], last["partition_key"])
    if last["status"] == "superseded" and last["posted_movement_count"]:
        newer = numbered(last["superseded_by_import_id"], last["superseded_by_file"])
        raise refusal(
            f"{known} was replaced by {newer}: delete that first; then this one is incomplete, and can be "
            "deleted"
        )
    raise refusal(f"nothing of {known} is posted: it is {last['status']}")


def subject_of_import(ledger: duckdb.DuckDBPyConnection, name: str) -> str:
    """What a deletion of the import of this name is about: its number with its file; the name alone where it
    names none, or several.
    """
    _, standing = _imports_named(ledger, name)
    return numbered(standing[0]["import_id"], standing[0]["source_file"]) if len(standing) == 1 else name


def _imports_named(
    ledger: duckdb.DuckDBPyConnection, name: str
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Every import of this name, and those of them that may be deleted."""
    name = number_alone(name)
    is_bare = name.isascii() and name.isdigit() and len(name) <= 18
    number = int(name) if is_bare else import_id_of(name)
    found = records(ledger, "corrections", "import_named", {"name": name, "import_id": number})
    return found, [row for row in found if _is_deletable(row)]


def _is_deletable(row: Mapping[str, Any]) -> bool:
    is_of_kind = row["source_kind"] == "trace" and row["status"] in DELETABLE
    return is_of_kind and (row["status"] != "dismissed" or row["posted_movement_count"] > 0)


def delete_import(
    correction: Correction,
    import_id: int,
    *,
    is_cascading: bool = False,
    posting_date: dt.date | None = None,
) -> None:
    """Within a transaction: reverses the import's entries, undoes its settlements and withdraws what it
    opened.

    Its movements may be imported again. The entries are reversed on their own dates unless one date is given.

    Raises:
        OperatingError: if a period is closed, or if others settled what it opened, linked its payments or
            made one anew that was deleted; with `is_cascading` these are undone as well. Nothing is changed
            then.
    """
    ledger = correction.workbench
    by_import = {"import_id": import_id}
    made_anew = records(ledger, "corrections", "made_in_stead", by_import)
    if not is_cascading:
        refuse_made_anew(made_anew)
    _take_back_all(correction, made_anew, import_id)
    entry_ids = _ids(records(ledger, "corrections", "standing_entry", by_import), "entry_id")
    _reverse_with_all(
        correction, entry_ids, is_cascading=is_cascading, posting_date=posting_date, import_id=import_id
    )
    if not _is_deleted(ledger, import_id):
        mark_import_deleted(correction, import_id)
    correction.refresh_imports()


def delete_payment(
    correction: Correction,
    name: PaymentName,
    *,
    is_cascading: bool = False,
    posting_date: dt.date | None = None,
) -> None:
    """Within a transaction: reverses the entry of an unlinked payment. Its movement is not imported again.

    Raises:
        OperatingError: if it is no unlinked payment, the period is closed, or something else of its entry is
            linked; with `is_cascading` that is undone as well. Nothing is changed then.
    """
    ledger = correction.workbench
    payment = unlinked_payment(ledger, *name)
    correction.target([payment.entry_id])
    if not is_cascading:
        linked = records(ledger, "corrections", "link_of_entries")
        if linked:
            names = named([f"{row['company_code']}:{row['open_item_key']}" for row in linked])
            raise refusal(
                f"entry {payment.entry_id} also settles {names}: with --cascade these are open again as well"
            )
    _reverse_with_all(correction, [payment.entry_id], is_cascading=is_cascading, posting_date=posting_date)
    correction.refresh_imports()


def _reverse_with_all(
    correction: Correction,
    entry_ids: Sequence[int],
    *,
    is_cascading: bool,
    posting_date: dt.date | None,
    import_id: int | None = None,
) -> None:
    """Reverses entries, undoes what they settled and withdraws what they opened."""
    ledger = correction.workbench
    correction.target(entry_ids)
    blocking = records(ledger, "corrections", "settlement_by_others")
    if blocking and not is_cascading:
        names = named(
            [
                f"{row['company_code']}:{row['open_item_key']} by entry "
                f"{row['entry_id']}/{row['line_number']}"
                + (f" (correction C{row['correction_id']})" if row["correction_id"] else "")
                for row in blocking
            ]
        )
        raise refusal(
            f"others settled or linked what is to be deleted: {names}. With --cascade that is undone too"
        )
    _refuse_further_postings(blocking)
    _take_back_all(correction, blocking, import_id)
    correction.target(entry_ids)
    settlements = _ids(records(ledger, "corrections", "settlement_of_entries"), "settlement_id")
    items = _ids(records(ledger, "corrections", "item_of_entries"), "item_id")
    others = _ids(records(ledger, "corrections", "settlement_by_others"), "settlement_id")
    # Taking back the undo of an earlier deletion may have reversed them, and leaves what was linked since.
    standing = _ids(records(ledger, "corrections", "standing_target_entry"), "entry_id")
    correction.target(standing)
    _refuse_periods(ledger, posting_date)
    correction.reverse(standing, posting_date)
    correction.undo_settlements({*settlements, *others})
    correction.withdraw(items)


def _refuse_further_postings(blocking: Sequence[Mapping[str, Any]]) -> None:
    """A trace's settlement whose line made further postings is undone with its import, not by itself."""
    further = [f"{row['entry_id']}/{row['line_number']}" for row in blocking if row["has_further"]]
    if further:
        raise refusal(
            f"the payments {named(list(dict.fromkeys(further)))} made further postings (withholding, VAT "
            "or an "
            "exchange difference) for what is to be deleted: delete their import first"
        )


def _take_back_all(
    correction: Correction, blocking: Sequence[Mapping[str, Any]], import_id: int | None
) -> None:
    """Takes back the corrections that stand in the way, the newest first.

    An undo may have made their settlements again. If it is the one that restored this very import, taking it
    back is deleting the import again; any other may hold much more, and is left to whoever asks.
    """
    by_hand = {row["correction_id"]: row for row in blocking if row["correction_id"]}
    for correction_id, row in sorted(by_hand.items(), reverse=True):
        by_id = {"correction_id": correction_id}
        restored = records(correction.workbench, "corrections", "import_to_turn", by_id)
        if import_id not in {each["import_id"] for each in restored}:
            refuse_redone([row])
        take_back(correction, correction_id, deleting=import_id)


def _is_deleted(ledger: duckdb.DuckDBPyConnection, import_id: int) -> bool:
    return count_of(ledger, statement("corrections", "count_deleted"), {"import_id": import_id}) == 1


def _refuse_periods(ledger: duckdb.DuckDBPyConnection, posting_date: dt.date | None) -> None:
    """Raises OperatingError if one of the reversals would stand in a closed period."""
    dates = records(ledger, "corrections", "period_of_entries")
    latest = max((row["posting_date"] for row in dates), default=None)
    if posting_date is not None and latest is not None and posting_date < latest:
        raise refusal(
            f"--date {posting_date} is before {latest}, the date of an entry that is to be reversed"
        )
    for company_code, date in sorted(
        {(row["company_code"], posting_date or row["posting_date"]) for row in dates}
    ):
        problem = period_problem(ledger, company_code, date)
        if problem is not None:
            raise refusal(f"nothing can be reversed on {date}: {problem}. Name an open day with --date")


def _ids(found: Sequence[dict[str, Any]], column: str) -> list[int]:
    return [row[column] for row in found]
