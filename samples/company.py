"""The sample company: its reference data and open items, the same bytes each time."""

from __future__ import annotations

import calendar
import csv
import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Final, Literal

from samples.conditions import PAYMENT_SETTINGS, write_payment_conditions
from samples.invoicing import (
    INVOICE_ACCOUNTS,
    INVOICE_REASONS,
    INVOICE_SETTINGS,
    write_invoice_reference,
)

Side = Literal["debit", "credit"]


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

SETTINGS_CSV: Final = f"""\
company_code,setting_name,setting_value
,file_masks,RITCOGE*.txt;RITCOGE*.json
,inbox_folder,inbox
,export_folder,outbox
,quiet_seconds,2
,reason_by_description,false
,residual_tolerance,5.00
{PAYMENT_SETTINGS}{INVOICE_SETTINGS}ALBA,amount_view,ledger
ALBA,note_template,FT. (3) del (4) - (DF)
BREZZA,amount_view,bank
BREZZA,note_template,
"""

CHART_HEADER: Final = (
    "company_code",
    "account_code",
    "account_name",
    "account_second_name",
    "account_kind",
    "counterparty_code",
    "is_active",
)

# Code, name, Italian second name, kind: in the chart of either company.
COMMON_ACCOUNTS: Final = (
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
    ("PREV", "Payment of a forecast item", "PARTITA PREVISIONALE"),
)
_MANUAL_REASON: Final = ("MANU", "Entry made by hand")
OPERATIONS: Final = {code: description for code, _, description in _REASONS}

OPEN_ITEMS_HEADER: Final = (
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
# A total below zero is that of a credit note to a customer (NC), which stands on the other side.
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
    ("ALBA", "1500009", 416, "FV/416", "2026-10-07", "976.00", 1, "EUR"),
    ("ALBA", "1500005", 21, "NC/21", "2026-10-28", "-610.00", 1, "EUR"),
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
    ("ALBA", "4000008", 313, "1188", "2026-10-09", "1098.00", 1, "EUR"),
    ("ALBA", "4000008", 314, "1203", "2026-10-16", "366.00", 1, "EUR"),
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
        total = Decimal(total_text)
        kind, name = _document_kind(account, total)
        share = total // (cent * count) * cent
        for instalment in range(1, count + 1):
            # The last instalment takes the cents that do not divide.
            amount = share if instalment < count else total - share * (count - 1)
            rate = EUR_PER_USD if currency == "USD" else Decimal(1)
            document_date = date.fromisoformat(day)
            description = f"{name} {document_number}"
            key = f"{company}-{kind}-2026-{number:04d}-{instalment}"
            items[key] = SampleItem(
                company_code=company,
                account_code=account,
                open_item_key=key,
                document_number=document_number,
                document_date=document_date,
                due_date=document_date + timedelta(days=60 if count == 1 else 30 * instalment),
                currency_code=currency,
                side="debit" if kind == "FV" else "credit",
                original_amount=abs(amount),
                original_amount_company_currency=(abs(amount) * rate).quantize(cent, ROUND_HALF_UP),
                description=description if count == 1 else f"{description} ({instalment} of {count})",
            )
    return items


def _document_kind(account: str, total: Decimal) -> tuple[str, str]:
    """The letters that stand for a document in keys, and what it is called."""
    if total < 0:
        return "NC", "Credit note"
    return ("FV", "Sales invoice") if account.startswith("15") else ("FA", "Purchase invoice")


def _sample_chart() -> Iterator[Sequence[object]]:
    names = {row["counterparty_code"]: row["counterparty_name"] for row in _parsed(COUNTERPARTIES_CSV)}
    for company in ("ALBA", "BREZZA"):
        rows: list[Sequence[str]] = []
        for code, name, second_name, kind in (*COMMON_ACCOUNTS, *INVOICE_ACCOUNTS):
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
    write_csv(folder / "chart_of_accounts.csv", CHART_HEADER, _sample_chart())
    write_reasons_and_periods(folder, ("ALBA", "BREZZA"))
    write_invoice_reference(folder)
    write_payment_conditions(folder)
    write_csv(
        folder / "opening_open_items.csv",
        OPEN_ITEMS_HEADER,
        (dataclasses.astuple(item) for item in sample_items().values()),
    )


def write_reasons_and_periods(folder: Path, companies: Sequence[str]) -> None:
    write_csv(
        folder / "accounting_reasons.csv",
        ("company_code", "accounting_reason_code", "accounting_reason_name"),
        [
            *(("", code, name) for code, name, _ in _REASONS),
            *(("", *reason) for reason in INVOICE_REASONS),
            ("", *_MANUAL_REASON),
        ],
    )
    write_csv(
        folder / "reason_descriptions.csv",
        ("company_code", "operation_description", "accounting_reason_code"),
        (("", description, code) for code, _, description in _REASONS),
    )
    write_csv(
        folder / "accounting_periods.csv",
        ("company_code", "period_code", "start_date", "end_date", "period_status"),
        _periods(companies),
    )


def _parsed(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines()))


def _write_text(path: Path, text: str) -> None:
    path.write_bytes(text.encode("utf-8"))


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
