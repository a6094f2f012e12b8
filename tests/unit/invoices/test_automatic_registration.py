"""F01, F02, F03, F08: what registers itself, what waits; F06, F10, F12: reruns, dates, many in one file."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import pytest

from assets.invoices.model import CanonicalDocument
from tests.conftest import MakeHome
from tests.support.invoice_ledgers import DATA, NOW, decide, deliver, document, switch
from tests.support.ledgers import LedgerHome, ReferenceData, exchange_rate, invoice_rule, make_home
from tests.support.registrations import (
    FULL,
    Finding,
    balances,
    d,
    document_id,
    entry,
    findings,
    open_codes,
    open_items,
    registration_value,
    statuses,
)
from tests.support.whole_ledger import invariants_of

HOUR: Final = dt.timedelta(hours=1)
DAY: Final = dt.timedelta(days=1)


def numbered(*numbers: str, **fields: Any) -> list[CanonicalDocument]:
    """Plain invoices with these numbers."""
    return [document(document_number=number, **fields) for number in numbers]


def waits(home: LedgerHome, number: str, expected: str) -> None:
    """Asserts that nothing but the switch keeps this document from being registered."""
    assert findings(home, number) == [Finding("document_waits", "document", None, expected)]
    assert entry(home, number) == []


# --- F01, F02, F03, F08: the switch -------------------------------------------------------------------------


def test_f01_nothing_is_posted_while_automatic_registration_is_off(trial_home: MakeHome) -> None:
    """It is off until somebody switches it on."""
    home = trial_home(FULL)
    outcome = deliver(home, "d1", numbered("1", "2"))
    assert statuses(home) == [("1", "to_register"), ("2", "to_register")]
    waits(home, "1", "automatic registration of ALBA to be on")
    assert (outcome.is_closed, outcome.counts["waiting_count"], balances(home)) == (False, 2, {})


def test_f02_a_document_that_arrives_while_it_is_on_registers_itself(trial_home: MakeHome) -> None:
    """The moment of the switch itself is on; each company has its own switch."""
    home = trial_home(FULL)
    switch(home, "ALBA", at=NOW)
    outcome = deliver(home, "d1", [*numbered("1"), *numbered("2", company="BREZZA")])
    assert statuses(home) == [("1", "registered"), ("2", "to_register")]
    waits(home, "2", "automatic registration of BREZZA to be on")
    assert [registration_value(home, name, "1") for name in ("registered_by", "requested_by")] == [
        "automatic",
        None,
    ]
    assert [(row[1] is not None, row[3], row[10]) for row in open_items(home)] == [(True, "credit", "open")]
    assert outcome.counts["registered_count"] == 1


def test_f03_of_older_documents_only_those_that_are_chosen_are_registered(trial_home: MakeHome) -> None:
    home = trial_home(FULL)
    deliver(home, "d1", numbered("1", "2", "3"))
    switch(home, at=NOW + HOUR)
    deliver(home, "d1", numbered("1", "2", "3"), now=NOW + 2 * HOUR)
    later = (
        "a document received after 2026-10-20 09:00 UTC, when automatic registration of ALBA was switched on"
    )
    waits(home, "1", later)

    decide(home, document_id(home, "2"), by="paola")
    deliver(home, "d1", numbered("1", "2", "3"), now=NOW + 3 * HOUR)
    assert statuses(home) == [("1", "to_register"), ("2", "registered"), ("3", "to_register")]
    assert [registration_value(home, name, "2") for name in ("registered_by", "requested_by")] == [
        "choice",
        "paola",
    ]
    for number in ("1", "3"):
        decide(home, document_id(home, number))
    outcome = deliver(home, "d1", numbered("1", "2", "3"), now=NOW + 4 * HOUR)
    assert (outcome.is_closed, outcome.counts["registered_count"]) == (True, 3)
    assert open_codes(home) == []


def test_f08_off_again_new_documents_wait_and_earlier_registrations_stay(trial_home: MakeHome) -> None:
    """Documents that arrived while it was off wait when it is on once more."""
    home = trial_home(FULL)
    switch(home, at=NOW)
    deliver(home, "d1", numbered("1"), received_at=NOW + HOUR, now=NOW + HOUR)
    switch(home, is_on=False, at=NOW + 2 * HOUR)
    deliver(home, "d2", numbered("2"), received_at=NOW + 3 * HOUR, now=NOW + 3 * HOUR)
    assert statuses(home) == [("1", "registered"), ("2", "to_register")]
    waits(home, "2", "automatic registration of ALBA to be on")

    switch(home, at=NOW + 4 * HOUR)
    deliver(home, "d2", numbered("2"), received_at=NOW + 3 * HOUR, now=NOW + 5 * HOUR)
    deliver(home, "d3", numbered("3"), received_at=NOW + 5 * HOUR, now=NOW + 5 * HOUR)
    assert statuses(home) == [("1", "registered"), ("2", "to_register"), ("3", "registered")]


def test_f01_what_is_wrong_with_a_document_is_said_before_anybody_chooses_it(trial_home: MakeHome) -> None:
    home = trial_home(FULL)
    deliver(home, "d1", numbered("1", supplier="S002"))
    assert open_codes(home) == [("1", "R06")]


# --- F10: dates ---------------------------------------------------------------------------------------------


def test_f10_document_reception_and_accounting_date_are_kept_apart(trial_home: MakeHome) -> None:
    """ALBA posts by the day of reception, BREZZA by the date of the document."""
    home = trial_home(FULL)
    switch(home)
    received = dt.datetime(2026, 11, 3, 7, 0)  # noqa: DTZ001
    documents = [*numbered("1"), *numbered("2", company="BREZZA")]
    deliver(home, "d1", documents, received_at=received, now=received + DAY)

    rows = home.rows(
        """
        SELECT document.document_number, CAST(document.document_date AS VARCHAR),
               CAST(document.received_at AS VARCHAR), CAST(registration.accounting_date AS VARCHAR),
               min(CAST(posting.posting_date AS VARCHAR)), max(CAST(posting.posting_date AS VARCHAR))
        FROM ledger.document AS document JOIN ledger.registration AS registration USING (document_id)
        JOIN ledger.posting AS posting USING (entry_id) GROUP BY ALL ORDER BY 1
        """
    )
    moment = "2026-11-03 07:00:00"
    assert rows == [
        ("1", "2026-10-15", moment, "2026-11-03", "2026-11-03", "2026-11-03"),
        ("2", "2026-10-15", moment, "2026-10-15", "2026-10-15", "2026-10-15"),
    ]


# --- F06: mended and run again ------------------------------------------------------------------------------


def test_f06_after_the_cause_is_mended_a_rerun_registers_the_rest_and_nothing_twice(
    trial_home: MakeHome,
) -> None:
    home = trial_home(DATA)
    switch(home)
    iban = [{"amount": d("122.00"), "iban": "IT00A9999999999000000000001"}]
    documents = [
        document(document_number="good", payment=iban),
        document(document_number="no rule", supplier="S002"),
        document(document_number="no rate", currency_code="USD"),
        document(document_number="wrong", total_amount=d("130.00")),
    ]
    first = deliver(home, "d1", documents)
    assert open_codes(home) == [("good", "R13"), ("no rate", "R15"), ("no rule", "R06"), ("wrong", "R09")]
    assert (first.counts["registered_count"], first.counts["waiting_count"]) == (1, 3)
    before = [balances(home), open_items(home)]

    assert deliver(home, "d1", documents, now=NOW + HOUR) == first
    assert [balances(home), open_items(home)] == before
    assert open_codes(home) == [("good", "R13"), ("no rate", "R15"), ("no rule", "R06"), ("wrong", "R09")]

    home.load_reference(mended())
    second = deliver(home, "d1", documents, now=NOW + 2 * HOUR)
    assert (second.counts["registered_count"], second.counts["waiting_count"]) == (3, 1)
    assert open_codes(home) == [("good", "R13"), ("wrong", "R09")]
    assert home.rows("SELECT count(*), count(DISTINCT document_id) FROM ledger.registration") == [(3, 3)]
    assert invariants_of(home.workbench) == {}


def mended() -> ReferenceData:
    """The rule and the rate that were missing."""
    return DATA.replace(
        invoice_rules=(*DATA.invoice_rules, invoice_rule("TRANSPORT", "7106001", counterparty="S002")),
        exchange_rates=(exchange_rate("USD", "2026-10-15", "1.25"),),
    )


def test_f12_a_rerun_of_a_file_with_several_documents_keeps_the_warnings_of_those_registered(
    trial_home: MakeHome,
) -> None:
    home = trial_home(DATA)
    switch(home)
    documents = [
        document(document_number="warned", supplier_name="Bottega del Girasole"),
        document(document_number="no rule", supplier="S002", position=2),
    ]
    deliver(home, "d1", documents)
    assert open_codes(home) == [("no rule", "R06"), ("warned", "R05")]
    deliver(home, "d1", documents, now=NOW + HOUR)
    assert open_codes(home) == [("no rule", "R06"), ("warned", "R05")]
    home.load_reference(mended())
    assert deliver(home, "d1", documents, now=NOW + 2 * HOUR).is_closed
    assert open_codes(home) == [("warned", "R05")]


# --- F12: several documents in one file ---------------------------------------------------------------------


def lotto() -> list[dict[str, Any]]:
    """Documents, good ones and bad ones, by their fields."""
    return [
        {"document_number": "1"},
        {"document_number": "2", "total_amount": d("1.00")},
        {"document_number": "3", "supplier": "S003", "lines": [("Fee", "50.00", "22", None)]},
        {"document_number": "1", "lines": [("Steel", "7.00", "22", None)]},
        {"document_number": "4", "lines": [("Scrap", "70.00", "0", "N6.1")]},
        {"document_number": "1"},
    ]


def test_f12_several_documents_in_one_file_equal_the_documents_one_by_one(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    home = make_home(tmp_path_factory.mktemp("home"), FULL)
    states = []
    for is_one_file in (True, False):
        with home.trial():
            switch(home)
            content = [
                document(position=number if is_one_file else 1, **fields)
                for number, fields in enumerate(lotto(), 1)
            ]
            if is_one_file:
                deliver(home, "d1", content)
            else:
                deliver(home, "d1", content[:3])
                deliver(home, "d2", content[3:])
            states.append([statuses(home), open_codes(home), balances(home), open_items(home)])
    home.close()
    assert states[0] == states[1]
    assert [status for _, status in states[0][0]] == [
        "registered",
        "to_register",
        "registered",
        "to_register",
        "registered",
        "repeated",
    ]


# --- Credit notes name their invoice ------------------------------------------------------------------------


def credit_note(number: str, invoice: str, day: dt.date | None = None, **fields: Any) -> CanonicalDocument:
    """A credit note of the invoice with this number."""
    named = {"kind": "invoice", "number": invoice, "reference_date": day}
    return document(
        document_number=number, document_type="TD04", is_credit_note=True, reference=[named], **fields
    )


def test_f02_a_credit_note_names_the_registration_of_its_invoice(trial_home: MakeHome) -> None:
    """Whether they come together or not; the number alone will do, a wrong date will not."""
    home = trial_home(FULL)
    switch(home)
    deliver(
        home,
        "d1",
        [
            credit_note("before", "1"),
            *numbered("1", "2"),
            credit_note("together", "2", dt.date(2026, 10, 15)),
            credit_note("of itself", "of itself"),
        ],
    )
    deliver(
        home,
        "d2",
        [
            credit_note("later", "1", dt.date(2026, 10, 15)),
            credit_note("other date", "1", dt.date(2026, 1, 1)),
            credit_note("other supplier", "1", supplier="S003"),
        ],
    )
    named = home.rows(
        """
        SELECT document.document_number, invoice.document_number
        FROM ledger.registration AS registration
        JOIN ledger.document AS document USING (document_id)
        LEFT JOIN ledger.registration AS credited
               ON credited.registration_id = registration.credits_registration_id
        LEFT JOIN ledger.document AS invoice ON invoice.document_id = credited.document_id
        WHERE document.is_credit_note ORDER BY registration.registration_id
        """
    )
    assert named == [
        ("before", "1"),
        ("together", "2"),
        ("of itself", None),
        ("later", "1"),
        ("other date", None),
        ("other supplier", None),
    ]
