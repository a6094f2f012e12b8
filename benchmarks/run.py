"""The benchmarks: `python -m benchmarks.run [NAME ...]`, from the root of the repository.

What belongs here: the command line. The benchmarks stand beside it, one module each. Ratios are the product;
seconds hold for one machine only. Every measured step runs in a child process of its own.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final

from benchmarks import (
    backlog,
    correcting,
    exporting,
    hostile,
    invoice_extraction,
    invoices,
    latency,
    ledger_size,
    million,
    queueing,
    reading,
    report,
    sales,
    syncing,
    tryton,
)
from benchmarks.harness import ROOT, Bench, Figure

BENCHMARKS: Final[Mapping[str, Callable[[Bench], list[Figure]]]] = MappingProxyType(
    {
        "reading": reading.run,
        "invoice_extraction": invoice_extraction.run,
        "invoices": invoices.run,
        "sales": sales.run,
        "million": million.run,
        "ledger_size": ledger_size.run,
        "queueing": queueing.run,
        "hostile": hostile.run,
        "exporting": exporting.run,
        "correcting": correcting.run,
        "syncing": syncing.run,
        "tryton": tryton.run,
        "backlog": backlog.run,
        "latency": latency.run,
    }
)
DOCS: Final = ROOT / "docs" / "benchmarks.md"


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the named benchmarks, prints their figures, and keeps them where the options say."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(BENCHMARKS)}; all if left out")
    parser.add_argument("--scale", type=float, default=1.0, help="multiplies sizes: 0.01 for a trial")
    parser.add_argument("--repeat", type=int, help="so many repetitions instead of each benchmark's own")
    parser.add_argument(
        "--patience",
        type=float,
        default=0.0,
        metavar="SECONDS",
        help="how long each measured step may wait until nobody else works on the machine",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep results here, beside those it has")
    parser.add_argument("--write-docs", action="store_true", help="write the tables of docs/benchmarks.md")
    parser.add_argument("--no-run", action="store_true", help="measure nothing: --write-docs from --json")
    options = parser.parse_args(arguments)
    unknown = sorted(set(options.names) - set(BENCHMARKS))
    if unknown:
        parser.error(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
    if options.write_docs and options.scale != 1:
        parser.error("the documentation holds figures at full scale only")
    # Ended by TERM, it removes its folder and ends its servers all the same.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    results = report.read_results(options.json) if options.json else {}
    for name in () if options.no_run else options.names or BENCHMARKS:
        results[name] = _measured(name, options.scale, options.repeat, options.patience)
        if options.json:
            report.write_results(options.json, results)
    ordered = {name: results[name] for name in BENCHMARKS if name in results}
    if options.write_docs:
        report.write_docs(DOCS, ordered)


def _measured(name: str, scale: float, repeat: int | None, patience: float) -> report.Result:
    load = os.getloadavg()[0]
    report.warn_if_busy(load)
    print(f"\n{name}", flush=True)
    with tempfile.TemporaryDirectory(prefix="partita-benchmark-") as folder:
        bench = Bench(Path(folder), scale, repeat, patience, say=lambda text: print(f"  {text}", flush=True))
        figures = BENCHMARKS[name](bench)
    for figure in figures:
        print(report.described(figure), flush=True)
    return report.result(name, bench, figures, load)


if __name__ == "__main__":
    main()
