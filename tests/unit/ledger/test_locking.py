"""The queue before the ledger: who comes first goes first, and the dead stand in nobody's way."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from assets.errors import LedgerLockedError
from assets.ledger.locking import LedgerLock
from samples.waiting import until

SECONDS = 30.0


@pytest.fixture
def lock(tmp_path: Path) -> LedgerLock:
    """The lock of a folder in which nothing is yet."""
    return LedgerLock(tmp_path / "ledger")


@pytest.fixture
def elsewhere() -> Iterator[ThreadPoolExecutor]:
    """Another thread, whose reads are not ours."""
    with ThreadPoolExecutor(1) as pool:
        yield pool


def tickets(lock: LedgerLock) -> list[str]:
    """What lies in the queue, the first first; a ticket is hidden until it is signed."""
    return sorted(path.name for path in lock.queue.iterdir() if path.name != ".numbering")


def entered(lock: LedgerLock, elsewhere: ThreadPoolExecutor, said: list[str]) -> Future[None]:
    """A writer in the other thread, who says when he is in; returns when he waits."""

    def write() -> None:
        with lock.writing(SECONDS, "import"):
            said.append("writer")

    before = len(tickets(lock))
    future = elsewhere.submit(write)
    until(lambda: len(tickets(lock)) > before, SECONDS, "the writer has a ticket")
    return future


def refused(access: AbstractContextManager[None]) -> bool:
    """Whether somebody who does not wait is sent away."""
    try:
        with access:
            return False
    except LedgerLockedError:
        return True


def test_d13_a_reader_who_comes_after_a_writer_that_waits_goes_after_him(
    lock: LedgerLock, elsewhere: ThreadPoolExecutor
) -> None:
    """D13: so readers in a loop never keep a writer out for longer than the read in progress."""
    said: list[str] = []
    with ThreadPoolExecutor(1) as third, lock.reading(0):
        writer = entered(lock, elsewhere, said)
        late = third.submit(refused, lock.reading(0)).result()
        assert (late, said) == (True, [])
        assert tickets(lock) == ["000000000001.reader", "000000000002.writer"]
    writer.result(SECONDS)

    assert (said, refused(lock.reading(0)), tickets(lock)) == (["writer"], False, [])


def test_d13_a_thread_that_reads_may_read_again_while_a_writer_waits_for_it(
    lock: LedgerLock, elsewhere: ThreadPoolExecutor
) -> None:
    """D13: else the two waited for each other."""
    said: list[str] = []
    with lock.reading(0):
        writer = entered(lock, elsewhere, said)
        with lock.reading(0):
            assert said == []
    writer.result(SECONDS)
    assert said == ["writer"]


def test_d13_writers_go_in_the_order_of_their_coming(lock: LedgerLock) -> None:
    """D13: whoever writes in a loop comes after who waits for him."""
    said: list[str] = []
    with ThreadPoolExecutor(5) as pool, lock.reading(0):
        writers = [entered(lock, pool, said) for _ in range(5)]
        assert tickets(lock) == ["000000000001.reader", *(f"{n:012}.writer" for n in range(2, 7))]
    for writer in writers:
        writer.result(SECONDS)
    assert (len(said), tickets(lock)) == (5, [])


def test_d13_on_a_full_disk_readers_read_without_a_ticket(lock: LedgerLock) -> None:
    """D13: what cannot be written is no reason not to answer."""
    with lock.reading(0):
        pass
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))
    try:
        with lock.reading(0):
            within = tickets(lock)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    assert (within, tickets(lock)) == ([], [])


def test_d13_what_lies_in_the_queue_and_is_no_ticket_holds_up_nobody(lock: LedgerLock) -> None:
    """D13: such as what an administrator put there."""
    lock.queue.mkdir(parents=True)
    for name in ("notes.txt", "12.writer", "000000000001.reader.txt", "x00000000001.writer"):
        (lock.queue / name).write_text("x", "ascii")

    assert (refused(lock.writing(0, "test")), refused(lock.reading(0))) == (False, False)
