"""Waiting for something that another process does. The only place of tests and samples that sleeps."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from typing import Final, TypeVar

Answer = TypeVar("Answer")

_BETWEEN_LOOKS: Final = 0.1


def until(look: Callable[[], Answer | None], seconds: float, what: str) -> Answer:
    """The first answer of `look` that is true; fails the test if there is none within so many seconds."""
    deadline = time.monotonic() + seconds
    while True:
        answer = look()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds:g} s in vain: {what}; the last look gave {answer!r}")
        time.sleep(_BETWEEN_LOOKS)


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
