"""Killed at any moment and run again, a delivery of e-invoices ends as if nothing had happened (F12, O04)."""

from __future__ import annotations

import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from assets.home import Home
from assets.ledger.store import Ledger, utc_now
from samples.invoice_files import archive, body, fatturapa, party, payment, payments, signed
from tests.faults.test_kills import Importer, broken_invariants_if_made
from tests.support.effort import chance, times
from tests.support.invoice_ledgers import DATA
from tests.support.ledgers import setting, write_files
from tests.support.whole_ledger import Row, broken_invariants, ledger_of_any_day, without_arrival

DOCUMENTS: Final = 1000
REGISTERED: Final = 850
# Posted by the date of the document, so that a run over midnight makes the same ledger.
REFERENCE: Final = DATA.replace(
    settings=(
        *DATA.settings,
        setting("quiet_seconds", "0"),
        setting("accounting_date_basis", "document"),
    )
)
SUPPLIER: Final = party("09990149990", name="Acciai Montevuoto S.p.A.", tax_code="09990149990")
STRANGER: Final = party("09990229990", name="Bottoni Madreperlina S.r.l.", tax_code="09990229990")
CUSTOMER: Final = party("09990019995", name="Albafinta Utensili S.r.l.")


@pytest.fixture(scope="module")
def registrar() -> Iterator[Importer]:
    importer = Importer("deliveries")
    yield importer
    importer.close()


def make_inbox(root: Path) -> Path:
    """A home with an archive of a thousand documents: some of a stranger, some twice, some in instalments."""
    home = Home(root)
    home.create()
    write_files(home.reference, REFERENCE.files())
    members = []
    for number in range(DOCUMENTS):
        two = (payment("61.00", "2026-11-30"), payment("61.00", "2026-12-31"))
        content = fatturapa(
            # Every tenth document is the one before it once more, in an envelope.
            body(
                f"N{number - (number % 10 == 9)}",
                date="2026-10-15",
                paid=(payments(*two),) if number % 10 < 2 else None,
            ),
            supplier=STRANGER if number % 20 == 5 else SUPPLIER,
            customer=CUSTOMER,
        ).encode()
        is_signed = number % 10 == 9
        members.append((f"IT{number:04d}.xml{'.p7m' * is_signed}", signed(content) if is_signed else content))
    (home.invoice_inbox / "year.zip").write_bytes(archive(members))
    ledger = Ledger(home.ledger)
    workbench = ledger.workbench()
    with ledger.transaction(workbench, "test"):
        workbench.execute(
            "INSERT INTO ledger.automatic_registration VALUES ('ALBA', true, ?, 'anna')", [utc_now()]
        )
    workbench.close()
    return root


def outcome(root: Path) -> tuple[dict[str, list[Row]], dict[str, list[str]]]:
    """The whole ledger, and which files stand where."""
    home = Home(root)
    folders = {
        str(folder.relative_to(root)): sorted(without_arrival(path.name) for path in folder.glob("*"))
        for folder in (home.invoice_inbox, home.processed_invoices, home.failed_invoices)
    }
    return ledger_of_any_day(Ledger(home.ledger)), folders


@pytest.mark.faults
def test_f12_kills_leave_the_ledger_of_an_undisturbed_delivery(registrar: Importer, tmp_path: Path) -> None:
    template = make_inbox(tmp_path / "template")
    undisturbed = tmp_path / "undisturbed"
    shutil.copytree(template, undisturbed)
    began = time.monotonic()
    assert registrar.run(undisturbed) == 0
    seconds = time.monotonic() - began
    expected = outcome(undisturbed)
    assert len(expected[0]["registration"]) == REGISTERED
    assert list(map(len, expected[1].values())) == [0, 1, 0]

    moments = chance("kills of deliveries")
    killed = 0
    root = tmp_path / "killed"
    while killed < times(20):
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(template, root)
        # Several kills on the way to the end: what is left by one is where the next begins.
        while registrar.run(root, kill_after=moments.uniform(0, seconds)) == -signal.SIGKILL:
            killed += 1
            assert broken_invariants_if_made(root) == {}
        assert registrar.run(root) == 0
        assert outcome(root) == expected
        assert broken_invariants(Ledger(Home(root).ledger)) == {}
