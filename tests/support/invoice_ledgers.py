"""Ledgers of purchase e-invoices, made of canonical documents: no file is written and none is read.

What belongs here: reference data with what e-invoices need, documents, and registering deliveries of them as
a run does. What does not: expectations, and files of any format (`samples.invoice_files`).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, Final

import duckdb

from assets.corrections.prepaid import close_prepaid
from assets.detection.keys import file_key
from assets.findings import Finding
from assets.invoices.model import FRAMES, CanonicalDocument
from assets.invoices.prepare import DeliveredPart, PreparedDelivery, _prepared
from assets.invoices.registering import DeliveryOutcome, register_delivery
from assets.ledger.imports import Attempt
from assets.statements import statement
from tests.support import ledgers
from tests.support.ledgers import (
    LedgerHome,
    ReferenceData,
    Row,
    account,
    counterparty,
    invoice_rule,
    period,
    reason,
    setting,
    vat_code,
)

NOW: Final = dt.datetime(2026, 10, 20, 8, 0)  # noqa: DTZ001
"""When deliveries arrive and are registered unless a test says otherwise; October 2026 is open."""

BEFORE: Final = dt.datetime(2026, 10, 1, 8, 0)  # noqa: DTZ001
"""When automatic registration was switched on by `switch`, unless a test says otherwise."""

COMPANIES: Final[tuple[Row, ...]] = (
    {**ledgers.company("ALBA"), "vat_number": "09990019995", "tax_code": "09990019995"},
    {**ledgers.company("BREZZA"), "vat_number": "09990029994", "tax_code": "09990029994"},
)

SUPPLIERS: Final[tuple[Row, ...]] = tuple(
    {
        **counterparty(code, "supplier"),
        "counterparty_name": name,
        "vat_number": number,
        "tax_code": number,
        "iban": "",
    }
    for code, name, number in (
        ("S001", "Acciai Montevuoto S.p.A.", "09990149990"),
        ("S002", "Trasporti Rondinella", "09990159999"),
        ("S003", "Studio Pampaluna", "09990179997"),
    )
)
"""S001 has a posting rule; S002 has none; S003 has none either, and withholds."""

ACCOUNTS: Final[tuple[Row, ...]] = tuple(
    account(code, kind, company=company, name=name, counterparty=supplier)
    for company in ("ALBA", "BREZZA")
    for code, kind, name, supplier in (
        ("1502001", "other", "VAT on purchases", ""),
        ("1502002", "other", "Deferred VAT on purchases", ""),
        ("1801001", "bank", "Banca Collina", ""),
        ("4000001", "supplier", "Acciai Montevuoto", "S001"),
        ("4000002", "supplier", "Trasporti Rondinella", "S002"),
        ("4000003", "supplier", "Studio Pampaluna", "S003"),
        ("4501001", "other", "Withholding tax payable", ""),
        ("4502003", "other", "VAT on reverse charge", ""),
        ("7101001", "other", "Purchases", ""),
        ("7103001", "other", "Consultants", ""),
        ("7106001", "other", "Transport", ""),
        ("7107001", "other", "Stamp duty", ""),
        ("7509001", "other", "Allowances and rounding", ""),
    )
)

DATA: Final = ReferenceData(
    companies=COMPANIES,
    accounts=ACCOUNTS,
    reasons=(reason("FTAC", "Purchase invoice"), reason("PFOR", "Supplier payment")),
    counterparties=SUPPLIERS,
    periods=tuple(
        period(code, start, end, status, company=company)
        for company in ("ALBA", "BREZZA")
        for code, start, end, status in (
            ("2026-09", "2026-09-01", "2026-09-30", "closed"),
            ("2026-10", "2026-10-01", "2026-10-31", "open"),
            ("2026-11", "2026-11-01", "2026-11-30", "open"),
        )
    ),
    settings=(setting("rounding_account", "7509001"), setting("stamp_duty_account", "7107001")),
    vat_codes=(
        vat_code("22", account="1502001"),
        vat_code("10", "10", account="1502001"),
        vat_code("22D", "22", "deferred", exigibility="D", account="1502001", second_account="1502002"),
        vat_code("N4", "0", "outside", nature="N4", account=""),
        vat_code("N6.1", "22", "reverse_charge", nature="N6.1", account="1502001", second_account="4502003"),
    ),
    invoice_rules=(invoice_rule("STEEL", "7101001", counterparty="S001", vat_code="22"),),
    withholding_accounts=(ledgers.withholding_account("RT01", "4501001"),),
    welfare_funds=(ledgers.welfare_fund("TC01"),),
)
"""Two companies, three suppliers, a rule for the first of them; October and November 2026 are open."""

STEEL: Final = (("Steel bars", "100.00", "22", None),)
"""The lines of a document unless a test says otherwise: text, amount, VAT rate, VAT nature."""

Line = tuple[str, str, str, str | None]


def document(
    *,
    position: int = 1,
    supplier: str = "S001",
    company: str = "ALBA",
    lines: Sequence[Line] = STEEL,
    vat: Sequence[Mapping[str, Any]] | None = None,
    withholding: Sequence[Mapping[str, Any]] = (),
    welfare_fund: Sequence[Mapping[str, Any]] = (),
    adjustment: Sequence[Mapping[str, Any]] = (),
    payment: Sequence[Mapping[str, Any]] = (),
    reference: Sequence[Mapping[str, Any]] = (),
    attachment: Sequence[Mapping[str, Any]] = (),
    **header: Any,
) -> CanonicalDocument:
    """An invoice of `supplier` to `company` of 100.00 plus VAT 22 %: what is named is otherwise.

    `header` are columns of the frame `document`. Without `vat` the VAT summary is made of the lines; without
    `total_amount` the total is what lines and VAT add up to. Records of other frames are numbered from 1.
    """
    (seller,) = (row for row in SUPPLIERS if row["counterparty_code"] == supplier)
    (buyer,) = (row for row in COMPANIES if row["company_code"] == company)
    summary = list(vat) if vat is not None else _summary(lines)
    total = sum((row["taxable_amount"] + row["vat_amount"] for row in summary), Decimal(0))
    records = {
        "document": [
            {
                "format": "FPA12",
                "document_type": "TD01",
                "type_code": "TD01",
                "is_credit_note": False,
                "document_number": "1/A",
                "document_date": dt.date(2026, 10, 15),
                "currency_code": "EUR",
                "supplier_country_code": "IT",
                "supplier_vat_number": seller["vat_number"],
                "supplier_tax_code": seller["tax_code"],
                "supplier_name": seller["counterparty_name"],
                "customer_country_code": "IT",
                "customer_vat_number": buyer["vat_number"],
                "customer_name": buyer["company_name"],
                "total_amount": total,
            }
            | header
        ],
        "line": [
            {
                "line_number": number,
                "description": text,
                "quantity": Decimal(1),
                "unit_price": Decimal(amount),
                "amount": Decimal(amount),
                "vat_rate": Decimal(rate),
                "vat_nature": nature,
                "is_withheld": False,
            }
            for number, (text, amount, rate, nature) in enumerate(lines, 1)
        ],
        "vat_summary": _numbered(summary),
        "withholding": _numbered(withholding),
        "welfare_fund": _numbered(welfare_fund),
        "adjustment": _numbered(adjustment),
        "payment": _numbered(payment),
        "reference": _numbered(reference),
        "attachment": _numbered(attachment),
        "identifier": [],
        "payment_condition": [],
        "other_date": [],
    }
    assert set(records) == set(FRAMES), "every frame has its records"
    return CanonicalDocument(position, records)


def _summary(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """The VAT summary that these lines come to, one row per rate and nature, VAT rounded to cents."""
    taxable: dict[tuple[str, str | None], Decimal] = {}
    for _, amount, rate, nature in lines:
        taxable[rate, nature] = taxable.get((rate, nature), Decimal(0)) + Decimal(amount)
    return [
        {
            "vat_rate": Decimal(rate),
            "vat_nature": nature,
            "taxable_amount": amount,
            "vat_amount": (amount * Decimal(rate) / 100).quantize(Decimal("0.01")),
        }
        for (rate, nature), amount in taxable.items()
    ]


def _numbered(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{"ordinal": number, **row} for number, row in enumerate(rows, 1)]


def switch(
    home: LedgerHome, *companies: str, is_on: bool = True, at: dt.datetime = BEFORE, by: str = "anna"
) -> None:
    """Switches automatic registration of the companies (ALBA and BREZZA unless named) on, or off."""
    with _transaction(home) as connection:
        for company in companies or ("ALBA", "BREZZA"):
            connection.execute(
                "INSERT INTO ledger.automatic_registration VALUES (?, ?, ?, ?)", [company, is_on, at, by]
            )


def decide(
    home: LedgerHome,
    document_id: int,
    *,
    account_code: str | None = None,
    vat_code: str | None = None,
    is_remembered: bool = False,
    at: dt.datetime = NOW,
    by: str = "anna",
) -> None:
    """A person's decision to register the document, by the rules unless an account is named."""
    with _transaction(home) as connection:
        connection.execute(
            "INSERT INTO ledger.document_decision VALUES (?, 'register', ?, ?, ?, ?, NULL, ?)",
            [document_id, account_code, vat_code, is_remembered, by, at],
        )


def deliver(
    home: LedgerHome,
    key: str,
    documents: Sequence[CanonicalDocument],
    *,
    received_at: dt.datetime = NOW,
    now: dt.datetime = NOW,
    unreadable: Sequence[Finding] = (),
) -> DeliveryOutcome:
    """Registers what can be registered of a delivery, as a run at `now` does; again, if the key is known.

    A document at position 1 begins a new file, `<key>-1.xml` and so on; one at another position stands in
    the file of the one before it. `unreadable` are findings R17 about further files, one each. What a part
    holds decides which it is, so that the same documents are the same files.
    """
    with _transaction(home) as connection:
        if not connection.execute("SELECT 1 FROM ledger.delivery WHERE delivery_key = ?", [key]).fetchall():
            connection.execute(
                "INSERT INTO ledger.delivery SELECT coalesce(max(delivery_id), 0) + 1, ?, 'files', "
                "'waiting', ?, NULL, NULL FROM ledger.delivery",
                [key, received_at],
            )
        closed = {name for name, _ in connection.execute(statement("invoices", "closed_part")).fetchall()}
        prepared = _delivery(key, documents, received_at, closed, unreadable)
        for file in prepared.parts.to_pylist():
            connection.execute(
                "INSERT INTO ledger.dropped_file SELECT ?, delivery_id, ?, ?, ? FROM ledger.delivery "
                "WHERE delivery_key = ? ON CONFLICT DO NOTHING",
                [file["file_key"], file["source_file"], file["content_sha256"], file["byte_count"], key],
            )
        attempt = Attempt("test", home.reference.version, now)
        outcome = register_delivery(connection, prepared, attempt)
        close_prepaid(connection, prepared, attempt)
        return outcome


def _delivery(
    key: str,
    documents: Sequence[CanonicalDocument],
    received_at: dt.datetime,
    closed: set[str],
    unreadable: Sequence[Finding],
) -> PreparedDelivery:
    files: list[list[CanonicalDocument]] = []
    for each in documents:
        if each.position == 1:
            files.append([])
        files[-1].append(each)
    parts: list[DeliveredPart] = []
    read: list[tuple[int, CanonicalDocument]] = []
    findings: list[tuple[int, Finding]] = []
    for number, content in enumerate([*files, *([finding] for finding in unreadable)], 1):
        name = f"{key}-{number}.xml"
        text = json.dumps([getattr(each, "records", str(each)) for each in content], default=str)
        content_hash = hashlib.sha256(text.encode()).hexdigest()
        part_key = file_key(name, content_hash)
        is_read = part_key not in closed
        parts.append(
            DeliveredPart(
                number if is_read else None, part_key, part_key, name, None, content_hash, len(text),
                "fatturapa" if number <= len(files) else None, received_at,
            )
        )  # fmt: skip
        if is_read:
            read += [(number, each) for each in content if isinstance(each, CanonicalDocument)]
            findings += [(number, each) for each in content if isinstance(each, Finding)]
    return _prepared(key, parts, read, findings)


@contextmanager
def _transaction(home: LedgerHome) -> Iterator[duckdb.DuckDBPyConnection]:
    with home.transaction():
        yield home.workbench


def statuses(home: LedgerHome) -> list[tuple[object, ...]]:
    """Every document: its number, status and reason codes, by id."""
    return home.rows("SELECT document_number, status, reason_codes FROM ledger.document ORDER BY document_id")
