"""The steps of the benchmark of exports: the export as a run does it, and its bytes alone. In a child."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any, Final

from assets.exports.exporting import ExportRequest
from assets.home import Home
from assets.ledger.store import Ledger, utc_now
from orchestration.exports import TreasuryExports

_BLOCK: Final = 8 * 1024 * 1024


def export(home: str, times: int) -> dict[str, Any]:
    """Exports the open items so many times, each in a transaction of its own; seconds until its commit.

    The reference data are loaded before, as they are before a run's first export.
    """
    place = Home(Path(home))
    exports = []
    with TreasuryExports(place, Ledger(place.ledger), "benchmark") as run:
        run.load_reference()
        for _ in range(times):
            started = time.perf_counter()
            exported = run.export(ExportRequest("open_items", utc_now(), "benchmark"))
            exports.append({"seconds": time.perf_counter() - started, "row_count": exported.row_count})
    return {"exports": exports, "path": str(exported.path)}


def write_again(path: str) -> dict[str, Any]:
    """Seconds for writing the bytes of a file under another name until they are on the disk."""
    source = Path(path)
    data = memoryview(source.read_bytes())
    started = time.perf_counter()
    with source.with_suffix(".again").open("wb", buffering=0) as stream:
        for start in range(0, len(data), _BLOCK):
            stream.write(data[start : start + _BLOCK])
        os.fsync(stream.fileno())
    return {"seconds": time.perf_counter() - started}
