"""Master data and open items of another program: what becomes of them, exactly, or why nothing does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.errors import OperatingError
from assets.reference.csv_files import read_csv_file
from assets.reference.differences import Difference
from assets.reference.foreign_tables import ForeignTable, SpreadsheetNumber
from assets.reference.import_mappings import ImportMapping, kept_mapping
from assets.reference.importing import Proposal, accept_import, propose_import
from assets.reference.load import read_reference
from assets.reference.templates import NewCompany, new_files

TODAY: Final = dt.date(2026, 11, 29)
NOTHING: Final = ImportMapping()
ITEMS: Final = ("Partita", "Conto", "Importo")
Folder = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Reference files of a new company with a supplier and a customer."""
    files = new_files(NewCompany("MIA", "Mia S.r.l."), "italian", TODAY)
    files["counterparties.csv"] += b"F01,Acciai,supplier,IT,09990149990,,\nC01,Dorica,customer,IT,,,IT1\n"
    files["chart_of_accounts.csv"] += (
        b"MIA,4000001,Acciai,,supplier,F01,true\nMIA,1500001,Dorica,,customer,C01,true\n"
    )
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def table(columns: tuple[str, ...], *rows: tuple[str, ...]) -> ForeignTable:
    """A table whose rows stand below its header."""
    return ForeignTable(columns, tuple(enumerate(rows, start=2)))


def proposed(
    folder: Path, kind: str, given: ForeignTable, mapping: ImportMapping = NOTHING, **options: Any
) -> Proposal:
    """What the table would change; `decimal_mark` and `sign` as a person says them."""
    named = {name: options.pop(name, "") for name in ("decimal_mark", "sign")}
    said = {name: value for name, value in named.items() if value}
    full = replace(mapping, options={**mapping.options, **said})
    return propose_import(folder, kind, given, full, **options)


def only(proposal: Proposal) -> Difference:
    """The only file that would change."""
    (difference,) = proposal.differences
    return difference


def items(folder: Path, *rows: tuple[str, str, str], **options: Any) -> list[tuple[str, str, str, str]]:
    """Key, account, side and amount of the items that these rows of key, account and amount become."""
    added = only(proposed(folder, "open-items", table(ITEMS, *rows), **options)).added
    return [(row["open_item_key"], row["account_code"], row["side"], row["original_amount"]) for row in added]


# --- Columns ------------------------------------------------------------------------------------------------


def test_columns_are_found_by_their_names_and_those_left_out_are_named(folder: Path) -> None:
    given = table(("CODICE", "Ragione Sociale", "Tipo", "Telefono"), ("F02", "Rondinella", "Fornitore", "1"))
    proposal = proposed(folder, "counterparties", given)
    assert proposal.mapping.columns == {
        "counterparty_code": "CODICE",
        "counterparty_name": "Ragione Sociale",
        "counterparty_kind": "Tipo",
    }
    assert proposal.left_out == ("Telefono",)
    assert only(proposal).added == (
        {
            "country_code": "IT",
            "counterparty_code": "F02",
            "counterparty_name": "Rondinella",
            "counterparty_kind": "supplier",
        },
    )


def test_what_is_mapped_by_hand_stands_before_names(folder: Path) -> None:
    given = table(("Codice", "Nome", "Sigla", "K"), ("F02", "Rondinella", "RON", "9"))
    mapping = ImportMapping(
        {"counterparty_name": "sigla", "counterparty_kind": "K"},
        {"country_code": "FR"},
        {("counterparty_kind", "9"): "both"},
    )
    (row,) = only(proposed(folder, "counterparties", given, mapping)).added
    assert row == {
        "counterparty_code": "F02",
        "counterparty_name": "RON",
        "counterparty_kind": "both",
        "country_code": "FR",
    }


def test_a_column_that_may_be_one_of_several_is_asked_for(folder: Path) -> None:
    given = table(("Partita", "Conto", "Importo", "Residuo"), ("1", "4000001", "10", "5"))
    with pytest.raises(OperatingError, match="original_amount may be the column Residuo or Importo"):
        proposed(folder, "open-items", given)


def test_a_mapped_column_that_the_file_has_not_is_named(folder: Path) -> None:
    with pytest.raises(OperatingError, match=r"no column Saldo \(for original_amount\); it has Partita"):
        proposed(folder, "open-items", table(ITEMS), ImportMapping({"original_amount": "Saldo"}))


@pytest.mark.parametrize(
    ("kind", "columns", "sentence"),
    [
        (
            "counterparties",
            ("Codice", "Nome"),
            "counterparty_kind, which counterparties.csv",
        ),
        ("accounts", ("Codice", "Tipo"), "account_name, which chart_of_accounts.csv"),
    ],
)
def test_a_column_that_every_row_needs_is_named(
    folder: Path, kind: str, columns: tuple[str, str], sentence: str
) -> None:
    with pytest.raises(OperatingError, match=f"^no row has {sentence} needs: name its column by --map"):
        proposed(folder, kind, table(columns, ("77", "10")))


@pytest.mark.parametrize(
    ("kind", "columns", "sentence"),
    [
        (
            "open-items",
            ("Conto", "Importo"),
            "open_item_key: name it by --map open_item_key='…'. The file has Conto, Importo",
        ),
        (
            "open-items",
            ("Partita", "Cliente", "Importo"),
            "counterparty_code or account_code: name it by --map counterparty_code='…'. The file has "
            "Partita, Cliente, Importo",
        ),
        (
            "open-items",
            ("Partita", "Conto", "Euro"),
            "original_amount or debit_amount or credit_amount (what is still open of the item, not the total "
            "of its document): name it by --map original_amount='…'. The file has Partita, Conto, Euro",
        ),
        (
            "counterparties",
            ("Cod.", "Nome"),
            "counterparty_code: name it by --map counterparty_code='…'. The file has Cod., Nome",
        ),
    ],
)
def test_a_column_without_which_a_row_is_nothing_is_asked_for(
    folder: Path, kind: str, columns: tuple[str, ...], sentence: str
) -> None:
    with pytest.raises(OperatingError) as refused:
        proposed(folder, kind, table(columns, tuple("1" for _ in columns)))
    assert str(refused.value) == f"no column is found for {sentence}"


def test_a_row_of_totals_is_named_by_its_number(folder: Path) -> None:
    rows = [("P1", "1500001", "10.00"), ("P2", "1500001", "20.00")]
    for total, column in (("Totale", "counterparty_code or account_code"), ("", "open_item_key")):
        with pytest.raises(OperatingError) as refused:
            items(folder, *rows, (total, "" if total else "1500001", "30.00"))
        assert str(refused.value) == (
            f"nothing was taken of 3 rows: row 4, {column}: '', expected a value, as every row has; if this "
            "is a row of totals, take it out of the file"
        )
    assert len(items(folder, *rows)) == 2


@pytest.mark.parametrize("key", ["Totale F01", "TOTALE", "Subtotale fornitori", "Saldo", "Total"])
def test_a_row_of_totals_is_no_item_though_it_has_a_party_and_an_amount(folder: Path, key: str) -> None:
    rows = [("P1", "1500001", "10.00"), ("P2", "1500001", "20.00")]
    with pytest.raises(OperatingError) as refused:
        items(folder, *rows, (key, "1500001", "30.00"))
    assert str(refused.value) == (
        f"nothing was taken of 3 rows: row 4, open_item_key: '{key}', expected a key of one row; if this "
        "is a row "
        "of totals, take it out of the file"
    )
    with_day = table((*ITEMS, "Scadenza"), (key, "1500001", "30.00", "31/10/2026"))
    assert len(only(proposed(folder, "open-items", with_day)).added) == 1
    with pytest.raises(OperatingError, match=r"row 2, account_code: 'Totale'.*take it out of the file"):
        proposed(folder, "accounts", table(("Codice", "Descrizione"), ("Totale", "3 conti")))


# --- Open items ---------------------------------------------------------------------------------------------


def test_the_side_of_an_item_follows_from_its_account_and_its_sign(folder: Path) -> None:
    assert items(
        folder,
        ("1", "4000001", "100.00"),
        ("2", "4000001", "-20.5"),
        ("3", "1500001", "300"),
        ("4", "1500001", "-40"),
    ) == [
        ("1", "4000001", "credit", "100.00"),
        ("2", "4000001", "debit", "20.5"),
        ("3", "1500001", "debit", "300"),
        ("4", "1500001", "credit", "40"),
    ]


def test_columns_for_debit_and_credit_say_side_and_amount(folder: Path) -> None:
    columns = ("Partita", "Codice anagrafica", "Dare", "Avere")
    given = table(
        columns, ("1", "F01", "", "100,00"), ("2", "F01", "20,00", "0,00"), ("3", "C01", "7,00", "")
    )
    added = only(proposed(folder, "open-items", given, decimal_mark="comma")).added
    assert [(row["account_code"], row["side"], row["original_amount"]) for row in added] == [
        ("4000001", "credit", "100.00"),
        ("4000001", "debit", "20.00"),
        ("1500001", "debit", "7.00"),
    ]


def test_an_item_with_amounts_on_both_sides_is_refused(folder: Path) -> None:
    given = table(("Partita", "Conto", "Dare", "Avere"), ("1", "4000001", "1.00", "2.00"))
    with pytest.raises(OperatingError, match=r"row 2, debit_amount: .*expected an amount on one side"):
        proposed(folder, "open-items", given)


def test_an_item_of_a_customer_is_never_put_on_the_account_of_a_supplier_with_the_same_code(
    folder: Path,
) -> None:
    """Where both are numbered apart, F01 of the customers is another: kind and name in the file say so."""
    columns = ("Partita", "Codice fornitore", "Ragione Sociale", "Tipo", "Importo")
    rest = "--prefix puts the letters before its codes that its parties were given"
    with pytest.raises(OperatingError) as of_kind:
        proposed(folder, "open-items", table(columns, ("1", "F01", "Acciai", "C", "10.00")))
    assert str(of_kind.value) == (
        "nothing was taken of 1 row: row 2, counterparty_kind: 'customer', expected supplier, as account "
        f"4000001 of F01 Acciai is; {rest}"
    )
    with pytest.raises(OperatingError) as of_name:
        proposed(folder, "open-items", table(columns, ("1", "F01", "Bar Centrale", "FT", "10.00")))
    assert str(of_name.value) == (
        "nothing was taken of 1 row: row 2, counterparty_name: 'Bar Centrale', expected Acciai, whose "
        f"account 4000001 is; {rest}, and --map counterparty_name= compares no names"
    )


@pytest.mark.parametrize("name", ["", "ACCIAI", "Acciai S.r.l."])
def test_a_name_in_other_letters_or_a_longer_one_is_that_of_the_party(folder: Path, name: str) -> None:
    given = table(("Partita", "Codice fornitore", "Nome", "Importo"), ("1", "F01", name, "10.00"))
    (row,) = only(proposed(folder, "open-items", given)).added
    assert (row["account_code"], row["side"], row["original_amount"]) == ("4000001", "credit", "10.00")


def test_items_of_which_nothing_is_open_are_left_out_and_counted(folder: Path) -> None:
    proposal = proposed(folder, "open-items", table(ITEMS, ("1", "4000001", "0.00"), ("2", "4000001", "1")))
    assert (proposal.zero_count, [row["open_item_key"] for row in only(proposal).added]) == (1, ["2"])


def test_an_item_in_another_currency_needs_its_amount_in_that_of_the_company(folder: Path) -> None:
    columns = ("Partita", "Conto", "Importo", "Divisa", "Controvalore")
    given = table(columns, ("1", "4000001", "-110.00", "USD", "-100.00"))
    (row,) = only(proposed(folder, "open-items", given)).added
    assert (row["side"], row["original_amount"], row["original_amount_company_currency"]) == (
        "debit",
        "110.00",
        "100.00",
    )
    with pytest.raises(OperatingError, match="expected the amount in EUR too: the item is in another"):
        proposed(folder, "open-items", table(columns[:4], ("1", "4000001", "110.00", "USD")))


@pytest.mark.parametrize("text", ["31/10/2026", "31.10.2026", "31-10-2026", "2026-10-31", "20261031"])
def test_days_are_read_in_the_forms_of_other_programs(folder: Path, text: str) -> None:
    given = table((*ITEMS, "Scadenza"), ("1", "4000001", "1", text))
    assert only(proposed(folder, "open-items", given)).added[0]["due_date"] == "2026-10-31"


@pytest.mark.parametrize(
    ("amount", "mark", "sentence"),
    [
        ("7.320,00", "", "7320.00, with a decimal point: this file declares no decimal comma"),
        ("1.085", "", "a number with one reading, not 1.085 or 1085"),
        ("1.085,001", "comma", "at most 2 decimals, as EUR has"),
        ("1.23,4", "comma", "expected an amount"),
        ("", "", "row 2, original_amount: '', expected an amount"),
    ],
)
def test_an_amount_is_read_exactly_or_refused_with_its_row(
    folder: Path, amount: str, mark: str, sentence: str
) -> None:
    with pytest.raises(OperatingError, match=sentence):
        items(folder, ("1", "4000001", amount), decimal_mark=mark)


def test_every_wrong_cell_is_named_with_its_row_in_the_file(folder: Path) -> None:
    given = table(
        ("Partita", "Codice anagrafica", "Importo", "Scadenza"),
        ("1", "F99", "1", "31/02/2026"),
        ("2", "F01", "x", ""),
    )
    with pytest.raises(OperatingError) as refused:
        proposed(folder, "open-items", given)
    assert str(refused.value) == (
        "nothing was taken of 2 rows: row 2, counterparty_code: 'F99', expected one account of it in company "
        "MIA; row 2, due_date: '31/02/2026', expected a day such as 31/10/2026 or 2026-10-31; row 2, side: "
        "'', expected debit or credit, or an account of a customer or supplier; row 3, original_amount: 'x', "
        "expected an amount (--decimal-mark says how they are written)"
    )


def test_a_key_that_stands_twice_is_refused_with_both_rows(folder: Path) -> None:
    with pytest.raises(OperatingError, match=r"rows 2 and 3 have the same .* \(MIA, 1\): nothing was taken"):
        items(folder, ("1", "4000001", "1"), ("1", "4000001", "2"))


@given(
    st.lists(st.decimals("-99999999999.99", "99999999999.99", places=2).filter(bool), min_size=1, max_size=5),
    st.sampled_from(["point", "comma"]),
    st.sampled_from(["point", "comma"]),
)
def test_what_is_imported_comes_into_force_to_the_cent_whatever_the_notations(
    tmp_path_factory: pytest.TempPathFactory, amounts: list[Decimal], theirs: str, ours: str
) -> None:
    folder = tmp_path_factory.mktemp("reference")
    files = new_files(NewCompany("MIA", "Mia S.r.l."), "italian", TODAY)
    files["settings.csv"] += f",reference_decimal_mark,{ours}\n".encode()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    texts = [f"{amount:,.2f}" if theirs == "comma" else f"{amount:.2f}" for amount in amounts]
    if theirs == "comma":
        texts = [text.translate(str.maketrans(",.", ".,")) for text in texts]
    rows = [(str(number), "4000000", text) for number, text in enumerate(texts)]
    proposal = proposed(folder, "open-items", table(ITEMS, *rows), decimal_mark=theirs)
    accept_import(folder, "open-items", proposal)
    read = read_reference(folder, {})
    assert read.findings == ()
    assert [
        Decimal(row["original_amount"]) * (1 if row["side"] == "credit" else -1)
        for row in read.frames["open_item"].to_pylist()
    ] == amounts
    again = only(proposed(folder, "open-items", table(ITEMS, *rows), decimal_mark=theirs))
    assert (again.is_empty, again.same_count) == (True, len(amounts))


# --- Another file of the same program -----------------------------------------------------------------------


def accepted(folder: Path, kind: str, given: ForeignTable, mapping: ImportMapping = NOTHING) -> None:
    """Takes a table as a person does who accepts what is shown."""
    accept_import(folder, kind, proposed(folder, kind, given, mapping))


def again(folder: Path, kind: str, given: ForeignTable, **options: Any) -> Proposal:
    """What a later table would change, with the mapping that was kept."""
    return proposed(folder, kind, given, NOTHING.over(kept_mapping(folder, kind)), **options)


def test_a_column_that_was_found_is_asked_for_when_the_next_file_has_a_rival(folder: Path) -> None:
    accepted(folder, "open-items", table(ITEMS, ("1", "4000001", "100.00")))
    with pytest.raises(OperatingError, match="original_amount may be the column Residuo or Importo"):
        again(folder, "open-items", table((*ITEMS, "Residuo"), ("2", "4000001", "100.00", "40.00")))


def test_what_was_the_same_in_every_row_of_one_file_is_not_taken_for_that_of_the_next(folder: Path) -> None:
    accepted(
        folder, "open-items", table(ITEMS, ("1", "4000001", "1.00")), ImportMapping({}, {"side": "debit"})
    )
    (row,) = only(
        again(folder, "open-items", table((*ITEMS, "Segno"), ("2", "4000001", "2.00", "Avere")))
    ).added
    assert row["side"] == "credit"


def test_a_foreign_item_keeps_its_currency_and_never_half_of_its_amounts(folder: Path) -> None:
    columns = ("Partita", "Conto", "Importo", "Divisa", "Controvalore")
    accepted(folder, "open-items", table(columns, ("1", "4000001", "1000.00", "USD", "920.00")))
    for later in (
        table(ITEMS, ("1", "4000001", "500.00")),
        table(columns, ("1", "4000001", "500", "USD", "")),
    ):
        with pytest.raises(OperatingError, match="expected the amount in EUR too"):
            again(folder, "open-items", later)
    given = table(columns, ("1", "4000001", "500.00", "", "460.00"))
    ((before, after),) = only(again(folder, "open-items", given)).changed
    assert {name: after[name] for name in after if before[name] != after[name]} == {
        "original_amount": "500.00",
        "original_amount_company_currency": "460.00",
    }


def test_two_amounts_of_an_item_with_other_signs_are_refused(folder: Path) -> None:
    columns = ("Partita", "Conto", "Importo", "Divisa", "Controvalore")
    given = table(columns, ("1", "4000001", "1000.00", "USD", "-920.00"))
    with pytest.raises(OperatingError, match=r"'-920\.00', expected an amount with the sign of 1000\.00"):
        proposed(folder, "open-items", given)


def test_an_item_that_says_no_amount_changes_no_side(folder: Path) -> None:
    accepted(folder, "open-items", table(ITEMS, ("1", "1500001", "-50.00")))
    with pytest.raises(OperatingError, match="row 2, original_amount: '', expected an amount"):
        again(folder, "open-items", table((*ITEMS, "Scadenza"), ("1", "1500001", "", "31/12/2026")))


def test_an_item_that_is_closed_elsewhere_and_open_here_is_named(folder: Path) -> None:
    accepted(folder, "open-items", table(ITEMS, ("1", "4000001", "50.00")))
    with pytest.raises(OperatingError, match=r"remove its row from opening_open_items\.csv if nothing"):
        again(folder, "open-items", table(ITEMS, ("1", "4000001", "0.00")))


def test_an_account_of_another_counterparty_is_refused(folder: Path) -> None:
    given = table((*ITEMS, "Codice anagrafica"), ("1", "1500001", "5.00", "F01"))
    with pytest.raises(OperatingError, match="expected an account of F01: 1500001 is that of C01"):
        proposed(folder, "open-items", given)


def test_rows_that_are_one_debt_are_refused_before_there_is_a_ledger(folder: Path) -> None:
    columns = (*ITEMS, "Numero documento", "Data documento")
    first = ("K77", "4000001", "50.00", "77", "01/09/2026")
    with pytest.raises(OperatingError, match="expected a key of its own: K77 of row 2 is this one"):
        proposed(folder, "open-items", table(columns, first, ("k 77", "4000001", "9.00", "", "")))
    repeated = ("B/1", "4000001", "50.00", "77", "01/09/2026")
    with pytest.raises(OperatingError, match="expected a document of its own: row 2 has this one as K77, "):
        proposed(folder, "open-items", table(columns, first, repeated))
    accepted(folder, "open-items", table(columns, first))
    with pytest.raises(OperatingError, match="expected K77, the key under which this document's item is"):
        again(folder, "open-items", table(columns, repeated))


def test_an_amount_beside_debit_and_credit_is_asked_for(folder: Path) -> None:
    columns = ("Partita", "Conto", "Dare", "Avere", "Importo")
    given = table(columns, ("1", "4000001", "0.00", "0.00", "70.00"))
    with pytest.raises(OperatingError, match="the amount may be in Dare, Avere, Importo"):
        proposed(folder, "open-items", given)
    mapping = ImportMapping({"debit_amount": "", "credit_amount": ""})
    (row,) = only(proposed(folder, "open-items", given, mapping)).added
    assert (row["side"], row["original_amount"]) == ("credit", "70.00")


def test_a_file_with_debit_above_zero_is_noticed_and_read_as_it_is_meant(folder: Path) -> None:
    given = table(ITEMS, ("1", "4000001", "-900.00"), ("2", "1500001", "500.00"))
    assert proposed(folder, "open-items", given).turned_count == 1
    proposal = proposed(folder, "open-items", given, sign="ledger")
    assert [(row["side"], row["original_amount"]) for row in only(proposal).added] == [
        ("credit", "900.00"),
        ("debit", "500.00"),
    ]
    assert proposal.turned_count == 0


def test_a_number_of_a_spreadsheet_is_no_text_in_the_notation_of_the_file(folder: Path) -> None:
    given = table(ITEMS, ("1", "4000001", SpreadsheetNumber("1.125")))
    with pytest.raises(OperatingError, match=r"'1\.125', expected at most 2 decimals, as EUR has"):
        proposed(folder, "open-items", given, decimal_mark="comma")
    given = table(ITEMS, ("1", "4000001", SpreadsheetNumber("1.5")), ("2", "4000001", "1,50"))
    proposal = proposed(folder, "open-items", given, decimal_mark="comma")
    assert [row["original_amount"] for row in only(proposal).added] == ["1.5", "1.50"]


@pytest.mark.parametrize(
    "row",
    [
        ("F01", "Dorica", "customer", ""),
        ("F01", "Dorica", "supplier", "09990049992"),
        ("F01", "Acciai", "customer", "09990049992"),
    ],
)
def test_another_party_under_a_taken_code_is_refused(folder: Path, row: tuple[str, ...]) -> None:
    given = table(("Codice", "Nome", "Tipo", "Partita IVA"), row)
    with pytest.raises(
        OperatingError, match="expected another code, since F01 is Acciai, supplier, 09990149990"
    ):
        proposed(folder, "counterparties", given)
    (added,) = only(proposed(folder, "counterparties", given, prefix="X-")).added
    assert added["counterparty_code"] == "X-F01"


def test_a_supplier_who_is_a_customer_too_becomes_both(folder: Path) -> None:
    given = table(("Codice", "Nome", "Tipo", "Partita IVA"), ("F01", "Acciai", "Cliente", "IT09990149990"))
    ((_, after),) = only(proposed(folder, "counterparties", given)).changed
    assert after["counterparty_kind"] == "both"


# --- Differences --------------------------------------------------------------------------------------------


def test_only_what_the_file_says_otherwise_changes_and_blank_cells_take_nothing_away(folder: Path) -> None:
    given = table(("Codice", "Nome", "IBAN"), ("C01", "Dorica Finta", ""), ("F01", "Acciai", ""))
    difference = only(proposed(folder, "counterparties", given))
    ((before, after),) = difference.changed
    assert {name: (before[name], after[name]) for name in after if before[name] != after[name]} == {
        "counterparty_name": ("Dorica", "Dorica Finta")
    }
    assert (difference.added, difference.same_count, difference.absent_count) == ((), 1, 0)


def test_an_account_that_is_there_keeps_the_kind_of_which_the_file_says_nothing(folder: Path) -> None:
    given = table(("Conto", "Descrizione"), ("1801001", "Banca nuova"), ("9999999", "Nuovo"))
    difference = only(proposed(folder, "accounts", given))
    assert [after["account_kind"] for _, after in difference.changed] == ["bank"]
    assert [row["account_kind"] for row in difference.added] == ["other"]


def test_accounts_are_numbered_on_for_those_who_have_none_of_their_kind(folder: Path) -> None:
    columns = ("Codice", "Nome", "Tipo")
    given = table(columns, ("F01", "Acciai", "F"), ("F02", "Rondinella", "F"), ("X", "Beide", "entrambi"))
    proposal = proposed(folder, "counterparties", given, with_accounts=True)
    assert [
        (row["account_code"], row["account_kind"], row["counterparty_code"])
        for row in proposal.differences[1].added
    ] == [("4000002", "supplier", "F02"), ("4000003", "supplier", "X"), ("1500002", "customer", "X")]


def test_what_is_accepted_is_written_and_its_mapping_is_kept_for_the_next_file(folder: Path) -> None:
    mapping = ImportMapping(
        {"counterparty_code": "Cod.", "counterparty_name": "RS"},
        {"counterparty_kind": "supplier"},
        {("country_code", "Sammarinese"): "SM"},
    )
    given = table(("Cod.", "RS", "Paese"), ("#2", "Röndinella, figli", "Sammarinese"))
    accept_import(folder, "counterparties", proposed(folder, "counterparties", given, mapping))
    row = read_csv_file(folder / "counterparties.csv").rows[-1]
    assert (row["counterparty_code"], row["counterparty_name"]) == ("#2", "Röndinella, figli")
    assert row["country_code"] == "SM"
    kept = kept_mapping(folder, "counterparties")
    assert kept == ImportMapping(mapping.columns, {}, mapping.values)
    assert only(proposed(folder, "counterparties", given, NOTHING.over(kept))).is_empty
    assert NOTHING.over(kept).columns == mapping.columns
    assert ImportMapping({}, {"counterparty_name": "X"}).over(kept).columns == {"counterparty_code": "Cod."}


def test_rows_that_the_reference_data_refuse_are_not_written(folder: Path) -> None:
    given = table(("Codice", "Nome", "Tipo", "Paese"), ("F02", "Rondinella", "F", "Narnia"))
    before = (folder / "counterparties.csv").read_bytes()
    with pytest.raises(OperatingError, match=r"row 2, country_code: 'Narnia', expected a country code"):
        accept_import(folder, "counterparties", proposed(folder, "counterparties", given))
    assert (folder / "counterparties.csv").read_bytes() == before


def test_words_of_theirs_are_named_all_at_once_by_their_rows_with_the_option_that_says_what_they_are(
    folder: Path,
) -> None:
    rows = [("1", "Cassa", "Mastro"), ("2", "Banca", "banca"), ("3", "Costi", "Economico")]
    given = ForeignTable(("Conto", "Descrizione", "Tipo"), tuple(zip((2, 4, 7), rows, strict=True)))
    with pytest.raises(OperatingError) as refused:
        accept_import(folder, "accounts", proposed(folder, "accounts", given, company_code="MIA"))
    said = str(refused.value).partition("would be wrong: ")[2]
    kinds = "bank or transit or customer or supplier or other"
    assert said == (
        f"row 2, account_kind: 'Mastro', expected {kinds} (--value 'account_kind:Mastro=…'); "
        f"row 7, account_kind: 'Economico', expected {kinds} (--value 'account_kind:Economico=…')"
    )
