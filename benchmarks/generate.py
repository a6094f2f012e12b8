"""Writes the sample company, and traces of any size for load tests.

What belongs here: invented inputs, deterministic to the byte. What does not: measuring, and anything that
reads a trace or touches a ledger. Run it from the root of the repository:

    python -m benchmarks.generate sample data
    python -m benchmarks.generate load RITCOGE_load.txt --lines 1000000 --items 5000000 --error-share 0.01

Every name, number and person is invented. The Italian VAT numbers carry right check digits but begin with
0999 and name office 999; the IBANs name banks that do not exist.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from benchmarks.load import write_load
from benchmarks.load_items import write_reference
from benchmarks.sample_traces import write_sample


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the subcommand `sample` or `load`; `arguments` default to those of the process."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.generate", description="Writes invented inputs."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    sample = commands.add_parser("sample", help="write the sample company: reference CSVs and traces")
    sample.add_argument("folder", nargs="?", type=Path, default=Path("data"), metavar="OUT_DIR")
    load = commands.add_parser("load", help="write traces of any size")
    load.add_argument("path", type=Path, metavar="OUT_FILE")
    load.add_argument("--lines", type=int, required=True)
    load.add_argument("--items", type=int, required=True, help="open items that the lines may pay")
    load.add_argument(
        "--error-share", type=float, default=0.0, help="share of movements with a bad line, 0 to 1"
    )
    load.add_argument("--seed", type=int, default=1)
    load.add_argument("--files", type=int, default=1, help="spread the lines over so many files")
    load.add_argument(
        "--reference", type=Path, help="write the reference CSVs that fit the load to this folder"
    )
    options = parser.parse_args(arguments)
    if options.command == "sample":
        paths = write_sample(options.folder)
        print(f"{len(paths)} trace files, e-invoices and reference data written below {options.folder}")
        return
    if options.reference is not None:
        write_reference(options.reference)
    summary = write_load(
        options.path,
        lines=options.lines,
        items=options.items,
        error_share=options.error_share,
        seed=options.seed,
        files=options.files,
    )
    print(
        f"{len(summary.paths)} file(s), {summary.line_count} lines, {summary.movement_count} movements"
        f" ({summary.posted_movement_count} to be posted), {summary.linked_line_count} lines that settle"
        f" an item ({summary.partial_line_count} in part), errors {summary.error_counts}"
    )


if __name__ == "__main__":
    main()
