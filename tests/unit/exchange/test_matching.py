"""Messages of the exchange system find the sales invoices that they are about, in any order of arrival."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from assets.findings import finding_codes
from samples.invoice_files import body, fatturapa, in_base64, party, signed
from samples.sales_files import csv_of, row
from tests.conftest import MakeHome
from tests.support.exchange import SENT, message
from tests.support.ledgers import LedgerHome, ledger_state
from tests.support.sales import DATA, import_sales, invoice, json_of
from tests.support.whole_ledger import invariants_of

ALBA = party("09990019995", name="Albafinta Utensili S.r.l.")
DORICA = party("09990049992", name="Officine Dorica Finta S.r.l.")
REJECTED, REFUSED, UNMATCHED = (
    "sales_rejected_by_exchange",
    "sales_refused_by_customer",
    "exchange_message_unmatched",
)
FINDINGS = """
    SELECT finding_code, progressive, raw_value, resolution FROM ledger.finding
    WHERE finding_code LIKE 'sales_re%ed_by_%' OR finding_code = 'exchange_message_unmatched'
    ORDER BY import_id, ordinal
"""
MATCHES = """
    SELECT message_kind, coalesce(outcome_code, ''), invoice.document_number
    FROM ledger.exchange_match AS match
    JOIN ledger.exchange_message USING (exchange_message_id)
    JOIN ledger.sales_invoice AS invoice ON subject_kind = 'sales' AND invoice_id = subject_id
    ORDER BY exchange_message_id, document_number
"""
SENT_ROW = row(sdi_file_name=SENT)


def e_invoice(*numbers: str) -> bytes:
    """An e-invoice that we issued, with these documents."""
    return fatturapa(*(body(number) for number in numbers), supplier=ALBA, customer=DORICA).encode()


def drop(home: LedgerHome, *files: tuple[str, bytes]) -> None:
    """Imports the files one after the other."""
    for name, data in files:
        import_sales(home, name, data)


def found(home: LedgerHome) -> list[tuple[Any, ...]]:
    """Open findings that follow from messages: code, number of the invoice, what the message says."""
    return [each[:3] for each in home.rows(FINDINGS) if each[3] is None]


@pytest.fixture
def home(trial_home: MakeHome) -> LedgerHome:
    """The data of `tests.support.sales` in force."""
    return trial_home(DATA)


def test_d11_every_finding_code_of_the_messages_has_a_test_here() -> None:
    codes = [code.finding_code for code in finding_codes().values() if code.asset_name == "exchange_messages"]
    assert codes == [REJECTED, REFUSED, UNMATCHED]


@pytest.mark.parametrize(
    "name", [SENT, SENT.upper(), f"{SENT}.p7m", f"{SENT.upper()}.P7M", "IT09990019995_00001", f" {SENT} "]
)
def test_a_rejection_is_an_error_on_the_invoice_whose_file_it_names(home: LedgerHome, name: str) -> None:
    """Whether either name has the ending of the signed file or not, and in any case."""
    imported = import_sales(home, "a.csv", csv_of(SENT_ROW, row(document_number="2")))
    assert imported.findings == []
    told = import_sales(home, "IT09990019995_00001_NS_001.xml", message("NS", name))
    assert (told.outcome.status, told.outcome.counts["movement_count"]) == ("posted", 0)
    assert found(home) == [(REJECTED, "1", "NS 111 00311 CodiceDestinatario non valido")]
    (expected,) = home.rows("SELECT expected, company_code FROM ledger.finding")
    assert expected == (
        f"invoice 1 of 2026-10-05, sent as {name.strip()}, accepted by the exchange system",
        "ALBA",
    )
    assert invariants_of(home.workbench) == {}


@pytest.mark.parametrize(
    ("dropped", "data"),
    [
        ("a.csv", csv_of(row(sdi_file_name="it09990019995_00001.XML.p7m"))),
        ("a.json", json_of(invoice(sdi_file_name=SENT))),
        (SENT, e_invoice("1")),
        (f"{SENT}.p7m", signed(e_invoice("1"))),
        ("IT09990019995_00001.XML.PK7", in_base64(signed(e_invoice("1")))),
    ],
)
def test_the_file_sent_is_named_by_csv_json_and_by_the_name_of_an_e_invoice(
    home: LedgerHome, dropped: str, data: bytes
) -> None:
    drop(home, (dropped, data), ("b.xml", message("RC")))
    assert home.rows(MATCHES) == [("RC", "", "1")]
    assert found(home) == []


ARRIVALS = {
    "invoice": ("a.csv", csv_of(SENT_ROW)),
    "rejection": ("b.xml", message("NS")),
    "delivery of the second transmission": ("c.xml", message("RC", identifier="112")),
    "answer": ("d.xml", message("NE", identifier="112", outcome="EC01")),
}


@pytest.mark.parametrize("order", list(permutations(ARRIVALS)))
def test_the_order_of_arrival_does_not_matter(home: LedgerHome, order: tuple[str, ...]) -> None:
    drop(home, *(ARRIVALS[name] for name in order))
    assert sorted(home.rows(MATCHES)) == [("NE", "EC01", "1"), ("NS", "", "1"), ("RC", "", "1")]
    assert found(home) == []


def test_a_message_that_fits_no_invoice_is_listed_until_its_invoice_comes(home: LedgerHome) -> None:
    drop(home, ("b.xml", message("NS")), ("c.xml", message("RC", None, None)))
    assert found(home) == [
        (UNMATCHED, None, f"NS {SENT} 00311 CodiceDestinatario non valido"),
        (UNMATCHED, None, "RC"),
    ]
    drop(home, ("a.csv", csv_of(row())))
    assert len(found(home)) == 2
    drop(home, ("a2.csv", csv_of(SENT_ROW)))
    assert home.rows("SELECT status FROM ledger.sales_invoice") == [("booked",)]
    assert found(home) == [
        (REJECTED, "1", "NS 111 00311 CodiceDestinatario non valido"),
        (UNMATCHED, None, "RC"),
    ]


def test_the_same_message_twice_is_nothing(home: LedgerHome) -> None:
    """Under another name, in an envelope, or dropped once more as it is."""
    drop(home, ("a.csv", csv_of(SENT_ROW)), ("b.xml", message("NS")))
    before = (ledger_state(home), home.rows("SELECT * FROM ledger.exchange_message"), home.rows(MATCHES))
    drop(home, ("c.xml", message("NS")), ("b.xml", message("NS")), ("b.xml.p7m", signed(message("NS"))))
    after = (ledger_state(home), home.rows("SELECT * FROM ledger.exchange_message"), home.rows(MATCHES))
    assert after == before


TIME = {
    "earlier": "2026-10-06T09:00:00Z",
    "same": "2026-10-06T10:00:00+02:00",
    "later": "2026-10-07T10:00:00Z",
}


@pytest.mark.parametrize(
    ("kind", "identifier", "received", "outcome", "is_ended"),
    [
        ("RC", "112", TIME["later"], None, True),
        ("MC", "112", TIME["later"], None, True),
        ("AT", "112", TIME["later"], None, True),
        ("DT", "112", TIME["later"], None, True),
        ("NE", "112", None, "EC01", True),
        ("EC", "112", None, "EC01", False),
        ("RC", "112", TIME["same"], None, True),
        ("RC", "112", None, None, True),
        ("RC", "99", TIME["later"], None, True),
        ("RC", "112", "2026-10-05T10:00:00Z", None, False),
        ("RC", "99", None, None, False),
        ("RC", "111", TIME["later"], None, False),
        ("RC", None, TIME["same"], None, False),
        ("NS", "112", TIME["later"], None, False),
        ("NE", "112", None, "EC02", False),
    ],
)
def test_a_later_transmission_that_is_accepted_ends_a_rejection_and_nothing_else_does(
    home: LedgerHome,
    kind: str,
    identifier: str | None,
    received: str | None,
    outcome: str | None,
    is_ended: bool,
) -> None:
    """Later is by when the exchange system received the file, else by its identifiers, which ascend."""
    drop(home, ("a.csv", csv_of(SENT_ROW)), ("b.xml", message("NS")))
    drop(home, ("c.xml", message(kind, identifier=identifier, received=received, outcome=outcome)))
    rejected = [each for each in home.rows(FINDINGS) if each[0] == REJECTED and "111" in each[2]]
    assert [each[3] for each in rejected] == ["mended" if is_ended else None]


def test_a_corrected_file_is_the_same_invoice_under_another_name(home: LedgerHome) -> None:
    """Its content is as it was booked; only the name of the file, which messages name, is new."""
    second = "IT09990019995_00002.xml"
    drop(home, (SENT, e_invoice("7")), ("b.xml", message("NS")))
    assert found(home) == [(REJECTED, "7", "NS 111 00311 CodiceDestinatario non valido")]
    drop(home, (second, e_invoice("7")), ("c.xml", message("RC", second, "112")))
    assert (found(home), len(home.rows(MATCHES))) == ([], 2)
    assert home.rows("SELECT count(*) FROM ledger.journal_entry") == [(1,)]


def test_a_rejected_and_corrected_file_in_a_csv_has_two_names(home: LedgerHome) -> None:
    drop(home, ("a.csv", csv_of(SENT_ROW)), ("b.xml", message("NS")))
    drop(home, ("a2.csv", csv_of(row(sdi_file_name="IT09990019995_00002.xml"))))
    drop(home, ("c.xml", message("MC", "IT09990019995_00002.xml.p7m", "112")))
    assert found(home) == []
    assert home.rows("SELECT sdi_file_name FROM ledger.sales_transmission ORDER BY 1") == [
        (SENT,),
        ("IT09990019995_00002.xml",),
    ]


def test_a_refusal_of_the_customer_is_one_error_though_two_messages_tell_it(home: LedgerHome) -> None:
    drop(home, ("a.csv", csv_of(SENT_ROW)), ("b.xml", message("RC")))
    drop(home, ("c.xml", message("NE", outcome="EC02", description="Ordine mancante")))
    drop(home, (f"{SENT[:-4]}_EC_001.xml", message("EC", outcome="EC02", description="Ordine mancante")))
    assert found(home) == [(REFUSED, "1", "NE EC02 111 Ordine mancante")]
    drop(home, ("e.xml", message("RC", identifier="113", received="2026-10-09T08:00:00Z")))
    assert found(home) == []


def test_an_answer_without_the_name_of_the_file_is_matched_by_its_identifier_or_its_own_name(
    home: LedgerHome,
) -> None:
    drop(home, ("a.csv", csv_of(SENT_ROW)), ("b.xml", message("EC", outcome="EC02")))
    assert found(home) == [(UNMATCHED, None, "EC EC02 111")]
    drop(home, ("c.xml", message("RC")))
    assert found(home) == [(REFUSED, "1", "EC EC02 111")]
    drop(home, ("IT09990019995_00001_EC_00A.xml.p7m", signed(message("EC", identifier=None, outcome="EC01"))))
    assert home.rows(MATCHES) == [("EC", "EC02", "1"), ("RC", "", "1"), ("EC", "EC01", "1")]


def test_a_rejection_is_about_every_invoice_of_the_file_and_an_answer_about_the_one_that_it_names(
    home: LedgerHome,
) -> None:
    drop(home, (SENT, e_invoice("1/A", "2", "3")))
    drop(home, ("b.xml", message("NE", outcome="EC02", number=" 01-a ", message_id="1")))
    assert found(home) == [(REFUSED, "1/A", "NE EC02 111")]
    drop(home, ("c.xml", message("NE", outcome="EC02", number="4", message_id="2")))
    drop(home, ("d.xml", message("NE", outcome="EC02", number="2", year="2025", message_id="3")))
    assert found(home)[1:] == [
        (UNMATCHED, None, f"NE EC02 {SENT} 4"),
        (UNMATCHED, None, f"NE EC02 {SENT} 2"),
    ]
    drop(home, ("e.xml", message("NS", identifier="110")))
    assert [each[1] for each in found(home) if each[0] == REJECTED] == ["1/A", "2", "3"]
    drop(home, ("f.xml", message("NE", outcome="EC01", number="2", message_id="4")))
    assert [each[1] for each in found(home) if each[0] == REJECTED] == ["1/A", "3"]


def test_a_finding_that_somebody_closed_does_not_come_back(home: LedgerHome) -> None:
    drop(home, ("a.csv", csv_of(SENT_ROW)), ("b.xml", message("NS")))
    home.workbench.execute("UPDATE ledger.finding SET resolution = 'dismissed'")
    drop(home, ("c.xml", message("RC", "other.xml", "5")), ("d.csv", csv_of(row(document_number="9"))))
    assert [each[0] for each in found(home)] == [UNMATCHED]


def test_a_draft_is_matched_and_booking_it_does_not_take_its_rejection_away(home: LedgerHome) -> None:
    drop(home, ("a.csv", csv_of(row(status="draft", sdi_file_name=SENT))), ("b.xml", message("NS")))
    drop(home, ("c.csv", csv_of(SENT_ROW)))
    assert home.rows("SELECT status FROM ledger.sales_invoice") == [("booked",)]
    assert [each[:2] for each in found(home)] == [(REJECTED, "1")]


def test_an_invoice_that_is_kept_out_is_matched_once_it_is_booked(home: LedgerHome) -> None:
    unknown = csv_of(row(sdi_file_name=SENT, customer_code="NEW"))
    drop(home, ("a.csv", unknown), ("b.xml", message("NS")))
    assert [each[0] for each in found(home)] == [UNMATCHED]
    drop(home, ("c.csv", csv_of(SENT_ROW)))
    assert [each[:2] for each in found(home)] == [(REJECTED, "1")]


def test_a_file_name_that_the_layout_cannot_have_keeps_no_e_invoice_out(home: LedgerHome) -> None:
    drop(home, (f"{'x' * 120}.xml", e_invoice("1")))
    assert home.rows("SELECT status FROM ledger.sales_invoice") == [("booked",)]
    assert home.rows("SELECT * FROM ledger.sales_transmission") == []


def test_one_name_in_a_csv_is_not_that_of_its_other_invoices(home: LedgerHome) -> None:
    data = csv_of(SENT_ROW, row(document_number="2"))
    drop(home, ("a.csv", data), ("b.csv", data), ("c.xml", message("NS")))
    assert [each[:2] for each in found(home)] == [(REJECTED, "1")]
