"""Who sent an invoice and to whom it is: strong numbers alone, never one against another (R02 to R05).

Every document of the tables is judged in one delivery; the registry has a supplier of each kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import pytest

from assets.invoices.model import CanonicalDocument
from tests.conftest import MakeHome
from tests.support.invoice_ledgers import ACCOUNTS, DATA, SUPPLIERS, deliver, document, statuses, switch
from tests.support.ledgers import (
    LedgerHome,
    ReferenceData,
    Row,
    account,
    counterparty,
    identifier,
    invoice_rule,
    make_home,
)

NOBODY: Final = {"supplier_vat_number": None, "supplier_tax_code": None, "supplier_name": None}


def supplier(code: str, country: str, vat_number: str = "", tax_code: str = "") -> Row:
    """A row of counterparties.csv for a supplier without a name that documents could differ from."""
    return {
        **counterparty(code, "supplier"),
        "country_code": country,
        "vat_number": vat_number,
        "tax_code": tax_code,
    }


FOREIGN: Final = (
    supplier("GB1", "GB", "GB 999 9999 73"),
    supplier("GR1", "GR", "EL999999004"),
    supplier("SE1", "SE", "SE559999000801"),
    supplier("SE2", "SE", "559999001601"),
    supplier("NO1", "NO", "NO 999 999 018 MVA"),
    supplier("CH1", "CH", "CHE-999.999.016 IVA"),
    supplier("DE1", "DE", "999999026"),
    supplier("DE2", "DE", "", "201/113/40209"),
    supplier("FR1", "FR", "90999999022"),
    supplier("IT1", "IT", "09990309990"),
    supplier("IT2", "IT", "", "09990319999"),
    supplier("XX1", "IT", "99999999999", "N/A"),
    supplier("SX1", "DE", "IT09990329998"),
)


REGISTRY: Final[ReferenceData] = DATA.replace(
    counterparties=(
        *SUPPLIERS,
        *FOREIGN,
        supplier("G1", "IT", "09990189996", "09990199995"),
        supplier("G2", "IT", "09990189996", "09990209992"),
    ),
    counterparty_identifiers=(
        identifier("SE1", "0007", "559999-0008"),
        identifier("SE1", "0088", "7300010000001"),
        identifier("S002", "TAX", "09990249998"),
        identifier("S002", "VAT", "DE 999999034"),
        identifier("S003", "VAT", "FR66999999014", valid_to="2026-10-14"),
        identifier("S003", "VAT", "FR17999999030", valid_from="2026-10-15"),
        identifier("NO1", "0192", "999999018"),
        identifier("DE2", "0060", "123456789"),
    ),
    accounts=(
        *ACCOUNTS,
        *(
            account(f"41{number:05d}", "supplier", company=company, counterparty=row["counterparty_code"])
            for company in ("ALBA", "BREZZA")
            for number, row in enumerate((*FOREIGN, {"counterparty_code": "G1"}, {"counterparty_code": "G2"}))
        ),
    ),
    invoice_rules=(invoice_rule("ALL", "7101001", vat_code="22"),),
)


class Who(NamedTuple):
    """What becomes of a document: its supplier if it is recognised, and the codes of its findings."""

    supplier: str | None
    codes: str | None = None


def numbers(
    country: str | None,
    vat_number: str | None = None,
    tax_code: str | None = None,
    *identifiers: tuple[str, str | None, str],
    form: str = "UBL",
) -> Mapping[str, Any]:
    """A document's supplier by its country, its numbers in the header, and others by role and scheme."""
    return {
        **NOBODY,
        "format": form,
        "type_code": "380" if form in ("UBL", "CII") else "TD01",
        "supplier_country_code": country,
        "supplier_vat_number": vat_number,
        "supplier_tax_code": tax_code,
        "identifiers": identifiers,
    }


KEPT_OUT: Final = "supplier_numbers_disagree"
CASES: Final[dict[str, tuple[Mapping[str, Any], Who]]] = {
    # One country, two prefixes.
    "XI for GB": (numbers("XI", "999999973"), Who("GB1")),
    "GB for GB": (numbers("GB", "999999973"), Who("GB1")),
    "XI beside the address GB": (numbers("GB", "XI999999973"), Who("GB1")),
    "EL for GR": (numbers("EL", "999999004"), Who("GR1")),
    "GR for GR": (numbers("GR", "999999004"), Who("GR1")),
    "the prefix counts before the address": (numbers("IT", "DE999999026"), Who("DE1")),
    "a German address, a VAT number of Italy": (numbers("IT", "09990329998"), Who("SX1")),
    "letters of a French number are no prefix": (numbers("FR", "DE999999026"), Who(None, "R03")),
    "another country has the same digits": (numbers("AT", "999999026"), Who(None, "R03")),
    "no country at all": (numbers(None, "999999026"), Who(None, "R03")),
    "words behind a Swiss number": (numbers("CH", "CHE999999016MWST"), Who("CH1")),
    "words behind a Norwegian number": (numbers("NO", "999999018MVA"), Who("NO1")),
    # Registrations with their scheme.
    "registration alone": (numbers("SE", None, None, ("legal", "0007", "559999 0008")), Who("SE1")),
    "registration in another spelling of the scheme": (
        numbers("SE", None, None, ("legal", "SE:ORGNR", "5599990008")),
        Who("SE1"),
    ),
    "registration without a scheme": (
        numbers("SE", None, None, ("legal", None, "5599990008")),
        Who(None, "R03"),
    ),
    "registration of another scheme": (
        numbers("SE", None, None, ("legal", "0106", "55667788")),
        Who(None, "R03"),
    ),
    "registration that is no such number": (
        numbers("SE", None, None, ("legal", "0007", "5566")),
        Who(None, "R03"),
    ),
    "GLN alone": (numbers("SE", None, None, ("party", "0088", "7300010000001")), Who("SE1")),
    "VAT number as a scheme": (numbers("IT", None, None, ("party", "0211", "IT09990149990")), Who("S001")),
    "tax code as a scheme": (numbers("IT", None, None, ("party", "0210", "09990149990")), Who("S001")),
    "VAT number and a registration that the registry lacks": (
        numbers("SE", "559999001601", None, ("legal", "0007", "5599990016")),
        Who("SE2", "R05"),
    ),
    "VAT number and another GLN than the registry's": (
        numbers("SE", "559999000801", None, ("party", "0088", "7300010000018")),
        Who(None, KEPT_OUT),
    ),
    "VAT number and another registration than the registry's": (
        numbers("SE", "559999000801", None, ("legal", "0007", "5599990024")),
        Who(None, KEPT_OUT),
    ),
    "VAT number of one, registration of another": (
        numbers("SE", "559999001601", None, ("legal", "0007", "5599990008")),
        Who(None, "R04"),
    ),
    # Texts that are no numbers.
    "F-tax statement": (
        numbers(
            "SE", "559999000801", None, ("tax", "TAX", "Godkänd för F-skatt"), ("legal", "0007", "5599990008")
        ),
        Who("SE1"),
    ),
    "F-tax statement alone": (
        numbers("SE", None, None, ("tax", "TAX", "Godkänd för F-skatt")),
        Who(None, "R03"),
    ),
    "F-tax statement in the place of a VAT number": (numbers("SE", "GODKNDFRFSKATT"), Who(None, "R03")),
    "F-tax statement with a year in the tax code": (
        numbers("SE", "559999000801", "GODKNDFRFSKATT2026"),
        Who("SE1"),
    ),
    "name of a register": (
        numbers(
            "NO", "999999018", None, ("tax", "TAX", "Foretaksregisteret"), ("legal", "0192", "999999018")
        ),
        Who("NO1"),
    ),
    "nines instead of a number": (numbers("IT", "99999999999", form="FPR12"), Who(None, "R03")),
    # VAT groups.
    "group alone": (numbers("IT", "09990189996", form="FPR12"), Who(None, "R04")),
    "group and the tax code of a member": (
        numbers("IT", "09990189996", "09990209992", form="FPR12"),
        Who("G2"),
    ),
    "group and an unknown tax code": (
        numbers("IT", "09990189996", "09990229990", form="FPR12"),
        Who(None, "R04"),
    ),
    "group and the tax code of somebody else": (
        numbers("IT", "09990189996", "09990149990", form="FPR12"),
        Who(None, "R04"),
    ),
    # One agrees and another does not.
    "VAT number of one, tax code of another": (
        numbers("IT", "09990149990", "09990159999", form="FPR12"),
        Who(None, "R04"),
    ),
    "VAT number right, tax code unknown": (
        numbers("IT", "09990149990", "09990229990", form="FPR12"),
        Who(None, KEPT_OUT),
    ),
    "VAT number right, the tax code of a person unknown": (
        numbers("IT", "09990309990", "VRDGPP13R10B293P", form="FPR12"),
        Who(None, KEPT_OUT),
    ),
    "tax code right, VAT number unknown": (
        numbers("IT", "09990229990", "09990149990", form="FPR12"),
        Who(None, KEPT_OUT),
    ),
    "tax code right, a foreign VAT number unknown": (
        numbers("DE", "999999018", "09990149990", form="FPR12"),
        Who(None, KEPT_OUT),
    ),
    "the tax code is the VAT number, and the registry has no tax code": (
        numbers("IT", "09990309990", "09990309990", form="FPR12"),
        Who("IT1"),
    ),
    "tax code alone, and the registry has its VAT number": (
        numbers("IT", None, "09990309990", form="FPR12"),
        Who("IT1"),
    ),
    "VAT number alone, and the registry has its tax code": (
        numbers("IT", "09990319999", form="FPR12"),
        Who("IT2"),
    ),
    "a number that was added": (numbers("IT", "09990159999", "09990249998", form="FPR12"), Who("S002")),
    "a VAT number that was added": (numbers("DE", "999999034"), Who("S002")),
    "a number of earlier days": (numbers("FR", "66999999014"), Who(None, "R03")),
    "a number from this day on": (numbers("FR", "17999999030"), Who("S003")),
    # Tax numbers of other countries.
    "a German tax number alone": (numbers("DE", None, None, ("tax", "FC", "201/113/40209")), Who("DE2")),
    "a VAT number and a tax number that the registry lacks": (
        numbers("DE", "999999026", None, ("tax", "FC", "30/222/33333")),
        Who("DE1", "R05"),
    ),
    "the tax number of another one": (
        numbers("DE", "999999026", None, ("tax", "FC", "201/113/40209")),
        Who(None, "R04"),
    ),
    "UBL with the VAT number": (numbers("IT", "09990149990"), Who("S001")),
    "CII with the tax number": (numbers("IT", None, None, ("tax", "FC", "09990149990")), Who("S001")),
    # To whom.
    "company by VAT number and tax code": ({"customer_tax_code": "09990019995"}, Who("S001")),
    "company by tax code": ({"customer_vat_number": None, "customer_tax_code": "09990019995"}, Who("S001")),
    "numbers of two companies of ours": ({"customer_tax_code": "09990029994"}, Who("S001", "R02")),
    "our VAT number, a stranger's tax code": ({"customer_tax_code": "09990229990"}, Who("S001", "R02")),
}


def made(number: str, given: Mapping[str, Any]) -> CanonicalDocument:
    """The document of a case; the frame of identifiers is filled by hand."""
    header = {name: value for name, value in given.items() if name != "identifiers"}
    one = document(document_number=number, **header)
    one.records["identifier"][:] = [
        {"ordinal": place, "party": "supplier", "role": role, "scheme_code": scheme, "identifier": text}
        for place, (role, scheme, text) in enumerate(given.get("identifiers", ()), 1)
    ]
    return one


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LedgerHome]:
    """A ledger to which all documents of the table came in one delivery."""
    home = make_home(tmp_path_factory.mktemp("home"), REGISTRY)
    with home.trial():
        switch(home)
        deliver(home, "d1", [made(name, given) for name, (given, _) in CASES.items()])
        yield home
    home.close()


@pytest.mark.parametrize("name", CASES)
def test_f06_a_supplier_is_who_has_all_strong_numbers_of_the_document(judged: LedgerHome, name: str) -> None:
    expected = CASES[name][1]
    found = judged.rows(
        "SELECT counterparty_code, reason_codes, status FROM ledger.document WHERE document_number = ?",
        [name],
    )
    is_registered = expected.codes in (None, "R05")
    assert found == [(*expected, "registered" if is_registered else "to_register")]


def remedies(home: LedgerHome) -> Sequence[tuple[object, ...]]:
    """Value, expectation and remedy of every open finding."""
    return home.rows(
        "SELECT finding_code, raw_value, expected, remedy FROM ledger.finding WHERE resolution IS NULL "
        "ORDER BY ALL"
    )


def test_f06_numbers_that_disagree_name_both_and_the_command_that_adds_one(trial_home: MakeHome) -> None:
    home = trial_home(REGISTRY)
    switch(home)
    stranger = made("1", numbers("IT", "09990149990", "09990229990", form="FPR12"))
    lacking = made("2", numbers("SE", "559999001601", None, ("legal", "0007", "5599990016")))
    deliver(home, "d1", [stranger, lacking])
    assert remedies(home) == [
        (
            "R05",
            "0007 5599990016",
            "a number that the registry has for SE2",
            "Nothing is kept out. `partita add-identifier SE2 0007 5599990016` adds it.",
        ),
        (
            "supplier_numbers_disagree",
            "TAX IT09990229990",
            "a number that S001 Acciai Montevuoto S.p.A. has, to whom the VAT number leads "
            "(VAT number IT09990149990, tax code IT09990229990)",
            "If it is theirs then `partita add-identifier S001 TAX IT09990229990` adds it, and rerun; if it "
            "is another supplier's (of a VAT group, say) then `partita propose-supplier D1 --new`.",
        ),
    ]
    rows = (*REGISTRY.counterparty_identifiers, identifier("S001", "TAX", "IT09990229990"))
    home.load_reference(REGISTRY.replace(counterparty_identifiers=rows))
    deliver(home, "d1", [stranger, lacking])
    assert statuses(home) == [("1", "registered", None), ("2", "registered", "R05")]


def test_r02_numbers_that_lead_to_two_companies_of_ours_are_no_guess(judged: LedgerHome) -> None:
    found = judged.rows(
        "SELECT document.document_number, finding.expected FROM ledger.finding AS finding "
        "JOIN ledger.document AS document ON document.document_id = finding.document_id "
        "WHERE finding.finding_code = 'R02' ORDER BY ALL"
    )
    assert found == [
        (
            "numbers of two companies of ours",
            "numbers of one of our companies; these are those of ALBA, BREZZA",
        ),
        (
            "our VAT number, a stranger's tax code",
            "the numbers that companies.csv has for ALBA, to whom the VAT number leads; it lacks "
            "IT09990229990",
        ),
    ]
