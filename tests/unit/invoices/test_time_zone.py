"""F10: the day of reception, and today, are those of the zone of the books, not of UTC or of the machine."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Final

import pytest

from assets.invoices.readers import read_documents
from tests.conftest import MakeHome
from tests.support.invoice_ledgers import DATA, deliver, document, switch
from tests.support.ledgers import LedgerHome, setting
from tests.support.registrations import Item, entry, findings, items

CASES: Final = Path(__file__).resolve().parents[2] / "cases" / "documents"
AFTER_MIDNIGHT: Final = dt.datetime(2026, 10, 31, 23, 16)  # noqa: DTZ001
"""In UTC: in Italy it is sixteen minutes past midnight, on 1 November."""


def home_in(trial_home: MakeHome, zone: str | None, basis: str = "received") -> LedgerHome:
    """A home whose books are kept in this zone (None: no setting), with automatic registration."""
    named = () if zone is None else (setting("time_zone", zone),)
    home = trial_home(
        DATA.replace(settings=(*DATA.settings, setting("accounting_date_basis", basis), *named))
    )
    switch(home)
    return home


def entry_days(home: LedgerHome) -> list[str]:
    """The dates of all entries."""
    return [str(day) for (day,) in home.rows("SELECT posting_date FROM ledger.journal_entry ORDER BY ALL")]


@pytest.mark.parametrize(
    ("zone", "basis", "day"),
    [
        (None, "received", "2026-11-01"),
        ("Europe/Rome", "received", "2026-11-01"),
        ("UTC", "received", "2026-10-31"),
        ("America/New_York", "received", "2026-10-31"),
        ("Europe/Rome", "document", "2026-10-30"),
    ],
)
def test_f10_a_document_received_after_midnight_is_dated_by_the_zone_of_the_books(
    trial_home: MakeHome, zone: str | None, basis: str, day: str
) -> None:
    home = home_in(trial_home, zone, basis)
    name = "received_after_midnight.xml"
    read = read_documents((CASES / name).read_bytes(), name)
    deliver(home, "D1", read.documents, received_at=AFTER_MIDNIGHT, now=AFTER_MIDNIGHT)
    assert (entry(home, "Z01/1"), items(home, "Z01/1"), findings(home, "Z01/1"), entry_days(home)) == (
        [("7101001", "100.00", "cost"), ("1502001", "22.00", "VAT 22"), ("4000001", "-122.00", "item")],
        [Item("credit", "122.00", "2026-12-31")],
        [],
        [day],
    )


@pytest.mark.parametrize(("zone", "codes"), [("Europe/Rome", []), ("UTC", ["R14"])])
def test_r14_a_document_dated_today_is_not_of_the_future(
    trial_home: MakeHome, zone: str, codes: list[str]
) -> None:
    """It is 1 November in Italy already, and not yet by UTC."""
    home = home_in(trial_home, zone)
    today = document(document_date=dt.date(2026, 11, 1))
    deliver(home, "D1", [today], received_at=AFTER_MIDNIGHT, now=AFTER_MIDNIGHT)
    assert [each.finding_code for each in findings(home, "1/A")] == codes


def test_f10_a_rerun_dates_a_document_by_its_reception_still(trial_home: MakeHome) -> None:
    """Whenever it is registered, it was received on that day."""
    home = home_in(trial_home, "Europe/Rome")
    late = [document(lines=[("Bread", "100.00", "4", None)])]
    deliver(home, "D1", late, received_at=AFTER_MIDNIGHT, now=AFTER_MIDNIGHT)
    assert entry_days(home) == []
    home.workbench.execute("UPDATE vat_code SET vat_rate = '4' WHERE vat_code = '10'")
    deliver(home, "D1", late, received_at=AFTER_MIDNIGHT, now=AFTER_MIDNIGHT + dt.timedelta(days=9))
    assert entry_days(home) == ["2026-11-01"]
