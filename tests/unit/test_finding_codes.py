"""Every finding code is produced by a file, and by nothing less: the whole list of findings is compared."""

from __future__ import annotations

import csv
import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from assets import findings as product
from samples.payments import CHARGES, leg, lines_of, move, pay, trace
from samples.trace_files import render_json, render_line, render_text, with_raw
from tests.conftest import MakeHome
from tests.support.ledgers import (
    COLUMNS,
    OPTIONAL_COLUMNS,
    Found,
    ReferenceData,
    Row,
    account,
    company,
    csv_bytes,
    exchange_rate,
    found_field,
    found_line,
    import_bytes,
    ledger_state,
    open_item,
    posting_rule,
    reason_description,
    setting,
    write_files,
)

CODES_CSV = Path(product.__file__).parent / "finding_codes.csv"
OTHER_ASSETS = (
    "sales_documents",
    "sales_postings",
    "exchange_messages",
    "delivered_documents",
    "validated_documents",
    "recognised_documents",
    "document_registrations",
)
DEFAULT = ReferenceData()
ITEMS = ReferenceData(
    items=(
        open_item("FV-1", "100.00"),
        open_item("FV-2", "50.00", account="1500002"),
        open_item("FV-USD", "100.00", currency="USD", company_amount="92.00"),
    )
)


@dataclass(frozen=True, slots=True)
class Case:
    """A file that produces a code. `expected` is the whole list of its findings."""

    data: bytes
    expected: Sequence[Found]
    status: str
    reference: ReferenceData = DEFAULT
    name: str = "RITCOGE.txt"
    earlier: Mapping[str, bytes] = field(default_factory=dict)
    patches: Mapping[str, int] = field(default_factory=dict)


GOOD = pay("-10.00", entry=1)
OTHER = pay("-20.00", entry=2)


def rendered(*movements: tuple[object, ...]) -> list[str]:
    """The lines of a file as text, to put something wrong into one of them."""
    return [render_line(line) for line in lines_of(movements)]  # type: ignore[arg-type]


def bad_field(name: str, raw: str, *, line: int = 2) -> bytes:
    """A good movement and one more; the field of the given line has these raw characters."""
    lines = rendered(GOOD, OTHER)
    lines[line - 1] = with_raw(lines[line - 1], name, raw)
    return render_text(lines)


def one_field(
    code: str, name: str, raw: str, *, shown: str | None = None, status: str = "incomplete"
) -> Case:
    """A case in which one field of line 2 is wrong, so that the movement of line 3 is posted alone."""
    data = bad_field(name, raw)
    return Case(data, [found_field(data, code, 2, name, raw if shown is None else shown)], status)


def json_of(*elements: object) -> bytes:
    """An array of these elements, each on its own line."""
    return ("[" + ",\n".join(json.dumps(each) for each in elements) + "]").encode()


def members(index: int = 1, **changes: object) -> dict[str, object]:
    """The JSON object of a line of the good movement with some members changed."""
    lines = json.loads(render_json(lines_of([GOOD]), amounts="string"))
    changed = lines[index] | changes
    return {name: value for name, value in changed.items() if value is not None}


def json_case(code: str, field_name: str | None, raw: str, status: str, **changes: object) -> Case:
    """A case in which the second element of a JSON trace is wrong."""
    first, second = members(0), members(1, **changes)
    data = json_of(first, second)
    start = data.index(b"\n") + 1
    return Case(
        data,
        [Found(code, 2, start, len(data) - 1, field_name, raw)],
        status,
        name="RITCOGE.json",
    )


def _repeated_name() -> Case:
    data = json_of(members(0), members(1)).replace(b'"comment"', b'"amount": "1.00", "comment"')
    data = data[:-2] + b', "company": "ALBA"}]'
    start = data.index(b"\n") + 1
    return Case(
        data,
        [Found("json_name_repeated", 2, start, len(data) - 1, "company", "ALBA")],
        "failed",
        name="RITCOGE.json",
    )


def _not_an_object() -> Case:
    data = json_of(members(0), members(1), "text")
    start = data.rindex(b"\n") + 1
    end_of_first = data.index(b",\n")
    return Case(
        data,
        [
            Found("movement_beside_unreadable_line", 1, 1, end_of_first, "progressive", "000001"),
            Found("json_not_an_object", 3, start, len(data) - 1, None, "text"),
        ],
        "failed",
        name="RITCOGE.json",
    )


def _beside_unreadable() -> Case:
    lines = rendered(GOOD, OTHER, pay("-30.00", entry=3))
    lines[5] = with_raw(lines[5], "progressive", " " * 6)
    data = render_text(lines[:4] + lines[5:])
    return Case(
        data,
        [
            found_field(data, "movement_beside_unreadable_line", 3, "progressive", "000002"),
            found_field(data, "required_value_missing", 5, "progressive", ""),
        ],
        "incomplete",
    )


def _too_many_warnings() -> Case:
    data = trace(pay("-10.00", on_behalf_company="NOBODY"))
    return Case(
        data,
        [
            Found("too_many_warnings", raw_value="1 more findings are not listed"),
            found_field(data, "unknown_on_behalf_company", 1, "on_behalf_company", "NOBODY"),
        ],
        "posted",
        patches={"assets.traces.collector.MAX_FINDINGS_PER_FILE": 1},
    )


def _broken_json() -> Case:
    data = json_of(members(0), members(1))[:-1]
    return Case(
        data,
        [Found("json_syntax", None, len(data), len(data) + 1, None, "")],
        "failed",
        name="RITCOGE.json",
    )


def _too_large() -> Case:
    data = json_of(members(0), members(1))
    limit = len(data) - 1
    return Case(
        data,
        [Found("file_too_large", raw_value=f"more than {limit} bytes")],
        "failed",
        name="RITCOGE.json",
        patches={"assets.traces.json_form.MAX_JSON_BYTES": limit},
    )


def _encoding_assumed() -> Case:
    lines = lines_of([pay("-10.00", note="Metà")])
    data = render_text(lines, encoding="utf-8")
    return Case(data, [Found("encoding_assumed", raw_value="UTF-8")], "posted")


def _empty_line() -> Case:
    first, second = rendered(GOOD)
    data = render_text([first, "  ", second])
    return Case(data, [found_line(data, "line_empty", 2)], "posted")


def _short_line() -> Case:
    lines = rendered(OTHER, GOOD)
    data = render_text([*lines[:3], lines[3][:180]])
    return Case(data, [found_line(data, "line_too_short", 4)], "incomplete")


def _long_line() -> Case:
    lines = rendered(OTHER, GOOD)
    data = render_text([*lines[:3], lines[3] + "  x"])
    return Case(data, [found_line(data, "line_too_long", 4)], "incomplete")


def _undefined_byte() -> Case:
    data = bad_field("note", "Met#" + " " * 36).replace(b"Met#", b"Met\x81")
    raw = "Met�" + " " * 36
    return Case(data, [Found("invalid_character", 2, 1021 + 128, 1021 + 168, "note", raw)], "incomplete")


def _first_account() -> Case:
    data = trace(OTHER, move(leg("-10.00"), account=CHARGES, entry=1))
    return Case(data, [found_field(data, "first_account_not_bank", 3, "account", CHARGES)], "incomplete")


def _dates_differ() -> Case:
    data = trace(OTHER, move(leg("-10.00", operation_date=date(2026, 10, 2))))
    return Case(
        data,
        [
            found_field(data, "movement_dates_differ", 3, "operation_date", "2026-10-01 to 2026-10-02"),
        ],
        "incomplete",
    )


def _amounts_differ() -> Case:
    wrong = dataclasses.replace(GOOD[1], amount=Decimal("-11.00"), amount_company_currency=Decimal("-10.00"))
    data = trace(OTHER, (GOOD[0], wrong))
    return Case(
        data,
        [found_field(data, "movement_currencies_differ", 4, "amount", "-00000000000011,000000")],
        "incomplete",
    )


def _unbalanced() -> Case:
    wrong = dataclasses.replace(GOOD[1], amount=Decimal("-9.99"))
    data = trace(OTHER, (GOOD[0], wrong))
    return Case(
        data,
        [found_field(data, "movement_unbalanced", 3, "amount_company_currency", "0.01")],
        "incomplete",
    )


def _repeated_movement() -> Case:
    data = trace(OTHER, GOOD)
    key = "ALBA|TES|2026|1|2026-10-01|10.00|1801001"
    return Case(
        data,
        [found_field(data, "movement_already_imported", 3, "entry", key)],
        "posted",
        earlier={"RITCOGE_1.txt": trace(GOOD)},
    )


def _key_conflict() -> Case:
    data = trace(OTHER, pay("-10.00", account="1500002"))
    key = "ALBA|TES|2026|1|2026-10-01|10.00|1801001"
    return Case(
        data,
        [found_field(data, "movement_key_conflict", 3, "entry", key)],
        "incomplete",
        earlier={"RITCOGE_1.txt": trace(GOOD)},
    )


def _equal_movement() -> Case:
    charge = move(leg("2.50", account=CHARGES), entry=None, numerator="", reason_code="SPEB")
    data = trace(OTHER, charge)
    key = "ALBA||2026||2026-10-01|-2.50|1801001"
    return Case(
        data,
        [found_field(data, "movement_may_be_repeated", 3, "entry", key)],
        "incomplete",
        earlier={"RITCOGE_1.txt": trace(charge)},
    )


def _movement_twice() -> Case:
    data = trace(GOOD, GOOD)
    key = "ALBA|TES|2026|1|2026-10-01|10.00|1801001"
    return Case(data, [found_field(data, "movement_twice_in_file", 3, "entry", key)], "incomplete")


def _dated(code: str, day: date) -> Case:
    data = trace(OTHER, pay("-10.00", operation_date=day))
    return Case(data, [found_field(data, code, 3, "operation_date", day.strftime("%Y%m%d"))], "incomplete")


def _payment(code: str, field_name: str, raw: str, *movements: tuple[object, ...]) -> Case:
    data = trace(*movements)  # type: ignore[arg-type]
    line = 2 * len(movements)
    return Case(data, [found_field(data, code, line, field_name, raw)], "posted", ITEMS)


def _in_pounds() -> Case:
    data = trace(
        move(leg("-100.00", "FV-USD", "S", company_amount="-118.00"), currency="GBP", reason_code="ICLI")
    )
    return Case(
        data,
        [found_field(data, "open_item_currency_differs", 2, "open_item_key", "FV-USD")],
        "posted",
        ITEMS,
    )


def _worthless() -> Case:
    data = trace(move(leg("-0.01", "FV-USD", "S", company_amount="0.00"), currency="USD", reason_code="ICLI"))
    return Case(
        data, [found_field(data, "payment_comes_to_nothing", 2, "open_item_key", "FV-USD")], "posted", ITEMS
    )


def _at_another_rate() -> Case:
    data = trace(
        move(leg("-100.00", "FV-USD", "S", company_amount="-91.00"), currency="USD", reason_code="ICLI")
    )
    code, name = "exchange_difference_not_booked", "amount_company_currency"
    return Case(data, [found_field(data, code, 2, name, "-00000000000091,000000")], "posted", ITEMS)


def _unpaid_too_much() -> Case:
    data = trace(move(leg("0.01", "FV-1"), reason_code="SPEB"))
    with_rule = dataclasses.replace(ITEMS, posting_rules=(posting_rule("SPEB", "unpaid"),))
    found = found_field(data, "unpaid_exceeds_settled", 2, "amount", "+00000000000000,010000")
    return Case(data, [found], "posted", with_rule)


def _unknown_company() -> Case:
    data = trace(pay("-20.00", entry=2, company="NOBODY"), GOOD)
    return Case(
        data,
        [found_field(data, "unknown_company", line, "company", "NOBODY") for line in (1, 2)],
        "incomplete",
    )


def _too_many() -> Case:
    lines = [with_raw(line, "note", "Ft.\t" + " " * 36) for line in rendered(GOOD, OTHER)]
    data = render_text(lines)
    return Case(
        data,
        [
            Found("too_many_findings", raw_value="2 more findings are not listed"),
            *(
                found_field(data, "control_character", number, "note", "Ft.\t" + " " * 36)
                for number in (1, 2)
            ),
        ],
        "failed",
        patches={"assets.traces.collector.MAX_FINDINGS_PER_FILE": 2},
    )


def _lines_too_short() -> Case:
    lines = [line[:30] for line in rendered(GOOD, OTHER)]
    data = render_text([*rendered(GOOD), *lines])
    return Case(
        data,
        [
            Found("file_lines_too_short", raw_value="more than 3 lines that are too short"),
            *(found_line(data, "line_too_short", number, line) for number, line in enumerate(lines, start=3)),
        ],
        "failed",
        patches={"assets.traces.text_form.MAX_SHORT_LINES": 3},
    )


def _by_description() -> Case:
    data = trace(
        pay("-20.00", entry=2, operation_description="BONIFICO"),
        pay("-10.00", operation_description="SCONOSCIUTA"),
    )
    return Case(
        data,
        [
            found_field(data, "unmapped_operation_description", line, "operation_description", "SCONOSCIUTA")
            for line in (3, 4)
        ],
        "incomplete",
        ReferenceData(
            reason_descriptions=(reason_description("BONIFICO", "ICLI"),),
            settings=(setting("reason_by_description", "true"),),
        ),
    )


TRACE_CASES: dict[str, Case] = {
    "file_empty": Case(b"\r\n", [Found("file_empty", raw_value="2 bytes")], "failed"),
    "file_not_text": Case(
        b"PK\x03\x04\x14\x00", [Found("file_not_text", None, 5, 6, None, "a zero byte")], "failed"
    ),
    "file_encoding_not_supported": Case(
        trace(GOOD).decode("cp1252").encode("utf-16"),
        [Found("file_encoding_not_supported", None, 0, 2, None, "UTF-16")],
        "failed",
    ),
    "file_not_understood": Case(
        b"Cespite;Costo\r\nM-014;48200\r\n",
        [Found("file_not_understood", 1, 0, 13, None, "Cespite;Costo")],
        "failed",
    ),
    "file_claimed_twice": Case(
        bad_field("company", "[ALBA     ", line=1),
        [Found("file_claimed_twice", raw_value="text and json")],
        "failed",
    ),
    "file_already_imported": Case(
        trace(GOOD),
        [Found("file_already_imported", raw_value="RITCOGE.txt")],
        "repeated",
        earlier={"RITCOGE_1.txt": trace(GOOD)},
    ),
    "file_too_large": _too_large(),
    "encoding_assumed": _encoding_assumed(),
    "json_syntax": _broken_json(),
    "json_not_an_object": _not_an_object(),
    "json_unknown_name": json_case("json_unknown_name", None, "commento", "posted", commento="x"),
    "json_name_in_wrong_case": json_case("json_name_in_wrong_case", None, "Comment", "failed", Comment="x"),
    "json_name_repeated": _repeated_name(),
    "json_wrong_type": json_case("json_wrong_type", "note", "12", "failed", comment=12),
    "line_empty": _empty_line(),
    "line_too_short": _short_line(),
    "line_too_long": _long_line(),
    "text_too_long": json_case("text_too_long", "note", "x" * 41, "failed", comment="x" * 41),
    "invalid_character": _undefined_byte(),
    "control_character": one_field("control_character", "note", "Ft.\t1" + " " * 35),
    "invalid_date": one_field("invalid_date", "value_date", "20261032"),
    "invalid_amount": one_field("invalid_amount", "amount", "+00000000000010.000000"),
    "amount_too_precise": one_field("amount_too_precise", "amount", "-00000000000010,000010"),
    "invalid_integer": one_field("invalid_integer", "entry", "00000000A1"),
    "required_value_missing": one_field("required_value_missing", "reason_code", "    ", shown=""),
    "value_not_allowed": one_field("value_not_allowed", "settlement_flag", "X"),
    "unknown_company": _unknown_company(),
    "unknown_account": one_field("unknown_account", "account", "9999999         ", shown="9999999"),
    "inactive_account": one_field("inactive_account", "account", "1801009         ", shown="1801009"),
    "unknown_accounting_reason": one_field("unknown_accounting_reason", "reason_code", "PSDD"),
    "unmapped_operation_description": _by_description(),
    "unknown_on_behalf_company": one_field(
        "unknown_on_behalf_company", "on_behalf_company", "NOBODY    ", shown="NOBODY", status="posted"
    ),
    "company_currency_differs": one_field(
        "company_currency_differs", "company_currency", "USD  ", shown="USD"
    ),
    "first_account_not_bank": _first_account(),
    "movement_dates_differ": _dates_differ(),
    "movement_currencies_differ": _amounts_differ(),
    "movement_unbalanced": _unbalanced(),
    "movement_already_imported": _repeated_movement(),
    "movement_may_be_repeated": _equal_movement(),
    "movement_twice_in_file": _movement_twice(),
    "movement_key_conflict": _key_conflict(),
    "period_closed": _dated("period_closed", date(2026, 9, 30)),
    "period_missing": _dated("period_missing", date(2026, 11, 1)),
    "open_item_not_found": _payment("open_item_not_found", "open_item_key", "FV-9", pay("-10.00", "FV-9")),
    "open_item_on_other_account": _payment(
        "open_item_on_other_account", "open_item_key", "FV-2", pay("-50.00", "FV-2")
    ),
    "open_item_closed": _payment(
        "open_item_closed", "open_item_key", "FV-1", pay("-100.00", "FV-1"), pay("-1.00", "FV-1", entry=2)
    ),
    "open_item_currency_differs": _in_pounds(),
    "open_item_wrong_side": _payment(
        "open_item_wrong_side", "open_item_key", "FV-1", pay("10.00", "FV-1", account="1500001")
    ),
    "payment_exceeds_residual": _payment(
        "payment_exceeds_residual", "amount", "-00000000000100,010000", pay("-100.01", "FV-1")
    ),
    "payment_comes_to_nothing": _worthless(),
    "full_settlement_leaves_residual": _payment(
        "full_settlement_leaves_residual", "settlement_flag", "S", pay("-99.99", "FV-1")
    ),
    "exchange_difference_not_booked": _at_another_rate(),
    "unpaid_exceeds_settled": _unpaid_too_much(),
    "movement_beside_unreadable_line": _beside_unreadable(),
    "file_lines_too_short": _lines_too_short(),
    "too_many_findings": _too_many(),
    "too_many_warnings": _too_many_warnings(),
}


@dataclass(frozen=True, slots=True)
class ReferenceCase:
    """Reference files that produce a code. `changes` replaces files by name; None removes one."""

    changes: Mapping[str, bytes | None]
    expected: Sequence[tuple[str, Found]]
    earlier: ReferenceData = DEFAULT
    payments: bytes | None = None


def usd_rates(rate: str) -> dict[str, bytes]:
    """exchange_rates.csv with one rate."""
    name = "exchange_rates.csv"
    return {name: csv_bytes(OPTIONAL_COLUMNS[name], [exchange_rate("USD", "2026-10-05", rate)])}


def rows_with(name: str, *extra: Row) -> bytes:
    """The default rows of a file and some more."""
    return DEFAULT.files()[name] + b"".join(
        csv_bytes(COLUMNS[name], [row]).split(b"\n", 1)[1] for row in extra
    )


REFERENCE_CASES: dict[str, ReferenceCase] = {
    "reference_file_missing": ReferenceCase(
        {"companies.csv": None}, [("companies.csv", Found("reference_file_missing"))]
    ),
    "reference_file_unreadable": ReferenceCase(
        {"companies.csv": b'company_code,company_name\n"ALBA'},
        [
            (
                "companies.csv",
                Found("reference_file_unreadable", 2, raw_value="unexpected end of data"),
            )
        ],
    ),
    "reference_column_missing": ReferenceCase(
        {"reason_descriptions.csv": b"company_code,operation_description\n"},
        [
            (
                "reason_descriptions.csv",
                Found(
                    "reference_column_missing",
                    1,
                    field="accounting_reason_code",
                    raw_value="company_code,operation_description",
                ),
            )
        ],
    ),
    "reference_column_unknown": ReferenceCase(
        {"settings.csv": b"company_code,setting_name,setting_value,remark\n"},
        [
            (
                "settings.csv",
                Found(
                    "reference_column_unknown",
                    1,
                    field="remark",
                    raw_value="company_code,setting_name,setting_value,remark",
                ),
            )
        ],
    ),
    "reference_value_invalid": ReferenceCase(
        {"companies.csv": rows_with("companies.csv", company("CORVO", "euro"))},
        [
            (
                "companies.csv",
                Found("reference_value_invalid", 4, field="currency_code", raw_value="euro"),
            )
        ],
    ),
    "reference_number_ambiguous": ReferenceCase(
        usd_rates("1.085"),
        [
            (
                "exchange_rates.csv",
                Found("reference_number_ambiguous", 2, field="exchange_rate", raw_value="1.085"),
            )
        ],
    ),
    "reference_notation_undeclared": ReferenceCase(
        usd_rates("1,08"),
        [
            (
                "exchange_rates.csv",
                Found("reference_notation_undeclared", 2, field="exchange_rate", raw_value="1,08"),
            )
        ],
    ),
    "reference_row_repeated": ReferenceCase(
        {"companies.csv": rows_with("companies.csv", company("ALBA"))},
        [
            (
                "companies.csv",
                Found("reference_row_repeated", 4, field="company_code", raw_value="ALBA"),
            )
        ],
    ),
    "reference_code_unknown": ReferenceCase(
        {"chart_of_accounts.csv": rows_with("chart_of_accounts.csv", account("1", company="NOBODY"))},
        [
            (
                "chart_of_accounts.csv",
                Found("reference_code_unknown", 18, field="company_code", raw_value="NOBODY"),
            )
        ],
    ),
    "opening_item_settled": ReferenceCase(
        {"opening_open_items.csv": rows_with("opening_open_items.csv", open_item("FV-1", "101.00"))},
        [
            (
                "opening_open_items.csv",
                Found("opening_item_settled", 2, field="open_item_key", raw_value="FV-1"),
            )
        ],
        earlier=ReferenceData(items=(open_item("FV-1", "100.00"),)),
        payments=trace(pay("-40.00", "FV-1", "A")),
    ),
}


def listed_codes() -> list[str]:
    """The codes of finding_codes.csv in their order."""
    return [row["finding_code"] for row in listed()]


def listed() -> list[dict[str, str]]:
    """The rows of finding_codes.csv, read without the product."""
    with CODES_CSV.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_d11_every_finding_code_has_a_case_here_and_every_case_a_code() -> None:
    """Those of the invoices have theirs in tests/unit/invoices, tests/unit/sales and tests/unit/exchange.
    What a correction finds has its own in tests/unit/corrections, what nobody foresaw in tests/orchestration.
    """
    own = [row["finding_code"] for row in listed() if row["asset_name"] not in OTHER_ASSETS]
    elsewhere = ("movements_left_out", "file_unexpected_error")
    assert sorted([*TRACE_CASES, *REFERENCE_CASES, *elsewhere]) == sorted(own)


@pytest.mark.parametrize("code", TRACE_CASES)
def test_d11_a_trace_produces_the_code_and_nothing_else(
    code: str, trial_home: MakeHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = TRACE_CASES[code]
    home = trial_home(case.reference)
    for name, data in case.earlier.items():
        assert import_bytes(home, name, data).findings == []
    for target, value in case.patches.items():
        monkeypatch.setattr(target, value)
    imported = import_bytes(home, case.name, case.data)
    assert imported.findings == list(case.expected)
    assert imported.outcome.status == case.status
    assert code in {found.finding_code for found in imported.findings}


@pytest.mark.parametrize("code", REFERENCE_CASES)
def test_d11_reference_files_produce_the_code_and_nothing_else(code: str, trial_home: MakeHome) -> None:
    case = REFERENCE_CASES[code]
    home = trial_home(case.earlier)
    if case.payments is not None:
        assert import_bytes(home, "RITCOGE.txt", case.payments).findings == []
    folder = home.root / "reference"
    write_files(folder, {name: content for name, content in case.changes.items() if content is not None})
    for name in (name for name, content in case.changes.items() if content is None):
        (folder / name).unlink()
    state = home.load_reference()
    assert not state.is_changed
    assert ledger_state(home).findings == list(case.expected)


@pytest.mark.parametrize("code", listed_codes())
def test_d11_every_finding_code_says_what_was_expected_and_what_to_do(code: str) -> None:
    known = product.finding_code(code)
    assert known.severity in ("ERROR", "WARN")
    assert known.scope in ("file", "line", "field", "movement", "document")
    assert known.expected.strip()
    assert known.remedy.endswith(".")


def test_d11_a_long_raw_value_is_cut_with_a_mark() -> None:
    assert product.shorten("x" * 200) == "x" * 200
    assert product.shorten("x" * 201) == "x" * 200 + "… (201 characters)"


def test_a_code_that_is_not_listed_is_a_programmers_error() -> None:
    with pytest.raises(KeyError):
        product.finding_code("no_such_code")
