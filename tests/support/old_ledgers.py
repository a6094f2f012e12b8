"""Ledgers as an earlier Partita made them, to see what becomes of them here.

What belongs here: making the tables by the steps of then and filling them with the rows of then. What does
not: expectations.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import duckdb
import pytest

from assets.ledger import migrating
from assets.ledger.store import Ledger
from assets.reference.load import bring_into_force
from tests.support.ledgers import LedgerHome, ReferenceData, write_files

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
