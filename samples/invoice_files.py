"""Writes electronic invoices: FatturaPA, UBL and CII as text, and the envelopes and archives around them.

Helpers of tests, benchmarks and loads: they know the formats and never import the product's readers.
Companies are invented; their VAT numbers have right check digits and belong to nobody.
"""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Final
from xml.sax.saxutils import escape

from lxml import etree
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, NameObject

NAMESPACE: Final = "http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2"
OLD_NAMESPACE: Final = "http://www.fatturapa.gov.it/sdi/fatturapa/v1.1"
SIMPLIFIED_NAMESPACE: Final = "http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.0"
DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'

Content = str | int | None


def italian_vat_number(number: int) -> str:
    """An Italian VAT number of nobody (0999…) with its check digit; `number` has at most six digits."""
    digits = f"0999{number:06d}"
    total = 0
    for index, character in enumerate(digits):
        digit = int(character)
        total += digit if index % 2 == 0 else sum(divmod(2 * digit, 10))
    return digits + str(-total % 10)


SUPPLIER: Final = italian_vat_number(1001)
CUSTOMER: Final = italian_vat_number(2002)


def tag(name: str, *content: Content, **attributes: str) -> str:
    """An element with the parts as they are; without parts that are not None it is left out."""
    parts = [str(part) for part in content if part is not None]
    if not parts:
        return ""
    written = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())
    return f"<{name}{written}>{''.join(parts)}</{name}>"


def leaf(name: str, text: Content, **attributes: str) -> str:
    """An element with this text; left out if the text is None."""
    return "" if text is None else tag(name, escape(str(text)), **attributes)


def leaves(**texts: Content) -> str:
    """Elements with these texts, in their order; those that are None are left out."""
    return "".join(leaf(name, text) for name, text in texts.items())


def party(
    vat_number: str = SUPPLIER,
    *,
    country: str = "IT",
    name: str | None = "Officine Meridiane S.r.l.",
    person: tuple[str, str] | None = None,
    tax_code: str | None = None,
) -> str:
    """The data of a supplier or customer."""
    given, family = person or (None, None)
    return tag(
        "DatiAnagrafici",
        tag("IdFiscaleIVA", leaves(IdPaese=country, IdCodice=vat_number)),
        leaf("CodiceFiscale", tax_code),
        tag("Anagrafica", leaves(Denominazione=None if person else name, Nome=given, Cognome=family)),
        leaf("RegimeFiscale", "RF01"),
    ) + tag(
        "Sede",
        leaves(
            Indirizzo="Via dei Glicini",
            NumeroCivico="12",
            CAP="70121",
            Comune="Bari",
            Provincia="BA",
            Nazione="IT",
        ),
    )


def line(
    number: int = 1,
    amount: str = "100.00",
    *,
    description: str = "Manutenzione ordinaria dell'impianto",
    quantity: str | None = "1.00",
    price: str | None = None,
    rate: str = "22.00",
    nature: str | None = None,
    withheld: str | None = None,
    kind: str | None = None,
    code: str | None = None,
    unit: str | None = None,
    more: str = "",
) -> str:
    """One line of an invoice."""
    return tag(
        "DettaglioLinee",
        leaf("NumeroLinea", number),
        leaf("TipoCessionePrestazione", kind),
        tag("CodiceArticolo", leaves(CodiceTipo="INTERNO", CodiceValore=code)) if code else "",
        leaf("Descrizione", description),
        leaf("Quantita", quantity),
        leaf("UnitaMisura", unit),
        leaf("PrezzoUnitario", amount if price is None else price),
        leaf("PrezzoTotale", amount),
        leaf("AliquotaIVA", rate),
        leaf("Ritenuta", withheld),
        leaf("Natura", nature),
        more,
    )


def summary(
    taxable: str = "100.00",
    vat: str = "22.00",
    *,
    rate: str = "22.00",
    nature: str | None = None,
    exigibility: str | None = "I",
    rounding: str | None = None,
    ancillary: str | None = None,
    law: str | None = None,
) -> str:
    """One row of the VAT summary."""
    return tag(
        "DatiRiepilogo",
        leaves(
            AliquotaIVA=rate,
            Natura=nature,
            SpeseAccessorie=ancillary,
            Arrotondamento=rounding,
            ImponibileImporto=taxable,
            Imposta=vat,
            EsigibilitaIVA=exigibility,
            RiferimentoNormativo=law,
        ),
    )


def payment(
    amount: str = "122.00",
    due: str | None = "2026-11-30",
    *,
    method: str = "MP05",
    iban: str | None = "IT60X0542811101000000123456",
    more: str = "",
) -> str:
    """One instalment."""
    return tag(
        "DettaglioPagamento",
        leaf("ModalitaPagamento", method),
        more,
        leaf("DataScadenzaPagamento", due),
        leaf("ImportoPagamento", amount),
        leaf("IBAN", iban),
    )


def payments(*instalments: str, conditions: str = "TP02") -> str:
    """The instalments of one set of conditions."""
    return tag("DatiPagamento", leaf("CondizioniPagamento", conditions), *instalments)


def attachment(name: str, encoded: str, kind: str | None = "PDF") -> str:
    """An attachment with this base64 text."""
    return tag("Allegati", leaves(NomeAttachment=name, FormatoAttachment=kind, Attachment=encoded))


def body(
    number: str = "FT-1",
    *,
    date: str = "2026-10-05",
    kind: str | None = "TD01",
    currency: str = "EUR",
    total: str | None = "122.00",
    general: str = "",
    references: str = "",
    lines: Sequence[str] | None = None,
    summaries: Sequence[str] | None = None,
    paid: Sequence[str] | None = None,
    attachments: Sequence[str] = (),
) -> str:
    """One document. `general` stands behind the number, `references` behind the general data."""
    return tag(
        "FatturaElettronicaBody",
        tag(
            "DatiGenerali",
            tag(
                "DatiGeneraliDocumento",
                leaves(TipoDocumento=kind, Divisa=currency, Data=date, Numero=number),
                general,
                leaf("ImportoTotaleDocumento", total),
            ),
            references,
        ),
        tag("DatiBeniServizi", *(lines or (line(),)), *(summaries or (summary(),))),
        *((payments(payment()),) if paid is None else paid),
        *attachments,
    )


def fatturapa(
    *bodies: str,
    form: str = "FPR12",
    supplier: str | None = None,
    customer: str | None = None,
    prefix: str = "p",
    namespace: str | None = NAMESPACE,
    declaration: str = DECLARATION,
) -> str:
    """A file. Without a prefix the namespace is the default one; without a namespace there is none."""
    root = f"{prefix}:FatturaElettronica" if prefix and namespace else "FatturaElettronica"
    spelled = "" if namespace is None else f' xmlns{":" + prefix if prefix else ""}="{namespace}"'
    header = tag(
        "FatturaElettronicaHeader",
        tag(
            "DatiTrasmissione",
            tag("IdTrasmittente", leaves(IdPaese="IT", IdCodice=SUPPLIER)),
            leaves(
                ProgressivoInvio="00001",
                FormatoTrasmissione=form,
                CodiceDestinatario="UFABCD" if form == "FPA12" else "ABC1234",
            ),
        ),
        tag("CedentePrestatore", supplier or party()),
        tag("CessionarioCommittente", customer or party(CUSTOMER, name="Conserve Altomare S.p.A.")),
    )
    content = "".join(bodies or (body(),))
    return f'{declaration}<{root}{spelled} versione="{form}">{header}{content}</{root}>'


def prefixed(xml: str, prefix: str) -> str:
    """The same file with the prefix on every element."""
    out: list[str] = []
    for index, part in enumerate(xml.split("<")):
        if index == 0 or part.startswith("?"):
            out.append(part)
        elif part.startswith("/"):
            out.append(part if ":" in part.split(">")[0] else f"/{prefix}:{part[1:]}")
        else:
            out.append(part if ":" in part.split(">")[0].split(" ")[0] else f"{prefix}:{part}")
    return "<".join(out)


def indented(xml: str) -> str:
    """The same file with each element on its line, two blanks for each level."""
    return etree.tostring(
        etree.fromstring(xml.encode()), pretty_print=True, xml_declaration=True, encoding="UTF-8"
    ).decode()


def of_size(bytes_wanted: int, number: int = 1, *, is_indented: bool = True) -> bytes:
    """A FatturaPA of about this size that adds up, with two instalments. Each number has other values.

    Indented as most programs write it, or all on one line.
    """
    room = bytes_wanted - (3_500 if is_indented else 2_400)
    a_level = 98 if is_indented else 0
    lines: list[str] = []
    total = Decimal(0)
    while sum(map(len, lines)) + len(lines) * a_level < room:
        index = len(lines) + 1
        price = Decimal((number * 7919 + index * 104_729) % 900_000 + 100_000) / 100
        quantity = 1 if index % 2 else index
        total += quantity * price
        lines.append(
            line(
                index,
                f"{quantity * price:.2f}",
                price=f"{price:.2f}",
                quantity=f"{quantity}.00",
                description=f"Fornitura n. {number * 100 + index} di materiale di consumo per officina, "
                "come da ordine e documento di trasporto",
                unit="PZ",
                code=f"ART-{number % 500:03d}{index:02d}",
            )
        )
    vat = (total * 22 / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
    half = ((total + vat) / 2).quantize(Decimal("0.01"), ROUND_HALF_UP)
    document = body(
        f"FT-{number}",
        lines=lines,
        summaries=[summary(f"{total:.2f}", f"{vat:.2f}")],
        total=f"{total + vat:.2f}",
        paid=[
            payments(
                payment(f"{half:.2f}", "2026-11-30"),
                payment(f"{total + vat - half:.2f}", "2026-12-31"),
                conditions="TP01",
            )
        ],
    )
    return (indented(fatturapa(document)) if is_indented else fatturapa(document)).encode()


def archive(members: Mapping[str, bytes] | Iterable[tuple[str, bytes]], *, packed: bool = True) -> bytes:
    """A ZIP with these members, in this order."""
    pairs = members.items() if isinstance(members, Mapping) else members
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as written:
        for name, data in pairs:
            written.writestr(zipfile.ZipInfo(name, (2026, 10, 5, 0, 0, 0)), data)
    return stream.getvalue()


_SIGNED_DATA: Final = bytes.fromhex("2a864886f70d010702")
_DATA: Final = bytes.fromhex("2a864886f70d010701")
_CHUNK: Final = 1000


def _length(size: int) -> bytes:
    if size < 0x80:
        return bytes([size])
    digits = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(digits)]) + digits


def detached_signature(chunked: bool = False) -> bytes:
    """A signature in DER or BER without the content that it is about."""
    make = indefinite if chunked else definite
    inner = make(0x30, definite(0x06, _DATA))
    certificates = definite(0xA0, definite(0x30, b"\x02\x01\x01" * 50))
    data = make(
        0x30, definite(0x02, b"\x01") + definite(0x31, b"") + inner + certificates + definite(0x31, b"")
    )
    return make(0x30, definite(0x06, _SIGNED_DATA) + make(0xA0, data))


def definite(kind: int, content: bytes) -> bytes:
    """A value of this ASN.1 tag with its length before it."""
    return bytes([kind]) + _length(len(content)) + content


def indefinite(kind: int, content: bytes) -> bytes:
    """A value of this ASN.1 tag that ends with two zero bytes."""
    return bytes([kind, 0x80]) + content + b"\x00\x00"


def signed(content: bytes) -> bytes:
    """A p7m in DER around the content; nobody signed it, which is not what is looked at."""
    inner = definite(0x30, definite(0x06, _DATA) + definite(0xA0, definite(0x04, content)))
    data = definite(0x30, definite(0x02, b"\x01") + definite(0x31, b"") + inner + definite(0x31, b""))
    return definite(0x30, definite(0x06, _SIGNED_DATA) + definite(0xA0, data))


def signed_in_chunks(content: bytes, size: int = _CHUNK) -> bytes:
    """A p7m in BER with indefinite lengths, the content in chunks."""
    chunks = b"".join(definite(0x04, content[start : start + size]) for start in range(0, len(content), size))
    inner = indefinite(0x30, definite(0x06, _DATA) + indefinite(0xA0, indefinite(0x24, chunks)))
    data = indefinite(0x30, definite(0x02, b"\x01") + definite(0x31, b"") + inner + definite(0x31, b""))
    return indefinite(0x30, definite(0x06, _SIGNED_DATA) + indefinite(0xA0, data))


def in_base64(data: bytes, *, padded: bool = True, wrapped: bool = True) -> bytes:
    """The data as base64."""
    encoded = base64.encodebytes(data) if wrapped else base64.b64encode(data)
    return encoded if padded else encoded.rstrip().rstrip(b"=")


def in_pem(data: bytes, label: str = "PKCS7") -> bytes:
    """The data as PEM."""
    return b"-----BEGIN %b-----\n%b-----END %b-----\n" % (
        label.encode(),
        base64.encodebytes(data),
        label.encode(),
    )


def simplified(
    *lines: str, number: str = "S-1", kind: str = "TD07", more: str = "", references: str = ""
) -> str:
    """A simplified invoice (FSM10), whose lines have amounts with VAT in them."""
    header = tag(
        "FatturaElettronicaHeader",
        tag("DatiTrasmissione", leaves(ProgressivoInvio="00002", FormatoTrasmissione="FSM10")),
        tag(
            "CedentePrestatore",
            tag("IdFiscaleIVA", leaves(IdPaese="IT", IdCodice=SUPPLIER)),
            leaf("Denominazione", "Trattoria della Lanterna S.n.c."),
            tag("Sede", leaves(Indirizzo="Piazza Vecchia", CAP="70121", Comune="Bari", Nazione="IT")),
        ),
        tag(
            "CessionarioCommittente",
            tag("IdentificativiFiscali", tag("IdFiscaleIVA", leaves(IdPaese="IT", IdCodice=CUSTOMER))),
            tag("AltriDatiIdentificativi", leaf("Denominazione", "Conserve Altomare S.p.A.")),
        ),
    )
    general = tag(
        "DatiGeneraliDocumento",
        leaves(TipoDocumento=kind, Divisa="EUR", Data="2026-10-07", Numero=number),
        more,
    )
    content = tag("FatturaElettronicaBody", tag("DatiGenerali", general, references), *lines)
    root = "p:FatturaElettronicaSemplificata"
    space = f'xmlns:p="{SIMPLIFIED_NAMESPACE}"'
    return f'{DECLARATION}<{root} {space} versione="FSM10">{header}{content}</{root}>'


def simplified_line(
    gross: str, *, rate: str | None = None, vat: str | None = None, nature: str | None = None
) -> str:
    """A line of a simplified invoice."""
    return tag(
        "DatiBeniServizi",
        leaves(Descrizione="Pasti", Importo=gross),
        tag("DatiIVA", leaves(Imposta=vat, Aliquota=rate)) if rate or vat else "",
        leaf("Natura", nature),
    )


_UBL: Final = "urn:oasis:names:specification:ubl:schema:xsd:"


def _ubl_party(name: str, country: str, vat_number: str, registration: str | None) -> str:
    return tag(
        "cac:Party",
        tag("cac:PartyName", leaf("cbc:Name", f"{name} (trade name)")),
        tag(
            "cac:PostalAddress",
            leaf("cbc:StreetName", "Calle de los Olivos 3"),
            leaf("cbc:CityName", "Valencia"),
            leaf("cbc:PostalZone", "46001"),
            tag("cac:Country", leaf("cbc:IdentificationCode", country)),
        ),
        tag(
            "cac:PartyTaxScheme",
            leaf("cbc:CompanyID", vat_number),
            tag("cac:TaxScheme", leaf("cbc:ID", "VAT")),
        ),
        tag("cac:PartyLegalEntity", leaf("cbc:RegistrationName", name), leaf("cbc:CompanyID", registration)),
    )


def ubl(
    number: str = "INV-7",
    *,
    kind: str | None = "380",
    is_credit_note: bool = False,
    category: str = "S",
    rate: str = "21",
    allowance: str = "",
    terms: str = "",
    references: str = "",
    attachments: str = "",
    due: str | None = "2026-11-15",
) -> str:
    """A UBL invoice or credit note with one line of 200."""
    root = "CreditNote" if is_credit_note else "Invoice"
    counted = "Credited" if is_credit_note else "Invoiced"
    tax = tag(
        "cac:TaxCategory",
        leaf("cbc:ID", category),
        leaf("cbc:Percent", rate),
        leaf("cbc:TaxExemptionReason", None if category == "S" else "Reverse charge"),
        tag("cac:TaxScheme", leaf("cbc:ID", "VAT")),
    )
    vat = "42.00" if category == "S" else "0.00"
    total = "242.00" if category == "S" else "200.00"
    content = "".join(
        [
            leaf("cbc:ID", number),
            leaf("cbc:IssueDate", "2026-10-16"),
            leaf("cbc:DueDate", due),
            leaf(f"cbc:{root}TypeCode", kind),
            leaf("cbc:DocumentCurrencyCode", "EUR"),
            references,
            attachments,
            tag("cac:AccountingSupplierParty", _ubl_party("Olivares S.L.", "ES", "ESB12345674", "B12345674")),
            tag("cac:AccountingCustomerParty", _ubl_party("Conserve Altomare", "IT", f"IT{CUSTOMER}", None)),
            tag(
                "cac:PaymentMeans",
                leaf("cbc:PaymentMeansCode", "30"),
                tag("cac:PayeeFinancialAccount", leaf("cbc:ID", "ES9121000418450200051332")),
            ),
            terms,
            allowance,
            tag(
                "cac:TaxTotal",
                leaf("cbc:TaxAmount", vat, currencyID="EUR"),
                tag(
                    "cac:TaxSubtotal",
                    leaf("cbc:TaxableAmount", "200.00", currencyID="EUR"),
                    leaf("cbc:TaxAmount", vat, currencyID="EUR"),
                    tax,
                ),
            ),
            tag(
                "cac:LegalMonetaryTotal",
                leaf("cbc:LineExtensionAmount", "200.00", currencyID="EUR"),
                leaf("cbc:TaxInclusiveAmount", total, currencyID="EUR"),
                leaf("cbc:PrepaidAmount", "0.00", currencyID="EUR"),
                leaf("cbc:PayableAmount", total, currencyID="EUR"),
            ),
            tag(
                f"cac:{root}Line",
                leaf("cbc:ID", "1"),
                leaf(f"cbc:{counted}Quantity", "2.00000000", unitCode="C62"),
                leaf("cbc:LineExtensionAmount", "200.00", currencyID="EUR"),
                tag(
                    "cac:Item",
                    leaf("cbc:Name", "Olive in salamoia"),
                    tag("cac:SellersItemIdentification", leaf("cbc:ID", "OL-20")),
                    tag(
                        "cac:ClassifiedTaxCategory",
                        leaf("cbc:ID", category),
                        leaf("cbc:Percent", rate),
                        tag("cac:TaxScheme", leaf("cbc:ID", "VAT")),
                    ),
                ),
                tag("cac:Price", leaf("cbc:PriceAmount", "100.00", currencyID="EUR")),
            ),
        ]
    )
    spaces = (
        f'xmlns="{_UBL}{root}-2" xmlns:cac="{_UBL}CommonAggregateComponents-2" '
        f'xmlns:cbc="{_UBL}CommonBasicComponents-2"'
    )
    return f"{DECLARATION}<{root} {spaces}>{content}</{root}>"


def _cii_party(name: str, country: str, vat_number: str) -> str:
    return (
        leaf("ram:Name", name)
        + tag(
            "ram:PostalTradeAddress",
            leaf("ram:PostcodeCode", "10115"),
            leaf("ram:LineOne", "Ahornweg 5"),
            leaf("ram:CityName", "Berlin"),
            leaf("ram:CountryID", country),
        )
        + tag("ram:SpecifiedTaxRegistration", leaf("ram:ID", vat_number, schemeID="VA"))
    )


def _cii_date(name: str, day: str, space: str = "udt") -> str:
    return tag(name, leaf(f"{space}:DateTimeString", day, format="102"))


def cii(
    number: str = "RE-9",
    *,
    kind: str = "380",
    with_lines: bool = True,
    settlement: str = "",
    agreement: str = "",
) -> str:
    """A CII invoice (Factur-X) with one line of 300; `settlement` and `agreement` stand where they belong."""
    line_item = tag(
        "ram:IncludedSupplyChainTradeLineItem",
        tag("ram:AssociatedDocumentLineDocument", leaf("ram:LineID", "1")),
        tag("ram:SpecifiedTradeProduct", leaves(**{"ram:SellerAssignedID": "G-7", "ram:Name": "Gläser"})),
        tag(
            "ram:SpecifiedLineTradeAgreement",
            tag("ram:NetPriceProductTradePrice", leaf("ram:ChargeAmount", "1.50")),
        ),
        tag("ram:SpecifiedLineTradeDelivery", leaf("ram:BilledQuantity", "200", unitCode="C62")),
        tag(
            "ram:SpecifiedLineTradeSettlement",
            tag(
                "ram:ApplicableTradeTax",
                leaves(
                    **{"ram:TypeCode": "VAT", "ram:CategoryCode": "S", "ram:RateApplicablePercent": "19.00"}
                ),
            ),
            tag(
                "ram:SpecifiedTradeSettlementLineMonetarySummation",
                leaf("ram:LineTotalAmount", "300.00"),
            ),
        ),
    )
    content = "".join(
        [
            tag(
                "rsm:ExchangedDocument",
                leaf("ram:ID", number),
                leaf("ram:TypeCode", kind),
                _cii_date("ram:IssueDateTime", "20261019"),
            ),
            tag(
                "rsm:SupplyChainTradeTransaction",
                line_item if with_lines else "",
                tag(
                    "ram:ApplicableHeaderTradeAgreement",
                    tag("ram:SellerTradeParty", _cii_party("Glashütte Ahorn GmbH", "DE", "DE123456788")),
                    tag("ram:BuyerTradeParty", _cii_party("Conserve Altomare", "IT", f"IT{CUSTOMER}")),
                    agreement,
                ),
                tag(
                    "ram:ApplicableHeaderTradeSettlement",
                    leaf("ram:InvoiceCurrencyCode", "EUR"),
                    tag(
                        "ram:SpecifiedTradeSettlementPaymentMeans",
                        leaf("ram:TypeCode", "58"),
                        tag(
                            "ram:PayeePartyCreditorFinancialAccount",
                            leaf("ram:IBANID", "DE02120300000000202051"),
                        ),
                    ),
                    tag(
                        "ram:ApplicableTradeTax",
                        leaves(
                            **{
                                "ram:CalculatedAmount": "57.00",
                                "ram:TypeCode": "VAT",
                                "ram:BasisAmount": "300.00",
                                "ram:CategoryCode": "S",
                                "ram:RateApplicablePercent": "19.00",
                            }
                        ),
                    ),
                    settlement
                    or tag("ram:SpecifiedTradePaymentTerms", _cii_date("ram:DueDateDateTime", "20261118")),
                    tag(
                        "ram:SpecifiedTradeSettlementHeaderMonetarySummation",
                        leaf("ram:TaxTotalAmount", "57.00", currencyID="EUR"),
                        leaves(**{"ram:GrandTotalAmount": "357.00", "ram:DuePayableAmount": "357.00"}),
                    ),
                ),
            ),
        ]
    )
    spaces = (
        'xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100" '
        'xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100" '
        'xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100"'
    )
    return f"{DECLARATION}<rsm:CrossIndustryInvoice {spaces}>{content}</rsm:CrossIndustryInvoice>"


def in_pdf(xml: bytes, name: str = "factur-x.xml") -> bytes:
    """A PDF of one empty page that carries the XML."""
    return pdf_with((name, xml))


def pdf_with(*files: tuple[str, bytes], are_listed: bool = True) -> bytes:
    """A PDF of one empty page with these files: listed as attached, or its associated files only."""
    writer = PdfWriter()
    writer.add_blank_page(width=200, height=200)
    for name, content in files:
        writer.add_attachment(name, content)
    if not are_listed:
        specifications = [each.pdf_object.indirect_reference for each in writer.attachment_list]
        writer.root_object[NameObject("/AF")] = ArrayObject(specifications)
        del writer.root_object["/Names"]
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()
