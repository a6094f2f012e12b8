"""The target Yuki against a local server with the traps of the real one (T01-T12)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest

from assets.sync.errors import RefusedError, StoppedError, UnknownOutcomeError
from assets.sync.model import BookedInvoice, Customer, SalesInvoice, UsedCodes
from assets.sync.target import TargetSettings
from assets.sync.targets.yuki import YukiTarget
from samples.programs import sent_invoices
from samples.programs.answering import BOOKS, BOOKS_NOTHING, SLOW, Fault, SetClock, serving, unused_url
from samples.programs.sent_invoices import DORICA
from samples.programs.yuki_server import ACCESS_KEY, ADMINISTRATION, MESSAGES, Item, YukiServer

START: Final = dt.datetime(2026, 10, 7, 9, 0, tzinfo=dt.UTC)
PATIENCE: Final = 30.0
SHORT_PATIENCE: Final = 1.0
"""For answers that never come; longer than any other takes here, also on a busy machine."""

PROCESS: Final = "ProcessSalesInvoices"
CHECK: Final = "CheckOutstandingItem"


@pytest.fixture
def clock() -> SetClock:
    """The clock of this machine and of the program."""
    return SetClock(START)


@pytest.fixture
def server(clock: SetClock) -> Iterator[YukiServer]:
    """An administration without documents."""
    program = YukiServer(clock)
    with serving(program):
        yield program


@pytest.fixture
def settings(server: YukiServer, tmp_path: Path) -> TargetSettings:
    """What a user sets."""
    return TargetSettings(
        "ALBA", server.url, {"administration": ADMINISTRATION}, {"access_key": ACCESS_KEY}, tmp_path
    )


@pytest.fixture
def target(settings: TargetSettings, clock: SetClock) -> Iterator[YukiTarget]:
    """The target of that administration."""
    made = YukiTarget(settings, clock, PATIENCE)
    yield made
    made.close()


def invoice(reference: str = "PA00000000000001", **changes: Any) -> SalesInvoice:
    """An invoice of 100.10 at 22 %, with the codes of Yuki."""
    return sent_invoices.invoice(reference, sent_invoices.line("100.10", "80000", "1"), **changes)


def held(item: Item, **changes: Any) -> BookedInvoice:
    """How the program holds that invoice."""
    usual = BookedInvoice(
        item.reference,
        item.item_id,
        None,
        document_date=dt.date(2026, 10, 7),
        due_date=dt.date(2026, 11, 6),
        total_amount=Decimal("122.12"),
        residual_amount=Decimal("122.12"),
    )
    return replace(usual, **changes)


def test_t06_an_invoice_is_processed_with_its_customer_and_read_back_without_a_number(
    target: YukiTarget, server: YukiServer
) -> None:
    assert target.find_customers([DORICA]) == {"C001": "C001"}
    assert target.create_customer(DORICA) == "C001"
    answer = target.create_invoice(invoice(), "C001")

    assert answer == held(server.items[0])
    assert server.documents == [
        {
            "Reference": "PA00000000000001",
            "Subject": "2026/17",
            "PaymentMethod": "ElectronicTransfer",
            "Process": "true",
            "EmailToCustomer": "false",
            "Date": "2026-10-07",
            "DueDate": "2026-11-06",
            "Currency": "EUR",
            "ContactCode": "C001",
            "FullName": "Officine Dorica Finta S.r.l.",
            "CountryCode": "IT",
            "City": "Ancona",
            "Zipcode": "60121",
            "AddressLine_1": "Via del Molo 1",
            "VATNumber": "09990049992",
            "ContactType": "Company",
            "Description": "Gears & shafts",
            "SalesPrice": "100.10",
            "VATPercentage": "22",
            "VATIncluded": "false",
            "VATType": "1",
            "GLAccountCode": "80000",
        }
    ]
    assert [server.name_of(call) for call in server.calls] == ["Authenticate", PROCESS, CHECK]
    assert target.find_invoices([invoice("PA00000000000009"), invoice()]) == [answer]


def test_t07_a_credit_note_is_negative_there_and_positive_for_us(
    target: YukiTarget, server: YukiServer
) -> None:
    note = invoice("PA00000000000002", is_credit_note=True)
    answer = target.create_invoice(note, "C001")
    server.items[0].still_open = Decimal("-22.12")

    assert server.items[0].original == Decimal("-122.12")
    assert answer == held(server.items[0])
    assert target.find_invoices([note]) == [held(server.items[0], residual_amount=Decimal("22.12"))]


def test_an_item_that_is_paid_is_still_found_and_one_of_another_case_is_not_ours(
    target: YukiTarget, server: YukiServer
) -> None:
    target.create_invoice(invoice(), "C001")
    server.items[0].still_open = Decimal(0)
    server.items.append(replace(server.items[0], item_id="other", reference="pa00000000000001"))

    assert target.find_invoices([invoice()]) == [held(server.items[0], residual_amount=Decimal(0))]


def test_reading_back_too_many_documents_is_refused_before_it_uses_up_the_calls_of_the_day(
    target: YukiTarget, server: YukiServer
) -> None:
    with pytest.raises(StoppedError) as caught:
        target.find_invoices([invoice()] * 501)

    assert str(caught.value) == (
        "The calls that the program allows are used up: 501 documents to look up, 500 at most; "
        "lower sync_readback_days"
    )
    assert server.calls == []


def test_two_documents_under_one_reference_are_both_shown(target: YukiTarget, server: YukiServer) -> None:
    target.create_invoice(invoice(), "C001")
    server.items.append(replace(server.items[0], item_id="entered-by-hand"))

    assert target.find_invoices([invoice()]) == [
        held(server.items[0]),
        held(server.items[0], program_id="entered-by-hand"),
    ]


def test_yuki_is_not_asked_for_its_codes(target: YukiTarget, server: YukiServer) -> None:
    codes = UsedCodes(
        frozenset({"9"}),
        frozenset({("9", Decimal(9))}),
        frozenset({("X", True)}),
        (START.date(), START.date()),
    )
    assert (target.check_codes(codes), server.calls) == ([], [])


SENTENCES: Final = {
    "vat_number": "The VAT number of the customer is not one of its country",
    "not_customer": "The program knows the customer but not as one that may be invoiced",
    "account": "The program has no such ledger account or it is not active there",
    "no_account": "A line of the invoice has no revenue account",
    "vat_code": "The program has no such VAT code or it has another rate",
    "vat_rate": "The program has no such VAT code or it has another rate",
    "period": "The period or the year of the document is closed or missing in the program",
    "year": "The period or the year of the document is closed or missing in the program",
    "discount": "The program has no account for discounts set up and refuses the line",
    "exists": "The program has a document with this number already",
    "other": "The program refuses the document in its own words",
}


@pytest.mark.parametrize("language_code", sorted(MESSAGES))
@pytest.mark.parametrize("kind", sorted(SENTENCES))
def test_t11_a_refusal_that_comes_with_http_200_is_explained_with_the_words_of_the_program(
    target: YukiTarget, server: YukiServer, kind: str, language_code: str
) -> None:
    server.language_code, server.refusal = language_code, kind
    words = " ".join(server.say(kind, "", "").split())

    with pytest.raises(RefusedError) as caught:
        target.create_invoice(invoice(), "C001")

    assert str(caught.value) == f"{SENTENCES[kind]}: {words}"
    assert caught.value.explanation.subject == "2026/17"
    assert [server.name_of(call) for call in server.calls] == ["Authenticate", PROCESS]


def test_the_refusals_that_the_program_gives_by_itself_name_what_they_are_about(
    target: YukiTarget, server: YukiServer
) -> None:
    server.closed_periods, server.contacts = {"2026-09"}, {"S9": False}
    server.has_discount_account = False
    line = sent_invoices.line
    refused = [
        (invoice(customer=Customer("C9", "Corta", "IT", vat_number="12")), "C9"),
        (invoice(), "S9"),
        (invoice(document_date=dt.date(2026, 9, 30)), "C001"),
        (sent_invoices.invoice("PA1", line("1", "", "1")), "C001"),
        (sent_invoices.invoice("PA1", line("1", "99999", "1")), "C001"),
        (sent_invoices.invoice("PA1", line("1", "80000", "7")), "C001"),
        (sent_invoices.invoice("PA1", line("1", "80000", "2")), "C001"),
        (sent_invoices.invoice("PA1", line("9", "80000", "1"), line("-1", "80000", "1")), "C001"),
    ]
    said = []
    for document, contact_code in refused:
        with pytest.raises(RefusedError) as caught:
            target.create_invoice(document, contact_code)
        said.append(str(caught.value))

    assert said == [
        f"{SENTENCES['vat_number']}: VAT number 12 is not valid",
        f"{SENTENCES['not_customer']}: Contact S9 is not a debtor",
        f"{SENTENCES['period']}: Period 2026-09 is closed",
        f"{SENTENCES['no_account']}: There is no GL account on line 1",
        f"{SENTENCES['account']}: GL account 99999 does not exist",
        f"{SENTENCES['vat_code']}: VAT type 7 does not exist",
        f"{SENTENCES['vat_code']}: VAT percentage 22 does not belong to VAT type 2",
        f"{SENTENCES['discount']}: The discount account has not been set up",
    ]
    assert server.items == []


def test_a_document_that_was_taken_but_left_as_a_draft_is_refused_and_never_made_twice(
    target: YukiTarget, server: YukiServer
) -> None:
    server.leaves_drafts = True
    said = []
    for _ in range(2):
        with pytest.raises(RefusedError) as caught:
            target.create_invoice(invoice(), "C001")
        said.append(str(caught.value))

    assert said == [
        "The program refuses the document in its own words: it stands there as a draft: "
        "The layout is not complete",
        f"{SENTENCES['exists']}: A sales invoice with reference PA00000000000001 already exists",
    ]
    assert (server.drafts, target.find_invoices([invoice()])) == (["PA00000000000001"], [])


UNKNOWN: Final = "The answer was lost and the program does not show the document yet"
SENSELESS: Final = "The program gave an answer that makes no sense"
OUTCOMES: Final[dict[Fault, str]] = {
    "closes_before_it_books": f"{UNKNOWN}: the connection to URL ended before its answer",
    "bad_gateway_before_it_books": f"{SENSELESS}: HTTP 502 from {PROCESS} (another status)",
    "hangs_before_it_books": f"{UNKNOWN}: no whole answer from URL within 1 s",
    "closes_after_it_booked": f"{UNKNOWN}: the connection to URL ended before its answer",
    "bad_gateway_after_it_booked": f"{SENSELESS}: HTTP 502 from {PROCESS} (another status)",
    "half_of_the_answer": f"{UNKNOWN}: the connection to URL ended before its answer",
    "answer_cut_off": f"{SENSELESS}: HTTP 200 from {PROCESS} (no XML)",
    "page_instead_of_the_answer": f"{SENSELESS}: HTTP 200 from {PROCESS} (no XML)",
    "packed_answer": f"{SENSELESS}: a packed answer, which was not asked for",
    "endless_answer": f"{SENSELESS}: an answer of more than 16 MiB",
    "hangs_after_it_booked": f"{UNKNOWN}: no whole answer from URL within 1 s",
    "drips_after_it_booked": f"{UNKNOWN}: no whole answer from URL within 1 s",
}


@pytest.mark.parametrize("fault", [*BOOKS_NOTHING, *BOOKS])
def test_t08_wherever_an_answer_is_lost_the_document_is_sent_once_and_found_by_its_reference(
    target: YukiTarget, settings: TargetSettings, server: YukiServer, clock: SetClock, fault: Fault
) -> None:
    """And were it sent again all the same, the program would skip it."""
    server.faults.append((PROCESS, fault))
    first = YukiTarget(settings, clock, SHORT_PATIENCE if fault in SLOW else PATIENCE)

    with pytest.raises(UnknownOutcomeError) as caught:
        first.create_invoice(invoice(), "C001")

    first.close()
    assert str(caught.value).replace(server.url, "URL") == OUTCOMES[fault]
    assert server.asked("POST", PROCESS) == 1
    there = [held(item) for item in server.items]
    assert len(there) == (fault in BOOKS)
    assert target.find_invoices([invoice()]) == there
    again = target.create_invoice(invoice(), "C001")
    assert [again] == [held(item) for item in server.items]


def test_a_document_that_was_taken_and_cannot_be_read_back_is_not_taken_for_refused(
    target: YukiTarget, server: YukiServer
) -> None:
    server.faults += [(CHECK, "bad_gateway_before_it_books")] * 3

    with pytest.raises(UnknownOutcomeError) as caught:
        target.create_invoice(invoice(), "C001")

    assert str(caught.value) == (
        f"{UNKNOWN}: it was taken, and could not be read back "
        f"(The program does not answer: HTTP 502 from {CHECK})"
    )
    assert target.find_invoices([invoice()]) == [held(server.items[0])]


def test_a_document_that_was_taken_and_does_not_show_yet_is_an_unknown_outcome(
    target: YukiTarget, server: YukiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "_shown", lambda reference: "")

    with pytest.raises(UnknownOutcomeError) as caught:
        target.create_invoice(invoice(), "C001")

    assert str(caught.value) == f"{UNKNOWN}: Yuki says that it was processed"


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ("", f"{SENSELESS}: no totals in the answer"),
        (
            "<TotalSucceeded>0</TotalSucceeded><TotalFailed>0</TotalFailed><TotalSkipped>0</TotalSkipped>",
            f"{SENSELESS}: 0 succeeded, 0 failed, 0 skipped of 1",
        ),
        (
            "<TotalSucceeded>1</TotalSucceeded><TotalFailed>0</TotalFailed><TotalSkipped>0</TotalSkipped>"
            "<Invoice><Reference>PA2</Reference></Invoice>",
            f"{SENSELESS}: the answer is about another reference",
        ),
    ],
)
def test_an_answer_that_does_not_say_what_became_of_the_document_is_an_unknown_outcome(
    target: YukiTarget, server: YukiServer, monkeypatch: pytest.MonkeyPatch, answer: str, sentence: str
) -> None:
    monkeypatch.setattr(server, "_processed", lambda documents: answer)

    with pytest.raises(UnknownOutcomeError) as caught:
        target.create_invoice(invoice(), "C001")

    assert str(caught.value) == sentence


def test_a_fault_says_by_its_code_whether_the_document_may_have_been_booked(
    target: YukiTarget, server: YukiServer
) -> None:
    server.fault = ("Client", "xmlDoc is not valid")
    with pytest.raises(RefusedError) as refused:
        target.create_invoice(invoice(), "C001")
    server.fault = ("Server", "Object reference not set")
    with pytest.raises(UnknownOutcomeError) as unknown:
        target.create_invoice(invoice(), "C001")

    assert str(refused.value) == "The program refuses the document in its own words: xmlDoc is not valid"
    assert str(unknown.value) == f"{SENSELESS}: Object reference not set"


@pytest.mark.parametrize("language_code", sorted(MESSAGES))
def test_a_session_that_ends_is_renewed_and_the_document_sent_in_the_new_one(
    target: YukiTarget, server: YukiServer, clock: SetClock, language_code: str
) -> None:
    server.language_code = language_code
    target.find_invoices([invoice()])
    clock.advance(24 * 3600)

    answer = target.create_invoice(invoice(), "C001")

    assert answer == held(server.items[0])
    assert [server.name_of(call) for call in server.calls] == [
        *("Authenticate", CHECK),
        *(PROCESS, "Authenticate", PROCESS, CHECK),
    ]


def test_a_session_that_is_never_taken_stops_the_sync(
    target: YukiTarget, server: YukiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "_session", lambda access_key: "session-of-nobody")

    with pytest.raises(StoppedError) as caught:
        target.create_invoice(invoice(), "C001")

    assert str(caught.value) == "The program refuses the key or the user: Invalid session ID"
    assert server.asked("POST", PROCESS) == 2


@pytest.mark.parametrize("language_code", sorted(MESSAGES))
def test_the_calls_of_the_day_that_are_used_up_stop_the_sync(
    target: YukiTarget, server: YukiServer, clock: SetClock, language_code: str
) -> None:
    server.language_code = language_code
    target.find_invoices([invoice()])
    server.served_at += [clock.now()] * 998

    with pytest.raises(StoppedError) as caught:
        target.create_invoice(invoice(), "C001")

    assert str(caught.value) == f"The calls that the program allows are used up: {server.say('quota')}"
    assert server.items == []
    clock.advance(15 * 3600)
    assert target.create_invoice(invoice(), "C001") == held(server.items[0])


@pytest.mark.parametrize("language_code", sorted(MESSAGES))
def test_a_wrong_access_key_stops_the_sync_and_is_not_shown(
    settings: TargetSettings, server: YukiServer, clock: SetClock, language_code: str
) -> None:
    server.language_code = language_code
    wrong = YukiTarget(replace(settings, secrets={"access_key": "wrong-key"}), clock, PATIENCE)

    with pytest.raises(StoppedError) as caught:
        wrong.find_invoices([invoice()])

    assert str(caught.value) == f"The program refuses the key or the user: {server.say('access_key')}"
    wrong.close()


def test_a_program_that_is_not_there_stops_the_sync_with_nothing_sent(
    settings: TargetSettings, clock: SetClock
) -> None:
    url = unused_url()
    away = YukiTarget(replace(settings, url=url), clock, PATIENCE)

    with pytest.raises(StoppedError) as caught:
        away.create_invoice(invoice(), "C001")

    assert str(caught.value) == f"The program does not answer: no connection to {url}"
    away.close()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"options": {}}, "A setting that the program needs is blank: administration in sync_options"),
        (
            {"url": "http://yuki.example"},
            "A setting that the program needs is blank: sync_url must begin with https://",
        ),
        (
            {"secrets": {}},
            "There is no secret for the program of the company or others may read its file: "
            "ACCESS_KEY of ALBA",
        ),
    ],
)
def test_a_setting_or_secret_that_is_missing_is_named_before_any_call(
    settings: TargetSettings, server: YukiServer, change: dict[str, object], sentence: str
) -> None:
    with pytest.raises(StoppedError) as caught:
        YukiTarget(replace(settings, **change))  # type: ignore[arg-type]

    assert (str(caught.value), server.calls) == (sentence, [])


def test_an_answer_with_a_document_type_is_an_attack_and_not_read(
    target: YukiTarget, server: YukiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    attack = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><x>&e;</x>'
    monkeypatch.setattr("samples.programs.yuki_server._ENVELOPE", attack + "{0}")

    with pytest.raises(StoppedError) as caught:
        target.find_invoices([invoice()])

    assert str(caught.value) == f"{SENSELESS}: HTTP 200 from Authenticate (no XML)"


def test_names_with_characters_that_xml_does_not_have_are_sent_without_them(
    target: YukiTarget, server: YukiServer
) -> None:
    customer = replace(DORICA, name="Dorica \x0b<Finta> & \u202efigli\x00")
    target.create_invoice(invoice(customer=customer), "C001")

    assert server.documents[0]["FullName"] == "Dorica <Finta> & \u202efigli"


def test_no_message_and_no_log_line_holds_a_secret(
    target: YukiTarget, server: YukiServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    server.fault = ("Client", f"debug: {ACCESS_KEY} session-1")

    with pytest.raises(RefusedError) as caught:
        target.create_invoice(invoice(), "C001")

    assert str(caught.value) == "The program refuses the document in its own words: debug: … …"
    assert [secret for secret in (ACCESS_KEY, "session-1") if secret in caplog.text] == []
