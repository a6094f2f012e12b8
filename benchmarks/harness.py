"""Runs measured steps in child processes of their own, and keeps what they measured.

What belongs here: children, repetitions, figures, the machine. What does not: any particular measurement.
This module and those that it is used by load nothing heavy: on Linux a child's peak memory counts from that
of the process that started it, so the process that starts the children stays small.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, Final

from orchestration.cli.exit_codes import ALL_WELL, SOMETHING_LEFT

ROOT: Final = Path(__file__).resolve().parent.parent
"""The root of the repository, from which the children run."""

_KIB_PER_MB: Final = 1_000_000 / 1024
_SECONDS_OF_QUIET: Final = 1.5
_QUIET_SHARE: Final = 0.08
_BUSY_COLUMNS: Final = (1, 2, 3, 6, 7, 8)
"""Columns of the first line of /proc/stat in which the processors work: all but idle, waiting and guests."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a figure should keep to: at most or at least a bound."""

    bound: float
    is_upper: bool

    def is_met(self, value: float) -> bool:
        """Whether the value keeps to it."""
        return value <= self.bound if self.is_upper else value >= self.bound


def at_most(bound: float) -> Target:
    """A target that a figure must not exceed."""
    return Target(bound, is_upper=True)


def at_least(bound: float) -> Target:
    """A target that a figure must reach."""
    return Target(bound, is_upper=False)


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured quantity: the median of its samples. Unit `x` marks a ratio, which has no dimension."""

    name: str
    unit: str
    samples: tuple[float, ...]
    target: Target | None = None

    @property
    def value(self) -> float:
        """The median."""
        return median(self.samples)


@dataclass(frozen=True, slots=True)
class Step:
    """What one child did: its result, how long it lived, its peak memory (MB, 1,000,000 bytes)."""

    result: dict[str, Any]
    seconds: float
    peak_mb: float


@dataclass(slots=True)
class Bench:
    """The workshop of one run: a temporary folder, the scale, and what the children had to share.

    `scale` multiplies sizes; `repeat` replaces each benchmark's number of repetitions. Each child waits up to
    `patience` seconds for a quiet machine. `other_cpu` collects per child the share of the machine's
    processors that other processes used meanwhile.
    """

    folder: Path
    scale: float = 1.0
    repeat: int | None = None
    patience: float = 0.0
    other_cpu: list[float] = field(default_factory=list)
    say: Callable[[str], None] = print

    def size(self, full: int, least: int = 1) -> int:
        """A size at this run's scale."""
        return max(least, round(full * self.scale))

    def rounds(self, usual: int) -> range:
        """The repetitions of a measurement."""
        return range(self.repeat or usual)

    def child(self, function: str, **arguments: object) -> Step:
        """Calls `module:function` of this package with these arguments in a fresh interpreter.

        Arguments and result pass as JSON. Raises RuntimeError if the child fails.
        """
        handover = self.folder / "handover.json"
        handover.write_text(json.dumps(arguments), "utf-8")
        command = [sys.executable, "-m", "benchmarks.child", function, str(handover)]
        step = self._run(command, dict(os.environ), subprocess.DEVNULL)
        result: dict[str, Any] = json.loads(handover.read_text("utf-8"))
        return Step(result, step.seconds, step.peak_mb)

    def command(self, arguments: Sequence[str], environment: Mapping[str, str]) -> Step:
        """Runs a command of Partita to its end; the step's seconds are those of the whole process.

        It may find something to do: a ledger that was made for a benchmark has no kept files.
        """
        environment = os.environ | dict(environment)
        return self._run(
            [*partita(), *arguments], environment, subprocess.DEVNULL, (ALL_WELL, SOMETHING_LEFT)
        )

    def _run(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        output: int,
        good: Sequence[int] = (ALL_WELL,),
    ) -> Step:
        wait_for_quiet(self.patience)
        busy_before, all_before = _processor_ticks()
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output)
        try:
            # wait4 instead of wait: it says what this one child used.
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            process.wait()
            raise
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in good:
            raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
        busy_after, all_after = _processor_ticks()
        if all_after > all_before:
            own = (usage.ru_utime + usage.ru_stime) * os.sysconf("SC_CLK_TCK")
            self.other_cpu.append(max(0.0, busy_after - busy_before - own) / (all_after - all_before))
        kib = usage.ru_maxrss / 1024 if sys.platform == "darwin" else usage.ru_maxrss
        return Step({}, seconds, kib / _KIB_PER_MB)


def partita() -> list[str]:
    """The command `partita` of the environment in which the benchmarks run."""
    script = Path(sys.executable).with_name("partita")
    if script.exists():
        return [str(script)]
    return [sys.executable, "-c", "from orchestration.command import run; run()"]


def wait_for_quiet(patience: float) -> None:
    """Waits until nobody works on the machine, so many seconds at most; not at all where none can tell."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        busy_before, all_before = _processor_ticks()
        time.sleep(_SECONDS_OF_QUIET)
        busy_after, all_after = _processor_ticks()
        if busy_after - busy_before <= _QUIET_SHARE * (all_after - all_before):
            return


def _processor_ticks() -> tuple[int, int]:
    """Ticks in which the processors worked, and all ticks, since the machine started; zeros off Linux."""
    source = Path("/proc/stat")
    if not source.exists():
        return 0, 0
    with source.open() as stream:
        cells = stream.readline().split()
    # Time of guests is counted in the first columns already.
    return sum(int(cells[column]) for column in _BUSY_COLUMNS), sum(int(cell) for cell in cells[1:9])
