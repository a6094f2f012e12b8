"""The sample's sales invoices come to what data/samples/README.md says, figure by figure."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from assets.detection.keys import split_key
from assets.home import Home
from assets.ledger.store import Ledger
from assets.statements import statement
from orchestration.imports import current_settings, failed_keys, import_keys, look
from orchestration.sales_imports import SALES, SalesImports
from tests.support.whole_ledger import broken_invariants

DATA = Path(__file__).resolve().parents[2] / "data"

INVOICES = """
    SELECT company_code, document_number, status, customer_code, currency_code,
           CAST(net_amount AS DECIMAL(18,2)) || ' + ' || CAST(vat_amount AS DECIMAL(18,2)) || ' = '
           || CAST(total_amount AS DECIMAL(18,2)), instalments
    FROM ledger.sales_invoice
    ORDER BY company_code, document_number
"""
POSTINGS = """
    SELECT posting.company_code, entry.movement_key, posting.account_code,
           CAST(CAST(posting.debit_amount - posting.credit_amount AS DECIMAL(18,2)) AS VARCHAR)
    FROM ledger.posting AS posting JOIN ledger.journal_entry AS entry USING (entry_id)
    ORDER BY ALL
"""
FINDINGS = """
    SELECT source_file, line_number, finding_code FROM ledger.finding WHERE resolution IS NULL ORDER BY ALL
"""


class Posted:
    """A home into which the files were dropped."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.ledger = Ledger(home.ledger)

    def ask(self, query: str) -> list[tuple[object, ...]]:
        """The rows of a query on the ledger."""
        with self.ledger.reading() as connection:
            return connection.execute(query).fetchall()

    def post(self) -> None:
        """Imports what waits, and what failed."""
        with SalesImports(self.home, self.ledger, "test") as imports:
            imports.load_reference()
            keys = look(self.home, self.ledger, current_settings(self.ledger), source=SALES).keys
            _, failed = import_keys(imports, [*keys, *failed_keys(self.ledger, SALES)])
        assert failed == []


@pytest.fixture
def posted(tmp_path: Path) -> Iterator[Posted]:
    """The sample's sales invoices, posted once."""
    home = Home(tmp_path)
    shutil.copytree(DATA / "samples" / "reference", home.reference)
    shutil.copytree(DATA / "samples" / "sales", home.sales_inbox)
    home.create()
    settings = home.reference / "settings.csv"
    settings.write_text(settings.read_text("utf-8").replace("quiet_seconds,2", "quiet_seconds,0"), "utf-8")
    result = Posted(home)
    result.post()
    yield result


def test_t01_the_sample_sales_come_to_what_the_readme_promises(posted: Posted) -> None:
    """T01, D06, D21: a draft, an unknown customer, a missing rule, a credit note, instalments, dollars."""
    assert posted.ask(INVOICES) == [
        ("ALBA", "2026/1101", "booked", "C001", "EUR", "1203.00 + 264.66 = 1467.66", "2026-12-31 1467.66"),
        ("ALBA", "2026/1102", "booked", "C007", "EUR", "2480.00 + 0.00 = 2480.00", "2027-01-05 2480.00"),
        ("ALBA", "2026/1104", "draft", "C003", "EUR", "1900.00 + 418.00 = 2318.00", "2026-11-12 2318.00"),
        ("ALBA", "2026/1120", "booked", "C008", "EUR", "1264.00 + 0.00 = 1264.00", "2026-12-26 1264.00"),
        ("ALBA", "NC/2026/11", "booked", "C001", "EUR", "84.50 + 18.59 = 103.09", "2026-11-10 103.09"),
        (
            "BREZZA",
            "V-311",
            "booked",
            "C101",
            "EUR",
            "4400.00 + 968.00 = 5368.00",
            "2026-12-04 2684.00; 2027-01-04 2684.00",
        ),
        ("BREZZA", "V-312", "booked", "C106", "USD", "4320.00 + 0.00 = 4320.00", "2026-12-11 4320.00"),
        ("BREZZA", "V-313", "booked", "C102", "EUR", "750.00 + 165.00 = 915.00", "2027-01-16 915.00"),
    ]
    assert posted.ask(FINDINGS) == [
        ("vendite_ALBA_202611.csv", 7, "sales_customer_unknown"),
        ("vendite_ALBA_202611.csv", 8, "sales_rule_missing"),
    ]
    assert posted.ask(POSTINGS) == [
        ("ALBA", "ALBA|C|NC/2026/11|2026", "1500001", "-103.09"),
        ("ALBA", "ALBA|C|NC/2026/11|2026", "4502001", "18.59"),
        ("ALBA", "ALBA|C|NC/2026/11|2026", "7001001", "84.50"),
        ("ALBA", "ALBA|I|2026/1101|2026", "1500001", "1467.66"),
        ("ALBA", "ALBA|I|2026/1101|2026", "4502001", "-264.66"),
        ("ALBA", "ALBA|I|2026/1101|2026", "7001001", "-1203.00"),
        ("ALBA", "ALBA|I|2026/1102|2026", "1500007", "2480.00"),
        ("ALBA", "ALBA|I|2026/1102|2026", "7001001", "-2480.00"),
        ("ALBA", "ALBA|I|2026/1120|2026", "1500008", "1264.00"),
        ("ALBA", "ALBA|I|2026/1120|2026", "7001001", "-1264.00"),
        ("BREZZA", "BREZZA|I|V-311|2026", "1500101", "2684.00"),
        ("BREZZA", "BREZZA|I|V-311|2026", "1500101", "2684.00"),
        ("BREZZA", "BREZZA|I|V-311|2026", "4502001", "-968.00"),
        ("BREZZA", "BREZZA|I|V-311|2026", "7001001", "-4400.00"),
        # 4320.00 dollars at 1.0888 dollars a euro, the rate of 9 November.
        ("BREZZA", "BREZZA|I|V-312|2026", "1500106", "3967.67"),
        ("BREZZA", "BREZZA|I|V-312|2026", "7001001", "-3967.67"),
        ("BREZZA", "BREZZA|I|V-313|2026", "1500102", "915.00"),
        ("BREZZA", "BREZZA|I|V-313|2026", "4502001", "-165.00"),
        ("BREZZA", "BREZZA|I|V-313|2026", "7001001", "-750.00"),
    ]
    assert broken_invariants(posted.ledger) == {}


def test_o03_what_the_sample_lacks_is_mended_by_the_lines_of_the_readme(posted: Posted) -> None:
    """O03: a customer with an account, and a rule; a rerun posts the two invoices and nothing twice."""
    before = posted.ask(POSTINGS)
    for name, line in (
        ("counterparties.csv", "C009,Falegnameria Nuvoletta,customer,IT,09990999991,09990999991,"),
        ("chart_of_accounts.csv", "ALBA,1500010,Falegnameria Nuvoletta,Cliente,customer,C009,true"),
        ("sales_rules.csv", "MANUALS,,,manual,10,,7001001,10,4502001"),
    ):
        with (posted.home.reference / name).open("a", encoding="utf-8") as stream:
            stream.write(f"{line}\n")
    posted.post()
    after = posted.ask(POSTINGS)
    assert [row for row in after if row not in before] == [
        ("ALBA", "ALBA|I|2026/1105|2026", "1500010", "378.20"),
        ("ALBA", "ALBA|I|2026/1105|2026", "4502001", "-68.20"),
        ("ALBA", "ALBA|I|2026/1105|2026", "7001001", "-310.00"),
        ("ALBA", "ALBA|I|2026/1106|2026", "1500002", "132.00"),
        ("ALBA", "ALBA|I|2026/1106|2026", "4502001", "-12.00"),
        ("ALBA", "ALBA|I|2026/1106|2026", "7001001", "-120.00"),
    ]
    assert (len(after), posted.ask(FINDINGS)) == (len(before) + 6, [])
    assert sorted(split_key(path.name)[0] for path in posted.home.sales.processed.iterdir()) == [
        "IT09990029994_V0313",
        "peppol_ALBA_2026-1120",
        "vendite_ALBA_202611",
        "vendite_BREZZA_202611",
    ]


def test_o07_ledger_and_sub_ledger_agree_after_the_sample_sales(posted: Posted) -> None:
    with posted.ledger.reading() as connection:
        connection.execute(statement("reports", "subledger"))
        assert connection.execute(statement("reports", "check_subledger")).fetchall() == []
