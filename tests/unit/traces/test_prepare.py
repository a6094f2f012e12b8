"""From a file to movements on the workbench: what is read is what was found, or nothing of it is used."""

from __future__ import annotations

import hashlib

import pytest

from assets.errors import SourceFileChangedError
from assets.traces.layout import line_schema
from assets.traces.prepare import SourceFile, prepare_trace
from samples.payments import pay, trace
from tests.support.ledgers import LedgerHome

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


def test_d11_missing_values_are_counted_as_pandera_tells_them(
    home: LedgerHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond a bound arrow counts them; the findings, the counts and the rejected lines are the same."""
    good = '{"company":"ALBA","progressive":"1","currencyCode":"eu","amount":-1,"billFlag":"x"}'
    data = ("[" + ",".join(["{}", good, "1", '{"comment":"x"}'] * 30) + "]").encode()
    outcomes = []
    for most_cases in (10_000, 0):
        monkeypatch.setattr("assets.traces.schemas.MOST_CASES", most_cases)
        collector = prepare_trace(home.workbench, source(home, data), None).collector
        rejected = collector.rejected_lines().tolist()
        outcomes.append((collector.listed(), collector.error_count, collector.warning_count, rejected))
    assert outcomes[0] == outcomes[1]
    assert outcomes[0][1] == 30 * (8 + 4 + 1 + 8 + 2) + 1, "the movement beside them is one more"
    assert outcomes[0][3] == list(range(1, 121))


@pytest.mark.parametrize("end", ["\n", "x\n", "\r\n"])
def test_d30_a_block_of_very_many_lines_is_read_in_parts_as_it_is_at_once(
    end: str, home: LedgerHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = DATA + end.encode() * 500 + DATA.replace(b"000001", b"000002")
    outcomes = []
    for most_lines in (100_000, 7):
        monkeypatch.setattr("assets.traces.text_form.BLOCK_LINES", most_lines)
        prepared = prepare_trace(home.workbench, source(home, data), None)
        lines = prepared.lines.cast(line_schema()).to_pylist()
        outcomes.append((lines, prepared.collector.listed(), prepared.collector.error_count))
    assert outcomes[0] == outcomes[1]
