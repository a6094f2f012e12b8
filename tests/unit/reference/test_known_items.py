"""Open items of another program in a home in use: what the ledger has already comes in no second time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

import pytest

from assets.errors import OperatingError
from assets.reference.foreign_tables import ForeignTable
from assets.reference.import_mappings import ImportMapping, keep_mapping, kept_mapping
from assets.reference.importing import Proposal, accept_import, propose_import
from assets.reference.known_items import LeftOut
from tests.conftest import MakeHome
from tests.support.ledgers import LedgerHome, ReferenceData, account, open_item
from tests.unit.cli.small_ledger import insert

COLUMNS: Final = ("Partita", "Conto", "Importo", "Numero documento", "Data documento", "Scadenza")
DATA: Final = ReferenceData(
    accounts=(
        *ReferenceData().accounts,
        account("1500901", "customer", counterparty="C001"),
        account("4000901", "supplier", counterparty="C001"),
    ),
    items=(open_item("FV-1", "100.00", document_number="1/2026", document_date="2026-09-01"),),
)
CUSTOMER: Final = "1500001"


@pytest.fixture
def home(make_home: MakeHome) -> Iterator[LedgerHome]:
    """A home in use, whose ledger has an item of an invoice of 2026 and one that was withdrawn."""
    home = make_home(DATA)
    with home.transaction():
        insert(home.workbench, "open_item", invoice_item(901, "ALBA-FV-2026-7", "FV 7"))
        insert(home.workbench, "open_item", invoice_item(902, "ALBA-FV-2026-8", "FV 8", status="withdrawn"))
    yield home
    home.close()


def invoice_item(number: int, key: str, document: str, **columns: Any) -> dict[str, Any]:
    """The open item of an invoice of a customer, as the ledger has it."""
    return {
        "item_id": number,
        "company_code": "ALBA",
        "account_code": CUSTOMER,
        "open_item_key": key,
        "side": "debit",
        "document_number": document,
        "document_date": dt.date(2026, 9, 14),
        "due_date": dt.date(2026, 10, 14),
        "currency_code": "EUR",
        "original_amount": Decimal("80.00"),
        "original_amount_company_currency": Decimal("80.00"),
        "settled_amount": Decimal(0),
        "settled_amount_company_currency": Decimal(0),
        "status": "open",
        "origin": "invoice",
        "opened_at": "2026-10-01 08:00:00",
    } | columns


def proposed(home: LedgerHome, *rows: tuple[str, ...], accepts: bool = False) -> Proposal:
    """What the rows would change in the reference data of the home."""
    folder = home.root / "reference"
    cells = [row + ("",) * (len(COLUMNS) - len(row)) for row in rows]
    table = ForeignTable(COLUMNS, tuple(enumerate(cells, start=2)))
    with home.ledger.reading() as ledger:
        proposal = propose_import(
            folder, "open-items", table, ImportMapping(), company_code="ALBA", ledger=ledger
        )
        if accepts:
            accept_import(folder, "open-items", proposal, ledger)
    return proposal


def added(proposal: Proposal) -> list[str]:
    """The keys of the items that are new."""
    (difference,) = proposal.differences
    return [row["open_item_key"] for row in difference.added]


def changed(proposal: Proposal) -> list[dict[str, tuple[str, str]]]:
    """What stands in each row that would change, and what would."""
    (difference,) = proposal.differences
    return [
        {name: (value, after[name]) for name, value in before.items() if value != after[name]}
        for before, after in difference.changed
    ]


def said(left_out: list[LeftOut]) -> list[tuple[str, str]]:
    """Keys of theirs, and what is said of each."""
    return [(each.open_item_key, each.said) for each in left_out]


def refusal(home: LedgerHome, *rows: tuple[str, ...]) -> str:
    """Why nothing is taken of these rows, without the words before the first one."""
    with pytest.raises(OperatingError) as raised:
        proposed(home, *rows)
    return str(raised.value).partition(": ")[2]


def test_items_that_the_ledger_has_under_their_key_stay_and_those_that_differ_are_named(
    home: LedgerHome,
) -> None:
    proposal = proposed(
        home,
        ("FV-1", CUSTOMER, "20.00", "1 / 2026"),
        ("ALBA-FV-2026-7", CUSTOMER, "80.00"),
        ("FV-2", CUSTOMER, "7.00"),
    )
    assert (added(proposal), proposal.compared.stays_count) == (["FV-2"], 2)
    assert said(proposal.compared.differing) == [("FV-1", "20.00 there, 100.00 EUR here")]
    assert proposal.differences[0].absent_count == 0


def test_what_is_closed_there_or_paid_here_is_a_difference(home: LedgerHome) -> None:
    settle_item(home, "ALBA-FV-2026-7", "80.00")
    proposal = proposed(
        home, ("FV-1", CUSTOMER, "0.00"), ("ALBA-FV-2026-7", CUSTOMER, "80.00"), ("X", CUSTOMER, "0.00")
    )
    assert (added(proposal), proposal.zero_count) == ([], 2)
    assert said(proposal.compared.differing) == [
        ("FV-1", "nothing open there, 100.00 EUR here"),
        ("ALBA-FV-2026-7", "80.00 there, paid here"),
    ]


def settle_item(home: LedgerHome, key: str, amount: str) -> None:
    """So much of an item is settled, as far as an import sees it."""
    with home.transaction():
        home.workbench.execute(
            "UPDATE ledger.open_item SET settled_amount = $amount, "
            "settled_amount_company_currency = $amount, "
            "status = CASE WHEN original_amount = $amount THEN 'closed' ELSE status END "
            "WHERE open_item_key = $key",
            {"key": key, "amount": Decimal(amount)},
        )


@pytest.mark.parametrize(
    ("row", "contradiction"),
    [
        pytest.param(("FV-1", "1500002", "20.00"), "account 1500001", id="account"),
        pytest.param(("ALBA-FV-2026-7", "1500002", "20.00"), "account 1500001", id="account of an invoice"),
        pytest.param(("FV-1", CUSTOMER, "-20.00"), "side debit", id="side"),
        pytest.param(("FV-1", CUSTOMER, "20.00", "9/2026"), "document number 1/2026", id="number"),
        pytest.param(("FV-1", CUSTOMER, "20.00", "", "2026-11-01"), "document date 2026-09-01", id="date"),
        pytest.param(
            ("FV-1", CUSTOMER, "100.00", "1/2026", "31/08/2025"), "document date 2026-09-01", id="year"
        ),
    ],
)
def test_a_key_of_the_ledger_that_means_another_item_is_refused(
    home: LedgerHome, row: tuple[str, ...], contradiction: str
) -> None:
    expected = f"a key of its own: here it is that of an item with {contradiction} of Counterparty C001"
    assert refusal(home, row) == f"row 2, open_item_key: {row[0]!r}, expected {expected}"


def test_the_day_of_a_document_that_has_the_number_may_be_another_one_of_the_year(home: LedgerHome) -> None:
    assert proposed(home, ("FV-1", CUSTOMER, "100.00", "1/2026", "31/08/2026")).compared.stays_count == 1


@pytest.mark.parametrize("key", ["fv-1", " FV-1", "ALBA-fv-2026-7"])
def test_a_key_that_differs_in_case_or_blanks_alone_is_refused(home: LedgerHome, key: str) -> None:
    assert "expected the key as the item has it here, " in refusal(home, (key, CUSTOMER, "20.00"))


def test_the_key_of_a_withdrawn_invoice_is_refused(home: LedgerHome) -> None:
    expected = "a key of its own: that of the ledger is withdrawn with the invoice it is of"
    assert refusal(home, ("ALBA-FV-2026-8", CUSTOMER, "20.00")) == (
        f"row 2, open_item_key: 'ALBA-FV-2026-8', expected {expected}"
    )


def test_an_item_that_a_person_took_out_does_not_come_back_by_itself(home: LedgerHome) -> None:
    home.load_reference(DATA.replace(items=()))
    proposal = proposed(home, ("FV-1", CUSTOMER, "100.00", "1/2026", "2026-09-01"))
    assert (added(proposal), said(proposal.compared.taken_out)) == ([], [("FV-1", "100.00 there")])


def test_a_row_that_a_person_put_back_changes_as_one_that_is_not_in_force(home: LedgerHome) -> None:
    path = home.root / "reference" / "opening_open_items.csv"
    before = path.read_bytes()
    home.load_reference(DATA.replace(items=()))
    path.write_bytes(before)
    proposal = proposed(home, ("FV-1", CUSTOMER, "90.00", "1/2026", "2026-09-01"))
    assert changed(proposal) == [
        {"original_amount": ("100.00", "90.00"), "original_amount_company_currency": ("100.00", "90.00")}
    ]


@pytest.mark.parametrize(
    ("row", "changes"),
    [
        pytest.param(
            ("FV-2", CUSTOMER, "732.00", "2/2026"),
            {
                "original_amount": ("7320.00", "732.00"),
                "original_amount_company_currency": ("7320.00", "732.00"),
            },
            id="amount",
        ),
        pytest.param(("FV-2", CUSTOMER, "-7320.00"), {"side": ("debit", "credit")}, id="sign"),
        pytest.param(("FV-2", "1500002", "7320.00"), {"account_code": (CUSTOMER, "1500002")}, id="account"),
        pytest.param(
            ("FV-2", CUSTOMER, "7320.00", "3/2026"), {"document_number": ("2/2026", "3/2026")}, id="number"
        ),
    ],
)
def test_an_accepted_row_that_is_not_in_force_yet_becomes_what_a_corrected_file_says(
    home: LedgerHome, row: tuple[str, ...], changes: dict[str, tuple[str, str]]
) -> None:
    accepted = ("FV-2", CUSTOMER, "7320.00", "2/2026")
    proposed(home, accepted, accepts=True)
    again = proposed(home, accepted)
    assert (changed(again), again.differences[0].same_count, again.compared.stays_count) == ([], 1, 0)
    proposal = proposed(home, row, accepts=True)
    assert (added(proposal), changed(proposal), proposal.compared.stays_count) == ([], [changes], 0)
    assert changed(proposed(home, row)) == []


def test_an_accepted_row_that_is_not_in_force_yet_and_nothing_more_is_refused(home: LedgerHome) -> None:
    proposed(home, ("FV-2", CUSTOMER, "9.00"), accepts=True)
    assert refusal(home, ("FV-2", CUSTOMER, "0.00")) == (
        "row 2, original_amount: '0', expected what is open of it: remove its row from "
        "opening_open_items.csv if nothing is"
    )


def test_an_accepted_row_that_becomes_that_of_an_invoice_is_refused(home: LedgerHome) -> None:
    proposed(home, ("A/7", CUSTOMER, "80.00", "FV 70", "14/09/2026"), accepts=True)
    assert refusal(home, ("A/7", CUSTOMER, "80.00", "FV 7", "14/09/2026")) == (
        "row 2, document_number: 'FV 7', expected a document that is not here: it is that of the item "
        "ALBA-FV-2026-7; take the row of A/7 out of opening_open_items.csv, if that is the same debt"
    )


@pytest.mark.parametrize(
    ("number", "day"), [("FV 7", "14/09/2026"), (" fv  7 ", "2026-02-01"), ("FV 7", "")], ids=repr
)
def test_an_invoice_that_the_ledger_has_under_another_key_is_left_out(
    home: LedgerHome, number: str, day: str
) -> None:
    proposal = proposed(home, ("A/7", CUSTOMER, "80.00", number, day), ("A/9", CUSTOMER, "9.00", "FV 9", day))
    assert added(proposal) == ["A/9"]
    assert said(proposal.compared.registered) == [("A/7", "ALBA-FV-2026-7 here, 80.00 there, 80.00 EUR here")]


def test_an_invoice_on_another_account_of_its_party_is_left_out(home: LedgerHome) -> None:
    proposal = proposed(home, ("A/7", "1500901", "80.00", "FV 7", "14/09/2026"))
    assert said(proposal.compared.registered) == [("A/7", "ALBA-FV-2026-7 here, 80.00 there, 80.00 EUR here")]


def test_an_invoice_is_known_on_an_account_that_is_not_in_force_yet(home: LedgerHome) -> None:
    with (home.root / "reference" / "chart_of_accounts.csv").open("a") as chart:
        chart.write("ALBA,1500902,Account,,customer,C001,true\n")
    proposal = proposed(home, ("A/7", "1500902", "80.00", "FV 7", "14/09/2026"))
    assert [each.open_item_key for each in proposal.compared.registered] == ["A/7"]


def test_instalments_of_an_invoice_are_told_apart_by_their_days(home: LedgerHome) -> None:
    with home.transaction():
        second = invoice_item(903, "ALBA-FV-2026-7-2", "FV 7", due_date=dt.date(2026, 11, 14))
        insert(home.workbench, "open_item", second)
    proposal = proposed(
        home,
        ("A/7-2", CUSTOMER, "80.00", "FV 7", "14/09/2026", "14/11/2026"),
        ("A/7-1", CUSTOMER, "80.00", "FV 7", "14/09/2026", "14/10/2026"),
    )
    assert [text.partition(" ")[0] for _, text in said(proposal.compared.registered)] == [
        "ALBA-FV-2026-7-2",
        "ALBA-FV-2026-7",
    ]


def test_without_a_date_another_amount_is_asked_about(home: LedgerHome) -> None:
    assert refusal(home, ("A/7", CUSTOMER, "9999.00", "FV 7")) == (
        "row 2, document_date: '', expected a date: the item ALBA-FV-2026-7 has this number, of 2026-09-14"
    )


@pytest.mark.parametrize("number", ["FV-7", "FV7", "fv/07", "FV 0007"])
def test_a_number_like_that_of_an_item_of_the_day_and_amount_is_asked_about(
    home: LedgerHome, number: str
) -> None:
    assert refusal(home, ("A/7", CUSTOMER, "80.00", number, "14/09/2026")) == (
        f"row 2, document_number: {number!r}, expected FV 7, the number of the item ALBA-FV-2026-7 of that "
        "day and amount; or the row taken out of the file, if that is the same debt"
    )


def test_the_document_of_an_imported_item_under_another_key_is_refused(home: LedgerHome) -> None:
    assert refusal(home, ("B/1", CUSTOMER, "100.00", "1/2026", "01/09/2026")) == (
        "row 2, open_item_key: 'B/1', expected FV-1, the key under which this document's item is here; or "
        "the row taken out of the file, if that is the same debt"
    )


def test_another_instalment_of_an_imported_document_is_an_item_of_its_own(home: LedgerHome) -> None:
    proposal = proposed(
        home,
        ("FV-1", CUSTOMER, "100.00", "1/2026", "01/09/2026", "31/10/2026"),
        ("FV-1/2", CUSTOMER, "50.00", "1/2026", "01/09/2026"),
        ("FV-1/3", CUSTOMER, "100.00", "1/2026", "01/09/2026", "31/12/2026"),
    )
    assert (added(proposal), proposal.compared.stays_count) == (["FV-1/2", "FV-1/3"], 1)


ACCEPTED: Final = ("K77", CUSTOMER, "50.00", "77", "01/09/2026", "31/10/2026")


@pytest.mark.parametrize("key", ["k77", "K 77"])
def test_a_key_that_another_row_has_but_for_case_and_blanks_is_refused(home: LedgerHome, key: str) -> None:
    again = (key, CUSTOMER, "9.00")
    assert refusal(home, ACCEPTED, again) == (
        f"row 3, open_item_key: {key!r}, expected a key of its own: K77 of row 2 is this one"
    )
    proposed(home, ACCEPTED, accepts=True)
    assert refusal(home, again) == (
        f"row 2, open_item_key: {key!r}, expected the key as the item has it here, K77, or another one"
    )


@pytest.mark.parametrize(
    "again",
    [
        pytest.param(("B/1", *ACCEPTED[1:]), id="the same"),
        pytest.param(("B/1", CUSTOMER, "50.00", " 77 ", "02/09/2026"), id="another day, none due"),
        pytest.param(("B/1", CUSTOMER, "50", "77", "", "31/10/2026"), id="no day"),
        pytest.param(("B/1", "1500901", *ACCEPTED[2:]), id="another account of the party"),
    ],
)
def test_a_document_that_another_row_has_is_refused(home: LedgerHome, again: tuple[str, ...]) -> None:
    assert refusal(home, ACCEPTED, again) == (
        "row 3, open_item_key: 'B/1', expected a document of its own: row 2 has this one as K77, with this "
        "amount, and no other due date, as instalments have; or the row taken out of the file, if that is "
        "the same debt"
    )
    proposed(home, ACCEPTED, accepts=True)
    assert refusal(home, again) == (
        "row 2, open_item_key: 'B/1', expected K77, the key under which this document's item is here; or the "
        "row taken out of the file, if that is the same debt"
    )


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(("K77/2", *ACCEPTED[1:5], "30/11/2026"), id="another due date"),
        pytest.param(("K77/2", CUSTOMER, "51.00", *ACCEPTED[3:]), id="another amount"),
        pytest.param(("B/1", *ACCEPTED[1:4], "01/09/2025", "31/10/2026"), id="another year"),
        pytest.param(("B/1", CUSTOMER, "-50.00", *ACCEPTED[3:]), id="a credit note"),
        pytest.param(("B/1", "1500002", *ACCEPTED[2:]), id="another party"),
        pytest.param(("B/1", CUSTOMER, "50.00", "78", *ACCEPTED[4:]), id="another number"),
    ],
)
def test_another_instalment_or_document_is_no_repeated_row(home: LedgerHome, other: tuple[str, ...]) -> None:
    assert added(proposed(home, ACCEPTED, other)) == ["K77", other[0]]
    proposed(home, ACCEPTED, accepts=True)
    assert added(proposed(home, other)) == [other[0]]


def test_rows_without_numbers_of_documents_are_no_repeated_ones(home: LedgerHome) -> None:
    assert added(proposed(home, ("X1", CUSTOMER, "5.00"), ("X2", CUSTOMER, "5.00"))) == ["X1", "X2"]


def test_of_two_rows_the_one_whose_item_is_here_stays(home: LedgerHome) -> None:
    own = ("FV-1", CUSTOMER, "100.00", "1/2026", "01/09/2026")
    assert refusal(home, ("B/1", *own[1:]), own).startswith(
        "row 2, open_item_key: 'B/1', expected a document of its own: row 3 has this one as FV-1, "
    )


def test_a_row_that_takes_the_place_of_an_accepted_one_is_no_repeated_one(home: LedgerHome) -> None:
    proposed(home, ACCEPTED, accepts=True)
    corrected = ("K77", CUSTOMER, "50.00", "78", "01/09/2026", "31/10/2026")
    assert added(proposed(home, corrected, ("B/1", *ACCEPTED[1:]))) == ["B/1"]


def test_due_dates_of_accepted_rows_count_where_the_file_has_none(home: LedgerHome) -> None:
    second = ("K77/2", *ACCEPTED[1:5], "30/11/2026")
    proposed(home, ACCEPTED, second, accepts=True)
    assert proposed(home, ACCEPTED[:5], second[:5]).differences[0].same_count == 2


def test_accepted_amounts_are_compared_as_their_file_writes_them(home: LedgerHome) -> None:
    proposed(home, ACCEPTED, accepts=True)
    folder = home.root / "reference"
    settings, items = folder / "settings.csv", folder / "opening_open_items.csv"
    settings.write_text(settings.read_text() + ",reference_decimal_mark,comma\n")
    items.write_text(
        items.read_text().replace("50.00,50.00", '"50,00","50,00"').replace("100.00", '"100,00"')
    )
    assert "expected K77, the key under which" in refusal(home, ("B/1", *ACCEPTED[1:]))


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(("A/7", CUSTOMER, "80.00", "FV 7", "14/09/2025"), id="another year"),
        pytest.param(("A/7", CUSTOMER, "-80.00", "FV 7", "14/09/2026"), id="a credit note"),
        pytest.param(("A/7", "1500002", "80.00", "FV 7", "14/09/2026"), id="another party"),
        pytest.param(("A/7", "4000901", "-80.00", "FV 7", "14/09/2026"), id="the party as supplier"),
        pytest.param(("A/8", CUSTOMER, "80.00", "FV 8", "14/09/2026"), id="an invoice that was withdrawn"),
        pytest.param(("A/7", CUSTOMER, "80.00", "FV-7", "15/09/2026"), id="alike, another day"),
    ],
)
def test_another_document_is_an_item_of_its_own(home: LedgerHome, row: tuple[str, ...]) -> None:
    assert added(proposed(home, row)) == [row[0]]


def test_what_the_ledger_would_refuse_is_not_written(home: LedgerHome) -> None:
    settle_item(home, "FV-1", "10.00")
    path = home.root / "reference" / "opening_open_items.csv"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if "FV-1" not in line))
    before = path.read_bytes()
    with pytest.raises(
        OperatingError, match=r"would be wrong: .*the row of item FV-1: 10\.0000 of it is set"
    ):
        proposed(home, ("FV-3", CUSTOMER, "5.00"), accepts=True)
    assert path.read_bytes() == before


def test_rows_with_neither_key_nor_party_are_left_out_and_named(home: LedgerHome) -> None:
    proposal = proposed(home, ("FV-3", CUSTOMER, "5.00"), ("", "", "5.00"), ("", "", "", "Totale"))
    assert (added(proposal), proposal.totals) == (["FV-3"], (3, 4))


def test_what_was_said_of_amounts_is_kept_for_the_next_file(home: LedgerHome) -> None:
    folder = home.root / "reference"
    kept = ImportMapping(options={"decimal_mark": "comma", "sign": "ledger"})
    keep_mapping(folder, "open-items", kept)
    assert kept_mapping(folder, "open-items") == kept
