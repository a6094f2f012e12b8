"""The numbers of suppliers, customers and payees, each with its scheme (R03, R04)."""

from __future__ import annotations

from typing import Any

import pytest

from assets.invoices.readers import read_documents
from samples.invoice_files import cii, fatturapa, leaf, party, tag, ubl


def read(xml: str) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
    """Header and records of the only document of a file that is read without a finding."""
    outcome = read_documents(xml.encode(), "x.xml")
    (document,) = outcome.documents
    assert outcome.findings == ()
    return dict(document.header), {name: list(rows) for name, rows in document.records.items()}


def identifiers(xml: str, party_name: str = "supplier") -> list[tuple[str, str | None, str]]:
    """Role, scheme and number of each identifier of a party."""
    _, records = read(xml)
    return [
        (row["role"], row["scheme_code"], row["identifier"])
        for row in records["identifier"]
        if row["party"] == party_name
    ]


def ubl_seller(*schemes: str, numbers: str = "", registration: str = "") -> str:
    """A UBL invoice of a supplier with these schemes, numbers and registration, and an Italian address."""
    xml = ubl()
    before, _, rest = xml.partition("<cac:PartyTaxScheme>")
    rest = rest.partition("</cac:PartyTaxScheme>")[2].replace(
        "<cbc:CompanyID>B12345674</cbc:CompanyID>", registration
    )
    return (
        before.replace("<cac:PartyName>", numbers + "<cac:PartyName>").replace(">ES<", ">IT<")
        + "".join(schemes)
        + rest
    )


def scheme(number: str, code: str | None = "VAT") -> str:
    """A PartyTaxScheme."""
    return tag(
        "cac:PartyTaxScheme",
        leaf("cbc:CompanyID", number),
        tag("cac:TaxScheme", leaf("cbc:ID", code)) if code is not None else "",
    )


def known_by(xml: str) -> tuple[str | None, ...]:
    """Country, prefix, VAT number and tax code of the supplier."""
    header, _ = read(xml)
    columns = ("country_code", "vat_prefix", "vat_number", "tax_code")
    return tuple(header.get(f"supplier_{column}") for column in columns)


@pytest.mark.parametrize(
    ("xml", "known", "rows"),
    [
        (
            ubl_seller(scheme("SE999999999901"), scheme("Godkänd för F-skatt", "TAX")),
            ("SE", "SE", "999999999901", None),
            [("vat", "VAT", "SE999999999901"), ("tax", "TAX", "Godkänd för F-skatt")],
        ),
        (
            ubl_seller(
                scheme("Foretaksregisteret", "TAX"),
                scheme("NO999999999MVA"),
                registration=leaf("cbc:CompanyID", "999999999", schemeID="0192"),
            ),
            ("NO", "NO", "999999999MVA", None),
            [
                ("tax", "TAX", "Foretaksregisteret"),
                ("vat", "VAT", "NO999999999MVA"),
                ("legal", "0192", "999999999"),
            ],
        ),
        (
            ubl_seller(
                scheme("IT09990149990"),
                registration=leaf("cbc:CompanyID", "RSSMRA80A01A662B", schemeID="0210"),
            ),
            ("IT", "IT", "09990149990", "RSSMRA80A01A662B"),
            [("vat", "VAT", "IT09990149990"), ("legal", "0210", "RSSMRA80A01A662B")],
        ),
        (
            ubl_seller(
                numbers=tag("cac:PartyIdentification", leaf("cbc:ID", "09990149990", schemeID="it:vat"))
            ),
            ("IT", "IT", "09990149990", None),
            [("party", "IT:VAT", "09990149990")],
        ),
        (
            ubl_seller(
                scheme("09990149990", "0210"),
                numbers=tag("cac:PartyIdentification", leaf("cbc:ID", "IT09990149990", schemeID="0211")),
            ),
            ("IT", "IT", "09990149990", "09990149990"),
            [("party", "0211", "IT09990149990"), ("tax", "0210", "09990149990")],
        ),
        (
            ubl_seller(scheme("IT09990149990", None)),
            ("IT", "IT", "09990149990", None),
            [("vat", None, "IT09990149990")],
        ),
        (
            ubl_seller(scheme("Not registered", None)),
            ("IT", None, None, None),
            [("tax", None, "Not registered")],
        ),
        (ubl_seller(scheme("exempt")), ("IT", None, None, None), [("vat", "VAT", "exempt")]),
        (ubl_seller(scheme("XI999999973")), ("GB", "XI", "999999973", None), [("vat", "VAT", "XI999999973")]),
        (
            ubl_seller(scheme("GB 999 9999 73")),
            ("GB", "GB", "999999973", None),
            [("vat", "VAT", "GB 999 9999 73")],
        ),
        (ubl_seller(scheme("el094259216")), ("GR", "EL", "094259216", None), [("vat", "VAT", "el094259216")]),
        (ubl_seller(scheme("GR094259216")), ("GR", "GR", "094259216", None), [("vat", "VAT", "GR094259216")]),
        (
            fatturapa(supplier=party("XI999999973", country="GB", tax_code="rssmra80a01a662b")),
            ("GB", "XI", "999999973", "RSSMRA80A01A662B"),
            [("vat", "VAT", "GBXI999999973"), ("tax", "0210", "rssmra80a01a662b")],
        ),
        (
            fatturapa(supplier=party("094259216", country="EL")),
            ("GR", "EL", "094259216", None),
            [("vat", "VAT", "EL094259216")],
        ),
    ],
    ids=[
        "Sweden's F-tax statement",
        "Norway's register",
        "Italian tax code",
        "Italian number by scheme",
        "both by scheme",
        "no scheme",
        "text without scheme",
        "text with scheme",
        "Northern Ireland",
        "Great Britain",
        "Greece",
        "Greece as GR",
        "FatturaPA, Northern Ireland",
        "FatturaPA, Greece",
    ],
)
def test_a_number_never_moves_into_the_column_of_another_scheme(
    xml: str, known: tuple[str | None, ...], rows: list[tuple[str, str | None, str]]
) -> None:
    assert (known_by(xml), identifiers(xml)) == (known, rows)


def test_cii_numbers_have_their_schemes() -> None:
    numbers = (
        leaf("ram:ID", "K-77")
        + leaf("ram:GlobalID", "4000000000001", schemeID="0088")
        + tag("ram:SpecifiedLegalOrganization", leaf("ram:ID", "HRB 99", schemeID="0204"))
        + tag("ram:SpecifiedTaxRegistration", leaf("ram:ID", "201/113/40209", schemeID="FC"))
    )
    xml = cii().replace("<ram:SellerTradeParty>", f"<ram:SellerTradeParty>{numbers}")
    assert identifiers(xml) == [
        ("party", None, "K-77"),
        ("party", "0088", "4000000000001"),
        ("legal", "0204", "HRB 99"),
        ("tax", "FC", "201/113/40209"),
        ("vat", "VA", "DE123456788"),
    ]
    assert known_by(xml) == ("DE", "DE", "123456788", None)


def test_the_payee_is_read_with_numbers_and_account() -> None:
    payee = tag(
        "ram:PayeeTradeParty",
        leaf("ram:GlobalID", "4000000000002", schemeID="0088"),
        leaf("ram:Name", "Factoring Nirgendwo AG"),
        tag("ram:SpecifiedLegalOrganization", leaf("ram:ID", "HRB 1", schemeID="0204")),
    )
    xml = cii(kind="393", settlement=payee)
    _, records = read(xml)
    assert identifiers(xml, "payee") == [("party", "0088", "4000000000002"), ("legal", "0204", "HRB 1")]
    assert [(row["beneficiary"], row["iban"]) for row in records["payment"]] == [
        ("Factoring Nirgendwo AG", "DE02120300000000202051")
    ]
