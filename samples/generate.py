"""Writes the sample company, and traces of any size for load tests.

What belongs here: invented inputs, deterministic to the byte. What does not: measuring, and anything that
reads a trace or touches a ledger. Run it from the root of the repository:

    python -m samples.generate sample data/samples
    python -m samples.generate load RITCOGE_load.txt --lines 1000000 --items 5000000 --error-share 0.01
    python -m samples.generate invoices OUT_DIR --documents 10000 --archive year.zip --error-share 0.01

Every name, number and person is invented. The Italian VAT numbers carry right check digits but begin with
0999 and name office 999; the IBANs name banks that do not exist.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from samples.invoice_load import write_invoice_load, write_invoice_load_reference
from samples.load import write_load
from samples.load_items import write_reference
from samples.traces import write_sample


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the subcommand `sample`, `load` or `invoices`; `arguments` default to those of the process."""
    parser = argparse.ArgumentParser(prog="python -m samples.generate", description="Writes invented inputs.")
    commands = parser.add_subparsers(dest="command", required=True)
    sample = commands.add_parser("sample", help="write the sample company: reference CSVs and traces")
    sample.add_argument("folder", nargs="?", type=Path, default=Path("data/samples"), metavar="OUT_DIR")
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
    invoices = commands.add_parser("invoices", help="write e-invoices of any number")
    invoices.add_argument("folder", type=Path, metavar="OUT_DIR")
    invoices.add_argument("--documents", type=int, required=True)
    invoices.add_argument("--suppliers", type=int, default=300)
    invoices.add_argument(
        "--error-share", type=float, default=0.0, help="share that is not recognised, 0 to 1"
    )
    invoices.add_argument("--seed", type=int, default=1)
    invoices.add_argument("--archive", metavar="NAME", help="write one ZIP archive of this name")
    invoices.add_argument("--reference", type=Path, help="write the reference CSVs that fit to this folder")
    options = parser.parse_args(arguments)
    if options.command == "sample":
        paths = write_sample(options.folder)
        print(f"{len(paths)} trace files, e-invoices and reference data written below {options.folder}")
        return
    if options.command == "invoices":
        _write_invoices(options)
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


def _write_invoices(options: argparse.Namespace) -> None:
    if options.reference is not None:
        write_invoice_load_reference(options.reference, options.suppliers)
    written = write_invoice_load(
        options.folder,
        documents=options.documents,
        suppliers=options.suppliers,
        error_share=options.error_share,
        seed=options.seed,
        archive_name=options.archive,
    )
    print(
        f"{written.document_count} documents ({written.registered_count} to be registered),"
        f" {written.byte_count} bytes, errors {written.error_counts}"
    )


if __name__ == "__main__":
    main()
