"""TERM, Ctrl-C and a terminal that is closed end a command soon, and with a sentence.

Dagster takes these signals for itself while it runs something, and a call into a library may hold them up. So
a thread hears them too: it remembers that the command is to stop, and ends the process if that takes long.
To end it at any moment is safe: what is committed stays, and the rest is found again.

Belongs here: hearing the signals. Does not: what a killed process leaves (`orchestration.freeing`).
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

SIGNALS: Final = {signal.SIGTERM: "TERM", signal.SIGINT: "Ctrl-C", signal.SIGHUP: "a closed terminal"}
SECONDS_TO_STOP: Final = 8.0
SAID: Final = (
    "Stopped by {}. What was committed before stays, nothing is half done, and what was left is found again: "
    "`partita status` says where the ledger stands."
)
STOPPED: Final = 1

_ENDED: Final = b"\0"


class StoppedError(KeyboardInterrupt):
    """Somebody wants the command to end. As Ctrl-C, it passes through whatever catches errors."""


def _is_of_something_else(record: logging.LogRecord) -> bool:
    """Whether a record is of anything but the stop: libraries log what comes while they close something."""
    kind = record.exc_info and record.exc_info[0]
    return not (kind and issubclass(kind, StoppedError))


class _Heard:
    """The signal that was heard last; 0 for none."""

    number = 0


@contextmanager
def stoppable(seconds_to_stop: float = SECONDS_TO_STOP) -> Iterator[None]:
    """Within the block the signals raise StoppedError; if it goes on for longer, the process ends.

    Only the main thread hears signals: in another one nothing is changed.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    _Heard.number = 0
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    # Who has it ignored a signal, as `nohup` does, is obeyed.
    ignored = frozenset(number for number in SIGNALS if signal.getsignal(number) == signal.SIG_IGN)
    before = {number: signal.signal(number, _stop) for number in SIGNALS if number not in ignored}
    if signal.SIGINT in ignored:
        # Dagster gives TERM whatever Ctrl-C has: in the background of a script, where only Ctrl-C is to be
        # ignored, TERM would be too.
        before[signal.SIGINT] = signal.signal(signal.SIGINT, _stop_but_for_ctrl_c)
    awakened = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    ended = threading.Event()
    watch = threading.Thread(target=_watch, args=(reader, ended, seconds_to_stop, ignored), daemon=True)
    watch.start()
    if logging.lastResort is not None:
        logging.lastResort.addFilter(_is_of_something_else)
    try:
        yield
    except _errors_of_duckdb() as error:
        # DuckDB loses what the handler raised within a query, or while it reads a frame, and raises one of
        # these instead of it.
        if not _Heard.number:
            raise
        raise StoppedError from error
    finally:
        ended.set()
        signal.set_wakeup_fd(awakened)
        for number, handler in before.items():
            signal.signal(number, handler)
        os.write(writer, _ENDED)
        watch.join()
        os.close(writer)
        os.close(reader)


def _errors_of_duckdb() -> tuple[type[Exception], ...]:
    """What DuckDB raises where a signal came between; its own errors only where it is loaded."""
    loaded = sys.modules.get("duckdb")
    return (RuntimeError,) if loaded is None else (RuntimeError, loaded.Error)


def take_your_time() -> None:
    """From now on the caller deals with the signals itself."""
    if threading.current_thread() is threading.main_thread():
        signal.set_wakeup_fd(-1)


def stop_if_asked() -> None:
    """Raises StoppedError if a signal was heard since the command began, though something else took it."""
    if _Heard.number:
        raise StoppedError


def sentence() -> str:
    """What is said to people at the end of a command that was stopped."""
    return SAID.format(SIGNALS.get(signal.Signals(_Heard.number or signal.SIGINT), "a signal"))


def _stop(number: int, frame: FrameType | None) -> None:
    del frame
    _Heard.number = number
    raise StoppedError


def _stop_but_for_ctrl_c(number: int, frame: FrameType | None) -> None:
    if number != signal.SIGINT:
        _stop(number, frame)


def _watch(reader: int, ended: threading.Event, seconds_to_stop: float, ignored: frozenset[int]) -> None:
    while (heard := os.read(reader, 1)) != _ENDED:
        if heard[0] not in SIGNALS or heard[0] in ignored:
            continue
        _Heard.number = heard[0]
        if not ended.wait(seconds_to_stop):
            sys.stderr.write(f"{sentence()}\n")
            sys.stderr.flush()
            os._exit(STOPPED)
