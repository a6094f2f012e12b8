"""A home with a handful of files of every kind, and what is in it when nothing disturbs their import."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final, NamedTuple

from assets.ledger.store import Ledger
from tests.support import ledgers
from tests.support.ledgers import ReferenceData, open_item
from tests.support.payments import leg, move, pay, trace
from tests.support.whole_ledger import Row, whole_ledger

_MOVEMENTS: Final = 12
"""Per file: enough for an import to take a while, few enough to do it a hundred times."""

DATA: Final = ReferenceData(
    items=(
        *(open_item(f"FT-{number}", "1000.00") for number in range(1, 9)),
        open_item("FP-1", "500.00", account="4000001", side="credit"),
    )
)


def _payments(file: int, amount: str, key: str, flag: str) -> bytes:
    first = 100 * file
    return trace(*(pay(amount, key, flag, entry=first + number) for number in range(_MOVEMENTS)))


FILES: Final = {
    "RITCOGE_1.txt": _payments(1, "-10.00", "FT-1", "A"),
    "RITCOGE_2.txt": _payments(2, "-100.00", "FT-2", "S"),
    "RITCOGE_3.txt": _payments(1, "-10.00", "FT-1", "A"),
    "RITCOGE_4.txt": trace(
        pay("-50.00", "FT-3", "A", entry=401), move(leg("-9.00", account="1500099"), entry=402)
    ),
    "RITCOGE_5.txt": b"asset;value\r\n",
    "RITCOGE_6.txt": _payments(6, "-70.00", "FT-99", "S"),
    "RITCOGE_7.txt": _payments(7, "25.00", "FP-1", "A"),
    "RITCOGE_8.txt": trace(
        pay("-10.00", "FT-1", "A", entry=100),
        *(pay("-5.00", f"FT-{n}", "A", entry=800 + n) for n in range(4, 9)),
    ),
}
"""Part payments, more than an item's residual, the same content twice, a file kept out in part, one that is
no trace, payments without an item, payments of a supplier, and a movement that came before."""


class Left(NamedTuple):
    """Everything that is left of an import: the whole ledger, and where which file is kept."""

    ledger: dict[str, list[Row]]
    files: dict[str, list[tuple[str, bytes]]]


def new_home(root: Path) -> Path:
    """A home with reference data and files, in which nothing was imported yet."""
    ledgers.write_files(root / "reference", DATA.files())
    ledgers.write_files(root / "inbox", FILES)
    return root


def copy_home(root: Path, target: Path) -> Path:
    """The same home once more."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(root, target)
    return target


def left_in(root: Path) -> Left:
    """What is left in this home."""
    files = {
        folder: sorted((path.name, path.read_bytes()) for path in (root / folder).iterdir())
        for folder in ("inbox", "processed", "failed")
    }
    return Left(whole_ledger(Ledger(root / "ledger")), files)
