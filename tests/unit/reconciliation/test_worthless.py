"""A payment that comes to nothing in the company's currency settles nothing, and says so (D07)."""

from __future__ import annotations

from samples.payments import leg, move, trace
from tests.conftest import MakeHome
from tests.support.corrections import correct
from tests.support.ledgers import ReferenceData, import_bytes, open_item


def test_d07_a_payment_that_comes_to_nothing_is_named_and_its_item_is_settled_by_hand(
    trial_home: MakeHome,
) -> None:
    home = trial_home(ReferenceData(items=(open_item("FV-1", "1", currency="JPY", company_amount="0.01"),)))
    data = trace(move(leg("-1", "FV-1", "S", company_amount="0.00"), entry=1, currency="JPY"))

    imported = import_bytes(home, "a.txt", data)

    assert imported.codes == [("payment_comes_to_nothing", 2)]
    assert home.rows("SELECT expected FROM ledger.finding") == [
        ("an amount in EUR that is not 0; 1.00 JPY stay unlinked",)
    ]
    item = "SELECT status, settled_amount FROM ledger.open_item"
    assert home.rows(item) == [("open", 0)]
    correct(home, "settle", items=["ALBA:FV-1"], account="1801001", date="2026-10-05")
    assert home.rows(item) == [("closed", 1)]
