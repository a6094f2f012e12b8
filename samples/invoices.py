"""The sample company's e-invoices of autumn 2026, each with something to show.

What belongs here: the documents, and how they are wrapped. What does not: the form of the XML itself
(`samples.invoice_files`) and loads (`samples.invoice_load`).
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Final

from samples.company import COMPANIES_CSV, COUNTERPARTIES_CSV
from samples.invoice_files import (
    DECLARATION,
    archive,
    body,
    fatturapa,
    italian_vat_number,
    leaf,
    leaves,
    line,
    party,
    payment,
    payments,
    signed,
    summary,
    tag,
)

Party = dict[str, str]

ARCHIVE_NAME: Final = "fatture_ottobre_2026.zip"
PAID_SUPPLIER: Final = "S101"
PAID_NUMBER: Final = "3418"
"""The document of which a sample trace pays the first instalment."""

_CENT: Final = Decimal("0.01")
_STAMP_DUTY: Final = "2.00"
_FEE: Final = ("RT01", "20.00", "A")


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a document."""

    description: str
    amount: str
    rate: str = "22.00"
    nature: str | None = None


@dataclass(frozen=True, slots=True)
class Invoice:
    """A document of a supplier: what its XML says, with totals that follow unless they are to be wrong.

    `withholding` is type, rate and reason; `fund` is type and rate. `wrong_total` and `wrong_payment` are
    added to the right figures.
    """

    number: str
    day: str
    items: tuple[Item, ...]
    kind: str = "TD01"
    due: tuple[str, ...] = ("2026-12-31",)
    exigibility: str = "I"
    withholding: tuple[str, str, str] | None = None
    fund: tuple[str, str] | None = None
    refers_to: tuple[str, str] | None = None
    has_stamp_duty: bool = False
    wrong_total: str = "0.00"
    wrong_payment: str = "0.00"


@cache
def parties() -> dict[str, Party]:
    """The sample's companies and counterparties by their code."""
    companies = csv.DictReader(COMPANIES_CSV.splitlines())
    counterparties = csv.DictReader(COUNTERPARTIES_CSV.splitlines())
    return {row["company_code"]: {"name": row["company_name"], "iban": "", **row} for row in companies} | {
        row["counterparty_code"]: {"name": row["counterparty_name"], **row} for row in counterparties
    }


UNKNOWN_COMPANY: Final[Party] = {
    "name": "Cerulea Immaginaria S.r.l.",
    "country_code": "IT",
    "vat_number": italian_vat_number(29),
    "tax_code": italian_vat_number(29),
    "iban": "",
}
UNKNOWN_SUPPLIER: Final[Party] = {
    "name": "Verniciatura Arcobalena S.r.l.",
    "country_code": "IT",
    "vat_number": italian_vat_number(28),
    "tax_code": italian_vat_number(28),
    "iban": "",
}


def _body(invoice: Invoice, supplier: Party) -> str:
    fund, fund_amount = _fund(invoice)
    groups: dict[tuple[str, str | None], Decimal] = {}
    for item in invoice.items:
        key = item.rate, item.nature
        groups[key] = groups.get(key, Decimal(0)) + Decimal(item.amount)
    fee = sum((Decimal(item.amount) for item in invoice.items), Decimal(0))
    first = invoice.items[0].rate, invoice.items[0].nature
    groups[first] += fund_amount
    vat = {key: (base * Decimal(key[0]) / 100).quantize(_CENT, ROUND_HALF_UP) for key, base in groups.items()}
    total = sum(groups.values(), Decimal(0)) + sum(vat.values(), Decimal(0))
    withholding, withheld = _withholding(invoice, fee)
    stamp = tag("DatiBollo", leaves(BolloVirtuale="SI", ImportoBollo=_STAMP_DUTY))
    references = (
        tag("DatiFattureCollegate", leaves(IdDocumento=invoice.refers_to[0], Data=invoice.refers_to[1]))
        if invoice.refers_to
        else ""
    )
    return body(
        invoice.number,
        date=invoice.day,
        kind=invoice.kind,
        total=str(total + Decimal(invoice.wrong_total)),
        general=withholding + (stamp if invoice.has_stamp_duty else "") + fund,
        references=references,
        lines=[
            line(
                number,
                item.amount,
                description=item.description,
                rate=item.rate,
                nature=item.nature,
                withheld="SI" if invoice.withholding else None,
            )
            for number, item in enumerate(invoice.items, start=1)
        ],
        summaries=[
            summary(
                str(base),
                str(vat[rate, nature]),
                rate=rate,
                nature=nature,
                exigibility=None if nature else invoice.exigibility,
                law=f"Operazione con natura {nature}" if nature else None,
            )
            for (rate, nature), base in groups.items()
        ],
        paid=[_payments(invoice, total - withheld + Decimal(invoice.wrong_payment), supplier)],
    )


def _fund(invoice: Invoice) -> tuple[str, Decimal]:
    if invoice.fund is None:
        return "", Decimal(0)
    fund_type, rate = invoice.fund
    fee = sum((Decimal(item.amount) for item in invoice.items), Decimal(0))
    amount = (fee * Decimal(rate) / 100).quantize(_CENT, ROUND_HALF_UP)
    return tag(
        "DatiCassaPrevidenziale",
        leaves(
            TipoCassa=fund_type,
            AlCassa=rate,
            ImportoContributoCassa=str(amount),
            ImponibileCassa=str(fee),
            AliquotaIVA=invoice.items[0].rate,
        ),
    ), amount


def _withholding(invoice: Invoice, fee: Decimal) -> tuple[str, Decimal]:
    if invoice.withholding is None:
        return "", Decimal(0)
    kind, rate, reason = invoice.withholding
    amount = (fee * Decimal(rate) / 100).quantize(_CENT, ROUND_HALF_UP)
    return tag(
        "DatiRitenuta",
        leaves(
            TipoRitenuta=kind, ImportoRitenuta=str(amount), AliquotaRitenuta=rate, CausalePagamento=reason
        ),
    ), amount


def _payments(invoice: Invoice, payable: Decimal, supplier: Party) -> str:
    share = (payable / len(invoice.due)).quantize(_CENT, ROUND_HALF_UP)
    amounts = [share] * (len(invoice.due) - 1)
    amounts.append(payable - sum(amounts, Decimal(0)))
    return payments(
        *(
            payment(str(amount), due, iban=supplier["iban"] or None)
            for amount, due in zip(amounts, invoice.due, strict=True)
        ),
        conditions="TP02" if len(invoice.due) == 1 else "TP01",
    )


def invoice_file(supplier: Party, customer: Party, *invoices: Invoice) -> bytes:
    """A FatturaPA file with these documents: one, or a lotto."""
    return fatturapa(
        *(_body(invoice, supplier) for invoice in invoices),
        supplier=_party(supplier),
        customer=_party(customer),
    ).encode()


def _party(known: Party) -> str:
    return party(
        known["vat_number"],
        country=known["country_code"],
        name=known["name"],
        tax_code=known["tax_code"] or None,
    )


def _name(supplier: Party, number: int) -> str:
    return f"IT{supplier['vat_number']}_{number:05d}.xml"


def _by_code(supplier: str, company: str, number: int, *invoices: Invoice) -> tuple[str, bytes]:
    known = parties()
    return _name(known[supplier], number), invoice_file(known[supplier], known[company], *invoices)


def _archived() -> dict[str, bytes]:
    """What was downloaded for October: every document of it is registered."""
    return dict(
        [
            _by_code(
                "S001",
                "ALBA",
                417,
                Invoice("1405/A", "2026-10-02", (Item("Barre tonde in acciaio C45", "3200.00"),)),
            ),
            _by_code(
                "S002", "ALBA", 97, Invoice("97", "2026-10-30", (Item("Trasporti di ottobre", "850.00"),))
            ),
            _by_code(
                "S003",
                "BREZZA",
                70110,
                Invoice(
                    "E26-70110",
                    "2026-10-14",
                    (
                        Item("Energia elettrica, reparto tessitura", "1210.40"),
                        Item("Energia elettrica, alloggio del custode", "96.15", "10.00"),
                    ),
                    due=("2026-11-03",),
                ),
            ),
            _by_code(
                "S108",
                "BREZZA",
                36,
                Invoice(
                    "36/2026",
                    "2026-10-09",
                    (Item("Progetto grafico del catalogo", "900.00"),),
                    kind="TD06",
                    withholding=_FEE,
                    fund=("TC04", "4.00"),
                ),
            ),
            _by_code(
                PAID_SUPPLIER,
                "BREZZA",
                3418,
                Invoice(
                    PAID_NUMBER,
                    "2026-10-12",
                    (Item("Filato di lana merino, 240 kg", "4800.00"),),
                    due=("2026-11-16", "2026-12-16"),
                ),
            ),
            _by_code(
                "S102",
                "BREZZA",
                140,
                Invoice(
                    "T/140",
                    "2026-10-20",
                    (Item("Tintura di pezze, lotto 88", "1900.00"),),
                    exigibility="D",
                ),
            ),
        ]
    )


def _registered() -> dict[str, bytes]:
    """Single files of which every document is registered."""
    fils, stahl = parties()["S105"], parties()["S007"]
    files = [
        _by_code(
            "S001",
            "ALBA",
            431,
            Invoice("1431/A", "2026-11-03", (Item("Rottami ferrosi", "740.00", "0.00", "N6.1"),)),
        ),
        _by_code(
            "S001",
            "ALBA",
            437,
            Invoice(
                "NC 12/A",
                "2026-11-05",
                (Item("Reso di barre difettose", "320.00"),),
                kind="TD04",
                refers_to=("1405/A", "2026-10-02"),
            ),
        ),
        _by_code(
            "S004",
            "ALBA",
            19,
            Invoice(
                "19/2026",
                "2026-11-06",
                (Item("Assistenza nella causa con il fornitore", "1500.00"),),
                kind="TD06",
                withholding=_FEE,
                fund=("TC01", "4.00"),
            ),
        ),
        _by_code(
            "S104",
            "BREZZA",
            51,
            Invoice("2026/0051", "2026-11-02", (Item("Noleggio autovettura, ottobre", "600.00"),)),
        ),
        _by_code(
            "S002",
            "ALBA",
            104,
            Invoice(
                "104",
                "2026-11-10",
                (
                    Item("Diritti doganali anticipati", "120.00", "0.00", "N1"),
                    Item("Imposta di bollo", _STAMP_DUTY, "0.00", "N1"),
                ),
                has_stamp_duty=True,
            ),
        ),
        _by_code(
            "S108",
            "BREZZA",
            41,
            Invoice("41/2026", "2026-11-09", (Item("Ristampa del catalogo", "410.00"),), kind="TD24"),
        ),
        _by_code(
            "S101",
            "BREZZA",
            3502,
            Invoice(
                "3502",
                "2026-11-12",
                (Item("Filato di cotone, 600 kg", "3900.00"), Item("Imballo", "35.50")),
                due=("2026-12-12", "2027-01-11"),
            ),
        ),
        (
            "fils-imaginaires_F2611-04.xml",
            ubl_invoice(fils, parties()["BREZZA"], "F2611-04", "2026-11-11", "Fil de lin écru", "2150.00"),
        ),
        (
            "stahlhandel_R-40388.xml",
            _cii(stahl, parties()["ALBA"], "R-40388", "2026-11-04", "Präzisionsstahlrohre", "5380.00"),
        ),
    ]
    name, content = _by_code(
        "S002", "BREZZA", 105, Invoice("105", "2026-11-10", (Item("Trasporto di pezze", "430.00"),))
    )
    return dict([*files, (f"{name}.p7m", signed(content))])


def _not_recognised() -> dict[str, bytes]:
    """Single files of which something is left to do, each for another reason."""
    known = parties()
    meters = (
        Invoice("E26-70201", "2026-11-13", (Item("Energia elettrica, officina", "812.30"),)),
        Invoice("E26-70202", "2026-11-13", (Item("Energia elettrica, uffici", "146.70"),)),
        Invoice(
            "E26-70203",
            "2026-11-13",
            (Item("Energia elettrica, magazzino", "98.20"),),
            wrong_payment="-20.00",
        ),
    )
    later = Invoice("1502/A", "2099-01-12", (Item("Barre esagonali in acciaio", "510.00"),))
    changed = Invoice("1405/A", "2026-10-02", (Item("Barre tonde in acciaio C45", "3250.00"),))
    whole = _by_code("S005", "ALBA", 2604, Invoice("V-2604", "2026-11-16", (Item("Viti M8", "88.00"),)))
    return dict(
        [
            _by_code("S003", "ALBA", 70201, *meters),
            _by_code("S001", "ALBA", 440, changed),
            (
                _name(known["S002"], 106),
                invoice_file(
                    known["S002"],
                    UNKNOWN_COMPANY,
                    Invoice("106", "2026-11-11", (Item("Trasporto a Cerulea", "210.00"),)),
                ),
            ),
            (
                _name(UNKNOWN_SUPPLIER, 7),
                invoice_file(
                    UNKNOWN_SUPPLIER,
                    known["ALBA"],
                    Invoice("7/2026", "2026-11-12", (Item("Verniciatura a polvere", "1180.00"),)),
                ),
            ),
            _by_code(
                "S006",
                "ALBA",
                533,
                Invoice("533", "2026-11-12", (Item("Olio da taglio, fusto da 200 l", "640.00"),)),
            ),
            _by_code(
                "S101",
                "BREZZA",
                3510,
                Invoice("3510", "2026-11-13", (Item("Erbe officinali per tintura", "75.00", "5.00"),)),
            ),
            _by_code(
                "S002",
                "ALBA",
                108,
                Invoice("108", "2026-11-14", (Item("Trasporti", "300.00"),), wrong_total="9.00"),
            ),
            _by_code("S001", "ALBA", 502, later),
            _by_code(
                "S003",
                "BREZZA",
                70233,
                Invoice("E26-70233", "2026-11-16", (Item("Conguaglio energia", "58.40"),), kind="TD04"),
            ),
            (whole[0], whole[1][: len(whole[1]) // 2]),
        ]
    )


def _ubl_party(known: Party) -> str:
    return tag(
        "cac:Party",
        tag("cac:PostalAddress", tag("cac:Country", leaf("cbc:IdentificationCode", known["country_code"]))),
        tag(
            "cac:PartyTaxScheme",
            leaf("cbc:CompanyID", known["country_code"] + known["vat_number"]),
            tag("cac:TaxScheme", leaf("cbc:ID", "VAT")),
        ),
        tag("cac:PartyLegalEntity", leaf("cbc:RegistrationName", known["name"])),
    )


def ubl_invoice(
    supplier: Party, customer: Party, number: str, day: str, description: str, amount: str
) -> bytes:
    """A Peppol invoice for goods from another country of the EU: no VAT, category K."""
    category = leaves(**{"cbc:ID": "K", "cbc:Percent": "0.00"})
    scheme = tag("cac:TaxScheme", leaf("cbc:ID", "VAT"))
    content = "".join(
        [
            leaf(
                "cbc:CustomizationID",
                "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0",
            ),
            leaf("cbc:ID", number),
            leaf("cbc:IssueDate", day),
            leaf("cbc:DueDate", "2026-12-26"),
            leaf("cbc:InvoiceTypeCode", "380"),
            leaf("cbc:DocumentCurrencyCode", "EUR"),
            tag("cac:AccountingSupplierParty", _ubl_party(supplier)),
            tag("cac:AccountingCustomerParty", _ubl_party(customer)),
            tag(
                "cac:PaymentMeans",
                leaf("cbc:PaymentMeansCode", "30"),
                tag("cac:PayeeFinancialAccount", leaf("cbc:ID", supplier["iban"])),
            ),
            tag(
                "cac:TaxTotal",
                leaf("cbc:TaxAmount", "0.00", currencyID="EUR"),
                tag(
                    "cac:TaxSubtotal",
                    leaf("cbc:TaxableAmount", amount, currencyID="EUR"),
                    leaf("cbc:TaxAmount", "0.00", currencyID="EUR"),
                    tag("cac:TaxCategory", category, leaf("cbc:TaxExemptionReason", "Intra-EU"), scheme),
                ),
            ),
            tag(
                "cac:LegalMonetaryTotal",
                leaf("cbc:LineExtensionAmount", amount, currencyID="EUR"),
                leaf("cbc:TaxInclusiveAmount", amount, currencyID="EUR"),
                leaf("cbc:PayableAmount", amount, currencyID="EUR"),
            ),
            tag(
                "cac:InvoiceLine",
                leaf("cbc:ID", "1"),
                leaf("cbc:InvoicedQuantity", "1", unitCode="C62"),
                leaf("cbc:LineExtensionAmount", amount, currencyID="EUR"),
                tag(
                    "cac:Item",
                    leaf("cbc:Name", description),
                    tag("cac:ClassifiedTaxCategory", category, scheme),
                ),
                tag("cac:Price", leaf("cbc:PriceAmount", amount, currencyID="EUR")),
            ),
        ]
    )
    space = "urn:oasis:names:specification:ubl:schema:xsd:"
    spaces = (
        f'xmlns="{space}Invoice-2" xmlns:cac="{space}CommonAggregateComponents-2" '
        f'xmlns:cbc="{space}CommonBasicComponents-2"'
    )
    return f"{DECLARATION}<Invoice {spaces}>{content}</Invoice>".encode()


def _cii_party(name: str, known: Party) -> str:
    return tag(
        name,
        leaf("ram:Name", known["name"]),
        tag("ram:PostalTradeAddress", leaf("ram:CountryID", known["country_code"])),
        tag(
            "ram:SpecifiedTaxRegistration",
            leaf("ram:ID", known["country_code"] + known["vat_number"], schemeID="VA"),
        ),
    )


def _cii_date(name: str, day: str) -> str:
    return tag(name, leaf("udt:DateTimeString", day.replace("-", ""), format="102"))


def _cii(supplier: Party, customer: Party, number: str, day: str, description: str, amount: str) -> bytes:
    """A CII invoice for goods from another country of the EU: no VAT, category K."""
    tax = leaves(**{"ram:TypeCode": "VAT", "ram:CategoryCode": "K", "ram:RateApplicablePercent": "0.00"})
    item = tag(
        "ram:IncludedSupplyChainTradeLineItem",
        tag("ram:AssociatedDocumentLineDocument", leaf("ram:LineID", "1")),
        tag("ram:SpecifiedTradeProduct", leaf("ram:Name", description)),
        tag(
            "ram:SpecifiedLineTradeAgreement",
            tag("ram:NetPriceProductTradePrice", leaf("ram:ChargeAmount", amount)),
        ),
        tag("ram:SpecifiedLineTradeDelivery", leaf("ram:BilledQuantity", "1", unitCode="C62")),
        tag(
            "ram:SpecifiedLineTradeSettlement",
            tag("ram:ApplicableTradeTax", tax),
            tag("ram:SpecifiedTradeSettlementLineMonetarySummation", leaf("ram:LineTotalAmount", amount)),
        ),
    )
    settlement = tag(
        "ram:ApplicableHeaderTradeSettlement",
        leaf("ram:InvoiceCurrencyCode", "EUR"),
        tag(
            "ram:SpecifiedTradeSettlementPaymentMeans",
            leaf("ram:TypeCode", "58"),
            tag("ram:PayeePartyCreditorFinancialAccount", leaf("ram:IBANID", supplier["iban"])),
        ),
        tag(
            "ram:ApplicableTradeTax",
            leaves(**{"ram:CalculatedAmount": "0.00", "ram:BasisAmount": amount}) + tax,
        ),
        tag("ram:SpecifiedTradePaymentTerms", _cii_date("ram:DueDateDateTime", "2026-12-04")),
        tag(
            "ram:SpecifiedTradeSettlementHeaderMonetarySummation",
            leaves(
                **{
                    "ram:LineTotalAmount": amount,
                    "ram:TaxTotalAmount": "0.00",
                    "ram:GrandTotalAmount": amount,
                    "ram:DuePayableAmount": amount,
                }
            ),
        ),
    )
    content = tag(
        "rsm:ExchangedDocument",
        leaf("ram:ID", number),
        leaf("ram:TypeCode", "380"),
        _cii_date("ram:IssueDateTime", day),
    ) + tag(
        "rsm:SupplyChainTradeTransaction",
        item,
        tag(
            "ram:ApplicableHeaderTradeAgreement",
            _cii_party("ram:SellerTradeParty", supplier),
            _cii_party("ram:BuyerTradeParty", customer),
        ),
        settlement,
    )
    spaces = (
        'xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100" '
        'xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100" '
        'xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100"'
    )
    return f"{DECLARATION}<rsm:CrossIndustryInvoice {spaces}>{content}</rsm:CrossIndustryInvoice>".encode()


def sample_invoices() -> dict[str, bytes]:
    """The sample's files of e-invoices by name, always the same bytes: nothing depends on a compressor."""
    return {ARCHIVE_NAME: archive(_archived(), packed=False), **_registered(), **_not_recognised()}


def item_key(
    company_code: str,
    supplier: Party,
    number: str,
    day: str,
    instalment: int,
    *,
    is_credit_note: bool = False,
) -> str:
    """The key of the open item of one instalment, as a treasury program learns it."""
    registration_key = "|".join(
        (
            company_code,
            f"={supplier['counterparty_code']}",
            " ".join(number.split()).upper(),
            day[:4],
            "C" if is_credit_note else "I",
        )
    )
    digest = hashlib.sha256(registration_key.encode()).hexdigest()[:12].upper()
    return f"FA{date.fromisoformat(day).year}-{digest}-{instalment:02d}"


def paid_item_key() -> str:
    """The item that the sample trace of 16 November closes."""
    return item_key("BREZZA", parties()[PAID_SUPPLIER], PAID_NUMBER, "2026-10-12", 1)


def write_sample_invoices(folder: Path) -> Sequence[Path]:
    """Writes the files into the folder; returns them."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, content in sample_invoices().items():
        (folder / name).write_bytes(content)
        paths.append(folder / name)
    return paths
