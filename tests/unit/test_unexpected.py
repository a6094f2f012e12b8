"""What passes by the guard around reading and judging a file, and what becomes a finding of the file."""

from __future__ import annotations

import ast
import os
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Timer
from types import FrameType
from typing import Final

import duckdb
import pytest

from assets.errors import SourceFileChangedError, TransientError
from assets.findings import MAX_RAW_VALUE_CHARACTERS
from assets.unexpected import LOGGER_NAME, UnexpectedError, guarding

ROOT: Final = Path(__file__).resolve().parents[2]
CODE: Final = "file_unexpected_error"


def raised(error: BaseException) -> BaseException:
    """What comes out of the guard if this is raised within."""
    with pytest.raises(BaseException) as out, guarding("a.txt", CODE):
        raise error
    return out.value


@pytest.mark.parametrize(
    "error",
    [
        OSError(28, "No space left on device"),
        SourceFileChangedError("a.txt changed"),
        TransientError("the ledger is locked"),
        duckdb.IOException("cannot write"),
        duckdb.OutOfMemoryException("out of memory"),
        duckdb.InterruptException("interrupted"),
        duckdb.FatalException("the database is invalid"),
        KeyboardInterrupt(),
        SystemExit(1),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_is_the_machines_or_a_persons_passes_as_it_is(error: BaseException) -> None:
    assert raised(error) is error


@pytest.mark.parametrize(
    "error",
    [
        ZeroDivisionError("division by zero"),
        AssertionError("a frame that cannot be"),
        RecursionError("too deep"),
        RuntimeError("too many turns"),
        MemoryError("more than any machine has"),
        duckdb.OutOfRangeException("a sum that is too large"),
        UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_anything_else_is_a_finding_of_the_file(error: Exception) -> None:
    out = raised(error)
    assert isinstance(out, UnexpectedError)
    finding = out.finding
    assert (finding.source_file, finding.finding_code, finding.line_number) == ("a.txt", CODE, None)
    assert finding.raw_value is not None
    said = str(error).encode("utf-8", "backslashreplace").decode()
    assert re.sub(r"[0-9a-f]{8} in", "X in", finding.raw_value) == (
        f"{type(error).__name__}: {said[:100]} (reference X in the log)"
    )
    assert str(out) == f"a.txt: {finding.raw_value}"


class Stopped(BaseException):
    """What a handler of a signal raises."""


@pytest.fixture
def handler() -> Iterator[Callable[[int, FrameType | None], None]]:
    """The handler of TERM, which raises Stopped."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise Stopped

    before = signal.signal(signal.SIGTERM, stop)
    yield stop
    signal.signal(signal.SIGTERM, before)


@pytest.mark.usefixtures("handler")
def test_a_signal_within_a_query_is_no_finding_of_the_file() -> None:
    """DuckDB raises an error of its own there, which says nothing of what the handler raised."""
    alone = duckdb.connect(":memory:", config={"threads": 1})
    with alone as connection, pytest.raises(Stopped) as out, guarding("a.txt", CODE):
        Timer(0.1, os.kill, (os.getpid(), signal.SIGTERM)).start()
        connection.execute("SELECT sum(hash(number)) FROM range(500000000000) AS long (number)")
    assert isinstance(out.value.__cause__, RuntimeError)


@pytest.mark.usefixtures("handler")
@pytest.mark.parametrize("instead", [duckdb.InvalidInputException("offering a filter failed: Stopped"), None])
def test_a_signal_that_a_library_loses_stops_the_work_all_the_same(instead: Exception | None) -> None:
    """DuckDB offers filters to a frame by calling Python: that becomes an error of its own, or none."""
    with pytest.raises(Stopped) as out, guarding("a.txt", CODE):
        with suppress(Stopped):
            signal.raise_signal(signal.SIGTERM)
        if instead is not None:
            raise instead
    assert out.value.__cause__ is instead


def test_behind_the_guard_signals_have_the_handlers_that_they_had(
    handler: Callable[[int, FrameType | None], None],
) -> None:
    with guarding("a.txt", CODE), guarding("a.txt", CODE):
        pass
    assert signal.getsignal(signal.SIGTERM) is handler


def test_a_handler_that_is_set_within_the_guard_stays(
    handler: Callable[[int, FrameType | None], None],
) -> None:
    with guarding("a.txt", CODE):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN


def test_what_is_logged_can_be_written_in_utf_8(caplog: pytest.LogCaptureFixture) -> None:
    """Half a surrogate pair in a message would leave the log, and the events of a run, without it."""
    raised(ValueError("half \ud800 of a pair"))
    (message,) = [record.getMessage() for record in caplog.records if record.name == LOGGER_NAME]
    assert message.encode().splitlines()[-1] == rb"ValueError: half \ud800 of a pair"


def test_the_same_error_in_the_same_place_of_a_file_has_the_same_reference() -> None:
    first, again = (raised(ZeroDivisionError("x")) for _ in range(2))
    assert isinstance(first, UnexpectedError)
    assert isinstance(again, UnexpectedError)
    assert first.finding == again.finding


def test_a_long_message_is_cut_and_the_reference_kept() -> None:
    out = raised(ValueError("9" * 2_000_000))
    assert isinstance(out, UnexpectedError)
    assert out.finding.raw_value is not None
    assert out.finding.raw_value.endswith("in the log)")
    assert len(out.finding.raw_value) < MAX_RAW_VALUE_CHARACTERS


def test_an_error_that_was_taken_for_a_finding_within_stays_that_of_its_file() -> None:
    inner = raised(ZeroDivisionError("x"))
    assert raised(inner) is inner


def test_one_place_catches_what_it_does_not_know_and_each_source_names_where() -> None:
    """Reading and judging of each source, and nothing that writes."""
    catching, guards = [], []
    for folder in ("assets", "orchestration"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            name = str(path.relative_to(ROOT))
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.ExceptHandler) and getattr(node.type, "id", "") == "Exception":
                    catching.append(name)
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "guarding":
                    guards.append(name)
    assert catching == ["assets/unexpected.py"]
    assert sorted(set(guards)) == [
        "assets/invoices/prepare.py",
        "assets/invoices/registering.py",
        "assets/sales/posting.py",
        "assets/sales/prepare.py",
        "assets/traces/posting.py",
        "assets/traces/prepare.py",
    ]
