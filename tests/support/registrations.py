"""What became of documents, as a test states it: entries, items, findings, registrations, by document number.

What belongs here: reading the ledger, and reference data that have every treatment of VAT. What does not:
making documents (`tests.support.invoice_ledgers`) and expectations.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Final, NamedTuple, cast

from assets.findings import finding_code, in_words
from tests.support.invoice_ledgers import ACCOUNTS, DATA, SUPPLIERS
from tests.support.ledgers import (
    LedgerHome,
    ReferenceData,
    Row,
    account,
    amount_text,
    counterparty,
    exchange_rate,
    invoice_rule,
    setting,
    supplier_term,
    vat_code,
    welfare_fund,
)

DAY: Final = dt.date(2026, 10, 15)
"""The date of a document unless a test says otherwise."""

DUE: Final = "2026-12-31"
"""When an invoice of S001 of that date is due by its terms: sixty days, end of the month."""


def _supplier(code: str, vat_number: str, tax_code: str, iban: str = "") -> Row:
    return {
        **counterparty(code, "supplier"),
        "vat_number": vat_number,
        "tax_code": tax_code,
        "iban": iban,
    }


FULL: Final[ReferenceData] = DATA.replace(
    counterparties=(
        *SUPPLIERS,
        _supplier("G001", "09990189996", "09990199995", iban="IT32G9999999999000000000017"),
        _supplier("G002", "09990189996", "09990209992"),
    ),
    accounts=(
        *(row for row in ACCOUNTS if (row["company_code"], row["account_code"]) != ("BREZZA", "4000002")),
        *(
            account(code, company=company)
            for company in ("ALBA", "BREZZA")
            for code in ("4502001", "4503001", "7103002")
        ),
        account("4000004", "supplier", counterparty="G001"),
        account("4000005", "supplier", counterparty="G002"),
        account("4000012", "supplier", counterparty="S002", company="BREZZA"),
        account("4000022", "supplier", counterparty="S002", company="BREZZA"),
    ),
    settings=(
        setting("rounding_account", "7509001", company="ALBA"),
        setting("stamp_duty_account", "7107001", company="ALBA"),
        setting("accounting_date_basis", "document", company="BREZZA"),
    ),
    vat_codes=(
        *DATA.vat_codes,
        vat_code("22P40", deductible_pct="40", account="1502001"),
        vat_code("22S", "22", "split_payment", exigibility="S", account="1502001", second_account="4502001"),
        vat_code("5A", "5", account="1502001"),
        vat_code("5B", "5", account="1502001"),
        vat_code("N1", "0", "outside", nature="N1", account=""),
    ),
    invoice_rules=(
        *DATA.invoice_rules,
        invoice_rule("CARS", "7106001", line_text="Noleggio auto", vat_code="22P40"),
        invoice_rule("STAMP", "7107001", line_text="imposta di bollo"),
        invoice_rule("LAWYER", "7103001", counterparty="S003", vat_code="22"),
        invoice_rule("GROUP-1", "7103001", counterparty="G001", vat_code="22"),
        invoice_rule("GROUP-2", "7106001", counterparty="G002", vat_code="22"),
        invoice_rule("WASTE-1", "7101001", line_text="smaltimento"),
        invoice_rule("WASTE-2", "7106001", line_text="rifiuti"),
    ),
    welfare_funds=(
        *DATA.welfare_funds,
        welfare_fund("TC07", "4503001", is_withheld=True),
        welfare_fund("TC22", "7103002"),
    ),
    supplier_terms=(supplier_term("S001", "60", is_end_of_month=True), supplier_term("G001", "0")),
    exchange_rates=(
        exchange_rate("USD", "2026-10-05", "2.0000"),
        exchange_rate("USD", "2026-10-12", "1.0895"),
        exchange_rate("USD", "2026-10-16", "3.0000"),
        exchange_rate("CHF", "2026-10-04", "0.9412"),
    ),
)
"""Every treatment of VAT, funds of every kind, a VAT group (G001 and G002), rates of exchange.

S001 buys steel and is paid after sixty days at the end of the month; S002 has no rule, and in BREZZA two
accounts; S003 withholds. ALBA has accounts for rounding and stamp duty and posts by the day of reception,
BREZZA has none and posts by the date of the document. Two rules fit the disposal of waste equally well,
and two VAT codes the rate of 5 %.
"""


class Item(NamedTuple):
    """An open item of a document: amounts as texts, in the document's and in the company's currency."""

    side: str
    amount: str
    due_date: str
    currency: str = "EUR"
    company_amount: str | None = None


class Finding(NamedTuple):
    """An open finding of a document with its evidence and what was expected."""

    finding_code: str
    field: str
    raw_value: str | None
    expected: str


def d(text: str) -> Decimal:
    """An amount."""
    return Decimal(text)


def entry(home: LedgerHome, number: str) -> list[tuple[str, str, str]]:
    """The postings of a document in their order: account, amount (+ debit), and what it is besides the cost.

    A posting that opens an item is called `item`; its own tests say which.
    """
    rows = home.rows(
        """
        SELECT posting.account_code, posting.debit_amount - posting.credit_amount,
               CASE WHEN posting.open_item_key IS NOT NULL THEN 'item'
                    WHEN contains(posting.description, ' - ') THEN split_part(posting.description, ' - ', 2)
                    ELSE 'cost' END
        FROM ledger.posting AS posting
        JOIN ledger.registration AS registration USING (entry_id)
        JOIN ledger.document AS document USING (document_id)
        WHERE document.document_number = ?
        ORDER BY document.document_id, posting.line_number
        """,
        [number],
    )
    return [(str(code), _text(amount), str(kind)) for code, amount, kind in rows]


def items(home: LedgerHome, number: str) -> list[Item]:
    """The open items of a document by the number of the instalment."""
    rows = home.rows(
        """
        SELECT item.side, item.original_amount, CAST(item.due_date AS VARCHAR), item.currency_code,
               item.original_amount_company_currency
        FROM ledger.open_item AS item
        JOIN ledger.registration AS registration ON registration.entry_id = item.opened_by_entry_id
        JOIN ledger.document AS document USING (document_id)
        WHERE document.document_number = ? AND item.status = 'open' AND item.settled_amount = 0
        ORDER BY document.document_id, item.open_item_key
        """,
        [number],
    )
    return [
        Item(
            str(side),
            _text(amount),
            str(due),
            str(currency),
            None if amount == company_amount else _text(company_amount),
        )
        for side, amount, due, currency, company_amount in rows
    ]


def findings(home: LedgerHome, number: str) -> list[Finding]:
    """The open findings of the documents of this number, sorted."""
    rows = home.rows(
        """
        SELECT finding.finding_code, finding.field, finding.raw_value, finding.expected
        FROM ledger.finding AS finding
        JOIN ledger.document AS document ON document.document_id = finding.document_id
        WHERE document.document_number = ? AND finding.resolution IS NULL
        """,
        [number],
    )
    found = [
        Finding(code, field, raw_value, in_words(expected, finding_code(code).expected))
        for code, field, raw_value, expected in cast("list[tuple[str, str, str | None, str | None]]", rows)
    ]
    return sorted(
        found, key=lambda each: (*each[:2], each.raw_value is None, each.raw_value or "", each.expected)
    )


def open_codes(home: LedgerHome) -> list[tuple[object, ...]]:
    """Number of the document and code of every open finding, sorted."""
    return home.rows(
        """
        SELECT document.document_number, finding.finding_code
        FROM ledger.finding AS finding
        LEFT JOIN ledger.document AS document
               ON document.document_id = finding.document_id
        WHERE finding.resolution IS NULL
        ORDER BY ALL
        """
    )


def statuses(home: LedgerHome, *numbers: str) -> list[tuple[object, ...]]:
    """Number and status of the documents (of all, unless some are named), in the order of their ids."""
    rows = home.rows("SELECT document_number, status FROM ledger.document ORDER BY document_id")
    return [row for row in rows if not numbers or row[0] in numbers]


def document_id(home: LedgerHome, number: str) -> int:
    """The id of the only document with this number."""
    ((found,),) = home.rows("SELECT document_id FROM ledger.document WHERE document_number = ?", [number])
    assert isinstance(found, int)
    return found


def document_value(home: LedgerHome, column: str, number: str) -> object:
    """A column of the only document with this number."""
    ((found,),) = home.rows(f"SELECT {column} FROM ledger.document WHERE document_number = ?", [number])
    return _text(found) if isinstance(found, Decimal) else found


def registration_value(home: LedgerHome, column: str, number: str) -> object:
    """A column of the registration of the only document with this number that is registered."""
    ((found,),) = home.rows(
        f"SELECT registration.{column} FROM ledger.registration AS registration "
        "JOIN ledger.document AS document USING (document_id) WHERE document.document_number = ?",
        [number],
    )
    return found


def balances(home: LedgerHome) -> dict[tuple[str, str], Decimal]:
    """The balance of every account by company, where it is not zero."""
    rows = home.rows(
        """
        SELECT company_code, account_code, sum(debit_amount - credit_amount)
        FROM ledger.posting GROUP BY ALL HAVING sum(debit_amount - credit_amount) <> 0
        """
    )
    return {(str(company), str(code)): Decimal(str(amount)) for company, code, amount in rows}


def open_items(home: LedgerHome) -> list[tuple[object, ...]]:
    """Every open item with all that people see of it, in the order of the keys."""
    return home.rows(
        """
        SELECT company_code, open_item_key, account_code, side, document_number, document_date, due_date,
               currency_code, original_amount, original_amount_company_currency, status, description
        FROM ledger.open_item ORDER BY company_code, open_item_key
        """
    )


def unbalanced(home: LedgerHome) -> list[tuple[object, ...]]:
    """Entries whose postings do not add up to zero."""
    return home.rows(
        """
        SELECT entry_id, sum(debit_amount - credit_amount) FROM ledger.posting
        GROUP BY entry_id HAVING sum(debit_amount - credit_amount) <> 0
        """
    )


def total(amounts: Iterable[str]) -> Decimal:
    """What texts of amounts add up to."""
    return sum((Decimal(amount) for amount in amounts), Decimal(0))


def _text(amount: object) -> str:
    assert isinstance(amount, Decimal)
    return amount_text(amount)
