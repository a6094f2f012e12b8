"""Makes homes with ledgers of a given size, by SQL: what a benchmark stands on, never what it measures.

What belongs here: the load's reference data, open items, and years of synthetic history. Runs in a child.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import duckdb

from assets.detection.inbox import identify
from assets.home import Home
from assets.ledger.store import Ledger
from orchestration.imports import TraceImports
from samples.load import write_load
from samples.load_items import (
    ITEM_ACCOUNT_SQL,
    ITEM_AMOUNT_SQL,
    ITEM_DOCUMENT_DATE,
    ITEM_DOCUMENT_NUMBER_SQL,
    ITEM_DUE_DATE,
    ITEM_KEY_SQL,
    ITEM_SIDE_SQL,
    LOAD_COMPANY,
    write_reference,
)

ENTRIES_PER_IMPORT: Final = 100
LINES_PER_FOUR_ENTRIES: Final = 14
"""Entries have 2, 3, 4 and 5 lines by turns, 3.5 on average."""

SETTLEMENTS_PER_FOUR_ENTRIES: Final = 10
"""Every line but an entry's first settles an item in full: 71 % of the lines."""

_BATCH: Final = 400_000
_SETTLED_KEY: Final = "PAST-%010d"

_OPEN_ITEMS: Final = f"""
INSERT INTO ledger.open_item
SELECT $first_id + i, '{LOAD_COMPANY}', {ITEM_ACCOUNT_SQL}, {ITEM_KEY_SQL}, {ITEM_SIDE_SQL},
       {ITEM_DOCUMENT_NUMBER_SQL}, DATE '{ITEM_DOCUMENT_DATE}', DATE '{ITEM_DUE_DATE}', 'EUR',
       {ITEM_AMOUNT_SQL}, {ITEM_AMOUNT_SQL}, 0, 0, 'open', NULL, 'opening', NULL, TIMESTAMP '2026-01-01', NULL
FROM (SELECT unnest(range($first, $last)) AS i)
"""

# Entry j: its lines begin after `lines_before`, its settlements after `settled_before`.
_ENTRY: Final = f"""
CREATE OR REPLACE TEMP TABLE entry AS
SELECT i, i + 1 AS entry_id, i // {ENTRIES_PER_IMPORT} + 1 AS import_id,
       CAST(i % 4 + 2 AS INTEGER) AS line_count,
       i // 4 * {SETTLEMENTS_PER_FOUR_ENTRIES} + [0, 1, 3, 6][i % 4 + 1] AS settled_before,
       DATE '2024-07-01' + CAST(i * 730 // $entries AS INTEGER) AS posting_date,
       {ITEM_ACCOUNT_SQL} AS account_code, {ITEM_SIDE_SQL} AS item_side,
       printf('18010%02d', i % 10 + 1) AS bank_account,
       CAST({ITEM_AMOUNT_SQL} AS DECIMAL(18,4)) AS amount
FROM (SELECT unnest(range($first, $last)) AS i)
"""

_ENTRY_LINE: Final = f"""
CREATE OR REPLACE TEMP TABLE entry_line AS
SELECT entry.*, n AS line_number, n = 1 AS is_bank, i % {ENTRIES_PER_IMPORT} * 5 + n AS source_line,
       settled_before + n - 1 AS item_id, printf('{_SETTLED_KEY}', settled_before + n - 1) AS open_item_key,
       CASE WHEN n = 1 THEN CAST(amount * (line_count - 1) AS DECIMAL(18,4)) ELSE amount END
       * CASE WHEN (item_side = 'debit') = (n = 1) THEN 1 ELSE -1 END AS signed_amount
FROM entry, unnest(range(1, line_count + 1)) AS line(n)
"""

_HISTORY: Final = (
    f"""
INSERT INTO ledger.journal_entry
SELECT entry_id, import_id, 1, 'trace', '{LOAD_COMPANY}', posting_date,
       CASE WHEN item_side = 'debit' THEN 'ICLI' ELSE 'PFOR' END,
       printf('%06d', i % {ENTRIES_PER_IMPORT} + 1),
       concat_ws('|', '{LOAD_COMPANY}', 'TES', year(posting_date), entry_id, posting_date,
                 CASE WHEN item_side = 'debit' THEN amount ELSE -amount END * (line_count - 1), bank_account),
       i % {ENTRIES_PER_IMPORT} * 5 + 1, NULL, TIMESTAMP '2026-01-01'
FROM entry
""",
    """
INSERT INTO ledger.imported_movement
SELECT movement_key, entry_id, import_id FROM ledger.journal_entry WHERE entry_id > $first
""",
    f"""
INSERT INTO ledger.posting
SELECT entry_id, line_number, import_id, source_line, source_line * 480, source_line * 480 + 478,
       '{LOAD_COMPANY}', CASE WHEN is_bank THEN bank_account ELSE account_code END, posting_date,
       CASE WHEN item_side = 'debit' THEN 'ICLI' ELSE 'PFOR' END, 'EUR',
       greatest(signed_amount, 0), greatest(-signed_amount, 0), 'EUR', signed_amount,
       CASE WHEN is_bank THEN 'BONIFICO' ELSE 'FT. ' || open_item_key END,
       CASE WHEN NOT is_bank THEN open_item_key END, CASE WHEN NOT is_bank THEN 'S' END,
       NOT is_bank, CASE WHEN is_bank THEN 0 ELSE amount END, NULL
FROM entry_line
""",
    f"""
INSERT INTO ledger.open_item
SELECT item_id, '{LOAD_COMPANY}', account_code, open_item_key, item_side, printf('P%09d', item_id),
       posting_date - 60, posting_date, 'EUR', amount, amount, amount, amount, 'closed', NULL, 'opening',
       NULL, TIMESTAMP '2024-01-01', NULL
FROM entry_line WHERE NOT is_bank
""",
    """
INSERT INTO ledger.settlement
SELECT item_id, item_id, entry_id, line_number, import_id, posting_date, 'S', amount, amount,
       'company and open_item_key', TIMESTAMP '2026-01-01', NULL, NULL
FROM entry_line WHERE NOT is_bank
""",
)

_IMPORTS: Final = """
INSERT INTO ledger.file_import BY NAME
SELECT import_id, 'trace' AS source_kind, printf('RITCOGE@%012x.txt', import_id) AS partition_key,
       'RITCOGE.txt' AS source_file, printf('%064x', import_id) AS content_sha256,
       max(byte_end) + 2 AS byte_count, 'text form' AS reader_name, 'posted' AS status, 1 AS attempt,
       1 AS reference_version, 'history' AS run_id, TIMESTAMP '2026-01-01' AS imported_at,
       count(*) AS line_count, count(DISTINCT entry_id) AS movement_count,
       count(DISTINCT entry_id) AS posted_movement_count, 0 AS repeated_movement_count,
       count(*) AS posting_count, count(*) FILTER (is_linked) AS linked_posting_count,
       0 AS unlinked_posting_count, 0 AS error_count, 0 AS warning_count,
       sum(debit_amount) AS debit_total, sum(credit_amount) AS credit_total
FROM ledger.posting GROUP BY import_id
"""

_ATTEMPTS: Final = """
INSERT INTO ledger.import_attempt
SELECT import_id, 1, run_id, 1, imported_at, status, posted_movement_count, 0, 0 FROM ledger.file_import
"""


def make_home(home: str, postings: int, open_items: int) -> dict[str, Any]:
    """Makes a home with the load's reference data and a ledger with so many postings and open items.

    The postings' items are closed; the open ones are those that a load pays (items 0 to `open_items` - 1).
    Returns the ledger's size in bytes and an open-item key that was settled (null without postings).
    """
    place = Home(Path(home))
    place.create()
    write_reference(place.reference)
    ledger = Ledger(place.ledger)
    entries = postings * 4 // LINES_PER_FOUR_ENTRIES
    with TraceImports(place, ledger, "benchmark") as imports:
        imports.load_reference()
    workbench = ledger.workbench()
    # Only what is measured has to live in the product's memory limit.
    workbench.execute("SET memory_limit = '4GB'")
    # Years of imports stand in a ledger in the order in which they came.
    workbench.execute("SET preserve_insertion_order = true")
    with ledger.transaction(workbench, "history of a benchmark"):
        for first in range(0, entries, _BATCH):
            _insert_history(workbench, first, min(first + _BATCH, entries), entries)
        workbench.execute(_IMPORTS)
        workbench.execute(_ATTEMPTS)
        settled = entries * SETTLEMENTS_PER_FOUR_ENTRIES // 4
        for first in range(0, open_items, 2 * _BATCH):
            last = min(first + 2 * _BATCH, open_items)
            workbench.execute(_OPEN_ITEMS, {"first_id": settled + 1000, "first": first, "last": last})
    workbench.close()
    # Pages that are still to be written would be written while something is measured.
    _sync(ledger.path)
    key = _SETTLED_KEY % (settled // 2) if settled > 1 else None
    return {"ledger_bytes": ledger.path.stat().st_size, "settled_key": key}


def _insert_history(workbench: duckdb.DuckDBPyConnection, first: int, last: int, entries: int) -> None:
    workbench.execute(_ENTRY, {"first": first, "last": last, "entries": entries})
    workbench.execute(_ENTRY_LINE)
    for insert in _HISTORY:
        workbench.execute(insert, {"first": first} if "$first" in insert else {})


def _sync(path: Path) -> None:
    with path.open("rb") as stream:
        os.fsync(stream.fileno())


def make_load(
    path: str, lines: int, items: int, error_share: float = 0.0, files: int = 1, seed: int = 1
) -> dict[str, Any]:
    """Writes traces that pay the first `items` open items; what an import of all of them is to post."""
    summary = write_load(
        Path(path), lines=lines, items=items, error_share=error_share, files=files, seed=seed
    )
    return partition_keys([str(written) for written in summary.paths]) | {
        "line_count": summary.line_count,
        "movement_count": summary.movement_count,
        "posted_movement_count": summary.posted_movement_count,
        "linked_line_count": summary.linked_line_count,
        "error_counts": dataclasses.asdict(summary)["error_counts"],
    }


def partition_keys(paths: Sequence[str]) -> dict[str, Any]:
    """The partition keys of files, by their names and contents."""
    known = [identify(Path(path)) for path in paths]
    return {"partition_keys": [file.partition_key for file in known if file is not None]}


def ledger_counts(home: str) -> dict[str, Any]:
    """How many imports, entries, postings and linked postings stand in a home's ledger."""
    with Ledger(Home(Path(home)).ledger).reading() as workbench:
        counts = {
            name: workbench.execute(f"SELECT count(*) FROM ledger.{source}").fetchone()
            for name, source in (
                ("imports", "file_import WHERE status = 'posted'"),
                ("entries", "journal_entry"),
                ("postings", "posting"),
                ("linked", "posting WHERE is_linked"),
            )
        }
    return {name: int(row[0]) for name, row in counts.items() if row is not None}
