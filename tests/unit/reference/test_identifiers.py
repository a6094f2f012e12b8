"""Numbers of suppliers: what can be one, how it is compared, and the file that adds them (R03 to R05)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.errors import OperatingError
from assets.findings import in_words
from assets.reference.identifiers import identifier_problem, schemes, spelled, vat_identifier
from assets.reference.identifying import IDENTIFIERS_FILE, add_identifier, propose_identifier
from assets.reference.load import read_reference
from assets.reference.proposing import accept_supplier, propose
from assets.statements import statement
from tests.support.effort import examples
from tests.support.invoice_ledgers import DATA, SUPPLIERS
from tests.support.ledgers import ReferenceData, Row, counterparty, identifier, write_files
from tests.support.refused import Refused, findings

MADE: Final = {
    ("VAT", "XI 999999973"): "GB999999973",
    ("VAT", "gb 999 9999 73"): "GB999999973",
    ("VAT", "EL999999004"): "GR999999004",
    ("VAT", "CHE-999.999.016 MWST"): "CH999999016",
    ("VAT", "NO 999 999 018 MVA"): "NO999999018",
    ("VAT", "US 12-3456789"): "US123456789",
    ("VAT", "DE999999027"): None,
    ("VAT", "999999026"): None,
    ("VAT", "IT99999999999"): None,
    ("TAX", "09990149990"): "IT09990149990",
    ("TAX", "it 09990149990"): "IT09990149990",
    ("TAX", "09990149991"): None,
    ("TAX", "VRDGPP13R10B293P"): "ITVRDGPP13R10B293P",
    ("TAX", "DE 201/113/40209"): "DE20111340209",
    ("TAX", "Godkänd för F-skatt"): None,
    ("0088", "7300010000001"): "7300010000001",
    ("0088", "730001000000"): None,
    ("0184", "DK-99990001"): "99990001",
    ("0184", "DK 99 99 00 18"): "99990018",
    ("0007", "559999-0008"): "5599990008",
    ("0199", "999900ABCDEFGHIJKL12"): "999900ABCDEFGHIJKL12",
    ("9999", "1"): None,
}


@pytest.mark.parametrize("written", MADE, ids=lambda written: " ".join(written))
def test_f06_a_number_is_compared_in_one_spelling_or_is_none(written: tuple[str, str]) -> None:
    assert spelled(*written) == MADE[written]


def test_f06_a_text_with_letters_is_a_number_only_if_it_has_as_many_digits() -> None:
    """A number of Mexico or India has almost as many letters; a statement has more."""
    texts = ("XAXA010101ABC", "27AAAAA0000A1ZA", "F-SKATT 2026", "GODKÄND FÖR F-SKATT", "GD001")
    assert [vat_identifier("SE", text) for text in texts] == [
        "SEXAXA010101ABC",
        "SE27AAAAA0000A1ZA",
        None,
        None,
        "SEGD001",
    ]


def test_f06_every_scheme_has_one_meaning_and_every_registration_a_pattern() -> None:
    spellings = [spelling for scheme in schemes().values() for spelling in scheme.spellings]
    assert len(spellings) == len(set(spellings))
    assert [s.scheme_code for s in schemes().values() if (s.kind == "registration") != bool(s.pattern)] == []


@pytest.fixture(scope="module")
def workbench() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the inputs of the statement that spells VAT numbers, all empty."""
    with duckdb.connect(":memory:") as connection:
        for table in (
            "counterparty (counterparty_kind VARCHAR, country_code VARCHAR, vat_number VARCHAR)",
            "company (country_code VARCHAR, vat_number VARCHAR)",
            "counterparty_identifier (scheme_code VARCHAR, identifier VARCHAR)",
            "identifier_scheme (spelling VARCHAR, scheme_kind VARCHAR, country_code VARCHAR)",
            "identifier (file_number BIGINT, position INTEGER, party VARCHAR, role VARCHAR, "
            "scheme_code VARCHAR, identifier VARCHAR)",
            "doc (file_number BIGINT, position INTEGER, supplier_country_code VARCHAR, supplier_vat_number "
            "VARCHAR, customer_country_code VARCHAR, customer_vat_number VARCHAR)",
        ):
            connection.execute(f"CREATE TABLE {table}")
        yield connection


COUNTRIES: Final = st.sampled_from(["IT", "GB", "XI", "GR", "EL", "FR", "CH", "NO", "US", "DE", "MC", None])
NUMBERS: Final = st.tuples(
    st.sampled_from(["", "IT", "GB", "XI", "EL", "FR", "CHE", "CH", "NO", "US", "DE", "GBGB", "A", "12"]),
    st.text("0123456789", min_size=0, max_size=12),
    st.sampled_from(["", "MVA", "IVA", "MWST", "B01", "XYZ"]),
).map("".join)


@settings(max_examples=examples(10, 50))
@given(st.lists(st.tuples(COUNTRIES, NUMBERS), min_size=30, max_size=60, unique=True))
def test_f06_statements_and_the_registry_spell_a_vat_number_alike(
    workbench: duckdb.DuckDBPyConnection, written: list[tuple[str | None, str]]
) -> None:
    workbench.execute("DELETE FROM doc")
    workbench.executemany("INSERT INTO doc VALUES (1, 1, ?, ?, NULL, NULL)", written)
    workbench.execute(statement("invoices", "vat_number"))
    found = workbench.execute("SELECT country_code, written, identifier FROM vat_number").fetchall()
    spelled_alike = {(country, number): vat_identifier(country, number) for country, number in written}
    assert {(row[0], row[1]): row[2] for row in found} == {
        pair: number for pair, number in spelled_alike.items() if number is not None
    }


# --- The file -----------------------------------------------------------------------------------------------


def test_f06_numbers_that_are_none_or_those_of_others_are_refused(tmp_path: Path) -> None:
    data = ReferenceData(
        counterparties=(
            *ReferenceData().counterparties,
            {**counterparty("T001"), "tax_code": "09990149990"},
        ),
        counterparty_identifiers=(
            identifier("S001", "GLN", "7300010000001"),
            identifier("S001", "0211", "IT09990149990"),
            identifier("S001", "VAT", "DE999999027"),
            identifier("S001", "0088", "73000"),
        ),
    )
    file, code = IDENTIFIERS_FILE, "reference_value_invalid"
    assert findings(tmp_path, data) == [
        (
            Refused(file, 2, "scheme_code", code, "GLN"),
            "VAT, TAX, or a code of the list ISO 6523 such as 0088 (docs/reference-data.md)",
        ),
        (Refused(file, 3, "scheme_code", code, "0211"), "VAT for a VAT number (Italy)"),
        (
            Refused(file, 4, "identifier", code, "DE999999027"),
            "a VAT number with its country and right check digits, such as DE999999026",
        ),
        (Refused(file, 5, "identifier", code, "73000"), "a GLN of GS1 as [0-9]{13}"),
    ]
    shared = (
        identifier("S001", "TAX", "IT 09990149990"),
        identifier("S001", "VAT", "IT09990149990"),
        identifier("S002", "VAT", "IT09990149990"),
        identifier("S001", "0184", "DK99990018", valid_to="2026-06-30"),
        identifier("S002", "0184", "99990018", valid_from="2026-06-30"),
        identifier("S001", "0088", "7300010000001", valid_to="2026-06-30"),
        identifier("S002", "0088", "7300010000001", valid_from="2026-07-01"),
        identifier("S003", "0007", "5599990008", "2026-07-01", "2026-06-30"),
    )
    assert findings(tmp_path, data.replace(counterparty_identifiers=shared)) == [
        (
            Refused(file, 2, "identifier", code, "IT 09990149990"),
            "a number of one counterparty: T001 has it too (counterparties.csv)",
        ),
        (
            Refused(file, 5, "identifier", code, "DK99990018"),
            "a number of one counterparty: S002 has it too (line 6)",
        ),
        (
            Refused(file, 6, "identifier", code, "99990018"),
            "a number of one counterparty: S001 has it too (line 5)",
        ),
        (
            Refused(file, 9, "counterparty_code", "reference_code_unknown", "S003"),
            "a counterparty_code of counterparties.csv",
        ),
        (Refused(file, 9, "valid_to", code, "2026-06-30"), "a day on or after valid_from, 2026-07-01"),
    ]


def folder(tmp_path: Path, **changes: tuple[Row, ...]) -> Path:
    """A folder of reference files."""
    write_files(tmp_path / "reference", DATA.replace(**changes).files())
    return tmp_path / "reference"


def test_f06_a_number_is_added_to_a_file_that_is_made_if_it_is_missing(tmp_path: Path) -> None:
    place = folder(tmp_path)
    add_identifier(place, propose_identifier(place, "S001", "gln", "7300010000001"))
    add_identifier(place, propose_identifier(place, "S001", "IT:CF", "09990919996", "2026-10-01"))
    add_identifier(place, propose_identifier(place, "S002", "VAT", "XI999999973", None, "2026-10-31"))
    assert (place / IDENTIFIERS_FILE).read_text("utf-8").splitlines() == [
        "counterparty_code,scheme_code,identifier,valid_from,valid_to",
        "S001,0088,7300010000001,,",
        "S001,TAX,IT09990919996,2026-10-01,",
        "S002,VAT,GB999999973,,2026-10-31",
    ]
    assert read_reference(place, {}).findings == ()


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (("S999", "VAT", "DE999999026"), "counterparties.csv has no counterparty S999"),
        (("S001", "XXX", "1"), "XXX 1: expected VAT, TAX, or a code of the list ISO 6523"),
        (("S001", "VAT", "DE999999027"), "VAT DE999999027: expected a VAT number with its country"),
        (("S001", "TAX", "09990149990"), "S001 Acciai Montevuoto S.p.A. has TAX IT09990149990 already"),
        (("S001", "TAX", "09990159999"), "counterparties.csv"),
    ],
)
def test_f06_a_number_that_cannot_be_added_changes_nothing(
    tmp_path: Path, asked: tuple[str, str, str], message: str
) -> None:
    place = folder(tmp_path)
    with pytest.raises(OperatingError, match=message):
        add_identifier(place, propose_identifier(place, *asked))
    assert not (place / IDENTIFIERS_FILE).exists()


def test_f06_what_is_wrong_with_a_row_names_its_column() -> None:
    assert identifier_problem("VAT", "DE999999026") is None
    problem = identifier_problem("0007", "1")
    assert problem is not None
    column, expected = problem
    assert (column, in_words(expected, "")) == (
        "identifier",
        "a organisation number (Sweden) as [0-9]{10}|[0-9]{12}",
    )


# --- Proposals ----------------------------------------------------------------------------------------------


def document(numbers: str, country: str = "IT", vat_number: str | None = None) -> dict[str, object]:
    """A document of a new supplier with these numbers."""
    return {
        "company_code": "ALBA",
        "supplier_name": "Stål i Ingenstans AB",
        "supplier_country_code": country,
        "supplier_vat_number": vat_number,
        "supplier_tax_code": "GODKNDFRFSKATT",
        "supplier_identifiers": numbers,
    }


GROUP: Final = (
    *SUPPLIERS,
    {**counterparty("G001", "supplier"), "vat_number": "09990909997", "tax_code": "09990919996"},
)


def test_f06_a_statement_is_never_proposed_and_a_registration_gets_a_row(tmp_path: Path) -> None:
    place = folder(tmp_path)
    asked = document("0007:5599990008 0088:7300010000001 VAT:SE559999000801", "SE", "559999000801")
    proposal = propose(place, asked)
    assert proposal.lines == {
        "counterparties.csv": "S004,Stål i Ingenstans AB,supplier,SE,559999000801,,",
        "counterparty_identifiers.csv": "S004,0007,5599990008,,\nS004,0088,7300010000001,,",
        "chart_of_accounts.csv": "ALBA,4000004,Stål i Ingenstans AB,,supplier,S004,true",
    }
    accept_supplier(place, proposal)
    assert read_reference(place, {}).findings == ()
    with pytest.raises(OperatingError, match="the supplier exists: S004 with account 4000004 of ALBA"):
        propose(place, document("0088:7300010000001", "SE"))


def test_f06_a_document_with_a_statement_alone_proposes_nobody(tmp_path: Path) -> None:
    with pytest.raises(OperatingError, match="neither a VAT number nor a tax code nor a registration"):
        propose(folder(tmp_path), document("", "SE"))


def test_f06_another_tax_code_beside_a_vat_number_is_a_member_of_a_group_only_if_said_so(
    tmp_path: Path,
) -> None:
    place = folder(tmp_path, counterparties=GROUP)
    asked = document("TAX:IT09990929995 VAT:IT09990909997", "IT", "09990909997")
    with pytest.raises(OperatingError) as error:
        propose(place, asked)
    assert str(error.value) == (
        "G001 has VAT IT09990909997, and the document bears TAX IT09990929995 too: if that is theirs then "
        "`partita add-identifier G001 TAX IT09990929995`; if it is another member of a VAT group then say "
        "--new"
    )
    assert propose(place, asked, is_new=True).lines["counterparties.csv"] == (
        "S004,Stål i Ingenstans AB,supplier,IT,09990909997,09990929995,"
    )


def test_f06_numbers_of_two_suppliers_propose_nobody(tmp_path: Path) -> None:
    place = folder(tmp_path, counterparties=GROUP)
    asked = document("TAX:IT09990149990 VAT:IT09990909997")
    for is_new in (False, True):
        with pytest.raises(
            OperatingError, match="these are numbers of G001, S001, and one supplier is meant"
        ):
            propose(place, asked, is_new=is_new)


def test_f06_a_supplier_of_great_britain_is_known_for_northern_ireland(tmp_path: Path) -> None:
    british = {**counterparty("N001", "supplier"), "country_code": "GB", "vat_number": "GB 999999973"}
    place = folder(tmp_path, counterparties=(*SUPPLIERS, british))
    assert list(propose(place, document("VAT:GB999999973", "XI", "999999973")).lines) == [
        "chart_of_accounts.csv"
    ]
