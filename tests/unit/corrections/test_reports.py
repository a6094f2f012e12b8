"""What was corrected, as people are told."""

from __future__ import annotations

from assets.corrections.reports import last_corrections
from tests.support.corrections import correct
from tests.support.ledgers import LedgerHome
from tests.unit.corrections.test_linking import DAY, home

__all__ = ["home"]


def test_o01_the_last_corrections_say_who_why_and_how_much(home: LedgerHome) -> None:
    """The debits of the entries that were made; of a link, what it settled; nothing where nothing moved."""
    correct(home, "write-off", item="ALBA:FV-2", date=DAY)
    correct(home, "settle", items=["ALBA:FA-USD"], account="1801001", date=DAY, who="bruno", reason="by hand")
    correct(home, "link", payment="1/2", items=["ALBA:FA-1"], amount="30")
    correct(home, "undo", correction=3, reason="not this one")

    common = {"made_at": "2026-10-30 12:00:00 UTC", "requested_by": "anna", "reason": "as agreed"}
    expected = [
        {"correction": "C4", "kind": "undo", "about": "C3", **common, "amount": "30.00 EUR"}
        | {"reason": "not this one"},
        {"correction": "C3", "kind": "link", "about": "1/2; ALBA:FA-1", **common, "amount": "30.00 EUR"},
        {"correction": "C2", "kind": "settle", "about": "ALBA:FA-USD", **common, "amount": "92.00 EUR"}
        | {"requested_by": "bruno", "reason": "by hand"},
        {"correction": "C1", "kind": "write-off", "about": "ALBA:FV-2", **common, "amount": "0.03 EUR"},
    ]
    assert [last_corrections(home.workbench, limit) for limit in (20, 2)] == [expected, expected[:2]]
