"""Steps are known by name and checksum: each is carried out once, and as it was written (D13)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from assets.errors import OperatingError
from assets.findings import in_words
from assets.ledger import migrating
from assets.ledger.migrating import applied_steps, known_names, known_steps, migrate
from assets.ledger.store import Ledger
from tests.support.ledgers import LedgerHome
from tests.support.versions import tables_of_version

Steps = Callable[..., None]


@pytest.fixture
def steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Steps:
    """Makes a program with these steps, each a name and what it says."""

    def make(**texts: str) -> None:
        folder = tmp_path / "assets" / "migrations"
        folder.mkdir(parents=True, exist_ok=True)
        for path in folder.iterdir():
            path.unlink()
        for name, text in texts.items():
            (folder / f"{name.removeprefix('s')}.sql").write_text(text, "utf-8")
        monkeypatch.setattr(migrating.resources, "files", lambda package: tmp_path / "assets")

    return make


@pytest.fixture
def ledger() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with an empty ledger."""
    connection = duckdb.connect()
    connection.execute("ATTACH ':memory:' AS ledger")
    yield connection
    connection.close()


ONE = "CREATE TABLE ledger.one (a INTEGER)"
TWO = "CREATE TABLE ledger.two (a INTEGER);\nINSERT INTO ledger.two VALUES (1)"


def refused(ledger: duckdb.DuckDBPyConnection) -> str:
    """Why the ledger is left alone, which it is."""
    query = "SELECT table_name FROM duckdb_tables() WHERE database_name = 'ledger' ORDER BY 1"
    before = (applied_steps(ledger), ledger.execute(query).fetchall())
    with pytest.raises(OperatingError) as error:
        migrate(ledger)
    assert (applied_steps(ledger), ledger.execute(query).fetchall()) == before
    return str(error.value)


def test_d13_what_is_pending_is_carried_out_once_and_recorded_with_its_checksum(
    ledger: duckdb.DuckDBPyConnection, steps: Steps
) -> None:
    steps(s001_one=ONE)
    assert migrate(ledger) == 1
    steps(s001_one=ONE, s002_two=TWO)
    assert (migrate(ledger), migrate(ledger)) == (2, 2)
    assert ledger.execute("SELECT a FROM ledger.two").fetchall() == [(1,)]
    assert applied_steps(ledger) == {step.name: step.sha256 for step in known_steps()}
    assert {len(step.sha256) for step in known_steps()} == {64}


def test_d13_a_step_has_one_checksum_whatever_ends_its_lines(
    ledger: duckdb.DuckDBPyConnection, steps: Steps, tmp_path: Path
) -> None:
    steps(s001_one=ONE, s002_two=TWO)
    migrate(ledger)
    (tmp_path / "assets" / "migrations" / "002_two.sql").write_bytes(TWO.replace("\n", "\r\n").encode())
    assert migrate(ledger) == 2


@pytest.mark.parametrize(
    ("texts", "why"),
    [
        (
            {"s001_one": ONE + " -- edited", "s002_two": TWO},
            "the step 001_one.sql of this program is not the one that made the ledger: install the Partita "
            "that "
            "wrote it, or a newer one",
        ),
        (
            {"s001_one": ONE, "s002_other": TWO},
            "the ledger has the step 002_two.sql, which is none of this program: install the one that "
            "wrote it",
        ),
        ({"s001_one": ONE}, "the ledger has version 2, this program knows 1: install the newer Partita"),
    ],
)
def test_d13_a_ledger_of_other_steps_is_left_as_it_is(
    ledger: duckdb.DuckDBPyConnection, steps: Steps, texts: dict[str, str], why: str
) -> None:
    steps(s001_one=ONE, s002_two=TWO)
    migrate(ledger)
    steps(**texts)
    assert refused(ledger) == f"{why}. The ledger was left as it is"


def test_d13_a_ledger_that_lacks_a_step_before_its_last_is_left_as_it_is(
    ledger: duckdb.DuckDBPyConnection, steps: Steps
) -> None:
    steps(s001_one=ONE, s002_two=TWO)
    migrate(ledger)
    ledger.execute("DELETE FROM ledger.schema_migration WHERE version = 1")
    assert refused(ledger) == (
        "the ledger lacks the step 001_one.sql, but has 002_two.sql: put it back from a backup. The ledger "
        "was "
        "left as it is"
    )


@pytest.mark.parametrize(
    ("texts", "wrong"),
    [
        ({"s001_one": ONE, "s003_two": TWO}, ("002", "003_two.sql")),
        ({"s001_one": ONE, "s001_two": TWO}, ("002", "001_two.sql")),
        ({"s1_one": ONE}, ("001", "1_one.sql")),
        ({"s001_one": ONE, "notes": TWO}, ("002", "notes.sql")),
    ],
)
def test_d13_a_program_that_is_not_whole_changes_no_ledger(
    ledger: duckdb.DuckDBPyConnection, steps: Steps, texts: dict[str, str], wrong: tuple[str, str]
) -> None:
    steps(**texts)
    assert refused(ledger) == (
        f"this program is not whole: step {wrong[0]} of its migrations is missing, or {wrong[1]} is none of "
        "them. Install it anew; the ledger was left as it is"
    )


def test_d13_steps_from_before_checksums_get_those_that_they_have_now(
    make_home: Callable[[], LedgerHome],
) -> None:
    home = make_home()
    with home.ledger.transaction(home.workbench, "as it was before"):
        home.workbench.execute("ALTER TABLE ledger.schema_migration DROP COLUMN sha256")
    with home.ledger.reading() as connection:
        assert applied_steps(connection) == dict.fromkeys(known_names())
    with home.ledger.transaction(home.workbench, "the first of now"):
        assert applied_steps(home.workbench) == {step.name: step.sha256 for step in known_steps()}


def test_the_entry_that_an_older_finding_names_in_words_is_found_by_its_name(
    tmp_path: Path,
) -> None:
    store = Ledger(tmp_path / "ledger")
    kept = [
        "a movement that was not imported before; entry 12 of I3 RITCOGE, imported.txt, imported 2026-10-21 "
        "08:00 UTC",
        "a movement that was not imported before; the file is the corrected form of an earlier one, and "
        "equal are: entry 7 of I2",
        "account 1500002, on which the item stands",
    ]
    with tables_of_version(24, tmp_path / "then"), store.writing("make it") as ledger:
        ledger.execute(
            "INSERT INTO ledger.finding BY NAME SELECT 1 AS attempt, position AS ordinal, "
            "'A' AS source_file, 'movement_already_imported' AS finding_code, 'WARN' AS severity, "
            "said AS expected, TIMESTAMP '2026-10-21' AS found_at FROM (SELECT unnest($kept) AS said, "
            "generate_subscripts($kept, 1) AS position)",
            {"kept": kept},
        )
    with store.writing("bring it up to date") as ledger:
        asked = "SELECT expected, said_value(expected, 'entry') FROM ledger.finding ORDER BY ordinal"
        found = ledger.execute(asked).fetchall()
    assert [(in_words(said, ""), entry) for said, entry in found] == [
        (kept[0], "12"),
        (kept[1], None),
        (kept[2], None),
    ]


def test_what_an_older_finding_is_about_stands_in_the_column_of_its_kind(
    tmp_path: Path,
) -> None:
    store = Ledger(tmp_path / "ledger")
    kept = [
        (1, "trace", "period_closed", "ALBA|TES|2026|1"),
        (2, "invoice", "R02", "17"),
        (3, "sales", "sales_company_unknown", "ALBA|FV|7"),
        (2, "invoice", "sales_rejected_by_exchange", "FV2026AB/111/2"),
        (3, "sales", "exchange_message_unmatched", "M4"),
        (2, "invoice", "R01", None),
    ]
    with tables_of_version(25, tmp_path / "then"), store.writing("make it") as ledger:
        for import_id, kind in sorted({row[:2] for row in kept}):
            ledger.execute(
                "INSERT INTO ledger.file_import BY NAME SELECT $id AS import_id, $kind AS source_kind, "
                "CAST($id AS VARCHAR) AS partition_key, 'a' AS source_file, 'a' AS content_sha256, "
                "1 AS byte_count, 1 AS attempt, 'failed' AS status, 'run' AS run_id, 0 AS line_count, "
                "0 AS movement_count, "
                "0 AS posted_movement_count, 0 AS repeated_movement_count, 0 AS posting_count, "
                "0 AS linked_posting_count, 0 AS unlinked_posting_count, 0 AS debit_total, "
                "0 AS credit_total, 0 AS error_count, 0 AS warning_count, "
                "TIMESTAMP '2026-10-21' AS imported_at",
                {"id": import_id, "kind": kind},
            )
        for ordinal, (import_id, _, code, reference) in enumerate(kept, start=1):
            ledger.execute(
                "INSERT INTO ledger.finding BY NAME SELECT $import_id AS import_id, 1 AS attempt, "
                "$ordinal AS ordinal, 'a' AS source_file, $code AS finding_code, 'ERROR' AS severity, "
                "$reference AS movement_reference, TIMESTAMP '2026-10-21' AS found_at",
                {"import_id": import_id, "ordinal": ordinal, "code": code, "reference": reference},
            )
    with store.writing("bring it up to date") as ledger:
        found = ledger.execute(
            "SELECT finding_code, movement_reference, document_id, sales_key, transmission_key "
            "FROM ledger.finding ORDER BY ordinal"
        ).fetchall()
    assert found == [
        ("period_closed", "ALBA|TES|2026|1", None, None, None),
        ("R02", None, 17, None, None),
        ("sales_company_unknown", None, None, "ALBA|FV|7", None),
        ("sales_rejected_by_exchange", None, None, "FV2026AB", "111/2"),
        ("exchange_message_unmatched", None, None, None, "M4"),
        ("R01", None, None, None, None),
    ]
