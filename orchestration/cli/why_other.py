"""What `why` says of a counterparty and of a sales invoice.

Belongs here: the answers about them and how people see them. Does not: what the text of a command means
(`orchestration.cli.why`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast

import duckdb

from assets.ledger import asking
from orchestration.cli.names import in_command
from orchestration.cli.render import Column, Page, amount_column, cell
from orchestration.cli.why_document import ITEMS, POSTINGS

_ACCOUNTS: Final = (
    Column("company", "company_code"),
    Column("account", "account_code"),
    Column("name", "account_name", is_prose=True),
    Column("open items", "open_item_count", is_right_aligned=True),
    Column("side", "side"),
    amount_column("residual", "residual_total"),
    Column("currency", "currency_code"),
)
_COUNTERPARTY: Final = (
    ("kind", "counterparty_kind"),
    ("country", "country_code"),
    ("VAT number", "vat_number"),
    ("tax code", "tax_code"),
    ("IBAN", "iban"),
)
_INVOICE: Final = (
    ("company", "company_code"),
    ("reference", "reference"),
    ("date", "document_date"),
    ("customer", "customer_name"),
    ("currency", "currency_code"),
    ("total", "total_amount"),
    ("status", "status"),
    ("entry", "entry_id"),
    ("program", "program"),
    ("state", "state"),
    ("registration number", "registration_number"),
    ("exchange system", "exchange_messages"),
    ("what is wrong", "what"),
    ("what to do", "remedy"),
)


def explain_invoice(connection: duckdb.DuckDBPyConnection, reference: str) -> asking.Answer:
    """A sales invoice with its place in the program, its postings and its open items."""
    # What is known of syncs is loaded for a sales invoice only.
    from assets.sync.reports import explain_invoice as explained

    return {"kind": "invoice", **explained(connection, reference)}


def show_counterparty(page: Page, answer: Mapping[str, object]) -> None:
    """The answer about a counterparty for people; the last sentence says how to go on."""
    page.line(f"Counterparty {answer['counterparty_code']}: {answer['counterparty_name']}")
    page.facts([(label, cell(answer, name)) for label, name in _COUNTERPARTY])
    accounts = cast("list[asking.Row]", answer["accounts"])
    if accounts:
        page.paragraph("Accounts")
        page.table(_ACCOUNTS, accounts)
    code = in_command(str(answer["counterparty_code"]))
    page.paragraph(
        f"Next: `partita open-items --counterparty {code}` lists what is open, "
        + (
            f"`partita invoices --counterparty {code}` the sales invoices."
            if answer["counterparty_kind"] == "customer"
            else f"`partita documents --all --counterparty {code}` the e-invoices."
        )
    )


def show_invoice(page: Page, answer: Mapping[str, object]) -> None:
    """The answer about a sales invoice for people; the last sentence says how to go on."""
    kind = "Credit note" if answer["is_credit_note"] else "Sales invoice"
    page.line(f"{kind} {answer['document_number']} of {cell(answer, 'customer_name') or 'nobody'}")
    page.facts([(label, cell(answer, name)) for label, name in _INVOICE])
    for heading, name, columns in (("Postings", "postings", POSTINGS), ("Open items", "items", ITEMS)):
        rows = cast("list[asking.Row]", answer[name])
        if rows:
            page.paragraph(heading)
            page.table(columns, rows)
    page.paragraph(
        "Next: `partita why COMPANY:KEY` shows what settled an open item."
        if answer["items"]
        else "A draft has no postings: it is posted when its file says that it is booked."
    )
