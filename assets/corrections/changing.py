"""Changes how a registered e-invoice is posted (F07): its entry is reversed, and it is to register once more.

Belongs here: what may be changed, and everything that undoing a registration changes in the ledger. Does not:
registering the document anew, which is the work of a run (`assets.ledger.registering`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb

from assets.corrections.items import period_problem
from assets.corrections.recording import Correction
from assets.errors import OperatingError
from assets.ledger.deciding import (
    PostingChoice,
    choose_registration,
    refuse_unusable,
)
from assets.statements import records, statement


def change_registration(correction: Correction, document_id: int, choice: PostingChoice) -> list[str]:
    """Within a transaction: undoes the registration of a document and decides how it is registered instead.

    Its entry is reversed on the same date, and its open items are withdrawn until they are opened again
    under the same keys. Returns the delivery to run.

    Raises:
        OperatingError: if the document is not registered, something is settled already, its accounting
            period is closed, or its company has no such account or VAT code. Nothing is changed then.
    """
    workbench, decider = correction.workbench, correction.decider
    registered = _registered(workbench, document_id)
    _refuse_settled(workbench, registered)
    problem = period_problem(workbench, registered["company_code"], registered["accounting_date"])
    if problem is not None:
        raise OperatingError(
            f"D{document_id} cannot be reversed on {registered['accounting_date']}: {problem}. "
            "Nothing was changed."
        )
    refuse_unusable(workbench, [registered], choice)
    opened = records(workbench, "corrections", "opened_item", {"entry_id": registered["entry_id"]})
    correction.reverse([registered["entry_id"]])
    correction.withdraw(row["item_id"] for row in opened)
    of_document = {"document_id": document_id}
    of_import = {"import_id": registered["import_id"]}
    workbench.execute(
        statement("corrections", "undo_registration"),
        {"registration_id": registered["registration_id"], "now": decider.now},
    )
    workbench.execute(statement("ledger", "reopen_document"), of_document)
    workbench.execute(
        statement("ledger", "refresh_invoice_import"), {"import_ids": [registered["import_id"]]}
    )
    workbench.execute(statement("corrections", "uncount_document"), of_import)
    keys = choose_registration(workbench, [document_id], decider, choice)
    for key in keys:
        workbench.execute(statement("ledger", "reopen_delivery"), {"delivery_key": key})
    return keys


def _registered(workbench: duckdb.DuckDBPyConnection, document_id: int) -> dict[str, Any]:
    found = records(workbench, "corrections", "registered_document", {"document_id": document_id})
    if not found:
        raise OperatingError(f"there is no document D{document_id}. Nothing was changed.")
    (document,) = found
    if document["status"] == "to_register":
        raise OperatingError(f"D{document_id} is to register: use `partita register`. Nothing was changed.")
    if document["status"] != "registered":
        raise OperatingError(
            f"D{document_id} is not registered: it is {document['status']}. Nothing was changed."
        )
    return document


def _refuse_settled(workbench: duckdb.DuckDBPyConnection, registered: Mapping[str, Any]) -> None:
    settlements = records(
        workbench, "corrections", "settlement_of_opened_item", {"entry_id": registered["entry_id"]}
    )
    if settlements:
        named = "; ".join(
            f"{row['open_item_key']} by entry {row['entry_id']}/{row['line_number']} "
            f"on {row['settlement_date']}"
            for row in settlements
        )
        raise OperatingError(f"D{registered['document_id']} is settled: {named}. Nothing was changed.")
