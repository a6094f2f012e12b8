"""Takes the registration of an e-invoice out of the ledger, and puts an earlier one back (F07).

Belongs here: what changing a registration and undoing that are made of. Does not: what a person wants instead
(`assets.corrections.changing`), and registering, which is the work of a run (`assets.invoices.registering`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb

from assets.corrections.items import refuse_closed_periods
from assets.corrections.recording import Correction, refusal
from assets.invoices import standing
from assets.invoices.deciding import close_finished_deliveries, first_deliveries
from assets.ledger import findings
from assets.ledger.given import Given
from assets.ledger.imports import recount_posted, restate_imports
from assets.ledger.journal import change_items
from assets.statements import records, statement


def document_of(workbench: duckdb.DuckDBPyConnection, document_id: int) -> dict[str, Any]:
    """The document with its registration in force (columns of `registered_document`; nulls if it has none).

    Raises:
        OperatingError: if there is no such document.
    """
    found = records(workbench, "corrections", "registered_document", {"document_id": document_id})
    if not found:
        raise refusal(f"there is no document D{document_id}")
    return found[0]


def take_out(correction: Correction, document: Mapping[str, Any]) -> None:
    """Within a transaction: reverses the entry of a registration in force on its own date and withdraws its
    items; the document is to register.

    Raises:
        OperatingError: if something of it is settled, or its accounting period is closed.
    """
    workbench = correction.workbench
    of_entry = {"entry_id": document["entry_id"]}
    item_ids = [row["item_id"] for row in records(workbench, "corrections", "opened_item", of_entry)]
    correction.refuse_settled(item_ids, f"D{document['document_id']} is settled")
    refuse_closed_periods(correction, [document["entry_id"]])
    correction.reverse([document["entry_id"]])
    correction.withdraw(item_ids)
    standing.undo_registration(
        workbench, document["registration_id"], document["document_id"], correction.now
    )
    correction.effect("registration_undone", document["registration_id"], document["document_id"])
    refresh_import(workbench, document["import_id"])


def put_back(correction: Correction, registration_id: int, despite_document_id: int | None = None) -> None:
    """Within a transaction: reverses the reversal of a registration's entry, so that it counts again, and
    opens its items as they stood, under their keys. Its document is to register before and registered after.
    `despite_document_id` is a document of the same identity beside which it stood before.

    Raises:
        OperatingError: if another document or an opening item stands in the books instead, or the accounting
            period is closed.
    """
    workbench, decider = correction.workbench, correction.decider
    of_registration = {"registration_id": registration_id}
    beside = of_registration | {"despite_document_id": despite_document_id}
    (row,) = records(workbench, "corrections", "registration_to_restore", beside)
    if row["other_document_id"] is not None:
        raise refusal(
            f"D{row['other_document_id']} is in the books since, with the supplier, number and year of "
            f"D{row['document_id']}"
        )
    refuse_closed_periods(correction, [row["reversal_entry_id"]])
    correction.reverse([row["reversal_entry_id"]])
    by_entry = {"entry_id": row["entry_id"], "now": correction.now}
    change_items(workbench, Given("corrections", "life_to_restore", by_entry))
    opened = records(workbench, "corrections", "opened_item", {"entry_id": row["entry_id"]})
    in_stead = records(workbench, "corrections", "opening_in_stead", {"entry_id": row["entry_id"]})
    if in_stead:
        raise refusal(
            f"the opening item {in_stead[0]['open_item_key']} is in the books since, with the number and "
            f"year of D{row['document_id']}: take its row out of opening_open_items.csv and run `partita "
            "process` first"
        )
    correction.note_opened(each["item_id"] for each in opened)
    standing.restore_registration(workbench, registration_id)
    correction.effect("registration_restored", registration_id, row["document_id"])
    errors = Given("corrections", "error_of_document", {"document_id": row["document_id"]})
    findings.close(workbench, errors, "mended", decider.now, decider.who, decider.reason)
    standing.restore_document(workbench, registration_id)
    refresh_import(workbench, row["import_id"])
    close_finished_deliveries(workbench, [row["document_id"]])


def turn_registration(
    correction: Correction,
    correction_id: int,
    turned: Mapping[str, Any],
    despite_document_id: int | None = None,
) -> None:
    """Within a transaction: takes back what a correction did to the registration of one document (a row of
    `registration_to_turn`). `despite_document_id`: see `put_back`.

    Raises:
        OperatingError: if a person decided about the document since, its registration was changed by another
            correction, or something of it is settled.
    """
    workbench = correction.workbench
    document = document_of(workbench, turned["document_id"])
    _refuse_closed(document)
    _refuse_turned_since(workbench, correction_id, document, turned["restored_registration_id"])
    if document["registration_id"] is not None:
        take_out(correction, document)
    if turned["undone_registration_id"] is not None:
        put_back(correction, turned["undone_registration_id"], despite_document_id)
    else:
        reopen_delivery(workbench, turned["document_id"])


def reopen_delivery(workbench: duckdb.DuckDBPyConnection, document_id: int) -> list[str]:
    """The delivery from which a document is registered anew is open again; its key, alone in a list."""
    keys = first_deliveries(workbench, [document_id])
    for key in keys:
        workbench.execute(statement("invoices", "reopen_delivery"), {"delivery_key": key})
    return keys


def _refuse_closed(document: Mapping[str, Any]) -> None:
    if document["status"] in ("registered", "to_register"):
        return
    raise refusal(
        f"D{document['document_id']} is {document['status']} since {document['closed_at']:%Y-%m-%d}, by "
        f"{document['closed_by']}"
    )


def _refuse_turned_since(
    workbench: duckdb.DuckDBPyConnection,
    correction_id: int,
    document: Mapping[str, Any],
    restored_registration_id: int | None,
) -> None:
    """Raises OperatingError unless the correction led to the registration in force, or to there being none.

    It did if it restored that registration, or if a run registered the document after it and before the next
    correction: whatever is later has a higher number of entry.
    """
    registration_id = document["registration_id"]
    if registration_id is not None and registration_id == restored_registration_id:
        return
    by_document = {"document_id": document["document_id"]}
    corrections = records(workbench, "corrections", "correction_of_document", by_document)
    led = [
        row["correction_id"]
        for row in corrections
        if registration_id is None or row["last_entry_id"] < document["entry_id"]
    ]
    if led[:1] == [correction_id]:
        return
    newest = corrections[0]["correction_id"]
    raise refusal(
        f"the registration of D{document['document_id']} was changed otherwise by C{newest} since: undo that "
        "first"
    )


def refresh_import(workbench: duckdb.DuckDBPyConnection, import_id: int) -> None:
    """Status and counts of a file of which a document was taken out or put back."""
    restate_imports(workbench, Given("invoices", "import_to_restate", {"import_ids": [import_id]}))
    recount_posted(workbench, Given("corrections", "document_count_of_import", {"import_id": import_id}))
