"""What holds however items with conditions are paid: entries balance, and every part adds up to the cent."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samples.payments import CUSTOMER, SUPPLIER, Movement, leg, move, trace
from tests.support.effort import examples
from tests.support.ledgers import (
    LedgerHome,
    ReferenceData,
    account,
    import_bytes,
    item_deferred_vat,
    item_withholding,
    make_home,
    open_item,
    posting_rule,
    setting,
)
from tests.support.whole_ledger import invariants_of

CENT: Final = Decimal("0.01")
WITHHELD, VAT, WAITING = "4501001", "1502001", "1502002"
GAINS, LOSSES, UNPAID = "8503001", "7503001", "1809002"

REFERENCE: Final = ReferenceData(
    accounts=(
        *ReferenceData().accounts,
        *(account(code) for code in (WITHHELD, VAT, WAITING, GAINS)),
        account(UNPAID, "transit"),
        account(LOSSES, company="BREZZA"),
        account(GAINS, company="BREZZA"),
        account(UNPAID, "transit", company="BREZZA"),
    ),
    items=(
        open_item("FEE", "1220.00", account=SUPPLIER, side="credit"),
        open_item("SMALL", "0.40", account=SUPPLIER, side="credit"),
        open_item("USD", "250.00", currency="USD", company_amount="231.17"),
        open_item("SALE", "333.33"),
    ),
    settings=(setting("exchange_gain_account", GAINS), setting("exchange_loss_account", LOSSES)),
    posting_rules=(posting_rule("SPEB", "unpaid", account=UNPAID),),
    item_withholdings=(
        item_withholding("FEE", "200.00", WITHHELD),
        item_withholding("SMALL", "0.13", WITHHELD),
    ),
    item_deferred_vats=(
        item_deferred_vat("FEE", "219.99", WAITING, VAT),
        item_deferred_vat("SMALL", "0.07", WAITING, VAT),
    ),
)
NET: Final = {"FEE": Decimal("1020.00"), "SMALL": Decimal("0.27"), "USD": Decimal("250.00")}
"""What the items come to for payments, in their currency."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, ledger_templates: dict[str, Path]) -> Iterator[LedgerHome]:
    """One ledger for all examples: each works in a trial that is undone."""
    made = make_home(tmp_path_factory.mktemp("home"), REFERENCE, ledger_templates)
    yield made
    made.close()


@st.composite
def parts(draw: st.DrawFn, key: str) -> list[Decimal]:
    """Part payments that come to the net amount of the item, in cents, in any sizes."""
    total = int(NET[key] / CENT)
    cuts = sorted(draw(st.sets(st.integers(1, total - 1), max_size=5)))
    return [(end - start) * CENT for start, end in zip([0, *cuts], [*cuts, total], strict=True)]


@st.composite
def files(draw: st.DrawFn) -> list[list[Movement]]:
    """The payments of all items in any order, cut into up to three files."""
    wanted = [(key, part) for key in NET for part in draw(parts(key))]
    payments = [
        _payment(key, part, draw(st.integers(70, 110)), number)
        for number, (key, part) in enumerate(draw(st.permutations(wanted)), start=1)
    ]
    cut = sorted(draw(st.lists(st.integers(0, len(payments)), min_size=2, max_size=2)))
    pieces = (payments[: cut[0]], payments[cut[0] : cut[1]], payments[cut[1] :])
    return [piece for piece in pieces if piece]


def _payment(key: str, part: Decimal, rate: int, number: int) -> Movement:
    if key != "USD":
        return move(leg(str(part), key, "A", account=SUPPLIER), entry=number, reason_code="PFOR")
    euros = max((part * rate / 100).quantize(CENT), CENT)
    line = leg(str(-part), key, "A", account=CUSTOMER, company_amount=str(-euros))
    return move(line, entry=number, currency="USD", reason_code="ICLI")


def balance(home: LedgerHome, account_code: str) -> Decimal:
    """What stands on an account, + debit."""
    query = "SELECT coalesce(sum(debit_amount - credit_amount), 0) FROM ledger.posting WHERE account_code = ?"
    ((amount,),) = home.rows(query, [account_code])
    return Decimal(str(amount))


def residuals(home: LedgerHome) -> dict[str, tuple[Decimal, str]]:
    """Residual and status of each item."""
    query = "SELECT open_item_key, original_amount - settled_amount, status FROM ledger.open_item"
    return {str(key): (Decimal(str(left)), str(status)) for key, left, status in home.rows(query)}


@settings(max_examples=examples(3, 200))
@given(files())
def test_d18_d20_d21_parts_add_up_to_the_cent_in_any_order_and_sizes(
    home: LedgerHome, files: list[list[Movement]]
) -> None:
    with home.trial():
        for number, movements in enumerate(files, start=1):
            imported = import_bytes(home, f"RITCOGE_{number}.txt", trace(*movements))
            assert (imported.outcome.status, imported.findings) == ("posted", [])
            assert invariants_of(home.workbench) == {}
            assert Decimal("-200.13") <= balance(home, WITHHELD) <= 0 <= balance(home, VAT)
            is_last = number == len(files)
            left = residuals(home)
            assert (
                all(left[key] == (0, "closed") for key in NET)
                == is_last
                == (balance(home, WITHHELD) == Decimal("-200.13") and left["USD"][0] == 0)
            )
        assert balance(home, VAT) == -balance(home, WAITING) == Decimal("220.06")
        assert balance(home, SUPPLIER) == Decimal("1220.40")
        assert balance(home, CUSTOMER) == Decimal("-231.17")
        query = "SELECT settled_amount_company_currency FROM ledger.open_item WHERE open_item_key = 'USD'"
        assert home.rows(query) == [(Decimal("231.17"),)]


@settings(max_examples=examples(2, 150))
@given(st.lists(st.tuples(st.booleans(), st.integers(1, 20_000)), min_size=1, max_size=6))
def test_d16_open_items_are_what_is_posted_on_their_account_however_payments_come_back(
    home: LedgerHome, steps: list[tuple[bool, int]]
) -> None:
    movements = [
        move(leg(str(cents * CENT), "SALE", account=UNPAID), entry=number, reason_code="SPEB")
        if is_unpaid
        else move(leg(str(-cents * CENT), "SALE", "A"), entry=number)
        for number, (is_unpaid, cents) in enumerate(steps, start=1)
    ]
    with home.trial():
        for number, movement in enumerate(movements, start=1):
            import_bytes(home, f"RITCOGE_{number}.txt", trace(movement))
            assert invariants_of(home.workbench) == {}
        query = """
            SELECT coalesce(sum(debit_amount + credit_amount - linked_amount), 0) FROM ledger.posting
            WHERE account_code = ? AND unlinked_reason IS NOT NULL
        """
        ((unlinked,),) = home.rows(query, [CUSTOMER])
        stands = sum(left for key, (left, _) in residuals(home).items() if key not in NET)
        assert Decimal("333.33") + balance(home, CUSTOMER) == stands - Decimal(str(unlinked))
