"""Commands in processes of their own that can be killed: starting them at once, ending them, what they said.

Used by the tests of kills. Everything that was started is ended, also when a test fails.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
SECONDS_TO_END: Final = 120.0


@dataclass(slots=True)
class Commander:
    """Runs one command at a time (see `tests.faults.commander`); `output` has all that its commands said."""

    process: subprocess.Popen[str]
    output: Path
    pid: int = field(default=0, init=False)

    def start(self, root: Path, *arguments: str) -> None:
        """Begins a command on this home; without arguments, it only opens Dagster's records."""
        assert self.process.stdin is not None
        self.output.write_text("", "utf-8")
        self.process.stdin.write(json.dumps([str(root), str(self.output), *arguments]) + "\n")
        self.process.stdin.flush()
        self.pid = self._answer("pid")

    def is_ended(self, seconds: float = 0.0) -> bool:
        """Whether the command has ended, after so many seconds at most."""
        ready, _, _ = select.select([self.process.stdout], [], [], seconds)
        return bool(ready)

    def signal(self, number: signal.Signals) -> None:
        """Sends a signal to the command, if it has not ended."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def end(self, seconds: float = SECONDS_TO_END) -> int:
        """The exit code of the command; a command that goes on for longer is killed and fails the test."""
        is_ended = self.is_ended(seconds)
        if not is_ended:
            self.signal(signal.SIGKILL)
        code = self._answer("end")
        assert is_ended, f"it went on for {seconds:g} s and said: {self.said()}"
        return code

    def kill_after(self, seconds: float) -> int:
        """The exit code of a command that is killed then, unless it has ended: -9 if it was."""
        if not self.is_ended(seconds):
            self.signal(signal.SIGKILL)
        return self._answer("end")

    def said(self) -> str:
        """What the command printed so far."""
        return self.output.read_text("utf-8")

    def _answer(self, word: str) -> int:
        assert self.process.stdout is not None
        name, _, number = self.process.stdout.readline().strip().partition(" ")
        assert name == word, f"the commander says {name} {number} and not {word}"
        return int(number)


@contextmanager
def commanders(folder: Path, count: int) -> Iterator[list[Commander]]:
    """So many of them; their output goes to files in the folder."""
    with ExitStack() as stack:
        found = []
        for number in range(count):
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.commander"],
                cwd=ROOT,
                env={name: value for name, value in os.environ.items() if name != "DAGSTER_HOME"},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                bufsize=1,
            )
            stack.callback(process.communicate, timeout=SECONDS_TO_END)
            found.append(Commander(process, folder / f"commander-{number}.txt"))
        yield found
