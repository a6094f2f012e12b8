"""Writes the sample company, and traces of any size for load tests.

What belongs here: invented inputs, deterministic to the byte. What does not: measuring, and anything that
reads a trace or touches a ledger. Run it from the root of the repository:

    python -m benchmarks.generate sample data
    python -m benchmarks.generate load RITCOGE_load.txt --lines 1000000 --items 5000000 --error-share 0.01

Every name, number and person is invented. The Italian VAT numbers carry right check digits but begin with
0999 and name office 999; the IBANs name banks that do not exist.
"""

from __future__ import annotations

import argparse
import calendar
import csv
import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from random import Random
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from tests.support.trace_files import (
    AmountView,
    FieldValue,
    Leg,
    TraceLine,
    layout,
    layout_field,
    movement,
    render_json,
    render_line,
    render_text,
    renumbered,
    with_raw,
)

Side = Literal["debit", "credit"]
Movement = tuple[TraceLine, ...]

# --- The sample company: reference data ---------------------------------------------------------------------

COMPANIES_CSV: Final = """\
company_code,company_name,currency_code,country_code,vat_number,tax_code
ALBA,Albafinta Utensili S.r.l.,EUR,IT,09990019995,09990019995
BREZZA,Brezzavana Tessuti S.p.A.,EUR,IT,09990029994,09990029994
"""

COUNTERPARTIES_CSV: Final = """\
counterparty_code,counterparty_name,counterparty_kind,country_code,vat_number,tax_code,iban
B001,Imballaggi Cartabella Finta S.r.l.,both,IT,09990039993,09990039993,IT10D9999999999000000000003
C001,Officine Dorica Finta S.r.l.,customer,IT,09990049992,09990049992,IT84E9999999999000000000004
C002,Carpenteria Lupinella S.n.c.,customer,IT,09990059991,09990059991,IT61F9999999999000000000005
C003,Serramenti Quercianova S.r.l.,customer,IT,09990069990,09990069990,IT38G9999999999000000000006
C004,Idraulica Fontescura S.a.s.,customer,IT,09990079999,09990079999,IT15H9999999999000000000007
C005,Cantieri Moletto Perduto S.r.l.,customer,IT,09990089998,09990089998,IT89I9999999999000000000008
C006,Utensileria Bricolàna S.r.l.,customer,IT,09990099997,09990099997,IT66J9999999999000000000009
C007,Werkzeug Nirgendheim GmbH,customer,DE,999999018,,DE93999999990000000001
C008,Ateliers Nullepart SARL,customer,FR,66999999014,,FR7699999999990000000000153
C101,Tessitura Vendramella S.r.l.,customer,IT,09990109994,09990109994,IT06Z9999999999000000000010
C102,Confezioni Astrolina S.r.l.,customer,IT,09990119993,09990119993,IT73A9999999999000000000011
C103,Sartoria Pelucca S.r.l.,customer,IT,09990129992,09990129992,IT50B9999999999000000000012
C104,Maglieria Ventosola S.r.l.,customer,IT,09990139991,09990139991,IT27C9999999999000000000013
C106,Noplace Garments Inc.,customer,US,,,
C107,Everfield Nowhere Apparel LLC,customer,US,,,
C108,Hollow Pine Imaginary Textiles Inc.,customer,US,,,
S001,Acciai Montevuoto S.p.A.,supplier,IT,09990149990,09990149990,IT04D9999999999000000000014
S002,Trasporti Rondinella Finta S.r.l.,supplier,IT,09990159999,09990159999,IT78E9999999999000000000015
S003,Energia Favolosa S.p.A.,supplier,IT,09990169998,09990169998,IT55F9999999999000000000016
S004,Studio legale Pampaluna,supplier,IT,09990179997,09990179997,IT32G9999999999000000000017
S005,Viteria Sassoforato S.r.l.,supplier,IT,09990189996,09990189996,IT09H9999999999000000000018
S006,Lubrificanti Oliolà S.r.l.,supplier,IT,09990199995,09990199995,IT83I9999999999000000000019
S007,Stahlhandel Nirgendwo GmbH,supplier,DE,999999026,,DE66999999990000000002
S101,Filati Nuvolara S.p.A.,supplier,IT,09990209992,09990209992,IT40E9999999999000000000020
S102,Tintoria Coloretta S.r.l.,supplier,IT,09990219991,09990219991,IT17F9999999999000000000021
S103,Bottoni Madreperlina S.r.l.,supplier,IT,09990229990,09990229990,IT91G9999999999000000000022
S104,Macchine Tessili Orditoia S.r.l.,supplier,IT,09990239999,09990239999,IT68H9999999999000000000023
S105,Fils Imaginaires SA,supplier,FR,90999999022,,FR7699999999990000000000250
S108,Studio grafico Puntovirgola,supplier,IT,09990249998,09990249998,IT45I9999999999000000000024
"""

SETTINGS_CSV: Final = """\
company_code,setting_name,setting_value
,file_masks,RITCOGE*.txt;RITCOGE*.json
,inbox_folder,inbox
,export_folder,outbox
,quiet_seconds,2
,reason_by_description,false
,residual_tolerance,0.00
ALBA,amount_view,ledger
ALBA,note_template,FT. (3) del (4) - (DF)
BREZZA,amount_view,bank
BREZZA,note_template,
"""

_CHART_HEADER: Final = (
    "company_code",
    "account_code",
    "account_name",
    "account_second_name",
    "account_kind",
    "counterparty_code",
    "is_active",
)

# Code, name, Italian second name, kind: in the chart of either company.
_COMMON_ACCOUNTS: Final = (
    ("1502001", "VAT on purchases", "IVA su acquisti", "other"),
    ("1502002", "Deferred VAT on purchases", "IVA su acquisti ad esigibilità differita", "other"),
    ("1809001", "Payment orders in transit", "Ordini di pagamento in transito", "transit"),
    ("1809002", "Unpaid items in transit", "Insoluti in transito", "transit"),
    ("1809003", "Transfers between banks in transit", "Giroconti in transito", "transit"),
    ("3901001", "Opening balances", "Bilancio di apertura", "other"),
    ("4501001", "Withholding tax payable", "Erario c/ritenute d'acconto", "other"),
    ("4502001", "VAT on sales", "IVA su vendite", "other"),
    ("4502002", "Deferred VAT on sales", "IVA su vendite ad esigibilità differita", "other"),
    ("7001001", "Sales", "Ricavi delle vendite", "other"),
    ("7101001", "Purchases", "Acquisti", "other"),
    ("7402001", "Interest income", "Interessi attivi", "other"),
    ("7403001", "Exchange gains", "Utili su cambi", "other"),
    ("7501001", "Bank charges", "Spese e commissioni bancarie", "other"),
    ("7502001", "Interest expense", "Interessi passivi", "other"),
    ("7503001", "Exchange losses", "Perdite su cambi", "other"),
    ("7509001", "Allowances and rounding", "Abbuoni e arrotondamenti", "other"),
)

# Company, code, name, second name, kind, is_active.
_OWN_ACCOUNTS: Final = (
    ("ALBA", "1601001", "Current account with Brezzavana", "C/c intersocietario Brezzavana", "other", True),
    ("ALBA", "1801001", "Banca Collina Inventata (current account)", "Banca Collina c/c", "bank", True),
    ("ALBA", "1801002", "Cassa Valle Inventata (current account)", "Cassa Valle c/c", "bank", True),
    ("ALBA", "1801009", "Banco Vecchio Inventato (closed in 2025)", "Banco Vecchio c/c", "bank", False),
    ("BREZZA", "4601001", "Current account with Albafinta", "C/c intersocietario Albafinta", "other", True),
    ("BREZZA", "1801001", "Credito Laguna Inventato (current account)", "Credito Laguna c/c", "bank", True),
    ("BREZZA", "1801003", "Credito Laguna Inventato (USD account)", "Credito Laguna c/valuta", "bank", True),
)

# Company -> counterparties in the order of their customer accounts and of their supplier accounts.
_CUSTOMERS: Final = {
    "ALBA": ("C001", "C002", "C003", "C004", "C005", "C006", "C007", "C008", "B001"),
    "BREZZA": ("C101", "C102", "C103", "C104", "C008", "C106", "C107", "C108"),
}
_SUPPLIERS: Final = {
    "ALBA": ("S001", "S002", "S003", "S004", "S005", "S006", "S007", "B001"),
    "BREZZA": ("S101", "S102", "S103", "S104", "S105", "S002", "S003", "S108"),
}
_FIRST_PARTY_ACCOUNTS: Final = {"ALBA": (1500001, 4000001), "BREZZA": (1500101, 4000101)}

# Accounting reason (causale), its name, and the treasury's operation description that stands for it.
_REASONS: Final = (
    ("ICLI", "Customer collection by transfer", "BONIFICO DA CLIENTE"),
    ("IRIB", "Customer collection by bank receipt (RiBa)", "ACCREDITO RIBA"),
    ("IEST", "Foreign customer collection", "BONIFICO DALL'ESTERO"),
    ("PFOR", "Supplier payment by transfer", "BONIFICO A FORNITORE"),
    ("PEST", "Foreign supplier payment", "BONIFICO ALL'ESTERO"),
    ("ACCF", "Payment on account to a supplier", "ACCONTO A FORNITORE"),
    ("DISP", "Payment order sent to the bank", "DISPOSIZIONE DI PAGAMENTO"),
    ("ADDE", "Payment order debited by the bank", "ADDEBITO DISPOSIZIONE"),
    ("GIRO", "Transfer between own banks", "GIROCONTO"),
    ("INSO", "Unpaid item returned by the bank", "INSOLUTO"),
    ("SPEB", "Bank charges", "SPESE E COMMISSIONI"),
    ("INTA", "Interest income", "COMPETENZE A CREDITO"),
    ("INTP", "Interest expense", "COMPETENZE A DEBITO"),
    ("DCAM", "Exchange difference", "DIFFERENZA CAMBI"),
    ("COPE", "Payment on behalf of a group company", "PAGAMENTO PER CONTO"),
)
_OPERATIONS: Final = {code: description for code, _, description in _REASONS}

_OPEN_ITEMS_HEADER: Final = (
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
)

EUR_PER_USD: Final = Decimal("0.9200")
"""Rate at which the sample's invoices in USD were booked."""

# Company, account, protocol number, document number, date, total in the document's currency, instalments,
# currency. Accounts that begin with 15 are customers' (FV, sales), the others suppliers' (FA, purchases).
_DOCUMENTS: Final = (
    ("ALBA", "1500001", 401, "FV/401", "2026-08-05", "12200.00", 2, "EUR"),
    ("ALBA", "1500001", 402, "FV/402", "2026-09-10", "3660.00", 1, "EUR"),
    ("ALBA", "1500002", 403, "FV/403", "2026-08-18", "1830.00", 1, "EUR"),
    ("ALBA", "1500002", 404, "FV/404", "2026-09-02", "2440.00", 1, "EUR"),
    ("ALBA", "1500002", 405, "FV/405", "2026-09-21", "976.00", 1, "EUR"),
    ("ALBA", "1500003", 406, "FV/406", "2026-08-27", "8540.00", 2, "EUR"),
    ("ALBA", "1500003", 407, "FV/407", "2026-10-01", "1220.00", 1, "EUR"),
    ("ALBA", "1500004", 408, "FV/408", "2026-09-04", "5124.00", 1, "EUR"),
    ("ALBA", "1500004", 409, "FV/409", "2026-09-29", "732.00", 1, "EUR"),
    ("ALBA", "1500005", 410, "FV/410", "2026-08-31", "18300.00", 3, "EUR"),
    ("ALBA", "1500006", 411, "FV/411", "2026-09-15", "1464.00", 1, "EUR"),
    ("ALBA", "1500006", 412, "FV/412", "2026-10-02", "2196.00", 1, "EUR"),
    ("ALBA", "1500007", 413, "FV/413", "2026-09-08", "7350.00", 1, "EUR"),
    ("ALBA", "1500008", 414, "FV/414", "2026-09-17", "4980.50", 1, "EUR"),
    ("ALBA", "1500009", 415, "FV/415", "2026-09-30", "610.00", 1, "EUR"),
    ("ALBA", "4000001", 301, "1187/A", "2026-08-10", "14640.00", 2, "EUR"),
    ("ALBA", "4000001", 302, "1302/A", "2026-09-14", "4392.00", 1, "EUR"),
    ("ALBA", "4000002", 303, "77", "2026-08-31", "854.00", 1, "EUR"),
    ("ALBA", "4000002", 304, "91", "2026-09-30", "915.00", 1, "EUR"),
    ("ALBA", "4000003", 305, "E26-55810", "2026-09-12", "2318.40", 1, "EUR"),
    ("ALBA", "4000003", 306, "E26-60233", "2026-10-06", "2196.70", 1, "EUR"),
    ("ALBA", "4000004", 307, "14/2026", "2026-09-18", "1268.80", 1, "EUR"),
    ("ALBA", "4000005", 308, "V-2208", "2026-08-25", "3050.00", 1, "EUR"),
    ("ALBA", "4000005", 309, "V-2391", "2026-09-22", "1952.00", 1, "EUR"),
    ("ALBA", "4000006", 310, "505", "2026-09-07", "1234.00", 1, "EUR"),
    ("ALBA", "4000007", 311, "R-40117", "2026-09-03", "9870.00", 1, "EUR"),
    ("ALBA", "4000008", 312, "1120", "2026-09-25", "427.00", 1, "EUR"),
    ("BREZZA", "1500101", 201, "201/26", "2026-08-06", "9760.00", 2, "EUR"),
    ("BREZZA", "1500102", 202, "202/26", "2026-08-28", "2684.00", 1, "EUR"),
    ("BREZZA", "1500102", 203, "203/26", "2026-09-16", "3172.00", 1, "EUR"),
    ("BREZZA", "1500103", 204, "204/26", "2026-09-11", "1586.00", 1, "EUR"),
    ("BREZZA", "1500104", 205, "205/26", "2026-09-24", "6466.00", 1, "EUR"),
    ("BREZZA", "1500105", 206, "206/26", "2026-09-09", "5300.00", 1, "EUR"),
    ("BREZZA", "1500106", 207, "207/26", "2026-08-20", "10000.00", 1, "USD"),
    ("BREZZA", "1500106", 208, "208/26", "2026-09-18", "4500.00", 1, "USD"),
    ("BREZZA", "1500107", 209, "209/26", "2026-09-05", "7200.00", 2, "USD"),
    ("BREZZA", "1500108", 210, "210/26", "2026-10-01", "2750.00", 1, "USD"),
    ("BREZZA", "4000101", 601, "3301", "2026-08-12", "11590.00", 2, "EUR"),
    ("BREZZA", "4000102", 602, "T/118", "2026-09-01", "3904.00", 1, "EUR"),
    ("BREZZA", "4000102", 603, "T/131", "2026-09-26", "1342.00", 1, "EUR"),
    ("BREZZA", "4000103", 604, "B-909", "2026-09-10", "488.00", 1, "EUR"),
    ("BREZZA", "4000104", 605, "2026/0042", "2026-08-24", "24400.00", 3, "EUR"),
    ("BREZZA", "4000105", 606, "F2609-17", "2026-09-19", "6150.00", 1, "EUR"),
    ("BREZZA", "4000106", 607, "92", "2026-09-30", "1098.00", 1, "EUR"),
    ("BREZZA", "4000107", 608, "E26-55811", "2026-09-12", "1749.30", 1, "EUR"),
    ("BREZZA", "4000108", 609, "31/2026", "2026-10-05", "1464.00", 1, "EUR"),
)


@dataclass(frozen=True, slots=True)
class SampleItem:
    """An opening open item of the sample company. Amounts are positive; `side` says to collect or to pay.

    `original_amount` is in the item's currency, `original_amount_company_currency` in EUR.
    """

    company_code: str
    account_code: str
    open_item_key: str
    document_number: str
    document_date: date
    due_date: date
    currency_code: str
    side: Side
    original_amount: Decimal
    original_amount_company_currency: Decimal
    description: str


@cache
def sample_items() -> dict[str, SampleItem]:
    """The sample's opening open items by their key, such as `ALBA-FV-2026-0401-1` for a first instalment."""
    cent = Decimal("0.01")
    items: dict[str, SampleItem] = {}
    for company, account, number, document_number, day, total_text, count, currency in _DOCUMENTS:
        is_sale = account.startswith("15")
        total = Decimal(total_text)
        share = total // (cent * count) * cent
        for instalment in range(1, count + 1):
            # The last instalment takes the cents that do not divide.
            amount = share if instalment < count else total - share * (count - 1)
            rate = EUR_PER_USD if currency == "USD" else Decimal(1)
            document_date = date.fromisoformat(day)
            description = f"{'Sales' if is_sale else 'Purchase'} invoice {document_number}"
            key = f"{company}-{'FV' if is_sale else 'FA'}-2026-{number:04d}-{instalment}"
            items[key] = SampleItem(
                company_code=company,
                account_code=account,
                open_item_key=key,
                document_number=document_number,
                document_date=document_date,
                due_date=document_date + timedelta(days=60 if count == 1 else 30 * instalment),
                currency_code=currency,
                side="debit" if is_sale else "credit",
                original_amount=amount,
                original_amount_company_currency=(amount * rate).quantize(cent, ROUND_HALF_UP),
                description=description if count == 1 else f"{description} ({instalment} of {count})",
            )
    return items


def _sample_chart() -> Iterator[Sequence[object]]:
    names = {row["counterparty_code"]: row["counterparty_name"] for row in _parsed(COUNTERPARTIES_CSV)}
    for company in ("ALBA", "BREZZA"):
        rows: list[Sequence[str]] = []
        for code, name, second_name, kind in _COMMON_ACCOUNTS:
            rows.append((company, code, name, second_name, kind, "", "true"))
        for owner, code, name, second_name, kind, is_active in _OWN_ACCOUNTS:
            if owner == company:
                rows.append((company, code, name, second_name, kind, "", "true" if is_active else "false"))
        first_customer, first_supplier = _FIRST_PARTY_ACCOUNTS[company]
        for offset, party in enumerate(_CUSTOMERS[company]):
            rows.append(
                (company, str(first_customer + offset), names[party], "Cliente", "customer", party, "true")
            )
        for offset, party in enumerate(_SUPPLIERS[company]):
            rows.append(
                (company, str(first_supplier + offset), names[party], "Fornitore", "supplier", party, "true")
            )
        yield from sorted(rows, key=lambda row: row[1])


def _periods(companies: Iterable[str]) -> Iterator[Sequence[object]]:
    """The months of 2026: closed up to September, open from October."""
    for company in companies:
        for month in range(1, 13):
            last_day = calendar.monthrange(2026, month)[1]
            status = "closed" if month <= 9 else "open"
            yield company, f"2026-{month:02d}", date(2026, month, 1), date(2026, month, last_day), status


def write_sample_reference(folder: Path) -> None:
    """Writes the reference CSVs of the sample company into `folder`, replacing those of the same names."""
    folder.mkdir(parents=True, exist_ok=True)
    _write_text(folder / "companies.csv", COMPANIES_CSV)
    _write_text(folder / "counterparties.csv", COUNTERPARTIES_CSV)
    _write_text(folder / "settings.csv", SETTINGS_CSV)
    _write_csv(folder / "chart_of_accounts.csv", _CHART_HEADER, _sample_chart())
    _write_reasons_and_periods(folder, ("ALBA", "BREZZA"))
    _write_csv(
        folder / "opening_open_items.csv",
        _OPEN_ITEMS_HEADER,
        (dataclasses.astuple(item) for item in sample_items().values()),
    )


def _write_reasons_and_periods(folder: Path, companies: Sequence[str]) -> None:
    _write_csv(
        folder / "accounting_reasons.csv",
        ("company_code", "accounting_reason_code", "accounting_reason_name"),
        (("", code, name) for code, name, _ in _REASONS),
    )
    _write_csv(
        folder / "reason_descriptions.csv",
        ("company_code", "operation_description", "accounting_reason_code"),
        (("", description, code) for code, _, description in _REASONS),
    )
    _write_csv(
        folder / "accounting_periods.csv",
        ("company_code", "period_code", "start_date", "end_date", "period_status"),
        _periods(companies),
    )


def _parsed(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines()))


def _write_text(path: Path, text: str) -> None:
    path.write_bytes(text.encode("utf-8"))


def _write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


# --- The sample company: traces of October 2026 -------------------------------------------------------------

# Alias of the bank and of its account in the treasury, by company and account of the movement's first line.
_BANK_ALIASES: Final = {
    ("ALBA", "1801001"): ("COLLINA", "CC01"),
    ("ALBA", "1801002"): ("VALLE", "CC01"),
    ("BREZZA", "1801001"): ("LAGUNA", "CC01"),
    ("BREZZA", "1801003"): ("LAGUNA", "VAL1"),
}

BANK_CHARGES: Final = "7501001"
ORDERS_IN_TRANSIT: Final = "1809001"
UNPAID_IN_TRANSIT: Final = "1809002"

_LONG_NOTE: Final = (
    "BONIFICO SEPA A VOSTRO FAVORE - ORDINANTE CARPENTERIA LUPINELLA SNC - INFORMAZIONI PER IL BENEFICIARIO: "
    "SALDO FATTURE 403 DEL 18/08/2026 EURO 1830,00 - 404 DEL 02/09/2026 EURO 2440,00 - 405 DEL 21/09/2026 "
    "EURO 976,00 - TOTALE EURO 5246,00 - "
)


def _operation(
    company: str,
    entry: int,
    day: int,
    reason: str,
    *legs: Leg,
    account: str = "1801001",
    view: AmountView | None = None,
    **fields: FieldValue,
) -> Movement:
    """One movement of October 2026; its progressive is set when it is put into a file.

    The convention of the amounts is the company's own unless `view` names the other one.
    """
    bank, bank_account = _BANK_ALIASES.get((company, account), ("", ""))
    base = TraceLine(
        company=company,
        numerator="TES" if company == "ALBA" else "TBR",
        entry=entry,
        operation_date=date(2026, 10, day),
        bank=bank,
        bank_account=bank_account,
        # The day after the operation, so that a posting dated by mistake with this date shows at once.
        treasury_posting_date=date(2026, 10, day) + timedelta(days=1),
        value_date=date(2026, 10, day),
        reason_code=reason,
        operation_description=_OPERATIONS.get(reason, ""),
    )
    base = dataclasses.replace(base, **fields)  # type: ignore[arg-type]
    own_view: AmountView = "bank" if company == "BREZZA" else "ledger"
    return movement(*legs, account=account, base=base, amount_view=view or own_view)


def _pays(
    key: str,
    amount: str | None = None,
    flag: str = "S",
    *,
    note: str = "",
    **fields: FieldValue,
) -> Leg:
    """The line that pays the sample item `key`: all of it, or `amount` (positive, in the item's currency).

    `fields` puts other values in place of the item's own, to make lines that name a wrong key or account.
    """
    item = sample_items()[key]
    sign = -1 if item.side == "debit" else 1
    paid = item.original_amount if amount is None else Decimal(amount)
    is_foreign = item.currency_code != "EUR"
    overrides: dict[str, FieldValue] = {
        "note": note or f"Ft. {item.document_number}",
        "cash_flow_item": "CLI" if item.side == "debit" else "FOR",
        "due_date": item.due_date,
        "document_number": item.document_number,
        "document_date": item.document_date,
        "original_amount": item.original_amount,
    }
    return Leg(
        account=item.account_code,
        amount=sign * paid,
        open_item_key=key,
        settlement_flag=flag,
        amount_company_currency=sign * item.original_amount_company_currency if is_foreign else None,
        overrides=overrides | fields,
    )


def _books(account: str, amount: str, note: str = "", **fields: FieldValue) -> Leg:
    """A line on any other account that settles no open item; `amount` with the ledger's sign."""
    return Leg(account=account, amount=Decimal(amount), overrides={"note": note, **fields})


def _numbered(return_number: int, *movements: Movement) -> list[TraceLine]:
    """The movements in the order of the file, with their progressive and the number of the exported file."""
    lines: list[TraceLine] = []
    for progressive, lines_of_movement in enumerate(movements, start=1):
        for line in renumbered(lines_of_movement, progressive):
            lines.append(dataclasses.replace(line, return_number=return_number))
    return lines


def _clean_files() -> dict[str, bytes]:
    """Files in which every movement is posted and every line that names an open item is linked."""
    full_settlements = _numbered(
        1,
        _operation(
            "ALBA", 1, 1, "ICLI", _pays("ALBA-FV-2026-0402-1"), bank_note="BONIFICO OFFICINE DORICA FINTA"
        ),
        _operation(
            "ALBA", 2, 1, "PFOR", _pays("ALBA-FA-2026-0303-1"), _books(BANK_CHARGES, "2.50", "Commissioni")
        ),
    )
    payment_order = _operation(
        "ALBA",
        6,
        5,
        "DISP",
        _pays("ALBA-FA-2026-0308-1"),
        _pays("ALBA-FA-2026-0309-1"),
        account=ORDERS_IN_TRANSIT,
        bill_flag="D",
        reference_number="OP00000017",
    )
    transfer = _operation(
        "ALBA", 7, 5, "GIRO", _books("1801002", "20000.00", "Giroconto"), payee_account="1801002"
    )
    json_lines = _numbered(
        4,
        _operation("ALBA", 8, 6, "IRIB", _pays("ALBA-FV-2026-0406-1"), account="1801002"),
        _operation(
            "ALBA", 9, 6, "PFOR", _pays("ALBA-FA-2026-0305-1"), _books(BANK_CHARGES, "1.50", "Commissioni")
        ),
    )
    return {
        "RITCOGE_20261001.txt": render_text(full_settlements),
        "RITCOGE_20261002.txt": render_text(_numbered(2, _three_invoices_at_once(), *_part_payments())),
        "RITCOGE_20261005.txt": render_text(_numbered(3, payment_order, transfer)),
        "RITCOGE_20261006.json": render_json(json_lines),
        "RITCOGE_20261007.txt": render_text(_utf8_lines(), encoding="utf-8", bom=True),
        "RITCOGE_20261008.txt": render_text(_cp1252_lines()),
        "RITCOGE_20261009.txt": render_text(
            _minimal_lines(), width="minimal", newline="\n", final_newline=False
        ),
        "RITCOGE_20261012.txt": render_text(_lines_of_both_companies()),
        "RITCOGE_20261013.txt": render_text(_on_behalf_lines()),
    }


def _three_invoices_at_once() -> Movement:
    """One transfer for three invoices, with a bank note of all the 570 characters that the field holds."""
    note = (_LONG_NOTE * 3)[: layout_field("bank_note").length - 1] + "."
    keys = ("ALBA-FV-2026-0403-1", "ALBA-FV-2026-0404-1", "ALBA-FV-2026-0405-1")
    return _operation("ALBA", 3, 2, "ICLI", *(_pays(key) for key in keys), bank_note=note)


def _part_payments() -> tuple[Movement, Movement]:
    return (
        _operation(
            "ALBA", 4, 2, "ICLI", _pays("ALBA-FV-2026-0410-1", "2500.00", "A", note="Acconto ft. FV/410")
        ),
        _operation(
            "ALBA", 5, 2, "PFOR", _pays("ALBA-FA-2026-0301-1", "4000.00", "A", note="Acconto ft. 1187/A")
        ),
    )


def _utf8_lines() -> list[TraceLine]:
    return _numbered(
        5,
        _operation(
            "ALBA", 10, 7, "PFOR", _pays("ALBA-FA-2026-0310-1", note="Saldo ft. 505 Oliolà: € 1.234,00")
        ),
        _operation(
            "ALBA",
            11,
            7,
            "ICLI",
            _pays("ALBA-FV-2026-0411-1", note="Utensileria Bricolàna € 1.464,00"),
            bank_note="BONIFICO UTENSILERIA BRICOLÀNA, QUALITÀ € 1.464,00",
        ),
    )


def _cp1252_lines() -> list[TraceLine | str]:
    lines = _numbered(
        6,
        _operation(
            "ALBA",
            12,
            8,
            "IEST",
            _pays("ALBA-FV-2026-0413-1", note="Nirgendheim, Zahlung über € 7.350,00"),
            bank_note="ÜBERWEISUNG WERKZEUG NIRGENDHEIM GMBH € 7.350,00",
        ),
        _operation("ALBA", 13, 8, "PFOR", _pays("ALBA-FA-2026-0312-1", note="Già concordato, metà € 213,50")),
    )
    # The second movement writes its blank dates as eight zeros, which means the same as eight blanks.
    rendered = [render_line(line) for line in lines]
    zeros = "0" * layout_field("value_date").length
    return [*rendered[:2], *(with_raw(text, "value_date", zeros) for text in rendered[2:])]


def _minimal_lines() -> list[TraceLine]:
    """Lines that end with the account (196 characters) or, where an item is named, with the flag (243)."""
    key = "ALBA-FV-2026-0408-1"
    item = sample_items()[key]
    bare = Leg(item.account_code, -item.original_amount, open_item_key=key, settlement_flag="S")
    lines = _numbered(
        7,
        _operation(
            "ALBA", 14, 9, "ADDE", _books(ORDERS_IN_TRANSIT, "5002.00", reference_number="OP00000017")
        ),
        _operation("ALBA", 15, 9, "SPEB", _books(BANK_CHARGES, "12.40", "Canone e commissioni")),
        _operation(
            "ALBA",
            16,
            9,
            "INSO",
            _books(UNPAID_IN_TRANSIT, "1830.00", "Insoluto ft. FV/403"),
            _books(BANK_CHARGES, "3.50", "Commissioni insoluto"),
        ),
        _operation("ALBA", 17, 9, "ICLI", bare),
    )
    return [
        dataclasses.replace(line, return_year="", return_number=None, operation_description="")
        for line in lines
    ]


def _lines_of_both_companies() -> list[TraceLine]:
    exchange_loss = Leg(
        account="7503001",
        amount=Decimal("0.00"),
        amount_company_currency=Decimal("150.00"),
        overrides={"note": "Differenza cambi", "reason_code": "DCAM"},
    )
    return _numbered(
        8,
        _operation("ALBA", 18, 12, "ICLI", _pays("ALBA-FV-2026-0409-1")),
        _operation(
            "BREZZA",
            1,
            12,
            "ICLI",
            _pays("BREZZA-FV-2026-0201-1"),
            _books(BANK_CHARGES, "3.00", "Commissioni"),
        ),
        _operation("BREZZA", 2, 12, "PFOR", _pays("BREZZA-FA-2026-0604-1")),
        _operation(
            "BREZZA",
            3,
            12,
            "IEST",
            _pays("BREZZA-FV-2026-0207-1"),
            exchange_loss,
            account="1801003",
            currency="USD",
            bank_note="INCOMING WIRE NOPLACE GARMENTS INC USD 10,000.00",
        ),
    )


def _on_behalf_lines() -> list[TraceLine]:
    paid_for_brezza = _books(
        "1601001",
        "3904.00",
        "Pagato per conto Brezzavana ft. T/118",
        on_behalf_company="BREZZA",
        on_behalf_account="4000102",
    )
    return _numbered(
        9,
        _operation("ALBA", 19, 13, "COPE", paid_for_brezza),
        _operation("BREZZA", 4, 13, "PFOR", _pays("BREZZA-FA-2026-0607-1")),
        _operation("ALBA", 20, 13, "ICLI", _pays("ALBA-FV-2026-0410-1", "3600.00", note="Saldo ft. FV/410")),
    )


def _problem_files(already_written: dict[str, bytes]) -> dict[str, bytes]:
    """Files that each show one kind of problem, most of them beside a movement that has none."""
    wrong_keys = _numbered(
        10,
        _operation("ALBA", 21, 19, "IEST", _pays("ALBA-FV-2026-0414-1", open_item_key="ALBA-FV-2026-0414-9")),
        _operation("ALBA", 22, 19, "PFOR", _pays("ALBA-FA-2026-0306-1", open_item_key="ALBA-FA-2026-0302-1")),
        _operation("ALBA", 23, 19, "ICLI", _pays("ALBA-FV-2026-0415-1")),
    )
    wrong_amounts = _numbered(
        11,
        _operation("ALBA", 24, 20, "ICLI", _pays("ALBA-FV-2026-0407-1", "1270.00")),
        _operation("ALBA", 25, 20, "PEST", _pays("ALBA-FA-2026-0311-1", "9850.00")),
    )
    advance = _books("4000009", "2500.00", "Acconto Verniciatura Arcobalena", cash_flow_item="FOR")
    missing_codes = _numbered(
        12,
        _operation("ALBA", 26, 21, "ICLI", _pays("ALBA-FV-2026-0401-1")),
        _operation("ALBA", 27, 21, "ACCF", advance),
        _operation(
            "ALBA",
            28,
            21,
            "PSDD",
            _pays("ALBA-FA-2026-0304-1"),
            operation_description="ADDEBITO DIRETTO SEPA",
        ),
    )
    closed_period = _numbered(
        15,
        _operation("ALBA", 38, 26, "PFOR", _pays("ALBA-FA-2026-0302-1"), operation_date=date(2026, 9, 30)),
        _operation("BREZZA", 6, 26, "PEST", _pays("BREZZA-FA-2026-0606-1")),
    )
    repeated = _numbered(
        16,
        _three_invoices_at_once(),
        _operation("BREZZA", 7, 27, "ICLI", _pays("BREZZA-FV-2026-0204-1")),
    )
    return {
        "RITCOGE_20261019.txt": render_text(wrong_keys),
        "RITCOGE_20261020.txt": render_text(wrong_amounts),
        "RITCOGE_20261021.txt": render_text(missing_codes),
        "RITCOGE_20261022.txt": render_text(_unreadable_lines()),
        "RITCOGE_20261023.txt": render_text(_unbalanced_lines()),
        "RITCOGE_20261026.txt": render_text(closed_period),
        "RITCOGE_20261027.txt": render_text(repeated),
        "RITCOGE_20261028.txt": already_written["RITCOGE_20261001.txt"],
        "RITCOGE_20261030.txt": (
            b"Cespite;Descrizione;Costo storico;Fondo\r\n"
            b"M-014;Tornio parallelo;48200,00;19280,00\r\n"
            b"M-022;Carrello elevatore;21500,00;6450,00\r\n"
        ),
    }


def _unreadable_lines() -> list[str]:
    """A good movement, then five whose second line cannot be read, each for another reason."""
    keys = (
        "ALBA-FV-2026-0406-2",
        "ALBA-FV-2026-0401-2",
        "ALBA-FA-2026-0302-1",
        "ALBA-FV-2026-0412-1",
        "ALBA-FA-2026-0301-2",
        "ALBA-FV-2026-0410-2",
    )
    movements = []
    for entry, key in enumerate(keys, start=29):
        reason = "ICLI" if "-FV-" in key else "PFOR"
        movements.append(_operation("ALBA", entry, 22, reason, _pays(key)))
    lines = [render_line(line) for line in _numbered(13, *movements)]

    def raw_amount(text: str) -> str:
        field = layout_field("amount")
        return text[field.start : field.end]

    lines[3] = with_raw(lines[3], "amount", raw_amount(lines[3]).replace("61", "6l"))
    lines[5] = with_raw(lines[5], "amount", raw_amount(lines[5]).replace(",", "."))
    lines[7] = with_raw(lines[7], "amount", " " + raw_amount(lines[7])[1:])
    lines[9] = with_raw(lines[9], "operation_date", "20261032")
    lines[11] = lines[11][:150]
    return lines


def _unbalanced_lines() -> list[TraceLine]:
    first, counterpart = _operation("ALBA", 36, 23, "ICLI", _pays("ALBA-FV-2026-0412-1"))
    ten_short = dataclasses.replace(first, amount=first.amount - Decimal("10.00"))
    return _numbered(
        14,
        _operation("ALBA", 35, 23, "ICLI", _pays("ALBA-FV-2026-0410-3")),
        (ten_short, counterpart),
        _operation("BREZZA", 5, 23, "ICLI", _pays("BREZZA-FV-2026-0202-1"), view="ledger"),
    )


def sample_traces() -> dict[str, bytes]:
    """The sample month's trace files by name, in the order in which they would arrive."""
    clean = _clean_files()
    return clean | _problem_files(clean)


def write_sample(folder: Path) -> list[Path]:
    """Writes `reference/*.csv` and `samples/*` below `folder`, always the same bytes; returns the traces."""
    write_sample_reference(folder / "reference")
    samples = folder / "samples"
    samples.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, content in sample_traces().items():
        (samples / name).write_bytes(content)
        paths.append(samples / name)
    return paths


# --- Load: items that follow from their number --------------------------------------------------------------

LOAD_COMPANY: Final = "BENCH"
CUSTOMER_COUNT: Final = 180
SUPPLIER_COUNT: Final = 120
ACCOUNT_COUNT: Final = CUSTOMER_COUNT + SUPPLIER_COUNT
BANK_COUNT: Final = 10
ITEM_DOCUMENT_DATE: Final = date(2026, 8, 31)
ITEM_DUE_DATE: Final = date(2026, 10, 31)

_KEY_PREFIX: Final = "BENCH-2026-"
_AMOUNT_STEP: Final = 48_271
_AMOUNT_RANGE: Final = 1_999_993
_SMALLEST_AMOUNT: Final = 10_000

ITEM_KEY_SQL: Final = f"printf('{_KEY_PREFIX}%010d', i)"
"""DuckDB expression over a BIGINT column `i`: the same as `item_key(i)`."""

ITEM_ACCOUNT_SQL: Final = (
    f"CASE WHEN i % {ACCOUNT_COUNT} < {CUSTOMER_COUNT} THEN printf('15%05d', i % {ACCOUNT_COUNT} + 1)"
    f" ELSE printf('40%05d', i % {ACCOUNT_COUNT} - {CUSTOMER_COUNT} + 1) END"
)
"""DuckDB expression over a BIGINT column `i`: the same as `item_account(i)`."""

ITEM_SIDE_SQL: Final = f"CASE WHEN i % {ACCOUNT_COUNT} < {CUSTOMER_COUNT} THEN 'debit' ELSE 'credit' END"
"""DuckDB expression over a BIGINT column `i`: the same as `item_side(i)`."""

ITEM_AMOUNT_SQL: Final = (
    f"CAST(CAST({_SMALLEST_AMOUNT} + i * {_AMOUNT_STEP} % {_AMOUNT_RANGE} AS DECIMAL(12, 0)) * 0.01"
    " AS DECIMAL(18, 2))"
)
"""DuckDB expression over a BIGINT column `i`: the same as `item_amount(i)`, never by way of DOUBLE."""

ITEM_DOCUMENT_NUMBER_SQL: Final = "printf('L%010d', i)"
"""DuckDB expression over a BIGINT column `i`: the same as `item_document_number(i)`."""


def item_key(i: int) -> str:
    """The open-item key of item `i` (0 <= i < 10**10): 21 characters."""
    return f"{_KEY_PREFIX}{i:010d}"


def item_account(i: int) -> str:
    """The account of item `i`: items go round the 180 customers and then the 120 suppliers."""
    return _party_account(i % ACCOUNT_COUNT)


def item_side(i: int) -> Side:
    """`debit` (to collect) for an item on a customer's account, `credit` (to pay) on a supplier's."""
    return "debit" if i % ACCOUNT_COUNT < CUSTOMER_COUNT else "credit"


def item_amount(i: int) -> Decimal:
    """The original amount of item `i` in EUR, two decimals, positive: 100.00 to 20,099.92."""
    return Decimal(_item_cents(i)).scaleb(-2)


def item_document_number(i: int) -> str:
    """The number of the document behind item `i`: 11 characters."""
    return f"L{i:010d}"


def item_keys(indices: npt.NDArray[np.int64]) -> npt.NDArray[np.str_]:
    """`item_key` of each index; shape (n,), 21 characters each."""
    return np.char.add(_KEY_PREFIX, np.char.zfill(indices.astype(np.str_), 10))


def item_accounts(indices: npt.NDArray[np.int64]) -> npt.NDArray[np.str_]:
    """`item_account` of each index; shape (n,), 7 characters each."""
    accounts: npt.NDArray[np.str_] = np.array([_party_account(party) for party in range(ACCOUNT_COUNT)])
    return accounts[indices % ACCOUNT_COUNT]


def item_is_debit(indices: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Whether the side of each index is debit (a customer's item, to collect); shape (n,)."""
    return indices % ACCOUNT_COUNT < CUSTOMER_COUNT


def item_amount_cents(indices: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """`item_amount` of each index in whole cents, positive; shape (n,). Scale 2 of a decimal128 as it is."""
    return _SMALLEST_AMOUNT + indices * _AMOUNT_STEP % _AMOUNT_RANGE


def item_document_numbers(indices: npt.NDArray[np.int64]) -> npt.NDArray[np.str_]:
    """`item_document_number` of each index; shape (n,), 11 characters each."""
    return np.char.add("L", np.char.zfill(indices.astype(np.str_), 10))


def _item_cents(i: int) -> int:
    return _SMALLEST_AMOUNT + i * _AMOUNT_STEP % _AMOUNT_RANGE


def _party_account(party: int) -> str:
    if party < CUSTOMER_COUNT:
        return f"15{party + 1:05d}"
    return f"40{party - CUSTOMER_COUNT + 1:05d}"


def write_reference(folder: Path) -> None:
    """Writes the reference CSVs that fit the load: company BENCH, 300 customers and suppliers, ten banks.

    `opening_open_items.csv` has its header only: a benchmark makes the items from `item_key(i)` and so on.
    """
    folder.mkdir(parents=True, exist_ok=True)
    company = LOAD_COMPANY
    vat_number = _italian_vat_number(900)
    _write_csv(
        folder / "companies.csv",
        ("company_code", "company_name", "currency_code", "country_code", "vat_number", "tax_code"),
        [(company, "Bancodiprova Immaginario S.p.A.", "EUR", "IT", vat_number, vat_number)],
    )
    chart: list[Sequence[object]] = []
    for bank in range(BANK_COUNT):
        chart.append((company, _bank_code(bank), f"Invented bank {bank + 1}", "", "bank", "", "true"))
    for code, name, second_name, kind in _COMMON_ACCOUNTS:
        chart.append((company, code, name, second_name, kind, "", "true"))
    parties: list[Sequence[object]] = []
    for party in range(ACCOUNT_COUNT):
        kind = "customer" if party < CUSTOMER_COUNT else "supplier"
        party_vat = _italian_vat_number(party + 1)
        code, name = f"P{party + 1:04d}", f"Invented {kind} {party + 1}"
        parties.append((code, name, kind, "IT", party_vat, party_vat, ""))
        chart.append((company, _party_account(party), name, "", kind, code, "true"))
    _write_csv(folder / "chart_of_accounts.csv", _CHART_HEADER, chart)
    _write_csv(folder / "counterparties.csv", COUNTERPARTIES_CSV.splitlines()[0].split(","), parties)
    _write_csv(folder / "opening_open_items.csv", _OPEN_ITEMS_HEADER, [])
    _write_csv(folder / "settings.csv", ("company_code", "setting_name", "setting_value"), [])
    _write_reasons_and_periods(folder, (company,))


def _italian_vat_number(serial: int) -> str:
    """An Italian VAT number with a right check digit that nobody has: 0999, serial, office 999."""
    digits = f"0999{serial:03d}999"
    total = 0
    for place, character in enumerate(digits):
        doubled = int(character) * (1 + place % 2)
        total += doubled - 9 if doubled > 9 else doubled
    return digits + str(-total % 10)


def _bank_code(bank: int) -> str:
    return f"18010{bank + 1:02d}"


# --- Load: traces -------------------------------------------------------------------------------------------

ErrorKind = Literal["bad_amount", "unknown_account", "unknown_reason", "unbalanced", "unknown_key"]
ERROR_KINDS: Final[tuple[ErrorKind, ...]] = (
    "bad_amount",
    "unknown_account",
    "unknown_reason",
    "unbalanced",
    "unknown_key",
)
"""`unknown_key` leaves its movement posted with one unlinked line; the others keep their movement out."""

_LARGEST_PROGRESSIVE: Final = 999_999
_FULL_SETTLEMENT_SHARE: Final = 0.85
_VARYING_FIELDS: Final = (
    "entry",
    "progressive",
    "operation_date",
    "bank",
    "treasury_posting_date",
    "reason_code",
    "amount",
    "amount_company_currency",
    "value_date",
    "note",
    "account",
    "open_item_key",
    "due_date",
    "settlement_flag",
    "operation_description",
    "document_number",
    "original_amount",
    "document_date",
)
_BANK_NOTES: Final = (
    "BONIFICO SEPA A VOSTRO FAVORE, ORDINANTE CLIENTE INVENTATO, SALDO FATTURE COME DA VOSTRA"
    " LETTERA DEL MESE SCORSO, VALUTA FISSA PER IL BENEFICIARIO",
    "DISPOSIZIONE A FAVORE DI FORNITORE INVENTATO, PAGAMENTO FATTURE IN SCADENZA COME DA DISTINTA"
    " ALLEGATA, SPESE A CARICO DELL'ORDINANTE",
    "ACCREDITO PER INCASSO DISTINTA, QUALITÀ DEL CREDITO VERIFICATA, CONTABILE A DISPOSIZIONE"
    " PRESSO LA FILIALE CHE HA CURATO L'INCASSO",
)


@dataclass(frozen=True, slots=True)
class LoadSummary:
    """What a load holds, counted while it was written.

    `linked_line_count` counts the lines that settle an item if every movement without an error is posted;
    `partial_line_count` those of them that are part payments (A); `error_counts` has one entry per kind.
    """

    paths: tuple[Path, ...]
    line_count: int
    movement_count: int
    linked_line_count: int
    partial_line_count: int
    error_counts: dict[ErrorKind, int]

    @property
    def posted_movement_count(self) -> int:
        """Movements that an import is to post: all but those with an error that keeps them out."""
        kept_out = sum(count for kind, count in self.error_counts.items() if kind != "unknown_key")
        return self.movement_count - kept_out


@dataclass(frozen=True, slots=True)
class _Cells:
    """The varying cells of a counterpart line before they are written; `cents` with the ledger's sign."""

    account: str
    cents: int
    key: str
    flag: str
    original: str
    document: str


class _ItemPicker:
    """Hands out items, each at most once, those of one movement from one account, in a scattered order."""

    # A prime above any count of items on an account, so that its multiples visit each of them once.
    _PRIME: Final = 2_147_483_647

    def __init__(self, item_count: int, rng: Random) -> None:
        self._rng = rng
        self._left = [len(range(party, item_count, ACCOUNT_COUNT)) for party in range(ACCOUNT_COUNT)]
        self._counts = tuple(self._left)
        self._offsets = [rng.randrange(max(count, 1)) for count in self._counts]
        self._live = [party for party, count in enumerate(self._left) if count]

    def take(self, wanted: int) -> list[int]:
        """Up to `wanted` items of one account; fewer where it runs out, none where all are handed out."""
        if not self._live:
            return []
        place = self._rng.randrange(len(self._live))
        party = self._live[place]
        count, left = self._counts[party], self._left[party]
        taken = min(wanted, left)
        items = []
        for step in range(left - taken, left):
            slot = (step * self._PRIME + self._offsets[party]) % count
            items.append(party + ACCOUNT_COUNT * slot)
        self._left[party] = left - taken
        if taken == left:
            self._live[place] = self._live[-1]
            self._live.pop()
        return items


class _LoadWriter:
    """Makes the lines of movement after movement; a template takes the place of the field-by-field writer."""

    def __init__(self, items: int, error_share: float, seed: int) -> None:
        self._rng = Random(seed)
        self._picker = _ItemPicker(items, self._rng)
        self._error_share = error_share
        self._template = _line_template()
        self._width = layout_field("bank_note").start
        self._dates = [date(2026, 10, 1) + timedelta(days=offset) for offset in range(92)]
        self._entry = 0
        self.line_count = 0
        self.linked_line_count = 0
        self.partial_line_count = 0
        self.error_counts: dict[ErrorKind, int] = dict.fromkeys(ERROR_KINDS, 0)

    @property
    def movement_count(self) -> int:
        """Movements written so far, over all files."""
        return self._entry

    def movement_lines(self, line_count: int, progressive: int) -> list[str]:
        """The lines of the next movement: the bank's and `line_count - 1` counterpart lines."""
        rng = self._rng
        self._entry += 1
        self.line_count += line_count
        error = self._draw_error()
        cells = self._counterparts(line_count - 1)
        total = -sum(cell.cents for cell in cells)
        if error == "unbalanced":
            total += 100
        bad_line = rng.randrange(len(cells)) if error else -1
        linked = [cell for cell in cells if cell.key]
        if error is None:
            self.linked_line_count += len(linked)
            self.partial_line_count += sum(cell.flag == "A" for cell in linked)
        elif error == "unknown_key":
            others = [cell for place, cell in enumerate(cells) if cell.key and place != bad_line]
            self.linked_line_count += len(others)
            self.partial_line_count += sum(cell.flag == "A" for cell in others)
        day = rng.randrange(len(self._dates) - 1)
        reason = ("ICLI" if total > 0 else "PFOR") if linked else "SPEB"
        common = (
            f"{self._entry:010d}",
            f"{progressive:06d}",
            f"{self._dates[day]:%Y%m%d}",
            f"BANK{rng.randrange(BANK_COUNT) + 1:02d}".ljust(8),
            f"{self._dates[day + 1]:%Y%m%d}",
        )
        lines = [self._bank_line(common, reason, total)]
        for place, cell in enumerate(cells):
            lines.append(self._counterpart_line(common, reason, cell, error if place == bad_line else None))
        return lines

    def _draw_error(self) -> ErrorKind | None:
        if self._rng.random() >= self._error_share:
            return None
        # The kinds take turns, so that their parts are equal in small loads as well.
        kind = ERROR_KINDS[sum(self.error_counts.values()) % len(ERROR_KINDS)]
        self.error_counts[kind] += 1
        return kind

    def _counterparts(self, count: int) -> list[_Cells]:
        cells = []
        for item in self._picker.take(count):
            cents = _item_cents(item)
            flag = "S" if self._rng.random() < _FULL_SETTLEMENT_SHARE else "A"
            paid = cents if flag == "S" else cents // 2
            is_debit = item % ACCOUNT_COUNT < CUSTOMER_COUNT
            cells.append(
                _Cells(
                    account=_party_account(item % ACCOUNT_COUNT),
                    cents=-paid if is_debit else paid,
                    key=item_key(item),
                    flag=flag,
                    original=f"+{cents // 100:012d},{cents % 100:02d}",
                    document=item_document_number(item),
                )
            )
        while len(cells) < count:
            charge = 50 + self._rng.randrange(2000)
            cells.append(_Cells(BANK_CHARGES, charge, "", " ", " " * 16, ""))
        return cells

    def _bank_line(self, common: tuple[str, ...], reason: str, cents: int) -> str:
        amount = _amount_text(cents)
        account = f"18010{common[3][4:6]}"
        line = self._template.format(
            *common, reason, amount, amount, common[2], " " * 40, account.ljust(16), " " * 26, " " * 8, " ",
            _OPERATIONS[reason].ljust(40), " " * 12, " " * 16, " " * 8,
        )  # fmt: skip
        note = f"CRO {self._entry:010d} {self._rng.choice(_BANK_NOTES)}"
        return line + note[: self._rng.randint(60, 140)]

    def _counterpart_line(
        self, common: tuple[str, ...], reason: str, cell: _Cells, error: ErrorKind | None
    ) -> str:
        amount = company_amount = _amount_text(cell.cents)
        account, key = cell.account, cell.key
        if error == "bad_amount":
            amount = f"{amount[:14]}O{amount[15:]}"
        elif error == "unknown_account":
            account = "9999999"
        elif error == "unknown_reason":
            reason = "ZZZZ"
        elif error == "unknown_key":
            key = f"{_KEY_PREFIX}UNKNOWN{self._entry:08d}"
        has_item = bool(cell.key)
        note = f"FT. {cell.document}" if has_item else "COMMISSIONI"
        line = self._template.format(
            *common, reason, amount, company_amount, common[2], note.ljust(40),
            account.ljust(16), key.ljust(26), f"{ITEM_DUE_DATE:%Y%m%d}" if has_item else " " * 8, cell.flag,
            " " * 40, cell.document.ljust(12), cell.original,
            f"{ITEM_DOCUMENT_DATE:%Y%m%d}" if has_item else " " * 8,
        )  # fmt: skip
        if len(line) != self._width:
            raise AssertionError(f"a cell has the wrong width: {line!r}")
        return line


def _amount_text(cents: int) -> str:
    size = abs(cents)
    return f"{'-' if cents < 0 else '+'}{size // 100:014d},{size % 100:02d}0000"


def _line_template() -> str:
    """A format string of the 449 characters before the bank note, with a place for each varying field."""
    constant = render_line(
        TraceLine(
            company=LOAD_COMPANY,
            numerator="TES",
            entry=None,
            progressive="",
            operation_date=None,
            treasury_posting_date=None,
            bank_account="CC01",
            return_number=1,
            cash_flow_item="TESOR",
        )
    )
    parts = []
    for layout_row in layout():
        if layout_row.name in _VARYING_FIELDS:
            parts.append("{}")
        elif layout_row.name != "bank_note":
            parts.append(constant[layout_row.start : layout_row.end])
    return "".join(parts)


def write_load(
    path: Path,
    *,
    lines: int,
    items: int,
    error_share: float = 0.0,
    seed: int = 1,
    files: int = 1,
) -> LoadSummary:
    """Writes `lines` trace lines (CRLF, cp1252) to `path`; with several `files` to `<stem>_0001<suffix>` etc.

    Movements have 2 to 5 lines. Each counterpart line pays one of the items 0 to `items` - 1 on its account,
    each item at most once: about 85 % in full (S), the others by half (A). Where the items have run out the
    counterpart lines are bank charges. `error_share` is the share of movements (0 to 1) that get one bad
    line, the kinds of `ERROR_KINDS` by turns. The same arguments give the same bytes.

    Raises ValueError where a file would have fewer than 2 lines or more movements than progressives.
    """
    if files < 1 or lines < 2 * files:
        raise ValueError("every file needs at least two lines")
    if not 0 <= error_share <= 1:
        raise ValueError("error_share lies between 0 and 1")
    writer = _LoadWriter(items, error_share, seed)
    # A generator apart from the writer's, so that the sizes of movements do not depend on the errors.
    sizes = Random(seed + 1)
    paths = []
    for number in range(1, files + 1):
        target = path if files == 1 else path.with_name(f"{path.stem}_{number:04d}{path.suffix}")
        left = lines * number // files - lines * (number - 1) // files
        progressive = 0
        with target.open("w", encoding="cp1252", newline="") as stream:
            while left:
                size = _movement_size(sizes, left)
                progressive += 1
                if progressive > _LARGEST_PROGRESSIVE:
                    raise ValueError("the progressive has six digits: write more files")
                stream.write("\r\n".join(writer.movement_lines(size, progressive)))
                stream.write("\r\n")
                left -= size
        paths.append(target)
    return LoadSummary(
        paths=tuple(paths),
        line_count=writer.line_count,
        movement_count=writer.movement_count,
        linked_line_count=writer.linked_line_count,
        partial_line_count=writer.partial_line_count,
        error_counts=dict(writer.error_counts),
    )


def _movement_size(rng: Random, left: int) -> int:
    """2 to 5 lines, and never so many that a single line would be left over."""
    size = min(rng.randint(2, 5), left)
    if left - size == 1:
        return size - 1 if size > 2 else size + 1
    return size


# --- Command line -------------------------------------------------------------------------------------------


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the subcommand `sample` or `load`; `arguments` default to those of the process."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.generate", description="Writes invented inputs."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    sample = commands.add_parser("sample", help="write the sample company: reference CSVs and traces")
    sample.add_argument("folder", nargs="?", type=Path, default=Path("data"), metavar="OUT_DIR")
    load = commands.add_parser("load", help="write traces of any size")
    load.add_argument("path", type=Path, metavar="OUT_FILE")
    load.add_argument("--lines", type=int, required=True)
    load.add_argument("--items", type=int, required=True, help="open items that the lines may pay")
    load.add_argument(
        "--error-share", type=float, default=0.0, help="share of movements with a bad line, 0 to 1"
    )
    load.add_argument("--seed", type=int, default=1)
    load.add_argument("--files", type=int, default=1, help="spread the lines over so many files")
    load.add_argument(
        "--reference", type=Path, help="write the reference CSVs that fit the load to this folder"
    )
    options = parser.parse_args(arguments)
    if options.command == "sample":
        paths = write_sample(options.folder)
        print(f"{len(paths)} trace files and the reference data written below {options.folder}")
        return
    if options.reference is not None:
        write_reference(options.reference)
    summary = write_load(
        options.path,
        lines=options.lines,
        items=options.items,
        error_share=options.error_share,
        seed=options.seed,
        files=options.files,
    )
    print(
        f"{len(summary.paths)} file(s), {summary.line_count} lines, {summary.movement_count} movements"
        f" ({summary.posted_movement_count} to be posted), {summary.linked_line_count} lines that settle"
        f" an item ({summary.partial_line_count} in part), errors {summary.error_counts}"
    )


if __name__ == "__main__":
    main()
