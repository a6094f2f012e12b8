"""UBL and CII of a wanted size that add up: what the benchmarks of extraction read, and loads.

They have what EN 16931 asks for and programs write: every amount with its currency, every tax category with
its scheme. What does not belong here: files of a trouble each (`tests.support.invoice_corpus`).
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from samples.invoice_files import CUSTOMER, DECLARATION, indented, leaf, leaves, tag

_UBL: Final = "urn:oasis:names:specification:ubl:schema:xsd:"
_UNCEFACT: Final = "urn:un:unece:uncefact:data:standard:"
_CUSTOMIZATION: Final = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
_CENT: Final = Decimal("0.01")
_TEXT: Final = "Verbrauchsmaterial für die Werkstatt laut Bestellung und Lieferschein, Posten"


def ubl_of_size(bytes_wanted: int, number: int = 1) -> bytes:
    """A UBL invoice of about this size, indented. Each number has other values."""
    lines: list[str] = []
    total = Decimal(0)
    while len(lines) < 1 or sum(map(len, lines)) * 1.2 < bytes_wanted - 5_400:
        price, quantity = _price(number, len(lines) + 1)
        total += price * quantity
        lines.append(_ubl_line(len(lines) + 1, price, quantity))
    return indented(_ubl_invoice(number, total, lines)).encode()


def cii_of_size(bytes_wanted: int, number: int = 1) -> bytes:
    """A CII invoice of about this size, indented. Each number has other values."""
    lines: list[str] = []
    total = Decimal(0)
    while len(lines) < 1 or sum(map(len, lines)) * 1.15 < bytes_wanted - 5_400:
        price, quantity = _price(number, len(lines) + 1)
        total += price * quantity
        lines.append(_cii_line(len(lines) + 1, price, quantity))
    return indented(_cii_invoice(number, total, lines)).encode()


def _price(number: int, index: int) -> tuple[Decimal, int]:
    price = Decimal((number * 7919 + index * 104_729) % 900_000 + 100_000) / 100
    return price, 1 if index % 2 else index


def _vat(total: Decimal) -> Decimal:
    return (total * 19 / 100).quantize(_CENT, ROUND_HALF_UP)


def _euro(name: str, amount: Decimal) -> str:
    return leaf(f"cbc:{name}", f"{amount:.2f}", currencyID="EUR")


def _scheme() -> str:
    return tag("cac:TaxScheme", leaf("cbc:ID", "VAT"))


def _ubl_category(name: str) -> str:
    return tag(f"cac:{name}", leaf("cbc:ID", "S"), leaf("cbc:Percent", "19"), _scheme())


def _ubl_party(name: str, country: str, vat_number: str, registration: str) -> str:
    return tag(
        "cac:Party",
        leaf("cbc:EndpointID", "0204-991-1", schemeID="0204"),
        tag("cac:PartyIdentification", leaf("cbc:ID", "4000000000001", schemeID="0088")),
        tag("cac:PartyName", leaf("cbc:Name", name)),
        tag(
            "cac:PostalAddress",
            leaf("cbc:StreetName", "Ahornweg 5"),
            leaf("cbc:CityName", "Nirgendwo"),
            leaf("cbc:PostalZone", "10115"),
            tag("cac:Country", leaf("cbc:IdentificationCode", country)),
        ),
        tag("cac:PartyTaxScheme", leaf("cbc:CompanyID", vat_number), _scheme()),
        tag(
            "cac:PartyLegalEntity",
            leaf("cbc:RegistrationName", name),
            leaf("cbc:CompanyID", registration, schemeID="0002"),
        ),
        tag("cac:Contact", leaf("cbc:Name", "Buchhaltung"), leaf("cbc:ElectronicMail", "x@nowhere.example")),
    )


def _ubl_line(index: int, price: Decimal, quantity: int) -> str:
    return tag(
        "cac:InvoiceLine",
        leaf("cbc:ID", index),
        leaf("cbc:InvoicedQuantity", quantity, unitCode="C62"),
        _euro("LineExtensionAmount", price * quantity),
        tag(
            "cac:Item",
            leaf("cbc:Description", f"{_TEXT} {index}"),
            leaf("cbc:Name", f"Posten {index}"),
            tag("cac:SellersItemIdentification", leaf("cbc:ID", f"ART-{index:04d}")),
            _ubl_category("ClassifiedTaxCategory"),
        ),
        tag("cac:Price", _euro("PriceAmount", price), leaf("cbc:BaseQuantity", "1", unitCode="C62")),
    )


def _ubl_invoice(number: int, total: Decimal, lines: list[str]) -> str:
    vat = _vat(total)
    content = "".join(
        [
            leaf("cbc:CustomizationID", _CUSTOMIZATION),
            leaf("cbc:ProfileID", "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"),
            leaf("cbc:ID", f"INV-{number}"),
            leaf("cbc:IssueDate", "2026-10-16"),
            leaf("cbc:DueDate", "2026-11-15"),
            leaf("cbc:InvoiceTypeCode", "380"),
            leaf("cbc:Note", "Es gelten unsere Geschäftsbedingungen"),
            leaf("cbc:DocumentCurrencyCode", "EUR"),
            leaf("cbc:BuyerReference", "04011000-12345-34"),
            tag("cac:OrderReference", leaf("cbc:ID", f"PO-{number}")),
            tag(
                "cac:AccountingSupplierParty",
                _ubl_party("Glashütte Ahorn GmbH", "DE", "DE999999026", "HRB 99999"),
            ),
            tag(
                "cac:AccountingCustomerParty",
                _ubl_party("Conserve Altomare S.p.A.", "IT", f"IT{CUSTOMER}", CUSTOMER),
            ),
            tag("cac:Delivery", leaf("cbc:ActualDeliveryDate", "2026-10-15")),
            tag(
                "cac:PaymentMeans",
                leaf("cbc:PaymentMeansCode", "58"),
                leaf("cbc:PaymentID", f"INV-{number}"),
                tag("cac:PayeeFinancialAccount", leaf("cbc:ID", "DE02120300000000202051")),
            ),
            tag("cac:PaymentTerms", leaf("cbc:Note", "30 Tage netto")),
            tag(
                "cac:TaxTotal",
                _euro("TaxAmount", vat),
                tag(
                    "cac:TaxSubtotal",
                    _euro("TaxableAmount", total),
                    _euro("TaxAmount", vat),
                    _ubl_category("TaxCategory"),
                ),
            ),
            tag(
                "cac:LegalMonetaryTotal",
                _euro("LineExtensionAmount", total),
                _euro("TaxExclusiveAmount", total),
                _euro("TaxInclusiveAmount", total + vat),
                _euro("PayableAmount", total + vat),
            ),
            *lines,
        ]
    )
    spaces = (
        f'xmlns="{_UBL}Invoice-2" xmlns:cac="{_UBL}CommonAggregateComponents-2" '
        f'xmlns:cbc="{_UBL}CommonBasicComponents-2"'
    )
    return f"{DECLARATION}<Invoice {spaces}>{content}</Invoice>"


def _ram(**texts: str) -> str:
    return leaves(**{f"ram:{name}": text for name, text in texts.items()})


def _cii_date(name: str, day: str) -> str:
    return tag(f"ram:{name}", leaf("udt:DateTimeString", day, format="102"))


def _cii_party(name: str, country: str, vat_number: str, registration: str) -> str:
    return (
        leaf("ram:GlobalID", "4000000000001", schemeID="0088")
        + leaf("ram:Name", name)
        + tag("ram:SpecifiedLegalOrganization", leaf("ram:ID", registration, schemeID="0002"))
        + tag("ram:DefinedTradeContact", _ram(PersonName="Buchhaltung"))
        + tag(
            "ram:PostalTradeAddress",
            _ram(PostcodeCode="10115", LineOne="Ahornweg 5", CityName="Nirgendwo", CountryID=country),
        )
        + tag("ram:SpecifiedTaxRegistration", leaf("ram:ID", vat_number, schemeID="VA"))
    )


def _cii_line(index: int, price: Decimal, quantity: int) -> str:
    return tag(
        "ram:IncludedSupplyChainTradeLineItem",
        tag("ram:AssociatedDocumentLineDocument", leaf("ram:LineID", index)),
        tag(
            "ram:SpecifiedTradeProduct",
            _ram(SellerAssignedID=f"ART-{index:04d}", Name=f"Posten {index}", Description=f"{_TEXT} {index}"),
        ),
        tag(
            "ram:SpecifiedLineTradeAgreement",
            tag("ram:NetPriceProductTradePrice", _ram(ChargeAmount=f"{price:.2f}")),
        ),
        tag("ram:SpecifiedLineTradeDelivery", leaf("ram:BilledQuantity", f"{quantity}.00", unitCode="C62")),
        tag(
            "ram:SpecifiedLineTradeSettlement",
            tag(
                "ram:ApplicableTradeTax",
                _ram(TypeCode="VAT", CategoryCode="S", RateApplicablePercent="19.00"),
            ),
            tag(
                "ram:SpecifiedTradeSettlementLineMonetarySummation",
                _ram(LineTotalAmount=f"{price * quantity:.2f}"),
            ),
        ),
    )


def _cii_invoice(number: int, total: Decimal, lines: list[str]) -> str:
    vat = _vat(total)
    content = tag(
        "rsm:ExchangedDocumentContext",
        tag("ram:GuidelineSpecifiedDocumentContextParameter", _ram(ID="urn:cen.eu:en16931:2017")),
    ) + tag(
        "rsm:ExchangedDocument",
        _ram(ID=f"RE-{number}", TypeCode="380"),
        _cii_date("IssueDateTime", "20261019"),
        tag("ram:IncludedNote", _ram(Content="Es gelten unsere Geschäftsbedingungen")),
    )
    content += tag(
        "rsm:SupplyChainTradeTransaction",
        *lines,
        tag(
            "ram:ApplicableHeaderTradeAgreement",
            _ram(BuyerReference="04011000-12345-34"),
            tag("ram:SellerTradeParty", _cii_party("Glashütte Ahorn GmbH", "DE", "DE999999026", "HRB 99999")),
            tag("ram:BuyerTradeParty", _cii_party("Conserve Altomare", "IT", f"IT{CUSTOMER}", CUSTOMER)),
            tag("ram:BuyerOrderReferencedDocument", _ram(IssuerAssignedID=f"PO-{number}")),
        ),
        tag(
            "ram:ApplicableHeaderTradeDelivery",
            tag("ram:ActualDeliverySupplyChainEvent", _cii_date("OccurrenceDateTime", "20261018")),
        ),
        tag(
            "ram:ApplicableHeaderTradeSettlement",
            _ram(PaymentReference=f"RE-{number}", InvoiceCurrencyCode="EUR"),
            tag(
                "ram:SpecifiedTradeSettlementPaymentMeans",
                _ram(TypeCode="58"),
                tag("ram:PayeePartyCreditorFinancialAccount", _ram(IBANID="DE02120300000000202051")),
            ),
            tag(
                "ram:ApplicableTradeTax",
                _ram(
                    CalculatedAmount=f"{vat:.2f}",
                    TypeCode="VAT",
                    BasisAmount=f"{total:.2f}",
                    CategoryCode="S",
                    RateApplicablePercent="19.00",
                ),
            ),
            tag(
                "ram:SpecifiedTradePaymentTerms",
                _ram(Description="30 Tage netto"),
                _cii_date("DueDateDateTime", "20261118"),
            ),
            tag(
                "ram:SpecifiedTradeSettlementHeaderMonetarySummation",
                _ram(LineTotalAmount=f"{total:.2f}", TaxBasisTotalAmount=f"{total:.2f}"),
                leaf("ram:TaxTotalAmount", f"{vat:.2f}", currencyID="EUR"),
                _ram(GrandTotalAmount=f"{total + vat:.2f}", DuePayableAmount=f"{total + vat:.2f}"),
            ),
        ),
    )
    spaces = (
        f'xmlns:rsm="{_UNCEFACT}CrossIndustryInvoice:100" '
        f'xmlns:ram="{_UNCEFACT}ReusableAggregateBusinessInformationEntity:100" '
        f'xmlns:udt="{_UNCEFACT}UnqualifiedDataType:100"'
    )
    return f"{DECLARATION}<rsm:CrossIndustryInvoice {spaces}>{content}</rsm:CrossIndustryInvoice>"
