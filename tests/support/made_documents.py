"""Invoices made by chance, in three formats, each with what real ones have: discounts, freight, withholding.

What belongs here: bytes of documents that add up by the formulas of their format, and of some that do not.
What does not: what must become of them (`tests.support.slow_documents` reads that from the bytes).
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from samples.invoice_files import DECLARATION, NAMESPACE, leaf, leaves, tag

CUSTOMER_VAT: Final = "09990019995"
SUPPLIER_VAT: Final = "09990149990"
FIRST_DAY: Final = dt.date(2026, 10, 1)
CENT: Final = Decimal("0.01")
ZERO: Final = Decimal(0)

Group = tuple[str, Decimal]
GROUPS: Final[tuple[Group, ...]] = (
    ("S", Decimal(22)),
    ("S", Decimal(10)),
    ("E", ZERO),
    ("K", ZERO),
)
"""Categories of UNCL 5305 with a rate; each has a VAT code in the test's reference data."""

_NATURES: Final = {"S": None, "E": "N4", "K": "N6.1"}


@dataclass(slots=True)
class Made:
    """The figures of a document before they are written. Amounts are in the currency's decimals."""

    number: str
    day: dt.date
    is_credit_note: bool
    lines: list[tuple[Group, Decimal]]
    adjustments: list[tuple[Group, Decimal]] = field(default_factory=list)
    freight: list[tuple[Group, Decimal]] = field(default_factory=list)
    prepaid: Decimal = ZERO
    rounding: Decimal = ZERO
    is_vat_by_line: bool = False

    def breakdown(self) -> dict[Group, tuple[Decimal, Decimal]]:
        """Base and VAT by category and rate."""
        bases: dict[Group, Decimal] = {}
        for group, amount in (*self.lines, *self.adjustments, *self.freight):
            bases[group] = bases.get(group, ZERO) + amount
        return {group: (base, self._vat(group, base)) for group, base in bases.items()}

    def _vat(self, group: Group, base: Decimal) -> Decimal:
        if self.is_vat_by_line and not self.adjustments and not self.freight:
            return sum((cents(amount * group[1] / 100) for own, amount in self.lines if own == group), ZERO)
        return cents(base * group[1] / 100)


def cents(amount: Decimal) -> Decimal:
    """Half away from zero, to cents."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def made(chance: random.Random, number: str) -> bytes:
    """One document of any of the three formats; about one in eight does not add up."""
    write: Callable[[random.Random, Made], str] = chance.choice((_ubl, _cii, _fatturapa, _fatturapa))
    return write(chance, _figures(chance, number)).encode()


def _figures(chance: random.Random, number: str) -> Made:
    groups = chance.sample(GROUPS, chance.choice((1, 1, 1, 2, 3)))
    lines = [(group, _price(chance)) for group in groups for _ in range(chance.randint(1, 4))]
    document = Made(number, FIRST_DAY + dt.timedelta(days=chance.randrange(28)), chance.random() < 0.1, lines)
    document.is_vat_by_line = chance.random() < 0.1
    if chance.random() < 0.2:
        group, amount = chance.choice(lines)
        document.adjustments.append((group, -cents(amount / 10)))
    if chance.random() < 0.1:
        document.adjustments.append((groups[0], _price(chance)))
    return document


def _price(chance: random.Random) -> Decimal:
    return Decimal(chance.choice((chance.randint(1, 2_000), chance.randint(100, 1_000_000)))) / 100


def _parts(chance: random.Random, amount: Decimal, most: int = 3) -> list[Decimal]:
    """The amount in so many parts, each above zero."""
    count = chance.randint(2, most)
    cut = [cents(amount / (count + 1)) for _ in range(count - 1)]
    return [*cut, amount - sum(cut, ZERO)]


def _broken(chance: random.Random, figures: dict[str, Decimal]) -> dict[str, Decimal]:
    """The figures, in one of eight documents one of them off by more than any tolerance."""
    if chance.random() < 0.125:
        name = chance.choice(sorted(figures))
        figures[name] += chance.choice((Decimal(7), Decimal("-1.37"), Decimal("0.51")))
    return figures


def _totals(chance: random.Random, document: Made) -> dict[str, Decimal]:
    breakdown = document.breakdown()
    line_total = sum((amount for _, amount in document.lines), ZERO)
    base = sum((taxable for taxable, _ in breakdown.values()), ZERO)
    gross = base + sum((vat for _, vat in breakdown.values()), ZERO)
    if gross > 10 and chance.random() < 0.15:
        document.prepaid = cents(gross / chance.choice((2, 3, 7)))
    if gross > 10 and chance.random() < 0.15:
        whole = (gross - document.prepaid).quantize(Decimal(1), ROUND_HALF_UP)
        document.rounding = whole - (gross - document.prepaid)
    due = gross - document.prepaid + document.rounding
    return _broken(chance, {"line": line_total, "base": base, "gross": gross, "due": due})


# --- UBL ----------------------------------------------------------------------------------------------------

_UBL: Final = "urn:oasis:names:specification:ubl:schema:xsd:"


def _ubl(chance: random.Random, document: Made) -> str:
    totals = _totals(chance, document)
    root = "CreditNote" if document.is_credit_note and chance.random() < 0.5 else "Invoice"
    kind = "381" if document.is_credit_note else "380"
    content = "".join(
        [
            leaf("cbc:ID", document.number),
            leaf("cbc:IssueDate", document.day.isoformat()),
            _ubl_days(chance, document, root),
            leaf(f"cbc:{root}TypeCode", kind),
            leaf("cbc:DocumentCurrencyCode", "EUR"),
            tag(
                "cac:BillingReference",
                tag("cac:InvoiceDocumentReference", leaf("cbc:ID", "OLD-1")),
            )
            if document.is_credit_note
            else "",
            tag("cac:AccountingSupplierParty", _ubl_party(SUPPLIER_VAT, "Acciai Montevuoto S.p.A.")),
            tag("cac:AccountingCustomerParty", _ubl_party(CUSTOMER_VAT, "Albafinta S.p.A.")),
            _ubl_means(chance, document, root),
            _ubl_terms(chance, document, totals["due"]),
            *(_ubl_adjustment(each) for each in document.adjustments),
            _ubl_taxes(chance, document),
            tag(
                "cac:LegalMonetaryTotal",
                _money("LineExtensionAmount", totals["line"]),
                _money("TaxExclusiveAmount", totals["base"]),
                _money("TaxInclusiveAmount", totals["gross"]),
                _money("PrepaidAmount", document.prepaid) if document.prepaid else "",
                _money("PayableRoundingAmount", document.rounding) if document.rounding else "",
                _money("PayableAmount", totals["due"]),
            ),
            *(_ubl_line(root, place, *each) for place, each in enumerate(document.lines, 1)),
        ]
    )
    spaces = (
        f'xmlns="{_UBL}{root}-2" xmlns:cac="{_UBL}CommonAggregateComponents-2" '
        f'xmlns:cbc="{_UBL}CommonBasicComponents-2"'
    )
    return f"{DECLARATION}<{root} {spaces}>{content}</{root}>"


def _money(name: str, amount: Decimal, currency: str = "EUR") -> str:
    return leaf(f"cbc:{name}", f"{amount:.2f}", currencyID=currency)


def _ubl_party(number: str, name: str) -> str:
    return tag(
        "cac:Party",
        tag("cac:PostalAddress", tag("cac:Country", leaf("cbc:IdentificationCode", "IT"))),
        tag(
            "cac:PartyTaxScheme",
            leaf("cbc:CompanyID", f"IT{number}"),
            tag("cac:TaxScheme", leaf("cbc:ID", "VAT")),
        ),
        tag("cac:PartyLegalEntity", leaf("cbc:RegistrationName", name)),
    )


def _ubl_category(name: str, group: Group) -> str:
    return tag(
        name,
        leaf("cbc:ID", group[0]),
        leaf("cbc:Percent", group[1]),
        tag("cac:TaxScheme", leaf("cbc:ID", "VAT")),
    )


def _ubl_adjustment(adjustment: tuple[Group, Decimal]) -> str:
    group, amount = adjustment
    return tag(
        "cac:AllowanceCharge",
        leaf("cbc:ChargeIndicator", "true" if amount > 0 else "false"),
        leaf("cbc:AllowanceChargeReason", "Agreed"),
        _money("Amount", abs(amount)),
        _ubl_category("cac:TaxCategory", group),
    )


def _ubl_taxes(chance: random.Random, document: Made) -> str:
    breakdown = document.breakdown()
    own = _ubl_tax_total(breakdown, "EUR", Decimal(1))
    if chance.random() < 0.15:
        # BT-111: the VAT once more, in the currency of the supplier's books; with or without its rows.
        foreign = _ubl_tax_total(
            breakdown if chance.random() < 0.5 else {}, "PLN", Decimal("4.25"), breakdown
        )
        return foreign + own if chance.random() < 0.5 else own + foreign
    return own


def _ubl_tax_total(
    rows: Mapping[Group, tuple[Decimal, Decimal]],
    currency: str,
    rate: Decimal,
    summed: Mapping[Group, tuple[Decimal, Decimal]] | None = None,
) -> str:
    amounts = {group: (cents(base * rate), cents(vat * rate)) for group, (base, vat) in rows.items()}
    total = sum((cents(vat * rate) for _, vat in (summed or rows).values()), ZERO)
    return tag(
        "cac:TaxTotal",
        _money("TaxAmount", total, currency),
        *(
            tag(
                "cac:TaxSubtotal",
                _money("TaxableAmount", base, currency),
                _money("TaxAmount", vat, currency),
                _ubl_category("cac:TaxCategory", group),
            )
            for group, (base, vat) in amounts.items()
        ),
    )


def _ubl_days(chance: random.Random, document: Made, root: str) -> str:
    if root == "CreditNote" or chance.random() < 0.2:
        return ""
    return leaf("cbc:DueDate", (document.day + dt.timedelta(days=30)).isoformat())


def _ubl_means(chance: random.Random, document: Made, root: str) -> str:
    has_day = chance.random() < (0.7 if root == "CreditNote" else 0.2)
    day = (document.day + dt.timedelta(days=chance.choice((20, 45)))).isoformat()
    return tag(
        "cac:PaymentMeans",
        leaf("cbc:PaymentMeansCode", "30"),
        leaf("cbc:PaymentDueDate", day) if has_day else "",
    )


def _ubl_terms(chance: random.Random, document: Made, due: Decimal) -> str:
    way = chance.random()
    if way < 0.1 and due > 1:
        days = (document.day + dt.timedelta(days=30 * (place + 1)) for place in range(9))
        parts = zip(days, _parts(chance, due), strict=False)
        return "".join(
            tag("cac:PaymentTerms", leaf("cbc:PaymentDueDate", day.isoformat()), _money("Amount", part))
            for day, part in parts
        )
    if way < 0.2:
        # Belgium: what is to be paid within the days of the discount.
        return tag(
            "cac:PaymentTerms",
            leaf("cbc:Note", "2 % discount within 8 days"),
            leaf("cbc:SettlementDiscountPercent", "2.00"),
            _money("Amount", cents(due * Decimal("0.98"))),
        )
    if way < 0.3:
        return tag("cac:PaymentTerms", leaf("cbc:Note", "30 days net"), _money("Amount", ZERO))
    return ""


def _ubl_line(root: str, place: int, group: Group, amount: Decimal) -> str:
    counted = "Credited" if root == "CreditNote" else "Invoiced"
    return tag(
        f"cac:{root}Line",
        leaf("cbc:ID", str(place)),
        leaf(f"cbc:{counted}Quantity", "1", unitCode="C62"),
        _money("LineExtensionAmount", amount),
        tag("cac:Item", leaf("cbc:Name", "Steel"), _ubl_category("cac:ClassifiedTaxCategory", group)),
        tag("cac:Price", _money("PriceAmount", amount)),
    )


# --- CII ----------------------------------------------------------------------------------------------------


def _cii(chance: random.Random, document: Made) -> str:
    if chance.random() < 0.3:
        document.freight.append((document.lines[0][0], _price(chance)))
    totals = _totals(chance, document)
    content = "".join(
        [
            tag(
                "rsm:ExchangedDocument",
                leaf("ram:ID", document.number),
                leaf("ram:TypeCode", "381" if document.is_credit_note else "380"),
                _cii_date("ram:IssueDateTime", document.day),
            ),
            tag(
                "rsm:SupplyChainTradeTransaction",
                _cii_lines(chance, document),
                tag(
                    "ram:ApplicableHeaderTradeAgreement",
                    tag("ram:SellerTradeParty", _cii_party(SUPPLIER_VAT, "Acciai Montevuoto S.p.A.")),
                    tag("ram:BuyerTradeParty", _cii_party(CUSTOMER_VAT, "Albafinta S.p.A.")),
                ),
                tag("ram:ApplicableHeaderTradeSettlement", _cii_settlement(chance, document, totals)),
            ),
        ]
    )
    spaces = (
        'xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100" '
        'xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100" '
        'xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100"'
    )
    return f"{DECLARATION}<rsm:CrossIndustryInvoice {spaces}>{content}</rsm:CrossIndustryInvoice>"


def _cii_date(name: str, day: dt.date) -> str:
    return tag(name, leaf("udt:DateTimeString", f"{day:%Y%m%d}", format="102"))


def _cii_party(number: str, name: str) -> str:
    return (
        leaf("ram:Name", name)
        + tag("ram:PostalTradeAddress", leaf("ram:CountryID", "IT"))
        + tag("ram:SpecifiedTaxRegistration", leaf("ram:ID", f"IT{number}", schemeID="VA"))
    )


def _cii_tax(name: str, group: Group, *more: str) -> str:
    return tag(
        name,
        *more[:1],
        leaf("ram:TypeCode", "VAT"),
        *more[1:],
        leaf("ram:CategoryCode", group[0]),
        leaf("ram:RateApplicablePercent", group[1]),
    )


def _cii_lines(chance: random.Random, document: Made) -> str:
    lines = [_cii_line(str(place), *each) for place, each in enumerate(document.lines, 1)]
    if chance.random() < 0.15:
        # The first line is the sum of two of its own; only these count, or only it: it is the same money.
        group, amount = document.lines[0]
        first = cents(amount / 3)
        lines += [
            _cii_line("1.1", group, first, parent="1"),
            _cii_line("1.2", group, amount - first, parent="1"),
        ]
    return "".join(lines)


def _cii_line(name: str, group: Group, amount: Decimal, parent: str | None = None) -> str:
    return tag(
        "ram:IncludedSupplyChainTradeLineItem",
        tag("ram:AssociatedDocumentLineDocument", leaf("ram:LineID", name), leaf("ram:ParentLineID", parent)),
        tag("ram:SpecifiedTradeProduct", leaf("ram:Name", "Steel")),
        tag(
            "ram:SpecifiedLineTradeAgreement",
            tag("ram:NetPriceProductTradePrice", leaf("ram:ChargeAmount", f"{amount:.2f}")),
        ),
        tag("ram:SpecifiedLineTradeDelivery", leaf("ram:BilledQuantity", "1", unitCode="C62")),
        tag(
            "ram:SpecifiedLineTradeSettlement",
            _cii_tax("ram:ApplicableTradeTax", group),
            tag(
                "ram:SpecifiedTradeSettlementLineMonetarySummation",
                leaf("ram:LineTotalAmount", f"{amount:.2f}"),
            ),
        ),
    )


def _cii_settlement(chance: random.Random, document: Made, totals: Mapping[str, Decimal]) -> str:
    allowed = sum((amount for _, amount in document.adjustments if amount < 0), ZERO)
    charged = sum((amount for _, amount in (*document.adjustments, *document.freight) if amount > 0), ZERO)
    vat = sum((amount for _, amount in document.breakdown().values()), ZERO)
    return "".join(
        [
            leaf("ram:InvoiceCurrencyCode", "EUR"),
            *(
                _cii_tax(
                    "ram:ApplicableTradeTax",
                    group,
                    leaf("ram:CalculatedAmount", f"{amount:.2f}"),
                    leaf("ram:BasisAmount", f"{base:.2f}"),
                )
                for group, (base, amount) in document.breakdown().items()
            ),
            *(
                tag(
                    "ram:SpecifiedTradeAllowanceCharge",
                    tag("ram:ChargeIndicator", leaf("udt:Indicator", "true" if amount > 0 else "false")),
                    leaf("ram:ActualAmount", f"{abs(amount):.2f}"),
                    _cii_tax("ram:CategoryTradeTax", group),
                )
                for group, amount in document.adjustments
            ),
            *(
                tag(
                    "ram:SpecifiedLogisticsServiceCharge",
                    leaf("ram:Description", "Freight"),
                    leaf("ram:AppliedAmount", f"{amount:.2f}"),
                    _cii_tax("ram:AppliedTradeTax", group),
                )
                for group, amount in document.freight
            ),
            _cii_terms(chance, document, totals["due"]),
            tag(
                "ram:SpecifiedTradeSettlementHeaderMonetarySummation",
                leaf("ram:LineTotalAmount", f"{totals['line']:.2f}"),
                leaf("ram:ChargeTotalAmount", f"{charged:.2f}") if charged else "",
                leaf("ram:AllowanceTotalAmount", f"{-allowed:.2f}") if allowed else "",
                leaf("ram:TaxBasisTotalAmount", f"{totals['base']:.2f}"),
                leaf("ram:TaxTotalAmount", f"{vat:.2f}", currencyID="EUR"),
                leaf("ram:TaxTotalAmount", f"{vat * 4:.2f}", currencyID="PLN")
                if chance.random() < 0.1
                else "",
                leaf("ram:RoundingAmount", f"{document.rounding:.2f}") if document.rounding else "",
                leaf("ram:GrandTotalAmount", f"{totals['gross']:.2f}"),
                leaf("ram:TotalPrepaidAmount", f"{document.prepaid:.2f}") if document.prepaid else "",
                leaf("ram:DuePayableAmount", f"{totals['due']:.2f}"),
            ),
            tag("ram:InvoiceReferencedDocument", leaf("ram:IssuerAssignedID", "OLD-1"))
            if document.is_credit_note
            else "",
        ]
    )


def _cii_terms(chance: random.Random, document: Made, due: Decimal) -> str:
    way = chance.random()
    if way < 0.1 and due > 1:
        days = (document.day + dt.timedelta(days=30 * (place + 1)) for place in range(9))
        return "".join(
            _cii_term(day, leaf("ram:PartialPaymentAmount", f"{part:.2f}"))
            for day, part in zip(days, _parts(chance, due), strict=False)
        )
    net = _cii_term(document.day + dt.timedelta(days=30))
    if way < 0.3:
        discount = _cii_term(
            document.day + dt.timedelta(days=10),
            leaf("ram:PartialPaymentAmount", f"{cents(due * Decimal('0.97')):.2f}")
            if chance.random() < 0.3
            else "",
            tag(
                "ram:ApplicableTradePaymentDiscountTerms",
                leaf("ram:BasisAmount", f"{due:.2f}"),
                leaf("ram:CalculationPercent", "3.00"),
            ),
        )
        return discount + net if chance.random() < 0.7 else net + discount
    return net if way < 0.9 else tag("ram:SpecifiedTradePaymentTerms", leaf("ram:Description", "30 days net"))


def _cii_term(day: dt.date, *more: str) -> str:
    return tag("ram:SpecifiedTradePaymentTerms", _cii_date("ram:DueDateDateTime", day), *more)


# --- FatturaPA ----------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Italian:
    """What FatturaPA has besides: each part as XML, and the figures that follow."""

    general: str = ""
    withheld: Decimal = ZERO
    agents: Decimal = ZERO
    added: Decimal = ZERO


def _fatturapa(chance: random.Random, document: Made) -> str:
    document.adjustments.clear()
    parts = _Italian()
    taxable = sum((amount for _, amount in document.lines), ZERO)
    if taxable > 50 and chance.random() < 0.3:
        _withhold(chance, parts, taxable)
    if chance.random() < 0.15:
        parts.added += Decimal(2)
        parts.general += tag("DatiBollo", leaves(BolloVirtuale="SI", ImportoBollo="2.00"))
    is_split = not parts.withheld and chance.random() < 0.15
    breakdown = document.breakdown()
    vat = sum((amount for _, amount in breakdown.values()), ZERO)
    split = (
        sum((amount for group, (_, amount) in breakdown.items() if group[0] == "S"), ZERO)
        if is_split
        else ZERO
    )
    gross = taxable + vat + parts.added
    stated = _broken(chance, {"total": gross, "taxable": taxable})
    payable = gross - parts.withheld - parts.agents - split
    less = chance.choice((ZERO, ZERO, ZERO, parts.withheld + parts.agents, split))
    has_total = parts.added or stated["total"] != gross or chance.random() < 0.7
    general = tag(
        "DatiGeneraliDocumento",
        leaves(
            TipoDocumento="TD04" if document.is_credit_note else "TD01",
            Divisa="EUR",
            Data=document.day.isoformat(),
            Numero=document.number,
        ),
        parts.general,
        leaf("ImportoTotaleDocumento", f"{stated['total'] - less:.2f}") if has_total else "",
    )
    reference = tag("DatiFattureCollegate", leaf("IdDocumento", "OLD-1")) if document.is_credit_note else ""
    off = stated["taxable"] - taxable
    body = tag(
        "FatturaElettronicaBody",
        tag("DatiGenerali", general, reference),
        tag(
            "DatiBeniServizi",
            *(_italian_line(place, *each) for place, each in enumerate(document.lines, 1)),
            *(
                _italian_summary(group, base + (off if place == 0 else ZERO), amount, is_split=is_split)
                for place, (group, (base, amount)) in enumerate(breakdown.items())
            ),
        ),
        _italian_payments(chance, document, payable, parts.withheld + parts.agents, split),
    )
    header = tag(
        "FatturaElettronicaHeader",
        tag("DatiTrasmissione", leaves(ProgressivoInvio="1", FormatoTrasmissione="FPR12")),
        tag("CedentePrestatore", _italian_party(SUPPLIER_VAT, "Acciai Montevuoto S.p.A.")),
        tag("CessionarioCommittente", _italian_party(CUSTOMER_VAT, "Albafinta S.p.A.")),
    )
    root = "p:FatturaElettronica"
    return f'{DECLARATION}<{root} xmlns:p="{NAMESPACE}" versione="FPR12">{header}{body}</{root}>'


def _withhold(chance: random.Random, parts: _Italian, taxable: Decimal) -> None:
    """A professional's tax, or an agent's tax and fund; the fund may stand as a contribution as well."""
    if chance.random() < 0.5:
        parts.withheld = cents(taxable / 5)
        parts.general += _withholding("RT01", parts.withheld, "20.00")
        return
    parts.withheld = cents(taxable * Decimal("0.115"))
    fund = cents(taxable * Decimal("0.085"))
    parts.general += _withholding("RT02", parts.withheld, "11.50")
    if chance.random() < 0.4:
        parts.withheld += fund
        parts.general += _withholding("RT04", fund, "8.50")
    else:
        parts.agents = fund
    parts.general += tag(
        "DatiCassaPrevidenziale",
        leaves(
            TipoCassa="TC07",
            AlCassa="8.50",
            ImportoContributoCassa=f"{fund:.2f}",
            ImponibileCassa=f"{taxable:.2f}",
            AliquotaIVA="0.00",
            Natura="N2.2",
        ),
    )


def _withholding(kind: str, amount: Decimal, rate: str) -> str:
    return tag(
        "DatiRitenuta",
        leaves(
            TipoRitenuta=kind, ImportoRitenuta=f"{amount:.2f}", AliquotaRitenuta=rate, CausalePagamento="A"
        ),
    )


def _italian_party(number: str, name: str) -> str:
    return tag(
        "DatiAnagrafici",
        tag("IdFiscaleIVA", leaves(IdPaese="IT", IdCodice=number)),
        tag("Anagrafica", leaf("Denominazione", name)),
    )


def _italian_line(place: int, group: Group, amount: Decimal) -> str:
    return tag(
        "DettaglioLinee",
        leaves(
            NumeroLinea=place,
            Descrizione="Acciaio",
            Quantita="1.00",
            PrezzoUnitario=f"{amount:.2f}",
            PrezzoTotale=f"{amount:.2f}",
            AliquotaIVA=f"{group[1]:.2f}",
            Natura=_NATURES[group[0]],
        ),
    )


def _italian_summary(group: Group, base: Decimal, vat: Decimal, *, is_split: bool) -> str:
    return tag(
        "DatiRiepilogo",
        leaves(
            AliquotaIVA=f"{group[1]:.2f}",
            Natura=_NATURES[group[0]],
            ImponibileImporto=f"{base:.2f}",
            Imposta=f"{vat:.2f}",
            EsigibilitaIVA="S" if is_split and group[0] == "S" else "I",
        ),
    )


def _italian_payments(
    chance: random.Random, document: Made, payable: Decimal, withheld: Decimal, split: Decimal
) -> str:
    if payable <= 3 or chance.random() < 0.15:
        return ""
    stated = payable + chance.choice((ZERO, ZERO, withheld, withheld + split))
    amounts = _parts(chance, stated) if chance.random() < 0.4 else [stated]
    rows = []
    for place, amount in enumerate(amounts, 1):
        day = document.day + dt.timedelta(days=30 * place)
        date = {"DataScadenzaPagamento": day.isoformat()}
        if chance.random() < 0.15:
            date = {
                "DataRiferimentoTerminiPagamento": document.day.isoformat(),
                "GiorniTerminiPagamento": str(30 * place),
            }
        rows.append(_italian_payment(amount, date))
    if chance.random() < 0.1:
        rows.insert(0, _italian_payment(ZERO, {"DataScadenzaPagamento": document.day.isoformat()}))
    return tag("DatiPagamento", leaf("CondizioniPagamento", "TP02"), *rows)


def _italian_payment(amount: Decimal, date: Mapping[str, str]) -> str:
    return tag(
        "DettaglioPagamento", leaves(ModalitaPagamento="MP05", **date, ImportoPagamento=f"{amount:.2f}")
    )
