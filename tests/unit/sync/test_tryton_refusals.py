"""What a real Tryton refuses, each in a whole sentence: what is wrong, whose it is to mend (T11)."""

from __future__ import annotations

import datetime as dt
import logging
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

import pytest

from assets.sync.errors import CallError, Explanation, RefusedError, StoppedError, UnknownOutcomeError
from assets.sync.model import Customer, SalesInvoice, UsedCodes
from assets.sync.targets.tryton import TrytonTarget
from samples.programs.tryton import TrytonServer
from samples.programs.tryton_documents import customer, invoice, line
from samples.programs.tryton_line import TrytonLine
from tests.unit.sync.conftest import MakeTryton

pytestmark = pytest.mark.check

DATE: Final = invoice("DATE", customer("DATE")).document_date


def explanation_of(call: Callable[[], object], kind: type[CallError] = RefusedError) -> Explanation:
    """The explanation of a call that must fail so."""
    with pytest.raises(kind) as failed:
        call()
    assert type(failed.value) is kind
    return failed.value.explanation


def refusal(tryton: TrytonTarget, server: TrytonServer, document: SalesInvoice) -> Explanation:
    """Why the program does not book a document of a new customer; no draft of it is left then."""
    customer_id = tryton.create_customer(document.customer)
    explanation = explanation_of(lambda: tryton.create_invoice(document, customer_id))
    assert server.rest.find("account.invoice", [["reference", "=", document.reference]]) == []
    return explanation


def test_t11_codes_that_can_be_used_are_not_spoken_of(tryton: TrytonTarget) -> None:
    codes = UsedCodes(
        frozenset({"7001001", "7001002"}),
        frozenset({("22", Decimal("22.00")), ("N4", Decimal(0))}),
        frozenset({("VEN", False), ("NCV", True)}),
        (DATE, dt.date(2026, 12, 31)),
    )
    assert tryton.check_codes(codes) == []


def test_t11_everything_that_is_missing_is_named_at_once(tryton: TrytonTarget) -> None:
    codes = UsedCodes(
        frozenset({"7001009", "1.1.1", "7001001", "7999999"}),
        frozenset({("22", Decimal(22)), ("10", Decimal(22)), ("22P", Decimal(22))}),
        frozenset({("VEN", False), ("CASH", False), ("NCX", True)}),
        (dt.date(2025, 12, 31), dt.date(2026, 1, 31)),
    )

    account = "The program has no such ledger account or it is not active there: "
    tax = "The program has no such VAT code or it has another rate: "
    journal = "The program has no such journal or it is not one of sales: "
    period = "The period or the year of the document is closed or missing in the program: "
    assert [(each.sentence, each.owner, each.subject) for each in tryton.check_codes(codes)] == [
        (f"{account}1.1.1 is no revenue account", "settings", "1.1.1"),
        (f"{account}7001009 is closed", "settings", "7001009"),
        (f"{account}7999999", "settings", "7999999"),
        (f"{tax}10 has 10 %, not 22 %", "settings", "10"),
        (f"{tax}22P", "settings", "22P"),
        (f"{journal}CASH is one of type cash", "settings", "CASH"),
        (f"{journal}NCX", "settings", "NCX"),
        (f"{period}there is no period for 2025-12-31", "program", "2025-12-31"),
        (f"{period}2026-01-31 is in the period 2026-01, which is closed", "program", "2026-01-31"),
    ]


REFUSED: Final = {
    "account": (invoice("RA", customer("RA"), line("1.00", "7999999")), "account_unknown", "7999999"),
    "closed account": (
        invoice("RB", customer("RB"), line("1.00", "7001009")),
        "account_unknown",
        "7001009 is closed",
    ),
    "VAT code": (invoice("RC", customer("RC"), line("1.00", vat_code="23")), "vat_code_missing", "23"),
    "VAT rate": (
        invoice("RD", customer("RD"), line("1.00", vat_rate="21")),
        "vat_code_missing",
        "22 has 22 %, not 21 %",
    ),
    "journal": (
        invoice("RE", customer("RE"), journal_code="CASH"),
        "journal_unknown",
        "CASH is one of type cash",
    ),
    "currency": (
        invoice("RF", customer("RF"), currency_code="XBT"),
        "program_refused",
        "the program has no currency XBT",
    ),
    "closed period": (
        invoice("RG", customer("RG"), document_date=dt.date(2026, 1, 7)),
        "period_closed",
        "2026-01-07 is in the period 2026-01, which is closed",
    ),
    "period": (
        invoice("RH", customer("RH"), document_date=dt.date(2025, 12, 31)),
        "period_closed",
        "there is no period for 2025-12-31",
    ),
    "VAT amount": (
        invoice("RI", customer("RI"), vat_amount=Decimal("22.01"), total_amount=Decimal("122.01")),
        "program_refused",
        "it makes another invoice of it (VAT 22.00 instead of 22.01); nothing was booked",
    ),
}


@pytest.mark.parametrize(("document", "code", "detail"), REFUSED.values(), ids=REFUSED)
def test_t11_a_document_that_cannot_be_booked_is_refused_in_a_sentence(
    document: SalesInvoice, code: str, detail: str, tryton: TrytonTarget, tryton_server: TrytonServer
) -> None:
    explanation = refusal(tryton, tryton_server, document)

    assert (explanation.sync_error_code, explanation.detail) == (code, detail)


def test_t11_an_account_that_was_closed_meanwhile_is_refused_by_the_program(
    tryton: TrytonTarget, tryton_server: TrytonServer
) -> None:
    rest = tryton_server.rest
    kind = rest.find("account.account", [["code", "=", "7001001"]], "type")[0]["type"]
    own = rest.create("account.account", {"code": "7001777", "name": "Ricavi per poco", "type": kind})
    none: frozenset[Any] = frozenset()
    assert tryton.check_codes(UsedCodes(frozenset({"7001777"}), none, none, (DATE, DATE))) == []
    rest.change("account.account", own["id"], closed=True)

    explanation = refusal(
        tryton, tryton_server, invoice("CLOSED1", customer("CLOSED"), line("1.00", account_code="7001777"))
    )

    assert (explanation.sentence, explanation.owner, explanation.subject) == (
        "The program has no such ledger account or it is not active there: "
        'The value "7001777 - Ricavi per poco" for field "Account" in record '
        '"1.0 Gears & shafts @ [CLOSED1]" of "Account Invoice Line" is not valid according to its domain.',
        "settings",
        "CLOSED1",
    )


def test_a_document_dated_before_the_last_one_of_its_sequence_is_refused_by_the_program(
    tryton: TrytonTarget, tryton_server: TrytonServer
) -> None:
    """The words name the day of the refused document, month first, and the invoice that came before."""
    buyer = customer("LATER1")
    tryton.create_invoice(invoice("LATER11", buyer), tryton.create_customer(buyer))
    document = invoice("EARLIER1", customer("EARLIER"), document_date=DATE - dt.timedelta(days=1))

    sentence = refusal(tryton, tryton_server, document).sentence

    assert re.fullmatch(
        r"The program refuses the document in its own words: "
        r'To number the invoice "\[EARLIER1\]", you must set an invoice date after "10/06/2026" because the '
        r'sequence "Fatture 2026" has already been used for invoice "FT2026/\d+ \[\w+\]"\.',
        sentence,
    )


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"vat_number": "09990049993"}, 'European VAT Number "IT09990049993"'),
        ({"tax_code": "RCCMNL83S18D969X"}, 'Italian Tax Code for Individuals "RCCMNL83S18D969X"'),
    ],
)
def test_t11_a_number_that_the_program_finds_wrong_is_the_datas_to_mend(
    values: dict[str, str], words: str, tryton: TrytonTarget
) -> None:
    explanation = explanation_of(lambda: tryton.create_customer(customer("WRONG", **values)))

    assert (explanation.sentence, explanation.owner, explanation.subject) == (
        "The VAT number of the customer is not one of its country: "
        f'The {words} for party "Cliente WRONG Finta S.r.l." is not valid.',
        "data",
        "WRONG",
    )


def test_a_customer_is_never_made_twice(tryton: TrytonTarget) -> None:
    tryton.create_customer(customer("TWICE"))

    explanation = explanation_of(lambda: tryton.create_customer(customer("TWICE")))

    assert explanation == Explanation("program_refused", "The code on party must be unique.", "TWICE")


def test_a_party_that_is_not_active_any_more_cannot_be_invoiced(
    make_tryton: MakeTryton, tryton_server: TrytonServer
) -> None:
    buyer = customer("INACTIVE")
    customer_id = make_tryton().create_customer(buyer)
    tryton_server.rest.change("party.party", int(customer_id), active=False)

    explanation = explanation_of(
        lambda: make_tryton().create_invoice(invoice("INACTIVE1", buyer), customer_id)
    )

    detail = f"the party {customer_id} is not there any more or not active"
    assert explanation == Explanation("customer_type_wrong", detail, customer_id)


def test_a_draft_that_somebody_changed_is_left_alone_and_named(
    tryton: TrytonTarget, tryton_server: TrytonServer
) -> None:
    buyer: Customer = customer("CHANGED")
    document = invoice("CHANGED1", buyer)
    customer_id = tryton.create_customer(buyer)
    make_draft(tryton_server, document, customer_id, due=dt.date(2026, 12, 24))

    explanation = explanation_of(lambda: tryton.create_invoice(document, customer_id))

    detail = (
        "the draft with the reference CHANGED1 was changed (due date 2026-12-24 instead of 2026-11-06, "
        "net amount 0.00 instead of 100.00, VAT 0.00 instead of 22.00)"
    )
    assert explanation == Explanation("readback_differs", detail, "CHANGED1")


def test_a_draft_whose_account_somebody_changed_is_left_alone_and_named(
    make_tryton: MakeTryton, tryton_server: TrytonServer, tryton_line: TrytonLine
) -> None:
    tryton, rest = make_tryton(url=tryton_line.url), tryton_server.rest
    buyer = customer("MOVED")
    document = invoice("MOVED1", buyer)
    customer_id = tryton.create_customer(buyer)
    tryton_line.faults.append(("/post", "closes_before_it_books"))
    explanation_of(lambda: tryton.create_invoice(document, customer_id), UnknownOutcomeError)
    other = rest.the_id("account.account", [["code", "=", "7001002"]])
    (own,) = rest.find("account.invoice", [["reference", "=", "MOVED1"]], "lines")[0]["lines"]
    rest.change("account.invoice.line", own, account=other)

    explanation = explanation_of(lambda: tryton.create_invoice(document, customer_id))

    detail = "the draft with the reference MOVED1 was changed (accounts or taxes of its lines)"
    assert explanation == Explanation("readback_differs", detail, "MOVED1")


def test_two_drafts_with_one_reference_are_for_a_person_to_look_at(
    tryton: TrytonTarget, tryton_server: TrytonServer
) -> None:
    buyer = customer("PAIR")
    document = invoice("PAIR1", buyer)
    customer_id = tryton.create_customer(buyer)
    for _ in range(2):
        make_draft(tryton_server, document, customer_id, due=document.due_date)

    explanation = explanation_of(lambda: tryton.create_invoice(document, customer_id))

    assert explanation == Explanation("found_twice", "2 drafts with the reference PAIR1", "PAIR1")


def make_draft(server: TrytonServer, document: SalesInvoice, customer_id: str, due: dt.date) -> None:
    """A draft as a person would enter it, of an empty invoice."""
    rest, name = server.rest, "default_account_receivable"
    (address,) = rest.find("party.party", [["id", "=", int(customer_id)]], "addresses")[0]["addresses"]
    dates = [
        {"__class__": "date", "year": day.year, "month": day.month, "day": day.day}
        for day in (document.document_date, due)
    ]
    rest.create(
        "account.invoice",
        {
            "type": "out",
            "company": rest.company_id,
            "reference": document.reference,
            "party": int(customer_id),
            "invoice_address": address,
            "account": rest.find("account.configuration", [], name)[0][name],
            "journal": rest.the_id("account.journal", [["code", "=", "VEN"]]),
            "currency": rest.the_id("currency.currency", [["code", "=", "EUR"]]),
            "invoice_date": dates[0],
            "payment_term_date": dates[1],
        },
    )


@pytest.mark.parametrize(
    ("changes", "code", "detail"),
    [
        ({"key": "0" * 128}, "login_refused", "the key is none of the program's REST keys"),
        (
            {"options": {"database": "other"}},
            "program_unreachable",
            "no Tryton with a database other at {url}",
        ),
    ],
)
def test_t11_settings_that_lead_nowhere_stop_the_sync(
    changes: dict[str, Any], code: str, detail: str, make_tryton: MakeTryton, tryton_server: TrytonServer
) -> None:
    tryton = make_tryton(**changes)

    explanation = explanation_of(lambda: tryton.find_customers([customer("NOWHERE")]), StoppedError)

    assert explanation == Explanation(code, detail.format(url=tryton_server.url))


def test_t11_a_user_without_rights_stops_the_sync_with_the_words_of_the_program(
    make_tryton: MakeTryton, tryton_server: TrytonServer
) -> None:
    buyer = customer("GUEST")
    customer_id = make_tryton().create_customer(buyer)
    tryton = make_tryton(key=tryton_server.template.company.guest_key)

    explanation = explanation_of(
        lambda: tryton.create_invoice(invoice("GUEST1", buyer), customer_id), StoppedError
    )

    assert (explanation.sentence, explanation.owner) == (
        "The program refuses the key or the user: "
        'You are not allowed to access "Account Invoice". Within groups:',
        "settings",
    )


def test_t11_a_company_that_the_program_does_not_have_stops_the_sync(make_tryton: MakeTryton) -> None:
    tryton = make_tryton(options={"company": "99"})
    codes = UsedCodes(frozenset({"7001001"}), frozenset(), frozenset(), (DATE, DATE))

    explanation = explanation_of(lambda: tryton.check_codes(codes), StoppedError)

    detail = "company in sync_options: the program has no company 99"
    assert explanation == Explanation("settings_missing", detail)


@pytest.mark.parametrize(
    ("changes", "code", "detail"),
    [
        ({"key": ""}, "secret_missing", "KEY of ALBA"),
        ({"options": {"database": ""}}, "settings_missing", "database in sync_options"),
        ({"options": {"company": ""}}, "settings_missing", "company in sync_options"),
        ({"options": {"company": "ALBA"}}, "settings_missing", "company in sync_options must be a number"),
        ({"url": "http://books.example"}, "settings_missing", "sync_url must begin with https://"),
    ],
)
def test_t11_a_setting_that_is_blank_or_unsafe_is_named_before_anything_is_asked(
    changes: dict[str, Any], code: str, detail: str, make_tryton: MakeTryton
) -> None:
    assert explanation_of(lambda: make_tryton(**changes), StoppedError) == Explanation(code, detail)


def test_the_key_stands_in_no_log_and_in_no_message(
    make_tryton: MakeTryton, tryton_server: TrytonServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    key = "7" * 128

    with pytest.raises(StoppedError) as stopped:
        make_tryton(key=key).find_customers([customer("SECRET")])
    make_tryton().find_customers([customer("SECRET")])

    said = [caplog.text, str(stopped.value), repr(stopped.value), repr(stopped.value.explanation)]
    right_key = tryton_server.template.company.key
    assert [text for text in said if key in text or right_key in text] == []
