"""Rows proposed for the supplier of an e-invoice, and appended to the reference files (R03, F06)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from assets.errors import OperatingError, TransientError
from assets.reference.load import read_reference
from assets.reference.proposing import accept_supplier, propose
from tests.support.invoice_ledgers import DATA
from tests.support.ledgers import ReferenceData, account, counterparty, write_files

DOCUMENT: Final[dict[str, object]] = {
    "company_code": "ALBA",
    "supplier_name": "Viteria, Sassoforato S.r.l.",
    "supplier_country_code": "IT",
    "supplier_vat_number": "09990189996",
    "supplier_tax_code": "09990189996",
}
LINES: Final = {
    "counterparties.csv": 'S004,"Viteria, Sassoforato S.r.l.",supplier,IT,09990189996,09990189996,',
    "chart_of_accounts.csv": 'ALBA,4000004,"Viteria, Sassoforato S.r.l.",,supplier,S004,true',
}
Folder = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Writes reference files into a folder."""

    def make(data: ReferenceData = DATA) -> Path:
        write_files(tmp_path / "reference", data.files())
        return tmp_path / "reference"

    return make


def contents(folder: Path) -> dict[str, bytes]:
    """Every file in the folder, hidden ones too."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_f06_the_rows_have_the_data_of_the_document_and_the_next_free_codes(folder: Folder) -> None:
    reference = folder()
    before = contents(reference)
    assert propose(reference, DOCUMENT).lines == LINES
    assert contents(reference) == before


def test_f06_accepted_rows_are_appended_and_nothing_else_changes(folder: Folder) -> None:
    reference = folder()
    before = contents(reference)
    accept_supplier(reference, propose(reference, DOCUMENT))
    assert contents(reference) == before | {
        name: before[name] + line.encode() + b"\n" for name, line in LINES.items()
    }
    assert read_reference(reference, {}).findings == ()


def test_f06_line_ends_separator_mark_and_order_of_columns_stay_as_they_are(folder: Folder) -> None:
    reference = folder()
    for name, data in contents(reference).items():
        text = data.decode().replace(",", ";").replace("\n", "\r\n")
        (reference / name).write_bytes(b"\xef\xbb\xbf" + text.removesuffix("\r\n").encode())
    suppliers = reference / "counterparties.csv"
    text = suppliers.read_bytes().decode("utf-8-sig")
    turned = "\r\n".join(";".join(reversed(line.split(";"))) for line in text.split("\r\n"))
    suppliers.write_bytes(b"\xef\xbb\xbf" + turned.encode())
    before = contents(reference)

    accept_supplier(reference, propose(reference, DOCUMENT | {"supplier_name": "Viteria; Sassoforato"}))

    assert contents(reference) == before | {
        "counterparties.csv": before["counterparties.csv"]
        + b'\r\n;09990189996;09990189996;IT;supplier;"Viteria; Sassoforato";S004\r\n',
        "chart_of_accounts.csv": before["chart_of_accounts.csv"]
        + b'\r\nALBA;4000004;"Viteria; Sassoforato";;supplier;S004;true\r\n',
    }


@pytest.mark.parametrize(
    "known",
    [
        {"supplier_vat_number": "09990149990", "supplier_tax_code": None},
        {"supplier_vat_number": None, "supplier_tax_code": "09990149990"},
    ],
)
def test_f06_a_supplier_that_exists_is_refused(folder: Folder, known: dict[str, object]) -> None:
    with pytest.raises(OperatingError, match="the supplier exists: S001 with account 4000001 of ALBA"):
        propose(folder(), DOCUMENT | known)


def test_f06_a_supplier_of_another_company_needs_an_account_only(folder: Folder) -> None:
    accounts = [
        row for row in DATA.accounts if (row["company_code"], row["account_code"]) != ("ALBA", "4000002")
    ]
    asked = DOCUMENT | {"supplier_vat_number": "09990159999", "supplier_tax_code": None}
    assert propose(folder(DATA.replace(accounts=accounts)), asked).lines == {
        "chart_of_accounts.csv": "ALBA,4000004,Trasporti Rondinella,,supplier,S002,true"
    }


def test_f06_a_customer_that_sells_is_to_become_both_first(folder: Folder) -> None:
    row = {**counterparty("C001", "customer"), "vat_number": "IT09990189996"}
    data = DATA.replace(counterparties=(*DATA.counterparties, row))
    with pytest.raises(OperatingError, match="as the customer C001: set its counterparty_kind to both"):
        propose(folder(data), DOCUMENT)


def test_f06_the_account_can_be_chosen_if_it_is_free(folder: Folder) -> None:
    reference = folder()
    assert propose(reference, DOCUMENT, "4000777").lines["chart_of_accounts.csv"].startswith("ALBA,4000777,")
    with pytest.raises(OperatingError, match="company ALBA has an account 7101001 already"):
        propose(reference, DOCUMENT, "7101001")


def test_f06_the_next_codes_pass_over_those_that_are_used_otherwise(folder: Folder) -> None:
    data = DATA.replace(
        counterparties=(
            *DATA.counterparties,
            counterparty("S004", "customer"),
            counterparty("X77", "supplier"),
        ),
        accounts=(*DATA.accounts, account("4000004", name="Suppliers, sundry")),
    )
    lines = propose(folder(data), DOCUMENT).lines
    assert [line.split(",")[place] for line, place in zip(lines.values(), (0, 1), strict=True)] == [
        "S005",
        "4000005",
    ]


def test_f06_without_any_supplier_the_first_code_is_proposed_and_the_account_asked_for(
    folder: Folder,
) -> None:
    data = DATA.replace(
        counterparties=(),
        accounts=[row for row in DATA.accounts if row["account_kind"] != "supplier"],
        invoice_rules=(),
    )
    reference = folder(data)
    with pytest.raises(OperatingError, match="company ALBA has no numbered account of a supplier"):
        propose(reference, DOCUMENT)
    assert propose(reference, DOCUMENT, "F-1").lines["counterparties.csv"].startswith("S001,")


@pytest.mark.parametrize(
    ("lacking", "message"),
    [
        ({"company_code": None}, "addressed to none of our companies"),
        ({"supplier_vat_number": None, "supplier_tax_code": None}, "neither a VAT number nor a tax code"),
        ({"supplier_name": None}, "does not name its supplier"),
    ],
)
def test_f06_a_document_without_the_data_is_refused(
    folder: Folder, lacking: dict[str, object], message: str
) -> None:
    with pytest.raises(OperatingError, match=message):
        propose(folder(), DOCUMENT | lacking)


def test_f06_rows_that_would_make_the_reference_data_wrong_are_not_written(folder: Folder) -> None:
    reference = folder()
    before = contents(reference)
    with pytest.raises(OperatingError) as error:
        accept_supplier(reference, propose(reference, DOCUMENT | {"supplier_name": "Viteria\x07"}))
    assert str(error.value) == (
        "nothing was written, since the reference data would be wrong: "
        r"chart_of_accounts.csv line 28, column account_name: 'Viteria\x07', expected at most 80 characters"
    )
    assert contents(reference) == before


def test_f06_a_file_without_a_header_is_refused(folder: Folder) -> None:
    reference = folder()
    (reference / "chart_of_accounts.csv").write_bytes(b"\n")
    with pytest.raises(OperatingError, match=r"chart_of_accounts\.csv has no header line"):
        propose(reference, DOCUMENT)


def test_f06_a_file_that_somebody_changed_meanwhile_is_not_overwritten(folder: Folder) -> None:
    reference = folder()
    proposal = propose(reference, DOCUMENT)
    with (reference / "chart_of_accounts.csv").open("ab") as stream:
        stream.write(b"ALBA,7777,Sundry,,other,,true\n")
    before = contents(reference)
    with pytest.raises(TransientError, match=r"chart_of_accounts\.csv was changed meanwhile"):
        accept_supplier(reference, proposal)
    assert contents(reference) == before


# --- What bears the same name -------------------------------------------------------------------------------

NAMESAKE: Final = account("4000009", "supplier", name="VITERIA SASSOFORATO SRL")
"""An account of the supplier that somebody made before his first invoice came: it is nobody's."""


def test_f06_an_account_of_the_same_name_becomes_the_suppliers(folder: Folder) -> None:
    """What was posted on it before, such as an advance, then meets the invoices; other rows stay."""
    accounts = (*DATA.accounts[:2], NAMESAKE, *DATA.accounts[2:])
    reference = folder(DATA.replace(accounts=accounts))
    before = contents(reference)
    old, new = (f"ALBA,4000009,VITERIA SASSOFORATO SRL,,supplier,{code},true\n" for code in ("", "S004"))

    proposal = propose(reference, DOCUMENT)
    accept_supplier(reference, proposal)

    assert proposal.known_account == (
        "account 4000009 is there already, bears the same name and is nobody's yet"
    )
    assert contents(reference) == before | {
        "counterparties.csv": before["counterparties.csv"] + LINES["counterparties.csv"].encode() + b"\n",
        "chart_of_accounts.csv": before["chart_of_accounts.csv"].replace(old.encode(), new.encode()),
    }
    assert before["chart_of_accounts.csv"].count(old.encode()) == 1


def test_f06_a_row_over_several_lines_after_a_blank_one_is_replaced_as_a_whole(folder: Folder) -> None:
    reference = folder(DATA.replace(accounts=(*DATA.accounts, NAMESAKE)))
    path = reference / "chart_of_accounts.csv"
    row = "ALBA,4000009,VITERIA SASSOFORATO SRL,,supplier,,true\n"
    text = path.read_text("utf-8").replace(row, "\n" + row.replace("SRL,,", 'SRL,"Screws\nand nails",'))
    path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    before = path.read_bytes()

    after = propose(reference, DOCUMENT).after["chart_of_accounts.csv"]

    assert after == before.replace(b",supplier,,true", b",supplier,S004,true")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [({"is_new": True}, "4000010"), ({"account_code": "4000777"}, "4000777")],
)
def test_f06_a_new_account_beside_one_of_the_same_name_is_made_if_somebody_asks_for_it(
    folder: Folder, arguments: dict[str, Any], code: str
) -> None:
    proposal = propose(folder(DATA.replace(accounts=(*DATA.accounts, NAMESAKE))), DOCUMENT, **arguments)
    assert (proposal.lines, proposal.known_account) == (
        LINES | {"chart_of_accounts.csv": LINES["chart_of_accounts.csv"].replace("4000004", code)},
        None,
    )


def test_f06_an_account_of_another_name_that_is_nobodys_can_be_named(folder: Folder) -> None:
    data = DATA.replace(accounts=(*DATA.accounts, NAMESAKE | {"account_name": "Screws"}))
    proposal = propose(folder(data), DOCUMENT, "4000009")
    assert (proposal.lines["chart_of_accounts.csv"], proposal.known_account) == (
        "ALBA,4000009,Screws,,supplier,S004,true",
        "account 4000009 is there already, was named and is nobody's yet",
    )


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        ((NAMESAKE, NAMESAKE | {"account_code": "4000010"}), "account 4000009, account 4000010"),
        ((NAMESAKE | {"counterparty_code": "S001"},), "account 4000009 of S001"),
        ((NAMESAKE | {"is_active": "false"},), r"account 4000009 \(not active\)"),
    ],
)
def test_f06_accounts_of_the_same_name_that_cannot_be_taken_are_named(
    folder: Folder, rows: tuple[dict[str, str], ...], named: str
) -> None:
    reference = folder(DATA.replace(accounts=(*DATA.accounts, *rows)))
    with pytest.raises(OperatingError, match=f"{named} of the company bear the name of the supplier"):
        propose(reference, DOCUMENT)


def test_f06_a_counterparty_of_the_same_name_with_other_numbers_is_named(folder: Folder) -> None:
    row = counterparty("S077", "supplier") | {"counterparty_name": "Viteria Sassoforato SRL"}
    reference = folder(DATA.replace(counterparties=(*DATA.counterparties, row | {"tax_code": "09990309991"})))
    with pytest.raises(OperatingError) as error:
        propose(reference, DOCUMENT)
    assert str(error.value) == (
        "counterparties.csv has S077 Viteria Sassoforato SRL with other numbers (09990309991): if it is the "
        "same then correct its row, otherwise say --new"
    )
    assert propose(reference, DOCUMENT, is_new=True).lines["counterparties.csv"].startswith("S078,")
