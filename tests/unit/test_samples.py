"""The sample traces: every file's outcome, findings and entries as a person has read them (golden files)."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from assets.findings import finding_code, in_words
from assets.ledger.store import Ledger, utc_now
from assets.reference.load import bring_into_force
from samples.traces import sample_traces, write_sample
from tests.support.golden import GOLDEN, assert_golden
from tests.support.ledgers import LedgerHome, amount_text, import_bytes
from tests.support.sample_month import NAMES, SAMPLES, Month, import_month

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d")


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Month]:
    """The month, imported once."""
    month = import_month(tmp_path_factory.mktemp("month"))
    yield month
    month.home.close()


def document(month: Month, name: str) -> dict[str, object]:
    """What a file came to, as its golden file has it."""
    outcome = month.outcomes[name]
    return {
        "partition_key": outcome.partition_key,
        "status": outcome.status,
        "counts": dict(outcome.counts),
        "debit_total": amount_text(outcome.debit_total),
        "credit_total": amount_text(outcome.credit_total),
        "findings": findings(month.home, outcome.import_id),
        "entries": entries(month.home, outcome.import_id),
    }


def findings(home: LedgerHome, import_id: int) -> list[str]:
    """The findings of an import, one readable line each; moments are masked."""
    query = """
        SELECT severity, finding_code, line_number, byte_start, byte_end, field, raw_value, expected
        FROM ledger.finding WHERE import_id = ? ORDER BY attempt, ordinal
    """
    with home.ledger.reading() as connection:
        rows = connection.execute(query, [import_id]).fetchall()
    return [
        f"{severity} {code} line {line} bytes {start}-{end} {field}: {raw!r}; "
        f"expected {_MOMENT.sub('<moment>', in_words(expected, finding_code(code).expected))}"
        for severity, code, line, start, end, field, raw, expected in rows
    ]


def entries(home: LedgerHome, import_id: int) -> list[str]:
    """The postings of an import, one readable line each, in the order of the ledger."""
    query = """
        SELECT posting.entry_id, posting.line_number, posting.company_code, posting.posting_date,
               posting.accounting_reason_code, posting.account_code,
               posting.debit_amount - posting.credit_amount, posting.currency_code, posting.currency_amount,
               posting.linked_amount, coalesce(posting.unlinked_reason, '-'),
               coalesce(posting.open_item_key, '-'), coalesce(posting.settlement_flag, '-'),
               coalesce(posting.description, '')
        FROM ledger.posting AS posting WHERE import_id = ? ORDER BY posting.entry_id, posting.line_number
    """
    with home.ledger.reading() as connection:
        rows = connection.execute(query, [import_id]).fetchall()
    return [
        f"{entry}/{number} {company} {day} {reason} {account} {amount_text(amount)} | {currency} "
        f"{amount_text(in_currency)} | linked {amount_text(linked)} {why} {key} {flag} | {text}"
        for (
            entry,
            number,
            company,
            day,
            reason,
            account,
            amount,
            currency,
            in_currency,
            linked,
            why,
            key,
            flag,
            text,
        ) in rows
    ]


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_file_comes_to_what_its_golden_file_says(month: Month, name: str) -> None:
    assert_golden(name, document(month, name))


def test_every_golden_file_belongs_to_a_sample() -> None:
    assert sorted(path.name.removesuffix(".json") for path in GOLDEN.glob("RITCOGE*")) == NAMES


def test_the_samples_and_their_reference_data_are_what_the_generator_writes(tmp_path: Path) -> None:
    write_sample(tmp_path)
    assert sorted(sample_traces()) == NAMES
    for folder in (".", "invoices", "sales", "payments", "reference"):
        written = {path.name: path.read_bytes() for path in (tmp_path / folder).iterdir() if path.is_file()}
        tracked = {
            path.name: path.read_bytes()
            for path in (SAMPLES / folder).iterdir()
            if path.is_file() and path.name != "README.md"
        }
        assert written == tracked


TOTALS = """
    SELECT (SELECT count(*) FROM ledger.journal_entry), (SELECT count(*) FROM ledger.posting),
           (SELECT count(*) FROM ledger.settlement),
           count(*) FILTER (status = 'closed'),
           count(*) FILTER (status = 'open' AND settled_amount > 0),
           count(*) FILTER (status = 'open' AND settled_amount = 0)
    FROM ledger.open_item
"""
TRANSIT = """
    SELECT company_code, account_code, CAST(sum(debit_amount - credit_amount) AS VARCHAR) FROM ledger.posting
    WHERE account_code IN ('1809001', '1809002') GROUP BY ALL ORDER BY ALL
"""


def test_d15_after_the_month_the_ledger_holds_what_the_readme_promises(month: Month) -> None:
    with month.home.ledger.reading() as connection:
        assert connection.execute(TOTALS).fetchall() == [(47, 119, 42, 33, 6, 23)]
        assert connection.execute(TRANSIT).fetchall() == [
            ("ALBA", "1809001", "0.0000"),
            ("ALBA", "1809002", "1830.0000"),
            ("BREZZA", "1809001", "-1749.3000"),
        ]


def test_d06_the_sample_with_unknown_codes_is_posted_once_they_are_known(
    month: Month, tmp_path: Path
) -> None:
    shutil.copytree(month.home.root, tmp_path / "month")
    ledger = Ledger(tmp_path / "month" / "ledger")
    folder = tmp_path / "month" / "reference"
    for name, row in (
        ("chart_of_accounts.csv", "ALBA,4000009,Verniciatura Arcobalena S.r.l.,Fornitore,supplier,,true\n"),
        ("accounting_reasons.csv", ",PSDD,Supplier payment by SEPA direct debit\n"),
    ):
        content = (folder / name).read_text("utf-8")
        (folder / name).write_text(content.rstrip("\n") + "\n" + row, encoding="utf-8", newline="")
    workbench = ledger.workbench()
    with ledger.transaction(workbench, "test"):
        state = bring_into_force(workbench, folder, utc_now())
    assert state.is_changed
    home = LedgerHome(tmp_path / "month", ledger, workbench, state)
    name = "RITCOGE_20261021.txt"
    imported = import_bytes(home, name, (SAMPLES / name).read_bytes())
    home.close()
    assert (imported.outcome.status, imported.findings) == ("posted", [])
    with ledger.reading() as connection:
        assert connection.execute(TOTALS).fetchall() == [(49, 123, 43, 34, 6, 22)]
