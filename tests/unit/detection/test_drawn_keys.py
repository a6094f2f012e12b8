"""Partition keys are drawn while the ledger is held: one for each file, and each number once (D12)."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import duckdb
import pytest

from assets.detection.drawn_keys import KnownFile, draw, draw_for_delivery, hold, known_files, other_keys
from assets.detection.inbox import WaitingFile, identify
from assets.detection.keys import file_key
from assets.errors import SourceFileChangedError
from assets.ledger.store import Ledger

MOMENT: Final = dt.datetime.fromisoformat("2026-11-29 10:00:00")
LATE: Final = dt.datetime.fromisoformat("2026-11-29 23:30:00")
"""In Rome it is the 30th."""

ROME: Final = "Europe/Rome"
CONTENT: Final = hashlib.sha256(b"one").hexdigest()
OTHER: Final = hashlib.sha256(b"two").hexdigest()
SIX: Final = CONTENT[:6]
OTHER_SIX: Final = OTHER[:6]


def waiting(folder: Path, name: str, content: bytes = b"one", mark: str = "") -> WaitingFile:
    """A file in an inbox."""
    path = folder / name
    path.write_bytes(content)
    found = identify(path, mark)
    assert found is not None
    return found


def drawn(
    ledger: Ledger,
    *files: WaitingFile,
    source_kind: str = "trace",
    now: dt.datetime = MOMENT,
    time_zone: str = ROME,
) -> list[str]:
    """What a look would draw, in a transaction of its own."""
    with ledger.writing("test") as workbench:
        found = draw(workbench, source_kind, files, now, time_zone)
    assert {each.status for each in found.values()} <= {None}
    return [found[file.file_key].partition_key for file in files]


def delivery(ledger: Ledger, archive: WaitingFile | None = None, now: dt.datetime = MOMENT) -> str:
    """The key of a delivery that is gathered now."""
    with ledger.writing("test") as workbench:
        return draw_for_delivery(workbench, archive, now, ROME)


def held(ledger: Ledger, key: str, content: str | None = CONTENT, source_kind: str = "trace") -> None:
    """The transaction that imports a file under this key."""
    with ledger.writing("test") as workbench:
        hold(workbench, source_kind, key, content, MOMENT)


def imported(ledger: Ledger, key: str, status: str = "posted", source_kind: str = "trace") -> None:
    """An import under this key, as far as keys go."""
    with ledger.writing("test") as workbench:
        workbench.execute(
            "INSERT INTO ledger.file_import (import_id, source_kind, partition_key, source_file, "
            "content_sha256, byte_count, status, attempt, run_id, imported_at, line_count, movement_count, "
            "posted_movement_count, repeated_movement_count, posting_count, linked_posting_count, "
            "unlinked_posting_count, error_count, warning_count, debit_total, credit_total) "
            "SELECT coalesce(max(import_id), 0) + 1, $1, $2, 'any', '', 0, $3, 1, 'test', $4, 0, 0, 0, 0, 0, "
            "0, 0, 0, 0, 0, 0 FROM ledger.file_import",
            [source_kind, key, status, MOMENT],
        )


def known(ledger: Ledger, keys: Sequence[str], source_kind: str = "trace") -> dict[str, KnownFile]:
    """What a look learns by asking alone."""
    with ledger.reading() as connection:
        return known_files(connection, source_kind, keys)


def kept_rows(ledger: Ledger) -> list[tuple[object, ...]]:
    """All rows of the table, without their moments."""
    with ledger.reading() as connection:
        return connection.execute("SELECT * EXCLUDE (drawn_at) FROM ledger.drawn_key ORDER BY ALL").fetchall()


def test_d12_one_number_a_day_counts_over_all_inboxes(fresh_ledger: Ledger, tmp_path: Path) -> None:
    traces = [waiting(tmp_path, "RITCOGE.txt"), waiting(tmp_path, "RITCOGE_2.txt", b"two")]
    sale = waiting(tmp_path, "fatture.csv", mark="s")
    archive = waiting(tmp_path, "2026.zip")
    assert drawn(fresh_ledger, *traces) == [
        f"20261129.001-RITCOGE@{SIX}.txt",
        f"20261129.002-RITCOGE_2@{OTHER_SIX}.txt",
    ]
    assert drawn(fresh_ledger, sale, source_kind="sales") == [f"20261129.003-fatture@s{SIX}.csv"]
    assert delivery(fresh_ledger, archive) == f"20261129.004-2026@{SIX}.zip"
    assert delivery(fresh_ledger) == "20261129.005"
    assert drawn(fresh_ledger, waiting(tmp_path, "RITCOGE_3.txt")) == [f"20261129.006-RITCOGE_3@{SIX}.txt"]
    day = MOMENT.date()
    assert kept_rows(fresh_ledger) == [
        (f"20261129.001-RITCOGE@{SIX}.txt", "trace", day, 1, traces[0].file_key, CONTENT),
        (f"20261129.002-RITCOGE_2@{OTHER_SIX}.txt", "trace", day, 2, traces[1].file_key, OTHER),
        (f"20261129.003-fatture@s{SIX}.csv", "sales", day, 3, sale.file_key, CONTENT),
        (f"20261129.004-2026@{SIX}.zip", "invoice", day, 4, archive.file_key, CONTENT),
        ("20261129.005", "invoice", day, 5, None, None),
        (f"20261129.006-RITCOGE_3@{SIX}.txt", "trace", day, 6, file_key("RITCOGE_3.txt", CONTENT), CONTENT),
    ]


def test_d12_the_day_is_that_of_the_books_and_each_begins_with_one(
    fresh_ledger: Ledger, tmp_path: Path
) -> None:
    first, second = waiting(tmp_path, "a.txt"), waiting(tmp_path, "b.txt")
    third, fourth = waiting(tmp_path, "c.txt"), waiting(tmp_path, "d.txt")
    assert drawn(fresh_ledger, first) == [f"20261129.001-a@{SIX}.txt"]
    assert drawn(fresh_ledger, second, now=LATE) == [f"20261130.001-b@{SIX}.txt"]
    assert drawn(fresh_ledger, third, now=LATE, time_zone="UTC") == [f"20261129.002-c@{SIX}.txt"]
    assert drawn(fresh_ledger, fourth, now=MOMENT + dt.timedelta(days=1)) == [f"20261130.002-d@{SIX}.txt"]


def test_d12_a_thousandth_file_of_a_day_has_four_digits(fresh_ledger: Ledger, tmp_path: Path) -> None:
    with fresh_ledger.writing("test") as workbench:
        hold(workbench, "trace", f"20261129.999-z@{SIX}.txt", CONTENT, MOMENT)
    assert drawn(fresh_ledger, waiting(tmp_path, "a.txt"), waiting(tmp_path, "b.txt")) == [
        f"20261129.1000-a@{SIX}.txt",
        f"20261129.1001-b@{SIX}.txt",
    ]


def test_d12_the_same_content_under_the_same_name_has_the_key_that_it_had(
    fresh_ledger: Ledger, tmp_path: Path
) -> None:
    """On another day; the same name with other content, and the same content under another name, have not."""
    (key,) = drawn(fresh_ledger, waiting(tmp_path, "RITCOGE.txt"))
    later = MOMENT + dt.timedelta(days=400)
    (tmp_path / "again").mkdir()
    assert drawn(
        fresh_ledger,
        waiting(tmp_path / "again", "RITCOGE.txt"),
        waiting(tmp_path, "RITCOGE.txt", b"two"),
        waiting(tmp_path, "RITCOGE_2.txt"),
        now=later,
    ) == [key, f"20280103.001-RITCOGE@{OTHER_SIX}.txt", f"20280103.002-RITCOGE_2@{SIX}.txt"]


def test_d12_files_whose_names_make_one_key_are_one_file(fresh_ledger: Ledger, tmp_path: Path) -> None:
    files = [waiting(tmp_path, "RIT COGE.txt"), waiting(tmp_path, "RIT_COGE.txt")]
    assert drawn(fresh_ledger, *files) == [f"20261129.001-RIT_COGE@{SIX}.txt"] * 2
    assert len(kept_rows(fresh_ledger)) == 1


def test_d12_the_same_file_in_two_inboxes_is_two(fresh_ledger: Ledger, tmp_path: Path) -> None:
    """A trace, sales invoices, and an archive of e-invoices."""
    trace, sale = waiting(tmp_path, "a.zip"), waiting(tmp_path, "a.zip", mark="s")
    assert drawn(fresh_ledger, trace) == [f"20261129.001-a@{SIX}.zip"]
    assert drawn(fresh_ledger, sale, source_kind="sales") == [f"20261129.002-a@s{SIX}.zip"]
    assert delivery(fresh_ledger, trace) == f"20261129.003-a@{SIX}.zip"


@pytest.mark.parametrize("status", ["posted", "incomplete", "failed", "repeated", "superseded", "dismissed"])
def test_d12_a_file_from_before_keys_were_drawn_keeps_its_key(
    fresh_ledger: Ledger, tmp_path: Path, status: str
) -> None:
    old = waiting(tmp_path, "RITCOGE.txt")
    imported(fresh_ledger, old.file_key, status)
    assert known(fresh_ledger, [old.file_key]) == {old.file_key: KnownFile(old.file_key, status)}
    with fresh_ledger.writing("test") as workbench:
        found = draw(workbench, "trace", [old], MOMENT, ROME)
    assert found == {old.file_key: KnownFile(old.file_key, status)}
    assert kept_rows(fresh_ledger) == []


def test_d12_a_file_whose_import_was_deleted_comes_again_under_the_key_that_it_had(
    fresh_ledger: Ledger, tmp_path: Path
) -> None:
    """Drawn, and from before keys were drawn."""
    new, old = waiting(tmp_path, "RITCOGE.txt"), waiting(tmp_path, "RITCOGE_2.txt")
    (key,) = drawn(fresh_ledger, new)
    imported(fresh_ledger, f"{key}#1", "deleted")
    imported(fresh_ledger, f"{old.file_key}#2", "deleted")
    assert drawn(fresh_ledger, new, old) == [key, old.file_key]
    assert known(fresh_ledger, [new.file_key, old.file_key]) == {
        new.file_key: KnownFile(key, None),
        old.file_key: KnownFile(old.file_key, None),
    }


def test_d12_a_key_of_another_source_is_not_taken_for_that_of_a_file(
    fresh_ledger: Ledger, tmp_path: Path
) -> None:
    """A part of a delivery of e-invoices has the key that follows from its name and content."""
    file = waiting(tmp_path, "a.xml")
    imported(fresh_ledger, file.file_key, source_kind="invoice")
    assert drawn(fresh_ledger, file) == [f"20261129.001-a@{SIX}.xml"]


def test_d12_of_two_keys_of_a_file_the_one_that_was_imported_counts(
    fresh_ledger: Ledger, tmp_path: Path
) -> None:
    """A run that an older Partita asked for may import a file under its file key after a look drew one."""
    file = waiting(tmp_path, "RITCOGE.txt")
    (key,) = drawn(fresh_ledger, file)
    imported(fresh_ledger, file.file_key)
    assert known(fresh_ledger, [file.file_key]) == {file.file_key: KnownFile(file.file_key, "posted")}
    with fresh_ledger.reading() as connection:
        assert other_keys(connection, "trace", key) == [file.file_key]
        assert other_keys(connection, "trace", file.file_key) == [key]
        assert other_keys(connection, "sales", key) == []
        assert other_keys(connection, "trace", "RITCOGE@0123456789ab.txt") == []


def test_d13_a_kept_file_in_the_inbox_keeps_its_key_where_the_ledger_lacks_it_and_its_number_is_free(
    fresh_ledger: Ledger, tmp_path: Path
) -> None:
    """The ledger was put back from an older copy, and has drawn the second number anew since."""
    held(fresh_ledger, f"20261128.002-other@{OTHER_SIX}.txt", OTHER)
    files = [
        waiting(tmp_path, f"20261128.001-RITCOGE@{SIX}.txt"),
        waiting(tmp_path, f"20261128.002-RITCOGE_2@{SIX}.txt"),
        waiting(tmp_path, f"20261129.007-RITCOGE_3@{SIX}.txt"),
        waiting(tmp_path, "RITCOGE_4.txt"),
    ]
    assert drawn(fresh_ledger, *files) == [
        f"20261128.001-RITCOGE@{SIX}.txt",
        f"20261129.008-RITCOGE_2@{SIX}.txt",
        f"20261129.007-RITCOGE_3@{SIX}.txt",
        f"20261129.009-RITCOGE_4@{SIX}.txt",
    ]
    assert [file.dropped_name for file in files] == [
        "RITCOGE.txt",
        "RITCOGE_2.txt",
        "RITCOGE_3.txt",
        "RITCOGE_4.txt",
    ]


def test_d12_a_name_with_a_number_or_a_day_that_no_look_drew_is_no_key(
    fresh_ledger: Ledger, tmp_path: Path
) -> None:
    names = [f"20261129.100000-A@{SIX}.txt", f"20261130.001-B@{SIX}.txt", f"20261129.99999-C@{SIX}.txt"]
    files = [waiting(tmp_path, name) for name in names]
    assert drawn(fresh_ledger, *files) == [
        f"20261129.100000-A@{SIX}.txt",
        f"20261129.100001-B@{SIX}.txt",
        f"20261129.99999-C@{SIX}.txt",
    ]


def test_d13_a_file_kept_before_keys_were_drawn_keeps_its_key_where_the_ledger_lacks_it(
    fresh_ledger: Ledger, tmp_path: Path
) -> None:
    old = waiting(tmp_path, file_key("RITCOGE.txt", CONTENT))
    archive = waiting(tmp_path, file_key("2026.zip", CONTENT))
    assert (old.dropped_name, archive.dropped_name) == ("RITCOGE.txt", "2026.zip")
    assert drawn(fresh_ledger, old) == [old.path.name]
    assert delivery(fresh_ledger, archive) == archive.path.name
    assert kept_rows(fresh_ledger) == []


def test_d13_a_ledger_that_is_made_anew_learns_the_keys_of_what_it_imports(fresh_ledger: Ledger) -> None:
    keys = {
        f"20261129.003-RITCOGE@{SIX}.txt": ("trace", CONTENT),
        f"20261129.004-fatture@s{SIX}.csv": ("sales", CONTENT),
        f"20261129.005-2026@{SIX}.zip": ("invoice", CONTENT),
        "20261129.006": ("invoice", None),
    }
    for _ in range(2):
        for key, (kind, content) in keys.items():
            held(fresh_ledger, key, content, kind)
    held(fresh_ledger, file_key("old.txt", CONTENT))
    held(fresh_ledger, "October_2026@0123456789ab.zip", CONTENT, "invoice")
    assert [row[0] for row in kept_rows(fresh_ledger)] == sorted(keys)
    assert delivery(fresh_ledger) == "20261129.007"


@pytest.mark.parametrize(
    ("key", "content"),
    [
        (f"20261129.001-RITCOGE@{SIX}.txt", f"{SIX}{'0' * 58}"),
        (f"20261129.001-other@{SIX}.txt", CONTENT),
        (f"20261130.009-RITCOGE@{SIX}.txt", CONTENT),
    ],
    ids=["another content whose hash begins alike", "the number of another file", "a second key of a file"],
)
def test_d12_nothing_is_imported_under_a_key_that_is_not_that_of_the_file(
    fresh_ledger: Ledger, key: str, content: str
) -> None:
    held(fresh_ledger, f"20261129.001-RITCOGE@{SIX}.txt")
    before = kept_rows(fresh_ledger)
    with pytest.raises(SourceFileChangedError, match=f"the ledger has 20261129.001-RITCOGE@{SIX}.txt"):
        held(fresh_ledger, key, content)
    assert kept_rows(fresh_ledger) == before


def test_d12_the_ledger_itself_refuses_a_number_and_a_file_a_second_time(fresh_ledger: Ledger) -> None:
    held(fresh_ledger, f"20261129.001-RITCOGE@{SIX}.txt")
    insert = "INSERT INTO ledger.drawn_key VALUES ($1, 'trace', $2, $3, $4, '', $2)"
    rows = [
        (f"20261129.001-RITCOGE@{SIX}.txt", dt.date(2026, 12, 1), 1, "a"),
        ("b", dt.date(2026, 11, 29), 1, "b"),
        ("c", dt.date(2026, 12, 1), 2, file_key("RITCOGE.txt", CONTENT)),
    ]
    for row in rows:
        with pytest.raises(duckdb.ConstraintException), fresh_ledger.writing("test") as workbench:
            workbench.execute(insert, list(row))


def test_d12_in_tables_from_before_keys_were_drawn_no_file_is_known(fresh_ledger: Ledger) -> None:
    """The transaction that draws brings them up to date, and asks again."""
    with fresh_ledger.writing("test") as workbench:
        workbench.execute("DROP TABLE ledger.drawn_key")
    imported(fresh_ledger, file_key("RITCOGE.txt", CONTENT))
    assert known(fresh_ledger, [file_key("RITCOGE.txt", CONTENT)]) == {}
