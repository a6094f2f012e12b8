"""Ledgers as an earlier Partita made them, to see what becomes of them here.

What belongs here: making the tables by the steps of then and filling them with the rows of then. What does
not: expectations (but for `said_then`, which is what the Partita of then answered).

`tests/golden/ledgers/NN.sql` are the rows of a small home as the Partita with NN steps wrote them, without
those that say which steps it has. `NN.json` is what its commands that list answered: the columns, those of
them that are blank in every row, and the rows.
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import duckdb
import pytest

from assets.ledger import migrating
from assets.ledger.store import Ledger
from assets.reference.load import bring_into_force
from tests.support.golden import GOLDEN
from tests.support.ledgers import LedgerHome, ReferenceData, write_files
from tests.support.versions import tables_of_version

VERSIONS: Final = {5: "e-invoices", 11: "sales invoices", 23: "checks in the tables"}
"""The kept ledgers: how many steps the Partita had that wrote one, and what was new with it."""

ROWS: Final = Path(__file__).parent / "ledger_of_version_11.sql"
"""E-invoices and reference data (`tests.support.registrations.FULL`) as the version before identities had
them: a supplier by VAT number and by tax code, numbers with runs of blanks, a VAT group, a warning that is an
error by now, a registration that was changed and one that is being changed.
"""


def home_of_version_11(root: Path, data: ReferenceData) -> LedgerHome:
    """A home with the ledger of then, brought up to date by opening it."""
    write_files(root / "reference", data.files())
    (root / "inbox").mkdir()
    ledger = Ledger(root / "ledger")
    workbench = ledger.workbench()
    folder = Path(migrating.__file__).parent / "migrations"
    old = root / "assets" / "migrations"
    old.mkdir(parents=True)
    for step in sorted(folder.iterdir())[:11]:
        (old / step.name).write_bytes(step.read_bytes())
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(migrating.resources, "files", lambda package: root / "assets")
        with ledger.transaction(workbench, "test"):
            for statement in duckdb.extract_statements(ROWS.read_text("utf-8")):
                workbench.execute(statement)
    with ledger.transaction(workbench, "test"):
        state = bring_into_force(workbench, root / "reference", "2026-10-21 08:00:00")
    return LedgerHome(root, ledger, workbench, state)


def write_ledger_of(version: int, ledger_folder: Path, folder: Path) -> None:
    """Makes the kept ledger of then, with the tables of then and without a journal; `folder` takes the
    steps.
    """
    text = (GOLDEN / "ledgers" / f"{version:02d}.sql").read_text("utf-8")
    with tables_of_version(version, folder), Ledger(ledger_folder).writing("then") as connection:
        for insert in duckdb.extract_statements(text):
            connection.execute(insert)


def inserts_of(connection: duckdb.DuckDBPyConnection) -> str:
    """The rows of an attached ledger as statements, which is how a ledger of a new version is kept."""
    query = (
        "SELECT table_name FROM duckdb_tables() "
        "WHERE database_name = 'ledger' AND table_name <> 'schema_migration' ORDER BY table_name"
    )
    held = {
        table: connection.execute(f"FROM ledger.{table}").fetchall()
        for (table,) in connection.execute(query).fetchall()
    }
    return "".join(
        f"INSERT INTO ledger.{table} VALUES\n"
        + ",\n".join(f"({','.join(map(_literal, row))})" for row in rows)
        + ";\n"
        for table, rows in held.items()
        if rows
    )


def _literal(value: object) -> str:
    """A value as SQL has it; amounts without the zeros at their end."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]"
    return "'" + str(value).replace("'", "''") + "'"


def said_then(version: int) -> dict[str, list[dict[str, Any]]]:
    """What the Partita of then listed of the kept ledger, by the kind of list."""
    said = json.loads((GOLDEN / "ledgers" / f"{version:02d}.json").read_text("utf-8"))
    return {
        kind: [
            dict(zip(of_kind["columns"], row, strict=True)) | dict.fromkeys(of_kind["blank"])
            for row in of_kind["rows"]
        ]
        for kind, of_kind in said.items()
    }
