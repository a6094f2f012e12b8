"""The steps of the benchmark of corrections, each in a transaction of its own, as in a run. In a child."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Final

from assets.corrections.performing import perform
from assets.home import Home
from assets.ledger.audit import Decider
from assets.ledger.store import Ledger, utc_now
from orchestration.imports import TraceImports

_PAYMENT_AND_ITEM: Final = """
    SELECT posting.entry_id || '/' || posting.line_number, item.company_code || ':' || item.open_item_key,
           posting.posting_date
    FROM ledger.posting AS posting
    JOIN ledger.open_item AS item
      ON item.company_code = posting.company_code AND item.account_code = posting.account_code
     AND item.status = 'open' AND (item.side = 'debit') = (posting.credit_amount > 0)
    WHERE posting.unlinked_reason IS NOT NULL
    ORDER BY ALL LIMIT 1
"""


def correct(home: str, partition_key: str, account_code: str) -> dict[str, Any]:
    """Imports a file; then settles, links and sets off one item, undoes that, and deletes the import.

    Seconds of each, from the call to its commit, durable.
    """
    place = Home(Path(home))
    ledger = Ledger(place.ledger)
    with TraceImports(place, ledger, "benchmark") as imports:
        imports.load_reference()
        started = time.perf_counter()
        outcome = imports.import_key(partition_key)
        seconds = {"import": time.perf_counter() - started}
    with ledger.reading() as connection:
        ((payment, item, day),) = connection.execute(_PAYMENT_AND_ITEM).fetchall()
    of_item = {"items": [item], "date": str(day), "amount": "0.01"}
    for number, (kind, arguments) in enumerate(
        (
            ("settle", of_item | {"account": account_code}),
            ("link", {"payment": payment, "items": [item], "amount": "0.01"}),
            ("compensate", of_item | {"payments": [payment], "partial": True}),
        ),
        start=1,
    ):
        seconds[kind] = _correct(ledger, kind, arguments)
        seconds["undo"] = _correct(ledger, "undo", {"correction": 2 * number - 1})
    seconds["delete"] = _correct(ledger, "delete-import", {"import": str(outcome.import_id)})
    return {"counts": dict(outcome.counts), "seconds": seconds}


def _correct(ledger: Ledger, kind: str, arguments: dict[str, Any]) -> float:
    started = time.perf_counter()
    workbench = ledger.workbench()
    try:
        with ledger.transaction(workbench, "benchmark"):
            perform(workbench, kind, arguments, Decider("benchmark", utc_now(), "measured"))
    finally:
        workbench.close()
    return time.perf_counter() - started
