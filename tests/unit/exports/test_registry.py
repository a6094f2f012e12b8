"""The export of the registry: customers, suppliers and other accounts, all or what changed."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Final

import pytest

from assets.exports.exporting import ExportRefusedError
from tests.support.exported_files import exported_rows, filled, run_export
from tests.support.golden import assert_golden_bytes
from tests.support.ledgers import (
    LedgerHome,
    ReferenceData,
    account,
    counterparty,
    setting,
    treasury_account,
)

MakeHome = Callable[..., LedgerHome]

FOREIGN: Final = counterparty("S001") | {
    "counterparty_name": "Stahl Nirgendwo",
    "country_code": "DE",
    "vat_number": "DE999999999",
    "tax_code": "A-TAX-CODE-OF-MORE-THAN-16",
    "iban": "DE89 3704 0044 0532 0130 00",
}
SMALL: Final = ReferenceData(
    accounts=(
        account("1500001", "customer", name="Clienti", counterparty="C001"),
        account("1801001", "bank", name="Banca Collina"),
        account("4000001", "supplier", name="Fornitori", counterparty="S001"),
        account("1500001", "customer", company="BREZZA", name="Tessitura à la carte"),
    ),
    counterparties=(
        counterparty("C001") | {"tax_code": "RSSMRA80A01H501U", "iban": "IT60X0542811101000000123456"},
        FOREIGN,
    ),
    treasury_accounts=(
        treasury_account(
            "1500001",
            rating="A1",
            delay_days="7",
            nickname="DORICA",
            address="Via dei Torni 3",
            postcode="00099",
            city="Borgoinventato",
            province="XX",
        ),
    ),
    settings=(setting("missing_text", "?", company="BREZZA"),),
)


def test_e02_the_file_is_byte_by_byte_what_a_person_has_read(make_home: MakeHome) -> None:
    """E02, E06: accounts of each kind in two companies, in both forms."""
    home = make_home(SMALL)
    assert_golden_bytes("exports/ANAGRAFICHE.txt", run_export(home, "registry").path.read_bytes())
    in_json = run_export(home, "registry", form="json").path
    assert_golden_bytes("exports/ANAGRAFICHE.json", in_json.read_bytes())


def test_e02_every_account_is_one_line_and_reads_back_equal_in_both_forms(trial_home: MakeHome) -> None:
    """E02, E06: names and numbers from the counterparty, the rest from treasury_accounts.csv and settings."""
    home = trial_home(SMALL)
    rows = exported_rows(home, "registry")
    assert exported_rows(home, "registry", form="json") == rows
    assert [filled(row) for row in rows] == [
        {
            "company": "ALBA",
            "account": "1500001",
            "account_kind": "C",
            "description": "Counterparty C001",
            "nickname": "DORICA",
            "address": "Via dei Torni 3",
            "postcode": "00099",
            "city": "Borgoinventato",
            "province": "XX",
            "country": "IT",
            "rating": "A1",
            "delay_days": 7,
            "commercial_line": "-01",
            "account_number": "000000123456",
            "abi": "05428",
            "cab": "11101",
            "fiscal_code": "RSSMRA80A01H501U",
            "cin": "X",
            "iban_country": "IT",
            "iban_check_digits": "60",
            "cash_flow_item": "INCASS",
        },
        {
            "company": "ALBA",
            "account": "1801001",
            "account_kind": "-",
            "description": "Banca Collina",
            "nickname": "180100",
            "address": "-",
            "postcode": "-",
            "city": "-",
            "country": "IT",
        },
        {
            "company": "ALBA",
            "account": "4000001",
            "account_kind": "F",
            "description": "Stahl Nirgendwo",
            "nickname": "S001",
            "address": "-",
            "postcode": "-",
            "city": "-",
            "country": "DE",
            "delay_days": 0,
            "commercial_line": "-01",
            "iban": "DE89370400440532013000",
            "cash_flow_item": "PAGAM",
            "vat_number": "DE999999999",
        },
        {
            "company": "BREZZA",
            "account": "1500001",
            "account_kind": "C",
            "description": "Tessitura à la carte",
            "nickname": "150000",
            "address": "?",
            "postcode": "?",
            "city": "?",
            "country": "IT",
            "delay_days": 0,
            "cash_flow_item": "INCASS",
        },
    ]


def test_e02_an_account_that_stands_twice_is_refused_before_anything_is_written(make_home: MakeHome) -> None:
    """E02: neither the reference files nor the table let it come about; else the treasury would be misled."""
    home = make_home(SMALL)
    before = run_export(home, "registry").path.read_bytes()
    with home.ledger.transaction(home.workbench, "test"):
        home.workbench.execute(
            "CREATE OR REPLACE TABLE ledger.account AS "
            "FROM ledger.account UNION ALL FROM ledger.account WHERE account_kind = 'bank'"
        )
    expected = (
        "1 account stands more than once, the first ALBA 1801001: each account of a company must be unique"
    )
    with pytest.raises(ExportRefusedError, match=expected):
        run_export(home, "registry")
    assert {path.name: path.read_bytes() for path in (home.root / "outbox").iterdir()} == {
        "ANAGRAFICHE.txt": before
    }


def test_e02_an_account_with_a_character_that_is_not_allowed_is_refused(trial_home: MakeHome) -> None:
    """E02, E07: an account that was respelled would be another one."""
    data = SMALL.replace(accounts=(*SMALL.accounts, account("15Ж")))
    with pytest.raises(ExportRefusedError) as refusal:
        run_export(trial_home(data), "registry")
    assert [(each.item, each.field) for each in refusal.value.problems] == [("15Ж", "account")]


@pytest.fixture
def changed(make_home: MakeHome) -> LedgerHome:
    """A home whose reference data came into force on 1 October 2026 and changed on the 10th."""
    home = make_home(SMALL)
    assert SMALL.treasury_accounts
    home.load_reference(
        SMALL.replace(
            accounts=(
                *SMALL.accounts[:2],
                dict(SMALL.accounts[2], is_active="false"),
                account("7501001", name="Bank charges"),
            ),
            counterparties=(dict(SMALL.counterparties[0], counterparty_name="Officine Dorica"), FOREIGN),
            treasury_accounts=(*SMALL.treasury_accounts, treasury_account("1801001", city="Collina")),
        )
    )
    with home.ledger.transaction(home.workbench, "test"):
        home.workbench.execute(
            "UPDATE ledger.reference_file SET loaded_at = "
            "CASE version WHEN 1 THEN TIMESTAMP '2026-10-01 08:00' ELSE TIMESTAMP '2026-10-10 08:00' END"
        )
    return home


@pytest.mark.parametrize(
    ("since", "accounts"),
    [
        (dt.date(2026, 10, 1), ["1500001", "1801001", "4000001", "7501001"]),
        (dt.date(2026, 10, 2), ["1500001", "1801001", "7501001"]),
        (dt.date(2026, 10, 10), ["1500001", "1801001", "7501001"]),
        (dt.date(2026, 10, 11), []),
        (None, ["1500001", "1801001", "4000001", "7501001"]),
    ],
)
def test_e02_since_a_date_only_those_are_written_that_read_otherwise_than_before(
    changed: LedgerHome, since: dt.date | None, accounts: list[str]
) -> None:
    """E02: new, renamed by its counterparty, with a town now; not the one that was only made inactive."""
    rows = exported_rows(changed, "registry", since=since)
    assert [row["account"] for row in rows] == accounts
    assert changed.rows("SELECT since_date, row_count FROM ledger.treasury_export") == [
        (since, len(accounts))
    ]


@pytest.mark.parametrize(("zone", "row_count"), [("Europe/Rome", 3), ("UTC", 0)])
def test_e02_the_date_since_which_they_changed_begins_in_the_zone_of_the_books(
    changed: LedgerHome, zone: str, row_count: int
) -> None:
    """E02: what came into force half an hour after midnight of Italy came on the 11th there."""
    with changed.ledger.transaction(changed.workbench, "test"):
        changed.workbench.execute(
            "UPDATE ledger.reference_file SET loaded_at = TIMESTAMP '2026-10-10 22:30' WHERE version = 2"
        )
        changed.workbench.execute(
            "INSERT INTO ledger.setting SELECT max(version), NULL, 'time_zone', ? FROM ledger.reference_file "
            "WHERE file_name = 'settings.csv'",
            [zone],
        )
    assert run_export(changed, "registry", since=dt.date(2026, 10, 11)).row_count == row_count


def test_e02_files_have_the_names_that_the_settings_give_them(trial_home: MakeHome) -> None:
    """E02: within the export folder that the settings name; the form decides the suffix."""
    settings = (
        setting("open_items_file", "open items.dat"),
        setting("registry_file", "registry.dat"),
        setting("export_form", "json"),
    )
    home = trial_home(dataclasses.replace(SMALL, settings=settings))
    names = [run_export(home, kind).path.name for kind in ("open_items", "registry")]
    assert [*names, run_export(home, form="text").path.name] == [
        "open items.json",
        "registry.json",
        "open items.dat",
    ]
