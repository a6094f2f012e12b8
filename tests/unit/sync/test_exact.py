"""The target Exact Online against a local server with the traps of the real one (T01-T12)."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest

from assets.sync.errors import CallError, Explanation, RefusedError, StoppedError, UnknownOutcomeError
from assets.sync.model import BookedInvoice, Customer, UsedCodes
from assets.sync.target import TargetSettings
from assets.sync.targets.exact import ExactTarget
from samples.programs.answering import BOOKS, BOOKS_NOTHING, SLOW, Fault, Reply, SetClock, serving, unused_url
from samples.programs.exact_server import (
    CLIENT_ID,
    CLIENT_SECRET,
    DIVISION,
    FIRST_REFRESH_TOKEN,
    MESSAGES,
    ExactServer,
)
from samples.programs.sent_invoices import DORICA, credit_note, invoice, line

START: Final = dt.datetime(2026, 10, 7, 9, 0, tzinfo=dt.UTC)
PATIENCE: Final = 30.0
SHORT_PATIENCE: Final = 1.0
"""For answers that never come; longer than any other takes here, also on a busy machine."""
ENTRIES: Final = "salesentry/SalesEntries"
ACCOUNTS: Final = "crm/Accounts"
DORICA_ID: Final = "00000000-0000-0000-0000-0000000000c1"


@pytest.fixture
def clock() -> SetClock:
    """The clock of this machine and of the program."""
    return SetClock(START)


@pytest.fixture
def server(clock: SetClock) -> Iterator[ExactServer]:
    """A division with the customer C001."""
    program = ExactServer(clock)
    program.records[ACCOUNTS].append(
        {
            "ID": DORICA_ID,
            "Code": "C001".rjust(18),
            "Name": DORICA.name,
            "Status": "C",
            "Country": "IT ",
            "VATNumber": "IT09990049992",
        }
    )
    with serving(program):
        yield program


@pytest.fixture
def settings(server: ExactServer, tmp_path: Path) -> TargetSettings:
    """What a user sets."""
    return settings_of(server.url, tmp_path)


@pytest.fixture
def target(settings: TargetSettings, clock: SetClock) -> Iterator[ExactTarget]:
    """The target of that division."""
    made = ExactTarget(settings, clock, PATIENCE)
    yield made
    made.close()


@pytest.fixture
def hurried(settings: TargetSettings, clock: SetClock) -> Iterator[ExactTarget]:
    """The same for answers that never come."""
    made = ExactTarget(settings, clock, SHORT_PATIENCE)
    yield made
    made.close()


def settings_of(url: str, folder: Path) -> TargetSettings:
    """The settings of the company ALBA."""
    return TargetSettings(
        "ALBA",
        url,
        {"division": DIVISION},
        {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "refresh_token": FIRST_REFRESH_TOKEN},
        folder,
    )


def booked(entry_id: str, number: int, reference: str = "PA00000000000001") -> BookedInvoice:
    """How the program holds the usual invoice."""
    return BookedInvoice(
        reference,
        entry_id,
        str(number),
        customer_id=DORICA_ID,
        document_date=dt.date(2026, 10, 7),
        due_date=dt.date(2026, 11, 6),
        net_amount=Decimal("100.10"),
        vat_amount=Decimal("22.02"),
        total_amount=Decimal("122.12"),
    )


def test_t04_an_invoice_is_booked_and_its_registration_number_comes_back(
    target: ExactTarget, server: ExactServer
) -> None:
    answer = target.create_invoice(invoice(), DORICA_ID)

    entry = server.entries[0]
    assert answer == booked(entry["EntryID"], 26_700_001)
    sent = next(call for call in server.calls if call.method == "POST" and call.path.endswith(ENTRIES))
    assert json.loads(sent.body, parse_float=Decimal) == {
        "YourRef": "PA00000000000001",
        "Customer": DORICA_ID,
        "Journal": "70",
        "EntryDate": "2026-10-07T00:00:00",
        "DueDate": "2026-11-06T00:00:00",
        "Currency": "EUR",
        "Description": "2026/17",
        "SalesEntryLines": [
            {
                "AmountFC": Decimal("100.10"),
                "GLAccount": server.records["financial/GLAccounts"][0]["ID"],
                "VATCode": "22",
                "Description": "Gears & shafts",
            }
        ],
    }
    assert target.find_invoices([invoice()]) == [answer]


def test_t07_a_credit_note_is_negative_in_its_own_journal_and_positive_for_us(
    target: ExactTarget, server: ExactServer
) -> None:
    note = credit_note("PA00000000000002", line("100.10"), line("0.90", "8010", "10", "10"))
    answer = target.create_invoice(note, DORICA_ID)

    assert [
        (entry["Journal"], entry["EntryNumber"], entry["AmountFC"], entry["VATAmountFC"])
        for entry in server.entries
    ] == [("71", 26_710_001, Decimal("-123.11"), Decimal("-22.11"))]
    assert answer == replace(
        booked(server.entries[0]["EntryID"], 26_710_001, "PA00000000000002"),
        net_amount=Decimal("101.00"),
        vat_amount=Decimal("22.11"),
        total_amount=Decimal("123.11"),
    )
    assert target.find_invoices([note]) == [answer]


def test_t06_a_new_customer_is_made_with_our_code_and_found_by_it_afterwards(
    target: ExactTarget, server: ExactServer
) -> None:
    new = Customer("C7", "Nuova Finta S.p.A.", "IT", vat_number="IT 0999 0059991", city="Jesi")

    assert target.find_customers([new, DORICA]) == {"C001": DORICA_ID}
    made = target.create_customer(new)

    assert server.records[ACCOUNTS][-1] == {
        "ID": made,
        "Code": "                C7",
        "Name": "Nuova Finta S.p.A.",
        "Status": "C",
        "Country": "IT ",
        "VATNumber": "IT09990059991",
        "City": "Jesi",
    }
    assert target.find_customers([new, DORICA]) == {"C7": made, "C001": DORICA_ID}


def test_a_customer_with_another_code_there_is_found_by_its_vat_number(
    target: ExactTarget, server: ExactServer
) -> None:
    """Of several the lowest code; a number of another country is not the same number."""
    for code, country, number in (
        ("12", "IT ", "09990059991"),
        ("7", "IT ", "IT09990059991"),
        ("3", "DE ", "09990059991"),
    ):
        server.add(ACCOUNTS, Code=code.rjust(18), Status="C", Country=country, VATNumber=number)
    new = Customer("C7", "Nuova Finta S.p.A.", "IT", vat_number="09990059991")
    without = Customer("C8", "Privata Finta", "IT")
    server.add(ACCOUNTS, Code="99".rjust(18), Status="C", Country="GR ", VATNumber="EL094259216")
    greek = Customer("C9", "Elliniki Fiktiva", "GR", vat_number="094259216")

    assert target.find_customers([new, without, greek]) == {
        "C7": server.records[ACCOUNTS][2]["ID"],
        "C9": server.records[ACCOUNTS][4]["ID"],
    }


def test_more_records_than_a_page_and_than_a_filter_holds_are_all_found(
    target: ExactTarget, server: ExactServer
) -> None:
    """One reference on a hundred entries: nothing that the program holds is left out."""
    for number in range(1, 131):
        reference = "PA00000000000001" if number <= 100 else f"PA{number:014}"
        server.add(
            ENTRIES,
            EntryNumber=number,
            YourRef=reference,
            AmountFC=Decimal("1.22"),
            VATAmountFC=Decimal("0.22"),
        )
    server.add(ENTRIES, EntryNumber=999, YourRef="pa00000000000001")
    wanted = [invoice(), *(invoice(f"PA{number:014}") for number in range(101, 131))]

    assert [
        (found.reference, found.registration_number, found.total_amount)
        for found in target.find_invoices(wanted)
    ] == [
        ("PA00000000000001" if number <= 100 else f"PA{number:014}", str(number), Decimal("1.22"))
        for number in range(1, 131)
    ]


def test_t09_a_number_that_the_program_uses_again_comes_back_on_two_invoices(
    target: ExactTarget, server: ExactServer
) -> None:
    """Deleting the last entry frees its number; the program's own key tells the two apart."""
    first = target.create_invoice(invoice(), DORICA_ID)
    server.entries.clear()
    second = target.create_invoice(invoice("PA00000000000003"), DORICA_ID)

    assert target.find_invoices([invoice(), invoice("PA00000000000003")]) == [second]
    assert (first.registration_number, second.registration_number) == ("26700001", "26700001")
    assert first.program_id != second.program_id


def test_t11_what_the_division_lacks_is_told_before_anything_is_sent(
    target: ExactTarget, server: ExactServer
) -> None:
    codes = UsedCodes(
        frozenset({"8000", "8090", "9999"}),
        frozenset({("22", Decimal(22)), ("10", Decimal("10.00")), ("10", Decimal(5)), ("4", Decimal(4))}),
        frozenset({("70", False), ("71", True), ("70", True), ("71", False), ("90", False), ("X", False)}),
        (dt.date(2025, 12, 31), dt.date(2026, 10, 31)),
    )
    account = "The program has no such ledger account or it is not active there"
    vat_code = "The program has no such VAT code or it has another rate"
    journal = "The program has no such journal or it is not one of sales"
    period = "The period or the year of the document is closed or missing in the program"

    assert [(each.sentence, each.subject) for each in target.check_codes(codes)] == [
        (f"{account}: 8090", "8090"),
        (f"{account}: 9999", "9999"),
        (f"{vat_code}: 10 has 10 % there and 5 % here", "10"),
        (f"{vat_code}: 4", "4"),
        (f"{journal}: 71 is of type 21", "71"),
        (f"{journal}: 90 is of type 90", "90"),
        (f"{journal}: X", "X"),
        (f"{period}: there is no period of 2025-12-31", "2025-12-31"),
    ]
    assert server.asked("POST", ENTRIES) == 0


def test_a_division_that_has_everything_lacks_nothing(target: ExactTarget) -> None:
    codes = UsedCodes(
        frozenset({"8000"}),
        frozenset({("22", Decimal(22))}),
        frozenset({("70", False), ("71", True)}),
        (dt.date(2026, 1, 1), dt.date(2026, 12, 31)),
    )
    assert target.check_codes(codes) == []


SENTENCES: Final = {
    "vat_number": "The VAT number of the customer is not one of its country",
    "exists": "The program has a document with this number already",
    "not_customer": "The program knows the customer but not as one that may be invoiced",
    "journal": "The program has no such journal or it is not one of sales",
    "account": "The program has no such ledger account or it is not active there",
    "no_account": "A line of the invoice has no revenue account",
    "vat_code": "The program has no such VAT code or it has another rate",
    "period": "The period or the year of the document is closed or missing in the program",
    "year": "The period or the year of the document is closed or missing in the program",
    "discount": "The program has no account for discounts set up and refuses the line",
    "other": "The program refuses the document in its own words",
}


@pytest.mark.parametrize("language_code", sorted(MESSAGES))
@pytest.mark.parametrize("kind", sorted(SENTENCES))
def test_t11_a_refusal_in_any_language_is_explained_with_the_words_of_the_program(
    target: ExactTarget, server: ExactServer, kind: str, language_code: str
) -> None:
    """It comes as HTTP 500, and the document is sent once all the same."""
    server.language_code, server.refusal = language_code, kind
    words = server.say(kind, "")
    server.say = lambda *_: words  # type: ignore[method-assign]

    with pytest.raises(RefusedError) as caught:
        target.create_invoice(invoice(), DORICA_ID)

    assert str(caught.value) == f"{SENTENCES[kind]}: {' '.join(words.split())}"
    assert caught.value.explanation.subject == "2026/17"
    assert server.asked("POST", ENTRIES) == 1


def test_the_refusals_that_the_program_gives_by_itself_name_what_they_are_about(
    target: ExactTarget, server: ExactServer
) -> None:
    server.closed_periods = {(2026, 9)}
    server.has_discount_account = False
    server.add(ACCOUNTS, Code="S9".rjust(18), Status="P", Country="IT ", VATNumber="IT1")
    supplier_id = server.records[ACCOUNTS][-1]["ID"]
    refused = [
        (invoice(), supplier_id),
        (invoice(journal_code="90"), DORICA_ID),
        (invoice(document_date=dt.date(2026, 9, 30)), DORICA_ID),
        (invoice(document_date=dt.date(2027, 1, 2)), DORICA_ID),
        (invoice("PA00000000000001", line("100"), line("-5")), DORICA_ID),
        (invoice("PA00000000000001", line("100", vat_code="4")), DORICA_ID),
        (invoice("PA00000000000001", line("100", "8090")), DORICA_ID),
    ]
    said = []
    for document, customer_id in refused:
        with pytest.raises(RefusedError) as caught:
            target.create_invoice(document, customer_id)
        said.append(str(caught.value))

    assert said == [
        f"{SENTENCES['not_customer']}: Account S9 is not a customer",
        f"{SENTENCES['journal']}: Does not exist: Journal 90",
        f"{SENTENCES['period']}: Period 2026-09 is closed",
        f"{SENTENCES['year']}: Financial year 2027 does not exist",
        f"{SENTENCES['discount']}: The discount account is not set up",
        f"{SENTENCES['vat_code']}: Does not exist: VAT code 4",
        f"{SENTENCES['account']}: 8090",
    ]
    assert server.entries == []


def test_a_party_that_is_no_customer_there_is_refused_without_spending_a_call_on_it(
    target: ExactTarget, server: ExactServer
) -> None:
    server.records[ACCOUNTS][0]["Status"] = "S"
    customer_id = target.find_customers([DORICA])["C001"]

    with pytest.raises(RefusedError) as caught:
        target.create_invoice(invoice(), customer_id)

    assert str(caught.value) == f"{SENTENCES['not_customer']}: C001"
    assert server.asked("POST", ENTRIES) == 0

    server.records[ACCOUNTS][0]["Status"] = "C"
    assert (
        target.create_invoice(invoice(), target.find_customers([DORICA])["C001"]).registration_number
        == "26700001"
    )


def test_t11_a_vat_number_that_is_none_of_the_country_is_refused_with_the_customer(
    target: ExactTarget,
) -> None:
    with pytest.raises(RefusedError) as caught:
        target.create_customer(Customer("C9", "Corta Finta", "NL", vat_number="123"))

    assert str(caught.value) == f"{SENTENCES['vat_number']}: VAT number NL123 is invalid"
    assert caught.value.explanation.subject == "C9"


def test_words_of_a_program_that_gave_up_by_itself_do_not_mean_that_nothing_was_booked(
    target: ExactTarget, server: ExactServer
) -> None:
    server.refusal = "timeout"
    said = []
    for language_code in MESSAGES:
        server.language_code = language_code
        with pytest.raises(UnknownOutcomeError) as caught:
            target.create_invoice(invoice(), DORICA_ID)
        said.append(str(caught.value))

    lost = "The answer was lost and the program does not show the document yet"
    assert said == [
        f"{lost}: Timeout expired",
        f"{lost}: Time-out verstreken",
        f"{lost}: Tempo scaduto",
        f"{lost}: Délai d’attente dépassé",
        f"{lost}: Zeitüberschreitung",
    ]


UNKNOWN: Final = "The answer was lost and the program does not show the document yet"
SENSELESS: Final = "The program gave an answer that makes no sense"
OUTCOMES: Final[dict[Fault, str]] = {
    "closes_before_it_books": f"{UNKNOWN}: the connection to URL ended before its answer",
    "bad_gateway_before_it_books": f"{SENSELESS}: HTTP 502",
    "hangs_before_it_books": f"{UNKNOWN}: no whole answer from URL within 1 s",
    "closes_after_it_booked": f"{UNKNOWN}: the connection to URL ended before its answer",
    "bad_gateway_after_it_booked": f"{SENSELESS}: HTTP 502",
    "half_of_the_answer": f"{UNKNOWN}: the connection to URL ended before its answer",
    "answer_cut_off": f"{SENSELESS}: HTTP 201 without the record",
    "page_instead_of_the_answer": f"{SENSELESS}: HTTP 201 without the record",
    "packed_answer": f"{SENSELESS}: a packed answer, which was not asked for",
    "endless_answer": f"{SENSELESS}: an answer of more than 16 MiB",
    "hangs_after_it_booked": f"{UNKNOWN}: no whole answer from URL within 1 s",
    "drips_after_it_booked": f"{UNKNOWN}: no whole answer from URL within 1 s",
}


@pytest.mark.parametrize("fault", [*BOOKS_NOTHING, *BOOKS])
def test_t08_wherever_an_answer_is_lost_the_document_is_sent_once_and_found_by_its_reference(
    target: ExactTarget, hurried: ExactTarget, server: ExactServer, fault: Fault
) -> None:
    server.faults.append((ENTRIES, fault))

    with pytest.raises(UnknownOutcomeError) as caught:
        (hurried if fault in SLOW else target).create_invoice(invoice(), DORICA_ID)

    assert str(caught.value).replace(server.url, "URL") == OUTCOMES[fault]
    assert server.asked("POST", ENTRIES) == 1
    held = [booked(entry["EntryID"], 26_700_001) for entry in server.entries]
    assert len(held) == (fault in BOOKS)
    assert target.find_invoices([invoice()]) == held


@pytest.mark.parametrize("fault", [*BOOKS_NOTHING, *BOOKS])
def test_t08_wherever_an_answer_is_lost_the_customer_is_made_once_and_found_by_our_code(
    target: ExactTarget, hurried: ExactTarget, server: ExactServer, fault: Fault
) -> None:
    new = Customer("C7", "Nuova Finta S.p.A.", "IT")
    server.faults.append((ACCOUNTS, fault))

    with pytest.raises(UnknownOutcomeError):
        (hurried if fault in SLOW else target).create_customer(new)

    assert server.asked("POST", ACCOUNTS) == 1
    made = {record["Code"].strip(): record["ID"] for record in server.records[ACCOUNTS][1:]}
    assert len(made) == (fault in BOOKS)
    assert target.find_customers([new]) == made


def test_an_answer_about_another_document_is_not_taken_for_this_one(
    target: ExactTarget, server: ExactServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = server._entry
    monkeypatch.setattr(server, "_entry", lambda sent: {**real(sent), "YourRef": "PA99"})

    with pytest.raises(UnknownOutcomeError) as caught:
        target.create_invoice(invoice(), DORICA_ID)

    assert str(caught.value) == f"{SENSELESS}: no EntryID, or another YourRef, in the answer of {ENTRIES}"


def test_a_program_that_is_not_there_stops_the_sync_with_nothing_sent(
    tmp_path: Path, clock: SetClock
) -> None:
    url = unused_url()
    target = ExactTarget(settings_of(url, tmp_path), clock, PATIENCE)

    with pytest.raises(StoppedError) as caught:
        target.create_invoice(invoice(), DORICA_ID)

    assert str(caught.value) == f"The program does not answer: no connection to {url}"
    assert clock.waits == [1, 2]
    target.close()


def test_a_list_that_is_lost_is_asked_for_again_and_then_given_up(
    target: ExactTarget, server: ExactServer, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults: list[Fault] = ["closes_before_it_books", "bad_gateway_before_it_books"]
    monkeypatch.setattr(
        server,
        "fault_of",
        lambda call: faults.pop(0) if faults and call.path.endswith(ENTRIES) else None,
    )
    assert target.find_invoices([invoice()]) == []
    assert (server.asked("GET", ENTRIES), clock.waits) == (3, [1, 2])

    faults += ["bad_gateway_before_it_books"] * 3
    with pytest.raises(StoppedError) as caught:
        target.find_invoices([invoice()])
    assert str(caught.value) == f"The program does not answer: HTTP 502 from {ENTRIES}"


def test_the_minute_that_is_used_up_is_waited_for_and_nothing_is_lost(
    target: ExactTarget, server: ExactServer, clock: SetClock
) -> None:
    server.minute_limit = 3
    documents = [invoice(f"PA{number:014}") for number in range(1, 6)]
    numbers = [target.create_invoice(document, DORICA_ID).registration_number for document in documents]

    assert numbers == ["26700001", "26700002", "26700003", "26700004", "26700005"]
    assert clock.waits == [60]
    assert server.asked("POST", ENTRIES) == 5


def test_a_minute_that_others_used_up_is_waited_for_also_with_a_wrong_clock(
    server: ExactServer, settings: TargetSettings
) -> None:
    """The program refuses with 429, which booked nothing; how long to wait is told by its own clock."""
    own_clock = SetClock(START - dt.timedelta(days=400))
    target = ExactTarget(settings, own_clock, PATIENCE)
    target.find_invoices([invoice()])
    server.clock.advance(30)
    server.served_at += [server.clock.now()] * server.minute_limit
    waits = own_clock.waits

    def wait(seconds: float) -> None:
        waits.append(seconds)
        server.clock.advance(seconds)

    own_clock.wait = wait  # type: ignore[method-assign]
    answer = target.create_invoice(invoice(), DORICA_ID)

    assert (answer.registration_number, waits) == ("26700001", [30])
    target.close()


def test_the_day_that_is_used_up_stops_the_sync_until_the_moment_that_the_program_names(
    target: ExactTarget, server: ExactServer
) -> None:
    server.day_limit = 2
    assert target.create_invoice(invoice(), DORICA_ID).registration_number == "26700001"

    with pytest.raises(StoppedError) as caught:
        target.create_invoice(invoice("PA00000000000003"), DORICA_ID)

    assert str(caught.value) == (
        "The calls that the program allows are used up: those of the day; until 2026-10-08 00:00 UTC"
    )
    assert caught.value.again_at == dt.datetime(2026, 10, 8, tzinfo=dt.UTC)
    assert server.asked("POST", ENTRIES) == 1


def test_the_tenth_error_within_an_hour_is_never_made_not_even_by_the_next_run(
    server: ExactServer, settings: TargetSettings, clock: SetClock
) -> None:
    server.refusal = "other"
    for number in range(9):
        clock.advance(60)
        target = ExactTarget(settings, clock, PATIENCE)
        with pytest.raises(RefusedError):
            target.create_invoice(invoice(f"PA{number:014}"), DORICA_ID)
        target.close()
    target = ExactTarget(settings, clock, PATIENCE)
    server.refusal = None

    with pytest.raises(StoppedError) as caught:
        target.create_invoice(invoice(), DORICA_ID)

    assert str(caught.value) == (
        "The calls that the program allows are used up: 9 errors within an hour on salesentry/SalesEntries, "
        "one more could block it; until 2026-10-07 10:01 UTC"
    )
    assert caught.value.again_at == START + dt.timedelta(minutes=61)
    assert server.asked("POST", ENTRIES) == 9
    assert target.find_customers([DORICA]) == {"C001": DORICA_ID}

    clock.advance(52 * 60)
    assert target.create_invoice(invoice(), DORICA_ID).registration_number == "26700001"
    target.close()


def test_an_endpoint_that_is_blocked_stops_the_sync(target: ExactTarget, server: ExactServer) -> None:
    server.errors[ENTRIES] = [START] * 10

    with pytest.raises(StoppedError) as caught:
        target.find_invoices([invoice()])

    assert str(caught.value) == (
        "The calls that the program allows are used up: no more now; the program does not say until when"
    )
    assert caught.value.again_at is None


@pytest.mark.parametrize(
    ("headers", "waits", "again_at"),
    [
        ({"Retry-After": "5"}, [5], None),
        ({"Retry-After": "7200"}, [], START + dt.timedelta(hours=2)),
        ({"Retry-After": "Wed, 07 Oct 2026 11:00:00 GMT"}, [], None),
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "soon"}, [], None),
        (
            {"X-RateLimit-Minutely-Remaining": "0", "X-RateLimit-Minutely-Reset": "99999999999999"},
            [60],
            None,
        ),
    ],
)
def test_a_refusal_for_now_is_waited_for_a_minute_at_most_and_else_stops_the_sync(
    target: ExactTarget,
    server: ExactServer,
    clock: SetClock,
    monkeypatch: pytest.MonkeyPatch,
    headers: dict[str, str],
    waits: list[float],
    again_at: dt.datetime | None,
) -> None:
    """429 booked nothing: the same call may be made again, and books once."""
    target.check_codes(UsedCodes(frozenset({"8000"}), frozenset(), frozenset(), (START.date(), START.date())))
    real, refused = server.answer, [Reply(429, b"", "text/html", headers)]
    monkeypatch.setattr(server, "answer", lambda call: refused.pop() if refused else real(call))

    if waits:
        assert target.create_invoice(invoice(), DORICA_ID).registration_number == "26700001"
    else:
        with pytest.raises(StoppedError) as caught:
            target.create_invoice(invoice(), DORICA_ID)
        assert (caught.value.explanation.sync_error_code, caught.value.again_at) == ("quota_used", again_at)
    assert (clock.waits, len(server.entries)) == (waits, len(waits))


def test_a_list_that_leads_to_another_server_does_not_take_the_token_there(
    target: ExactTarget, server: ExactServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(61):
        server.add(ENTRIES, EntryNumber=number + 1, YourRef="PA00000000000001")
    monkeypatch.setattr(server, "url", "http://127.0.0.2:9")

    with pytest.raises(StoppedError) as caught:
        target.find_invoices([invoice()])

    assert str(caught.value) == f"{SENSELESS}: the list {ENTRIES} goes on where it cannot"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"options": {}},
            "A setting that the program needs is blank: division in sync_options",
        ),
        (
            {"options": {"division": "../x"}},
            "A setting that the program needs is blank: division in sync_options is a number",
        ),
        (
            {"url": "http://exact.example"},
            "A setting that the program needs is blank: sync_url must begin with https://",
        ),
        (
            {"secrets": {"client_id": "a", "client_secret": "b"}},
            "There is no secret for the program of the company or others may read its file: "
            "REFRESH_TOKEN of ALBA",
        ),
    ],
)
def test_a_setting_or_secret_that_is_missing_is_named_before_any_call(
    settings: TargetSettings, server: ExactServer, change: dict[str, object], sentence: str
) -> None:
    with pytest.raises(StoppedError) as caught:
        ExactTarget(replace(settings, **change))  # type: ignore[arg-type]

    assert (str(caught.value), server.calls) == (sentence, [])


def test_a_division_that_is_not_there_is_said_to_be_a_wrong_address(
    settings: TargetSettings, clock: SetClock
) -> None:
    target = ExactTarget(replace(settings, options={"division": "9"}), clock, PATIENCE)

    with pytest.raises(StoppedError) as caught:
        target.find_invoices([invoice()])

    assert str(caught.value) == f"The program does not answer: HTTP 404 from {ENTRIES}"
    target.close()


def test_no_message_and_no_log_line_holds_a_secret(
    target: ExactTarget, server: ExactServer, caplog: pytest.LogCaptureFixture
) -> None:
    """Not even if the program says it."""
    caplog.set_level("DEBUG")
    target.find_invoices([invoice()])
    secrets = [CLIENT_SECRET, FIRST_REFRESH_TOKEN, "access-1", "refresh-1"]
    server.refusal = "other"
    server.say = lambda *_: f"debug: {' '.join(secrets)}"  # type: ignore[method-assign]

    with pytest.raises(CallError) as caught:
        target.create_invoice(invoice(), DORICA_ID)

    assert caught.value.explanation == Explanation("program_refused", "debug: … … … …", "2026/17")
    assert [secret for secret in secrets if secret in caplog.text] == []
