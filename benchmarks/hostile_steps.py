"""Takes a file in, from its drop to where it is kept, and says how long and how much memory. Runs in a child.

Memory is the peak beyond what the process had before the file was dropped, when everything was loaded and a
small file of the same source was taken in.
"""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any, Final

from assets.home import Home
from assets.ledger.store import Ledger
from assets.wording import counted
from benchmarks.hostile_files import INVOICE, SALES, TRACE
from orchestration.deliveries import DeliveryImports, gather, import_deliveries
from orchestration.imports import FileImports, TraceImports, current_settings, import_keys, look
from orchestration.sales_imports import SalesImports
from samples.company import write_sample_reference
from samples.invoice_files import fatturapa
from samples.payments import pay, trace
from samples.sales_files import csv_of, row

_KIB_PER_MB: Final = 1_000_000 / 1024


def take_in(home: str, path: str, source: str, name: str) -> dict[str, Any]:
    """Seconds and megabytes for this file, and what became of it."""
    place = Home(Path(home))
    place.create()
    write_sample_reference(place.reference)
    settings = place.reference / "settings.csv"
    settings.write_text(settings.read_text("utf-8").replace("quiet_seconds,2", "quiet_seconds,0"), "utf-8")
    ledger = Ledger(place.ledger)
    with TraceImports(place, ledger, "benchmark") as imports:
        imports.load_reference()
    small = {
        TRACE: (place.inbox / "RITCOGE_small.txt", trace(pay("-1.00"))),
        SALES: (place.sales_inbox / "small.csv", csv_of(row())),
        INVOICE: (place.invoice_inbox / "small.xml", fatturapa().encode()),
    }
    first, content = small[source]
    first.write_bytes(content)
    _process(place, ledger, source)
    at_rest = _resident("VmRSS")
    # From now on the peak is that of what follows.
    Path("/proc/self/clear_refs").write_text("5", "ascii")
    shutil.copyfile(path, first.with_name(name))
    started, worked = time.perf_counter(), time.process_time()
    said = _process(place, ledger, source)
    return {
        "seconds": time.perf_counter() - started,
        "processor_seconds": time.process_time() - worked,
        "peak_mb": max(0.0, _resident("VmHWM") - at_rest),
        "said": said,
    }


def _process(place: Home, ledger: Ledger, source: str) -> str:
    """Does what a run does with what waits; what became of it, in words."""
    settings = current_settings(ledger)
    if source == INVOICE:
        with DeliveryImports(place, ledger, "benchmark") as imports:
            done, failed = import_deliveries(imports, gather(place, ledger, settings).waiting)
        if failed:
            raise failed[0].error
        return ", ".join(counted(each.counts["document_count"], "document") for each in done)
    files: FileImports = (TraceImports if source == TRACE else SalesImports)(place, ledger, "benchmark")
    with files:
        keys = look(place, ledger, settings, source=files.source).keys
        assert keys, "the file was found"
        outcomes, broken = import_keys(files, keys)
    if broken:
        raise broken[0].error
    return ", ".join(f"{each.status}, {counted(each.counts['error_count'], 'error')}" for each in outcomes)


def _resident(name: str) -> float:
    """A figure of this process's memory, in MB."""
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / _KIB_PER_MB
    raise RuntimeError(f"/proc/self/status has no {name}")
