"""Movements: one balanced entry or nothing (D05, D06, D34 to D36), several companies (D32), dates (D31)."""

from __future__ import annotations

import dataclasses
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from samples.payments import CHARGES, leg, lines_of, move, pay, trace
from samples.trace_files import layout_field, render_line, render_text, with_raw
from tests.conftest import MakeHome
from tests.support.ledgers import (
    LedgerHome,
    LedgerState,
    ReferenceData,
    account,
    company,
    expectations,
    found_field,
    found_line,
    import_bytes,
    items,
    ledger_state,
    open_item,
    period,
    postings,
    reason,
    reason_description,
    setting,
)

COLUMNS = ("company_code", "posting_date", "account_code", "reason_code", "debit", "credit")
NOTHING = LedgerState([], [], [], [], [])
BANK_VIEW = setting("amount_view", "bank", company="BREZZA")


def entries(home: LedgerHome) -> list[list[tuple[object, ...]]]:
    """Account, debit and credit of the lines of every entry, entries in the order of the ledger."""
    query = """
        SELECT posting.entry_id, posting.account_code, posting.debit_amount - posting.credit_amount
        FROM ledger.posting AS posting
        ORDER BY posting.entry_id, posting.line_number
    """
    rows = home.rows(query)
    numbers = dict.fromkeys(number for number, _, _ in rows)
    return [[(code, f"{amount:.2f}") for of, code, amount in rows if of == number] for number in numbers]


# --- D05: lines with one progressive ------------------------------------------------------------------------


def test_d05_lines_with_one_progressive_are_one_entry_in_the_order_of_the_file(home: LedgerHome) -> None:
    # The lines of the two movements stand mixed in the file; the progressive alone tells which is which.
    lines = lines_of(
        [
            move(leg("-10.00"), leg("-5.00", account="1500002"), leg("0.50", account=CHARGES), entry=1),
            move(leg("-20.00"), entry=2, account="1809001"),
        ]
    )
    first, second = lines[:4], lines[4:]
    data = render_text([first[0], second[0], first[1], first[2], second[1], first[3]])
    imported = import_bytes(home, "RITCOGE.txt", data)
    assert imported.findings == []
    assert entries(home) == [
        [("1801001", "14.50"), ("1500001", "-10.00"), ("1500002", "-5.00"), ("7501001", "0.50")],
        [("1809001", "20.00"), ("1500001", "-20.00")],
    ]
    assert imported.outcome.counts["posted_movement_count"] == 2


def test_d05_the_first_line_must_be_on_a_bank_or_transit_account(home: LedgerHome) -> None:
    data = trace(
        move(leg("-10.00"), account=CHARGES, entry=1),
        move(leg("-10.00"), account="1500002", entry=2),
        move(leg("-10.00"), account="1809001", entry=3),
    )
    imported = import_bytes(home, "RITCOGE.txt", data)
    assert imported.findings == [
        found_field(data, "first_account_not_bank", 1, "account", "7501001"),
        found_field(data, "first_account_not_bank", 3, "account", "1500002"),
    ]
    assert expectations(home) == [
        ("first_account_not_bank", "a bank or transit account; 7501001 is of kind other"),
        ("first_account_not_bank", "a bank or transit account; 1500002 is of kind customer"),
    ]
    assert entries(home) == [[("1809001", "10.00"), ("1500001", "-10.00")]]


def test_d05_a_movement_of_one_line_of_nothing_is_an_entry_of_nothing(home: LedgerHome) -> None:
    first, _ = pay("-10.00")
    data = trace((dataclasses.replace(first, amount=Decimal(0)),))
    assert import_bytes(home, "RITCOGE.txt", data).findings == []
    assert entries(home) == [[("1801001", "0.00")]]


# --- D06: unknown codes -------------------------------------------------------------------------------------


def test_d06_an_unknown_code_keeps_its_whole_movement_out_and_the_others_go_on(trial_home: MakeHome) -> None:
    home = trial_home(ReferenceData(items=(open_item("FV-1", "10.00"), open_item("FV-2", "20.00"))))
    data = trace(
        pay("-10.00", "FV-1", entry=1),
        move(leg("-20.00", "FV-2", "S"), leg("1.00", account="9999999"), entry=2),
        move(leg("-20.00", "FV-2", "S"), leg("1.00", account=CHARGES, reason_code="PSDD"), entry=3),
        move(leg("-20.00", "FV-2", "S"), leg("1.00", account="1801009"), entry=4),
        pay("-1.00", entry=5, company="CORVO"),
        move(leg("2.50", account=CHARGES), entry=6),
    )
    imported = import_bytes(home, "RITCOGE.txt", data)
    assert imported.findings == [
        found_field(data, "unknown_account", 5, "account", "9999999"),
        found_field(data, "unknown_accounting_reason", 8, "reason_code", "PSDD"),
        found_field(data, "inactive_account", 11, "account", "1801009"),
        found_field(data, "unknown_company", 12, "company", "CORVO"),
        found_field(data, "unknown_company", 13, "company", "CORVO"),
    ]
    assert entries(home) == [
        [("1801001", "10.00"), ("1500001", "-10.00")],
        [("1801001", "-2.50"), ("7501001", "2.50")],
    ]
    assert items(home, "open_item_key", "residual", "status") == [
        ("FV-1", "0.00", "closed"),
        ("FV-2", "20.00", "open"),
    ]
    assert imported.outcome.status == "incomplete"


def test_d06_a_code_is_that_of_the_lines_company(trial_home: MakeHome) -> None:
    home = trial_home(ReferenceData(reasons=(reason("ICLI"), reason("BREX", company="BREZZA"))))
    data = trace(
        pay("-1.00", entry=1, reason_code="BREX"),
        pay("-1.00", entry=2, reason_code="BREX", company="BREZZA"),
        pay("-1.00", entry=3, account="1500101", reason_code="ICLI"),
    )
    assert import_bytes(home, "RITCOGE.txt", data).findings == [
        found_field(data, "unknown_accounting_reason", 1, "reason_code", "BREX"),
        found_field(data, "unknown_accounting_reason", 2, "reason_code", "BREX"),
        found_field(data, "unknown_account", 6, "account", "1500101"),
    ]
    assert [row[0] for row in postings(home, *COLUMNS)] == ["BREZZA", "BREZZA"]


def with_bad_fields(*bad: tuple[str, str]) -> bytes:
    """A good movement, then one for each bad field, which stands in its second line."""
    lines = [
        render_line(line)
        for line in lines_of([pay("-10.00", entry=entry) for entry in range(1, len(bad) + 2)])
    ]
    for number, (name, raw) in enumerate(bad, start=1):
        lines[2 * number + 1] = with_raw(lines[2 * number + 1], name, raw)
    return render_text(lines)


def test_d06_a_line_that_cannot_be_read_keeps_its_whole_movement_out(home: LedgerHome) -> None:
    bad = [
        ("amount", "-00000000000020.000000"),
        ("operation_date", "20261032"),
        ("account", "1500001\x0b        "),
        ("entry", "        A1"),
    ]
    data = with_bad_fields(*bad)
    codes = ("invalid_amount", "invalid_date", "control_character", "invalid_integer")
    assert import_bytes(home, "RITCOGE.txt", data).findings == [
        found_field(data, code, line, name, raw)
        for code, line, (name, raw) in zip(codes, (4, 6, 8, 10), bad, strict=True)
    ]
    assert entries(home) == [[("1801001", "10.00"), ("1500001", "-10.00")]]


def test_d06_a_line_without_a_readable_progressive_leaves_no_half_movement(home: LedgerHome) -> None:
    # Two lines of one movement lost their progressive and add up to zero: what is left balances, but it is
    # half a movement.
    whole = move(leg("-10.00"), leg("3.00", account=CHARGES), leg("-3.00", account="1500002"), entry=1)
    lines = [render_line(line) for line in lines_of([whole])]
    data = render_text([*lines[:2], *(with_raw(line, "progressive", " " * 6) for line in lines[2:])])
    imported = import_bytes(home, "RITCOGE.txt", data)
    assert [(found.finding_code, found.line_number) for found in imported.findings] == [
        ("movement_beside_unreadable_line", 1),
        ("required_value_missing", 3),
        ("required_value_missing", 4),
    ]
    assert expectations(home)[0][1] == "a movement that is surely whole; line 3 may belong to it"
    assert entries(home) == []


def test_d06_only_the_movements_next_to_a_line_without_a_progressive_are_in_doubt(home: LedgerHome) -> None:
    lines = [
        render_line(line) for line in lines_of([pay("-10.00", entry=entry) for entry in (1, 2, 3, 4, 5)])
    ]
    lines[4:6] = (with_raw(line, "company", " " * 10) for line in lines[4:6])
    imported = import_bytes(home, "RITCOGE.txt", render_text(lines))
    assert imported.codes == [
        ("movement_beside_unreadable_line", 3),
        ("required_value_missing", 5),
        ("required_value_missing", 6),
        ("movement_beside_unreadable_line", 7),
    ]
    query = "SELECT source_line FROM ledger.posting ORDER BY source_line"
    assert home.rows(query) == [(1,), (2,), (9,), (10,)]


def test_d06_a_truncated_file_with_many_warnings_posts_nothing(
    home: LedgerHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The list of findings is full of warnings when the error that keeps the file out is found.
    monkeypatch.setattr("assets.traces.collector.MAX_FINDINGS_PER_FILE", 2)
    element = (
        '{"company":"ALBA","progressive":"000001","operationDate":"2026-10-01","cgReasonCode":"ICLI",'
        '"currencyCode":"EUR","amount":%s,"amountLCY":%s,"chartOfAccounts":"%s","x":1}'
    )
    data = "[" + element % ("10", "10", "1801001") + "," + element % ("-10", "-10", "1500001") + ", {"
    imported = import_bytes(home, "RITCOGE.json", data.encode())
    assert ledger_state(home).postings == []
    assert imported.outcome.status == "failed"


def test_d11_a_file_with_more_warnings_than_are_listed_is_posted_without_an_error(
    home: LedgerHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assets.traces.collector.MAX_FINDINGS_PER_FILE", 1)
    data = trace(
        pay("-1.00", entry=1, on_behalf_company="CORVO"), pay("-1.00", entry=2, on_behalf_company="CORVO")
    )
    assert import_bytes(home, "RITCOGE.txt", data).outcome.status == "posted"
    assert home.rows("SELECT finding_code, severity FROM ledger.finding ORDER BY ordinal") == [
        ("too_many_warnings", "WARN"),
        ("unknown_on_behalf_company", "WARN"),
    ]


# --- D31: dates that never count ----------------------------------------------------------------------------


def test_d31_the_day_of_typing_and_the_year_are_never_the_entrys_date(home: LedgerHome) -> None:
    data = trace(
        pay(
            "-10.00",
            year="2019",
            return_year="2018",
            treasury_posting_date=date(2026, 9, 30),
            value_date=date(2026, 9, 29),
            document_date=date(2025, 1, 1),
            due_date=date(2025, 2, 1),
            operation_date=date(2026, 10, 31),
        )
    )
    assert import_bytes(home, "RITCOGE.txt", data).findings == []
    assert {row[1] for row in postings(home, *COLUMNS)} == {"2026-10-31"}


# --- D32: several companies ---------------------------------------------------------------------------------


def test_d32_each_company_gets_its_own_entry_even_with_one_progressive(trial_home: MakeHome) -> None:
    home = trial_home(
        ReferenceData(items=(open_item("K-1", "10.00"), open_item("K-1", "10.00", company="BREZZA")))
    )
    alba, brezza = pay("-10.00", "K-1"), pay("-10.00", "K-1", company="BREZZA")
    data = render_text([alba[0], brezza[0], alba[1], brezza[1]])
    assert import_bytes(home, "RITCOGE.txt", data).findings == []
    assert postings(home, *COLUMNS) == [
        ("ALBA", "2026-10-01", "1801001", "ICLI", "10.00", "0.00"),
        ("ALBA", "2026-10-01", "1500001", "ICLI", "0.00", "10.00"),
        ("BREZZA", "2026-10-01", "1801001", "ICLI", "10.00", "0.00"),
        ("BREZZA", "2026-10-01", "1500001", "ICLI", "0.00", "10.00"),
    ]
    assert items(home, "company_code", "open_item_key", "status") == [
        ("ALBA", "K-1", "closed"),
        ("BREZZA", "K-1", "closed"),
    ]


def test_d32_a_payment_on_behalf_of_a_company_leaves_that_companys_ledger_untouched(
    trial_home: MakeHome,
) -> None:
    home = trial_home(ReferenceData(items=(open_item("K-1", "10.00", company="BREZZA"),)))
    data = trace(
        move(
            leg("10.00", account="1601001", on_behalf_company="BREZZA", on_behalf_account="1500101"), entry=1
        ),
        move(leg("10.00", account="1601001", on_behalf_company="CORVO"), entry=2),
    )
    imported = import_bytes(home, "RITCOGE.txt", data)
    assert imported.findings == [
        found_field(data, "unknown_on_behalf_company", 4, "on_behalf_company", "CORVO")
    ]
    assert {row[0] for row in postings(home, *COLUMNS)} == {"ALBA"}
    assert imported.outcome.counts["posted_movement_count"] == 2
    assert items(home, "open_item_key", "status") == [("K-1", "open")]


# --- D34 and D36: balance and the convention of signs -------------------------------------------------------


def unbalanced(by: str, **fields: object) -> bytes:
    """A file with a movement whose second line is off by an amount."""
    first, second = pay("-10.00", **fields)  # type: ignore[arg-type]
    return trace((first, dataclasses.replace(second, amount=second.amount + Decimal(by))))


@pytest.mark.parametrize("by", ["0.01", "-0.01", "1000000.00"])
def test_d34_lines_that_do_not_add_up_to_zero_are_kept_out_with_the_difference(
    home: LedgerHome, by: str
) -> None:
    data = unbalanced(by)
    imported = import_bytes(home, "RITCOGE.txt", data)
    assert imported.findings == [
        found_field(data, "movement_unbalanced", 1, "amount_company_currency", by),
    ]
    assert expectations(home) == [
        ("movement_unbalanced", f"lines that add up to zero; the difference is {by}")
    ]
    assert entries(home) == []
    assert imported.outcome.status == "failed"


def test_d34_a_line_that_cannot_be_read_is_not_called_a_difference_as_well(home: LedgerHome) -> None:
    lines = [render_line(line) for line in lines_of([pay("-10.00")])]
    data = render_text([lines[0], lines[1][:150]])
    assert import_bytes(home, "RITCOGE.txt", data).findings == [found_line(data, "line_too_short", 2)]


def test_d36_the_same_entries_come_from_either_view(trial_home: MakeHome) -> None:
    rows = (open_item("K-1", "10.00"), open_item("K-1", "10.00", company="BREZZA"))
    home = trial_home(ReferenceData(items=rows, settings=(BANK_VIEW,)))
    legs = (leg("-10.00", "K-1", "S"), leg("2.00", account=CHARGES))
    data = trace(
        move(*legs, entry=1),
        move(*legs, entry=1, company="BREZZA", view="bank"),
        move(leg("3.00", account=CHARGES), entry=2),
        move(leg("3.00", account=CHARGES), entry=2, company="BREZZA", view="bank"),
    )
    assert import_bytes(home, "RITCOGE.txt", data).findings == []
    wanted = ("account_code", "debit", "credit", "currency_amount", "is_linked", "linked", "unlinked_reason")
    rows_by_company = {
        code: [row[1:] for row in postings(home, "company_code", *wanted) if row[0] == code]
        for code in ("ALBA", "BREZZA")
    }
    assert rows_by_company["BREZZA"] == rows_by_company["ALBA"]
    assert rows_by_company["ALBA"][:2] == [
        ("1801001", "8.00", "0.00", "8.00", False, "0.00", None),
        ("1500001", "0.00", "10.00", "-10.00", True, "10.00", None),
    ]


def test_d36_the_wrong_view_shows_as_a_difference_with_a_hint(trial_home: MakeHome) -> None:
    home = trial_home(ReferenceData(settings=(BANK_VIEW,)))
    data = trace(
        move(leg("-10.00"), leg("2.00", account=CHARGES), entry=1, view="bank"),
        move(leg("-10.00"), leg("2.00", account=CHARGES), entry=1, company="BREZZA", view="ledger"),
        move(leg("-10.00"), entry=2, company="BREZZA", view="bank"),
    )
    imported = import_bytes(home, "RITCOGE.txt", data)
    assert imported.findings == [
        found_field(data, "movement_unbalanced", 1, "amount_company_currency", "16.00"),
        found_field(data, "movement_unbalanced", 4, "amount_company_currency", "16.00"),
    ]
    assert expectations(home) == [
        (
            "movement_unbalanced",
            "lines that add up to zero; the difference is 16.00. From the bank's view they would: "
            "check the setting amount_view of company ALBA",
        ),
        (
            "movement_unbalanced",
            "lines that add up to zero; the difference is 16.00. From the ledger's view they would: "
            "check the setting amount_view of company BREZZA",
        ),
    ]
    assert entries(home) == [[("1801001", "10.00"), ("1500001", "-10.00")]]


def test_d36_one_setting_holds_for_every_company_without_its_own(trial_home: MakeHome) -> None:
    home = trial_home(
        ReferenceData(
            settings=(setting("amount_view", "bank"), setting("amount_view", "ledger", company="ALBA"))
        )
    )
    data = trace(
        pay("-10.00", entry=1, view="ledger"),
        pay("-10.00", entry=1, company="BREZZA", view="bank"),
    )
    assert import_bytes(home, "RITCOGE.txt", data).findings == []


# --- D35: periods -------------------------------------------------------------------------------------------


def test_d35_a_movement_in_a_closed_period_or_in_none_is_kept_out(trial_home: MakeHome) -> None:
    home = trial_home(
        ReferenceData(
            periods=(
                period("2026-09", "2026-09-01", "2026-09-30", "closed"),
                period("2026-10", "2026-10-01", "2026-10-31"),
                period("2026-09", "2026-09-01", "2026-09-30", company="BREZZA"),
            )
        )
    )
    days = [
        ("ALBA", 9, 30),
        ("ALBA", 10, 1),
        ("ALBA", 10, 31),
        ("ALBA", 11, 1),
        ("BREZZA", 9, 30),
        ("ALBA", 8, 31),
    ]
    data = trace(
        *(
            pay("-10.00", entry=entry, company=code, operation_date=date(2026, month, day))
            for entry, (code, month, day) in enumerate(days, start=1)
        )
    )
    imported = import_bytes(home, "RITCOGE.txt", data)
    assert imported.findings == [
        found_field(data, "period_closed", 1, "operation_date", "20260930"),
        found_field(data, "period_missing", 7, "operation_date", "20261101"),
        found_field(data, "period_missing", 11, "operation_date", "20260831"),
    ]
    assert expectations(home)[0] == (
        "period_closed",
        "a date in an open accounting period; 2026-09 is closed",
    )
    assert sorted({row[:2] for row in postings(home, *COLUMNS)}) == [
        ("ALBA", "2026-10-01"),
        ("ALBA", "2026-10-31"),
        ("BREZZA", "2026-09-30"),
    ]


# --- Other rules --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("currency", "good", "bad", "decimals"),
    [("EUR", "10.12", "10.123", "2"), ("JPY", "10", "10.5", "0"), ("TND", "10.123", "10.1234", "3")],
)
def test_an_amount_with_more_decimals_than_its_currency_has_is_a_finding(
    trial_home: MakeHome, currency: str, good: str, bad: str, decimals: str
) -> None:
    home = trial_home(
        ReferenceData(
            companies=(company("ALBA", currency),),
            accounts=(account("1801001", "bank"), account("7501001")),
            periods=(period("2026-10", "2026-10-01", "2026-10-31"),),
        )
    )
    fields: dict[str, Any] = {"currency": currency, "company_currency": currency}
    data = trace(
        move(leg(good, account=CHARGES), entry=1, **fields),
        move(leg(bad, account=CHARGES), entry=2, **fields),
    )
    raw = render_line(lines_of([move(leg(bad, account=CHARGES))])[1])[71:93]
    opposite = raw.replace("+", "-")
    assert import_bytes(home, "RITCOGE.txt", data).findings == [
        found_field(data, "amount_too_precise", 3, "amount", opposite),
        found_field(data, "amount_too_precise", 3, "amount_company_currency", opposite),
        found_field(data, "amount_too_precise", 4, "amount", raw),
        found_field(data, "amount_too_precise", 4, "amount_company_currency", raw),
    ]
    assert set(expectations(home)) == {("amount_too_precise", f"{currency} has {decimals} decimals")}
    assert len(entries(home)) == 1


def test_values_that_the_layout_does_not_allow_are_findings(home: LedgerHome) -> None:
    bad = [
        ("settlement_flag", "B"),
        ("settlement_flag", "s"),
        ("bill_flag", "X"),
        ("currency", "eur  "),
        ("currency", "EURO "),
        ("year", "26  "),
        ("return_year", "MMXX"),
        ("numerator", "T|S "),
    ]
    data = with_bad_fields(*bad)
    assert import_bytes(home, "RITCOGE.txt", data).findings == [
        found_field(data, "value_not_allowed", 2 * number + 2, name, raw.strip(" "))
        for number, (name, raw) in enumerate(bad, start=1)
    ]
    assert entries(home) == [[("1801001", "10.00"), ("1500001", "-10.00")]]


def test_required_fields_that_are_blank_are_one_finding_each(home: LedgerHome) -> None:
    names = (
        "operation_date",
        "reason_code",
        "currency",
        "amount",
        "amount_company_currency",
        "account",
    )
    blank = {name: " " * layout_field(name).length for name in names}
    lines = [
        render_line(line)
        for line in lines_of([pay("-10.00", entry=entry) for entry in range(1, len(names) + 2)])
    ]
    for number, name in enumerate(names, start=1):
        for index in (2 * number, 2 * number + 1):
            lines[index] = with_raw(lines[index], name, blank[name])
    data = render_text(lines)
    assert import_bytes(home, "RITCOGE.txt", data).findings == [
        found_field(
            data,
            "required_value_missing",
            2 * number + offset,
            name,
            blank[name] if name.startswith(("operation", "amount")) else "",
        )
        for number, name in enumerate(names, start=1)
        for offset in (1, 2)
    ]
    assert entries(home) == [[("1801001", "10.00"), ("1500001", "-10.00")]]


def test_d28_a_field_is_placed_right_in_a_cp1252_line_that_happens_to_be_valid_utf8(home: LedgerHome) -> None:
    # "Â°" in cp1252 are the two bytes of "°" in UTF-8; "Metà" makes the file as a whole cp1252.
    data = trace(
        pay("-10.00", entry=1, note="Metà"),
        move(leg("-10.00", account="9999999", note="NÂ° 5"), entry=2, note="NÂ° 5"),
    )
    assert import_bytes(home, "RITCOGE.txt", data).findings == [
        found_field(data, "unknown_account", 4, "account", "9999999")
    ]


def test_d26_the_reason_that_a_description_stands_for_must_be_one_of_the_lines_company(
    trial_home: MakeHome,
) -> None:
    # The description is mapped for every company, its reason is one of BREZZA alone.
    home = trial_home(
        ReferenceData(
            reasons=(reason("ICLI"), reason("BREX", company="BREZZA")),
            reason_descriptions=(reason_description("BONIFICO", "BREX"),),
            settings=(setting("reason_by_description", "true"),),
        )
    )
    data = trace(pay("-10.00", operation_description="BONIFICO"))
    imported = import_bytes(home, "RITCOGE.txt", data)
    assert [(found.finding_code, found.line_number) for found in imported.findings] == [
        ("unknown_accounting_reason", 1),
        ("unknown_accounting_reason", 2),
    ]
    assert ledger_state(home)._replace(findings=[]) == NOTHING
