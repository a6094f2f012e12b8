"""Deletes imports of traces and unlinked payments (D09, D10): their entries are reversed, and they stay
visible.

Belongs here: what may be deleted, and what goes with it. Does not: moving the kept file, which is done after
the commit (`orchestration.corrections`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

import duckdb

from assets.corrections.items import period_problem, unlinked_payment
from assets.corrections.linking import PaymentName
from assets.corrections.recording import Correction, named, refusal
from assets.corrections.undoing import mark_import_deleted, take_back
from assets.statements import records

DELETABLE: Final = ("posted", "incomplete")


def import_to_delete(ledger: duckdb.DuckDBPyConnection, name: str) -> dict[str, Any]:
    """The import of this number, partition key or file name that stands in the ledger.

    Raises:
        OperatingError: if there is none, several fit, or nothing of it is posted.
    """
    number = int(name) if name.isascii() and name.isdigit() and len(name) <= 18 else None
    found = records(ledger, "corrections", "import_named", {"name": name, "import_id": number})
    standing = [row for row in found if row["status"] in DELETABLE]
    if len(standing) > 1:
        keys = named([f"{row['import_id']} ({row['partition_key']})" for row in standing])
        raise refusal(f"several imports are called {name}: name one of them by its number: {keys}")
    if standing:
        return standing[0]
    if not found:
        raise refusal(f"there is no import {name}: `partita status` lists the last ones")
    last = found[-1]
    raise refusal(
        f"nothing of import {last['import_id']} ({last['partition_key']}) is posted: it is {last['status']}"
    )


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
        OperatingError: if a period is closed, or if others settled what it opened or linked its payments;
            with `is_cascading` these are undone as well. Nothing is changed then.
    """
    ledger = correction.workbench
    entry_ids = _ids(records(ledger, "corrections", "standing_entry", {"import_id": import_id}), "entry_id")
    _reverse_with_all(correction, entry_ids, is_cascading=is_cascading, posting_date=posting_date)
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
    correction: Correction, entry_ids: Sequence[int], *, is_cascading: bool, posting_date: dt.date | None
) -> None:
    """Reverses entries, undoes what they settled and withdraws what they opened."""
    ledger = correction.workbench
    correction.target(entry_ids)
    came_back = records(ledger, "corrections", "successor_of_entries")
    if came_back:
        names = named(
            [
                f"{row['name']} as {row['open_item_key']} by entry {row['opened_by_entry_id']}"
                for row in came_back
            ]
        )
        raise refusal(f"what is to be deleted came back unpaid: {names}. Delete the import of that first")
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
    for correction_id in sorted(
        {row["correction_id"] for row in blocking if row["correction_id"]}, reverse=True
    ):
        take_back(correction, correction_id)
    correction.target(entry_ids)
    _refuse_periods(ledger, posting_date)
    settlements = _ids(records(ledger, "corrections", "settlement_of_entries"), "settlement_id")
    items = _ids(records(ledger, "corrections", "item_of_entries"), "item_id")
    others = _ids(records(ledger, "corrections", "settlement_by_others"), "settlement_id")
    correction.reverse(entry_ids, posting_date)
    correction.undo_settlements({*settlements, *others})
    correction.withdraw(items)


def _refuse_periods(ledger: duckdb.DuckDBPyConnection, posting_date: dt.date | None) -> None:
    """Raises OperatingError if one of the reversals would stand in a closed period."""
    dates = records(ledger, "corrections", "period_of_entries")
    for company_code, date in sorted(
        {(row["company_code"], posting_date or row["posting_date"]) for row in dates}
    ):
        problem = period_problem(ledger, company_code, date)
        if problem is not None:
            raise refusal(f"nothing can be reversed on {date}: {problem}. Name an open day with --date")


def _ids(found: Sequence[dict[str, Any]], column: str) -> list[int]:
    return [row[column] for row in found]
