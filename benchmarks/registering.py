"""Registers e-invoices as runs do, and says how long it took. Runs in a child.

What belongs here: homes with a load, the stopwatch around the product's own functions. What does not: the
product's logic.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Final

from assets.home import Home
from assets.invoices.deciding import switch_automatic
from assets.ledger.audit import Decider
from assets.ledger.store import Ledger, utc_now
from assets.statements import count_of
from orchestration.deliveries import DeliveryImports, gather, import_deliveries
from orchestration.imports import current_settings
from samples.invoice_load import LOAD_COMPANY, write_invoice_load, write_invoice_load_reference

STAGING: Final = "staging"


def make_home(
    home: str, documents: int, suppliers: int, error_share: float, seed: int, archive_name: str | None
) -> dict[str, Any]:
    """A home in which nothing was registered yet, and a load beside its inbox; what it should come to."""
    place = Home(Path(home))
    place.create()
    write_invoice_load_reference(place.reference, suppliers)
    summary = write_invoice_load(
        place.root / STAGING,
        documents=documents,
        suppliers=suppliers,
        error_share=error_share,
        seed=seed,
        archive_name=archive_name,
    )
    ledger = Ledger(place.ledger)
    with DeliveryImports(place, ledger, "benchmark") as imports:
        imports.load_reference()
    workbench = ledger.workbench()
    with ledger.transaction(workbench, "benchmark"):
        switch_automatic(workbench, [LOAD_COMPANY["company_code"]], Decider("bench", utc_now()), is_on=True)
    workbench.close()
    return {
        "documents": summary.document_count,
        "registered": summary.registered_count,
        "byte_count": summary.byte_count,
    }


def register_drop(home: str) -> dict[str, Any]:
    """Drops the load at once, gathers it and registers it; the seconds until its files are kept."""
    place = Home(Path(home))
    ledger = Ledger(place.ledger)
    settings = current_settings(ledger)
    with DeliveryImports(place, ledger, "benchmark") as imports:
        imports.load_reference()
        for path in sorted((place.root / STAGING).iterdir()):
            path.rename(place.invoice_inbox / path.name)
        started = time.perf_counter()
        keys = gather(place, ledger, settings).waiting
        gathered = time.perf_counter()
        _, failed = import_deliveries(imports, keys)
        ended = time.perf_counter()
    if failed:
        raise failed[0].error
    return {
        "seconds": ended - started,
        "gather": gathered - started,
        "deliveries": len(keys),
        **counts(ledger),
    }


def counts(ledger: Ledger) -> dict[str, int]:
    """What stands in the ledger."""
    with ledger.reading() as connection:
        return {
            "documents": count_of(connection, "SELECT count(*) FROM ledger.document"),
            "registered": count_of(
                connection, "SELECT count(*) FROM ledger.document WHERE status = 'registered'"
            ),
            "unbalanced": count_of(
                connection,
                "SELECT count(*) FROM (SELECT entry_id FROM ledger.posting GROUP BY entry_id "
                "HAVING sum(debit_amount - credit_amount) <> 0)",
            ),
        }
