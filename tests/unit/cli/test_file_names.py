"""Which files people mean by the number of an import, a partition key or a name."""

from __future__ import annotations

import pytest

from assets.errors import OperatingError
from assets.home import Home
from assets.ledger.store import Ledger
from orchestration.cli.file_names import matching_keys, numbered_key
from tests.support.ledgers import LedgerHome
from tests.unit.cli.small_ledger import AGAIN, SECOND

LEFT = [SECOND.partition_key, AGAIN.partition_key]


@pytest.mark.parametrize(
    "name", ["I2", "i2", "I2 RITCOGE2.txt:4", "failed/ritcoge2.TXT", SECOND.partition_key]
)
def test_o03_a_failed_file_is_named_by_number_name_or_key(filled: Home, name: str) -> None:
    assert matching_keys(Ledger.of(filled), LEFT, name) == [SECOND.partition_key]


@pytest.mark.parametrize("name", ["I1", "I99", "2"])
def test_o03_a_number_of_no_failed_file_is_refused(filled: Home, name: str) -> None:
    with pytest.raises(
        OperatingError, match=f"no failed file is named {name}: `partita findings` lists them"
    ):
        matching_keys(Ledger.of(filled), LEFT, name)


def test_f06_a_number_of_an_e_invoice_stands_for_its_delivery(invoices: LedgerHome) -> None:
    assert matching_keys(invoices.ledger, ["d1", "d2"], "I3") == ["d2"]


def test_messages_call_a_file_by_its_number_and_key(filled: Home) -> None:
    assert numbered_key(Ledger.of(filled), AGAIN.partition_key) == f"I4 {AGAIN.partition_key}"
