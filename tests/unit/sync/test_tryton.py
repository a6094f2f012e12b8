"""Sales invoices in a real Tryton: customers, invoices, credit notes, numbers, reading back (T04-T09)."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from decimal import Decimal
from typing import Any

import pytest

from assets.sync.model import BookedInvoice, SalesInvoice
from assets.sync.targets.tryton import TrytonTarget
from samples.programs.tryton import TrytonServer
from samples.programs.tryton_documents import customer, invoice, line
from samples.programs.tryton_rest import TrytonRest

pytestmark = pytest.mark.check


def booked_as_sent(document: SalesInvoice, customer_id: str, booked: BookedInvoice) -> BookedInvoice:
    """What the program must say of a document that nobody changed or paid; its keys are taken as they are."""
    return BookedInvoice(
        document.reference,
        booked.program_id,
        booked.registration_number,
        customer_id,
        document.document_date,
        document.due_date,
        document.net_amount,
        document.vat_amount,
        document.total_amount,
        document.total_amount,
    )


def move_lines(rest: TrytonRest, booked: BookedInvoice) -> list[tuple[str, Decimal, Decimal]]:
    """The journal entry of an invoice: account, debit, credit."""
    found = rest.find(
        "account.move.line",
        [["move.origin", "=", f"account.invoice,{booked.program_id}"]],
        *("account.code", "debit", "credit"),
    )
    return sorted((each["account"]["code"], amount(each["debit"]), amount(each["credit"])) for each in found)


def amount(value: dict[str, Any]) -> Decimal:
    """An amount of the REST interface."""
    return Decimal(value["decimal"])


def test_t06_a_new_customer_is_made_first_and_is_found_afterwards_by_our_code(
    tryton: TrytonTarget, tryton_server: TrytonServer
) -> None:
    buyer = customer("T06A", vat_number="09990049992", tax_code="09990049992")
    assert tryton.find_customers([buyer]) == {}

    customer_id = tryton.create_customer(buyer)

    (party,) = tryton_server.rest.find(
        "party.party",
        [["code", "=", "T06A"]],
        *("name", "identifiers.type", "identifiers.code", "addresses.street", "addresses.postal_code"),
        *("addresses.city", "addresses.country.code"),
    )
    identifiers = [(each["type"], each["code"]) for each in party["identifiers"]]
    addresses = [
        (each["street"], each["postal_code"], each["city"], each["country"]["code"])
        for each in party["addresses"]
    ]
    assert (str(party["id"]), party["name"], identifiers, addresses) == (
        customer_id,
        "Cliente T06A Finta S.r.l.",
        [("eu_vat", "IT09990049992")],
        [("Via Inventata 1", "10100", "Torino", "IT")],
    )
    assert tryton.find_customers([buyer, customer("T06B")]) == {"T06A": customer_id}


def test_a_customer_that_others_made_is_known_by_its_vat_number_or_its_tax_code(
    tryton: TrytonTarget, tryton_server: TrytonServer
) -> None:
    made = [
        tryton_server.rest.create("party.party", {"name": name, "identifiers": [["create", [identifier]]]})
        for name, identifier in {
            "VAT": {"type": "eu_vat", "code": "DE136695976"},
            "Tax code": {"type": "it_codicefiscale", "code": "RCCMNL83S18D969H"},
            "British": {"type": "gb_vat", "code": "980780684"},
        }.items()
    ]

    found = tryton.find_customers(
        [
            customer("KNOWN1", country_code="DE", vat_number="136 695 976"),
            customer("KNOWN2", tax_code="rccmnl83s18d969h"),
            customer("KNOWN3", vat_number="09990069990"),
            customer("KNOWN4", country_code="GB", vat_number="GB 980 7806 84"),
        ]
    )

    assert found == {
        "KNOWN1": str(made[0]["id"]),
        "KNOWN2": str(made[1]["id"]),
        "KNOWN4": str(made[2]["id"]),
    }


def test_a_party_with_our_code_and_another_vat_number_is_another_customer(
    tryton: TrytonTarget, tryton_server: TrytonServer
) -> None:
    identifier = {"type": "eu_vat", "code": "IT09990059991"}
    other = {"code": "OTHER", "name": "Somebody else", "identifiers": [["create", [identifier]]]}
    tryton_server.rest.create("party.party", other)

    assert tryton.find_customers([customer("OTHER", vat_number="09990149990")]) == {}
    assert tryton.find_customers([customer("OTHER", tax_code="RSSMRA80A01F205X")]).keys() == {"OTHER"}


def test_t04_an_invoice_is_booked_as_it_was_sent_and_its_number_comes_back(
    tryton: TrytonTarget, tryton_server: TrytonServer
) -> None:
    buyer = customer("T04A")
    lines = [
        line("100.00"),
        line("-10.05", account_code="7001003"),
        line("50.00", vat_code="10", vat_rate="10", account_code="7001002"),
        line("7.77", vat_code="N4", vat_rate="0"),
    ]
    document = invoice("T04A1", buyer, *lines)
    customer_id = tryton.create_customer(buyer)

    booked = tryton.create_invoice(document, customer_id)

    assert booked == booked_as_sent(document, customer_id, booked)
    assert re.fullmatch(r"FT2026/\d+", booked.registration_number or "")
    assert tryton.find_invoices([document]) == [booked]
    rest = tryton_server.rest
    (seen,) = rest.find(
        "account.invoice",
        [["reference", "=", "T04A1"]],
        *("number", "state", "description", "journal.code", "move.state"),
    )
    assert (
        seen["number"],
        seen["state"],
        seen["description"],
        seen["journal"]["code"],
        seen["move"]["state"],
    ) == (
        booked.registration_number,
        "posted",
        "2026/T04A1",
        "VEN",
        "posted",
    )
    zero = Decimal("0.00")
    assert [each for each in move_lines(rest, booked) if each[0].startswith("700")] == [
        ("7001001", zero, Decimal("7.77")),
        ("7001001", zero, Decimal("100.00")),
        ("7001002", zero, Decimal("50.00")),
        ("7001003", Decimal("10.05"), zero),
    ]


def test_t07_a_credit_note_is_booked_in_its_own_journal_and_read_back_with_positive_amounts(
    tryton: TrytonTarget, tryton_server: TrytonServer
) -> None:
    buyer = customer("T07A")
    document = invoice("T07A1", buyer, is_credit_note=True, journal_code="NCV")
    customer_id = tryton.create_customer(buyer)

    booked = tryton.create_invoice(document, customer_id)

    assert booked == booked_as_sent(document, customer_id, booked)
    assert tryton.find_invoices([document]) == [booked]
    (seen,) = tryton_server.rest.find(
        "account.invoice", [["reference", "=", "T07A1"]], "number", "move.journal.code", "total_amount"
    )
    assert re.fullmatch(r"NC2026/\d+", seen["number"])
    assert (seen["move"]["journal"]["code"], amount(seen["total_amount"])) == ("NCV", Decimal("-122.00"))


def test_an_invoice_in_another_currency_keeps_its_amounts(tryton: TrytonTarget) -> None:
    buyer = customer("USD1", country_code="US", vat_number="12-3456789")
    lines = [line("1000.00", vat_code="N3.1", vat_rate="0")]
    document = invoice("USD1A", buyer, *lines, currency_code="USD")
    customer_id = tryton.create_customer(buyer)

    booked = tryton.create_invoice(document, customer_id)

    assert booked == booked_as_sent(document, customer_id, booked)


def test_an_invoice_that_is_long_due_is_booked_and_due_when_it_was(tryton: TrytonTarget) -> None:
    buyer = customer("DUE1")
    document = invoice("DUE1A", buyer, due_date=dt.date(2026, 10, 8))
    customer_id = tryton.create_customer(buyer)

    assert tryton.create_invoice(document, customer_id).due_date == dt.date(2026, 10, 8)


def test_a_customer_that_another_target_found_can_be_invoiced(make_tryton: Any) -> None:
    buyer = customer("LATER")
    document = invoice("LATER1", buyer)
    customer_id = make_tryton().create_customer(buyer)

    booked = make_tryton().create_invoice(document, customer_id)

    assert booked == booked_as_sent(document, customer_id, booked)


def test_invoices_are_found_among_many_references(tryton: TrytonTarget) -> None:
    buyer = customer("MANY")
    customer_id = tryton.create_customer(buyer)
    documents = [invoice(f"MANY{number}", buyer) for number in range(250)]
    sent = [documents[3], documents[249]]
    booked = [tryton.create_invoice(document, customer_id) for document in sent]

    found = tryton.find_invoices(documents)

    assert sorted(found, key=lambda each: each.reference) == sorted(booked, key=lambda each: each.reference)


def test_t05_a_reference_that_was_changed_in_the_program_is_not_found_any_more(
    tryton: TrytonTarget, tryton_server: TrytonServer
) -> None:
    buyer = customer("T05A")
    documents = [invoice(f"T05A{number}", buyer) for number in (1, 2)]
    customer_id = tryton.create_customer(buyer)
    first, second = (tryton.create_invoice(document, customer_id) for document in documents)

    tryton_server.rest.change("account.invoice", int(first.program_id), reference="T05A2")

    moved = dataclasses.replace(first, reference="T05A2")
    assert tryton.find_invoices(documents) == [moved, second]
    assert tryton.find_invoices(documents[:1]) == []


def test_t05_a_due_date_that_was_changed_in_the_program_is_read_back(
    tryton: TrytonTarget, tryton_server: TrytonServer
) -> None:
    buyer = customer("T05B")
    document = invoice("T05B1", buyer)
    booked = tryton.create_invoice(document, tryton.create_customer(buyer))
    rest = tryton_server.rest
    (line_id,) = rest.find("account.invoice", [["reference", "=", "T05B1"]], "lines_to_pay")[0][
        "lines_to_pay"
    ]

    later = {"__class__": "date", "year": 2026, "month": 12, "day": 31}
    rest.change("account.move.line", line_id, maturity_date=later)

    assert tryton.find_invoices([document]) == [dataclasses.replace(booked, due_date=dt.date(2026, 12, 31))]


def test_t09_an_invoice_that_was_cancelled_in_the_program_is_gone(
    tryton: TrytonTarget, tryton_server: TrytonServer
) -> None:
    buyer = customer("T09A")
    document = invoice("T09A1", buyer)
    booked = tryton.create_invoice(document, tryton.create_customer(buyer))

    tryton_server.rest.press("account.invoice", int(booked.program_id), "cancel")

    assert tryton.find_invoices([document]) == []
