"""Whole imports of spoiled files: no crash, no half movement, no amount that does not stand in the file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from samples.payments import CHARGES, leg, lines_of, move
from samples.trace_files import TraceLine, render_json, render_line
from tests.properties.strategies import Mutation, mutations
from tests.support.effort import examples
from tests.support.ledgers import LedgerHome, ReferenceData, import_bytes, ledger_state, make_home, open_item
from tests.support.slow_reader import read_slowly

EXAMPLES: Final = settings(
    max_examples=examples(4, 200), suppress_health_check=list(HealthCheck), phases=[Phase.generate]
)
REFERENCE: Final = ReferenceData(
    items=tuple(
        open_item(f"FV-{number}", "100.00", document_number=f"FV/{number}") for number in range(1, 18)
    )
)
MOVEMENTS: Final = [
    move(
        leg("-60.00", f"FV-{number}", "A", document_number=f"FV/{number}", note="Metà € ft."),
        leg("1.50", account=CHARGES),
        entry=number,
        bank_note="BONIFICO",
    )
    for number in range(1, 18)
]
LINES: Final[Sequence[TraceLine]] = lines_of(MOVEMENTS)[:50]
STATUSES: Final = {"posted", "incomplete", "failed"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, ledger_templates: dict[str, Path]) -> Iterator[LedgerHome]:
    """One ledger for all examples: each works in a trial that is undone."""
    made = make_home(tmp_path_factory.mktemp("home"), REFERENCE, ledger_templates)
    yield made
    made.close()


@st.composite
def spoiled_texts(draw: st.DrawFn) -> bytes:
    """A file of fifty lines, some of them spoiled."""
    lines = [render_line(line).encode("cp1252") for line in LINES]
    for _ in range(draw(st.integers(1, 12))):
        place = draw(st.integers(0, len(lines) - 1))
        lines[place] = draw(mutations())(lines[place])
    return b"\r\n".join(lines)


@st.composite
def spoiled_json(draw: st.DrawFn) -> bytes:
    """A JSON file of a few movements of which some bytes were changed."""
    data = render_json(LINES[:9])
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(data)))
        mutation: Mutation = draw(mutations())
        data = data[:start] + mutation(data[start:]) if draw(st.booleans()) else _replaced(draw, data)
    return data


def _replaced(draw: st.DrawFn, data: bytes) -> bytes:
    """One token of the file replaced by another one that JSON knows."""
    tokens = [
        b'"2026-10-01"',
        b"-60.00",
        b"1.50",
        b'"ALBA"',
        b'"000001"',
        b'"amount"',
        b"{",
        b"}",
        b",",
        b":",
    ]
    others = [
        *(b"null", b"true", b"[]", b"{}", b'""', b"0", b"-0", b"1e3", b"1E+400", b'"\\u0000"', b'"\\ud83d"'),
        *(b'"x"', b"NaN", b"99999999999999.9999", b"-0.00001", b'"2026-02-30"', b"[[]]", b'"\\t"'),
    ]
    return data.replace(draw(st.sampled_from(tokens)), draw(st.sampled_from(others)), draw(st.integers(1, 2)))


def assert_spoiled_text_is_safe(home: LedgerHome, data: bytes) -> None:
    """Whatever is posted stands in the file, balances, and belongs to a movement that is whole."""
    slow = read_slowly(data)
    with home.trial():
        imported = import_bytes(home, "RITCOGE.txt", data)
        state = ledger_state(home)
        posted = home.rows(
            """
            SELECT source_line, company_code, account_code, CAST(posting_date AS VARCHAR), currency_code,
                   currency_amount, debit_amount - credit_amount, open_item_key, entry_id
            FROM ledger.posting ORDER BY source_line
            """
        )
    assert imported.outcome.status in STATUSES
    assert all(Decimal(item.residual) >= 0 for item in state.items)
    refused = {found.line_number for found in slow.findings if found.finding_code != "line_empty"}
    assert not refused & {row[0] for row in posted}
    assert [row[:8] for row in posted] == [
        (
            number,
            slow.values[number]["company"],
            slow.values[number]["account"],
            str(slow.values[number]["operation_date"]),
            slow.values[number]["currency"],
            slow.values[number]["amount"],
            slow.values[number]["amount_company_currency"],
            slow.values[number]["open_item_key"],
        )
        for number in (int(str(row[0])) for row in posted)
    ]
    balances: dict[object, Decimal] = {}
    for row in posted:
        balances[row[8]] = balances.get(row[8], Decimal(0)) + Decimal(str(row[6]))
    assert set(balances.values()) <= {Decimal(0)}


def assert_spoiled_json_is_safe(home: LedgerHome, data: bytes) -> None:
    """The import ends with an outcome, and what it posted balances."""
    with home.trial():
        imported = import_bytes(home, "RITCOGE.json", data)
        balances = home.rows("SELECT sum(debit_amount - credit_amount) FROM ledger.posting GROUP BY entry_id")
        residuals = home.rows("SELECT min(original_amount - settled_amount) FROM ledger.open_item")
    assert imported.outcome.status in STATUSES
    assert {balance for (balance,) in balances} <= {Decimal(0)}
    assert all(Decimal(str(residual)) >= 0 for (residual,) in residuals)


@EXAMPLES
@given(spoiled_texts())
def test_d30_a_spoiled_file_is_imported_without_a_crash_and_posts_only_what_it_says(
    home: LedgerHome, data: bytes
) -> None:
    assert_spoiled_text_is_safe(home, data)


@EXAMPLES
@given(spoiled_json())
def test_d33_a_spoiled_json_file_is_imported_without_a_crash(home: LedgerHome, data: bytes) -> None:
    assert_spoiled_json_is_safe(home, data)
