"""What nobody foresaw while one file was read or judged, as a finding of that file.

Belongs here: the one place that catches an exception without knowing which, and what passes it all the same.
Does not: writing. What fails there stops the run, and nothing is kept.
"""

from __future__ import annotations

import hashlib
import logging
import signal
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

import duckdb

from assets.errors import OperatingError
from assets.findings import Finding

LOGGER_NAME: Final = "partita.unexpected"
"""Each traceback is one message of this logger, and begins with its reference. Its record is marked as
`is_traceback`, for who shows messages to people."""

_STOPPING: Final = (
    OperatingError,
    OSError,
    duckdb.OperationalError,
    duckdb.InternalError,
    duckdb.FatalException,
    duckdb.InterruptException,
)
"""The disk, the lock, the memory of the database, an interruption: of no file, so they stop the run."""

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

_LITTLE_MEMORY: Final = 64 * 1024 * 1024
_MOST_MESSAGE_CHARACTERS: Final = 100
_MOST_LOGGED_CHARACTERS: Final = 20_000
_REFERENCE_DIGITS: Final = 8

_logger = logging.getLogger(LOGGER_NAME)
# Without a handler of its own, a message that nobody collects would stand in the middle of a terminal.
_logger.addHandler(logging.NullHandler())


class UnexpectedError(OperatingError):
    """Reading or judging a file raised what nobody foresaw; `finding` says so about the file.

    Whoever imports the file takes it apart from the others, with this finding and nothing else of it. Where
    that cannot be (all files of a dry run share a transaction), it stops the work as others do.
    """

    def __init__(self, finding: Finding) -> None:
        super().__init__(f"{finding.source_file}: {finding.raw_value}")
        self.finding = finding


@contextmanager
def guarding(source_file: str, finding_code: str) -> Iterator[None]:
    """Around reading or judging one file, and never around writing.

    Raises:
        UnexpectedError: for whatever is raised within, also a violated assertion; but what stops a run (see
            `_STOPPING`, memory of which the machine has none left, and what a signal raised, whatever became
            of it) passes as it is.
    """
    with _noting_signals() as raised:
        try:
            yield
        except Exception as error:
            if raised:
                raise raised[-1] from error
            if _is_to_stop(error):
                raise
            raise UnexpectedError(_noted(error, source_file, finding_code)) from error
        if raised:
            raise raised[-1]


@contextmanager
def _noting_signals() -> Iterator[list[BaseException]]:
    """Yields what the handlers of signals raise within the block.

    A library that calls back into Python may lose it: DuckDB, which offers a filter to a frame, raises an
    error of its own instead, or goes on without the filter.
    """
    raised: list[BaseException] = []
    if threading.current_thread() is not threading.main_thread():
        yield raised
        return

    def noting(handler: Callable[[int, FrameType | None], object]) -> Callable[[int, FrameType | None], None]:
        def handle(number: int, frame: FrameType | None) -> None:
            try:
                handler(number, frame)
            except BaseException as error:
                raised.append(error)
                raise

        return handle

    before = {number: handler for number in _SIGNALS if callable(handler := signal.getsignal(number))}
    ours = {number: noting(handler) for number, handler in before.items()}
    try:
        for number, handle in ours.items():
            signal.signal(number, handle)
        yield raised
    finally:
        for number, handler in before.items():
            if signal.getsignal(number) is ours[number]:
                signal.signal(number, handler)


def _is_to_stop(error: Exception) -> bool:
    if isinstance(error, MemoryError):
        return _is_memory_short()
    return isinstance(error, _STOPPING)


def _is_memory_short() -> bool:
    """Whether even a little memory is refused; if not, a file asked for more than any machine has."""
    try:
        bytes(_LITTLE_MEMORY)
    except MemoryError:
        return True
    return False


def _noted(error: Exception, source_file: str, finding_code: str) -> Finding:
    """Logs where the error came from, and names it in a finding by the reference of that message.

    The reference follows from the file and the place of the error: a rerun that fails in the same way has
    the same.
    """
    where = _writable("".join(traceback.format_exception(error))[-_MOST_LOGGED_CHARACTERS:])
    reference = hashlib.sha256(f"{source_file}\n{where}".encode("utf-8", "replace")).hexdigest()
    reference = reference[:_REFERENCE_DIGITS]
    _logger.error("%s: %s\n%s", reference, source_file, where, extra={"is_traceback": True})
    message = " ".join(str(error).split())[:_MOST_MESSAGE_CHARACTERS]
    said = _writable(f"{type(error).__name__}: {message}")
    return Finding(source_file, finding_code, raw_value=f"{said} (reference {reference} in the log)")


def _writable(text: str) -> str:
    """The text as an escape where it quotes half a surrogate pair, which neither ledger nor log take."""
    return text.encode("utf-8", "backslashreplace").decode()
