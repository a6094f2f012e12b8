"""The export of open items: the file as a whole, byte by byte, and each rule on its own."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest

from assets.errors import TransientError
from assets.exports import exporting
from assets.exports.exporting import ExportRefusedError
from assets.exports.text_form import TextWriter
from samples.payments import leg, move, pay, trace
from tests.support.exported_files import MORNING, exported_rows, filled, read_json, read_text, run_export
from tests.support.golden import assert_golden_bytes
from tests.support.invoice_ledgers import DATA as INVOICE_DATA
from tests.support.invoice_ledgers import deliver, document, switch
from tests.support.ledgers import (
    LedgerHome,
    ReferenceData,
    account,
    company,
    counterparty,
    import_bytes,
    item_withholding,
    open_item,
    setting,
    treasury_account,
)
from tests.support.treasury import Treasury
from tests.support.whole_ledger import invariants_of

MakeHome = Callable[..., LedgerHome]

BASE: Final = ReferenceData()
POINT: Final = setting("reference_decimal_mark", "point")
"""1.125 could be eleven hundred and more, so that files with three decimals say how they write numbers."""

PARTIES: Final = (
    counterparty("C001") | {"iban": "IT60 X054 2811 1010 0000 0123 456"},
    counterparty("S001") | {"counterparty_name": "Stahl Nirgendwo", "iban": "DE89370400440532013000"},
    *(row for row in BASE.counterparties if row["counterparty_code"] not in ("C001", "S001")),
)
ITEMS: Final = (
    open_item(
        "FT-1",
        "1250.50",
        document_number="2026/VENDITE/00417",
        document_date="2026-08-31",
        due_date="2026-09-30",
        description="Merce à € 1250,50",
    ),
    open_item("FP-1", "80.00", account="4000001", side="credit", document_date="2026-10-05"),
    open_item("USD-1", "100.00", currency="USD", company_amount="91.91", due_date="2026-10-31"),
    open_item("FB-1", "7.00", company="BREZZA", due_date="2026-07-01"),
)
SMALL: Final = BASE.replace(
    counterparties=PARTIES,
    items=ITEMS,
    treasury_accounts=(
        treasury_account("1500001", payment_type="RB", cash_flow_item="INCRIB", delay_days="15"),
        treasury_account("4000001", rating="A1"),
    ),
    settings=(setting("delay_days", "2"), setting("payment_type", "SC", company="BREZZA")),
)


def one(trial_home: MakeHome, item: dict[str, str], **changes: Any) -> dict[str, Any]:
    """The line of the one open item of a home."""
    (row,) = exported_rows(trial_home(BASE.replace(items=(item,), **changes)))
    return row


def test_e01_the_file_is_byte_by_byte_what_a_person_has_read(make_home: MakeHome) -> None:
    """E01, E05, E06: four items of two companies, in both forms."""
    home = make_home(SMALL)
    text, json_form = run_export(home), run_export(home, form="json")
    assert [path.name for path in sorted((home.root / "outbox").iterdir())] == ["PARTITE.json", "PARTITE.txt"]
    assert_golden_bytes("exports/PARTITE.txt", text.path.read_bytes())
    assert_golden_bytes("exports/PARTITE.json", json_form.path.read_bytes())
    assert text.byte_count == text.path.stat().st_size
    assert text.totals == json_form.totals == {
        ("ALBA", "EUR", "debit"): (1, Decimal("1250.50")),
        ("ALBA", "EUR", "credit"): (1, Decimal("80.00")),
        ("ALBA", "USD", "debit"): (1, Decimal("100.00")),
        ("BREZZA", "EUR", "debit"): (1, Decimal("7.00")),
    }  # fmt: skip


@pytest.mark.parametrize("lines_per_block", [1, 3])
def test_e01_the_file_is_the_same_however_few_lines_are_written_at_once(
    make_home: MakeHome, monkeypatch: pytest.MonkeyPatch, lines_per_block: int
) -> None:
    """E01, E06: blocks with fewer lines than there are accounts have only their own accounts laid out."""
    monkeypatch.setattr(exporting, "LINES_PER_BLOCK", lines_per_block)
    home = make_home(SMALL)
    assert_golden_bytes("exports/PARTITE.txt", run_export(home).path.read_bytes())
    assert_golden_bytes("exports/PARTITE.json", run_export(home, form="json").path.read_bytes())


def test_e06_text_and_json_read_back_equal(trial_home: MakeHome) -> None:
    """E06: and as what the ledger, the reference data and the settings say."""
    home = trial_home(SMALL)
    rows = exported_rows(home)
    assert exported_rows(home, form="json") == rows
    assert filled(rows[0]) == {
        "payment_type": "RB",
        "amount": Decimal("1250.500"),
        "currency": "EUR",
        "exchange_rate": Decimal("1.000"),
        "amount_company_currency": Decimal("1250.50"),
        "sequence_type": "00001",
        "rating": "01",
        "due_date": dt.date(2026, 9, 30),
        "value_date": dt.date(2026, 10, 15),
        "cash_flow_item": "INCRIB",
        "account": "1500001",
        "description": "Counterparty C001",
        "abi": "05428",
        "cab": "11101",
        "origin": "CO",
        "document_number": "ENDITE/00417",
        "open_item_key": "FT-1",
        "company": "ALBA",
        "account_number": "000000123456",
        "cin": "X",
        "iban_country": "IT",
        "iban_check_digits": "60",
        "document_date": dt.date(2026, 8, 31),
        "notes": "Merce à € 1250,50",
    }
    names = ("payment_type", "rating", "due_date", "value_date", "cash_flow_item", "description", "iban")
    assert [[row[name] for name in names] for row in rows[1:]] == [
        ["BO", "A1", dt.date(2026, 10, 5), dt.date(2026, 10, 7), "PAGAM", "Stahl Nirgendwo",
         "DE89370400440532013000"],
        ["RB", "01", dt.date(2026, 10, 31), dt.date(2026, 11, 15), "INCRIB", "Counterparty C001", None],
        ["SC", "03", dt.date(2026, 7, 1), dt.date(2026, 7, 3), "INCASS", "Counterparty C003", None],
    ]  # fmt: skip


def test_e05_to_collect_is_plus_and_to_pay_minus_and_what_is_settled_is_left_out(
    trial_home: MakeHome,
) -> None:
    """E05: an item that is closed is in no export; of the others it is the residual."""
    items = (
        open_item("C-1", "100.00"),
        open_item("C-2", "50.00"),
        open_item("P-1", "70.00", account="4000001", side="credit"),
    )
    home = trial_home(BASE.replace(items=items))
    import_bytes(home, "RITCOGE.txt", trace(pay("-30.00", "C-1", "A"), pay("-50.00", "C-2", entry=2)))
    assert [(row["open_item_key"], row["amount"]) for row in exported_rows(home)] == [
        ("C-1", Decimal(70)),
        ("P-1", Decimal(-70)),
    ]


@pytest.mark.parametrize(
    ("settled", "left"),
    # 33.33 USD are 30.6336 EUR and so 30.63, 66.66 are 61.2672 and so 61.27.
    [(("33.33",), "61.28"), (("33.33", "33.33"), "30.64"), ((), "91.91")],
)
def test_e05_in_the_company_s_currency_is_left_the_original_less_the_settled_share(
    trial_home: MakeHome, settled: tuple[str, ...], left: str
) -> None:
    """E05: at the rate of the item, whatever the payments came to; exact to the cent."""
    home = trial_home(
        BASE.replace(items=(open_item("USD-1", "100.00", currency="USD", company_amount="91.91"),))
    )
    for number, amount in enumerate(settled, start=1):
        line = leg(f"-{amount}", "USD-1", "A", company_amount="-29.00")
        import_bytes(
            home, f"RITCOGE_{number}.txt", trace(move(line, entry=number, reason_code="ICLI", currency="USD"))
        )
    (row,) = exported_rows(home)
    assert (row["amount"], row["amount_company_currency"]) == (
        Decimal(100) - sum(map(Decimal, settled)),
        Decimal(left),
    )
    assert row["exchange_rate"] == Decimal("1.088")


def test_e05_an_amount_has_the_precision_of_its_field(trial_home: MakeHome) -> None:
    """E05: three decimals for the item's currency, two for the company's; yen have none."""
    items = (
        open_item("TND-1", "10.125", currency="TND", company_amount="3.01"),
        open_item("JPY-1", "5000", currency="JPY", company_amount="31.07"),
    )
    names = ("amount", "amount_company_currency", "exchange_rate")
    rows = exported_rows(trial_home(BASE.replace(items=items, settings=(POINT,))))
    assert [tuple(str(row[name]) for name in names) for row in rows] == [
        ("10.125", "3.01", "3.364"),
        ("5000.000", "31.07", "160.927"),
    ]


def test_e05_an_invoice_with_withholding_tax_is_exported_net(trial_home: MakeHome) -> None:
    """E05: 1220.00 with VAT less 200.00 that are withheld."""
    home = trial_home(INVOICE_DATA)
    switch(home)
    lines = [("Consulting", "1000.00", "22", None)]
    withholding = {
        "withholding_type": "RT01",
        "amount": Decimal("200.00"),
        "rate": Decimal(20),
        "reason_code": "A",
    }
    deliver(home, "D1", [document(lines=lines, withholding=[withholding])])
    assert [row["amount"] for row in exported_rows(home)] == [Decimal("-1020.00")]


def test_e03_an_item_has_the_same_key_on_two_days(trial_home: MakeHome) -> None:
    """E03: what changes from day to day is the rating alone, since the item grows older."""
    home = trial_home(SMALL)
    first, later = exported_rows(home), exported_rows(home, now=MORNING + dt.timedelta(days=60))
    assert [row["open_item_key"] for row in later] == [row["open_item_key"] for row in first]
    changed = [{name for name in row if row[name] != later[place][name]} for place, row in enumerate(first)]
    assert changed == [{"rating"}, set(), {"rating"}, set()]
    assert [row["rating"] for row in later] == ["02", "A1", "02", "03"]


@pytest.mark.parametrize(
    ("day", "rating"),
    [("2026-10-20", "N"), ("2026-10-31", "N"), ("2026-10-19", "N"), ("2026-10-15", "L5"),
     ("2026-10-10", "X"), ("2020-01-01", "X")],
)  # fmt: skip
def test_e01_the_rating_goes_by_the_days_overdue(trial_home: MakeHome, day: str, rating: str) -> None:
    """E01: from 0, 5 and 10 days on; what is not due yet is not overdue."""
    settings = (setting("ratings", "0=N;5=L5;10=X", company="ALBA"),)
    assert one(trial_home, open_item("FT-1", "1.00", due_date=day), settings=settings)["rating"] == rating


@pytest.mark.parametrize(
    ("zone", "rating"), [(None, "L5"), ("Europe/Rome", "L5"), ("UTC", "N"), ("Asia/Tokyo", "L5")]
)
def test_e01_the_days_overdue_are_counted_in_the_zone_of_the_books(
    trial_home: MakeHome, zone: str | None, rating: str
) -> None:
    """E01: exported at 22:30 UTC on the 19th, which is the 20th in Italy; due on the 15th."""
    named = () if zone is None else (setting("time_zone", zone),)
    settings = (setting("ratings", "0=N;5=L5", company="ALBA"), *named)
    home = trial_home(
        BASE.replace(items=(open_item("FT-1", "1.00", due_date="2026-10-15"),), settings=settings)
    )
    (row,) = exported_rows(home, now=dt.datetime(2026, 10, 19, 22, 30))  # noqa: DTZ001
    assert row["rating"] == rating


@pytest.mark.parametrize(("zone", "day"), [("Europe/Rome", 2), ("UTC", 1)])
def test_e01_the_day_on_which_an_item_was_opened_is_that_of_the_zone(
    trial_home: MakeHome, zone: str, day: int
) -> None:
    """E01: an item without any date, opened at 22:30 UTC on the 1st."""
    home = trial_home(
        BASE.replace(items=(open_item("FT-1", "1.00"),), settings=(setting("time_zone", zone),))
    )
    home.workbench.execute("UPDATE ledger.open_item SET opened_at = TIMESTAMP '2026-10-01 22:30'")
    (row,) = exported_rows(home)
    assert row["due_date"] == dt.date(2026, 10, day)


def test_e01_an_item_that_is_never_said_to_be_due_is_due_on_the_day_it_was_opened(
    trial_home: MakeHome,
) -> None:
    """E01: due dates, value dates and numbers are required."""
    home = trial_home(BASE.replace(items=(open_item("A-LONG-KEY-OF-26-CHARACTER", "1.00"),)))
    ((opened_at,),) = home.rows("SELECT opened_at FROM ledger.open_item")
    assert isinstance(opened_at, dt.datetime)
    (row,) = exported_rows(home)
    assert (row["due_date"], row["value_date"]) == (opened_at.date(), opened_at.date())
    assert (row["open_item_key"], row["document_number"]) == ("A-LONG-KEY-OF-26-CHARACTER", "26-CHARACTER")


def test_e07_characters_are_replaced_and_texts_cut_and_both_are_counted(trial_home: MakeHome) -> None:
    """E07: in every form alike; the report says of how many characters in which field."""
    long_name = "Società “Ősi Kő” – " + "Montagna " * 5
    items = (
        open_item("FT-1", "1.00", description='Ж\u00a0ő "x\\y" é', document_number="12345678901234"),
        open_item("FT-2", "2.00", account="1500002", document_number="Nº Ж"),
        open_item("FT-3", "3.00", account="1500002"),
    )
    parties = [
        row | {"counterparty_name": long_name} if row["counterparty_code"] == "C002" else row
        for row in BASE.counterparties
    ]
    home = trial_home(BASE.replace(items=items, counterparties=parties))
    exported = run_export(home)
    rows = read_text("open_items", exported.path.read_bytes())
    assert [(row["notes"], row["description"], row["document_number"]) for row in rows] == [
        ('? o "x\\y" é', "Counterparty C001", "345678901234"),
        (None, "Società “Osi Ko” – Montagna Montagna Mon", "Nº ?"),
        (None, "Società “Osi Ko” – Montagna Montagna Mon", "FT-3"),
    ]
    assert exported.replaced_characters == {"notes": 3, "description": 4, "document_number": 1}
    assert exported.cut_values == {"document_number": 1, "description": 2}
    in_json = run_export(home, form="json")
    assert read_json("open_items", in_json.path.read_bytes()) == rows
    assert (in_json.replaced_characters, in_json.cut_values) == (
        exported.replaced_characters,
        exported.cut_values,
    )
    assert home.rows("SELECT * FROM ledger.treasury_export_text WHERE export_id = 1 ORDER BY field") == [
        (1, "description", 4, 2),
        (1, "document_number", 1, 1),
        (1, "notes", 3, 0),
    ]


def test_e01_no_open_item_is_a_file_without_lines(trial_home: MakeHome) -> None:
    """E01: the treasury then knows that nothing is open any longer."""
    home = trial_home()
    assert run_export(home).path.read_bytes() == b"\xef\xbb\xbf"
    assert (exported_rows(home), exported_rows(home, form="json")) == ([], [])


# --- Refused ------------------------------------------------------------------------------------------------


def refused(home: LedgerHome, kind: str = "open_items") -> ExportRefusedError:
    """The refusal of an export; the file of the export before it, and what is remembered of it, stay."""
    path = home.root / "outbox" / {"open_items": "PARTITE.txt", "registry": "ANAGRAFICHE.txt"}[kind]
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"the file of yesterday")
    with pytest.raises(ExportRefusedError) as refusal:
        run_export(home, kind)
    assert {file.name: file.read_bytes() for file in path.parent.iterdir()} == {
        path.name: b"the file of yesterday"
    }
    assert home.rows("SELECT count(*) FROM ledger.treasury_export") == [(0,)]
    assert home.rows("SELECT count(*) FROM ledger.exported_item") == [(0,)]
    assert "Nothing was exported; the file of the last export stands unchanged." in str(refusal.value)
    return refusal.value


@pytest.mark.parametrize(
    ("item", "field"),
    [
        (open_item("BIG", "100000000000.00"), "amount"),
        (open_item("FINE", "1.2345", currency="CLF", company_amount="40.00"), "amount"),
        (open_item("WEAK", "100000", currency="VND", company_amount="0.01"), "exchange_rate"),
        (open_item("STRONG", "0.01", currency="USD", company_amount="10000.00"), "exchange_rate"),
        (open_item("KEY-Ж", "1.00"), "open_item_key"),
        (open_item("FT\u00a01", "1.00"), "open_item_key"),
        (open_item("OLD", "1.00", due_date="1789-07-14"), "due_date"),
    ],
)
def test_e01_what_identifies_an_item_and_amounts_must_fit_or_nothing_is_exported(
    trial_home: MakeHome, item: dict[str, str], field: str
) -> None:
    """E01, E03, E05: nothing of them is cut, rounded or replaced; the item is named."""
    home = trial_home(BASE.replace(items=(open_item("GOOD", "1.00"), item)))
    refusal = refused(home)
    named = {(problem.company_code, problem.item, problem.field) for problem in refusal.problems}
    assert ("ALBA", item["open_item_key"], field) in named
    assert f"ALBA {item['open_item_key']}: " in str(refusal)


def test_e05_a_company_s_currency_with_more_decimals_than_the_field_is_refused_where_they_count(
    trial_home: MakeHome,
) -> None:
    """E05: 12.2 holds no third decimal; it is not rounded away."""
    companies = (company("ALBA", "TND"), company("BREZZA"))
    items = (open_item("T-1", "1.125", currency="TND"),)
    home = trial_home(BASE.replace(companies=companies, items=items, settings=(POINT,)))
    assert [(each.field, each.raw_value) for each in refused(home).problems] == [
        ("amount_company_currency", "1.1250")
    ]


def test_e01_an_item_on_an_account_that_the_treasury_would_not_know_is_refused(trial_home: MakeHome) -> None:
    """E01: opened by a trace on an account that has gone from the chart since."""
    home = trial_home(BASE.replace(items=(open_item("FT-1", "1.00"),)))
    home.workbench.execute(
        "DELETE FROM ledger.account WHERE account_code = '1500001' AND company_code = 'ALBA'"
    )
    assert {problem.item for problem in refused(home).problems} == {"FT-1"}


def test_e01_totals_other_than_the_ledger_s_are_never_exported(trial_home: MakeHome) -> None:
    """E01: an account without its key, which would write items twice; the last line of defence."""
    home = trial_home(BASE.replace(items=(open_item("FT-1", "1.00"),)))
    home.workbench.execute(
        "CREATE OR REPLACE TABLE ledger.account AS "
        "FROM ledger.account UNION ALL FROM ledger.account WHERE account_code = '1500001'"
    )
    assert "the export differs from the ledger in the open items of ALBA EUR debit" in str(refused(home))


def test_e01_many_problems_are_counted_and_the_first_of_them_listed(trial_home: MakeHome) -> None:
    """E01: a message must not be longer than its reader's patience."""
    items = [open_item(f"Ж-{number:03}", "1.00") for number in range(50)]
    refusal = refused(trial_home(BASE.replace(items=items)))
    assert (len(refusal.problems), str(refusal).split(":")[0]) == (
        20,
        "50 values do not fit the layout of the treasury",
    )


# --- Cut off ------------------------------------------------------------------------------------------------


class Killed(BaseException):
    """Stands for the end of the process."""


@pytest.mark.parametrize("step", ["write", "fsync", "replace"])
def test_e01_an_export_that_is_cut_off_leaves_the_old_file_and_the_ledger(
    make_home: MakeHome, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """E01: whoever reads the file sees the old one; the next export is as good as any."""
    home = make_home(SMALL)
    before = run_export(home).path.read_bytes()
    import_bytes(home, "RITCOGE.txt", trace(pay("-1250.50", "FT-1")))

    def killed(*arguments: object, **named: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        if step == "write":
            patch.setattr(TextWriter, "block", killed)
        elif step == "fsync":
            patch.setattr(os, "fsync", killed)
        else:
            patch.setattr(Path, "replace", killed)
        with pytest.raises(Killed):
            run_export(home)
    assert {path.name: path.read_bytes() for path in (home.root / "outbox").iterdir()} == {
        "PARTITE.txt": before
    }
    assert home.rows("SELECT count(*) FROM ledger.treasury_export") == [(1,)]
    assert home.rows("SELECT count(*) FROM ledger.exported_item") == [(4,)]

    assert [row["open_item_key"] for row in exported_rows(home)] == ["FP-1", "USD-1", "FB-1"]
    assert home.rows("SELECT count(*) FROM ledger.exported_item") == [(3,)]


def test_e01_what_a_killed_process_left_is_overwritten(make_home: MakeHome) -> None:
    """E01: a hidden file of an export that was cut off is no reason to stop."""
    home = make_home(SMALL)
    (home.root / "outbox").mkdir(exist_ok=True)
    (home.root / "outbox" / ".PARTITE.txt.partial").write_bytes(b"x" * 10_000)
    run_export(home)
    assert [path.name for path in (home.root / "outbox").iterdir()] == ["PARTITE.txt"]


def test_e01_a_folder_that_cannot_be_written_is_said_in_words(make_home: MakeHome) -> None:
    """E01: trying again can help, so the error is a transient one."""
    home = make_home(SMALL)
    (home.root / "outbox").write_text("a file where the folder should be")
    with pytest.raises(
        TransientError, match=r"cannot be written: .* The file of the last export stands unchanged"
    ):
        run_export(home)


# --- Round trip ---------------------------------------------------------------------------------------------


def test_e08_a_trace_that_pays_what_was_exported_closes_precisely_those_items(trial_home: MakeHome) -> None:
    """E08: from the exported lines alone: company, account, key, amount, currency."""
    items = (
        open_item("FT-1", "1250.50", due_date="2026-09-30"),
        open_item("FT-2", "10.00", account="1500002"),
        open_item("FP-1", "80.00", account="4000001", side="credit"),
        open_item("STAYS", "33.00", account="4000002", side="credit"),
    )
    home = trial_home(BASE.replace(items=items, accounts=(*BASE.accounts, account("1500099", "customer"))))
    payments = [
        move(
            leg(str(-row["amount"]), row["open_item_key"], "S", account=row["account"]),
            entry=number,
            reason_code="ICLI" if row["amount"] > 0 else "PFOR",
        )
        for number, row in enumerate(exported_rows(home), start=1)
        if row["open_item_key"] != "STAYS"
    ]
    imported = import_bytes(home, "RITCOGE.txt", trace(*payments))
    assert (imported.outcome.status, imported.findings) == ("posted", [])
    assert home.rows("SELECT open_item_key, status FROM ledger.open_item ORDER BY open_item_key") == [
        ("FP-1", "closed"),
        ("FT-1", "closed"),
        ("FT-2", "closed"),
        ("STAYS", "open"),
    ]
    assert [row["open_item_key"] for row in exported_rows(home)] == ["STAYS"]


def test_e08_the_circle_closes_exactly_what_the_treasury_paid_in_full_in_part_or_by_orders(
    trial_home: MakeHome,
) -> None:
    """E08, D15: ledger, export, treasury, trace, ledger; and the next export has what is left."""
    items = (
        open_item("FT-1", "1250.50", due_date="2026-09-30"),
        open_item("FT-2", "10.00", account="1500002"),
        open_item("FP-1", "80.00", account="4000001", side="credit"),
        open_item("FP-2", "100.00", account="4000002", side="credit"),
        open_item("FP-3", "33.33", account="4000002", side="credit"),
        open_item("STAYS", "33.00", account="4000002", side="credit"),
    )
    home = trial_home(BASE.replace(items=items))
    treasury = Treasury.taking(run_export(home).path.read_bytes())

    paid = import_bytes(
        home,
        "RITCOGE_1.txt",
        treasury.pay({"FT-1": "full", "FT-2": "part", "FP-1": "order", "FP-2": "part", "FP-3": "order"}),
    )
    assert (paid.outcome.status, paid.findings) == ("posted", [])
    assert {row["open_item_key"]: str(row["amount"]) for row in exported_rows(home)} == {
        "FT-2": "7.500",
        "FP-2": "-75.000",
        "STAYS": "-33.000",
    }
    in_transit = (
        "SELECT sum(debit_amount) - sum(credit_amount) FROM ledger.posting WHERE account_code = '1809001'"
    )
    assert home.rows(in_transit) == [(Decimal("-113.3300"),)]
    cleared = import_bytes(home, "RITCOGE_2.txt", treasury.orders_reach_the_bank())
    assert (cleared.outcome.status, cleared.findings) == ("posted", [])
    assert home.rows(in_transit) == [(Decimal(0),)]
    assert home.rows("SELECT open_item_key, settled_amount, status FROM ledger.open_item ORDER BY ALL") == [
        ("FP-1", Decimal("80.0000"), "closed"),
        ("FP-2", Decimal("25.0000"), "open"),
        ("FP-3", Decimal("33.3300"), "closed"),
        ("FT-1", Decimal("1250.5000"), "closed"),
        ("FT-2", Decimal("2.5000"), "open"),
        ("STAYS", Decimal(0), "open"),
    ]
    assert invariants_of(home.workbench) == {}


def test_e05_what_is_still_to_be_withheld_is_not_to_be_paid(trial_home: MakeHome) -> None:
    """E05, D19: 400.00 of which 100.00 are withheld; the first 100.00 paid withhold 33.33."""
    item = open_item("FEE", "400.00", account="4000001", side="credit")
    home = trial_home(BASE.replace(items=(item,), item_withholdings=(item_withholding("FEE", "100.00"),)))
    names = ("amount", "amount_company_currency")
    assert [row[name] for row in exported_rows(home) for name in names] == [Decimal("-300.00")] * 2
    import_bytes(home, "RITCOGE.txt", trace(pay("100.00", "FEE", "A")))
    assert [row[name] for row in exported_rows(home) for name in names] == [Decimal("-200.00")] * 2
