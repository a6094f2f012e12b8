"""A real Tryton at the end of a line that loses calls and answers: nothing is booked twice (T08)."""

from __future__ import annotations

from typing import Final

import pytest

from assets.sync.errors import Explanation, StoppedError, UnknownOutcomeError
from samples.programs.answering import Fault, unused_url
from samples.programs.tryton import TrytonServer
from samples.programs.tryton_documents import customer, invoice
from samples.programs.tryton_line import TrytonLine
from samples.programs.tryton_targets import PATIENCE_SECONDS
from tests.unit.sync.conftest import MakeTryton

pytestmark = pytest.mark.check

POST: Final = "/post"
DRAFT: Final = "/account.invoice"
PARTY: Final = "/party.party"
ENDED: Final = "the connection to {url} ended before its answer"
HANGS: Final[Fault] = "hangs_after_it_booked"
IMPATIENT_SECONDS: Final = 3.0
LOSSES: Final[dict[Fault, tuple[str, str]]] = {
    "closes_after_it_booked": ("outcome_unknown", ENDED),
    "half_of_the_answer": ("outcome_unknown", ENDED),
    "page_instead_of_the_answer": (
        "answer_not_understood",
        "{url} answered with something else than Tryton would",
    ),
    "bad_gateway_after_it_booked": ("outcome_unknown", "{url} answered with the status 502"),
    HANGS: ("outcome_unknown", "no whole answer from {url} within 3 s"),
}


def states(server: TrytonServer, reference: str) -> list[str]:
    """The states of all invoices that the program holds under a reference."""
    found = server.rest.find("account.invoice", [["reference", "=", reference]], "state")
    return [each["state"] for each in found]


@pytest.mark.parametrize(("number", "fault"), list(enumerate(LOSSES)), ids=LOSSES)
def test_t08_a_booking_whose_answer_is_lost_is_found_by_reading_back_and_there_once(
    number: int,
    fault: Fault,
    make_tryton: MakeTryton,
    tryton_server: TrytonServer,
    tryton_line: TrytonLine,
) -> None:
    patience = IMPATIENT_SECONDS if fault == HANGS else PATIENCE_SECONDS
    tryton = make_tryton(url=tryton_line.url, patience_seconds=patience)
    buyer = customer(f"LOSS{number}")
    document = invoice(f"LOSS{number}", buyer)
    customer_id = tryton.create_customer(buyer)
    tryton_line.faults.append((POST, fault))

    with pytest.raises(UnknownOutcomeError) as lost:
        tryton.create_invoice(document, customer_id)

    code, detail = LOSSES[fault]
    assert lost.value.explanation == Explanation(code, detail.format(url=tryton_line.url), document.reference)
    # The line hands on one call at a time: this answer comes after that of the booking.
    (booked,) = make_tryton(url=tryton_line.url).find_invoices([document])
    assert (booked.reference, booked.total_amount) == (document.reference, document.total_amount)
    assert states(tryton_server, document.reference) == ["posted"]


@pytest.mark.parametrize(
    ("call", "fault"),
    [(POST, "closes_before_it_books"), (DRAFT, "closes_after_it_booked")],
    ids=["unposted", "unnoticed"],
)
def test_t08_a_draft_that_was_left_behind_is_finished_and_not_made_again(
    call: str,
    fault: Fault,
    make_tryton: MakeTryton,
    tryton_server: TrytonServer,
    tryton_line: TrytonLine,
) -> None:
    tryton = make_tryton(url=tryton_line.url)
    buyer = customer(f"LEFT{call[1]}")
    document = invoice(f"LEFT{call[1]}", buyer)
    customer_id = tryton.create_customer(buyer)
    tryton_line.faults.append((call, fault))
    with pytest.raises(UnknownOutcomeError) as lost:
        tryton.create_invoice(document, customer_id)
    detail = ENDED.format(url=tryton_line.url)
    assert lost.value.explanation == Explanation("outcome_unknown", detail, document.reference)
    assert (tryton.find_invoices([document]), states(tryton_server, document.reference)) == ([], ["draft"])

    booked = tryton.create_invoice(document, customer_id)

    assert booked.total_amount == document.total_amount
    assert states(tryton_server, document.reference) == ["posted"]


def test_t08_a_customer_whose_answer_is_lost_is_found_by_our_code(
    make_tryton: MakeTryton, tryton_server: TrytonServer, tryton_line: TrytonLine
) -> None:
    tryton = make_tryton(url=tryton_line.url)
    buyer = customer("LOST")
    tryton_line.faults.append((PARTY, "closes_after_it_booked"))

    with pytest.raises(UnknownOutcomeError) as lost:
        tryton.create_customer(buyer)

    detail = ENDED.format(url=tryton_line.url)
    assert lost.value.explanation == Explanation("outcome_unknown", detail, "LOST")
    made = tryton_server.rest.the_id("party.party", [["code", "=", "LOST"]])
    assert tryton.find_customers([buyer]) == {"LOST": str(made)}


def test_a_program_that_is_down_stops_the_sync_before_anything_is_sent(make_tryton: MakeTryton) -> None:
    url = unused_url()

    with pytest.raises(StoppedError) as stopped:
        make_tryton(url=url).create_customer(customer("DOWN"))

    assert stopped.value.explanation == Explanation("program_unreachable", f"no connection to {url}")
