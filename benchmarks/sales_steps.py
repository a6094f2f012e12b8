"""Posts a file of sales invoices as a run does, and says how long it took. Runs in a child.

What belongs here: a home with a load, the stopwatch around the product's own functions. What does not: the
product's logic.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from assets.home import Home
from assets.ledger.store import Ledger
from assets.statements import count_of
from orchestration.imports import current_settings, import_keys, look
from orchestration.sales_imports import SALES, SalesImports
from samples.company import write_sample_reference
from samples.sales import sales_load


def post_file(home: str, invoices: int) -> dict[str, Any]:
    """Posts a CSV of so many invoices of three lines each, into the sample company's ledger."""
    place = Home(Path(home))
    place.create()
    write_sample_reference(place.reference)
    settings = place.reference / "settings.csv"
    settings.write_text(settings.read_text("utf-8").replace("quiet_seconds,2", "quiet_seconds,0"), "utf-8")
    ledger = Ledger(place.ledger)
    with SalesImports(place, ledger, "benchmark") as imports:
        imports.load_reference()
        (place.sales_inbox / "load.csv").write_bytes(sales_load(invoices))
        started = time.perf_counter()
        keys = look(place, ledger, current_settings(ledger), source=SALES).keys
        _, failed = import_keys(imports, keys)
        seconds = time.perf_counter() - started
    if failed:
        raise failed[0].error
    with ledger.reading() as connection:
        return {
            "seconds": seconds,
            "booked": count_of(
                connection, "SELECT count(*) FROM ledger.sales_invoice WHERE status = 'booked'"
            ),
            "unbalanced": count_of(
                connection,
                "SELECT count(*) FROM (SELECT entry_id FROM ledger.posting GROUP BY entry_id "
                "HAVING sum(debit_amount - credit_amount) <> 0)",
            ),
        }
