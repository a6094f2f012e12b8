"""Files of sales invoices, reference data that post them, and what became of each invoice.

What belongs here: what a test needs around the one thing that it is about. What does not: expectations.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from assets.detection.inbox import identify
from assets.exchange.recording import note_messages
from assets.ledger.imports import Attempt
from assets.ledger.store import utc_now
from assets.sales.posting import post_sales
from assets.sales.prepare import prepare_sales
from samples.sales_files import row
from tests.support.ledgers import (
    Found,
    Imported,
    LedgerHome,
    ReferenceData,
    account,
    amount_text,
    company,
    counterparty,
    exchange_rate,
    kept_findings,
    reason,
    sales_rule,
)

_DEFAULT: Final = ReferenceData()

DATA: Final = _DEFAULT.replace(
    companies=(
        {**company("ALBA"), "vat_number": "09990019995", "tax_code": "09990019995"},
        company("BREZZA"),
    ),
    accounts=(
        *(row for row in _DEFAULT.accounts if row["account_code"] != "1500011"),
        *(
            account(code, company=owner)
            for owner in ("ALBA", "BREZZA")
            for code in ("7001001", "7001002", "4502001", "4502009")
        ),
    ),
    counterparties=(
        {**counterparty("C001", "customer"), "vat_number": "09990049992", "tax_code": "09990049992"},
        {**counterparty("C002", "customer"), "vat_number": "DE999999018", "country_code": "DE"},
        counterparty("C003", "customer"),
        counterparty("C004"),
        {**counterparty("S001", "supplier"), "vat_number": "09990149990"},
        counterparty("S002", "supplier"),
    ),
    reasons=(*_DEFAULT.reasons, reason("FTVE", "Sales invoice")),
    sales_rules=(
        sales_rule("SALES-22", vat_rate="22"),
        sales_rule("EXEMPT", vat_code="N4", vat_account="", vat_rate="0"),
    ),
    exchange_rates=(exchange_rate("USD", "2026-10-05", "1.2500"),),
)
"""Two companies and three customers, October 2026 open, 22 % and 0 %; S001 is no customer."""


def invoice(*lines: Mapping[str, Any], **values: Any) -> dict[str, Any]:
    """An object of a JSON file, as `row`; with one line unless some are given."""
    columns = ("description", "net_amount", "vat_rate")
    plain = row()
    header: dict[str, Any] = {name: value for name, value in plain.items() if name not in columns}
    return header | {"lines": list(lines) or [{name: plain[name] for name in columns}]} | values


def json_of(*invoices: object) -> bytes:
    """A JSON file with these elements."""
    return json.dumps(list(invoices)).encode()


def import_sales(home: LedgerHome, name: str, data: bytes) -> Imported:
    """Drops a file of sales invoices and imports it, in a transaction of its own or in the trial."""
    folder = home.root / "inbox" / "sales"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(data)
    waiting = identify(path, "s")
    assert waiting is not None, "the file was written just now"
    settings = home.reference.settings
    prepared = prepare_sales(path, waiting.partition_key, name, waiting.content_sha256, settings)
    with home.transaction():
        attempt = Attempt("test", home.reference.version, utc_now())
        outcome = post_sales(home.workbench, prepared, attempt)
        note_messages(home.workbench, prepared.messages, attempt.now)
        return Imported(outcome, kept_findings(home.workbench, outcome) if outcome.is_attempted else [])


def found_row(data: bytes, code: str, line_number: int, field: str | None, raw: str | None) -> Found:
    """A finding in a row of a CSV."""
    lines = data.split(b"\n")
    start = sum(len(line) + 1 for line in lines[: line_number - 1])
    return Found(code, line_number, start, start + len(lines[line_number - 1]), field, raw)


def invoices(home: LedgerHome, *columns: str) -> list[tuple[object, ...]]:
    """These columns of every sales invoice, amounts as texts, in the order of company, kind and number."""
    query = f"""
        SELECT {", ".join(columns)} FROM ledger.sales_invoice
        ORDER BY company_code, is_credit_note, document_number
    """
    return plain(home, query)


def plain(home: LedgerHome, query: str) -> list[tuple[object, ...]]:
    """The rows of a query, amounts and dates as texts."""
    return [tuple(_text(value) for value in found) for found in home.rows(query)]


def _text(value: object) -> object:
    if value is None or isinstance(value, str | int | bool):
        return value
    return amount_text(value) if hasattr(value, "as_tuple") else str(value)  # type: ignore[arg-type]


POSTINGS: Final = """
    SELECT document.document_number, posting.account_code, posting.debit_amount, posting.credit_amount,
           posting.currency_code, posting.currency_amount
    FROM ledger.posting AS posting
    JOIN ledger.sales_invoice AS document USING (entry_id)
    ORDER BY document.document_number, posting.line_number
"""
ITEMS: Final = """
    SELECT item.document_number, right(item.open_item_key, 3), item.account_code, item.side, item.due_date,
           item.currency_code, item.original_amount, item.original_amount_company_currency
    FROM ledger.open_item AS item
    WHERE item.origin = 'sales'
    ORDER BY item.document_number, item.open_item_key
"""
