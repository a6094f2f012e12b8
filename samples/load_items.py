"""The open items of a load: everything about item `i` follows from its number, in Python, numpy and SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from samples.company import (
    CHART_HEADER,
    COMMON_ACCOUNTS,
    COUNTERPARTIES_CSV,
    OPEN_ITEMS_HEADER,
    Side,
    write_csv,
    write_reasons_and_periods,
)

LOAD_COMPANY: Final = "BENCH"
CUSTOMER_COUNT: Final = 180
SUPPLIER_COUNT: Final = 120
ACCOUNT_COUNT: Final = CUSTOMER_COUNT + SUPPLIER_COUNT
BANK_COUNT: Final = 10
ITEM_DOCUMENT_DATE: Final = date(2026, 8, 31)
ITEM_DUE_DATE: Final = date(2026, 10, 31)

KEY_PREFIX: Final = "BENCH-2026-"
_AMOUNT_STEP: Final = 48_271
_AMOUNT_RANGE: Final = 1_999_993
_SMALLEST_AMOUNT: Final = 10_000

ITEM_KEY_SQL: Final = f"printf('{KEY_PREFIX}%010d', i)"
"""DuckDB expression over a BIGINT column `i`: the same as `item_key(i)`."""

ITEM_ACCOUNT_SQL: Final = (
    f"CASE WHEN i % {ACCOUNT_COUNT} < {CUSTOMER_COUNT} THEN printf('15%05d', i % {ACCOUNT_COUNT} + 1)"
    f" ELSE printf('40%05d', i % {ACCOUNT_COUNT} - {CUSTOMER_COUNT} + 1) END"
)
"""DuckDB expression over a BIGINT column `i`: the same as `item_account(i)`."""

ITEM_SIDE_SQL: Final = f"CASE WHEN i % {ACCOUNT_COUNT} < {CUSTOMER_COUNT} THEN 'debit' ELSE 'credit' END"
"""DuckDB expression over a BIGINT column `i`: the same as `item_side(i)`."""

ITEM_AMOUNT_SQL: Final = (
    f"CAST(CAST({_SMALLEST_AMOUNT} + i * {_AMOUNT_STEP} % {_AMOUNT_RANGE} AS DECIMAL(12, 0)) * 0.01"
    " AS DECIMAL(18, 2))"
)
"""DuckDB expression over a BIGINT column `i`: the same as `item_amount(i)`, never by way of DOUBLE."""

ITEM_DOCUMENT_NUMBER_SQL: Final = "printf('L%010d', i)"
"""DuckDB expression over a BIGINT column `i`: the same as `item_document_number(i)`."""


def item_key(i: int) -> str:
    """The open-item key of item `i` (0 <= i < 10**10): 21 characters."""
    return f"{KEY_PREFIX}{i:010d}"


def item_account(i: int) -> str:
    """The account of item `i`: items go round the 180 customers and then the 120 suppliers."""
    return party_account(i % ACCOUNT_COUNT)


def item_side(i: int) -> Side:
    """`debit` (to collect) for an item on a customer's account, `credit` (to pay) on a supplier's."""
    return "debit" if i % ACCOUNT_COUNT < CUSTOMER_COUNT else "credit"


def item_amount(i: int) -> Decimal:
    """The original amount of item `i` in EUR, two decimals, positive: 100.00 to 20,099.92."""
    return Decimal(item_cents(i)).scaleb(-2)


def item_document_number(i: int) -> str:
    """The number of the document behind item `i`: 11 characters."""
    return f"L{i:010d}"


def item_keys(indices: npt.NDArray[np.int64]) -> npt.NDArray[np.str_]:
    """`item_key` of each index; shape (n,), 21 characters each."""
    return np.char.add(KEY_PREFIX, np.char.zfill(indices.astype(np.str_), 10))


def item_accounts(indices: npt.NDArray[np.int64]) -> npt.NDArray[np.str_]:
    """`item_account` of each index; shape (n,), 7 characters each."""
    accounts: npt.NDArray[np.str_] = np.array([party_account(party) for party in range(ACCOUNT_COUNT)])
    return accounts[indices % ACCOUNT_COUNT]


def item_is_debit(indices: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Whether the side of each index is debit (a customer's item, to collect); shape (n,)."""
    return indices % ACCOUNT_COUNT < CUSTOMER_COUNT


def item_amount_cents(indices: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """`item_amount` of each index in whole cents, positive; shape (n,). Scale 2 of a decimal128 as it is."""
    return _SMALLEST_AMOUNT + indices * _AMOUNT_STEP % _AMOUNT_RANGE


def item_document_numbers(indices: npt.NDArray[np.int64]) -> npt.NDArray[np.str_]:
    """`item_document_number` of each index; shape (n,), 11 characters each."""
    return np.char.add("L", np.char.zfill(indices.astype(np.str_), 10))


def item_cents(i: int) -> int:
    return _SMALLEST_AMOUNT + i * _AMOUNT_STEP % _AMOUNT_RANGE


def party_account(party: int) -> str:
    if party < CUSTOMER_COUNT:
        return f"15{party + 1:05d}"
    return f"40{party - CUSTOMER_COUNT + 1:05d}"


def write_reference(folder: Path) -> None:
    """Writes the reference CSVs that fit the load: company BENCH, 300 customers and suppliers, ten banks.

    `opening_open_items.csv` has its header only: a benchmark makes the items from `item_key(i)` and so on.
    """
    folder.mkdir(parents=True, exist_ok=True)
    company = LOAD_COMPANY
    vat_number = _italian_vat_number(900)
    write_csv(
        folder / "companies.csv",
        ("company_code", "company_name", "currency_code", "country_code", "vat_number", "tax_code"),
        [(company, "Bancodiprova Immaginario S.p.A.", "EUR", "IT", vat_number, vat_number)],
    )
    chart: list[Sequence[object]] = []
    for bank in range(BANK_COUNT):
        chart.append((company, _bank_code(bank), f"Invented bank {bank + 1}", "", "bank", "", "true"))
    for code, name, second_name, kind in COMMON_ACCOUNTS:
        chart.append((company, code, name, second_name, kind, "", "true"))
    parties: list[Sequence[object]] = []
    for party in range(ACCOUNT_COUNT):
        kind = "customer" if party < CUSTOMER_COUNT else "supplier"
        party_vat = _italian_vat_number(party + 1)
        code, name = f"P{party + 1:04d}", f"Invented {kind} {party + 1}"
        parties.append((code, name, kind, "IT", party_vat, party_vat, ""))
        chart.append((company, party_account(party), name, "", kind, code, "true"))
    write_csv(folder / "chart_of_accounts.csv", CHART_HEADER, chart)
    write_csv(folder / "counterparties.csv", COUNTERPARTIES_CSV.splitlines()[0].split(","), parties)
    write_csv(folder / "opening_open_items.csv", OPEN_ITEMS_HEADER, [])
    write_csv(folder / "settings.csv", ("company_code", "setting_name", "setting_value"), [])
    write_reasons_and_periods(folder, (company,))


def _italian_vat_number(serial: int) -> str:
    """An Italian VAT number with a right check digit that nobody has: 0999, serial, office 999."""
    digits = f"0999{serial:03d}999"
    total = 0
    for place, character in enumerate(digits):
        doubled = int(character) * (1 + place % 2)
        total += doubled - 9 if doubled > 9 else doubled
    return digits + str(-total % 10)


def _bank_code(bank: int) -> str:
    return f"18010{bank + 1:02d}"
