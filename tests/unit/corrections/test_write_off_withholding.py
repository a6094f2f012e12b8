"""Writing off a small rest completes what is withheld; a larger rest that is waived takes none (D14, D18)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.errors import OperatingError
from tests.conftest import MakeHome
from tests.support.corrections import correct, essence
from tests.support.ledgers import _ACCOUNTS as ACCOUNTS
from tests.support.ledgers import (
    LedgerHome,
    ReferenceData,
    account,
    import_bytes,
    item_withholding,
    make_home,
    open_item,
    setting,
)
from tests.support.payments import SUPPLIER, pay, trace
from tests.support.whole_ledger import broken_invariants

OWED: Final = "4501001"
WRITE_OFF: Final = "7509001"
DAY: Final = "2026-10-20"
DATA: Final = ReferenceData().replace(
    items=(open_item("WT-A", "1000.00", account=SUPPLIER, side="credit"),),
    accounts=(*ACCOUNTS, account(OWED, name="Withholding owed"), account(WRITE_OFF, name="Write-offs")),
    settings=(setting("residual_tolerance", "5.00"), setting("write_off_account", WRITE_OFF)),
    item_withholdings=(item_withholding("WT-A", "200.00", OWED),),
)

_BALANCE: Final = """
    SELECT coalesce(sum(posting.credit_amount - posting.debit_amount), 0) FROM ledger.posting AS posting
    WHERE posting.account_code = ?
"""


def balance(home: LedgerHome, account_code: str) -> Decimal:
    """Credits less debits of an account."""
    with home.ledger.reading() as connection:
        return Decimal(connection.execute(_BALANCE, [account_code]).fetchall()[0][0])


def item(home: LedgerHome) -> tuple[object, ...]:
    """What is settled of the item, and its status."""
    with home.ledger.reading() as connection:
        query = "SELECT settled_amount, status FROM ledger.open_item WHERE open_item_key = 'WT-A'"
        return connection.execute(query).fetchall()[0]


def paid(home: LedgerHome, amount: str, flag: str = "S") -> LedgerHome:
    """The item paid by a trace with this amount."""
    assert import_bytes(home, "A.txt", trace(pay(amount, "WT-A", flag, entry=1))).outcome.status == "posted"
    return home


def write_off(home: LedgerHome, **more: Any) -> int:
    """Writes off what is left of the item."""
    return correct(home, "write-off", item="ALBA:WT-A", date=DAY, **more)


def test_d18_half_a_euro_is_written_off_and_all_of_the_tax_is_withheld(make_home: MakeHome) -> None:
    """799.50 of 800.00 net: the part payment withheld 199.88, the write-off withholds the other 0.12."""
    home = paid(make_home(DATA), "799.50")
    assert (balance(home, OWED), item(home)) == (Decimal("199.88"), (Decimal("999.38"), "open"))
    before = essence(home)
    made = write_off(home)
    assert (balance(home, OWED), balance(home, WRITE_OFF)) == (Decimal("200.00"), Decimal("0.50"))
    assert item(home) == (Decimal("1000.00"), "closed")
    assert balance(home, SUPPLIER) == Decimal("-1000.00")
    assert broken_invariants(home.ledger) == {}
    back = correct(home, "undo", correction=made)
    assert essence(home) == before
    correct(home, "undo", correction=back)
    assert (balance(home, OWED), item(home)) == (Decimal("200.00"), (Decimal("1000.00"), "closed"))


def test_d18_the_rest_is_compared_without_what_is_still_to_be_withheld(make_home: MakeHome) -> None:
    """795.00 of 800.00 net: 6.25 are open, of which 1.25 are tax; 794.99 leaves a cent too much."""
    home = paid(make_home(DATA), "795.00")
    write_off(home)
    assert (balance(home, OWED), balance(home, WRITE_OFF)) == (Decimal("200.00"), Decimal("5.00"))


def test_d18_a_rest_above_the_tolerance_is_refused_and_named_net(make_home: MakeHome) -> None:
    home = paid(make_home(DATA), "794.99")
    with pytest.raises(OperatingError) as error:
        write_off(home)
    assert str(error.value) == (
        "5.01 EUR of ALBA:WT-A are open beside the 1.25 to be withheld, more than the tolerance of 5.00 "
        "(setting residual_tolerance). Nothing was changed."
    )


def test_d18_a_larger_rest_that_a_person_waives_takes_no_withholding(make_home: MakeHome) -> None:
    home = paid(make_home(DATA), "400.00", "A")
    correct(home, "settle", items=["ALBA:WT-A"], account=WRITE_OFF, date=DAY)
    assert (balance(home, OWED), balance(home, WRITE_OFF)) == (Decimal("100.00"), Decimal("500.00"))
    assert item(home) == (Decimal("1000.00"), "closed")


def test_d18_whatever_was_paid_a_write_off_withholds_all_and_never_more(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    home = make_home(tmp_path_factory.mktemp("home"), DATA)

    @settings(max_examples=15)
    @given(st.integers(79_500, 80_000).map(lambda cents: Decimal(cents) / 100))
    def check(amount: Decimal) -> None:
        with home.trial():
            paid(home, f"{amount:.2f}", "A")
            if amount < 800:
                write_off(home)
            rows = home.rows("SELECT settled_amount, status FROM ledger.open_item")
            assert rows == [(Decimal("1000.0000"), "closed")]
            assert home.rows(_BALANCE.replace("?", f"'{OWED}'")) == [(Decimal("200.0000"),)]
            assert home.rows(_BALANCE.replace("?", f"'{WRITE_OFF}'")) == [(800 - amount,)]

    check()
    home.close()
