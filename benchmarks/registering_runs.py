"""Registers single e-invoices with a Dagster run each, and says how long that took. Runs in a child."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from assets.home import HOME_VARIABLE, Home
from assets.ledger.store import Ledger
from benchmarks.registering import STAGING, counts
from orchestration.deliveries import gather
from orchestration.imports import current_settings
from orchestration.instance import open_instance
from orchestration.process import run_registration


def register_one_by_one(home: str, files: int) -> dict[str, Any]:
    """Drops files one after the other, each with a run of its own; the seconds of each.

    The first one finds everything loaded for the first time; it is not counted.
    """
    os.environ[HOME_VARIABLE] = home
    place = Home(Path(home))
    ledger = Ledger(place.ledger)
    settings = current_settings(ledger)
    seconds = []
    with open_instance(place) as instance:
        for path in sorted((place.root / STAGING).iterdir())[: files + 1]:
            path.rename(place.invoice_inbox / path.name)
            started = time.perf_counter()
            (result,) = run_registration(instance, gather(place, ledger, settings).waiting)
            if not result.success:
                raise RuntimeError(f"the run for {path.name} failed")
            seconds.append(time.perf_counter() - started)
    return {"seconds": seconds[1:], **counts(ledger)}
