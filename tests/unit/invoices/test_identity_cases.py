"""Small inputs that went wrong, about who sent an invoice and which invoices are one: judged by hand.

The files stand in `cases/documents`, the reference data are those of the sample company with what is named.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import pytest

from assets.corrections.performing import perform
from assets.ledger.audit import Decider
from assets.ledger.store import utc_now
from tests.support.case_homes import CaseHome, case_home

CASES: Final = Path(__file__).resolve().parents[2] / "cases" / "documents"
MORE: Final = {
    "counterparties.csv": "G001,Gruppo Ombra Energia S.p.A.,supplier,IT,09990909997,09990919996,\n"
    "G002,Gruppo Ombra Servizi S.p.A.,supplier,IT,09990909997,09990929995,\n"
    "N001,Nowhere Metals Ltd,supplier,GB,999999973,,\n",
    "chart_of_accounts.csv": "ALBA,4000201,Gruppo Ombra Energia,Fornitore,supplier,G001,true\n"
    "ALBA,4000202,Gruppo Ombra Servizi,Fornitore,supplier,G002,true\n"
    "ALBA,4000203,Nowhere Metals,Fornitore,supplier,N001,true\n",
    "invoice_rules.csv": "GROUP-1,ALBA,G001,,,7101001,22\nGROUP-2,ALBA,G002,,,7101001,22\n"
    "METALS,ALBA,N001,,,7101001,\n",
}


@pytest.fixture
def home(tmp_path: Path) -> Iterator[CaseHome]:
    """A home with the suppliers that the cases name."""
    with ExitStack() as stack:
        yield stack.enter_context(case_home(tmp_path / "home", MORE))


def files(*names: str) -> list[Path]:
    """The files of these names."""
    return [CASES / f"{name}.xml" for name in names]


def correct(home: CaseHome, kind: str, **arguments: Any) -> int:
    """A correction by a person; its number."""
    with home.ledger.writing("test") as workbench:
        return perform(workbench, kind, arguments, Decider("anna", utc_now(), "looked at both"))


def test_f06_two_members_of_a_vat_group_with_one_number_are_two_suppliers_and_two_invoices(
    home: CaseHome,
) -> None:
    home.drop(*files("vat_group_member_1", "vat_group_member_2"))
    assert home.documents() == [
        ("1/2026", "registered", "G001", None),
        ("1/2026", "registered", "G002", None),
    ]
    assert home.items() == [
        ("4000201", "1/2026", "2026-12-31", "credit", "122.00"),
        ("4000202", "1/2026", "2026-12-31", "credit", "244.00"),
    ]
    ((count,),) = home.ask(
        "SELECT count(DISTINCT open_item_key) FROM ledger.open_item WHERE origin = 'invoice'"
    )
    assert count == 2


@pytest.mark.parametrize(
    "names",
    [
        ("same_invoice_by_vat_number", "same_invoice_by_tax_code"),
        ("same_invoice_by_tax_code", "same_invoice_by_vat_number"),
    ],
)
def test_r01_one_supplier_by_vat_number_and_by_tax_code_owes_one_invoice(
    home: CaseHome, names: tuple[str, str]
) -> None:
    home.drop(*files(*names))
    assert home.documents() == [("B48", "registered", "S004", None), ("B48", "repeated", "S004", None)]
    assert home.items() == [("4000004", "B48", "2026-12-31", "credit", "122.00")]


@pytest.mark.parametrize("names", [("sent_again_1", "sent_again_2"), ("sent_again_2", "sent_again_1")])
def test_r01_what_the_exchange_system_delivers_twice_is_repeated(
    home: CaseHome, names: tuple[str, str]
) -> None:
    home.drop(*files(*names))
    assert home.documents() == [("B67/1", "registered", "S001", None), ("B67/1", "repeated", "S001", None)]
    assert home.items() == [("4000001", "B67/1", "2026-12-31", "credit", "122.00")]
    assert home.ask("SELECT status FROM ledger.delivery ORDER BY delivery_id") == [("done",), ("done",)]


def test_f06_a_supplier_of_great_britain_is_found_for_northern_ireland(home: CaseHome) -> None:
    home.drop(*files("northern_ireland"))
    assert home.documents() == [("B66-1", "registered", "N001", None)]
    assert home.items() == [("4000203", "B66-1", "2026-12-05", "credit", "92.00")]


SIMILAR: Final = ("number_with_a_blank", "number_without_the_blank")


def test_r01_a_number_with_a_blank_is_similar_and_waits_for_a_person(home: CaseHome) -> None:
    home.drop(*files(*SIMILAR))
    assert home.documents() == [
        ("RE 2026-77", "registered", "S007", None),
        ("RE2026-77", "to_register", "S007", "similar_document"),
    ]
    assert home.items() == [("4000007", "RE 2026-77", "2026-12-05", "credit", "77.00")]
    assert home.ask("SELECT expected, remedy FROM ledger.finding WHERE resolution IS NULL") == [
        (
            "a number that is like no other; number_with_a_blank.xml (document D1) of 2026-11-05, 77.00 EUR, "
            "has the number RE 2026-77, the same supplier, date and total",
            "`partita same D2 D1 --reason ...` if it is the same invoice, "
            "`partita other D2 D1 --reason ...` if it is another one.",
        )
    ]


def test_r01_a_similar_document_that_is_the_same_is_closed_and_owed_once(home: CaseHome) -> None:
    home.drop(*files(*SIMILAR))
    correct(home, "same", document="D2", other="D1")
    assert home.documents()[1] == ("RE2026-77", "repeated", "S007", None)
    assert home.items() == [("4000007", "RE 2026-77", "2026-12-05", "credit", "77.00")]
    assert home.ask("SELECT status FROM ledger.delivery ORDER BY delivery_id") == [("done",), ("done",)]
    assert home.ask("SELECT count(*) FROM ledger.finding WHERE resolution IS NULL") == [(0,)]


def test_r01_a_similar_document_that_is_another_one_is_registered_with_an_item_of_its_own(
    home: CaseHome,
) -> None:
    home.drop(*files(*SIMILAR))
    correct(home, "other", document="D2", other="D1")
    assert home.ask("SELECT count(*) FROM ledger.finding WHERE resolution IS NULL") == [(0,)]
    ((key,),) = home.ask("SELECT delivery_key FROM ledger.delivery WHERE status = 'open'")
    home.register(key)
    assert home.documents() == [
        ("RE 2026-77", "registered", "S007", None),
        ("RE2026-77", "registered", "S007", None),
    ]
    assert home.items() == [
        ("4000007", "RE 2026-77", "2026-12-05", "credit", "77.00"),
        ("4000007", "RE2026-77", "2026-12-05", "credit", "77.00"),
    ]
