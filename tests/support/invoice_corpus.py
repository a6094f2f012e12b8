"""The golden corpus of e-invoices: one file for each trouble that real ones make, by name.

What each file is read as stands in tests/golden/invoices, beside its name; a person has read it there.
"""

from __future__ import annotations

from samples.invoice_files import (
    CUSTOMER,
    OLD_NAMESPACE,
    attachment,
    body,
    cii,
    fatturapa,
    in_base64,
    in_pdf,
    in_pem,
    leaf,
    leaves,
    line,
    party,
    payment,
    payments,
    prefixed,
    signed,
    signed_in_chunks,
    simplified,
    simplified_line,
    summary,
    tag,
    ubl,
)


def corpus() -> dict[str, bytes]:
    """Every file of the corpus, by name."""
    texts = {**_forms(), **_figures(), **_values(), **_european(), **_norm()}
    files = {name: text.encode() for name, text in texts.items()}
    plain = fatturapa(body("FT-7M")).encode()
    return {
        **files,
        **encodings(),
        "der.xml.p7m": signed(plain),
        "ber_in_chunks.xml.p7m": signed_in_chunks(plain),
        "base64.xml.p7m": in_base64(signed(plain)),
        "base64_without_padding.xml.p7m": in_base64(signed(plain + b"\n"), padded=False, wrapped=False),
        "base64_twice.xml.p7m": in_base64(in_base64(signed(plain))),
        "pem.xml.p7m": in_pem(signed(plain)),
        "p7m_in_p7m.xml.p7m.p7m": signed(in_base64(signed_in_chunks(plain))),
        "plain_xml.xml.p7m": plain,
        "facturx.pdf": in_pdf(cii("RE-PDF").encode()),
        "from_the_tax_drawer.xml.pk7": in_base64(signed(plain)),
        "signed_without_an_ending": signed_in_chunks(plain),
    }


def _forms() -> dict[str, str]:
    """FatturaPA as people write it: versions, prefixes, several bodies."""
    bodies = [body(f"L-{number}", date=f"2026-10-0{number}") for number in (1, 2, 3)]
    bad = body("L-2", date="2026-10-02", summaries=[summary(vat="22,00")])
    return {
        "fpr12.xml": fatturapa(),
        "fpa12.xml": fatturapa(
            body(summaries=[summary(exigibility="S")], paid=[payments(payment("100.00"))]), form="FPA12"
        ),
        "old_version.xml": fatturapa(form="SDI11", namespace=OLD_NAMESPACE),
        "default_namespace.xml": fatturapa(prefix=""),
        "no_namespace.xml": fatturapa(namespace=None),
        "prefix_on_every_element.xml": prefixed(fatturapa(prefix="ns2"), "ns2"),
        "invalid_namespace.xml": fatturapa(namespace="http://www.fatturapa.gov.it/sdi/fatturapa/v1.2 "),
        "lotto.xml": fatturapa(*bodies),
        "lotto_with_a_bad_body.xml": fatturapa(bodies[0], bad, bodies[2]),
        "simplified.xml": simplified(
            simplified_line("110.00", rate="10.00"),
            simplified_line("22.00", rate="10.00", vat="2.00"),
            simplified_line("5.00", nature="N2.2"),
        ),
        "simplified_credit_note.xml": simplified(
            simplified_line("12.20", vat="2.20"),
            kind="TD08",
            more=leaf("BolloVirtuale", "SI"),
            references=tag("DatiFatturaRettificata", leaves(NumeroFR="S-0", DataFR="2026-09-30")),
        ),
        "message.xml": f"<MetadatiInvioFile>{leaf('NomeFile', 'IT_00001.xml')}</MetadatiInvioFile>",
    }


def _figures() -> dict[str, str]:
    """What the figures of a document may be."""
    natures = ("N1", "N2.1", "N2.2", "N3.1", "N3.5", "N4", "N5", "N6.1", "N6.9", "N7")
    types = (*range(1, 10), *range(16, 29))
    withheld = tag(
        "DatiRitenuta",
        leaves(TipoRitenuta="RT02", ImportoRitenuta="11.50", AliquotaRitenuta="11.50", CausalePagamento="R"),
    )
    fund = tag(
        "DatiCassaPrevidenziale",
        leaves(
            TipoCassa="TC07",
            AlCassa="8.50",
            ImportoContributoCassa="8.50",
            ImponibileCassa="100.00",
            AliquotaIVA="22.00",
            Ritenuta="SI",
        ),
    )
    discount = tag("ScontoMaggiorazione", leaves(Tipo="SC", Percentuale="5.00"))
    charge = tag("ScontoMaggiorazione", leaves(Tipo="MG", Importo="3.00"))
    stamp = tag("DatiBollo", leaf("BolloVirtuale", "SI"))
    stamp_with_amount = tag("DatiBollo", leaves(BolloVirtuale="SI", ImportoBollo="2.00"))
    return {
        "document_types.xml": fatturapa(*(body(f"T-{each}", kind=f"TD{each:02d}") for each in types)),
        "natures.xml": fatturapa(
            body(
                lines=[line(n, rate="0.00", nature=nature) for n, nature in enumerate(natures, start=1)],
                summaries=[
                    summary(vat="0.00", rate="0.00", nature=nature, exigibility=None, law="Art. 15")
                    for nature in natures
                ],
                total="1000.00",
                paid=(),
            )
        ),
        "agent.xml": fatturapa(
            body(general=withheld + fund, lines=[line(withheld="SI", kind="AC", code="PROVV")])
        ),
        "stamp_duty.xml": fatturapa(body("B-1", general=stamp), body("B-2", general=stamp_with_amount)),
        "discounts.xml": fatturapa(body(general=discount + charge)),
        "rounding.xml": fatturapa(
            body(
                general=leaf("Arrotondamento", "-0.01"),
                summaries=[summary(rounding="0.00345678", ancillary="1.00", exigibility="D")],
            )
        ),
        "negative_invoice.xml": fatturapa(
            body(lines=[line(1, "-100.00")], summaries=[summary("-100.00", "-22.00")], total="-122.00")
        ),
        "negative_credit_note.xml": fatturapa(
            body(kind="TD04", lines=[line(1, "-100.00")], summaries=[summary("-100.00", "-22.00")])
        ),
        "credit_note.xml": fatturapa(
            body(
                kind="TD04",
                references=tag("DatiOrdineAcquisto", leaves(IdDocumento="ODA-3"))
                + tag("DatiContratto", leaves(IdDocumento="C-8", Data="2026-01-02"))
                + tag("DatiFattureCollegate", leaves(IdDocumento="FT-0", Data="2026-09-01")),
            )
        ),
        "instalments.xml": fatturapa(
            body(
                paid=[
                    payments(
                        payment("61.00", "2026-11-30"), payment("61.00", "2026-12-31"), conditions="TP01"
                    )
                ]
            )
        ),
    }


def _values() -> dict[str, str]:
    """Values as programs write them."""
    terms = leaves(DataRiferimentoTerminiPagamento="2026-10-31", GiorniTerminiPagamento="30 gg")
    swiss = party("CHE-114.993.395 IVA", country="CH", name="Orologi Ticino SA")
    person = party(tax_code=" xxxxxx80a01f205x ", person=("Ada", "Prova"))
    return {
        "dates.xml": fatturapa(
            body("D-1", date="2026-10-05+02:00"),
            body("D-2", date=" 2026-10-05 "),
            body("D-3", date="2026-10-05T00:00:00"),
            body("D-4", date="2026-10-05Z", paid=[payments(payment(due="0001-01-01", more=terms))]),
            body("D-5", date="0001-01-01"),
            body("D-6", date="2026-02-30"),
            body("D-7", date="05/10/2026"),
        ),
        "eight_decimals.xml": fatturapa(
            body(
                lines=[line(1, "99.99999999", quantity="3.00000000", price="33.33333333")],
                summaries=[summary("100.00000000", "22.0000")],
            )
        ),
        "too_many_decimals.xml": fatturapa(body(summaries=[summary("100.00001", "22.00")])),
        "missing_quantity.xml": fatturapa(
            body(lines=[line(1, quantity=None), line(2, quantity="due"), line(3, quantity=" ")])
        ),
        "blanks.xml": fatturapa(body(" FT-9 ", general="<Causale>  </Causale>"), supplier=person),
        "missing_values.xml": fatturapa(
            body(" "), body("M-2", kind=None), body("M-3", summaries=[summary("")]), body("M-4", currency=" ")
        ),
        "swiss_supplier.xml": fatturapa(supplier=swiss),
        "british_supplier.xml": fatturapa(supplier=party("GB GB 123 4567 82", country="GB")),
        "attachments.xml": fatturapa(
            body(
                attachments=[attachment("copia.pdf", "aGVs\nbG8="), attachment("nota.txt", "aGVsbG8h", None)]
            )
        ),
        "markup_in_texts.xml": fatturapa(
            body(
                lines=[
                    line(description="A & B <C>"),
                    "<!-- no line -->",
                    line(2, more="<Ignoto><X/></Ignoto>"),
                ]
            )
        ),
    }


def _european() -> dict[str, str]:
    """UBL and CII."""
    reference = tag(
        "cac:BillingReference",
        tag("cac:InvoiceDocumentReference", leaves(**{"cbc:ID": "INV-6", "cbc:IssueDate": "2026-09-01"})),
    )
    embedded = tag(
        "cac:AdditionalDocumentReference",
        leaf("cbc:ID", "DOC-1"),
        tag(
            "cac:Attachment",
            leaf(
                "cbc:EmbeddedDocumentBinaryObject", "aGVsbG8=", mimeCode="application/pdf", filename="c.pdf"
            ),
        ),
    )
    allowance = tag(
        "cac:AllowanceCharge",
        leaves(**{"cbc:ChargeIndicator": "false", "cbc:MultiplierFactorNumeric": "2", "cbc:Amount": "4.00"}),
    )
    instalments = "".join(
        tag("cac:PaymentTerms", leaves(**{"cbc:PaymentDueDate": day, "cbc:Amount": "121.00"}))
        for day in ("2026-11-15", "2026-12-15")
    )
    partial = tag(
        "ram:SpecifiedTradeAllowanceCharge",
        tag("ram:ChargeIndicator", leaf("udt:Indicator", "true")),
        leaf("ram:ActualAmount", "1.00"),
    )
    return {
        "ubl_invoice.xml": ubl(allowance=allowance, attachments=embedded),
        "ubl_credit_note.xml": ubl("CN-1", kind="381", is_credit_note=True, references=reference, due=None),
        "ubl_without_type.xml": ubl("INV-11", kind=None),
        "ubl_credit_note_without_type.xml": ubl("CN-2", kind=None, is_credit_note=True),
        "ubl_reverse_charge.xml": ubl("INV-8", category="AE", rate="0"),
        "ubl_instalments.xml": ubl("INV-9", terms=instalments, due=None),
        "ubl_other_type.xml": ubl("INV-10", kind="384"),
        "ubl_bad_indicator.xml": ubl(allowance=allowance.replace("false", "perhaps")),
        "cii_invoice.xml": cii(),
        "cii_without_lines.xml": cii("RE-10", with_lines=False, settlement=partial),
        "cii_credit_note.xml": cii("GS-1", kind="381"),
        "ubl_of_another_namespace.xml": ubl().replace(":Invoice-2", ":Invoice-1.0"),
        "invoice_of_another_format.xml": '<Invoice xmlns="urn:example:ledger"><ID>1</ID></Invoice>',
        "invoice_of_no_namespace.xml": "<Invoice><ID>1</ID></Invoice>",
        "cii_of_another_namespace.xml": cii().replace("CrossIndustryInvoice:100", "CrossIndustryInvoice:1"),
        "zugferd_1.xml": cii()
        .replace("CrossIndustryInvoice:100", "CrossIndustryDocument:1p0")
        .replace("rsm:CrossIndustryInvoice", "rsm:CrossIndustryDocument"),
    }


def _norm() -> dict[str, str]:
    """What EN 16931 has and FatturaPA has not, and the conditions of payment of both."""
    second = tag(
        "cac:TaxTotal",
        leaf("cbc:TaxAmount", "46.00", currencyID="USD"),
        tag(
            "cac:TaxSubtotal",
            leaf("cbc:TaxableAmount", "220.00", currencyID="USD"),
            leaf("cbc:TaxAmount", "46.20", currencyID="USD"),
            tag("cac:TaxCategory", leaf("cbc:ID", "S"), leaf("cbc:Percent", "21")),
        ),
    )
    withheld = tag("cac:WithholdingTaxTotal", leaf("cbc:TaxAmount", "30.00", currencyID="EUR"))
    statement = tag(
        "cac:PartyTaxScheme",
        leaf("cbc:CompanyID", "Godkänd för F-skatt"),
        tag("cac:TaxScheme", leaf("cbc:ID", "TAX")),
    )
    number = tag("cac:PartyIdentification", leaf("cbc:ID", " 4000000000001 ", schemeID="0088"))
    payee = tag(
        "cac:PayeeParty",
        tag("cac:PartyIdentification", leaf("cbc:ID", "FACT-1")),
        tag("cac:PartyName", leaf("cbc:Name", "Factoring Ninguno S.A.")),
        tag("cac:PartyLegalEntity", leaf("cbc:CompanyID", "999999", schemeID="0002")),
    )
    parties = ubl("INV-11", kind="393")
    parties = parties.replace("<cac:PartyName>", f"{number}<cac:PartyName>", 1)
    parties = parties.replace("<cac:PartyLegalEntity>", f"{statement}<cac:PartyLegalEntity>", 1)
    discount = tag(
        "ram:SpecifiedTradePaymentTerms",
        tag("ram:DueDateDateTime", leaf("udt:DateTimeString", "20261029", format="102")),
        tag("ram:ApplicableTradePaymentDiscountTerms", leaf("ram:CalculationPercent", "2.00")),
    )
    early = leaves(ScontoPagamentoAnticipato="2.44", DataLimitePagamentoAnticipato="2026-10-20")
    late = leaves(DataDecorrenzaPenale="2026-12-31", PenalitaPagamentiRitardati="5.00")
    return {
        "ubl_second_currency.xml": ubl("INV-12", allowance=second),
        "ubl_unknown_amount.xml": ubl("INV-13", allowance=withheld),
        "ubl_parties.xml": parties.replace("<cac:PaymentMeans>", f"{payee}<cac:PaymentMeans>"),
        "cii_discount_alone.xml": cii("RE-11", settlement=discount),
        "discount_for_early_payment.xml": fatturapa(body(paid=[payments(payment(more=early + late))])),
    }


def encodings() -> dict[str, bytes]:
    """The same document in every encoding."""
    names = {
        "utf8.xml": ("UTF-8", "utf-8"),
        "utf8_with_mark.xml": ("UTF-8", "utf-8-sig"),
        "utf16.xml": ("UTF-16", "utf-16"),
        "utf16_without_mark.xml": ("UTF-16", "utf-16-le"),
        "windows1252.xml": ("windows-1252", "cp1252"),
        "latin1.xml": ("ISO-8859-1", "cp1252"),
        "declared_utf16_is_utf8.xml": ("utf-16", "utf-8"),
        "declared_utf8_is_windows1252.xml": ("UTF-8", "cp1252"),
        "declared_windows1252_is_utf8.xml": ("windows-1252", "utf-8"),
        "mark_and_other_declaration.xml": ("ISO-8859-1", "utf-8-sig"),
    }
    files = {
        name: encoded(f'<?xml version="1.0" encoding="{declared}"?>\n', encoding)
        for name, (declared, encoding) in names.items()
    }
    return {
        **files,
        "no_declaration.xml": encoded("", "utf-8"),
        "no_declaration_windows1252.xml": encoded("", "cp1252"),
        "blanks_around.xml": b"\n \t" + encoded("", "utf-8") + b"\n\x00",
    }


def encoded(declaration: str, encoding: str) -> bytes:
    """The document of which every encoding makes the same."""
    document = body("FT-È1", lines=[line(description="Caffè, perché no? 12 €")])
    customer = party(CUSTOMER, name="Città & Società")
    return fatturapa(document, customer=customer, declaration=declaration).encode(encoding)
