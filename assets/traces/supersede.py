"""A corrected file replaces the failed one: which earlier imports need no more attention.

Two ways, both safe against losing a movement. A movement that was kept out and is posted now, under the
same company, numerator, year and entry, is mended wherever it came from. And a file of the same name is the
corrected form of a failed one if it holds every line of it that was not at fault, unchanged, at least as
many lines, and every movement that the errors name.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import Final

import duckdb

from assets.errors import OperatingError
from assets.ledger import findings as ledger_findings
from assets.ledger.given import Given
from assets.ledger.imports import close_superseded
from assets.statements import count_of, records, rows, statement
from assets.streams import opened

MAX_COMPARED_BYTES: Final = 256 * 1024 * 1024
"""Larger files are not compared line by line; their movements are mended one by one all the same."""


def supersede(
    workbench: duckdb.DuckDBPyConnection,
    import_id: int,
    partition_key: str,
    source_file: str,
    path: Path,
    failed_folder: Path,
    now: dt.datetime,
) -> tuple[str, ...]:
    """Within the transaction that posted `path`: closes the imports it makes superfluous; their keys."""
    if not count_of(workbench, statement("traces", "count_other_open_imports"), {"import_id": import_id}):
        return ()
    # First of all: what is mended movement by movement is replaced as a whole all the same.
    corrected = corrected_imports(workbench, import_id, source_file, path, failed_folder)
    mended = [Given("traces", "finding_of_posted_movement", {"import_id": import_id})]
    mended += [Given("ledger", "open_finding", {"import_id": old_id}) for old_id in corrected]
    for given in mended:
        ledger_findings.close(workbench, given, "superseded", now, partition_key)
    closed = records(
        workbench, "ledger", "superseded_import", {"source_kind": "trace", "import_id": import_id}
    )
    for old in closed:
        close_superseded(workbench, old["import_id"], import_id, now)
    return tuple(old["partition_key"] for old in closed)


def corrected_imports(
    workbench: duckdb.DuckDBPyConnection, import_id: int, source_file: str, path: Path, failed_folder: Path
) -> list[int]:
    """The earlier imports with open errors of which the file `path`, whose movements stand on the workbench,
    is the corrected form.
    """
    by_name = {"source_file": source_file, "import_id": import_id}
    earlier = records(workbench, "traces", "same_name_open_import", by_name)
    if not earlier:
        return []
    present = {reference for (reference,) in rows(workbench, statement("traces", "reference_of_movement"))}
    return [
        old["import_id"]
        for old in earlier
        if set(old["wanted"] or ()) <= present
        and _is_corrected_form(
            failed_folder / old["partition_key"],
            path,
            set(old["faulty_lines"] or ()),
            old["is_unreadable"],
        )
    ]


def _is_corrected_form(old: Path, new: Path, faulty_lines: set[int], is_unreadable: bool) -> bool:
    try:
        old_lines, new_lines = _lines(old), _lines(new)
    except OperatingError:
        # The kept file is not there to compare with: nothing is concluded, the import stays open.
        return False
    good = Counter(
        line for number, line in enumerate(old_lines, start=1) if line and number not in faulty_lines
    )
    held = Counter(line for line in new_lines if line)
    if is_unreadable:
        whole = Counter(line for line in old_lines if line)
        return 2 * (whole & held).total() >= whole.total() > 0 and held.total() >= whole.total()
    return bool(good) and good <= held and held.total() >= sum(1 for line in old_lines if line)


def _lines(path: Path) -> list[bytes]:
    """The file's lines without blanks at their ends, in one encoding, for comparing two files."""
    with opened(path) as stream:
        data = stream.read(MAX_COMPARED_BYTES)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        data = data.decode("utf-16", "replace").encode()
    return [line.strip() for line in data.removeprefix(b"\xef\xbb\xbf").split(b"\n")]
