"""Gives a home that was never used the sample company, and takes it nowhere else.

A company that begins with its own data must not find an invented one in its books: reference data, a ledger
or a file of its own keep the sample out. What a kill leaves half done is a mark, and the next start goes on.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from assets.home import Home, make_folder
from assets.invoices.deciding import switch_automatic
from assets.invoices.reports import automatic_registration
from assets.ledger.audit import Decider
from assets.ledger.store import Ledger, utc_now


def copy_sample(home: Home, source: Path) -> bool:
    """Copies the sample's reference data, traces and e-invoices into a home that has nothing yet.

    `source` is the folder with the traces, `reference/` and `invoices/`. Returns whether they were copied;
    `finish_sample` is to be called then, once the reference data are in force.

    Raises:
        LedgerLostError: if there was a ledger and it is gone.
    """
    traces = sorted(source.glob("RITCOGE*"))
    reference = sorted((source / "reference").glob("*.csv"))
    if not traces or not (_is_unused(home) or _is_half_made(home, reference)):
        return False
    _mark(home).touch()
    for folder, files in (
        (home.inbox, traces),
        (home.invoice_inbox, sorted((source / "invoices").glob("*.*"))),
        (home.reference, reference),
    ):
        make_folder(folder)
        for file in files:
            shutil.copyfile(file, folder / file.name)
    return True


def finish_sample(home: Home) -> None:
    """Switches automatic registration on for the companies of a home that has just got the sample."""
    with Ledger.of(home).writing("automatic registration of the sample") as workbench:
        companies = [str(row["company_code"]) for row in automatic_registration(workbench)]
        switch_automatic(workbench, companies, Decider("samples", utc_now()), is_on=True)
    _mark(home).unlink()


def _mark(home: Home) -> Path:
    return home.root / ".sample-begun"


def _is_unused(home: Home) -> bool:
    """Whether the home has neither reference data nor a ledger nor any file that somebody put there."""
    return not Ledger.of(home).exists() and next(_own_files(home), None) is None


def _own_files(home: Home) -> Iterator[Path]:
    yield from home.reference.glob("*")
    for folder in (home.inbox, home.invoice_inbox, home.sales_inbox, home.processed, home.failed):
        if folder.is_dir():
            yield from (path for path in folder.rglob("*") if path.is_file())


def _is_half_made(home: Home, reference: list[Path]) -> bool:
    """Whether the sample was begun here and nobody changed its reference data since."""
    if not _mark(home).exists():
        return False
    ours = {file.name: file.read_bytes() for file in reference}
    return all(ours.get(path.name) == path.read_bytes() for path in home.reference.glob("*.csv"))
