"""The sample's e-invoices: what becomes of every document, as a person has read it (golden file)."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from assets.findings import finding_code, in_words
from assets.home import Home
from assets.invoices.deciding import switch_automatic
from assets.ledger.audit import Decider
from assets.ledger.store import Ledger
from orchestration import deliveries
from orchestration.deliveries import DeliveryImports, gather, open_deliveries
from orchestration.imports import TraceImports, current_settings, import_keys, look
from samples.invoices import paid_item_key
from tests.support.golden import assert_golden

REPOSITORY: Final = Path(__file__).resolve().parents[2]
DATA: Final = REPOSITORY / "data"
NOW: Final = dt.datetime(2026, 11, 20, 9, 0)  # noqa: DTZ001

DOCUMENTS: Final = """
    SELECT document.document_id, document.status, coalesce(document.reason_codes, '-'),
           document.company_code, document.counterparty_code, document.document_type,
           document.document_number, document.document_date, document.payable_amount,
           document.currency_code, coalesce(document.total_convention, '-'),
           coalesce(registration.evidence, '-'),
           'credits ' || coalesce(CAST(registration.credits_registration_id AS VARCHAR), '-'),
           file_import.source_file
    FROM ledger.document AS document
    JOIN ledger.file_import USING (import_id)
    LEFT JOIN ledger.registration AS registration USING (document_id)
    ORDER BY document.document_id
"""
POSTINGS: Final = """
    SELECT document.document_number, posting.line_number, posting.account_code,
           posting.debit_amount - posting.credit_amount, coalesce(posting.open_item_key, '-'),
           coalesce(posting.description, '')
    FROM ledger.posting AS posting
    JOIN ledger.registration AS registration USING (entry_id)
    JOIN ledger.document AS document USING (document_id)
    ORDER BY posting.entry_id, posting.line_number
"""
FINDINGS: Final = """
    SELECT severity, finding_code, source_file, line_number, field, raw_value, expected
    FROM ledger.finding WHERE resolution IS NULL ORDER BY import_id, ordinal
"""


class Registered(NamedTuple):
    """The home in which the sample's e-invoices were registered at the same moment of November 2026."""

    home: Home
    ledger: Ledger

    def ask(self, query: str) -> list[tuple]:
        """The rows of a query on the ledger."""
        with self.ledger.reading() as connection:
            return connection.execute(query).fetchall()

    def register(self, *keys: str) -> None:
        """Processes these deliveries, or those that wait."""
        with DeliveryImports(self.home, self.ledger, "test") as imports:
            imports.load_reference()
            waiting = gather(self.home, self.ledger, current_settings(self.ledger)).waiting
            for key in keys or waiting:
                imports.import_delivery(key)


@pytest.fixture(scope="module")
def registered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registered]:
    """The e-invoices, registered once, with automatic registration of both companies switched on."""
    home = Home(tmp_path_factory.mktemp("invoices"))
    shutil.copytree(DATA / "samples" / "reference", home.reference)
    shutil.copytree(DATA / "samples" / "invoices", home.invoice_inbox)
    home.create()
    settings = home.reference / "settings.csv"
    settings.write_text(settings.read_text("utf-8").replace("quiet_seconds,2", "quiet_seconds,0"), "utf-8")
    result = Registered(home, Ledger(home.ledger))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(deliveries, "utc_now", lambda: NOW)
        with DeliveryImports(home, result.ledger, "test") as imports:
            imports.load_reference()
        workbench = result.ledger.workbench()
        with result.ledger.transaction(workbench, "test"):
            switch_automatic(workbench, ("ALBA", "BREZZA"), Decider("anna", NOW), is_on=True)
        workbench.close()
        result.register()
        yield result


@pytest.fixture
def copied(registered: Registered, tmp_path: Path) -> Registered:
    """A copy of the home, to go on with."""
    shutil.copytree(registered.home.root, tmp_path / "home")
    home = Home(tmp_path / "home")
    return Registered(home, Ledger(home.ledger))


def lines(rows: Iterable[tuple]) -> list[str]:
    """One readable line each."""
    return [" | ".join(str(value) for value in row) for row in rows]


def test_f05_the_sample_e_invoices_come_to_what_their_golden_file_says(registered: Registered) -> None:
    assert_golden(
        "invoices_sample",
        {
            "documents": lines(registered.ask(DOCUMENTS)),
            "findings": lines(
                (*found, in_words(expected, finding_code(found[1]).expected))
                for *found, expected in registered.ask(FINDINGS)
            ),
            "postings": lines(registered.ask(POSTINGS)),
        },
    )


def test_f05_the_archive_is_done_and_the_single_files_wait_for_a_person(registered: Registered) -> None:
    found = registered.ask(
        "SELECT delivery_kind, status, (SELECT count(*) FROM ledger.delivered_file AS file "
        "WHERE file.delivery_id = delivery.delivery_id) FROM ledger.delivery ORDER BY delivery_id"
    )
    assert found == [("archive", "done", 6), ("files", "open", 20)]
    assert registered.ask("SELECT status, count(*) FROM ledger.document GROUP BY status ORDER BY status") == [
        ("registered", 18),
        ("to_register", 9),
    ]


def test_f06_what_the_reference_data_lacked_is_registered_once_they_have_it(copied: Registered) -> None:
    """R03, R06, R07 leave; the rest is as it was."""
    for name, row in (
        ("counterparties.csv", "S109,Verniciatura Arcobalena S.r.l.,supplier,IT,09990000284,09990000284,"),
        ("chart_of_accounts.csv", "ALBA,4000009,Verniciatura Arcobalena S.r.l.,Fornitore,supplier,S109,true"),
        ("invoice_rules.csv", "PAINTING,ALBA,S109,,,7102001,22"),
        ("invoice_rules.csv", "OIL,ALBA,S006,,,7101002,22"),
        ("vat_codes.csv", ",5,VAT 5 %,5,,,normal,100,1502001,"),
    ):
        with (copied.home.reference / name).open("a", encoding="utf-8") as stream:
            stream.write(row + "\n")
    before = copied.ask("SELECT count(*) FROM ledger.posting")
    copied.register(*open_deliveries(copied.ledger))
    assert copied.ask(
        "SELECT DISTINCT finding_code FROM ledger.finding WHERE resolution IS NULL ORDER BY finding_code"
    ) == [("R01",), ("R02",), ("R09",), ("R12",), ("R14",), ("R17",), ("R18",)]
    assert copied.ask("SELECT count(*) FROM ledger.document WHERE status = 'registered'") == [(21,)]
    assert copied.ask("SELECT count(*) FROM ledger.posting") == [(before[0][0] + 9,)]


def test_f09_a_sample_trace_closes_an_instalment_that_an_e_invoice_opened(copied: Registered) -> None:
    trace = DATA / "samples" / "payments" / "RITCOGE_20261116.txt"
    shutil.copyfile(trace, copied.home.inbox / trace.name)
    with TraceImports(copied.home, copied.ledger, "test") as imports:
        imports.load_reference()
        keys = look(copied.home, copied.ledger, current_settings(copied.ledger)).keys
        (outcome,), failed = import_keys(imports, keys)
    assert (outcome.status, outcome.counts["unlinked_posting_count"], failed) == ("posted", 0, [])
    closed = "SELECT open_item_key, status FROM ledger.open_item WHERE status = 'closed'"
    assert copied.ask(closed) == [(paid_item_key(), "closed")]
