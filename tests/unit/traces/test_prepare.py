"""From a file to movements on the workbench: what is read is what was found, or nothing of it is used."""

from __future__ import annotations

import hashlib

import pytest

from assets.errors import SourceFileChangedError
from assets.traces.prepare import SourceFile, prepare_trace
from tests.support.ledgers import LedgerHome
from tests.support.payments import pay, trace

DATA = trace(pay("-10.00"))


def source(home: LedgerHome, data: bytes) -> SourceFile:
    """A file in the inbox."""
    path = home.root / "inbox" / "RITCOGE.txt"
    path.write_bytes(data)
    return SourceFile(path, "RITCOGE@0123456789ab.txt", "RITCOGE.txt")


def test_d12_the_hash_is_that_of_the_bytes_that_were_read(home: LedgerHome) -> None:
    prepared = prepare_trace(home.workbench, source(home, DATA), None)
    assert (prepared.content_sha256, prepared.byte_count) == (hashlib.sha256(DATA).hexdigest(), len(DATA))
    assert prepared.lines.num_rows == 2


def test_d12_a_file_that_no_reader_takes_is_hashed_to_its_end(home: LedgerHome) -> None:
    data = b"Cespite;Costo\n" * 100_000
    prepared = prepare_trace(home.workbench, source(home, data), None)
    assert (prepared.content_sha256, prepared.byte_count) == (hashlib.sha256(data).hexdigest(), len(data))
    assert (prepared.is_readable, prepared.lines.num_rows) == (False, 0)


@pytest.mark.parametrize("characters", [12, 64])
def test_d13_a_file_that_changed_since_it_was_found_is_not_used(home: LedgerHome, characters: int) -> None:
    expected = hashlib.sha256(DATA).hexdigest()[:characters]
    assert prepare_trace(home.workbench, source(home, DATA), expected).is_readable
    with pytest.raises(SourceFileChangedError, match="nothing of it was posted"):
        prepare_trace(home.workbench, source(home, DATA + b"\r\n"), expected)


def test_d13_a_file_that_vanished_is_an_error_that_may_pass(home: LedgerHome) -> None:
    gone = source(home, DATA)
    gone.path.unlink()
    with pytest.raises(SourceFileChangedError, match="cannot be read"):
        prepare_trace(home.workbench, gone, None)


def test_d01_reading_a_file_leaves_it_as_it_is(home: LedgerHome) -> None:
    file = source(home, DATA)
    prepare_trace(home.workbench, file, None)
    assert file.path.read_bytes() == DATA
