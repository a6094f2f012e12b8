"""A ledger of four files, small enough to be compared as a whole.

- RITCOGE.txt, posted: entry 1 closes item 01:FT-1; entry 2 names an item that does not exist (unlinked, with
  candidates).
- RITCOGE2.txt, incomplete at its second attempt: entry 3 pays part of 01:FT-2 against a transit account; one
  movement is kept out.
- ritcoge_jpy.json, deleted: entry 4 of company 02 in yen closed item 02:FT-1, entry 5 reverses it.
- RITCOGE.txt again with other content, failed: nothing posted.
Item 01:4 has a key that is the number of an entry as well.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import duckdb

from assets.home import Home
from assets.ledger.store import Ledger
from tests.support import ledgers

Row = dict[str, Any]
"""Values by column name, whatever the columns hold."""

START = dt.datetime(2026, 3, 1, 8, 0, 0)  # noqa: DTZ001
DAY = dt.date(2026, 3, 1)


def at(minutes: int) -> dt.datetime:
    """A UTC time so many minutes after the ledger was begun."""
    return START + dt.timedelta(minutes=minutes)


@dataclass(frozen=True, slots=True)
class SourceText:
    """A file as it was dropped: its name, its lines, and where each line stands in bytes."""

    name: str
    lines: tuple[bytes, ...]

    @property
    def content(self) -> bytes:
        """The whole file, lines ended by CR LF."""
        return b"".join(line + b"\r\n" for line in self.lines)

    @property
    def sha256(self) -> str:
        """The content's hash."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def partition_key(self) -> str:
        """The name under which the file is kept."""
        stem, _, suffix = self.name.rpartition(".")
        return f"{stem}@{self.sha256[:12]}.{suffix}"

    def place(self, line_number: int) -> Row:
        """The columns that say where a line stands."""
        start = sum(len(line) + 2 for line in self.lines[: line_number - 1])
        return {
            "source_line": line_number,
            "byte_start": start,
            "byte_end": start + len(self.lines[line_number - 1]),
        }


FIRST = SourceText(
    "RITCOGE.txt",
    (
        "01 bank  +1250,50 Società Rossi €".encode("cp1252"),
        "01 cust  -1250,50 FT-1 S".encode("cp1252"),
        b"01 bank  +99,99",
        b"01 cust  -99,99 FT-9 S",
    ),
)
SECOND = SourceText(
    "RITCOGE2.txt",
    (b"01 transit +40,00", b"01 cust -40,00 FT-2 A", b"01 bank +7,00", b"01 XYZ  -7,00"),
)
YEN = SourceText("ritcoge_jpy.json", ('[{"note": "Società"}]'.encode(), b'{"company": "02"}'))
AGAIN = SourceText("RITCOGE.txt", (b"nothing that anybody could read",))


FILES = ledgers.ReferenceData(
    companies=(ledgers.company("01"),),
    accounts=(ledgers.account("4000", "customer", company="01", counterparty="C001"),),
    periods=(),
    items=(ledgers.open_item("FT-2", "99.99", account="4000", company="01"),),
)
"""Reference files that the ledger would take: they have the item of which something is settled."""


def build(home: Home) -> None:
    """Fills the ledger of this home and keeps its files where the pipeline would keep them."""
    home.create()
    ledgers.write_files(home.reference, FILES.files())
    for source, folder in (
        (FIRST, home.processed),
        (SECOND, home.failed),
        (YEN, home.processed),
        (AGAIN, home.failed),
    ):
        (folder / source.partition_key).write_bytes(source.content)
    ledger = Ledger(home.ledger)
    workbench = ledger.workbench()
    try:
        with ledger.transaction(workbench, "test") as connection:
            _reference(connection)
            _imports(connection)
            _entries(connection)
            _items(connection)
            _settlements(connection)
            _findings(connection)
    finally:
        workbench.close()


def insert(connection: duckdb.DuckDBPyConnection, table: str, *rows: Row) -> None:
    """Inserts rows by column name, so that a new column elsewhere breaks no test."""
    for row in rows:
        columns = ", ".join(row)
        marks = ", ".join("?" for _ in row)
        connection.execute(f"INSERT INTO ledger.{table} ({columns}) VALUES ({marks})", list(row.values()))


def _reference(connection: duckdb.DuckDBPyConnection) -> None:
    for name, version in (
        ("chart_of_accounts.csv", 1),
        ("opening_open_items.csv", 1),
        ("settings.csv", 1),
        ("chart_of_accounts.csv", 2),
    ):
        insert(
            connection,
            "reference_file",
            {
                "file_name": name,
                "version": version,
                "content_sha256": f"hash of {name} {version}",
                "row_count": 3,
                "loaded_at": at(15 * (version - 1)),
            },
        )
    for company, code, name, kind in (
        ("01", "1000", "Bank", "bank"),
        ("01", "1900", "Bills for collection", "transit"),
        ("01", "4000", "Società Rossi", "customer"),
        ("02", "1000", "Bank in yen", "bank"),
        ("02", "4000", "Customers", "customer"),
    ):
        account = {"company_code": company, "account_code": code, "account_name": name, "account_kind": kind}
        insert(connection, "account", {"version": 2, **account, "is_active": True})
    insert(
        connection,
        "setting",
        {"version": 1, "setting_name": "file_masks", "setting_value": "RITCOGE*.txt"},
    )


def _import(number: int, source: SourceText, status: str, minutes: int, **counts: Any) -> Row:
    zero = (
        "posted_movement_count repeated_movement_count posting_count linked_posting_count "
        "unlinked_posting_count error_count warning_count debit_total credit_total"
    )
    return {
        "import_id": number,
        "source_kind": "trace",
        "partition_key": source.partition_key,
        "source_file": source.name,
        "content_sha256": source.sha256,
        "byte_count": len(source.content),
        "reader_name": "json" if source is YEN else "text",
        "status": status,
        "attempt": 1,
        "reference_version": 1,
        "run_id": f"run-{number}",
        "imported_at": at(minutes),
        "line_count": len(source.lines),
        "movement_count": len(source.lines) // 2,
        **dict.fromkeys(zero.split(), 0),
        **counts,
    }


def _imports(connection: duckdb.DuckDBPyConnection) -> None:
    insert(
        connection,
        "file_import",
        _import(
            1, FIRST, "posted", 10, posted_movement_count=2, posting_count=4, linked_posting_count=1,
            unlinked_posting_count=1, warning_count=1, debit_total=Decimal("1350.49"),
            credit_total=Decimal("1350.49"),
        ),
        _import(
            2, SECOND, "incomplete", 20, attempt=2, reference_version=2, run_id="run-2b",
            posted_movement_count=1, posting_count=2, linked_posting_count=1, error_count=1,
            debit_total=Decimal("40"), credit_total=Decimal("40"),
        ),
        _import(
            3, YEN, "deleted", 30, reference_version=2, posted_movement_count=1, posting_count=2,
            linked_posting_count=1, debit_total=Decimal("5000"), credit_total=Decimal("5000"),
            closed_at=at(35), closed_by="anna", closed_reason="wrong company",
        ),
        _import(4, AGAIN, "failed", 40, reference_version=2, movement_count=0, error_count=1),
    )  # fmt: skip
    for number, attempt, run, version, minutes, status, posted, errors, warnings in (
        (1, 1, "run-1", 1, 10, "posted", 2, 0, 1),
        (2, 1, "run-2", 1, 12, "failed", 0, 2, 0),
        (2, 2, "run-2b", 2, 20, "incomplete", 1, 1, 0),
        (3, 1, "run-3", 2, 30, "posted", 1, 0, 0),
        (4, 1, "run-4", 2, 40, "failed", 0, 1, 0),
    ):
        insert(
            connection,
            "import_attempt",
            {
                "import_id": number,
                "attempt": attempt,
                "run_id": run,
                "reference_version": version,
                "attempted_at": at(minutes),
                "status": status,
                "posted_movement_count": posted,
                "error_count": errors,
                "warning_count": warnings,
            },
        )


def _entries(connection: duckdb.DuckDBPyConnection) -> None:
    insert(connection, "reversed_entry", {"entry_id": 4, "reversal_entry_id": 5})
    for entry_id, import_id, attempt, kind, company, progressive, line, reverses, minutes in (
        (1, 1, 1, "trace", "01", "1", 1, None, 10),
        (2, 1, 1, "trace", "01", "2", 3, None, 10),
        (3, 2, 2, "trace", "01", "1", 1, None, 20),
        (4, 3, 1, "trace", "02", "1", 1, None, 30),
        (5, 3, 1, "reversal", "02", "1", None, 4, 35),
    ):
        key = None if reverses else f"{company}|A|2026|{entry_id}|2026-03-01|1.00|1000"
        insert(
            connection,
            "journal_entry",
            {
                "entry_id": entry_id,
                "import_id": import_id,
                "attempt": attempt,
                "entry_kind": kind,
                "company_code": company,
                "posting_date": DAY,
                "accounting_reason_code": "INC",
                "progressive": progressive,
                "movement_key": key,
                "source_line": line,
                "reverses_entry_id": reverses,
                "created_at": at(minutes),
            },
        )
        if key is not None and entry_id != 4:
            movement = {"movement_key": key, "entry_id": entry_id, "import_id": import_id}
            insert(connection, "imported_movement", movement)
    linked: Row = {"settlement_flag": "S", "is_linked": True}
    insert(
        connection,
        "posting",
        _posting(1, 1, FIRST.place(1), "1000", "1250.50", description="Società Rossi €"),
        _posting(1, 2, FIRST.place(2), "4000", "-1250.50", open_item_key="FT-1",
                 linked_amount=Decimal("1250.50"), **linked),
        _posting(2, 1, FIRST.place(3), "1000", "99.99"),
        _posting(2, 2, FIRST.place(4), "4000", "-99.99", open_item_key="FT-9", settlement_flag="S",
                 unlinked_reason="open_item_not_found"),
        _posting(3, 1, SECOND.place(1), "1900", "40"),
        _posting(3, 2, SECOND.place(2), "4000", "-40", open_item_key="FT-2", settlement_flag="A",
                 is_linked=True, linked_amount=Decimal("40")),
        _posting(4, 1, YEN.place(1), "1000", "5000", currency=("USD", "33.255")),
        _posting(4, 2, YEN.place(2), "4000", "-5000", currency=("USD", "-33.255"), open_item_key="FT-1",
                 linked_amount=Decimal("5000"), **linked),
        _posting(5, 1, {}, "1000", "-5000", currency=("USD", "-33.255")),
        _posting(5, 2, {}, "4000", "5000", currency=("USD", "33.255")),
    )  # fmt: skip


def _posting(
    entry_id: int,
    line_number: int,
    place: Row,
    account: str,
    amount: str,
    currency: tuple[str, str] | None = None,
    **more: Any,
) -> Row:
    value = Decimal(amount)
    own_currency = "JPY" if entry_id >= 4 else "EUR"
    currency_code, currency_amount = currency or (own_currency, amount)
    return {
        "entry_id": entry_id,
        "line_number": line_number,
        "import_id": {1: 1, 2: 1, 3: 2, 4: 3, 5: 3}[entry_id],
        **place,
        "company_code": "02" if entry_id >= 4 else "01",
        "account_code": account,
        "posting_date": DAY,
        "accounting_reason_code": "INC",
        "company_currency_code": own_currency,
        "debit_amount": max(value, Decimal(0)),
        "credit_amount": max(-value, Decimal(0)),
        "currency_code": currency_code,
        "currency_amount": Decimal(currency_amount),
        "is_linked": False,
        "linked_amount": Decimal(0),
        **more,
    }


def _items(connection: duckdb.DuckDBPyConnection) -> None:
    for item_id, company, key, currency, original, settled, status in (
        (1, "01", "FT-1", "EUR", "1250.50", "1250.50", "closed"),
        (2, "01", "FT-2", "EUR", "99.99", "40", "open"),
        (3, "01", "FT-3", "EUR", "100.005", "0", "open"),
        (4, "01", "4", "EUR", "1", "0", "withdrawn"),
        (5, "02", "FT-1", "USD", "33.255", "0", "open"),
    ):
        insert(
            connection,
            "open_item",
            {
                "item_id": item_id,
                "company_code": company,
                "account_code": "4000",
                "open_item_key": key,
                "side": "debit",
                "document_number": f"{item_id}/2026",
                "document_date": dt.date(2026, 1, item_id),
                "due_date": None if item_id == 3 else dt.date(2026, 2, item_id),
                "currency_code": currency,
                "original_amount": Decimal(original),
                "original_amount_company_currency": Decimal(original),
                "settled_amount": Decimal(settled),
                "settled_amount_company_currency": Decimal(settled),
                "status": status,
                "description": f"Invoice {item_id}",
                "origin": "trace" if item_id == 3 else "opening",
                "opened_by_entry_id": 3 if item_id == 3 else None,
                "opened_at": at(20) if item_id == 3 else at(0),
            },
        )
    insert(
        connection,
        "payment_document",
        {"entry_id": 2, "line_number": 2, "document_number": "2/2026", "due_date": dt.date(2026, 2, 12)},
    )


def _settlements(connection: duckdb.DuckDBPyConnection) -> None:
    for number, item_id, entry_id, import_id, flag, amount, own_amount, minutes, undone in (
        (1, 1, 1, 1, "S", "1250.50", "1250.50", 10, None),
        (2, 2, 3, 2, "A", "40", "40", 20, None),
        (3, 5, 4, 3, "S", "33.255", "5000", 30, 5),
    ):
        insert(
            connection,
            "settlement",
            {
                "settlement_id": number,
                "item_id": item_id,
                "entry_id": entry_id,
                "line_number": 2,
                "import_id": import_id,
                "settlement_date": DAY,
                "settlement_flag": flag,
                "amount": Decimal(amount),
                "amount_company_currency": Decimal(own_amount),
                "matching_rule": "company and open_item_key",
                "created_at": at(minutes),
                "undone_at": None if undone is None else at(35),
                "undone_by_entry_id": undone,
            },
        )


def _findings(connection: duckdb.DuckDBPyConnection) -> None:
    def finding(source: SourceText, line: int | None, **columns: Any) -> Row:
        place = {} if line is None else source.place(line)
        return {
            "attempt": 1,
            "ordinal": 1,
            "source_file": source.name,
            "line_number": line,
            "byte_start": place.get("byte_start"),
            "byte_end": place.get("byte_end"),
            "severity": "ERROR",
            "found_at": at(10),
            **columns,
        }

    wrong_account: Row = {
        "import_id": 2,
        "field": "account",
        "finding_code": "unknown_account",
        "raw_value": "\x1b[31mXYZ",
        "expected": "an account of company 01",
        "remedy": "Add the account.",
        "company_code": "01",
        "progressive": "2",
        "movement_reference": "A/2026/2",
    }
    insert(
        connection,
        "finding",
        finding(
            FIRST, 4, import_id=1, field="open_item_key", finding_code="open_item_not_found", severity="WARN",
            raw_value="FT-9", expected="the key of an open item", remedy="Link it.", company_code="01",
            progressive="2",
        ),
        finding(
            SECOND, 2, import_id=2, field="amount", finding_code="invalid_amount", raw_value="40.00",
            expected="a comma", remedy="Correct it.", company_code="01", progressive="1", resolution="mended",
        ),
        finding(SECOND, 4, **wrong_account, ordinal=2, resolution="mended"),
        finding(SECOND, 4, **wrong_account, attempt=2),
        finding(
            AGAIN, None, import_id=4, finding_code="file_not_understood", raw_value="nothing",
            expected="a trace", remedy="Drop the right file.",
        ),
        {
            "attempt": 1, "ordinal": 1, "source_file": "companies.csv", "line_number": 3,
            "field": "currency_code", "finding_code": "reference_value_invalid", "severity": "ERROR",
            "raw_value": "EURO", "expected": "three letters", "remedy": "Correct it.", "found_at": at(5),
        },
    )  # fmt: skip
