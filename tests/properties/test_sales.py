"""Sales invoices in any files and any order come to the same books, once."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samples.sales_files import csv_of, row
from tests.support.effort import examples
from tests.support.ledgers import LedgerHome, make_home, setting
from tests.support.sales import DATA, import_sales, invoice, json_of
from tests.support.whole_ledger import invariants_of

ROUNDED = DATA.replace(settings=(setting("rounding_account", "7501001"),))

BOOKS = """
    SELECT document.reference, document.status, document.is_credit_note, document.net_amount,
           document.vat_amount, document.total_amount, document.payable_rounding_amount,
           document.instalments, document.content_sha256,
           posting.account_code,
           posting.debit_amount, posting.credit_amount, posting.currency_code, posting.currency_amount,
           posting.open_item_key, item.side, item.original_amount, item.original_amount_company_currency
    FROM ledger.sales_invoice AS document
    LEFT JOIN ledger.posting AS posting USING (entry_id)
    LEFT JOIN ledger.open_item AS item USING (open_item_key)
    ORDER BY ALL
"""
UNEXPLAINED = """
    SELECT document.reference
    FROM ledger.sales_invoice AS document
    LEFT JOIN (SELECT entry_id, sum(debit_amount - credit_amount) AS amount FROM ledger.posting GROUP BY ALL)
           AS balance USING (entry_id)
    LEFT JOIN (SELECT opened_by_entry_id AS entry_id, sum(original_amount) AS amount FROM ledger.open_item
               GROUP BY ALL)
           AS owed USING (entry_id)
    LEFT JOIN (SELECT invoice_id, sum(net_amount) AS amount FROM ledger.sales_line GROUP BY ALL)
           AS line USING (invoice_id)
    WHERE net_amount <> line.amount OR total_amount <> net_amount + vat_amount
       OR status = 'booked' AND total_amount <> 0
          AND (balance.amount <> 0 OR owed.amount <> total_amount + payable_rounding_amount)
       OR status = 'draft' AND (entry_id IS NOT NULL OR owed.amount IS NOT NULL)
"""
"""Invoices whose lines, VAT, postings and items do not add up; none may ever be one."""


@st.composite
def documents(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Invoices with numbers of their own: lines above and below zero, rates, currencies, instalments."""
    found = []
    for number in range(draw(st.integers(1, 6))):
        lines = draw(
            st.lists(
                st.fixed_dictionaries(
                    {
                        "description": st.sampled_from(["Saws", "Blades"]),
                        "net_amount": st.decimals("0.01", "9999.99", places=2).map(str),
                        "vat_rate": st.sampled_from(["22", "0"]),
                    }
                ),
                min_size=1,
                max_size=4,
            )
        )
        found.append(
            {
                "kind": draw(st.sampled_from(["invoice", "credit_note"])),
                "status": draw(st.sampled_from(["draft", "booked", "sent"])),
                "document_number": str(number),
                "currency_code": draw(st.sampled_from(["EUR", "USD"])),
                "customer_code": draw(st.sampled_from(["C001", "C002"])),
                "payable_rounding_amount": draw(st.sampled_from(["", "0.02", "0.40", "0.99"])),
                "lines": lines,
            }
        )
    return found


def as_csv(documents: list[dict[str, Any]]) -> bytes:
    """The invoices as our CSV."""
    return csv_of(
        *(
            row(**{name: value for name, value in document.items() if name != "lines"} | line)
            for document in documents
            for line in document["lines"]
        )
    )


def as_json(documents: list[dict[str, Any]]) -> bytes:
    """The invoices as our JSON."""
    return json_of(
        *(
            invoice(
                *document["lines"], **{name: value for name, value in document.items() if name != "lines"}
            )
            for document in documents
        )
    )


def books(home: LedgerHome, files: list[bytes]) -> list[tuple[object, ...]]:
    """What a fresh ledger holds after these files, each under a name of its own."""
    with home.trial():
        for number, data in enumerate(files):
            suffix = "json" if data.startswith(b"[") else "csv"
            found = import_sales(home, f"{number}.{suffix}", data).findings
            assert [each for each in found if each.finding_code != "sales_file_repeated"] == []
        assert (home.rows(UNEXPLAINED), invariants_of(home.workbench)) == ([], {})
        return home.rows(BOOKS)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, ledger_templates: dict[str, Path]) -> Iterator[LedgerHome]:
    """One ledger for all examples: each works in trials that are undone."""
    made = make_home(tmp_path_factory.mktemp("home"), ROUNDED, ledger_templates)
    yield made
    made.close()


@settings(max_examples=examples(3, 200))
@given(documents(), st.randoms(use_true_random=False), st.integers(0, 6))
def test_d12_the_order_and_the_form_of_files_do_not_matter_and_again_changes_nothing(
    home: LedgerHome, found: list[dict[str, Any]], random: Any, cut: int
) -> None:
    """D12, T01, E03: sums are zero, and items are what is owed."""
    first, second = found[:cut], found[cut:]
    files = [as_csv(part) if random.random() < 0.5 else as_json(part) for part in (first, second) if part]
    expected = books(home, files)
    shuffled = random.sample(found, len(found))
    assert books(home, [as_json([document]) for document in shuffled]) == expected
    again = [as_csv(shuffled), *files, as_json(found)]
    assert books(home, again) == expected


def test_no_amount_is_lost_between_lines_and_items(home: LedgerHome) -> None:
    """The total of every booked invoice is what its customer owes, in both currencies."""
    parts = [{"due_date": f"2026-1{number}-15", "amount": "33.34"} for number in range(3)]
    with home.trial():
        import_sales(
            home,
            "a.json",
            json_of(
                invoice(
                    {"description": "Saws", "net_amount": "81.98", "vat_rate": 22},
                    instalments=parts,
                    currency_code="USD",
                )
            ),
        )
        owed = home.rows(
            "SELECT sum(original_amount), sum(original_amount_company_currency) FROM ledger.open_item"
        )
        assert owed == [(Decimal("100.0200"), Decimal("80.0100"))]
        assert home.rows(UNEXPLAINED) == []
