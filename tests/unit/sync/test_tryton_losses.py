"""A real Tryton behind a line that loses calls and answers: nothing is booked twice (T08)."""

from __future__ import annotations

import pytest

from assets.sync.errors import Explanation, StoppedError, UnknownOutcomeError
from assets.sync.targets.tryton import TrytonTarget
from tests.support.lossy_proxy import Loss, LossyProxy
from tests.support.sales_documents import customer, invoice
from tests.support.servers import free_port
from tests.support.tryton import TrytonServer
from tests.support.tryton_targets import PATIENCE_SECONDS
from tests.support.waiting import until
from tests.unit.sync.conftest import MakeTryton

POST: str = "POST /partita/rest/model/account.invoice/"
DRAFT: str = "POST /partita/rest/model/account.invoice?"
PARTY: str = "POST /partita/rest/model/party.party?"
READING: str = "GET /partita/rest/model/"


def states(server: TrytonServer, reference: str) -> list[str]:
    """The states of all invoices that the program holds under a reference."""
    return [
        each["state"]
        for each in server.rest.find("account.invoice", [["reference", "=", reference]], "state")
    ]


@pytest.mark.parametrize(
    ("loss", "code", "detail"),
    [
        ("answer", "outcome_unknown", "the connection to {url} ended before its answer"),
        ("half", "outcome_unknown", "the connection to {url} ended before its answer"),
        ("silence", "outcome_unknown", "no whole answer from {url} within 3 s"),
        ("page", "answer_not_understood", "{url} answered with something else than Tryton would"),
        ("fault", "outcome_unknown", "{url} answered with the status 500"),
    ],
)
def test_t08_a_booking_whose_answer_is_lost_is_found_by_reading_back_and_there_once(
    loss: Loss,
    code: str,
    detail: str,
    make_tryton: MakeTryton,
    tryton_server: TrytonServer,
    lossy: LossyProxy,
) -> None:
    tryton = make_tryton(url=lossy.url, patience_seconds=3 if loss == "silence" else PATIENCE_SECONDS)
    buyer = customer(f"L{loss.upper()}")
    document = invoice(f"T08{loss.upper()}", buyer)
    customer_id = tryton.create_customer(buyer)

    with lossy.losing(POST, loss), pytest.raises(UnknownOutcomeError) as lost:
        tryton.create_invoice(document, customer_id)

    assert lost.value.explanation == Explanation(code, detail.format(url=lossy.url), document.reference)
    until(lambda: [call for call in lossy.passed if call.startswith(POST)], 60, "that the program booked it")
    (booked,) = tryton.find_invoices([document])
    assert (booked.reference, booked.total_amount) == (document.reference, document.total_amount)
    assert states(tryton_server, document.reference) == ["posted"]


@pytest.mark.parametrize(("call", "loss"), [(POST, "call"), (DRAFT, "answer")], ids=["unposted", "unnoticed"])
def test_t08_a_draft_that_was_left_behind_is_finished_and_not_made_again(
    call: str, loss: Loss, make_tryton: MakeTryton, tryton_server: TrytonServer, lossy: LossyProxy
) -> None:
    tryton = make_tryton(url=lossy.url)
    buyer = customer(f"D{loss.upper()}")
    document = invoice(f"DRAFT{loss.upper()}", buyer)
    customer_id = tryton.create_customer(buyer)
    with lossy.losing(call, loss), pytest.raises(UnknownOutcomeError) as lost:
        tryton.create_invoice(document, customer_id)
    sentence = f"the connection to {lossy.url} ended before its answer"
    assert lost.value.explanation == Explanation("outcome_unknown", sentence, document.reference)
    assert (tryton.find_invoices([document]), states(tryton_server, document.reference)) == ([], ["draft"])

    booked = tryton.create_invoice(document, customer_id)

    assert booked.total_amount == document.total_amount
    assert states(tryton_server, document.reference) == ["posted"]


def test_t08_a_customer_whose_answer_is_lost_is_found_by_our_code(
    make_tryton: MakeTryton, tryton_server: TrytonServer, lossy: LossyProxy
) -> None:
    tryton = make_tryton(url=lossy.url)
    buyer = customer("LOST")

    with lossy.losing(PARTY, "answer"), pytest.raises(UnknownOutcomeError) as lost:
        tryton.create_customer(buyer)

    sentence = f"the connection to {lossy.url} ended before its answer"
    assert lost.value.explanation == Explanation("outcome_unknown", sentence, "LOST")
    made = tryton_server.rest.the_id("party.party", [["code", "=", "LOST"]])
    assert tryton.find_customers([buyer]) == {"LOST": str(made)}


def test_reading_is_tried_again_until_it_works_or_stops_with_nothing_booked(
    make_tryton: MakeTryton, lossy: LossyProxy
) -> None:
    tryton = make_tryton(url=lossy.url)

    with lossy.losing(READING, "half"), pytest.raises(StoppedError) as stopped:
        tryton.find_invoices([invoice("READ1", customer("READ"))])

    sentence = f"the connection to {lossy.url} ended before its answer"
    assert stopped.value.explanation == Explanation("program_unreachable", sentence)
    assert len(lossy.passed) == 3
    assert tryton.find_invoices([invoice("READ1", customer("READ"))]) == []


def test_a_program_that_is_down_stops_the_sync_before_anything_is_sent(make_tryton: MakeTryton) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    tryton: TrytonTarget = make_tryton(url=url)

    with pytest.raises(StoppedError) as stopped:
        tryton.create_customer(customer("DOWN"))

    assert stopped.value.explanation == Explanation("program_unreachable", f"no connection to {url}")
