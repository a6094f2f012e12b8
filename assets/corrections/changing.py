"""Changes how a registered e-invoice is posted (F07): its entry is reversed, and it is to register once more.

Belongs here: what may be changed, and the correction that does it. Does not: registering the document anew,
which is the work of a run (`assets.invoices.registering`), and undoing the change
(`assets.corrections.registrations`).
"""

from __future__ import annotations

from dataclasses import asdict

import duckdb

from assets.corrections.performing import record_correction
from assets.corrections.recording import Correction, Request, refusal
from assets.corrections.registrations import document_of, reopen_delivery, take_out
from assets.invoices.deciding import PostingChoice, insert_decisions, refuse_unusable
from assets.ledger.audit import Decider


def change_registration(
    workbench: duckdb.DuckDBPyConnection,
    document_id: int,
    choice: PostingChoice,
    decider: Decider,
    run_id: str | None = None,
) -> tuple[int, list[str]]:
    """Within a transaction: undoes the registration of a document and decides how it is registered instead.

    Its entry is reversed on the same date, and its open items are withdrawn until they are opened again
    under the same keys. Returns the number of the correction, and the delivery to run.

    Raises:
        OperatingError: if the document is not registered, something is settled already, its accounting
            period is closed, or its company has no such account or VAT code. Nothing is changed then.
    """
    name = f"D{document_id}"
    arguments = {"document": name} | asdict(choice)
    correction = Correction(workbench, Request("change", name, arguments, decider, run_id))
    document = document_of(workbench, document_id)
    if document["status"] == "to_register":
        raise refusal(f"{name} is to register: use `partita register`")
    if document["status"] != "registered":
        raise refusal(f"{name} is not registered: it is {document['status']}")
    refuse_unusable(workbench, [document], choice)
    take_out(correction, document)
    insert_decisions(workbench, [document_id], "register", decider, choice)
    keys = reopen_delivery(workbench, document_id)
    record_correction(correction, {"choice": asdict(choice)})
    return correction.correction_id, keys
