"""Opening the ledger: its tables are made and brought up to date, one process writes, and who holds it."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest

from assets.errors import LedgerLockedError, OperatingError, TransientError
from assets.ledger import locking, migrating
from assets.ledger.locking import call_this_process
from assets.ledger.migrating import known_names
from assets.ledger.store import Ledger, is_usable
from tests.support.locks import SIGNATURE, held

TABLES = [
    "account",
    "accounting_period",
    "accounting_reason",
    "audit_record",
    "automatic_registration",
    "company",
    "correction",
    "correction_effect",
    "counterparty",
    "counterparty_identifier",
    "delivered_file",
    "delivery",
    "document",
    "document_answer",
    "document_condition",
    "document_decision",
    "document_other_date",
    "document_question",
    "doubtful_iban",
    "drawn_key",
    "dropped_file",
    "exchange_match",
    "exchange_message",
    "exchange_rate",
    "exported_item",
    "file_import",
    "finding",
    "iban_answer",
    "import_attempt",
    "imported_movement",
    "invoice_rule",
    "item_deferred_vat",
    "item_life",
    "item_withholding",
    "journal_entry",
    "left_out_file",
    "movement_answer",
    "open_item",
    "payment_document",
    "payment_in_stead",
    "payment_item",
    "posting",
    "posting_rule",
    "posting_rule_use",
    "protocol_number",
    "purge",
    "reason_description",
    "reference_file",
    "registration",
    "registration_part",
    "reopened_item",
    "reversed_entry",
    "sales_invoice",
    "sales_line",
    "sales_rule",
    "sales_transmission",
    "schema_migration",
    "setting",
    "settlement",
    "supplier_term",
    "sync_code",
    "sync_customer",
    "sync_event",
    "sync_outbox",
    "sync_problem",
    "trace_wording",
    "treasury_account",
    "treasury_export",
    "treasury_export_text",
    "treasury_export_total",
    "unnumbered_movement",
    "vat_code",
    "welfare_fund_account",
    "withdrawn_movement",
    "withholding_account",
]
NEWEST = len(known_names())
STEPS = list(range(1, NEWEST + 1))
ADD_A_COMPANY = "INSERT INTO ledger.company VALUES (1, 'ALBA', 'Alba', 'EUR', 'IT', NULL, NULL)"


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """A ledger that does not exist yet, and that is not waited for."""
    return Ledger(tmp_path / "ledger", wait_to_write=0, wait_to_read=0)


@pytest.fixture
def workbench(ledger: Ledger) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection in memory."""
    opened = ledger.workbench()
    yield opened
    opened.close()


@pytest.fixture
def made(ledger: Ledger, workbench: duckdb.DuckDBPyConnection) -> Ledger:
    """The ledger with its tables, one company in it."""
    with ledger.transaction(workbench, "test"):
        workbench.execute(ADD_A_COMPANY)
    return ledger


def names(ledger: Ledger, query: str) -> list[object]:
    """The first column of a query's rows."""
    with ledger.reading() as connection:
        return [row[0] for row in connection.execute(query).fetchall()]


def test_d13_the_first_transaction_makes_every_table(made: Ledger) -> None:
    """D13: a home that was never used."""
    query = "SELECT table_name FROM duckdb_tables() WHERE database_name = 'ledger' ORDER BY table_name"
    assert names(made, query) == TABLES


def test_d13_the_tables_are_made_once(made: Ledger, workbench: duckdb.DuckDBPyConnection) -> None:
    """D13: later transactions find them as they are."""
    steps = "SELECT version FROM ledger.schema_migration ORDER BY version"
    before = names(made, steps)
    with made.transaction(workbench, "test"):
        pass

    assert (before, names(made, steps)) == (STEPS, STEPS)


def test_d13_a_ledger_of_the_first_version_is_brought_up_to_date_with_what_is_in_it(
    ledger: Ledger,
    workbench: duckdb.DuckDBPyConnection,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """D13: whoever installs a newer Partita goes on with the ledger that is there."""
    folder = Path(migrating.__file__).parent / "migrations"
    old = tmp_path / "assets" / "migrations"
    old.mkdir(parents=True)
    (old / "001_ledger.sql").write_bytes((folder / "001_ledger.sql").read_bytes())
    with monkeypatch.context() as patched:
        patched.setattr(migrating.resources, "files", lambda package: tmp_path / "assets")
        with ledger.transaction(workbench, "test"):
            workbench.execute(ADD_A_COMPANY)
    before = names(ledger, "SELECT version FROM ledger.schema_migration")

    with ledger.transaction(workbench, "test"):
        pass

    assert (before, names(ledger, "SELECT version FROM ledger.schema_migration ORDER BY version")) == (
        [1],
        STEPS,
    )
    assert names(ledger, "SELECT company_code FROM ledger.company") == ["ALBA"]


def test_t08_an_outbox_of_the_tenth_version_gets_its_new_column_and_keeps_its_rows(
    ledger: Ledger,
    workbench: duckdb.DuckDBPyConnection,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """D13, T08: an invoice that an earlier Partita sent is not forgotten."""
    folder = Path(migrating.__file__).parent / "migrations"
    old = tmp_path / "assets" / "migrations"
    old.mkdir(parents=True)
    for step in sorted(folder.iterdir())[:10]:
        (old / step.name).write_bytes(step.read_bytes())
    with monkeypatch.context() as patched:
        patched.setattr(migrating.resources, "files", lambda package: tmp_path / "assets")
        with ledger.transaction(workbench, "test"):
            workbench.execute(
                "INSERT INTO ledger.sync_outbox (invoice_id, company_code, program, state, run_id,"
                " attempt_count, reserved_at) VALUES (1, 'ALBA', 'tryton', 'unknown', 'run', 1, '2026-11-24')"
            )

    with ledger.transaction(workbench, "test"):
        pass

    assert names(ledger, "SELECT state FROM ledger.sync_outbox WHERE address IS NULL") == ["unknown"]


def test_d13_e_invoices_that_were_issued_before_messages_were_kept_get_the_names_of_their_files(
    ledger: Ledger,
    workbench: duckdb.DuckDBPyConnection,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """D13: so that a message about one of them finds it; a CSV does not say what was sent."""
    folder = Path(migrating.__file__).parent / "migrations"
    old = tmp_path / "assets" / "migrations"
    old.mkdir(parents=True)
    for step in folder.iterdir():
        if step.name < "014":
            (old / step.name).write_bytes(step.read_bytes())
    with monkeypatch.context() as patched:
        patched.setattr(migrating.resources, "files", lambda package: tmp_path / "assets")
        with ledger.transaction(workbench, "test"):
            for number, (name, reader) in enumerate(
                (("IT09990019995_00001.XML.p7m", "fatturapa"), ("a.csv", "csv"), (".xml", "ubl")), start=1
            ):
                workbench.execute(
                    "INSERT INTO ledger.file_import SELECT $1, 'sales', $2, $2, $2, 1, $3, 'posted', 1, 1,"
                    " 'run', TIMESTAMP '2026-10-05', 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, NULL, NULL, NULL, NULL,"
                    " NULL",
                    [number, name, reader],
                )
                workbench.execute(
                    "INSERT INTO ledger.sales_invoice (invoice_id, reference, import_id, position,"
                    " company_code, is_credit_note, document_number, document_date, due_date,"
                    " currency_code, status,"
                    " source_status, net_amount, vat_amount, total_amount, instalments, content_sha256,"
                    " received_at) SELECT 10 + $1, 'FV' || $1, $1, 1, 'ALBA', false, '1', '2026-10-05',"
                    " '2026-10-05', 'EUR', 'booked', 'sent', 100, 22, 122, '', '', TIMESTAMP '2026-10-05'",
                    [number],
                )

    with ledger.transaction(workbench, "test"):
        pass

    query = (
        "SELECT struct_pack(invoice_id, file_key, sdi_file_name, import_id) FROM ledger.sales_transmission"
    )
    assert names(ledger, query) == [
        {
            "invoice_id": 11,
            "file_key": "it09990019995_00001",
            "sdi_file_name": "IT09990019995_00001.XML.p7m",
            "import_id": 1,
        }
    ]


def test_d13_sales_invoices_of_the_eleventh_version_are_asked_for_as_their_totals_are(
    ledger: Ledger,
    workbench: duckdb.DuckDBPyConnection,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """D13: what was booked before there was a rounding was rounded by nothing."""
    folder = Path(migrating.__file__).parent / "migrations"
    old = tmp_path / "assets" / "migrations"
    old.mkdir(parents=True)
    for step in sorted(folder.iterdir())[:11]:
        (old / step.name).write_bytes(step.read_bytes())
    with monkeypatch.context() as patched:
        patched.setattr(migrating.resources, "files", lambda package: tmp_path / "assets")
        with ledger.transaction(workbench, "test"):
            workbench.execute(
                "INSERT INTO ledger.sales_invoice BY NAME SELECT 1 AS invoice_id, 'FV2026' AS reference,"
                " 1 AS import_id, 1 AS position, 'ALBA' AS company_code, false AS is_credit_note,"
                " '1' AS document_number, DATE '2026-10-05' AS document_date, DATE '2026-10-05' AS due_date,"
                " 'EUR' AS currency_code, 'booked' AS status, 'sent' AS source_status, 100 AS net_amount,"
                " 22 AS vat_amount, 122 AS total_amount, '' AS instalments, '' AS content_sha256,"
                " TIMESTAMP '2026-10-05 00:00:00' AS received_at"
            )

    with ledger.transaction(workbench, "test"):
        pass

    assert names(ledger, "SELECT payable_rounding_amount FROM ledger.sales_invoice") == [0]


def test_d12_a_movement_that_an_earlier_version_let_count_without_its_key_gets_it_back(
    ledger: Ledger,
    workbench: duckdb.DuckDBPyConnection,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """D13, D12: the payment of a deleted import that an undo put back does not come again with its file."""
    keys = ["ALBA|TES|2026|1|2026-10-01|-1|18", "ALBA||2026||2026-10-01|-1|18"]
    folder = Path(migrating.__file__).parent / "migrations"
    old = tmp_path / "assets" / "migrations"
    old.mkdir(parents=True)
    for step in sorted(folder.iterdir())[:11]:
        (old / step.name).write_bytes(step.read_bytes())
    with monkeypatch.context() as patched:
        patched.setattr(migrating.resources, "files", lambda package: tmp_path / "assets")
        with ledger.transaction(workbench, "test"):
            workbench.execute(
                "INSERT INTO ledger.file_import SELECT 1, 'trace', 'A#1', 'A.txt', 'abc', 1, 'text',"
                " 'deleted', 1, 1, 'run', '2026-11-24', 1, 1, 1, 0, 2, 0, 0, 0, 0, 0, 0,"
                " NULL, NULL, NULL, NULL, NULL"
            )
            for number, key in enumerate(keys, 1):
                workbench.execute(
                    "INSERT INTO ledger.journal_entry VALUES "
                    "(?, 1, 1, 'trace', 'ALBA', '2026-10-01', 'PFOR', '1', ?, ?, NULL, '2026-11-24')",
                    [number, key, number],
                )

    with ledger.transaction(workbench, "test"):
        pass

    assert names(ledger, "SELECT movement_key FROM ledger.imported_movement ORDER BY entry_id") == keys
    query = "SELECT coalesce(movement_key, likeness) FROM ledger.brought_entry ORDER BY entry_id"
    assert names(ledger, query) == keys


def test_d13_a_way_back_the_file_is_written_in_the_version_of_the_release_before(made: Ledger) -> None:
    """D13: the storage version is part of the file."""
    query = "SELECT tags['storage_version'] FROM duckdb_databases() WHERE database_name = 'ledger'"
    assert names(made, query) == ["v1.5.0+"]


def test_d13_a_ledger_newer_than_the_program_is_left_alone(
    made: Ledger, workbench: duckdb.DuckDBPyConnection
) -> None:
    """D13: the message says what to do; nothing is written."""
    with made.transaction(workbench, "test"):
        workbench.execute(
            "INSERT INTO ledger.schema_migration VALUES (99, '099_future.sql', '2027-01-01', 'f')"
        )

    with (
        pytest.raises(
            OperatingError,
            match=f"version {NEWEST + 1}, this program knows {NEWEST}: install the newer Partita",
        ),
        made.transaction(workbench, "test"),
    ):
        pytest.fail("the transaction began")

    assert names(made, "SELECT company_code FROM ledger.company") == ["ALBA"]
    assert is_usable(workbench)


def test_d13_what_an_exception_interrupts_is_undone(
    made: Ledger, workbench: duckdb.DuckDBPyConnection
) -> None:
    """D13: whatever the exception is; the workbench goes on being of use."""
    for error in (ValueError, KeyboardInterrupt):
        with pytest.raises(error), made.transaction(workbench, "test"):
            workbench.execute("DELETE FROM ledger.company")
            raise error

    assert names(made, "SELECT company_code FROM ledger.company") == ["ALBA"]
    with made.transaction(workbench, "test"):
        workbench.execute("DELETE FROM ledger.company")
    assert names(made, "SELECT company_code FROM ledger.company") == []


def test_d13_a_migration_that_fails_leaves_the_version_before(
    made: Ledger, workbench: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """D13: each step is a transaction of its own."""
    steps = tmp_path / "assets" / "migrations"
    steps.mkdir(parents=True)
    for path in (Path(migrating.__file__).parent / "migrations").iterdir():
        (steps / path.name).write_bytes(path.read_bytes())
    wrong = steps / f"{NEWEST + 1:03d}_wrong.sql"
    wrong.write_text("CREATE TABLE ledger.half (a INT); SELECT nothing", "utf-8")
    monkeypatch.setattr(migrating.resources, "files", lambda package: tmp_path / "assets")

    with pytest.raises(duckdb.BinderException), made.transaction(workbench, "test"):
        pytest.fail("the transaction began")

    monkeypatch.undo()
    assert names(made, "SELECT version FROM ledger.schema_migration ORDER BY version") == STEPS
    assert (
        names(made, "SELECT table_name FROM duckdb_tables() WHERE database_name = 'ledger' ORDER BY 1")
        == TABLES
    )


def test_d13_there_is_nothing_to_read_before_anything_was_imported(ledger: Ledger) -> None:
    """D13: and looking does not make a ledger."""
    with pytest.raises(OperatingError, match="there is no ledger in"), ledger.reading():
        pytest.fail("there was something to read")

    assert (ledger.exists(), ledger.holder()) == (False, None)


def test_d13_whoever_reads_the_ledger_cannot_write(made: Ledger) -> None:
    """D13: a report never changes what it reports."""
    with (
        made.reading() as connection,
        pytest.raises(duckdb.InvalidInputException, match="read-only"),
    ):
        connection.execute("DELETE FROM ledger.company")


def test_d13_a_folder_may_have_any_name(tmp_path: Path) -> None:
    """D13: quotes, blanks and accents in the name of the home."""
    ledger = Ledger(tmp_path / 'l\'azienda è "mia"; --')
    workbench = ledger.workbench()
    with ledger.transaction(workbench, "test"):
        workbench.execute(ADD_A_COMPANY)
    workbench.close()

    assert names(ledger, "SELECT company_code FROM ledger.company") == ["ALBA"]


def test_d13_no_variable_of_the_program_is_taken_for_a_table(workbench: duckdb.DuckDBPyConnection) -> None:
    """D13: a statement that misspells a table fails, whatever stands around it."""
    company = duckdb.sql("SELECT 1 AS company_code")

    with pytest.raises(duckdb.CatalogException):
        workbench.execute("SELECT * FROM company")

    assert company is not None


def test_d13_who_writes_is_named_while_he_writes(
    ledger: Ledger, workbench: duckdb.DuckDBPyConnection
) -> None:
    """D13: process, command, purpose and since when; nobody before and after."""
    call_this_process("partita process")
    before = ledger.holder()
    with ledger.transaction(workbench, "import RITCOGE.txt"):
        during = ledger.holder()

    assert (before, ledger.holder()) == (None, None)
    assert during is not None
    assert during.startswith(f"process {os.getpid()} (partita process: import RITCOGE.txt, since ")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe\x00",
        b"5",
        b"null",
        b'"text"',
        b"[]",
        b'{"pid": 4711}',
        b'{"pid": 4711, "purpose": "import"}',
        b'{"pid": 4711, "command": "partita process", "purpose": "import"}',
        b"x" * 100_000,
    ],
)
def test_d13_a_ticket_of_any_content_locks_all_the_same(ledger: Ledger, content: bytes) -> None:
    """D13: whoever holds it cannot be named, which is no reason to fail in another way."""
    workbench = ledger.workbench()
    with (
        held(ledger.folder, content),
        pytest.raises(LedgerLockedError, match=r"the ledger is held by .*process.*; waited 0 s"),
        ledger.transaction(workbench, "test"),
    ):
        pytest.fail("the transaction began")
    workbench.close()


def test_d13_a_ticket_left_by_a_crash_locks_nobody_out(
    ledger: Ledger, workbench: duckdb.DuckDBPyConnection
) -> None:
    """D13: the lock ends with its process; what stands in the file is only for people, and it goes."""
    ledger.lock.queue.mkdir(parents=True)
    for kind in ("reader", "writer"):
        (ledger.lock.queue / f"000000000007.{kind}").write_bytes(SIGNATURE)

    with ledger.transaction(workbench, "test"):
        workbench.execute(ADD_A_COMPANY)
    assert names(ledger, "SELECT company_code FROM ledger.company") == ["ALBA"]
    assert [path.name for path in ledger.lock.queue.iterdir()] == [".numbering"]


def test_d13_readers_who_are_waited_for_are_named(made: Ledger, workbench: duckdb.DuckDBPyConnection) -> None:
    """D13: one of them with process and command, and how many more there are."""
    call_this_process("partita why")
    reader = rf"process {os.getpid()} \(partita why, since [-:T0-9]+ UTC\)"
    with made.reading():
        with (
            pytest.raises(LedgerLockedError, match=f"the ledger is held by {reader}; waited 0 s"),
            made.transaction(workbench, "test"),
        ):
            pytest.fail("the transaction began")
        with ThreadPoolExecutor(1) as elsewhere:
            second = made.reading()
            elsewhere.submit(second.__enter__).result()
            with (
                pytest.raises(LedgerLockedError, match=f"held by {reader} and 1 more; waited"),
                made.transaction(workbench, "test"),
            ):
                pytest.fail("the transaction began")
            elsewhere.submit(second.__exit__, None, None, None).result()


@pytest.mark.parametrize("seconds", [0.0, 1.0, 30.0])
def test_d13_the_wait_for_the_ledger_is_bounded(
    made: Ledger, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    """D13: nobody waits for much longer than he said."""
    waited = [0.0]
    clock = SimpleNamespace(monotonic=lambda: sum(waited), sleep=waited.append)
    monkeypatch.setattr(locking, "time", clock)
    patient = Ledger(made.folder, wait_to_write=seconds, wait_to_read=seconds)
    with (
        held(made.folder, b""),
        pytest.raises(LedgerLockedError, match=f"waited {seconds:g} s"),
        patient.reading(),
    ):
        pytest.fail("there was something to read")

    assert seconds <= sum(waited) <= seconds + 0.1


def test_d13_a_disk_on_which_not_even_the_lock_can_be_signed_is_a_clear_error(
    made: Ledger, workbench: duckdb.DuckDBPyConnection
) -> None:
    """D13: the error is of the kind that trying again can help."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))
    try:
        with pytest.raises(TransientError), made.transaction(workbench, "test"):
            workbench.execute("DELETE FROM ledger.company")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    assert names(made, "SELECT company_code FROM ledger.company") == ["ALBA"]
