"""The sample company's traces, imported once in the order of their names over its reference data."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final, NamedTuple

from assets.ledger.imports import ImportOutcome
from assets.ledger.store import Ledger, utc_now
from assets.reference.load import bring_into_force
from tests.support.ledgers import LedgerHome, import_bytes

DATA: Final = Path(__file__).resolve().parents[2] / "data"
SAMPLES: Final = DATA / "samples"
NAMES: Final = sorted(path.name for path in SAMPLES.glob("RITCOGE*"))


class Month(NamedTuple):
    """The ledger after all files of the sample, and what each of them came to. Close the home after use."""

    home: LedgerHome
    outcomes: dict[str, ImportOutcome]


def import_month(root: Path) -> Month:
    """Imports the sample's traces in a home below `root`."""
    shutil.copytree(DATA / "samples" / "reference", root / "reference")
    (root / "inbox").mkdir()
    ledger = Ledger(root / "ledger")
    workbench = ledger.workbench()
    with ledger.transaction(workbench, "test"):
        state = bring_into_force(workbench, root / "reference", utc_now())
    assert state.findings == ()
    home = LedgerHome(root, ledger, workbench, state)
    return Month(
        home, {name: import_bytes(home, name, (SAMPLES / name).read_bytes()).outcome for name in NAMES}
    )
