"""What a plain script would do instead: pandas.read_fwf, a loop over rows, executemany. Runs in a child.

It does the essential work only: every field cut out, amounts exact, accounts known, movements balanced,
each line's open item looked up by its key, postings inserted, items updated, one transaction. It has no
findings with their places, no checks of codes, dates or periods, no guard against a second import, and no
candidates for payments that find no item.
"""

from __future__ import annotations

import csv
import sqlite3
import time
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import duckdb
import pandas as pd

from assets.traces.layout import trace_layout
from samples.load_items import ITEM_ACCOUNT_SQL, ITEM_AMOUNT_SQL, ITEM_KEY_SQL, ITEM_SIDE_SQL

_UNITS: Final = Decimal(10_000)
"""Amounts stand in the script's tables as whole numbers of the fourth decimal: exact in either database."""

_TABLES: Final = (
    "CREATE TABLE open_item (open_item_key VARCHAR PRIMARY KEY, account VARCHAR, side VARCHAR,"
    " original_amount BIGINT, settled_amount BIGINT, status VARCHAR)",
    "CREATE TABLE posting (line_number BIGINT, progressive VARCHAR, operation_date VARCHAR, account VARCHAR,"
    " reason_code VARCHAR, amount BIGINT, currency VARCHAR, description VARCHAR, open_item_key VARCHAR,"
    " linked_amount BIGINT)",
)
_ITEM: Final = "SELECT account, side, original_amount - settled_amount FROM open_item WHERE open_item_key = ?"
_INSERT: Final = "INSERT INTO posting VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_UPDATE: Final = (
    "UPDATE open_item SET settled_amount = settled_amount + ?, status = CASE WHEN settled_amount + ?"
    " = original_amount THEN 'closed' ELSE status END WHERE open_item_key = ?"
)


def make_tables(duckdb_path: str, sqlite_path: str, items: int) -> dict[str, Any]:
    """Makes the script's ledger twice, in a DuckDB and in an SQLite file, with the load's open items."""
    query = (
        f"SELECT {ITEM_KEY_SQL}, {ITEM_ACCOUNT_SQL}, {ITEM_SIDE_SQL},"
        f" CAST({ITEM_AMOUNT_SQL} * 10000 AS BIGINT), 0, 'open' FROM (SELECT unnest(range(?, ?)) AS i)"
    )
    with duckdb.connect(duckdb_path) as source, sqlite3.connect(sqlite_path) as target:
        for table in _TABLES:
            source.execute(table)
            target.execute(table)
        for first in range(0, items, 500_000):
            last = min(first + 500_000, items)
            source.execute(f"INSERT INTO open_item {query}", [first, last])
            rows = source.execute(query, [first, last]).fetchall()
            target.executemany("INSERT INTO open_item VALUES (?, ?, ?, ?, ?, ?)", rows)
    return {}


def run(path: str, chart: str, database: str) -> dict[str, Any]:
    """Imports a trace into the database file, DuckDB's or SQLite's by its ending; seconds and counts."""
    connection: Any
    connection = sqlite3.connect(database) if database.endswith(".sqlite") else duckdb.connect(database)
    started = time.perf_counter()
    connection.execute("BEGIN")
    counts = _import(connection, path, chart)
    connection.commit()
    seconds = time.perf_counter() - started
    connection.close()
    return counts | {"seconds": seconds}


def _import(connection: Any, path: str, chart: str) -> dict[str, Any]:
    with Path(chart).open(encoding="utf-8", newline="") as stream:
        accounts = {row["account_code"] for row in csv.DictReader(stream)}
    fields = trace_layout().fields
    lines = pd.read_fwf(
        path,
        colspecs=[(field.start, field.end) for field in fields],
        names=[field.name for field in fields],
        header=None,
        dtype=str,
        encoding="cp1252",
        keep_default_na=False,
    )
    balances: dict[str, Decimal] = {}
    postings: list[tuple[object, ...]] = []
    payments: list[tuple[object, ...]] = []
    line: Any
    for number, line in enumerate(lines.itertuples(index=False), start=1):
        amount = Decimal(line.amount_company_currency.replace(",", "."))
        if line.account not in accounts:
            raise ValueError(f"line {number}: unknown account {line.account}")
        balances[line.progressive] = balances.get(line.progressive, Decimal(0)) + amount
        units = int(amount * _UNITS)
        linked = 0
        if line.open_item_key:
            found = connection.execute(_ITEM, (line.open_item_key,)).fetchone()
            if found and found[0] == line.account and (found[1] == "debit") == (units < 0):
                linked = min(abs(units), found[2])
                payments.append((linked, linked, line.open_item_key))
        postings.append(
            (number, line.progressive, line.operation_date, line.account, line.reason_code, units,
             line.currency, line.note or line.bank_note, line.open_item_key, linked)
        )  # fmt: skip
    if any(balances.values()):
        raise ValueError("a movement does not add up to zero")
    connection.executemany(_INSERT, postings)
    connection.executemany(_UPDATE, payments)
    return {"lines": len(postings), "linked": len(payments)}
