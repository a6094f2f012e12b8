"""TERM, Ctrl-C and a closed terminal: what hears them, and what ends (O02)."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Timer

import duckdb
import pyarrow as pa
import pytest

from orchestration.stopping import SAID, SIGNALS, StoppedError, sentence, stop_if_asked, stoppable
from samples.waiting import until

HELD_UP = """
import signal, threading
from orchestration.stopping import stoppable
with stoppable(0.1):
    signal.signal(signal.SIGTERM, lambda number, frame: None)
    signal.raise_signal(signal.SIGTERM)
    threading.Event().wait(60)
"""


@pytest.fixture(autouse=True)
def handlers() -> Iterator[dict[signal.Signals, object]]:
    """The handlers at the beginning of the test; those of whoever runs the tests stand again after it."""
    before = {number: signal.signal(number, signal.SIG_DFL) for number in SIGNALS}
    yield dict.fromkeys(SIGNALS, signal.SIG_DFL)
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", SIGNALS)
def test_o02_a_signal_stops_a_command_which_says_by_what(
    number: signal.Signals, handlers: dict[signal.Signals, object]
) -> None:
    """O02: afterwards signals do what they did before."""
    signal.signal(number, signal.default_int_handler)
    with pytest.raises(StoppedError), stoppable():
        signal.raise_signal(number)
    assert sentence() == SAID.format(SIGNALS[number])
    assert signal.getsignal(number) == signal.default_int_handler
    others = [each for each in SIGNALS if each != number]
    assert [signal.getsignal(each) for each in others] == [handlers[each] for each in others]


def test_o02_a_signal_within_a_query_stops_the_command_too() -> None:
    """O02: the database raises an error of its own there, which says nothing of the signal."""
    alone = duckdb.connect(":memory:", config={"threads": 1})
    with alone as connection, pytest.raises(StoppedError), stoppable():
        Timer(0.1, os.kill, (os.getpid(), signal.SIGTERM)).start()
        connection.execute("SELECT sum(hash(number)) FROM range(500000000000) AS long (number)")


def test_o02_what_libraries_log_of_the_stop_is_not_shown_and_their_other_errors_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """O02: a pool of connections logs whatever comes while it closes one."""
    pool = logging.Logger("pool")
    with pytest.raises(StoppedError), stoppable():
        try:
            raise ValueError("the disk is full")
        except ValueError:
            pool.exception("closing one")
        try:
            signal.raise_signal(signal.SIGTERM)
        except StoppedError:
            pool.exception("closing another")
            raise
    said = capsys.readouterr().err.splitlines()
    assert (said[0], said[-1]) == ("closing one", "ValueError: the disk is full")


@pytest.mark.parametrize("error", [RuntimeError, duckdb.InvalidInputException])
def test_o02_an_error_without_a_signal_stays_what_it_is(error: type[Exception]) -> None:
    with pytest.raises(error, match="of a library"), stoppable():
        raise error("of a library")


def test_o02_a_signal_while_the_database_reads_a_frame_stops_the_command() -> None:
    """O02: DuckDB makes an error of its own of what the handler raises there."""

    def batches() -> Iterator[pa.RecordBatch]:
        signal.raise_signal(signal.SIGTERM)
        yield pa.record_batch({"a": [1]})

    with closing(duckdb.connect()) as connection, pytest.raises(StoppedError), stoppable():
        reader = pa.RecordBatchReader.from_batches(pa.schema([("a", pa.int64())]), batches())
        connection.register("incoming", reader)
        connection.execute("SELECT * FROM incoming").fetchall()
    assert sentence() == SAID.format("TERM")


def test_o02_a_signal_that_is_to_be_ignored_stops_nothing() -> None:
    """O02: `nohup partita process` goes on when the terminal is closed."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with stoppable():
        signal.raise_signal(signal.SIGHUP)
        stop_if_asked()
    assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN


def test_o02_where_only_ctrl_c_is_to_be_ignored_a_command_still_ends_when_it_is_told_to() -> None:
    """O02: so it is in the background of a script. Dagster gives TERM whatever Ctrl-C has."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with pytest.raises(StoppedError), stoppable():
        signal.signal(signal.SIGTERM, signal.getsignal(signal.SIGINT))
        signal.raise_signal(signal.SIGINT)
        stop_if_asked()
        signal.raise_signal(signal.SIGTERM)
    assert sentence() == SAID.format("TERM")
    assert signal.getsignal(signal.SIGINT) == signal.SIG_IGN


def test_o02_a_signal_that_something_else_took_is_remembered() -> None:
    """O02: Dagster takes it for the end of a run, and the command would go on with the next."""
    taken: list[int] = []

    def is_asked() -> bool:
        try:
            stop_if_asked()
        except StoppedError:
            return True
        return False

    with stoppable():
        assert not is_asked()
        signal.signal(signal.SIGTERM, lambda number, frame: taken.append(number))
        signal.raise_signal(signal.SIGTERM)
        assert until(is_asked, 10, "the signal is heard")
    assert taken == [signal.SIGTERM]
    with stoppable():
        assert not is_asked()


def test_o02_a_command_that_something_holds_up_is_ended_with_the_sentence() -> None:
    done = subprocess.run(
        [sys.executable, "-c", HELD_UP],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"{SAID.format('TERM')}\n")
