"""What a document asks for, read slowly: an XPath for each figure, and formulas as the standards print them.

A second opinion on the product's readers and statements, of which it imports nothing. EN 16931-1 (6.4):
BR-CO-10 to BR-CO-17 and BR-CO-25; FatturaPA: the conventions that docs/e-invoices-amounts.md names. What
belongs here: from bytes to what is owed, when, or that the document does not add up. What does not: who is
meant, and accounts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from itertools import combinations
from typing import Final

from lxml import etree

CENT: Final = Decimal("0.01")
ZERO: Final = Decimal(0)
TOLERANCE: Final = Decimal("0.05")
"""The setting invoice_tolerance unless it is set."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a document asks for: instalments as (due date or None, amount), sorted; None if it is refused.

    `paid_before` is what of it was paid in advance. Amounts from the buyer's view, + to pay.
    """

    instalments: tuple[tuple[str | None, Decimal], ...] | None
    paid_before: Decimal = ZERO


REFUSED: Final = Asked(None)


def asked(data: bytes) -> Asked:
    """What the document in these bytes asks for, by its own formulas."""
    root = etree.fromstring(data)
    name = etree.QName(root).localname
    if name == "FatturaElettronica":
        return _italian(root)
    return _european(_Cii(root) if name == "CrossIndustryInvoice" else _Ubl(root))


def rounded(amount: Decimal, unit: Decimal = CENT) -> Decimal:
    """Half away from zero."""
    return amount.quantize(unit, ROUND_HALF_UP)


def found(node: etree._Element, path: str) -> list[etree._Element]:
    """The elements on a path of local names, `a/b/c`."""
    steps = "/".join(f"*[local-name()='{step}']" for step in path.split("/"))
    return node.xpath(steps)  # type: ignore[return-value]


def text(node: etree._Element, path: str) -> str | None:
    """The text of the first such element."""
    return next(((each.text or "").strip() for each in found(node, path)), None)


def number(node: etree._Element, path: str) -> Decimal:
    """The number in the first such element; 0 without one."""
    return Decimal(text(node, path) or 0)


def total(node: etree._Element, path: str) -> Decimal:
    """The sum of all such elements."""
    return sum((Decimal(each.text or 0) for each in found(node, path)), ZERO)


def units(currency: str | None) -> Decimal:
    """The smallest amount of a currency (ISO 4217)."""
    return {"JPY": Decimal(1), "KWD": Decimal("0.001")}.get(currency or "EUR", CENT)


# --- EN 16931 -----------------------------------------------------------------------------------------------

Group = tuple[str | None, Decimal]
"""A VAT category with its rate."""


class _Ubl:
    """The business terms of a UBL document."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self.is_credit_note = etree.QName(root).localname == "CreditNote" or self._type() == "381"
        self.currency = text(root, "DocumentCurrencyCode")
        self.bt106 = number(root, "LegalMonetaryTotal/LineExtensionAmount")
        self.bt109 = number(root, "LegalMonetaryTotal/TaxExclusiveAmount")
        self.bt112 = number(root, "LegalMonetaryTotal/TaxInclusiveAmount")
        self.bt113 = number(root, "LegalMonetaryTotal/PrepaidAmount")
        self.bt114 = number(root, "LegalMonetaryTotal/PayableRoundingAmount")
        self.bt115 = number(root, "LegalMonetaryTotal/PayableAmount")

    def _type(self) -> str | None:
        return text(self.root, "InvoiceTypeCode") or text(self.root, "CreditNoteTypeCode")

    def lines(self) -> Iterator[tuple[Group, Decimal]]:
        for line in (*found(self.root, "InvoiceLine"), *found(self.root, "CreditNoteLine")):
            category = found(line, "Item/ClassifiedTaxCategory")[0]
            yield _group(category, "ID", "Percent"), number(line, "LineExtensionAmount")

    def adjustments(self) -> Iterator[tuple[Group, Decimal]]:
        for each in found(self.root, "AllowanceCharge"):
            sign = 1 if text(each, "ChargeIndicator") == "true" else -1
            yield _group(found(each, "TaxCategory")[0], "ID", "Percent"), sign * number(each, "Amount")

    def breakdown(self) -> Iterator[tuple[Group, Decimal, Decimal]]:
        for vat in found(self.root, "TaxTotal"):
            for row in found(vat, "TaxSubtotal"):
                if found(row, "TaxAmount")[0].get("currencyID") == self.currency:
                    group = _group(found(row, "TaxCategory")[0], "ID", "Percent")
                    yield group, number(row, "TaxableAmount"), number(row, "TaxAmount")

    def instalments(self) -> list[tuple[str | None, Decimal]]:
        """BT-9 of an invoice is DueDate, of a credit note PaymentMeans/PaymentDueDate.

        Several terms whose amounts add up to what is due are instalments.
        """
        terms = found(self.root, "PaymentTerms")
        amounts = [(text(each, "PaymentDueDate"), number(each, "Amount")) for each in terms]
        if len(amounts) > 1 and sum((amount for _, amount in amounts), ZERO) == self.bt115:
            return amounts
        places = ["DueDate", "PaymentMeans/PaymentDueDate", "PaymentTerms/PaymentDueDate"]
        if etree.QName(self.root).localname == "CreditNote":
            places = ["PaymentMeans/PaymentDueDate", "DueDate", "PaymentTerms/PaymentDueDate"]
        return [(next((day for place in places if (day := text(self.root, place))), None), self.bt115)]


class _Cii:
    """The business terms of a CII document."""

    def __init__(self, root: etree._Element) -> None:
        (self.trade,) = found(root, "SupplyChainTradeTransaction")
        (self.settlement,) = found(self.trade, "ApplicableHeaderTradeSettlement")
        self.is_credit_note = text(root, "ExchangedDocument/TypeCode") == "381"
        self.currency = text(self.settlement, "InvoiceCurrencyCode")
        (sums,) = found(self.settlement, "SpecifiedTradeSettlementHeaderMonetarySummation")
        self.bt106 = number(sums, "LineTotalAmount")
        self.bt109 = number(sums, "TaxBasisTotalAmount")
        self.bt112 = number(sums, "GrandTotalAmount")
        self.bt113 = number(sums, "TotalPrepaidAmount")
        self.bt114 = number(sums, "RoundingAmount")
        self.bt115 = number(sums, "DuePayableAmount")

    def lines(self) -> Iterator[tuple[Group, Decimal]]:
        items = found(self.trade, "IncludedSupplyChainTradeLineItem")
        parents = {text(line, "AssociatedDocumentLineDocument/ParentLineID") for line in items}
        for line in items:
            if text(line, "AssociatedDocumentLineDocument/LineID") not in parents:
                (part,) = found(line, "SpecifiedLineTradeSettlement")
                amount = number(part, "SpecifiedTradeSettlementLineMonetarySummation/LineTotalAmount")
                yield _tax(found(part, "ApplicableTradeTax")[0]), amount

    def adjustments(self) -> Iterator[tuple[Group, Decimal]]:
        for each in found(self.settlement, "SpecifiedTradeAllowanceCharge"):
            sign = 1 if text(each, "ChargeIndicator/Indicator") == "true" else -1
            yield _tax(found(each, "CategoryTradeTax")[0]), sign * number(each, "ActualAmount")
        for each in found(self.settlement, "SpecifiedLogisticsServiceCharge"):
            yield _tax(found(each, "AppliedTradeTax")[0]), number(each, "AppliedAmount")

    def breakdown(self) -> Iterator[tuple[Group, Decimal, Decimal]]:
        for row in found(self.settlement, "ApplicableTradeTax"):
            yield _tax(row), number(row, "BasisAmount"), number(row, "CalculatedAmount")

    def instalments(self) -> list[tuple[str | None, Decimal]]:
        """Terms with a discount are conditions; the others with part amounts are instalments."""
        net = [
            each
            for each in found(self.settlement, "SpecifiedTradePaymentTerms")
            if not found(each, "ApplicableTradePaymentDiscountTerms")
        ]
        days = [_day(text(each, "DueDateDateTime/DateTimeString")) for each in net]
        parts = [number(each, "PartialPaymentAmount") for each in net]
        if len(net) > 1 and sum(parts, ZERO) == self.bt115:
            return list(zip(days, parts, strict=True))
        return [(next(iter(days), None), self.bt115)]


def _group(category: etree._Element, code: str, rate: str) -> Group:
    return text(category, code), number(category, rate).normalize()


def _tax(category: etree._Element) -> Group:
    return _group(category, "CategoryCode", "RateApplicablePercent")


def _day(compact: str | None) -> str | None:
    return f"{compact[:4]}-{compact[4:6]}-{compact[6:]}" if compact else None


def _european(document: _Ubl | _Cii) -> Asked:
    unit = units(document.currency)
    lines, adjustments, breakdown = (
        list(each) for each in (document.lines(), document.adjustments(), document.breakdown())
    )
    bases: dict[Group, Decimal] = {}
    for group, amount in (*lines, *adjustments):
        bases[group] = bases.get(group, ZERO) + amount
    vat = sum((row[2] for row in breakdown), ZERO)
    formulas = [
        # BR-CO-10, BR-CO-13, BR-CO-15, BR-CO-16
        (sum((amount for _, amount in lines), ZERO), document.bt106),
        (document.bt106 + sum((amount for _, amount in adjustments), ZERO), document.bt109),
        (document.bt109 + vat, document.bt112),
        (document.bt112 - document.bt113 + document.bt114, document.bt115),
        (sum((row[1] for row in breakdown), ZERO), document.bt109),
        # BR-S-08 and its sisters: the base of each category and rate
        *((bases.get(group, ZERO), taxable) for group, taxable, _ in breakdown),
    ]
    if any(abs(left - right) > TOLERANCE for left, right in formulas):
        return REFUSED
    for (_, rate), taxable, amount in breakdown:
        by_line = sum((rounded(part * rate / 100, unit) for group, part in lines if group[1] == rate), ZERO)
        if abs(taxable * rate / 100 - amount) > TOLERANCE and by_line != amount:
            return REFUSED
    sign = -1 if document.is_credit_note and document.bt109 + vat > 0 else 1
    instalments = [(day, rounded(amount, unit) * sign) for day, amount in document.instalments()]
    return Asked(_sorted(instalments), rounded(document.bt113, unit) * sign)


# --- FatturaPA ----------------------------------------------------------------------------------------------


def _italian(root: etree._Element) -> Asked:
    (body,) = found(root, "FatturaElettronicaBody")
    (general,) = found(body, "DatiGenerali/DatiGeneraliDocumento")
    summary = found(body, "DatiBeniServizi/DatiRiepilogo")
    taxable = sum((number(row, "ImponibileImporto") for row in summary), ZERO)
    vat = sum((number(row, "Imposta") for row in summary), ZERO)
    for row in summary:
        if (
            abs(number(row, "ImponibileImporto") * number(row, "AliquotaIVA") / 100 - number(row, "Imposta"))
            > TOLERANCE
        ):
            rate = number(row, "AliquotaIVA")
            parts = [
                rounded(number(line, "PrezzoTotale") * rate / 100)
                for line in found(body, "DatiBeniServizi/DettaglioLinee")
                if number(line, "AliquotaIVA") == rate
            ]
            if sum(parts, ZERO) != number(row, "Imposta"):
                return REFUSED
    if not _lines_agree(body, general, taxable):
        return REFUSED
    withheld, agents = _withheld(general)
    split = sum((number(row, "Imposta") for row in summary if text(row, "EsigibilitaIVA") == "S"), ZERO)
    gross = _gross(general, taxable + vat, withheld + agents, agents, split)
    if gross is None:
        return REFUSED
    payable = rounded(gross - withheld - agents - split)
    sign = -1 if text(general, "TipoDocumento") == "TD04" and taxable + vat > 0 else 1
    paid = [
        (_italian_due(row, general), number(row, "ImportoPagamento"))
        for row in found(body, "DatiPagamento/DettaglioPagamento")
        if number(row, "ImportoPagamento")
    ]
    if not paid:
        return Asked(((None, payable * sign),))
    stated = sum((amount for _, amount in paid), ZERO)
    for whole in (payable, payable + withheld + agents, payable + withheld + agents + split):
        if abs(whole - stated) <= TOLERANCE:
            return Asked(_sorted(_in_proportion(paid, payable, stated, sign)))
    return REFUSED


def _withheld(general: etree._Element) -> tuple[Decimal, Decimal]:
    """What is withheld, and the agents' fund (TC07) where it is not among that already (RT04)."""
    rows = [
        (text(row, "TipoRitenuta"), number(row, "ImportoRitenuta")) for row in found(general, "DatiRitenuta")
    ]
    agents = sum(
        (
            number(row, "ImportoContributoCassa")
            for row in found(general, "DatiCassaPrevidenziale")
            if text(row, "TipoCassa") == "TC07"
            and ("RT04", number(row, "ImportoContributoCassa")) not in rows
        ),
        ZERO,
    )
    return sum((amount for _, amount in rows), ZERO), agents


def _lines_agree(body: etree._Element, general: etree._Element, taxable: Decimal) -> bool:
    """Lines with any of: welfare funds, the document's discount, stamp duty, rounding within the base."""
    lines = total(body, "DatiBeniServizi/DettaglioLinee/PrezzoTotale")
    funds = sum(
        (
            number(row, "ImportoContributoCassa")
            for row in found(general, "DatiCassaPrevidenziale")
            if text(row, "TipoCassa") != "TC07"
        ),
        ZERO,
    )
    rounding = total(body, "DatiBeniServizi/DatiRiepilogo/Arrotondamento")
    candidates = [funds, *_discounts(general, lines), number(general, "DatiBollo/ImportoBollo"), rounding]
    allowed = max(TOLERANCE, CENT * len(found(body, "DatiBeniServizi/DettaglioLinee")))
    return any(abs(lines + part - taxable) <= allowed for part in _sums(candidates))


def _discounts(general: etree._Element, base: Decimal) -> Iterator[Decimal]:
    for row in found(general, "ScontoMaggiorazione"):
        sign = -1 if text(row, "Tipo") == "SC" else 1
        amount = number(row, "Importo") or rounded(base * number(row, "Percentuale") / 100)
        yield sign * amount


def _gross(
    general: etree._Element, base: Decimal, withheld: Decimal, agents: Decimal, split: Decimal
) -> Decimal | None:
    """The gross amount that explains ImportoTotaleDocumento: base and VAT, something added, something off."""
    stated = text(general, "ImportoTotaleDocumento")
    if stated is None:
        return base
    added = [
        number(general, "DatiBollo/ImportoBollo"),
        number(general, "Arrotondamento"),
        *_discounts(general, base),
    ]
    ways = [
        (base + more, Decimal(stated) - (base + more - less))
        for more in _sums(added)
        for less in _sums([withheld - agents, agents, split])
    ]
    gross, difference = min(ways, key=lambda way: abs(way[1]))
    return gross + difference if abs(difference) <= TOLERANCE else None


def _sums(parts: Iterable[Decimal]) -> list[Decimal]:
    """The sum of every subset, the fewest parts first."""
    present = [part for part in parts if part]
    return [sum(chosen, ZERO) for size in range(len(present) + 1) for chosen in combinations(present, size)]


def _in_proportion(
    paid: list[tuple[str | None, Decimal]], payable: Decimal, stated: Decimal, sign: int
) -> list[tuple[str | None, Decimal]]:
    """Each instalment in the proportion of the payable amount to their sum, cut to cents.

    The cents that are left go to those that were cut most, the earliest first.
    """
    ordered = sorted(paid, key=lambda each: each[0] or "9999")
    exact = [amount * payable / stated for _, amount in ordered]
    cut = [amount.quantize(CENT, ROUND_FLOOR) for amount in exact]
    left = int((payable - sum(cut, ZERO)) / CENT)
    by_loss = sorted(range(len(cut)), key=lambda place: (cut[place] - exact[place], place))
    for place in by_loss[:left]:
        cut[place] += CENT
    return [(day, amount * sign) for (day, _), amount in zip(ordered, cut, strict=True)]


def _italian_due(row: etree._Element, general: etree._Element) -> str | None:
    day = text(row, "DataScadenzaPagamento")
    if day is None and (days := text(row, "GiorniTerminiPagamento")) is not None:
        start = text(row, "DataRiferimentoTerminiPagamento") or text(general, "Data") or ""
        day = (dt.date.fromisoformat(start) + dt.timedelta(days=int(days))).isoformat()
    return day


def _sorted(instalments: Iterable[tuple[str | None, Decimal]]) -> tuple[tuple[str | None, Decimal], ...]:
    return tuple(sorted(instalments, key=lambda each: (each[0] or "", each[1])))
