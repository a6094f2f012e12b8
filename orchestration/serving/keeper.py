"""Runs Dagster for `partita start`, and ends it when that has ended, however it ended.

A program of its own: it starts the command that its arguments are, and holds the end of a pipe of which
`partita start` holds the other. When that one is killed, the pipe ends, and Dagster with all its helpers is
ended. Until then it holds the lock of the one daemon too, so that nobody serves the home beside what is left.

Belongs here: starting, signalling and ending the process group. Does not: what is started
(`orchestration.start`).
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from types import FrameType
from typing import Final

SECONDS_TO_END: Final = 10.0
SECONDS_FOR_THE_REST: Final = 1.0
_POLL_SECONDS: Final = 0.2


def keep(command: Sequence[str]) -> int:
    """Runs the command until it ends or standard input does; the exit code of the command."""
    asked: list[int] = []

    def ask(number: int, frame: FrameType | None) -> None:
        del frame
        asked.append(number)

    # Before the command starts, so that it is always told; a handled signal is not ignored there.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, ask)
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    while child.poll() is None:
        if asked:
            asked.clear()
            child.send_signal(signal.SIGINT)
        is_over, _, _ = select.select([sys.stdin], [], [], _POLL_SECONDS)
        if is_over:
            _end(child)
    return child.wait()


def _end(child: subprocess.Popen[bytes]) -> None:
    """Ends the command in order, then whatever is left of the process group: this process at last."""
    with suppress(ProcessLookupError, subprocess.TimeoutExpired):
        child.send_signal(signal.SIGINT)
        child.wait(SECONDS_TO_END)
    os.killpg(0, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        child.wait(SECONDS_FOR_THE_REST)
    time.sleep(SECONDS_FOR_THE_REST)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    raise SystemExit(keep(sys.argv[1:]))
