"""Loads of e-invoices of any size: documents, suppliers, a share of errors; as one archive or as files.

What belongs here: invented documents, the same bytes for the same seed, and the reference data that fit them.
What does not: measuring. All documents are dated in 2025, of which every month is open.
"""

from __future__ import annotations

import random
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

from samples.company import CHART_HEADER, COMMON_ACCOUNTS, write_csv
from samples.invoice_files import italian_vat_number
from samples.invoices import Invoice, Item, Party, invoice_file
from samples.invoicing import INVOICE_ACCOUNTS, VAT_CODES_CSV

LOAD_COMPANY: Final[Party] = {
    "company_code": "BENCH",
    "name": "Banco di Prova Immaginario S.p.A.",
    "country_code": "IT",
    "vat_number": italian_vat_number(900_000),
    "tax_code": italian_vat_number(900_000),
    "iban": "",
}
ERRORS: Final = ("R03", "R07", "R09", "R17")
"""What is wrong with documents that are not to be registered, by turns."""

_FIRST_SUPPLIER: Final = 100_000
_STRANGER: Final = 899_999
_GOODS: Final = ("Bulloneria", "Guarnizioni", "Lamiera zincata", "Olio idraulico", "Cuscinetti", "Imballi")
_ACCOUNTS: Final = ("7101001", "7101002", "7102001", "7106001")
_MOMENT: Final = (2026, 1, 5, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class LoadSummary:
    """What a load should come to."""

    document_count: int
    registered_count: int
    error_counts: dict[str, int]
    byte_count: int


def load_supplier(number: int) -> Party:
    """The supplier of this number, from 0."""
    vat_number = italian_vat_number(_FIRST_SUPPLIER + number)
    return {
        "name": f"Fornitore Immaginario {number:05d} S.r.l.",
        "country_code": "IT",
        "vat_number": vat_number,
        "tax_code": vat_number,
        "iban": "",
    }


def write_invoice_load(
    folder: Path,
    *,
    documents: int,
    suppliers: int = 300,
    error_share: float = 0.0,
    seed: int = 1,
    archive_name: str | None = None,
) -> LoadSummary:
    """Writes so many files of one document each into the folder, or into one archive of that name in it."""
    if suppliers < 1 or not 0 <= error_share <= 1:
        raise ValueError("at least one supplier, and a share of errors from 0 to 1")
    folder.mkdir(parents=True, exist_ok=True)
    errors = dict.fromkeys(ERRORS, 0)
    byte_count = 0
    archive = zipfile.ZipFile(folder / archive_name, "w", zipfile.ZIP_DEFLATED) if archive_name else None
    for name, content, error in _files(documents, suppliers, error_share, seed):
        if archive is None:
            (folder / name).write_bytes(content)
        else:
            archive.writestr(zipfile.ZipInfo(name, _MOMENT), content, zipfile.ZIP_DEFLATED)
        byte_count += len(content)
        if error:
            errors[error] += 1
    if archive is not None:
        archive.close()
    return LoadSummary(documents, documents - sum(errors.values()), errors, byte_count)


def _files(
    documents: int, suppliers: int, error_share: float, seed: int
) -> Iterator[tuple[str, bytes, str | None]]:
    chance = random.Random(seed)
    wrong = 0
    for number in range(1, documents + 1):
        supplier = load_supplier(chance.randrange(suppliers))
        # Spread evenly, so that a share of the documents is the same share of any part of them.
        error = ERRORS[wrong % len(ERRORS)] if round(number * error_share) > wrong else None
        wrong += error is not None
        if error == "R03":
            supplier = load_supplier(_STRANGER - _FIRST_SUPPLIER)
        content = invoice_file(supplier, LOAD_COMPANY, _invoice(chance, number, error))
        if error == "R17":
            content = content[: len(content) * 2 // 3]
        yield f"IT{supplier['vat_number']}_{number:07d}.xml", content, error


def _invoice(chance: random.Random, number: int, error: str | None) -> Invoice:
    day = date(2025, 1, 1) + timedelta(days=chance.randrange(365))
    due = day + timedelta(days=30)
    later = due + timedelta(days=30)
    items = tuple(
        Item(
            f"{chance.choice(_GOODS)}, rif. {chance.randrange(10_000):04d}",
            str(Decimal(chance.randrange(100, 500_000)).scaleb(-2)),
            "5.00" if error == "R07" else chance.choice(("22.00", "22.00", "22.00", "10.00")),
        )
        for _ in range(chance.randrange(1, 9))
    )
    return Invoice(
        f"{number}/A",
        day.isoformat(),
        items,
        due=(due.isoformat(), later.isoformat()) if number % 3 == 0 else (due.isoformat(),),
        wrong_total="11.00" if error == "R09" else "0.00",
    )


def write_invoice_load_reference(folder: Path, suppliers: int) -> None:
    """Writes the reference CSVs that fit a load with so many suppliers: each has an account and a rule."""
    folder.mkdir(parents=True, exist_ok=True)
    company = LOAD_COMPANY["company_code"]
    known = [(f"L{number:05d}", load_supplier(number)) for number in range(suppliers)]
    write_csv(
        folder / "companies.csv",
        ("company_code", "company_name", "currency_code", "country_code", "vat_number", "tax_code"),
        [(company, LOAD_COMPANY["name"], "EUR", "IT", LOAD_COMPANY["vat_number"], LOAD_COMPANY["tax_code"])],
    )
    write_csv(
        folder / "counterparties.csv",
        (
            "counterparty_code",
            "counterparty_name",
            "counterparty_kind",
            "country_code",
            "vat_number",
            "tax_code",
            "iban",
        ),
        [
            (code, party["name"], "supplier", "IT", party["vat_number"], party["tax_code"], "")
            for code, party in known
        ],
    )
    accounts = [
        (company, code, name, second, kind, "", "true")
        for code, name, second, kind in (*COMMON_ACCOUNTS, *INVOICE_ACCOUNTS)
    ]
    accounts += [
        (company, f"40{number:05d}", party["name"], "", "supplier", code, "true")
        for number, (code, party) in enumerate(known)
    ]
    write_csv(folder / "chart_of_accounts.csv", CHART_HEADER, accounts)
    write_csv(
        folder / "invoice_rules.csv",
        (
            "rule_code",
            "company_code",
            "counterparty_code",
            "document_type",
            "line_text",
            "account_code",
            "vat_code",
        ),
        [
            (f"RULE-{code}", company, code, "", "", _ACCOUNTS[number % len(_ACCOUNTS)], "")
            for number, (code, _) in enumerate(known)
        ],
    )
    (folder / "vat_codes.csv").write_text(VAT_CODES_CSV, "utf-8")
    write_csv(
        folder / "accounting_reasons.csv",
        ("company_code", "accounting_reason_code", "accounting_reason_name"),
        [("", "FTAC", "Purchase invoice")],
    )
    write_csv(
        folder / "reason_descriptions.csv",
        ("company_code", "operation_description", "accounting_reason_code"),
        [],
    )
    write_csv(
        folder / "accounting_periods.csv",
        ("company_code", "period_code", "start_date", "end_date", "period_status"),
        [(company, "2025", "2025-01-01", "2025-12-31", "open")],
    )
    write_csv(
        folder / "settings.csv",
        ("company_code", "setting_name", "setting_value"),
        [("", "quiet_seconds", "0"), ("", "accounting_date_basis", "document")],
    )
    write_csv(
        folder / "opening_open_items.csv",
        (
            "company_code",
            "account_code",
            "open_item_key",
            "document_number",
            "document_date",
            "due_date",
            "currency_code",
            "side",
            "original_amount",
            "original_amount_company_currency",
            "description",
        ),
        [],
    )
