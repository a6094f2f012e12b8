"""Writing off a small rest completes what is withheld; a larger rest that is waived takes none (D14, D18)."""

from __future__ import annotations

import datetime as dt
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.errors import OperatingError
from assets.ledger.store import Ledger, utc_now
from assets.reference.load import bring_into_force
from samples.payments import SUPPLIER, pay, trace
from samples.trace_files import Leg, TraceLine, movement, render_text
from tests.conftest import MakeHome
from tests.support.corrections import correct, essence
from tests.support.effort import examples
from tests.support.ledgers import _ACCOUNTS as ACCOUNTS
from tests.support.ledgers import (
    LedgerHome,
    ReferenceData,
    account,
    expectations,
    import_bytes,
    item_withholding,
    make_home,
    open_item,
    setting,
)
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

SAMPLE: Final = Path(__file__).resolve().parents[3] / "data" / "samples" / "reference"
SAMPLE_ROWS: Final = {
    "opening_open_items.csv": "ALBA,4000004,WT-A,15/26,2026-09-18,2026-11-10,EUR,credit,1000.00,1000.00,Fees",
    "item_withholding.csv": "ALBA,WT-A,200.00,4501001",
}

_POSTINGS: Final = """
    SELECT posting.entry_id, posting.line_number, account_code,
           CAST(debit_amount - credit_amount AS DECIMAL(18,2))::VARCHAR, matching_rule,
           CAST(settlement.amount AS DECIMAL(18,2))::VARCHAR
    FROM ledger.posting AS posting
    LEFT JOIN ledger.settlement AS settlement USING (entry_id, line_number)
    ORDER BY ALL
"""
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


def test_t05_the_sample_company_pays_799_50_of_800_00_net_and_writes_the_rest_off(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """An item of 1000.00 with 200.00 to be withheld beside the sample's own, paid on 10 November."""
    root = tmp_path_factory.mktemp("home")
    shutil.copytree(SAMPLE, root / "reference")
    for name, row in SAMPLE_ROWS.items():
        with (root / "reference" / name).open("a", encoding="utf-8") as stream:
            stream.write(f"{row}\n")
    home = home_of(root)
    line = TraceLine(entry=9005, operation_date=dt.date(2026, 11, 10), reason_code="PFOR")
    legs = Leg("4000004", Decimal("799.50"), "WT-A", "S")
    imported = import_bytes(home, "RITCOGE_T05.txt", render_text(movement(legs, base=line)))
    assert (imported.outcome.status, imported.codes) == ("posted", [("full_settlement_leaves_residual", 2)])
    assert expectations(home) == [
        (
            "full_settlement_leaves_residual",
            "a payment of 800.00; 0.50 stays open, within the tolerance of 5.00: "
            "`partita write-off ALBA:WT-A`",
        )
    ]
    correct(home, "write-off", item="ALBA:WT-A", date="2026-11-10")
    assert home.rows(_POSTINGS) == [
        (1, 1, "1801001", "-799.50", None, None),
        (1, 2, "4000004", "799.50", "company and open_item_key", "799.50"),
        (1, 3, "4000004", "199.88", "withholding", "199.88"),
        (1, 4, "4501001", "-199.88", None, None),
        (2, 1, "4000004", "0.50", "written off", "0.50"),
        (2, 2, "4000004", "0.12", "withholding", "0.12"),
        (2, 3, "7509001", "-0.50", None, None),
        (2, 4, "4501001", "-0.12", None, None),
    ]
    items = "SELECT settled_amount, status FROM ledger.open_item WHERE open_item_key = 'WT-A'"
    assert home.rows(items) == [(Decimal("1000.0000"), "closed")]
    assert expectations(home) == []
    assert broken_invariants(home.ledger) == {}
    home.close()


def home_of(root: Path) -> LedgerHome:
    """A home whose reference folder is there already."""
    (root / "inbox").mkdir()
    ledger = Ledger(root / "ledger")
    workbench = ledger.workbench()
    with ledger.transaction(workbench, "test"):
        state = bring_into_force(workbench, root / "reference", utc_now())
    assert state.findings == ()
    return LedgerHome(root, ledger, workbench, state)


def test_d18_where_only_the_tax_is_left_it_is_withheld_and_nothing_written_off(make_home: MakeHome) -> None:
    """People paid the 800.00 net by hand, which withholds nothing."""
    home = make_home(DATA)
    correct(home, "settle", items=["ALBA:WT-A"], account="1801001", date=DAY, amount="800.00")
    write_off(home)
    assert (balance(home, OWED), balance(home, WRITE_OFF)) == (Decimal("200.00"), Decimal("0"))
    assert item(home) == (Decimal("1000.00"), "closed")
    assert broken_invariants(home.ledger) == {}
    correct(home, "reopen", item="ALBA:WT-A")
    assert (balance(home, OWED), item(home)) == (Decimal("0"), (Decimal("0.00"), "open"))
    correct(home, "undo", correction=3)
    assert (balance(home, OWED), item(home)) == (Decimal("200.00"), (Decimal("1000.00"), "closed"))


def test_d18_what_is_withheld_never_exceeds_what_is_due_whoever_puts_it_back(make_home: MakeHome) -> None:
    """A and B withheld with their payments; where one is put back, the other is not, if both are too much."""
    home = make_home(DATA)
    correct(home, "settle", items=["ALBA:WT-A"], account="1801001", date=DAY, amount="300.00")
    import_bytes(home, "B.txt", trace(pay("500.00", "WT-A", entry=2)))
    assert (balance(home, OWED), item(home)) == (Decimal("200.00"), (Decimal("1000.00"), "closed"))
    correct(home, "delete-import", **{"import": "B.txt"})
    correct(home, "undo", correction=1)
    import_bytes(home, "A.txt", trace(pay("100.00", "WT-A", "A", entry=1)))
    assert balance(home, OWED) == Decimal("25.00")
    correct(home, "delete-import", **{"import": "A.txt"})
    correct(home, "undo", correction=2)
    assert balance(home, OWED) == Decimal("200.00")
    with pytest.raises(OperatingError, match="ALBA:WT-A would have more withheld than is due"):
        correct(home, "undo", correction=4)
    assert balance(home, OWED) == Decimal("200.00")


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
        "(setting residual_tolerance): to waive so much, `partita settle ALBA:WT-A --account CODE` takes it "
        "to an account of your choice. Nothing was changed."
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

    @settings(max_examples=examples(4, 100))
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
